"""From a graph to a program: one straight-line Python function that a student can read, and a loop that runs the same.

The passes of passes.py simplify the graph and plan its buffers; writer.py prints it.

Under ``static`` the intermediate values get memory that the program keeps: each run takes a set of buffers, and the set
is free again when nobody reads what lies in it, which for a recorded forward is when its tape is freed. So two
recordings of one program at a time have a set each.
"""
import itertools
import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from types import ModuleType
from typing import Any, cast

import numpy as np

from ..backend import readable
from ..base import MXNetError
from . import fusing, parallel, passes
from .anomaly import check_node
from .capture import Capture
from .graph import Entry, Node
from .placing import Placement
from .specialize import compiled, forget
from .state import STATE
from .writer import Step, Writer

_numbers = itertools.count()

Watch = Callable[[str, passes.Graph, passes.Report | None], None]  # the program's name, its graph, what a pass did


class Buffers:
    """The memory of one run of a program: an array for each value that has a place. Freed, the next run takes it.

    Attributes
    ----------
    arrays : tuple of raw arrays, some of which share memory
    graph : on a GPU the run with these arrays as a CUDA graph, once it is captured
    """

    __slots__ = ("arrays", "graph", "spare")

    KEPT = 8  # sets that a program keeps for later; more were needed by many recordings at a time

    def __init__(self, arrays: tuple[Any, ...], graph: Any, spare: list[tuple[Any, ...]]):
        self.arrays = arrays
        self.graph = graph
        self.spare = spare

    def __del__(self):
        spare = getattr(self, "spare", None)  # None where Ctrl-C came before it was set
        if spare is not None and len(spare) < self.KEPT:
            spare.append((self.arrays, self.graph))


