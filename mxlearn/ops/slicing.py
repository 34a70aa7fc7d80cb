"""Operators that read or write a rectangular part of an array: slice, slice_axis, slice_like.

The gradient of reading a part writes the gradient into the same part of zeros. Those writers are operators too
(``_slice_backward`` ...), whose own gradient reads the part again, so that every order of derivative exists.
"""
from ..base import ShapeError
from ..core.attributes import OptionalInts, Shape
from ..core.infer import normalize_axis, show, unify
from ..core.operator import Like, operator


def part(begin, end, step, ndim):
    """Return MXNet's begin, end and step as an index: one slice per given axis."""
    if len(begin) != len(end) or (step and len(step) != len(begin)):
        raise ShapeError(f"begin, end and step must have equal lengths. Received: {begin}, {end} and {step}")
    if len(begin) > ndim:
        raise ShapeError(f"begin={begin} has {len(begin)} numbers, but data has {ndim} dimensions")
    if step and 0 in step:
        raise ShapeError(f"step must not be 0. Received: step={step}")
    return tuple(map(slice, begin, end, step or (None,) * len(begin)))


def part_shape(data, begin, end, step):
    """Return the shape of the part of an array of shape ``data``."""
    index = part(begin, end, step, len(data))
    out = [
        len(range(*key.indices(extent))) if extent >= 0 else _unknown_extent(key)
        for key, extent in zip(index, data[: len(index)], strict=True)
    ]
    return (*out, *data[len(out) :])


def _unknown_extent(key):
    """Return how long a slice of an axis of unknown length is, where begin and end alone say so."""
    backwards = key.step is not None and key.step < 0
    if not backwards and key.start is not None and key.stop is not None and key.start < 0 and key.stop < 0:
        return len(range(key.start, key.stop, key.step or 1))
    return -1


@operator(name="slice", aliases=("crop",))
def slice_(xp, data, *, begin: OptionalInts, end: OptionalInts, step: OptionalInts = OptionalInts()):
    """Read a part of an array, ``data[begin[0]:end[0]:step[0], begin[1]:end[1]:step[1], ...]``.

    Parameters
    ----------
    data : array
    begin, end : tuple of int or None, one for each of the first axes; negative ones count from the end
    step : tuple of int or None, none of them 0; default 1

    Returns
    -------
    array with as many dimensions as ``data``; a dimension may become 0

    >>> mx.nd.slice(mx.nd.array([[1, 2, 3], [4, 5, 6]]), begin=(None, 2), end=(None, 0), step=(None, -2))
    [[3.]
     [6.]]
    <NDArray 2x1 @cpu(0)>

    References: MXNet 1.9.1 operator slice.
    """
    return data[part(begin, end, step, data.ndim)].copy()


@slice_.infer_shape
def _(data, *, begin, end, step):
    return (data,), (None if data is None else part_shape(data, begin, end, step),)


@slice_.gradient
def _(F, g, data: Like, *, begin, end, step):
    return F._slice_backward(g, data, begin=begin, end=end, step=step)


@operator()
def _slice_backward(
    xp,
    g,
    like: Like,
    *,
    begin: OptionalInts,
    end: OptionalInts,
    step: OptionalInts = OptionalInts(),
):
    """Write ``g`` into a part of zeros of the shape of ``like``.

    >>> mx.nd._internal._slice_backward(mx.nd.ones((1,)), mx.nd.zeros((3,)), begin=(1,), end=(2,))
    [0. 1. 0.]
    <NDArray 3 @cpu(0)>
    """
    out = xp.zeros(like.shape, g.dtype)
    out[part(begin, end, step, len(like.shape))] = g
    return out


@_slice_backward.infer_shape
def _(g, like, *, begin, end, step):
    expected = None if like is None else part_shape(like, begin, end, step)
    return (unify(g, expected, "g and the part"), like), (like,)


