"""The static form of a step: its equation, and the map of the graph with the gradient's way on it."""

from mxlearn.drawing import Document, theme
from mxlearn.drawing.theme import number as n
from mxlearn.inspection import BackwardPass, Step

from ..graphs.kinds import KINDS, outlines
from . import equation, text
from .atlas import BAND, FONT, HEIGHT, SIGNS, Atlas
from .pack import check_text, sum_text

MARGIN, LINE = 18.0, 17.0
LEAST, MOST = 520.0, 860.0  # width of the equation's side
MAP_WIDTH, MAP_HEIGHT = 280.0, 520.0  # of a map; of a higher one a part is shown
MAP_SCALE = 0.6  # at least, so that names can be read
BACK = "#A8527F"
VERDICTS = {"agrees": "#00704F", "differs": "#B04A00", "kink": "#7A5A00", "none": theme.MUTED}


def svg(passed: BackwardPass, position: int, atlas: Atlas) -> str:
    """Return one step as an SVG document."""
    step = passed.steps[position]
    rows = _rows(passed, step)
    scale = min(1.0, max(MAP_WIDTH / atlas.width, MAP_SCALE))
    side = max(MAP_WIDTH, atlas.width * scale) + MARGIN
    wide = max((_width(row) for row in rows), default=0.0)
    left = min(max(wide, LEAST), max(MOST, wide)) + 2 * MARGIN
    room = max(sum(map(_height, rows)), min(atlas.height * scale, MAP_HEIGHT))
    height = room + 2 * MARGIN + 28.0
    heading = text.heading(passed, step)
    document = Document(left + side, height, heading, text.step(passed, position))
    document.text(MARGIN, 28, theme.shorten(heading, 14.0, left - 2 * MARGIN, bold=True), size=14, bold=True)
    y = 46.0
    for row in rows:
        y += _draw(document, row, MARGIN, y)
    document.line(left, MARGIN, left, height - MARGIN, stroke="#D8DEE4")
    _map(document, passed, position, atlas, left + (side - atlas.width * scale) / 2, scale, room)
    return document.to_svg()


# -- rows: (text, color, bold, size), or a list of pieces --------------------------------------------------------------
Row = tuple[str, str, bool, float] | list[equation.Piece]


def _say(content: str, color: str = theme.MUTED, *, bold: bool = False, size: float = 11.5) -> Row:
    return (content, color, bold, size)


def _rows(passed: BackwardPass, step: Step) -> list[Row]:
    rows: list[Row] = []
    if step.scope:
        rows.append(_say(f"Block {' / '.join(step.scope)}"))
    if step.kind == "node":
        for one in step.contributions:
            twice = sum(other.target == one.target for other in step.contributions) > 1
            which = f" as {one.argument}" if twice else ""
            rows.append(_say("", size=0))
            rows.append(_say(f"to {one.target}{which}", theme.INK, bold=True, size=12.5))
            if one.derivative:
                rows.append(_say(one.derivative, theme.INK))
            if one.formula:
                rows.append(_say(f"contribution = {one.formula}        (g: upstream)"))
            rows.append(equation.equation(step.upstream, one))
            detail = equation.arithmetic(step.upstream, one)
            if detail:
                rows.append(_say(detail))
            if one.reduction is not None:
                rows.append(_say(f"The broadcast is undone: {sum_text(one)}", theme.INK))
                rows.append(equation.reduction(one))
            if one.before is not None:
                rows.append(_say(f"{one.target} is used more than once: its contributions add up", theme.INK))
                rows.append(equation.accumulation(one))
            if one.check is not None:
                rows.append(_say(check_text(one), VERDICTS[one.check.verdict]))
    else:
        name = "head gradient" if step.kind == "start" else f"gradient of {step.name}"
        rows.append([equation.Matrix(theme.shorten(name, 11.0, 200), step.upstream)])
        if step.kind == "end":
            rows.append(_say(text.arrival(step), theme.INK))
        if step.held is not None:
            rows.append([
                equation.Matrix("already in .grad", step.held), equation.Sign("+"),
                equation.Matrix("gradient", step.upstream), equation.Sign("="),
                equation.Matrix(".grad after backward()", step.accumulated),
            ])  # fmt: skip
        if step.check is not None:
            rows.append(_say(check_text(step), VERDICTS[step.check.verdict]))
            for e in step.check.entries:
                line = f"{equation.index_text(e.index)}   gradient {equation.number(e.gradient)}"
                rows.append(_say(f"{line}   central difference {equation.number(e.numeric)}", size=11.0))
    if step.note:
        rows.append(_say(step.note))
    return rows


