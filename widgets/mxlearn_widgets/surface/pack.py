"""What the browser gets, as bytes and small things: see src/surface/model.ts."""

from typing import Any

import numpy as np

from .bowl import Bowl
from .problem import Point, Problem, sigmoid


def floats(*columns) -> bytes:
    """Return numbers one after the other as 32-bit floats, little endian."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.concatenate([np.ravel(c) for c in columns]).astype("<f4").tobytes()


def info(problem: Problem, labels: tuple[str, str]) -> dict[str, Any]:
    """Return names, and what kind of picture the data make."""
    model, loss = problem.model, problem.loss
    name = getattr(loss, "__name__", type(loss).__name__)
    first, second = (coordinate.name for coordinate in problem.coordinates)
    return {
        "a": first,
        "b": second,
        "x": labels[0],
        "y": labels[1],
        "kind": problem.kind,
        "rows": problem.rows,
        "model": getattr(model, "__name__", type(model).__name__),
        "loss": "loss" if name == "<lambda>" else name,
        "probability": problem.link is sigmoid,
    }


def surface(bowl: Bowl, start: Point) -> dict[str, Any]:
    """Return the traits that describe the surface, the drawn points and the places of the curve."""
    problem, shown = bowl.problem, bowl.shown()
    if problem.kind == "examples":
        x, y = np.arange(problem.rows, dtype=float)[shown], np.zeros(len(shown))
    else:
        y = problem.targets()[shown]
        x = problem.features()[shown] if problem.kind == "line" else y
    found, curve, grid = bowl.terms, bowl.curve, bowl.grid
    nothing = np.full(len(shown), np.nan)
    parts = (nothing,) * 3 if found is None else (found.c[shown], found.u[shown], found.v[shown])
    places = bowl.places() if problem.kind == "line" else np.empty(0)
    return {
        "how": bowl.how,
        "rows": floats(np.stack([x, y, *parts], axis=1)),
        "curve": floats(places, *(() if curve is None else (curve.c, curve.u, curve.v))),
        "sums": [] if bowl.quadratic is None else bowl.quadratic.sums(),
        "y_range": list(bowl.y_range(start)),
        "grid": b"" if grid is None else floats(grid.values),
        "grid_window": [] if grid is None else list(grid.window),
    }


def fit(bowl: Bowl, predicted: np.ndarray, line: np.ndarray) -> bytes:
    """Return what the model predicts, which share of the loss each point has, and the curve."""
    shown, shares = bowl.shown(), bowl.shares()
    return floats(predicted[shown], np.full(len(shown), np.nan) if shares is None else shares[shown], line)


def ghost(bowl: Bowl, place: Point) -> bytes:
    """Return a place, and what the model would predict there."""
    predicted, line = bowl.fit(place)
    return floats(place, predicted[bowl.shown()], line)
