"""Fetch data sets: verified by SHA-256, resumed where a transfer broke off, from mirrors in order.

A file arrives under the name ``NAME.part`` and gets its own name only when its checksum is right, so what stands in
the data folder is whole. ``MXLEARN_DATA_MIRROR`` (a folder, or an address) replaces the mirrors: a school fetches once
and serves its class.
"""
import errno
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mxlearn.base import DataError, FormatError
from mxlearn.data.catalog import Dataset, File

__all__ = ["ProgressBar", "fetch", "is_good", "verify"]

CHUNK = 1 << 16  # bytes
TIMEOUT = 30.0  # seconds without a byte
TRIES = 3  # transfers from one mirror before the next is asked; each goes on where the last broke off
PAUSE = 0.5  # seconds before the second try, twice that before the third
SIZE_LIMIT = 4  # a mirror may send this many times the published size, not an endless stream
UNKNOWN_LIMIT = 1 << 30  # bytes, where no size is published

Progress = Callable[[str, int, int | None], None]


class _Broken(Exception):
    """A transfer from one mirror failed; ``again`` tells whether another try may mend it."""

    def __init__(self, reason: str, *, again: bool = False):
        super().__init__(reason)
        self.again = again


def fetch(dataset: Dataset, *, force: bool = False, progress: Progress | None = None) -> Path:
    """Bring the files of a data set into its folder, and return the folder.

    Files that are there and right are kept; ``force`` fetches them again.

    Parameters
    ----------
    progress : called as ``progress(name, bytes so far, bytes in all or None)``

    Raises
    ------
    DataError
        If no mirror has a file with the right content, or it cannot be stored. Files that were already fetched stay;
        what was received of a broken transfer stays too, as ``NAME.part``, and the next call goes on from there.
    """
    if not dataset.mirrors:
        return dataset.folder  # embedded
    named = os.environ.get("MXLEARN_DATA_MIRROR")
    mirrors = (named,) if named else dataset.mirrors
    try:
        dataset.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_stored(dataset.folder, error) from error
    for file in dataset.files:
        target = dataset.folder / file.name
        if force or not is_good(target, file):
            _fetch_file(file, target, mirrors, progress)
    return dataset.folder


def is_good(path: Path, file: File) -> bool:
    """Whether the file is there with the right content; a re-compressed ``.gz`` of the same content counts."""
    if not path.is_file():
        return False
    if file.compressed and _sha256(_pieces(path)) == file.compressed:
        return True
    try:
        return _content_sha256(path, file) == file.content
    except FormatError:
        return False


def verify(dataset: Dataset) -> list[str]:
    """Compare the files of a data set with the recorded checksums.

    Returns
    -------
    one line for each file that is missing or wrong; an empty list where all is well
    """
    faults = []
    for file in dataset.files:
        path = dataset.folder / file.name
        if not path.is_file():
            faults.append(f"{path}: missing")
        elif not is_good(path, file):
            faults.append(f"{path}: its SHA-256 is not the recorded one")
    return faults


class ProgressBar:
    """Show one line for each file: a moving bar on a terminal, else only the finished line.

    >>> bar = ProgressBar(sys.stdout)
    >>> bar("train-labels.gz", 512, 1024)
    >>> bar("train-labels.gz", 1024, 1024)
    train-labels.gz  0.0 MB
    """

    WIDTH = 30  # characters

    def __init__(self, stream=None):
        self.stream = sys.stderr if stream is None else stream
        self.moving = self.stream.isatty()

    def __call__(self, name: str, done: int, total: int | None) -> None:
        finished = done == total
        if self.moving:
            filled = self.WIDTH * done // total if total else 0
            amount = f"{done / 1e6:.1f}" + (f" of {total / 1e6:.1f}" if total else "")
            end = "\n" if finished else ""
            bar = "#" * filled + "." * (self.WIDTH - filled)
            self.stream.write(f"\r{name:28s} [{bar}] {amount} MB{end}")
        elif finished:
            self.stream.write(f"{name}  {done / 1e6:.1f} MB\n")
        self.stream.flush()


def _fetch_file(file: File, target: Path, mirrors: tuple[str, ...], progress: Progress | None) -> None:
    """Fetch one file from the first mirror that has it, and move it into place."""
    part = target.with_name(target.name + ".part")
    reasons = []
    for mirror in mirrors:
        try:
            _fetch_from(mirror, file, part, progress)
        except _Broken as fault:
            reasons.append(f"{mirror}: {fault}")
            continue
        try:
            os.replace(part, target)
        except OSError as error:
            raise _not_stored(target, error) from error
        return
    raise DataError(
        f"{file.name}: could not be fetched.\n"
        + "".join(f"  {reason}\n" for reason in reasons)
        + "  Try again later: what was received is kept, and the transfer goes on from there. Without a network, copy\n"
        f"  the file into {target.parent}, or set MXLEARN_DATA_MIRROR to a folder or an address that has it."
    )


