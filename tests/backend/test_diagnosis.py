"""Each cause of a missing or broken GPU has its own words and its own remedy. The causes are made up; the numbers are
those of cudaError_t in the CUDA Runtime API."""
import subprocess
import sys
import types

import pytest

import mxlearn as mx
from mxlearn import backend
from mxlearn.backend import diagnosis, driver
from mxlearn.base import ContextError


class CUDARuntimeError(RuntimeError):
    """What CuPy raises for an answer of CUDA's."""

    def __init__(self, status, text):
        self.status = status
        super().__init__(text)


TOO_OLD = CUDARuntimeError(35, "cudaErrorInsufficientDriver: CUDA driver version is insufficient for the runtime")
NO_DEVICE = CUDARuntimeError(100, "cudaErrorNoDevice: no CUDA-capable device is detected")
TAKEN = CUDARuntimeError(46, "cudaErrorDevicesUnavailable: CUDA-capable device(s) is/are busy or unavailable")
FULL = CUDARuntimeError(2, "cudaErrorMemoryAllocation: out of memory")
FORKED = CUDARuntimeError(3, "cudaErrorInitializationError: initialization error")
MISMATCH = CUDARuntimeError(803, "cudaErrorSystemDriverMismatch: system has unsupported display driver / cuda driver")
ILLEGAL = CUDARuntimeError(700, "cudaErrorIllegalAddress: an illegal memory access was encountered")
FOREIGN = CUDARuntimeError(209, "cudaErrorNoKernelImageForDevice: no kernel image is available for execution")
UNKNOWN = CUDARuntimeError(999, "cudaErrorUnknown: unknown error")


class World:
    """A machine that is made up: what CuPy, CUDA, the driver and the list of installed packages answer."""

    def __init__(self, monkeypatch):
        self.patch = monkeypatch
        monkeypatch.setattr(backend, "_found", None)
        monkeypatch.setattr(backend, "_opened", set())
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        monkeypatch.setattr(driver, "_VERSION_FILE", "/nowhere")
        monkeypatch.setattr(driver, "_ask", lambda *query: [])
        self.installed("cupy-cuda13x")

    def driver(self, version, asked=()):
        self.patch.setattr(driver, "version", lambda: version)
        answers = dict(asked)
        self.patch.setattr(driver, "_ask", lambda *query: answers.get(query[0].partition("=")[2].partition(",")[0], []))

    def installed(self, *names):
        self.patch.setattr(diagnosis, "distributions", lambda: sorted(names))

    def cupy(self, count, *, opening=None, highest=0, needed=13000, compiler=None):
        """Put a CuPy in place that counts ``count`` GPUs, or raises; the other exceptions come when one is opened."""

        def answer(value):
            def call(*_):
                if isinstance(value, Exception):
                    raise value
                return value

            return call

        class Device:
            def __init__(self, number):
                self.number = number

            def __enter__(self):
                pass

            def __exit__(self, *_):
                pass

        runtime = types.SimpleNamespace(
            getDeviceCount=answer(count), driverGetVersion=answer(highest), runtimeGetVersion=answer(needed),
            memGetInfo=answer(opening or (1, 2)),
        )  # fmt: skip
        module = types.ModuleType("cupy")
        module.cuda = types.SimpleNamespace(
            runtime=runtime, Device=Device, nvrtc=types.SimpleNamespace(getVersion=answer(compiler or (13, 0))),
            memory=types.SimpleNamespace(OutOfMemoryError=MemoryError),
            get_allocator=lambda: None, set_allocator=lambda allocator: None,
        )  # fmt: skip
        self.patch.setitem(sys.modules, "cupy", module)

    def fails(self, number=0):
        """Return the two parts of the message that ``gpu(number)`` is refused with: why, and what to do."""
        with pytest.raises(ContextError) as caught:
            backend.array_module("gpu", number)
        why, _, remedy = str(caught.value).partition("\n  ")
        return why, remedy


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


# -- CuPy --------------------------------------------------------------------------------------------------------------
def test_without_cupy_and_without_a_driver(world):
    world.patch.setitem(sys.modules, "cupy", None)
    why, remedy = world.fails()
    assert why == "gpu(0): no GPU can be used here: CuPy is not installed."
    assert "Use mx.cpu()" in remedy and "'mxlearn[cuda12]' (or [cuda13])" in remedy


@pytest.mark.parametrize(
    ("version", "extra"),
    [("580.65.06", "cuda13"), ("590.12", "cuda13"), ("535.104.05", "cuda12"), ("525.60", "cuda12")],
)
def test_without_cupy_the_driver_says_which_one_to_install(world, version, extra):
    world.patch.setitem(sys.modules, "cupy", None)
    world.driver(version)
    assert world.fails()[1] == f"The NVIDIA driver is {version}: pip install 'mxlearn[{extra}]'."


