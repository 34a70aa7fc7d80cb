"""Functions of one element, or of two that broadcast: arithmetic, comparisons, exponentials, angles, rounding.

Dtypes are MXNet's: a Python number takes the array's dtype, two arrays meet in the floating or the wider one, true
division gives floating numbers, comparisons give bool.
"""
from collections.abc import Callable
from typing import Any

import numpy as onp

from ..base import ArgumentError, type_name
from ..core.operator import find
from ..ndarray.array import NDArray
from ..ndarray.calling import build_binary, build_scalar
from ..symbol.symbol import Symbol
from ..util import wrap_np_binary_func, wrap_np_unary_func
from .array import ndarray
from .calling import arr, as_floating, call, cast, delegated, finish, is_number, promoted

# -- one argument ------------------------------------------------------------------------------------------------------
UNARY = {  # function: operator
    "absolute": "abs", "arccos": "arccos", "arccosh": "arccosh", "arcsin": "arcsin", "arcsinh": "arcsinh",
    "arctan": "arctan", "arctanh": "arctanh", "cbrt": "cbrt", "ceil": "ceil", "cos": "cos", "cosh": "cosh",
    "degrees": "degrees", "exp": "exp", "expm1": "expm1", "fix": "fix", "floor": "floor", "log": "log",
    "log10": "log10", "log1p": "log1p", "log2": "log2", "radians": "radians", "reciprocal": "reciprocal",
    "sign": "sign", "sin": "sin", "sinh": "sinh", "sqrt": "sqrt", "square": "square", "tan": "tan", "tanh": "tanh",
    "trunc": "trunc",
}  # fmt: skip
QUESTIONS = ("isfinite", "isinf", "isnan", "isneginf", "isposinf", "logical_not", "signbit")
_ALIASES = {"abs": "absolute", "fabs": "absolute", "deg2rad": "radians", "rad2deg": "degrees"}


def _unary(name: str, operator_name: str) -> Callable:
    in_numpy = getattr(onp, name)

    def function(x, out=None) -> Any:
        if is_number(x):
            return in_numpy(x)
        x = arr(x, f"np.{name}")
        if not isinstance(x, Symbol) and x._data.dtype.kind == "b":
            x = as_floating(x)
        return call(operator_name, x, out=out)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"{name.capitalize()} of each element, as ``numpy.{name}`` defines it; the dtype stays.\n\n"
        "    Parameters\n    ----------\n    x : np.ndarray or number\n"
        f"    out : np.ndarray that receives the result\n\n    References: operator {operator_name}.\n    "
    )
    return wrap_np_unary_func(function)


def _question(name: str) -> Callable:
    def function(x, out=None) -> Any:
        if is_number(x):
            return getattr(onp, name)(x)
        if isinstance(x, Symbol):
            return _asked_of_symbol(name, x)
        return finish(delegated(name, None, arr(x, f"np.{name}")), out)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Answer ``numpy.{name}`` for each element, as bool.\n\n    x : np.ndarray or number\n    "
    return wrap_np_unary_func(function)


def _asked_of_symbol(name: str, x):
    operators = {"logical_not": "logical_not"}
    if name not in operators:
        raise ArgumentError(f"np.{name}: cannot be traced as a graph; use it outside of hybridized Blocks")
    return cast(call(operators[name], x), bool)


def negative(x, out=None) -> Any:
    """Return -x."""
    if is_number(x):
        return -x
    x = arr(x, "np.negative")
    if not isinstance(x, Symbol) and x._data.dtype.kind == "b":
        x = cast(x, "int64")
    return call("negative", x, out=out)


def positive(x, out=None) -> Any:
    """Return a copy of x."""
    return +x if is_number(x) else call("_copy", arr(x, "np.positive"), out=out)


def rint(x, out=None) -> Any:
    """Round to the nearest whole number; halves go to the even one, as in NumPy."""
    return around(x, 0, out)


def around(x, decimals: int = 0, out=None) -> Any:
    """Round to ``decimals`` places; halves go to the even neighbor, as in NumPy. The gradient is 0."""
    if is_number(x):
        return onp.around(x, decimals)
    x = arr(x, "np.around")
    if isinstance(x, Symbol):
        if decimals:
            raise ArgumentError("np.around: decimals cannot be traced as a graph; leave it out")
        return call("rint", x)
    return finish(_stopped("around", x, decimals), out)


def _stopped(name: str, x, *args) -> ndarray:
    """Run a function of the array module whose gradient is 0 everywhere."""
    return delegated(name, None, x.detach(), *args)


round = round_ = around


def bitwise_not(x, out=None) -> Any:
    """Return ~x of whole numbers or truth values."""
    return finish(delegated("bitwise_not", lambda a: ~a, arr(x, "np.bitwise_not")), out)


