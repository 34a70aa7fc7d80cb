"""The surface as it is now: exact where the loss is a quadratic, otherwise a grid; and the model's fit at a point."""

from time import perf_counter

import numpy as np

from . import exact, grid
from .exact import Quadratic, Terms
from .grid import Grid, Window
from .problem import CURVE, Point, Problem

SHOWN = 400  # points that are drawn, and can be moved
QUICK = 0.00014  # seconds of one run of the model, with which a grid of the second size follows a moved point


class Bowl:
    """What is known of the loss over a window.

    Attributes
    ----------
    quadratic : the surface as a formula, or None
    terms : the model as a formula, counted from the base of the quadratic, or None
    curve : the same for the places of the curve, for kind "line"
    grid : the surface on a grid, where there is no formula
    how : which of them is in use, and why, in words
    """

    def __init__(self, problem: Problem, window: Window, *, seconds: float = 0.4, start: int = 1):
        self.problem = problem
        self.window = window
        self.seconds, self.start = seconds, start
        self.grid: Grid | None = None
        self.quadratic: Quadratic | None = None
        self.terms: Terms | None = None
        self.curve: Terms | None = None
        self.how = ""
        self.build()

    # -- the surface -------------------------------------------------------------------------------------------------
    def build(self, *, quick: bool = False) -> None:
        """Compute the surface for the data and the window as they are; ``quick`` leaves a grid coarse."""
        problem, window = self.problem, self.window
        base = ((window[0] + window[1]) / 2, (window[2] + window[3]) / 2)
        steps = ((window[1] - window[0]) / 2, (window[3] - window[2]) / 2)
        found = exact.find_terms(problem, base, steps)
        factor = exact.squared_factor(problem) if found is not None else None
        if found is not None and factor is not None:
            self.quadratic = Quadratic.of(found, problem.targets(), factor)
            self.terms = exact.moved(found, self.quadratic.base)
            self.curve = None
            if problem.kind == "line":
                places = problem.row(self.places())
                self.curve = exact.moved(exact.terms(problem, base, steps, places), self.quadratic.base)
            self.grid = None
            first, second = (c.name for c in problem.coordinates)
            self.how = (
                f"exact: the predictions are affine in {first} and {second}, and the loss is squared,"
                " so the bowl is a quadratic that the browser computes itself"
            )
            return
        self.quadratic = self.terms = self.curve = None
        if quick:
            begun = perf_counter()
            problem.output()
            start = 1 if perf_counter() - begun <= QUICK else 0
            self.grid = grid.compute(problem, window, found, seconds=0.0, start=start)
        else:
            self.grid = grid.compute(problem, window, found, seconds=self.seconds, start=self.start)
        side = self.grid.side
        self.how = f"a grid of {side} × {side} places, computed by the kernel: {self.grid.how}"

    def retarget(self) -> bool:
        """Compute the losses anew from the predictions that were kept; return False where there are none."""
        if self.grid is None or self.grid.outputs is None:
            return False
        shape = self.problem.output().shape
        self.grid.values = grid.losses(self.problem, self.grid.outputs, shape, True)
        return True

    def values(self, window: Window, side: int) -> np.ndarray:
        """Return losses for a window, (side, side), one row for each value of the second number, ascending."""
        a, b = grid.axes(window, side)
        if self.quadratic is not None:
            return self.quadratic.value(a[None, :], b[:, None])
        assert self.grid is not None
        return sample(self.grid, a, b)

    # -- the model ---------------------------------------------------------------------------------------------------
    def places(self) -> np.ndarray:
        """Return where the curve is computed, for kind "line": a little more than the range of the feature."""
        x = self.problem.features()
        low, high = float(x.min()), float(x.max())
        pad = 0.08 * (high - low) or 0.5
        return np.linspace(low - pad, high + pad, CURVE)

    def shown(self) -> np.ndarray:
        """Return which predictions are drawn: all of few, evenly chosen ones of many."""
        count = self.problem.y.size if self.problem.kind != "examples" else self.problem.rows
        return np.unique(np.linspace(0, count - 1, min(count, SHOWN)).round().astype(int))

    def y_range(self, start: Point) -> tuple[float, float]:
        """Return the range in which data are drawn: all targets, and the model at the start if that is not far off."""
        if self.problem.kind == "examples":
            seen = np.append(self.fit()[0], 0.0)
            seen = seen[np.isfinite(seen)]
            return 0.0, float(seen.max()) * 1.08 or 1.0
        y = self.problem.targets()
        low, high = float(y.min()), float(y.max())
        span = (high - low) or max(abs(high), 1.0)
        first = self.fit(start)[0]
        first = first[np.isfinite(first)]
        if len(first):
            low = min(low, max(float(first.min()), low - span))
            high = max(high, min(float(first.max()), high + span))
        pad = 0.06 * ((high - low) or span)
        return low - pad, high + pad

    def shares(self) -> np.ndarray | None:
        """Return which share of the loss each row has, None where the loss does not tell or a row has several."""
        problem = self.problem
        output = problem.output()
        each = problem.each_loss(output, problem.y)
        if each is None or len(each) != (output.size if problem.kind != "examples" else problem.rows):
            return None
        total = each.sum()
        if not np.isfinite(total):
            return None
        return each / total if total > 0 else np.zeros(len(each))

    def fit(self, point: Point | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the predictions (of each row its loss, for kind "examples") and the curve, by running the model."""
        problem = self.problem
        with problem.looking():
            if point is not None:
                problem.place(point)
            output = problem.output()
            if problem.kind == "examples":
                each = problem.each_loss(output, problem.y)
                return (np.full(problem.rows, problem.mean_loss(output)) if each is None else each), np.empty(0)
            predicted = problem.link(output.asnumpy().reshape(-1).astype(np.float64))
            if problem.kind != "line":
                return predicted, np.empty(0)
            curve = problem.output(problem.row(self.places())).asnumpy().reshape(-1)
            return predicted, problem.link(curve.astype(np.float64))


def sample(known: Grid, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a grid's values at other places, with straight lines in between; NaN outside of its window."""
    side = known.side
    low_a, high_a, low_b, high_b = known.window
    s = (a - low_a) / (high_a - low_a) * (side - 1)
    t = (b - low_b) / (high_b - low_b) * (side - 1)
    i = np.clip(np.floor(s + 1e-9), 0, side - 2).astype(int)
    j = np.clip(np.floor(t + 1e-9), 0, side - 2).astype(int)
    p, q = (s - i)[None, :], (t - j)[:, None]
    z = known.values.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        below = np.where(p > 0, z[j][:, i] * (1 - p) + z[j][:, i + 1] * p, z[j][:, i])
        above = np.where(p > 0, z[j + 1][:, i] * (1 - p) + z[j + 1][:, i + 1] * p, z[j + 1][:, i])
        found = np.where(q > 0, below * (1 - q) + above * q, below)
    outside = (p < -1e-6) | (p > 1 + 1e-6) | (q < -1e-6) | (q > 1 + 1e-6)
    return np.where(outside, np.nan, found)
