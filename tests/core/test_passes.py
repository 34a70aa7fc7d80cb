"""The passes: each reports what it did, and none changes a result."""
import itertools

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.core import passes
from mxlearn.core.compile import compile_graph
from mxlearn.core.graph import Constant, variable
from mxlearn.core.operator import Like
from mxlearn.core.training import infer_all
from mxlearn.symbol import Variable


def graph_of(symbol, is_train=False, **shapes):
    """Return a Graph of a symbol whose variables have the given shapes and dtype float32."""
    variables = [node for node in symbol._nodes() if node.op is None]
    known = {node: shapes[node.name] for node in variables}
    found, types = infer_all(symbol._entries, known, {node: np.dtype("float32") for node in variables})
    return passes.Graph(list(symbol._entries), np, is_train, found, types)


def operators(graph):
    return [node.name for node in graph.operators]


# -- drop_identity_nodes -----------------------------------------------------------------------------------------------
def test_identity_nodes_are_dropped():
    x = Variable("x")
    y = mx.sym.exp(mx.sym.BlockGrad(mx.sym.identity(x, name="copy"), name="block"), name="exp")
    graph = graph_of(y, x=(2,))
    report = passes.drop_identity_nodes(graph)
    assert operators(graph) == ["exp"]
    assert (report.before, report.after) == (3, 1)
    assert report.notes == ["dropped _copy 'copy'", "dropped BlockGrad 'block'"]


def test_dropout_is_an_identity_in_prediction_only():
    y = mx.sym.Dropout(mx.sym.exp(Variable("x"), name="exp"), p=0.5, name="drop")
    predicting, training = graph_of(y, x=(2,)), graph_of(y, True, x=(2,))
    passes.drop_identity_nodes(predicting)
    passes.drop_identity_nodes(training)
    assert operators(predicting) == ["exp"]
    assert operators(training) == ["exp", "drop"]


# -- fold_shapes -------------------------------------------------------------------------------------------------------
def test_what_is_read_for_its_shape_alone_becomes_a_constant():
    x, y = Variable("x"), Variable("y")
    graph = graph_of(mx.sym.zeros_like(mx.sym.exp(x + y, name="exp"), name="zeros"), x=(2, 3), y=(2, 3))
    report = passes.fold_shapes(graph)
    assert operators(graph) == ["zeros"]                                 # exp is not computed at all
    (zeros,) = graph.operators
    constant = zeros.inputs[0][0]
    assert isinstance(constant, Constant) and isinstance(constant.value, Like)
    assert constant.value.shape == (2, 3)
    assert report.notes == ["zeros_like 'zeros' reads the shape (2, 3) of 'exp', not the array"]


# -- merge_common ------------------------------------------------------------------------------------------------------
def test_nodes_that_compute_the_same_are_merged():
    x = Variable("x")
    y = mx.sym.exp(x, name="first") + mx.sym.exp(x, name="second")
    graph = graph_of(y, x=(2,))
    report = passes.merge_common(graph)
    assert (report.before, report.after) == (3, 2)
    assert report.notes == ["merged exp 'second' into exp 'first'"]


def test_merging_goes_through_whole_branches():
    x = Variable("x")
    branches = [mx.sym.tanh(mx.sym.exp(x)) for _ in range(4)]
    graph = graph_of(branches[0] + branches[1] + branches[2] + branches[3], x=(2,))
    passes.merge_common(graph)
    assert [node.op.name for node in graph.operators] == ["exp", "tanh", "elemwise_add", "elemwise_add", "elemwise_add"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lambda x: x + 1, lambda x: x + 2),                              # another value
        (lambda x: x / 0.0, lambda x: x / -0.0),                         # equal numbers, other results
        (lambda x: mx.sym.sum(x, axis=0), lambda x: mx.sym.sum(x, axis=(0,), keepdims=True)),
        (lambda x: mx.sym.Dropout(x), lambda x: mx.sym.Dropout(x)),      # random: each has a mask of its own
    ],
)
def test_nodes_that_differ_are_not_merged(first, second):
    x = Variable("x")
    graph = graph_of(mx.sym.Group([first(x), second(x)]), True, x=(2,))
    assert passes.merge_common(graph).notes == []


