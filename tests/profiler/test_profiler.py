"""The profiler: which operators it sees, its tables, its trace, and that it leaves nothing behind."""
import cProfile
import json
import sys
import threading
import warnings

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import gluon, profiler
from mxlearn.base import ArgumentError, DataError, MXNetError
from mxlearn.core.compile import Program
from mxlearn.profiler.events import LOG, Log

PLAIN_RUN = Program.run


@pytest.fixture(autouse=True)
def fresh(tmp_path):
    """Begin with no event, and end with nothing that watches."""
    LOG.__init__()
    profiler.set_config(filename=str(tmp_path / "profile.json"))
    yield
    profiler.set_state("stop")
    assert sys.getprofile() is None and Program.run is PLAIN_RUN


class running:
    """Profile a with block."""

    def __enter__(self):
        profiler.set_state("run")

    def __exit__(self, *_):
        profiler.set_state("stop")


def seen() -> list[str]:
    """Return the names of all operators that were seen, in order of their ends."""
    return [span.name for span in LOG.spans if span.category == "operator"]


# -- operators ---------------------------------------------------------------------------------------------------------
def test_operators_on_arrays_are_seen_under_their_names():
    x, row = mx.nd.ones((2, 3)), mx.nd.ones((1, 3))
    with running():
        x + x
        x * row
        x - 1
        mx.nd.dot(x, x.T)
        x.sum()
    assert seen() == ["elemwise_add", "broadcast_mul", "_minus_scalar", "transpose", "dot", "sum"]


def test_backward_rules_are_seen():
    x = mx.nd.ones((2, 3))
    x.attach_grad()
    with running():
        with mx.autograd.record():
            y = (mx.nd.exp(x) * 2).sum()
        y.backward()
    assert seen() == ["exp", "_mul_scalar", "sum", "_backward_sum", "_backward__mul_scalar", "_backward_exp"]


def test_compiled_programs_are_seen_operator_by_operator():
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(4, activation="tanh", in_units=3), gluon.nn.Dense(2, in_units=4))
    net.initialize()
    net.hybridize()
    x = mx.nd.ones((2, 3))
    expected = net(x).asnumpy()
    with running():
        out = net(x)
    assert seen() == ["FullyConnected", "Activation", "FullyConnected"]
    np.testing.assert_allclose(out.asnumpy(), expected, rtol=1e-6)


def test_an_executor_is_seen_forward_and_backward():
    out = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc"), name="softmax")
    executor = out.simple_bind(mx.cpu(), data=(3, 4))
    with running():
        executor.forward(is_train=True)
        executor.backward()
    assert seen()[:2] == ["FullyConnected", "SoftmaxOutput"] and {"_backward_SoftmaxOutput", "dot"} <= {*seen()}


def test_an_update_of_all_weights_at_once_is_seen():
    net = gluon.nn.Dense(2, in_units=3)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "adam")
    with mx.autograd.record():
        loss = net(mx.nd.ones((2, 3))).sum()
    loss.backward()
    with running():
        trainer.step(2)
    assert "adam_update" in seen()


@pytest.mark.parametrize(
    ("option", "name"), [("profile_symbolic", "elemwise_add"), ("profile_imperative", "FullyConnected")]
)
def test_one_of_the_two_kinds_may_be_left_out(option, name, tmp_path):
    net = gluon.nn.Dense(2, in_units=3)
    net.initialize()
    net.hybridize()
    x = mx.nd.ones((2, 3))
    net(x)
    profiler.set_config(filename=str(tmp_path / "x.json"), **{option: False})
    with running():
        net(x)
        x + x
    assert seen() == [name]


def test_operators_of_other_threads_are_seen_with_their_thread():
    x = mx.nd.ones(3)
    with running():
        x + x
        thread = threading.Thread(target=lambda: mx.nd.exp(x))
        thread.start()
        thread.join()
    assert seen() == ["elemwise_add", "exp"] and len({span.thread for span in LOG.spans}) == 2


def test_an_operator_that_fails_ends_its_event():
    with running():
        with pytest.raises(MXNetError):
            mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))
        mx.nd.exp(mx.nd.ones(2))
    assert seen() == ["dot", "exp"]


def test_nothing_is_seen_before_after_and_while_paused():
    x = mx.nd.ones(3)
    mx.nd.exp(x)
    profiler.resume()  # not running: nothing to resume
    mx.nd.exp(x)
    with running():
        mx.nd.sin(x)
        profiler.pause()
        mx.nd.cos(x)
        profiler.resume()
        mx.nd.tan(x)
    mx.nd.exp(x)
    assert seen() == ["sin", "tan"]


def test_another_profiler_is_not_pushed_aside():
    other = cProfile.Profile()
    other.enable()
    try:
        with pytest.raises(MXNetError, match="another profiler"):
            profiler.set_state("run")
    finally:
        other.disable()
    assert not LOG.is_on


def test_gradients_are_the_same_while_it_runs():
    x = mx.nd.array([[1, 2], [3, 4]])
    x.attach_grad()
    with running():
        with mx.autograd.record():
            y = (x * x * x).sum()
        y.backward()
    assert x.grad.asnumpy().tolist() == [[3, 12], [27, 48]]


