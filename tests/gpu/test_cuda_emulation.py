"""The emulation of CUDA computes what a GPU would, and finds what a GPU would not tell."""

import numpy as np
import pytest

from . import standin
from .standin import emulation
from .standin.cuda import Device

pytestmark = pytest.mark.skipif(emulation.COMPILER is None, reason="needs a C++ compiler (g++ or clang++)")


@pytest.fixture
def xp(cupy, on_standin):
    """The stand-in, also where there is a GPU."""
    Device(0).use()
    return cupy if on_standin else standin.make()


def kernel_of(xp, parameters: str, body: str, before: str = ""):
    code = f'{before}\nextern "C" __global__ void tried({parameters}) {{ {body} }}'
    return xp.RawModule(code=code, options=()).get_function("tried")


def test_a_grid_of_blocks_of_threads(xp):
    body = "int i = (blockIdx.y * gridDim.x + blockIdx.x) * blockDim.x * blockDim.y + threadIdx.y * blockDim.x;"
    kernel = kernel_of(
        xp, "int* out", body + "out[i + threadIdx.x] = 100 * blockIdx.y + 10 * blockIdx.x + threadIdx.y;"
    )
    out = xp.zeros(2 * 3 * 2 * 4, "int32")
    kernel((2, 3), (4, 2), (out,))
    expected = [100 * y + 10 * x + row for y in range(3) for x in range(2) for row in range(2) for _ in range(4)]
    assert out.get().tolist() == expected


REVERSE = """
    __shared__ float part[64];
    part[threadIdx.x] = data[blockIdx.x * blockDim.x + threadIdx.x];
    {wait}
    data[blockIdx.x * blockDim.x + threadIdx.x] = part[blockDim.x - 1 - threadIdx.x];
"""


def test_threads_wait_for_each_other(xp):
    data = xp.asarray(np.arange(128, dtype="float32"))
    kernel_of(xp, "float* data", REVERSE.format(wait="__syncthreads();"))((2,), (64,), (data,))
    assert data.get().tolist() == [*range(63, -1, -1), *range(127, 63, -1)]


def test_a_wait_that_was_forgotten_gives_wrong_numbers(xp):
    data = xp.asarray(np.arange(1, 65, dtype="float32"))
    kernel_of(xp, "float* data", REVERSE.format(wait=""))((1,), (64,), (data,))
    assert data.get().tolist() != [*range(64, 0, -1)]


def test_threads_that_wait_apart_are_an_error(xp):
    apart = "if (threadIdx.x < 3)\n __syncthreads();\n else\n __syncthreads();\n out[0] = 1;"
    with pytest.raises(RuntimeError, match="threads of one block wait at lines"):
        kernel_of(xp, "int* out", apart)((1,), (8,), (xp.zeros(1, "int32"),))
    with pytest.raises(RuntimeError, match="5 of 8 threads of a block ended while others wait"):
        kernel_of(xp, "int* out", "if (threadIdx.x < 3) __syncthreads(); out[0] = 1;")(
            (1,), (8,), (xp.zeros(1, "int32"),)
        )


@pytest.mark.parametrize("place", [-1, 4])
def test_a_write_outside_of_an_array_is_an_error(xp, place):
    kernel = kernel_of(xp, "float* out, long long place", "out[place] = 1;")
    with pytest.raises(RuntimeError, match="tried wrote outside of an array"):
        kernel((1,), (1,), (xp.zeros(4, "float32"), place))


def test_a_read_outside_of_an_array_is_no_number(xp):
    out = xp.zeros(1, "float32")
    kernel_of(xp, "const float* data, float* out", "out[0] = data[4];")((1,), (1,), (xp.zeros(4, "float32"), out))
    assert np.isnan(out.get()).all()


