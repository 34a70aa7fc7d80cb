"""Arithmetic of two arrays of equal shape, and the sum of many: elemwise_add, _power, _maximum, add_n and the like.

The broadcasting forms are in broadcasting.py, those with a Python number in scalar.py. Integer arrays stay integer, as
in MXNet: division truncates toward zero, the remainder has the divisor's sign, x % 0 is 0 and x / 0 is 0.
"""
import numpy as np

from ..base import ShapeError
from ..core.infer import show
from ..core.operator import Like, operator


def equal_shapes(lhs, rhs) -> None:
    """Raise ShapeError where two arrays differ in shape: an elementwise operator does not broadcast."""
    if lhs.shape != rhs.shape:
        raise ShapeError(
            f"the shapes of the inputs must be equal. Received: {show(lhs.shape)} and {show(rhs.shape)}.\n"
            "  Use the broadcast_* form, or write it with Python's operators."
        )


# -- kernels that are no plain function of the array module ------------------------------------------------------------
def divide(xp, lhs, rhs):
    """Return lhs / rhs; of integers truncated toward zero, and 0 where the divisor is 0."""
    if lhs.dtype.kind == "f":
        return xp.divide(lhs, rhs)
    with np.errstate(all="ignore"):
        quotient = xp.floor_divide(lhs, rhs)
        inexact = quotient * rhs != lhs
        return (quotient + (inexact & ((lhs < 0) != (rhs < 0)) & (rhs != 0))).astype(lhs.dtype)


def modulo(xp, lhs, rhs):
    """Return lhs - floor(lhs / rhs) * rhs, and 0 where the divisor is 0."""
    with np.errstate(all="ignore"):
        return xp.where(xp.equal(rhs, 0), xp.zeros_like(lhs), xp.mod(lhs, rhs))


def power(xp, lhs, rhs):
    """Return lhs ** rhs; of integers truncated, so that a negative exponent gives 0 except for a base of 1 or -1."""
    if lhs.dtype.kind == "f":
        return xp.power(lhs, rhs)
    raised = xp.power(lhs, xp.abs(rhs))
    return xp.where((rhs < 0) & (xp.abs(lhs) != 1), xp.zeros_like(raised), raised)


def hypot(xp, lhs, rhs):
    """Return sqrt(lhs**2 + rhs**2), of integers truncated."""
    out = xp.hypot(lhs, rhs)
    return out if out.dtype == lhs.dtype else out.astype(lhs.dtype)


