"""The iterator's interface, and iterators around other iterators: of another length, and fetched ahead."""
from ..base import ArgumentError, MXNetError
from .batch import DataBatch, DataDesc

__all__ = ["DataIter", "MXDataIter", "PrefetchingIter", "ResizeIter"]


class DataIter:
    """One pass over batches; ``reset()`` begins the next pass.

    A subclass defines ``provide_data`` and ``provide_label`` (lists of DataDesc) and either ``next`` or the five
    methods ``iter_next``, ``getdata``, ``getlabel``, ``getindex`` and ``getpad``.

    Parameters
    ----------
    batch_size : int, examples in a batch

    References: MXNet 1.9.1 class mxnet.io.DataIter.
    """

    def __init__(self, batch_size: int = 0):
        self.batch_size = batch_size

    def __iter__(self):
        return self

    def __next__(self) -> DataBatch:
        return self.next()

    def next(self) -> DataBatch:
        """Return the next batch.

        Raises
        ------
        StopIteration
            At the end of the pass.
        """
        if self.iter_next():
            return DataBatch(self.getdata(), self.getlabel(), pad=self.getpad(), index=self.getindex())
        raise StopIteration

    def reset(self) -> None:
        """Begin the next pass."""

    def iter_next(self) -> bool:
        """Move to the next batch; False at the end of the pass."""
        return False

    def getdata(self):
        """Return the data of the current batch, a list of NDArray."""
        return None

    def getlabel(self):
        """Return the labels of the current batch, a list of NDArray."""
        return None

    def getindex(self):
        """Return which examples the current batch holds, an array of int, or None."""
        return None

    def getpad(self):
        """Return how many examples at the end of the current batch only fill it up."""
        return None


class MXDataIter(DataIter):
    """An iterator over the examples of files: what MNISTIter and CSVIter have in common.

    Subclasses fill ``provide_data`` and ``provide_label`` and define ``_rows()``, which yields the example numbers and
    the pad of each batch of a pass, and ``_read(rows)``, which returns its data and label arrays.
    ``getdata()`` and ``getlabel()`` return the array itself, as MXNet's file iterators do, not a list.
    """

    def __init__(self, batch_size: int):
        if batch_size < 1:
            raise ArgumentError(f"{type(self).__name__}: batch_size must be 1 or more. Received: {batch_size}")
        super().__init__(batch_size)
        self.provide_data: list[DataDesc] = []
        self.provide_label: list[DataDesc] = []
        self._pass = None
        self._batch: DataBatch | None = None
        self._frozen = False

    def _rows(self):
        raise NotImplementedError

    def _read(self, rows):
        raise NotImplementedError

    def _numbers(self, rows):
        """Return the numbers of the examples that ``rows`` stands for."""
        return rows

    def reset(self) -> None:
        """Begin the next pass."""
        self._pass = None
        if not self._frozen:
            self._batch = None

    def iter_next(self) -> bool:
        """Move to the next batch; False at the end of the pass."""
        if self._pass is None:
            self._pass = self._rows()
        step = next(self._pass, None)
        if step is None:
            return False
        if self._frozen and self._batch is not None:
            return True
        rows, pad = step
        data, label = self._read(rows)
        self._batch = DataBatch([data], [label], pad=pad, index=self._numbers(rows))
        return True

    def next(self) -> DataBatch:
        """Return the next batch; StopIteration at the end of the pass."""
        if not self.iter_next():
            raise StopIteration
        return self._current()

    def _current(self) -> DataBatch:
        """Return the current batch; before the first ``next()`` that is the first one."""
        if self._batch is None and not self.iter_next():
            raise MXNetError(f"{type(self).__name__}: this pass holds no batch.\n  Is batch_size larger than the data?")
        assert self._batch is not None
        return self._batch

    def getdata(self):
        """Return the data of the current batch, an NDArray."""
        return self._current().data[0]

    def getlabel(self):
        """Return the labels of the current batch, an NDArray."""
        return self._current().label[0]

    def getindex(self):
        """Return which examples of the file the current batch holds, an array of int."""
        return self._current().index

    def getpad(self) -> int:
        """Return how many examples at the end of the current batch only fill it up."""
        return self._current().pad

    def debug_skip_load(self) -> None:
        """Give the first batch again and again, so that a timing shows what reading costs."""
        self._frozen = True


class _OverBatches(DataIter):
    """An iterator whose ``iter_next`` puts whole batches of other iterators into ``current_batch``."""

    current_batch: DataBatch | None = None

    def next(self) -> DataBatch:
        """Return the next batch; StopIteration at the end of the pass."""
        if self.iter_next():
            return self._current()
        raise StopIteration

    def _current(self) -> DataBatch:
        if self.current_batch is None:
            raise MXNetError(f"{type(self).__name__}: no current batch.\n  Call next() or iter_next() first.")
        return self.current_batch

    def getdata(self):
        """Return the data of the current batch, a list of NDArray."""
        return self._current().data

    def getlabel(self):
        """Return the labels of the current batch, a list of NDArray."""
        return self._current().label

    def getindex(self):
        """Return which examples the current batch holds."""
        return self._current().index

    def getpad(self):
        """Return how many examples at the end of the current batch only fill it up."""
        return self._current().pad


