"""Import time, memory, and the distance to what the machine can do."""

import numpy as np

from ..contest import Case, Contestant, Goal

IMPORT = "import time; t = time.perf_counter(); import {package}; print(time.perf_counter() - t)"
RESIDENT = """
import re
import {package}
print(int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024)
"""
PEAK = """
import importlib, re
from tests.benchmarks.cases import networks
def memory(name):
    return int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
package = importlib.import_module("{package}")
before = memory("VmRSS")
step = networks.{builder}(package, "lenet", 100{more})
for _ in range(20):
    step()
print(memory("VmHWM") - before)
"""
FLOP = 1318e6  # of a training step of LeNet, batch 100: products of convolutions and dense layers, forward and backward
SIDE = 1024


def numpy_peak(numpy):
    """Return the work of a LeNet step as square products of matrices, the fastest arithmetic there is."""
    a, b = (numpy.ones((SIDE, SIDE), "float32") for _ in range(2))
    out = numpy.empty_like(a)
    rows = int(SIDE * FLOP / (2 * SIDE**3))  # a part of the rows makes the rest of the arithmetic
    whole, rest = divmod(rows, SIDE)

    def step():
        for _ in range(whole):
            np.matmul(a, b, out=out)
        if rest:
            np.matmul(a[:rest], b, out=out[:rest])

    return step


def _memory(label, package, builder, more=""):
    return Contestant(label, package, "PEAK", {"builder": builder, "more": more}, fresh=True)


CASES = (
    Case(
        "import", __name__, "import in a fresh interpreter", "ms",
        tuple(
            Contestant(label, package, "IMPORT", fresh=True)
            for label, package in (("mxlearn", "mxlearn"), ("NumPy", "numpy"), ("PyTorch", "torch"), ("MXNet", "mxnet"))
        ),
        (Goal("mxlearn", "NumPy", 1.5), Goal("mxlearn", "PyTorch", 0.15)),
    ),
    Case(
        "resident", __name__, "memory after import", "MB",
        tuple(
            Contestant(label, package, "RESIDENT", fresh=True)
            for label, package in (("mxlearn", "mxlearn"), ("NumPy", "numpy"), ("PyTorch", "torch"), ("MXNet", "mxnet"))
        ),
        (Goal("mxlearn", "PyTorch", 0.25),),
    ),
    Case(
        "peak", __name__, "peak memory of LeNet steps, batch 100, above that before", "MB",
        (
            _memory("mxlearn eager", "mxlearn", "mx_training", ", False"),
            _memory("mxlearn hybridized", "mxlearn", "mx_training", ", True"),
            _memory("PyTorch", "torch", "torch_training"),
            _memory("MXNet hybridized", "mxnet", "mx_training", ", True"),
        ),
        (Goal("mxlearn eager", "PyTorch", 1.0), Goal("mxlearn hybridized", "PyTorch", 1.0)),
    ),
    Case(
        "machine", __name__, "LeNet training step beside its arithmetic at the peak of matrix products", "ms",
        (
            Contestant(
                "mxlearn hybridized", "mxlearn", "lenet", {"hybridized": True},
            ),
            Contestant("matrix products", "numpy", "numpy_peak"),
        ),
        (Goal("mxlearn hybridized", "matrix products", 2.2),),
    ),
)  # fmt: skip


def lenet(mx, hybridized):
    """Return a training step of LeNet, batch 100."""
    from .networks import mx_training

    return mx_training(mx, "lenet", 100, hybridized)
