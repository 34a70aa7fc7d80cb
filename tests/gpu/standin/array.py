"""The stand-in's array: NumPy's memory behind the manners of cupy.ndarray.

What CuPy refuses, it refuses in the same way: conversion to NumPy that nobody asked for, arrays of the host or of
another device in a computation, keywords that CuPy's methods do not have. What CuPy does differently, it does
differently: results without dimensions stay arrays, an index out of bounds wraps around.
"""
import numpy as np

from . import cuda


class Flags:
    """Memory layout of an array. Unlike NumPy's there is no ``writeable``: every array can be written."""

    def __init__(self, host: np.ndarray):
        self.c_contiguous = host.flags.c_contiguous
        self.f_contiguous = host.flags.f_contiguous
        self.owndata = host.flags.owndata

    @property
    def forc(self) -> bool:
        return self.f_contiguous or self.c_contiguous

    @property
    def fnc(self) -> bool:
        return self.f_contiguous and not self.c_contiguous

    def __getitem__(self, name: str) -> bool:
        if name not in ("C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA"):
            raise KeyError(f"{name} is not defined for cupy.ndarray.flags")
        return getattr(self, name.lower())


class ndarray:
    """An array on a device.

    Attributes
    ----------
    host : the numpy.ndarray that holds the memory; for the stand-in alone
    number : of the device that it was made on
    base : the array that a view shows, which it keeps alive, as in CuPy; None for one with memory of its own
    """

    __slots__ = ("__weakref__", "base", "host", "number")
    __array_priority__ = 100
    __hash__ = None

    host: np.ndarray
    number: int

    def __init__(self, shape, dtype=float, memptr=None, strides=None, order="C"):
        self.host = np.empty(shape, dtype, order)
        self.number, self.base = cuda.current_device(), None
        count(self.host)

    # -- what it is --------------------------------------------------------------------------------------------------
    @property
    def shape(self) -> tuple[int, ...]:
        return self.host.shape

    @shape.setter
    def shape(self, shape) -> None:
        self.host = self.host.reshape(shape)

    ndim = property(lambda self: self.host.ndim)
    size = property(lambda self: self.host.size)
    dtype = property(lambda self: self.host.dtype)
    strides = property(lambda self: self.host.strides)
    itemsize = property(lambda self: self.host.itemsize)
    nbytes = property(lambda self: self.host.nbytes)
    flags = property(lambda self: Flags(self.host))
    device = property(lambda self: cuda.Device(self.number))
    T = property(lambda self: self._view(self.host.T))
    mT = property(lambda self: self._view(self.host.mT))
    real = property(lambda self: self._view(self.host.real))
    imag = property(lambda self: self._view(self.host.imag))

    def _view(self, host: np.ndarray) -> "ndarray":
        array = wrap(host)
        array.number, array.base = self.number, self if self.base is None else self.base
        return array

    # -- to and from the host ----------------------------------------------------------------------------------------
    def get(self, stream=None, order="C", out=None, blocking=True) -> np.ndarray:
        COUNTS["get"] += 1
        if out is None:
            return np.array(self.host, order=order)
        out[...] = self.host
        return out

    def set(self, arr, stream=None) -> None:
        if not isinstance(arr, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if arr.dtype != self.dtype or arr.shape != self.shape:
            raise TypeError(f"{arr.dtype} array of shape {arr.shape} cannot be set to {self.dtype} {self.shape}")
        self.host[...] = arr

    def __array__(self, dtype=None, copy=None):
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. "
            "Please use `.get()` to construct a NumPy array explicitly."
        )

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        """Let ``np.float32(2) * x`` be a computation of the device, and refuse NumPy's functions otherwise.

        CuPy also lets ``np.exp(x)`` through to ``cupy.exp``; library code has no business relying on that.
        """
        from .functions import NAMESPACE

        if method == "__call__" and not kwargs and any(isinstance(x, np.generic) for x in inputs):
            return NAMESPACE[ufunc.__name__](*inputs)
        raise TypeError(f"numpy.{ufunc.__name__} was called on an array of the GPU")

    def __array_function__(self, function, types, args, kwargs):
        raise TypeError(f"numpy.{function.__name__} was called on an array of the GPU")

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        return Capsule(self)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (2, self.number)

    def item(self):
        return self.get().item()

    def tolist(self):
        return self.get().tolist()

    def tobytes(self, order="C") -> bytes:
        return self.get().tobytes(order)

    def __bool__(self) -> bool:
        return bool(self.get())

    def __int__(self) -> int:
        return int(self.get())

    def __float__(self) -> float:
        return float(self.get())

    def __complex__(self) -> complex:
        return complex(self.get())

    def __len__(self) -> int:
        return len(self.host)

    def __iter__(self):
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return repr(self.get())

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(self.get(), spec)

    def __copy__(self) -> "ndarray":
        return self.copy()

    def __deepcopy__(self, memo) -> "ndarray":
        return self.copy()

    def __reduce__(self):
        return from_host, (self.get(),)

    # -- memory ------------------------------------------------------------------------------------------------------
    def copy(self, order="C") -> "ndarray":
        """Return a copy on the device that is current, as CuPy does, whichever this array is on."""
        return wrap(np.array(self.host, order=order))

    def astype(self, dtype, order="K", casting=None, subok=None, copy=True) -> "ndarray":
        if not copy and np.dtype(dtype) == self.dtype:
            return self
        check_device(self)
        with np.errstate(all="ignore"):
            return wrap(self.host.astype(dtype, order=order))

    def fill(self, value) -> None:
        check_device(self)
        if isinstance(value, ndarray):
            check_device(value)
            value = value.host
        if isinstance(value, np.ndarray) and value.ndim:
            raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
        if not np.isscalar(value) and not isinstance(value, np.ndarray):
            raise TypeError(f"Unsupported type {type(value)}")
        with np.errstate(all="ignore"):
            self.host.fill(np.asarray(value).astype(self.dtype)[()])

    def view(self, dtype=None, type=None) -> "ndarray":
        return self._view(self.host.view() if dtype is None else self.host.view(dtype))

    def reshape(self, *shape, order="C", copy=None) -> "ndarray":
        shape = shape[0] if len(shape) == 1 else shape
        if isinstance(shape, ndarray):
            raise TypeError("an array of the GPU cannot be a shape")
        host = self.host.reshape(shape, order=order)
        return self._view(host) if np.shares_memory(host, self.host) or not host.size else self._moved(host)

    def _moved(self, host: np.ndarray) -> "ndarray":
        check_device(self)  # a reshape that needs a copy runs a kernel
        return wrap(host)

    def ravel(self, order="C") -> "ndarray":
        return self.reshape(-1, order=order)

    def flatten(self, order="C") -> "ndarray":
        check_device(self)
        return wrap(self.host.flatten(order))

    def transpose(self, *axes) -> "ndarray":
        return self._view(self.host.transpose(*axes))

    def swapaxes(self, axis1, axis2) -> "ndarray":
        return self._view(self.host.swapaxes(axis1, axis2))

    def squeeze(self, axis=None) -> "ndarray":
        return self._view(self.host.squeeze(axis))

    def diagonal(self, offset=0, axis1=0, axis2=1) -> "ndarray":
        return self._view(self.host.diagonal(offset, axis1, axis2))

    # -- indexing ----------------------------------------------------------------------------------------------------
    def __getitem__(self, key) -> "ndarray":
        index, advanced = host_key(self, key)
        part = self.host[index]
        if not advanced:
            return self._view(part if isinstance(part, np.ndarray) else self._element(index))
        check_device(self)
        return wrap(np.asarray(part))

    def _element(self, index) -> np.ndarray:
        """Return one element as an array without dimensions that shares this array's memory."""
        keys = list(index) if isinstance(index, tuple) else [index]
        return self.host[(*keys, Ellipsis)] if Ellipsis not in keys else self.host[tuple(keys)]

    def __setitem__(self, key, value) -> None:
        check_device(self)
        index, advanced = host_key(self, key)
        if isinstance(value, ndarray):
            check_device(value)
            value = value.host
            while value.ndim and value.shape[0] == 1:
                value = value[0]
        elif not advanced:
            self[key].fill(value)
            return
        with np.errstate(all="ignore"):
            self.host[index] = np.asarray(value).astype(self.dtype)


