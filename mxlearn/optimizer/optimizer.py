"""The base of all optimizers: learning rates, weight decay, update counts, and the registry.

An optimizer knows how to change one weight, given its gradient and the state that it keeps for that weight. Weights are
known by an index, an int (Trainer, Module) or a name (a KVStore with string keys). The states themselves are kept by an
Updater. API: MXNet 1.9.1's mxnet.optimizer.
"""
import warnings
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, MXNetError, ShapeError, nearest

__all__ = ["Optimizer", "Test", "create", "register"]


class ScheduledError(MXNetError, UserWarning):
    """The learning rate cannot be set because a scheduler decides it. Also a UserWarning, which MXNet raises here."""


class Optimizer:
    """Base class of the optimizers.

    Parameters
    ----------
    rescale_grad : factor on every gradient before anything else, usually 1 / batch size
    param_idx2name : dict from index to name of the weight. Names decide which weights decay: those that do not end in
        ``_weight`` or ``_gamma`` get a ``wd_mult`` of 0
    wd : weight decay (L2 regularization)
    clip_gradient : bound on each element of the rescaled gradient, None for none
    learning_rate : default 0.01, or what the scheduler says
    lr_scheduler : LRScheduler, called with the number of updates so far
    sym : Symbol whose variables' ``lr_mult`` and ``wd_mult`` attributes are honored
    begin_num_update : number of updates from which counting starts
    multi_precision : keep a float32 master copy of float16 weights
    param_dict : dict from index to gluon Parameter, whose ``lr_mult`` and ``wd_mult`` take precedence

    To write one, derive, override ``create_state`` and ``update``, and put ``@mx.optimizer.register`` above it:

    >>> import mxlearn as mx
    >>> @mx.optimizer.register
    ... class Halving(mx.optimizer.Optimizer):
    ...     def create_state(self, index, weight):
    ...         return None
    ...     def update(self, index, weight, grad, state):
    ...         weight[:] = weight / 2
    >>> w = mx.nd.array([8.0])
    >>> mx.optimizer.create("halving").update(0, w, None, None)
    >>> w.asscalar()
    np.float32(4.0)
    """

    opt_registry: dict[str, type["Optimizer"]] = {}
    # attributes that advance with training, beside the weights' states; Updater.get_states always stores them
    progress: tuple[str, ...] = ("num_update", "_all_index_update_counts")

    def __init__(
        self,
        rescale_grad=1.0,
        param_idx2name=None,
        wd=0.0,
        clip_gradient=None,
        learning_rate=None,
        lr_scheduler=None,
        sym=None,
        begin_num_update=0,
        multi_precision=False,
        param_dict=None,
    ):
        if param_idx2name is not None and not isinstance(param_idx2name, dict):
            raise ArgumentError(f"param_idx2name should be a dict of param indexes to names, not {param_idx2name!r}")
        self.rescale_grad = rescale_grad
        self.lr_scheduler = lr_scheduler
        for name, value in (("learning_rate", learning_rate), ("wd", wd), ("clip_gradient", clip_gradient)):
            if value is not None and not isinstance(value, (int, float, np.number)):
                raise ArgumentError(f"{type(self).__name__}: {name} must be a number. Received: {value!r}")
        if lr_scheduler is None and learning_rate is None:
            learning_rate = 0.01
        self.lr: Any = learning_rate
        if lr_scheduler is not None and learning_rate is not None:
            if lr_scheduler.base_lr != learning_rate:
                warnings.warn(
                    "learning rate from ``lr_scheduler`` has been overwritten by ``learning_rate`` in optimizer.",
                    UserWarning,
                    stacklevel=3,
                )
            lr_scheduler.base_lr = learning_rate
        self.wd = wd
        self.clip_gradient = clip_gradient
        self.multi_precision = multi_precision
        self.begin_num_update = begin_num_update
        self.num_update = begin_num_update
        self.aggregate_num = 0
        # one count per weight, and one set of counts per device, so that data parallel replicas count alike
        self._all_index_update_counts = {0: {}}
        self._index_update_count = self._all_index_update_counts[0]
        self.idx2name = dict(param_idx2name or {})
        self.sym_info = (sym.attr_dict(), sym.list_arguments()) if sym is not None else ()
        self.param_dict = param_dict or {}
        self.lr_mult = {}
        self.wd_mult = {}
        self.set_lr_mult({})
        self.set_wd_mult({})

    # -- the registry ------------------------------------------------------------------------------------------------
    @staticmethod
    def register(klass):
        """Register an optimizer class under its lower-cased name; usable as a decorator."""
        if not isinstance(klass, type):
            raise ArgumentError(f"optimizer.register: expected a class. Received: {klass!r}")
        name = klass.__name__.lower()
        known = Optimizer.opt_registry.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (klass.__module__, klass.__qualname__):
            warnings.warn(
                f"WARNING: New optimizer {klass.__module__}.{klass.__name__} is overriding existing optimizer "
                f"{known.__module__}.{known.__name__}",
                UserWarning,
                stacklevel=2,
            )
        Optimizer.opt_registry[name] = klass
        return klass

    @staticmethod
    def create_optimizer(name, **kwargs):
        """Return a new optimizer of a registered name, in any case.

        Raises
        ------
        ArgumentError
            If no optimizer has that name, or it does not take one of the arguments.
        """
        klass = Optimizer.opt_registry.get(name.lower()) if isinstance(name, str) else None
        if klass is None:
            hint = nearest(name.lower(), Optimizer.opt_registry) if isinstance(name, str) else ""
            raise ArgumentError(
                f"Cannot find optimizer {name}.{hint}\n  Registered: {', '.join(sorted(Optimizer.opt_registry))}."
            )
        try:
            return klass(**kwargs)
        except TypeError as error:
            if "unexpected keyword argument" not in str(error):
                raise
            raise _unknown_option(klass, kwargs) from None

    # -- what a subclass overrides -------------------------------------------------------------------------------------
    def create_state(self, index, weight):
        """Return the state to keep for a weight: None, an NDArray, or a tuple of states."""
        return None

    def update(self, index, weight, grad, state):
        """Change ``weight`` and ``state`` in place, by one step along ``grad``."""
        raise NotImplementedError(f"{type(self).__name__} does not override update()")

    def create_state_multi_precision(self, index, weight):
        """Return the state of a weight; for float16 under ``multi_precision``: (float32 master copy, state of that)."""
        if self.multi_precision and is_half(weight):
            master = weight.astype("float32")
            return (master, self.create_state(index, master))
        self._warn_half(weight)
        return self.create_state(index, weight)

    def update_multi_precision(self, index, weight, grad, state):
        """Call ``update``; for float16 under ``multi_precision`` on the float32 master copy, then round it back."""
        if self.multi_precision and is_half(weight):
            master, inner = state
            self.update(index, master, grad.astype("float32"), inner)
            weight[:] = master.astype(weight.dtype)
        else:
            self.update(index, weight, grad, state)

    def _warn_half(self, weight):
        if is_half(weight) and not self.multi_precision:
            warnings.warn(
                "Accumulating with float16 in optimizer can lead to poor accuracy or slow convergence. "
                f"Consider using multi_precision=True option of the {type(self).__name__} optimizer",
                UserWarning,
                stacklevel=4,
            )

    # -- learning rate and weight decay ------------------------------------------------------------------------------
    @property
    def learning_rate(self):
        """The learning rate now: the scheduler's, or the one that was set."""
        return self.lr if self.lr_scheduler is None else self.lr_scheduler(self.num_update)

    def set_learning_rate(self, lr):
        """Set the learning rate.

        Raises
        ------
        ScheduledError
            If a scheduler decides it.
        """
        if self.lr_scheduler is not None:
            raise ScheduledError(
                "LRScheduler of the optimizer has already been defined. Note that set_learning_rate can mutate the "
                "value of the learning rate of the optimizer only when the LRScheduler of the optimizer is undefined."
            )
        self.lr = lr

    def set_lr_scale(self, args_lrscale):
        """Raise DeprecationWarning: MXNet replaced it by ``set_lr_mult``."""
        raise DeprecationWarning("set_lr_scale was replaced by set_lr_mult.")

    def set_lr_mult(self, args_lr_mult):
        """Set a factor on the learning rate of single weights.

        Parameters
        ----------
        args_lr_mult : dict from index or name to factor; it overrides the ``lr_mult`` attributes of the Symbol
        """
        self.lr_mult = {**self._symbol_factors("__lr_mult__"), **args_lr_mult}

    def set_wd_mult(self, args_wd_mult):
        """Set a factor on the weight decay of single weights.

        By default weights whose name ends in neither ``_weight`` nor ``_gamma`` do not decay: biases, beta. Then come
        ``wd_mult`` attributes of the Symbol, then ``args_wd_mult``, a dict from index or name to factor.
        """
        undecayed = {name: 0.0 for name in self.idx2name.values() if not self._decays(name)}
        self.wd_mult = {**undecayed, **self._symbol_factors("__wd_mult__"), **args_wd_mult}

    @staticmethod
    def _decays(name):
        return name.endswith(("_weight", "_gamma"))

    def _symbol_factors(self, key):
        if not self.sym_info:
            return {}
        attributes, arguments = self.sym_info
        return {name: float(attributes[name][key]) for name in arguments if key in attributes.get(name, ())}

    def _factors(self, index) -> tuple[float, float]:
        """Return the factors on the learning rate and on the weight decay of a weight."""
        parameter = self.param_dict.get(index)
        if parameter is not None:
            return parameter.lr_mult, parameter.wd_mult
        name = self.idx2name.get(index)
        lr_mult, wd_mult = self.lr_mult, self.wd_mult
        return (
            lr_mult[index] if index in lr_mult else lr_mult.get(name, 1.0),
            wd_mult[index] if index in wd_mult else wd_mult.get(name, 1.0),
        )

    def _get_lrs(self, indices):
        lr = self.learning_rate
        return [lr * self._factors(index)[0] for index in indices]

    def _get_lr(self, index):
        return self._get_lrs([index])[0]

    def _get_wds(self, indices):
        return [self.wd * self._factors(index)[1] for index in indices]

    def _get_wd(self, index):
        return self._get_wds([index])[0]

    # -- counting ----------------------------------------------------------------------------------------------------
    def _set_current_context(self, device_id):
        """Select the update counts of a device."""
        self._index_update_count = self._all_index_update_counts.setdefault(device_id, {})

    def _update_count(self, index):
        """Count one more update of a weight, or of each of a list; ``num_update`` is the largest count."""
        counts = self._index_update_count
        for i in index if isinstance(index, (list, tuple)) else (index,):
            counts[i] = counts.get(i, self.begin_num_update) + 1
            self.num_update = max(counts[i], self.num_update)

    def _begin(self, index, weight, grad):
        """Check the shapes, count the update, and return (count, learning rate, weight decay) of this step."""
        check_gradient(index, weight, grad, self.idx2name)
        self._update_count(index)
        return self._index_update_count[index], self._get_lr(index), self._get_wd(index)

    def _options(self) -> dict[str, Any]:
        """Return the attributes that every update operator takes."""
        options = {"rescale_grad": self.rescale_grad}
        if self.clip_gradient:
            options["clip_gradient"] = self.clip_gradient
        return options

    # -- copies ------------------------------------------------------------------------------------------------------
    def __getstate__(self):
        state = self.__dict__.copy()
        state["param_dict"] = {}  # parameters belong to their Block, not to a copy of the optimizer
        return state

    def __setstate__(self, state):
        self.__dict__ = state
        self._index_update_count = self._all_index_update_counts.setdefault(0, {})

    def __repr__(self):
        code = type(self).__init__.__code__
        names = ("lr", *code.co_varnames[1 : code.co_argcount])
        options = {name: getattr(self, name) for name in names if name in vars(self)}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in options.items())})"


