"""Progress as text: a line that a terminal overwrites, a line an epoch elsewhere."""

import sys
from time import perf_counter

from mxlearn.base import printable
from mxlearn.drawing import number_text

from .clock import clock_text

BETWEEN = 0.2  # seconds between two lines of a terminal
BAR = 20  # characters


def line(
    epoch: int, epochs: int, done: int, total: int, rate: float, elapsed: float, left: float | None, values
) -> str:
    """Return one line of progress.

    Parameters
    ----------
    epoch, epochs : number of the epoch from 1, how many; 0 where that is not known
    done, total : steps in this epoch; total 0 where it is not known
    rate : steps a second
    elapsed, left : seconds, left None where it is not known
    values : (name, value) pairs

    >>> line(2, 3, 30, 120, 42.13, 12.0, 31.0, [("loss", 0.12345)])
    'epoch 2/3  [=====               ]  30/120  42 steps/s  0:12 < 0:31  loss 0.123'
    """
    parts = [f"epoch {epoch}/{epochs}" if epochs else f"epoch {epoch}"]
    if total:
        filled = round(BAR * min(done / total, 1.0))
        parts.append(f"[{'=' * filled}{' ' * (BAR - filled)}]  {done}/{total}")
    else:
        parts.append(f"step {done}")
    if rate:
        parts.append(f"{number_text(rate, 2 if rate < 100 else 3)} steps/s")
    parts.append(clock_text(elapsed) + (f" < {clock_text(left)}" if left is not None else ""))
    parts += [f"{printable(name)} {number_text(value, 3)}" for name, value in values]
    return "  ".join(parts)


class Printer:
    """Writes lines of progress to the standard error: on a terminal each over the one before."""

    def __init__(self):
        self._terminal = sys.stderr.isatty()
        self._next = 0.0
        self._width = 0

    def show(self, text: str) -> None:
        """Show progress on a terminal, a few times a second at most."""
        now = perf_counter()
        if self._terminal and now >= self._next:
            self._next = now + BETWEEN
            self._write(text, "")

    def keep(self, text: str) -> None:
        """Write a line that stays: at the end of an epoch, and at the end."""
        self._write(text, "\n")
        self._width = 0

    def _write(self, text: str, end: str) -> None:
        start = "\r" if self._terminal else ""
        padding = " " * max(0, self._width - len(text)) if self._terminal else ""
        self._width = len(text)
        print(f"{start}{text}{padding}", end=end, file=sys.stderr, flush=True)
