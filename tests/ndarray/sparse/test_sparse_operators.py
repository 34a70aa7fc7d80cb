"""Operators on sparse arrays against those on dense ones; which storage results have is in tests/golden."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.core.operator import find
from mxlearn.ndarray.sparse import kernels

sparse = mx.nd.sparse


@pytest.fixture
def dense():
    random = np.random.RandomState(3)
    return (random.normal(size=(6, 5)) * (random.uniform(size=(6, 5)) < 0.5)).astype("float32")


@pytest.mark.parametrize("name", [*kernels.SAME_PLACES, "_mul_scalar", "clip"])
@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_functions_of_stored_elements(name, stype, dense):
    attrs = {"_mul_scalar": {"scalar": 3.0}, "clip": {"a_min": -0.5, "a_max": 0.25}}.get(name, {})
    values = abs(dense) if name == "sqrt" else np.tanh(dense) / 2
    function = getattr(mx.nd.op, name, None) or getattr(mx.nd._internal, name)
    result = function(mx.nd.array(values).tostype(stype), **attrs)
    assert result.stype == stype
    np.testing.assert_array_equal(result.asnumpy(), function(mx.nd.array(values), **attrs).asnumpy())


def test_functions_that_move_zero_are_not_among_them():
    one = np.zeros(1, "float32")
    for name in kernels.SAME_PLACES:
        assert find(name).kernel(np, one)[0] == 0, name


def test_every_kernel_is_of_an_operator():
    assert {find(name).name for name in kernels.KERNELS} == set(kernels.KERNELS)


@pytest.mark.parametrize("flags", [(a, b) for a in (False, True) for b in (False, True)])
def test_products_with_a_csr_matrix(flags, dense):
    first, second = flags
    x = mx.nd.array(dense)
    others = {"left": x.tostype("csr"), "right": mx.nd.random.normal(shape=(6, 5))}
    lhs = others["left"] if first == second else None
    if lhs is None:  # (6, 5) . (6, 5)^T, or its transpose
        rhs = others["right"]
        lhs = x.tostype("csr")
        lhs, rhs = (lhs, rhs) if second else (lhs, rhs)
        expected = dense.T @ rhs.asnumpy() if first else dense @ rhs.asnumpy().T
    else:
        rhs = mx.nd.random.normal(shape=(7, 6) if second else (5, 7))
        expected = dense.T @ rhs.asnumpy().T if first else dense @ rhs.asnumpy()
    result = mx.nd.dot(lhs, rhs, transpose_a=first, transpose_b=second)
    np.testing.assert_allclose(result.asnumpy(), expected, rtol=1e-5, atol=1e-6)


def test_a_product_with_a_vector(dense):
    result = mx.nd.dot(mx.nd.array(dense).tostype("csr"), mx.nd.array([1, 2, 3, 4, 5]))
    np.testing.assert_allclose(result.asnumpy(), dense @ np.arange(1, 6), rtol=1e-5)


def test_a_product_never_makes_the_matrix_dense():
    x = sparse.csr_matrix(([2.0, 3.0], [10**9, 5], [0, 1, 2]), shape=(2, 10**9 + 1))
    y = mx.nd.dot(x, mx.nd.array([[1.0], [10.0]]), transpose_a=True)
    assert y.stype == "row_sparse" and y.indices.asnumpy().tolist() == [5, 10**9]
    assert y.data.asnumpy().tolist() == [[30.0], [2.0]]
    assert x.sum().asscalar() == 5 and x[1].indices.asnumpy().tolist() == [5]


@pytest.mark.parametrize("parts", [([1.0], [7], [0, 1, 1]), ([1.0], [0], [0, -1, 1]), ([1.0], [0], [0, 10**15, 1])])
def test_parts_that_are_no_matrix_are_named(parts):
    x = sparse.csr_matrix(parts, shape=(2, 2))
    with pytest.raises(mx.MXNetError, match="CSRNDArray of shape"):
        mx.nd.dot(x, mx.nd.ones((2, 1)), transpose_a=parts[1] == [0])


def test_float16_is_added_in_float32():
    x = mx.nd.ones((1, 4096), dtype="float16").tostype("csr")
    assert mx.nd.dot(x, mx.nd.ones((4096, 1), dtype="float16")).asscalar() == 4096
    assert mx.nd.dot(x.T.tostype("csr"), mx.nd.ones((4096, 1), dtype="float16"), transpose_a=True).asscalar() == 4096


def test_taking_rows_in_any_order(dense):
    x = mx.nd.array(dense).tostype("csr")
    rows = [5, 0, 0, 3]
    taken = mx.nd.take(x, mx.nd.array(rows))
    taken.check_format()
    np.testing.assert_array_equal(taken.asnumpy(), dense[rows])


def test_parts_of_a_matrix_are_sound(dense):
    x = mx.nd.array(dense).tostype("csr")
    for part, expected in (
        (x[1:4], dense[1:4]),
        (x.slice(begin=(1, 1), end=(5, 4)), dense[1:5, 1:4]),
        (sparse.concat(x, x[2], x, dim=0), np.concatenate([dense, dense[2:3], dense])),
        (x + x * 2, dense * 3),
        (x - x, dense * 0),
    ):
        part.check_format()
        np.testing.assert_allclose(part.asnumpy(), expected, rtol=1e-6)


def test_unsorted_columns_mean_the_same(dense):
    x = mx.nd.array(dense).tostype("csr")
    values = x.asnumpy()
    order = np.concatenate([np.arange(a, b)[::-1] for a, b in zip(x._raw.indptr[:-1], x._raw.indptr[1:], strict=True)])
    y = sparse.csr_matrix((x._raw.data[order], x._raw.indices[order], x._raw.indptr), shape=x.shape)
    np.testing.assert_array_equal((y + x).asnumpy(), 2 * values)
    np.testing.assert_allclose(mx.nd.dot(y, mx.nd.ones((5, 1))).asnumpy()[:, 0], values.sum(1), rtol=1e-5)


def test_an_operator_without_a_sparse_kernel_sees_the_dense_array(dense):
    x = mx.nd.array(dense).tostype("csr")
    result = mx.nd.softmax(x)
    assert result.stype == "default"
    np.testing.assert_array_equal(result.asnumpy(), mx.nd.softmax(mx.nd.array(dense)).asnumpy())


def test_out_takes_any_storage(dense):
    x, target = mx.nd.array(dense).tostype("csr"), mx.nd.ones((6, 5))
    assert mx.nd.square(x, out=target) is target
    np.testing.assert_array_equal(target.asnumpy(), dense**2)
    target = sparse.zeros("row_sparse", (6, 5))
    assert mx.nd.square(mx.nd.array(dense), out=target) is target
    np.testing.assert_array_equal(target.asnumpy(), dense**2)
    mx.nd.sparse.zeros_like(target, out=target)
    assert target.indices.shape == (0,)


def test_a_sparse_value_fills_a_dense_array(dense):
    target = mx.nd.ones((6, 5))
    target[:] = mx.nd.array(dense).tostype("csr")
    np.testing.assert_array_equal(target.asnumpy(), dense)
    target += mx.nd.array(dense).tostype("row_sparse")
    np.testing.assert_array_equal(target.asnumpy(), 2 * dense)


def test_in_place_arithmetic_keeps_the_storage(dense):
    x = same = mx.nd.array(dense).tostype("csr")
    x *= 2
    x += x
    assert x is same and x.stype == "csr"
    np.testing.assert_array_equal(x.asnumpy(), 4 * dense)


def test_hybridized_blocks_take_sparse_arrays(dense):
    net = mx.gluon.nn.Dense(3, in_units=5)
    net.initialize()
    expected = net(mx.nd.array(dense)).asnumpy()
    np.testing.assert_array_equal(net(mx.nd.array(dense).tostype("csr")).asnumpy(), expected)
    net.hybridize()
    np.testing.assert_allclose(net(mx.nd.array(dense).tostype("csr")).asnumpy(), expected, rtol=1e-6)
