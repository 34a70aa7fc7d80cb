"""Datasets: examples by number, and what can be made of them: shards, samples, filters, transforms."""
from collections.abc import Callable

import numpy as np

from ... import ndarray as nd
from ...base import ArgumentError, ShapeError
from ...io.host import host_view, on_host
from .sampler import FilterSampler, Sampler, SequentialSampler

__all__ = ["ArrayDataset", "Dataset", "SimpleDataset"]


class Dataset:
    """Examples by number. A subclass defines ``__getitem__`` and ``__len__``.

    References: MXNet 1.9.1 class mxnet.gluon.data.Dataset.
    """

    def __getitem__(self, idx):
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(self, idx)")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} must define __len__(self)")

    def _take_rows(self, indices) -> tuple | None:
        """Return the examples ``indices`` already joined: one NumPy array per field, or None if that is impossible.

        This is the DataLoader's fast path: one indexing per batch in the place of one Python call per example. The
        arrays are fresh, and exactly what joining the examples one by one gives.

        Parameters
        ----------
        indices : array of int

        Returns
        -------
        tuple (array (batch, ...) per field, bool: whether an example is a tuple of fields), or None
        """
        return None

    def filter(self, fn: Callable) -> "Dataset":
        """Return the examples for which ``fn(example)`` is true."""
        return _SampledDataset(self, FilterSampler(fn, self))

    def shard(self, num_shards: int, index: int) -> "Dataset":
        """Return part ``index`` of ``num_shards`` parts of consecutive examples; the first ones are one longer.

        >>> from mxlearn.gluon.data import SimpleDataset
        >>> [list(SimpleDataset(list("abcde")).shard(3, i)) for i in range(3)]
        [['a', 'b'], ['c', 'd'], ['e']]
        """
        if not 0 <= index < num_shards:
            raise ArgumentError(f"Dataset.shard: index must be 0 to {num_shards - 1}. Received: {index}")
        length, longer = divmod(len(self), num_shards)
        start = length * index + min(index, longer)
        return _SampledDataset(self, SequentialSampler(length + (index < longer), start))

    def take(self, count: int | None) -> "Dataset":
        """Return the first ``count`` examples; all of them for None, -1, or a larger count."""
        length = len(self)
        if count is None or count < 0 or count > length:
            count = length
        return _SampledDataset(self, SequentialSampler(count))

    def sample(self, sampler: Sampler) -> "Dataset":
        """Return the examples that ``sampler`` names, in its order."""
        if not isinstance(sampler, Sampler):
            raise ArgumentError(
                f"Dataset.sample: expected a gluon.data.Sampler, not {type(sampler).__name__}.\n"
                "  Write a class with __iter__ and __len__ that derives from Sampler."
            )
        return _SampledDataset(self, sampler)

    def transform(self, fn: Callable, lazy: bool = True) -> "Dataset":
        """Return the dataset of ``fn(*example)``.

        Parameters
        ----------
        fn : callable, given the fields of an example as arguments
        lazy : bool, call ``fn`` whenever an example is read, as random transforms need; False: once for each, now
        """
        transformed = _LazyTransformDataset(self, fn)
        return transformed if lazy else SimpleDataset([transformed[i] for i in range(len(self))])

    def transform_first(self, fn: Callable, lazy: bool = True) -> "Dataset":
        """Return the dataset with ``fn`` applied to the first field of each example, usually the image."""
        return self.transform(_First(fn), lazy)

    def __iter__(self):
        return (self[i] for i in range(len(self)))


class SimpleDataset(Dataset):
    """A list, an array, or anything with ``[i]`` and ``len``, as a dataset."""

    def __init__(self, data):
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, idx):
        return self._data[idx]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} examples)"


class ArrayDataset(Dataset):
    """Arrays side by side: example i is ``(first[i], second[i], ...)``, or ``only[i]``.

    Parameters
    ----------
    *args : arrays, lists or datasets of one length. A one-dimensional NDArray is held as a NumPy array, so that a
        label is a NumPy number and not an NDArray of shape (1,).

    Examples
    --------
    >>> import numpy as np
    >>> from mxlearn.gluon.data import ArrayDataset
    >>> pixels, label = ArrayDataset(np.eye(3), np.array([5, 6, 7]))[1]
    >>> int(label)
    6

    References: MXNet 1.9.1 class mxnet.gluon.data.ArrayDataset.
    """

    def __init__(self, *args):
        if not args:
            raise ArgumentError("ArrayDataset: needs at least one array.\n  Write ArrayDataset(features, labels).")
        self._length = len(args[0])
        for i, data in enumerate(args):
            if len(data) != self._length:
                raise ShapeError(
                    f"ArrayDataset: all arrays need the same length: array 0 has {self._length} examples, "
                    f"array {i} has {len(data)}."
                )
        self._data = [data.asnumpy() if isinstance(data, nd.NDArray) and data.ndim == 1 else data for data in args]

    def __getitem__(self, idx):
        if len(self._data) == 1:
            return self._data[0][idx]
        return tuple(data[idx] for data in self._data)

    def __len__(self) -> int:
        return self._length

    def _take_rows(self, indices) -> tuple | None:
        """Return the examples ``indices`` joined; None where a field is no NumPy array and no NDArray on the host."""
        if type(self) is not ArrayDataset or not all(_on_host(data) for data in self._data):
            return None
        return tuple(_rows(data, indices) for data in self._data), len(self._data) > 1

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} examples)"


def _on_host(data) -> bool:
    if isinstance(data, nd.NDArray):
        return on_host(data)
    return type(data) is np.ndarray and data.dtype.kind in "fiub"


def _rows(data, indices) -> np.ndarray:
    return data[indices] if isinstance(data, np.ndarray) else host_view(data)[indices]


class _SampledDataset(Dataset):
    """The examples of another dataset that a sampler names."""

    def __init__(self, dataset: Dataset, sampler: Sampler):
        self._dataset = dataset
        self._sampler = sampler
        self._indices = np.fromiter(sampler, np.intp)

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, idx):
        return self._dataset[int(self._indices[idx])]

    def _take_rows(self, indices) -> tuple | None:
        return self._dataset._take_rows(self._indices[indices]) if isinstance(self._dataset, Dataset) else None

    def __repr__(self) -> str:
        return f"{self._dataset!r}[{len(self)} examples]"


class _LazyTransformDataset(Dataset):
    """``fn(*example)`` of another dataset, computed when it is read."""

    def __init__(self, dataset: Dataset, fn: Callable):
        self._data = dataset
        self._fn = fn

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, idx):
        item = self._data[idx]
        return self._fn(*item) if isinstance(item, tuple) else self._fn(item)

    def _take_rows(self, indices) -> tuple | None:
        # A transform of the first field that does the same to a batch as to each example is applied to the batch.
        on_batch = getattr(self._fn.fn, "on_batch", None) if type(self._fn) is _First else None
        if on_batch is None or not isinstance(self._data, Dataset):
            return None
        rows = self._data._take_rows(indices)
        if rows is None:
            return None
        (first, *rest), is_tuple = rows
        first = on_batch(first)
        return None if first is None else ((first, *rest), is_tuple)

    def __repr__(self) -> str:
        return f"{self._data!r}.transform({getattr(self._fn, '__name__', type(self._fn).__name__)})"


class _First:
    """Applies ``fn`` to the first argument and passes the others on."""

    def __init__(self, fn: Callable):
        self.fn = fn

    def __call__(self, first, *rest):
        return (self.fn(first), *rest) if rest else self.fn(first)
