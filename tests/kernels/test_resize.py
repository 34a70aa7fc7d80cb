"""Resizing, with values of MXNet 1.9.1."""
import numpy as np
import pytest

from mxlearn.kernels import resize

IMAGE = np.arange(20.0).reshape(4, 5)


def test_aligned_corners_stay_in_place():
    out = resize.apply(np, IMAGE, resize.bilinear_matrix(4, 6, True), resize.bilinear_matrix(5, 3, True))
    assert out.tolist() == [[3 * i, 3 * i + 2, 3 * i + 4] for i in range(6)]


def test_aligned_edges_repeat_the_outermost_pixel():
    out = resize.apply(np, IMAGE, resize.bilinear_matrix(4, 6, False), resize.bilinear_matrix(5, 3, False))
    np.testing.assert_allclose(out[:2], [[1 / 3, 2, 11 / 3], [17 / 6, 4.5, 37 / 6]])
    np.testing.assert_allclose(out[-1], [46 / 3, 17, 56 / 3])


@pytest.mark.parametrize("size", [(2, 3), (2, 2), (1, 1), (5, 9)])
def test_adaptive_windows_are_those_of_numpy(size):
    height, width = size
    out = resize.apply(np, IMAGE, resize.adaptive_mean_matrix(4, height), resize.adaptive_mean_matrix(5, width))
    for i in range(height):
        for j in range(width):
            rows = slice(int(np.floor(i * 4 / height)), int(np.ceil((i + 1) * 4 / height)))
            columns = slice(int(np.floor(j * 5 / width)), int(np.ceil((j + 1) * 5 / width)))
            assert out[i, j] == pytest.approx(IMAGE[rows, columns].mean())


def test_float16_stays():
    image = IMAGE.astype(np.float16)
    out = resize.apply(np, image, resize.adaptive_mean_matrix(4, 1), resize.adaptive_mean_matrix(5, 1))
    assert out.dtype == np.float16
    assert out.item() == 9.5
