"""Every name of CuPy that mxlearn uses exists in CuPy 14, and in the stand-in, without which no test would run it.

``cupy_names.txt`` lists CuPy's names, so that a misspelled one, or one of NumPy's that CuPy does not have, is found on
a machine without CuPy. Found are chains that begin at a variable or attribute named ``xp`` or ``cupy``.
"""

import ast
import functools
import sys
from pathlib import Path

import pytest

import mxlearn

from . import standin
from .conftest import REAL_CUPY

PACKAGE = Path(mxlearn.__file__).parent
ROOTS = {"xp", "cupy", "_xp", "_cupy"}
ABSENT = {"cuda.get_cublas_handle"}  # of the stand-in, which has no cuBLAS: products are then NumPy's


def names_in(path: Path) -> dict[str, int]:
    """Return the dotted names behind ``xp`` in a file, and the line of each."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts, inner = [], node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            chain = [inner.id, *reversed(parts)]
            root = next((i for i, part in enumerate(chain) if part in ROOTS), None)
            if root is not None and chain[root + 1 :] and not chain[-1].startswith("__"):
                found[".".join(chain[root + 1 :])] = node.lineno
    return found


@functools.cache
def used() -> dict[str, str]:
    """Return the names used anywhere in the package, and one place of each."""
    places = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, line in names_in(path).items():
            places[name] = f"{path.relative_to(PACKAGE.parent)}:{line}"
    return places


@functools.cache
def listed() -> set[str]:
    """Return the names that cupy_names.txt lists, with a dot in front of those of modules and classes."""
    names, space = set(), ""
    for line in Path(standin.__file__).with_name("cupy_names.txt").read_text().splitlines()[1:]:
        if line.startswith("["):
            space = line.strip("[]")
            names |= {space} - {""}
        else:
            names |= {f"{space}.{name}".lstrip(".") for name in line.split()}
    return names


def known(name: str) -> bool:
    """Tell whether CuPy has a name; of a thing whose names are not listed, such as a dtype, any may follow."""
    parts = name.split(".")
    ends = [i for i in range(1, len(parts) + 1) if ".".join(parts[:i]) in listed()]
    if len(ends) == len(parts):
        return True
    return bool(ends) and not any(other.startswith(".".join(parts[: ends[-1]]) + ".") for other in listed())


def test_names_are_found_and_checked():
    assert len(used()) > 120
    assert known("cuda.Device") and known("lib.stride_tricks.as_strided") and known("float32.type")
    assert not known("einsum_path") and not known("cuda.Device.synchronise") and not known("cudnn")


def test_names_used_exist_in_cupy():
    missing = {name: place for name, place in used().items() if not known(name)}
    assert missing == {}


def test_names_used_exist_in_the_stand_in(cupy, on_standin):
    cupy, missing = cupy if on_standin else standin.make(), {}
    for name, place in used().items():
        if name in ABSENT:
            continue
        found = cupy
        try:
            for part in name.split("."):
                found = getattr(found, part)
        except AttributeError:
            missing[name] = place
    assert missing == {}


def test_names_listed_exist_in_cupy(monkeypatch):
    if REAL_CUPY is None:
        pytest.skip("CuPy is not installed")
    monkeypatch.setitem(sys.modules, "cupy", REAL_CUPY)  # it imports parts of itself when they are first used
    for name in sorted(listed()):
        found = REAL_CUPY
        for part in name.split("."):
            found = getattr(found, part)
