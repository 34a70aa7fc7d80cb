"""The backward graph as nodes: the one reverse pass, run with an F that writes instead of computing."""
from typing import Any

from ..core.frontend import bind
from ..core.gradient import required_nodes, reverse
from ..core.graph import Entry, Node
from ..core.operator import find


class _Value:
    """An entry of a backward graph in the making; a rule may hold, pass and return it, but not look inside."""

    __slots__ = ("entry",)

    def __init__(self, entry: tuple[Node, int]):
        self.entry = entry


class _Writer:
    """The F that writes a backward graph: each operator makes a node, marked with the node that it differentiates."""

    def __init__(self) -> None:
        self.forward: Node | None = None
        self.written: list[Node] = []

    def __getattr__(self, name: str) -> Any:
        op = find(name)

        def function(*args, **attributes):
            values, attrs = bind(op, args, attributes)
            entries = tuple(None if v is None else v.entry for v in values)
            forward = self.forward
            scope = forward.scope if forward is not None else ()
            node = Node(op, entries, attrs, None, op.num_outputs(attrs), (), scope, forward=forward)
            self.written.append(node)
            count = op.num_visible(attrs)
            return _Value((node, 0)) if count == 1 else tuple(_Value((node, k)) for k in range(count))

        setattr(self, name, function)
        return function

    def kept(self, node: Node) -> list:
        """Return what the gradient rule of a node names; the nodes written next differentiate it."""
        self.forward = node
        kept: list = []
        for source in node.op.rule.kept:
            if source == "outs":
                kept.append(tuple(_Value((node, k)) for k in range(node.num_outputs)))
            elif source == "inputs":
                kept.append(tuple(_Value(entry) for entry in node.inputs))
            elif source >= 0:
                entry = node.inputs[source] if source < len(node.inputs) else None
                kept.append(None if entry is None else _Value(entry))
            else:
                kept.append(_Value((node, ~source)))
        return kept


def write(heads: list[Entry], wanted: list[Node]) -> tuple[list[tuple[Node, Entry]], list[Node]]:
    """Write the gradients of ``heads`` with respect to the variables ``wanted``.

    Returns
    -------
    pairs (variable, entry of its gradient), and the nodes that were written: ``forward`` is what each differentiates

    Raises
    ------
    GradientError
        If an operator on the way has no gradient.
    """
    F = _Writer()
    pairs = []
    for entry in heads:
        F.forward = entry[0]
        gradient = F.ones_like(_Value(entry))
        gradient.entry[0].name = "head_grad"
        pairs.append((entry, gradient))
    required = required_nodes([node for node, _ in heads], wanted)
    results, _ = reverse(F, pairs, F.kept, zeros=lambda node, k: F.zeros_like(_Value((node, k))), required=required)
    gradients = [
        (variable, value.entry) for variable in wanted for value in results.get(variable, ()) if value is not None
    ]
    _give_names(F.written, gradients)
    return gradients, F.written


def _give_names(written: list[Node], gradients: list[tuple[Node, Entry]]) -> None:
    """Name the gradient of w ``w_grad``, and what leads to it after the forward node that it differentiates."""
    for variable, (node, _) in gradients:
        if node.name is None and node.forward is not None:
            node.name = f"{variable.name}_grad"
    counts: dict[str, int] = {}
    for node in written:
        if node.name is None:
            stem = f"{node.forward.name}_backward" if node.forward is not None else "backward"
            count = counts[stem] = counts.get(stem, 0) + 1
            node.name = stem if count == 1 else f"{stem}{count}"
