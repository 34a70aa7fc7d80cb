"""Gradients through sparse arrays: row-sparse where they are wanted so, right in any case."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import GradientError

sparse = mx.nd.sparse
X = np.array([[0, 2, 0, 0], [0, 0, 0, 0], [1, 0, 0, 3]], "float32")


def weight(stype=None, shape=(4, 2)):
    w = mx.nd.array(np.arange(np.prod(shape)).reshape(shape) + 1.0)
    w.attach_grad(stype=stype)
    return w


def embedded(w, rows):
    return mx.nd.Embedding(mx.nd.array(rows), w, input_dim=4, output_dim=2, sparse_grad=True)


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("second", [False, True])
def test_the_dense_factor_of_a_product(first, second):
    shapes = {(False, False): (4, 2), (True, False): (3, 2), (False, True): (2, 4), (True, True): (2, 3)}
    gradients = []
    for x in (mx.nd.array(X).tostype("csr"), mx.nd.array(X)):
        w = weight(shape=shapes[first, second])
        with mx.autograd.record():
            y = mx.nd.dot(x, w, transpose_a=first, transpose_b=second)
            loss = (y * y).sum()
        loss.backward()
        gradients.append(w.grad.asnumpy())
    np.testing.assert_allclose(*gradients, rtol=1e-6)


@pytest.mark.parametrize("second", [False, True])
def test_the_left_factor_of_a_product_with_a_csr_matrix(second):
    gradients = []
    for b in (mx.nd.array(X).tostype("csr"), mx.nd.array(X)):
        a = weight(shape=(2, 4) if second else (2, 3))
        with mx.autograd.record():
            y = mx.nd.dot(a, b, transpose_b=second)
            loss = (y.tostype("default") ** 2).sum()
        loss.backward()
        gradients.append(a.grad.asnumpy())
    np.testing.assert_allclose(*gradients, rtol=1e-6)


def test_only_the_rows_of_columns_in_use_travel():
    w = weight("row_sparse")
    with mx.autograd.record():
        y = mx.nd.dot(mx.nd.array(X).tostype("csr"), w).sum()
    y.backward()
    assert w.grad.indices.asnumpy().tolist() == [0, 1, 3]
    assert w.grad.data.asnumpy().tolist() == [[1, 1], [2, 2], [3, 3]]


def test_rows_that_an_embedding_reads_are_in_its_gradient_even_where_it_is_zero():
    w = weight("row_sparse")
    with mx.autograd.record():
        y = (embedded(w, [3, 1, 3]) * mx.nd.array([[1, 1], [0, 0], [1, 1]])).sum()
    y.backward()
    assert w.grad.indices.asnumpy().tolist() == [1, 3]
    assert w.grad.data.asnumpy().tolist() == [[0, 0], [2, 2]]


def test_a_weight_used_twice_has_the_rows_of_both():
    w = weight("row_sparse")
    with mx.autograd.record():
        y = embedded(w, [3]).sum() + mx.nd.dot(mx.nd.array(X).tostype("csr"), w).sum()
    y.backward()
    assert w.grad.indices.asnumpy().tolist() == [0, 1, 3]
    assert w.grad.asnumpy()[:, 0].tolist() == [1, 2, 0, 4]


def test_gradients_add_up_where_that_is_asked_for():
    w = mx.nd.ones((4, 2))
    w.attach_grad("add", stype="row_sparse")
    for rows in ([2], [0, 2]):
        with mx.autograd.record():
            y = embedded(w, rows).sum()
        y.backward()
    assert w.grad.indices.asnumpy().tolist() == [0, 2]
    assert w.grad.asnumpy()[:, 0].tolist() == [1, 0, 2, 0]


@pytest.mark.parametrize("stype", [None, "csr"])
def test_a_gradient_of_another_storage_receives_the_rows(stype):
    w = weight(stype)
    with mx.autograd.record():
        y = embedded(w, [3, 0]).sum()
    y.backward()
    assert w.grad.stype == (stype or "default")
    assert w.grad.asnumpy()[:, 1].tolist() == [1, 0, 0, 1]


def test_rows_pass_through_other_operators():
    gradients = []
    for sparse_grad in (True, False):
        w = weight()
        with mx.autograd.record():
            scaled = mx.nd.transpose(w.reshape((2, 4))) * 3 + mx.nd.exp(w)
            y = mx.nd.Embedding(mx.nd.array([3, 0]), scaled, input_dim=4, output_dim=2, sparse_grad=sparse_grad)
            loss = (y * y).sum()
        loss.backward()
        gradients.append(w.grad.asnumpy())
    np.testing.assert_allclose(*gradients, rtol=1e-6)


def test_a_graph_hands_rows_to_its_caller():
    net = mx.gluon.nn.Embedding(4, 2, sparse_grad=True)
    net.initialize()
    net.hybridize()
    with mx.autograd.record():
        y = (net(mx.nd.array([1, 3])) * mx.nd.array([[0, 0], [1, 1]])).sum()
    y.backward()
    assert net.weight.grad().stype == "row_sparse"
    assert net.weight.grad().indices.asnumpy().tolist() == [1, 3]


@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_a_sparse_array_can_be_the_leaf(stype):
    x = mx.nd.array(X).tostype(stype)
    x.attach_grad()
    assert x.grad.stype == stype
    with mx.autograd.record():
        y = mx.nd.square(x)
        assert y.stype == stype
        loss = (y.tostype("default") * 2).sum()
    loss.backward()
    np.testing.assert_array_equal(x.grad.asnumpy(), 4 * X)


def test_a_sparse_head_starts_from_ones():
    x = mx.nd.array(X).tostype("csr")
    x.attach_grad(stype="default")
    with mx.autograd.record():
        y = x * 3
    y.backward()
    assert x.grad.asnumpy().tolist() == np.full((3, 4), 3.0).tolist()


def test_autograd_grad_returns_rows():
    w = weight("row_sparse")
    with mx.autograd.record():
        y = embedded(w, [3, 3]).sum()
    (found,) = mx.autograd.grad(y, [w])
    assert found.stype == "row_sparse" and found.indices.asnumpy().tolist() == [3]


def test_a_sparse_product_is_differentiated_once():
    w = weight()
    with mx.autograd.record():
        y = mx.nd.dot(mx.nd.array(X).tostype("csr"), w)
        with pytest.raises(GradientError, match="once only"):
            mx.autograd.grad(y, [w], create_graph=True)


def test_an_embedding_can_be_differentiated_twice():
    w = weight("row_sparse")
    with mx.autograd.record():
        y = (embedded(w, [3, 1]) ** 3).sum()
        (g,) = mx.autograd.grad(y, [w], create_graph=True)
        loss = (g * g).sum()
    loss.backward()
    expected = np.zeros((4, 2))
    rows = np.array([[7, 8], [3, 4]], "float64")
    expected[[3, 1]] = 2 * (3 * rows**2) * 6 * rows
    np.testing.assert_allclose(w.grad.asnumpy(), expected, rtol=1e-5)
