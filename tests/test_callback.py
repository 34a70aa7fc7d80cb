"""Callbacks: their log lines are MXNet 1.9.1's, letter by letter."""
import logging
from collections import namedtuple

import pytest

import mxlearn as mx
from mxlearn import callback

BatchEndParam = namedtuple("BatchEndParam", "epoch nbatch eval_metric locals")


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO)
    return lambda: caplog.messages


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(callback.time, "time", lambda: now[0])
    return now


def half_right():
    metric = mx.metric.Accuracy()
    metric.update(mx.nd.array([0, 1]), mx.nd.array([0, 0]))
    return metric


def run(speedometer, clock, batches, metric):
    for batch in batches:
        clock[0] += 0.5
        speedometer(BatchEndParam(1, batch, metric, {}))
        if metric is not None:
            metric.update(mx.nd.array([0, 1]), mx.nd.array([0, 0]))


def test_speedometer_logs_speed_and_the_last_batches(lines, clock):
    run(callback.Speedometer(10, 2), clock, range(5), half_right())
    assert lines() == [
        "Epoch[1] Batch [0-2]\tSpeed: 20.00 samples/sec\taccuracy=0.500000",
        "Epoch[1] Batch [2-4]\tSpeed: 20.00 samples/sec\taccuracy=0.500000",
    ]


def test_speedometer_resets_the_local_metric_alone(clock):
    metric = half_right()
    speedometer = callback.Speedometer(10, 1)
    speedometer(BatchEndParam(0, 0, metric, {}))
    clock[0] += 1
    speedometer(BatchEndParam(0, 1, metric, {}))
    assert str(metric.get()[1]) == "nan"
    assert metric.get_global() == ("accuracy", 0.5)


def test_speedometer_without_reset_counts_from_the_begin(lines, clock):
    run(callback.Speedometer(10, 2, auto_reset=False), clock, [0, 1, 2, 3, 4, 0, 1, 2], half_right())
    assert [line.split("\t")[0] for line in lines()] == [
        "Epoch[1] Batch [0-2]",
        "Epoch[1] Batch [0-4]",
        "Epoch[1] Batch [0-2]",
    ]


def test_speedometer_without_metric_and_without_time(lines, clock):
    speedometer = callback.Speedometer(10, 2)
    for batch in range(3):
        speedometer(BatchEndParam(1, batch, None, {}))
    assert lines() == ["Iter[1] Batch [2]\tSpeed: inf samples/sec"]


def test_progress_bar(lines):
    bar = callback.ProgressBar(10, length=20)
    for batch in (0, 3, 10):
        bar(BatchEndParam(0, batch, None, {}))
    assert lines() == ["[--------------------] 0%\r", "[======--------------] 30%\r", "[====================] 100%\r"]


def test_log_train_metric(lines):
    log = callback.log_train_metric(2, auto_reset=True)
    metric = half_right()
    for batch in (1, 2):
        log(BatchEndParam(0, batch, metric, {}))
    assert lines() == ["Iter[0] Batch[2] Train-accuracy=0.500000"]
    assert metric.num_inst == 0
    log(BatchEndParam(0, 2, None, {}))


def test_validation_metrics(lines):
    callback.LogValidationMetricsCallback()(BatchEndParam(3, 2, mx.metric.create(["acc", "mse"]), {}))
    assert lines() == ["Epoch[3] Validation-accuracy=nan", "Epoch[3] Validation-mse=nan"]


def test_do_checkpoint_writes_symbol_and_parameters(tmp_path, lines):
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    save = callback.do_checkpoint(str(tmp_path / "net"), period=2)
    save(0, net, {}, {})
    assert list(tmp_path.iterdir()) == []
    save(1, net, {"w": mx.nd.ones((2,))}, {"v": mx.nd.zeros((3,))})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net-0002.params", "net-symbol.json"]
    assert set(mx.nd.load(str(tmp_path / "net-0002.params"))) == {"arg:w", "aux:v"}
    assert mx.sym.load(str(tmp_path / "net-symbol.json")).list_arguments() == net.list_arguments()
    assert lines() == [f'Saved checkpoint to "{tmp_path}/net-0002.params"']


def test_checkpoint_into_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(mx.MXNetError):
        callback.save_checkpoint(str(tmp_path / "a" / "net"), 1, None, {"w": mx.nd.ones((2,))}, {})


def test_module_checkpoint_calls_the_module():
    calls = []
    module = type("Module", (), {"save_checkpoint": lambda self, *args: calls.append(args)})()
    save = callback.module_checkpoint(module, "p", 2, save_optimizer_states=True)
    for epoch in range(4):
        save(epoch, None, {}, {})
    assert calls == [("p", 2, True), ("p", 4, True)]
