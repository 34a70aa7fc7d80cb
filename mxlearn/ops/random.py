"""Random operators whose parameters are numbers: ``_random_<distribution>``, and ``_random_<distribution>_like``.

The runtime supplies the generator of the context (streams.py). The results have no gradient.
"""

import numpy as np

from ..base import ArgumentError, DTypeError
from ..core.attributes import DType, Shape
from ..core.infer import same_shape
from ..core.operator import Like, operator
from ..kernels import sampling


def floating(dtype):
    """Return the dtype that an attribute asks for, float32 where it is None."""
    found = np.dtype("float32" if dtype is None else dtype)
    if found.kind != "f":
        raise DTypeError(f"dtype must be float16, float32 or float64. Received: {found}")
    return found


def _like_dtype(data):
    if data is not None and np.dtype(data).kind != "f":
        raise DTypeError(f"data must have a floating dtype. Received: {np.dtype(data)}")
    return data


def _shape(*, shape, **_):
    return (), ((1,) if shape is None else tuple(shape),)


def _dtype(*, dtype, **_):
    return (), (floating(dtype),)


def _dtype_like(data, **_):
    return (data,), (_like_dtype(data),)


def _require(condition, text):
    if not condition:
        raise ArgumentError(text)


# -- uniform ----------------------------------------------------------------------------------------------------------
@operator(
    name="_random_uniform", aliases=("random_uniform", "uniform"), shape=_shape, dtype=_dtype, differentiable=False
)
def uniform(
    xp,
    *,
    low: float = 0.0,
    high: float = 1.0,
    shape: Shape | None = None,
    ctx: str = "",
    dtype: DType | None = None,
    rng,
):
    """Draw numbers spread evenly over [low, high).

    Parameters
    ----------
    low, high : float, low <= high
    shape : int or tuple of int, default (1,)
    dtype : float16, float32 (default) or float64

    >>> mx.nd.random_uniform(shape=(2, 3)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_uniform.
    """
    _require(low <= high, f"low must not exceed high. Received: {low} and {high}")
    return sampling.uniform(xp, rng, (1,) if shape is None else shape, floating(dtype), low, high)


@operator(name="_random_uniform_like", shape=same_shape, dtype=_dtype_like, differentiable=False)
def uniform_like(xp, data: Like, *, low: float = 0.0, high: float = 1.0, rng):
    """Draw numbers spread evenly over [low, high), with the shape and dtype of ``data``.

    Parameters
    ----------
    data : floating array whose shape and dtype alone matter
    low, high : float, low <= high

    >>> mx.nd.random.uniform_like(mx.nd.zeros((2, 3))).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_uniform_like.
    """
    _require(low <= high, f"low must not exceed high. Received: {low} and {high}")
    return sampling.uniform(xp, rng, data.shape, _like_dtype(data.dtype), low, high)


# -- normal -----------------------------------------------------------------------------------------------------------
@operator(name="_random_normal", aliases=("random_normal", "normal"), shape=_shape, dtype=_dtype, differentiable=False)
def normal(
    xp,
    *,
    loc: float = 0.0,
    scale: float = 1.0,
    shape: Shape | None = None,
    ctx: str = "",
    dtype: DType | None = None,
    rng,
):
    """Draw numbers of the normal distribution.

    Parameters
    ----------
    loc : float, mean
    scale : float, standard deviation, not negative
    shape : int or tuple of int, default (1,)
    dtype : float16, float32 (default) or float64

    >>> mx.nd.random_normal(shape=(2, 3)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_normal.
    """
    _require(scale >= 0, f"scale must not be negative. Received: {scale}")
    return sampling.normal(xp, rng, (1,) if shape is None else shape, floating(dtype), loc, scale)


@operator(name="_random_normal_like", shape=same_shape, dtype=_dtype_like, differentiable=False)
def normal_like(xp, data: Like, *, loc: float = 0.0, scale: float = 1.0, rng):
    """Draw numbers of the normal distribution, with the shape and dtype of ``data``.

    Parameters
    ----------
    data : floating array whose shape and dtype alone matter
    loc : float, mean
    scale : float, standard deviation, not negative

    >>> mx.nd.random.normal_like(mx.nd.zeros((2, 3))).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_normal_like.
    """
    _require(scale >= 0, f"scale must not be negative. Received: {scale}")
    return sampling.normal(xp, rng, data.shape, _like_dtype(data.dtype), loc, scale)


