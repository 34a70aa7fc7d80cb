"""Read how a network is compiled: the graph after each pass, what became of each node, and the program's lines."""

from collections.abc import Iterable, Mapping

import numpy as np

from ..base import printable
from ..core.attributes import to_string
from ..core.compile import Program, compile_graph
from ..core.graph import Constant, Entry, Node, topological_order
from ..core.joining import join_operators
from ..core.passes import Event, Report
from ..core.passes import Graph as CoreGraph
from ..core.training import TrainingGraph, infer_all
from ..core.writer import common_prefix
from . import liveness
from .compiled_records import Change, Compiled, Fate, Memory, Origin, Part, Stage, Use
from .records import Graph, NodeView, OutputView
from .running import Subject, subject

WRITTEN = "as written"


def compiled(net, inputs=None, *, backward: bool = False) -> Compiled:
    """Compile a network as ``hybridize()`` does, and record each step of it.

    Parameters
    ----------
    net : HybridBlock, hybridized or not, or Symbol; it stays as it is, except that a deferred initialization is
        completed as by ``net(x)``
    inputs : the NDArray, or tuple of them, that the Block is called with; for a Symbol a dict of NDArrays by name
    backward : whether to compile for training: a forward program that keeps what the backward program reads, and the
        backward program for all that has a gradient. Otherwise the program is that of prediction

    Returns
    -------
    Compiled

    Raises
    ------
    ArgumentError
        If ``net`` cannot be compiled.
    MXNetError
        If its parameters are not initialized, or shapes do not fit.

    Examples
    --------
    >>> import mxlearn as mx
    >>> x = mx.sym.Variable("x")
    >>> record = mx.inspection.compiled(mx.sym.exp(x, name="a") + mx.sym.exp(x, name="b"), {"x": mx.nd.ones(2)})
    >>> record.calls, record.changes(3)[0].text
    ((3, 2), 'b computes the same as a: it is computed once')
    """
    return record(subject(net, inputs, backward=backward))


def record(given: Subject) -> Compiled:
    """Return the record of a subject that is at hand already."""
    watcher = _Watcher(given)
    cached, heads = given.cached, given.cached.symbol._entries
    raws = [array._data for array in given.arrays]
    shapes = {node: raw.shape for node, raw in zip(cached._inputs, raws, strict=True)}
    dtypes = {node: raw.dtype for node, raw in zip(cached._inputs, raws, strict=True)}
    if not given.backward:
        found, types = infer_all(heads, shapes, dtypes)
        program = compile_graph(
            heads,
            cached._inputs,
            xp=given.ctx.xp,
            shapes=found,
            dtypes=types,
            watch=watcher.predict,
            static=cached.static,
        )
        return watcher.result({"forward": program})
    wrt = [node for node, want in zip(cached._inputs, given.wanted, strict=True) if want]
    known = {"xp": given.ctx.xp, "shapes": shapes, "dtypes": dtypes, "static": cached.static}
    if join_operators(CoreGraph(list(heads), given.ctx.xp, True)).events:  # before the graph is differentiated
        TrainingGraph(heads, cached._inputs, wrt, watch=watcher.train_as_written, plain=True, **known)
    training = TrainingGraph(heads, cached._inputs, wrt, watch=watcher.train, **known)
    return watcher.result({"forward": training.forward, "backward": training.backward})


