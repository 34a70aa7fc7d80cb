"""Operators that join, split, repeat and pad arrays: Concat, stack, split, tile, repeat, Pad, diag."""
from math import prod
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import first_dtype, known, normalize_axis, show, unify
from ..core.operator import Like, operator


# -- joining -----------------------------------------------------------------------------------------------------------
@operator(aliases=("concat",))
def Concat(xp, *data, dim: int = 1):
    """Join arrays along an axis that they have.

    Parameters
    ----------
    data : arrays of one dtype, whose shapes differ along ``dim`` alone
    dim : int, the axis, default 1 as in MXNet

    Returns
    -------
    array of as many dimensions as each of ``data``

    >>> mx.nd.concat(mx.nd.array([[1], [2]]), mx.nd.array([[3], [4]]), dim=1)
    [[1. 3.]
     [2. 4.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator Concat.
    """
    return xp.concatenate(data, axis=normalize_axis(dim, data[0].ndim, "dim"))


@Concat.infer_shape
def _(*data, dim):
    if not data:
        raise ArgumentError("at least one array is needed. Received: none")
    given = [shape for shape in data if shape is not None]
    if not given:
        return data, (None,)
    axis = normalize_axis(dim, len(given[0]), "dim")
    common = None
    for shape in given:
        if not -len(shape) <= dim < len(shape):
            normalize_axis(dim, len(shape), "dim")
        common = unify(common, _with_extent(shape, axis, -1), f"the shapes of the inputs, without axis {axis},")
    completed = [_with_extent(common, axis, -1 if shape is None else shape[axis]) for shape in data]
    extents = [shape[axis] for shape in completed]
    return completed, (_with_extent(common, axis, -1 if -1 in extents else sum(extents)),)


def _with_extent(shape, axis, extent):
    return (*shape[:axis], extent, *shape[axis + 1 :])


@Concat.gradient
def _(F, g, data: Like, *, dim):
    likes: tuple = data  # type: ignore[assignment]  # of a variadic input a rule gets all, as a tuple
    return outputs_of(F._concat_backward(g, *likes, dim=dim, sections=len(likes)), len(likes))


def outputs_of(result, count):
    """Return the outputs of an operator as a tuple, also where it has a single one."""
    if count == 1:
        return (result[0] if type(result) in (tuple, list) else result,)
    return tuple(result[i] for i in range(count))


def _parts(shapes, axis):
    """Yield the slice of the joined axis that each of ``shapes`` occupies."""
    at = 0
    for shape in shapes:
        yield slice(at, at + shape[axis])
        at += shape[axis]


@operator(outputs=lambda attrs: attrs["sections"], dtype=first_dtype)
def _concat_backward(xp, *inputs, dim: int = 1, sections: int):
    """Cut the first input into parts of the shapes of the others: the gradient of Concat.

    >>> a, b = mx.nd._internal._concat_backward(
    ...     mx.nd.array([1, 2, 3]), mx.nd.zeros((1,)), mx.nd.zeros((2,)), dim=0, sections=2)
    >>> b
    [2. 3.]
    <NDArray 2 @cpu(0)>
    """
    g, *likes = inputs
    axis = normalize_axis(dim, g.ndim, "dim")
    before = (slice(None),) * axis
    parts = tuple([g[(*before, place)].copy() for place in _parts([like.shape for like in likes], axis)])
    return parts if sections > 1 else parts[0]


@_concat_backward.infer_shape
def _(*inputs, dim, sections):
    return inputs, tuple(inputs[1:])


@_concat_backward.gradient
def _(F, g, inputs: Like, *, dim, sections):
    return (F.Concat(*(g if sections > 1 else (g,)), dim=dim), *(None,) * sections)


@operator()
def stack(xp, *data, axis: int = 0):
    """Join arrays of one shape along a new axis.

    Parameters
    ----------
    data : arrays of one shape and dtype
    axis : int, place of the new axis in the result

    Returns
    -------
    array with one more dimension, of size ``len(data)``

    >>> mx.nd.stack(mx.nd.array([1, 2]), mx.nd.array([3, 4]), axis=1)
    [[1. 3.]
     [2. 4.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator stack.
    """
    return xp.stack(data, axis=normalize_axis(axis, data[0].ndim + 1))


@stack.infer_shape
def _(*data, axis):
    if not data:
        raise ArgumentError("at least one array is needed. Received: none")
    common = None
    for shape in data:
        common = unify(common, shape, "the shapes of the inputs")
    if common is None:
        return data, (None,)
    at = normalize_axis(axis, len(common) + 1)
    return (common,) * len(data), ((*common[:at], len(data), *common[at:]),)


@stack.gradient
def _(F, g, data: Like, *, axis):
    count = len(data)  # type: ignore[arg-type]  # a tuple, as data is variadic
    return outputs_of(F.SliceChannel(g, num_outputs=count, axis=axis, squeeze_axis=True), count)


