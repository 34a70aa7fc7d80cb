"""Reductions along axes: sum, mean, prod, max, min, norm, argmax, moments and cumsum.

``axis`` is None or () for all axes, an int, or a tuple; ``exclude`` reduces all axes but these. A full reduction gives
shape (1,), as in MXNet. The dtype stays that of the data: integers wrap or truncate, float16 is summed in float32.
"""
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from ..base import ArgumentError, ShapeError
from ..core import infer
from ..core.attributes import Axes, DType
from ..core.infer import normalize_axis, show
from ..core.operator import Like, operator
from ..kernels.product import WORTH_COLUMN_SUMS, column_sums

_HALF, _SINGLE, _DOUBLE = np.dtype("float16"), np.dtype("float32"), np.dtype("float64")


# -- axes --------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=1024)  # a training step asks for the same few again and again
def axes_of(axis: None | int | tuple, ndim: int, exclude: bool = False) -> tuple[int, ...]:
    """Return the axes to reduce, sorted and counted from the front.

    Raises
    ------
    ShapeError
        If an axis is out of range or named twice.
    """
    if axis is None or axis == ():
        named = () if exclude and axis == () else range(ndim)
    else:
        named = sorted(normalize_axis(a, ndim) for a in ((axis,) if isinstance(axis, int) else axis))
        if len(set(named)) < len(named):
            raise ShapeError(f"axis={axis} names an axis twice for an array of {ndim} dimensions")
    if exclude and axis not in (None, ()):
        return tuple([a for a in range(ndim) if a not in named])
    return tuple(named) if not exclude or axis is None else tuple(range(ndim))


