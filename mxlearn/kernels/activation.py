"""Activation functions that the array modules do not have themselves: sigmoid and softplus; the gradient of relu.

This is the readable tier; a GPU runs kernels of our own, see `cuda`.
"""

from . import cuda
from .precision import work_dtype

# exp of more than this overflows; 1 / (1 + exp(limit)) is still a normal number, and denormals are slow.
_EXP_LIMIT = {"e": 87.0, "f": 87.0, "d": 708.0}


def sigmoid(xp, data, out=None):
    """Return 1 / (1 + exp(-x)), without overflow; values below exp(-87) in float32 are given as exp(-87).

    Parameters
    ----------
    data : floating array
    out : array of the shape and dtype of ``data``, or None; it is written and returned, and may be ``data`` itself
    """
    work = work_dtype(xp, data.dtype)
    fast = cuda.sigmoid(xp, data, out, limit=_EXP_LIMIT.get(work.char))
    if fast is not None:
        return fast
    result = xp.negative(data, out=out if work == data.dtype else None, dtype=work)
    xp.minimum(result, _EXP_LIMIT[work.char], out=result)
    xp.exp(result, out=result)
    result += 1
    xp.reciprocal(result, out=result)
    if out is None or result is out:
        return result.astype(data.dtype, copy=False)
    out[...] = result
    return out


def softplus(xp, data):
    """Return log(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)), exact for large |x|."""
    fast = cuda.softplus(xp, data)
    if fast is not None:
        return fast
    work = work_dtype(xp, data.dtype)
    values = data.astype(work, copy=False)
    small = xp.log1p(xp.exp(xp.maximum(-xp.abs(values), -_EXP_LIMIT[work.char])))
    return (xp.maximum(values, 0) + small).astype(data.dtype, copy=False)


def relu_gradient(xp, out_grad, out):
    """Return the gradient of y = max(x, 0) from its result: that of y where y is positive, 0 elsewhere."""
    fast = cuda.relu_gradient(xp, out_grad, out)
    if fast is not None:
        return fast
    grad = xp.greater(out, 0).astype(out.dtype)
    grad *= out_grad
    return grad