class Program:
    """A compiled graph.

    Call it with the raw values of its inputs; it returns a tuple: the heads, then the new values of mutated inputs.

    Attributes
    ----------
    inputs : variable nodes, in the order of the arguments
    mutated : positions in ``inputs`` of the arrays for which new values are returned
    num_heads : number of heads
    static : whether it keeps memory for intermediate values
    capture : on a GPU, its runs as CUDA graphs and the reason where there are none; None where nobody asked for them
    source : Python source of the straight-line function
    reports : what each pass did
    steps : the same program for the loop interpreter
    """

    def __init__(
        self,
        graph: passes.Graph,
        inputs: Sequence[Node],
        reports: list[passes.Report],
        name: str,
        placement: Placement | None = None,
        captured: bool = False,
    ):
        self.inputs = list(inputs)
        self.reports = reports
        self.num_heads = len(graph.heads)
        self.name = name
        self._graph = graph
        self._writer = Writer(graph, self.inputs, name, placement)
        self.mutated = self._writer.mutated
        self.source = self._writer.source
        self._function = compiled(name, self.source, self._writer.table, f"{name} {next(_numbers)}")
        self.filename = self._function.__code__.co_filename
        self.capture = self._to_capture() if captured and graph.xp is not np and not self._writer.mixed else None
        self.static = bool(self._writer.buffers) or self.capture is not None
        self._spare: list[tuple[Any, ...]] = []
        heads = graph.heads[: graph.escaping]
        self._may_share = len({*heads}) < len(heads) or not all(passes.makes_memory(node, graph) for node, _ in heads)
        self.lines = self._writer.lines
        self._plan: parallel.Plan | None = None
        self._planned = graph.xp is not np or self._writer.mixed  # GPUs overlap by themselves

    def __call__(self, values: Sequence[Any], rng: Any = None) -> tuple[Any, ...]:
        return self._run(values, rng, None)

    def _run(self, values: Sequence[Any], rng: Any, buffers: Buffers | None) -> tuple[Any, ...]:
        if not self.static:
            return self._function(*values, rng=rng)
        if buffers is None:
            buffers = self.buffers()
        if self.capture is not None:
            return self.capture.run(values, rng, buffers)
        return self._function(*values, rng=rng, buffers=buffers.arrays)

    def _to_capture(self) -> Capture:
        graph, writer, function = self._graph, self._writer, self._function
        unknown = [n.name for n in graph.operators if any((n, i) not in graph.shapes for i in range(n.num_outputs))]

        def plainly(values: Sequence[Any], rng: Any, arrays: tuple[Any, ...]) -> tuple[Any, ...]:
            options = {"buffers": arrays} if writer.buffers else {}
            return function(*values, rng=rng, **options)

        return Capture(
            plainly,
            graph.xp,
            steps=writer.steps,
            num_inputs=len(self.inputs),
            returned=writer.returned,
            mutated=writer.mutated,
            num_heads=len(graph.heads),
            escaping=len(graph.heads) if graph.escaping is None else graph.escaping,
            unknown=[str(name) for name in unknown],
        )

    def buffers(self) -> Buffers:
        """Return a set of buffers for one run; it is in use as long as it is referred to."""
        try:
            arrays, graph = self._spare.pop()
        except IndexError:
            arrays, graph = self._allocate(), None
        return Buffers(arrays, graph, self._spare)

    def _allocate(self) -> tuple[Any, ...]:
        xp, graph = self._graph.xp, self._graph
        blocks = [xp.empty(size, np.uint8) for size in graph.blocks]
        arrays: list[Any] = []
        for block, shape, dtype in self._writer.buffers.values():
            size = math.prod(shape) * dtype.itemsize
            arrays.append(blocks[block][:size].view(dtype).reshape(shape))
        return tuple(arrays)

    def __del__(self):
        if forget is not None:  # as it is when the interpreter ends
            forget(getattr(self, "filename", ""))

    @property
    def listing(self) -> str:
        """The source, and where a GPU may run it as a CUDA graph, whether it does."""
        return self.source if self.capture is None else f"{self.source}# {self.name}: {self.capture.state}\n"

    @property
    def steps(self) -> list[Step]:
        """The lines of the program, for the loop interpreter."""
        return self._writer.steps

    def interpret(
        self, values: Sequence[Any], rng: Any = None, observe: Callable[..., None] | None = None
    ) -> tuple[Any, ...]:
        """Run the program node by node.

        Parameters
        ----------
        observe : called after each node with the node, the raw values it read, and its raw outputs

        Raises
        ------
        MXNetError
            Naming the operator and node whose kernel failed.
        """
        slots: list[Any] = [None] * self._writer.num_slots
        slots[: len(values)] = values
        for index, constant in self._writer.constants:
            slots[index] = constant
        for step in self._writer.steps:
            keywords = {**step.keywords, "rng": rng} if step.wants_rng else step.keywords
            arguments = [None if i is None else slots[i] for i in step.reads]
            try:
                result = step.function(*arguments, **keywords)
            except Exception as error:
                found = failed(step.node, error)
                raise found from found.__cause__
            results = cast(tuple[Any, ...], result if isinstance(result, tuple) else (result,))
            for index, value in zip(step.writes, results, strict=True):
                slots[index] = value
            if observe is not None:
                observe(step.node, arguments, results[: step.node.num_outputs])
        return tuple(slots[i] for i in self._writer.returned)

    def run(
        self,
        values: Sequence[Any],
        rng: Any = None,
        observe: Callable[..., None] | None = None,
        buffers: Buffers | None = None,
    ) -> tuple[Any, ...]:
        """Run the program, as straight-line code where nobody watches.

        With ``observe``, or under ``autograd.detect_anomaly``, the loop interpreter runs. A kernel that fails in the
        straight-line code is run once more by the loop, which raises the error with the name of the node. Where it
        pays, branches run side by side instead, see parallel.py. What the caller does not keep may lie in ``buffers``:
        hold them as long as it is read.
        """
        if observe is None and STATE.anomaly:
            observe = check_node
        if observe is not None:
            return self.interpret(values, rng, observe)
        try:
            if not self._planned:
                self.plan()
            if self._plan is not None and self._plan.pays and not parallel.inside_pool():
                return self._plan.run_or_straight(lambda: self._run(values, rng, buffers), values, rng)
            return self._run(values, rng, buffers)
        except Exception as error:
            caught = error
        self.interpret(values, rng)
        raise caught

    def plan(self) -> parallel.Plan | None:
        """Return the plan by which branches run side by side, None for straight-line code. It is made once."""
        if not self._planned:
            self._plan = parallel.plan(self._writer, self._graph.shapes)
            self._planned = True
        return self._plan

    @cached_property
    def is_heavy(self) -> bool:
        """Whether it computes long enough, by an estimate, to run beside another program."""
        return parallel.total_cost(self.steps, self._graph.shapes) >= parallel.WORTH

    def store_states(self, values: Sequence[Any], results: tuple[Any, ...]) -> None:
        """Copy the new values of mutated inputs, such as moving averages, from the results into the raw inputs."""
        if not self.mutated:
            return
        for index, new in zip(self.mutated, results[self.num_heads :], strict=True):
            if new is not values[index]:
                values[index][...] = new

    def own(self, raws: Sequence[Any], values: Sequence[Any]) -> Sequence[Any]:
        """Return outputs with a copy wherever one is an input or another output, so that each owns its memory."""
        if not self._may_share:
            return raws
        taken = {id(value) for value in values}
        owned: list[Any] = []
        for raw in raws:
            owned.append(raw.copy() if id(raw) in taken else raw)
            taken.add(id(raw))
        return owned

    def node_at(self, line: int) -> Node | None:
        """Return the node that a line of ``source`` computes (the first line is 1)."""
        return next((node for node, number in self.lines.items() if number == line), None)


