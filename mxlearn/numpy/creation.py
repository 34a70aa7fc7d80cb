"""Arrays from data, constants, ranges and windows. The default dtype is float32."""
import builtins
from typing import Any

import numpy as onp

from .. import backend
from ..base import ArgumentError
from ..context import Context, current_context
from ..ndarray.array import NDArray, supported_dtype
from ..ndarray.creation import _filled
from ..symbol.symbol import Symbol
from .array import made, ndarray
from .calling import arr, call, cast, context_in, is_number


def _context(ctx) -> Context:
    if ctx is None:
        return current_context()
    if not isinstance(ctx, Context):
        raise ArgumentError(f"ctx must be a Context such as mx.npx.cpu(). Received: {ctx!r}")
    return ctx


def placed(host: onp.ndarray, ctx: Context) -> ndarray:
    """Return a NumPy array as an np.ndarray on a context, sharing memory where that is the CPU's."""
    raw = host if ctx.xp is onp else backend.transfer(host, ctx.device_type, ctx.device_id)
    return made(raw, ctx)


def array(object, dtype=None, ctx=None, copy: bool = True) -> ndarray:
    """Return a new array with a copy of the data.

    Parameters
    ----------
    object : nested lists, a number, a NumPy array, or an array of mxlearn
    dtype : default float32, also for lists of whole numbers; arrays keep theirs
    ctx : Context, default the current one

    >>> mx.np.array([1, 2, 3]), mx.np.array(3)
    (array([1., 2., 3.]), array(3.))
    """
    if isinstance(object, NDArray):
        context = object._ctx if ctx is None else _context(ctx)
        raw = backend.transfer(object._data, context.device_type, context.device_id)
        return made(raw if dtype is None else raw.astype(supported_dtype(dtype)), context)
    context = _context(ctx)
    if dtype is None:
        own = getattr(object, "dtype", None) if isinstance(object, (onp.ndarray, onp.generic)) else None
        dtype = own if own is not None and own.name in _kept_dtypes else "float32"
    target = supported_dtype(dtype)
    try:
        host = onp.array(_plain(object), dtype=target, order="C")
    except (TypeError, ValueError, OverflowError) as error:
        reason = "it is ragged: its rows differ in length" if "inhomogeneous" in str(error) else error
        raise ArgumentError(
            f"np.array: cannot make an array of dtype {target} from this {type(object).__name__}: {reason}.\n"
            "  Rows must have equal lengths, and elements must be numbers."
        ) from None
    return placed(host, context)


_kept_dtypes = frozenset(("float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool"))


def _plain(value) -> Any:
    """Return nested lists with NumPy arrays in place of arrays of mxlearn."""
    if isinstance(value, NDArray):
        return value.asnumpy()
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def empty(shape, dtype=None, order: str = "C", ctx=None) -> ndarray:
    """Return an array whose elements are not initialized."""
    return _made("empty", shape, dtype, order, ctx)


def zeros(shape, dtype=None, order: str = "C", ctx=None) -> ndarray:
    """Return an array of zeros; () is a shape without axes.

    >>> mx.np.zeros((2,)), mx.np.zeros(())
    (array([0., 0.]), array(0.))
    """
    return _made("zeros", shape, dtype, order, ctx)


def ones(shape, dtype=None, order: str = "C", ctx=None) -> ndarray:
    """Return an array of ones."""
    return _made("ones", shape, dtype, order, ctx)


def full(shape, fill_value, dtype=None, order: str = "C", ctx=None, out=None) -> ndarray:
    """Return an array filled with a number, or with an array that is broadcast."""
    if isinstance(fill_value, NDArray):
        from .shaping import broadcast_to

        found = broadcast_to(arr(fill_value), shape)
        return found if dtype is None else cast(found, dtype)
    if dtype is None and isinstance(fill_value, (bool, onp.bool_)):
        dtype = "bool"
    found = _made("full", shape, dtype, order, ctx, fill_value)
    if out is None:
        return found
    out[...] = found
    return out


