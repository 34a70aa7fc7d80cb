"""Normalization by the size of the responses themselves: L2Normalization and LRN."""
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.infer import show
from ..core.operator import operator
from ..kernels import normalization as kernels
from ..kernels.precision import work_dtype


def _l2_axes(mode, ndim):
    """Return the axes over which squares are summed."""
    if ndim < 2 or (mode == "spatial" and ndim < 3):
        raise ShapeError(f"mode={mode!r} needs an array of more than {ndim} dimensions")
    return {"instance": tuple(range(1, ndim)), "channel": (1,), "spatial": tuple(range(2, ndim))}[mode]


@operator()
def L2Normalization(
    xp, data, *, eps: float = 1e-10, mode: Literal["channel", "instance", "spatial"] = "instance"
):
    """Divide by the Euclidean norm, sqrt(sum of squares + eps).

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    eps : float
    mode : "instance": one norm for each sample; "channel": one for each position, over the channels; "spatial": one for
        each channel, over the positions

    >>> mx.nd.L2Normalization(mx.nd.array([[3, 4], [0, 2]]))
    [[0.6 0.8]
     [0.  1. ]]
    <NDArray 2x2 @cpu(0)>
    """
    work = work_dtype(xp, data.dtype)
    squares = xp.square(data, dtype=work).sum(axis=_l2_axes(mode, data.ndim), keepdims=True)
    return (data / xp.sqrt(squares + eps)).astype(data.dtype, copy=False)


@L2Normalization.infer_shape
def _(data, *, mode, **_):
    if data is not None:
        _l2_axes(mode, len(data))
    return [data], [data]


@L2Normalization.gradient
def _(F, g, data, out, *, eps, mode):
    # y = x / n, n = sqrt(sum(x**2) + eps), so dx = (g - y * sum(g * y)) / n
    if mode == "instance":
        over = dict(axis=0, exclude=True, keepdims=True)
    elif mode == "channel":
        over = dict(axis=1, keepdims=True)
    else:
        over = dict(axis=(0, 1), exclude=True, keepdims=True)
    squares = F.sum(F.elemwise_mul(data, data), **over)
    inverse = F.rsqrt(F._plus_scalar(squares, scalar=eps))
    along = F.broadcast_mul(out, F.sum(F.elemwise_mul(g, out), **over))
    return (F.broadcast_mul(F.elemwise_sub(g, along), inverse),)


def _lrn_shape(data, *, nsize, **_):
    if nsize < 1:
        raise ArgumentError(f"nsize must be at least 1. Received: {nsize}")
    if data is not None and len(data) < 2:
        raise ShapeError(f"data must be (batch, channel, *spatial). Received: {show(data)}")
    return [data], [data]


@operator(shape=_lrn_shape)
def LRN(xp, data, *, alpha: float = 1e-4, beta: float = 0.75, knorm: float = 2.0, nsize: int):
    """Divide each value by a power of the squares of its neighbor channels (local response normalization).

    out = x / (knorm + alpha / nsize * sum of squares over the nearest nsize channels) ** beta

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    alpha, beta, knorm : float
    nsize : int, window in channels; an even one counts as the odd one below it, as in MXNet 1.9.1

    >>> mx.nd.LRN(mx.nd.array([[2, 1]]), nsize=3, alpha=3, beta=1, knorm=0)
    [[0.4 0.2]]
    <NDArray 1x2 @cpu(0)>

    Reference: Krizhevsky, Sutskever, Hinton 2012, section 3.3.
    """
    _lrn_shape(data.shape, nsize=nsize)
    scale = kernels.local_response_scale(xp, data, alpha=alpha, knorm=knorm, nsize=nsize)
    return (data * scale**-beta).astype(data.dtype, copy=False)


@LRN.gradient
def _(F, g, data, *, alpha, beta, knorm, nsize):
    return (F._backward_LRN(g, data, alpha=alpha, beta=beta, knorm=knorm, nsize=nsize),)


@operator(shape=lambda out_grad, data, **_: ([out_grad, data], [data]))
def _backward_LRN(
    xp, out_grad, data, *, alpha: float = 1e-4, beta: float = 0.75, knorm: float = 2.0, nsize: int
):
    """Return the gradient of LRN.

    >>> one = mx.nd.ones((1, 1, 1, 1))
    >>> float(mx.nd._internal._backward_LRN(one, one, nsize=1, alpha=1, beta=1, knorm=1).asscalar())
    0.0
    """
    return kernels.local_response_gradient(xp, out_grad, data, alpha=alpha, beta=beta, knorm=knorm, nsize=nsize)
