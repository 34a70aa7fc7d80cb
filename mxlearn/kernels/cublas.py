"""Products of matrices by cuBLAS, through a handle of our own.

CuPy's own products go through cuBLAS too, but CuPy refuses them while a CUDA graph is captured, see `core.capture`: its
handle would allocate a workspace in passing. This handle has a workspace from the start, and takes alpha and beta from
the host. It serves products outside of captures as well, so that a captured program computes the same numbers.

cuBLAS counts along columns. The memory of a matrix whose rows are contiguous is, read that way, its transpose; so
instead of ``C = A B`` we ask for ``C' = B' A'``, and neither transposed views nor rows with gaps need a copy.

MXLEARN_CUBLAS=0 leaves products to CuPy. Whether float32 is rounded for Tensor Cores, `precision.tensor_cores` says.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Sequence
from ctypes import POINTER, byref, c_double, c_float, c_int, c_longlong, c_size_t, c_void_p
from math import prod
from typing import Any

import numpy as np

from ..base import MXNetError
from ..core import capture
from .handles import Handles
from .precision import tensor_cores

# of cublas_api.h and library_types.h
OP_N, OP_T = 0, 1
R_32F, R_64F, R_16F = 0, 1, 2
COMPUTE_32F, COMPUTE_32F_PEDANTIC, COMPUTE_64F, COMPUTE_32F_FAST_TF32 = 68, 69, 70, 77
GEMM_DEFAULT = -1
STATUSES = {
    1: "NOT_INITIALIZED", 3: "ALLOC_FAILED", 7: "INVALID_VALUE", 8: "ARCH_MISMATCH", 11: "MAPPING_ERROR",
    13: "EXECUTION_FAILED", 14: "INTERNAL_ERROR", 15: "NOT_SUPPORTED", 16: "LICENSE_ERROR",
}  # fmt: skip

_MATRIX = (c_void_p, c_int, c_int)  # address, dtype, distance of columns
_STACK = (*_MATRIX, c_longlong)  # and of matrices
PROTOTYPES: dict[str, tuple[type, ...]] = {
    "cublasCreate_v2": (POINTER(c_void_p),),
    "cublasSetStream_v2": (c_void_p, c_void_p),
    "cublasSetWorkspace_v2": (c_void_p, c_void_p, c_size_t),
    "cublasGemmEx": (
        *(c_void_p, c_int, c_int, c_int, c_int, c_int, c_void_p, *_MATRIX, *_MATRIX, c_void_p, *_MATRIX),
        *(c_int, c_int),
    ),
    "cublasGemmStridedBatchedEx": (
        *(c_void_p, c_int, c_int, c_int, c_int, c_int, c_void_p, *_STACK, *_STACK, c_void_p, *_STACK),
        *(c_int, c_int, c_int),
    ),
}

WORKSPACE_BYTES = 32 << 20  # what NVIDIA advises for the largest GPUs
_DTYPES = {"e": R_16F, "f": R_32F, "d": R_64F}
_MOST = 2**31 - 1
_floats, _doubles = (c_float(1), c_float(0)), (c_double(1), c_double(0))
_FACTORS = {
    char: tuple(ctypes.addressof(number) for number in (_doubles if char == "d" else _floats)) for char in _DTYPES
}


class Library:
    """The functions of the loaded library, and one handle for each thread and device.

    Parameters
    ----------
    c : has the functions as attributes: a ctypes.CDLL
    """

    def __init__(self, c: Any):
        self.c = c
        for name, arguments in PROTOTYPES.items():
            function = getattr(c, name)
            function.restype, function.argtypes = c_int, arguments
        self._handles = Handles(self._create, self._set_stream)

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function of the library; raise MXNetError where it fails."""
        status = getattr(self.c, name)(*arguments)
        if status:
            raise MXNetError(
                f"cuBLAS: {name} answered CUBLAS_STATUS_{STATUSES.get(status, status)}.\n"
                "  Set MXLEARN_CUBLAS=0 before the first computation to leave products to CuPy."
            )

    def handle(self, xp: Any) -> c_void_p:
        """Return the handle of this thread on the current device, set to the current stream."""
        return self._handles.current(xp)[0]

    def _create(self, xp: Any) -> tuple[c_void_p, Any]:
        handle = c_void_p()
        self.call("cublasCreate_v2", byref(handle))
        with xp.cuda.using_allocator(xp.get_default_memory_pool().malloc):  # it outlives any captured graph
            return handle, xp.empty(WORKSPACE_BYTES, "uint8")

    def _set_stream(self, kept: tuple[c_void_p, Any], stream: int) -> None:
        handle, workspace = kept
        self.call("cublasSetStream_v2", handle, stream)
        self.call("cublasSetWorkspace_v2", handle, workspace.data.ptr, workspace.nbytes)  # a new stream drops it