def _made(what: str, shape, dtype, order: str, ctx, *value) -> ndarray:
    if order != "C":
        raise ArgumentError(f"np.{what}: order must be 'C'. Received: {order!r}")
    context = _context(ctx)
    return made(_filled(what, context, shape, dtype, *value), context)


def zeros_like(a, dtype=None, order: str = "C", ctx=None, out=None) -> Any:
    """Return zeros of the shape and dtype of ``a``."""
    return _made_like("zeros_like", a, dtype, out)


def ones_like(a, dtype=None, order: str = "C", ctx=None, out=None) -> Any:
    """Return ones of the shape and dtype of ``a``."""
    return _made_like("ones_like", a, dtype, out)


def empty_like(prototype, dtype=None, order: str = "C", subok: bool = False, shape=None) -> ndarray:
    """Return an array of the shape and dtype of ``prototype`` whose elements are not initialized."""
    a = arr(prototype, "np.empty_like")
    return empty(a.shape if shape is None else shape, a.dtype if dtype is None else dtype, ctx=a.ctx)


def full_like(a, fill_value, dtype=None, order: str = "C", ctx=None, out=None) -> ndarray:
    """Return an array of the shape and dtype of ``a``, filled with a number."""
    a = arr(a, "np.full_like")
    return full(a.shape, fill_value, a.dtype if dtype is None else dtype, ctx=a.ctx if ctx is None else ctx, out=out)


def _made_like(name: str, a, dtype, out):
    found = call(name, arr(a, f"np.{name}"))
    found = found if dtype is None else cast(found, dtype)
    if out is None:
        return found
    out[...] = found
    return out


def copy(a, out=None) -> Any:
    """Return a copy; its gradient flows back to ``a``."""
    return call("_copy", arr(a, "np.copy"), out=out)


def arange(start, stop=None, step=1, dtype=None, ctx=None) -> ndarray:
    """Return evenly spaced numbers from ``start`` up to, not including, ``stop``; float32 by default.

    >>> mx.np.arange(3), mx.np.arange(1, 7, 2, dtype="int32")
    (array([0., 1., 2.]), array([1, 3, 5], dtype=int32))
    """
    if start is None and stop is None:
        raise ArgumentError("np.arange: start and stop cannot be both None")
    start, stop, step = (_number(v, "np.arange") for v in (start, stop, step))
    if stop is None:
        start, stop = 0, start
    if step is None:
        step = 1
    if step == 0:
        raise ArgumentError("np.arange: step must not be 0")
    return placed(onp.arange(start, stop, step).astype(supported_dtype(dtype)), _context(ctx))


def _number(value, what: str) -> Any:
    if value is None or is_number(value):
        return value
    if isinstance(value, NDArray) and value.size == 1:
        return value.asnumpy().item()
    raise ArgumentError(f"{what}: expected numbers. Received: {type(value).__name__}")


def linspace(
    start, stop, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype=None, axis: int = 0, ctx=None
) -> Any:
    """Return ``num`` evenly spaced numbers from ``start`` to ``stop``; with retstep also their distance."""
    return _spaced(onp.linspace, (start, stop), num, dtype, ctx, endpoint=endpoint, retstep=retstep, axis=axis)


def logspace(
    start, stop, num: int = 50, endpoint: bool = True, base: float = 10.0, dtype=None, axis: int = 0, ctx=None
) -> Any:
    """Return ``num`` numbers from base**start to base**stop whose logarithms are evenly spaced."""
    return _spaced(onp.logspace, (start, stop), num, dtype, ctx, endpoint=endpoint, base=base, axis=axis)


def _spaced(function, ends, num, dtype, ctx, **options):
    if isinstance(num, bool) or not isinstance(num, (int, onp.integer)) or num < 0:
        raise ArgumentError(f"np.{function.__name__}: num must be a whole number from 0. Received: {num!r}")
    host = [v.asnumpy() if isinstance(v, NDArray) else v for v in ends]
    found = function(*host, num, **options)
    context = context_in(*ends) if ctx is None else _context(ctx)
    values, *rest = found if isinstance(found, tuple) else (found,)
    made = placed(values.astype(supported_dtype(dtype)), context)
    return (made, float(rest[0])) if rest else made


