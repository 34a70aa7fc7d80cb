"""Samples of every operator, and the checks that the sweep (test_sweep.py) runs on each of them.

Write samples beside the others of the family, in ``tests/ops/samples_<family>.py``:

    from .sampling import Sample, samples

    @samples("FullyConnected")
    def _(rng):
        yield Sample([rng.normal(size=(4, 5)), rng.normal(size=(3, 5)), rng.normal(size=3)], {"num_hidden": 3})
        yield Sample([rng.normal(size=(0, 5)), rng.normal(size=(3, 5))], {"num_hidden": 3, "no_bias": True})

- The generator gets a fresh ``numpy.random.Generator`` and yields Samples. Give each operator at least three variants of
  shapes: a usual one, one of size 0 where the operator allows it, and a broadcast one where it applies.
- Inputs are NumPy arrays: float64 for what is differentiated (central differences need the digits), int32 or whatever
  the operator takes for indices, None for an optional input that is not given.
- Stay away from kinks and ties (relu at 0, equal elements in max): a difference quotient is meaningless there. Test those
  by name, with the value that MXNet gives.
- One decorator may name several operators that take the same samples: ``@samples("sin", "cos")``.

What the sweep checks of each sample: the shape and dtype rules against what the kernel returns; that the kernel leaves
its inputs alone; that eager call, loop interpreter and compiled program agree; first order gradients against central
differences; second order gradients, where the rule's own result can be differentiated; and of each operator, that its
docstring has an example that runs. In docstrings the blank line that opens MXNet's printed form is left out:

    >>> mx.nd.exp(mx.nd.array([0, 1]))
    [1.        2.7182817]
    <NDArray 2 @cpu(0)>
"""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Sample:
    """Arguments of one call of an operator.

    Attributes
    ----------
    inputs : NumPy arrays, or None for an optional input that is not given
    attrs : attributes as a caller writes them
    differentiable : indices of the inputs whose gradients are compared with central differences; None means every
        floating input, if the operator has a gradient rule; () none, with ``reason``
    outputs : indices of the visible outputs that take part in the gradient check; None means all floating ones
    second_order : whether the second order is checked too
    reason : why ``differentiable`` is () or ``second_order`` is False: a gradient that MXNet defines otherwise, as the
        loss layers do, or one that is a constant on purpose
    train : is_train of the kernel
    seed : seed of the kernel's random generator; every run gets a new generator with it
    tolerance : factor on the allowed error of gradients, for ill-conditioned operators
    """

    inputs: Sequence[Any]
    attrs: dict[str, Any] = field(default_factory=dict)
    differentiable: Sequence[int] | None = None
    outputs: Sequence[int] | None = None
    second_order: bool = True
    reason: str = ""
    train: bool = False
    seed: int = 7
    tolerance: float = 1.0


SAMPLES: dict[str, list[Callable[[np.random.Generator], Iterator[Sample]]]] = {}


def samples(*names: str) -> Callable:
    """Register a generator function of Samples for the operators of these names."""

    def register(generator: Callable[[np.random.Generator], Iterator[Sample]]):
        for name in names:
            SAMPLES.setdefault(name, []).append(generator)
        return generator

    return register


def samples_of(name: str) -> list[Sample]:
    """Return the samples of one operator, freshly made."""
    return [sample for generator in SAMPLES.get(name, []) for sample in generator(np.random.default_rng(0))]
