"""A monitor as text: its runs with last and best numbers, and what is wrong with the layers."""

from collections.abc import Sequence

from mxlearn.base import printable
from mxlearn.drawing import number_text

from .layers import FLAGS, Layer
from .run import STATES, Run

DIGITS = 2  # significant ones: what differs between machines is not printed


def summary(title: str, run: Run) -> str:
    """Return one line about a run."""
    if not run.number:
        return f"training of {title}: not started"
    found = ", ".join(f"{name} {number_text(s.last, 3)}" for name, s in list(run.series.items())[:6])
    planned = f" of {run.epochs}" if run.epochs else ""
    epochs = f"{len(run.ends)}{planned} epoch{'s' if (run.epochs or len(run.ends)) != 1 else ''}"
    return f"training of {title}: {STATES[run.status][1]}, {epochs}{', ' if found else ''}{found}"


def text(title: str, run: Run, runs: Sequence[Run], layers: Sequence[Layer]) -> str:
    """Return the table of runs and the flags; times are left out, as they are never the same twice."""
    if not run.number and len(runs) == 1:
        return f"{printable(title)}: not started"
    rows = [["run", "state", "steps", "metric", "last", "best"]]
    for one in runs:
        if not one.number:
            continue
        first = [printable(one.name), STATES[one.status][1], str(one.steps)]
        for name, series in one.series.items() or [("", None)]:
            shown = ["", ""] if series is None else [number_text(v, DIGITS) for v in (series.last, series.best)]
            rows.append([*first, printable(name), *shown])
            first = ["", "", ""]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    head = printable(title) + (f": {run.reason}" if run.reason and run.status != "finished" else "")
    lines.insert(0, head)
    for step, mark in run.marks:
        lines.append(f"after step {step}: {mark}")
    if layers:
        lines.append(f"{len(layers)} layer{'s' if len(layers) != 1 else ''}: {_flags(layers)}")
        lines += [f"  {' '.join(FLAGS[a.flag])}: {printable(a.name)}: {a.why}" for a in layers if a.flag != "ok"]
    return "\n".join(lines)


def _flags(layers: Sequence[Layer]) -> str:
    counts = {flag: sum(layer.flag == flag for layer in layers) for flag in FLAGS}
    return ", ".join(f"{n} {FLAGS[flag][1]}" for flag, n in counts.items() if n)
