"""Augmenters of images and of images with boxes: what golden files cannot say."""
import random

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError


def image(height=12, width=16, dtype="float32"):
    return mx.nd.array(np.random.RandomState(0).randint(0, 256, (height, width, 3)), dtype=dtype)


@pytest.mark.parametrize(
    "augmenter",
    [
        mx.image.BrightnessJitterAug(0.9),
        mx.image.ContrastJitterAug(0.9),
        mx.image.SaturationJitterAug(0.9),
        mx.image.HueJitterAug(0.9),
        mx.image.LightingAug(0.9, np.array([55.0, 5.0, 1.0]), np.eye(3)),
        mx.image.ColorNormalizeAug(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0])),
        mx.image.RandomGrayAug(1.0),
        mx.image.HorizontalFlipAug(1.0),
    ],
    ids=lambda augmenter: type(augmenter).__name__,
)
def test_image_is_changed_in_a_copy(augmenter):
    x = image()
    before = x.asnumpy()
    result = augmenter(x)
    assert result.shape == x.shape
    assert np.abs(result.asnumpy() - before).max() > 0.1
    np.testing.assert_array_equal(x.asnumpy(), before)


def test_np_ndarrays_stay_np_ndarrays():
    x = image().as_np_ndarray()
    for augmenter in mx.image.CreateAugmenter(
        (3, 8, 8), resize=10, rand_crop=True, rand_mirror=True, mean=True, std=True, brightness=0.1, contrast=0.1,
        saturation=0.1, hue=0.1, pca_noise=0.1, rand_gray=1,
    ):
        x = augmenter(x)
        assert type(x) is mx.np.ndarray, type(augmenter)
    assert x.shape == (8, 8, 3)


def test_seed_fixes_everything_that_is_drawn():
    def run():
        random.seed(3)
        np.random.seed(3)
        augmenters = mx.image.CreateAugmenter(
            (3, 8, 8), rand_crop=True, rand_resize=True, rand_mirror=True, brightness=0.3, contrast=0.3,
            saturation=0.3, hue=0.3, pca_noise=0.3, rand_gray=0.3,
        )
        return mx.image.SequentialAug(augmenters)(image(dtype="uint8")).asnumpy()

    np.testing.assert_array_equal(run(), run())


def test_saturation_of_grays_changes_nothing():
    gray = mx.nd.array(np.repeat(np.arange(12.0).reshape(3, 4, 1), 3, 2))
    np.testing.assert_allclose(mx.image.SaturationJitterAug(0.9)(gray).asnumpy(), gray.asnumpy(), atol=1e-4)


def test_created_augmenters_refuse_what_they_cannot_do():
    with pytest.raises(ArgumentError, match="pass rand_crop=True too"):
        mx.image.CreateAugmenter((3, 8, 8), rand_resize=True)
    with pytest.raises(ArgumentError, match="one or three numbers"):
        mx.image.CreateAugmenter((3, 8, 8), std=np.array([1, 2]))


# -- boxes -------------------------------------------------------------------------------------------------------------
LABEL = np.array([[0, 0.1, 0.2, 0.5, 0.6], [1, 0.3, 0.3, 0.9, 0.8]], np.float32)


def painted(height=40, width=60):
    """An image in which box 0 of LABEL is red."""
    pixels = np.zeros((height, width, 3), np.uint8)
    left, top, right, bottom = LABEL[0, 1:]
    pixels[round(top * height) : round(bottom * height), round(left * width) : round(right * width), 0] = 255
    return mx.nd.array(pixels, dtype="uint8")


def box_of_red(x):
    """Return the box of the red pixels, as parts of the image's size."""
    rows, columns = np.nonzero(x.asnumpy()[..., 0] > 200)
    height, width = x.shape[:2]
    return columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "augmenter",
    [
        mx.image.DetHorizontalFlipAug(1),
        mx.image.DetRandomCropAug(min_object_covered=0.5, area_range=(0.3, 0.9)),
        mx.image.DetRandomPadAug(pad_val=(0, 0, 0)),
        mx.image.DetBorrowAug(mx.image.ForceResizeAug((50, 70), interp=0)),
    ],
    ids=lambda augmenter: type(augmenter).__name__,
)
def test_box_stays_around_its_object(augmenter, seed):
    random.seed(seed)
    label = LABEL.copy()
    x, boxes = augmenter(painted(), label)
    np.testing.assert_array_equal(label, LABEL)
    red = boxes[boxes[:, 0] == 0]
    if len(red):
        np.testing.assert_allclose(red[0, 1:5], box_of_red(x), atol=1.5 / min(x.shape[:2]))
    else:
        assert isinstance(augmenter, mx.image.DetRandomCropAug)


@pytest.mark.parametrize("seed", range(20))
def test_crop_keeps_what_it_promises(seed):
    random.seed(seed)
    augmenter = mx.image.DetRandomCropAug(min_object_covered=0.8, aspect_ratio_range=(0.9, 1.1), area_range=(0.2, 0.8))
    x, boxes = augmenter(painted(50, 50), LABEL)
    height, width = x.shape[:2]
    assert len(boxes) >= 1 and boxes.min() >= 0 and boxes[:, 1:].max() <= 1
    if (height, width) != (50, 50):
        assert 0.18 <= height * width / 2500 <= 0.82
        assert 0.85 <= width / height <= 1.15


def test_crop_that_cannot_be_leaves_the_image():
    whole = np.array([[0, 0, 0, 1, 1]], np.float32)
    x = painted()
    same, label = mx.image.DetRandomCropAug(min_object_covered=0.9, area_range=(0.1, 0.3))(x, whole)
    assert same is x and label is whole


def test_object_of_little_area_is_dropped():
    random.seed(0)
    left = np.array([[0, 0, 0, 1, 1], [1, 0.0, 0.0, 0.02, 0.02]], np.float32)
    kept = [len(mx.image.DetRandomCropAug(0, area_range=(0.1, 0.2), min_eject_coverage=0)(painted(), left)[1])]
    kept += [len(mx.image.DetRandomCropAug(0, area_range=(0.1, 0.2), min_eject_coverage=0.05)(painted(), left)[1])]
    assert kept == [1, 1]


def test_padding_has_its_value_everywhere():
    random.seed(1)
    x, _ = mx.image.DetRandomPadAug(pad_val=7, area_range=(1.5, 3))(painted(), LABEL)
    assert x.shape[0] * x.shape[1] > 40 * 60
    pixels = x.asnumpy()
    assert {tuple(p) for p in pixels.reshape(-1, 3)} == {(0, 0, 0), (255, 0, 0), (7, 7, 7)}


def test_impossible_ranges_are_refused():
    with pytest.raises(ArgumentError, match="ranges go from a smaller"):
        mx.image.DetRandomCropAug(area_range=(1, 0.5))
    with pytest.raises(ArgumentError, match="ranges go from a smaller"):
        mx.image.DetRandomPadAug(aspect_ratio_range=(0, 0.5))
    with pytest.raises(ArgumentError, match="reach beyond 1"):
        mx.image.DetRandomPadAug(area_range=(0.2, 0.7))
    with pytest.raises(ArgumentError, match=r"area_range must be \(least, most\)"):
        mx.image.DetRandomCropAug(area_range=(0.1, 0.2, 0.3))
