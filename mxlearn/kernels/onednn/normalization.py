"""Batch normalization, as `mxlearn.kernels.normalization` has it: one call where NumPy passes over the data six times.

The library is given data whose channels are innermost in memory, (rows, channels), as its convolutions leave them: on
the way through a network nothing is brought into another order. Where each channel is a run of adjacent values NumPy is
faster, and with few rows it is as fast. The library's own fusion with relu is not taken from it: its maximum of NaN and
0 would be 0.

Data of less than 8 megabytes are done by one thread: the library's threads wait for each other in loops, which on a
busy machine takes a hundred times as long as the sums.

Going back it wants the variance; the tape has 1 / sqrt(variance + eps), which says the same with eps = 0.
"""

from ctypes import byref, c_float, c_void_p
from typing import Any

import numpy as np

from .library import kept, loaded, served
from .primitives import DIFF_DST, DIFF_SRC, DST, SRC, Primitive, plain

# Values of oneDNN's dnnl_types.h
_TRAINING, _INFERENCE, _BACKWARD = 64, 96, 128
_GIVEN_STATISTICS, _SCALE_AND_SHIFT = 1, 2 | 4
_MEAN, _VARIANCE, _SCALE, _SHIFT, _DIFF_SCALE, _DIFF_SHIFT = 49, 50, 51, 52, 255, 256

# Rows from which on the library is faster, and values from which on several threads are
WORTH_ROWS, WORTH_THREADS = 256, 1 << 21


@kept
def _kernel(kind: str, rows: int, channels: int, eps: float, fixed: bool) -> Primitive:
    """Return the kernel "forward" or "backward" of one signature; ``fixed``: mean and variance are constants."""
    library = loaded()
    data = plain(library, (rows, channels, 1, 1), True)
    numbers = plain(library, (channels,), False)
    flags = _SCALE_AND_SHIFT | (_GIVEN_STATISTICS if fixed else 0)
    threads = None if rows * channels >= WORTH_THREADS else 1
    forward = c_void_p()

    def make_forward(result: Any) -> None:
        library.call(
            "batch_normalization_forward_primitive_desc_create",
            result, library.engine, _INFERENCE if fixed and kind == "forward" else _TRAINING,
            data, data, c_float(eps), flags, None,
        )  # fmt: skip

    def make_backward(result: Any) -> None:
        make_forward(byref(forward))
        library.call(
            "batch_normalization_backward_primitive_desc_create",
            result, library.engine, _BACKWARD, data, data, data, c_float(eps), flags, forward, None,
        )  # fmt: skip

    places = {SRC: data, _MEAN: numbers, _VARIANCE: numbers, _SCALE: numbers}
    if kind == "forward":
        return Primitive(library, make_forward, places | {_SHIFT: numbers, DST: data}, DST, threads=threads)
    places |= {DIFF_DST: data, DIFF_SRC: data, _DIFF_SCALE: numbers, _DIFF_SHIFT: numbers}
    return Primitive(library, make_backward, places, DIFF_SRC, threads=threads)


def _rows(data: np.ndarray, axis: int) -> np.ndarray:
    """View data as (\\*rows, channels); raise NotImplementedError for what the library is not worth calling for."""
    last = np.moveaxis(data, axis, -1)
    if not last.flags.c_contiguous or data.size < WORTH_ROWS * data.shape[axis]:
        raise NotImplementedError("oneDNN: normalizing few rows, or channels that are not innermost, is left to NumPy")
    return last


def _scale(gamma: np.ndarray | None, like: np.ndarray) -> np.ndarray:
    return np.ones(like.shape, np.float32) if gamma is None else np.ascontiguousarray(gamma)


@served
def batch_norm(data, gamma, beta, *, axis, eps):
    """Normalize by the statistics of the batch, as `kernels.normalization.batch_norm`."""
    rows = _rows(data, axis)
    out, (mean, variance) = np.empty_like(rows), np.empty((2, beta.size), np.float32)
    arrays = {SRC: rows, _SCALE: _scale(gamma, beta), _SHIFT: np.ascontiguousarray(beta), DST: out}
    _kernel("forward", data.size // beta.size, beta.size, eps, False)({**arrays, _MEAN: mean, _VARIANCE: variance})
    return np.moveaxis(out, -1, axis), mean, variance, 1 / np.sqrt(variance + np.float32(eps))


@served
def batch_norm_fixed(data, gamma, beta, mean, variance, *, axis, eps):
    """Normalize by a given mean and variance, as `kernels.normalization.batch_norm_fixed`."""
    rows = _rows(data, axis)
    out = np.empty_like(rows)
    arrays = {SRC: rows, _SCALE: _scale(gamma, beta), _SHIFT: np.ascontiguousarray(beta), DST: out}
    arrays |= {_MEAN: np.ascontiguousarray(mean), _VARIANCE: np.ascontiguousarray(variance)}
    _kernel("forward", data.size // beta.size, beta.size, eps, True)(arrays)
    return np.moveaxis(out, -1, axis), mean.copy(), 1 / np.sqrt(variance + np.float32(eps))


@served
def batch_norm_gradient(out_grad, data, gamma, mean, inverse_std, *, axis, fixed=False):
    """Return the gradients for data, gamma and beta, as `kernels.normalization.batch_norm_gradient`."""
    rows = _rows(data, axis)
    data_grad, (gamma_grad, beta_grad) = np.empty_like(rows), np.empty((2, mean.size), np.float32)
    arrays = {SRC: rows, _SCALE: _scale(gamma, mean), _MEAN: np.ascontiguousarray(mean)}
    arrays |= {_VARIANCE: 1 / np.square(inverse_std), DIFF_DST: np.ascontiguousarray(np.moveaxis(out_grad, axis, -1))}
    arrays |= {DIFF_SRC: data_grad, _DIFF_SCALE: gamma_grad, _DIFF_SHIFT: beta_grad}
    _kernel("backward", data.size // mean.size, mean.size, 0.0, fixed)(arrays)
    return np.moveaxis(data_grad, -1, axis), gamma_grad, beta_grad
