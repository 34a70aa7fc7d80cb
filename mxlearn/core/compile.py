"""From a graph to a program: one straight-line Python function that a student can read, and a loop that runs the same.

The passes of passes.py simplify the graph and plan its buffers; ``generate`` prints it. Names and values that may come
from a file never reach the source text: identifiers are made from letters and digits alone, and everything but plain
numbers is bound through a table.

Under ``static`` the intermediate values get memory that the program keeps: each run takes a set of buffers, and the set
is free again when nobody reads what lies in it, which for a recorded forward is when its tape is freed. So two
recordings of one program at a time have a set each.
"""
import itertools
import keyword
import linecache
import math
import re
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
from .graph import Constant, Entry, Node
from .infer import show
from .operator import Operator
from .placing import Placement, on
from .specialize import compiled
from .state import STATE

_numbers = itertools.count()

Watch = Callable[[str, passes.Graph, passes.Report | None], None]  # the program's name, its graph, what a pass did


class Step:
    """One line of a program: a node, the function that computes it, and the slots it reads and writes."""

    __slots__ = ("function", "keywords", "node", "reads", "wants_rng", "writes")

    def __init__(
        self,
        node: Node,
        function: Callable[..., Any],
        reads: list[int | None],
        writes: list[int],
        keywords: dict[str, Any],
    ):
        self.node = node
        self.function = function
        self.reads = reads
        self.writes = writes
        self.keywords = keywords
        self.wants_rng = node.op.wants_rng


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
        self._writer = _Writer(graph, self.inputs, name, placement)
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
        cache: dict[str, Any] | None = getattr(linecache, "cache", None)  # gone when the interpreter ends
        if cache is not None:
            cache.pop(getattr(self, "filename", ""), None)

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


def common_prefix(names: Sequence[str]) -> str:
    """Return the prefix ending in "_" that all names but "data" share: a Block's, such as "hybridsequential0_"."""
    names = [name for name in names if not re.fullmatch(r"data\d*|head_grad\d+", name)]
    if len(names) < 2:
        return ""
    low, high = min(names), max(names)
    length = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[: low.rfind("_", 0, length) + 1]


