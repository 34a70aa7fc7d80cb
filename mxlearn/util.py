"""Switches between the classic manner of ``mx.nd`` and NumPy's manner of ``mx.np``: ``mx.util``, and in ``mx.npx``.

    mx.npx.set_np()          # Gluon gives np.ndarrays from now on

The switches say what Gluon, data loaders and symbols make. ``mx.np`` works whether they are on or off.

References: MXNet 1.9.1 module mxnet.util.
"""
import contextlib
import functools
import inspect
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

from . import backend
from .base import ArgumentError

__all__ = [
    "get_cuda_compute_capability",
    "get_gpu_count",
    "get_gpu_memory",
    "getenv",
    "is_np_array",
    "is_np_shape",
    "np_array",
    "np_shape",
    "np_ufunc_legal_option",
    "reset_np",
    "set_module",
    "set_np",
    "set_np_shape",
    "setenv",
    "use_np",
    "use_np_array",
    "use_np_shape",
    "wrap_np_binary_func",
    "wrap_np_unary_func",
]

_switches = {"shape": False, "array": False}  # of the process, set by set_np


class _Scopes(threading.local):
    """What the with blocks of a thread say, over the switches of the process."""

    shape: bool | None = None
    array: bool | None = None


_scopes = _Scopes()


def _is_on(kind: str) -> bool:
    inside = getattr(_scopes, kind)
    return _switches[kind] if inside is None else inside


def is_np_array() -> bool:
    """Tell whether Gluon makes np.ndarrays."""
    inside = _scopes.array
    return _switches["array"] if inside is None else inside


def is_np_shape() -> bool:
    """Tell whether shapes without axes, and of no elements, are meant as NumPy means them."""
    return _is_on("shape")


def set_np_shape(active: bool) -> bool:
    """Switch NumPy's shapes on or off; return what was before."""
    before = _is_on("shape")
    if _scopes.shape is None:
        _switches["shape"] = bool(active)
    else:
        _scopes.shape = bool(active)
    return before


def set_np(shape: bool = True, array: bool = True) -> None:
    """Let Gluon work in NumPy's manner: parameters, data loaders and blocks give np.ndarrays.

    Raises
    ------
    ArgumentError
        For array=True with shape=False, which cannot be.

    >>> mx.npx.set_np()
    >>> mx.npx.is_np_array()
    True
    >>> mx.npx.reset_np()
    """
    if array and not shape:
        raise ArgumentError("set_np: NumPy's arrays need NumPy's shapes. Pass shape=True as well.")
    for kind, active in (("shape", shape), ("array", array)):
        if getattr(_scopes, kind) is None:
            _switches[kind] = bool(active)
        else:
            setattr(_scopes, kind, bool(active))


def reset_np() -> None:
    """Go back to the classic manner."""
    set_np(shape=False, array=False)


@contextlib.contextmanager
def _scope(kind: str, active: bool) -> Iterator[None]:
    before = getattr(_scopes, kind)
    setattr(_scopes, kind, bool(active))
    try:
        yield
    finally:
        setattr(_scopes, kind, before)


def np_shape(active: bool = True):
    """Return a context manager, also a decorator, inside which NumPy's shapes are on or off in this thread."""
    return _scope("shape", active)


def np_array(active: bool = True):
    """Return a context manager, also a decorator, inside which Gluon makes np.ndarrays or not, in this thread."""
    return _scope("array", active)


def _using(kinds: tuple[str, ...], func) -> Any:
    """Return a function that runs with switches on, or a class all of whose methods do."""
    if inspect.isclass(func):
        for name, method in list(vars(func).items()):
            if inspect.isfunction(method):
                setattr(func, name, _using(kinds, method))
            elif isinstance(method, property) and method.fget is not None:
                parts = [None if f is None else _using(kinds, f) for f in (method.fget, method.fset, method.fdel)]
                setattr(func, name, property(*parts, doc=method.__doc__))
        return func
    if not callable(func):
        raise ArgumentError(f"use_np: expected a function or a class. Received: {func!r}")

    @functools.wraps(func)
    def inside(*args, **kwargs):
        with contextlib.ExitStack() as stack:
            for kind in kinds:
                stack.enter_context(_scope(kind, True))
            return func(*args, **kwargs)

    return inside


def use_np_shape(func) -> Any:
    """Decorate a function, or a class, so that it runs with NumPy's shapes."""
    return _using(("shape",), func)


def use_np_array(func) -> Any:
    """Decorate a function, or a class, so that Gluon makes np.ndarrays in it."""
    return _using(("array",), func)


def use_np(func) -> Any:
    """Decorate a function, or a class such as a Block, so that it runs in NumPy's manner.

    >>> @mx.util.use_np
    ... def inside():
    ...     return mx.util.is_np_array()
    >>> inside(), mx.util.is_np_array()
    (True, False)
    """
    return _using(("shape", "array"), func)


# -- options of ufuncs -------------------------------------------------------------------------------------------------
_LEGAL = {"where": (True,), "casting": ("same_kind",), "order": ("K", "C"), "dtype": (None,), "subok": (True,)}


def np_ufunc_legal_option(key: str, value) -> bool:
    """Tell whether a keyword of NumPy's ufuncs has a value that changes nothing, and may therefore be given."""
    allowed = _LEGAL.get(key)
    return allowed is not None and any(value is known or value == known for known in allowed)


def _checked(func: Callable) -> Callable:
    @functools.wraps(func)
    def function(*args, out=None, **kwargs):
        for key, value in kwargs.items():
            if key not in _LEGAL:
                raise TypeError(f"{func.__name__}() got an unexpected keyword argument {key!r}")
            if not np_ufunc_legal_option(key, value):
                raise NotImplementedError(f"{func.__name__}: {key}={value!r} is not supported; leave {key} out")
        return func(*args, out=out)

    return function


def wrap_np_unary_func(func: Callable) -> Callable:
    """Decorate ``func(x, out=None)`` so that it takes a ufunc's keywords at their defaults alone."""
    return _checked(func)


def wrap_np_binary_func(func: Callable) -> Callable:
    """Decorate ``func(x1, x2, out=None)`` so that it takes a ufunc's keywords at their defaults alone."""
    return _checked(func)


def set_module(module: str) -> Callable:
    """Return a decorator that sets the module which a function or class says it is from."""

    def decorate(func):
        if module is not None:
            func.__module__ = module
        return func

    return decorate


# -- the machine -------------------------------------------------------------------------------------------------------
def getenv(name: str) -> str | None:
    """Return an environment variable, None where it is not set."""
    return os.environ.get(name)


def setenv(name: str, value: str | None) -> None:
    """Set an environment variable; None removes it."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def get_gpu_count() -> int:
    """Return the number of GPUs."""
    return backend.num_gpus()


def get_gpu_memory(gpu_dev_id: int) -> tuple[int, int]:
    """Return (free, total) memory of a GPU in bytes."""
    return backend.memory_info(gpu_dev_id)


def get_cuda_compute_capability(ctx) -> int:
    """Return the compute capability of a GPU as one number: 90 for 9.0.

    Raises
    ------
    ArgumentError
        If ``ctx`` is no GPU.
    """
    if ctx.device_type != "gpu":
        raise ArgumentError(f"get_cuda_compute_capability: a GPU is needed. Received: {ctx}")
    return int(ctx.xp.cuda.Device(ctx.device_id).compute_capability)
