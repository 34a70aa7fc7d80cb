"""Scales: numbers to pixels and back, round ticks, and numbers in words."""

import math

import pytest

from mxlearn.drawing import Scale, number_text
from mxlearn.drawing.scale import nice_step


@pytest.mark.parametrize("scale", [Scale(0, 10, 0, 100), Scale(-3, 3, 200, 20), Scale(0.01, 100, 0, 80, True)])
def test_a_scale_maps_its_ends_and_its_inverse_leads_back(scale):
    assert (scale(scale.low), scale(scale.high)) == pytest.approx((scale.start, scale.end))
    for share in (0.1, 0.5, 0.77):
        pixel = scale.start + share * (scale.end - scale.start)
        assert scale(scale.inverse(pixel)) == pytest.approx(pixel)


def test_equal_factors_are_equally_far_apart_on_a_logarithmic_scale():
    scale = Scale(1, 1000, 0, 30, True)
    assert [scale(v) for v in (1, 10, 100, 1000)] == pytest.approx([0, 10, 20, 30])
    assert scale(0) == scale(-5) == 0


def test_nan_stays_nan():
    assert math.isnan(Scale(0, 1, 0, 100)(math.nan))


@pytest.mark.parametrize(("values", "log", "interval"), [
    ([0, 10], False, (-0.5, 10.5)), ([], False, (0, 1)), ([math.nan, math.inf], False, (0, 1)),
    ([3, 3], False, (2.5, 3.5)), ([math.nan, 0, 10, math.inf], False, (-0.5, 10.5)),
    ([], True, (0.1, 10)), ([-1, 0], True, (0.1, 10)), ([5], True, (0.5, 50)),
    ([1, 100, -3], True, (100**-0.05, 100**1.05)),
])  # fmt: skip
def test_a_scale_around_numbers_shows_the_finite_ones_with_a_margin(values, log, interval):
    scale = Scale.around(values, 0, 100, log=log)
    assert (scale.low, scale.high) == pytest.approx(interval)
    assert scale.log == log


@pytest.mark.parametrize(("low", "high", "count", "ticks"), [
    (0, 10, 5, [0, 2, 4, 6, 8, 10]), (-1, 1, 4, [-1, -0.5, 0, 0.5, 1]), (0.013, 0.094, 4, [0.025, 0.05, 0.075]),
    (1e6, 1e6 + 4, 4, [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3, 1e6 + 4]), (-0.3, 0.3, 3, [-0.2, 0, 0.2]),
])  # fmt: skip
def test_ticks_are_round_and_inside(low, high, count, ticks):
    assert Scale(low, high, 0, 1).ticks(count) == pytest.approx(ticks)


def test_a_tick_is_printed_without_the_dust_of_rounding():
    texts = [number_text(value) for value in Scale(-0.3, 0.3, 0, 1).ticks(6)]
    assert texts == ["-0.3", "-0.2", "-0.1", "0", "0.1", "0.2", "0.3"]


def test_logarithmic_ticks_are_powers_of_ten_or_round_numbers_of_a_short_interval():
    assert Scale(0.5, 2000, 0, 1, True).ticks(5) == pytest.approx([1, 10, 100, 1000])
    assert Scale(1e-9, 1e9, 0, 1, True).ticks(5) == pytest.approx([1e-9, 1e-5, 1e-1, 1e3, 1e7])
    assert all(2 <= v <= 7 for v in Scale(2, 7, 0, 1, True).ticks(4))


@pytest.mark.parametrize(("step", "nice"), [(0.9, 1), (1, 1), (1.1, 2), (2.3, 2.5), (3, 5), (7, 10), (0.012, 0.02)])
def test_a_step_is_the_next_round_number(step, nice):
    assert nice_step(step) == pytest.approx(nice)


@pytest.mark.parametrize(("value", "digits", "text"), [
    (0, 4, "0"), (-0.0, 4, "0"), (0.25, 4, "0.25"), (1200, 4, "1200"), (3.14159, 4, "3.142"), (3.14159, 3, "3.14"),
    (99999, 4, "99999"), (123456, 4, "1.235e5"), (1.2e-7, 4, "1.2e-7"), (0.00123, 4, "0.00123"), (-5.5, 4, "-5.5"),
    (math.nan, 4, "NaN"), (math.inf, 4, "∞"), (-math.inf, 4, "-∞"), (1e300, 4, "1e300"),
])  # fmt: skip
def test_a_number_is_printed_for_a_reader(value, digits, text):
    assert number_text(value, digits) == text
