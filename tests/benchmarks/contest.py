"""Contestants of a case, measured in turn: every round runs each of them once, so that all see the same machine."""

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
LEAST = 0.04  # seconds that one measurement lasts at least: repeats are chosen for it
REST = 0.25  # seconds between two contestants: threads that wait for work spin for up to 200 ms
UNITS = {"us": 1e6, "ms": 1e3, "s": 1.0}


@dataclass(frozen=True)
class Contestant:
    """One way to do the work of a case.

    Parameters
    ----------
    label : how tables and goals name it, e.g. "mxlearn hybridized"
    package : "mxlearn", "mxnet", "torch" or "numpy": what the builder gets, and whose interpreter runs it
    builder : name of a function in the module of the case, (package, **options) -> step; or, where ``fresh``, of a
        string in it: a program that prints one number
    options : keyword arguments of the builder; of a program, its fields
    fresh : whether every round starts a new interpreter
    environment : variables of the environment that its process gets beside the others
    """

    label: str
    package: str
    builder: str
    options: dict[str, Any] = field(default_factory=dict)
    fresh: bool = False
    environment: dict[str, str] = field(default_factory=dict)


def eager_three(builder: str, **options: Any) -> "tuple[Contestant, Contestant, Contestant]":
    """Return mxlearn, PyTorch and MXNet, whose builders are mx_<builder>, for both of that language, and torch_."""
    return (
        Contestant("mxlearn", "mxlearn", f"mx_{builder}", options),
        Contestant("PyTorch", "torch", f"torch_{builder}", options),
        Contestant("MXNet", "mxnet", f"mx_{builder}", options),
    )


@dataclass(frozen=True)
class Goal:
    """``ours`` takes at most ``most`` times what ``theirs`` takes; with "" for a peer, at most ``most`` of the unit."""

    ours: str
    theirs: str
    most: float


@dataclass(frozen=True)
class Case:
    """What is measured together.

    Parameters
    ----------
    name : of the command's options
    module : where the builders are
    title : what one number measures
    unit : "us", "ms", "s" or "MB"
    contestants, goals : see there
    each : how many pieces of work one step is, e.g. operations of a chain
    device : "cpu", or "gpu" for a case that is measured on a GPU
    rounds : at most so many, for a step that takes seconds; None for no limit
    """

    name: str
    module: str
    title: str
    unit: str
    contestants: tuple[Contestant, ...]
    goals: tuple[Goal, ...] = ()
    each: int = 1
    device: str = "cpu"
    rounds: int | None = None


@dataclass
class Outcome:
    """The medians of a case in its unit, and why a contestant has none."""

    case: Case
    rounds: int
    medians: dict[str, float]
    absent: dict[str, str]

    def ratio(self, ours: str, theirs: str) -> float | None:
        """Return the time of ``ours`` divided by that of ``theirs``, 1 unit for ""; None where one was not measured."""
        if ours not in self.medians or (theirs and theirs not in self.medians):
            return None
        return self.medians[ours] / (self.medians[theirs] if theirs else 1.0)


class Stopped(Exception):
    """A contestant's process has ended, with the reason as its text."""


