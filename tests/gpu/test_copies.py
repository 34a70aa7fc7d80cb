"""Copies between host and GPUs, waiting, and where what failed on a GPU surfaces."""
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import backend, gluon, nd
from mxlearn.backend import upload

from .standin import cuda
from .standin.array import COUNTS, ndarray

GPU = mx.gpu(0)
LARGE = (3, upload.LEAST // 2)  # in any dtype more than the size from which a copy has its own stream


def numbers(shape, dtype="float32"):
    return (np.arange(np.prod(shape)) % 127).reshape(shape).astype(dtype)


# -- to a GPU ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float32", "float16", "float64", "uint8", "int8", "int64", "bool"])
@pytest.mark.parametrize("pinned", [False, True])
def test_large_arrays_arrive_whole(dtype, pinned):
    host = numbers(LARGE, dtype)
    x = nd.array(host, dtype=dtype, ctx=mx.cpu_pinned() if pinned else mx.cpu())
    for _ in range(5):  # more than there are slots
        y = x.as_in_context(GPU)
        assert y.context is GPU
        np.testing.assert_array_equal(y.asnumpy(), host)


def test_slots_grow_with_the_arrays():
    for rows in (3, 8, 2):
        host = numbers((rows, upload.LEAST // 4))
        np.testing.assert_array_equal(nd.array(host, ctx=GPU).asnumpy(), host)


@pytest.mark.parametrize("context", [mx.cpu(), mx.cpu_pinned()], ids=str)
def test_the_source_may_be_written_at_once(context):
    x = nd.array(numbers(LARGE), ctx=context)
    copies = []
    for k in range(4):
        x[:] = k
        copies.append(x.as_in_context(GPU))
        x[:] = -1
    assert [float(y.max().asscalar()) for y in copies] == [0, 1, 2, 3]
    assert [float(y.min().asscalar()) for y in copies] == [0, 1, 2, 3]


def test_arrays_in_another_order_arrive_too():
    host = np.asfortranarray(numbers(LARGE))
    np.testing.assert_array_equal(nd.array(host, ctx=GPU).asnumpy(), host)
    np.testing.assert_array_equal(backend.transfer(host, "gpu", 0).get(), host)


def test_threads_may_send_at_the_same_time():
    found: dict[int, np.ndarray] = {}

    def send(number):
        for _ in range(3):
            found[number] = nd.full(LARGE, number).as_in_context(GPU).asnumpy()

    threads = [threading.Thread(target=send, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((found[k] == k).all() for k in range(4))


def test_the_staging_memory_is_given_back():
    nd.array(numbers(LARGE), ctx=GPU).wait_to_read()
    uploader = backend._uploaders[0]
    assert any(uploader._slots)
    mx.gpu.release()
    assert not any(uploader._slots)
    np.testing.assert_array_equal(nd.array(numbers(LARGE), ctx=GPU).asnumpy(), numbers(LARGE))


def test_pinned_arrays_are_page_locked_where_there_is_a_gpu(cupy):
    x = nd.ones((10,)).as_in_context(mx.cpu_pinned())
    assert isinstance(upload.owner(x._data), cupy.cuda.PinnedMemoryPointer)
    assert isinstance(upload.owner(x[2:4]._data), cupy.cuda.PinnedMemoryPointer)
    assert not isinstance(upload.owner(nd.ones((10,))._data), cupy.cuda.PinnedMemoryPointer)
    assert (x + 1).asnumpy().sum() == 20
    assert nd.zeros((0, 3)).as_in_context(mx.cpu_pinned()).shape == (0, 3)


def test_a_loader_pins_its_batches(cupy):
    dataset = gluon.data.ArrayDataset(np.ones((8, 3), "float32"), np.arange(8, dtype="float32"))
    for x, y in gluon.data.DataLoader(dataset, 4, pin_memory=True):
        for part in (x, y):
            assert part.context == mx.cpu_pinned()
            assert isinstance(upload.owner(part._data), cupy.cuda.PinnedMemoryPointer)
            assert part.as_in_context(GPU).context is GPU


def test_the_order_of_a_copy(on_standin, cupy):
    """The copy stream waits until the staging memory is taken, the computations until it is filled."""
    if not on_standin:
        pytest.skip("the stand-in keeps the order")
    from .standin.capture import ORDER

    nd.array(numbers(LARGE), ctx=GPU)
    ORDER.clear()
    nd.array(numbers(LARGE), ctx=GPU)
    copy, compute = backend._uploaders[0]._stream, cupy.cuda.get_current_stream()
    assert [(kind, stream) for kind, stream, _ in ORDER] == [("wait", copy), ("wait", compute)]
    taken, sent = (event for _, _, event in ORDER)
    slot = next(s for s in backend._uploaders[0]._slots if s.taken is taken)
    assert slot.sent is sent


# -- between GPUs ------------------------------------------------------------------------------------------------------
def test_large_arrays_go_from_gpu_to_gpu(second_gpu):
    x = nd.array(numbers(LARGE), ctx=GPU)
    before = COUNTS["get"]
    y = x.as_in_context(second_gpu)
    assert COUNTS["get"] == before  # not by way of the host
    assert y.context is second_gpu
    np.testing.assert_array_equal(y.asnumpy(), numbers(LARGE))
    np.testing.assert_array_equal(y.as_in_context(GPU).asnumpy(), numbers(LARGE))


def test_a_copy_between_gpus_waits_for_its_source_and_is_waited_for(second_gpu, on_standin):
    if not on_standin:
        pytest.skip("the stand-in keeps the order")
    from .standin.capture import ORDER

    x = nd.ones((4,), ctx=GPU)
    ORDER.clear()
    x.as_in_context(second_gpu)
    waits = [(event.device, stream) for kind, stream, event in ORDER if kind == "wait"]
    assert [device for device, _ in waits] == [0, 1]  # first for the source, then for the copy


# -- waiting, and what surfaces there ----------------------------------------------------------------------------------
def test_operators_return_without_waiting(on_standin):
    if not on_standin:
        pytest.skip("the stand-in counts the waits")
    x = nd.ones((8, 8), ctx=GPU)
    x.attach_grad()
    before = cuda.COUNTS["synchronize"], COUNTS["get"]
    with mx.autograd.record():
        y = nd.FullyConnected(nd.relu(x), x, num_hidden=8, no_bias=True)
    y.backward()
    x -= 0.1 * x.grad
    assert (cuda.COUNTS["synchronize"], COUNTS["get"]) == before
    x.wait_to_read()
    nd.waitall()
    assert cuda.COUNTS["synchronize"] >= before[0] + 2


@pytest.mark.parametrize("optimizer", ["sgd", "nag", "adam", "rmsprop"])
@pytest.mark.parametrize("hybrid", [False, True], ids=["eager", "hybridized"])
def test_steps_of_training_never_wait(on_standin, hybrid, optimizer):
    if not on_standin:
        pytest.skip("the stand-in counts the waits")
    net = gluon.nn.HybridSequential()
    net.add(
        gluon.nn.Conv2D(2, 3, activation="relu"), gluon.nn.BatchNorm(), gluon.nn.MaxPool2D(2, 2), gluon.nn.Flatten(),
        gluon.nn.Dense(8, activation="relu"), gluon.nn.Dropout(0.5), gluon.nn.Dense(3),
    )  # fmt: skip
    net.initialize(mx.init.Xavier(), ctx=GPU)
    if hybrid:
        net.hybridize(static_alloc=True, static_shape=True)
    trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.01})
    x, y = nd.ones((4, 1, 8, 8), ctx=GPU), nd.array([0, 1, 2, 0], ctx=GPU)
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    for k in range(8):
        if k == 4:  # the first steps infer shapes, compile and capture
            before = cuda.COUNTS["synchronize"], COUNTS["get"]
        with mx.autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(4)
    assert (cuda.COUNTS["synchronize"], COUNTS["get"]) == before


def test_wait_to_read_waits_for_the_gpu_of_the_array(second_gpu, monkeypatch, on_standin):
    if not on_standin:
        pytest.skip("looks into the stand-in")
    waited = []
    monkeypatch.setattr(cuda.Device, "synchronize", lambda self: waited.append(self.id))
    nd.ones((1,), ctx=GPU), nd.ones((1,), ctx=second_gpu).wait_to_read()
    assert waited == [1]
    nd.waitall()
    assert waited == [1, 0, 1]


class CUDARuntimeError(RuntimeError):
    status = 700


@pytest.mark.parametrize("wait", ["asnumpy", "wait_to_read", "waitall", "asscalar", "print"])
def test_what_failed_on_the_gpu_surfaces_where_one_waits(monkeypatch, wait, on_standin):
    if not on_standin:
        pytest.skip("would break the GPU for this process")
    x = nd.ones((1,), ctx=GPU)

    def broken(*_, **__):
        raise CUDARuntimeError("cudaErrorIllegalAddress: an illegal memory access was encountered")

    monkeypatch.setattr(cuda.Device, "synchronize", broken)
    monkeypatch.setattr(ndarray, "get", broken)
    call = {"waitall": nd.waitall, "print": lambda: repr(x)}.get(wait) or getattr(x, wait)
    with pytest.raises(mx.MXNetError, match="a kernel read or wrote memory that is not its own") as caught:
        call()
    assert "restart the kernel" in str(caught.value)
    assert type(caught.value.__cause__) is CUDARuntimeError


@pytest.mark.gpu
@pytest.mark.slow
def test_a_kernel_that_breaks_the_gpu_is_told_at_the_next_wait():
    """In a process of its own, whose GPU context is lost afterwards."""
    import subprocess
    import sys

    code = (
        "import cupy\n"
        "import mxlearn as mx\n"
        "x = mx.nd.ones((1,), ctx=mx.gpu())\n"
        "kernel = cupy.RawKernel('extern \"C\" __global__ void f(float* x) { *(float*)(~0ull - 15) = 1; }', 'f')\n"
        "kernel((1,), (1,), (x._data,))\n"
        "try: x.asnumpy()\n"
        "except mx.MXNetError as error: print(error)\n"
        "print(mx.nd.ones((2,)).sum().asscalar())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "asnumpy: a computation on the GPU that was started earlier has failed" in done.stdout, done.stderr
    assert "2.0" in done.stdout  # the CPU computes on
