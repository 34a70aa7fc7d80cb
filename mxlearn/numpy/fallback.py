"""Functions that NumPy (or CuPy) computes on the raw values. They have no gradients, and say so where one is asked for.

Of polynomials and money they are NumPy's (and for money the textbook's) own formulas.
"""
from collections.abc import Callable
from typing import Any

import numpy as onp

from ..base import ArgumentError
from ..ndarray.array import NDArray
from .array import ndarray
from .calling import array_like, arrays_in, cast, context_in, delegated, finish, is_number, raw_of

# computed where the arrays are
_ON_DEVICE = {
    "histogram_bin_edges": "Return the edges of the bins that histogram would use.",
    "nancumprod": "Multiply up along an axis, with nan counted as 1.",
    "nancumsum": "Add up along an axis, with nan counted as 0.",
    "nanmedian": "Return the middle element over axes, without nan.",
    "nanpercentile": "Return the value below which q percent of the elements lie, without nan.",
    "nanquantile": "Return the value below which the part q of the elements lies, without nan.",
    "digitize": "Return the number of the bin that each element falls into; int64.",
    "correlate": "Return the cross-correlation of two sequences.",
    "cov": "Return the covariance matrix of variables, one in each row.",
    "corrcoef": "Return the correlation matrix of variables, one in each row.",
    "frexp": "Return mantissa and exponent of two of each element.",
    "modf": "Return the fraction and the whole part of each element.",
    "heaviside": "Return 0 below 0, 1 above, and x2 at 0.",
    "float_power": "Return x1 to the power of x2, in float64.",
    "spacing": "Return the distance to the next larger number of the dtype.",
    "packbits": "Pack truth values into the bits of uint8.",
    "unpackbits": "Unpack the bits of uint8.",
    "unwrap": "Change angles by whole turns so that neighbors are close.",
    "i0": "Return the modified Bessel function of order 0.",
    "vander": "Return the matrix of powers of a vector.",
    "in1d": "Tell for each element whether it is in the other array.",
    "isin": "Tell for each element whether it is in the other array.",
    "intersect1d": "Return the elements that are in both arrays, sorted.",
    "setdiff1d": "Return the elements of the first array that are not in the second, sorted.",
    "setxor1d": "Return the elements that are in one of two arrays only, sorted.",
    "union1d": "Return the elements that are in one of two arrays, sorted.",
    "lexsort": "Return the places that keys would be sorted from, the last key first.",
    "poly": "Return the coefficients of the polynomial with given roots.",
    "polyadd": "Add two polynomials.",
    "polydiv": "Divide two polynomials; return quotient and rest.",
    "polyfit": "Fit a polynomial to points by least squares.",
    "polyint": "Integrate a polynomial.",
    "polymul": "Multiply two polynomials.",
    "polysub": "Subtract two polynomials.",
    "roots": "Return the roots of a polynomial.",
    "histogram2d": "Count points in a grid; return counts and both edges.",
    "histogramdd": "Count points in a grid of any number of axes.",
}
_IN_HOST_MEMORY = frozenset(("i0", "lexsort", "float_power", "in1d", "histogram2d", "histogramdd", "unwrap"))


def _host(value) -> Any:
    if isinstance(value, NDArray):
        return value.asnumpy()
    return type(value)(_host(v) for v in value) if type(value) in (list, tuple) else value


def _narrow(value, floats: tuple) -> Any:
    """Return float64 results as float32 where no input was float64, as the default dtype is."""
    if isinstance(value, (list, tuple)):
        return type(value)([_narrow(v, floats) for v in value]) if type(value) in (list, tuple) else tuple(
            _narrow(v, floats) for v in value
        )
    kind = getattr(value, "dtype", None)
    if kind is not None and hasattr(value, "astype") and kind == onp.float64 and onp.dtype("float64") not in floats:
        return value.astype(onp.float32)
    return value


def _function(name: str, doc: str) -> Callable:
    numpy_name = "isin" if name == "in1d" else name

    def function(*args, **kwargs) -> Any:
        out = kwargs.pop("out", None)
        kwargs.pop("normed", None)
        floats = tuple(a._data.dtype for a in arrays_in([args, *kwargs.values()]))

        if name == "float_power":
            floats = (onp.dtype("float64"),)

        def compute(*raws, **options):
            xp = context_in(args, *kwargs.values()).xp
            if name in _IN_HOST_MEMORY or not floats or not hasattr(xp, numpy_name):
                raws = tuple(_host(a) for a in args)
                options = {key: _host(v) for key, v in kwargs.items()}
                return _narrow(getattr(onp, numpy_name)(*raws, **options), floats)
            return _narrow(getattr(xp, numpy_name)(*raws, **options), floats)

        result = delegated(name, compute, *args, **kwargs)
        return finish(result, out)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{doc}\n\n    See ``numpy.{name}`` for its arguments; there is no gradient.\n    "
    return function


