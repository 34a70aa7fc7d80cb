"""A recorded computation, run again in float64 with one number changed: what a gradient must agree with.

The tape keeps what gradient rules need, which is less than what a second run needs. What is missing is found among the
arrays that have names, or is solved for where a sum or difference shows it; where that fails, the check says so.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from .. import backend
from ..context import cpu
from ..core.graph import Entry, Node
from ..core.operator import Like
from ..recording import pause
from .structures import ON_PURPOSE
from .unrolled import Unrolled, draws, kept_of, run

WORK = 3e8  # elementary operations that all checks of one backward pass may cost, about a second
STEP = 1e-5  # of a central difference, times the size of the number
_CASTS = frozenset({"Cast", "amp_cast", "_cast_like", "amp_multicast"})
_SOLVABLE = {"elemwise_add": 1, "broadcast_add": 1, "_grad_add": 1, "elemwise_sub": -1, "broadcast_sub": -1}


@dataclass(frozen=True)
class Difference:
    """One number of a gradient beside its central difference; ``left`` and ``right`` are the one-sided slopes."""

    index: tuple[int, ...]
    gradient: float
    numeric: float
    left: float
    right: float
    agrees: bool


@dataclass(frozen=True)
class Check:
    """What central differences say of a gradient.

    Attributes
    ----------
    verdict : "agrees", "differs", "kink" (the slopes left and right are not the same) or "none"
    why : where the verdict is not "agrees", the reason as a sentence
    entries : the numbers that were compared
    of : how many numbers the gradient has
    """

    verdict: str
    why: str
    entries: tuple[Difference, ...] = ()
    of: int = 0


class CannotRun(Exception):
    """A node cannot be run again; the message says why."""


class Rerun:
    """The forward computation in float64.

    Parameters
    ----------
    tape : the tape, unrolled
    values : further raw values by entry, such as those of named arrays
    names : what nodes are called
    seeds : head gradients, NumPy arrays
    results : the values of the heads as they were recorded, NumPy arrays
    """

    def __init__(
        self, tape: Unrolled, values: Mapping[Entry, Any], names: Mapping[Node, str], seeds: list, results: list
    ):
        self.tape, self.names, self.seeds = tape, names, seeds
        self.given = {**tape.known, **values}
        self.base: dict[Entry, np.ndarray] = {}
        self.missing: dict[Node, str] = {}
        self.constants: dict[tuple[Node, int], np.ndarray] = {}
        self.precision = max((_precision(result) for result in results), default=1e-3)
        for node in tape.order:
            try:
                self._first_run(node)
            except CannotRun as reason:
                self.missing[node] = str(reason)
                known = self.given.get((node, 0))
                if known is not None:  # go on behind it: a local check may still be possible
                    self.base[node, 0] = wide(known)
        self.trouble = self._compare(results)
        self.cost = {node: self._cost(node) for node in tape.order}

    # -- the first run -----------------------------------------------------------------------------------------------
    def _first_run(self, node: Node) -> None:
        if node.op is None:
            value = self.given.get((node, 0))
            if value is None:
                raise CannotRun(f"the value of {self.names[node]} is not known here: pass it as wrt, or give it a name")
            self.base[node, 0] = wide(value)
            return
        if hasattr(node.op, "kernel") and draws(node, bool(node.training)):
            raise CannotRun(f"random operator {node.op.name}")
        if hasattr(node.op, "cached"):
            raise CannotRun("random operator inside the compiled Block")
        inputs = [self._input(node, k) for k in range(len(node.inputs))]
        results = self._run(node, inputs)
        coarse = next((r.dtype for r in results if r.dtype.kind == "f" and r.dtype.itemsize < 8), None)
        if coarse is not None:
            raise CannotRun(f"{node.op.name} rounds to {coarse}, which hides a small change")
        for k, result in enumerate(results):
            self.base[node, k] = result

    def _input(self, node: Node, position: int) -> np.ndarray | None:
        entry = node.inputs[position]
        if entry is not None:
            if entry not in self.base:
                raise CannotRun(self.missing.get(entry[0], f"the value of {self.names[entry[0]]} is not known"))
            return self.base[entry]
        value = self.constants.get((node, position))
        if value is None:
            raw = self.tape.constants.get((node, position))
            value = wide(raw) if raw is not None else self._solved(node, position)
            if value is None and position in node.op.mutated_indices and node.training:
                value = np.zeros_like(self._input(node, 1))  # a moving average: training writes it and reads it not
            if value is not None:
                self.constants[node, position] = value
        if value is None and not self._may_miss(node, position):
            name = node.op.input_names(node.attrs, len(node.inputs))[position]
            raise CannotRun(f"the tape does not keep the constant {name} of {self.names[node]}")
        return value

    def _may_miss(self, node: Node, position: int) -> bool:
        """Tell whether an input is optional, so that it may not have been given at all."""
        op = node.op
        if op.variadic or position >= len(op.inputs) or op.inputs[position] not in op.optional:
            return False
        return op.active_inputs is None or position >= len(op.input_names(node.attrs))

    def _solved(self, node: Node, position: int) -> np.ndarray | None:
        """Solve a sum or difference for its constant, where its result and its other input are known."""
        sign = _SOLVABLE.get(node.op.name)
        known, other = self.given.get((node, 0)), node.inputs[1 - position] if len(node.inputs) == 2 else None
        if sign is None or known is None or other not in self.base:
            return None
        recorded = self.given.get(other)  # what a changed array gives now would hide the change in the constant
        out, rest = wide(known), self.base[other] if recorded is None else wide(recorded)
        value = out + rest if sign < 0 and position == 0 else sign * (out - rest)
        like = kept_of(node).get(position)
        shape = like.shape if isinstance(like, Like) else value.shape
        extra = value.ndim - len(shape)
        axes = tuple(k for k in range(value.ndim) if k < extra or (shape[k - extra] == 1 and value.shape[k] != 1))
        return value.mean(axis=axes, keepdims=True).reshape(shape) if axes else value

    def _run(self, node: Node, inputs: list) -> list[np.ndarray]:
        try:
            with np.errstate(all="ignore"):
                if node.op.name in _CASTS and np.dtype(node.attrs.get("dtype", "float32")).kind == "f":
                    return [each for each in inputs[: node.num_outputs] if each is not None]
                if hasattr(node.op, "kernel"):
                    return [np.asarray(out) for out in run(node, np, inputs, True)]
                return self._function(node, inputs)
        except CannotRun:
            raise
        except Exception as error:  # of a user's forward(), or of a kernel that wants one dtype
            raise CannotRun(f"{node.op.name} fails in float64: {type(error).__name__}") from error

    def _function(self, node: Node, inputs: list) -> list[np.ndarray]:
        """Run forward() of a custom Function, on a copy of it that saves its arrays for itself."""
        from ..ndarray.array import wrap

        if any(each is None for each in inputs) or not node.saved:
            raise CannotRun(f"the tape does not keep the constants of {self.names[node]}")
        function = copy.copy(node.saved[0])
        with pause(train_mode=True):
            found = function.forward(*[wrap(each.copy(), cpu()) for each in inputs])
        return [each.asnumpy() for each in (found if isinstance(found, (list, tuple)) else [found])]

    def _compare(self, results: list) -> str:
        """Return why a second run tells nothing: it does not give what was recorded."""
        for (node, index), result in zip(self.tape.heads, results, strict=True):
            if (node, index) not in self.base:
                return self.missing.get(node, "its result is not known")
            again, recorded = self.base[node, index], wide(result)
            with np.errstate(all="ignore"):
                scale = np.nanmax(np.abs(recorded), initial=0.0, where=np.isfinite(recorded))
                same = np.isclose(again, recorded, rtol=10 * self.precision, atol=10 * self.precision * scale)
            if again.shape != recorded.shape or not np.all(same | np.isnan(recorded)):
                return "another run gives other values: an array was changed after it was recorded"
            if not np.all(np.isfinite(recorded)):
                return "its result is not finite"
        return ""

    def _cost(self, node: Node) -> float:
        out = self.base.get((node, 0))
        if node.op is None or out is None:
            return 0.0
        inner = 1.0
        if len(node.inputs) > 1 and node.op.name in ("dot", "batch_dot", "FullyConnected", "Convolution"):
            second = self._known_input(node, 1)
            if second is not None and second.ndim:
                inner = second.size / max(1, second.shape[-1 if "dot" in node.op.name else 0])
        return 20.0 + float(out.size) * max(1.0, inner)

    def _known_input(self, node: Node, position: int) -> np.ndarray | None:
        entry = node.inputs[position]
        return self.constants.get((node, position)) if entry is None else self.base.get(entry)

    # -- with one number changed -------------------------------------------------------------------------------------
    def total(self, changed: Mapping[Entry, np.ndarray], nodes: Iterable[Node]) -> float:
        """Return the heads, weighted by their head gradients and summed, with other values for some entries."""
        values = dict(changed)
        for node in nodes:
            inputs = []
            for k, entry in enumerate(node.inputs):
                inputs.append(self._input(node, k) if entry is None else values.get(entry, self.base.get(entry)))
            for k, out in enumerate(self._run(node, inputs)):
                values.setdefault((node, k), out)
        with np.errstate(all="ignore"):
            pairs = zip(self.tape.heads, self.seeds, strict=True)
            return float(sum(np.sum(wide(seed) * values.get(h, self.base[h])) for h, seed in pairs))

    def below(self, start: Node) -> list[Node]:
        """Return the nodes that depend on a node, in the order in which they run."""
        found, reached = [], {start}
        for node in self.tape.order:
            if any(entry is not None and entry[0] in reached for entry in node.inputs):
                reached.add(node)
                found.append(node)
        return found

    def check(self, entry: Entry, gradient: np.ndarray, count: int, budget: float) -> Check:
        """Compare up to ``count`` numbers of the gradient of one entry with central differences of the whole run."""
        size = int(gradient.size)
        if not size:
            return Check("none", "it has no element")
        nodes = self.below(entry[0])
        blind = next((n for n in nodes if n.op.name in ON_PURPOSE), None)
        if blind is not None:
            return Check("none", f"{blind.op.name} {ON_PURPOSE[blind.op.name]}", (), size)
        reason = self.trouble or next((self.missing[n] for n in nodes if n in self.missing), "")
        if entry not in self.base:
            reason = reason or self.missing.get(entry[0], "its value is not known")
        if reason:
            return Check("none", f"cannot be re-run: {reason}", (), size)
        stopped = next((n for n in nodes if not n.op.differentiable), None)
        cost = 3.0 * sum(self.cost[n] for n in nodes)
        count = min(count, size, int(budget / max(cost, 1.0)))
        if count < 1:
            return Check("none", "not checked: another run of this computation takes too long", (), size)

        def value(x: np.ndarray) -> float:
            return self.total({entry: x}, nodes)

        check = _compare_entries(value, self.base[entry], gradient, count, self.precision)
        if check.verdict == "differs" and stopped is not None:
            return Check("kink", f"{stopped.op.name} stops the gradient on purpose", check.entries, size)
        return check

    def check_node(
        self, node: Node, position: int, upstream: list, gradient: np.ndarray, count: int = 2
    ) -> Check | None:
        """Compare a contribution with central differences of its operator alone; None where that cannot be done."""
        entry = node.inputs[position]
        if entry is None or node in self.missing or node.op.name in ON_PURPOSE or self.cost[node] > WORK / 20:
            return None
        inputs = [self._input(node, k) for k in range(len(node.inputs))]
        weights = [None if each is None else wide(each) for each in upstream]

        def value(x: np.ndarray) -> float:
            outs = self._run(node, [x if k == position else each for k, each in enumerate(inputs)])
            with np.errstate(all="ignore"):
                pairs = zip(weights, outs, strict=False)
                return float(sum(np.sum(weight * out) for weight, out in pairs if weight is not None))

        try:
            return _compare_entries(value, self.base[entry], gradient, count, self.precision)
        except CannotRun:
            return None


def _compare_entries(value: Any, at: np.ndarray, gradient: np.ndarray, count: int, precision: float) -> Check:
    size = int(gradient.size)
    if at.dtype.kind != "f" or size == 0:
        return Check("none", "it has no real numbers to change", (), size)
    finite = gradient[np.isfinite(gradient)].astype(np.float64)
    scale = float(np.abs(finite).max(initial=0.0))
    entries, kinks = [], 0
    middle = value(at)
    for flat in choose(gradient, count):
        index = tuple(int(i) for i in np.unravel_index(flat, gradient.shape))
        h = STEP * max(1.0, abs(float(at[index])))
        sides = []
        for way in (h, -h):
            moved = at.copy()
            moved[index] += way
            sides.append(value(moved))
        right, left = (sides[0] - middle) / h, (middle - sides[1]) / h
        numeric, analytic = (sides[0] - sides[1]) / (2 * h), float(gradient[index])
        noise = 1e-12 * abs(middle) / h
        allowed = precision * max(abs(numeric), abs(analytic), 0.01 * scale) + noise + 1e-9
        agrees = bool(abs(numeric - analytic) <= allowed)
        if not agrees and isfinite(numeric) and abs(right - left) > 100 * allowed and (
            min(left, right) - allowed <= analytic <= max(left, right) + allowed
        ):
            kinks += 1
        entries.append(Difference(index, analytic, numeric, left, right, agrees))
    wrong = [e for e in entries if not e.agrees]
    if not wrong:
        return Check("agrees", "", tuple(entries), size)
    if kinks == len(wrong):
        why = "there is a kink here: the slope on the left is not the slope on the right"
        return Check("kink", why, tuple(entries), size)
    if not all(isfinite(e.numeric) and isfinite(e.gradient) for e in wrong):
        return Check("none", "the gradient or the computation is not finite here", tuple(entries), size)
    return Check("differs", "the gradient rule and the computation do not agree", tuple(entries), size)


def choose(gradient: np.ndarray, count: int) -> list[int]:
    """Return which numbers to check: the largest, then others that lie evenly apart."""
    size = int(gradient.size)
    if size <= count:
        return list(range(size))
    with np.errstate(all="ignore"):
        largest = int(np.argmax(np.nan_to_num(np.abs(gradient.astype(np.float64)))))
    rest = [k * (size - 1) // max(1, count - 1) for k in range(count)]
    return sorted(dict.fromkeys([largest, *rest]).keys() if largest in rest else [largest, *rest[: count - 1]])


def wide(value: Any) -> np.ndarray:
    """Return a raw array on the host, floating numbers as float64."""
    host = np.asarray(value) if isinstance(value, np.generic) else backend.to_numpy(value)
    return host.astype(np.float64) if host.dtype.kind == "f" else np.asarray(host)


def _precision(result: np.ndarray) -> float:
    """Return the relative error that a gradient of this dtype may have."""
    return {2: 5e-2, 4: 1e-3}.get(result.dtype.itemsize, 1e-4) if result.dtype.kind == "f" else 1e-3



