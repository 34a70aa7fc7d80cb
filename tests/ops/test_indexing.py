"""Indexing operators: take, pick, gather_nd, Embedding, where, sequences. Expected values are those of MXNet 1.9.1."""

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError, ShapeError
from mxlearn.core.operator import find
from mxlearn.kernels.scatter import add_at

TABLE = [[1, 2, 3], [4, 5, 6]]


def gradient(function, *inputs):
    """Return the gradients of the sum of function(*inputs)."""
    for x in inputs:
        x.attach_grad()
    with mx.autograd.record():
        y = function(*inputs)
    y.backward()
    return [x.grad.asnumpy().tolist() for x in inputs]


# -- take, pick, one_hot -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("mode", "rows"), [("clip", [0, 0, 1]), ("wrap", [0, 1, 1])])
def test_take_clips_or_wraps_indices_outside(mode, rows):
    got = mx.nd.take(mx.nd.array(TABLE), mx.nd.array([0, -1, 7]), mode=mode)
    assert got.asnumpy().tolist() == [TABLE[i] for i in rows]


@pytest.mark.parametrize("index", [7, -1])
def test_take_raises_on_request(index):
    with pytest.raises(ShapeError, match="take: an index is out of bounds"):
        mx.nd.take(mx.nd.array(TABLE), mx.nd.array([0, index]), mode="raise")


def test_take_along_the_last_axis():
    got = mx.nd.take(mx.nd.array(TABLE), mx.nd.array([[0, 1], [1, 2]]), axis=-1)
    assert got.asnumpy().tolist() == [[[1, 2], [2, 3]], [[4, 5], [5, 6]]]


def test_gradients_of_repeated_rows_add_up():
    grads = gradient(lambda x, i: mx.nd.take(x, i), mx.nd.array(TABLE), mx.nd.array([0, 0, -1]))
    assert grads == [[[3, 3, 3], [0, 0, 0]], [0, 0, 0]]


def test_pick():
    table = mx.nd.array(TABLE)
    assert mx.nd.pick(table, mx.nd.array([0.9, 2])).asnumpy().tolist() == [1, 6]
    assert mx.nd.pick(table, mx.nd.array([[0], [2]])).asnumpy().tolist() == [1, 6]
    assert mx.nd.pick(table, mx.nd.array([0, 2]), keepdims=True).asnumpy().tolist() == [[1], [6]]
    assert mx.nd.pick(table, mx.nd.array([0, 1, 5]), axis=0).asnumpy().tolist() == [1, 5, 6]
    assert mx.nd.pick(table, mx.nd.array([-1, 4]), mode="wrap").asnumpy().tolist() == [3, 5]
    assert mx.nd.pick(mx.nd.array([1, 2, 3]), mx.nd.array([1])).shape == (1,)
    with pytest.raises(MXNetError, match="axis=None"):
        mx.nd.pick(table, mx.nd.array([4]), axis=None)
    with pytest.raises(ShapeError, match="pick: the shape of index"):
        mx.nd.pick(table, mx.nd.array([0, 1, 1]))


def test_one_hot_of_numbers_outside_is_off():
    got = mx.nd.one_hot(mx.nd.array([0, 2, -1, 5]), 3)
    assert got.asnumpy().tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    got = mx.nd.one_hot(mx.nd.array([[0, 1.7]]), 2, on_value=8, off_value=1, dtype="int32")
    assert got.dtype == np.int32
    assert got.asnumpy().tolist() == [[[8, 1], [1, 8]]]


# -- Embedding ---------------------------------------------------------------------------------------------------------
def test_embedding_reads_rows_and_clips():
    weight = mx.nd.arange(6).reshape((3, 2))
    got = mx.nd.Embedding(mx.nd.array([0, -1, 9]), weight, input_dim=3, output_dim=2)
    assert got.asnumpy().tolist() == [[0, 1], [0, 1], [4, 5]]


def test_embedding_gets_the_shape_of_its_weight_from_attributes():
    op = find("Embedding")
    attrs = op.complete(op.parse({"input_dim": 100, "output_dim": 8}))
    inputs, outputs = op.shape_rule(data=(4, -1), weight=None, **attrs)
    assert inputs == ((4, -1), (100, 8))
    assert outputs == ((4, -1, 8),)
    assert op.dtype_rule(data=np.dtype("int32"), weight=None, **attrs)[1] == (np.dtype("float32"),)


def test_embedding_names_a_weight_of_another_shape():
    with pytest.raises(ShapeError, match=r"Embedding.*\(4, 2\) and \(3, 2\)"):
        mx.nd.Embedding(mx.nd.array([0]), mx.nd.ones((3, 2)), input_dim=4, output_dim=2)


def test_embedding_gradient_adds_up_repeated_words():
    weight = mx.nd.zeros((3, 2))
    (grad,) = gradient(lambda w: mx.nd.Embedding(mx.nd.array([1, 1, 2]), w, input_dim=3, output_dim=2), weight)
    assert grad == [[0, 0], [2, 2], [1, 1]]


