"""Resizing images by separable linear maps: out = rows @ image @ columns.T, one small matrix for each axis."""

import numpy as np


def bilinear_matrix(old: int, new: int, align_corners: bool) -> np.ndarray:
    """Return the (new, old) matrix of linear interpolation.

    With ``align_corners`` the centers of the first and last pixels stay where they are; otherwise the edges of the
    image do, and beyond the outermost centers the outermost pixel repeats.
    """
    if align_corners:
        places = np.arange(new) * ((old - 1) / (new - 1) if new > 1 else 0.0)
    else:
        places = np.clip((np.arange(new) + 0.5) * (old / new) - 0.5, 0, None)
    left = np.minimum(np.floor(places).astype(int), old - 1)
    right = np.minimum(left + 1, old - 1)
    share = places - left  # of the right neighbor
    matrix = np.zeros((new, old))
    rows = np.arange(new)
    np.add.at(matrix, (rows, left), 1 - share)
    np.add.at(matrix, (rows, right), share)
    return matrix


def adaptive_mean_matrix(old: int, new: int) -> np.ndarray:
    """Return the (new, old) matrix that takes means over floor(i old / new) to ceil((i + 1) old / new)."""
    matrix = np.zeros((new, old))
    for i in range(new):
        start, end = i * old // new, -(-(i + 1) * old // new)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def apply(xp, image, rows: np.ndarray, columns: np.ndarray):
    """Return rows @ image @ columns.T on the last two axes, in the dtype of ``image``."""
    work = xp.float32 if image.dtype == xp.float16 else image.dtype
    rows, columns = xp.asarray(rows, dtype=work), xp.asarray(columns, dtype=work)
    return xp.matmul(xp.matmul(rows, image.astype(work, copy=False)), columns.T).astype(image.dtype, copy=False)
