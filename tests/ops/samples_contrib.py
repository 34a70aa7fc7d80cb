"""Samples of operators outside of the stable interface, and others of few uses."""
import numpy as np

from .samples_nn import normal
from .sampling import Sample, samples

# -- densities ---------------------------------------------------------------------------------------------------------
COUNTS = "a count has no derivative"


@samples("_spread_parameter")
def _(rng):
    yield Sample([normal(rng, 2), normal(rng, 2, 3, 2)])
    yield Sample([normal(rng, 2, 3), normal(rng, 2, 4, 3)], {"last": 1})
    yield Sample([normal(rng, 2), normal(rng, 2, 0)])


@samples("_gather_parameter")
def _(rng):
    yield Sample([normal(rng, 2, 3, 2), normal(rng, 2)])
    yield Sample([normal(rng, 2, 4, 3), normal(rng, 2, 3)], {"last": 1})
    yield Sample([normal(rng, 2, 0), normal(rng, 2)])


def densities(rng, draw, *ranges, **options):
    """Yield a density, its logarithm, one of more axes, and one of no samples."""
    parameters = [rng.uniform(*limits, size=2) for limits in ranges]
    for is_log in (False, True):
        yield Sample([draw(2, 3), *parameters], {"is_log": is_log}, **options)
    yield Sample([draw(2, 2, 2), *parameters], **options)
    yield Sample([draw(2, 0), *parameters], **options)


@samples("_random_pdf_uniform")
def _(rng):
    yield from densities(rng, lambda *n: normal(rng, *n), (-2, -1), (1, 2))


@samples("_random_pdf_normal")
def _(rng):
    yield from densities(rng, lambda *n: normal(rng, *n), (-1, 1), (0.5, 2))


@samples("_random_pdf_gamma")
def _(rng):
    yield from densities(rng, lambda *n: rng.uniform(0.2, 3, size=n), (1, 3), (0.5, 2))


@samples("_random_pdf_exponential")
def _(rng):
    yield from densities(rng, lambda *n: rng.uniform(0.2, 3, size=n), (0.5, 2))


@samples("_random_pdf_poisson")
def _(rng):
    yield from densities(rng, lambda *n: rng.integers(0, 6, size=n) * 1.0, (0.5, 4), differentiable=(1,))


@samples("_random_pdf_negative_binomial", "_random_pdf_generalized_negative_binomial")
def _(rng):
    options = {"differentiable": (1, 2), "reason": COUNTS}
    yield from densities(rng, lambda *n: rng.integers(0, 6, size=n) * 1.0, (1, 4), (0.2, 0.8), **options)


@samples("_random_pdf_dirichlet")
def _(rng):
    alpha = rng.uniform(1, 3, size=(2, 3))
    for is_log in (False, True):
        yield Sample([rng.dirichlet(np.ones(3), size=(2, 2)) + 0.1, alpha], {"is_log": is_log})
    yield Sample([np.zeros((2, 0, 3)), alpha])
