"""Functions that choose elements, sort them, or tell where they are."""
from collections.abc import Callable
from typing import Any

import numpy as onp

from .. import backend
from ..base import ArgumentError, ShapeError
from ..core.infer import normalize_axis
from ..ndarray.indexing import IndexingError
from ..symbol.symbol import Symbol
from .array import made, ndarray
from .calling import arr, array_like, call, cast, delegated, finish, is_number, newshape, promoted, raw_of, rearranged
from .shaping import broadcast_arrays


def where(condition, x=None, y=None) -> Any:
    """Return x where the condition holds and y elsewhere; without x and y the indices where it holds.

    >>> a = mx.np.array([1, 2, 3])
    >>> mx.np.where(a > 1, a, 0)
    array([0., 2., 3.])
    """
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ArgumentError("np.where: either both or neither of x and y should be given")
    if any(isinstance(v, Symbol) for v in (condition, x, y)):
        return _where_symbol(condition, x, y)
    condition = array_like(condition)
    like = next((arr(v) for v in (x, y) if not is_number(v)), None)
    x, y = (_beside(v, like, condition) for v in (x, y))
    condition, x, y = broadcast_arrays(condition, *promoted(x, y))
    return call("where", condition, x, y)


def _beside(value, like, condition) -> ndarray:
    """Return an operand as an array; a number takes the dtype of the other operand, or float32."""
    if not is_number(value):
        return arr(value, "np.where")
    from .creation import full

    return full((), value, "float32" if like is None else like.dtype, ctx=condition.ctx)


def _where_symbol(condition, x, y):
    if is_number(x) and is_number(y):
        raise ArgumentError("np.where: of two numbers cannot be traced as a graph; make one of them an array")
    like = x if isinstance(x, Symbol) else y
    x, y = (call("_full_like", like, fill_value=float(v)) if is_number(v) else v for v in (x, y))
    return call("where", condition, x, y)


def nonzero(a) -> tuple:
    """Return the indices of the elements that are not zero, one int64 array for each axis."""
    a = array_like(a)
    return delegated("nonzero", None, a if a.ndim else newshape(a, (1,)))


def flatnonzero(a) -> ndarray:
    """Return the positions, in the flattened array, of the elements that are not zero."""
    return nonzero(newshape(array_like(a), (-1,)))[0]


def argwhere(a) -> ndarray:
    """Return the indices of the elements that are not zero, one row for each."""
    return delegated("argwhere", None, array_like(a))


def take(a, indices, axis=None, mode: str = "raise", out=None) -> Any:
    """Return the elements at indices, along an axis or of the flattened array.

    Parameters
    ----------
    mode : what an index that does not exist means: "raise" an IndexError, "clip" to the range, or "wrap" around
    """
    if mode not in ("raise", "clip", "wrap"):
        raise ArgumentError(f"np.take: mode must be 'raise', 'clip' or 'wrap'. Received: {mode!r}")
    if isinstance(a, Symbol):
        return call("take", a, indices, axis=axis or 0, mode="clip" if mode == "raise" else mode)
    a = arr(a, "np.take")
    numbers = array_like(indices)
    if numbers._data.dtype.kind != "i":
        numbers = cast(numbers, "int64")
    if axis is None:
        a, axis = newshape(a, (-1,)), 0
    extent = a.shape[normalize_axis(axis, a.ndim)]
    raw = numbers._data
    if mode == "raise":
        if raw.size and (int(raw.min()) < -extent or int(raw.max()) >= extent):
            raise IndexingError(f"np.take: an index is out of bounds for axis {axis} with extent {extent}")
        numbers = made(numbers._ctx.xp.where(raw < 0, raw + extent, raw), numbers._ctx)
    return finish(call("take", a, numbers, axis=axis, mode="wrap" if mode == "wrap" else "clip"), out)


def take_along_axis(arr, indices, axis) -> ndarray:
    """Return the elements that ``indices``, such as argsort gives, name along an axis."""
    numbers = array_like(indices).asnumpy().astype("int64")
    return rearranged(lambda xp, x: xp.take_along_axis(x, numbers, axis), array_like(arr))


def choose(a, choices, out=None, mode: str = "raise") -> ndarray:
    """Return for each element of ``a`` the element of the array that it numbers."""
    numbers = array_like(a).asnumpy().astype("int64")
    if mode == "raise" and numbers.size and (int(numbers.min()) < 0 or int(numbers.max()) >= len(choices)):
        raise ArgumentError(f"np.choose: an index is outside of the {len(choices)} choices")
    found = rearranged(lambda xp, *c: xp.choose(numbers, list(c), mode="clip" if mode == "raise" else mode), *choices)
    return finish(found, out)


def compress(condition, a, axis=None, out=None) -> ndarray:
    """Return the slices of ``a`` along an axis for which the condition holds."""
    keep = array_like(condition).asnumpy().astype(bool)
    return finish(rearranged(lambda xp, x: xp.compress(keep, x, axis), array_like(a)), out)


def extract(condition, arr) -> ndarray:
    """Return the elements for which the condition holds, along one axis."""
    keep = array_like(condition).asnumpy().astype(bool).ravel()
    return rearranged(lambda xp, x: x.ravel()[keep], array_like(arr))


def select(condlist, choicelist, default=0) -> Any:
    """Return the elements of the first choice whose condition holds, else the default."""
    if len(condlist) != len(choicelist) or not condlist:
        raise ArgumentError("np.select: as many choices as conditions are needed, and at least one")
    result: Any = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result


