"""Operators that make arrays from numbers alone: constants, sequences, the identity matrix.

The runtime supplies the array module of the context. ``ctx`` is MXNet's place for the context in a symbol file; the
runtime decides where an array is made, so the kernels do not read it.
"""
from math import ceil

import numpy as np

from ..base import ArgumentError
from ..core.attributes import DType, Scalar, Shape
from ..core.operator import Like, operator


def cast_number(value, dtype):
    """Return a number as a scalar of ``dtype``, wrapped or truncated as a cast of an array would."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(value).astype(dtype)[()]


def _constant_shape(*, shape, **_):
    return (), (tuple(shape),)


def _constant_dtype(*, dtype, **_):
    return (), (np.dtype(dtype),)


@operator(shape=_constant_shape, completes="shape", dtype=_constant_dtype, differentiable=False)
def _zeros(xp, *, shape: Shape = Shape(), ctx: str = "", dtype: DType = DType("float32")):
    """Return an array of zeros.

    Parameters
    ----------
    shape : int or tuple of int
    dtype : dtype of the result

    >>> mx.nd._internal._zeros(shape=(2,))
    [0. 0.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _zeros.
    """
    return xp.zeros(shape, dtype)


@operator(shape=_constant_shape, completes="shape", dtype=_constant_dtype, differentiable=False)
def _ones(xp, *, shape: Shape = Shape(), ctx: str = "", dtype: DType = DType("float32")):
    """Return an array of ones.

    Parameters
    ----------
    shape : int or tuple of int
    dtype : dtype of the result

    >>> mx.nd._internal._ones(shape=(2,))
    [1. 1.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _ones.
    """
    return xp.ones(shape, dtype)


@operator(shape=_constant_shape, completes="shape", dtype=_constant_dtype, differentiable=False)
def _full(xp, *, shape: Shape, ctx: str = "", dtype: DType = DType("float32"), value: Scalar):
    """Return an array filled with a number.

    Parameters
    ----------
    shape : int or tuple of int
    value : number, cast to ``dtype`` as an array would be
    dtype : dtype of the result

    >>> mx.nd._internal._full(shape=(2,), value=3.7, dtype="int32")
    [3 3]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _full.
    """
    return xp.full(shape, cast_number(value, dtype), dtype)


@operator(shape=_constant_shape, dtype=_constant_dtype, differentiable=False)
def _empty(xp, *, shape: Shape, ctx: str = "", dtype: DType = DType("float32")):
    """Return an array whose elements are not initialized.

    >>> mx.nd._internal._empty(shape=(2, 3)).shape
    (2, 3)
    """
    return xp.empty(shape, dtype)


# -- sequences ---------------------------------------------------------------------------------------------------------
def _arange_length(start, stop, step, repeat):
    if step == 0:
        raise ArgumentError("step must not be 0")
    if repeat < 1:
        raise ArgumentError(f"repeat must be at least 1. Received: repeat={repeat}")
    return max(0, ceil((stop - start) / step)) * repeat


@operator(dtype=_constant_dtype, differentiable=False)
def _arange(
    xp,
    *,
    start: float,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool = False,
    ctx: str = "",
    dtype: DType = DType("float32"),
):
    """Return evenly spaced numbers from ``start`` up to, not including, ``stop``.

    Parameters
    ----------
    start, stop : float; with stop=None the numbers run from 0 to ``start``
    step : float, not 0
    repeat : int, copies of each number
    infer_range : accepted for MXNet's sake
    dtype : dtype of the result; the numbers are computed in float64 and cast

    Returns
    -------
    (ceil((stop - start) / step) * repeat,)

    >>> mx.nd._internal._arange(start=1, stop=3, repeat=2)
    [1. 1. 2. 2.]
    <NDArray 4 @cpu(0)>

    References: MXNet 1.9.1 operator _arange.
    """
    first, last = (0.0, start) if stop is None else (start, stop)
    count = _arange_length(first, last, step, repeat) // repeat
    numbers = (first + step * xp.arange(count)).astype(dtype)
    return numbers if repeat == 1 else xp.repeat(numbers, repeat)


@_arange.infer_shape
def _(*, start, stop, step, repeat, infer_range, ctx, dtype):
    first, last = (0.0, start) if stop is None else (start, stop)
    return (), ((_arange_length(first, last, step, repeat),),)


@operator(dtype=_constant_dtype, shape=lambda *, num, **_: ((), ((num,),)), differentiable=False)
def _linspace(
    xp, *, start: float, stop: float, num: int, endpoint: bool = True, ctx: str = "", dtype: DType = DType("float32")
):
    """Return ``num`` evenly spaced numbers from ``start`` to ``stop``.

    Parameters
    ----------
    start, stop : float
    num : int, how many
    endpoint : bool, whether ``stop`` is the last one
    dtype : dtype of the result; the numbers are computed in float64 and cast

    >>> mx.nd._internal._linspace(start=0, stop=1, num=3)
    [0.  0.5 1. ]
    <NDArray 3 @cpu(0)>

    References: MXNet 1.9.1 operator _linspace.
    """
    if num < 0:
        raise ArgumentError(f"num must not be negative. Received: num={num}")
    return xp.linspace(start, stop, num, endpoint=endpoint).astype(dtype, copy=False)


@operator(dtype=_constant_dtype, shape=lambda *, N, M, **_: ((), ((N, M or N),)), differentiable=False)
def _eye(xp, *, N: int, M: int = 0, k: int = 0, ctx: str = "", dtype: DType = DType("float32")):
    """Return a matrix with ones on a diagonal and zeros elsewhere.

    Parameters
    ----------
    N : int, rows
    M : int, columns; 0 means N
    k : int, the diagonal: 0 the main one, positive above it, negative below it
    dtype : dtype of the result

    >>> mx.nd._internal._eye(N=2, M=3, k=1)
    [[0. 1. 0.]
     [0. 0. 1.]]
    <NDArray 2x3 @cpu(0)>

    References: MXNet 1.9.1 operator _eye.
    """
    return xp.eye(N, M or N, k, dtype)


@operator(name="_contrib_arange_like", differentiable=False)
def arange_like(
    xp,
    data: Like,
    *,
    start: float = 0.0,
    step: float = 1.0,
    repeat: int = 1,
    ctx: str = "",
    axis: int | None = None,
):
    """Return evenly spaced numbers, as many as an array has elements or as one of its axes is long.

    Parameters
    ----------
    data : array whose shape and dtype alone matter
    start, step : float
    repeat : int, copies of each number; the total stays the same
    axis : int; None numbers all elements in row-major order

    Returns
    -------
    shape of ``data``, or (data.shape[axis],); dtype of ``data``

    >>> mx.nd.contrib.arange_like(mx.nd.zeros((2, 3)), axis=1)
    [0. 1. 2.]
    <NDArray 3 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_arange_like.
    """
    if repeat < 1:
        raise ArgumentError(f"repeat must be at least 1. Received: repeat={repeat}")
    shape = data.shape if axis is None else (data.shape[axis],)
    numbers = start + step * (xp.arange(int(np.prod(shape))) // repeat)
    return numbers.astype(data.dtype).reshape(shape)


@arange_like.infer_shape
def _(data, *, start, step, repeat, ctx, axis):
    return (data,), (data if data is None or axis is None else (data[axis],),)
