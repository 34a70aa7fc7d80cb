"""Parts of matrices: transposes, triangles and diagonals, as matrices and as vectors.

A matrix is the last two axes of an array (..., rows, columns); all others are a batch.
"""
import math

import numpy as np

from ..base import ShapeError
from ..core.infer import show
from ..core.operator import operator


def swap(array):
    """Transpose each matrix."""
    return array.swapaxes(-1, -2)


def check_matrix(shape, what: str = "A", square: bool = False) -> None:
    """Raise ShapeError unless ``shape`` is that of matrices, square ones where asked."""
    if len(shape) < 2:
        raise ShapeError(f"{what} must have at least 2 dimensions, (..., rows, columns). Received: {show(shape)}")
    if square and shape[-1] != shape[-2] and -1 not in shape[-2:]:
        raise ShapeError(f"{what} must hold square matrices. Received: {show(shape)}")


# -- matrices to matrices ----------------------------------------------------------------------------------------------
def triangle(xp, A, lower: bool, offset: int = 0):
    """Return ``A`` with zeros beyond a diagonal."""
    return xp.tril(A, offset) if lower else xp.triu(A, offset)


@operator(shape=lambda A, **_: ([A], [A]))
def _linalg_triangle(xp, A, *, lower: bool = True, offset: int = 0):
    """Keep one triangle of each matrix, up to the diagonal ``offset``, and put zeros elsewhere.

    >>> mx.nd._internal._linalg_triangle(mx.nd.ones((2, 2)))
    [[1. 0.]
     [1. 1.]]
    <NDArray 2x2 @cpu(0)>
    """
    return triangle(xp, A, lower, offset)


@_linalg_triangle.gradient
def _(F, g, *, lower, offset):
    return (F._linalg_triangle(g, lower=lower, offset=offset),)


@operator()
def _linalg_transpose(xp, A):
    """Transpose each matrix.

    >>> mx.nd._internal._linalg_transpose(mx.nd.array([[1, 2]]))
    [[1.]
     [2.]]
    <NDArray 2x1 @cpu(0)>
    """
    return xp.ascontiguousarray(swap(A))


@_linalg_transpose.infer_shape
def _(A):
    return [A], [None if A is None else (*A[:-2], A[-1], A[-2])]


@_linalg_transpose.gradient
def _(F, g):
    return (F._linalg_transpose(g),)


# -- diagonals and triangles as vectors --------------------------------------------------------------------------------
@operator(aliases=("linalg_extractdiag",))
def _linalg_extractdiag(xp, A, *, offset: int = 0):
    """Return the diagonal of each matrix; ``offset`` > 0 is above the main one, < 0 below.

    >>> mx.nd.linalg.extractdiag(mx.nd.array([[1, 2], [3, 4]]))
    [1. 4.]
    <NDArray 2 @cpu(0)>
    """
    check_matrix(A.shape, square=True)
    return xp.diagonal(A, offset, axis1=-2, axis2=-1).copy()


@_linalg_extractdiag.infer_shape
def _(A, *, offset):
    if A is None:
        return [None], [None]
    check_matrix(A, square=True)
    if abs(offset) >= A[-1] >= 0 and offset:
        raise ShapeError(f"offset={offset} is outside of matrices {show(A)}")
    return [A], [(*A[:-2], A[-1] - abs(offset) if A[-1] >= 0 else -1)]


@_linalg_extractdiag.gradient
def _(F, g, *, offset):
    return (F._linalg_makediag(g, offset=offset),)


@operator(aliases=("linalg_makediag",))
def _linalg_makediag(xp, A, *, offset: int = 0):
    """Return square matrices with the vectors ``A`` on a diagonal and zeros elsewhere.

    >>> mx.nd.linalg.makediag(mx.nd.array([1, 2]), offset=1)
    [[0. 1. 0.]
     [0. 0. 2.]
     [0. 0. 0.]]
    <NDArray 3x3 @cpu(0)>
    """
    n, shift = A.shape[-1], abs(offset)
    out = xp.zeros((*A.shape[:-1], n + shift, n + shift), A.dtype)
    index = xp.arange(n)
    rows, columns = (index, index + shift) if offset >= 0 else (index + shift, index)
    out[..., rows, columns] = A
    return out


