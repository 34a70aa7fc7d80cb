"""A plot inside a Document: axes with round numbers, curves, points, bars, and a legend."""

import math
from collections.abc import Iterable, Sequence

from . import theme
from .document import Document
from .scale import Scale, number_text

SIGNS = ("circle", "square", "triangle", "diamond", "cross", "plus")  # of series, so that none is known by color alone


class Plot:
    """Axes in a box of a document; what is drawn into them is given in the units of the data.

    Parameters
    ----------
    document : drawn into at once
    x, y : scales; their ``start`` and ``end`` are the borders of the box in pixels
    title, x_label, y_label : text, "" for none
    grid : whether thin lines mark the ticks
    x_ticks, y_ticks : about how many; a dict gives the text of each position; 0 for none
    """

    def __init__(
        self,
        document: Document,
        x: Scale,
        y: Scale,
        *,
        title: str = "",
        x_label: str = "",
        y_label: str = "",
        grid: bool = True,
        x_ticks: int | dict[float, str] = 5,
        y_ticks: int | dict[float, str] = 5,
    ):
        self.document, self.x, self.y = document, x, y
        self.left, self.right = sorted((x.start, x.end))
        self.top, self.bottom = sorted((y.start, y.end))
        if title:
            document.text(self.left, self.top - 10, title, size=12.5, bold=True)
        for value, text in _ticks(x, x_ticks):
            at = x(value)
            if grid:
                document.line(at, self.top, at, self.bottom, stroke="#E6E9ED")
            document.text(at, self.bottom + 15, text, size=10.5, color=theme.MUTED, anchor="middle")
        widest = 0.0
        for value, text in _ticks(y, y_ticks):
            at = y(value)
            if grid:
                document.line(self.left, at, self.right, at, stroke="#E6E9ED")
            document.text(self.left - 6, at + 3.5, text, size=10.5, color=theme.MUTED, anchor="end")
            widest = max(widest, theme.text_width(text, 10.5))
        document.path(
            f"M{theme.number(self.left)} {theme.number(self.top)}V{theme.number(self.bottom)}"
            f"H{theme.number(self.right)}",
            fill="none",
            stroke=theme.LINE,
        )
        if x_label:
            document.text((self.left + self.right) / 2, self.bottom + 32, x_label, color=theme.MUTED, anchor="middle")
        if y_label:
            at_x, at_y = theme.number(self.left - widest - 16), theme.number((self.top + self.bottom) / 2)
            document.text(
                0, 0, y_label, color=theme.MUTED, anchor="middle", transform=f"translate({at_x} {at_y}) rotate(-90)"
            )

    def line(
        self, xs: Iterable[float], ys: Iterable[float], *, color: str, dash: str | None = None, width: float = 1.8
    ):
        """Draw a curve; it is interrupted where a number is not finite, and stays inside the box."""
        piece: list[tuple[float, float]] = []
        for px, py in [*zip(map(self.x, xs), map(self.y, ys), strict=True), (math.nan, math.nan)]:
            if math.isfinite(px) and math.isfinite(py):
                piece.append((px, min(max(py, self.top - 2), self.bottom + 2)))
                continue
            if len(piece) > 1:
                self.document.polyline(
                    piece, stroke=color, stroke_width=width, stroke_dasharray=dash, stroke_linejoin="round"
                )
            elif piece:
                self.document.circle(*piece[0], 2, fill=color)
            piece = []

    def points(
        self,
        xs: Iterable[float],
        ys: Iterable[float],
        *,
        color: str,
        sign: str = "circle",
        size: float = 3.5,
        edge: str = "#FFFFFF",
    ) -> None:
        """Draw a sign at each point; ``size`` is half its width in pixels."""
        for px, py in zip(map(self.x, xs), map(self.y, ys), strict=True):
            if math.isfinite(px) and math.isfinite(py):
                mark(self.document, sign, px, py, size, fill=color, stroke=edge)

    def bars(self, edges: Sequence[float], heights: Sequence[float], *, color: str) -> None:
        """Draw a histogram: a bar between each two edges, from the bottom of the box."""
        for a, b, height in zip(edges, edges[1:], heights, strict=False):
            if height > 0:
                left, right, top = self.x(a), self.x(b), self.y(height)
                self.document.rect(left, top, max(right - left - 0.6, 0.6), max(self.bottom - top, 0.6), fill=color)

    def legend(
        self, entries: Sequence[tuple[str, str, str]], *, x: float | None = None, y: float | None = None
    ) -> None:
        """List (label, color, sign or "line" or "dash") from the right upper corner of the box downwards."""
        width = max((theme.text_width(label, 11.0) for label, _, _ in entries), default=0.0) + 34
        left = self.right - width if x is None else x
        top = self.top + 8 if y is None else y
        for k, (label, color, sign) in enumerate(entries):
            at = top + 17 * k
            if sign in ("line", "dash"):
                dash = "5 3" if sign == "dash" else None
                self.document.line(left, at, left + 20, at, stroke=color, stroke_width=2, stroke_dasharray=dash)
            else:
                mark(self.document, sign, left + 10, at, 4, fill=color, stroke="#FFFFFF")
            self.document.text(left + 27, at + 3.8, label, halo=theme.PAPER)


def mark(document: Document, sign: str, x: float, y: float, size: float, **attributes) -> None:
    """Draw one of SIGNS around a point, in pixels."""
    n = theme.number
    if sign == "circle":
        document.circle(x, y, size, **attributes)
    elif sign == "square":
        document.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8, **attributes)
    elif sign == "triangle":
        low = n(y + size * 0.8)
        document.path(f"M{n(x)} {n(y - size * 1.1)}L{n(x + size * 1.1)} {low}H{n(x - size * 1.1)}Z", **attributes)
    elif sign == "diamond":
        r = size * 1.25
        document.path(f"M{n(x)} {n(y - r)}L{n(x + r)} {n(y)}L{n(x)} {n(y + r)}L{n(x - r)} {n(y)}Z", **attributes)
    else:
        turn = 45 if sign == "cross" else 0
        w, r = size * 0.35, size * 1.2
        for a, b in ((w, r), (r, w)):
            document.rect(x - a, y - b, 2 * a, 2 * b, transform=f"rotate({turn} {n(x)} {n(y)})",
                          **{**attributes, "stroke": None})  # fmt: skip


def _ticks(scale: Scale, wanted: int | dict[float, str]) -> list[tuple[float, str]]:
    if isinstance(wanted, dict):
        return list(wanted.items())
    return [(value, number_text(value)) for value in scale.ticks(wanted)] if wanted else []
