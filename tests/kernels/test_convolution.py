"""Convolution against the loops of its formula, and its gradients against central differences and each other."""
import numpy as np
import pytest

from mxlearn import threads
from mxlearn.kernels import convolution as kernels

from . import references

# data shape, weight shape, stride, dilate, pad, groups
CASES = {
    "1d": ((2, 3, 7), (4, 3, 3), (1,), (1,), (0,), 1),
    "1d strided padded": ((2, 2, 8), (3, 2, 3), (2,), (1,), (2,), 1),
    "2d": ((2, 3, 5, 6), (4, 3, 3, 2), (1, 1), (1, 1), (0, 0), 1),
    "2d strided": ((2, 2, 7, 6), (3, 2, 3, 3), (2, 3), (1, 1), (1, 0), 1),
    "2d dilated": ((1, 2, 7, 7), (2, 2, 3, 2), (1, 2), (2, 3), (1, 2), 1),
    "2d groups": ((2, 4, 5, 5), (6, 2, 3, 3), (1, 1), (1, 1), (1, 1), 2),
    "2d depthwise": ((2, 5, 5, 4), (5, 1, 3, 3), (2, 1), (1, 1), (1, 1), 5),
    "2d depthwise multiplied": ((1, 3, 4, 4), (6, 1, 2, 2), (1, 1), (1, 1), (0, 0), 3),
    "2d 1x1": ((3, 4, 3, 3), (2, 4, 1, 1), (1, 1), (1, 1), (0, 0), 1),
    "2d 1x1 strided": ((3, 4, 4, 5), (2, 4, 1, 1), (2, 2), (1, 1), (0, 0), 1),
    "3d": ((1, 2, 4, 3, 4), (3, 2, 2, 2, 3), (1, 1, 1), (1, 1, 1), (1, 0, 1), 1),
    "3d everything": ((2, 4, 5, 4, 5), (2, 2, 2, 1, 2), (2, 1, 2), (2, 1, 1), (1, 0, 1), 2),
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request):
    data_shape, weight_shape, stride, dilate, pad, groups = request.param
    rng = np.random.default_rng(0)
    data, weight = rng.normal(size=data_shape), rng.normal(size=weight_shape)
    return data, weight, {"stride": stride, "dilate": dilate, "pad": pad, "groups": groups}


@pytest.fixture(params=["one block", "many blocks", "four threads"], autouse=True)
def division(request, monkeypatch):
    """Every test runs with its columns in one piece, row by row, and shared among threads."""
    if request.param == "one block":
        return
    monkeypatch.setattr(kernels, "BLOCK_BYTES", 64)
    if request.param == "four threads":
        monkeypatch.setattr(kernels, "WORTH_THREADS", 0)
        monkeypatch.setattr(threads, "_count", 4)


def test_convolution_is_the_sum_of_its_formula(case):
    data, weight, options = case
    bias = np.arange(weight.shape[0], dtype=float)
    expected = references.convolution(data, weight, bias, **options)
    np.testing.assert_allclose(kernels.convolution(np, data, weight, bias, **options), expected, atol=1e-12)


def test_data_gradient_matches_central_differences(case):
    data, weight, options = case
    out = kernels.convolution(np, data, weight, **options)
    out_grad = np.random.default_rng(1).normal(size=out.shape)
    grad = kernels.convolution_data_gradient(np, out_grad, weight, size=data.shape[2:], **options)
    numeric = references.gradient_of(lambda x: kernels.convolution(np, x, weight, **options), data, out_grad)
    np.testing.assert_allclose(grad, numeric, atol=1e-7)


def test_weight_gradient_matches_central_differences(case):
    data, weight, options = case
    out = kernels.convolution(np, data, weight, **options)
    out_grad = np.random.default_rng(1).normal(size=out.shape)
    grad = kernels.convolution_weight_gradient(np, out_grad, data, kernel=weight.shape[2:], **options)
    numeric = references.gradient_of(lambda w: kernels.convolution(np, data, w, **options), weight, out_grad)
    np.testing.assert_allclose(grad, numeric, atol=1e-7)


