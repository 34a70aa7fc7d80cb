"""Which parts of an image a network needs: cover them, one after the other, and see how far a probability falls.

Reference: Zeiler, Fergus 2014, Visualizing and Understanding Convolutional Networks, section 4.2.
"""

from collections.abc import Callable

import numpy as np


def patch_and_step(size: int) -> tuple[int, int]:
    """Return the side of the patch that covers an image of that size, and the step by which it moves; 4, 2 for 28."""
    patch = max(1, round(size / 7))
    return patch, max(1, patch // 2)


def occlusion(
    probability: Callable[[np.ndarray], np.ndarray],
    image: np.ndarray,
    patch: int | None = None,
    step: int | None = None,
) -> np.ndarray:
    """Return how far a probability falls where a patch of background covers an image.

    Parameters
    ----------
    probability : function from images (n, size, size) to probabilities (n,)
    image : (size, size)
    patch, step : side of the patch, and by how much it moves, in pixels; default by ``patch_and_step``

    Returns
    -------
    (size, size) float32: for each pixel the mean fall, over all places of the patch that cover it; negative where the
    probability rises without it
    """
    size = len(image)
    usual = patch_and_step(size)
    patch, step = patch or usual[0], step or usual[1]
    starts = [*range(0, size - patch, step), size - patch]
    covered = np.repeat(image[None], len(starts) ** 2, axis=0)
    places = [(row, column) for row in starts for column in starts]
    for each, (row, column) in zip(covered, places, strict=True):
        each[row : row + patch, column : column + patch] = 0
    changed = np.array([not np.array_equal(each, image) for each in covered])  # covering background changes nothing
    falls = np.zeros(len(places))
    whole = probability(image[None])[0]
    if changed.any():
        falls[changed] = whole - probability(covered[changed])
    if not np.isfinite(whole):
        falls[:] = np.nan
    total, count = np.zeros(image.shape), np.zeros(image.shape)
    for (row, column), fall in zip(places, falls, strict=True):
        total[row : row + patch, column : column + patch] += fall
        count[row : row + patch, column : column + patch] += 1
    return (total / count).astype(np.float32)
