"""A tape as a reader follows it: the node of a hybridized Block is replaced by the nodes of the Block's own graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.graph import Entry, Node, topological_order
from ..core.operator import Like


@dataclass
class Unrolled:
    """A tape, and what is known of its values.

    Attributes
    ----------
    heads : entries of the outputs
    order : every node, inputs before users
    moved : for each entry of the tape that was read, where it is now, None for what became a constant; empty where
        nothing had to be replaced: then ``order`` holds the nodes of the tape themselves
    known : raw values by entry
    constants : raw values of inputs that are on no tape, by (node, position); None where the tape keeps none
    """

    heads: list[Entry]
    order: list[Node]
    moved: dict[Entry, Entry | None] = field(default_factory=dict)
    known: dict[Entry, Any] = field(default_factory=dict)
    constants: dict[tuple[Node, int], Any] = field(default_factory=dict)

    def entry(self, entry: Entry) -> Entry | None:
        """Return where an entry of the tape is now."""
        return self.moved.get(entry) if self.moved else entry


def unroll(heads: Sequence[Entry]) -> Unrolled:
    """Return the tape behind ``heads``; the tape itself is only read.

    A Block with a random operator stays one node: its numbers were drawn inside its compiled program.
    """
    order = topological_order(node for node, _ in heads)
    found = Unrolled(list(heads), order)
    if any(can_open(node) for node in order):
        for node in order:
            _move(node, found)
        moved = [found.moved[head] for head in heads]
        found.heads = [head for head in moved if head is not None]
        found.order = topological_order(node for node, _ in found.heads)
    for node in found.order:
        _read_kept(node, found)
    return found


def can_open(node: Node) -> bool:
    """Tell whether a node stands for a graph that can be run again, node by node."""
    cached = getattr(node.op, "cached", None)
    if cached is None or not node.saved:
        return False
    is_train = node.saved[0].is_train
    return not any(draws(inner, is_train) for inner in cached.symbol._nodes())


def draws(node: Node, is_train: bool) -> bool:
    """Tell whether a node draws random numbers, so that another run gives other values."""
    return bool(node.op is not None and node.op.wants_rng and not node.op.is_identity(node.attrs, is_train))


def _move(node: Node, found: Unrolled) -> None:
    inputs = tuple(None if entry is None else found.moved[entry] for entry in node.inputs)
    if can_open(node):
        for k, head in enumerate(_open(node, inputs, found)):
            found.moved[node, k] = head
        return
    stand_in = node
    if any(new is not old for new, old in zip(inputs, node.inputs, strict=True)):
        stand_in = Node(node.op, inputs, node.attrs, node.name, node.num_outputs, node.saved, node.scope)
        stand_in.training = node.training
    for k in range(node.num_outputs):
        found.moved[node, k] = (stand_in, k)


def _open(node: Node, inputs: Sequence[Entry | None], found: Unrolled) -> list[Entry | None]:
    """Run the graph of a hybridized Block node by node; return where its outputs are."""
    graph, _, values, ctx = node.saved[:4]  # type: ignore[index]
    cached, xp = node.op.cached, ctx.xp
    raws: dict[Entry, Any] = {}
    places: dict[Entry, Entry | None] = {}
    for variable, entry, raw in zip(cached._inputs, inputs, values, strict=True):
        raws[variable, 0], places[variable, 0] = raw, entry
        if entry is not None:
            found.known.setdefault(entry, raw)
    for inner in cached.symbol._nodes():
        if inner.op is None:
            continue
        given = [None if entry is None else raws[entry] for entry in inner.inputs]
        results = run(inner, xp, given, graph.is_train)
        entries = tuple(None if entry is None else places[entry] for entry in inner.inputs)
        recorded = any(entry is not None for entry in entries)
        saved = inner.op.rule.save(given, results) if inner.op.rule is not None else ()
        if inner.num_outputs > 1:
            visible = inner.op.num_visible(inner.attrs)
            saved = (*saved, tuple(Like(r.shape, r.dtype) for r in results[:visible]))
        scope = (*node.scope[:-1], *inner.scope)
        new = Node(inner.op, entries, inner.attrs, inner.name, inner.num_outputs, saved, scope)
        new.training = graph.is_train if inner.op.wants_train else None
        for k, entry in enumerate(entries):
            if entry is None and given[k] is not None:
                found.constants[new, k] = given[k]
        for k, result in enumerate(results):
            raws[inner, k] = result
            places[inner, k] = (new, k) if recorded else None
            if recorded:
                found.known[new, k] = result
    return [places[entry] for entry in cached.symbol._entries]


def run(node: Node, xp: Any, inputs: Sequence[Any], is_train: bool) -> tuple[Any, ...]:
    """Run an operator's kernel on raw arrays; return its outputs, hidden ones too, without new values of states."""
    keywords: dict[str, Any] = dict(node.attrs)
    if node.op.wants_train:
        keywords["is_train"] = is_train if node.training is None else node.training
    if node.op.wants_rng:
        keywords["rng"] = xp.random.default_rng(0)  # it is an identity here: what is drawn changes nothing
    result = node.op.kernel(xp, *inputs, **keywords)
    return (result if type(result) is tuple else (result,))[: node.num_outputs]


def _read_kept(node: Node, found: Unrolled) -> None:
    """Note the values that the tape keeps for the gradient rule of a node."""
    if node.op is None:
        return
    values = kept_of(node)
    for source, value in values.items():
        if value is None or isinstance(value, Like):
            continue
        if isinstance(source, int) and source < 0:
            found.known.setdefault((node, ~source), value)
        elif isinstance(source, int) and source < len(node.inputs):
            _note_input(node, source, value, found)
        elif source == "outs":
            for k, each in enumerate(value):
                if not isinstance(each, Like):
                    found.known.setdefault((node, k), each)
        elif source == "inputs":
            for k, each in enumerate(value):
                if each is not None and not isinstance(each, Like):
                    _note_input(node, k, each, found)
    for k, entry in enumerate(node.inputs):
        if entry is None:
            found.constants.setdefault((node, k), None)


def _note_input(node: Node, position: int, value: Any, found: Unrolled) -> None:
    entry = node.inputs[position]
    if entry is None:
        found.constants.setdefault((node, position), value)
    else:
        found.known.setdefault(entry, value)


def kept_of(node: Node) -> Mapping[Any, Any]:
    """Return what the tape keeps at a node, by the source that the gradient rule names; shapes are Likes."""
    sources = getattr(node.op.rule, "kept", None)
    if hasattr(node.op, "cached"):
        values = node.saved[2] if node.saved else ()
        return dict(enumerate(values))
    if not isinstance(sources, tuple) or not hasattr(node.op, "kernel"):
        return {}
    return dict(zip(sources, node.saved or (), strict=False))
