"""The multi-tensor kernels of the optimizers against the update operators, on NumPy in float64."""

import numpy as np
import pytest

from mxlearn.core.operator import REGISTRY
from mxlearn.kernels import cuda

from .agreement import DTYPES, close, numbers

# operator, number of states, attributes
STEPS = [
    ("sgd_update", 0, {"lr": 0.1, "wd": 0.01}),
    ("sgd_update", 0, {"lr": 0.1, "rescale_grad": 3.0, "clip_gradient": 0.5}),
    ("sgd_mom_update", 1, {"lr": 0.1, "wd": 0.01, "momentum": 0.9, "clip_gradient": 0.5}),
    ("nag_mom_update", 1, {"lr": 0.1, "wd": 0.01, "momentum": 0.9}),
    ("adam_update", 2, {"lr": 0.1, "wd": 0.01, "beta1": 0.8, "beta2": 0.99, "clip_gradient": 0.7}),
    ("rmsprop_update", 1, {"lr": 0.1, "wd": 0.01, "gamma1": 0.9, "clip_weights": 0.8}),
]
SIZES = [(3,), (300, 2), (1, 1), (17,)]


def arrays_of(count, dtype, seed):
    return [numbers(shape, dtype, seed + i) for i, shape in enumerate([SIZES[i % len(SIZES)] for i in range(count)])]


def expected_of(operator, weights, grads, states, attrs):
    """Run the step of the operator in float64."""
    wide = [[x.astype("float64") for x in group] for group in (weights, grads, *states)]
    for weight, grad, *own in zip(*wide, strict=True):
        operator.step(np, weight, grad, *own, **attrs)
    return wide[0], wide[2:]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", [1, 5, 70])  # more than one launch takes
@pytest.mark.parametrize("name, states, attrs", STEPS)
def test_a_step_on_many_weights(xp, name, states, attrs, count, dtype):
    operator = REGISTRY[name]
    attrs = operator.complete(attrs)
    weights, grads = arrays_of(count, dtype, 0), arrays_of(count, dtype, 1000)
    old = [[np.abs(x) for x in arrays_of(count, dtype, 2000 * (i + 1))] for i in range(states)]
    expected, new = expected_of(operator, weights, grads, old, attrs)
    on_device = [[xp.asarray(x) for x in group] for group in (weights, grads, *old)]
    own = list(zip(*on_device[2:], strict=True)) if states else [()] * count
    assert cuda.update_all(xp, name, on_device[0], on_device[1], own, attrs) is True
    for group, reference in zip([on_device[0], *on_device[2:]], [expected, *new], strict=True):
        for array, values in zip(group, reference, strict=True):
            close(array, values, 8)


@pytest.mark.parametrize("name, momentum", [("mp_sgd_update", False), ("mp_sgd_mom_update", True)])
def test_float16_weights_with_master_copies(xp, name, momentum):
    operator = REGISTRY[name]
    attrs = operator.complete({"lr": 1e-4, "wd": 0.01, **({"momentum": 0.9} if momentum else {})})
    masters = arrays_of(3, "float32", 0)
    weights, grads = [x.astype("float16") for x in masters], arrays_of(3, "float16", 100)
    old = [*([arrays_of(3, "float32", 200)] if momentum else []), masters]
    _, new = expected_of(operator, weights, grads, old, attrs)
    on_device = [[xp.asarray(x) for x in group] for group in (weights, grads, *old)]
    own = list(zip(*on_device[2:], strict=True))
    assert cuda.update_all(xp, name, on_device[0], on_device[1], own, attrs) is True
    for group, reference in zip(on_device[2:], new, strict=True):
        for array, values in zip(group, reference, strict=True):
            close(array, values, 4)
    for weight, master in zip(on_device[0], on_device[-1], strict=True):
        np.testing.assert_array_equal(weight.get(), master.get().astype("float16"))


def test_what_is_left_to_the_reference(xp):
    attrs = REGISTRY["sgd_update"].complete({"lr": 0.1})
    one, two = xp.ones(3, "float32"), xp.ones(3, "float64")
    matrix = xp.ones((4, 2), "float32")
    assert cuda.update_all(xp, "sgd_update", [one, two], [one, two], [(), ()], attrs) is None
    assert cuda.update_all(xp, "sgd_update", [matrix.T], [matrix.T], [()], attrs) is None
    assert cuda.update_all(xp, "signsgd_update", [one], [one], [()], attrs) is None
    assert cuda.update_all(xp, "sgd_update", [], [], [], attrs) is None
