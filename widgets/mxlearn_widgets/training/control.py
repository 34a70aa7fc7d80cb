"""What the reader's clicks do to a loop: it asks between two steps, and only there something happens."""

from collections.abc import Iterable
from math import inf, isfinite
from typing import Any

GREATEST_LR, SMALLEST_LR = 1e6, 1e-30


class Control:
    """Pause, Step, Stop and the learning rate, as the commands of the front end set them.

    Attributes
    ----------
    allowed : how many more steps may run before the loop pauses; infinite while nobody asked for a pause
    stopping : whether the loop has to end
    lr : the learning rate that the reader wants and nobody has set yet, or None
    complaint : what was wrong with the last command, a sentence, or ""
    """

    def __init__(self):
        self.allowed = inf
        self.stopping = False
        self.lr: float | None = None
        self.complaint = ""

    @property
    def is_paused(self) -> bool:
        """Whether no further step may run now."""
        return self.allowed <= 0

    def obey(self, commands: Iterable[dict[str, Any]]) -> None:
        """Take in commands, oldest first. A browser sent them: what makes no sense is ignored."""
        for command in commands:
            what = command.get("command")
            if what == "pause":
                self.allowed = 0
            elif what == "resume":
                self.allowed = inf
            elif what == "step":
                self.allowed = 1
            elif what == "stop":
                self.stopping = True
            elif what == "lr":
                self._want(command.get("value"))

    def _want(self, value) -> None:
        if isinstance(value, int | float) and isfinite(value) and SMALLEST_LR <= value <= GREATEST_LR:
            self.lr, self.complaint = float(value), ""
        else:
            self.complaint = "The learning rate must be a number greater than 0, such as 0.01."
