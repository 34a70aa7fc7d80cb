"""How a function of ``mx.np`` runs: through an operator, by rearranging elements, or by the array module itself.

- ``call`` runs one operator of the registry, on arrays at once or on symbols as a node of the graph.
- ``rearranged`` runs a function of NumPy that only moves elements. On the tape, the function is applied to the numbers
  of the elements instead, and one ``take`` reads them: so all of these functions have gradients.
- ``delegated`` runs any function of the array module on the raw values; nothing can flow back through it.
"""
from collections.abc import Callable
from typing import Any

import numpy as onp

from .. import backend
from ..base import ArgumentError, DTypeError, GradientError, MXNetError, ShapeError, type_name
from ..core.operator import find
from ..core.state import STATE
from ..ndarray.array import NDArray
from ..ndarray.dispatch import invoke
from ..symbol.making import create
from ..symbol.symbol import Symbol
from .array import made, ndarray

NUMBERS = (int, float, bool, onp.generic)


def is_symbol(x) -> bool:
    """Tell whether a function is being traced: its argument is a Symbol."""
    return isinstance(x, Symbol)


def is_number(x) -> bool:
    """Tell whether an argument is one number of Python or NumPy."""
    return isinstance(x, NUMBERS)


def arr(x, name: str = "") -> Any:
    """Return an argument as an np.ndarray (or a Symbol in NumPy's manner).

    Raises
    ------
    ArgumentError
        If it is none; lists and NumPy arrays are not converted silently.
    """
    if type(x) is ndarray:
        return x
    if isinstance(x, NDArray):
        return ndarray.of(x)
    if isinstance(x, Symbol):
        return x.as_np_ndarray()
    raise ArgumentError(
        f"{name or 'mx.np'}: expected an np.ndarray. Received: {type_name(x)}.\n  Make one with mx.np.array(...)."
    )


def array_like(x, like: ndarray | None = None) -> ndarray:
    """Return an array, a number or nested lists as an np.ndarray; numbers get the dtype of ``like``."""
    if isinstance(x, NDArray):
        return arr(x)
    from .creation import array

    return array(x, dtype=None if like is None else like.dtype, ctx=None if like is None else like.ctx)


def call(name: str, *inputs, out=None, **attrs) -> Any:
    """Run an operator of the registry on np.ndarrays, or add it to the graph of symbols."""
    op = find(name)
    if inputs and any(isinstance(x, Symbol) for x in inputs):
        return create(op, [None if x is None else x.as_np_ndarray() for x in inputs], attrs, None, name.strip("_"))
    result = invoke(op, inputs, attrs, out)
    return result


def on_tape(*arrays) -> bool:
    """Tell whether a result of these arrays has to be recorded."""
    return STATE.recording and any(isinstance(a, NDArray) and a._entry is not None for a in arrays)


def raw_of(value) -> Any:
    """Return a value with raw arrays in place of np.ndarrays, in lists and tuples too."""
    if isinstance(value, NDArray):
        return value._data
    if isinstance(value, (list, tuple)):
        return type(value)(raw_of(v) for v in value) if type(value) in (list, tuple) else value
    return value


def wrapped(value, ctx) -> Any:
    """Return what the array module gave, with np.ndarrays in place of raw arrays."""
    if isinstance(value, (tuple, list)):
        return tuple(wrapped(v, ctx) for v in value) if isinstance(value, tuple) else [wrapped(v, ctx) for v in value]
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        if ctx.device_type == "gpu" and isinstance(value, (onp.ndarray, onp.generic)):  # computed in host memory
            value = backend.transfer(onp.asarray(value), ctx.device_type, ctx.device_id)
        return made(value, ctx)
    return value


def arrays_in(value) -> list[NDArray]:
    """Return the arrays in an argument, in nested lists too."""
    if isinstance(value, NDArray):
        return [value]
    if isinstance(value, (list, tuple)):
        return [a for v in value for a in arrays_in(v)]
    return []


def context_in(*values) -> Any:
    """Return the context of the first array of the arguments, default the current one."""
    from ..context import current_context

    found = arrays_in(list(values))
    return found[0]._ctx if found else current_context()