def _width(row: Row) -> float:
    if isinstance(row, tuple):
        return min(theme.text_width(row[0], row[3], bold=row[2]), MOST)
    return equation.extent(row)[0]


def _height(row: Row) -> float:
    if isinstance(row, tuple):
        return LINE if row[0] else 8.0
    _, above, below = equation.extent(row)
    return above + below + 10.0


def _draw(document: Document, row: Row, x: float, y: float) -> float:
    if isinstance(row, tuple):
        content, color, bold, size = row
        if content:
            document.text(x, y + 11, theme.shorten(content, size, MOST, bold=bold), size=size, color=color, bold=bold)
        return _height(row)
    equation.draw(document, row, x, y + 4)
    return _height(row)


# -- the map -----------------------------------------------------------------------------------------------------------
def _map(
    document: Document, passed: BackwardPass, position: int, atlas: Atlas, x: float, scale: float, room: float
) -> None:
    """Draw the map, or where it is higher than ``room`` pixels the part of it around the step."""
    step = passed.steps[position]
    here = atlas.of[step.node]
    done = {atlas.of[each.node] for each in passed.steps[:position]} - {here}
    carrying = {(atlas.of[one.node], here) for one in step.contributions}
    document.text(x, 28, "gradient flows up the graph", size=11, color=theme.MUTED)
    passed_wires = {
        (atlas.of[one.node], atlas.of[each.node]) for each in passed.steps[:position] for one in each.contributions
    }
    room /= scale
    top = min(max(atlas.places[here].y - room / 2, 0.0), max(atlas.height - room, 0.0))
    middle = top + room / 2
    seen = {k for k, place in enumerate(atlas.places) if abs(place.y - middle) <= (room - HEIGHT) / 2}
    with document.group(transform=f"translate({n(x)} {n(40 - top * scale)}) scale({scale:.3f})"):
        for source, reader, path in atlas.wires:
            if source not in seen or reader not in seen:
                continue
            live, old = (source, reader) in carrying, (source, reader) in passed_wires
            color = BACK if live or old else "#B6BEC8"
            document.path(path, fill="none", stroke=color, stroke_width=3 if live else 1.5 if old else 1.2)
            if live:
                _tip(document, path, BACK)
        for k in sorted(seen):
            place = atlas.places[k]
            look = KINDS[place.kind]
            shape = look.shape if place.kind != "loss" else "round"
            outline, _ = outlines(shape, place.width, HEIGHT)
            corner = f"translate({n(place.x - place.width / 2)} {n(place.y - HEIGHT / 2)})"
            with document.group(place.label, transform=corner):
                if k == here:
                    halo = {"fill": "#F6E3ED", "stroke": BACK, "stroke_width": 2.5}
                    document.rect(-5, -5, place.width + 10, HEIGHT + 10, rx=9, **halo)
                document.path(outline, fill=theme.CARD)
                document.path(_band(shape), fill=look.color)
                document.path(outline, fill="none", stroke=look.color, stroke_width=1.4)
                middle = BAND / 2 + 1
                document.text(middle, 16.5, SIGNS[place.kind], size=11, color=look.ink, bold=True, anchor="middle")
                document.text(BAND + 6, 16.2, place.title, size=FONT, bold=k == here)
                if k in done:
                    document.text(place.width - 4, 9, "✓", size=9, color=BACK, bold=True, anchor="middle")


def _band(shape: str) -> str:
    b, h = n(BAND), n(HEIGHT)
    if shape == "pill":
        r = n(HEIGHT / 2)
        return f"M{b} 0H{r}A{r} {r} 0 0 0 {r} {h}H{b}Z"
    if shape == "cut":
        low = n(HEIGHT - 8)
        return f"M{b} 0H8L0 8V{low}L8 {h}H{b}Z"
    if shape == "square":
        return f"M0 0H{b}V{h}H0Z"
    low = n(HEIGHT - 7)
    return f"M{b} 0H7Q0 0 0 7V{low}Q0 {h} 7 {h}H{b}Z"


def _tip(document: Document, path: str, color: str) -> None:
    """Draw an arrow head at the upper end of a wire: the gradient travels against the wire's direction."""
    x, y = map(float, path[1:].split("V")[0].split("C")[0].split())
    document.path(f"M{n(x - 5)} {n(y + 9)}L{n(x)} {n(y + 1)}L{n(x + 5)} {n(y + 9)}Z", fill=color)
