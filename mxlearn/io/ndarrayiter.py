"""NDArrayIter: batches from arrays that are in memory."""
from collections.abc import Callable

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, FormatError, MXNetError, ShapeError
from ..context import current_context
from .batch import DataDesc
from .host import from_host, on_host
from .iterator import DataIter

__all__ = ["NDArrayIter"]

_LAST_BATCH = ("pad", "discard", "roll_over")


class NDArrayIter(DataIter):
    """Batches from arrays in memory, in order or shuffled anew for each pass.

    Parameters
    ----------
    data : NDArray or NumPy array (examples, ...), a list of those, or a dict of name to array (taken in name order).
        NumPy arrays become float32; an NDArray keeps its dtype and its context. Batches of a CSRNDArray are such, too.
    label : as ``data``, or None
    batch_size : int, examples in a batch
    shuffle : bool, new order for each pass, drawn from ``numpy.random``: seed it with ``np.random.seed``
    last_batch_handle : what becomes of the last examples when they do not fill a batch:
        "pad" fills the batch up from the start of the pass (and ``batch.pad`` counts the fill),
        "discard" leaves them out, "roll_over" keeps them for the beginning of the next pass
    data_name, label_name : str, for a lone array; a list gives "_0_data", "_1_data", ...
    layout : str, for ``provide_data`` and ``provide_label``

    Attributes
    ----------
    data, label : list of (name, NDArray)
    idx : array of int, the permutation of the latest shuffle
    num_data : int, examples of a pass (with "discard": those that fill batches)
    cursor : int, position in the pass of the first example of the current batch

    Raises
    ------
    ShapeError
        If the arrays differ in length, or "discard" or "roll_over" could not fill one batch.

    Notes
    -----
    With "roll_over" the first batch of a later pass is full of real examples, so its ``pad`` is 0. (MXNet 1.9.1 puts
    the number of examples kept there, and ``Module.predict`` then throws as many predictions away.)

    Examples
    --------
    >>> import mxlearn as mx, numpy as np
    >>> batches = mx.io.NDArrayIter(np.arange(5), batch_size=2)
    >>> [(batch.data[0].asnumpy().tolist(), batch.pad) for batch in batches]
    [([0.0, 1.0], 0), ([2.0, 3.0], 0), ([4.0, 0.0], 1)]

    References: MXNet 1.9.1 class mxnet.io.NDArrayIter.
    """

    def __init__(
        self,
        data,
        label=None,
        batch_size: int = 1,
        shuffle: bool = False,
        last_batch_handle: str = "pad",
        data_name: str = "data",
        label_name: str = "softmax_label",
        layout: str = "NCHW",
    ):
        super().__init__(batch_size)
        if last_batch_handle not in _LAST_BATCH:
            raise ArgumentError(
                "NDArrayIter: last_batch_handle must be 'pad', 'discard' or 'roll_over'. "
                f"Received: {last_batch_handle!r}"
            )
        if batch_size < 1:
            raise ArgumentError(f"NDArrayIter: batch_size must be 1 or more. Received: {batch_size}")
        self._data = _named_sources(data, data_name, "data")
        self._label = [] if label is None else _named_sources(label, label_name, "label")
        count = _common_length(self._data + self._label)
        if last_batch_handle != "pad" and batch_size > count:
            raise ShapeError(
                f"NDArrayIter: {count} examples never fill a batch of {batch_size} with {last_batch_handle!r}.\n"
                "  Use a smaller batch_size, or last_batch_handle='pad'."
            )
        self.shuffle = shuffle
        self.last_batch_handle = last_batch_handle
        self.layout = layout
        self.num_source = len(self._data) + len(self._label)
        self.num_data = count - count % batch_size if last_batch_handle == "discard" else count
        self.idx = np.arange(count)
        self._order = np.arange(count)                    # examples in the order of this pass
        self._carried = self._order[:0]                   # examples that "roll_over" kept from the last pass
        self.cursor = -batch_size
        if shuffle:
            self._shuffle()

    @property
    def data(self) -> list:
        """The arrays, as pairs (name, NDArray), in their original order."""
        return [(name, source.array()) for name, source in self._data]

    @property
    def label(self) -> list:
        """The labels, as pairs (name, NDArray), in their original order."""
        return [(name, source.array()) for name, source in self._label]

    @property
    def provide_data(self) -> list[DataDesc]:
        """Name, shape, dtype and layout of each data array of a batch."""
        return self._describe(self._data)

    @property
    def provide_label(self) -> list[DataDesc]:
        """Name, shape, dtype and layout of each label array of a batch."""
        return self._describe(self._label)

    def _describe(self, sources) -> list[DataDesc]:
        return [
            DataDesc(name, (self.batch_size, *source.shape[1:]), source.dtype, self.layout) for name, source in sources
        ]

    def _shuffle(self) -> None:
        # The permutation is shuffled further and applied to the present order, as MXNet does it: the same seed of
        # numpy.random gives the same batches in both.
        np.random.shuffle(self.idx)
        self._order = self._order[self.idx]

    def hard_reset(self) -> None:
        """Begin the next pass at the first example; what "roll_over" kept is dropped."""
        self._carried = self._order[:0]
        if self.shuffle:
            self._shuffle()
        self.cursor = -self.batch_size

    def reset(self) -> None:
        """Begin the next pass, with what "roll_over" kept of this one."""
        carried = self._order[:0]
        if self.last_batch_handle == "roll_over" and self.num_data - self.batch_size < self.cursor < self.num_data:
            carried = self._order[self.cursor :]
        if self.shuffle:
            self._shuffle()
        self._carried = carried
        self.cursor = -self.batch_size - len(carried)

    def iter_next(self) -> bool:
        """Move to the next batch; False at the end of the pass."""
        self.cursor += self.batch_size
        if self.last_batch_handle == "pad":
            return self.cursor < self.num_data
        return self.cursor + self.batch_size <= self.num_data

    def _rows(self):
        """Return the examples of the current batch: a slice where they are consecutive, else an array of int."""
        start, stop = self.cursor, self.cursor + self.batch_size
        if start >= self.num_data or start <= -self.batch_size:
            raise MXNetError("NDArrayIter: no current batch.\n  Call next() first, and reset() at the end of a pass.")
        if start < 0:
            return np.concatenate([self._carried, self._order[:stop]])
        if stop > self.num_data:
            return self._order[np.arange(start, stop) % self.num_data]
        return self._order[start:stop] if self.shuffle else slice(start, stop)

    def getdata(self) -> list:
        """Return the data of the current batch, a list of NDArray."""
        rows = self._rows()
        return [source.batch(rows) for _, source in self._data]

    def getlabel(self) -> list:
        """Return the labels of the current batch, a list of NDArray."""
        rows = self._rows()
        return [source.batch(rows) for _, source in self._label]

    def getindex(self):
        """Return which examples the current batch holds, an array of int."""
        rows = self._rows()
        return np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows

    def getpad(self) -> int:
        """Return how many examples at the end of the current batch only fill it up."""
        if self.last_batch_handle != "pad":
            return 0
        return max(0, self.cursor + self.batch_size - self.num_data)

    # -- the position, for mx.checkpoint -----------------------------------------------------------------------------
    def get_state(self) -> dict:
        """Return the order of the present pass and the position in it, not the data."""
        return {"idx": self.idx, "order": self._order, "carried": self._carried, "cursor": self.cursor}

    def set_state(self, state: dict) -> None:
        """Go on where ``get_state`` was called on an iterator over the same number of examples.

        Raises
        ------
        FormatError
            If ``state`` is nothing that ``get_state`` of such an iterator returned.
        """
        self.restorer(state)()

    def restorer(self, state: dict) -> Callable[[], None]:
        """Check a state as ``set_state`` does, and return a function that goes on from it."""
        count = len(self._order)
        try:
            idx, order, carried = (np.array(state[name], np.int64) for name in ("idx", "order", "carried"))
            cursor = int(state["cursor"])
            if not all(np.array_equal(np.sort(a), np.arange(count)) for a in (idx, order)):
                raise ValueError(f"no order of {count} examples")
            if carried.ndim != 1 or (carried.size and not 0 <= carried.min() <= carried.max() < count):
                raise ValueError(f"examples that are not among {count}")
            if not -2 * self.batch_size <= cursor < count + self.batch_size:
                raise ValueError(f"a position of {cursor}")
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise FormatError(f"NDArrayIter: this is no state that get_state returned: {error!r}") from None

        def restore() -> None:
            self.idx, self._order, self._carried, self.cursor = idx, order, carried, cursor

        return restore


