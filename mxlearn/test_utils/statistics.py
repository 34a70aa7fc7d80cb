"""Statistical tests of random generators: mean, variance, and frequencies against probabilities."""
import math
from collections.abc import Callable

import numpy as np

from ..base import ArgumentError
from ..ndarray import NDArray


def gen_buckets_probs_with_ppf(ppf: Callable, nbuckets: int) -> tuple[list, list]:
    """Return ``nbuckets`` intervals of equal probability of a distribution, and their probabilities.

    Parameters
    ----------
    ppf : callable, the inverse of the cumulative distribution function

    >>> from mxlearn.test_utils import gen_buckets_probs_with_ppf
    >>> gen_buckets_probs_with_ppf(lambda p: p, 2)
    ([(0.0, 0.5), (0.5, 1.0)], [0.5, 0.5])
    """
    edges = [ppf(i / nbuckets) for i in range(nbuckets + 1)]
    return list(zip(edges, edges[1:], strict=False)), [1.0 / nbuckets] * nbuckets


def _draw(generator: Callable, nsamples: int) -> np.ndarray:
    samples = generator(nsamples)
    return (samples.asnumpy() if isinstance(samples, NDArray) else np.asarray(samples)).ravel()


def mean_check(generator: Callable, mu: float, sigma: float, nsamples: int = 1000000) -> bool:
    """Return whether the mean of ``generator(nsamples)`` is within three standard errors of ``mu``."""
    mean = _draw(generator, nsamples).astype(np.float64).mean()
    return bool(abs(mean - mu) < 3 * sigma / math.sqrt(nsamples))


def var_check(generator: Callable, sigma: float, nsamples: int = 1000000) -> bool:
    """Return whether the variance of ``generator(nsamples)`` is within three standard errors of ``sigma`` squared."""
    samples = _draw(generator, nsamples).astype(np.float64)
    centered = samples - samples.mean()
    variance = (centered**2).sum() / (nsamples - 1)
    fourth = (centered**4).mean()
    error = math.sqrt(max(fourth - variance**2 * (nsamples - 3) / (nsamples - 1), 0.0) / nsamples)
    return bool(abs(variance - sigma**2) < 3 * error)


def chi_square_check(generator: Callable, buckets, probs, nsamples: int = 1000000) -> tuple[float, list, list]:
    """Compare the frequencies of ``generator(nsamples)`` with probabilities, by Pearson's chi-square test.

    Parameters
    ----------
    buckets : list of intervals (low, high), low included, or list of values
    probs : list of float, the probability of each

    Returns
    -------
    (p-value, observed counts, expected counts)
    """
    if not buckets or len(buckets) != len(probs):
        raise ArgumentError(f"chi_square_check: {len(buckets)} buckets and {len(probs)} probabilities do not fit.")
    samples = _draw(generator, nsamples)
    expected = [nsamples * p for p in probs]
    if isinstance(buckets[0], list | tuple):
        edges = [low for low, _ in buckets] + [buckets[-1][1]]
        pairs = zip(edges, edges[1:], strict=False)
        observed = [int(((samples >= low) & (samples < high)).sum()) for low, high in pairs]
    else:
        observed = [int((samples == value).sum()) for value in buckets]
    statistic = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))
    return _chi_square_tail(statistic, len(buckets) - 1), observed, expected


def verify_generator(
    generator: Callable,
    buckets,
    probs,
    nsamples: int = 1000000,
    nrepeat: int = 5,
    success_rate: float = 0.2,
    alpha: float = 0.05,
) -> list[float]:
    """Raise an AssertionError unless the chi-square test passes in a part ``success_rate`` of ``nrepeat`` runs.

    A run passes with a p-value above ``alpha``.

    Returns
    -------
    list of float, the p-values
    """
    results = [chi_square_check(generator, buckets, probs, nsamples) for _ in range(nrepeat)]
    passed = sum(p > alpha for p, _, _ in results)
    if passed < nrepeat * success_rate:
        _, observed, expected = results[-1]
        raise AssertionError(
            f"the generator fails the chi-square test: {passed} of {nrepeat} runs have p > {alpha}.\n"
            f"  p-values: {[p for p, _, _ in results]}\n  observed: {observed}\n  expected: {expected}"
        )
    return [p for p, _, _ in results]


def _chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the probability that a chi-square variable is larger: the regularized upper incomplete gamma function.

    References: Abramowitz and Stegun, formulas 6.5.29 (series) and 6.5.31 (continued fraction).
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0 or a <= 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while abs(term) > abs(total) * 1e-15:
            n += 1
            term *= x / n
            total += term
        return max(0.0, 1 - front * total)
    b = x + 1 - a                                          # Lentz's evaluation of the continued fraction
    c, d = 1e300, 1 / b
    value = d
    for i in range(1, 10_000):
        step = -i * (i - a)
        b += 2
        d = 1 / (step * d + b or 1e-300)
        c = b + step / c or 1e-300
        value *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return front * value
