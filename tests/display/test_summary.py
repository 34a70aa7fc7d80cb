"""Statistics of an array: those of NumPy for what is finite, and exact counts of what is not."""

import math

import numpy as np
import pytest

from mxlearn.display import find, summarize
from mxlearn.display import summary as module
from mxlearn.display.wording import rows, rule, sampling

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int32", "int64"])
@pytest.mark.parametrize("shape", [(), (1,), (50,), (7, 9), (3, 4), (2, 3, 4, 5), (2, 2, 2, 3, 1), (2, 1, 2, 3, 2, 1)])
def test_statistics_are_those_of_numpy(dtype, shape):
    array = RNG.uniform(0, 100, shape).astype(dtype)
    found, exact = summarize(array), array.astype("float64")
    assert (found.shape, found.dtype, found.count, found.finite) == (shape, dtype, array.size, array.size)
    assert (found.minimum, found.maximum) == (exact.min(), exact.max())
    assert found.mean == pytest.approx(exact.mean(), rel=1e-12)
    assert found.std == pytest.approx(exact.std(), rel=1e-9, abs=1e-12)
    assert found.quartiles == pytest.approx(np.quantile(exact, [0.25, 0.5, 0.75]))
    assert found.percentiles == pytest.approx(np.quantile(exact, [0.01, 0.99]))
    assert found.zeros == (exact == 0).sum()
    assert sum(found.counts) + found.low + found.high == array.size


def test_booleans_are_zeros_and_ones():
    found = summarize(np.array([[True, False, True], [True, True, False]]))
    assert (found.minimum, found.maximum, found.zeros, found.mean) == (0, 1, 2, pytest.approx(2 / 3))
    assert (found.edges, found.counts) == ((-0.5, 0.5, 1.5), (2, 4))


def test_large_integers_keep_all_their_digits():
    found = summarize(np.array([-(2**62) - 1, 2**62 + 1]))
    assert (found.minimum, found.maximum) == (-(2**62) - 1, 2**62 + 1)
    assert dict(rows(found))["max"].replace("\u202f", "") == str(2**62 + 1)


def test_an_array_without_elements_has_no_statistics():
    found = summarize(np.zeros((0, 3)))
    assert (found.count, found.finite, found.edges, found.counts) == (0, 0, (), ())
    assert math.isnan(found.mean)
    assert rows(found) == [("elements", "none")]


def test_nan_and_infinities_are_counted_and_left_out():
    array = RNG.normal(size=1000).astype("float32")
    good = array[5:].astype("float64")
    array[:5] = [math.nan, math.inf, math.inf, -math.inf, math.nan]
    found = summarize(array)
    assert (found.nan, found.above_all, found.below_all, found.finite) == (2, 2, 1, 995)
    assert found.mean == pytest.approx(good.mean())
    assert found.std == pytest.approx(good.std())
    assert found.quartiles == pytest.approx(np.quantile(good, [0.25, 0.5, 0.75]))
    assert dict(rows(found))["NaN"].startswith("2 (")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_an_array_without_a_finite_number_has_counts_alone(value):
    found = summarize(np.full((3, 4), value))
    assert (found.finite, found.edges) == (0, ())
    assert found.nan + found.above_all + found.below_all == 12
    assert "mean" not in dict(rows(found))


@pytest.mark.parametrize("value", [0.0, 5.0, -3.5e-30, 1e30])
def test_equal_numbers_have_one_bin_around_them(value):
    found = summarize(np.full(20, value))
    assert (found.minimum, found.mean, found.maximum, found.std) == (value, value, value, 0.0)
    assert found.counts == (20,)
    assert found.edges[0] < value < found.edges[1]
    assert found.fences is None


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e30, 1e200, 1e308])
def test_very_small_and_very_large_numbers_neither_vanish_nor_overflow(size):
    array = np.array([-1.0, 0.25, 0.5, 1.0]) * size
    found = summarize(array)
    assert found.std / size == pytest.approx(np.std([-1.0, 0.25, 0.5, 1.0]))
    assert found.mean / size == pytest.approx(0.1875)
    assert sum(found.counts) == 4


def test_a_mean_that_cancels_is_zero():
    assert summarize(np.array([-3.0, 1.0, 2.0])).mean == 0.0


# -- outliers ----------------------------------------------------------------------------------------------------------
def test_outliers_lie_more_than_three_quartile_distances_outside_the_quartiles():
    array = np.concatenate([np.arange(1000.0), [-5000.0, 6000.0, 7000.0, 2200.0]])
    first, third = np.quantile(array, [0.25, 0.75])
    fences = first - 3 * (third - first), third + 3 * (third - first)
    found = summarize(array)
    assert found.fences == pytest.approx(fences)
    assert (found.low, found.high) == (1, 2)
    assert find(array, "outliers", found) == [(1000,), (1001,), (1002,)]
    assert dict(rows(found))["outliers"] == "3 (1 low, 2 high)"


def test_the_histogram_ends_at_the_fences_so_that_one_outlier_does_not_flatten_it():
    array = np.append(RNG.normal(size=5000), 1e9)
    found = summarize(array)
    assert (found.high, found.maximum) == (1, 1e9)
    assert found.edges[-1] < 10
    assert sum(found.counts) == 5000


def test_no_outlier_is_named_where_the_quartiles_are_equal():
    array = np.zeros(1000)
    array[:100] = RNG.uniform(1, 2, 100)
    found = summarize(array)
    assert (found.fences, found.low, found.high) == (None, 0, 0)
    assert "quartiles of these numbers are equal" in rule(found)
    assert find(array, "outliers", found) == []


