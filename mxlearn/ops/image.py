"""Image operators: what ``gluon.data.vision.transforms`` is made of. ``mx.nd.image``, ``mx.sym.image``.

Images are (height, width, channel) or batches (batch, height, width, channel), as files give them, until ``to_tensor``
makes them (channel, height, width) with values 0 to 1, as networks take them.
"""
import numpy as np

from .. import backend
from ..base import ArgumentError, ShapeError
from ..core.attributes import Floats, Shape
from ..core.infer import same_shape
from ..core.operator import operator
from ..kernels import image as kernel


def _check_image(shape) -> None:
    if len(shape) not in (3, 4):
        raise ShapeError(
            "expected an image (height, width, channel) or a batch (batch, height, width, channel). "
            f"Received: shape {shape}"
        )


@operator(differentiable=False)
def _image_to_tensor(xp, data):
    """Turn images of values 0 to 255 into tensors of values 0 to 1, channels first.

    Parameters
    ----------
    data : (height, width, channel) or (batch, height, width, channel)

    Returns
    -------
    (channel, height, width) or (batch, channel, height, width), float32

    >>> mx.nd.image.to_tensor(mx.nd.full((4, 6, 3), 255)).shape
    (3, 4, 6)

    References: MXNet 1.9.1 operator _image_to_tensor.
    """
    _check_image(data.shape)
    scaled = xp.moveaxis(data, -1, -3).astype(np.float32, order="C")
    scaled /= 255
    return scaled


@_image_to_tensor.infer_shape
def _(data):
    if data is None:
        return (data,), (None,)
    _check_image(data)
    return (data,), ((*data[:-3], data[-1], *data[-3:-1]),)


@_image_to_tensor.infer_dtype
def _(data):
    return (data,), (np.dtype(np.float32),)


@operator(shape=same_shape)
def _image_normalize(xp, data, *, mean: Floats = (0.0,), std: Floats = (1.0,)):
    """Subtract a mean from each channel and divide by a standard deviation.

    Parameters
    ----------
    data : (channel, height, width) or (batch, channel, height, width), floating
    mean, std : one number, or one for each channel

    >>> mx.nd.image.normalize(mx.nd.ones((1, 1, 2)), mean=(0.5,), std=(0.25,))
    [[[2. 2.]]]
    <NDArray 1x1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _image_normalize.
    """
    if data.ndim not in (3, 4):
        raise ShapeError(
            "expected (channel, height, width) or (batch, channel, height, width). "
            f"Received: shape {data.shape}\n  Apply to_tensor first."
        )
    channels = data.shape[-3]
    for name, values in (("mean", mean), ("std", std)):
        if len(values) not in (1, channels):
            count = "1 number" if channels == 1 else f"1 or {channels} numbers"
            raise ShapeError(
                f"{name} needs {count} for images of shape {data.shape}. Received: {values}"
            )
    shift, scale = (xp.asarray(values, data.dtype).reshape(-1, 1, 1) for values in (mean, std))
    return (data - shift) / scale


@_image_normalize.gradient
def _(F, g, *, std):
    return F._image_normalize(g, mean=(0.0,), std=std)


@operator(differentiable=False)
def _image_resize(xp, data, *, size: Shape = (0,), keep_ratio: bool = False, interp: int = 1):
    """Resize images.

    Parameters
    ----------
    data : (height, width, channel) or (batch, height, width, channel)
    size : (width, height) in pixels, or one number: the shorter edge with ``keep_ratio``, else both edges
    interp : 0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos over 8x8 pixels

    >>> mx.nd.image.resize(mx.nd.zeros((4, 6, 3)), size=(3, 2)).shape
    (2, 3, 3)

    References: MXNet 1.9.1 operator _image_resize; OpenCV 3.4 function resize.
    """
    _check_image(data.shape)
    if not 0 <= interp <= 4:
        raise ArgumentError(f"interp must be 0 to 4. Received: {interp}")
    height, width = _new_size(data.shape, size, keep_ratio)
    return kernel.resize(xp, data, height, width, interp)


def _new_size(shape, size, keep_ratio: bool) -> tuple[int, int]:
    """Return the new (height, width)."""
    if len(size) not in (1, 2) or min(size) < 1:
        raise ArgumentError(f"size must be one or two positive integers. Received: {size}")
    if len(size) == 2:
        return size[1], size[0]
    height, width = shape[-3:-1]
    if not keep_ratio:
        return size[0], size[0]
    if height > width:
        return size[0] * height // width, size[0]
    return size[0], size[0] * width // height


@_image_resize.infer_shape
def _(data, *, size, keep_ratio, interp):
    if data is None or -1 in data[-3:-1]:
        return (data,), (None,)
    _check_image(data)
    return (data,), ((*data[:-3], *_new_size(data, size, keep_ratio), data[-1]),)


