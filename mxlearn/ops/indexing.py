"""Operators that read or write elements at places given by arrays: take, pick, batch_take, one_hot, Embedding.

Indices may have any numeric dtype; fractions are cut off. Their gradient is None. Where one place is read several
times, its gradients add up (kernels/scatter.py).
"""
from math import prod
from typing import Literal

import numpy as np

from ..base import ArgumentError, ShapeError
from ..core.attributes import DType
from ..core.infer import first_dtype, normalize_axis, show, unify
from ..core.operator import Like, operator
from ..kernels import cuda
from ..kernels.scatter import add_at


def in_bounds(xp, indices, extent, mode):
    """Return indices as int64 from 0 to ``extent - 1``.

    Parameters
    ----------
    mode : "clip" moves indices outside to the nearest end (so -1 means the first element, as in MXNet), "wrap" counts
        modulo ``extent``, "raise" objects
    """
    fast = cuda.in_bounds(xp, indices, extent, mode)
    if fast is not None:
        return fast
    places = indices.astype("int64", copy=False)
    if extent == 0 and places.size:
        raise ShapeError("cannot read from an axis of size 0")
    if mode == "clip":
        return xp.minimum(xp.maximum(places, 0), max(extent - 1, 0))
    if mode == "wrap":
        return places % extent if extent else places
    if places.size and bool(((places < 0) | (places >= extent)).any()):
        raise ShapeError(f"an index is out of bounds: {int(places.min())} to {int(places.max())} in {extent} elements")
    return places


def rows_at(xp, a, indices, axis, mode):
    """Return the parts of ``a`` along ``axis`` at the places that ``in_bounds`` finds."""
    if xp is np and mode == "clip" and a.shape[axis]:  # NumPy does both at once
        return a.take(indices.astype("int64", copy=False), axis, None, "clip")
    fast = cuda.take(xp, a, indices, axis=axis, mode=mode)
    if fast is not None:
        return fast
    return xp.take(a, in_bounds(xp, indices, a.shape[axis], mode), axis=axis)


# -- along one axis ----------------------------------------------------------------------------------------------------
@operator(dtype=first_dtype)
def take(xp, a, indices, *, axis: int = 0, mode: Literal["clip", "wrap", "raise"] = "clip"):
    """Read rows (or columns, ...) by number.

    Parameters
    ----------
    a : array
    indices : array of any shape and numeric dtype
    axis : int, the axis that the indices count along
    mode : what becomes of an index outside: "clip" reads the first or last element, "wrap" counts modulo the size,
        "raise" raises an error

    Returns
    -------
    a.shape[:axis] + indices.shape + a.shape[axis + 1:], dtype of ``a``

    Raises
    ------
    ShapeError
        With mode "raise", if an index is negative or too large.

    >>> mx.nd.take(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([1, 1, 0]))
    [[3. 4.]
     [3. 4.]
     [1. 2.]]
    <NDArray 3x2 @cpu(0)>

    References: MXNet 1.9.1 operator take.
    """
    return rows_at(xp, a, indices, normalize_axis(axis, a.ndim), mode)


@take.infer_shape
def _(a, indices, *, axis, mode):
    if a is None or indices is None:
        return (a, indices), (None,)
    at = normalize_axis(axis, len(a))
    return (a, indices), ((*a[:at], *indices, *a[at + 1 :]),)


@take.gradient
def _(F, g, indices, a: Like, *, axis, mode):
    return F._take_backward(g, indices, a, axis=axis, mode=mode), None


@operator(dtype=first_dtype)
def _take_backward(
    xp, g, indices, like: Like, *, axis: int = 0, mode: Literal["clip", "wrap", "raise"] = "clip"
):
    """Add each part of ``g`` to the row of zeros, shaped as ``like``, that take read.

    >>> mx.nd._internal._take_backward(mx.nd.array([1, 2, 3]), mx.nd.array([1, 1, 0]), mx.nd.zeros((2,)))
    [3. 3.]
    <NDArray 2 @cpu(0)>
    """
    shape = like.shape
    axis = normalize_axis(axis, len(shape))
    if not g.size:
        return xp.zeros(shape, g.dtype)
    places = in_bounds(xp, indices, shape[axis], mode)
    before, behind = shape[:axis], shape[axis + 1 :]
    rows = xp.moveaxis(g.reshape(prod(before), places.size, prod(behind)), 1, 0)  # (index, before, behind)
    added = add_at(xp, (shape[axis], prod(before) * prod(behind)), g.dtype, places, rows)
    added = xp.moveaxis(added.reshape(shape[axis], prod(before), prod(behind)), 0, 1)
    return added.reshape(shape) if axis == 0 else added.copy().reshape(shape)


