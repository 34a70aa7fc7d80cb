"""Steps of optimizers on all weights of a network with one launch, as `mxlearn.kernels.updates` takes them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .launch import MANY, MAX_BLOCKS, THREADS, Source, served

SOURCE = Source("updates")
TENSORS, STATES = 64, 3  # of the struct Tensors in updates.cu: arrays in a launch, states of an array at most
RECORD = np.dtype(
    [("count", "u8", TENSORS), ("weight", "u8", TENSORS), ("grad", "u8", TENSORS), ("state", "u8", (STATES, TENSORS))]
)


def _rest(decay: float, dtype: Any) -> float:
    """Return 1 - decay as the reference rounds it, see `mxlearn.ops.optimizer_pieces.complement`."""
    return 1.0 - decay if dtype.char == "d" else float(np.float32(1) - np.float32(decay))


def _sgd(attrs: dict, dtype: Any) -> tuple:
    return ()


def _momentum(attrs: dict, dtype: Any) -> tuple:
    return (attrs["momentum"],)


def _adam(attrs: dict, dtype: Any) -> tuple:
    beta1, beta2 = attrs["beta1"], attrs["beta2"]
    return beta1, beta2, _rest(beta1, dtype), _rest(beta2, dtype), attrs["epsilon"]


def _rmsprop(attrs: dict, dtype: Any) -> tuple:
    gamma = attrs["gamma1"]
    return gamma, _rest(gamma, dtype), attrs["epsilon"], attrs["clip_weights"]


class Step(NamedTuple):
    """The kernel of an update operator, and what it takes behind lr, wd, rescale_grad and clip_gradient."""

    kernel: str
    options: Callable[[dict, Any], tuple]


STEPS = {
    "sgd_update": Step("sgd", _sgd),
    "sgd_mom_update": Step("sgd_momentum", _momentum),
    "mp_sgd_update": Step("master_sgd", _sgd),
    "mp_sgd_mom_update": Step("master_sgd_momentum", _momentum),
    "nag_mom_update": Step("nesterov", _momentum),
    "adam_update": Step("adam", _adam),
    "rmsprop_update": Step("rmsprop", _rmsprop),
}


@served
def update_all(xp, name, weights, grads, states, attrs):
    """Take one step of an optimizer on each of several weights, in place.

    Parameters
    ----------
    name : of the update operator
    weights, grads : lists of arrays
    states : for each weight its states, in the order of the operator's inputs
    attrs : all attributes of the operator

    Returns
    -------
    True where the step is done, None where the reference has to take it: for other operators, for arrays that do not
    share one dtype or are not contiguous
    """
    step = STEPS.get(name)
    if step is None or not weights or not _alike(weights, grads, states):
        return None
    dtype, other = weights[0].dtype, states[0][0].dtype if states[0] else None
    numbers = attrs["lr"], attrs["wd"], attrs["rescale_grad"], attrs["clip_gradient"], *step.options(attrs, dtype)
    options = tuple([float(number) for number in numbers])
    for first in range(0, len(weights), TENSORS):
        part = slice(first, first + TENSORS)
        record = np.zeros((), RECORD)
        count = len(weights[part])
        sizes = [weight.size for weight in weights[part]]
        record["count"][:count] = sizes
        record["weight"][:count] = [weight.data.ptr for weight in weights[part]]
        record["grad"][:count] = [grad.data.ptr for grad in grads[part]]
        for place, arrays in enumerate(zip(*states[part], strict=True)):
            record["state"][place, :count] = [array.data.ptr for array in arrays]
        largest = max(sizes)
        kernel = SOURCE.kernel(xp, step.kernel, dtype, other, largest >= MANY)
        blocks = min(max(1, -(-largest // THREADS)), MAX_BLOCKS // count)
        kernel((blocks, count), (THREADS,), (record, *options))
    return True


def _alike(weights, grads, states) -> bool:
    """Tell whether the weights have one dtype, gradients theirs, states one dtype too, and all lie contiguous."""
    dtype, like = weights[0].dtype, states[0]
    if dtype.char not in "efd" or len(like) > STATES:
        return False
    other = like[0].dtype if like else dtype
    if other != dtype and (dtype.char, other.char) != ("e", "f"):
        return False
    for weight, grad, own in zip(weights, grads, states, strict=True):
        for array, expected in ((weight, dtype), (grad, dtype), *[(state, other) for state in own]):
            if array.dtype != expected or array.size != weight.size or not array.flags.c_contiguous:
                return False
    return True
