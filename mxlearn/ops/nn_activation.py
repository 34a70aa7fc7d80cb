"""Activation functions: relu, sigmoid, softsign, hard_sigmoid, Activation, LeakyReLU."""
import math
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core import infer
from ..core.infer import same_shape, show, unify
from ..core.operator import Like, operator
from ..kernels import activation
from ..kernels.precision import work_dtype
from ..kernels.special import erf

# Klambauer et al. 2017, "Self-normalizing neural networks", equation 14.
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
SQRT_HALF, INVERSE_SQRT_TWO_PI = math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)


def softsign_kernel(xp, data):
    """Return x / (1 + |x|), element by element."""
    return data / (1 + xp.abs(data))


# -- gradients in terms of the result, shared with Activation ----------------------------------------------------------
@operator(shape=same_shape)
def _backward_relu(xp, out_grad, relu):
    """Return the gradient of relu from its result: ``out_grad`` where that is positive, 0 elsewhere.

    >>> mx.nd._internal._backward_relu(mx.nd.array([1, 2, 3]), mx.nd.array([0, 0, 5]))
    [0. 0. 3.]
    <NDArray 3 @cpu(0)>
    """
    return activation.relu_gradient(xp, out_grad, relu)


@_backward_relu.gradient
def _(F, h, relu):
    return F._backward_relu(h, relu), None  # piecewise constant in the result


def relu_gradient(F, g, out):
    """Return g * dy/dx of y = relu(x), computed from y."""
    return F._backward_relu(g, out)


def sigmoid_gradient(F, g, out):
    """Return g * dy/dx of y = sigmoid(x), computed from y."""
    # dy/dx = y (1 - y)
    return F.elemwise_mul(g, F.elemwise_mul(out, F._rminus_scalar(out, scalar=1.0)))


def tanh_gradient(F, g, out):
    """Return g * dy/dx of y = tanh(x), computed from y."""
    # dy/dx = 1 - y**2
    return F.elemwise_mul(g, F._rminus_scalar(F.elemwise_mul(out, out), scalar=1.0))


def softrelu_gradient(F, g, out):
    """Return g * dy/dx of y = softrelu(x), computed from y."""
    # y = log(1 + exp(x)), so dy/dx = sigmoid(x) = 1 - exp(-y)
    return F.elemwise_mul(g, F.negative(F.expm1(F.negative(out))))


def softsign_gradient(F, g, out):
    """Return g * dy/dx of y = softsign(x), computed from y."""
    # 1 - |y| = 1 / (1 + |x|), so dy/dx = 1 / (1 + |x|)**2 = (1 - |y|)**2
    root = F._rminus_scalar(F.abs(out), scalar=1.0)
    return F.elemwise_mul(g, F.elemwise_mul(root, root))


@operator(elementwise=True, formula=("maximum", ("data", 0.0)))
def relu(xp, data):
    """Return max(x, 0).

    The derivative at 0 is 0.

    >>> mx.nd.relu(mx.nd.array([-1, 0, 2]))
    [0. 0. 2.]
    <NDArray 3 @cpu(0)>
    """
    return xp.maximum(data, 0)


@relu.gradient
def _(F, g, out):
    return (relu_gradient(F, g, out),)


@operator(elementwise=True)
def sigmoid(xp, data):
    """Return 1 / (1 + exp(-x)).

    >>> mx.nd.sigmoid(mx.nd.array([0, 2, 1000]))
    [0.5      0.880797 1.      ]
    <NDArray 3 @cpu(0)>
    """
    return activation.sigmoid(xp, data)


@sigmoid.gradient
def _(F, g, out):
    return (sigmoid_gradient(F, g, out),)


@operator(elementwise=True)
def softsign(xp, data):
    """Return x / (1 + abs(x)).

    >>> mx.nd.softsign(mx.nd.array([-1, 0, 3]))
    [-0.5   0.    0.75]
    <NDArray 3 @cpu(0)>
    """
    return softsign_kernel(xp, data)


@softsign.gradient
def _(F, g, out):
    return (softsign_gradient(F, g, out),)


@operator(elementwise=True)
def hard_sigmoid(xp, data, *, alpha: float = 0.2, beta: float = 0.5):
    """Return alpha x + beta, clipped to [0, 1].

    >>> mx.nd.hard_sigmoid(mx.nd.array([-3, 0, 1]))
    [0.  0.5 0.7]
    <NDArray 3 @cpu(0)>
    """
    return xp.clip(data * alpha + beta, 0, 1)


@hard_sigmoid.gradient
def _(F, g, out, *, alpha):
    inside = F.elemwise_mul(F._greater_scalar(out, scalar=0.0), F._lesser_scalar(out, scalar=1.0))
    return (F._mul_scalar(F.elemwise_mul(g, inside), scalar=alpha),)