@_take_backward.infer_shape
def _(g, indices, like, *, axis, mode):
    return (g, indices, like), (like,)


@_take_backward.gradient
def _(F, g, indices, *, axis, mode):
    return F.take(g, indices, axis=axis, mode=mode), None, None


@operator(aliases=("_sparse_Embedding", "_contrib_SparseEmbedding"))
def Embedding(
    xp, data, weight, *, input_dim: int, output_dim: int, dtype: DType = DType("float32"), sparse_grad: bool = False
):
    """Look up the vector of each number: row i of ``weight`` is the embedding of i.

    Parameters
    ----------
    data : indices of any shape and numeric dtype; those outside read the first or last row
    weight : (input_dim, output_dim)
    input_dim : int, size of the vocabulary
    output_dim : int, size of an embedding vector
    dtype : dtype of ``weight`` where it is not yet known
    sparse_grad : compute the gradient of ``weight`` for the rows that were read alone; see mx.nd.sparse

    Returns
    -------
    data.shape + (output_dim,), dtype of ``weight``

    >>> mx.nd.Embedding(mx.nd.array([1, 0]), mx.nd.array([[1, 2], [3, 4]]), input_dim=2, output_dim=2)
    [[3. 4.]
     [1. 2.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator Embedding.
    """
    if weight.shape != (input_dim, output_dim):
        raise ShapeError(f"weight has shape {weight.shape}, but (input_dim, output_dim) is {(input_dim, output_dim)}")
    return rows_at(xp, weight, data, 0, "clip")


@Embedding.infer_shape
def _(data, weight, *, input_dim, output_dim, dtype, sparse_grad):
    weight = unify((input_dim, output_dim), weight, "(input_dim, output_dim) and the shape of weight")
    return (data, weight), (None if data is None else (*data, output_dim),)


@Embedding.infer_dtype
def _(data, weight, *, input_dim, output_dim, dtype, sparse_grad):
    weight = weight or np.dtype(dtype)
    return (data, weight), (weight,)


@Embedding.gradient
def _(F, g, data, weight: Like, *, sparse_grad):
    if sparse_grad:
        return None, F._embedding_rows(g, data, weight)
    return None, F._take_backward(g, data, weight, axis=0, mode="clip")


# -- one element of each row -------------------------------------------------------------------------------------------
@operator(aliases=("choose_element_0index",), dtype=first_dtype)
def pick(
    xp, data, index, *, axis: int | None = -1, keepdims: bool = False, mode: Literal["clip", "wrap"] = "clip"
):
    """Read one element of each row: ``out[i] = data[i, index[i]]``.

    Parameters
    ----------
    data : array
    index : the shape of ``data`` without ``axis``, or with size 1 there; any numeric dtype
    axis : int, the axis that the indices count along
    keepdims : bool, keep ``axis`` with size 1
    mode : what becomes of an index outside: "clip" reads the first or last element, "wrap" counts modulo the size

    Returns
    -------
    the shape of ``data`` without ``axis`` (a vector gives shape (1,)), dtype of ``data``

    >>> mx.nd.pick(mx.nd.array([[1, 2, 3], [4, 5, 6]]), mx.nd.array([0, 2]))
    [1. 6.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator pick.
    """
    axis = _pick_axis(axis, data.ndim)
    fast = cuda.pick(xp, data, index, axis=axis, mode=mode)
    if fast is not None:
        return fast.reshape(_picked_shape(data.shape, axis, keepdims))
    kept = _kept(data.shape, axis)
    places = in_bounds(xp, index, data.shape[axis], mode).reshape(kept)
    if axis == data.ndim - 1 and data.size:  # rows lie one after the other: half the time of take_along_axis
        rows = data.reshape(-1, data.shape[axis])
        picked = rows[xp.arange(len(rows)), places.reshape(-1)]
    else:
        picked = xp.take_along_axis(data, places, axis=axis)
    return picked.reshape(_picked_shape(data.shape, axis, keepdims))


def _pick_axis(axis, ndim):
    if axis is None:
        raise ArgumentError("axis=None is not supported: name the axis that the indices count along")
    return normalize_axis(axis, ndim)


def _kept(shape, axis):
    return (*shape[:axis], 1, *shape[axis + 1 :])


def _picked_shape(shape, axis, keepdims):
    return _kept(shape, axis) if keepdims else (*shape[:axis], *shape[axis + 1 :]) or (1,)


@pick.infer_shape
def _(data, index, *, axis, keepdims, mode):
    if data is None:
        return (None, index), (None,)
    at = _pick_axis(axis, len(data))
    if index is not None and len(index) == len(data):
        index = unify(index, _kept(data, at), "the shape of index and that of data with size 1 along the axis")
    else:
        index = unify(index, _picked_shape(data, at, False), "the shape of index and that of data without the axis")
    return (data, index), (_picked_shape(data, at, keepdims),)


