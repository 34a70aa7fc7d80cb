"""The gradients that loss layers define, by hand and as MXNet 1.9.1 gives them."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ShapeError


def gradient(operator, data, *labels, head=None, **attrs):
    """Return (output, gradient of the data) of a loss layer."""
    x = mx.nd.array(data, dtype="float64")
    x.attach_grad()
    with mx.autograd.record():
        y = getattr(mx.nd, operator)(x, *(mx.nd.array(label, dtype="float64") for label in labels), **attrs)
    y.backward(None if head is None else mx.nd.array(head, dtype="float64"))
    return y.asnumpy(), x.grad.asnumpy()


LOGITS = np.random.default_rng(0).normal(size=(3, 4))
P = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
LABELS = [0, 2, 1]
ONE_HOT = np.eye(4)[LABELS]


# -- SoftmaxOutput -----------------------------------------------------------------------------------------------------
def test_softmax_output_gives_probabilities_and_their_error():
    out, grad = gradient("SoftmaxOutput", LOGITS, LABELS)
    np.testing.assert_allclose(out, P)
    np.testing.assert_allclose(grad, P - ONE_HOT)


def test_softmax_is_its_old_name():
    assert gradient("Softmax", LOGITS, LABELS)[1].tolist() == gradient("SoftmaxOutput", LOGITS, LABELS)[1].tolist()


def test_softmax_output_ignores_the_incoming_gradient_unless_asked():
    head = np.full((3, 4), 7.0)
    np.testing.assert_allclose(gradient("SoftmaxOutput", LOGITS, LABELS, head=head)[1], P - ONE_HOT)
    grad = gradient("SoftmaxOutput", LOGITS, LABELS, head=head, out_grad=True)[1]
    np.testing.assert_allclose(grad, 7 * (P - ONE_HOT))


def test_probabilities_serve_as_labels_and_are_never_normalized():
    target = np.full((3, 4), 0.25)
    grad = gradient("SoftmaxOutput", LOGITS, target, grad_scale=2.0, normalization="batch")[1]
    np.testing.assert_allclose(grad, 2 * (P - target))


def test_ignored_labels_get_no_gradient():
    keep = np.array([[1.0], [0], [1]])
    grad = gradient("SoftmaxOutput", LOGITS, LABELS, use_ignore=True, ignore_label=2)[1]
    np.testing.assert_allclose(grad, (P - ONE_HOT) * keep)
    grad = gradient("SoftmaxOutput", LOGITS, LABELS, use_ignore=True, ignore_label=2, normalization="valid")[1]
    np.testing.assert_allclose(grad, (P - ONE_HOT) * keep / 2)


def test_valid_counts_labels_other_than_ignore_label_even_without_use_ignore():
    grad = gradient("SoftmaxOutput", LOGITS, LABELS, ignore_label=2, normalization="valid")[1]
    np.testing.assert_allclose(grad, (P - ONE_HOT) / 2)


def test_batch_divides_by_the_samples():
    grad = gradient("SoftmaxOutput", LOGITS, LABELS, normalization="batch", grad_scale=6.0)[1]
    np.testing.assert_allclose(grad, (P - ONE_HOT) * 2)


def test_a_smooth_label_is_one_minus_alpha():
    grad = gradient("SoftmaxOutput", LOGITS, LABELS, smooth_alpha=0.3)[1]
    np.testing.assert_allclose(grad, P - np.where(ONE_HOT == 1, 0.7, 0.1))


def test_a_label_that_is_no_class_takes_nothing_off():
    np.testing.assert_allclose(gradient("SoftmaxOutput", LOGITS, [9, 2, 1])[1][0], P[0])


@pytest.mark.parametrize(
    ("normalization", "divisor"), [("null", 2), ("batch", 3 * 2), ("valid", 6)], ids=["null", "batch", "valid"]
)
def test_multi_output_divides_by_the_positions(normalization, divisor):
    """Data (3, 4, 2): 3 samples, 4 classes, 2 positions; "valid" divides by the 6 labels alone."""
    data = np.stack([LOGITS, LOGITS[::-1]], axis=2)
    labels = np.stack([LABELS, LABELS[::-1]], axis=1)
    out, grad = gradient("SoftmaxOutput", data, labels, multi_output=True, normalization=normalization)
    np.testing.assert_allclose(out, np.stack([P, P[::-1]], axis=2))
    error = P - ONE_HOT
    np.testing.assert_allclose(grad, np.stack([error, error[::-1]], axis=2) / divisor)


@pytest.mark.parametrize("shape", [(2, 6), (2, 2, 3), (2, 1, 2, 3)])
def test_labels_of_positions_come_flat_or_as_the_image(shape):
    data = np.random.default_rng(1).normal(size=(2, 5, 2, 3))
    labels = np.arange(12).reshape(shape) % 5
    flat = gradient("SoftmaxOutput", data, labels.reshape(2, 6), multi_output=True)[1]
    assert np.array_equal(gradient("SoftmaxOutput", data, labels, multi_output=True)[1], flat)


def test_preserve_shape_takes_the_last_axis():
    data = np.stack([LOGITS, LOGITS[::-1]])
    out, grad = gradient("SoftmaxOutput", data, [LABELS, LABELS[::-1]], preserve_shape=True, normalization="batch")
    np.testing.assert_allclose(out, np.stack([P, P[::-1]]))
    error = P - ONE_HOT
    np.testing.assert_allclose(grad, np.stack([error, error[::-1]]) / 6)


def test_more_axes_are_features_of_one_softmax():
    out, _ = gradient("SoftmaxOutput", LOGITS.reshape(3, 2, 2), np.zeros((3, 2)))
    np.testing.assert_allclose(out, P.reshape(3, 2, 2))


@pytest.mark.parametrize(
    ("data", "attrs", "label"),
    [
        ((4, 5), {}, (4,)),
        ((4, 5, 6), {}, (4, 5)),
        ((4, 5, 6), {"preserve_shape": True}, (4, 5)),
        ((4, 5), {"multi_output": True}, (4, 1)),
        ((4, 5, 6, 7), {"multi_output": True}, (4, 42)),
    ],
)
def test_softmax_output_completes_its_label(data, attrs, label):
    """The shapes that MXNet 1.9.1 infers."""
    symbol = mx.sym.SoftmaxOutput(mx.sym.Variable("data"), name="softmax", **attrs)
    assert symbol.list_arguments() == ["data", "softmax_label"]
    assert symbol.infer_shape(data=data) == ([data, label], [data], [])


def test_labels_that_do_not_fit_are_named():
    with pytest.raises(ShapeError, match=r"SoftmaxOutput: data \(3, 4\) needs labels of shape \(3,\) or \(3, 4\)"):
        gradient("SoftmaxOutput", LOGITS, [[0], [2], [1]])


# -- regression --------------------------------------------------------------------------------------------------------
DATA = np.array([[1.0, -2, 3], [0.5, 0, -1]])
TARGET = np.array([[0.0, 1, 1], [1, 0, 0]])
SIGMOID = 1 / (1 + np.exp(-DATA))


@pytest.mark.parametrize(
    ("operator", "out", "error"),
    [
        ("LinearRegressionOutput", DATA, DATA - TARGET),
        ("LogisticRegressionOutput", SIGMOID, SIGMOID - TARGET),
        ("MAERegressionOutput", DATA, np.where(DATA > TARGET, 1, -1)),
    ],
)
def test_regression_outputs_divide_by_the_outputs_of_a_sample(operator, out, error):
    found, grad = gradient(operator, DATA, TARGET, grad_scale=6.0, head=np.full((2, 3), 5.0))
    np.testing.assert_allclose(found, out)
    np.testing.assert_allclose(grad, error * 2)


@pytest.mark.parametrize(("data", "label"), [((4,), (4,)), ((4, 1), (4,)), ((4, 3), (4, 3)), ((4, 2, 2), (4, 2, 2))])
def test_regression_outputs_complete_their_label(data, label):
    """The shapes that MXNet 1.9.1 infers: one output a sample takes a vector."""
    symbol = mx.sym.LinearRegressionOutput(mx.sym.Variable("data"), name="lr")
    assert symbol.infer_shape(data=data)[0] == [data, label]


def test_an_exact_hit_counts_as_too_low():
    assert gradient("MAERegressionOutput", [[1, 2]], [[1, 1]])[1].tolist() == [[-0.5, 0.5]]


def test_a_vector_of_labels_fits_one_output():
    grad = gradient("LinearRegressionOutput", [[1], [5]], [0, 7])[1]
    assert grad.tolist() == [[1], [-2]]
    with pytest.raises(ShapeError, match="LinearRegressionOutput: data"):
        gradient("LinearRegressionOutput", [[1], [5]], [0, 7, 8])


# -- SVMOutput, MakeLoss, make_loss, BlockGrad -------------------------------------------------------------------------
def test_svm_output():
    """Scores 0.5 (own class), -2 and 0.2 with margin 1: short by 0.5, 0 and 1.2."""
    scores = [[0.5, -2, 0.2]]
    assert gradient("SVMOutput", scores, [0])[0].tolist() == scores
    np.testing.assert_allclose(gradient("SVMOutput", scores, [0])[1], [[-1, 0, 2.4]])
    linear = gradient("SVMOutput", scores, [0], use_linear=True, regularization_coefficient=3.0)[1]
    np.testing.assert_allclose(linear, [[-3, 0, 3]])


def test_make_loss_starts_the_gradient():
    data = [[0.5, -1, 2], [0, 0.2, 3]]
    head = np.full((2, 3), 9.0)
    assert (gradient("MakeLoss", data, head=head, grad_scale=3.0)[1] == 3).all()
    assert (gradient("MakeLoss", data, grad_scale=3.0, normalization="batch")[1] == 1.5).all()
    assert (gradient("MakeLoss", data, normalization="valid", valid_thresh=0.1)[1] == 0.25).all()
    assert (gradient("make_loss", data, head=head)[1] == 1).all()


@pytest.mark.parametrize("name", ["BlockGrad", "stop_gradient"])
def test_block_grad_is_a_constant(name):
    x = mx.nd.array([3])
    x.attach_grad()
    with mx.autograd.record():
        y = x * getattr(mx.nd, name)(x * x)
    y.backward()
    assert x.grad.asscalar() == 9


# -- functions ---------------------------------------------------------------------------------------------------------
def test_softmax_cross_entropy_is_a_sum_and_heeds_its_gradient():
    out, grad = gradient("softmax_cross_entropy", LOGITS, LABELS, head=[2.0])
    np.testing.assert_allclose(out, [-np.log(P[range(3), LABELS]).sum()])
    np.testing.assert_allclose(grad, 2 * (P - ONE_HOT))


def test_smooth_l1_at_its_joints():
    """s = 2 joins at 1/4; the values are those of MXNet 1.9.1."""
    out, grad = gradient("smooth_l1", [-2, -0.5, -0.1, 0, 0.1, 0.5, 2], scalar=2.0)
    np.testing.assert_allclose(out, [1.875, 0.375, 0.02, 0, 0.02, 0.375, 1.875])
    np.testing.assert_allclose(grad, [-1, -1, -0.4, 0, 0.4, 1, 1])


def test_ctc_loss_takes_lengths_or_padding():
    data = mx.nd.array(np.random.default_rng(0).normal(size=(4, 2, 3)))
    padded = mx.nd.CTCLoss(data, mx.nd.array([[1, 2], [2, 0]])).asnumpy()
    full, lengths = mx.nd.array([4, 4]), mx.nd.array([2, 1])
    options = {"use_data_lengths": True, "use_label_lengths": True}
    given = mx.nd.CTCLoss(data, mx.nd.array([[1, 2], [2, 1]]), full, lengths, **options).asnumpy()
    np.testing.assert_allclose(given, padded, rtol=1e-6)
    only_labels = mx.nd.CTCLoss(
        data, mx.nd.array([[1, 2], [2, 1]]), label_lengths=lengths, use_label_lengths=True
    ).asnumpy()
    np.testing.assert_allclose(only_labels, padded, rtol=1e-6)
    last = mx.nd.CTCLoss(data[:, :, [1, 2, 0]], mx.nd.array([[0, 1], [1, -1]]), blank_label="last").asnumpy()
    np.testing.assert_allclose(last, padded, rtol=1e-6)
