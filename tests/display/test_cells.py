"""Tiles: every element has a cell, a block hides nothing, and an index leads back to the array."""

import math

import numpy as np
import pytest

from mxlearn.base import ArgumentError
from mxlearn.display import Layout, axis_names, default_layout, reading, summarize, tiles
from mxlearn.display.cells import ABOVE, BELOW, HIGH, LOW, NAN

RNG = np.random.default_rng(3)


def cut(array, layout=None, **options):
    layout = layout or default_layout(array.shape)
    return tiles(array, layout, summarize(array), **options)


@pytest.mark.parametrize(("shape", "rows", "columns", "over"), [
    ((), None, None, ()), ((9,), None, 0, ()), ((4, 5), 0, 1, ()), ((3, 4, 5), 1, 2, (0,)),
    ((2, 3, 4, 5), 2, 3, (1,)), ((7, 1, 4, 5), 2, 3, (0,)), ((2, 3, 2, 4, 5), 3, 4, (2,)),
    ((2, 1, 3, 1, 4, 5), 4, 5, (2,)), ((1, 1, 4, 5), 2, 3, (1,)),
])  # fmt: skip
def test_the_last_two_axes_are_a_tile_and_the_one_before_counts_them(shape, rows, columns, over):
    layout = default_layout(shape)
    assert (layout.rows, layout.columns, layout.over) == (rows, columns, over)


def test_kernels_of_a_weight_stand_in_rows_and_columns_the_longer_axis_across():
    assert default_layout((6, 20, 5, 5), weight=True).over == (0, 1)
    assert default_layout((20, 6, 5, 5), weight=True).over == (1, 0)


@pytest.mark.parametrize("shape", [(), (1,), (9,), (4, 5), (3, 4, 5), (2, 3, 4, 5), (2, 3, 2, 4, 5), (2, 1, 3, 1, 4)])
def test_each_cell_of_a_small_array_is_the_element_at_its_index(shape):
    array = RNG.normal(size=shape).astype("float32")
    found = cut(array)
    assert found.block == (1, 1)
    for tile, row, column in np.ndindex(found.values.shape):
        assert found.values[tile, row, column] == array[found.index(tile, row, column)]


def test_rows_columns_and_tiles_can_be_any_axes():
    array = RNG.normal(size=(2, 3, 4, 5)).astype("float32")
    found = cut(array, Layout(rows=3, columns=0, over=(2,), fixed=(0, 1, 0, 0)))
    assert found.values.shape == (4, 5, 2)
    np.testing.assert_array_equal(found.values, array[:, 1].transpose(1, 2, 0))
    pair = cut(array, Layout(rows=2, columns=3, over=(1, 0), fixed=(0, 0, 0, 0)))
    assert (pair.grid, pair.places) == ((3, 2), ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)))
    np.testing.assert_array_equal(pair.values[3], array[1, 1])


def test_a_block_is_the_mean_of_its_elements_and_the_rest_at_the_border_too():
    array = RNG.normal(size=(25, 37))
    found = cut(array, cells=40)
    height, width = found.block
    assert found.values.size <= 40
    for row, column in np.ndindex(found.values.shape[1:]):
        part = array[row * height : (row + 1) * height, column * width : (column + 1) * width]
        assert found.values[0, row, column] == pytest.approx(part.mean(), rel=1e-6)
        assert np.array_equal(array[found.index(0, row, column)].ravel(), part.ravel())


@pytest.mark.parametrize(("value", "mark", "shown"), [
    (math.nan, NAN, math.nan), (math.inf, ABOVE, math.inf), (-math.inf, BELOW, -math.inf),
    (1e6, HIGH, None), (-1e6, LOW, None),
])  # fmt: skip
@pytest.mark.parametrize("place", [(0, 0), (299, 399), (150, 7), (299, 0)])
def test_one_bad_element_of_a_large_array_marks_its_block(value, mark, shown, place):
    array = RNG.uniform(-1, 1, size=(300, 400)).astype("float32")
    array[place] = value
    found = cut(array, cells=400)
    row, column = place[0] // found.block[0], place[1] // found.block[1]
    assert np.argwhere(found.marks).tolist() == [[0, row, column]]
    assert found.marks[0, row, column] == mark
    if shown is not None:
        np.testing.assert_equal(found.values[0, row, column], np.float32(shown))


