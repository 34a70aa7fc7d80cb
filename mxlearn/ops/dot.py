"""Products of matrices: dot, batch_dot and khatri_rao.

``dot`` multiplies the last axis of ``lhs`` with the first of ``rhs``, for any number of dimensions. <g, dot(l, r)> is
linear in each of g, l and r. Its three partial gradients are one operator each, and the gradients of each are the other
two: so dot can be differentiated any number of times.
"""
import math

from ..base import ShapeError
from ..core.infer import show, unify
from ..core.operator import Like, operator
from ..kernels.product import product


# -- dot ---------------------------------------------------------------------------------------------------------------
def left_matrix(lhs, transpose_a: bool):
    """Return ``lhs`` as a matrix (rest, contracted)."""
    if transpose_a:
        return lhs.reshape(lhs.shape[0], math.prod(lhs.shape[1:])).T
    return lhs.reshape(math.prod(lhs.shape[:-1]), lhs.shape[-1])


def right_matrix(rhs, transpose_b: bool):
    """Return ``rhs`` as a matrix (contracted, rest)."""
    if transpose_b:
        return rhs.reshape(math.prod(rhs.shape[:-1]), rhs.shape[-1]).T
    return rhs.reshape(rhs.shape[0], math.prod(rhs.shape[1:]))


def dot_shape(lhs, rhs, transpose_a, transpose_b):
    """Return the shape of dot; () where both are vectors."""
    if len(lhs) == 1 and len(rhs) == 1 and (transpose_a or transpose_b):
        raise ShapeError("vectors cannot be transposed")
    left, rest_left = (lhs[0], lhs[1:]) if transpose_a else (lhs[-1], lhs[:-1])
    right, rest_right = (rhs[-1], rhs[:-1]) if transpose_b else (rhs[0], rhs[1:])
    if left != right and left >= 0 and right >= 0:
        which = f"the {'first' if transpose_a else 'last'} axis of lhs {show(lhs)}"
        other = f"the {'last' if transpose_b else 'first'} of rhs {show(rhs)}"
        raise ShapeError(
            f"{which} is {left}, but {other} is {right}: they are summed over and must be equal.\n"
            "  Try transpose_a=True or transpose_b=True, or batch_dot for a batch of matrices."
        )
    return tuple(rest_left) + tuple(rest_right)


@operator()
def dot(
    xp,
    lhs,
    rhs,
    *,
    transpose_a: bool = False,
    transpose_b: bool = False,
    forward_stype: str | None = None,
    out=None,
):
    """Multiply two arrays: of vectors the inner product, of matrices the matrix product.

    In general the last axis of ``lhs`` is multiplied with the first of ``rhs``: (i, j, k) and (k, l) give (i, j, l).

    Parameters
    ----------
    lhs, rhs : arrays of one dtype
    transpose_a : sum over the first axis of ``lhs`` instead of the last
    transpose_b : sum over the last axis of ``rhs`` instead of the first
    forward_stype : taken for MXNet's sake; the result is always dense

    >>> mx.nd.dot(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([[1, 1], [0, 1]]))
    [[1. 3.]
     [3. 7.]]
    <NDArray 2x2 @cpu(0)>
    """
    if lhs.ndim == 2 and rhs.ndim == 2:
        return product(xp, lhs.T if transpose_a else lhs, rhs.T if transpose_b else rhs, out=out)
    shape = dot_shape(lhs.shape, rhs.shape, transpose_a, transpose_b) or (1,)
    left, right = left_matrix(lhs, transpose_a), right_matrix(rhs, transpose_b)
    return product(xp, left, right, out=None if out is None else out.reshape(len(left), -1)).reshape(shape)


@dot.infer_shape
def _(lhs, rhs, *, transpose_a, transpose_b, forward_stype):
    if lhs is None or rhs is None:
        return [lhs, rhs], [None]
    out = dot_shape(lhs, rhs, transpose_a, transpose_b) or (1,)
    left, right = list(lhs), list(rhs)
    i, j = 0 if transpose_a else -1, -1 if transpose_b else 0
    left[i] = right[j] = max(left[i], right[j])
    return [tuple(left), tuple(right)], [out]


@dot.gradient
def _(F, g, lhs, rhs, *, transpose_a, transpose_b, needs):
    flags = {"transpose_a": transpose_a, "transpose_b": transpose_b}
    return (
        F._dot_left_gradient(g, rhs, lhs, **flags) if needs[0] else None,
        F._dot_right_gradient(g, lhs, rhs, **flags) if needs[1] else None,
    )


