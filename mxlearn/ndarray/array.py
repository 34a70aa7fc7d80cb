"""The NDArray: an array on a context, which remembers how it was computed while autograd records."""
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import backend
from ..base import ArgumentError, DTypeError, MXNetError, ShapeError
from ..context import Context
from ..core import source
from ..core.attributes import SUPPORTED
from ..core.graph import Node
from ..core.operator import find
from ..core.state import STATE
from . import indexing, printing, protocols

if TYPE_CHECKING:  # the methods that ndarray/methods.py makes from operators
    from .generated import NDArrayMethods
else:
    NDArrayMethods = object

GRAD_REQS = ("write", "add", "null")

_autograd: Any = None  # the module above, imported by the first backward(): looking it up each time takes 2 us


class Leaf(Node):
    """The variable node of an array whose gradient is wanted: where backward() delivers it.

    Attributes
    ----------
    grad : NDArray of the same shape and dtype, or None for grad_req "null"
    grad_req : "write", "add" or "null"
    fresh : whether backward() delivered a gradient since somebody cleared the mark (a Trainer does)
    """

    __slots__ = ("fresh", "grad", "grad_req")

    def __init__(self, grad, grad_req: str, name: str | None = None):
        super().__init__(None, (), {}, name)
        self.grad = grad
        self.grad_req = grad_req
        self.fresh = False


