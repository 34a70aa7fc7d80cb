"""Linear algebra of (stacks of) matrices: the operators behind mx.nd.linalg.

A matrix is the last two axes of an array (..., rows, columns); all others are a batch. Triangular operators read one
triangle alone, and symmetric ones (potrf, syevd) give symmetric gradients, as MXNet's do.

References: M. Seeger, A. Hetzel, Z. Dai, N. Lawrence, "Auto-Differentiating Linear Algebra" (2017), for the gradients.
"""
import numpy as np

from .. import backend
from ..base import ShapeError
from ..core.infer import normalize_axis, show, unify
from ..core.operator import operator
from ..kernels.product import product
from .dot import product_gradients
from .linalg_parts import check_matrix, swap, triangle


def check_batches(A, B) -> None:
    """Raise ShapeError where two stacks of matrices differ in their batch dimensions, which do not broadcast."""
    if A.shape[:-2] != B.shape[:-2]:
        raise ShapeError(
            f"A {show(A.shape)} and B {show(B.shape)} must have equal batch dimensions, all but the last two.\n"
            "  Repeat one of them with broadcast_axis."
        )


def square_shape(A, **_):
    """Shape rule: square matrices in, square matrices out."""
    if A is not None:
        check_matrix(A, square=True)
    return [A], [A]


def batch_shape(A, **_):
    """Shape rule: one number for each square matrix; (1,) for a single one."""
    if A is None:
        return [None], [None]
    check_matrix(A, square=True)
    return [A], [tuple(A[:-2]) or (1,)]


def checked(xp, name: str, *arrays):
    """Return what a function of ``xp.linalg`` gives.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a matrix is singular, or not positive definite; on a GPU too, which then waits for the answer.
    """
    with backend.linalg_errors(xp):
        try:
            return getattr(xp.linalg, name)(*arrays)
        except np.linalg.LinAlgError as error:
            if xp is np:
                raise
            what = "Matrix is not positive definite" if name == "cholesky" else "Singular matrix"
            raise np.linalg.LinAlgError(what) from error


# -- general products --------------------------------------------------------------------------------------------------
def scaled_product(xp, A, B, transpose_a, transpose_b, alpha, axis):
    """Return alpha op(A) op(B) for matrices whose rows run along ``axis`` and whose columns are the last axis."""
    if axis != -2:
        A, B = xp.moveaxis(A, axis, -2), xp.moveaxis(B, axis, -2)
    check_batches(A, B)
    out = product(xp, swap(A) if transpose_a else A, swap(B) if transpose_b else B)
    if alpha != 1.0:
        out = out * alpha
    return out if axis == -2 else xp.moveaxis(out, -2, axis)


def gemm2_shape(A, B, transpose_a, transpose_b, axis):
    """Return the shape of op(A) op(B)."""
    check_matrix(A)
    check_matrix(B, "B")
    if len(A) != len(B):
        raise ShapeError(f"A {show(A)} and B {show(B)} must have the same number of dimensions")
    rows = normalize_axis(axis, len(A))
    batch_a, batch_b = (tuple(e for i, e in enumerate(s[:-1]) if i != rows) for s in (A, B))
    unify(batch_a, batch_b, "the batch dimensions of A and B")
    a, inner = (A[-1], A[rows]) if transpose_a else (A[rows], A[-1])
    other, b = (B[-1], B[rows]) if transpose_b else (B[rows], B[-1])
    if inner != other and -1 not in (inner, other):
        raise ShapeError(
            f"A {show(A)} and B {show(B)} cannot be multiplied: the inner dimensions are {inner} and {other}.\n"
            "  Try transpose_a=True or transpose_b=True."
        )
    out = list(A)
    out[rows], out[-1] = a, b
    return tuple(out)


@operator(aliases=("linalg_gemm2",))
def _linalg_gemm2(
    xp, A, B, *, transpose_a: bool = False, transpose_b: bool = False, alpha: float = 1.0, axis: int = -2
):
    """Return alpha op(A) op(B), where op transposes where asked.

    Parameters
    ----------
    A, B : (..., rows, columns)
    axis : the axis of the rows, if it is not the last but one

    >>> mx.nd.linalg.gemm2(mx.nd.array([[1, 1], [1, 1]]), mx.nd.array([[1, 1], [1, 1]]), transpose_b=True, alpha=2.0)
    [[4. 4.]
     [4. 4.]]
    <NDArray 2x2 @cpu(0)>
    """
    return scaled_product(xp, A, B, transpose_a, transpose_b, alpha, axis)