# -- splitting ---------------------------------------------------------------------------------------------------------
@operator(aliases=("split",), outputs=lambda attrs: attrs["num_outputs"])
def SliceChannel(xp, data, *, num_outputs: int, axis: int = 1, squeeze_axis: bool = False):
    """Split an array into equal parts along an axis.

    Parameters
    ----------
    data : array
    num_outputs : int, number of parts; it divides the axis
    axis : int, default 1 as in MXNet
    squeeze_axis : bool, drop the axis; then each part must have size 1

    Returns
    -------
    ``num_outputs`` arrays, or the lone one

    >>> a, b = mx.nd.split(mx.nd.array([[1, 2], [3, 4]]), num_outputs=2, axis=0, squeeze_axis=True)
    >>> b
    [3. 4.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator SliceChannel.
    """
    axis = normalize_axis(axis, data.ndim)
    _check_equal_parts(data.shape, axis, num_outputs, squeeze_axis)
    width = data.shape[axis] // num_outputs
    return _cut(data, axis, [i * width for i in range(num_outputs)] + [data.shape[axis]], squeeze_axis)


def _check_equal_parts(shape, axis, count, squeeze_axis):
    extent = shape[axis]
    if count < 1 or extent % count:
        raise ShapeError(f"axis {axis} of data of shape {show(shape)} cannot be split into {count} equal parts")
    if squeeze_axis and extent != count:
        raise ShapeError(
            f"squeeze_axis=True needs parts of size 1: axis {axis} of data of shape {show(shape)} has size {extent},"
            f" and there are {count} parts"
        )


def _cut(data, axis, bounds, squeeze_axis):
    """Return the parts between neighboring ``bounds``, or the lone one."""
    before = (slice(None),) * axis
    if squeeze_axis:
        parts = [data[(*before, start)].copy() for start in bounds[:-1]]
    else:
        parts = [data[(*before, slice(a, b))].copy() for a, b in zip(bounds, bounds[1:], strict=False)]
    return tuple(parts) if len(parts) > 1 else parts[0]


@SliceChannel.infer_shape
def _(data, *, num_outputs, axis, squeeze_axis):
    if data is None:
        return (None,), (None,) * num_outputs
    axis = normalize_axis(axis, len(data))
    if data[axis] >= 0:
        _check_equal_parts(data, axis, num_outputs, squeeze_axis)
    if squeeze_axis:
        completed = _with_extent(data, axis, num_outputs)
        return (completed,), ((*data[:axis], *data[axis + 1 :]),) * num_outputs
    return (data,), (_with_extent(data, axis, data[axis] // num_outputs if data[axis] >= 0 else -1),) * num_outputs


@SliceChannel.gradient
def _(F, g, *, num_outputs, axis, squeeze_axis):
    parts = g if num_outputs > 1 else (g,)
    return F.stack(*parts, axis=axis) if squeeze_axis else F.Concat(*parts, dim=axis)


@operator(outputs=lambda attrs: attrs["sections"] if attrs["sections"] > 0 else len(attrs["indices"]))
def _split_v2(xp, data, *, indices: Shape, axis: int = 1, squeeze_axis: bool = False, sections: int = 0):
    """Split an array at given places along an axis.

    Parameters
    ----------
    data : array
    indices : tuple of int, where each part begins; the first is 0. ``nd.split_v2`` puts this 0 in front
    axis : int
    squeeze_axis : bool, drop the axis; then each part must have size 1
    sections : int, number of equal parts; 0 uses ``indices``

    >>> a, b = mx.nd._internal._split_v2(mx.nd.array([1, 2, 3]), indices=(0, 1), axis=0)
    >>> b
    [2. 3.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _split_v2.
    """
    axis = normalize_axis(axis, data.ndim)
    return _cut(data, axis, _bounds(data.shape, axis, indices, squeeze_axis, sections), squeeze_axis)


def _bounds(shape, axis, indices, squeeze_axis, sections):
    extent = shape[axis]
    if sections > 0:
        _check_equal_parts(shape, axis, sections, squeeze_axis)
        return [i * (extent // sections) for i in range(sections)] + [extent]
    bounds = [*indices, extent]
    if not indices or indices[0] != 0 or any(a > b for a, b in zip(bounds, bounds[1:], strict=False)):
        raise ShapeError(
            f"indices must begin with 0, must not decrease, and must not exceed {extent}, the size of axis {axis}."
            f" Received: {tuple(indices)}"
        )
    if squeeze_axis and any(b - a != 1 for a, b in zip(bounds, bounds[1:], strict=False)):
        raise ShapeError(f"squeeze_axis=True needs parts of size 1. Received: indices={tuple(indices)}")
    return bounds


@_split_v2.infer_shape
def _(data, *, indices, axis, squeeze_axis, sections):
    count = sections if sections > 0 else len(indices)
    if data is None:
        return (None,), (None,) * count
    axis = normalize_axis(axis, len(data))
    if data[axis] < 0:
        extents = [b - a for a, b in zip(indices, indices[1:], strict=False)] + [-1] if not sections else [-1] * count
    else:
        bounds = _bounds(data, axis, indices, squeeze_axis, sections)
        extents = [b - a for a, b in zip(bounds, bounds[1:], strict=False)]
    if squeeze_axis:
        return (data,), ((*data[:axis], *data[axis + 1 :]),) * count
    return (data,), tuple(_with_extent(data, axis, extent) for extent in extents)


@_split_v2.gradient
def _(F, g, *, indices, axis, squeeze_axis, sections):
    parts = g if (sections or len(indices)) > 1 else (g,)
    return F.stack(*parts, axis=axis) if squeeze_axis else F.Concat(*parts, dim=axis)


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
    return (data,), (_with_extent(data, at, data[at] * repeats if data[at] >= 0 else -1),)


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
