"""Losses and loss layers.

A loss layer ("output" operator) predicts in its forward pass and produces the gradient of a loss in its backward pass,
whatever gradient comes in: SoftmaxOutput, LinearRegressionOutput, LogisticRegressionOutput, MAERegressionOutput,
SVMOutput; MakeLoss is in loss_make.py. softmax_cross_entropy and smooth_l1 are ordinary functions.
"""
from typing import Literal

from ..base import ShapeError
from ..core.infer import known, show, size_of, unify
from ..core.operator import operator
from ..kernels import activation
from ..kernels import softmax as kernels

Normalization = Literal["batch", "null", "valid"]


def _label_dtype(data, label=None, **_):
    """The output has the data's dtype; a label of unknown dtype gets it too."""
    return [data, data if label is None else label], [data]


# -- SoftmaxOutput -----------------------------------------------------------------------------------------------------
def _agree(a, b):
    """Tell whether two shapes can be one, unknown dimensions aside."""
    return len(a) == len(b) and all(x == y or x < 0 or y < 0 for x, y in zip(a, b, strict=True))


def _softmax_output_shape(data, label=None, *, multi_output, preserve_shape, **_):
    if data is None:
        return [data, label], [data]
    if len(data) < 2:
        raise ShapeError(f"data must be (batch, classes) or have more dimensions. Received: {show(data)}")
    if label is None:
        label = (data[0], size_of(data[2:])) if multi_output else data[:-1]
        return [data, label], [data]
    if _agree(data, label):
        return [data, label], [data]  # probabilities instead of class numbers
    if multi_output:
        allowed = [(data[0], size_of(data[2:])), (data[0], *data[2:]), (data[0], 1, *data[2:])]
    else:
        allowed = [data[:-1]]
    if any(_agree(shape, label) for shape in allowed):
        return [data, label], [data]
    choices = " or ".join(map(show, [*allowed, data]))
    raise ShapeError(f"data {show(data)} needs labels of shape {choices}. Received: {show(label)}")


@operator(aliases=("Softmax",), shape=_softmax_output_shape, dtype=_label_dtype)
def SoftmaxOutput(
    xp,
    data,
    label,
    *,
    grad_scale: float = 1.0,
    ignore_label: float = -1.0,
    multi_output: bool = False,
    use_ignore: bool = False,
    preserve_shape: bool = False,
    normalization: Normalization = "null",
    out_grad: bool = False,
    smooth_alpha: float = 0.0,
):
    """Return softmax(data); going back, the gradient of the cross-entropy with the labels.

    That gradient is softmax(data) - one_hot(label). The incoming gradient is ignored unless ``out_grad=True``.

    Parameters
    ----------
    data : (batch, classes), or (batch, \\*features) whose features are the classes, floating
    label : (batch,), class numbers; or probabilities of the shape of ``data``
    grad_scale : float, factor on the gradient
    ignore_label : float; with ``use_ignore=True`` a sample of that label gets gradient 0
    multi_output : bool, for data (batch, classes, \\*spatial), a label at each position: (batch, prod(spatial)) or
        (batch, \\*spatial). The gradient is divided by the number of positions, unless normalization is "valid"
    preserve_shape : bool, whether the classes are along the last axis, with labels data.shape[:-1]
    normalization : "null"; "batch": divide the gradient by the number of samples; "valid": by the number of labels
        other than ignore_label
    out_grad : bool, whether to multiply by the incoming gradient
    smooth_alpha : float, taken from the label's probability of 1 and spread over the other classes

    Returns
    -------
    array like ``data``

    >>> mx.nd.SoftmaxOutput(mx.nd.array([[0, 0]]), mx.nd.array([1]))
    [[0.5 0.5]]
    <NDArray 1x2 @cpu(0)>
    """
    _softmax_output_shape(data.shape, label.shape, multi_output=multi_output, preserve_shape=preserve_shape)
    if multi_output:
        return kernels.softmax(xp, data, axis=1)
    if preserve_shape or data.ndim == 2 or not data.size:
        return kernels.softmax(xp, data, axis=-1)
    return kernels.softmax(xp, data.reshape(data.shape[0], -1), axis=-1).reshape(data.shape)


