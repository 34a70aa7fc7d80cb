"""The DataLoader: batches of a dataset, read in this process, on threads, or in worker processes."""
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from ...base import ArgumentError
from ...context import cpu, cpu_pinned
from .batchify import default_batchify_fn, default_mp_batchify_fn, join, moved, to_arrays
from .dataset import Dataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler

__all__ = ["DataLoader", "default_batchify_fn", "default_mp_batchify_fn"]


class DataLoader:
    """Batches of a dataset, pass after pass.

    Parameters
    ----------
    dataset : Dataset, or anything with ``[i]`` and ``len``
    batch_size : int, examples in a batch
    shuffle : bool, a new order for each pass, drawn from ``numpy.random``
    sampler : Sampler, the order, in the place of ``shuffle``
    last_batch : "keep" (default), "discard" or "rollover", see BatchSampler
    batch_sampler : iterable of lists of example numbers, in the place of the four above
    batchify_fn : callable (list of examples) -> batch; default: ``default_batchify_fn``
    num_workers : int, how many worker processes read batches ahead; 0: none
    pin_memory : bool, give the batches on the context ``cpu_pinned(pin_device_id)``
    prefetch : int, batches under way in the workers; default: 2 for each
    thread_pool : bool, use threads in the place of processes: quicker to start, and it needs functions that leave
        Python's lock, as NumPy's on large arrays do
    timeout : number, seconds to wait for a batch of a worker
    auto_reload : bool, with workers: begin to read the next pass when one ends

    Raises
    ------
    ArgumentError
        If the arguments contradict each other.
    WorkerError, WorkerTimeoutError
        If a worker ended by itself, or gave no batch in time.

    Notes
    -----
    An error in the dataset is raised by the iteration as it is, with a note of the example's number, and for a worker
    with the worker's traceback as its cause. Ctrl-C ends the workers; so does the end of the DataLoader.

    A dataset of arrays (``ArrayDataset``, ``vision.MNIST``, and parts of them, also with a ``transform_first`` by
    ``ToTensor``, ``Cast`` or ``Normalize``) is read by one indexing for each batch. That is so much quicker than any
    worker that none is started, whatever ``num_workers`` says.

    In workers, ``random``, ``numpy.random`` and ``mx.random`` are seeded for each batch, from the state of
    ``numpy.random`` and ``mx.random`` here, the number of the pass and that of the batch: random transforms
    differ from batch to batch, and come out the same for any number of workers.

    Examples
    --------
    >>> import mxlearn as mx, numpy as np
    >>> dataset = mx.gluon.data.ArrayDataset(np.arange(5), np.arange(5) % 2)
    >>> for number, parity in mx.gluon.data.DataLoader(dataset, batch_size=3):
    ...     print(number.asnumpy(), parity.asnumpy())
    [0 1 2] [0 1 0]
    [3 4] [1 0]

    References: MXNet 1.9.1 class mxnet.gluon.data.DataLoader.
    """

    def __init__(
        self,
        dataset,
        batch_size: int | None = None,
        shuffle: bool = False,
        sampler=None,
        last_batch: str | None = None,
        batch_sampler=None,
        batchify_fn: Callable | None = None,
        num_workers: int = 0,
        pin_memory: bool = False,
        pin_device_id: int = 0,
        prefetch: int | None = None,
        thread_pool: bool = False,
        timeout: float = 120,
        auto_reload: bool = False,
    ):
        if timeout <= 0:
            raise ArgumentError(f"DataLoader: timeout must be a positive number of seconds. Received: {timeout}")
        self._dataset = dataset
        self._batch_sampler = _batches(dataset, batch_size, shuffle, sampler, last_batch, batch_sampler)
        self._batchify_fn = batchify_fn
        self._num_workers = max(0, num_workers)
        self._prefetch = max(1, 2 * self._num_workers if prefetch is None else int(prefetch))
        self._thread_pool = thread_pool
        self._timeout = timeout
        self._pinned = cpu_pinned(pin_device_id) if pin_memory else None
        self._load = _Load(dataset, batchify_fn)
        self._passes = 0
        self._pool = None
        self._ahead: _Ahead | None = None
        self.auto_reload = auto_reload
        if auto_reload:
            self.refresh()

    def __len__(self) -> int:
        """Return the number of batches of a pass."""
        return len(self._batch_sampler)

    def __iter__(self) -> Iterator:
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            ahead = self._begin()
        if ahead is None:
            return self._read_here()
        return self._deliver(ahead)

    def refresh(self) -> None:
        """Begin to read the next pass in the workers now."""
        self.clean()
        self._ahead = self._begin()

    def clean(self) -> None:
        """Forget the pass that was begun ahead of time."""
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _begin(self) -> "_Ahead | None":
        """Return a pass under way in the workers; None where reading here is as good."""
        self._passes += 1
        if self._num_workers == 0 or self._load.at_once([0][: len(self._dataset)]) is not None:
            return None
        if self._pool is None:
            self._pool = self._threads() if self._thread_pool else self._processes()
        return _Ahead(self._pool, iter(self._batch_sampler), self._prefetch, _entropy(self._passes))

    def _threads(self):
        return _Threads(self._load, self._num_workers, self._timeout)

    def _processes(self):
        from .workers import Pool

        return Pool(_SeededLoad(self._load), self._num_workers, self._timeout)

    def _read_here(self) -> Iterator:
        for indices in self._batch_sampler:
            yield self._finished(self._load(indices))

    def _deliver(self, ahead: "_Ahead") -> Iterator:
        try:
            for batch in ahead:
                yield self._finished(batch)
        finally:
            ahead.close()
        if self.auto_reload:
            self.refresh()

    def _finished(self, batch):
        return batch if self._pinned is None else moved(batch, self._pinned)

    def __del__(self):
        pool = getattr(self, "_pool", None)
        if pool is not None:
            pool.close()

    def __repr__(self) -> str:
        return f"DataLoader({self._dataset!r}, {len(self)} batches, num_workers={self._num_workers})"


