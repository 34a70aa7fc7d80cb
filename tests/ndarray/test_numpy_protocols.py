"""What NumPy may do with an NDArray."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.ndarray import NDArray


@pytest.fixture
def x():
    return mx.nd.array([[1, 2], [3, 4]])


def test_an_array_becomes_a_numpy_array_by_a_copy(x):
    host = np.asarray(x)
    assert host.dtype == np.float32
    host[:] = 0
    assert x.asnumpy().sum() == 10
    assert np.array(x, dtype="int64").dtype == np.int64
    assert np.array([x, x]).shape == (2, 2, 2)


def test_sharing_on_request(x):
    shared = np.asarray(x, copy=False)
    shared[0, 0] = 9
    assert x[0, 0].asscalar() == 9
    with pytest.raises(ValueError, match="copy"):
        np.asarray(x, dtype="float64", copy=False)


def test_functions_of_numpy_give_numpy_arrays(x):
    for found, expected in (
        (np.exp(x), np.exp(x.asnumpy())),
        (np.add(x, 1), x.asnumpy() + 1),
        (np.add.reduce(x), [4, 6]),
        (np.maximum(np.array([[2, 2], [2, 2]]), x), [[2, 2], [3, 4]]),
        (np.concatenate([x, x]), np.concatenate([x.asnumpy()] * 2)),
        (np.mean(x.asnumpy()), 2.5),
    ):
        assert not isinstance(found, NDArray)
        assert np.allclose(found, expected)


@pytest.mark.parametrize(
    "number", [np.float32(2), np.float64(2), np.int64(2), np.array(2.0)],
    ids=lambda n: type(n).__name__,
)
def test_a_numpy_number_on_the_left_is_a_number(x, number):
    for found, expected in (
        (number * x, 2 * x), (number + x, 2 + x), (number - x, 2 - x), (number / x, 2 / x), (number**x, 2**x),
        (number % x, 2 % x), (number > x, x < 2), (number >= x, x <= 2), (number == x, x == 2), (number != x, x != 2),
        (number < x, x > 2), (number <= x, x >= 2),
    ):  # fmt: skip
        assert isinstance(found, NDArray)
        assert found.dtype == np.float32
        assert np.array_equal(found.asnumpy(), expected.asnumpy())


def test_autograd_sees_a_numpy_number_on_the_left(x):
    x.attach_grad()
    with mx.autograd.record():
        y = np.float32(3) * x
    y.backward()
    assert x.grad.asnumpy().tolist() == [[3, 3], [3, 3]]


def test_results_are_not_written_into_arrays_by_numpy(x):
    with pytest.raises(TypeError):
        np.exp(x.asnumpy(), out=x)
    with pytest.raises(TypeError):
        np.add(x, 1, out=x)


def test_numpy_arrays_and_ndarrays_do_not_mix_in_operators(x):
    with pytest.raises(TypeError):
        x + np.ones((2, 2))
