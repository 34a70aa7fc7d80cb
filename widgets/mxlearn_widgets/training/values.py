"""What a student logs, as numbers: at once where it costs nothing, later where a device would have to be waited for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from mxlearn import NDArray, autograd, metric, nd
from mxlearn.base import ArgumentError, type_name


def reduced(name: str, value) -> "float | NDArray":
    """Return a logged value as a float, or as a scalar of its own on a GPU, which is not waited for.

    Parameters
    ----------
    name : of the metric, for the error
    value : number, NDArray or array of numbers (its mean counts), or a metric with ``get()``

    The mean on a GPU is an array of its own: later changes of ``value`` do not reach it, and no tape hangs on it.

    Raises
    ------
    ArgumentError
        If it is no number, or has no element.
    """
    if type(value) is float:
        return value
    if isinstance(value, NDArray):
        if value.size == 0:
            raise ArgumentError(f"log: {name!r} is an array without elements.\n  Log a number, or skip this step.")
        if value.context.device_type == "gpu":
            with autograd.pause():
                wide = value.detach()
                return (wide.astype("float32") if wide.dtype == np.float16 else wide).mean()
        if value.size == 1:
            return float(value.asscalar())
        total = np.add.reduce(value.asnumpy(), axis=None, dtype=np.float64)  # mean() takes twice the time
        return float(total) / value.size
    if isinstance(value, metric.EvalMetric):
        value = value.get()[1]
    try:
        numbers = np.asarray(_hosted(value))
    except ValueError:  # rows of different lengths
        numbers = np.empty(1, object)
    if numbers.dtype.kind not in "biuf":
        raise ArgumentError(
            f"log: {name!r} is of type {type_name(value)}, expected a number or an array of numbers.\n"
            "  Log for example loss=loss or acc=0.9."
        )
    if numbers.size == 0:
        raise ArgumentError(f"log: {name!r} has no elements.\n  Log a number, or skip this step.")
    return float(numbers.mean(dtype=np.float64))


def _hosted(value):
    if isinstance(value, list | tuple):
        return [v.asnumpy().mean(dtype=np.float64) if isinstance(v, NDArray) else v for v in value]
    return value


def fetched(scalars: Sequence[NDArray]) -> list[float]:
    """Return arrays of one element as floats: one wait and one transfer for each device."""
    places: defaultdict = defaultdict(list)
    for k, scalar in enumerate(scalars):
        places[scalar.context].append(k)
    found = [0.0] * len(scalars)
    for numbers in places.values():
        with autograd.pause():
            joined = nd.concat(*[scalars[k].reshape((1,)).astype("float32") for k in numbers], dim=0).asnumpy()
        for k, number in zip(numbers, joined.tolist(), strict=True):
            found[k] = number
    return found


def arrays(parts: Iterable[NDArray]) -> list[np.ndarray]:
    """Return flat arrays as NumPy arrays: those of one device and dtype in one transfer."""
    found = list(parts)
    groups: defaultdict = defaultdict(list)
    for k, part in enumerate(found):
        groups[part.context, part.dtype].append(k)
    result: list[np.ndarray] = [np.empty(0)] * len(found)
    for numbers in groups.values():
        joined = nd.concat(*[found[k] for k in numbers], dim=0).asnumpy()
        ends = np.cumsum([found[k].size for k in numbers])
        for k, piece in zip(numbers, np.split(joined, ends[:-1]), strict=True):
            result[k] = piece
    return result
