"""Registries: what a name, a JSON string or an instance makes, and what they refuse."""
import pytest

import mxlearn as mx
from mxlearn import registry
from mxlearn.base import ArgumentError


class Shape:
    def __init__(self, sides=0, round=False):
        self.sides, self.round = sides, round


register = registry.get_register_func(Shape, "shape")
alias = registry.get_alias_func(Shape, "shape")
create = registry.get_create_func(Shape, "shape")


@register
@alias("box", "quad")
class Square(Shape):
    def __init__(self, sides=4):
        super().__init__(sides)


@pytest.mark.parametrize(
    "spec", ["square", "Square", "box", '["square", {"sides": 4}]', '{"shape": "quad"}', {"shape": "box"}, Square()]
)
def test_every_form_makes_the_class(spec):
    assert type(create(spec)) is Square
    assert create(spec).sides == 4


def test_an_instance_is_handed_back():
    square = Square()
    assert create(square) is square


def test_arguments_reach_the_class():
    assert create("square", sides=5).sides == 5
    assert create(shape="box").sides == 4


@pytest.mark.parametrize("spec", ["circle", "", 3, None, "[", '["square"]', '["square", 3]', "[1, 2, 3]", "[" * 100000])
def test_other_specifications_are_refused(spec):
    with pytest.raises((ArgumentError, KeyError)):
        create(spec)


def test_unknown_name_is_an_assertion_error_as_in_mxnet_and_offers_the_nearest():
    with pytest.raises(AssertionError, match=r"squar is not registered.*'square'"):
        create("squar")
    with pytest.raises(AssertionError):
        mx.metric.create("foo")
    with pytest.raises(AssertionError):
        mx.init.create("foo")


def test_an_instance_takes_no_arguments():
    with pytest.raises(ArgumentError):
        create(Square(), sides=3)


def test_only_subclasses_are_registered():
    with pytest.raises(ArgumentError, match="subclass of Shape"):
        register(int)


def test_overriding_warns():
    with pytest.warns(UserWarning, match="overriding existing shape"):
        register(type("Other", (Shape,), {}), "box")
    register_again = registry.get_registry(Shape)
    assert register_again["box"].__name__ == "Other"
    with pytest.warns(UserWarning):
        register(Square, "box")
