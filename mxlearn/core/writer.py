"""Prints a graph as Python: one line for each node, with the shape of what it computes.

Names and values that may come from a file never reach the source text: identifiers are made from letters and digits
alone, and everything but plain numbers is bound through a table.
"""
import keyword
import math
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np

from ..base import MXNetError
from . import passes
from .graph import Constant, Entry, Node
from .infer import show
from .operator import Operator
from .placing import Placement, on


class Step:
    """One line of a program: a node, the function that computes it, and the slots it reads and writes."""

    __slots__ = ("function", "keywords", "node", "reads", "wants_rng", "writes")

    def __init__(
        self,
        node: Node,
        function: Callable[..., Any],
        reads: list[int | None],
        writes: list[int],
        keywords: dict[str, Any],
    ):
        self.node = node
        self.function = function
        self.reads = reads
        self.writes = writes
        self.keywords = keywords
        self.wants_rng = node.op.wants_rng


def common_prefix(names: Sequence[str]) -> str:
    """Return the prefix ending in "_" that all names but "data" share: a Block's, such as "hybridsequential0_"."""
    names = [name for name in names if not re.fullmatch(r"data\d*|head_grad\d+", name)]
    if len(names) < 2:
        return ""
    low, high = min(names), max(names)
    length = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[: low.rfind("_", 0, length) + 1]


