"""Softmax and its relatives: softmax, softmin, log_softmax, SoftmaxActivation."""
from typing import Literal

from ..base import ArgumentError, DTypeError
from ..core.attributes import DType
from ..core.infer import normalize_axis, unify
from ..core.operator import Like, operator
from ..kernels.softmax import log_softmax as log_softmax_kernel
from ..kernels.softmax import softmax as softmax_kernel
from ..kernels.softmax import valid_positions


@operator()
def _cast_like(xp, data, like: Like):
    """Cast to the dtype of another array.

    >>> mx.nd._internal._cast_like(mx.nd.array([1.5]), mx.nd.array([0], dtype="int32"))
    [1]
    <NDArray 1 @cpu(0)>
    """
    return data.astype(like.dtype)


@_cast_like.infer_shape
def _(data, like):
    return [data, like], [data]


@_cast_like.infer_dtype
def _(data, like):
    return [data, like], [like]


@_cast_like.gradient
def _(F, g, data: Like):
    return F._cast_like(g, data), None


def _require_floating(data) -> None:
    if data.dtype.kind != "f":
        raise DTypeError(f"data must be floating point. Received: {data.dtype}.\n  Convert with x.astype('float32').")


def _along_axis_shape(data, length=None, *, axis, use_length=False, **_):
    if data is not None:
        position = normalize_axis(axis, len(data))
        if use_length:
            rest = tuple(n for i, n in enumerate(data) if i != position)
            length = unify(length, rest, "length and data without the axis")
    return [data, length] if use_length else [data], [data]


def _without_length_shape(data, *, axis, use_length, **_):
    if use_length:
        raise ArgumentError("takes no lengths.\n  Use softmax with use_length=True.")
    return _along_axis_shape(data, axis=axis)


def _without_length_dtype(data, *, dtype, **_):
    return _along_axis_dtype(data, dtype=dtype)


def _along_axis_dtype(data, length=None, *, dtype, use_length=False, **_):
    out = data if dtype is None else dtype
    return [data, length] if use_length else [data], [out]


def _softmax_gradient(F, g, data, out, *, axis, temperature, dtype):
    # dx = y * (g - sum(g * y)) / T: subtract once per row instead of forming the Jacobian
    weighted = F.elemwise_mul(g, out)
    data_grad = F.elemwise_sub(weighted, F.broadcast_mul(out, F.sum(weighted, axis=axis, keepdims=True)))
    return _finish(F, data_grad, data, temperature, dtype)


def _finish(F, data_grad, data, temperature, dtype):
    """Divide by the temperature, and return to the dtype of the data."""
    if temperature is not None and temperature != 1.0:
        data_grad = F._mul_scalar(data_grad, scalar=1.0 / temperature)
    return data_grad if dtype is None else F._cast_like(data_grad, data)


@operator(
    shape=_along_axis_shape,
    dtype=_along_axis_dtype,
    active_inputs=lambda attrs: 2 if attrs["use_length"] else 1,
)
def softmax(
    xp,
    data,
    length=None,
    *,
    axis: int = -1,
    temperature: float | None = None,
    dtype: DType | None = None,
    use_length: bool | None = False,
):
    """Return exp(x / T) / sum(exp(x / T)) along an axis: positive numbers that sum to 1.

    Parameters
    ----------
    data : floating array
    length : integer array of the shape of ``data`` without ``axis``, how many elements count; the others get 0.
        Only with ``use_length=True``
    axis : int
    temperature : float or None, T; a high one makes the result more even
    dtype : dtype of the result, default that of ``data``

    Returns
    -------
    array of the shape of ``data``

    >>> mx.nd.softmax(mx.nd.array([[1, 1, 1, 1], [0, 0, 0, 1000]]))
    [[0.25 0.25 0.25 0.25]
     [0.   0.   0.   1.  ]]
    <NDArray 2x4 @cpu(0)>
    """
    _require_floating(data)
    valid = None
    if use_length:
        normalize_axis(axis, data.ndim)
        valid = valid_positions(xp, data.shape, length, axis)
    return softmax_kernel(xp, data, axis=axis, temperature=temperature, valid=valid, dtype=dtype)


