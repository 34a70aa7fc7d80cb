"""Pooling in any number of spatial dimensions: forward, gradient, and the gather that differentiates a maximum twice.

Every function walks over the positions of the window: position (i, j) of all windows is one strided view of the
(padded) image, so a 2x2 pooling is four elementwise operations on arrays of the output's shape. No axis order is
imposed: results lie in memory as the data do, so that the batch-innermost results of a convolution stay so.

This is the readable tier. Where oneDNN is installed and can do the work, its kernel is used instead: see `onednn`; a
GPU runs kernels of our own: see `cuda`.
"""

from math import prod

from . import cuda, onednn
from .precision import work_dtype


def output_size(size, kernel, stride, pad, convention):
    """Return the number of windows along one axis.

    ``valid`` counts the windows that fit, ``full`` also the last one that sticks out, ``same`` one window per stride.
    """
    if convention == "same":
        return -(-(size + 2 * pad) // stride)
    span = size + 2 * pad - kernel
    return (-(-span // stride) if convention == "full" else span // stride) + 1


def pooling(
    xp,
    data,
    *,
    kernel,
    stride,
    pad,
    pool_type="max",
    convention="valid",
    count_include_pad=True,
    p_value=2,
    is_train=False,
):
    """Reduce every window to its maximum, mean, sum or p-norm.

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    kernel, stride, pad : tuple of int, one per spatial axis, in pixels
    pool_type : "max", "avg", "sum" or "lp"
    convention : "valid", "full" or "same", see `output_size`
    count_include_pad : bool, whether a mean divides by the padded pixels of a window too (never by those beyond)
    p_value : int, the p of "lp": (sum of x**p) ** (1/p), with the sign kept when p is odd, as in MXNet 1.9.1
    is_train : bool, whether a gradient will be asked for, so that it pays to note where each maximum stands

    Returns
    -------
    (batch, channel, \\*out), same dtype.  A window without any pixel has maximum -max(dtype) and mean 0.
    """
    out = _output(data.shape[2:], kernel, stride, pad, convention)
    window = {"kernel": kernel, "stride": stride, "pad": pad}
    options = {"pool_type": pool_type, "count_include_pad": count_include_pad}
    fast = onednn.pooling(xp, data, out=out, is_train=is_train, **window, **options)
    if fast is None:
        fast = cuda.pooling(xp, data, out=out, p_value=p_value, **window, **options)
    if fast is not None:
        return fast
    work = work_dtype(xp, data.dtype)
    fill = xp.finfo(data.dtype).min if pool_type == "max" else 0
    image = _padded(xp, data, kernel, stride, pad, out, fill).astype(work, copy=False)
    if pool_type == "lp":
        image = image**p_value
    result = _reduce(xp, image, kernel, stride, out, xp.maximum if pool_type == "max" else xp.add)
    if pool_type == "avg":
        result /= _counts(xp, data.shape[2:], kernel, stride, pad, out, count_include_pad, work)
    elif pool_type == "lp":
        result = _root(xp, result, p_value)
    return result.astype(data.dtype, copy=False)


def pooling_gradient(
    xp,
    out_grad,
    data,
    out,
    *,
    kernel,
    stride,
    pad,
    pool_type="max",
    convention="valid",
    count_include_pad=True,
    p_value=2,
):
    """Return the gradient of `pooling` with respect to its data.

    A maximum passes its gradient to the first of equal values, in row-major order of the window.

    Parameters
    ----------
    out_grad, out : (batch, channel, \\*out)
    data : (batch, channel, \\*spatial)
    """
    window = {"kernel": kernel, "stride": stride, "pad": pad}
    options = {"pool_type": pool_type, "count_include_pad": count_include_pad}
    fast = onednn.pooling_gradient(xp, out_grad, data, out, **window, **options)
    if fast is None:
        fast = cuda.pooling_gradient(xp, out_grad, data, out, p_value=p_value, **window, **options)
    if fast is not None:
        return fast
    spatial, windows = data.shape[2:], out_grad.shape[2:]
    work = work_dtype(xp, data.dtype)
    grad = _in_memory_order_of(xp, data, out_grad.astype(work, copy=False))
    if pool_type == "avg":
        grad = grad / _counts(xp, spatial, kernel, stride, pad, windows, count_include_pad, work)
    if pool_type == "lp":
        grad = _lp_factor(xp, grad, out.astype(work, copy=False), p_value)
    fill = xp.finfo(data.dtype).min if pool_type == "max" else 0
    image = _padded(xp, data, kernel, stride, pad, windows, fill) if pool_type in ("max", "lp") else None
    padded = _padded_shape(spatial, kernel, stride, pad, windows)
    # Windows that tile the image exactly write each gradient once; otherwise gradients add up.
    sizes = zip(windows, kernel, stride, padded, strict=True)
    tiled = all(n * k == p and (k == s or n == 1) for n, k, s, p in sizes)
    make = xp.empty_like if tiled else xp.zeros_like
    result = make(grad if image is None else image, shape=(*data.shape[:2], *padded), dtype=work)
    for index, part in _parts(xp, image, out, kernel, stride, windows, pool_type, p_value):
        if tiled and part is None:
            result[index] = grad  # one gradient for a whole window: an ``out`` of CuPy does not broadcast
        elif tiled:
            xp.multiply(grad, part, out=result[index])
        else:
            result[index] += grad if part is None else grad * part
    inside = tuple(slice(p, p + n) for n, p in zip(spatial, pad, strict=True))
    return result[(slice(None), slice(None), *inside)].astype(data.dtype, copy=False)


def max_pooling_select(xp, values, data, out, *, kernel, stride, pad, convention="valid"):
    """Take from ``values`` what stands where `pooling` found each window's (first) maximum in ``data``.

    This is the transpose of the gradient of max pooling, hence its derivative with respect to ``out_grad``.

    Parameters
    ----------
    values, data : (batch, channel, \\*spatial)
    out : (batch, channel, \\*out), the maxima

    Returns
    -------
    (batch, channel, \\*out), same dtype as ``values``
    """
    fast = cuda.max_pooling_select(xp, values, data, out, kernel=kernel, stride=stride, pad=pad)
    if fast is not None:
        return fast
    windows = out.shape[2:]
    image = _padded(xp, data, kernel, stride, pad, windows, xp.finfo(data.dtype).min)
    values = _padded(xp, values, kernel, stride, pad, windows, 0)
    result = xp.zeros_like(out, dtype=values.dtype)
    for index, first in _parts(xp, image, out, kernel, stride, windows, "max", 0):
        chosen = values[index] * first
        result += chosen if chosen.shape == result.shape else chosen.sum(axis=tuple(range(2, out.ndim)), keepdims=True)
    return result


def _in_memory_order_of(xp, data, array):
    """Return ``array`` laid out like ``data``: elementwise work on two orders of axes is several times slower."""
    strides = getattr(data, "strides", None)
    if strides is None or _order(strides) == _order(array.strides):
        return array
    aligned = xp.empty_like(data, shape=array.shape, dtype=array.dtype)
    aligned[...] = array
    return aligned


def _order(strides):
    return sorted(range(len(strides)), key=lambda axis: -strides[axis])


def _output(spatial, kernel, stride, pad, convention):
    return tuple(output_size(*sizes, convention) for sizes in zip(spatial, kernel, stride, pad, strict=True))


def _padded_shape(spatial, kernel, stride, pad, out):
    """Return the spatial shape that holds the image, its padding, and all windows."""
    sizes = zip(spatial, kernel, stride, pad, out, strict=True)
    return tuple(max(n + 2 * p, (o - 1) * s + k) for n, k, s, p, o in sizes)


def _padded(xp, data, kernel, stride, pad, out, fill):
    """Surround the image with ``fill`` as far as windows reach, keeping the order of axes in memory."""
    spatial = data.shape[2:]
    padded = _padded_shape(spatial, kernel, stride, pad, out)
    if padded == spatial:
        return data
    image = xp.full_like(data, fill, shape=(*data.shape[:2], *padded))
    inside = tuple(slice(p, p + n) for n, p in zip(spatial, pad, strict=True))
    image[(slice(None), slice(None), *inside)] = data
    return image


def _views(kernel, stride, out):
    """Return, for each position of the window in row-major order, the index of that pixel of all windows."""
    indexes = [(slice(None), slice(None))]
    for k, s, n in zip(kernel, stride, out, strict=True):
        indexes = [(*head, slice(i, i + s * (n - 1) + 1, s)) for head in indexes for i in range(k)]
    return indexes


def _reduce(xp, image, kernel, stride, out, ufunc):
    if prod(out) == 1 and prod(kernel) > 1:  # one window, as global pooling has: a plain reduction
        axes = tuple(range(2, image.ndim))
        window = image[(slice(None), slice(None), *(slice(0, k) for k in kernel))]
        reduce = xp.max if ufunc is xp.maximum else xp.sum
        return reduce(window, axis=axes, keepdims=True)
    views = _views(kernel, stride, out)
    if len(views) == 1:
        return image[views[0]].copy(order="K")
    result = ufunc(image[views[0]], image[views[1]])
    for index in views[2:]:
        ufunc(result, image[index], out=result)
    return result


def _parts(xp, image, out, kernel, stride, windows, pool_type, p_value):
    """Yield (index of a window position, factor of the output gradient there); a factor None means 1."""
    one_window = prod(windows) == 1 and prod(kernel) > 1
    where = (slice(None), slice(None), *(slice(0, k) for k in kernel))
    if pool_type != "max":
        for index in [where] if one_window else _views(kernel, stride, windows):
            yield index, None if image is None else image[index] ** (p_value - 1)
        return
    if one_window:  # find its first maximum at once
        flat = image[where].reshape(*image.shape[:2], -1)
        first = flat.argmax(axis=2)[:, :, None] == xp.arange(flat.shape[2])
        yield where, first.reshape(*image.shape[:2], *kernel)
        return
    left = xp.ones_like(out, dtype=bool)  # windows whose maximum has not been met yet
    for index in _views(kernel, stride, windows):
        first = image[index] == out
        first &= left
        left ^= first
        yield index, first


def _counts(xp, spatial, kernel, stride, pad, out, include_pad, dtype):
    """Return the number of pixels of every window that count in its mean, shape (\\*out)."""
    counts = xp.ones((), dtype)
    for n, k, s, p, o in zip(spatial, kernel, stride, pad, out, strict=True):
        starts = [i * s - p for i in range(o)]
        if include_pad:
            ends = [max(1, min(start + k, n + p) - start) for start in starts]
        else:
            ends = [max(1, min(start + k, n) - max(start, 0)) for start in starts]
        counts = counts[..., None] * xp.asarray(ends, dtype)
    return counts


def _root(xp, powers, p):
    if p == 1:
        return powers
    if p == 2:
        return xp.sqrt(powers)
    return xp.sign(powers) * xp.abs(powers) ** (1.0 / p)


def _lp_factor(xp, grad, out, p):
    """Return grad / out**(p-1), zero where the norm is zero."""
    zero = out == 0
    return xp.where(zero, 0, grad / xp.where(zero, 1, out) ** (p - 1))
