"""Samples of the losses. The gradient of a loss layer is defined, not derived: test_loss.py checks it by value."""
import numpy as np

from .sampling import Sample, samples

HEAD = {"differentiable": (), "reason": "a loss layer's gradient is that of its loss, whatever comes in"}
NO_RULE = {"differentiable": (), "reason": "has no gradient rule"}


def normal(rng, *shape):
    return rng.normal(size=shape)


def probabilities(rng, *shape):
    values = rng.uniform(0.1, 1, size=shape)
    return values / values.sum(axis=1, keepdims=True)


@samples("SoftmaxOutput")
def _(rng):
    labels = np.array([0.0, 2, 1])
    yield Sample([normal(rng, 3, 4), labels], {"grad_scale": 2.0}, **HEAD)
    yield Sample([normal(rng, 3, 4), probabilities(rng, 3, 4)], **HEAD)
    yield Sample([normal(rng, 2, 3, 4), np.ones((2, 4))], {"multi_output": True}, **HEAD)
    yield Sample([normal(rng, 2, 3, 2, 2), np.ones((2, 4))], {"multi_output": True, "normalization": "valid"}, **HEAD)
    yield Sample([normal(rng, 2, 3, 4), np.ones((2, 3))], {"preserve_shape": True, "use_ignore": True}, **HEAD)
    yield Sample([normal(rng, 2, 3, 4), np.ones((2, 3))], {"normalization": "batch"}, **HEAD)
    yield Sample([normal(rng, 0, 4), normal(rng, 0)], **HEAD)


@samples("_backward_SoftmaxOutput")
def _(rng):
    labels = np.array([0.0, 2, 1])
    yield Sample([probabilities(rng, 3, 4), labels], {"smooth_alpha": 0.1}, **NO_RULE)
    yield Sample([probabilities(rng, 3, 4), labels], {"use_ignore": True, "ignore_label": 2.0}, **NO_RULE)
    yield Sample([probabilities(rng, 2, 3, 4), np.ones((2, 4))], {"multi_output": True}, **NO_RULE)
    yield Sample([probabilities(rng, 3, 4), probabilities(rng, 3, 4)], **NO_RULE)
    yield Sample([normal(rng, 0, 4), normal(rng, 0)], **NO_RULE)


@samples("LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput")
def _(rng):
    yield Sample([normal(rng, 4), normal(rng, 4)], **HEAD)
    yield Sample([normal(rng, 4, 1), normal(rng, 4)], {"grad_scale": 0.5}, **HEAD)
    yield Sample([normal(rng, 3, 2, 2), normal(rng, 3, 2, 2)], **HEAD)
    yield Sample([normal(rng, 0, 3), normal(rng, 0, 3)], **HEAD)


@samples("_backward_RegressionOutput")
def _(rng):
    yield Sample([normal(rng, 4, 1), normal(rng, 4)], {"grad_scale": 0.5}, **NO_RULE)
    yield Sample([normal(rng, 3, 2), normal(rng, 3, 2)], {"absolute": True}, **NO_RULE)
    yield Sample([normal(rng, 0, 3), normal(rng, 0, 3)], **NO_RULE)


@samples("SVMOutput")
def _(rng):
    yield Sample([normal(rng, 3, 4), np.array([0.0, 3, 1])], **HEAD)
    yield Sample([normal(rng, 2, 3, 4), np.zeros((2, 3))], {"use_linear": True}, **HEAD)
    yield Sample([normal(rng, 0, 4), np.zeros(0)], {"margin": 0.5}, **HEAD)


@samples("_backward_SVMOutput")
def _(rng):
    yield Sample([normal(rng, 3, 4), np.array([0.0, 3, 1])], {"regularization_coefficient": 3.0}, **NO_RULE)
    yield Sample([normal(rng, 3, 4), np.array([0.0, 3, 1])], {"use_linear": True}, **NO_RULE)
    yield Sample([normal(rng, 0, 4), np.zeros(0)], {"margin": 0.5}, **NO_RULE)


@samples("MakeLoss", "_backward_MakeLoss")
def _(rng):
    for attrs in ({}, {"grad_scale": 3.0, "normalization": "batch"}, {"normalization": "valid", "valid_thresh": 0.1}):
        yield Sample([normal(rng, 3, 2)], attrs, **HEAD)
    yield Sample([normal(rng, 0, 2)], {"normalization": "batch"}, **HEAD)


