"""The graph: order, users, rebuilding, and graphs too deep for recursion."""
import pytest

from mxlearn.core.graph import Constant, Node, rebuild, topological_order, users_of, variable, with_inputs
from mxlearn.core.operator import find


def node(name, *inputs, op="elemwise_add"):
    return Node(find(op), tuple((source, 0) for source in inputs), {}, name)


@pytest.fixture
def diamond():
    """x feeds left and right, which meet in top."""
    x = variable("x")
    left, right = node("left", x, x), node("right", x, x)
    return x, left, right, node("top", left, right)


def test_inputs_come_before_their_users(diamond):
    x, left, right, top = diamond
    assert topological_order([top]) == [x, left, right, top]


def test_each_node_appears_once_however_many_heads_reach_it(diamond):
    x, left, right, top = diamond
    assert topological_order([right, top, left, right]) == [x, right, left, top]


def test_a_missing_input_is_no_node():
    weight = variable("weight")
    layer = Node(find("FullyConnected"), (None, (weight, 0)), {}, "fc")
    assert topological_order([layer]) == [weight, layer]


def test_order_of_a_graph_deeper_than_the_stack():
    head = first = variable("x")
    for i in range(5000):
        head = node(f"n{i}", head, first)
    order = topological_order([head])
    assert len(order) == 5001
    assert order[0] is first and order[-1] is head


def test_a_deep_chain_is_freed_without_recursion():
    head = variable("x")
    for _ in range(200_000):
        head = node(None, head, head)
    assert topological_order([head])[-1] is head
    del head                                                             # overflows the C stack if freed recursively


def test_users_are_listed_once_for_each_use(diamond):
    x, left, right, top = diamond
    assert users_of(topological_order([top])) == {x: [left, left, right, right], left: [top], right: [top], top: []}


def test_rebuild_that_changes_nothing_returns_the_same_nodes(diamond):
    top = diamond[-1]
    assert rebuild([(top, 0)], with_inputs) == [(top, 0)]


def test_rebuild_copies_only_what_depends_on_a_replaced_node(diamond):
    x, left, right, top = diamond
    y = variable("y")

    def replace(old, inputs):
        return ((y, 0),) if old is left else with_inputs(old, inputs)

    ((new, index),) = rebuild([(top, 0)], replace)
    assert (new.name, index) == ("top", 0)
    assert new is not top and new.inputs == ((y, 0), (right, 0))
    assert top.inputs == ((left, 0), (right, 0))                         # the old graph is untouched


def test_a_copy_keeps_name_attributes_scope_and_meaning():
    x, y = variable("x"), variable("y")
    old = Node(find("_plus_scalar"), ((x, 0),), {"scalar": 1.0}, "p", scope=("net", "dense0"), meta={"__a__": "b"})
    old.forward = x
    new = with_inputs(old, ((y, 0),))
    assert (new.op, new.attrs, new.name, new.scope, new.meta, new.forward) == (
        old.op, {"scalar": 1.0}, "p", ("net", "dense0"), {"__a__": "b"}, x
    )


def test_nodes_say_what_they_are():
    assert repr(variable("x")) == "<Node variable 'x'>"
    assert repr(node("sum", variable("x"), variable("y"))) == "<Node elemwise_add 'sum'>"
    assert Constant(3, "three").value == 3