def piecewise(x, condlist, funclist, *args, **kw) -> Any:
    """Return the values of the function whose condition holds; a function more is the one for the rest."""
    x = arr(x, "np.piecewise")
    conditions = condlist if isinstance(condlist, (list, tuple)) else [condlist]
    values = [f(x, *args, **kw) if callable(f) else f for f in funclist]
    rest: Any = 0
    if len(values) == len(conditions) + 1:
        rest = values.pop()
    if len(values) != len(conditions):
        raise ArgumentError(f"np.piecewise: {len(conditions)} conditions, but {len(funclist)} functions")
    zero = x * 0
    result: Any = zero + rest
    for condition, value in zip(conditions, values, strict=True):
        result = where(condition, zero + value, result)
    return result


# -- order -------------------------------------------------------------------------------------------------------------
def _order(name: str, a, axis, *args):
    """Sort, by the places that the elements come from: so that the gradient goes back there."""
    a = arr(a, f"np.{name}")
    if axis is None:
        a, axis = newshape(a, (-1,)), -1
    if not a.ndim:
        raise ShapeError(f"np.{name}: an array without axes has no order")
    axis = normalize_axis(axis, a.ndim)
    numbers = backend.to_numpy(getattr(a._ctx.xp, f"arg{name}")(a._data, *args, axis=axis))
    return rearranged(lambda xp, x: xp.take_along_axis(x, numbers, axis), a)


def sort(a, axis=-1, kind=None, order=None) -> ndarray:
    """Return the elements in ascending order along an axis."""
    return _order("sort", a, axis)


def msort(a) -> ndarray:
    """Return the elements in ascending order along the first axis."""
    return sort(a, 0)


def partition(a, kth, axis=-1, kind: str = "introselect", order=None) -> ndarray:
    """Return the elements with the k-th in its place, smaller ones in front and larger ones behind."""
    return _order("partition", a, axis, kth)


def argsort(a, axis=-1, kind=None, order=None) -> Any:
    """Return the places that the elements would be sorted from; int64."""
    a = arr(a, "np.argsort")
    if isinstance(a, Symbol):
        return cast(call("argsort", a, axis=axis), "int64")
    if axis is not None:
        normalize_axis(axis, a.ndim)
    kinds = {"kind": "stable"} if a._ctx.xp is onp else {}
    return delegated("argsort", None, a, axis=axis, **kinds)


def trim_zeros(filt, trim: str = "fb") -> Any:
    """Leave out the zeros in front and behind of a vector."""
    filt = array_like(filt)
    keep = onp.flatnonzero(filt.asnumpy())
    first = int(keep[0]) if "f" in trim.lower() and keep.size else 0
    last = int(keep[-1]) + 1 if "b" in trim.lower() and keep.size else filt.shape[0]
    return filt[first:last] if keep.size else filt[:0]


def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None) -> Any:
    """Return the different elements, sorted; on wish where they are, and how often."""
    asked = {"return_index": return_index, "return_inverse": return_inverse, "return_counts": return_counts}
    return delegated("unique", _unique, array_like(ar), axis=axis, **asked)


def _unique(ar, axis=None, **asked):
    from ..backend import module_of

    found = module_of(ar).unique(ar, axis=axis, **asked)
    if axis is None and asked["return_inverse"]:
        at = 1 + asked["return_index"]
        found = (*found[:at], found[at].reshape(-1), *found[at + 1 :])
    return found


def ix_(*args) -> tuple:
    """Return indices that pick the rows, columns, ... of a grid."""
    return delegated("ix_", lambda *v: onp.ix_(*[onp.asarray(x).astype("int64") for x in v]), *map(array_like, args))


def _host(name: str, doc: str) -> Callable:
    """Return a function of whole numbers that NumPy computes in host memory."""

    def function(*args, **kwargs) -> Any:
        return delegated(name, None, *args, **kwargs)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{doc}\n\n    See ``numpy.{name}`` for its arguments.\n    "
    return function


diag_indices_from = _host("diag_indices_from", "Return the indices of the main diagonal.")
tril_indices_from = _host("tril_indices_from", "Return the indices at and below a diagonal.")
triu_indices_from = _host("triu_indices_from", "Return the indices at and above a diagonal.")
argpartition = _host("argpartition", "Return the places that the elements would be partitioned from.")
nanargmax = _host("nanargmax", "Return the position of the largest element that is not nan.")
nanargmin = _host("nanargmin", "Return the position of the smallest element that is not nan.")


def unravel_index(indices, shape, order: str = "C") -> ndarray:
    """Return the coordinates, in an array of a shape, of positions in the flattened array: one row for each axis."""
    if order not in ("C", "F"):
        raise ArgumentError(f"np.unravel_index: order must be 'C' or 'F'. Received: {order!r}")
    found = onp.unravel_index(array_like(indices).asnumpy().astype("int64"), shape, "C" if order == "C" else "F")
    from .creation import array

    return array(onp.stack([onp.asarray(f) for f in found]), dtype="int64")


def searchsorted(a, v, side: str = "left", sorter=None) -> Any:
    """Return where elements would have to be inserted so that the array stays sorted; int64."""
    return delegated("searchsorted", None, array_like(a), raw_of(v), side=side, sorter=raw_of(sorter))


__all__ = [
    "argpartition", "argsort", "argwhere", "choose", "compress", "diag_indices_from", "extract", "flatnonzero", "ix_",
    "msort", "nanargmax", "nanargmin", "nonzero", "partition", "piecewise", "searchsorted", "select", "sort", "take",
    "take_along_axis", "tril_indices_from", "trim_zeros", "triu_indices_from", "unique", "unravel_index", "where",
]  # fmt: skip