class Capsule:
    """What ``__dlpack__`` returns; only the stand-in's ``from_dlpack`` reads it."""

    def __init__(self, array: ndarray):
        self.array = array


COUNTS = {"get": 0}  # how often memory came back to the host


def count(host: np.ndarray) -> None:
    """Take note of new memory; memory.py puts its own function here."""


def wrap(host) -> ndarray:
    """Return NumPy memory as an array on the current device."""
    array = ndarray.__new__(ndarray)
    array.host = host if isinstance(host, np.ndarray) else np.asarray(host)
    array.number, array.base = cuda.current_device(), None
    if array.host.dtype.char not in "?bhilqBHILQefdFD":
        raise ValueError(f"Unsupported dtype {array.host.dtype}")
    count(array.host)
    return array


def from_host(host: np.ndarray) -> ndarray:
    """Return a copy of host memory on the current device."""
    return wrap(np.array(host))


def check_device(array: ndarray) -> None:
    """Raise the error of a kernel that meets an array of a device that is not current."""
    if array.number != cuda.current_device():
        raise ValueError(
            "Array device must be same as the current device: "
            f"array device = {array.number} while current = {cuda.current_device()}"
        )


def host_key(array: ndarray, key) -> tuple:
    """Return (the index for the host's memory, whether it has an array in it); integer arrays wrap around."""
    keys = list(key) if isinstance(key, tuple) else [key]
    found, advanced = [], False
    for k in keys:
        if isinstance(k, ndarray):
            check_device(k)
            k = k.host
        if isinstance(k, (list, tuple)):
            k = np.asarray(k)
            k = k.astype(np.int32) if not k.size else k
        if isinstance(k, bool):
            k = np.asarray(k)
        if isinstance(k, np.ndarray):
            advanced = True
            if k.dtype.kind not in "biu":
                raise IndexError(f"arrays used as indices must be of integer or boolean type. (actual: {k.dtype.type})")
        elif not (k is None or k is Ellipsis or isinstance(k, slice) or np.isscalar(k)):
            raise IndexError("only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) are valid indices")
        found.append(k)
    if advanced:
        found = _wrapped(array, found)
    return tuple(found), advanced


