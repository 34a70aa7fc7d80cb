"""What an update operator is: one step of an optimizer, defined once, taken in two ways.

The definition is the step *in place*: a function that changes the weight and the states, as the formula in a paper
does.

    @update_operator()
    def sgd_mom_update(xp, weight, grad, mom, *, lr: float, momentum: float = 0.0, ...):
        mom *= momentum
        mom -= descent(xp, weight, grad, lr, ...)
        weight += mom

An optimizer that updates all weights of a network at once runs ``sgd_mom_update.step`` on their own memory; see
mxlearn.kernels.updates. ``mx.nd.sgd_mom_update(weight, grad, mom, out=weight)``, a graph and everything else take the
same step on copies, because the kernels of operators write into none of their inputs. So the two agree bitwise, and an
error or an interruption of the operator leaves every array whole.

A step writes the weight last. It reads and writes element i of its arrays for element i alone, unless it is declared
with ``by_element=False``: then it needs whole arrays, a row's mean for example.
"""
from collections.abc import Callable
from typing import Any

from ..base import ShapeError
from ..core.operator import REGISTRY, Operator


class UpdateOperator(Operator):
    """An update operator. Its inputs are weight, grad and states, its output is the new weight.

    Attributes
    ----------
    step : callable(xp, weight, grad, *states, **attributes), changes weight and states in place and returns nothing
    by_element : whether element i of the new weight and states depends on elements i alone
    """

    def __init__(self, step: Callable[..., None], *, by_element: bool = True, **options: Any):
        code = step.__code__
        states = code.co_varnames[3 : code.co_argcount]
        super().__init__(step, mutates=states, differentiable=False, **options)
        self.step = step
        self.by_element = by_element
        self.kernel = self._on_copies
        self._recent: tuple[dict[str, Any], dict[str, Any]] = ({}, {})

    def _on_copies(self, xp: Any, weight: Any, grad: Any, *states: Any, **attrs: Any) -> Any:
        for array in (grad, *states) if self.by_element else (grad,):
            if array.shape != weight.shape:  # NumPy would broadcast it
                raise ShapeError(f"the weight has shape {weight.shape}, its gradient or a state {array.shape}")
        new = [array.copy() for array in (weight, *states)]
        arrays = [new[0], grad, *new[1:]]
        if not weight.ndim:  # what NumPy computes of arrays without dimensions are numbers, which nobody can write into
            arrays = [array.reshape(1) for array in arrays]
        self.step(xp, *arrays, **attrs)
        return tuple(new) if states else new[0]

    def parsed(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return ``parse(attrs)``, without the work where they are those of the last call."""
        known, parsed = self._recent
        if attrs != known:
            parsed = self.parse(attrs)
            self._recent = attrs, parsed
        return parsed


def update_operator(**options: Any) -> Callable[[Callable[..., None]], UpdateOperator]:
    """Declare an update operator by its step; the options are those of UpdateOperator and of Operator."""

    def declare(step: Callable[..., None]) -> UpdateOperator:
        REGISTRY.declare(op := UpdateOperator(step, **options))
        return op

    return declare
