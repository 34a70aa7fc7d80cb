"""Convolution and its two gradients, as `mxlearn.kernels.convolution` has them.

The library has several algorithms for each: matrix products on columns that are never written down, products of
Fourier or Winograd transforms. Which is fastest depends on the shapes and on the GPU, so a *plan* measures them when
it meets new shapes, and is kept. MXNet's environment variables choose how:

    MXNET_CUDNN_AUTOTUNE_DEFAULT    0: ask the library's rule of thumb; 1: measure those that need less than 1 GiB of
                                    workspace (default); 2: measure all
    MXNET_ENFORCE_DETERMINISM       1: the rule of thumb, and only algorithms whose sums have one order
"""

import os
import threading
from ctypes import byref, c_int, c_size_t
from typing import Any

from ..precision import tensor_cores
from . import prototypes as p
from .descriptors import Descriptor, Factors, filters, ints, shape_of, tensor, two_axes
from .layout import empty, is_channels_last, laid_out
from .library import Library, loaded, served

WORKSPACE_BYTES = 1 << 30  # MXNet's default of the attribute `workspace`
_MOST = 16  # algorithms that the library may name

_plans: dict[Any, "Plan"] = {}
_making = threading.Lock()


class Plan:
    """One of the three functions for certain shapes: descriptions, and the algorithm that was chosen.

    Parameters
    ----------
    name : "Forward", "BackwardData" or "BackwardFilter"
    char : character of the dtype
    first, second, result : descriptions of the two arrays that are read and the one that is written
    window : stride, dilation and padding, with a number for each spatial axis; and what else tells signatures apart
    """

    def __init__(
        self,
        library: Library,
        name: str,
        char: str,
        first: Descriptor,
        second: Descriptor,
        result: Descriptor,
        window: tuple[Any, ...],
        groups: int,
    ):
        self.library, self.name = library, name
        self.first, self.second, self.result = first, second, result
        self.factors = Factors(char)
        self.bias: Descriptor | None = None
        stride, dilate, pad = (two_axes(values, least) for values, least in zip(window, (1, 1, 0), strict=False))
        compute = p.DATA_DOUBLE if char == "d" else p.DATA_FLOAT  # sums of float16 are taken in float32
        self.convolution = Descriptor(library, "Convolution")
        places = ints(pad), ints(stride), ints(dilate)
        conv = self.convolution.address
        library.call("cudnnSetConvolutionNdDescriptor", conv, len(pad), *places, p.CROSS_CORRELATION, compute)
        library.call("cudnnSetConvolutionGroupCount", conv, groups)
        self.math = _math(char)
        library.call("cudnnSetConvolutionMathType", conv, self.math)
        self.algorithm, self.bytes = -1, 0
        self.shape: tuple[int, ...] = ()  # of the result
        self.dtype: Any = None
        self.channels_last = False
        self._run = getattr(library.c, f"cudnnConvolution{name}")

    def choose(self, xp: Any, first: Any, second: Any, result: Any) -> None:
        """Choose the algorithm. Where algorithms are measured, they run on these arrays and write the result."""
        deterministic = os.environ.get("MXNET_ENFORCE_DETERMINISM", "0") not in ("", "0", "false")
        tuning = "0" if deterministic else os.environ.get("MXNET_CUDNN_AUTOTUNE_DEFAULT", "1")
        limit = WORKSPACE_BYTES if tuning != "2" else 1 << 62
        known = [each for each in self._advised(xp) if _usable(each, limit, deterministic)]
        if tuning != "0" and known:
            room = _room(xp, max(each.memory for each in known))
            measured = self._measured(xp, first, second, result, room)
            known = [each for each in measured if _usable(each, room.nbytes, deterministic)] or known
        if not known:
            raise NotImplementedError(f"cuDNN: no algorithm for cudnnConvolution{self.name} of these shapes")
        self.algorithm = known[0].algo
        # what was measured in true float32 must not run with rounded factors, whatever the algorithm could do
        math = self.math if self.math == p.FMA_MATH else known[0].mathType
        self.library.call("cudnnSetConvolutionMathType", self.convolution.address, math)
        size = c_size_t()
        self.library.call(
            f"cudnnGetConvolution{self.name}WorkspaceSize",
            self.library.handle(xp), *self._descriptions(), self.algorithm, byref(size),
        )  # fmt: skip
        self.bytes = size.value

    def _descriptions(self) -> tuple[Any, ...]:
        return self.first.address, self.second.address, self.convolution.address, self.result.address

    def _advised(self, xp: Any) -> list[p.Performance]:
        """Return the algorithms that can do it, the best by the library's rule of thumb first."""
        count, found = c_int(), (p.Performance * _MOST)()
        name = f"cudnnGetConvolution{self.name}Algorithm_v7"
        self.library.call(name, self.library.handle(xp), *self._descriptions(), _MOST, byref(count), found)
        return list(found[: count.value])

    def _measured(self, xp: Any, first: Any, second: Any, result: Any, room: Any) -> list[p.Performance]:
        """Return the algorithms that could do it within the workspace ``room``, the fastest first."""
        count, found = c_int(), (p.Performance * _MOST)()
        self.library.call(
            f"cudnnFindConvolution{self.name}AlgorithmEx",
            self.library.handle(xp),
            self.first.address, first.data.ptr, self.second.address, second.data.ptr, self.convolution.address,
            self.result.address, result.data.ptr, _MOST, byref(count), found, room.data.ptr, room.nbytes,
        )  # fmt: skip
        return list(found[: count.value])

    def __call__(self, xp: Any, first: Any, second: Any) -> Any:
        """Compute, and return the result."""
        library, one, zero = self.library, self.factors.one, self.factors.zero
        result = empty(xp, self.shape, self.dtype, self.channels_last)
        workspace = xp.empty(self.bytes, "uint8") if self.bytes else None  # CuPy's pool has it ready
        status = self._run(
            library.handle(xp), one,
            self.first.address, first.data.ptr, self.second.address, second.data.ptr, self.convolution.address,
            self.algorithm, None if workspace is None else workspace.data.ptr, self.bytes,
            zero, self.result.address, result.data.ptr,
        )  # fmt: skip
        if status:
            raise library.error(f"cudnnConvolution{self.name}", status)
        return result

    def add_bias(self, xp: Any, bias: Any, result: Any) -> None:
        """Add one number a channel to the result."""
        library, one = self.library, self.factors.one
        if self.bias is None:
            ones = (1,) * (len(shape_of(result.shape)) - 2)
            self.bias = tensor(library, bias.dtype.char, (1, bias.size, *ones))
        library.call(
            "cudnnAddTensor",
            library.handle(xp), one, self.bias.address, bias.data.ptr, one, self.result.address, result.data.ptr,
        )  # fmt: skip


