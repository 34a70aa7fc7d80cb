"""Comparison of arrays within tolerances that follow from their dtypes."""
import numpy as np

from ..io.host import host_view
from ..ndarray import NDArray

_FLOATS = ("float16", "float32", "float64")
_EXACT = ("bool", "int8", "uint8", "int32", "uint32", "int64", "uint64")


def _table(values) -> dict:
    table = {np.dtype(name): value for name, value in zip(_FLOATS, values, strict=True)}
    return table | {np.dtype(name): 0 for name in _EXACT}


_RTOLS = _table([1e-2, 1e-4, 1e-5])
_ATOLS = _table([1e-1, 1e-3, 1e-20])


def default_rtols() -> dict:
    """Return the relative tolerance of each dtype."""
    return dict(_RTOLS)


def default_atols() -> dict:
    """Return the absolute tolerance of each dtype."""
    return dict(_ATOLS)


def default_numeric_eps() -> dict:
    """Return, for each floating dtype, a step for central differences: a power of two, so that adding it is exact."""
    return {np.dtype(np.float16): 2.0**-6, np.dtype(np.float32): 2.0**-9, np.dtype(np.float64): 2.0**-14}


def get_rtol(rtol=None, dtype=np.float64) -> float:
    """Return ``rtol``, or the default of a dtype."""
    return _RTOLS.get(np.dtype(dtype), 0) if rtol is None else rtol


def get_atol(atol=None, dtype=np.float64) -> float:
    """Return ``atol``, or the default of a dtype."""
    return _ATOLS.get(np.dtype(dtype), 0) if atol is None else atol


def get_etol(etol=None) -> float:
    """Return ``etol``, the part of the elements that may differ, or 0."""
    return 0 if etol is None else etol


def effective_dtype(dat) -> np.dtype:
    """Return the dtype whose precision an array was computed with."""
    return np.dtype(dat.dtype) if hasattr(dat, "dtype") else np.asarray(dat).dtype


def get_tolerance(dat, tol, default_tol: dict):
    """Return ``tol``, or what ``default_tol`` has for the dtype of ``dat``."""
    return default_tol.get(effective_dtype(dat), 0) if tol is None else tol


def get_tols(x, y, rtol, atol) -> tuple[float, float]:
    """Return (rtol, atol); what is None becomes the larger default of the two arrays."""
    return (
        max(get_tolerance(x, rtol, _RTOLS), get_tolerance(y, rtol, _RTOLS)),
        max(get_tolerance(x, atol, _ATOLS), get_tolerance(y, atol, _ATOLS)),
    )


def _host(a) -> np.ndarray:
    return host_view(a) if isinstance(a, NDArray) else np.asarray(a)


def same(a, b) -> bool:
    """Return whether two arrays have the same shape and equal elements."""
    return np.array_equal(_host(a), _host(b))


def same_array(array1: NDArray, array2: NDArray) -> bool:
    """Return whether two NDArrays share their memory, found by writing: writes to one show in the other."""
    if not same(array1, array2):
        return False
    array1[:] += 1
    shared = same(array1, array2)
    array1[:] -= 1
    return shared


def almost_equal(a, b, rtol=None, atol=None, equal_nan: bool = False, use_broadcast: bool = True) -> bool:
    """Return whether ``|a - b| <= atol + rtol * |b|`` everywhere; tolerances default by dtype.

    >>> import mxlearn as mx
    >>> mx.test_utils.almost_equal([1.0, 2.0], [1.0, 2.000001])
    True
    """
    rtol, atol = get_tols(a, b, rtol, atol)
    x, y = _host(a), _host(b)
    if not _comparable(x.shape, y.shape, use_broadcast):
        return False
    return bool(np.allclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan))


def _comparable(first: tuple, second: tuple, use_broadcast: bool) -> bool:
    if first == second:
        return True
    try:
        return use_broadcast and bool(np.broadcast_shapes(first, second) or True)
    except ValueError:
        return False


def assert_almost_equal(
    a,
    b,
    rtol=None,
    atol=None,
    names=("a", "b"),
    equal_nan: bool = False,
    use_broadcast: bool = True,
    mismatches=(10, 10),
) -> None:
    """Raise an AssertionError that shows the largest differences, unless ``a`` and ``b`` are almost equal.

    Parameters
    ----------
    a, b : NDArray, NumPy array or number; b is what is desired
    rtol, atol : float; None: by dtype, see default_rtols and default_atols
    names : pair of str, how to call the two in the message
    equal_nan : bool, whether nan equals nan
    use_broadcast : bool, whether different shapes may be compared by broadcasting
    mismatches : (errors to count, errors to show)
    """
    _assert_within(a, b, rtol, atol, 0, names, equal_nan, use_broadcast, mismatches)


def assert_almost_equal_with_err(
    a, b, rtol=None, atol=None, etol=None, names=("a", "b"), equal_nan: bool = False, mismatches=(10, 10)
) -> None:
    """Like ``assert_almost_equal``, but a part ``etol`` of the elements may differ."""
    _assert_within(a, b, rtol, atol, get_etol(etol), names, equal_nan, False, mismatches)