@_linalg_makediag.infer_shape
def _(A, *, offset):
    if A is None:
        return [None], [None]
    n = A[-1] + abs(offset) if A[-1] >= 0 else -1
    return [A], [(*A[:-1], n, n)]


@_linalg_makediag.gradient
def _(F, g, *, offset):
    return (F._linalg_extractdiag(g, offset=offset),)


def triangle_indices(xp, n: int, offset: int, lower: bool):
    """Return (rows, columns) of the triangle, the lower one row by row, the upper one column by column."""
    shift = abs(offset)
    long, short = np.tril_indices(n - shift)
    rows, columns = (long + shift, short) if (lower if offset == 0 else offset < 0) else (short, long + shift)
    return xp.asarray(rows), xp.asarray(columns)


@operator(aliases=("linalg_extracttrian",))
def _linalg_extracttrian(xp, A, *, offset: int = 0, lower: bool = True):
    """Return a triangle of each matrix as a vector: the lower one row by row, the upper one column by column.

    ``offset`` < 0 takes the triangle below that diagonal, > 0 the one above; ``lower`` says which where it is 0.

    >>> mx.nd.linalg.extracttrian(mx.nd.array([[1, 2], [3, 4]]))
    [1. 3. 4.]
    <NDArray 3 @cpu(0)>
    """
    check_matrix(A.shape, square=True)
    rows, columns = triangle_indices(xp, A.shape[-1], offset, lower)
    return A[..., rows, columns]


@_linalg_extracttrian.infer_shape
def _(A, *, offset, lower):
    if A is None:
        return [None], [None]
    check_matrix(A, square=True)
    if A[-1] < 0:
        return [A], [(*A[:-2], -1)]
    if abs(offset) >= A[-1] and offset:
        raise ShapeError(f"offset={offset} is outside of matrices {show(A)}")
    n = A[-1] - abs(offset)
    return [A], [(*A[:-2], n * (n + 1) // 2)]


@_linalg_extracttrian.gradient
def _(F, g, *, offset, lower):
    return (F._linalg_maketrian(g, offset=offset, lower=lower),)


def triangle_side(count: int) -> int:
    """Return n with n (n + 1) / 2 = count.

    Raises
    ------
    ShapeError
        If there is none.
    """
    n = (math.isqrt(8 * count + 1) - 1) // 2
    if n * (n + 1) // 2 != count:
        raise ShapeError(f"the last dimension must be n (n + 1) / 2, as 1, 3, 6, 10. Received: {count}")
    return n


@operator(aliases=("linalg_maketrian",))
def _linalg_maketrian(xp, A, *, offset: int = 0, lower: bool = True):
    """Return square matrices with the vectors ``A`` as a triangle and zeros elsewhere; undoes extracttrian.

    >>> mx.nd.linalg.maketrian(mx.nd.array([1, 2, 3]))
    [[1. 0.]
     [2. 3.]]
    <NDArray 2x2 @cpu(0)>
    """
    n = triangle_side(A.shape[-1]) + abs(offset)
    out = xp.zeros((*A.shape[:-1], n, n), A.dtype)
    rows, columns = triangle_indices(xp, n, offset, lower)
    out[..., rows, columns] = A
    return out


@_linalg_maketrian.infer_shape
def _(A, *, offset, lower):
    if A is None:
        return [None], [None]
    n = triangle_side(A[-1]) + abs(offset) if A[-1] >= 0 else -1
    return [A], [(*A[:-1], n, n)]


@_linalg_maketrian.gradient
def _(F, g, *, offset, lower):
    return (F._linalg_extracttrian(g, offset=offset, lower=lower),)
