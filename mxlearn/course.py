"""The student's own copy of the course: delivered, updated, restored, and never overwritten.

A file ``.mxlearn-course.json`` in the student's folder records the checksum of every lesson as it was delivered. On a
later start a lesson that still has that checksum is brought up to date; one that the student changed is left alone, and
where the course has a newer version of it, that is put beside it as ``NAME.new.ipynb``.
"""

import errno
import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from mxlearn.base import ArgumentError, DataError, NotFoundError, atomic_write, nearest
from mxlearn.resources import course_folder

__all__ = ["MANIFEST", "Delivery", "default_folder", "deliver", "lessons", "restore"]

MANIFEST = ".mxlearn-course.json"
LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")


@dataclass
class Delivery:
    """What one delivery did, as lists of paths relative to the student's folder.

    added : new, or missing before
    updated : not changed by the student, and replaced by a newer version
    kept : changed by the student, and left alone
    offered : the newer versions put beside changed files
    backups : the student's versions put aside by a restore
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    backups: list[str] = field(default_factory=list)

    def report(self, folder: Path) -> str:
        """Say in a few lines what happened to the student's folder."""
        lines = [f"Course folder: {folder}"]
        if self.added:
            lines.append(f"  {len(self.added)} file(s) delivered")
        lines += [f"  {name}: updated to the newer version of the course" for name in self.updated]
        if self.kept:
            lines.append(f"  {len(self.kept)} file(s) of yours kept as you left them: {', '.join(self.kept)}")
        lines += [
            f"  {name}: the course has a newer version of this lesson; here it is, beside yours"
            for name in self.offered
        ]
        lines += [f"  {name}: your version, put aside" for name in self.backups]
        return "\n".join(lines)


def default_folder() -> Path:
    """Return where the student's copy is: ``MXLEARN_COURSE``, or ``mxlearn-course`` in the user's home folder."""
    named = os.environ.get("MXLEARN_COURSE")
    return Path(named).expanduser() if named else Path.home() / "mxlearn-course"


def lessons(course: Path | None = None) -> list[str]:
    """Return the paths of all files of the course as delivered, relative to its folder, with forward slashes."""
    course = course_folder() if course is None else course
    found = []
    for path in sorted(course.rglob("*")):
        relative = path.relative_to(course)
        hidden = any(part.startswith(".") or part in LEFT_OUT for part in relative.parts)
        if path.is_file() and not hidden and not relative.stem.endswith(".new"):
            found.append(relative.as_posix())
    return found


def deliver(folder: Path, course: Path | None = None) -> Delivery:
    """Bring a student's folder up to date, without overwriting anything that the student changed.

    Parameters
    ----------
    folder : the student's folder; made if it is not there
    course : the folder of the lessons as delivered; default the one that belongs to this mxlearn

    Raises
    ------
    DataError
        If the folder cannot be written or the disk is full. No file is ever half-written, and a later start goes on.
    """
    course = course_folder() if course is None else course
    _check_apart(folder, course)
    names = lessons(course)
    _make_room(folder, course, names)
    record = _Record.read(folder)
    done = Delivery()
    try:
        for name in names:
            _deliver_one(folder, course, name, record, done)
    finally:  # what was delivered is recorded, even when a later file fails
        if done.added or done.updated or done.offered or record.changed:
            record.write(folder)
    return done


def restore(folder: Path, chapter: str, course: Path | None = None) -> Delivery:
    """Put the delivered version of a chapter back; the student's version is kept as ``NAME.backup-1.ipynb``.

    Parameters
    ----------
    chapter : a file name, or how it starts: "01_linear_regression.ipynb", "01_linear" and "01" are the same

    Raises
    ------
    NotFoundError
        If no lesson, or more than one, starts like that.
    """
    course = course_folder() if course is None else course
    _check_apart(folder, course)
    name = _match(chapter, lessons(course))
    _make_room(folder, course, [name])
    record = _Record.read(folder)
    done = Delivery()
    target = folder / name
    if target.exists() and _checksum(target) != _checksum(course / name):
        backup = _free_name(target)
        with _explained(folder):
            os.rename(target, backup)
        done.backups.append(backup.relative_to(folder).as_posix())
    _copy(course / name, target)
    done.added.append(name)
    record.delivered[name] = _checksum(target)
    record.offered.pop(name, None)
    record.write(folder)
    return done