@pick.gradient
def _(F, g, index, data: Like, *, axis, keepdims, mode):
    return F._pick_backward(g, index, data, axis=axis, keepdims=keepdims, mode=mode), None


@operator(dtype=first_dtype)
def _pick_backward(
    xp, g, index, like: Like, *, axis: int | None = -1, keepdims: bool = False, mode: Literal["clip", "wrap"] = "clip"
):
    """Write ``g`` to the places of zeros, shaped as ``like``, that pick read.

    >>> mx.nd._internal._pick_backward(mx.nd.array([5]), mx.nd.array([1]), mx.nd.zeros((1, 3)))
    [[0. 5. 0.]]
    <NDArray 1x3 @cpu(0)>
    """
    axis = _pick_axis(axis, len(like.shape))
    fast = cuda.pick_gradient(xp, g, index, like.shape, axis=axis, mode=mode)
    if fast is not None:
        return fast
    kept = _kept(like.shape, axis)
    extent = like.shape[axis]
    places = in_bounds(xp, index, extent, mode).reshape(kept)
    if axis == len(kept) - 1 and extent:  # rows lie one after the other: a tenth of the time of where
        rows = xp.zeros((places.size, extent), g.dtype)
        rows[xp.arange(places.size), places.reshape(-1)] = g.reshape(-1)
        return rows.reshape(like.shape)
    numbers = xp.arange(extent).reshape(tuple(extent if i == axis else 1 for i in range(len(kept))))
    return xp.where(numbers == places, g.reshape(kept), xp.zeros((), g.dtype))


@_pick_backward.infer_shape
def _(g, index, like, *, axis, keepdims, mode):
    return (g, index, like), (like,)


@_pick_backward.gradient
def _(F, g, index, *, axis, keepdims, mode):
    return F.pick(g, index, axis=axis, keepdims=keepdims, mode=mode), None, None


@operator(dtype=first_dtype)
def batch_take(xp, a, indices):
    """Read one element of each row of a matrix; ``pick`` does the same for any number of dimensions.

    Parameters
    ----------
    a : (batch, n)
    indices : (batch,), MXNet wants int32, here any numeric dtype; those outside read the first or last element

    Returns
    -------
    (batch,), dtype of ``a``

    >>> mx.nd.batch_take(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([1, 0], dtype="int32"))
    [2. 3.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator batch_take.
    """
    return pick(xp, a, indices, axis=1)


@batch_take.infer_shape
def _(a, indices):
    if a is None:
        return (None, indices), (None,)
    if len(a) != 2:
        raise ShapeError(f"a must have 2 dimensions. Received: {show(a)}")
    return (a, unify(indices, a[:1], "the shape of indices and (batch,)")), (a[:1],)


@batch_take.gradient
def _(F, g, indices, a: Like):
    return F._pick_backward(g, indices, a, axis=1), None


@operator(differentiable=False)
def one_hot(
    xp, indices, *, depth: int, on_value: float = 1.0, off_value: float = 0.0, dtype: DType = DType("float32")
):
    """Write each number as a row with a single "on".

    Parameters
    ----------
    indices : array of any shape and numeric dtype; a number outside of 0 to depth - 1 gives a row of "off" only
    depth : int, length of a row
    on_value, off_value : float
    dtype : dtype of the result

    Returns
    -------
    indices.shape + (depth,)

    >>> mx.nd.one_hot(mx.nd.array([0, 2]), depth=3)
    [[1. 0. 0.]
     [0. 0. 1.]]
    <NDArray 2x3 @cpu(0)>

    References: MXNet 1.9.1 operator one_hot.
    """
    if depth < 0:
        raise ArgumentError(f"depth must not be negative. Received: depth={depth}")
    fast = cuda.one_hot(xp, indices, depth=depth, on_value=on_value, off_value=off_value, dtype=dtype)
    if fast is not None:
        return fast
    on = indices.astype("int64", copy=False)[..., None] == xp.arange(depth)
    if on_value == 1.0 and off_value == 0.0:
        return on.astype(dtype)
    values = xp.asarray([off_value, on_value]).astype(dtype)
    return xp.where(on, values[1], values[0])


@one_hot.infer_shape
def _(indices, *, depth, on_value, off_value, dtype):
    return (indices,), (None if indices is None else (*indices, depth),)


@one_hot.infer_dtype
def _(indices, *, depth, on_value, off_value, dtype):
    return (indices,), (np.dtype(dtype),)