# -- operators ---------------------------------------------------------------------------------------------------------
@operator(aliases=("_add", "_plus", "_Plus"), ufunc="add", elementwise=True)
def elemwise_add(xp, lhs, rhs):
    """Add two arrays of equal shape, element by element.

    >>> mx.nd.elemwise_add(mx.nd.array([1, 2]), mx.nd.array([10, 20]))
    [11. 22.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return xp.add(lhs, rhs)


@elemwise_add.gradient
def _(F, g):
    return g, g


@operator(ufunc="add", elementwise=True)
def _grad_add(xp, lhs, rhs):
    """Add two gradients of equal shape; MXNet's name for the sum in the chain rule.

    >>> mx.nd._internal._grad_add(mx.nd.array([1, 2]), mx.nd.array([10, 20]))
    [11. 22.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return xp.add(lhs, rhs)


@_grad_add.gradient
def _(F, g):
    return g, g


@operator(aliases=("_sub", "_minus", "_Minus"), ufunc="subtract", elementwise=True)
def elemwise_sub(xp, lhs, rhs):
    """Subtract ``rhs`` from ``lhs``, both of one shape, element by element.

    >>> mx.nd.elemwise_sub(mx.nd.array([10, 20]), mx.nd.array([1, 2]))
    [ 9. 18.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return xp.subtract(lhs, rhs)


@elemwise_sub.gradient
def _(F, g, *, needs):
    return g, F.negative(g) if needs[1] else None


@operator(aliases=("_mul", "_Mul"), ufunc="multiply", elementwise=True)
def elemwise_mul(xp, lhs, rhs):
    """Multiply two arrays of equal shape, element by element (the Hadamard product).

    >>> mx.nd.elemwise_mul(mx.nd.array([1, 2]), mx.nd.array([10, 20]))
    [10. 40.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return xp.multiply(lhs, rhs)


@elemwise_mul.gradient
def _(F, g, lhs, rhs, *, needs):
    return F.elemwise_mul(g, rhs) if needs[0] else None, F.elemwise_mul(g, lhs) if needs[1] else None


@operator(aliases=("_div", "_Div"), elementwise=True, formula=("divide", ("lhs", "rhs")))
def elemwise_div(xp, lhs, rhs):
    """Divide ``lhs`` by ``rhs``, both of one shape; integers are truncated toward zero.

    >>> mx.nd.elemwise_div(mx.nd.array([10, 20]), mx.nd.array([4, 5]))
    [2.5 4. ]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return divide(xp, lhs, rhs)


@elemwise_div.gradient
def _(F, g, rhs, out):
    # d(l/r)/dl = 1/r, d(l/r)/dr = -(l/r)/r
    over = F.elemwise_div(g, rhs)
    return over, F.negative(F.elemwise_mul(over, out))


@operator(aliases=("_Mod",), elementwise=True)
def _mod(xp, lhs, rhs):
    """Return the remainder of ``lhs / rhs`` with the sign of the divisor, and 0 where the divisor is 0.

    >>> mx.nd.modulo(mx.nd.array([5, -5]), mx.nd.array([3, 3]))
    [2. 1.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return modulo(xp, lhs, rhs)


@_mod.gradient
def _(F, g, lhs, rhs):
    # l mod r = l - floor(l/r) * r, and floor is flat
    return g, F.negative(F.elemwise_mul(g, F.floor(F.elemwise_div(lhs, rhs))))


@operator(aliases=("_Power",), elementwise=True)
def _power(xp, lhs, rhs):
    """Raise ``lhs`` to the power of ``rhs``, both of one shape.

    >>> mx.nd.power(mx.nd.array([2, 3]), mx.nd.array([3, 2]))
    [8. 9.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return power(xp, lhs, rhs)


@_power.gradient
def _(F, g, lhs, rhs, out, *, needs):
    # d(l**r)/dl = r * l**(r-1), d(l**r)/dr = l**r * log(l); the logarithm only where it is needed: l may be negative
    base = exponent = None
    if needs[0]:
        base = F.elemwise_mul(g, F.elemwise_mul(rhs, F._power(lhs, F._minus_scalar(rhs, scalar=1))))
    if needs[1]:
        exponent = F.elemwise_mul(g, F.elemwise_mul(out, F.log(lhs)))
    return base, exponent


@operator(aliases=("_Maximum",), ufunc="maximum", elementwise=True)
def _maximum(xp, lhs, rhs):
    """Return the larger of two elements; nan where one is nan. The gradient of a tie goes to ``lhs``.

    >>> mx.nd.maximum(mx.nd.array([1, 5]), mx.nd.array([3, 2]))
    [3. 5.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return xp.maximum(lhs, rhs)


@_maximum.gradient
def _(F, g, lhs, rhs):
    return F.elemwise_mul(g, F._greater_equal(lhs, rhs)), F.elemwise_mul(g, F._lesser(lhs, rhs))


@operator(aliases=("_Minimum",), ufunc="minimum", elementwise=True)
def _minimum(xp, lhs, rhs):
    """Return the smaller of two elements; nan where one is nan. The gradient of a tie goes to ``lhs``.

    >>> mx.nd.minimum(mx.nd.array([1, 5]), mx.nd.array([3, 2]))
    [1. 2.]
    <NDArray 2 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return xp.minimum(lhs, rhs)


@_minimum.gradient
def _(F, g, lhs, rhs):
    return F.elemwise_mul(g, F._lesser_equal(lhs, rhs)), F.elemwise_mul(g, F._greater(lhs, rhs))


@operator(aliases=("_Hypot",), elementwise=True)
def _hypot(xp, lhs, rhs):
    """Return the length sqrt(lhs**2 + rhs**2) of the hypotenuse.

    >>> mx.nd._internal._hypot(mx.nd.array([3]), mx.nd.array([4]))
    [5.]
    <NDArray 1 @cpu(0)>
    """
    equal_shapes(lhs, rhs)
    return hypot(xp, lhs, rhs)


@_hypot.gradient
def _(F, g, lhs, rhs, out):
    over = F.elemwise_div(g, out)
    return F.elemwise_mul(over, lhs), F.elemwise_mul(over, rhs)


@operator(aliases=("ElementWiseSum",), elementwise=True)
def add_n(xp, *args):
    """Add any number of arrays of equal shape.

    >>> mx.nd.add_n(mx.nd.array([1, 2]), mx.nd.array([10, 20]), mx.nd.array([100, 200]))
    [111. 222.]
    <NDArray 2 @cpu(0)>
    """
    total = args[0].copy()
    for array in args[1:]:
        equal_shapes(total, array)
        total += array
    return total


@add_n.gradient
def _(F, g, args: Like):
    return [g] * len(args)  # type: ignore[arg-type] - variadic: a tuple of Like
