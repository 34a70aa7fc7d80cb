"""The classes CSRNDArray and RowSparseNDArray."""
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

from ... import backend
from ...base import ArgumentError, MXNetError, NotSupportedForSparseNDArray, ShapeError, type_name
from ...context import Context
from ...core.state import STATE
from ...kernels.sparse import Csr, Rows, Sparse, combined, csr_of, densified, empty_like, rows_of
from ..array import GRAD_REQS, Leaf, NDArray, supported_dtype, wrap


class StorageError(MXNetError, AttributeError):
    """Something that takes dense arrays met a sparse one."""


class StorageTypeError(MXNetError, TypeError, ValueError):
    """An array cannot be converted from one sparse storage to another."""


class BaseSparseNDArray(NDArray):
    """What CSRNDArray and RowSparseNDArray share: an NDArray without the slot of the dense elements.

    References: MXNet 1.9.1 class mxnet.ndarray.sparse.BaseSparseNDArray.
    """

    __slots__ = ("_raw",)

    _raw: Any  # Csr or Rows
    _kind: Any  # the class of the raw storage

    def __init__(self, handle, writable: bool = True):
        """Share the memory and the tape position of another array of the same class."""
        if type(handle) is not type(self):
            raise ArgumentError(
                f"{type(self).__name__}(...): expected an array of this class. Received: {type_name(handle)}.\n"
                "  Use mx.nd.sparse.csr_matrix(...) or mx.nd.sparse.row_sparse_array(...) to make one from data."
            )
        self._raw, self._ctx, self._entry = handle._raw, handle._ctx, handle._entry

    @property
    def _data(self) -> Any:  # what dense code reads; its absence is what leads to the sparse kernels
        raise StorageError(
            f"an array of storage type {self.stype!r} has no dense elements.\n"
            "  Convert it with x.tostype('default') first."
        )

    # -- what it is --------------------------------------------------------------------------------------------------
    @property
    def shape(self) -> tuple[int, ...]:
        """Tuple of int, the extent of each dimension."""
        return self._raw.shape

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self._raw.shape)

    @property
    def size(self) -> int:
        """Number of elements, the zeros that are not stored included."""
        return int(np.prod(self._raw.shape, dtype=object))

    @property
    def dtype(self) -> type:
        """NumPy scalar type of the elements, such as numpy.float32."""
        return self._raw.dtype.type

    @property
    def writable(self) -> bool:
        """Whether the array may be written."""
        return True

    @property
    def data(self) -> NDArray:
        """A copy of the stored elements, or rows."""
        return wrap(self._raw.data.copy(), self._ctx)

    @property
    def indices(self) -> NDArray:
        """A copy of the places of the stored elements or rows, int64."""
        return wrap(self._raw.indices.copy(), self._ctx)

    @property
    def _num_aux(self) -> int:
        return len(self._raw.parts) - 1

    @property
    def _aux_types(self) -> list[type]:
        return [part.dtype.type for part in self._raw.parts[1:]]

    @property
    def _xp(self) -> ModuleType:
        return self._ctx.xp

    # -- to and from other arrays ------------------------------------------------------------------------------------
    def asnumpy(self) -> np.ndarray:
        """Return all elements as a NumPy array, zeros included."""
        return np.array(backend.to_numpy(self._raw.dense()), order="C")

    def asscalar(self):
        """Return the only element as a NumPy scalar."""
        return self.tostype("default").asscalar()

    def tolist(self) -> list:
        """Return all elements as nested lists of Python numbers."""
        return self.asnumpy().tolist()

    def astype(self, dtype, copy: bool = True) -> "BaseSparseNDArray":
        """Return the array converted to ``dtype``; with copy=False the array itself where it has that dtype already."""
        target = supported_dtype(dtype)
        if not copy and target == self._raw.dtype:
            return self
        return made(self._raw.copy().with_data(self._raw.data.astype(target)), self._ctx)

    def copy(self) -> Any:
        """Return a copy on the same context."""
        return _operators().identity(self)

    def copyto(self, other):
        """Copy into another array of the same shape (dense, or of the same storage), or to a Context as a new array."""
        if isinstance(other, Context):
            return self._moved(other)
        if isinstance(other, BaseSparseNDArray):
            if other is not self:
                other[:] = self
            return other
        return self.tostype("default").copyto(other)

    def _moved(self, context: Context) -> Any:
        if STATE.recording and self._entry is not None:
            return self.tostype("default")._moved(context).tostype(self.stype)
        parts = [backend.transfer(part, context.device_type, context.device_id) for part in _fields(self._raw)]
        return made(self._kind(*parts, self.shape), context)

    def tostype(self, stype: str) -> Any:
        """Return a copy in the same storage type, or the dense array for "default"."""
        return _operators().cast_storage(self, stype)

    def as_nd_ndarray(self) -> "BaseSparseNDArray":
        """Return the array itself."""
        return self

    def as_np_ndarray(self) -> NoReturn:
        """Raise: mx.np knows dense arrays alone."""
        raise ArgumentError(
            f"as_np_ndarray: mx.np has no arrays of storage type {self.stype!r}.\n"
            "  Convert it first, as in x.tostype('default').as_np_ndarray()."
        )

    def __array__(self, dtype=None, copy: bool | None = None) -> np.ndarray:
        host = self.asnumpy()
        return host if dtype is None else host.astype(dtype)

    def __deepcopy__(self, memo) -> "BaseSparseNDArray":
        return made(self._raw.copy(), self._ctx)

    def __reduce__(self):
        parts = [backend.to_numpy(part) for part in _fields(self._raw)]
        return _rebuild, (self.stype, parts, self.shape, self._ctx.device_type, self._ctx.device_id)

    # -- autograd ----------------------------------------------------------------------------------------------------
    def attach_grad(self, grad_req: str = "write", stype: str | None = None) -> None:
        """Allocate a gradient, by default of the same storage type."""
        from .creation import zeros

        if grad_req not in GRAD_REQS:
            raise ArgumentError(f"attach_grad: grad_req must be one of {GRAD_REQS}. Received: {grad_req!r}")
        grad = None if grad_req == "null" else zeros(stype or self.stype, self.shape, self._ctx, self.dtype)
        self._entry = (Leaf(grad, grad_req), 0)

    def detach(self) -> Any:
        """Return the same values, cut off from the tape."""
        return made(self._raw, self._ctx)

    def _receive(self, gradient, grad_req: str) -> None:
        """Take a gradient from backward(): a raw dense array, the Rows that may differ from zero, or None for zeros."""
        xp = self._xp
        if gradient is None:
            gradient = empty_like(xp, self._raw)
        if type(gradient) is not self._kind:
            gradient = _of_dense(self._kind, xp, densified(gradient))
        self._raw = combined(xp, xp.add, self._raw, gradient) if grad_req == "add" else gradient.copy()

    # -- indexing ----------------------------------------------------------------------------------------------------
    def __setitem__(self, key, value) -> None:
        if not (type(key) is slice and key == slice(None)):
            raise self._refused("assignment to a part", f"Only x[:] = value writes into a {type(self).__name__}.")
        self._check_writable("x[:] = value")
        if isinstance(value, (int, float, np.number)):
            value = self._filled(value)
        elif isinstance(value, BaseSparseNDArray):
            if value.stype != self.stype:
                raise StorageTypeError(
                    f"x[:] = value: the value has storage type {value.stype!r}, this array {self.stype!r}.\n"
                    "  Convert the value to 'default' first."
                )
            value = value._raw if value._ctx is self._ctx else value._moved(self._ctx)._raw
        elif isinstance(value, (NDArray, np.ndarray)):
            raw = value.as_in_context(self._ctx)._data if isinstance(value, NDArray) else self._xp.asarray(value)
            if raw.ndim != self.ndim:
                raise ShapeError(f"x[:] = value: x has shape {self.shape}, value {raw.shape}")
            value = _of_dense(self._kind, self._xp, raw)
        else:
            raise StorageTypeError(f"x[:] = value: expected an array or a number. Received: {type_name(value)}")
        if value.shape != self.shape:
            raise ShapeError(f"x[:] = value: x has shape {self.shape}, value {value.shape}")
        self._xp  # noqa: B018 - asking for it makes this array's GPU the current one
        self._raw = value.with_data(value.data.astype(self._raw.dtype)).copy()

    def _filled(self, value) -> Any:
        raise self._refused("x[:] = number", "Build the matrix anew with csr_matrix(...).")

    def _refused(self, what: str, hint: str) -> MXNetError:
        return NotSupportedForSparseNDArray.saying(f"{type(self).__name__}: {what} is not supported.\n  {hint}")

    def reshape(self, *shape, **kwargs) -> NoReturn:
        """Raise: the places of sparse elements belong to a shape."""
        raise self._refused("reshape", "Convert it first, as in x.tostype('default').reshape(...).")

    def __neg__(self) -> Any:
        return self * -1

    def __len__(self) -> int:
        return self.shape[0]

    def __bool__(self) -> bool:
        if self.size > 1:
            raise ShapeError(f"the truth value of an array of shape {self.shape} is ambiguous.\n  Reduce it first.")
        return bool(self.tostype("default"))

    def _check_writable(self, what: str) -> None:
        if STATE.recording and self._entry is not None:
            from ..dispatch import in_graph

            raise in_graph(what)

    def check_format(self, full_check: bool = True) -> None:
        """Check that the parts describe an array.

        Parameters
        ----------
        full_check : look at every index as well, not at the extents alone

        Raises
        ------
        MXNetError
            If they do not.
        """
        problem = self._problem(full_check)
        if problem:
            raise StorageTypeError(f"{type(self).__name__} of shape {self.shape}: {problem}")

    def _problem(self, full_check: bool) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"\n<{type(self).__name__} {'x'.join(map(str, self.shape))} @{self._ctx}>"

    __str__ = __repr__
    __hash__ = NDArray.__hash__

    def _repr_html_(self) -> None:
        return None


