"""Run the programs with the real MXNet 1.9.1 and store what they print.

    python tests/programs/record.py --python ORACLE [NAME ...]

ORACLE is an interpreter that has MXNet 1.9.1 and NumPy 1.23 (see tests/golden/README.md). Every program runs twice; one
that prints something else the second time stops the recording.
"""
import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from comparing import difference  # noqa: E402  (the folder is on the path only now)


def printed(python: str, program: Path) -> str:
    """Return the standard output of one run."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    run = subprocess.run(
        [python, "-W", "ignore", str(program)], capture_output=True, text=True, check=False, env=environment, cwd=HERE
    )
    if run.returncode:
        raise SystemExit(f"{program.name}: {run.stderr[-3000:]}")
    return run.stdout


def main(arguments: list[str] | None = None) -> None:
    """Record the programs that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="interpreter with MXNet 1.9.1")
    parser.add_argument("names", nargs="*", help="programs, without .py; default all")
    options = parser.parse_args(arguments)
    version = [options.python, "-c", "import mxnet; print(mxnet.__version__)"]
    if subprocess.run(version, capture_output=True, text=True, check=True).stdout.strip() != "1.9.1":
        raise SystemExit("the outputs are made by MXNet 1.9.1; this interpreter has another")
    (HERE / "expected").mkdir(exist_ok=True)
    for program in sorted((HERE / "source").glob("*.py")):
        if options.names and program.stem not in options.names:
            continue
        text = printed(options.python, program)
        found = difference(printed(options.python, program), text)
        if found:
            raise SystemExit(f"{program.name} prints something else the second time: {found}")
        (HERE / "expected" / f"{program.stem}.txt").write_text(text, encoding="utf-8")
        print(program.stem, len(text.splitlines()), "lines")


if __name__ == "__main__":
    main()
