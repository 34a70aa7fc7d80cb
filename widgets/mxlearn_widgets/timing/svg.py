"""The static picture of a race: times and speed-up side by side; a recording below, under its badge."""

import math
from dataclasses import dataclass
from typing import Any

from mxlearn.drawing import Document, Plot, Scale, theme
from mxlearn.drawing.plot import SIGNS, mark

from .board import Board
from .words import duration

WIDTH = 800.0
PANEL = 408.0  # height of one, in pixels
TIMES, SPEED, ALONE = (70.0, 334.0), (566.0, 776.0), (70.0, 620.0)  # left and right border of the plots
TOP, BOTTOM = 98.0, 322.0
RECORDED = "#F6EFF4"  # ground of what was not measured here
WRONG = "launch only: wrong"


@dataclass
class _Curve:
    """A line of the plot of times, and how it differs from the others without color."""

    label: str
    color: str
    sign: str
    points: list[tuple[float, float, float | None, float | None]]  # size, median, low, high
    dash: str | None = None
    small: bool = False


def svg(title: str, live: Board, replay: Board | None, missing: str, description: str) -> str:
    """Return the picture as an SVG document."""
    extra = PANEL if replay else 44.0 if missing else 0.0
    document = Document(WIDTH, PANEL + extra, title, description)
    _panel(document, live, title, 0.0)
    if replay:
        document.rect(1, PANEL, WIDTH - 2, PANEL - 1, fill=RECORDED)
        document.line(1, PANEL, WIDTH - 1, PANEL, stroke=theme.PURPLE, stroke_width=2, stroke_dasharray="6 4")
        _panel(document, replay, replay["title"], PANEL)
    elif missing:
        document.line(20, PANEL + 4, WIDTH - 20, PANEL + 4, stroke=theme.GROUP_LINE, stroke_dasharray="4 4")
        document.text(20, PANEL + 26, missing, color=theme.MUTED)
    return document.to_svg()


def _panel(document: Document, board: Board, title: str, y: float) -> None:
    x = 20.0
    if board["badge"]:
        text = f"{board['badge']} · not measured here"
        width = theme.text_width(text, 11, bold=True) + 16
        document.rect(x, y + 13, width, 19, rx=9.5, fill=theme.PAPER, stroke="#8E3B6F", stroke_width=1.5)
        document.text(x + 8, y + 26.5, text, bold=True, color="#8E3B6F")
        x += width + 10
    document.text(x, y + 27, theme.shorten(title, 14, WIDTH - x - 20, bold=True), size=14, bold=True)
    for k, line in enumerate(wrapped(board["verdict"], 12, WIDTH - 40)[:2]):
        document.text(20, y + 48 + 16 * k, line, size=12)
    _times(document, board, y)
    if board["pairs"]:
        _speed(document, board, y)
    lines = [pair["text"] for pair in board["pairs"]][:1]
    lines += [board["origin"] or board["machine"]]
    for k, line in enumerate(lines):
        at = y + PANEL - 12 - 16 * (len(lines) - 1 - k)
        document.text(20, at, theme.shorten(line, 11, WIDTH - 40), color=theme.MUTED)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Return a text in lines that are not wider than ``width`` pixels, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and theme.text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(theme.shorten(word, size, width))
    return lines


# -- times -------------------------------------------------------------------------------------------------------------
def _curves(board: Board) -> list[_Curve]:
    found = []
    recorded = bool(board["badge"])
    for number, entrant in enumerate(board["entrants"]):
        cells = [cell for cell in board["cells"] if cell[0] == number]
        color, sign = theme.SERIES[number % 6], SIGNS[number % 6]
        at = [board["sizes"][cell[1]] for cell in cells]
        points = [(n, *cell[4:7]) for n, cell in zip(at, cells, strict=True)]
        found.append(_Curve(entrant["name"], color, sign, points, "7 4" if recorded else None))
        if entrant["device"] == "gpu" and not entrant["transfer"]:
            launches: list[Any] = [(n, cell[7], None, None) for n, cell in zip(at, cells, strict=True)]
            found.append(_Curve(WRONG, color, sign, launches, "1.5 3.5", small=True))
    return found


def _times(document: Document, board: Board, y: float) -> None:
    curves = _curves(board)
    values = [v for curve in curves for point in curve.points for v in point[1:] if v]
    border = TIMES if board["pairs"] else ALONE
    across = Scale.around(board["sizes"], *border, log=True)
    up = Scale.around(values, y + BOTTOM, y + TOP, log=True, margin=0.08)
    plot = Plot(document, across, up, title="Time of one call", x_label=theme.shorten(board["unit"], 11, 260),
                x_ticks=size_ticks(board["sizes"], across), y_ticks=time_ticks(up))  # fmt: skip
    for curve in curves:
        _draw(plot, curve, hollow=bool(board["badge"]) or curve.small)
    _labels(document, curves, up, y, border[1])


def _draw(plot: Plot, curve: _Curve, *, hollow: bool) -> None:
    xs, ys = [p[0] for p in curve.points], [math.nan if p[1] is None else p[1] for p in curve.points]
    plot.line(xs, ys, color=curve.color, dash=curve.dash, width=1.3 if curve.small else 1.8)
    for n, value, low, high in curve.points:
        x = plot.x(n)
        if low and high:
            plot.document.path(
                f"M{theme.number(x - 3)} {theme.number(plot.y(low))}h6m-3 0V{theme.number(plot.y(high))}m-3 0h6",
                fill="none", stroke=curve.color, stroke_width=1.2,
            )  # fmt: skip
        if value:
            fill, edge = (theme.PAPER, curve.color) if hollow else (curve.color, theme.PAPER)
            mark(plot.document, curve.sign, x, plot.y(value), 2.4 if curve.small else 3.6, fill=fill, stroke=edge)


