"""How the examples of a batch are joined: stacked, field by field."""
import numpy as np

from ... import ndarray as nd
from ...base import ShapeError
from ...context import Context
from ...io.host import from_host, host_view, on_host
from ...util import is_np_array

__all__ = ["default_batchify_fn", "default_mp_batchify_fn", "join", "to_arrays"]


def default_batchify_fn(data):
    """Join examples into a batch: arrays and numbers are stacked, tuples field by field, anything else stays a list.

    Parameters
    ----------
    data : list of examples of one form; dtypes are kept, Python numbers become int64 or float64

    Returns
    -------
    NDArray (batch, ...), or a list of those for tuples, or a dict for dicts

    Raises
    ------
    ShapeError
        If the examples differ in shape.

    >>> from mxlearn.gluon.data.dataloader import default_batchify_fn
    >>> [field.shape for field in default_batchify_fn([([1.0, 2.0], 0), ([3.0, 4.0], 1)])]
    [(2, 2), (2,)]
    """
    return to_arrays(join(data))


def default_mp_batchify_fn(data):
    """Join examples in a worker. The DataLoader moves the batch through shared memory by itself."""
    return to_arrays(join(data))


def join(data: list):
    """Join examples as ``default_batchify_fn`` does, into NumPy arrays where the examples are in host memory."""
    first = data[0]
    if isinstance(first, tuple):
        return [join(list(field)) for field in zip(*data, strict=True)]
    if isinstance(first, dict):
        return {key: join([example[key] for example in data]) for key in first}
    if isinstance(first, nd.NDArray) and not on_host(first):
        return nd.stack(*data, axis=0)
    if isinstance(first, nd.NDArray):
        data = [host_view(example) for example in data]
    elif isinstance(first, str | bytes) or first is None:
        return data
    try:
        joined = np.stack(data) if isinstance(data[0], np.ndarray) else np.asarray(data)
    except ValueError as error:
        shapes = sorted({np.shape(example) for example in data})
        raise ShapeError(
            f"DataLoader: the examples of a batch differ in shape: {', '.join(map(str, shapes[:5]))}: {error}.\n"
            "  Transform them to one shape, or pass a batchify_fn that pads them."
        ) from error
    return joined if joined.dtype.kind in "fiub" else data


def to_arrays(batch):
    """Return ``batch`` with its NumPy arrays as NDArrays on the current context; in host memory nothing is copied."""
    if is_np_array():
        return _mapped(batch, np.ndarray, lambda host: from_host(host).as_np_ndarray())
    return _mapped(batch, np.ndarray, from_host)


def moved(batch, ctx: Context):
    """Return ``batch`` with its NDArrays on ``ctx``."""
    return _mapped(batch, nd.NDArray, lambda array: array.as_in_context(ctx))


def _mapped(item, kind: type, function):
    """Apply ``function`` to everything of type ``kind`` in a structure of lists, tuples and dicts."""
    if isinstance(item, kind):
        return function(item)
    if type(item) in (list, tuple):
        return type(item)([_mapped(part, kind, function) for part in item])
    if type(item) is dict:
        return {key: _mapped(part, kind, function) for key, part in item.items()}
    return item
