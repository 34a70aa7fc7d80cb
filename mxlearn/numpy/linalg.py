"""Linear algebra: ``mx.np.linalg``. Gradients are those of the operators ``mx.nd.linalg`` where there are some.

References: MXNet 1.9.1 module mxnet.numpy.linalg.
"""
import math
from typing import Any

import numpy as onp

from .. import backend
from ..base import ArgumentError, MXNetError, ShapeError, missing
from ..core.infer import normalize_axis
from ..symbol.symbol import Symbol
from .calling import arr, array_like, as_floating, call, delegated, finish, newshape, on_tape
from .elementwise import absolute, sqrt  # pyright: ignore[reportAttributeAccessIssue]
from .products import matmul
from .reductions import _reduced, norm_of
from .reductions import max as max_of
from .reductions import min as min_of
from .reductions import sum as sum_of
from .shaping import moveaxis, swapaxes, transpose


def _matrix(a, what: str, square: bool = False) -> Any:
    a = as_floating(arr(a, f"np.linalg.{what}"))
    if isinstance(a, Symbol):
        return a
    if a.ndim < 2:
        raise ShapeError(f"np.linalg.{what}: a matrix, or a stack of them, is needed. Received shape: {a.shape}")
    if square and a.shape[-1] != a.shape[-2]:
        raise ShapeError(f"np.linalg.{what}: square matrices are needed. Received shape: {a.shape}")
    return a


def _delegated(name: str, *arrays, **options) -> Any:
    """Run a function of the array module's linalg; a matrix that it cannot treat is an MXNetError."""
    ctx = arrays[0]._ctx

    def compute(*raws):
        try:
            with backend.linalg_errors(ctx.xp):
                found = getattr(ctx.xp.linalg, name)(*raws, **options)
        except onp.linalg.LinAlgError as error:
            raise MXNetError(f"np.linalg.{name}: {error}") from None
        return tuple(found) if isinstance(found, tuple) else found

    return delegated(f"linalg.{name}", compute, *arrays)


