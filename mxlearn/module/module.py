"""The Module: a Symbol with parameters and an optimizer, on one or several contexts.

References: MXNet 1.9.1 class mxnet.module.Module.
"""
import logging
import warnings
from typing import Any

from .. import initializer as init
from .. import kvstore as kvs
from .. import optimizer as opt
from .. import symbol as sym
from ..base import (
    ArgumentError,
    MXNetError,
    atomic_write,
    type_name,
)
from ..context import Context, cpu
from ..io import DataBatch, DataDesc
from ..ndarray import NDArray
from ..optimizer.updater import load_states
from .base_module import BaseModule, as_list, load_epoch
from .executor_group import ExecutorGroup
from .given import check_names, check_values, contexts_of_groups, described, filled

__all__ = ["Module"]


class Module(BaseModule):
    """Trains a Symbol.

    Parameters
    ----------
    symbol : Symbol, its outputs usually losses such as SoftmaxOutput
    data_names, label_names : names of its inputs
    context : Context or list of Context; a batch is divided among several
    work_load_list : relative share of each context
    fixed_param_names : parameters that are not updated
    state_names : inputs that are states, zero until set_states
    group2ctxs : for each context a dict from ctx_group to Context, or one dict from ctx_group to a Context for all of
        them, or to a list with one for each; parts of the graph that are in groups run there

    Examples
    --------
    >>> data = mx.nd.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> batches = mx.io.NDArrayIter(data, mx.nd.array([0, 0, 0, 1]), batch_size=4)
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2)
    >>> module = mx.mod.Module(mx.sym.SoftmaxOutput(net, name="softmax"))
    >>> module.fit(batches, optimizer_params={"learning_rate": 2.0}, num_epoch=50)
    >>> module.score(batches, "acc")
    [('accuracy', 1.0)]
    """

    def __init__(
        self,
        symbol: sym.Symbol,
        data_names=("data",),
        label_names=("softmax_label",),
        logger: Any = logging,
        context=None,
        work_load_list=None,
        fixed_param_names=None,
        state_names=None,
        group2ctxs=None,
        compression_params=None,
    ):
        super().__init__(logger=logger)
        contexts = as_list(context) or [cpu()]
        if not all(isinstance(c, Context) for c in contexts):
            raise ArgumentError(f"Module: context must be a Context or a list of them. Received: {context!r}")
        self._context = contexts
        self._work_load_list = work_load_list or [1] * len(contexts)
        if len(self._work_load_list) != len(contexts):
            raise ArgumentError("Module: work_load_list needs one number for each context")
        self._symbol = symbol
        self._data_names, self._label_names = list(data_names), list(label_names or [])
        self._state_names = list(state_names or [])
        self._fixed_param_names = list(fixed_param_names or [])
        arguments = symbol.list_arguments()
        check_names(symbol, self._data_names, "data", True)
        check_names(symbol, self._label_names, "label", False)
        check_names(symbol, self._state_names, "state", True)
        check_names(symbol, self._fixed_param_names, "fixed_param", True)
        inputs = {*self._data_names, *self._label_names, *self._state_names}
        self._param_names = [name for name in arguments if name not in inputs]
        self._label_names = [name for name in self._label_names if name in arguments]
        self._aux_names = symbol.list_auxiliary_states()
        self._output_names = symbol.list_outputs()
        # None until init_params or load, bind and init_optimizer
        self._arg_params: Any = None  # dict of NDArray by name
        self._aux_params: Any = None  # dict of NDArray by name
        self._params_dirty = False
        self._optimizer = None
        self._kvstore: Any = None
        self._updaters: list = []
        self._exec_group: Any = None  # ExecutorGroup
        self._data_shapes: Any = None  # list of DataDesc
        self._label_shapes: Any = None  # list of DataDesc, None without labels too
        self._preload_opt_states = None
        self._compression_params = compression_params
        self._groups = contexts_of_groups(group2ctxs, len(contexts))

    # -- checkpoints -------------------------------------------------------------------------------------------------
    @staticmethod
    def load(prefix: str, epoch: int, load_optimizer_states: bool = False, **kwargs) -> "Module":
        """Return a Module from a checkpoint that save_checkpoint wrote.

        Parameters
        ----------
        prefix, epoch : the files are prefix-symbol.json and prefix-NNNN.params
        load_optimizer_states : read prefix-NNNN.states too
        **kwargs : of Module
        """
        symbol = sym.load(f"{prefix}-symbol.json")
        arg_params, aux_params = load_epoch(prefix, epoch)
        module = Module(symbol=symbol, **kwargs)
        module._arg_params, module._aux_params = arg_params, aux_params
        module.params_initialized = True
        if load_optimizer_states:
            module._preload_opt_states = f"{prefix}-{epoch:04d}.states"
        return module

    def save_checkpoint(self, prefix, epoch, save_optimizer_states=False, remove_amp_cast=True) -> None:
        """Write prefix-symbol.json, prefix-NNNN.params and, if asked, prefix-NNNN.states.

        Each file is written as a whole or not at all.
        """
        self._symbol.save(f"{prefix}-symbol.json", remove_amp_cast)
        file = f"{prefix}-{epoch:04d}.params"
        self.save_params(file)
        logging.info('Saved checkpoint to "%s"', file)
        if save_optimizer_states:
            states = f"{prefix}-{epoch:04d}.states"
            self.save_optimizer_states(states)
            logging.info('Saved optimizer state to "%s"', states)

    # -- names and shapes --------------------------------------------------------------------------------------------
    @property
    def data_names(self) -> list[str]:
        """Names of the data inputs."""
        return self._data_names

    @property
    def label_names(self) -> list[str]:
        """Names of the label inputs."""
        return self._label_names

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        return self._output_names

    @property
    def data_shapes(self) -> list[DataDesc]:
        """Names and shapes of the data inputs."""
        self._require("data_shapes", initialized=False)
        return self._data_shapes

    @property
    def label_shapes(self) -> list[DataDesc] | None:
        """Names and shapes of the label inputs; None without labels."""
        self._require("label_shapes", initialized=False)
        return self._label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Names and shapes of the outputs."""
        self._require("output_shapes", initialized=False)
        return self._exec_group.output_shapes(self._output_names)

    # -- parameters --------------------------------------------------------------------------------------------------
    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        """Return (arg_params, aux_params) by name, on the CPU."""
        self._require("get_params", bound=False)
        if self._params_dirty:
            self._exec_group.get_params(self._arg_params, self._aux_params)
            self._params_dirty = False
        return self._arg_params, self._aux_params

    def init_params(
        self,
        initializer: Any = init.Uniform(0.01),  # noqa: B008 - MXNet's default
        arg_params: dict | None = None,
        aux_params: dict | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Fill the parameters, from given arrays or else from the initializer; nothing changes if one does not fit.

        Parameters
        ----------
        initializer : Initializer for parameters that are not given
        arg_params, aux_params : dict of NDArray
        allow_missing : initialize what ``arg_params`` does not have
        force_init : do it again where it has been done
        allow_extra : do not warn of names that the symbol does not have; as in MXNet they are ignored in any case
        """
        if self.params_initialized and not force_init:
            warnings.warn(
                "Parameters already initialized and force_init=False. init_params call ignored.", stacklevel=2
            )
            return
        self._require("init_params", initialized=False)
        if initializer is not None and not callable(initializer):
            raise ArgumentError(
                f"init_params: initializer must be an Initializer such as mx.init.Xavier(). Received: {initializer!r}"
            )
        attributes = self._symbol.attr_dict()
        executor = self._exec_group.execs[0]
        check_values("auxiliary", aux_params, self._aux_names, executor.aux_dict, allow_missing, allow_extra)
        check_values("argument", arg_params, self._param_names, executor.arg_dict, allow_missing, allow_extra)
        new_args = filled(self._param_names, executor.arg_dict, arg_params, initializer, attributes)
        new_aux = filled(self._aux_names, executor.aux_dict, aux_params, initializer, attributes)
        self._arg_params, self._aux_params = new_args, new_aux
        self.params_initialized = True
        self._params_dirty = False
        self._exec_group.set_params(new_args, new_aux)

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
        """Allocate the arrays for given input shapes.

        Parameters
        ----------
        data_shapes, label_shapes : lists of DataDesc or (name, shape)
        for_training : whether backward is wanted
        inputs_need_grad : whether the gradient of the data is wanted
        force_rebind : bind again
        shared_module : a bound Module whose parameters, gradients, states and optimizer this one uses as well
        grad_req : "write", "add" or "null", or one for each argument as a list or a dict by name
        """
        if force_rebind:
            self._reset_bind()
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if inputs_need_grad and not for_training:
            raise ArgumentError("bind: inputs_need_grad=True needs for_training=True")
        if shared_module is not None and not (isinstance(shared_module, Module) and shared_module.binded):
            raise ArgumentError(
                f"bind: shared_module must be a Module that is bound. Received: {type_name(shared_module)}"
            )
        self._data_shapes, self._label_shapes = self._described(data_shapes, label_shapes)
        self.for_training = for_training
        self.inputs_need_grad = inputs_need_grad
        self._grad_req = grad_req
        self._exec_group = ExecutorGroup(
            self._symbol,
            self._context,
            self._work_load_list,
            self._data_shapes,
            self._label_shapes or [],
            self._param_names,
            for_training=for_training,
            inputs_need_grad=inputs_need_grad,
            fixed_param_names=self._fixed_param_names,
            grad_req=grad_req,
            shared_group=shared_module._exec_group if shared_module is not None else None,
            group2ctxs=self._groups,
        )
        self.binded = True
        if shared_module is not None and shared_module.params_initialized:
            self.params_initialized = True
            self._arg_params, self._aux_params = shared_module._arg_params, shared_module._aux_params
        elif self.params_initialized:  # loaded, or bound before
            self._exec_group.set_params(self._arg_params, self._aux_params)
        if shared_module is not None and shared_module.optimizer_initialized:
            self.borrow_optimizer(shared_module)

    def _described(self, data_shapes, label_shapes) -> tuple[list[DataDesc], list[DataDesc] | None]:
        return described(data_shapes, label_shapes, self._data_names, self._label_names)

    def _reset_bind(self) -> None:
        if self._params_dirty:
            self.get_params()
        self.binded = False
        self._exec_group = None
        self._data_shapes = self._label_shapes = None

    def reshape(self, data_shapes, label_shapes=None) -> None:
        """Bind to other input shapes; parameters, gradients and optimizer stay."""
        self._require("reshape", initialized=False)
        data, labels = self._described(data_shapes, label_shapes)
        self._exec_group.reshape(data, labels or [])
        self._data_shapes, self._label_shapes = data, labels

    # -- optimizer ---------------------------------------------------------------------------------------------------
    def init_optimizer(
        self,
        kvstore="local",
        optimizer="sgd",
        optimizer_params=(("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Make the optimizer.

        Parameters
        ----------
        kvstore : "local", "device", KVStore or None; sums gradients over contexts
        optimizer : name or Optimizer
        optimizer_params : dict or pairs; rescale_grad is 1 / batch size unless given
        force_init : do it again where it has been done
        """
        self._require("init_optimizer")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring...")
            return
        batch_size = self._data_shapes[0].shape[0]
        if isinstance(optimizer, str):
            options = {"rescale_grad": 1.0 / batch_size, **dict(optimizer_params)}
            optimizer = opt.create(
                optimizer, sym=self._symbol, param_idx2name=dict(enumerate(self._param_names)), **options
            )
        elif not isinstance(optimizer, opt.Optimizer):
            raise ArgumentError(
                f"init_optimizer: optimizer must be a name or an Optimizer. Received: {type_name(optimizer)}"
            )
        elif optimizer.rescale_grad != 1.0 / batch_size:
            warnings.warn(
                "Optimizer created manually outside Module but rescale_grad "
                f"is not normalized to 1.0/batch_size/num_workers ({optimizer.rescale_grad} vs. {1.0 / batch_size}). "
                "Is this intended?",
                stacklevel=2,
            )
        self._optimizer = optimizer
        if not (kvstore is None or isinstance(kvstore, (str, kvs.KVStoreBase))):
            raise ArgumentError(f"init_optimizer: kvstore must be KVStore, str or None. Received: {type_name(kvstore)}")
        if len(self._context) > 1 and kvstore:
            self._kvstore = kvs.create(kvstore) if isinstance(kvstore, str) else kvstore
            if self._compression_params:
                self._kvstore.set_gradient_compression(self._compression_params)
            for i, arrays in enumerate(self._exec_group.param_arrays):
                self._kvstore.init(i, arrays[0])
        self._updaters = [opt.get_updater(optimizer) for _ in self._context]
        self.optimizer_initialized = True
        if self._preload_opt_states is not None:
            self.load_optimizer_states(self._preload_opt_states)
            self._preload_opt_states = None

    def borrow_optimizer(self, shared_module: "Module") -> None:
        """Use the optimizer of another module, which has one."""
        shared_module._require("borrow_optimizer", bound=False, initialized=False, optimizer=True)
        self._optimizer = shared_module._optimizer
        self._kvstore = shared_module._kvstore
        self._updaters = shared_module._updaters
        self.optimizer_initialized = True

    # -- one batch ---------------------------------------------------------------------------------------------------
    def forward(self, data_batch: DataBatch, is_train: bool | None = None) -> None:
        """Compute the outputs of a batch; binds to its shapes where they differ.

        Parameters
        ----------
        data_batch : DataBatch
        is_train : default whether the module was bound for training
        """
        self._require("forward")
        is_train = self.for_training if is_train is None else is_train
        shapes = [d.shape for d in self._data_shapes]
        arrays = data_batch.data
        if len(arrays) != len(shapes):
            raise ArgumentError(f"forward: {len(shapes)} data arrays are needed, the batch has {len(arrays)}")
        if [a.shape for a in arrays] != shapes:
            data = [
                DataDesc(d.name, a.shape, d.dtype, d.layout) for d, a in zip(self._data_shapes, arrays, strict=True)
            ]
            labels = None
            if self._label_shapes and data_batch.label:
                labels = [
                    DataDesc(d.name, a.shape, d.dtype, d.layout)
                    for d, a in zip(self._label_shapes, data_batch.label, strict=True)
                ]
            elif self._label_shapes:
                size = arrays[0].shape[0]
                labels = [DataDesc(d.name, (size, *d.shape[1:]), d.dtype, d.layout) for d in self._label_shapes]
            self.reshape(data, labels)
        self._exec_group.forward(data_batch, is_train)

    def backward(self, out_grads=None) -> None:
        """Compute the gradients of the last forward(is_train=True)."""
        self._require("backward")
        self._exec_group.backward(out_grads)

    def update(self) -> None:
        """Update the parameters from their gradients, summed over contexts."""
        self._require("update", optimizer=True)
        self._params_dirty = True
        self._exec_group.update(self._kvstore, self._updaters)

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """Return the outputs of the last forward; of several contexts joined, or as lists."""
        self._require("get_outputs")
        return self._exec_group.get_outputs(merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Return the gradients of the data; the module must be bound with inputs_need_grad=True."""
        self._require("get_input_grads")
        if not self.inputs_need_grad:
            raise MXNetError("get_input_grads: bind with inputs_need_grad=True first")
        return self._exec_group.get_input_grads(merge_multi_context)

    def get_states(self, merge_multi_context: bool = True) -> list:
        """Return the states; of several contexts joined, or as lists."""
        self._require("get_states")
        return self._exec_group.get_states(self._state_names, merge_multi_context)

    def set_states(self, states=None, value: float | None = None) -> None:
        """Set the states.

        Parameters
        ----------
        states : for each state an NDArray of the whole batch, or a list with one NDArray for each context
        value : a number for all of them; give one of the two
        """
        self._require("set_states")
        if (states is None) == (value is None):
            raise ArgumentError("set_states: give either states or value")
        self._exec_group.set_states(self._state_names, states, value)

    def update_metric(self, eval_metric, labels, pre_sliced: bool = False) -> None:
        """Update a metric with the outputs of the last forward and the labels.

        With ``pre_sliced`` the labels are lists already, one for each context.
        """
        self._exec_group.update_metric(eval_metric, labels, self._label_names, self._output_names, pre_sliced)

    def install_monitor(self, mon) -> None:
        """Let a Monitor watch the outputs of every node."""
        self._require("install_monitor", initialized=False)
        for executor in self._exec_group.execs:
            mon.install(executor)

    # -- optimizer states --------------------------------------------------------------------------------------------
    def save_optimizer_states(self, fname) -> None:
        """Write the optimizer's states to a file, as a whole or not at all."""
        self._require("save_optimizer_states", optimizer=True)
        content = self._updaters[0].get_states()
        with atomic_write(fname) as file:
            file.write(content)

    def load_optimizer_states(self, fname) -> None:
        """Read the optimizer's states from a file that save_optimizer_states wrote."""
        self._require("load_optimizer_states", optimizer=True)
        load_states(self._updaters, fname)
