"""Confusion matrix, ROC curve and contour, against counts by hand."""

import math

import numpy as np
import pytest
from mxlearn_widgets.decision.contour import contour, joined
from mxlearn_widgets.decision.metrics import area, counts, percent, roc

P = np.array([0.9, 0.8, 0.7, 0.4, 0.2])
Y = np.array([True, False, True, True, False])


def test_decisions_are_counted_by_truth_and_answer():
    now = counts(P, Y, 0.5)
    assert (now.found, now.missed, now.alarmed, now.calm) == (2, 1, 1, 1)
    assert now.accuracy == 3 / 5 and now.precision == 2 / 3 and now.recall == 2 / 3 and now.false_alarms == 1 / 2


def test_a_probability_at_the_threshold_is_said():
    assert counts(P, Y, 0.9).found == 1


def test_nan_is_never_said():
    now = counts(np.array([np.nan, 0.9]), np.array([True, True]), 0.0)
    assert (now.found, now.missed) == (1, 1)


def test_shares_of_nothing_are_nan():
    assert math.isnan(counts(P, Y, 1.0).precision)
    assert math.isnan(counts(P[:1], Y[:1], 0.5).false_alarms)


def test_the_roc_curve_goes_by_falling_threshold():
    false_alarms, found = roc(P, Y)
    assert false_alarms.tolist() == [0, 0, 0.5, 0.5, 0.5, 1]
    assert found == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 1, 1])
    assert area(false_alarms, found) == pytest.approx(4 / 6)  # 4 of 6 pairs are in the right order


def test_equal_probabilities_change_sides_together():
    false_alarms, found = roc(np.full(4, 0.5), np.array([True, False, True, False]))
    assert false_alarms.tolist() == [0, 1] and found.tolist() == [0, 1] and area(false_alarms, found) == 0.5


def test_one_class_alone_has_no_curve():
    assert len(roc(P, np.ones(5, bool))[0]) == 0 and math.isnan(area(*roc(P, np.ones(5, bool))))


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.001, "1 %"), (0.5, "50 %"), (0.725, "73 %"), (0.999, "99 %"), (1.0, "100 %"), (math.nan, "-")],
)
def test_only_what_is_exact_is_called_all_or_nothing(share, text):
    assert percent(share) == text


def test_the_contour_of_a_slope_is_a_straight_line():
    field = np.tile(np.linspace(0, 1, 5), (4, 1))  # grows with the column
    segments = contour(field, 0.3)
    assert len(segments) == 3
    for x1, y1, x2, y2 in segments:
        assert x1 == x2 == pytest.approx(1.2) and abs(y1 - y2) == 1


def test_the_contour_of_a_hill_is_closed():
    y, x = np.mgrid[-1:1:41j, -1:1:41j]
    segments = contour(-(x**2 + y**2), -0.2637)
    ends = [end for s in segments for end in (tuple(np.round(s[:2], 9)), tuple(np.round(s[2:], 9)))]
    assert all(ends.count(end) == 2 for end in ends)
    radius = [np.hypot(a / 20 - 1, b / 20 - 1) for a, b in ends]
    assert np.allclose(radius, 0.2637**0.5, atol=2e-3)


def test_the_segments_of_a_hill_are_joined_to_one_closed_line():
    y, x = np.mgrid[-1:1:41j, -1:1:41j]
    segments = contour(-(x**2 + y**2), -0.2637)
    (line,) = joined(segments)
    assert line[0] == line[-1] and len(line) == len(segments) + 1


def test_lines_that_end_at_the_border_are_joined_from_end_to_end():
    field = np.abs(np.tile(np.linspace(-1, 1, 9), (5, 1)))  # a valley: two upright lines
    lines = joined(contour(field, 0.6))
    assert sorted((min(y for _, y in line), max(y for _, y in line), len(line)) for line in lines) == [(0, 4, 5)] * 2
    assert all(len({x for x, _ in line}) == 1 for line in lines) and joined([]) == []


def test_cells_with_nan_and_flat_fields_have_no_line():
    assert contour(np.full((3, 3), np.nan), 0.5) == []
    assert contour(np.ones((3, 3)), 0.5) == [] and contour(np.ones((1, 3)), 1.0) == []
