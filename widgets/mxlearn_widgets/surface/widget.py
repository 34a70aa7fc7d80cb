"""The LossSurface widget: what it shows, what a reader asks of it from Python and from the browser."""

import math
import time
from typing import Any

import numpy as np
import traitlets

from mxlearn.base import ArgumentError

from ..shared.widget import UPDATES, Widget
from . import extent, pack, picture, walk, words
from .bowl import Bowl
from .problem import Point, Problem
from .walk import Trail, Walker


class LossSurface(Widget, bundle="surface"):
    """The loss of a model over two of its parameters, and the walk of an optimizer. Made by ``loss_surface``.

    Attributes
    ----------
    point : (a, b), the two parameters as they are in the net; set it to move them
    trail : (steps + 1, 3) float64, the places of the walk: both parameters and the loss of all rows
    loss : the loss of all rows at the point
    verdict : a sentence where the walk diverges, or ""
    lr, batch_size, optimizer : of the next step; batch_size 0 is all rows
    log, slopes : whether colors follow the logarithm of the loss, and whether arrows show its gradient
    """

    info = traitlets.Dict().tag(sync=True)
    how = traitlets.Unicode("").tag(sync=True)
    rows = traitlets.Bytes(b"").tag(sync=True)
    curve = traitlets.Bytes(b"").tag(sync=True)
    sums = traitlets.List().tag(sync=True)
    grid = traitlets.Bytes(b"").tag(sync=True)
    grid_window = traitlets.List().tag(sync=True)
    y_range = traitlets.List(traitlets.Float()).tag(sync=True)
    edition = traitlets.Int(0).tag(sync=True)
    window = traitlets.List(traitlets.Float()).tag(sync=True)
    home = traitlets.List(traitlets.Float()).tag(sync=True)
    at = traitlets.List(traitlets.Float()).tag(sync=True)
    fit = traitlets.Bytes(b"").tag(sync=True)
    ghost = traitlets.Bytes(b"").tag(sync=True)
    reading = traitlets.Bytes(b"").tag(sync=True)
    walked = traitlets.Bytes(b"").tag(sync=True)
    verdict = traitlets.Unicode("").tag(sync=True)
    ended = traitlets.Bool(False).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)
    # what the browser writes
    lr = traitlets.Float(0.1).tag(sync=True)
    batch_size = traitlets.Int(0).tag(sync=True)
    optimizer = traitlets.Unicode("sgd").tag(sync=True)
    log = traitlets.Bool(False).tag(sync=True)
    slopes = traitlets.Bool(False).tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True)
    resets = traitlets.Int(0).tag(sync=True)
    probe = traitlets.List().tag(sync=True)
    edits = traitlets.Dict().tag(sync=True)

    def __init__(self, problem: Problem, labels: tuple[str, str] = ("x", "y"), seed: int = 0):
        self._problem, self._labels, self._seed = problem, labels, seed
        self._start: Point = problem.point
        self._data = (problem.features() if problem.kind == "line" else None, problem.targets())
        self._trail = Trail()
        self._walker: Walker | None = None
        self._placed: Point = self._start
        self._sent_at: Point = self._start
        self._reset_count = 0
        self._curvatures = (math.nan, math.nan)
        window = extent.around_point(problem, self._start)
        self._bowl = Bowl(problem, window, start=0, seconds=0.0)
        if self._bowl.quadratic is not None:
            y = problem.targets()
            spread = self._bowl.quadratic.weight * float(((y - y.mean()) ** 2).sum())
            window = extent.around_quadratic(self._bowl.quadratic, self._start, spread)
        self._bowl = Bowl(problem, window)
        super().__init__(info=pack.info(problem, labels), window=list(window), home=list(window))
        self._begin_trail()
        self._show_surface()
        self.set_trait_many(self._state())
        for name, act in (
            ("at", self._on_at), ("asked", self._on_asked), ("resets", self._on_resets), ("probe", self._on_probe),
            ("edits", self._on_edits), ("window", self._on_window),
        ):  # fmt: skip
            self.observe(act, name)

    # -- what the reader calls ---------------------------------------------------------------------------------------
    @property
    def point(self) -> Point:
        """The two parameters, as they are in the net."""
        return self._problem.point

    @point.setter
    def point(self, point: Point) -> None:
        a, b = (float(value) for value in point)
        self._problem.place((a, b))
        self._placed = self._problem.point
        self._begin_trail()
        self._tell()

    @property
    def trail(self) -> np.ndarray:
        """The places of the walk, (steps + 1, 3) float64: both parameters and the loss of all rows."""
        return self._trail.array()

    @property
    def loss(self) -> float:
        """The loss of all rows at the point."""
        return self._problem.value()

    @property
    def X(self):
        """The features, an NDArray: a copy, in which points may have been moved."""
        return self._problem.X

    @property
    def y(self):
        """The targets, an NDArray: a copy, in which points may have been moved."""
        return self._problem.y

    def descend(
        self, lr: float = 0.1, steps: int = 20, batch_size: int | None = None, optimizer: str = "sgd"
    ) -> "LossSurface":
        """Take steps with autograd and a real optimizer from where the net is; the net stays where the walk ends.

        Parameters
        ----------
        lr : learning rate
        steps : how many
        batch_size : rows of a step, default all
        optimizer : "sgd", "momentum" (sgd with momentum 0.9) or "adam"

        Returns
        -------
        the widget itself

        Raises
        ------
        ArgumentError
            If a setting is none.
        """
        batch_size = 0 if batch_size is None else batch_size
        walk.check(lr, batch_size, optimizer)
        if not isinstance(steps, (int, np.integer)) or steps < 0:
            raise ArgumentError(f"descend: steps is a whole number. Received: {steps!r}")
        self.set_trait_many({"lr": float(lr), "batch_size": int(batch_size), "optimizer": optimizer})
        if self._problem.point != self._placed:  # the reader's own code moved it
            self._begin_trail()
        try:
            for _ in range(steps):
                if not self._step():
                    break
                if time.monotonic() - self._sent >= 1.0 / UPDATES:
                    self.stream(**self._state(walking=True))
        finally:
            if self._problem.point != self._placed:  # Ctrl-C came after the step and before its loss
                self._arrive()
            self._tell()
        return self

    def reset(self) -> "LossSurface":
        """Put parameters and data back to what they were at first, and forget the walk; return the widget."""
        self._problem.set_data(*self._data)
        self._problem.place(self._start)
        self._placed = self._start
        self._begin_trail()
        self._bowl.window = (self.home[0], self.home[1], self.home[2], self.home[3])
        self._bowl.build()
        self._show_surface()
        self.set_trait("edition", max(self.edition, self.edits.get("count", 0)) + 1)
        self.set_trait("edits", {"count": self.edition, "last": True, "rows": {}})
        self.set_trait("window", list(self.home))
        self._tell()
        return self

    def refresh(self) -> "LossSurface":
        """Draw anew after the net was changed by other code; return the widget."""
        if self._problem.point != self._placed:
            self._begin_trail()
        self._bowl.build()
        self._show_surface()
        self._tell()
        return self

    # -- forms -------------------------------------------------------------------------------------------------------
    def to_svg(self) -> str:
        """Return data and bowl, with the trail, as an SVG document."""
        return picture.svg(self._view())

    def to_text(self) -> str:
        """Return the parameters, the losses at both ends, a few places of the walk and the verdict, as text."""
        return picture.text(self._view())

    def summary(self) -> str:
        """Return one line that says what is drawn and where the walk led."""
        return picture.summary(self._view())

    def _view(self) -> picture.View:
        return picture.View(
            self._bowl, self._trail, self._curvatures, self._labels, (self.y_range[0], self.y_range[1]),
            self.info["model"], self.info["loss"], (self.window[0], self.window[1], self.window[2], self.window[3]),
            self.log, self.slopes, self.verdict,
        )  # fmt: skip

    # -- steps -------------------------------------------------------------------------------------------------------
    def _begin_trail(self, *, measure: bool = True) -> None:
        """Let a new walk begin where the net is."""
        problem = self._problem
        self._placed = problem.point
        self._walker = None
        if measure:
            self._measure()
        self._trail = Trail([(*self._placed, problem.value())], self.lr, self.batch_size, self.optimizer)
        self._trail.curvature = self._curvatures[1]

    def _measure(self) -> None:
        window = self._bowl.window
        steps = (0.02 * (window[1] - window[0]), 0.02 * (window[3] - window[2]))
        self._curvatures = self._problem.curvatures(steps)

    def _step(self) -> bool:
        """Take one step with the settings as they are; return False where the walk has ended."""
        if self._trail.ended():
            return False
        settings = (self.optimizer, self.batch_size)
        if self._walker is None or self._walker.settings != settings:
            self._walker = Walker(self._problem, *settings, self._seed)
        self._walker.step(self.lr)
        trail = self._trail
        trail.lr, trail.batch_size, trail.optimizer = self.lr, self.batch_size, self.optimizer
        self._arrive()
        return not trail.ended()

    def _arrive(self) -> None:
        """Note where the net is as the next place of the walk."""
        place = self._problem.point
        self._trail.places.append((*place, self._problem.value()))
        self._placed = place

    # -- to the browser ----------------------------------------------------------------------------------------------
    def _show_surface(self) -> None:
        """Send the surface."""
        with self.hold_sync():
            self.set_trait_many(pack.surface(self._bowl, self._start))

    def _state(self, *, walking: bool = False) -> dict[str, Any]:
        """Return the traits that say where the walk is; in the middle of one the curvature is not measured anew."""
        problem, trail = self._problem, self._trail
        gradient = (math.nan, math.nan) if trail.ended() else problem.gradient()[1]
        if trail.steps and not (walking or trail.ended() or self._bowl.quadratic is not None):
            self._measure()
        numbers, places = trail.thinned()
        finite = [place for place in trail.places if math.isfinite(place[0]) and math.isfinite(place[1])]
        self._sent_at = finite[-1][:2] if finite else (0.0, 0.0)
        return {
            "at": list(self._sent_at),
            "reading": self._numbers(gradient),
            "walked": pack.floats(np.column_stack([numbers, places])),
            "verdict": words.verdict(trail, problem.rows),
            "ended": trail.ended(),
            "fit": pack.fit(self._bowl, *self._bowl.fit()),
        }

    def _numbers(self, gradient: Point) -> bytes:
        """Return the numbers below the panels."""
        return pack.floats(self._trail.places[-1], gradient, self._curvatures, [self._trail.steps])

    def _tell(self) -> None:
        """Send where the walk is now, and a wider window where it left the old one."""
        self._widen()
        self.stream(**self._state())
        self.flush()

    def _widen(self) -> None:
        window = (self.window[0], self.window[1], self.window[2], self.window[3])
        home = (self.home[0], self.home[1], self.home[2], self.home[3])
        wider = extent.with_walk(window, home, self._trail.array()[:, :2])
        if wider != window:
            self._look(wider)

    def _look(self, window: tuple[float, float, float, float]) -> None:
        """Show another part of the plane."""
        self._bowl.window = window
        self._bowl.build()
        self.set_trait("window", list(window))
        self._show_surface()

    # -- from the browser: each is done when the kernel is free ------------------------------------------------------
    def _on_at(self, change) -> None:
        wanted = change["new"]
        if len(wanted) == 2 and tuple(wanted) not in (self._placed, self._sent_at):
            self.when_free("at", self._move)

    def _move(self) -> None:
        self._problem.place((self.at[0], self.at[1]))
        self._begin_trail(measure=False)
        state = self._state()
        del state["at"]  # the browser knows it, and may be further by now
        self.stream(**state)
        self.flush()
        if self._bowl.quadratic is None:  # the line first: the curvature takes longer than all the rest
            self._measure()
            self._trail.curvature = self._curvatures[1]
            self.reading = self._numbers(self._problem.gradient()[1])

    def _on_asked(self, change) -> None:
        self.when_free("asked", self._catch_up)

    def _catch_up(self) -> None:
        walk.check(self.lr, self.batch_size, self.optimizer)
        while self.done < self.asked and self._step():
            self.done += 1
        self.done = self.asked
        self._tell()

    def _on_resets(self, change) -> None:
        if change["new"] != self._reset_count:
            self._reset_count = change["new"]
            self.when_free("resets", self._reset)

    def _reset(self) -> None:
        self.reset()

    def _on_probe(self, change) -> None:
        if len(change["new"]) == 2 and self._bowl.quadratic is None:
            self.when_free("probe", self._answer_probe)

    def _answer_probe(self) -> None:
        if len(self.probe) != 2:
            return
        place = (float(self.probe[0]), float(self.probe[1]))
        self.stream(ghost=pack.ghost(self._bowl, place))
        self.flush()

    def _on_edits(self, change) -> None:
        if change["new"].get("count", 0) != self.edition:
            self.when_free("edits", self._edit)

    def _edit(self) -> None:
        problem, edits = self._problem, self.edits
        x, y = self._data
        x, y = None if x is None else x.copy(), y.copy()
        before = None if x is None else problem.features()
        shown = self._bowl.shown()
        for key, (new_x, new_y) in edits.get("rows", {}).items():
            row = shown[int(key)]
            y[row] = float(new_y)
            if x is not None:
                x[row] = float(new_x)
        problem.set_data(x, y)
        if x is not None and before is not None and np.allclose(before, x) and self._bowl.retarget():
            pass  # only targets moved: the predictions that were kept tell the losses
        else:
            self._bowl.build(quick=not edits.get("last", True))
        self._begin_trail()
        with self.hold_sync():
            self._show_surface()
            self.edition = edits.get("count", 0)
            state = self._state()
            del state["at"]
            self.set_trait_many(state)

    def _on_window(self, change) -> None:
        wanted = tuple(change["new"])
        if wanted != self._bowl.window:
            self.when_free("window", self._rewindow)

    def _rewindow(self) -> None:
        low_a, high_a, low_b, high_b = self.window
        if low_a < high_a and low_b < high_b:
            self._bowl.window = (low_a, high_a, low_b, high_b)
            self._bowl.build()
            self._show_surface()
