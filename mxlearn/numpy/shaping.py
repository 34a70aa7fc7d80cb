"""Functions that change shapes and the order of axes, or turn and shift what is in an array."""
import builtins
from typing import Any

import numpy as onp

from ..base import ArgumentError, ShapeError
from ..core.infer import normalize_axis
from ..symbol.symbol import Symbol
from .array import made, ndarray
from .calling import arr, array_like, call, finish, is_number, newshape, rearranged
from .reductions import axes_of


def shape_of(value) -> tuple[int, ...]:
    """Return a shape given as an int, a tuple, a list, or an array of whole numbers."""
    if isinstance(value, (int, onp.integer)):
        return (int(value),)
    try:
        return tuple([int(n) for n in value])
    except TypeError:
        raise ArgumentError(f"a shape is a whole number or a tuple of them. Received: {value!r}") from None


def reshape(a, newshape, order: str = "C", out=None) -> Any:
    """Return the elements in another shape; one extent may be -1, and is computed from the others.

    >>> mx.np.arange(6).reshape(2, -1).shape
    (2, 3)
    """
    if order != "C":
        raise ArgumentError(f"np.reshape: order must be 'C'. Received: {order!r}")
    a = arr(a, "np.reshape")
    shape = shape_of(newshape)
    if not isinstance(a, Symbol) and out is None and a._entry is None and a._data.flags.c_contiguous:
        from ..ops.numpy_ops import target_shape

        return made(a._data.reshape(target_shape(a._data.shape, shape)), a._ctx)
    return finish(call("_np_reshape", a, newshape=shape), out)


def ravel(x, order: str = "C") -> Any:
    """Return the elements along one axis."""
    return reshape(x, (-1,), order)


def transpose(a, axes=None) -> Any:
    """Return the array with its axes in another order; default reversed."""
    a = arr(a, "np.transpose")
    if axes is None:
        return call("transpose", a) if isinstance(a, Symbol) or a.ndim else call("_copy", a)
    order = shape_of(axes)
    if not isinstance(a, Symbol):
        if not a.ndim and not order:
            return call("_copy", a)
        order = axes_of(order, a.ndim)
        if len(order) != a.ndim:
            raise ShapeError(f"np.transpose: axes={tuple(axes)} for an array of {a.ndim} dimensions")
    return call("transpose", a, axes=order)


def swapaxes(a, axis1: int, axis2: int) -> Any:
    """Return the array with two axes exchanged."""
    return call("SwapAxis", arr(a, "np.swapaxes"), dim1=int(axis1), dim2=int(axis2))


def moveaxis(a, source, destination) -> Any:
    """Return the array with axes moved to other places; the others keep their order."""
    a = arr(a, "np.moveaxis")
    sources = [normalize_axis(s, a.ndim) for s in shape_of(source)]
    targets = [normalize_axis(d, a.ndim) for d in shape_of(destination)]
    if len(sources) != len(targets) or len(set(sources)) < len(sources) or len(set(targets)) < len(targets):
        raise ArgumentError(f"np.moveaxis: source={source} and destination={destination} do not name distinct axes")
    axes = [axis for axis in builtins.range(a.ndim) if axis not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        axes.insert(target, origin)
    return transpose(a, axes)


def rollaxis(a, axis: int, start: int = 0) -> Any:
    """Move one axis in front of the axis ``start``."""
    a = arr(a, "np.rollaxis")
    axis, start = normalize_axis(axis, a.ndim), start + a.ndim if start < 0 else start
    return moveaxis(a, axis, start - 1 if axis < start else start)


def expand_dims(a, axis) -> Any:
    """Return the array with new axes of extent 1."""
    a = arr(a, "np.expand_dims")
    if isinstance(axis, (int, onp.integer)) and (isinstance(a, Symbol) or a.ndim):
        return call("expand_dims", a, axis=int(axis))
    axes = axes_of(axis, a.ndim + len(shape_of(axis)))
    rest = iter(a.shape)
    return newshape(a, [1 if i in axes else next(rest) for i in builtins.range(a.ndim + len(axes))])


def squeeze(a, axis=None, out=None) -> Any:
    """Return the array without axes of extent 1, or without the named ones."""
    a = arr(a, "np.squeeze")
    if isinstance(a, Symbol):
        return call("squeeze", a, axis=None if axis is None else shape_of(axis))
    axes = [i for i, n in enumerate(a.shape) if n == 1] if axis is None else axes_of(axis, a.ndim)
    for i in axes:
        if a.shape[i] != 1:
            raise ShapeError(f"np.squeeze: axis {i} of shape {a.shape} has an extent other than 1")
    return finish(newshape(a, [n for i, n in enumerate(a.shape) if i not in axes]), out)


def broadcast_to(array, shape) -> Any:
    """Return the array stretched to a shape; the gradient is summed over what was stretched."""
    a, target = array_like(array), shape_of(shape)
    try:
        fits = onp.broadcast_shapes(a.shape, target) == target
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"np.broadcast_to: shape {a.shape} does not broadcast to {target}")
    if len(target) > a.ndim:
        a = newshape(a, (1,) * (len(target) - a.ndim) + a.shape)
    return call("broadcast_to", a, shape=target) if target else call("_copy", a)


