"""From a source file to a kernel that can be launched, with few steps of Python between a call and its launch.

A source file ``<name>.cu`` is CUDA C++ in which four types are left open, as in a template:

    T      what the arrays hold: float, double or __half (or anything that is only copied)
    A      what sums are accumulated in: float for __half, else T
    U      a second type, where a kernel has two: of the indices, of the result
    Index  what elements are counted with: 32 bits, or 64 for arrays of 2**31 elements and more

Typedefs in front of the text close them. CuPy compiles the whole with NVRTC, loads it on each GPU that it is launched
on, and keeps the binary in ``~/.cupy/kernel_cache`` for the next process; here every kernel is looked up in one dict.

An argument reaches the kernel as CuPy passes it: an array as the pointer to its first element (so it has to be
contiguous), None as a null pointer, an int as ``long long``, a float as ``double``, and a NumPy array of one record as
a struct by value.

References: CuPy's "User-Defined Kernels"; NVIDIA, CUDA C++ Programming Guide, section 5.
"""

import os
import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import numpy as np

enabled = os.environ.get("MXLEARN_CUDA_KERNELS") != "0"

THREADS = 256  # of a block that goes through elements: a multiple of the 32 threads of a warp
MAX_BLOCKS = 8192  # of such a grid; larger arrays are gone through in several strides
MANY = 1 << 31  # elements that 32 bits do not count any more, with room for one stride behind the last

_C_TYPES = {
    "b1": "bool", "i1": "signed char", "u1": "unsigned char", "i2": "short", "u2": "unsigned short", "i4": "int",
    "u4": "unsigned int", "i8": "long long", "u8": "unsigned long long", "f2": "__half", "f4": "float", "f8": "double",
}  # fmt: skip
C_TYPES = {char: _C_TYPES[np.dtype(char).str[1:]] for char in "?bBhHiIlLqQefd"}  # "l" is 32 bits long on Windows


def served(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Make of a function one that returns None where the arrays are not of a GPU, or the kernels are switched off."""

    @wraps(kernel)
    def attempt(xp: Any, *arrays: Any, **options: Any) -> Any:
        if xp is np or not enabled:
            return None
        return kernel(xp, *arrays, **options)

    return attempt


def floating(*arrays: Any) -> bool:
    """Tell whether all arrays hold elements of one floating dtype; None stands for an array that is not there."""
    dtype = arrays[0].dtype
    return dtype.char in "efd" and all([array is None or (array.dtype == dtype and array.size) for array in arrays])


@cache
def text_of(name: str) -> str:
    """Return the text of a source file of this package."""
    from importlib import resources  # with all that it imports it takes as long as half of this package

    return resources.files(str(__package__)).joinpath(name).read_text(encoding="utf-8")


def code_of(name: str, first: str, second: str, large: bool) -> str:
    """Return the source ``<name>.cu`` with its types closed.

    Parameters
    ----------
    first, second : dtype characters of T and U
    large : bool, whether to count with 64 bits
    """
    chosen = {
        "T": C_TYPES[first],
        "A": "float" if first == "e" else C_TYPES[first],
        "U": C_TYPES[second],
        "Index": "unsigned long long" if large else "unsigned int",
    }
    lines = ["#include <cuda_fp16.h>"] if "__half" in chosen.values() else []
    lines += [f"typedef {c_type} {name};" for name, c_type in chosen.items()]
    return "\n".join([*lines, _resolved(f"{name}.cu")])


def _resolved(name: str) -> str:
    """Return a source with the headers of this package in the place of its #include lines."""
    parts = re.split(r'^#include "(\w+\.cuh)"$', text_of(name), flags=re.MULTILINE)
    parts[1::2] = [_resolved(header) for header in parts[1::2]]
    return f'#line 1 "{name}"\n' + "\n".join(parts)


class Source:
    """A file of kernels.

    >>> pooling = Source("pooling")
    >>> kernel = pooling.kernel(cupy, "max_pool", data.dtype)             # doctest: +SKIP
    """

    __slots__ = ("_kernels", "name")

    def __init__(self, name: str):
        self.name = name
        self._kernels: dict[tuple, Any] = {}

    def kernel(self, xp: Any, name: str, dtype: Any, other: Any = None, large: bool = False) -> Callable[..., None]:
        """Return a kernel as a callable(grid, block, arguments); it compiles when first asked for.

        Parameters
        ----------
        dtype, other : dtypes of T and U; U is T where ``other`` is None
        large : bool, whether an array has `MANY` elements or more
        """
        key = xp, name, dtype.char, dtype.char if other is None else other.char, large
        found = self._kernels.get(key)
        return self._compile(key) if found is None else found

    def _compile(self, key: tuple) -> Callable[..., None]:
        xp, name, *types = key
        module = xp.RawModule(code=code_of(self.name, *types), options=("-std=c++17",))
        kernel = self._kernels[key] = module.get_function(name)
        return kernel

    def each(
        self, xp: Any, name: str, count: int, dtype: Any, arguments: tuple, other: Any = None, largest: int = 0
    ) -> None:
        """Launch a kernel whose threads share out ``count`` elements among them.

        Parameters
        ----------
        dtype, other : dtypes of T and U
        largest : int, size of the largest array, where that is more than ``count``
        """
        kernel = self.kernel(xp, name, dtype, other, max(count, largest) >= MANY)
        kernel((min(-(-count // THREADS), MAX_BLOCKS),), (THREADS,), arguments)

    def rows(self, xp: Any, name: str, rows: int, row: int, dtype: Any, arguments: tuple, other: Any = None) -> None:
        """Launch a kernel of which one block computes one row of ``row`` elements."""
        kernel = self.kernel(xp, name, dtype, other, rows * row >= MANY)
        kernel((rows,), (block_for(row),), arguments)


def block_for(row: int) -> int:
    """Return how many threads share a row: a power of two, so that sums can be halved; 32 to 512."""
    return min(512, max(32, 1 << (row - 1).bit_length()))