class CSRNDArray(BaseSparseNDArray):
    """A matrix of which few elements differ from zero: "compressed sparse row".

    Row i holds ``data[indptr[i]:indptr[i + 1]]`` in the columns ``indices[indptr[i]:indptr[i + 1]]``, in order.

    Examples
    --------
    >>> import mxlearn as mx
    >>> x = mx.nd.sparse.csr_matrix([[0, 5, 0], [0, 0, 0], [6, 0, 7]])
    >>> x.data.asnumpy(), x.indices.asnumpy(), x.indptr.asnumpy()
    (array([5., 6., 7.], dtype=float32), array([1, 0, 2]), array([0, 1, 1, 3]))
    >>> mx.nd.dot(x, mx.nd.ones((3, 1))).asnumpy().T
    array([[ 5.,  0., 13.]], dtype=float32)

    References: MXNet 1.9.1 class mxnet.ndarray.sparse.CSRNDArray.
    """

    __slots__ = ()
    _kind = Csr

    @property
    def stype(self) -> str:
        """Storage type, "csr"."""
        return "csr"

    @property
    def indptr(self) -> NDArray:
        """A copy of where each row begins among the elements, int64."""
        return wrap(self._raw.indptr.copy(), self._ctx)

    def __getitem__(self, key):
        """Return rows: an int gives a matrix of one row, a slice without step those rows."""
        if type(key) is tuple and len(key) == 1:
            key = key[0]
        if isinstance(key, (int, np.integer)):
            start = int(key) + (self.shape[0] if key < 0 else 0)
            if not 0 <= start < max(self.shape[0], 1):
                raise IndexError(f"CSRNDArray: row {key} of an array of {self.shape[0]} rows")
            key = slice(start, start + 1)
        if type(key) is not slice:
            raise ArgumentError(
                f"CSRNDArray: only an int and a slice of rows are indices. Received: {key!r}.\n"
                "  Convert it with tostype('default') for others."
            )
        if key.step not in (None, 1):
            raise ArgumentError("CSRNDArray only supports continuous slicing on axis 0.\n  Leave the step out.")
        if key == slice(None):
            return self
        start, stop, _ = key.indices(self.shape[0])
        return _operators().slice_rows(self, start, max(start, stop))

    def asscipy(self):
        """Return a scipy.sparse.csr_matrix; needs SciPy."""
        try:
            import scipy.sparse  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise MXNetError("asscipy: SciPy is not installed.\n  pip install scipy, or use x.asnumpy().") from None
        raw = self._raw
        parts = [backend.to_numpy(part).copy() for part in (raw.data, raw.indices, raw.indptr)]
        return scipy.sparse.csr_matrix(tuple(parts), shape=self.shape)

    def _problem(self, full_check: bool) -> str:
        raw = self._raw
        indptr, indices = (backend.to_numpy(part) for part in (raw.indptr, raw.indices))
        if len(self.shape) != 2 or indptr.shape != (self.shape[0] + 1,):
            return f"indptr needs {self.shape[0] + 1} elements. Received: {indptr.shape}"
        if indices.shape != raw.data.shape or indices.ndim != 1:
            return f"data and indices need one length. Received: {raw.data.shape} and {indices.shape}"
        if indptr[0] != 0 or indptr[-1] != len(indices):
            return f"indptr must go from 0 to {len(indices)}. Received: {indptr[0]} to {indptr[-1]}"
        if not full_check:
            return ""
        if (np.diff(indptr) < 0).any():
            return "indptr must not decrease"
        if len(indices) and (indices.min() < 0 or indices.max() >= self.shape[1]):
            return f"an index of a column is not from 0 to {self.shape[1] - 1}"
        if ((np.diff(indices) <= 0) & (np.diff(backend.to_numpy(raw.row_numbers())) == 0)).any():
            return "the columns of a row must ascend, each named once"
        return ""