@operator(shape=lambda g, rhs, like, **_: ([g, rhs, like], [like]))
def _dot_left_gradient(xp, g, rhs, like: Like, *, transpose_a: bool = False, transpose_b: bool = False):
    """Return the gradient of <g, dot(lhs, rhs)> with respect to lhs, which has the shape of ``like``.

    >>> g, lhs, rhs = mx.nd.ones((1, 2)), mx.nd.zeros((1, 2)), mx.nd.array([[1, 2], [3, 4]])
    >>> mx.nd._internal._dot_left_gradient(g, rhs, lhs)
    [[3. 7.]]
    <NDArray 1x2 @cpu(0)>
    """
    right = right_matrix(rhs, transpose_b)  # (k, n)
    out = g.reshape(-1 if right.shape[1] else _rest(like, transpose_a), right.shape[1])  # (m, n)
    found = product(xp, right, out.T) if transpose_a else product(xp, out, right.T)
    return found.reshape(like.shape)


def _rest(like, first: bool) -> int:
    return math.prod(like.shape[1:] if first else like.shape[:-1])


@_dot_left_gradient.gradient
def _(F, h, g, rhs, *, transpose_a, transpose_b, needs):
    flags = {"transpose_a": transpose_a, "transpose_b": transpose_b}
    return (
        F.reshape_like(F.dot(h, rhs, **flags), g) if needs[0] else None,
        F._dot_right_gradient(g, h, rhs, **flags) if needs[1] else None,
        None,
    )


@operator(shape=lambda g, lhs, like, **_: ([g, lhs, like], [like]))
def _dot_right_gradient(xp, g, lhs, like: Like, *, transpose_a: bool = False, transpose_b: bool = False):
    """Return the gradient of <g, dot(lhs, rhs)> with respect to rhs, which has the shape of ``like``.

    >>> g, lhs, rhs = mx.nd.ones((1, 2)), mx.nd.array([[1, 2]]), mx.nd.zeros((2, 2))
    >>> mx.nd._internal._dot_right_gradient(g, lhs, rhs)
    [[1. 1.]
     [2. 2.]]
    <NDArray 2x2 @cpu(0)>
    """
    left = left_matrix(lhs, transpose_a)  # (m, k)
    out = g.reshape(left.shape[0], -1 if left.shape[0] else _rest(like, not transpose_b))  # (m, n)
    found = product(xp, out.T, left) if transpose_b else product(xp, left.T, out)
    return found.reshape(like.shape)


@_dot_right_gradient.gradient
def _(F, h, g, lhs, *, transpose_a, transpose_b, needs):
    flags = {"transpose_a": transpose_a, "transpose_b": transpose_b}
    return (
        F.reshape_like(F.dot(lhs, h, **flags), g) if needs[0] else None,
        F._dot_left_gradient(g, h, lhs, **flags) if needs[1] else None,
        None,
    )


# -- batch_dot ---------------------------------------------------------------------------------------------------------
def batch_dot_shape(lhs, rhs, transpose_a, transpose_b):
    """Return the shape of batch_dot."""
    if len(lhs) != len(rhs) or len(lhs) < 3:
        raise ShapeError(
            f"lhs and rhs must both have n >= 3 dimensions, (batch..., rows, columns). Received: {show(lhs)} and "
            f"{show(rhs)}.\n  Use dot for two matrices."
        )
    batch = unify(tuple(lhs[:-2]), tuple(rhs[:-2]), "the batch dimensions")
    (rows, inner), (other, columns) = lhs[-2:], rhs[-2:]
    if transpose_a:
        rows, inner = inner, rows
    if transpose_b:
        other, columns = columns, other
    if inner != other and inner >= 0 and other >= 0:
        raise ShapeError(
            f"lhs {show(lhs)} and rhs {show(rhs)} cannot be multiplied: the inner dimensions are {inner} and {other}.\n"
            "  Try transpose_a=True or transpose_b=True."
        )
    return (*(batch or ()), rows, columns)


@operator()
def batch_dot(xp, lhs, rhs, *, transpose_a: bool = False, transpose_b: bool = False, forward_stype: str | None = None):
    """Multiply the matrices of two batches, pair by pair.

    Parameters
    ----------
    lhs, rhs : (batch..., rows, columns), with equal batch dimensions
    transpose_a, transpose_b : transpose each matrix of ``lhs`` or ``rhs`` first
    forward_stype : taken for MXNet's sake; the result is always dense

    >>> mx.nd.batch_dot(mx.nd.ones((2, 1, 3)), mx.nd.ones((2, 3, 1)))
    [[[3.]]
     [[3.]]]
    <NDArray 2x1x1 @cpu(0)>
    """
    batch_dot_shape(lhs.shape, rhs.shape, transpose_a, transpose_b)
    return product(xp, lhs.swapaxes(-1, -2) if transpose_a else lhs, rhs.swapaxes(-1, -2) if transpose_b else rhs)