class ResizeIter(_OverBatches):
    """Passes of ``size`` batches over an iterator that is longer or shorter than that.

    A shorter iterator begins again within the pass.

    Parameters
    ----------
    data_iter : DataIter
    size : int, batches in a pass
    reset_internal : bool, whether ``reset()`` resets ``data_iter`` too, or goes on where it stands

    References: MXNet 1.9.1 class mxnet.io.ResizeIter.
    """

    def __init__(self, data_iter, size: int, reset_internal: bool = True):
        super().__init__(data_iter.batch_size)
        self.data_iter = data_iter
        self.size = size
        self.reset_internal = reset_internal
        self.cur = 0
        self.provide_data = data_iter.provide_data
        self.provide_label = data_iter.provide_label
        if hasattr(data_iter, "default_bucket_key"):
            self.default_bucket_key = data_iter.default_bucket_key

    def reset(self) -> None:
        """Begin the next pass."""
        self.cur = 0
        if self.reset_internal:
            self.data_iter.reset()

    def iter_next(self) -> bool:
        """Move to the next batch; False after ``size`` of them."""
        if self.cur == self.size:
            return False
        try:
            self.current_batch = self.data_iter.next()
        except StopIteration:
            self.data_iter.reset()
            try:
                self.current_batch = self.data_iter.next()
            except StopIteration:
                raise MXNetError("ResizeIter: the iterator inside gives no batch at all.") from None
        self.cur += 1
        return True


class PrefetchingIter(_OverBatches):
    """Fetches the next batch of one or more iterators on threads, while the current one is in use.

    The batches of several iterators are joined: their data lists one after the other, their labels too. Threads help
    where the time goes to files, decoding or large NumPy calls, which all leave the interpreter's lock.

    Parameters
    ----------
    iters : DataIter or list of DataIter, each read by one thread
    rename_data, rename_label : list of dict, one per iterator: old name to new name

    References: MXNet 1.9.1 class mxnet.io.PrefetchingIter.
    """

    def __init__(self, iters, rename_data=None, rename_label=None):
        iters = iters if isinstance(iters, list) else [iters]
        if not iters:
            raise ArgumentError("PrefetchingIter: needs at least one iterator. Received: []")
        super().__init__(iters[0].provide_data[0].shape[0])
        self.n_iter = len(iters)
        self.iters = iters
        self.rename_data = rename_data
        self.rename_label = rename_label
        self.current_batch = None
        self._executor = None
        self._fetched = []

    @property
    def provide_data(self) -> list[DataDesc]:
        """Descriptions of the data of all iterators, renamed."""
        return _joined([it.provide_data for it in self.iters], self.rename_data)

    @property
    def provide_label(self) -> list[DataDesc]:
        """Descriptions of the labels of all iterators, renamed."""
        return _joined([it.provide_label for it in self.iters], self.rename_label)

    def _fetch_ahead(self) -> None:
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor  # costs import time, and few need it

            self._executor = ThreadPoolExecutor(self.n_iter, thread_name_prefix="PrefetchingIter")
        self._fetched = [self._executor.submit(_next_or_none, it) for it in self.iters]

    def reset(self) -> None:
        """Begin the next pass; what was fetched ahead is dropped."""
        for future in self._fetched:
            future.exception()                    # waits; an error of a batch that nobody asked for is dropped with it
        self._fetched = []
        for it in self.iters:
            it.reset()

    def iter_next(self) -> bool:
        """Move to the next batch; False at the end of the pass. An error of a thread is raised here."""
        if not self._fetched:
            self._fetch_ahead()
        fetched, self._fetched = self._fetched, []
        results = [future.result() for future in fetched]
        ended = [result is None for result in results]
        if all(ended):
            return False
        batches: list[DataBatch] = [result for result in results if result is not None]
        if any(ended):
            raise MXNetError(
                f"PrefetchingIter: iterator {ended.index(True)} ended before the others.\n"
                "  Give iterators of the same number of batches, or wrap them in ResizeIter."
            )
        if any(batch.pad != batches[0].pad for batch in batches):
            raise MXNetError(f"PrefetchingIter: the batches differ in pad: {[batch.pad for batch in batches]}.")
        self._fetch_ahead()
        self.current_batch = DataBatch(
            [array for batch in batches for array in batch.data],
            [array for batch in batches for array in batch.label or ()],
            pad=batches[0].pad,
            index=batches[0].index,
            provide_data=self.provide_data,
            provide_label=self.provide_label,
        )
        return True

    def __del__(self):
        executor = getattr(self, "_executor", None)
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)


def _next_or_none(iterator):
    try:
        return iterator.next()
    except StopIteration:
        return None


def _joined(descriptions, renames) -> list[DataDesc]:
    if renames is None:
        return [desc for descs in descriptions for desc in descs]
    return [
        DataDesc(names.get(desc.name, desc.name), desc.shape, desc.dtype, desc.layout)
        for names, descs in zip(renames, descriptions, strict=True)
        for desc in map(_as_desc, descs)
    ]


def _as_desc(desc) -> DataDesc:
    return desc if isinstance(desc, DataDesc) else DataDesc(*desc)
