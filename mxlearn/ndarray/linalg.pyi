# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Linear algebra on NDArrays: ``mx.nd.linalg.gemm2``, ``potrf``, ``inverse`` and others."""
from collections.abc import Sequence

from mxlearn.ndarray.array import NDArray

def det(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the determinant of each matrix, with shape (1,) of a single one. The gradient at a singular one is 0."""

def extractdiag(
    A: NDArray,
    offset: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the diagonal of each matrix; ``offset`` > 0 is above the main one, < 0 below."""

def extracttrian(
    A: NDArray,
    offset: int = 0,
    lower: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a triangle of each matrix as a vector: the lower one row by row, the upper one column by column."""

def gelqf(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> list[NDArray]:
    """Factor A = L Q into a lower triangular L and a Q with orthonormal rows (LQ), for A with rows <= columns."""

def gemm(
    A: NDArray,
    B: NDArray,
    C: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha op(A) op(B) + beta C."""

def gemm2(
    A: NDArray,
    B: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    axis: int = -2,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha op(A) op(B), where op transposes where asked."""

def inverse(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the inverse of each matrix."""

def inverse_or_zero(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the inverse of each matrix, and zeros for a singular one."""

def makediag(
    A: NDArray,
    offset: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return square matrices with the vectors ``A`` on a diagonal and zeros elsewhere."""

def maketrian(
    A: NDArray,
    offset: int = 0,
    lower: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return square matrices with the vectors ``A`` as a triangle and zeros elsewhere; undoes extracttrian."""

def potrf(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the lower triangular L with L L^T = A (Cholesky), for symmetric positive definite A."""

def potri(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return (L L^T)^-1, where L is the lower triangle of the input: the inverse after potrf."""

def slogdet(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> list[NDArray]:
    """Return the sign and the logarithm of the absolute value of each determinant."""

def sumlogdiag(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the sum of the logarithms of the diagonal of each matrix: after potrf, half of the log determinant."""

def syevd(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> list[NDArray]:
    """Return the eigenvectors and eigenvalues of symmetric matrices: A = U^T diag(L) U."""

def syrk(
    A: NDArray,
    transpose: bool = False,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha A A^T, or alpha A^T A with ``transpose``."""

def transpose(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Transpose each matrix."""

def triangle(
    A: NDArray,
    lower: bool = True,
    offset: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Keep one triangle of each matrix, up to the diagonal ``offset``, and put zeros elsewhere."""

def trmm(
    A: NDArray,
    B: NDArray,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha op(A) B, or alpha B op(A) with ``rightside``, for a triangular A."""

def trsm(
    A: NDArray,
    B: NDArray,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Solve op(A) X = alpha B for X, or X op(A) = alpha B with ``rightside``, for a triangular A."""
