"""The pass that lets one operator stand for several nodes, before a graph is differentiated.

A classifier's loss, written as log_softmax, pick and mean, is one operator of which value and gradient take a part of
the time. Which nodes an operator may stand for it says itself, see ``Operator.join``.
"""
from typing import Any

from .graph import Entry, Node, with_inputs
from .operator import find
from .passes import Event, Graph, Report, uses_of


def join_operators(graph: Graph) -> Report:
    """Compute nodes together where an operator declares with ``join`` that its kernel does the same."""
    order = graph.operators
    report = Report("join_operators", len(order), 0)
    if not any(node.op.joined_by for node in order):
        report.after = len(order)
        return report
    uses, heads = uses_of(graph, order), set(graph.heads)
    became: dict[Node, Any] = {}

    def alone(entry: Entry) -> bool:
        return entry[0].op is not None and entry not in heads and len(uses[entry]) == 1

    def now(entry: Entry) -> Entry:
        target = became[entry[0]]
        return (target, entry[1]) if isinstance(target, Node) else target[entry[1]]

    def replace(node: Node, inputs: tuple[Any, ...]):
        for op in () if node.op is None else map(find, node.op.joined_by):
            found = op.joining(node, alone) if op.joining is not None else None
            if found is not None:
                read, attrs = found
                joined = Node(op, tuple(map(now, read)), attrs, node.name, op.num_outputs(attrs), (), node.scope)
                joined.meta, joined.source = node.meta, node.source
                report.events.append(Event("joined", (node,), joined))
                became[node] = ((joined, 0),)
                return became[node]
        became[node] = with_inputs(node, inputs)
        return became[node]

    graph.transform(replace)
    report.after = len(graph.operators)
    return report


__all__ = ["join_operators"]
