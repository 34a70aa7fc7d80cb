"""Reading and writing parts of an NDArray with NumPy's index forms.

Outside of recording, a basic index (integers, slices, Ellipsis, None) gives a view that shares memory where the part is
contiguous, such as ``x[0]`` or ``x[2:5]``, and a copy otherwise, such as ``x[:, 1]``: as in MXNet. While recording, or
where an index is an array, the part is computed by an operator, so that the gradient flows back into the places it was
read from.
"""
import numpy as np

from ..base import ArgumentError, MXNetError, ShapeError
from ..core.state import STATE

_NUMBERS: tuple[type, ...] = (int, float)
_ALL = slice(None)


def slices(begin, end, step=None) -> tuple[slice, ...]:
    """Return the index that MXNet's begin, end and step tuples describe."""
    steps = step or (None,) * len(begin)
    return tuple(slice(b, e, s) for b, e, s in zip(begin, end, steps, strict=True))


def get(array, key):
    """Return ``array[key]``."""
    from .array import wrap

    raw = array._data
    basic = is_basic(key)
    if basic and (not STATE.recording or array._entry is None):
        try:
            part = raw[key]
        except (IndexError, TypeError) as error:
            raise explain(array, key, error) from error
        if type(part) is not type(raw) or part.ndim == 0:  # one element: mx.nd has no arrays without dimensions
            part = raw[_last_axis_kept(key, raw.ndim)]
        elif not part.flags.c_contiguous and raw.flags.c_contiguous:
            part = array._xp.ascontiguousarray(part)
        return wrap(part, array._ctx)
    if basic or (STATE.recording and array._entry is not None):
        return _recorded(array, key, basic)
    try:
        part = raw[to_raw_key(key, array)]
    except (IndexError, TypeError, ValueError) as error:
        raise explain(array, key, error) from error
    return wrap(part if part.ndim else part.reshape(1), array._ctx)


def is_basic(key) -> bool:
    """Tell whether an index consists of integers, slices, Ellipsis and None only."""
    if type(key) in (int, slice) or key is Ellipsis or key is None:
        return True
    if type(key) is tuple:
        return all(type(k) in (int, slice) or k is Ellipsis or k is None or isinstance(k, np.integer) for k in key)
    return isinstance(key, np.integer)


def _last_axis_kept(key, ndim: int) -> tuple:
    """Return an index of a single element as one that keeps the last axis, so that the result has shape (1,)."""
    keys = [k for k in (key if type(key) is tuple else (key,)) if k is not Ellipsis]
    last = int(keys[-1])
    return (*keys[:-1], slice(last, last + 1 if last != -1 else None))


def _recorded(array, key, basic: bool):
    """Read a part through operators, which autograd can differentiate."""
    from . import op

    if basic:
        plan = plan_basic(array, key)
        part = op._basic_slice(array, begin=plan.begin, end=plan.end, step=plan.step, squeeze=plan.squeeze)
        return part if plan.shape == part.shape else part.reshape(plan.shape)
    positions = _as_positions(array, key)
    return op._advanced_index(array, *positions.indices).reshape(positions.shape)


class BasicPlan:
    """A basic index as begins, ends and steps for each axis, axes to drop, and the shape of the result.

    ``exact`` is NumPy's shape; ``shape`` that of ``mx.nd``, which keeps one axis.
    """

    __slots__ = ("begin", "end", "exact", "shape", "squeeze", "step")


def plan_basic(array, key) -> BasicPlan:
    """Return the plan of a basic index."""
    raw = array._data
    try:
        shape = _probe(raw.shape)[key].shape
    except (IndexError, TypeError) as error:
        raise explain(array, key, error) from error
    keys = list(key) if type(key) is tuple else [key]
    if Ellipsis in [k for k in keys if not isinstance(k, slice)]:
        at = next(i for i, k in enumerate(keys) if k is Ellipsis)
        used = sum(k is not None and k is not Ellipsis for k in keys)
        keys[at : at + 1] = [slice(None)] * (raw.ndim - used)
    keys = [k for k in keys if k is not None]
    plan = BasicPlan()
    plan.begin, plan.end, plan.step, squeeze = [], [], [], []
    for axis, k in enumerate(keys):
        if isinstance(k, slice):
            part = (k.start, k.stop, k.step)
        else:
            k = int(k)
            part = (k, k + 1 if k != -1 else None, None)
            squeeze.append(axis)
        for kept, bound in zip((plan.begin, plan.end, plan.step), part, strict=True):
            kept.append(bound)
    plan.squeeze = tuple(squeeze) if len(squeeze) < raw.ndim else tuple(squeeze[:-1])
    plan.exact, plan.shape = shape, shape or (1,)
    return plan


def _probe(shape) -> np.ndarray:
    """Return an array of that shape which occupies one byte, to ask NumPy what an index does."""
    return np.broadcast_to(np.zeros((), np.int8), shape)


