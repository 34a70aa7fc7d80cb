"""Events of an Estimator, and the handlers that it uses by itself.

A handler derives from the events that it wants: TrainBegin, TrainEnd, EpochBegin, EpochEnd, BatchBegin, BatchEnd. At
each event the handlers run by ``priority``, small ones first, 0 where there is none. Where ``batch_end`` returns True
the epoch ends, where ``epoch_end`` does, training.

References: MXNet 1.9.1 module mxnet.gluon.contrib.estimator.event_handler.
"""
import time
import warnings
from typing import Any

import numpy as np

from ....base import ArgumentError
from ....metric import EvalMetric
from . import metrics as metric_lists

__all__ = [
    "BatchBegin",
    "BatchEnd",
    "EarlyStoppingHandler",
    "EpochBegin",
    "EpochEnd",
    "EventHandler",
    "GradientUpdateHandler",
    "LoggingHandler",
    "MetricHandler",
    "StoppingHandler",
    "TrainBegin",
    "TrainEnd",
    "ValidationHandler",
]

CheckpointHandler: Any  # set by the package: it is in checkpoint.py


class EventHandler:
    """Base of all handlers."""


class TrainBegin(EventHandler):
    """Handles the beginning of training."""

    def train_begin(self, estimator, *args, **kwargs):
        """Called once, before the first epoch."""


class TrainEnd(EventHandler):
    """Handles the end of training."""

    def train_end(self, estimator, *args, **kwargs):
        """Called once, after the last epoch."""


class EpochBegin(EventHandler):
    """Handles the beginning of an epoch."""

    def epoch_begin(self, estimator, *args, **kwargs):
        """Called before the first batch of each epoch."""


class EpochEnd(EventHandler):
    """Handles the end of an epoch."""

    def epoch_end(self, estimator, *args, **kwargs):
        """Called after the last batch of each epoch; return True to end training."""
        return False


class BatchBegin(EventHandler):
    """Handles the beginning of a batch."""

    def batch_begin(self, estimator, *args, **kwargs):
        """Called before each batch, with ``batch``."""


class BatchEnd(EventHandler):
    """Handles the end of a batch."""

    def batch_end(self, estimator, *args, **kwargs):
        """Called after each batch, with ``batch``, ``pred``, ``label``, ``loss``; return True to end the epoch."""
        return False


class StoppingHandler(TrainBegin, BatchEnd, EpochEnd):
    """Ends training after as many epochs or batches as ``fit`` was told.

    Parameters
    ----------
    max_epoch, max_batch : int or None; as in MXNet, the values of ``fit`` take their place when training begins
    """

    def __init__(self, max_epoch: int | None = None, max_batch: int | None = None):
        self.max_epoch = max_epoch
        self.max_batch = max_batch
        self.current_batch = 0
        self.current_epoch = 0
        self.stop_training = False

    def train_begin(self, estimator, *args, **kwargs):
        self.max_epoch = estimator.max_epoch
        self.max_batch = estimator.max_batch
        self.current_batch = self.current_epoch = 0
        self.stop_training = False

    def batch_end(self, estimator, *args, **kwargs):
        self.current_batch += 1
        if self.current_batch == self.max_batch:
            self.stop_training = True
        return self.stop_training

    def epoch_end(self, estimator, *args, **kwargs):
        self.current_epoch += 1
        if self.current_epoch == self.max_epoch:
            self.stop_training = True
        return self.stop_training


class MetricHandler(EpochBegin, BatchEnd):
    """Resets metrics when an epoch begins, and updates them after each batch.

    Parameters
    ----------
    metrics : EvalMetric or list of EvalMetric, of ``estimator.train_metrics`` or ``estimator.val_metrics``
    priority : number; by default metrics are up to date when other handlers read them
    """

    def __init__(self, metrics, priority: float = -1000):
        self.metrics = metric_lists.checked(metrics)
        self.priority = priority

    def epoch_begin(self, estimator, *args, **kwargs):
        for metric in self.metrics:
            metric.reset()

    def batch_end(self, estimator, *args, **kwargs):
        metric_lists.update(self.metrics, kwargs["label"], kwargs["pred"], kwargs["loss"])


