"""Reading a compiled graph: stages, what became of each node, the lines of the program, calls, memory, both runs."""

import ast

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.gluon import nn
from mxlearn.inspection import compiled, graph, subject

PASSES = (
    "as written", "drop_identity_nodes", "fold_shapes", "merge_common", "fold_constants", "fuse_elementwise",
    "plan_buffers",
)  # fmt: skip


def ops(stage):
    return [node.op for node in stage.graph.nodes if node.op != "null"]


def fate(record, name, stage=-1):
    return record.fates[stage][record.find(name)]


def kinds(record, stage):
    return [change.kind for change in record.changes(PASSES.index(stage))]


@pytest.fixture
def x():
    return mx.sym.Variable("x")


def ones(*shape):
    return {"x": nd.ones(shape)}


def chain_of(x):
    """Return relu(x + x) * x, whose nodes are named a, b and c and write in place."""
    return mx.sym.elemwise_mul(mx.sym.relu(mx.sym.elemwise_add(x, x, name="a"), name="b"), x, name="c")


# -- what the passes did -----------------------------------------------------------------------------------------------
def test_there_is_a_stage_before_the_passes_and_after_each(x):
    record = compiled(mx.sym.exp(x, name="e"), ones(2))
    assert record.passes == PASSES
    assert [part.name for part in record.parts] == ["forward"]
    assert all(ops(stage) == ["exp"] for stage in record.parts[0].stages)
    assert fate(record, "e").kind == "same" and fate(record, "e").text == ""


def test_a_shared_subexpression_is_merged_into_its_first(x):
    twin = mx.sym.tanh(mx.sym.exp(x, name="a"), name="ta") + mx.sym.tanh(mx.sym.exp(x, name="b"), name="tb")
    record = compiled(twin, ones(2))
    forward = record.part("forward")
    assert ops(forward.stages[2]) == ["exp", "tanh", "exp", "tanh", "elemwise_add"]
    assert ops(forward.stages[3]) == ["exp", "tanh", "elemwise_add"]
    assert kinds(record, "merge_common") == ["merged", "merged"]
    for gone, stays in (("b", "a"), ("tb", "ta")):
        assert fate(record, gone) == (found := fate(record, gone))
        assert found.kind == "merged" and found.now == record.find(stays)
        assert found.text.startswith(f"{gone} computes the same as {stays}")
        assert fate(record, gone, 2).kind == "same"  # before that pass
    assert record.calls == (5, 3)


def test_what_follows_a_merged_node_is_told_of_the_node_that_stands_for_it(x):
    merged = mx.sym.exp(x, name="a") + mx.sym.exp(x, name="b") * 2
    record = compiled(merged, ones(4))
    assert fate(record, "b").now == record.find("a") and fate(record, "b").kind == "merged"


def test_dropout_is_dropped_in_prediction_and_stays_in_training():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=2), nn.Dropout(0.5), nn.Dense(1, in_units=3))
    net.initialize()
    data = nd.ones((4, 2))
    predicted, trained = compiled(net, data), compiled(net, data, backward=True)
    found = fate(predicted, "dropout0_fwd")
    assert found.kind == "dropped" and found.now == predicted.find("dense0_fwd")
    assert predicted.calls == (3, 2) and predicted.random == ()
    assert fate(trained, "dropout0_fwd").kind == "same" and trained.random == ("dropout0_fwd",)


def test_a_value_that_is_read_for_its_shape_alone_is_left_out(x):
    z = mx.sym.Variable("z")
    y = mx.sym.reshape_like(mx.sym.relu(x, name="r"), mx.sym.exp(z, name="e"), name="like")
    record = compiled(y, {"x": nd.ones((3, 2)), "z": nd.ones((2, 3))})
    changes = record.changes(PASSES.index("fold_shapes"))
    assert [(c.kind, record.nodes[c.ids[0]].short) for c in changes] == [("unread", "like"), ("unused", "e")]
    assert changes[0].target == record.find("e") and "2×3" in changes[0].text
    assert fate(record, "e") == (found := fate(record, "e")) and (found.kind, found.now) == ("unused", None)
    assert fate(record, "like").kind == "same" and "shape of e alone" in fate(record, "like").text
    constants = [n for n in record.parts[0].stages[2].graph.nodes if n.kind == "constant"]
    assert [n.outputs[0].shape for n in constants] == [(2, 3)]


