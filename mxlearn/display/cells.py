"""A slice of an array as tiles of cells: each cell one number, or the mean of a block that hides nothing.

A block that holds a NaN or an infinity becomes one; a block that holds an outlier is marked. The blocks are reduced on
the device of the array; what is copied are the cells.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import backend
from .summary import STRETCH, Summary, summarize

NAN, ABOVE, BELOW, HIGH, LOW = 1, 2, 4, 8, 16  # marks of a cell: NaN, +Inf, -Inf, an outlier on either side
SIDE = 256  # cells of a tile in one direction, at most
MOST = 144  # tiles


@dataclass(frozen=True)
class Layout:
    """Which axes of an array go where.

    Attributes
    ----------
    rows, columns : the axes down and across each tile; None where the array has too few
    over : axes along which the tiles go: none, one, or two (rows and columns of tiles)
    fixed : for each axis the index at which the array is cut, where it is neither of those
    first : number of the first tile that is shown; of the first row of tiles where ``over`` names two axes
    """

    rows: int | None
    columns: int | None
    over: tuple[int, ...] = ()
    fixed: tuple[int, ...] = ()
    first: int = 0


@dataclass(frozen=True, eq=False)
class Tiles:
    """The cells of the tiles that a layout shows.

    Attributes
    ----------
    values : (tile, row, column) float32, the mean of each block; NaN, +Inf or -Inf where the block has one
    marks : (tile, row, column) uint8, sums of NAN, ABOVE, BELOW, HIGH, LOW
    size : rows and columns of the array in one tile
    block : rows and columns of the array in one cell
    grid : how many tiles stand below and beside each other
    places : the index of each tile along ``layout.over``
    total : how many tiles the array has, per axis of ``layout.over``
    """

    layout: Layout
    values: np.ndarray = field(repr=False)
    marks: np.ndarray = field(repr=False)
    size: tuple[int, int]
    block: tuple[int, int]
    grid: tuple[int, int]
    places: tuple[tuple[int, ...], ...] = field(repr=False)
    total: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """Whether every element of the array is in one of these cells."""
        return len(self.places) == math.prod(self.total)

    def index(self, tile: int, row: int, column: int) -> tuple[slice | int, ...]:
        """Return where the array has a cell: a number for each axis, or a slice for a block."""
        layout = self.layout
        key: list[slice | int] = list(layout.fixed)
        for axis, place in zip(layout.over, self.places[tile], strict=True):
            key[axis] = place
        for axis, at, block, size in (
            (layout.rows, row, self.block[0], self.size[0]),
            (layout.columns, column, self.block[1], self.size[1]),
        ):
            if axis is not None:
                start, end = at * block, min((at + 1) * block, size)
                key[axis] = start if end - start == 1 else slice(start, end)
        return tuple(key)


def default_layout(shape: Sequence[int], *, weight: bool = False) -> Layout:
    """Return the layout that an array is first shown in: the last two axes as tiles over the axis before them.

    Of four axes (batch, channel, height, width) the tiles are the channels of the first image, or the images where
    there is one channel; of a ``weight`` (output, input, height, width) they are all kernels, the longer axis across.
    """
    ndim = len(shape)
    rows, columns = (ndim - 2 if ndim > 1 else None), (ndim - 1 if ndim else None)
    over: tuple[int, ...] = ()
    if ndim == 4 and weight:
        over = (0, 1) if shape[0] <= shape[1] else (1, 0)
    elif ndim > 2:
        over = (ndim - 3,)
        if shape[ndim - 3] == 1:
            over = next(((axis,) for axis in reversed(range(ndim - 2)) if shape[axis] > 1), over)
    return Layout(rows, columns, over, (0,) * ndim)


def tiles(raw: Any, layout: Layout, summary: Summary, *, cells: int = 13_000, at_least: int = 16) -> Tiles:
    """Return the cells that a layout shows of a raw array.

    Parameters
    ----------
    cells : how many cells there may be; blocks are formed where the elements are more
    at_least : how many tiles are shown, where there are so many, even if their elements become blocks
    """
    layout = _within(layout, raw.shape)
    total = tuple(raw.shape[axis] for axis in layout.over)
    height, width = (1 if axis is None else raw.shape[axis] for axis in (layout.rows, layout.columns))
    size = (height, width)
    if raw.size == 0:
        nothing = np.zeros((0, 1, 1))
        return Tiles(layout, nothing.astype("float32"), nothing.astype("uint8"), size, (1, 1), (0, 0), (), total)
    plane, places, grid = _chosen(raw, layout, total, size, cells, at_least)
    block = _block(size, cells // len(places))
    xp = backend.module_of(raw)
    clean = summary.finite == summary.count
    low, high = summary.fences or (-math.inf, math.inf)
    means, marks = _reduced(xp, plane, block, clean, low, high)
    return Tiles(layout, means, marks, size, block, grid, places, total)


def reading(raw: Any, tiles: Tiles, cell: Sequence[int]) -> tuple[str, str]:
    """Return the index of a cell and what is there: the exact number, or mean and extremes of a block."""
    index = tiles.index(*cell)
    text = ", ".join(f"{i.start}:{i.stop}" if isinstance(i, slice) else str(i) for i in index)
    part = raw[index]
    if not any(isinstance(i, slice) for i in index):
        return f"[{text}]", str(part if isinstance(part, np.generic) else backend.to_numpy(part)[()])
    from .wording import block_text

    return f"[{text}]", block_text(summarize(part))


# -- how it is computed ------------------------------------------------------------------------------------------------
def _within(layout: Layout, shape: Sequence[int]) -> Layout:
    """Return the layout with every index inside the array."""
    fixed = list(layout.fixed) + [0] * (len(shape) - len(layout.fixed))
    fixed = [min(max(int(at), 0), max(extent - 1, 0)) for at, extent in zip(fixed, shape, strict=False)]
    first = min(max(layout.first, 0), max(shape[layout.over[0]] - 1, 0)) if layout.over else 0
    return Layout(layout.rows, layout.columns, tuple(layout.over), tuple(fixed), first)


def _chosen(raw: Any, layout: Layout, total: tuple[int, ...], size: Sequence[int], cells: int, at_least: int):
    """Return the tiles that are shown, (tile, row, column), their places and their grid."""
    shown = [axis for axis in (*layout.over, layout.rows, layout.columns) if axis is not None]
    key = tuple(slice(None) if axis in shown else at for axis, at in enumerate(layout.fixed))
    left = sorted(shown)
    plane = raw[key].transpose([left.index(axis) for axis in shown])
    plane = plane.reshape(*total, *size)
    room = min(MOST, max(at_least, cells // max(1, size[0] * size[1])))
    if not total:
        return plane.reshape(1, *size), ((),), (1, 1)
    first = layout.first
    if len(total) == 1:
        count = min(total[0] - first, room)
        grid = _grid(count, size[1] / size[0])
        return plane[first : first + count], tuple((first + k,) for k in range(count)), grid
    down, across = total[0] - first, total[1]
    if down * across > room:
        across = min(across, max(1, math.isqrt(room), room // down))
        down = min(down, room // across)
    plane = plane[first : first + down, :across]
    places = tuple((first + k, j) for k in range(down) for j in range(across))
    return plane.reshape(down * across, *size), places, (down, across)


def _grid(count: int, aspect: float) -> tuple[int, int]:
    """Return rows and columns for so many tiles: wider than high in all, with few places left empty."""
    ideal = math.sqrt(1.6 * count / aspect)

    def price(across: int) -> float:
        return (-count % across) / count + 0.5 * abs(math.log(across / ideal))

    across = min(range(1, count + 1), key=price)
    return math.ceil(count / across), across


def _block(size: Sequence[int], cells: int) -> tuple[int, int]:
    """Return how many rows and columns become one cell, so that a tile has at most so many cells."""
    height, width = size
    down, across = math.ceil(height / SIDE), math.ceil(width / SIDE)
    while math.ceil(height / down) * math.ceil(width / across) > max(cells, 1):
        if math.ceil(height / down) > math.ceil(width / across):
            down += 1 + down // 8
        else:
            across += 1 + across // 8
    return down, across


def _reduced(xp: Any, plane: Any, block: tuple[int, int], clean: bool, low: float, high: float):
    """Return mean and marks of each block of each tile, on the host."""
    down, across = block
    _, height, width = plane.shape
    stretch = STRETCH[xp is np]
    broad = max(1, min(width, stretch // down) // across) * across  # columns and rows that are reduced at a time
    tall = max(1, stretch // (broad * down)) * down
    means, marks = [], []
    for tile in plane:
        for start in range(0, height, tall):
            beside = []
            for left in range(0, width, broad):
                part = tile[start : start + tall, left : left + broad]
                if part.dtype.name != "float64":
                    part = part.astype("float64")
                pieces = [_blocks(xp, rows, across, clean, low, high) for rows in _pieces(part, down)]
                beside.append([xp.concatenate([piece[k] for piece in pieces]) for k in (0, 1)])
            means.append(xp.concatenate([mean for mean, _ in beside], axis=1))
            marks.append(xp.concatenate([mark for _, mark in beside], axis=1))
    rows = math.ceil(height / down)
    shape = (plane.shape[0], rows, -1)
    values = backend.to_numpy(xp.concatenate(means)).reshape(shape)
    return values, backend.to_numpy(xp.concatenate(marks)).reshape(shape)


def _pieces(part: Any, down: int) -> list[Any]:
    """Return rows as (row of blocks, row in a block, column), those that fill blocks and the rest apart."""
    full = part.shape[0] // down * down
    pieces = [part[:full].reshape(full // down, down, part.shape[1])] if full else []
    return pieces + ([part[full:][None]] if full < part.shape[0] else [])


def _blocks(xp: Any, rows: Any, across: int, clean: bool, low: float, high: float):
    """Return mean and marks of the blocks of (row of blocks, row in a block, column)."""
    full = rows.shape[2] // across * across
    parts = [rows[:, :, :full].reshape(rows.shape[0], rows.shape[1], full // across, across)] if full else []
    parts += [rows[:, :, None, full:]] if full < rows.shape[2] else []
    found = [_block_numbers(xp, part, clean, low, high) for part in parts]
    return xp.concatenate([mean for mean, _ in found], axis=1), xp.concatenate([mark for _, mark in found], axis=1)


def _block_numbers(xp: Any, part: Any, clean: bool, low: float, high: float):
    """Return mean and marks over axes 1 and 3 of (row, row in a block, column, column in a block)."""
    axes, biggest = (1, 3), float(np.finfo("float32").max)
    marks = xp.zeros((part.shape[0], part.shape[2]), dtype="uint8")
    if clean:
        least, most, mean = part.min(axes), part.max(axes), part.mean(axes)
    else:
        good = xp.isfinite(part)
        least = xp.where(good, part, math.inf).min(axes)
        most = xp.where(good, part, -math.inf).max(axes)
        mean = xp.where(good, part, 0.0).sum(axes) / xp.maximum(good.sum(axes), 1)
    marks += (most > high) * np.uint8(HIGH) + (least < low) * np.uint8(LOW)
    mean = xp.clip(mean, -biggest, biggest)
    if not clean:
        for mark, value, bad in ((BELOW, -math.inf, part == -math.inf), (ABOVE, math.inf, part == math.inf),
                                 (NAN, math.nan, part != part)):  # fmt: skip
            has = bad.any(axes)
            marks += has * np.uint8(mark)
            mean = xp.where(has, value, mean)  # the worst comes last
    return mean.astype("float32"), marks
