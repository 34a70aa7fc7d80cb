"""Products of matrices, as `mxlearn.kernels.product` has them."""

import numpy as np

from . import library as _library
from .library import address, loaded, state

_FLOAT = np.dtype(np.float32)


def _order(array: np.ndarray) -> tuple[bytes, int] | None:
    """Return how a matrix lies in memory: ("N", items from row to row), ("T", items from column to column), or None."""
    (rows, columns), (down, along) = array.shape, array.strides
    down, along = down // 4, along // 4
    if (along == 1 or columns == 1) and (down >= columns or rows == 1):
        return b"N", max(down, columns)
    if (down == 1 or rows == 1) and (along >= rows or columns == 1):
        return b"T", max(along, rows)
    return None


def product(lhs: np.ndarray, rhs: np.ndarray, out: np.ndarray) -> bool:
    """Write ``lhs @ rhs`` into ``out`` with all threads; return False, and leave it, where the library does not do it.

    Parameters
    ----------
    lhs, rhs, out : (rows, inner), (inner, columns), (rows, columns), not empty
        float32, of which one axis has adjacent items: so transposed matrices, and parts of larger ones, as they are
    """
    if not (lhs.dtype == rhs.dtype == out.dtype == _FLOAT) or state().version is None:
        return False
    left, right, result = _order(lhs), _order(rhs), _order(out)
    if left is None or right is None or result is None or result[0] == b"T":
        return False
    (rows, inner), columns = lhs.shape, rhs.shape[1]
    library = loaded()
    with _library.lock:
        library.share_threads()
        library.sgemm(
            left[0], right[0], rows, columns, inner,
            1.0, address(lhs), left[1], address(rhs), right[1],
            0.0, address(out), result[1],
        )  # fmt: skip
    return True