globals().update({name: _function(name, doc) for name, doc in _ON_DEVICE.items()})


def polyval(p, x) -> Any:
    """Return the polynomial with coefficients p, the highest power first, at x. It has gradients."""
    p, x = array_like(p), array_like(x)
    result: Any = x * 0
    for i in range(p.shape[0]):
        result = result * x + p[i]
    return result


def bincount(x, weights=None, minlength: int = 0) -> ndarray:
    """Count how often each whole number occurs; with weights, add these up."""
    x = array_like(x)
    numbers = cast(x, "int64") if x._data.dtype.kind == "f" else x
    if x.size and int(x._data.min()) < 0:
        raise ArgumentError("np.bincount: the numbers must not be negative")
    found = delegated("bincount", None, numbers, None if weights is None else array_like(weights), minlength)
    return cast(found, x.dtype if weights is None and x._data.dtype.kind == "i" else "int64" if weights is None
                else array_like(weights).dtype)


def histogram(a, bins=10, range=None, normed=None, weights=None, density=None) -> tuple:
    """Return (counts, edges of the bins) of the elements.

    Parameters
    ----------
    bins : number of bins of equal width, or their edges
    range : (low, high); default the smallest and largest element
    """
    a = array_like(a)
    options = {"weights": raw_of(weights), "density": density}
    counts, edges = delegated(
        "histogram", lambda raw: a._ctx.xp.histogram(raw, raw_of(bins), range=range, **options), a.detach()
    )
    return cast(counts, "int64") if counts._data.dtype.kind == "i" else counts, cast(edges, "float32")


