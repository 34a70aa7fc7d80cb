"""The memory of a GPU: what is free, what is given back, limits, and a GPU that is full: the error, and going on."""
import contextlib
import gc
import re
import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.backend import memory
from mxlearn.gluon import nn

from .standin import memory as standin_memory

GPU = mx.gpu(0)
MIB = 1 << 20


@pytest.fixture
def room(cupy, on_standin):
    """Leave so many bytes for arrays: ``with room(bytes): ...``."""

    @contextlib.contextmanager
    def leave(count):
        mx.gpu.release()
        if on_standin:
            with standin_memory.limited(count):
                yield
            return
        pool = cupy.get_default_memory_pool()
        pool.set_limit(size=pool.total_bytes() + count)
        try:
            yield
        finally:
            pool.set_limit(size=0)

    return leave


# -- counting ----------------------------------------------------------------------------------------------------------
def test_what_is_freed_stays_in_the_pool_until_it_is_released(room):
    with room(64 * MIB):
        x = nd.zeros((8, MIB), ctx=GPU, dtype="uint8")
        x.wait_to_read()
        del x
        assert mx.gpu.release() >= 8 * MIB
        assert mx.gpu.release() == 0


def test_release_takes_the_number_of_a_gpu_and_empty_cache_is_that():
    nd.zeros((4,), ctx=GPU).wait_to_read()
    assert mx.gpu.release(0) >= 0
    assert mx.context.release_memory() >= 0
    GPU.empty_cache()


def test_release_frees_the_caches_of_libraries(monkeypatch):
    nd.zeros((1,), ctx=GPU)
    freed = []
    monkeypatch.setattr(memory, "caches", [lambda: freed.append(1)])
    mx.gpu.release()
    assert freed == [1]


def test_release_frees_what_the_last_error_holds(monkeypatch):
    class Kept:
        pass

    import weakref

    def step():
        held = Kept()
        alive.append(weakref.ref(held))
        raise mx.MXNetError("stopped")

    alive: list = []
    nd.zeros((1,), ctx=GPU)
    try:
        step()
    except mx.MXNetError as error:
        monkeypatch.setattr(sys, "last_value", error, raising=False)  # as IPython leaves it for %debug
        monkeypatch.setattr(sys, "last_exc", error, raising=False)
    assert alive[0]() is not None
    mx.gpu.release()
    assert alive[0]() is None


# -- limits ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def limit(monkeypatch, cupy):
    """Return the limit of the pool after the variables were set."""

    def set_by(**variables):
        for name in (memory.RESERVE, memory.LIMIT):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        memory.limit_pool(cupy, 0)
        return cupy.get_default_memory_pool().get_limit()

    yield set_by
    cupy.get_default_memory_pool().set_limit(size=0)


def test_the_reserve_of_mxnet_is_a_percentage_that_arrays_leave_free(limit):
    _, total = mx.context.gpu_memory_info(0)
    assert limit(MXNET_GPU_MEM_POOL_RESERVE="25") == pytest.approx(0.75 * total, rel=1e-3)


def test_the_limit_of_cupy_wins_over_the_reserve(limit):
    assert limit(MXNET_GPU_MEM_POOL_RESERVE="25", CUPY_GPU_MEMORY_LIMIT="50%") == 0  # left as CuPy has set it


@pytest.mark.parametrize("text", ["lots", "-1", "100"])
def test_a_reserve_that_is_no_percentage_is_an_error(limit, text):
    with pytest.raises(mx.base.ArgumentError, match="MXNET_GPU_MEM_POOL_RESERVE must be a percentage"):
        limit(MXNET_GPU_MEM_POOL_RESERVE=text)


# -- a GPU that is full ------------------------------------------------------------------------------------------------
def held(text, kind):
    """Return how many MiB of a kind an error names."""
    return float(re.search(rf"{re.escape(kind)} ([\d.]+) MiB", text).group(1))


def test_the_error_says_what_was_wanted_what_is_free_and_what_to_do(room):
    with room(16 * MIB), pytest.raises(mx.base.OutOfMemoryError) as caught:
        nd.zeros((64, MIB), ctx=GPU, dtype="uint8")
    text = str(caught.value)
    assert "gpu(0): out of memory: 64.0 MiB are wanted," in text
    assert "are free" in text and "Use a smaller batch" in text and "mx.gpu.release()" in text
    assert isinstance(caught.value, MemoryError) and isinstance(caught.value, mx.MXNetError)


def test_the_error_names_the_operator_and_what_holds_the_memory(room):
    with room(40 * MIB):
        w = nd.ones((2, MIB), ctx=GPU)  # 8 MiB, and as much for its gradient
        w.attach_grad()
        with autograd.record():
            y = nd.exp(w)  # its gradient rule keeps the result: 8 MiB on the tape
            with pytest.raises(mx.base.OutOfMemoryError) as caught:
                nd.tile(y, reps=(4, 1))
    text = str(caught.value)
    assert text.startswith("tile: gpu(0): out of memory: 32.0 MiB are wanted")
    for part in ("gradients", "parameters", "the tape, which backward() frees"):
        assert held(text, part) >= 8, text
    assert "The largest: " in text and "(2, 1048576) float32, 8.0 MiB" in text


def test_parameters_are_named_and_states_of_optimizers_counted(room):
    with room(128 * MIB):
        net = nn.Dense(1024, in_units=2048, use_bias=False, prefix="wide_")  # 8 MiB
        net.initialize(ctx=GPU)
        trainer = gluon.Trainer(net.collect_params(), "adam")
        with autograd.record():
            loss = net(nd.ones((2, 2048), ctx=GPU)).sum()
        loss.backward()
        trainer.step(2)
        with pytest.raises(mx.base.OutOfMemoryError) as caught:
            nd.zeros((256, MIB), ctx=GPU, dtype="uint8")
    text = str(caught.value)
    assert held(text, "states of optimizers") >= 16  # mean and variance of the gradient
    assert held(text, "parameters") >= 8 and held(text, "gradients") >= 8
    names = ("parameter 'wide_weight' (1024, 2048)", "gradient of 'wide_weight'", "state of the optimizer for weight 0")
    assert sum(name in text for name in names) >= 2, text  # of four arrays of one size three are listed