@_slice_backward.gradient
def _(F, g, *, begin, end, step):
    return F.slice(g, begin=begin, end=end, step=step), None


# -- what x[...] needs while recording ---------------------------------------------------------------------------------
@operator()
def _basic_slice(
    xp,
    data,
    *,
    begin: OptionalInts,
    end: OptionalInts,
    step: OptionalInts = OptionalInts(),
    squeeze: Shape = Shape(),
):
    """Read a part as ``slice`` does, then drop the axes ``squeeze``: what ``x[1:3, 0]`` is while recording.

    Parameters
    ----------
    data : array
    begin, end, step : tuple of int or None, as for slice
    squeeze : axes to drop, each of size 1 in the part

    >>> mx.nd._internal._basic_slice(mx.nd.array([[1, 2], [3, 4]]), begin=(1,), end=(2,), squeeze=(0,))
    [3. 4.]
    <NDArray 2 @cpu(0)>
    """
    index = part(begin, end, step, data.ndim)
    return data[_without(index, squeeze, data.shape) if squeeze else index].copy()


def _without(index, squeeze, shape):
    """Return ``index`` with the slices of dropped axes, which hold one element, as integers."""
    keys = list(index)
    for axis in squeeze:
        places = range(*keys[axis].indices(shape[axis]))
        if len(places) != 1:
            raise ShapeError(f"axis {axis} of the part has size {len(places)}; only an axis of size 1 can be dropped")
        keys[axis] = places[0]
    return tuple(keys)


@_basic_slice.infer_shape
def _(data, *, begin, end, step, squeeze):
    return (data,), (None if data is None else _basic_shape(data, begin, end, step, squeeze),)


def _basic_shape(data, begin, end, step, squeeze):
    return tuple(n for axis, n in enumerate(part_shape(data, begin, end, step)) if axis not in squeeze)


@_basic_slice.gradient
def _(F, g, data: Like, *, begin, end, step, squeeze):
    return F._basic_slice_backward(g, data, begin=begin, end=end, step=step, squeeze=squeeze)


@operator()
def _basic_slice_backward(
    xp,
    g,
    like: Like,
    *,
    begin: OptionalInts,
    end: OptionalInts,
    step: OptionalInts = OptionalInts(),
    squeeze: Shape = Shape(),
):
    """Write ``g`` into the part of zeros that ``_basic_slice`` reads.

    >>> mx.nd._internal._basic_slice_backward(
    ...     mx.nd.ones((2,)), mx.nd.zeros((2, 2)), begin=(1,), end=(2,), squeeze=(0,))
    [[0. 0.]
     [1. 1.]]
    <NDArray 2x2 @cpu(0)>
    """
    out = xp.zeros(like.shape, g.dtype)
    index = part(begin, end, step, len(like.shape))
    out[_without(index, squeeze, like.shape) if squeeze else index] = g
    return out


@_basic_slice_backward.infer_shape
def _(g, like, *, begin, end, step, squeeze):
    expected = None if like is None else _basic_shape(like, begin, end, step, squeeze)
    return (unify(g, expected, "g and the part"), like), (like,)


@_basic_slice_backward.gradient
def _(F, g, *, begin, end, step, squeeze):
    return F._basic_slice(g, begin=begin, end=end, step=step, squeeze=squeeze), None


# -- along one axis ----------------------------------------------------------------------------------------------------
def _axis_index(shape, axis, begin, end):
    axis = normalize_axis(axis, len(shape))
    extent = shape[axis]
    first = begin + extent if begin < 0 else begin
    last = extent if end is None else end + extent if end < 0 else end
    if not 0 <= first <= last <= extent:
        raise ShapeError(
            f"begin={begin} and end={end} are no part of axis {axis} of an array of shape {show(shape)}.\n"
            "  0 <= begin <= end <= size is needed, after negative ones are counted from the end."
        )
    return (*(slice(None),) * axis, slice(first, last))


