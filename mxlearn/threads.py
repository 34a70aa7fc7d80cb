"""How many threads compute: one setting for every pool of this process.

    mx.num_threads()         # 4 on a laptop of four cores, 2 in a container that may use two
    mx.set_num_threads(1)    # the same numbers on any machine, bit for bit

Three pools could compute: that of NumPy's linear algebra, the OpenMP pool of oneDNN, and our own Python threads
(`core.parallel`). Two of them at work ruin each other: after a product, OpenBLAS's threads wait for the next one in a
loop, for about 25 milliseconds, and a training step of LeNet on 4 cores took 36 ms beside them instead of 11. So
NumPy's products have all threads as long as nobody else computes on several, and one from then on (`hold_blas`):
large products go to oneDNN, or in blocks to our own pool, see `kernels.product`.

Without `set_num_threads` the number is MXLEARN_NUM_THREADS, else OMP_NUM_THREADS, else one for each core that this
process may use: those of its CPU affinity, the two threads of a core counted once, and not more than the quota of its
control group (cgroup version 1 or 2), as containers have one.

threadpoolctl does what `_blas` does for more libraries, and would be a dependency for six lines.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from math import inf

from .base import ArgumentError

__all__ = ["num_threads", "set_num_threads"]

_count: int | None = None  # None before somebody asked
_held = False  # whether NumPy's products have one thread, since another pool computes

# Variables with which a user has told NumPy's linear algebra alone; without set_num_threads it is left at that
_BLAS_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

# Names under which libraries behind NumPy set their threads; 64_ stands for integers of 64 bits
_BLAS_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
    "MKL_Set_Num_Threads",
    "bli_thread_set_num_threads",
)


def num_threads() -> int:
    """Return how many threads compute, the calling one included.

    Raises
    ------
    ArgumentError
        If MXLEARN_NUM_THREADS is not a positive integer.
    """
    global _count
    if _count is None:
        _count = _default()
        if not any(name in os.environ for name in _BLAS_VARIABLES):
            _limit_blas()
    return _count


def set_num_threads(count: int) -> None:
    """Let so many threads compute from now on, the calling one included.

    Parameters
    ----------
    count : int, at least 1

    Raises
    ------
    ArgumentError
        If it is not a positive integer.

    >>> mx.set_num_threads(1)
    >>> mx.num_threads()
    1
    """
    global _count
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ArgumentError(f"set_num_threads: the number of threads is an integer of at least 1. Received: {count!r}")
    _count = count
    _limit_blas()


def hold_blas() -> None:
    """Let NumPy's linear algebra use one thread from now on: another pool computes, and its waiting threads would
    take the cores."""
    global _held
    if not _held:
        _held = True
        _limit_blas()


def blas_threads() -> int:
    """Return how many threads compute one product of NumPy."""
    return 1 if _held else num_threads()


def _limit_blas() -> None:
    setter = _blas()
    if setter is not None:
        setter(1 if _held or _count is None else _count)


def _blas() -> Callable[[int], None] | None:
    """Return the function that sets the threads of the library behind NumPy, None where it is an unknown one."""
    core = getattr(sys.modules.get("numpy._core._multiarray_umath"), "__file__", None)
    try:
        library = ctypes.CDLL(core) if core else None  # a name is looked up in the libraries behind it, too
    except OSError:
        return None
    return next((found for name in _BLAS_SETTERS if (found := getattr(library, name, None)) is not None), None)


# -- the default -------------------------------------------------------------------------------------------------------
def _default() -> int:
    asked = os.environ.get("MXLEARN_NUM_THREADS", "").strip()
    if asked:
        if not asked.isdecimal() or int(asked) < 1:
            raise ArgumentError(
                f"MXLEARN_NUM_THREADS must be an integer of at least 1. Received: {asked!r}\n"
                "  Unset it for one thread on each core."
            )
        return int(asked)
    outer = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()  # "4,2" gives the inner levels of a nest, too
    if outer.isdecimal() and int(outer) > 0:
        return int(outer)
    return max(1, int(min(_cores(), _quota())))


def _cores() -> int:
    """Return the number of cores that this process may use; two hardware threads of one core share its arithmetic."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    cpus = os.sched_getaffinity(0)
    return len({_read(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list") or cpu for cpu in cpus})


def _quota(system: str = "/") -> float:
    """Return how many CPUs' time the control groups of this process grant, infinity where none limits it."""
    granted = inf
    for group in _groups(system):
        limit, period = (_read(f"{group}/cpu.max") or " ").split(" ")  # version 2: "150000 100000", or "max 100000"
        if not limit:
            limit, period = _read(f"{group}/cpu.cfs_quota_us"), _read(f"{group}/cpu.cfs_period_us")
        if limit.isdecimal() and period.isdecimal() and int(period):  # version 1 writes -1 for no limit
            granted = min(granted, int(limit) / int(period))
    return granted


def _groups(system: str) -> Iterator[str]:
    """Yield the directories of the control groups that this process is in, with those around them."""
    mounted = os.path.join(system, "sys/fs/cgroup")
    for line in _read(os.path.join(system, "proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        for root in (f"{mounted}/{controllers}", f"{mounted}/cpu") if controllers else (mounted,):
            yield root  # inside a container the path may be the host's, and this the container's own group
            parts = path.split("/")[1:]
            for depth in range(1, len(parts) + 1):
                yield "/".join((root, *parts[:depth]))


def _read(path: str) -> str:
    """Return the text of a small file of the system, "" where there is none."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""
