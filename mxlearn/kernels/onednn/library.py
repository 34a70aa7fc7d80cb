"""The library itself: finding, loading and switching it off, and what it is asked for."""

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from ctypes import POINTER, byref, c_char, c_float, c_int, c_int64, c_uint, c_void_p
from functools import lru_cache, wraps
from typing import Any, NamedTuple

import numpy as np

from ... import threads
from ...core.parallel import PRODUCTS, own_threads

NAME = "libdnnl.so.3"
_CPU = 1  # of oneDNN's dnnl_types.h
_FLOAT = np.dtype(np.float32)

# Read by GNU OpenMP as it loads. Its threads wait for the next kernel in a loop, so often, and then sleep. With 1000
# turns the step of an LSTM took 2.8 times as long as PyTorch's, LeNet's 0.9 times; with these 1.1 and 0.6 times. Its
# own choice, 300,000, saves little more, and takes the cores from other processes for longer. Who has set a variable
# of the kind is served as they wish.
_WAITING = {"GOMP_SPINCOUNT": "100000"}
_WAITING_CHOSEN = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME")


class State(NamedTuple):
    """Whether the library is in use: its version, or the reason why not."""

    version: str | None
    reason: str


class Library:
    """The loaded library with an engine and a stream for the CPU."""

    OLDEST = (3, 2, 0)  # of the versions with this interface of C

    def __init__(self, path: str):
        self.c = ctypes.CDLL(path)
        version = self.c.dnnl_version
        version.restype = POINTER(c_int)
        found = tuple(version()[0:3])
        self.version = ".".join(map(str, found))
        if not self.OLDEST <= found < (self.OLDEST[0] + 1,):
            oldest = ".".join(map(str, self.OLDEST))
            raise OSError(f"oneDNN {self.version} was found, and version {oldest} or a later one of it is needed")
        self.c.dnnl_primitive_desc_query_md.restype = c_void_p
        self.c.dnnl_memory_desc_get_size.restype = ctypes.c_size_t
        self.sgemm = self.c.dnnl_sgemm
        matrix = (c_void_p, c_int64)
        self.sgemm.argtypes = (c_char, c_char, *(c_int64,) * 3, c_float, *matrix, *matrix, c_float, *matrix)
        self.execute = self.c.dnnl_primitive_execute
        self.execute.argtypes = (c_void_p, c_void_p, c_int, c_void_p)
        self.point = self.c.dnnl_memory_set_data_handle
        self.point.argtypes = (c_void_p, c_void_p)
        self._set_threads = self.c.omp_set_num_threads  # of the OpenMP behind the library
        self._shared = threading.local()
        self.engine, self.stream = c_void_p(), c_void_p()
        self.call("engine_create", byref(self.engine), _CPU, ctypes.c_size_t(0))
        self.call("stream_create", byref(self.stream), self.engine, c_uint(1))

    def share_threads(self, most: int | None = None) -> None:
        """Let what the calling thread computes next have the threads of `mxlearn.threads`, or at most so many.

        OpenMP counts by thread.
        """
        count = threads.num_threads() if most is None else min(most, threads.num_threads())
        if getattr(self._shared, "count", None) != count:
            self._set_threads(count)
            self._shared.count = count

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
    if _state is not None:
        return _state
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
    pools = ["Pooling", "_backward_Pooling_max", "_backward_Pooling_mean"]
    return "Convolution", "Deconvolution", *gradients, *pools, *(PRODUCTS if threads.num_threads() > 1 else ())


own_threads.append(_operators)


def served(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Make of a kernel one that takes the array module first, and returns None for what the library does not do."""

    @wraps(kernel)
    def attempt(xp: Any, *arrays: Any, **options: Any) -> Any:
        if xp is not np:
            return None
        for array in arrays:
            if array is not None and (array.dtype != _FLOAT or not array.size):
                return None
        if state().version is None:
            return None
        try:
            return kernel(*arrays, **options)
        except NotImplementedError:
            return None

    return attempt


def kept(make: Callable[..., Any]) -> Callable[..., Any]:
    """Make what ``make`` makes once for each signature and number of threads: kernels are cut into parts when made."""

    @lru_cache(maxsize=256)
    def made(count: int, *signature: Any) -> Any:
        loaded().share_threads()
        return make(*signature)

    @wraps(make)
    def find(*signature: Any) -> Any:
        return made(threads.num_threads(), *signature)

    return find


_value_at, _BEHIND_HEAD = ctypes.c_ssize_t.from_address, object.__basicsize__


def _address(array: np.ndarray) -> int:
    """Return where the first item of an array stands: the first field of the array object, behind Python's head.

    ``array.ctypes.data`` says the same and takes 1.6 microseconds, 8 times as long.
    """
    return _value_at(id(array) + _BEHIND_HEAD).value


def _slow_address(array: np.ndarray) -> int:
    return array.ctypes.data


_probe = np.empty(1)
address = _address if sys.implementation.name == "cpython" and _address(_probe) == _probe.ctypes.data else _slow_address


def loaded() -> Library:
    """Return the library where `state` says that it is in use."""
    assert _library is not None
    return _library


def _load() -> Library:
    if os.environ.get("MXLEARN_ONEDNN") == "0":
        raise OSError("switched off by MXLEARN_ONEDNN=0")
    if sys.byteorder != "little" or sys.platform != "linux":
        raise OSError("the package onednn-cpu-gomp exists for Linux on x86-64 alone")
    if not _cpu_has("AVX2"):
        raise OSError("this CPU has no AVX2, without which the library is slower than NumPy")
    candidates = [os.path.join(prefix, "lib", NAME) for prefix in dict.fromkeys((sys.prefix, sys.base_prefix))]
    found = next(filter(os.path.isfile, candidates), None)
    if found is None:
        raise OSError("not installed: pip install onednn-cpu-gomp")
    with _waiting():
        library = Library(found)
    threads.hold_blas()
    return library


def _cpu_has(feature: str) -> bool:
    """Tell whether the CPU has instructions of that name, as NumPy found out when it was imported."""
    found = getattr(sys.modules.get("numpy._core._multiarray_umath"), "__cpu_features__", {})
    return found.get(feature, True)


@contextlib.contextmanager
def _waiting() -> Iterator[None]:
    """Choose how long OpenMP's threads wait, while it loads."""
    chosen = {} if any(name in os.environ for name in _WAITING_CHOSEN) else _WAITING
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name in chosen:
            del os.environ[name]


def _after_fork() -> None:
    """Leave the library alone in a forked process: GNU OpenMP, of which it is made, has no threads there and waits."""
    global _library, _state, lock
    lock = threading.RLock()
    if _state is not None and _state.version is not None:
        _library, _state = None, State(None, "a forked process cannot use the threads of its parent")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
