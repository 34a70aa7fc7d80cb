"""Devices, events, the runtime and the memory pool of the stand-in: what cupy.cuda has, without a GPU."""
import threading
import time
from types import ModuleType

NUM_DEVICES = 2
MEMORY = (6 << 30, 8 << 30)  # bytes: free, total


class CUDARuntimeError(RuntimeError):
    """What the CUDA runtime answers to a device that does not exist."""


class _Current(threading.local):
    device = 0


_current = _Current()


def current_device() -> int:
    """Return the number of the device that this thread computes on."""
    return _current.device


class Device:
    """A device: current inside its ``with`` block, or from ``use()`` on. Devices are compared by number."""

    def __init__(self, device=None):
        self.id = current_device() if device is None else int(device)
        self._outer: list[int] = []
        if not 0 <= self.id < NUM_DEVICES:
            raise CUDARuntimeError("cudaErrorInvalidDevice: invalid device ordinal")

    def use(self) -> None:
        _current.device = self.id

    def __enter__(self) -> "Device":
        self._outer.append(_current.device)
        self.use()
        return self

    def __exit__(self, *_) -> None:
        _current.device = self._outer.pop()

    def synchronize(self) -> None:
        COUNTS["synchronize"] += 1
        Event.pending = [e for e in Event.pending if e.device != self.id]

    @property
    def mem_info(self) -> tuple[int, int]:
        return MEMORY

    def __eq__(self, other) -> bool:
        return isinstance(other, Device) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __int__(self) -> int:
        return self.id

    def __repr__(self) -> str:
        return f"<CUDA Device {self.id}>"


class Event:
    """A mark in the queue of the device that is current when it is recorded; reached when the device is waited for."""

    pending: list["Event"] = []

    def __init__(self, block=False, disable_timing=False, interprocess=False):
        self.device = current_device()
        self.seconds: float | None = None  # not recorded yet

    def record(self, stream=None) -> None:
        if current_device() != self.device:
            raise CUDARuntimeError("cudaErrorInvalidResourceHandle: invalid resource handle")
        self.seconds = time.perf_counter()
        Event.pending.append(self)

    def synchronize(self) -> None:
        Device(self.device).synchronize()

    @property
    def done(self) -> bool:
        return self not in Event.pending


def get_elapsed_time(start_event: Event, end_event: Event) -> float:
    """Return the milliseconds between two events; refuse it while the device has not come to them."""
    if start_event.seconds is None or end_event.seconds is None:
        raise CUDARuntimeError("cudaErrorInvalidResourceHandle: invalid resource handle")
    if not (start_event.done and end_event.done):
        raise CUDARuntimeError("cudaErrorNotReady: device not ready")
    return 1000.0 * (end_event.seconds - start_event.seconds)


class MemoryPool:
    """The default pool; it remembers on which devices its blocks were freed."""

    def __init__(self):
        self.freed: list[int] = []

    def free_all_blocks(self) -> None:
        self.freed.append(current_device())

    def used_bytes(self) -> int:
        return 0

    def total_bytes(self) -> int:
        return 0


POOL = MemoryPool()
COUNTS = {"synchronize": 0}  # how often the host waited for the device

runtime = ModuleType("cupy.cuda.runtime")
runtime.CUDARuntimeError = CUDARuntimeError
runtime.getDeviceCount = lambda: NUM_DEVICES
runtime.getDevice = current_device
runtime.memGetInfo = lambda: MEMORY
runtime.getDeviceProperties = lambda device: {"name": b"Stand-in GPU", "major": 9, "minor": 0}
runtime.runtimeGetVersion = lambda: 12080
runtime.driverGetVersion = lambda: 12080
runtime.deviceSynchronize = lambda: Device().synchronize()

module = ModuleType("cupy.cuda")
module.Device = Device
module.runtime = runtime
module.Event = Event
module.get_elapsed_time = get_elapsed_time
module.get_device_id = current_device
module.MemoryPool = MemoryPool
