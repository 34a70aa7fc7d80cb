"""Worker processes of the DataLoader.

Each worker has one socket to the parent. The parent sends numbered tasks (the examples of a batch); the worker answers
each, in order, with the batch or the error. The arrays of a batch travel as an anonymous piece of shared memory
(memfd) whose descriptor goes through the socket: they are written once, by the worker, and never pickled, and the
kernel frees them with their last user, whatever way a process ends. Small batches, and systems without memfd, send
the bytes.

A worker ends when the parent closes the socket, and also when the parent is gone without having done so.
"""
import mmap
import os
import signal
import sys
import threading
import time
import traceback
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import ndarray as nd
from ...base import MXNetError
from ...context import cpu
from ...io.host import from_host, host_view
from ...threads import set_num_threads

_SMALL = 1 << 16  # bytes; below, copying through the socket is quicker than mapping memory
_ALIGN = 64
_PARENT_CHECK = 2.0  # seconds between looks whether the parent still lives
_GRACE = 0.5  # seconds that the workers have to end by themselves


class WorkerError(MXNetError):
    """A worker process ended by itself, or an error in it could not be brought here whole."""


class WorkerTimeoutError(WorkerError, TimeoutError):
    """A worker did not deliver a batch in time."""


class WorkerTraceback(Exception):
    """The traceback of a worker, as text: the cause of the error that is raised in the parent."""

    def __init__(self, text: str):
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"\n{self.text}"


# A forked worker inherits the parent's ends of all sockets. While it holds them, no other worker sees them closed.
_POOLS: "weakref.WeakSet[Pool]" = weakref.WeakSet()


class Pool:
    """Worker processes, and the batches that are under way.

    Parameters
    ----------
    load : callable (task) -> batch, run in the workers
    count : int, number of workers
    timeout : float, seconds to wait for one batch
    """

    def __init__(self, load: Callable[[Any], Any], count: int, timeout: float):
        self._load = load
        self._count = count
        self._timeout = timeout
        self._workers: list = []                              # pairs (process, connection)
        self._pending: list[list] = []                        # per worker: tickets in the order in which it answers
        self._answers: dict = {}
        self._dropped: set = set()
        self._tickets = 0
        self._ends: list = []                                 # our ends of the sockets
        _POOLS.add(self)

    def submit(self, task) -> tuple[int, int]:
        """Hand a task to the next worker in turn; return the ticket with which to ask for its batch."""
        if not self._workers:
            self._start()
        number = self._tickets
        self._tickets += 1
        worker = number % self._count
        self._guarded(lambda: self._send(worker, task))
        self._pending[worker].append(number)
        return worker, number

    def receive(self, ticket: tuple[int, int]):
        """Wait for the batch of ``ticket``.

        Raises
        ------
        WorkerTimeoutError, WorkerError, or whatever the dataset raised in the worker
        """
        worker, number = ticket
        while number not in self._answers:
            if not self._workers or number not in self._pending[worker]:
                raise WorkerError("DataLoader: the workers were stopped while batches were under way.\n  Iterate anew.")
            answered, answer = self._guarded(lambda: self._next_answer(worker))
            if answered in self._dropped:
                self._dropped.discard(answered)
            else:
                self._answers[answered] = answer
        succeeded, value = self._answers.pop(number)
        if succeeded:
            return value
        raise value

    def drop(self, tickets) -> None:
        """Forget tickets whose batches nobody wants any more."""
        for worker, number in tickets:
            if self._answers.pop(number, None) is None and self._workers and number in self._pending[worker]:
                self._dropped.add(number)

    def close(self) -> None:
        """End the workers and forget everything that is under way."""
        workers, self._workers, self._pending = self._workers, [], []
        self._answers.clear()
        self._dropped.clear()
        self.forget_ends()
        deadline = time.monotonic() + _GRACE
        for process, _ in workers:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def forget_ends(self) -> None:
        """Close our ends of the sockets: in the parent that ends the workers; each forked worker closes its copies."""
        ends, self._ends = self._ends, []
        for connection in ends:
            connection.close()

    def _guarded(self, action: Callable):
        """Run ``action``; if anything stops it, also Ctrl-C, end the workers: a message may be cut in two."""
        try:
            return action()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        import multiprocessing

        # fork: the dataset is simply there in the worker, lambdas and notebook functions too. Elsewhere it is pickled.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
        for number in range(self._count):
            ours, theirs = context.Pipe()
            self._ends.append(ours)
            process = context.Process(
                target=_work, args=(theirs, self._load, os.getpid()), name=f"DataLoader-{number}", daemon=True
            )
            try:
                with warnings.catch_warnings():
                    # Python 3.12 warns of fork beside threads. A worker runs NumPy code and takes none of our locks.
                    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
                    process.start()
            except Exception as error:
                self.close()
                raise WorkerError(
                    f"DataLoader: cannot start a worker: {error}.\n"
                    "  Define the dataset and its functions in a module, or pass thread_pool=True."
                ) from error
            finally:
                theirs.close()
            self._workers.append((process, ours))
            self._pending.append([])

    def _send(self, worker: int, task) -> None:
        try:
            self._workers[worker][1].send(task)
        except OSError:
            raise self._death(worker) from None

    def _death(self, worker: int) -> WorkerError:
        process, _ = self._workers[worker]
        process.join(_GRACE)
        return WorkerError(
            f"DataLoader: worker {worker} ended with exit code {process.exitcode}.\n"
            "  Was it killed, or out of memory? Pass num_workers=0 to see where."
        )

    def _next_answer(self, worker: int):
        from multiprocessing.connection import wait

        process, connection = self._workers[worker]
        if not wait([connection, process.sentinel], self._timeout):
            raise WorkerTimeoutError(
                f"DataLoader: worker {worker} gave no batch within {self._timeout} seconds.\n"
                "  Is a sample slow or stuck? Pass a larger timeout, or num_workers=0 to see where."
            )
        try:
            succeeded, value, layout = connection.recv()
            if succeeded:
                value = _unpack(value, _receive_arrays(connection, layout))
        except (EOFError, OSError):
            raise self._death(worker) from None
        number = self._pending[worker].pop(0)
        if not succeeded:
            error, text = value
            error.__cause__ = WorkerTraceback(text)
            error.add_note(f"raised in DataLoader worker {worker}, process {process.pid}")
            value = error
        return number, (succeeded, value)


