"""Who holds memory: the arrays that are alive, and what for. An error of a GPU that is full lists them.

Nothing counts arrays while they are made and freed, which would cost each operator; the garbage collector knows them.
"""
import gc
from collections.abc import Iterator
from typing import Any

from ..backend import surveys
from ..core.graph import Node
from .array import Leaf, NDArray

Held = tuple[Any, str, str]  # what backend.surveys wants: a raw array, its kind, what it is


def survey() -> Iterator[Held]:
    """Return the raw arrays of all NDArrays and tapes, an array that serves several ends under the first of them."""
    found = [thing for thing in gc.get_objects() if isinstance(thing, (Node, NDArray))]
    leaves = [thing for thing in found if isinstance(thing, Leaf)]
    for leaf in leaves:
        if leaf.grad is not None:
            yield from held(leaf.grad, "gradients", f"gradient of {leaf.name!r}" if leaf.name else "a gradient")
    arrays = [thing for thing in found if isinstance(thing, NDArray)]
    for array in arrays:
        entry = getattr(array, "_entry", None)  # one that is just being made has none yet
        if entry is not None and isinstance(entry[0], Leaf):
            yield from held(array, "parameters", f"parameter {entry[0].name!r}" if entry[0].name else "a parameter")
    for node in found:
        if isinstance(node, Node) and node.op is not None and node.saved:
            where = f" {node.scope[-1]!r}" if node.scope else ""
            for raw in flat(node.saved):
                yield raw, "the tape, which backward() frees", f"kept by the tape for {node.op.name}{where}"
    for array in arrays:
        yield from held(array, "other arrays", "an array")


def held(array: NDArray, kind: str, what: str) -> Iterator[Held]:
    """Return the raw array of an NDArray as a survey names it; the parts of a sparse one."""
    raw = getattr(array, "_data", None)
    if raw is not None:
        yield raw, kind, what
        return
    for part in getattr(getattr(array, "_raw", None), "parts", ()):
        yield part, kind, what


def flat(values: Any) -> Iterator[Any]:
    """Return the leaves of nested tuples and lists."""
    for value in values:
        if isinstance(value, (tuple, list)):
            yield from flat(value)
        else:
            yield value


surveys.append(survey)  # behind those that know more, see gluon/parameter/holding.py and optimizer/holding.py

__all__ = ["flat", "held", "survey"]
