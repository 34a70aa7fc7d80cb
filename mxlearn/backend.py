"""The array modules. This is the only file that imports CuPy, and it does so when a GPU is first asked for."""
import contextlib
import ctypes
import os
import re
import sys
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from .base import ContextError


class Found(NamedTuple):
    """What looking for CuPy gave: the module or None, why there is none, and the number of GPUs."""

    cupy: Any
    reason: str
    count: int


_found: Found | None = None  # None while nobody has asked for a GPU


def keep_freed_memory() -> None:
    """Let glibc keep freed memory for the next arrays instead of giving it back to the system after each operation.

    By default a temporary of a few megabytes is mapped and unmapped anew each time, and its pages fault in again: an
    update of a (500, 800) weight with momentum took 2.66 ms with glibc's thresholds and 0.33 ms with these. The price
    is that the process keeps its peak memory. MXLEARN_TRIM_MEMORY=1 leaves glibc as it is.
    """
    if sys.platform != "linux" or os.environ.get("MXLEARN_TRIM_MEMORY") == "1":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 32 << 20)
        mallopt(_M_TRIM_THRESHOLD, 256 << 20)


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # names and values of glibc's malloc.h
keep_freed_memory()


def _look() -> Found:
    """Return what the search for CuPy gave; the first call imports it, which takes about a second."""
    global _found
    if _found is None:
        _found = _probe()
    return _found


def _probe() -> Found:
    try:
        import cupy  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError:
        return Found(None, "CuPy is not installed", 0)
    except Exception as error:  # a broken installation raises many kinds, ImportError and OSError among them
        return Found(None, f"CuPy is installed but cannot be imported ({type(error).__name__}: {error})", 0)
    try:
        count = int(cupy.cuda.runtime.getDeviceCount())
    except Exception as error:  # without a driver: CUDARuntimeError
        return Found(None, f"CuPy is installed but no GPU can be used ({error})", 0)
    return Found(cupy, "", count) if count else Found(None, "CuPy is installed but finds no GPU", 0)


def num_gpus() -> int:
    """Return how many GPUs CuPy finds; 0 where there is none or no CuPy."""
    return _look().count


def gpu_in_use() -> bool:
    """Tell whether this process has a GPU and asked for it, so that arrays of both modules may meet."""
    return _found is not None and _found.count > 0


def array_module(device_type: str, device_id: int) -> ModuleType:
    """Return numpy for the CPU and cupy for ``gpu(device_id)``.

    Raises
    ------
    ContextError
        If the GPU cannot be used; the message says why, and what to do.
    """
    if device_type != "gpu":
        return np
    cupy, reason, count = _look()
    if cupy is None:
        raise ContextError(
            f"gpu({device_id}): no GPU can be used here: {reason}.\n"
            "  Use mx.cpu(), or on a machine with an NVIDIA GPU: pip install 'mxlearn[cuda12]' (or [cuda13])."
        )
    if not 0 <= device_id < count:
        choices = "gpu(0)" if count == 1 else f"gpu(0) to gpu({count - 1})"
        raise ContextError(f"gpu({device_id}): this machine has {count} GPU{'s' * (count != 1)}: use {choices}.")
    return cupy


def module_of(array: Any) -> ModuleType:
    """Return the array module that a raw array belongs to, and make the array's GPU the current one."""
    if isinstance(array, np.ndarray):
        return np
    indices = getattr(array, "indices", None)
    if indices is not None:  # sparse storage, see kernels/sparse.py
        return module_of(indices)
    cupy, _, count = _look()
    if count > 1:
        array.device.use()
    return cupy


@contextlib.contextmanager
def linalg_errors(xp: ModuleType):
    """Let CuPy's linear algebra raise LinAlgError for a matrix that it cannot solve, as NumPy's does.

    Its default is to return numbers without meaning, so that the host need not wait for the GPU.
    """
    if xp is np:
        yield
        return
    import cupyx  # pyright: ignore[reportMissingImports]

    with cupyx.errstate(linalg="raise"):
        yield