def test_nan_wins_over_infinity_in_a_block_that_holds_both():
    array = np.zeros((40, 40))
    array[0, :2] = [math.nan, math.inf]
    found = cut(array, cells=16)
    assert math.isnan(found.values[0, 0, 0])
    assert found.marks[0, 0, 0] == NAN | ABOVE


@pytest.mark.parametrize("shape", [(1000, 3), (3, 1000), (100_000,), (64, 28, 28), (512, 512, 3, 3), (50, 1, 28, 28)])
def test_the_cells_stay_within_their_number(shape):
    found = cut(np.ones(shape, "float32"), default_layout(shape, weight=len(shape) == 4))
    assert found.values.size <= 13_000
    assert found.values.nbytes + found.marks.nbytes <= 65_536
    assert found.grid[0] * found.grid[1] >= len(found.places) == found.values.shape[0]


def test_tiles_that_do_not_fit_are_reached_by_their_first_one():
    array = np.arange(500, dtype="float32").reshape(500, 1, 1) * np.ones((1, 28, 28), "float32")
    found = cut(array, Layout(1, 2, (0,), (0, 0, 0), first=490))
    assert not found.whole
    assert [place[0] for place in found.places] == list(range(490, 500))
    assert found.values[:, 0, 0].tolist() == list(range(490, 500))


def test_stretches_make_no_difference(monkeypatch):
    array = RNG.normal(size=(90, 110))
    array[5, 5] = math.nan
    expected = cut(array, cells=100)
    monkeypatch.setattr("mxlearn.display.cells.STRETCH", {True: 50, False: 50})
    found = cut(array, cells=100)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-6)
    np.testing.assert_array_equal(found.marks, expected.marks)


def test_an_index_outside_the_array_is_moved_inside():
    array = np.arange(24.0).reshape(2, 3, 4)
    found = cut(array, Layout(1, 2, (), (99, 0, 0)))
    assert found.values[0].tolist() == array[1].tolist()
    assert cut(array, Layout(1, 2, (0,), (0, 0, 0), first=-5)).places[0] == (0,)


def test_numbers_beyond_float32_stay_finite():
    found = cut(np.array([[1e300, -1e300]]))
    assert np.isfinite(found.values).all()


def test_an_array_without_elements_has_no_cells():
    assert cut(np.zeros((3, 0))).values.shape[0] == 0


def test_reading_a_cell_gives_the_exact_element():
    array = np.array([[0.1, 2**60 + 1]])
    assert reading(array, cut(array), (0, 0, 0)) == ("[0, 0]", "0.1")
    whole = np.array([[2**60 + 1]])
    assert reading(whole, cut(whole), (0, 0, 0)) == ("[0, 0]", str(2**60 + 1))
    assert reading(np.float32([0.1]), cut(np.float32([0.1])), (0, 0, 0)) == ("[0]", "0.1")


def test_reading_a_block_gives_its_extremes_and_what_is_wrong_in_it():
    array = np.arange(1600.0).reshape(40, 40)
    array[1, 1] = math.nan
    found = cut(array, cells=100)
    index, text = reading(array, found, (0, 0, 0))
    assert index == "[0:4, 0:4]"
    assert text.startswith("16 elements: min 0, mean ")
    assert text.endswith("max 123, 1 NaN")


# -- names -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("axes", "ndim", "names"), [
    ("NCHW", 4, ("batch", "channel", "height", "width")), ("OI", 2, ("output", "input")),
    (("time", "unit"), 2, ("time", "unit")), (None, 2, ("row", "column")), (None, 0, ()),
    (None, 6, ("axis 0", "axis 1", "axis 2", "axis 3", "axis 4", "axis 5")), ("xy", 2, ("x", "y")),
])  # fmt: skip
def test_axes_have_names(axes, ndim, names):
    assert axis_names(axes, ndim) == names


@pytest.mark.parametrize(("axes", "message"), [("NCHW", "3 axes, but 4 names"), ("AAB", "a name of its own")])
def test_names_that_do_not_fit_are_refused(axes, message):
    with pytest.raises(ArgumentError, match=message):
        axis_names(axes, 3)
