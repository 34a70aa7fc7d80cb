"""Copies from host memory to a GPU that do not wait for what the GPU computes.

A GPU copies by itself (DMA), but only from pages that the operating system has promised not to move: pinned memory. An
array of NumPy's has to be copied into such memory first, by the host. And a copy that stands in the queue of the
computations waits for its turn there. So large arrays take this way, which overlaps with computing:

    host array --memcpy--> pinned staging --copy stream--> staging on the GPU --compute stream--> array

The two staging buffers form a slot, and there are two slots: while the copy stream empties one, the host fills the
other. Events keep the order: a slot is filled again when its copy has ended, and its buffer on the GPU is written again
when the computations have taken it over. That last step runs at the speed of the GPU's own memory, some 50 times that
of the bus. An array that is pinned already (``mx.cpu_pinned()``) saves the host's part: it is sent as it is, and the
host waits for that copy, so that its owner may write into it at once.

Small arrays go through CuPy, which stages them in pinned memory too, and queues the copy with the computations.

References: NVIDIA, CUDA C++ Best Practices Guide, section 10.1.2, Asynchronous and Overlapping Transfers.
"""
import math
import threading
from types import ModuleType
from typing import Any

import numpy as np

LEAST = 1 << 20  # bytes from which an array takes this way: 20 us of a PCIe 5 bus, more than the four calls cost
_SLOTS = 2


class _Slot:
    """Staging memory, pinned and on the GPU, and the events after which each may be written again."""

    def __init__(self, cupy: ModuleType, count: int):
        self.pinned = pinned_empty(cupy, (count,), np.dtype("uint8"))
        self.device = cupy.empty(count, "uint8")
        self.sent = cupy.cuda.Event(disable_timing=True)
        self.taken = cupy.cuda.Event(disable_timing=True)
        self.taken.record(cupy.cuda.get_current_stream())  # what had this memory before may still be computing


class Uploader:
    """Sends arrays of the host to one GPU.

    Parameters
    ----------
    cupy : the array module
    device_id : number of the GPU
    """

    def __init__(self, cupy: ModuleType, device_id: int):
        self._cupy = cupy
        self._device = cupy.cuda.Device(device_id)
        with self._device:
            self._stream = cupy.cuda.Stream(non_blocking=True)
        self._slots: list[_Slot | None] = [None] * _SLOTS
        self._next = 0
        self._lock = threading.RLock()  # a GPU that is full asks for the staging memory inside of ``send``

    def send(self, host: np.ndarray) -> Any:
        """Return a copy of ``host`` (contiguous) on the GPU, on which the computations may go on at once."""
        with self._lock, self._device:
            slot = self._slot(host.nbytes)
            pinned = host.reshape(-1).view("uint8")
            is_pinned = isinstance(owner(host), self._cupy.cuda.PinnedMemoryPointer)
            if not is_pinned:
                slot.sent.synchronize()  # the copy before last, out of the same memory
                slot.pinned[: host.nbytes] = pinned
                pinned = slot.pinned[: host.nbytes]
            compute = self._cupy.cuda.get_current_stream()
            self._stream.wait_event(slot.taken)
            slot.device[: host.nbytes].set(pinned, stream=self._stream)
            slot.sent.record(self._stream)
            compute.wait_event(slot.sent)
            array = self._cupy.empty(host.shape, host.dtype)
            array[...] = slot.device[: host.nbytes].view(host.dtype).reshape(host.shape)
            slot.taken.record(compute)
            if is_pinned:
                slot.sent.synchronize()
            return array

    def forget(self) -> None:
        """Free the staging memory; it is made anew when it is needed."""
        with self._lock:
            for slot in self._slots:
                if slot is not None:
                    slot.sent.synchronize()
            self._slots = [None] * _SLOTS

    def _slot(self, count: int) -> _Slot:
        """Return the slot whose turn it is, with room for so many bytes."""
        index, self._next = self._next, (self._next + 1) % _SLOTS
        slot = self._slots[index]
        if slot is None or slot.pinned.size < count:
            if slot is not None:
                slot.sent.synchronize()
            self._slots[index] = None  # freed before the larger one is made
            slot = self._slots[index] = _Slot(self._cupy, count)
        return slot


def pinned_empty(cupy: ModuleType, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Return an array in pinned memory of the host, not filled."""
    count = math.prod(shape)
    if not count:
        return np.empty(shape, dtype)
    memory = cupy.cuda.alloc_pinned_memory(count * dtype.itemsize)
    return np.frombuffer(memory, dtype, count).reshape(shape)


def owner(host: np.ndarray) -> Any:
    """Return what owns the memory of an array, through all views."""
    base: Any = host
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    return base.obj if isinstance(base, memoryview) else base


__all__ = ["LEAST", "Uploader", "owner", "pinned_empty"]
