"""The monitor of a training loop, as a reader of a notebook uses it."""

from typing import Any

import traitlets

from mxlearn.base import ArgumentError, type_name
from mxlearn.drawing import number_text

from ..shared.notice import Notice
from . import cells, hooks, loop, mistakes, pack, svg, text
from .driver import Driver
from .layers import RULE
from .run import Run


def monitor(
    iterable=None,
    epochs: int = 1,
    trainer=None,
    net=None,
    title: str | None = None,
    name: str | None = None,
    every: int | None = None,
    compare: bool = True,
) -> "TrainMonitor | loop.MonitorNotice":
    """Watch a training loop, and steer it while it runs.

    Parameters
    ----------
    iterable : batches: DataLoader, iterator of mx.io, list; None where ``callbacks`` or ``handler`` follow another loop
    epochs : passes over them
    trainer : Trainer (or Optimizer), whose learning rate is shown and can be changed
    net : Block, whose weights and gradients are shown for each layer
    title : of the picture; default the name of the network
    name : of the run in the list of runs; default "run 1", "run 2", ...
    every : steps between two looks into the layers; default about a second, and less often where that would cost time
    compare : whether earlier runs are shown, too

    Returns
    -------
    TrainMonitor, or a Notice that says what is wrong, and whose loop has no step: nothing is raised, so that a notebook
    runs on.

    Examples
    --------
    >>> import mxlearn_widgets as mxw
    >>> for x in (mon := mxw.monitor([1.0, 2.0, 4.0], epochs=2, name="halves")):
    ...     mon.log(loss=x / 2)
    >>> mon.runs[-1]
    <run 'halves': finished, 6 steps, loss 2>
    """
    try:
        loop.check(iterable, epochs)
    except ArgumentError as error:
        return loop.MonitorNotice(str(error))
    return TrainMonitor(iterable, epochs, trainer, net, title, name, every, compare)


