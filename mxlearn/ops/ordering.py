"""Order: sort, argsort and topk, all stable in both directions: of equal elements the first comes first.

Indices are floating numbers by default, as in MXNet (float32 is exact up to 2**24). nan sorts behind all numbers.
"""
from typing import Literal

import numpy as np

from ..base import ArgumentError
from ..core.attributes import DType
from ..core.infer import normalize_axis, size_of
from ..core.operator import Like, operator

_FLOAT32, _INT64 = np.dtype("float32"), np.dtype("int64")


def order_of(xp, data, axis: int, is_ascend: bool):
    """Return the stable order along ``axis``, int64."""
    if is_ascend:
        return xp.argsort(data, axis=axis, kind="stable")
    # sorting the mirror image in ascending order and mirroring back keeps equal elements in their first order
    mirrored = xp.argsort(xp.flip(data, axis), axis=axis, kind="stable")
    return data.shape[axis] - 1 - xp.flip(mirrored, axis)


def lined_up(data, axis: int | None):
    """Return ``data`` and the axis counted from the front; flattened where axis is None."""
    return (data.reshape(-1), 0) if axis is None else (data, normalize_axis(axis, data.ndim))


def _flat_shape(shape, axis):
    """Return the shape along which is sorted."""
    if shape is None:
        return None
    if axis is None:
        return (size_of(shape),)
    normalize_axis(axis, len(shape))
    return shape


# -- gathering along an axis, and its gradient -------------------------------------------------------------------------
@operator(
    shape=lambda data, index, **_: ([data, index], [index]), dtype=lambda data, index, **_: ([data, index], [data])
)
def _take_along(xp, data, index, *, axis: int | None):
    """Return the elements of ``data`` at ``index`` along ``axis`` (of the flattened array where it is None).

    >>> data, index = mx.nd.array([[10, 20], [30, 40]]), mx.nd.array([[1], [0]], dtype='int64')
    >>> mx.nd._internal._take_along(data, index, axis=1)
    [[20.]
     [30.]]
    <NDArray 2x1 @cpu(0)>
    """
    data, axis = lined_up(data, axis)
    return xp.take_along_axis(data, index, axis=axis)


@_take_along.gradient
def _(F, g, data: Like, index, *, axis):
    return F._put_along(g, index, data, axis=axis), None


@operator(
    shape=lambda g, index, like, **_: ([g, index, like], [like]),
    dtype=lambda g, index, like, **_: ([g, index, like], [g]),
)
def _put_along(xp, g, index, like: Like, *, axis: int | None):
    """Return zeros of the shape of ``like`` with ``g`` at ``index``, which names no place twice: undoes _take_along.

    >>> g, index, like = mx.nd.array([[5], [6]]), mx.nd.array([[1], [0]], dtype='int64'), mx.nd.zeros((2, 2))
    >>> mx.nd._internal._put_along(g, index, like, axis=1)
    [[0. 5.]
     [6. 0.]]
    <NDArray 2x2 @cpu(0)>
    """
    out, along = lined_up(xp.zeros(like.shape, g.dtype), axis)
    xp.put_along_axis(out, index, g, axis=along)
    return out.reshape(like.shape)


@_put_along.gradient
def _(F, g, index, *, axis):
    return F._take_along(g, index, axis=axis), None, None


# -- sorting -----------------------------------------------------------------------------------------------------------
def _sort_shape(data, *, axis, is_ascend):
    return [data], [_flat_shape(data, axis)] * 2


@operator(
    outputs=("output", "order"), visible=1, shape=_sort_shape, dtype=lambda data, **_: ([data], [data, _INT64])
)
def sort(xp, data, *, axis: int | None = -1, is_ascend: bool = True):
    """Sort along an axis, or the flattened array where ``axis`` is None.

    >>> mx.nd.sort(mx.nd.array([[3, 1, 2]]), is_ascend=False)
    [[3. 2. 1.]]
    <NDArray 1x3 @cpu(0)>
    """
    data, axis = lined_up(data, axis)
    order = order_of(xp, data, axis, is_ascend)
    return xp.take_along_axis(data, order, axis=axis), order


