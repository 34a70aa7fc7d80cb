"""Operators that repeat elements, put margins around images, and read or write diagonals: tile, repeat, Pad, diag."""
from math import prod
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import known, normalize_axis, show
from ..core.operator import Like, operator


# -- repeating ---------------------------------------------------------------------------------------------------------
@operator()
def tile(xp, data, *, reps: Shape):
    """Repeat a whole array along each axis.

    Parameters
    ----------
    data : array
    reps : int or tuple of int, copies along each axis, matched from the right

    >>> mx.nd.tile(mx.nd.array([1, 2]), reps=(2, 2))
    [[1. 2. 1. 2.]
     [1. 2. 1. 2.]]
    <NDArray 2x4 @cpu(0)>

    References: MXNet 1.9.1 operator tile.
    """
    _check_reps(reps)
    return xp.tile(data, reps) if reps else data.copy()


def _check_reps(reps):
    if any(n < 0 for n in reps):
        raise ArgumentError(f"reps must not be negative. Received: reps={tuple(reps)}")


def _aligned(shape, reps):
    """Return shape and reps as tuples of equal length."""
    rank = max(len(shape), len(reps))
    return (1,) * (rank - len(shape)) + tuple(shape), (1,) * (rank - len(reps)) + tuple(reps)


@tile.infer_shape
def _(data, *, reps):
    _check_reps(reps)
    if data is None:
        return (None,), (None,)
    return (data,), (tuple(n * r if n >= 0 else -1 for n, r in zip(*_aligned(data, reps), strict=True)),)


@tile.gradient
def _(F, g, data: Like, *, reps):
    return F._tile_backward(g, data, reps=reps)


@operator()
def _tile_backward(xp, g, like: Like, *, reps: Shape):
    """Sum over the copies that tile made.

    >>> mx.nd._internal._tile_backward(mx.nd.array([1, 2, 3, 4]), mx.nd.zeros((2,)), reps=(2,))
    [4. 6.]
    <NDArray 2 @cpu(0)>
    """
    shape, counts = _aligned(like.shape, reps)
    pairs = [n for pair in zip(counts, shape, strict=True) for n in pair]
    return g.reshape(pairs).sum(axis=tuple(range(0, len(pairs), 2)), dtype=g.dtype).reshape(like.shape)


@_tile_backward.infer_shape
def _(g, like, *, reps):
    return (g, like), (like,)


@_tile_backward.gradient
def _(F, g, *, reps):
    return F.tile(g, reps=reps), None


@operator()
def repeat(xp, data, *, repeats: int, axis: int | None = None):
    """Repeat each element along an axis.

    Parameters
    ----------
    data : array
    repeats : int, copies of each element
    axis : int; None repeats the flattened array

    >>> mx.nd.repeat(mx.nd.array([[1, 2]]), repeats=2, axis=1)
    [[1. 1. 2. 2.]]
    <NDArray 1x4 @cpu(0)>

    References: MXNet 1.9.1 operator repeat.
    """
    _check_repeats(repeats)
    return xp.repeat(data, repeats, axis=None if axis is None else normalize_axis(axis, data.ndim))


def _check_repeats(repeats):
    if repeats < 0:
        raise ArgumentError(f"repeats must not be negative. Received: repeats={repeats}")


@repeat.infer_shape
def _(data, *, repeats, axis):
    _check_repeats(repeats)
    if data is None:
        return (None,), (None,)
    if axis is None:
        return (data,), ((prod(data) * repeats if known(data) else -1,),)
    at = normalize_axis(axis, len(data))
    return (data,), ((*data[:at], data[at] * repeats if data[at] >= 0 else -1, *data[at + 1 :]),)


@repeat.gradient
def _(F, g, data: Like, *, repeats, axis):
    return F._repeat_backward(g, data, repeats=repeats, axis=axis)


