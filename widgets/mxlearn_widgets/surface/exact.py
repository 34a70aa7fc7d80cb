"""Models that are affine in the two numbers, with a squared loss: the surface is a quadratic, known everywhere.

Nothing is concluded from the names of layers: the model and the loss are run at several places, and what they give is
held against the formula.
"""

from dataclasses import dataclass, replace

import numpy as np

from mxlearn import nd

from .problem import Point, Problem

TOLERANCE = 2e-5  # of the largest number: float32 has 6e-8, and sums over many features lose some of it
# where a model is tried, in units of half a window around its middle
_PLACES = ((1, 1), (-1, 1), (0.37, -0.61), (-0.83, -0.19), (2.1, -1.3), (-1.7, 2.9))


@dataclass(frozen=True)
class Terms:
    """A model as ``c + (a - a0) u + (b - b0) v``: one number for each prediction.

    Attributes
    ----------
    base : (a0, b0)
    c, u, v : (predictions,) float64
    """

    base: Point
    c: np.ndarray
    u: np.ndarray
    v: np.ndarray

    def at(self, point: Point) -> np.ndarray:
        """Return the predictions at a point, (predictions,)."""
        return self.c + (point[0] - self.base[0]) * self.u + (point[1] - self.base[1]) * self.v


def run(problem: Problem, point: Point, X: nd.NDArray | None = None) -> np.ndarray:
    """Return what the model gives at a point, in one row, float64; the coordinates stay there."""
    problem.place(point)
    return problem.output(X).asnumpy().reshape(-1).astype(np.float64)


def terms(problem: Problem, base: Point, steps: Point, X: nd.NDArray | None = None) -> Terms:
    """Return the terms of a model that is affine, from its values around ``base``."""
    (a, b), (h, k) = base, steps
    with problem.looking():
        c = run(problem, base, X)
        u = (run(problem, (a + h, b), X) - run(problem, (a - h, b), X)) / (2 * h)
        v = (run(problem, (a, b + k), X) - run(problem, (a, b - k), X)) / (2 * k)
    return Terms(base, c, u, v)


def find_terms(problem: Problem, base: Point, steps: Point) -> Terms | None:
    """Return the terms of a model that is affine in both numbers together, or None where it is not."""
    found = terms(problem, base, steps)
    with problem.looking():
        for da, db in ((1, 0), (0, 1), *_PLACES):
            place = (base[0] + da * steps[0], base[1] + db * steps[1])
            real, formula = run(problem, place), found.at(place)
            size = max(np.abs(real).max(), np.abs(found.c).max(), 1e-30)
            if not np.abs(real - formula).max() <= TOLERANCE * size:
                return None
    return found


def affine_along(problem: Problem, base: Point, steps: Point) -> int | None:
    """Return 0 or 1, the number along which a model is affine at each value of the other one, or None."""
    with problem.looking():
        for axis in (1, 0):
            other = 1 - axis
            good = True
            for shift in (-0.9, -0.2, 0.55, 1.0):
                row = []
                for t in (-1.0, 0.0, 1.0, 2.3):
                    place = [0.0, 0.0]
                    place[axis] = base[axis] + t * steps[axis]
                    place[other] = base[other] + shift * steps[other]
                    row.append(run(problem, (place[0], place[1])))
                slope = (row[2] - row[0]) / 2
                size = max(max(np.abs(r).max() for r in row), 1e-30)
                if not (
                    np.abs(row[0] + slope - row[1]).max() <= TOLERANCE * size
                    and np.abs(row[0] + 3.3 * slope - row[3]).max() <= TOLERANCE * size
                ):
                    good = False
                    break
            if good:
                return axis
    return None


def squared_factor(problem: Problem) -> float | None:
    """Return f where the loss is ``f * mean((prediction - y)**2)``, or None where it is not.

    It is 0.5 for L2Loss and 1 for the mean squared error.
    """
    output = problem.output()
    if output.size != problem.y.size:
        return None
    y = problem.y.asnumpy().astype(np.float64)
    size = float(y.std()) or max(float(np.abs(y).max()), 1.0)
    rng = np.random.default_rng(0)
    factors = []
    for scale, share in ((1.0, 1.0), (0.1, 1.0), (3.0, 0.3), (1.0, 0.1)):
        errors = rng.normal(0, scale * size, y.shape) * (rng.random(y.shape) < share)
        errors.flat[rng.integers(errors.size)] = scale * size  # never all zero
        made = (y + errors).astype(output.dtype)
        mean = float(((made.astype(np.float64) - y) ** 2).mean())
        factors.append(problem.mean_loss(nd.array(made, ctx=output.context, dtype=output.dtype)) / mean)
    middle = float(np.median(factors))
    if not np.isfinite(factors).all() or middle <= 0 or np.abs(np.array(factors) / middle - 1).max() > 1e-4:
        return None
    return float(f"{middle:.5g}")  # 0.5, not 0.50000003


@dataclass(frozen=True)
class Quadratic:
    """A squared loss of an affine model: ``factor * mean((r - da u - db v)**2)``, da and db counted from ``base``.

    The base is a minimum, so that no digits are lost near it.

    Attributes
    ----------
    base : a minimum of the loss
    uu, uv, vv, ur, vr, rr : sums over the rows of products of u, v and what is left to explain, r
    weight : factor / number of predictions
    """

    base: Point
    uu: float
    uv: float
    vv: float
    ur: float
    vr: float
    rr: float
    weight: float

    @staticmethod
    def of(found: Terms, y: np.ndarray, factor: float) -> "Quadratic":
        """Return the surface of a model's terms and the targets (predictions,)."""
        columns = np.stack([found.u, found.v], axis=1)
        shift = np.linalg.lstsq(columns, y - found.c, rcond=1e-10)[0]
        r = y - found.c - columns @ shift
        u, v = found.u, found.v
        base = (float(found.base[0] + shift[0]), float(found.base[1] + shift[1]))
        uu, uv, vv, ur, vr, rr = (float(s) for s in (u @ u, u @ v, v @ v, u @ r, v @ r, r @ r))
        return Quadratic(base, uu, uv, vv, ur, vr, rr, factor / len(y))

    def sums(self) -> list[float]:
        """Return all numbers in the order of the attributes."""
        return [*self.base, self.uu, self.uv, self.vv, self.ur, self.vr, self.rr, self.weight]

    def value(self, a, b):
        """Return the loss at a point, or at arrays of points."""
        da, db = a - self.base[0], b - self.base[1]
        grown = self.uu * da * da + 2 * self.uv * da * db + self.vv * db * db
        return self.weight * (self.rr - 2 * (self.ur * da + self.vr * db) + grown)

    def hessian(self) -> np.ndarray:
        """Return the matrix of second derivatives, (2, 2)."""
        return 2 * self.weight * np.array([[self.uu, self.uv], [self.uv, self.vv]])


def moved(found: Terms, base: Point) -> Terms:
    """Return the same terms, counted from another base."""
    return replace(found, base=base, c=found.at(base))
