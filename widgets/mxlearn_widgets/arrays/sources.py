"""What a lens can look at, as raw arrays with names: NDArray, Parameter, NumPy, and collections of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mxlearn import display
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.display.axes import WEIGHT
from mxlearn.gluon import Parameter
from mxlearn.inspection.arrays import raw
from mxlearn.ndarray import NDArray

MOST = 200  # arrays in one lens


@dataclass(frozen=True, eq=False)
class Source:
    """One array of a lens.

    Attributes
    ----------
    name : for the reader; may be anything
    raw : array of NumPy or CuPy
    axes : the names of its axes
    context : its device, "" for an array of NumPy
    weight : whether its axes are those of a weight
    """

    name: str
    raw: Any
    axes: tuple[str, ...]
    context: str
    weight: bool = False


def sources(x: Any, axes: str | Sequence[str] | None = None, name: str = "array") -> list[Source]:
    """Return the arrays in ``x``; see ``lens`` for what it may be.

    Raises
    ------
    MXNetError
        If there is none, if one cannot be looked at, or if the names of the axes do not fit; the message says what to
        do.
    """
    found = list(_found(x, axes, name))
    if not found:
        raise ArgumentError("lens: there is no array to look at: the collection is empty.")
    if len(found) > MOST:
        raise ArgumentError(f"lens: a lens holds at most {MOST} arrays. Received: {len(found)}.\n  Pass some of them.")
    return found


def _found(x: Any, axes, name: str) -> Iterable[Source]:
    if isinstance(x, Parameter):
        yield from _parameter(x, axes)
    elif isinstance(x, NDArray):
        yield Source(name, raw(x), display.axis_names(axes, x.ndim), str(x.context))
    elif isinstance(x, (np.ndarray, np.generic)):
        yield _numpy(np.asarray(x), axes, name)
    elif isinstance(x, Mapping) or (hasattr(x, "items") and hasattr(x, "values")):
        for key, value in x.items():
            yield from _found(value, axes, str(key))
    elif isinstance(x, (list, tuple)):
        if _is_numbers(x):
            yield _numpy(_array(x), axes, name)
        else:
            for k, value in enumerate(x):
                yield from _found(value, axes, f"{name}[{k}]")
    elif isinstance(x, (bool, int, float)):
        yield _numpy(np.asarray(x), axes, name)
    else:
        raise ArgumentError(
            f"lens: expected an NDArray, a Parameter, a NumPy array, or a list or dict of them."
            f" Received: {type(x).__name__}."
        )


def _parameter(parameter: Parameter, axes) -> Iterable[Source]:
    try:
        data = parameter.data(parameter.list_ctx()[0])
    except MXNetError as error:
        raise ArgumentError(f"lens: {error}") from None
    names = display.axis_names(WEIGHT.get(data.ndim) if axes is None else axes, data.ndim)
    context = str(data.context)
    yield Source(parameter.name, raw(data), names, context, data.ndim > 1)
    if data.grad is not None:
        yield Source(f"{parameter.name}: gradient", raw(data.grad), names, context, data.ndim > 1)


def _numpy(array: np.ndarray, axes, name: str) -> Source:
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise ArgumentError(
            f"lens: expected real numbers, such as float32 or int64. Received an array of dtype {array.dtype}.\n"
            "  Convert it first, as in x.astype('float64')."
        )
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return Source(name, array, display.axis_names(axes, array.ndim), "")


def _is_numbers(x: Any) -> bool:
    """Tell whether nested lists hold numbers alone, so that they are one array."""
    if isinstance(x, (list, tuple)):
        return len(x) > 0 and all(_is_numbers(value) for value in x)
    return isinstance(x, (bool, int, float))


def _array(numbers: Any) -> np.ndarray:
    try:
        return np.asarray(numbers, dtype=None)
    except (ValueError, OverflowError):
        raise ArgumentError(
            "lens: these lists are no array: their lengths differ.\n  Pass lists of equal length, or a list of arrays."
        ) from None
