"""Products by cuBLAS against NumPy's: on a GPU by the library, elsewhere by its stand-in, see standin/cublas."""

import os
import re
import sys
from ctypes import c_int, c_longlong, c_size_t, c_void_p
from pathlib import Path

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError
from mxlearn.kernels import cublas

from .standin import cublas as standin

TOLERANCE = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-12}

pytestmark = pytest.mark.usefixtures("precision_read_anew")


@pytest.fixture
def fake(on_standin, cupy, monkeypatch):
    """The stand-in for the library; None on a GPU with the library itself."""
    if not on_standin:
        if cublas.reason(cupy):
            pytest.skip(f"cuBLAS: {cublas.reason(cupy)}")
        yield None
        return
    found = standin.Fake()
    monkeypatch.setattr(cublas, "_library", cublas.Library(found))
    monkeypatch.setattr(cublas, "_reason", "")
    yield found
    if found.errors:
        raise found.errors[0]


@pytest.fixture
def only_standin(fake):
    if fake is None:
        pytest.skip("looks into the stand-in for cuBLAS")
    return fake


def random(seed, shape, dtype):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


FORMS = {  # how two stacks of matrices lie in memory
    "rows": (lambda x, y: (x, y), (5, 7), (7, 3)),
    "left transposed": (lambda x, y: (x.swapaxes(-1, -2), y), (7, 5), (7, 3)),
    "right transposed": (lambda x, y: (x, y.swapaxes(-1, -2)), (5, 7), (3, 7)),
    "both transposed": (lambda x, y: (x.T, y.T), (7, 5), (3, 7)),
    "rows with gaps": (lambda x, y: (x[:, :7], y[:, 2:5]), (5, 9), (7, 8)),
    "every second column": (lambda x, y: (x[:, ::2], y), (5, 14), (7, 3)),
    "one row": (lambda x, y: (x, y), (1, 7), (7, 3)),
    "one column": (lambda x, y: (x, y), (5, 7), (7, 1)),
    "inner one": (lambda x, y: (x, y), (5, 1), (1, 3)),
    "one row transposed": (lambda x, y: (x.T, y), (7, 1), (7, 3)),
    "stacks": (lambda x, y: (x, y), (4, 5, 7), (4, 7, 3)),
    "stacks transposed": (lambda x, y: (x.swapaxes(-1, -2), y.swapaxes(-1, -2)), (2, 3, 7, 5), (2, 3, 3, 7)),
    "stack and matrix": (lambda x, y: (x, y), (4, 5, 7), (7, 3)),
    "stack with gaps and matrix": (lambda x, y: (x[:, :5], y), (4, 6, 7), (7, 3)),
    "matrix and stack": (lambda x, y: (x, y), (5, 7), (4, 7, 3)),
    "stacks that broadcast": (lambda x, y: (x, y), (4, 1, 5, 7), (1, 3, 7, 2)),
    "stacks with exchanged axes": (lambda x, y: (x.swapaxes(0, 1), y), (3, 2, 5, 7), (2, 3, 7, 2)),
}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("form", list(FORMS))
def test_products_are_those_of_numpy(cupy, fake, dtype, form):
    view, left, right = FORMS[form]
    lhs, rhs = random(0, left, dtype), random(1, right, dtype)
    expected = np.matmul(*(x.astype("float64") for x in view(lhs, rhs)))
    found = cublas.product(cupy, *view(cupy.array(lhs), cupy.array(rhs)))
    assert found.dtype == dtype and found.shape == expected.shape
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found.get().astype("float64") / scale, expected / scale, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("form", ["rows", "stacks", "stack and matrix", "matrix and stack"])
@pytest.mark.parametrize("gaps", [False, True])
def test_a_given_result_is_written_and_returned(cupy, fake, form, gaps):
    _, left, right = FORMS[form]
    lhs, rhs = random(0, left, "float32"), random(1, right, "float32")
    expected = lhs @ rhs
    room = cupy.zeros((*expected.shape[:-1], 2 * expected.shape[-1]), "float32")
    out = room[..., ::2] if gaps else cupy.empty(expected.shape, "float32")
    assert cublas.product(cupy, cupy.array(lhs), cupy.array(rhs), out) is out
    np.testing.assert_allclose(out.get(), expected, rtol=1e-5, atol=1e-5)


def test_transposed_views_are_not_copied(cupy, only_standin):
    lhs, rhs = cupy.array(random(0, (7, 5), "float32")), cupy.array(random(1, (3, 7), "float32"))
    cublas.product(cupy, lhs.T, rhs.T)
    name, arguments = only_standin.calls[-1]
    assert name == "cublasGemmEx"
    assert (arguments[7], arguments[10]) == (rhs.data.ptr, lhs.data.ptr)


