"""The stand-in's functions: NumPy's, under CuPy's names, signatures, dtype rules and refusals.

``cupy_api.txt`` says what CuPy has: a name that is not in it does not exist here, a keyword that is not in a signature
is refused, and a ufunc computes in the first of CuPy's own loops that holds its arguments.
"""
import contextlib
import inspect
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import cuda
from .array import Capsule, check_device, from_host, ndarray, wrap

NAMESPACE: dict[str, Callable] = {}  # every function and ufunc by name, those of submodules with a dot

_IN_PLACE = {"copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"}
_PYTHON_RESULT = {"broadcast_shapes", "iscomplexobj", "isfortran", "isrealobj", "may_share_memory", "ndim", "shape"}
_PYTHON_RESULT |= {"shares_memory", "size"}
_ARRAY_FIRST = {"A", "a", "arr", "array", "ary", "condition", "element", "m", "v", "x"}
_NO_ARRAYS = {"arange", "eye", "full", "identity", "indices", "linspace", "logspace", "ones", "tri", "zeros", "empty"}
_ADDABLE = "iefdIQL"  # dtypes of which CUDA has an atomic addition


# -- arguments and results ---------------------------------------------------------------------------------------------
def host_of(value, name: str):
    """Return an argument as NumPy takes it; refuse memory of the host and of other devices."""
    if isinstance(value, ndarray):
        check_device(value)
        return value.host
    if isinstance(value, np.ndarray):
        raise TypeError(f"Unsupported type {type(value)} in cupy.{name}")
    if type(value) in (list, tuple):
        return type(value)(host_of(v, name) for v in value)
    return value


def device_of(result, name: str):
    """Return a result as CuPy gives it: numbers are arrays without dimensions."""
    if isinstance(result, (np.ndarray, np.generic)):
        return wrap(result)
    if isinstance(result, (bool, np.bool_)):
        return wrap(np.asarray(result))
    if isinstance(result, (list, tuple)):
        return [device_of(r, name) for r in result] if isinstance(result, list) else tuple(
            device_of(r, name) for r in result
        )
    return result


class Function:
    """One function of CuPy: its signature, and NumPy's function that computes it."""

    def __init__(self, name: str, signature: str, compute: Callable):
        self.__name__ = name
        self.compute = compute
        self.signature = _signature(signature)
        self.first = next(iter(self.signature.parameters), None)
        self.checks_first = self.first in _ARRAY_FIRST and name not in _PYTHON_RESULT

    def __call__(self, *args, **kwargs):
        bound = self.signature.bind(*args, **kwargs)  # TypeError for a keyword that CuPy does not have
        if self.checks_first and not isinstance(bound.arguments.get(self.first), ndarray):
            raise TypeError(f"cupy.{self.__name__} needs an array of the GPU, not {type(args[0]).__name__}")
        out = kwargs.get("out")
        with np.errstate(all="ignore"):
            result = self.compute(
                *[host_of(a, self.__name__) for a in args],
                **{key: host_of(value, self.__name__) for key, value in kwargs.items()},
            )
        if isinstance(out, ndarray):
            return out
        if self.__name__ in _IN_PLACE:
            return None
        return result if self.__name__ in _PYTHON_RESULT else device_of(result, self.__name__)


def _signature(text: str) -> inspect.Signature:
    """Return the signature that a line of cupy_api.txt spells."""
    source = f"def f{text}: pass"
    known = {"float": float, "float64": np.float64}
    exec(source, known)  # text of our own repository
    return inspect.signature(known["f"])


