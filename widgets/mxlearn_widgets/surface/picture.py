"""The static forms: data and bowl side by side as SVG, and the walk as text. The same bytes for the same numbers."""

import math
from dataclasses import dataclass

import numpy as np

from mxlearn.drawing import SEQUENTIAL, Document, Plot, Scale, number_text, raster, theme

from . import contours, words
from .bowl import Bowl
from .walk import Trail

WIDTH, HEIGHT = 780.0, 392.0
SIDE = 49  # places along a side of the drawn surface
STICKS = 60  # points up to which each has its stick
DOT = theme.number


@dataclass(frozen=True)
class View:
    """All that a static form says.

    Attributes
    ----------
    labels : of the axes of the data
    y_range : of the vertical one
    model, loss : names
    """

    bowl: Bowl
    trail: Trail
    curvatures: tuple[float, float]
    labels: tuple[str, str]
    y_range: tuple[float, float]
    model: str
    loss: str
    window: tuple[float, float, float, float]
    log: bool
    slopes: bool
    verdict: str

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two parameters."""
        first, second = self.bowl.problem.coordinates
        return first.name, second.name


def summary(view: View) -> str:
    """Return one line that says what is drawn and where the walk led."""
    places = view.trail.places
    a, b = view.names
    text = f"loss of {view.model} over {a} and {b}: "
    first, last = words.loss_text(places[0][2]), words.loss_text(places[-1][2])
    if view.trail.steps == 0:
        return f"{text}loss {first}"
    return f"{text}{view.trail.steps} {'step' if view.trail.steps == 1 else 'steps'}, loss {first} to {last}"


def text(view: View) -> str:
    """Return the walk as text: parameters and loss at both ends and between, and what to learn from them."""
    trail, (a, b) = view.trail, view.names
    problem = view.bowl.problem
    lines = [f"Loss of {view.model} over {a} and {b}: mean {view.loss} of {problem.rows} rows"]
    if trail.steps:
        how = f"{trail.optimizer}, lr {number_text(trail.lr)}, {words.batch(trail.batch_size, problem.rows)}"
        lines.append(f"{trail.steps} {'step' if trail.steps == 1 else 'steps'} of {how}")
    scales = (abs(view.window[1] - view.window[0]), abs(view.window[3] - view.window[2]))
    rows = [("step", a, b, "loss")]
    for k in words.rows_of(trail):
        first, second, loss = trail.places[k]
        rows.append((str(k), words.stable(first, scales[0]), words.stable(second, scales[1]), words.loss_text(loss)))
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    lines += ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.append(words.curvature(*view.curvatures))
    if view.verdict:
        lines.append(view.verdict)
    return "\n".join(lines)


def svg(view: View) -> str:
    """Return both panels side by side, with the trail, a legend and the numbers."""
    verdict = _folded(view.verdict, WIDTH - 40)
    document = Document(WIDTH, HEIGHT + 16 * len(verdict), summary(view), text(view))
    _left(document, view)
    _right(document, view)
    at = 366.0
    for mark, label in _legend(view):
        mark(document, at)
        document.text(*label(at), size=11, color=theme.MUTED)
    for k, line in enumerate(verdict):
        document.text(20, HEIGHT + 2 + 16 * k, line, size=11.5, bold=True, color="#9A3412")
    return document.to_svg()


def _folded(sentence: str, width: float) -> list[str]:
    lines: list[str] = []
    for word in sentence.split():
        if lines and theme.text_width(f"{lines[-1]} {word}", 11.5, bold=True) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _legend(view: View):
    """Return what is drawn in the line below the panels: (draws a mark at a height, place of its text)."""
    loss = words.loss_text(view.trail.places[-1][2])
    parts = [("line", theme.VERMILLION, f"the model, loss {loss}")] if view.bowl.problem.kind == "line" else []
    if view.bowl.problem.kind != "examples" and len(view.bowl.shown()) <= STICKS:
        parts.append(("stick", theme.GRAY, "error of a point"))
    if view.trail.steps:
        how = f"{view.trail.steps} {view.trail.optimizer} steps, lr {number_text(view.trail.lr)}"
        size = words.batch(view.trail.batch_size, view.bowl.problem.rows)
        parts.append(("trail", theme.VERMILLION, f"{how}, {size}"))
    parts.append(("now", theme.VERMILLION, "now"))
    x = 20.0
    for kind, color, label in parts:

        def mark(document: Document, y: float, x=x, kind=kind, color=color) -> None:
            if kind == "now":
                _now(document, x + 10, y)
                return
            dash = "2 2" if kind == "trail" else None
            width = 1.4 if kind == "stick" else 2.2
            document.line(x, y, x + 20, y, stroke=color, stroke_width=width, stroke_dasharray=dash)
            if kind == "trail":
                for at in (x, x + 20):
                    document.circle(at, y, 2.6, fill=theme.PAPER, stroke=color, stroke_width=1.5)

        def place(y: float, x=x, label=label):
            return x + 27, y + 4, label

        yield mark, place
        x += 27 + theme.text_width(label, 11) + 20


def _now(document: Document, x: float, y: float) -> None:
    document.circle(x, y, 6.5, fill=theme.PAPER, stroke=theme.VERMILLION, stroke_width=3)
    document.circle(x, y, 1.8, fill=theme.VERMILLION)


def _dots(document: Document, xs: list[float], ys: list[float], size: float, color: str) -> None:
    """Draw many dots as two paths: some bytes for each, not a line of text."""
    path = "".join(f"M{DOT(x)} {DOT(y)}h0" for x, y in zip(xs, ys, strict=True))
    for width, paint in ((2 * size + 1.6, theme.PAPER), (2 * size, color)):
        document.path(path, stroke=paint, stroke_width=width, stroke_linecap="round", fill="none")


def _left(document: Document, view: View) -> None:
    bowl, (x_label, y_label) = view.bowl, view.labels
    problem, shown = bowl.problem, bowl.shown()
    predicted, curve = bowl.fit()
    predicted = predicted[shown]
    few = len(shown) <= STICKS
    if problem.kind == "examples":
        x = Scale(-0.5, max(problem.rows - 0.5, 0.5), 62, 372)
        y = Scale(*view.y_range, 300, 44)
        Plot(document, x, y, title="Data: the loss of each example", x_label="example", y_label="loss")
        _dots(document, [x(k) for k in shown], [y(v) for v in predicted], 2.5, theme.BLUE)
        return
    targets = problem.targets()[shown]
    if problem.kind == "line":
        across, places = problem.features()[shown], bowl.places()
        x = Scale(float(places[0]), float(places[-1]), 62, 372)
        y = Scale(*view.y_range, 300, 44)
        plot = Plot(document, x, y, title="Data and model", x_label=x_label, y_label=y_label)
    else:
        across, places, curve = targets, np.array([]), np.array([])
        x = Scale.around(targets, 62, 372)
        y = Scale(*view.y_range, 300, 44)
        true, predicted_label = f"true {y_label}", f"predicted {y_label}"
        plot = Plot(document, x, y, title="Predicted against true", x_label=true, y_label=predicted_label)
        plot.line([x.low, x.high], [x.low, x.high], color=theme.GRAY, dash="4 4", width=1.3)
    inside = np.isfinite(predicted)
    against = targets if problem.kind == "line" else predicted
    ends = predicted if problem.kind == "line" else targets
    kept = [
        (x(p), min(max(y(q), plot.top), plot.bottom), min(max(y(r), plot.top), plot.bottom))
        for p, q, r in zip(across[inside], against[inside], ends[inside], strict=True)
    ]
    if few:
        sticks = "".join(f"M{DOT(p)} {DOT(q)}V{DOT(r)}" for p, q, r in kept)
        document.path(sticks, stroke=theme.GRAY, stroke_width=1.2, fill="none")
    if len(places):
        clipped = np.where((curve < y.low) | (curve > y.high), np.nan, curve)
        if np.isfinite(clipped).sum() < 2 and np.isfinite(curve).any():
            side = "above" if np.nanmean(curve) > y.high else "below"
            at = plot.top + 16 if side == "above" else plot.bottom - 10
            document.text((plot.left + plot.right) / 2, at, f"the model's line is {side} this picture", size=11,
                          color="#9A3412", anchor="middle", halo=theme.PAPER)  # fmt: skip
        plot.line(places, clipped, color=theme.VERMILLION, width=2.4)
    _dots(document, [p for p, _, _ in kept], [q for _, q, _ in kept], 3.2 if few else 2.0, theme.BLUE)


def _right(document: Document, view: View) -> None:
    window, (a_name, b_name) = view.window, view.names
    x, y = Scale(window[0], window[1], 470, 750), Scale(window[2], window[3], 300, 44)
    values = view.bowl.values(window, SIDE)
    low, high = contours.limits(values)
    shades = values
    start = low
    if view.log and high > 0:
        start = contours.log_floor(low, high)
        with np.errstate(invalid="ignore", divide="ignore"):
            shades = np.where(np.isfinite(values), np.log(np.maximum(values, start)), values)
        span = (math.log(start), math.log(high))
    else:
        span = (low, high)
    a_text, b_text = (theme.shorten(name, 11, 190) for name in (a_name, b_name))
    title = f"Loss ({theme.shorten(view.loss, 12.5, 170)})"
    plot = Plot(document, x, y, title=title, x_label=a_text, y_label=b_text, grid=False)
    document.element("image", x=plot.left, y=plot.top, width=plot.right - plot.left, height=plot.bottom - plot.top,
                     href=raster(shades[::-1], SEQUENTIAL, *span), preserveAspectRatio="none")  # fmt: skip
    labels: list[tuple[float, float, str]] = []
    for level in contours.levels(low, high, view.log):
        path, best, label = "", None, number_text(level, 7)
        half = theme.text_width(label, 10) / 2 + 4
        for line in contours.lines(values, level):
            points = [
                (
                    plot.left + i / (SIDE - 1) * (plot.right - plot.left),
                    plot.bottom - j / (SIDE - 1) * (plot.bottom - plot.top),
                )
                for i, j in line
            ]
            path += "".join(f"{'L' if k else 'M'}{DOT(p)} {DOT(q)}" for k, (p, q) in enumerate(points))
            for p, q in points:
                if plot.left + half < p < plot.right - half and plot.top + 10 < q < plot.bottom - 8:
                    clear = all(abs(p - s) > 34 or abs(q - t) > 13 for s, t, _ in labels)
                    if clear and (best is None or p - q > best[0] - best[1]):
                        best = (p, q)
        if path:
            share = _share(level, start, high, view.log)
            document.path(
                path, fill="none", stroke="#FFFFFF" if share > 0.45 else "#1F2328", stroke_width=1, stroke_opacity=0.55
            )
        if best:
            labels.append((*best, label))
    if view.slopes:
        _slopes(document, plot, values)
    for p, q, label in labels:
        document.text(p, q + 3.5, label, size=10, anchor="middle", halo="#FFFFFF")
    _trail(document, plot, view)
    if not np.isfinite(values).all():
        document.text(
            plot.right, plot.top - 10, "pink: NaN, yellow: infinite", size=10.5, color=theme.MUTED, anchor="end"
        )


def _share(level: float, low: float, high: float, log: bool) -> float:
    if log and low > 0 and high > low:
        return math.log(max(level, low) / low) / math.log(high / low)
    return (level - low) / (high - low) if high > low else 0.5


def _slopes(document: Document, plot: Plot, values: np.ndarray) -> None:
    """Draw small arrows downhill, longer where it is steeper."""
    rise, run = np.gradient(values)
    largest = np.nanmax(np.hypot(rise, run)) if np.isfinite(values).any() else 0.0
    if not largest > 0:
        return
    paths = []
    for j in range(3, SIDE, 6):
        for i in range(3, SIDE, 6):
            dx, dy = -float(run[j, i]), float(rise[j, i])  # pixels grow downward
            size = math.hypot(dx, dy)
            if not size > 1e-9 * largest:
                continue
            length = 5 + 9 * math.sqrt(size / largest)
            px = plot.left + i / (SIDE - 1) * (plot.right - plot.left)
            py = plot.bottom - j / (SIDE - 1) * (plot.bottom - plot.top)
            ux, uy = dx / size, dy / size
            tx, ty = px + ux * length / 2, py + uy * length / 2
            paths.append(
                f"M{DOT(px - ux * length / 2)} {DOT(py - uy * length / 2)}L{DOT(tx)} {DOT(ty)}"
                f"M{DOT(tx - 4 * ux - 2.6 * uy)} {DOT(ty - 4 * uy + 2.6 * ux)}L{DOT(tx)} {DOT(ty)}"
                f"L{DOT(tx - 4 * ux + 2.6 * uy)} {DOT(ty - 4 * uy - 2.6 * ux)}"
            )
    document.path("".join(paths), fill="none", stroke="#FFFFFF", stroke_width=2.6, stroke_opacity=0.5)
    document.path("".join(paths), fill="none", stroke="#3F4751", stroke_width=1.1)


def _trail(document: Document, plot: Plot, view: View) -> None:
    _, places = view.trail.thinned(300)
    inside = []
    points: list[tuple[float, float]] = []
    for a, b, _loss in places:
        if not (math.isfinite(a) and math.isfinite(b)):
            break
        p, q = plot.x(a), plot.y(b)
        points.append((p, q))
        inside.append(plot.left - 0.5 <= p <= plot.right + 0.5 and plot.top - 0.5 <= q <= plot.bottom + 0.5)
    pieces = [_clipped(s, t, plot) for s, t in zip(points, points[1:], strict=False)]
    path = "".join(f"M{DOT(s[0])} {DOT(s[1])}L{DOT(t[0])} {DOT(t[1])}" for s, t in filter(None, pieces))
    if path:
        for width, paint in ((4.2, theme.PAPER), (2.0, theme.VERMILLION)):
            document.path(
                path, fill="none", stroke=paint, stroke_width=width, stroke_linejoin="round", stroke_linecap="round"
            )
    dots = [point for point, seen in zip(points[:-1], inside, strict=False) if seen]
    if len(dots) <= 60:
        for p, q in dots:
            document.circle(p, q, 2.6, fill=theme.PAPER, stroke=theme.VERMILLION, stroke_width=1.5)
    if points and inside[-1]:
        _now(document, *points[-1])
    elif points:
        p, q = points[-1]
        s, t = min(max(p, plot.left + 12), plot.right - 12), min(max(q, plot.top + 12), plot.bottom - 12)
        angle = math.degrees(math.atan2(q - t, p - s))
        document.path("M9 0L-6 -7L-2 0L-6 7Z", fill=theme.VERMILLION, stroke=theme.PAPER, stroke_width=1.5,
                      transform=f"translate({DOT(s)} {DOT(t)}) rotate({DOT(angle)})")  # fmt: skip
        outside = inside.count(False)
        label = f"{outside} of {len(points)} places outside"
        anchor = "end" if s > (plot.left + plot.right) / 2 else "start"
        document.text(s + (-12 if anchor == "end" else 12), t + (22 if t < plot.top + 40 else -12), label, size=10.5,
                      anchor=anchor, halo="#FFFFFF")  # fmt: skip


def _clipped(s: tuple[float, float], t: tuple[float, float], plot: Plot):
    """Return the part of a line that lies in the box, or None. Liang and Barsky (1984)."""
    dx, dy = t[0] - s[0], t[1] - s[1]
    first, last = 0.0, 1.0
    for p, q in ((-dx, s[0] - plot.left), (dx, plot.right - s[0]), (-dy, s[1] - plot.top), (dy, plot.bottom - s[1])):
        if p == 0:
            if q < 0:
                return None
            continue
        share = q / p
        if p < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if not first <= last:
        return None
    return (s[0] + first * dx, s[1] + first * dy), (s[0] + last * dx, s[1] + last * dy)
