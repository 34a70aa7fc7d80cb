"""Programs on a GPU as CUDA graphs: all launches of a program as one.

To launch a kernel takes the host a few microseconds, and CuPy's arrays a few more; the kernels of a small network are
done sooner. A *capture* writes down everything that a program launches on a stream, with the addresses of its arrays,
without running it. The graph that comes out is launched as a whole, as often as one likes. It computes with the same
addresses each time, which is what ``hybridize(static_alloc=True, static_shape=True)`` promises:

- **inputs**: parameters stay where they are and are read there; what comes from somewhere else each time, such as the
  batch, is copied to a place of its own first. Which is which shows in the runs before. Where an input moves that did
  not move before, the program is captured once more.
- **between**: intermediate values lie in a memory pool of the graph's own, which lives as long as the graph. What
  forward keeps for backward belongs to a set of buffers, see `compile.Buffers`; each set has a graph of its own, so
  that two recordings at a time do not write over each other.
- **outputs**: copied, so that an array which the program returned stays what it is.
- **states**, such as the moving averages of BatchNorm, are written by the graph itself.

The first runs are plain: they compile kernels and let cuDNN choose algorithms. Nothing may wait for the device or copy
from the host in a capture, and CuPy refuses its own products there (see `kernels.cublas` for ours). Programs of which
that is known are not captured, and where a capture fails the plain program goes on; `Capture.reason` says why.

MXLEARN_CUDA_GRAPHS=0 leaves all programs plain. Reference: CUDA C++ Programming Guide, "CUDA Graphs".
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from weakref import WeakSet

from .own import OwnOperator

WARM_UP = 2  # plain runs before a capture: the first compiles, the second shows which inputs stay
MOST_CAPTURES = 8  # of one graph; a program whose inputs keep moving stays plain

# Each returns the names of operators whose random numbers come from a state on the device, and so can be captured
device_random: list[Callable[[], Iterable[str]]] = []

# Each is called with the array module before a capture, in the thread that captures: to make handles of libraries
before: list[Callable[[Any], None]] = []

_capturing = threading.Lock()  # one at a time: the guard against copies from the host is the whole process's


class Refused(Exception):
    """Why a program cannot be captured."""


class Capture:
    """The runs of one program as CUDA graphs.

    Parameters
    ----------
    run : runs the program plainly: (values, rng, buffers) -> results
    xp : array module
    steps : of the program, for what they read and call
    num_inputs : number of values; they are in the first slots
    returned : slots of the results
    mutated : positions of inputs of which new values stand behind the heads
    num_heads : number of results that are no new values
    escaping : how many of the heads the caller keeps
    unknown : names of nodes whose shape is known only when they are computed
    """

    def __init__(
        self,
        run: Callable[[Sequence[Any], Any, Any], tuple[Any, ...]],
        xp: Any,
        *,
        steps: Sequence[Any],
        num_inputs: int,
        returned: Sequence[int],
        mutated: Sequence[int],
        num_heads: int,
        escaping: int,
        unknown: Sequence[str] = (),
    ):
        self.run_plainly = run
        self.xp = xp
        self.mutated = mutated
        self.num_heads, self.escaping = num_heads, escaping
        slots = {slot for step in steps for slot in step.reads if slot is not None} | set(returned)
        self.draws = any(step.wants_rng for step in steps)
        self.read = [i for i in range(num_inputs) if i in slots]
        self.warm = 0
        self.moving: set[int] = set()
        self._places: list[Any] = []  # of the inputs in the latest plain run
        self._rng: Any = None  # of the latest plain run, where random numbers are drawn
        self.reason = _refusal(steps, unknown)

    @property
    def state(self) -> str:
        """One line for a reader: whether runs are launched as a graph, or why not."""
        if self.reason:
            return f"not captured as a CUDA graph: {self.reason}"
        if self.warm < WARM_UP:
            return f"to be captured as a CUDA graph after {WARM_UP} runs, of which {self.warm} are done"
        return "captured as a CUDA graph"

    def run(self, values: Sequence[Any], rng: Any, memory: Any) -> tuple[Any, ...]:
        """Run the program: by the graph of this memory, or plainly where there is none yet, or never will be.

        Parameters
        ----------
        memory : has ``arrays``, what the program's function takes as buffers, and ``graph``, where the graph is kept
        """
        if self.reason or self.warm < WARM_UP or (self.draws and rng is not self._rng):
            self._warm_up(values, rng)
            return self.run_plainly(values, rng, memory.arrays)
        graph, captures = memory.graph, 1
        if graph is not None and graph.is_whole and graph.rng is self._rng:
            moved = graph.moved(values)
            if not moved:
                return graph.launch(values)
            self.moving.update(i for i in moved if i not in self.mutated)
            captures = graph.captures + 1
        memory.graph = None  # its memory is free for the next one
        try:
            if captures > MOST_CAPTURES:
                raise Refused(f"its inputs lay elsewhere in {captures} of its runs")
            memory.graph = Graph(self, values, self._rng, memory.arrays, captures)
        except (Refused, MemoryError) as refused:
            self.reason = str(refused)
            return self.run_plainly(values, rng, memory.arrays)
        return memory.graph.launch(values)

    def _warm_up(self, values: Sequence[Any], rng: Any) -> None:
        """Note which inputs came from elsewhere than in the run before, and the generator.

        A new generator, after a seed, sets up its state on the device in its first run: captured, that would start it
        again with each replay.
        """
        if self.reason:
            return
        self._rng = rng if self.draws else None
        places = [_place(value) for value in values]
        if self._places:
            self.moving.update(i for i in self.read if places[i] != self._places[i] and i not in self.mutated)
        self._places = places
        self.warm += 1


class Graph:
    """A captured program, with the memory that it computes in.

    Attributes
    ----------
    rng : generator whose state on the device the graph advances; held, so that the state stays where it is
    captures : how often the program was captured with this memory
    is_whole : whether it can be launched; False once its memory was needed for something else
    """

    def __init__(self, capture: Capture, values: Sequence[Any], rng: Any, arrays: Any, captures: int):
        xp = capture.xp
        self.rng, self.captures, self.is_whole = rng, captures, True
        self._mutated, self._num_heads, self._escaping = capture.mutated, capture.num_heads, capture.escaping
        self._fixed = [(i, *_place(values[i])) for i in capture.read if i not in capture.moving]
        self._copied = [(i, xp.empty_like(values[i])) for i in capture.read if i in capture.moving]
        inputs = list(values)
        for i, array in self._copied:
            inputs[i] = array
        for prepare in before:
            prepare(xp)
        self._pool = xp.cuda.MemoryPool()
        with _capturing, xp.cuda.using_allocator(self._pool.malloc):
            captured, results = _captured(xp, lambda: self._compute(capture, inputs, arrays))
        self._graph: Any = captured
        known = {id(array): i for i, array in enumerate(inputs)}
        # for each result the position of the input that it is, or None and the array
        self._results = [(known.get(id(result)), result) for result in results]
        _keep_track(self)

    def _compute(self, capture: Capture, inputs: list[Any], arrays: Any) -> tuple[Any, ...]:
        results = capture.run_plainly(inputs, self.rng, arrays)
        states = results[self._num_heads :]
        for index, new in zip(self._mutated, states, strict=True):
            if new is not inputs[index]:
                inputs[index][...] = new
        return (*results[: self._num_heads], *(inputs[index] for index in self._mutated))

    def moved(self, values: Sequence[Any]) -> list[int]:
        """Return the positions of inputs that the graph reads elsewhere than they are."""
        return [i for i, address, strides in self._fixed if _place(values[i]) != (address, strides)]

    def launch(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """Copy the inputs that come from elsewhere, launch the graph on the current stream, and return the results."""
        graph, results = self._graph, self._results  # a copy that finds no memory lets go of them
        for i, array in self._copied:
            value = values[i]
            if value.strides == array.strides:  # both without gaps: the copy needs no kernel
                array.data.copy_from_device_async(value.data, array.nbytes)
            else:
                array[...] = value
        graph.launch()
        return tuple(
            [
                values[position] if position is not None else array.copy() if k < self._escaping else array
                for k, (position, array) in enumerate(results)
            ]
        )

    def drop(self) -> None:
        """Give the memory back; the program is captured again when it runs next."""
        self.is_whole, self._graph, self._results, self._copied, self._pool = False, None, [], [], None


def release() -> None:
    """Give back the memory of all graphs, before a GPU has none left."""
    for graph in list(_graphs):
        graph.drop()


_graphs: WeakSet[Graph] = WeakSet()


def _keep_track(graph: Graph) -> None:
    """Let a graph give its memory back where it is needed for something else."""
    from ..backend import memory  # a process without a GPU does without

    if release not in memory.caches:
        memory.caches.append(release)
    _graphs.add(graph)


def _place(value: Any) -> tuple[int, tuple[int, ...]]:
    """Return where an array lies, and in which order of axes; None, an input that is not there, lies nowhere."""
    return (0, ()) if value is None else (value.data.ptr, value.strides)


def _refusal(steps: Sequence[Any], unknown: Sequence[str]) -> str:
    """Return what is known in advance to stand against a capture, "" for nothing."""
    if os.environ.get("MXLEARN_CUDA_GRAPHS") == "0":
        return "switched off by MXLEARN_CUDA_GRAPHS=0"
    if unknown:
        return f"the shape of {unknown[0]!r} is known only when it has been computed"
    on_device = {name for names in device_random for name in names()}
    for step in steps:
        op = step.node.op
        if op.wants_rng and op.name not in on_device:
            return f"{op.name} {step.node.name!r} draws random numbers that the host steers"
        if isinstance(op, OwnOperator) or op.name == "Custom":
            return f"{op.name} {step.node.name!r} runs Python code of its own"
    return ""


def _captured(xp: Any, compute: Callable[[], tuple[Any, ...]]) -> tuple[Any, tuple[Any, ...]]:
    """Return the graph of what ``compute`` launches, and its results, which hold nothing before the graph ran.

    Raises
    ------
    Refused
        If it does what cannot be captured.
    """
    stream = xp.cuda.Stream(non_blocking=True)
    with stream, _no_copies_from_the_host(xp):
        stream.begin_capture()
        try:
            results = compute()
        except BaseException as error:
            with contextlib.suppress(Exception):  # the error has ended it already, or ends it here
                stream.end_capture()
            if isinstance(error, Exception) and not isinstance(error, Refused):
                raise Refused(f"{type(error).__name__}: {error}") from error
            raise
        try:
            return stream.end_capture(), results
        except Exception as error:
            raise Refused(f"{type(error).__name__}: {error}") from error


@contextlib.contextmanager
def _no_copies_from_the_host(xp: Any):
    """Let this thread copy nothing to the GPU: a graph would copy from host memory that is long since reused."""
    thread, allocate = threading.get_ident(), xp.get_default_pinned_memory_pool().malloc

    def refuse(size: int) -> Any:
        if threading.get_ident() == thread:
            raise Refused(f"{size} bytes would be copied from the host")
        return allocate(size)

    xp.cuda.set_pinned_memory_allocator(refuse)
    try:
        yield
    finally:
        xp.cuda.set_pinned_memory_allocator(allocate)
