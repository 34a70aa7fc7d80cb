"""Probability densities: ``random_pdf_<distribution>``, the density of each sample under its parameters.

Parameters have the leading axes of the samples: parameters of shape (m,) go with samples of shape (m, n). The gradients
are written with the derivative of the logarithm: d p = p d log p. Whether a sample is in the support of its
distribution is not checked, as in MXNet.
"""
import math

from ..base import ShapeError
from ..core.infer import show, unify
from ..core.operator import Like, operator
from ..kernels import special


def _leading(sample, parameter, last=0):
    """Raise ShapeError where a parameter does not have the leading axes of the sample (and its ``last`` axes)."""
    if sample is None or parameter is None:
        return
    outer = len(parameter) - last
    fits = outer >= 0 and len(parameter) <= len(sample)
    expected = (*sample[: max(outer, 0)], *sample[len(sample) - last :])
    if not fits or any(-1 not in pair and pair[0] != pair[1] for pair in zip(parameter, expected, strict=True)):
        raise ShapeError(
            f"parameters must have the leading axes of the sample {show(sample)}"
            f"{', and its last one' if last else ''}. Received: {show(parameter)}"
        )


def _spread_shape(parameter, sample, *, last):
    _leading(sample, parameter, last)
    return [parameter, sample], [sample]


@operator(shape=_spread_shape, dtype=lambda parameter, sample, **_: ([parameter, sample], [parameter]))
def _spread_parameter(xp, parameter, sample: Like, *, last: int = 0):
    """Repeat parameters so that they have the shape of the sample; their ``last`` axes belong to its last ones.

    >>> mx.nd._internal._spread_parameter(mx.nd.array([1, 2]), mx.nd.zeros((2, 3)))
    [[1. 1. 1.]
     [2. 2. 2.]]
    <NDArray 2x3 @cpu(0)>
    """
    return xp.broadcast_to(_aligned(parameter, sample.shape, last), sample.shape).copy()


@_spread_parameter.gradient
def _(F, g, parameter: Like, *, last):
    return F._gather_parameter(g, parameter, last=last), None


@operator(
    shape=lambda data, parameter, *, last: (_spread_shape(parameter, data, last=last)[0][::-1], [parameter]),
    dtype=lambda data, parameter, **_: ([data, parameter], [data]),
)
def _gather_parameter(xp, data, parameter: Like, *, last: int = 0):
    """Sum over the axes along which _spread_parameter repeats: its transpose.

    >>> mx.nd._internal._gather_parameter(mx.nd.ones((2, 3)), mx.nd.zeros(2))
    [3. 3.]
    <NDArray 2 @cpu(0)>
    """
    outer = len(parameter.shape) - last
    return data.sum(axis=tuple(range(outer, data.ndim - last))).reshape(parameter.shape)


@_gather_parameter.gradient
def _(F, h, data: Like, *, last):
    return F._spread_parameter(h, data, last=last), None


def _aligned(parameter, shape, last=0):
    """View a parameter with axes of extent 1 where the sample has more axes."""
    outer = parameter.ndim - last
    return parameter.reshape(*parameter.shape[:outer], *(1,) * (len(shape) - parameter.ndim), *parameter.shape[outer:])


def _result(xp, log_density, is_log, dtype):
    return (log_density if is_log else xp.exp(log_density)).astype(dtype, copy=False)


def _gradients(F, g, out, is_log, sample, parameters, derivatives):
    """Return the gradients of sample and parameters from the derivatives of the log density.

    ``derivatives`` are those with respect to the sample (None: 0) and to each parameter, all in the sample's shape.
    """
    weight = g if is_log else F.elemwise_mul(g, out)
    first, *others = derivatives
    to_sample = F.zeros_like(sample) if first is None else F.elemwise_mul(weight, first)
    pairs = zip(others, parameters, strict=True)
    return to_sample, *[F._gather_parameter(F.elemwise_mul(weight, d), parameter) for d, parameter in pairs]


def _one_parameter(sample, lam, **_):
    _leading(sample, lam)
    return [sample, lam], [sample]


# -- uniform, normal ---------------------------------------------------------------------------------------------------
def _uniform_shape(sample, low, high, **_):
    low = high = unify(low, high, "the shapes of low and high")
    _leading(sample, low)
    return [sample, low, high], [sample]


