"""Metrics of classifiers: accuracy, F1, correlation of confusion matrices."""
import math

import numpy as np

from ..base import ArgumentError, ShapeError
from .base import EvalMetric, alias, as_lists, check_label_shapes, classes_of, pairs, register, to_numpy

__all__ = ["F1", "MCC", "PCC", "Accuracy", "TopKAccuracy"]


@register
@alias("acc")
class Accuracy(EvalMetric):
    """Share of predictions that are right.

    Parameters
    ----------
    axis : axis of the predictions over the classes, of which the largest is taken; predictions that have the shape of
        the labels are classes already

    >>> import mxlearn as mx
    >>> accuracy = mx.metric.Accuracy()
    >>> accuracy.update([mx.nd.array([0, 1, 1])], [mx.nd.array([[0.3, 0.7], [0, 1.0], [0.4, 0.6]])])
    >>> accuracy.get()
    ('accuracy', 0.6666666666666666)
    """

    def __init__(self, axis=1, name="accuracy", output_names=None, label_names=None):
        super().__init__(name, axis=axis, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.axis = axis

    def update(self, labels, preds):
        for label, pred in zip(*as_lists(labels, preds), strict=True):
            scored = pred.shape != label.shape and len(pred.shape) > self.axis
            guess = classes_of(pred, self.axis) if scored else to_numpy(pred)
            truth, guess = (array.ravel().astype("int32", copy=False) for array in (to_numpy(label), guess))
            check_label_shapes(truth, guess, shape=True)
            self._add(int(np.count_nonzero(truth == guess)), len(guess))


@register
@alias("top_k_accuracy", "top_k_acc")
class TopKAccuracy(EvalMetric):
    """Share of samples whose true class is among the ``top_k`` largest predictions.

    Parameters
    ----------
    top_k : at least 2

    Predictions have shape (samples, classes). The class of a lower index wins a tie.
    """

    def __init__(self, top_k=1, name="top_k_accuracy", output_names=None, label_names=None):
        super().__init__(name, top_k=top_k, output_names=output_names, label_names=label_names, has_global_stats=True)
        if top_k <= 1:
            raise _TopKError(f"Please use Accuracy if top_k is no more than 1. Received: {top_k}")
        self.top_k = top_k
        self.name += f"_{top_k}"

    def update(self, labels, preds):
        for label, pred in pairs(labels, preds):
            if pred.ndim > 2:
                raise ShapeError(f"TopKAccuracy: predictions must have 1 or 2 dimensions. Received: {pred.shape}")
            label = label.astype("int32")
            if pred.ndim == 1:
                check_label_shapes(label, pred)
                hits = pred.astype("int32") == label.ravel()
            else:
                check_label_shapes(label, pred)
                best = np.argsort(-pred.astype("float32"), axis=1, kind="stable")[:, : self.top_k]
                hits = (best == label.reshape(-1, 1)).any(axis=1)
            self._add(int(hits.sum()), len(pred))


class _TopKError(ArgumentError, AssertionError):
    """top_k is too small. Also an AssertionError, which MXNet raises here."""


class _BinaryCounts:
    """True and false positives and negatives."""

    def __init__(self):
        self.tp = self.fp = self.tn = self.fn = 0

    def add(self, other):
        self.tp += other.tp
        self.fp += other.fp
        self.tn += other.tn
        self.fn += other.fn

    @property
    def total(self):
        return self.tp + self.fp + self.tn + self.fn

    @classmethod
    def of(cls, label, pred, metric):
        """Count a batch: labels (samples,) of 0 and 1, predictions (samples, 2)."""
        label = label.astype("int32")
        if pred.ndim != 2:
            raise ShapeError(f"{metric}: predictions must have shape (samples, 2). Received: {pred.shape}")
        guess = pred.argmax(axis=1)
        check_label_shapes(label, pred)
        if np.setdiff1d(label, (0, 1)).size:
            raise ArgumentError(f"{metric} currently only supports binary classification: labels 0 and 1.")
        truth, guess = label.ravel() == 1, guess == 1
        counts = cls()
        counts.tp = int((guess & truth).sum())
        counts.fp = int((guess & ~truth).sum())
        counts.fn = int((~guess & truth).sum())
        counts.tn = int((~guess & ~truth).sum())
        return counts

    def f1(self):
        """2 * precision * recall / (precision + recall), 0 where there is none of both."""
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def matthews(self):
        """Matthews correlation; sums of 0 in the denominator count as 1."""
        if not self.total:
            return 0.0
        sums = (self.tp + self.fp, self.tp + self.fn, self.tn + self.fp, self.tn + self.fn)
        return (self.tp * self.tn - self.fp * self.fn) / math.sqrt(math.prod(n or 1 for n in sums))


class _BinaryMetric(EvalMetric):
    """A score of binary counts: averaged over updates ("macro"), or of all samples ("micro")."""

    def __init__(self, name, output_names, label_names, average):
        if average not in ("macro", "micro"):
            raise ArgumentError(f"{type(self).__name__}: average must be 'macro' or 'micro'. Received: {average!r}")
        self.average = average
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def score(self, counts):
        """Return the score that follows from the counts of right and wrong answers."""
        raise NotImplementedError

    def update(self, labels, preds):
        batch = _BinaryCounts()
        for label, pred in pairs(labels, preds):
            batch.add(_BinaryCounts.of(label, pred, type(self).__name__))
        if self.average == "macro":
            self._add(self.score(batch), 1)
            return
        self._local.add(batch)
        self._global.add(batch)
        self.num_inst, self.global_num_inst = self._local.total, self._global.total
        self.sum_metric = self.score(self._local) * self.num_inst
        self.global_sum_metric = self.score(self._global) * self.global_num_inst

    def reset(self):
        super().reset()
        self._local, self._global = _BinaryCounts(), _BinaryCounts()

    def reset_local(self):
        super().reset_local()
        self._local = _BinaryCounts()


@register
class F1(_BinaryMetric):
    """F1 of a binary classifier: the harmonic mean of precision and recall. Labels are 0 or 1.

    Parameters
    ----------
    average : "macro": mean of the updates' scores; "micro": score of all samples since the reset
    """

    def __init__(self, name="f1", output_names=None, label_names=None, average="macro"):
        super().__init__(name, output_names, label_names, average)

    def score(self, counts):
        return counts.f1()


@register
class MCC(_BinaryMetric):
    """Matthews correlation coefficient of a binary classifier, from -1 to 1; 0 for a guess. Labels are 0 or 1.

    Parameters
    ----------
    average : "macro": mean of the updates' scores; "micro": score of all samples since the reset
    """

    def __init__(self, name="mcc", output_names=None, label_names=None, average="macro"):
        super().__init__(name, output_names, label_names, average)

    def score(self, counts):
        return counts.matthews()


@register
class PCC(EvalMetric):
    """Pearson correlation of a confusion matrix: the Matthews correlation for any number of classes.

    Labels are class indices; predictions have shape (samples, classes, ...), or are class indices.

    References: Gorodkin 2004, Comparing two K-category assignments by a K-category correlation coefficient.
    """

    def __init__(self, name="pcc", output_names=None, label_names=None, has_global_stats=True):
        self.k = 2
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=has_global_stats)

    def update(self, labels, preds):
        for label, pred in pairs(labels, preds):
            label = label.astype("int32")
            pred = (pred.argmax(axis=1) if pred.shape != label.shape else pred).astype("int32")
            check_label_shapes(label.ravel(), pred.ravel(), shape=True)
            self._grow(max(pred.max(initial=-1), label.max(initial=-1)) + 1)
            batch = np.zeros((self.k, self.k))
            np.add.at(batch, (pred.ravel(), label.ravel()), 1)
            self.lcm += batch
            self.gcm += batch
        self.num_inst += 1
        self.global_num_inst += 1

    def _grow(self, size):
        if size <= self.k:
            return
        more = ((0, size - self.k),) * 2
        self.lcm, self.gcm, self.k = np.pad(self.lcm, more), np.pad(self.gcm, more), int(size)

    @staticmethod
    def _calc_mcc(cmat):
        n = cmat.sum()
        by_pred, by_label = cmat.sum(axis=1), cmat.sum(axis=0)
        spread = (by_pred @ (n - by_pred)) * (by_label @ (n - by_label))
        return float((np.trace(cmat) * n - by_pred @ by_label) / math.sqrt(spread)) if spread else float("nan")

    @property
    def sum_metric(self):
        """The correlation of the pairs since reset(), times their number."""
        return self._calc_mcc(self.lcm) * self.num_inst

    @sum_metric.setter
    def sum_metric(self, value):
        """The base sets it to 0 when it resets; it is computed here."""

    @property
    def global_sum_metric(self):
        """The correlation of the pairs since reset(), times their number; reset_local() keeps it."""
        return self._calc_mcc(self.gcm) * self.global_num_inst

    @global_sum_metric.setter
    def global_sum_metric(self, value):
        """As for sum_metric."""

    def reset(self):
        super().reset()
        self.lcm, self.gcm = np.zeros((self.k, self.k)), np.zeros((self.k, self.k))

    def reset_local(self):
        super().reset_local()
        self.lcm = np.zeros((self.k, self.k))
