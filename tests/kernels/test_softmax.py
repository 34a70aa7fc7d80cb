"""Softmax, its logarithm and the cross-entropy."""

import numpy as np
import pytest

from mxlearn.kernels import onednn
from mxlearn.kernels import softmax as kernels


def test_softmax_is_the_normalized_exponential():
    data = np.random.default_rng(0).normal(size=(3, 4, 5))
    for axis in (0, 1, 2, -1):
        powers = np.exp(data)
        np.testing.assert_allclose(kernels.softmax(np, data, axis=axis), powers / powers.sum(axis=axis, keepdims=True))


def test_large_values_do_not_overflow():
    out = kernels.softmax(np, np.array([1e38, -1e38, 1e38], np.float32))
    assert out.tolist() == [0.5, 0, 0.5]
    logs = kernels.log_softmax(np, np.array([0, -1e4], np.float32))
    assert logs.tolist() == [0, -1e4]


def test_temperature_divides_the_data():
    data = np.array([[1.0, 3, 2]])
    np.testing.assert_allclose(kernels.softmax(np, data, temperature=2.0), kernels.softmax(np, data / 2))
    np.testing.assert_allclose(kernels.log_softmax(np, data, temperature=2.0), kernels.log_softmax(np, data / 2))


def test_positions_beyond_a_length_are_zero_and_do_not_count():
    data = np.array([[1.0, 2, 50], [1, 1, 1], [3, 4, 5]])
    valid = kernels.valid_positions(np, data.shape, np.array([2, 3, 0]), 1)
    out = kernels.softmax(np, data, valid=valid)
    e = np.e
    np.testing.assert_allclose(out, [[1 / (1 + e), e / (1 + e), 0], [1 / 3] * 3, [0, 0, 0]])


def test_lengths_go_along_any_axis():
    valid = kernels.valid_positions(np, (3, 2), np.array([1, 2]), 0)
    assert valid.tolist() == [[True, True], [False, True], [False, False]]


@pytest.mark.parametrize("function", [kernels.softmax, kernels.log_softmax])
def test_dtypes_and_empty_arrays(function):
    half = function(np, np.zeros((2, 4096), np.float16))
    assert half.dtype == np.float16
    assert (half == half[0, 0]).all()
    assert function(np, np.zeros((2, 2), np.float16), dtype=np.float64).dtype == np.float64
    for shape in ((0, 3), (3, 0)):
        assert function(np, np.zeros(shape)).shape == shape


def test_a_float16_sum_of_many_is_exact():
    """4096 equal logits: a float16 sum of ones would stop at 2048."""
    assert kernels.softmax(np, np.zeros(4096, np.float16))[0] == np.float16(1 / 4096)


def test_subtract_one_hot_skips_labels_that_are_no_class():
    rows = np.full((4, 3), 0.5)
    out = kernels.subtract_one_hot(np, rows, np.array([0.0, 2, 3, -1]))
    assert out.tolist() == [[-0.5, 0.5, 0.5], [0.5, 0.5, -0.5], [0.5] * 3, [0.5] * 3]
    assert (rows == 0.5).all()


def test_cross_entropy_by_hand():
    data = np.log([[0.2, 0.8], [0.5, 0.5]])
    out = kernels.cross_entropy(np, data, np.array([1, 0]))
    assert out.shape == (1,)
    assert out.item() == pytest.approx(-np.log(0.8) - np.log(0.5))
    assert kernels.cross_entropy(np, np.zeros((0, 3)), np.zeros(0)).tolist() == [0]


# -- by oneDNN ---------------------------------------------------------------------------------------------------------
installed = pytest.mark.skipif(onednn.state().version is None, reason=f"oneDNN: {onednn.state().reason}")
LAST = {"axis": -1, "temperature": None}


@installed
@pytest.mark.parametrize("shape", [(180, 100), (7, 20, 130), (16_384,), (18_000, 1), (6000, 3)])
def test_softmax_by_oneDNN_is_that_of_float64(shape):
    data = (np.random.default_rng(0).normal(size=shape) * 4).astype("float32")
    for x in (data, np.asfortranarray(data)):
        fast = onednn.softmax(np, x, **LAST)
        assert fast.dtype == np.float32 and fast.shape == shape
        np.testing.assert_allclose(fast, kernels.softmax(np, x.astype("float64")), rtol=1e-5)


def test_the_logarithm_of_a_probability_near_1_keeps_its_sign():
    """Fast logarithms err by some 1e-6; -log p is a loss, and a loss is not negative."""
    data = np.zeros((30_000, 10), np.float32)
    data[:, 0] = np.linspace(1, 30, 30_000)
    logs = kernels.log_softmax(np, data)
    assert (logs <= 0).all()
    np.testing.assert_allclose(logs, kernels.log_softmax(np, data.astype("float64")), rtol=1e-5, atol=3e-7)


@pytest.mark.parametrize("shape", [(3, 4), (600, 700), (7, 110, 500), (300_000,), (100_000, 3)])
def test_log_softmax_and_its_gradient_are_those_of_float64(shape):
    draw = np.random.default_rng(0)
    data, grad = ((draw.normal(size=shape) * 4).astype("float32") for _ in range(2))
    logs, exact = kernels.log_softmax(np, data), kernels.log_softmax(np, data.astype("float64"))
    assert logs.dtype == np.float32
    np.testing.assert_allclose(logs, exact, rtol=1e-5, atol=1e-6)
    wanted = kernels.log_softmax_gradient(np, grad.astype("float64"), exact)
    assert abs(kernels.log_softmax_gradient(np, grad, logs) - wanted).max() <= 1e-5 * abs(wanted).max()


@installed
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e38])
def test_what_is_not_finite_reaches_its_row_and_no_other(value):
    data = np.zeros((200, 100), np.float32)
    data[3, 5] = value
    with np.errstate(all="ignore"):
        out, exact = kernels.softmax(np, data), kernels.softmax(np, data.astype("float64"))
        np.testing.assert_allclose(out, exact, rtol=1e-6)
        data = np.tile(data, (30, 1))
        logs, exact = kernels.log_softmax(np, data), kernels.log_softmax(np, data.astype("float64"))
    np.testing.assert_allclose(logs, exact, rtol=1e-6)


@installed
def test_softmax_that_oneDNN_is_not_better_at_is_left_to_numpy():
    data = np.zeros((200, 100), np.float32)
    assert onednn.softmax(np, data, **LAST) is not None
    assert onednn.softmax(np, data, axis=0, temperature=None) is None
    assert onednn.softmax(np, data, axis=-1, temperature=2.0) is None
    assert onednn.softmax(np, data.reshape(-1), **LAST) is None  # its sum would lose digits
    assert onednn.softmax(np, data[:10], **LAST) is None and onednn.softmax(np, data[:0], **LAST) is None
    assert onednn.softmax(np, data.astype("float64"), **LAST) is None
    assert onednn.softmax(np, data.astype("float16"), **LAST) is None
