"""CTCLoss: sequences without alignment, as in speech and handwriting recognition."""
from typing import Literal

from ..base import ShapeError
from ..core.infer import show, unify
from ..core.operator import operator
from ..kernels import ctc

Blank = Literal["first", "last"]


def _active(attrs):
    return 4 if attrs["use_label_lengths"] else 3 if attrs["use_data_lengths"] else 2


def _ctc_shape(
    data, label=None, data_lengths=None, label_lengths=None, *, use_data_lengths, use_label_lengths, **_
):
    batch = -1
    if data is not None:
        if len(data) != 3:
            raise ShapeError(f"data must be (time, batch, classes). Received: {show(data)}")
        batch = data[1]
    inputs = [data, unify(label, (batch, -1), "the expected and the received shape of label")]
    lengths = (batch,)
    inputs.append(unify(data_lengths, lengths, "data_lengths") if use_data_lengths else data_lengths)
    inputs.append(unify(label_lengths, lengths, "label_lengths") if use_label_lengths else label_lengths)
    return inputs[: _active(dict(use_data_lengths=use_data_lengths, use_label_lengths=use_label_lengths))], [lengths]


def _ctc_dtype(data, label=None, data_lengths=None, label_lengths=None, *, use_data_lengths, use_label_lengths, **_):
    inputs = [data, data if label is None else label, data_lengths, label_lengths]
    return inputs[: _active(dict(use_data_lengths=use_data_lengths, use_label_lengths=use_label_lengths))], [data]


def _arguments(xp, data, label, data_lengths, label_lengths, use_data_lengths, use_label_lengths, blank_label):
    """Return (data_lengths, label_lengths, blank) for the kernel."""
    steps, batch, classes = data.shape
    if use_data_lengths:
        data_lengths = xp.clip(data_lengths.astype(xp.int64), 0, steps)
    else:
        data_lengths = xp.full((batch,), steps, xp.int64)
    if use_label_lengths:
        label_lengths = xp.clip(label_lengths.astype(xp.int64), 0, label.shape[1])
    else:
        label_lengths = ctc.lengths_before(xp, label, 0 if blank_label == "first" else -1)
    return data_lengths, label_lengths, 0 if blank_label == "first" else classes - 1


@operator(
    aliases=("ctc_loss", "_contrib_CTCLoss", "_contrib_ctc_loss"),
    shape=_ctc_shape,
    dtype=_ctc_dtype,
    active_inputs=_active,
)
def CTCLoss(
    xp,
    data,
    label,
    data_lengths=None,
    label_lengths=None,
    *,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Blank = "first",
):
    """Return -log of the probability that the data spell the label, summed over all alignments.

    Parameters
    ----------
    data : (time, batch, classes), floating, before softmax
    label : (batch, longest), class numbers; shorter labels are padded with 0 if blank_label is "first", else with -1
    data_lengths : (batch,), steps of each sequence, with ``use_data_lengths=True``
    label_lengths : (batch,), with ``use_label_lengths=True``; the padding is then not needed
    blank_label : "first": class 0 is the blank, labels are 1 to classes - 1; "last": class classes - 1 is the blank

    Returns
    -------
    (batch,), inf for a label that is too long for its data

    >>> data = mx.nd.zeros((1, 1, 4))
    >>> mx.nd.CTCLoss(data, mx.nd.array([[2]]))
    [1.3862944]
    <NDArray 1 @cpu(0)>

    Reference: Graves, Fernández, Gomez, Schmidhuber 2006, "Connectionist temporal classification".
    """
    lengths = _arguments(
        xp, data, label, data_lengths, label_lengths, use_data_lengths, use_label_lengths, blank_label
    )
    return ctc.ctc_loss(xp, data, label, *lengths[:2], blank=lengths[2])


@CTCLoss.gradient
def _(F, g, data, label, data_lengths, label_lengths, *, use_data_lengths, use_label_lengths, blank_label):
    lengths = [data_lengths, label_lengths][: 2 if use_label_lengths else 1 if use_data_lengths else 0]
    grad = F._backward_CTCLoss(
        g,
        data,
        label,
        *lengths,
        use_data_lengths=use_data_lengths,
        use_label_lengths=use_label_lengths,
        blank_label=blank_label,
    )
    return (grad,)


@operator(
    shape=lambda out_grad, data, label, **rest: (
        [out_grad, *_ctc_shape(data, label, **rest)[0]],
        [data],
    ),
    dtype=lambda out_grad, data, label, **rest: (
        [out_grad, *_ctc_dtype(data, label, **rest)[0]],
        [data],
    ),
    active_inputs=lambda attrs: _active(attrs) + 1,
)
def _backward_CTCLoss(
    xp,
    out_grad,
    data,
    label,
    data_lengths=None,
    label_lengths=None,
    *,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Blank = "first",
):
    """Return the gradient of CTCLoss with respect to the data.

    >>> data = mx.nd.zeros((1, 1, 2))
    >>> mx.nd._internal._backward_CTCLoss(mx.nd.ones(1), data, mx.nd.array([[1]]))
    [[[ 0.5 -0.5]]]
    <NDArray 1x1x2 @cpu(0)>
    """
    lengths = _arguments(
        xp, data, label, data_lengths, label_lengths, use_data_lengths, use_label_lengths, blank_label
    )
    return ctc.ctc_gradient(xp, data, label, *lengths[:2], blank=lengths[2]) * out_grad[:, None]