_FUNCTIONS = {
    "relu": (lambda xp, x: xp.maximum(x, 0), relu_gradient),
    "sigmoid": (activation.sigmoid, sigmoid_gradient),
    "tanh": (lambda xp, x: xp.tanh(x), tanh_gradient),
    "softrelu": (activation.softplus, softrelu_gradient),
    "softsign": (softsign_kernel, softsign_gradient),
}


_FORMULAS = {"relu": ("maximum", ("data", 0.0)), "tanh": ("tanh", ("data",))}


@operator(elementwise=True, formula=lambda attrs: _FORMULAS.get(attrs["act_type"]))
def Activation(xp, data, *, act_type: Literal["relu", "sigmoid", "softrelu", "softsign", "tanh"]):
    """Apply an activation function to each element.

    Parameters
    ----------
    data : floating array
    act_type : "relu": max(x, 0); "sigmoid": 1 / (1 + exp(-x)); "tanh"; "softrelu": log(1 + exp(x)); "softsign":
        x / (1 + abs(x))

    Returns
    -------
    array like ``data``

    >>> mx.nd.Activation(mx.nd.array([-1, 0, 2]), act_type="relu")
    [0. 0. 2.]
    <NDArray 3 @cpu(0)>
    """
    return _FUNCTIONS[act_type][0](xp, data)


@Activation.gradient
def _(F, g, out, *, act_type):
    return (_FUNCTIONS[act_type][1](F, g, out),)


# -- LeakyReLU ---------------------------------------------------------------------------------------------------------
@operator(
    outputs=lambda attrs: 2 if attrs["act_type"] == "rrelu" else 1,
    visible=1,
    active_inputs=lambda attrs: 2 if attrs["act_type"] == "prelu" else 1,
)
def LeakyReLU(
    xp,
    data,
    gamma=None,
    *,
    act_type: Literal["elu", "gelu", "leaky", "prelu", "rrelu", "selu"] = "leaky",
    slope: float = 0.25,
    lower_bound: float = 0.125,
    upper_bound: float = 0.334,
    is_train: bool,
    rng,
):
    """Apply an activation function that keeps a gradient for negative values.

    Parameters
    ----------
    data : floating array
    gamma : the slopes of "prelu", (1,) or (channel,) along axis 1; a learned parameter
    act_type : for x <= 0 (positive values pass unchanged except where stated):

        - "leaky": slope x
        - "prelu": gamma x
        - "rrelu": r x with r uniform in [lower_bound, upper_bound] while training, their mean otherwise; a hidden
          second output holds r (MXNet 1.9.1 returns it too)
        - "elu": slope (exp(x) - 1)
        - "selu": 1.0507 x for x > 0, else 1.0507 * 1.6733 (exp(x) - 1); MXNet 1.9.1 has a wrong derivative for x < 0
        - "gelu": x P(X <= x), X standard normal, for all x
    slope : float
    lower_bound, upper_bound : float

    Returns
    -------
    array like ``data``

    >>> mx.nd.LeakyReLU(mx.nd.array([-2, 0, 2]), slope=0.1)
    [-0.2  0.   2. ]
    <NDArray 3 @cpu(0)>

    References: Maas et al. 2013 (leaky); He et al. 2015 (prelu); Xu et al. 2015 (rrelu); Clevert et al. 2016 (elu);
    Klambauer et al. 2017 (selu); Hendrycks, Gimpel 2016 (gelu).
    """
    if act_type == "gelu":
        return data * (0.5 * (1 + erf(xp, data * SQRT_HALF)))
    positive = data > 0
    if act_type == "leaky":
        return xp.where(positive, data, data * slope)
    if act_type == "prelu":
        return xp.where(positive, data, data * _along_channels(gamma, data.ndim))
    if act_type == "rrelu":
        if is_train:
            uniform = rng.random(data.shape, dtype=xp.float32)
            slopes = (lower_bound + (upper_bound - lower_bound) * uniform).astype(data.dtype)
        else:
            slopes = xp.full(data.shape, (lower_bound + upper_bound) / 2, data.dtype)
        return xp.where(positive, data, data * slopes), slopes
    exponential = xp.expm1(xp.minimum(data, 0))
    if act_type == "elu":
        return xp.where(positive, data, exponential * slope)
    return xp.where(positive, data, exponential * SELU_ALPHA) * SELU_SCALE


def _along_channels(gamma, ndim):
    """View (channel,) so that it broadcasts along axis 1 (the only axis of a vector)."""
    return gamma if ndim < 2 else gamma.reshape(1, gamma.shape[0], *[1] * (ndim - 2))


