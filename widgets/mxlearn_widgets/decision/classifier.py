"""A student's network as a function from rows of features to probabilities."""

from collections.abc import Callable

import numpy as np

import mxlearn as mx
from mxlearn.base import ArgumentError

OUTPUTS = ("auto", "score", "probability")


class Classifier:
    """Answers with the probability of each class, whatever the network's last layer is.

    Parameters
    ----------
    net : Block or function, from (n, features) to (n,), (n, 1) or (n, classes)
    output : what the network gives: "score" (logits, before sigmoid or softmax), "probability", or "auto": it is
        probabilities where all answers, also those to rows a thousand times as far away, lie between 0 and 1 and, for
        several classes, each row sums to 1
    rows : examples, (n, features) float32, at least one
    context : where the network's parameters are; None for the current context

    Attributes
    ----------
    classes : number of classes, 2 for a network with one output
    output : "score" or "probability"
    single : whether the network has one output, for class 1

    Raises
    ------
    ArgumentError
        If the answers have another form.
    """

    def __init__(self, net: Callable, rows: np.ndarray, output: str = "auto", context=None):
        if output not in OUTPUTS:
            raise ArgumentError(f"boundary: output is one of {', '.join(OUTPUTS)}. Received: {output!r}.")
        self.net, self.context = net, context
        raw = self._answers(rows)
        self.single = raw.shape[1] == 1
        self.classes = 2 if self.single else raw.shape[1]
        self.output = self._detected(rows[:64]) if output == "auto" else output

    def _detected(self, rows: np.ndarray) -> str:
        """Tell what the network gives: scores grow without bounds, probabilities do not."""
        raw = self._answers(np.concatenate([rows, 1000 * rows, -1000 * rows]))
        raw = raw[np.isfinite(raw).all(axis=1)]
        bounded = raw.size > 0 and bool(((raw >= 0) & (raw <= 1)).all()) and bool(raw.any())
        whole = self.single or bool(np.allclose(raw.sum(axis=1), 1, atol=1e-3))
        return "probability" if bounded and whole else "score"

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Return the probability of each class, (n, classes) float32; NaN where the network gives NaN."""
        raw = self._answers(rows)
        with np.errstate(over="ignore", invalid="ignore"):
            if self.output == "score":
                if self.single:
                    raw = 1 / (1 + np.exp(-raw))
                else:
                    raw = np.exp(raw - raw.max(axis=1, keepdims=True))
                    raw /= raw.sum(axis=1, keepdims=True)
        if self.single:
            raw = np.concatenate([1 - raw, raw], axis=1)
        return raw.astype(np.float32)

    def _answers(self, rows: np.ndarray) -> np.ndarray:
        """Return what the network gives, (n, outputs) float64, without leaving a trace in it."""
        with mx.autograd.pause(train_mode=False):
            answers = self.net(mx.nd.array(rows, ctx=self.context or mx.current_context()))
        if isinstance(answers, (list, tuple)):
            answers = answers[0]
        if not isinstance(answers, mx.nd.NDArray):
            raise ArgumentError(
                f"boundary: the network answered with {type(answers).__name__}, expected an NDArray.\n"
                "  Return the scores or probabilities, one row for each row of X."
            )
        raw = answers.asnumpy().astype(np.float64)
        if raw.ndim == 1:
            raw = raw[:, None]
        if raw.ndim != 2 or len(raw) != len(rows) or raw.shape[1] < 1:
            raise ArgumentError(
                f"boundary: for X of shape {rows.shape} the network answered with the shape {answers.shape}, expected "
                f"({len(rows)},), ({len(rows)}, 1) or ({len(rows)}, classes).\n"
                "  Its last layer has one output for each class, or one output in all."
            )
        return raw


def parameter_context(net):
    """Return the context on which a Block has its parameters, or None where it has none.

    Raises
    ------
    DeferredInitializationError, RuntimeError
        Of ``Parameter.list_ctx``, where the Block is not initialized.
    """
    collect = getattr(net, "collect_params", None)
    for parameter in collect().values() if collect else ():
        return parameter.list_ctx()[0]
    return None
