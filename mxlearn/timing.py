"""Time one piece of work honestly: until the call returns, until the device is done, and on the device's own clock.

A GPU works asynchronously. An operator puts its kernels into the queue of the device and returns before one of them has
run, so a clock that is stopped there has timed the asking, not the work:

    start = time.perf_counter()
    y = mx.nd.dot(a, b)                     # returns at once on gpu(0)
    wrong = time.perf_counter() - start

``Stopwatch`` reads all three times of one run, so that the wrong one can be shown beside the right ones. On a CPU
mxlearn computes at once: the call returns when the work is done, and there is no second clock.

What a sample is worth is another question. The first call of an operator on a GPU compiles its kernels, and the first
calls anywhere meet cold caches and an empty memory pool: time these apart from the steady state, repeat, and report a
median with an interval (Hoefler and Belli 2015, Scientific Benchmarking of Parallel Computing Systems).
"""
import platform
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

import numpy as np

from . import backend
from .context import Context, current_context
from .threads import num_threads

__all__ = ["Machine", "Reading", "Stopwatch", "machine"]


class Reading(NamedTuple):
    """The times of one run, in seconds.

    Attributes
    ----------
    launched : until the last call returned. On a GPU this is the time of the asking, not of the work
    synchronized : until the device had done all of it, as seen from the host; it includes the waiting itself
    event : between two marks in the queue of the GPU, by the GPU's clock; None on a CPU. It includes the gaps in which
        the GPU waits for the host, so for tiny kernels it is as long as the host takes to launch them
    """

    launched: float
    synchronized: float
    event: float | None

    def __truediv__(self, calls: float) -> "Reading":
        """Return the times of one call, where so many were timed together."""
        event = None if self.event is None else self.event / calls
        return Reading(self.launched / calls, self.synchronized / calls, event)


class Stopwatch:
    """Times the block of a ``with`` statement on a device.

    The block begins on an idle device: what was queued before is waited for and does not count. It may be used again.

    Parameters
    ----------
    ctx : device on which the block works; None is the current one

    Attributes
    ----------
    reading : Reading of the last block

    Raises
    ------
    ContextError
        If this machine cannot use the device.

    Examples
    --------
    >>> import mxlearn as mx
    >>> from mxlearn.timing import Stopwatch
    >>> a = mx.nd.ones((100, 100))
    >>> watch = Stopwatch(mx.cpu())
    >>> with watch:
    ...     b = mx.nd.dot(a, a)
    >>> 0 < watch.reading.launched <= watch.reading.synchronized
    True
    """

    __slots__ = ("_clock", "_start", "reading")

    def __init__(self, ctx: Context | None = None):
        ctx = current_context() if ctx is None else ctx
        backend.array_module(ctx.device_type, ctx.device_id)
        self._clock = backend.device_clock(ctx.device_id) if ctx.device_type == "gpu" else None
        self.reading = Reading(0.0, 0.0, None)

    def __enter__(self) -> "Stopwatch":
        if self._clock is not None:
            self._clock.start()
        self._start = perf_counter()
        return self

    def __exit__(self, *_) -> None:
        launched = perf_counter() - self._start
        if self._clock is None:
            self.reading = Reading(launched, launched, None)
            return
        self._clock.stop()
        self.reading = Reading(launched, perf_counter() - self._start, self._clock.seconds())


@dataclass(frozen=True)
class Machine:
    """What a time was measured on. A part that could not be found is "".

    Attributes
    ----------
    device : name of the GPU, or of the processor where a CPU was timed
    driver, cuda, cupy : versions of the NVIDIA driver, of CUDA and of CuPy; "" for a CPU
    cpu : name of the processor
    threads : threads that products of matrices use
    system : operating system and kind of processor
    python, numpy : versions
    """

    device: str
    driver: str
    cuda: str
    cupy: str
    cpu: str
    threads: int
    system: str
    python: str
    numpy: str


def machine(ctx: Context | None = None) -> Machine:
    """Describe the machine and one of its devices.

    Raises
    ------
    ContextError
        If this machine cannot use the device.
    """
    ctx = current_context() if ctx is None else ctx
    cpu = _processor()
    device, driver, cuda, cupy = cpu, "", "", ""
    if ctx.device_type == "gpu":
        device, driver, cuda, cupy = backend.describe_gpu(ctx.device_id)
    return Machine(
        device, driver, cuda, cupy, cpu, num_threads(), f"{platform.system()} {platform.machine()}",
        platform.python_version(), np.__version__,
    )  # fmt: skip


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return " ".join(line.partition(":")[2].split())
    except OSError:
        pass  # no Linux
    return platform.processor() or platform.machine()
