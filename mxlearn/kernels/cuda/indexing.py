"""Reading and writing by index on a GPU: take, pick, one_hot, and the sums that are gradients of reading."""

from math import prod

import numpy as np

from .launch import C_TYPES, MANY, Source, block_for, served

SOURCE = Source("indexing")
RANKED = 8192  # indices up to which n * n comparisons take less time than a sort
_WORDS = {1: np.dtype("uint8"), 2: np.dtype("uint16"), 4: np.dtype("uint32"), 8: np.dtype("uint64")}


def _served(array, indices) -> bool:
    """Tell whether there is something to copy, and the dtypes are those of numbers."""
    return bool(array.size and indices.size) and array.dtype.char in C_TYPES and indices.dtype.char in C_TYPES


@served
def in_bounds(xp, indices, extent, mode):
    """Return indices as int64 from 0 to ``extent - 1``, as `mxlearn.ops.indexing.in_bounds`; None for "raise"."""
    if mode == "raise" or not extent or not indices.size or indices.dtype.char not in C_TYPES:
        return None
    out = xp.empty(indices.shape, xp.int64)
    arguments = xp.ascontiguousarray(indices), out, mode == "wrap", extent, out.size
    SOURCE.each(xp, "places", out.size, _WORDS[1], arguments, indices.dtype)
    return out


@served
def take(xp, a, indices, *, axis, mode):
    """Read rows by number, as the operator take; None for mode "raise", which has to look at the indices."""
    if mode == "raise" or not _served(a, indices):
        return None
    word = _WORDS[a.itemsize]
    out = xp.empty((*a.shape[:axis], *indices.shape, *a.shape[axis + 1 :]), a.dtype)
    arrays = xp.ascontiguousarray(a).view(word), xp.ascontiguousarray(indices), out.view(word)
    arguments = *arrays, mode == "wrap", a.shape[axis], indices.size, prod(a.shape[axis + 1 :]), out.size
    SOURCE.each(xp, "take", out.size, word, arguments, indices.dtype, largest=a.size)
    return out


@served
def pick(xp, data, indices, *, axis, mode):
    """Read one element of each row along ``axis``, as the operator pick; the result has extent 1 there."""
    if not _served(data, indices) or indices.size * data.shape[axis] != data.size:
        return None
    word = _WORDS[data.itemsize]
    out = xp.empty((*data.shape[:axis], 1, *data.shape[axis + 1 :]), data.dtype)
    arrays = xp.ascontiguousarray(data).view(word), xp.ascontiguousarray(indices), out.view(word)
    arguments = *arrays, mode == "wrap", data.shape[axis], prod(data.shape[axis + 1 :]), out.size
    SOURCE.each(xp, "pick", out.size, word, arguments, indices.dtype, largest=data.size)
    return out


@served
def pick_gradient(xp, g, indices, shape, *, axis, mode):
    """Write ``g`` to the places of zeros of ``shape`` that `pick` read."""
    if not _served(g, indices) or not (indices.size == g.size == prod(shape) // max(shape[axis], 1)):
        return None
    word = _WORDS[g.itemsize]
    out = xp.empty(shape, g.dtype)
    arrays = xp.ascontiguousarray(g).view(word), xp.ascontiguousarray(indices), out.view(word)
    arguments = *arrays, mode == "wrap", shape[axis], prod(shape[axis + 1 :]), out.size
    SOURCE.each(xp, "pick_gradient", out.size, word, arguments, indices.dtype)
    return out


@served
def one_hot(xp, indices, *, depth, on_value, off_value, dtype):
    """Write each number as a row with a single "on", as the operator one_hot."""
    dtype = np.dtype(dtype)
    if not indices.size or not depth or dtype.char not in "efd" or indices.dtype.char not in C_TYPES:
        return None
    out = xp.empty((*indices.shape, depth), dtype)
    arguments = xp.ascontiguousarray(indices), out, float(on_value), float(off_value), depth, out.size
    SOURCE.each(xp, "one_hot", out.size, dtype, arguments, indices.dtype)
    return out


def sorted_order(xp, indices):
    """Return the places of one-dimensional integers in ascending order, int64; equal ones in the order they stand."""
    count = indices.size
    if count > RANKED:
        return xp.argsort(indices).astype(xp.int64, copy=False)
    order = xp.empty(count, xp.int64)
    kernel = SOURCE.kernel(xp, "rank", _WORDS[1], indices.dtype)
    kernel((count,), (min(256, block_for(count)),), (indices, order, count))
    return order


@served
def add_at(xp, shape, dtype, index, values):
    """Return zeros with rows added at indices, as `kernels.scatter.add_at`; always in the same order."""
    dtype, width = np.dtype(dtype), prod(shape[1:])
    if dtype.char not in "efd" or values.dtype != dtype or index.dtype.char not in C_TYPES:
        return None
    if not values.size or values.size != index.size * width:
        return None
    columns = min(32, 1 << (width - 1).bit_length())
    parts = -(-width // columns)
    if parts > 65535:  # the extent of a grid along y
        return None
    out = xp.zeros(shape, dtype)
    index = xp.ascontiguousarray(index).reshape(-1)
    order = sorted_order(xp, index)
    kernel = SOURCE.kernel(xp, "add_rows", dtype, index.dtype, max(out.size, values.size) >= MANY)
    arguments = xp.ascontiguousarray(values), index, order, out, index.size, width
    kernel((index.size, parts), (columns, 32 // columns), arguments)
    return out
