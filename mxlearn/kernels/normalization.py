"""Normalization: batch, layer, instance and group norm as one standardization, local response norm.

All four norms subtract a mean, divide by a standard deviation, then scale and shift; they differ in the axes over which
the statistics are taken, and in the axes along which scale and shift vary. With y = (x - mean) / std, a gradient g with
respect to y becomes

    dx = (g - mean(g) - y * mean(g * y)) / std.

Sums of float16 arrays are accumulated in float32.

This is the readable tier. Where oneDNN is installed, it does batch norm of data that its convolutions left, see
`onednn`. On a GPU batch norm is done by cuDNN where that is installed, see `cudnn`, and otherwise by a
kernel of our own, as layer norm always is: see `cuda`.

References: Ioffe, Szegedy 2015 (batch norm); Ba, Kiros, Hinton 2016 (layer norm); Ulyanov et al. 2016 (instance norm);
Wu, He 2018 (group norm); Krizhevsky et al. 2012, section 3.3 (local response norm).
"""

from math import prod

from . import cuda, cudnn, onednn
from .precision import work_dtype


def mean_and_variance(xp, data, axes):
    """Return the mean and the biased variance over ``axes``, which stay with extent 1.

    The variance is taken from the centered values, which does not lose digits where the mean is large.
    """
    work = work_dtype(xp, data.dtype)
    if not data.size:  # the mean of nothing: 0 rather than nan
        shape = tuple(1 if i in axes else n for i, n in enumerate(data.shape))
        return xp.zeros(shape, work), xp.zeros(shape, work)
    mean = data.mean(axis=axes, keepdims=True, dtype=work)
    centered = data - mean
    xp.multiply(centered, centered, out=centered)
    return mean, centered.mean(axis=axes, keepdims=True)


def scale_and_shift(xp, data, mean, inverse_std, gamma, beta):
    """Return (data - mean) * inverse_std * gamma + beta in the dtype of ``data``; all others broadcast against it."""
    work = work_dtype(xp, data.dtype)
    out = xp.subtract(data, mean, dtype=work)
    out *= inverse_std * gamma
    out += beta
    return out.astype(data.dtype, copy=False)


def norm_gradient(xp, out_grad, data, mean, inverse_std, gamma, *, axes, parameter_axes, fixed=False):
    """Return the gradients of `scale_and_shift` of standardized data.

    Parameters
    ----------
    out_grad, data : arrays of one shape
    mean, inverse_std, gamma : arrays that broadcast against ``data``
    axes : tuple of int, over which mean and std were taken
    parameter_axes : tuple of int, along which gamma and beta vary
    fixed : bool, whether mean and std are constants (moving averages) rather than functions of the data

    Returns
    -------
    (gradient of data, of gamma, of beta), the last two with the extents of ``parameter_axes``
    """
    work = work_dtype(xp, data.dtype)
    grad = out_grad.astype(work, copy=False)
    y = xp.subtract(data, mean, dtype=work)
    y *= inverse_std
    others = tuple(i for i in range(data.ndim) if i not in parameter_axes)
    product = grad * y
    gamma_grad = product.sum(axis=others)
    beta_grad = grad.sum(axis=others)
    if fixed:
        return (grad * (gamma * inverse_std)).astype(data.dtype, copy=False), gamma_grad, beta_grad
    count = max(1, prod(data.shape[i] for i in axes))
    if set(axes) == set(others):  # batch norm: the sums over axes are those of the parameters
        shape = mean.shape
        mean_grad = beta_grad.reshape(shape) * (gamma / count)
        mean_product = gamma_grad.reshape(shape) * (gamma / count)
        scaled = grad * gamma
    else:
        scaled = grad * gamma
        product *= gamma
        mean_grad = scaled.sum(axis=axes, keepdims=True) / count
        mean_product = product.sum(axis=axes, keepdims=True) / count
    y *= mean_product
    scaled -= mean_grad
    scaled -= y
    scaled *= inverse_std
    return scaled.astype(data.dtype, copy=False), gamma_grad, beta_grad


def along(parameter, axis, ndim):
    """View a vector so that it broadcasts along one axis of an array."""
    return parameter.reshape(tuple(parameter.shape[0] if i == axis else 1 for i in range(ndim)))


def batch_norm(xp, data, gamma, beta, *, axis, eps):
    """Give each channel mean beta and standard deviation gamma, by the mean and the variance of the batch.

    Parameters
    ----------
    data : floating array with channels along ``axis``
    gamma, beta : (channel,); gamma None counts as 1

    Returns
    -------
    (array like ``data``; mean, biased variance and 1 / sqrt(variance + eps), each (channel,))
    """
    fast = onednn.batch_norm(xp, data, gamma, beta, axis=axis, eps=eps)
    if fast is None:
        fast = cudnn.batch_norm_training(xp, data, gamma, beta, axis=axis, eps=eps)
    if fast is None:
        fast = cuda.batch_norm(xp, data, gamma, beta, axis=axis, eps=eps)
    if fast is not None:
        return fast
    ndim = data.ndim
    mean, variance = mean_and_variance(xp, data, tuple(i for i in range(ndim) if i != axis))
    inverse_std = 1 / xp.sqrt(variance + eps)
    scale = 1 if gamma is None else along(gamma, axis, ndim)
    out = scale_and_shift(xp, data, mean, inverse_std, scale, along(beta, axis, ndim))
    return out, mean.reshape(-1), variance.reshape(-1), inverse_std.reshape(-1)