def broadcast_arrays(*args) -> list:
    """Return arrays stretched to their common shape."""
    arrays = [array_like(a) for a in args]
    try:
        shape = onp.broadcast_shapes(*[a.shape for a in arrays])
    except ValueError:
        raise ShapeError(f"np.broadcast_arrays: shapes {[a.shape for a in arrays]} do not broadcast") from None
    return [broadcast_to(a, shape) for a in arrays]


def _at_least(ndim: int, arys):
    found = []
    for a in arys:
        a = array_like(a)
        if a.ndim < ndim:
            missing = ndim - a.ndim
            front = missing if ndim < 3 or a.ndim == 0 else 1  # atleast_3d: (n,) -> (1, n, 1), (m, n) -> (m, n, 1)
            front = 0 if ndim == 3 and a.ndim == 2 else front
            a = newshape(a, (1,) * front + a.shape + (1,) * (missing - front))
        found.append(a)
    return found[0] if len(found) == 1 else found


def atleast_1d(*arys) -> Any:
    """Return arrays with at least one axis."""
    return _at_least(1, arys)


def atleast_2d(*arys) -> Any:
    """Return arrays with at least two axes."""
    return _at_least(2, arys)


def atleast_3d(*arys) -> Any:
    """Return arrays with at least three axes."""
    return _at_least(3, arys)


def resize(a, new_shape) -> ndarray:
    """Return an array of another size; the elements are repeated to fill it."""
    shape = shape_of(new_shape)
    return rearranged(lambda xp, x: xp.resize(x, shape), arr(a, "np.resize"))


# -- turned, shifted and repeated --------------------------------------------------------------------------------------
def flip(m, axis=None, out=None) -> Any:
    """Return the array with the elements along axes in reverse order; default all axes."""
    m = arr(m, "np.flip")
    axes = axes_of(axis, m.ndim) if not isinstance(m, Symbol) else shape_of(axis)
    return finish(call("reverse", m, axis=axes) if axes else call("_copy", m), out)


def fliplr(m) -> Any:
    """Return the array with its columns in reverse order."""
    _needs_axes("fliplr", m, 2)
    return flip(m, 1)


def flipud(m) -> Any:
    """Return the array with its rows in reverse order."""
    _needs_axes("flipud", m, 1)
    return flip(m, 0)


def _needs_axes(name: str, m, ndim: int) -> None:
    if arr(m, f"np.{name}").ndim < ndim:
        raise ShapeError(f"np.{name}: an array of at least {ndim} axes is needed. Received shape: {m.shape}")


def roll(a, shift, axis=None) -> ndarray:
    """Shift the elements along axes; what leaves at one end comes in at the other."""
    return rearranged(lambda xp, x: xp.roll(x, shift, axis), arr(a, "np.roll"))


def rot90(m, k: int = 1, axes=(0, 1)) -> ndarray:
    """Turn the array by k quarters in the plane of two axes."""
    _needs_axes("rot90", m, 2)
    return rearranged(lambda xp, x: xp.rot90(x, k, tuple(axes)), arr(m))


def repeat(a, repeats, axis=None) -> Any:
    """Repeat each element, or each slice along an axis; ``repeats`` is a number, or one for each."""
    a = array_like(a) if not isinstance(a, Symbol) else arr(a)
    if isinstance(repeats, (int, onp.integer)) and (isinstance(a, Symbol) or a.ndim):
        if axis is not None and not isinstance(a, Symbol):
            axis = axes_of(axis, a.ndim)[0]
        return call("repeat", a, repeats=int(repeats), axis=axis)
    counts = [repeats] if is_number(repeats) else [int(n) for n in array_like(repeats).asnumpy().ravel()]
    return rearranged(lambda xp, x: xp.repeat(x, counts if len(counts) > 1 else counts[0], axis), a)


def tile(A, reps) -> Any:
    """Repeat the whole array ``reps`` times, along each axis."""
    a = array_like(A) if not isinstance(A, Symbol) else arr(A)
    times = shape_of(reps)
    if not isinstance(a, Symbol) and (not a.ndim or not times or 0 in times):
        return rearranged(lambda xp, x: xp.tile(x, times), a)
    return call("tile", a, reps=times)


