"""Functions that reduce axes: sum, mean, max, argmax, any, std, cumulative sums, averages."""
import builtins
import math
from typing import Any

import numpy as onp

from ..base import ArgumentError, ShapeError
from ..core.infer import normalize_axis
from ..symbol.symbol import Symbol
from .array import made, ndarray
from .calling import arr, array_like, as_floating, call, cast, delegated, finish, is_number, newshape
from .elementwise import divide, multiply, power, sqrt, square, subtract  # pyright: ignore[reportAttributeAccessIssue]


def axes_of(axis, ndim: int) -> tuple[int, ...]:
    """Return axes counted from the front; None means all.

    Raises
    ------
    ShapeError
        If an axis does not exist, or is named twice.
    """
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, (tuple, list)) else (axis,)
    axes = tuple([normalize_axis(int(a), ndim) for a in given])
    if len(set(axes)) < len(axes):
        raise ShapeError(f"axis={axis} names an axis twice")
    return axes


def _reduced(name: str, a, axis, keepdims) -> Any:
    """Run a reduction of the registry; where no axis is left, the result has shape ()."""
    keepdims = bool(keepdims)
    if isinstance(a, Symbol):
        found = call(name, a, axis=axis, keepdims=keepdims)
        return newshape(found, ()) if axis is None and not keepdims else found
    ndim = a._data.ndim
    axes = () if not ndim and axis in (0, -1) else axes_of(axis, ndim)
    if not axes:
        return call("_copy", a)
    if len(axes) == ndim and not keepdims:
        found = call(name, a, axis=None)
        return made(found._data.reshape(()), found._ctx) if found._entry is None else newshape(found, ())
    return call(name, a, axis=axes, keepdims=keepdims)


def _numbers(a, dtype, floating: bool) -> Any:
    """Return what is summed up: in ``dtype``, or truth values as int64 (or float32 for a mean)."""
    a = arr(a)
    if dtype is not None:
        return cast(a, dtype)
    if isinstance(a, Symbol):
        return a
    kind = a._data.dtype.kind
    if floating:
        return as_floating(a)
    return cast(a, "int64") if kind == "b" else a


def sum(a, axis=None, dtype=None, keepdims: bool = False, initial=None, out=None) -> Any:
    """Sum over axes; a sum over all of them has shape ().

    Parameters
    ----------
    a : np.ndarray
    axis : None for all, an int, or a tuple of int
    dtype : in which is summed; default that of ``a``, int64 for bool
    keepdims : keep reduced axes with extent 1
    initial : number that is added

    >>> mx.np.sum(mx.np.array([[1, 2], [3, 4]]), axis=0), mx.np.ones(3).sum()
    (array([4., 6.]), array(3.))
    """
    found = _reduced("sum", _numbers(a, dtype, False), axis, keepdims)
    return finish(found if initial is None else found + initial, out)


def prod(a, axis=None, dtype=None, out=None, keepdims: bool = False) -> Any:
    """Multiply over axes; see ``sum``."""
    return finish(_reduced("prod", _numbers(a, dtype, False), axis, keepdims), out)


product = prod


def mean(a, axis=None, dtype=None, out=None, keepdims: bool = False) -> Any:
    """Average over axes; whole numbers give float32."""
    return finish(_reduced("mean", _numbers(a, dtype, True), axis, keepdims), out)


def max(a, axis=None, keepdims: bool = False, out=None) -> Any:
    """Return the largest elements over axes."""
    return _extreme("max", a, axis, keepdims, out)


def min(a, axis=None, keepdims: bool = False, out=None) -> Any:
    """Return the smallest elements over axes."""
    return _extreme("min", a, axis, keepdims, out)


def _extreme(name: str, a, axis, keepdims, out):
    a = arr(a, f"np.{name}")
    if not isinstance(a, Symbol):
        gone = [a.shape[i] for i in (axes_of(axis, a.ndim) if a.ndim else ())]
        if 0 in gone:
            raise ShapeError(f"np.{name}: an array of shape {a.shape} has no elements along axis {axis}")
        if a._data.dtype.kind == "b":
            return finish(delegated(name, None, a, axis=axis, keepdims=bool(keepdims)), out)
    return finish(_reduced(name, a, axis, keepdims), out)


amax, amin = max, min


def ptp(a, axis=None, out=None, keepdims: bool = False) -> Any:
    """Return the largest less the smallest element."""
    return finish(subtract(max(a, axis, keepdims), min(a, axis, keepdims)), out)


def var(a, axis=None, dtype=None, out=None, ddof: int = 0, keepdims: bool = False) -> Any:
    """Return the variance over axes: the mean squared distance from the mean.

    Parameters
    ----------
    ddof : the sum of squares is divided by the number of elements less ddof
    """
    a = _numbers(a, dtype, True)
    away = subtract(a, _reduced("mean", a, axis, True) if isinstance(a, Symbol) or a.ndim else a)
    found = _reduced("mean", square(away), axis, keepdims)
    if ddof:
        shape: tuple[int, ...] = a.shape  # type: ignore[union-attr]
        count = math.prod(shape[i] for i in axes_of(axis, len(shape)))
        rest = count - ddof
        found = multiply(found, count / rest if rest > 0 else math.nan)
    return finish(found, out)


