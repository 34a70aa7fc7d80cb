"""Driver, CuPy, GPUs and their memory."""

import os
import sys

import pytest

from mxlearn import backend
from mxlearn.base import ContextError
from mxlearn.doctor import nvidia
from mxlearn.kernels import cudnn
from mxlearn.kernels.cuda import launch

from .conftest import find, gpu, only

posix = pytest.mark.skipif(sys.platform == "win32", reason="another shell")


@pytest.fixture
def answers(monkeypatch):
    """Return a function that says what mxlearn's own search for a GPU gives: a number, or why there is none."""

    def set_to(answer):
        def module(device_type, device_id):
            if isinstance(answer, str):
                raise ContextError(f"gpu(0): no GPU can be used here: {answer}.\n  Use mx.cpu().")

        monkeypatch.setattr(backend, "array_module", module)
        monkeypatch.setattr(backend, "num_gpus", lambda: 0 if isinstance(answer, str) else answer)

    return set_to


# -- driver ------------------------------------------------------------------------------------------------------------
def test_without_a_driver_everything_runs_on_the_cpu(without_driver):
    found = only("GPU", "driver")
    assert (found.state, found.remedy) == ("ok", "") and "runs on the CPU" in found.seen
    assert find("GPU", "memory") == []


@pytest.mark.parametrize(("version", "cuda"), [("580.65.06", 13), ("591.10", 13), ("570.86.15", 12), ("525.60.13", 12)])
def test_the_newest_cuda_of_a_driver(nvidia_smi, version, cuda):
    nvidia_smi([gpu(driver=version)])
    found = only("GPU", "driver")
    assert (found.state, found.seen) == ("ok", f"{version}, for CUDA up to {cuda}")


@pytest.mark.parametrize("version", ["470.199.02", "390.157"])
def test_a_driver_that_is_too_old(nvidia_smi, version):
    nvidia_smi([gpu(driver=version)])
    found = only("GPU", "driver")
    assert found.state == "problem"
    assert found.seen == f"driver {version} is too old for mxlearn: CUDA 12 needs 525, CUDA 13 580"
    assert found.remedy


