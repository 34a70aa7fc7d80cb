"""Softmax, its logarithm, their gradients, and softmax cross-entropy from class numbers.

The largest value of each row is subtracted first, which changes nothing mathematically and keeps exp() within range.
float16 is computed in float32.

This is the readable tier. Where oneDNN is installed, it does softmax along the last axis, see `onednn`, with which
log_softmax saves the exponentials; a GPU runs kernels of our own, which go over each row in one launch: see `cuda`.
"""

from . import cuda, onednn
from .precision import work_dtype

# Elements from which on log_softmax and its gradient save time by the library's softmax, a third of it on one core
WORTH_SOFTMAX = 1 << 18


def softmax(xp, data, *, axis=-1, temperature=None, valid=None, dtype=None):
    """Return exp(x / T) / sum(exp(x / T)) along ``axis``.

    Parameters
    ----------
    data : floating array
    temperature : float or None, T; None is 1
    valid : bool array that broadcasts against ``data``, or None; where it is False the result is 0
    dtype : dtype of the result, default that of ``data``

    Returns
    -------
    array of the shape of ``data``
    """
    fast = cuda.softmax(xp, data, axis=axis, temperature=temperature, valid=valid, dtype=dtype)
    if fast is None and valid is None and dtype in (None, data.dtype):
        fast = onednn.softmax(xp, data, axis=axis, temperature=temperature)
    if fast is not None:
        return fast
    dtype = dtype or data.dtype
    if not data.size:
        return xp.empty(data.shape, dtype)
    out = _shifted(xp, data, axis, temperature, valid)
    xp.exp(out, out=out)
    total = out.sum(axis=axis, keepdims=True)
    if valid is not None:  # a row of which nothing is valid is all zero
        total = xp.where(total == 0, 1, total)
    out /= total
    return out.astype(dtype, copy=False)


def log_softmax(xp, data, *, axis=-1, temperature=None, dtype=None):
    """Return the logarithm of `softmax`, x / T - log(sum(exp(x / T))), without forming small quotients."""
    fast = cuda.log_softmax(xp, data, axis=axis, temperature=temperature, dtype=dtype)
    if fast is not None:
        return fast
    dtype = dtype or data.dtype
    if not data.size:
        return xp.empty(data.shape, dtype)
    out = _shifted(xp, data, axis, temperature, None)
    probabilities = None
    if data.size >= WORTH_SOFTMAX:
        probabilities = onednn.softmax(xp, data, axis=axis, temperature=temperature)
    if probabilities is None:
        out -= xp.log(xp.exp(out).sum(axis=axis, keepdims=True))
    else:  # the largest probability of a row is 1 / sum(exp(x - max(x)))
        out += xp.log(probabilities.max(axis=axis, keepdims=True))
    return out.astype(dtype, copy=False)


def softmax_gradient(xp, out_grad, out, *, axis=-1, temperature=None):
    """Return y * (g - sum(g * y)) / T, the gradient of `softmax` with respect to its data, from its result ``out``."""
    fast = cuda.softmax_gradient(xp, out_grad, out, axis=axis, temperature=temperature)
    if fast is not None:
        return fast
    work = work_dtype(xp, out.dtype)
    grad = xp.multiply(out_grad, out, dtype=work)
    grad -= out * grad.sum(axis=axis, keepdims=True)
    return _divided(grad, temperature).astype(out.dtype, copy=False)


def log_softmax_gradient(xp, out_grad, out, *, axis=-1, temperature=None):
    """Return (g - exp(y) * sum(g)) / T, the gradient of `log_softmax` with respect to its data, from its result."""
    fast = cuda.softmax_gradient(xp, out_grad, out, axis=axis, temperature=temperature, logarithm=True)
    if fast is not None:
        return fast
    work = work_dtype(xp, out.dtype)
    grad = None
    if out.size >= WORTH_SOFTMAX:
        grad = onednn.softmax(xp, out, axis=axis, temperature=None)  # the softmax of y is that of x, exp(y)
    if grad is None:
        grad = xp.exp(out, dtype=work)
    grad *= out_grad.sum(axis=axis, keepdims=True, dtype=work)
    xp.subtract(out_grad, grad, out=grad)
    return _divided(grad, temperature).astype(out.dtype, copy=False)


def _divided(values, temperature):
    """Divide a temporary by the temperature."""
    if temperature is not None and temperature != 1.0:
        values /= temperature
    return values