class ValidationHandler(TrainBegin, BatchEnd, EpochEnd):
    """Evaluates the network on validation data every so many epochs or batches.

    Parameters
    ----------
    val_data : DataLoader
    eval_fn : ``estimator.evaluate``, or a function with its parameters
    epoch_period, batch_period : int, or None for never
    priority : number; by default validation metrics are up to date when other handlers read them
    event_handlers : handlers of the evaluation's own events
    """

    def __init__(
        self,
        val_data,
        eval_fn,
        epoch_period: int | None = 1,
        batch_period: int | None = None,
        priority: float = -1000,
        event_handlers=None,
    ):
        self.val_data = val_data
        self.eval_fn = eval_fn
        self.epoch_period = epoch_period
        self.batch_period = batch_period
        self.current_batch = 0
        self.current_epoch = 0
        self.priority = priority
        self.event_handlers = event_handlers

    def _evaluate(self, estimator) -> None:
        self.eval_fn(val_data=self.val_data, batch_axis=estimator.batch_axis, event_handlers=self.event_handlers)

    def train_begin(self, estimator, *args, **kwargs):
        self.current_batch = self.current_epoch = 0

    def batch_end(self, estimator, *args, **kwargs):
        self.current_batch += 1
        if self.batch_period and self.current_batch % self.batch_period == 0:
            self._evaluate(estimator)

    def epoch_end(self, estimator, *args, **kwargs):
        self.current_epoch += 1
        if self.epoch_period and self.current_epoch % self.epoch_period == 0:
            self._evaluate(estimator)


class GradientUpdateHandler(BatchEnd):
    """Changes the parameters after each batch, with ``trainer.step``.

    Parameters
    ----------
    priority : number; by default it runs before all others
    """

    def __init__(self, priority: float = -2000):
        self.priority = priority

    def batch_end(self, estimator, *args, **kwargs):
        estimator.trainer.step(sum(part.shape[0] for part in kwargs["loss"]))


class LoggingHandler(TrainBegin, TrainEnd, EpochBegin, EpochEnd, BatchBegin, BatchEnd):
    """Logs what happens, the time it took, and the values of metrics, through ``estimator.logger``.

    Parameters
    ----------
    log_interval : "epoch", or int: a line for every so many batches
    metrics : EvalMetric or list of EvalMetric whose values are shown
    priority : number; by default it runs after all others
    """

    def __init__(self, log_interval: int | str = "epoch", metrics=None, priority: float = np.inf):
        if not isinstance(log_interval, int) and log_interval != "epoch":
            raise ArgumentError(
                f"log_interval must be either an integer or string 'epoch'. Received: {log_interval!r}"
            )
        self.metrics = [] if metrics is None else metric_lists.checked(metrics)
        self.batch_index = 0
        self.current_epoch = 0
        self.processed_samples = 0
        self.priority = priority
        self.log_interval = log_interval
        self.log_interval_time = 0.0
        self.train_start = self.epoch_start = self.batch_start = time.time()

    def _values(self) -> str:
        return ", ".join(f"{name}: {value:.4f}" for name, value in (metric.get() for metric in self.metrics))

    def train_begin(self, estimator, *args, **kwargs):
        self.train_start = time.time()
        self.current_epoch = self.batch_index = self.processed_samples = 0
        self.log_interval_time = 0.0
        trainer = estimator.trainer
        estimator.logger.info(
            "Training begin: using optimizer %s with current learning rate %.4f ",
            type(trainer.optimizer).__name__,
            trainer.learning_rate,
        )
        if estimator.max_epoch:
            estimator.logger.info("Train for %d epochs.", estimator.max_epoch)
        else:
            estimator.logger.info("Train for %d batches.", estimator.max_batch)

    def train_end(self, estimator, *args, **kwargs):
        seconds = time.time() - self.train_start
        line = f"Train finished using total {int(seconds)}s with {self.current_epoch} epochs. {self._values()}"
        estimator.logger.info(line.rstrip())

    def batch_begin(self, estimator, *args, **kwargs):
        self.batch_start = time.time()

    def batch_end(self, estimator, *args, **kwargs):
        if self.log_interval == "epoch":
            return
        self.log_interval_time += time.time() - self.batch_start
        self.processed_samples += kwargs["batch"][0].shape[0]
        if self.batch_index % int(self.log_interval) == 0:
            line = (
                f"[Epoch {self.current_epoch}][Batch {self.batch_index}][Samples {self.processed_samples}]"
                f" time/interval: {self.log_interval_time:.3f}s {self._values()}"
            )
            self.log_interval_time = 0.0
            estimator.logger.info(line.rstrip())
        self.batch_index += 1

    def epoch_begin(self, estimator, *args, **kwargs):
        self.epoch_start = time.time()
        if any(metric_lists.is_for_training(metric) for metric in self.metrics):
            rate = estimator.trainer.learning_rate
            estimator.logger.info("[Epoch %d] Begin, current learning rate: %.4f", self.current_epoch, rate)
        else:
            estimator.logger.info("Validation Begin")

    def epoch_end(self, estimator, *args, **kwargs):
        seconds = time.time() - self.epoch_start
        line = f"[Epoch {self.current_epoch}] Finished in {seconds:.3f}s, {self._values()}"
        estimator.logger.info(line.rstrip(", "))
        self.current_epoch += 1
        self.batch_index = 0


