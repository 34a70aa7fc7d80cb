"""Medians with intervals, ratios, and the size from which on one is faster."""

import doctest
import math

import numpy as np
import pytest
from mxlearn_widgets.timing import medians, recording, words
from mxlearn_widgets.timing.medians import compare, median, rank

from .artificial import SIZES, race_of


@pytest.mark.parametrize("module", [medians, recording, words], ids=lambda m: m.__name__.rpartition(".")[2])
def test_examples_print_what_they_say(module):
    found = doctest.testmod(module)
    assert found.attempted > 0 and found.failed == 0


# -- medians -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("count", "expected"),
    # the tables of Hahn and Meeker 1991 and of any book on order statistics: 95 % interval of a median
    [(5, 0), (6, 1), (8, 1), (9, 2), (11, 2), (12, 3), (15, 4), (20, 6), (25, 8)],
)
def test_ranks_are_those_of_the_tables(count, expected):
    assert rank(count) == expected


def test_interval_of_25_samples_lies_between_the_8th_and_the_18th():
    found = median([float(v) for v in range(25, 0, -1)])
    assert found == (13.0, 8.0, 18.0)


def test_five_samples_have_a_median_and_no_interval():
    found = median([5.0, 1.0, 3.0, 2.0, 4.0])
    assert found.value == 3.0
    assert math.isnan(found.low) and math.isnan(found.high)


def test_no_samples_have_no_median():
    assert math.isnan(median([]).value)


def test_interval_holds_the_true_median_as_often_as_it_says():
    draws = np.random.default_rng(0).lognormal(size=(2000, 15))  # skewed, as times are; its true median is 1
    held = sum(low <= 1.0 <= high for _, low, high in (median(list(row)) for row in draws))
    assert 0.95 <= held / 2000 <= 0.985  # ranks 4 and 12 of 15 hold it in 96.5 % of all cases


# -- crossover ---------------------------------------------------------------------------------------------------------
def test_crossover_lies_where_straight_lines_on_logarithmic_axes_meet():
    results = race_of(cpu=lambda n: n * 1e-7, gpu=lambda n: 1e-5 * (n / 100) ** 0.5)  # both 1e-5 at n = 100
    shifted = race_of(cpu=lambda n: n * 1e-7, gpu=lambda n: 2e-5 * (n / 100) ** 0.5)  # n 1e-7 = 2e-6 n^0.5: n = 400
    assert compare(shifted, 0, 1).crossing.kind == "crossing"
    assert compare(shifted, 0, 1).crossing.size == pytest.approx(400, rel=1e-3)
    assert compare(results, 0, 1).crossing.size == pytest.approx(100, rel=1e-3)


def test_interval_of_the_crossover_is_around_it_and_grows_with_the_scatter():
    calm = compare(race_of(spread=0.02), 0, 1).crossing
    wild = compare(race_of(spread=0.2), 0, 1).crossing
    assert calm.low < calm.size < calm.high
    assert wild.high / wild.low > calm.high / calm.low > 1


def test_equal_samples_give_equal_intervals():
    medians.resampled.cache_clear()
    first = compare(race_of(), 0, 1)
    medians.resampled.cache_clear()
    assert compare(race_of(), 0, 1) == first


def test_there_is_no_crossover_where_one_is_always_faster():
    assert compare(race_of(gpu=lambda n: n * 1e-8), 0, 1).crossing.kind == "always"
    assert compare(race_of(gpu=lambda n: n * 1e-6), 0, 1).crossing.kind == "never"


def test_being_faster_and_losing_it_again_is_no_crossover():
    found = compare(race_of(gpu=lambda n: n * (1e-8 if n < 5000 else 1e-6)), 0, 1)
    assert found.crossing.kind == "never"


def test_interval_is_open_where_samples_leave_it_open():
    # faster at the last size by a hair, so that some of the resampled races do not cross
    found = compare(race_of(gpu=lambda n: n * (1.2e-7 if n < 5000 else 0.999e-7), spread=0.1), 0, 1).crossing
    assert found.kind == "crossing"
    assert found.high == math.inf


def test_ratios_need_samples_of_both():
    results = race_of()
    del results.points[1, 2]
    assert [ratio.size for ratio in compare(results, 0, 1).ratios] == [0, 1, 3]
    results.points.clear()
    assert compare(results, 0, 1).crossing.kind == "none"


def test_a_difference_counts_where_the_interval_leaves_1_out():
    verdicts = [ratio.verdict for ratio in compare(race_of(spread=0.3), 0, 1).ratios]
    assert verdicts == ["slower", "slower", "faster", "faster"]
    same = compare(race_of(gpu=lambda n: n * 1.001e-7, spread=0.3), 0, 1)
    assert {ratio.verdict for ratio in same.ratios} == {"equal"}
    few = compare(race_of(count=5), 0, 1)
    assert {ratio.verdict for ratio in few.ratios} == {"equal"}


# -- in words ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("gpu", "expected"),
    [
        (lambda n: 2e-5 + n * 1e-8, "cpu(0) is faster than gpu(0) at small sizes, gpu(0) at large ones."),
        (lambda n: n * 1e-8, "gpu(0) is faster than cpu(0) at every size."),
        (lambda n: n * 1e-6, "cpu(0) is faster than gpu(0) at every size."),
        (lambda n: n * 1e-7, "There is no clear difference between cpu(0) and gpu(0) at every size."),
        (lambda n: n * (1e-7 if n < 500 else 1e-8),
         "There is no clear difference between cpu(0) and gpu(0) at small sizes, "
         "and gpu(0) is faster than cpu(0) at large ones."),
        (lambda n: n * (1e-8 if n in (10, 1000) else 1e-6),
         "Which of cpu(0) and gpu(0) is faster changes with the size more than once."),
    ],
)  # fmt: skip
def test_verdict_says_who_is_faster_without_numbers(gpu, expected):
    results = race_of(gpu=gpu)
    assert words.verdict([compare(results, 0, 1)], results) == expected


def test_crossover_in_words():
    results = race_of(gpu=lambda n: 2e-5 * (n / 100) ** 0.5)
    assert words.crossover(compare(results, 0, 1), results).startswith(
        "gpu(0) becomes faster than cpu(0) at about n = 4"
    )
    results = race_of(gpu=lambda n: n * 1e-6)
    assert words.crossover(compare(results, 0, 1), results) == (
        "No crossover in this range: gpu(0) is not faster than cpu(0) at any size."
    )
    results = race_of(gpu=lambda n: n * (1e-8 if n < 500 else 1e-6))
    assert words.crossover(compare(results, 0, 1), results) == (
        "No crossover in this range: gpu(0) is not faster than cpu(0) at the largest size."
    )


def test_durations_are_those_that_a_comparison_of_lessons_replaces():
    import configparser
    import re
    from pathlib import Path

    rules = configparser.RawConfigParser()
    rules.read(Path(__file__).parents[2] / "notebooks" / "sanitize.cfg")
    rule = re.compile(rules["duration"]["regex"])
    for exponent in range(-9, 4):
        for mantissa in (1, 1.234, 9.999, 9.9999):
            assert rule.fullmatch(words.duration(mantissa * 10.0**exponent))


def test_sizes():
    assert [words.size_text(v) for v in (0.1234, 1.234, 12.34, 123.4, 1234.0, 99999.0)] == [
        "0.123", "1.23", "12.3", "123", "1230", "100000",
    ]  # fmt: skip
    assert len(SIZES) == 4
