"""Small operators of ``mx.nd.contrib``: quadratic, div_sqrt_dim, gradientmultiplier, allclose."""
from math import sqrt

import numpy as np

from ..core.infer import unify
from ..core.operator import operator


@operator(name="_contrib_quadratic", elementwise=True)
def quadratic(xp, data, *, a: float = 0.0, b: float = 0.0, c: float = 0.0):
    """Compute ``a * x ** 2 + b * x + c`` for each element.

    Parameters
    ----------
    data : array
    a, b, c : float

    >>> mx.nd.contrib.quadratic(mx.nd.array([1, 2]), a=1, b=2, c=3)
    [ 6. 11.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_quadratic.
    """
    return ((a * data + b) * data + c).astype(data.dtype, copy=False)


@quadratic.gradient
def _(F, g, data, *, a, b):
    slope = F._plus_scalar(F._mul_scalar(data, scalar=2.0 * a), scalar=b)
    return F.elemwise_mul(g, slope)


@operator(name="_contrib_div_sqrt_dim")
def div_sqrt_dim(xp, data):
    """Divide by the square root of the size of the last axis, as attention does with its scores.

    Parameters
    ----------
    data : (..., n), floating

    >>> mx.nd.contrib.div_sqrt_dim(mx.nd.array([[2, 4, 6, 8]]))
    [[1. 2. 3. 4.]]
    <NDArray 1x4 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_div_sqrt_dim; Vaswani et al. 2017, section 3.2.1.
    """
    return data / xp.asarray(sqrt(max(data.shape[-1], 1))).astype(data.dtype)


@div_sqrt_dim.infer_shape
def _(data):
    return (data,), (data,)


@div_sqrt_dim.gradient
def _(F, g):
    return F._contrib_div_sqrt_dim(g)


@operator(name="_contrib_gradientmultiplier", elementwise=True)
def gradientmultiplier(xp, data, *, scalar: float = 1.0, is_int: bool = True):
    """Return the data as they are, and multiply the gradient that comes back: -1 reverses it.

    Parameters
    ----------
    data : array
    scalar : float, factor on the gradient
    is_int : accepted for MXNet's sake

    >>> x = mx.nd.array([1])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = mx.nd.contrib.gradientmultiplier(x, scalar=-2)
    >>> y.backward()
    >>> x.grad
    [-2.]
    <NDArray 1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_gradientmultiplier; Ganin, Lempitsky 2015, section 3.2.
    """
    return data.copy()


@gradientmultiplier.gradient
def _(F, g, *, scalar):
    return F._mul_scalar(g, scalar=scalar)


@operator(name="_contrib_allclose", differentiable=False)
def allclose(xp, a, b, *, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = True):
    """Tell whether all elements of two arrays are close: ``|a - b| <= atol + rtol * |b|``.

    Parameters
    ----------
    a, b : arrays of one shape
    rtol, atol : float, relative and absolute tolerance
    equal_nan : bool, whether NaN counts as equal to NaN

    Returns
    -------
    (1,), uint8: 1 or 0

    >>> mx.nd.contrib.allclose(mx.nd.array([1, 2]), mx.nd.array([1, 2]))
    [1]
    <NDArray 1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_allclose.
    """
    unify(a.shape, b.shape, "the shapes of a and b")
    return xp.asarray(xp.allclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)).astype("uint8").reshape(1)


@allclose.infer_shape
def _(a, b, *, rtol, atol, equal_nan):
    shape = unify(a, b, "the shapes of a and b")
    return (shape, shape), ((1,),)


@allclose.infer_dtype
def _(a, b, *, rtol, atol, equal_nan):
    return (a, b), (np.dtype("uint8"),)
