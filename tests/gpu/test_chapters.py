"""The chapters' programs with their arrays on gpu(0): they print what they print on a CPU with MXNet.

The programs name no context; a block around them makes gpu(0) the current one. Where the name of a context is printed
it is another one, all numbers are the same.
"""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs.comparing import difference

from .conftest import REAL

PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
CHAPTERS = [
    "autograd_basics", "batch_norm", "cnn_gluon", "cnn_scratch", "control_flow", "custom_block", "custom_function",
    "data_iterators", "indexing", "linear_regression_gluon", "linear_regression_scratch", "logistic_regression",
    "metrics", "mlp_dropout", "model_parallel", "module_fit", "multi_device", "ndarray_basics", "optimizers_scratch",
    "port_networks", "port_training", "rnn_gluon", "rnn_scratch", "rnn_symbols", "save_load", "softmax_regression",
    "trainer_schedules",
]  # fmt: skip


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_prints_on_the_gpu_what_it_prints_on_the_cpu(name, tmp_path):
    paths = [str(PROGRAMS.parents[1]), *sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONHASHSEED": "0"}
    if not REAL:
        environment["MXLEARN_GPU_STANDIN"] = "1"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.gpu.on_gpu", str(PROGRAMS / "source" / f"{name}.py")],
        capture_output=True, text=True, check=False, env=environment, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    expected = (PROGRAMS / "expected" / f"{name}.txt").read_text(encoding="utf-8")
    assert difference(done.stdout.replace("gpu(0)", "cpu(0)"), expected) is None
