"""Every sample of every operator, stepped through: gradients are those of backward() to the bit, equations hold."""

import importlib
from pathlib import Path

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd
from mxlearn.core.operator import REGISTRY
from mxlearn.inspection import backward_steps
from tests.ops import sampling

for _path in sorted((Path(__file__).parents[1] / "ops").glob("samples_*.py")):
    importlib.import_module(f"tests.ops.{_path.stem}")

OPERATORS = sorted({op.name for op in REGISTRY.values() if op.rule is not None})
# mean and variance, shown by output_mean_var, count as constants in the gradient, as in MXNet
CONSTANT_OUTPUTS = {"BatchNorm", "GroupNorm", "LayerNorm"}


def record(op, sample):
    """Return the inputs with gradients by name, and heads of which the gradient is not constant; None for none."""
    call = sampling.Call(op, sample)
    arrays = call.arrays()
    for each in arrays:
        if each is not None and np.dtype(each.dtype).kind == "f":
            each.attach_grad()
    with autograd.record(train_mode=sample.train):
        outs = [o for o in call.eager(arrays) if o._entry is not None]
        heads = [(o * o).sum() for o in outs if np.dtype(o.dtype).kind == "f"]
    inputs = {f"in{k}": a for k, a in enumerate(arrays) if a is not None and a._entry is not None}
    return (inputs, heads) if heads else None


@pytest.mark.parametrize("name", OPERATORS)
def test_steps_are_those_of_backward(name):
    op = REGISTRY[name]
    for sample in sampling.samples_of(name):
        recorded = record(op, sample)
        if recorded is None:
            continue
        inputs, heads = recorded
        compared = sampling.Call(op, sample).differentiable()
        try:
            passed = backward_steps(heads, inputs)
        except mx.MXNetError as error:
            with pytest.raises(type(error)):  # then backward() refuses as well
                autograd.backward(heads)
            continue
        autograd.backward(heads)
        ends = {step.name: step for step in passed.steps if step.kind == "end"}
        for key, end in ends.items():
            assert end.contribution.tobytes() == inputs[key].grad.asnumpy().tobytes(), sample
            shown = "output_mean_var" in sample.attrs and name in CONSTANT_OUTPUTS
            otherwise = int(key.removeprefix("in")) not in compared  # a gradient that its sample declares another
            assert end.check.verdict != "differs" or shown or otherwise, (sample, end.check)
        for step in passed.steps:
            for one in step.contributions:
                assert one.accumulated.shape == one.value.shape
                if one.jacobian.dense is None or not np.all(np.isfinite(one.jacobian.dense)):
                    continue
                parts = step.upstream if isinstance(step.upstream, tuple) else (step.upstream,)
                upstream = np.concatenate([part.ravel() for part in parts])
                if not np.all(np.isfinite(upstream)):
                    continue
                product = upstream @ one.jacobian.dense
                np.testing.assert_allclose(product, one.value.ravel(), rtol=1e-2, atol=1e-6 + 1e-2 * abs(product).max())