class Writer:
    """Prints a graph as Python, and lists the same steps for the interpreter."""

    def __init__(self, graph: passes.Graph, inputs: list[Node], name: str, placement: Placement | None = None):
        self.graph = graph
        self.mixed = placement is not None and placement.mixed
        self.devices = {} if placement is None else placement.of([*inputs, *graph.order])
        self.table: dict[Any, Any] = {}
        self.names: dict[Entry, str] = {}
        self.slots: dict[Entry, int] = {}
        self.used: set[str] = {"rng", name}
        self.repeats: dict[str, int] = {}  # identifier: the last number put behind it
        self.steps: list[Step] = []
        self.constants: list[tuple[int, object]] = []
        self.heads = set(graph.heads)
        self.lines: dict[Node, int] = {}
        self.functions: dict[Any, Any] = {}
        self.num_slots = 0
        self.out: dict[Node, str] = {}  # the buffer that a value is written into
        self.buffers: dict[str, tuple[int, tuple[int, ...], np.dtype[Any]]] = {}  # name: (block, shape, dtype)
        order = graph.order
        self.prefix = common_prefix(
            [n.name for n in [*inputs, *order] if n.name and n.forward is None and not isinstance(n, Constant)]
        )
        self._reserve_functions(order)
        for node in inputs:
            self._new((node, 0), node.name or "x")
        self._name_buffers(order)
        options = ["rng=None", "buffers"] if self.buffers else ["rng=None"]
        arguments = ", ".join([*(self.names[node, 0] for node in inputs), "*", *options])
        body: list[str] = []
        mutations: dict[int, tuple[str, int]] = {}
        position = {node: i for i, node in enumerate(inputs)}
        for node in order:
            if isinstance(node, Constant):
                self._constant(node)
            elif node.op is not None:
                self._line(node, body, position, mutations)
            elif node not in position:
                raise MXNetError(f"the variable {node.name!r} is not among the inputs of the program")
        self.mutated = sorted(mutations)
        returned = [self.names[e] for e in graph.heads] + [mutations[i][0] for i in self.mutated]
        self.returned = [self.slots[e] for e in graph.heads] + [mutations[i][1] for i in self.mutated]
        tail = f"    return ({', '.join(returned)}{',' if len(returned) == 1 else ''})"
        unpack = [f"    {', '.join(self.buffers)}{',' * (len(self.buffers) == 1)} = buffers"] * bool(self.buffers)
        self.lines = {node: line + len(unpack) for node, line in self.lines.items()}
        self.source = "\n".join([f"def {name}({arguments}):", *unpack, *body, tail]) + "\n"

    # -- names -------------------------------------------------------------------------------------------------------
    def _identifier(self, text: str) -> str:
        if self.prefix and self.prefix in text:  # every name has it: leaving it out makes the program readable
            text = text.replace(self.prefix, "", 1)
        clean = re.sub(r"[^A-Za-z0-9_]", "_", text)[:60] or "x"
        if clean[0].isdigit() or keyword.iskeyword(clean) or clean.startswith("__"):
            clean = "v_" + clean.lstrip("_")
        candidate = clean
        while candidate in self.used or candidate in self.table:
            number = self.repeats[clean] = self.repeats.get(clean, 0) + 1
            candidate = f"{clean}_{number}"
        self.used.add(candidate)
        return candidate

    def _new(self, entry: Entry, text: str) -> str:
        self.names[entry] = self._identifier(text)
        self.slots[entry] = self.num_slots
        self.num_slots += 1
        return self.names[entry]

    def _name_buffers(self, order: list[Node]) -> None:
        """Name the arrays that values are written into: buffer0, and where others share its memory buffer0_64x10."""
        graph = self.graph
        if not graph.placed:
            return
        self.used.add("buffers")
        forms: dict[int, dict[Any, None]] = {}
        for node, block in graph.placed.items():
            forms.setdefault(block, {})[graph.shapes[node, 0], graph.dtypes[node, 0]] = None
        named: dict[Any, str] = {}
        for block in sorted(forms):
            for shape, dtype in forms[block]:
                several = len(forms[block]) > 1
                text = f"buffer{block}" + ("_" + "x".join(map(str, shape)) if several else "")
                name = named[block, shape, dtype] = self._identifier(text)
                self.buffers[name] = (block, shape, dtype)
        for node in order:
            if node in graph.placed and node not in graph.reuse:
                key = (graph.placed[node], graph.shapes[node, 0], graph.dtypes[node, 0])
                self.out[node] = named[key]

    def _reserve_functions(self, order: list[Node]) -> None:
        """Bind the functions first, so that no variable takes their names."""
        for node in order:
            if node.op is not None:
                self._function(node)

    def _function(self, node: Node) -> str:
        op, formula = node.op, self._formula(node)
        key = (op, self.devices[node]) if self.mixed else formula or op
        name = self.functions.get(key)
        if name is None:
            name = re.sub(r"[^A-Za-z0-9_]", "_", formula or op.name)
            while name in self.table or keyword.iskeyword(name):
                name += "_"
            self.functions[key] = name
            self.table[name] = getattr(self.graph.xp, formula) if formula else self._bound(op, node)
        return name

    def _formula(self, node: Node) -> str | None:
        if self.mixed:  # an in-place function belongs to one array module
            return None
        return node.op.formula_of(node.attrs)[0] if passes.writes_in_place(node, self.graph) else None

    def _bound(self, op: Operator, node: Node) -> Callable[..., Any]:
        kernel = on(self.devices[node], op.kernel) if self.mixed else partial(op.kernel, self.graph.xp)
        return partial(kernel, is_train=self.graph.is_train) if op.wants_train else kernel

    def _constant(self, node: Constant) -> None:
        name = self._new((node, 0), "constant")
        self.table[name] = node.value
        self.constants.append((self.slots[node, 0], node.value))

    def _value(self, value: Any) -> str:
        """Return an attribute value as source: a plain number or word as it is, anything else through the table."""
        if value is None or isinstance(value, (bool, int)):
            return repr(value)
        if isinstance(value, float) and math.isfinite(value):
            return repr(value)
        if isinstance(value, tuple) and {type(v) for v in cast(tuple[Any, ...], value)} <= {int, type(None)}:
            return repr(cast(object, value))
        if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_()]{1,40}", value):
            return repr(str(value))
        name = self._identifier("c")
        self.table[name] = value
        return name

    # -- lines -------------------------------------------------------------------------------------------------------
    def _line(self, node: Node, body: list[str], position: dict[Any, Any], mutations: dict[Any, Any]) -> None:
        op = node.op
        targets = [self._new((node, 0), node.name or op.name)]
        output_names = op.output_names(node.attrs)
        for i in range(1, node.num_outputs):
            targets.append(self._new((node, i), f"{node.name or op.name}_{output_names[i]}"))
        writes = [self.slots[node, i] for i in range(node.num_outputs)]
        changed: dict[int, tuple[str, int]] = {}  # states that an earlier node has updated: (name, slot)
        for index in op.mutated_indices:
            if index < len(node.inputs) and node.inputs[index] is not None:
                source = node.inputs[index][0]
                if source in position and position[source] in mutations:
                    changed[index] = mutations[position[source]]
                targets.append(self._identifier(f"new_{source.name or op.inputs[index]}"))
                if source in position:
                    mutations[position[source]] = (targets[-1], self.num_slots)
            else:
                targets.append(self._identifier("_"))
            writes.append(self.num_slots)
            self.num_slots += 1
        function, formula = self._function(node), self._formula(node)
        read = [None if e is None else self.slots[e] for e in node.inputs]
        for index, (_, slot) in changed.items():
            read[index] = slot
        if formula:
            arguments, read_function = self._formula_call(node)
        else:
            arguments = ["None" if e is None else self.names[e] for e in node.inputs]
            for index, (state, _) in changed.items():
                arguments[index] = state
            arguments += [f"{key}={self._value(value)}" for key, value in node.attrs.items()]
            if op.wants_rng:
                arguments.append("rng=rng")
            if node in self.graph.views:
                arguments.append("copy=False")
            if node in self.out:
                arguments.append(f"out={self.out[node]}")
            read_function = self.table[function]
        keywords = {} if formula else dict(node.attrs)
        if node in self.graph.views:
            keywords["copy"] = False
        self.steps.append(Step(node, read_function, read, writes, keywords))
        shape = self.graph.shapes.get((node, 0))
        comment = f"  # {show(shape)}" if shape is not None else ""
        if node in self.devices:
            comment += f"{'' if comment else '  #'} on {self.devices[node]}"
        body.append(f"    {', '.join(targets)} = {function}({', '.join(arguments)}){comment}")
        self.lines[node] = len(body) + 1
        self._drop_dead(node, body)

    def _formula_call(self, node: Node) -> tuple[list[str], Callable[..., Any]]:
        """Return the arguments of an in-place call, and the function for the interpreter (which never overwrites)."""
        op = node.op
        attrs = op.complete(node.attrs)
        name, parameters = op.formula_of(node.attrs)
        function = getattr(self.graph.xp, name)
        arguments: list[str] = []
        sources: list[tuple[bool, Any]] = []  # a source is (True, index of an input) or (False, number)
        for parameter in parameters:
            if parameter in op.inputs:
                index = op.inputs.index(parameter)
                arguments.append(self.names[node.inputs[index]])
                sources.append((True, index))
            else:
                value = attrs[parameter] if isinstance(parameter, str) else parameter
                arguments.append(self._value(value))
                sources.append((False, value))
        reused = self.graph.reuse.get(node)
        if reused is not None:
            arguments.append(f"out={self.names[reused]}")
        elif node in self.out:
            arguments.append(f"out={self.out[node]}")

        def call(*values: Any):
            return function(*[values[source] if is_input else source for is_input, source in sources])

        return arguments, call

    def _drop_dead(self, node: Node, body: list[str]) -> None:
        """Delete the names of values that were read for the last time, so that their memory is free at once."""
        last_use = self.graph.last_use
        if last_use is None:
            return
        dead: list[str] = []
        for entry in dict.fromkeys(e for e in node.inputs if e is not None):
            if last_use.get(entry) is node:
                dead.append(self.names[entry])
        for i in range(node.num_outputs):
            if (node, i) not in last_use and (node, i) not in self.heads:
                dead.append(self.names[node, i])
        if dead:
            body.append(f"    del {', '.join(dead)}")


__all__ = ["Step", "Writer", "common_prefix"]
