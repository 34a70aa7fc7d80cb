"""The numbers of one metric: all of them kept, and thinned out for drawing so that no peak is lost."""

import re
from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from mxlearn import NDArray

from .values import fetched

COLUMNS = 5  # of a bucket: place, least, greatest, mean, how many are not finite
WAITING = 4096  # values on a device that may wait to be fetched

# words in the name of a metric whose values are the better the greater they are; any other, the smaller
GREATER = {
    "acc", "accuracy", "auc", "f1", "fbeta", "iou", "map", "mcc", "pcc", "pearsonr", "precision", "r2", "recall",
    "score",
}  # fmt: skip
AFTER_EPOCH = ("val", "valid", "validation", "test", "eval")


class Series:
    """The values of one metric in one run.

    Attributes
    ----------
    name : as it was logged
    each : "step" or "epoch": how often it is logged
    """

    def __init__(self, name: str, each: str = "step"):
        self.name, self.each = name, each
        self._steps, self._values = array("q"), array("d")
        self._late: list[tuple[int, NDArray]] = []  # place in _values, and the number, which is still on a device

    def __len__(self) -> int:
        return len(self._values)

    def add(self, step: int, value: "float | NDArray") -> None:
        """Append a value, a float or a scalar that is still on a device."""
        if isinstance(value, NDArray):
            self._late.append((len(self._values), value))
            value = np.nan
        self._steps.append(step)
        self._values.append(value)
        if len(self._late) > WAITING:
            settle([self])

    @property
    def steps(self) -> np.ndarray:
        """Steps done when each value was logged, (n,) int64."""
        return np.array(self._steps, dtype=np.int64)

    @property
    def values(self) -> np.ndarray:
        """The values, (n,) float64."""
        settle([self])
        return np.array(self._values, dtype=np.float64)

    @property
    def last(self) -> float:
        """The latest value; NaN where there is none."""
        settle([self])
        return self._values[-1] if self._values else np.nan

    @property
    def best(self) -> float:
        """The greatest or the least finite value, whichever is better; NaN where there is none."""
        values = self.values
        values = values[np.isfinite(values)]
        if not len(values):
            return np.nan
        return float(values.max() if is_better_greater(self.name) else values.min())


def settle(series: Iterable[Series]) -> None:
    """Fetch the values that are still on a device, all of them at once."""
    waiting = [(one, place, value) for one in series for place, value in one._late]
    if not waiting:
        return
    for (one, place, _), number in zip(waiting, fetched([value for _, _, value in waiting]), strict=True):
        one._values[place] = number
    for one in {id(one): one for one, _, _ in waiting}.values():
        one._late.clear()


def is_better_greater(name: str) -> bool:
    """Return whether a metric of that name is the better the greater it is."""
    return not GREATER.isdisjoint(re.split(r"[^a-z0-9]+", name.lower()))


def panel_of(name: str) -> tuple[str, str]:
    """Return the plot that a metric belongs in and what is special about it: "val_loss" -> ("loss", "val")."""
    for separator in ("_", "-", " "):
        first, _, rest = name.partition(separator)
        if rest and first.lower() in (*AFTER_EPOCH, "train"):
            return rest, first
        rest, _, last = name.rpartition(separator)
        if rest and last.lower() in (*AFTER_EPOCH, "train"):
            return rest, last
    return name, ""


def buckets(steps: np.ndarray, values: np.ndarray, limit: int) -> np.ndarray:
    """Return a curve of at most ``limit`` buckets that keeps the extremes of each.

    Parameters
    ----------
    steps, values : (n,)
    limit : at least 1

    Returns
    -------
    (m, 5) float32: place (the middle of its steps), least and greatest finite value, their mean (NaN for all three
    where none is finite), and how many values are not finite. A bucket holds 1, 2, 4, 8, ... values, all the same
    number except the last, so that a growing curve is not cut anew at each step.
    """
    count = len(values)
    if count == 0:
        return np.empty((0, COLUMNS), np.float32)
    with np.errstate(over="ignore"):
        values = np.asarray(values).astype(np.float32).astype(np.float64)  # what float32 cannot hold is infinite
    width = 1
    while -(-count // width) > limit:
        width *= 2
    rows = -(-count // width)
    padded = np.full(rows * width, np.nan)
    padded[:count] = values
    table = padded.reshape(rows, width)
    finite = np.isfinite(table)
    found = finite.sum(axis=1)
    sizes = np.full(rows, width)
    sizes[-1] = count - (rows - 1) * width
    none = found == 0
    first = np.arange(rows) * width
    out = np.empty((rows, COLUMNS))
    out[:, 0] = (steps[first] + steps[first + sizes - 1]) / 2
    out[:, 1] = np.where(none, np.nan, np.where(finite, table, np.inf).min(axis=1))
    out[:, 2] = np.where(none, np.nan, np.where(finite, table, -np.inf).max(axis=1))
    out[:, 3] = np.where(none, np.nan, np.where(finite, table, 0.0).sum(axis=1) / np.maximum(found, 1))
    out[:, 4] = sizes - found
    return out.astype(np.float32)


def smoothed(places: Sequence[float], means: Sequence[float], window: float) -> list[float]:
    """Return at each place the mean of the finite ``means`` in the ``window`` steps that end there."""
    out, start, total, count = [], 0, 0.0, 0
    for k, (place, mean) in enumerate(zip(places, means, strict=True)):
        if np.isfinite(mean):
            total, count = total + mean, count + 1
        while start < k and places[start] <= place - window:
            if np.isfinite(means[start]):
                total, count = total - means[start], count - 1
            start += 1
        out.append(total / count if count else np.nan)
    return out