def _math(char: str) -> int:
    """Return how products may be computed."""
    if char == "d" or (char == "f" and tensor_cores(char)):
        return p.DEFAULT_MATH  # of float32 this is TF32, on a GPU that has it
    return p.TENSOR_OP_MATH if tensor_cores(char) else p.FMA_MATH


def _usable(found: p.Performance, limit: int, deterministic: bool) -> bool:
    repeatable = not deterministic or found.determinism == p.DETERMINISTIC
    return found.status == p.STATUS_SUCCESS and found.memory <= limit and repeatable


def _room(xp: Any, size: int) -> Any:
    """Return a workspace of that many bytes, or of as many as there is memory for."""
    while True:
        try:
            return xp.empty(max(size, 1), "uint8")
        except MemoryError:  # cupy.cuda.memory.OutOfMemoryError is one
            if size <= 1:
                raise
            size //= 8


# -- plans, by signature -----------------------------------------------------------------------------------------------
def _plan(xp, name, first, second, window, groups, channels_last, shape_of_result) -> Plan:
    """Return the plan of one signature, made and measured where it is new."""
    char = first.dtype.char
    if second.dtype.char != char:
        raise NotImplementedError("cuDNN: arrays of one dtype are needed")
    # of the gradient of the data, the size follows from those of the others only where the stride is 1
    size = shape_of_result if name == "BackwardData" else None
    key = (name, char, first.shape, second.shape, size, window, groups, channels_last, xp.cuda.get_device_id())
    found = _plans.get(key)
    if found is None:
        with _making:  # another thread may have been first, and measuring needs the GPU for itself
            found = _plans.get(key)
            if found is None:
                found = _plans[key] = _made(xp, name, first, second, window, groups, channels_last, shape_of_result)
    return found


def _made(xp, name, first, second, window, groups, channels_last, shape) -> Plan:
    library, char = loaded(), first.dtype.char
    if name == "Forward":
        shape = (first.shape[0], second.shape[0], *map(_span, first.shape[2:], second.shape[2:], *window))
    result = empty(xp, shape, first.dtype, channels_last)
    a, b, y = (
        make(library, char, array.shape, channels_last)
        for make, array in zip(_DESCRIBED[name], (first, second, result), strict=True)
    )
    found = Plan(library, name, char, a, b, y, window, groups)
    found.choose(xp, first, second, result)
    found.shape, found.dtype, found.channels_last = shape, first.dtype, channels_last
    return found


_DESCRIBED = {
    "Forward": (tensor, filters, tensor),
    "BackwardData": (filters, tensor, tensor),
    "BackwardFilter": (tensor, tensor, filters),
}


def forget() -> None:
    """Drop all plans."""
    _plans.clear()


def _span(size, kernel, stride, dilate, pad):
    return (size + 2 * pad - dilate * (kernel - 1) - 1) // stride + 1


# -- the three functions -----------------------------------------------------------------------------------------------
@served
def convolution(xp, data, weight, bias=None, *, stride, dilate, pad, groups=1):
    """Correlate every image with every filter of its group, as `kernels.convolution.convolution`."""
    last = is_channels_last(data)
    data, weight = laid_out(xp, data, last), laid_out(xp, weight, last)
    plan = _plan(xp, "Forward", data, weight, (stride, dilate, pad), groups, last, None)
    result = plan(xp, data, weight)
    if bias is not None:
        plan.add_bias(xp, laid_out(xp, bias, False), result)
    return result


@served
def convolution_data_gradient(xp, out_grad, weight, *, size, stride, dilate, pad, groups=1):
    """Spread every output gradient over its window, as `kernels.convolution.convolution_data_gradient`."""
    last = is_channels_last(out_grad)
    out_grad, weight = laid_out(xp, out_grad, last), laid_out(xp, weight, last)
    shape = (out_grad.shape[0], weight.shape[1] * groups, *size)
    plan = _plan(xp, "BackwardData", weight, out_grad, (stride, dilate, pad), groups, last, shape)
    return plan(xp, weight, out_grad)


@served
def convolution_weight_gradient(xp, out_grad, data, *, kernel, stride, dilate, pad, groups=1):
    """Sum products of output gradients and windows, as `kernels.convolution.convolution_weight_gradient`."""
    last = is_channels_last(data)
    out_grad, data = laid_out(xp, out_grad, last), laid_out(xp, data, last)
    shape = (out_grad.shape[1], data.shape[1] // groups, *kernel)
    plan = _plan(xp, "BackwardFilter", data, out_grad, (stride, dilate, pad, kernel), groups, last, shape)
    return plan(xp, data, out_grad)