def _shifted(xp, data, axis, temperature, valid):
    """Return (x - max(x)) / T, -inf where not valid."""
    work = work_dtype(xp, data.dtype)
    if valid is not None:
        data = xp.where(valid, data, -xp.inf)
    largest = data.max(axis=axis, keepdims=True)
    if valid is not None:
        largest = xp.where(largest == -xp.inf, 0, largest)
    return _divided(xp.subtract(data, largest, dtype=work), temperature)


def valid_positions(xp, shape, length, axis):
    """Return a bool array of ``shape``: whether the index along ``axis`` is below that row's ``length``.

    Parameters
    ----------
    length : integer array of ``shape`` without ``axis``
    """
    positions = xp.arange(shape[axis]).reshape([-1 if i == axis % len(shape) else 1 for i in range(len(shape))])
    return positions < xp.expand_dims(length, axis % len(shape))


def pick_log_softmax(xp, data, places, axis):
    """Return the logarithm of the softmax at one place of each row, and the softmax.

    Parameters
    ----------
    places : integers within the extent of ``axis``, of the shape of ``data`` without it or with size 1 there

    Returns
    -------
    (array of the shape of ``data`` with size 1 along ``axis``, array of the shape of ``data``)
    """
    fast = cuda.pick_log_softmax(xp, data, places, axis)
    if fast is not None:
        return fast
    if not data.size:
        return xp.empty((*data.shape[:axis], 1, *data.shape[axis + 1 :]), data.dtype), xp.empty(data.shape, data.dtype)
    probabilities = _shifted(xp, data, axis, None, None)
    picked = probabilities[_at(xp, probabilities.shape, places, axis)]
    xp.exp(probabilities, out=probabilities)
    total = probabilities.sum(axis=axis, keepdims=True)
    probabilities /= total
    picked -= xp.log(total)
    return picked.astype(data.dtype, copy=False), probabilities.astype(data.dtype, copy=False)


def pick_log_softmax_gradient(xp, g, probabilities, places, axis, out=None):
    """Return g * (one_hot(places) - probabilities), the gradient with respect to the data of ``pick_log_softmax``.

    Parameters
    ----------
    g : array that broadcasts against ``probabilities``, with size 1 along ``axis``
    out : array of the shape of ``probabilities``, optional, written and returned
    """
    fast = cuda.pick_log_softmax_gradient(xp, g, probabilities, places, axis, out)
    if fast is not None:
        return fast
    if not probabilities.size:
        return xp.empty(probabilities.shape, probabilities.dtype) if out is None else out
    grad = xp.multiply(probabilities, -g, out=out)
    grad[_at(xp, grad.shape, places, axis)] += g
    return grad


def _at(xp, shape, places, axis):
    """Return the index of the element at ``places`` of each row along ``axis``; what it reads has size 1 there."""
    rows = [xp.arange(n).reshape([-1 if i == k else 1 for i in range(len(shape))]) for k, n in enumerate(shape)]
    rows[axis] = places.reshape((*shape[:axis], 1, *shape[axis + 1 :]))
    return tuple(rows)


def subtract_one_hot(xp, probabilities, labels):
    """Return probabilities - one_hot(labels), the gradient of the cross-entropy with respect to the logits.

    Parameters
    ----------
    probabilities : (rows, classes)
    labels : (rows,), class numbers of any dtype; a row whose label is no class stays as it is
    """
    fast = cuda.subtract_one_hot(xp, probabilities, labels)
    if fast is not None:
        return fast
    grad = probabilities.copy()
    classes = grad.shape[1]
    index = labels.astype(xp.int64)
    inside = (index >= 0) & (index < classes)
    rows = xp.arange(grad.shape[0])
    if classes:
        grad[rows, xp.where(inside, index, 0)] -= inside.astype(grad.dtype)
    return grad


def cross_entropy(xp, data, labels):
    """Return the sum over rows of -log softmax(data)[label], shape (1,).

    Parameters
    ----------
    data : (rows, classes), floating
    labels : (rows,), class numbers; one outside of the classes takes the nearest class, as MXNet's pick does
    """
    fast = cuda.cross_entropy(xp, data, labels)
    if fast is not None:
        return fast
    if not data.size:
        return xp.zeros((1,), data.dtype)
    logs = log_softmax(xp, data.astype(work_dtype(xp, data.dtype), copy=False), axis=1)
    index = xp.clip(labels.astype(xp.int64), 0, data.shape[1] - 1)
    picked = logs[xp.arange(data.shape[0]), index]
    return -picked.sum(keepdims=True).astype(data.dtype, copy=False)
