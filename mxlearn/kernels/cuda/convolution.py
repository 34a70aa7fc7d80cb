"""Convolution and its two gradients on a GPU, as `mxlearn.kernels.convolution` has them.

The images of a batch go through columns and a matrix product together, as many as fit in `COLUMN_BYTES`; results are
contiguous (batch, channel, \\*spatial).
"""

from functools import lru_cache
from math import prod

from ..product import product
from .launch import Source, floating, served
from .windows import window

SOURCE = Source("convolution")
COLUMN_BYTES = 1 << 28  # at a time: a few matrix products of full size instead of memory for all columns of a batch


@lru_cache(maxsize=1024)
def _plan(size: tuple, kernel: tuple, stride: tuple, dilate: tuple, pad: tuple) -> tuple:
    """Return (the struct Window, spatial shape of the output)."""
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilate, strict=True)]
    out = tuple((n + 2 * p - span) // s + 1 for n, span, s, p in zip(size, spans, stride, pad, strict=True))
    return window(size, out, kernel, stride, dilate, pad), out


def _parts(batch: int, image_bytes: int):
    """Yield (first image, how many) of each part of a batch whose columns fit in `COLUMN_BYTES`."""
    count = max(1, min(batch, COLUMN_BYTES // max(image_bytes, 1)))
    for first in range(0, batch, count):
        yield first, min(count, batch - first)


def _grouped(matrix, groups):
    """View the rows of a matrix as those of several, one for each group; of one group as they are."""
    return matrix if groups == 1 else matrix.reshape(groups, matrix.shape[0] // groups, -1)


def _columns(xp, images, struct, taps, positions):
    """Return the columns (channel * taps, image * positions) of contiguous images (image, channel, \\*size)."""
    count, channels = images.shape[:2]
    columns = xp.empty((channels * taps, count * positions), images.dtype)
    arguments = images, columns, struct, channels, count
    largest = max(columns.size, images.size)
    SOURCE.each(xp, "im2col", columns.size // taps, images.dtype, arguments, largest=largest)
    return columns


def _filters_first(xp, batch, positions):
    """Return (filter, image * positions) from contiguous (image, filter, \\*out)."""
    count, filters = batch.shape[:2]
    result = xp.empty((filters, count * positions), batch.dtype)
    SOURCE.each(xp, "filters_first", batch.size, batch.dtype, (batch, result, filters, count, positions))
    return result


@served
def convolution(xp, data, weight, bias=None, *, stride, dilate, pad, groups=1):
    """Correlate every image with every filter of its group, as `kernels.convolution.convolution`."""
    if not floating(data, weight, bias) or data.ndim > 5 or (bias is not None and bias.size != weight.shape[0]):
        return None
    struct, out = _plan(data.shape[2:], weight.shape[2:], tuple(stride), tuple(dilate), tuple(pad))
    batch, filters, taps, positions = data.shape[0], weight.shape[0], prod(weight.shape[2:]), prod(out)
    result = xp.empty((batch, filters, *out), data.dtype)
    if not result.size:
        return None
    shift = None if bias is None else xp.ascontiguousarray(bias)
    data, matrix = xp.ascontiguousarray(data), _grouped(weight.reshape(filters, -1), groups)
    for first, count in _parts(batch, data.shape[1] * taps * positions * data.itemsize):
        columns = _columns(xp, data[first : first + count], struct, taps, positions)
        filtered = product(xp, matrix, _grouped(columns, groups))
        arguments = filtered, shift, result[first : first + count], filters, count, positions
        SOURCE.each(xp, "images_first", filtered.size, data.dtype, arguments)
    return result


@served
def convolution_data_gradient(xp, out_grad, weight, *, size, stride, dilate, pad, groups=1):
    """Spread every output gradient over its window, as `kernels.convolution.convolution_data_gradient`."""
    if not floating(out_grad, weight) or out_grad.ndim > 5 or not all(size):
        return None
    size, kernel, out = tuple(size), weight.shape[2:], out_grad.shape[2:]
    struct = window(size, out, kernel, tuple(stride), tuple(dilate), tuple(pad))
    batch, channels, taps, positions = out_grad.shape[0], weight.shape[1] * groups, prod(kernel), prod(out)
    result = xp.empty((batch, channels, *size), out_grad.dtype)
    out_grad = xp.ascontiguousarray(out_grad)
    matrix = _grouped(weight.reshape(weight.shape[0], -1), groups).swapaxes(-1, -2)
    for first, count in _parts(batch, channels * taps * positions * out_grad.itemsize):
        grad = _filters_first(xp, out_grad[first : first + count], positions)
        columns = product(xp, matrix, _grouped(grad, groups))
        images = result[first : first + count]
        arguments = columns, images, struct, channels, count
        SOURCE.each(xp, "col2im", images.size, out_grad.dtype, arguments, largest=columns.size)
    return result


@served
def convolution_weight_gradient(xp, out_grad, data, *, kernel, stride, dilate, pad, groups=1):
    """Sum products of output gradients and windows, as `kernels.convolution.convolution_weight_gradient`."""
    if not floating(out_grad, data) or data.ndim > 5:
        return None
    kernel, out = tuple(kernel), out_grad.shape[2:]
    struct = window(data.shape[2:], out, kernel, tuple(stride), tuple(dilate), tuple(pad))
    batch, channels, taps, positions = data.shape[0], data.shape[1], prod(kernel), prod(out)
    filters = out_grad.shape[1]
    out_grad, data = xp.ascontiguousarray(out_grad), xp.ascontiguousarray(data)
    parts = []
    for first, count in _parts(batch, channels * taps * positions * data.itemsize):
        grad = _filters_first(xp, out_grad[first : first + count], positions)
        columns = _columns(xp, data[first : first + count], struct, taps, positions)
        parts.append(product(xp, _grouped(grad, groups), _grouped(columns, groups).swapaxes(-1, -2)))
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total.reshape(filters, channels // groups, *kernel)