@SoftmaxOutput.gradient
def _(
    F,
    g,
    label,
    out,
    *,
    grad_scale,
    ignore_label,
    multi_output,
    use_ignore,
    preserve_shape,
    normalization,
    out_grad,
    smooth_alpha,
):
    grad = F._backward_SoftmaxOutput(
        out,
        label,
        grad_scale=grad_scale,
        ignore_label=ignore_label,
        multi_output=multi_output,
        use_ignore=use_ignore,
        normalization=normalization,
        smooth_alpha=smooth_alpha,
    )
    return F.elemwise_mul(grad, g) if out_grad else grad, None


@operator(shape=lambda data, label, **_: ([data, label], [data]), dtype=_label_dtype)
def _backward_SoftmaxOutput(
    xp,
    data,
    label,
    *,
    grad_scale: float = 1.0,
    ignore_label: float = -1.0,
    multi_output: bool = False,
    use_ignore: bool = False,
    normalization: Normalization = "null",
    smooth_alpha: float = 0.0,
):
    """Return the gradient that SoftmaxOutput produces, from its output and the labels.

    >>> mx.nd._internal._backward_SoftmaxOutput(mx.nd.array([[0.5, 0.5]]), mx.nd.array([1]))
    [[ 0.5 -0.5]]
    <NDArray 1x2 @cpu(0)>
    """
    out = data
    if label.shape == out.shape:  # probabilities
        return (out - label.astype(out.dtype, copy=False)) * grad_scale
    if not out.size:
        return xp.zeros_like(out)
    if multi_output:
        rows = xp.moveaxis(out.reshape(*out.shape[:2], -1), 1, 2)  # (batch, positions, classes)
        shape, labels = rows.shape, label.reshape(-1)
        rows = rows.reshape(-1, shape[2])
    else:
        labels = label.reshape(-1)
        classes = out.shape[-1] if labels.shape[0] * out.shape[-1] == out.size else out.size // labels.shape[0]
        rows = out.reshape(-1, classes)
    grad = kernels.subtract_one_hot(xp, rows, labels)
    if smooth_alpha:  # one_hot becomes (1 - alpha) * one_hot + alpha / (classes - 1) * (1 - one_hot)
        spread = smooth_alpha / max(1, rows.shape[1] - 1)
        grad += (rows - grad) * (smooth_alpha + spread) - spread
    scale = grad_scale
    ignored = labels == ignore_label
    if use_ignore:
        grad *= ~ignored[:, None]
    if multi_output and normalization != "valid":
        scale /= shape[1]
    if normalization == "batch":
        scale /= out.shape[0] if multi_output else labels.shape[0]
    grad *= scale
    if normalization == "valid":
        grad /= xp.maximum((~ignored).sum(), 1).astype(grad.dtype)
    if multi_output:
        return xp.moveaxis(grad.reshape(shape), 2, 1).reshape(out.shape)
    return grad.reshape(out.shape)


# -- regression outputs ------------------------------------------------------------------------------------------------
def _regression_shape(data, label=None, **_):
    if data is None:
        return [label if label is not None and len(label) > 1 else None, label], [None]
    if label is None:  # one output a sample: labels may be a vector
        label = data[:1] if len(data) == 2 and data[1] == 1 else data
    elif known(data) and known(label) and (size_of(data) != size_of(label) or data[:1] != label[:1]):
        raise ShapeError(f"data {show(data)} needs labels of the same shape. Received: {show(label)}")
    return [data, label], [data]


def _regression_gradient(F, g, label, out, *, grad_scale):
    return F._backward_RegressionOutput(out, label, grad_scale=grad_scale), None


def _check_labels(data, label):
    if data.shape != label.shape:
        _regression_shape(data.shape, label.shape)


@operator(shape=_regression_shape, dtype=_label_dtype)
def LinearRegressionOutput(xp, data, label, *, grad_scale: float = 1.0):
    """Return the data; going back, the gradient of the squared error: (data - label) * grad_scale / outputs per sample.

    The incoming gradient is ignored.

    Parameters
    ----------
    data : (batch, \\*outputs), floating
    label : same shape; (batch,) where there is one output
    grad_scale : float

    >>> mx.nd.LinearRegressionOutput(mx.nd.array([[3], [4]]), mx.nd.array([1, 1]))
    [[3.]
     [4.]]
    <NDArray 2x1 @cpu(0)>
    """
    _check_labels(data, label)
    return data.copy()


@LinearRegressionOutput.gradient
def _(F, g, label, out, *, grad_scale):
    return _regression_gradient(F, g, label, out, grad_scale=grad_scale)


