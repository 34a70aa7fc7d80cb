"""Samples as small pictures, if they are images, and as a line of numbers, if they are rows of a table."""

from math import isqrt

import numpy as np

from mxlearn.base import ArgumentError, ShapeError
from mxlearn.drawing import number_text

LARGEST = 32  # pixels of a side
LEAST_SIDE = 8  # of a flat row that is taken for a square image
NUMBERS = 6  # of a row of a table that are shown


def images_of(samples: np.ndarray, images, count: int) -> np.ndarray | None:
    """Return images (n, height, width, 1 or 3), as they are, or None where the samples are rows.

    Parameters
    ----------
    samples : what the network saw, (n, ...)
    images : what to show in its place, an array, None, or False for no images
    count : how many there have to be

    Raises
    ------
    ShapeError, ArgumentError
        If ``images`` are no images, or not so many.
    """
    if images is False:
        return None
    given = images is not None
    array = np.asarray(images.asnumpy() if hasattr(images, "asnumpy") else images) if given else samples
    wanted = "(n, height, width) or (n, height, width, 3)"
    if given and (array.ndim == 0 or array.dtype.kind not in "biuf"):
        raise ArgumentError(f"evaluate: images must be an array of numbers, {wanted}.")
    if given and len(array) != count:
        raise ShapeError(f"evaluate: {len(array)} images for {count} samples.")
    found = _shaped(array)
    if found is None and given:
        raise ShapeError(f"evaluate: images have the shape {array.shape}, expected {wanted}.")
    return found


def _shaped(array: np.ndarray) -> np.ndarray | None:
    if array.ndim == 4 and array.shape[3] in (1, 3):
        return array
    if array.ndim == 4 and array.shape[1] in (1, 3):
        return array.transpose(0, 2, 3, 1)
    if array.ndim == 3 and min(array.shape[1:]) >= 4:
        return array[..., None]
    if array.ndim == 2:
        side = isqrt(array.shape[1])
        if side >= LEAST_SIDE and side * side == array.shape[1]:
            return array.reshape(-1, side, side, 1)
    return None


def size_of(images: np.ndarray) -> tuple[int, int, int]:
    """Return (height, width, channels) of the small pictures that ``small`` makes."""
    step = step_of(images)
    return -(-images.shape[1] // step), -(-images.shape[2] // step), images.shape[3]


def step_of(images: np.ndarray) -> int:
    """Return how many pixels of a side become one."""
    return -(-max(images.shape[1:3]) // LARGEST)


def small(images: np.ndarray) -> np.ndarray:
    """Return pictures of at most LARGEST pixels a side, uint8 from 0 to 255: means of squares of pixels."""
    step = step_of(images)
    n, height, width, channels = images.shape
    values = images.astype(np.float64)
    tall, wide = -(-height // step) * step, -(-width // step) * step
    values = np.pad(values, ((0, 0), (0, tall - height), (0, wide - width), (0, 0)), mode="edge")
    values = values.reshape(n, tall // step, step, wide // step, step, channels).mean(axis=(2, 4))
    finite = values[np.isfinite(values)]
    low, high = (0.0, 255.0) if images.dtype == np.uint8 else (finite.min(initial=0.0), finite.max(initial=0.0))
    span = high - low
    return np.nan_to_num(np.clip((values - low) / (span if span > 0 else 1.0), 0, 1) * 255).round().astype(np.uint8)


def row_text(sample: np.ndarray) -> str:
    """Return the first numbers of a sample as text."""
    numbers = [number_text(float(v), 3) for v in sample.reshape(-1)[:NUMBERS]]
    return ", ".join(numbers) + (", …" if sample.size > NUMBERS else "")