# -- fold_constants ----------------------------------------------------------------------------------------------------
def test_what_depends_on_no_input_is_computed_once():
    x = Variable("x")
    y = x + mx.sym.exp(mx.sym.zeros((2,), name="zeros"), name="exp")
    graph = graph_of(y, x=(2,))
    report = passes.fold_constants(graph)
    assert report.notes == ["computed _zeros 'zeros', shape (2,)", "computed exp 'exp', shape (2,)"]
    assert [node.op.name for node in graph.operators] == ["elemwise_add"]
    assert graph.operators[0].inputs[1][0].value.tolist() == [1, 1]


def test_random_numbers_large_arrays_and_outputs_are_not_folded():
    noise = mx.sym.random.normal(shape=(2,))
    large = mx.sym.zeros((passes.FOLD_LIMIT + 1,))
    output = mx.sym.ones((3,))
    graph = graph_of(mx.sym.Group([noise * 2, large * 2, output]))
    assert passes.fold_constants(graph).notes == []


def test_what_a_program_returns_may_be_written_into():
    executor = mx.sym.Group([mx.sym.ones((2,)), Variable("x") * 2]).bind(mx.cpu(), {"x": mx.nd.ones(2)})
    executor.forward()[0][:] = 5
    assert executor.forward()[0].asnumpy().tolist() == [1, 1]


# -- fuse_elementwise and plan_buffers ---------------------------------------------------------------------------------
def test_chains_of_elementwise_nodes_are_found():
    x = Variable("x")
    y = mx.sym.relu(x * 2, name="relu") + 1
    graph = graph_of(y, x=(2, 3))
    report = passes.fuse_elementwise(graph)
    mul, relu, plus = (node.name for node in graph.operators)
    assert report.notes == [
        f"one buffer for _mul_scalar {mul!r} -> relu {relu!r} -> _plus_scalar {plus!r}"
    ]


def test_a_value_that_is_read_twice_ends_a_chain():
    x = Variable("x")
    a = x * 2
    graph = graph_of(a + (a - 1), x=(2,))
    passes.fuse_elementwise(graph)
    mul = graph.operators[0]
    assert mul not in graph.chains.values()


def test_results_are_written_over_values_read_for_the_last_time():
    x = Variable("x")
    graph = graph_of((x * 2 + 1) * 3, x=(4, 5))
    report = passes.plan_buffers(graph)
    mul, plus, last = graph.operators
    assert graph.reuse == {plus: (mul, 0), last: (plus, 0)}
    assert report.notes[-1] == "2 buffers reused, 160 bytes not allocated"
    assert graph.last_use == {(mul, 0): plus, (plus, 0): last}


def test_inputs_and_outputs_are_never_written_over():
    x = Variable("x")
    a = x + 1                                                            # an output, read again by b
    graph = graph_of(mx.sym.Group([a, a * 2]), x=(2,))
    passes.plan_buffers(graph)
    assert graph.reuse == {}


def test_a_buffer_that_somebody_may_hold_a_view_of_is_not_written_over():
    x = Variable("x")
    a = x + 1
    view = mx.sym.reshape(a, shape=(4,))
    graph = graph_of(mx.sym.Group([view, a * 2]), x=(2, 2))
    passes.plan_buffers(graph)
    assert graph.reuse == {}


def test_buffers_of_another_shape_or_dtype_are_not_used():
    x, row = Variable("x"), Variable("row")
    graph = graph_of(mx.sym.broadcast_add(row * 2, x), x=(3, 2), row=(1, 2))
    passes.plan_buffers(graph)
    assert graph.reuse == {}