def comparison(monitor: EvalMetric, mode: str, who: str) -> tuple[np.ufunc, float]:
    """Return the comparison that tells whether a monitored value is better, and the worst value of all.

    Parameters
    ----------
    monitor : EvalMetric
    mode : "min", "max", or "auto": larger is better, with a warning, as in MXNet
    who : the handler, for the error
    """
    if not isinstance(monitor, EvalMetric):
        raise ArgumentError(
            "Please provide one of the metric objects from estimator.train_metrics and estimator.val_metrics as"
            f" monitor. Received: {monitor!r}"
        )
    if mode not in ("auto", "min", "max"):
        warnings.warn(f"{who} mode {mode} is unknown, fallback to auto mode.", RuntimeWarning, stacklevel=3)
        mode = "auto"
    if mode == "auto":
        warnings.warn(
            f"`greater` operator will be used to determine if {monitor.name} has improved. Please specify `mode='min'`"
            " to use the `less` operator. Specify `mode='max'` to disable this warning.",
            stacklevel=3,
        )
    return (np.less, np.inf) if mode == "min" else (np.greater, -np.inf)


def monitored(monitor: EvalMetric, consequence: str = "") -> float | None:
    """Return the value of a monitored metric; None, with a warning, where it has seen nothing."""
    name, value = monitor.get()
    if not np.isnan(value):
        return float(value)
    warnings.warn(
        f"{consequence}{name} is not updated, make sure you pass one of the metric objects from"
        " estimator.train_metrics and estimator.val_metrics as monitor.",
        RuntimeWarning,
        stacklevel=3,
    )
    return None


class EarlyStoppingHandler(TrainBegin, EpochEnd, TrainEnd):
    """Ends training once a metric has not improved for some epochs.

    Parameters
    ----------
    monitor : EvalMetric, of ``estimator.train_metrics`` or ``estimator.val_metrics``
    min_delta : float, the smallest change that counts as better
    patience : int, epochs without improvement after which training ends
    mode : "min", "max", or "auto": larger is better, with a warning, as in MXNet
    baseline : float, the value to be better than at first
    """

    def __init__(
        self,
        monitor: EvalMetric,
        min_delta: float = 0,
        patience: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
    ):
        self.monitor_op, self._worst = comparison(monitor, mode, "EarlyStopping")
        self.monitor = monitor
        self.baseline = baseline
        self.patience = patience
        self.min_delta = -min_delta if self.monitor_op is np.less else min_delta
        self.wait = 0
        self.stopped_epoch = 0
        self.current_epoch = 0
        self.stop_training = False
        self.best = self._worst

    def train_begin(self, estimator, *args, **kwargs):
        self.wait = self.stopped_epoch = self.current_epoch = 0
        self.stop_training = False
        self.best = self._worst if self.baseline is None else self.baseline

    def epoch_end(self, estimator, *args, **kwargs):
        value = monitored(self.monitor)
        if value is not None:
            if self.monitor_op(value - self.min_delta, self.best):
                self.best = value
                self.wait = 0
            else:
                self.wait += 1
                if self.wait >= self.patience:
                    self.stopped_epoch = self.current_epoch
                    self.stop_training = True
        self.current_epoch += 1
        return self.stop_training

    def train_end(self, estimator, *args, **kwargs):
        if self.stop_training:
            estimator.logger.info(
                "[Epoch %d] EarlyStoppingHanlder: early stopping due to %s not improving",  # MXNet's spelling
                self.stopped_epoch,
                self.monitor.get()[0],
            )