def reduced_shape(shape, axes: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """Return the shape after reducing ``axes``: (1,) where nothing is left."""
    if keepdims:
        return tuple([1 if i in axes else extent for i, extent in enumerate(shape)])
    return tuple([extent for i, extent in enumerate(shape) if i not in axes]) or (1,)


def reduction_shape(data, *, axis=None, keepdims=False, exclude=False, **_):
    """Shape rule of a reduction."""
    if data is None:
        return [None], [(1,) if axis is None and not keepdims else None]
    return [data], [reduced_shape(data, axes_of(axis, len(data), exclude), keepdims)]


# What the reducing methods of a NumPy array call, behind some microseconds of Python
_REDUCERS: dict[str, Callable[..., Any]] = {
    "sum": np.add.reduce,
    "prod": np.multiply.reduce,
    "max": np.maximum.reduce,
    "min": np.minimum.reduce,
    "any": np.logical_or.reduce,
    "all": np.logical_and.reduce,
}


def reduce(data, method: str, axis, keepdims: bool, exclude: bool, dtype=None):
    """Reduce an array by one of the methods "sum", "prod", "max", ..., so that full reductions have shape (1,)."""
    if exclude or axis == ():
        axis = axes_of(axis, data.ndim, exclude)
    if isinstance(data, np.ndarray):
        out = _REDUCERS[method](data, axis, dtype, None, keepdims)
    else:
        options = {} if dtype is None else {"dtype": dtype}
        out = getattr(data, method)(axis=axis, keepdims=keepdims, **options)
    return out if out.ndim else out.reshape(1)


def total(data, axis, keepdims, exclude, method="sum"):
    """Sum or multiply in the dtype of ``data``, float16 in float32."""
    dtype = data.dtype
    if dtype == _HALF:
        with np.errstate(over="ignore"):
            return reduce(data, method, axis, keepdims, exclude, dtype=_SINGLE).astype(_HALF)
    if dtype.kind == "b":
        return reduce(data, "any" if method == "sum" else "all", axis, keepdims, exclude)
    if method == "sum" and isinstance(data, np.ndarray) and data.size >= WORTH_COLUMN_SUMS and not keepdims:
        sums = column_sums(data, axes_of(axis, data.ndim, exclude))
        if sums is not None:
            return sums
    return reduce(data, method, axis, keepdims, exclude, dtype=dtype)


def average(xp, data, axis, keepdims, exclude):
    """Return the mean; of integers truncated toward zero, of nothing nan."""
    dtype = data.dtype
    wide = dtype if dtype.char in "fd" else _DOUBLE
    out = reduce(data, "sum", axis, keepdims, exclude, dtype=wide)
    if not data.size:
        return xp.full_like(out, math.nan if dtype.kind == "f" else 0, dtype=dtype)
    out /= data.size // out.size
    return out if wide is dtype else out.astype(dtype)


# -- the way back ------------------------------------------------------------------------------------------------------
def spread(xp, data, like, axis, exclude):
    """Return ``data``, reduced from the shape of ``like``, repeated in that shape."""
    kept = reduced_shape(like.shape, axes_of(axis, len(like.shape), exclude), True)
    out = xp.empty(like.shape, data.dtype)
    out[...] = data.reshape(kept)
    return out


@operator(shape=lambda data, like, **_: ([data, like], [like]), dtype=infer.first_dtype, fresh=True)
def _unreduce(xp, data, like: Like, *, axis: Axes = None, exclude: bool = False, share: bool = False):
    """Repeat ``data`` along the axes over which it was reduced: the gradient of sum, and with ``share`` that of mean.

    >>> mx.nd._internal._unreduce(mx.nd.array([1, 2]), mx.nd.zeros((2, 3)), axis=1)
    [[1. 1. 1.]
     [2. 2. 2.]]
    <NDArray 2x3 @cpu(0)>
    """
    if share and data.size:
        data = (data / max(math.prod(like.shape) // data.size, 1)).astype(data.dtype, copy=False)
    return spread(xp, data, like, axis, exclude)


@_unreduce.gradient
def _(F, g, data: Like, *, axis, exclude, share):
    back = (F.mean if share else F.sum)(g, axis=axis, exclude=exclude)
    return F.reshape_like(back, data), None


# -- sums and products -------------------------------------------------------------------------------------------------
@operator(name="sum", aliases=("sum_axis",), shape=reduction_shape, fresh=True)
def sum_(xp, data, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False):
    """Sum along axes.

    >>> mx.nd.sum(mx.nd.array([[1, 2], [3, 4]]), axis=1)
    [3. 7.]
    <NDArray 2 @cpu(0)>
    """
    return total(data, axis, keepdims, exclude)


@sum_.gradient
def _(F, g, data: Like, *, axis, exclude):
    return (F._unreduce(g, data, axis=axis, exclude=exclude),)


@operator(shape=reduction_shape, fresh=True, joined_by=("_classifier_loss",))
def mean(xp, data, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False):
    """Average along axes; integers are truncated.

    >>> mx.nd.mean(mx.nd.array([[1, 2], [3, 4]]), axis=0)
    [2. 3.]
    <NDArray 2 @cpu(0)>
    """
    return average(xp, data, axis, keepdims, exclude)


@mean.gradient
def _(F, g, data: Like, *, axis, exclude):
    return (F._unreduce(g, data, axis=axis, exclude=exclude, share=True),)


@operator(shape=reduction_shape)
def prod(xp, data, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False):
    """Multiply along axes. Unlike MXNet's, the gradient is right where an element is 0.

    >>> mx.nd.prod(mx.nd.array([[1, 2], [3, 4]]), axis=1)
    [ 2. 12.]
    <NDArray 2 @cpu(0)>
    """
    return total(data, axis, keepdims, exclude, "prod")


@prod.gradient
def _(F, g, data, *, axis, exclude):
    others = F._prod_of_others(data, axis=axis, exclude=exclude)
    return (F.elemwise_mul(F._unreduce(g, data, axis=axis, exclude=exclude), others),)


@operator(shape=infer.same_shape)
def _prod_of_others(xp, data, *, axis: Axes = None, exclude: bool = False):
    """Return for each element the product of all others along the axes, without dividing.

    >>> mx.nd._internal._prod_of_others(mx.nd.array([2, 3, 0]))
    [0. 0. 6.]
    <NDArray 3 @cpu(0)>
    """
    axes = axes_of(axis, data.ndim, exclude)
    kept = [i for i in range(data.ndim) if i not in axes]
    order = (*kept, *axes)
    rows = xp.transpose(data, order)
    shape = rows.shape
    rows = rows.reshape(*shape[: len(kept)], math.prod(shape[len(kept) :]))
    ones = xp.ones_like(rows[..., :1])
    before = xp.concatenate([ones, xp.cumprod(rows, axis=-1)[..., :-1]], axis=-1)
    after = xp.concatenate([ones, xp.cumprod(rows[..., ::-1], axis=-1)[..., :-1]], axis=-1)[..., ::-1]
    out = (before[..., : rows.shape[-1]] * after[..., -rows.shape[-1] or None :]).reshape(shape)
    return xp.ascontiguousarray(xp.transpose(out, np.argsort(order).tolist())).astype(data.dtype, copy=False)


@_prod_of_others.gradient
def _(F, g, data, out, *, axis, exclude):
    # d others_i / d x_j = others_i / x_j for j != i, so this second derivative does divide
    weighted = F.elemwise_mul(g, out)
    total = F._unreduce(F.sum(weighted, axis=axis, exclude=exclude), data, axis=axis, exclude=exclude)
    return (F.elemwise_div(F.elemwise_sub(total, weighted), data),)


def without_nan(xp, data, value):
    """Return ``data`` with nan replaced by ``value``."""
    return xp.where(xp.isnan(data), value, data).astype(data.dtype, copy=False) if data.dtype.kind == "f" else data


@operator(shape=reduction_shape)
def nansum(xp, data, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False):
    """Sum along axes, with nan counted as 0; its gradient is 0 there.

    >>> mx.nd.nansum(mx.nd.array([1, float('nan'), 2]))
    [3.]
    <NDArray 1 @cpu(0)>
    """
    return total(without_nan(xp, data, 0), axis, keepdims, exclude)


@nansum.gradient
def _(F, g, data, *, axis, exclude):
    there = F._equal(data, data)  # nan differs from itself
    return (F.elemwise_mul(F._unreduce(g, data, axis=axis, exclude=exclude), there),)


@operator(shape=reduction_shape)
def nanprod(xp, data, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False):
    """Multiply along axes, with nan counted as 1; its gradient is 0 there.

    >>> mx.nd.nanprod(mx.nd.array([3, float('nan'), 2]))
    [6.]
    <NDArray 1 @cpu(0)>
    """
    return total(without_nan(xp, data, 1), axis, keepdims, exclude, "prod")


@nanprod.gradient
def _(F, g, data, *, axis, exclude):
    there = F._equal(data, data)
    others = F._prod_of_others(F._nan_to_one(data), axis=axis, exclude=exclude)
    return (F.elemwise_mul(F.elemwise_mul(F._unreduce(g, data, axis=axis, exclude=exclude), others), there),)


@operator(elementwise=True)
def _nan_to_one(xp, data):
    """Replace nan by 1, the neutral factor.

    >>> mx.nd._internal._nan_to_one(mx.nd.array([3, float('nan')]))
    [3. 1.]
    <NDArray 2 @cpu(0)>
    """
    return without_nan(xp, data, 1)


@_nan_to_one.gradient
def _(F, g, data):
    return (F.elemwise_mul(g, F._equal(data, data)),)


# -- extrema -----------------------------------------------------------------------------------------------------------
@operator(name="max", aliases=("max_axis",), shape=reduction_shape)
def max_(xp, data, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False):
    """Return the largest element along axes; nan where one is nan. Each of equal largest elements gets the gradient.

    >>> mx.nd.max(mx.nd.array([[1, 2], [4, 3]]), axis=1)
    [2. 4.]
    <NDArray 2 @cpu(0)>
    """
    return reduce(data, "max", axis, keepdims, exclude)


@operator(name="min", aliases=("min_axis",), shape=reduction_shape)
def min_(xp, data, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False):
    """Return the smallest element along axes; nan where one is nan. Each of equal smallest elements gets the gradient.

    >>> mx.nd.min(mx.nd.array([[1, 2], [4, 3]]), axis=1)
    [1. 3.]
    <NDArray 2 @cpu(0)>
    """
    return reduce(data, "min", axis, keepdims, exclude)


def _extremum_gradient(F, g, data, out, *, axis, exclude):
    chosen = F._equal(data, F._unreduce(out, data, axis=axis, exclude=exclude))
    return (F.elemwise_mul(chosen, F._unreduce(g, data, axis=axis, exclude=exclude)),)


max_.gradient(_extremum_gradient)
min_.gradient(_extremum_gradient)


# -- norms and moments -------------------------------------------------------------------------------------------------
def _norm_dtype(data, *, out_dtype, **_):
    return [data], [data if out_dtype is None else out_dtype]


@operator(shape=reduction_shape, dtype=_norm_dtype)
def norm(xp, data, *, ord: int = 2, axis: Axes = None, out_dtype: DType | None = None, keepdims: bool = False):
    """Return the sum of magnitudes (``ord=1``) or the Euclidean length (``ord=2``) along axes.

    It is computed in float64, so that squares neither overflow nor vanish. The gradient at a length of 0 is 0, where
    MXNet's is nan.

    >>> mx.nd.norm(mx.nd.array([3, 4]))
    [5.]
    <NDArray 1 @cpu(0)>
    """
    if ord not in (1, 2):
        raise ArgumentError(f"ord must be 1 or 2. Received: {ord}")
    wide = xp.abs(data).astype(_DOUBLE, copy=False) if ord == 1 else xp.square(data.astype(_DOUBLE, copy=False))
    out = reduce(wide, "sum", axis, keepdims, False)
    return (out if ord == 1 else xp.sqrt(out)).astype(data.dtype if out_dtype is None else out_dtype, copy=False)


@norm.gradient
def _(F, g, data, out, *, ord, axis):
    if ord == 1:
        return (F.elemwise_mul(F._unreduce(F._cast_like(g, data), data, axis=axis), F.sign(data)),)
    # x / |x|, with 1 in place of a length of 0: then x is 0 too
    safe = F.elemwise_add(out, F._equal_scalar(out, scalar=0.0))
    return (F.elemwise_mul(F._unreduce(F._cast_like(F.elemwise_div(g, safe), data), data, axis=axis), data),)


def _moments_shape(data, *, axes, keepdims):
    _, out = reduction_shape(data, axis=axes, keepdims=keepdims)
    return [data], out * 2


@operator(outputs=("output0", "output1"), shape=_moments_shape, dtype=lambda data, **_: ([data], [data, data]))
def moments(xp, data, *, axes: Axes = None, keepdims: bool = False):
    """Return the mean and the variance (divided by n) along ``axes``.

    >>> mx.nd.moments(mx.nd.array([1, 2, 3, 6]), axes=0)[1]
    [3.5]
    <NDArray 1 @cpu(0)>
    """
    wide = data if data.dtype in (_SINGLE, _DOUBLE) else data.astype(_DOUBLE)
    center = average(xp, wide, axes, True, False)
    spread_ = average(xp, xp.square(wide - center), axes, keepdims, False)
    return center.reshape(spread_.shape).astype(data.dtype, copy=False), spread_.astype(data.dtype, copy=False)


@moments.gradient
def _(F, g, data, output0, *, axes):
    # dm/dx = 1/n, dv/dx = 2 (x - m) / n
    centered = F.elemwise_sub(data, F._unreduce(output0, data, axis=axes))
    from_var = F._mul_scalar(F.elemwise_mul(F._unreduce(g[1], data, axis=axes, share=True), centered), scalar=2.0)
    return (F.elemwise_add(F._unreduce(g[0], data, axis=axes, share=True), from_var),)


# -- positions of extrema ----------------------------------------------------------------------------------------------
def _arg_shape(data, *, axis=None, keepdims=False):
    return reduction_shape(data, axis=axis, keepdims=keepdims)


def position(xp, data, function: str, axis: int | None, keepdims: bool):
    """Return where the extremum is, in the dtype of the data."""
    axes = axes_of(axis, data.ndim)
    out = getattr(xp, function)(data, axis=axis)
    return out.astype(data.dtype).reshape(reduced_shape(data.shape, axes, keepdims))


@operator(shape=_arg_shape, differentiable=False)
def argmax(xp, data, *, axis: int | None = None, keepdims: bool = False):
    """Return the index of the largest element along an axis, or in the flattened array; the first of ties.

    The index has the dtype of the data, as in MXNet, float32 in most cases.

    >>> mx.nd.argmax(mx.nd.array([[1, 2], [4, 3]]), axis=1)
    [1. 0.]
    <NDArray 2 @cpu(0)>
    """
    return position(xp, data, "argmax", axis, keepdims)


@operator(shape=_arg_shape, differentiable=False)
def argmin(xp, data, *, axis: int | None = None, keepdims: bool = False):
    """Return the index of the smallest element along an axis, or in the flattened array; the first of ties.

    The index has the dtype of the data, as in MXNet, float32 in most cases.

    >>> mx.nd.argmin(mx.nd.array([[1, 2], [4, 3]]), axis=1)
    [0. 1.]
    <NDArray 2 @cpu(0)>
    """
    return position(xp, data, "argmin", axis, keepdims)


@operator(differentiable=False)
def argmax_channel(xp, data):
    """Return the index of the largest element along axis 1, the channels.

    >>> mx.nd.argmax_channel(mx.nd.array([[1, 3, 2], [9, 8, 7]]))
    [1. 0.]
    <NDArray 2 @cpu(0)>
    """
    return position(xp, data, "argmax", 1, False)


@argmax_channel.infer_shape
def _(data):
    if data is not None and len(data) < 2:
        raise ShapeError(f"data must have at least 2 dimensions, (batch, channel, ...). Received: {show(data)}")
    return reduction_shape(data, axis=1) if data is not None else ([None], [None])


# -- cumulative sums ---------------------------------------------------------------------------------------------------
def _cumsum_dtype(a, *, dtype, **_):
    if dtype is None and a is not None and a.kind == "b":
        dtype = np.dtype("int64")
    return [a], [a if dtype is None else dtype]


@operator(aliases=("_np_cumsum",), dtype=_cumsum_dtype)
def cumsum(xp, a, *, axis: int | None = None, dtype: DType | None = None):
    """Return the running sum along an axis, or of the flattened array.

    >>> mx.nd.cumsum(mx.nd.array([[1, 2], [3, 4]]), axis=1)
    [[1. 3.]
     [3. 7.]]
    <NDArray 2x2 @cpu(0)>
    """
    _, (dtype,) = _cumsum_dtype(a.dtype, dtype=dtype)
    if axis is not None:
        axis = normalize_axis(axis, a.ndim)
    if dtype == _HALF:
        return xp.cumsum(a, axis=axis, dtype=_SINGLE).astype(_HALF)
    return xp.cumsum(a, axis=axis, dtype=dtype)


@cumsum.infer_shape
def _(a, *, axis, dtype):
    if a is None:
        return [None], [None]
    if axis is None:
        return [a], [(infer.size_of(a),)]
    normalize_axis(axis, len(a))
    return [a], [a]


@cumsum.gradient
def _(F, g, a: Like, *, axis):
    # each element is in all later sums: sum the gradients from the end
    along = 0 if axis is None else axis
    back = F.reverse(F.cumsum(F.reverse(g, axis=(along,)), axis=along), axis=(along,))
    return (F._cast_like(back if axis is not None else F.reshape_like(back, a), a),)
