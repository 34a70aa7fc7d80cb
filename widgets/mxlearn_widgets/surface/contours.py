"""Lines of equal loss: round levels, and the lines through a grid by marching squares."""

import math

import numpy as np

from mxlearn.drawing import Scale

Line = list[tuple[float, float]]  # grid coordinates (column, row)


def limits(values: np.ndarray) -> tuple[float, float]:
    """Return the lowest and the highest finite loss of a grid; (0, 1) where there is none."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    return float(finite.min()), float(finite.max())


def log_floor(low: float, high: float) -> float:
    """Return the loss at which logarithmic colors begin: not below a ten-thousandth of the highest."""
    return max(low, 1e-4 * high, 1e-30)


def levels(low: float, high: float, log: bool) -> list[float]:
    """Return about seven round losses between two limits."""
    if not high > low:
        return []
    if not log or high <= 0:
        return [v for v in Scale(low, high, 0, 1).ticks(7) if low < v < high]
    first, last = math.floor(math.log10(log_floor(low, high))), math.ceil(math.log10(high))
    found = [m * 10.0**k for k in range(first, last) for m in (1, 2, 5)]
    found = [v for v in found if max(low, log_floor(low, high)) < v < high]
    return found if len(found) <= 9 else found[:: math.ceil(len(found) / 9)]


def lines(values: np.ndarray, level: float) -> list[Line]:
    """Return the lines on which a grid has a value, joined into as few as possible; cells with NaN have none.

    References: W. E. Lorensen, H. E. Cline (1987), Marching Cubes, in two dimensions.
    """
    ends: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    above = values > level
    known = np.isfinite(values)
    mixed = (
        (above[:-1, :-1] != above[:-1, 1:]) | (above[1:, :-1] != above[1:, 1:]) | (above[:-1, :-1] != above[1:, :-1])
    ) & known[:-1, :-1] & known[:-1, 1:] & known[1:, :-1] & known[1:, 1:]  # fmt: skip
    for j, i in np.argwhere(mixed).tolist():
        bottom, right, top, left = (i, j, 0), (i + 1, j, 1), (i, j + 1, 0), (i, j, 1)  # edges: to the right, upward
        corners = (above[j, i], above[j, i + 1], above[j + 1, i + 1], above[j + 1, i])
        crossed = [
            edge
            for edge, (p, q) in zip((bottom, right, top, left), ((0, 1), (1, 2), (2, 3), (3, 0)), strict=True)
            if corners[p] != corners[q]
        ]
        if len(crossed) == 4 and bool(values[j : j + 2, i : i + 2].mean() > level) == bool(corners[0]):
            crossed = [bottom, right, top, left]  # a saddle: the middle belongs to the first corner
        elif len(crossed) == 4:
            crossed = [left, bottom, right, top]
        for p, q in zip(crossed[::2], crossed[1::2], strict=True):
            ends.setdefault(p, []).append(q)
            ends.setdefault(q, []).append(p)
    found: list[Line] = []
    for start in [edge for edge, near in ends.items() if len(near) == 1] + list(ends):
        while ends.get(start):
            chain, here = [start], start
            while ends.get(here):
                there = ends[here].pop()
                ends[there].remove(here)
                chain.append(there)
                here = there
            found.append([_crossing(values, level, edge) for edge in chain])
    return found


def _crossing(values: np.ndarray, level: float, edge: tuple[int, int, int]) -> tuple[float, float]:
    i, j, upward = edge
    p = float(values[j, i])
    q = float(values[j + 1, i] if upward else values[j, i + 1])
    share = (level - p) / (q - p) if q != p else 0.5
    return (i, j + share) if upward else (i + share, j)
