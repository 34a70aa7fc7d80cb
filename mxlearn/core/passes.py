"""The steps from a graph as it was written to the graph that runs. Each is one function, and reports what it did.

    drop_identity_nodes   x -> BlockGrad(x) -> y     becomes  x -> y
    fold_shapes           what is read for its shape alone becomes a constant
    merge_common          two nodes that compute the same become one
    fold_constants        what does not depend on any input is computed once, now
    fuse_elementwise      chains of elementwise nodes share one buffer
    plan_buffers          values are dropped, or written over, after their last use
    preallocate           under static_alloc: intermediate values get memory that every run uses again
"""
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple, cast

import numpy as np

from .graph import Constant, Entry, Node, rebuild, topological_order, with_inputs
from .operator import Like, Operator

FOLD_LIMIT = 1 << 20  # elements; a larger constant costs more memory than computing it costs time


class Event(NamedTuple):
    """One thing that a pass did.

    Attributes
    ----------
    kind : "joined", "dropped", "unread", "merged", "folded", "fused" or "reused"
    nodes : what it was done to, as the pass found it; for "fused" the chain in order, for "joined" the last one first
    target : "joined": the node that stands for them; "merged": the node that stands for both; "unread": the node of
        which only the shape is read; "reused": the node over whose value is written; otherwise None
    shape : of the constant that was made, or ()
    """

    kind: str
    nodes: tuple[Node, ...]
    target: Node | None = None
    shape: tuple[int, ...] = ()

    def __str__(self) -> str:
        node, target = label(self.nodes[0]), "" if self.target is None else label(self.target)
        match self.kind:
            case "dropped":
                return f"dropped {node}"
            case "unread":
                name = None if self.target is None else self.target.name
                return f"{node} reads the shape {self.shape} of {name!r}, not the array"
            case "merged":
                return f"merged {node} into {target}"
            case "folded":
                return f"computed {node}, shape {self.shape}"
            case "joined":
                name = "" if self.target is None else self.target.op.name
                return f"{node} and what it alone reads are computed by {name}"
            case "fused":
                return "one buffer for " + " -> ".join(label(each) for each in self.nodes)
            case _:
                return f"{node} writes over {target}"


@dataclass
class Report:
    """What one pass did.

    Attributes
    ----------
    name : of the pass
    before, after : number of operator nodes
    events : each thing that was done
    total : what it comes to, "" where the number of nodes says it
    """

    name: str
    before: int
    after: int
    events: list[Event] = field(default_factory=list[Event])
    total: str = ""

    @property
    def notes(self) -> list[str]:
        """One line for each thing that was done."""
        return [*map(str, self.events), *([self.total] if self.total else [])]

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.before} -> {self.after} nodes"]
        return "\n".join(lines + [f"  {note}" for note in self.notes])


@dataclass
class Graph:
    """A graph on its way to a program.

    Attributes
    ----------
    heads : entries that the program returns
    xp : array module it will run on
    is_train : whether operators behave as in training
    shapes, dtypes : what is known of each entry
    chains : after fuse_elementwise, for each node of a chain the node whose buffer it writes over
    last_use : after plan_buffers, for each entry the node that reads it last; None before
    reuse : after plan_buffers, for each node the entry whose buffer its result is written into
    views : after plan_buffers, nodes that reshape, and may return a view because no caller sees it
    escaping : how many of the heads, from the first, the caller keeps; the others, such as what a forward program keeps
        for backward, may live in the program's own memory. None: all
    blocks : after preallocate, the sizes in bytes of the blocks of memory that the program keeps
    placed : after preallocate, for each node the number of the block that its result is written into
    became : for a reader who watches: what the latest pass made of each node, another Node or the entries that are read
        in its place. None, and nothing is noted, where nobody watches
    """

    heads: list[Entry]
    xp: ModuleType
    is_train: bool
    shapes: dict[Entry, tuple[int, ...]] = field(default_factory=dict[Entry, tuple[int, ...]])
    dtypes: dict[Entry, np.dtype[Any]] = field(default_factory=dict[Entry, np.dtype[Any]])
    chains: dict[Node, Node] = field(default_factory=dict[Node, Node])
    last_use: dict[Entry, Node] | None = None
    reuse: dict[Node, Entry] = field(default_factory=dict[Node, Entry])
    views: set[Node] = field(default_factory=set[Node])
    escaping: int | None = None
    blocks: list[int] = field(default_factory=list[int])
    placed: dict[Node, int] = field(default_factory=dict[Node, int])
    became: dict[Node, Any] | None = None
    _ordered: tuple[list[Entry], list[Node]] | None = field(default=None, repr=False)  # heads, and their order

    @property
    def order(self) -> list[Node]:
        """Every node that the heads depend on, inputs before users."""
        if self._ordered is None or self._ordered[0] is not self.heads:
            self._ordered = (self.heads, topological_order(node for node, _ in self.heads))
        return self._ordered[1]

    @property
    def operators(self) -> list[Node]:
        """The nodes of ``order`` that are no variables."""
        return [node for node in self.order if node.op is not None]

    def transform(self, replace: Callable[[Node, tuple[Any, ...]], object]) -> None:
        """Rebuild the graph with ``replace(node, inputs)``; what is known of a node is known of its copy."""

        def replace_and_know(node: Node, inputs: tuple[Any, ...]):
            new = replace(node, inputs)
            if isinstance(new, Node) and new is not node:
                for known in cast(tuple[dict[Entry, Any], ...], (self.shapes, self.dtypes)):
                    for i in range(node.num_outputs):
                        if (node, i) in known:
                            known[new, i] = known[node, i]
            if self.became is not None:
                self.became[node] = new
            return new

        self.heads = rebuild(self.heads, replace_and_know)


