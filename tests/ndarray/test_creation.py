"""Making arrays."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, MXNetError


@pytest.mark.parametrize(
    "source",
    [
        [1, 2], (1, 2), np.array([1, 2]), np.array([1.0, 2.0]), [True, 2], [mx.nd.array([1]), mx.nd.array([2])],
        range(1, 3),
    ],
    ids=lambda s: type(s).__name__,
)
def test_array_is_float32_whatever_the_source(source):
    x = mx.nd.array(source)
    assert x.dtype == np.float32
    assert x.asnumpy().ravel().tolist() == [1, 2]


def test_array_keeps_the_dtype_of_an_array():
    x = mx.nd.array([1, 2], dtype="int32")
    assert mx.nd.array(x).dtype == np.int32
    assert mx.nd.array(x, dtype="float64").dtype == np.float64


def test_array_copies():
    host = np.array([1.0, 2.0], "float32")
    x = mx.nd.array(host)
    host[:] = 9
    assert x.asnumpy().tolist() == [1, 2]
    y = mx.nd.array(x)
    y[:] = 9
    assert x.asnumpy().tolist() == [1, 2]


def test_array_takes_a_context_and_a_dtype():
    x = mx.nd.array([1.7], ctx=mx.cpu(1), dtype="int32")
    assert (x.context, x.dtype, x.asscalar()) == (mx.cpu(1), np.int32, 1)
    assert mx.nd.array(mx.nd.ones(1, ctx=mx.cpu(2))).context == mx.cpu(2)


@pytest.mark.parametrize(
    "source", [[[1, 2], [3]], "abc", ["a"], [None, "x"], {"a": 1}, lambda: 1],
    ids=lambda s: type(s).__name__,
)
def test_what_is_no_array_is_a_type_error(source):
    with pytest.raises(TypeError, match="^array: "):
        mx.nd.array(source)


def test_an_unknown_dtype_is_a_type_error():
    for make in (lambda: mx.nd.array([1], dtype="float99"), lambda: mx.nd.zeros(1, dtype="complex64")):
        with pytest.raises(DTypeError, match="float16, float32"):
            make()


def test_constants():
    assert mx.nd.zeros((2, 3)).asnumpy().tolist() == [[0] * 3] * 2
    assert mx.nd.ones(2, dtype="int8").asnumpy().tolist() == [1, 1]
    assert mx.nd.full((2,), 7.5).asnumpy().tolist() == [7.5, 7.5]
    assert mx.nd.empty((2, 3)).shape == (2, 3)
    assert mx.nd.zeros((0, 3)).size == 0
    assert mx.nd.zeros_like(mx.nd.ones(2)).asnumpy().tolist() == [0, 0]
    assert mx.nd.ones_like(mx.nd.zeros(2, dtype="int32")).dtype == np.int32


def test_constants_into_an_array():
    out = mx.nd.empty(2)
    assert mx.nd.full((2,), 3, out=out) is out
    assert out.asnumpy().tolist() == [3, 3]


@pytest.mark.parametrize("shape", [-1, (2, -3), "ab", None, 1.5, (1, "x")], ids=str)
def test_a_wrong_shape_is_an_error(shape):
    with pytest.raises(ArgumentError, match="shape"):
        mx.nd.zeros(shape)


def test_unknown_arguments_are_errors():
    with pytest.raises(ArgumentError, match="zeros: unknown argument 'dytpe'"):
        mx.nd.zeros(2, dytpe="int32")
    with pytest.raises(ArgumentError, match="ctx must be a Context"):
        mx.nd.zeros(2, ctx="cpu")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((3,), [0, 1, 2]), ((1, 4), [1, 2, 3]), ((0, 1, 0.25), [0, 0.25, 0.5, 0.75]), ((3, 0, -1), [3, 2, 1]),
     ((0, 2, 1, 2), [0, 0, 1, 1]), ((5, 5), [])],
)  # fmt: skip
def test_arange(arguments, expected):
    x = mx.nd.arange(*arguments)
    assert x.dtype == np.float32
    assert x.asnumpy().tolist() == expected


def test_linspace_and_eye():
    assert mx.nd.linspace(0, 1, 5).asnumpy().tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert mx.nd.linspace(0, 1, 4, endpoint=False).asnumpy().tolist() == [0, 0.25, 0.5, 0.75]
    assert mx.nd.eye(2, 3, 1).asnumpy().tolist() == [[0, 1, 0], [0, 0, 1]]
    assert mx.nd.eye(2, dtype="int32").asnumpy().tolist() == [[1, 0], [0, 1]]


def test_joining_and_moving_axes():
    a, b = mx.nd.ones((2, 1)), mx.nd.zeros((2, 2))
    assert mx.nd.concatenate([a, b], axis=1).shape == (2, 3)
    assert mx.nd.concatenate([a], always_copy=False) is a
    with pytest.raises(ArgumentError, match="at least one array"):
        mx.nd.concatenate([])
    assert mx.nd.moveaxis(mx.nd.zeros((2, 3, 4)), 0, -1).shape == (3, 4, 2)
    assert mx.nd.moveaxis(mx.nd.zeros((2, 3, 4)), [0, 1], [-1, 0]).shape == (3, 4, 2)


def test_histogram_and_one_hot():
    counts, edges = mx.nd.histogram(mx.nd.array([1, 2, 2, 9]), bins=2, range=(0, 10))
    assert counts.asnumpy().tolist() == [3, 1]
    assert edges.asnumpy().tolist() == [0, 5, 10]
    out = mx.nd.zeros((2, 3))
    mx.nd.onehot_encode(mx.nd.array([2, 0]), out)
    assert out.asnumpy().tolist() == [[0, 0, 1], [1, 0, 0]]


def test_from_numpy_shares_memory_and_locks_the_original():
    host = np.zeros(3, "float32")
    x = mx.nd.from_numpy(host)
    x[:] = 5
    assert host.tolist() == [5, 5, 5]
    with pytest.raises(ValueError, match="read-only"):
        host[0] = 1
    copied = mx.nd.from_numpy(np.zeros(3), zero_copy=False)
    assert copied.dtype == np.float64


@pytest.mark.parametrize(
    "source", [[1, 2], np.zeros((4, 4))[:, ::2], np.zeros(2, "complex64")],
    ids=["list", "strided", "complex"],
)
def test_what_cannot_be_shared_is_an_error(source):
    with pytest.raises(MXNetError):
        mx.nd.from_numpy(source)


def test_the_default_context_is_used():
    with mx.cpu(1):
        made = mx.nd.zeros(1), mx.nd.arange(2), mx.nd.eye(2), mx.nd.full(1, 2), mx.nd.array([1])
    assert {x.context for x in made} == {mx.cpu(1)}
