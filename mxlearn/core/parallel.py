"""Execution that overlaps: independent branches of a program on a small pool of threads, where it pays.

NumPy lets other threads run while it computes on large arrays. ``plan`` estimates from the shapes how long the steps of
a program take, cuts it into chains that depend on each other only at their ends, and tells by a simulation whether
running chains side by side saves enough; most programs do not, and stay straight-line code. The steps are the loop
interpreter's and each runs the same function on the same values, so that results are those of one thread bit for bit.
Steps that draw random numbers or run the user's code keep their order on the calling thread; operators whose kernels
use all cores by themselves stay on it too.

MXNET_ENGINE_TYPE=NaiveEngine keeps everything on the calling thread; MXNET_CPU_WORKER_NTHREADS sets the number of
threads, the caller included (default: `mxlearn.threads.num_threads`).
"""
import contextvars
import heapq
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise
from math import prod
from queue import SimpleQueue
from time import perf_counter
from typing import Any, cast

from .. import threads
from ..base import ArgumentError, nearest
from .graph import Entry, Node
from .operator import Operator

ENGINES = ("ThreadedEnginePerDevice", "ThreadedEngine", "NaiveEngine")

# Times in microseconds on one core of a laptop, as far as a decision needs them
ELEMENT = 0.0004  # reading or writing one element
FUNCTION = 0.003  # one element of exp, tanh and the like
FLOP = 1 / 50_000  # of a matrix product
HANDOFF = 40.0  # giving a chain to another thread, and hearing of its end
WORTH = 300.0  # what overlapping must save, and
TRIALS = 6  # runs that are measured, half of them straight
SHARE = 0.35  # the part of the whole that it must save: of what is limited by memory less is saved than estimated

_SLOW = frozenset(
    ("exp", "log", "tanh", "sigmoid", "softmax", "log_softmax", "SoftmaxOutput", "Activation", "LeakyReLU", "LayerNorm")
    + ("sin", "cos", "sqrt", "erf", "softrelu", "expm1", "log1p", "gelu", "_power_scalar")
)
_VIEWS = frozenset(
    ("Flatten", "Reshape", "reshape_like", "expand_dims", "squeeze", "transpose", "SwapAxis", "slice_axis")
)
PRODUCTS = frozenset(("dot", "batch_dot", "FullyConnected", "_linalg_gemm", "_linalg_gemm2", "khatri_rao"))

# Each returns the names of operators that use all cores by themselves
own_threads: list[Callable[[], Iterable[str]]] = []


def engine_type() -> str:
    """Return the engine that MXNET_ENGINE_TYPE names.

    Raises
    ------
    ArgumentError
        If there is no such engine.
    """
    name = os.environ.get("MXNET_ENGINE_TYPE", ENGINES[0])
    if name not in ENGINES:
        raise ArgumentError(
            f"MXNET_ENGINE_TYPE: there is no engine {name!r}.{nearest(name, ENGINES)}\n  Known: {', '.join(ENGINES)}."
        )
    return name