class Ufunc:
    """One ufunc of CuPy, with its own loops.

    Attributes
    ----------
    loops : list of (dtypes of the inputs, dtypes of the outputs)
    """

    def __init__(self, name: str, loops: list[str]):
        self.__name__ = self.name = name
        self.compute = getattr(np, name)
        self.loops = [tuple([np.dtype(c) for c in side] for side in loop.split("->")) for loop in loops]
        self.nin = len(self.loops[0][0])

    def __call__(self, *args, out=None, dtype=None, casting="same_kind", where=True):
        for arg in args:  # CuPy's protocol for those who compute themselves
            override = getattr(type(arg), "__cupy_override_elementwise_kernel__", None)
            if override is not None:
                return override(arg, self, *args, **({} if out is None else {"out": out}))
        if len(args) == self.nin + 1 and out is None:
            *args, out = args
        if len(args) != self.nin:
            raise TypeError(f"cupy_{self.name}() takes {self.nin} arguments, {len(args)} given")
        if out is not None and not isinstance(out, ndarray):
            raise TypeError("Output arguments type must be cupy.ndarray")
        hosts = self._hosts(args)
        ins, outs = self._loop(hosts, dtype)
        with np.errstate(all="ignore"):
            cast = [
                np.asarray(d.type(h) if type(h) is int else h).astype(d)  # OverflowError for uint8 + 300
                for h, d in zip(hosts, ins, strict=True)
            ]
            result = self.compute(*cast) if where is True else self.compute(*cast, where=host_of(where, self.name))
        results = result if isinstance(result, tuple) else (result,)
        results = [np.asarray(r).astype(d) for r, d in zip(results, outs, strict=True)]
        if out is None:
            return wrap(results[0]) if len(results) == 1 else tuple(wrap(r) for r in results)
        check_device(out)
        if not np.can_cast(results[0].dtype, out.dtype, casting):
            raise TypeError(f"output (typecode '{results[0].dtype.char}') could not be coerced to '{out.dtype.char}'")
        if results[0].shape != out.shape:
            raise ValueError(f"Out shape is mismatched: {results[0].shape} and {out.shape}")
        out.host[...] = results[0]
        return out

    def _hosts(self, args) -> list:
        hosts = []
        for arg in args:
            if isinstance(arg, ndarray):
                check_device(arg)
                hosts.append(arg.host)
            elif isinstance(arg, (bool, int, float, complex, np.generic)):
                hosts.append(arg)
            else:
                raise TypeError(f"Unsupported type {type(arg)}")
        return hosts

    def _loop(self, hosts: list, dtype) -> tuple:
        """Return the dtypes of the first loop that holds all arguments; Python's numbers adapt to the others."""
        weak = [type(h) in (bool, int, float, complex) for h in hosts]
        strong = [h.dtype for h, w in zip(hosts, weak, strict=True) if not w]
        common = np.result_type(*strong) if strong else None
        given = [
            h.dtype if not w else np.result_type(common, h) if common is not None else np.result_type(type(h))
            for h, w in zip(hosts, weak, strict=True)
        ]
        for ins, outs in self.loops:
            if dtype is not None and outs[0] != np.dtype(dtype):
                continue
            if all(np.can_cast(g, i, "same_kind" if dtype is not None else "safe") for g, i in zip(given, ins)):  # noqa: B905
                return ins, outs
        raise TypeError(f"Wrong type ({[str(g) for g in given]}) of arguments for cupy_{self.name}")

    def at(self, a, indices, b=None) -> None:
        if self.name not in ("add", "maximum", "minimum"):
            raise NotImplementedError(f"`{self.name}.at` is not supported yet")
        if a.dtype.char not in _ADDABLE or (self.name != "add" and a.dtype.char == "e"):
            raise TypeError(f"scatter_{self.name} does not support {a.dtype}")
        self.compute.at(host_of(a, self.name), host_of(indices, self.name), host_of(b, self.name))

    def reduce(self, array, axis=0, dtype=None, out=None, keepdims=False):
        name = {"add": "sum", "multiply": "prod"}.get(self.name)
        if name is None:
            raise NotImplementedError(f"`{self.name}.reduce` is not supported yet")
        return NAMESPACE[name](array, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def accumulate(self, array, axis=0, dtype=None, out=None):
        name = {"add": "cumsum", "multiply": "cumprod"}.get(self.name)
        if name is None:
            raise NotImplementedError(f"`{self.name}.accumulate` is not supported yet")
        return NAMESPACE[name](array, axis=axis, dtype=dtype, out=out)

    def outer(self, *args, **kwargs):
        raise NotImplementedError(f"`{self.name}.outer` is not supported yet")

    reduceat = outer


# -- functions that are not NumPy's with other manners -----------------------------------------------------------------
def array(obj, dtype=None, copy=True, order="K", subok=False, ndmin=0, *, blocking=False) -> ndarray:
    """Return an array of the current device with the data of ``obj``."""
    if isinstance(obj, ndarray):  # from another device too: CuPy copies from device to device
        if not copy and obj.number == cuda.current_device() and dtype in (None, obj.dtype):
            return obj
        found = wrap(np.array(obj.host, dtype=dtype, order=order))
    elif isinstance(obj, (list, tuple)) and any(isinstance(v, ndarray) for v in obj):
        found = wrap(np.array([host_of(v, "array") for v in obj], dtype=dtype))
    else:
        found = from_host(np.array(obj, dtype=dtype))
    return found if found.ndim >= ndmin else found.reshape((1,) * (ndmin - found.ndim) + found.shape)


def asarray(a, dtype=None, order=None, *, copy=None, blocking=False) -> ndarray:
    return array(a, dtype, bool(copy), order or "K")


def asnumpy(a, stream=None, order="C", out=None, *, blocking=True) -> np.ndarray:
    return a.get(stream, order, out) if isinstance(a, ndarray) else np.asarray(a, order=order)


def from_dlpack(array, *, device=None, copy=None) -> ndarray:
    capsule = array.__dlpack__() if hasattr(array, "__dlpack__") else array
    if not isinstance(capsule, Capsule):
        raise RuntimeError("the stand-in takes DLPack capsules of its own arrays only")
    return capsule.array.view()


def get_array_module(*args):
    import sys

    return sys.modules["cupy"] if any(isinstance(a, ndarray) for a in args) else np


def take(a, indices, axis=None, out=None):
    return np.take(a, indices, axis=axis, mode="wrap")


def take_along_axis(a, indices, axis):
    extent = a.size if axis is None else a.shape[axis]
    return np.take_along_axis(a, indices % extent if extent else indices, axis)


def clip(a, a_min, a_max, out=None):
    if a_min is None and a_max is None:
        raise ValueError("array_clip: must set either max or min")
    common = [np.asarray(x, a.dtype) if isinstance(x, (bool, int, float)) else x for x in (a_min, a_max)]
    return np.clip(a, *common)


def repeat(a, repeats, axis=None):
    return np.repeat(a, repeats, axis)


def garbage(array: np.ndarray) -> np.ndarray:
    """Fill new memory with what no computation gives, so that a result shows where nothing was written."""
    array.reshape(-1).view(np.uint8)[...] = 0xFB if array.dtype != np.bool_ else 1  # in float32 -2.6e36
    return array


def empty(shape, dtype=float, order="C"):
    return garbage(np.empty(shape, dtype)) if order == "C" else np.empty(shape, dtype, order)


def empty_like(prototype, dtype=None, order="K", subok=None, shape=None):
    made = np.empty_like(prototype, dtype, order, shape=shape)
    return garbage(made) if made.flags.c_contiguous else made


ERRSTATE = {"linalg": None}


@contextlib.contextmanager
def errstate(*, linalg=None):
    """What ``cupyx.errstate`` does for linear algebra."""
    before, ERRSTATE["linalg"] = ERRSTATE["linalg"], linalg
    try:
        yield
    finally:
        ERRSTATE["linalg"] = before


def linalg(name: str) -> Callable:
    """Return a function of numpy.linalg with CuPy's dtypes; where NumPy raises, NaN unless ``errstate`` says so."""
    function = getattr(np.linalg, name)

    def compute(*args, **kwargs):
        for x in args:
            if isinstance(x, np.ndarray) and x.dtype.char in "eg":
                raise TypeError(f"array type {x.dtype.name} is unsupported in linalg")
        try:
            return function(*args, **kwargs)
        except np.linalg.LinAlgError as error:
            if "must" in str(error) or ERRSTATE["linalg"] == "raise":
                raise
            return np.full_like(args[-1], np.nan)

    return compute


_OWN = {"empty": empty, "empty_like": empty_like}
_OWN |= {"take": take, "take_along_axis": take_along_axis, "clip": clip, "repeat": repeat}

METHODS = {
    "all": "(axis=None, out=None, keepdims=False)",
    "any": "(axis=None, out=None, keepdims=False)",
    "argmax": "(axis=None, out=None, dtype=None, keepdims=False)",
    "argmin": "(axis=None, out=None, dtype=None, keepdims=False)",
    "argsort": "(axis=-1, kind=None)",
    "choose": "(choices, out=None, mode='raise')",
    "clip": "(min=None, max=None, out=None)",
    "compress": "(condition, axis=None, out=None)",
    "conj": "()",
    "cumprod": "(axis=None, dtype=None, out=None)",
    "cumsum": "(axis=None, dtype=None, out=None)",
    "dot": "(b, out=None)",
    "max": "(axis=None, out=None, keepdims=False)",
    "mean": "(axis=None, dtype=None, out=None, keepdims=False)",
    "min": "(axis=None, out=None, keepdims=False)",
    "nonzero": "()",
    "prod": "(axis=None, dtype=None, out=None, keepdims=None)",
    "ptp": "(axis=None, out=None, keepdims=False)",
    "put": "(indices, values, mode='wrap')",
    "repeat": "(repeats, axis=None)",
    "round": "(decimals=0, out=None)",
    "searchsorted": "(v, side='left', sorter=None)",
    "std": "(axis=None, dtype=None, out=None, ddof=0, keepdims=False)",
    "sum": "(axis=None, dtype=None, out=None, keepdims=False)",
    "take": "(indices, axis=None, out=None)",
    "trace": "(offset=0, axis1=0, axis2=1, dtype=None, out=None)",
    "var": "(axis=None, dtype=None, out=None, ddof=0, keepdims=False)",
}
_RENAMED = {"indices": "ind", "values": "v"}


def _method(name: str, signature: str) -> Callable:
    form = _signature(signature)

    def method(self, *args, **kwargs):
        given = form.bind(*args, **kwargs).arguments
        if name == "clip":
            given = {"a_min": given.pop("min", None), "a_max": given.pop("max", None), **given}
        if name == "compress":
            return NAMESPACE["compress"](given.pop("condition"), self, **given)
        if name == "put":
            given = {_RENAMED.get(k, k): v for k, v in given.items()}
        return NAMESPACE[name](self, **given)

    method.__name__ = name
    return method


def _sort(self, axis=-1, kind=None) -> None:
    check_device(self)
    self.host.sort(axis=axis, kind=kind)


def _load() -> None:
    for line in (Path(__file__).parent / "cupy_api.txt").read_text().splitlines():
        name, _, form = line.partition(" ")
        if name.startswith("#"):
            continue
        if not form.startswith("("):
            NAMESPACE[name] = Ufunc(name, form.split())
        elif name.startswith("linalg."):
            NAMESPACE[name] = Function(name, form, linalg(name[7:]))
        else:
            numpy_function = np
            for part in name.split("."):
                numpy_function = getattr(numpy_function, part)
            NAMESPACE[name] = Function(name, form, _OWN.get(name, numpy_function))
    for function in (array, asarray, asnumpy, from_dlpack, get_array_module):
        NAMESPACE[function.__name__] = function
    NAMESPACE["asanyarray"] = asarray
    for name, signature in METHODS.items():
        setattr(ndarray, name, _method(name, signature))
    ndarray.sort = _sort


_load()
