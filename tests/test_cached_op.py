"""The CachedOp: a Symbol as a function of arrays."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, ContextError, GradientError, MXNetError, ShapeError
from mxlearn.cached_op import CachedOp
from mxlearn.symbol import Variable


def leaf(*values):
    x = mx.nd.array(values)
    x.attach_grad()
    return x


def test_it_is_called_in_the_order_of_list_inputs():
    op = mx.nd.CachedOp(Variable("x") - Variable("y"))
    assert op(mx.nd.array([5]), mx.nd.array([3])).asscalar() == 2


def test_several_outputs_are_a_list():
    x = Variable("x")
    first, second = CachedOp(mx.sym.Group([x + 1, x * 2]))(mx.nd.array([3]))
    assert (first.asscalar(), second.asscalar()) == (4, 6)


def test_a_call_is_differentiable():
    x, w = leaf(1, 2), leaf(3, 4)
    op = CachedOp(Variable("x") * mx.sym.exp(Variable("w")))
    with mx.autograd.record():
        y = op(x, w).sum() * 2
    y.backward()
    assert np.allclose(x.grad.asnumpy(), 2 * np.exp([3, 4]))
    assert np.allclose(w.grad.asnumpy(), 2 * np.array([1, 2]) * np.exp([3, 4]))


def test_it_is_differentiable_twice():
    x = leaf(2)
    op = CachedOp(Variable("x") ** 3)
    with mx.autograd.record():
        (slope,) = mx.autograd.grad(op(x), x, create_graph=True)
    slope.backward()
    assert (slope.asscalar(), x.grad.asscalar()) == (12, 12)             # 3 x^2, 6 x


def test_the_second_order_updates_no_state_again_and_keeps_the_mode():
    norm = mx.sym.BatchNorm(Variable("data"), name="bn", momentum=0.5, fix_gamma=False)
    op = CachedOp(mx.sym.Dropout(norm, p=0.5))
    data, gamma, beta, mean, var = leaf([1], [3]), leaf(1), leaf(0), mx.nd.zeros(1), mx.nd.ones(1)
    with mx.autograd.record(train_mode=False):
        y = op(data, gamma, beta, mean, var)
        (slope,) = mx.autograd.grad((y * y).sum(), data, create_graph=True)  # predicting: y = data / sqrt(1 + eps)
    assert np.allclose(slope.asnumpy(), [[2], [6]], rtol=1e-2)
    assert mean.asscalar() == 0
    with mx.autograd.record():
        y = CachedOp(norm)(data, gamma, beta, mean, var)
        mx.autograd.grad((y * y).sum(), data, create_graph=True)
    assert mean.asscalar() == 1                                          # (0 + 2) / 2, once


def test_random_numbers_can_be_differentiated_once_only():
    x = leaf(*np.ones(50))
    op = CachedOp(mx.sym.Dropout(Variable("x"), p=0.5, name="drop"))
    with mx.autograd.record():
        y = op(x)
        with pytest.raises(GradientError, match=r"Dropout 'drop': .*once only.*\n.*hybridize\(False\)"):
            mx.autograd.grad(y, x, create_graph=True)
    y.backward()
    assert np.array_equal(x.grad.asnumpy(), y.asnumpy())


def test_gradients_flow_only_into_what_wants_them():
    x, w = mx.nd.array([2]), leaf(3)
    op = CachedOp(Variable("x") * Variable("w"))
    with mx.autograd.record():
        y = op(x, w)
    y.backward()
    assert w.grad.asscalar() == 2


def test_an_output_that_nobody_used():
    x = leaf(3)
    symbol = Variable("x")
    op = CachedOp(mx.sym.Group([symbol * 2, symbol * symbol]))
    with mx.autograd.record():
        first, _ = op(x)
    first.backward()
    assert x.grad.asscalar() == 2


def test_each_signature_is_compiled_once():
    op = CachedOp(Variable("x") + 1)
    for shape, dtype in [((2,), "float32"), ((3,), "float32"), ((2,), "float64"), ((2,), "float32")]:
        assert op(mx.nd.zeros(shape, dtype=dtype)).dtype == np.dtype(dtype).type
    assert len(op._programs) == 3


def test_training_and_prediction_differ():
    op = CachedOp(mx.sym.Dropout(Variable("x"), p=0.5))
    x = mx.nd.ones(1000)
    assert set(op(x).asnumpy().tolist()) == {1}
    with mx.autograd.train_mode():
        assert set(op(x).asnumpy().tolist()) == {0, 2}


def test_the_result_never_shares_memory_with_an_argument():
    x = mx.nd.array([1])
    symbol = Variable("x")
    for graph in (symbol, mx.sym.BlockGrad(symbol), mx.sym.reshape(symbol, shape=(1, 1))):
        y = CachedOp(graph)(x)
        y[:] = 9
        assert x.asscalar() == 1


def test_states_are_written_into_the_arguments():
    norm = mx.sym.BatchNorm(Variable("data"), name="bn", momentum=0.5)
    op = CachedOp(norm)
    data, gamma, beta, mean, var = mx.nd.array([[1], [3]]), *(mx.nd.ones(1) for _ in range(4))
    op(data, gamma, beta, mean, var)
    assert mean.asscalar() == 1
    with mx.autograd.record():
        op(data, gamma, beta, mean, var)
    assert (mean.asscalar(), var.asscalar()) == (1.5, 1)                 # (1 + 2) / 2, (1 + 1) / 2


def test_out_receives_the_result():
    out = mx.nd.zeros(1)
    assert CachedOp(Variable("x") * 2)(mx.nd.array([3]), out=out) is out
    assert out.asscalar() == 6


def test_wrong_calls_are_named():
    op = CachedOp(Variable("x") + Variable("y"))
    with pytest.raises(ArgumentError, match="2 arguments are needed, 1 given.*\n.*x, y"):
        op(mx.nd.ones(1))
    with pytest.raises(ContextError, match=r"'x' is on cpu\(0\), 'y' on cpu\(1\)"):
        op(mx.nd.ones(1), mx.nd.ones(1, ctx=mx.cpu(1)))
    with pytest.raises(ShapeError, match=r"elemwise_add '_plus.*\(1,\) and \(2,\)"):
        op(mx.nd.ones(1), mx.nd.ones(2))


def test_errors_name_the_node():
    op = CachedOp(mx.sym.take(Variable("x"), Variable("i"), mode="raise", name="lookup"))
    with pytest.raises(MXNetError, match="take 'lookup'"):
        op(mx.nd.ones(2), mx.nd.array([5]))


@pytest.mark.parametrize("recording", [False, True])
def test_an_observer_sees_every_node(recording):
    symbol = mx.sym.relu(mx.sym.BlockGrad(Variable("x") * 2, name="block"), name="act")
    op, x, seen = CachedOp(symbol), leaf(-1, 3), []

    def callback(name, operator, array):
        seen.append((name, operator, array.asnumpy().tolist()))

    mx.autograd.set_recording(recording)
    try:
        result = op.observed([x], callback, monitor_all=True)
    finally:
        mx.autograd.set_recording(False)
    assert result.asnumpy().tolist() == [0, 6]
    assert [s[:2] for s in seen[:2]] == [("x", "_mul_scalar"), (seen[1][0], "_mul_scalar")]
    assert seen[-3:] == [
        ("block_output", "BlockGrad", [-2, 6]), ("act_data", "relu", [-2, 6]), ("act_output", "relu", [0, 6])
    ]  # fmt: skip
