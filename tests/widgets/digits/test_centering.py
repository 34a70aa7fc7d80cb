"""How a drawing becomes the input of a network, held against cases that were made by hand."""

import numpy as np
import pytest
from mxlearn_widgets.digits.centering import averages, center, center_of_mass, inner_size, shrink


def test_ink_is_cropped_scaled_into_20_pixels_and_its_mass_put_in_the_middle():
    # a bar of 10 x 40 pixels in a corner: it becomes 5 x 20, its middle at (14, 14): rows 12 to 16 (11.5 is rounded up)
    drawing = np.zeros((112, 112))
    drawing[3:13, 60:100] = 1
    found = center(drawing, 28)
    expected = np.zeros((28, 28), np.float32)
    expected[12:17, 4:24] = 1
    np.testing.assert_allclose(found.image, expected, atol=1e-6)
    assert found.box == (3, 60, 13, 100)
    assert found.mass == pytest.approx((8.0, 80.0))


def test_the_middle_is_that_of_the_mass_not_of_the_box():
    # a column of 20 pixels with a foot: 20 + 9 pixels of ink, at 20 pixels a side nothing is scaled
    drawing = np.zeros((28, 28))
    drawing[0:20, 0] = 1
    drawing[19, 1:10] = 1
    image = center(drawing, 28).image
    assert image.sum() == 29 and set(np.unique(image)) == {0, 1}
    # by hand: the mean row is (20 * 10 + 9 * 19.5) / 29 = 12.9483, the mean column (20 * 0.5 + 49.5) / 29 = 2.0517
    # so it moves down by round(14 - 12.9483) = 1 and to the right by round(14 - 2.0517) = 12
    assert image[1:21, 12].all() and image[20, 13:22].all()


def test_the_aspect_ratio_stays():
    drawing = np.zeros((56, 56))
    drawing[10:50, 20:30] = 1  # 40 x 10
    image = center(drawing, 28).image
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert (len(rows), len(columns)) == (20, 5)


def test_a_small_drawing_grows_and_where_it_was_drawn_does_not_matter():
    small = np.zeros((112, 112))
    small[100:108, 90:94] = 1
    moved = np.roll(small, (-80, -70), axis=(0, 1))
    np.testing.assert_array_equal(center(small, 28).image, center(moved, 28).image)
    assert center(small, 28).image.sum() == pytest.approx(20 * 10)


def test_ink_never_leaves_the_image():
    drawing = np.zeros((40, 40))
    drawing[:, 0] = 1
    drawing[39, :] = 0.01  # its mass is far on the left
    image = center(drawing, 28).image
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert (len(rows), len(columns)) == (20, 20)
    assert columns[0] == 8  # moving the mass to the middle would have put the foot over the border


def test_gray_is_the_share_of_a_pixel_that_is_inked():
    drawing = np.zeros((56, 56))
    drawing[0:1, 0:2] = 1  # half of the first pixel of 28 x 28
    assert shrink(drawing, 28)[0, 0] == pytest.approx(0.5)
    assert shrink(drawing, 28).sum() == pytest.approx(0.5)


def test_no_ink_gives_an_empty_image():
    found = center(np.zeros((10, 10)), 28)
    assert not found.image.any() and found.box is None and found.mass is None


def test_averages_keep_the_mean_and_a_whole_factor_is_a_plain_mean():
    matrix = averages(6, 3)
    np.testing.assert_allclose(matrix, np.kron(np.eye(3), [0.5, 0.5]))
    np.testing.assert_allclose(averages(7, 3).sum(axis=1), 1)
    np.testing.assert_allclose(averages(3, 6), np.repeat(np.eye(3), 2, axis=0))


def test_center_of_mass_counts_from_the_middle_of_pixels():
    assert center_of_mass(np.array([[1.0, 0], [0, 3]])) == (0.5 * 0.25 + 1.5 * 0.75, 0.5 * 0.25 + 1.5 * 0.75)


@pytest.mark.parametrize(("size", "inner"), [(28, 20), (8, 6), (32, 23)])
def test_other_sizes_keep_the_share_of_20_in_28(size, inner):
    assert inner_size(size) == inner
