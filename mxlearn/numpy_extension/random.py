"""Random arrays that NumPy does not have: ``mx.npx.random``.

References: MXNet 1.9.1 module mxnet.numpy_extension.random.
"""
from typing import Any

from ..base import ArgumentError, missing
from ..ndarray.array import NDArray, supported_dtype
from ..numpy.calling import arr, call, cast, finish, is_number
from ..numpy.random import _parameters, _place, _shape, normal, seed, uniform
from ..numpy.shaping import shape_of


def bernoulli(prob=None, logit=None, size=None, dtype=None, ctx=None, out=None) -> Any:
    """Return 1 with a probability and 0 otherwise; float32.

    Parameters
    ----------
    prob, logit : number or np.ndarray; exactly one of them: the probability, or log(p / (1 - p))
    size : shape; default that of the parameter
    """
    if (prob is None) == (logit is None):
        raise ArgumentError("npx.random.bernoulli: give either prob or logit")
    if prob is None:
        (x,) = _parameters(logit)
        prob = call("sigmoid", arr(x)) if isinstance(x, NDArray) else 1.0 / (1.0 + 2.718281828459045 ** -float(x))
    (p,) = _parameters(prob)
    if is_number(p) and not 0 <= p <= 1:
        raise ArgumentError(f"npx.random.bernoulli: prob must lie between 0 and 1. Received: {p}")
    draws = uniform(size=_shape(size, p), ctx=_place(ctx, p))
    return finish(cast(draws < p, supported_dtype(dtype)), out)


def _batched(batch_shape, *parameters) -> tuple[int, ...]:
    front = () if batch_shape is None else shape_of(batch_shape)
    return (*front, *_shape(None, *parameters))


def normal_n(loc=0.0, scale=1.0, batch_shape=None, dtype=None, ctx=None) -> Any:
    """Return normal numbers: ``batch_shape`` samples of each parameter, in front of the parameters' shape."""
    loc, scale = _parameters(loc, scale)
    return normal(loc, scale, _batched(batch_shape, loc, scale), dtype, ctx)


def uniform_n(low=0.0, high=1.0, batch_shape=None, dtype=None, ctx=None) -> Any:
    """Return evenly spread numbers: ``batch_shape`` samples of each parameter, in front of the parameters' shape."""
    low, high = _parameters(low, high)
    return uniform(low, high, _batched(batch_shape, low, high), dtype, ctx)


__all__ = ["bernoulli", "normal_n", "seed", "uniform_n"]


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