@pytest.mark.parametrize(
    ("dtype", "variable", "value", "compute"),
    [
        ("float32", None, None, cublas.COMPUTE_32F),
        ("float32", "MXNET_CUDA_TENSOR_OP_MATH_ALLOW_CONVERSION", "1", cublas.COMPUTE_32F_FAST_TF32),
        ("float16", None, None, cublas.COMPUTE_32F),
        ("float16", "MXNET_CUDA_ALLOW_TENSOR_CORE", "0", cublas.COMPUTE_32F_PEDANTIC),
        ("float64", None, None, cublas.COMPUTE_64F),
    ],
)
def test_float32_is_rounded_for_tensor_cores_only_where_mxnet_would(
    cupy, only_standin, monkeypatch, dtype, variable, value, compute
):
    if variable:
        monkeypatch.setenv(variable, value)
    one = cupy.ones((2, 2), dtype)
    cublas.product(cupy, one, one)
    assert only_standin.calls[-1][1][-2] == compute


def test_a_new_stream_gets_the_workspace_again(cupy, only_standin):
    one = cupy.ones((2, 2), "float32")
    cublas.product(cupy, one, one)
    with cupy.cuda.Stream(non_blocking=True):
        cublas.product(cupy, one, one)
        cublas.product(cupy, one, one)
    told = ["cublasSetStream_v2", "cublasSetWorkspace_v2"]
    gemm = ["cublasGemmEx"]
    assert only_standin.names() == ["cublasCreate_v2", *told, *gemm, *told, *gemm, *gemm]


@pytest.mark.parametrize("shapes", [((0, 3), (3, 2)), ((2, 0), (0, 3)), ((3,), (3, 2))])
def test_empty_arrays_and_vectors_are_left_to_cupy(cupy, fake, shapes):
    assert cublas.product(cupy, *(cupy.zeros(shape, "float32") for shape in shapes)) is None


def test_other_dtypes_are_left_to_cupy(cupy, fake):
    one = cupy.ones((2, 2), "int32")
    assert cublas.product(cupy, one, one) is None
    assert cublas.product(cupy, cupy.ones((2, 2), "float32"), cupy.ones((2, 2), "float64")) is None


def test_a_failure_tells_the_status_and_a_remedy(cupy, only_standin):
    only_standin.fail["cublasGemmEx"] = 13
    one = cupy.ones((2, 2), "float32")
    with pytest.raises(MXNetError, match=r"CUBLAS_STATUS_EXECUTION_FAILED.\n  Set MXLEARN_CUBLAS=0"):
        cublas.product(cupy, one, one)


def test_dense_layers_and_dot_ask_cublas(cupy, only_standin):
    x = mx.nd.array([[1, 2], [3, 4]], ctx=mx.gpu(0))
    y = mx.nd.FullyConnected(x, x, no_bias=True, num_hidden=2)
    z = mx.nd.dot(x, x, transpose_b=True)
    assert y.asnumpy().tolist() == z.asnumpy().tolist() == [[5, 11], [11, 25]]
    assert only_standin.names().count("cublasGemmEx") == 2


# -- declarations ------------------------------------------------------------------------------------------------------
def header() -> str:
    places = [os.environ.get("CUBLAS_HOME", ""), *(os.path.join(path, "nvidia", "cublas") for path in sys.path)]
    places += [os.path.join(path, "nvidia", "cu13") for path in sys.path]
    found = next((file for each in places if each and (file := Path(each, "include", "cublas_api.h")).is_file()), None)
    if found is None:
        pytest.skip("the header files of cuBLAS are not installed")
    return re.sub(r"/\*.*?\*/", "", found.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("name", list(cublas.PROTOTYPES))
def test_arguments_are_those_of_the_header(name):
    declared = re.search(rf"cublasStatus_t CUBLASWINAPI\s+{name}\s*\(([^;]*)\);", header())
    assert declared is not None
    expected = []
    for argument in declared[1].split(","):
        words = argument.split()
        if "*" in argument or any(word in ("cublasHandle_t", "cudaStream_t") for word in words):
            expected.append(c_void_p)
        else:
            expected.append(c_longlong if "long" in words else c_size_t if "size_t" in words else c_int)
    assert [each if each in (c_int, c_longlong, c_size_t) else c_void_p for each in cublas.PROTOTYPES[name]] == expected


@pytest.mark.parametrize(
    "name", ["OP_N", "OP_T", "GEMM_DEFAULT", *(n for n in vars(cublas) if n.startswith("COMPUTE"))]
)
def test_numbers_are_those_of_the_header(name):
    assert getattr(cublas, name) == int(re.search(rf"\bCUBLAS_{name}\s*=\s*(-?\d+)", header())[1])


def test_names_of_statuses_are_those_of_the_header():
    listed = re.findall(r"CUBLAS_STATUS_(\w+)\s*=\s*(\d+)", header())
    assert {int(number): name for name, number in listed if number != "0"} == cublas.STATUSES
