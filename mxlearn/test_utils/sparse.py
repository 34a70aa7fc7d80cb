"""Random sparse arrays."""
import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError
from .environment import default_dtype


def rand_sparse_ndarray(
    shape,
    stype: str,
    density: float | None = None,
    dtype=None,
    distribution: str | None = None,
    data_init: float | None = None,
    rsp_indices=None,
    modifier_func=None,
    shuffle_csr_indices: bool = False,
    ctx=None,
):
    """Return a random sparse array and its parts.

    Parameters
    ----------
    shape : tuple of int
    stype : "csr" or "row_sparse"
    density : share of elements (csr) or rows (row_sparse) that are stored, 0 to 1; default random
    dtype : default: the default dtype
    distribution : "uniform" (default), or for csr "powerlaw": each row has twice the elements of the one before
    data_init : number that all stored elements have, or None for random ones
    rsp_indices : row numbers that are stored
    modifier_func : callable applied to each stored number, or None
    shuffle_csr_indices : put the columns of each row in random order
    ctx : Context

    Returns
    -------
    RowSparseNDArray and NumPy arrays (rows, indices); or CSRNDArray and NDArrays (indptr, indices, data)
    """
    if stype not in ("csr", "row_sparse"):
        raise ArgumentError(f"rand_sparse_ndarray: unknown storage type {stype!r}.\n  Use 'csr' or 'row_sparse'.")
    if distribution not in (None, "uniform", "powerlaw") or distribution == "powerlaw" and stype != "csr":
        raise ArgumentError(f"rand_sparse_ndarray: the distribution {distribution!r} is not supported for {stype!r}")
    density = np.random.rand() if density is None else density
    if not 0 <= density <= 1:
        raise ArgumentError(f"rand_sparse_ndarray: density must be from 0 to 1. Received: {density}")
    dtype = default_dtype() if dtype is None else dtype
    if stype == "row_sparse":
        if rsp_indices is None:
            rsp_indices = np.flatnonzero(np.random.rand(shape[0]) < density)
        indices = np.asarray(rsp_indices, "int64").reshape(-1)
        values = _values((len(indices), *shape[1:]), dtype, data_init, modifier_func)
        array = nd.sparse.row_sparse_array((values, indices), shape=shape, ctx=ctx, dtype=dtype)
        return array, (values, indices)
    if len(shape) != 2:
        raise ArgumentError(f"rand_sparse_ndarray: a csr matrix has two dimensions. Received: {shape}")
    stored = _powerlaw(shape, density) if distribution == "powerlaw" else np.random.rand(*shape) < density
    rows, columns = np.nonzero(stored)
    values = _values((len(rows),), dtype, data_init, modifier_func)
    array = nd.sparse.csr_matrix((values, (rows, columns)), shape=shape, ctx=ctx, dtype=dtype)
    if shuffle_csr_indices:
        shuffle_csr_column_indices(array)
    return array, (array.indptr, array.indices, array.data)


def _values(shape, dtype, data_init, modifier_func) -> np.ndarray:
    values = np.random.rand(*shape) if data_init is None else np.full(shape, data_init)
    if modifier_func is not None:
        values = np.array([modifier_func(x) for x in values.ravel()]).reshape(shape)
    return values.astype(dtype)


def _powerlaw(shape, density: float) -> np.ndarray:
    """Return which elements are stored: one in each row, and as long as some are left 1, 3, 7, ... more."""
    rows, columns = shape
    left = int(rows * columns * density) - rows
    if left < 0:
        raise ArgumentError(
            f"rand_sparse_ndarray: 'powerlaw' stores an element in each of {rows} rows: density is too small"
        )
    stored = np.zeros(shape, bool)
    for row in range(rows):
        more = min(2 ** (row + 1) - 1, columns - 1, left)
        left -= more
        stored[row, : 1 + more] = True
    return stored


def create_sparse_array(
    shape,
    stype: str,
    data_init: float | None = None,
    rsp_indices=None,
    dtype=None,
    modifier_func=None,
    density: float = 0.5,
    shuffle_csr_indices: bool = False,
):
    """Return a random sparse array; row numbers in ``rsp_indices`` may come in any order."""
    if rsp_indices is not None:
        rsp_indices = np.unique(np.asarray(rsp_indices))
    array, _ = rand_sparse_ndarray(
        shape, stype, density, dtype, None, data_init, rsp_indices, modifier_func, shuffle_csr_indices
    )
    return array


def create_sparse_array_zd(
    shape,
    stype: str,
    density: float,
    data_init: float | None = None,
    rsp_indices=None,
    dtype=None,
    modifier_func=None,
    shuffle_csr_indices: bool = False,
):
    """Return a random sparse array; of a row-sparse one ``rsp_indices`` alone says which rows are stored."""
    if stype == "row_sparse":
        rsp_indices = [] if rsp_indices is None else rsp_indices
    return create_sparse_array(shape, stype, data_init, rsp_indices, dtype, modifier_func, density, shuffle_csr_indices)


def shuffle_csr_column_indices(csr) -> None:
    """Put the column indices of each row of a matrix in random order, in place; the elements stay in theirs.

    csr : CSRNDArray, or matrix of scipy.sparse
    """
    raw = getattr(csr, "_raw", csr)
    for start, stop in zip(raw.indptr[:-1], raw.indptr[1:], strict=True):
        np.random.shuffle(raw.indices[int(start) : int(stop)])
