"""What every module can do once it can run a batch: fit, score, predict, iterate.

References: MXNet 1.9.1 class mxnet.module.BaseModule.
"""
import logging
import os
import re
import time
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from .. import initializer, metric
from .. import ndarray as nd
from ..base import ArgumentError, DataError, FormatError, MXNetError, shortened, type_name
from ..context import cpu
from ..io import DataBatch
from ..ndarray import NDArray

BatchEndParam = namedtuple("BatchEndParams", ["epoch", "nbatch", "eval_metric", "locals"])


def as_list(value) -> list:
    """Return a list: the value itself if it is one, [] for None, otherwise with one item."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


class BaseModule:
    """The high-level interface of a module, on top of bind, forward, backward and update."""

    def __init__(self, logger: Any = logging):
        self.logger = logger or logging
        self.binded = False
        self.for_training = False
        self.inputs_need_grad = False
        self.params_initialized = False
        self.optimizer_initialized = False
        self._symbol = None

    def _require(self, what: str, *, bound=True, initialized=True, optimizer=False) -> None:
        """Raise an error that names the call that is missing before ``what``."""
        if bound and not self.binded:
            raise MXNetError(f"{what}: the module has no shapes yet.\n  Call bind(data_shapes=...) first.")
        if initialized and not self.params_initialized:
            raise MXNetError(f"{what}: the parameters are not initialized.\n  Call init_params() first.")
        if optimizer and not self.optimizer_initialized:
            raise MXNetError(f"{what}: there is no optimizer.\n  Call init_optimizer() first.")

    # -- what a subclass provides -------------------------------------------------------------------------------------
    def _missing(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__} must define {what}")

    @property
    def data_names(self) -> list[str]:
        """Names of the data inputs."""
        raise self._missing("data_names")

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        raise self._missing("output_names")

    @property
    def data_shapes(self) -> list:
        """Names and shapes of the data inputs."""
        raise self._missing("data_shapes")

    @property
    def label_shapes(self) -> list | None:
        """Names and shapes of the label inputs; None without labels."""
        raise self._missing("label_shapes")

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Names and shapes of the outputs."""
        raise self._missing("output_shapes")

    def bind(
        self,
        data_shapes,
        label_shapes=None,
        for_training: bool = True,
        inputs_need_grad: bool = False,
        force_rebind: bool = False,
        shared_module=None,
        grad_req="write",
    ) -> None:
        """Allocate memory for inputs of the given shapes."""
        raise self._missing("bind(...)")

    def init_params(
        self,
        initializer: Any = initializer.Uniform(0.01),  # noqa: B008 - MXNet's default
        arg_params: dict | None = None,
        aux_params: dict | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Initialize the parameters."""
        raise self._missing("init_params(...)")

    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        """Return (arg_params, aux_params) by name."""
        raise self._missing("get_params(...)")

    def init_optimizer(
        self,
        kvstore="local",
        optimizer="sgd",
        optimizer_params=(("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Make the optimizer."""
        raise self._missing("init_optimizer(...)")

    def forward(self, data_batch: DataBatch, is_train: bool | None = None) -> None:
        """Compute the outputs of a batch."""
        raise self._missing("forward(...)")

    def backward(self, out_grads=None) -> None:
        """Compute the gradients."""
        raise self._missing("backward(...)")

    def update(self) -> None:
        """Apply the optimizer to the parameters."""
        raise self._missing("update(...)")

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """Return the outputs of the last forward."""
        raise self._missing("get_outputs(...)")

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Return the gradients of the data."""
        raise self._missing("get_input_grads(...)")

    def get_states(self, merge_multi_context: bool = True) -> list:
        """Return the states: none, where a module does not define them."""
        self._require("get_states")
        return []

    def set_states(self, states=None, value: float | None = None) -> None:
        """Set the states; a module that has none takes none."""
        self._require("set_states")
        if states or value:
            raise ArgumentError(f"set_states: a {type(self).__name__} has no states")

    def update_metric(self, eval_metric, labels, pre_sliced: bool = False) -> None:
        """Let a metric see the labels and the outputs of the last forward."""
        raise self._missing("update_metric(...)")

    def install_monitor(self, mon) -> None:
        """Let a Monitor see every value."""
        raise self._missing("install_monitor(...)")

    # -- high level --------------------------------------------------------------------------------------------------
    def forward_backward(self, data_batch: DataBatch) -> None:
        """Run forward in training mode, and backward."""
        self.forward(data_batch, is_train=True)
        self.backward()

    def fit(
        self,
        train_data,
        eval_data=None,
        eval_metric="acc",
        epoch_end_callback=None,
        batch_end_callback=None,
        kvstore="local",
        optimizer="sgd",
        optimizer_params=(("learning_rate", 0.01),),
        eval_end_callback=None,
        eval_batch_end_callback=None,
        initializer: Any = initializer.Uniform(0.01),  # noqa: B008 - MXNet's default
        arg_params: dict | None = None,
        aux_params: dict | None = None,
        allow_missing: bool = False,
        force_rebind: bool = False,
        force_init: bool = False,
        begin_epoch: int = 0,
        num_epoch: int | None = None,
        validation_metric=None,
        monitor=None,
        sparse_row_id_fn=None,
    ) -> None:
        """Train.

        Parameters
        ----------
        train_data, eval_data : DataIter
        eval_metric, validation_metric : EvalMetric, name, or list of names
        epoch_end_callback : callable(epoch, symbol, arg_params, aux_params), or a list
        batch_end_callback, eval_batch_end_callback, eval_end_callback : callable(BatchEndParam), or a list
        optimizer, optimizer_params : name and options; rescale_grad is 1 / batch size unless given
        initializer : of parameters that ``arg_params`` does not give
        begin_epoch, num_epoch : epochs begin_epoch to num_epoch - 1 are run
        monitor : Monitor of node outputs

        Raises
        ------
        ArgumentError
            If num_epoch is missing.

        A KeyboardInterrupt ends training after the parameters of the last full update; they can be read and saved.
        """
        if num_epoch is None:
            raise ArgumentError("fit: num_epoch is missing: say how many epochs to train, as in num_epoch=10")
        for name, data in (("train_data", train_data), ("eval_data", eval_data)):
            if data is not None and not hasattr(data, "provide_data"):
                raise ArgumentError(
                    f"fit: {name} must be a data iterator. Received: {type_name(data)}.\n"
                    "  Wrap arrays, as in mx.io.NDArrayIter(data, label, batch_size=32)."
                )
        self.bind(
            data_shapes=train_data.provide_data,
            label_shapes=train_data.provide_label,
            for_training=True,
            force_rebind=force_rebind,
        )
        if monitor is not None:
            self.install_monitor(monitor)
        self.init_params(
            initializer=initializer,
            arg_params=arg_params,
            aux_params=aux_params,
            allow_missing=allow_missing,
            force_init=force_init,
        )
        self.init_optimizer(kvstore=kvstore, optimizer=optimizer, optimizer_params=optimizer_params)
        validation_metric = eval_metric if validation_metric is None else validation_metric
        eval_metric = metric.create(eval_metric) if not isinstance(eval_metric, metric.EvalMetric) else eval_metric
        try:
            for epoch in range(begin_epoch, num_epoch):
                self._fit_epoch(epoch, train_data, eval_metric, as_list(batch_end_callback), monitor)
                arg_now, aux_now = self.get_params()
                self.set_params(arg_now, aux_now)
                for callback in as_list(epoch_end_callback):
                    callback(epoch, self.symbol, arg_now, aux_now)
                if eval_data is not None:
                    found = self.score(
                        eval_data,
                        validation_metric,
                        score_end_callback=eval_end_callback,
                        batch_end_callback=eval_batch_end_callback,
                        epoch=epoch,
                    )
                    for name, value in found:
                        self.logger.info("Epoch[%d] Validation-%s=%f", epoch, name, value)
                train_data.reset()
        except KeyboardInterrupt:
            self.logger.info("fit: interrupted; the parameters are those of the last complete update")
            raise
        except MXNetError as error:
            raise shortened(error) from error.__cause__

    def _fit_epoch(self, epoch: int, train_data, eval_metric, callbacks: list[Callable], monitor) -> None:
        started = time.time()
        eval_metric.reset()
        values: list = []
        batches = iter(train_data)
        batch = next(batches, None)
        number = 0
        while batch is not None:
            if monitor is not None:
                monitor.tic()
            self.forward_backward(batch)
            self.update()
            self.update_metric(eval_metric, batch.label)
            following = next(batches, None)
            if following is not None:
                self.prepare(following)
            if monitor is not None:
                monitor.toc_print()
            if following is None:
                values = eval_metric.get_global_name_value()
            for callback in callbacks:
                callback(BatchEndParam(epoch, number, eval_metric, locals()))
            batch = following
            number += 1
        for name, value in values:
            self.logger.info("Epoch[%d] Train-%s=%f", epoch, name, value)
        self.logger.info("Epoch[%d] Time cost=%.3f", epoch, time.time() - started)

    def score(
        self,
        eval_data,
        eval_metric,
        num_batch: int | None = None,
        batch_end_callback=None,
        score_end_callback=None,
        reset: bool = True,
        epoch: int = 0,
        sparse_row_id_fn=None,
    ) -> list[tuple[str, float]]:
        """Return (name, value) pairs of metrics on a data iterator."""
        self._require("score")
        if reset:
            eval_data.reset()
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        eval_metric.reset()
        actual_num_batch = 0
        for nbatch, eval_batch in enumerate(_first(eval_data, num_batch)):
            self.prepare(eval_batch)
            self.forward(eval_batch, is_train=False)
            self.update_metric(eval_metric, eval_batch.label)
            for callback in as_list(batch_end_callback):
                callback(BatchEndParam(epoch, nbatch, eval_metric, locals()))
            actual_num_batch += 1
        for callback in as_list(score_end_callback):
            callback(BatchEndParam(epoch, actual_num_batch, eval_metric, locals()))
        return eval_metric.get_global_name_value()

    def iter_predict(self, eval_data, num_batch: int | None = None, reset: bool = True, sparse_row_id_fn=None):
        """Yield (outputs, number of the batch, batch); padding is cut off."""
        self._require("iter_predict")
        if reset:
            eval_data.reset()
        for number, batch in enumerate(_first(eval_data, num_batch)):
            self.prepare(batch)
            self.forward(batch, is_train=False)
            yield self._unpadded(batch), number, batch

    def _unpadded(self, batch: DataBatch) -> list[NDArray]:
        pad = batch.pad or 0
        return [out[0 : out.shape[0] - pad] for out in self.get_outputs()]

    def predict(
        self,
        eval_data,
        num_batch: int | None = None,
        merge_batches: bool = True,
        reset: bool = True,
        always_output_list: bool = False,
        sparse_row_id_fn=None,
    ):
        """Return the outputs for all batches.

        Parameters
        ----------
        eval_data : DataIter, or an NDArray or NumPy array as one batch
        merge_batches : join the batches along the first axis; otherwise a list with one list for each batch
        always_output_list : a list even where there is one output
        """
        self._require("predict")
        if not hasattr(eval_data, "provide_data"):
            if not isinstance(eval_data, NDArray):
                if not isinstance(eval_data, (np.ndarray, list, tuple)):
                    raise ArgumentError(
                        "predict: eval_data must be a data iterator, an NDArray or a NumPy array."
                        f" Received: {type_name(eval_data)}"
                    )
                eval_data = nd.array(eval_data)
            self.forward(DataBatch([eval_data]), is_train=False)
            return self.get_outputs()[0]
        if reset:
            eval_data.reset()
        collected = []
        for batch in _first(eval_data, num_batch):
            self.prepare(batch)
            self.forward(batch, is_train=False)
            collected.append([out.copy() for out in self._unpadded(batch)])
        if not collected or not merge_batches:
            return collected
        count = len(collected[0])
        if any(len(outputs) != count for outputs in collected):
            raise MXNetError("predict: the batches have different numbers of outputs; pass merge_batches=False")
        merged = [nd.concatenate([outputs[i] for outputs in collected]) for i in range(count)]
        return merged[0] if count == 1 and not always_output_list else merged

    # -- parameters --------------------------------------------------------------------------------------------------
    def set_params(self, arg_params, aux_params, allow_missing=False, force_init=True, allow_extra=False) -> None:
        """Set the parameters; see init_params."""
        self.init_params(
            initializer=None,
            arg_params=arg_params,
            aux_params=aux_params,
            allow_missing=allow_missing,
            force_init=force_init,
            allow_extra=allow_extra,
        )

    def save_params(self, fname: str | os.PathLike) -> None:
        """Write the parameters to a file in MXNet's format, as a whole or not at all."""
        arg_params, aux_params = self.get_params()
        arrays = {f"arg:{name}": value.as_in_context(cpu()) for name, value in arg_params.items()}
        arrays.update({f"aux:{name}": value.as_in_context(cpu()) for name, value in aux_params.items()})
        nd.save(fname, arrays)

    def load_params(self, fname: str | os.PathLike) -> None:
        """Read the parameters from a file that save_params or save_checkpoint wrote."""
        arg_params, aux_params = split_params(nd.load(fname), fname)
        self.set_params(arg_params, aux_params)

    def prepare(self, data_batch: DataBatch, sparse_row_id_fn=None) -> None:
        """Prepare for a batch; a module with one graph has nothing to do."""

    @property
    def symbol(self):
        """The Symbol of the module."""
        return self._symbol


def load_epoch(prefix: str | os.PathLike, epoch: int) -> tuple[dict, dict]:
    """Return (arg_params, aux_params) of the checkpoint file prefix-NNNN.params.

    Raises
    ------
    DataError
        If it cannot be read; the message lists the epochs that were saved.
    """
    file = f"{os.fspath(prefix)}-{epoch:04d}.params"
    try:
        return split_params(nd.load(file), file)
    except DataError as error:
        folder, name = os.path.split(os.fspath(prefix))
        pattern = re.compile(re.escape(name) + r"-\d{4,}\.params")
        try:
            saved = sorted(found for found in os.listdir(folder or ".") if pattern.fullmatch(found))
        except OSError:
            saved = []
        there = f"It holds {', '.join(saved[-8:])}." if saved else "It holds no checkpoint of this name."
        raise DataError(f"{error}.\n  Is {folder or '.'!r} the right folder? {there}") from error


def split_params(loaded, fname) -> tuple[dict, dict]:
    """Return (arg_params, aux_params) of a loaded file, whose names begin with "arg:" or "aux:".

    Raises
    ------
    FormatError
        If the names do not.
    """
    if not isinstance(loaded, dict):
        raise FormatError(f"{os.fspath(fname)}: the arrays in this file have no names.")
    arg_params, aux_params = {}, {}
    for key, value in loaded.items():
        kind, _, name = key.partition(":")
        if kind == "arg" and name:
            arg_params[name] = value
        elif kind == "aux" and name:
            aux_params[name] = value
        else:
            raise FormatError(f"{os.fspath(fname)}: the name {key!r} does not begin with 'arg:' or 'aux:'.")
    return arg_params, aux_params


def _first(batches: Iterable, count: int | None) -> Iterator:
    for number, batch in enumerate(batches):
        if count is not None and number == count:
            return
        yield batch
