"""Functions of symbols that are not one operator: creation, and operands that may be numbers."""
import math
import operator
from collections.abc import Callable
from typing import Any

from ..base import ArgumentError, type_name
from ..core.frontend import _Null
from ..core.operator import find
from ..ndarray.methods import is_number
from .making import create
from .methods import operation
from .symbol import Symbol

_TWO_OPERANDS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "true_divide": "truediv",
    "modulo": "mod",
    "power": "pow",
    "pow": "pow",
    "equal": "eq",
    "not_equal": "ne",
    "greater": "gt",
    "greater_equal": "ge",
    "lesser": "lt",
    "lesser_equal": "le",
}


def _two_operands(name: str, method: str):
    def function(lhs: Symbol | float, rhs: Symbol | float) -> Any:
        if name == "power" and is_number(lhs) and isinstance(rhs, Symbol):  # MXNet names it otherwise than 2**x
            op = find("_rpower_scalar")
            return create(op, (rhs,), {"scalar": op.attributes["scalar"].parse(lhs)}, None, "_rpowerscalar")
        if isinstance(lhs, Symbol) or isinstance(rhs, Symbol):
            return operation(method, lhs, rhs)
        if is_number(lhs) and is_number(rhs):  # as MXNet, a number
            return getattr(operator, method)(lhs, rhs)
        raise ArgumentError(f"{name}: expected Symbols or numbers. Received: {type_name(lhs)} and {type_name(rhs)}")

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{name.replace('_', ' ').capitalize()} of two operands, each a Symbol or a number."
    return function


globals().update({name: _two_operands(name, method) for name, method in _TWO_OPERANDS.items()})


def _extreme(name: str, of_numbers: Callable):
    def function(left, right):
        if isinstance(left, Symbol) and isinstance(right, Symbol):
            return create(find(f"_{name}"), (left, right), {}, None, f"_{name}")
        if is_number(left) and is_number(right):  # as MXNet, a number
            return of_numbers(left, right)
        data, scalar = (left, right) if isinstance(left, Symbol) else (right, left)
        if not isinstance(data, Symbol) or not is_number(scalar):
            raise ArgumentError(f"{name}: expected Symbols or numbers. Received: {type_name(left)}, {type_name(right)}")
        op = find(f"_{name}_scalar")
        return create(op, (data,), {"scalar": op.attributes["scalar"].parse(scalar)}, None, f"_{name}scalar")

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{name.capitalize()} of two operands, each a Symbol or a number."
    return function


maximum, minimum, hypot = _extreme("maximum", max), _extreme("minimum", min), _extreme("hypot", math.hypot)


def _created(operator_name: str, name: str | None, kwargs: dict) -> Symbol:
    op = find(operator_name)
    kwargs.pop("ctx", None)
    given = {key: value for key, value in kwargs.items() if value is not None and value is not _Null}
    return create(op, (), op.parse(given), name, operator_name.lower())


def zeros(shape, dtype=None, **kwargs) -> Symbol:
    """Return a symbol of zeros."""
    return _created("_zeros", kwargs.pop("name", None), {"shape": shape, "dtype": dtype or "float32", **kwargs})


def ones(shape, dtype=None, **kwargs) -> Symbol:
    """Return a symbol of ones."""
    return _created("_ones", kwargs.pop("name", None), {"shape": shape, "dtype": dtype or "float32", **kwargs})


def full(shape, val, dtype=None, **kwargs) -> Symbol:
    """Return a symbol filled with ``val``."""
    name = kwargs.pop("name", None)
    return _created("_full", name, {"shape": shape, "dtype": dtype or "float32", "value": float(val), **kwargs})


def arange(start, stop=None, step=1.0, repeat=1, infer_range=False, name=None, dtype=None) -> Symbol:
    """Return a symbol of evenly spaced values from ``start`` up to, not including, ``stop``."""
    if stop is None and not infer_range:
        start, stop = 0, start
    return _created(
        "_arange",
        name,
        {
            "start": start,
            "stop": stop,
            "step": step,
            "repeat": repeat,
            "infer_range": infer_range,
            "dtype": dtype or "float32",
        },
    )


def linspace(start, stop, num, endpoint=True, name=None, dtype=None) -> Symbol:
    """Return a symbol of ``num`` evenly spaced values from ``start`` to ``stop``."""
    return _created(
        "_linspace",
        name,
        {"start": start, "stop": stop, "num": num, "endpoint": endpoint, "dtype": dtype or "float32"},
    )


def eye(N, M=0, k=0, dtype=None, **kwargs) -> Symbol:
    """Return a symbol of an (N, M) array with ones on the k-th diagonal."""
    return _created("_eye", kwargs.pop("name", None), {"N": N, "M": M, "k": k, "dtype": dtype or "float32", **kwargs})


def split_v2(ary: Symbol, indices_or_sections, axis: int = 0, squeeze_axis: bool = False) -> Symbol:
    """Return the symbol cut along ``axis``, into n equal parts or before each of the given indices."""
    op = find("_split_v2")
    if isinstance(indices_or_sections, int):
        attrs = {"indices": (), "sections": indices_or_sections}
    else:
        attrs = {"indices": (0, *indices_or_sections), "sections": 0}
    parsed = op.parse({**attrs, "axis": axis, "squeeze_axis": squeeze_axis})
    return create(op, (ary,), parsed, None, "split_v2")


def histogram(a: Symbol, bins=10, range=None, **kwargs) -> Symbol:
    """Return the counts of values in bins, and the edges of the bins, as a symbol with two outputs.

    Parameters
    ----------
    bins : int, the number of bins of equal width; or a Symbol, their edges
    range : pair of float, from where to where; needed where ``bins`` is a number
    """
    op, name = find("_histogram"), kwargs.pop("name", None)
    if kwargs:
        raise ArgumentError(f"histogram: unknown argument {next(iter(kwargs))!r}. It takes a, bins and range.")
    if isinstance(bins, Symbol):
        return create(op, (a, bins), {}, name, "_histogram")
    if range is None:
        raise ArgumentError("histogram: null range is not supported in symbol mode; pass range=(low, high)")
    return create(op, (a,), op.parse({"bin_cnt": bins, "range": range}), name, "_histogram")


__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    *_TWO_OPERANDS,
    "arange",
    "eye",
    "full",
    "histogram",
    "hypot",
    "linspace",
    "maximum",
    "minimum",
    "ones",
    "split_v2",
    "zeros",
]
