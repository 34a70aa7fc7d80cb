"""Operators on sequences: mask, last and reverse by length.

A sequence array has the time along one axis and the batch along the other of the first two; ``sequence_length`` holds
the length of each sequence of the batch and counts only with ``use_sequence_length=True``.
"""
from ..base import ArgumentError, ShapeError
from ..core.infer import first_dtype, show, unify
from ..core.operator import Like, operator


def _active(attrs):
    return 2 if attrs["use_sequence_length"] else 1


def _check_axis(axis, choices):
    if axis not in choices:
        raise ArgumentError(f"axis, that of the time, must be {' or '.join(map(str, choices))}. Received: axis={axis}")


def _lengths_shape(data, sequence_length, axis):
    """Return the shape (batch,) that the lengths must have."""
    if data is None:
        return sequence_length
    if len(data) < 2:
        raise ShapeError(f"data needs a time axis and a batch axis. Received: {show(data)}")
    return unify(sequence_length, (data[1 - axis],), "the shape of sequence_length and (batch,)")


def _lengths(xp, data_shape, sequence_length, axis):
    if sequence_length is None:
        raise ArgumentError("use_sequence_length=True needs the input sequence_length")
    _lengths_shape(data_shape, sequence_length.shape, axis)
    return sequence_length.astype("int64", copy=False)


def _along(data_shape, vector, axis):
    """Return a vector with the dimensions of the data, lying along ``axis``."""
    return vector.reshape(tuple(-1 if i == axis else 1 for i in range(len(data_shape))))


# -- mask --------------------------------------------------------------------------------------------------------------
@operator(active_inputs=_active, dtype=first_dtype)
def SequenceMask(
    xp, data, sequence_length=None, *, use_sequence_length: bool = False, value: float = 0.0, axis: int = 0
):
    """Replace what lies behind the end of each sequence by a number.

    Parameters
    ----------
    data : (time, batch, ...), or (batch, time, ...) with axis=1
    sequence_length : (batch,), any numeric dtype
    use_sequence_length : bool; False returns the data as they are
    value : float, the number
    axis : int, axis of the time, 0 or 1

    >>> x = mx.nd.ones((3, 2))
    >>> mx.nd.SequenceMask(x, mx.nd.array([1, 2]), use_sequence_length=True)
    [[1. 1.]
     [0. 1.]
     [0. 0.]]
    <NDArray 3x2 @cpu(0)>

    References: MXNet 1.9.1 operator SequenceMask.
    """
    _check_axis(axis, (0, 1))
    if not use_sequence_length:
        return data.copy()
    lengths = _along(data.shape, _lengths(xp, data.shape, sequence_length, axis), 1 - axis)
    inside = _along(data.shape, xp.arange(data.shape[axis]), axis) < lengths
    return xp.where(inside, data, xp.asarray(value).astype(data.dtype))


@SequenceMask.infer_shape
def _(data, sequence_length=None, *, use_sequence_length, value, axis):
    _check_axis(axis, (0, 1))
    if not use_sequence_length:
        return (data,), (data,)
    return (data, _lengths_shape(data, sequence_length, axis)), (data,)


@SequenceMask.gradient
def _(F, g, sequence_length, *, use_sequence_length, axis):
    if not use_sequence_length:
        return g
    return F.SequenceMask(g, sequence_length, use_sequence_length=True, axis=axis), None


# -- last --------------------------------------------------------------------------------------------------------------
@operator(active_inputs=_active, dtype=first_dtype)
def SequenceLast(xp, data, sequence_length=None, *, use_sequence_length: bool = False, axis: int = 0):
    """Read the last element of each sequence.

    Parameters
    ----------
    data : (time, batch, ...), or (batch, time, ...) with axis=1
    sequence_length : (batch,), any numeric dtype, each from 1 to time; others count as the nearest of these
    use_sequence_length : bool; False reads the last time step
    axis : int, axis of the time, 0 or 1

    Returns
    -------
    (batch, ...)

    >>> x = mx.nd.array([[1, 2], [3, 4], [5, 6]])
    >>> mx.nd.SequenceLast(x, mx.nd.array([1, 3]), use_sequence_length=True)
    [1. 6.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator SequenceLast.
    """
    _check_axis(axis, (0, 1))
    if not data.shape[axis]:
        raise ShapeError(f"there is no last element in sequences of length 0: data {show(data.shape)}")
    return data[_last_places(xp, data.shape, sequence_length, use_sequence_length, axis)].copy()


