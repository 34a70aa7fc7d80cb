"""Sigmoid and softplus far from 0, where the plain formulas overflow or lose their digits."""
import math

import numpy as np
import pytest

from mxlearn.kernels import activation

POINTS = [-1e4, -700, -100, -30, -3, -0.5, -1e-9, 0, 1e-9, 0.5, 3, 30, 100, 700, 1e4]


def test_sigmoid_in_float64():
    out = activation.sigmoid(np, np.array(POINTS))
    np.testing.assert_allclose(out[2:], [1 / (1 + math.exp(-x)) for x in POINTS[2:]], rtol=1e-15)
    assert 0 <= out[0] < 1e-300


def test_sigmoid_in_float32_never_reaches_denormals():
    out = activation.sigmoid(np, np.array(POINTS, np.float32))
    assert out.dtype == np.float32
    assert (out >= np.finfo(np.float32).tiny).all()
    np.testing.assert_allclose(out[3:], [1 / (1 + math.exp(-x)) for x in POINTS[3:]], rtol=1e-6)


def test_softplus():
    out = activation.softplus(np, np.array(POINTS))
    expected = [max(x, 0) + math.log1p(math.exp(-abs(x))) for x in POINTS]
    np.testing.assert_allclose(out, expected, rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize("function", [activation.sigmoid, activation.softplus])
def test_float16_nan_and_empty(function):
    out = function(np, np.array([0, 1000, np.nan], np.float16))
    assert out.dtype == np.float16
    assert np.isnan(out[2]) and np.isfinite(out[:2]).all()
    assert function(np, np.zeros((0, 2))).shape == (0, 2)
