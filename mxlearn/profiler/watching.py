"""Watching operators run, without a line in the code that runs them.

Operators on NDArrays pass through ``invoke``, or through the functions that ndarray/calling.py makes; steps of an
optimizer on many weights pass through kernels/updates.py, backward rules are called by one loop of core/gradient.py.
``sys.setprofile`` tells when one of these begins and ends, and nothing is there while nobody watches. Inside of a
compiled program there is no call to see (an addition is NumPy's own), so ``Program.run`` is exchanged for one that runs
the loop interpreter and looks at the clock after each node.
"""
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..base import MXNetError
from ..core import gradient
from ..core.anomaly import check_node
from ..core.compile import Program
from ..core.operator import REGISTRY, RawFunctions
from ..core.state import STATE
from ..kernels import updates
from ..ndarray import calling, dispatch
from .events import LOG

__all__ = ["begin", "end", "is_watching"]

_plain_run = Program.run


def _code_inside(function: Callable, name: str):
    """Return the code of a function that another one defines."""
    return next(c for c in function.__code__.co_consts if getattr(c, "co_name", None) == name)


_INVOKE = dispatch.invoke.__code__
_BINARY = _code_inside(calling.build_binary, "function")
_SCALAR = _code_inside(calling.build_scalar, "function")
_UPDATE = updates.update_all.__code__
_REVERSE = gradient.reverse.__code__


class _Calls(threading.local):
    """What a thread has begun: [(frame, name or None, nanoseconds)]."""

    def __init__(self):
        self.open: list[tuple[FrameType, str | None, int]] = []


_calls = _Calls()
_rules: set = set()  # codes of all gradient rules


def is_watching() -> bool:
    """Tell whether operators are watched."""
    return sys.getprofile() is _tell or Program.run is not _plain_run


def begin(imperative: bool, symbolic: bool) -> None:
    """Watch operators on NDArrays, and those of compiled programs.

    Raises
    ------
    MXNetError
        If another profiler is at work in this thread.
    """
    end()
    if imperative:
        if sys.getprofile() is not None:
            raise MXNetError("profiler: another profiler is at work in this thread.\n  Stop it first: cProfile, %prun.")
        rules = [op.rule.function for op in REGISTRY.values() if op.rule is not None]
        _rules.update(getattr(rule, "__code__", None) for rule in rules)
        threading.setprofile(_tell)
        sys.setprofile(_tell)
    if symbolic:
        Program.run = _watched_run  # pyright: ignore[reportAttributeAccessIssue]


def end() -> None:
    """Watch no more."""
    Program.run = _plain_run
    if sys.getprofile() is _tell:
        sys.setprofile(None)
        threading.setprofile(None)  # pyright: ignore[reportArgumentType]
    _calls.open.clear()


def _tell(frame: FrameType, event: str, argument: Any) -> None:
    """Be told by Python that a function begins or returns."""
    if event == "call":
        code = frame.f_code
        if code in calling.CODES:
            name = calling.CODES[code]
        elif code is _INVOKE or code is _SCALAR:
            if _long_way(frame):
                return
            name = frame.f_locals["op"].name
        elif code is _BINARY:
            name = None  # known when it returns: equal shapes, or broadcasting
        elif code is _UPDATE:
            name = frame.f_locals["operator"].name
        elif code in _rules and (reverse := _reverse_of(frame)) is not None:
            caller = reverse.f_locals
            if not isinstance(caller["here"], RawFunctions):  # the rule writes a graph, or runs operators that are seen
                return
            name = f"_backward_{caller['op'].name}"
        else:
            return
        _calls.open.append((frame, name, time.perf_counter_ns()))
    elif event == "return":
        calls = _calls.open
        if not calls or calls[-1][0] is not frame:
            return
        now = time.perf_counter_ns()
        _, name, start = calls.pop()
        if name is None:
            seen = frame.f_locals
            name = seen["elementwise" if seen.get("same") else "broadcasting"].name
        if LOG.is_on:
            LOG.span(name, "operator", start, now)


def _long_way(frame: FrameType) -> bool:
    """Tell whether ``invoke`` does what the short form of the operator could not, and which is open already."""
    general = frame.f_back
    return bool(_calls.open) and general is not None and general.f_back is _calls.open[-1][0]


def _reverse_of(frame: FrameType) -> FrameType | None:
    """Return the reverse pass that called a rule, through the rule's ``apply``; None where something else called it."""
    above = frame.f_back
    for _ in range(3):  # the first apply of a rule makes the next ones
        if above is None or above.f_code is _REVERSE:
            return above
        above = above.f_back
    return None


def _watched_run(
    program: Program, values, rng: Any = None, observe: Callable[..., None] | None = None, buffers: Any = None
):
    """Run a program node by node, and note each."""
    if observe is None and STATE.anomaly:
        observe = check_node
    start = time.perf_counter_ns()

    def note(node, arguments, results) -> None:
        nonlocal start
        LOG.span(node.op.name, "operator", start, time.perf_counter_ns())
        if observe is not None:
            observe(node, arguments, results)
        start = time.perf_counter_ns()

    return program.interpret(values, rng, note)
