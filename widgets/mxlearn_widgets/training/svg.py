"""A monitor as a picture: curves by metric, runs with their numbers, layers with their histograms and flags."""

from collections.abc import Sequence

import numpy as np

from mxlearn.drawing import Document, Plot, Scale, number_text, theme
from mxlearn.drawing.plot import SIGNS, mark
from mxlearn.drawing.theme import shorten, text_width

from .layers import BINS, FLAGS, Layer
from .pack import BUCKETS, choose
from .run import STATES, Run
from .series import Series, buckets, panel_of, smoothed

WIDTH = 780.0
LEFT, RIGHT = 62.0, 20.0
PANEL = 168.0  # height of a plot
PANELS, LAYERS, METRICS = 6, 16, 5  # that fit in a picture
DASHES = (None, "7 4", "2 3", "9 3 2 3", "4 2", "1 2")  # of runs, beside their colors and signs
TONES = {
    "running": theme.BLUE, "paused": "#8A5A00", "finished": "#00734F", "stopped": theme.INK,
    "interrupted": "#A84300", "error": "#A84300", "waiting": theme.MUTED,
}  # fmt: skip
FLAG_TONES = {"ok": "#00734F", "vanishing": "#005A8C", "exploding": "#A84300", "broken": "#A84300"}


def document(
    title: str, run: Run, runs: Sequence[Run], layers: Sequence[Layer], logarithmic: bool, smooth: int, summary: str
) -> str:
    """Return the picture; ``runs`` are those to be shown, each with a color, a dash and a sign of its own."""
    panels = panels_of(runs)
    shown_layers = choose(layers, LAYERS)
    columns = 2 if len(panels) > 1 else 1
    plots_height = (PANEL + 74) * -(-len(panels) // columns) if panels else 60.0
    runs_height = 36.0 + 19.0 * len(runs)
    layers_height = 40.0 + 30.0 * len(shown_layers) if shown_layers else 0.0
    picture = Document(WIDTH, 84 + plots_height + runs_height + layers_height + 12, summary)
    _head(picture, title, run)
    top = 66.0
    if not panels:
        picture.text(24, top + 26, "No numbers yet: call monitor.log(loss=...) in the loop.", color=theme.MUTED)
    width = (WIDTH - columns * (LEFT + RIGHT)) / columns
    for k, (name, members) in enumerate(panels):
        left = LEFT + (k % columns) * (width + LEFT + RIGHT)
        _panel(picture, name, members, run, left, width, top + 30 + (k // columns) * (PANEL + 74), logarithmic, smooth)
    top += plots_height
    if panels:
        smooth_words = f"Thin: each step. Thick: mean of {smooth} steps. " if smooth > 1 else ""
        picture.text(24, top, f"{smooth_words}Dotted: the end of an epoch.", size=10.5, color=theme.MUTED)
        top += 18
    _runs(picture, runs, top)
    if shown_layers:
        _layers(picture, shown_layers, len(layers), top + runs_height)
    return picture.to_svg()


def panels_of(runs: Sequence[Run]) -> list[tuple[str, list[tuple[int, str, Series]]]]:
    """Return (metric, [(number of the run in the list, variant, series)]) of each plot, in the order of logging."""
    found: dict[str, list] = {}
    for k, run in enumerate(runs):
        for series in run.series.values():
            panel, variant = panel_of(series.name)
            found.setdefault(panel, []).append((k, variant, series))
    return list(found.items())[:PANELS]


def _head(picture: Document, title: str, run: Run) -> None:
    sign, word = STATES[run.status]
    badge = f"{sign} {word}"
    wide = text_width(badge, 12.0, bold=True) + 22
    picture.text(24, 30, shorten(title, 15.0, WIDTH - 70 - wide, bold=True), size=15, bold=True)
    tone = TONES[run.status]
    picture.rect(WIDTH - 22 - wide, 14, wide, 23, rx=11.5, fill="none", stroke=tone)
    picture.text(WIDTH - 22 - wide / 2, 30, badge, size=12, color=tone, bold=True, anchor="middle")
    if not run.number:
        return
    planned = f" of {run.epochs}" if run.epochs else ""
    reason = f" · {run.reason}" if run.reason else ""
    line = f"{run.name} · {len(run.ends)}{planned} epochs done · {run.steps} steps{reason}"
    picture.text(24, 50, shorten(line, 11.5, WIDTH - 48), size=11.5, color=theme.MUTED)


def _panel(picture, name, members, own: Run, left, width, top, logarithmic, smooth) -> None:
    parts = [(k, variant, series, buckets(series.steps, series.values, BUCKETS)) for k, variant, series in members]
    values = np.concatenate([part[:, 1:3].ravel() for *_, part in parts]) if parts else np.empty(0)
    logarithmic = logarithmic and bool((values[np.isfinite(values)] > 0).any())
    last = max((float(series.steps[-1]) for *_, series, part in parts if len(part)), default=1.0)
    x = Scale(0.0, max(last, 1.0), left, left + width)
    y = Scale.around(values.tolist(), top + PANEL, top, log=logarithmic)
    plot = Plot(picture, x, y, title=shorten(name, 12.5, width), x_label="steps", x_ticks=5, y_ticks=4)
    for step in own.ends[:-1] if len(own.ends) <= 12 else ():
        picture.line(x(step), top, x(step), top + PANEL, stroke=theme.MUTED, stroke_dasharray="1 3")
    for step, label in own.marks[-6:]:
        if step <= x.high:
            picture.line(x(step), top, x(step), top + PANEL, stroke=theme.PURPLE, stroke_width=1.2)
            mark(picture, "triangle", x(step), top + 4, 4, fill=theme.PURPLE)
            picture.text(min(x(step) + 6, left + width - text_width(label, 10.0)), top + 11, label, size=10,
                         color=theme.MUTED, halo=theme.PAPER)  # fmt: skip
    for k, variant, series, part in reversed(parts):
        _curve(plot, k, variant, series, part, smooth, k == 0)


def _curve(plot: Plot, k: int, variant: str, series: Series, part: np.ndarray, smooth: int, is_own: bool) -> None:
    color, dash, sign = theme.SERIES[k % 6], DASHES[k % 6], SIGNS[k % 6]
    places, means = part[:, 0].tolist(), part[:, 3].tolist()
    if series.each == "epoch" or variant not in ("", "train"):
        plot.line(places, means, color=color, dash=dash, width=1.2)
        plot.points(places, means, color=color, sign=sign, size=4)
        if k == 0 and variant and len(part) and np.isfinite(means[0]):
            at, low = plot.x(places[0]), plot.y(means[0]) + 17
            plot.document.text(at, low, variant, size=10.5, anchor="middle", halo=theme.PAPER)
    else:
        if is_own and smooth > 1:
            if (part[:, 1] == part[:, 2]).all():
                plot.line(places, means, color=f"{color}55", width=1)
            else:
                twice = np.repeat(part[:, 0], 2).tolist()
                plot.line(twice, part[:, 1:3].ravel().tolist(), color=f"{color}44", width=1)
        plot.line(places, smoothed(places, means, smooth), color=color, dash=dash, width=2)
    broken = part[part[:, 4] > 0, 0]
    for place in broken[:40].tolist():
        mark(plot.document, "cross", plot.x(place), plot.bottom - 5, 4, fill=theme.VERMILLION)


def metrics_of(runs: Sequence[Run]) -> list[str]:
    """Return the metrics that the list of runs has columns for."""
    return list(dict.fromkeys(name for run in runs for name in run.series))[:METRICS]


def _runs(picture: Document, runs: Sequence[Run], top: float) -> None:
    names = metrics_of(runs)
    step = (WIDTH - 24 - 368) / max(len(names), 3)
    columns = [24.0, 196.0, 316.0, *(368 + step * k for k in range(len(names)))]
    wide = step >= 96  # room for the best value beside the last one
    for at, label in zip(columns, ("run", "state", "steps", *names), strict=True):
        picture.text(at, top + 14, shorten(label, 11, step - 8, bold=True), color=theme.MUTED, bold=True)
    for row, run in enumerate(runs):
        at = top + 33 + 19 * row
        color, dash = theme.SERIES[row % 6], DASHES[row % 6]
        picture.line(24, at - 4, 54, at - 4, stroke=color, stroke_width=2.2, stroke_dasharray=dash)
        mark(picture, SIGNS[row % 6], 39, at - 4, 3.6, fill=color, stroke=theme.PAPER)
        sign, word = STATES[run.status]
        picture.text(62, at, shorten(run.name, 11.5, 126), size=11.5)
        picture.text(columns[1], at, f"{sign} {word}", size=11.5)
        picture.text(columns[2], at, str(run.steps), size=11.5)
        for place, name in zip(columns[3:], names, strict=True):
            if name in run.series:
                last, best = (number_text(v, 3) for v in (run.series[name].last, run.series[name].best))
                picture.text(place, at, last, size=11.5)
                if wide:
                    picture.text(place + 50, at, f"best {best}", size=10, color=theme.MUTED)


def _layers(picture: Document, layers: Sequence[Layer], total: int, top: float) -> None:
    picture.line(24, top + 2, WIDTH - 24, top + 2, stroke="#D8DEE4")
    head = "Layers" if total == len(layers) else f"Layers ({len(layers)} of {total})"
    columns = (24.0, 200.0, 300.0, 406.0, 506.0, 600.0)
    picture.text(24, top + 22, head, size=12.5, bold=True)
    titles = ("weights", "size", "gradient", "size", "flag")
    for at, label in zip(columns[1:], titles, strict=True):
        picture.text(at, top + 22, label, color=theme.MUTED, bold=True)
    for k, layer in enumerate(layers):
        at = top + 34 + 30 * k
        picture.text(24, at + 16, shorten(layer.name, 11.5, 165), size=11.5)
        _bars(picture, columns[1], at, layer.weights[1], theme.BLUE)
        picture.text(columns[2], at + 16, number_text(layer.weight, 2), size=11.5)
        _bars(picture, columns[3], at, layer.gradients[1], theme.PURPLE)
        picture.text(columns[4], at + 16, number_text(layer.gradient, 2), size=11.5)
        sign, word = FLAGS[layer.flag]
        with picture.group(layer.why):
            picture.text(columns[5], at + 16, f"{sign} {word}", size=11.5, color=FLAG_TONES[layer.flag], bold=True)


def _bars(picture: Document, left: float, top: float, shares: np.ndarray, color: str) -> None:
    width, height, greatest = 3.6, 22.0, float(shares.max(initial=0.0))
    picture.line(left, top + height, left + BINS * width, top + height, stroke="#C4CBD3")
    picture.line(left + BINS * width / 2, top, left + BINS * width / 2, top + height, stroke="#E6E9ED")
    for k, share in enumerate(shares.tolist()):
        if share > 0:
            tall = max(height * share / greatest, 0.8)
            picture.rect(left + k * width, top + height - tall, width - 0.6, tall, fill=color)
