"""Images with labels that a pad can load."""

from dataclasses import dataclass

import numpy as np

from mxlearn.base import ArgumentError, type_name

SMALLEST, LARGEST = 4, 64  # sides of images in pixels


@dataclass(frozen=True)
class Samples:
    """Square gray images and their labels.

    Attributes
    ----------
    images : (n, size, size), as they were given
    labels : (n,) int64
    factor : times a pixel, so that ink is 1
    """

    images: np.ndarray
    labels: np.ndarray
    factor: float

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> int:
        """The side of an image in pixels."""
        return self.images.shape[1]

    def take(self, start: int, stop: int) -> np.ndarray:
        """Return images from ``start`` to ``stop``, (n, size, size) float32, 0 = background, 1 = ink."""
        return (self.images[start:stop] * np.float64(self.factor)).astype(np.float32)


def read(samples) -> Samples:
    """Read ``(images, labels)``, or an ImageSet, whose test images are taken.

    Parameters
    ----------
    samples : images (n, size, size), (n, 1, size, size) or (n, size * size), array or NDArray: whole numbers from 0 to
        255, or floats, which are divided by the largest one where that is above 1; and labels (n,), whole numbers

    Raises
    ------
    ArgumentError
        If there are no images, they are not square, or their number is not that of the labels.
    """
    if hasattr(samples, "test_images"):
        samples = (samples.test_images, samples.test_labels)
    if not isinstance(samples, (tuple, list)) or len(samples) != 2:
        raise ArgumentError(
            f"digit_pad: samples must be a pair (images, labels). Received: {type_name(samples)}.\n"
            "  For example: samples=(digits.test_images, digits.test_labels)."
        )
    images, labels = (np.asarray(each.asnumpy() if hasattr(each, "asnumpy") else each) for each in samples)
    if images.dtype.kind not in "uifb" or labels.dtype.kind not in "uif":
        raise ArgumentError(
            f"digit_pad: samples must be numbers. Received: images {images.dtype}, labels {labels.dtype}."
        )
    images = _square(images)
    labels = labels.reshape(-1)
    if len(labels) != len(images):
        raise ArgumentError(
            f"digit_pad: there are {len(images):,} images, but {len(labels):,} labels.\n  Pass a label for each image."
        )
    if not np.array_equal(labels, np.floor(labels)) or labels.min() < 0:
        raise ArgumentError(
            "digit_pad: labels must be the numbers of classes, 0, 1, 2, ...\n  For one-hot rows: labels.argmax(axis=1)."
        )
    return Samples(images, labels.astype(np.int64), _factor(images))


def _factor(images: np.ndarray) -> float:
    """Return what a pixel is multiplied by, so that ink is 1."""
    if images.dtype.kind in "uib":
        return 1.0 if images.dtype.kind == "b" else 1.0 / 255.0
    low, top = float(images.min()), float(images.max())  # NaN where there is one
    if not (low >= 0 and top < np.inf):
        raise ArgumentError(
            f"digit_pad: pixels must be from 0, the background, to 1, full ink. Received: {low:g} to {top:g}.\n"
            "  Pass the images as they are before they are prepared for the network, and what prepares them as"
            " transform=, such as transform=lambda x: (x - 0.13) / 0.31."
        )
    return 1.0 / top if top > 1 else 1.0


def _square(images: np.ndarray) -> np.ndarray:
    """Return images as (n, size, size)."""
    shape, pixels = images.shape, int(np.prod(images.shape[1:]))
    if images.ndim < 2 or len(images) == 0 or pixels == 0:
        raise ArgumentError(
            f"digit_pad: there is no image in samples of shape {shape}.\n  Pass images of shape (n, height, width)."
        )
    side = round(pixels**0.5)
    spatial = shape[1:] if images.ndim < 4 else shape[2:] if shape[1] == 1 else shape[1:3] if shape[-1] == 1 else shape
    fits = side * side == pixels and (images.ndim == 2 or tuple(spatial) == (side, side))
    if not fits or not SMALLEST <= side <= LARGEST:
        raise ArgumentError(
            f"digit_pad: expected square gray images, of {SMALLEST} to {LARGEST} pixels a side."
            f" Received: shape {shape}.\n  For example (n, 28, 28), (n, 1, 28, 28) or (n, 784)."
        )
    return images.reshape(len(images), side, side)
