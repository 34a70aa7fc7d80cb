"""Transforms of images: values by hand and from the real MXNet 1.9.1."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, MXNetError, ShapeError
from mxlearn.gluon.data.vision import transforms as T  # noqa: N812

IMAGE = mx.nd.array(np.random.RandomState(0).randint(0, 256, (4, 6, 3)), dtype="uint8")


def ints(array):
    return array.asnumpy().astype(int).tolist()


def test_to_tensor_puts_channels_first_and_divides_by_255():
    tensor = T.ToTensor()(IMAGE)
    assert (tensor.shape, tensor.dtype) == ((3, 4, 6), np.float32)
    assert np.allclose(tensor.asnumpy(), IMAGE.asnumpy().transpose(2, 0, 1) / 255)
    assert T.ToTensor()(mx.nd.stack(IMAGE, IMAGE)).shape == (2, 3, 4, 6)
    with pytest.raises(ShapeError, match="expected an image"):
        T.ToTensor()(IMAGE[0])


def test_normalize_by_hand():
    tensor = mx.nd.array([[[1, 3]], [[5, 9]]])                # 2 channels of 1x2 pixels
    assert T.Normalize((1, 5), (2, 4))(tensor).asnumpy().tolist() == [[[0, 1]], [[0, 1]]]
    assert T.Normalize(1, 2)(tensor).asnumpy().tolist() == [[[0, 1]], [[2, 4]]]
    with pytest.raises(ShapeError, match="mean needs 1 or 2 numbers"):
        T.Normalize((1, 2, 3), 1)(tensor)


def test_normalize_has_a_gradient():
    x = mx.nd.ones((2, 1, 3))
    x.attach_grad()
    with mx.autograd.record():
        y = T.Normalize((0.5, 0.5), (0.5, 0.25))(x)
    y.backward()
    assert x.grad.asnumpy().tolist() == [[[2, 2, 2]], [[4, 4, 4]]]


def test_cast():
    assert T.Cast("float16")(IMAGE).dtype is np.float16
    assert T.Cast()(IMAGE).dtype is np.float32


SIGNAL = np.array([10, 200, 30, 90], np.float32)


@pytest.mark.parametrize(
    ("interpolation", "width", "expected"),
    [
        (0, 2, [10, 30]),                                     # by hand: pixels 0 and 2
        (1, 2, [105, 60]),                                    # by hand: between pixels 0 and 1, 2 and 3
        (3, 2, [105, 60]),                                    # by hand: means of two
        (1, 8, [10, 57.5, 152.5, 157.5, 72.5, 45, 75, 90]),   # by hand: weights 3/4 and 1/4
        (3, 8, [10, 10, 200, 200, 30, 30, 90, 90]),           # enlarged by area: each pixel twice
    ],
)
def test_resize_along_one_axis(interpolation, width, expected):
    image = mx.nd.array(np.repeat(SIGNAL[None, :, None], 2, axis=0))
    resized = T.Resize((width, 2), interpolation=interpolation)(image)
    assert resized.shape == (2, width, 1)
    assert np.allclose(resized.asnumpy()[0, :, 0], expected)


@pytest.mark.parametrize(
    ("interpolation", "expected"),
    [  # 4x6 to 3x2 (width, height), first row, from the real MXNet 1.9.1
        (1, [115, 99, 193, 130, 71, 122]),
        (2, [96, 104, 212, 136, 56, 106]),
        (4, [90, 105, 219, 149, 61, 96]),
    ],
)
def test_resize_is_that_of_mxnet(interpolation, expected):
    image = mx.nd.array(np.random.RandomState(0).randint(0, 255, (4, 6, 3)), dtype="uint8")
    found = T.Resize((3, 2), interpolation=interpolation)(image)
    assert found.dtype is np.uint8
    assert np.abs(np.array(ints(found)).ravel()[:6] - expected).max() <= 1


@pytest.mark.parametrize(
    ("transform", "shape"),
    [
        (T.Resize(3), (3, 3, 3)),
        (T.Resize(3, keep_ratio=True), (3, 4, 3)),
        (T.Resize((8, 2)), (2, 8, 3)),
        (T.CenterCrop(2), (2, 2, 3)),
        (T.CenterCrop((2, 3)), (3, 2, 3)),
        (T.CenterCrop(8), (8, 8, 3)),
        (T.CropResize(1, 1, 2, 3), (3, 2, 3)),
        (T.CropResize(1, 1, 2, 3, (4, 5)), (5, 4, 3)),
        (T.RandomResizedCrop(3), (3, 3, 3)),
        (T.RandomResizedCrop((3, 2), (0.5, 0.6), (1, 1.1)), (2, 3, 3)),
        (T.RandomResizedCrop(3, ratio=(50, 60)), (3, 3, 3)),
        (T.RandomCrop(3), (3, 3, 3)),
        (T.RandomCrop((6, 8), pad=2), (8, 6, 3)),
    ],
)
def test_shapes_and_dtype(transform, shape):
    for image in (IMAGE, IMAGE.astype("float32")):
        result = transform(image)
        assert (result.shape, result.dtype) == (shape, image.dtype)


def test_center_crop_takes_the_middle():
    assert ints(T.CenterCrop(2)(IMAGE)) == ints(IMAGE[1:3, 2:4])


def test_crop_resize_takes_the_rectangle():
    assert ints(T.CropResize(1, 0, 2, 3)(IMAGE)) == ints(IMAGE[0:3, 1:3])
    with pytest.raises(ShapeError, match=r"20x3 pixels at \(1, 1\)"):
        T.CropResize(1, 1, 20, 3)(IMAGE)


def test_random_crop_takes_every_place():
    column = mx.nd.array(np.arange(4).reshape(1, 4, 1))
    assert {T.RandomCrop((1, 1))(column).asscalar() for _ in range(200)} == {0, 1, 2, 3}
    padded = {T.RandomCrop((1, 1), pad=(0, 1), pad_value=9)(column).asscalar() for _ in range(300)}
    assert padded == {0, 1, 2, 3, 9}


@pytest.mark.parametrize(("transform", "axis"), [(T.RandomFlipLeftRight(), 1), (T.RandomFlipTopBottom(), 0)])
def test_flips_flip_one_time_in_two(transform, axis):
    flipped = np.flip(IMAGE.asnumpy(), axis).tolist()
    results = [ints(transform(IMAGE)) for _ in range(100)]
    assert all(result in (flipped, ints(IMAGE)) for result in results)
    assert 30 < results.count(flipped) < 70


PIXELS = mx.nd.array([[[172, 47, 117], [192, 67, 251]]])


@pytest.mark.parametrize(
    ("name", "factor", "expected"),
    [
        ("random_brightness", 1.5, [258, 70.5, 175.5, 288, 100.5, 376.5]),  # by hand
        # by hand: luma 0.299 r + 0.587 g + 0.114 b of the pixels is 92.355 and 125.351, their mean 108.853
        ("random_contrast", 1.5, [203.5735, 16.0735, 121.0735, 233.5735, 46.0735, 322.0735]),
        ("random_saturation", 1.5, [211.8225, 24.3225, 129.3225, 225.3245, 37.8245, 313.8245]),
        ("random_hue", 0.3, [142, 172, 47, 251, 155.2, 67]),  # from the real MXNet 1.9.1
        ("random_hue", 1.0, [172, 47, 117, 192, 67, 251]),    # once all round
    ],
)
def test_color_changes(name, factor, expected):
    change = getattr(mx.nd.image, name)
    assert np.allclose(change(PIXELS, factor, factor).asnumpy().ravel(), expected, atol=1e-3)
    whole = change(PIXELS.astype("uint8"), factor, factor)
    assert whole.dtype is np.uint8
    assert np.abs(whole.asnumpy().ravel() - np.clip(np.floor(np.array(expected) + 1e-4), 0, 255)).max() <= 1


def test_lighting_is_that_of_mxnet():
    shift = (mx.nd.image.adjust_lighting(PIXELS, alpha=(0.1, 0.2, 0.3)) - PIXELS).asnumpy()[0, 0]
    assert np.allclose(shift, [-2.31971, -3.50577, -3.75808], atol=1e-4)  # from the real MXNet 1.9.1


@pytest.mark.parametrize(
    "transform",
    [
        T.RandomBrightness(0.4), T.RandomContrast(0.4), T.RandomSaturation(0.4), T.RandomHue(0.4),
        T.RandomColorJitter(0.4, 0.4, 0.4, 0.4), T.RandomLighting(10.0), T.RandomGray(1.0),
    ],
)  # fmt: skip
def test_random_colors_change_the_image_within_its_range_and_follow_the_seed(transform):
    def run():
        mx.random.seed(1)
        return transform(IMAGE)

    first = run()
    assert (first.shape, first.dtype) == (IMAGE.shape, np.uint8)
    assert ints(first) != ints(IMAGE)
    assert ints(first) == ints(run())


def test_random_brightness_stays_within_its_bounds():
    factors = [T.RandomBrightness(0.3)(mx.nd.ones((1, 1, 3))).asnumpy().max() for _ in range(200)]
    assert 0.7 <= min(factors) < 0.75
    assert 1.25 < max(factors) <= 1.3


def test_random_gray_makes_the_channels_equal():
    gray = T.RandomGray(1.0)(IMAGE).asnumpy()
    assert (gray[..., 0] == gray[..., 1]).all() and (gray[..., 0] == gray[..., 2]).all()
    assert T.RandomGray(0.0)(IMAGE) is IMAGE


def test_rotation_by_a_right_angle_is_counterclockwise():
    tensor = mx.nd.array(np.arange(9).reshape(1, 3, 3))
    assert T.Rotate(90)(tensor).asnumpy().round(4)[0].tolist() == [[2, 5, 8], [1, 4, 7], [0, 3, 6]]
    assert T.Rotate(360)(tensor).asnumpy().round(4).tolist() == tensor.asnumpy().tolist()


def test_rotation_zooms():
    tensor = mx.nd.ones((1, 9, 9))
    kept, zoomed_in, zoomed_out = (
        T.Rotate(45, **zoom)(tensor).asnumpy() for zoom in ({}, {"zoom_in": True}, {"zoom_out": True})
    )
    assert kept[0, 0, 0] == 0
    assert zoomed_in.min() == pytest.approx(1)
    assert zoomed_out.sum() < kept.sum()


def test_random_rotation():
    tensor = T.ToTensor()(IMAGE)
    assert T.RandomRotation((-10, 10), rotate_with_proba=0)(tensor) is tensor
    assert T.RandomRotation((-10, 10))(tensor).shape == tensor.shape
    with pytest.raises(DTypeError, match=r"expected float32, not uint8.*\n.*ToTensor"):
        T.Rotate(30)(IMAGE)
    with pytest.raises(ArgumentError, match=r"\(lower, upper\)"):
        T.RandomRotation((10, -10))
    with pytest.raises(ArgumentError, match="exclude each other"):
        T.Rotate(30, True, True)


def test_compose_is_one_after_the_other():
    chain = [T.Resize(3), T.ToTensor(), T.Normalize(0.1, 2), T.CenterCrop(3), T.Cast("float64")]
    expected = IMAGE
    for transform in chain[:3]:
        expected = transform(expected)
    assert np.allclose(T.Compose(chain[:3])(IMAGE).asnumpy(), expected.asnumpy())
    assert np.allclose(T.HybridCompose(chain[:3])(IMAGE).asnumpy(), expected.asnumpy())


def test_compose_hybridizes_runs():
    composed = T.Compose([T.Resize(3), T.RandomFlipLeftRight(), T.CenterCrop(3), T.ToTensor()])
    kinds = [type(child).__name__ for child in composed._children.values()]
    assert kinds == ["HybridSequential", "CenterCrop", "ToTensor"]
    assert composed(IMAGE).shape == (3, 3, 3)


def test_hybrid_compose_wants_hybrid_blocks():
    with pytest.raises(ArgumentError, match="CenterCrop is no HybridBlock"):
        T.HybridCompose([T.CenterCrop(2)])


def test_random_apply():
    assert T.RandomApply(T.ToTensor(), p=1.0)(IMAGE).shape == (3, 4, 6)
    assert T.RandomApply([T.ToTensor(), T.Cast("float64")], p=1.0)(IMAGE).dtype is np.float64
    assert T.RandomApply(T.ToTensor(), p=0.0)(IMAGE) is IMAGE


def test_transforms_say_what_they_are():
    assert repr(T.Normalize(0.1, 0.2)) == "Normalize(mean=0.1, std=0.2)"
    assert "ToTensor()" in repr(T.Compose([T.ToTensor(), T.CenterCrop(2)]))


def test_resize_of_a_bad_size():
    with pytest.raises(MXNetError, match="positive"):
        T.Resize(0)(IMAGE)
