"""Contexts: virtual CPU devices, the default of a block, and a GPU that is not there."""
import copy
import pickle
import threading

import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, ContextError


def test_a_context_is_one_object():
    assert mx.cpu(1) is mx.Context("cpu", 1) is mx.Context(mx.cpu(1))
    assert mx.cpu(0) != mx.cpu(1)
    assert mx.cpu(0) != mx.gpu(0)
    assert copy.deepcopy(mx.cpu(1)) is pickle.loads(pickle.dumps(mx.cpu(1))) is mx.cpu(1)
    assert len({mx.cpu(0), mx.cpu(0), mx.cpu(1)}) == 2


def test_how_it_is_written():
    assert [str(c) for c in (mx.cpu(), mx.gpu(2), mx.cpu_pinned(1))] == ["cpu(0)", "gpu(2)", "cpu_pinned(1)"]
    assert repr(mx.cpu(3)) == "cpu(3)"
    assert (mx.gpu(1).device_type, mx.gpu(1).device_id, mx.gpu(1).device_typeid) == ("gpu", 1, 2)
    assert [mx.Context(mx.Context.devtype2str[n]).device_typeid for n in (1, 2, 3, 5)] == [1, 2, 3, 5]


@pytest.mark.parametrize("arguments", [("tpu",), ("cpu", -1), (3,), ("",)])
def test_what_is_no_context_is_refused(arguments):
    with pytest.raises(ArgumentError, match="^Context: "):
        mx.Context(*arguments)


def test_a_block_sets_the_default_and_puts_it_back():
    assert mx.current_context() == mx.Context.default_ctx == mx.cpu(0)
    with mx.cpu(1):
        assert mx.nd.ones(1).context == mx.cpu(1)
        with mx.Context("cpu", 2):
            assert mx.current_context() == mx.cpu(2)
            assert mx.nd.array([1]).context == mx.nd.random.uniform(shape=(1,)).context == mx.cpu(2)
        assert mx.current_context() == mx.cpu(1)
    assert mx.current_context() == mx.cpu(0)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_puts_the_default_back(error):
    with pytest.raises(error), mx.cpu(3):
        raise error
    assert mx.current_context() == mx.cpu(0)


def test_each_thread_has_a_default_of_its_own():
    seen = []
    with mx.cpu(1):
        thread = threading.Thread(target=lambda: seen.append(mx.current_context()))
        thread.start()
        thread.join()
    assert seen == [mx.cpu(0)]


def test_arrays_on_two_contexts_do_not_mix():
    with pytest.raises(ContextError, match=r"cpu\(0\), cpu\(1\).*\n.*as_in_context"):
        mx.nd.ones(1) + mx.nd.ones(1, ctx=mx.cpu(1))
    with pytest.raises(ContextError, match=r"^Concat: .*cpu\(0\), cpu\(1\)"):
        mx.nd.concat(mx.nd.ones((1, 1)), mx.nd.ones((1, 1), ctx=mx.cpu(1)))


def test_moving_an_array():
    x = mx.nd.array([1, 2])
    y = x.as_in_context(mx.cpu(1))
    assert (y.context, y.asnumpy().tolist()) == (mx.cpu(1), [1, 2])
    assert x.as_in_context(mx.cpu(0)) is x
    y[:] = 5
    assert x.asnumpy().tolist() == [1, 2]


@pytest.mark.skipif(mx.num_gpus() > 0, reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_says_why_and_what_to_do():
    gpu = mx.gpu(0)                                                      # naming it costs nothing
    uses = lambda: mx.nd.ones(1, ctx=gpu), lambda: mx.nd.ones(1).as_in_context(gpu), lambda: mx.gpu_memory_info(0)
    for use in uses:
        with pytest.raises(ContextError, match=r"gpu\(0\): no GPU can be used here: .*\n.*mx.cpu\(\).*cuda1"):
            use()
    with gpu, pytest.raises(ContextError):
        mx.nd.ones(1)
    assert mx.num_gpus() == 0
