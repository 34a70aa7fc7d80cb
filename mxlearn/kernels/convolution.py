"""Convolution in any number of spatial dimensions: forward, data gradient, weight gradient.

The three functions close under differentiation. Writing ``conv(x, w)`` for the forward function, ``D(g, w)`` for the
data gradient and ``W(g, x)`` for the weight gradient, each is linear in both arguments, and the derivatives of any of
them are the other two; a deconvolution is ``D`` used forward.

Arrays have MXNet's shapes, (batch, channel, \\*spatial), but results lie in memory as (channel, \\*spatial, batch), and
arguments that lie so are used without a copy. With the batch innermost, copying the windows of an image into the
columns of a matrix ("im2col") moves long contiguous runs, and one large matrix product does the arithmetic:

    columns (channel * prod(kernel), prod(out) * batch),   out = weight (filter, channel * prod(kernel)) @ columns.

The columns repeat every input value ``prod(kernel)`` times, so they are made for a few rows of the output at a time.
Threads share the rows of the output, and on the way back to the data its channels; each multiplies for itself.

This is the readable tier. Where oneDNN, or on a GPU cuDNN, is installed and can do the work, its kernel is used
instead: see `onednn` and `cudnn`. A GPU without cuDNN runs kernels of our own: see `cuda`.

References: Chellapilla, Puri, Simard 2006, "High performance convolutional neural networks for document processing";
Dumoulin, Visin 2016, "A guide to convolution arithmetic for deep learning".
"""

from math import prod

import numpy as np

from ..core.parallel import run_parts
from . import cuda, cudnn, onednn
from .precision import work_dtype

# Bytes of columns made at a time: enough for efficient matrix products, few enough to stay near the processor.
BLOCK_BYTES = 1 << 23
# Multiplications from which on several threads share a convolution; giving out the parts takes 100 microseconds.
WORTH_THREADS = 1 << 23


def _fast(function, xp, *arrays, **options):
    """Return what the first faster tier that can do the work makes of it; None where the readable one has to."""
    for tier in (onednn,) if xp is np else (cudnn, cuda):
        found = getattr(tier, function)(xp, *arrays, **options)
        if found is not None:
            return found
    return None


def output_size(size, kernel, stride, dilate, pad):
    """Return the number of windows along one axis: floor((size + 2 pad - span) / stride) + 1."""
    span = dilate * (kernel - 1) + 1
    return (size + 2 * pad - span) // stride + 1


