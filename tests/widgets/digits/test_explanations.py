"""Gradients and occlusion maps, held against autograd and against loops that were written out."""

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.digits.occlusion import occlusion, patch_and_step

import mxlearn as mx
from mxlearn import autograd, nd

from . import nets


def made(net, **options):
    pad = mxw.digit_pad(net, **options)
    assert isinstance(pad, mxw.DigitPad), pad
    pad.draw(nets.image())
    return pad


def gradient(net, image, number, prepare=lambda x: x):
    """Return d score / d pixel as autograd gives it."""
    x = nd.array(image)
    x.attach_grad()
    with autograd.record(train_mode=False):
        score = net(prepare(x))[0, number]
    return autograd.grad(score, x)[0].asnumpy()


@pytest.mark.parametrize("hybridize", [False, True])
@pytest.mark.parametrize("number", [0, 7])
def test_saliency_is_the_gradient_of_the_score(hybridize, number):
    net = nets.lenet(hybridize=hybridize)
    pad = made(net)
    expected = gradient(net, pad.image, number, lambda x: x.reshape((1, 1, 28, 28)))
    assert np.abs(expected).max() > 0
    np.testing.assert_allclose(pad.saliency(number), expected, rtol=1e-4, atol=1e-6)


def test_saliency_of_rows_of_a_python_block_and_of_a_function():
    net = nets.mlp()
    expected = gradient(net, made(net).image, 3, lambda x: x.reshape((1, -1)))
    np.testing.assert_allclose(made(net).saliency(3), expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(made(lambda x: net(x)).saliency(3), expected, rtol=1e-4, atol=1e-6)
    block = nets.branching()
    expected = gradient(block, made(block).image, 3, lambda x: x.reshape((1, 1, 28, 28)))
    np.testing.assert_allclose(made(block).saliency(3), expected, rtol=1e-4, atol=1e-6)


def test_saliency_goes_through_the_transform():
    net = nets.mlp()
    pad = made(net, transform=lambda x: 3 * x)
    expected = gradient(net, pad.image, 2, lambda x: 3 * x.reshape((1, -1)))
    np.testing.assert_allclose(pad.saliency(2), expected, rtol=1e-4, atol=1e-6)


def test_saliency_of_a_softmax_is_that_of_the_score_before_it():
    # SoftmaxOutput has the gradient of its loss, and a saturated softmax has none: neither says what a score needs
    module = nets.module()
    pad = made(module)
    arguments, _ = module.get_params()
    scores = mx.nd.CachedOp(nets.symbol().get_internals()["fc1_output"])
    names = scores.symbol.list_inputs()

    def net(x):
        return scores(*[x if name == "data" else arguments[name] for name in names])

    expected = gradient(net, pad.image, 4, lambda x: x.reshape((1, 1, 28, 28)))
    np.testing.assert_allclose(pad.saliency(4), expected, rtol=1e-4, atol=1e-6)


def test_saliency_is_of_the_prediction_unless_a_class_is_named():
    pad = made(nets.lenet(), classes=[f"digit {k}" for k in range(10)])
    np.testing.assert_array_equal(pad.saliency(), pad.saliency(pad.prediction))
    np.testing.assert_array_equal(pad.saliency("digit 3"), pad.saliency(3))


@pytest.mark.parametrize(("patch", "step"), [(None, None), (3, 3), (5, 2), (28, 1), (1, 1)])
def test_occlusion_is_the_mean_fall_over_the_patches_that_cover_a_pixel(patch, step):
    net = nets.mlp()
    pad = made(net)
    found = pad.occlusion(6, patch=patch, step=step)
    side, by = patch or 4, step or 2

    def probability(image):
        return nd.softmax(net(nd.array(image.reshape(1, -1)))).asnumpy()[0, 6]

    total, count = np.zeros((28, 28)), np.zeros((28, 28))
    starts = sorted({*range(0, 28 - side + 1, by), 28 - side})
    for row in starts:
        for column in starts:
            image = pad.image
            image[row : row + side, column : column + side] = 0
            total[row : row + side, column : column + side] += probability(pad.image) - probability(image)
            count[row : row + side, column : column + side] += 1
    np.testing.assert_allclose(found, total / count, atol=2e-6)


def test_covering_background_changes_nothing():
    image = np.zeros((8, 8))
    image[0, 0] = 1
    asked = []

    def probability(images):
        asked.append(len(images))
        return images.sum(axis=(1, 2))

    found = occlusion(probability, image, 2, 2)
    assert found[:2, :2].tolist() == [[1, 1], [1, 1]] and not found[2:].any() and not found[:, 2:].any()
    assert asked == [1, 1]  # the image, and the one patch that covers ink


def test_the_usual_patch_is_a_seventh_of_the_image():
    assert patch_and_step(28) == (4, 2) and patch_and_step(8) == (1, 1) and patch_and_step(64) == (9, 4)


def test_an_answer_of_nan_has_an_occlusion_map_of_nan():
    assert np.isnan(occlusion(lambda x: np.full(len(x), np.nan), np.ones((8, 8)))).all()
