"""Mathematical functions of one array, each with its derivative beside it.

Integer arrays keep their dtype, as in MXNet: ``exp`` of int32 is computed in float64 and truncated.
References: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapter 4.
"""
import math
from collections.abc import Callable

import numpy as np

from ..base import DTypeError
from ..core.operator import operator

_DOUBLE = np.dtype("float64")


def on_integers(xp, function: Callable, data, exact: bool):
    """Apply ``function`` to an integer array and truncate the result to its dtype."""
    if data.dtype.kind == "b":
        raise DTypeError("bool arrays have no arithmetic. Received: bool.\n  Convert them, as in x.astype('int32').")
    with np.errstate(all="ignore"):
        return function(data if exact else data.astype(_DOUBLE)).astype(data.dtype, copy=False)


def kernel_named(function: str, exact: bool) -> Callable:
    """Return the kernel that is a function of the array module."""

    def kernel(xp, data):
        if data.dtype.kind == "f":
            return getattr(xp, function)(data)
        return on_integers(xp, getattr(xp, function), data, exact)

    return kernel


def kernel_of(function: Callable, exact: bool) -> Callable:
    """Return the kernel that calls ``function(xp, data)``."""

    def kernel(xp, data):
        if data.dtype.kind == "f":
            return function(xp, data)
        return on_integers(xp, lambda x: function(xp, x), data, exact)

    return kernel


def unary(
    name: str,
    function: str | Callable,
    formula: str,
    example: tuple[str, str],
    *,
    aliases: tuple[str, ...] = (),
    exact: bool = False,
    differentiable: bool = True,
):
    """Declare a function of one array; what it decorates is its gradient rule, or None where it is flat.

    Parameters
    ----------
    function : name of the function of the array module, or callable(xp, data) for floating arrays
    formula : first line of the docstring
    example : (argument list, what MXNet prints) for the docstring
    exact : whether integers need no detour through float64
    """

    def declare(rule: Callable | None):
        kernel = kernel_named(function, exact) if isinstance(function, str) else kernel_of(function, exact)
        argument, printed = example
        count = argument.count(",") + 1
        kernel.__name__ = name
        kernel.__module__ = __name__
        kernel.__doc__ = (
            f"{formula}\n\n    >>> mx.nd.{name}(mx.nd.array({argument}))\n    {printed}\n"
            f"    <NDArray {count} @cpu(0)>\n    "
        )
        direct = (function, ("data",)) if isinstance(function, str) else None
        options = {"elementwise": True, "differentiable": differentiable, "formula": direct}
        op = operator(name=name, aliases=aliases, **options)(kernel)
        if rule is not None:
            op.gradient(rule)
        return op

    return declare


def flat(name: str, function: str | Callable, formula: str, example: tuple[str, str], **options) -> None:
    """Declare a function of one array whose derivative is 0 wherever it exists."""
    unary(name, function, formula, example, differentiable=False, exact=True, **options)(None)


# -- rounding and signs ------------------------------------------------------------------------------------------------
def _round(xp, data):
    # half away from zero, decided on the exact fraction, so that 0.49999997 + 0.5 cannot round up to 1
    whole = xp.trunc(data)
    return whole + xp.where(xp.abs(data - whole) >= 0.5, xp.sign(data), 0).astype(data.dtype, copy=False)


def _rint(xp, data):
    # MXNet takes the lower neighbor of a tie: -1.5 -> -2, 0.5 -> 0, 2.5 -> 2
    below = xp.floor(data)
    return below + (data - below > 0.5)


def _sign(xp, data):
    return xp.where(xp.isnan(data), 0, xp.sign(data)).astype(data.dtype, copy=False) if data.dtype.kind == "f" else (
        xp.sign(data)
    )


flat("sign", _sign, "Return -1, 0 or 1, the sign of x; 0 for nan.", ("[-2, 0, 3]", "[-1.  0.  1.]"))
flat("round", _round, "Round to the nearest integer, half away from zero.", ("[-2.5, 0.5, 1.4]", "[-3.  1.  1.]"))
flat("rint", _rint, "Round to the nearest integer, half down.", ("[-1.5, 0.5, 1.6]", "[-2.  0.  2.]"))
flat("ceil", "ceil", "Round up to the next integer.", ("[-1.5, 0.5, 2]", "[-1.  1.  2.]"))
flat("floor", "floor", "Round down to the next integer.", ("[-1.5, 0.5, 2]", "[-2.  0.  2.]"))
flat("trunc", "trunc", "Round toward zero.", ("[-1.5, 0.5, 2]", "[-1.  0.  2.]"))
flat("fix", "trunc", "Round toward zero.", ("[-1.5, 0.5, 2]", "[-1.  0.  2.]"))
flat(
    "logical_not",
    lambda xp, data: xp.equal(data, 0).astype(data.dtype),
    "Return 1 where x is 0, and 0 elsewhere.",
    ("[-1, 0, 2]", "[0. 1. 0.]"),
)


