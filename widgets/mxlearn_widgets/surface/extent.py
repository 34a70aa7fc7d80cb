"""Which part of the plane is shown: the start, the minimum where it is known, and the walk as far as it fits."""

import math

import numpy as np

from .exact import Quadratic
from .grid import Window
from .problem import Point, Problem

FARTHEST = 6.0  # a walk widens the window so many times; what lies further out is marked at the border


def around_quadratic(surface: Quadratic, start: Point, spread: float) -> Window:
    """Return a window around the minimum in which the start lies.

    Parameters
    ----------
    spread : loss that the window has to rise by where the start lies at the minimum itself
    """
    least = surface.value(*surface.base)
    rise = max(surface.value(*start) - least, 0.15 * spread, 1e-12)
    hessian = surface.hessian()
    scale = np.sqrt(np.maximum(np.diag(hessian), 1e-300))
    shape = hessian / np.outer(scale, scale)  # both directions on one footing, whatever their units
    values, vectors = np.linalg.eigh(shape)
    reach = (vectors**2 / np.maximum(values, 1e-3)) @ np.ones(2)  # diagonal of the inverse
    window = []
    for k in (0, 1):
        half = 1.35 * math.sqrt(2 * rise * reach[k]) / scale[k]
        if not math.isfinite(half) or half > 1e6 * max(1.0, abs(start[k])):
            half = max(1.0, 2 * abs(start[k]))
        half = max(half, 1.15 * abs(start[k] - surface.base[k]))
        window += [surface.base[k] - half, surface.base[k] + half]
    return window[0], window[1], window[2], window[3]


def around_point(problem: Problem, start: Point) -> Window:
    """Return a window around a start and, where the surface is a bowl there, around the bottom that it points to."""
    steps = (max(0.05, 0.05 * abs(start[0])), max(0.05, 0.05 * abs(start[1])))
    bottom = list(start)
    _, gradient = problem.gradient()
    columns = []
    with problem.looking():
        for k in (0, 1):
            ends = []
            for side in (-1, 1):
                place = list(start)
                place[k] += side * steps[k]
                problem.place((place[0], place[1]))
                ends.append(np.array(problem.gradient()[1]))
            columns.append((ends[1] - ends[0]) / (2 * steps[k]))
    matrix = np.array(columns)
    if np.isfinite(matrix).all() and np.isfinite(gradient).all():
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        if values[0] > 1e-3 * values[1] > 0:
            shift = -(vectors / values) @ vectors.T @ np.array(gradient)
            far = [20 * (1 + abs(s)) for s in start]
            bottom = [s + float(np.clip(d, -f, f)) for s, d, f in zip(start, shift, far, strict=True)]
    window: list[float] = []
    for s, m in zip(start, bottom, strict=True):
        half = max(1.35 * abs(s - m), 1.5, 1.2 * abs(m))
        window += [m - half, m + half]
    return window[0], window[1], window[2], window[3]


def with_walk(window: Window, home: Window, places: np.ndarray) -> Window:
    """Return the window widened so that it holds a walk, (points, 2), at most FARTHEST times as wide as ``home``."""
    limits = list(window)
    for k in (0, 1):
        middle, half = (home[2 * k] + home[2 * k + 1]) / 2, (home[2 * k + 1] - home[2 * k]) / 2
        low, high = middle - FARTHEST * half, middle + FARTHEST * half
        seen = places[:, k][np.isfinite(places[:, k])]
        seen = np.clip(seen, low, high)
        if not len(seen):
            continue
        if seen.min() < limits[2 * k]:
            limits[2 * k] = max(low, float(seen.min()) - 0.2 * half)
        if seen.max() > limits[2 * k + 1]:
            limits[2 * k + 1] = min(high, float(seen.max()) + 0.2 * half)
    return limits[0], limits[1], limits[2], limits[3]
