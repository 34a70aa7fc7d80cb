"""Arrays as a reader sees them in an equation: small ones as cells with numbers, large ones as a tile of colors."""

from dataclasses import dataclass

import numpy as np

from mxlearn.drawing import number_text

CELLS = 8  # rows and columns up to which every number is shown
TILE = 12  # rows and columns of the colored tile of a larger array
DIGITS = 3


@dataclass(frozen=True)
class Grid:
    """An array as rows and columns.

    Attributes
    ----------
    shape : of the array
    full : whether ``values`` holds every number; otherwise means of neighbors
    values : (rows, columns) float64
    largest : largest finite absolute value, the end of the color scale
    low, mean, high : of the finite numbers, NaN without any
    nans, infinities : how many numbers are not finite
    """

    shape: tuple[int, ...]
    full: bool
    values: np.ndarray
    largest: float
    low: float
    mean: float
    high: float
    nans: int
    infinities: int

    @staticmethod
    def of(array: np.ndarray) -> "Grid":
        """Return an array of any shape as a grid; its last axis runs along the rows."""
        array = np.asarray(array)
        wide = array.astype(np.float64)
        rows = wide.reshape(-1, wide.shape[-1]) if wide.ndim and wide.size else wide.reshape(1, -1)
        good = wide[np.isfinite(wide)]
        if good.size:
            low, mean, high = float(good.min()), float(good.mean()), float(good.max())
        else:
            low = mean = high = float("nan")
        full = rows.shape[0] <= CELLS and rows.shape[1] <= CELLS
        values = rows if full else tile(rows)
        nans = int(np.isnan(wide).sum())
        largest = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
        infinities = int(wide.size - good.size) - nans
        return Grid(tuple(array.shape), full, values, largest, low, mean, high, nans, infinities)

    def lines(self) -> list[str]:
        """Return what is said beside a tile: range, mean, and what is not finite."""
        if self.values.size == 0:
            return ["no element"]
        small = abs(self.mean) < 1e-3 * max(abs(self.low), abs(self.high))  # then its digits are those of rounding
        found = [f"{number(self.low)} … {number(self.high)}", "mean ≈ 0" if small else f"mean {number(self.mean)}"]
        if self.nans or self.infinities:
            found.append(f"{self.nans} NaN, {self.infinities} infinite")
        return found


def tile(rows: np.ndarray, most: int = TILE) -> np.ndarray:
    """Return means of blocks of a matrix, at most ``most`` x ``most`` of them; a block with NaN is NaN."""
    for axis in (0, 1):
        count = rows.shape[axis]
        if count > most:
            starts = np.arange(most) * count // most
            sizes = np.diff(np.append(starts, count))
            with np.errstate(all="ignore"):
                sums = np.add.reduceat(rows, starts, axis=axis)
            rows = sums / (sizes[:, None] if axis == 0 else sizes[None, :])
    return rows


def number(value: float) -> str:
    """Return a number as a cell shows it."""
    return number_text(float(value), DIGITS)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as Python prints it."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def index_text(index: tuple[int, ...]) -> str:
    """Return where a number stands, as a caller would index it."""
    return f"[{', '.join(map(str, index))}]" if index else "[]"
