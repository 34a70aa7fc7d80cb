"""Pooling by hand and against NumPy on each window."""
import numpy as np
import pytest

from mxlearn.kernels import pooling as kernels

from . import references

WINDOWS = {
    "1d": ((2, 3, 8), (3,), (2,), (0,), "valid"),
    "tiles": ((2, 3, 6, 4), (2, 2), (2, 2), (0, 0), "valid"),
    "tiles and a rest": ((2, 3, 7, 5), (2, 2), (2, 2), (0, 0), "valid"),
    "overlapping": ((2, 2, 6, 7), (3, 3), (2, 2), (0, 0), "valid"),
    "padded": ((2, 2, 5, 5), (3, 3), (2, 2), (1, 1), "valid"),
    "full": ((2, 2, 6, 7), (3, 2), (2, 3), (1, 0), "full"),
    "full beyond the padding": ((1, 2, 6, 6), (4, 4), (3, 3), (1, 1), "full"),
    "same": ((1, 2, 7, 6), (3, 2), (2, 2), (0, 0), "same"),
    "gaps": ((1, 2, 7, 7), (2, 2), (3, 3), (0, 0), "valid"),
    "one window": ((2, 3, 4, 5), (4, 5), (1, 1), (0, 0), "valid"),
    "one pixel": ((2, 3, 4, 4), (1, 1), (2, 2), (0, 0), "valid"),
    "3d": ((1, 2, 4, 5, 4), (2, 3, 2), (2, 1, 2), (0, 1, 0), "valid"),
}


def window_values(data, kernel, stride, pad, place):
    """Return the real pixels of one window, and how many pixels it has with padding, cut at its end."""
    slices, total = [], 1
    for n, k, s, p, o in zip(data.shape[2:], kernel, stride, pad, place, strict=True):
        start, end = o * s - p, min(o * s - p + k, n + p)
        total *= end - start
        slices.append(slice(max(start, 0), min(end, n)))
    return data[(slice(None), slice(None), *slices)].reshape(*data.shape[:2], -1), total


def reference(data, kernel, stride, pad, out, pool_type, count_include_pad):
    result = np.zeros((*data.shape[:2], *out))
    for place in references.indices(out):
        values, total = window_values(data, kernel, stride, pad, place)
        where = (slice(None), slice(None), *place)
        if pool_type == "max":
            result[where] = values.max(axis=2)
        elif pool_type == "sum":
            result[where] = values.sum(axis=2)
        elif pool_type == "avg":
            result[where] = values.sum(axis=2) / (total if count_include_pad else values.shape[2])
        else:
            result[where] = np.sqrt((values**2).sum(axis=2))
    return result


@pytest.fixture(params=WINDOWS.values(), ids=WINDOWS.keys())
def window(request):
    shape, kernel, stride, pad, convention = request.param
    data = np.random.default_rng(0).normal(size=shape)
    return data, {"kernel": kernel, "stride": stride, "pad": pad, "convention": convention}


TYPES = [("max", True), ("avg", True), ("avg", False), ("sum", True), ("lp", True)]


@pytest.mark.parametrize("pool_type, include", TYPES)
def test_every_window_is_reduced(window, pool_type, include):
    data, options = window
    out = kernels.pooling(np, data, pool_type=pool_type, count_include_pad=include, **options)
    sizes = zip(data.shape[2:], options["kernel"], options["stride"], options["pad"], strict=True)
    assert out.shape[2:] == tuple(kernels.output_size(*s, options["convention"]) for s in sizes)
    expected = reference(data, options["kernel"], options["stride"], options["pad"], out.shape[2:], pool_type, include)
    np.testing.assert_allclose(out, expected, atol=1e-12)


@pytest.mark.parametrize("pool_type, include", TYPES)
def test_gradient_matches_central_differences(window, pool_type, include):
    data, options = window

    def forward(x):
        return kernels.pooling(np, x, pool_type=pool_type, count_include_pad=include, **options)

    out = forward(data)
    out_grad = np.random.default_rng(1).normal(size=out.shape)
    grad = kernels.pooling_gradient(
        np, out_grad, data, out, pool_type=pool_type, count_include_pad=include, **options
    )
    np.testing.assert_allclose(grad, references.gradient_of(forward, data, out_grad), atol=1e-6)


def test_select_is_the_transpose_of_the_max_gradient(window):
    data, options = window
    out = kernels.pooling(np, data, **options)
    rng = np.random.default_rng(1)
    out_grad, values = rng.normal(size=out.shape), rng.normal(size=data.shape)
    grad = kernels.pooling_gradient(np, out_grad, data, out, **options)
    selected = kernels.max_pooling_select(np, values, data, out, **options)
    assert (grad * values).sum() == pytest.approx((out_grad * selected).sum(), abs=1e-10)


def test_results_keep_the_order_of_axes_in_memory(window):
    data, options = window
    innermost = np.moveaxis(np.ascontiguousarray(np.moveaxis(data, 0, -1)), -1, 0)
    out = kernels.pooling(np, innermost, **options)
    np.testing.assert_allclose(out, kernels.pooling(np, data, **options), atol=1e-12)
    grad = kernels.pooling_gradient(np, np.ones_like(out), innermost, out, **options)
    np.testing.assert_allclose(
        grad, kernels.pooling_gradient(np, np.ones(out.shape), data, kernels.pooling(np, data, **options), **options)
    )


