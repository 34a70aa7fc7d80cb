"""Ask the real MXNet 1.9.1 every golden question and store its answers in data/.

Run it with an interpreter that has MXNet 1.9.1 and NumPy 1.23, from any folder:

    python tests/golden/make_golden.py              # every family
    python tests/golden/make_golden.py linalg heads # these only

Each family runs in a process of its own and each case in a fork of it, because some questions leave MXNet's memory
damaged or end its process. Every case is asked twice, and answers that differ between the two stop the run.
"""

import multiprocessing
import os
import subprocess
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from golden import harness  # noqa: E402  (the folder above is on the path only now)

FORK = multiprocessing.get_context("fork")


def make(family):
    """Run one family's cases on MXNet and write its two files."""
    import mxnet as mx

    if mx.__version__ != "1.9.1":
        raise SystemExit(f"golden files are made by MXNet 1.9.1, this is {mx.__version__}")
    answers = {}
    for case in harness.load_family(family).values():
        print(case.id, flush=True)
        answers[case.id] = ask(mx, case)
        lines = harness.mismatches(mx, ask(mx, case), answers[case.id]) if "error" not in answers[case.id] else []
        if lines:
            raise SystemExit(f"{family}/{case.id}: MXNet gives another answer when asked again: {lines}")
    harness.store(family, answers)


def ask(mx, case):
    """Return MXNet's answers to one case, given by a fork of this process."""
    receiver, sender = FORK.Pipe(duplex=False)
    child = FORK.Process(target=tell, args=(mx, case, sender))
    child.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        child.join()
        raise SystemExit(f"{case.id}: MXNet's process ended with {child.exitcode}") from None
    finally:
        child.join()


def tell(mx, case, sender):
    """Send the answers to one case."""
    answer = harness.run_case(mx, case)
    sender.send({k: v for k, v in answer.items() if not isinstance(v, harness.Raised)})


def main(families):
    """Make the named families, or all."""
    for family in families or harness.FAMILIES:
        environment = {**os.environ, "MXNET_MKLDNN_ENABLED": "0" if family in harness.WITHOUT_ONEDNN else "1"}
        if family in harness.ON_ONE_THREAD:
            environment["OMP_NUM_THREADS"] = "1"
        child = subprocess.run(
            [sys.executable, __file__, "--family", family], env=environment, capture_output=True, text=True
        )
        done = child.stdout.splitlines()
        if child.returncode:
            sys.stderr.write(child.stderr[-6000:])
            raise SystemExit(f"{family}: stopped at case {done[-1] if done else '(import)'}")
        size = sum((harness.HERE / "data" / f"{family}{end}").stat().st_size for end in (".npz", ".json"))
        print(f"{family}: {len(done)} cases, {size / 1024:.0f} KiB")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["--family"]:
        make(sys.argv[2])
    else:
        main(sys.argv[1:])