invert = bitwise_not


def nan_to_num(x, copy: bool = True, nan=0.0, posinf=None, neginf=None, **kwargs) -> Any:
    """Replace nan, inf and -inf by numbers: 0 and the largest and smallest of the dtype, or those given."""
    if is_number(x):
        return onp.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
    x = arr(x, "np.nan_to_num")
    raw = x._data
    if raw.dtype.kind != "f":
        return call("_copy", x)
    limits = onp.finfo(raw.dtype)
    values = (nan, limits.max if posinf is None else posinf, limits.min if neginf is None else neginf)
    asked = (delegated("isnan", None, x), delegated("isposinf", None, x), delegated("isneginf", None, x))
    result = x
    from .selecting import where

    for question, value in zip(asked, values, strict=True):
        result = where(question, float(value), result)
    if not copy:
        x[...] = result
        return x
    return result


# -- two arguments -----------------------------------------------------------------------------------------------------
BINARY = {  # function: elementwise, broadcasting, with a number, number first (None: commutes)
    "add": ("elemwise_add", "broadcast_add", "_plus_scalar", None),
    "subtract": ("elemwise_sub", "broadcast_sub", "_minus_scalar", "_rminus_scalar"),
    "multiply": ("elemwise_mul", "broadcast_mul", "_mul_scalar", None),
    "true_divide": ("elemwise_div", "broadcast_div", "_div_scalar", "_rdiv_scalar"),
    "mod": ("_mod", "broadcast_mod", "_mod_scalar", "_rmod_scalar"),
    "power": ("_power", "broadcast_power", "_power_scalar", "_rpower_scalar"),
    "maximum": ("_maximum", "broadcast_maximum", "_maximum_scalar", None),
    "minimum": ("_minimum", "broadcast_minimum", "_minimum_scalar", None),
    "hypot": ("_hypot", "broadcast_hypot", "_hypot_scalar", None),
}


def _binary(name: str, elementwise: str, broadcasting: str, scalar: str, reverse: str | None) -> Callable:
    in_numpy = getattr(onp, name)
    parse = find(scalar).attributes["scalar"].parse
    divides = name == "true_divide"

    def function(x1, x2, out=None) -> Any:
        if is_number(x2):
            if is_number(x1):
                return in_numpy(x1, x2)
            x1 = arr(x1, f"np.{name}")
            return call(scalar, as_floating(x1) if divides else x1, out=out, scalar=parse(x2))
        if is_number(x1):
            x2 = arr(x2, f"np.{name}")
            return call(reverse or scalar, as_floating(x2) if divides else x2, out=out, scalar=parse(x1))
        x1, x2 = arr(x1, f"np.{name}"), arr(x2, f"np.{name}")
        if isinstance(x1, Symbol) or isinstance(x2, Symbol):
            return call(broadcasting, x1, x2)
        if x1._data.dtype != x2._data.dtype:
            x1, x2 = promoted(x1, x2)
        if divides and x1._data.dtype.kind != "f":
            x1, x2 = as_floating(x1), as_floating(x2)
        if out is not None and out._data.dtype != x1._data.dtype:
            return finish(call(broadcasting, x1, x2), out)
        return call(elementwise if x1._data.shape == x2._data.shape else broadcasting, x1, x2, out=out)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"``numpy.{name}`` of two operands, element by element; shapes broadcast.\n\n"
        "    Parameters\n    ----------\n    x1, x2 : np.ndarray or number\n"
        f"    out : np.ndarray that receives the result\n\n    References: operator {broadcasting}.\n    "
    )
    return wrap_np_binary_func(function)


COMPARISONS = {  # function: operator of a graph, with a number, number first
    "equal": ("broadcast_equal", "_equal_scalar", "_equal_scalar"),
    "not_equal": ("broadcast_not_equal", "_not_equal_scalar", "_not_equal_scalar"),
    "greater": ("broadcast_greater", "_greater_scalar", "_lesser_scalar"),
    "greater_equal": ("broadcast_greater_equal", "_greater_equal_scalar", "_lesser_equal_scalar"),
    "less": ("broadcast_lesser", "_lesser_scalar", "_greater_scalar"),
    "less_equal": ("broadcast_lesser_equal", "_lesser_equal_scalar", "_greater_equal_scalar"),
    "logical_and": ("broadcast_logical_and", "_logical_and_scalar", "_logical_and_scalar"),
    "logical_or": ("broadcast_logical_or", "_logical_or_scalar", "_logical_or_scalar"),
    "logical_xor": ("broadcast_logical_xor", "_logical_xor_scalar", "_logical_xor_scalar"),
}