def label(node: Node) -> str:
    """Return a node as the reports name it."""
    return f"{node.op.name} {node.name!r}" if node.op is not None else repr(node.name)


def drop_identity_nodes(graph: Graph) -> Report:
    """Let the users of a node that gives its input unchanged read that input.

    A node of which another output is read too, as the backward graph reads Dropout's mask, stays.
    """
    order = graph.operators
    report = Report("drop_identity_nodes", len(order), 0)
    read = {entry for node in order for entry in node.inputs} | set(graph.heads)

    def replace(node: Node, inputs: tuple[Any, ...]):
        others = any((node, i) in read for i in range(1, node.num_outputs))
        if node.op is not None and inputs and inputs[0] is not None and not others and _is_identity(node, graph):
            report.events.append(Event("dropped", (node,)))
            return (inputs[0],) * node.num_outputs
        return with_inputs(node, inputs)

    graph.transform(replace)
    report.after = len(graph.operators)
    return report


def _is_identity(node: Node, graph: Graph) -> bool:
    op = node.op
    if op.reshapes:
        shape = graph.shapes.get((node, 0))
        return shape is not None and graph.shapes.get(node.inputs[0]) == shape
    return bool(op.identity) and op.is_identity(node.attrs, graph.is_train)


def fold_shapes(graph: Graph) -> Report:
    """Replace inputs of which an operator reads the shape alone, where the shape is known."""
    report = Report("fold_shapes", len(graph.operators), 0)

    def replace(node: Node, inputs: tuple[Any, ...]):
        if node.op is None or not node.op.like_inputs:
            return with_inputs(node, inputs)
        new = list(inputs)
        for i in node.op.like_inputs:
            if i < len(node.inputs) and node.inputs[i] is not None and not isinstance(inputs[i][0], Constant):
                original = node.inputs[i]
                if original in graph.shapes and original in graph.dtypes:
                    shape = graph.shapes[original]
                    new[i] = (Constant(Like(shape, graph.dtypes[original]), f"shape of {original[0].name}"), 0)
                    report.events.append(Event("unread", (node,), original[0], shape))
        return with_inputs(node, tuple(new))

    graph.transform(replace)
    report.after = len(graph.operators)
    return report


def merge_common(graph: Graph) -> Report:
    """Compute once what several nodes compute from the same inputs with the same attributes."""
    report = Report("merge_common", len(graph.operators), 0)
    seen: dict[Any, Any] = {}

    def replace(node: Node, inputs: tuple[Any, ...]):
        if node.op is None or node.op.wants_rng or node.op.mutates:
            return with_inputs(node, inputs)
        key = (node.op, inputs, _frozen(node.op, node.attrs))
        if key in seen:
            report.events.append(Event("merged", (node,), seen[key]))
            return seen[key]
        seen[key] = with_inputs(node, inputs)
        return seen[key]

    graph.transform(replace)
    report.after = len(graph.operators)
    return report


def _frozen(op: Operator, attrs: dict[str, Any]) -> tuple[Any, ...]:
    # compared as text, because 0.0 == -0.0 and nan != nan
    return tuple((key, type(value), repr(value)) for key, value in op.complete(attrs).items())


def fold_constants(graph: Graph) -> Report:
    """Compute now what depends on no input, such as zeros and ones."""
    report = Report("fold_constants", len(graph.operators), 0)
    heads = set(graph.heads)

    def replace(node: Node, inputs: tuple[Any, ...]):
        op = node.op
        if op is None or op.wants_rng or op.mutates or node.num_outputs != 1:
            return with_inputs(node, inputs)
        if (node, 0) in heads:  # a caller may write into what the program returns
            return with_inputs(node, inputs)
        if not all(e is not None and isinstance(e[0], Constant) for e in inputs):
            return with_inputs(node, inputs)
        shape = graph.shapes.get((node, 0))
        if shape is None or int(np.prod(shape, dtype=np.int64)) > FOLD_LIMIT:
            return with_inputs(node, inputs)
        runtime = {"is_train": graph.is_train} if op.wants_train else {}
        value = op.kernel(graph.xp, *(e[0].value for e in inputs), **node.attrs, **runtime)
        report.events.append(Event("folded", (node,), None, tuple(value.shape)))
        return Constant(value, node.name)

    graph.transform(replace)
    report.after = len(graph.operators)
    return report