def is_writable(array) -> bool:
    """Tell whether a raw array may be written; an array of a GPU always may, and has no flag that says so."""
    return not isinstance(array, np.ndarray) or array.flags.writeable


def to_numpy(array) -> np.ndarray:
    """Copy a raw array of either module into host memory (a NumPy array is returned as it is)."""
    return array if isinstance(array, np.ndarray) else array.get()


def transfer(array, device_type: str, device_id: int):
    """Return a copy of a raw array on another device."""
    xp = array_module(device_type, device_id)
    if xp is np:
        host = to_numpy(array)
        return host.copy() if host is array else host
    with xp.cuda.Device(device_id):
        return xp.array(array)


def synchronize() -> None:
    """Wait until all work queued on all GPUs is done; nothing to do where no GPU was used."""
    if not gpu_in_use():
        return
    cupy, _, count = _look()
    for number in range(count):
        cupy.cuda.Device(number).synchronize()


class DeviceClock:
    """The clock of a GPU: two events in its queue, and the time between them.

    Events are recorded on the current stream of the GPU, the one on which mxlearn computes.

    Raises
    ------
    ContextError
        If the GPU cannot be used.
    """

    __slots__ = ("_between", "_device", "_start", "_stop")

    def __init__(self, device_id: int):
        cupy = array_module("gpu", device_id)
        self._between = cupy.cuda.get_elapsed_time
        self._device = cupy.cuda.Device(device_id)
        with self._device:
            self._start, self._stop = cupy.cuda.Event(), cupy.cuda.Event()

    def start(self) -> None:
        """Wait until the GPU is idle, and mark the beginning."""
        with self._device:
            self._device.synchronize()
            self._start.record()

    def stop(self) -> None:
        """Mark the end, and wait until the GPU has come there."""
        with self._device:
            self._stop.record()
            self._device.synchronize()

    def seconds(self) -> float:
        """Return the time from the first mark to the second."""
        return self._between(self._start, self._stop) / 1000.0  # CUDA counts milliseconds, in steps of about 0.5 us


def describe_gpu(device_id: int) -> tuple[str, str, str, str]:
    """Return the name of ``gpu(device_id)`` and the versions of driver, CUDA runtime and CuPy; "" for one not found."""
    cupy = array_module("gpu", device_id)
    name = cupy.cuda.runtime.getDeviceProperties(device_id)["name"]
    number = int(cupy.cuda.runtime.runtimeGetVersion())  # 12080 is 12.8
    text = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
    return text, _driver_version(), f"{number // 1000}.{number % 1000 // 10}", str(cupy.__version__)


def _driver_version() -> str:
    """Return the version of the NVIDIA driver, which CUDA itself does not tell."""
    try:
        with open("/proc/driver/nvidia/version", encoding="utf-8", errors="replace") as file:
            found = re.search(r"\b\d{3,4}\.\d+(\.\d+)?\b", file.readline())
    except OSError:  # Windows, or a container that hides the file
        found = None
    if found is not None:
        return found.group()
    import subprocess  # only a description needs it

    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        finished = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = finished.stdout.split()
    return lines[0] if lines else ""


def memory_info(device_id: int) -> tuple[int, int]:
    """Return (free, total) memory of ``gpu(device_id)`` in bytes."""
    cupy = array_module("gpu", device_id)
    with cupy.cuda.Device(device_id):
        free, total = cupy.cuda.runtime.memGetInfo()
    return int(free), int(total)


def generator(xp: ModuleType, device_id: int, seed: int):
    """Return a seeded random generator of array module ``xp``."""
    if xp is np:
        return np.random.Generator(np.random.PCG64(seed))
    with xp.cuda.Device(device_id):
        return xp.random.Generator(xp.random.XORWOW(seed))
