"""Measure mxlearn beside its peers: ``python tests/benchmarks/bench.py --help``."""
import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent

# Each program prints one number: what its case costs, in the unit of the case.
IMPORT = "import time; t = time.perf_counter(); import {package}; print(time.perf_counter() - t)"

MXLEARN = """
import time
from mxlearn import autograd, nd
x, w = nd.ones((10, 10)), nd.ones((10, 10))
x.attach_grad()
def step():
    with autograd.record():
        y = x
        for _ in range({length}):
            y = y * w
    y.backward()
"""
TORCH = """
import time
import torch
torch.set_num_threads(1)
x, w, ones = torch.ones(10, 10, requires_grad=True), torch.ones(10, 10), torch.ones(10, 10)
def step():
    x.grad = None
    y = x
    for _ in range({length}):
        y = y * w
    y.backward(ones)
"""
LOOP = """
for _ in range({warm_up}):
    step()
start = time.perf_counter()
for _ in range({repeats}):
    step()
print((time.perf_counter() - start) / {repeats} / {length} * 1e6)
"""


def programs(case: str) -> tuple[str, str, str, str]:
    """Return (unit, name of the peer, mxlearn's program, the peer's program) of a case."""
    if case == "import":
        return "s", "NumPy", IMPORT.format(package="mxlearn"), IMPORT.format(package="numpy")
    length, repeats = (1, 20000) if case == "eager" else (100, 300)
    loop = LOOP.format(warm_up=repeats // 10, repeats=repeats, length=length)
    return "us", "PyTorch", MXLEARN.format(length=length) + loop, TORCH.format(length=length) + loop


CASES = ("import", "eager", "chain")


def measure(program: str, python: str) -> float | None:
    """Run a program in a fresh interpreter and return the number it prints, None where its package is missing."""
    finished = subprocess.run(
        [python, "-c", program], capture_output=True, text=True, check=False
    )
    if finished.returncode:
        if "ModuleNotFoundError" in finished.stderr:
            return None
        raise RuntimeError(finished.stderr)
    return float(finished.stdout)


def run(case: str, rounds: int, torch_python: str) -> dict:
    """Measure one case in alternating rounds."""
    unit, peer, ours, theirs = programs(case)
    peer_python = torch_python if peer == "PyTorch" else sys.executable
    mine: list[float] = []
    other: list[float] = []
    for _ in range(rounds):
        mine.append(measure(ours, sys.executable) or 0.0)
        value = measure(theirs, peer_python)
        if value is not None:
            other.append(value)
    result = {"case": case, "unit": unit, "rounds": rounds, "mxlearn": statistics.median(mine), "peer": peer}
    if other:
        result["peer_median"] = statistics.median(other)
        result["ratio"] = result["mxlearn"] / result["peer_median"]
    return result


def table(results: list[dict]) -> str:
    """Return the results as a Markdown table."""
    lines = ["| case | mxlearn | peer | peer's | ratio |", "|---|---|---|---|---|"]
    for r in results:
        if "ratio" in r:
            lines.append(
                f"| {r['case']} | {r['mxlearn']:.3g} {r['unit']} | {r['peer']} | {r['peer_median']:.3g} {r['unit']} |"
                f" {r['ratio']:.2f} |"
            )
        else:
            lines.append(f"| {r['case']} | {r['mxlearn']:.3g} {r['unit']} | {r['peer']} | not installed | |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen cases, print the table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=CASES, action="append", help="a case to run; default all")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each case (default 15)")
    parser.add_argument("--torch-python", default=sys.executable, help="interpreter of an environment with PyTorch")
    parser.add_argument("--json", type=Path, help="write the results to this file")
    options = parser.parse_args(arguments)
    results = [run(case, options.rounds, options.torch_python) for case in options.only or CASES]
    print(f"Python {platform.python_version()}, {platform.machine()}, {time.strftime('%Y-%m-%d')}")
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
