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
from .cases import deep, eager, feeding, footprint, gpu, graphs, networks, regression

CASES = {
    case.name: case
    for module in (eager, regression, networks, deep, feeding, footprint, graphs, gpu)
    for case in module.CASES
}

NOTHING = 3  # exit status: nothing was measured


def chosen(patterns: list[str] | None, device: str = "cpu") -> list[contest.Case]:
    """Return the cases that one of the patterns names; where there is none, all that are measured on the device.

    Raises
    ------
    SystemExit
        If a pattern names no case.
    """
    if not patterns:
        return [case for case in CASES.values() if case.device == device]
    found = []
    for pattern in patterns:
        names = [name for name in CASES if fnmatch.fnmatch(name, pattern)]
        if not names:
            raise SystemExit(f"bench: there is no case {pattern!r}. There are:\n  {', '.join(CASES)}")
        found += [CASES[name] for name in names if CASES[name] not in found]
    return found


def no_gpu() -> str:
    """Return why cases of a GPU cannot be measured here, "" where they can."""
    if os.environ.get("MXLEARN_GPU_STANDIN") == "1":
        return ""
    import mxlearn

    try:
        mxlearn.nd.zeros((1,), ctx=mxlearn.gpu(0)).wait_to_read()
    except mxlearn.MXNetError as error:
        return str(error)
    return ""


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
    parser.add_argument(
        "--device", choices=("cpu", "gpu"), default="cpu", help="without --only, the cases of this device (default cpu)"
    )
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="begin no further case after this time")
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
    cases, outcomes, start = chosen(options.only, options.device), [], time.monotonic()
    reason = no_gpu() if any(case.device == "gpu" for case in cases) else ""
    if reason:
        skipped = [case.name for case in cases if case.device == "gpu"]
        print(f"bench: not measured: {', '.join(skipped)}. They need a GPU:\n  {reason}", file=sys.stderr)
        cases = [case for case in cases if case.device == "cpu"]
        if not cases:
            return NOTHING
    for number, case in enumerate(cases):
        if options.budget is not None and time.monotonic() - start > options.budget:
            left = ", ".join(each.name for each in cases[number:])
            print(f"bench: {options.budget:g} s are over; not measured: {left}", file=sys.stderr)
            break
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
