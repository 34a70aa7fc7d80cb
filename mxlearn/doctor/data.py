"""The data sets, the student's folder of the course, and the room for both."""

import os
from collections.abc import Iterator
from pathlib import Path

from mxlearn.base import DataError
from mxlearn.course import default_folder, lessons
from mxlearn.data.catalog import CATALOG, home
from mxlearn.data.download import verify

from .checks import check
from .finding import Finding, ok, problem, warning
from .folders import free, size_text, unwritable
from .installed import clone, command, pip, setting

SUBJECT = "Data"
LITTLE, TOO_LITTLE = 500e6, 50e6  # bytes; MNIST takes 12 MB, and a checkpoint of a lesson less than one


@check(SUBJECT, "data sets")
def embedded() -> Iterator[Finding]:
    """The data sets that come along are as recorded."""
    names = [name for name, dataset in CATALOG.items() if not dataset.mirrors]
    faults = [fault for name in names for fault in verify(CATALOG[name])]
    if faults:
        yield problem(f"damaged: {'; '.join(faults)}", _again("datasets"), faults=faults)
    else:
        yield ok(f"{len(names)} came along, and are as recorded: {', '.join(names)}", embedded=names)


def _again(folder: str) -> str:
    """Return the command that brings files of mxlearn back."""
    here = clone()
    if here is not None:
        return command("git", "-C", here, "checkout", "--", folder)
    return pip("install", "--force-reinstall", "--no-deps", "mxlearn")


@check(SUBJECT, "downloads")
def downloads() -> Iterator[Finding]:
    """What was downloaded is whole; what was not is no fault."""
    for name, dataset in CATALOG.items():
        if not dataset.mirrors:
            continue
        missing = dataset.missing()
        facts = {"name": name, "folder": str(dataset.folder), "missing": missing}
        fetch = command("mxlearn", "data", "get", name)
        if not missing:
            yield ok(f"{name} is in {dataset.folder}", **facts)
        elif len(missing) < len(dataset.files):
            yield warning(f"{name} is here in part: {', '.join(missing)} is missing", fetch, **facts)
        else:
            yield ok(f"{name} is not here; the lessons do without, and `{fetch}` fetches it", **facts)


@check(SUBJECT, "data folder")
def data_folder() -> Iterator[Finding]:
    """Downloads have a place."""
    yield _place(home(), "MXLEARN_HOME")


@check(SUBJECT, "course")
def course() -> Iterator[Finding]:
    """The lessons are there, and the student's copy has a place."""
    try:
        count = sum(name.endswith(".ipynb") for name in lessons())
    except DataError as error:
        yield problem(str(error).splitlines()[0], _again("notebooks"))
    else:
        if count:
            yield ok(f"{count} lessons", lessons=count)
        else:
            yield problem("the course has no lessons", _again("notebooks"), lessons=0)
    yield _place(default_folder(), "MXLEARN_COURSE")


def _place(folder: Path, variable: str) -> Finding:
    """Look whether files can be written into a folder, which a variable of the environment may name."""
    other = setting(variable, os.path.join(os.path.abspath(os.sep), "path", "of", "another", "folder"))
    reason = unwritable(folder)
    facts: dict[str, object] = {"folder": str(folder), "writable": not reason}
    if reason:
        return problem(f"{folder} cannot be written: {reason}", other, **facts)
    room = facts["free"] = free(folder)
    if room < TOO_LITTLE:
        return problem(f"{folder} has no room: {size_text(room)} are free", other, **facts)
    if room < LITTLE:
        return warning(f"{folder} has little room: {size_text(room)} are free", other, **facts)
    return ok(f"{folder} can be written, {size_text(room)} are free", **facts)
