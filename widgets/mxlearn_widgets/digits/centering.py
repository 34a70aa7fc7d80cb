"""From a drawing to the image that a network gets, as the digits of MNIST were made from scanned forms.

The digits were scaled to fit a box of 20 x 20 pixels, their aspect ratio kept, and then moved inside 28 x 28 pixels
until their center of mass lay in the middle.

Reference: LeCun, Cortes, Burges, The MNIST database of handwritten digits.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Centered:
    """A drawing, centered.

    Attributes
    ----------
    image : (size, size) float32, 0 = background, 1 = ink
    box : (top, left, bottom, right) of the ink in the drawing, in pixels of the drawing; None where there is no ink
    mass : (row, column) of the center of mass of the ink, in pixels of the drawing; None where there is no ink
    """

    image: np.ndarray
    box: tuple[int, int, int, int] | None
    mass: tuple[float, float] | None


def inner_size(size: int) -> int:
    """Return the side of the box that the ink is scaled into, in pixels: 20 of 28, and as much of other sizes."""
    return max(1, round(size * 20 / 28))


def center(drawing: np.ndarray, size: int) -> Centered:
    """Crop a drawing to its ink, scale that into a box of 20/28 of ``size``, and move its center of mass to the middle.

    Parameters
    ----------
    drawing : (height, width), 0 = background, 1 = ink
    size : side of the result in pixels

    The aspect ratio stays. Pixels are averages over areas, so that edges come out gray. The shift is a whole number of
    pixels, and never moves ink over the border.
    """
    drawing = np.asarray(drawing, dtype=np.float64)
    image = np.zeros((size, size), dtype=np.float32)
    rows, columns = np.flatnonzero(drawing.any(axis=1)), np.flatnonzero(drawing.any(axis=0))
    if len(rows) == 0:
        return Centered(image, None, None)
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    ink = drawing[top:bottom, left:right]
    factor = inner_size(size) / max(ink.shape)
    height, width = (max(1, round(n * factor)) for n in ink.shape)
    small = averages(ink.shape[0], height) @ ink @ averages(ink.shape[1], width).T
    row, column = center_of_mass(small)
    down = min(max(round(size / 2 - row), 0), size - height)
    along = min(max(round(size / 2 - column), 0), size - width)
    image[down : down + height, along : along + width] = small
    middle = center_of_mass(ink)
    return Centered(image, (top, left, bottom, right), (top + middle[0], left + middle[1]))


def shrink(drawing: np.ndarray, size: int) -> np.ndarray:
    """Return a drawing at another size, as averages over areas, (size, size) float32: what no centering gives."""
    height, width = np.shape(drawing)
    small = averages(height, size) @ np.asarray(drawing, dtype=np.float64) @ averages(width, size).T
    return small.astype(np.float32)


def center_of_mass(image: np.ndarray) -> tuple[float, float]:
    """Return (row, column) of the center of mass of an image with ink; pixel (i, j) lies at (i + ½, j + ½)."""
    total = image.sum()
    rows = image.sum(axis=1) @ (np.arange(image.shape[0]) + 0.5)
    columns = image.sum(axis=0) @ (np.arange(image.shape[1]) + 0.5)
    return float(rows / total), float(columns / total)


def averages(before: int, after: int) -> np.ndarray:
    """Return the matrix that resamples ``before`` pixels to ``after``: row i averages over the i-th equal interval."""
    edges = np.linspace(0, before, after + 1)
    low, high = edges[:-1, None], edges[1:, None]  # (after, 1)
    pixel = np.arange(before)[None, :]  # (1, before)
    overlap = np.clip(np.minimum(high, pixel + 1) - np.maximum(low, pixel), 0, None)
    return overlap / overlap.sum(axis=1, keepdims=True)
