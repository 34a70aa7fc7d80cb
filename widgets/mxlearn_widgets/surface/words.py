"""What a reader is told: the same sentences in the live view, in the picture and in the text."""

import math

import numpy as np

from mxlearn.drawing import number_text

from .walk import FACTORS, Trail


def stable(value: float, scale: float, digits: int = 4) -> str:
    """Return a number with so many digits; what is only rounding beside ``scale`` is 0."""
    return number_text(0.0 if abs(value) < 1e-7 * scale else value, digits)


def loss_text(loss: float, digits: int = 4) -> str:
    """Return a loss with so many digits, a large one without an exponent: "119400"."""
    return number_text(float(f"{loss:.{digits}g}"), 7) if abs(loss) < 1e7 else number_text(loss, digits)


def batch(batch_size: int, rows: int) -> str:
    """Return how many rows a step looks at."""
    if not 0 < batch_size < rows:
        return f"all {rows} rows"
    return f"{batch_size} of {rows} rows" if batch_size > 1 else f"1 of {rows} rows"


def verdict(trail: Trail, rows: int) -> str:
    """Return what to say about a walk that diverges, or ""."""
    if not trail.diverges():
        return ""
    lr, critical = number_text(trail.lr, 3), number_text(trail.critical, 3)
    bound = f"{number_text(FACTORS.get(trail.optimizer, 0.0))}/curvature = {critical}"
    if trail.lr > trail.critical:
        text = f"The walk diverges: the step is longer than the valley is wide. lr {lr} is above {bound}."
    elif 0 < trail.batch_size < rows and math.isfinite(trail.critical):
        text = (
            f"The walk diverges, although lr {lr} is below {bound} of all rows together:"
            " single minibatches are steeper. Take a smaller lr or a larger batch."
        )
    else:
        text = f"The walk diverges: the loss grows. Take a smaller lr than {lr}."
    if trail.ended():
        text += f" After step {trail.steps} the numbers are too large for the computer: the walk ends."
    return text


def curvature(low: float, high: float) -> str:
    """Return what the curvatures say about the learning rate."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "the curvature cannot be computed here"
    if high <= 0:
        return f"curvature {number_text(high, 3)}: the surface does not bend upward here"
    text = f"curvature {number_text(high, 3)}"
    if low > 1e-4 * high:
        text += f" across the valley, {number_text(low, 3)} along it" if high > 1.05 * low else " in all directions"
    return f"{text}: steps of sgd grow above lr = 2/curvature = {number_text(2 / high, 3)}"


def rows_of(trail: Trail, most: int = 7) -> np.ndarray:
    """Return which places of a trail a short table shows: more of the beginning, where more happens."""
    last = trail.steps
    if last < most:
        return np.arange(last + 1)
    share = (np.linspace(0, 1, most) ** 2 * last).round().astype(int)
    return np.unique(np.concatenate([[0, 1, last], share]))[: most + 1]
