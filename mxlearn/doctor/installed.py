"""Which packages are installed, which ones mxlearn asks for, and the commands that put them right."""

import os
import re
import shlex
import subprocess
import sys
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from mxlearn.resources import PACKAGE

__all__ = [
    "Distribution", "Requirement", "clone", "command", "fits", "install", "installed", "named_like", "normal",
    "pip", "requirements", "setting", "version",
]  # fmt: skip


class Distribution(NamedTuple):
    """An installed package: its name as published, its version, and the folder that holds it."""

    name: str
    version: str
    folder: str


class Requirement(NamedTuple):
    """A package that mxlearn asks for: "jupyterlab", "<5,>=4.4", "lab"; extra is "" for what it always needs."""

    name: str
    versions: str
    extra: str


def normal(name: str) -> str:
    """Return the name of a package as all spellings of it share it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(name: str) -> list[Distribution]:
    """Return what is installed under this name: more than one where a folder of sys.path hides another."""
    return [found for found in _all(tuple(sys.path)) if normal(found.name) == normal(name)]


def named_like(pattern: str) -> list[Distribution]:
    """Return what is installed under a name that matches a regular expression as a whole."""
    return [found for found in _all(tuple(sys.path)) if re.fullmatch(pattern, normal(found.name))]


def version(name: str) -> str:
    """Return the version that ``import`` would find, or "" where it is not installed."""
    found = installed(name)
    return found[0].version if found else ""


@lru_cache(maxsize=1)  # 0.2 s for 150 packages, and several checks ask
def _all(path: tuple[str, ...]) -> list[Distribution]:
    found = {}
    for each in metadata.distributions(path=list(path)):
        name = each.metadata["Name"]
        if name:  # a folder that a broken installation left behind has none
            found[Distribution(name, each.version, str(each.locate_file("")))] = None
    return list(found)  # the same folder may stand twice in sys.path


def requirements(*extras: str) -> list[Requirement]:
    """Return the packages that mxlearn asks for, in itself ("") and for its extras, as its metadata says.

    Those for some platforms alone, oneDNN's, are left out: a check of their own looks for them.
    """
    try:
        lines = metadata.requires("mxlearn") or []
    except metadata.PackageNotFoundError:  # run from a folder, without having been installed
        return []
    found = []
    for line in lines:
        match = re.match(r"([\w.-]+)(?:\[[^\]]*\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?$", line)
        marker = match[3] or "" if match else ""
        if match is None or match[1] == "mxlearn" or "platform" in marker:
            continue
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", marker)
        found.append(Requirement(match[1], match[2].strip(), extra[1] if extra else ""))
    return [each for each in found if each.extra in extras]


_HOLDS = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


def fits(found: str, versions: str) -> bool:
    """Tell whether a version is in a range. Only numbers are compared: 2.0rc1 counts as 2.0.

    Examples
    --------
    >>> fits("2.5.1", ">=2.0,<2.6"), fits("2.6", ">=2.0,<2.6"), fits("5", "==5.0")
    (True, False, True)
    """
    for clause in filter(None, map(str.strip, versions.split(","))):
        match = re.match(r"(>=|<=|==|!=|>|<)\s*(\d[\d.]*)$", clause)
        if match is None:
            continue  # a form that mxlearn's own metadata does not use
        a, b = _numbers(found), _numbers(match[2])
        width = max(len(a), len(b))
        if not _HOLDS[match[1]](a + (0,) * (width - len(a)), b + (0,) * (width - len(b))):
            return False
    return True


def _numbers(text: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, match[0].split("."))) if match else ()


def clone() -> Path | None:
    """Return the folder of the clone that mxlearn runs from, or None for an installed package."""
    return PACKAGE.parent if (PACKAGE.parent / "pyproject.toml").is_file() else None


# -- remedies ----------------------------------------------------------------------------------------------------------
def command(*words: str | os.PathLike) -> str:
    """Return a command as one types it, with the quotes that its shell wants."""
    texts = [os.fspath(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)


def pip(*words: str) -> str:
    """Return the pip command of this environment; uv's, where the environment was made without pip."""
    if find_spec("pip") is not None:
        return command(sys.executable, "-m", "pip", *words)
    words = tuple(word for word in words if word != "-y")  # uv does not ask
    return command("uv", "pip", words[0], "--python", sys.executable, *words[1:])


def install(extra: str) -> str:
    """Return the command that installs mxlearn with one of its extras, from the clone where it runs from one."""
    folder = clone()
    return pip("install", f"mxlearn[{extra}]") if folder is None else pip("install", "-e", f"{folder}[{extra}]")


def setting(name: str, value: str) -> str:
    """Return the command that sets a variable of the shell; "" takes it away."""
    if os.name == "nt":
        return f"set {name}={value}"
    return f"export {name}={shlex.quote(value)}" if value else f"unset {name}"
