"""Composition: a symbol as a function of other symbols."""
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError
from mxlearn.symbol import Variable


def evaluate(symbol, **numbers):
    return symbol.eval(**{name: mx.nd.array([value]) for name, value in numbers.items()})[0].asscalar()


def test_variables_are_replaced_by_name():
    net = Variable("x") * 2 + Variable("y")
    composed = net(x=Variable("a") + 1)
    assert composed.list_arguments() == ["a", "y"]
    assert evaluate(composed, a=4, y=100) == 110


def test_variables_are_replaced_by_position():
    composed = (Variable("x") - Variable("y"))(Variable("a"), Variable("b"))
    assert composed.list_arguments() == ["a", "b"]
    assert evaluate(composed, a=5, b=3) == 2


def test_the_original_is_left_alone():
    net = mx.sym.FullyConnected(Variable("x"), num_hidden=2, name="fc")
    net(x=Variable("other"))
    assert net.list_arguments() == ["x", "fc_weight", "fc_bias"]


def test_a_composed_symbol_can_get_a_name():
    net = mx.sym.exp(Variable("x"), name="e")
    assert net(x=Variable("y"), name="renamed").name == "renamed"
    assert net.name == "e"


def test_all_replacements_happen_at_once():
    x, y = Variable("x"), Variable("y")
    swapped = (x - y)(x=y, y=x)
    assert evaluate(swapped, x=1, y=10) == 9


def test_parameters_are_shared_between_compositions():
    layer = mx.sym.FullyConnected(Variable("x"), num_hidden=2, name="fc")
    twice = mx.sym.Group([layer(x=Variable("left")), layer(x=Variable("right"))])
    assert twice.list_arguments() == ["left", "fc_weight", "fc_bias", "right"]


def test_auxiliary_states_may_be_replaced_too():
    norm = mx.sym.BatchNorm(Variable("x"), name="bn")
    assert norm(bn_moving_mean=Variable("mean")).list_auxiliary_states() == ["mean", "bn_moving_var"]


@pytest.mark.parametrize(
    ("compose", "message"),
    [
        (lambda net: net(nope=Variable("a")), "no variable 'nope'"),
        (lambda net: net(x=3), "expected a Symbol for 'x'. Received: int"),
        (lambda net: net(*[Variable(n) for n in "abc"]), "3 symbols for 1 variables"),
    ],
)
def test_wrong_compositions(compose, message):
    with pytest.raises(ArgumentError, match=message):
        compose(mx.sym.exp(Variable("x")))


def test_a_replacement_must_have_one_output():
    with pytest.raises(mx.MXNetError, match="2 outputs is used where one is expected"):
        mx.sym.exp(Variable("x"))(x=mx.sym.split(Variable("y"), num_outputs=2))