class RowSparseNDArray(BaseSparseNDArray):
    """An array of which few rows differ from zero, such as the gradient of an embedding.

    Row ``indices[k]`` is ``data[k]``; every other row is zero.

    Examples
    --------
    >>> import mxlearn as mx
    >>> x = mx.nd.sparse.row_sparse_array(([[1, 2], [3, 4]], [1, 3]), shape=(5, 2))
    >>> x.retain(mx.nd.array([3])).asnumpy().tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]

    References: MXNet 1.9.1 class mxnet.ndarray.sparse.RowSparseNDArray.
    """

    __slots__ = ()
    _kind = Rows

    @property
    def stype(self) -> str:
        """Storage type, "row_sparse"."""
        return "row_sparse"

    def __getitem__(self, key):
        """Return the array itself for x[:], which is the only index."""
        if type(key) is slice and key == slice(None):
            return self
        raise ArgumentError(
            f"RowSparseNDArray only supports [:] for reading. Received: {key!r}.\n"
            "  Use x.retain(row numbers), or convert it with tostype('default')."
        )

    def retain(self, indices: NDArray) -> "RowSparseNDArray":
        """Return the rows of these numbers; all others are zero."""
        return _operators().retain(self, indices)

    def _filled(self, value) -> Rows:
        xp = self._xp
        return Rows(xp.full(self.shape, value, self._raw.dtype), xp.arange(self.shape[0]), self.shape)

    def _problem(self, full_check: bool) -> str:
        raw = self._raw
        indices = backend.to_numpy(raw.indices)
        if indices.ndim != 1 or raw.data.shape != (len(indices), *self.shape[1:]):
            return f"data must be {(len(indices), *self.shape[1:])}. Received: {raw.data.shape}"
        if full_check and len(indices) and (indices[0] < 0 or indices.max() >= self.shape[0]):
            return f"an index of a row is not from 0 to {self.shape[0] - 1}"
        if full_check and (np.diff(indices) <= 0).any():
            return "the indices must ascend, each named once"
        return ""


