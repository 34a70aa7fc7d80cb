"""Random arrays: ``mx.np.random``. They come from the stream of the context, which ``mx.random.seed`` starts.

A location or scale that is an array is broadcast, and gets gradients: a sample is location + scale * noise.

References: MXNet 1.9.1 module mxnet.numpy.random.
"""
import math
from collections.abc import Callable
from typing import Any

import numpy as onp

from .. import backend, streams
from ..base import ArgumentError, ShapeError, missing
from ..context import Context
from ..ndarray.array import NDArray, supported_dtype, wrap
from ..streams import generator_of
from .array import made, ndarray
from .calling import arr, array_like, call, finish, is_number, newshape
from .creation import _context, array, placed
from .shaping import shape_of


def seed(seed: int, ctx: Context | str = "all") -> None:
    """Start the random numbers again from a seed; see ``mx.random.seed``."""
    streams.seed(seed, None if ctx == "all" else Context(ctx))


def _shape(size, *parameters) -> tuple[int, ...]:
    """Return the shape of a sample: ``size``, or what the parameters broadcast to."""
    shapes = [p.shape for p in parameters if isinstance(p, NDArray)]
    try:
        common = onp.broadcast_shapes(*shapes)
        if size is None:
            return common
        wanted = shape_of(size)
        if onp.broadcast_shapes(common, wanted) != wanted:
            raise ValueError
    except ValueError:
        raise ShapeError(f"np.random: size={size} does not fit parameters of shapes {shapes}") from None
    return wanted


def _place(ctx, *parameters) -> Context:
    if ctx is not None:
        return Context(ctx) if isinstance(ctx, (Context, str)) else _context(ctx)
    return next((p._ctx for p in parameters if isinstance(p, NDArray)), _context(None))


def _noise(draw: Callable, shape, dtype, ctx: Context) -> ndarray:
    """Return ``draw(generator, shape)`` as an array of a floating dtype."""
    ctx.xp  # noqa: B018 - makes the device current
    kind = supported_dtype(dtype)
    if kind.kind != "f":
        raise ArgumentError(f"np.random: a floating dtype is needed. Received: {kind}")
    raw = draw(generator_of(ctx), shape)
    return made(raw.astype(kind) if hasattr(raw, "astype") else onp.asarray(raw, kind), ctx)


def _parameters(*values) -> list:
    return [v if is_number(v) else arr(v) if isinstance(v, NDArray) else array(v) for v in values]


def _check_positive(name: str, value, what: str, zero: bool = True) -> None:
    if is_number(value) and (value < 0 or (value == 0 and not zero)):
        raise ArgumentError(f"np.random.{name}: {what} must {'not be negative' if zero else 'be positive'}: {value}")


def _uniform(shape, dtype, ctx: Context) -> ndarray:
    return _noise(lambda g, s: g.random(s, dtype="float64" if dtype == "float64" else "float32"), shape, dtype, ctx)


def uniform(low=0.0, high=1.0, size=None, dtype=None, ctx=None, out=None) -> Any:
    """Return numbers spread evenly over [low, high).

    Parameters
    ----------
    low, high : number or np.ndarray, broadcast
    size : shape; default what the parameters broadcast to, () for numbers
    dtype : float16, float32 (default) or float64

    >>> mx.np.random.uniform(size=(2, 3)).shape
    (2, 3)
    """
    low, high = _parameters(low, high)
    noise = _uniform(_shape(size, low, high), dtype, _place(ctx, low, high))
    return finish(noise * (high - low) + low, out)