@samples("make_loss")
def _(rng):
    for shape in ((3,), (2, 3), (0, 2)):
        yield Sample([normal(rng, *shape)], **HEAD)


@samples("BlockGrad")
def _(rng):
    for shape in ((3,), (2, 3), (0, 2)):
        yield Sample([normal(rng, *shape)], differentiable=(), reason="lets no gradient through, on purpose")


@samples("softmax_cross_entropy")
def _(rng):
    yield Sample([normal(rng, 3, 4), np.array([0.0, 3, 1])], differentiable=[0])
    yield Sample([normal(rng, 1, 2), np.array([1], np.int32)], differentiable=[0])
    yield Sample([normal(rng, 0, 4), np.zeros(0)], differentiable=[0])


@samples("_backward_softmax_cross_entropy")
def _(rng):
    yield Sample([normal(rng, 1), normal(rng, 3, 4), np.array([0.0, 3, 1])], differentiable=[0, 1])
    yield Sample([normal(rng, 1), normal(rng, 1, 2), np.array([1], np.int32)], differentiable=[0, 1])
    yield Sample([normal(rng, 1), normal(rng, 0, 4), np.zeros(0)], differentiable=[0, 1])


@samples("_classifier_loss")
def _(rng):
    reason = "compiled programs alone have it, and second derivatives are those of the graph as it was written"
    once = {"differentiable": [0], "second_order": False, "reason": reason}
    labels, images = np.array([0.0, 3, 9]), np.array([[0, 1, 2, 0, 1], [1, 1, 2, 2, 0]])  # 9 counts as 3
    yield Sample([normal(rng, 3, 4), labels], {"scale": -2.0}, **once)
    yield Sample([normal(rng, 2, 3, 5), images], {"axis": 1}, **once)
    yield Sample([normal(rng, 2, 3, 4), np.ones((2, 3, 1))], {"batch_axis": 1}, **once)
    yield Sample([normal(rng, 0, 4), normal(rng, 0)], **once)


@samples("_backward_classifier_loss")
def _(rng):
    yield Sample([normal(rng, 3), probabilities(rng, 3, 4), np.array([0, 3, 1])], **NO_RULE)
    yield Sample([normal(rng, 2), probabilities(rng, 2, 3, 2), np.array([[0, 2], [1, 1]])], {"axis": 1}, **NO_RULE)
    yield Sample([normal(rng, 0), normal(rng, 0, 4), np.zeros(0, "int64")], **NO_RULE)


@samples("smooth_l1")
def _(rng):
    yield Sample([np.array([-2.0, -0.7, -0.1, 0.2, 0.8, 3])])
    yield Sample([np.array([[-2.0, -0.2, -0.1, 0.2, 0.3, 3]])], {"scalar": 2.0})
    yield Sample([normal(rng, 0, 2)])


@samples("CTCLoss")
def _(rng):
    options = {"differentiable": [0], "second_order": False, "reason": "the fused gradient has no rule"}
    label = np.array([[1.0, 2], [2, 0], [3, 3]])
    lengths = [np.array([5.0, 4, 3]), np.array([2.0, 1, 1])]
    yield Sample([normal(rng, 5, 3, 4), label], **options)
    yield Sample([normal(rng, 5, 3, 4), label - 1], {"blank_label": "last"}, **options)
    yield Sample([normal(rng, 5, 3, 4), label, lengths[0]], {"use_data_lengths": True}, **options)
    both = {"use_data_lengths": True, "use_label_lengths": True}
    yield Sample([normal(rng, 5, 3, 4), label, *lengths], both, **options)
    yield Sample([normal(rng, 5, 0, 4), label[:0]], **options)


@samples("_backward_CTCLoss")
def _(rng):
    label = np.array([[1.0, 2], [2, 0], [3, 3]])
    yield Sample([normal(rng, 3), normal(rng, 5, 3, 4), label], **NO_RULE)
    yield Sample([normal(rng, 3), normal(rng, 5, 3, 4), label - 1], {"blank_label": "last"}, **NO_RULE)
    yield Sample([normal(rng, 0), normal(rng, 5, 0, 4), label[:0]], **NO_RULE)