@operator()
def slice_axis(xp, data, *, axis: int, begin: int, end: int | None):
    """Read the part from ``begin`` to ``end`` of one axis.

    Parameters
    ----------
    data : array
    axis : int
    begin : int, negative ones count from the end
    end : int or None, the first index behind the part; None reads to the end of the axis

    Raises
    ------
    ShapeError
        If the part reaches beyond the axis.

    >>> mx.nd.slice_axis(mx.nd.array([[1, 2, 3], [4, 5, 6]]), axis=1, begin=-2, end=None)
    [[2. 3.]
     [5. 6.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator slice_axis.
    """
    return data[_axis_index(data.shape, axis, begin, end)].copy()


def _axis_shape(data, axis, begin, end):
    axis = normalize_axis(axis, len(data))
    if data[axis] < 0:
        same_end = end is not None and (begin < 0) == (end < 0)
        extent = end - begin if same_end else -begin if end is None and begin < 0 else -1
    else:
        key = _axis_index(data, axis, begin, end)[axis]
        extent = key.stop - key.start
    return (*data[:axis], extent, *data[axis + 1 :])


@slice_axis.infer_shape
def _(data, *, axis, begin, end):
    return (data,), (None if data is None else _axis_shape(data, axis, begin, end),)


@slice_axis.gradient
def _(F, g, data: Like, *, axis, begin, end):
    return F._slice_axis_backward(g, data, axis=axis, begin=begin, end=end)


@operator()
def _slice_axis_backward(xp, g, like: Like, *, axis: int, begin: int, end: int | None):
    """Write ``g`` into a part of one axis of zeros of the shape of ``like``.

    >>> mx.nd._internal._slice_axis_backward(mx.nd.ones((1,)), mx.nd.zeros((3,)), axis=0, begin=2, end=None)
    [0. 0. 1.]
    <NDArray 3 @cpu(0)>
    """
    out = xp.zeros(like.shape, g.dtype)
    out[_axis_index(like.shape, axis, begin, end)] = g
    return out


@_slice_axis_backward.infer_shape
def _(g, like, *, axis, begin, end):
    expected = None if like is None else _axis_shape(like, axis, begin, end)
    return (unify(g, expected, "g and the part"), like), (like,)


@_slice_axis_backward.gradient
def _(F, g, *, axis, begin, end):
    return F.slice_axis(g, axis=axis, begin=begin, end=end), None


# -- as large as another array -----------------------------------------------------------------------------------------
def _leading(data, like, axes):
    """Return the index of the leading part of ``data`` that is as large as ``like`` along ``axes`` (empty: all)."""
    if not axes and len(data) != len(like):
        raise ShapeError(
            f"without axes, data and shape_like need equally many dimensions. Received: {show(data)} and {show(like)}"
        )
    extents = [slice(None)] * len(data)
    for axis in axes or range(len(data)):
        a = normalize_axis(axis, len(data))
        b = normalize_axis(axis, len(like), "axis of shape_like:")
        if data[a] < like[b]:
            raise ShapeError(f"axis {a} of data {show(data)} is shorter than axis {b} of shape_like {show(like)}")
        extents[a] = slice(0, like[b])
    return tuple(extents)


@operator()
def slice_like(xp, data, shape_like: Like, *, axes: Shape = Shape()):
    """Read the leading part that is as large as another array.

    Parameters
    ----------
    data : array
    shape_like : array whose shape alone matters
    axes : tuple of int, the axes that are cut; default all

    >>> mx.nd.slice_like(mx.nd.array([[1, 2, 3], [4, 5, 6]]), mx.nd.zeros((1, 2)))
    [[1. 2.]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator slice_like.
    """
    return data[_leading(data.shape, shape_like.shape, axes)].copy()