def std(a, axis=None, dtype=None, out=None, ddof: int = 0, keepdims: bool = False) -> Any:
    """Return the standard deviation over axes; see ``var``."""
    return finish(sqrt(var(a, axis, dtype, None, ddof, keepdims)), out)


def average(a, axis=None, weights=None, returned: bool = False, out=None) -> Any:
    """Return the average over axes, weighted.

    Parameters
    ----------
    weights : np.ndarray of the shape of ``a``, or (n,) for one axis
    returned : return (average, sum of weights)
    """
    a = arr(a, "np.average")
    if weights is None:
        found = mean(a, axis)
        count = math.prod(a.shape[i] for i in axes_of(axis, a.ndim))
        total = cast(call("ones_like", found) * float(count), found.dtype)
        return (found, total) if returned else finish(found, out)
    weights = arr(weights, "np.average")
    if weights.shape != a.shape:
        if axis is None or not isinstance(axis, int) or weights.ndim != 1 or weights.shape[0] != a.shape[axis]:
            raise ShapeError(f"np.average: weights of shape {weights.shape} do not fit {a.shape} along axis {axis}")
        at = normalize_axis(axis, a.ndim)
        weights = newshape(weights, [a.shape[at] if i == at else 1 for i in range(a.ndim)])
    whole = multiply(weights, call("ones_like", a)) if weights.shape != a.shape else weights
    total = sum(whole, axis)
    found = divide(sum(multiply(a, weights), axis), total)
    return (found, total) if returned else finish(found, out)


def cumsum(a, axis=None, dtype=None, out=None) -> Any:
    """Add up along an axis, or over the flattened array."""
    a = _numbers(a, dtype, False)
    if not isinstance(a, Symbol) and a.ndim == 0:
        a = newshape(a, (1,))
    return finish(call("cumsum", a, axis=axis), out)


# -- positions and questions -------------------------------------------------------------------------------------------
def argmax(a, axis=None, out=None, keepdims: bool = False) -> Any:
    """Return the position of the largest element along an axis, or in the flattened array; int64."""
    return _position("argmax", a, axis, out, keepdims)


def argmin(a, axis=None, out=None, keepdims: bool = False) -> Any:
    """Return the position of the smallest element along an axis, or in the flattened array; int64."""
    return _position("argmin", a, axis, out, keepdims)


def _position(name: str, a, axis, out, keepdims):
    a = arr(a, f"np.{name}")
    if isinstance(a, Symbol):
        return cast(call(name, a, axis=axis, keepdims=keepdims), "int64")
    if axis is not None:
        axes_of(axis, a.ndim)
    if not a.size:
        raise ShapeError(f"np.{name}: an array of shape {a.shape} has no elements")
    return finish(delegated(name, None, a, axis=axis, keepdims=keepdims), out)


def any(a, axis=None, keepdims: bool = False, out=None) -> ndarray:
    """Tell whether an element is not zero."""
    return finish(delegated("any", None, arr(a, "np.any"), axis=axis, keepdims=bool(keepdims)), out)


def all(a, axis=None, keepdims: bool = False, out=None) -> ndarray:
    """Tell whether every element is not zero."""
    return finish(delegated("all", None, arr(a, "np.all"), axis=axis, keepdims=bool(keepdims)), out)


sometrue, alltrue = any, all


def count_nonzero(a, axis=None, *, keepdims: bool = False) -> Any:
    """Count the elements that are not zero; int64."""
    return delegated("count_nonzero", None, arr(a, "np.count_nonzero"), axis=axis, keepdims=keepdims)


# -- order statistics --------------------------------------------------------------------------------------------------
def quantile(a, q, axis=None, out=None, overwrite_input=None, interpolation: str = "linear", keepdims=False) -> Any:
    """Return the value below which the part ``q`` of the elements lies; see ``numpy.quantile`` for interpolation."""
    a = as_floating(arr(a, "np.quantile"))
    part = onp.asarray(q if is_number(q) else array_like(q).asnumpy(), "float64")

    def compute(raw):
        xp = a._ctx.xp
        found = xp.quantile(raw, xp.asarray(part), axis=axis, method=interpolation, keepdims=bool(keepdims))
        return found.astype(raw.dtype)

    return finish(delegated("quantile", compute, a), out)


def percentile(a, q, axis=None, out=None, overwrite_input=None, interpolation: str = "linear", keepdims=False) -> Any:
    """Return the value below which ``q`` percent of the elements lie."""
    part = q / 100 if is_number(q) else onp.asarray(array_like(q).asnumpy(), "float64") / 100
    if not is_number(part):
        part = array_like(part)
    return quantile(a, part, axis, out, overwrite_input, interpolation, keepdims)