def _last_places(xp, shape, sequence_length, use_sequence_length, axis):
    if not use_sequence_length:
        return (slice(None),) * axis + (-1,)
    steps = xp.clip(_lengths(xp, shape, sequence_length, axis), 1, shape[axis]) - 1
    batch = xp.arange(shape[1 - axis])
    return (steps, batch) if axis == 0 else (batch, steps)


@SequenceLast.infer_shape
def _(data, sequence_length=None, *, use_sequence_length, axis):
    _check_axis(axis, (0, 1))
    if data is not None and len(data) < 2:
        _lengths_shape(data, None, axis)
    out = None if data is None else (*data[:axis], *data[axis + 1 :])
    if not use_sequence_length:
        return (data,), (out,)
    return (data, _lengths_shape(data, sequence_length, axis)), (out,)


@SequenceLast.gradient
def _(F, g, data: Like, sequence_length, *, use_sequence_length, axis):
    if not use_sequence_length:
        return F._sequence_last_backward(g, data, axis=axis)
    return F._sequence_last_backward(g, data, sequence_length, use_sequence_length=True, axis=axis), None


@operator(active_inputs=lambda attrs: 3 if attrs["use_sequence_length"] else 2, dtype=first_dtype)
def _sequence_last_backward(
    xp, g, like: Like, sequence_length=None, *, use_sequence_length: bool = False, axis: int = 0
):
    """Write ``g`` to the last elements of sequences of zeros, shaped as ``like``.

    >>> mx.nd._internal._sequence_last_backward(mx.nd.array([7]), mx.nd.zeros((2, 1)))
    [[0.]
     [7.]]
    <NDArray 2x1 @cpu(0)>
    """
    out = xp.zeros(like.shape, g.dtype)
    out[_last_places(xp, like.shape, sequence_length, use_sequence_length, axis)] = g
    return out


@_sequence_last_backward.infer_shape
def _(g, like, sequence_length=None, *, use_sequence_length, axis):
    if not use_sequence_length:
        return (g, like), (like,)
    return (g, like, _lengths_shape(like, sequence_length, axis)), (like,)


@_sequence_last_backward.gradient
def _(F, g, sequence_length, *, use_sequence_length, axis):
    if not use_sequence_length:
        return F.SequenceLast(g, axis=axis), None
    return F.SequenceLast(g, sequence_length, use_sequence_length=True, axis=axis), None, None


# -- reverse -----------------------------------------------------------------------------------------------------------
@operator(active_inputs=_active, dtype=first_dtype)
def SequenceReverse(xp, data, sequence_length=None, *, use_sequence_length: bool = False, axis: int = 0):
    """Reverse each sequence; what lies behind its end stays.

    Parameters
    ----------
    data : (time, batch, ...)
    sequence_length : (batch,), any numeric dtype
    use_sequence_length : bool; False reverses all time steps
    axis : int, axis of the time, 0

    >>> x = mx.nd.array([[1, 2], [3, 4], [5, 6]])
    >>> mx.nd.SequenceReverse(x, mx.nd.array([2, 3]), use_sequence_length=True)
    [[3. 6.]
     [1. 4.]
     [5. 2.]]
    <NDArray 3x2 @cpu(0)>

    References: MXNet 1.9.1 operator SequenceReverse.
    """
    _check_axis(axis, (0,))
    if not use_sequence_length:
        return data[::-1].copy()
    lengths = _lengths(xp, data.shape, sequence_length, 0)[None, :]
    steps = xp.arange(data.shape[0])[:, None]
    source = xp.where(steps < lengths, xp.minimum(lengths, data.shape[0]) - 1 - steps, steps)
    return data[source, xp.arange(data.shape[1])[None, :]]


@SequenceReverse.infer_shape
def _(data, sequence_length=None, *, use_sequence_length, axis):
    _check_axis(axis, (0,))
    if not use_sequence_length:
        return (data,), (data,)
    return (data, _lengths_shape(data, sequence_length, 0)), (data,)


@SequenceReverse.gradient
def _(F, g, sequence_length, *, use_sequence_length):
    if not use_sequence_length:
        return F.SequenceReverse(g)
    return F.SequenceReverse(g, sequence_length, use_sequence_length=True), None