def _comparison(name: str, broadcasting: str, scalar: str, reverse: str) -> Callable:
    def function(x1, x2, out=None) -> Any:
        if is_number(x1) and is_number(x2):
            return getattr(onp, name)(x1, x2)
        if isinstance(x1, Symbol) or isinstance(x2, Symbol):
            if is_number(x2):
                found = call(scalar, x1, scalar=x2)
            elif is_number(x1):
                found = call(reverse, x2, scalar=x1)
            else:
                found = call(broadcasting, arr(x1), arr(x2))
            return cast(found, bool)
        operands = [x if is_number(x) else arr(x, f"np.{name}") for x in (x1, x2)]
        return finish(delegated(name, None, *_widened(*operands)), out)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"``numpy.{name}`` of two operands, element by element; shapes broadcast. The result is bool.\n\n"
        "    Parameters\n    ----------\n    x1, x2 : np.ndarray or number\n    "
    )
    return wrap_np_binary_func(function)


def _widened(a, b):
    """Let a number that an array's dtype cannot hold, as 7.5 or 300 beside uint8, be compared as it is."""
    if is_number(a):
        return onp.asarray(a) if _fits_not(a, b) else a, b
    if is_number(b):
        return a, onp.asarray(b) if _fits_not(b, a) else b
    return a, b


def _fits_not(number, array) -> bool:
    dtype = array._data.dtype
    if dtype.kind not in "iu" or not isinstance(number, (int, onp.integer)) or isinstance(number, bool):
        return False
    limits = onp.iinfo(dtype)
    return not limits.min <= number <= limits.max


# -- two arguments, composed or without a gradient ---------------------------------------------------------------------
def arctan2(x1, x2, out=None) -> Any:
    """Return the angle of the point (x2, x1), from -pi to pi."""
    if is_number(x1) and is_number(x2):
        return onp.arctan2(x1, x2)
    a, b = _both(x1, x2, "np.arctan2")
    return finish(call("_npi_arctan2", as_floating(a), as_floating(b)), out)


def copysign(x1, x2, out=None) -> Any:
    """Return the magnitude of x1 with the sign of x2."""
    if is_number(x1) and is_number(x2):
        return onp.copysign(x1, x2)
    a, b = (as_floating(x) for x in _both(x1, x2, "np.copysign"))
    if isinstance(a, Symbol) or isinstance(b, Symbol):
        raise ArgumentError("np.copysign: cannot be traced as a graph; use np.abs(x1) * np.sign(x2)")
    sign = delegated("copysign", None, delegated("ones_like", None, b.detach()), b.detach())
    return finish(multiply(absolute(a), sign), out)


def ldexp(x1, x2, out=None) -> Any:
    """Return x1 * 2**x2."""
    if is_number(x1) and is_number(x2):
        return onp.ldexp(x1, int(x2))
    a, b = _both(x1, x2, "np.ldexp")
    return finish(multiply(as_floating(a), power(2.0, as_floating(b))), out)


def _both(x1, x2, what: str) -> list:
    """Return two operands as arrays of one dtype, a number in that of the other."""
    if is_number(x1):
        x2 = as_floating(arr(x2, what))
        x1 = add(multiply(x2, 0.0), x1) if isinstance(x2, Symbol) else _filled_like(x2, x1)
    elif is_number(x2):
        x1 = as_floating(arr(x1, what))
        x2 = add(multiply(x1, 0.0), x2) if isinstance(x1, Symbol) else _filled_like(x1, x2)
    return promoted(arr(x1, what), arr(x2, what))


def _filled_like(x: ndarray, number) -> ndarray:
    from .creation import full

    return full((), float(number), dtype=x.dtype, ctx=x.ctx)


def _whole(name: str, doc: str) -> Callable:
    def function(x1, x2, out=None) -> Any:
        if is_number(x1) and is_number(x2):
            return getattr(onp, name)(x1, x2)
        operands = [x if is_number(x) else arr(x, f"np.{name}") for x in (x1, x2)]
        return finish(delegated(name, None, *operands), out)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc + "\n\n    x1, x2 : np.ndarray of whole numbers, or numbers\n    "
    return wrap_np_binary_func(function)


bitwise_and = _whole("bitwise_and", "Return x1 & x2, bit by bit.")
bitwise_or = _whole("bitwise_or", "Return x1 | x2, bit by bit.")
bitwise_xor = _whole("bitwise_xor", "Return x1 ^ x2, bit by bit.")
lcm = _whole("lcm", "Return the least common multiple.")


def floor_divide(x1, x2, out=None) -> Any:
    """Return the largest whole number that is not above x1 / x2; the gradient is 0."""
    if is_number(x1) and is_number(x2):
        return onp.floor_divide(x1, x2)
    operands = [x if is_number(x) else arr(x, "np.floor_divide").detach() for x in (x1, x2)]
    return finish(delegated("floor_divide", None, *operands), out)