def test_a_write_into_what_is_const_is_an_error(xp):
    kernel = kernel_of(xp, "const float* data", "((float*)data)[0] = 1;")
    with pytest.raises(RuntimeError, match="takes as const"):
        kernel((1,), (1,), (xp.zeros(4, "float32"),))


def test_arguments_have_the_types_of_the_signature(xp):
    kernel = kernel_of(xp, "const float* data, long long n, double x", "")
    data = xp.zeros((2, 3), "float32")
    kernel((1,), (1,), (data, 3, 2.0))
    for wrong, error, message in [
        ((data, 3), TypeError, "takes 3 arguments, 2 given"),
        ((xp.zeros(3), 3, 2.0), TypeError, "given an array of float64"),
        ((data.T, 3, 2.0), ValueError, "not contiguous"),
        ((data.get(), 3, 2.0), TypeError, "no array of the GPU"),
        ((data, 3.0, 2.0), TypeError, "'long long n' is given a float64"),
        ((data, 3, 2), TypeError, "'double x' is given a int64"),
        ((data, np.int32(3), 2.0), TypeError, "'long long n' is given a int32"),
    ]:
        with pytest.raises(error, match=message):
            kernel((1,), (1,), wrong)
    kernel((1,), (1,), (None, 3, 2.0))  # a null pointer


def test_a_record_is_passed_by_value(xp):
    before = "struct Pair { long long first; int second[3]; };"
    kernel = kernel_of(xp, "Pair pair, long long* out", "out[0] = pair.first + pair.second[2];", before)
    record = np.zeros((), [("first", "i8"), ("second", "i4", 3), ("", "i4")])  # C++ rounds its size up to 24 bytes
    record["first"], record["second"] = 40, (0, 1, 2)
    out = xp.zeros(1, "int64")
    kernel((1,), (1,), (record, out))
    assert out.get().item() == 42
    with pytest.raises(TypeError, match="has 24 bytes, the record that it is given 20"):
        kernel((1,), (1,), (np.zeros((), [("first", "i8"), ("second", "i4", 3)]), out))


def test_a_grid_that_no_gpu_takes_is_refused(xp):
    kernel = kernel_of(xp, "float* out", "")
    for grid, block in [((0,), (1,)), ((1, 65536), (1,)), ((1,), (1025,)), ((1,), (64, 32))]:
        with pytest.raises(ValueError, match="CUDA_ERROR_INVALID_VALUE"):
            kernel(grid, block, (xp.zeros(1, "float32"),))


def test_float16_is_that_of_numpy(xp):
    rng = np.random.default_rng(0)
    values = np.concatenate([
        rng.standard_normal(1000), 1e-7 * rng.standard_normal(1000), 1e5 * rng.standard_normal(100),
        [0.0, -0.0, np.inf, -np.inf, 65504, 65519.9, 65520, 2**-24, 2**-25, 1 + 2**-11, 1 + 3 * 2**-11],
    ]).astype("float32")  # fmt: skip
    kernel = kernel_of(
        xp,
        "const float* in, __half* out, float* back",
        "out[blockIdx.x] = (__half)in[blockIdx.x]; back[blockIdx.x] = (float)out[blockIdx.x];",
    )
    out, back = xp.zeros(values.size, "float16"), xp.zeros(values.size, "float32")
    kernel((values.size,), (1,), (xp.asarray(values), out, back))
    with np.errstate(over="ignore"):
        expected = values.astype("float16")
    assert out.get().tobytes() == expected.tobytes()
    assert back.get().tobytes() == expected.astype("float32").tobytes()


def test_what_does_not_compile_says_where(xp):
    with pytest.raises(RuntimeError, match="threadIndex"):
        kernel_of(xp, "float* out", "out[threadIndex.x] = 1;")((1,), (1,), (xp.zeros(1, "float32"),))
    with pytest.raises(RuntimeError, match="named symbol not found: other"):
        xp.RawModule(code='extern "C" __global__ void tried() {}').get_function("other")((1,), (1,), ())