@_linalg_gemm2.infer_shape
def _(A, B, *, transpose_a, transpose_b, alpha, axis):
    if A is None or B is None:
        return [A, B], [None]
    return [A, B], [gemm2_shape(A, B, transpose_a, transpose_b, axis)]


@_linalg_gemm2.gradient
def _(F, g, A, B, *, transpose_a, transpose_b, alpha, axis, needs):
    def multiply(a, b, ta, tb):
        return F._linalg_gemm2(a, b, transpose_a=ta, transpose_b=tb, alpha=alpha, axis=axis)

    return product_gradients(multiply, g, A, B, transpose_a, transpose_b, needs)


@operator(aliases=("linalg_gemm",))
def _linalg_gemm(
    xp,
    A,
    B,
    C,
    *,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
):
    """Return alpha op(A) op(B) + beta C.

    >>> A = mx.nd.ones((2, 2))
    >>> mx.nd.linalg.gemm(A, A, A, alpha=2.0, beta=10.0)
    [[14. 14.]
     [14. 14.]]
    <NDArray 2x2 @cpu(0)>
    """
    out = scaled_product(xp, A, B, transpose_a, transpose_b, alpha, axis)
    if out.shape != C.shape:
        raise ShapeError(f"C must have the shape {show(out.shape)} of the product. Received: {show(C.shape)}")
    return out + C * beta


@_linalg_gemm.infer_shape
def _(A, B, C, *, transpose_a, transpose_b, alpha, beta, axis):
    if A is None or B is None:
        return [A, B, C], [C]
    out = unify(gemm2_shape(A, B, transpose_a, transpose_b, axis), C, "the shapes of op(A) op(B) and C")
    return [A, B, out], [out]


@_linalg_gemm.gradient
def _(F, g, A, B, *, transpose_a, transpose_b, alpha, beta, axis, needs):
    def multiply(a, b, ta, tb):
        return F._linalg_gemm2(a, b, transpose_a=ta, transpose_b=tb, alpha=alpha, axis=axis)

    left, right = product_gradients(multiply, g, A, B, transpose_a, transpose_b, needs)
    return left, right, F._mul_scalar(g, scalar=beta) if needs[2] else None


@operator(aliases=("linalg_syrk",))
def _linalg_syrk(xp, A, *, transpose: bool = False, alpha: float = 1.0):
    """Return alpha A A^T, or alpha A^T A with ``transpose``.

    >>> mx.nd.linalg.syrk(mx.nd.array([[1, 2], [0, 1]]))
    [[5. 2.]
     [2. 1.]]
    <NDArray 2x2 @cpu(0)>
    """
    out = product(xp, swap(A), A) if transpose else product(xp, A, swap(A))
    return out * alpha


@_linalg_syrk.infer_shape
def _(A, *, transpose, alpha):
    if A is None:
        return [None], [None]
    check_matrix(A)
    return [A], [(*A[:-2], A[-1 if transpose else -2], A[-1 if transpose else -2])]


@_linalg_syrk.gradient
def _(F, g, A, *, transpose, alpha):
    both = F.elemwise_add(g, F._linalg_transpose(g))
    return (F._linalg_gemm2(A, both, alpha=alpha) if transpose else F._linalg_gemm2(both, A, alpha=alpha),)


# -- triangular products and systems -----------------------------------------------------------------------------------
def _triangular_shape(A, B, *, rightside, **_):
    if A is None or B is None:
        return [A, B], [B]
    check_matrix(A, square=True)
    check_matrix(B, "B")
    unify(tuple(A[:-2]), tuple(B[:-2]), "the batch dimensions of A and B")
    if A[-1] != B[-1 if rightside else -2] and -1 not in (A[-1], B[-1 if rightside else -2]):
        side = "columns" if rightside else "rows"
        raise ShapeError(f"B {show(B)} must have as many {side} as A {show(A)} has rows")
    return [A, B], [B]


