"""The array modules, and what passes between them. This is the only file that imports CuPy, when a GPU is asked for.

The other files of this package are handed the module, each for one subject: why no GPU can be used (``diagnosis``,
``driver``), the memory of a GPU (``memory``), copies that overlap with computing (``upload``), sums over several GPUs
(``collective``), a GPU's clock (``clock``), and the host's memory (``host``).
"""
import contextlib
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..base import ContextError, MXNetError
from . import host

if TYPE_CHECKING:
    from .collective import Communicator
    from .diagnosis import Reason


class Found(NamedTuple):
    """What looking for CuPy gave: the module or None, why there is none, the number of GPUs, and what to do."""

    cupy: Any
    reason: str
    count: int
    remedy: str = "Use mx.cpu(), or on a machine with an NVIDIA GPU: pip install 'mxlearn[cuda12]' (or [cuda13])."


host.keep_freed_memory()
# For the error of a GPU that is full: each returns the raw arrays that it knows of, what they are for ("gradients"), as
# the error counts them, and what each is ("the gradient of 'fc1'"), as it lists them.
surveys: list[Callable[[], Iterable[tuple[Any, str, str]]]] = []
_found: Found | None = None  # None while nobody has asked for a GPU
_opened: set[int] = set()  # GPUs on which CUDA has been started
_uploaders: dict[int, Any] = {}
_communicators: dict[tuple[int, ...], Any] = {}


def _look() -> Found:
    """Return what the search for CuPy gave; the first call imports it, which takes about a second."""
    global _found
    if _found is None:
        _found = _probe()
    return _found


def _probe() -> Found:
    from . import diagnosis

    try:
        import cupy  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError as error:
        return _absent(diagnosis.no_cupy() if error.name == "cupy" else diagnosis.broken_cupy(error))
    except Exception as error:  # a broken installation raises many kinds, ImportError and OSError among them
        return _absent(diagnosis.broken_cupy(error))
    try:
        count = int(cupy.cuda.runtime.getDeviceCount())
    except Exception as error:  # without a driver: CUDARuntimeError
        return _absent(diagnosis.no_device(cupy, error))
    return Found(cupy, "", count) if count else _absent(diagnosis.no_device(cupy, None))


def _absent(reason: "Reason") -> Found:
    return Found(None, reason.why, 0, reason.remedy)


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
    if device_id in _opened:
        return _look().cupy
    cupy, reason, count, remedy = _look()
    if cupy is None:
        raise ContextError(f"gpu({device_id}): no GPU can be used here: {reason}.\n  {remedy}")
    if not 0 <= device_id < count:
        choices = "gpu(0)" if count == 1 else f"gpu(0) to gpu({count - 1})"
        raise ContextError(f"gpu({device_id}): this machine has {count} GPU{'s' * (count != 1)}: use {choices}.")
    _open(cupy, device_id)
    return cupy


def _open(cupy: Any, device_id: int) -> None:
    """Start CUDA on a GPU, which is when another process that has taken it gets in the way.

    A failure is not remembered: the GPU may be free the next time.
    """
    from . import diagnosis, memory

    try:
        cupy.cuda.nvrtc.getVersion()  # CuPy compiles its kernels: without the compiler no operator would run
        memory.info(cupy, device_id)
    except Exception as error:
        why, remedy = diagnosis.not_opened(device_id, error)
        raise ContextError(f"gpu({device_id}): {why}.\n  {remedy}") from error
    memory.guard(cupy)
    memory.limit_pool(cupy, device_id)
    _opened.add(device_id)


def module_of(array: Any) -> ModuleType:
    """Return the array module that a raw array belongs to, and make the array's GPU the current one."""
    if isinstance(array, np.ndarray):
        return np
    indices = getattr(array, "indices", None)
    if indices is not None:  # sparse storage, see kernels/sparse.py
        return module_of(indices)
    found = _look()
    if found.count > 1:
        array.device.use()
    return found.cupy


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


# -- between host and device -------------------------------------------------------------------------------------------
def to_numpy(array) -> np.ndarray:
    """Copy a raw array of either module into host memory (a NumPy array is returned as it is).

    Raises
    ------
    MXNetError
        If the computation of the array, or one before it, has failed on the GPU.
    """
    if isinstance(array, np.ndarray):
        return array
    try:
        return array.get()
    except Exception as error:
        told = readable(error, "asnumpy")
        if told is None:
            raise
        raise told from error


def transfer(array, device_type: str, device_id: int):
    """Return a copy of a raw array on another device.

    A copy to a GPU does not wait for what the GPU computes, and its source may be written at once.
    """
    xp = array_module(device_type, device_id)
    if xp is np:
        return _to_host(array, device_type)
    if isinstance(array, np.ndarray):
        return _to_gpu(xp, array, device_id)
    if array.device.id == device_id:
        with xp.cuda.Device(device_id):
            return xp.array(array)
    return _between_gpus(xp, array, device_id)


