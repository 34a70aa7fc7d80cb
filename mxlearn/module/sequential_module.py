"""The SequentialModule: modules in a chain, the outputs of each being the data of the next.

References: MXNet 1.9.1 class mxnet.module.SequentialModule.
"""
import logging
from typing import Any

from .. import initializer as init
from ..base import ArgumentError, MXNetError, nearest
from ..io import DataBatch, DataDesc
from ..ndarray import NDArray
from .base_module import BaseModule

__all__ = ["SequentialModule"]


class SequentialModule(BaseModule):
    """Chains modules; backward hands the gradients of each module's data to the one before it.

    Examples
    --------
    >>> hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="hidden")
    >>> scores = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="scores")
    >>> module = mx.mod.SequentialModule()
    >>> _ = module.add(mx.mod.Module(hidden, label_names=None))
    >>> _ = module.add(mx.mod.Module(mx.sym.SoftmaxOutput(scores, name="softmax")), take_labels=True, auto_wiring=True)
    >>> module.bind([("data", (3, 5))], [("softmax_label", (3,))])
    >>> module.output_shapes
    [('softmax_output', (3, 2))]
    """

    META_TAKE_LABELS = "take_labels"
    META_AUTO_WIRING = "auto_wiring"

    def __init__(self, logger: Any = logging):
        super().__init__(logger=logger)
        self._modules: list[BaseModule] = []
        self._metas: list[dict[str, Any]] = []
        self._labels: list | None = None

    def add(self, module: BaseModule, **kwargs) -> "SequentialModule":
        """Add a module at the end, and return self.

        Parameters
        ----------
        take_labels : whether it reads the labels, as a loss does
        auto_wiring : whether its data takes the outputs before it in order, whatever their names; otherwise the names
            must agree
        """
        known = (self.META_TAKE_LABELS, self.META_AUTO_WIRING)
        for key in kwargs:
            if key not in known:
                raise ArgumentError(f'SequentialModule: Unknown meta "{key}", a typo?{nearest(key, known)}')
        self._modules.append(module)
        self._metas.append(kwargs)
        self.binded = self.params_initialized = self.optimizer_initialized = False
        return self

    def _take_labels(self, index: int) -> bool:
        return bool(self._metas[index].get(self.META_TAKE_LABELS))

    # -- names and shapes --------------------------------------------------------------------------------------------
    @property
    def data_names(self) -> list[str]:
        """Names of the data inputs of the first module; [] while there is none."""
        return self._modules[0].data_names if self._modules else []

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs of the last module; [] while there is none."""
        return self._modules[-1].output_names if self._modules else []

    @property
    def data_shapes(self) -> list[DataDesc]:
        """Names and shapes of the data inputs of the first module."""
        self._require("data_shapes", initialized=False)
        return self._modules[0].data_shapes

    @property
    def label_shapes(self) -> list | None:
        """Names and shapes of the labels, as they were given to bind; None where no module takes them."""
        self._require("label_shapes", initialized=False)
        return self._labels

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Names and shapes of the outputs of the last module."""
        self._require("output_shapes", initialized=False)
        return self._modules[-1].output_shapes

    # -- parameters --------------------------------------------------------------------------------------------------
    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        """Return (arg_params, aux_params) of all modules by name, on the CPU."""
        self._require("get_params")
        arg_params: dict[str, NDArray] = {}
        aux_params: dict[str, NDArray] = {}
        for module in self._modules:
            arguments, states = module.get_params()
            arg_params.update(arguments)
            aux_params.update(states)
        return arg_params, aux_params

    def init_params(
        self,
        initializer: Any = init.Uniform(0.01),  # noqa: B008 - MXNet's default
        arg_params: dict | None = None,
        aux_params: dict | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Fill the parameters of all modules; see Module.init_params.

        Raises
        ------
        ArgumentError
            If two modules have a parameter of the same name.
        """
        if self.params_initialized and not force_init:
            return
        self._require("init_params", initialized=False)
        for module in self._modules:
            module.init_params(initializer, arg_params, aux_params, allow_missing, force_init, allow_extra=True)
        self._check_names()
        self.params_initialized = True

    def _check_names(self) -> None:
        owners: dict[str, int] = {}
        for i, module in enumerate(self._modules):
            for names in module.get_params():
                for name in names:
                    if name in owners:
                        first = owners[name]
                        raise ArgumentError(
                            f'Duplicated parameter names: name "{name}" in layer {i} ({type(module)}) is already used'
                            f" in layer {first} ({type(self._modules[first])})."
                        )
                    owners[name] = i

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
        """Bind all modules, each to the output shapes of the one before; see Module.bind."""
        if self.binded and not force_rebind:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if inputs_need_grad and not for_training:
            raise ArgumentError("bind: inputs_need_grad=True needs for_training=True")
        if shared_module is not None:
            raise ArgumentError("bind: Shared module is not supported")
        if not self._modules:
            raise MXNetError("bind: Attempting to bind an empty SequentialModule.\n  Call add(module) first.")
        shapes = data_shapes
        taken = False
        for i, (module, meta) in enumerate(zip(self._modules, self._metas, strict=True)):
            labels = label_shapes if self._take_labels(i) else None
            taken = taken or self._take_labels(i)
            if meta.get(self.META_AUTO_WIRING):
                names = module.data_names
                if len(names) != len(shapes):
                    raise ArgumentError(
                        f"SequentialModule: module {i} has the data inputs {names}, but is given {len(shapes)} arrays"
                    )
                shapes = [(name, _shape_of(given)) for name, given in zip(names, shapes, strict=True)]
            needs_grad = inputs_need_grad if i == 0 else for_training
            module.bind(shapes, labels, for_training, needs_grad, force_rebind, None, grad_req)
            shapes = module.output_shapes
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._labels = label_shapes if taken else None
        self.binded = True

    def init_optimizer(
        self,
        kvstore="local",
        optimizer="sgd",
        optimizer_params=(("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Make an optimizer for each module; see Module.init_optimizer."""
        self._require("init_optimizer")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring.")
            return
        for module in self._modules:
            module.init_optimizer(kvstore, optimizer, optimizer_params, force_init)
        self.optimizer_initialized = True

    # -- one batch ---------------------------------------------------------------------------------------------------
    def forward(self, data_batch: DataBatch, is_train: bool | None = None) -> None:
        """Compute the outputs, module after module."""
        self._require("forward")
        batch = DataBatch(
            data_batch.data,
            data_batch.label,
            data_batch.pad,
            data_batch.index,
            provide_data=data_batch.provide_data,
            provide_label=data_batch.provide_label,
        )
        for module, following in zip(self._modules, [*self._modules[1:], None], strict=True):
            module.forward(batch, is_train=is_train)
            if following is None:
                return
            batch.data = module.get_outputs()
            shapes = [_shape_of(shape) for shape in module.output_shapes]
            batch.provide_data = list(map(DataDesc, following.data_names, shapes))

    def backward(self, out_grads=None) -> None:
        """Compute the gradients, from the last module to the first."""
        self._require("backward")
        for i, module in reversed(list(enumerate(self._modules))):
            module.backward(out_grads)
            if i:
                out_grads = module.get_input_grads()

    def update(self) -> None:
        """Update the parameters of all modules."""
        self._require("update", optimizer=True)
        for module in self._modules:
            module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """Return the outputs of the last module."""
        self._require("get_outputs")
        return self._modules[-1].get_outputs(merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Return the gradients of the data; the module must be bound with inputs_need_grad=True."""
        self._require("get_input_grads")
        if not self.inputs_need_grad:
            raise MXNetError("get_input_grads: bind with inputs_need_grad=True first")
        return self._modules[0].get_input_grads(merge_multi_context)

    def update_metric(self, eval_metric, labels, pre_sliced: bool = False) -> None:
        """Update a metric with the outputs of the modules that take labels."""
        self._require("update_metric")
        for i, module in enumerate(self._modules):
            if self._take_labels(i):
                module.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon) -> None:
        """Let a Monitor watch all modules."""
        self._require("install_monitor", initialized=False)
        for module in self._modules:
            module.install_monitor(mon)


def _shape_of(described) -> tuple[int, ...]:
    return tuple(described.shape if isinstance(described, DataDesc) else described[1])
