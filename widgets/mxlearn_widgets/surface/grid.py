"""The surface on a grid, for models that no formula covers: coarse first, finer while there is time."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mxlearn import nd

from .exact import Terms, affine_along, run
from .problem import Problem

Window = tuple[float, float, float, float]  # low and high of the first number, low and high of the second
SIDES = (9, 17, 33, 65)  # numbers of places along a side; each grid holds the one before
KEPT = 2_000_000  # predictions that are kept for the next moved target


@dataclass
class Grid:
    """Losses at side x side places of a window.

    Attributes
    ----------
    window : (a_low, a_high, b_low, b_high)
    values : (side, side) float32, one row for each value of the second number, ascending
    outputs : (side, side, predictions) float32, or None where they are too many to keep
    how : what was done to get it, in words
    """

    window: Window
    values: np.ndarray
    outputs: np.ndarray | None
    how: str

    @property
    def side(self) -> int:
        """Number of places along one side."""
        return self.values.shape[0]


def axes(window: Window, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of the two numbers along the sides of a grid."""
    return np.linspace(window[0], window[1], side), np.linspace(window[2], window[3], side)


def compute(problem: Problem, window: Window, found: Terms | None, *, seconds: float, start: int = 0) -> Grid:
    """Return the grid of a window, as fine as can be had in about so many seconds, never coarser than SIDES[start].

    Parameters
    ----------
    found : the terms of a model that is affine in both numbers, whose loss is not squared; else None
    """
    begun = perf_counter()
    base = ((window[0] + window[1]) / 2, (window[2] + window[3]) / 2)
    steps = ((window[1] - window[0]) / 2, (window[3] - window[2]) / 2)
    axis = None if found is not None else affine_along(problem, base, steps)
    stacked = _by_rows(problem)
    shape = problem.output().shape
    outputs: np.ndarray | None = None
    values = np.empty((0, 0), np.float32)
    with problem.looking():
        for level, side in enumerate(SIDES):
            if level < start:
                continue
            level_begun = perf_counter()
            a, b = axes(window, side)
            if found is not None:
                points = np.stack(np.meshgrid(a, b), axis=-1)  # (b, a, 2)
                outputs = (
                    found.c + (points[..., :1] - found.base[0]) * found.u + (points[..., 1:] - found.base[1]) * found.v
                ).astype(np.float32)
            elif axis is not None:
                outputs = _along(problem, a, b, axis)
            else:
                outputs = _each(problem, a, b, outputs)
            values = losses(problem, outputs, shape, stacked)
            now = perf_counter()
            if now + 3 * (now - level_begun) - begun > seconds or outputs.size * 4 > 8 * KEPT:
                break
    how = "one straight line of runs for each column" if axis is not None else "one run of the model for each place"
    if found is not None:
        how = "predictions by formula, the loss by its operators"
    kept = outputs if outputs is not None and outputs.size <= KEPT and stacked else None
    return Grid(window, values, kept, how)


def _each(problem: Problem, a: np.ndarray, b: np.ndarray, coarser: np.ndarray | None) -> np.ndarray:
    """Run the model at each place that the coarser grid does not have; return (b, a, predictions) float32."""
    rows = []
    for j, second in enumerate(b):
        row = []
        for i, first in enumerate(a):
            if coarser is not None and i % 2 == 0 and j % 2 == 0:
                row.append(coarser[j // 2, i // 2])
            else:
                row.append(run(problem, (float(first), float(second))).astype(np.float32))
        rows.append(row)
    return np.array(rows)


def _along(problem: Problem, a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    """Return the predictions of a model that is affine along one axis, from two runs for each place of the other."""
    across, along = (a, b) if axis == 1 else (b, a)
    lines = []
    for place in across:
        ends = []
        for end in (along[0], along[-1]):
            point = (float(place), float(end)) if axis == 1 else (float(end), float(place))
            ends.append(run(problem, point))
        share = np.linspace(0, 1, len(along))[:, None]
        lines.append((1 - share) * ends[0] + share * ends[1])
    outputs = np.array(lines)  # (across, along, predictions)
    return (outputs.transpose(1, 0, 2) if axis == 1 else outputs).astype(np.float32)


def _by_rows(problem: Problem) -> bool:
    """Return whether the loss of many rows is the losses of the rows: then a whole grid is one call."""
    output = problem.output()
    single = problem.each_loss(output, problem.y)
    if single is None or not np.isclose(single.mean(), problem.mean_loss(output), rtol=1e-4, equal_nan=True):
        return False
    other = output + 1
    both = problem.each_loss(nd.concat(output, other, dim=0), nd.concat(problem.y, problem.y, dim=0))
    alone = problem.each_loss(other, problem.y)
    return (
        both is not None
        and alone is not None
        and np.allclose(both, np.concatenate([single, alone]), rtol=1e-4, atol=1e-6, equal_nan=True)
    )


def losses(problem: Problem, outputs: np.ndarray, shape: tuple[int, ...], stacked: bool) -> np.ndarray:
    """Return the mean loss for each place of a grid of predictions, (side, side) float32."""
    flat = outputs.reshape(-1, outputs.shape[-1])
    context, dtype = problem.X.context, problem.output().dtype
    found: list[float] = []
    if stacked:
        chunk = max(1, 400_000 // max(flat.shape[1], 1))
        for at in range(0, len(flat), chunk):
            part = flat[at : at + chunk]
            output = nd.array(part.reshape(len(part) * shape[0], *shape[1:]), ctx=context, dtype=dtype)
            y = nd.tile(problem.y, reps=(len(part), *(1 for _ in problem.y.shape[1:])))
            each = problem.each_loss(output, y)
            assert each is not None
            found.extend(each.reshape(len(part), -1).mean(axis=1).tolist())
    else:
        for row in flat:
            found.append(problem.mean_loss(nd.array(row.reshape(shape), ctx=context, dtype=dtype)))
    return np.array(found, np.float32).reshape(outputs.shape[:2])
