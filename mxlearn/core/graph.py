"""One graph for the tape, the Symbol and the compiled program.

A Node applies an operator to entries; an entry is ``(node, index)``, output ``index`` of ``node``. A node whose ``op``
is None is a variable. An eager array keeps its entry, and that chain of nodes is the tape.
"""
from collections.abc import Callable, Iterable
from typing import Any

from .source import Place


class Node:
    """An operator applied to entries, or a variable.

    Attributes
    ----------
    op : Operator, or None for a variable
    inputs : tuple of entries; None stands for a constant that is not on the tape
    attrs : dict, the attributes that the caller gave, parsed
    name : str, or None for a node of the tape that nobody named
    num_outputs : int, hidden outputs included
    saved : on the tape, the raw values that the gradient rule named, behind them a tuple of Likes of the visible
        outputs where there are several; None after backward() freed them
    scope : tuple of str, the path of Blocks inside which the node was made
    meta : dict of str, user attributes such as ``__lr_mult__``, or None
    forward : in a backward graph, the node that this one differentiates, or None
    training : on the tape, whether an operator that behaves differently in training ran so; otherwise None
    source : the place in the user's code that made the node, see core/source.py; None where nobody asked
    """

    __slots__ = (
        "__weakref__",
        "attrs",
        "forward",
        "inputs",
        "meta",
        "name",
        "num_outputs",
        "op",
        "saved",
        "scope",
        "source",
        "training",
    )

    op: Any
    inputs: tuple[Any, ...]
    attrs: dict[str, Any]
    name: str | None
    num_outputs: int
    saved: tuple[Any, ...] | None
    scope: tuple[str, ...]
    meta: dict[str, Any] | None
    forward: "Node | None"
    training: bool | None
    source: Place | None

    def __init__(
        self,
        op: Any,
        inputs: tuple[Any, ...],
        attrs: dict[str, Any],
        name: str | None = None,
        num_outputs: int = 1,
        saved: tuple[Any, ...] | None = (),
        scope: tuple[str, ...] = (),
        meta: dict[str, Any] | None = None,
        forward: "Node | None" = None,
    ):
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.name = name
        self.num_outputs = num_outputs
        self.saved = saved
        self.scope = scope
        self.meta = meta
        self.forward = forward
        self.training = None
        self.source = None

    def __getattr__(self, name: str) -> None:
        """Return None for what nobody said of the node: the tape, which is in a hurry, leaves it out."""
        if name in _LEFT_OUT:
            return None
        raise AttributeError(f"a Node has no {name!r}")

    def __repr__(self) -> str:
        kind = "variable" if self.op is None else self.op.name
        return f"<Node {kind} {self.name!r}>"


_LEFT_OUT = frozenset(("name", "meta", "forward", "source"))
Entry = tuple[Node, int]


class Constant(Node):
    """A node whose value is known when the graph is compiled.

    Attributes
    ----------
    value : raw array, or Like where only a shape is read
    """

    __slots__ = ("value",)

    def __init__(self, value: Any, name: str | None = None):
        super().__init__(None, (), {}, name)
        self.value = value


def variable(name: str | None, *, attrs: dict[str, Any] | None = None, meta: dict[str, Any] | None = None) -> Node:
    """Return a new variable node."""
    return Node(None, (), attrs or {}, name, meta=meta)


def topological_order(heads: Iterable[Node]) -> list[Node]:
    """Return every node that ``heads`` depend on, inputs before users, in MXNet's depth-first order."""
    order: list[Node] = []
    seen: set[Node] = set()
    for head in heads:
        if head in seen:
            continue
        seen.add(head)
        node, pending = head, iter(head.inputs)
        outer: list[Any] = []  # the nodes above, each with its inputs that are still to be seen
        while True:
            for entry in pending:
                if entry is None:
                    continue
                source = entry[0]
                if source in seen:
                    continue
                seen.add(source)
                if source.inputs:
                    outer.append((node, pending))
                    node, pending = source, iter(source.inputs)
                    break
                order.append(source)
            else:
                order.append(node)
                if not outer:
                    break
                node, pending = outer.pop()
    return order


def users_of(order: Iterable[Node]) -> dict[Node, list[Node]]:
    """Return for each node the nodes that read it, once per use."""
    users: dict[Node, list[Node]] = {}
    for node in order:
        users.setdefault(node, [])
        for entry in node.inputs:
            if entry is not None:
                users.setdefault(entry[0], []).append(node)
    return users


def rebuild(heads: Iterable[Entry], replace: Callable[[Node, tuple[Any, ...]], Any]) -> list[Entry]:
    """Return ``heads`` over a new graph in which ``replace(node, new_inputs)`` gave each node's stand-in.

    ``replace`` returns a Node (the same one to keep it) or, to forward to existing entries, a tuple of entries.
    """
    heads = list(heads)
    mapped: dict[Node, Any] = {}

    def entry_of(entry: Any) -> Any:
        if entry is None:
            return None
        target = mapped[entry[0]]
        return (target, entry[1]) if isinstance(target, Node) else target[entry[1]]

    for node in topological_order(node for node, _ in heads):
        mapped[node] = replace(node, tuple(entry_of(entry) for entry in node.inputs))
    return [entry_of(head) for head in heads]


def with_inputs(node: Node, inputs: tuple[Any, ...]) -> Node:
    """Return ``node`` itself where ``inputs`` are its own, otherwise a copy that reads ``inputs``."""
    if len(inputs) == len(node.inputs) and all(
        a is b or (a is not None and b is not None and a[0] is b[0] and a[1] == b[1])
        for a, b in zip(inputs, node.inputs, strict=True)
    ):
        return node
    copy = Node(node.op, inputs, node.attrs, node.name, node.num_outputs, (), node.scope, node.meta, node.forward)
    copy.source = node.source
    return copy