class Runner:
    """The process of one contestant. One that stops is absent from then on, with the reason; the others go on."""

    def __init__(self, case: Case, contestant: Contestant, python: str, threads: int):
        self.case = case
        self.contestant = contestant
        self.absent = ""
        self.seconds: list[float] = []
        self._python = python
        self._environment = {**environment(threads), **contestant.environment}
        self._repeats = 1
        self._process: subprocess.Popen | None = None
        self._threads = threads

    def start(self) -> None:
        """Start the process, and let it take its first step."""
        if self.contestant.fresh:
            return
        task = {
            "package": self.contestant.package,
            "module": self.case.module,
            "builder": self.contestant.builder,
            "options": self.contestant.options,
            "threads": self._threads,
        }
        self._process = subprocess.Popen(
            [self._python, str(HERE / "worker.py"), json.dumps(task)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self._environment,
        )  # fmt: skip
        try:
            said = json.loads(self._answer())
            if "version" not in said:
                raise Stopped(said.get("missing") or said["refused"])
            self._ask(1)
        except Stopped as stopped:
            self._leave(stopped)

    def choose(self) -> None:
        """Let the process warm up, and choose how often one measurement repeats the step."""
        if self.contestant.fresh or self.absent:
            return
        try:
            while (took := self._ask(self._repeats)) < LEAST:
                self._repeats = max(self._repeats * 2, int(self._repeats * LEAST / max(took, 1e-7)))
        except Stopped as stopped:
            self._leave(stopped)

    def measure(self) -> None:
        """Add one measurement."""
        if self.absent:
            return
        if self.contestant.fresh:
            self._measure_program()
            return
        try:
            self.seconds.append(self._ask(self._repeats) / self._repeats / self.case.each)
        except Stopped as stopped:
            self._leave(stopped)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _leave(self, stopped: Stopped) -> None:
        self.absent = str(stopped)
        self.stop()

    def _measure_program(self) -> None:
        program = getattr(importlib.import_module(self.case.module), self.contestant.builder)
        program = program.format(package=self.contestant.package, **self.contestant.options)
        done = subprocess.run(
            [self._python, "-c", program], capture_output=True, text=True, check=False, env=self._environment
        )
        if done.returncode:
            self.absent = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        else:
            self.seconds.append(float(done.stdout))

    def _ask(self, repeats: int) -> float:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(f"{repeats}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Stopped(f"its process ended with status {self._process.wait()}") from None
        answer = self._answer()
        if answer.startswith("{"):
            raise Stopped(json.loads(answer)["refused"])
        return float(answer)

    def _answer(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Stopped(f"its process ended with status {self._process.wait()}")
        return line


def environment(threads: int) -> dict[str, str]:
    """Return the environment in which every library uses so many threads."""
    names = ("MXLEARN_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    found = {**os.environ, **dict.fromkeys(names, str(threads)), "PYTHONPATH": str(REPOSITORY)}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def hold(
    case: Case, pythons: dict[str, str], rounds: int, threads: int, tell: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Measure all contestants of a case and return the medians.

    Parameters
    ----------
    pythons : the interpreter of each package; this one where none is given
    tell : called with what is being done, for a line of progress
    """
    runners = [Runner(case, c, pythons.get(c.package, sys.executable), threads) for c in case.contestants]
    rest = REST if case.device == "cpu" else 0.0  # a GPU that has ended its queue rests at once
    rounds = min(rounds, case.rounds or rounds)
    try:
        tell(f"{case.name}: {', '.join(c.label for c in case.contestants)} start")
        if case.device == "gpu":  # compiling takes seconds, and on the host: side by side
            with ThreadPoolExecutor(len(runners)) as pool:
                list(pool.map(Runner.start, runners))
        for runner in runners:
            if case.device == "cpu":
                runner.start()
            runner.choose()
        for number in range(rounds):
            tell(f"{case.name}: round {number + 1} of {rounds}")
            for runner in runners:
                runner.measure()
                time.sleep(rest)
    finally:
        for runner in runners:
            runner.stop()
    scale = UNITS.get(case.unit, 1.0)
    medians = {r.contestant.label: statistics.median(r.seconds) * scale for r in runners if r.seconds and not r.absent}
    absent = {r.contestant.label: r.absent for r in runners if r.absent}
    return Outcome(case, rounds, medians, absent)


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as a Markdown table: a line for each contestant, a ratio to each peer."""
    lines = ["| case | who | median | ratio to peers | goal |", "|---|---|---|---|---|"]
    for outcome in outcomes:
        for contestant in outcome.case.contestants:
            lines.append("| " + " | ".join(_cells(outcome, contestant)) + " |")
    return "\n".join(lines)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return a short Markdown table: each way of mxlearn beside eager PyTorch and the fastest way of MXNet."""
    lines = ["| case | mxlearn | | of PyTorch's | of MXNet's |", "|---|---|---|---|---|"]
    for outcome in outcomes:
        title = outcome.case.title
        for label in [c.label for c in outcome.case.contestants if c.package == "mxlearn"]:
            if label not in outcome.medians:
                continue
            way = label.removeprefix("mxlearn").strip()
            ratios = [_share(outcome, label, package) for package in ("torch", "mxnet")]
            lines.append(
                f"| {title} | {way} | {outcome.medians[label]:.3g} {outcome.case.unit} | {' | '.join(ratios)} |"
            )
            title = ""
    return "\n".join(lines)


def _share(outcome: Outcome, label: str, package: str) -> str:
    peers = [c.label for c in outcome.case.contestants if c.package == package and c.label in outcome.medians]
    if package == "torch":
        peers = peers[:1]  # the eager one
    if not peers:
        return ""
    return f"{outcome.ratio(label, min(peers, key=outcome.medians.__getitem__)):.2f}"


def _cells(outcome: Outcome, contestant: Contestant) -> list[str]:
    case, label = outcome.case, contestant.label
    first = f"{case.title} (`{case.name}`)" if contestant is case.contestants[0] else ""
    if label not in outcome.medians:
        return [first, label, f"none: {outcome.absent.get(label, 'not measured')}", "", ""]
    peers = [c.label for c in case.contestants if c.package != "mxlearn" and c.label in outcome.medians]
    ratios = [f"{outcome.ratio(label, p):.2f} x {p}" for p in peers] if contestant.package == "mxlearn" else []
    return [
        first,
        label,
        f"{outcome.medians[label]:.3g} {case.unit}",
        ", ".join(ratios),
        "; ".join(verdicts(outcome, label)),
    ]


def verdicts(outcome: Outcome, label: str) -> list[str]:
    """Return for each goal of a contestant whether it was met."""
    said = []
    for goal in outcome.case.goals:
        ratio = outcome.ratio(goal.ours, goal.theirs)
        if goal.ours == label and ratio is not None:
            bound = f"{goal.most:g} x {goal.theirs}" if goal.theirs else f"{goal.most:g} {outcome.case.unit}"
            said.append(f"<= {bound}: {'met' if ratio <= goal.most else f'missed ({ratio:.2f})'}")
    return said
