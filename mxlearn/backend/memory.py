"""The memory of a GPU: how much there is, how much of it may be used, who holds it, and what to do when it is full.

CuPy does not give freed blocks back to the driver: it keeps them in a pool, out of which the next array takes its block
without waiting for the GPU. So the free memory that the driver counts (``info``) says nothing of what is free inside of
the pool, and other processes see all of it taken until ``release`` empties the pool.

When an array does not fit, the allocator that is set here (``guard``) frees what nobody uses and tries once more. That
works inside of any operator, compiled program or update, since no half-done computation has to be repeated. What does
not fit then raises OutOfMemoryError, whose text says who holds how much; the process goes on.

The limits are those of CUPY_GPU_MEMORY_LIMIT ("50%" or bytes, see CuPy) and MXNET_GPU_MEM_POOL_RESERVE, MXNet's
percentage of a GPU's memory that is to be left for others than arrays. The first wins where both are set.

References: MXNet 1.9.1, Environment Variables, "Memory Options".
"""
import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from ..base import ArgumentError, OutOfMemoryError
from . import driver, surveys

RESERVE = "MXNET_GPU_MEM_POOL_RESERVE"
LIMIT = "CUPY_GPU_MEMORY_LIMIT"


# Each frees what it keeps for speed alone, such as the workspaces of a library.
caches: list[Callable[[], object]] = []


# -- how much there is -------------------------------------------------------------------------------------------------
def info(cupy: ModuleType, device_id: int) -> tuple[int, int]:
    """Return (free, total) memory of a GPU in bytes, as its driver counts it."""
    with cupy.cuda.Device(device_id):
        free, total = cupy.cuda.runtime.memGetInfo()
    return int(free), int(total)


def limit_pool(cupy: ModuleType, device_id: int) -> None:
    """Limit the pool of a GPU as the environment says.

    Raises
    ------
    ArgumentError
        If MXNET_GPU_MEM_POOL_RESERVE is no percentage.
    """
    text = os.environ.get(RESERVE, "")
    if not text or os.environ.get(LIMIT):
        return
    try:
        reserve = float(text)
    except ValueError:
        reserve = -1.0
    if not 0 <= reserve < 100:
        raise ArgumentError(f"{RESERVE} must be a percentage of the memory, at least 0 and less than 100: {text!r}")
    with cupy.cuda.Device(device_id):
        cupy.get_default_memory_pool().set_limit(fraction=1 - reserve / 100)


# -- giving it back ----------------------------------------------------------------------------------------------------
def release(cupy: ModuleType, device_ids: Iterable[int]) -> int:
    """Give the memory that nobody uses back to the driver, and return how many bytes that were.

    Freed are what the frames of the last error hold, garbage in cycles, the caches of libraries and the blocks of the
    pool.
    """
    last = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)  # where IPython and Python keep it
    while last is not None:
        traceback.clear_frames(last.__traceback__)
        last = last.__cause__ or last.__context__
    for forget in caches:
        forget()
    gc.collect()
    pool, freed = cupy.get_default_memory_pool(), 0
    for device_id in device_ids:
        with cupy.cuda.Device(device_id):
            before = pool.total_bytes()
            pool.free_all_blocks()
            freed += before - pool.total_bytes()
    cupy.get_default_pinned_memory_pool().free_all_blocks()
    return freed


# -- when it is full ---------------------------------------------------------------------------------------------------
def guard(cupy: ModuleType) -> None:
    """Let every allocation try twice, and explain itself when it fails."""
    allocate, out_of_memory = cupy.cuda.get_allocator(), cupy.cuda.memory.OutOfMemoryError
    if getattr(allocate, "__module__", None) == __name__:
        return  # guarded already

    def allocate_or_explain(size: int) -> Any:
        try:
            return allocate(size)
        except out_of_memory:  # CuPy has emptied its pool by now
            pass
        device_id = cupy.cuda.runtime.getDevice()
        release(cupy, [device_id])
        try:
            return allocate(size)
        except out_of_memory:
            raise full(cupy, device_id, size) from None

    cupy.cuda.set_allocator(allocate_or_explain)


