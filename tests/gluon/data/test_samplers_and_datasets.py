"""Samplers and datasets: which examples come, in which order, and what can be made of them."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, ShapeError
from mxlearn.gluon.data import (
    ArrayDataset,
    BatchSampler,
    Dataset,
    FilterSampler,
    IntervalSampler,
    RandomSampler,
    SequentialSampler,
    SimpleDataset,
)

FEATURES = np.arange(10.0).reshape(5, 2)
NUMBERS = np.arange(5)


def numbers(dataset):
    return [int(example[1]) for example in dataset]


# -- samplers ----------------------------------------------------------------------------------------------------------
def test_sequential_sampler():
    assert list(SequentialSampler(4)) == [0, 1, 2, 3]
    assert list(SequentialSampler(4, start=2)) == [2, 3, 4, 5]


def test_random_sampler_has_the_orders_of_mxnet_for_the_same_numpy_seed():
    np.random.seed(0)
    sampler = RandomSampler(6)
    assert list(sampler) == [5, 2, 1, 3, 0, 4]                # from the real MXNet 1.9.1
    assert list(sampler) == [1, 3, 4, 0, 2, 5]
    assert len(sampler) == 6


def test_interval_sampler():
    assert list(IntervalSampler(13, interval=3)) == [0, 3, 6, 9, 12, 1, 4, 7, 10, 2, 5, 8, 11]
    assert list(IntervalSampler(13, interval=3, rollover=False)) == [0, 3, 6, 9, 12]
    assert len(IntervalSampler(13, interval=3, rollover=False)) == 5


def test_filter_sampler():
    sampler = FilterSampler(lambda example: example[1] % 2 == 0, ArrayDataset(FEATURES, NUMBERS))
    assert (list(sampler), len(sampler)) == ([0, 2, 4], 3)


@pytest.mark.parametrize(
    ("last_batch", "passes", "lengths"),
    [
        ("keep", [[[0, 1, 2], [3, 4, 5], [6]]] * 2, [3, 3]),
        ("discard", [[[0, 1, 2], [3, 4, 5]]] * 2, [2, 2]),
        ("rollover", [[[0, 1, 2], [3, 4, 5]], [[6, 0, 1], [2, 3, 4]], [[5, 6, 0], [1, 2, 3], [4, 5, 6]]], [2, 2, 3]),
    ],
)
def test_batch_sampler(last_batch, passes, lengths):
    sampler = BatchSampler(SequentialSampler(7), 3, last_batch)
    for expected, length in zip(passes, lengths, strict=True):
        assert len(sampler) == length
        assert list(sampler) == expected


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: BatchSampler(SequentialSampler(7), 3, "kep"), "'keep', 'discard' or 'rollover'.*'kep'"),
        (lambda: BatchSampler(SequentialSampler(7), 0), "batch_size must be 1 or more"),
        (lambda: IntervalSampler(7, 8), "interval must be 1 to 7"),
        (lambda: RandomSampler(-1), "length must be 0 or more"),
    ],
)
def test_samplers_wrong_arguments(make, text):
    with pytest.raises(ArgumentError, match=text):
        make()


# -- datasets ----------------------------------------------------------------------------------------------------------
def test_array_dataset_puts_arrays_side_by_side():
    dataset = ArrayDataset(FEATURES, NUMBERS)
    assert len(dataset) == 5
    features, number = dataset[2]
    assert (features.tolist(), number) == ([4, 5], 2)


def test_array_dataset_of_one_array_gives_its_rows():
    assert ArrayDataset(FEATURES)[2].tolist() == [4, 5]


def test_array_dataset_holds_labels_as_numbers():
    _, label = ArrayDataset(mx.nd.array(FEATURES), mx.nd.array(NUMBERS))[3]
    assert isinstance(label, np.float32)
    assert label == 3


def test_array_dataset_of_different_lengths():
    with pytest.raises(ShapeError, match="array 0 has 5 examples, array 1 has 2"):
        ArrayDataset(FEATURES, NUMBERS[:2])
    with pytest.raises(ArgumentError, match="at least one array"):
        ArrayDataset()


def test_shards_are_consecutive_and_differ_by_one_at_most():
    dataset = ArrayDataset(FEATURES, NUMBERS)
    assert [numbers(dataset.shard(3, i)) for i in range(3)] == [[0, 1], [2, 3], [4]]
    assert [numbers(dataset.shard(7, i)) for i in range(7)] == [[0], [1], [2], [3], [4], [], []]
    with pytest.raises(ArgumentError, match="index must be 0 to 2"):
        dataset.shard(3, 3)


@pytest.mark.parametrize(("count", "expected"), [(2, [0, 1]), (0, []), (10, [0, 1, 2, 3, 4]), (None, [0, 1, 2, 3, 4])])
def test_take(count, expected):
    assert numbers(ArrayDataset(FEATURES, NUMBERS).take(count)) == expected


def test_filter_and_sample():
    dataset = ArrayDataset(FEATURES, NUMBERS)
    assert numbers(dataset.filter(lambda example: example[1] > 2)) == [3, 4]
    assert numbers(dataset.sample(SequentialSampler(2, start=1))) == [1, 2]
    with pytest.raises(ArgumentError, match=r"expected a gluon.data.Sampler, not list"):
        dataset.sample([1])


def test_parts_of_parts():
    dataset = ArrayDataset(FEATURES, NUMBERS)
    assert numbers(dataset.filter(lambda example: example[1] > 0).shard(2, 1).take(1)) == [3]


def test_transform_gets_the_fields_as_arguments():
    dataset = ArrayDataset(FEATURES, NUMBERS).transform(lambda features, number: (features * 2, -number))
    features, number = dataset[1]
    assert (features.tolist(), number) == ([4, 6], -1)
    assert SimpleDataset([(1, 2)]).transform(lambda a, b: a + b)[0] == 3
    assert SimpleDataset([3]).transform(lambda a: a + 1)[0] == 4


def test_transform_first_leaves_the_label_alone():
    features, number = ArrayDataset(FEATURES, NUMBERS).transform_first(lambda features: features + 1)[1]
    assert (features.tolist(), number) == ([3, 4], 1)
    assert SimpleDataset([3]).transform_first(lambda a: a + 1)[0] == 4


def test_transform_is_lazy_unless_it_shall_not_be():
    calls = []
    SimpleDataset([1, 2]).transform(calls.append)
    assert calls == []
    done = SimpleDataset([1, 2]).transform(calls.append, lazy=False)
    assert calls == [1, 2]
    assert len(done) == 2
    assert done[0] is None
    assert calls == [1, 2]


def test_an_own_dataset_needs_two_methods():
    class Squares(Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, i):
            return i * i

    assert list(Squares()) == [0, 1, 4, 9]
    assert list(Squares().take(2)) == [0, 1]