def _labels(document: Document, curves: list[_Curve], up: Scale, y: float, border: float) -> None:
    """Name the curves at their ends, as high as they end, but never on top of one another."""
    ends = [(up(curve.points[-1][1]), curve) for curve in curves if curve.points and curve.points[-1][1]]
    places = spread([at for at, _ in ends], 16.0, y + TOP, y + BOTTOM)
    for (at, curve), place in zip(ends, places, strict=True):
        x = border + 22
        document.path(f"M{theme.number(border - 4)} {theme.number(at)}L{theme.number(x - 8)} {theme.number(place)}",
                      fill="none", stroke=theme.GROUP_LINE)  # fmt: skip
        hollow = bool(curve.dash)
        mark(document, curve.sign, x, place, 2.4 if curve.small else 3.6,
             fill=theme.PAPER if hollow else curve.color, stroke=curve.color)  # fmt: skip
        text = theme.shorten(curve.label, 11, 150)
        document.text(x + 9, place + 3.8, text, color=theme.MUTED if curve.small else theme.INK)


def spread(wanted: list[float], gap: float, top: float, bottom: float) -> list[float]:
    """Return places at least ``gap`` apart and inside [top, bottom], in the order of ``wanted`` and near to it."""
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    places = list(wanted)
    last = top - gap
    for k in order:
        last = places[k] = max(places[k], last + gap)
    last = bottom + gap
    for k in reversed(order):
        last = places[k] = min(places[k], last - gap)
    return places


def size_ticks(sizes: list[int], across: Scale, apart: float = 30.0) -> dict[float, str]:
    """Return those sizes whose numbers have room below the axis, the largest among them."""
    found: dict[float, str] = {}
    last, edge = math.inf, math.inf  # place of the number on the right, and where it begins
    for n in reversed(sizes):
        at, half = across(n), theme.text_width(str(n), 11) / 2
        if last - at >= apart and edge - (at + half) >= 6:
            found[float(n)] = str(n)
            last, edge = at, at - half
    return found


def time_ticks(up: Scale) -> dict[float, str]:
    """Return powers of ten, or 1, 2 and 5 of them where the scale spans little, as durations."""
    first, last = math.floor(math.log10(up.low)), math.ceil(math.log10(up.high))
    for steps in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
        values = [m * 10.0**k for k in range(first, last + 1) for m in steps]
        values = [v for v in values if up.low <= v <= up.high]
        if len(values) >= 3:
            break
    every = math.ceil(len(values) / 7) or 1
    return {v: duration(v, "µs") for v in values[::every]}


# -- speed-up ----------------------------------------------------------------------------------------------------------
def _speed(document: Document, board: Board, y: float) -> None:
    recorded = bool(board["badge"])
    reference = board["entrants"][board["pairs"][0]["reference"]]["name"]
    values = [v for pair in board["pairs"] for ratio in pair["ratios"] for v in ratio[1:] if v]
    across = Scale.around(board["sizes"], *SPEED, log=True)
    up = Scale.around([*values, 0.8, 1.25], y + BOTTOM, y + TOP, log=True, margin=0.08)
    plot = Plot(document, across, up, title=theme.shorten(f"Times as fast as {reference}", 12.5, 220, bold=True),
                x_ticks=size_ticks(board["sizes"], across), y_ticks=factor_ticks(up))  # fmt: skip
    even = up(1.0)
    document.line(SPEED[0], even, SPEED[1], even, stroke=theme.INK, stroke_width=1.2)
    for pair in board["pairs"]:
        found: dict[str, Any] = pair["crossing"]
        color, sign = theme.SERIES[pair["other"] % 6], SIGNS[pair["other"] % 6]
        if found["kind"] == "crossing":
            left = across(found["low"]) if found["low"] else across.start
            right = across(found["high"]) if found["high"] else across.end
            document.rect(max(left, SPEED[0]), y + TOP, max(right - left, 1.5), BOTTOM - TOP, fill=color,
                          fill_opacity=0.16)  # fmt: skip
            at = across(found["size"])
            document.line(at, y + TOP, at, y + BOTTOM, stroke=color, stroke_dasharray="3 3")
        points = [(board["sizes"][k], *speed) for k, *speed in pair["ratios"]]
        curve = _Curve("", color, sign, points, "7 4" if recorded else None)
        _draw(plot, curve, hollow=recorded)


def factor_ticks(up: Scale) -> dict[float, str]:
    """Return factors as "10 x" and "1/10"."""
    for steps in ((1,), (1, 2, 5), (1, 1.1, 1.2, 1.5, 2, 3, 5, 7)):
        found = {m * 10.0**k for k in range(7) for m in steps}
        values = [v for v in found | {1 / v for v in found} if up.low <= v <= up.high]
        if len(values) >= 4:
            break
    kept: list[float] = []  # those near 1 first, with room for their text
    for value in sorted(values, key=lambda v: (abs(math.log(v)), v)):
        if all(abs(up(value) - up(other)) >= 16 for other in kept):
            kept.append(value)
    return {v: f"{v:g} ×" if v >= 1 else f"1/{1 / v:g}" for v in sorted(kept)}