# -- in the worker ---------------------------------------------------------------------------------------------------
def _work(connection, load: Callable, parent: int) -> None:
    """Answer the tasks of the parent until it closes the connection. Ctrl-C is the parent's to handle."""
    import queue

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_num_threads(1)                                        # there are as many workers as cores to be used
    for pool in list(_POOLS):
        pool.forget_ends()
    tasks: queue.SimpleQueue = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, tasks, parent), daemon=True).start()
    while True:
        task = tasks.get()
        if task is _END:
            return
        try:
            with cpu():                                       # a forked process cannot use its parent's GPU
                answer, arrays = _pack(load(task))
        except BaseException as error:
            _send_error(connection, error)
            continue
        try:
            _send_arrays(connection, answer, arrays, parent)
        except (BrokenPipeError, ConnectionResetError):
            return


_END = object()


def _listen(connection, tasks, parent: int) -> None:
    """Move tasks from the connection to the queue, so that the parent can always send."""
    try:
        while True:
            while not connection.poll(_PARENT_CHECK):
                if os.getppid() != parent:
                    os._exit(1)                               # the parent died, and a sibling holds its end open
            tasks.put(connection.recv())
    except (EOFError, OSError):
        tasks.put(_END)


def _send_error(connection, error: BaseException) -> None:
    import pickle
    from multiprocessing.reduction import ForkingPickler

    text = "".join(traceback.format_exception(error))
    try:
        pickle.loads(ForkingPickler.dumps(error))             # an error with a constructor of its own may not survive
    except Exception:
        notes = getattr(error, "__notes__", [])
        error = WorkerError(f"{type(error).__name__}: {error}")
        for note in notes:
            error.add_note(note)
    connection.send((False, (error, text), None))


# -- both ends -------------------------------------------------------------------------------------------------------
class _Slot:
    """The place of an array in a structure that travels without its arrays."""

    __slots__ = ("is_ndarray", "number")

    def __init__(self, number: int, is_ndarray: bool):
        self.number = number
        self.is_ndarray = is_ndarray

    def __reduce__(self):
        return _Slot, (self.number, self.is_ndarray)


def _pack(batch) -> tuple[Any, list[np.ndarray]]:
    """Return the structure of a batch with slots for its arrays, and the arrays."""
    arrays: list[np.ndarray] = []

    def walk(item):
        is_ndarray = isinstance(item, nd.NDArray)
        if is_ndarray or isinstance(item, np.ndarray) and item.dtype.kind in "fiub":
            arrays.append(host_view(item) if is_ndarray else item)
            return _Slot(len(arrays) - 1, is_ndarray)
        if type(item) in (list, tuple):
            return type(item)([walk(part) for part in item])
        if type(item) is dict:
            return {key: walk(part) for key, part in item.items()}
        return item

    return walk(batch), arrays


def _unpack(structure, arrays: list[np.ndarray]):
    if isinstance(structure, _Slot):
        array = arrays[structure.number]
        return from_host(array) if structure.is_ndarray else array
    if type(structure) in (list, tuple):
        return type(structure)([_unpack(part, arrays) for part in structure])
    if type(structure) is dict:
        return {key: _unpack(part, arrays) for key, part in structure.items()}
    return structure


def _send_arrays(connection, structure, arrays: list[np.ndarray], parent: int) -> None:
    entries, size = [], 0
    for array in arrays:
        entries.append((array.dtype.str, array.shape, size))
        size += -(-array.nbytes // _ALIGN) * _ALIGN
    shared = size >= _SMALL and hasattr(os, "memfd_create")
    if not shared:
        content = bytearray(size)
        _fill(content, entries, arrays)
        connection.send((True, structure, (entries, size, False)))
        if size:
            connection.send_bytes(content)
        return
    from multiprocessing.reduction import send_handle

    descriptor = os.memfd_create("DataLoader")
    try:
        os.ftruncate(descriptor, size)
        with mmap.mmap(descriptor, size) as memory:
            _fill(memory, entries, arrays)
        connection.send((True, structure, (entries, size, True)))
        send_handle(connection, descriptor, parent)
    finally:
        os.close(descriptor)


def _fill(memory, entries, arrays) -> None:
    for (kind, shape, offset), array in zip(entries, arrays, strict=True):
        target = np.ndarray(shape, kind, memory, offset)
        target[...] = array
        del target                                            # a view would keep the mapping from closing


def _receive_arrays(connection, layout) -> list[np.ndarray]:
    """Return writable arrays over the memory that the worker sent."""
    entries, size, shared = layout
    memory: Any
    if not shared:
        memory = bytearray(connection.recv_bytes()) if size else bytearray()
    else:
        from multiprocessing.reduction import recv_handle

        descriptor = recv_handle(connection)
        try:
            memory = mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)
    return [np.ndarray(shape, kind, memory, offset) for kind, shape, offset in entries]