def _fetch_from(mirror: str, file: File, part: Path, progress: Progress | None) -> None:
    """Bring the file from one mirror to ``part``, with the right content, or raise _Broken."""
    source = _address(mirror, file.name)
    fault = _Broken("not tried")
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE * attempt)
        resumed = part.is_file() and part.stat().st_size > 0
        try:
            if isinstance(source, Path):
                _copy(source, file, part, progress)
            else:
                _transfer(source, file, part, progress)
        except _Broken as broken:
            fault = broken
            if not broken.again:
                break
            continue
        if is_good(part, file):
            return
        part.unlink(missing_ok=True)
        fault = _Broken("the content is not the expected one: its SHA-256 differs")
        if not resumed:  # all of it came from here: another try would bring the same
            break
    raise fault


def _address(mirror: str, name: str) -> Path | str:
    """Return where the mirror has the file: a path for a folder, else an address."""
    scheme = mirror.split("://", 1)[0].lower() if "://" in mirror else ""
    if scheme in ("http", "https"):
        return mirror.rstrip("/") + "/" + name
    if scheme:
        raise DataError(
            f"MXLEARN_DATA_MIRROR={mirror}: {scheme} is not understood.\n  Give a folder, or an http or https address."
        )
    return Path(mirror).expanduser() / name


def _copy(source: Path, file: File, part: Path, progress: Progress | None) -> None:
    try:
        with source.open("rb") as stream:
            _store(stream, part, file, 0, os.fstat(stream.fileno()).st_size, progress)
    except DataError:
        raise
    except OSError as error:
        raise _Broken(f"{error.strerror or error}") from error


def _transfer(address: str, file: File, part: Path, progress: Progress | None) -> None:
    """Receive the file, from the byte on where an earlier transfer broke off if the server can do that."""
    import http.client
    import urllib.error
    import urllib.request

    have = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": "mxlearn", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=TIMEOUT) as answer:
            if answer.status != 206 or not _starts_at(answer.headers.get("Content-Range", ""), have):
                have = 0  # the server sends the whole file
            length = answer.headers.get("Content-Length", "")
            total = have + int(length) if length.isdigit() else None
            received = _store(answer, part, file, have, total, progress)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and have:  # nothing beyond what we have: the checksum tells whether that is all
            return
        raise _Broken(f"HTTP status {error.code} {error.reason}", again=error.code >= 500) from error
    except DataError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise _Broken(f"no answer: {getattr(error, 'reason', None) or error}", again=True) from error
    if total is not None and received < total:
        raise _Broken(f"the connection closed after {received:,} of {total:,} bytes", again=True)


def _starts_at(content_range: str, start: int) -> bool:
    return content_range.strip().lower().startswith(f"bytes {start}-")


def _store(stream, part: Path, file: File, have: int, total: int | None, progress: Progress | None) -> int:
    """Append the stream to the first ``have`` bytes of ``part``; return how many bytes it then holds.

    Errors of ``stream`` pass through, errors of the disk become DataError.
    """
    limit = SIZE_LIMIT * file.size if file.size else UNKNOWN_LIMIT
    done = have
    try:
        sink = part.open("r+b" if have else "wb", buffering=0)
    except OSError as error:
        raise _not_stored(part, error) from error
    with sink:
        sink.seek(have)
        while piece := stream.read(CHUNK):
            done += len(piece)
            if done > limit:
                part.unlink()
                raise _Broken(f"sent more than {limit:,} bytes, which this file cannot have")
            try:
                rest = memoryview(piece)
                while rest:
                    rest = rest[sink.write(rest) :]
            except OSError as error:
                part.unlink()
                raise _not_stored(part, error) from error
            if progress:
                progress(file.name, done, total)
        os.fsync(sink.fileno())
    if progress and total is None:
        progress(file.name, done, done)
    return done


def _not_stored(path: Path, error: OSError) -> DataError:
    """Explain why this machine could not keep a file."""
    free = shutil.disk_usage(_existing(path)).free
    advice = "Is the folder writable? Make it so"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = f"The disk is full ({free / 1e6:.0f} MB free): make room"
    return DataError(
        f"{path}: cannot be stored: {error.strerror or error}.\n  {advice}, or set MXLEARN_HOME to another folder."
    )


def _existing(path: Path) -> Path:
    """Return the nearest folder above ``path`` that exists."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _content_sha256(path: Path, file: File) -> str:
    """Return the SHA-256 of the content; of a ``.gz``, of what is inside."""
    return _sha256(_inside(path) if file.name.endswith(".gz") else _pieces(path))


def _inside(path: Path) -> Iterator[bytes]:
    import gzip
    import zlib

    try:
        with gzip.open(path) as stream:
            while piece := stream.read(CHUNK):
                yield piece
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FormatError(f"{path}: is not a whole gzip file: {error}.\n  Fetch it again.") from error


def _sha256(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
