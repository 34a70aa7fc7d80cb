"""Softmax and its relatives: softmax, softmin, log_softmax, SoftmaxActivation."""
from typing import Literal

from ..base import ArgumentError, DTypeError
from ..core.attributes import DType
from ..core.infer import normalize_axis, same_shape, unify
from ..core.operator import Like, operator
from ..kernels import softmax as kernels


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


# -- gradients in terms of the result ----------------------------------------------------------------------------------
@operator(shape=same_shape)
def _backward_softmax(xp, out_grad, softmax, *, axis: int = -1, temperature: float | None = None):
    """Return the gradient of softmax with respect to its data: y * (g - sum(g * y)) / T.

    >>> mx.nd._internal._backward_softmax(mx.nd.array([1, 0]), mx.nd.array([0.5, 0.5]))
    [ 0.25 -0.25]
    <NDArray 2 @cpu(0)>
    """
    return kernels.softmax_gradient(xp, out_grad, softmax, axis=axis, temperature=temperature)


@_backward_softmax.gradient
def _(F, h, out_grad, softmax, *, axis, temperature):
    # The Jacobian is symmetric, so the first gradient is the operator itself;
    # the second is (h (g - sum(g y)) - g sum(h y)) / T.
    first = F._backward_softmax(h, softmax, axis=axis, temperature=temperature)
    by_out_grad = F.sum(F.elemwise_mul(out_grad, softmax), axis=axis, keepdims=True)
    by_h = F.sum(F.elemwise_mul(h, softmax), axis=axis, keepdims=True)
    centered = F.elemwise_mul(h, F.broadcast_sub(out_grad, by_out_grad))
    return first, _divided(F, F.elemwise_sub(centered, F.broadcast_mul(out_grad, by_h)), temperature)


@operator(shape=same_shape)
def _backward_log_softmax(xp, out_grad, log_softmax, *, axis: int = -1, temperature: float | None = None):
    """Return the gradient of log_softmax with respect to its data: (g - exp(y) * sum(g)) / T.

    >>> mx.nd._internal._backward_log_softmax(mx.nd.array([1, 0]), mx.nd.log(mx.nd.array([0.5, 0.5])))
    [ 0.5 -0.5]
    <NDArray 2 @cpu(0)>
    """
    return kernels.log_softmax_gradient(xp, out_grad, log_softmax, axis=axis, temperature=temperature)


@_backward_log_softmax.gradient
def _(F, h, out_grad, log_softmax, *, axis, temperature):
    weighted = F.elemwise_mul(h, F.exp(log_softmax))
    first = F.broadcast_sub(h, F.sum(weighted, axis=axis, keepdims=True))
    second = F.negative(F.broadcast_mul(weighted, F.sum(out_grad, axis=axis, keepdims=True)))
    return _divided(F, first, temperature), _divided(F, second, temperature)


def _divided(F, value, temperature):
    return value if temperature in (None, 1.0) else F._mul_scalar(value, scalar=1.0 / temperature)


def _in_dtype_of(F, data_grad, data, dtype):
    """Return to the dtype of the data where softmax was asked for another."""
    return data_grad if dtype is None else F._cast_like(data_grad, data)


# -- softmax, softmin, log_softmax -------------------------------------------------------------------------------------
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
        valid = kernels.valid_positions(xp, data.shape, length, axis)
    return kernels.softmax(xp, data, axis=axis, temperature=temperature, valid=valid, dtype=dtype)


@softmax.gradient
def _(F, g, data: Like, out, *, axis, temperature, dtype):
    data_grad = F._backward_softmax(g, out, axis=axis, temperature=temperature)
    return _in_dtype_of(F, data_grad, data, dtype), None


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
    return kernels.softmax(xp, -data, axis=axis, temperature=temperature, dtype=dtype)


@softmin.gradient
def _(F, g, data: Like, out, *, axis, temperature, dtype):
    data_grad = F.negative(F._backward_softmax(g, out, axis=axis, temperature=temperature))
    return (_in_dtype_of(F, data_grad, data, dtype),)


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
    return kernels.log_softmax(xp, data, axis=axis, temperature=temperature, dtype=dtype)


@log_softmax.gradient
def _(F, g, data: Like, out, *, axis, temperature, dtype):
    data_grad = F._backward_log_softmax(g, out, axis=axis, temperature=temperature)
    return (_in_dtype_of(F, data_grad, data, dtype),)


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
    return kernels.softmax(xp, data, axis=1 if mode == "channel" else -1)


@SoftmaxActivation.infer_shape
def _(data, *, mode):
    if data is not None:
        normalize_axis(1, len(data), "SoftmaxActivation needs axis")
    return [data], [data]


@SoftmaxActivation.gradient
def _(F, g, out, *, mode):
    return (F._backward_softmax(g, out, axis=1 if mode == "channel" else -1),)
