"""Metrics of numbers and of probabilities: errors, correlation, likelihood. Values by NumPy and by hand."""
import math

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import metric
from mxlearn.base import ShapeError

X, Y = np.array([2.5, 0.0, 2.0, 8.0]), np.array([3.0, -0.5, 2.0, 7.0])
PROBABILITIES = np.array([[0.25, 0.75], [0.5, 0.5], [0.125, 0.875]])


def value(made, labels, preds):
    made.update(mx.nd.array(labels), mx.nd.array(preds))
    return made.get()[1]


@pytest.mark.parametrize(("name", "expected"), [("mae", 0.5), ("mse", 0.375), ("rmse", math.sqrt(0.375))])
@pytest.mark.parametrize("shapes", [((4,), (4,)), ((4,), (4, 1)), ((4, 1), (4,)), ((2, 2), (2, 2))])
def test_errors(name, expected, shapes):
    assert value(metric.create(name), X.reshape(shapes[0]), Y.reshape(shapes[1])) == pytest.approx(expected)


def test_errors_average_over_batches():
    made = metric.MSE()
    value(made, [0.0], [1.0])
    assert value(made, [0.0, 0.0], [3.0, 3.0]) == pytest.approx((1 + 9) / 2)


@pytest.mark.parametrize("name", ["mae", "mse", "rmse"])
def test_errors_of_different_lengths_are_refused(name):
    with pytest.raises(ShapeError, match=r"\(4,\).*\(3,\)"):
        value(metric.create(name), X, Y[:3])


def test_pearson_correlation():
    assert value(metric.PearsonCorrelation(), X, Y) == pytest.approx(np.corrcoef(X, Y)[0, 1])
    with pytest.raises(ShapeError):
        value(metric.PearsonCorrelation(), X, Y[:3])


def test_micro_correlation_is_that_of_all_values_together():
    rng = np.random.default_rng(0)
    made = metric.PearsonCorrelation(average="micro")
    x, y = rng.normal(1000, 1, size=(5, 7)), rng.normal(-3, 1, size=(5, 7))
    for a, b in zip(x, y, strict=True):
        made.update(mx.nd.array(a, dtype="float64"), mx.nd.array(b, dtype="float64"))
    assert made.get()[1] == pytest.approx(np.corrcoef(x.ravel(), y.ravel())[0, 1])
    made.reset_local()
    assert made.get_global()[1] == pytest.approx(np.corrcoef(x.ravel(), y.ravel())[0, 1])


@pytest.mark.parametrize("name", ["ce", "nll_loss"])
def test_log_likelihood(name):
    expected = -np.log([0.25, 0.5, 0.875]).mean()
    assert value(metric.create(name), [0, 1, 1], PROBABILITIES) == pytest.approx(expected, rel=1e-6)
    assert value(metric.create(name, eps=1e-3), [0], [[0.0, 1.0]]) == pytest.approx(-math.log(1e-3), rel=1e-5)
    with pytest.raises(ShapeError, match="samples, classes"):
        value(metric.create(name), [0, 1], PROBABILITIES)


def test_perplexity_is_the_number_of_equally_likely_classes():
    assert value(metric.Perplexity(None), [0, 1, 2], np.full((3, 4), 0.25)) == pytest.approx(4.0)


def test_perplexity_ignores_a_label_and_takes_any_axis():
    expected = math.exp(-(math.log(0.25) + math.log(0.875)) / 2)
    assert value(metric.Perplexity(9), [0, 9, 1], PROBABILITIES) == pytest.approx(expected, rel=1e-6)
    turned = PROBABILITIES.T[None]                                           # (1, classes, positions)
    assert value(metric.Perplexity(9, axis=1), [[0, 9, 1]], turned) == pytest.approx(expected, rel=1e-6)
    assert math.isnan(value(metric.Perplexity(0), [0], [[0.5, 0.5]]))
    with pytest.raises(ShapeError, match="shape mismatch"):
        value(metric.Perplexity(None), [0, 1], PROBABILITIES)


@pytest.mark.parametrize("name", ["loss", "torch", "caffe"])
def test_loss_is_the_mean_of_its_predictions(name):
    made = metric.create(name)
    made.update(None, [mx.nd.array([1.0, 2.0]), mx.nd.array([6.0])])
    assert made.get() == (name, 3.0)
    made.update(None, mx.nd.array([7.0]))
    assert made.get() == (name, 4.0)