def _unknown_option(klass: type, options: dict) -> ArgumentError:
    """Return the error for an option that neither an optimizer nor its bases take."""
    known: dict[str, None] = {}
    for base in klass.__mro__:
        if "__init__" in base.__dict__ and base is not object:
            code = base.__init__.__code__
            known.update(dict.fromkeys(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]))
    unknown = next((name for name in options if name not in known), "?")
    return ArgumentError(
        f"{klass.__name__}: there is no option {unknown!r}.{nearest(unknown, known)}\n  It takes: {', '.join(known)}."
    )


register = Optimizer.register
create = Optimizer.create_optimizer


def is_half(weight) -> bool:
    """Tell whether a weight has dtype float16."""
    return weight.dtype == np.float16


def check_gradient(index, weight, grad, names=()) -> None:
    """Raise ShapeError where a gradient does not have the shape of its weight; nothing was changed then."""
    if grad is not None and weight.shape != grad.shape:
        name = names.get(index, index) if names else index
        raise ShapeError(
            f"optimizer: the weight {name!r} has shape {weight.shape}, its gradient has shape {grad.shape}.\n"
            "  A gradient has the shape of what it belongs to: was it reshaped, or summed over an axis?"
        )


@register
class Test(Optimizer):
    """Adds ``rescale_grad * grad`` to the weight and keeps a copy of the weight as state. For tests of other parts."""

    __test__ = False  # pytest: not a test class

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def create_state(self, index, weight):
        return nd.zeros(weight.shape, weight.context, dtype=weight.dtype)

    def update(self, index, weight, grad, state):
        check_gradient(index, weight, grad, self.idx2name)
        weight[:] = weight + grad * self.rescale_grad
        state[:] = weight
