"""Measure mxlearn beside its peers: ``python -m tests.benchmarks.bench --help``."""

import argparse
import fnmatch
import json
import os
import platform
import sys
import time
from pathlib import Path

from . import contest
from .cases import deep, eager, feeding, footprint, graphs, networks, regression

CASES = {
    case.name: case
    for module in (eager, regression, networks, deep, feeding, footprint, graphs)
    for case in module.CASES
}


def chosen(patterns: list[str] | None) -> list[contest.Case]:
    """Return the cases that one of the patterns names, all where there is none.

    Raises
    ------
    SystemExit
        If a pattern names no case.
    """
    found = []
    for pattern in patterns or ["*"]:
        names = [name for name in CASES if fnmatch.fnmatch(name, pattern)]
        if not names:
            raise SystemExit(f"bench: there is no case {pattern!r}. There are:\n  {', '.join(CASES)}")
        found += [CASES[name] for name in names if CASES[name] not in found]
    return found


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine(threads: int) -> str:
    """Return what the figures depend on, in one line."""
    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), model)
    return f"{model}, {cores()} cores, {threads} threads, Python {platform.python_version()}"


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen cases, print the table, and write JSON where asked."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.bench", description="Measure mxlearn beside its peers."
    )
    parser.add_argument(
        "--only", action="append", metavar="CASE", help="a case, or a pattern such as 'lenet-*'; default all"
    )
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each case (default 15)")
    parser.add_argument(
        "--threads", type=int, default=cores(), help="threads that each library may use (default: the cores there are)"
    )
    parser.add_argument("--torch-python", default=sys.executable, metavar="PATH", help="interpreter that has PyTorch")
    parser.add_argument(
        "--mxnet-python", default=sys.executable, metavar="PATH", help="interpreter that has MXNet 1.9.1"
    )
    parser.add_argument("--short", action="store_true", help="print the table of the README: ratios to each peer alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(f"{case.name:24} {case.title}, {case.unit}" for case in CASES.values()))
        return 0
    pythons = {"torch": options.torch_python, "mxnet": options.mxnet_python}
    outcomes = []
    for case in chosen(options.only):
        outcomes.append(contest.hold(case, pythons, options.rounds, options.threads, _progress))
        _progress("")
    print(f"{machine(options.threads)}, {options.rounds} rounds, {time.strftime('%Y-%m-%d')}\n")
    print(contest.summary(outcomes) if options.short else contest.table(outcomes))
    if options.json:
        options.json.write_text(json.dumps(_record(outcomes, options), indent=1) + "\n", encoding="utf-8")
    return 0


def _record(outcomes: list[contest.Outcome], options: argparse.Namespace) -> dict:
    return {
        "machine": machine(options.threads),
        "date": time.strftime("%Y-%m-%d"),
        "rounds": options.rounds,
        "cases": [
            {
                "case": o.case.name,
                "title": o.case.title,
                "unit": o.case.unit,
                "medians": o.medians,
                "absent": o.absent,
                "goals": [
                    {"ours": g.ours, "theirs": g.theirs, "most": g.most, "ratio": o.ratio(g.ours, g.theirs)}
                    for g in o.case.goals
                ],
            }
            for o in outcomes
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