def test_a_driver_that_was_updated_under_a_running_system(nvidia_smi, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    nvidia_smi(says="Failed to initialize NVML: Driver/library version mismatch", status=18)
    found = only("GPU", "driver")
    assert found.state == "problem" and "version mismatch" in found.seen
    assert found.remedy == "sudo reboot"
    assert find("GPU", "memory") == []  # said once


def test_a_driver_that_does_not_answer(nvidia_smi):
    nvidia_smi(status=9)
    found = only("GPU", "driver")
    assert found.state == "problem" and "ended with status 9" in found.seen and found.remedy


def test_a_driver_without_a_gpu(nvidia_smi):
    nvidia_smi([])
    found = only("GPU", "driver")
    assert found.state == "warning" and "sees no GPU" in found.seen


# -- CuPy --------------------------------------------------------------------------------------------------------------
def test_no_cupy_and_none_needed(without_driver, site, hidden):
    hidden(site.folder)
    found = only("GPU", "CuPy")
    assert (found.state, found.remedy) == ("ok", "")
    assert find("GPU", "cuDNN") == find("GPU", "NCCL") == []


@pytest.mark.parametrize(("driver", "extra"), [("580.65.06", "[cuda13]"), ("550.54.14", "[cuda12]")])
def test_a_gpu_and_no_cupy(nvidia_smi, site, hidden, driver, extra):
    nvidia_smi([gpu(driver=driver)])
    hidden(site.folder)
    found = only("GPU", "CuPy")
    assert found.state == "warning" and "is not installed" in found.seen
    assert extra in found.remedy


def test_several_cupys_overwrite_each_other(nvidia_smi, site, hidden):
    nvidia_smi([gpu()])
    site("cupy-cuda12x", "14.2.0")
    site("cupy-cuda13x", "14.2.0")
    hidden(site.folder)
    found = only("GPU", "CuPy")
    assert found.state == "problem" and "installed 2 times" in found.seen
    assert "cupy-cuda12x 14.2.0" in found.seen and "cupy-cuda13x 14.2.0" in found.seen
    remove, add = found.remedy.split(" && ")
    assert remove.endswith("uninstall -y cupy-cuda12x cupy-cuda13x") and "[cuda13]" in add


def test_several_cupys_without_a_driver_are_only_removed(without_driver, site, hidden):
    site("cupy", "14.2.0")
    site("cupy-cuda12x", "14.2.0")
    hidden(site.folder)
    assert only("GPU", "CuPy").remedy.endswith("uninstall -y cupy cupy-cuda12x")


def test_cupy_for_a_newer_cuda_than_the_driver_runs(nvidia_smi, site, hidden):
    nvidia_smi([gpu(driver="550.54.14")])
    site("cupy-cuda13x", "14.2.0")
    hidden(site.folder)
    found = only("GPU", "CuPy")
    assert found.state == "problem"
    assert found.seen == "cupy-cuda13x 14.2.0 needs driver 580 or later, and this one is 550.54.14"
    remove, add = found.remedy.split(" && ")
    assert remove.endswith("uninstall -y cupy-cuda13x") and "[cuda12]" in add


def test_cupy_for_an_older_cuda_is_fine(nvidia_smi, site, answers):
    nvidia_smi([gpu()])
    site("cupy-cuda12x", "14.2.0")
    answers(2)
    found = only("GPU", "CuPy")
    assert (found.state, found.seen) == ("ok", "cupy-cuda12x 14.2.0 finds 2 GPUs")


def test_a_cupy_that_mxlearn_does_not_work_with(nvidia_smi, site, answers):
    nvidia_smi([gpu()])
    site("cupy-cuda12x", "13.6.0")
    answers(1)
    found = only("GPU", "CuPy")
    assert found.state == "problem" and "cupy-cuda12x 13.6.0 is installed, and mxlearn needs" in found.seen
    assert "[cuda12]" in found.remedy


def test_cupy_without_a_driver(without_driver, site, answers):
    site("cupy-cuda12x", "14.2.0")
    answers("there is no NVIDIA driver")
    found = only("GPU", "CuPy")
    assert found.state == "warning" and "there is no NVIDIA driver" in found.seen
    assert found.remedy.endswith("uninstall -y cupy-cuda12x")


@posix
@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("CUDA_VISIBLE_DEVICES=7 hides every GPU from CuPy", "unset CUDA_VISIBLE_DEVICES"),
        ("CuPy is installed but cannot be imported (ImportError: libnvrtc.so.13)", "[cuda13]"),
        ("another process has taken it (Exclusive_Process mode)", "nvidia-smi"),
    ],
)
def test_cupy_that_cannot_use_the_gpu_says_why(nvidia_smi, site, answers, reason, remedy):
    nvidia_smi([gpu()])
    site("cupy-cuda13x", "14.2.0")
    answers(reason)
    found = only("GPU", "CuPy")
    assert found.state == "problem" and f"cannot use the GPU: {reason}. Use mx.cpu()" in found.seen
    assert remedy in found.remedy


# -- cuDNN and NCCL ----------------------------------------------------------------------------------------------------
@pytest.fixture
def library(site, answers, monkeypatch):
    """Return a function that says what CuPy, for CUDA 13 and with one GPU, finds of cuDNN."""
    site("cupy-cuda13x", "14.2.0")
    answers(1)
    monkeypatch.delenv("MXLEARN_CUDNN", raising=False)
    return lambda version, reason: monkeypatch.setattr(cudnn, "state", lambda: cudnn.State(version, reason))


def test_cudnn_in_use(library):
    library("9.14.0", "")
    found = only("GPU", "cuDNN")
    assert (found.state, found.seen) == ("ok", "9.14.0 is in use")


def test_cudnn_that_could_be_installed(library):
    library(None, "not installed")
    found = only("GPU", "cuDNN")
    assert found.state == "warning" and "more slowly: not installed" in found.seen
    assert found.remedy.endswith("install nvidia-cudnn-cu13")