def test_without_cupy_and_with_a_driver_too_old_for_any(world):
    world.patch.setitem(sys.modules, "cupy", None)
    world.driver("470.82")
    assert "a newer driver than 470.82: 525 or later" in world.fails()[1]


def importing_raises(world, error):
    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "cupy":
                raise error

    world.patch.delitem(sys.modules, "cupy", raising=False)
    world.patch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])


PAGE = """
================================================================
Failed to import CuPy.

If you installed CuPy via wheels (cupy-cudaXXX), make sure that the package matches with the version of CUDA installed.

Original error:
  ImportError: libcublas.so.13: cannot open shared object file: No such file or directory
================================================================
"""


def test_a_broken_cupy_is_told_by_the_reason_on_its_page(world):
    importing_raises(world, ImportError(PAGE))
    why, remedy = world.fails()
    assert why.endswith("cannot be imported (ImportError: libcublas.so.13: cannot open shared object file:"
                        " No such file or directory).")  # fmt: skip
    assert "pip uninstall -y cupy-cuda13x; pip install" in remedy


def test_a_module_that_cupy_misses_is_not_taken_for_cupy(world):
    importing_raises(world, ModuleNotFoundError("No module named 'fastrlock'", name="fastrlock"))
    why, _ = world.fails()
    assert "CuPy is installed but cannot be imported (ModuleNotFoundError: No module named 'fastrlock')" in why


@pytest.mark.parametrize("count", [TOO_OLD, 0, "import"])
def test_two_distributions_are_the_reason_whatever_fails_first(world, count):
    world.installed("cupy-cuda12x", "cupy-cuda13x")
    world.driver("580.65")
    if count == "import":
        importing_raises(world, AttributeError("partially initialized module"))
    else:
        world.cupy(count)
    why, remedy = world.fails()
    assert "2 distributions of CuPy are installed, and overwrite one another (cupy-cuda12x, cupy-cuda13x)" in why
    assert remedy == "Keep one: pip uninstall -y cupy-cuda12x cupy-cuda13x; pip install 'mxlearn[cuda13]'."


def test_the_installed_distributions_are_listed(monkeypatch):
    names = ["cupy-cuda12x", "CuPy", "cupy-rocm-7-0", "cupyx-something", "numpy", None]
    packages = [types.SimpleNamespace(metadata={"Name": name}) for name in names]
    monkeypatch.setattr("importlib.metadata.distributions", lambda: packages)
    assert diagnosis.distributions() == ["cupy", "cupy-cuda12x", "cupy-rocm-7-0"]


# -- the driver --------------------------------------------------------------------------------------------------------
def test_no_driver(world):
    world.cupy(TOO_OLD)
    why, remedy = world.fails()
    assert why.endswith("there is no NVIDIA driver.")
    assert "install its driver" in remedy and "--gpus all" in remedy


def test_a_driver_without_its_library(world):
    world.cupy(TOO_OLD)
    world.driver("580.65")
    why, remedy = world.fails()
    assert "driver 580.65 is there, but its library libcuda is not to be found" in why and "--gpus all" in remedy


def test_a_driver_that_is_too_old(world):
    world.cupy(TOO_OLD, highest=11040, needed=12090)
    world.driver("470.82")
    why, remedy = world.fails()
    assert "the NVIDIA driver 470.82 runs programs of CUDA up to 11.4, and CuPy is made for CUDA 12.9" in why
    assert "a newer driver: 525 or later" in remedy


def test_cupy_for_a_newer_cuda_than_the_driver_knows(world):
    world.cupy(TOO_OLD, highest=12040, needed=13000)
    world.driver("550.54")
    why, remedy = world.fails()
    assert "CUDA up to 12.4, and CuPy is made for CUDA 13.0" in why
    assert remedy == (
        "Install the CuPy for this driver: pip uninstall -y cupy-cuda13x; pip install 'mxlearn[cuda12]'."
    )


@pytest.mark.parametrize("count", [0, NO_DEVICE])
def test_no_gpu_in_the_machine(world, count):
    world.cupy(count)
    why, remedy = world.fails()
    assert why.endswith("CuPy is installed but finds no GPU.") and "nvidia-smi" in remedy


def test_gpus_that_a_variable_hides(world):
    world.cupy(NO_DEVICE)
    world.patch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    why, remedy = world.fails()
    assert "CUDA_VISIBLE_DEVICES=-1 hides every GPU" in why and "unset CUDA_VISIBLE_DEVICES" in remedy


def test_a_process_that_was_forked(world):
    world.cupy(FORKED)
    why, remedy = world.fails()
    assert "CUDA cannot start in this process" in why and "'spawn'" in remedy


