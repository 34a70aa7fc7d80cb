"""Graphs over several devices: where each node runs, and the copies between them.

A symbol made inside ``AttrScope(ctx_group="stage1")`` belongs to that group, and ``group2ctx`` gives the group a
context. An operator of no group runs where its first input is. Where a value is read on another device than the one
that it is made on, a ``_CrossDeviceCopy`` stands between; its gradient is the copy back. What runs where then follows
from the variables and the copies alone, also after the passes and for the backward graph.
"""
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..base import ArgumentError, nearest
from ..context import Context
from .graph import Constant, Entry, Node, rebuild, with_inputs
from .operator import REGISTRY

COPY = "_CrossDeviceCopy"


def group_of(node: Node) -> str | None:
    """Return the context group that a node was made in."""
    meta = node.meta or {}
    return meta.get("__ctx_group__", meta.get("ctx_group"))


def context_of_group(node: Node, groups: dict[str, Context], default: Context) -> Context:
    """Return the context of a node's group, ``default`` for a node of no group.

    Raises
    ------
    ArgumentError
        If the group has no context.
    """
    group = group_of(node)
    if group is None:
        return default
    if group not in groups:
        raise ArgumentError(
            f"group2ctx: {node.name!r} is in the group {group!r}, which has no context.{nearest(group, groups)}\n"
            f"  Add it, as in group2ctx={{..., {group!r}: mx.cpu(1)}}."
        )
    return groups[group]


class Placement:
    """Where the nodes of a graph run.

    Attributes
    ----------
    contexts : the context of each variable
    default : of nodes that read nothing
    mixed : whether arrays of several kinds (NumPy's and CuPy's), or of several GPUs, meet in the graph
    """

    def __init__(self, contexts: dict[Node, Context], default: Context):
        self.contexts = contexts
        self.default = default
        used = {default, *contexts.values()}
        self.mixed = len(used) > 1 and any(context.device_type == "gpu" for context in used)

    def of(self, order: Iterable[Node]) -> dict[Node, Context]:
        """Return the context of every node of a graph, inputs before users."""
        found: dict[Node, Context] = {}
        for node in order:
            if node in self.contexts:
                found[node] = self.contexts[node]
            elif node.op is not None and node.op.name == COPY:
                found[node] = named(node.attrs["target"])
            else:
                inputs = [e[0] for e in node.inputs if e is not None and not isinstance(e[0], Constant)]
                found[node] = found[inputs[0]] if inputs else found.get(node.forward or node, self.default)
        return found

    def extended(self, contexts: dict[Node, Context]) -> "Placement":
        """Return a placement that knows more variables."""
        return Placement({**self.contexts, **contexts}, self.default)


def named(text: str) -> Context:
    """Return the context that is written as "cpu(1)"."""
    kind, _, number = text.rstrip(")").partition("(")
    return Context(kind, int(number))


def place(
    heads: Sequence[Entry], contexts: dict[Node, Context], groups: dict[str, Context], default: Context
) -> list[Entry]:
    """Return ``heads`` over a graph with a copy wherever a value goes from one device to another.

    Parameters
    ----------
    contexts : of the variables
    groups : context by name of a group
    default : context of operators that read nothing and are of no group
    """
    copy = REGISTRY[COPY]
    where: dict[Node, Context] = {}
    copies: dict[tuple[Entry, Context], Entry] = {}

    def replace(node: Node, inputs: tuple[Any, ...]) -> Node:
        if node.op is None:
            where[node] = contexts.get(node, default)
            return node
        first = next((where[e[0]] for e in inputs if e is not None), default)
        here = context_of_group(node, groups, first)
        moved: list[Entry | None] = []
        for index, entry in enumerate(inputs):
            if entry is None or where[entry[0]] is here:
                moved.append(entry)
                continue
            source = entry[0]
            if index in node.op.mutated_indices:
                raise ArgumentError(
                    f"{node.op.name} {node.name!r} runs on {here}, but its state {source.name!r} is on"
                    f" {where[source]}.\n"
                    "  Make both inside one AttrScope(ctx_group=...)."
                )
            if (entry, here) not in copies:
                attrs = {"source": str(where[source]), "target": str(here)}
                made = Node(copy, (entry,), attrs, f"{source.name}_{entry[1]}_copy", scope=node.scope)
                where[made] = here
                copies[entry, here] = (made, 0)
            moved.append(copies[entry, here])
        new = with_inputs(node, tuple(moved))
        where[new] = here
        return new

    return rebuild(heads, replace)


def on(context: Context, kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Return a kernel that computes on a context, which becomes the current GPU if it is one."""

    def run(*args: Any, **keywords: Any) -> Any:
        return kernel(context.xp, *args, **keywords)

    return run


__all__ = ["Placement", "context_of_group", "group_of", "named", "on", "place"]
