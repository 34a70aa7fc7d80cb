"""The static form of a decision boundary: field, points, confusion matrix and ROC curve."""

import numpy as np

from mxlearn.drawing import Colormap, Document, Plot, Scale, raster, theme
from mxlearn.drawing.plot import mark

from .contour import contour, joined
from .metrics import Counts, percent

CLASS_COLORS = (theme.BLUE, theme.VERMILLION, theme.GREEN, theme.PURPLE, theme.ORANGE, theme.SKY, "#6A4C93", "#8C6D1F",
                "#44546A", "#A63C00")  # fmt: skip
CLASS_SIGNS = ("circle", "triangle", "square", "diamond", "cross", "plus", "circle", "triangle", "square", "diamond")
PAPER = "#F9F9F9"
WIDTH, HEIGHT = 400.0, 330.0  # of the field, pixels
MOST = 400  # points that are drawn
RUN = 40  # points that are drawn at a time
PIXELS = 48  # of the field, along one side: a viewer makes them smooth


def tint(color: str, share: float = 0.42) -> str:
    """Return a color mixed with paper."""
    mixed = (round(share * int(color[i : i + 2], 16) + (1 - share) * int(PAPER[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{c:02X}" for c in mixed)


def draw(view) -> Document:
    """Return the picture of a DecisionBoundary as it is now."""
    names = view.classes
    left, top = 64.0, 44.0
    document = Document(760, top + HEIGHT + 78, view.title, view.summary())
    document.text(16, 24, view.title, size=13, bold=True)
    x0, x1, y0, y1 = view.box
    x, y = Scale(x0, x1, left, left + WIDTH), Scale(y0, y1, top + HEIGHT, top)
    field = view.field_values()
    document.element(
        "image", x=left, y=top, width=WIDTH, height=HEIGHT, href=_pixels(_resampled(field)), preserveAspectRatio="none"
    )
    Plot(document, x, y, x_label=view.features[0], y_label=view.features[1], grid=False)
    _border(document, _borders(field, view.threshold), field.shape[1:], left, top)
    _points(document, view, x, y)
    for k, name in enumerate(names):
        at = 64.0 + sum(26 + theme.text_width(n, 11) + 14 for n in names[:k])
        mark(document, CLASS_SIGNS[k], at + 6, top + HEIGHT + 56, 4.2, fill=CLASS_COLORS[k], stroke="#FFFFFF")
        document.text(at + 17, top + HEIGHT + 60, name)
    if len(view.points) > MOST:
        said = f"{MOST} of {len(view.points):,} points are drawn"
        document.text(left + WIDTH, top + HEIGHT + 60, said, color=theme.MUTED, anchor="end")
    _table(document, view, 500.0, top)
    _roc(document, view, 540.0, top + 196)
    return document


def _border(document: Document, segments: list, shape: tuple[int, int], left: float, top: float) -> None:
    """Draw segments, in units of the grid, as one path."""
    n = theme.number
    rows, columns = shape
    across, down = WIDTH / (columns - 1), HEIGHT / (rows - 1)
    parts = [
        "M" + "L".join(f"{n(left + x * across)} {n(top + y * down)}" for x, y in line) for line in joined(segments)
    ]
    if parts:
        document.path("".join(parts), fill="none", stroke=theme.INK, stroke_width=1.8, stroke_linecap="round")


def _points(document: Document, view, x: Scale, y: Scale) -> None:
    """Draw the points, RUN after RUN: paths whose corners bear the signs of their class, which is short."""
    for k in range(len(view.classes)):
        with document.marker(f"c{k}", fill=CLASS_COLORS[k], stroke="#FFFFFF"):
            mark(document, CLASS_SIGNS[k], 0, 0, 3.6)
    points, labels = view.points, view.labels
    chosen = np.linspace(0, len(points) - 1, min(len(points), MOST)).round().astype(int)
    for start in range(0, len(chosen), RUN):  # so that no class lies on top of all others
        run = chosen[start : start + RUN]
        for label in np.unique(labels[run]):
            places = [(x(float(px)), y(float(py))) for px, py in points[run[labels[run] == label]]]
            seen = [f"{px:.0f} {py:.0f}" for px, py in places if x.start <= px <= x.end and y.end <= py <= y.start]
            if seen:
                document.path("M" + "L".join(seen), fill="none", style=f"marker:url(#c{label})")


def _resampled(field: np.ndarray) -> np.ndarray:
    """Return the field at the centers of PIXELS x PIXELS pixels; its own points lie from border to border."""
    at = (np.arange(PIXELS) + 0.5) / PIXELS * (field.shape[-1] - 1)
    low = at.astype(int)
    share = at - low
    field = field[:, :, low] * (1 - share) + field[:, :, low + 1] * share
    return field[:, low] * (1 - share)[:, None] + field[:, low + 1] * share[:, None]


def _pixels(field: np.ndarray) -> str:
    """Return the field as an image: the color of the likeliest class, the stronger the surer."""
    if len(field) == 1:
        return raster(field[0], Colormap((tint(CLASS_COLORS[0]), PAPER, tint(CLASS_COLORS[1]))), 0, 1)
    share = 1 / len(field)
    best = np.where(np.isnan(field).any(axis=0), np.nan, field.argmax(axis=0))
    certain = np.clip((field.max(axis=0) - share) / (1 - share), 0, 1)
    stops = tuple(stop for k in range(len(field)) for stop in (PAPER, tint(CLASS_COLORS[k], 0.5)))
    return raster(2 * best + certain, Colormap(stops), 0, len(stops) - 1)


def _borders(field: np.ndarray, threshold: float) -> list:
    if len(field) == 1:
        return contour(field[0], threshold)
    lines = []
    for k in range(len(field)):
        others = np.delete(field, k, axis=0).max(axis=0)
        lines += contour(field[k] - others, 0.0)
    return lines


def _table(document: Document, view, left: float, top: float) -> None:
    """Draw the confusion matrix of the chosen class against the rest, with its shares."""
    found: Counts = view.confusion()
    name, rest = view.classes[view.chosen], view.rest
    document.text(left, top + 4, f"Says {name} from {percent(view.threshold)} on", size=12.5, bold=True)
    for c, said in enumerate((name, rest)):
        said = theme.shorten(f"says {said}", 11, 94)
        document.text(left + 101 + 96 * c, top + 26, said, color=theme.MUTED, anchor="middle")
    cells = [[("✓", found.found), ("✗", found.missed)], [("✗", found.alarmed), ("✓", found.calm)]]
    for r, row in enumerate(cells):
        true = theme.shorten((name, rest)[r], 11, 70)
        document.text(left + 50, top + 54 + 40 * r, true, color=theme.MUTED, anchor="end")
        for c, (sign, number) in enumerate(row):
            good = sign == "✓"
            at_x, at_y = left + 58 + 96 * c, top + 34 + 40 * r
            document.rect(at_x, at_y, 86, 34, rx=5, fill="#E4F3EE" if good else "#FBE9E0")
            document.text(at_x + 43, at_y + 22, f"{sign} {number}", size=13, bold=True, anchor="middle")
    lines = [("right", found.accuracy), ("precision", found.precision), ("recall", found.recall)]
    for k, (label, share) in enumerate(lines):
        document.text(left + 58 + 62 * k, top + 136, label, size=10.5, color=theme.MUTED)
        document.text(left + 58 + 62 * k, top + 152, percent(share), size=12.5, bold=True)


def _roc(document: Document, view, left: float, top: float) -> None:
    false_alarms, found = view.roc()
    size = 150.0
    x, y = Scale(0, 1, left, left + size), Scale(0, 1, top + size, top)
    title = f"ROC curve, area {view.area():.3f}" if len(found) else "ROC curve: one class only"
    ticks = {0.0: "0", 0.5: "50 %", 1.0: "100 %"}
    plot = Plot(document, x, y, title=title, x_label="false alarms", y_label="found", x_ticks=ticks, y_ticks=ticks)
    plot.line([0, 1], [0, 1], color=theme.GRAY, dash="3 4", width=1.2)
    if len(found):
        plot.line(*_thinned(false_alarms, found, 1 / size), color=theme.BLUE, width=2)
        now = view.confusion()
        plot.points([now.false_alarms], [now.recall], color=theme.VERMILLION, sign="diamond", size=5)


def _thinned(xs: np.ndarray, ys: np.ndarray, step: float) -> tuple[list[float], list[float]]:
    """Return a curve without the points that are nearer than ``step`` to the one before."""
    kept = [0]
    for k in range(1, len(xs)):
        if abs(xs[k] - xs[kept[-1]]) + abs(ys[k] - ys[kept[-1]]) >= step or k == len(xs) - 1:
            kept.append(k)
    return [float(xs[k]) for k in kept], [float(ys[k]) for k in kept]


def text(view) -> str:
    """Return the same as text."""
    now = view.confusion()
    name = view.classes[view.chosen]
    shares = [
        f"{label} {percent(share)}"
        for label, share in (("right", now.accuracy), ("precision", now.precision), ("recall", now.recall))
    ]
    head = [f"says {name}", f"says {view.rest}"]
    side = max(len(name), len(view.rest))
    table = [("", *head), (name, now.found, now.missed), (view.rest, now.alarmed, now.calm)]
    lines = [
        f"{view.title}: {len(view.points)} points, classes {', '.join(view.classes)}",
        f"Says {name} from {percent(view.threshold)} on:",
        *(f"  {true:{side}}  {yes:>{len(head[0])}}  {no:>{len(head[1])}}" for true, yes, no in table),
        f"  {', '.join(shares)}; area below the ROC curve {view.area():.2f}",
    ]
    if view.fixed:
        lines.append(f"  {view.fixed}")
    return "\n".join(lines)
