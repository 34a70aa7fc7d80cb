"""Bilinear reading against a loop over places."""
import math

import numpy as np

from mxlearn.kernels import bilinear, regions


def value(image, y, x):
    """Return the weighted sum of the four pixels around a place; pixels outside are 0."""
    total = 0.0
    for row in (math.floor(y), math.floor(y) + 1):
        for column in (math.floor(x), math.floor(x) + 1):
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                total += (1 - abs(y - row)) * (1 - abs(x - column)) * image[row, column]
    return total


def test_reading_is_the_weighted_sum_of_four_pixels():
    random = np.random.RandomState(0)
    data = random.normal(size=(2, 3, 4, 5))
    y, x = random.uniform(-2, 6, size=(2, 2, 7, 4))
    got = bilinear.read(np, data, y, x)
    assert got.shape == (2, 3, 7, 4)
    for n, c, i, j in np.ndindex(got.shape):
        np.testing.assert_allclose(got[n, c, i, j], value(data[n, c], y[n, i, j], x[n, i, j]), atol=1e-12)


def test_places_may_name_their_image():
    random = np.random.RandomState(1)
    data = random.normal(size=(3, 2, 4, 5))
    y, x = random.uniform(0, 3, size=(2, 6, 1))
    image = np.array([2, 0, 1, 1, 0, 2])[:, None]
    got = bilinear.read(np, data, y, x, image)
    expected = [[value(data[image[i, 0], c], y[i, 0], x[i, 0]) for c in range(2)] for i in range(6)]
    np.testing.assert_allclose(got[:, :, 0], expected)


def test_far_and_infinite_places_read_zero():
    data = np.ones((1, 1, 3, 3))
    places = np.array([[1e30, -1e30, np.inf, -np.inf]])
    with np.errstate(invalid="ignore"):
        assert not bilinear.read(np, data, places, np.zeros((1, 4))).any()


def test_linear_pooling_is_rows_times_image_times_columns():
    random = np.random.RandomState(2)
    data = random.normal(size=(2, 3, 4, 5))
    rows, columns = random.normal(size=(3, 2, 4)), random.normal(size=(3, 2, 5))
    images = np.array([1, -1, 0])
    got = regions.pool(np, data, images, rows, columns)
    for r, n in enumerate(images):
        expected = np.zeros((3, 2, 2)) if n < 0 else rows[r] @ data[n] @ columns[r].T
        np.testing.assert_allclose(got[r], expected, atol=1e-12)


def test_maxima_name_their_place_and_empty_bins_are_zero():
    data = np.array([[[[1.0, 5, 5], [2, 3, -4]]]])
    bins = lambda *edges: (np.array([[a for a, _ in edges]]), np.array([[b for _, b in edges]]))  # noqa: E731
    best, place = regions.maxima(np, data, np.array([0]), bins((0, 2), (2, 2)), bins((0, 3), (2, 3)))
    assert best[0, 0].tolist() == [[5, 5], [0, 0]]
    assert place[0, 0].tolist() == [[1, 2], [-1, -1]]