class _Watcher:
    """Follows the nodes of a graph through the passes; each keeps the number that it gets when it is first seen."""

    def __init__(self, given: Subject):
        self.given = given
        self.num_heads = len(given.cached.symbol._entries)
        self.ids: dict[Node, int] = {}
        self.origins: list[Origin] = []
        self.stages: dict[str, list[Stage]] = {"forward": [], "backward": []}
        self.steps: dict[str, list[tuple[dict[int, int], set[int]]]] = {"forward": [], "backward": []}
        self.last: dict[str, CoreGraph] = {}
        self.latest: dict[str, list[Node]] = {}
        self.forward_nodes: set[Node] = set()
        self.residuals: list[Entry] = []
        self.written: tuple[int, Use] = (0, Use((), ()))
        self.random: tuple[str, ...] = ()
        self.prefix = ""

    # -- what the compiler calls -------------------------------------------------------------------------------------
    def predict(self, name: str, graph: CoreGraph, report: Report | None) -> None:
        """See a graph for prediction."""
        if report is None:
            self._begin(graph, graph.order, [])
        self._see(name, graph, graph.order, report)

    def train_as_written(self, name: str, graph: CoreGraph, report: Report | None) -> None:
        """See a graph for training in which no operator stands for several nodes."""
        if name == "joint":
            self.train(name, graph, report)

    def train(self, name: str, graph: CoreGraph, report: Report | None) -> None:
        """See a graph for training: joint, then cut into two."""
        if name == "joint":
            forward, backward = self._halves(graph)
            if report is None and self.latest:
                self._see_joined(graph, {"forward": forward, "backward": backward})
                return
            if report is None:
                self._begin(graph, forward, backward)
            self._see("forward", graph, forward, report)
            self._see("backward", graph, backward, report)
        elif name == "cut":
            for old, new in (graph.became or {}).items():
                for entry in new if type(new) is tuple else [(new, 0)]:
                    if not (isinstance(entry[0], Constant) and entry[0].value is None):
                        self.ids.setdefault(entry[0], self.ids[old])
        elif report is not None:
            self._see(name, graph, graph.order, report)

    def _halves(self, graph: CoreGraph) -> tuple[list[Node], list[Node]]:
        """Return the nodes that the outputs depend on, and the others."""
        forward = topological_order(node for node, _ in graph.heads[: self.num_heads])
        self.forward_nodes = set(forward)
        return forward, [node for node in graph.order if node not in self.forward_nodes]

    def _begin(self, graph: CoreGraph, forward: list[Node], backward: list[Node]) -> None:
        self.prefix = common_prefix([node.name or "" for node in forward])
        for part, nodes in (("forward", forward), ("backward", backward)):
            for node in nodes:
                self._number(node, part, True)
        run = [node for node in forward if node.op is not None]
        back = [node for node in backward if node.op is not None]
        order = liveness.eager_order(run, back)
        held = set(graph.heads)
        if back:
            wanted = {n for n, want in zip(self.given.cached._inputs, self.given.wanted, strict=True) if want}
            required = set(wanted)
            for node in run:
                if any(entry is not None and entry[0] in required for entry in node.inputs):
                    required.add(node)
            held |= liveness.kept_by_tape(run, required)
        use = Use(tuple(self.ids[n] for n in order), tuple(liveness.live_bytes(graph, order, held, {})))
        self.written = (len(order), use)
        drawing = [n for n in run if n.op.wants_rng and not n.op.is_identity(n.attrs, graph.is_train)]
        self.random = tuple(self._short(n) for n in drawing)

    # -- numbers and names -------------------------------------------------------------------------------------------
    def _number(self, node: Node, part: str, written: bool = False) -> int:
        if node not in self.ids:
            self.ids[node] = len(self.origins)
            op = "null" if node.op is None else node.op.name
            name = printable(node.name or op)
            self.origins.append(Origin(len(self.origins), name, self._short(node), op, part, written))
        return self.ids[node]

    def _short(self, node: Node) -> str:
        name = node.name or ("constant" if node.op is None else node.op.name)
        return printable(name.replace(self.prefix, "", 1) if self.prefix else name)

    # -- a stage -----------------------------------------------------------------------------------------------------
    def _see(
        self, part: str, graph: CoreGraph, nodes: list[Node], report: Report | None, changes: Iterable[Change] = ()
    ) -> None:
        self.last[part] = graph
        before = self.stages[part][-1].after if self.stages[part] else 0
        for node, new in (graph.became or {}).items():
            if isinstance(new, Node) and node in self.ids:  # a copy, or the constant that was computed
                self.ids.setdefault(new, self.ids[node])
        for node in nodes:
            self._number(node, part)
        step = {
            self.ids[node]: self.ids[new if isinstance(new, Node) else new[0][0]]
            for node, new in (graph.became or {}).items()
        }
        alive = {self.ids[node] for node in nodes}
        events = [] if report is None else [e for e in report.events if self._part_of(e, part)]
        name = WRITTEN if report is None else report.name
        changes = [*changes, *(self._change(event) for event in events)]
        if self.stages[part]:
            there = {k for k, view in zip(self.stages[part][-1].ids, self.stages[part][-1].graph.nodes, strict=True)
                     if view.op != "null"}  # fmt: skip
            gone = there - alive - {c.ids[0] for c in changes if c.kind in ("dropped", "merged", "folded")}
            gone -= {k for c in changes if c.kind == "joined" for k in c.ids}
            changes += [self._unused(k) for k in sorted(gone)]
        after = sum(1 for node in nodes if node.op is not None)
        if self.latest.get(part) == nodes:  # the pass left every node alone
            view, ids = self.stages[part][-1].graph, self.stages[part][-1].ids
        else:
            view, ids = self._view(part, graph, nodes)
        self.latest[part] = nodes
        stage = Stage(name, view, ids, before or after, after, tuple(changes))
        self.stages[part].append(stage)
        self.steps[part].append((step, alive))

    def _see_joined(self, graph: CoreGraph, halves: dict[str, list[Node]]) -> None:
        """See the graph in which one operator stands for several nodes of the graph that was seen before.

        Both were differentiated by themselves, so that nodes of one are told by their names in the other.
        """
        stands_for: dict[str, set[Node]] = {}  # by the name of a forward operator: the nodes that it stands for
        for part, nodes in halves.items():
            before = {(node.name, node.op): node for node in self.latest[part]}
            partners = {node: before.pop((node.name, node.op)) for node in nodes if (node.name, node.op) in before}
            gone = [node for node in before.values() if node.op is not None]
            became: dict[Node, Node] = {old: new for new, old in partners.items()}
            changes: list[Change] = []
            for new in (node for node in nodes if node.op is not None and node not in partners):
                if part == "forward":
                    end = next(node for node in gone if node.name == new.name)
                    leading = set(topological_order([end]))
                    members = [node for node in gone if node in leading and node not in became]
                    stands_for[str(new.name)] = set(members)
                else:
                    forward = "" if new.forward is None else str(new.forward.name)
                    members = [node for node in gone if node.forward in stands_for.get(forward, ())]
                became |= dict.fromkeys(members, new)
                ids = tuple(self.ids[node] for node in members)
                text = f"{', '.join(self.origins[k].short for k in ids)}: one operator, {new.op.name}"
                if ids:
                    changes.append(Change("joined", ids, self._number(new, part), text))
            graph.became = became
            self._see(part, graph, nodes, Report(join_operators.__name__, 0, 0), changes)
        graph.became = None

    def _part_of(self, event: Event, part: str) -> bool:
        return self.origins[self.ids[event.nodes[0]]].part == part

    def _change(self, event: Event) -> Change:
        ids = tuple(self.ids[node] for node in event.nodes)
        target = None if event.target is None else self.ids.get(event.target)
        first = self.origins[ids[0]].short
        other = "" if event.target is None else self._short(event.target)
        match event.kind:
            case "dropped":
                text = f"{first} gives its input unchanged: it is left out"
            case "unread":
                text = f"{first} reads the shape of {other} alone: {_shape(event.shape)} is written into the program"
            case "merged":
                text = f"{first} computes the same as {other}: it is computed once"
            case "folded":
                text = f"{first} depends on no input: it is computed now, a constant of shape {_shape(event.shape)}"
            case "joined":
                others = ", ".join(self.origins[k].short for k in reversed(ids[1:]))
                text = f"{others} and {first}: one kernel" if others else f"{first}: one operator for what leads to it"
            case "fused":
                text = " → ".join(self.origins[k].short for k in ids) + ": one buffer for the chain"
            case _:
                text = f"{first} writes over {other}, which nobody reads any more"
        return Change(event.kind, ids, target, text)

    def _unused(self, k: int) -> Change:
        return Change("unused", (k,), None, f"{self.origins[k].short} is read by nobody any more: it is left out")

    # -- records -----------------------------------------------------------------------------------------------------
    def _view(self, part: str, graph: CoreGraph, nodes: list[Node]) -> tuple[Graph, tuple[int, ...]]:
        """Return the graph of one part; a value of the other part is a variable in it."""
        position: dict[Node, int] = {}
        views: list[NodeView] = []
        inside = set(nodes)

        def add(node: Node, leaf: bool) -> int:
            if node not in position:
                inputs = () if leaf else tuple(
                    (add(e[0], e[0] not in inside), 0 if e[0] not in inside else e[1]) for e in node.inputs if e
                )  # fmt: skip
                position[node] = len(views)
                views.append(self._node(len(views), node, inputs, graph, leaf))
            return position[node]

        for node in nodes:
            if node.op is not None or part == "forward":
                add(node, False)
        for node, _ in graph.heads:
            if node in inside:
                add(node, False)
        ids = [0] * len(views)
        for node, k in position.items():
            ids[k] = self.ids[node]
        count = self.num_heads if part == "forward" else None
        heads = tuple(dict.fromkeys((position[n], k) for n, k in graph.heads[:count] if n in inside and n in position))
        return Graph(self.given.title, "program", tuple(views), heads), tuple(ids)

    def _node(self, number: int, node: Node, inputs: tuple, graph: CoreGraph, leaf: bool) -> NodeView:
        outputs = []
        for k in range(1 if node.op is None or leaf else max(1, node.op.num_visible(node.attrs))):
            shape, dtype = graph.shapes.get((node, k)), graph.dtypes.get((node, k))
            if isinstance(node, Constant) and node.value is not None:
                shape, dtype = tuple(node.value.shape), node.value.dtype
            size = None if shape is None or dtype is None else liveness.nbytes(graph, (node, k))
            outputs.append(OutputView(shape, None if dtype is None else np.dtype(dtype).name, None, size))
        variable = node.op is None or leaf
        return NodeView(
            id=number,
            name=printable(node.name or "constant"),
            op="null" if node.op is None or leaf else node.op.name,
            kind=self._kind(node) if variable else "operator" if node.forward is None else "gradient",
            inputs=inputs,
            outputs=tuple(outputs),
            scope=tuple(map(printable, node.scope)),
            attributes={} if leaf else {k: printable(to_string(v)) for k, v in node.attrs.items()},
        )

    def _kind(self, node: Node) -> str:
        if isinstance(node, Constant):
            return "constant"
        return "parameter" if node.name in self.given.parameters else "variable"

    # -- the result --------------------------------------------------------------------------------------------------
    def result(self, programs: Mapping[str, Program]) -> Compiled:
        """Return everything that was seen."""
        parts = []
        for name, program in programs.items():
            lines = {self.ids[node]: line for node, line in program.lines.items()}
            parts.append(Part(name, tuple(self.stages[name]), program.source, lines))
        calls = (self.written[0], sum(len(program.steps) for program in programs.values()))
        return Compiled(
            title=printable(self.given.title),
            nodes=tuple(self.origins),
            parts=tuple(parts),
            calls=calls,
            memory=self._memory(programs),
            random=self.random,
            fates=tuple(self._fates(parts)),
        )

    def _memory(self, programs: Mapping[str, Program]) -> Memory:
        ids: list[int] = []
        live: list[int] = []
        base = 0
        for name, program in programs.items():
            graph = self.last[name]
            order = [step.node for step in program.steps]
            live += liveness.live_bytes(graph, order, set(graph.heads), graph.reuse, base)
            ids += [self.ids[node] for node in order]
            computed = set(order)
            base += sum(liveness.nbytes(graph, e) for e in dict.fromkeys(graph.heads) if e[0] in computed)
        over = [(self.last[name], entry) for name in programs for entry in self.last[name].reuse.values()]
        saved = sum(liveness.nbytes(graph, entry) for graph, entry in over)
        return Memory(self.written[1], Use(tuple(ids), tuple(live)), len(over), saved)

    def _fates(self, parts: list[Part]) -> Iterable[dict[int, Fate]]:
        """Follow each node as written through the stages."""
        fates = {origin.id: Fate("same", origin.id, "") for origin in self.origins if origin.written}
        for k in range(len(parts[0].stages)):
            step: dict[int, int] = {}
            alive: set[int] = set()
            changed: dict[int, Change] = {}
            for part in reversed(parts):  # what the forward program does to its nodes counts, not their stand-ins
                step |= self.steps[part.name][k][0]
                alive |= self.steps[part.name][k][1]
            for part in parts:
                for change in part.stages[k].changes:
                    for each in change.ids if change.kind in ("fused", "joined") else change.ids[:1]:
                        changed[each] = change
            fates = {each: _after(fate, each, step, alive, changed) for each, fate in fates.items()}
            yield fates


def _after(fate: Fate, each: int, step: dict[int, int], alive: set[int], changed: dict[int, Change]) -> Fate:
    """Return the fate of a node after one more pass."""
    if fate.now is None:
        return fate
    now: int | None = step.get(fate.now, fate.now)
    change = changed.get(fate.now)
    if now not in alive:
        now = None
    if change is None:
        return Fate(fate.kind, now, fate.text)
    if fate.now == each:
        text = f"{fate.text}; {change.text}" if fate.text else change.text
        kind = fate.kind if change.kind == "unread" or (fate.kind, change.kind) == ("fused", "reused") else change.kind
        return Fate(kind, now, text)
    gone = change.kind in ("dropped", "merged", "folded", "unused")  # it happened to the node that stands for this one
    return Fate(fate.kind, now, f"{fate.text}; {change.text}" if gone else fate.text)


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if shape else "scalar"
