"""Samplers: in which order the examples of a dataset come, and how they are grouped into batches."""
from collections.abc import Callable, Iterator

import numpy as np

from ...base import ArgumentError

__all__ = ["BatchSampler", "FilterSampler", "IntervalSampler", "RandomSampler", "Sampler", "SequentialSampler"]


class Sampler:
    """An order over examples: ``iter(sampler)`` gives their numbers, ``len(sampler)`` how many.

    References: MXNet 1.9.1 class mxnet.gluon.data.Sampler.
    """

    def __len__(self) -> int:
        raise NotImplementedError

    def __iter__(self) -> Iterator:
        raise NotImplementedError

    def _order(self) -> np.ndarray | None:
        """Return the numbers of one pass as an array, where that is what iterating gives; None of other samplers.

        The DataLoader's fast path: the pass is known before its first batch, and cut up without a list of numbers.
        """
        return None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} examples)"


class SequentialSampler(Sampler):
    """The numbers ``start`` to ``start + length - 1``, in order.

    >>> from mxlearn.gluon.data import SequentialSampler
    >>> list(SequentialSampler(3, start=5))
    [5, 6, 7]
    """

    def __init__(self, length: int, start: int = 0):
        self._length = _count("SequentialSampler", length)
        self._start = start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self._start, self._start + self._length))

    def _order(self) -> np.ndarray | None:
        return np.arange(self._start, self._start + self._length) if type(self) is SequentialSampler else None

    def __len__(self) -> int:
        return self._length


class RandomSampler(Sampler):
    """The numbers 0 to ``length - 1`` in a new random order each time, drawn from ``numpy.random``.

    ``np.random.seed(s)`` gives the order that it gives in MXNet.
    """

    def __init__(self, length: int):
        self._length = _count("RandomSampler", length)

    def __iter__(self) -> Iterator[int]:
        return iter(self._shuffled().tolist())

    def _order(self) -> np.ndarray | None:
        return self._shuffled() if type(self) is RandomSampler else None

    def _shuffled(self) -> np.ndarray:
        order = np.arange(self._length)
        np.random.shuffle(order)
        return order

    def __len__(self) -> int:
        return self._length


class IntervalSampler(Sampler):
    """Every ``interval``-th number; with ``rollover`` then again from 1, from 2, ... until all have come.

    >>> from mxlearn.gluon.data import IntervalSampler
    >>> list(IntervalSampler(7, interval=3))
    [0, 3, 6, 1, 4, 2, 5]
    >>> list(IntervalSampler(7, interval=3, rollover=False))
    [0, 3, 6]
    """

    def __init__(self, length: int, interval: int, rollover: bool = True):
        self._length = _count("IntervalSampler", length)
        if not 1 <= interval <= max(length, 1):
            raise ArgumentError(f"IntervalSampler: interval must be 1 to {length}, the length. Received: {interval}")
        self._interval = interval
        self._rollover = rollover

    def __iter__(self) -> Iterator[int]:
        for start in range(self._interval if self._rollover else 1):
            yield from range(start, self._length, self._interval)

    def __len__(self) -> int:
        return self._length if self._rollover else -(-self._length // self._interval)


class FilterSampler(Sampler):
    """The numbers of those examples of ``dataset`` for which ``fn(example)`` is true. Each is looked at once, now."""

    def __init__(self, fn: Callable, dataset):
        self._fn = fn
        self._dataset = dataset
        self._indices = [i for i in range(len(dataset)) if fn(dataset[i])]

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices)

    def __len__(self) -> int:
        return len(self._indices)


class BatchSampler(Sampler):
    """Groups what ``sampler`` gives into lists of ``batch_size``.

    Parameters
    ----------
    sampler : Sampler
    batch_size : int
    last_batch : "keep" gives the last, smaller batch too; "discard" leaves it out; "rollover" puts its examples at the
        beginning of the next pass

    Examples
    --------
    >>> from mxlearn.gluon.data import BatchSampler, SequentialSampler
    >>> list(BatchSampler(SequentialSampler(5), 2, "keep"))
    [[0, 1], [2, 3], [4]]

    References: MXNet 1.9.1 class mxnet.gluon.data.BatchSampler.
    """

    def __init__(self, sampler: Sampler, batch_size: int, last_batch: str = "keep"):
        if last_batch not in ("keep", "discard", "rollover"):
            raise ArgumentError(
                f"BatchSampler: last_batch must be 'keep', 'discard' or 'rollover'. Received: {last_batch!r}"
            )
        if batch_size < 1:
            raise ArgumentError(f"BatchSampler: batch_size must be 1 or more. Received: {batch_size}")
        self._sampler = sampler
        self._batch_size = batch_size
        self._last_batch = last_batch
        self._kept: list = []

    def __iter__(self) -> Iterator[list]:
        batch, self._kept = self._kept, []
        for i in self._sampler:
            batch.append(i)
            if len(batch) == self._batch_size:
                yield batch
                batch = []
        if not batch:
            return
        if self._last_batch == "keep":
            yield batch
        elif self._last_batch == "rollover":
            self._kept = batch

    def _order(self) -> np.ndarray | None:
        """Return the numbers of one pass, of which each ``batch_size`` are a batch, and the rest the last one."""
        if type(self) is not BatchSampler or self._last_batch == "rollover" or not isinstance(self._sampler, Sampler):
            return None
        order = self._sampler._order()
        if order is None or self._last_batch == "keep":
            return order
        return order[: len(order) - len(order) % self._batch_size]

    def __len__(self) -> int:
        """Return the number of batches of the next pass."""
        count = len(self._sampler)
        if self._last_batch == "keep":
            return -(-count // self._batch_size)
        return (count + len(self._kept)) // self._batch_size

    def __repr__(self) -> str:
        return f"BatchSampler({self._sampler!r}, batch_size={self._batch_size}, last_batch={self._last_batch!r})"


def _count(name: str, length: int) -> int:
    if length < 0:
        raise ArgumentError(f"{name}: length must be 0 or more. Received: {length}")
    return length
