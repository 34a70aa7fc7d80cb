"""Image computations on raw arrays: resizing by weight matrices, color changes, rotation.

Images are (..., height, width, channel); integer images are computed in float32 and brought back by ``like``.
Resizing takes rows first and columns then: an output pixel is a weighted sum of a few input pixels, its taps, and the
weights of a row are those of every row. The weights are OpenCV's, which MXNet resizes with.

References: OpenCV 3.4, functions resize and cvtColor; R. Keys, "Cubic convolution interpolation", 1981.
"""
import math
from functools import lru_cache

import numpy as np

NEAREST, LINEAR, CUBIC, AREA, LANCZOS = range(5)
_AREA_UP = 5  # what OpenCV does with AREA where an edge grows: between nearest and linear

# Luma of ITU-R BT.601, and the principal components of ImageNet's colors with the roots of their variances (Krizhevsky
# et al. 2012, section 4.1).
LUMA = (0.299, 0.587, 0.114)
COMPONENTS = np.array(
    [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]], np.float32
) * np.array([55.46, 4.794, 1.148], np.float32)


def like(xp, values, image, *, rounded: bool = False):
    """Return float ``values`` in the dtype of ``image``; integers are cut off (or rounded) and kept in range."""
    if image.dtype.kind == "f":
        return values.astype(image.dtype, copy=False)
    limits = np.iinfo(image.dtype)
    if rounded:
        values = xp.rint(values)
    return xp.clip(values, limits.min, limits.max).astype(image.dtype)


def as_float(image):
    """Return a floating image: itself, or a float32 copy of an integer one."""
    return image if image.dtype.kind == "f" else image.astype(np.float32)


def resize(xp, image, height: int, width: int, interpolation: int):
    """Resize (..., height, width, channel) to new height and width in pixels; uint8 results are rounded."""
    old_height, old_width = image.shape[-3:-1]
    if (old_height, old_width) == (height, width):
        return image.copy()
    if interpolation == NEAREST:
        rows = xp.asarray(_nearest(old_height, height))
        columns = xp.asarray(_nearest(old_width, width))
        return image[..., rows, :, :][..., columns, :]
    if interpolation == AREA and (height > old_height or width > old_width):
        interpolation = _AREA_UP
    dtype = image.dtype if image.dtype.kind == "f" else np.dtype(np.float32)
    rows = _mixed(xp, image, -3, *_taps(old_height, height, interpolation), dtype)
    return like(xp, _mixed(xp, rows, -2, *_taps(old_width, width, interpolation), dtype), image, rounded=True)


def _mixed(xp, values, axis: int, taps: np.ndarray, weights: np.ndarray, dtype):
    """Return weighted sums of slices along an axis: the taps of all output pixels at once, one after the other."""
    shape = (-1,) + (1,) * (-axis - 1)
    total = None
    for index, weight in zip(taps, weights, strict=True):
        part = xp.take(values, xp.asarray(index), axis=axis) * xp.asarray(weight, dtype).reshape(shape)
        total = part if total is None else xp.add(total, part, out=total)
    return total


def _nearest(old: int, new: int) -> np.ndarray:
    return np.minimum((np.arange(new) * (old / new)).astype(np.intp), old - 1)