class _Writer:
    """Prints a graph as Python, and lists the same steps for the interpreter."""

    def __init__(self, graph: passes.Graph, inputs: list[Node], name: str, placement: Placement | None = None):
        self.graph = graph
        self.mixed = placement is not None and placement.mixed
        self.devices = {} if placement is None else placement.of([*inputs, *graph.order])
        self.table: dict[Any, Any] = {}
        self.names: dict[Entry, str] = {}
        self.slots: dict[Entry, int] = {}
        self.used: set[str] = {"rng", name}
        self.repeats: dict[str, int] = {}  # identifier: the last number put behind it
        self.steps: list[Step] = []
        self.constants: list[tuple[int, object]] = []
        self.heads = set(graph.heads)
        self.lines: dict[Node, int] = {}
        self.functions: dict[Any, Any] = {}
        self.num_slots = 0
        self.out: dict[Node, str] = {}  # the buffer that a value is written into
        self.buffers: dict[str, tuple[int, tuple[int, ...], np.dtype[Any]]] = {}  # name: (block, shape, dtype)
        order = graph.order
        self.prefix = common_prefix(
            [n.name for n in [*inputs, *order] if n.name and n.forward is None and not isinstance(n, Constant)]
        )
        self._reserve_functions(order)
        for node in inputs:
            self._new((node, 0), node.name or "x")
        self._name_buffers(order)
        options = ["rng=None", "buffers"] if self.buffers else ["rng=None"]
        arguments = ", ".join([*(self.names[node, 0] for node in inputs), "*", *options])
        body: list[str] = []
        mutations: dict[int, tuple[str, int]] = {}
        position = {node: i for i, node in enumerate(inputs)}
        for node in order:
            if isinstance(node, Constant):
                self._constant(node)
            elif node.op is not None:
                self._line(node, body, position, mutations)
            elif node not in position:
                raise MXNetError(f"the variable {node.name!r} is not among the inputs of the program")
        self.mutated = sorted(mutations)
        returned = [self.names[e] for e in graph.heads] + [mutations[i][0] for i in self.mutated]
        self.returned = [self.slots[e] for e in graph.heads] + [mutations[i][1] for i in self.mutated]
        tail = f"    return ({', '.join(returned)}{',' if len(returned) == 1 else ''})"
        unpack = [f"    {', '.join(self.buffers)}{',' * (len(self.buffers) == 1)} = buffers"] * bool(self.buffers)
        self.lines = {node: line + len(unpack) for node, line in self.lines.items()}
        self.source = "\n".join([f"def {name}({arguments}):", *unpack, *body, tail]) + "\n"

    # -- names -------------------------------------------------------------------------------------------------------
    def _identifier(self, text: str) -> str:
        if self.prefix and self.prefix in text:  # every name has it: leaving it out makes the program readable
            text = text.replace(self.prefix, "", 1)
        clean = re.sub(r"[^A-Za-z0-9_]", "_", text)[:60] or "x"
        if clean[0].isdigit() or keyword.iskeyword(clean) or clean.startswith("__"):
            clean = "v_" + clean.lstrip("_")
        candidate = clean
        while candidate in self.used or candidate in self.table:
            number = self.repeats[clean] = self.repeats.get(clean, 0) + 1
            candidate = f"{clean}_{number}"
        self.used.add(candidate)
        return candidate

    def _new(self, entry: Entry, text: str) -> str:
        self.names[entry] = self._identifier(text)
        self.slots[entry] = self.num_slots
        self.num_slots += 1
        return self.names[entry]

    def _name_buffers(self, order: list[Node]) -> None:
        """Name the arrays that values are written into: buffer0, and where others share its memory buffer0_64x10."""
        graph = self.graph
        if not graph.placed:
            return
        self.used.add("buffers")
        forms: dict[int, dict[Any, None]] = {}
        for node, block in graph.placed.items():
            forms.setdefault(block, {})[graph.shapes[node, 0], graph.dtypes[node, 0]] = None
        named: dict[Any, str] = {}
        for block in sorted(forms):
            for shape, dtype in forms[block]:
                several = len(forms[block]) > 1
                text = f"buffer{block}" + ("_" + "x".join(map(str, shape)) if several else "")
                name = named[block, shape, dtype] = self._identifier(text)
                self.buffers[name] = (block, shape, dtype)
        for node in order:
            if node in graph.placed and node not in graph.reuse:
                key = (graph.placed[node], graph.shapes[node, 0], graph.dtypes[node, 0])
                self.out[node] = named[key]

    def _reserve_functions(self, order: list[Node]) -> None:
        """Bind the functions first, so that no variable takes their names."""
        for node in order:
            if node.op is not None:
                self._function(node)

    def _function(self, node: Node) -> str:
        op, formula = node.op, self._formula(node)
        key = (op, self.devices[node]) if self.mixed else formula or op
        name = self.functions.get(key)
        if name is None:
            name = re.sub(r"[^A-Za-z0-9_]", "_", formula or op.name)
            while name in self.table or keyword.iskeyword(name):
                name += "_"
            self.functions[key] = name
            self.table[name] = getattr(self.graph.xp, formula) if formula else self._bound(op, node)
        return name

    def _formula(self, node: Node) -> str | None:
        if self.mixed:  # an in-place function belongs to one array module
            return None
        return node.op.formula_of(node.attrs)[0] if passes.writes_in_place(node, self.graph) else None

    def _bound(self, op: Operator, node: Node) -> Callable[..., Any]:
        kernel = on(self.devices[node], op.kernel) if self.mixed else partial(op.kernel, self.graph.xp)
        return partial(kernel, is_train=self.graph.is_train) if op.wants_train else kernel

    def _constant(self, node: Constant) -> None:
        name = self._new((node, 0), "constant")
        self.table[name] = node.value
        self.constants.append((self.slots[node, 0], node.value))

    def _value(self, value: Any) -> str:
        """Return an attribute value as source: a plain number or word as it is, anything else through the table."""
        if value is None or isinstance(value, (bool, int)):
            return repr(value)
        if isinstance(value, float) and math.isfinite(value):
            return repr(value)
        if isinstance(value, tuple) and {type(v) for v in cast(tuple[Any, ...], value)} <= {int, type(None)}:
            return repr(cast(object, value))
        if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_()]{1,40}", value):
            return repr(str(value))
        name = self._identifier("c")
        self.table[name] = value
        return name

    # -- lines -------------------------------------------------------------------------------------------------------
    def _line(self, node: Node, body: list[str], position: dict[Any, Any], mutations: dict[Any, Any]) -> None:
        op = node.op
        targets = [self._new((node, 0), node.name or op.name)]
        output_names = op.output_names(node.attrs)
        for i in range(1, node.num_outputs):
            targets.append(self._new((node, i), f"{node.name or op.name}_{output_names[i]}"))
        writes = [self.slots[node, i] for i in range(node.num_outputs)]
        changed: dict[int, tuple[str, int]] = {}  # states that an earlier node has updated: (name, slot)
        for index in op.mutated_indices:
            if index < len(node.inputs) and node.inputs[index] is not None:
                source = node.inputs[index][0]
                if source in position and position[source] in mutations:
                    changed[index] = mutations[position[source]]
                targets.append(self._identifier(f"new_{source.name or op.inputs[index]}"))
                if source in position:
                    mutations[position[source]] = (targets[-1], self.num_slots)
            else:
                targets.append(self._identifier("_"))
            writes.append(self.num_slots)
            self.num_slots += 1
        function, formula = self._function(node), self._formula(node)
        read = [None if e is None else self.slots[e] for e in node.inputs]
        for index, (_, slot) in changed.items():
            read[index] = slot
        if formula:
            arguments, read_function = self._formula_call(node)
        else:
            arguments = ["None" if e is None else self.names[e] for e in node.inputs]
            for index, (state, _) in changed.items():
                arguments[index] = state
            arguments += [f"{key}={self._value(value)}" for key, value in node.attrs.items()]
            if op.wants_rng:
                arguments.append("rng=rng")
            if node in self.graph.views:
                arguments.append("copy=False")
            if node in self.out:
                arguments.append(f"out={self.out[node]}")
            read_function = self.table[function]
        keywords = {} if formula else dict(node.attrs)
        if node in self.graph.views:
            keywords["copy"] = False
        self.steps.append(Step(node, read_function, read, writes, keywords))
        shape = self.graph.shapes.get((node, 0))
        comment = f"  # {show(shape)}" if shape is not None else ""
        if node in self.devices:
            comment += f"{'' if comment else '  #'} on {self.devices[node]}"
        body.append(f"    {', '.join(targets)} = {function}({', '.join(arguments)}){comment}")
        self.lines[node] = len(body) + 1
        self._drop_dead(node, body)

    def _formula_call(self, node: Node) -> tuple[list[str], Callable[..., Any]]:
        """Return the arguments of an in-place call, and the function for the interpreter (which never overwrites)."""
        op = node.op
        attrs = op.complete(node.attrs)
        name, parameters = op.formula_of(node.attrs)
        function = getattr(self.graph.xp, name)
        arguments: list[str] = []
        sources: list[tuple[bool, Any]] = []  # a source is (True, index of an input) or (False, number)
        for parameter in parameters:
            if parameter in op.inputs:
                index = op.inputs.index(parameter)
                arguments.append(self.names[node.inputs[index]])
                sources.append((True, index))
            else:
                value = attrs[parameter] if isinstance(parameter, str) else parameter
                arguments.append(self._value(value))
                sources.append((False, value))
        reused = self.graph.reuse.get(node)
        if reused is not None:
            arguments.append(f"out={self.names[reused]}")
        elif node in self.out:
            arguments.append(f"out={self.out[node]}")

        def call(*values: Any):
            return function(*[values[source] if is_input else source for is_input, source in sources])

        return arguments, call

    def _drop_dead(self, node: Node, body: list[str]) -> None:
        """Delete the names of values that were read for the last time, so that their memory is free at once."""
        last_use = self.graph.last_use
        if last_use is None:
            return
        dead: list[str] = []
        for entry in dict.fromkeys(e for e in node.inputs if e is not None):
            if last_use.get(entry) is node:
                dead.append(self.names[entry])
        for i in range(node.num_outputs):
            if (node, i) not in last_use and (node, i) not in self.heads:
                dead.append(self.names[node, i])
        if dead:
            body.append(f"    del {', '.join(dead)}")


__all__ = ["Program", "Step", "Watch", "compile_graph", "failed"]
