"""How long both ways take, and how far their results are apart."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mxlearn import num_threads
from mxlearn.drawing import number_text
from mxlearn.inspection import Subject

SECONDS, LEAST, MOST = 0.25, 5, 31  # time for the rounds, and how many there are at least and at most
BOUNDS = (1e-6, 1e-4, 1e-2)  # of differences in words: coarse, because last digits differ between machines


@dataclass(frozen=True)
class Timing:
    """Times of both ways, measured in turns.

    Attributes
    ----------
    eager, compiled : milliseconds of each round
    threads : that compute
    context : text such as "cpu(0)"
    """

    eager: tuple[float, ...]
    compiled: tuple[float, ...]
    threads: int
    context: str

    @property
    def speedup(self) -> float:
        """How many times as long eager takes, by the medians."""
        return statistics.median(self.eager) / statistics.median(self.compiled)


def quartiles(times: Sequence[float]) -> list[float]:
    """Return the lower quartile, the median and the upper quartile."""
    return [float(q) for q in np.percentile(times, (25, 50, 75))]


def measure(both: Subject, seconds: float = SECONDS) -> Timing:
    """Run both ways in turns, after one run of each that does not count; which goes first changes every round."""
    eager: list[float] = []
    compiled: list[float] = []
    with both.undisturbed():
        both.eager()
        both.compiled()
        begin = perf_counter()
        while len(eager) < LEAST or (len(eager) < MOST and perf_counter() - begin < seconds):
            pair = [(both.eager, eager), (both.compiled, compiled)]
            for run, times in pair if len(eager) % 2 == 0 else pair[::-1]:
                start = perf_counter()
                run()
                times.append(1000 * (perf_counter() - start))
    return Timing(tuple(eager), tuple(compiled), num_threads(), str(both.ctx))


@dataclass(frozen=True)
class Difference:
    """How far the results of both ways are apart.

    Attributes
    ----------
    absolute : largest difference of two numbers of the outputs
    relative : the same, as a share of the largest number of that output
    gradients : the same two for the gradients, or None without a backward pass
    unequal : results in which only one of the two is a number
    nan : numbers that are NaN in both
    """

    absolute: float
    relative: float
    gradients: tuple[float, float] | None
    unequal: int
    nan: int

    @property
    def largest(self) -> float:
        """The largest share of all."""
        return max(self.relative, self.gradients[1] if self.gradients else 0.0)

    def bound(self) -> str:
        """Return the largest share as a bound that is the same on all machines."""
        if self.unequal:
            return f"{self.unequal} numbers are NaN or infinite in one of the two only"
        for bound in BOUNDS:
            if self.largest <= bound:
                return f"<= {number_text(bound)} of the largest number"
        return f"up to {number_text(self.largest, 2)} of the largest number"


def compare(both: Subject) -> Difference:
    """Run both ways once, from the same random state, and compare the results."""
    with both.undisturbed():
        eager = [array.asnumpy() for array in both.eager()]
    with both.undisturbed():
        compiled = [array.asnumpy() for array in both.compiled()]
    count = len(eager) - (len(both.gradients) if both.backward else 0)
    found = [_apart(a, b) for a, b in zip(eager, compiled, strict=True)]
    outputs, gradients = found[:count], found[count:]

    def largest(results: list) -> tuple[float, float]:
        return max((r[0] for r in results), default=0.0), max((r[1] for r in results), default=0.0)

    absolute, relative = largest(outputs)
    return Difference(
        absolute,
        relative,
        largest(gradients) if both.backward else None,
        sum(r[2] for r in found),
        sum(r[3] for r in found),
    )


def _apart(a: np.ndarray, b: np.ndarray) -> tuple[float, float, int, int]:
    """Return the largest difference, its share of the largest number, unequal places, and NaNs in both."""
    a, b = a.astype("float64"), b.astype("float64")
    nan = np.isnan(a) & np.isnan(b)
    unequal = ~nan & ~((a == b) | (np.isfinite(a) & np.isfinite(b)))
    finite = np.isfinite(a) & np.isfinite(b)
    if not finite.any():
        return 0.0, 0.0, int(unequal.sum()), int(nan.sum())
    absolute = float(np.abs(a[finite] - b[finite]).max())
    size = float(np.abs(a[finite]).max())
    return absolute, absolute / size if size else absolute, int(unequal.sum()), int(nan.sum())
