"""Infinities, nan and ties: values where a formula is silent, as the real MXNet 1.9.1 answers."""
import numpy as np
import pytest

import mxlearn as mx

NAN, INF = float("nan"), float("inf")


def values(array) -> list:
    return array.asnumpy().tolist()


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("log", [0, -1], [-INF, NAN]),
        ("rsqrt", [4, 0, -1], [0.5, INF, NAN]),
        ("reciprocal", [4, 0], [0.25, INF]),
        ("rcbrt", [-8, 0], [-0.5, INF]),
        ("arccosh", [0.5, 1], [NAN, 0]),
        ("gamma", [0, -1, 200], [INF, NAN, INF]),
        ("gammaln", [0, -1], [INF, INF]),
        ("erf", [INF, -INF], [1, -1]),
        ("erfinv", [-1, 1, 2], [-INF, INF, NAN]),
        ("sign", [NAN, -3], [0, -1]),
        ("relu", [-1, NAN], [0, NAN]),
        ("round", [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997], [-3, -2, -1, 1, 2, 3, 0]),
        ("rint", [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5], [-3, -2, -1, 0, 1, 2, 3]),
        ("fix", [-2.5, 2.5], [-2, 2]),
    ],
)
def test_unary(name, given, expected):
    np.testing.assert_array_equal(getattr(mx.nd, name)(mx.nd.array(given)).asnumpy(), np.array(expected, "float32"))


def test_division_by_zero_is_silent():
    np.testing.assert_array_equal((mx.nd.array([-1, 0, 1]) / 0).asnumpy(), [-INF, NAN, INF])


def test_remainder_has_the_sign_of_the_divisor_and_is_0_for_divisor_0():
    x, y = mx.nd.array([5, -5, 5, -5]), mx.nd.array([3, 3, -3, -3])
    assert values(x % y) == [2, 1, -1, -2]
    assert values(x % 0) == [0, 0, 0, 0]
    assert values(x.astype("int32") % y.astype("int32")) == [2, 1, -1, -2]
    assert values(x.astype("int32") % 0) == [0, 0, 0, 0]


def test_integers_divide_toward_zero():
    x, y = mx.nd.array([-7, 7, -7, 7], dtype="int32"), mx.nd.array([2, -2, -2, 2], dtype="int32")
    assert values(x / y) == [-3, -3, 3, 3]
    assert values(x / 2) == [-3, 3, -3, 3]
    assert values(x / 0) == [0, 0, 0, 0]


def test_the_array_decides_the_dtype_and_the_number_is_truncated_to_it():
    x = mx.nd.array([-7, 3], dtype="int32")
    assert values(x * 1.9) == [-7, 3]
    assert values(2.5 - x) == [9, -1]
    assert values(x == 3.7) == [0, 1]
    assert values(mx.nd.maximum(x, 3.5)) == [3, 3]
    small = mx.nd.array([250, 3], dtype="uint8")
    assert values(small + 10) == [4, 13]
    assert values(small == -6) == [1, 0]
    flags = mx.nd.array([1, 0, 1], dtype="bool")
    assert (flags * 2).dtype == np.int64
    assert values(flags + 0.5) == [1, 0, 1]


def test_integer_powers_are_truncated():
    x = mx.nd.array([2, 3, -1, 1], dtype="int32")
    assert values(x**-1) == [0, 0, -1, 1]
    assert values(2 ** mx.nd.array([-7, 3], dtype="int32")) == [0, 8]


def gradient_of(function, data) -> list:
    x = mx.nd.array(data)
    x.attach_grad()
    with mx.autograd.record():
        y = function(x)
    y.backward()
    return values(x.grad)


@pytest.mark.parametrize(
    ("function", "data", "expected"),
    [
        (lambda x: mx.nd.max(x, axis=1), [[1, 3, 3], [2, 2, 2]], [[0, 1, 1], [1, 1, 1]]),
        (lambda x: mx.nd.min(x), [1, 3, 1], [1, 0, 1]),
        (lambda x: mx.nd.maximum(x, 1), [0, 1, 2], [0, 1, 1]),
        (lambda x: mx.nd.minimum(x, 1), [0, 1, 2], [1, 1, 0]),
        (lambda x: mx.nd.clip(x, 1, 2), [0, 1, 1.5, 2, 3], [0, 1, 1, 1, 0]),
        (lambda x: mx.nd.abs(x), [-3, 0, 3], [-1, 0, 1]),
        (lambda x: mx.nd.relu(x), [-3, 0, 3], [0, 0, 1]),
        (lambda x: mx.nd.nansum(x), [NAN, 2], [0, 1]),
        (lambda x: mx.nd.nanprod(x), [NAN, 2, 3], [0, 3, 2]),
        (lambda x: mx.nd.topk(x, k=2, ret_typ="value"), [0, -2, 2], [1, 0, 1]),
        (lambda x: mx.nd.shape_array(x).astype("float32").sum() + x.sum() * 0, [1, 2], [0, 0]),
    ],
)
def test_gradient_at_ties_and_kinks(function, data, expected):
    assert gradient_of(function, data) == expected


