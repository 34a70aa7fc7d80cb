"""How a monitored loop runs: steps and epochs, the gate between two steps, pictures within a budget of time."""

import sys
from collections.abc import Iterator
from math import inf
from time import perf_counter
from typing import Any, ClassVar

from mxlearn.base import ArgumentError, uninterrupted

from ..shared.widget import Widget
from . import cells, hooks, layers, loop, progress, reload
from .clock import Clock
from .control import Control
from .run import Run
from .values import reduced

SHORTEST = 0.2  # seconds between two pictures, at least
LOOK = 1.0  # seconds between two looks into the layers, at least
PICTURES, LOOKS = 0.005, 0.003  # shares of the time that pictures and looks may take
PATIENCE = 0.5  # seconds that a paused loop sleeps before it looks whether it was interrupted


class Driver(Widget):
    """A run that is under way. What it looks like is for a subclass to say, in ``picture``."""

    runs: ClassVar[list[Run]] = []

    def __init__(self, iterable, epochs: int, trainer, net, name: str | None, every: int | None):
        super().__init__()
        self._iterable, self._epochs, self._every, self._name = iterable, epochs, every, name
        self._trainer, self._net = trainer, net
        self._run = Run(0, name or "", epochs)  # until one begins
        self._clock, self._control = Clock(), Control()
        self._printer: progress.Printer | None = None
        self._batches = loop.length(iterable)  # of an epoch; 0 while not known
        self._done = 0  # steps of this epoch
        self._inside = False  # a step is under way
        self._due, self._look_due = 0.0, 0.0
        self._seen: list[layers.Layer] = []
        self._lr: float | None = None
        self._ended_now = False  # a run ended in this cell
        self.follows = False  # another loop calls in
        self._by_hand = False  # it calls ``log`` alone
        self.epoch, self.step, self.last = 0, 0, False

    # -- what a subclass provides ------------------------------------------------------------------------------------
    def picture(self, everything: bool) -> dict[str, Any]:
        """Return the traits that show the run as it is now; ``everything``: also what seldom changes."""
        raise NotImplementedError

    def opened(self) -> None:
        """Show the widget where the loop runs; a run has begun."""
        raise NotImplementedError

    def changed(self) -> None:
        """Note that the picture beside the live widget is out of date."""
        raise NotImplementedError

    # -- a loop over batches -----------------------------------------------------------------------------------------
    def __iter__(self) -> Iterator:
        if self._iterable is None:
            raise ArgumentError("monitor: there is nothing to iterate over.\n  Pass batches, as in monitor(loader).")
        return self._loop()

    def _loop(self) -> Iterator:
        self.follows = self._by_hand = False
        self._batches = loop.length(self._iterable)
        run, clock, control = self._open(self._epochs), self._clock, self._control
        commands, trainer = self._commands, self._trainer
        try:
            for epoch in range(self._epochs):
                self.begin_epoch(epoch)
                for batch, is_last in loop.batches(self._iterable, self._batches):
                    self.last = is_last
                    if (commands or control.allowed != inf) and not self.may_go_on():
                        self.stopped()
                        return
                    self.step, self._inside = run.steps, True
                    yield batch
                    self._inside = False
                    run.steps += 1
                    self._done += 1
                    if trainer is not None and trainer.learning_rate != self._lr:
                        self._note_lr()
                    now = perf_counter()
                    if now >= self._due or (self._every and run.steps % self._every == 0):
                        self._show()
                        clock.spent += perf_counter() - now
                self._end_pass(epoch)
            self.finish()
        except GeneratorExit:  # the reader left the loop, or an error did
            self.close_run("error" if cells.left_by_error(sys._getframe(1)) else "stopped", f"in {self._place()}")
            raise
        except BaseException as error:  # in the batches themselves, or while paused
            self._fail(error)
            raise

    def _end_pass(self, epoch: int) -> None:
        if self._done == 0:
            used_up = "The batches are used up after one pass: pass a DataLoader or a list."
            self.notice = used_up if epoch else "There is no batch."
        self._batches = self._done or self._batches
        self.end_epoch()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if isinstance(error, hooks.TrainingStopped):
            return True
        if error is not None:
            self._fail(error)
        else:
            self.finish()
        return False

    # -- what any loop calls -----------------------------------------------------------------------------------------
    def follow(self, epochs: int | None = None, trainer=None, net=None) -> None:
        """Open a run for a loop that somebody else runs."""
        self.follows = True
        self._trainer, self._net = self._trainer or trainer, self._net or net
        self._batches = 0
        self._open(epochs or (self._epochs if self._epochs > 1 else 0))

    def begin_epoch(self, epoch: int | None = None) -> None:
        """Begin an epoch, default the next one."""
        self.epoch = len(self._run.ends) if epoch is None else epoch
        self._done = 0

    def end_step(self, scalars: dict[str, Any]) -> None:
        """Count a step that is done, and log numbers of it."""
        self.step = self._run.steps
        self._run.steps += 1
        self._done += 1
        self._add("step", scalars)
        self._note_lr()
        if perf_counter() >= self._due:
            self._show()

    def end_epoch(self) -> None:
        """Note that an epoch has ended."""
        run = self._run
        if self._done and (not run.ends or run.ends[-1] != run.steps):
            run.ends.append(run.steps)
            self._batches = self._batches or self._done
            if self._printer is not None and len(run.ends) != run.epochs:
                self._printer.keep(self.line())

    def log(self, **scalars) -> None:
        """Note numbers of this step.

        Parameters
        ----------
        scalars : by name: numbers, NDArrays or NumPy arrays (of an array the mean counts), metrics

        A value that is no number is told in ``notice``, and not raised. A value on a GPU is not waited for. In a loop
        that does not iterate over the monitor, each call ends a step: it waits while paused.

        Raises
        ------
        TrainingStopped
            In such a loop, once the reader has pressed Stop.
        """
        if self._run.number == 0 or self._by_hand:
            self._log_by_hand(scalars)
            return
        start = perf_counter()
        self._add("step", scalars)
        self._clock.spent += perf_counter() - start

    def _log_by_hand(self, scalars: dict[str, Any]) -> None:
        if not self._by_hand or not self._run.is_open:
            self.follow()
            self._by_hand = True
        self.step = self._run.steps
        self._run.steps += 1
        self._done += 1
        self._add("step", scalars)
        if perf_counter() >= self._due:
            self._show()
        if not self.may_go_on():
            raise hooks.TrainingStopped(self.stopped())

    def log_epoch(self, **scalars) -> None:
        """Note numbers of this epoch, such as ``val_acc=0.97``; see ``log``."""
        self._add("epoch", scalars)
        if not self._run.is_open:
            self._show(True)
            self.changed()

    def _add(self, each: str, scalars: dict[str, Any]) -> None:
        if self._run.number == 0:
            self.follow()
        run = self._run
        step = run.steps + self._inside
        for name, value in scalars.items():
            try:
                run.add(name, each, step, value if type(value) is float else reduced(name, value))
            except ArgumentError as error:
                self.notice = str(error)

    # -- the gate between two steps ----------------------------------------------------------------------------------
    def may_go_on(self) -> bool:
        """Do what the reader asked for since the last step, wait while paused; return whether a step may follow."""
        run, control = self._run, self._control
        while True:
            control.obey(self.commands())
            self._change_lr()
            if control.stopping or not control.is_paused:
                break
            if run.status != "paused":
                run.status = "paused"
                self._clock.pause()
                self._show(True)
            self.wait_for_command(PATIENCE)
        if run.status == "paused":
            run.status = "running"
            self._clock.go()
            self._due = 0.0
            self.stream(**self.picture(False))
        control.allowed -= 1
        return not control.stopping

    def _change_lr(self) -> None:
        control = self._control
        if control.complaint:
            self.notice, control.complaint = control.complaint, ""
        if control.lr is None or self._trainer is None:
            return
        wanted, control.lr = control.lr, None
        try:
            self._trainer.set_learning_rate(wanted)
        except Exception as error:  # a scheduler decides, or the reader's own trainer refuses
            self.notice = str(error)
            return
        self.notice = ""
        self._note_lr()
        if self._run.status == "paused":
            self.stream(**self.picture(False))
            self.flush()

    def _note_lr(self) -> None:
        """Mark the curve where the learning rate is another one than before, unless a scheduler moves it all along."""
        if self._trainer is None:
            return
        before, self._lr = self._lr, float(self._trainer.learning_rate)
        if before is not None and before != self._lr and not self.scheduled:
            self._run.mark_lr(before, self._lr)

    @property
    def scheduled(self) -> bool:
        """Whether a scheduler sets the learning rate."""
        optimizer = getattr(self._trainer, "optimizer", self._trainer)
        return getattr(optimizer, "lr_scheduler", None) is not None

    # -- how a run begins and ends -----------------------------------------------------------------------------------
    def _open(self, epochs: int) -> Run:
        if self._run.is_open and self._run.number:
            self.close_run("stopped", f"in {self._place()}: begun again")
        number = 1 + max((run.number for run in self.runs), default=0)
        run = self._run = Run(number, self._name or f"run {number}", epochs)
        run.status = "running"
        self.runs.append(run)
        reload.loop_begins(getattr(self.comm, "comm_id", None))
        self.commands()  # clicks from before do not count
        self._clock, self._control = Clock(), Control()
        self._printer = None if cells.has_kernel() else progress.Printer()
        self._seen, self._lr, self._done, self._inside = [], None, 0, False
        self.epoch, self.step, self.last = 0, 0, False
        self.notice = ""
        self._note_lr()
        self._due, self._look_due = 0.0, perf_counter() + LOOK / 4
        self.opened()
        return run

    def finish(self) -> None:
        """Close the run: all was done."""
        self.close_run("finished")

    def stopped(self) -> str:
        """Close the run because the reader pressed Stop; return a sentence about it."""
        self.close_run("stopped", f"in {self._place()}")
        return f"Stopped in {self._place()}."

    def close_run(self, status: str, reason: str = "") -> None:
        """Close the run, and show all of it."""
        run = self._run
        if not run.is_open or not run.number:
            return
        self._inside = False
        run.status, run.reason = status, reason
        self._ended_now = True
        reload.loop_ends()
        self._clock.stop()
        self._show(True)
        if self._printer is not None:
            self._printer.keep(f"{self.line()}  {status}{f' {reason}' if reason else ''}")
        self.changed()

    def _fail(self, error: BaseException) -> None:
        self.close_run("error", f"in {self._place()}")
        self._name_error(error)

    def _name_error(self, error: BaseException) -> None:
        """Say which error ended the run, where that is known only now."""
        run = self._run
        if run.status != "error" or not self._ended_now:
            return
        if isinstance(error, KeyboardInterrupt):
            run.status = "interrupted"
        elif ": " not in run.reason:
            lines = str(error).splitlines() or [""]
            run.reason += f": {type(error).__name__}: {lines[0][:160]}".rstrip(": ")
        self._show(True)
        self.changed()

    def cell_ended(self, error: BaseException | None) -> None:
        """Hear from IPython how a cell ended, in which a run may have ended or may still be open."""
        if self.follows and self._run.is_open and self._run.number:
            if error is None:
                self.finish()
            else:
                self._fail(error)
        elif error is not None:
            self._name_error(error)
        self._ended_now = False

    def _place(self) -> str:
        return f"epoch {self.epoch + 1}, step {self._run.steps + self._inside}"

    # -- pictures ----------------------------------------------------------------------------------------------------
    def _show(self, everything: bool = False) -> None:
        """Bring the picture up to date, and set the time of the next one by what this one took."""
        with uninterrupted():
            self._run.settle()
            looked = self._look(everything)
            middle = perf_counter()
            self.stream(**self.picture(everything or looked))
            if everything:
                self.flush()
            if self._printer is not None and not everything:
                self._printer.show(self.line())
            end = perf_counter()
            self._due = end + max(SHORTEST, (end - middle) / PICTURES)

    def _look(self, now: bool) -> bool:
        """Look into the layers where it is time to; return whether it was done."""
        if self._net is None:
            return False
        start = perf_counter()
        due = start >= self._look_due if not self._every else self._run.steps % self._every == 0
        if not now and not due:
            return False
        try:
            optimizer = getattr(self._trainer, "optimizer", self._trainer)
            self._seen = layers.look(self._net, getattr(optimizer, "rescale_grad", None))
        except Exception as error:  # of the reader's own network: a picture must not end a training
            self.notice, self._net = f"monitor: the layers cannot be shown: {error}", None
            return False
        self._run.flags = [
            (layer.name, layers.FLAGS[layer.flag][0], f"{layers.FLAGS[layer.flag][1]}: {layer.why}")
            for layer in self._seen
            if layer.flag != "ok"
        ]
        end = perf_counter()
        self._look_due = end + max(LOOK, (end - start) / LOOKS)
        return True

    def line(self) -> str:
        """Return one line of progress."""
        run, rate = self._run, self._clock.rate(self._run.steps)
        values = [(name, series.last) for name, series in run.series.items()]
        return progress.line(
            self.epoch + 1, run.epochs, self._done, self._batches, rate, self._clock.elapsed, self.left(rate), values
        )

    def left(self, rate: float) -> float | None:
        """Return the seconds that the run will take from here, None where that is not known."""
        total = self._batches * self._run.epochs
        if not total or not rate or not self._run.is_open:
            return None
        return max(total - self._run.steps, 0) / rate
