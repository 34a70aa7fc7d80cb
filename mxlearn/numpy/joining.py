"""Functions that put arrays together, or cut one into parts."""
from collections.abc import Sequence
from typing import Any

import numpy as onp

from ..base import ArgumentError, ShapeError
from ..core.infer import normalize_axis
from ..core.operator import find
from ..symbol.symbol import Symbol
from .array import ndarray
from .calling import arr, array_like, call, finish, newshape, promoted, rearranged
from .shaping import atleast_1d, atleast_2d, atleast_3d


def _sequence(arrays, what: str) -> list:
    if isinstance(arrays, (list, tuple)) or (isinstance(arrays, ndarray) and arrays.ndim):
        parts = [arr(a, what) for a in arrays]
        if parts:
            return promoted(*parts)
        raise ArgumentError(f"{what}: at least one array is needed")
    raise ArgumentError(f"{what}: expected a list of arrays. Received: {type(arrays).__name__}")


def concatenate(seq, axis: int | None = 0, out=None) -> Any:
    """Join arrays along an axis that they have; with axis=None their flattened elements.

    >>> mx.np.concatenate([mx.np.ones(2), mx.np.zeros(1)])
    array([1., 1., 0.])
    """
    parts = _sequence(seq, "np.concatenate")
    if axis is None:
        parts, axis = [newshape(a, (-1,)) for a in parts], 0
    first = parts[0]
    if not isinstance(first, Symbol):
        if any(not a.ndim for a in parts):
            raise ShapeError("np.concatenate: arrays without axes cannot be joined; use np.stack")
        axis = normalize_axis(axis, first.ndim)
    return finish(call("Concat", *parts, dim=axis), out)


def stack(arrays, axis: int = 0, out=None) -> Any:
    """Join arrays of one shape along a new axis."""
    return finish(call("stack", *_sequence(arrays, "np.stack"), axis=axis), out)


def vstack(arrays, out=None) -> Any:
    """Join arrays as rows."""
    return concatenate([atleast_2d(a) for a in _sequence(arrays, "np.vstack")], 0, out)


row_stack = vstack


def hstack(arrays) -> Any:
    """Join arrays along the second axis, vectors along their only one."""
    parts = [atleast_1d(a) for a in _sequence(arrays, "np.hstack")]
    return concatenate(parts, 0 if parts[0].ndim == 1 else 1)


def dstack(arrays) -> Any:
    """Join arrays along the third axis."""
    return concatenate([atleast_3d(a) for a in _sequence(arrays, "np.dstack")], 2)


def column_stack(tup) -> Any:
    """Join vectors as columns; matrices are joined along the second axis."""
    parts = _sequence(tup, "np.column_stack")
    return concatenate([newshape(a, (-1, 1)) if a.ndim < 2 else a for a in parts], 1)


def append(arr, values, axis=None) -> Any:
    """Put values behind an array, along an axis or flattened."""
    first = array_like(arr)
    return concatenate([first, array_like(values, first)], axis)


def insert(arr, obj, values, axis=None) -> ndarray:
    """Insert values in front of positions, along an axis or flattened."""
    where, first = _index(obj), array_like(arr)
    second = array_like(values, first)
    return rearranged(lambda xp, a, v: onp.insert(a, where, v, axis), first, second)


def delete(arr, obj, axis=None) -> ndarray:
    """Leave out positions, along an axis or flattened."""
    where = _index(obj)
    return rearranged(lambda xp, a: xp.delete(a, where, axis), array_like(arr))


def _index(obj) -> Any:
    if isinstance(obj, (slice, int, onp.integer)):
        return obj
    host = array_like(obj).asnumpy()
    return host if host.dtype.kind in "bi" else host.astype("int64")


# -- cut into parts ----------------------------------------------------------------------------------------------------
def _cut(ary, bounds: Sequence[int], axis: int) -> list:
    op = find("_split_v2")
    attrs = op.parse({"indices": (0, *bounds), "sections": 0, "axis": axis, "squeeze_axis": False})
    found = call("_split_v2", ary, **attrs)
    return list(found) if isinstance(found, (list, Symbol)) else [found]


def split(ary, indices_or_sections, axis: int = 0) -> list:
    """Cut an array along an axis into equal parts, or in front of indices.

    Raises
    ------
    ShapeError
        If a number of parts does not divide the extent; see ``array_split``.
    """
    ary = arr(ary, "np.split")
    if not isinstance(indices_or_sections, (int, onp.integer)):
        return _at_indices(ary, indices_or_sections, axis)
    if isinstance(ary, Symbol):
        found = call("SliceChannel", ary, num_outputs=int(indices_or_sections), axis=axis)
        return list(found)
    sections, extent = int(indices_or_sections), ary.shape[normalize_axis(axis, ary.ndim)]
    if sections < 1 or extent % sections:
        raise ShapeError(f"np.split: array split does not result in an equal division: {extent} into {sections} parts")
    return _equal_parts(ary, sections, axis)


def array_split(ary, indices_or_sections, axis: int = 0) -> list:
    """Cut an array along an axis into parts whose extents differ by at most 1, or in front of indices."""
    ary = arr(ary, "np.array_split")
    if not isinstance(indices_or_sections, (int, onp.integer)):
        return _at_indices(ary, indices_or_sections, axis)
    if indices_or_sections < 1:
        raise ArgumentError(f"np.array_split: the number of parts must be positive. Received: {indices_or_sections}")
    return _equal_parts(ary, int(indices_or_sections), axis)


def _equal_parts(ary, sections: int, axis: int) -> list:
    extent = ary.shape[normalize_axis(axis, ary.ndim)]
    each, extra = divmod(extent, sections)
    bounds = [i * each + min(i, extra) for i in range(1, sections)]
    return _cut(ary, bounds, axis)


def _at_indices(ary, indices, axis: int) -> list:
    extent = ary.shape[normalize_axis(axis, ary.ndim)]
    bounds = [int(n) for n in (indices if isinstance(indices, (list, tuple)) else array_like(indices).asnumpy())]
    wanted = [min(max(n + extent if n < 0 else n, 0), extent) for n in bounds]
    if sorted(wanted) == wanted:
        return _cut(ary, wanted, axis)
    lead = (slice(None),) * normalize_axis(axis, ary.ndim)
    return [ary[(*lead, slice(b, e))] for b, e in zip([0, *wanted], [*wanted, extent], strict=True)]


def hsplit(ary, indices_or_sections) -> list:
    """Cut an array along its second axis, a vector along its only one."""
    ary = arr(ary, "np.hsplit")
    if not isinstance(ary, Symbol) and not ary.ndim:
        raise ShapeError("np.hsplit: an array of at least 1 axis is needed")
    return split(ary, indices_or_sections, 0 if not isinstance(ary, Symbol) and ary.ndim == 1 else 1)


def vsplit(ary, indices_or_sections) -> list:
    """Cut an array along its first axis."""
    if arr(ary, "np.vsplit").ndim < 2:
        raise ShapeError("np.vsplit: an array of at least 2 axes is needed")
    return split(ary, indices_or_sections, 0)


def dsplit(ary, indices_or_sections) -> list:
    """Cut an array along its third axis."""
    if arr(ary, "np.dsplit").ndim < 3:
        raise ShapeError("np.dsplit: an array of at least 3 axes is needed")
    return split(ary, indices_or_sections, 2)


__all__ = [
    "append", "array_split", "column_stack", "concatenate", "delete", "dsplit", "dstack", "hsplit", "hstack",
    "insert", "row_stack", "split", "stack", "vsplit", "vstack",
]  # fmt: skip
