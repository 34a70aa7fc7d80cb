"""Measure the widgets against their goals: ``python -m tests.benchmarks.reach.figures [NAME ...] [--json FILE]``.

A module NAME.py beside this one defines ``measure() -> list[Figure]``. Machines are noisy: nothing here is a test, and
a missed goal is printed, not raised.
"""

import argparse
import importlib
import json
import platform
import statistics
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """One measured number and its goal.

    Attributes
    ----------
    what : in words
    value : measured
    unit : of value and goal
    goal : bound, or None where there is none
    at_least : whether more is better
    """

    what: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal was met, None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        bound = "" if self.goal is None else f"  goal {'>=' if self.at_least else '<='} {self.goal:g}"
        verdict = {None: "", True: "  met", False: "  MISSED"}[self.met]
        return f"{self.what:<62} {self.value:>10.4g} {self.unit:<8}{bound}{verdict}"


def median_ms(work: Callable[[], object], rounds: int = 15) -> float:
    """Return the median time of a call in milliseconds, after one call that does not count."""
    work()
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return 1000 * statistics.median(times)


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which so great a share (0 to 1) of the values lies, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def names() -> list[str]:
    """Return the modules that measure something."""
    return sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in ("__init__", "figures"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reach.figures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names())}; default: all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    found: dict[str, list[Figure]] = {}
    for name in options.names or names():
        print(f"-- {name}", flush=True)
        found[name] = importlib.import_module(f"tests.benchmarks.reach.{name}").measure()
        for figure in found[name]:
            print(figure, flush=True)
    if options.json:
        content = {"machine": platform.machine(), "python": platform.python_version()}
        content["figures"] = {name: [asdict(f) for f in figures] for name, figures in found.items()}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
