"""Descriptions of arrays, as the library takes them: a dtype, extents and strides.

Arrays have at least two spatial axes there, so (batch, channel, width) becomes (batch, channel, 1, width).
"""

import ctypes
from collections.abc import Sequence
from ctypes import byref, c_double, c_float, c_int, c_void_p
from typing import Any

from . import prototypes as p
from .library import Library

DTYPES = {"e": p.DATA_HALF, "f": p.DATA_FLOAT, "d": p.DATA_DOUBLE}
MOST_ELEMENTS = 2**31 - 1  # extents and strides are 32-bit numbers


class Descriptor:
    """An object of the library, which it is asked to destroy when nobody needs it any more.

    Parameters
    ----------
    kind : "Tensor", "Filter", "Convolution", "Dropout", "RNN" or "RNNData"
    """

    def __init__(self, library: Library, kind: str):
        self.address = c_void_p()
        library.call(f"cudnnCreate{kind}Descriptor", byref(self.address))
        self._destroy = getattr(library.c, f"cudnnDestroy{kind}Descriptor")

    def __del__(self):
        destroy = getattr(self, "_destroy", None)
        if destroy is not None:
            destroy(self.address)


def ints(values: Sequence[int]) -> Any:
    """Return numbers as an array of C."""
    return (c_int * len(values))(*values)


def two_axes(values: Sequence[int], filler: int) -> tuple[int, ...]:
    """Return one number for each spatial axis, of which there are at least two."""
    return (filler, *values) if len(values) == 1 else tuple(values)


def shape_of(shape: Sequence[int]) -> tuple[int, ...]:
    """Return (batch, channel, \\*spatial) with at least two spatial axes."""
    return (*shape[:2], *two_axes(shape[2:] or (1,), 1))


def tensor(library: Library, char: str, shape: Sequence[int], channels_last: bool = False) -> Descriptor:
    """Describe a contiguous array, (batch, channel, \\*spatial), in memory too or with the channels innermost."""
    shape = shape_of(shape)
    order = [0, *range(2, len(shape)), 1] if channels_last else range(len(shape))
    return strided(library, char, shape, order)


def strided(library: Library, char: str, shape: Sequence[int], order: Sequence[int]) -> Descriptor:
    """Describe a contiguous array whose axes lie in memory in that order, the last one innermost."""
    strides, step = [0] * len(shape), 1
    for axis in reversed(order):
        strides[axis], step = step, step * shape[axis]
    if step > MOST_ELEMENTS:
        raise NotImplementedError(f"an array of {step} elements, more than cuDNN counts")
    found = Descriptor(library, "Tensor")
    library.call("cudnnSetTensorNdDescriptor", found.address, DTYPES[char], len(shape), ints(shape), ints(strides))
    return found


def filters(library: Library, char: str, shape: Sequence[int], channels_last: bool = False) -> Descriptor:
    """Describe the weight of a convolution, (filter, channel / groups, \\*kernel)."""
    shape = shape_of(shape)
    found, layout = Descriptor(library, "Filter"), p.TENSOR_NHWC if channels_last else p.TENSOR_NCHW
    library.call("cudnnSetFilterNdDescriptor", found.address, DTYPES[char], layout, len(shape), ints(shape))
    return found


class Factors:
    """The factors of a result, ``one`` times what was computed plus ``zero`` times what was there."""

    def __init__(self, char: str):
        number = c_double if char == "d" else c_float
        self._numbers = number(1), number(0)
        self.one, self.zero = (ctypes.addressof(value) for value in self._numbers)