def fuse_elementwise(graph: Graph) -> Report:
    """Find chains of elementwise nodes in which each value is read by the next node alone."""
    order = graph.operators
    report = Report("fuse_elementwise", len(order), len(order))
    uses = uses_of(graph, order)
    heads = set(graph.heads)
    for node in order:
        if not writes_in_place(node, graph):
            continue
        for entry in node.inputs:
            source = entry[0]
            alone = entry not in heads and uses[entry] == [node]
            if alone and writes_in_place(source, graph) and _alike(entry, node, graph):
                graph.chains[node] = source
                break
    for chain in _chains(graph, order):
        report.events.append(Event("fused", tuple(chain)))
    return report


def _chains(graph: Graph, order: list[Node]) -> Iterable[list[Node]]:
    continued = set(graph.chains.values())
    for node in order:
        if node in graph.chains and node not in continued:
            chain = [node]
            while chain[-1] in graph.chains:
                chain.append(graph.chains[chain[-1]])
            yield chain[::-1]


def writes_in_place(node: Node, graph: Graph) -> bool:
    """Tell whether a node is a function of the array module that can write into a given buffer."""
    op = node.op
    if op is None or op.formula is None or node.num_outputs != 1 or op.formula_of(node.attrs) is None:
        return False
    dtype = graph.dtypes.get((node, 0))
    return dtype is not None and dtype.kind == "f" and (node, 0) in graph.shapes


def makes_memory(node: Node, graph: Graph) -> bool:
    """Tell whether the result of a node has memory of its own: no view of an input, nor an input itself."""
    if node.op is None or node.num_outputs != 1:
        return False
    return writes_in_place(node, graph) or (node.op.fresh and (node, 0) in graph.shapes and (node, 0) in graph.dtypes)


def _alike(entry: Entry, node: Node, graph: Graph) -> bool:
    out = (node, 0)
    return graph.shapes.get(entry) == graph.shapes[out] and graph.dtypes.get(entry) == graph.dtypes[out]


def uses_of(graph: Graph, order: list[Node]) -> dict[Entry, list[Node]]:
    """Return for each entry of a graph the nodes that read it, once for each time."""
    uses: dict[Entry, list[Node]] = {}
    for node in order:
        for i in range(node.num_outputs):
            uses.setdefault((node, i), [])
        for entry in node.inputs:
            if entry is not None:
                uses.setdefault(entry, []).append(node)
    return uses


def plan_buffers(graph: Graph) -> Report:
    """Find the last use of every value, and write results over values that are read for the last time.

    A buffer may be written over only if the program owns it (the node that made it gave it memory of its own), nobody
    reads it later, and nobody who read it can have kept a view of it.
    """
    order = graph.operators
    report = Report("plan_buffers", len(order), len(order))
    uses = uses_of(graph, order)
    position = {node: i for i, node in enumerate(order)}
    heads = set(graph.heads)
    last_use: dict[Entry, Node] = {}
    graph.last_use = last_use
    for entry, readers in uses.items():
        if readers and entry not in heads and entry[0].op is not None:
            last_use[entry] = max(readers, key=position.__getitem__)
    taken: set[Entry] = set()
    for node in order:
        if not writes_in_place(node, graph):
            continue
        for entry in node.inputs:
            if entry is None or entry in taken or entry in heads or last_use.get(entry) is not node:
                continue
            source = entry[0]
            owned = makes_memory(source, graph) and all(
                reader is node or makes_memory(reader, graph) for reader in uses[entry]
            )
            if owned and _alike(entry, node, graph):
                graph.reuse[node] = entry
                taken.add(entry)
                report.events.append(Event("reused", (node,), source))
                break
    if any(node.op.reshapes for node in order):
        escapes = _lifetimes(graph, order)[1]
        graph.views = {node for node in order if node.op.reshapes and (node, 0) not in escapes}
    saved = sum(_nbytes(graph, entry) for entry in graph.reuse.values())
    report.total = f"{len(graph.reuse)} buffers reused, {saved} bytes not allocated"
    return report


