"""Softmax, its relatives and their gradients on a GPU, as `mxlearn.kernels.softmax` has them."""

from math import prod

from .launch import C_TYPES, Source, floating, served

SOURCE = Source("softmax")


def _launch(xp, name, arrays, options, shape, axis, dtype, other):
    """Run ``<name>_rows`` along the last axis, ``<name>_columns`` along another; all arrays have one shape."""
    axis %= len(shape)
    extent, inner = shape[axis], prod(shape[axis + 1 :])
    rows = prod(shape[:axis]) * inner
    arguments = *arrays, *options, extent
    if inner == 1:
        SOURCE.rows(xp, f"{name}_rows", rows, extent, dtype, arguments, other)
    else:
        arguments = *arguments, inner, rows
        SOURCE.each(xp, f"{name}_columns", rows, dtype, arguments, other, largest=rows * extent)


def _forward(xp, data, axis, temperature, dtype, logarithm):
    dtype = data.dtype if dtype is None else xp.dtype(dtype)
    if not floating(data) or dtype.char not in ("d" if data.dtype.char == "d" else "ef"):
        return None
    result = xp.empty(data.shape, dtype)
    options = 1.0 if temperature is None else float(temperature), logarithm
    _launch(xp, "softmax", (xp.ascontiguousarray(data), result), options, data.shape, axis, data.dtype, dtype)
    return result


@served
def softmax(xp, data, *, axis=-1, temperature=None, valid=None, dtype=None):
    """Return exp(x / T) / sum(exp(x / T)) along ``axis``, as `kernels.softmax.softmax`."""
    return None if valid is not None else _forward(xp, data, axis, temperature, dtype, False)


@served
def log_softmax(xp, data, *, axis=-1, temperature=None, dtype=None):
    """Return the logarithm of the softmax, as `kernels.softmax.log_softmax`."""
    return _forward(xp, data, axis, temperature, dtype, True)


@served
def softmax_gradient(xp, out_grad, out, *, axis=-1, temperature=None, dtype=None, logarithm=False):
    """Return the gradient of `softmax` from its result ``out``, or of `log_softmax`, with respect to the data.

    Parameters
    ----------
    dtype : of the data, default that of ``out``
    """
    dtype = out.dtype if dtype is None else xp.dtype(dtype)
    if not floating(out, out_grad) or dtype.char not in "efd" or out_grad.shape != out.shape:
        return None
    result = xp.empty(out.shape, dtype)
    arrays = xp.ascontiguousarray(out_grad), xp.ascontiguousarray(out), result
    options = 1.0 if temperature is None else float(temperature), logarithm
    _launch(xp, "softmax_gradient", arrays, options, out.shape, axis, dtype, out.dtype)
    return result


def _labeled(data, labels, axis=-1):
    """Tell whether ``axis`` is the innermost, and each row has one label."""
    last = data.ndim > 0 and axis % data.ndim == data.ndim - 1
    return last and labels.dtype.char in C_TYPES and labels.size * data.shape[-1] == data.size


@served
def pick_log_softmax(xp, data, places, axis):
    """Return log softmax at one place of each row, and the softmax, as `kernels.softmax.pick_log_softmax`."""
    if not floating(data) or not _labeled(data, places, axis):
        return None
    extent = data.shape[-1]
    picked, probabilities = xp.empty((*data.shape[:-1], 1), data.dtype), xp.empty(data.shape, data.dtype)
    arguments = xp.ascontiguousarray(data), xp.ascontiguousarray(places), picked, probabilities, extent
    SOURCE.rows(xp, "pick_log_softmax", picked.size, extent, data.dtype, arguments, places.dtype)
    return picked, probabilities


@served
def pick_log_softmax_gradient(xp, g, probabilities, places, axis, out=None):
    """Return g * (one_hot(places) - probabilities), as `kernels.softmax.pick_log_softmax_gradient`."""
    if not floating(probabilities, g, out) or not _labeled(probabilities, places, axis):
        return None
    if out is None:
        out = xp.empty(probabilities.shape, probabilities.dtype)
    elif not out.flags.c_contiguous:
        return None
    g = xp.broadcast_to(g, (*probabilities.shape[:-1], 1))
    arrays = [xp.ascontiguousarray(a) for a in (g, probabilities, places)]
    arguments = (*arrays, out, out.shape[-1], out.size)
    SOURCE.each(xp, "pick_log_softmax_gradient", out.size, out.dtype, arguments, places.dtype)
    return out


@served
def subtract_one_hot(xp, probabilities, labels):
    """Return probabilities - one_hot(labels), as `kernels.softmax.subtract_one_hot`."""
    if not floating(probabilities) or not _labeled(probabilities, labels):
        return None
    result = xp.empty(probabilities.shape, probabilities.dtype)
    arrays = xp.ascontiguousarray(probabilities), xp.ascontiguousarray(labels), result
    arguments = *arrays, result.shape[1], result.size
    SOURCE.each(xp, "subtract_one_hot", result.size, result.dtype, arguments, labels.dtype)
    return result


@served
def cross_entropy(xp, data, labels):
    """Return the sum over rows of -log softmax(data)[label], as `kernels.softmax.cross_entropy`."""
    if not floating(data) or not _labeled(data, labels):
        return None
    picked = xp.empty(data.shape[:1], data.dtype)
    arguments = xp.ascontiguousarray(data), xp.ascontiguousarray(labels), picked, None, data.shape[1]
    SOURCE.rows(xp, "pick_log_softmax", picked.size, data.shape[1], data.dtype, arguments, labels.dtype)
    work = xp.float32 if data.dtype.char == "e" else data.dtype
    return -picked.sum(dtype=work, keepdims=True).astype(data.dtype, copy=False)
