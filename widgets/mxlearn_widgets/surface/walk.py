"""Steps of a real optimizer in the two coordinates, on real minibatches; everything else of the model stands still."""

from dataclasses import dataclass, field

import numpy as np

from mxlearn import optimizer as opt
from mxlearn.base import ArgumentError, nearest, uninterrupted

from .problem import Problem

OPTIMIZERS = {
    "sgd": ("sgd", {}),
    "momentum": ("sgd", {"momentum": 0.9}),
    "adam": ("adam", {}),
}
# steps on a quadratic grow above lr = FACTOR / curvature; 2 (1 + momentum) for the heavy ball (B. T. Polyak, 1964)
FACTORS = {"sgd": 2.0, "momentum": 3.8}
GROWTH = 1.5  # a walk that ended so many times higher than it began, and still climbs, diverges


def check(lr: float, batch_size: int, optimizer: str) -> None:
    """Raise an ArgumentError where these are no settings of a walk."""
    if not (isinstance(lr, (int, float, np.number)) and np.isfinite(lr) and lr > 0):
        raise ArgumentError(f"descend: lr is the length of a step, a number above 0. Received: {lr!r}")
    if not isinstance(batch_size, (int, np.integer)) or batch_size < 0:
        raise ArgumentError(f"descend: batch_size is a number of rows, or None for all. Received: {batch_size!r}")
    if optimizer not in OPTIMIZERS:
        known = ", ".join(OPTIMIZERS)
        raise ArgumentError(f"descend: there is no optimizer {optimizer!r} here.{nearest(str(optimizer), OPTIMIZERS)}"
                            f"\n  It takes: {known}.")  # fmt: skip


class Walker:
    """An optimizer with its states, and the order in which it sees the rows.

    Parameters
    ----------
    optimizer : one of OPTIMIZERS
    batch_size : rows of a step; 0 for all. Each epoch takes the rows in a new order
    seed : of these orders
    """

    def __init__(self, problem: Problem, optimizer: str, batch_size: int, seed: int):
        self.settings = (optimizer, batch_size)
        name, options = OPTIMIZERS[optimizer]
        self._problem = problem
        self._optimizer = opt.create(name, **options)
        self._update = opt.get_updater(self._optimizer)
        self._batch = batch_size if 0 < batch_size < problem.rows else 0
        self._rng = np.random.default_rng(seed)
        self._order = np.empty(0, int)

    def _rows(self) -> np.ndarray | None:
        if not self._batch:
            return None
        if not len(self._order):
            self._order = self._rng.permutation(self._problem.rows)
        rows, self._order = self._order[: self._batch], self._order[self._batch :]
        return rows

    def step(self, lr: float) -> None:
        """Move the coordinates by one step."""
        problem = self._problem
        _, gradients = problem.gradients(self._rows())
        self._optimizer.set_learning_rate(lr)
        with uninterrupted():
            self._apply(gradients)

    def _apply(self, gradients: list) -> None:
        problem = self._problem
        groups: dict[int, list[int]] = {}  # two coordinates in one array are one step of that array
        for k, coordinate in enumerate(problem.coordinates):
            groups.setdefault(id(coordinate.array), []).append(k)
        for number, members in enumerate(groups.values()):
            coordinates = [problem.coordinates[k] for k in members]
            gradient, weight = gradients[members[0]], coordinates[0].array
            before = weight.copy()
            self._update(number, gradient, weight)
            after = [c.read() for c in coordinates]
            if weight.size > len(members):
                weight[:] = before  # all other elements stand still
            for coordinate, value in zip(coordinates, after, strict=True):
                coordinate.write(value)


@dataclass
class Trail:
    """Where a walk has been.

    Attributes
    ----------
    places : (a, b, loss of all rows) for each place, the start first
    lr, batch_size, optimizer : of the last step
    curvature : the largest one where the walk began
    """

    places: list[tuple[float, float, float]] = field(default_factory=list)
    lr: float = 0.0
    batch_size: int = 0
    optimizer: str = "sgd"
    curvature: float = float("nan")

    @property
    def critical(self) -> float:
        """The learning rate above which steps on all rows grow, NaN where none is known."""
        factor = FACTORS.get(self.optimizer)
        return factor / self.curvature if factor and self.curvature > 0 else float("nan")

    @property
    def steps(self) -> int:
        """Number of steps that were taken."""
        return max(len(self.places) - 1, 0)

    def array(self) -> np.ndarray:
        """Return the places, (steps + 1, 3) float64."""
        return np.array(self.places, dtype=np.float64).reshape(-1, 3)

    def ended(self) -> bool:
        """Whether the walk left the numbers that a computer has."""
        return bool(self.places) and not np.isfinite(self.places[-1]).all()

    def diverges(self) -> bool:
        """Whether the last steps climb, higher than where the walk began."""
        if self.ended():
            return True
        if self.steps < 2:
            return False
        losses = self.array()[:, 2]
        return bool(losses[-1] > GROWTH * abs(losses[0]) and losses[-1] >= losses[-3:].max())

    def thinned(self, most: int = 1500) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of at most so many places, first and last among them, and the places."""
        which = np.unique(np.linspace(0, len(self.places) - 1, min(len(self.places), most)).round().astype(int))
        return which, self.array()[which]
