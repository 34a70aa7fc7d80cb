"""The race: what its own bookkeeping adds to the times that it reports, and to the time that a reader waits."""

import statistics
from time import perf_counter

import mxlearn_widgets as mxw
from mxlearn_widgets.timing.board import board, packed, pairs_of
from mxlearn_widgets.timing.measure import sample

import mxlearn as mx
from mxlearn.timing import Stopwatch

from .figures import Figure, median_ms

WORK = 100e-6  # seconds
ROUNDS = 400


def spin() -> None:
    """Be busy for exactly WORK, by the clock that the race reads."""
    end = perf_counter() + WORK
    while perf_counter() < end:
        pass


def measure() -> list[Figure]:
    """Return the figures of the race."""
    watch = Stopwatch(mx.cpu())
    one = statistics.median(sample(watch, spin).synchronized for _ in range(ROUNDS))
    alone = []
    for _ in range(ROUNDS):  # the clock alone around the same work: what is above it is the race's own
        start = perf_counter()
        spin()
        alone.append(perf_counter() - start)
    nothing = statistics.median(sample(watch, lambda: None, 1000).synchronized for _ in range(ROUNDS // 4))

    mxw.race(lambda n, ctx: spin, sizes=1, budget=0.1)  # imports
    began = perf_counter()
    r = mxw.race({"a": lambda n, ctx: spin, "b": lambda n, ctx: spin}, sizes=range(1, 9), budget=20)
    waited = perf_counter() - began
    timed = sum(
        t * (point.inner if phase == "steady" else 1)
        for point in r.results.points.values()
        for phase, readings in point.phases()
        for _, t, _ in readings
    )
    return [
        Figure("added to a sample of 100 us", 1e6 * (one - statistics.median(alone)), "us", 2.0),
        Figure("... in per cent", 100 * (one - statistics.median(alone)) / WORK, "%", 2.0),
        Figure("added to each call of 1000 in one sample", 1e9 * nothing, "ns", 100.0),
        Figure("time waited over time measured, 2 entrants of 100 us", waited / timed, "x"),
        Figure("one update for the front end: everything it shows", median_ms(lambda: _update(r)), "ms", 20.0),
        Figure("... and its size", (len(r.samples) + len(repr(r.live))) / 1000, "kB", 64.0),
        Figure("static form", len(r._repr_mimebundle_()["text/html"]) / 1000, "kB"),
        Figure("draw the static form", median_ms(r.to_svg), "ms", 50.0),
    ]


def _update(r) -> None:
    board(r.results, pairs_of(r.results))
    packed(r.results)
