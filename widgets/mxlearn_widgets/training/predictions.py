"""What a network says about each sample: probabilities, the confusion matrix, the mistakes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mxlearn import NDArray, autograd, nd
from mxlearn.base import ArgumentError, ShapeError, type_name

BATCH = 256  # samples that a network gets at once


@dataclass(frozen=True)
class Predictions:
    """Attributes
    ----------
    truth, guess : (n,) int64, the true and the likeliest class
    chances : (n, classes) float32, probabilities; a row of NaN where the network gave no number
    samples : (n, ...) what the network saw
    """

    truth: np.ndarray
    guess: np.ndarray
    chances: np.ndarray
    samples: np.ndarray

    @property
    def sure(self) -> np.ndarray:
        """Return the probability of the likeliest class, (n,)."""
        return self.chances[np.arange(len(self.guess)), self.guess]

    @property
    def matrix(self) -> np.ndarray:
        """Return how many samples of each true class (row) got each prediction (column)."""
        classes = self.chances.shape[1]
        counts = np.zeros((classes, classes), np.int64)
        np.add.at(counts, (self.truth, self.guess), 1)
        return counts

    @property
    def wrong(self) -> np.ndarray:
        """Return the numbers of the samples that are wrong, the surest first."""
        found = np.flatnonzero(self.truth != self.guess)
        sure = np.nan_to_num(self.sure[found], nan=-1.0)
        return found[np.argsort(-sure, kind="stable")]


def predict(net, data, labels) -> Predictions:
    """Run a network on all samples.

    Raises
    ------
    ArgumentError
        If labels are missing, or are no whole numbers from 0.
    ShapeError
        If data, labels and the network's answers do not fit.
    """
    if not callable(net):
        raise ArgumentError(f"evaluate: net is of type {type_name(net)}, expected a Block or a function.")
    answers, truths, samples = [], [], []
    with autograd.pause(train_mode=False):
        for x, y in _pairs(data, labels):
            answers.append(_host(net(_moved(net, x))))
            truths.append(_host(y).reshape(-1))
            samples.append(_host(x))
    if not answers:
        raise ArgumentError("evaluate: there is no sample.\n  Pass data with at least one row.")
    scores = np.concatenate([answer.reshape(len(answer), -1) for answer in answers]).astype(np.float64)
    truth = np.concatenate(truths)
    if len(truth) != len(scores):
        raise ShapeError(f"evaluate: {len(truth)} labels, but the network answered for {len(scores)} samples.")
    chances = probabilities(scores)
    guess = np.where(np.isnan(chances).any(axis=1), 0, np.nan_to_num(chances, nan=-1.0).argmax(axis=1))
    return Predictions(_classes(truth, chances.shape[1]), guess, chances.astype(np.float32), np.concatenate(samples))


def probabilities(scores: np.ndarray) -> np.ndarray:
    """Return probabilities (n, classes): scores (n, classes) go through softmax, (n, 1) through the logistic function.

    What are probabilities already stay what they are.
    """
    inside = bool(np.all((scores >= 0) & (scores <= 1)))
    if scores.shape[1] == 1:
        with np.errstate(over="ignore"):
            positive = scores if inside else 1.0 / (1.0 + np.exp(-scores))
        return np.concatenate([1.0 - positive, positive], axis=1)
    if inside and np.allclose(scores.sum(axis=1), 1.0, atol=1e-3):
        return scores
    with np.errstate(invalid="ignore", over="ignore"):
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


def _pairs(data, labels) -> Iterator[tuple]:
    if labels is None:
        if isinstance(data, NDArray | np.ndarray):
            raise ArgumentError("evaluate: labels are missing.\n  Pass the true classes, as in evaluate(net, X, y).")
        if hasattr(data, "reset") and hasattr(data, "provide_data"):
            data.reset()
        try:
            batches = iter(data)
        except TypeError:
            raise ArgumentError(
                f"evaluate: data is of type {type_name(data)}, expected arrays, or batches (data, labels)."
            ) from None
        for batch in batches:
            yield _unpacked(batch)
        return
    for what, value in (("data", data), ("labels", labels)):
        if not hasattr(value, "shape") and not isinstance(value, list | tuple):
            raise ArgumentError(f"evaluate: {what} is of type {type_name(value)}, expected an array.")
    data = data if isinstance(data, NDArray) else np.asarray(data)
    labels = np.asarray(_host(labels))
    if len(data) != len(labels):
        raise ShapeError(f"evaluate: {len(data)} samples, but {len(labels)} labels.")
    for start in range(0, len(labels), BATCH):
        yield data[start : start + BATCH], labels[start : start + BATCH]


def _unpacked(batch) -> tuple:
    if hasattr(batch, "data") and hasattr(batch, "label") and not isinstance(batch, NDArray):
        keep = batch.data[0].shape[0] - (batch.pad or 0)
        return batch.data[0][:keep], batch.label[0][:keep]
    if not isinstance(batch, list | tuple) or len(batch) < 2:
        raise ArgumentError("evaluate: a batch must be (data, labels).\n  Pass labels=..., or batches that have them.")
    return batch[0], batch[1]


def _moved(net, x) -> NDArray:
    """Return samples as an array where the network is."""
    array = x if isinstance(x, NDArray) else nd.array(x, dtype="float32" if x.dtype == np.float64 else x.dtype)
    if not hasattr(net, "collect_params"):
        return array
    first = next(iter(net.collect_params().values()), None)
    return array if first is None else array.as_in_context(first.list_ctx()[0])


def _host(array) -> np.ndarray:
    return array.asnumpy() if isinstance(array, NDArray) else np.asarray(array)


def _classes(truth: np.ndarray, count: int) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(truth) & (truth == np.floor(truth)) & (truth >= 0) & (truth < count)
    if not whole.all():
        bad = truth[~whole][0]
        raise ArgumentError(
            f"evaluate: the label {bad!r} is no class: the network answers for {count} classes, 0 to {count - 1}.\n"
            "  Pass whole numbers from 0 as labels."
        )
    return truth.astype(np.int64)
