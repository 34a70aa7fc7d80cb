"""Reading and writing parts of arrays, compared with NumPy; gradients of what was read; what is no index."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError

HOST = np.arange(24, dtype="float32").reshape(2, 3, 4)
BASIC = [
    0, -1, (1, 2), (1, 2, 3), (0, -1, -1), slice(None), slice(1, None), slice(None, None, -1), slice(0, 2, 2),
    slice(2, 1),
    (slice(None), 1), (slice(None), slice(1, 3)), (Ellipsis, 2), (0, Ellipsis), (Ellipsis, slice(None, None, 2)),
    Ellipsis,
    None, (None, 1), (slice(None), None, 2), (1, slice(None), slice(-3, -1)), (slice(1), slice(5, 9)), np.int64(1),
    (np.int32(0), slice(None), -2), (slice(None, None, -1), slice(None, None, 2), slice(3, None, -2)),
]  # fmt: skip
ADVANCED = [
    [0, 1, 0], [[0, 1], [1, 0]], ([0, 1], [2, 0]), ([0, 1], [2, 0], [1, 1]), (slice(None), [0, 2]), ([1], slice(1, 3)),
    ([0, 1], slice(None), [0, 3]), (0, [1, 2]), np.array([1, 0]), (Ellipsis, [3, 0]), ([[0], [1]], [[0, 2]]), [-1, -2],
    HOST > 11, (HOST[:, 0, 0] > 5, slice(None), 1), range(2),
]  # fmt: skip


def text(key):
    return str(key).replace("\n", " ")[:50]


def at_least_one_axis(a):
    return np.asarray(a).reshape(1) if np.ndim(a) == 0 else a


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=text)
def test_reading_gives_what_numpy_gives(key):
    expected = at_least_one_axis(HOST[list(key) if isinstance(key, range) else key])
    found = mx.nd.array(HOST)[key]
    assert found.shape == expected.shape
    assert np.array_equal(found.asnumpy(), expected)


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=text)
def test_the_gradient_goes_back_where_the_values_came_from(key):
    x = mx.nd.array(HOST)
    x.attach_grad()
    expected = np.zeros_like(HOST)
    with mx.autograd.record():
        part = x[key]
        out = part * 1
    weights = np.arange(1, part.size + 1, dtype="float32").reshape(part.shape)
    out.backward(mx.nd.array(weights))
    plain = list(key) if isinstance(key, range) else key
    np.add.at(expected, plain, weights.reshape(np.shape(HOST[plain])))
    assert np.array_equal(part.asnumpy(), at_least_one_axis(HOST[plain]))
    assert np.array_equal(x.grad.asnumpy(), expected)


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=text)
@pytest.mark.parametrize("kind", ["number", "array", "row"])
def test_writing_does_what_numpy_does(key, kind):
    plain = list(key) if isinstance(key, range) else key
    shape = np.shape(HOST[plain])
    value = 7.0
    if kind == "array":
        value = np.arange(int(np.prod(shape)), dtype="float32").reshape(shape)
    elif kind == "row":
        value = np.full(shape[-1:], 5, "float32")
    expected, x = HOST.copy(), mx.nd.array(HOST)
    expected[plain] = value
    x[key] = mx.nd.array(value) if kind == "array" and shape else value
    assert np.array_equal(x.asnumpy(), expected)


def test_arrays_are_indices():
    x = mx.nd.array(HOST)
    rows = mx.nd.array([1, 0])                                           # float32, as mx.nd.array makes it
    assert np.array_equal(x[rows].asnumpy(), HOST[[1, 0]])
    assert np.array_equal(x[:, mx.nd.array([2], dtype="int32")].asnumpy(), HOST[:, [2]])
    mask = mx.nd.array(HOST > 11, dtype="bool")
    assert np.array_equal(x[mask].asnumpy(), HOST[HOST > 11])


def test_contiguous_parts_are_views_and_others_are_copies():
    x = mx.nd.array(HOST)
    x[1][:] = 0
    assert x.asnumpy()[1].sum() == 0
    x[0:1][:] = 0
    assert x.asnumpy().sum() == 0
    x = mx.nd.array(HOST)
    for key in ((slice(None), 1), (slice(None), slice(None), 0), (slice(None, None, -1),), ([0, 1],)):
        x[key][:] = 9
    assert np.array_equal(x.asnumpy(), HOST)


def test_one_element_has_one_axis():
    x = mx.nd.array(HOST)
    assert x[1, 2, 3].shape == (1,)
    assert x[1, 2, 3].asscalar() == 23
    x[1, 2, 3][:] = 5
    assert x.asnumpy()[1, 2, 3] == 5


def test_values_are_converted_to_the_dtype_of_the_array():
    x = mx.nd.zeros(3, dtype="uint8")
    x[0] = 300
    x[1] = -1
    x[2] = 2.7
    assert x.asnumpy().tolist() == [44, 255, 2]
    x[:] = mx.nd.array([1.9, 2.9, 3.9])
    assert x.asnumpy().tolist() == [1, 2, 3]


def test_values_broadcast():
    x = mx.nd.zeros((2, 3))
    x[:] = mx.nd.array([1, 2, 3])
    x[1] = [[7, 8, 9]]
    assert x.asnumpy().tolist() == [[1, 2, 3], [7, 8, 9]]
    x[:, 1] = (5, 6)
    assert x.asnumpy().tolist() == [[1, 5, 3], [7, 6, 9]]
    x[:] = np.float64(4)
    assert x.asnumpy().tolist() == [[4] * 3] * 2


def test_a_value_of_another_context_is_copied():
    x = mx.nd.zeros(2)
    x[:] = mx.nd.ones(2, ctx=mx.cpu(1))
    assert (x.asnumpy().tolist(), x.context) == ([1, 1], mx.cpu(0))


@pytest.mark.parametrize(
    "key", [2, -3, (0, 3), (0, 0, 0, 0), [0, 2], ([0], [3]), slice, 1.5, "a", (0, "a"), {}],
    ids=text,
)
def test_what_is_no_index_is_an_index_error_that_shows_the_shape(key):
    x = mx.nd.array(HOST)
    with pytest.raises(IndexError, match=r"(?s)x\[.*x has shape \(2, 3, 4\)"):
        x[key]
    with pytest.raises((IndexError, MXNetError)):
        x[key] = 1
    assert np.array_equal(x.asnumpy(), HOST)
    x.attach_grad()
    with mx.autograd.record(), pytest.raises(IndexError):
        x[key]


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        (0, np.ones((2, 2)), ValueError), (slice(None), np.ones(5), ValueError), (0, "abc", TypeError),
        (0, None, TypeError), (0, [[1, 2], [3]], TypeError), ((0, 0, 0), [1, 2], ValueError), (0, 1j, TypeError),
    ],
    ids=text,
)  # fmt: skip
def test_values_that_do_not_fit_change_nothing(key, value, error):
    x = mx.nd.array(HOST)
    with pytest.raises(error) as raised:
        x[key] = value
    assert isinstance(raised.value, MXNetError)
    assert np.array_equal(x.asnumpy(), HOST)


def test_empty_parts():
    x = mx.nd.array(HOST)
    assert x[:, 3:].shape == (2, 0, 4)
    assert x[[]].shape == (0, 3, 4)
    x[:, 3:] = 5
    assert np.array_equal(x.asnumpy(), HOST)