def normal(loc=0.0, scale=1.0, size=None, dtype=None, ctx=None, out=None) -> Any:
    """Return numbers of the normal distribution.

    Parameters
    ----------
    loc, scale : mean and standard deviation, number or np.ndarray, broadcast
    size, dtype : as for ``uniform``

    >>> mx.np.random.normal(0, 1, size=(2, 3)).shape
    (2, 3)
    """
    loc, scale = _parameters(loc, scale)
    _check_positive("normal", scale, "scale")
    place = _place(ctx, loc, scale)
    wide = "float64" if dtype is not None and supported_dtype(dtype) == onp.float64 else "float32"
    noise = _noise(lambda g, s: g.standard_normal(s, dtype=wide), _shape(size, loc, scale), dtype, place)
    return finish(noise * scale + loc, out)


def randn(*size, dtype=None, ctx=None) -> Any:
    """Return numbers of the standard normal distribution; the shape is given as separate arguments."""
    return normal(size=size, dtype=dtype, ctx=ctx)


def rand(*size, dtype=None, ctx=None) -> Any:
    """Return numbers spread evenly over [0, 1); the shape is given as separate arguments."""
    return uniform(size=size, dtype=dtype, ctx=ctx)


def lognormal(mean=0.0, sigma=1.0, size=None, dtype=None, ctx=None, out=None) -> Any:
    """Return numbers whose logarithms are of the normal distribution."""
    from .elementwise import exp  # pyright: ignore[reportAttributeAccessIssue]

    return finish(exp(normal(mean, sigma, size, dtype, ctx)), out)


def _from_uniform(name: str, formula: Callable, positive: str):
    def function(loc, scale, size, ctx, out):
        loc, scale = _parameters(loc, scale)
        _check_positive(name, scale, positive)
        shape, place = _shape(size, loc, scale), _place(ctx, loc, scale)

        def draw(g, s):
            u = g.random(s, dtype="float32")
            u = place.xp.clip(place.xp.asarray(u), 1e-7, 1 - 1e-7)  # its logarithm is finite
            return formula(place.xp, u)

        return finish(_noise(draw, shape, None, place) * scale + loc, out)

    return function


_gumbel = _from_uniform("gumbel", lambda xp, u: -xp.log(-xp.log(u)), "scale")
_logistic = _from_uniform("logistic", lambda xp, u: xp.log(u) - xp.log1p(-u), "scale")
_rayleigh = _from_uniform("rayleigh", lambda xp, u: xp.sqrt(-2.0 * xp.log(u)), "scale")
_exponential = _from_uniform("exponential", lambda xp, u: -xp.log(u), "scale")


def gumbel(loc=0.0, scale=1.0, size=None, ctx=None, out=None) -> Any:
    """Return numbers of the Gumbel distribution."""
    return _gumbel(loc, scale, size, ctx, out)


def logistic(loc=0.0, scale=1.0, size=None, ctx=None, out=None) -> Any:
    """Return numbers of the logistic distribution."""
    return _logistic(loc, scale, size, ctx, out)


def rayleigh(scale=1.0, size=None, ctx=None, out=None) -> Any:
    """Return numbers of the Rayleigh distribution."""
    return _rayleigh(0.0, scale, size, ctx, out)


def exponential(scale=1.0, size=None, ctx=None, out=None) -> Any:
    """Return numbers of the exponential distribution, whose mean is ``scale``."""
    return _exponential(0.0, scale, size, ctx, out)


def weibull(a, size=None, ctx=None, out=None) -> Any:
    """Return numbers of the Weibull distribution with shape ``a``."""
    return _power_of(exponential, "weibull", a, size, ctx, out)


def _power_of(base: Callable, name: str, a, size, ctx, out):
    (a,) = _parameters(a)
    _check_positive(name, a, "a", zero=False)
    noise = base(size=_shape(size, a), ctx=_place(ctx, a))
    return finish(noise ** (1.0 / a), out)


def pareto(a, size=None, ctx=None, out=None) -> Any:
    """Return numbers of the Pareto distribution (of the second kind, from 0) with shape ``a``."""
    from .elementwise import expm1  # pyright: ignore[reportAttributeAccessIssue]

    (a,) = _parameters(a)
    _check_positive("pareto", a, "a", zero=False)
    return finish(expm1(exponential(size=_shape(size, a), ctx=_place(ctx, a)) / a), out)