@operator(name="_random_pdf_uniform", aliases=("random_pdf_uniform",), shape=_uniform_shape)
def pdf_uniform(xp, sample, low, high, *, is_log: bool = False):
    """Return the density of the uniform distribution over [low, high]: 1 / (high - low).

    Parameters
    ----------
    sample : floating array
    low, high : arrays with the leading axes of ``sample``
    is_log : bool, whether to return the logarithm

    >>> mx.nd.random_pdf_uniform(mx.nd.array([[1, 2]]), mx.nd.array([0]), mx.nd.array([4]))
    [[0.25 0.25]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_uniform.
    """
    _uniform_shape(sample.shape, low.shape, high.shape)
    width = _aligned(high - low, sample.shape)
    value = -xp.log(width) if is_log else 1 / width
    return xp.broadcast_to(value, sample.shape).astype(sample.dtype)


@pdf_uniform.gradient
def _(F, g, sample, low, high, out, *, is_log):
    slope = F.reciprocal(F._spread_parameter(F.elemwise_sub(high, low), sample))
    return _gradients(F, g, out, is_log, sample, (low, high), (None, slope, F.negative(slope)))


def _normal_shape(sample, mu, sigma, **_):
    mu = sigma = unify(mu, sigma, "the shapes of mu and sigma")
    _leading(sample, mu)
    return [sample, mu, sigma], [sample]


@operator(name="_random_pdf_normal", aliases=("random_pdf_normal",), shape=_normal_shape)
def pdf_normal(xp, sample, mu, sigma, *, is_log: bool = False):
    """Return the density of the normal distribution: exp(-u**2 / 2) / (sigma sqrt(2 pi)) with u = (x - mu) / sigma.

    Parameters
    ----------
    sample : floating array
    mu, sigma : arrays with the leading axes of ``sample``, mean and standard deviation
    is_log : bool, whether to return the logarithm

    >>> mx.nd.random_pdf_normal(mx.nd.array([[0, 1]]), mx.nd.array([0]), mx.nd.array([1]))
    [[0.3989423  0.24197073]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_normal.
    """
    _normal_shape(sample.shape, mu.shape, sigma.shape)
    mu, sigma = _aligned(mu, sample.shape), _aligned(sigma, sample.shape)
    exponent = -(((sample - mu) / sigma) ** 2) / 2
    if is_log:
        return exponent - xp.log(sigma) - math.log(2 * math.pi) / 2
    return xp.exp(exponent) / (sigma * math.sqrt(2 * math.pi))


@pdf_normal.gradient
def _(F, g, sample, mu, sigma, out, *, is_log):
    scale = F.reciprocal(F._spread_parameter(sigma, sample))
    u = F.elemwise_mul(F.elemwise_sub(sample, F._spread_parameter(mu, sample)), scale)
    to_mu = F.elemwise_mul(u, scale)
    to_sigma = F.elemwise_mul(F._minus_scalar(F.square(u), scalar=1.0), scale)
    return _gradients(F, g, out, is_log, sample, (mu, sigma), (F.negative(to_mu), to_mu, to_sigma))


# -- gamma, exponential ------------------------------------------------------------------------------------------------
def _gamma_shape(sample, alpha, beta, **_):
    alpha = beta = unify(alpha, beta, "the shapes of alpha and beta")
    _leading(sample, alpha)
    return [sample, alpha, beta], [sample]


@operator(name="_random_pdf_gamma", aliases=("random_pdf_gamma",), shape=_gamma_shape)
def pdf_gamma(xp, sample, alpha, beta, *, is_log: bool = False):
    """Return the density of the gamma distribution: beta**alpha x**(alpha - 1) exp(-beta x) / Gamma(alpha).

    Parameters
    ----------
    sample : floating array
    alpha, beta : arrays with the leading axes of ``sample``, shape and rate; _random_gamma takes 1 / rate
    is_log : bool, whether to return the logarithm

    >>> mx.nd.random_pdf_gamma(mx.nd.array([[1, 2]]), mx.nd.array([2]), mx.nd.array([1]))
    [[0.36787945 0.27067056]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_gamma.
    """
    _gamma_shape(sample.shape, alpha.shape, beta.shape)
    alpha, beta = _aligned(alpha, sample.shape), _aligned(beta, sample.shape)
    constant = alpha * xp.log(beta) - special.gammaln(xp, alpha)
    return _result(xp, constant + (alpha - 1) * xp.log(sample) - beta * sample, is_log, sample.dtype)


@pdf_gamma.gradient
def _(F, g, sample, alpha, beta, out, *, is_log):
    a, b = F._spread_parameter(alpha, sample), F._spread_parameter(beta, sample)
    to_sample = F.elemwise_sub(F.elemwise_div(F._minus_scalar(a, scalar=1.0), sample), b)
    to_alpha = F.elemwise_sub(F.log(F.elemwise_mul(b, sample)), F.digamma(a))
    to_beta = F.elemwise_sub(F.elemwise_div(a, b), sample)
    return _gradients(F, g, out, is_log, sample, (alpha, beta), (to_sample, to_alpha, to_beta))


