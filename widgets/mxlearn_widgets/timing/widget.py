"""The widget of a race: it measures, streams what it measures, and answers questions about it."""

import time
from collections.abc import Sequence
from typing import Any

import traitlets

from mxlearn.base import NotFoundError, nearest

from ..shared.widget import Widget
from . import svg, text, words
from .board import board, packed, pairs_of
from .ceilings import ceiling
from .measure import measure
from .medians import Crossing, Interval, Pair, median
from .protocol import Contestant
from .samples import PHASES, Results
from .showing import Shown, in_notebook

UPDATE = 0.25  # seconds between two messages to the front end while a race runs
SETTLE = 0.01  # seconds in which a message leaves, before the next sample is taken


class DeviceRace(Shown, Widget, bundle="timing"):
    """A race: times against sizes, all samples, speed-up and crossover, roofline. Made by ``race``.

    Attributes
    ----------
    results : Results, all samples of the race
    recorded : Results that are replayed from a recording, or None
    view : "times", "samples", "speed", "roofline" or "table": what the front end shows
    size : the size n that it shows in detail
    hidden : what is left out of the plots, of "launch", "event" and "copies"
    """

    state = traitlets.Dict().tag(sync=True)
    live = traitlets.Dict().tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    samples = traitlets.Bytes().tag(sync=True)
    replay = traitlets.Dict().tag(sync=True)
    replay_rows = traitlets.List().tag(sync=True)
    replay_samples = traitlets.Bytes().tag(sync=True)
    view = traitlets.Unicode("times").tag(sync=True)
    size = traitlets.Int(0).tag(sync=True)
    hidden = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, results: Results, who: Sequence[Contestant], recorded: Results | None = None, missing: str = ""):
        self.results, self.recorded, self._missing = results, recorded, missing
        self._who = who
        rows, samples = packed(recorded) if recorded else ([], b"")
        super().__init__(
            state=self._state(False, 0.0, ""),
            live=board(results, []),
            replay=board(recorded, pairs_of(recorded), replay=True) if recorded else {},
            replay_rows=rows,
            replay_samples=samples,
            size=results.sizes[-1],
        )

    # -- measuring ---------------------------------------------------------------------------------------------------
    def run(self, budget: float = 5.0) -> None:
        """Measure, from the beginning, for about so many seconds; the front end follows, and may stop it."""
        self.results.points.clear()
        self.results.failures.clear()
        self.commands()  # those of an earlier run
        told = -UPDATE
        stopped = False
        try:
            for step in measure(self.results, self._who, budget):
                now = time.monotonic()
                if now - told >= UPDATE:
                    told = now
                    self._tell(True, step.share, f"Measuring n = {step.size}")
                if any(command.get("command") == "stop" for command in self.commands()):
                    stopped = True
                    break
            if self.results.flops and self.results.bytes and self.results.points and not stopped:
                self._tell(True, 1.0, "Measuring the ceilings of this machine")
                for contestant in self._who:
                    self.results.ceilings[contestant.entrant.device] = ceiling(contestant.ctx)
        except KeyboardInterrupt:
            stopped = True
            raise
        finally:
            self._tell(False, 1.0, self._end(stopped))
            self.flush()
            self.notice = "\n".join(self.live["failures"])
            reached = [k for _, k in self.results.points]
            if reached and self.results.sizes[max(reached)] < self.size:
                self.size = self.results.sizes[max(reached)]  # the one in detail was not reached

    def _end(self, stopped: bool) -> str:
        reached = max((k for _, k in self.results.points), default=-1) + 1
        if reached < len(self.results.sizes) and self.results.points:
            why = "Stopped" if stopped or self.results.failures else "The budget of time was used up"
            return f"{why} after n = {self.results.sizes[reached - 1]}."
        return "Stopped." if stopped else ""

    def _tell(self, running: bool, share: float, said: str) -> None:
        rows, samples = packed(self.results)
        state = self._state(running, share, said)
        self.stream(state=state, live=board(self.results, pairs_of(self.results)), rows=rows, samples=samples)
        if running and in_notebook():
            time.sleep(SETTLE)

    def _state(self, running: bool, share: float, said: str) -> dict[str, Any]:
        return {"title": self.results.title, "running": running, "share": round(share, 3), "said": said,
                "missing": self._missing}  # fmt: skip

    # -- what was measured -------------------------------------------------------------------------------------------
    def median(self, name: str, n: int) -> Interval:
        """Return the synchronized time of one call in seconds: the median and its 95 % interval, NaN if not measured.

        Raises
        ------
        NotFoundError
            If nobody of that name, or no such size, took part.
        """
        return median(self.results.steady(self._number(name), self._place(n)))

    def times(self, name: str, n: int, phase: str = "steady", kind: str = "synchronized") -> list[float]:
        """Return samples in seconds.

        Parameters
        ----------
        phase : "cold", "warm-up" or "steady"
        kind : "launched", "synchronized" or "event" (a GPU's; empty on a CPU)

        Raises
        ------
        NotFoundError
            If there is no such entrant, size, phase or kind.
        """
        kinds = ("launched", "synchronized", "event")
        if phase not in PHASES or kind not in kinds:
            raise NotFoundError(
                f"race: expected a phase of {PHASES} and a kind of {kinds}. Received: {phase!r}, {kind!r}"
            )
        point = self.results.points.get((self._number(name), self._place(n)))
        readings = dict(point.phases())[phase] if point else []
        return [value for reading in readings if (value := getattr(reading, kind)) is not None]

    def crossover(self, name: str | None = None) -> Crossing:
        """Return from which size on an entrant (by default the second) is faster than the first one.

        Raises
        ------
        NotFoundError
            If nobody of that name took part.
        """
        number = 1 if name is None else self._number(name)
        return next((pair.crossing for pair in self._pairs() if pair.other == number), Crossing("none"))

    def verdict(self) -> str:
        """Return who is faster, in sentences without numbers."""
        return words.verdict(self._pairs(), self.results)

    def _pairs(self) -> list[Pair]:
        return pairs_of(self.results)

    def _number(self, name: str) -> int:
        names = [entrant.name for entrant in self.results.entrants]
        if name not in names:
            raise NotFoundError(
                f"race: {name!r} took no part.{nearest(str(name), names)} There are: {', '.join(names)}."
            )
        return names.index(name)

    def _place(self, n: int) -> int:
        if n not in self.results.sizes:
            raise NotFoundError(f"race: n = {n} was not timed. There are: {', '.join(map(str, self.results.sizes))}.")
        return self.results.sizes.index(n)

    # -- forms -------------------------------------------------------------------------------------------------------
    def _repr_mimebundle_(self, include=None, exclude=None, **options) -> dict[str, Any]:
        """Return the forms; the plain one is the name alone, the same before and after the race, as nbval needs it."""
        return {**super()._repr_mimebundle_(include, exclude, **options), "text/plain": repr(self)}

    def to_svg(self) -> str:
        """Return times and speed-up as an SVG document; a recording stands below, under its badge."""
        return svg.svg(self._title(), self.live, self.replay or None, self._missing, self.to_text())

    def to_text(self) -> str:
        """Return a table of medians with their intervals; of what differs between runs it holds durations only."""
        return text.text(self._title(), self.results, self.recorded, self._missing)

    def summary(self) -> str:
        """Return one line that names the race."""
        sizes = list(self.results.sizes)
        count = f"{len(sizes)} sizes from {sizes[0]} to {sizes[-1]}" if len(sizes) > 1 else f"n = {sizes[0]}"
        return f"race of {self.results.title}: {count}" + (", with a replay" if self.recorded else "")

    def _title(self) -> str:
        return f"Race: {self.results.title}"