def power(a, size=None) -> Any:
    """Return numbers from 0 to 1 with the density a x^(a - 1)."""
    (a,) = _parameters(a)
    _check_positive("power", a, "a", zero=False)
    return uniform(size=_shape(size, a), ctx=_place(None, a)) ** (1.0 / a)


def gamma(shape, scale=1.0, size=None, dtype=None, ctx=None, out=None) -> Any:
    """Return numbers of the gamma distribution, whose mean is shape * scale; ``scale`` gets gradients."""
    shape, scale = _parameters(shape, scale)
    _check_positive("gamma", shape, "shape")
    place = _place(ctx, shape, scale)
    raw = shape if is_number(shape) else shape._data.astype("float64")
    extents = _shape(size, shape, scale)
    return finish(_noise(lambda g, s: g.standard_gamma(raw, s), extents, dtype, place) * scale, out)


def chisquare(df, size=None, dtype=None, ctx=None) -> Any:
    """Return numbers of the chi-square distribution with ``df`` degrees of freedom."""
    (df,) = _parameters(df)
    return gamma(df / 2.0, 2.0, size, dtype, ctx)


def beta(a, b, size=None, dtype=None, ctx=None) -> Any:
    """Return numbers of the beta distribution."""
    a, b = _parameters(a, b)
    extents, place = _shape(size, a, b), _place(ctx, a, b)
    # in float64: where both are tiny, float32 would give 0 / 0
    x, y = (gamma(p, 1.0, extents, "float64", place) for p in (a, b))
    return (x / (x + y)).astype(supported_dtype(dtype))


def randint(low, high=None, size=None, dtype=None, ctx=None, out=None) -> Any:
    """Return whole numbers from ``low`` up to, not including, ``high`` (from 0 where there is only one); int64."""
    if high is None:
        low, high = 0, low
    if low >= high:
        raise ArgumentError(f"np.random.randint: low must be below high. Received: {low} and {high}")
    place = _place(ctx)
    place.xp  # noqa: B018
    raw = generator_of(place).integers(int(low), int(high), size=_shape(size))
    kind = supported_dtype("int64" if dtype is None else dtype)
    return finish(wrap(place.xp.asarray(raw).astype(kind), place, ndarray), out)


def choice(a, size=None, replace: bool = True, p=None, ctx=None, out=None) -> Any:
    """Return elements of an array, or numbers below ``a``, drawn with or without putting back.

    Parameters
    ----------
    p : np.ndarray or list, probabilities; default all equal
    """
    population = None if is_number(a) else array_like(a)
    count = int(a) if population is None else population.shape[0]
    place = _place(ctx, population)
    extents = _shape(size)
    wanted = math.prod(extents)
    if not count:
        raise ArgumentError("np.random.choice: there is nothing to choose from")
    if not replace and wanted > count:
        raise ArgumentError(f"np.random.choice: {wanted} of {count} elements cannot be drawn without putting back")
    place.xp  # noqa: B018
    g = generator_of(place)
    weights = None if p is None else onp.asarray(array_like(p).asnumpy(), "float64")
    if weights is not None and (weights.shape != (count,) or weights.min() < 0 or abs(weights.sum() - 1) > 1e-4):
        raise ArgumentError(f"np.random.choice: p must hold {count} probabilities whose sum is 1")
    draws = lambda n: backend.to_numpy(place.xp.asarray(g.random(n, dtype="float64")))  # noqa: E731
    if replace and weights is None:
        numbers = backend.to_numpy(place.xp.asarray(g.integers(0, count, size=wanted)))
    elif replace and weights is not None:
        numbers = onp.minimum(onp.searchsorted(onp.cumsum(weights / weights.sum()), draws(wanted), "right"), count - 1)
    else:  # the smallest of exponential waiting times come first
        if weights is not None and onp.count_nonzero(weights) < wanted:
            raise ArgumentError(f"np.random.choice: fewer than {wanted} elements have a probability above 0")
        with onp.errstate(divide="ignore"):
            waits = -onp.log(onp.maximum(draws(count), 1e-300)) / (1.0 if weights is None else weights)
        numbers = onp.argsort(waits)[:wanted]
    chosen = placed(onp.asarray(numbers, "int64").reshape(extents), place)
    return finish(chosen if population is None else call("take", population, chosen, axis=0), out)


