"""mx.util: the switches of NumPy's manner, for the process, for a block, for a function and for a class."""
import threading

import pytest

import mxlearn as mx
from mxlearn import util


@pytest.fixture(autouse=True)
def classic():
    util.reset_np()
    yield
    util.reset_np()


def test_set_np_switches_both_on_and_reset_np_off():
    util.set_np()
    assert util.is_np_array() and util.is_np_shape() and mx.npx.is_np_array()
    util.reset_np()
    assert not util.is_np_array() and not util.is_np_shape()


def test_other_threads_see_set_np():
    util.set_np()
    seen = []
    thread = threading.Thread(target=lambda: seen.append(util.is_np_array()))
    thread.start()
    thread.join()
    assert seen == [True]


def test_arrays_need_shapes():
    with pytest.raises(ValueError, match="shape=True"):
        util.set_np(shape=False, array=True)


def test_a_block_is_undone_at_its_end_also_after_an_error():
    with util.np_array(True), util.np_shape(True):
        assert util.is_np_array() and util.is_np_shape()
        with util.np_array(False):
            assert not util.is_np_array()
        assert util.is_np_array()
    with pytest.raises(KeyError), util.np_array(True):
        raise KeyError
    assert not util.is_np_array()


def test_set_np_shape_returns_what_was_before():
    assert util.set_np_shape(True) is False
    assert util.set_np_shape(False) is True


def test_use_np_decorates_functions_and_classes():
    @util.use_np
    def inside():
        return util.is_np_array(), util.is_np_shape()

    @util.use_np
    class Thing:
        def method(self):
            return util.is_np_array()

        @property
        def value(self):
            return util.is_np_shape()

    assert inside() == (True, True) and Thing().method() and Thing().value
    assert not util.is_np_array()
    assert util.use_np_shape(util.is_np_shape)() and util.use_np_array(util.is_np_array)()
    with pytest.raises(TypeError, match="a function or a class"):
        util.use_np(3)


def test_ufunc_options_at_their_defaults_are_legal():
    assert util.np_ufunc_legal_option("where", True) and not util.np_ufunc_legal_option("where", False)
    assert not util.np_ufunc_legal_option("fruit", True)
    with pytest.raises(NotImplementedError, match="where=False"):
        mx.np.exp(mx.np.ones(2), where=False)
    with pytest.raises(TypeError, match="fruit"):
        mx.np.add(mx.np.ones(2), 1, fruit=1)
    assert mx.np.exp(mx.np.zeros(2), where=True).tolist() == [1, 1]


def test_environment_variables(monkeypatch):
    monkeypatch.delenv("MXLEARN_A_TEST", raising=False)
    assert util.getenv("MXLEARN_A_TEST") is None
    util.setenv("MXLEARN_A_TEST", "7")
    assert util.getenv("MXLEARN_A_TEST") == "7"
    util.setenv("MXLEARN_A_TEST", None)
    assert util.getenv("MXLEARN_A_TEST") is None


def test_a_cpu_has_no_compute_capability():
    with pytest.raises(ValueError, match="a GPU is needed"):
        util.get_cuda_compute_capability(mx.cpu())


def test_every_name_of_the_namespaces_is_there_and_documented():
    for module in (mx.np, mx.np.random, mx.np.linalg, mx.npx, mx.npx.random):
        for name in dir(module):
            found = getattr(module, name)
            assert not callable(found) or isinstance(found, type) or found.__doc__, name
