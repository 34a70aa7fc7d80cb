"""Devices, the runtime and the memory pool of the stand-in: what cupy.cuda has, without a GPU."""
import threading
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
runtime.deviceSynchronize = lambda: Device().synchronize()

module = ModuleType("cupy.cuda")
module.Device = Device
module.runtime = runtime
module.get_device_id = current_device
module.MemoryPool = MemoryPool
