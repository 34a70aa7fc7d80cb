"""The stopwatch on a GPU: three times of one run, on the device that was asked for."""

import pytest

import mxlearn as mx
from mxlearn import nd
from mxlearn.timing import Stopwatch, machine

from .standin import cuda

GPU = mx.gpu(0)


def test_the_three_times_of_a_run():
    x = nd.ones((300, 300), ctx=GPU)
    nd.dot(x, x).wait_to_read()  # the first call compiles
    with Stopwatch(GPU) as watch:
        nd.dot(x, x)
    reading = watch.reading
    assert 0 < reading.launched <= reading.synchronized
    assert reading.event is not None and reading.event > 0


def test_it_waits_for_the_device_before_the_block_and_after_the_launch(monkeypatch, on_standin):
    if not on_standin:
        pytest.skip("looks into the stand-in")
    original, now = cuda.Device.synchronize, [100.0]

    def slow(self):
        now[0] += 5.0  # a device with five seconds of work in its queue
        original(self)

    watch = Stopwatch(GPU)
    monkeypatch.setattr(cuda.Device, "synchronize", slow)
    monkeypatch.setattr(mx.timing, "perf_counter", lambda: now[0])
    with watch:
        now[0] += 1.0
    assert watch.reading[:2] == (1.0, 6.0)  # the five seconds before the block do not count


def test_it_times_the_second_gpu_and_leaves_the_current_one(second_gpu, cupy):
    current = cupy.cuda.runtime.getDevice()
    with Stopwatch(second_gpu) as watch:
        nd.ones((10,), ctx=second_gpu)
        cupy.cuda.Device(current).use()
    assert watch.reading.event is not None
    assert cupy.cuda.runtime.getDevice() == current


def test_with_statement_names_the_gpu():
    with GPU, Stopwatch() as watch:
        nd.ones((10,))
    assert watch.reading.event is not None


def test_the_gpu_is_described():
    found = machine(GPU)
    assert found.device and found.cuda.count(".") == 1 and found.cupy
    assert found.device != found.cpu


def test_the_stand_in_refuses_the_time_of_an_event_that_was_not_reached(on_standin):
    if not on_standin:
        pytest.skip("looks into the stand-in")
    start, stop = cuda.Event(), cuda.Event()
    with pytest.raises(cuda.CUDARuntimeError, match="InvalidResourceHandle"):
        cuda.get_elapsed_time(start, stop)
    start.record()
    stop.record()
    with pytest.raises(cuda.CUDARuntimeError, match="NotReady"):
        cuda.get_elapsed_time(start, stop)
    stop.synchronize()
    assert cuda.get_elapsed_time(start, stop) >= 0
