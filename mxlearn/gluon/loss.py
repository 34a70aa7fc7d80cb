"""Losses: one number for each example of a batch.

A loss is a HybridBlock called with predictions and labels; it returns shape (batch,). Take the mean, or call backward()
on it as it is and let ``Trainer.step(batch_size)`` divide.

References: MXNet 1.9.1 module mxnet.gluon.loss.
"""
import numpy as np

from ..base import ArgumentError, DTypeError, MissingAttributeError, ShapeError, retold
from ..ndarray import NDArray
from ..util import is_np_array  # noqa: F401 - MXNet's module has it too
from .block import HybridBlock

__all__ = [
    "CTCLoss",
    "CosineEmbeddingLoss",
    "HingeLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "L2Loss",
    "LogisticLoss",
    "Loss",
    "PoissonNLLLoss",
    "SDMLLoss",
    "SigmoidBCELoss",
    "SigmoidBinaryCrossEntropyLoss",
    "SoftmaxCELoss",
    "SoftmaxCrossEntropyLoss",
    "SquaredHingeLoss",
    "TripletLoss",
]


def __getattr__(name: str):
    raise MissingAttributeError(f"module {__name__!r} has no loss {name!r}.", name, lambda: __all__)


def _apply_weighting(F, loss, weight=None, sample_weight=None):
    """Return the loss times a weight for each element or example, and times one number."""
    if sample_weight is not None:
        loss = F.broadcast_mul(loss, sample_weight)
    if weight is not None:
        if not isinstance(weight, (int, float)):
            raise ArgumentError(f"a loss's weight must be a number. Received: {weight!r}")
        loss = loss * weight
    return loss


class Loss(HybridBlock):
    """Base of all losses.

    Parameters
    ----------
    weight : float or None, factor of the loss
    batch_axis : int, the axis of examples
    """

    def __init__(self, weight, batch_axis: int, **kwargs):
        super().__init__(**kwargs)
        self._weight = weight
        self._batch_axis = batch_axis

    def __repr__(self) -> str:
        return f"{type(self).__name__}(batch_axis={self._batch_axis}, w={self._weight})"

    def forward(self, x, *args):
        """Compute the loss; where shapes or dtypes do not fit, say which predictions and labels came."""
        try:
            return super().forward(x, *args)
        except (ShapeError, DTypeError) as error:
            if not all(isinstance(a, NDArray) for a in (x, *args)):
                raise
            received = ", ".join(f"{a.shape} {np.dtype(a.dtype)}" for a in (x, *args))
            text = f"{error}\n  {type(self).__name__} received: {received}.{self._hint(x, *args)}"
            raise retold(error, text) from error.__cause__

    def _hint(self, *args) -> str:
        """Return what to try where predictions and labels of these shapes do not fit."""
        return ""

    def _mean(self, F, loss):
        """Return the mean over all axes but that of examples."""
        return F.mean(loss, axis=self._batch_axis, exclude=True)

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Compute the loss. To be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define hybrid_forward(self, F, pred, label)")