@operator()
def _scale_channels(xp, data, gamma):
    """Multiply each channel (axis 1) by its own factor; one factor (1,) serves all.

    >>> mx.nd._internal._scale_channels(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([1, 10]))
    [[ 1. 20.]
     [ 3. 40.]]
    <NDArray 2x2 @cpu(0)>
    """
    return data * _along_channels(gamma, data.ndim)


@_scale_channels.infer_shape
def _(data, gamma):
    return [data, gamma], [data]


@_scale_channels.gradient
def _(F, g, data, gamma):
    return F._scale_channels(g, gamma), F._sum_to_channels(F.elemwise_mul(g, data), gamma)


@operator()
def _sum_to_channels(xp, data, like: Like):
    """Sum over all axes but the channels (axis 1), or over all axes where ``like`` has shape (1,).

    >>> mx.nd._internal._sum_to_channels(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([0, 0]))
    [4. 6.]
    <NDArray 2 @cpu(0)>
    """
    if like.shape == (1,):
        return data.sum(dtype=work_dtype(xp, data.dtype)).reshape(1).astype(data.dtype, copy=False)
    axes = tuple(i for i in range(data.ndim) if i != 1)
    return data.sum(axis=axes, dtype=work_dtype(xp, data.dtype)).astype(data.dtype, copy=False)


@_sum_to_channels.infer_shape
def _(data, like):
    return [data, like], [like]


@_sum_to_channels.gradient
def _(F, g, data: Like):
    return F._scale_channels(F.ones_like(data), g), None


@LeakyReLU.infer_shape
def _(data, gamma=None, *, act_type, lower_bound, upper_bound, **_):
    if act_type == "rrelu" and not 0 <= lower_bound <= upper_bound < 1:
        raise ArgumentError(f"expected 0 <= lower_bound <= upper_bound < 1. Received: {lower_bound!r}, {upper_bound!r}")
    if act_type != "prelu":
        return [data], [data] * (2 if act_type == "rrelu" else 1)
    if data is not None and gamma is None:
        gamma = (data[1] if len(data) > 1 else 1,)
    channels = data[1:2] if data is not None and len(data) > 1 else (1,)
    if data is not None and gamma is not None and gamma != (1,) and gamma != (-1,) and gamma != channels:
        raise ShapeError(f"gamma must have shape (1,) or {show(channels)}, one per channel. Received: {show(gamma)}")
    return [data, unify(gamma, (-1,), "the expected and the received shape of gamma")], [data]


@LeakyReLU.infer_dtype
def _(data, gamma=None, *, act_type, **_):
    inputs, (out,) = infer.same_dtype(data, gamma) if act_type == "prelu" else infer.same_dtype(data)
    return inputs, [out] * (2 if act_type == "rrelu" else 1)


@LeakyReLU.gradient
def _(F, g, data, gamma, outs, *, act_type, slope):
    if act_type == "gelu":
        # d(x P(x))/dx = P(x) + x p(x)
        cumulative = F._mul_scalar(F._plus_scalar(F.erf(F._mul_scalar(data, scalar=SQRT_HALF)), scalar=1.0), scalar=0.5)
        square = F.elemwise_mul(data, data)
        density = F._mul_scalar(F.exp(F._mul_scalar(square, scalar=-0.5)), scalar=INVERSE_SQRT_TWO_PI)
        return F.elemwise_mul(g, F.elemwise_add(cumulative, F.elemwise_mul(data, density))), None
    if act_type == "rrelu":
        g = g[0]
    positive = F._greater_scalar(data, scalar=0.0)
    negative = F._rminus_scalar(positive, scalar=1.0)
    if act_type == "leaky":
        return F.elemwise_mul(g, F.elemwise_add(positive, F._mul_scalar(negative, scalar=slope))), None
    if act_type == "rrelu":
        return F.elemwise_mul(g, F.elemwise_add(positive, F.elemwise_mul(negative, outs[1]))), None
    if act_type == "prelu":
        below = F.elemwise_mul(g, negative)
        data_grad = F.elemwise_add(F.elemwise_mul(g, positive), F._scale_channels(below, gamma))
        return data_grad, F._sum_to_channels(F.elemwise_mul(below, data), gamma)
    # y = a (exp(x) - 1), so dy/dx = y + a
    scale, a = (1.0, slope) if act_type == "elu" else (SELU_SCALE, SELU_SCALE * SELU_ALPHA)
    steep = F.elemwise_mul(negative, F._plus_scalar(outs[0], scalar=a))
    return F.elemwise_mul(g, F.elemwise_add(F._mul_scalar(positive, scalar=scale), steep)), None