class Positions:
    """An advanced index as one integer array per axis, all of the shape of the result."""

    __slots__ = ("indices", "shape")


def _as_positions(array, key) -> Positions:
    """Return, for each axis, which index every element of the result comes from."""
    from .array import wrap

    host_key = to_raw_key(key)
    shape = array.shape
    try:
        flat = np.arange(array.size, dtype=np.int64).reshape(shape)[host_key]
    except (IndexError, TypeError, ValueError) as error:
        raise explain(array, key, error) from error
    positions = Positions()
    positions.shape = flat.shape or (1,)
    xp = array._xp
    coordinates = np.unravel_index(flat.ravel(), shape) if flat.size else [np.zeros(0, np.int64)] * len(shape)
    positions.indices = [wrap(xp.asarray(c), array._ctx) for c in coordinates]
    return positions


def to_raw_key(key, array=None):
    """Return an index in which arrays are raw arrays of integers (or of bool, for a mask).

    They are where ``array`` is, the array to be indexed, or in host memory without one.
    """
    from .array import NDArray, on_device_of

    xp = np if array is None else array._xp

    def convert(k):
        if isinstance(k, NDArray):
            raw = k.asnumpy() if array is None else on_device_of(array, k)
            return raw if raw.dtype == bool or raw.dtype.kind == "i" else raw.astype("int64")
        if isinstance(k, (list, range)):
            k = np.asarray([v.asscalar() if isinstance(v, NDArray) else v for v in k])
            return xp.asarray(k if k.dtype == bool else k.astype("int64"))
        if isinstance(k, np.ndarray):
            return xp.asarray(k if k.dtype == bool else k.astype("int64"))
        return k

    if type(key) is tuple:
        return tuple(convert(k) for k in key)
    return convert(key)


def set(array, key, value) -> None:
    """Assign ``value`` to ``array[key]`` in place.

    Raises
    ------
    MXNetError
        While recording, if the array is part of the recorded computation.
    ShapeError
        If ``value`` does not broadcast to the part; nothing is written.
    """
    array._check_writable("x[...] = value")
    whole = getattr(value, "_data", None) if type(key) is slice and key == _ALL else None
    if whole is not None and value._ctx is array._ctx and whole.shape == array._data.shape:
        array._data[...] = whole  # an update, w[:] = w - lr * w.grad
        return
    from .array import NDArray, on_device_of

    xp = array._xp
    raw_key = key if is_basic(key) else to_raw_key(key, array)
    if isinstance(value, NDArray):
        value = on_device_of(array, value)
    elif isinstance(value, np.ndarray):
        value = xp.asarray(value)
    elif not isinstance(value, _NUMBERS):
        try:
            value = xp.asarray(value)
        except (TypeError, ValueError):
            raise ArgumentError(f"x[...] = value: cannot assign a value of type {type(value).__name__}") from None
        if value.dtype.kind not in "biuf":
            raise ArgumentError(f"x[...] = value: expected numbers. Received: {value.dtype}")
    is_array = hasattr(value, "shape")
    if not is_array and array._data.dtype.kind in "iu":
        value = np.asarray(value).astype(array._data.dtype)[()]  # wraps around, where NumPy refuses
    try:
        target = array._data[raw_key]
        if type(target) is type(array._data) and is_array:
            if value.shape != target.shape:
                value = _fit(xp, value, target.shape)
        elif is_array:
            value = value.reshape(())
        array._data[raw_key] = value
    except (IndexError, TypeError, ValueError) as error:
        raise explain(array, key, error, value) from error


def _fit(xp, value, shape):
    """Return ``value`` broadcast to ``shape``; leading dimensions of 1 may be dropped, as NumPy's assignment does."""
    while value.ndim > len(shape) and value.shape[0] == 1:
        value = value[0]
    return xp.broadcast_to(value, shape)


def explain(array, key, error: Exception, value=None) -> MXNetError:
    """Return the error for an index or an assignment that NumPy refused."""
    shown = ", ".join(_show(k) for k in key) if type(key) is tuple else _show(key)
    if value is not None and isinstance(error, ValueError):
        received = getattr(value, "shape", None)
        return ShapeError(f"x[{shown}] = value: {error}.\n  x has shape {array.shape}, value {received}.")
    return IndexingError(f"x[{shown}]: {error}.\n  x has shape {array.shape}.")


class IndexingError(MXNetError, IndexError, ValueError):
    """An index does not exist in the array, or is none."""


def _show(k) -> str:
    if isinstance(k, slice):
        parts = ["" if v is None else str(v) for v in (k.start, k.stop)]
        return ":".join(parts) + (f":{k.step}" if k.step is not None else "")
    if k is Ellipsis:
        return "..."
    return f"array of shape {k.shape}" if hasattr(k, "shape") and k.shape else str(k)
