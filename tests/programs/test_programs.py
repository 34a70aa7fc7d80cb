"""Programs in the style of the books, written for MXNet: they print here what they print with the real one."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .comparing import difference

HERE = Path(__file__).resolve().parent
PROGRAMS = sorted((HERE / "source").glob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program_prints_what_it_prints_with_mxnet(program, tmp_path):
    paths = [str(HERE.parent.parent), *sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONHASHSEED": "0"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "mxlearn.compat", str(program)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=tmp_path,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    expected = (HERE / "expected" / f"{program.stem}.txt").read_text(encoding="utf-8")
    assert difference(run.stdout, expected) is None


def test_every_program_has_an_output_and_every_output_a_program():
    assert [p.stem for p in PROGRAMS] == sorted(path.stem for path in (HERE / "expected").glob("*.txt"))


# -- the comparison ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("loss 0.12345678", "loss 0.123456"),
        ("[[ 1.  2.]]", "[[1. 2.]]"),
        ("[0.33333334]", "[0.3333333]"),
        ("nan -inf 1e-09", "nan -inf 0."),
        ("<NDArray 2x3 @cpu(0)>", "<NDArray 2x3 @cpu(0)>"),
    ],
)
def test_rounding_and_blanks_are_no_difference(received, expected):
    assert difference(received, expected) is None


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("loss 0.124", "loss 0.123"),
        ("epoch 2", "epoch 3"),
        ("1.0", "1"),
        ("<NDArray 2x3 @cpu(0)>", "<NDArray 3x2 @cpu(0)>"),
        ("dense0", "dense1"),
        ("nan", "0.0"),
        ("a\nb", "a"),
        ("a", "a\nb"),
        ("True", "False"),
        ("float32", "float64"),
    ],
)
def test_everything_else_is(received, expected):
    assert difference(received, expected) is not None