def test_a_driver_that_was_updated_under_a_running_system(world):
    world.cupy(MISMATCH)
    assert "Start the machine again" in world.fails()[1]


def test_what_nobody_has_foreseen_keeps_its_words(world):
    world.cupy(UNKNOWN)
    assert "no GPU can be used (cudaErrorUnknown: unknown error)" in world.fails()[0]
    assert mx.nd.ones((2,)).sum().asscalar() == 2  # and the process goes on


# -- one GPU -----------------------------------------------------------------------------------------------------------
SMI = {"compute_mode": ["Exclusive_Process"], "pid": ["4711, python train.py, 30512", "12, Xorg, [N/A]"]}


def test_a_gpu_that_another_process_has_taken(world):
    world.cupy(1, opening=TAKEN)
    world.driver("580.65", SMI)
    why, remedy = world.fails()
    assert why == (
        "gpu(0): another process has taken it (Exclusive_Process mode):"
        " process 4711 (python train.py) holds 29.8 GiB; process 12 (Xorg)."
    )
    assert "end that process" in remedy and "nvidia-smi -i 0 -c DEFAULT" in remedy


def test_a_gpu_that_nobody_may_use(world):
    world.cupy(1, opening=TAKEN)
    world.driver("580.65", {"compute_mode": ["Prohibited"]})
    assert "compute mode is Prohibited" in world.fails()[0]


def test_a_gpu_without_memory_for_a_context(world):
    world.cupy(1, opening=FULL)
    world.driver("580.65", SMI)
    why, remedy = world.fails()
    assert "not even the memory left to start CUDA" in why and "process 4711" in remedy


def test_cupy_without_the_libraries_of_cuda(world):
    world.cupy(1, compiler=OSError("libnvrtc.so.13: cannot open shared object file"))
    why, remedy = world.fails()
    assert "a library of CUDA is missing (libnvrtc.so.13" in why and "pip install 'mxlearn[cuda1" in remedy


def test_a_gpu_that_is_free_again_can_be_used(world):
    world.cupy(1, opening=TAKEN)
    world.fails()
    cupy = sys.modules["cupy"]
    cupy.cuda.runtime.memGetInfo = lambda: (1, 2)
    assert backend.array_module("gpu", 0) is cupy


def test_the_eighth_gpu_of_one(world):
    world.cupy(1)
    assert world.fails(7)[0] == "gpu(7): this machine has 1 GPU: use gpu(0)."


# -- errors of a computation -------------------------------------------------------------------------------------------
def test_a_kernel_that_broke_is_told_where_it_surfaces():
    text = str(diagnosis.broken_device(ILLEGAL, "asnumpy"))
    assert text.startswith("asnumpy: a computation on the GPU that was started earlier has failed: a kernel read or")
    assert "restart the kernel" in text and "CUDA_LAUNCH_BLOCKING=1" in text


def test_a_gpu_that_cupy_has_no_code_for():
    assert "CuPy has no code for this GPU" in str(diagnosis.broken_device(FOREIGN, "waitall"))


def test_other_answers_of_cuda_keep_their_words_and_other_errors_are_left_alone():
    assert "waitall: CUDA answered cudaErrorUnknown" in str(diagnosis.broken_device(UNKNOWN, "waitall"))
    assert diagnosis.broken_device(ValueError("3"), "waitall") is None


# -- what the driver's tool says ---------------------------------------------------------------------------------------
def test_processes_are_sorted_by_what_they_hold(monkeypatch):
    answer = "12, Xorg, 200\n4711, /usr/bin/python, a, 4096\n13, hidden, [N/A]\n\n"
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, answer, ""))
    assert [(p.pid, p.name, p.used) for p in driver.processes(0)] == [
        (4711, "/usr/bin/python, a", 4 << 30), (12, "Xorg", 200 << 20), (13, "hidden", -1),
    ]  # fmt: skip


@pytest.mark.parametrize("error", [FileNotFoundError("nvidia-smi"), subprocess.TimeoutExpired("nvidia-smi", 20)])
def test_without_the_tool_nothing_is_known(monkeypatch, error):
    def run(*_, **__):
        raise error

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(driver, "_VERSION_FILE", "/nowhere")
    assert (driver.version(), driver.processes(0), driver.compute_mode(0)) == ("", [], "")


def test_the_version_is_read_from_the_drivers_file(tmp_path, monkeypatch):
    file = tmp_path / "version"
    file.write_text("NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Thu Jul 31 2025\nGCC version: 12.3.0\n")
    monkeypatch.setattr(driver, "_VERSION_FILE", str(file))
    assert driver.version() == "580.65.06"
