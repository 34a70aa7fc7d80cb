"""Resizing by taps is the product with the matrix of weights."""
import numpy as np
import pytest

from mxlearn.kernels import image as kernel


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
@pytest.mark.parametrize("method", [kernel.LINEAR, kernel.CUBIC, kernel.AREA, kernel.LANCZOS])
@pytest.mark.parametrize("size", [(5, 7), (13, 9), (30, 4), (26, 22), (1, 1)])
def test_resizing_is_the_product_with_the_weights(size, method, dtype):
    image = np.random.RandomState(0).uniform(0, 255, (2, 13, 11, 3)).astype(dtype)
    area_up = method == kernel.AREA and (size[0] > 13 or size[1] > 11)
    used = kernel._AREA_UP if area_up else method
    vertical, horizontal = kernel._weights(13, size[0], used), kernel._weights(11, size[1], used)
    expected = np.einsum("yh,bhwc,xw->byxc", vertical, image.astype(np.float64), horizontal)
    result = kernel.resize(np, image, *size, method)
    assert result.dtype == image.dtype
    if dtype == "uint8":
        np.testing.assert_allclose(result, np.clip(expected, 0, 255), atol=0.501)
    else:
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-3 if dtype == "float32" else 1e-9)


def test_weights_of_each_pixel_sum_to_one():
    for method in (kernel.LINEAR, kernel.CUBIC, kernel.AREA, kernel.LANCZOS):
        taps, weights = kernel._taps(17, 6, method)
        assert taps.shape == weights.shape and taps.min() >= 0 and taps.max() <= 16
        np.testing.assert_allclose(weights.sum(axis=0), 1)
