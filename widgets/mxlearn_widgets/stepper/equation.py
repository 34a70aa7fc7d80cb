"""A step's equation as pieces that stand beside each other: upstream x Jacobian = contribution."""

from collections.abc import Sequence

import numpy as np

from mxlearn.drawing import DIVERGING, Document, raster, theme
from mxlearn.inspection import Contribution

from .grids import Grid, index_text, number, shape_text

CELL, FONT, SMALL = 21.0, 11.0, 10.0  # height of a cell; font sizes; pixels
TILE_PIXEL = 7.0
HEAD, FEET = 18.0, 17.0  # room for the caption above, and for the shape below
GRID_LINE = "#C9D0D8"
GAP = 12.0


class Piece:
    """Something with a width and a height, centered on the line of an equation."""

    width = height = 0.0

    def draw(self, document: Document, x: float, y: float) -> None:
        """Draw with the left upper corner at (x, y)."""
        raise NotImplementedError


class Sign(Piece):
    """An operator sign between two matrices."""

    def __init__(self, text: str):
        self.text = text
        self.width, self.height = theme.text_width(text, 17.0), 20.0

    def draw(self, document: Document, x: float, y: float) -> None:
        document.text(x + self.width / 2, y + 16, self.text, size=17, color=theme.MUTED, anchor="middle")


class Matrix(Piece):
    """An array with its name above and its shape below; cells with numbers, or a tile."""

    def __init__(
        self,
        name: str,
        array: np.ndarray,
        *,
        shape: tuple[int, ...] | None = None,
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
    ):
        self.grid = Grid.of(array)
        self.name, self.rows, self.columns = name, rows, columns
        self.shape = shape_text(self.grid.shape if shape is None else shape)
        count, across = self.grid.values.shape
        self.texts = [[number(v) for v in row] for row in self.grid.values] if self.grid.full else []
        self.lines = [] if self.grid.full and self.grid.values.size else self.grid.lines()
        widest = max((theme.text_width(t, FONT) for row in self.texts for t in row), default=0.0)
        widest = max([widest, *(theme.text_width(c, 9.0) for c in columns)])
        self.cell = max(26.0, widest + 8.0) if self.grid.full else TILE_PIXEL
        tall = CELL if self.grid.full else TILE_PIXEL
        self.left = max((theme.text_width(r, 9.0) + 5.0 for r in rows), default=0.0)
        self.top = 13.0 if columns else 0.0
        self.inner = max(across * self.cell, 24.0)
        self.box = max(count * tall, 12.0)
        self.tall = tall
        caption = theme.text_width(name, FONT, bold=True)
        texts = [theme.text_width(t, SMALL) for t in (self.shape, *self.lines)]
        self.width = max(self.left + self.inner + 10.0, caption, *texts)
        self.height = HEAD + self.top + self.box + FEET + 13.0 * len(self.lines)

    @property
    def axis(self) -> float:
        """Height of the middle of the matrix below the upper edge."""
        return HEAD + self.top + self.box / 2

    def draw(self, document: Document, x: float, y: float) -> None:
        middle = x + self.width / 2
        document.text(middle, y + 11, self.name, size=FONT, bold=True, anchor="middle")
        left = middle - self.inner / 2 + self.left / 2
        top = y + HEAD + self.top
        for k, text in enumerate(self.columns):
            document.text(left + (k + 0.5) * self.cell, top - 4, text, size=9, color=theme.MUTED, anchor="middle")
        for k, text in enumerate(self.rows):
            document.text(left - 7, top + (k + 0.66) * self.tall, text, size=9, color=theme.MUTED, anchor="end")
        if self.grid.full:
            self._cells(document, left, top)
        elif self.grid.values.size:
            uri = raster(self.grid.values, DIVERGING, -self.grid.largest, self.grid.largest)
            document.image(left, top, self.inner, self.box, uri)
        _brackets(document, left - 3, top - 1, self.inner + 6, self.box + 2)
        document.text(middle, top + self.box + 14, self.shape, size=SMALL, color=theme.MUTED, anchor="middle")
        for k, line in enumerate(self.lines):
            at = top + self.box + 27 + 13 * k
            document.text(middle, at, line, size=SMALL, color=theme.MUTED, anchor="middle")

    def _cells(self, document: Document, left: float, top: float) -> None:
        for i, (row, texts) in enumerate(zip(self.grid.values, self.texts, strict=True)):
            for j, (value, text) in enumerate(zip(row, texts, strict=True)):
                x, y = left + j * self.cell, top + i * self.tall
                fill, ink = colors(float(value), self.grid.largest)
                document.rect(x, y, self.cell, self.tall, fill=fill, stroke=GRID_LINE, stroke_width=0.6)
                document.text(x + self.cell / 2, y + 14.5, text, size=FONT, color=ink, anchor="middle")


class Card(Piece):
    """A local Jacobian in words, where it is too large for numbers."""

    def __init__(self, rows: int, columns: int, structure: str, formula: str):
        self.title = f"{rows} × {columns}"
        kind, _, rest = structure.partition(": ")
        self.lines = [kind, *_wrapped(rest, 30)]
        self.formula = f"contribution = {formula}" if formula else ""
        texts = [theme.text_width(t, SMALL) for t in self.lines]
        self.width = min(max([150.0, theme.text_width(self.formula, SMALL) + 20, *(t + 20 for t in texts)]), 330.0)
        self.box = 30.0 + 13.0 * len(self.lines) + (16.0 if self.formula else 0.0)
        self.height = HEAD + self.box + FEET

    axis = property(lambda self: HEAD + self.box / 2)

    def draw(self, document: Document, x: float, y: float) -> None:
        middle = x + self.width / 2
        document.text(middle, y + 11, "local Jacobian", size=FONT, bold=True, anchor="middle")
        document.rect(x, y + HEAD, self.width, self.box, rx=6, fill="#F5F7FA", stroke=theme.GROUP_LINE)
        document.text(middle, y + HEAD + 18, self.title, size=13, bold=True, anchor="middle")
        for k, line in enumerate(self.lines):
            at, color = y + HEAD + 33 + 13 * k, theme.INK if k == 0 else theme.MUTED
            document.text(middle, at, line, size=SMALL, color=color, anchor="middle")
        if self.formula:
            text = theme.shorten(self.formula, SMALL, self.width - 12)
            document.text(middle, y + HEAD + self.box - 8, text, size=SMALL, color=theme.INK, anchor="middle")


