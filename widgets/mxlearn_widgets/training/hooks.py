"""Training loops that others write: callbacks for Module.fit, and an event handler for an Estimator."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mxlearn.base import ArgumentError

if TYPE_CHECKING:
    from .widget import TrainMonitor


class TrainingStopped(Exception):
    """The reader pressed Stop: what ends ``Module.fit`` between two steps. ``with monitor:`` catches it."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in the place of a traceback: nobody made a mistake."""
        return [f"{self}", "The parameters are those of the last full step."]


def callbacks(monitor: "TrainMonitor") -> dict[str, Callable]:
    """Return the three callbacks of ``Module.fit`` by the names of its arguments."""
    return {
        "batch_end_callback": callback(monitor, "batch"),
        "epoch_end_callback": callback(monitor, "epoch"),
        "eval_end_callback": callback(monitor, "eval"),
    }


def callback(monitor: "TrainMonitor", when: str) -> Callable:
    """Return one callback of ``Module.fit``: ``when`` is "batch", "epoch" or "eval".

    Raises
    ------
    ArgumentError
        If ``when`` is something else.
    """
    if when == "batch":
        return lambda param: _batch_end(monitor, param)
    if when == "epoch":
        return lambda epoch, *_: _epoch_end(monitor)
    if when == "eval":
        return lambda param: monitor.log_epoch(**{f"val_{name}": value for name, value in _metric(param)})
    raise ArgumentError(f"callback: when is {when!r}, expected 'batch', 'epoch' or 'eval'.")


def _metric(param) -> list[tuple[str, float]]:
    return [] if param.eval_metric is None else param.eval_metric.get_name_value()


def _batch_end(monitor: "TrainMonitor", param) -> None:
    known = param.locals or {}
    if not monitor.follows:
        module = known.get("self")
        monitor.follow(known.get("num_epoch"), trainer=getattr(module, "_optimizer", None))
    if monitor.epoch != param.epoch or param.nbatch == 0:
        monitor.begin_epoch(param.epoch)
    monitor.end_step(dict(_metric(param)))
    if not monitor.may_go_on():
        raise TrainingStopped(monitor.stopped())


def _epoch_end(monitor: "TrainMonitor") -> None:
    monitor.end_epoch()


class MonitorHandler:
    """Shows the training of an Estimator, and lets the reader pause, step and stop it.

    Its methods are those of MXNet 1.9.1's event handlers. ``batch_end`` and ``epoch_end`` return True once the reader
    has pressed Stop, which ends ``Estimator.fit``.

    Attributes
    ----------
    priority : later than the handlers that update parameters and metrics

    References: MXNet 1.9.1 module mxnet.gluon.contrib.estimator.event_handler.
    """

    priority = 1000

    def __init__(self, monitor: "TrainMonitor"):
        self.monitor = monitor
        self.stopped = False

    def train_begin(self, estimator, *args, **kwargs) -> None:
        """Open a run."""
        self.stopped = False
        self.monitor.follow(
            getattr(estimator, "max_epoch", None),
            trainer=getattr(estimator, "trainer", None),
            net=getattr(estimator, "net", None),
        )

    def epoch_begin(self, estimator, *args, **kwargs) -> None:
        """Begin an epoch."""
        self.monitor.begin_epoch()

    def batch_begin(self, estimator, *args, **kwargs) -> None:
        """Nothing happens before a step."""

    def batch_end(self, estimator, *args, loss: Any = None, **kwargs) -> bool:
        """Log the loss and the training metrics, pause if asked; return whether training has to end."""
        found = _named(getattr(estimator, "train_metrics", None))
        if loss is not None:
            found = {"loss": loss, **{name: value for name, value in found.items() if name != "loss"}}
        self.monitor.end_step(found)
        self.stopped = self.stopped or not self.monitor.may_go_on()
        return self.stopped

    def epoch_end(self, estimator, *args, **kwargs) -> bool:
        """Log the validation metrics; return whether training has to end."""
        found = _named(getattr(estimator, "val_metrics", None))
        self.monitor.log_epoch(**{name if "val" in name else f"val_{name}": value for name, value in found.items()})
        self.monitor.end_epoch()
        return self.stopped

    def train_end(self, estimator, *args, **kwargs) -> None:
        """Close the run."""
        self.monitor.stopped() if self.stopped else self.monitor.finish()


def _named(metrics) -> dict[str, float]:
    """Return the values of metrics by name, those that have seen something."""
    found = {}
    for metric in metrics or ():
        for name, value in metric.get_name_value():
            name = name.removeprefix("training ").replace("validation ", "val_")
            if value == value:
                found[name] = value
    return found


def handler(monitor: "TrainMonitor") -> MonitorHandler:
    """Return an event handler of the classes by which an Estimator knows its handlers."""
    from mxlearn.gluon.contrib.estimator import BatchBegin, BatchEnd, EpochBegin, EpochEnd, TrainBegin, TrainEnd

    events = (TrainBegin, TrainEnd, EpochBegin, EpochEnd, BatchBegin, BatchEnd)
    return type("MonitorHandler", (MonitorHandler, *events), {})(monitor)