@lru_cache(maxsize=64)
def _taps(old: int, new: int, interpolation: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which input pixels each output pixel is made of, (tap, new), and their weights, the same shape."""
    matrix = _weights(old, new, interpolation)
    most = int((matrix != 0).sum(axis=1).max())
    taps = np.argsort(matrix == 0, axis=1, kind="stable")[:, :most]     # those with a weight first
    return np.ascontiguousarray(taps.T), np.ascontiguousarray(np.take_along_axis(matrix, taps, axis=1).T)


def _weights(old: int, new: int, interpolation: int) -> np.ndarray:
    """Return the matrix (new, old) whose row i holds the weights of output pixel i."""
    if interpolation == AREA:
        return _area(old, new)
    if interpolation == _AREA_UP:
        return _area_up(old, new)
    radius, kernel = {LINEAR: (1, _hat), CUBIC: (2, _cubic), LANCZOS: (4, _lanczos)}[interpolation]
    matrix = np.zeros((new, old))
    for i in range(new):
        center = (i + 0.5) * old / new - 0.5                       # pixel centers lie at half-integers
        taps = np.arange(math.floor(center) - radius + 1, math.floor(center) + radius + 1)
        weights = kernel(center - taps)
        np.add.at(matrix[i], np.clip(taps, 0, old - 1), weights / weights.sum())
    return matrix


def _area(old: int, new: int) -> np.ndarray:
    """Return the share of each input pixel in each output pixel's interval."""
    edges = np.arange(new + 1) * (old / new)
    left, right = edges[:-1, None], edges[1:, None]
    pixel = np.arange(old)
    return np.clip(np.minimum(right, pixel + 1) - np.maximum(left, pixel), 0, None) * (new / old)


def _area_up(old: int, new: int) -> np.ndarray:
    """Return weights that repeat an input pixel, and mix two only where an output pixel covers both."""
    matrix = np.zeros((new, old))
    for i in range(new):
        first = i * old // new
        share = (i + 1) - (first + 1) * new / old
        share = share - math.floor(share) if share > 0 else 0.0
        matrix[i, first] += 1 - share
        matrix[i, min(first + 1, old - 1)] += share
    return matrix


def _hat(x):
    return np.maximum(1 - np.abs(x), 0)


def _cubic(x, a=-0.75):
    x = np.abs(x)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def _lanczos(x):
    return np.where(np.abs(x) < 4, np.sinc(x) * np.sinc(x / 4), 0.0)


def gray(xp, image):
    """Return the luma (..., height, width, 1) of a floating RGB image."""
    return (image * xp.asarray(LUMA, image.dtype)).sum(-1, keepdims=True)


def brighten(xp, image, factor: float):
    """Multiply all colors by ``factor``."""
    return image * image.dtype.type(factor)


def contrast(xp, image, factor: float):
    """Move all colors away from the image's mean luma by ``factor``."""
    level = gray(xp, image) if image.shape[-1] == 3 else image
    mean = level.mean(axis=(-3, -2, -1), keepdims=True)
    return image * image.dtype.type(factor) + mean * image.dtype.type(1 - factor)


def saturate(xp, image, factor: float):
    """Move each color away from the pixel's luma by ``factor``."""
    if image.shape[-1] != 3:
        return image.copy()
    return image * image.dtype.type(factor) + gray(xp, image) * image.dtype.type(1 - factor)


def turn_hue(xp, image, turns: float):
    """Turn the hue of each pixel by ``turns`` of a full circle, keeping lightness and saturation (HLS)."""
    if image.shape[-1] != 3:
        return image.copy()
    red, green, blue = image[..., 0], image[..., 1], image[..., 2]
    low, high = image.min(-1), image.max(-1)
    spread = high - low
    safe = xp.where(spread > 0, spread, 1)
    sector = xp.where(
        high == red, (green - blue) / safe, xp.where(high == green, 2 + (blue - red) / safe, 4 + (red - green) / safe)
    )
    sector = (sector + 6 * turns) % 6                              # hue in sixths of the circle

    def channel(offset: float):
        distance = (sector + offset) % 6                           # trapezoid: up, high, high, down, low, low
        return low + spread * xp.clip(xp.minimum(distance, 4 - distance), 0, 1)

    return xp.stack([channel(2), channel(0), channel(4)], axis=-1).astype(image.dtype, copy=False)


def light(xp, image, alpha):
    """Add ``alpha`` (3,) times ImageNet's principal color components to an RGB image of values 0 to 255."""
    if image.shape[-1] != 3:
        return image.copy()
    shift = COMPONENTS @ np.asarray(alpha, np.float32)
    return image + xp.asarray(shift, image.dtype)


def rotate(xp, image, degrees: float, *, zoom: str = ""):
    """Rotate (..., height, width) images about their centers, with bilinear interpolation and zeros from outside.

    Parameters
    ----------
    degrees : float, counterclockwise as the picture is seen
    zoom : "" keeps the scale, "in" enlarges until no corner is empty, "out" shrinks until the whole image is seen
    """
    height, width = image.shape[-2:]
    turn = math.radians(degrees)
    scale = {"": 1.0, "in": 1 / _extent(height, width, turn), "out": _extent(height, width, turn)}[zoom]
    y, x = xp.meshgrid(xp.arange(height) - (height - 1) / 2, xp.arange(width) - (width - 1) / 2, indexing="ij")
    # Each output pixel looks up the place that a rotation brings to it.
    from_x = (x * math.cos(turn) - y * math.sin(turn)) * scale + (width - 1) / 2
    from_y = (x * math.sin(turn) + y * math.cos(turn)) * scale + (height - 1) / 2
    left, top = xp.floor(from_x).astype(int), xp.floor(from_y).astype(int)
    result = xp.zeros_like(image)
    for row in (top, top + 1):
        for column in (left, left + 1):
            weight = (1 - abs(from_x - column)) * (1 - abs(from_y - row))
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            weight = (weight * inside).astype(image.dtype)
            result = result + weight * image[..., xp.clip(row, 0, height - 1), xp.clip(column, 0, width - 1)]
    return result


def _extent(height: int, width: int, turn: float) -> float:
    """Return by how much the rectangle that encloses the rotated image is larger than the image."""
    diagonal, angle = math.hypot(height, width), math.atan2(height, width)
    across = max(abs(math.cos(angle + turn)), abs(math.cos(angle - turn))) * diagonal / width
    along = max(abs(math.sin(angle + turn)), abs(math.sin(angle - turn))) * diagonal / height
    return max(across, along)
