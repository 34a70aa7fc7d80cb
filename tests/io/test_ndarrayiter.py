"""NDArrayIter: every batch of every pass, by hand and from the real MXNet 1.9.1."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, ShapeError

DATA = np.arange(5.0).reshape(5, 1)
LABEL = np.arange(5) * 10


def passes(iterator, count):
    """Return, for each of ``count`` passes, the labels and the pad of each batch."""
    found = []
    for _ in range(count):
        found.append([(batch.label[0].asnumpy().tolist(), batch.pad) for batch in iterator])
        iterator.reset()
    return found


def test_pad_fills_the_last_batch_from_the_start():
    one = [([0, 10, 20], 0), ([30, 40, 0], 1)]
    assert passes(mx.io.NDArrayIter(DATA, LABEL, batch_size=3), 2) == [one, one]


def test_pad_repeats_the_data_where_a_batch_is_larger_than_all_of_it():
    assert passes(mx.io.NDArrayIter(DATA, LABEL, batch_size=7), 1) == [[([0, 10, 20, 30, 40, 0, 10], 2)]]


def test_discard_leaves_the_incomplete_batch_out():
    iterator = mx.io.NDArrayIter(DATA, LABEL, batch_size=3, last_batch_handle="discard")
    assert iterator.num_data == 3
    assert passes(iterator, 2) == [[([0, 10, 20], 0)]] * 2


def test_roll_over_begins_the_next_pass_with_what_was_left():
    iterator = mx.io.NDArrayIter(DATA, LABEL, batch_size=3, last_batch_handle="roll_over")
    assert passes(iterator, 3) == [
        [([0, 10, 20], 0)],
        [([30, 40, 0], 0), ([10, 20, 30], 0)],
        [([40, 0, 10], 0), ([20, 30, 40], 0)],
    ]


def test_roll_over_is_forgotten_by_hard_reset():
    iterator = mx.io.NDArrayIter(DATA, LABEL, batch_size=3, last_batch_handle="roll_over")
    assert len(list(iterator)) == 1
    iterator.hard_reset()
    assert next(iterator).label[0].asnumpy().tolist() == [0, 10, 20]


def test_data_and_label_of_a_batch_belong_together_when_shuffled():
    iterator = mx.io.NDArrayIter(DATA, LABEL, batch_size=2, shuffle=True)
    for _ in range(3):
        for batch in iterator:
            assert (batch.data[0].asnumpy()[:, 0] * 10 == batch.label[0].asnumpy()).all()
        iterator.reset()


def test_shuffled_batches_are_those_of_mxnet_for_the_same_numpy_seed():
    np.random.seed(3)
    iterator = mx.io.NDArrayIter(DATA, LABEL, batch_size=3, shuffle=True)
    assert passes(iterator, 2) == [  # from the real MXNet 1.9.1
        [([30, 40, 10], 0), ([0, 20, 30], 1)],
        [([40, 20, 30], 0), ([10, 0, 40], 1)],
    ]


def test_every_pass_has_every_example_once_when_shuffled_and_rolled_over():
    np.random.seed(1)
    iterator = mx.io.NDArrayIter(np.arange(7), batch_size=3, shuffle=True, last_batch_handle="roll_over")
    seen = []
    for _ in range(3):
        for batch in iterator:
            seen += batch.index.tolist()
        iterator.reset()
    assert len(seen) == 21
    assert all(seen.count(i) == 3 for i in range(7))


def test_index_names_the_examples_of_the_batch():
    iterator = mx.io.NDArrayIter(DATA, batch_size=2)
    assert [batch.index.tolist() for batch in iterator] == [[0, 1], [2, 3], [4, 0]]


def test_numpy_arrays_become_float32_and_ndarrays_keep_their_dtype():
    assert mx.io.NDArrayIter(DATA).provide_data[0].dtype is np.float32
    whole = mx.nd.array([1, 2], dtype="int32")
    iterator = mx.io.NDArrayIter(whole, batch_size=2)
    assert iterator.provide_data[0].dtype is np.int32
    assert next(iterator).data[0].dtype is np.int32


def test_batches_live_where_the_data_lives():
    on_second = mx.nd.array(DATA, ctx=mx.cpu(1))
    batch = next(mx.io.NDArrayIter(on_second, LABEL, batch_size=2))
    assert batch.data[0].context == mx.cpu(1)
    assert batch.label[0].context == mx.cpu(0)


def test_changing_the_source_or_a_batch_changes_no_other_batch():
    source = DATA.copy()
    iterator = mx.io.NDArrayIter(source, batch_size=3)
    source[:] = -1
    first = next(iterator)
    first.data[0][:] = 99
    iterator.reset()
    assert next(iterator).data[0].asnumpy().tolist() == [[0], [1], [2]]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (DATA, ["data"]),
        ([DATA], ["data"]),
        ([DATA, DATA], ["_0_data", "_1_data"]),
        ({"b": DATA, "a": DATA}, ["a", "b"]),
    ],
)
def test_names_of_the_arrays(data, names):
    assert [desc.name for desc in mx.io.NDArrayIter(data).provide_data] == names


def test_description_has_the_batch_size_and_the_layout():
    iterator = mx.io.NDArrayIter(np.zeros((4, 3, 2)), batch_size=2, layout="NTC")
    assert iterator.provide_data == [("data", (2, 3, 2))]
    assert iterator.provide_data[0].layout == "NTC"
    assert iterator.provide_label == []


def test_data_attribute_holds_the_named_arrays():
    (name, array), = mx.io.NDArrayIter(DATA, LABEL).label
    assert name == "softmax_label"
    assert array.asnumpy().tolist() == LABEL.tolist()


def test_step_by_step_use():
    iterator = mx.io.NDArrayIter(DATA, LABEL, batch_size=3)
    assert iterator.cursor == -3
    assert iterator.iter_next() and iterator.iter_next()
    assert iterator.cursor == 3
    assert iterator.getpad() == 1
    assert iterator.getdata()[0].shape == (3, 1)
    assert not iterator.iter_next()


def test_a_batch_before_the_first_or_behind_the_last_is_an_error():
    iterator = mx.io.NDArrayIter(DATA, batch_size=3)
    with pytest.raises(MXNetError, match=r"no current batch.*\n.*next\(\)"):
        iterator.getdata()
    list(iterator)
    with pytest.raises(MXNetError, match="no current batch"):
        iterator.getdata()


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"data": DATA, "last_batch_handle": "keep"}, ArgumentError, "'pad', 'discard' or 'roll_over'.*'keep'"),
        ({"data": DATA, "batch_size": 0}, ArgumentError, "1 or more"),
        ({"data": DATA, "label": LABEL[:3]}, ShapeError, "'data': 5, 'softmax_label': 3"),
        ({"data": DATA, "batch_size": 6, "last_batch_handle": "discard"}, ShapeError, "5 examples never fill"),
        ({"data": DATA[:0]}, ShapeError, "no examples"),
        ({"data": "text"}, ArgumentError, "not str"),
        ({"data": []}, ArgumentError, "holds no array"),
        ({"data": {"a": ["x", "y"]}}, ArgumentError, "no array of numbers"),
        ({"data": np.array(3.0)}, ShapeError, "axis of examples"),
    ],
)
def test_wrong_arguments(arguments, error, text):
    with pytest.raises(error, match=text):
        mx.io.NDArrayIter(**arguments)


@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_of_a_csr_matrix_are_csr(shuffle):
    dense = np.arange(10.0).reshape(5, 2)
    x = mx.nd.sparse.csr_matrix(dense, dtype="float32")
    batches = list(mx.io.NDArrayIter(x, np.arange(5), batch_size=2, shuffle=shuffle))
    assert [batch.data[0].stype for batch in batches] == ["csr"] * 3
    assert [batch.pad for batch in batches] == [0, 0, 1]
    for batch in batches:
        rows = batch.label[0].asnumpy().astype(int)
        np.testing.assert_array_equal(batch.data[0].asnumpy(), dense[rows])
