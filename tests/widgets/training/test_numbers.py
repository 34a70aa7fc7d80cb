"""What is logged: means, lazily; kept in full; thinned out without losing a peak."""

import json

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.training import pack, series, values
from mxlearn_widgets.training.clock import clock_text

import mxlearn as mx
from mxlearn import autograd, nd

from .loops import run_of


@pytest.mark.parametrize(("value", "expected"), [
    (0.5, 0.5), (2, 2.0), (True, 1.0), (np.float32(0.25), 0.25), (np.array([1.0, 2.0]), 1.5), ([1, 2, 6], 3.0),
    (nd.array([4.0]), 4.0), (nd.array([[1.0, 2.0], [3.0, 6.0]]), 3.0), (nd.array([7], dtype="int32"), 7.0),
    ([nd.array([1.0]), nd.array([3.0])], 2.0), (nd.array([1, 3], dtype="float16"), 2.0),
])  # fmt: skip
def test_numbers_and_means_of_arrays_are_logged(value, expected):
    for _ in (monitor := mxw.monitor([0])):
        monitor.log(loss=value)
    assert monitor.runs[-1]["loss"][1].tolist() == [expected]


def test_a_metric_is_logged_by_its_value():
    accuracy = mx.metric.Accuracy()
    accuracy.update([nd.array([1, 0])], [nd.array([[0, 1], [0, 1]])])
    for _ in (monitor := mxw.monitor([0])):
        monitor.log(acc=accuracy)
    assert monitor.runs[-1]["acc"][1].tolist() == [0.5]


def test_a_logged_array_may_change_afterwards():
    total = nd.array([1.0])
    for _ in (monitor := mxw.monitor(range(3))):
        monitor.log(total=total)
        total += 1
    assert monitor.runs[-1]["total"][1].tolist() == [1.0, 2.0, 3.0]


def test_logging_inside_of_record_leaves_the_tape_alone():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    for _ in (monitor := mxw.monitor([0])):
        with autograd.record():
            loss = x * x
            monitor.log(loss=loss)
        loss.backward()
    assert x.grad.asnumpy().tolist() == [2.0, 4.0]


def test_late_values_are_fetched_together_and_in_their_places():
    late = series.Series("loss")
    for k in range(5):
        late.add(k, nd.array([k * 1.0]) if k % 2 else k * 1.0)
    other = series.Series("acc")
    other.add(0, nd.array([9.0]))
    series.settle([late, other])
    assert late.values.tolist() == [0, 1, 2, 3, 4] and other.last == 9.0


def test_fetching_is_grouped_by_device():
    assert values.fetched([nd.array([1.0]), nd.array([2.0], ctx=mx.cpu(1)), nd.array([3.0])]) == [1.0, 2.0, 3.0]


def test_epoch_values_stand_at_the_end_of_their_epoch():
    for _ in (monitor := mxw.monitor([1, 2, 3], epochs=2)):
        if monitor.last:
            monitor.log_epoch(val_acc=0.5 + monitor.epoch / 4)
    assert [part.tolist() for part in monitor.runs[-1]["val_acc"]] == [[3, 6], [0.5, 0.75]]


def test_values_may_follow_after_the_loop():
    monitor = run_of([1.0, 2.0])
    monitor.log_epoch(test_acc=0.9)
    assert monitor.runs[-1]["test_acc"][0].tolist() == [2]
    assert "test_acc" in monitor.to_text() and monitor.curves[-1]["name"] == "test_acc"


def test_an_unknown_metric_is_named_with_those_there_are():
    with pytest.raises(mx.base.NotFoundError, match="no metric 'los'.*Did you mean 'loss'.*loss"):
        run_of([1.0]).runs[-1]["los"]


@pytest.mark.parametrize(("name", "best"), [("loss", 1.0), ("acc", 3.0), ("val_accuracy", 3.0), ("mape", 1.0)])
def test_the_best_value_is_the_least_or_the_greatest(name, best):
    assert run_of([2.0, 1.0, 3.0, float("nan")], name).runs[-1].series[name].best == best


@pytest.mark.parametrize(("name", "place"), [
    ("loss", ("loss", "")), ("val_loss", ("loss", "val")), ("loss_val", ("loss", "val")), ("val loss", ("loss", "val")),
    ("train_acc", ("acc", "train")), ("validation-acc", ("acc", "validation")),
    ("interval_loss", ("interval_loss", "")),
])  # fmt: skip
def test_training_and_validation_of_a_metric_share_a_plot(name, place):
    assert series.panel_of(name) == place


# -- thinning out ------------------------------------------------------------------------------------------------------
def test_few_values_are_all_there():
    part = series.buckets(np.arange(3), np.array([1.0, 3.0, 2.0]), 250)
    assert part.tolist() == [[0, 1, 1, 1, 0], [1, 3, 3, 3, 0], [2, 2, 2, 2, 0]]


@pytest.mark.parametrize("count", [1, 250, 251, 1000, 12345])
def test_thinning_keeps_every_extreme(count):
    numbers = np.random.RandomState(0).randn(count).cumsum()
    numbers[count // 3], numbers[count // 2] = 1e3, -1e3
    part = series.buckets(np.arange(count), numbers, 250)
    assert len(part) <= 250
    assert part[:, 1].min() == numbers.min().astype(np.float32) and part[:, 2].max() == np.float32(numbers.max())
    assert np.all(np.diff(part[:, 0]) > 0)


def test_a_bucket_counts_what_is_not_finite():
    part = series.buckets(np.arange(4), np.array([np.nan, 2.0, np.inf, 1e300]), 2)
    assert part[0].tolist() == [0.5, 2, 2, 2, 1]
    assert np.isnan(part[1, 1:4]).all() and part[1, 4] == 2


def test_smoothing_is_the_mean_of_the_last_steps():
    assert series.smoothed([1, 2, 3, 4], [4.0, 2.0, float("nan"), 6.0], 2) == [4.0, 3.0, 2.0, 6.0]


def test_an_update_stays_below_its_limit_however_much_is_logged():
    for k in range(30):
        for _ in (monitor := mxw.monitor(range(300), name=f"run {k}")):
            monitor.log(**{f"m{i}": float(i) for i in range(8)})
    assert len(monitor.points) <= pack.BUDGET and len(monitor.past_points) <= pack.BUDGET
    assert len(json.dumps(monitor.past_curves)) + len(json.dumps(monitor.past)) <= 20_000
    assert len(monitor.past) == pack.PAST


def test_the_traits_are_numbers_that_json_knows():
    monitor = run_of([float("nan"), float("inf"), 1.0])
    for name in ("state", "curves", "past", "layers"):
        json.dumps(getattr(monitor, name), allow_nan=False)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (7.9, "0:07"), (750, "12:30"), (3723, "1:02:03")])
def test_durations_read_as_clocks(seconds, text):
    assert clock_text(seconds) == text
