"""mx.np.random and mx.npx.random: shapes, dtypes, seeds, and the moments of what is drawn."""
import math

import numpy
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError

np, npx = mx.np, mx.npx
COUNT = 40000

# name: draw, mean, variance
MOMENTS = {
    "uniform": (lambda: np.random.uniform(2, 5, COUNT), 3.5, 0.75),
    "normal": (lambda: np.random.normal(1, 2, COUNT), 1, 4),
    "randn": (lambda: np.random.randn(COUNT), 0, 1),
    "rand": (lambda: np.random.rand(COUNT), 0.5, 1 / 12),
    "lognormal": (lambda: np.random.lognormal(0, 0.5, COUNT), math.exp(0.125), (math.exp(0.25) - 1) * math.exp(0.25)),
    "exponential": (lambda: np.random.exponential(2, COUNT), 2, 4),
    "gamma": (lambda: np.random.gamma(3, 2, COUNT), 6, 12),
    "beta": (lambda: np.random.beta(2, 3, COUNT), 0.4, 0.04),
    "chisquare": (lambda: np.random.chisquare(4, COUNT), 4, 8),
    "gumbel": (lambda: np.random.gumbel(1, 2, COUNT), 1 + 2 * 0.5772, 4 * math.pi**2 / 6),
    "logistic": (lambda: np.random.logistic(1, 0.5, COUNT), 1, 0.25 * math.pi**2 / 3),
    "laplace": (lambda: np.random.laplace(1, 0.5, COUNT), 1, 0.5),
    "rayleigh": (lambda: np.random.rayleigh(2, COUNT), 2 * math.sqrt(math.pi / 2), 4 * (2 - math.pi / 2)),
    "weibull": (lambda: np.random.weibull(2, COUNT), math.gamma(1.5), 1 - math.gamma(1.5) ** 2),
    "pareto": (lambda: np.random.pareto(6, COUNT), 0.2, 6 / (25 * 4)),
    "power": (lambda: np.random.power(2, COUNT), 2 / 3, 1 / 18),
    "randint": (lambda: np.random.randint(0, 10, COUNT), 4.5, 8.25),
    "choice": (lambda: np.random.choice(3, COUNT, p=[0.5, 0.25, 0.25]), 0.75, 0.6875),
    "bernoulli": (lambda: npx.random.bernoulli(0.3, size=COUNT), 0.3, 0.21),
    "bernoulli logit": (lambda: npx.random.bernoulli(logit=0.0, size=COUNT), 0.5, 0.25),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_numbers_have_the_mean_and_variance_of_their_distribution(name):
    mx.random.seed(11)
    draw, mean, variance = MOMENTS[name]
    host = draw().asnumpy().astype("float64")
    assert host.shape == (COUNT,)
    assert host.mean() == pytest.approx(mean, abs=6 * math.sqrt(variance / COUNT))
    assert host.var() == pytest.approx(variance, rel=0.12)


@pytest.mark.parametrize("name", MOMENTS)
def test_a_seed_gives_the_same_numbers_again(name):
    draw = MOMENTS[name][0]
    np.random.seed(5)
    first = draw().asnumpy()
    mx.random.seed(5)
    assert (draw().asnumpy() == first).all()


def test_parameters_that_are_arrays_broadcast():
    assert np.random.normal(np.zeros((2, 1)), np.ones(3)).shape == (2, 3)
    assert np.random.uniform(np.zeros(3), 1, size=(4, 3)).shape == (4, 3)
    assert npx.random.normal_n(np.zeros(3), 1.0, batch_shape=(2, 2)).shape == (2, 2, 3)
    with pytest.raises(mx.base.ShapeError, match="does not fit"):
        np.random.normal(np.zeros(3), 1, size=(2,))


def test_without_a_size_one_number_without_axes_comes():
    for draw in (np.random.uniform, np.random.normal, np.random.rand, np.random.exponential):
        assert draw().shape == ()
    assert np.random.randint(5).shape == () and np.random.choice(4).shape == ()


def test_choice_without_putting_back_draws_each_once():
    assert sorted(np.random.choice(6, 6, replace=False).tolist()) == [0, 1, 2, 3, 4, 5]
    rows = np.arange(12).reshape(4, 3)
    picked = np.random.choice(rows, 2, replace=False)
    assert picked.shape == (2, 3) and picked.dtype == numpy.float32
    chosen = np.random.choice(3, 2, replace=False, p=[0.0, 0.5, 0.5])
    assert sorted(chosen.tolist()) == [1, 2]


def test_shuffle_keeps_the_rows():
    x = np.arange(10).reshape(5, 2)
    np.random.shuffle(x)
    assert sorted(x.tolist()) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]


def test_multinomial_counts_add_up():
    counts = np.random.multinomial(10, [0.2, 0.0, 0.8], size=(50,))
    assert counts.shape == (50, 3) and counts.dtype == numpy.int64
    assert (counts.sum(axis=1) == 10).all() and (counts[:, 1] == 0).all()


def test_multivariate_normal_has_its_covariance():
    mx.random.seed(3)
    cov = numpy.array([[2.0, 0.6], [0.6, 1.0]], "float32")
    host = np.random.multivariate_normal(np.array([1.0, -1.0]), np.array(cov), size=(COUNT,)).asnumpy()
    numpy.testing.assert_allclose(host.mean(0), [1, -1], atol=0.05)
    numpy.testing.assert_allclose(numpy.cov(host.T), cov, atol=0.08)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: np.random.normal(0, -1),
        lambda: np.random.randint(5, 2),
        lambda: np.random.choice(3, 5, replace=False),
        lambda: np.random.choice(3, 2, p=[0.5, 0.1, 0.1]),
        lambda: np.random.multinomial(3, [0.9, 0.9]),
        lambda: npx.random.bernoulli(1.5),
        lambda: npx.random.bernoulli(),
        lambda: np.random.uniform(dtype="int32"),
    ],
)
def test_parameters_outside_of_their_range_are_refused(draw):
    with pytest.raises(ArgumentError):
        draw()