class TrainMonitor(Driver, bundle="training"):
    """A training loop, live. Made by ``monitor``; iterate over it, or use it in a ``with`` statement around a loop.

    Attributes
    ----------
    runs : all runs of this kernel, the latest last
    epoch : number of the epoch, from 0
    step : number of the step in the run, from 0
    last : whether this is the last step of its epoch
    logarithmic : whether the curves have logarithmic axes
    smooth : steps that the smooth curves are means of, 1 for none
    hidden : numbers of the runs that are not shown
    evaluation : what ``evaluate`` found last, or None
    """

    kind = traitlets.Unicode("monitor").tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    curves = traitlets.List().tag(sync=True)
    points = traitlets.Bytes().tag(sync=True)
    past = traitlets.List().tag(sync=True)
    past_curves = traitlets.List().tag(sync=True)
    past_points = traitlets.Bytes().tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    bars = traitlets.Bytes().tag(sync=True)
    rule = traitlets.Unicode(RULE).tag(sync=True)
    logarithmic = traitlets.Bool(False).tag(sync=True)
    smooth = traitlets.Int(10).tag(sync=True)
    hidden = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, iterable, epochs: int, trainer, net, title, name, every, compare: bool):
        self._compares = compare
        self._earlier: list[Run] = []
        self._output: Any = None  # brings the shown output up to date
        self._displayed, self._stale = False, False
        self.evaluation: mistakes.Evaluation | None = None
        super().__init__(iterable, epochs, trainer, net, name, every)
        self._title = str(title or getattr(net, "name", "") or "Training")
        self._check_helpers()
        self._show_past()
        self.set_trait_many(self.picture(True))
        cells.listen(self)

    def _check_helpers(self) -> None:
        """Train without what cannot be used, and say so."""
        wrong = []
        if self._trainer is not None and not hasattr(self._trainer, "set_learning_rate"):
            kind = type_name(self._trainer)
            wrong.append(f"trainer is of type {kind}, expected a Trainer: the learning rate is not shown.")
            self._trainer = None
        if self._net is not None and not hasattr(self._net, "collect_params"):
            wrong.append(f"net is of type {type_name(self._net)}, expected a Block: the layers are not shown.")
            self._net = None
        if self._every is not None and (not isinstance(self._every, int) or self._every < 1):
            wrong.append(f"every must be a whole number, 1 or more, not {self._every!r}: it was left out.")
            self._every = None
        self._wrong = "\n".join(f"monitor: {sentence}" for sentence in wrong)
        self.notice = self._wrong

    # -- other loops -------------------------------------------------------------------------------------------------
    def callbacks(self) -> dict:
        """Return the callbacks of ``Module.fit``: ``with mon: module.fit(data, num_epoch=3, **mon.callbacks())``."""
        return hooks.callbacks(self)

    def callback(self, when: str = "batch"):
        """Return one callback of ``Module.fit``: at the end of each "batch", "epoch" or evaluation ("eval").

        Stop ends ``fit`` by a TrainingStopped, which ``with mon:`` around it catches.
        """
        return hooks.callback(self, when)

    def handler(self) -> hooks.MonitorHandler:
        """Return an event handler: ``estimator.fit(data, epochs=3, event_handlers=[mon.handler()])``."""
        return hooks.handler(self)

    # -- the end -----------------------------------------------------------------------------------------------------
    def evaluate(self, net, data, labels=None, images=None, classes=None) -> "mistakes.Evaluation | Notice":
        """Show which samples a trained network gets wrong: the confusion matrix, and the mistakes, the surest first.

        Parameters
        ----------
        net : Block, or any function from a batch (n, ...) to scores or probabilities (n, classes)
        data : NDArray or NumPy array (n, ...), or batches (data, labels)
        labels : (n,) the true classes, whole numbers from 0; left out where ``data`` are batches
        images : (n, height, width) or (n, height, width, 3), what to show of each sample; default what ``data`` holds
        classes : names of the classes

        Returns
        -------
        Evaluation, or a Notice that says what does not fit
        """
        found = mistakes.evaluate(net, data, labels, images, classes)
        if isinstance(found, mistakes.Evaluation):
            self.evaluation = found
        return found

    @classmethod
    def clear_runs(cls) -> None:
        """Forget all runs that have ended."""
        cls.runs[:] = [run for run in cls.runs if run.is_open]

    @property
    def overhead(self) -> float:
        """The share of the run's time that the monitor took for itself, 0 to 1."""
        return self._clock.overhead()

    # -- forms -------------------------------------------------------------------------------------------------------
    def shown_runs(self) -> list[Run]:
        """Return the runs of the picture, the own one first, without those that the reader has hidden."""
        return [run for run in [self._run, *self._earlier] if run.number not in self.hidden]

    def to_svg(self) -> str:
        """Return curves, layers and runs, as they are now, as an SVG document."""
        runs, settings = self.shown_runs(), (self.logarithmic, self.smooth)
        return svg.document(self._title, self._run, runs, self._seen, *settings, self.summary())

    def to_text(self) -> str:
        """Return the runs with the last and best numbers of their metrics, and the flags of the layers."""
        return text.text(self._title, self._run, [self._run, *self._earlier], self._seen)

    def summary(self) -> str:
        """Return one line: how far the run is, and its last numbers."""
        return text.summary(self._title, self._run)

    def _repr_mimebundle_(self, include=None, exclude=None, **_):
        self._displayed = True
        return super()._repr_mimebundle_()

    def _bundle(self) -> dict:
        """Return the output that the loop shows by itself. Its text is the same at the begin and at the end."""
        shown = dict(super()._repr_mimebundle_())
        shown["text/plain"] = f"Monitor of {self._title}; its numbers: monitor.to_text()"
        return shown

    # -- what the driver asks for ------------------------------------------------------------------------------------
    def opened(self) -> None:
        self.notice = self._wrong
        self._show_past()
        self.set_trait_many(self.picture(True))
        if not self._displayed:
            self._output = cells.publish(self._bundle())
            self._displayed = True

    def changed(self) -> None:
        self._stale = True

    def cell_ended(self, error: BaseException | None) -> None:
        super().cell_ended(error)
        if self._stale and self._output is not None:
            cells.publish(self._bundle(), self._output)
        self._stale = False
        if not self._run.is_open:
            self._displayed = False  # another run, in another cell, is shown there

    def _show_past(self) -> None:
        self._earlier = [run for run in self.runs if run is not self._run][-pack.PAST :][::-1] if self._compares else []
        heads, points = pack.curves(self._earlier, pack.BUCKETS // 2)
        self.set_trait_many({
            "past": [pack.run_row(run) for run in self._earlier], "past_curves": heads, "past_points": points
        })  # fmt: skip

    def picture(self, everything: bool) -> dict[str, Any]:
        heads, points = pack.curves([self._run])
        found = {"state": self._state(), "curves": heads, "points": points}
        if everything:
            found["layers"], found["bars"] = pack.layers(self._seen)
        return found

    def _state(self) -> dict:
        run, clock = self._run, self._clock
        rate = clock.rate(run.steps)
        left = self.left(rate)
        lr = None if self._trainer is None else float(self._trainer.learning_rate)
        return {
            **pack.run_row(run),
            "title": self._title,
            "epoch": min(self.epoch + 1, run.epochs) if run.epochs else self.epoch + 1,
            "epochs": run.epochs,
            "done": self._done,
            "total": self._batches,
            "elapsed": round(clock.elapsed, 1) if run.number else 0.0,
            "left": -1.0 if left is None else round(left, 1),
            "rate": round(rate, 3) if run.number else 0.0,
            "lr": "" if lr is None else number_text(lr, 4),
            "scheduled": self._trainer is not None and self.scheduled,
            "overhead": round(clock.overhead(), 4),
            "ends": run.ends[-200:],
            "marks": [list(mark) for mark in run.marks[-50:]],
            "reachable": cells.is_reachable(),
            "many": len(self._seen),
        }
