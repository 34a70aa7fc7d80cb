"""Calling operators on arrays: what goes wrong is said in terms of the call."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, ContextError, DTypeError, MXNetError, ShapeError
from mxlearn.core.operator import Operator
from mxlearn.ndarray.dispatch import invoke


def ones(*shape, **options):
    return mx.nd.ones(shape, **options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mx.nd.relu(3), ArgumentError, r"^relu: .*NDArray.*int"),
        (
            lambda: mx.nd.FullyConnected([1], ones(1, 1), no_bias=True, num_hidden=1),
            ArgumentError,
            r"^FullyConnected: .*NDArray.*list",
        ),
        (lambda: mx.nd.relu(mx.sym.Variable("x")), ArgumentError, r"^relu: .*Symbol"),
        (lambda: mx.nd.relu(), ArgumentError, r"^relu: the input 'data' is missing"),
        (
            lambda: mx.nd.FullyConnected(ones(1, 2), num_hidden=3),
            ArgumentError,
            r"^FullyConnected: the input 'weight' is missing",
        ),
        (lambda: mx.nd.relu(ones(1), ones(1)), ArgumentError, r"^relu: "),
        (lambda: mx.nd.exp(ones(1), foo=1), ArgumentError, r"^exp: unknown argument 'foo'"),
        (lambda: mx.nd.sum(ones(1), axes=0), ArgumentError, r"^sum: unknown argument 'axes'. Did you mean 'axis'"),
        (lambda: mx.nd.FullyConnected(ones(1, 2), ones(3, 2), ones(3)), ArgumentError, r"'num_hidden' is missing"),
        (lambda: mx.nd.clip(ones(1), a_min="x", a_max=1), ArgumentError, r"^clip: argument 'a_min': expected a number"),
        (
            lambda: mx.nd.Activation(ones(1), act_type="rleu"),
            ArgumentError,
            r"^Activation: argument 'act_type': expected one of",
        ),
        (lambda: mx.nd.relu(ones(1), data=ones(1)), ArgumentError, r"'data' is given twice"),
        (
            lambda: mx.nd.FullyConnected(ones(2, 3), ones(4, 5), ones(4), num_hidden=4),
            ShapeError,
            r"^FullyConnected: .*\(4, 5\)",
        ),
        (lambda: mx.nd.dot(ones(2, 3), ones(2, 3)), ShapeError, r"^dot: "),
        (lambda: mx.nd.elemwise_add(ones(2), ones(3)), ShapeError, r"^elemwise_add: .*\(2,\).*\(3,\)"),
        (lambda: mx.nd.concat(ones(2, 2), ones(3, 3), dim=0), ShapeError, r"^Concat: "),
        (lambda: mx.nd.sum(ones(2, 3), axis=5), ShapeError, r"^sum: axis 5 is out of range"),
        (lambda: mx.nd.reshape(ones(6), shape=(4, 2)), ShapeError, r"^Reshape: "),
        (lambda: mx.nd.elemwise_add(ones(1), ones(1, dtype="float64")), DTypeError, r"float32 and float64.*\n.*astype"),
        (lambda: mx.nd.broadcast_mul(ones(1), ones(1, ctx=mx.cpu(1))), ContextError, r"cpu\(0\), cpu\(1\)"),
    ],
)  # fmt: skip
def test_errors_name_operator_argument_and_value(call, error, message):
    with pytest.raises(error, match=f"(?s){message}"):
        call()


def test_an_unknown_function_has_a_suggestion():
    with pytest.raises(AttributeError, match="has no attribute 'FullyConected'"):
        _ = mx.nd.FullyConected


def test_an_error_while_recording_leaves_no_node():
    x = ones(2)
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
        with pytest.raises(ShapeError):
            y + ones(3)
        z = y * 3
    z.backward()
    assert x.grad.asnumpy().tolist() == [6, 6]


# -- out= --------------------------------------------------------------------------------------------------------------
def test_out_receives_the_result_and_is_returned():
    out = mx.nd.zeros(2)
    assert mx.nd.exp(mx.nd.zeros(2), out=out) is out
    assert out.asnumpy().tolist() == [1, 1]
    parts = [mx.nd.zeros((1, 2)), mx.nd.zeros((1, 2))]
    assert mx.nd.split(mx.nd.array([[1, 2], [3, 4]]), num_outputs=2, axis=0, out=parts) is parts
    assert parts[1].asnumpy().tolist() == [[3, 4]]


def test_out_must_fit():
    out = mx.nd.zeros(3)
    with pytest.raises(ShapeError, match=r"exp: out has shape \(3,\), but the result has shape \(2,\)"):
        mx.nd.exp(ones(2), out=out)
    with pytest.raises(ArgumentError, match="out has 1 arrays, but there are 2 outputs"):
        mx.nd.split(ones(2, 2), num_outputs=2, out=[out])
    assert out.asnumpy().tolist() == [0, 0, 0]


def test_an_operator_may_write_over_its_input_outside_of_recording():
    x = mx.nd.array([1, 2])
    mx.nd.exp(x, out=x)
    assert np.allclose(x.asnumpy(), np.exp([1, 2]))


# -- how arguments are taken -------------------------------------------------------------------------------------------
def test_attributes_may_follow_the_inputs_by_position():
    x = mx.nd.array([[1, 5]])
    assert mx.nd.clip(x, 2, 4).asnumpy().tolist() == [[2, 4]]
    assert mx.nd.slice_axis(x, 1, 0, 1).asnumpy().tolist() == [[1]]


def test_inputs_may_be_given_by_name():
    x, w = ones(1, 2), ones(3, 2)
    assert mx.nd.FullyConnected(data=x, weight=w, no_bias=True, num_hidden=3).shape == (1, 3)
    assert mx.nd.broadcast_sub(rhs=ones(1), lhs=mx.nd.array([5])).asscalar() == 4


def test_attributes_may_be_strings_as_in_files():
    assert mx.nd.sum(ones(2, 3), axis="(0, 1)", keepdims="True").shape == (1, 1)


def test_variadic_operators_take_arrays_or_a_list():
    a, b = ones(1, 2), ones(1, 2)
    assert mx.nd.concat(a, b, dim=0).shape == mx.nd.concat([a, b], dim=0).shape == (2, 2)
    assert mx.nd.add_n(a, b, num_args=2).asnumpy().tolist() == [[2, 2]]


def test_operators_without_inputs_use_the_current_or_a_given_context():
    assert mx.nd._internal._zeros(shape=(2,), ctx="cpu(1)").context == mx.cpu(1)
    with mx.cpu(2):
        assert mx.nd.random.normal(shape=(1,)).context == mx.cpu(2)


# -- operators that change inputs --------------------------------------------------------------------------------------
def test_states_are_checked_before_any_is_written():
    def both(xp, data, first, second):
        return data, first + 1, np.zeros(99, "float32")

    op = Operator(both, name="both", mutates=("first", "second"))
    first, second = mx.nd.zeros(2), mx.nd.zeros(2)
    with pytest.raises(ShapeError, match=r"both: second has shape \(2,\), its new value \(99,\)"):
        invoke(op, (ones(1), first, second))
    assert first.asnumpy().tolist() == [0, 0]


def test_a_kernel_that_fails_for_reasons_of_its_own():
    def fails(xp, data):
        raise ZeroDivisionError("inner trouble")

    with pytest.raises(MXNetError, match=r"broken: inner trouble\n  Received: data \(2,\) float32"):
        invoke(Operator(fails, name="broken", elementwise=True), (ones(2),))
