"""Operators of Python on arrays and numbers, their dtypes, broadcasting, and in place."""
import operator

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, ShapeError

A = np.array([[1.5, -2.0, 3.0]], "float32")
B = np.array([[2.0], [-0.5]], "float32")
BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.mod]
COMPARE = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("f", BINARY + COMPARE, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "pair", [(A, A[:, ::-1]), (A, B), (A, 2.0), (2.0, A), (A, 3), (3, A)],
    ids=["equal", "broadcast", "x1", "1x", "xi", "ix"],
)
def test_operators_compute_what_numpy_computes(f, pair):
    arrays = [mx.nd.array(v) if isinstance(v, np.ndarray) else v for v in pair]
    found = f(*arrays)
    assert found.dtype == np.float32                                     # comparisons too: 1.0 and 0.0
    assert np.allclose(found.asnumpy(), f(*pair).astype("float32"))


def test_powers():
    x = mx.nd.array([1, 2, 3])
    assert (x**2).asnumpy().tolist() == [1, 4, 9]
    assert (2**x).asnumpy().tolist() == [2, 4, 8]
    assert (x**x).asnumpy().tolist() == [1, 4, 27]


def test_signs():
    x = mx.nd.array([1, -2])
    assert (-x).asnumpy().tolist() == [-1, 2]
    assert abs(x).asnumpy().tolist() == [1, 2]
    assert (-mx.nd.array([1], dtype="int32")).dtype == np.int32


def test_matrix_product():
    x = mx.nd.array([[1, 2], [3, 4]])
    assert (x @ x).asnumpy().tolist() == [[7, 10], [15, 22]]


@pytest.mark.parametrize(
    ("f", "expected"),
    [(operator.iadd, [3, 4]), (operator.isub, [-1, 0]), (operator.imul, [2, 4]), (operator.itruediv, [0.5, 1]),
     (operator.imod, [1, 0]), (operator.ipow, [1, 4])],
)  # fmt: skip
@pytest.mark.parametrize("other", [2, mx.nd.array([2, 2])], ids=["number", "array"])
def test_operators_in_place_keep_the_memory(f, expected, other):
    x = mx.nd.array([1, 2])
    view = x[0:2]
    y = f(x, other)
    assert y is x
    assert view.asnumpy().tolist() == x.asnumpy().tolist() == expected


def test_an_array_in_place_does_not_grow():
    x = mx.nd.ones((1, 3))
    with pytest.raises(ShapeError):
        x += mx.nd.ones((2, 3))
    assert x.asnumpy().tolist() == [[1, 1, 1]]


# -- dtypes, as in MXNet 1.9.1 -----------------------------------------------------------------------------------------
def test_integers_stay_integers():
    x = mx.nd.array([-7, 7, -7, 7], dtype="int32")
    y = mx.nd.array([2, -2, -2, 2], dtype="int32")
    assert (x / y).dtype == np.int32
    assert (x / y).asnumpy().tolist() == [-3, -3, 3, 3]                  # toward zero
    assert (x % y).asnumpy().tolist() == [1, -1, -1, 1]                  # the sign of the divisor
    assert (x * 1.9).asnumpy().tolist() == [-7, 7, -7, 7]                # the scalar becomes an integer first
    assert (x + 0.7).asnumpy().tolist() == [-7, 7, -7, 7]


def test_small_integers_wrap_around():
    x = mx.nd.array([250], dtype="uint8")
    assert (x + 10).asscalar() == 4
    assert (mx.nd.array([1], dtype="uint8") - 2).asscalar() == 255


def test_dtypes_do_not_mix():
    x, y = mx.nd.ones(2), mx.nd.ones(2, dtype="float64")
    with pytest.raises(DTypeError, match=r"elemwise_add: .*float32 and float64.*\n.*astype"):
        x + y
    with pytest.raises(DTypeError, match="float32 and int32"):
        x * mx.nd.ones(2, dtype="int32")


def test_shapes_must_broadcast():
    with pytest.raises(ShapeError, match=r"broadcast_add: .*\(2,\) and \(3,\)"):
        mx.nd.ones(2) + mx.nd.ones(3)


@pytest.mark.parametrize(
    "other", ["a", None, [1, 2], (1,), {}, np.ones(2), 1j, object()],
    ids=lambda o: type(o).__name__,
)
@pytest.mark.parametrize("f", [operator.add, operator.mul, operator.gt], ids=lambda f: f.__name__)
def test_other_kinds_are_type_errors(f, other):
    with pytest.raises(TypeError):
        f(mx.nd.ones(2), other)


def test_comparison_with_none_is_false():
    x = mx.nd.ones(2)
    assert (x == None) is False and (x != None) is True  # noqa: E711 - what old programs write


# -- functions of two operands -----------------------------------------------------------------------------------------
NAMES = (
    "add subtract multiply divide power maximum minimum hypot modulo equal greater lesser_equal logical_and logical_xor"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_functions_take_arrays_and_numbers(name):
    f = getattr(mx.nd, name)
    x, y = mx.nd.array([1, 2, 3]), mx.nd.array([2, 2, 2])
    both = f(x, y).asnumpy()
    assert np.allclose(f(x, 2).asnumpy(), both)
    assert np.allclose(f(1, y).asnumpy(), f(mx.nd.ones(3), y).asnumpy())
    assert not isinstance(f(3, 2), mx.nd.NDArray)                        # two numbers give a number
    assert f(3, 2) == pytest.approx(f(mx.nd.array([3]), mx.nd.array([2])).asscalar())


def test_functions_refuse_other_kinds():
    with pytest.raises(ArgumentError, match="add: expected NDArrays or numbers. Received: "):
        mx.nd.add("a", mx.nd.ones(1))


def test_special_values_raise_no_warning():
    x = mx.nd.array([0, -1, 1e38])
    assert np.isinf((1 / x).asnumpy()[0])
    assert np.isnan(mx.nd.log(x).asnumpy()[1])
    assert np.isinf((x * x).asnumpy()[2])
