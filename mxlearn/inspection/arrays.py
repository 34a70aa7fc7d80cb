"""The memory of an NDArray, for those who only look at it."""

from typing import Any

from ..ndarray import NDArray


def raw(array: NDArray) -> Any:
    """Return the array of NumPy or CuPy that an NDArray stands on: for ``mxlearn.display``, and never to be written."""
    return array._data
