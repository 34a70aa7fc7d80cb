"""Batch norm and layer norm on a GPU, as `mxlearn.kernels.normalization` has them: one kernel or two each."""

from math import prod

from .launch import MANY, Source, block_for, floating, served

SOURCE = Source("normalization")


def _extents(data, axis):
    """Return (batch, channels, inner): data seen with the axis of channels in the middle."""
    return prod(data.shape[:axis]), data.shape[axis], prod(data.shape[axis + 1 :])


def _parts(channels, count):
    """Return in how many parts the elements of a channel are summed: enough that all blocks together fill a GPU."""
    return max(1, min(512 // channels, count // 4096))


def _parameters(data, *parameters):
    """Tell whether parameters lie contiguous, in the dtype that goes with the data: float32 for float16."""
    expected = "f" if data.dtype.char == "e" else data.dtype.char
    return floating(data) and all(p is None or (p.dtype.char == expected and p.flags.c_contiguous) for p in parameters)


@served
def batch_norm(xp, data, gamma, beta, *, axis, eps):
    """Standardize each channel by mean and variance of the batch, as `kernels.normalization.batch_norm`."""
    if not _parameters(data, gamma, beta):
        return None
    batch, channels, inner = _extents(data, axis)
    data = xp.ascontiguousarray(data)
    count, types = batch * inner, (data.dtype, beta.dtype, data.size >= MANY)
    parts = _parts(channels, count)
    moments, statistics = xp.empty((2, channels, parts), beta.dtype), xp.empty((3, channels), beta.dtype)
    kernel = SOURCE.kernel(xp, "batch_moments", *types)
    kernel((channels, parts), (block_for(-(-count // parts)),), (data, *moments, batch, channels, inner))
    arguments = *moments, *statistics, float(eps), count, parts, channels
    SOURCE.each(xp, "batch_statistics", channels, data.dtype, arguments, beta.dtype, largest=data.size)
    mean, variance, inverse_std = statistics
    return _normalize(xp, data, gamma, beta, mean, inverse_std, channels, inner), mean, variance, inverse_std


@served
def batch_norm_fixed(xp, data, gamma, beta, mean, variance, *, axis, eps):
    """Standardize each channel by a given mean and variance, as `kernels.normalization.batch_norm_fixed`."""
    if not _parameters(data, gamma, beta, mean, variance):
        return None
    _, channels, inner = _extents(data, axis)
    copy, inverse_std = xp.empty((2, channels), beta.dtype)
    arguments = mean, variance, copy, inverse_std, float(eps), channels
    SOURCE.each(xp, "fixed_statistics", channels, data.dtype, arguments, beta.dtype)
    data = xp.ascontiguousarray(data)
    return _normalize(xp, data, gamma, beta, copy, inverse_std, channels, inner), copy, inverse_std


def _normalize(xp, data, gamma, beta, mean, inverse_std, channels, inner):
    out = xp.empty(data.shape, data.dtype)
    arguments = data, mean, inverse_std, gamma, beta, out, channels, inner, data.size
    SOURCE.each(xp, "batch_normalize", data.size, data.dtype, arguments, beta.dtype)
    return out


@served
def batch_norm_gradient(xp, out_grad, data, gamma, mean, inverse_std, *, axis, fixed=False):
    """Return the gradients for data, gamma and beta, as `kernels.normalization.batch_norm_gradient`."""
    if not _parameters(data, gamma, mean, inverse_std) or not floating(data, out_grad) or out_grad.shape != data.shape:
        return None
    extents = batch, channels, inner = _extents(data, axis)
    data, out_grad = xp.ascontiguousarray(data), xp.ascontiguousarray(out_grad)
    parts = _parts(channels, batch * inner)
    sums = xp.empty((2, channels, parts), mean.dtype)
    kernel = SOURCE.kernel(xp, "batch_parameter_gradients", data.dtype, mean.dtype, data.size >= MANY)
    threads = block_for(-(-batch * inner // parts))
    kernel((channels, parts), (threads,), (out_grad, data, mean, inverse_std, *sums, *extents))
    gamma_grad, beta_grad = sums.reshape(2, channels) if parts == 1 else sums.sum(axis=2)
    data_grad = xp.empty(data.shape, data.dtype)
    arguments = out_grad, data, mean, inverse_std, gamma, gamma_grad, beta_grad, data_grad, fixed, *extents
    SOURCE.each(xp, "batch_data_gradient", data.size, data.dtype, arguments, mean.dtype)
    return data_grad, gamma_grad, beta_grad


@served
def moving_average(xp, average, value, momentum):
    """Return momentum * average + (1 - momentum) * value, as `kernels.normalization.moving_average`."""
    if not floating(average, value) or average.shape != value.shape:
        return None
    out = xp.empty(average.shape, average.dtype)
    arguments = xp.ascontiguousarray(average), xp.ascontiguousarray(value), out, float(momentum), out.size
    SOURCE.each(xp, "moving_average", out.size, out.dtype, arguments)
    return out


@served
def layer_norm(xp, data, gamma, beta, *, eps, axis):
    """Standardize the values along the last axis, as the operator LayerNorm.

    Returns
    -------
    (array like ``data``, mean, sqrt(variance + eps)), the last two with extent 1 along ``axis``
    """
    if not floating(data, gamma, beta) or axis != data.ndim - 1:
        return None
    data, extent = xp.ascontiguousarray(data), data.shape[-1]
    out = xp.empty(data.shape, data.dtype)
    mean, std = xp.empty((2, *data.shape[:-1], 1), data.dtype)
    arguments = data, xp.ascontiguousarray(gamma), xp.ascontiguousarray(beta), out, mean, std, float(eps), extent
    SOURCE.rows(xp, "layer_norm", mean.size, extent, data.dtype, arguments)
    return out, mean, std


@served
def layer_norm_gradient(xp, out_grad, data, gamma, *, eps, axis):
    """Return the gradients of `layer_norm` with respect to data, gamma and beta."""
    if not floating(data, out_grad, gamma) or axis != data.ndim - 1 or out_grad.shape != data.shape:
        return None
    out_grad, data, gamma = (xp.ascontiguousarray(a) for a in (out_grad, data, gamma))
    extent = data.shape[-1]
    rows = data.size // extent
    work = xp.dtype(xp.float32) if data.dtype.char == "e" else data.dtype
    mean, inverse_std = xp.empty((2, rows), work)
    data_grad = xp.empty(data.shape, data.dtype)
    arguments = out_grad, data, gamma, data_grad, mean, inverse_std, float(eps), extent
    SOURCE.rows(xp, "layer_norm_gradient", rows, extent, data.dtype, arguments, work)
    gamma_grad, beta_grad = xp.empty((2, extent), data.dtype)
    kernel = SOURCE.kernel(xp, "layer_parameter_gradients", data.dtype, work, data.size >= MANY)
    arguments = out_grad, data, mean, inverse_std, gamma_grad, beta_grad, rows, extent
    kernel((-(-extent // 32),), (32, 8), arguments)
    return data_grad, gamma_grad, beta_grad