class L2Loss(Loss):
    """Half of the squared error: 1/2 weight (label - pred)^2, mean over all axes but the batch's.

    Parameters
    ----------
    weight : float, factor; the half comes on top
    batch_axis : int

    Input pred and label of one shape, output (batch,).

    Examples
    --------
    >>> loss = mx.gluon.loss.L2Loss()
    >>> loss(mx.nd.array([1, 2]), mx.nd.array([1, 4])).asnumpy().tolist()
    [0.0, 2.0]
    """

    def __init__(self, weight=1.0, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        label = F.reshape_like(label, pred)
        loss = F.square(label - pred)
        return self._mean(F, _apply_weighting(F, loss, self._weight / 2, sample_weight))


class L1Loss(Loss):
    """The absolute error: weight |label - pred|, mean over all axes but the batch's."""

    def __init__(self, weight=None, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        label = F.reshape_like(label, pred)
        loss = F.abs(label - pred)
        return self._mean(F, _apply_weighting(F, loss, self._weight, sample_weight))


class SigmoidBinaryCrossEntropyLoss(Loss):
    """Cross-entropy of yes/no labels: -(label log p + (1 - label) log(1 - p)), p = sigmoid(pred).

    Parameters
    ----------
    from_sigmoid : whether pred is p already; the default is more accurate
    pos_weight : third input of the call, factor of the positive term

    Computed from the logits without overflow as relu(pred) - pred label + log(1 + exp(-|pred|)).
    """

    def __init__(self, from_sigmoid: bool = False, weight=None, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_sigmoid = from_sigmoid

    def hybrid_forward(self, F, pred, label, sample_weight=None, pos_weight=None):
        label = F.reshape_like(label, pred)
        softplus = F.Activation(-F.abs(pred), act_type="softrelu")
        if not self._from_sigmoid:
            if pos_weight is None:
                loss = F.relu(pred) - pred * label + softplus
            else:  # weight of log(1 + exp(-pred)): 1 + (pos_weight - 1) label
                log_weight = 1 + F.broadcast_mul(pos_weight - 1, label)
                loss = pred - pred * label + log_weight * (softplus + F.relu(-pred))
        else:
            eps = 1e-12
            positive = F.log(pred + eps) * label
            if pos_weight is not None:
                positive = F.broadcast_mul(positive, pos_weight)
            loss = -(positive + F.log(1.0 - pred + eps) * (1.0 - label))
        return self._mean(F, _apply_weighting(F, loss, self._weight, sample_weight))


SigmoidBCELoss = SigmoidBinaryCrossEntropyLoss


class SoftmaxCrossEntropyLoss(Loss):
    """Cross-entropy of classes: -log softmax(pred)[label].

    Parameters
    ----------
    axis : int, the axis of classes
    sparse_label : whether labels are class indices; otherwise they are distributions of pred's shape
    from_logits : whether pred is log softmax already

    Input pred (batch, classes) and label (batch,), output (batch,).

    Examples
    --------
    >>> loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    >>> print(f"{loss(mx.nd.zeros((1, 4)), mx.nd.array([2])).asscalar():.4f}")   # log 4
    1.3863
    """

    def __init__(
        self,
        axis: int = -1,
        sparse_label: bool = True,
        from_logits: bool = False,
        weight=None,
        batch_axis: int = 0,
        **kwargs,
    ):
        super().__init__(weight, batch_axis, **kwargs)
        self._axis = axis
        self._sparse_label = sparse_label
        self._from_logits = from_logits

    def _hint(self, pred, label, *_) -> str:
        if self._sparse_label and pred.shape == label.shape:
            return "\n  For labels that are one_hot rows or distributions pass sparse_label=False."
        return ""

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        if not self._from_logits:
            pred = F.log_softmax(pred, axis=self._axis)
        if self._sparse_label:
            loss = -F.pick(pred, label, axis=self._axis, keepdims=True)
        else:
            label = F.reshape_like(label, pred)
            loss = -F.sum(pred * label, axis=self._axis, keepdims=True)
        return self._mean(F, _apply_weighting(F, loss, self._weight, sample_weight))


SoftmaxCELoss = SoftmaxCrossEntropyLoss


class KLDivLoss(Loss):
    """Kullback-Leibler divergence: label (log label - pred), summed over all axes but the batch's.

    Parameters
    ----------
    from_logits : whether pred is a log-probability already; otherwise log_softmax is applied
    axis : int, the axis of log_softmax
    """

    def __init__(self, from_logits: bool = True, axis: int = -1, weight=None, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits = from_logits
        self._axis = axis

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        if not self._from_logits:
            pred = F.log_softmax(pred, self._axis)
        loss = label * (F.log(label + 1e-12) - pred)
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.sum(loss, axis=self._batch_axis, exclude=True)


class CTCLoss(Loss):
    """Connectionist temporal classification. References: Graves et al. 2006.

    Parameters
    ----------
    layout : "NTC" or "TNC" of the predictions
    label_layout : "NT" or "TN"
    """

    def __init__(self, layout: str = "NTC", label_layout: str = "NT", weight=None, **kwargs):
        if layout not in ("NTC", "TNC") or label_layout not in ("NT", "TN"):
            raise ArgumentError("CTCLoss: layout must be NTC or TNC, label_layout NT or TN")
        self._layout = layout
        self._label_layout = label_layout
        super().__init__(weight, label_layout.find("N"), **kwargs)

    def hybrid_forward(self, F, pred, label, pred_lengths=None, label_lengths=None, sample_weight=None):
        if self._layout == "NTC":
            pred = F.swapaxes(pred, 0, 1)
        if self._batch_axis == 1:
            label = F.swapaxes(label, 0, 1)
        lengths = {"data_lengths": pred_lengths, "label_lengths": label_lengths}
        loss = F.CTCLoss(
            pred,
            label,
            use_data_lengths=pred_lengths is not None,
            use_label_lengths=label_lengths is not None,
            blank_label="last",
            **{key: value for key, value in lengths.items() if value is not None},
        )
        return _apply_weighting(F, loss, self._weight, sample_weight)


class HuberLoss(Loss):
    """Squared error near zero, absolute error beyond rho: a regression loss that outliers do not dominate.

    Parameters
    ----------
    rho : float, where the two meet
    """

    def __init__(self, rho: float = 1, weight=None, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._rho = rho

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        label = F.reshape_like(label, pred)
        error = F.abs(label - pred)
        loss = F.where(error > self._rho, error - 0.5 * self._rho, (0.5 / self._rho) * F.square(error))
        return self._mean(F, _apply_weighting(F, loss, self._weight, sample_weight))


class HingeLoss(Loss):
    """max(0, margin - pred label) for labels -1 and 1."""

    def __init__(self, margin: float = 1, weight=None, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        label = F.reshape_like(label, pred)
        loss = F.relu(self._margin - pred * label)
        return self._mean(F, _apply_weighting(F, loss, self._weight, sample_weight))


class SquaredHingeLoss(Loss):
    """max(0, margin - pred label)^2 for labels -1 and 1."""

    def __init__(self, margin: float = 1, weight=None, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        label = F.reshape_like(label, pred)
        loss = F.square(F.relu(self._margin - pred * label))
        return self._mean(F, _apply_weighting(F, loss, self._weight, sample_weight))


class LogisticLoss(Loss):
    """log(1 + exp(-pred label)) for labels -1 and 1 ("signed"), or the same for labels 0 and 1 ("binary")."""

    def __init__(self, weight=None, batch_axis: int = 0, label_format: str = "signed", **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        if label_format not in ("signed", "binary"):
            raise ArgumentError(f"LogisticLoss: label_format must be signed or binary. Received: {label_format!r}")
        self._label_format = label_format

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        label = F.reshape_like(label, pred)
        if self._label_format == "signed":
            label = (label + 1.0) / 2.0
        loss = F.relu(pred) - pred * label + F.Activation(-F.abs(pred), act_type="softrelu")
        return self._mean(F, _apply_weighting(F, loss, self._weight, sample_weight))


class TripletLoss(Loss):
    """max(0, |pred - positive|^2 - |pred - negative|^2 + margin): the positive example closer than the negative."""

    def __init__(self, margin: float = 1, weight=None, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, positive, negative, sample_weight=None):
        positive = F.reshape_like(positive, pred)
        negative = F.reshape_like(negative, pred)
        distance = F.square(positive - pred) - F.square(negative - pred)
        loss = F.relu(F.sum(distance, axis=self._batch_axis, exclude=True) + self._margin)
        return _apply_weighting(F, loss, self._weight, sample_weight)


class PoissonNLLLoss(Loss):
    """Negative log-likelihood of counts: exp(pred) - target pred, up to a constant. Returns the mean over everything.

    Parameters
    ----------
    from_logits : whether pred is the logarithm of the rate
    compute_full : add Stirling's approximation of log(target!) where target > 1
    """

    def __init__(
        self, weight=None, from_logits: bool = True, batch_axis: int = 0, compute_full: bool = False, **kwargs
    ):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits = from_logits
        self._compute_full = compute_full

    def hybrid_forward(self, F, pred, target, sample_weight=None, epsilon=1e-08):
        target = F.reshape_like(target, pred)
        loss = F.exp(pred) - target * pred if self._from_logits else pred - target * F.log(pred + epsilon)
        if self._compute_full:
            stirling = target * F.log(target) - target + 0.5 * F.log(2 * target * np.pi)
            loss = loss + F.where(target > 1, stirling, F.zeros_like(stirling))
        return F.mean(_apply_weighting(F, loss, self._weight, sample_weight))


class CosineEmbeddingLoss(Loss):
    """1 - cos(input1, input2) for label 1, max(0, cos - margin) for label -1; shape (batch, 1).

    Parameters
    ----------
    margin : float from -1 to 1
    """

    def __init__(self, weight=None, batch_axis: int = 0, margin: float = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, input1, input2, label, sample_weight=None):
        input1 = F.reshape_like(input1, input2)
        similarity = self._cosine_similarity(F, input1, input2)
        label = F.reshape(label, (-1, 1))
        positive = 1 - similarity
        negative = F.relu(similarity - self._margin)
        loss = F.where(label == 1, positive, negative)
        return _apply_weighting(F, loss, self._weight, sample_weight)

    def _cosine_similarity(self, F, x, y, axis: int = -1):
        x_norm = F.norm(x, axis=axis).reshape((-1, 1))
        y_norm = F.norm(y, axis=axis).reshape((-1, 1))
        x_dot_y = F.sum(x * y, axis=axis).reshape((-1, 1))
        product = F.broadcast_maximum(x_norm * y_norm, F.ones_like(x_norm) * 1e-12)
        return x_dot_y / product


class SDMLLoss(Loss):
    """Smoothed deep metric learning: pairs of a batch against all other pairs. References: Bonadiman et al. 2019.

    Parameters
    ----------
    smoothing_parameter : float, probability mass given to the other pairs
    """

    def __init__(self, smoothing_parameter: float = 0.3, weight=1.0, batch_axis: int = 0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self.kl_loss = KLDivLoss(from_logits=True)
        self.smoothing_parameter = smoothing_parameter

    def _distances(self, F, x1, x2):
        """Return squared distances of all pairs, (batch, batch)."""
        return F.sum(F.square(F.broadcast_sub(F.expand_dims(x1, 1), F.expand_dims(x2, 0))), axis=2)

    def hybrid_forward(self, F, x1, x2):
        batch = x1.shape[0]
        gold = F.eye(batch)
        labels = gold * (1 - self.smoothing_parameter) + (1 - gold) * self.smoothing_parameter / (batch - 1)
        log_probabilities = F.log_softmax(-self._distances(F, x1, x2), axis=1)
        return self.kl_loss(log_probabilities, labels)  # the batch is needed: a symbol has no shape