@unary("abs", "abs", "Return the absolute value |x|.", ("[-2, 3]", "[2. 3.]"), exact=True)
def _(F, g, data):
    return F.elemwise_mul(g, F.sign(data))


@unary("negative", "negative", "Return -x.", ("[-2, 3]", "[ 2. -3.]"), exact=True)
def _(F, g):
    return F.negative(g)


@unary("reciprocal", "reciprocal", "Return 1 / x.", ("[2, 4]", "[0.5  0.25]"))
def _(F, g, out):
    return F.negative(F.elemwise_mul(g, F.square(out)))


# -- powers and roots --------------------------------------------------------------------------------------------------
@unary("square", "square", "Return x**2.", ("[-2, 3]", "[4. 9.]"), exact=True)
def _(F, g, data):
    return F._mul_scalar(F.elemwise_mul(g, data), scalar=2.0)


@unary("sqrt", "sqrt", "Return the square root of x.", ("[4, 9]", "[2. 3.]"))
def _(F, g, out):
    return F._mul_scalar(F.elemwise_div(g, out), scalar=0.5)


@unary("rsqrt", lambda xp, x: xp.reciprocal(xp.sqrt(x)), "Return 1 / sqrt(x).", ("[4, 16]", "[0.5  0.25]"))
def _(F, g, data, out):
    return F._mul_scalar(F.elemwise_mul(g, F.elemwise_div(out, data)), scalar=-0.5)


@unary("cbrt", "cbrt", "Return the cube root of x.", ("[-8, 27]", "[-2.  3.]"))
def _(F, g, out):
    return F._mul_scalar(F.elemwise_div(g, F.square(out)), scalar=1 / 3)


@unary("rcbrt", lambda xp, x: xp.reciprocal(xp.cbrt(x)), "Return 1 / cbrt(x).", ("[-8, 8]", "[-0.5  0.5]"))
def _(F, g, data, out):
    return F._mul_scalar(F.elemwise_mul(g, F.elemwise_div(out, data)), scalar=-1 / 3)


# -- exponentials and logarithms ---------------------------------------------------------------------------------------
@unary("exp", "exp", "Return e**x.", ("[0, 1]", "[1.        2.7182817]"))
def _(F, g, out):
    return F.elemwise_mul(g, out)


@unary("expm1", "expm1", "Return e**x - 1, exact for small x too.", ("[0, 1]", "[0.        1.7182819]"))
def _(F, g, out):
    return F.elemwise_mul(g, F._plus_scalar(out, scalar=1.0))


@unary("log", "log", "Return the natural logarithm of x.", ("[1, 2]", "[0.        0.6931472]"))
def _(F, g, data):
    return F.elemwise_div(g, data)


@unary("log10", "log10", "Return the logarithm of x to base 10.", ("[1, 100]", "[0. 2.]"))
def _(F, g, data):
    return F._mul_scalar(F.elemwise_div(g, data), scalar=1 / math.log(10))


@unary("log2", "log2", "Return the logarithm of x to base 2.", ("[1, 8]", "[0. 3.]"))
def _(F, g, data):
    return F._mul_scalar(F.elemwise_div(g, data), scalar=1 / math.log(2))


@unary("log1p", "log1p", "Return log(1 + x), exact for small x too.", ("[0, 1]", "[0.        0.6931472]"))
def _(F, g, data):
    return F.elemwise_div(g, F._plus_scalar(data, scalar=1.0))


# -- trigonometry ------------------------------------------------------------------------------------------------------
@unary("sin", "sin", "Return the sine of x, in radians.", ("[0, 1]", "[0.       0.841471]"))
def _(F, g, data):
    return F.elemwise_mul(g, F.cos(data))


@unary("cos", "cos", "Return the cosine of x, in radians.", ("[0, 1]", "[1.        0.5403023]"))
def _(F, g, data):
    return F.negative(F.elemwise_mul(g, F.sin(data)))


@unary("tan", "tan", "Return the tangent of x, in radians.", ("[0, 1]", "[0.        1.5574077]"))
def _(F, g, out):
    return F.elemwise_mul(g, F._plus_scalar(F.square(out), scalar=1.0))