class NDArray(NDArrayMethods):
    """A multi-dimensional array on a device.

    Made by ``mx.nd.array``, ``mx.nd.zeros`` and the other creation functions, or by an operator. Supports arithmetic
    with broadcasting, NumPy's indexing, in-place assignment, and automatic differentiation through ``attach_grad``.

    Examples
    --------
    >>> import mxlearn as mx
    >>> x = mx.nd.array([[1, 2], [3, 4]])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = (x * x).sum()
    >>> y.backward()
    >>> x.grad
    <BLANKLINE>
    [[2. 4.]
     [6. 8.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 class mxnet.ndarray.NDArray.
    """

    __slots__ = ("__weakref__", "_ctx", "_data", "_entry")
    __array_priority__ = 1000.0

    _data: np.ndarray
    _ctx: Context
    _entry: Any  # its place on the tape, an Entry, or None
    _result_class: "type[NDArray]"  # what operators on arrays of this class give: set below, and by np.ndarray

    def __init__(self, handle, writable: bool = True):
        """Share the memory and the tape position of another NDArray."""
        if not isinstance(handle, NDArray):
            raise ArgumentError(
                f"NDArray(...): expected an NDArray. Received: {type(handle).__name__}.\n"
                "  Use mx.nd.array(...) to make an array from data."
            )
        self._data = handle._data
        self._ctx = handle._ctx
        self._entry = handle._entry

    # -- what it is --------------------------------------------------------------------------------------------------
    @property
    def shape(self) -> tuple[int, ...]:
        """Tuple of int, the extent of each dimension."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """Number of elements."""
        return self._data.size

    @property
    def dtype(self) -> type:
        """NumPy scalar type of the elements, such as numpy.float32."""
        return self._data.dtype.type

    @property
    def context(self) -> Context:
        """The device that the array lives on."""
        return self._ctx

    ctx = context

    @property
    def stype(self) -> str:
        """Storage type: "default", dense; the arrays of mx.nd.sparse have others."""
        return "default"

    @property
    def writable(self) -> bool:
        """Whether the memory may be written."""
        return backend.is_writable(self._data)

    @property
    def handle(self) -> int:
        """A number that identifies this array object."""
        return id(self)

    @property
    def T(self) -> "NDArray":
        """The array with its axes reversed."""
        return self.transpose()

    @property
    def _xp(self) -> ModuleType:
        return self._ctx.xp

    # -- to and from other arrays ------------------------------------------------------------------------------------
    def asnumpy(self) -> np.ndarray:
        """Return a copy as a NumPy array; waits for the computation to end.

        Raises
        ------
        MXNetError
            If a computation on the GPU has failed, the array's own or one before it.
        """
        host = backend.to_numpy(self._data)
        return host if host is not self._data else np.array(host, order="C")

    def asscalar(self):
        """Return the only element as a NumPy scalar; MXNetError where there is not exactly one."""
        if self._data.size != 1:
            raise ShapeError(
                f"asscalar: the array has shape {self.shape}, and only an array of one element is a scalar.\n"
                "  Reduce it first, as in x.mean().asscalar()."
            )
        return backend.to_numpy(self._data).reshape(1)[0]

    def item(self):
        """Return the only element as a Python number."""
        return self.asscalar().item()

    def tolist(self) -> list:
        """Return the elements as nested lists of Python numbers."""
        return backend.to_numpy(self._data).tolist()

    def astype(self, dtype, copy: bool = True) -> "NDArray":
        """Return the array converted to ``dtype``; with copy=False the array itself where it has that dtype already."""
        from . import op

        target = supported_dtype(dtype)
        if not copy and target == self._data.dtype:
            return self
        return op.Cast(self, dtype=target)

    def copy(self) -> "NDArray":
        """Return a copy on the same context."""
        from . import op

        return op._copy(self)

    def copyto(self, other):
        """Copy into another NDArray of the same shape, or to a Context as a new array; return the target.

        Raises
        ------
        ShapeError
            If the shapes differ; the target is left as it was.
        """
        if isinstance(other, Context):
            return self._moved(other)
        if not isinstance(other, NDArray):
            raise ArgumentError(f"copyto: expected an NDArray or a Context. Received: {type(other).__name__}")
        if other is self:
            return other
        if other.shape != self.shape:
            raise ShapeError(f"copyto: this array has shape {self.shape}, the target has {other.shape}")
        other._check_writable("copyto")
        if other.stype == "default":
            _copy_raw(self, other)
        else:
            other[:] = self
        self._record_copy(other)
        return other

    def as_in_context(self, context: Context) -> "NDArray":
        """Return the array on ``context``: itself where it is there already, otherwise a copy."""
        return self if context is self._ctx else self._moved(context)

    as_in_ctx = as_in_context

    def _moved(self, context: Context) -> "NDArray":
        """Return a copy on ``context``; a recorded copy sends its gradient back to this array's context."""
        raw = backend.transfer(self._data, context.device_type, context.device_id)
        target = wrap(raw, context, self._result_class)
        self._record_copy(target)
        return target

    def _record_copy(self, target: "NDArray") -> None:
        if STATE.recording and self._entry is not None:
            attrs = {"source": str(self._ctx), "target": str(target._ctx)}
            target._entry = (Node(find("_copyto"), (self._entry,), attrs, None, 1, (), STATE.scope), 0)
            if source.note is not None:
                target._entry[0].source = source.note(3)

    def as_nd_ndarray(self) -> "NDArray":
        """Return the array in the classic interface: itself, or for an np.ndarray one that shares memory and tape."""
        return self if self._result_class is NDArray else NDArray(self)

    def as_np_ndarray(self):
        """Return the array in NumPy's manner, as an np.ndarray that shares memory and its place on the tape."""
        return numpy_face().of(self)

    def tostype(self, stype: str) -> "NDArray":
        """Return the array in another storage type: "csr" or "row_sparse"; itself for "default" (dense)."""
        if stype == "default":
            return self
        from .sparse import cast_storage

        return cast_storage(self, stype)

    def wait_to_read(self) -> None:
        """Wait until the array has been computed; see ``asnumpy`` for what may surface here."""
        if self._ctx.device_type == "gpu":
            backend.synchronize(self._ctx.device_id)

    def wait_to_write(self) -> None:
        """Wait until nothing is using the array's memory."""
        self.wait_to_read()

    # -- NumPy and DLPack protocols ----------------------------------------------------------------------------------
    def __array__(self, dtype=None, copy: bool | None = None) -> np.ndarray:
        host = backend.to_numpy(self._data)
        if dtype is not None and np.dtype(dtype) != host.dtype:
            if copy is False:
                raise ValueError("a change of dtype needs a copy")
            return host.astype(dtype)
        return host.copy() if copy is None or copy else host

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        """Let ``np.exp(x)`` and ``np.add(a, x)`` compute with NumPy on copies and give a NumPy array back.

        A NumPy number on the left of an operator, as in ``np.float32(2) * x``, is a number like any other: the result
        is an NDArray, and autograd sees it.
        """
        return protocols.array_ufunc(NDArray, ufunc, method, inputs, kwargs)

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        """Return a DLPack capsule that shares this array's memory."""
        if self._ctx.device_type == "gpu":
            return self._data.__dlpack__(stream=stream)
        return self._data.__dlpack__(max_version=max_version, dl_device=dl_device, copy=copy)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._data.__dlpack_device__()

    def to_dlpack_for_read(self):
        """Return a DLPack capsule for reading."""
        return self._data.__dlpack__()

    def to_dlpack_for_write(self):
        """Return a DLPack capsule for writing; the array may not be part of a recorded computation."""
        self._check_writable("to_dlpack_for_write")
        return self._data.__dlpack__()

    # -- autograd ----------------------------------------------------------------------------------------------------
    def attach_grad(self, grad_req: str = "write", stype: str | None = None) -> None:
        """Allocate a gradient, so that backward() computes it; the array becomes a leaf of the tape.

        Parameters
        ----------
        grad_req : "write" (each backward overwrites), "add" (it accumulates) or "null"
        stype : storage type of the gradient, "default" (dense), "row_sparse" or "csr"
        """
        if grad_req not in GRAD_REQS:
            raise ArgumentError(f"attach_grad: grad_req must be one of {GRAD_REQS}. Received: {grad_req!r}")
        grad = None
        if grad_req != "null":
            grad = wrap(self._xp.zeros(self._data.shape, self._data.dtype), self._ctx, self._result_class)
            grad = grad.tostype(stype or "default")
        self._entry = (Leaf(grad, grad_req), 0)

    @property
    def grad(self) -> "NDArray | Any":
        """The gradient that backward() filled in; None without attach_grad()."""
        entry = self._entry
        return entry[0].grad if entry is not None and type(entry[0]) is Leaf else None

    @property
    def _fresh_grad(self) -> bool:
        entry = self._entry
        return entry is not None and type(entry[0]) is Leaf and entry[0].fresh

    @_fresh_grad.setter
    def _fresh_grad(self, fresh: bool) -> None:
        self._entry[0].fresh = bool(fresh)

    def detach(self) -> "NDArray":
        """Return the same values, cut off from the tape."""
        return wrap(self._data, self._ctx, self._result_class)

    def backward(self, out_grad=None, retain_graph: bool = False, train_mode: bool = True) -> None:
        """Compute the gradients of this array with respect to all arrays with attach_grad() that it depends on.

        Parameters
        ----------
        out_grad : NDArray of the same shape, the head gradient; default ones
        retain_graph : keep the tape, so that backward() can be called again
        train_mode : whether operators behave as in training
        """
        global _autograd
        if _autograd is None:
            from .. import autograd as _autograd
        _autograd.backward([self], [out_grad], retain_graph, train_mode)

    # -- indexing ----------------------------------------------------------------------------------------------------
    def __getitem__(self, key):
        return indexing.get(self, key)

    def __setitem__(self, key, value) -> None:
        indexing.set(self, key, value)

    def slice_assign(self, rhs: "NDArray", begin, end, step=None) -> "NDArray":
        """Assign ``rhs`` to a slice; return the array."""
        self[indexing.slices(begin, end, step)] = rhs
        return self

    def slice_assign_scalar(self, value, begin, end, step=None) -> "NDArray":
        """Assign a number to a slice; return the array."""
        self[indexing.slices(begin, end, step)] = value
        return self

    def __len__(self) -> int:
        if not self._data.ndim:
            raise TypeError("len() of an array without dimensions")
        return self._data.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def _check_writable(self, what: str) -> None:
        if STATE.recording and self._entry is not None:
            from .dispatch import in_graph

            raise in_graph(what)
        if not backend.is_writable(self._data):
            raise MXNetError(f"{what}: the array is read-only.\n  Write into a copy: x = x.copy().")

    # -- conversions to Python ---------------------------------------------------------------------------------------
    def __bool__(self) -> bool:
        if self._data.size == 0:
            return False
        if self._data.size == 1:
            return bool(self.asscalar())
        raise ShapeError(
            f"the truth value of an NDArray of shape {self.shape} is ambiguous: it has more than one element.\n"
            "  Reduce it first, as in (x > 0).sum() > 0."
        )

    def __float__(self) -> float:
        return float(self.asscalar())

    def __int__(self) -> int:
        return int(self.asscalar())

    def __index__(self) -> int:
        if self._data.size == 1 and self._data.dtype.kind in "iu":
            return int(self.asscalar())
        raise TypeError("only an integer array of one element can be an index")

    def __format__(self, spec: str) -> str:
        return format(self.asscalar(), spec) if spec and self._data.size == 1 else format(str(self), spec)

    def __repr__(self) -> str:
        return printing.text(self)

    __str__ = __repr__

    def _repr_html_(self) -> str | None:
        """Return the array for a notebook: None for few numbers, whose text is enough, otherwise with a picture."""
        return printing.html(self)

    def __copy__(self) -> "NDArray":
        return self.copy()

    def __deepcopy__(self, memo) -> "NDArray":
        return wrap(self._data.copy(), self._ctx, self._result_class)

    def __reduce__(self):
        return _rebuild, (self.asnumpy(), self._ctx.device_type, self._ctx.device_id)

    __hash__ = object.__hash__