@batch_dot.infer_shape
def _(lhs, rhs, *, transpose_a, transpose_b, forward_stype):
    if lhs is None or rhs is None:
        return [lhs, rhs], [None]
    return [lhs, rhs], [batch_dot_shape(lhs, rhs, transpose_a, transpose_b)]


def product_gradients(multiply, g, lhs, rhs, transpose_a, transpose_b, needs):
    """Return the gradients of op(lhs) @ op(rhs), where ``multiply(a, b, transpose_a, transpose_b)`` is that product."""
    left = right = None
    if needs[0]:  # dL = g R^T, or transposed R g^T
        left = multiply(rhs, g, transpose_b, True) if transpose_a else multiply(g, rhs, False, not transpose_b)
    if needs[1]:  # dR = L^T g, or transposed g^T L
        right = multiply(g, lhs, True, transpose_a) if transpose_b else multiply(lhs, g, not transpose_a, False)
    return left, right


@batch_dot.gradient
def _(F, g, lhs, rhs, *, transpose_a, transpose_b, needs):
    def multiply(a, b, ta, tb):
        return F.batch_dot(a, b, transpose_a=ta, transpose_b=tb)

    return product_gradients(multiply, g, lhs, rhs, transpose_a, transpose_b, needs)


# -- Khatri-Rao --------------------------------------------------------------------------------------------------------
def khatri_rao_shape(shapes):
    """Return the shape of the Khatri-Rao product, None where one of ``shapes`` is unknown."""
    rows, columns = 1, -1
    for shape in shapes:
        if shape is None:
            return None
        if len(shape) != 2 or (-1 not in (columns, shape[1]) and shape[1] != columns):
            received = ", ".join(map(show, shapes))
            raise ShapeError(f"all inputs must be matrices with equal numbers of columns. Received: {received}")
        rows = -1 if -1 in (rows, shape[0]) else rows * shape[0]
        columns = max(columns, shape[1])
    return rows, columns


@operator()
def khatri_rao(xp, *args):
    """Return the column-wise Kronecker product of matrices with equal numbers of columns.

    Of matrices (m1, n), ..., (mk, n) it is (m1 * ... * mk, n).

    >>> mx.nd.khatri_rao(mx.nd.array([[1, -1], [2, -3]]), mx.nd.array([[1, 4]]))
    [[  1.  -4.]
     [  2. -12.]]
    <NDArray 2x2 @cpu(0)>
    """
    khatri_rao_shape([x.shape for x in args])
    out = args[0].copy()
    for matrix in args[1:]:
        out = (out[:, None, :] * matrix[None]).reshape(out.shape[0] * matrix.shape[0], out.shape[1])
    return out


@khatri_rao.infer_shape
def _(*args):
    return list(args), [khatri_rao_shape(args)]


@khatri_rao.gradient
def _(F, g, args):
    # with the other factors fixed it is linear: contract g with the product of those before and of those after
    gradients = []
    for i, matrix in enumerate(args):
        before = F.khatri_rao(*args[:i]) if i else None
        after = F.khatri_rao(*args[i + 1 :]) if i + 1 < len(args) else None
        others = [x for x in (before, after) if x is not None]
        gradients.append(F._khatri_rao_gradient(g, matrix, *others, first=i == 0))
    return gradients


def _contract_shape(g, like, *others, first):
    return [g, like, *others], [like]


@operator(shape=_contract_shape)
def _khatri_rao_gradient(xp, *args, first: bool):
    """Contract g (rows, n) with the factors before and after one factor of a Khatri-Rao product.

    The inputs are g, an array of the factor's shape, the product of the factors before it (left out where ``first``)
    and the product of those after it (left out where there is none).

    >>> g, factor, after = mx.nd.ones((4, 1)), mx.nd.zeros((2, 1)), mx.nd.array([[1], [10]])
    >>> mx.nd._internal._khatri_rao_gradient(g, factor, after, first=True)
    [[11.]
     [11.]]
    <NDArray 2x1 @cpu(0)>
    """
    g, factor, *others = args
    one = xp.ones((1, g.shape[1]), g.dtype)
    before = one if first else others.pop(0)
    after = others.pop(0) if others else one
    blocks = g.reshape(before.shape[0], factor.shape[0], after.shape[0], g.shape[1])
    return xp.einsum("aibn,an,bn->in", blocks, before, after)
