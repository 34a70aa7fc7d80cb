"""Callbacks of training loops: progress logs and checkpoints. API: MXNet 1.9.1's mxnet.callback.

A batch end callback is called with a BatchEndParam (epoch, nbatch, eval_metric, locals), an epoch end callback with
(epoch, symbol, arg_params, aux_params).
"""
import logging
import math
import time

from . import ndarray as nd

__all__ = [
    "LogValidationMetricsCallback",
    "ProgressBar",
    "Speedometer",
    "do_checkpoint",
    "log_train_metric",
    "module_checkpoint",
    "save_checkpoint",
]


def save_checkpoint(prefix, epoch, symbol, arg_params, aux_params, remove_amp_cast=True):
    """Write ``prefix-symbol.json`` and ``prefix-0001.params`` (the epoch in four digits).

    Parameters
    ----------
    prefix : path without the endings
    symbol : Symbol, or None: write the parameters alone
    arg_params, aux_params : dict from name to NDArray
    remove_amp_cast : accepted for MXNet's sake

    Each file is complete or not there; the parameters come last, so that whoever finds them finds the symbol too.
    """
    if symbol is not None:
        symbol.save(f"{prefix}-symbol.json")
    arrays = {f"arg:{name}": array for name, array in arg_params.items()}
    arrays.update({f"aux:{name}": array for name, array in aux_params.items()})
    path = f"{prefix}-{epoch:04d}.params"
    nd.save(path, arrays)
    logging.info('Saved checkpoint to "%s"', path)


def do_checkpoint(prefix, period=1):
    """Return an epoch end callback that calls ``save_checkpoint`` every ``period`` epochs."""
    period = max(1, int(period))

    def callback(iter_no, sym, arg, aux):
        if (iter_no + 1) % period == 0:
            save_checkpoint(prefix, iter_no + 1, sym, arg, aux)

    return callback


def module_checkpoint(mod, prefix, period=1, save_optimizer_states=False):
    """Return an epoch end callback that calls ``mod.save_checkpoint`` every ``period`` epochs."""
    period = max(1, int(period))

    def callback(iter_no, sym=None, arg=None, aux=None):
        if (iter_no + 1) % period == 0:
            mod.save_checkpoint(prefix, iter_no + 1, save_optimizer_states)

    return callback


def log_train_metric(period, auto_reset=False):
    """Return a batch end callback that logs the training metric every ``period`` batches.

    Parameters
    ----------
    auto_reset : reset the metric after each line
    """

    def callback(param):
        if param.nbatch % period == 0 and param.eval_metric is not None:
            for name, value in param.eval_metric.get_name_value():
                logging.info("Iter[%d] Batch[%d] Train-%s=%f", param.epoch, param.nbatch, name, value)
            if auto_reset:
                param.eval_metric.reset_local()

    return callback


class Speedometer:
    """A batch end callback that logs the speed, in samples a second, and the training metric.

    Parameters
    ----------
    batch_size : samples in a batch
    frequent : number of batches between lines
    auto_reset : reset the metric's local sums after each line, so that it shows the last batches only
    """

    def __init__(self, batch_size, frequent=50, auto_reset=True):
        self.batch_size = batch_size
        self.frequent = frequent
        self.init = False
        self.tic = 0
        self.last_count = 0
        self.auto_reset = auto_reset

    def __call__(self, param):
        count = param.nbatch
        if self.last_count > count:  # a new epoch
            self.init = False
        self.last_count = count
        if not self.init:
            self.init = True
            self.tic = time.time()
            return
        if count % self.frequent:
            return
        seconds = time.time() - self.tic
        speed = self.frequent * self.batch_size / seconds if seconds else float("inf")
        if param.eval_metric is None:
            logging.info("Iter[%d] Batch [%d]\tSpeed: %.2f samples/sec", param.epoch, count, speed)
        else:
            values = param.eval_metric.get_name_value()
            if self.auto_reset:
                param.eval_metric.reset_local()
            first = count - self.frequent if self.auto_reset else 0
            line = "Epoch[%d] Batch [%d-%d]\tSpeed: %.2f samples/sec" + "\t%s=%f" * len(values)
            flat = [item for pair in values for item in pair]
            logging.info(line, param.epoch, first, count, speed, *flat)
        self.tic = time.time()


class ProgressBar:
    """A batch end callback that logs a bar of the epoch's progress.

    Parameters
    ----------
    total : number of batches in an epoch
    length : characters of the bar
    """

    def __init__(self, total, length=80):
        self.bar_len = length
        self.total = total

    def __call__(self, param):
        done = param.nbatch / self.total
        filled = round(self.bar_len * done)
        bar = "=" * filled + "-" * (self.bar_len - filled)
        logging.info("[%s] %s%s\r", bar, math.ceil(100.0 * done), "%")


class LogValidationMetricsCallback:
    """An evaluation end callback that logs the validation metrics."""

    def __call__(self, param):
        if param.eval_metric is None:
            return
        for name, value in param.eval_metric.get_name_value():
            logging.info("Epoch[%d] Validation-%s=%f", param.epoch, name, value)