def shuffle(x) -> None:
    """Put the elements along the first axis of an array into random order, in place."""
    x = arr(x, "np.random.shuffle")
    x[...] = x.detach()[permutation(x.shape[0], x.ctx)]


def permutation(x, ctx=None) -> Any:
    """Return the numbers below x in random order, or the array with its first axis in random order."""
    if is_number(x):
        place = _place(ctx)
        order = onp.argsort(backend.to_numpy(place.xp.asarray(generator_of(place).random(int(x), dtype="float64"))))
        return placed(order.astype("int64"), place)
    x = array_like(x)
    return x[permutation(x.shape[0], x.ctx)]


def multinomial(n, pvals, size=None, **kwargs) -> Any:
    """Return how often each category came up in ``n`` draws; int64.

    Parameters
    ----------
    pvals : np.ndarray or list of probabilities
    size : shape of repetitions, in front of the categories
    """
    if kwargs:
        raise ArgumentError(f"np.random.multinomial: unknown argument {next(iter(kwargs))!r}")
    weights = onp.asarray(array_like(pvals).asnumpy(), "float64")
    if weights.ndim != 1 or weights.min(initial=0) < 0 or weights.sum() > 1 + 1e-4:
        raise ArgumentError("np.random.multinomial: pvals must be one row of probabilities whose sum is at most 1")
    place = _place(None, pvals)
    extents = _shape(size)
    rows = math.prod(extents)
    edges = onp.cumsum(weights)
    edges[-1] = max(edges[-1], 1.0)
    uniform_draws = backend.to_numpy(place.xp.asarray(generator_of(place).random((rows, int(n)), dtype="float64")))
    numbers = onp.searchsorted(edges, uniform_draws, "right") + onp.arange(rows)[:, None] * len(weights)
    counts = onp.bincount(numbers.ravel(), minlength=rows * len(weights))
    return placed(counts.reshape(*extents, len(weights)).astype("int64"), place)


def multivariate_normal(mean, cov, size=None, check_valid=None, tol=None) -> Any:
    """Return vectors of the normal distribution with a mean (..., n) and covariance matrices (..., n, n)."""
    from .linalg import cholesky
    from .products import matmul

    mean, cov = array_like(mean), array_like(cov)
    lower = cholesky(cov)
    batch = onp.broadcast_shapes(mean.shape[:-1], cov.shape[:-2])
    extents = (*(() if size is None else shape_of(size)), *batch)
    noise = normal(size=(*extents, mean.shape[-1], 1), dtype=mean.dtype, ctx=mean.ctx)
    return newshape(matmul(lower, noise), (*extents, mean.shape[-1])) + mean


def laplace(loc=0.0, scale=1.0, size=None, dtype=None, ctx=None, out=None) -> Any:
    """Return numbers of the Laplace distribution."""
    loc, scale = _parameters(loc, scale)
    shape, place = _shape(size, loc, scale), _place(ctx, loc, scale)
    noise = exponential(size=shape, ctx=place) - exponential(size=shape, ctx=place)
    return finish(noise * scale + loc, out)


__all__ = [
    "beta", "chisquare", "choice", "exponential", "gamma", "gumbel", "laplace", "logistic", "lognormal",
    "multinomial", "multivariate_normal", "normal", "pareto", "permutation", "power", "rand", "randint", "randn",
    "rayleigh", "seed", "shuffle", "uniform", "weibull",
]  # fmt: skip


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
