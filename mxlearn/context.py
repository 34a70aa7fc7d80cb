"""Contexts: where an array lives. ``cpu(0)``, ``cpu(1)``, ... are virtual devices in host memory."""
import threading
from types import ModuleType

from . import backend
from .base import ArgumentError, class_property

__all__ = ["Context", "cpu", "cpu_pinned", "current_context", "gpu", "gpu_memory_info", "num_gpus", "release_memory"]


class Context:
    """A device, and a context manager that makes it the default inside a ``with`` block.

    Contexts are interned: ``mx.cpu(0) is mx.cpu(0)``, so that comparing them costs nothing.

    Parameters
    ----------
    device_type : "cpu", "gpu", "cpu_pinned", "cpu_shared", or another Context
    device_id : int, at least 0

    Examples
    --------
    >>> import mxlearn as mx
    >>> with mx.cpu(1):
    ...     x = mx.nd.ones((2,))
    >>> x.context
    cpu(1)

    References: MXNet 1.9.1 class mxnet.context.Context.
    """

    __slots__ = ("_device", "_xp", "device_id", "device_type")

    devtype2str = {1: "cpu", 2: "gpu", 3: "cpu_pinned", 5: "cpu_shared"}
    devstr2type = {"cpu": 1, "gpu": 2, "cpu_pinned": 3, "cpu_shared": 5}

    device_type: str
    device_id: int

    def __new__(cls, device_type, device_id: int = 0) -> "Context":
        if isinstance(device_type, Context):
            return device_type
        found = _contexts.get((device_type, device_id))
        if found is not None:
            return found
        if device_type not in cls.devstr2type:
            kinds = ", ".join(map(repr, cls.devstr2type))
            raise ArgumentError(f"Context: device_type must be one of {kinds}. Received: {device_type!r}")
        number = int(device_id)
        if number < 0:
            raise ArgumentError(f"Context: device_id must be 0 or more. Received: {device_id!r}")
        context = super().__new__(cls)
        context.device_type = device_type
        context.device_id = number
        context._xp = context._device = None
        return _contexts.setdefault((device_type, number), context)

    @class_property
    def default_ctx(cls) -> "Context":
        """The innermost ``with`` context of this thread; ``current_context()`` in new programs."""
        return _state.stack[-1]

    @property
    def device_typeid(self) -> int:
        """MXNet's number of the device type: cpu 1, gpu 2, cpu_pinned 3, cpu_shared 5."""
        return self.devstr2type[self.device_type]

    @property
    def xp(self) -> ModuleType:
        """The array module of this device, numpy or cupy.

        Where there are several GPUs, asking for it makes this device the one that CuPy computes on in this thread:
        code that computes on an array asks the array's context for the module first.

        Raises
        ------
        ContextError
            If this machine cannot use the device.
        """
        if self._xp is not None:
            return self._xp
        if self._device is not None:
            self._device.use()
            return backend.array_module("gpu", self.device_id)
        module = backend.array_module(self.device_type, self.device_id)
        if self.device_type == "gpu" and backend.num_gpus() > 1:
            self._device = module.cuda.Device(self.device_id)
            self._device.use()
        else:
            self._xp = module
        return module

    def __enter__(self) -> "Context":
        _state.stack = (*_state.stack, self)
        return self

    def __exit__(self, *_) -> None:
        _state.stack = _state.stack[:-1]

    # Equality and hash are those of identity, in C: an interrupt inside of a __hash__ written in Python would become a
    # KeyError of the dict that asked for it.
    def __repr__(self) -> str:
        return f"{self.device_type}({self.device_id})"

    def __reduce__(self):
        return Context, (self.device_type, self.device_id)

    def __copy__(self) -> "Context":
        return self

    def __deepcopy__(self, _) -> "Context":
        return self

    def empty_cache(self) -> None:
        """Give unused GPU memory of the pool back to the driver, as ``mx.gpu.release``; nothing to do on a CPU."""
        if self.device_type == "gpu":
            backend.release_memory(self.device_id)


_contexts: dict[tuple[str, int], Context] = {}


class _State(threading.local):
    def __init__(self):
        self.stack: tuple[Context, ...] = (Context("cpu", 0),)  # replaced as a whole: Ctrl-C finds it before or after


_state = _State()


def cpu(device_id: int = 0) -> Context:
    """Return the virtual CPU device ``device_id``."""
    return Context("cpu", device_id)


def cpu_pinned(device_id: int = 0) -> Context:
    """Return a context in host memory whose arrays a GPU copies by itself; without a GPU it behaves as ``cpu``.

    A copy from it to a GPU saves the host the work of staging it. ``DataLoader(pin_memory=True)`` gives such batches.
    """
    return Context("cpu_pinned", device_id)


def gpu(device_id: int = 0) -> Context:
    """Return the GPU ``device_id``. Using it where there is none raises a ContextError that says what to do.

    ``mx.gpu.release()`` gives memory back that nobody uses, see ``release_memory``.
    """
    return Context("gpu", device_id)


def release_memory(device_id: int | None = None) -> int:
    """Give GPU memory that nobody uses back to the driver: ``mx.gpu.release()``.

    CuPy keeps freed memory for the next arrays; other processes, and ``gpu_memory_info``, see it as taken until then.
    What the last error holds is freed too: its traceback keeps the arrays of the functions that it went through, which
    after an OutOfMemoryError is most of the memory.

    Parameters
    ----------
    device_id : GPU, None for all

    Returns
    -------
    bytes that were given back, 0 where no GPU was used

    Examples
    --------
    >>> mx.cpu().empty_cache(); mx.gpu.release() >= 0
    True
    """
    return backend.release_memory(device_id)


vars(gpu)["release"] = release_memory


def num_gpus() -> int:
    """Return the number of GPUs that CuPy finds; 0 where there is none."""
    return backend.num_gpus()


def gpu_memory_info(device_id: int = 0) -> tuple[int, int]:
    """Return (free, total) memory of a GPU in bytes, as its driver counts it.

    Memory that this process has freed is not free in this sense until ``mx.gpu.release()``.
    """
    return backend.memory_info(device_id)


def current_context() -> Context:
    """Return the innermost ``with`` context of this thread, ``cpu(0)`` outside of any."""
    return _state.stack[-1]