def _batches(dataset, batch_size, shuffle, sampler, last_batch, batch_sampler):
    """Return the batch sampler that the arguments describe."""
    if batch_sampler is not None:
        if batch_size is not None or shuffle or sampler is not None or last_batch is not None:
            raise ArgumentError(
                "DataLoader: batch_sampler says it all: leave out batch_size, shuffle, sampler and last_batch."
            )
        return batch_sampler
    if batch_size is None:
        raise ArgumentError("DataLoader: batch_size is missing.\n  Pass batch_size=..., or a batch_sampler.")
    if sampler is None:
        sampler = RandomSampler(len(dataset)) if shuffle else SequentialSampler(len(dataset))
    elif shuffle:
        raise ArgumentError("DataLoader: sampler gives the order already: leave out shuffle, or pass a RandomSampler.")
    return BatchSampler(sampler, batch_size, last_batch or "keep")


class _Load:
    """Reads the examples of one batch and joins them."""

    def __init__(self, dataset, batchify_fn: Callable | None):
        self.dataset = dataset
        self.batchify = None if batchify_fn in (None, default_batchify_fn, default_mp_batchify_fn) else batchify_fn

    def at_once(self, indices):
        """Return the batch if the dataset can give it by one indexing, else None."""
        if self.batchify is not None or not isinstance(self.dataset, Dataset):
            return None
        numbers = np.asarray(indices)
        if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
            return None
        rows = self.dataset._take_rows(numbers)
        if rows is None:
            return None
        fields, is_tuple = rows
        return to_arrays(list(fields) if is_tuple else fields[0])

    def __call__(self, indices):
        batch = self.at_once(indices)
        if batch is not None:
            return batch
        dataset, samples = self.dataset, []
        for i in indices:
            try:
                samples.append(dataset[i])
            except Exception as error:
                error.add_note(f"raised by the dataset, reading sample {i}")
                raise
        return to_arrays(join(samples)) if self.batchify is None else self.batchify(samples)


class _SeededLoad:
    """What a worker process runs: seeds the generators for a batch, then loads it."""

    def __init__(self, load: _Load):
        self.load = load

    def __call__(self, task):
        entropy, number, indices = task
        seed = int(np.random.SeedSequence([*entropy, number]).generate_state(1)[0])
        import random

        from ... import random as mx_random

        random.seed(seed)
        np.random.seed(seed)
        mx_random.seed(seed)
        return self.load(indices)


class _Ahead:
    """One pass whose batches are under way in a pool, at most ``prefetch`` of them."""

    def __init__(self, pool, batches: Iterator, prefetch: int, entropy: tuple[int, ...]):
        self._pool = pool
        self._batches = batches
        self._entropy = entropy
        self._number = 0
        self._tickets: deque = deque()
        for _ in range(prefetch):
            self._submit()

    def _submit(self) -> None:
        indices = next(self._batches, None)
        if indices is not None:
            self._tickets.append(self._pool.submit((self._entropy, self._number, indices)))
            self._number += 1

    def __iter__(self) -> Iterator:
        while self._tickets:
            batch = self._pool.receive(self._tickets.popleft())
            self._submit()
            yield batch

    def close(self) -> None:
        """Forget what is under way."""
        self._pool.drop(self._tickets)
        self._tickets.clear()


class _Threads:
    """The pool of ``thread_pool=True``. The generators of ``random`` and ``numpy.random`` are those of this process."""

    def __init__(self, load: _Load, count: int, timeout: float):
        from concurrent.futures import ThreadPoolExecutor

        self._load = load
        self._timeout = timeout
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="DataLoader")

    def submit(self, task):
        return self._executor.submit(self._load, task[2])

    def receive(self, future):
        try:
            return future.result(self._timeout)
        except TimeoutError:
            if future.done():
                raise
            from .workers import WorkerTimeoutError

            raise WorkerTimeoutError(
                f"DataLoader: no thread gave a batch within {self._timeout} seconds.\n  Pass a larger timeout."
            ) from None

    def drop(self, futures) -> None:
        for future in futures:
            future.cancel()

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


def _entropy(number_of_pass: int) -> tuple[int, ...]:
    """Return numbers that follow from the state of the generators here, without drawing from them."""
    from zlib import crc32

    from ...streams import generator_of

    states = (np.random.get_state(legacy=False), generator_of(cpu()).bit_generator.state)
    return *(crc32(repr(state).encode()) for state in states), number_of_pass