def test_the_three_functions_are_one_trilinear_form(case):
    """<conv(x, w), g> = <x, D(g, w)> = <w, W(g, x)>: why their derivatives are each other."""
    data, weight, options = case
    out = kernels.convolution(np, data, weight, **options)
    g = np.random.default_rng(2).normal(size=out.shape)
    by_data = kernels.convolution_data_gradient(np, g, weight, size=data.shape[2:], **options)
    by_weight = kernels.convolution_weight_gradient(np, g, data, kernel=weight.shape[2:], **options)
    assert (out * g).sum() == pytest.approx((data * by_data).sum(), abs=1e-10)
    assert (out * g).sum() == pytest.approx((weight * by_weight).sum(), abs=1e-10)


def test_layout_in_memory_does_not_matter(case):
    data, weight, options = case
    expected = kernels.convolution(np, data, weight, **options)
    innermost = np.ascontiguousarray(np.moveaxis(data, 0, -1))
    batch_innermost = np.moveaxis(innermost, -1, 0)
    mirrored = data[..., ::-1].copy()[..., ::-1]
    for same in (batch_innermost, mirrored, np.asfortranarray(data)):
        np.testing.assert_allclose(kernels.convolution(np, same, weight, **options), expected, atol=1e-12)


def test_inputs_are_left_alone(case):
    data, weight, options = case
    kept = data.copy(), weight.copy()
    out = kernels.convolution(np, data, weight, **options)
    kernels.convolution_data_gradient(np, out, weight, size=data.shape[2:], **options)
    kernels.convolution_weight_gradient(np, out, data, kernel=weight.shape[2:], **options)
    assert np.array_equal(data, kept[0])
    assert np.array_equal(weight, kept[1])


PLAIN = {"stride": (1, 1), "dilate": (1, 1), "pad": (0, 0)}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_of_the_data_is_kept(dtype):
    data, weight = np.ones((2, 3, 4, 4), dtype), np.ones((2, 3, 2, 2), dtype)
    out = kernels.convolution(np, data, weight, **PLAIN)
    assert out.dtype == dtype
    assert kernels.convolution_data_gradient(np, out, weight, size=(4, 4), **PLAIN).dtype == dtype
    assert kernels.convolution_weight_gradient(np, out, data, kernel=(2, 2), **PLAIN).dtype == dtype


def test_float16_accumulates_in_float32():
    """4096 products of 1: a float16 sum stops at 2048, where its step becomes 2."""
    out = kernels.convolution(np, np.ones((1, 4096, 1, 1), np.float16), np.ones((1, 4096, 1, 1), np.float16), **PLAIN)
    assert out.item() == 4096


def test_an_empty_batch_gives_an_empty_result_and_zero_weight_gradient():
    data, weight = np.ones((0, 3, 4, 4)), np.ones((2, 3, 2, 2))
    out = kernels.convolution(np, data, weight, **PLAIN)
    assert out.shape == (0, 2, 3, 3)
    assert kernels.convolution_data_gradient(np, out, weight, size=(4, 4), **PLAIN).shape == data.shape
    grad = kernels.convolution_weight_gradient(np, out, data, kernel=(2, 2), **PLAIN)
    assert np.array_equal(grad, np.zeros_like(weight))


def test_no_channels_sum_to_zero():
    out = kernels.convolution(np, np.ones((1, 0, 3, 3)), np.ones((2, 0, 2, 2)), **PLAIN)
    assert np.array_equal(out, np.zeros((1, 2, 2, 2)))


def test_pixels_that_no_window_meets_get_no_gradient():
    """With stride 2, a window of 1 on 4 pixels meets pixels 0 and 2 alone."""
    grad = kernels.convolution_data_gradient(
        np, np.ones((1, 1, 2)), np.ones((1, 1, 1)), size=(4,), stride=(2,), dilate=(1,), pad=(0,)
    )
    assert grad.tolist() == [[[1, 0, 1, 0]]]