# -- index vectors -----------------------------------------------------------------------------------------------------
def test_gather_nd():
    table = mx.nd.array(TABLE)
    assert mx.nd.gather_nd(table, mx.nd.array([[0, 1], [2, 0]])).asnumpy().tolist() == [3, 4]
    assert mx.nd.gather_nd(table, mx.nd.array([[0, 1, 1]])).asnumpy().tolist() == [TABLE[0], TABLE[1], TABLE[1]]
    assert mx.nd.gather_nd(table, mx.nd.array([[-1, 1], [2, 0]])).asnumpy().tolist() == [6, 4]
    with pytest.raises(MXNetError, match="out of bounds"):
        mx.nd.gather_nd(table, mx.nd.array([[5, 1], [2, 0]]))
    grads = gradient(mx.nd.gather_nd, table, mx.nd.array([[0, 0], [1, 1]]))
    assert grads[0] == [[0, 2, 0], [0, 0, 0]]


def test_scatter_nd_keeps_the_last_and_its_sibling_adds():
    data, indices = mx.nd.array([1, 2, 3]), mx.nd.array([[0, 1, 0], [0, 1, 0]])
    assert mx.nd._internal._backward_gather_nd(data, indices, shape=(2, 2)).asnumpy().tolist() == [[4, 0], [0, 2]]
    unique = mx.nd.array([[0, 1, 1], [0, 1, 0]])
    assert mx.nd.scatter_nd(data, unique, shape=(2, 2)).asnumpy().tolist() == [[1, 0], [3, 2]]


def test_adding_at_rows_agrees_with_numpy():
    rng = np.random.default_rng(0)
    index, values = rng.integers(0, 50, 400), rng.normal(size=(400, 3))
    expected = np.zeros((50, 3))
    np.add.at(expected, index, values)
    np.testing.assert_allclose(add_at(np, (50, 3), np.float64, index, values), expected, rtol=1e-12)


def test_ravel_and_unravel():
    assert mx.nd.ravel_multi_index(mx.nd.array([[0, 1], [2, 0]]), shape=(2, 3)).asnumpy().tolist() == [2, 3]
    got = mx.nd.unravel_index(mx.nd.array([[2, 3], [5, 1]]), shape=(2, 3))
    assert got.asnumpy().tolist() == [[[0, 1], [1, 0]], [[2, 0], [2, 1]]]
    with pytest.raises(ShapeError, match=r"\(2, n\)"):
        mx.nd.ravel_multi_index(mx.nd.array([0, 2]), shape=(2, 3))


# -- reading parts while recording -------------------------------------------------------------------------------------
def test_gradient_flows_through_basic_and_advanced_indices():
    assert gradient(lambda x: x[1, 0:2], mx.nd.array(TABLE)) == [[[0, 0, 0], [1, 1, 0]]]
    assert gradient(lambda x: x[:, 2], mx.nd.array(TABLE)) == [[[0, 0, 1], [0, 0, 1]]]
    assert gradient(lambda x: x[mx.nd.array([0, 0])], mx.nd.array(TABLE)) == [[[2, 2, 2], [0, 0, 0]]]
    assert gradient(lambda x: x[[1, 1], [2, 2]], mx.nd.array(TABLE)) == [[[0, 0, 0], [0, 0, 2]]]


# -- where and masks ---------------------------------------------------------------------------------------------------
def test_where():
    assert mx.nd.where(mx.nd.array([np.nan, 0]), mx.nd.array([1, 2]), mx.nd.array([3, 4])).asnumpy().tolist() == [1, 4]
    rows = mx.nd.where(mx.nd.array([1, 0]), mx.nd.array([[1, 2], [3, 4]]), mx.nd.zeros((2, 2)))
    assert rows.asnumpy().tolist() == [[1, 2], [0, 0]]
    with pytest.raises(ShapeError, match="where: the shape"):
        mx.nd.where(mx.nd.ones((1, 2)), mx.nd.ones((2, 2)), mx.nd.zeros((2, 2)))
    with pytest.raises(MXNetError, match="one dtype"):
        mx.nd.where(mx.nd.array([1]), mx.nd.ones((1,)), mx.nd.ones((1,), dtype="int32"))


def test_where_lets_no_gradient_of_the_other_branch_through():
    condition, x, y = mx.nd.array([1, 0]), mx.nd.array([1, 0]), mx.nd.array([3, 4])
    x.attach_grad()
    with mx.autograd.record():
        out = mx.nd.where(condition, x * 2, y)
    out.backward()
    assert x.grad.asnumpy().tolist() == [2, 0]


