"""The BucketingModule: one set of parameters under several graphs, as many as there are lengths of a sequence.

References: MXNet 1.9.1 class mxnet.module.BucketingModule.
"""
import logging
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from .. import initializer as init
from .. import ndarray as nd
from .. import symbol as sym
from ..base import ArgumentError, FormatError, ShapeError
from ..io import DataBatch, DataDesc
from ..ndarray import NDArray
from .base_module import BaseModule, load_epoch
from .module import Module

__all__ = ["BucketingModule"]


class BucketingModule(BaseModule):
    """Trains a family of Symbols, one for each bucket key; all of them share their parameters.

    A batch says by its ``bucket_key`` which graph it wants, and by ``provide_data`` and ``provide_label`` its shapes. A
    graph is bound when its key first comes, to the arrays of the default bucket's graph.

    Parameters
    ----------
    sym_gen : callable(bucket key) -> (symbol, data_names, label_names)
    default_bucket_key : key of the largest bucket, whose graph must have all parameters
    context, work_load_list, fixed_param_names, state_names, group2ctxs, compression_params : see Module

    Examples
    --------
    >>> def graph(length):
    ...     words = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=10, output_dim=4, name="words")
    ...     scores = mx.sym.FullyConnected(mx.sym.mean(words, axis=1), num_hidden=2, name="scores")
    ...     return mx.sym.SoftmaxOutput(scores, name="softmax"), ("data",), ("softmax_label",)
    >>> module = mx.mod.BucketingModule(graph, default_bucket_key=8)
    >>> module.bind([("data", (3, 8))], [("softmax_label", (3,))])
    >>> module.init_params()
    >>> module.switch_bucket(5, [("data", (3, 5))], [("softmax_label", (3,))])
    >>> module.data_shapes
    [DataDesc[data,(3, 5),<class 'numpy.float32'>,NCHW]]
    """

    def __init__(
        self,
        sym_gen: Callable,
        default_bucket_key: Hashable = None,
        logger: Any = logging,
        context=None,
        work_load_list=None,
        fixed_param_names=None,
        state_names=None,
        group2ctxs=None,
        compression_params=None,
    ):
        super().__init__(logger=logger)
        if default_bucket_key is None:
            raise ArgumentError(
                "BucketingModule: default_bucket_key is missing.\n"
                "  Give the key of the largest bucket, as in default_bucket_key=iterator.default_bucket_key."
            )
        self._sym_gen = sym_gen
        self._default_bucket_key = default_bucket_key
        self._options = {
            "logger": logger,
            "context": context,
            "work_load_list": work_load_list,
            "fixed_param_names": fixed_param_names,
            "state_names": state_names,
            "group2ctxs": group2ctxs,
            "compression_params": compression_params,
        }
        self._default = self._module_of(default_bucket_key)  # tells now what is wrong with its names
        self._buckets: dict[Hashable, Module] = {}  # bound modules by key
        self._curr_module: Any = None  # Module
        self._curr_bucket_key: Hashable = None
        self._params_dirty = False
        self._monitor = None
        self._loaded: tuple | None = None  # (arg_params, aux_params) for the coming bind

    def _module_of(self, key: Hashable) -> Module:
        made = self._sym_gen(key)
        if not isinstance(made, tuple) or len(made) != 3:
            raise ArgumentError(
                "BucketingModule: sym_gen(bucket_key) must return (symbol, data_names, label_names)."
                f" Received: {made!r}"
            )
        symbol, data_names, label_names = made
        return Module(symbol, data_names=data_names, label_names=label_names, **self._options)

    # -- names and shapes --------------------------------------------------------------------------------------------
    @property
    def data_names(self) -> list[str]:
        """Names of the data inputs of the current bucket."""
        return (self._curr_module or self._default).data_names

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs of the current bucket."""
        return (self._curr_module or self._default).output_names

    @property
    def data_shapes(self) -> list[DataDesc]:
        """Names and shapes of the data inputs of the current bucket."""
        self._require("data_shapes", initialized=False)
        return self._curr_module.data_shapes

    @property
    def label_shapes(self) -> list[DataDesc] | None:
        """Names and shapes of the label inputs of the current bucket."""
        self._require("label_shapes", initialized=False)
        return self._curr_module.label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Names and shapes of the outputs of the current bucket."""
        self._require("output_shapes", initialized=False)
        return self._curr_module.output_shapes

    @property
    def symbol(self) -> Any:
        """The Symbol of the current bucket."""
        self._require("symbol", initialized=False)
        return self._curr_module.symbol

    # -- binding -----------------------------------------------------------------------------------------------------
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
        """Allocate the arrays for the default bucket, with given input shapes; see Module.bind.

        With force_rebind every bucket is bound anew, when its key comes again.
        """
        if shared_module is not None:
            raise ArgumentError("bind: shared_module for BucketingModule is not supported")
        kept = self.get_params() if self.params_initialized and self.binded else self._loaded
        if force_rebind:
            self.binded = False
            self._buckets = {}
            self._default = self._module_of(self._default_bucket_key)
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        self._grad_req = grad_req
        module = self._default
        module.bind(data_shapes, label_shapes, for_training, inputs_need_grad, grad_req=grad_req)
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._curr_module, self._curr_bucket_key = module, self._default_bucket_key
        self._buckets[self._default_bucket_key] = module
        self.binded = True
        self._loaded = None
        if kept is not None:
            self.set_params(kept[0], kept[1])

    def switch_bucket(self, bucket_key: Hashable, data_shapes, label_shapes=None) -> None:
        """Make the graph of a bucket the current one; it is bound where its key comes for the first time.

        Raises
        ------
        ShapeError
            If its graph has a parameter that the default bucket's graph lacks, or has in another shape.
        """
        self._require("switch_bucket", initialized=False)
        if bucket_key not in self._buckets:
            default = self._buckets[self._default_bucket_key]
            module = self._module_of(bucket_key)
            module.bind(
                data_shapes,
                label_shapes,
                self.for_training,
                self.inputs_need_grad,
                shared_module=default,
                grad_req=self._grad_req,
            )
            self._check_shared(module, default, bucket_key)
            if self._monitor is not None:
                module.install_monitor(self._monitor)
            self._buckets[bucket_key] = module
        self._curr_module, self._curr_bucket_key = self._buckets[bucket_key], bucket_key

    def _check_shared(self, module: Module, default: Module, key: Hashable) -> None:
        bound, shared = module._exec_group.execs[0], default._exec_group.execs[0]
        for name, array in {**bound.arg_dict, **bound.aux_dict}.items():
            other = shared.arg_dict.get(name, shared.aux_dict.get(name))
            if array is other or name not in {*module._param_names, *module._aux_names}:
                continue
            there = "does not have it" if other is None else f"has it with shape {other.shape}"
            raise ShapeError(
                f"BucketingModule: the graph of bucket {key!r} has the parameter {name!r} with shape {array.shape},"
                f" that of the default bucket {self._default_bucket_key!r} {there}.\n"
                "  Buckets share their parameters: make layers whose parameters do not depend on the key."
            )

    def prepare(self, data_batch: DataBatch, sparse_row_id_fn=None) -> None:
        """Bind the graph of a batch that comes next; the current bucket stays."""
        self._require("prepare")
        now = self._curr_bucket_key
        self._switch_to(data_batch)
        self._curr_module, self._curr_bucket_key = self._buckets[now], now

    def _switch_to(self, batch: DataBatch) -> None:
        if batch.provide_data is None:
            raise ArgumentError(
                "BucketingModule: the batch does not say its shapes.\n"
                "  Make it with DataBatch(data, label, bucket_key=..., provide_data=..., provide_label=...)."
            )
        self.switch_bucket(batch.bucket_key, batch.provide_data, batch.provide_label)

    # -- parameters --------------------------------------------------------------------------------------------------
    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        """Return (arg_params, aux_params) by name, on the CPU."""
        self._require("get_params", bound=False)
        if not self.binded and self._loaded is not None:
            return self._loaded
        self._curr_module._params_dirty = self._params_dirty
        params = self._curr_module.get_params()
        self._params_dirty = False
        return params

    def init_params(
        self,
        initializer: Any = init.Uniform(0.01),  # noqa: B008 - MXNet's default
        arg_params: dict | None = None,
        aux_params: dict | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Fill the parameters of all buckets; see Module.init_params."""
        if self.params_initialized and not force_init:
            return
        self._require("init_params", initialized=False)
        default = self._buckets[self._default_bucket_key]
        default.init_params(initializer, arg_params, aux_params, allow_missing, True, allow_extra)
        for module in self._buckets.values():
            module._arg_params, module._aux_params = default._arg_params, default._aux_params
            module.params_initialized = True
            module._params_dirty = False
        self._params_dirty = False
        self.params_initialized = True

    def set_params(self, arg_params, aux_params, allow_missing=False, force_init=True, allow_extra=False) -> None:
        """Set the parameters; see Module.set_params."""
        self.init_params(None, arg_params, aux_params, allow_missing, force_init, allow_extra)

    def get_states(self, merge_multi_context: bool = True) -> list:
        """Return the states of the current bucket."""
        self._require("get_states")
        return self._curr_module.get_states(merge_multi_context)

    def set_states(self, states=None, value: float | None = None) -> None:
        """Set the states of the current bucket; see Module.set_states."""
        self._require("set_states")
        self._curr_module.set_states(states, value)

    # -- optimizer ---------------------------------------------------------------------------------------------------
    def init_optimizer(
        self,
        kvstore="local",
        optimizer="sgd",
        optimizer_params=(("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Make the optimizer of all buckets; see Module.init_optimizer."""
        self._require("init_optimizer")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring.")
            return
        default = self._buckets[self._default_bucket_key]
        default.init_optimizer(kvstore, optimizer, optimizer_params, True)
        for module in self._buckets.values():
            if module is not default:
                module.borrow_optimizer(default)
        self.optimizer_initialized = True

    # -- one batch ---------------------------------------------------------------------------------------------------
    def forward(self, data_batch: DataBatch, is_train: bool | None = None) -> None:
        """Switch to the batch's bucket, and compute the outputs."""
        self._require("forward")
        self._switch_to(data_batch)
        self._curr_module.forward(data_batch, is_train)

    def backward(self, out_grads=None) -> None:
        """Compute the gradients of the last forward."""
        self._require("backward")
        self._curr_module.backward(out_grads)

    def update(self) -> None:
        """Update the parameters, which are those of all buckets."""
        self._require("update", optimizer=True)
        self._params_dirty = True
        self._curr_module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """Return the outputs of the last forward."""
        self._require("get_outputs")
        return self._curr_module.get_outputs(merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Return the gradients of the data; the module must be bound with inputs_need_grad=True."""
        self._require("get_input_grads")
        return self._curr_module.get_input_grads(merge_multi_context)

    def update_metric(self, eval_metric, labels, pre_sliced: bool = False) -> None:
        """Update a metric with the outputs of the last forward and the labels."""
        self._require("update_metric")
        self._curr_module.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon) -> None:
        """Let a Monitor watch every bucket, those to come too."""
        self._require("install_monitor", initialized=False)
        self._monitor = mon
        for module in self._buckets.values():
            module.install_monitor(mon)

    # -- checkpoints -------------------------------------------------------------------------------------------------
    def save_checkpoint(self, prefix: str, epoch: int, remove_amp_cast: bool = False) -> None:
        """Write prefix.buckets (the keys), prefix-KEY-symbol.json of each bucket, and prefix-NNNN.params.

        Raises
        ------
        ArgumentError
            If a bucket key is no integer: the file of keys can hold nothing else.
        """
        self._require("save_checkpoint")
        for key in self._buckets:
            if isinstance(key, bool) or not isinstance(key, (int, np.integer)):
                raise ArgumentError(f"save_checkpoint: bucket keys must be integers. Received: {key!r}")
        nd.save(f"{prefix}.buckets", nd.array(list(self._buckets), dtype="int32"))
        for key, module in self._buckets.items():
            module._symbol.save(f"{prefix}-{key}-symbol.json", remove_amp_cast)
        self.save_params(f"{prefix}-{epoch:04d}.params")

    @staticmethod
    def load(prefix: str, epoch: int, sym_gen=None, default_bucket_key=None, **kwargs) -> "BucketingModule":
        """Return a BucketingModule from a checkpoint that save_checkpoint wrote.

        Parameters
        ----------
        sym_gen, default_bucket_key, **kwargs : of BucketingModule; graphs come from sym_gen, the files are checked
        """
        if sym_gen is None:
            raise ArgumentError("load: sym_gen is required for loading BucketingModule")
        keys = _saved_keys(f"{prefix}.buckets")
        for key in keys:
            sym.load(f"{prefix}-{key}-symbol.json")
        if default_bucket_key is None:
            default_bucket_key = max(keys)
        return _loaded(sym_gen, default_bucket_key, load_epoch(prefix, epoch), kwargs)

    @staticmethod
    def load_dict(
        sym_dict=None, sym_gen=None, default_bucket_key=None, arg_params=None, aux_params=None, **kwargs
    ) -> "BucketingModule":
        """Return a BucketingModule from parameters in memory.

        Parameters
        ----------
        sym_dict : Symbols by bucket key
        sym_gen, default_bucket_key, **kwargs : of BucketingModule
        arg_params, aux_params : dict of NDArray by name
        """
        if sym_dict is None:
            raise ArgumentError("load_dict: sym_dict needs to be provided for BucketingModule.load_dict")
        if sym_gen is None:
            raise ArgumentError("load_dict: sym_gen is required for loading BucketingModule")
        if default_bucket_key is None:
            default_bucket_key = max(sym_dict)
        return _loaded(sym_gen, default_bucket_key, (arg_params or {}, aux_params or {}), kwargs)


def _saved_keys(file: str) -> list[int]:
    loaded = nd.load(file)
    if not isinstance(loaded, list) or len(loaded) != 1 or loaded[0].ndim != 1 or not loaded[0].size:
        raise FormatError(f"{file}: this is no list of bucket keys")
    return [int(key) for key in loaded[0].asnumpy()]


def _loaded(sym_gen, key, params: tuple[dict, dict], options: dict) -> BucketingModule:
    module = BucketingModule(sym_gen, default_bucket_key=key, **options)
    module._loaded = params
    module.params_initialized = True
    return module