@posix
def test_cudnn_switched_off(library, monkeypatch):
    monkeypatch.setenv("MXLEARN_CUDNN", "0")
    library(None, "switched off by MXLEARN_CUDNN=0")
    found = only("GPU", "cuDNN")
    assert found.state == "warning" and found.remedy == "unset MXLEARN_CUDNN"


@posix
def test_own_kernels_switched_off(site, answers, monkeypatch):
    site("cupy-cuda13x", "14.2.0")
    answers(1)
    assert only("GPU", "own kernels").seen == "in use"
    monkeypatch.setattr(launch, "enabled", False)
    found = only("GPU", "own kernels")
    assert found.state == "warning" and found.remedy == "unset MXLEARN_CUDA_KERNELS"


def test_one_gpu_needs_no_nccl(library):
    assert only("GPU", "NCCL").seen == "not needed with one GPU"


def test_several_gpus_use_nccl(library, answers, monkeypatch):
    answers(4)
    asked = []
    monkeypatch.setattr(backend, "communicator", lambda devices: asked.append(devices) or object())
    found = only("GPU", "NCCL")
    assert (found.state, found.seen, asked) == ("ok", "in use by 4 GPUs", [(0, 1, 2, 3)])


def test_several_gpus_without_nccl(library, answers, monkeypatch):
    answers(2)
    monkeypatch.setattr(backend, "communicator", lambda devices: "CuPy does not find NCCL")
    found = only("GPU", "NCCL")
    assert found.state == "warning" and "CuPy does not find NCCL" in found.seen
    assert found.remedy.endswith("install nvidia-nccl-cu13")


# -- memory ------------------------------------------------------------------------------------------------------------
def test_each_gpu_with_its_memory(nvidia_smi):
    nvidia_smi([gpu(0), gpu(1, total=24000, used=100, name="NVIDIA L4")])
    first, second = find("GPU", "memory")
    assert (first.state, second.state) == ("ok", "ok")
    assert first.seen == "GPU 0, NVIDIA H100: 82.8 GB of 83.9 GB are free"
    assert second.facts["total"] == 24000 * 2**20 and second.facts["name"] == "NVIDIA L4"


def test_a_gpu_that_our_own_process_has_filled(nvidia_smi):
    if not os.path.isdir("/proc/self"):
        pytest.skip("it is not told here whose a process is")
    nvidia_smi([gpu(used=79900)], [f"{os.getpid()}, python, 79000", "1, other, 400"])
    found = only("GPU", "memory")
    assert found.state == "warning" and f"process {os.getpid()} (python) holds" in found.seen
    assert found.remedy == f"kill {os.getpid()}"
    assert found.facts["holders"][0]["pid"] == os.getpid()


def test_a_gpu_that_others_have_filled(nvidia_smi, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(nvidia, "owned_by_us", lambda process: False)
    nvidia_smi([gpu(used=79900)], ["4711, python3, 79000"])
    found = only("GPU", "memory")
    assert found.state == "warning" and found.remedy == "ps -o user,pid,lstart,args -p 4711"


def test_memory_of_processes_that_a_container_does_not_see(nvidia_smi):
    nvidia_smi([gpu(used=50000)])
    found = only("GPU", "memory")
    assert found.state == "ok" and "held by processes that cannot be seen from here" in found.seen


def test_a_gpu_on_which_nobody_may_compute(nvidia_smi):
    nvidia_smi([gpu()], mode="Prohibited")
    found = only("GPU", "memory")
    assert found.state == "problem" and found.remedy == "sudo nvidia-smi -i 0 -c DEFAULT"


def test_an_exclusive_gpu_that_is_taken(nvidia_smi):
    nvidia_smi([gpu()], ["4711, python3, 500"], mode="Exclusive_Process")
    found = only("GPU", "memory")
    assert found.state == "problem" and "only one process" in found.seen and "4711" in found.seen


def test_a_card_that_tells_no_memory(nvidia_smi):
    nvidia_smi(["0, GPU-0, GRID, 580.65.06, [N/A], [N/A], [N/A]"])
    found = only("GPU", "memory")
    assert found.state == "ok" and found.facts["total"] == 0