# -- gamma ------------------------------------------------------------------------------------------------------------
@operator(name="_random_gamma", aliases=("random_gamma",), shape=_shape, dtype=_dtype, differentiable=False)
def gamma(
    xp,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    shape: Shape | None = None,
    ctx: str = "",
    dtype: DType | None = None,
    rng,
):
    """Draw numbers of the gamma distribution, whose mean is alpha * beta.

    Parameters
    ----------
    alpha : float, shape of the distribution, positive
    beta : float, scale, positive
    shape : int or tuple of int, default (1,)
    dtype : float16, float32 (default) or float64

    >>> mx.nd.random_gamma(shape=(2, 3)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_gamma.
    """
    _require(alpha > 0 and beta > 0, f"alpha and beta must be positive. Received: {alpha} and {beta}")
    return sampling.gamma(xp, rng, (1,) if shape is None else shape, floating(dtype), alpha, beta)


@operator(name="_random_gamma_like", shape=same_shape, dtype=_dtype_like, differentiable=False)
def gamma_like(xp, data: Like, *, alpha: float = 1.0, beta: float = 1.0, rng):
    """Draw numbers of the gamma distribution, whose mean is alpha * beta, with the shape and dtype of ``data``.

    Parameters
    ----------
    data : floating array whose shape and dtype alone matter
    alpha : float, shape of the distribution, positive
    beta : float, scale, positive

    >>> mx.nd.random.gamma_like(mx.nd.zeros((2, 3))).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_gamma_like.
    """
    _require(alpha > 0 and beta > 0, f"alpha and beta must be positive. Received: {alpha} and {beta}")
    return sampling.gamma(xp, rng, data.shape, _like_dtype(data.dtype), alpha, beta)


# -- exponential ------------------------------------------------------------------------------------------------------
@operator(name="_random_exponential", aliases=("random_exponential",), shape=_shape, dtype=_dtype, differentiable=False)
def exponential(xp, *, lam: float = 1.0, shape: Shape | None = None, ctx: str = "", dtype: DType | None = None, rng):
    """Draw numbers of the exponential distribution, whose mean is 1 / lam.

    Parameters
    ----------
    lam : float, rate, positive
    shape : int or tuple of int, default (1,)
    dtype : float16, float32 (default) or float64

    >>> mx.nd.random_exponential(shape=(2, 3)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_exponential.
    """
    _require(lam > 0, f"lam must be positive. Received: {lam}")
    return sampling.exponential(xp, rng, (1,) if shape is None else shape, floating(dtype), lam)


@operator(name="_random_exponential_like", shape=same_shape, dtype=_dtype_like, differentiable=False)
def exponential_like(xp, data: Like, *, lam: float = 1.0, rng):
    """Draw numbers of the exponential distribution, whose mean is 1 / lam, with the shape and dtype of ``data``.

    Parameters
    ----------
    data : floating array whose shape and dtype alone matter
    lam : float, rate, positive

    >>> mx.nd.random.exponential_like(mx.nd.zeros((2, 3))).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_exponential_like.
    """
    _require(lam > 0, f"lam must be positive. Received: {lam}")
    return sampling.exponential(xp, rng, data.shape, _like_dtype(data.dtype), lam)


# -- poisson ----------------------------------------------------------------------------------------------------------
@operator(name="_random_poisson", aliases=("random_poisson",), shape=_shape, dtype=_dtype, differentiable=False)
def poisson(xp, *, lam: float = 1.0, shape: Shape | None = None, ctx: str = "", dtype: DType | None = None, rng):
    """Draw counts of the Poisson distribution, as floating numbers.

    Parameters
    ----------
    lam : float, mean, not negative
    shape : int or tuple of int, default (1,)
    dtype : float16, float32 (default) or float64

    >>> mx.nd.random_poisson(shape=(2, 3)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_poisson.
    """
    _require(lam >= 0, f"lam must not be negative. Received: {lam}")
    return sampling.poisson(xp, rng, (1,) if shape is None else shape, floating(dtype), lam)


@operator(name="_random_poisson_like", shape=same_shape, dtype=_dtype_like, differentiable=False)
def poisson_like(xp, data: Like, *, lam: float = 1.0, rng):
    """Draw counts of the Poisson distribution, as floating numbers, with the shape and dtype of ``data``.

    Parameters
    ----------
    data : floating array whose shape and dtype alone matter
    lam : float, mean, not negative

    >>> mx.nd.random.poisson_like(mx.nd.zeros((2, 3))).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_poisson_like.
    """
    _require(lam >= 0, f"lam must not be negative. Received: {lam}")
    return sampling.poisson(xp, rng, data.shape, _like_dtype(data.dtype), lam)


