"""The np.ndarray: an NDArray in NumPy's manner, which may have no axes, or none of its elements."""
import operator
from typing import Any

import numpy as onp

from .. import backend
from ..base import ArgumentError, DTypeError
from ..context import Context
from ..core.state import STATE
from ..ndarray import indexing
from ..ndarray.array import NDArray, wrap


class ndarray(NDArray):
    """An array with NumPy's indexing, broadcasting, dtypes and printed form, which autograd can record.

    Made by ``mx.np.array``, ``mx.np.zeros`` and the other functions of ``mx.np``, or from an NDArray by
    ``as_np_ndarray``. It is the same array underneath, on the same tape.

    Examples
    --------
    >>> x = mx.np.array([[1, 2], [3, 4]])
    >>> x.sum(), x[0], x > 2
    (array(10.), array([1., 2.]), array([[False, False],
           [ True,  True]]))

    References: MXNet 1.9.1 class mxnet.numpy.ndarray.
    """

    __slots__ = ()

    @staticmethod
    def raw(value) -> Any:
        """Return what a kernel gave as a raw array: NumPy turns arrays without axes into numbers."""
        return onp.asarray(value) if isinstance(value, onp.generic) else value

    @staticmethod
    def of(array: NDArray) -> "ndarray":
        """Return an NDArray as an np.ndarray that shares its memory and its place on the tape."""
        if type(array) is ndarray:
            return array
        found = made(array._data, array._ctx)
        found._entry = array._entry
        return found

    # -- what it is --------------------------------------------------------------------------------------------------
    @property
    def dtype(self) -> Any:
        """The numpy.dtype of the elements."""
        return self._data.dtype

    @property
    def grad(self) -> Any:
        """The gradient that backward() filled in; None without attach_grad()."""
        found = NDArray.grad.fget(self)  # type: ignore[attr-defined]
        return None if found is None else ndarray.of(found)

    @property
    def T(self) -> Any:
        """The array with its axes reversed."""
        return self.transpose()

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self._data.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self._data.nbytes

    @property
    def real(self) -> "ndarray":
        """The array itself: there are no complex numbers."""
        return self

    # -- to Python ---------------------------------------------------------------------------------------------------
    def item(self, *args):
        """Return one element as a Python number: the only one, or the one at an index (flat, or one for each axis)."""
        host = backend.to_numpy(self._data)
        if not args and host.size != 1:
            raise indexing.IndexingError("can only convert an array of size 1 to a Python scalar")
        try:
            return host.item(*args)
        except (IndexError, ValueError, TypeError) as error:
            raise indexing.explain(self, args, error) from error

    def _only(self, what: str):
        if self._data.size != 1:
            raise ArgumentError(f"{what}: only size-1 arrays can be converted to Python scalars, not {self.shape}")
        return backend.to_numpy(self._data).reshape(1)[0]

    def __float__(self) -> float:
        return float(self._only("float"))

    def __int__(self) -> int:
        return int(self._only("int"))

    def __len__(self) -> int:
        if not self._data.ndim:
            raise TypeError("len() of unsized object")
        return self._data.shape[0]

    def __iter__(self):
        if not self._data.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(self._data.shape[0]))

    def __contains__(self, value) -> bool:
        return bool((self == value).any())

    def __repr__(self) -> str:
        text = repr(backend.to_numpy(self._data))
        dtype = self._data.dtype
        if self._data.size:  # NumPy 2 tells the shape of an array that it shortens; NumPy 1, and MXNet, did not
            text = text.replace(f", shape={self.shape}", "")
        if "dtype=" in text:
            if dtype == onp.float32:
                text = text[: text.rindex(",")] + ")"
        elif dtype.kind != "b" and dtype != onp.float32:
            text = f"{text[:-1]}, dtype={dtype})"
        return text if self._ctx.device_type == "cpu" else f"{text[:-1]}, ctx={self._ctx})"

    def __str__(self) -> str:
        text = str(backend.to_numpy(self._data))
        return text if self._ctx.device_type == "cpu" else f"{text} @{self._ctx}"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec and self._data.size == 1 else format(str(self), spec)

    def __reduce__(self):
        return _rebuilt, (NDArray.__reduce__(self),)

    # -- indexing ----------------------------------------------------------------------------------------------------
    def __getitem__(self, key):
        if isinstance(key, NDArray) and key._data.dtype == bool or not indexing.is_basic(key):
            return self._advanced(key)
        if STATE.recording and self._entry is not None:
            return self._recorded_part(key)
        raw = self._data
        try:
            part = raw[key]
            if type(part) is not type(raw):  # one element: with an Ellipsis behind, NumPy gives a view of it
                part = raw[(*key, Ellipsis) if type(key) is tuple else (key, Ellipsis)]
        except (IndexError, TypeError) as error:
            raise indexing.explain(self, key, error) from error
        if not part.flags.c_contiguous and raw.flags.c_contiguous:
            part = self._xp.ascontiguousarray(part)
        return made(part, self._ctx)

    def _recorded_part(self, key):
        from ..ndarray import op

        if not self.ndim:
            return self._reshaped(indexing._probe(())[key].shape)
        plan = indexing.plan_basic(self, key)
        part = op._basic_slice(self, begin=plan.begin, end=plan.end, step=plan.step, squeeze=plan.squeeze)
        return part if plan.exact == part.shape else part._reshaped(plan.exact)

    def _reshaped(self, shape):
        from ..ndarray import op

        return op._np_reshape(self, newshape=shape)

    def _advanced(self, key):
        from ..ndarray import op

        if not (STATE.recording and self._entry is not None):
            try:
                return made(self._data[indexing.to_raw_key(key, self)], self._ctx)
            except (IndexError, TypeError, ValueError) as error:
                raise indexing.explain(self, key, error) from error
        host_key = indexing.to_raw_key(key)
        try:
            places = onp.arange(self.size, dtype=onp.int64).reshape(self.shape)[host_key]
        except (IndexError, TypeError, ValueError) as error:
            raise indexing.explain(self, key, error) from error
        numbers = made(self._xp.asarray(places), self._ctx)
        return op.take(self._reshaped((self.size,)), numbers)

    # -- protocols of NumPy ------------------------------------------------------------------------------------------
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        """Let ``numpy.exp(x)`` be ``mx.np.exp(x)``; what mx.np does not have runs in NumPy."""
        from . import protocol

        return protocol.ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        """Let ``numpy.mean(x)`` be ``mx.np.mean(x)``; what mx.np does not have runs in NumPy."""
        from . import protocol

        return protocol.function(function, args, kwargs)

    __hash__ = object.__hash__

    # -- in place ----------------------------------------------------------------------------------------------------
    def _in_place(self, symbol: str, value):
        """Store the result of ``self <symbol> other``, converted to this array's dtype, in this array."""
        what = f"x {symbol}= value"
        if STATE.recording and (self._entry is not None or value._entry is not None):
            from ..ndarray.dispatch import in_graph

            raise in_graph(what)
        self._check_writable(what)
        if value.shape != self.shape:
            raise ArgumentError(f"{what}: a result of shape {value.shape} does not fit into {self.shape}")
        if value._data.dtype.kind == "f" and self._data.dtype.kind != "f":
            raise DTypeError(
                f"{what}: a result of {value._data.dtype} does not fit into {self._data.dtype}.\n"
                "  Write y = x + value, or convert it with astype first."
            )
        self._data[...] = value._data
        return self


ndarray._result_class = ndarray


def made(raw, ctx: Context) -> ndarray:
    """Return a raw array, or a number that stands for one, as an np.ndarray that shares its memory."""
    found: Any = wrap(onp.asarray(raw) if isinstance(raw, onp.generic) else raw, ctx, ndarray)
    return found


def _rebuilt(parts) -> ndarray:
    make, args = parts
    return ndarray.of(make(*args))


IN_PLACE = {
    "__iadd__": ("+", operator.add),
    "__isub__": ("-", operator.sub),
    "__imul__": ("*", operator.mul),
    "__itruediv__": ("/", operator.truediv),
    "__ifloordiv__": ("//", operator.floordiv),
    "__imod__": ("%", operator.mod),
    "__ipow__": ("**", operator.pow),
    "__iand__": ("&", operator.and_),
    "__ior__": ("|", operator.or_),
    "__ixor__": ("^", operator.xor),
    "__imatmul__": ("@", operator.matmul),
}


def _in_place_method(symbol: str, compute):
    def method(self, other):
        return self._in_place(symbol, compute(self, other))

    return method


for _name, (_symbol, _compute) in IN_PLACE.items():
    setattr(ndarray, _name, _in_place_method(_symbol, _compute))
