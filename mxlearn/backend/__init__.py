"""The array modules. This is the only file that imports CuPy, and it does so when a GPU is first asked for."""
import contextlib
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from ..base import ContextError
from . import host


class Found(NamedTuple):
    """What looking for CuPy gave: the module or None, why there is none, and the number of GPUs."""

    cupy: Any
    reason: str
    count: int


host.keep_freed_memory()
_found: Found | None = None  # None while nobody has asked for a GPU


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


def describe_gpu(device_id: int) -> tuple[str, str, str, str]:
    """Return the name of ``gpu(device_id)`` and the versions of driver, CUDA runtime and CuPy; "" for one not found."""
    from . import driver  # only a description needs it

    cupy = array_module("gpu", device_id)
    name = cupy.cuda.runtime.getDeviceProperties(device_id)["name"]
    number = int(cupy.cuda.runtime.runtimeGetVersion())  # 12080 is 12.8
    text = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
    return text, driver.version(), f"{number // 1000}.{number % 1000 // 10}", str(cupy.__version__)


def device_clock(device_id: int):
    """Return the clock of ``gpu(device_id)``, see clock.py."""
    from .clock import DeviceClock

    return DeviceClock(array_module("gpu", device_id), device_id)


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
