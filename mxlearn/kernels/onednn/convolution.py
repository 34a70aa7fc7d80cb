"""Convolution and its two gradients, as `mxlearn.kernels.convolution` has them."""

from ctypes import byref, c_void_p
from math import prod
from typing import Any

import numpy as np

from .library import kept, loaded, served
from .primitives import (
    BIAS,
    DIFF_DST,
    DIFF_SRC,
    DIFF_WEIGHTS,
    DST,
    SRC,
    WEIGHTS,
    Primitive,
    any_order,
    channels_last,
    dims,
    new,
    plain,
)
from .product import product

_TRAINING, _DIRECT = 64, 1  # of oneDNN's dnnl_types.h

# Windows of an image up to which, and channels from which on, the gradient of the weights is one product for each place
# of the kernel. The library makes one for each image there: for 512 filters on 512 channels of 1 x 1 it takes 40
# milliseconds instead of 3.
FEW_WINDOWS, MANY_CHANNELS = 4, 32


@kept
def _kernel(kind: str, data: tuple, weight: tuple, bias: bool, window: tuple) -> tuple[Primitive, tuple]:
    """Return the kernel of one signature, and the shape of the convolution's output."""
    library = loaded()
    out, groups, places = _described(data, weight, window)
    filters, *rest = weight
    if groups > 1:
        weight = (groups, filters // groups, *rest)  # the library's name of the same numbers
    image, target = plain(library, data, True), plain(library, out, True)
    free, ours = any_order(library, weight), plain(library, weight, False)
    bias_place = plain(library, (filters,), False) if bias else c_void_p()
    create = library.call
    forward = c_void_p()

    def make_forward(result: Any) -> None:
        create(
            "convolution_forward_primitive_desc_create",
            result, library.engine, _TRAINING, _DIRECT, image, free, bias_place, target, *places, None,
        )  # fmt: skip

    if kind == "forward":
        arguments = {SRC: image, WEIGHTS: ours, DST: target} | ({BIAS: bias_place} if bias else {})
        return Primitive(library, make_forward, arguments, DST, WEIGHTS), out
    make_forward(byref(forward))
    if kind == "data":

        def make_data(result: Any) -> None:
            create(
                "convolution_backward_data_primitive_desc_create",
                result, library.engine, _DIRECT, image, free, target, *places, forward, None,
            )  # fmt: skip

        arguments = {DIFF_DST: target, WEIGHTS: ours, DIFF_SRC: image}
        return Primitive(library, make_data, arguments, DIFF_SRC, WEIGHTS), out

    def make_weight(result: Any) -> None:
        create(
            "convolution_backward_weights_primitive_desc_create",
            result, library.engine, _DIRECT, image, free, None, target, *places, forward, None,
        )  # fmt: skip

    arguments = {SRC: image, DIFF_DST: target, DIFF_WEIGHTS: ours}
    return Primitive(library, make_weight, arguments, DIFF_WEIGHTS, DIFF_WEIGHTS), out


def _described(data: tuple, weight: tuple, window: tuple) -> tuple[tuple, int, tuple]:
    """Return the output's shape, the number of groups, and what describes the window to the library."""
    stride, dilate, pad, groups = window
    size, kernel = data[2:], weight[2:]
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilate, strict=True)]
    out = [(n + 2 * p - span) // s + 1 for n, span, s, p in zip(size, spans, stride, pad, strict=True)]
    # what the windows reach behind the image: less than pad where the last one does not come so far
    after = [(o - 1) * s + span - n - p for o, s, span, n, p in zip(out, stride, spans, size, pad, strict=True)]
    places = dims(stride), dims([d - 1 for d in dilate]), dims(pad), dims(after)
    return (data[0], weight[0], *out), groups, places


@served
def convolution(data, weight, bias=None, *, stride, dilate, pad, groups=1):
    """Correlate every image with every filter of its group, as `kernels.convolution.convolution`."""
    window = stride, dilate, pad, groups
    run, out = _kernel("forward", data.shape, weight.shape, bias is not None, window)
    result = new(out)
    arrays = {SRC: channels_last(data), WEIGHTS: np.ascontiguousarray(weight), DST: result}
    if bias is not None:
        arrays[BIAS] = np.ascontiguousarray(bias)
    run(arrays)
    return result


@served
def convolution_data_gradient(out_grad, weight, *, size, stride, dilate, pad, groups=1):
    """Spread every output gradient over its window, as `kernels.convolution.convolution_data_gradient`."""
    shape = (out_grad.shape[0], weight.shape[1] * groups, *size)
    run, _ = _kernel("data", shape, weight.shape, False, (stride, dilate, pad, groups))
    result = new(shape)
    run({DIFF_DST: channels_last(out_grad), WEIGHTS: np.ascontiguousarray(weight), DIFF_SRC: result})
    return result


@served
def convolution_weight_gradient(out_grad, data, *, kernel, stride, dilate, pad, groups=1):
    """Sum products of output gradients and windows, as `kernels.convolution.convolution_weight_gradient`."""
    if groups == 1 and prod(out_grad.shape[2:]) <= FEW_WINDOWS and data.shape[1] >= MANY_CHANNELS:
        return _by_places(out_grad, data, kernel, stride, dilate, pad)
    shape = (out_grad.shape[1], data.shape[1] // groups, *kernel)
    run, _ = _kernel("weight", data.shape, shape, False, (stride, dilate, pad, groups))
    result = np.empty(shape, np.float32)
    run({SRC: channels_last(data), DIFF_DST: channels_last(out_grad), DIFF_WEIGHTS: result})
    return result


def _by_places(out_grad, data, kernel, stride, dilate, pad):
    """Return the gradient of the weights, place by place of the kernel: a product of gradients and of pixels met there.

    Windows that have the place in the padding are left out: of a kernel of 3 x 3 on images of 1 x 1 one place is left.
    """
    filters, channels = out_grad.shape[1], data.shape[1]
    found = np.zeros((*kernel, filters, channels), np.float32)
    sizes = list(zip(stride, data.shape[2:], out_grad.shape[2:], strict=True))
    for place in np.ndindex(*kernel):
        first = [i * d - p for i, d, p in zip(place, dilate, pad, strict=True)]  # the pixel that the first window meets
        begin = [max(0, -(f // s)) for f, (s, _, _) in zip(first, sizes, strict=True)]
        end = [min(o, (n - 1 - f) // s + 1) for f, (s, n, o) in zip(first, sizes, strict=True)]
        if any(e <= b for b, e in zip(begin, end, strict=True)):
            continue
        windows = [slice(b, e) for b, e in zip(begin, end, strict=True)]
        pixels = [
            slice(b * s + f, (e - 1) * s + f + 1, s)
            for b, e, f, (s, _, _) in zip(begin, end, first, sizes, strict=True)
        ]
        grads = np.moveaxis(out_grad[:, :, *windows], 1, -1).reshape(-1, filters)
        values = np.moveaxis(data[:, :, *pixels], 1, -1).reshape(-1, channels)
        if not product(grads.T, values, found[place]):
            np.matmul(grads.T, values, out=found[place])
    return np.ascontiguousarray(found.transpose(len(kernel), len(kernel) + 1, *range(len(kernel))))
