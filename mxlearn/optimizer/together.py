"""The update of all weights of a network at once.

A network has two weights or two hundred, and each needs the same handful of numbers: learning rate, weight decay, how
often it was updated. ``Together`` finds out which weights share them, computes each set once, and hands the raw arrays
of all that share it to ``mxlearn.kernels.updates.update_all``, which steps in place. What one update after the other
would do happens here too, and the numbers are the same bit for bit: every weight counts its updates, a scheduler is
asked for each new count, ``lr_mult`` and ``wd_mult`` are read at every step, because a lesson may change them at any.
"""
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..kernels.updates import update_all
from .elementwise import ElementwiseOptimizer
from .optimizer import check_gradient, is_half

if TYPE_CHECKING:
    from .updater import Updater

__all__ = ["Together"]


class _Member:
    """One weight, taken apart into the arrays that its step reads and writes.

    Attributes
    ----------
    weight, state : as the Updater has them
    target, states : the array that the step changes, and a tuple of the arrays of its state
    low : the float16 weight whose float32 master copy ``target`` is, otherwise None
    operator : the update operator
    """

    __slots__ = ("low", "operator", "state", "states", "target", "weight")

    def __init__(self, optimizer: ElementwiseOptimizer, weight: Any, state: Any):
        self.weight = weight
        self.state = state
        self.low = weight if optimizer.multi_precision and is_half(weight) else None
        self.target, self.states = optimizer._parts(weight, state)
        self.operator = optimizer._operator(self.states)


class Together:
    """Updates lists of weights at once; it remembers how each is taken apart.

    Parameters
    ----------
    updater : Updater, which makes and keeps the states. It updates a weight by itself that is sparse or on another
        context than the first, or whose gradient does not fit, which is an error there
    """

    def __init__(self, updater: "Updater"):
        self._updater = updater
        self._members: dict[Any, _Member] = {}

    def __call__(self, optimizer: ElementwiseOptimizer, indices: Sequence, grads: Sequence, weights: Sequence) -> None:
        """Take one step on each weight; nothing has changed where a gradient has another shape than its weight."""
        if not weights:
            return
        members, left = self._sorted(optimizer, indices, grads, weights)
        for index, grad, weight in left:
            self._updater._update(index, grad, weight)
        context = weights[0]._ctx
        optimizer._set_current_context(context.device_id)
        xp = context._xp or context.xp
        for (operator, count, lr, wd, _), alike in self._groups(optimizer, members).items():
            attrs = operator.parsed(optimizer._attributes(count, lr, wd))
            arrays = [member.target._data for member, _ in alike]
            states = [[state._data for state in member.states] for member, _ in alike]
            update_all(xp, operator, arrays, [raw for _, raw in alike], states, attrs)
        for _, member, _ in members:
            if member.low is not None:
                member.low._data[...] = member.target._data

    def _sorted(self, optimizer, indices, grads, weights) -> tuple[list, list]:
        """Return (index, member, raw gradient) of the weights that can join, (index, grad, weight) of all others."""
        known, states, context = self._members, self._updater.states, weights[0]._ctx
        members, left = [], []
        for index, grad, weight in zip(indices, grads, weights, strict=True):
            member = known.get(index)
            if member is None or member.weight is not weight or member.state is not states.get(index):
                check_gradient(index, weight, grad, optimizer.idx2name)
                member = known[index] = _Member(optimizer, weight, self._updater._state(index, weight))
            try:
                raw, target = grad._data, member.target
                own = target._data
                if member.low is not None:
                    raw = raw.astype(own.dtype)
                fits = raw.shape == own.shape and raw.dtype == own.dtype and grad._ctx is context is target._ctx
            except AttributeError:  # sparse, or None
                fits = False
            if fits:
                members.append((index, member, raw))
            else:
                check_gradient(index, weight, grad, optimizer.idx2name)
                left.append((index, grad, weight))
        return members, left

    @staticmethod
    def _groups(optimizer: ElementwiseOptimizer, members: list) -> dict[tuple, list]:
        """Count an update of each weight; return those that share operator, count, learning rate and decay."""
        counts, begin, factors = optimizer._index_update_count, optimizer.begin_num_update, optimizer._factors
        shared, decay, rate = optimizer.shares_attributes, optimizer.wd, None
        groups: dict[tuple, list] = {}
        for index, member, raw in members:
            count = counts[index] = counts.get(index, begin) + 1
            if count > optimizer.num_update:
                optimizer.num_update = count
                rate = None
            if rate is None:
                rate = optimizer.learning_rate
            lr_mult, wd_mult = factors(index)
            key = (member.operator, count, rate * lr_mult, decay * wd_mult, None if shared else index)
            alike = groups.get(key)
            if alike is None:
                alike = groups[key] = []
            alike.append((member, raw))
        return groups