def delegated(name: str, function: Callable | None, *args, **kwargs) -> Any:
    """Run a function of the array module on raw values.

    Parameters
    ----------
    function : callable, or None for the one of that name in the array module of the arguments

    Raises
    ------
    GradientError
        While recording, where a gradient would be lost: an argument is on the tape and the result is not of whole
        numbers.
    """
    found = arrays_in([args, *kwargs.values()])
    ctx = context_in(args, *kwargs.values())
    compute: Callable = getattr(ctx.xp, name) if function is None else function
    try:
        with onp.errstate(all="ignore"):
            result = compute(*raw_of(args), **{key: raw_of(v) for key, v in kwargs.items()})
    except MXNetError:
        raise
    except TypeError as error:
        raise DTypeError(f"np.{name}: {error}") from error
    except (ValueError, IndexError) as error:
        raise ShapeError(f"np.{name}: {error}") from error
    if on_tape(*found) and _is_floating(result):
        raise GradientError(
            f"np.{name}: this function has no gradient, and its result would be cut off from the tape.\n"
            "  Compute it outside of autograd.record(), or on x.detach()."
        )
    return wrapped(result, ctx)


def _is_floating(result) -> bool:
    if isinstance(result, (tuple, list)):
        return any(_is_floating(r) for r in result)
    return getattr(getattr(result, "dtype", None), "kind", "") == "f" or isinstance(result, float)


def rearranged(function: Callable, *arrays) -> ndarray:
    """Return ``function(xp, *raw arrays)``, which only moves elements; the gradient goes back where each came from.

    On a GPU it is the numbers of the elements that are moved too, in host memory: CuPy lacks some of the functions.
    """
    arrays = tuple(promoted(*[array_like(a) for a in arrays]))
    ctx = arrays[0]._ctx
    xp = ctx.xp
    if xp is onp and not on_tape(*arrays):
        try:
            result = function(xp, *[a._data for a in arrays])
        except (TypeError, ValueError, IndexError) as error:
            shapes = ", ".join(str(a.shape) for a in arrays)
            raise ShapeError(f"mx.np: {error}\n  Received shapes: {shapes}.") from error
        return made(xp.asarray(result), ctx)
    numbers, first = [], 0
    for a in arrays:
        numbers.append(onp.arange(first, first + a.size).reshape(a.shape))
        first += a.size
    places = made(xp.asarray(function(onp, *numbers)), ctx)
    flat = [call("_np_reshape", a, newshape=(a.size,)) for a in arrays]
    source = flat[0] if len(flat) == 1 else call("Concat", *flat, dim=0)
    return call("take", source, places, axis=0)


# -- dtypes ------------------------------------------------------------------------------------------------------------
def common_dtype(a: onp.dtype, b: onp.dtype) -> onp.dtype:
    """Return the dtype of a result of two arrays: the floating one, or else the wider one.

    >>> import numpy
    >>> common_dtype(numpy.dtype("float16"), numpy.dtype("int64"))
    dtype('float16')
    """
    if a == b:
        return a
    if (a.kind == "f") != (b.kind == "f"):
        return a if a.kind == "f" else b
    return onp.promote_types(a, b)


def promoted(*arrays) -> list:
    """Return arrays in one dtype; a conversion is recorded. Symbols have no dtype yet and stay what they are."""
    if any(isinstance(a, Symbol) for a in arrays):
        return list(arrays)
    dtype = arrays[0]._data.dtype
    for a in arrays[1:]:
        dtype = common_dtype(dtype, a._data.dtype)
    return [cast(a, dtype) for a in arrays]


def cast(a, dtype) -> Any:
    """Return ``a`` in a dtype: itself where it has it."""
    dtype = onp.dtype(dtype)
    if isinstance(a, Symbol) or a._data.dtype != dtype:
        return call("Cast", a, dtype=dtype)
    return a


def as_floating(a) -> Any:
    """Return whole numbers and truth values as float32, floating numbers as they are."""
    return a if isinstance(a, Symbol) or a._data.dtype.kind == "f" else call("Cast", a, dtype=onp.dtype("float32"))


def newshape(a, shape) -> Any:
    """Return the elements in another shape; () is a shape without axes."""
    return call("_np_reshape", a, newshape=tuple(shape))


def finish(result, out) -> Any:
    """Return the result, or write it into ``out`` and return that."""
    if out is None:
        return result
    out[...] = result
    return out