@operator(aliases=("linalg_trmm",), shape=_triangular_shape)
def _linalg_trmm(
    xp, A, B, *, transpose: bool = False, rightside: bool = False, lower: bool = True, alpha: float = 1.0
):
    """Return alpha op(A) B, or alpha B op(A) with ``rightside``, for a triangular A.

    Of A only the lower triangle is read, or the upper with ``lower=False``.

    >>> mx.nd.linalg.trmm(mx.nd.array([[1, 9], [1, 1]]), mx.nd.array([[1, 2], [3, 4]]))
    [[1. 2.]
     [4. 6.]]
    <NDArray 2x2 @cpu(0)>
    """
    check_batches(A, B)
    T = triangle(xp, A, lower)
    T = swap(T) if transpose else T
    return (product(xp, B, T) if rightside else product(xp, T, B)) * alpha


@_linalg_trmm.gradient
def _(F, g, A, B, *, transpose, rightside, lower, alpha):
    to_b = F._linalg_trmm(A, g, transpose=not transpose, rightside=rightside, lower=lower, alpha=alpha)
    first, second = (B, g) if rightside != transpose else (g, B)
    full = F._linalg_gemm2(first, second, transpose_a=rightside, transpose_b=not rightside, alpha=alpha)
    return F._linalg_triangle(full, lower=lower), to_b


@operator(aliases=("linalg_trsm",), shape=_triangular_shape)
def _linalg_trsm(
    xp, A, B, *, transpose: bool = False, rightside: bool = False, lower: bool = True, alpha: float = 1.0
):
    """Solve op(A) X = alpha B for X, or X op(A) = alpha B with ``rightside``, for a triangular A.

    Of A only the lower triangle is read, or the upper with ``lower=False``.

    >>> mx.nd.linalg.trsm(mx.nd.array([[1, 9], [1, 1]]), mx.nd.array([[1, 2], [4, 6]]))
    [[1. 2.]
     [3. 4.]]
    <NDArray 2x2 @cpu(0)>
    """
    check_batches(A, B)
    T = triangle(xp, A, lower)
    if rightside:  # X T = B  is  T^T X^T = B^T
        return xp.ascontiguousarray(swap(checked(xp, "solve", T if transpose else swap(T), swap(B)))) * alpha
    return checked(xp, "solve", swap(T) if transpose else T, B) * alpha


@_linalg_trsm.gradient
def _(F, g, A, out, *, transpose, rightside, lower, alpha):
    solved = F._linalg_trsm(A, g, transpose=not transpose, rightside=rightside, lower=lower)
    first, second = (out, solved) if rightside != transpose else (solved, out)
    full = F._linalg_gemm2(first, second, transpose_a=rightside, transpose_b=not rightside, alpha=-1.0)
    return F._linalg_triangle(full, lower=lower), F._mul_scalar(solved, scalar=alpha)


# -- factorizations ----------------------------------------------------------------------------------------------------
@operator(aliases=("linalg_potrf",), shape=square_shape)
def _linalg_potrf(xp, A):
    """Return the lower triangular L with L L^T = A (Cholesky), for symmetric positive definite A.

    >>> mx.nd.linalg.potrf(mx.nd.array([[4, 1], [1, 4.25]]))
    [[2.  0. ]
     [0.5 2. ]]
    <NDArray 2x2 @cpu(0)>
    """
    return checked(xp, "cholesky", A)


@_linalg_potrf.gradient
def _(F, g, out):
    # dA = sym(L^-T phi(L^T g) L^-1), phi: lower triangle with half of the diagonal
    inner = F._linalg_triangle(F._linalg_gemm2(out, g, transpose_a=True))
    phi = F.elemwise_sub(inner, F._mul_scalar(F._linalg_makediag(F._linalg_extractdiag(inner)), scalar=0.5))
    left = F._linalg_trsm(out, phi, transpose=True)
    full = F._linalg_trsm(out, left, rightside=True)
    return (F._mul_scalar(F.elemwise_add(full, F._linalg_transpose(full)), scalar=0.5),)