@operator()
def _repeat_backward(xp, g, like: Like, *, repeats: int, axis: int | None = None):
    """Sum over the copies that repeat made.

    >>> mx.nd._internal._repeat_backward(mx.nd.array([1, 2, 3, 4]), mx.nd.zeros((2,)), repeats=2)
    [3. 7.]
    <NDArray 2 @cpu(0)>
    """
    if axis is None:
        return g.reshape(like.size, repeats).sum(axis=1, dtype=g.dtype).reshape(like.shape)
    at = normalize_axis(axis, len(like.shape))
    copies = g.reshape(*like.shape[: at + 1], repeats, *like.shape[at + 1 :])
    return copies.sum(axis=at + 1, dtype=g.dtype)


@_repeat_backward.infer_shape
def _(g, like, *, repeats, axis):
    return (g, like), (like,)


@_repeat_backward.gradient
def _(F, g, *, repeats, axis):
    return F.repeat(g, repeats=repeats, axis=axis), None


# -- padding -----------------------------------------------------------------------------------------------------------
@operator(aliases=("pad",))
def Pad(
    xp, data, *, mode: Literal["constant", "edge", "reflect"], pad_width: Shape, constant_value: float = 0.0
):
    """Put a margin around images.

    Parameters
    ----------
    data : (batch, channel, height, width) or (batch, channel, depth, height, width)
    mode : "constant" fills with ``constant_value``, "edge" repeats the outermost element, "reflect" mirrors the image
        without repeating its edge
    pad_width : tuple of int (before_0, after_0, before_1, after_1, ...), in pixels; the first four are 0

    Returns
    -------
    array with larger spatial dimensions, same dtype

    Raises
    ------
    ShapeError
        If data has another number of dimensions, or a reflection would be wider than the image.

    >>> mx.nd.pad(mx.nd.array([[[[1, 2]]]]), mode="edge", pad_width=(0, 0, 0, 0, 0, 0, 1, 2))
    [[[[1. 1. 2. 2. 2.]]]]
    <NDArray 1x1x1x5 @cpu(0)>

    References: MXNet 1.9.1 operator Pad.
    """
    pairs = _pad_pairs(data.shape, mode, pad_width)
    if mode == "constant":
        return xp.pad(data, pairs, mode=mode, constant_values=constant_value)
    return xp.pad(data, pairs, mode=mode)


def _pad_pairs(shape, mode, pad_width):
    if len(shape) not in (4, 5) or len(pad_width) != 2 * len(shape):
        raise ShapeError(
            "data must have 4 or 5 dimensions, and pad_width two numbers for each of them."
            f" Received: {show(shape)} and pad_width={tuple(pad_width)}"
        )
    if any(pad_width[:4]) or any(n < 0 for n in pad_width):
        raise ShapeError(
            f"batch and channel cannot be padded, and no width may be negative. Received: pad_width={tuple(pad_width)}"
        )
    pairs = list(zip(pad_width[::2], pad_width[1::2], strict=True))
    for extent, pair in zip(shape, pairs, strict=True):
        if mode == "reflect" and extent >= 0 and max(pair) > 0 and max(pair) >= extent:
            raise ShapeError(f"a reflection must be narrower than the image: {max(pair)} pixels of {extent}")
    return pairs


@Pad.infer_shape
def _(data, *, mode, pad_width, constant_value):
    if data is None:
        return (None,), (None,)
    pairs = _pad_pairs(data, mode, pad_width)
    return (data,), (tuple(n + a + b if n >= 0 else -1 for n, (a, b) in zip(data, pairs, strict=True)),)


@Pad.gradient
def _(F, g, data: Like, *, mode, pad_width):
    return F._pad_backward(g, data, mode=mode, pad_width=pad_width)