def explained(cupy: ModuleType, error: BaseException, doing: str) -> OutOfMemoryError | None:
    """Return CuPy's own error of a full GPU as ours, None for another error.

    It comes from pools that ``guard`` does not guard, such as those of captured graphs, and from CUDA itself.
    """
    if getattr(error, "status", None) == 2 and type(error).__name__.startswith("CUDA"):  # cudaErrorMemoryAllocation
        wanted = 0
    elif isinstance(error, cupy.cuda.memory.OutOfMemoryError):
        wanted = int(getattr(error, "_size", 0))
    else:
        return None
    return OutOfMemoryError(f"{doing}: {full(cupy, cupy.cuda.runtime.getDevice(), wanted)}")


def full(cupy: ModuleType, device_id: int, wanted: int) -> OutOfMemoryError:
    """Return the error of an array that does not fit: who holds how much, and what to do.

    wanted : bytes, 0 where nobody knows
    """
    free, total = info(cupy, device_id)
    with cupy.cuda.Device(device_id):
        pool = cupy.get_default_memory_pool()
        used, limit = pool.used_bytes(), pool.get_limit()
    wish = f"{size(wanted)} are wanted, " if wanted else ""
    lines = [f"gpu({device_id}): out of memory: {wish}{size(free)} of {size(total)} are free."]
    if limit and used + wanted > limit:
        lines.append(f"This process may use {size(limit)}, see {LIMIT} and {RESERVE}.")
    lines += _holding(device_id, used)
    others = [process for process in driver.processes(device_id) if process.pid != os.getpid()]
    if others:
        lines.append(f"Besides: {'; '.join(map(str, others[:3]))}.")
    lines.append(
        "Use a smaller batch; delete outputs and losses of earlier steps, which keep their tapes;"
        " mx.gpu.release() frees what nobody uses, the arrays of the last error too."
    )
    return OutOfMemoryError("\n  ".join(lines))


def _holding(device_id: int, used: int) -> list[str]:
    """Return what holds the memory of this process: how much of each kind, and the largest arrays."""
    kinds: dict[str, int] = {}
    blocks: dict[int, tuple[int, str]] = {}  # by address
    for survey in surveys:
        for array, kind, what in survey():
            block = getattr(getattr(array, "data", None), "mem", None)  # views share one; NumPy's have none
            if block is None or array.device.id != device_id or block.ptr in blocks:
                continue
            blocks[block.ptr] = int(block.size), f"{what} {tuple(array.shape)} {array.dtype}, {size(int(block.size))}"
            kinds[kind] = kinds.get(kind, 0) + int(block.size)
    rest = used - sum(kinds.values())
    if rest > 0:
        kinds["workspaces and arrays inside of computations"] = rest
    if not kinds:
        return []
    parts = [f"{kind} {size(count)}" for kind, count in sorted(kinds.items(), key=lambda item: -item[1])]
    lines = [f"This process holds {size(sum(kinds.values()))}: {', '.join(parts)}."]
    largest = sorted(blocks.values(), key=lambda item: -item[0])[:3]
    if largest:
        lines.append(f"The largest: {'; '.join(text for _, text in largest)}.")
    return lines


def size(count: int) -> str:
    """Return a number of bytes as one reads it.

    >>> size(3 << 30), size(200 << 20), size(5000)
    ('3.00 GiB', '200.0 MiB', '4.9 KiB')
    """
    for unit, power, digits in (("GiB", 30, 2), ("MiB", 20, 1), ("KiB", 10, 1)):
        if count >= 1 << power:
            return f"{count / (1 << power):.{digits}f} {unit}"
    return f"{count} bytes"


__all__ = ["caches", "explained", "full", "guard", "info", "limit_pool", "release", "size"]
