"""Pooling and its gradient on a GPU, as `mxlearn.kernels.pooling` has them."""

from functools import lru_cache
from math import prod

import numpy as np

from .launch import Source, floating, served
from .windows import window

SOURCE = Source("pooling")
_LOWEST = {char: float(np.finfo(char).min) for char in "efd"}  # what padding counts as for a maximum


@lru_cache(maxsize=1024)
def _window(size: tuple, out: tuple, kernel: tuple, stride: tuple, pad: tuple) -> np.ndarray:
    return window(size, out, kernel, stride, (1,) * len(size), pad)


def _mode(pool_type: str, count_include_pad: bool) -> int:
    """Return the number that pooling.cu has for what is made of a window."""
    return {"sum": 0, "avg": 1 if count_include_pad else 2, "lp": 3}[pool_type]


@served
def pooling(xp, data, *, out, kernel, stride, pad, pool_type, count_include_pad, p_value):
    """Reduce every window, as `kernels.pooling.pooling`; ``out`` is the spatial output shape."""
    if not floating(data) or data.ndim > 5 or not all(out):
        return None
    struct = _window(data.shape[2:], tuple(out), tuple(kernel), tuple(stride), tuple(pad))
    data = xp.ascontiguousarray(data)
    planes = data.shape[0] * data.shape[1]
    result = xp.empty((*data.shape[:2], *out), data.dtype)
    if pool_type == "max":
        name, options = "max_pool", (_LOWEST[data.dtype.char],)
    else:
        name, options = "sum_pool", (_mode(pool_type, count_include_pad), p_value)
    SOURCE.each(xp, name, result.size, data.dtype, (data, result, struct, *options, planes), largest=data.size)
    return result


@served
def pooling_gradient(xp, out_grad, data, out, *, kernel, stride, pad, pool_type, count_include_pad, p_value):
    """Return the gradient with respect to the data, as `kernels.pooling.pooling_gradient`."""
    reads = pool_type in ("max", "lp")  # for the others ``data`` is no array, only its shape
    if not floating(out_grad, *((data, out) if reads else ())) or len(data.shape) > 5 or not prod(data.shape):
        return None
    if out_grad.shape[:2] != data.shape[:2] or (reads and out.shape != out_grad.shape):
        return None
    struct = _window(data.shape[2:], out_grad.shape[2:], tuple(kernel), tuple(stride), tuple(pad))
    planes = data.shape[0] * data.shape[1]
    result = xp.empty(data.shape, out_grad.dtype)
    arrays = [xp.ascontiguousarray(out_grad)]
    arrays += [xp.ascontiguousarray(a) for a in (data, out)] if reads else [None, None]
    if pool_type == "max":
        name, options = "max_pool_gradient", (_LOWEST[result.dtype.char],)
    else:
        name, options = "sum_pool_gradient", (_mode(pool_type, count_include_pad), p_value)
    arguments = (*arrays, result, struct, *options, planes)
    SOURCE.each(xp, name, result.size, result.dtype, arguments, largest=out_grad.size)
    return result


@served
def max_pooling_select(xp, values, data, out, *, kernel, stride, pad):
    """Take from ``values`` what stands at each first maximum, as `kernels.pooling.max_pooling_select`."""
    if (
        not floating(values, data, out)
        or data.ndim > 5
        or values.shape != data.shape
        or out.shape[:2] != data.shape[:2]
    ):
        return None
    struct = _window(data.shape[2:], out.shape[2:], tuple(kernel), tuple(stride), tuple(pad))
    result = xp.empty(out.shape, out.dtype)
    arrays = [xp.ascontiguousarray(a) for a in (values, data, out)]
    planes = data.shape[0] * data.shape[1]
    arguments = (*arrays, result, struct, _LOWEST[result.dtype.char], planes)
    SOURCE.each(xp, "max_pool_select", result.size, result.dtype, arguments, largest=data.size)
    return result