@operator()
def _pad_backward(xp, g, like: Like, *, mode: Literal["constant", "edge", "reflect"], pad_width: Shape):
    """Cut the margin off and, unless it was constant, add it to the elements that it was copied from.

    >>> mx.nd._internal._pad_backward(
    ...     mx.nd.array([[[[1, 2, 3, 4]]]]), mx.nd.zeros((1, 1, 1, 2)), mode="edge", pad_width=(0, 0, 0, 0, 0, 0, 1, 1))
    [[[[3. 7.]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    for axis, (before, after) in enumerate(_pad_pairs(like.shape, mode, pad_width)):
        if not before and not after:
            continue
        extent = like.shape[axis]
        moved = xp.moveaxis(g, axis, 0)
        inner = moved[before : before + extent].copy()
        if mode == "edge":
            inner[0] += moved[:before].sum(axis=0, dtype=g.dtype)
            inner[-1] += moved[before + extent :].sum(axis=0, dtype=g.dtype)
        elif mode == "reflect":
            inner[1 : before + 1] += moved[:before][::-1]
            inner[extent - 1 - after : extent - 1] += moved[before + extent :][::-1]
        g = xp.moveaxis(inner, 0, axis)
    return g.copy()


@_pad_backward.infer_shape
def _(g, like, *, mode, pad_width):
    return (g, like), (like,)


@_pad_backward.gradient
def _(F, g, *, mode, pad_width):
    return F.Pad(g, mode=mode, pad_width=pad_width), None


# -- diagonals ---------------------------------------------------------------------------------------------------------
@operator()
def diag(xp, data, *, k: int = 0, axis1: int = 0, axis2: int = 1):
    """Read a diagonal, or make a matrix with a given diagonal.

    Parameters
    ----------
    data : array; a vector of n elements becomes a matrix (n + |k|, n + |k|)
    k : int, 0 is the main diagonal, positive ones lie above, negative ones below
    axis1, axis2 : axes of the matrices whose diagonals are read; their diagonal becomes the last axis

    Raises
    ------
    ShapeError
        If the matrix has no such diagonal.

    >>> mx.nd.diag(mx.nd.array([[1, 2, 3], [4, 5, 6]]), k=1)
    [2. 6.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator diag.
    """
    if data.ndim == 1:
        return xp.diag(data, k)
    _diag_shape(data.shape, k, axis1, axis2)
    return xp.diagonal(data, k, axis1, axis2).copy()


def _diag_shape(shape, k, axis1, axis2):
    if len(shape) == 1:
        return (shape[0] + abs(k) if shape[0] >= 0 else -1,) * 2
    a, b = normalize_axis(axis1, len(shape), "axis1"), normalize_axis(axis2, len(shape), "axis2")
    if a == b:
        raise ShapeError(f"axis1 and axis2 must differ. Received: {axis1} and {axis2}")
    rest = tuple(n for i, n in enumerate(shape) if i not in (a, b))
    if shape[a] < 0 or shape[b] < 0:
        return (*rest, -1)
    length = min(shape[a], shape[b] - k) if k >= 0 else min(shape[a] + k, shape[b])
    if length <= 0 < shape[a] * shape[b]:
        raise ShapeError(f"a matrix of {shape[a]} x {shape[b]} has no diagonal k={k}")
    return (*rest, max(length, 0))


@diag.infer_shape
def _(data, *, k, axis1, axis2):
    return (data,), (None if data is None else _diag_shape(data, k, axis1, axis2),)


@diag.gradient
def _(F, g, data: Like, *, k, axis1, axis2):
    return F._diag_backward(g, data, k=k, axis1=axis1, axis2=axis2)


@operator()
def _diag_backward(xp, g, like: Like, *, k: int = 0, axis1: int = 0, axis2: int = 1):
    """Write ``g`` onto a diagonal of zeros of the shape of ``like``, or read it where diag made a matrix.

    >>> mx.nd._internal._diag_backward(mx.nd.array([1, 2]), mx.nd.zeros((2, 2)))
    [[1. 0.]
     [0. 2.]]
    <NDArray 2x2 @cpu(0)>
    """
    if len(like.shape) == 1:
        return xp.diagonal(g, k).copy()
    out = xp.zeros(like.shape, g.dtype)
    matrices = xp.moveaxis(out, (axis1, axis2), (-2, -1))  # a view
    places = xp.arange(g.shape[-1])
    matrices[..., places + max(-k, 0), places + max(k, 0)] = g
    return out


@_diag_backward.infer_shape
def _(g, like, *, k, axis1, axis2):
    return (g, like), (like,)


@_diag_backward.gradient
def _(F, g, *, k, axis1, axis2):
    return F.diag(g, k=k, axis1=axis1, axis2=axis2), None
