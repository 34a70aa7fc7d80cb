"""The array modules: NumPy always, CuPy where a GPU can be used, and why not where none can."""
import sys
import types

import numpy as np
import pytest

from mxlearn import backend
from mxlearn.base import ContextError


@pytest.fixture(autouse=True)
def nobody_has_asked(monkeypatch):
    monkeypatch.setattr(backend, "_found", None)
    monkeypatch.setattr(backend, "_opened", set())


def cupy_with(monkeypatch, count):
    """Put a CuPy into the place of the real one whose driver answers ``count`` (or raises it)."""
    cupy = types.ModuleType("cupy")

    def device_count():
        if isinstance(count, Exception):
            raise count
        return count

    cupy.cuda = types.SimpleNamespace(runtime=types.SimpleNamespace(getDeviceCount=device_count))
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    return cupy


def test_every_cpu_is_numpy():
    assert backend.array_module("cpu", 0) is backend.array_module("cpu_pinned", 3) is np
    assert backend._found is None                                  # nobody looked for a GPU


def test_without_cupy(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert backend.num_gpus() == 0
    with pytest.raises(ContextError, match="CuPy is not installed|cannot be imported"):
        backend.array_module("gpu", 0)


@pytest.mark.parametrize(
    ("count", "reason"),
    [(0, "finds no GPU"), (RuntimeError("cudaErrorInsufficientDriver"), "cudaErrorInsufficientDriver")],
)
def test_with_cupy_and_without_a_gpu(monkeypatch, count, reason):
    cupy_with(monkeypatch, count)
    assert backend.num_gpus() == 0
    with pytest.raises(ContextError, match=reason):
        backend.array_module("gpu", 0)


def test_a_broken_installation_is_a_reason_not_a_crash(monkeypatch):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "cupy":
                raise OSError("libcudart.so is missing")

    monkeypatch.delitem(sys.modules, "cupy", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(ContextError, match="libcudart.so is missing"):
        backend.array_module("gpu", 0)


def test_gpus_are_counted(monkeypatch):
    cupy = cupy_with(monkeypatch, 2)
    monkeypatch.setattr(backend, "_opened", {0, 1})
    assert backend.num_gpus() == 2
    assert backend.array_module("gpu", 1) is cupy
    with pytest.raises(ContextError, match=r"gpu\(5\): this machine has 2 GPUs: use gpu\(0\) to gpu\(1\)"):
        backend.array_module("gpu", 5)


def test_the_question_is_asked_once(monkeypatch):
    cupy_with(monkeypatch, 1)
    assert backend.num_gpus() == 1
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert backend.num_gpus() == 1


def test_transfers_on_the_cpu_are_copies():
    host = np.arange(3.0)
    copy = backend.transfer(host, "cpu", 1)
    copy[0] = 9
    assert host.tolist() == [0, 1, 2]
    assert backend.to_numpy(host) is host
    backend.synchronize()                                                # nothing to wait for


def test_generators_are_seeded():
    a, b = (backend.generator(np, 0, 7).random(3).tolist() for _ in range(2))
    assert a == b != backend.generator(np, 0, 8).random(3).tolist()
