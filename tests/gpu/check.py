"""Check everything that needs a GPU, and write down what was found: ``make gpu-check``.

    python -m tests.gpu.check                       tests, benchmarks, recorded timings, report; under 8 minutes
    python -m tests.gpu.check --only tests          a part; several may be given
    python -m tests.gpu.check --standin             try the command itself out where there is no GPU

The report goes to tests/gpu/reports, as Markdown and as JSON; the timings to the widgets, whose DeviceRace replays them
on machines without a GPU. The exit status is 0 if all tests passed, 1 if one failed or a part broke off, and 3 if there
is no GPU: nothing was checked then. A goal that is missed is no failure: the report says by how much.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import report
from .conftest import UNTIL
from .report import Part, Report

ROOT = Path(__file__).resolve().parents[2]
REPORTS = Path(__file__).with_name("reports")
PASSED, FAILED, NOTHING = 0, 1, 3
PARTS = ("tests", "benchmarks", "timings")
SECONDS = {"tests": 170.0, "benchmarks": 215.0, "timings": 65.0}  # of 8 minutes; what a part leaves over is not used
GRACE = 20.0  # seconds at the end of a part, in which it ends what it has begun
CASES = 6  # of the recorded timings, among which their seconds are divided


def main(arguments: list[str] | None = None) -> int:
    """Run the parts, write the report, and return the exit status."""
    options = _options(arguments)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "widgets")])}
    if options.standin:
        environment["MXLEARN_GPU_STANDIN"] = "1"
    machine = report.machine(options.standin)
    if isinstance(machine, str):
        print(f"gpu-check: nothing was checked, because no GPU can be used here.\n  {machine}", file=sys.stderr)
        return NOTHING
    folder = options.out or (ROOT / "build" / "gpu-check" if options.standin else REPORTS)
    folder.mkdir(parents=True, exist_ok=True)
    found = Report(machine, time.strftime("%Y-%m-%d"), options.standin)
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.only or PARTS:
            print(f"gpu-check: {name}, at most {SECONDS[name] * options.patience:.0f} s", flush=True)
            found.parts[name] = _RUN[name](options, environment, Path(scratch), folder)
            print(f"gpu-check: {name}: {found.parts[name].summary}", flush=True)
    for path in report.write(found, folder):
        print(f"gpu-check: written: {path}")
    return FAILED if any(part.failed for part in found.parts.values()) else PASSED


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.gpu.check", description="Check everything that needs a GPU.")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be given several times")
    parser.add_argument("--standin", action="store_true", help="try the command out on the stand-in for CuPy")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="of the report (default tests/gpu/reports)")
    parser.add_argument("--torch-python", default=sys.executable, metavar="PATH", help="interpreter that has PyTorch")
    parser.add_argument("--tests", action="append", metavar="PATH", help="these tests (default tests/gpu)")
    parser.add_argument("--cases", action="append", metavar="PATTERN", help="these benchmarks (default all of a GPU)")
    parser.add_argument("--record", action="append", metavar="CASE", help="these timings (default all)")
    parser.add_argument("--rounds", type=int, default=7, help="of each benchmark (default 7)")
    parser.add_argument(
        "--patience", type=float, default=1.0, metavar="FACTOR", help="times as many seconds for each part (default 1)"
    )
    return parser.parse_args(arguments)


# -- the parts ---------------------------------------------------------------------------------------------------------
def _tests(options: argparse.Namespace, environment: dict, scratch: Path, folder: Path) -> Part:
    results = scratch / "tests.xml"
    command = [sys.executable, "-m", "pytest", *(options.tests or ["tests/gpu"]), "-q", "-p", "no:cacheprovider"]
    command += [f"--junitxml={results}", *_workers(options.standin)]
    limit = SECONDS["tests"] * options.patience
    environment = {  # several workers, each with a thread pool on all processors, would wait for one another
        **environment, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        UNTIL: f"{time.time() + max(limit - GRACE, limit / 2):.0f}",
    }  # fmt: skip
    code, said, seconds = _run(command, environment, limit)
    return report.of_tests(results, code, said, seconds)


def _workers(standin: bool) -> list[str]:
    """Return the options that run tests side by side, where pytest-xdist is installed and a GPU admits several."""
    try:
        import xdist  # noqa: F401 # pyright: ignore[reportMissingImports]
    except ImportError:
        return []
    from mxlearn.backend import driver

    alone = standin or driver.compute_mode(0) not in ("", "Default")
    return [] if alone else ["-n", str(min(8, os.cpu_count() or 1)), "--dist", "worksteal"]


def _benchmarks(options: argparse.Namespace, environment: dict, scratch: Path, folder: Path) -> Part:
    results = scratch / "benchmarks.json"
    command = [sys.executable, "-m", "tests.benchmarks.bench", "--device", "gpu", "--rounds", str(options.rounds)]
    command += ["--threads", str(os.cpu_count() or 1), "--torch-python", options.torch_python, "--json", str(results)]
    small = ["gpu-launch-*", "gpu-mlp-100"] if options.standin else []  # what takes no minutes without a GPU
    command += [f"--only={pattern}" for pattern in options.cases or small]
    limit = SECONDS["benchmarks"] * options.patience
    code, said, seconds = _run([*command, "--budget", f"{limit - 1.5 * GRACE:.0f}"], environment, limit)
    return report.of_benchmarks(results, code, said, seconds)


def _timings(options: argparse.Namespace, environment: dict, scratch: Path, folder: Path) -> Part:
    limit = SECONDS["timings"] * options.patience
    arguments = ["--budget", f"{0.5 * limit / CASES:.2f}"]
    names = options.record or []
    if options.standin:  # what is no timing of a GPU is kept out of the widgets, and what would take minutes
        arguments = ["--quick", f"--out={scratch / 'timings.json'}"]
        names = names or ["copies", "hybridize"]
    arguments += [f"--case={name}" for name in names]
    command = [sys.executable, "-m", "tests.gpu.on_gpu", "-m", "mxlearn_widgets.record_timings", *arguments]
    code, said, seconds = _run(command, environment, limit)
    return report.of_timings(code, said, seconds)


_RUN = {"tests": _tests, "benchmarks": _benchmarks, "timings": _timings}


def _run(command: list[str], environment: dict, limit: float) -> tuple[int | None, str, float]:
    """Return the exit status of a command, None where it ran out of time, what it printed, and its seconds."""
    start = time.monotonic()
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit, check=False,
            env=environment, cwd=ROOT,
        )  # fmt: skip
        code, said = done.returncode, done.stdout
    except subprocess.TimeoutExpired as expired:
        code, said = None, (expired.stdout or b"").decode(errors="replace")
    return code, said, time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