class _HostSource:
    """Examples in host memory: a batch is one NumPy indexing."""

    __slots__ = ("_array", "ctx", "dtype", "host", "shape")

    def __init__(self, host: np.ndarray, ctx):
        self.host = host
        self.ctx = ctx
        self.shape = host.shape
        self.dtype = host.dtype.type
        self._array = None

    def array(self):
        if self._array is None:
            self._array = from_host(self.host.copy(), self.ctx)
        return self._array

    def batch(self, rows):
        taken = self.host[rows]
        return from_host(taken.copy() if isinstance(rows, slice) else taken, self.ctx)


class _DeviceSource:
    """Examples on another context, where they stay, or in a csr matrix, of which a batch is one too."""

    __slots__ = ("_array", "dtype", "shape")

    def __init__(self, array):
        self._array = array
        self.shape = array.shape
        self.dtype = array.dtype

    def array(self):
        return self._array

    def batch(self, rows):
        if isinstance(rows, slice):
            return self._array[rows].copy()
        return nd.take(self._array, nd.array(rows, ctx=self._array.context, dtype="int64"))


def _named_sources(arrays, default_name: str, what: str) -> list:
    """Return pairs (name, source) of a lone array, a list or a dict of arrays."""
    if isinstance(arrays, nd.NDArray | np.ndarray):
        named = [(default_name, arrays)]
    elif isinstance(arrays, list | tuple):
        named = [(f"_{i}_{default_name}", array) for i, array in enumerate(arrays)]
        if len(named) == 1:
            named = [(default_name, arrays[0])]
    elif isinstance(arrays, dict):
        named = sorted(arrays.items())
    else:
        raise ArgumentError(
            f"NDArrayIter: {what} must be an array, a list of arrays or a dict of name to array, "
            f"not {type(arrays).__name__}.\n  Convert it with numpy.asarray first."
        )
    if not named:
        raise ArgumentError(f"NDArrayIter: {what} holds no array. Received: {arrays!r}")
    return [(name, _source(name, array)) for name, array in named]


def _source(name: str, array):
    if isinstance(array, nd.NDArray):
        if not array.ndim:
            raise ShapeError(f"NDArrayIter: {name!r} needs an axis of examples, its shape is ().")
        if array.stype == "csr" or not on_host(array):
            return _DeviceSource(array)
        return _HostSource(array.asnumpy(), array.context)
    try:
        host = np.array(array, np.float32, order="C")     # a copy: later changes of the source do not reach the batches
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"NDArrayIter: {name!r} is no array of numbers: {error}.\n  Convert it with numpy.asarray first."
        ) from error
    if not host.ndim:
        raise ShapeError(f"NDArrayIter: {name!r} needs an axis of examples, its shape is ().")
    ctx = current_context()
    return _HostSource(host, ctx) if ctx.device_type.startswith("cpu") else _DeviceSource(from_host(host, ctx))


def _common_length(sources) -> int:
    lengths = {name: source.shape[0] for name, source in sources}
    count = min(lengths.values())
    if any(length != count for length in lengths.values()):
        raise ShapeError(f"NDArrayIter: all arrays need the same number of examples. Received: {lengths}")
    if not count:
        raise ShapeError(f"NDArrayIter: there are no examples. Received: {lengths}")
    return count
