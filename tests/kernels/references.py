"""Slow, obvious forms of the kernels: one Python loop for every index of the formula."""
import itertools

import numpy as np


def indices(shape):
    return itertools.product(*map(range, shape))


def pad_spatial(data, pad, fill=0.0):
    return np.pad(data, [(0, 0), (0, 0), *((p, p) for p in pad)], constant_values=fill)


def convolution(data, weight, bias, stride, dilate, pad, groups):
    """out[n, f, o] = bias[f] + sum over c, k of data[n, c, o * stride + k * dilate - pad] * weight[f, c, k]."""
    padded = pad_spatial(data, pad)
    filters, inner, *kernel = weight.shape
    out = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, p, d, k, s in zip(data.shape[2:], pad, dilate, kernel, stride, strict=True)
    ]
    result = np.zeros((data.shape[0], filters, *out))
    for n, f, *o in indices(result.shape):
        group = f // (filters // groups)
        total = 0.0 if bias is None else bias[f]
        for c, *k in indices((inner, *kernel)):
            place = tuple(i * s + j * d for i, s, j, d in zip(o, stride, k, dilate, strict=True))
            total += padded[(n, group * inner + c, *place)] * weight[(f, c, *k)]
        result[(n, f, *o)] = total
    return result


def gradient_of(function, values, out_grad, step=1e-6):
    """Return the gradient of sum(function(values) * out_grad) by central differences."""
    values = values.copy()
    gradient = np.zeros_like(values)
    for index in indices(values.shape):
        before = values[index]
        values[index] = before + step
        above = (function(values) * out_grad).sum()
        values[index] = before - step
        below = (function(values) * out_grad).sum()
        values[index] = before
        gradient[index] = (above - below) / (2 * step)
    return gradient
