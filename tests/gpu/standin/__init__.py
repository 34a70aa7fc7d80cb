"""A stand-in for CuPy, with which everything about ``gpu(i)`` but the computing runs on a machine without a GPU.

It finds code that calls NumPy on an array of the GPU, mixes arrays of host and device or of two devices, expects a
NumPy scalar from a reduction, or uses what CuPy 14 does not have. It has two devices. CUDA kernels run on the CPU where
there is a C++ compiler (see emulation.py), else the references do their work. It cannot find missing synchronization of
streams, or slowness: those take a GPU, and the same tests run on one.
"""
import contextlib
import sys
from types import ModuleType, SimpleNamespace

import numpy as np

from . import capture, cuda, emulation, functions, memory, nccl, random
from .array import ndarray

_CONSTANTS = [
    "e", "euler_gamma", "inf", "nan", "newaxis", "pi", "dtype", "finfo", "iinfo", "ndindex", "can_cast",
    "promote_types", "result_type", "isscalar", "issubdtype", "index_exp", "s_", "bool", "bool_", "int8", "int16",
    "int32", "int64", "uint8", "uint16", "uint32", "uint64", "intp", "float16", "float32", "float64", "complex64",
    "complex128", "generic", "number", "integer", "signedinteger", "unsignedinteger", "inexact", "floating",
    "complexfloating",
]  # fmt: skip


def make() -> ModuleType:
    """Return the module that stands for ``cupy``."""
    cupy = ModuleType("cupy")
    for name in _CONSTANTS:
        setattr(cupy, name, getattr(np, name))
    for name in ("linalg", "fft", "lib", "lib.stride_tricks", "random"):
        _place(cupy, name, ModuleType(f"cupy.{name}"))
    for name, function in functions.NAMESPACE.items():
        _place(cupy, name, function)
    cupy.linalg.LinAlgError = np.linalg.LinAlgError
    cupy.ndarray, cupy.ufunc, cupy.cuda = ndarray, functions.Ufunc, cuda.module
    cupy.RawKernel, cupy.RawModule = emulation.RawKernel, emulation.RawModule
    cupy.random.Generator, cupy.random.XORWOW = random.Generator, random.XORWOW
    cupy.random.default_rng = lambda seed=None: random.Generator(random.XORWOW(seed))
    cupy.get_default_memory_pool = lambda: cuda.POOL
    cupy.cuda.nvrtc = SimpleNamespace(getVersion=lambda: (12, 8))
    memory.install(cupy)
    nccl.install(cupy)
    cupy.is_available = lambda: True
    capture.install(cupy)
    cupy.__version__ = "14.2.0 (stand-in)"
    return cupy


def _place(module: ModuleType, name: str, value) -> None:
    *path, last = name.split(".")
    for part in path:
        module = getattr(module, part)
    setattr(module, last, value)


@contextlib.contextmanager
def installed():
    """Let mxlearn find the stand-in where it looks for CuPy, and forget it at the end."""
    from mxlearn import backend, context
    from mxlearn import streams as random_streams
    from mxlearn.core import operator
    from mxlearn.kernels.cuda import launch

    cupy = make()

    def forget() -> None:
        for known in list(context._contexts.values()):
            if known.device_type == "gpu":
                known._xp = known._device = None
        for known in [c for c in random_streams._generators if c.device_type == "gpu"]:
            del random_streams._generators[known]
        operator._raw.pop("cupy", None)
        backend._opened.clear()
        backend._uploaders.clear()
        backend._communicators.clear()
        cuda.Device(0).use()

    cupyx = ModuleType("cupyx")
    cupyx.errstate = functions.errstate
    found, modules = backend._found, {name: sys.modules.get(name) for name in ("cupy", "cupyx")}
    enabled, launch.enabled = launch.enabled, launch.enabled and emulation.COMPILER is not None
    backend._found = backend.Found(cupy, "", cuda.NUM_DEVICES)
    sys.modules.update(cupy=cupy, cupyx=cupyx)
    forget()
    try:
        yield cupy
    finally:
        backend._found, launch.enabled = found, enabled
        for name, module in modules.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
        forget()
