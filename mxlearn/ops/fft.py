"""The discrete Fourier transform, in MXNet's interleaved form: real, imaginary, real, imaginary, ...

In MXNet these two run on a GPU alone; here on the CPU too.
"""
import numpy as np

from ..base import ShapeError
from ..core.infer import show
from ..core.operator import operator


def _fft_shape(data, **_):
    if data is None:
        return [None], [None]
    if not data:
        raise ShapeError("data must have at least one dimension")
    return [data], [(*data[:-1], 2 * data[-1] if data[-1] >= 0 else -1)]


def _ifft_shape(data, **_):
    if data is None:
        return [None], [None]
    if not data or data[-1] % 2 and data[-1] >= 0:
        raise ShapeError(f"the last dimension holds pairs (real, imaginary) and must be even. Received: {show(data)}")
    return [data], [(*data[:-1], data[-1] // 2 if data[-1] >= 0 else -1)]


@operator(name="_contrib_fft", shape=_fft_shape)
def fft(xp, data, *, compute_size: int = 128):
    """Return the discrete Fourier transform along the last axis, interleaved: X_k = sum_n x_n exp(-2 pi i k n / N).

    Parameters
    ----------
    data : (..., n), floating, real
    compute_size : how many rows MXNet transforms at a time; it has no effect

    Returns
    -------
    (..., 2 n), real and imaginary parts in turn

    >>> mx.nd.contrib.fft(mx.nd.array([[1, 0, 0, 0]]))
    [[1. 0. 1. 0. 1. 0. 1. 0.]]
    <NDArray 1x8 @cpu(0)>
    """
    shape = (*data.shape[:-1], 2 * data.shape[-1])
    if not data.size:
        return xp.zeros(shape, data.dtype)
    out = xp.fft.fft(data, axis=-1)
    return xp.stack([out.real, out.imag], axis=-1).reshape(shape).astype(data.dtype, copy=False)


@fft.gradient
def _(F, g):
    # the adjoint of X = W x, keeping the real part, is x = Re(conj(W) g): an inverse transform without its 1/n
    return (F._contrib_ifft(g),)


@operator(name="_contrib_ifft", shape=_ifft_shape)
def ifft(xp, data, *, compute_size: int = 128):
    """Return the real part of the inverse transform along the last axis, n times too large, as in MXNet: divide by n.

    Parameters
    ----------
    data : (..., 2 n), floating, real and imaginary parts in turn
    compute_size : how many rows MXNet transforms at a time; it has no effect

    Returns
    -------
    (..., n)

    >>> mx.nd.contrib.ifft(mx.nd.array([[1, 0, 1, 0, 1, 0, 1, 0]])) / 4
    [[1. 0. 0. 0.]]
    <NDArray 1x4 @cpu(0)>
    """
    _ifft_shape(data.shape)
    count = data.shape[-1] // 2
    if not data.size:
        return xp.zeros((*data.shape[:-1], count), data.dtype)
    pairs = data.astype(np.float64, copy=False).reshape(*data.shape[:-1], count, 2)
    out = xp.fft.ifft(pairs[..., 0] + 1j * pairs[..., 1], axis=-1)
    return (out.real * count).astype(data.dtype, copy=False)


@ifft.gradient
def _(F, g):
    return (F._contrib_fft(g),)