def test_no_outlier_is_named_where_they_would_be_many():
    array = RNG.exponential(size=10_000) ** 3
    found = summarize(array)
    assert (found.fences, found.low, found.high) == (None, 0, 0)
    assert "more than 1 %" in rule(found)


# -- histogram ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("array", [
    RNG.normal(size=4000), RNG.uniform(-1e-7, 3e-7, 4000), np.linspace(0, 1, 41), np.arange(0, 1, 0.1),
    RNG.integers(-3, 4, 500), RNG.integers(0, 100_000, 5000), RNG.normal(size=999).astype("float16"),
])  # fmt: skip
def test_counts_are_those_of_numpy_between_the_same_edges(array):
    found = summarize(array)
    inside = array[(array >= found.edges[0]) & (array <= found.edges[-1])].astype("float64")
    if found.fences:
        inside = inside[(inside >= found.fences[0]) & (inside <= found.fences[1])]
    assert list(found.counts) == np.histogram(inside, bins=np.array(found.edges))[0].tolist()
    assert list(found.edges) == sorted(set(found.edges))
    assert 1 <= len(found.counts) <= 60


def test_whole_numbers_stand_in_the_middle_of_their_bins():
    found = summarize(np.array([0, 1, 1, 3]))
    assert (found.edges, found.counts) == ((-0.5, 0.5, 1.5, 2.5, 3.5), (1, 2, 0, 1))


def test_edges_are_round():
    found = summarize(np.linspace(0.013, 9.99, 500))
    assert found.edges[1:-1] == pytest.approx([round(0.25 * k, 2) for k in range(1, len(found.counts))])


# -- large arrays ------------------------------------------------------------------------------------------------------
def test_a_large_array_is_sampled_for_quartiles_and_histogram_and_says_so(monkeypatch):
    monkeypatch.setattr(module, "ALL", 10_000)
    monkeypatch.setattr(module, "SAMPLE", 5000)
    array = RNG.normal(size=200_000)
    array[123_456] = math.nan
    array[3] = 1000.0
    found = summarize(array)
    assert found.sampled == 5000
    assert "5\u202f000 evenly spread elements" in sampling(found)
    assert sum(found.counts) == pytest.approx(5000, abs=2)
    assert (found.nan, found.high, found.maximum) == (1, 1, 1000.0)  # exact: of all elements
    assert found.quartiles == pytest.approx([-0.674, 0, 0.674], abs=0.08)


def test_a_sample_is_not_fooled_by_a_period(monkeypatch):
    monkeypatch.setattr(module, "ALL", 1000)
    monkeypatch.setattr(module, "SAMPLE", 1000)
    array = np.tile(np.array([0.0, 1.0, 2.0, 3.0]), 4000)  # every sixteenth element is the same
    assert summarize(array).quartiles[1] == pytest.approx(1.5, abs=0.51)
    assert np.std([c for c in summarize(array).counts if c]) < 30


@pytest.mark.parametrize("size", [1, 5, 64, 1000])
def test_stretches_make_no_difference(monkeypatch, size):
    array = RNG.normal(size=1000)
    array[[3, 700]] = [math.nan, 50]
    expected = summarize(array)
    monkeypatch.setattr(module, "STRETCH", {True: size, False: size})
    found = summarize(array)
    assert found.mean == pytest.approx(expected.mean)
    assert found.std == pytest.approx(expected.std)
    assert (found.counts, found.nan, found.high) == (expected.counts, 1, 1)
    assert find(array, "nan", found) == [(3,)]
    assert find(array, "outliers", found) == [(700,)]


def test_a_view_that_is_not_contiguous_is_summarized_as_it_is_seen():
    array = RNG.normal(size=(20, 30))
    assert summarize(array.T[::2]).mean == pytest.approx(array.T[::2].mean())


# -- places ------------------------------------------------------------------------------------------------------------
def test_places_are_indices_in_order_and_at_most_as_many_as_asked():
    array = np.zeros((4, 5, 6))
    array[1, 2, 3] = array[3, 0, 5] = array[0, 0, 1] = math.nan
    array[2, 2, 2] = -math.inf
    found = summarize(array)
    assert find(array, "nan", found) == [(0, 0, 1), (1, 2, 3), (3, 0, 5)]
    assert find(array, "nan", found, limit=2) == [(0, 0, 1), (1, 2, 3)]
    assert find(array, "inf", found) == [(2, 2, 2)]
    assert find(array, "zeros", found, limit=1) == [(0, 0, 0)]


# -- colors ------------------------------------------------------------------------------------------------------------
def test_limits_are_the_same_on_both_sides_of_zero_where_both_signs_occur():
    found = summarize(np.array([-1.0, 0.0, 3.0]))
    assert (found.both_signs, found.limits("all")) == (True, (-3.0, 3.0))


def test_limits_leave_out_outliers_unless_all_are_asked_for():
    found = summarize(np.append(np.linspace(0, 1, 200), 500.0))
    assert found.limits("all") == (0.0, 500.0)
    assert found.limits("robust")[1] < 5
    assert found.limits("percentile") == found.percentiles


def test_limits_of_equal_numbers_differ():
    assert summarize(np.full(4, 2.0)).limits() == (2.0, 3.0)
    assert summarize(np.full(4, math.nan)).limits() == (0.0, 1.0)


def test_numbers_for_a_reader_end_where_machines_differ():
    base = RNG.normal(size=10_000)
    other = base * (1 + 1e-7 * RNG.normal(size=10_000))
    assert rows(summarize(base)) == rows(summarize(other))