@operator(shape=_regression_shape, dtype=_label_dtype)
def LogisticRegressionOutput(xp, data, label, *, grad_scale: float = 1.0):
    """Return sigmoid(data); going back, the gradient of the binary cross-entropy.

    That gradient is (sigmoid(data) - label) * grad_scale / n, with n the number of outputs per sample. The incoming
    gradient is ignored.

    Parameters
    ----------
    data : (batch, \\*outputs), floating
    label : same shape, within [0, 1]; (batch,) where there is one output
    grad_scale : float

    >>> mx.nd.LogisticRegressionOutput(mx.nd.array([0, 1000]), mx.nd.array([1, 1]))
    [0.5 1. ]
    <NDArray 2 @cpu(0)>
    """
    _check_labels(data, label)
    return activation.sigmoid(xp, data)


@LogisticRegressionOutput.gradient
def _(F, g, label, out, *, grad_scale):
    return _regression_gradient(F, g, label, out, grad_scale=grad_scale)


@operator(shape=_regression_shape, dtype=_label_dtype)
def MAERegressionOutput(xp, data, label, *, grad_scale: float = 1.0):
    """Return the data; going back, the gradient of the absolute error: sign(data - label) * grad_scale / n.

    Where data and label are equal the sign counts as -1, as in MXNet 1.9.1. n is the number of outputs per
    sample. The incoming gradient is ignored.

    Parameters
    ----------
    data : (batch, \\*outputs), floating
    label : same shape; (batch,) where there is one output
    grad_scale : float

    >>> mx.nd.MAERegressionOutput(mx.nd.array([3, 4]), mx.nd.array([1, 1]))
    [3. 4.]
    <NDArray 2 @cpu(0)>
    """
    _check_labels(data, label)
    return data.copy()


@MAERegressionOutput.gradient
def _(F, g, label, out, *, grad_scale):
    return F._backward_RegressionOutput(out, label, grad_scale=grad_scale, absolute=True), None


@operator(shape=lambda data, label, **_: ([data, label], [data]), dtype=_label_dtype)
def _backward_RegressionOutput(xp, data, label, *, grad_scale: float = 1.0, absolute: bool = False):
    """Return the gradient that a regression output produces: its output minus the label, or the sign of that.

    >>> mx.nd._internal._backward_RegressionOutput(mx.nd.array([[3, 4]]), mx.nd.array([[1, 1]]))
    [[1.  1.5]]
    <NDArray 1x2 @cpu(0)>
    """
    difference = data - label.reshape(data.shape).astype(data.dtype, copy=False)
    if absolute:
        difference = xp.where(difference > 0, 1, -1).astype(data.dtype)
    outputs = size_of(data.shape[1:])
    return difference * (grad_scale / max(1, outputs))


# -- SVMOutput ---------------------------------------------------------------------------------------------------------
@operator(
    shape=lambda data, label=None, **_: (
        [data, label if data is None else unify(label, data[:-1], "labels and data without the classes")],
        [data],
    ),
    dtype=_label_dtype,
)
def SVMOutput(
    xp, data, label, *, margin: float = 1.0, regularization_coefficient: float = 1.0, use_linear: bool = False
):
    """Return the data; going back, the gradient of a one-against-all hinge loss.

    With s = +1 for the label's class and -1 for the others, the loss of a score x is max(0, margin - s x), squared
    unless ``use_linear=True``. The incoming gradient is ignored.

    Parameters
    ----------
    data : (batch, classes), floating, the scores
    label : (batch,), class numbers
    margin, regularization_coefficient : float; the second is a factor on the gradient
    use_linear : bool, L1-SVM instead of L2-SVM

    >>> mx.nd.SVMOutput(mx.nd.array([[1, -1]]), mx.nd.array([0]))
    [[ 1. -1.]]
    <NDArray 1x2 @cpu(0)>

    Reference: Tang 2013, "Deep learning using linear support vector machines".
    """
    if label.shape != data.shape[:-1]:
        needed = f"data {show(data.shape)} needs labels of shape {show(data.shape[:-1])}"
        raise ShapeError(f"{needed}. Received: {show(label.shape)}")
    return data.copy()


@SVMOutput.gradient
def _(F, g, data, label, *, margin, regularization_coefficient, use_linear):
    options = dict(margin=margin, regularization_coefficient=regularization_coefficient, use_linear=use_linear)
    return F._backward_SVMOutput(data, label, **options), None