def test_what_depends_on_no_input_becomes_a_constant_of_its_own_number(x):
    record = compiled(x + mx.sym.exp(mx.sym.zeros((2,), name="z"), name="e"), ones(2))
    stage = record.parts[0].stages[PASSES.index("fold_constants")]
    assert kinds(record, "fold_constants") == ["folded", "folded"]
    assert fate(record, "e").kind == "folded" and fate(record, "e").now == record.find("e")
    assert fate(record, "z").kind == "folded" and fate(record, "z").now is None
    node = stage.graph.nodes[stage.ids.index(record.find("e"))]
    assert (node.op, node.kind, node.outputs[0].shape) == ("null", "constant", (2,))
    assert record.find("e") not in record.parts[0].lines


def test_a_chain_of_elementwise_nodes_is_fused_and_writes_over_itself(x):
    y = chain_of(x)
    record = compiled(y, ones(5))
    (chain,) = record.changes(PASSES.index("fuse_elementwise"))
    assert chain.kind == "fused" and [record.nodes[k].short for k in chain.ids] == ["a", "b", "c"]
    over = record.changes(PASSES.index("plan_buffers"))
    assert [(c.kind, record.nodes[c.ids[0]].short, record.nodes[c.target].short) for c in over] == [
        ("reused", "b", "a"), ("reused", "c", "b"),
    ]  # fmt: skip
    assert fate(record, "b").kind == "fused" and "writes over a" in fate(record, "b").text
    assert record.calls == (3, 3)  # a shared buffer is no shared call


def test_batch_norm_and_several_outputs():
    net = nn.HybridSequential()
    net.add(nn.Dense(4, in_units=3), nn.BatchNorm(in_channels=4))
    net.initialize()
    record = compiled(net, nd.ones((2, 3)))
    batch_norm = next(n for n in record.parts[0].stages[0].graph.nodes if n.op == "BatchNorm")
    assert [o.shape for o in batch_norm.outputs][:1] == [(2, 4)]
    parameters = [n.name for n in record.parts[0].stages[0].graph.nodes if n.kind == "parameter"]
    assert len(parameters) == 6 and any(name.endswith("running_var") for name in parameters)
    pieces = mx.sym.split(mx.sym.Variable("x"), num_outputs=3, axis=1, name="s")
    record = compiled(mx.sym.Group([pieces[0] * 2, pieces[2]]), ones(2, 3))
    split = next(n for n in record.parts[0].stages[-1].graph.nodes if n.op == "SliceChannel")
    assert [o.shape for o in split.outputs] == [(2, 1)] * 3
    assert len(record.parts[0].stages[-1].graph.heads) == 2


# -- every stage -------------------------------------------------------------------------------------------------------
def lenet():
    net = nn.HybridSequential()
    with net.name_scope():
        net.add(nn.Conv2D(4, 3, activation="relu"), nn.MaxPool2D(), nn.Flatten(), nn.Dense(8, activation="tanh"))
        net.add(nn.Dropout(0.3), nn.BatchNorm(), nn.Dense(2))
    net.initialize()
    return net


@pytest.mark.parametrize("backward", [False, True])
def test_inputs_come_before_users_and_numbers_are_kept(backward):
    record = compiled(lenet(), nd.random.normal(shape=(2, 1, 8, 8)), backward=backward)
    for part in record.parts:
        assert len(part.stages) == len(PASSES)
        for before, stage in zip([None, *part.stages], part.stages, strict=False):
            assert all(source < node.id for node in stage.graph.nodes for source, _ in node.inputs)
            assert len(stage.ids) == len(stage.graph.nodes) and stage.after == len(ops(stage))
            if before is not None:
                assert before.after == stage.before
            for node, number in zip(stage.graph.nodes, stage.ids, strict=True):
                if node.op != "null":
                    assert record.nodes[number].op == node.op and record.nodes[number].part == part.name


def test_each_node_as_written_has_a_fate_and_what_stands_for_it_is_there():
    record = compiled(lenet(), nd.ones((2, 1, 8, 8)), backward=True)
    written = {node.id for node in record.nodes if node.written}
    for stage, fates in enumerate(record.fates):
        there = {number for part in record.parts for number in part.stages[stage].ids}
        assert set(fates) == written
        assert {found.now for found in fates.values()} - {None} <= there


def test_the_lines_are_those_of_the_nodes():
    record = compiled(lenet(), nd.ones((2, 1, 8, 8)), backward=True)
    for part in record.parts:
        stage = part.stages[-1]
        computed = {k for node, k in zip(stage.graph.nodes, stage.ids, strict=True) if node.op != "null"}
        assert set(part.lines) == computed
        text = part.source.splitlines()
        for number, line in part.lines.items():
            assert part.node_at(line) == number
            assert isinstance(ast.parse(text[line - 1].strip()).body[0], ast.Assign)
        assert part.node_at(1) is None


