"""The DataLoader: batches of a dataset, read in this process, on threads, or in worker processes."""
import itertools
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from ...base import ArgumentError, FormatError
from ...context import cpu, cpu_pinned
from ...io.host import from_host
from ...streams import generator_of, global_restorer, global_state
from ...util import is_np_array
from .batchify import default_batchify_fn, default_mp_batchify_fn, join, moved, to_arrays
from .dataset import Dataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler

TOGETHER = 1 << 18  # bytes: the rows of small batches that are read by one indexing

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
        self._pass: _Pass | None = None           # the one that is being given out
        self._resumed: _Pass | None = None        # the one that set_state has put before the next
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
        ahead = ahead or self._begin()
        return self._read_here() if ahead is None else self._deliver(ahead)

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
        """Return the next pass under way in the workers; None, and nothing begun, where reading here is as good."""
        if self._num_workers == 0 or self._load.at_once([0][: len(self._dataset)]) is not None:
            return None
        if self._pool is None:
            self._pool = self._threads() if self._thread_pool else self._processes()
        current, batches = self._new_pass()
        return _Ahead(self._pool, batches, self._prefetch, current)

    def _new_pass(self) -> "tuple[_Pass, Iterator]":
        """Return the next pass, and the batches of it that are still to come."""
        self._passes += 1
        resumed, self._resumed = self._resumed, None
        if resumed is None:
            return _Pass(self._passes, self._kept(), self._num_workers > 0), iter(self._batch_sampler)
        return resumed, resumed.rest(self._batch_sampler)

    def _kept(self) -> list | None:
        """Return the examples that a BatchSampler keeps for the next pass; None of another kind of sampler."""
        return list(self._batch_sampler._kept) if isinstance(self._batch_sampler, BatchSampler) else None

    def _threads(self):
        return _Threads(self._load, self._num_workers, self._timeout)

    def _processes(self):
        from .workers import Pool

        return Pool(_SeededLoad(self._load), self._num_workers, self._timeout)

    def _read_here(self) -> Iterator:
        current, batches = self._new_pass()
        self._pass = current
        sampler, order = self._batch_sampler, None
        if isinstance(sampler, BatchSampler) and not current.given:
            order = sampler._order()
        loaded = map(self._load, batches) if order is None else self._load.cut(order, sampler._batch_size)
        try:
            for batch in loaded:
                current.given += 1
                yield batch if self._pinned is None else moved(batch, self._pinned)
        finally:
            self._end(current)

    def _deliver(self, ahead: "_Ahead") -> Iterator:
        self._pass = ahead.current
        try:
            for batch in ahead:
                ahead.current.given += 1
                yield batch if self._pinned is None else moved(batch, self._pinned)
        finally:
            ahead.close()
            self._end(ahead.current)
        if self.auto_reload:
            self.refresh()

    def _end(self, current: "_Pass") -> None:
        if self._pass is current:
            self._pass = None

    # -- the position, for mx.checkpoint -----------------------------------------------------------------------------
    def get_state(self) -> dict:
        """Return where the loader is: how many batches of which order the present pass has given.

        The state holds numbers and small arrays, no examples. A loader of the same dataset and arguments goes on from
        there after ``set_state``: its next pass is the rest of this one.
        """
        begun = self._pass or (self._ahead and self._ahead.current)  # a pass begun ahead has given nothing yet
        if begun is None:
            return {"passes": self._passes, "kept": self._kept(), "pass": None}
        return {"passes": begun.number, "kept": None, "pass": begun.state()}

    def set_state(self, state: dict) -> None:
        """Go on where ``get_state`` was called; the generators of ``numpy.random`` and ``random`` are left alone.

        Raises
        ------
        FormatError
            If ``state`` is nothing that ``get_state`` returned.
        """
        self.restorer(state)()

    def restorer(self, state: dict) -> Callable[[], None]:
        """Check a state as ``set_state`` does, and return a function that goes on from it."""
        try:
            passes, kept, resumed = int(state["passes"]), state["kept"], state["pass"]
            resumed = None if resumed is None else _Pass.of_state(resumed)
            if kept is not None and not isinstance(kept, list):
                raise TypeError("kept must be a list")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FormatError(f"DataLoader: this is no state that get_state returned: {error!r}") from None

        def restore() -> None:
            self.clean()
            self._pass = None
            self._resumed = resumed
            self._passes = passes if resumed is None else passes - 1
            if isinstance(self._batch_sampler, BatchSampler):
                self._batch_sampler._kept = list(kept or [])
            if self.auto_reload:
                self.refresh()

        return restore

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