def _deliver_one(folder: Path, course: Path, name: str, record: "_Record", done: Delivery) -> None:
    source, target = course / name, folder / name
    new = _checksum(source)
    if not target.exists():
        _copy(source, target)
        done.added.append(name)
        record.delivered[name] = new
        return
    present = _checksum(target)
    if present == new:
        record.note(name, new)
        return
    before = record.delivered.get(name)
    if present == before:
        _copy(source, target)
        done.updated.append(name)
        record.delivered[name] = new
        return
    done.kept.append(name)
    if new in (before, record.offered.get(name)):
        return  # the course has nothing newer, or it was offered already
    beside = _beside(target, record)
    _copy(source, beside)
    offered = beside.relative_to(folder).as_posix()
    done.offered.append(offered)
    record.offered[name] = new
    record.delivered[offered] = new


def _beside(target: Path, record: "_Record") -> Path:
    """Return the name for a newer version: ``x.new.ipynb``, or ``x.new-2.ipynb`` where the student works in that."""
    number = 1
    while True:
        path = target.with_name(f"{target.stem}.new{f'-{number}' if number > 1 else ''}{target.suffix}")
        ours = record.delivered.get(path.relative_to(record.folder).as_posix())
        if not path.exists() or _checksum(path) == ours:
            return path
        number += 1


def _free_name(target: Path) -> Path:
    number = 1
    while (path := target.with_name(f"{target.stem}.backup-{number}{target.suffix}")).exists():
        number += 1
    return path


def _match(chapter: str, names: list[str]) -> str:
    found = [name for name in names if name == chapter] or [
        name for name in names if name.startswith(chapter) and name.endswith(".ipynb")
    ]
    if len(found) == 1 and chapter:
        return found[0]
    notebooks = [name for name in names if name.endswith(".ipynb")]
    what = f"{len(found)} lessons start like that" if chapter and found else "no lesson starts like that"
    raise NotFoundError(
        f"chapter {chapter!r}: {what}.{nearest(chapter, notebooks)}\n  The lessons are: {', '.join(notebooks)}."
    )


@dataclass
class _Record:
    """The manifest in the student's folder: which content was delivered, and which newer content was offered."""

    folder: Path
    delivered: dict[str, str]
    offered: dict[str, str]
    changed: bool = False

    @classmethod
    def read(cls, folder: Path) -> "_Record":
        """Read the manifest. Without one, or with a damaged one, every file counts as changed by the student."""
        try:
            content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            delivered, offered = dict(content["delivered"]), dict(content["offered"])
        except FileNotFoundError:
            return cls(folder, {}, {})
        except (ValueError, KeyError, TypeError):
            return cls(folder, {}, {}, changed=True)
        except OSError as error:
            raise DataError(
                f"{folder / MANIFEST}: cannot be read: {error.strerror}.\n  Choose another folder."
            ) from error
        return cls(folder, delivered, offered)

    def note(self, name: str, checksum: str) -> None:
        if self.delivered.get(name) != checksum:
            self.delivered[name] = checksum
            self.changed = True

    def write(self, folder: Path) -> None:
        from mxlearn import __version__

        content = {"format": 1, "version": __version__, "delivered": self.delivered, "offered": self.offered}
        with atomic_write(folder / MANIFEST, "w") as file:
            json.dump(content, file, indent=1, sort_keys=True)


class _explained:
    """Turn an error of the file system into a DataError that says what to do."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, OSError) and not isinstance(error, DataError):
            advice = "Make room on the disk" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Make it writable"
            raise DataError(
                f"{self.folder}: the course cannot be copied here: {error.strerror or error}.\n"
                f"  {advice}, or choose another folder: mxlearn lab --dir FOLDER."
            ) from error


def _check_apart(folder: Path, course: Path) -> None:
    """Refuse to deliver into the delivered course itself: the lessons would be edited in place."""
    inside = folder.resolve()
    if inside == course.resolve() or course.resolve() in inside.parents:
        raise ArgumentError(
            f"{folder}: this is where the course itself is stored.\n  Choose another folder: mxlearn lab --dir FOLDER."
        )


def _make_room(folder: Path, course: Path, names: list[str]) -> None:
    """Make the folder, and check that it can be written and has room, before the first file is copied."""
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        needed = sum((course / name).stat().st_size for name in names if not (folder / name).exists())
        free = shutil.disk_usage(folder).free
        if needed and free < needed + (1 << 20):
            raise OSError(errno.ENOSPC, f"{needed / 1e6:.1f} MB are needed, {free / 1e6:.1f} MB are free")


def _copy(source: Path, target: Path) -> None:
    with _explained(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target) as file:
        file.write(source.read_bytes())


def _checksum(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.\n  Move it away, or fix it.") from error
