"""Run one contestant of a case: in the interpreter of its package, in a process of its own.

It imports nothing of mxlearn, so that the real MXNet's Python can run it. The first argument is a description in JSON;
then each line of standard input holds a number of repeats, and is answered with the seconds that they took, or with the
reason why the step failed, which ends the process. A step of a GPU returns before its work is done: what waits for it
is the attribute ``finish`` of the step.
"""

import importlib
import json
import os
import sys
import time

_kept: list = []  # what is in use until the process ends


def prepare(package: str, threads: int):
    """Return the imported package, held to so many threads.

    With MXLEARN_GPU_STANDIN=1 the stand-in of tests/gpu is the GPU, so that the cases can be tried out without one.
    """
    if os.environ.get("MXLEARN_GPU_STANDIN") == "1" and package in ("mxlearn", "cupy"):
        _kept.append(importlib.import_module("tests.gpu.standin").installed())
        _kept[-1].__enter__()
    imported = importlib.import_module(package)
    if package == "torch":
        imported.set_num_threads(threads)
    return imported


def main() -> None:
    """Answer requests until standard input ends."""
    task = json.loads(sys.argv[1])
    try:
        package = prepare(task["package"], task["threads"])
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    try:
        step = getattr(importlib.import_module(task["module"]), task["builder"])(package, **task["options"])
    except Exception as error:
        print(json.dumps({"refused": f"{type(error).__name__}: {error}".splitlines()[0]}), flush=True)
        return
    print(json.dumps({"version": package.__version__}), flush=True)
    finish = getattr(step, "finish", None)
    for line in sys.stdin:
        repeats = int(line)
        start = time.perf_counter()
        try:
            for _ in range(repeats):
                step()
            if finish is not None:
                finish()
        except Exception as error:
            print(json.dumps({"refused": f"{type(error).__name__}: {error}".splitlines()[0]}), flush=True)
            return
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
