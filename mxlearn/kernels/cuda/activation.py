"""Activation functions on a GPU, as `mxlearn.kernels.activation` has them."""

from .launch import Source, floating, served

SOURCE = Source("activation")


@served
def sigmoid(xp, data, out=None, *, limit):
    """Return 1 / (1 + exp(-x)), as `kernels.activation.sigmoid`; ``limit`` bounds -x."""
    if not floating(data, out) or not (out is None or out.flags.c_contiguous):
        return None
    result = xp.empty(data.shape, data.dtype) if out is None else out
    SOURCE.each(xp, "sigmoid", data.size, data.dtype, (xp.ascontiguousarray(data), result, limit, data.size))
    return result


@served
def softplus(xp, data):
    """Return log(1 + exp(x)), as `kernels.activation.softplus`."""
    if not floating(data):
        return None
    result = xp.empty(data.shape, data.dtype)
    SOURCE.each(xp, "softplus", data.size, data.dtype, (xp.ascontiguousarray(data), result, data.size))
    return result


@served
def relu_gradient(xp, out_grad, out):
    """Return the gradient of relu from its result, as `kernels.activation.relu_gradient`."""
    if not floating(out_grad, out) or out_grad.shape != out.shape:
        return None
    result = xp.empty(out.shape, out.dtype)
    arguments = xp.ascontiguousarray(out_grad), xp.ascontiguousarray(out), result, out.size
    SOURCE.each(xp, "relu_gradient", out.size, out.dtype, arguments)
    return result