def pad(x, pad_width=None, mode: str = "constant", **kwargs) -> ndarray:
    """Add elements around an array.

    Parameters
    ----------
    pad_width : how many in front and behind, for each axis: ((front, behind), ...), one pair, or one number
    mode : "constant" (with constant_values=0), "edge", "reflect", "symmetric", "wrap", "maximum", "minimum" or "mean"
    """
    x = arr(x, "np.pad")
    if mode == "constant":
        value = kwargs.pop("constant_values", 0)
        if kwargs:
            raise ArgumentError(f"np.pad: unknown argument {next(iter(kwargs))!r} for mode 'constant'")
        if not is_number(value):
            raise ArgumentError(f"np.pad: constant_values must be one number. Received: {value!r}")
        filler = call("_np_reshape", array_like(float(value), x), newshape=(1,))

        def constant(xp, raw, fill):
            out = xp.full([n + sum(w) for n, w in zip(raw.shape, widths(raw.ndim), strict=True)], fill[0], raw.dtype)
            out[tuple(slice(w[0], w[0] + n) for n, w in zip(raw.shape, widths(raw.ndim), strict=True))] = raw
            return out

        def widths(ndim):
            return onp.broadcast_to(onp.asarray(pad_width, int), (ndim, 2)).tolist()

        return rearranged(constant, x, filler)
    if mode in ("edge", "reflect", "symmetric", "wrap"):
        return rearranged(lambda xp, raw: xp.pad(raw, pad_width, mode, **kwargs), x)
    if mode in ("maximum", "minimum", "mean"):
        from .calling import delegated

        return delegated("pad", None, x, pad_width, mode, **kwargs)
    raise ArgumentError(f"np.pad: there is no mode {mode!r}")


# -- diagonals and triangles -------------------------------------------------------------------------------------------
def diagonal(a, offset: int = 0, axis1: int = 0, axis2: int = 1) -> ndarray:
    """Return the elements of a diagonal of two axes, along a new last axis."""
    _needs_axes("diagonal", a, 2)
    return rearranged(lambda xp, x: xp.diagonal(x, offset, axis1, axis2), arr(a))


def diag(array, k: int = 0) -> ndarray:
    """Return the k-th diagonal of a matrix, or the matrix with a vector on it."""
    a = arr(array, "np.diag")
    if a.ndim == 2:
        return diagonal(a, k)
    if a.ndim != 1:
        raise ShapeError(f"np.diag: a vector or a matrix is needed. Received shape: {a.shape}")
    return _on_diagonal(a, k)


def diagflat(array, k: int = 0) -> ndarray:
    """Return the matrix with the flattened array on its k-th diagonal."""
    return _on_diagonal(newshape(arr(array, "np.diagflat"), (-1,)), k)


def _on_diagonal(vector, k: int) -> ndarray:
    def place(xp, zero, raw):
        n = len(raw) + abs(k)
        out = xp.full((n, n), zero[0], raw.dtype)
        at = onp.arange(len(raw))
        out[at + builtins.max(-k, 0), at + builtins.max(k, 0)] = raw
        return out

    return rearranged(place, call("_np_reshape", array_like(0, vector), newshape=(1,)), vector)


def trace(a, offset: int = 0, axis1: int = 0, axis2: int = 1, out=None) -> Any:
    """Return the sum of a diagonal of two axes."""
    from .reductions import sum

    return finish(sum(diagonal(a, offset, axis1, axis2), -1), out)


def tril(m, k: int = 0) -> Any:
    """Return the matrix with zeros above the k-th diagonal."""
    return _triangle("tril", m, k)


def triu(m, k: int = 0) -> Any:
    """Return the matrix with zeros below the k-th diagonal."""
    return _triangle("triu", m, k)


def _triangle(name: str, m, k: int):
    from .creation import placed

    m = arr(m, f"np.{name}")
    if not m.ndim:
        raise ShapeError(f"np.{name}: an array of at least 1 axis is needed")
    mask = getattr(onp, name)(onp.ones((m.shape[-1] if m.ndim == 1 else m.shape[-2], m.shape[-1]), m.dtype), k)
    return m * placed(mask, m.ctx)


# -- facts -------------------------------------------------------------------------------------------------------------
def shape(a) -> tuple[int, ...]:
    """Return the shape of an array, of nested lists, or of a number: ()."""
    return array_like(a).shape


def ndim(a) -> int:
    """Return the number of axes."""
    return len(shape(a))


def size(a, axis=None) -> int:
    """Return the number of elements, or the extent of an axis."""
    found = array_like(a)
    return found.size if axis is None else found.shape[axis]


__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "broadcast_to", "diag", "diagflat", "diagonal",
    "expand_dims", "flip", "fliplr", "flipud", "moveaxis", "ndim", "pad", "ravel", "repeat", "reshape", "resize",
    "roll", "rollaxis", "rot90", "shape", "size", "squeeze", "swapaxes", "tile", "trace", "transpose", "tril", "triu",
]  # fmt: skip
