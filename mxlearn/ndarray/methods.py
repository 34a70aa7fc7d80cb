"""Operators and methods of NDArray that are operators of the registry: ``x + y``, ``x.exp()``, ``x.sum(axis=1)``."""
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ops as _ops  # noqa: F401  (fills the operator registry, from which the methods are made)
from ..base import ArgumentError, MXNetError, type_name
from ..core.frontend import LazyMethod
from ..core.operator import find
from ..core.state import STATE
from .array import NDArray, wrap
from .calling import build, build_binary, build_scalar
from .dispatch import in_graph, invoke

# python method, elementwise operator, broadcasting operator, operator with a scalar, its reverse (None: commutes)
ARITHMETIC = (
    ("add", "elemwise_add", "broadcast_add", "_plus_scalar", None),
    ("sub", "elemwise_sub", "broadcast_sub", "_minus_scalar", "_rminus_scalar"),
    ("mul", "elemwise_mul", "broadcast_mul", "_mul_scalar", None),
    ("truediv", "elemwise_div", "broadcast_div", "_div_scalar", "_rdiv_scalar"),
    ("mod", "_mod", "broadcast_mod", "_mod_scalar", "_rmod_scalar"),
    ("pow", "_power", "broadcast_power", "_power_scalar", "_rpower_scalar"),
)
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "mod": "%", "pow": "**"}
COMPARISON = (
    ("eq", "_equal", "broadcast_equal", "_equal_scalar"),
    ("ne", "_not_equal", "broadcast_not_equal", "_not_equal_scalar"),
    ("gt", "_greater", "broadcast_greater", "_greater_scalar"),
    ("ge", "_greater_equal", "broadcast_greater_equal", "_greater_equal_scalar"),
    ("lt", "_lesser", "broadcast_lesser", "_lesser_scalar"),
    ("le", "_lesser_equal", "broadcast_lesser_equal", "_lesser_equal_scalar"),
)
FLUENT = (
    "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "argmax", "argmax_channel", "argmin",
    "argsort", "broadcast_axes", "broadcast_like", "cbrt", "ceil", "clip", "cos", "cosh", "degrees",
    "depth_to_space", "diag", "exp", "expm1", "fix", "flip", "floor", "log", "log10", "log1p", "log2",
    "log_softmax", "max", "mean", "min", "nanprod", "nansum", "norm", "one_hot", "ones_like", "pad", "pick", "prod",
    "radians", "rcbrt", "reciprocal", "relu", "repeat", "reshape_like", "rint", "round", "rsqrt", "shape_array",
    "sigmoid", "sign", "sin", "sinh", "size_array", "slice", "slice_axis", "slice_like", "softmax", "softmin",
    "sort", "space_to_depth", "split", "sqrt", "square", "squeeze", "sum", "swapaxes", "take", "tan", "tanh",
    "tile", "topk", "trunc", "zeros_like",
)


def is_number(value) -> bool:
    """Tell whether a value can be a scalar operand."""
    return isinstance(value, (numbers.Number, np.generic)) and not isinstance(value, complex)


def binary(name: str, elementwise: str, broadcasting: str, scalar: str, reverse: str | None) -> Callable:
    """Return ``f(lhs, rhs)`` for operands that are NDArrays or numbers, at least one of them an NDArray."""
    arrays = build_binary(find(elementwise), find(broadcasting))
    with_scalar = build_scalar(find(scalar))
    from_scalar = build_scalar(find(reverse)) if reverse else with_scalar

    def function(lhs, rhs):
        if isinstance(lhs, NDArray):
            if isinstance(rhs, NDArray):
                return arrays(lhs, rhs) if lhs._result_class is NDArray else invoke(find(broadcasting), (lhs, rhs))
            if is_number(rhs):
                return with_scalar(lhs, rhs) if lhs._result_class is NDArray else _on_face(scalar, lhs, rhs)
        elif isinstance(rhs, NDArray) and is_number(lhs):
            return from_scalar(rhs, lhs) if rhs._result_class is NDArray else _on_face(reverse or scalar, rhs, lhs)
        raise not_operands(name, lhs, rhs)

    return function


def _on_face(name: str, data: NDArray, scalar) -> NDArray:
    """Run an operator with a number on an array whose class is not NDArray, and keep that class."""
    op = find(name)
    return invoke(op, (data,), {"scalar": op.attributes["scalar"].parse(scalar)})


def not_operands(name: str, lhs, rhs) -> ArgumentError:
    """Return the error for operands that cannot be combined."""
    return ArgumentError(
        f"{name}: expected NDArrays or numbers. Received: {type_name(lhs)} and {type_name(rhs)}.\n"
        "  Convert with mx.nd.array(...)."
    )


def _operator_method(name: str, elementwise: str, broadcasting: str, scalar: str) -> Callable:
    arrays = build_binary(find(elementwise), find(broadcasting))
    with_scalar = build_scalar(find(scalar))

    def method(self, other: "NDArray | np.generic | float") -> NDArray:
        kind = type(other)
        if kind is NDArray:
            return arrays(self, other)
        if kind is float or kind is int or is_number(other):
            return with_scalar(self, other)
        if isinstance(other, NDArray):
            return arrays(self, other)
        if other is None and name in ("__eq__", "__ne__"):
            return name == "__ne__"
        raise not_operands(name.strip("_"), self, other)

    method.__name__ = name
    method.__qualname__ = f"NDArray.{name}"
    return method


