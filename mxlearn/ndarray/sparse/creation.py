"""Sparse arrays from data, from their parts, and empty ones."""
from typing import Any

import numpy as np

from ...base import ArgumentError, ShapeError, type_name
from ...context import Context
from ...kernels.sparse import Csr, Rows, csr_of_places
from .. import creation
from ..array import NDArray, supported_dtype
from .array import KINDS, BaseSparseNDArray, CSRNDArray, RowSparseNDArray, made
from .operators import cast_storage


def csr_matrix(arg1, shape=None, ctx: Context | None = None, dtype=None) -> CSRNDArray:
    """Return a matrix in compressed sparse row storage.

    Parameters
    ----------
    arg1 : one of
        dense data, such as nested lists, a NumPy array or an NDArray, of two dimensions;
        a CSRNDArray, or a matrix of scipy.sparse;
        (rows, columns), a matrix of zeros;
        (data, indices, indptr), the parts: row i is data[indptr[i]:indptr[i + 1]];
        (data, (row, column)), the elements and where they stand; those at one place are added
    shape : (rows, columns), default the smallest that holds the indices
    ctx : Context, default the current one
    dtype : default that of the data, float32 for lists

    Examples
    --------
    >>> mx.nd.sparse.csr_matrix(([7, 8, 9], [0, 2, 1], [0, 2, 2, 3]), shape=(3, 4)).asnumpy()
    array([[7., 0., 8., 0.],
           [0., 0., 0., 0.],
           [0., 9., 0., 0.]], dtype=float32)

    References: MXNet 1.9.1 function mxnet.ndarray.sparse.csr_matrix.
    """
    if isinstance(arg1, tuple):
        if len(arg1) == 2 and _are_extents(arg1):
            if shape is not None:
                _check_shape(tuple(arg1), shape)
            return zeros("csr", arg1, ctx, dtype)
        if len(arg1) == 2:
            data, (row, column) = arg1
            return _from_places(data, row, column, shape, ctx, dtype)
        if len(arg1) == 3:
            return _from_parts("csr", *arg1, shape=shape, ctx=ctx, dtype=dtype)
        raise ArgumentError(
            f"csr_matrix: Unexpected length of input tuple: {len(arg1)}.\n"
            "  Pass (rows, columns), (data, (row, column)) or (data, indices, indptr)."
        )
    if _is_scipy(arg1):
        found = arg1.tocsr()
        parts = (np.asarray(found.data), found.indices, found.indptr)
        if not found.has_sorted_indices:
            found = found.sorted_indices()
            parts = (found.data, found.indices, found.indptr)
        _check_shape(found.shape, shape)
        return _from_parts("csr", *parts, shape=found.shape, ctx=ctx, dtype=dtype)
    return _from_array("csr", arg1, shape, ctx, dtype)


def row_sparse_array(arg1, shape=None, ctx: Context | None = None, dtype=None) -> RowSparseNDArray:
    """Return an array in row-sparse storage.

    Parameters
    ----------
    arg1 : one of
        dense data, such as nested lists, a NumPy array or an NDArray;
        a RowSparseNDArray;
        a tuple of three or more int, or two: the shape of an array of zeros;
        (data, indices): rows, and their numbers
    shape : tuple of int, default the smallest that holds the indices
    ctx : Context, default the current one
    dtype : default that of the data, float32 for lists

    Examples
    --------
    >>> mx.nd.sparse.row_sparse_array(([[1, 2]], [2]), shape=(4, 2)).asnumpy().tolist()
    [[0.0, 0.0], [0.0, 0.0], [1.0, 2.0], [0.0, 0.0]]

    References: MXNet 1.9.1 function mxnet.ndarray.sparse.row_sparse_array.
    """
    if isinstance(arg1, tuple):
        if len(arg1) < 2:
            raise ArgumentError(f"row_sparse_array: Unexpected length of input tuple: {len(arg1)}")
        if _are_extents(arg1):
            if shape is not None:
                _check_shape(tuple(arg1), shape)
            return zeros("row_sparse", arg1, ctx, dtype)
        if len(arg1) != 2:
            raise ArgumentError(
                f"row_sparse_array: Unexpected length of input tuple: {len(arg1)}.\n  Pass (data, indices) or a shape."
            )
        return _from_parts("row_sparse", *arg1, shape=shape, ctx=ctx, dtype=dtype)
    return _from_array("row_sparse", arg1, shape, ctx, dtype)


def _are_extents(values: tuple) -> bool:
    return all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in values)


def _is_scipy(value) -> bool:
    return type(value).__module__.startswith("scipy.sparse")


def _check_shape(found, shape) -> None:
    if shape is not None and tuple(found) != tuple(shape):
        raise ShapeError(f"Shape mismatch detected. {tuple(found)} v.s. {tuple(shape)}")


def _dtype_of(source, dtype) -> np.dtype:
    return supported_dtype(getattr(source, "dtype", "float32") if dtype is None else dtype)


def _from_array(stype: str, source, shape, ctx, dtype) -> Any:
    if isinstance(source, BaseSparseNDArray):
        if source.stype != stype:
            raise ArgumentError(
                f"{type_name(source)}: Unexpected input type for {stype!r} storage.\n"
                "  Convert it with tostype('default') first."
            )
        _check_shape(source.shape, shape)
        moved = source.copy() if ctx is None else source.copyto(ctx)
        return moved if dtype is None else moved.astype(dtype)
    if _is_scipy(source):
        raise ArgumentError("row_sparse_array: a matrix of SciPy is a csr matrix.\n  Use mx.nd.sparse.csr_matrix.")
    dense = creation.array(source, ctx, _dtype_of(source, dtype))
    _check_shape(dense.shape, shape)
    return cast_storage(dense, stype)


