"""Products of vectors, matrices and tensors."""
from typing import Any

import numpy as onp

from ..base import ArgumentError, ShapeError
from ..core.infer import normalize_axis
from ..symbol.symbol import Symbol
from .calling import arr, array_like, as_floating, call, finish, is_number, newshape, promoted
from .elementwise import multiply  # pyright: ignore[reportAttributeAccessIssue]
from .shaping import transpose


def dot(a, b, out=None) -> Any:
    """Return the product of the last axis of ``a`` with the last but one of ``b`` (its only one for a vector).

    >>> a = mx.np.array([1, 2, 3])
    >>> mx.np.dot(a, a), mx.np.dot(mx.np.ones((2, 3)), a)
    (array(14.), array([6., 6.]))
    """
    a, b = promoted(arr(a, "np.dot"), arr(b, "np.dot"))
    if isinstance(a, Symbol):
        return call("dot", a, b)
    if not a.ndim or not b.ndim:
        return finish(multiply(a, b), out)
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else -1]:
        raise ShapeError(f"np.dot: shapes {a.shape} and {b.shape} do not fit: {a.shape[-1]} numbers in a row of a")
    if b.ndim > 2:
        order = [b.ndim - 2, *range(b.ndim - 2), b.ndim - 1]
        b = transpose(b, order)
    found = call("dot", a, b)
    return finish(newshape(found, ()) if a.ndim == b.ndim == 1 else found, out)


def matmul(a, b, out=None, **kwargs) -> Any:
    """Return the matrix product; axes in front of the last two broadcast."""
    if kwargs:
        raise ArgumentError(f"np.matmul: unknown argument {next(iter(kwargs))!r}. It takes a, b and out.")
    if is_number(a) or is_number(b):
        raise ArgumentError("np.matmul: a number is no operand; use * instead")
    a, b = promoted(arr(a, "np.matmul"), arr(b, "np.matmul"))
    if isinstance(a, Symbol):
        return call("_npi_matmul", a, b)
    if not a.ndim or not b.ndim:
        raise ShapeError("np.matmul: an array without axes is no operand; use * instead")
    if a.ndim <= 2 and b.ndim <= 2:
        return dot(a, b, out)
    rows, columns = a.ndim > 1, b.ndim > 1
    left = a if rows else newshape(a, (1, *a.shape))
    right = b if columns else newshape(b, (*b.shape, 1))
    found = call("_npi_matmul", left, right)
    if not rows:
        found = newshape(found, (*found.shape[:-2], found.shape[-1]))
    if not columns:
        found = newshape(found, found.shape[:-1])
    return finish(found, out)


def tensordot(a, b, axes: Any = 2) -> Any:
    """Return the sum of products over axes: the last of ``a`` with the first of ``b``, or the named ones."""
    a, b = promoted(arr(a, "np.tensordot"), arr(b, "np.tensordot"))
    if isinstance(axes, (int, onp.integer)):
        if axes < 0 or axes > min(a.ndim, b.ndim):
            raise ShapeError(f"np.tensordot: axes={axes} for arrays of {a.ndim} and {b.ndim} axes")
        pairs = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        named: list = [[n] if isinstance(n, (int, onp.integer)) else list(n) for n in axes]
        pairs = [normalize_axis(n, a.ndim) for n in named[0]], [normalize_axis(n, b.ndim) for n in named[1]]
    summed = [a.shape[i] for i in pairs[0]]
    if summed != [b.shape[i] for i in pairs[1]]:
        raise ShapeError(f"np.tensordot: shapes {a.shape} and {b.shape} do not fit along axes={axes}")
    free_a = [i for i in range(a.ndim) if i not in pairs[0]]
    free_b = [i for i in range(b.ndim) if i not in pairs[1]]
    inner = int(onp.prod(summed, dtype=int))
    left = newshape(transpose(a, free_a + pairs[0]), (_size(a, free_a), inner))
    right = newshape(transpose(b, pairs[1] + free_b), (inner, _size(b, free_b)))
    return newshape(call("dot", left, right), [*(a.shape[i] for i in free_a), *(b.shape[i] for i in free_b)])


def _size(a, axes) -> int:
    return int(onp.prod([a.shape[i] for i in axes], dtype=int))


def inner(a, b) -> Any:
    """Return the sum of products over the last axes."""
    a, b = arr(a, "np.inner"), arr(b, "np.inner")
    if not a.ndim or not b.ndim:
        return multiply(a, b)
    return tensordot(a, b, (-1, -1))


def outer(a, b) -> Any:
    """Return the products of all pairs of elements, as a matrix."""
    a, b = arr(a, "np.outer"), arr(b, "np.outer")
    return multiply(newshape(a, (-1, 1)), newshape(b, (1, -1)))


def vdot(a, b) -> Any:
    """Return the sum of products of all elements."""
    return dot(newshape(arr(a, "np.vdot"), (-1,)), newshape(arr(b, "np.vdot"), (-1,)))


def kron(a, b) -> Any:
    """Return the Kronecker product: every element of ``a`` times all of ``b``."""
    a, b = array_like(a), array_like(b)
    ndim = max(a.ndim, b.ndim)
    wide = [(1,) * (ndim - x.ndim) + x.shape for x in (a, b)]
    left = newshape(a, [n for extent in wide[0] for n in (extent, 1)])
    right = newshape(b, [n for extent in wide[1] for n in (1, extent)])
    return newshape(multiply(left, right), [m * n for m, n in zip(*wide, strict=True)])


def cross(a, b, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis=None) -> Any:
    """Return the cross product of vectors of length 3 along an axis."""
    from .joining import stack
    from .shaping import moveaxis

    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(arr(a, "np.cross"), axisa, -1), moveaxis(arr(b, "np.cross"), axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise ShapeError(f"np.cross: vectors of length 3 are needed. Received shapes: {a.shape} and {b.shape}")
    (x, y, z), (u, v, w) = ([t[..., i] for i in range(3)] for t in (a, b))
    return stack([y * w - z * v, z * u - x * w, x * v - y * u], axisc)


def einsum(*operands, **kwargs) -> Any:
    """Sum products over named axes: ``np.einsum("ij,jk->ik", a, b)`` is a matrix product."""
    kwargs.pop("optimize", None)
    out = kwargs.pop("out", None)
    if kwargs:
        raise ArgumentError(f"np.einsum: unknown argument {next(iter(kwargs))!r}. It takes optimize and out.")
    if not operands or not isinstance(operands[0], str):
        raise ArgumentError("np.einsum: the first argument is a string such as 'ij,jk->ik'")
    subscripts, *arrays = operands
    arrays = promoted(*[arr(a, "np.einsum") for a in arrays])
    return finish(call("_npi_einsum", *arrays, subscripts=subscripts.replace(" ", "")), out)


def interp(x, xp, fp, left=None, right=None, period=None) -> Any:
    """Interpolate linearly between points; there is no gradient."""
    from .calling import delegated

    points = [array_like(v) for v in (x, xp, fp)]
    found = delegated("interp", None, *points, left=left, right=right, period=period)
    dtype = as_floating(points[2]).dtype
    return found.astype(dtype) if hasattr(found, "astype") else found


__all__ = ["cross", "dot", "einsum", "inner", "interp", "kron", "matmul", "outer", "tensordot", "vdot"]
