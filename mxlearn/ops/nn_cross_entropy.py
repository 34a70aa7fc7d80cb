"""The loss of a classifier in one operator: what compiled programs compute for log_softmax, pick and mean.

Written out, the loss takes the logarithm of every class's probability and picks one, and its gradient makes a one-hot
array, sums it, takes exponentials and multiplies. Of all that, log p[label] and p are what is needed, because the
gradient of log p[label] with respect to the scores is one_hot(label) - p.
"""
from typing import Any

from ..core.infer import normalize_axis
from ..core.operator import operator
from ..kernels import softmax as kernels
from .indexing import in_bounds, pick
from .nn_softmax import log_softmax
from .reduce import mean
from .scalar import _mul_scalar


@operator(outputs=("output", "softmax", "places"), visible=1)
def _classifier_loss(xp, data, label, *, axis: int = -1, batch_axis: int = 0, scale: float = -1.0):
    """Return for each sample ``scale`` times the mean of the logarithms of its labels' probabilities.

    Parameters
    ----------
    data : (batch, classes), or with further axes, floating; scores, of which softmax along ``axis`` gives probabilities
    label : the shape of ``data`` without ``axis``, or with size 1 there; class numbers, those outside count as nearest

    Returns
    -------
    (batch,), dtype of ``data``. Hidden outputs hold the probabilities, and the class numbers as integers.

    >>> mx.nd._internal._classifier_loss(mx.nd.array([[0, 0], [0, 1000]]), mx.nd.array([1, 1]))
    [ 0.6931472 -0.       ]
    <NDArray 2 @cpu(0)>
    """
    axis = normalize_axis(axis, data.ndim)
    places = in_bounds(xp, label, data.shape[axis], "clip")
    picked, probabilities = kernels.pick_log_softmax(xp, data, places, axis)
    if data.ndim > 2 or batch_axis == axis:
        picked = picked.mean(axis=_others(batch_axis, data.ndim), dtype=data.dtype)
    picked *= scale
    return picked.reshape(-1), probabilities, places


def _others(batch_axis, ndim):
    return tuple(i for i in range(ndim) if i != batch_axis % ndim)


@_classifier_loss.infer_shape
def _(data, label, *, axis, batch_axis, scale):
    rule: Any = pick.shape_rule
    (data, label), (places,) = rule(data, label, axis=axis, keepdims=False, mode="clip")
    loss = None if data is None else (data[normalize_axis(batch_axis, len(data))],)
    return (data, label), (loss, data, label if label is not None else places)


@_classifier_loss.infer_dtype
def _(data, label, **_):
    return (data, label), (data, data, "int64")


@_classifier_loss.gradient
def _(F, g, softmax, places, *, axis, batch_axis, scale):
    attrs = {"axis": axis, "batch_axis": batch_axis, "scale": scale}
    return F._backward_classifier_loss(g[0], softmax, places, **attrs), None


def _like_softmax(g, softmax, places, **_):
    return [g, softmax, places], [softmax]


@operator(shape=_like_softmax, dtype=_like_softmax)
def _backward_classifier_loss(
    xp, g, softmax, places, *, axis: int = -1, batch_axis: int = 0, scale: float = -1.0, out=None
):
    """Return ``g * scale * (one_hot(label) - softmax)``, divided by how many labels a sample has.

    >>> g, softmax, places = mx.nd.array([2]), mx.nd.array([[0.25, 0.75]]), mx.nd.array([1], dtype="int64")
    >>> mx.nd._internal._backward_classifier_loss(g, softmax, places)
    [[ 0.5 -0.5]]
    <NDArray 1x2 @cpu(0)>
    """
    axis, labels = normalize_axis(axis, softmax.ndim), places.size // max(g.size, 1)
    shape = [-1 if i == batch_axis % softmax.ndim else 1 for i in range(softmax.ndim)]
    g = (g * (scale / max(labels, 1))).reshape(shape)
    return kernels.pick_log_softmax_gradient(xp, g, softmax, places, axis, out)


@_classifier_loss.join
def _(node, alone):
    """Take ``mean(pick(log_softmax(scores), label) * scale)`` over all axes but one together."""
    scaled = node.inputs[0]
    attrs = mean.complete(node.attrs)
    kept = attrs["axis"] if isinstance(attrs["axis"], tuple) else (attrs["axis"],)
    if not attrs["exclude"] or attrs["keepdims"] or len(kept) != 1 or not isinstance(kept[0], int):
        return None
    chain = [scaled]
    for op in (_mul_scalar, pick):
        inner = chain[-1][0]
        if inner.op is not op or not alone(chain[-1]):
            return None
        chain.append(inner.inputs[0])
    scores = chain[-1]
    if scores[0].op is not log_softmax or not alone(scores):
        return None
    picking, options = pick.complete(chain[1][0].attrs), log_softmax.complete(scores[0].attrs)
    plain = options["temperature"] in (None, 1.0) and options["dtype"] is None and not options["use_length"]
    if not plain or options["axis"] != picking["axis"] or not picking["keepdims"] or picking["mode"] != "clip":
        return None
    found = {"axis": picking["axis"], "batch_axis": kept[0], "scale": float(scaled[0].attrs["scalar"])}
    return (scores[0].inputs[0], chain[1][0].inputs[1]), found