_lock = threading.Lock()
_library: Library | None = None
_reason: str | None = None  # why it is not in use; None before somebody asked, "" where it is


def reason(xp: Any) -> str:
    """Return why this library is not in use, "" where it is; the first call loads it."""
    global _library, _reason
    if _reason is None:
        with _lock:
            if _reason is None:
                try:
                    _library = _load(xp)
                    _reason = ""
                except (OSError, AttributeError, MXNetError) as error:
                    _reason = str(error)
    return _reason


def _load(xp: Any) -> Library:
    if os.environ.get("MXLEARN_CUBLAS") == "0":
        raise OSError("switched off by MXLEARN_CUBLAS=0")
    xp.cuda.get_cublas_handle()  # CuPy finds the library and loads it; the loader then knows it by its name
    major = xp.cuda.runtime.runtimeGetVersion() // 1000
    name = f"cublas64_{major}.dll" if sys.platform == "win32" else f"libcublas.so.{major}"
    library = Library(ctypes.CDLL(name))
    library.handle(xp)
    return library


def _prepare(xp: Any) -> None:
    """Make the handle of this thread, which a capture could not."""
    if _library is not None:
        _library.handle(xp)


capture.before.append(_prepare)


# -- products ----------------------------------------------------------------------------------------------------------
def product(xp: Any, lhs: Any, rhs: Any, out: Any = None) -> Any:
    """Multiply matrices or stacks of matrices on a GPU, as `kernels.product.product`.

    Returns
    -------
    (\\*stack, rows, columns), ``out`` where it is given; None where the library is not in use, or for other dtypes than
    float16, float32 and float64, empty arrays, and arrays too large to count
    """
    char = lhs.dtype.char
    if _reason != "" and reason(xp):  # "" is the answer on the fast way
        return None
    if char not in _DTYPES or rhs.dtype.char != char or not (lhs.size and rhs.size):
        return None
    if lhs.ndim == 2 == rhs.ndim and out is None:
        (rows, inner), (other, columns) = lhs.shape, rhs.shape
        if inner != other or lhs.size > _MOST or rhs.size > _MOST or rows * columns > _MOST:
            return None
        target = xp.empty((rows, columns), lhs.dtype)
        _multiply(xp, _library, lhs, rhs, target, ())
        return target
    return _general(xp, lhs, rhs, out)


def _general(xp: Any, lhs: Any, rhs: Any, out: Any) -> Any:
    """Multiply stacks, or into given memory."""
    if lhs.ndim < 2 or rhs.ndim < 2 or lhs.shape[-1] != rhs.shape[-2] or max(lhs.size, rhs.size) > _MOST:
        return None
    char = lhs.dtype.char
    if rhs.ndim == 2 and lhs.ndim > 2 and lhs.flags.c_contiguous:  # one matrix, of all rows of the stack
        room = out.reshape(-1, out.shape[-1]) if out is not None and out.flags.c_contiguous else None
        flat = product(xp, lhs.reshape(-1, lhs.shape[-1]), rhs, room)
        if flat is None or out is None:
            return None if flat is None else flat.reshape(*lhs.shape[:-1], rhs.shape[-1])
        if room is None:
            out[...] = flat.reshape(out.shape)
        return out
    stack = np.broadcast_shapes(lhs.shape[:-2], rhs.shape[:-2])
    shape = (*stack, lhs.shape[-2], rhs.shape[-1])
    if prod(shape) > _MOST:
        return None
    target = out if out is not None and out.flags.c_contiguous and out.dtype.char == char else xp.empty(shape, char)
    if target.shape != shape:
        return None
    _multiply(xp, _library, lhs, rhs, target, stack)
    if out is not None and target is not out:
        out[...] = target
    return target if out is None else out