@operator(name="_random_pdf_exponential", aliases=("random_pdf_exponential",), shape=_one_parameter)
def pdf_exponential(xp, sample, lam, *, is_log: bool = False):
    """Return the density of the exponential distribution: lam exp(-lam x).

    Parameters
    ----------
    sample : floating array
    lam : array with the leading axes of ``sample``, the rate
    is_log : bool, whether to return the logarithm

    >>> mx.nd.random_pdf_exponential(mx.nd.array([[0, 1]]), mx.nd.array([2]))
    [[2.         0.27067056]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_exponential.
    """
    _one_parameter(sample.shape, lam.shape)
    lam = _aligned(lam, sample.shape)
    return xp.log(lam) - lam * sample if is_log else lam * xp.exp(-lam * sample)


@pdf_exponential.gradient
def _(F, g, sample, lam, out, *, is_log):
    rate = F._spread_parameter(lam, sample)
    to_lam = F.elemwise_sub(F.reciprocal(rate), sample)
    return _gradients(F, g, out, is_log, sample, (lam,), (F.negative(rate), to_lam))


# -- counts ------------------------------------------------------------------------------------------------------------
@operator(name="_random_pdf_poisson", aliases=("random_pdf_poisson",), shape=_one_parameter)
def pdf_poisson(xp, sample, lam, *, is_log: bool = False):
    """Return the probability of counts under the Poisson distribution: lam**x exp(-lam) / x!. Counts get gradient 0.

    Parameters
    ----------
    sample : floating array of counts
    lam : array with the leading axes of ``sample``, the mean
    is_log : bool, whether to return the logarithm

    >>> mx.nd.random_pdf_poisson(mx.nd.array([[0, 1]]), mx.nd.array([1]))
    [[0.36787945 0.36787945]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_poisson.
    """
    _one_parameter(sample.shape, lam.shape)
    lam = _aligned(lam, sample.shape)
    return _result(xp, sample * xp.log(lam) - special.gammaln(xp, sample + 1) - lam, is_log, sample.dtype)


@pdf_poisson.gradient
def _(F, g, sample, lam, out, *, is_log):
    ratio = F.elemwise_div(sample, F._spread_parameter(lam, sample))
    return _gradients(F, g, out, is_log, sample, (lam,), (None, F._minus_scalar(ratio, scalar=1.0)))


def _counts(xp, sample, k, p):
    """Return the log probability of x failures before the k-th success."""
    binomial = special.gammaln(xp, sample + k) - special.gammaln(xp, sample + 1) - special.gammaln(xp, k)
    return binomial + k * xp.log(p) + sample * xp.log(1 - p)


def _binomial_shape(sample, k, p, **_):
    k = p = unify(k, p, "the shapes of k and p")
    _leading(sample, k)
    return [sample, k, p], [sample]


@operator(name="_random_pdf_negative_binomial", aliases=("random_pdf_negative_binomial",), shape=_binomial_shape)
def pdf_negative_binomial(xp, sample, k, p, *, is_log: bool = False):
    """Return the probability of x failures before the k-th success. Counts get gradient 0.

    It is Gamma(x + k) / (Gamma(x + 1) Gamma(k)) p**k (1 - p)**x.

    Parameters
    ----------
    sample : floating array of counts
    k, p : arrays with the leading axes of ``sample``, number of successes and probability of one
    is_log : bool, whether to return the logarithm

    >>> mx.nd.random_pdf_negative_binomial(mx.nd.array([[0, 1]]), mx.nd.array([1]), mx.nd.array([0.5]))
    [[0.5  0.25]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_negative_binomial.
    """
    _binomial_shape(sample.shape, k.shape, p.shape)
    return _result(xp, _counts(xp, sample, _aligned(k, sample.shape), _aligned(p, sample.shape)), is_log, sample.dtype)


@pdf_negative_binomial.gradient
def _(F, g, sample, k, p, out, *, is_log):
    count, chance = F._spread_parameter(k, sample), F._spread_parameter(p, sample)
    to_k = F.elemwise_add(F.elemwise_sub(F.digamma(F.elemwise_add(sample, count)), F.digamma(count)), F.log(chance))
    failure = F._rminus_scalar(chance, scalar=1.0)
    to_p = F.elemwise_sub(F.elemwise_div(count, chance), F.elemwise_div(sample, failure))
    return _gradients(F, g, out, is_log, sample, (k, p), (None, to_k, to_p))


def _generalized_shape(sample, mu, alpha, **_):
    mu = alpha = unify(mu, alpha, "the shapes of mu and alpha")
    _leading(sample, mu)
    return [sample, mu, alpha], [sample]


