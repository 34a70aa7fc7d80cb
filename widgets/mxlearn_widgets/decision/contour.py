"""Where a field on a grid crosses a level: line segments by marching squares.

References: Lorensen and Cline (1987), Marching Cubes, SIGGRAPH, in two dimensions.
"""

import numpy as np

# for each pattern of corners above the level (1 left upper, 2 right upper, 4 right lower, 8 left lower): pairs of sides
TOP, RIGHT, BOTTOM, LEFT = range(4)
CASES = {
    1: [(LEFT, TOP)], 2: [(TOP, RIGHT)], 3: [(LEFT, RIGHT)], 4: [(RIGHT, BOTTOM)], 5: [(LEFT, TOP), (RIGHT, BOTTOM)],
    6: [(TOP, BOTTOM)], 7: [(LEFT, BOTTOM)], 8: [(BOTTOM, LEFT)], 9: [(BOTTOM, TOP)],
    10: [(TOP, RIGHT), (BOTTOM, LEFT)], 11: [(BOTTOM, RIGHT)], 12: [(RIGHT, LEFT)], 13: [(RIGHT, TOP)],
    14: [(TOP, LEFT)],
}  # fmt: skip


def contour(field: np.ndarray, level: float) -> list[tuple[float, float, float, float]]:
    """Return segments (x1, y1, x2, y2) in units of the grid: column and row of its points.

    Parameters
    ----------
    field : (rows, columns); cells with a number that is not finite are left out
    level : where the line runs; a corner exactly on it counts as above
    """
    if min(field.shape, default=0) < 2:
        return []
    a, b, c, d = field[:-1, :-1], field[:-1, 1:], field[1:, 1:], field[1:, :-1]
    with np.errstate(invalid="ignore"):
        pattern = (a >= level) * 1 + (b >= level) * 2 + (c >= level) * 4 + (d >= level) * 8
    pattern = np.where(np.isfinite(a + b + c + d), pattern, 0)
    segments = []
    for y, x in zip(*np.nonzero((pattern > 0) & (pattern < 15)), strict=True):
        corners = (float(a[y, x]), float(b[y, x]), float(c[y, x]), float(d[y, x]))
        for first, second in CASES[int(pattern[y, x])]:
            segments.append((*_crossing(corners, first, x, y, level), *_crossing(corners, second, x, y, level)))
    return segments


def joined(segments: list[tuple[float, float, float, float]]) -> list[list[tuple[float, float]]]:
    """Return the lines that segments of a contour make, each as its points; a closed one ends where it begins."""
    ends: dict[tuple[float, float], list[int]] = {}
    for k, (x1, y1, x2, y2) in enumerate(segments):
        ends.setdefault((x1, y1), []).append(k)
        ends.setdefault((x2, y2), []).append(k)
    left = dict.fromkeys(range(len(segments)))
    lines = []
    while left:
        first = next(iter(left))
        del left[first]
        x1, y1, x2, y2 = segments[first]
        line = [(x1, y1), (x2, y2)]
        for _ in range(2):  # from its end, then from its start
            while following := [k for k in ends[line[-1]] if k in left]:
                del left[following[0]]
                x1, y1, x2, y2 = segments[following[0]]
                line.append((x2, y2) if (x1, y1) == line[-1] else (x1, y1))
            line.reverse()
        lines.append(line)
    return lines


def _crossing(corners: tuple[float, float, float, float], side: int, x: int, y: int, level: float):
    a, b, c, d = corners
    if side == TOP:
        return float(x + (level - a) / (b - a)), float(y)
    if side == RIGHT:
        return float(x + 1), float(y + (level - b) / (c - b))
    if side == BOTTOM:
        return float(x + (level - d) / (c - d)), float(y + 1)
    return float(x), float(y + (level - a) / (d - a))
