"""The library itself: finding, loading and switching it off, and one handle for each thread and device."""

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from ctypes import byref, c_void_p
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from ... import backend
from ...base import MXNetError
from ...core import capture
from ..handles import Handles
from . import prototypes as p

# where a package of NVIDIA's puts the library, and its name for the loader of the system
_PLACES = {"linux": ("lib", "libcudnn.so.9"), "win32": ("bin", "cudnn64_9.dll")}
_FLOATING = frozenset("efd")


class State(NamedTuple):
    """Whether the library is in use: its version, or the reason why not."""

    version: str | None
    reason: str


class Library:
    """The functions of the loaded library, and its handles.

    Parameters
    ----------
    c : has the functions as attributes: a ctypes.CDLL
    """

    def __init__(self, c: Any):
        self.c = c
        for name, arguments in p.PROTOTYPES.items():
            _declare(c, name, ctypes.c_int, arguments)
        for name, (result, arguments) in p.QUERIES.items():
            _declare(c, name, result, arguments)
        number = int(c.cudnnGetVersion())  # 91200 is 9.12.0, and 8907 was 8.9.7
        major = number // 10000 or number // 1000
        self.version = f"{major}.{number // 100 % (100 if number >= 10000 else 10)}.{number % 100}"
        if major != 9:
            raise OSError(f"cuDNN {self.version} was found, and version 9 is needed")
        self._handles = Handles(self._create, self._set_stream)

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function of the library.

        Raises
        ------
        NotImplementedError
            If the library does not do what was asked.
        MXNetError
            If it failed.
        """
        status = getattr(self.c, name)(*arguments)
        if status:
            raise self.error(name, status)

    def error(self, name: str, status: int) -> Exception:
        """Return what `call` raises where a function answered with a status."""
        known = self.c.cudnnGetErrorString(status).decode(errors="replace")
        if p.STATUS_NOT_SUPPORTED <= status < p.STATUS_INTERNAL_ERROR:
            return NotImplementedError(f"{name} answered {known}")
        text = ctypes.create_string_buffer(512)
        self.c.cudnnGetLastErrorString(text, len(text))
        said = text.value.decode(errors="replace").strip()
        remedy = "Set MXLEARN_CUDNN=0 before the first computation to go on with mxlearn's own kernels."
        if status == p.STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED:
            remedy = "The memory of the GPU is full: use a smaller batch, or drop arrays that are no longer needed."
        return MXNetError(f"cuDNN {self.version}: {name} answered {known}{f': {said}' if said else ''}.\n  {remedy}")

    def handle(self, xp: Any) -> c_void_p:
        """Return the handle of this thread on the current device, set to the current stream."""
        return self._handles.current(xp)

    def _create(self, xp: Any) -> c_void_p:
        handle = c_void_p()
        self.call("cudnnCreate", byref(handle))
        return handle

    def _set_stream(self, handle: c_void_p, stream: int) -> None:
        self.call("cudnnSetStream", handle, stream)


def _declare(c: Any, name: str, result: Any, arguments: tuple[type, ...]) -> None:
    try:
        function = getattr(c, name)
    except AttributeError:
        raise OSError(f"the cuDNN that was found has no function {name}") from None
    function.restype, function.argtypes = result, arguments


_lock = threading.Lock()
_library: Library | None = None
_state: State | None = None  # None before somebody asked


def state() -> State:
    """Return whether cuDNN is in use, loading it where nobody has."""
    global _library, _state
    if _state is None:
        with _lock:
            if _state is None:
                try:
                    _library = _load()
                    _state = State(_library.version, "")
                except (OSError, MXNetError, NotImplementedError) as error:
                    _state = State(None, str(error))
    return _state


def _load() -> Library:
    if os.environ.get("MXLEARN_CUDNN") == "0":
        raise OSError("switched off by MXLEARN_CUDNN=0")
    if not backend.num_gpus():
        raise OSError("there is no GPU that could be used")
    library = Library(_open())
    library.handle(backend.array_module("gpu", 0))  # finds a driver that is too old, or a GPU that it does not know
    return library


def _open() -> ctypes.CDLL:
    """Load the library that a package brought, or the one that the system's loader finds."""
    folder, name = _PLACES.get(sys.platform, ("lib", "libcudnn.so.9"))
    packaged = (os.path.join(path, "nvidia", "cudnn", folder, name) for path in sys.path)
    found = next(filter(os.path.isfile, packaged), name)
    try:
        return ctypes.CDLL(found)
    except OSError as error:
        if found != name:
            raise
        package = "nvidia-cudnn-cu12 (or nvidia-cudnn-cu13 beside cupy-cuda13x)"
        raise OSError(f"not installed: pip install {package}; the loader says: {error}") from None


def loaded() -> Library:
    """Return the library where `state` says that it is in use."""
    assert _library is not None
    return _library


def _prepare(xp: Any) -> None:
    """Make the handle of this thread, which a captured graph could not."""
    if _library is not None:
        _library.handle(xp)


capture.before.append(_prepare)


def served(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Let a kernel return None for what the library does not do, and where it is not in use."""

    @wraps(kernel)
    def attempt(xp: Any, *arrays: Any, **options: Any) -> Any:
        if xp is np or (_state or state()).version is None:
            return None
        dtype = arrays[0].dtype
        if dtype.char not in _FLOATING or any(a is not None and not a.size for a in arrays):
            return None
        try:
            return kernel(xp, *arrays, **options)
        except NotImplementedError:
            return None

    return attempt
