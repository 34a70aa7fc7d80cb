"""Lazy updates: rows with a gradient step as in the dense optimizer, all others stay untouched."""
import numpy as np
import pytest

import mxlearn as mx

sparse = mx.nd.sparse
LAZY = {
    "sgd": {"wd": 0.1},
    "sgd momentum": {"wd": 0.1, "momentum": 0.9},
    "adam": {"wd": 0.1},
    "adagrad": {},
    "groupadagrad": {},
}


@pytest.mark.parametrize("case", LAZY)
@pytest.mark.parametrize("stype", ["default", "row_sparse"])
def test_rows_without_a_gradient_stay(case, stype):
    start = np.random.RandomState(0).normal(size=(5, 2)).astype("float32")
    gradient = np.zeros((5, 2), "float32")
    gradient[[1, 3]] = 0.5
    weights = []
    for grad in (mx.nd.array(gradient), mx.nd.array(gradient).tostype("row_sparse")):
        weight = mx.nd.array(start).tostype("default" if grad.stype == "default" else stype)
        updater = mx.optimizer.get_updater(mx.optimizer.create(case.split()[0], learning_rate=0.1, **LAZY[case]))
        for _ in range(3):
            updater(0, grad, weight)
        weights.append(weight)
    dense, lazy = weights
    assert lazy.stype == stype
    np.testing.assert_allclose(lazy.asnumpy()[[1, 3]], dense.asnumpy()[[1, 3]], rtol=1e-6)
    np.testing.assert_array_equal(lazy.asnumpy()[[0, 2, 4]], start[[0, 2, 4]])


def test_a_gradient_without_rows_changes_nothing():
    weight = mx.nd.ones((3, 2))
    mx.nd.sgd_update(weight, sparse.zeros("row_sparse", (3, 2)), out=weight, lr=0.1, wd=0.5)
    assert weight.asnumpy().tolist() == [[1, 1]] * 3


def test_a_row_sparse_weight_gets_rows_that_it_did_not_store():
    weight = sparse.zeros("row_sparse", (4, 1))
    grad = sparse.row_sparse_array(([[1.0]], [2]), shape=(4, 1))
    mx.nd.sgd_update(weight, grad, out=weight, lr=0.5)
    assert weight.indices.asnumpy().tolist() == [2]
    assert weight.asnumpy().ravel().tolist() == [0, 0, -0.5, 0]


def test_without_out_the_weight_stays_as_it_was():
    weight = mx.nd.ones((2, 1))
    new = mx.nd.sgd_update(weight, sparse.row_sparse_array(([[1.0]], [1]), shape=(2, 1)), lr=0.5)
    assert weight.asnumpy().ravel().tolist() == [1, 1]
    assert new.asnumpy().ravel().tolist() == [1, 0.5]


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(mx.base.ShapeError, match="sgd_update"):
        mx.nd.sgd_update(mx.nd.ones((2, 1)), sparse.zeros("row_sparse", (3, 1)), lr=0.5)


def test_states_of_a_row_sparse_weight_are_saved_and_loaded():
    weight = mx.nd.ones((4, 2)).tostype("row_sparse")
    grad = sparse.row_sparse_array(([[1.0, 2.0]], [2]), shape=(4, 2))
    updater = mx.optimizer.get_updater(mx.optimizer.Adam())
    updater(0, grad, weight)
    other = mx.optimizer.get_updater(mx.optimizer.Adam())
    other.set_states(updater.get_states())
    copied = weight.copy()
    updater(0, grad, weight)
    other(0, grad, copied)
    np.testing.assert_array_equal(weight.asnumpy(), copied.asnumpy())
