"""Pooling by maximum and mean, and its gradient, as `mxlearn.kernels.pooling` has them."""

from ctypes import byref, c_void_p
from functools import lru_cache
from typing import Any

import numpy as np

from . import library as _library
from .library import loaded, served
from .primitives import DIFF_DST, DIFF_SRC, DST, SRC, Primitive, channels_last, dims, new, plain

_TRAINING, _INFERENCE = 64, 96  # of oneDNN's dnnl_types.h
_MAX, _MEAN, _MEAN_WITHOUT_PADDING = 0x1FF, 0x2FF, 0x3FF


@lru_cache(maxsize=256)
def _pool(data: tuple, out: tuple, kind: int, window: tuple, training: bool) -> tuple[Primitive, Primitive | None]:
    """Return the kernel of one signature and, where ``training``, that of its gradient."""
    library = loaded()
    kernel, stride, pad, after = window
    places = dims(stride), dims(kernel), dims([0] * len(kernel)), dims(pad), dims(after)
    image, target, forward = plain(library, data, True), plain(library, out, True), c_void_p()

    def make_forward(result: Any) -> None:
        library.call(
            "pooling_forward_primitive_desc_create",
            result, library.engine, _TRAINING if training else _INFERENCE, kind, image, target, *places, None,
        )  # fmt: skip

    def make_gradient(result: Any) -> None:
        library.call(
            "pooling_backward_primitive_desc_create",
            result, library.engine, kind, image, target, *places, forward, None,
        )  # fmt: skip

    first = Primitive(library, make_forward, {SRC: image, DST: target}, DST)
    if not training:
        return first, None
    make_forward(byref(forward))
    places_of = {DIFF_DST: target, DIFF_SRC: image}
    return first, Primitive(library, make_gradient, places_of, DIFF_SRC, workspace=first.workspace)


def _pooled(data, out, kernel, stride, pad, pool_type, count_include_pad):
    """Return the arguments of `_pool`; raise NotImplementedError for what the library would pool otherwise than we."""
    sizes = zip(out, stride, kernel, data.shape[2:], pad, strict=True)
    after = tuple((o - 1) * s + k - n - p for o, s, k, n, p in sizes)
    beyond = any(a > p for a, p in zip(after, pad, strict=True))
    empty = any(a >= k for a, k in zip(after, kernel, strict=True))  # a window that lies in the padding as a whole
    if pool_type not in ("max", "avg") or empty or (beyond and pool_type == "avg"):
        raise NotImplementedError(f"oneDNN: no pooling {pool_type!r} of these windows")
    kind = _MAX if pool_type == "max" else _MEAN if count_include_pad else _MEAN_WITHOUT_PADDING
    return data.shape, (*data.shape[:2], *out), kind, (tuple(kernel), tuple(stride), tuple(pad), after)


@served
def pooling(data, *, out, kernel, stride, pad, pool_type, count_include_pad):
    """Reduce every window to its maximum or mean, as `kernels.pooling.pooling`; ``out`` is the spatial output shape."""
    signature = _pooled(data, out, kernel, stride, pad, pool_type, count_include_pad)
    data, result = channels_last(data), new(signature[1])
    flat = data.transpose(0, *range(2, data.ndim), 1).reshape(-1)
    if not np.isfinite(flat @ flat):
        raise NotImplementedError("oneDNN: a maximum beside NaN would be the number, and the NaN would stay unseen")
    run, _ = _pool(*signature, False)
    run({SRC: data, DST: result})
    return result


@served
def pooling_gradient(out_grad, data, *, kernel, stride, pad, pool_type, count_include_pad):
    """Return the gradient with respect to the data, as `kernels.pooling.pooling_gradient`."""
    signature = _pooled(data, out_grad.shape[2:], kernel, stride, pad, pool_type, count_include_pad)
    forward, gradient = _pool(*signature, True)
    assert gradient is not None
    result = new(data.shape)
    with _library.lock:
        if forward.workspace is not None:  # where each maximum stands
            forward({SRC: channels_last(data), DST: new(out_grad.shape)})
        gradient({DIFF_DST: channels_last(out_grad), DIFF_SRC: result})
    return result