@softmax.gradient
def _(F, g, data: Like, out, *, axis, temperature, dtype):
    return _softmax_gradient(F, g, data, out, axis=axis, temperature=temperature, dtype=dtype), None


@operator(shape=_without_length_shape, dtype=_without_length_dtype)
def softmin(
    xp,
    data,
    *,
    axis: int = -1,
    temperature: float | None = None,
    dtype: DType | None = None,
    use_length: bool | None = False,
):
    """Return softmax(-x) along an axis: the smallest element gets the largest weight.

    Parameters
    ----------
    data : floating array
    axis, temperature, dtype : as in softmax

    >>> mx.nd.softmin(mx.nd.array([0, 0, 1000]))
    [0.5 0.5 0. ]
    <NDArray 3 @cpu(0)>
    """
    _require_floating(data)
    if use_length:
        _without_length_shape(data.shape, axis=axis, use_length=True)
    return softmax_kernel(xp, -data, axis=axis, temperature=temperature, dtype=dtype)


@softmin.gradient
def _(F, g, data: Like, out, *, axis, temperature, dtype):
    return (F.negative(_softmax_gradient(F, g, data, out, axis=axis, temperature=temperature, dtype=dtype)),)


@operator(shape=_without_length_shape, dtype=_without_length_dtype)
def log_softmax(
    xp,
    data,
    *,
    axis: int = -1,
    temperature: float | None = None,
    dtype: DType | None = None,
    use_length: bool | None = False,
):
    """Return log(softmax(x)) along an axis, without the loss of digits that taking the logarithm afterwards has.

    Parameters
    ----------
    data : floating array
    axis, temperature, dtype : as in softmax

    >>> mx.nd.log_softmax(mx.nd.array([0, 0, 1000]))
    [-1000. -1000.     0.]
    <NDArray 3 @cpu(0)>
    """
    _require_floating(data)
    if use_length:
        _without_length_shape(data.shape, axis=axis, use_length=True)
    return log_softmax_kernel(xp, data, axis=axis, temperature=temperature, dtype=dtype)


@log_softmax.gradient
def _(F, g, data: Like, out, *, axis, temperature, dtype):
    # dx = (g - softmax(x) * sum(g)) / T
    total = F.sum(g, axis=axis, keepdims=True)
    data_grad = F.elemwise_sub(g, F.broadcast_mul(F.exp(out), total))
    return (_finish(F, data_grad, data, temperature, dtype),)


@operator()
def SoftmaxActivation(xp, data, *, mode: Literal["instance", "channel"] = "instance"):
    """Return the softmax over the last axis, or over the channels at each position.

    MXNet keeps it for old models; `softmax` with an axis says the same more plainly.

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    mode : "instance": over the last axis; "channel": over axis 1

    >>> mx.nd.SoftmaxActivation(mx.nd.array([[0, 0], [1000, 0]]))
    [[0.5 0.5]
     [1.  0. ]]
    <NDArray 2x2 @cpu(0)>
    """
    _require_floating(data)
    normalize_axis(1, data.ndim, "SoftmaxActivation needs axis")
    return softmax_kernel(xp, data, axis=1 if mode == "channel" else -1)


@SoftmaxActivation.infer_shape
def _(data, *, mode):
    if data is not None:
        normalize_axis(1, len(data), "SoftmaxActivation needs axis")
    return [data], [data]


@SoftmaxActivation.gradient
def _(F, g, out, *, mode):
    weighted = F.elemwise_mul(g, out)
    total = F.sum(weighted, axis=1 if mode == "channel" else -1, keepdims=True)
    return (F.elemwise_sub(weighted, F.broadcast_mul(out, total)),)
