"""Random numbers of each distribution, from a numpy.random.Generator or a cupy.random.Generator.

CuPy's Generator has fewer methods than NumPy's, so every distribution is built from the few that both have. The
parameters are numbers or arrays that broadcast to the shape of the result; float16 is drawn in float32.
"""


def _work(xp, dtype):
    return xp.float64 if dtype == xp.float64 else xp.float32


def uniform(xp, rng, shape, dtype, low, high):
    """Draw from [low, high)."""
    values = rng.random(size=shape, dtype=_work(xp, dtype))
    if dtype == xp.float16:
        values = xp.floor(values * 2048) / 2048  # 11 bits, as many as float16 has: rounding must not give 1
    return (values * (high - low) + low).astype(dtype, copy=False)


def normal(xp, rng, shape, dtype, loc, scale):
    """Draw from the normal distribution with mean ``loc`` and standard deviation ``scale``."""
    return (rng.standard_normal(size=shape, dtype=_work(xp, dtype)) * scale + loc).astype(dtype, copy=False)


def exponential(xp, rng, shape, dtype, lam):
    """Draw from the exponential distribution with rate ``lam``: mean 1 / lam."""
    return (rng.standard_exponential(size=shape, dtype=_work(xp, dtype)) / lam).astype(dtype, copy=False)


def gamma(xp, rng, shape, dtype, alpha, beta):
    """Draw from the gamma distribution with shape ``alpha`` and scale ``beta``: mean alpha * beta."""
    return (rng.standard_gamma(alpha, size=shape, dtype=_work(xp, dtype)) * beta).astype(dtype, copy=False)


def poisson(xp, rng, shape, dtype, lam):
    """Draw counts with mean ``lam``."""
    return rng.poisson(lam, size=shape).astype(dtype)


def negative_binomial(xp, rng, shape, dtype, k, p):
    """Draw the number of failures before the k-th success, each trial succeeding with probability ``p``.

    It is a Poisson count whose mean is gamma distributed with shape k and scale (1 - p) / p.
    """
    return poisson(xp, rng, shape, dtype, gamma(xp, rng, shape, xp.float64, k, (1.0 - p) / p))


def generalized_negative_binomial(xp, rng, shape, dtype, mu, alpha):
    """Draw counts with mean ``mu`` and variance mu + alpha * mu ** 2; alpha = 0 is the Poisson distribution."""
    constant = xp.asarray(alpha) == 0
    safe = xp.where(constant, 1.0, alpha)
    mean = xp.where(constant, mu, gamma(xp, rng, shape, xp.float64, 1.0 / safe, safe * mu))
    return poisson(xp, rng, shape, dtype, mean)


def categorical(xp, rng, probabilities, count):
    """Draw ``count`` categories from each row of ``probabilities`` (rows, k), which need not sum to 1.

    Returns
    -------
    (rows, count), int64; a category of probability 0 is never drawn
    """
    cumulative = xp.cumsum(probabilities.astype(xp.float64), axis=1)
    cumulative /= cumulative[:, -1:]
    draws = rng.random(size=(len(cumulative), count))
    if count <= 16:
        return (draws[:, :, None] >= cumulative[:, None, :]).sum(axis=2)
    return xp.stack([xp.searchsorted(row, u, side="right") for row, u in zip(cumulative, draws, strict=True)])


def permutation(xp, rng, length):
    """Draw an order of 0 to length - 1."""
    return xp.argsort(rng.random(size=length))
