"""How a source becomes a kernel, and that the kernels are what operators on a GPU run."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

from mxlearn.core.operator import REGISTRY
from mxlearn.kernels import convolution as convolving
from mxlearn.kernels import cuda
from mxlearn.kernels.cuda import launch

from .agreement import close, numbers
from .standin import emulation

SOURCES = sorted(path.stem for path in Path(launch.__file__).parent.glob("*.cu"))
# operators that between them reach every kernel; the steps of optimizers and the sort are reached by their own tests
OPERATORS = [
    "Convolution", "_backward_Convolution_data", "_backward_Convolution_weight", "Pooling", "_backward_Pooling_max",
    "_backward_Pooling_mean", "_backward_Pooling_lp", "_pooling_select", "BatchNorm", "_backward_BatchNorm",
    "LayerNorm", "_backward_LayerNorm", "softmax", "log_softmax", "softmax_cross_entropy", "SoftmaxOutput",
    "_backward_softmax_cross_entropy", "_classifier_loss", "_backward_classifier_loss", "Dropout", "take",
    "_take_backward", "pick", "_pick_backward", "one_hot", "sgd_update", "Embedding",
    "relu", "sigmoid", "Activation",
]  # fmt: skip


def kernels_of(source: str) -> list[str]:
    return re.findall(r"__global__ void (\w+)\(", launch.text_of(f"{source}.cu"))


def test_the_text_has_its_types_closed_and_its_headers_in_place():
    code = launch.code_of("pooling", "e", "f", True)
    assert "#include <cuda_fp16.h>" in code
    for line in ("typedef __half T;", "typedef float A;", "typedef float U;", "typedef unsigned long long Index;"):
        assert line in code
    assert '#include "' not in code
    assert code.count("struct Window {") == 1
    assert "typedef double A;" in launch.code_of("pooling", "d", "d", False)
    assert "__half" not in launch.code_of("pooling", "f", "f", False)


def test_a_kernel_is_made_once_for_its_types(xp):
    source = launch.Source("softmax")
    single, double = np.dtype("float32"), np.dtype("float64")
    kernel = source.kernel(xp, "softmax_rows", single)
    assert source.kernel(xp, "softmax_rows", single) is kernel
    assert source.kernel(xp, "softmax_rows", double) is not kernel
    assert source.kernel(xp, "softmax_rows", single, large=True) is not kernel


@pytest.mark.parametrize("row, threads", [(1, 32), (32, 32), (33, 64), (512, 512), (100_000, 512)])
def test_threads_of_a_row_are_a_power_of_two(row, threads):
    assert launch.block_for(row) == threads


def test_switched_off_the_references_run(xp, monkeypatch):
    monkeypatch.setattr(launch, "enabled", False)
    data = xp.ones((2, 3), "float32")
    assert cuda.softmax(xp, data) is None
    assert cuda.softmax(np, np.ones((2, 3), "float32")) is None


def test_counting_with_64_bits(xp, monkeypatch):
    """Arrays of 2**31 elements do not fit here; the kernels for them do the same work on small ones."""
    for module in [
        launch,
        *(importlib.import_module(f"mxlearn.kernels.cuda.{name}") for name in ("indexing", "updates")),
    ]:
        monkeypatch.setattr(module, "MANY", 1)
    data, weight = numbers((2, 3, 5, 4), "float64"), numbers((4, 3, 2, 2), "float64", 1)
    window = {"stride": (1, 2), "dilate": (1, 1), "pad": (1, 0)}
    expected = convolving.convolution(np, data, weight, **window)
    arrays = xp.asarray(data), xp.asarray(weight)
    close(cuda.convolution(xp, *arrays, **window), expected)
    grad = numbers(expected.shape, "float64", 2)
    options = {"size": data.shape[2:], **window}
    by_data = convolving.convolution_data_gradient(np, grad, weight, **options)
    close(cuda.convolution_data_gradient(xp, xp.asarray(grad), arrays[1], **options), by_data)
    rows = data.reshape(-1, 4)
    shifted = np.exp(rows - rows.max(axis=1, keepdims=True))
    close(cuda.softmax(xp, xp.asarray(rows)), shifted / shifted.sum(axis=1, keepdims=True))
    index = np.array([1, 0, 1])
    close(cuda.add_at(xp, (2, 4), "float64", xp.asarray(index), xp.asarray(rows[:3])), [rows[1], rows[0] + rows[2]])


def test_a_grid_smaller_than_the_array_strides_over_it(xp, monkeypatch):
    monkeypatch.setattr(launch, "MAX_BLOCKS", 2)
    data = numbers((3000,), "float64")
    places = np.arange(3000)[::-1].copy()
    got = cuda.take(xp, xp.asarray(data), xp.asarray(places), axis=0, mode="clip")
    assert (got.get() == data[::-1]).all()


def test_operators_reach_the_kernels(xp, on_standin):
    """Else a kernel could be right in its own test, and no program would run it."""
    if not on_standin:
        pytest.skip("the stand-in counts the launches")
    from .test_operators import run, sampling

    before = dict(emulation.LAUNCHES)
    emulation.LAUNCHES.clear()
    try:
        for name in OPERATORS:
            for sample in sampling.samples_of(name):
                call = sampling.Call(REGISTRY[name], sample)
                wrt, cotangents = call.differentiable(), call.cotangents()
                run(call, importlib.import_module("mxlearn").gpu(), cotangents if wrt else {}, wrt)
        reached = set(emulation.LAUNCHES)
    finally:
        emulation.LAUNCHES.update({name: before.get(name, 0) + n for name, n in emulation.LAUNCHES.items()})
    every = {name for source in SOURCES if source != "updates" for name in kernels_of(source)}
    assert every - reached == set()