def convolution(xp, data, weight, bias=None, *, stride, dilate, pad, groups=1):
    """Correlate every image with every filter of its group.

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    weight : (filter, channel / groups, \\*kernel), same dtype
    bias : (filter,), optional
    stride, dilate, pad : tuple of int, one per spatial axis, in pixels
    groups : int, divides channel and filter; each group of channels meets its own filters

    Returns
    -------
    (batch, filter, \\*out), same dtype, lying in memory as (filter, \\*out, batch)
    """
    window = {"stride": stride, "dilate": dilate, "pad": pad, "groups": groups}
    fast = _fast("convolution", xp, data, weight, bias, **window)
    if fast is not None:
        return fast
    kernel = weight.shape[2:]
    filters = weight.shape[0]
    batch = data.shape[0]
    out = tuple(map(output_size, data.shape[2:], kernel, stride, dilate, pad))
    work = work_dtype(xp, data.dtype)
    image = _padded(xp, data, pad, work)  # (channel, *padded, batch)
    matrix = weight.astype(work, copy=False).reshape(groups, filters // groups, -1)
    make = xp.empty if data.shape[1] else xp.zeros  # a sum over no channels is zero
    result = make((groups, filters // groups, prod(out) * batch), work)

    def fill(rows):
        for part, columns in _blocks(xp, image, kernel, stride, dilate, out, groups, rows):
            xp.matmul(matrix, columns, out=result[:, :, part])

    _side_by_side(xp, fill, out[0], matrix.size * result.shape[2])
    if bias is not None:
        result += bias.astype(work, copy=False).reshape(groups, -1, 1)
    return _batch_first(result.reshape(filters, *out, batch)).astype(data.dtype, copy=False)


def convolution_data_gradient(xp, out_grad, weight, *, size, stride, dilate, pad, groups=1):
    """Spread every output gradient over the window that it came from.

    Parameters
    ----------
    out_grad : (batch, filter, \\*out), floating
    weight : (filter, channel / groups, \\*kernel)
    size : tuple of int, the spatial shape of the data, which ``out`` alone does not determine when stride > 1

    Returns
    -------
    (batch, channel, \\*size), same dtype as ``out_grad``
    """
    window = {"stride": stride, "dilate": dilate, "pad": pad, "groups": groups}
    fast = _fast("convolution_data_gradient", xp, out_grad, weight, size=size, **window)
    if fast is not None:
        return fast
    kernel = weight.shape[2:]
    channels = weight.shape[1] * groups
    batch, filters, *out = out_grad.shape
    work = work_dtype(xp, out_grad.dtype)
    grad = _padded(xp, out_grad, (0,) * len(out), work).reshape(groups, filters // groups, -1)
    matrix = weight.astype(work, copy=False).reshape(groups, filters // groups, -1).transpose(0, 2, 1)
    padded = [n + 2 * p for n, p in zip(size, pad, strict=True)]
    image = xp.zeros((groups, channels // groups, *padded, batch), work)
    row = prod(out[1:]) * batch  # columns that one step along the first spatial axis makes

    def spread(part):  # of the channels of each group
        weights = matrix[:, part.start * prod(kernel) : part.stop * prod(kernel)]
        rows = _rows_at_once(weights.shape[0] * weights.shape[1] * row * work.itemsize, out[0])
        for first in range(0, out[0], rows):
            count = min(rows, out[0] - first)
            columns = xp.matmul(weights, grad[:, :, first * row : (first + count) * row])
            columns = columns.reshape(groups, part.stop - part.start, prod(kernel), count, *out[1:], batch)
            for position, offset in enumerate(_positions(kernel)):
                window = _window(offset, stride, dilate, (count, *out[1:]), first)
                image[(slice(None), part, *window)] += columns[:, :, position]

    _side_by_side(xp, spread, channels // groups, matrix.size * out[0] * row)
    image = image.reshape(channels, *padded, batch)
    inside = tuple(slice(p, p + n) for n, p in zip(size, pad, strict=True))
    return _batch_first(image[(slice(None), *inside)]).astype(out_grad.dtype, copy=False)


def convolution_weight_gradient(xp, out_grad, data, *, kernel, stride, dilate, pad, groups=1):
    """Sum over all windows the products of an output gradient and the window's values.

    Parameters
    ----------
    out_grad : (batch, filter, \\*out), floating
    data : (batch, channel, \\*spatial), same dtype

    Returns
    -------
    (filter, channel / groups, \\*kernel), same dtype
    """
    window = {"stride": stride, "dilate": dilate, "pad": pad, "groups": groups}
    fast = _fast("convolution_weight_gradient", xp, out_grad, data, kernel=kernel, **window)
    if fast is not None:
        return fast
    channels = data.shape[1]
    filters, out = out_grad.shape[1], out_grad.shape[2:]
    work = work_dtype(xp, out_grad.dtype)
    image = _padded(xp, data, pad, work)
    grad = _padded(xp, out_grad, (0,) * len(out), work).reshape(groups, filters // groups, -1)

    def add_up(rows):
        total = xp.zeros((groups, filters // groups, channels // groups * prod(kernel)), work)
        for part, columns in _blocks(xp, image, kernel, stride, dilate, out, groups, rows):
            total += xp.matmul(grad[:, :, part], columns.transpose(0, 2, 1))
        return total

    first, *others = _side_by_side(xp, add_up, out[0], grad.size * channels // groups * prod(kernel))
    total = sum(others, start=first)
    return total.reshape(filters, channels // groups, *kernel).astype(out_grad.dtype, copy=False)


def _side_by_side(xp, function, length, multiplications):
    """Return the results of ``function`` for parts of ``range(length)``: on several threads where that pays."""
    if xp is np and multiplications >= WORTH_THREADS:
        return run_parts(function, length)
    return [function(slice(0, length))]


def _batch_first(array):
    """View (channel, \\*spatial, batch) as (batch, channel, \\*spatial)."""
    return array.transpose(array.ndim - 1, *range(array.ndim - 1))


def _padded(xp, data, pad, dtype):
    """Lay (batch, channel, \\*spatial) out as contiguous (channel, \\*spatial + 2 pad, batch), zero in the padding."""
    view = data.transpose(*range(1, data.ndim), 0)
    if not any(pad) and view.flags.c_contiguous:
        return view.astype(dtype, copy=False)
    size = [n + 2 * p for n, p in zip(data.shape[2:], pad, strict=True)]
    padded = (xp.zeros if any(pad) else xp.empty)((data.shape[1], *size, data.shape[0]), dtype)
    inside = padded[(slice(None), *(slice(p, p + n) for n, p in zip(data.shape[2:], pad, strict=True)))]
    if xp is np and view.strides[-1] > view.itemsize:
        for first in range(0, data.shape[0], 16):  # a cache line of 16 images at a time: 2.3 times as fast as at once
            inside[..., first : first + 16] = view[..., first : first + 16]
    else:
        inside[...] = view
    return padded


def _blocks(xp, image, kernel, stride, dilate, out, groups, rows):
    """Yield, block by block, a slice of the flat output positions and its columns, for a slice of the output's rows.

    The columns are (groups, channel / groups * prod(kernel), positions).
    """
    channels, batch = image.shape[0], image.shape[-1]
    row = prod(out[1:]) * batch
    if not channels or not row or not out[0]:
        return
    if prod(kernel) == 1 and all(s == 1 for s in stride):  # a 1x1 convolution: the image is its own matrix of columns
        part = slice(rows.start * row, rows.stop * row)
        yield part, image.reshape(groups, channels // groups, -1)[:, :, part]
        return
    depth = channels * prod(kernel)
    at_once = _rows_at_once(depth * row * image.itemsize, rows.stop - rows.start)
    buffer = xp.empty(depth * at_once * row, image.dtype)
    steps = image.strides[1:-1]
    strides = (
        image.strides[0],
        *(n * d for n, d in zip(steps, dilate, strict=True)),
        *(n * s for n, s in zip(steps, stride, strict=True)),
        image.strides[-1],
    )
    for first in range(rows.start, rows.stop, at_once):
        count = min(at_once, rows.stop - first)
        shape = (channels, *kernel, count, *out[1:], batch)
        windows = xp.lib.stride_tricks.as_strided(image[:, first * stride[0] :], shape=shape, strides=strides)
        columns = buffer[: depth * count * row]
        columns.reshape(shape)[...] = windows
        yield slice(first * row, (first + count) * row), columns.reshape(groups, depth // groups, count * row)


def _rows_at_once(row_bytes, rows):
    """Return how many rows of the output fit in a block."""
    return max(1, min(rows, BLOCK_BYTES // max(row_bytes, 1)))


def _positions(kernel):
    """Yield the index tuples of a kernel in row-major order."""
    positions = [()]
    for size in kernel:
        positions = [(*head, i) for head in positions for i in range(size)]
    return positions


def _window(offset, stride, dilate, out, first):
    """Return slices of the padded image that kernel position ``offset`` meets, from row ``first`` of the output on."""
    slices = []
    for axis, (i, s, d, n) in enumerate(zip(offset, stride, dilate, out, strict=True)):
        start = i * d + (first * s if axis == 0 else 0)
        slices.append(slice(start, start + s * (n - 1) + 1, s))
    return slices
