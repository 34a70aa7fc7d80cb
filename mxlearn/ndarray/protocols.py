"""What NumPy's functions do with an NDArray: ``np.exp(x)``, ``np.float32(2) * x``."""
from typing import Any

import numpy as np

from ..base import GradientError
from ..core.state import STATE

# NumPy's function for ``number <operator> array``: the method of the array that computes it.
_REFLECTED = {
    "add": "__radd__",
    "subtract": "__rsub__",
    "multiply": "__rmul__",
    "divide": "__rtruediv__",
    "power": "__rpow__",
    "remainder": "__rmod__",
    "greater": "__lt__",
    "greater_equal": "__le__",
    "less": "__gt__",
    "less_equal": "__ge__",
    "equal": "__eq__",
    "not_equal": "__ne__",
}


def array_ufunc(array_class: type, ufunc: np.ufunc, method: str, inputs: tuple, kwargs: dict[str, Any]) -> Any:
    """Return what a function of NumPy gives for inputs of which one is an NDArray; see NumPy's ``__array_ufunc__``.

    Raises
    ------
    GradientError
        While recording, if an input is part of the recorded computation.
    """
    if method == "__call__" and len(inputs) == 2 and not kwargs and _is_number(inputs[0]):
        reflected = _REFLECTED.get(ufunc.__name__)
        if reflected is not None:
            return getattr(inputs[1], reflected)(np.asarray(inputs[0]).item())
    out = kwargs.pop("out", None)
    if out is not None:
        return NotImplemented
    if STATE.recording and any(isinstance(x, array_class) and x._entry is not None for x in inputs):
        raise GradientError(
            f"numpy.{ufunc.__name__}: NumPy cannot record what it computes, so that the gradient would be lost.\n"
            "  Use the operators of mx.nd, with mx.nd.array(...) of the NumPy arrays; or x.asnumpy() on purpose."
        )
    arrays = [x.asnumpy() if isinstance(x, array_class) else x for x in inputs]
    return getattr(ufunc, method)(*arrays, **kwargs)


def _is_number(value) -> bool:
    """Tell whether NumPy handed over a number: as a scalar, or as an array without dimensions."""
    return isinstance(value, np.generic) or (type(value) is np.ndarray and value.ndim == 0)