# -- what a program marks ----------------------------------------------------------------------------------------------
def test_tasks_frames_events_counters_and_markers_are_kept_by_domain():
    domain = profiler.Domain("training")
    with running():
        for kind in (domain.new_task("task"), domain.new_frame("frame"), profiler.Event("event")):
            kind.start()
            kind.stop()
        counter = domain.new_counter("seen", 5)
        counter += 3
        counter -= 1
        counter.increment(2)
        domain.new_marker("here").mark("global")
    assert [(span.name, span.category) for span in LOG.spans if span.category != "operator"] == [
        ("task", "training"),
        ("frame", "training,frame"),
        ("event", "event"),
    ]
    assert [point["args"]["seen"] for point in LOG.points[:-1]] == [5, 8, 7, 9]
    assert LOG.points[-1]["ph"] == "i" and LOG.points[-1]["s"] == "g"
    assert [str(x) for x in (domain, counter, profiler.Event("event"))] == ["training", "seen", "event"]


def test_marks_outside_of_a_profile_leave_no_trace():
    task = profiler.Task(profiler.Domain("d"), "t")
    task.stop()
    task.start()
    task.stop()
    profiler.Counter(profiler.Domain("d"), "c", 1)
    profiler.Marker(profiler.Domain("d"), "m").mark()
    assert LOG.spans == [] and LOG.points == []


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: profiler.Task("domain", "task"),
        lambda: profiler.Domain("d").new_marker("m").mark("everywhere"),
        lambda: profiler.set_config(file_name="x"),
        lambda: profiler.set_state("begin"),
        lambda: profiler.dumps(sort_by="name"),
        lambda: profiler.dumps(format="html"),
        lambda: profiler.pause("worcer"),
        lambda: profiler.set_config(profile_process="server"),
        lambda: profiler.set_kvstore_handle(None),
    ],
)
def test_misuse_is_refused(misuse):
    with pytest.raises(MXNetError):
        misuse()


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(ArgumentError, match="Did you mean 'filename'"):
        profiler.set_config(file_name="x")


# -- tables ------------------------------------------------------------------------------------------------------------
def filled() -> Log:
    log = Log()
    for name, milliseconds in (("dot", 1), ("dot", 3), ("exp", 8), ("sum", 1)):
        log.span(name, "operator", 0, milliseconds * 1_000_000)
    return log


def test_a_table_shows_count_total_min_max_and_mean():
    lines = Log.as_table(filled().statistics("total", False)).splitlines()
    assert lines[1:3] == ["Profile Statistics:", "\tNote the difference in units for different entries."]
    assert lines[3:5] == ["operator", "================="]
    widths = "".join(f"{text:>17}" for text in ("Time (ms)", "Min Time (ms)", "Max Time (ms)", "Avg Time (ms)"))
    assert lines[5] == "Name                          Total Count" + widths
    assert lines[6] == "----                          -----------        ---------" + "    -------------" * 3
    assert lines[7].split() == ["exp", "1", "8.0000", "8.0000", "8.0000", "8.0000"]
    assert lines[8].split() == ["dot", "2", "4.0000", "1.0000", "3.0000", "2.0000"]


@pytest.mark.parametrize(
    ("sort_by", "order"),
    [("total", "exp dot sum"), ("count", "dot exp sum"), ("avg", "exp dot sum"), ("max", "exp dot sum")],
)
def test_a_table_is_sorted_as_asked(sort_by, order):
    assert " ".join(filled().statistics(sort_by, False)["operator"]) == order
    assert next(iter(filled().statistics(sort_by, True)["operator"])) in ("sum", "exp")


def test_json_has_the_same_numbers():
    statistics = json.loads(Log.as_json(filled().statistics("total", False)))
    assert statistics["Time"]["operator"]["dot"] == {"Count": 2, "Total": 4.0, "Min": 1.0, "Max": 3.0, "Avg": 2.0}
    assert statistics["Unit"]["Time"] == "ms"


def test_reset_begins_new_tables_and_keeps_the_trace(tmp_path):
    with running():
        mx.nd.exp(mx.nd.ones(2))
    assert "exp" in profiler.dumps(reset=True)
    assert "exp" not in profiler.dumps()
    profiler.dump()
    assert "exp" in (tmp_path / "profile.json").read_text(encoding="utf-8")


# -- trace -------------------------------------------------------------------------------------------------------------
def test_the_trace_is_chromes_format_and_every_event_begins_and_ends(tmp_path):
    x = mx.nd.ones((2, 3))
    x.attach_grad()
    with running():
        event = profiler.Event("step")
        event.start()
        with mx.autograd.record():
            y = (x * x).sum()
        y.backward()
        event.stop()
        profiler.Domain("d").new_marker("m").mark()
    profiler.dump()
    trace = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))
    assert set(trace) == {"traceEvents", "displayTimeUnit"}
    open_names, deepest = [], 0
    for found in trace["traceEvents"]:
        if found["ph"] == "B":
            open_names.append(found["name"])
            deepest = max(deepest, len(open_names))
        if found["ph"] == "E":
            assert open_names.pop() == found["name"]
    assert open_names == [] and deepest == 2
    times = [found["ts"] for found in trace["traceEvents"] if found["ph"] in "BE"]
    assert times == sorted(times)


def test_dump_ends_the_profile_unless_told_otherwise():
    profiler.set_state("run")
    profiler.dump(finished=False)
    assert LOG.is_on
    profiler.dump()
    assert not LOG.is_on


def test_a_file_that_cannot_be_written_is_an_error(tmp_path):
    profiler.set_config(filename=str(tmp_path / "nowhere" / "profile.json"))
    with pytest.raises(DataError):
        profiler.dump()


def test_old_names_warn_and_work(tmp_path):
    with pytest.warns(UserWarning, match="deprecated"):
        profiler.profiler_set_config("all", str(tmp_path / "old.json"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        profiler.profiler_set_state("run")
        mx.nd.exp(mx.nd.ones(2))
        profiler.profiler_set_state("stop")
        profiler.dump_profile()
    assert "exp" in (tmp_path / "old.json").read_text(encoding="utf-8")