def test_the_program_is_the_one_that_hybridize_runs():
    net, data = lenet(), nd.ones((2, 1, 8, 8))
    record = compiled(net, data, backward=True)
    predicted = compiled(net, data)
    net.hybridize()
    net(data)
    assert predicted.parts[0].source == next(iter(net.cached_op._programs.values())).source
    with autograd.record():
        net(data)
    training = next(iter(net.cached_op._training.values()))
    assert [part.source for part in record.parts] == [training.forward.source, training.backward.source]


def test_the_calls_of_eager_are_the_operators_on_its_tape():
    net, data = lenet(), nd.ones((2, 1, 8, 8))
    record = compiled(net, data)
    with autograd.record(train_mode=False):
        out = net(data)
    assert record.calls[0] == sum(node.op != "null" for node in graph(out).nodes)


def test_what_forward_keeps_is_a_leaf_of_backward_with_the_number_of_its_node(x):
    record = compiled(mx.sym.exp(x, name="e"), ones(3), backward=True)
    stage = record.part("backward").stages[-1]
    leaf = stage.graph.nodes[stage.ids.index(record.find("e"))]
    assert leaf.op == "null" and not leaf.inputs


def test_a_gradient_that_forward_has_computed_already_is_merged_with_it(x):
    record = compiled(mx.sym.sin(x, name="s") + mx.sym.cos(x, name="c"), ones(2), backward=True)
    merged = [c for c in record.changes(PASSES.index("merge_common")) if c.kind == "merged"]
    assert {record.nodes[c.target].short for c in merged} == {"s", "c"}  # sin' = cos, cos' = -sin
    assert {record.nodes[c.ids[0]].part for c in merged} == {"backward"}


# -- memory ------------------------------------------------------------------------------------------------------------
def test_the_peak_of_a_chain_by_hand(x):
    y = chain_of(x)
    memory = compiled(y, ones(5)).memory
    assert memory.eager.live == (20, 40, 40)  # each result beside the value that it was computed from
    assert memory.compiled.live == (20, 20, 20)
    assert (memory.eager.peak, memory.compiled.peak, memory.reused, memory.reused_bytes) == (40, 20, 2, 40)


def test_a_value_is_held_until_it_is_read_for_the_last_time(x):
    a = mx.sym.exp(x, name="a")
    memory = compiled(mx.sym.dot(mx.sym.dot(a, a, name="b"), a, name="c"), ones(2, 2)).memory
    assert memory.eager.live == memory.compiled.live == (16, 32, 48)


def test_a_tape_holds_what_its_gradient_rules_need_to_the_end(x):
    y = mx.sym.tanh(mx.sym.exp(x, name="a"), name="b")
    memory = compiled(y, ones(5), backward=True).memory
    assert memory.eager.live[:2] == (20, 40)
    assert memory.eager.live[-1] >= 40 and memory.compiled.peak <= memory.eager.peak


def test_without_shapes_of_interest_nothing_is_counted(x):
    assert compiled(mx.sym.identity(x), ones(2)).memory.compiled.peak == 0


# -- running both ways -------------------------------------------------------------------------------------------------
def test_both_ways_give_the_same_outputs_and_gradients():
    net, data = lenet(), nd.random.normal(shape=(4, 1, 8, 8))
    both = subject(net, data, backward=True)
    with both.undisturbed():
        eager = both.eager()
    with both.undisturbed():
        fast = both.compiled()
    assert len(eager) == 1 + len(both.gradients) == len(fast)
    for a, b in zip(eager, fast, strict=True):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("hybridized", [False, True])
def test_a_run_leaves_the_network_as_it_was(hybridized):
    net, data = lenet(), nd.random.normal(shape=(4, 1, 8, 8))
    net.hybridize(hybridized)
    net(data)
    before = {name: p.data().asnumpy() for name, p in net.collect_params().items()}
    cached, state = net.cached_op, mx.random.get_state() if hasattr(mx.random, "get_state") else None
    gradients = {name: p.grad().asnumpy() for name, p in net.collect_params().items() if p.grad_req != "null"}
    both = subject(net, data, backward=True)
    with both.undisturbed():
        both.eager()
        both.compiled()
    assert net.cached_op is cached
    assert {block._active for block in [net, *net._children.values()]} == {hybridized}
    for name, p in net.collect_params().items():
        assert np.array_equal(before[name], p.data().asnumpy())
        if name in gradients:
            assert np.array_equal(gradients[name], p.grad().asnumpy())
    assert state is None or mx.random.get_state() == state