NDArray._result_class = NDArray


def wrap(raw, ctx: Context, cls: type[NDArray] = NDArray) -> NDArray:
    """Return a raw array of ``ctx``'s array module as an NDArray that shares its memory."""
    array = cls.__new__(cls)
    array._data = raw
    array._ctx = ctx
    array._entry = None
    return array


def numpy_face():
    """Return the class np.ndarray; mx.np is imported when it is first used."""
    import importlib

    return importlib.import_module("..numpy", __package__).ndarray


def _rebuild(host: np.ndarray, device_type: str, device_id: int) -> NDArray:
    """Make the array again from what pickle and multiprocessing carry."""
    context = Context(device_type, device_id)
    return wrap(backend.transfer(host, device_type, device_id), context)


def on_device_of(target: NDArray, source: NDArray):
    """Return the raw array of ``source`` where ``target`` lives: itself if it is there, otherwise a copy.

    The target's device is the current one afterwards, so that the caller can write into it.
    """
    try:
        raw = source._data
    except AttributeError:  # sparse
        raw = source.tostype("default")._data
    if source._ctx is not target._ctx and not source._xp is target._xp is np:
        raw = backend.transfer(raw, target._ctx.device_type, target._ctx.device_id)
    target._ctx.xp  # noqa: B018
    return raw


def _copy_raw(source: NDArray, target: NDArray) -> None:
    target._data[...] = on_device_of(target, source)


def supported_dtype(dtype) -> np.dtype:
    """Return ``dtype`` as a numpy.dtype.

    Raises
    ------
    DTypeError
        If it is none, or one that arrays cannot have.
    """
    try:
        found = np.dtype("float32" if dtype is None else dtype)
    except TypeError:
        found = None
    if found is None or found.name not in SUPPORTED:
        raise DTypeError(f"an array can have dtype {', '.join(sorted(SUPPORTED))}. Received: {dtype!r}")
    return found