def _raw_part(part, dtype, xp, what: str):
    """Return one of the parts of a sparse array as a raw array; a copy."""
    try:
        host = part.asnumpy() if isinstance(part, NDArray) else np.array(part)
        return xp.asarray(host.astype(dtype))
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError(f"{what} are no array of numbers: {error}. Received: {type_name(part)}") from None


def _from_parts(stype: str, data, indices, indptr=None, *, shape, ctx, dtype) -> Any:
    context = creation._default(ctx)
    xp = context.xp
    raw = _raw_part(data, _dtype_of(data, dtype), xp, "the elements")
    places = _raw_part(indices, "int64", xp, "the indices").reshape(-1)
    if stype == "row_sparse":
        if shape is None:
            if not len(places):
                raise ArgumentError("row_sparse_array: invalid shape: without rows it does not follow.\n  Pass shape.")
            shape = (int(places.max()) + 1, *raw.shape[1:])
        shape = creation._shape(shape, "row_sparse_array")
        if not raw.size:
            raw = raw.reshape(0, *shape[1:])
        return made(Rows(raw, places, shape), context)
    begins = _raw_part(indptr, "int64", xp, "the elements of indptr").reshape(-1)
    if shape is None:
        if not len(places) or len(begins) < 2:
            raise ArgumentError("csr_matrix: invalid shape: without elements it does not follow.\n  Pass shape.")
        shape = (len(begins) - 1, int(places.max()) + 1)
    return made(Csr(raw, places, begins, creation._shape(shape, "csr_matrix")), context)


def _from_places(data, row, column, shape, ctx, dtype) -> CSRNDArray:
    context = creation._default(ctx)
    xp = context.xp
    raw = _raw_part(data, _dtype_of(data, dtype), xp, "the elements").reshape(-1)
    rows, columns = (_raw_part(part, "int64", xp, "the indices").reshape(-1) for part in (row, column))
    if not len(raw) == len(rows) == len(columns):
        raise ShapeError(
            f"csr_matrix: data, row and column need one length. Received: {len(raw)}, {len(rows)} and {len(columns)}"
        )
    if shape is None:
        if not len(raw):
            raise ArgumentError("csr_matrix: invalid shape: without elements it does not follow.\n  Pass shape.")
        shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    shape = creation._shape(shape, "csr_matrix")
    for places, extent in zip((rows, columns), shape, strict=True):
        if len(raw) and (int(places.min()) < 0 or int(places.max()) >= extent):
            raise ShapeError(f"csr_matrix: a row or column is outside of shape {shape}")
    return made(csr_of_places(xp, raw, rows, columns, shape), context)


def array(source_array, ctx: Context | None = None, dtype=None) -> BaseSparseNDArray:
    """Return a copy of a sparse array, or of a matrix of scipy.sparse.

    References: MXNet 1.9.1 function mxnet.ndarray.sparse.array.
    """
    if isinstance(source_array, BaseSparseNDArray):
        return _from_array(source_array.stype, source_array, None, ctx, dtype)
    if _is_scipy(source_array):
        return csr_matrix(source_array, None, ctx, dtype)
    if isinstance(source_array, NDArray):
        error = "array: Please use `tostype` to create RowSparseNDArray or CSRNDArray from an NDArray"
    else:
        error = f"array: Please use mx.nd.array to create an NDArray from {type_name(source_array)}"
    raise ArgumentError(f"{error}.\n  Or mx.nd.sparse.csr_matrix(...), mx.nd.sparse.row_sparse_array(...).")


def zeros(stype: str, shape, ctx: Context | None = None, dtype=None, **kwargs) -> Any:
    """Return an array of zeros in a storage type; a sparse one stores nothing.

    >>> mx.nd.sparse.zeros("csr", (2, 3))
    <BLANKLINE>
    <CSRNDArray 2x3 @cpu(0)>

    References: MXNet 1.9.1 function mxnet.ndarray.sparse.zeros.
    """
    if stype == "default":
        return creation.zeros(shape, ctx, dtype, **kwargs)
    if kwargs:
        raise ArgumentError(f"zeros: unknown argument {next(iter(kwargs))!r}. It takes stype, shape, ctx and dtype.")
    context = creation._default(ctx)
    xp, kind = context.xp, supported_dtype(creation._given(dtype))
    extents = creation._shape(shape, "zeros")
    none = xp.zeros(0, "int64")
    if stype == "row_sparse":
        if not extents:
            raise ShapeError("zeros: a row-sparse array needs at least one dimension")
        return made(Rows(xp.zeros((0, *extents[1:]), kind), none, extents), context)
    if stype != "csr":
        raise ArgumentError(f"unknown storage type {stype!r}.\n  Use 'default', {' or '.join(map(repr, KINDS))}.")
    if len(extents) != 2:
        raise ShapeError(f"zeros: a csr matrix has two dimensions. Received: shape={extents}")
    return made(Csr(xp.zeros(0, kind), none, xp.zeros(extents[0] + 1, "int64"), extents), context)


def empty(stype: str, shape, ctx: Context | None = None, dtype=None) -> Any:
    """Return an array that stores nothing, which is one of zeros.

    References: MXNet 1.9.1 function mxnet.ndarray.sparse.empty.
    """
    if stype not in KINDS:
        raise ArgumentError(f"empty: unknown storage type {stype!r}.\n  Use {' or '.join(map(repr, KINDS))}.")
    return zeros(stype, shape, ctx, dtype)

