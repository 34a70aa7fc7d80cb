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
    window : stride, dilation and padding, each with a number for each spatial axis
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
        stride, dilate, pad = (two_axes(values, least) for values, least in zip(window, (1, 1, 0), strict=True))
        compute = p.DATA_DOUBLE if char == "d" else p.DATA_FLOAT  # sums of float16 are taken in float32
        self.convolution = Descriptor(library, "Convolution")
        places = ints(pad), ints(stride), ints(dilate)
        conv = self.convolution.address
        library.call("cudnnSetConvolutionNdDescriptor", conv, len(pad), *places, p.CROSS_CORRELATION, compute)
        library.call("cudnnSetConvolutionGroupCount", conv, groups)
        self.math = _math(char)
        library.call("cudnnSetConvolutionMathType", conv, self.math)
        self.algorithm, self.bytes = -1, 0
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

    def __call__(self, xp: Any, first: Any, second: Any, result: Any) -> None:
        library, one, zero = self.library, self.factors.one, self.factors.zero
        workspace = xp.empty(self.bytes, "uint8") if self.bytes else None  # CuPy's pool has it ready
        status = self._run(
            library.handle(xp), one,
            self.first.address, first.data.ptr, self.second.address, second.data.ptr, self.convolution.address,
            self.algorithm, None if workspace is None else workspace.data.ptr, self.bytes,
            zero, self.result.address, result.data.ptr,
        )  # fmt: skip
        if status:
            raise library.error(f"cudnnConvolution{self.name}", status)

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
def _plan(xp, name, first, second, result, window, groups, channels_last, describe) -> Plan:
    """Return the plan of one signature, made and measured where it is new."""
    char, device = first.dtype.char, xp.cuda.get_device_id()
    if second.dtype.char != char:
        raise NotImplementedError("cuDNN: arrays of one dtype are needed")
    library = loaded()
    key = (library, name, char, first.shape, second.shape, result.shape, window, groups, channels_last, device)
    found = _plans.get(key)
    if found is None:
        with _making:  # another thread may have been first, and measuring needs the GPU for itself
            found = _plans.get(key)
            if found is None:
                a, b, y = (
                    make(library, char, array.shape, channels_last)
                    for make, array in zip(describe, (first, second, result), strict=True)
                )
                found = Plan(library, name, char, a, b, y, window, groups)
                found.choose(xp, first, second, result)
                _plans[key] = found
    return found


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
    out = tuple(map(_span, data.shape[2:], weight.shape[2:], stride, dilate, pad))
    result = empty(xp, (data.shape[0], weight.shape[0], *out), data.dtype, last)
    window = tuple(stride), tuple(dilate), tuple(pad)
    plan = _plan(xp, "Forward", data, weight, result, window, groups, last, (tensor, filters, tensor))
    plan(xp, data, weight, result)
    if bias is not None:
        plan.add_bias(xp, laid_out(xp, bias, False), result)
    return result


@served
def convolution_data_gradient(xp, out_grad, weight, *, size, stride, dilate, pad, groups=1):
    """Spread every output gradient over its window, as `kernels.convolution.convolution_data_gradient`."""
    last = is_channels_last(out_grad)
    out_grad, weight = laid_out(xp, out_grad, last), laid_out(xp, weight, last)
    result = empty(xp, (out_grad.shape[0], weight.shape[1] * groups, *size), out_grad.dtype, last)
    window = tuple(stride), tuple(dilate), tuple(pad)
    plan = _plan(xp, "BackwardData", weight, out_grad, result, window, groups, last, (filters, tensor, tensor))
    plan(xp, weight, out_grad, result)
    return result


@served
def convolution_weight_gradient(xp, out_grad, data, *, kernel, stride, dilate, pad, groups=1):
    """Sum products of output gradients and windows, as `kernels.convolution.convolution_weight_gradient`."""
    last = is_channels_last(data)
    out_grad, data = laid_out(xp, out_grad, last), laid_out(xp, data, last)
    shape = (out_grad.shape[1], data.shape[1] // groups, *kernel)
    result = empty(xp, shape, out_grad.dtype, last)
    window = tuple(stride), tuple(dilate), tuple(pad)
    plan = _plan(xp, "BackwardFilter", data, out_grad, result, window, groups, last, (tensor, tensor, filters))
    plan(xp, data, out_grad, result)
    return result
