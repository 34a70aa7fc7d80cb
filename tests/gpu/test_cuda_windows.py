"""The kernels of convolution and pooling against their references."""

import importlib

import numpy as np
import pytest

from mxlearn.kernels import convolution as convolving
from mxlearn.kernels import cuda
from mxlearn.kernels import pooling as pooled

from .agreement import DTYPES, close, numbers

SIZES, KERNELS = (9, 7, 6), (3, 2, 3)
# stride, dilate, pad, groups
CONVOLUTIONS = [(1, 1, 0, 1), (2, 1, 1, 2), (2, 2, 2, 1), (1, 1, 1, 4)]


def convolution_case(dims, options, dtype):
    stride, dilate, pad, groups = options
    window = {"stride": (stride,) * dims, "dilate": (dilate,) * dims, "pad": (pad,) * dims, "groups": groups}
    data, weight = numbers((3, 4, *SIZES[:dims]), dtype), numbers((8, 4 // groups, *KERNELS[:dims]), dtype, 1)
    return data, weight, numbers(8, dtype, 2), window


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("options", CONVOLUTIONS)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_convolution(xp, dims, options, dtype):
    data, weight, bias, window = convolution_case(dims, options, dtype)
    wide = [x.astype("float64") for x in (data, weight, bias)]
    out = cuda.convolution(xp, *map(xp.asarray, (data, weight, bias)), **window)
    close(out, convolving.convolution(np, *wide, **window), 4)
    assert out.flags.c_contiguous
    without = cuda.convolution(xp, xp.asarray(data), xp.asarray(weight), **window)
    close(without, convolving.convolution(np, *wide[:2], **window), 4)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("options", CONVOLUTIONS)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_gradients_of_convolution(xp, dims, options, dtype):
    data, weight, _, window = convolution_case(dims, options, dtype)
    shape = convolving.convolution(np, data.astype("float64"), weight.astype("float64"), **window).shape
    grad = numbers(shape, dtype, 3)
    wide = {"data": data.astype("float64"), "weight": weight.astype("float64"), "grad": grad.astype("float64")}
    size, kernel = data.shape[2:], weight.shape[2:]
    by_data = cuda.convolution_data_gradient(xp, xp.asarray(grad), xp.asarray(weight), size=size, **window)
    close(by_data, convolving.convolution_data_gradient(np, wide["grad"], wide["weight"], size=size, **window), 4)
    by_weight = cuda.convolution_weight_gradient(xp, xp.asarray(grad), xp.asarray(data), kernel=kernel, **window)
    close(by_weight, convolving.convolution_weight_gradient(np, wide["grad"], wide["data"], kernel=kernel, **window), 4)


def test_a_batch_goes_through_the_columns_in_parts(xp, monkeypatch):
    data, weight, bias, window = convolution_case(2, (1, 1, 1, 1), "float64")
    arrays = [xp.asarray(x) for x in (data, weight, bias)]
    whole = cuda.convolution(xp, *arrays, **window)
    grad = xp.asarray(numbers(whole.shape, "float64"))

    def gradients():
        by_data = cuda.convolution_data_gradient(xp, grad, arrays[1], size=data.shape[2:], **window)
        return by_data, cuda.convolution_weight_gradient(xp, grad, arrays[0], kernel=weight.shape[2:], **window)

    expected = gradients()
    module = importlib.import_module("mxlearn.kernels.cuda.convolution")  # the package has a function of its name
    monkeypatch.setattr(module, "COLUMN_BYTES", 2 * 4 * 6 * 80 * 8)  # two images at a time
    close(cuda.convolution(xp, *arrays, **window), whole.get())
    for got, of_whole in zip(gradients(), expected, strict=True):
        close(got, of_whole.get())


def test_memory_in_another_order_is_copied_first(xp):
    data, weight, _, window = convolution_case(2, (1, 1, 0, 1), "float32")
    turned = xp.asarray(np.ascontiguousarray(data.transpose(0, 2, 3, 1))).transpose(0, 3, 1, 2)
    straight = cuda.convolution(xp, xp.asarray(data), xp.asarray(weight), **window)
    assert not turned.flags.c_contiguous
    bias = xp.asarray(numbers(16, "float32"))[::2]
    shifted = cuda.convolution(xp, turned, xp.asarray(weight), bias, **window)
    close(shifted, straight.get() + bias.get()[:, None, None])
    assert (cuda.convolution(xp, turned, xp.asarray(weight), **window).get() == straight.get()).all()


# kernel, stride, pad, convention: windows apart, overlapping, beyond the image, all of it
POOLS = [(2, 2, 0, "valid"), (3, 1, 1, "valid"), (2, 3, 1, "full"), (3, 2, 0, "same"), (6, 1, 0, "valid")]


def pooling_case(dims, options, pool_type, dtype):
    kernel, stride, pad, convention = options
    window = {"kernel": (kernel,) * dims, "stride": (stride,) * dims, "pad": (pad,) * dims}
    data = numbers((2, 3, *SIZES[:dims]), dtype)
    if pool_type == "max":
        data = data.round(1)  # so that there are equal maxima
    if pool_type == "lp":
        data = np.abs(data) + data.dtype.type(0.1)  # a norm near zero would make any rounding count
    return data, window, convention


def run_pooling(xp, data, window, convention, pool_type, include_pad=True, p_value=2):
    """Return (result, gradient of a sum with weights) of the kernels, the same of the references, and the weights."""
    options = {"pool_type": pool_type, "count_include_pad": include_pad, "p_value": p_value}
    wide = data if pool_type == "max" else data.astype("float64")  # whose padding is the smallest number of its dtype
    expected = pooled.pooling(np, wide, convention=convention, **window, **options)
    array = xp.asarray(data)
    out = cuda.pooling(xp, array, out=expected.shape[2:], **window, **options)
    grad = numbers(out.shape, data.dtype, 1)
    slope = cuda.pooling_gradient(xp, xp.asarray(grad), array, out, **window, **options)
    wide_grad = grad.astype("float64")
    wide_slope = pooled.pooling_gradient(np, wide_grad, wide, expected, convention=convention, **window, **options)
    return (out, slope), (expected, wide_slope)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("pool_type", ["max", "avg", "sum", "lp"])
@pytest.mark.parametrize("options", POOLS)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_pooling_and_its_gradient(xp, dims, options, pool_type, dtype):
    for include_pad, p_value in [(True, 2), (False, 1), (False, 3)]:
        case = pooling_case(dims, options, pool_type, dtype)
        got, expected = run_pooling(xp, *case, pool_type, include_pad, p_value)
        for array, reference in zip(got, expected, strict=True):
            close(array, reference, 4)
        if pool_type == "max":
            break  # the two options are not of a maximum


def test_the_first_of_equal_maxima_gets_the_gradient(xp):
    data = xp.asarray(np.array([[[[3, 1, 3], [3, 3, 0]]]], "float32"))
    window = {"kernel": (2, 2), "stride": (1, 1), "pad": (0, 0)}
    options = {"pool_type": "max", "count_include_pad": True, "p_value": 2}
    out = cuda.pooling(xp, data, out=(1, 2), **window, **options)
    assert out.get().tolist() == [[[[3, 3]]]]
    grad = cuda.pooling_gradient(xp, xp.asarray(np.array([[[[10, 20]]]], "float32")), data, out, **window, **options)
    assert grad.get().tolist() == [[[[10, 0, 20], [0, 0, 0]]]]


def test_a_maximum_beside_nan_is_nan(xp):
    data = xp.asarray(np.array([[[1, np.nan, 2, 3]]], "float32"))
    options = {"pool_type": "max", "count_include_pad": True, "p_value": 2}
    out = cuda.pooling(xp, data, out=(2,), kernel=(2,), stride=(2,), pad=(0,), **options)
    np.testing.assert_array_equal(out.get(), [[[np.nan, 3]]])


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("options", POOLS)
def test_selection_at_the_maxima(xp, dims, options):
    data, window, convention = pooling_case(dims, options, "max", "float64")
    out = pooled.pooling(np, data, convention=convention, **window)
    values = numbers(data.shape, "float64", 1)
    got = cuda.max_pooling_select(xp, *map(xp.asarray, (values, data, out)), **window)
    close(got, pooled.max_pooling_select(np, values, data, out, convention=convention, **window))


def test_what_is_left_to_the_reference(xp):
    window = {"stride": (1,), "dilate": (1,), "pad": (0,)}
    weight = xp.ones((2, 1, 2), "float32")
    assert cuda.convolution(np, np.ones((1, 1, 4), "float32"), np.ones((2, 1, 2), "float32"), **window) is None
    assert cuda.convolution(xp, xp.ones((0, 1, 4), "float32"), weight, **window) is None
    assert cuda.convolution(xp, xp.ones((1, 1, 4), "int32"), weight, **window) is None
    assert cuda.convolution(xp, xp.ones((1, 1, 4), "float64"), weight, **window) is None
