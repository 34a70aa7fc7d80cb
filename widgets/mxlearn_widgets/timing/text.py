"""A race as text. Of what differs between two runs it holds durations only, which a comparison of lessons replaces."""

from . import words
from .medians import median
from .samples import Results


def text(title: str, results: Results, replay: Results | None, missing: str) -> str:
    """Return a table of medians: a size a line. Recorded times stand apart, under their badge."""
    lines = [f"{title}: time of one call, median with 95 % interval", *_table(results)]
    if missing:
        lines += ["", missing]
    if replay is not None:
        badge = f"REPLAY, not measured here: {words.device_text(replay.machine, replay.date)}"
        lines += ["", badge, *_table(replay)]
    return "\n".join(lines)


def _table(results: Results) -> list[str]:
    lines = [" | ".join(["n", *(entrant.name for entrant in results.entrants)])]
    for k, size in enumerate(results.sizes):
        cells = [words.interval(median(results.steady(number, k))) for number in range(len(results.entrants))]
        lines.append(" | ".join([str(size), *cells]))
    lines += [
        f"{results.entrants[number].name} stopped at n = {size}: {message.splitlines()[0]}"
        for number, (size, message) in results.failures.items()
    ]
    return lines
