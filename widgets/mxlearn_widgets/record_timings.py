"""Record races on this machine, to be replayed on others: ``python -m mxlearn_widgets.record_timings [--out FILE]``.

The cases are those that ``mxw.race(NAME)`` knows. Each runs on the CPU and on a GPU. The file names the GPU, its
driver, the versions of CUDA, CuPy and NumPy, the processor, the number of threads and the day. Close other programs
first: they are in every number.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mxlearn import context
from mxlearn.base import MXNetError
from mxlearn.timing import Machine, machine

from .timing import recording as recordings
from .timing import words
from .timing.cases import CASES, Case
from .timing.ceilings import ceiling
from .timing.measure import measure
from .timing.medians import median
from .timing.protocol import contestants, works_of
from .timing.samples import Results

BUDGET, QUICK_BUDGET = 20.0, 2.0  # seconds for each case
NO_GPU = (
    "This machine has no GPU that mxlearn can use: {reason}.\n"
    "A recording needs an NVIDIA GPU with its driver, and: pip install 'mxlearn[cuda12]' (or [cuda13]).\n"
    "To record the CPU alone, which no replay will show in the place of a GPU, add --cpu-only."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Record what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m mxlearn_widgets.record_timings",
        description="Record races of CPU and GPU on this machine, to be replayed on machines without a GPU.",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="default: <device>-<date>.json beside the package's own"
    )
    parser.add_argument("--case", action="append", choices=list(CASES), metavar="NAME", dest="cases",
                        help=f"this case only; may be given several times. There are: {', '.join(CASES)}")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="small sizes, 2 seconds a case: to try it out")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help=f"for each case (default {BUDGET:g})")
    parser.add_argument("--cpu-only", action="store_true", help="record the CPU alone; the file is named so")
    options = parser.parse_args(arguments)
    if not options.cpu_only and not context.num_gpus():
        print(NO_GPU.format(reason=_reason()), file=sys.stderr)
        return 1
    devices = [context.cpu()] if options.cpu_only else [context.cpu(), context.gpu(0)]
    host = machine(devices[-1])
    date = time.strftime("%Y-%m-%d")
    path = options.out or recordings.FOLDER / recordings.file_name(host, date)
    print(f"{host.device}, {words.machine_text(host)}", flush=True)
    try:
        cases = {
            name: _record(name, CASES[name], devices, host, date, options.quick, options.budget)
            for name in options.cases or CASES
        }
        recordings.write(recordings.Recording(host, date, cases), path)
        recordings.read(path)  # what cannot be read back is no recording
    except MXNetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{path}: {len(cases)} cases, {path.stat().st_size / 1000:.0f} kB")
    return 0


def _reason() -> str:
    try:
        machine(context.gpu(0))
    except MXNetError as error:
        return str(error).splitlines()[0].rpartition(": ")[2].rstrip(".")
    return "unknown"


def _record(
    name: str, case: Case, devices: list[context.Context], host: Machine, date: str, quick: bool, budget: float | None
) -> Results:
    budget = budget or (QUICK_BUDGET if quick else BUDGET)
    sizes = case.sizes[: case.few] if quick else case.sizes
    who = contestants(case.functions, devices, None)
    works = works_of(case.flops, sizes, "flops"), works_of(case.bytes, sizes, "bytes")
    results = Results(case.title, tuple(c.entrant for c in who), sizes, host, date, case.unit, *works)
    for step in measure(results, who, budget):
        if step.finished:
            k = sizes.index(step.size)
            times = [f"{c.entrant.name} {words.duration(median(results.steady(number, k)).value)}"
                     for number, c in enumerate(who)]  # fmt: skip
            print(f"  {name} {step.size}: {', '.join(times)}", flush=True)
    for number, (size, message) in results.failures.items():
        print(f"  {name}: {results.entrants[number].name} stopped at n = {size}: {message}", file=sys.stderr)
    if all(works):
        results.ceilings = {c.entrant.device: ceiling(c.ctx) for c in who}
    return results


if __name__ == "__main__":
    sys.exit(main())