def _wrapped(array: ndarray, keys: list) -> list:
    """Return an index in which integer arrays are taken modulo the extent of their axis, as CuPy's kernels do."""
    width = sum(0 if k is None or k is Ellipsis else k.ndim if _is_mask(k) else 1 for k in keys)
    axis, result = 0, []
    for k in keys:
        if k is Ellipsis:
            axis += array.ndim - width
        elif k is not None:
            if isinstance(k, np.ndarray) and not _is_mask(k) and axis < array.ndim and array.shape[axis]:
                k = k % array.shape[axis]
            axis += k.ndim if _is_mask(k) else 1
        result.append(k)
    return result


def _is_mask(k) -> bool:
    return isinstance(k, np.ndarray) and k.dtype.kind == "b"


# -- Python's operators ------------------------------------------------------------------------------------------------
_BINARY = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or",
    "xor": "bitwise_xor", "lshift": "left_shift", "rshift": "right_shift", "divmod": "divmod",
}  # fmt: skip
_COMPARE = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}  # fmt: skip
_UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}


def _binary(name: str, reflected: bool = False):
    def method(self, other):
        from .functions import NAMESPACE

        return NAMESPACE[name](other, self) if reflected else NAMESPACE[name](self, other)

    return method


def _inplace(name: str):
    def method(self, other):
        from .functions import NAMESPACE

        return NAMESPACE[name](self, other, out=self)

    return method


def _unary(name: str):
    def method(self):
        from .functions import NAMESPACE

        return NAMESPACE[name](self)

    return method


for _short, _name in _BINARY.items():
    setattr(ndarray, f"__{_short}__", _binary(_name))
    setattr(ndarray, f"__r{_short}__", _binary(_name, reflected=True))
    if _short not in ("matmul", "divmod"):
        setattr(ndarray, f"__i{_short}__", _inplace(_name))
for _short, _name in _COMPARE.items():
    setattr(ndarray, f"__{_short}__", _binary(_name))
for _short, _name in _UNARY.items():
    setattr(ndarray, f"__{_short}__", _unary(_name))
ndarray.__hash__ = None
