"""Samples: what is called how often, in which order, and what happens when something goes wrong."""

import gc
import time

import pytest
from mxlearn_widgets.timing import measure as measuring
from mxlearn_widgets.timing.measure import measure, sample
from mxlearn_widgets.timing.protocol import contestants
from mxlearn_widgets.timing.samples import MOST_ROUNDS, WARM_UPS, Results

import mxlearn as mx
from mxlearn.timing import Stopwatch, machine


def run(functions, sizes=(1, 2), budget=3.0):
    """Return the results of a race on the CPU, and its steps."""
    who = contestants(functions, [mx.cpu()], None)
    results = Results("test", tuple(c.entrant for c in who), sizes, machine(mx.cpu()), "2000-01-01")
    return results, list(measure(results, who, budget))


def test_a_function_that_works_is_timed_from_its_first_call():
    calls = []
    results, _ = run({"f": lambda n, ctx: calls.append(n)})
    point = results.points[0, 0]
    assert (len(point.cold), len(point.warm_up)) == (1, WARM_UPS)
    assert calls.count(1) == 1 + WARM_UPS + point.inner * len(point.steady)


def test_a_function_that_prepares_is_called_once_and_its_result_is_timed():
    prepared, worked = [], []

    def f(n, ctx):
        prepared.append((n, ctx))
        return lambda: worked.append(n)

    results, _ = run({"f": f})
    assert prepared == [(1, mx.cpu()), (2, mx.cpu())]
    point = results.points[0, 1]
    assert worked.count(2) == 1 + WARM_UPS + point.inner * len(point.steady)


def test_context_is_the_current_one_inside_of_the_function():
    seen = []

    def f(n, ctx):
        seen.append(mx.current_context())
        return lambda: seen.append(mx.current_context())

    who = contestants({"f": f}, [mx.cpu(3)], None)
    results = Results("test", tuple(c.entrant for c in who), (1,), machine(mx.cpu()), "2000-01-01")
    list(measure(results, who, 0.1))
    assert set(seen) == {mx.cpu(3)}
    assert mx.current_context() == mx.cpu()


def test_short_work_is_repeated_inside_of_one_sample_and_long_work_is_not():
    class Clock:  # a call takes 12 us, or 1 ms
        def __init__(self, step):
            self.step, self.now = step, 0.0

        def __call__(self):
            return self.now

    for step, expected in ((12e-6, 5), (1e-3, 1)):
        clock = Clock(step)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("mxlearn.timing.perf_counter", clock)

            def work(n, ctx, clock=clock):
                clock.now += clock.step

            results, _ = run({"f": work}, sizes=(1,))
        point = results.points[0, 0]
        assert point.inner == expected
        assert [reading.synchronized for reading in point.steady] == pytest.approx([step] * MOST_ROUNDS)


def test_entrants_alternate_and_nobody_always_goes_first():
    order = []

    def maker(name):
        def f(n, ctx):
            return lambda: (time.sleep(0.0002), order.append(name))  # longer than a sample has to be: one call each

        return f

    run({"a": maker("a"), "b": maker("b")}, sizes=(1,))
    steady = order[2 * (1 + WARM_UPS) :]
    assert "".join(steady[:8]) == "abbaabba"


def test_the_garbage_collector_is_off_in_a_sample_and_as_before_after_it():
    seen = []
    watch = Stopwatch(mx.cpu())
    sample(watch, lambda: seen.append(gc.isenabled()))
    assert seen == [False] and gc.isenabled()
    gc.disable()
    try:
        sample(watch, lambda: None)
        assert not gc.isenabled()
    finally:
        gc.enable()
    with pytest.raises(ZeroDivisionError):
        sample(watch, lambda: 1 / 0)
    assert gc.isenabled()


def test_an_entrant_that_raises_is_left_out_and_the_others_go_on():
    def breaks(n, ctx):
        if n > 1:
            raise MemoryError("too much")
        return lambda: None

    results, _ = run({"breaks": breaks, "works": lambda n, ctx: None}, sizes=(1, 2, 3))
    assert results.failures == {0: (2, "MemoryError: too much")}
    assert list(results.measured(0)) == [0]
    assert list(results.measured(1)) == [0, 1, 2]


def test_work_on_another_device_than_the_timed_one_is_an_error():
    results, _ = run({"f": lambda n, ctx: mx.nd.ones((2,), ctx=mx.cpu(1))})
    size, message = results.failures[0]
    assert size == 1
    assert "asked to work on cpu(0), and returned an array on cpu(1)" in message and "ctx=ctx" in message


@pytest.mark.parametrize("result", [lambda: mx.sym.var("x"), lambda: mx.gluon.nn.Dense(2)], ids=["Symbol", "Block"])
def test_what_has_computed_nothing_is_an_error(result):
    results, _ = run({"f": lambda n, ctx: result()})
    assert "computed nothing yet" in results.failures[0][1]


def test_sizes_that_the_budget_does_not_reach_are_left_out(monkeypatch):
    monkeypatch.setattr(measuring, "OVERRUN", 1000.0)
    results, steps = run({"f": lambda n, ctx: time.sleep(0.03)}, sizes=(1, 2, 3, 4), budget=0.2)
    assert list(results.measured(0)) == [0]
    assert len(results.steady(0, 0)) >= measuring.FEWEST
    assert steps[-1].finished


def test_progress_grows_to_the_end():
    _, steps = run({"f": lambda n, ctx: None}, sizes=(1, 2, 3))
    shares = [step.share for step in steps]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    assert [step.size for step in steps if step.finished] == [1, 2, 3]


def test_who_has_heard_enough_closes_the_race():
    who = contestants({"f": lambda n, ctx: None}, [mx.cpu()], None)
    results = Results("test", tuple(c.entrant for c in who), (1, 2), machine(mx.cpu()), "2000-01-01")
    steps = measure(results, who, 1.0)
    next(steps)
    steps.close()
    assert len(results.steady(0, 0)) == 1
