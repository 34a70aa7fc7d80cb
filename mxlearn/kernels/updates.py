"""Updates of all weights of a network at once: where the steps of an optimizer meet the memory of the weights.

``update_all`` is the one place through which a Trainer, a Module and every Updater send the weights of one context, as
lists of raw arrays. The reference is a loop: each update operator defines its step in place, and here it runs on the
arrays themselves. An array larger than the caches of a processor goes through it in blocks, so that the four or eight
passes of a step over a block find it in the cache, and memory is read and written once. On a GPU one launch steps on
all weights, see `cuda.updates`.
"""
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import cuda

# Elements in a block. Measured with momentum on one core: an array of 4 million takes 5.4 ms in blocks, 8.9 as a whole;
# one of 400,000, as the largest of LeNet, takes as long either way.
BLOCK = 1 << 18


def update_all(
    xp: Any,
    operator: Any,
    weights: Sequence[Any],
    grads: Sequence[Any],
    states: Sequence[Sequence[Any]],
    attrs: dict[str, Any],
) -> None:
    """Take one step of an optimizer on each of several weights, in place.

    Parameters
    ----------
    xp : array module of all arrays
    operator : update operator, with ``step`` and ``by_element`` (see mxlearn.ops.updating)
    weights, grads : arrays; each gradient has the shape and the dtype of its weight
    states : for each weight the arrays of its states, in the order of the operator's inputs; of the weight's shape
        where the operator works by element
    attrs : attributes of the operator, the same for all weights
    """
    if xp is not np and cuda.update_all(xp, operator.name, weights, grads, states, operator.complete(attrs)):
        return
    step = operator.step
    for weight, grad, own in zip(weights, grads, states):  # noqa: B905 - a hot loop; the caller made them alike
        if weight.size > BLOCK and xp is np and operator.by_element:
            _in_blocks(step, (weight, grad, *own), attrs)
        elif weight.ndim:
            step(xp, weight, grad, *own, **attrs)
        else:  # what NumPy computes of arrays without dimensions are numbers, which nobody can write into
            step(xp, *(array.reshape(1) for array in (weight, grad, *own)), **attrs)


def _in_blocks(step: Any, arrays: Sequence[Any], attrs: dict[str, Any]) -> None:
    if not all(array.flags.c_contiguous for array in arrays):
        step(np, *arrays, **attrs)
        return
    flat = [array.reshape(-1) for array in arrays]
    for begin in range(0, arrays[0].size, BLOCK):
        step(np, *(array[begin : begin + BLOCK] for array in flat), **attrs)