def _as_batch(fields, is_tuple: bool):
    """Return the arrays of a batch as NDArrays."""
    if is_np_array():
        return to_arrays(list(fields) if is_tuple else fields[0])
    return [from_host(field) for field in fields] if is_tuple else from_host(fields[0])


class _Load:
    """Reads the examples of one batch and joins them."""

    def __init__(self, dataset, batchify_fn: Callable | None):
        self.dataset = dataset
        self.batchify = None if batchify_fn in (None, default_batchify_fn, default_mp_batchify_fn) else batchify_fn

    def at_once(self, indices):
        """Return the batch if the dataset can give it by one indexing, else None."""
        rows = self._rows(indices)
        return None if rows is None else _as_batch(*rows)

    def _rows(self, indices) -> tuple | None:
        if self.batchify is not None or not isinstance(self.dataset, Dataset):
            return None
        numbers = np.asarray(indices)
        if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
            return None
        return self.dataset._take_rows(numbers)

    def cut(self, order: np.ndarray, size: int) -> Iterator:
        """Yield the batches of a pass that is known beforehand, ``size`` numbers of ``order`` each.

        The rows of small batches are read together, as many as fit into TOGETHER, and cut: one indexing for a hundred
        batches of ten rows. A batch that is large by itself is read alone.
        """
        begin, step = 0, size
        while begin < len(order):
            rows = self._rows(order[begin : begin + step])
            if rows is None:
                yield self._join(order[begin : begin + size].tolist())
                begin, step = begin + size, size
                continue
            fields, is_tuple = rows
            count = len(fields[0])
            if count <= size:
                yield _as_batch(fields, is_tuple)
            else:
                for first in range(0, count, size):
                    yield _as_batch([field[first : first + size] for field in fields], is_tuple)
            begin += step
            step = size * max(1, TOGETHER * count // max(1, size * sum(field.nbytes for field in fields)))

    def __call__(self, indices):
        batch = self.at_once(indices)
        return self._join(indices) if batch is None else batch

    def _join(self, indices):
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


class _Pass:
    """One pass: the state in which its order was drawn, and how many batches of it were given.

    An order is drawn again from ``numpy.random`` or ``random``; what a sampler draws between batches, while a dataset
    draws from the same generator, cannot be.
    """

    def __init__(self, number: int, kept: list | None, seeded: bool):
        self.number = number
        self.kept = kept
        self.given = 0
        self.generators = global_state()
        self.entropy = _entropy(number) if seeded else ()

    def state(self) -> dict:
        """Return what ``of_state`` needs, without the arrays of examples."""
        return {**vars(self), "entropy": list(self.entropy)}

    @classmethod
    def of_state(cls, state: dict) -> "_Pass":
        """Return the pass of a state; ValueError, TypeError or KeyError where it is none."""
        made = cls.__new__(cls)
        made.number, made.given = int(state["number"]), int(state["given"])
        made.kept = None if state["kept"] is None else list(state["kept"])
        made.entropy = tuple(int(n) for n in state["entropy"])
        made.generators = state["generators"]
        global_restorer(made.generators)
        if made.given < 0 or any(n < 0 for n in made.entropy):
            raise ValueError("a count below 0")
        return made

    def rest(self, batch_sampler) -> Iterator:
        """Draw the order again, and return the batches that are still to come."""
        back_to_now = global_restorer(global_state())
        global_restorer(self.generators)()
        if isinstance(batch_sampler, BatchSampler):
            batch_sampler._kept = list(self.kept or [])
        batches = iter(batch_sampler)
        for _ in range(self.given):
            next(batches, None)
        if not self.given:  # a generator draws when it is first asked
            first = next(batches, None)
            batches = batches if first is None else itertools.chain([first], batches)
        back_to_now()
        return batches


class _Ahead:
    """One pass whose batches are under way in a pool, at most ``prefetch`` of them."""

    def __init__(self, pool, batches: Iterator, prefetch: int, current: _Pass):
        self._pool = pool
        self._batches = batches
        self.current = current
        self._entropy = current.entropy
        self._number = current.given
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

    states = (np.random.get_state(legacy=False), generator_of(cpu()).bit_generator.state)
    return *(crc32(repr(state).encode()) for state in states), number_of_pass