def norm(x, ord=None, axis=None, keepdims: bool = False) -> Any:
    """Return the length of a vector or the size of a matrix.

    Parameters
    ----------
    ord : of vectors: a number p for (sum |x|^p)^(1/p), inf, -inf or 0; of matrices: "fro", "nuc", 1, -1, 2, -2, inf,
        -inf; default the root of the sum of squares
    axis : None for the whole array, an int for vectors, a pair for matrices

    >>> mx.np.linalg.norm(mx.np.array([3, 4]))
    array(5.)
    """
    x = as_floating(arr(x, "np.linalg.norm"))
    if ord is None and (axis is None or isinstance(x, Symbol)):
        return _reduced("norm", x, axis, keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    axes = tuple(normalize_axis(a, x.ndim) for a in axes)
    if ord is None:
        return _reduced("norm", x, axes, keepdims)
    if len(axes) == 1:
        if isinstance(ord, str):
            raise ArgumentError(f"np.linalg.norm: ord={ord!r} is for matrices; these are vectors")
        return norm_of(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ArgumentError(f"np.linalg.norm: ord={ord!r} needs vectors or matrices. Received axes: {axes}")
    if ord in ("fro", "f"):
        return _reduced("norm", x, axes, keepdims)
    if ord in (1, -1, math.inf, -math.inf):
        down, across = axes if abs(ord) == 1 else axes[::-1]
        totals = sum_of(absolute(x), down, None, True)
        found = (max_of if ord > 0 else min_of)(totals, across, True)
    elif ord in (2, -2, "nuc"):
        s = _singular_values(moveaxis(x, axes, (-2, -1)))
        found = sum_of(s, -1) if ord == "nuc" else max_of(s, -1) if ord == 2 else min_of(s, -1)
        found = newshape(found, [1 if i in axes else n for i, n in enumerate(x.shape)])
    else:
        raise ArgumentError(f"np.linalg.norm: there is no norm ord={ord!r} of matrices")
    return found if keepdims else newshape(found, [n for i, n in enumerate(x.shape) if i not in axes])


def _singular_values(x):
    """Return the singular values; while recording as roots of eigenvalues, which have a gradient."""
    if not on_tape(x):
        return _delegated("svd", x, compute_uv=False)
    small = matmul(x, swapaxes(x, -1, -2)) if x.shape[-2] <= x.shape[-1] else matmul(swapaxes(x, -1, -2), x)
    return sqrt(call("_linalg_syevd", small)[1])


def svd(a) -> tuple:
    """Return (U, s, V) with a = U diag(s) V, for matrices that have not more rows than columns."""
    a = _matrix(a, "svd")
    if a.shape[-2] > a.shape[-1]:
        raise ShapeError(f"np.linalg.svd: not more rows than columns are allowed. Received shape: {a.shape}")
    if not on_tape(a):
        return _delegated("svd", a, full_matrices=False)
    left, squares = eigh(matmul(a, swapaxes(a, -1, -2)))[::-1]
    left, values = left[..., ::-1], sqrt(squares[..., ::-1])
    right = matmul(swapaxes(left, -1, -2), a) / newshape(values, (*values.shape, 1))
    return left, values, right


def eigh(a, UPLO: str = "L") -> tuple:
    """Return (eigenvalues in ascending order, eigenvectors as columns) of symmetric matrices."""
    a = _matrix(a, "eigh", square=True)
    _triangle_name("eigh", UPLO)
    if not on_tape(a):
        return _delegated("eigh", a, UPLO=UPLO)
    rows, values = call("_linalg_syevd", _symmetric(a, UPLO))
    return values, swapaxes(rows, -1, -2)


def eigvalsh(a, UPLO: str = "L") -> Any:
    """Return the eigenvalues of symmetric matrices, in ascending order."""
    a = _matrix(a, "eigvalsh", square=True)
    _triangle_name("eigvalsh", UPLO)
    return call("_linalg_syevd", _symmetric(a, UPLO))[1] if on_tape(a) else _delegated("eigvalsh", a, UPLO=UPLO)


def _triangle_name(what: str, UPLO) -> None:
    if UPLO not in ("L", "U"):
        raise ArgumentError(f"np.linalg.{what}: UPLO must be 'L' or 'U'. Received: {UPLO!r}")


def _symmetric(a, UPLO: str):
    """Return the matrix that one triangle of ``a`` describes."""
    part = call("_linalg_triangle", a, lower=UPLO == "L", offset=0)
    strict = call("_linalg_triangle", a, lower=UPLO == "L", offset=-1 if UPLO == "L" else 1)
    return part + swapaxes(strict, -1, -2)


def _real_only(what: str, found) -> Any:
    for value in found if isinstance(found, tuple) else (found,):
        if getattr(value, "dtype", None) is not None and value._data.dtype.kind == "c":
            raise MXNetError(
                f"np.linalg.{what}: the eigenvalues are not real, and there are no complex arrays.\n"
                "  Use numpy.linalg on a.asnumpy()."
            )
    return found


def eig(a) -> tuple:
    """Return (eigenvalues, eigenvectors as columns) of matrices whose eigenvalues are real."""
    return _real_only("eig", _delegated("eig", _matrix(a, "eig", square=True)))


def eigvals(a) -> Any:
    """Return the eigenvalues of matrices whose eigenvalues are real."""
    return _real_only("eigvals", _delegated("eigvals", _matrix(a, "eigvals", square=True)))


def inv(a) -> Any:
    """Return the inverse matrices."""
    return call("_linalg_inverse", _matrix(a, "inv", square=True))


def det(a) -> Any:
    """Return the determinants; of one matrix an array without axes."""
    a = _matrix(a, "det", square=True)
    found = call("_linalg_det", a)
    return found if isinstance(a, Symbol) else newshape(found, a.shape[:-2])


def slogdet(a) -> tuple:
    """Return (sign, logarithm of the absolute value) of the determinants."""
    a = _matrix(a, "slogdet", square=True)
    sign, log = call("_linalg_slogdet", a)
    return newshape(sign, a.shape[:-2]), newshape(log, a.shape[:-2])


def cholesky(a) -> Any:
    """Return the lower triangular matrices L with a = L L^T."""
    return call("_linalg_potrf", _matrix(a, "cholesky", square=True))


def solve(a, b) -> Any:
    """Return x with a x = b."""
    a, b = _matrix(a, "solve", square=True), as_floating(arr(b, "np.linalg.solve"))
    vector = b.ndim == a.ndim - 1
    if b.ndim == 0 or b.shape[-1 if vector else -2] != a.shape[-1]:
        raise ShapeError(f"np.linalg.solve: matrices {a.shape} and right sides {b.shape} do not fit")
    if on_tape(a, b):
        found = matmul(inv(a), newshape(b, (*b.shape, 1)) if vector else b)
        return newshape(found, b.shape) if vector else found
    if vector:
        return newshape(_delegated("solve", a, newshape(b, (*b.shape, 1))), b.shape)
    return _delegated("solve", a, b)


def lstsq(a, b, rcond="warn") -> tuple:
    """Return (least squares solution of a x = b, residues, rank, singular values)."""
    a, b = _matrix(a, "lstsq"), as_floating(arr(b, "np.linalg.lstsq"))
    x, residues, rank, values = _delegated("lstsq", a, b, rcond=None if rcond == "warn" else rcond)
    return x, residues, int(rank), values


def pinv(a, rcond=1e-15, hermitian: bool = False) -> Any:
    """Return the pseudoinverse; while recording that of matrices of full rank."""
    a = _matrix(a, "pinv")
    if on_tape(a):
        t = swapaxes(a, -1, -2)
        return matmul(t, inv(matmul(a, t))) if a.shape[-2] <= a.shape[-1] else matmul(inv(matmul(t, a)), t)
    limit = rcond if isinstance(rcond, (int, float)) else array_like(rcond)._data
    least = float(onp.finfo(a.dtype).eps) * max(a.shape[-2:])
    return _delegated("pinv", a, rcond=max(limit, least) if isinstance(limit, (int, float)) else limit)


def qr(a, mode: str = "reduced") -> Any:
    """Return (Q, R) with a = Q R, Q with orthonormal columns and R upper triangular."""
    return _delegated("qr", _matrix(a, "qr"), mode=mode)


def matrix_power(a, n: int) -> Any:
    """Return a square matrix multiplied with itself n times; of a negative n its inverse."""
    a = _matrix(a, "matrix_power", square=True)
    if not isinstance(n, (int, onp.integer)):
        raise ArgumentError(f"np.linalg.matrix_power: n must be a whole number. Received: {n!r}")
    if n < 0:
        a, n = inv(a), -n
    from .creation import eye

    result = eye(a.shape[-1], dtype=a.dtype, ctx=a.ctx) + a * 0
    while n:
        if n & 1:
            result = matmul(result, a)
        a, n = matmul(a, a), n >> 1
    return result


def matrix_rank(A, tol=None, hermitian: bool = False) -> Any:
    """Return the number of singular values that are not nearly zero."""
    return _delegated("matrix_rank", arr(A, "np.linalg.matrix_rank").detach(), tol=tol, hermitian=hermitian)


def multi_dot(arrays, *, out=None) -> Any:
    """Return the product of several matrices, in the order that needs the fewest multiplications.

    The first may be a row and the last a column, given as vectors.
    """
    matrices = [arr(a, "np.linalg.multi_dot") for a in arrays]
    if len(matrices) < 2:
        raise ArgumentError("np.linalg.multi_dot: at least two arrays are needed")
    n = len(matrices)
    extents = [m.shape[0] if m.ndim > 1 or i else 1 for i, m in enumerate(matrices)]
    extents.append(matrices[-1].shape[1] if matrices[-1].ndim > 1 else 1)
    cost = [[0.0] * n for _ in range(n)]
    cut = [[0] * n for _ in range(n)]
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            options = [
                (cost[i][k] + cost[k + 1][j] + extents[i] * extents[k + 1] * extents[j + 1], k) for k in range(i, j)
            ]
            cost[i][j], cut[i][j] = min(options)

    def product(i, j):
        return matrices[i] if i == j else matmul(product(i, cut[i][j]), product(cut[i][j] + 1, j))

    return finish(product(0, n - 1), out)


def cond(x, p=None) -> Any:
    """Return the condition number: the norm of a matrix times that of its inverse."""
    return _delegated("cond", _matrix(x, "cond").detach(), p=p)


def tensorinv(a, ind: int = 2) -> Any:
    """Return the inverse of a tensor whose first ``ind`` axes have as many elements as the others."""
    a = as_floating(arr(a, "np.linalg.tensorinv"))
    if ind < 1:
        raise ArgumentError(f"np.linalg.tensorinv: ind must be positive. Received: {ind}")
    rows = math.prod(a.shape[:ind])
    if rows != math.prod(a.shape[ind:]):
        raise ShapeError(f"np.linalg.tensorinv: {a.shape} cut at axis {ind} is not square")
    return newshape(inv(newshape(a, (rows, -1))), (*a.shape[ind:], *a.shape[:ind]))


def tensorsolve(a, b, axes=None) -> Any:
    """Return x with tensordot(a, x, x.ndim) = b."""
    a, b = as_floating(arr(a, "np.linalg.tensorsolve")), as_floating(arr(b, "np.linalg.tensorsolve"))
    if axes is not None:
        moved = [normalize_axis(k, a.ndim) for k in axes]
        a = transpose(a, [k for k in range(a.ndim) if k not in moved] + moved)
    shape = a.shape[b.ndim :]
    if math.prod(shape) != b.size:
        raise ShapeError(f"np.linalg.tensorsolve: {a.shape} and {b.shape} do not fit")
    return newshape(solve(newshape(a, (b.size, -1)), newshape(b, (-1,))), shape)


__all__ = [
    "cholesky", "cond", "det", "eig", "eigh", "eigvals", "eigvalsh", "inv", "lstsq", "matrix_power", "matrix_rank",
    "multi_dot", "norm", "pinv", "qr", "slogdet", "solve", "svd", "tensorinv", "tensorsolve",
]  # fmt: skip


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
