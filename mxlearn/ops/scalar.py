"""Arithmetic of an array and a Python number: ``x + 2`` is _plus_scalar, ``2 - x`` is _rminus_scalar, and so on.

The array decides the dtype, as in MXNet: an integer array stays integer, with the number truncated to its dtype first
(``int32 [3] * 1.9`` is ``[3]``, ``uint8 [250] + 10`` is ``[4]``), and a bool array counts as int64.
"""
from typing import Any

import numpy as np

from ..core.attributes import Scalar
from ..core.operator import operator
from . import arithmetic

_INT64 = np.dtype("int64")


def integral(data, scalar) -> tuple[Any, Any]:
    """Return ``data`` and ``scalar`` in the one integer dtype in which they are combined."""
    if data.dtype.kind == "b":
        data = data.astype(_INT64)
    return data, np.asarray(int(scalar)).astype(data.dtype)[()]


def scalar_dtype(data, **_):
    """Dtype rule: that of the array, and int64 for a bool array."""
    return [data], [_INT64 if data is not None and data.kind == "b" else data]


@operator(aliases=("_PlusScalar",), elementwise=True, dtype=scalar_dtype, formula=("add", ("data", "scalar")))
def _plus_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``data + scalar``.

    >>> mx.nd.array([1, 2]) + 2
    [3. 4.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return xp.add(data, scalar)


@_plus_scalar.gradient
def _(F, g):
    return (g,)


@operator(aliases=("_MinusScalar",), elementwise=True, dtype=scalar_dtype, formula=("subtract", ("data", "scalar")))
def _minus_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``data - scalar``.

    >>> mx.nd.array([1, 2]) - 2
    [-1.  0.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return xp.subtract(data, scalar)


@_minus_scalar.gradient
def _(F, g):
    return (g,)


@operator(aliases=("_RMinusScalar",), elementwise=True, dtype=scalar_dtype, formula=("subtract", ("scalar", "data")))
def _rminus_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``scalar - data``.

    >>> 2 - mx.nd.array([1, 5])
    [ 1. -3.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return xp.subtract(scalar, data)


@_rminus_scalar.gradient
def _(F, g):
    return (F.negative(g),)


@operator(aliases=("_MulScalar",), elementwise=True, dtype=scalar_dtype, formula=("multiply", ("data", "scalar")))
def _mul_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``data * scalar``.

    >>> mx.nd.array([1, 2]) * 2
    [2. 4.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return xp.multiply(data, scalar)


@_mul_scalar.gradient
def _(F, g, *, scalar):
    return (F._mul_scalar(g, scalar=scalar),)


@operator(aliases=("_DivScalar",), elementwise=True, dtype=scalar_dtype, formula=("divide", ("data", "scalar")))
def _div_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``data / scalar``; integers are truncated toward zero.

    >>> mx.nd.array([1, 2]) / 4
    [0.25 0.5 ]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
        return arithmetic.divide(xp, data, scalar)
    return xp.divide(data, scalar)


@_div_scalar.gradient
def _(F, g, *, scalar):
    return (F._div_scalar(g, scalar=scalar),)


@operator(aliases=("_RDivScalar",), elementwise=True, dtype=scalar_dtype, formula=("divide", ("scalar", "data")))
def _rdiv_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``scalar / data``; integers are truncated toward zero.

    >>> 1 / mx.nd.array([2, 4])
    [0.5  0.25]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
        return arithmetic.divide(xp, xp.full_like(data, scalar), data)
    return xp.divide(scalar, data)


@_rdiv_scalar.gradient
def _(F, g, data, out):
    # d(s/x)/dx = -(s/x)/x
    return (F.negative(F.elemwise_mul(g, F.elemwise_div(out, data))),)


@operator(aliases=("_ModScalar",), elementwise=True, dtype=scalar_dtype)
def _mod_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``data % scalar``, with the sign of the divisor, and 0 where the divisor is 0.

    >>> mx.nd.array([5, -5]) % 3
    [2. 1.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return arithmetic.modulo(xp, data, scalar)


@_mod_scalar.gradient
def _(F, g):
    return (g,)


@operator(aliases=("_RModScalar",), elementwise=True, dtype=scalar_dtype)
def _rmod_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``scalar % data``, with the sign of the divisor, and 0 where the divisor is 0.

    >>> 7 % mx.nd.array([2, 4])
    [1. 3.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return arithmetic.modulo(xp, xp.full_like(data, scalar), data)


@_rmod_scalar.gradient
def _(F, g, data, *, scalar):
    return (F.negative(F.elemwise_mul(g, F.floor(F._rdiv_scalar(data, scalar=scalar)))),)


@operator(aliases=("_PowerScalar",), elementwise=True, dtype=scalar_dtype, formula=("power", ("data", "scalar")))
def _power_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``data ** scalar``.

    >>> mx.nd.array([2, 3]) ** 2
    [4. 9.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
        return arithmetic.power(xp, data, scalar)
    return xp.power(data, scalar)


@_power_scalar.gradient
def _(F, g, data, *, scalar):
    # x**0 is the constant 1: its derivative is 0 even at x = 0, where 0 * x**-1 would be nan
    if scalar == 0:
        return (F.zeros_like(g),)
    return (F.elemwise_mul(g, F._mul_scalar(F._power_scalar(data, scalar=scalar - 1), scalar=scalar)),)


@operator(aliases=("_RPowerScalar",), elementwise=True, dtype=scalar_dtype, formula=("power", ("scalar", "data")))
def _rpower_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return ``scalar ** data``.

    >>> 2 ** mx.nd.array([3, 4])
    [ 8. 16.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
        return arithmetic.power(xp, xp.full_like(data, scalar), data)
    return xp.power(scalar, data)


@_rpower_scalar.gradient
def _(F, g, out, *, scalar):
    log = float(np.log(scalar)) if scalar > 0 else float("-inf") if scalar == 0 else float("nan")
    return (F.elemwise_mul(g, F._mul_scalar(out, scalar=log)),)


@operator(aliases=("_MaximumScalar",), elementwise=True, dtype=scalar_dtype, formula=("maximum", ("data", "scalar")))
def _maximum_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return the larger of each element and ``scalar``; the gradient of a tie goes to ``data``.

    >>> mx.nd.maximum(mx.nd.array([1, 5]), 3)
    [3. 5.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return xp.maximum(data, scalar)


@_maximum_scalar.gradient
def _(F, g, data, *, scalar):
    return (F.elemwise_mul(g, F._greater_equal_scalar(data, scalar=scalar)),)


@operator(aliases=("_MinimumScalar",), elementwise=True, dtype=scalar_dtype, formula=("minimum", ("data", "scalar")))
def _minimum_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return the smaller of each element and ``scalar``; the gradient of a tie goes to ``data``.

    >>> mx.nd.minimum(mx.nd.array([1, 5]), 3)
    [1. 3.]
    <NDArray 2 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return xp.minimum(data, scalar)


@_minimum_scalar.gradient
def _(F, g, data, *, scalar):
    return (F.elemwise_mul(g, F._lesser_equal_scalar(data, scalar=scalar)),)


@operator(aliases=("_HypotScalar",), elementwise=True, dtype=scalar_dtype)
def _hypot_scalar(xp, data, *, scalar: Scalar = 1.0):
    """Return sqrt(data**2 + scalar**2).

    >>> mx.nd._internal._hypot_scalar(mx.nd.array([3]), scalar=4)
    [5.]
    <NDArray 1 @cpu(0)>
    """
    if data.dtype.kind != "f":
        data, scalar = integral(data, scalar)
    return arithmetic.hypot(xp, data, scalar)


@_hypot_scalar.gradient
def _(F, g, data, out):
    return (F.elemwise_mul(g, F.elemwise_div(data, out)),)
