"""Pooling by maximum and mean, and its gradient, as `mxlearn.kernels.pooling` has them.

Where a maximum stands, its gradient goes. The library writes that down as it looks for the maximum, in training alone,
into a *workspace* of a byte for each window, and reads it on the way back. It is kept beside the result of `pooling`,
for as long as that array lives; a gradient of which it is not found pools once more.
"""

import weakref
from ctypes import byref, c_void_p
from typing import Any, NamedTuple

import numpy as np

from .library import kept, loaded, served
from .primitives import (
    DIFF_DST,
    DIFF_SRC,
    DST,
    SRC,
    WORKSPACE,
    Primitive,
    channels_last,
    dims,
    new,
    plain,
    wanted_order,
)

_TRAINING, _INFERENCE = 64, 96  # of oneDNN's dnnl_types.h
_MAX, _MEAN, _MEAN_WITHOUT_PADDING = 0x1FF, 0x2FF, 0x3FF

# By the identity of a result: the result itself, to be sure, and its workspace
_workspaces: dict[int, tuple[weakref.ref, np.ndarray]] = {}


class _Pool(NamedTuple):
    """The kernels of one signature, the shape of the output, and the bytes of the workspace, 0 without one."""

    infer: Primitive
    train: Primitive
    back: Primitive
    out: tuple[int, ...]
    workspace: int


@kept
def _pool(data: tuple, size: tuple, window: tuple, pool_type: str, include_pad: bool) -> _Pool:
    """Return the kernels of one signature; ``size`` is the spatial shape of the output.

    Raises
    ------
    NotImplementedError
        For what the library does not pool, or would pool otherwise than we.
    """
    library = loaded()
    kernel, stride, pad = window
    sizes = zip(size, stride, kernel, data[2:], pad, strict=True)
    after = [(o - 1) * s + k - n - p for o, s, k, n, p in sizes]
    beyond = any(a > p for a, p in zip(after, pad, strict=True))
    empty = any(a >= k for a, k in zip(after, kernel, strict=True))  # a window that lies in the padding as a whole
    if pool_type not in ("max", "avg") or empty or (beyond and pool_type == "avg"):
        raise NotImplementedError(f"oneDNN: no pooling {pool_type!r} of these windows")
    kind = _MAX if pool_type == "max" else _MEAN if include_pad else _MEAN_WITHOUT_PADDING
    out = (*data[:2], *size)
    places = dims(stride), dims(kernel), dims([0] * len(kernel)), dims(pad), dims(after)
    image, target, forward = plain(library, data, True), plain(library, out, True), c_void_p()

    def make_forward(result: Any, propagation: int = _TRAINING) -> None:
        library.call(
            "pooling_forward_primitive_desc_create",
            result, library.engine, propagation, kind, image, target, *places, None,
        )  # fmt: skip

    def make_inference(result: Any) -> None:
        make_forward(result, _INFERENCE)

    def make_back(result: Any) -> None:
        library.call(
            "pooling_backward_primitive_desc_create",
            result, library.engine, kind, image, target, *places, forward, None,
        )  # fmt: skip

    make_forward(byref(forward))
    where = wanted_order(library, forward, WORKSPACE)
    workspace = library.c.dnnl_memory_desc_get_size(where) if where else 0
    noted = {WORKSPACE: where} if workspace else {}
    return _Pool(
        Primitive(library, make_inference, {SRC: image, DST: target}, DST),
        Primitive(library, make_forward, {SRC: image, DST: target, **noted}, DST),
        Primitive(library, make_back, {DIFF_DST: target, DIFF_SRC: image, **noted}, DIFF_SRC),
        out,
        workspace,
    )


@served
def pooling(data, *, out, kernel, stride, pad, pool_type, count_include_pad, is_train=False):
    """Reduce every window to its maximum or mean, as `kernels.pooling.pooling`; ``out`` is the spatial output shape."""
    pool = _pool(data.shape, out, (kernel, stride, pad), pool_type, count_include_pad)
    data, result = channels_last(data), new(pool.out)
    flat = data.transpose(0, *range(2, data.ndim), 1).reshape(-1)
    if not np.isfinite(flat @ flat):
        raise NotImplementedError("oneDNN: a maximum beside NaN would be the number, and the NaN would stay unseen")
    if is_train and pool.workspace:
        _remember(result, _noted(pool, data, result))
    else:
        pool.infer({SRC: data, DST: result})
    return result


def _noted(pool: _Pool, data: np.ndarray, result: np.ndarray) -> np.ndarray:
    """Pool, and return the workspace."""
    workspace = np.empty(pool.workspace, np.uint8)
    pool.train({SRC: data, DST: result, WORKSPACE: workspace})
    return workspace


def _remember(result: np.ndarray, workspace: np.ndarray) -> None:
    key = id(result)
    _workspaces[key] = weakref.ref(result, lambda _: _workspaces.pop(key, None)), workspace


def _remembered(result: np.ndarray, size: int) -> np.ndarray | None:
    """Return the workspace of a result, None where the array is not one of ours."""
    owner, workspace = _workspaces.get(id(result), (lambda: None, None))
    return workspace if owner() is result and workspace is not None and workspace.size == size else None


@served
def pooling_gradient(out_grad, data, out, *, kernel, stride, pad, pool_type, count_include_pad):
    """Return the gradient with respect to the data, as `kernels.pooling.pooling_gradient`."""
    pool = _pool(data.shape, out_grad.shape[2:], (kernel, stride, pad), pool_type, count_include_pad)
    result = new(data.shape)
    arrays = {DIFF_DST: channels_last(out_grad), DIFF_SRC: result}
    if pool.workspace:
        workspace = _remembered(out, pool.workspace)
        arrays[WORKSPACE] = _noted(pool, channels_last(data), new(pool.out)) if workspace is None else workspace
    pool.back(arrays)
    return result
