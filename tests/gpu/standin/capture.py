"""Streams of the stand-in, and the capture of what is launched on them into a graph that can be replayed.

Between ``begin_capture`` and ``end_capture`` a GPU computes nothing: it writes down what would be launched, with the
addresses of the arrays. So does the stand-in. It has to compute as well, for shapes alone, and takes everything back at
the end: arrays that were written hold what they held before, and new ones hold garbage until the graph is launched.
``launch`` makes every noted call again and writes its result into the memory that the noted call's result had.

As CuPy does, it refuses in a capture what a GPU cannot write down: copies to the host, waiting, cuBLAS and cuRAND.
"""

import ctypes
import threading
from collections.abc import Callable

import numpy as np

from . import array as arrays
from . import cuda, elementwise, functions, memory
from .array import ndarray

CUBLAS = {"matmul", "dot", "vdot", "inner", "outer", "tensordot", "einsum", "linalg"}
MUTATING_METHODS = ("fill", "__setitem__", "sort", "put")
METHODS = ("astype", "copy", "flatten", "reshape", "__getitem__", *MUTATING_METHODS)


def _set_pinned_memory_allocator(allocator=None) -> None:
    """Set what a copy from the host asks for memory, for all threads as in CuPy."""
    _pinned[0] = allocator


_pinned: list[Callable | None] = [None]


class _Current(threading.local):
    stream: "Stream | None" = None
    allocator = None
    depth = 0  # of noted calls: those that a call makes itself are part of it


current = _Current()


class Pointer:
    """What ``ndarray.data`` is: the address of the first element."""

    def __init__(self, host: np.ndarray):
        self.host = host

    @property
    def ptr(self) -> int:
        return self.host.ctypes.data

    @property
    def mem(self) -> memory.Block:
        return memory.Block(memory.root(self.host))

    def copy_from_device_async(self, source: "Pointer", size: int, stream=None) -> None:
        def copy() -> None:
            ctypes.memmove(self.ptr, source.ptr, size)

        graph = capturing()
        if graph is None:
            copy()
        else:
            graph.note(copy, None, [self.host])


class using_allocator:
    """What ``cupy.cuda.using_allocator`` is."""

    def __init__(self, allocator=None):
        self.allocator = allocator

    def __enter__(self):
        self.before, current.allocator = current.allocator, self.allocator

    def __exit__(self, *_):
        current.allocator = self.before


class Graph:
    """What was captured.

    Attributes
    ----------
    calls : (what to do, where its result goes or None), in order
    launches : how often it was replayed
    """

    def __init__(self):
        self.calls: list[tuple[Callable, ndarray | None]] = []
        self.undo: list[tuple[np.ndarray, np.ndarray]] = []
        self.fresh: list[np.ndarray] = []
        self.launches = 0

    def note(self, call: Callable, result, written: list[np.ndarray]):
        """Write down a call that was made, or is to be made: its result, and the memory that it writes into."""
        self.calls.append((call, result))
        self.undo += [(host, host.copy()) for host in written]

    def finish(self) -> None:
        """Take back what was computed in passing."""
        for host, before in reversed(self.undo):
            host[...] = before
        for host in self.fresh:
            with np.errstate(all="ignore"):
                host[...] = np.array(np.nan).astype(host.dtype) if host.dtype.kind in "fc" else 113
        self.undo = []

    def launch(self, stream=None) -> None:
        self.launches += 1
        for call, result in self.calls:
            found = call()
            for target, source in zip(_hosts(result), _hosts(found), strict=True):
                if target.ctypes.data != source.ctypes.data:
                    target[...] = source

    def upload(self, stream=None) -> None:
        """Nothing to do here."""


class Stream:
    """A stream of the device that was current when it was made. All is computed at once; ORDER keeps the waits."""

    def __init__(self, null=False, non_blocking=False, ptds=False, priority=None):
        self.device = cuda.current_device()
        self.ptr = 0 if null else id(self)
        self.graph: Graph | None = None

    def wait_event(self, event) -> None:
        ORDER.append(("wait", self, event))

    def record(self, event=None):
        event = cuda.Event() if event is None else event
        event.record(self)
        return event

    def __enter__(self) -> "Stream":
        self.before, current.stream = current.stream, self
        return self

    def __exit__(self, *_) -> None:
        current.stream = self.before

    def use(self) -> "Stream":
        current.stream = self
        return self

    def synchronize(self) -> None:
        if self.graph is not None:
            raise _unsupported("waiting for a stream")
        cuda.Device(self.device).synchronize()

    def is_capturing(self) -> bool:
        return self.graph is not None

    def begin_capture(self, mode=None) -> None:
        if self.ptr == 0:
            raise _unsupported("a capture of the legacy stream")
        if self.graph is not None:
            raise cuda.CUDARuntimeError("cudaErrorIllegalState: the stream is capturing")
        self.graph = Graph()

    def end_capture(self) -> Graph:
        graph, self.graph = self.graph, None
        if graph is None:
            raise cuda.CUDARuntimeError("cudaErrorIllegalState: the stream is not capturing")
        graph.finish()
        return graph


ORDER: list[tuple] = []  # what waited for what, for a test that looks
_null: dict[int, Stream] = {}