def _to_host(array, device_type: str) -> np.ndarray:
    host = to_numpy(array)
    if device_type == "cpu_pinned" and num_gpus():
        from . import upload

        pinned = upload.pinned_empty(_look().cupy, host.shape, host.dtype)
        pinned[...] = host
        return pinned
    return host.copy() if host is array else host


def _to_gpu(cupy: Any, host: np.ndarray, device_id: int):
    from . import upload

    if host.nbytes >= upload.LEAST and host.flags.c_contiguous and host.dtype.isnative:
        uploader = _uploaders.get(device_id)
        if uploader is None:
            uploader = _uploaders[device_id] = upload.Uploader(cupy, device_id)
            from .memory import caches

            caches.append(uploader.forget)
        return uploader.send(host)
    with cupy.cuda.Device(device_id):
        return cupy.array(host)  # staged in pinned memory by CuPy


def _between_gpus(cupy: Any, array, device_id: int):
    """Copy from GPU to GPU, directly where the two are peers.

    The queues of two GPUs know nothing of each other: the copy waits for what computes the array, and what may write
    over the array afterwards waits for the copy.
    """
    with array.device:
        there = cupy.cuda.get_current_stream()
        computed = there.record(cupy.cuda.Event(disable_timing=True))
    with cupy.cuda.Device(device_id):
        here = cupy.cuda.get_current_stream()
        here.wait_event(computed)
        copy = cupy.array(array)
        copied = here.record(cupy.cuda.Event(disable_timing=True))
    with array.device:
        there.wait_event(copied)
    return copy


def communicator(device_ids: tuple[int, ...]) -> "Communicator | str":
    """Return what sums over these GPUs by NCCL, or why there is none; see collective.py."""
    if device_ids not in _communicators:
        from .collective import Communicator

        nccl = _nccl()
        if isinstance(nccl, str):
            return nccl
        try:
            _communicators[device_ids] = Communicator(_look().cupy, nccl, device_ids)
        except Exception as error:  # nccl.NcclError: GPUs that NCCL cannot connect
            _communicators[device_ids] = f"NCCL cannot connect the GPUs {device_ids}: {error}"
    return _communicators[device_ids]


def without_nccl() -> str:
    """Return why sums over several GPUs are not done by NCCL; "" where they are."""
    nccl = _nccl()
    return nccl if isinstance(nccl, str) else ""


def _nccl() -> Any:
    """Return CuPy's interface to NCCL, or why there is none."""
    import importlib
    import warnings

    cupy = _look().cupy
    if cupy is None:
        return "there is no GPU"
    found = getattr(cupy.cuda, "nccl", None)
    if found is None:
        with warnings.catch_warnings():  # CuPy warns of a library that it does not find
            warnings.simplefilter("ignore")
            found = importlib.import_module("cupy.cuda.nccl")
    major = int(cupy.cuda.runtime.runtimeGetVersion()) // 1000
    return found if found.available else f"CuPy does not find NCCL: pip install nvidia-nccl-cu{major}"


def synchronize(device_id: int | None = None) -> None:
    """Wait until all work queued on a GPU is done, on all GPUs for None; nothing to do where no GPU was used.

    Raises
    ------
    MXNetError
        If a computation on the GPU has failed; it may have been started long before.
    """
    if not gpu_in_use():
        return
    cupy = _look().cupy
    for number in sorted(_opened) if device_id is None else (device_id,):
        try:
            cupy.cuda.Device(number).synchronize()
        except Exception as error:
            told = readable(error, "waitall" if device_id is None else "wait_to_read")
            if told is None:
                raise
            raise told from error


def readable(error: BaseException, doing: str) -> MXNetError | None:
    """Return an error of a GPU as an MXNetError that says what happened and what to do; None for any other.

    Parameters
    ----------
    doing : what was going on, as the beginning of the message
    """
    if not gpu_in_use() or isinstance(error, MXNetError):
        return None
    from . import diagnosis, memory

    return memory.explained(_look().cupy, error, doing) or diagnosis.broken_device(error, doing)


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
    from . import memory

    return memory.info(array_module("gpu", device_id), device_id)


def release_memory(device_id: int | None = None) -> int:
    """Give memory of GPUs that nobody uses back to the driver; return how many bytes. See memory.release."""
    if not _opened:
        return 0
    from . import memory

    return memory.release(_look().cupy, sorted(_opened) if device_id is None else [device_id])


def generator(xp: ModuleType, device_id: int, seed: int):
    """Return a seeded random generator of array module ``xp``."""
    if xp is np:
        return np.random.Generator(np.random.PCG64(seed))
    with xp.cuda.Device(device_id):
        return xp.random.Generator(xp.random.XORWOW(seed))