@operator(differentiable=False)
def _image_crop(xp, data, *, x: int, y: int, width: int, height: int):
    """Cut out a rectangle whose upper left corner is pixel (x, y).

    Parameters
    ----------
    data : (height, width, channel) or (batch, height, width, channel)

    >>> mx.nd.image.crop(mx.nd.zeros((4, 6, 3)), x=1, y=0, width=2, height=3).shape
    (3, 2, 3)

    References: MXNet 1.9.1 operator _image_crop.
    """
    _check_crop(data.shape, x, y, width, height)
    return data[..., y : y + height, x : x + width, :].copy()


def _check_crop(shape, x: int, y: int, width: int, height: int) -> None:
    _check_image(shape)
    if min(x, y) < 0 or min(width, height) < 1 or x + width > shape[-2] or y + height > shape[-3]:
        raise ShapeError(
            f"{width}x{height} pixels at ({x}, {y}) do not lie in an image of {shape[-2]}x{shape[-3]}."
        )


@_image_crop.infer_shape
def _(data, *, x, y, width, height):
    if data is None or -1 in data[-3:-1]:
        return (data,), (None,)
    _check_crop(data, x, y, width, height)
    return (data,), ((*data[:-3], height, width, data[-1]),)


@operator(elementwise=False, shape=same_shape)
def _image_flip_left_right(xp, data):
    """Mirror images left to right.

    Parameters
    ----------
    data : (height, width, channel) or (batch, height, width, channel)

    >>> mx.nd.image.flip_left_right(mx.nd.array([[[1], [2]]])).asnumpy().ravel().tolist()
    [2.0, 1.0]

    References: MXNet 1.9.1 operator _image_flip_left_right.
    """
    _check_image(data.shape)
    return xp.ascontiguousarray(data[..., ::-1, :])


@_image_flip_left_right.gradient
def _(F, g):
    return F._image_flip_left_right(g)


@operator(shape=same_shape)
def _image_flip_top_bottom(xp, data):
    """Turn images upside down.

    Parameters
    ----------
    data : (height, width, channel) or (batch, height, width, channel)

    >>> mx.nd.image.flip_top_bottom(mx.nd.array([[[1]], [[2]]])).asnumpy().ravel().tolist()
    [2.0, 1.0]

    References: MXNet 1.9.1 operator _image_flip_top_bottom.
    """
    _check_image(data.shape)
    return xp.ascontiguousarray(data[..., ::-1, :, :])


@_image_flip_top_bottom.gradient
def _(F, g):
    return F._image_flip_top_bottom(g)


@operator(shape=same_shape, differentiable=False)
def _image_random_flip_left_right(xp, data, *, p: float = 0.5, rng):
    """Mirror images left to right with probability ``p``; a batch as a whole.

    >>> mx.nd.image.random_flip_left_right(mx.nd.array([[[1], [2]]]), p=1).asnumpy().ravel().tolist()
    [2.0, 1.0]

    References: MXNet 1.9.1 operator _image_random_flip_left_right.
    """
    _check_image(data.shape)
    return xp.ascontiguousarray(data[..., ::-1, :]) if _draw(rng, 0.0, 1.0) < p else data.copy()


@operator(shape=same_shape, differentiable=False)
def _image_random_flip_top_bottom(xp, data, *, p: float = 0.5, rng):
    """Turn images upside down with probability ``p``; a batch as a whole.

    >>> mx.nd.image.random_flip_top_bottom(mx.nd.array([[[1]], [[2]]]), p=1).asnumpy().ravel().tolist()
    [2.0, 1.0]

    References: MXNet 1.9.1 operator _image_random_flip_top_bottom.
    """
    _check_image(data.shape)
    return xp.ascontiguousarray(data[..., ::-1, :, :]) if _draw(rng, 0.0, 1.0) < p else data.copy()


def _draw(rng, low: float, high: float) -> float:
    return float(rng.uniform(low, high)) if low < high else low


@operator(shape=same_shape, differentiable=False)
def _image_random_brightness(xp, data, *, min_factor: float, max_factor: float, rng):
    """Multiply all colors by a factor drawn between ``min_factor`` and ``max_factor``.

    Parameters
    ----------
    data : (height, width, channel) or (batch, ...); integer images are cut off at the ends of their range

    >>> mx.nd.image.random_brightness(mx.nd.ones((1, 1, 3)), 2.0, 2.0).asnumpy().ravel().tolist()
    [2.0, 2.0, 2.0]

    References: MXNet 1.9.1 operator _image_random_brightness.
    """
    factor = _draw(rng, min_factor, max_factor)
    return kernel.like(xp, kernel.brighten(xp, kernel.as_float(data), factor), data)


@operator(shape=same_shape, differentiable=False)
def _image_random_contrast(xp, data, *, min_factor: float, max_factor: float, rng):
    """Move all colors from the mean luma of the image, by a factor drawn between ``min_factor`` and ``max_factor``.

    Parameters
    ----------
    data : (height, width, channel) or (batch, ...); integer images are cut off at the ends of their range

    >>> mx.nd.image.random_contrast(mx.nd.array([[[1], [3]]]), 2.0, 2.0).asnumpy().ravel().tolist()
    [0.0, 4.0]

    References: MXNet 1.9.1 operator _image_random_contrast.
    """
    factor = _draw(rng, min_factor, max_factor)
    return kernel.like(xp, kernel.contrast(xp, kernel.as_float(data), factor), data)