def test_boolean_mask_and_its_gradient():
    data, mask = mx.nd.array(TABLE), mx.nd.array([0, 1])
    assert mx.nd.contrib.boolean_mask(data, mask).asnumpy().tolist() == [TABLE[1]]
    assert mx.nd.contrib.boolean_mask(data, mx.nd.zeros((2,))).shape == (0, 3)
    assert gradient(mx.nd.contrib.boolean_mask, data, mask)[0] == [[0, 0, 0], [1, 1, 1]]
    with pytest.raises(ShapeError, match="boolean_mask"):
        mx.nd.contrib.boolean_mask(data, mx.nd.array([0, 1, 1]))


def test_index_copy_and_its_gradient():
    old, index, new = mx.nd.array(TABLE), mx.nd.array([1]), mx.nd.array([[7, 8, 9]])
    assert mx.nd.contrib.index_copy(old, index, new).asnumpy().tolist() == [TABLE[0], [7, 8, 9]]
    assert gradient(mx.nd.contrib.index_copy, old, index, new) == [[[1, 1, 1], [0, 0, 0]], [0], [[1, 1, 1]]]
    with pytest.raises(ShapeError, match="index_vector"):
        mx.nd.contrib.index_copy(old, mx.nd.array([5]), new)


def test_histogram_operator_counts_the_right_edge():
    counts, edges = mx.nd._internal._histogram(mx.nd.array([0, 1, 2, 2, 9]), bin_cnt=2, range=(0, 4))
    assert counts.asnumpy().tolist() == [2, 2]
    assert edges.asnumpy().tolist() == [0, 2, 4]
    counts, _ = mx.nd._internal._histogram(mx.nd.array([0, 1, 2, 2, 9]), mx.nd.array([0, 1, 9]))
    assert counts.asnumpy().tolist() == [1, 4]


# -- sequences ---------------------------------------------------------------------------------------------------------
SEQUENCES = np.arange(12, dtype="float32").reshape(3, 2, 2)


def test_sequence_mask():
    x = mx.nd.array(SEQUENCES)
    got = mx.nd.SequenceMask(x, mx.nd.array([1, 2]), use_sequence_length=True, value=-1).asnumpy()
    assert got.tolist() == [[[0, 1], [2, 3]], [[-1, -1], [6, 7]], [[-1, -1], [-1, -1]]]
    got = mx.nd.SequenceMask(x, mx.nd.array([0, 1, 2]), use_sequence_length=True, axis=1).asnumpy()
    assert got.tolist() == [[[0, 0], [0, 0]], [[4, 5], [0, 0]], [[8, 9], [10, 11]]]
    assert mx.nd.SequenceMask(x).asnumpy().tolist() == SEQUENCES.tolist()
    with pytest.raises(MXNetError, match="axis"):
        mx.nd.SequenceMask(x, axis=2)


def test_sequence_last():
    x = mx.nd.array(SEQUENCES)
    assert mx.nd.SequenceLast(x).asnumpy().tolist() == [[8, 9], [10, 11]]
    got = mx.nd.SequenceLast(x, mx.nd.array([1, 2]), use_sequence_length=True)
    assert got.asnumpy().tolist() == [[0, 1], [6, 7]]
    got = mx.nd.SequenceLast(x, mx.nd.array([1, 2, 1]), use_sequence_length=True, axis=1)
    assert got.asnumpy().tolist() == [[0, 1], [6, 7], [8, 9]]


def test_sequence_reverse():
    x = mx.nd.array(SEQUENCES)
    assert mx.nd.SequenceReverse(x).asnumpy().tolist() == SEQUENCES[::-1].tolist()
    got = mx.nd.SequenceReverse(x, mx.nd.array([2, 3]), use_sequence_length=True)
    assert got.asnumpy().tolist() == [[[4, 5], [10, 11]], [[0, 1], [6, 7]], [[8, 9], [2, 3]]]


def test_gradient_of_sequence_mask_is_masked():
    (grad,) = gradient(
        lambda x: mx.nd.SequenceMask(x, mx.nd.array([0, 1, 2]), use_sequence_length=True), mx.nd.array(TABLE)
    )
    assert grad == [[0, 1, 1], [0, 0, 1]]


# -- creation ----------------------------------------------------------------------------------------------------------
def test_arange_like():
    x = mx.nd.ones((2, 4))
    assert mx.nd.contrib.arange_like(x, axis=1, repeat=2).asnumpy().tolist() == [0, 0, 1, 1]
    assert mx.nd.contrib.arange_like(mx.nd.array(TABLE)).asnumpy().tolist() == [[0, 1, 2], [3, 4, 5]]


def test_symbols_of_constants_evaluate():
    assert mx.sym._internal._arange(start=1, stop=4).eval()[0].asnumpy().tolist() == [1, 2, 3]
    assert mx.sym._internal._eye(N=2, k=1).eval()[0].asnumpy().tolist() == [[0, 1], [0, 0]]
    assert mx.sym._internal._full(shape=(2,), value=7, dtype="int64").eval()[0].asnumpy().tolist() == [7, 7]