def test_arrays_are_counted_once_however_many_views_there_are(room):
    with room(24 * MIB):
        x = nd.ones((2, MIB), ctx=GPU)
        views = [x[0], x[1], x.reshape((-1,)), x.detach()]
        with pytest.raises(mx.base.OutOfMemoryError) as caught:
            nd.zeros((64, MIB), ctx=GPU, dtype="uint8")
        assert len(views) == 4
        assert 8 <= held(str(caught.value), "other arrays") < 32


def test_memory_that_only_garbage_holds_is_found_before_giving_up(room):
    with room(24 * MIB):
        x = nd.zeros((16, MIB), ctx=GPU, dtype="uint8")
        cycle: list = [x]
        cycle.append(cycle)
        gc.disable()
        try:
            del x, cycle
            y = nd.zeros((16, MIB), ctx=GPU, dtype="uint8")
        finally:
            gc.enable()
        assert int(y[0, 0].asscalar()) == 0


def test_a_cache_of_a_library_is_given_up_before_an_array(room, monkeypatch):
    with room(24 * MIB):
        kept = [nd.zeros((16, MIB), ctx=GPU, dtype="uint8")]
        monkeypatch.setattr(memory, "caches", [kept.clear])
        nd.zeros((16, MIB), ctx=GPU, dtype="uint8")
        assert kept == []


def step(net, trainer, count):
    """One training step with a batch of ``count``; a function, so that the error's traceback holds its arrays."""
    x, y = nd.ones((count, 1024), ctx=GPU), nd.zeros((count,), ctx=GPU)
    with autograd.record():
        loss = gluon.loss.SoftmaxCrossEntropyLoss()(net(x), y)
    loss.backward()
    trainer.step(count)
    return float(loss.mean().asscalar())


@pytest.mark.parametrize("hybrid", [False, True], ids=["eager", "hybridized"])
def test_training_goes_on_with_a_smaller_batch(room, hybrid):
    with room(128 * MIB):
        net = nn.HybridSequential()
        net.add(nn.Dense(512, activation="relu"), nn.Dense(10))
        net.initialize(mx.init.Xavier(), ctx=GPU)
        if hybrid:
            net.hybridize()
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
        first = step(net, trainer, 16)
        for _ in range(2):  # again and again, as one does in a notebook
            with pytest.raises(mx.base.OutOfMemoryError, match=r"gpu\(0\): out of memory"):
                step(net, trainer, 65536)  # 256 MiB for the data alone
            mx.gpu.release()
            losses = [step(net, trainer, 16) for _ in range(5)]
        assert losses[-1] < first
        for parameter in net.collect_params().values():
            assert np.isfinite(parameter.data(GPU).asnumpy()).all()


def test_memory_stays_level_over_failures(room, cupy):
    pool = cupy.get_default_memory_pool()
    with room(32 * MIB):
        x = nd.ones((MIB,), ctx=GPU)
        used = []
        for _ in range(5):
            with contextlib.suppress(mx.base.OutOfMemoryError):
                nd.tile(nd.exp(x), reps=(16,))
            gc.collect()
            used.append(pool.used_bytes())
    assert used[1:] == used[:1] * 4


def test_an_executor_and_a_copy_to_the_gpu_say_it_too(room):
    data = mx.sym.Variable("data")
    with room(16 * MIB):
        wide = mx.sym.sum(mx.sym.tile(data, reps=(32,), name="wide"))
        executor = wide.bind(GPU, {"data": nd.ones((MIB // 4,), ctx=GPU)})
        with pytest.raises(mx.base.OutOfMemoryError, match=r"'wide': gpu\(0\): out of memory: 32\.0 MiB are wanted"):
            executor.forward()
        with pytest.raises(mx.base.OutOfMemoryError, match="out of memory: 32.0 MiB are wanted"):
            nd.ones((8, MIB)).as_in_context(GPU)


def test_what_a_pool_of_its_own_or_cuda_itself_raises_is_told_the_same_way(cupy):
    nd.zeros((1,), ctx=GPU)

    class CUDARuntimeError(RuntimeError):
        status = 2

    errors = cupy.cuda.memory.OutOfMemoryError(3 * MIB, 5), CUDARuntimeError("cudaErrorMemoryAllocation: out of memory")
    first, second = (str(mx.backend.readable(error, "dot 'fc1'")) for error in errors)
    assert first.startswith("dot 'fc1': gpu(0): out of memory: 3.0 MiB are wanted,")
    assert second.startswith("dot 'fc1': gpu(0): out of memory: ") and "wanted" not in second
    assert mx.backend.readable(ValueError("3"), "dot") is None
    assert mx.backend.readable(MemoryError(), "dot") is None  # of the host


def test_other_processes_are_named(room, monkeypatch):
    monkeypatch.setattr(memory.driver, "processes", lambda number: [memory.driver.Process(1, "python", 3 << 30)])
    with room(MIB), pytest.raises(mx.base.OutOfMemoryError, match=r"process 1 \(python\) holds 3\.0 GiB"):
        nd.zeros((4, MIB), ctx=GPU)


def test_the_allocator_is_guarded_once(cupy):
    before = cupy.cuda.get_allocator()
    memory.guard(cupy)
    assert cupy.cuda.get_allocator() is before
