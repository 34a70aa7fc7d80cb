"""The picture of an array: tiles, histogram with the colors of the tiles below it, and the numbers in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..drawing import DIVERGING, SEQUENTIAL, Colormap, Document, Plot, Scale, number_text, raster, theme
from ..drawing.plot import mark
from .cells import ABOVE, BELOW, HIGH, LOW, NAN, Tiles
from .summary import Summary
from .wording import count_text, headline, rows, sampling

WIDTH, HEIGHT = 740.0, 236.0
GAP = 2.0  # pixels between tiles
SIGNED = 24  # cells of a kind that get a sign, evenly spread, so that the picture stays readable
SIGNS = ((NAN, "cross", "NaN"), (ABOVE, "plus", "+Inf"), (BELOW, "square", "-Inf"), (HIGH, "triangle", "far above"),
         (LOW, "diamond", "far below"))  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """One array in a picture: its name, its numbers, its tiles, the names of its axes."""

    title: str
    summary: Summary
    tiles: Tiles
    axes: tuple[str, ...]
    context: str = ""


def document(panels: Sequence[Panel], *, limits: str = "robust", log: bool = False, title: str = "") -> str:
    """Return arrays, one below the other, as an SVG document.

    Parameters
    ----------
    limits : of the colors, see Summary.limits
    log : whether the counts of the histogram are on a logarithmic axis
    """
    head = 30.0
    name = title or ", ".join(panel.title for panel in panels)
    what = "; ".join(describe(panel) for panel in panels)
    heights = [head + (HEIGHT if panel.summary.count else 48.0) for panel in panels]
    drawn = Document(WIDTH, sum(heights), name, what)
    for k, panel in enumerate(panels):
        top = sum(heights[:k])
        if k:
            drawn.line(16, top, WIDTH - 16, top, stroke="#D8DEE4")
        line = headline(panel.summary, panel.context)
        drawn.text(16, top + 24, theme.shorten(panel.title, 13, 200, bold=True), size=13, bold=True)
        start = 16 + (min(theme.text_width(panel.title, 13, bold=True), 200) + 12 if panel.title else 0)
        drawn.text(start, top + 24, line, size=11.5, color=theme.MUTED)
        _panel(drawn, panel, top + head, limits, log)
    return drawn.to_svg()


def describe(panel: Panel) -> str:
    """Return what the picture of an array shows, in one line."""
    said = ", ".join(f"{label} {text}" for label, text in rows(panel.summary))
    return f"{panel.title}{': ' if panel.title else ''}{headline(panel.summary, panel.context)}; {said}"


def caption(tiles: Tiles, axes: Sequence[str]) -> str:
    """Return which axes of an array a layout shows, and where the others are cut."""
    layout = tiles.layout
    parts = []
    if layout.rows is not None:
        parts.append(f"{axes[layout.rows]} ↓")
    if layout.columns is not None:
        parts.append(f"{axes[layout.columns]} →")
    if layout.over and tiles.places:
        first, last = tiles.places[0], tiles.places[-1]
        for axis, a, b, total in zip(layout.over, first, last, tiles.total, strict=True):
            parts.append(f"{axes[axis]} {a}" + (f"–{b}" if b > a else "") + f" of {count_text(total)}")
    shown = {layout.rows, layout.columns, *layout.over}
    parts += [f"{axes[k]} = {at}" for k, at in enumerate(layout.fixed) if k not in shown]
    if tiles.block != (1, 1):
        parts.append(f"a cell is the mean of {tiles.block[0]} × {tiles.block[1]}")
    return ", ".join(parts)


def _panel(drawn: Document, panel: Panel, top: float, limits: str, log: bool) -> None:
    summary = panel.summary
    low, high = summary.limits(limits)
    colors = DIVERGING if summary.both_signs else SEQUENTIAL
    if not summary.count:
        drawn.text(16, top + 24, "This array has no elements.", size=12.5, color=theme.MUTED)
        return
    _tiles(drawn, panel, 16.0, top + 8.0, 300.0, 176.0, colors, low, high)
    drawn.text(16, top + HEIGHT - 14, theme.shorten(caption(panel.tiles, panel.axes), 10.5, 320), size=10.5,
               color=theme.MUTED)  # fmt: skip
    _histogram(drawn, summary, 366.0, top + 24.0, 176.0, 140.0, colors, (low, high), log)
    for k, (label, text) in enumerate(rows(summary)):
        y = top + 28.0 + 18.0 * k
        alarming = label in ("NaN", "+Inf", "-Inf", "outliers")
        drawn.text(568, y, label, size=11, color=theme.INK if alarming else theme.MUTED, bold=alarming)
        drawn.text(626, y, theme.shorten(text, 11, 108), size=11, bold=alarming)
    said = sampling(summary)
    if said:
        drawn.text(366, top + HEIGHT - 14, said, size=10.5, color=theme.MUTED)


def placed(tiles: Tiles, width: float, height: float) -> tuple[float, float]:
    """Return the size in pixels of each tile, so that all of them fit into a box; the widget does the same."""
    down, across = tiles.grid
    cells_down, cells_across = tiles.values.shape[1:]
    aspect = min(max(tiles.size[1] / tiles.size[0], 1 / 8), 12.0)
    tall = min(height / down, width / across / aspect)
    tall = min(tall, 26.0 * cells_down, 26.0 * cells_across / aspect)
    return max(tall * aspect, 1.0), max(tall, 1.0)


def _tiles(drawn: Document, panel: Panel, left: float, top: float, width: float, height: float, colors: Colormap,
           low: float, high: float) -> None:  # fmt: skip
    tiles = panel.tiles
    down, across = tiles.grid
    count, rows_, columns = tiles.values.shape
    if tiles.layout.rows is None:
        _curve(drawn, tiles, left, top, width, height, raster(tiles.values[0], colors, low, high), (low, high))
        return
    wide, tall = placed(tiles, width, height)
    # one image of all tiles carries one palette; lines of paper keep the tiles apart
    sheet = np.full((down * rows_, across * columns), low, dtype=np.float64)
    for k in range(count):
        r, c = k // across * rows_, k % across * columns
        sheet[r : r + rows_, c : c + columns] = tiles.values[k]
    drawn.image(left, top, across * wide, down * tall, raster(sheet, colors, low, high))
    drawn.rect(left, top, across * wide, down * tall, fill="none", stroke="#C9CFD6", stroke_width=0.6)
    for c in range(1, across):
        drawn.rect(left + c * wide - GAP / 2, top - 1, GAP, down * tall + 2, fill=theme.PAPER)
    for r in range(1, down):
        drawn.rect(left - 1, top + r * tall - GAP / 2, across * wide + 2, GAP, fill=theme.PAPER)
    if count < down * across:
        last = count % across * wide + GAP / 2
        drawn.rect(left + last, top + (down - 1) * tall, across * wide - last + 1, tall + 1, fill=theme.PAPER)
    _signs(drawn, tiles, left, top, wide, tall)


def _signs(drawn: Document, tiles: Tiles, left: float, top: float, wide: float, tall: float) -> None:
    cell_w, cell_h = wide / tiles.values.shape[2], tall / tiles.values.shape[1]
    size = min(max(min(cell_w, cell_h) * 0.32, 3.0), 6.0)
    x, y = left, top + tiles.grid[0] * tall + 15
    for bit, sign, label in SIGNS:
        found = np.argwhere(tiles.marks & bit)
        if not len(found):
            continue
        for tile, row, column in found[:: math.ceil(len(found) / SIGNED)].tolist():
            at_x = left + tile % tiles.grid[1] * wide + (column + 0.5) * cell_w
            at_y = top + tile // tiles.grid[1] * tall + (row + 0.5) * cell_h
            mark(drawn, sign, at_x, at_y, size, fill=theme.INK, stroke=theme.PAPER, stroke_width=1)
        text = f"{label} in {count_text(len(found))} cell{'s' if len(found) > 1 else ''}"
        mark(drawn, sign, x + 5, y - 4, 4, fill=theme.INK, stroke=theme.PAPER)
        drawn.text(x + 14, y, text, size=10.5)
        x += theme.text_width(text, 10.5) + 24


def _curve(drawn: Document, tiles: Tiles, left: float, top: float, width: float, height: float, uri: str,
           limits: tuple[float, float]) -> None:  # fmt: skip
    """Draw an array of one axis: a strip of color, and the same numbers as a curve below it."""
    drawn.image(left + 34, top, width - 34, 16, uri)
    numbers = tiles.values[0, 0]
    x = Scale(0, max(tiles.size[1], 1), left + 34, left + width)
    y = Scale.around((v for v in numbers.tolist() if limits[0] <= v <= limits[1]), top + height - 18, top + 26)
    plot = Plot(drawn, x, y, x_ticks=4, y_ticks=3)
    plot.line([(k + 0.5) * tiles.block[1] for k in range(len(numbers))], [float(v) for v in numbers], color=theme.BLUE,
              width=1.4)  # fmt: skip
    cell = (width - 34) / len(numbers)
    for bit, sign, _ in SIGNS:
        found = np.flatnonzero(tiles.marks[0, 0] & bit)
        for column in found[:: max(1, math.ceil(len(found) / SIGNED))].tolist():
            mark(drawn, sign, left + 34 + (column + 0.5) * cell, top + 8, 4, fill=theme.INK, stroke=theme.PAPER)


def _histogram(drawn: Document, summary: Summary, left: float, top: float, width: float, height: float,
               colors: Colormap, limits: tuple[float, float], log: bool) -> None:  # fmt: skip
    if not summary.finite:
        drawn.text(left, top + height / 2, "No finite number to count.", size=12, color=theme.MUTED)
        return
    edges, counts = summary.edges, summary.counts
    x = Scale(edges[0], edges[-1], left, left + width)
    biggest = max(counts)
    if log:
        y = Scale(0.5, max(biggest, 1) * 1.6, top + height, top, True)
    else:
        y = Scale(0.0, max(biggest, 1) * 1.06, top + height, top)
    ticks = {value: number_text(value) for value in y.ticks(3) if value == int(value)}
    plot = Plot(drawn, x, y, x_ticks=0, y_ticks=ticks, title="")
    plot.bars(edges, counts, color=theme.BLUE)
    steps = 24
    for k in range(steps):  # the colors of the tiles, below the numbers that they stand for
        value = edges[0] + (k + 0.5) / steps * (edges[-1] - edges[0])
        share = min(max((value - limits[0]) / (limits[1] - limits[0]), 0.0), 1.0)
        drawn.rect(left + k * width / steps, top + height + 3, width / steps + 0.3, 7, fill=colors.color(share))
    for value in _ticks(x, summary.dtype.startswith(("int", "uint", "bool"))):
        drawn.text(x(value), top + height + 23, number_text(value), size=10.5, color=theme.MUTED, anchor="middle")
        drawn.line(x(value), top + height + 10, x(value), top + height + 13)
    label = "elements" + (" (log)" if log else "")
    drawn.text(left, top - 9, label, size=10.5, color=theme.MUTED)
    text = " · ".join([f"◀ {count_text(summary.low)} far"] * bool(summary.low)
                      + [f"{count_text(summary.high)} far ▶"] * bool(summary.high))  # fmt: skip
    if text:
        drawn.text(left + width, top - 9, text, size=10.5, bold=True, anchor="end")


def _ticks(x: Scale, whole: bool) -> list[float]:
    """Return about four round numbers; whole ones where the array has no others."""
    for count in (4, 3, 2):
        found = x.ticks(count)
        if not whole or all(value == int(value) for value in found):
            return found
    return x.ticks(1)
