"""The clock of a GPU, see timing.py."""
from types import ModuleType


class DeviceClock:
    """The clock of a GPU: two events in its queue, and the time between them.

    Events are recorded on the current stream of the GPU, the one on which mxlearn computes.

    Parameters
    ----------
    cupy : the array module
    device_id : number of the GPU
    """

    __slots__ = ("_between", "_device", "_start", "_stop")

    def __init__(self, cupy: ModuleType, device_id: int):
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