# -- all of them -------------------------------------------------------------------------------------------------------
def networks():
    x, w = Variable("x"), Variable("w")
    a = x * w + 1
    yield "shared values", mx.sym.Group([a * a, mx.sym.exp(a) - a, a])
    yield "a reshaped view of a buffer", mx.sym.Group([mx.sym.reshape(a, shape=(-1,)) * 2, a + 3])
    yield "identities", mx.sym.Group([mx.sym.BlockGrad(x), x, mx.sym.identity(a), a])
    yield "constants", (x + mx.sym.ones((2, 3))) * mx.sym.exp(mx.sym.zeros((2, 3)) + 1)
    yield "several outputs", mx.sym.Group(list(mx.sym.split(a, num_outputs=3, axis=1))[::2])
    yield "twice the same", mx.sym.Group([mx.sym.relu(a), mx.sym.relu(a) * mx.sym.tanh(x), mx.sym.tanh(x)])
    yield "shapes only", mx.sym.zeros_like(mx.sym.exp(a)) + mx.sym.reshape_like(w, x)
    yield "division by zeros", mx.sym.Group([a / 0.0, a / -0.0, mx.sym.maximum(a, 0.0)])


@pytest.mark.parametrize(("symbol"), [pytest.param(s, id=name) for name, s in networks()])
def test_every_selection_of_passes_gives_the_same_results(symbol):
    arrays = {"x": np.array([[1, -2, 3], [0.5, 4, -1]], "float32"), "w": np.array([[2, 1, 0], [1, -1, 3]], "float32")}
    names = symbol.list_inputs()
    inputs = [next(n for n in symbol._nodes() if n.op is None and n.name == name) for name in names]
    values = [arrays[name] for name in names]

    def run(steps):
        graph = graph_of(symbol, **{name: (2, 3) for name in names})
        program = compile_graph(
            graph.heads, inputs, xp=np, shapes=graph.shapes, dtypes=graph.dtypes, steps=steps
        )
        before = [value.copy() for value in values]
        results, interpreted = program(values), program.interpret(values)
        assert all(np.array_equal(a, b) for a, b in zip(before, values, strict=True))
        for result, other in zip(results, interpreted, strict=True):
            assert np.array_equal(result, other, equal_nan=True)
        return results

    expected = run(())
    for size in range(1, len(passes.PASSES) + 1):
        for steps in itertools.combinations(passes.PASSES, size):
            for result, reference in zip(run(steps), expected, strict=True):
                assert np.array_equal(result, reference, equal_nan=True), [step.__name__ for step in steps]


def test_a_report_reads_as_text():
    event = passes.Event("merged", (variable("a"),), variable("b"))
    report = passes.Report("merge_common", 5, 3, [event], "1 node less")
    assert str(report) == "merge_common: 5 -> 3 nodes\n  merged 'a' into 'b'\n  1 node less"


# -- what a reader can learn -------------------------------------------------------------------------------------------
def test_events_name_the_kind_the_nodes_and_the_target():
    x = Variable("x")
    y = mx.sym.exp(x, name="first") + mx.sym.BlockGrad(mx.sym.exp(x, name="second"), name="block")
    graph = graph_of(y, x=(2,))
    (dropped,) = passes.drop_identity_nodes(graph).events
    (merged,) = passes.merge_common(graph).events
    assert (dropped.kind, dropped.nodes[0].name, dropped.target) == ("dropped", "block", None)
    assert (merged.kind, merged.nodes[0].name, merged.target.name) == ("merged", "second", "first")
    assert merged.target in graph.operators


def test_a_watcher_sees_the_graph_before_and_after_each_pass_and_what_became_of_each_node():
    x = Variable("x")
    graph = graph_of(mx.sym.exp(mx.sym.identity(x, name="copy"), name="exp"), x=(2,))
    exp = graph.operators[-1]
    seen = []
    passes.run(graph, passes.PASSES[:2], lambda g, report: seen.append((report and report.name, g.became)))
    assert [name for name, _ in seen] == [None, "drop_identity_nodes", "fold_shapes"]
    assert seen[0][1] is None
    dropped = seen[1][1]
    assert {node.name: new[0][0].name for node, new in dropped.items() if type(new) is tuple} == {"copy": "x"}
    assert dropped[exp] is graph.operators[-1] and dropped[exp] is not exp


def test_where_nobody_watches_nothing_is_noted():
    graph = graph_of(mx.sym.exp(Variable("x")), x=(2,))
    reports = passes.run(graph, passes.PASSES)
    assert graph.became is None and [report.name for report in reports] == [step.__name__ for step in passes.PASSES]
