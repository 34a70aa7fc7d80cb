"""The engine: how operators are put in order and run. ``mx.engine``.

MXNET_ENGINE_TYPE chooses it when the process starts:

    ThreadedEnginePerDevice   the default: independent heavy branches of a compiled graph, and the parts of a Module on
    ThreadedEngine            several devices, run side by side on a small pool of threads
    NaiveEngine               everything in order on the calling thread

The results are the same bit for bit. On a CPU a call returns when its results are there, so that an error is raised
where it happens. On a GPU a call returns when its work is in the queue of the GPU, and ``asnumpy()``,
``wait_to_read()`` and ``waitall()`` wait for it: what does not fit together is still an error of the call itself, and
what fails while the GPU computes is raised at the next of these. No error is lost.

API: MXNet 1.9.1's mxnet.engine.
"""
import threading

from .base import ArgumentError, missing, type_name
from .core.parallel import engine_type

__all__ = ["bulk", "engine_type", "set_bulk_size"]


class _Bulk(threading.local):
    size = 0


_bulk = _Bulk()


def set_bulk_size(size: int) -> int:
    """Keep the number of operators that MXNet's engine would take as one, and return the number before.

    It is kept for each thread and changes nothing else: an eager operator here is one call of a NumPy or CuPy function,
    and there is no queue in which operators could be taken together. ``hybridize()`` makes one function of many.

    Raises
    ------
    ArgumentError
        If it is no integer, or negative.

    >>> before = mx.engine.set_bulk_size(20)
    >>> mx.engine.set_bulk_size(before)
    20
    """
    if isinstance(size, bool) or not isinstance(size, int):
        raise ArgumentError(f"set_bulk_size: size must be an int. Received: {type_name(size)}")
    if size < 0:
        raise ArgumentError(f"set_bulk_size: size must not be negative. Received: {size}")
    before, _bulk.size = _bulk.size, size
    return before


class _BulkScope:
    """Sets the bulk size inside a ``with`` block, and puts back the one before."""

    def __init__(self, size: int):
        self._size = size
        self._before = 0

    def __enter__(self) -> "_BulkScope":
        self._before = set_bulk_size(self._size)
        return self

    def __exit__(self, *_) -> None:
        set_bulk_size(self._before)


def bulk(size: int) -> _BulkScope:
    """Return a ``with`` block inside which ``set_bulk_size(size)`` holds.

    >>> with mx.engine.bulk(10):
    ...     x = mx.nd.ones((2,)) + 1
    """
    return _BulkScope(size)


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)