# -- negative binomial ------------------------------------------------------------------------------------------------
@operator(
    name="_random_negative_binomial",
    aliases=("random_negative_binomial",),
    shape=_shape,
    dtype=_dtype,
    differentiable=False,
)
def negative_binomial(
    xp, *, k: int = 1, p: float = 1.0, shape: Shape | None = None, ctx: str = "", dtype: DType | None = None, rng
):
    """Draw how many trials fail before the k-th success, as floating numbers.

    Parameters
    ----------
    k : int, number of successes, positive
    p : float, probability of a success, 0 < p <= 1
    shape : int or tuple of int, default (1,)
    dtype : float16, float32 (default) or float64

    >>> mx.nd.random_negative_binomial(shape=(2, 3)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_negative_binomial.
    """
    _require(k > 0 and 0 < p <= 1, f"k must be positive and p in (0, 1]. Received: {k} and {p}")
    return sampling.negative_binomial(xp, rng, (1,) if shape is None else shape, floating(dtype), k, p)


@operator(name="_random_negative_binomial_like", shape=same_shape, dtype=_dtype_like, differentiable=False)
def negative_binomial_like(xp, data: Like, *, k: int = 1, p: float = 1.0, rng):
    """Draw how many trials fail before the k-th success, as floating numbers, with the shape and dtype of ``data``.

    Parameters
    ----------
    data : floating array whose shape and dtype alone matter
    k : int, number of successes, positive
    p : float, probability of a success, 0 < p <= 1

    >>> mx.nd.random.negative_binomial_like(mx.nd.zeros((2, 3))).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_negative_binomial_like.
    """
    _require(k > 0 and 0 < p <= 1, f"k must be positive and p in (0, 1]. Received: {k} and {p}")
    return sampling.negative_binomial(xp, rng, data.shape, _like_dtype(data.dtype), k, p)


# -- generalized negative binomial ------------------------------------------------------------------------------------
@operator(
    name="_random_generalized_negative_binomial",
    aliases=("random_generalized_negative_binomial",),
    shape=_shape,
    dtype=_dtype,
    differentiable=False,
)
def generalized_negative_binomial(
    xp,
    *,
    mu: float = 1.0,
    alpha: float = 1.0,
    shape: Shape | None = None,
    ctx: str = "",
    dtype: DType | None = None,
    rng,
):
    """Draw counts with mean mu and variance mu + alpha * mu ** 2, as floating numbers.

    Parameters
    ----------
    mu : float, mean, not negative
    alpha : float, dispersion, not negative; 0 is the Poisson distribution
    shape : int or tuple of int, default (1,)
    dtype : float16, float32 (default) or float64

    >>> mx.nd.random_generalized_negative_binomial(shape=(2, 3)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_generalized_negative_binomial.
    """
    _require(mu >= 0 and alpha >= 0, f"mu and alpha must not be negative. Received: {mu} and {alpha}")
    return sampling.generalized_negative_binomial(xp, rng, (1,) if shape is None else shape, floating(dtype), mu, alpha)


@operator(name="_random_generalized_negative_binomial_like", shape=same_shape, dtype=_dtype_like, differentiable=False)
def generalized_negative_binomial_like(xp, data: Like, *, mu: float = 1.0, alpha: float = 1.0, rng):
    """Draw floating counts with mean mu and variance mu + alpha * mu ** 2, with the shape and dtype of ``data``.

    Parameters
    ----------
    data : floating array whose shape and dtype alone matter
    mu : float, mean, not negative
    alpha : float, dispersion, not negative; 0 is the Poisson distribution

    >>> mx.nd.random.generalized_negative_binomial_like(mx.nd.zeros((2, 3))).shape
    (2, 3)

    References: MXNet 1.9.1 operator _random_generalized_negative_binomial_like.
    """
    _require(mu >= 0 and alpha >= 0, f"mu and alpha must not be negative. Received: {mu} and {alpha}")
    return sampling.generalized_negative_binomial(xp, rng, data.shape, _like_dtype(data.dtype), mu, alpha)


# -- integers ----------------------------------------------------------------------------------------------------------
@operator(name="_random_randint", aliases=("random_randint",), shape=_shape, differentiable=False)
def randint(xp, *, low: int, high: int, shape: Shape | None = None, ctx: str = "", dtype: DType | None = None, rng):
    """Draw integers spread evenly over low, low + 1, ..., high - 1.

    Parameters
    ----------
    low, high : int, low < high
    shape : int or tuple of int, default (1,)
    dtype : int32 (default) or int64

    >>> mx.nd.random_randint(low=3, high=4, shape=(2,))
    [3 3]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_randint.
    """
    _require(low < high, f"low must be less than high. Received: {low} and {high}")
    return rng.integers(low, high, size=(1,) if shape is None else shape, dtype=_integral(dtype))


def _integral(dtype):
    found = np.dtype("int32" if dtype is None else dtype)
    if found not in (np.dtype("int32"), np.dtype("int64")):
        raise DTypeError(f"dtype must be int32 or int64. Received: {found}")
    return found


@randint.infer_dtype
def _(*, dtype, **_):
    return (), (_integral(dtype),)
