"""What all metrics share: sums, resets, names, composites, custom functions, and the forms that update takes."""
import math

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import metric
from mxlearn.base import ArgumentError, ShapeError

LABELS = mx.nd.array([0, 1, 1])
PREDS = mx.nd.array([[0.3, 0.7], [0, 1.0], [0.4, 0.6]])

MXNET_METRICS = (
    "acc accuracy top_k_acc f1 mcc perplexity mae mse rmse ce crossentropy nll_loss negativeloglikelihood pearsonr pcc "
    "loss torch caffe composite"
)
ARGUMENTS = {"top_k_acc": {"top_k": 2}, "perplexity": {"ignore_label": None}}


@pytest.mark.parametrize("name", MXNET_METRICS.split())
def test_every_metric_of_mxnet_is_created_by_name(name):
    made = metric.create(name, **ARGUMENTS.get(name, {}))
    assert isinstance(made, metric.EvalMetric)
    again = made.get_config()
    kind = again.pop("metric")
    if name == "top_k_acc":
        again["name"] = "top_k_accuracy"
    assert metric.create(kind, **again).get_config() == made.get_config()


def test_before_the_first_update_the_value_is_nan():
    name, value = metric.Accuracy().get()
    assert name == "accuracy" and math.isnan(value)


def test_values_are_python_floats_that_print_plainly():
    accuracy = metric.Accuracy()
    accuracy.update([LABELS], [PREDS])
    assert repr(accuracy.get()) == "('accuracy', 0.6666666666666666)"
    assert str(accuracy) == repr(accuracy) == "EvalMetric: {'accuracy': 0.6666666666666666}"


@pytest.mark.parametrize(
    ("labels", "preds"),
    [
        ([LABELS], [PREDS]),
        (LABELS, PREDS),
        ([LABELS], PREDS),
        (LABELS, [PREDS]),
        ([("softmax_label", LABELS)], PREDS),
        (LABELS.asnumpy(), PREDS.asnumpy()),
        ((LABELS,), (PREDS,)),
    ],
)
@pytest.mark.parametrize("name", ["acc", "ce", "f1", "mcc", "composite"])
def test_update_takes_lists_and_lone_arrays(name, labels, preds):
    made, expected = metric.create(name), metric.create(name)
    if name == "composite":
        made.add("acc")
        expected.add("acc")
    made.update(labels, preds)
    expected.update([LABELS], [PREDS])
    assert made.get() == expected.get()


def test_as_many_labels_as_predictions():
    with pytest.raises(ValueError, match="Shape of labels 1 does not match shape of predictions 2"):
        metric.Accuracy().update([LABELS], [PREDS, PREDS])
    with pytest.raises(ShapeError, match=r"\(3,\).*\(4,\)"):
        metric.Accuracy().update([LABELS], [mx.nd.zeros((4,))])


def test_local_values_are_reset_and_global_ones_go_on():
    accuracy = metric.Accuracy()
    accuracy.update(LABELS, PREDS)
    accuracy.reset_local()
    accuracy.update(LABELS, mx.nd.array([0, 1, 1]))
    assert accuracy.get() == ("accuracy", 1.0)
    assert accuracy.get_global() == ("accuracy", 5 / 6)
    accuracy.reset()
    assert math.isnan(accuracy.get_global()[1])


def test_update_dict_picks_by_name():
    accuracy = metric.Accuracy(output_names=["out"], label_names=["y"])
    accuracy.update_dict({"y": LABELS, "z": LABELS * 5}, {"out": PREDS, "extra": PREDS[:1]})
    assert accuracy.get()[1] == pytest.approx(2 / 3)


def test_a_metric_of_ones_own_needs_no_more_than_update():
    class Counting(metric.EvalMetric):
        def update(self, labels, preds):
            self.sum_metric += 2.0
            self.num_inst += 1

    counting = Counting("counting")
    counting.update([], [])
    assert counting.get_global() == ("counting", 2.0)
    with pytest.raises(NotImplementedError):
        metric.EvalMetric("x").update([], [])


def test_composite_joins_names_and_values():
    both = metric.create(["acc", "f1"])
    both.update([LABELS], [PREDS])
    assert both.get() == (["accuracy", "f1"], [2 / 3, 0.8])
    assert both.get_name_value() == [("accuracy", 2 / 3), ("f1", 0.8)]
    assert type(both.get_metric(1)) is metric.F1
    with pytest.raises(ValueError, match="Metric index 2 is out of range 0 and 2"):
        both.get_metric(2)
    both.reset_local()
    assert math.isnan(both.get()[1][0]) and both.get_global()[1] == [2 / 3, 0.8]


def test_composite_of_dicts_serves_metrics_with_their_own_names():
    both = metric.CompositeEvalMetric([metric.Accuracy(output_names=["a"]), metric.Accuracy(output_names=["b"])])
    both.update_dict({"y": LABELS}, {"a": LABELS, "b": 1 - LABELS})
    assert both.get()[1] == [1.0, 0.0]


def test_custom_metric_of_a_function_of_numpy_arrays():
    def largest(label, pred):
        assert isinstance(label, np.ndarray) and isinstance(pred, np.ndarray)
        return float(np.abs(label - pred).max())

    made = metric.np(largest)
    made.update(mx.nd.array([1, 2]), mx.nd.array([1, 5]))
    made.update(mx.nd.array([1, 2]), mx.nd.array([1, 3]))
    assert made.get() == ("largest", 2.0)
    assert metric.create(lambda label, pred: 0).name == "custom(<lambda>)"


def test_custom_metric_may_return_sum_and_count():
    made = metric.create(lambda label, pred: (float(np.abs(label - pred).sum()), label.size))
    made.update(mx.nd.array([1, 2]), mx.nd.array([1, 5]))
    assert made.get()[1] == 1.5


def test_extra_outputs_are_allowed_on_request():
    labels, preds = [LABELS], [LABELS, PREDS]
    with pytest.raises(ShapeError):
        metric.np(lambda label, pred: 1.0).update(labels, preds)
    made = metric.np(lambda label, pred: 1.0, allow_extra_outputs=True)
    made.update(labels, preds)
    assert made.num_inst == 1


def test_custom_metric_cannot_be_described():
    with pytest.raises(NotImplementedError):
        metric.np(lambda label, pred: 1.0).get_config()


def test_check_label_shapes():
    assert metric.check_label_shapes(LABELS, PREDS, wrap=True) == ([LABELS], [PREDS])
    metric.check_label_shapes(LABELS, LABELS, shape=True)
    with pytest.raises(ShapeError):
        metric.check_label_shapes(LABELS, PREDS, shape=True)


def test_unknown_metrics_are_refused():
    with pytest.raises(AssertionError, match="foo is not registered"):
        metric.create("foo")
    with pytest.raises(ArgumentError):
        metric.create(3)


def test_a_function_may_write_into_what_it_is_given():
    def spoiling(label, pred):
        label[:] = pred[:] = 0
        return 1.0

    label, pred = mx.nd.array([1.0, 2.0]), mx.nd.array([3.0, 4.0])
    mx.metric.create(spoiling).update([label], [pred])
    assert (label.asnumpy().tolist(), pred.asnumpy().tolist()) == ([1, 2], [3, 4])
