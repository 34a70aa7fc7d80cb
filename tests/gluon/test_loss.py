"""Losses: values by hand or NumPy, weights, batch axes, gradients, wrong arguments."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError
from mxlearn.gluon import loss as losses

RNG = np.random.default_rng(0)
PRED = RNG.normal(size=(4, 3))
LABEL = RNG.normal(size=(4, 3))
SIGNS = np.sign(RNG.normal(size=(4, 3)))
BITS = (SIGNS + 1) / 2


def array(x):
    return mx.nd.array(np.asarray(x, "float64"), dtype="float64")


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


P = softmax(RNG.normal(size=(4, 3)))
CASES = {
    "L2Loss": (losses.L2Loss(), (PRED, LABEL), ((PRED - LABEL) ** 2 / 2).mean(1)),
    "L1Loss": (losses.L1Loss(), (PRED, LABEL), np.abs(PRED - LABEL).mean(1)),
    "L2Loss with weight": (losses.L2Loss(weight=3), (PRED, LABEL), 1.5 * ((PRED - LABEL) ** 2).mean(1)),
    "SigmoidBCELoss": (
        losses.SigmoidBCELoss(), (PRED, BITS),
        -(BITS * np.log(sigmoid(PRED)) + (1 - BITS) * np.log(1 - sigmoid(PRED))).mean(1),
    ),
    "SigmoidBCELoss from sigmoid": (
        losses.SigmoidBCELoss(from_sigmoid=True), (sigmoid(PRED), BITS),
        -(BITS * np.log(sigmoid(PRED)) + (1 - BITS) * np.log(1 - sigmoid(PRED))).mean(1),
    ),
    "SoftmaxCELoss": (losses.SoftmaxCELoss(), (PRED, [0, 2, 1, 1]), -np.log(softmax(PRED))[range(4), [0, 2, 1, 1]]),
    "SoftmaxCELoss of distributions": (
        losses.SoftmaxCELoss(sparse_label=False), (PRED, P), -(P * np.log(softmax(PRED))).sum(1),
    ),
    "SoftmaxCELoss from logits": (
        losses.SoftmaxCELoss(from_logits=True), (np.log(P), [0, 1, 2, 0]), -np.log(P)[range(4), [0, 1, 2, 0]],
    ),
    "SoftmaxCELoss along axis 0": (
        losses.SoftmaxCELoss(axis=0, batch_axis=1), (PRED, [0, 3, 1]), -np.log(softmax(PRED, 0))[[0, 3, 1], range(3)],
    ),
    "KLDivLoss": (losses.KLDivLoss(), (np.log(softmax(PRED)), P), (P * (np.log(P) - np.log(softmax(PRED)))).sum(1)),
    "HuberLoss": (
        losses.HuberLoss(rho=0.5), (PRED, LABEL),
        np.where(np.abs(PRED - LABEL) > 0.5, np.abs(PRED - LABEL) - 0.25, (PRED - LABEL) ** 2).mean(1),
    ),
    "HingeLoss": (losses.HingeLoss(), (PRED, SIGNS), np.maximum(0, 1 - PRED * SIGNS).mean(1)),
    "SquaredHingeLoss": (
        losses.SquaredHingeLoss(margin=2), (PRED, SIGNS),
        (np.maximum(0, 2 - PRED * SIGNS) ** 2).mean(1),
    ),
    "LogisticLoss": (losses.LogisticLoss(), (PRED, SIGNS), np.log(1 + np.exp(-PRED * SIGNS)).mean(1)),
    "LogisticLoss of bits": (
        losses.LogisticLoss(label_format="binary"), (PRED, BITS),
        np.log(1 + np.exp(-PRED * SIGNS)).mean(1),
    ),
    "TripletLoss": (
        losses.TripletLoss(), (PRED, LABEL, P),
        np.maximum(0, ((PRED - LABEL) ** 2).sum(1) - ((PRED - P) ** 2).sum(1) + 1),
    ),
    "PoissonNLLLoss": (losses.PoissonNLLLoss(), (PRED, BITS), (np.exp(PRED) - BITS * PRED).mean()),
    "CosineEmbeddingLoss": (
        losses.CosineEmbeddingLoss(margin=0.1), (PRED, LABEL, [1, -1, 1, -1]),
        np.array([
            1 - c if s > 0 else max(0, c - 0.1)
            for c, s in zip(
                (PRED * LABEL).sum(1) / np.linalg.norm(PRED, axis=1) / np.linalg.norm(LABEL, axis=1),
                [1, -1, 1, -1],
                strict=True,
            )
        ])[:, None],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("hybrid", [False, True])
def test_values(name, hybrid):
    loss, inputs, expected = CASES[name]
    loss.hybridize(hybrid)
    found = loss(*map(array, inputs)).asnumpy()
    assert np.allclose(found.reshape(np.shape(expected)), expected, rtol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_those_of_central_differences(name):
    loss, inputs, _ = CASES[name]
    pred, *rest = map(array, inputs)
    pred.attach_grad()
    with mx.autograd.record():
        total = loss(pred, *rest).sum()
    total.backward()
    host, step = pred.asnumpy(), 1e-6
    for index in [(0, 0), (1, 2), (3, 1)]:
        high, low = host.copy(), host.copy()
        high[index] += step
        low[index] -= step
        slope = (loss(array(high), *rest).sum() - loss(array(low), *rest).sum()).asscalar() / (2 * step)
        assert np.isclose(pred.grad.asnumpy()[index], slope, rtol=1e-4, atol=1e-7)


def test_sample_weights_weigh_examples():
    weights = array([[1], [0], [2], [0.5]])
    found = losses.L2Loss()(array(PRED), array(LABEL), weights).asnumpy()
    assert np.allclose(found, ((PRED - LABEL) ** 2 / 2).mean(1) * [1, 0, 2, 0.5])


def test_the_batch_axis_is_kept():
    found = losses.L1Loss(batch_axis=1)(array(PRED), array(LABEL))
    assert np.allclose(found.asnumpy(), np.abs(PRED - LABEL).mean(0))


def test_labels_take_the_shape_of_predictions():
    found = losses.L2Loss()(array(PRED[:, :1]), array(LABEL[:, 0]))
    assert np.allclose(found.asnumpy(), (PRED[:, 0] - LABEL[:, 0]) ** 2 / 2)


def test_positive_examples_can_weigh_more():
    pos = np.array([2.0, 1.0, 3.0])
    expected = -(pos * BITS * np.log(sigmoid(PRED)) + (1 - BITS) * np.log(1 - sigmoid(PRED))).mean(1)
    for loss, pred in ((losses.SigmoidBCELoss(), PRED), (losses.SigmoidBCELoss(from_sigmoid=True), sigmoid(PRED))):
        found = loss(array(pred), array(BITS), None, array(pos[None]))
        assert np.allclose(found.asnumpy(), expected)


def test_large_predictions_do_not_overflow():
    pred = mx.nd.array([[1000.0, -1000.0]])
    assert np.isfinite(losses.SigmoidBCELoss()(pred, mx.nd.array([[0, 1]])).asnumpy()).all()
    assert np.isfinite(losses.SoftmaxCELoss()(pred, mx.nd.array([1])).asnumpy()).all()
    assert np.isfinite(losses.LogisticLoss()(pred, mx.nd.array([[-1, 1]])).asnumpy()).all()


def test_poisson_loss_may_have_the_full_likelihood():
    counts = np.array([[0.0, 1, 5, 7]])
    pred = np.array([[0.5, 0.1, 1.2, 2.0]])
    full = losses.PoissonNLLLoss(compute_full=True)(array(pred), array(counts)).asscalar()
    large = np.maximum(counts, 1)
    stirling = np.where(counts > 1, large * np.log(large) - large + 0.5 * np.log(2 * np.pi * large), 0)
    assert np.isclose(full, (np.exp(pred) - counts * pred + stirling).mean(), rtol=1e-6)
    plain = losses.PoissonNLLLoss(from_logits=False)(array(np.exp(pred)), array(counts)).asscalar()
    assert np.isclose(plain, (np.exp(pred) - counts * pred).mean(), rtol=1e-6)


def test_ctc_of_one_step_is_cross_entropy():
    pred = RNG.normal(size=(2, 1, 4))                                    # (batch, time, classes)
    loss = losses.CTCLoss()(array(pred), array([[1], [2]]))
    # one step must show the label; the last class is the blank
    assert np.allclose(loss.asnumpy(), -np.log(softmax(pred))[[0, 1], 0, [1, 2]])


def test_both_names_of_a_loss_are_one_class():
    assert losses.SoftmaxCELoss is losses.SoftmaxCrossEntropyLoss
    assert losses.SigmoidBCELoss is losses.SigmoidBinaryCrossEntropyLoss


def test_how_a_loss_is_written():
    assert repr(losses.L2Loss()) == "L2Loss(batch_axis=0, w=1.0)"
    assert repr(losses.SoftmaxCELoss(weight=2)) == "SoftmaxCrossEntropyLoss(batch_axis=0, w=2)"


def test_wrong_arguments_are_errors():
    with pytest.raises(MXNetError, match="weight must be a number. Received: 'x'"):
        losses.L1Loss(weight="x")(array(PRED), array(LABEL))
    with pytest.raises(MXNetError):
        losses.L2Loss()(array(PRED), array(LABEL[:, :2]))
    with pytest.raises(MXNetError, match="label_format"):
        losses.LogisticLoss(label_format="nothing")(array(PRED), array(SIGNS))