def failed(node: Node, error: Exception) -> MXNetError:
    """Return the error for a kernel that failed inside a compiled graph: which node, and its words."""
    prefix = f"{node.op.name} {node.name!r}: "
    if isinstance(error, MXNetError):
        text = str(error)
        told = type(error)(text if text.startswith(prefix) else prefix + text.removeprefix(f"{node.op.name}: "))
        told.__cause__ = error.__cause__
        return told
    found = readable(error, prefix.removesuffix(": ")) or MXNetError(f"{prefix}{type(error).__name__}: {error}")
    found.__cause__ = error
    return found


def compile_graph(
    heads: Sequence[Entry],
    inputs: Sequence[Node],
    *,
    xp: ModuleType,
    is_train: bool = False,
    shapes: dict[Any, Any] | None = None,
    dtypes: dict[Any, Any] | None = None,
    name: str = "forward",
    steps: Sequence[Callable[..., Any]] = passes.PASSES,
    watch: Watch | None = None,
    placement: Placement | None = None,
    static: bool = False,
    escaping: int | None = None,
    captured: bool = False,
) -> Program:
    """Return the program that computes ``heads`` from the values of ``inputs``.

    Parameters
    ----------
    heads : entries to return
    inputs : variable nodes, in the order of the program's arguments
    shapes, dtypes : what is known of each entry (inference gives it); unknown ones are only less optimized
    name : of the Python function
    steps : the passes to run, in order
    watch : called as ``watch(name, graph, report)``, see passes.run
    placement : of a graph over several devices
    static : whether intermediate values get memory that the program keeps from one run to the next; on one device alone
    escaping : how many of the heads the caller keeps, see passes.Graph
    captured : whether a GPU is to run it as a CUDA graph, where that can be, see capture.py
    """
    if placement is not None and placement.mixed:
        steps = [step for step in steps if step is not passes.fold_constants]  # it computes on one device
    elif xp is not np:
        steps = fusing.for_gpu(steps)
    graph = passes.Graph(list(heads), xp, is_train, dict(shapes or {}), dict(dtypes or {}))
    graph.escaping = escaping
    reports = passes.run(graph, steps, watch and partial(watch, name))
    if static and steps:
        reports.append(passes.preallocate(graph))
    return Program(graph, inputs, reports, name, placement, captured and bool(steps))


__all__ = ["Program", "Step", "Watch", "compile_graph", "failed"]