# -- comparisons of whole arrays ---------------------------------------------------------------------------------------
def isclose(a, b, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Tell for each pair of elements whether |a - b| <= atol + rtol |b|."""
    return delegated("isclose", None, array_like(a), array_like(b), rtol, atol, equal_nan)


def allclose(a, b, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Tell whether all elements are close; see ``isclose``."""
    return bool(onp.allclose(_host(a), _host(b), rtol, atol, equal_nan))


def array_equal(a1, a2, equal_nan: bool = False) -> bool:
    """Tell whether two arrays have the same shape and elements."""
    return bool(onp.array_equal(_host(a1), _host(a2), equal_nan))


def array_equiv(a1, a2) -> bool:
    """Tell whether two arrays broadcast to the same shape and have the same elements there."""
    return bool(onp.array_equiv(_host(a1), _host(a2)))


def may_share_memory(a, b, max_work=None) -> bool:
    """Tell whether two arrays might share memory."""
    return shares_memory(a, b)


def shares_memory(a, b, max_work=None) -> bool:
    """Tell whether two arrays share memory."""
    left: Any = array_like(a)._data
    right: Any = array_like(b)._data
    if type(left) is not type(right):
        return False
    if isinstance(left, onp.ndarray):
        return bool(onp.shares_memory(left, right))
    begin, other = left.data.ptr, right.data.ptr
    return begin < other + right.nbytes and other < begin + left.nbytes


def real(val) -> Any:
    """Return the real part: the array itself, there are no complex numbers."""
    return val if is_number(val) else array_like(val)


def result_type(*arrays_and_dtypes) -> onp.dtype:
    """Return the dtype that NumPy gives a result of these arrays and dtypes."""
    return onp.result_type(*[a._data if isinstance(a, NDArray) else a for a in arrays_and_dtypes])


def promote_types(type1, type2) -> onp.dtype:
    """Return the smallest dtype that both can be converted to safely."""
    return onp.promote_types(type1, type2)


def min_scalar_type(a) -> onp.dtype:
    """Return the smallest dtype that holds a number."""
    return onp.min_scalar_type(_host(a))


def set_printoptions(precision=None, threshold=None, **kwarg) -> None:
    """Set how arrays are printed; see ``numpy.set_printoptions``."""
    onp.set_printoptions(precision=precision, threshold=threshold, **kwarg)


# -- along axes --------------------------------------------------------------------------------------------------------
def apply_along_axis(func1d, axis: int, arr, *args, **kwargs) -> Any:
    """Call a function on every vector along an axis, and put the results in its place."""
    from .joining import stack
    from .shaping import moveaxis, reshape

    arr = array_like(arr)
    at = axis % arr.ndim
    rows = moveaxis(arr, at, -1)
    lead = rows.shape[:-1]
    results = [array_like(func1d(row, *args, **kwargs)) for row in reshape(rows, (-1, arr.shape[at]))]
    whole = reshape(stack(results), (*lead, *results[0].shape))
    extra = results[0].ndim
    return moveaxis(whole, list(range(len(lead), len(lead) + extra)), list(range(at, at + extra))) if extra else whole


def apply_over_axes(func, a, axes) -> Any:
    """Call ``func(a, axis)`` for one axis after the other; an axis that it takes away is put back."""
    from .shaping import expand_dims

    found = array_like(a)
    for axis in [axes] if isinstance(axes, int) else axes:
        axis = axis % found.ndim
        result = array_like(func(found, axis))
        found = result if result.ndim == found.ndim else expand_dims(result, axis)
    return found


# -- money -------------------------------------------------------------------------------------------------------------
def npv(rate, values) -> Any:
    """Return the value today of payments, one each period beginning now, at an interest rate."""
    values = array_like(values)
    periods = array_like(list(range(values.shape[0])), values if values._data.dtype.kind == "f" else None)
    return (values / (1.0 + rate) ** periods).sum(axis=0)


def pv(rate, nper, pmt, fv=0, when="end") -> Any:
    """Return the value today of ``nper`` payments and a final sum, at an interest rate for each period."""
    growth = (1 + rate) ** nper
    due = 1 if when in ("begin", 1) else 0
    factor = nper if is_number(rate) and rate == 0 else (1 + rate * due) * (growth - 1) / rate
    return -(fv + pmt * factor) / growth


def _payment(rate, nper, pv, fv, due):
    if rate == 0:
        return -(fv + pv) / nper
    growth = (1 + rate) ** nper
    return -(fv + pv * growth) * rate / ((1 + rate * due) * (growth - 1))


def ppmt(rate, per, nper, pv, fv=0, when="end") -> Any:
    """Return the part of payment number ``per`` that pays back the principal."""
    due = 1 if when in ("begin", 1) else 0
    payment = _payment(rate, nper, pv, fv, due)
    if rate == 0:
        return payment
    growth = (1 + rate) ** (per - 1)
    owed = pv * growth + payment * (1 + rate * due) * (growth - 1) / rate
    interest = -owed * rate
    if due:
        interest = 0.0 if per == 1 else interest / (1 + rate)
    return payment - interest


def mirr(values, finance_rate, reinvest_rate) -> float:
    """Return the modified internal rate of return of payments; nan without both signs."""
    flows = onp.asarray(_host(values), "float64")
    n = flows.size
    gains, costs = onp.where(flows > 0, flows, 0), onp.where(flows < 0, flows, 0)
    if not gains.any() or not costs.any():
        return float("nan")
    periods = onp.arange(n)
    value = (gains / (1 + reinvest_rate) ** periods).sum() / -(costs / (1 + finance_rate) ** periods).sum()
    return float(value ** (1 / (n - 1)) * (1 + reinvest_rate) - 1)


def rate(nper, pmt, pv, fv, when="end", guess=None, tol=None, maxiter: int = 100) -> float:
    """Return the interest rate of each period that these payments mean, by Newton's method; nan if none is found."""
    due = 1 if when in ("begin", 1) else 0
    found, limit = 0.1 if guess is None else guess, 1e-6 if tol is None else tol

    def value(r):
        growth = (1 + r) ** nper
        return fv + pv * growth + pmt * (1 + r * due) * (growth - 1) / r

    for _ in range(maxiter):
        step = 1e-6 * max(abs(found), 1e-3)
        slope = (value(found + step) - value(found - step)) / (2 * step)
        change = value(found) / slope if slope else onp.nan
        found -= change
        if not onp.isfinite(found) or abs(change) < limit:
            break
    else:
        return float("nan")
    return float(found)


__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    *_ON_DEVICE, "allclose", "apply_along_axis", "apply_over_axes", "array_equal", "array_equiv", "bincount",
    "histogram", "isclose", "may_share_memory", "min_scalar_type", "mirr", "npv", "polyval", "ppmt", "promote_types",
    "pv", "rate", "real", "result_type", "set_printoptions", "shares_memory",
]  # fmt: skip
