"""Races made up for tests: their numbers were never measured, and their names say so."""

import math

from mxlearn_widgets.timing.samples import Ceiling, Entrant, Point, Results

from mxlearn.timing import Machine, Reading

CPU_ONLY = Machine("ARTIFICIAL CPU", "", "", "", "ARTIFICIAL CPU", 2, "Artificial x86_64", "3.0.0", "0.0")
WITH_GPU = Machine(
    "ARTIFICIAL GPU FOR TESTS", "000.00", "0.0", "0.0", "ARTIFICIAL CPU", 2, "Artificial x86_64", "3.0.0", "0.0"
)
SIZES = (10, 100, 1000, 10000)


def point(seconds: float, *, count: int = 9, gpu: bool = False, spread: float = 0.02) -> Point:
    """Return samples around a time, the same at each call."""

    def reading(factor: float) -> Reading:
        time = seconds * factor
        return Reading(min(time, 5e-6), time, 0.9 * time) if gpu else Reading(time, time, None)

    steady = [reading(1 + spread * math.sin(7 * k)) for k in range(count)]
    return Point(2, [reading(30.0)], [reading(3.0 - k / 2) for k in range(4)], steady)


def race_of(gpu=lambda n: 2e-5 + n * 1e-8, cpu=lambda n: n * 1e-7, *, sizes=SIZES, count=9, spread=0.02) -> Results:
    """Return a race of a CPU against a GPU whose times are these functions of n."""
    entrants = (Entrant("cpu(0)", "cpu"), Entrant("gpu(0)", "gpu"))
    results = Results(
        "artificial work", entrants, tuple(sizes), WITH_GPU, "2000-01-01", "n: things",
        tuple(2.0 * n for n in sizes), tuple(8.0 * n for n in sizes),
    )  # fmt: skip
    for k, n in enumerate(sizes):
        results.points[0, k] = point(cpu(n), count=count, spread=spread)
        results.points[1, k] = point(gpu(n), count=count, gpu=True, spread=spread)
    results.ceilings = {"cpu": Ceiling(1e11, 1e10), "gpu": Ceiling(1e13, 1e12)}
    return results
