"""From an operator to a function: sorting arguments, signatures, namespaces."""
import inspect

import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError
from mxlearn.core.frontend import _Null, bind, signature_of
from mxlearn.core.operator import find


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "inputs", "attrs"),
    [
        ("relu", ("x",), {}, ["x"], {}),
        ("relu", (), {"data": "x"}, ["x"], {}),
        ("FullyConnected", ("x", "w"), {"num_hidden": "3", "no_bias": True}, ["x", "w"],
            {"num_hidden": 3, "no_bias": True}),
        ("FullyConnected", ("x",), {"bias": "b", "num_hidden": 3}, ["x", None, "b"], {"num_hidden": 3}),
        ("FullyConnected", ("x", "w", "b", 3), {}, ["x", "w", "b"], {"num_hidden": 3}),
        ("clip", ("x", 1, 2), {}, ["x"], {"a_min": 1.0, "a_max": 2.0}),
        ("clip", ("x", _Null, 2), {"a_min": 0}, ["x"], {"a_max": 2.0, "a_min": 0.0}),
        ("sum", ("x",), {"axis": _Null, "keepdims": _Null}, ["x"], {}),
        ("Concat", ("x", "y"), {"dim": 0, "num_args": 2}, ["x", "y"], {"dim": 0}),
        ("Concat", (["x", "y"],), {}, ["x", "y"], {}),
    ],
)  # fmt: skip
def test_arguments_are_sorted_into_inputs_and_attributes(name, args, kwargs, inputs, attrs):
    assert bind(find(name), args, kwargs) == (inputs, attrs)


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "message"),
    [
        ("relu", ("x", "y"), {}, "relu: takes at most 1 arguments. Received: 2"),
        ("relu", ("x",), {"data": "y"}, "relu: the input 'data' is given twice"),
        ("clip", ("x", 1, 2), {"a_min": 3}, "clip: the argument 'a_min' is given twice"),
        ("clip", ("x",), {"a_min": 3}, "clip: the argument 'a_max' is missing"),
        ("sum", ("x",), {"axsi": 3}, "sum: unknown argument 'axsi'. Did you mean 'axis'"),
        ("Concat", ("x",), {"axis": 3}, "Concat: unknown argument 'axis'"),
    ],
)
def test_what_cannot_be_sorted_is_named(name, args, kwargs, message):
    with pytest.raises(ArgumentError, match=message):
        bind(find(name), args, kwargs)


def test_a_signature_shows_inputs_attributes_and_defaults():
    parameters = signature_of(find("FullyConnected"), ("out", "name")).parameters
    assert list(parameters) == ["data", "weight", "bias", "num_hidden", "no_bias", "flatten", "out", "name"]
    assert parameters["flatten"].default is True
    assert list(inspect.signature(mx.nd.FullyConnected).parameters)[:3] == ["data", "weight", "bias"]


def test_functions_carry_the_docstring_and_name_of_their_operator():
    assert mx.nd.relu.__name__ == "relu"
    assert mx.nd.relu.__doc__ == mx.sym.relu.__doc__ == find("relu").__doc__
    assert mx.nd.FullyConnected.__module__ == "mxlearn.ndarray"


def test_a_function_is_made_once():
    assert mx.nd.softmax is mx.nd.softmax
    assert mx.sym.softmax is mx.sym.softmax


@pytest.mark.parametrize("module", [mx.nd, mx.sym], ids=["nd", "sym"])
def test_tab_completion_lists_every_public_operator(module):
    names = dir(module)
    assert {"FullyConnected", "relu", "broadcast_add", "zeros",
        "array" if module is mx.nd else "Variable"} <= set(names)
    assert "_plus_scalar" not in names
    assert all(hasattr(module, name) for name in names)


def test_families_have_namespaces_without_their_prefix():
    assert "gemm2" in dir(mx.nd.linalg)
    assert mx.nd.linalg.gemm2.__name__ == "gemm2"
    assert "uniform" in dir(mx.nd.random)
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = mx.nd.linalg.nothing_here


def test_the_mark_for_a_missing_argument_is_false():
    assert not _Null
    assert repr(_Null) == "_Null"
