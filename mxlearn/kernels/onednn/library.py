"""The library itself: finding, loading and switching it off, and what it is asked for."""

import ctypes
import glob
import os
import sys
import threading
from collections.abc import Callable
from ctypes import POINTER, byref, c_int, c_uint, c_void_p
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from ...core.parallel import own_threads

NAME = "libdnnl.so.3"
_CPU = 1  # of oneDNN's dnnl_types.h


class State(NamedTuple):
    """Whether the library is in use: its version, or the reason why not."""

    version: str | None
    reason: str


class Library:
    """The loaded library with an engine and a stream for the CPU."""

    def __init__(self, path: str):
        self.c = ctypes.CDLL(path)
        version = self.c.dnnl_version
        version.restype = POINTER(c_int)
        major, minor, patch = version()[0:3]
        if major != 3:
            raise OSError(f"oneDNN {major}.{minor}.{patch} was found, and version 3 is needed")
        self.version = f"{major}.{minor}.{patch}"
        self.c.dnnl_primitive_desc_query_md.restype = c_void_p
        self.c.dnnl_memory_desc_get_size.restype = ctypes.c_size_t
        self.engine, self.stream = c_void_p(), c_void_p()
        self.call("engine_create", byref(self.engine), _CPU, ctypes.c_size_t(0))
        self.call("stream_create", byref(self.stream), self.engine, c_uint(1))

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function of the library; raise NotImplementedError where it does not do what was asked."""
        status = getattr(self.c, f"dnnl_{name}")(*arguments)
        if status:
            raise NotImplementedError(f"oneDNN: {name} answered {status}")


lock = threading.RLock()  # the library uses all threads for one primitive at a time
_library: Library | None = None
_state: State | None = None  # None before somebody asked


def state() -> State:
    """Return whether oneDNN is in use, loading it where nobody has."""
    global _library, _state
    with lock:
        if _state is None:
            try:
                _library = _load()
                _state = State(_library.version, "")
            except (OSError, NotImplementedError, AttributeError) as error:
                _library, _state = None, State(None, str(error))
        return _state


def _operators() -> tuple[str, ...]:
    """Return the operators that the library computes, with all cores for one of them."""
    if state().version is None:
        return ()
    gradients = [f"_backward_{name}_{by}" for name in ("Convolution", "Deconvolution") for by in ("data", "weight")]
    return "Convolution", "Deconvolution", "Pooling", "_backward_Pooling_max", "_backward_Pooling_mean", *gradients


own_threads.append(_operators)


def served(kernel: Callable[..., np.ndarray]) -> Callable[..., np.ndarray | None]:
    """Make of a kernel one that takes the array module first, and returns None for what the library does not do."""

    @wraps(kernel)
    def attempt(xp: Any, *arrays: Any, **options: Any) -> np.ndarray | None:
        if xp is not np or any(a.dtype != np.float32 or not a.size for a in arrays if a is not None):
            return None
        if state().version is None:
            return None
        try:
            return kernel(*arrays, **options)
        except NotImplementedError:
            return None

    return attempt


def loaded() -> Library:
    """Return the library where `state` says that it is in use."""
    assert _library is not None
    return _library


def _load() -> Library:
    if os.environ.get("MXLEARN_ONEDNN") == "0":
        raise OSError("switched off by MXLEARN_ONEDNN=0")
    if sys.byteorder != "little" or sys.platform != "linux":
        raise OSError("the package onednn-cpu-gomp exists for Linux on x86-64 alone")
    candidates = [os.path.join(prefix, "lib", NAME) for prefix in dict.fromkeys((sys.prefix, sys.base_prefix))]
    found = next(filter(os.path.isfile, candidates), None)
    if found is None:
        raise OSError("not installed: pip install onednn-cpu-gomp")
    before = os.environ.get("OMP_WAIT_POLICY")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read as it loads: its waiting threads leave NumPy's alone
    try:
        library = Library(found)
    finally:
        if before is None:
            del os.environ["OMP_WAIT_POLICY"]
    _calm_blas()
    return library


def _calm_blas() -> None:
    """Let NumPy's products use one thread from here on, so that the cores are free for this library.

    After a product, OpenBLAS's threads wait for the next one in a loop, for about 25 milliseconds. A training step of
    LeNet on 4 cores took 36 ms beside them, and 11 with products on one thread; without this library it takes 14.
    """
    pattern = os.path.join(os.path.dirname(np.__file__), os.pardir, "numpy.libs", "libscipy_openblas*")
    for path in glob.glob(pattern):
        blas = ctypes.CDLL(path)  # the one that is loaded already
        for name in ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads"):
            if hasattr(blas, name):
                getattr(blas, name)(c_int(1))


def _after_fork() -> None:
    """Leave the library alone in a forked process: GNU OpenMP, of which it is made, has no threads there and waits."""
    global _library, _state, lock
    lock = threading.RLock()
    if _state is not None and _state.version is not None:
        _library, _state = None, State(None, "a forked process cannot use the threads of its parent")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
