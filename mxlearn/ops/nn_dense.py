"""Fully connected layers and dropout."""
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import normalize_axis, show, size_of, unify
from ..core.operator import operator
from ..kernels import cuda
from ..kernels.product import product


# -- FullyConnected ----------------------------------------------------------------------------------------------------
@operator()
def FullyConnected(
    xp, data, weight, bias=None, *, num_hidden: int, no_bias: bool = False, flatten: bool = True, out=None
):
    """Multiply by a weight matrix and add a bias: out = data @ weight.T + bias.

    Parameters
    ----------
    data : (batch, \\*features), floating
    weight : (num_hidden, prod(features)), or (num_hidden, last feature axis) with ``flatten=False``
    bias : (num_hidden,); left out with ``no_bias=True``
    num_hidden : int, number of outputs of one sample
    no_bias : bool
    flatten : bool, whether all feature axes count as one; otherwise the product is along the last axis alone

    Returns
    -------
    (batch, num_hidden), or (\\*data.shape[:-1], num_hidden) with ``flatten=False``

    Raises
    ------
    ShapeError
        If the weight does not fit the data.

    >>> mx.nd.FullyConnected(mx.nd.array([[1, 2]]), mx.nd.array([[3, 4], [5, 6]]), mx.nd.array([0.5, 0]), num_hidden=2)
    [[11.5 17. ]]
    <NDArray 1x2 @cpu(0)>
    """
    if weight.shape[0] != num_hidden:
        raise ShapeError(_misfit(data.shape, weight.shape, num_hidden, flatten))
    if data.ndim != 2 and flatten:
        shape = data.shape
        data = data.reshape(shape[0], size_of(shape[1:]))
    return product(xp, data, weight.T, bias=None if no_bias else bias, out=out)


def _misfit(data, weight, num_hidden, flatten):
    """Say which weight the data need."""
    features = size_of(data[1:]) if flatten else data[-1]
    return (
        f"weight is {show(weight)} but data {show(data)} with flatten={flatten} and num_hidden={num_hidden} needs "
        f"{show((num_hidden, features))}.\n  Pass a weight of that shape, or change num_hidden or flatten."
    )


@FullyConnected.infer_shape
def _(data, weight, bias=None, *, num_hidden, no_bias, flatten):
    features = -1 if weight is None or len(weight) != 2 else weight[1]
    out = None
    if data is not None:
        if not data:
            raise ShapeError("data must have at least one dimension, the batch. Received: ()")
        inner = size_of(data[1:]) if flatten else data[-1]
        fits = weight is None or (len(weight) == 2 and weight[0] in (-1, num_hidden) and features in (-1, inner))
        if inner >= 0 and not fits:
            raise ShapeError(_misfit(data, weight, num_hidden, flatten))
        if inner >= 0:
            features = inner
        elif features >= 0 and (not flatten or len(data) == 2):
            data = (*data[:-1], features)
        out = (data[0], num_hidden) if flatten else (*data[:-1], num_hidden)
    inputs = [data, unify(weight, (num_hidden, features), "the expected and the received shape of weight")]
    if not no_bias:
        inputs.append(unify(bias, (num_hidden,), "the expected and the received shape of bias"))
    return inputs, [out]


@FullyConnected.infer_inputs
def _(inputs, outputs, *, flatten, **_):
    """Learn the batch from the output."""
    (data, *rest), (out,) = inputs, outputs
    if data is None or out is None:
        return inputs
    lead = (out[0],) if flatten else out[:-1]
    return [unify(data, (*lead, *(-1 for _ in data[len(lead) :])), "the batch of data and of the output"), *rest]


@FullyConnected.gradient
def _(F, g, data, weight, *, no_bias, flatten, needs):
    data_grad = weight_grad = bias_grad = None
    if flatten:
        if needs[0]:
            data_grad = F.reshape_like(F.dot(g, weight), data)
        if needs[1]:
            weight_grad = F.dot(g, F.Flatten(data), transpose_a=True)
        if not no_bias:
            bias_grad = F.sum(g, axis=0)
        return data_grad, weight_grad, bias_grad
    rows = F.reshape(g, shape=(-1, 0), reverse=True)
    if needs[0]:
        data_grad = F.dot(g, weight)
    if needs[1]:
        weight_grad = F.dot(rows, F.reshape(data, shape=(-1, 0), reverse=True), transpose_a=True)
    if not no_bias:
        bias_grad = F.sum(rows, axis=0)
    return data_grad, weight_grad, bias_grad


# -- Dropout -----------------------------------------------------------------------------------------------------------
def _keeps_all(attrs, is_train: bool) -> bool:
    """Tell whether Dropout gives its input unchanged."""
    return not attrs["p"] or (not is_train and attrs["mode"] != "always")


@operator(outputs=("output", "mask"), visible=1, identity=_keeps_all)
def Dropout(
    xp,
    data,
    *,
    p: float = 0.5,
    mode: Literal["training", "always"] = "training",
    axes: Shape = Shape(),
    cudnn_off: bool | None = False,
    is_train: bool,
    rng,
):
    """Set a random part of the elements to zero while training, and scale the others by 1 / (1 - p).

    Outside of training it returns the data, unless ``mode="always"``.

    Parameters
    ----------
    data : floating array
    p : float in [0, 1], probability of an element to be dropped; with p = 1 everything is zero (MXNet 1.9.1 gives nan)
    mode : "training" or "always"
    axes : tuple of int, along which one draw is shared, as in dropout of whole channels
    cudnn_off : bool, accepted and ignored

    Returns
    -------
    array like ``data``. A hidden second output holds the mask, 0 or 1 / (1 - p).

    Raises
    ------
    ArgumentError
        If p is not within [0, 1].

    >>> mx.nd.Dropout(mx.nd.array([1, 2, 3]), p=0.5)
    [1. 2. 3.]
    <NDArray 3 @cpu(0)>

    Reference: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".
    """
    if not 0 <= p <= 1:
        raise ArgumentError(f"p is the probability of an element to be dropped, within [0, 1]. Received: {p!r}")
    shape = _mask_shape(data.shape, axes)
    if not (is_train or mode == "always"):
        return data.copy(), xp.broadcast_to(xp.ones((), data.dtype), shape)
    keep = 1.0 - p
    fast = cuda.dropout(xp, data, rng, keep=keep, shape=shape)
    if fast is not None:
        return fast
    mask = (rng.random(shape, dtype=xp.float32) < keep).astype(data.dtype)
    if keep:
        mask *= 1.0 / keep
    return data * mask, mask


def _mask_shape(shape, axes):
    if not axes:
        return shape
    shared = {normalize_axis(axis, len(shape)) for axis in axes}
    return tuple(1 if i in shared else n for i, n in enumerate(shape))


@Dropout.infer_shape
def _(data, *, axes, **_):
    return [data], [data, None if data is None else _mask_shape(data, axes)]


@Dropout.infer_dtype
def _(data, **_):
    return [data], [data, data]


@Dropout.gradient
def _(F, g, mask, *, axes):
    return (F.broadcast_mul(g[0], mask) if axes else F.elemwise_mul(g[0], mask),)