def _inplace_method(name: str, elementwise: str, broadcasting: str, scalar: str) -> Callable:
    broadcast, with_number = find(broadcasting), find(scalar)
    what = f"x {_SIGNS[name.strip('_')[1:]]}= value"

    def method(self, other: "NDArray | np.generic | float") -> NDArray:
        if STATE.recording and (self._entry is not None or getattr(other, "_entry", None) is not None):
            raise in_graph(what)
        self._check_writable(what)
        if isinstance(other, NDArray):
            return invoke(broadcast, (self, other), out=self)
        if is_number(other):
            return invoke(with_number, (self,), {"scalar": with_number.attributes["scalar"].parse(other)}, out=self)
        raise not_operands(name.strip("_"), self, other)

    method.__name__ = name
    method.__qualname__ = f"NDArray.{name}"
    return method


def reshape(self, *shape, reverse: bool = False, **kwargs) -> NDArray:
    """Return the array in another shape; the codes 0, -1, -2, -3 and -4 of ``mx.nd.reshape`` are understood.

    As in MXNet the result shares memory with the array, unless it is recorded or the array is not contiguous.
    """
    if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
        shape = shape[0]
    shape = kwargs.pop("shape", shape)
    if kwargs:
        raise ArgumentError(f"reshape: unknown argument {next(iter(kwargs))!r}. It takes shape and reverse.")
    plain = shape and 0 not in shape and min(shape) >= -1  # no code of MXNet's but -1
    if plain and not reverse and self._entry is None and self._data.flags.c_contiguous:
        try:
            return wrap(self._data.reshape(shape), self._ctx, self._result_class)
        except (TypeError, ValueError):
            pass  # the operator says what is wrong
    attrs = {"shape": tuple(int(n) for n in shape), **({"reverse": True} if reverse else {})}
    return _sharing_memory("Reshape", self, attrs)


def _sharing_memory(name: str, array: NDArray, attrs: dict) -> NDArray:
    """Return the result of a shape operator as a view, where memory allows it and no tape must see the operator."""
    op = find(name)
    if (STATE.recording and array._entry is not None) or not array._data.flags.c_contiguous:
        return invoke(op, (array,), attrs)
    try:
        rule: Any = op.shape_rule
        _, (shape,) = rule(array.shape, **op.complete(attrs))
    except MXNetError:
        return invoke(op, (array,), attrs)  # raises the error with the operator's name
    return wrap(array._data.reshape(shape), array._ctx, array._result_class)


def transpose(self, *axes, **kwargs) -> NDArray:
    """Return the array with its axes permuted; without arguments reversed."""
    axes = kwargs.pop("axes", axes)
    if len(axes) == 1 and isinstance(axes[0], (tuple, list)):
        axes = axes[0]
    return invoke(find("transpose"), (self,), {"axes": tuple(axes)} if axes else {})


def expand_dims(self, axis: int, inplace: bool = False) -> NDArray:
    """Return the array with a new axis of extent 1 at ``axis``; with ``inplace`` the result shares memory."""
    if inplace:
        return _sharing_memory("expand_dims", self, {"axis": axis})
    return invoke(find("expand_dims"), (self,), {"axis": axis})


def squeeze(self, axis=None, inplace: bool = False) -> NDArray:
    """Return the array without axes of extent 1 (or without ``axis``); with ``inplace`` the result shares memory."""
    attrs = find("squeeze").parse({"axis": axis})
    return _sharing_memory("squeeze", self, attrs) if inplace else invoke(find("squeeze"), (self,), attrs)


def flatten(self, inplace: bool = False) -> NDArray:
    """Return the array as a matrix, all axes but the first in one; with ``inplace`` the result shares memory."""
    return _sharing_memory("Flatten", self, {}) if inplace else invoke(find("Flatten"), (self,))


def broadcast_to(self, shape) -> NDArray:
    """Return the array repeated along axes of extent 1, and along new axes in front, so that it has ``shape``."""
    attrs = find("broadcast_to").parse({"shape": shape})
    missing = len(attrs["shape"]) - self.ndim
    array = self if missing <= 0 else self.reshape((1,) * missing + self.shape)
    return invoke(find("broadcast_to"), (array,), attrs)


def split_v2(self, indices_or_sections, axis: int = 0, squeeze_axis: bool = False):
    """Return the array cut into parts along ``axis``."""
    from .creation import split_v2 as function

    return function(self, indices_or_sections, axis, squeeze_axis)


def install() -> None:
    """Give NDArray its operators and methods."""
    for name, elementwise, broadcasting, scalar, reverse in ARITHMETIC:
        forward = _operator_method(f"__{name}__", elementwise, broadcasting, scalar)
        setattr(NDArray, f"__{name}__", forward)
        backward = forward if reverse is None else _reversed(f"__r{name}__", reverse)
        setattr(NDArray, f"__r{name}__", backward)
        setattr(NDArray, f"__i{name}__", _inplace_method(f"__i{name}__", elementwise, broadcasting, scalar))
    for name, *operators in COMPARISON:
        setattr(NDArray, f"__{name}__", _operator_method(f"__{name}__", *operators))
    multiply, absolute = build_scalar(find("_mul_scalar")), build(find("abs"))
    NDArray.__neg__ = lambda self: multiply(self, -1.0 if self._data.dtype.kind == "f" else -1)
    NDArray.__abs__ = lambda self: absolute(self)
    NDArray.__matmul__ = lambda self, other: invoke(find("dot"), (self, other))
    for name in FLUENT:
        setattr(NDArray, name, LazyMethod(NDArray, name, build))
    for function in (reshape, transpose, expand_dims, squeeze, flatten, broadcast_to, split_v2):
        setattr(NDArray, function.__name__, function)


def _reversed(name: str, scalar: str) -> Callable:
    with_scalar = build_scalar(find(scalar))

    def method(self, other: "NDArray | np.generic | float") -> NDArray:
        if is_number(other):
            return with_scalar(self, other)
        raise not_operands(name.strip("_"), self, other)

    method.__name__ = name
    method.__qualname__ = f"NDArray.{name}"
    return method


install()