KINDS: dict[str, type[BaseSparseNDArray]] = {"csr": CSRNDArray, "row_sparse": RowSparseNDArray}


def made(raw, ctx: Context) -> Any:
    """Return a raw Csr or Rows as an array that shares its memory, and a raw dense array as an NDArray."""
    if not isinstance(raw, Sparse):
        return wrap(raw, ctx)
    cls = CSRNDArray if isinstance(raw, Csr) else RowSparseNDArray
    array = cls.__new__(cls)
    array._raw = raw
    array._ctx = ctx
    array._entry = None
    return array


def _fields(raw) -> tuple:
    """Return the parts in the order of the constructor."""
    return (raw.data, raw.indices, raw.indptr) if isinstance(raw, Csr) else (raw.data, raw.indices)


def _of_dense(kind, xp, dense):
    return csr_of(xp, dense) if kind is Csr else rows_of(xp, dense)


def _rebuild(stype: str, parts, shape, device_type: str, device_id: int):
    """Make the array again from what pickle and multiprocessing carry."""
    moved = [backend.transfer(part, device_type, device_id) for part in parts]
    return made(KINDS[stype]._kind(*moved, shape), Context(device_type, device_id))


def _operators():
    """Return the module of sparse operators, which imports this one."""
    from . import operators

    return operators