def preallocate(graph: Graph) -> Report:
    """Give intermediate values memory that the program keeps from one run to the next.

    A value of which the caller may see the memory, because it is returned or a returned one may be a view of it, is
    allocated anew by each run. All others that an operator can write into given memory share blocks: a block is taken
    again once nothing reads, or may be a view of, what lies in it. What is computed element by element from a value
    whose order in memory is a kernel's own, as a convolution's may be, keeps that order and is allocated anew too.
    """
    order = graph.operators
    report = Report("preallocate", len(order), len(order))
    lives, escapes = _lifetimes(graph, order)
    busy: list[int] = []  # for each block the position of the last node that reads what lies in it
    rows: set[Node] = set()  # nodes whose results lie in memory row by row
    for i, node in enumerate(order):
        entry, writes = (node, 0), writes_in_place(node, graph)
        ordered = all(e is None or e[0].op is None or e[0] in rows for e in node.inputs) if writes else node.op.fresh
        if ordered and makes_memory(node, graph):
            rows.add(node)
        if node in graph.reuse:
            source = graph.reuse[node][0]
            if source in graph.placed:
                graph.placed[node] = graph.placed[source]
            continue
        given = node in rows and (node.op.wants_out or writes)
        if not given or entry in escapes or not _nbytes(graph, entry):
            continue
        size = _nbytes(graph, entry)
        free = [k for k, end in enumerate(busy) if end < i]
        if free:  # the smallest that is large enough, otherwise the largest grows
            fitting = [k for k in free if graph.blocks[k] >= size]
            block = min(fitting, key=graph.blocks.__getitem__) if fitting else max(free, key=graph.blocks.__getitem__)
            graph.blocks[block] = max(graph.blocks[block], size)
            busy[block] = lives[entry]
        else:
            block = len(busy)
            graph.blocks.append(size)
            busy.append(lives[entry])
        graph.placed[node] = block
    values = len(graph.placed) - sum(node in graph.placed for node in graph.reuse)
    report.total = f"{values} values in {len(graph.blocks)} blocks of memory that stay, {sum(graph.blocks)} bytes"
    return report


def _lifetimes(graph: Graph, order: list[Node]) -> tuple[dict[Entry, int], set[Entry]]:
    """Return the position of the last node that reads the memory of each entry, and the entries that callers may see.

    What an operator returns may be a view of what it reads, unless it is known to have memory of its own.
    """
    count = len(graph.heads) if graph.escaping is None else graph.escaping
    escapes = set(graph.heads[:count])
    lives: dict[Entry, int] = dict.fromkeys(graph.heads, len(order))
    for i, node in reversed(list(enumerate(order))):
        outputs = [(node, k) for k in range(node.num_outputs)]
        reused = graph.reuse.get(node)
        for entry in node.inputs:
            if entry is None:
                continue
            lives[entry] = max(lives.get(entry, -1), i)
            if entry == reused or not makes_memory(node, graph):
                lives[entry] = max(lives[entry], *(lives.get(out, i) for out in outputs))
                if not escapes.isdisjoint(outputs):
                    escapes.add(entry)
        for out in outputs:
            lives.setdefault(out, i)
    return lives, escapes


def _nbytes(graph: Graph, entry: Entry) -> int:
    return int(np.prod(graph.shapes[entry], dtype=np.int64)) * graph.dtypes[entry].itemsize


def _complete_shapes(graph: Graph) -> None:
    """Write inferred extents into the attributes that left them open, such as the batch of zeros of shape (0, 3)."""

    def is_open(node: Node) -> bool:
        return node.op is not None and bool(node.op.completes) and 0 in node.op.complete(node.attrs)[node.op.completes]

    def replace(node: Node, inputs: tuple[Any, ...]):
        if is_open(node) and (node, 0) in graph.shapes:
            attrs = {**node.attrs, node.op.completes: graph.shapes[node, 0]}
            return Node(node.op, inputs, attrs, node.name, node.num_outputs, (), node.scope, node.meta)
        return with_inputs(node, inputs)

    if any(map(is_open, graph.order)):
        graph.transform(replace)


PASSES: tuple[Callable[[Graph], Report], ...] = (
    drop_identity_nodes,
    fold_shapes,
    merge_common,
    fold_constants,
    fuse_elementwise,
    plan_buffers,
)


def run(
    graph: Graph,
    steps: Iterable[Callable[[Graph], Report]],
    watch: Callable[[Graph, Report | None], None] | None = None,
) -> list[Report]:
    """Run passes one after the other, and return their reports.

    ``watch(graph, report)`` is called with the graph as it is, then after each pass; ``graph.became`` then says what
    the pass made of each node.
    """
    _complete_shapes(graph)
    if watch is None:
        return [step(graph) for step in steps]
    watch(graph, None)
    reports: list[Report] = []
    for step in steps:
        graph.became = {}
        reports.append(step(graph))
        watch(graph, reports[-1])
    return reports
