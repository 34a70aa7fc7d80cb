"""Functions of two operands, each an NDArray or a number: ``mx.nd.add(x, 1)``, ``mx.nd.maximum(0, x)``."""
import math
import operator

import numpy as np

from .array import NDArray
from .methods import binary, is_number

_FUNCTIONS = {
    # name: elementwise, broadcasting, scalar, reversed scalar (None: the operator commutes)
    "add": ("elemwise_add", "broadcast_add", "_plus_scalar", None),
    "subtract": ("elemwise_sub", "broadcast_sub", "_minus_scalar", "_rminus_scalar"),
    "multiply": ("elemwise_mul", "broadcast_mul", "_mul_scalar", None),
    "divide": ("elemwise_div", "broadcast_div", "_div_scalar", "_rdiv_scalar"),
    "true_divide": ("elemwise_div", "broadcast_div", "_div_scalar", "_rdiv_scalar"),
    "modulo": ("_mod", "broadcast_mod", "_mod_scalar", "_rmod_scalar"),
    "power": ("_power", "broadcast_power", "_power_scalar", "_rpower_scalar"),
    "maximum": ("_maximum", "broadcast_maximum", "_maximum_scalar", None),
    "minimum": ("_minimum", "broadcast_minimum", "_minimum_scalar", None),
    "equal": ("_equal", "broadcast_equal", "_equal_scalar", None),
    "not_equal": ("_not_equal", "broadcast_not_equal", "_not_equal_scalar", None),
    "greater": ("_greater", "broadcast_greater", "_greater_scalar", "_lesser_scalar"),
    "greater_equal": ("_greater_equal", "broadcast_greater_equal", "_greater_equal_scalar", "_lesser_equal_scalar"),
    "lesser": ("_lesser", "broadcast_lesser", "_lesser_scalar", "_greater_scalar"),
    "lesser_equal": ("_lesser_equal", "broadcast_lesser_equal", "_lesser_equal_scalar", "_greater_equal_scalar"),
    "logical_and": ("_logical_and", "broadcast_logical_and", "_logical_and_scalar", None),
    "logical_or": ("_logical_or", "broadcast_logical_or", "_logical_or_scalar", None),
    "logical_xor": ("_logical_xor", "broadcast_logical_xor", "_logical_xor_scalar", None),
    "hypot": ("_hypot", "broadcast_hypot", "_hypot_scalar", None),
}


# What two numbers give: a number, and for questions 1 or 0.
_OF_NUMBERS = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "true_divide": operator.truediv,
    "modulo": operator.mod,
    "power": operator.pow,
    "maximum": max,
    "minimum": min,
    "equal": lambda x, y: int(x == y),
    "not_equal": lambda x, y: int(x != y),
    "greater": lambda x, y: int(x > y),
    "greater_equal": lambda x, y: int(x >= y),
    "lesser": lambda x, y: int(x < y),
    "lesser_equal": lambda x, y: int(x <= y),
    "logical_and": lambda x, y: int(bool(x) and bool(y)),
    "logical_or": lambda x, y: int(bool(x) or bool(y)),
    "logical_xor": lambda x, y: int(bool(x) != bool(y)),
    "hypot": math.hypot,
}


def _make(name: str, operators: tuple):
    compute = binary(name, *operators)
    of_numbers = _OF_NUMBERS[name]

    def function(lhs: "NDArray | np.generic | float", rhs: "NDArray | np.generic | float"):
        if is_number(lhs) and is_number(rhs):
            return of_numbers(lhs, rhs)
        return compute(lhs, rhs)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"{name.replace('_', ' ').capitalize()} of two operands, element by element with broadcasting.\n\n"
        "    Parameters\n    ----------\n    lhs, rhs : NDArray or number; two numbers give a number\n\n"
        "    Raises\n    ------\n    ShapeError\n        If the shapes do not broadcast.\n\n"
        f"    References: MXNet 1.9.1 operator {operators[1]}.\n    "
    )
    return function


globals().update({name: _make(name, operators) for name, operators in _FUNCTIONS.items()})


def negative(arr: NDArray) -> NDArray:
    """Return -arr."""
    return -arr


__all__ = [*_FUNCTIONS, "negative"]  # pyright: ignore[reportUnsupportedDunderAll]