def _assert_within(a, b, rtol, atol, etol, names, equal_nan, use_broadcast, mismatches) -> None:
    rtol, atol = get_tols(a, b, rtol, atol)
    x, y = _host(a), _host(b)
    if not _comparable(x.shape, y.shape, use_broadcast):
        text = f"{names[0]}.shape = {x.shape} and {names[1]}.shape = {y.shape} are not equal"
        raise AssertionError(_message(x, y, text))
    bad = ~np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
    count = int(np.count_nonzero(bad))
    if count <= etol * bad.size:
        return
    raise AssertionError(_message(x, y, _report(x, y, bad, rtol, atol, names, mismatches)))


def _message(x, y, text: str) -> str:
    with np.printoptions(threshold=20, edgeitems=3):
        return f"\nItems are not equal:\n{text}\n ACTUAL: {_shown(x)}\n DESIRED: {_shown(y)}"


def _shown(x: np.ndarray) -> str:
    lines = (repr(x) if x.ndim else repr(x.item())).splitlines()
    return "\n".join(lines[:3]) + "..." if len(lines) > 3 else "\n".join(lines)


def _violations(x, y, rtol, atol) -> np.ndarray:
    """Return |x - y| in units of the tolerance; inf where the two cannot be compared."""
    x, y = np.broadcast_arrays(x.astype(np.float64), y.astype(np.float64))
    with np.errstate(all="ignore"):
        ratio = np.abs(x - y) / (atol + rtol * np.abs(y))
    ratio = np.where(x == y, 0.0, ratio)
    return np.where(np.isnan(ratio), np.inf, ratio)


def _report(x, y, bad, rtol, atol, names, mismatches) -> str:
    counted, shown = mismatches if isinstance(mismatches, tuple) else (mismatches, mismatches)
    violations = np.where(bad, _violations(x, y, rtol, atol), -1.0)
    order = np.argsort(-violations, axis=None, kind="stable")[: max(1, min(shown, int(bad.sum())))]
    places = [np.unravel_index(i, bad.shape) for i in order]
    x, y = np.broadcast_arrays(x, y)
    percent = 100.0 * np.count_nonzero(bad) / bad.size
    worst = float(violations[places[0]])
    lines = [f"Error {worst:f} exceeds tolerance rtol={rtol:e}, atol={atol:e} (mismatch {percent:f}%)."]
    if bad.ndim:
        lines.append(f"Location of maximum error: {_place(x, y, places[0], names)}")
        others = [f"  {violations[p]:f} at {_place(x, y, p, names)}" for p in places[1:]]
        if others:
            lines += ["Errors that come next:", *others[: max(0, counted - 1)]]
    return "\n".join(lines)


def _place(x, y, place, names) -> str:
    index = tuple(int(i) for i in place)
    return f"{index}, {names[0]}={float(x[index]):.8f}, {names[1]}={float(y[index]):.8f}"


def locationError(a, b, index, names, maxError: bool = False) -> str:  # noqa: N802, N803
    """Return "Location of error: ..." with the values of two arrays at an index."""
    what = "Location of maximum error" if maxError else "Location of error"
    return f"{what}: {_place(_host(a), _host(b), index, names)}"


def assert_allclose(a, b, rtol: float = 1e-07, atol: float = 0, equal_nan: bool = True) -> None:
    """Like ``assert_almost_equal``, with numpy.testing's tolerances as defaults."""
    assert_almost_equal(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


def assert_almost_equal_ignore_nan(a, b, rtol=None, atol=None, names=("a", "b")) -> None:
    """Like ``assert_almost_equal``, without the places where either array is nan."""
    x, y = np.array(_host(a)), np.array(_host(b))
    ignored = np.isnan(x) | np.isnan(y)
    x[ignored] = y[ignored] = 0
    assert_almost_equal(x, y, rtol, atol, names)


def assert_exception(f, exception_type, *args, **kwargs) -> None:
    """Raise an AssertionError unless ``f(*args, **kwargs)`` raises ``exception_type``."""
    try:
        f(*args, **kwargs)
    except exception_type:
        return
    raise AssertionError(f"{getattr(f, '__name__', f)} raised no {exception_type.__name__}")


def checkShapes(a, b) -> None:  # noqa: N802
    """Raise an AssertionError unless the two arrays have one shape."""
    x, y = _host(a), _host(b)
    if x.shape != y.shape:
        raise AssertionError(_message(x, y, f"a.shape = {x.shape} and b.shape = {y.shape} are not equal"))


def compare_ndarray_tuple(t1, t2, rtol=None, atol=None) -> None:
    """Compare tuples of NDArrays, which may be nested or None, element by element."""
    if t1 is None or t2 is None:
        return
    if isinstance(t1, tuple):
        for first, second in zip(t1, t2, strict=True):
            compare_ndarray_tuple(first, second, rtol, atol)
        return
    assert_almost_equal(t1, t2, rtol=rtol, atol=atol)
