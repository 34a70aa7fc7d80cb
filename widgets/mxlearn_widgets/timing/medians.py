"""Medians and ratios with 95 % intervals, and the size from which on one entrant is faster than another.

The interval of a median lies between two of the ordered samples, so chosen that it holds the true median with at least
95 % whatever the distribution is (binomial argument; David and Nagaraja 2003, Order Statistics, section 7.1; Hoefler
and Belli 2015 recommend it for run times). Ratios and the crossover, for which there is no such argument, take a
percentile bootstrap (Efron and Tibshirani 1993, chapter 13) with a fixed seed, so that equal samples give equal
intervals. Both suppose independent samples; what disturbs a machine for seconds disturbs several, and the true interval
is then wider.
"""

import math
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from .samples import Results

CONFIDENCE = 0.95
RESAMPLES = 1000
FEWEST = 6  # samples without which the median has no 95 % interval


class Interval(NamedTuple):
    """An estimate and its 95 % interval; low and high are NaN where the samples are too few for one."""

    value: float
    low: float
    high: float


@cache
def rank(count: int) -> int:
    """Return j so that the j-th smallest and the j-th largest of ``count`` samples enclose the median; 0 for none."""
    tail, j = 0.0, 0
    while j < count // 2:
        tail += math.comb(count, j) / 2.0**count  # the j-th smallest is above the median
        if 1.0 - 2.0 * tail < CONFIDENCE:
            break
        j += 1
    return j


def median(samples: list[float]) -> Interval:
    """Return the median of samples with its interval.

    Examples
    --------
    >>> median([3.0, 1.0, 2.0, 6.0, 5.0, 4.0])
    Interval(value=3.5, low=1.0, high=6.0)
    """
    ordered = sorted(samples)
    if not ordered:
        return Interval(math.nan, math.nan, math.nan)
    half = len(ordered) // 2
    value = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    j = rank(len(ordered))
    return Interval(value, ordered[j - 1], ordered[-j]) if j else Interval(value, math.nan, math.nan)


@lru_cache(maxsize=1024)  # a running race asks again and again
def resampled(samples: tuple[float, ...], seed: tuple[int, ...]) -> np.ndarray:
    """Return the medians of bootstrap samples, shape (RESAMPLES,)."""
    draws = np.random.default_rng(seed).integers(0, len(samples), (RESAMPLES, len(samples)))
    return np.median(np.asarray(samples)[draws], axis=1)


class Ratio(NamedTuple):
    """How many times as fast as the reference an entrant is at one size."""

    size: int  # number of the size
    speed: Interval

    @property
    def verdict(self) -> str:
        """ "faster", "slower", or "equal" where the interval holds 1 or is not known."""
        return "faster" if self.speed.low > 1.0 else "slower" if self.speed.high < 1.0 else "equal"


class Crossing(NamedTuple):
    """From which size on an entrant is faster than the reference, up to the largest size that was measured.

    Attributes
    ----------
    kind : "crossing", "always" (faster at each size), "never" (not faster at the largest), "none" (nothing to compare)
    size : where the medians meet, by straight lines between them on logarithmic axes; NaN unless "crossing"
    low, high : interval of it; 0 means before the smallest size, infinity beyond the largest
    """

    kind: str
    size: float = math.nan
    low: float = math.nan
    high: float = math.nan


class Pair(NamedTuple):
    """An entrant against the reference."""

    reference: int
    other: int
    ratios: list[Ratio]
    crossing: Crossing


def compare(results: Results, reference: int, other: int) -> Pair:
    """Compare two entrants at all sizes at which both were measured."""
    sizes = [k for k in range(len(results.sizes)) if results.steady(reference, k) and results.steady(other, k)]
    if not sizes:
        return Pair(reference, other, [], Crossing("none"))
    observed, drawn = [], []
    ratios = []
    for k in sizes:
        theirs, ours = results.steady(reference, k), results.steady(other, k)
        speed = median(theirs).value / median(ours).value
        many = resampled(tuple(theirs), (reference, k)) / resampled(tuple(ours), (other, k))
        enough = min(len(theirs), len(ours)) >= FEWEST
        low, high = np.percentile(many, _TAILS) if enough else (math.nan, math.nan)
        ratios.append(Ratio(k, Interval(speed, float(low), float(high))))
        observed.append(math.log(speed))
        drawn.append(np.log(many))
    where = np.log([float(results.sizes[k]) for k in sizes])
    point = float(meeting(where, np.array([observed]))[0])
    if math.isinf(point):
        return Pair(reference, other, ratios, Crossing("always" if point < 0 else "never"))
    spread = np.percentile(meeting(where, np.stack(drawn, axis=1)), _TAILS, method="inverted_cdf")
    low, high = (float(np.exp(v)) for v in spread)
    return Pair(reference, other, ratios, Crossing("crossing", math.exp(point), low, high))


_TAILS = (100 * (1 - CONFIDENCE) / 2, 100 * (1 + CONFIDENCE) / 2)


def meeting(where: np.ndarray, advantage: np.ndarray) -> np.ndarray:
    """Return, for each row, where the advantage turns positive for the last time and stays so.

    Parameters
    ----------
    where : (sizes,), logarithms of the sizes, ascending
    advantage : (rows, sizes), logarithm of how many times as fast

    Returns
    -------
    (rows,), logarithm of the size; minus infinity where it is positive everywhere, infinity where not at the end
    """
    behind = advantage <= 0
    found = np.full(len(advantage), -np.inf)
    found[behind[:, -1]] = np.inf
    for row in np.flatnonzero(behind.any(axis=1) & ~behind[:, -1]):
        k = int(np.flatnonzero(behind[row])[-1])  # the last size at which it is behind; k + 1 exists
        a, b = advantage[row, k], advantage[row, k + 1]
        found[row] = where[k] + (where[k + 1] - where[k]) * (-a) / (b - a)
    return found
