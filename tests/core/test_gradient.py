"""The reverse pass itself, with F as raw arrays and as a graph."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import GradientError
from mxlearn.core.gradient import freed, required_nodes, reverse
from mxlearn.core.graph import Node, variable
from mxlearn.core.operator import Operator, find, raw_functions
from mxlearn.core.tracing import GraphFunctions, Term, backward_graph


def node(op, *inputs, saved=(), **attrs):
    op = find(op) if isinstance(op, str) else op
    return Node(op, tuple(None if i is None else (i, 0) for i in inputs), attrs, op.name, saved=saved)


def walk(heads, **options):
    return reverse(raw_functions(np), heads, lambda n: n.saved, zeros=lambda F, n, i: np.zeros(1), **options)[0]


def test_the_chain_rule():
    x = variable("x")
    y = node("_mul_scalar", node("_mul_scalar", x, scalar=2.0), scalar=3.0)
    assert walk([((y, 0), np.array([1.0]))])[x][0].tolist() == [6]


def test_a_product_reads_what_the_tape_kept():
    x, w = variable("x"), variable("w")
    y = node("elemwise_mul", x, w, saved=(np.array([2.0]), np.array([5.0])))
    results = walk([((y, 0), np.array([10.0]))])
    assert (results[x][0].item(), results[w][0].item()) == (50, 20)


def test_a_constant_has_no_gradient():
    x = variable("x")
    y = node("elemwise_add", x, None)
    assert list(walk([((y, 0), np.ones(1))])) == [x]


def test_contributions_are_added_by_a_new_array():
    x = variable("x")
    y = node("elemwise_add", x, x)
    g = np.ones(1)
    assert walk([((y, 0), g)])[x][0].tolist() == [2]
    assert g.tolist() == [1]                                             # no contribution is written over


def test_only_required_nodes_are_visited():
    x, w = variable("x"), variable("w")
    wx = node("elemwise_mul", x, w, saved=(np.array([2.0]), np.array([5.0])))
    y = node("_mul_scalar", wx, scalar=3.0)
    required = required_nodes([y], [w])
    assert required == {w, wx, y}
    results = walk([((y, 0), np.ones(1))], required=required)
    assert results[w][0].item() == 6
    assert results[wx][0].item() == 3                                    # of required operators too
    assert x not in results or x not in required


def test_a_rule_is_told_which_gradients_are_needed():
    op = Operator(lambda xp, a, b: a + b, name="watched")
    needs_seen = []

    @op.gradient
    def _(F, g, *, needs):
        needs_seen.append(tuple(map(bool, needs)))
        return g, g

    a, b = variable("a"), variable("b")
    y = node(op, a, b)
    walk([((y, 0), np.ones(1))])
    walk([((y, 0), np.ones(1))], required=required_nodes([y], [b]))
    walk([((node(op, a, None), 0), np.ones(1))])
    assert needs_seen == [(True, True), (False, True), (True, False)]


def test_a_rule_may_leave_out_trailing_gradients():
    op = Operator(lambda xp, a, b: a, name="short")
    op.gradient(lambda F, g: (g,))
    a, b = variable("a"), variable("b")
    assert list(walk([((node(op, a, b), 0), np.ones(1))])) == [a]


def test_every_output_that_nobody_used_arrives_as_zeros():
    op = Operator(lambda xp, data: (data, data), name="pair", outputs=("first", "second"))
    seen = []

    @op.gradient
    def _(F, g):
        seen.append([v.tolist() for v in g])
        return (g[0],)

    x = variable("x")
    pair = Node(op, ((x, 0),), {}, "pair", 2)
    walk([((pair, 0), np.array([7.0]))])
    assert seen == [[[7.0], [0.0]]]


def test_an_operator_that_is_flat_on_purpose_ends_the_pass():
    x = variable("x")
    assert walk([((node("BlockGrad", x), 0), np.ones(1))]) == {}


def test_an_operator_without_rule_is_an_error():
    op = Operator(lambda xp, data: data, name="mystery")
    with pytest.raises(GradientError, match="mystery 'mystery': this operator has no gradient"):
        walk([((node(op, variable("x")), 0), np.ones(1))])


def test_a_freed_node_is_an_error():
    y = node("_mul_scalar", variable("x"), scalar=1.0)
    y.saved = None
    with pytest.raises(GradientError, match="freed"):
        walk([((y, 0), np.ones(1))])
    assert "retain_graph=True" in str(freed(y))


def test_an_observer_sees_each_node_with_its_gradients():
    x = variable("x")
    y = node("_mul_scalar", node("_mul_scalar", x, scalar=2.0), scalar=3.0)
    seen = []
    walk([((y, 0), np.ones(1))], observe=lambda n, g, ins: seen.append((n.attrs["scalar"], g.item(), ins[0].item())))
    assert seen == [(3.0, 1, 3), (2.0, 3, 6)]


# -- F as a graph ------------------------------------------------------------------------------------------------------
def test_the_backward_graph_points_to_the_forward_nodes():
    x = mx.sym.Variable("x")
    y = mx.sym.exp(mx.sym.exp(x, name="inner"), name="outer")
    (entry,) = backward_graph(y._entries, [None], [x._entry[0]])
    from mxlearn.core.graph import topological_order

    backward = [n for n in topological_order([entry[0]]) if n.forward is not None]
    assert [n.forward.name for n in backward] == ["outer", "inner"]
    assert [n.name for n in backward] == ["d_outer", "d_inner"]


def test_names_of_a_backward_graph_are_numbered():
    F = GraphFunctions()
    F.forward = variable("fc")
    x = Term(variable("x"), 0)
    assert [F.exp(x).node.name for _ in range(3)] == ["d_fc", "d_fc_1", "d_fc_2"]


def test_the_gradient_symbol_of_an_unrelated_variable_is_missing():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    assert backward_graph((x * 2)._entries, [None], [w._entry[0]]) == [None]
