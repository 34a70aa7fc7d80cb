"""Take the samples: size by size, in rounds in which the entrants alternate, until the budget is used up."""

import gc
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from math import ceil
from time import perf_counter
from typing import Any, NamedTuple

from mxlearn.base import MXNetError
from mxlearn.timing import Reading, Stopwatch

from .medians import FEWEST
from .protocol import Contestant, check_device, work_of
from .samples import MOST_ROUNDS, WARM_UPS, Point, Results

SHORTEST = 50e-6  # seconds that a steady sample takes at least, far above what the clock and its reading cost
MOST_CALLS = 1000  # timed together
OVERRUN = 3.0  # budgets after which a size is left even with too few samples for an interval


class Progress(NamedTuple):
    """How far a race is: the share that is done, 0 to 1, and what was measured last."""

    share: float
    size: int
    finished: bool  # whether this size is done


def sample(watch: Stopwatch, work: Callable[[], Any], calls: int = 1) -> Reading:
    """Time so many calls together, while the garbage collector is off; return the times of one call."""
    collects, turns = gc.isenabled(), repeat(None, calls)
    gc.disable()
    try:
        with watch:
            for _ in turns:
                work()
    finally:
        if collects:
            gc.enable()
    return watch.reading / calls


class _Runner:
    """One entrant at one size."""

    def __init__(self, contestant: Contestant, size: int):
        self.contestant, self.size = contestant, size
        self.watch = Stopwatch(contestant.ctx)
        self.point = Point()
        self.work: Callable[[], Any] = lambda: contestant.call(size)

    def begin(self) -> None:
        """Set up, take the cold sample and the warm-up samples, and decide how many calls make a steady one."""
        result: list[Any] = []
        with self.contestant.ctx:
            first = sample(self.watch, lambda: result.append(self.work()))
            work = work_of(result[0], self.contestant)
            if work is not None:  # that was the setup
                self.work = work
                result.clear()
                first = sample(self.watch, lambda: result.append(work()))
            check_device(result.pop(), self.contestant)
            self.point.cold.append(first)
            self.point.warm_up += [sample(self.watch, self.work) for _ in range(WARM_UPS)]
        typical = min(reading.synchronized for reading in self.point.warm_up)
        self.point.inner = min(max(ceil(SHORTEST / max(typical, 1e-9)), 1), MOST_CALLS)

    def step(self) -> None:
        """Take one steady sample."""
        with self.contestant.ctx:
            self.point.steady.append(sample(self.watch, self.work, self.point.inner))


def measure(results: Results, contestants: Sequence[Contestant], budget: float) -> Iterator[Progress]:
    """Fill ``results``, and yield after each round; who has heard enough closes the iterator.

    The arrays of one size are dropped before those of the next are made. An entrant that raises is left out from there
    on, and ``results.failures`` says why; the others go on.

    Parameters
    ----------
    budget : seconds. Each size gets an equal part of what is left; once begun, a size gets the samples that its
        interval needs, within reason
    """
    began = perf_counter()
    for k, size in enumerate(results.sizes):
        now = perf_counter()
        left = budget - (now - began)
        if left <= 0 or len(results.failures) == len(contestants):
            return
        part = left / (len(results.sizes) - k)
        runners: list[tuple[int, _Runner]] = []
        for number, contestant in enumerate(contestants):
            if number in results.failures:
                continue
            runner = _Runner(contestant, size)
            if _survives(results, number, size, runner.begin):
                results.points[number, k] = runner.point
                runners.append((number, runner))
        for round_ in range(MOST_ROUNDS):
            turn = round_ % max(len(runners), 1)  # nobody always goes first
            for number, runner in runners[turn:] + runners[:turn]:
                if number not in results.failures:
                    _survives(results, number, size, runner.step)
            spent = perf_counter() - now
            late = perf_counter() - began > OVERRUN * budget
            done = round_ + 1 == MOST_ROUNDS or (spent > part and (round_ + 1 >= FEWEST or late))
            share = 1.0 if done else max((round_ + 1) / MOST_ROUNDS, min(spent / part, 1.0))
            yield Progress((k + share) / len(results.sizes), size, done)
            if done:
                break


def _survives(results: Results, number: int, size: int, act: Callable[[], None]) -> bool:
    """Do a part of one entrant's work; note what it raised, and return whether it went well."""
    try:
        act()
    except MXNetError as error:
        results.failures[number] = (size, str(error).removeprefix("race: "))
    except Exception as error:  # of the reader's own function: shown where the reader looks
        results.failures[number] = (size, f"{type(error).__name__}: {error}")
    return number not in results.failures