@slice_like.infer_shape
def _(data, shape_like, *, axes):
    if data is None or shape_like is None:
        return (data, shape_like), (None,)
    if -1 in data or -1 in shape_like:
        out = list(data)
        for axis in axes or range(len(data)):
            out[normalize_axis(axis, len(data))] = shape_like[normalize_axis(axis, len(shape_like))]
        return (data, shape_like), (tuple(out),)
    index = _leading(data, shape_like, axes)
    return (data, shape_like), (tuple(n if k.stop is None else k.stop for n, k in zip(data, index, strict=True)),)


def _first_dtype_of_two(a, b):
    return [a, b], [a]


@slice_like.infer_dtype
def _(data, shape_like, *, axes):
    return _first_dtype_of_two(data, shape_like)


@slice_like.gradient
def _(F, g, data: Like):
    return F._slice_like_backward(g, data), None


@operator()
def _slice_like_backward(xp, g, like: Like):
    """Write ``g`` into the leading part of zeros of the shape of ``like``.

    >>> mx.nd._internal._slice_like_backward(mx.nd.ones((1,)), mx.nd.zeros((3,)))
    [1. 0. 0.]
    <NDArray 3 @cpu(0)>
    """
    out = xp.zeros(like.shape, g.dtype)
    out[tuple(slice(0, n) for n in g.shape)] = g
    return out


@_slice_like_backward.infer_shape
def _(g, like):
    return (g, like), (like,)


@_slice_like_backward.gradient
def _(F, gg, g: Like):
    return F.slice_like(gg, g), None


# -- writing a part ----------------------------------------------------------------------------------------------------
@operator(aliases=("_crop_assign",))
def _slice_assign(
    xp,
    lhs,
    rhs,
    *,
    begin: OptionalInts,
    end: OptionalInts,
    step: OptionalInts = OptionalInts(),
):
    """Return a copy of ``lhs`` in which a part is ``rhs``.

    Parameters
    ----------
    lhs : array
    rhs : array of the part's shape
    begin, end, step : the part, as for slice

    >>> mx.nd._internal._slice_assign(mx.nd.zeros((3,)), mx.nd.array([7]), begin=(1,), end=(2,))
    [0. 7. 0.]
    <NDArray 3 @cpu(0)>

    References: MXNet 1.9.1 operator _slice_assign.
    """
    out = lhs.copy()
    index = part(begin, end, step, lhs.ndim)
    if out[index].shape != rhs.shape:
        raise ShapeError(f"the part has shape {show(out[index].shape)}, but rhs has shape {show(rhs.shape)}")
    out[index] = rhs
    return out


@_slice_assign.infer_shape
def _(lhs, rhs, *, begin, end, step):
    expected = None if lhs is None else part_shape(lhs, begin, end, step)
    return (lhs, unify(expected, rhs, "the part and rhs")), (lhs,)


@_slice_assign.gradient
def _(F, g, *, begin, end, step):
    kept = F._slice_assign_scalar(g, scalar=0.0, begin=begin, end=end, step=step)
    return kept, F.slice(g, begin=begin, end=end, step=step)


@operator(aliases=("_crop_assign_scalar",))
def _slice_assign_scalar(
    xp,
    data,
    *,
    scalar: float = 0.0,
    begin: OptionalInts,
    end: OptionalInts,
    step: OptionalInts = OptionalInts(),
):
    """Return a copy of ``data`` in which a part is a number.

    >>> mx.nd._internal._slice_assign_scalar(mx.nd.zeros((3,)), scalar=7, begin=(1,), end=(None,))
    [0. 7. 7.]
    <NDArray 3 @cpu(0)>

    References: MXNet 1.9.1 operator _slice_assign_scalar.
    """
    out = data.copy()
    out[part(begin, end, step, data.ndim)] = scalar
    return out


@_slice_assign_scalar.infer_shape
def _(data, *, scalar, begin, end, step):
    if data is not None:
        part(begin, end, step, len(data))
    return (data,), (data,)


@_slice_assign_scalar.gradient
def _(F, g, *, begin, end, step):
    return F._slice_assign_scalar(g, scalar=0.0, begin=begin, end=end, step=step)