def num_workers() -> int:
    """Return how many threads a program is spread over, the calling one included; 1 under NaiveEngine."""
    if engine_type() == "NaiveEngine":
        return 1
    asked = os.environ.get("MXNET_CPU_WORKER_NTHREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return threads.num_threads()


# -- the pool ----------------------------------------------------------------------------------------------------------
class Pool:
    """Threads that run what they are given. They are daemons, so that a process may end at any time."""

    def __init__(self):
        self._work: SimpleQueue[Any] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._local = threading.local()
        self._lock = threading.Lock()

    @property
    def inside(self) -> bool:
        """Whether the calling thread is one of the pool's, which must not wait for others."""
        return getattr(self._local, "inside", False)

    @inside.setter
    def inside(self, value: bool) -> None:
        self._local.inside = value

    def submit(self, function: Callable[[], Any], done: "SimpleQueue[Any]", key: Any) -> None:
        """Run ``function()`` on a thread; ``(key, result, error or None)`` is put into ``done``."""
        with self._lock:
            if len(self._threads) < num_workers() - 1:
                name = f"mxlearn-{len(self._threads) + 1}"
                thread = threading.Thread(target=self._loop, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
        self._work.put((contextvars.copy_context(), function, done, key))

    def _loop(self) -> None:
        self._local.inside = True
        while True:
            context, function, done, key = self._work.get()
            try:
                done.put((key, context.run(function), None))
            except BaseException as error:  # the thread that waits raises it
                done.put((key, None, error))
            del context, function, done, key  # while it waits, it must not keep arrays alive


_pool = Pool()


def _after_fork() -> None:
    """Begin with a new pool in a forked process: threads are not copied."""
    global _pool
    _pool = Pool()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def run_all(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return the results of independent calls, which run side by side, the first on the calling thread.

    All are done when it returns or raises; of several errors the first call's is raised.
    """
    if len(calls) < 2 or num_workers() == 1 or _pool.inside:
        return [call() for call in calls]
    done: SimpleQueue[Any] = SimpleQueue()
    for index, call in enumerate(calls[1:], 1):
        _pool.submit(call, done, index)
    results: list[Any] = [None] * len(calls)
    errors: dict[int, BaseException] = {}
    _pool.inside = True
    try:
        results[0] = calls[0]()
    except Exception as error:
        errors[0] = error
    finally:
        _pool.inside = False
    for _ in calls[1:]:
        index, results[index], error = done.get()
        if error is not None:
            errors[index] = error
    if errors:
        raise errors[min(errors)]
    return results


def run_parts(function: Callable[[slice], Any], length: int) -> list[Any]:
    """Return the results of ``function(part)`` for slices that make up ``range(length)``, one for each thread.

    NumPy's linear algebra has one thread from then on, so that the parts have the cores.
    """
    count = min(num_workers(), length)
    if count < 2:
        return [function(slice(0, length))]
    threads.hold_blas()
    cuts = [length * i // count for i in range(count + 1)]
    return run_all([partial(function, slice(a, b)) for a, b in pairwise(cuts)])


# -- what a program costs ----------------------------------------------------------------------------------------------
def cost(node: Node, shapes: dict[Entry, tuple[int, ...]]) -> float:
    """Return an estimate of the time that a node takes on one thread, in microseconds; 0 where shapes are unknown."""
    op = node.op
    if op.name in _VIEWS:
        return 0.0
    inputs = [shapes.get(entry, ()) if entry is not None else () for entry in node.inputs]
    outputs = [shapes.get((node, i), ()) for i in range(node.num_outputs)]
    sizes = [prod(shape) for shape in [*inputs, *outputs] if shape]
    time = ELEMENT * sum(sizes)
    name, known = op.name.removeprefix("_backward_"), [*inputs, *outputs]
    if name in _SLOW:
        time += FUNCTION * max(sizes, default=0)
    elif name in PRODUCTS and len(inputs) > 1:
        time += 2 * FLOP * (float(prod(inputs[0])) * prod(inputs[1]) * prod(outputs[0])) ** 0.5
    elif name.startswith(("Convolution", "Deconvolution")):  # also the gradients by data and by weight
        names = [*op.input_names(node.attrs, len(node.inputs)), *op.output_names(node.attrs)]
        shape = dict(zip(names, known, strict=False))
        weight = shape.get("weight", outputs[0])
        images = shape.get("data", ()) if name.startswith("D") else shape.get("out_grad", outputs[0])
        if len(weight) > 2 and len(images) > 2:
            time += 2 * FLOP * prod(weight) * prod(images) / max(images[1], 1)
    elif name == "RNN" and len(inputs) > 1:
        time += 2 * FLOP * prod(inputs[1]) * prod(inputs[0][:2]) * (2 if op.name.startswith("_") else 1)
    return time


def total_cost(steps: Iterable[Any], shapes: dict[Entry, tuple[int, ...]]) -> float:
    """Return an estimate of the time that steps take one after the other, in microseconds."""
    return sum(cost(step.node, shapes) for step in steps)


class Task:
    """A chain of steps that begins when some tasks have ended, and of which others read results when it has ended.

    Attributes
    ----------
    steps : pairs of a step, and slots of which nobody reads the values after it
    before, after : indices of tasks
    reads : slots of other tasks that it reads
    pinned : whether it must run on the calling thread
    cost : estimated time
    rank : estimated time from its begin to the end of the program, for the order
    """

    __slots__ = ("after", "before", "cost", "pinned", "rank", "reads", "steps")

    def __init__(self, pinned: bool):
        self.steps: list[tuple[Any, tuple[int, ...]]] = []
        self.before: set[int] = set()
        self.after: list[int] = []
        self.reads: list[int] = []
        self.pinned = pinned
        self.cost = 0.0
        self.rank = 0.0


def _ordered(op: Operator) -> bool:
    """Whether an operator's steps keep their order: it draws random numbers, or runs what the user wrote."""
    return op.wants_rng or type(op) is not Operator or op.name == "Custom"


def _dependencies(steps: Sequence[Any]) -> list[set[int]]:
    writer: dict[int, int] = {}
    found: list[set[int]] = []
    last: int | None = None
    for i, step in enumerate(steps):
        needs = {writer[slot] for slot in step.reads if slot is not None and slot in writer}
        if _ordered(step.node.op):
            if last is not None:
                needs.add(last)
            last = i
        found.append(needs)
        writer.update(dict.fromkeys(step.writes, i))
    return found


def tasks_of(steps: Sequence[Any], shapes: dict[Entry, tuple[int, ...]]) -> list[Task]:
    """Return the steps as chains."""
    busy = {name for names in own_threads for name in names()}
    if threads.blas_threads() > 1:
        busy |= PRODUCTS
    needs = _dependencies(steps)
    readers = [0] * len(steps)
    for each in needs:
        for i in each:
            readers[i] += 1
    tasks: list[Task] = []
    task_of: list[int] = []
    for i, step in enumerate(steps):
        op = step.node.op
        pinned = _ordered(op) or op.name in busy
        only = next(iter(needs[i])) if len(needs[i]) == 1 else None
        if only is not None and readers[only] == 1 and tasks[task_of[only]].pinned == pinned:
            index = task_of[only]  # it continues the chain of the one step that it reads
        else:
            index = len(tasks)
            tasks.append(Task(pinned))
        task_of.append(index)
        task = tasks[index]
        task.before |= {task_of[j] for j in needs[i]} - {index}
        task.steps.append((step, ()))
        task.cost += cost(step.node, shapes)
    for index, task in enumerate(tasks):
        for other in task.before:
            tasks[other].after.append(index)
    for task in reversed(tasks):
        task.rank = task.cost + max((tasks[i].rank for i in task.after), default=0.0)
    return tasks


def makespan(tasks: Sequence[Task], workers: int) -> float:
    """Return the estimated time that ``workers`` threads take for tasks, the first of them being the calling one."""
    free = [0.0] * workers
    ready = [(-task.rank, i, 0.0) for i, task in enumerate(tasks) if not task.before]
    heapq.heapify(ready)
    waiting = {i: len(task.before) for i, task in enumerate(tasks)}
    earliest = [0.0] * len(tasks)
    while ready:
        _, index, start = heapq.heappop(ready)
        task = tasks[index]
        worker = 0
        if not task.pinned and task.cost >= HANDOFF:
            worker = min(range(workers), key=lambda w: free[w] + HANDOFF * (w > 0))
        free[worker] = max(free[worker], start) + task.cost + HANDOFF * (worker > 0)
        for other in task.after:
            earliest[other] = max(earliest[other], free[worker])
            waiting[other] -= 1
            if not waiting[other]:
                heapq.heappush(ready, (-tasks[other].rank, other, earliest[other]))
    return max(free)


# -- running -----------------------------------------------------------------------------------------------------------
class Plan:
    """A program as tasks.

    Attributes
    ----------
    tasks : list of Task
    alone, together : estimated times on one thread and on all, in microseconds
    """

    def __init__(self, tasks: list[Task], alone: float, together: float, program: Any):
        self.tasks = tasks
        self.alone = alone
        self.together = together
        self._num_slots: int = program.num_slots
        self._constants: list[tuple[int, Any]] = program.constants
        self._returned: list[int] = program.returned
        self._readers: dict[int, int] = {}
        self._measured: list[float] = []  # seconds of the first runs, side by side and straight by turns
        self._free_early()

    def __str__(self) -> str:
        return f"overlap: {len(self.tasks)} chains, {self.alone:.0f} us alone, {self.together:.0f} us side by side"

    def _free_early(self) -> None:
        """Find out after which step, or which tasks, nobody reads a slot any more."""
        kept = set(self._returned)
        users: dict[int, set[int]] = {}
        last: dict[int, tuple[int, int]] = {}
        for i, task in enumerate(self.tasks):
            for j, (step, _) in enumerate(task.steps):
                for slot in [*(s for s in step.reads if s is not None), *step.writes]:
                    users.setdefault(slot, set()).add(i)
                    last[slot] = (i, j)
        drops: dict[tuple[int, int], list[int]] = {}
        for slot, tasks in users.items():
            if slot in kept:
                continue
            if len(tasks) == 1:
                drops.setdefault(last[slot], []).append(slot)
                continue
            self._readers[slot] = len(tasks)
            for i in tasks:
                self.tasks[i].reads.append(slot)
        for i, task in enumerate(self.tasks):
            task.steps = [(step, tuple(drops.get((i, j), ()))) for j, (step, _) in enumerate(task.steps)]

    def run_or_straight(
        self, straight: Callable[[], tuple[Any, ...]], values: Sequence[Any], rng: Any
    ) -> tuple[Any, ...]:
        """Return what the program returns, by the plan or by ``straight()``, which is its straight-line code.

        An estimate may err, so that the first runs go both ways by turns. The plan stays only if it was the faster.
        """
        if len(self._measured) == TRIALS:
            return self.run(values, rng)
        begin = perf_counter()
        by_plan = len(self._measured) % 2 == 0
        results = self.run(values, rng) if by_plan else straight()
        self._measured.append(perf_counter() - begin)
        return results

    @property
    def pays(self) -> bool:
        """Whether it was faster than straight-line code; True while that is being found out."""
        if len(self._measured) < TRIALS:
            return True
        return min(self._measured[0::2]) < min(self._measured[1::2])

    def run(self, values: Sequence[Any], rng: Any) -> tuple[Any, ...]:
        """Return what the program returns, branches side by side."""
        slots: list[Any] = [None] * self._num_slots
        slots[: len(values)] = values
        for index, constant in self._constants:
            slots[index] = constant
        tasks, pool = self.tasks, _pool
        waiting = [len(task.before) for task in tasks]
        readers = dict(self._readers)
        mine: list[tuple[float, int]] = []  # heaps of (-rank, task): for this thread, and for any
        free: list[tuple[float, int]] = []
        done: SimpleQueue[Any] = SimpleQueue()
        running, left, helpers = 0, len(tasks), num_workers() - 1

        def enter(index: int) -> None:
            task = tasks[index]
            heapq.heappush(mine if task.pinned or task.cost < HANDOFF else free, (-task.rank, index))

        def finish(index: int) -> None:
            for slot in tasks[index].reads:
                readers[slot] -= 1
                if not readers[slot]:
                    slots[slot] = None
            for other in tasks[index].after:
                waiting[other] -= 1
                if not waiting[other]:
                    enter(other)

        for index, count in enumerate(waiting):
            if not count:
                enter(index)
        while left:
            while free and running < helpers and (mine or running or len(free) > 1):
                _, index = heapq.heappop(free)
                pool.submit(lambda task=tasks[index]: _run(task, slots, rng), done, index)
                running += 1
            if not done.empty() or not (mine or free):
                index, _, error = done.get()
                running -= 1
                if error is not None:
                    raise error
            else:
                _, index = heapq.heappop(mine or free)
                _run(tasks[index], slots, rng)
            finish(index)
            left -= 1
        return tuple([slots[i] for i in self._returned])


def _run(task: Task, slots: list[Any], rng: Any) -> None:
    for step, drops in task.steps:
        keywords = {**step.keywords, "rng": rng} if step.wants_rng else step.keywords
        result = step.function(*[None if i is None else slots[i] for i in step.reads], **keywords)
        results = cast(tuple[Any, ...], result if isinstance(result, tuple) else (result,))
        for index, value in zip(step.writes, results, strict=True):
            slots[index] = value
        for index in drops:
            slots[index] = None


def plan(program: Any, shapes: dict[Entry, tuple[int, ...]]) -> Plan | None:
    """Return the plan by which a program overlaps its branches, or None where one thread is as good.

    Parameters
    ----------
    program : has ``steps``, ``num_slots``, ``constants`` and ``returned``, as the loop interpreter reads them
    shapes : of the entries
    """
    workers = num_workers()
    if workers == 1:
        return None
    alone = total_cost(program.steps, shapes)
    if alone < WORTH * 2:
        return None
    tasks = tasks_of(program.steps, shapes)
    together = makespan(tasks, workers)
    if alone - together < max(WORTH, SHARE * alone):
        return None
    return Plan(tasks, alone, together, program)


def inside_pool() -> bool:
    """Tell whether the calling thread belongs to the pool; a program runs as straight-line code there."""
    return _pool.inside
