"""The functions of mx.nd: their short way gives what the long way gives, in values, on the tape, and in errors."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.core.operator import REGISTRY
from mxlearn.ndarray import calling
from mxlearn.ndarray.dispatch import invoke
from tests.ops import sampling, test_sweep  # noqa: F401 - test_sweep reads the samples of all families

SHORT = sorted(op.name for op in set(REGISTRY.values()) if calling.has_short_form(op))


def arrays(sample):
    """Return the inputs of a sample as NDArrays that are recorded."""
    found = []
    for value in sample.inputs:
        array = None if value is None else sampling.as_array(value)
        if array is not None and array._data.dtype.kind == "f":
            array.attach_grad()
        found.append(array)
    return found


def kept(node):
    """Return what a node keeps in a form that can be compared."""
    return [
        (x.shape, x.dtype) if type(x).__name__ == "Like" else None if x is None else np.asarray(x).tolist()
        for x in node.saved
    ]


@pytest.mark.parametrize("name", SHORT)
def test_short_and_long_way_are_one(name):
    op = REGISTRY[name]
    function = calling.build(op)
    assert calling.CODES[function.__code__] == name
    for sample in sampling.samples_of(name):
        inputs = arrays(sample)
        attrs = op.parse(sample.attrs)
        with mx.autograd.record(train_mode=sample.train):
            expected = invoke(op, inputs, attrs)
            got = function(*inputs, **sample.attrs)
        np.testing.assert_array_equal(got.asnumpy(), expected.asnumpy())
        assert (got.dtype, got.context, type(got)) == (expected.dtype, expected.context, type(expected))
        assert (got._entry is None) == (expected._entry is None)
        if got._entry is not None:
            ours, theirs = got._entry[0], expected._entry[0]
            assert (ours.op, ours.inputs, ours.training) == (theirs.op, theirs.inputs, theirs.training)
            assert {k: v for k, v in ours.attrs.items() if k in attrs} == attrs
            assert repr(kept(ours)) == repr(kept(theirs))


def test_arguments_in_any_form_reach_the_same_operator():
    x = mx.nd.array([[1.0, -2.0], [3.0, -4.0]])
    expected = [[1, 0], [2, 0]]
    out = mx.nd.zeros((2, 2))
    assert mx.nd.clip(x, 0, 2).asnumpy().tolist() == expected             # attributes by position
    assert mx.nd.clip(data=x, a_min=0, a_max=2).asnumpy().tolist() == expected
    assert mx.nd.clip(x, a_max="2", a_min=0).asnumpy().tolist() == expected  # as files write them
    assert mx.nd.clip(x, 0, a_max=2, out=out) is out
    assert out.asnumpy().tolist() == expected


def test_a_mistake_is_explained_by_the_long_way():
    x = mx.nd.ones((2, 3))
    with pytest.raises(mx.base.ArgumentError, match="unknown argument 'a_mim'. Did you mean 'a_min'"):
        mx.nd.clip(x, a_mim=0, a_max=1)
    with pytest.raises(mx.base.ArgumentError, match="clip: the argument 'a_max' is missing"):
        mx.nd.clip(x, a_min=0)
    with pytest.raises(mx.base.ShapeError, match="FullyConnected"):
        mx.nd.FullyConnected(x, mx.nd.ones((4, 5)), no_bias=True, num_hidden=4)
    with pytest.raises(mx.base.ArgumentError, match="no_bias=True"):
        mx.nd.FullyConnected(x, mx.nd.ones((4, 3)), num_hidden=4)


def test_the_text_is_readable_and_stands_in_tracebacks():
    text = calling.short_form(REGISTRY["relu"])
    assert text.startswith("def relu(data=None, /, *more, out=None, name=None, ctx=None, **unknown):\n")
    assert "raw = compute(at._xp or at.xp, raw_data) if fits else None" in text
