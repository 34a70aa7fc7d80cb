"""The Trainer: applies an optimizer to the parameters of a network.

References: MXNet 1.9.1 class mxnet.gluon.Trainer.
"""
from typing import Any

from .. import kvstore as kvs
from .. import optimizer as opt
from ..base import ArgumentError, MXNetError, type_name, uninterrupted
from ..kvstore import KVStore  # noqa: F401 - MXNet's module has it too
from ..ndarray import NDArray
from ..ndarray.array import Leaf
from ..optimizer.updater import load_states
from .parameter import Parameter, ParameterDict

__all__ = ["Trainer"]


class Trainer:
    """Updates parameters from their gradients.

    Parameters
    ----------
    params : ParameterDict (as net.collect_params() gives it), dict, or list of Parameter
    optimizer : name such as "sgd" or "adam", or Optimizer
    optimizer_params : dict of its options, such as {"learning_rate": 0.1}
    kvstore : "local", "device", a KVStore, or None; sums gradients where a parameter lives on several contexts
    update_on_kvstore : accepted as in MXNet

    Examples
    --------
    >>> net = mx.gluon.nn.Dense(1, in_units=2)
    >>> net.initialize()
    >>> trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    >>> with mx.autograd.record():
    ...     loss = net(mx.nd.ones((4, 2))).sum()
    >>> loss.backward()
    >>> trainer.step(batch_size=4)
    """

    def __init__(
        self,
        params,
        optimizer,
        optimizer_params: dict | None = None,
        kvstore="device",
        compression_params=None,
        update_on_kvstore: bool | None = None,
    ):
        if isinstance(params, (dict, ParameterDict)):
            params = [params[name] for name in sorted(params)]  # MXNet's order, which files of states rely on
            if not params:
                raise ArgumentError(
                    "Trainer: there are no parameters to train.\n"
                    "  Assign the layers to attributes of the Block in its __init__;"
                    " collect_params() finds them there."
                )
        if not isinstance(params, (list, tuple)) or not all(isinstance(p, Parameter) for p in params):
            raise ArgumentError(
                "Trainer: params must be a ParameterDict, a dict or a list of Parameters, as net.collect_params() gives"
                f" it. Received: {type_name(params)}"
            )
        if optimizer_params is not None and not isinstance(optimizer_params, dict):
            raise ArgumentError(
                "Trainer: optimizer_params must be a dict, such as {'learning_rate': 0.1}."
                f" Received: {optimizer_params!r}"
            )
        if compression_params is not None:
            raise MXNetError("Trainer: gradient compression is not available; leave compression_params at None")
        self._params: list[Parameter] = list(params)
        for parameter in self._params:
            parameter._trainer = self
        self._scale = float((optimizer_params or {}).get("rescale_grad", 1.0))
        self._contexts: Any = None  # list of Context once the parameters are initialized
        self._init_optimizer(optimizer, optimizer_params or {})
        self._kvstore_name = kvstore
        self._kvstore: Any = None
        self._kv_initialized = False
        self._update_on_kvstore = False

    def _init_optimizer(self, optimizer, optimizer_params: dict) -> None:
        by_index = dict(enumerate(self._params))
        if isinstance(optimizer, opt.Optimizer):
            if optimizer_params:
                raise ArgumentError("Trainer: optimizer_params must be None where the optimizer is an Optimizer object")
            self._optimizer = optimizer
            self._optimizer.param_dict = by_index
        else:
            self._optimizer = opt.create(optimizer, param_dict=by_index, **optimizer_params)
        self._updaters: Any = None  # list of Updater, one for each context, once training starts

    def _start(self) -> None:
        """Find the contexts, once the parameters are initialized."""
        contexts = None
        for parameter in self._params:
            found = parameter.list_ctx()
            if contexts is not None and found != contexts:
                raise MXNetError(
                    "Trainer: all parameters must be on the same contexts,"
                    f" but '{self._params[0].name}' is on {contexts}"
                    f" and '{parameter.name}' on {found}.\n  Use net.reset_ctx(...)."
                )
            contexts = found
        self._contexts = contexts or []
        self._updaters = [opt.get_updater(self._optimizer) for _ in self._contexts]
        if len(self._contexts) > 1 and self._kvstore_name:
            name = self._kvstore_name
            self._kvstore = kvs.create(name) if isinstance(name, str) else name
            for i, parameter in enumerate(self._params):  # all go on from the first context's values, states too
                self._kvstore.init(i, parameter._arrays()[0])
                self._kvstore.pull(i, parameter._arrays()[1:], ignore_sparse=False)
        self._kv_initialized = True

    # -- learning rate -----------------------------------------------------------------------------------------------
    @property
    def learning_rate(self) -> float:
        """The learning rate now, as the scheduler sets it where there is one."""
        return self._optimizer.learning_rate

    @property
    def optimizer(self):
        """The Optimizer."""
        return self._optimizer

    def set_learning_rate(self, lr: float) -> None:
        """Set the learning rate.

        Raises
        ------
        UserWarning
            If a scheduler sets it.
        """
        self._optimizer.set_learning_rate(lr)

    # -- steps -------------------------------------------------------------------------------------------------------
    def step(self, batch_size: float, ignore_stale_grad: bool = False) -> None:
        """Sum gradients over contexts and update the parameters.

        Parameters
        ----------
        batch_size : the gradients are divided by it; pass 1 where the loss is a mean already
        ignore_stale_grad : skip parameters that backward() did not reach since the last step

        Raises
        ------
        UserWarning
            If the gradient of a parameter was not computed since the last step; nothing is updated then.
        """
        self._set_batch_size(batch_size)
        if not self._kv_initialized:
            self._start()
        due = self._due(ignore_stale_grad)
        self._sum_gradients()
        with uninterrupted():
            self._apply(due)

    def allreduce_grads(self) -> None:
        """Sum the gradients of each parameter over its contexts; ``update`` then applies them."""
        if not self._kv_initialized:
            self._start()
        self._sum_gradients()

    def update(self, batch_size: float, ignore_stale_grad: bool = False) -> None:
        """Update the parameters from gradients that allreduce_grads() has summed; see ``step``."""
        self._set_batch_size(batch_size)
        if not self._kv_initialized:
            self._start()
        due = self._due(ignore_stale_grad)
        with uninterrupted():
            self._apply(due)

    def _set_batch_size(self, batch_size: float) -> None:
        try:
            self._optimizer.rescale_grad = self._scale / batch_size
        except (ArithmeticError, TypeError):
            raise ArgumentError(
                "Trainer.step: batch_size must be a number greater than 0: the gradients are divided by it."
                f" Received: {batch_size!r}"
            ) from None

    def _due(self, ignore_stale_grad: bool) -> list[tuple[list[int], list[NDArray], list[Leaf]]]:
        """Return for each context the parameters to update: numbers, arrays, and where backward() put the gradients."""
        due = []
        for context in self._contexts:
            numbers, arrays, leaves = [], [], []
            for i, parameter in enumerate(self._params):
                if parameter._grad_req == "null":
                    continue
                array, leaf = parameter._learned(context)
                if leaf is None or not leaf.fresh:
                    if ignore_stale_grad:
                        continue
                    raise _stale(parameter, context)
                numbers.append(i)
                arrays.append(array)
                leaves.append(leaf)
            due.append((numbers, arrays, leaves))
        return due

    def _sum_gradients(self) -> None:
        if len(self._contexts) < 2 or self._kvstore is None:
            return
        keys = [i for i, parameter in enumerate(self._params) if parameter._grad_req != "null"]
        kvs.sum_gradients(self._kvstore, keys, [self._params[i].list_grad() for i in keys])

    def _apply(self, due: list) -> None:
        for updater, (numbers, arrays, leaves) in zip(self._updaters, due, strict=True):
            updater(numbers, [leaf.grad for leaf in leaves], arrays)
            for leaf in leaves:
                leaf.fresh = False

    # -- states ------------------------------------------------------------------------------------------------------
    def save_states(self, fname) -> None:
        """Write the optimizer's states (momentum and the like) to a file, as a whole or not at all."""
        from ..base import atomic_write

        if not self._kv_initialized:
            self._start()
        content = self._updaters[0].get_states(dump_optimizer=True)
        with atomic_write(fname) as file:
            file.write(content)

    def load_states(self, fname) -> None:
        """Read the optimizer's states from a file that save_states wrote."""
        if not self._kv_initialized:
            self._start()
        load_states(self._updaters, fname)
        for updater in self._updaters:
            updater.optimizer = self._updaters[0].optimizer
        self._optimizer = self._updaters[0].optimizer
        self._optimizer.param_dict = dict(enumerate(self._params))


def _stale(parameter: Parameter, context) -> UserWarning:
    return UserWarning(
        f"Gradient of Parameter `{parameter.name}` on context {context} has not been updated"
        " by backward since last `step`."
        " This could mean a bug in your model that made it only use a subset"
        " of the Parameters (Blocks) for this iteration. If you are intentionally only using a subset,"
        " call step with ignore_stale_grad=True to suppress this warning and skip updating of"
        " Parameters with stale gradient"
    )
