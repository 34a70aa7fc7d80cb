"""Checkpoints of symbols and parameters, and FeedForward, the trainer that was there before Module.

References: MXNet 1.9.1 module mxnet.model.
"""
import logging
import time
import warnings
from typing import Any

import numpy as np

from . import initializer as init
from . import io, metric
from . import kvstore as kvs
from . import ndarray as nd
from . import optimizer as opt
from . import symbol as sym
from .base import ArgumentError, MXNetError, NotFoundError, missing, type_name
from .callback import LogValidationMetricsCallback, save_checkpoint
from .context import Context, cpu, current_context
from .initializer import Uniform
from .io import DataDesc
from .module.base_module import BatchEndParam, as_list, load_epoch
from .module.executor_manager import DataParallelExecutorManager, as_described
from .module.given import filled
from .ndarray import NDArray
from .optimizer import get_updater

__all__ = [
    "BASE_ESTIMATOR",
    "BatchEndParam",
    "Context",
    "DataDesc",
    "DataParallelExecutorManager",
    "FeedForward",
    "LogValidationMetricsCallback",
    "Uniform",
    "cpu",
    "get_updater",
    "load_checkpoint",
    "load_params",
    "save_checkpoint",
]

BASE_ESTIMATOR = object  # what FeedForward derives from; MXNet takes scikit-learn's BaseEstimator where it finds it


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)


def load_params(prefix: str, epoch: int) -> tuple[dict, dict]:
    """Return (arg_params, aux_params) of a checkpoint."""
    return load_epoch(prefix, epoch)


def load_checkpoint(prefix: str, epoch: int) -> tuple:
    """Return (symbol, arg_params, aux_params) of a checkpoint that save_checkpoint or MXNet wrote."""
    symbol = sym.load(f"{prefix}-symbol.json")
    arg_params, aux_params = load_params(prefix, epoch)
    return symbol, arg_params, aux_params


