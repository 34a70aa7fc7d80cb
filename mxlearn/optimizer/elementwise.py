"""Optimizers whose step is one update operator on a weight and its states.

A subclass names the operator and its attributes. Two ways to update follow from that: one weight by ``update``, through
mx.nd as a user would write it, and all weights of a network at once, see ``together``. Both give the same numbers bit
for bit.
"""
from collections.abc import Sequence
from typing import Any

from .. import ndarray as nd
from ..core.operator import Operator, find
from .optimizer import Optimizer, check_gradient, is_half

__all__ = ["ElementwiseOptimizer", "as_states", "checked"]

# what a subclass may not override if its weights are to be updated at once: see __init_subclass__
_SINGLE = frozenset(
    ("update", "update_multi_precision", "create_state_multi_precision", "_update", "_begin", "_update_count")
    + ("_get_lr", "_get_lrs", "_get_wd", "_get_wds", "learning_rate")
)


class ElementwiseOptimizer(Optimizer):
    """Base of the optimizers whose step is one update operator.

    A subclass defines ``create_state``, ``_operator_names`` and ``_attributes``.
    """

    # whether weights may be updated at once; false for a class of a user that changes how one weight is updated
    at_once = True
    # whether weights with one learning rate, decay and number of updates share their attributes
    shares_attributes = True
    # the update operator by the number of states
    _operator_names: tuple[str | None, ...] = ()

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if not _SINGLE.isdisjoint(vars(cls)) and "at_once" not in vars(cls):
            cls.at_once = False

    # -- what a subclass defines ---------------------------------------------------------------------------------------
    def _attributes(self, t: int, lr: float, wd: float) -> dict[str, Any]:
        """Return the attributes of the step: ``t`` counts the updates of the weight, from 1."""
        return {"lr": lr, "wd": wd, **self._options()}

    def _parts(self, weight, state) -> tuple[nd.NDArray, tuple]:
        """Return the array that the step changes, which is the master copy of a float16 weight, and its states."""
        if self.multi_precision and is_half(weight):
            weight, state = state
        return weight, as_states(state)

    def _operator(self, states: Sequence) -> Operator:
        return find(self._operator_names[len(states)])  # pyright: ignore[reportArgumentType]

    # -- one weight ----------------------------------------------------------------------------------------------------
    def update(self, index, weight, grad, state):
        """Change ``weight`` and ``state`` in place; or each of lists of weights, after all gradients are checked."""
        for i, w, g, s in checked(index, weight, grad, state):
            self._update(i, w, g, as_states(s))

    def update_multi_precision(self, index, weight, grad, state):
        for i, w, g, s in checked(index, weight, grad, state):
            if self.multi_precision and is_half(w):
                check_gradient(i, w, g, self.idx2name)
                master, states = self._parts(w, s)
                self._update(i, master, g.astype("float32"), states)
                w[:] = master.astype(w.dtype)
            else:
                self.update(i, w, g, s)

    def _update(self, index, weight, grad, states):
        t, lr, wd = self._begin(index, weight, grad)
        name = self._operator(states).name
        function = getattr(nd._internal if name.startswith("_") else nd, name)
        function(weight, grad, *states, out=weight, **self._attributes(t, lr, wd))


def as_states(state) -> tuple:
    """Return the state of a weight as a tuple of arrays."""
    if isinstance(state, (list, tuple)):
        return tuple(each for each in state if each is not None)
    return () if state is None else (state,)


def checked(index, weight, grad, state):
    """Return (index, weight, gradient, state) of one weight, or of each of lists, whose gradients are all checked."""
    if not isinstance(index, (list, tuple)):
        return [(index, weight, grad, state)]
    groups = list(zip(index, weight, grad, state, strict=True))
    for i, w, g, _ in groups:
        check_gradient(i, w, g)
    return groups
