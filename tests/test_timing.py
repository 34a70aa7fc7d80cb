"""The stopwatch on a CPU, and the description of the machine; tests/gpu/test_timing.py has the GPU's side."""
import platform
import time

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.timing import Reading, Stopwatch, machine


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves by hand: ``clock.now`` is in seconds."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(mx.timing, "perf_counter", lambda: Clock.now)
    return Clock


def test_it_times_the_block(clock):
    watch = Stopwatch(mx.cpu())
    with watch:
        clock.now += 0.25
    assert watch.reading == Reading(0.25, 0.25, None)


def test_its_clock_is_a_real_one():
    with Stopwatch(mx.cpu()) as watch:
        time.sleep(0.02)
    assert watch.reading.launched >= 0.02


def test_on_a_cpu_the_call_returns_when_the_work_is_done():
    with Stopwatch(mx.cpu(1)) as watch:
        mx.nd.dot(mx.nd.ones((50, 50)), mx.nd.ones((50, 50)))
    assert watch.reading.launched == watch.reading.synchronized
    assert watch.reading.event is None


def test_the_current_context_is_the_default():
    with Stopwatch() as watch:
        pass
    assert watch.reading.event is None


def test_it_may_be_used_again(clock):
    watch = Stopwatch(mx.cpu())
    for seconds in (3.0, 0.5):
        with watch:
            clock.now += seconds
        assert watch.reading.synchronized == seconds


def test_a_block_that_raises_is_timed_and_raises(clock):
    watch = Stopwatch(mx.cpu())
    with pytest.raises(ValueError), watch:
        clock.now += 2.0
        raise ValueError
    assert watch.reading.synchronized == 2.0


def test_a_reading_is_divided_among_its_calls():
    assert Reading(2.0, 4.0, 3.0) / 2 == Reading(1.0, 2.0, 1.5)
    assert Reading(2.0, 4.0, None) / 4 == Reading(0.5, 1.0, None)


def test_a_gpu_that_is_not_there_is_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(mx.timing.backend, "_found", mx.timing.backend.Found(None, "CuPy is not installed", 0))
    for function in (Stopwatch, machine):
        with pytest.raises(mx.base.ContextError, match=r"CuPy is not installed[\s\S]*mx\.cpu\(\)"):
            function(mx.gpu(0))


def test_the_machine_is_described_without_a_gpu():
    found = machine(mx.cpu())
    assert found.device == found.cpu != ""
    assert (found.driver, found.cuda, found.cupy) == ("", "", "")
    assert found.threads >= 1
    assert (found.python, found.numpy) == (platform.python_version(), np.__version__)
    assert platform.system() in found.system