@operator(shape=lambda data, label, **_: ([data, label], [data]), dtype=_label_dtype)
def _backward_SVMOutput(
    xp, data, label, *, margin: float = 1.0, regularization_coefficient: float = 1.0, use_linear: bool = False
):
    """Return the gradient that SVMOutput produces.

    >>> mx.nd._internal._backward_SVMOutput(mx.nd.array([[0.5, -2]]), mx.nd.array([0]), use_linear=True)
    [[-1.  0.]]
    <NDArray 1x2 @cpu(0)>
    """
    own = label.astype(xp.int64)[..., None] == xp.arange(data.shape[-1])
    side = xp.where(own, 1, -1).astype(data.dtype)
    missing = xp.maximum(margin - side * data, 0)  # how much the score falls short of the margin
    slope = (missing > 0).astype(data.dtype) if use_linear else 2 * missing
    return -side * slope * regularization_coefficient + 0  # + 0: no negative zeros


# -- functions ---------------------------------------------------------------------------------------------------------
def _cross_entropy_shape(data, label=None, **_):
    if data is not None:
        if len(data) != 2:
            raise ShapeError(f"data must be (batch, classes). Received: {show(data)}")
        label = unify(label, data[:1], "the expected and the received shape of label")
    return [data, label], [(1,)]


@operator(shape=_cross_entropy_shape, dtype=_label_dtype)
def softmax_cross_entropy(xp, data, label):
    """Return the sum over samples of -log(softmax(data)[label]), shape (1,).

    Parameters
    ----------
    data : (batch, classes), floating, before softmax
    label : (batch,), class numbers

    >>> mx.nd.softmax_cross_entropy(mx.nd.array([[0, 0], [0, 1000]]), mx.nd.array([0, 1]))
    [0.6931472]
    <NDArray 1 @cpu(0)>
    """
    _cross_entropy_shape(data.shape, label.shape)
    return kernels.cross_entropy(xp, data, label)


@softmax_cross_entropy.gradient
def _(F, g, data, label):
    return F._backward_softmax_cross_entropy(g, data, label), None


@operator(
    shape=lambda out_grad, data, label: ([out_grad, data, label], [data]),
    dtype=lambda out_grad, data, label: ([out_grad, data, data if label is None else label], [data]),
)
def _backward_softmax_cross_entropy(xp, out_grad, data, label):
    """Return the gradient of softmax_cross_entropy: (softmax(data) - one_hot(label)) * out_grad.

    >>> mx.nd._internal._backward_softmax_cross_entropy(mx.nd.ones(1), mx.nd.array([[0, 0]]), mx.nd.array([1]))
    [[ 0.5 -0.5]]
    <NDArray 1x2 @cpu(0)>
    """
    classes = xp.clip(label.astype(xp.int64), 0, max(0, data.shape[1] - 1))
    grad = kernels.subtract_one_hot(xp, kernels.softmax(xp, data, axis=1), classes)
    grad *= out_grad
    return grad


@_backward_softmax_cross_entropy.gradient
def _(F, h, out_grad, data, label, *, needs):
    out_grad_grad = data_grad = None
    if needs[0]:
        ones = F.ones_like(out_grad)
        out_grad_grad = F.sum(F.elemwise_mul(h, F._backward_softmax_cross_entropy(ones, data, label)))
    if needs[1]:
        y = F.softmax(data, axis=1)
        weighted = F.elemwise_mul(h, y)
        along = F.broadcast_mul(y, F.sum(weighted, axis=1, keepdims=True))
        data_grad = F.broadcast_mul(F.elemwise_sub(weighted, along), F.reshape(out_grad, shape=(1, 1)))
    return out_grad_grad, data_grad, None


@operator(elementwise=True)
def smooth_l1(xp, data, *, scalar: float = 1.0):
    """Return (s x)**2 / 2 where |x| < 1 / s**2, and |x| - 1 / (2 s**2) elsewhere: squared near 0, absolute far away.

    Parameters
    ----------
    data : floating array
    scalar : float, s

    >>> mx.nd.smooth_l1(mx.nd.array([-2, 0.5]))
    [1.5   0.125]
    <NDArray 2 @cpu(0)>

    Reference: Girshick 2015, "Fast R-CNN", equation 3.
    """
    square = scalar * scalar
    size = xp.abs(data)
    return xp.where(size < 1 / square, 0.5 * square * data * data, size - 0.5 / square)


@smooth_l1.gradient
def _(F, g, data, *, scalar):
    return (F.elemwise_mul(g, F.clip(F._mul_scalar(data, scalar=scalar * scalar), a_min=-1.0, a_max=1.0)),)
