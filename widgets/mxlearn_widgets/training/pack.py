"""A monitor as the front end gets it: small dicts, and curves as 32-bit floats."""

from collections.abc import Sequence

import numpy as np

from mxlearn.drawing import number_text

from .layers import BINS, FLAGS, SHOWN, Layer
from .run import STATES, Run
from .series import COLUMNS, buckets, panel_of

BUCKETS = 250  # of a curve: its least and greatest values are 500 points
BUDGET = 48_000  # bytes of all curves of one update
FEWEST = 8  # buckets of a curve, however many curves there are
PAST = 8  # earlier runs that are shown
CURVES = 12  # metrics of a run that are shown


def values(run: Run) -> list[list[str]]:
    """Return [metric, last, best] as text."""
    return [[name, number_text(s.last, 3), number_text(s.best, 3)] for name, s in run.series.items()]


def run_row(run: Run) -> dict:
    """Return what the list of runs shows."""
    sign, word = STATES[run.status]
    return {
        "number": run.number,
        "name": run.name,
        "status": run.status,
        "sign": sign,
        "word": word,
        "reason": run.reason,
        "steps": run.steps,
        "values": values(run),
    }


def curves(runs: Sequence[Run], most: int = BUCKETS) -> tuple[list[dict], bytes]:
    """Return the curves of runs: what each is, and all their buckets one after the other.

    Together they keep below BUDGET bytes: where there are many, each is cut into fewer buckets.
    """
    chosen = [(run, series) for run in runs for series in list(run.series.values())[:CURVES]]
    limit = max(FEWEST, min(most, BUDGET // (4 * COLUMNS * max(len(chosen), 1))))
    heads, parts = [], []
    for run, series in chosen:
        panel, variant = panel_of(series.name)
        part = buckets(series.steps, series.values, limit)
        heads.append({"run": run.number, "name": series.name, "panel": panel, "variant": variant,
                      "each": series.each, "count": len(part)})  # fmt: skip
        parts.append(part)
    return heads, b"".join(part.tobytes() for part in parts)


def layers(found: Sequence[Layer]) -> tuple[list[dict], bytes]:
    """Return the layers: what each is, and (2, BINS) shares of each."""
    shown = choose(found)
    rows = []
    for layer in shown:
        sign, word = FLAGS[layer.flag]
        rows.append({
            "name": layer.name, "count": layer.count, "flag": layer.flag, "sign": sign, "word": word, "why": layer.why,
            "weight": number_text(layer.weight, 2), "gradient": number_text(layer.gradient, 2),
            "ratio": number_text(layer.ratio, 2),
            "limits": [number_text(layer.weights[0], 2), number_text(layer.gradients[0], 2)],
        })  # fmt: skip
    bars = [shares for layer in shown for _, shares in (layer.weights, layer.gradients)]
    return rows, np.asarray(bars, np.float32).reshape(-1, BINS).tobytes()


def choose(found: Sequence[Layer], most: int = SHOWN) -> list[Layer]:
    """Return at most so many layers, in their order: those with a flag first of all."""
    if len(found) <= most:
        return list(found)
    order = sorted(range(len(found)), key=lambda k: (found[k].flag == "ok", k))
    return [found[k] for k in sorted(order[:most])]