def get_current_stream(device_id=-1) -> Stream:
    """Return the stream that this thread computes on."""
    device = cuda.current_device() if device_id < 0 else device_id
    if current.stream is not None and current.stream.device == device:
        return current.stream
    if device not in _null:
        with cuda.Device(device):
            _null[device] = Stream(null=True)
    return _null[device]


def _unsupported(what: str) -> cuda.CUDARuntimeError:
    return cuda.CUDARuntimeError(f"cudaErrorStreamCaptureUnsupported: {what} while a stream is capturing")


def capturing() -> Graph | None:
    """Return the graph that is being written, where the current stream is in a capture."""
    return None if current.stream is None else current.stream.graph


def _hosts(result) -> list[np.ndarray]:
    if isinstance(result, ndarray):
        return [result.host]
    return [r.host for r in result if isinstance(r, ndarray)] if isinstance(result, (tuple, list)) else []


def _arrays_in(values) -> list[ndarray]:
    found = []
    for value in values:
        if isinstance(value, ndarray):
            found.append(value)
        elif isinstance(value, (tuple, list)):
            found += _arrays_in(value)
    return found


def noted(function: Callable, name: str) -> Callable:
    """Return a function of the stand-in that is written down where it is called in a capture."""

    def call(*args, **kwargs):
        graph = capturing()
        if graph is None or current.depth:
            return function(*args, **kwargs)
        if name.partition(".")[0] in CUBLAS:
            raise RuntimeError(f"{name}: cuBLAS cannot be captured by CuPy")
        given = _arrays_in([*args, *kwargs.values()])
        before = [(each.host, each.host.copy()) for each in given]
        current.depth += 1
        try:
            result = function(*args, **kwargs)
        finally:
            current.depth -= 1
        graph.undo += before

        def again():
            current.depth += 1
            try:
                return function(*args, **kwargs)
            finally:
                current.depth -= 1

        results = _hosts(result)
        in_place = name in MUTATING_METHODS or any(r is each.host for r in results for each in given)
        if not in_place and any(np.shares_memory(r, each.host) for r in results for each in given):
            return result  # a view: nothing is launched
        graph.calls.append((again, result))
        graph.fresh += [r for r in results if not any(r is each.host for each in given)]
        return result

    call.__name__ = name
    return call


def _refused(method: Callable, name: str) -> Callable:
    def call(self, *args, **kwargs):
        if capturing() is not None:
            raise _unsupported(name)
        return method(self, *args, **kwargs)

    return call


def _upload(function: Callable) -> Callable:
    """Let a copy from the host ask for pinned memory first, as CuPy does."""

    def call(host):
        if _pinned[0] is not None and np.ndim(host):
            _pinned[0](np.asarray(host).nbytes)
        return function(host)

    return call


def _note_class(cls: type) -> None:
    """Let the calls of the objects of a class be written down."""
    function = cls.__call__

    def call(self, *args, **kwargs):
        if capturing() is None:
            return function(self, *args, **kwargs)
        return noted(lambda *a, **k: function(self, *a, **k), self.__name__)(*args, **kwargs)

    cls.__call__ = call


def _note_kernels(cls: type) -> None:
    """Let launches of kernels be written down, of which any argument may be the result."""
    function = cls.__call__

    def call(self, grid, block, args, **kwargs):
        graph = capturing()
        if graph is None or current.depth:
            return function(self, grid, block, args, **kwargs)
        written = [(each.host, each.host.copy()) for each in _arrays_in(args)]
        function(self, grid, block, args, **kwargs)
        graph.undo += written
        graph.calls.append((lambda: function(self, grid, block, args, **kwargs), None))
        return None

    cls.__call__ = call


def note_address(written: list[np.ndarray], call: Callable) -> None:
    """Do something to memory known by its address, or write it down where the stream is in a capture."""
    graph = capturing()
    if graph is None:
        call()
        return
    graph.note(call, None, written)


def install(cupy) -> None:
    """Give the stand-in streams and graphs."""
    module = cupy.cuda
    module.Stream, module.Graph, module.get_current_stream = Stream, Graph, get_current_stream
    cupy.ElementwiseKernel = elementwise.ElementwiseKernel
    module.using_allocator = using_allocator
    module.set_pinned_memory_allocator = _set_pinned_memory_allocator
    cupy.get_default_pinned_memory_pool().malloc = lambda size: None
    kernels = getattr(cupy, "RawKernel", None)
    if kernels is not None and kernels not in _noted:
        _noted.add(kernels)
        _note_kernels(kernels)
    current.stream = current.allocator = None
    current.depth = 0


_noted: set[type] = set()


def _prepare() -> None:
    """Once for the process: the stand-in's classes are shared by all modules that it makes."""
    ndarray.data = property(lambda self: Pointer(self.host))
    _note_class(functions.Function)
    _note_class(functions.Ufunc)
    _note_class(elementwise.ElementwiseKernel)
    for name in METHODS:
        setattr(ndarray, name, noted(getattr(ndarray, name), name))
    ndarray.get = _refused(ndarray.get, "a copy to the host")
    cuda.Device.synchronize = _refused(cuda.Device.synchronize, "waiting for the device")
    arrays.from_host = functions.from_host = noted(_upload(arrays.from_host), "from_host")


_prepare()
__all__ = ["ORDER", "Graph", "Stream", "capturing", "install", "note_address"]
