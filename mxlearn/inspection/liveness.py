"""How many bytes of computed values a graph holds while it runs, from shapes alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..core.graph import Entry, Node
from ..core.passes import Graph


def nbytes(graph: Graph, entry: Entry) -> int:
    """Return the size of an entry, 0 where its shape or dtype is unknown."""
    shape, dtype = graph.shapes.get(entry), graph.dtypes.get(entry)
    return 0 if shape is None or dtype is None else int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize


def live_bytes(
    graph: Graph, order: Sequence[Node], held: set[Entry], reuse: Mapping[Node, Entry], base: int = 0
) -> list[int]:
    """Return the bytes that are held while each node of ``order`` runs, its own results included.

    Parameters
    ----------
    order : operator nodes, in the order in which they run
    held : entries that stay to the end, though nobody reads them
    reuse : for nodes that write their result over another value, that value
    base : bytes that are there from the beginning to the end
    """
    last: dict[Entry, Node] = {}
    for node in order:
        last.update((entry, node) for entry in _read(node))
    computed = set(order)
    live, found = base, []
    for node in order:
        over = reuse.get(node)
        made = [(node, k) for k in range(node.num_outputs)]
        live += sum(nbytes(graph, entry) for entry in made) - (nbytes(graph, over) if over is not None else 0)
        found.append(live)
        for entry in dict.fromkeys([*_read(node), *made]):
            if entry[0] in computed and last.get(entry, node) is node and entry not in held and entry != over:
                live -= nbytes(graph, entry)
    return found


def _read(node: Node) -> Iterable[Entry]:
    return [entry for entry in node.inputs if entry is not None]


def kept_by_tape(order: Iterable[Node], required: set[Node]) -> set[Entry]:
    """Return the entries that a tape keeps for the gradient rules of its nodes; shapes take no memory."""
    kept: set[Entry] = set()
    for node in order:
        rule: Any = node.op.rule
        if node not in required or rule is None:
            continue
        for source, like in zip(rule.kept, rule.like, strict=True):
            if like:
                continue
            if source == "outs":
                kept.update((node, k) for k in range(node.num_outputs))
            elif source == "inputs":
                kept.update(_read(node))
            elif source < 0:
                kept.add((node, ~source))
            elif source < len(node.inputs) and node.inputs[source] is not None:
                kept.add(node.inputs[source])
    return kept


def eager_order(forward: Sequence[Node], backward: Iterable[Node]) -> list[Node]:
    """Return all nodes in the order in which eager operators and then the reverse pass run them."""
    position = {node: k for k, node in enumerate(forward)}

    def turn(node: Node) -> int:
        return -position.get(node.forward, len(position)) if node.forward is not None else -len(position)

    return [*forward, *sorted(backward, key=turn)]