@unary("arcsin", "arcsin", "Return the angle in [-pi/2, pi/2] whose sine is x.", ("[0, 1]", "[0.        1.5707964]"))
def _(F, g, data):
    return F.elemwise_div(g, F.sqrt(F._rminus_scalar(F.square(data), scalar=1.0)))


@unary("arccos", "arccos", "Return the angle in [0, pi] whose cosine is x.", ("[0, 1]", "[1.5707964 0.       ]"))
def _(F, g, data):
    return F.negative(F.elemwise_div(g, F.sqrt(F._rminus_scalar(F.square(data), scalar=1.0))))


@unary("arctan", "arctan", "Return the angle in [-pi/2, pi/2] whose tangent is x.", ("[0, 1]", "[0.        0.7853982]"))
def _(F, g, data):
    return F.elemwise_div(g, F._plus_scalar(F.square(data), scalar=1.0))


@unary("degrees", "degrees", "Convert radians to degrees.", ("[0, 1]", "[ 0.       57.295776]"))
def _(F, g):
    return F.degrees(g)


@unary("radians", "radians", "Convert degrees to radians.", ("[0, 180]", "[0.        3.1415927]"))
def _(F, g):
    return F.radians(g)


# -- hyperbolic functions ----------------------------------------------------------------------------------------------
@unary("sinh", "sinh", "Return (e**x - e**-x) / 2.", ("[0, 1]", "[0.        1.1752012]"))
def _(F, g, data):
    return F.elemwise_mul(g, F.cosh(data))


@unary("cosh", "cosh", "Return (e**x + e**-x) / 2.", ("[0, 1]", "[1.        1.5430807]"))
def _(F, g, data):
    return F.elemwise_mul(g, F.sinh(data))


@unary("tanh", "tanh", "Return sinh(x) / cosh(x).", ("[0, 1]", "[0.        0.7615942]"))
def _(F, g, out):
    return F.elemwise_mul(g, F._rminus_scalar(F.square(out), scalar=1.0))


@unary("arcsinh", "arcsinh", "Return the x whose sinh is given.", ("[0, 1]", "[0.        0.8813736]"))
def _(F, g, data):
    return F.elemwise_div(g, F.sqrt(F._plus_scalar(F.square(data), scalar=1.0)))


@unary("arccosh", "arccosh", "Return the x >= 0 whose cosh is given.", ("[1, 2]", "[0.        1.3169578]"))
def _(F, g, data):
    return F.elemwise_div(g, F.sqrt(F._minus_scalar(F.square(data), scalar=1.0)))


@unary("arctanh", "arctanh", "Return the x whose tanh is given.", ("[0, 0.5]", "[0.        0.54930615]"))
def _(F, g, data):
    return F.elemwise_div(g, F._rminus_scalar(F.square(data), scalar=1.0))


# -- straight-through estimators: flat functions whose gradient passes unchanged --------------------------------------
def _straight_through(name: str, kernel: Callable, formula: str, printed: str) -> None:
    def run(xp, data):
        return kernel(xp, data)

    run.__doc__ = (
        f"{formula} The gradient passes unchanged (Bengio et al. 2013).\n\n"
        f"    >>> mx.nd.contrib.{name}(mx.nd.array([-1.6, 0, 0.4]))\n    {printed}\n    <NDArray 3 @cpu(0)>\n    "
    )
    op = operator(name=f"_contrib_{name}", elementwise=True)(run)
    op.gradient(lambda F, g: (g,))


_straight_through("round_ste", _round, "Round to the nearest integer, half away from zero.", "[-2.  0.  0.]")
_straight_through("sign_ste", _sign, "Return -1, 0 or 1, the sign of x.", "[-1.  0.  1.]")


# -- tests of a number -------------------------------------------------------------------------------------------------
def _declare_test(name: str, formula: str, printed: str) -> None:
    def kernel(xp, data):
        return getattr(xp, name)(data).astype(data.dtype)

    kernel.__doc__ = (
        f"{formula}\n\n    >>> mx.nd.contrib.{name}(mx.nd.array([1, float('nan'), float('inf')]))\n    {printed}\n"
        "    <NDArray 3 @cpu(0)>\n    "
    )
    operator(name=f"_contrib_{name}", elementwise=True, differentiable=False)(kernel)


_declare_test("isnan", "Return 1 where x is not a number, and 0 elsewhere.", "[0. 1. 0.]")
_declare_test("isinf", "Return 1 where x is infinite, and 0 elsewhere.", "[0. 0. 1.]")
_declare_test("isfinite", "Return 1 where x is finite, and 0 elsewhere.", "[1. 0. 0.]")
