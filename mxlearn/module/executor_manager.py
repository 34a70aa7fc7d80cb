"""The executors that FeedForward trains with: like an ExecutorGroup, with one symbol for each bucket.

References: MXNet 1.9.1 class mxnet.model.DataParallelExecutorManager.
"""
import logging
from typing import Any

from ..base import ArgumentError, MXNetError
from ..io import DataBatch, DataDesc
from .base_module import as_list
from .executor_group import ExecutorGroup

__all__ = ["DataParallelExecutorManager", "as_described"]


def as_described(shapes) -> list[DataDesc]:
    """Return shapes as descriptions."""
    return [d if isinstance(d, DataDesc) else DataDesc(*d) for d in shapes]


class DataParallelExecutorManager:
    """Executors of one symbol on several contexts, each with its part of every batch.

    Parameters
    ----------
    symbol : Symbol, or with ``sym_gen`` the one of the default bucket
    ctx : Context or list of them
    train_data : DataIter, which tells the shapes
    arg_names, param_names, aux_names : of the symbol
    work_load_list : relative share of each context
    sym_gen : callable(bucket key) -> Symbol, for batches with a bucket_key

    Attributes
    ----------
    param_arrays, grad_arrays, aux_arrays : for each name a list with one NDArray for each context
    """

    def __init__(
        self,
        symbol,
        ctx,
        train_data,
        arg_names,
        param_names,
        aux_names,
        work_load_list=None,
        logger: Any = None,
        sym_gen=None,
    ):
        self.ctx = as_list(ctx)
        (logger or logging).info("Start training with %s", str(self.ctx))
        self.arg_names, self.param_names, self.aux_names = list(arg_names), list(param_names), list(aux_names)
        workload = work_load_list or [1] * len(self.ctx)
        if len(workload) != len(self.ctx):
            raise ArgumentError("DataParallelExecutorManager: work_load_list needs one number for each context")
        self._workload = workload
        self.symbol, self.sym_gen = symbol, sym_gen
        self.execgrp = self._group(symbol, train_data.provide_data, train_data.provide_label)
        self.curr_execgrp = self.execgrp
        self.slices = self.execgrp.slices
        self._buckets = {} if sym_gen is None else {train_data.default_bucket_key: self.execgrp}
        self._monitor = None
        self._batch: Any = None  # DataBatch

    def _group(self, symbol, data, label, shared_group: ExecutorGroup | None = None) -> ExecutorGroup:
        return ExecutorGroup(
            symbol,
            self.ctx,
            self._workload,
            as_described(data),
            as_described(label),
            self.param_names,
            for_training=True,
            inputs_need_grad=False,
            fixed_param_names=(),
            grad_req="write",
            shared_group=shared_group,
        )

    @property
    def param_arrays(self) -> list[list[Any]]:
        """For each parameter its copies."""
        return self.execgrp.param_arrays

    @property
    def grad_arrays(self) -> list[list[Any]]:
        """For each parameter its gradients."""
        return self.execgrp.grad_arrays

    @property
    def aux_arrays(self) -> list[list[Any]]:
        """For each auxiliary state its copies."""
        return [[executor.aux_dict[name] for executor in self.execgrp.execs] for name in self.aux_names]

    def install_monitor(self, monitor) -> None:
        """Let a Monitor watch all executors."""
        if self.sym_gen is not None:
            raise MXNetError("install_monitor: Monitoring is not implemented for bucketing")
        for executor in self.execgrp.execs:
            monitor.install(executor)

    def set_params(self, arg_params: dict, aux_params: dict) -> None:
        """Copy parameters to all contexts."""
        self.execgrp.set_params(arg_params, aux_params)

    def copy_to(self, arg_params: dict, aux_params: dict) -> None:
        """Write the mean of the copies into the given arrays."""
        self.execgrp.get_params(arg_params, aux_params)

    def load_data_batch(self, data_batch: DataBatch) -> None:
        """Take in the batch for the next forward."""
        if self.sym_gen is not None:
            key = data_batch.bucket_key
            if key not in self._buckets:
                self._buckets[key] = self._group(
                    self.sym_gen(key), data_batch.provide_data, data_batch.provide_label, self.execgrp
                )
            self.curr_execgrp = self._buckets[key]
        self._batch = data_batch

    def forward(self, is_train: bool = False) -> None:
        """Compute the outputs of the batch."""
        self.curr_execgrp.forward(self._batch, is_train)

    def backward(self) -> None:
        """Compute the gradients of the last forward."""
        self.curr_execgrp.backward()

    def update_metric(self, metric, labels, pre_sliced: bool = False) -> None:
        """Update a metric with the outputs of the last forward and the labels."""
        group = self.curr_execgrp
        group.update_metric(metric, labels, [d.name for d in group.labels], group.symbol.list_outputs(), pre_sliced)
