"""Watching the reverse pass: from what a tape's nodes do on the way back to the records in steps.py."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import autograd, backend
from ..base import ArgumentError, GradientError, printable, type_name
from ..core.attributes import to_string
from ..core.gradient import freed, required_nodes
from ..core.graph import Entry, Node
from ..core.operator import raw_functions
from ..ndarray.array import Leaf, NDArray, wrap
from . import formulas
from .local import host, jacobians, module_of
from .naming import named_arrays, wanted_arrays
from .records import Graph, NodeView, OutputView
from .rerun import WORK, Rerun, wide
from .steps import BackwardPass, Contribution, Step
from .structures import LOSS, is_broadcast, is_elementwise
from .unrolled import kept_of, unroll

ENDS_CHECKED = 64  # gradients that are compared with central differences


class Watch:
    """One watched backward pass; see ``backward_steps`` for the parameters."""

    def __init__(self, heads: Any, wrt: Any, names: Mapping[str, Any], limit: int, entries: int):
        heads = list(heads) if isinstance(heads, (list, tuple)) else [heads]
        for head in heads:
            if not isinstance(head, NDArray):
                raise ArgumentError(
                    f"backward_steps: expected an NDArray, or a list of them. Received: {type_name(head)}.\n"
                    "  Pass the loss that was computed inside `with autograd.record():`."
                )
        if not heads:
            raise ArgumentError("backward_steps: no head was given.\n  Pass the loss, or a list of losses.")
        self.heads, self.head_grads = autograd.heads_and_gradients(heads)
        self.limit, self.entries = limit, entries
        self.callers = named_arrays(names)
        self.tape = unroll([head._entry for head in self.heads])
        for node in self.tape.order:
            if node.op is not None and node.saved is None:
                raise freed(node)
        self.values: dict[Entry, Any] = {}  # of arrays that have names, and of those in wrt
        for _, array in self.callers:
            self._note(array)
        self.wanted = self._find_wanted(wrt)
        self.names = self._find_names()
        self.shapes: dict[Entry, tuple[int, ...]] = {}
        self.sent: dict[Entry, list[int]] = {}  # numbers of the steps that contributed to each entry
        self.arrived: dict[Entry, Any] = {}
        self.visits: dict[Node, tuple[Any, list[Any]]] = {}

    def _note(self, array: NDArray) -> Entry | None:
        """Remember the value of an array that is on the tape, and return where it is."""
        entry = None if array._entry is None else self.tape.entry(array._entry)
        if entry is not None:
            self.values.setdefault(entry, array._data)
        return entry

    # -- what is asked for -------------------------------------------------------------------------------------------
    def _find_wanted(self, wrt: Any) -> dict[Entry, str]:
        """Return the entries whose gradients are asked for, in the tape's order, with the names that wrt gives."""
        on_tape = {node for node in self.tape.order}
        if wrt is None:
            found: dict[Entry, str] = {(n, 0): "" for n in self.tape.order if type(n) is Leaf and n.grad_req != "null"}
            if not found:
                raise GradientError(
                    "backward_steps: no array behind this head has a gradient.\n"
                    "  Call attach_grad() on an input before recording."
                )
            self.required = None
            return found
        listed = wanted_arrays(wrt)
        found = {}
        for name, array in listed:
            entry = self._note(array)
            if entry is not None and entry[0] in on_tape:
                found[entry] = name
            elif len(listed) == 1 or isinstance(wrt, (NDArray, dict)):
                called = f" {name!r}" if name else f" of shape {array.shape}"
                raise GradientError(
                    f"backward_steps: the array{called} is not part of this computation.\n"
                    "  Call attach_grad() on it before recording, and use it inside `with autograd.record():`."
                )
        if not found:
            raise GradientError(
                "backward_steps: none of the arrays in wrt is part of this computation.\n"
                "  Call attach_grad() before recording, and use them inside `with autograd.record():`."
            )
        self.required = required_nodes([node for node, _ in self.tape.heads], [node for node, _ in found])
        return found

    def _find_names(self) -> dict[Node, str]:
        """Name each node: as its array is called, as it is itself named, or by its operator and a number."""
        called: dict[Entry, str] = {}
        for name, array in self.callers:
            entry = None if array._entry is None else self.tape.entry(array._entry)
            if entry is not None:
                called.setdefault(entry, name)
        called.update((entry, name) for entry, name in self.wanted.items() if name)
        names: dict[Node, str] = {}
        counts: dict[str, int] = {}
        for node in self.tape.order:
            name = node.name or (called.get((node, 0)) if node.num_outputs == 1 else None)
            if name is None or (node.op is None and (node, 0) in self.wanted and self.wanted[node, 0]):
                name = called.get((node, 0))
            if name is None:
                stem = "var" if node.op is None else node.op.name.lstrip("_").lower()
                name = f"{stem}{counts.get(stem, 0)}"
                counts[stem] = counts.get(stem, 0) + 1
            names[node] = printable(name)
        return names

    # -- the pass ----------------------------------------------------------------------------------------------------
    def finish(self) -> BackwardPass:
        """Run the pass and return its records."""
        results, order = self._reverse(self.tape.heads, self.required, self._see)
        exact = results
        if self.tape.moved:  # hybridized Blocks were opened: what backward() gives comes from their compiled programs
            exact = self._exact()
        for (node, index), value in self.tape.known.items():
            if value is not None:
                self.shapes.setdefault((node, index), tuple(value.shape))
        self.rerun = self._make_rerun()
        self._name_constants()
        self.numbers = {node: k for k, node in enumerate(self.tape.order)}
        steps = self._steps(order, results, exact)
        title = f"Backward pass of {self._title()}"
        wrt = tuple(self.names[node] for node, _ in self.wanted)
        return BackwardPass(title, self._graph(), tuple(steps), self.total, wrt)

    def _reverse(self, heads: list[Entry], required: Any, observe: Any) -> tuple[dict[Node, list], list[Node]]:
        stand_ins = []
        for head, entry in zip(self.heads, heads, strict=True):
            array = wrap(head._data, head._ctx)
            array._entry = entry
            stand_ins.append(array)
        return autograd.reverse_raw(stand_ins, self.head_grads, True, required, observe)

    def _exact(self) -> dict[Node, list]:
        originals = {new: old for old, new in self.tape.moved.items() if new is not None}
        heads = [head._entry for head in self.heads]
        required = None
        if self.required is not None:
            wanted = [originals[entry][0] for entry in self.wanted if entry in originals]
            required = required_nodes([node for node, _ in heads], wanted)
        results, _ = self._reverse(heads, required, None)
        return {originals_to[0]: results[old[0]] for originals_to, old in originals.items() if old[0] in results}

    def _see(self, node: Node, gradient: Any, contributions: Any) -> None:
        """Hear from the reverse pass what a node's rule was given and what it returned."""
        self.visits[node] = (gradient, list(contributions))
        outs = gradient if isinstance(gradient, tuple) else (gradient,)
        for k, out in enumerate(outs):
            if out is not None:
                self.shapes[node, k] = tuple(out.shape)
        for entry, value in zip(node.inputs, contributions, strict=False):
            if entry is not None and value is not None:
                self.shapes[entry] = tuple(value.shape)

    def _make_rerun(self) -> Rerun | None:
        if not self.entries or len(self.tape.order) > 4 * self.limit:
            return None
        results = [backend.to_numpy(head._data) for head in self.heads]
        seeds = [np.ones(result.shape) for result in results]
        return Rerun(self.tape, self.values, self.names, seeds, results)

    def _name_constants(self) -> None:
        """Name the constants: as the caller's array is called that has their memory, or their numbers."""
        by_memory = {id(array._data): name for name, array in reversed(self.callers)}
        plain = [(name, array) for name, array in self.callers if array._entry is None]
        self.constants: dict[tuple[Node, int], str] = {}
        seen: dict[str, int] = {}
        solved = self.rerun.constants if self.rerun is not None else {}
        for node, position in self.tape.constants:
            raw, value = self.tape.constants[node, position], solved.get((node, position))
            name = by_memory.get(id(raw)) if raw is not None else None
            if name is None and value is not None and value.size <= 1_000_000:
                name = next((n for n, a in plain if a.shape == value.shape and _same(a._data, value)), None)
            if name is None:
                given = node.op.input_names(node.attrs, len(node.inputs))
                stem = given[position] if position < len(given) else "input"
                seen[stem] = seen.get(stem, -1) + 1
                name = f"{stem}{seen[stem]}"
            self.constants[node, position] = printable(name)

    # -- the records -------------------------------------------------------------------------------------------------
    def _steps(self, order: list[Node], results: dict[Node, list], exact: dict[Node, list]) -> list[Step]:
        steps: list[Step] = []
        self.total = 0
        budget = WORK / max(1, min(len(self.wanted), ENDS_CHECKED))
        for head, (node, index) in zip(self.heads, self.tape.heads, strict=True):
            self.total += 1
            ones = self._add((node, index), _ones(head), self.total)
            many = "" if head.size == 1 else ": backward() starts from ones, as if the elements were summed"
            note = f"∂{self.names[node]}/∂{self.names[node]} = 1{many}"
            steps.append(self._step("start", node, upstream=host(ones), note=note))
        for node in reversed(order):
            ends = [(entry, name) for entry, name in self.wanted.items() if entry[0] is node] if node in results else []
            for entry, _ in ends:
                if results[node][entry[1]] is None:
                    continue
                self.total += 1
                steps.append(self._end(entry, results, exact, budget if len(self.wanted) <= ENDS_CHECKED else 0.0))
            if node in self.visits:
                self.total += 1
                contributions = self._accumulate(node)
                if len(steps) < self.limit:
                    steps.append(self._node(node, contributions))
                del self.visits[node]
        return steps

    def _add(self, entry: Entry, value: Any, number: int) -> Any:
        """Add a contribution to what has arrived at an entry, as the reverse pass does."""
        self.sent.setdefault(entry, []).append(number)
        before = self.arrived.get(entry)
        if before is not None:
            value = raw_functions(module_of(value)).elemwise_add(before, value)
        self.arrived[entry] = value
        return value

    def _accumulate(self, node: Node) -> list[tuple[int, Any, Any, Any]]:
        """Return (position, value, what was there, the sum) for each input of a node that gets a gradient."""
        found = []
        for position, (entry, value) in enumerate(zip(node.inputs, self.visits[node][1], strict=False)):
            if entry is None or value is None:
                continue
            before = self.arrived.get(entry)
            found.append((position, value, before, self._add(entry, value, self.total)))
        return found

    def _step(self, kind: str, node: Node, **more: Any) -> Step:
        op = "" if node.op is None else node.op.name
        scope = tuple(map(printable, node.scope))
        name = self.names[node]
        text = "" if node.op is None else formulas.forward(node, self._input_names(node)).text
        return Step(self.total, kind, self.numbers[node], name, op, scope, text, **more)

    def _end(self, entry: Entry, results: dict[Node, list], exact: dict[Node, list], budget: float) -> Step:
        node, index = entry
        stepped, raw = results[node][index], exact.get(node, results[node])[index]
        gradient, notes = host(raw), []
        if self.tape.moved and node in exact:
            difference = _largest_difference(host(stepped), gradient)
            notes.append(
                "the compiled program gives the same bits"
                if difference == 0.0
                else f"the compiled program works in another order: its result differs by at most {difference:.1g}"
            )
        held, request = None, ""
        if type(node) is Leaf:
            request = "" if node.grad is None else node.grad_req
            if request == "add" and node.grad is not None:
                held = host(node.grad._data).copy()
        check = None
        if self.rerun is not None and budget:
            check = self.rerun.check(entry, gradient, self.entries, budget)
        sources = tuple(self.sent.get(entry, ()))
        return self._step(
            "end", node, upstream=gradient, sources=sources, grad_req=request, held=held, check=check,
            note="; ".join(notes),
        )  # fmt: skip

    def _node(self, node: Node, contributions: list[tuple[int, Any, Any, Any]]) -> Step:
        gradient = self.visits[node][0]
        outs = list(gradient) if isinstance(gradient, tuple) else [gradient]
        names, shapes = self._input_names(node), self._shapes_of(node)
        letters = _told_apart(names)
        sends = formulas.contributions(node, letters, shapes)
        slopes: list[str] = []
        if is_elementwise(node) or is_broadcast(node):
            slopes = formulas.derivatives(node, letters, shapes)
        whole = formulas.forward(node, letters).text
        arguments = node.op.input_names(node.attrs, len(node.inputs))
        found = []
        found_jacobians = jacobians(node, outs, contributions, self.heads[0]._ctx)
        for (position, value, before, after), (jacobian, reduction) in zip(contributions, found_jacobians, strict=True):
            entry = node.inputs[position]
            derivative = ""
            if position < len(slopes) and slopes[position] and len(whole) <= 40:
                derivative = f"∂({whole})/∂{letters[position]} = {slopes[position]}"
            check = None
            if self.rerun is not None and jacobian.structure != LOSS:
                check = self.rerun.check_node(node, position, outs, host(value))
            found.append(
                Contribution(
                    target=names[position],
                    node=self.numbers[entry[0]],
                    index=entry[1],
                    argument=arguments[position] if position < len(arguments) else "",
                    value=host(value),
                    jacobian=jacobian,
                    formula=sends[position] if position < len(sends) else "",
                    derivative=derivative,
                    reduction=reduction,
                    before=None if before is None else host(before),
                    accumulated=host(after),
                    check=check,
                )
            )
        shown = [host(out) for out in outs if out is not None]
        upstream = shown[0] if len(shown) == 1 or node.op.num_visible(node.attrs) == 1 else tuple(shown)
        note = ""
        if hasattr(node.op, "cached"):
            note = "a hybridized Block with random numbers stays one step: call hybridize(False) to see inside"
        return self._step("node", node, upstream=upstream, contributions=tuple(found), note=note)

    def _input_names(self, node: Node) -> list[str]:
        """Return what the inputs of a node are called; an input that was left out is not listed at the end."""
        found = []
        scope = node.scope[-1] + "_" if node.scope else ""
        for position, entry in enumerate(node.inputs):
            if entry is None:
                found.append(self.constants.get((node, position), "?") if self._given(node, position) else "None")
                continue
            name = self.names[entry[0]]
            if entry[0].num_outputs > 1 and entry[0].op is not None and entry[0].op.num_visible(entry[0].attrs) > 1:
                name = f"{name}[{entry[1]}]"
            found.append(name.removeprefix(scope) or name if entry[0].op is None else name)
        while found and found[-1] == "None":
            found.pop()
        return found

    def _given(self, node: Node, position: int) -> bool:
        op = node.op
        if op.variadic or position >= len(op.inputs) or op.inputs[position] not in op.optional:
            return True
        return self.tape.constants.get((node, position)) is not None

    def _shapes_of(self, node: Node) -> formulas.Shapes:
        kept = kept_of(node)
        found: list[tuple[int, ...] | None] = []
        for position in range(len(self._input_names(node))):
            entry, value = node.inputs[position], kept.get(position)
            shape = self.shapes.get(entry) if entry is not None else None
            found.append(tuple(value.shape) if shape is None and value is not None else shape)
        return found, self.shapes.get((node, 0))

    # -- the graph ---------------------------------------------------------------------------------------------------
    def _graph(self) -> Graph:
        views: list[NodeView] = []
        heads = {node for node, _ in self.tape.heads}
        extra: dict[str, int] = {}
        late: list[NodeView] = []
        for node in self.tape.order:
            inputs = []
            for position, entry in enumerate(node.inputs):
                if entry is not None:
                    inputs.append((self.numbers[entry[0]], entry[1]))
                elif self._given(node, position) and position not in node.op.mutated_indices:  # no moving averages
                    name = self.constants[node, position]
                    if name not in extra:
                        extra[name] = len(self.tape.order) + len(late)
                        late.append(
                            NodeView(
                                id=extra[name], name=name, kind="constant",
                                outputs=(OutputView(self._constant_shape(node, position)),), scope=node.scope,
                            )
                        )  # fmt: skip
                    inputs.append((extra[name], 0))
            kind = "operator"
            if node.op is None:
                kind = "parameter" if node.name else "variable"
            elif node in heads:
                kind = "loss"
            outputs = tuple(OutputView(self.shapes.get((node, k))) for k in range(max(1, node.num_outputs)))
            views.append(
                NodeView(
                    id=self.numbers[node],
                    name=self.names[node],
                    op="null" if node.op is None else node.op.name,
                    kind=kind,
                    inputs=tuple(inputs),
                    outputs=outputs,
                    scope=tuple(map(printable, node.scope)),
                    attributes={key: printable(to_string(value)) for key, value in node.attrs.items()},
                )
            )
        tape_heads = tuple((self.numbers[node], k) for node, k in self.tape.heads)
        return Graph(self._title(), "tape", (*views, *late), tape_heads)

    def _constant_shape(self, node: Node, position: int) -> tuple[int, ...] | None:
        raw = self.tape.constants.get((node, position))
        value: Any = raw if raw is not None else kept_of(node).get(position)
        return None if value is None else tuple(value.shape)

    def _title(self) -> str:
        names = [self.names[node] for node, _ in self.tape.heads]
        if len(names) == 1:
            return names[0]
        return f"{len(names)} heads: {', '.join(names[:3])}{', ...' * (len(names) > 3)}"


def _told_apart(names: list[str]) -> list[str]:
    """Return names with a number below each that occurs more than once: in a * a the two are different inputs."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        below = str(seen[name]).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        found.append(f"{name}{below}" if names.count(name) > 1 else name)
    return found


def _ones(head: NDArray) -> Any:
    return head._xp.ones(head.shape, head._data.dtype)


def _same(raw: Any, value: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.allclose(wide(raw), value, rtol=1e-4, atol=1e-6))


def _largest_difference(a: np.ndarray, b: np.ndarray) -> float:
    if np.array_equal(a, b, equal_nan=True):
        return 0.0
    with np.errstate(all="ignore"):
        return float(np.nanmax(np.abs(a.astype(np.float64) - b.astype(np.float64))))

