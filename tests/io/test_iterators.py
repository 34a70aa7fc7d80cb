"""Descriptions, batches, and iterators around iterators."""
import pickle
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError


def numbers(count=5, batch_size=2, **names):
    return mx.io.NDArrayIter(np.arange(count), np.arange(count) * 10, batch_size=batch_size, **names)


def first_data(iterator):
    return [batch.data[0].asnumpy().astype(int).tolist() for batch in iterator]


# -- DataDesc and DataBatch --------------------------------------------------------------------------------------------
def test_description_is_a_pair_that_knows_more():
    desc = mx.io.DataDesc("data", (2, 3), "float16", "NT")
    name, shape = desc
    assert (name, shape, desc.dtype, desc.layout) == ("data", (2, 3), "float16", "NT")
    assert desc == ("data", (2, 3))
    assert str(mx.io.DataDesc("data", (2, 3))) == "DataDesc[data,(2, 3),<class 'numpy.float32'>,NCHW]"


def test_description_survives_pickling():
    desc = pickle.loads(pickle.dumps(mx.io.DataDesc("data", (2, 3), np.float16, "TNC")))
    assert (desc, desc.dtype, desc.layout) == (("data", (2, 3)), np.float16, "TNC")


def test_batch_axis_is_where_the_layout_has_n():
    assert [mx.io.DataDesc.get_batch_axis(layout) for layout in ("NCHW", "TNC", None, "TC")] == [0, 1, 0, -1]


def test_descriptions_from_lists():
    first, second = mx.io.DataDesc.get_list([("a", (1,)), ("b", (2,))], [("b", "int32"), ("a", "float64")])
    assert (first, first.dtype, second, second.dtype) == (("a", (1,)), "float64", ("b", (2,)), "int32")


def test_batch_shows_its_shapes():
    batch = mx.io.DataBatch([mx.nd.zeros((2, 3))], [mx.nd.zeros((2,))])
    assert str(batch) == "DataBatch: data shapes: [(2, 3)] label shapes: [(2,)]"
    assert str(mx.io.DataBatch([mx.nd.zeros((2, 3))])) == "DataBatch: data shapes: [(2, 3)] label shapes: None"


def test_batch_wants_lists():
    with pytest.raises(ArgumentError, match=r"list of NDArrays, not NDArray.*\n.*\[data\]"):
        mx.io.DataBatch(mx.nd.zeros((2, 3)))


# -- ResizeIter --------------------------------------------------------------------------------------------------------
def test_resize_repeats_a_shorter_iterator_within_the_pass():
    iterator = mx.io.ResizeIter(numbers(), 5)
    assert first_data(iterator) == [[0, 1], [2, 3], [4, 0], [0, 1], [2, 3]]
    assert first_data(iterator) == []
    iterator.reset()
    assert first_data(iterator)[0] == [0, 1]


def test_resize_goes_on_where_the_inner_iterator_stands_if_asked():
    iterator = mx.io.ResizeIter(numbers(), 2, reset_internal=False)
    assert first_data(iterator) == [[0, 1], [2, 3]]
    iterator.reset()
    assert first_data(iterator) == [[4, 0], [0, 1]]


def test_resize_of_nothing_is_an_error_not_a_loop():
    class Empty(mx.io.DataIter):
        provide_data = provide_label = []

    with pytest.raises(MXNetError, match="no batch at all"):
        next(mx.io.ResizeIter(Empty(), 3))


# -- PrefetchingIter ---------------------------------------------------------------------------------------------------
def test_prefetching_joins_iterators_and_renames():
    iterator = mx.io.PrefetchingIter(
        [numbers(), numbers(data_name="data2", label_name="label2")],
        rename_data=[{"data": "a"}, {"data2": "b"}],
        rename_label=[{"softmax_label": "la"}, {"label2": "lb"}],
    )
    assert [desc.name for desc in iterator.provide_data + iterator.provide_label] == ["a", "b", "la", "lb"]
    batches = list(iterator)
    assert [len(batch.data) for batch in batches] == [2, 2, 2]
    assert [batch.pad for batch in batches] == [0, 0, 1]
    iterator.reset()
    assert first_data(iterator) == [[0, 1], [2, 3], [4, 0]]


def test_prefetching_fetches_while_the_batch_is_in_use():
    fetched = threading.Event()

    class Watched(mx.io.NDArrayIter):
        count = 0

        def next(self):
            self.count += 1
            if self.count == 2:
                fetched.set()
            return super().next()

    iterator = mx.io.PrefetchingIter(Watched(np.arange(4), batch_size=2))
    next(iterator)
    assert fetched.wait(10)                                  # the second batch was asked for by the thread, not by us


def test_prefetching_resets_in_the_middle_of_a_pass():
    iterator = mx.io.PrefetchingIter(numbers())
    next(iterator)
    iterator.reset()
    assert first_data(iterator) == [[0, 1], [2, 3], [4, 0]]


def test_prefetching_raises_the_error_of_its_thread():
    class Broken(mx.io.NDArrayIter):
        def next(self):
            raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        next(mx.io.PrefetchingIter(Broken(np.arange(4), batch_size=2)))


def test_prefetching_iterators_of_different_length():
    iterator = mx.io.PrefetchingIter([numbers(4), numbers(2)])
    next(iterator)
    with pytest.raises(MXNetError, match="iterator 1 ended before"):
        next(iterator)


def test_an_iterator_with_five_methods():
    class Counter(mx.io.DataIter):
        def __init__(self):
            super().__init__(1)
            self.n = 0

        def iter_next(self):
            self.n += 1
            return self.n <= 2

        def getdata(self):
            return [mx.nd.array([self.n])]

        def getpad(self):
            return 0

    assert [(batch.data[0].asscalar(), batch.label, batch.pad) for batch in Counter()] == [(1, None, 0), (2, None, 0)]
