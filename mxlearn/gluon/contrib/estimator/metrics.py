"""Metrics of an Estimator: which ones it makes by itself, and how they are named, checked and updated."""
import copy

from ....base import ArgumentError
from ....metric import Accuracy, CompositeEvalMetric, EvalMetric
from ....metric import Loss as LossMetric
from ...loss import Loss, SoftmaxCrossEntropyLoss

_TRAINING, _VALIDATION = "training ", "validation "


def checked(metrics) -> list[EvalMetric]:
    """Return metrics as a list: a lone one, a list, or what a CompositeEvalMetric holds.

    Raises
    ------
    ArgumentError
        If one of them is no metric.
    """
    if isinstance(metrics, CompositeEvalMetric):
        return [metric for inner in metrics.metrics for metric in checked(inner)]
    found = list(metrics) if isinstance(metrics, (list, tuple)) else [metrics]
    wrong = [metric for metric in found if not isinstance(metric, EvalMetric)]
    if wrong:
        raise ArgumentError(
            f"metrics must be a Metric or a list of Metric, refer to mx.metric.EvalMetric. Received: {wrong[0]!r}\n"
            "  Make one by its name with mx.metric.create('acc')."
        )
    return found


def for_training(given: list[EvalMetric], loss: Loss) -> list[EvalMetric]:
    """Return the training metrics, "training ..." in front of their names; without any those that suit the loss."""
    if not given:
        given = [Accuracy()] if isinstance(loss, SoftmaxCrossEntropyLoss) else []
        given.append(LossMetric(loss.name.rstrip("0123456789")))
    for metric in given:
        metric.name = _TRAINING + _plain(metric.name)
    return given


def for_validation(given: list[EvalMetric], training: list[EvalMetric]) -> list[EvalMetric]:
    """Return the validation metrics, by default copies of the training metrics."""
    if not given:
        given = [copy.deepcopy(metric) for metric in training]
        for metric in given:
            metric.reset()
    for metric in given:
        metric.name = _VALIDATION + _plain(metric.name)
    return given


def _plain(name: str) -> str:
    return name.removeprefix(_TRAINING).removeprefix(_VALIDATION)


def is_for_training(metric: EvalMetric) -> bool:
    """Tell whether a metric is one of training, by its name."""
    return _TRAINING.strip() in metric.name


def update(metrics: list[EvalMetric], label, pred, loss) -> None:
    """Add a batch to each metric; metrics of the loss read the loss."""
    for metric in metrics:
        if isinstance(metric, LossMetric):
            metric.update(0, loss)
        else:
            metric.update(label, pred)
