"""The stand-in's memory: a pool that can be made small, its allocator, and pinned memory of the host.

Arrays own NumPy's memory, so nothing is counted as long as nobody looks. Inside of ``limited`` each new block goes
through the allocator that is set, as in CuPy, and is counted until NumPy frees it.
"""
import contextlib
import types
import weakref

import numpy as np

from . import array as arrays
from . import cuda


class OutOfMemoryError(MemoryError):
    """What CuPy raises when its pool can get no block, after it has freed all that it kept."""

    def __init__(self, size, total, limit=0):
        self._size, self._total, self._limit = size, total, limit
        super().__init__(f"Out of memory allocating {size:,} bytes (allocated so far: {total:,} bytes).")


class PinnedMemoryPointer(bytearray):
    """Page-locked memory: NumPy reads its buffer."""

    @property
    def ptr(self) -> int:
        return np.frombuffer(self, "uint8").ctypes.data


class PinnedMemoryPool:
    """The pool of pinned memory; ``freed`` counts how often it was emptied."""

    def __init__(self):
        self.freed = 0

    def free_all_blocks(self) -> None:
        self.freed += 1


class Block:
    """Memory of one array: what ``ndarray.data.mem`` is."""

    def __init__(self, host: np.ndarray):
        self.ptr, self.size = host.ctypes.data, host.nbytes


class _Counted:
    """The blocks that are alive on each device, by address; None while nobody looks."""

    def __init__(self):
        self.capacity: int | None = None
        self.blocks: dict[int, dict[int, int]] = {}
        self.kept: dict[int, int] = {}  # by device: what the pool has from the driver, freed blocks too
        self.limits: dict[int, int] = {}

    def used(self) -> int:
        return sum(self.blocks.get(cuda.current_device(), {}).values())

    def total(self) -> int:
        return max(self.kept.get(cuda.current_device(), 0), self.used())


_counted = _Counted()


def root(host: np.ndarray) -> np.ndarray:
    """Return the array that owns the memory of a view."""
    while isinstance(host.base, np.ndarray):
        host = host.base
    return host


def _count(host: np.ndarray) -> None:
    """Count the memory of a new array, unless it is a view of one that is counted."""
    if _counted.capacity is None:
        return
    owner, device = root(host), cuda.current_device()
    if any(id(owner) in blocks for blocks in _counted.blocks.values()):
        return
    cuda.module.get_allocator()(owner.nbytes)
    blocks = _counted.blocks.setdefault(device, {})
    key = id(owner)
    blocks[key] = owner.nbytes
    weakref.finalize(owner, blocks.pop, key, None)
    _counted.kept[device] = max(_counted.kept.get(device, 0), _counted.used())


def malloc(size: int) -> None:
    """Refuse a block that does not fit; the arrays of the stand-in own their memory, so there is nothing to return."""
    limit = cuda.POOL.get_limit() or _counted.capacity
    if limit is not None and _counted.used() + size > limit:
        raise OutOfMemoryError(size, _counted.used(), cuda.POOL.get_limit())


@contextlib.contextmanager
def limited(capacity: int):
    """Let each device have so many bytes for the arrays that are made inside of the block."""
    _counted.__init__()
    _counted.capacity = capacity
    try:
        yield
    finally:
        _counted.__init__()


def _memory_info() -> tuple[int, int]:
    if _counted.capacity is None:
        return cuda.MEMORY
    return max(_counted.capacity - _counted.total(), 0), _counted.capacity


def _free_all_blocks(self) -> None:
    self.freed.append(cuda.current_device())
    _counted.kept[cuda.current_device()] = _counted.used()


def _set_limit(self, size=None, fraction=None) -> None:
    total = _memory_info()[1]
    _counted.limits[cuda.current_device()] = int(size or (fraction or 0) * total)


def _pinned(size: int) -> PinnedMemoryPointer:
    return PinnedMemoryPointer(size)


def install(cupy) -> None:
    """Give the stand-in allocators and pinned memory."""
    module, pool = cupy.cuda, cuda.MemoryPool
    pool.malloc = lambda self, size: malloc(size)
    pool.used_bytes, pool.total_bytes = lambda self: _counted.used(), lambda self: _counted.total()
    pool.get_limit = lambda self: _counted.limits.get(cuda.current_device(), 0)
    pool.set_limit, pool.free_all_blocks = _set_limit, _free_all_blocks
    module.memory = types.SimpleNamespace(OutOfMemoryError=OutOfMemoryError)
    allocators = [cuda.POOL.malloc]
    module.get_allocator = lambda: allocators[0]
    module.set_allocator = lambda allocator=None: allocators.__setitem__(0, allocator or cuda.POOL.malloc)
    module.runtime.memGetInfo = _memory_info
    module.PinnedMemoryPointer, module.alloc_pinned_memory = PinnedMemoryPointer, _pinned
    pinned = PinnedMemoryPool()
    cupy.get_default_pinned_memory_pool = lambda: pinned
    arrays.count = _count


__all__ = ["Block", "OutOfMemoryError", "install", "limited", "root"]