def test_the_random_stream_goes_on_where_it_was():
    net, data = lenet(), nd.ones((4, 1, 8, 8))
    net(data)
    mx.random.seed(3)
    expected = nd.random.uniform(shape=(3,)).asnumpy()
    mx.random.seed(3)
    both = subject(net, data, backward=True)
    with both.undisturbed():
        both.compiled()
    assert np.array_equal(nd.random.uniform(shape=(3,)).asnumpy(), expected)


def test_a_tape_on_which_an_input_stands_is_kept():
    net, w = nn.Dense(2, in_units=2), nd.ones((1, 2))
    net.initialize()
    w.attach_grad()
    with autograd.record():
        x = w * 3
    both = subject(net, x, backward=True)
    assert "data" in both.gradients
    both.eager()
    both.compiled()
    x.backward()
    assert w.grad.asnumpy().tolist() == [[3, 3]]


def test_a_symbol_runs_operator_by_operator_and_keeps_its_arrays(x):
    arrays = {"x": nd.array([1, 2]), "w": nd.array([3, 4])}
    both = subject(x * mx.sym.Variable("w"), arrays, backward=True)
    for found in (both.eager(), both.compiled()):
        assert [array.asnumpy().tolist() for array in found] == [[3, 8], [3, 4], [1, 2]]
    assert arrays["x"].grad is None


def test_a_deferred_initialization_is_completed_as_by_a_call():
    net = nn.Dense(3)
    net.initialize()
    assert compiled(net, nd.ones((2, 5))).calls == (1, 1)
    assert net.weight.shape == (3, 5)


# -- what cannot be compiled -------------------------------------------------------------------------------------------
class Peeks(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return x * float(x.asnumpy().sum())


class Breaks(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return x + self.nothing


class Plain(gluon.Block):
    def forward(self, x):
        return x


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: compiled(Peeks(), nd.ones(2)), "cannot be traced as a graph: asnumpy"),
        (lambda: compiled(Breaks(), nd.ones(2)), "cannot be traced as a graph: AttributeError"),
        (lambda: compiled(Plain(), nd.ones(2)), "is a plain Block"),
        (lambda: compiled(nn.Dense(2)), "Received: NoneType"),
        (lambda: compiled(nn.Dense(2), 3), "Received: int"),
        (lambda: compiled(nn.Dense(2), nd.ones((1, 2))), "has not been initialized"),
        (lambda: compiled("net", nd.ones(2)), "expected a HybridBlock or a Symbol. Received: str"),
        (lambda: compiled(mx.sym.Variable("x") * 2), "a dict of NDArrays by name"),
        (lambda: compiled(mx.sym.Variable("x") * mx.sym.Variable("w"), ones(2)), "for w there is none"),
        (lambda: compiled(nn.Dropout(0.5), nd.ones(2), backward=True), "nothing in it wants a gradient"),
    ],
)
def test_what_cannot_be_compiled_says_why(make, words):
    with pytest.raises((ArgumentError, MXNetError)) as caught:
        make()
    assert words in str(caught.value)


def test_a_loss_is_counted_as_written_and_shown_as_it_becomes_one_operator():
    net = WithClassifierLoss()
    net.initialize()
    record = mx.inspection.compiled(net, (mx.nd.ones((4, 5)), mx.nd.array([0, 1, 2, 0])), backward=True)
    forward, backward = record.parts
    assert [stage.name for stage in forward.stages[:2]] == ["as written", "join_operators"]
    assert [(stage.before, stage.after) for stage in forward.stages[:2]] == [(5, 5), (5, 2)]
    (change,) = forward.stages[1].changes
    operators = [record.nodes[k].op for k in change.ids]
    assert operators == ["log_softmax", "pick", "_mul_scalar", "mean"]
    assert record.nodes[change.target].op == "_classifier_loss"
    assert {record.nodes[c.target].op for c in backward.stages[1].changes} == {"_backward_classifier_loss"}
    assert record.calls[0] == forward.stages[0].after + backward.stages[0].after


class WithClassifierLoss(mx.gluon.HybridBlock):
    def __init__(self):
        super().__init__()
        with self.name_scope():
            self.net = mx.gluon.nn.Dense(3)
            self.loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()

    def hybrid_forward(self, F, x, y):
        return self.loss(self.net(x), y)