class FeedForward:
    """Trains a Symbol on iterators or plain arrays. New programs use Module, or Gluon.

    Parameters
    ----------
    symbol : Symbol, or callable(bucket key) -> Symbol
    ctx : Context or list of Context; a batch is divided among several
    num_epoch, begin_epoch : epochs begin_epoch to num_epoch - 1 are run
    epoch_size : batches in an epoch; None takes what the iterator has
    optimizer : name or Optimizer; **kwargs are its options, rescale_grad is 1 / batch size unless given
    initializer : of parameters that ``arg_params`` does not give
    numpy_batch_size : largest batch size where data is given as an array
    arg_params, aux_params : dict of NDArray
    allow_extra_params : whether these may hold names that the symbol does not have

    Examples
    --------
    >>> data = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    >>> net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2), name="softmax")
    >>> with warnings.catch_warnings(action="ignore"):
    ...     model = mx.model.FeedForward.create(net, data, np.array([0, 0, 0, 1]), num_epoch=50, learning_rate=2.0)
    >>> model.predict(data).argmax(axis=1)
    array([0, 0, 0, 1])
    """

    def __init__(
        self,
        symbol,
        ctx=None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer="sgd",
        initializer: Any = init.Uniform(0.01),  # noqa: B008 - MXNet's default
        numpy_batch_size: int = 128,
        arg_params: dict | None = None,
        aux_params: dict | None = None,
        allow_extra_params: bool = False,
        begin_epoch: int = 0,
        **kwargs,
    ):
        warnings.warn(
            "mxnet.model.FeedForward has been deprecated. Please use mxnet.mod.Module instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        self.sym_gen = None if isinstance(symbol, sym.Symbol) else symbol
        self.symbol: Any = symbol if self.sym_gen is None else None
        if self.sym_gen is not None and not callable(symbol):
            raise ArgumentError(f"FeedForward: symbol must be a Symbol. Received: {type_name(symbol)}")
        self.arg_params: Any = arg_params  # dict of NDArray by name, None until training
        self.aux_params: Any = aux_params
        self.allow_extra_params = allow_extra_params
        self.argument_checked = False
        if self.sym_gen is None:
            self._check_arguments()
        self.ctx = as_list(ctx) or [current_context()]
        self.num_epoch, self.begin_epoch, self.epoch_size = num_epoch, begin_epoch, epoch_size
        self.kwargs = dict(kwargs)
        self.optimizer, self.initializer = optimizer, initializer
        self.numpy_batch_size = numpy_batch_size
        self._pred_exec: Any = None  # Executor

    def _check_arguments(self) -> None:
        """Raise where two arguments have one name; drop parameters of other symbols where they are allowed."""
        if self.argument_checked:
            return
        arguments, states = self.symbol.list_arguments(), self.symbol.list_auxiliary_states()
        for names, what in ((arguments, "argument"), (states, "auxiliary param")):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ArgumentError(
                    f'Find duplicated {what} name "{twice[0]}", please make the weight name non-duplicated(using name'
                    f" arguments), arguments are {names}"
                )
        if self.allow_extra_params:
            self.arg_params = _only(self.arg_params, arguments)
            self.aux_params = _only(self.aux_params, states)
        self.argument_checked = True

    # -- data --------------------------------------------------------------------------------------------------------
    def _init_iter(self, X, y, is_train: bool) -> Any:
        if not isinstance(X, (np.ndarray, NDArray)):
            if not isinstance(X, io.DataIter):
                raise ArgumentError(f"X must be DataIter, NDArray or numpy.ndarray. Received: {type_name(X)}")
            return X
        if y is None:
            if is_train:
                raise ArgumentError("y must be specified when X is numpy.ndarray")
            y = np.zeros(X.shape[0])
        y = y.asnumpy() if isinstance(y, NDArray) else np.asarray(y)
        if X.shape[0] != y.shape[0]:
            raise ArgumentError(
                f"The numbers of data points and labels not equal. Received: {X.shape[0]} and {y.shape[0]}"
            )
        if y.ndim == 2 and y.shape[1] == 1:
            y = y.flatten()
        if y.ndim != 1:
            raise ArgumentError(f"Label must be 1D or 2D (with 2nd dimension being 1). Received: {y.shape}")
        size = min(X.shape[0], self.numpy_batch_size)
        return io.NDArrayIter(X, y, size, shuffle=is_train, last_batch_handle="roll_over" if is_train else "pad")

    def _init_eval_iter(self, eval_data):
        if eval_data is None or isinstance(eval_data, io.DataIter):
            return eval_data
        if not isinstance(eval_data, (tuple, list)) or len(eval_data) != 2 or eval_data[0] is None:
            raise ArgumentError(
                "Eval data must be DataIter, or NDArray/numpy.ndarray/list pair (i.e. tuple/list of length 2)."
                f" Received: {type_name(eval_data)}"
            )
        x, y = (np.array(part) if isinstance(part, list) else part for part in eval_data)
        return self._init_iter(x, y, is_train=True)

    # -- parameters --------------------------------------------------------------------------------------------------
    def _init_params(self, inputs: list[DataDesc], overwrite: bool = False) -> tuple[list[str], list[str], list[str]]:
        """Initialize what is not given; return the names of arguments, parameters and auxiliary states."""
        shapes = {d.name: d.shape for d in inputs if d.name in self.symbol.list_arguments()}
        arg_shapes, _, aux_shapes = self.symbol.infer_shape(**shapes)
        if arg_shapes is None:
            raise ArgumentError("FeedForward: the shapes of the data do not determine those of the parameters")
        names, states = self.symbol.list_arguments(), self.symbol.list_auxiliary_states()
        given = {d.name for d in inputs}
        bound = {name: nd.zeros(shape) for name, shape in zip(names, arg_shapes, strict=True) if name not in given}
        bound_aux = {name: nd.zeros(shape) for name, shape in zip(states, aux_shapes, strict=True)}
        attributes = self.symbol.attr_dict()
        args, aux = (None, None) if overwrite else (self.arg_params, self.aux_params)
        self.arg_params = filled(bound, bound, args, self.initializer, attributes)
        self.aux_params = filled(bound_aux, bound_aux, aux, self.initializer, attributes)
        return names, list(bound), states

    # -- training ----------------------------------------------------------------------------------------------------
    def fit(
        self,
        X,
        y=None,
        eval_data=None,
        eval_metric="acc",
        epoch_end_callback=None,
        batch_end_callback=None,
        kvstore="local",
        logger: Any = None,
        work_load_list=None,
        monitor=None,
        eval_end_callback=LogValidationMetricsCallback(),  # noqa: B008 - MXNet's default
        eval_batch_end_callback=None,
    ) -> None:
        """Train.

        Parameters
        ----------
        X, y : DataIter, or data and labels as arrays, which are shuffled
        eval_data : DataIter, or a pair of data and labels
        epoch_end_callback : callable(epoch, symbol, arg_params, aux_params), or a list
        batch_end_callback, eval_end_callback, eval_batch_end_callback : callable(BatchEndParam), or a list; in training
            nbatch counts from 1
        """
        data = self._init_iter(X, y, is_train=True)
        evaluation = self._init_eval_iter(eval_data)
        if self.num_epoch is None:
            raise ArgumentError("fit: num_epoch is missing: say how many epochs to train, as in num_epoch=10")
        if self.sym_gen is not None:
            self.symbol = self.sym_gen(data.default_bucket_key)
            self._check_arguments()
        arg_names, param_names, aux_names = self._init_params(as_described([*data.provide_data, *data.provide_label]))
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        manager = DataParallelExecutorManager(
            self.symbol, self.ctx, data, arg_names, param_names, aux_names, work_load_list, logger, self.sym_gen
        )
        if monitor is not None:
            manager.install_monitor(monitor)
        manager.set_params(self.arg_params, self.aux_params)
        store = None
        if len(self.ctx) > 1 and kvstore:
            store = kvs.create(kvstore) if isinstance(kvstore, str) else kvstore
            for i, arrays in enumerate(manager.param_arrays):
                store.init(i, arrays[0])
        updaters = [get_updater(optimizer) for optimizer in [self._optimizer(data, param_names)] for _ in self.ctx]
        callbacks = as_list(batch_end_callback)
        data.reset()
        for epoch in range(self.begin_epoch, self.num_epoch):
            eval_metric.reset()
            self._train_epoch(
                epoch, data, manager, store, updaters, eval_metric, callbacks, logger or logging, monitor
            )
            manager.copy_to(self.arg_params, self.aux_params)
            for callback in as_list(epoch_end_callback):
                callback(epoch, self.symbol, self.arg_params, self.aux_params)
            if evaluation is not None:
                each, last = as_list(eval_batch_end_callback), as_list(eval_end_callback)
                self._evaluate(epoch, evaluation, manager, eval_metric, each, last)
        self._pred_exec = None

    def _optimizer(self, data, param_names: list[str]) -> opt.Optimizer:
        if not isinstance(self.optimizer, str):
            return self.optimizer
        options = {"rescale_grad": 1.0 / data.batch_size, **self.kwargs}
        return opt.create(self.optimizer, sym=self.symbol, param_idx2name=dict(enumerate(param_names)), **options)

    def _train_epoch(
        self, epoch, train_data, executor_manager, kvstore, updaters, eval_metric, callbacks, logger, monitor
    ) -> None:
        started = time.time()
        nbatch = 0
        while True:
            do_reset = True
            for data_batch in train_data:
                if monitor is not None:
                    monitor.tic()
                executor_manager.load_data_batch(data_batch)
                executor_manager.forward(is_train=True)
                executor_manager.backward()
                executor_manager.execgrp.update(kvstore, updaters)
                if monitor is not None:
                    monitor.toc_print()
                executor_manager.update_metric(eval_metric, data_batch.label)
                nbatch += 1
                for callback in callbacks:
                    callback(BatchEndParam(epoch, nbatch, eval_metric, locals()))
                if self.epoch_size is not None and nbatch >= self.epoch_size:
                    do_reset = False
                    break
            if do_reset:
                logger.info("Epoch[%d] Resetting Data Iterator", epoch)
                train_data.reset()
            if self.epoch_size is None or nbatch >= self.epoch_size:
                break
        logger.info("Epoch[%d] Time cost=%.3f", epoch, time.time() - started)

    @staticmethod
    def _evaluate(epoch, eval_data, executor_manager, eval_metric, batch_callbacks, end_callbacks) -> None:
        eval_metric.reset()
        eval_data.reset()
        total_num_batch = 0
        for i, eval_batch in enumerate(eval_data):
            executor_manager.load_data_batch(eval_batch)
            executor_manager.forward(is_train=False)
            executor_manager.update_metric(eval_metric, eval_batch.label)
            for callback in batch_callbacks:
                callback(BatchEndParam(epoch, i, eval_metric, locals()))
            total_num_batch += 1
        for callback in end_callbacks:
            callback(BatchEndParam(epoch, total_num_batch, eval_metric, locals()))
        eval_data.reset()

    @staticmethod
    def create(
        symbol,
        X,
        y=None,
        ctx=None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer="sgd",
        initializer: Any = init.Uniform(0.01),  # noqa: B008 - MXNet's default
        eval_data=None,
        eval_metric="acc",
        epoch_end_callback=None,
        batch_end_callback=None,
        kvstore="local",
        logger: Any = None,
        work_load_list=None,
        eval_end_callback=LogValidationMetricsCallback(),  # noqa: B008 - MXNet's default
        eval_batch_end_callback=None,
        **kwargs,
    ) -> "FeedForward":
        """Return a model that is trained; see FeedForward and fit for the parameters."""
        model = FeedForward(symbol, ctx, num_epoch, epoch_size, optimizer, initializer, **kwargs)
        model.fit(
            X,
            y,
            eval_data,
            eval_metric,
            epoch_end_callback,
            batch_end_callback,
            kvstore,
            logger,
            work_load_list,
            None,
            eval_end_callback,
            eval_batch_end_callback,
        )
        return model

    # -- what a trained model does -----------------------------------------------------------------------------------
    def _batches(self, X, num_batch: int | None, reset: bool):
        """Yield (batch, outputs without padding) on the first context."""
        if self.arg_params is None:
            raise MXNetError("FeedForward: there are no parameters.\n  Call fit first, or load a model.")
        X = self._init_iter(X, None, is_train=False)
        if reset:
            X.reset()
        arguments = self.symbol.list_arguments()
        for number, batch in enumerate(X):
            if number == num_batch:
                return
            named = {d.name: a for d, a in zip(X.provide_data, batch.data, strict=True) if d.name in arguments}
            shapes = {name: array.shape for name, array in named.items()}
            if self._pred_exec is None or any(self._pred_exec.arg_dict[n].shape != s for n, s in shapes.items()):
                self._pred_exec = self._bound(shapes)
            self._pred_exec.forward(is_train=False, **named)
            yield batch, self._pred_exec.outputs

    def _bound(self, shapes: dict):
        executor = self.symbol.simple_bind(self.ctx[0], grad_req="null", **shapes)
        bound = {**executor.arg_dict, **executor.aux_dict}
        for name in () if self.allow_extra_params else [*self.arg_params, *(self.aux_params or {})]:
            if name not in bound:
                raise NotFoundError(f'Find name "{name}" that is not in the arguments')
        executor.copy_params_from(self.arg_params, self.aux_params, allow_extra_params=True)
        return executor

    def predict(self, X, num_batch: int | None = None, return_data: bool = False, reset: bool = True):
        """Return the outputs as NumPy arrays: one, or a list for several outputs.

        Parameters
        ----------
        X : DataIter, NDArray or NumPy array
        num_batch : the first batches only
        return_data : return (outputs, data, label) as they came from the iterator
        """
        outputs: list[list] = []
        data: list[list] = []
        labels: list[list] = []
        for batch, found in self._batches(X, num_batch, reset):
            count = batch.data[0].shape[0] - (batch.pad or 0)
            outputs.append([out.asnumpy()[:count] for out in found])
            if return_data:
                data.append([array.asnumpy()[:count] for array in batch.data])
                labels.append([array.asnumpy()[:count] for array in batch.label])
        if not outputs:
            raise ArgumentError("predict: the iterator has no batch.\n  Call its reset(), or pass reset=True.")
        return (_joined(outputs), _joined(data), _joined(labels)) if return_data else _joined(outputs)

    def score(
        self, X, eval_metric="acc", num_batch: int | None = None, batch_end_callback=None, reset: bool = True
    ) -> Any:
        """Return the value of a metric on a DataIter."""
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        eval_metric.reset()
        for i, (batch, outputs) in enumerate(self._batches(X, num_batch, reset)):
            eval_metric.update(batch.label, outputs)
            for callback in as_list(batch_end_callback):
                callback(BatchEndParam(0, i, eval_metric, locals()))
        return eval_metric.get()[1]

    def save(self, prefix: str, epoch: int | None = None, remove_amp_cast: bool = True) -> None:
        """Write prefix-symbol.json and prefix-NNNN.params; the epoch is num_epoch unless given."""
        epoch = self.num_epoch if epoch is None else epoch
        if epoch is None or self.arg_params is None:
            raise MXNetError("FeedForward.save: there is nothing to save.\n  Call fit first, or give epoch=...")
        save_checkpoint(prefix, epoch, self.symbol, self.arg_params, self.aux_params or {}, remove_amp_cast)

    @staticmethod
    def load(prefix: str, epoch: int, ctx=None, **kwargs) -> "FeedForward":
        """Return a model from the files that save wrote; it goes on from ``epoch``."""
        symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
        return FeedForward(
            symbol, ctx=ctx, arg_params=arg_params, aux_params=aux_params, begin_epoch=epoch, **kwargs
        )


def _only(params: dict | None, names: list[str]) -> dict | None:
    return None if params is None else {name: array for name, array in params.items() if name in names}


def _joined(batches: list[list]) -> Any:
    arrays = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    return arrays[0] if len(arrays) == 1 else arrays
