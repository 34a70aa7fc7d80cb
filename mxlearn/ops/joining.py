"""Operators that join arrays and split them: Concat, stack, SliceChannel (split), _split_v2."""

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import first_dtype, normalize_axis, show, unify
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
