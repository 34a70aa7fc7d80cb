"""Automatic names."""
import threading

import pytest

import mxlearn as mx
from mxlearn.name import NameManager, Prefix


def make():
    return mx.sym.relu(mx.sym.Variable("x")).name


def test_names_count_for_each_hint():
    names = NameManager()
    assert [names.get(None, "fc"), names.get(None, "conv"), names.get(None, "fc")] == ["fc0", "conv0", "fc1"]
    assert names.get("mine", "fc") == "mine"
    assert names.get(None, "fc") == "fc2"                                # a given name does not count


def test_a_block_counts_from_zero_and_the_outer_goes_on():
    with NameManager():
        assert make() == "relu0"
        with NameManager():
            assert make() == "relu0"
        assert make() == "relu1"


def test_a_prefix_is_put_before_every_name():
    with Prefix("net_"):
        assert make() == "net_relu0"
        assert mx.sym.relu(mx.sym.Variable("x"), name="act").name == "net_act"
        assert mx.sym.Variable("x").name == "x"                          # variables are named by the user alone


def test_the_current_manager_is_a_property_of_the_class():
    with NameManager() as manager:
        assert mx.name.NameManager.current is mx.name.current() is manager
        assert NameManager.current.get(None, "a") == "a0"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_restores_the_outer_manager(error):
    before = NameManager.current
    with pytest.raises(error), Prefix("x_"):
        raise error
    assert NameManager.current is before


def test_threads_count_apart():
    seen = []
    with NameManager():
        make()
        threads = [threading.Thread(target=lambda: seen.append(make())) for _ in range(2)]
        for thread in threads:
            thread.start()
            thread.join()
        assert make() == "relu1"
    assert seen == ["relu0", "relu0"]
