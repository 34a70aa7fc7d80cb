"""Accuracy, top-k accuracy, F1, Matthews correlation: values by hand and from scikit-learn's definitions."""
import math

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import metric
from mxlearn.base import ArgumentError, ShapeError

# 3 true and 1 false positives, 1 false and 2 true negatives
TRUTH = [1, 1, 1, 0, 1, 0, 0]
GUESS = [1, 1, 1, 1, 0, 0, 0]
PROBABILITIES = mx.nd.array(np.eye(2)[GUESS])


def value(made, labels, preds):
    made.update(labels, preds)
    return made.get()[1]


def test_accuracy_takes_the_largest_along_its_axis():
    preds = mx.nd.array(np.eye(3)[[[0, 1], [2, 2]]].transpose(0, 2, 1))      # (samples, classes, positions)
    assert value(metric.Accuracy(), mx.nd.array([[0, 1], [2, 0]]), preds) == 0.75
    assert value(metric.Accuracy(axis=2), mx.nd.array([[0, 1], [2, 0]]), preds.transpose((0, 2, 1))) == 0.75


def test_accuracy_of_classes():
    assert value(metric.Accuracy(), mx.nd.array([1, 2, 3]), mx.nd.array([1, 2, 0])) == pytest.approx(2 / 3)


def test_first_of_equal_predictions_is_taken():
    assert value(metric.Accuracy(), mx.nd.array([0]), mx.nd.array([[0.5, 0.5]])) == 1


def test_top_k():
    preds = mx.nd.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]])
    made = metric.TopKAccuracy(top_k=2)
    assert value(made, mx.nd.array([2, 2]), preds) == 0.5
    assert made.name == "top_k_accuracy_2"
    assert value(metric.TopKAccuracy(top_k=9), mx.nd.array([2, 2]), preds) == 1.0
    with pytest.raises(AssertionError, match="Please use Accuracy"):
        metric.TopKAccuracy(1)
    with pytest.raises(ShapeError):
        metric.TopKAccuracy(2).update(mx.nd.array([1]), mx.nd.zeros((1, 2, 2)))


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    assert value(metric.F1(), mx.nd.array(TRUTH), PROBABILITIES) == pytest.approx(0.75)


def test_matthews_correlation():
    expected = (3 * 2 - 1 * 1) / math.sqrt(4 * 4 * 3 * 3)
    assert value(metric.MCC(), mx.nd.array(TRUTH), PROBABILITIES) == pytest.approx(expected)
    assert value(metric.PCC(), mx.nd.array(TRUTH), PROBABILITIES) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["f1", "mcc"])
def test_macro_averages_updates_and_micro_counts_samples(name):
    halves = [(TRUTH[:2], GUESS[:2]), (TRUTH[2:], GUESS[2:])]
    macro, micro = metric.create(name), metric.create(name, average="micro")
    each = []
    for truth, guess in halves:
        batch = mx.nd.array(truth), mx.nd.array(np.eye(2)[guess])
        macro.update(*batch)
        micro.update(*batch)
        each.append(value(metric.create(name), *batch))
    assert macro.get()[1] == pytest.approx(np.mean(each))
    assert micro.get()[1] == pytest.approx(value(metric.create(name), mx.nd.array(TRUTH), PROBABILITIES))
    micro.reset_local()
    assert math.isnan(micro.get()[1]) and micro.get_global()[1] != 0


@pytest.mark.parametrize("name", ["f1", "mcc"])
def test_binary_metrics_refuse_other_classes(name):
    with pytest.raises(ArgumentError, match="binary"):
        metric.create(name).update(mx.nd.array([0, 2]), mx.nd.zeros((2, 3)))
    with pytest.raises(ShapeError, match="samples, 2"):
        metric.create(name).update(mx.nd.array([0, 1]), mx.nd.zeros((2,)))
    with pytest.raises(ArgumentError, match="average"):
        metric.create(name, average="x")


def test_a_guess_of_one_class_has_f1_and_mcc_of_0():
    labels, preds = mx.nd.array([0, 0]), mx.nd.array([[1, 0], [1, 0]])
    assert value(metric.F1(), labels, preds) == 0
    assert value(metric.MCC(), labels, preds) == 0


def test_pcc_of_three_classes():
    """Gorodkin's R_K by its sums over the confusion matrix [[2, 0, 0], [0, 1, 1], [1, 0, 1]] (labels by rows)."""
    matrix = np.array([[2, 0, 0], [0, 1, 1], [1, 0, 1]])
    label = [k for k in range(3) for p in range(3) for _ in range(matrix[k, p])]
    pred = [p for k in range(3) for p in range(3) for _ in range(matrix[k, p])]
    n, rows, columns = matrix.sum(), matrix.sum(1), matrix.sum(0)
    top = n * np.trace(matrix) - rows @ columns
    expected = top / math.sqrt((n**2 - rows @ rows) * (n**2 - columns @ columns))
    assert value(metric.PCC(), mx.nd.array(label), mx.nd.array(np.eye(3)[pred])) == pytest.approx(expected)


def test_pcc_grows_with_new_classes():
    made = metric.PCC()
    made.update(mx.nd.array([0, 1]), mx.nd.array([0, 1]))
    made.update(mx.nd.array([5]), mx.nd.array([5]))
    assert made.get()[1] == pytest.approx(1.0)
