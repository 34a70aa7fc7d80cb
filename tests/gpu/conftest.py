"""The tests of ``gpu(i)`` run on a GPU where there is one, and on a stand-in for CuPy everywhere else.

MXLEARN_GPU_STANDIN=1 takes the stand-in on a machine with a GPU as well. Tests that only a GPU can answer are marked
``gpu``, and are skipped with the reason.
"""
import os
import sys
import time

import pytest

from mxlearn import backend

from . import standin

_probe = backend._look()
REAL = _probe.count > 0 and os.environ.get("MXLEARN_GPU_STANDIN") != "1"
REAL_CUPY = sys.modules.get("cupy")  # imported where it is installed, whether it finds a GPU or not
UNTIL = "MXLEARN_GPU_CHECK_UNTIL"  # seconds since 1970 from which ``make gpu-check`` begins no further test
REASON = _probe.reason or "MXLEARN_GPU_STANDIN=1"


def pytest_report_header(config):
    return "gpu: " + (f"CuPy {_probe.cupy.__version__}, {_probe.count} device(s)" if REAL else f"stand-in ({REASON})")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("gpu") and not REAL:
            item.add_marker(pytest.mark.skip(reason=f"needs a GPU: {REASON}"))


def pytest_runtest_setup(item):
    if time.time() > float(os.environ.get(UNTIL, "inf")):
        pytest.skip("not checked: the time for tests is over")


@pytest.fixture(scope="package", autouse=True)
def cupy():
    """The array module of the GPU: CuPy, or its stand-in."""
    if REAL:
        yield _probe.cupy
        return
    with standin.installed() as module:
        yield module


@pytest.fixture(autouse=True)
def usable(cupy):
    """Wait for the GPU at the end of each test, so that what a kernel breaks is the failure of its own test."""
    yield
    if REAL:
        leave_if_broken(cupy.cuda.runtime.deviceSynchronize)


def leave_if_broken(synchronize) -> None:
    """End this process where the GPU refuses it, which it does for good: all tests that follow would fail as well.

    pytest-xdist starts another worker in its place, and tells in which test that was.
    """
    try:
        synchronize()
    except Exception as error:
        message = f"the GPU refuses this process from now on: {error}"
        if "PYTEST_XDIST_WORKER" in os.environ:
            print(message, file=sys.stderr, flush=True)
            os._exit(1)
        pytest.exit(message, returncode=1)


@pytest.fixture
def on_standin() -> bool:
    """Whether the stand-in is in use, for the few tests that look into it."""
    return not REAL


@pytest.fixture
def xp(cupy):
    """The array module of the GPU for tests of CUDA kernels: the stand-in runs them where there is a C++ compiler."""
    if not REAL and standin.emulation.COMPILER is None:
        pytest.skip("kernels run on a GPU, or in an emulation that needs a C++ compiler (g++ or clang++)")
    return cupy


@pytest.fixture
def precision_read_anew():
    """Let a test have its own environment for the precision of products, which is otherwise read once."""
    from mxlearn.kernels.precision import tensor_cores

    tensor_cores.cache_clear()
    yield
    tensor_cores.cache_clear()


@pytest.fixture
def second_gpu():
    """The context of a second GPU."""
    import mxlearn as mx

    if mx.num_gpus() < 2:
        pytest.skip("needs two GPUs: this machine has one")
    return mx.gpu(1)