def _multiply(xp: Any, library: Any, lhs: Any, rhs: Any, out: Any, stack: tuple[int, ...]) -> None:
    """Write the product of two stacks into contiguous memory."""
    char = out.dtype.char
    (one, zero), dtype = _FACTORS[char], _DTYPES[char]
    lhs, left, lhs_step, lhs_apart = _described(xp, lhs, stack)
    rhs, right, rhs_step, rhs_apart = _described(xp, rhs, stack)
    rows, columns = out.shape[-2:]
    sizes = right, left, columns, rows, lhs.shape[-1]
    handle, compute = library.handle(xp), _compute(char)
    first, second, result = rhs.data.ptr, lhs.data.ptr, out.data.ptr
    if not stack:
        library.call(
            "cublasGemmEx",
            handle, *sizes, one, first, dtype, rhs_step, second, dtype, lhs_step, zero, result, dtype, columns,
            compute, GEMM_DEFAULT,
        )  # fmt: skip
    else:
        library.call(
            "cublasGemmStridedBatchedEx",
            handle, *sizes, one, first, dtype, rhs_step, rhs_apart, second, dtype, lhs_step, lhs_apart,
            zero, result, dtype, columns, rows * columns, prod(stack), compute, GEMM_DEFAULT,
        )  # fmt: skip


def _described(xp: Any, array: Any, stack: Sequence[int]) -> tuple[Any, int, int, int]:
    """Return a stack as cuBLAS reads it: (array, operation, elements between columns, elements between matrices)."""
    operation, step = _steps(array)
    if array.ndim == 2 and step:
        return array, operation, step, 0
    apart = _apart(array, stack) if array.ndim > 2 else 0
    if not step or apart is None:
        if array.ndim > 2:
            array = xp.broadcast_to(array, (*stack, *array.shape[-2:]))
        array = xp.ascontiguousarray(array)
        operation, step = _steps(array)
        apart = array.shape[-2] * array.shape[-1] if array.ndim > 2 else 0
    return array, operation, step, apart


def _steps(array: Any) -> tuple[int, int]:
    """Return (operation, elements between the rows that are contiguous, 0 where neither rows nor columns are)."""
    rows, columns = array.shape[-2:]
    *_, down, right = array.strides
    item = array.itemsize
    if right == item and down >= columns * item:
        return OP_N, down // item
    if down == item and right >= rows * item:
        return OP_T, right // item
    if (columns == 1 or right == item) and (rows == 1 or down >= columns * item):
        return OP_N, down // item if rows > 1 else columns
    if (rows == 1 or down == item) and (columns == 1 or right >= rows * item):
        return OP_T, right // item if columns > 1 else rows
    return OP_N, 0


def _apart(array: Any, stack: Sequence[int]) -> int | None:
    """Return the elements between the matrices of a stack, None where the distances differ."""
    if array.shape[:-2] != tuple(stack):
        return None
    step = array.strides[-3]
    for extent, stride in zip(reversed(array.shape[:-2]), reversed(array.strides[:-2]), strict=True):
        if extent > 1 and stride != step:
            return None
        step *= extent
    return array.strides[-3] // array.itemsize


def _compute(char: str) -> int:
    """Return how products and sums are to be computed."""
    if char == "d":
        return COMPUTE_64F
    if char == "f":
        return COMPUTE_32F_FAST_TF32 if tensor_cores(char) else COMPUTE_32F
    return COMPUTE_32F if tensor_cores(char) else COMPUTE_32F_PEDANTIC