@operator(aliases=("linalg_potri",), shape=square_shape)
def _linalg_potri(xp, A):
    """Return (L L^T)^-1, where L is the lower triangle of the input: the inverse after potrf.

    >>> mx.nd.linalg.potri(mx.nd.array([[2, 0], [0, 1]]))
    [[0.25 0.  ]
     [0.   1.  ]]
    <NDArray 2x2 @cpu(0)>
    """
    L = triangle(xp, A, True)
    inverse = checked(xp, "inv", L)
    return product(xp, swap(inverse), inverse)


@_linalg_potri.gradient
def _(F, g, A, out):
    # d(B) = -B (dL L^T + L dL^T) B
    inner = F._linalg_gemm2(F._linalg_gemm2(out, g), out, alpha=-1.0)
    both = F.elemwise_add(inner, F._linalg_transpose(inner))
    return (F._linalg_triangle(F._linalg_gemm2(both, F._linalg_triangle(A))),)


@operator(aliases=("linalg_gelqf",), outputs=("Q", "L"))
def _linalg_gelqf(xp, A):
    """Factor A = L Q into a lower triangular L and a Q with orthonormal rows (LQ), for A with rows <= columns.

    Returns
    -------
    Q : (..., rows, columns)
    L : (..., rows, rows)

    >>> Q, L = mx.nd.linalg.gelqf(mx.nd.array([[3, 4]]))
    >>> mx.nd.linalg.gemm2(L, Q)
    [[3. 4.]]
    <NDArray 1x2 @cpu(0)>
    """
    Q, R = xp.linalg.qr(swap(A))
    return xp.ascontiguousarray(swap(Q)), xp.ascontiguousarray(swap(R))


@_linalg_gelqf.infer_shape
def _(A):
    if A is None:
        return [None], [None, None]
    check_matrix(A)
    if A[-2] > A[-1] >= 0:
        raise ShapeError(f"A must have at most as many rows as columns. Received: {show(A)}")
    return [A], [A, (*A[:-1], A[-2])]


@_linalg_gelqf.gradient
def _(F, g, Q, L):
    # dA = L^-T (gQ + copyltu(M) Q),  M = L^T gL - gQ Q^T,  copyltu mirrors the lower triangle
    M = F.elemwise_sub(F._linalg_gemm2(L, g[1], transpose_a=True), F._linalg_gemm2(g[0], Q, transpose_b=True))
    below = F._linalg_triangle(M, offset=-1)
    mirrored = F.elemwise_add(F._linalg_triangle(M), F._linalg_transpose(below))
    return (F._linalg_trsm(L, F.elemwise_add(g[0], F._linalg_gemm2(mirrored, Q)), transpose=True),)


@operator(aliases=("linalg_syevd",), outputs=("U", "L"))
def _linalg_syevd(xp, A):
    """Return the eigenvectors and eigenvalues of symmetric matrices: A = U^T diag(L) U.

    The rows of U are the eigenvectors, each with a positive largest component; L is in ascending order. The gradient is
    that of distinct eigenvalues.

    >>> mx.nd.linalg.syevd(mx.nd.array([[2, 0], [0, 1]]))[1]
    [1. 2.]
    <NDArray 2 @cpu(0)>
    """
    values, vectors = xp.linalg.eigh(A)
    U = swap(vectors)
    if U.size:
        largest = xp.take_along_axis(U, xp.argmax(xp.abs(U), axis=-1)[..., None], axis=-1)
        U = U * xp.where(largest < 0, -1, 1).astype(U.dtype)
    return xp.ascontiguousarray(U), values


@_linalg_syevd.infer_shape
def _(A):
    if A is None:
        return [None], [None, None]
    check_matrix(A, square=True)
    return [A], [A, tuple(A[:-1])]


@_linalg_syevd.gradient
def _(F, g, U, L):
    # dA = U^T (diag(gL) + sym(U gU^T / (l_j - l_i))) U
    eye = F._linalg_makediag(F.ones_like(L))
    differences = F.broadcast_sub(F.expand_dims(L, axis=-2), F.expand_dims(L, axis=-1))
    gaps = F.elemwise_sub(F.reciprocal(F.elemwise_add(differences, eye)), eye)
    mixed = F.elemwise_mul(F._linalg_gemm2(U, g[0], transpose_b=True), gaps)
    symmetric = F._mul_scalar(F.elemwise_add(mixed, F._linalg_transpose(mixed)), scalar=0.5)
    inner = F.elemwise_add(F._linalg_makediag(g[1]), symmetric)
    return (F._linalg_gemm2(F._linalg_gemm2(U, inner, transpose_a=True), U),)


