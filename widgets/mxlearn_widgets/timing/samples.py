"""What was measured: by a race here and now, or by one that was recorded elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from mxlearn.timing import Machine, Reading

PHASES = ("cold", "warm-up", "steady")
MOST_ENTRANTS, MOST_SIZES = 6, 24  # of one race: as many signs as there are, and columns that can be told apart
WARM_UPS, MOST_ROUNDS = 4, 25


@dataclass(frozen=True)
class Entrant:
    """Who takes part.

    Attributes
    ----------
    name : for the reader
    device : "cpu" or "gpu"
    transfer : whether copies between host and device are part of the work
    """

    name: str
    device: str
    transfer: bool = False


@dataclass
class Point:
    """The samples of one entrant at one size; each is the time of one call.

    Attributes
    ----------
    inner : calls that were timed together for one steady sample, so that the clock is fine enough
    cold : the first call
    warm_up : the calls after it, one by one
    steady : those that count
    """

    inner: int = 1
    cold: list[Reading] = field(default_factory=list)
    warm_up: list[Reading] = field(default_factory=list)
    steady: list[Reading] = field(default_factory=list)

    def phases(self) -> list[tuple[str, list[Reading]]]:
        """Return the samples by phase, in the order in which they were taken."""
        return list(zip(PHASES, (self.cold, self.warm_up, self.steady), strict=True))


class Ceiling(NamedTuple):
    """The most that a device did: floating-point operations a second, and bytes a second."""

    flops: float
    bandwidth: float


@dataclass
class Results:
    """A race: who took part, at which sizes, and all samples.

    Attributes
    ----------
    points : by number of the entrant and number of the size
    flops, bytes : work of one call at each size; empty where it is not known
    ceilings : by device, "cpu" or "gpu"
    machine, date : where and when (ISO date) it was measured
    failures : what an entrant stopped with, by its number: (size, message)
    """

    title: str
    entrants: tuple[Entrant, ...]
    sizes: tuple[int, ...]
    machine: Machine
    date: str
    unit: str = "n"
    flops: tuple[float, ...] = ()
    bytes: tuple[float, ...] = ()
    points: dict[tuple[int, int], Point] = field(default_factory=dict)
    ceilings: dict[str, Ceiling] = field(default_factory=dict)
    failures: dict[int, tuple[int, str]] = field(default_factory=dict)

    def steady(self, entrant: int, size: int) -> list[float]:
        """Return the synchronized times of the steady samples, in seconds; none where nothing was measured."""
        point = self.points.get((entrant, size))
        return [reading.synchronized for reading in point.steady] if point else []

    def measured(self, entrant: int) -> Iterable[int]:
        """Return the numbers of the sizes at which an entrant has steady samples, ascending."""
        return [k for k in range(len(self.sizes)) if self.steady(entrant, k)]
