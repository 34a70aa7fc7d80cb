"""One run of a training loop: what was logged, where epochs ended, what happened, and how it ended."""

from collections.abc import Iterator

import numpy as np

from mxlearn.base import NotFoundError, nearest
from mxlearn.drawing import number_text

from .series import Series, settle

# status: sign, word
STATES = {
    "waiting": ("○", "not started"),
    "running": ("▶", "running"),
    "paused": ("‖", "paused"),
    "finished": ("✓", "finished"),
    "stopped": ("■", "stopped"),
    "interrupted": ("✕", "interrupted"),
    "error": ("✕", "stopped by error"),
}
OPEN = ("waiting", "running", "paused")


class Run:
    """What one training loop logged.

    Attributes
    ----------
    number : of the run in this kernel, from 1
    name : what lists call it
    status : "waiting", "running", "paused", "finished", "stopped", "interrupted" or "error"
    reason : where it ended, or the error, one line
    epochs : planned, 0 where that is not known
    steps : done
    ends : steps done when each epoch ended
    marks : (steps done, text) of each change of the learning rate
    flags : (layer, sign, words) of the layers that the last look found something wrong with

    ``run["loss"]`` gives (steps, values) of a metric as NumPy arrays.
    """

    def __init__(self, number: int, name: str, epochs: int = 0):
        self.number, self.name, self.epochs = number, name, epochs
        self.status, self.reason = "waiting", ""
        self.steps = 0
        self.ends: list[int] = []
        self.marks: list[tuple[int, str]] = []
        self.flags: list[tuple[str, str, str]] = []
        self.series: dict[str, Series] = {}

    def add(self, name: str, each: str, step: int, value) -> None:
        """Append a value to a metric, which is made where it is new."""
        found = self.series.get(name)
        if found is None:
            found = self.series[name] = Series(name, each)
        found.add(step, value)

    def mark_lr(self, before: float, after: float) -> None:
        """Note a change of the learning rate; changes of one step are one."""
        if self.marks and self.marks[-1][0] == self.steps:
            first = self.marks.pop()[1].removeprefix("lr ").partition(" ")[0]
        else:
            first = number_text(before, 3)
        self.marks.append((self.steps, f"lr {first} → {number_text(after, 3)}"))

    def settle(self) -> None:
        """Fetch what is still on a device."""
        settle(self.series.values())

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status in OPEN

    def __getitem__(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        if name not in self.series:
            known = ", ".join(self.series) or "none yet"
            close = nearest(name, self.series)
            raise NotFoundError(f"run {self.name!r} has no metric {name!r}.{close} It has: {known}.")
        return self.series[name].steps, self.series[name].values

    def __iter__(self) -> Iterator[str]:
        return iter(self.series)

    def __len__(self) -> int:
        return len(self.series)

    def __repr__(self) -> str:
        values = ", ".join(f"{name} {number_text(s.last, 3)}" for name, s in self.series.items())
        return f"<run {self.name!r}: {STATES[self.status][1]}, {self.steps} steps{', ' if values else ''}{values}>"
