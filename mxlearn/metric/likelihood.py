"""Metrics of predicted probabilities, and of losses."""
import math

import numpy as np

from ..base import ShapeError
from .base import EvalMetric, alias, pairs, register, to_numpy

__all__ = ["Caffe", "CrossEntropy", "Loss", "NegativeLogLikelihood", "Perplexity", "Torch"]


def _true_class(label, pred, metric):
    """Return the predicted probability of each sample's class: (samples,) from labels and (samples, classes)."""
    label = label.ravel()
    if pred.ndim != 2 or label.shape[0] != pred.shape[0]:
        raise ShapeError(
            f"{metric}: predictions must have shape (samples, classes), one row for each of {label.shape[0]} labels. "
            f"Received: {pred.shape}"
        )
    return pred[np.arange(label.shape[0]), label.astype("int64")]


class _LogLikelihood(EvalMetric):
    """Mean over samples of -log(p + eps), p the predicted probability of the true class."""

    def __init__(self, eps, name, output_names, label_names):
        super().__init__(name, eps=eps, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.eps = eps

    def update(self, labels, preds):
        for label, pred in pairs(labels, preds):
            chosen = _true_class(label, pred, type(self).__name__)
            self._add(float(-np.log(chosen + self.eps).sum()), chosen.shape[0])


@register
@alias("ce")
class CrossEntropy(_LogLikelihood):
    """Cross entropy of class indices and predicted probabilities (samples, classes), in nats.

    Parameters
    ----------
    eps : added to each probability, so that 0 does not give infinity

    >>> import mxlearn as mx
    >>> ce = mx.metric.CrossEntropy()
    >>> ce.update([mx.nd.array([0, 1, 1])], [mx.nd.array([[0.5, 0.5], [0, 1.0], [0.5, 0.5]])])
    >>> round(ce.get()[1], 4)
    0.4621
    """

    def __init__(self, eps=1e-12, name="cross-entropy", output_names=None, label_names=None):
        super().__init__(eps, name, output_names, label_names)


@register
@alias("nll_loss")
class NegativeLogLikelihood(_LogLikelihood):
    """Mean negative log-likelihood: CrossEntropy under its other name.

    Parameters
    ----------
    eps : added to each probability, so that 0 does not give infinity
    """

    def __init__(self, eps=1e-12, name="nll-loss", output_names=None, label_names=None):
        super().__init__(eps, name, output_names, label_names)


@register
class Perplexity(EvalMetric):
    """exp of the cross entropy: between how many classes the model seems to choose.

    Parameters
    ----------
    ignore_label : label of samples that do not count, as padding; None: all count
    axis : axis of the predictions over the classes
    """

    def __init__(self, ignore_label, axis=-1, name="perplexity", output_names=None, label_names=None):
        super().__init__(
            name, ignore_label=ignore_label, output_names=output_names, label_names=label_names, has_global_stats=True
        )
        self.ignore_label = ignore_label
        self.axis = axis

    def update(self, labels, preds):
        for label, pred in pairs(labels, preds):
            classes = np.moveaxis(pred, self.axis, -1)
            if label.size * classes.shape[-1] != pred.size:
                raise ShapeError(f"Perplexity: shape mismatch: labels {label.shape}, predictions {pred.shape}")
            label = label.ravel().astype("int64")
            rows = classes.reshape(-1, classes.shape[-1])
            counted = np.ones(label.shape, bool) if self.ignore_label is None else label != self.ignore_label
            chosen = rows[np.flatnonzero(counted), label[counted]]
            self._add(float(-np.log(np.maximum(chosen, 1e-10)).sum()), int(counted.sum()))

    def value(self, total, count):
        return math.exp(total / count) if count else float("nan")


@register
class Loss(EvalMetric):
    """Mean of the predictions themselves, for networks whose output is a loss. Labels are ignored."""

    def __init__(self, name="loss", output_names=None, label_names=None):
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def update(self, _, preds):
        for pred in preds if isinstance(preds, (list, tuple)) else [preds]:
            loss = to_numpy(pred)
            self._add(float(loss.sum()), loss.size)


@register
class Torch(Loss):
    """Loss under the name of an old plug-in."""

    def __init__(self, name="torch", output_names=None, label_names=None):
        super().__init__(name, output_names=output_names, label_names=label_names)


@register
class Caffe(Loss):
    """Loss under the name of an old plug-in."""

    def __init__(self, name="caffe", output_names=None, label_names=None):
        super().__init__(name, output_names=output_names, label_names=label_names)
