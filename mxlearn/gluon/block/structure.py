"""Nested lists of arrays: taken apart and put together again."""
from typing import Any

from ...base import ArgumentError, type_name
from ...ndarray import NDArray
from ...symbol import Symbol


def flatten(args) -> tuple[list, Any]:
    """Return the arrays of nested lists in order, and their structure.

    The structure is 0 for one array, -1 for None, and a list of these for a list.
    """
    if args is None:
        return [None], -1
    if isinstance(args, (NDArray, Symbol)):
        if isinstance(args, Symbol) and len(args) > 1:
            return list(args), [0] * len(args)
        return [args], 0
    if isinstance(args, (list, tuple)):
        flat, structure = [], []
        for item in args:
            part, shape = flatten(item)
            flat += part
            structure.append(shape)
        return flat, structure
    raise ArgumentError(
        "a HybridBlock takes and returns NDArrays, Symbols, or (nested) lists of them."
        f" Received: {type_name(args)}.\n  Convert data with mx.nd.array(...)."
    )


def regroup(flat: list, structure) -> tuple[Any, list]:
    """Return the nested lists that ``flatten`` took apart, and what is left of ``flat``."""
    if structure in (0, -1):
        return flat[0], flat[1:]
    items = []
    for part in structure:
        item, flat = regroup(flat, part)
        items.append(item)
    return items, flat
