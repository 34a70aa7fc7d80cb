"""A graph compiled for training: forward keeps what backward reads, and nothing more."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import GradientError
from mxlearn.core.training import TrainingGraph


def training_graph(symbol, wrt=None, plain=False, **shapes):
    inputs = [node for node in symbol._nodes() if node.op is None]
    names = [node.name for node in inputs] if wrt is None else wrt
    return TrainingGraph(
        symbol._entries,
        inputs,
        [node for node in inputs if node.name in names],
        xp=np,
        shapes={node: shapes[node.name] for node in inputs},
        dtypes={node: np.dtype("float32") for node in inputs},
        plain=plain,
    )


def run(graph, values, head_grads):
    results = graph.forward(values)
    residuals = results[graph.num_heads : graph.num_heads + graph.num_residuals]
    return results[: graph.num_heads], graph.gradients(graph.backward([*residuals, *values, *head_grads]))


def array(*values):
    return np.array(values, "float32")


@pytest.mark.parametrize("plain", [False, True])
def test_gradients_of_a_product(plain):
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    graph = training_graph(mx.sym.exp(x * w), plain=plain, x=(2,), w=(2,))
    (out,), (dx, dw) = run(graph, [array(1, 2), array(3, 0)], [array(1, 10)])
    assert np.allclose(out, np.exp([3, 0]))
    assert np.allclose(dx, np.exp([3, 0]) * [3, 0] * [1, 10])
    assert np.allclose(dw, np.exp([3, 0]) * [1, 2] * [1, 10])


def test_only_what_backward_reads_is_kept():
    x = mx.sym.Variable("x")
    y = mx.sym.tanh(mx.sym.exp(x * 2 + 1, name="e"), name="t")
    graph = training_graph(y, x=(3,))
    kept = {node.name for node in graph.backward.inputs if node.name.endswith("kept")}
    assert kept == {"e_kept", "t_kept"}                                  # the scalar steps need nothing
    assert graph.num_residuals == 2


def test_only_wanted_gradients_are_computed():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    graph = training_graph(mx.sym.dot(x, w), wrt=["w"], x=(2, 3), w=(3, 4))
    assert graph.wanted == [False, True]
    assert len(graph.backward.steps) == 1
    _, (dw,) = run(graph, [np.ones((2, 3), "float32"), np.ones((3, 4), "float32")], [np.ones((2, 4), "float32")])
    assert np.array_equal(dw, np.full((3, 4), 2))


def test_a_variable_that_does_not_matter_has_no_gradient():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    graph = training_graph(mx.sym.Group([x * 2, mx.sym.BlockGrad(w)]), x=(1,), w=(1,))
    _, gradients = run(graph, [array(1), array(1)], [array(1), array(1)])
    assert gradients[0].tolist() == [2]
    assert gradients[1] is None or gradients[1].tolist() == [0]


def test_a_loss_layer_reads_no_head_gradient():
    x, label = mx.sym.Variable("x"), mx.sym.Variable("label")
    loss = mx.sym.LinearRegressionOutput(x, label)
    graph = training_graph(mx.sym.Group([loss, x * 3]), wrt=["x"], x=(2, 1), label=(2, 1))
    assert graph.uses_head_grad == [False, True]


def test_backward_reuses_what_forward_computed():
    x = mx.sym.Variable("x")
    graph = training_graph(mx.sym.exp(x), x=(2,))
    assert "exp(" in graph.forward.source
    assert "exp(" not in graph.backward.source                          # d exp(x) = exp(x) dx: kept, not computed again


def test_the_same_part_of_both_directions_is_computed_once():
    x = mx.sym.Variable("x")
    graph = training_graph(mx.sym.sin(x) + mx.sym.cos(x), x=(2,))
    total = (graph.forward.source + graph.backward.source).count("cos(")
    assert total == 1                                                    # d sin = cos: merged with the forward node


def test_an_input_that_is_an_output_has_the_head_gradient():
    x = mx.sym.Variable("x")
    graph = training_graph(mx.sym.Group([x, x * 2]), x=(1,))
    (first, second), (dx,) = run(graph, [array(3)], [array(10), array(1)])
    assert (first.tolist(), second.tolist(), dx.tolist()) == ([3], [6], [12])


def test_reports_tell_what_each_pass_did():
    x = mx.sym.Variable("x")
    names = [report.name for report in training_graph(mx.sym.exp(x), x=(2,)).reports]
    separate = ["fold_constants", "fuse_elementwise", "plan_buffers"]
    assert names == ["drop_identity_nodes", "fold_shapes", "merge_common", *separate, *separate]
    assert training_graph(mx.sym.exp(x), plain=True, x=(2,)).reports == []


def test_an_operator_without_gradient_names_its_node():
    from mxlearn.core.graph import Node
    from mxlearn.core.operator import Operator
    from mxlearn.symbol import Symbol

    mystery = Operator(lambda xp, data: data, name="mystery", elementwise=True)
    x = mx.sym.Variable("x")
    symbol = Symbol([(Node(mystery, (x._entry,), {}, "layer7"), 0)])
    with pytest.raises(GradientError, match="mystery 'layer7': this operator has no gradient"):
        training_graph(symbol, x=(1,))


def test_a_custom_head_gradient_flows_through_every_output():
    x = mx.sym.Variable("x")
    parts = mx.sym.split(x, num_outputs=2, axis=0)
    graph = training_graph(mx.sym.Group([parts[1] * 5]), x=(4,))
    _, (dx,) = run(graph, [array(1, 2, 3, 4)], [array(1, 2)])
    assert dx.tolist() == [0, 0, 5, 10]                                  # the unused part gets zeros


# -- the loss of a classifier ------------------------------------------------------------------------------------------
def losses(**options):
    net = mx.gluon.loss.SoftmaxCrossEntropyLoss(**options)
    compiled = mx.gluon.loss.SoftmaxCrossEntropyLoss(**options)
    compiled.hybridize(static_alloc=True)
    return net, compiled


def loss_and_gradient(loss_of, scores, *rest):
    x = mx.nd.array(scores)
    x.attach_grad()
    with mx.autograd.record():
        loss = loss_of(x, *map(mx.nd.array, rest))
    loss.backward(mx.nd.arange(1, 1 + loss.size))
    return loss.asnumpy(), x.grad.asnumpy()


SCORES = np.random.default_rng(0).normal(size=(4, 3)) * 5
MAPS = np.random.default_rng(1).normal(size=(2, 3, 2, 2))


@pytest.mark.parametrize(
    ("options", "given", "joined"),
    [
        ({}, (SCORES, [0, 2, 1, 9]), True),
        ({"axis": 1}, (MAPS, np.arange(8).reshape(2, 2, 2) % 3), True),
        ({}, (SCORES, [0, 2, 1, 1], [[1], [2], [0], [0.5]]), False),  # sample weights come between
        ({"weight": 0.5}, (SCORES, [0, 2, 1, 1]), False),
        ({"sparse_label": False}, (SCORES, np.eye(4, 3)), False),
        ({"from_logits": True}, (SCORES, [0, 2, 1, 1]), False),
    ],
)
def test_a_compiled_loss_is_the_eager_one_in_one_operator_where_it_can_be(options, given, joined):
    eager, compiled = losses(**options)
    for ours, expected in zip(loss_and_gradient(compiled, *given), loss_and_gradient(eager, *given), strict=True):
        assert np.allclose(ours, expected, rtol=1e-5, atol=1e-6)
    (graph,) = compiled.cached_op._training.values()
    assert ("_classifier_loss" in graph.forward.source) == joined
    assert [report.name for report in graph.reports].count("join_operators") == joined


def test_a_value_that_somebody_else_reads_too_is_computed_on_its_own():
    x, label = mx.sym.Variable("x"), mx.sym.Variable("label")
    logs = mx.sym.log_softmax(x)
    loss = mx.sym.mean(-mx.sym.pick(logs, label, keepdims=True), axis=0, exclude=True)
    executor = mx.sym.Group([loss, logs]).simple_bind(mx.cpu(), x=(2, 3), label=(2,))
    assert "_classifier_loss" not in executor.debug_str()


def test_what_a_debug_string_says_of_a_joined_loss():
    x, label = mx.sym.Variable("x"), mx.sym.Variable("label")
    picked = mx.sym.pick(mx.sym.log_softmax(x), label, keepdims=True)
    loss = mx.sym.mean(-picked, axis=0, exclude=True, name="loss")
    text = loss.simple_bind(mx.cpu(), x=(2, 3), label=(2,)).debug_str()
    assert "mean 'loss' and what it alone reads are computed by _classifier_loss" in text
