"""The pad as a picture: drawing, network input, probabilities, and what each layer computed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mxlearn.drawing import DIVERGING, GRAYS, SEQUENTIAL, Document, raster, theme

from . import messages
from .centering import shrink
from .programs import Seen
from .tiles import Tiles, limits

WIDTH, MARGIN = 760.0, 20.0
PAD, INPUT, TOP = 150.0, 112.0, 48.0
LABEL = 158.0  # pixels of the column with the names of layers
TILE, LOWEST = 44.0, 9.0  # largest tile, and lowest row of cells
ROW = 17.0  # of a bar


@dataclass(frozen=True)
class View:
    """All that a picture of a pad shows.

    title, caption : of the picture, and of the drawing
    drawing : (resolution, resolution), 0 to 1; image : (size, size) network input
    probabilities, classes : one for each class; truth : number of the true class, -1 if unknown
    heat : (size, size) or None; heat_title : of it
    seen, tiles : of the layers
    """

    title: str
    caption: str
    drawing: np.ndarray
    image: np.ndarray
    centered: bool
    probabilities: np.ndarray
    classes: Sequence[str]
    truth: int
    heat: np.ndarray | None
    heat_title: str
    seen: Sequence[Seen]
    tiles: Sequence[Tiles]


def svg(view: View, description: str) -> str:
    """Return the picture as an SVG document."""
    places, bottom = _rows(view)
    document = Document(WIDTH, bottom + MARGIN - 6, view.title, description)
    document.text(MARGIN, 30, theme.shorten(view.title, 13.0, WIDTH - 2 * MARGIN, bold=True), size=13, bold=True)
    x = MARGIN
    small = shrink(view.drawing, min(56, len(view.drawing)))
    _image(document, x, TOP, PAD, small, GRAYS, 0.0, 1.0, view.caption)
    x += PAD + 14
    middle = TOP + PAD / 2
    document.path(f"M{x:g} {middle:g}h18m-6 -5l6 5l-6 5", fill="none", stroke=theme.LINE, stroke_width=1.5)
    x += 32
    size = len(view.image)
    how = "centered" if view.centered else "as it is"
    top = TOP + (PAD - INPUT) / 2
    _image(document, x, top, INPUT, view.image, GRAYS, 0.0, 1.0, f"input, {size} × {size}, {how}")
    x += INPUT + 26
    if view.heat is not None:
        bound = max(float(np.abs(view.heat[np.isfinite(view.heat)]).max(initial=0.0)), 1e-12)
        _image(document, x, top, INPUT, view.heat, DIVERGING, -bound, bound, view.heat_title)
        x += INPUT + 26
    _bars(document, view, x + 6, TOP)
    for (y, height), each, laid in zip(places, view.seen, view.tiles, strict=True):
        _layer(document, y, height, each, laid)
    return document.to_svg()


def _image(document, x, y, size, values, colormap, low, high, caption) -> None:
    document.image(x, y, size, size, raster(values, colormap, low, high))
    document.rect(x, y, size, size, fill="none", stroke="#B6BEC8")
    text = theme.shorten(caption, 10.5, size + 40)
    document.text(x + size / 2, y + size + 15, text, size=10.5, color=theme.MUTED, anchor="middle")


def _bars(document: Document, view: View, x: float, y: float) -> None:
    """Draw a bar for each class; the winner has a sign, the true class a ring."""
    order, left_out = shown_classes(view.probabilities)
    names = [theme.shorten(str(view.classes[k]), 11.5, 90) for k in order]
    widest = max(theme.text_width(name, 11.5, bold=True) for name in names)
    left, right = x + widest + 20, WIDTH - MARGIN - 58  # room for a percentage and the ring
    best = best_class(view.probabilities)
    for row, (k, name) in enumerate(zip(order, names, strict=True)):
        top = y + ROW * row
        share = float(view.probabilities[k])
        if k == best:
            document.path(f"M{x:g} {top + 2.5:g}l7 4.5l-7 4.5z", fill=theme.VERMILLION)
        document.text(left - 8, top + 11, name, size=11.5, bold=k == best, anchor="end")
        document.rect(left, top + 1.5, right - left, 11, fill="#EEF1F4")
        if np.isfinite(share):
            length = max((right - left) * share, 0.8 if share > 0 else 0)
            document.rect(left, top + 1.5, length, 11, fill=theme.VERMILLION if k == best else theme.BLUE)
        if k == view.truth:
            document.circle(right + 53, top + 7, 4, fill="none", stroke=theme.GREEN, stroke_width=2)
        document.text(right + 6, top + 11, messages.percent(share), size=11, color=theme.INK, bold=k == best)
    notes = [f"and {left_out} more classes"] if left_out else []
    notes += ["▶ prediction"] + (["○ true class"] if view.truth >= 0 else [])
    document.text(left, y + ROW * len(order) + 14, "   ".join(notes), size=10.5, color=theme.MUTED)


def shown_classes(probabilities: np.ndarray) -> tuple[list[int], int]:
    """Return the classes that have a bar, all of up to ten, else the ten likeliest; and how many are left out."""
    if len(probabilities) <= 10:
        return list(range(len(probabilities))), 0
    order = np.argsort(-np.nan_to_num(probabilities, nan=-1.0), kind="stable")[:10]
    return [int(k) for k in order], len(probabilities) - 10


def best_class(probabilities: np.ndarray) -> int:
    """Return the likeliest class, the first of equals, -1 where a probability is NaN."""
    return int(np.argmax(probabilities)) if np.all(np.isfinite(probabilities)) else -1


def _rows(view: View) -> tuple[list[tuple[float, float]], float]:
    """Return (top, height) of the row of each layer, and where the last one ends."""
    y = TOP + max(PAD + 26, ROW * min(len(view.probabilities), 11) + 20) + 16
    places = []
    for laid in view.tiles:
        _, _, lines, height = _grid(laid)
        row = max(lines * (height + 2), 40.0)
        places.append((y, row))
        y += row + 12
    return places, y


def _grid(laid: Tiles) -> tuple[int, float, int, float]:
    """Return (tiles in a line, width of a tile, lines, height of a tile)."""
    room = WIDTH - 2 * MARGIN - LABEL
    if laid.cells:
        line = laid.count if laid.count <= 64 else min(laid.count, 128)
        width = min(room / line, 30.0)
        return line, width, -(-laid.count // line), max(LOWEST, min(width, 22.0))
    line = min(laid.count, 32)
    width = min(room / line, TILE)
    return line, width, -(-laid.count // line), min(width * laid.height / laid.width, 2 * TILE)


def _layer(document: Document, y: float, height: float, seen: Seen, laid: Tiles) -> None:
    values = laid.shown(seen.out)
    low, high = limits(values)
    kind = seen.layer.kind + (f", {seen.layer.activation}" if seen.layer.activation else "")
    document.text(MARGIN, y + 10, theme.shorten(seen.layer.name, 11.5, LABEL - 10, bold=True), size=11.5, bold=True)
    shape = messages.shape_text(laid.shape) + (f", {laid.count} shown" if laid.count < laid.total else "")
    document.text(MARGIN, y + 23, theme.shorten(f"{kind} · {shape}", 10, LABEL - 8), size=10, color=theme.MUTED)
    document.text(MARGIN, y + 35, messages.range_text(low, high), size=10, color=theme.MUTED)
    line, width, lines, tall = _grid(laid)
    colormap = DIVERGING if low < 0 else SEQUENTIAL
    for k in range(lines):
        part = values[k * line : (k + 1) * line]
        left, top = MARGIN + LABEL, y + k * (tall + 2)
        montage = np.concatenate(list(part), axis=1)  # (height, count * width)
        document.image(left, top, len(part) * width, tall, raster(montage, colormap, low, high))
        if width > 6:
            edges = "".join(f"M{left + j * width:.1f} {top:.1f}v{tall:.1f}" for j in range(1, len(part)))
            if edges:
                document.path(edges, stroke="#C4CCD5", fill="none")
        document.rect(left, top, len(part) * width, tall, fill="none", stroke="#C4CCD5")
