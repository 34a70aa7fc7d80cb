"""The methods of np.ndarray, and the Symbol in NumPy's manner, which has the same ones.

A method of the ndarray that mx.np has as a function is that function; what only ``mx.nd`` has, such as ``relu`` or
``slice_axis``, is inherited and gives np.ndarrays all the same.
"""
from collections.abc import Callable
from typing import Any

import numpy as onp

from ..base import ArgumentError
from ..symbol.symbol import Symbol
from . import elementwise, products, reductions, selecting, shaping
from .array import ndarray
from .calling import arr, call, cast
from .joining import split

# method: function of mx.np with the array as its first argument
_SHARED = {
    elementwise: (
        "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "ceil", "cos", "cosh",
        "degrees", "exp", "expm1", "fix", "floor", "log", "log10", "log1p", "log2", "radians", "reciprocal", "rint",
        "round", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc",
    ),
    reductions: (
        "all", "any", "argmax", "argmin", "cumsum", "max", "mean", "min", "nanprod", "nansum", "prod", "ptp", "std",
        "sum", "var",
    ),
    shaping: ("broadcast_to", "diagonal", "expand_dims", "flip", "ravel", "repeat", "squeeze", "swapaxes", "tile",
              "trace"),
    products: ("dot",),
    selecting: ("argsort", "nonzero"),
}  # fmt: skip


class NumpySymbol(Symbol):
    """A Symbol in NumPy's manner: what is built from it with ``mx.np``, ``mx.npx`` and operators stays so."""

    __slots__ = ()

    def as_np_ndarray(self) -> "NumpySymbol":
        """Return the symbol itself."""
        return self

    @property
    def T(self) -> Any:
        """The symbol with its axes reversed."""
        return shaping.transpose(self)

    def as_nd_ndarray(self) -> Symbol:
        """Return the same outputs as a classic Symbol."""
        return Symbol(self._entries)

    def __repr__(self) -> str:
        return f"<_Symbol {self.name}>" if len(self._entries) == 1 else super().__repr__()

    def __iter__(self):
        return (NumpySymbol([entry]) for entry in self._entries)

    def __getitem__(self, index):
        if len(self._entries) > 1 or isinstance(index, str):
            return NumpySymbol(super().__getitem__(index)._entries)
        return _part_of_symbol(self, index)

    __hash__ = object.__hash__


NumpySymbol._result_class = NumpySymbol


def _part_of_symbol(symbol, key):
    """Return ``symbol[key]`` for integers, slices and an Ellipsis at the end, as a node of the graph."""
    keys = list(key) if isinstance(key, tuple) else [key]
    if keys and keys[-1] is Ellipsis:
        keys.pop()
    begin, end, step, gone = [], [], [], []
    for axis, k in enumerate(keys):
        if isinstance(k, slice):
            part = (k.start, k.stop, k.step)
        elif isinstance(k, (int, onp.integer)) and not isinstance(k, bool):
            part = (int(k), int(k) + 1 if k != -1 else None, None)
            gone.append(axis)
        else:
            raise ArgumentError(
                f"a Symbol can be indexed with integers and slices. Received: {key!r}.\n"
                "  For other parts use F.np.take, F.np.where or F.npx.pick."
            )
        for kept, bound in zip((begin, end, step), part, strict=True):
            kept.append(bound)
    if not keys:
        return symbol
    attrs = {"begin": tuple(begin), "end": tuple(end), "step": tuple(step), "squeeze": tuple(gone)}
    return call("_basic_slice", symbol, **attrs)


def _shared(module, name: str) -> Callable:
    function = getattr(module, name)

    def method(self, *args, **kwargs) -> Any:
        return function(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = f"See ``mx.np.{name}``."
    return method


def _reshape(self, *shape, **kwargs) -> Any:
    """Return the elements in another shape; see ``mx.np.reshape``."""
    order = kwargs.pop("order", "C")
    if "shape" in kwargs:
        shape = (kwargs.pop("shape"),)
    if "newshape" in kwargs:
        shape = (kwargs.pop("newshape"),)
    if kwargs:
        raise ArgumentError(f"reshape: unknown argument {next(iter(kwargs))!r}. It takes the shape and order.")
    return shaping.reshape(self, shape[0] if len(shape) == 1 else shape, order)


def _transpose(self, *axes, **kwargs) -> Any:
    """Return the array with its axes in another order; see ``mx.np.transpose``."""
    axes = kwargs.pop("axes", axes)
    if isinstance(axes, tuple) and len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
        axes = axes[0]
    return shaping.transpose(self, axes if axes else None)


def _flatten(self, order: str = "C") -> Any:
    """Return a copy of the elements along one axis."""
    return call("_np_reshape", arr(self), newshape=(-1,))


def _astype(self, dtype, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True) -> Any:
    """Return the array converted to ``dtype``; with copy=False the array itself where it has that dtype."""
    if casting != "unsafe" or order not in ("K", "C"):
        raise ArgumentError(f"astype: order={order!r} and casting={casting!r} are not supported; leave them out")
    from ..ndarray.array import supported_dtype

    kind = supported_dtype(dtype)
    return call("Cast", self, dtype=kind) if copy or isinstance(self, Symbol) else cast(self, kind)


def _copy(self, order: str = "C") -> Any:
    """Return a copy."""
    return call("_copy", self)


def _clip(self, min=None, max=None, out=None, **kwargs) -> Any:
    """Limit the elements to the range from min to max."""
    return elementwise.clip(self, kwargs.pop("a_min", min), kwargs.pop("a_max", max), out)


def _split(self, indices_or_sections, axis: int = 0) -> list:
    """Cut the array along an axis; see ``mx.np.split``."""
    return split(self, indices_or_sections, axis)


def _take(self, indices, axis=None, mode: str = "raise") -> Any:
    """Return the elements at indices; see ``mx.np.take``."""
    return selecting.take(self, indices, axis, mode)


def _sort(self, axis=-1, kind=None, order=None) -> None:
    """Sort the array along an axis, in place."""
    self[...] = selecting.sort(self.detach(), axis)


def _fill(self, value) -> None:
    """Set every element to a number."""
    self[...] = value


def _reshape_view(self, *shape, **kwargs) -> Any:
    """Return the elements in another shape, sharing memory; see ``mx.np.reshape``."""
    return _reshape(self, *shape, **kwargs)


def _matmul(self, other) -> Any:
    return products.matmul(self, other)


def _rmatmul(self, other) -> Any:
    return products.matmul(other, self)


def _install(cls: type) -> None:
    for module, names in _SHARED.items():
        for name in names:
            setattr(cls, name, _shared(module, name))
    for name, method in {
        "reshape": _reshape, "transpose": _transpose, "flatten": _flatten, "astype": _astype, "copy": _copy,
        "clip": _clip, "split": _split, "take": _take, "__matmul__": _matmul, "__rmatmul__": _rmatmul,
    }.items():  # fmt: skip
        setattr(cls, name, method)
    elementwise.install(cls)


_install(ndarray)
_install(NumpySymbol)
for _name, _method in {"sort": _sort, "fill": _fill, "reshape_view": _reshape_view}.items():
    setattr(ndarray, _name, _method)
for _name, _function in {"__floor__": "floor", "__ceil__": "ceil", "__trunc__": "trunc", "__round__": "round"}.items():
    setattr(ndarray, _name, _shared(elementwise, _function))