@operator(shape=same_shape, differentiable=False)
def _image_random_saturation(xp, data, *, min_factor: float, max_factor: float, rng):
    """Move all colors from the luma of their pixel, by a factor drawn between ``min_factor`` and ``max_factor``.

    The luma is 0.299 red + 0.587 green + 0.114 blue. (MXNet 1.9.1 takes 0.114 blue alone, an oversight.)

    Parameters
    ----------
    data : (height, width, channel) or (batch, ...); integer images are cut off at the ends of their range

    >>> mx.nd.image.random_saturation(mx.nd.full((1, 1, 3), 7), 0.0, 2.0).asnumpy().round(3).ravel().tolist()
    [7.0, 7.0, 7.0]

    References: MXNet 1.9.1 operator _image_random_saturation.
    """
    factor = _draw(rng, min_factor, max_factor)
    return kernel.like(xp, kernel.saturate(xp, kernel.as_float(data), factor), data)


@operator(shape=same_shape, differentiable=False)
def _image_random_hue(xp, data, *, min_factor: float, max_factor: float, rng):
    """Turn all hues by a part of the circle drawn between ``min_factor`` and ``max_factor``; 1 is all round.

    Parameters
    ----------
    data : (height, width, 3) or (batch, ...); integer images are cut off at the ends of their range

    >>> red = mx.nd.array([[[255, 0, 0]]])
    >>> mx.nd.image.random_hue(red, 0.5, 0.5).asnumpy().round().ravel().tolist()
    [0.0, 255.0, 255.0]

    References: MXNet 1.9.1 operator _image_random_hue.
    """
    turns = _draw(rng, min_factor, max_factor)
    return kernel.like(xp, kernel.turn_hue(xp, kernel.as_float(data), turns), data)


@operator(shape=same_shape, differentiable=False)
def _image_random_color_jitter(xp, data, *, brightness: float, contrast: float, saturation: float, hue: float, rng):
    """Change brightness, contrast, saturation and hue, each by a random factor, in random order.

    Each factor is drawn between ``max(0, 1 - x)`` and ``1 + x``; an ``x`` of 0 leaves its property alone.

    >>> image = mx.nd.ones((2, 2, 3))
    >>> mx.nd.image.random_color_jitter(image, 0, 0, 0, 0).asnumpy().tolist() == image.asnumpy().tolist()
    True

    References: MXNet 1.9.1 operator _image_random_color_jitter.
    """
    changes = [
        (kernel.brighten, brightness),
        (kernel.contrast, contrast),
        (kernel.saturate, saturation),
        (kernel.turn_hue, hue),
    ]
    values = kernel.as_float(data)
    limit = None if data.dtype.kind == "f" else np.iinfo(data.dtype)
    remaining = [change for change in changes if change[1] > 0]
    while remaining:
        change, strength = remaining.pop(min(int(_draw(rng, 0.0, len(remaining))), len(remaining) - 1))
        values = change(xp, values, _draw(rng, max(0.0, 1 - strength), 1 + strength))
        if limit is not None:
            values = xp.clip(values, limit.min, limit.max)
    return data.copy() if values is data else kernel.like(xp, values, data)


@operator(shape=same_shape, differentiable=False)
def _image_adjust_lighting(xp, data, *, alpha: Floats):
    """Add ``alpha``, three numbers, times the principal components of ImageNet's colors.

    Parameters
    ----------
    data : (height, width, 3) or (batch, ...), values 0 to 255

    >>> mx.nd.image.adjust_lighting(mx.nd.zeros((1, 1, 3)), alpha=(0, 0, 0)).asnumpy().ravel().tolist()
    [0.0, 0.0, 0.0]

    References: MXNet 1.9.1 operator _image_adjust_lighting; Krizhevsky et al. 2012, section 4.1.
    """
    if len(alpha) != 3:
        raise ArgumentError(f"alpha must be three numbers. Received: {alpha}")
    return kernel.like(xp, kernel.light(xp, kernel.as_float(data), alpha), data)


@operator(shape=same_shape, differentiable=False)
def _image_random_lighting(xp, data, *, alpha_std: float = 0.05, rng):
    """Add the principal components of ImageNet's colors, each times a number drawn from Normal(0, ``alpha_std``).

    Parameters
    ----------
    data : (height, width, 3) or (batch, ...), values 0 to 255

    >>> mx.nd.image.random_lighting(mx.nd.zeros((1, 1, 3)), alpha_std=0).asnumpy().ravel().tolist()
    [0.0, 0.0, 0.0]

    References: MXNet 1.9.1 operator _image_random_lighting; Krizhevsky et al. 2012, section 4.1.
    """
    alpha = backend.to_numpy(rng.standard_normal(3)) * alpha_std
    return kernel.like(xp, kernel.light(xp, kernel.as_float(data), alpha), data)