@sort.gradient
def _(F, g, data: Like, order, *, axis):
    return (F._put_along(g[0], order, data, axis=axis),)


def _argsort_dtype(data, *, dtype, **_):
    return [data], [dtype]


@operator(
    differentiable=False,
    shape=lambda data, *, axis, **_: ([data], [_flat_shape(data, axis)]),
    dtype=_argsort_dtype,
)
def argsort(xp, data, *, axis: int | None = -1, is_ascend: bool = True, dtype: DType = _FLOAT32):
    """Return the indices that sort along an axis, or sort the flattened array where ``axis`` is None.

    >>> mx.nd.argsort(mx.nd.array([30, 10, 20]))
    [1. 2. 0.]
    <NDArray 3 @cpu(0)>
    """
    data, axis = lined_up(data, axis)
    return order_of(xp, data, axis, is_ascend).astype(dtype)


# -- topk --------------------------------------------------------------------------------------------------------------
def clamp_k(k: int, extent: int) -> int:
    """Return the number of elements to take: all of them for k < 1."""
    if k > extent >= 0:
        raise ArgumentError(f"k={k} is more than the {extent} elements along the axis")
    return extent if k < 1 else k


def _topk_shape(data, *, axis, k, ret_typ, **_):
    shape = _flat_shape(data, axis)
    if shape is None:
        return [None], [None] * _topk_outputs({"ret_typ": ret_typ})
    at = 0 if axis is None else normalize_axis(axis, len(shape))
    taken = (*shape[:at], clamp_k(k, shape[at]), *shape[at + 1 :])
    return [data], [data] if ret_typ == "mask" else [taken] * _topk_outputs({"ret_typ": ret_typ})


def _topk_dtype(data, *, ret_typ, dtype, **_):
    outputs = {"mask": [data], "indices": [dtype], "value": [data, _INT64], "both": [data, dtype, _INT64]}
    return [data], outputs[ret_typ]


def _topk_outputs(attrs) -> int:
    return {"mask": 1, "indices": 1, "value": 2, "both": 3}[attrs["ret_typ"]]


def _topk_visible(attrs) -> int:
    return 2 if attrs["ret_typ"] == "both" else 1


@operator(outputs=_topk_outputs, visible=_topk_visible, shape=_topk_shape, dtype=_topk_dtype)
def topk(
    xp,
    data,
    *,
    axis: int | None = -1,
    k: int = 1,
    ret_typ: Literal["value", "indices", "mask", "both"] = "indices",
    is_ascend: bool = False,
    dtype: DType = _FLOAT32,
):
    """Return the k largest elements along an axis, in order, or the k smallest with ``is_ascend``.

    Parameters
    ----------
    data : array
    axis : the axis, or None for the flattened array
    k : how many; less than 1 means all
    ret_typ : "value" for the elements, "indices" for where they are, "both", or "mask" for 1 at each and 0 elsewhere
    is_ascend : take the smallest instead
    dtype : of the indices

    >>> mx.nd.topk(mx.nd.array([[30, 10, 20]]), k=2, ret_typ='both')[1]
    [[0. 2.]]
    <NDArray 1x2 @cpu(0)>
    """
    shape = data.shape
    data, axis = lined_up(data, axis)
    k = clamp_k(k, data.shape[axis])
    order = order_of(xp, data, axis, is_ascend)[(slice(None),) * axis + (slice(k),)]
    if ret_typ == "indices":
        return order.astype(dtype)
    if ret_typ == "mask":
        mask = xp.zeros(data.shape, data.dtype)
        xp.put_along_axis(mask, order, xp.ones(order.shape, data.dtype), axis=axis)
        return mask.reshape(shape)
    values = xp.take_along_axis(data, order, axis=axis)
    return (values, order) if ret_typ == "value" else (values, order.astype(dtype), order)


@topk.gradient
def _(F, g, data: Like, outs, *, axis, ret_typ):
    if ret_typ in ("indices", "mask"):
        return (None,)
    return (F._put_along(g[0], outs[-1], data, axis=axis),)