# -- determinants and inverses -----------------------------------------------------------------------------------------
@operator(aliases=("linalg_inverse",), shape=square_shape)
def _linalg_inverse(xp, A):
    """Return the inverse of each matrix.

    >>> mx.nd.linalg.inverse(mx.nd.array([[1, 4], [0, 2]]))
    [[ 1.  -2. ]
     [ 0.   0.5]]
    <NDArray 2x2 @cpu(0)>
    """
    return checked(xp, "inv", A)


def _inverse_gradient(F, g, out):
    # d(A^-1) = -A^-1 dA A^-1
    return (F._linalg_gemm2(F._linalg_gemm2(out, g, transpose_a=True), out, transpose_b=True, alpha=-1.0),)


_linalg_inverse.gradient(_inverse_gradient)


@operator(shape=square_shape)
def _linalg_inverse_or_zero(xp, A):
    """Return the inverse of each matrix, and zeros for a singular one.

    >>> mx.nd._internal._linalg_inverse_or_zero(mx.nd.array([[1, 1], [1, 1]]))
    [[0. 0.]
     [0. 0.]]
    <NDArray 2x2 @cpu(0)>
    """
    singular = (xp.linalg.det(A) == 0)[..., None, None]
    out = xp.linalg.inv(xp.where(singular, xp.eye(A.shape[-1], dtype=A.dtype), A))
    return xp.where(singular, 0, out).astype(A.dtype, copy=False)


_linalg_inverse_or_zero.gradient(_inverse_gradient)


@operator(aliases=("linalg_det",), shape=batch_shape)
def _linalg_det(xp, A):
    """Return the determinant of each matrix, with shape (1,) of a single one. The gradient at a singular one is 0.

    >>> mx.nd.linalg.det(mx.nd.array([[1, 4], [2, 3]]))
    [-5.]
    <NDArray 1 @cpu(0)>
    """
    return xp.linalg.det(A).reshape(A.shape[:-2] or (1,))


@_linalg_det.gradient
def _(F, g, A, out):
    # d det(A) = det(A) tr(A^-1 dA)
    inverse = F._linalg_transpose(F._linalg_inverse_or_zero(A))
    return (F.elemwise_mul(F._unreduce(F.elemwise_mul(g, out), A, axis=(-2, -1)), inverse),)


@operator(
    aliases=("linalg_slogdet",),
    outputs=("sign", "logabsdet"),
    shape=lambda A: (batch_shape(A)[0], batch_shape(A)[1] * 2),
    dtype=lambda A: ([A], [A, A]),
)
def _linalg_slogdet(xp, A):
    """Return the sign and the logarithm of the absolute value of each determinant.

    >>> mx.nd.linalg.slogdet(mx.nd.array([[-1, 0], [0, 1]]))[0]
    [-1.]
    <NDArray 1 @cpu(0)>
    """
    sign, log = xp.linalg.slogdet(A)
    shape = A.shape[:-2] or (1,)
    return sign.reshape(shape), log.reshape(shape)


@_linalg_slogdet.gradient
def _(F, g, A):
    inverse = F._linalg_transpose(F._linalg_inverse_or_zero(A))
    return (F.elemwise_mul(F._unreduce(g[1], A, axis=(-2, -1)), inverse),)


@operator(aliases=("linalg_sumlogdiag",), shape=batch_shape)
def _linalg_sumlogdiag(xp, A):
    """Return the sum of the logarithms of the diagonal of each matrix: after potrf, half of the log determinant.

    >>> mx.nd.linalg.sumlogdiag(mx.nd.array([[1, 1], [1, 7]]))
    [1.9459101]
    <NDArray 1 @cpu(0)>
    """
    check_matrix(A.shape, square=True)
    return xp.log(xp.diagonal(A, axis1=-2, axis2=-1)).sum(axis=-1).reshape(A.shape[:-2] or (1,))


@_linalg_sumlogdiag.gradient
def _(F, g, A):
    diagonal = F._linalg_extractdiag(A)
    return (F._linalg_makediag(F.elemwise_div(F._unreduce(g, diagonal, axis=-1), diagonal)),)