def equation(upstream: np.ndarray | tuple, one: Contribution) -> list[Piece]:
    """Return upstream x Jacobian = contribution."""
    several = isinstance(upstream, tuple)
    parts = upstream if several else (upstream,)
    result = Matrix("contribution", one.value)
    jacobian = one.jacobian
    if jacobian.dense is not None:
        labels = [index_text(i) for part in parts for i in np.ndindex(*part.shape)]
        if several:
            labels = [f"{k}:{index_text(i)}" for k, part in enumerate(parts) for i in np.ndindex(*part.shape)]
        inputs = [index_text(i) for i in np.ndindex(*one.value.shape)]
        column = np.concatenate([part.ravel() for part in parts]).reshape(-1, 1)
        shape = parts[0].shape if not several else (column.size,)
        return [
            Matrix("upstream", column, shape=shape, rows=labels),
            Sign("×"),
            Matrix("local Jacobian", jacobian.dense, rows=labels, columns=inputs),
            Sign("="),
            result,
        ]
    names = [f"upstream {k}" for k in range(len(parts))] if several else ["upstream"]
    pieces: list[Piece] = [Matrix(name, part) for name, part in zip(names, parts[:2], strict=False)]
    if jacobian.derivative is not None:
        local = Matrix("local derivative", jacobian.derivative)
        if one.reduction is None:
            return [*pieces, Sign("⊙"), local, Sign("="), result]
        return [*pieces, Sign("⊙"), local, Sign("="), Matrix("before the sum", one.reduction.before)]
    rows, columns = jacobian.shape
    return [*pieces, Sign("×"), Card(rows, columns, jacobian.structure, one.formula), Sign("="), result]


def reduction(one: Contribution) -> list[Piece]:
    """Return the sum that undid a broadcast, [] where there was none."""
    if one.reduction is None:
        return []
    axes = ", ".join(map(str, one.reduction.axes))
    before = Matrix("before the sum", one.reduction.before)
    return [Sign(f"Σ axis {axes}"), before, Sign("="), Matrix("contribution", one.value)]


def accumulation(one: Contribution) -> list[Piece]:
    """Return old + new = accumulated, [] where this contribution is the first."""
    if one.before is None:
        return []
    first = Matrix("already there", one.before)
    return [first, Sign("+"), Matrix("new", one.value), Sign("="), Matrix("accumulated", one.accumulated)]


def arithmetic(upstream: np.ndarray | tuple, one: Contribution) -> str:
    """Return how the largest entry of a contribution comes about, "" where the Jacobian is not dense."""
    dense = one.jacobian.dense
    if dense is None or one.value.size == 0:
        return ""
    parts = upstream if isinstance(upstream, tuple) else (upstream,)
    g = np.concatenate([part.ravel() for part in parts])
    flat = one.value.ravel().astype(np.float64)
    j = int(np.argmax(np.nan_to_num(np.abs(flat))))
    terms = [f"{_factor(u)} · {_factor(d)}" for u, d in zip(g, dense[:, j], strict=True) if d != 0]
    index = tuple(int(i) for i in np.unravel_index(j, one.value.shape))
    return f"entry {index_text(index)}:  {' + '.join(terms) or '0'} = {number(flat[j])}"


def _factor(value: float) -> str:
    text = number(value)
    return f"({text})" if text.startswith("-") else text


def extent(pieces: Sequence[Piece]) -> tuple[float, float, float]:
    """Return width, and height above and below the line, of pieces that stand beside each other."""
    if not pieces:
        return 0.0, 0.0, 0.0
    width = sum(p.width for p in pieces) + GAP * (len(pieces) - 1)
    above = max(_axis(p) for p in pieces)
    return width, above, max(p.height - _axis(p) for p in pieces)


def draw(document: Document, pieces: Sequence[Piece], x: float, y: float) -> float:
    """Draw pieces beside each other, from (x, y) downwards; return the height."""
    _, above, below = extent(pieces)
    for piece in pieces:
        piece.draw(document, x, y + above - _axis(piece))
        x += piece.width + GAP
    return above + below


def _axis(piece: Piece) -> float:
    return getattr(piece, "axis", piece.height / 2)


def colors(value: float, largest: float) -> tuple[str, str]:
    """Return the fill of a cell, and the color of the number on it."""
    if not np.isfinite(value):
        return ("#F0E442" if np.isinf(value) else "#CC79A7"), theme.INK
    share = value / largest if largest else 0.0
    return DIVERGING.color((share + 1) / 2), "#FFFFFF" if abs(share) > 0.62 else theme.INK


def _brackets(document: Document, x: float, y: float, width: float, height: float) -> None:
    n = theme.number
    right, low = n(x + width), n(y + height)
    line = {"fill": "none", "stroke": theme.INK, "stroke_width": 1.2}
    document.path(f"M{n(x + 4)} {n(y)}H{n(x)}V{low}H{n(x + 4)}", **line)
    document.path(f"M{n(x + width - 4)} {n(y)}H{right}V{low}H{n(x + width - 4)}", **line)


def _wrapped(text: str, letters: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