def test_max_gradient_goes_to_the_first_of_ties():
    """Equal pixels are common on the flat background of a picture."""
    data = np.array([[[[7.0, 7, 1, 2], [7, 7, 2, 2]]]])
    options = {"kernel": (2, 2), "stride": (2, 2), "pad": (0, 0)}
    out = kernels.pooling(np, data, **options)
    grad = kernels.pooling_gradient(np, np.array([[[[5.0, 3.0]]]]), data, out, **options)
    assert grad.tolist() == [[[[5, 0, 0, 3], [0, 0, 0, 0]]]]


def test_overlapping_max_gradient_of_a_flat_image_is_that_of_mxnet():
    """4x4 ones, window 3, stride 1, pad 1: MXNet 1.9.1 gives this."""
    data = np.ones((1, 1, 4, 4))
    options = {"kernel": (3, 3), "stride": (1, 1), "pad": (1, 1)}
    out = kernels.pooling(np, data, **options)
    grad = kernels.pooling_gradient(np, np.ones_like(out), data, out, **options)
    assert grad.tolist() == [[[[4, 2, 2, 0], [2, 1, 1, 0], [2, 1, 1, 0], [0, 0, 0, 0]]]]


def test_one_window_takes_the_first_of_ties():
    data = np.array([[[[1.0, 4], [4, 4]]]])
    options = {"kernel": (2, 2), "stride": (1, 1), "pad": (0, 0)}
    grad = kernels.pooling_gradient(np, np.ones((1, 1, 1, 1)), data, np.full((1, 1, 1, 1), 4.0), **options)
    assert grad.tolist() == [[[[0, 1], [0, 0]]]]


def test_full_convention_with_padding_divides_as_mxnet():
    """1..36, window 4, stride 3, pad 1, full: corners and edges divide by fewer pixels. From MXNet 1.9.1."""
    data = np.arange(1.0, 37).reshape(1, 1, 6, 6)
    out = kernels.pooling(np, data, kernel=(4, 4), stride=(3, 3), pad=(1, 1), pool_type="avg", convention="full")
    assert out.tolist() == [[[[4.5, 7.875, 4.5], [17.25, 25.5, 13.5], [12, 17.25, 9]]]]


@pytest.mark.parametrize("pool_type, value", [("max", np.finfo(np.float32).min), ("avg", 0), ("sum", 0)])
def test_a_window_without_pixels_is_lowest_or_zero(pool_type, value):
    """Window 2, stride 3 on 6 pixels, full: the third window starts behind the end, as in MXNet 1.9.1."""
    data = np.arange(1, 7, dtype=np.float32).reshape(1, 1, 6)
    out = kernels.pooling(np, data, kernel=(2,), stride=(3,), pad=(0,), pool_type=pool_type, convention="full")
    assert out.shape == (1, 1, 3)
    assert out[0, 0, 2] == value


@pytest.mark.parametrize("p, expected", [(1, [-3, -7]), (2, [5**0.5, 5]), (3, [-(9 ** (1 / 3)), -(91 ** (1 / 3))])])
def test_p_norms_keep_the_sign_of_odd_powers_as_mxnet(p, expected):
    data = -np.arange(1.0, 5).reshape(1, 1, 4)
    out = kernels.pooling(np, data, kernel=(2,), stride=(2,), pad=(0,), pool_type="lp", p_value=p)
    np.testing.assert_allclose(out[0, 0], expected)


def test_p_norm_of_zeros_has_gradient_zero():
    data = np.zeros((1, 1, 2))
    grad = kernels.pooling_gradient(
        np, np.ones((1, 1, 1)), data, np.zeros((1, 1, 1)), kernel=(2,), stride=(1,), pad=(0,), pool_type="lp"
    )
    assert grad.tolist() == [[[0, 0]]]


def test_nan_is_seen():
    data = np.array([[[1.0, np.nan, 3, 4]]])
    out = kernels.pooling(np, data, kernel=(2,), stride=(2,), pad=(0,))
    assert np.isnan(out[0, 0, 0])
    assert out[0, 0, 1] == 4


@pytest.mark.parametrize("pool_type", ["max", "avg", "sum", "lp"])
def test_float16_stays_and_an_empty_batch_passes(pool_type):
    for shape in ((2, 1, 4, 4), (0, 1, 4, 4)):
        data = np.ones(shape, np.float16)
        options = {"kernel": (3, 3), "stride": (1, 1), "pad": (1, 1), "pool_type": pool_type}
        out = kernels.pooling(np, data, **options)
        grad = kernels.pooling_gradient(np, out, data, out, **options)
        assert (out.dtype, grad.dtype) == (np.float16, np.float16)
        assert (out.shape, grad.shape) == (shape, shape)


def test_a_float16_mean_accumulates_in_float32():
    data = np.ones((1, 1, 64, 64), np.float16)
    out = kernels.pooling(np, data, kernel=(64, 64), stride=(1, 1), pad=(0, 0), pool_type="sum")
    assert out.item() == 4096