@operator(
    name="_random_pdf_generalized_negative_binomial",
    aliases=("random_pdf_generalized_negative_binomial",),
    shape=_generalized_shape,
)
def pdf_generalized_negative_binomial(xp, sample, mu, alpha, *, is_log: bool = False):
    """Return the probability of counts with mean mu and variance mu + alpha mu**2. Counts get gradient 0.

    It is the negative binomial distribution with k = 1 / alpha and p = 1 / (1 + mu alpha).

    Parameters
    ----------
    sample : floating array of counts
    mu, alpha : arrays with the leading axes of ``sample``
    is_log : bool, whether to return the logarithm

    >>> density = mx.nd.random_pdf_generalized_negative_binomial
    >>> density(mx.nd.array([[0, 1]]), mx.nd.array([1]), mx.nd.array([1]))
    [[0.5  0.25]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_generalized_negative_binomial.
    """
    _generalized_shape(sample.shape, mu.shape, alpha.shape)
    mu, alpha = _aligned(mu, sample.shape), _aligned(alpha, sample.shape)
    return _result(xp, _counts(xp, sample, 1 / alpha, 1 / (1 + mu * alpha)), is_log, sample.dtype)


@pdf_generalized_negative_binomial.gradient
def _(F, g, sample, mu, alpha, out, *, is_log):
    # log p with r = 1 / alpha, s = 1 + mu alpha: its derivatives are (x - mu) / (mu s) by mu, and by alpha
    # -r**2 (digamma(x + r) - digamma(r) - log s) + (x - mu) / (alpha s)
    m, a = F._spread_parameter(mu, sample), F._spread_parameter(alpha, sample)
    s = F._plus_scalar(F.elemwise_mul(m, a), scalar=1.0)
    r = F.reciprocal(a)
    excess = F.elemwise_div(F.elemwise_sub(sample, m), s)
    inner = F.elemwise_sub(F.elemwise_sub(F.digamma(F.elemwise_add(sample, r)), F.digamma(r)), F.log(s))
    to_alpha = F.elemwise_sub(F.elemwise_div(excess, a), F.elemwise_mul(F.square(r), inner))
    return _gradients(F, g, out, is_log, sample, (mu, alpha), (None, F.elemwise_div(excess, m), to_alpha))


# -- dirichlet ---------------------------------------------------------------------------------------------------------
def _dirichlet_shape(sample, alpha, **_):
    for name, shape in (("sample", sample), ("alpha", alpha)):
        if shape is not None and not shape:
            raise ShapeError(f"{name} must have the axis of the categories last. Received: {show(shape)}")
    _leading(sample, alpha, last=1)
    return [sample, alpha], [None if sample is None else sample[:-1] or (1,)]


@operator(name="_random_pdf_dirichlet", aliases=("random_pdf_dirichlet",), shape=_dirichlet_shape)
def pdf_dirichlet(xp, sample, alpha, *, is_log: bool = False):
    """Return the density of points of the simplex: Gamma(sum alpha) prod x_i**(alpha_i - 1) / Gamma(alpha_i).

    Parameters
    ----------
    sample : (m, ..., categories), floating, each row sums to 1
    alpha : (m, categories), concentrations
    is_log : bool, whether to return the logarithm

    Returns
    -------
    (m, ...)

    >>> mx.nd.random_pdf_dirichlet(mx.nd.array([[[0.5, 0.5]]]), mx.nd.array([[2, 2]]))
    [[1.5]]
    <NDArray 1x1 @cpu(0)>

    References: MXNet 1.9.1 operator _random_pdf_dirichlet.
    """
    _dirichlet_shape(sample.shape, alpha.shape)
    alpha = _aligned(alpha, sample.shape, 1)
    constant = special.gammaln(xp, alpha.sum(axis=-1)) - special.gammaln(xp, alpha).sum(axis=-1)
    log_density = ((alpha - 1) * xp.log(sample)).sum(axis=-1) + constant
    return _result(xp, log_density.reshape(sample.shape[:-1] or (1,)), is_log, sample.dtype)


@pdf_dirichlet.gradient
def _(F, g, sample, alpha, out, *, is_log):
    weight = F._spread_parameter(g if is_log else F.elemwise_mul(g, out), sample)
    a = F._spread_parameter(alpha, sample, last=1)
    total = F._spread_parameter(F.digamma(F.sum(a, axis=-1)), sample)
    to_alpha = F.elemwise_add(F.elemwise_sub(F.log(sample), F.digamma(a)), total)
    to_sample = F.elemwise_mul(weight, F.elemwise_div(F._minus_scalar(a, scalar=1.0), sample))
    return to_sample, F._gather_parameter(F.elemwise_mul(weight, to_alpha), alpha, last=1)
