"""F as a graph: every operator as a function that adds a node.

The reverse pass, run with this F, writes the backward graph.
"""
from collections.abc import Callable, Sequence
from typing import Any

from .frontend import bind
from .gradient import required_nodes, reverse
from .graph import Entry, Node
from .operator import Operator, find


class Term:
    """One output of a node, as the value that F's functions take and return."""

    __slots__ = ("index", "node")

    def __init__(self, node: Node, index: int):
        self.node = node
        self.index = index

    @property
    def entry(self) -> Entry:
        """The output as graphs hold it: (node, index)."""
        return (self.node, self.index)


class GraphFunctions:
    """Every operator as a function of Terms.

    Attributes
    ----------
    forward : the node whose gradient rule is running; nodes made meanwhile point to it and share its scope
    """

    def __init__(self):
        self.forward: Node | None = None
        self._count: dict[str, int] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        op = find(name)

        def function(*args: Any, **kwargs: Any):
            inputs, attrs = bind(op, args, kwargs)
            return self.apply(op, inputs, attrs)

        self.__dict__[name] = function
        return function

    def apply(self, op: Operator, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
        """Add a node, and return its visible outputs: one Term, or a tuple of them."""
        entries = tuple([None if term is None else term.entry for term in inputs])
        total = op.num_outputs(attrs)
        node = Node(op, entries, attrs, self._name(op.name), total, scope=self._scope(), forward=self.forward)
        visible = op.num_visible(attrs)
        return Term(node, 0) if visible == 1 else tuple([Term(node, i) for i in range(visible)])

    def _name(self, operator_name: str) -> str:
        """Return the name of a backward node: d_ and the forward node's, with a number behind it after the first."""
        base = f"d_{self.forward.name}" if self.forward is not None else f"d_{operator_name.strip('_').lower()}"
        number = self._count[base] = self._count.get(base, -1) + 1
        return f"{base}_{number}" if number else base

    def _scope(self) -> tuple[str, ...]:
        return () if self.forward is None else self.forward.scope


def kept_entries(node: Node) -> list[Any]:
    """Return the Terms that the gradient rule of ``node`` names."""
    kept: list[Any] = []
    for source in node.op.rule.kept:
        if source == "outs":
            kept.append(tuple(Term(node, i) for i in range(node.num_outputs)))
        elif source == "inputs":
            kept.append(tuple(None if e is None else Term(*e) for e in node.inputs))
        elif source < 0:
            kept.append(Term(node, ~source))
        else:
            entry = node.inputs[source] if source < len(node.inputs) else None
            kept.append(None if entry is None else Term(*entry))
    return kept


def backward_graph(
    heads: Sequence[Entry], head_grads: Sequence[Entry | None], wrt: Sequence[Node], *, is_train: bool = True
) -> list[Any]:
    """Return the gradient of the heads with respect to each variable, as entries of a new graph over the old one.

    Parameters
    ----------
    heads : outputs of the forward graph
    head_grads : their head gradients; None stands for ones
    wrt : variables
    is_train : whether the forward graph runs in training

    Returns
    -------
    list of Entry; None where the heads do not depend on a variable
    """
    F = GraphFunctions()

    def kept(node: Node):
        if node.op.rule is None:
            node.op.require_rule(node.name)
        F.forward = node
        return kept_entries(node)

    def zeros(_: Any, node: Node, index: int):
        return F.zeros_like(Term(node, index)) if index < node.op.num_visible(node.attrs) else None

    required = required_nodes([node for node, _ in heads], wrt)
    pairs: list[tuple[Entry, Any]] = []
    for entry, gradient in zip(heads, head_grads, strict=True):
        if entry[0] in required:
            pairs.append((entry, F.ones_like(Term(*entry)) if gradient is None else Term(*gradient)))
    results = reverse(F, pairs, kept, zeros=zeros, required=required, is_train=is_train)[0] if pairs else {}
    return [results[node][0].entry if node in results and results[node][0] is not None else None for node in wrt]
