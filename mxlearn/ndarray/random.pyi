# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Random arrays: ``mx.nd.random``. The stream of numbers of each context is seeded with ``mx.random.seed``."""
from collections.abc import Sequence
from typing import Any

from mxlearn.ndarray.array import NDArray

def exponential(
    scale: Any = 1,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw numbers of the exponential distribution, whose mean is ``scale``."""

def gamma(
    alpha: Any = 1,
    beta: Any = 1,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw numbers of the gamma distribution, whose mean is alpha * beta."""

def generalized_negative_binomial(
    mu: Any = 1,
    alpha: Any = 1,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw counts with mean mu and variance mu + alpha * mu ** 2, as floating numbers."""

def multinomial(
    data: Any,
    shape: Any = ...,
    get_prob: Any = False,
    out: Any = None,
    dtype: Any = "int32",
    **kwargs: Any,
) -> NDArray:
    """Draw categories, each with its probability."""

def negative_binomial(
    k: Any = 1,
    p: Any = 1,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw how many trials fail before the k-th success, as floating numbers."""

def normal(
    loc: Any = 0,
    scale: Any = 1,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw numbers of the normal distribution."""

def poisson(
    lam: Any = 1,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw counts of the Poisson distribution, as floating numbers."""

def randint(
    low: Any,
    high: Any,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw integers spread evenly over low, low + 1, ..., high - 1."""

def randn(
    *shape: Any,
    loc: Any = 0,
    scale: Any = 1,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw numbers of the normal distribution; the shape is given as separate arguments."""

def shuffle(data: Any, **kwargs: Any) -> NDArray:
    """Put the rows of an array into random order, and return the new array."""

def uniform(
    low: Any = 0,
    high: Any = 1,
    shape: Any = ...,
    dtype: Any = ...,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Draw numbers spread evenly over [low, high)."""

def exponential_like(
    data: NDArray,
    lam: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the exponential distribution, whose mean is 1 / lam, with the shape and dtype of ``data``."""

def gamma_like(
    data: NDArray,
    alpha: float = 1.0,
    beta: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the gamma distribution, whose mean is alpha * beta, with the shape and dtype of ``data``."""

def generalized_negative_binomial_like(
    data: NDArray,
    mu: float = 1.0,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw floating counts with mean mu and variance mu + alpha * mu ** 2, with the shape and dtype of ``data``."""

def negative_binomial_like(
    data: NDArray,
    k: int = 1,
    p: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw how many trials fail before the k-th success, as floating numbers, with the shape and dtype of ``data``."""

def normal_like(
    data: NDArray,
    loc: float = 0.0,
    scale: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the normal distribution, with the shape and dtype of ``data``."""

def pdf_dirichlet(
    sample: NDArray,
    alpha: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of points of the simplex: Gamma(sum alpha) prod x_i**(alpha_i - 1) / Gamma(alpha_i)."""

def pdf_exponential(
    sample: NDArray,
    lam: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the exponential distribution: lam exp(-lam x)."""

def pdf_gamma(
    sample: NDArray,
    alpha: NDArray,
    beta: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the gamma distribution: beta**alpha x**(alpha - 1) exp(-beta x) / Gamma(alpha)."""

def pdf_generalized_negative_binomial(
    sample: NDArray,
    mu: NDArray,
    alpha: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the probability of counts with mean mu and variance mu + alpha mu**2. Counts get gradient 0."""

def pdf_negative_binomial(
    sample: NDArray,
    k: NDArray,
    p: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the probability of x failures before the k-th success. Counts get gradient 0."""

def pdf_normal(
    sample: NDArray,
    mu: NDArray,
    sigma: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the normal distribution: exp(-u**2 / 2) / (sigma sqrt(2 pi)) with u = (x - mu) / sigma."""

def pdf_poisson(
    sample: NDArray,
    lam: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the probability of counts under the Poisson distribution: lam**x exp(-lam) / x!. Counts get gradient 0."""

def pdf_uniform(
    sample: NDArray,
    low: NDArray,
    high: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the uniform distribution over [low, high]: 1 / (high - low)."""

def poisson_like(
    data: NDArray,
    lam: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw counts of the Poisson distribution, as floating numbers, with the shape and dtype of ``data``."""

def uniform_like(
    data: NDArray,
    low: float = 0.0,
    high: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers spread evenly over [low, high), with the shape and dtype of ``data``."""