def eye(N, M=None, k: int = 0, dtype=None, ctx=None, **kwargs) -> ndarray:
    """Return an (N, M) array with ones on the k-th diagonal."""
    if kwargs:
        raise ArgumentError(f"np.eye: unknown argument {next(iter(kwargs))!r}. It takes N, M, k, dtype and ctx.")
    return placed(onp.eye(int(N), None if M is None else int(M), int(k), dtype=supported_dtype(dtype)), _context(ctx))


def identity(n: int, dtype=None, ctx=None) -> ndarray:
    """Return the (n, n) identity matrix."""
    return eye(n, dtype=dtype, ctx=ctx)


def indices(dimensions, dtype=None, ctx=None) -> ndarray:
    """Return the row numbers, column numbers, ... of a grid; int32."""
    dtype = supported_dtype("int32" if dtype is None else dtype)
    return placed(onp.indices(tuple(dimensions), dtype=dtype), _context(ctx))


def tri(N: int, M=None, k: int = 0, dtype=None, ctx=None) -> ndarray:
    """Return an (N, M) array with ones at and below the k-th diagonal."""
    return placed(onp.tri(N, M, k, supported_dtype(dtype)), _context(ctx))


def _window(name: str):
    def function(M: int, dtype=None, ctx=None) -> ndarray:
        return placed(getattr(onp, name)(int(M)).astype(supported_dtype(dtype)), _context(ctx))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return the {name.capitalize()} window of M points; see ``numpy.{name}``."
    return function


blackman, hamming, hanning = _window("blackman"), _window("hamming"), _window("hanning")


def genfromtxt(*args, **kwargs) -> ndarray:
    """Read numbers from a text file; see ``numpy.genfromtxt``. float32 unless dtype is given."""
    dtype = kwargs.pop("dtype", "float32")
    found = onp.genfromtxt(*args, dtype=dtype, **kwargs)
    return array(found, dtype=dtype)


def meshgrid(*xi, indexing: str = "xy", sparse: bool = False, copy: bool = True) -> list:
    """Return one array for each vector, repeated along the axes of the others.

    >>> [g.shape for g in mx.np.meshgrid(mx.np.arange(2), mx.np.arange(3))]
    [(3, 2), (3, 2)]
    """
    from .shaping import broadcast_to

    if indexing not in ("xy", "ij"):
        raise ArgumentError(f"np.meshgrid: indexing must be 'xy' or 'ij'. Received: {indexing!r}")
    vectors = [call("_np_reshape", arr(x, "np.meshgrid"), newshape=(-1,)) for x in xi]
    order = list(builtins.range(len(vectors)))
    if indexing == "xy" and len(order) > 1:
        order[0], order[1] = 1, 0
    shape = [0] * len(vectors)
    for axis, vector in zip(order, vectors, strict=True):
        shape[axis] = vector.shape[0]
    grids = []
    for axis, vector in zip(order, vectors, strict=True):
        grid = call("_np_reshape", vector, newshape=tuple(-1 if i == axis else 1 for i in builtins.range(len(shape))))
        grids.append(grid if sparse else broadcast_to(grid, tuple(shape)))
    return grids


def asarray(a, dtype=None, ctx=None) -> Any:
    """Return ``a`` as an array: itself where it is one of that dtype."""
    if isinstance(a, (NDArray, Symbol)):
        found = arr(a)
        return found if dtype is None else cast(found, dtype)
    return array(a, dtype, ctx)


__all__ = [
    "arange", "array", "asarray", "blackman", "copy", "empty", "empty_like", "eye", "full", "full_like",
    "genfromtxt", "hamming", "hanning", "identity", "indices", "linspace", "logspace", "meshgrid", "ones",
    "ones_like", "tri", "zeros", "zeros_like",
]  # fmt: skip
