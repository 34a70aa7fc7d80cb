"""The classes CSRNDArray and RowSparseNDArray: parts, conversions, misuse. The rest is compared in tests/golden."""
import copy
import pickle

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, NotSupportedForSparseNDArray, ShapeError

sparse = mx.nd.sparse
DENSE = np.array([[0, 1, 0], [0, 0, 0], [2, 0, 3]], "float32")


@pytest.fixture(params=["csr", "row_sparse"])
def x(request):
    return mx.nd.array(DENSE).tostype(request.param)


def test_a_csr_matrix_holds_elements_columns_and_the_begin_of_rows():
    x = sparse.csr_matrix(DENSE)
    assert x.data.asnumpy().tolist() == [1, 2, 3]
    assert x.indices.asnumpy().tolist() == [1, 0, 2]
    assert x.indptr.asnumpy().tolist() == [0, 1, 1, 3]
    assert x.indices.dtype == x.indptr.dtype == np.int64


def test_a_row_sparse_array_holds_rows_and_their_numbers():
    x = sparse.row_sparse_array(DENSE)
    assert x.indices.asnumpy().tolist() == [0, 2]
    assert x.data.asnumpy().tolist() == [[0, 1, 0], [2, 0, 3]]


def test_what_it_is(x):
    assert isinstance(x, mx.nd.NDArray) and isinstance(x, sparse.BaseSparseNDArray)
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((3, 3), 2, 9, np.float32, 3)
    assert x.context == mx.cpu() and x.writable and x.grad is None
    np.testing.assert_array_equal(np.asarray(x), DENSE)
    assert x.tolist() == DENSE.tolist()


def test_the_parts_are_copies():
    x = sparse.csr_matrix(DENSE)
    x.data[:] = 7
    x.indices[:] = 0
    np.testing.assert_array_equal(x.asnumpy(), DENSE)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_have_memory_of_their_own(x, duplicate):
    other = duplicate(x)
    assert type(other) is type(x)
    other[:] = np.zeros((3, 3), "float32")
    np.testing.assert_array_equal(x.asnumpy(), DENSE)


def test_elements_at_one_place_are_added():
    x = sparse.csr_matrix(([1, 2, 3], ([0, 2, 0], [1, 0, 1])), shape=(3, 2))
    assert x.asnumpy().tolist() == [[0, 4], [0, 0], [2, 0]]
    assert sparse.csr_matrix(([5.0], ([1], [2]))).shape == (2, 3)


def test_scipy_there_and_back():
    scipy = pytest.importorskip("scipy.sparse")
    x = sparse.csr_matrix(DENSE)
    np.testing.assert_array_equal(x.asscipy().toarray(), DENSE)
    for make in (scipy.csr_matrix, scipy.coo_matrix, scipy.csc_matrix, scipy.csr_array):
        for found in (sparse.csr_matrix(make(DENSE)), mx.nd.array(make(DENSE)), sparse.array(make(DENSE))):
            assert found.stype == "csr" and found.dtype == np.float32
            np.testing.assert_array_equal(found.asnumpy(), DENSE)


def test_rows_of_a_csr_matrix():
    x = sparse.csr_matrix(DENSE)
    assert x[2].asnumpy().tolist() == [[2, 0, 3]]
    assert x[1:1].shape == (0, 3)
    assert [row.asnumpy().tolist() for row in x] == [[row] for row in DENSE.tolist()]


def test_a_csr_matrix_without_elements():
    x = sparse.zeros("csr", (3, 4))
    assert mx.nd.dot(x, mx.nd.ones((4, 2))).asnumpy().tolist() == [[0, 0]] * 3
    assert mx.nd.dot(x, mx.nd.ones((3, 2)), transpose_a=True).indices.shape == (0,)
    assert (x + x).asnumpy().sum() == x.sum().asscalar() == 0
    assert sparse.csr_matrix(np.zeros((0, 4), "float32")).shape == (0, 4)


@pytest.mark.parametrize(
    ("misuse", "error", "message"),
    [
        (lambda: sparse.csr_matrix(DENSE)[5], IndexError, "row 5 of an array of 3 rows"),
        (lambda: sparse.csr_matrix(DENSE)[0, 1], ArgumentError, "tostype"),
        (lambda: sparse.row_sparse_array(DENSE)[0], ArgumentError, "retain"),
        (lambda: sparse.row_sparse_array(DENSE).reshape(9), NotSupportedForSparseNDArray, "tostype"),
        (lambda: sparse.csr_matrix(DENSE).tostype("row_sparse"), MXNetError, "'default' first"),
        (lambda: sparse.csr_matrix(DENSE).tostype("coo"), ArgumentError, "coo"),
        (lambda: sparse.csr_matrix(DENSE, shape=(2, 2)), ShapeError, "Shape mismatch"),
        (lambda: sparse.csr_matrix(([1.0], ([3], [0])), shape=(2, 2)), ShapeError, "outside"),
        (lambda: sparse.csr_matrix(([1.0, 2.0], ([1], [0]))), ShapeError, "one length"),
        (lambda: sparse.csr_matrix((["a"], [0], [0, 1])), ArgumentError, "no array of numbers"),
        (lambda: sparse.zeros("csr", (2, 2), colour=1), ArgumentError, "'colour'"),
        (lambda: sparse.zeros("csr", (2, 2, 2)), ShapeError, "two dimensions"),
        (lambda: sparse.array(DENSE), ArgumentError, "mx.nd.array"),
        (lambda: sparse.csr_matrix(DENSE).as_np_ndarray(), ArgumentError, "mx.np"),
        (lambda: sparse.CSRNDArray(mx.nd.ones((2, 2))), ArgumentError, "csr_matrix"),
        (lambda: sparse.sofmax, AttributeError, "'sofmax'"),
        (lambda: mx.nd.dot(sparse.csr_matrix(DENSE), mx.nd.ones((2, 2))), ShapeError, "dot: the last axis"),
        (lambda: mx.nd.dot(sparse.csr_matrix(DENSE), mx.nd.ones((3, 2), dtype="float64")), TypeError, "one dtype"),
        (lambda: sparse.csr_matrix(DENSE) + mx.nd.ones((2, 2)), ShapeError, "broadcast_add"),
        (lambda: sparse.csr_matrix(DENSE) + [1, 2], TypeError, "expected NDArrays or numbers"),
        (lambda: mx.nd.dot(sparse.csr_matrix(DENSE), DENSE), TypeError, "expected an NDArray"),
        (lambda: sparse.csr_matrix(DENSE).to_dlpack_for_read(), MXNetError, "no dense elements"),
    ],
)
def test_misuse_says_what_to_do(misuse, error, message):
    with pytest.raises(error, match=message):
        misuse()


def test_zeros_too_many_to_spread_out_are_an_error():
    x = sparse.zeros("row_sparse", (10**12, 100))
    assert x.indices.shape == (0,)
    with pytest.raises(MemoryError, match="does not fit into memory as a dense one"):
        x.tostype("default")


def test_a_recorded_array_is_not_overwritten(x):
    x.attach_grad()
    with mx.autograd.record(), pytest.raises(MXNetError, match="recorded"):
        x[:] = DENSE
