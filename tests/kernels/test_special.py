"""The special functions against the standard library's math, and against identities and tabulated values."""
import math

import numpy as np
import pytest

from mxlearn.kernels import special

ERF = np.concatenate([np.linspace(-6, 6, 2001), np.geomspace(1e-300, 1e-3, 200)])


def ulps(got, expected):
    """Return the distance in units of the last place of ``expected``."""
    expected = np.asarray(expected)
    return np.abs(got - expected) / np.spacing(np.abs(expected))


def test_erf_is_within_4_ulp_of_the_standard_library():
    assert ulps(special.erf(np, ERF), [math.erf(x) for x in ERF]).max() <= 4


def test_erfc_keeps_its_relative_precision_in_the_tail():
    x = np.linspace(-3, 26, 2001)
    assert ulps(special.erfc(np, x), [math.erfc(v) for v in x]).max() <= 8


def test_erfinv_undoes_erf_also_near_1():
    tails = 1 - np.geomspace(1e-15, 1e-3, 200), np.geomspace(1e-300, 1e-3, 99)
    y = np.concatenate([np.linspace(-0.999, 0.999, 1999), *tails])
    x = special.erfinv(np, y)
    # erf(x (1 + d)) moves by about 2/sqrt(pi) exp(-x**2) x d: hold d, the relative error of x, to 1e-14
    slope = 2 / math.sqrt(math.pi) * np.exp(-x * x) * np.abs(x)
    residual = np.array([math.erfc(v) if w > 0.5 else math.erf(v) for v, w in zip(x, y, strict=True)])
    wanted = np.where(y > 0.5, 1 - y, y)
    assert (np.abs(residual - wanted) <= 1e-14 * slope + 1e-14 * np.abs(wanted)).all()


@pytest.mark.parametrize(("low", "high", "bound"), [(0.01, 13, 5e-15), (13, 171.6, 3e-15), (-12.9, -0.1, 5e-15)])
def test_gamma(low, high, bound):
    x = np.linspace(low, high, 1999)
    x = x[x != np.floor(x)]
    expected = np.array([math.gamma(v) for v in x])
    assert np.abs(special.gamma(np, x) / expected - 1).max() <= bound


def test_gamma_of_integers_is_the_factorial():
    n = np.arange(1, 20)
    np.testing.assert_allclose(special.gamma(np, n.astype(float)), [math.factorial(k - 1) for k in n], rtol=3e-15)


def test_gamma_far_below_zero_has_the_right_sign():
    x = np.array([-20.5, -21.5, -100.25, -101.25])
    np.testing.assert_allclose(special.gamma(np, x), [math.gamma(v) for v in x], rtol=1e-13)


def test_gammaln():
    x = np.concatenate([np.linspace(0.01, 30, 3001), np.geomspace(30, 1e100, 300), np.linspace(-30.3, -0.3, 301)])
    x = x[x != np.floor(x)]
    expected = np.array([math.lgamma(v) for v in x])
    assert (np.abs(special.gammaln(np, x) - expected) <= 5e-15 * (1 + np.abs(expected))).all()


@pytest.mark.parametrize(
    ("x", "expected"),
    # Abramowitz and Stegun, 6.3.2, 6.3.3 and recurrences
    [
        (1.0, -0.57721566490153286),
        (0.5, -0.57721566490153286 - 2 * math.log(2)),
        (2.0, 1 - 0.57721566490153286),
        (-0.5, 2 - 0.57721566490153286 - 2 * math.log(2)),
    ],
)
def test_digamma(x, expected):
    assert special.digamma(np, np.array([x]))[0] == pytest.approx(expected, abs=2e-15)


@pytest.mark.parametrize(
    ("x", "expected"),
    [(1.0, math.pi**2 / 6), (0.5, math.pi**2 / 2), (2.0, math.pi**2 / 6 - 1), (-0.5, math.pi**2 / 2 + 4)],
)
def test_trigamma(x, expected):
    assert special.trigamma(np, np.array([x]))[0] == pytest.approx(expected, rel=2e-15)


def test_recurrences_hold_everywhere():
    x = np.linspace(-40.05, 40.05, 2003)
    x = x[np.abs(x - np.round(x)) > 0.01]
    np.testing.assert_allclose(special.digamma(np, x + 1) - special.digamma(np, x), 1 / x, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(special.trigamma(np, x) - special.trigamma(np, x + 1), 1 / x**2, rtol=1e-9, atol=1e-12)


def test_poles_infinities_and_nan():
    nan, inf = math.nan, math.inf
    x = np.array([0.0, -1.0, inf, nan])
    np.testing.assert_array_equal(special.gamma(np, x), [inf, nan, inf, nan])
    np.testing.assert_array_equal(special.gammaln(np, x), [inf, inf, inf, nan])
    np.testing.assert_array_equal(special.digamma(np, x), [nan, nan, inf, nan])
    np.testing.assert_array_equal(special.erf(np, np.array([inf, -inf, nan])), [1, -1, nan])
    np.testing.assert_array_equal(special.erfinv(np, np.array([1.0, -1.0, 2.0, nan])), [inf, -inf, nan, nan])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_dtype_is_kept(dtype):
    for function in (special.erf, special.erfinv, special.gamma, special.gammaln, special.digamma, special.trigamma):
        assert function(np, np.array([0.5], dtype)).dtype == dtype
