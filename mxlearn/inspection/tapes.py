"""What a tape holds: a copy of it without gaps, with the values, shapes, names and lines that are known."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..base import GradientError, MXNetError
from ..core.graph import Node, rebuild
from ..core.operator import Like
from .sources import Lines


def read_tape(array: Any, names: Mapping[str, Any]) -> tuple[list, str, "Held"]:
    """Return the heads of a copy of an array's tape, what to call it, and what it holds.

    Raises
    ------
    GradientError
        If the array is on no tape, or its tape was freed.
    """
    entry = array._entry
    if entry is None:
        raise GradientError(
            f"graph: this array of shape {array.shape} is on no tape, so there is no graph behind it.\n"
            "  Call attach_grad() on an input, then compute the array inside `with autograd.record():`."
        )
    if entry[0].op is not None and not entry[0].inputs:
        raise GradientError(
            "graph: the tape of this array was freed by backward().\n"
            "  Draw it before backward(), or keep the tape with backward(retain_graph=True)."
        )
    held = Held(str(array.context))
    for name, other in _arrays(names, type(array)):
        held.known.setdefault(other._entry or id(other._data), (name, other._data))
    heads = rebuild([entry], held.without_gaps)
    held.values[heads[0]] = array._data
    what = heads[0][0].name or "an array"
    return heads, f"Tape of {what}, shape {array.shape}", held


def _arrays(names: Mapping[str, Any], array_type: type) -> Iterator[tuple[str, Any]]:
    """Return the arrays among ``names``, and those of the parameters of the Blocks among them."""
    block = getattr(sys.modules.get("mxlearn.gluon.block"), "Block", ())  # nobody has a Block where it is not loaded
    for name, other in names.items():
        if name.startswith("_"):
            continue
        if type(other) is array_type:
            yield name, other
        elif isinstance(other, block):
            for parameter in other.collect_params().values():
                try:
                    arrays = parameter.list_data()
                except MXNetError:  # not initialized: it cannot be on the tape
                    continue
                for each in arrays:
                    yield parameter.name, each


class Held:
    """What a graph holds: raw values and shapes by entry of a copy of it in which constants are variables.

    Attributes
    ----------
    context : text such as "cpu(0)"
    values, shapes, dtypes : by entry
    kept : by node, the raw arrays that the tape keeps alive for its gradient rule
    saved : by node, what the tape keeps, in the order of its gradient rule; None for a node of a hybridized Block
    kinds : by variable, what it is
    gets_gradient : by variable, whether a backward pass gives it one
    leaves : by variable, the leaf of the tape that it stands for
    """

    def __init__(self, context: str | None):
        self.context = context
        self.values: dict[tuple[Node, int], Any] = {}
        self.shapes: dict[tuple[Node, int], tuple] = {}
        self.dtypes: dict[tuple[Node, int], Any] = {}
        self.kept: dict[Node, list] = {}
        self.saved: dict[Node, tuple | None] = {}
        self.kinds: dict[Node, str] = {}
        self.gets_gradient: dict[Node, bool] = {}
        self.leaves: dict[Node, Any] = {}
        self.constants: dict[int, Node] = {}
        # (name, raw value) by entry of the tape, or by id of a raw constant
        self.known: dict[Any, tuple[str, Any]] = {}
        self.lines = Lines()

    def without_gaps(self, node: Node, inputs: tuple):
        """Return a copy of a node of the tape, with a variable for each input that is a constant."""
        name = node.name or (self.known.get((node, 0), (None,))[0] if node.num_outputs == 1 else None)
        if node.op is None:
            leaf = Node(None, (), {}, name, scope=node.scope)
            self.note((leaf, 0), self.known.get((node, 0), (None, None))[1])
            self.leaves[leaf] = node
            gradient = getattr(node, "grad", None)
            self.kinds[leaf] = "parameter" if node.name else "variable"
            self.gets_gradient[leaf] = getattr(node, "grad_req", "write") != "null"
            if gradient is not None:
                self._shape((leaf, 0), gradient)
            return leaf
        if hasattr(node.op, "cached"):
            return self._inlined(node, inputs)
        rule = node.op.rule
        saved = node.saved or ()
        sources = getattr(rule, "kept", ())  # a custom Function has a rule of its own kind
        known: dict[Any, Any] = dict(zip(sources, saved, strict=False))
        names = node.op.input_names(node.attrs, len(inputs))
        filled = []
        for k, entry in enumerate(inputs):
            value = known.get(k)
            if value is None and "inputs" in known:
                value = known["inputs"][k]
            if entry is None and (value is not None or node.op.variadic or node.op.inputs[k] not in node.op.optional):
                words = self.lines.operand(node, k) or (names[k] if k < len(names) else f"input{k}")
                entry = (self._constant(words, value, node.scope), 0)
            elif entry is not None and entry[0].op is None and entry[0].name is None:
                entry[0].name = self.lines.operand(node, k)
            if entry is not None:
                self.note(entry, value)
            filled.append(entry)
        while filled and filled[-1] is None:
            filled.pop()
        copy = Node(node.op, tuple(filled), node.attrs, name, node.num_outputs, (), node.scope)
        copy.training, copy.source = node.training, node.source
        self.saved[copy] = node.saved
        for k in range(node.num_outputs):
            self.note((copy, k), self.known.get((node, k), (None, None))[1])
        for source, value in known.items():
            if source == "outs":
                for k, each in enumerate(value):
                    self.note((copy, k), each)
            elif isinstance(source, int) and source < 0:
                self.note((copy, ~source), value)
        if node.num_outputs > 1 and saved and type(saved[-1]) is tuple:
            for k, like in enumerate(saved[-1]):
                self.note((copy, k), like)
        self.kept[copy] = [
            value
            for group in saved
            for value in (group if type(group) is tuple else (group,))
            if hasattr(value, "nbytes") and not isinstance(value, Like)  # a Function of the user keeps itself, too
        ]
        return copy

    def _inlined(self, node: Node, inputs: tuple):
        """Return the entries that a hybridized Block computed, over copies of the nodes of its own graph."""
        cached, scope = node.op.cached, tuple(node.scope[:-1])
        residuals, values = node.saved[1:3] if node.saved else ((), [None] * len(inputs))
        names = node.op.input_names({})
        given = []
        for entry, name, value in zip(inputs, names, values, strict=True):
            entry = (self._constant(name, value, node.scope), 0) if entry is None else entry
            if entry[0].op is None and entry[0].name is None:
                entry[0].name = name
            self.note(entry, value)
            given.append(entry)
        replacement = dict(zip(names, given, strict=True))

        def copy(inner: Node, entries: tuple):
            if inner.op is None:
                return (replacement[str(inner.name)],)
            copy = Node(inner.op, entries, inner.attrs, inner.name, inner.num_outputs, (), (*scope, *inner.scope))
            # a line inside of the Block says more than the call; but the call that traced it may be long over
            copy.source = node.source if inner.source == cached.made_at else inner.source or node.source
            self.saved[copy] = None
            return copy

        heads = rebuild(cached.symbol._entries, copy)
        self.kept[heads[0][0]] = [raw for raw in (*residuals, *values) if raw is not None and not isinstance(raw, Like)]
        for k, head in enumerate(heads):
            self.note(head, self.known.get((node, k), (None, None))[1])
        return tuple(heads)

    def _constant(self, name: str, value, scope) -> Node:
        if value is not None and not isinstance(value, Like):
            if id(value) not in self.constants:
                self.constants[id(value)] = Node(None, (), {}, self.known.get(id(value), (name,))[0])
            node = self.constants[id(value)]
        else:
            node = Node(None, (), {}, name, scope=scope)
        self.kinds[node] = "constant"
        self.gets_gradient[node] = False
        return node

    def note(self, entry: Any, value: Any) -> None:
        """Remember a raw value, or only its shape where it is a Like."""
        if value is None:
            return
        self._shape(entry, value)
        if not isinstance(value, Like):
            self.values[entry] = value

    def _shape(self, entry, value) -> None:
        self.shapes[entry] = tuple(value.shape)
        self.dtypes[entry] = np.dtype(value.dtype)