def median(a, axis=None, out=None, overwrite_input=None, keepdims: bool = False) -> Any:
    """Return the middle element, the mean of the middle two where their number is even."""
    return quantile(a, 0.5, axis, out, overwrite_input, "linear", keepdims)


def diff(a, n: int = 1, axis: int = -1, prepend=None, append=None) -> Any:
    """Return the differences of neighbors along an axis, taken n times."""
    from .joining import concatenate

    a = arr(a, "np.diff")
    if n < 0:
        raise ArgumentError(f"np.diff: n must not be negative. Received: {n}")
    parts = [p for p in (prepend, a, append) if p is not None]
    if len(parts) > 1:
        edge = [1 if i == normalize_axis(axis, a.ndim) else extent for i, extent in enumerate(a.shape)]
        parts = [p if p is a else array_like(p, a) for p in parts]
        parts = [p if p.ndim else p * array_like(onp.ones(edge, a.dtype)) for p in parts]
        a = concatenate(parts, axis)
    at = normalize_axis(axis, a.ndim)
    for _ in builtins.range(n):
        lead = (slice(None),) * at
        a = subtract(a[(*lead, slice(1, None))], a[(*lead, slice(None, -1))])
    return a


def ediff1d(ary, to_end=None, to_begin=None) -> Any:
    """Return the differences of neighbors of the flattened array, with numbers put in front and behind."""
    from .joining import concatenate

    flat = newshape(arr(ary, "np.ediff1d"), (-1,))
    parts = [to_begin, diff(flat), to_end]
    return concatenate([newshape(array_like(p, flat), (-1,)) for p in parts if p is not None])


def trapz(y, x=None, dx: float = 1.0, axis: int = -1) -> Any:
    """Integrate along an axis by the trapezoidal rule."""
    y = as_floating(arr(y, "np.trapz"))
    at = (slice(None),) * normalize_axis(axis, y.ndim)
    heights = y[(*at, slice(1, None))] + y[(*at, slice(None, -1))]
    if x is None:
        return sum(heights, axis) * (dx / 2.0)
    steps = diff(array_like(x))
    if steps.ndim == 1 and y.ndim > 1:
        steps = newshape(steps, [-1 if i == len(at) else 1 for i in range(y.ndim)])
    return sum(heights * steps / 2.0, axis)


def nanmax(a, axis=None, out=None, keepdims: bool = False) -> Any:
    """Return the largest elements over axes, without nan."""
    return _without_nan("max", a, axis, out, keepdims, -math.inf)


def nanmin(a, axis=None, out=None, keepdims: bool = False) -> Any:
    """Return the smallest elements over axes, without nan."""
    return _without_nan("min", a, axis, out, keepdims, math.inf)


def _without_nan(name: str, a, axis, out, keepdims, filler: float):
    from .selecting import where

    a = arr(a, f"np.nan{name}")
    if a._data.dtype.kind != "f":
        return _extreme(name, a, axis, keepdims, out)
    gone = delegated("isnan", None, a)
    found = _reduced(name, where(gone, filler, a), axis, keepdims)
    return finish(where(all(gone, axis, keepdims), math.nan, found), out)


def nanprod(a, axis=None, dtype=None, out=None, keepdims: bool = False) -> Any:
    """Multiply over axes, with nan counted as 1."""
    return finish(_reduced("nanprod", _numbers(a, dtype, False), axis, keepdims), out)


def nansum(a, axis=None, dtype=None, out=None, keepdims: bool = False) -> Any:
    """Sum over axes, with nan counted as 0."""
    return finish(_reduced("nansum", _numbers(a, dtype, False), axis, keepdims), out)


def norm_of(a, order, axis, keepdims) -> Any:
    """Return (sum |a|^order)^(1/order) over axes."""
    from .elementwise import absolute  # pyright: ignore[reportAttributeAccessIssue]

    size = absolute(a)
    if order in (math.inf, -math.inf):
        return _extreme("max" if order > 0 else "min", size, axis, keepdims, None)
    if order == 0:
        return sum(cast(a != 0, a.dtype), axis, None, keepdims)
    if order == 1:
        return sum(size, axis, None, keepdims)
    if order == 2:
        return _reduced("norm", a, axis, keepdims)
    return power(sum(power(size, float(order)), axis, None, keepdims), 1.0 / order)


__all__ = [
    "all", "alltrue", "amax", "amin", "any", "argmax", "argmin", "average", "count_nonzero", "cumsum", "diff",
    "ediff1d", "max", "mean", "median", "min", "nanmax", "nanmin", "nanprod", "nansum", "percentile", "prod",
    "product", "ptp", "quantile", "sometrue", "std", "sum", "trapz", "var",
]  # fmt: skip