def batch_norm_fixed(xp, data, gamma, beta, mean, variance, *, axis, eps):
    """Do as `batch_norm`, by a given mean and variance.

    Returns
    -------
    (array like ``data``; mean and 1 / sqrt(variance + eps), each (channel,))
    """
    fast = onednn.batch_norm_fixed(xp, data, gamma, beta, mean, variance, axis=axis, eps=eps)
    if fast is not None:
        return fast
    out = cudnn.batch_norm_inference(xp, data, gamma, beta, mean, variance, axis=axis, eps=eps)
    if out is None:
        fast = cuda.batch_norm_fixed(xp, data, gamma, beta, mean, variance, axis=axis, eps=eps)
        if fast is not None:
            return fast
    inverse_std = 1 / xp.sqrt(variance + eps)
    if out is None:
        scale = 1 if gamma is None else along(gamma, axis, data.ndim)
        center, width, shift = (along(p, axis, data.ndim) for p in (mean, inverse_std, beta))
        out = scale_and_shift(xp, data, center, width, scale, shift)
    return out, mean.copy(), inverse_std


def batch_norm_gradient(xp, out_grad, data, gamma, mean, inverse_std, *, axis, fixed=False):
    """Return the gradients of `batch_norm`, or of `batch_norm_fixed` where ``fixed``, for data, gamma and beta."""
    fast = onednn.batch_norm_gradient(xp, out_grad, data, gamma, mean, inverse_std, axis=axis, fixed=fixed)
    if fast is not None:
        return fast
    if not fixed:
        fast = cudnn.batch_norm_gradient(xp, out_grad, data, gamma, mean, inverse_std, axis=axis)
        if fast is not None:
            return fast
    fast = cuda.batch_norm_gradient(xp, out_grad, data, gamma, mean, inverse_std, axis=axis, fixed=fixed)
    if fast is not None:
        return fast
    gamma = xp.ones_like(mean) if gamma is None else gamma
    parameters = (along(p, axis, data.ndim) for p in (mean, inverse_std, gamma))
    others = tuple(i for i in range(data.ndim) if i != axis)
    return norm_gradient(xp, out_grad, data, *parameters, axes=others, parameter_axes=(axis,), fixed=fixed)


def moving_average(xp, average, value, momentum):
    """Return momentum * average + (1 - momentum) * value, in the dtype of ``average``."""
    fast = cuda.moving_average(xp, average, value, momentum)
    if fast is not None:
        return fast
    return (average * momentum + value * (1 - momentum)).astype(average.dtype, copy=False)


def layer_norm(xp, data, gamma, beta, *, axis, eps):
    """Give the values along one axis mean 0 and standard deviation 1, then scale by gamma and shift by beta.

    Parameters
    ----------
    data : floating array
    gamma, beta : (data.shape[axis],)

    Returns
    -------
    (array like ``data``; mean and sqrt(variance + eps), of extent 1 along ``axis``), all of one dtype
    """
    fast = cuda.layer_norm(xp, data, gamma, beta, axis=axis, eps=eps)
    if fast is not None:
        return fast
    mean, variance = mean_and_variance(xp, data, (axis,))
    std = xp.sqrt(variance + eps)
    out = scale_and_shift(xp, data, mean, 1 / std, along(gamma, axis, data.ndim), along(beta, axis, data.ndim))
    return out, mean.astype(data.dtype, copy=False), std.astype(data.dtype, copy=False)


def layer_norm_gradient(xp, out_grad, data, gamma, *, axis, eps):
    """Return the gradients of `layer_norm` for data, gamma and beta."""
    fast = cuda.layer_norm_gradient(xp, out_grad, data, gamma, axis=axis, eps=eps)
    if fast is not None:
        return fast
    mean, variance = mean_and_variance(xp, data, (axis,))
    parameters = mean, 1 / xp.sqrt(variance + eps), along(gamma, axis, data.ndim)
    return norm_gradient(xp, out_grad, data, *parameters, axes=(axis,), parameter_axes=(axis,))


def local_response_scale(xp, data, *, alpha, knorm, nsize):
    """Return knorm + alpha / nsize * (sum of the squares of the channel and of (nsize - 1) // 2 on either side).

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    """
    work = work_dtype(xp, data.dtype)
    squares = xp.square(data, dtype=work)
    return knorm + (alpha / nsize) * sum_of_neighbors(xp, squares, (nsize - 1) // 2)


def sum_of_neighbors(xp, values, radius):
    """Return for each channel the sum over the channels at most ``radius`` away."""
    total = values.copy()
    channels = values.shape[1]
    for offset in range(1, min(radius, channels - 1) + 1):
        total[:, offset:] += values[:, :-offset]
        total[:, :-offset] += values[:, offset:]
    return total


def local_response_gradient(xp, out_grad, data, *, alpha, beta, knorm, nsize):
    """Return the gradient of data * scale**-beta, where scale is `local_response_scale`.

    d/dx_i = g_i scale_i**-beta - 2 alpha beta / nsize * x_i * sum over neighbors j of g_j x_j scale_j**(-beta - 1).
    """
    work = work_dtype(xp, data.dtype)
    grad, values = out_grad.astype(work, copy=False), data.astype(work, copy=False)
    scale = local_response_scale(xp, values, alpha=alpha, knorm=knorm, nsize=nsize)
    power = scale**-beta
    shared = sum_of_neighbors(xp, grad * values * power / scale, (nsize - 1) // 2)
    return (grad * power - (2 * alpha * beta / nsize) * values * shared).astype(data.dtype, copy=False)
