"""AttrScope: attributes of all symbols of a block."""
import threading

import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError


def test_symbols_of_a_block_get_its_attributes():
    with mx.AttrScope(ctx_group="stage1", __mood__="good"):
        x = mx.sym.Variable("x")
        y = mx.sym.relu(x)
    assert (x.attr("ctx_group"), y.attr("ctx_group"), y.attr("__mood__")) == ("stage1", "stage1", "good")
    assert mx.sym.Variable("z").attr("ctx_group") is None


def test_blocks_nest_and_the_inner_one_wins():
    with mx.AttrScope(a="1", b="1"):
        with mx.AttrScope(b="2", c="2"):
            x = mx.sym.Variable("x", attr={"c": "3"})
        y = mx.sym.Variable("y")
    assert x.list_attr() == {"a": "1", "b": "2", "c": "3"}
    assert y.list_attr() == {"a": "1", "b": "1"}


def test_the_current_scope_is_a_property_of_the_class():
    assert mx.AttrScope.current.get({"a": "b"}) == {"a": "b"}
    with mx.AttrScope(x="1"):
        assert mx.AttrScope.current.get(None) == {"x": "1"}
        assert mx.attribute.current() is mx.AttrScope.current


def test_attributes_must_be_strings():
    with pytest.raises(ArgumentError, match="attributes must be strings. Received: lr_mult=2"):
        mx.AttrScope(lr_mult=2)


def test_a_scope_object_may_be_entered_again():
    scope = mx.AttrScope(a="1")
    with mx.AttrScope(b="2"), scope:
        pass
    with scope:
        assert mx.sym.Variable("x").list_attr() == {"a": "1"}            # nothing of the first use stays


def test_errors_and_threads_do_not_disturb():
    seen = []
    with pytest.raises(KeyboardInterrupt), mx.AttrScope(a="1"):
        thread = threading.Thread(target=lambda: seen.append(mx.sym.Variable("x").list_attr()))
        thread.start()
        thread.join()
        raise KeyboardInterrupt
    assert seen == [{}]
    assert mx.sym.Variable("x").list_attr() == {}
