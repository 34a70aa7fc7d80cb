"""NumPy's own functions on np.ndarrays: those of mx.np where there is one of the name, otherwise NumPy on copies."""
from typing import Any

import numpy as onp

from ..base import GradientError
from ..ndarray.array import NDArray
from .calling import arrays_in, on_tape


def _face(name: str) -> Any:
    from .. import numpy as face

    return getattr(face, name, None) if name in face.__all__ else None


_OTHER_NAMES: dict[Any, Any] = {"divide": "true_divide", "remainder": "mod", "conjugate": "real"}  # NumPy's: ours


def _number(value):
    """Return an array without axes, into which NumPy turns numbers, as a number."""
    return value.item() if isinstance(value, (onp.generic, onp.ndarray)) and value.ndim == 0 else value


def ufunc(function, method: str, inputs, kwargs) -> Any:
    """Answer ``numpy.add(x, y)``, and with a method ``numpy.add.reduce(x)``."""
    name: Any = function.__name__
    own = _face(_OTHER_NAMES.get(name, name))
    out = kwargs.get("out")
    if method == "__call__" and own is not None:
        operands = [x if isinstance(x, NDArray) else _number(x) for x in inputs]
        if all(isinstance(x, NDArray) or not isinstance(x, onp.ndarray) for x in operands):
            if isinstance(out, tuple):
                kwargs = {**kwargs, "out": out[0]}
            return own(*operands, **kwargs)
    if method == "__call__" and any(isinstance(x, onp.ndarray) and x.ndim for x in inputs):
        return NotImplemented  # an array of NumPy beside one of mxlearn: ambiguous, as in MXNet
    return _in_numpy(getattr(function, method), function.__name__, inputs, kwargs)


def function(function, args, kwargs) -> Any:
    """Answer ``numpy.mean(x)`` and all other functions of NumPy that ask the array first."""
    module = function.__module__ or ""
    own = None
    if module in ("numpy", ""):
        own = _face(function.__name__)
    elif module == "numpy.linalg":
        from . import linalg

        own = getattr(linalg, function.__name__, None) if function.__name__ in linalg.__all__ else None
    if own is not None:
        return own(*args, **kwargs)
    return _in_numpy(function, function.__name__, args, kwargs)


def _in_numpy(function, name, args, kwargs) -> Any:
    from .creation import array

    found = arrays_in([list(args), list(kwargs.values())])
    if on_tape(*found):
        raise GradientError(
            f"numpy.{name}: NumPy cannot record what it computes, so that the gradient would be lost.\n"
            "  Use the functions of mx.np, or x.asnumpy() on purpose."
        )

    def host(value):
        if isinstance(value, NDArray):
            return value.asnumpy()
        return type(value)(host(v) for v in value) if type(value) in (list, tuple) else value

    result = function(*host(tuple(args)), **{key: host(v) for key, v in kwargs.items()})
    ctx = found[0].ctx if found else None

    def back(value):
        if isinstance(value, onp.ndarray) and value.dtype.kind in "fiub":
            return array(value, dtype=value.dtype, ctx=ctx)
        return type(value)([back(v) for v in value]) if type(value) in (list, tuple) else value

    return back(result)