def test_the_first_input_of_equal_ones_gets_the_gradient_of_maximum():
    x, y = mx.nd.array([1, 2, 3]), mx.nd.array([1, 3, 2])
    x.attach_grad()
    y.attach_grad()
    with mx.autograd.record():
        z = mx.nd.maximum(x, y)
    z.backward()
    assert values(x.grad) == [1, 0, 1]
    assert values(y.grad) == [0, 1, 0]


def test_gradients_that_are_better_than_those_of_mxnet():
    assert gradient_of(lambda x: mx.nd.prod(x), [0, 2, 3]) == [6, 0, 0]  # MXNet: nan, 0, 0
    assert gradient_of(lambda x: mx.nd.norm(x), [0, 0]) == [0, 0]  # MXNet: nan, nan
    assert gradient_of(lambda x: x**0, [0, 2]) == [0, 0]  # MXNet: nan, 0


def test_full_reductions_have_shape_1():
    x = mx.nd.ones((2, 3))
    for name in ("sum", "mean", "prod", "max", "min", "norm", "argmax", "nansum"):
        assert getattr(mx.nd, name)(x).shape == (1,)
        assert getattr(mx.nd, name)(x, keepdims=True).shape == (1, 1)
    assert mx.nd.dot(mx.nd.ones(3), mx.nd.ones(3)).shape == (1,)


def test_norm_neither_overflows_nor_vanishes():
    np.testing.assert_allclose(mx.nd.norm(mx.nd.array([3e30, 4e30])).asnumpy(), [5e30], rtol=1e-6)
    np.testing.assert_allclose(mx.nd.norm(mx.nd.array([3e-30, 4e-30])).asnumpy(), [5e-30], rtol=1e-6)


def test_float16_is_summed_in_float32():
    x = mx.nd.ones(4096, dtype="float16")
    assert values(mx.nd.sum(x)) == [4096]  # in float16 the sum stops growing at 2048
    assert values(mx.nd.cumsum(x)[-1:]) == [4096]


def test_sorting_is_stable_in_both_directions():
    x = mx.nd.array([2, 1, 2, 1])
    assert values(mx.nd.argsort(x)) == [1, 3, 0, 2]
    assert values(mx.nd.argsort(x, is_ascend=False)) == [0, 2, 1, 3]
    assert values(mx.nd.topk(x, k=2)) == [0, 2]


def test_casts_to_small_integers_wrap():
    assert values(mx.nd.cast(mx.nd.array([-1.9, 300, 1.9]), dtype="uint8")) == [255, 44, 1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mx.nd.elemwise_add(mx.nd.ones((2, 3)), mx.nd.ones(3)), "elemwise_add"),
        (lambda: mx.nd.broadcast_add(mx.nd.ones((2, 3)), mx.nd.ones(2)), "cannot be broadcast"),
        (lambda: mx.nd.broadcast_to(mx.nd.ones(3), shape=(2, 3)), "same number of dimensions"),
        (lambda: mx.nd.broadcast_axis(mx.nd.ones((1, 3)), axis=1, size=2), "must be 1"),
        (lambda: mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3))), "must be equal"),
        (lambda: mx.nd.batch_dot(mx.nd.ones((2, 4)), mx.nd.ones((4, 5))), "Use dot"),
        (lambda: mx.nd.sum(mx.nd.ones((2, 3)), axis=2), "out of range"),
        (lambda: mx.nd.norm(mx.nd.ones(2), ord=3), "ord must be 1 or 2"),
        (lambda: mx.nd.topk(mx.nd.ones((2, 3)), k=5), "k=5"),
        (lambda: mx.nd.reshape_like(mx.nd.ones((2, 3)), mx.nd.ones((4, 2))), "cannot reshape"),
        (lambda: mx.nd.linalg.det(mx.nd.ones((2, 3))), "square"),
        (lambda: mx.nd.linalg.extractdiag(mx.nd.ones((2, 3))), "square"),
        (lambda: mx.nd.linalg.gemm2(mx.nd.ones((2, 3, 3)), mx.nd.ones((1, 3, 3))), "batch dimensions"),
        (lambda: mx.nd.linalg.trsm(mx.nd.ones((2, 3, 3)), mx.nd.ones((3, 3))), "batch dimensions"),
        (lambda: mx.nd.khatri_rao(mx.nd.ones((2, 3)), mx.nd.ones((2, 1))), "equal numbers of columns"),
        (lambda: mx.nd.batch_dot(mx.nd.ones((1, 2, 4)), mx.nd.ones((2, 4, 5))), "batch dimensions"),
        (lambda: mx.nd.linalg.maketrian(mx.nd.ones(2)), "n (n + 1) / 2"),
        (lambda: mx.nd.elemwise_add(mx.nd.ones(2), mx.nd.ones(2, dtype="int32")), "dtype"),
    ],
)
def test_errors_name_the_operator_and_say_what_was_expected(call, words):
    with pytest.raises(mx.MXNetError) as caught:
        call()
    assert words in str(caught.value)