def divmod(x1, x2) -> tuple:
    """Return (floor_divide(x1, x2), mod(x1, x2))."""
    return floor_divide(x1, x2), mod(x1, x2)


def fmax(x1, x2, out=None) -> Any:
    """Return the larger element, the other one where one is nan."""
    return finish(delegated("fmax", None, x1, x2), out)


def clip(a, a_min, a_max, out=None) -> Any:
    """Limit the elements to the range from a_min to a_max; None is no limit."""
    if a_min is None and a_max is None:
        raise ArgumentError("np.clip: at least one of a_min and a_max must be given")
    result = arr(a, "np.clip")
    if is_number(a_min) and is_number(a_max):
        limits: dict = {"a_min": float(a_min), "a_max": float(a_max)}  # type: ignore[arg-type]
        return finish(call("clip", result, **limits), out)
    if a_min is not None:
        result = maximum(result, a_min)
    return finish(result if a_max is None else minimum(result, a_max), out)


globals().update({name: _unary(name, operator_name) for name, operator_name in UNARY.items()})
globals().update({name: _question(name) for name in QUESTIONS})
globals().update({name: _binary(name, *operators) for name, operators in BINARY.items()})
globals().update({name: _comparison(name, *operators) for name, operators in COMPARISONS.items()})
globals().update({name: globals()[other] for name, other in _ALIASES.items()})
divide, remainder = globals()["true_divide"], globals()["mod"]
absolute, add, maximum, minimum = (globals()[n] for n in ("absolute", "add", "maximum", "minimum"))
mod, multiply, power = (globals()[n] for n in ("mod", "multiply", "power"))


# -- operators of the classes ------------------------------------------------------------------------------------------
_METHODS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "mod": "mod", "pow": "power",
    "floordiv": "floor_divide", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
_COMPARE = {"eq": "equal", "ne": "not_equal", "gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal"}


def _method(python_name: str, name: str, reflected: bool = False) -> Callable:
    function = globals()[name]
    compute = getattr(function, "__wrapped__", function)

    def method(self, other):
        if not isinstance(other, (NDArray, Symbol)) and not is_number(other):
            if other is None and name in ("equal", "not_equal"):
                return name == "not_equal"
            raise ArgumentError(
                f"{name}: expected np.ndarrays or numbers. Received: {type_name(self)} and {type_name(other)}.\n"
                "  Convert with mx.np.array(...), or an NDArray with as_np_ndarray()."
            )
        return compute(other, self) if reflected else compute(self, other)

    method.__name__ = python_name
    return method


def _arithmetic(python_name: str, name: str) -> Callable:
    """Return the method for np.ndarrays: with the short way for two arrays of one dtype, or an array and a number."""
    elementwise, broadcasting, scalar, _ = BINARY[name]
    arrays = build_binary(find(elementwise), find(broadcasting), ndarray)
    with_scalar = build_scalar(find(scalar), ndarray)
    otherwise = _method(python_name, name)
    divides = name == "true_divide"

    def method(self, other):
        kind = type(other)
        if kind is ndarray:
            if self._data.dtype is other._data.dtype and not (divides and self._data.dtype.kind != "f"):
                return arrays(self, other)
        elif (kind is float or kind is int) and not (divides and self._data.dtype.kind != "f"):
            return with_scalar(self, other)
        return otherwise(self, other)

    method.__name__ = python_name
    return method


def install(cls: Any) -> None:
    """Give a class the operators of arithmetic and comparison."""
    for python_name, name in _METHODS.items():
        setattr(cls, f"__{python_name}__", _method(f"__{python_name}__", name))
        setattr(cls, f"__r{python_name}__", _method(f"__r{python_name}__", name, reflected=True))
        if cls.__name__ == "ndarray" and name in BINARY:
            setattr(cls, f"__{python_name}__", _arithmetic(f"__{python_name}__", name))
    for python_name, name in _COMPARE.items():
        setattr(cls, f"__{python_name}__", _method(f"__{python_name}__", name))
    cls.__neg__ = lambda self: negative(self)
    cls.__pos__ = lambda self: positive(self)
    cls.__abs__ = lambda self: absolute(self)
    cls.__invert__ = lambda self: bitwise_not(self)
    cls.__divmod__ = lambda self, other: divmod(self, other)


__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    *UNARY, *QUESTIONS, *BINARY, *COMPARISONS, *_ALIASES, "arctan2", "around", "bitwise_and", "bitwise_not",
    "bitwise_or", "bitwise_xor", "clip", "copysign", "divide", "divmod", "floor_divide", "fmax", "invert", "lcm",
    "ldexp", "nan_to_num", "negative", "positive", "remainder", "rint", "round", "round_",
]  # fmt: skip
