"""Inference of shapes and dtypes: forward, backward, partial, and contradictions that name their node."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import DTypeError, ShapeError
from mxlearn.core import infer
from mxlearn.core.infer import broadcast, known, normalize_axis, show, size_of, unify


# -- helpers -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("a", "b", "merged"),
    [(None, None, None), (None, (1, 2), (1, 2)), ((-1, 2), (3, -1), (3, 2)), ((-1,), (-1,), (-1,)), ((), (), ())],
)
def test_unify_says_what_both_say(a, b, merged):
    assert unify(a, b) == unify(b, a) == merged


def test_unify_refuses_contradictions():
    with pytest.raises(ShapeError, match=r"the shapes must be equal. Received: \(1, 2\) and \(\?, 3\)"):
        unify((1, 2), (-1, 3), "the shapes")
    with pytest.raises(ShapeError, match=r"\(1,\) has 1 dimensions, \(1, 1\) has 2"):
        unify((1,), (1, 1))


@pytest.mark.parametrize(
    ("a", "b", "out"),
    [
        ((2, 3), (3,), (2, 3)), ((2, 1), (1, 3), (2, 3)), ((), (2,), (2,)), ((0, 3), (1, 3), (0, 3)),
        ((-1, 3), (2, 3), (2, 3)), ((-1, 3), (1, 3), (-1, 3)), ((1,), (-1,), (-1,)), (None, (2,), None),
    ],
)  # fmt: skip
def test_broadcast(a, b, out):
    assert broadcast(a, b) == broadcast(b, a) == out


def test_broadcast_refuses_what_does_not_fit():
    message = r"\(2, 3\) and \(2,\) cannot be broadcast: 3 and 2 differ.*\n.*from the right"
    with pytest.raises(ShapeError, match=message):
        broadcast((2, 3), (2,))


def test_small_helpers():
    assert [show(s) for s in (None, (), (3,), (-1, 2))] == ["(unknown)", "()", "(3,)", "(?, 2)"]
    assert [known(s) for s in (None, (), (0, 3), (-1,))] == [False, True, True, False]
    assert [size_of(s) for s in ((), (2, 3), (0, 3), (-1, 3))] == [1, 6, 0, -1]
    assert [normalize_axis(a, 3) for a in (0, 2, -1, -3)] == [0, 2, 2, 0]
    with pytest.raises(ShapeError, match="axis 3 is out of range for an array of 3 dimensions"):
        normalize_axis(3, 3)


# -- shapes ------------------------------------------------------------------------------------------------------------
def test_shapes_of_weights_follow_from_the_data():
    x = mx.sym.Variable("x")
    y = mx.sym.FullyConnected(mx.sym.FullyConnected(x, num_hidden=8, name="a"), num_hidden=3, name="b")
    assert y.infer_shape(x=(5, 2, 2)) == ([(5, 2, 2), (8, 4), (8,), (3, 8), (3,)], [(5, 3)], [])


def test_shapes_of_the_data_follow_from_outputs_and_weights():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    y = mx.sym.FullyConnected(x, w, num_hidden=3, no_bias=True, flatten=False)
    assert (x + w).infer_shape(w=(2, 3))[0] == [(2, 3), (2, 3)]
    shapes = y.infer_shape_partial(w=(3, 4))
    assert shapes[0][1] == (3, 4)


def test_shapes_flow_back_through_elementwise_chains():
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    y = mx.sym.exp(a * 2) + mx.sym.relu(b)
    assert y.infer_shape(b=(2, 3))[0] == [(2, 3), (2, 3)]


def test_two_partial_shapes_complete_each_other():
    a, b = mx.sym.Variable("a", shape=(0, 3)), mx.sym.Variable("b", shape=(2, 0))
    assert (a + b).infer_shape() == ([(2, 3), (2, 3)], [(2, 3)], [])


def test_what_stays_unknown_is_zero_in_a_partial_result():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    y = mx.sym.FullyConnected(x, w, num_hidden=3, name="fc")
    arguments, outputs, _ = y.infer_shape_partial(x=(0, 4))
    assert arguments == [(0, 4), (3, 4), (3,)]
    assert outputs == [(0, 3)]


def test_a_contradiction_names_operator_and_node():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    y = mx.sym.FullyConnected(x, w, num_hidden=3, name="fc7", flatten=False)
    with pytest.raises(ShapeError, match=r"FullyConnected 'fc7': .*\(3, 9\)"):
        y.infer_shape(x=(2, 4), w=(3, 9))
    with pytest.raises(ShapeError, match="elemwise_add 'sum'"):
        mx.sym.elemwise_add(x, w, name="sum").infer_shape(x=(2,), w=(3,))


def test_a_declared_shape_is_checked_against_a_given_one():
    message = r"declared and the given shape of 'x' must be equal. Received: \(2,\) and \(3,\)"
    with pytest.raises(ShapeError, match=message):
        (mx.sym.Variable("x", shape=(2,)) * 2).infer_shape(x=(3,))


def test_inference_over_a_deep_graph():
    y = mx.sym.Variable("x")
    for _ in range(3000):
        y = y + 1
    assert y.infer_shape(x=(2,))[1] == [(2,)]
    z = mx.sym.Variable("z")
    assert (y + z).infer_shape(z=(2,))[0] == [(2,), (2,)]                # all the way back


# -- dtypes ------------------------------------------------------------------------------------------------------------
def test_dtypes_flow_in_both_directions():
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    y = mx.sym.exp(a) + b
    assert y.infer_type(b="float64") == ([np.float64, np.float64], [np.float64], [])
    assert mx.sym.cast(a, dtype="int32").infer_type(a="float16") == ([np.float16], [np.int32], [])


def test_dtypes_that_differ_are_an_error_that_names_the_node():
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    y = mx.sym.elemwise_add(a, b, name="sum")
    message = "elemwise_add 'sum': all inputs must have one dtype. Received: float32 and int32"
    with pytest.raises(DTypeError, match=message):
        y.infer_type(a="float32", b="int32")


def test_a_known_float64_is_told_from_an_unknown_dtype():
    """NumPy takes None for float64: dtype('float64') == None is True."""
    a = mx.sym.Variable("a")
    assert mx.sym.exp(a).infer_type() == (None, None, None)
    assert mx.sym.exp(a).infer_type(a=np.float64)[1] == [np.float64]


def test_rules_run_until_nothing_new_is_learned():
    calls = []

    def rule_of(node):
        def rule(inputs, outputs):
            calls.append(node.name)
            shapes, _ = infer.same_shape(*inputs, outputs[0])
            return shapes[:-1], shapes[:1]

        return rule

    x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    z = mx.sym.elemwise_add(mx.sym.exp(x, name="a"), mx.sym.exp(y, name="b"), name="c")
    values = infer.infer_graph(z._entries, {y._entry[0]: (2,)}, rule_of, unify, complete=known)
    assert values[x._entry] == (2,)
    assert len(calls) < 12


# -- from outputs to inputs --------------------------------------------------------------------------------------------
def test_a_layer_learns_its_batch_from_its_output():
    state, data = mx.sym.Variable("state"), mx.sym.Variable("data")
    dense = mx.sym.FullyConnected(state, num_hidden=3, name="fc")
    assert (dense + data).infer_shape_partial(data=(4, 3), state=(0, 2))[0][0] == (4, 2)
    conv = mx.sym.Convolution(state, num_filter=3, kernel=(1, 1), name="conv")
    assert (conv + data).infer_shape_partial(data=(4, 3, 5, 5), state=(0, 2, 5, 5))[0][0] == (4, 2, 5, 5)


def test_reshape_learns_one_dimension_from_the_number_of_elements():
    x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    z = mx.sym.elemwise_add(mx.sym.reshape(x, shape=(-1,)), y)
    assert z.infer_shape(x=(3, 0), y=(12,))[0] == [(3, 4), (12,)]
    assert z.infer_shape_partial(x=(5, 0), y=(12,))[0][0] == (5, 0)  # 12 is no multiple of 5


def test_zeros_of_an_open_extent_are_completed_by_the_graph():
    x = mx.sym.Variable("x")
    y = x + mx.sym.zeros((0, 3))
    assert y.infer_shape(x=(4, 3))[1] == [(4, 3)]
    assert y.bind(mx.cpu(), {"x": mx.nd.ones((4, 3))}).forward()[0].shape == (4, 3)
    assert mx.sym.zeros((0, 3)).infer_shape()[1] == [(0, 3)]


def test_zeros_of_an_open_extent_are_completed_in_higher_derivatives_too():
    net = mx.gluon.nn.HybridLambda(lambda F, x: x * x * x + F.zeros((0, 3)) * x)
    net.hybridize()
    x = mx.nd.full((2, 3), 2)
    x.attach_grad()
    with mx.autograd.record():
        (first,) = mx.autograd.grad(net(x), [x], create_graph=True, retain_graph=True)
    first.backward()
    assert x.grad.asnumpy().tolist() == [[12] * 3] * 2
