"""Softmax along the last axis, as `mxlearn.kernels.softmax` has it: less than half of NumPy's time on one core.

Its gradient is not taken from the library, which computes it ten times as slowly as NumPy, nor is log_softmax: the
library's has errors of 3e-6, so that the logarithm of a probability near 1 would come out positive.
"""

from ctypes import c_int
from typing import Any

import numpy as np

from .library import kept, loaded, served
from .primitives import DST, SRC, Primitive, plain

# Values of oneDNN's dnnl_types.h
_INFERENCE, _ACCURATE = 96, 0x30000

# Values from which on the library is faster; and the longest row whose sum it forms with an error of less than 1e-5
WORTH, LONGEST = 1 << 14, 1 << 14


@kept
def _kernel(rows: int, columns: int) -> Primitive:
    """Return the kernel of one signature."""
    library = loaded()
    data = plain(library, (rows, columns), False)

    def make(result: Any) -> None:
        library.call(
            "softmax_forward_primitive_desc_create",
            result, library.engine, _INFERENCE, _ACCURATE, data, data, c_int(1), None,
        )  # fmt: skip

    return Primitive(library, make, {SRC: data, DST: data}, DST)


@served
def softmax(data, *, axis, temperature):
    """Return exp(x) / sum(exp(x)), as `kernels.softmax.softmax`."""
    if axis not in (-1, data.ndim - 1) or temperature not in (None, 1.0):
        raise NotImplementedError("oneDNN: softmax along another axis than the last is left to NumPy")
    if data.size < WORTH or data.shape[-1] > LONGEST:
        raise NotImplementedError("oneDNN: softmax of few values, or of very long rows, is left to NumPy")
    data = np.ascontiguousarray(data)
    flat = data.reshape(-1)
    if not np.isfinite(np.dot(flat, flat)):
        raise NotImplementedError("oneDNN: NaN and infinity would not reach the other values of their row")
    out = np.empty(data.shape, np.float32)
    _kernel(data.size // data.shape[-1], data.shape[-1])({SRC: data, DST: out})
    return out
