"""Reading graphs: what is on a tape, in a Symbol, in a HybridBlock, and in their backward graphs."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError, GradientError
from mxlearn.core import source
from mxlearn.gluon import nn
from mxlearn.inspection import graph, trace_source


def by_name(view):
    return {node.name: node for node in view.nodes}


def ops(view):
    return [node.op for node in view.nodes]


@pytest.fixture(autouse=True)
def untraced():
    """No lines are noted here: they lend names, too. See test_trace_source.py."""
    before = source.note
    trace_source(False)
    yield
    source.note = before


@pytest.fixture
def tape():
    """x (constant), w and b (with gradients), y = x w + b, loss = sum of squares of y."""
    x, w, b = nd.array([[1, 2], [3, 4]]), nd.array([[1, 0], [0, 2]]), nd.array([[10, 20]])
    w.attach_grad()
    b.attach_grad()
    with autograd.record():
        y = nd.dot(x, w) + b
        loss = (y * y).sum()
    return {"x": x, "w": w, "b": b, "y": y, "loss": loss}


# -- a tape ------------------------------------------------------------------------------------------------------------
def test_a_tape_lists_inputs_before_users_and_ends_in_its_head(tape):
    view = graph(tape["loss"])
    assert ops(view) == ["null", "null", "dot", "null", "broadcast_add", "elemwise_mul", "sum"]
    assert view.heads == ((6, 0),) and view.origin == "tape" and not view.backward
    assert all(source < node.id for node in view.nodes for source, _ in node.inputs)


def test_arrays_lend_their_names_and_values(tape):
    nodes = by_name(graph(tape["loss"], names=tape))
    assert nodes["x"].kind == "constant" and nodes["w"].kind == "variable" and nodes["y"].op == "broadcast_add"
    assert nodes["y"].outputs[0].value.tolist() == [[11, 24], [13, 28]]
    assert nodes["b"].outputs[0].value.tolist() == [[10, 20]]  # the tape does not keep it, but the caller has it
    assert nodes["loss"].outputs[0].value.tolist() == [121 + 576 + 169 + 784]


def test_without_names_only_what_the_tape_keeps_has_a_value(tape):
    view = graph(tape["loss"])
    held = [node.name for node in view.nodes if node.outputs[0].value is not None]
    assert held == ["lhs", "var0", "broadcast_add0", "sum0"]


def test_shapes_dtypes_sizes_and_contexts_are_known_everywhere(tape):
    for node in graph(tape["loss"]).nodes:
        (output,) = node.outputs
        assert output.dtype == "float32" and output.context == "cpu(0)"
        assert output.nbytes == 4 * int(np.prod(output.shape))


def test_kept_memory_counts_each_array_once(tape):
    view = graph(tape["loss"], names=tape)
    nodes = by_name(view)
    assert nodes["dot0"].kept_bytes == 2 * 16  # x and w
    assert nodes["elemwise_mul0"].kept_bytes == 16  # y, though it is both operands
    assert view.kept_bytes == 3 * 16


def test_a_value_cannot_be_written(tape):
    value = by_name(graph(tape["loss"], names=tape))["w"].outputs[0].value
    with pytest.raises(ValueError, match="read-only"):
        value[0, 0] = 7


def test_attributes_are_text():
    x = nd.ones((2, 3, 4))
    x.attach_grad()
    with autograd.record():
        y = x.sum(axis=(0, 2), keepdims=True)
    assert graph(y).nodes[1].attributes == {"axis": "(0, 2)", "keepdims": "True"}


def test_an_array_on_no_tape_is_an_error_that_says_what_to_do():
    with pytest.raises(GradientError, match=r"on no tape.*\n.*attach_grad\(\).*autograd.record\(\)"):
        graph(nd.ones((2,)))


def test_a_freed_tape_is_an_error_that_says_what_to_do(tape):
    tape["loss"].backward()
    with pytest.raises(GradientError, match=r"freed by backward\(\).*\n.*retain_graph=True"):
        graph(tape["loss"])


def test_a_leaf_alone_is_a_graph_of_one_node(tape):
    assert ops(graph(tape["w"])) == ["null"]


@pytest.mark.parametrize("thing", [3, "net", None, np.ones(3), [1, 2], nn.Dense])
def test_what_has_no_graph_is_refused_by_type(thing):
    with pytest.raises(ArgumentError, match=f"Received: {type(thing).__name__}"):
        graph(thing)


# -- a Symbol ----------------------------------------------------------------------------------------------------------
def mlp():
    hidden = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc1")
    return mx.sym.SoftmaxOutput(hidden, name="softmax")


def test_a_symbol_names_kinds_and_attributes():
    view = graph(mlp())
    kinds = {node.name: node.kind for node in view.nodes}
    assert kinds == {
        "data": "variable", "fc1_weight": "parameter", "fc1_bias": "parameter", "fc1": "operator",
        "softmax_label": "variable", "softmax": "loss",
    }
    assert by_name(view)["fc1"].attributes == {"num_hidden": "3"}
    assert view.title == "Symbol 'softmax'" and view.origin == "symbol"


def test_given_shapes_complete_a_symbol():
    nodes = by_name(graph(mlp(), {"data": (8, 5)}))
    assert nodes["fc1_weight"].outputs[0].shape == (3, 5)
    assert nodes["softmax_label"].outputs[0].shape == (8,)
    assert nodes["softmax"].outputs[0].shape == (8, 3)


def test_unknown_dimensions_stay_unknown():
    assert by_name(graph(mlp()))["fc1_weight"].outputs[0].shape in {(3, -1), None}


# -- an Executor -------------------------------------------------------------------------------------------------------
def test_an_executor_shows_the_arrays_that_are_bound_and_its_last_outputs():
    executor = mlp().simple_bind(mx.cpu(), data=(8, 5))
    executor.arg_dict["fc1_weight"][:] = 2
    before = by_name(graph(executor))
    assert before["fc1_weight"].outputs[0].value.tolist() == [[2] * 5] * 3
    assert before["softmax"].outputs[0].value is None and before["softmax"].outputs[0].shape == (8, 3)
    executor.forward()
    view = graph(executor)
    after = by_name(view)
    np.testing.assert_array_equal(after["softmax"].outputs[0].value, executor.outputs[0].asnumpy())
    assert view.title == "Executor of Symbol 'softmax'" and view.origin == "executor"
    assert after["data"].kind == "variable" and after["fc1_weight"].kind == "parameter"


def test_an_executor_differentiates_what_it_was_bound_for():
    shapes = {"data": (8, 5), "grad_req": {"fc1_weight": "write", "data": "write", "fc1_bias": "null"}}
    executor = mlp().simple_bind(mx.cpu(), **shapes)
    names = {node.name for node in graph(executor, backward=True).nodes}
    assert {"fc1_weight_grad", "data_grad"} <= names and "fc1_bias_grad" not in names


# -- a HybridBlock -----------------------------------------------------------------------------------------------------
def net():
    block = nn.HybridSequential(prefix="net_")
    with block.name_scope():
        block.add(nn.Dense(4, activation="relu", in_units=5), nn.Dense(2, in_units=4))
    block.initialize()
    return block


def test_a_block_has_scopes_parameters_and_their_values():
    block = net()
    view = graph(block, nd.ones((3, 5)))
    nodes = by_name(view)
    weight = nodes["net_dense0_weight"]
    assert weight.kind == "parameter" and weight.scope[-1] == "net_dense0"
    np.testing.assert_array_equal(weight.outputs[0].value, block[0].weight.data().asnumpy())
    assert [n.outputs[0].shape for n in view.nodes if n.op == "FullyConnected"] == [(3, 4), (3, 2)]
    assert [n.scope for n in view.nodes if n.op == "FullyConnected"] == [("net", "net_dense0"), ("net", "net_dense1")]


def test_parameters_stand_in_their_block_also_after_an_eager_run():
    block = nn.HybridSequential(prefix="net_")
    with block.name_scope():
        block.add(nn.Dense(4), nn.Dense(2))
    block.initialize()
    block(nd.ones((3, 5)))  # makes the variables of the parameters inside each Dense on its own
    nodes = by_name(graph(block, nd.ones((3, 5))))
    assert nodes["net_dense0_weight"].scope == ("net", "net_dense0")
    assert nodes["net_dense0_weight"].outputs[0].shape == (4, 5)


def test_a_hybridized_net_shows_the_graph_inside_its_one_node_on_the_tape():
    block = net()
    x = nd.random.normal(shape=(3, 5))
    with autograd.record():
        eager = block(x)
    block.hybridize()
    with autograd.record():
        compiled = block(x)
    first, second = graph(eager, backward=True), graph(compiled, backward=True)
    assert [(n.op, n.scope) for n in first.nodes] == [(n.op, n.scope) for n in second.nodes]
    assert second.kept_bytes > 0


def test_a_block_that_never_ran_is_drawn_with_what_is_known():
    block = nn.HybridSequential()
    block.add(nn.Dense(4))
    view = graph(block)
    assert "FullyConnected" in ops(view)


def test_a_plain_block_is_refused_with_what_to_do():
    class Plain(gluon.Block):
        def forward(self, x):
            return x

    with pytest.raises(ArgumentError, match=r"Plain.*plain Block.*\n.*autograd.record\(\)"):
        graph(Plain())


def test_a_block_that_cannot_be_traced_is_an_error_with_the_reason():
    class Peeking(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return x.reshape((x.shape[0], -1))

    with pytest.raises(ArgumentError, match=r"(?s)Peeking.*could not be traced.*AttributeError.*operators of F alone"):
        graph(Peeking())


def test_a_block_of_two_inputs_needs_an_example_of_each():
    class Sum(gluon.HybridBlock):
        def hybrid_forward(self, F, a, b):
            return a + b

    with pytest.raises(ArgumentError, match=r"TypeError.*\n.*graph\(net, \(x1, x2\)\)"):
        graph(Sum())
    assert len(graph(Sum(), (nd.ones((2,)), nd.ones((2,)))).nodes) == 3


def test_reading_a_block_does_not_change_what_it_computes():
    block = net()
    x = nd.random.normal(shape=(3, 5))
    before = block(x).asnumpy()
    graph(block, x)
    np.testing.assert_array_equal(block(x).asnumpy(), before)


def test_the_tape_of_a_net_bears_the_names_of_blocks_and_parameters():
    block = net()
    with autograd.record():
        out = block(nd.ones((3, 5)))
    view = graph(out)
    assert {"net_dense0_weight", "net_dense1_bias"} <= set(by_name(view))
    assert [n.scope for n in view.nodes if n.op == "FullyConnected"] == [("net", "net_dense0"), ("net", "net_dense1")]


# -- the backward graph ------------------------------------------------------------------------------------------------
def test_the_backward_graph_differentiates_node_by_node(tape):
    view = graph(tape["loss"], backward=True, names=tape)
    nodes = by_name(view)
    assert view.backward and nodes["head_grad"].differentiates == nodes["loss"].id
    assert nodes["w_grad"].kind == "gradient" and nodes["w_grad"].outputs[0].shape == (2, 2)
    assert nodes["b_grad"].outputs[0].shape == (1, 2)
    assert nodes["w_grad"].differentiates == nodes["dot0"].id
    assert "x_grad" not in nodes  # x is a constant
    forward = [node for node in view.nodes if node.kind != "gradient"]
    assert forward == list(graph(tape["loss"], names=tape).nodes)


def test_the_backward_graph_of_a_symbol_ends_in_its_parameters():
    names = {node.name for node in graph(mlp(), {"data": (8, 5)}, backward=True).nodes if node.kind == "gradient"}
    assert {"fc1_weight_grad", "fc1_bias_grad"} <= names and "data_grad" not in names


def test_the_backward_graph_keeps_the_scope_of_what_it_differentiates():
    view = graph(net(), nd.ones((3, 5)), backward=True)
    scopes = {node.name: node.scope for node in view.nodes if node.kind == "gradient"}
    assert scopes["net_dense0_weight_grad"] == ("net", "net_dense0")


def test_the_tape_is_whole_after_its_backward_graph_was_read(tape):
    graph(tape["loss"], backward=True)
    tape["loss"].backward()
    # d loss / d b = sum over rows of 2 y
    assert tape["b"].grad.asnumpy().tolist() == [[2 * (11 + 13), 2 * (24 + 28)]]


def test_gradients_have_the_values_that_backward_gives(tape):
    nodes = by_name(graph(tape["loss"], backward=True, names=tape))
    assert all(node.outputs[0].value is not None for node in nodes.values() if node.kind == "gradient")
    tape["loss"].backward()
    for name in ("w", "b"):
        np.testing.assert_array_equal(nodes[f"{name}_grad"].outputs[0].value, tape[name].grad.asnumpy())


@pytest.mark.parametrize("hybrid", [False, True])
def test_gradients_of_a_net_have_the_values_that_backward_gives(hybrid):
    block = nn.HybridSequential(prefix="net_")
    with block.name_scope():
        block.add(nn.Conv2D(2, 3, activation="relu"), nn.BatchNorm(), nn.Dropout(0.5), nn.Dense(3))
    block.initialize()
    block.hybridize(hybrid)
    with autograd.record():
        loss = gluon.loss.SoftmaxCrossEntropyLoss()(block(nd.random.normal(shape=(4, 1, 6, 6))), nd.array([0, 1, 2, 0]))
    found = {}
    for node in graph(loss, backward=True).nodes:
        found[node.name] = node.outputs[0].value
        for k, output in enumerate(node.outputs):  # Convolution computes several gradients in one operator
            found[node.attributes.get(f"output {k}")] = output.value
    loss.backward()
    trained = {n: p for n, p in block.collect_params().items() if p.grad_req != "null"}
    assert len(trained) == 6
    for name, parameter in trained.items():
        np.testing.assert_array_equal(found[f"{name}_grad"], parameter.grad().asnumpy())


def test_reading_gradients_leaves_grad_alone(tape):
    tape["w"].grad[:] = 7
    graph(tape["loss"], backward=True)
    assert tape["w"].grad.asnumpy().tolist() == [[7, 7], [7, 7]]


def test_the_gradients_of_a_long_tape_have_no_values():
    x = nd.ones((2,))
    x.attach_grad()
    with autograd.record():
        y = x
        for _ in range(2000):
            y = y * 1
    view = graph(y, backward=True)
    assert view.nodes[-1].kind == "gradient" and view.nodes[-1].outputs[0].value is None


def test_a_function_of_the_user_has_no_backward_graph_and_says_so():
    class Double(autograd.Function):
        def forward(self, x):
            return x * 2

        def backward(self, dy):
            return dy * 2

    x = nd.ones((2,))
    x.attach_grad()
    with autograd.record():
        y = Double()(x)
    assert ops(graph(y)) == ["null", "Function"]
    with pytest.raises(GradientError, match=r"Double.*\n.*without backward=True"):
        graph(y, backward=True)


def test_an_operator_without_gradient_is_an_error_that_names_it():
    x = nd.array([0.5])
    x.attach_grad()
    with autograd.record():
        y = nd.argmax(x * 2, axis=0)
    if mx.core.operator.find("argmax").differentiable:
        with pytest.raises(GradientError, match="argmax"):
            graph(y, backward=True)
    else:
        assert all(node.name != "x_grad" for node in graph(y, backward=True).nodes)
