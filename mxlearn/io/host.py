"""Between NumPy arrays in host memory and NDArrays, without copies where there need be none."""
import numpy as np

from ..base import DTypeError
from ..context import Context, cpu, current_context
from ..ndarray.array import NDArray, wrap

__all__ = ["from_host", "host_view", "on_host"]

_NATIVE = tuple(map(np.dtype, ("float32", "float64", "float16", "int8", "uint8", "int32", "int64", "bool")))
_DTYPES = frozenset([*_NATIVE, *(dtype.newbyteorder("S") for dtype in _NATIVE)])


def from_host(host: np.ndarray, ctx: Context | None = None) -> NDArray:
    """Return a NumPy array that nobody else will write as an NDArray on ``ctx`` (the current context).

    In host memory the two share their memory.

    Raises
    ------
    DTypeError
        If the dtype is none that an NDArray can have.
    """
    ctx = current_context() if ctx is None else ctx
    if host.dtype in _NATIVE and ctx._xp is np:
        return wrap(host, ctx)
    if host.dtype not in _DTYPES:
        raise DTypeError(
            f"an NDArray cannot hold {host.dtype}: it holds {', '.join(dtype.name for dtype in _NATIVE)}.\n"
            "  Convert the array with astype first."
        )
    if not host.dtype.isnative:
        host = host.astype(host.dtype.newbyteorder("="))
    if ctx.device_type.startswith("cpu"):
        return wrap(host, ctx)
    return wrap(host, cpu()).as_in_context(ctx)


def on_host(array: NDArray) -> bool:
    """Return whether an NDArray lives in host memory."""
    return array.context.device_type.startswith("cpu")


def host_view(array: NDArray) -> np.ndarray:
    """Return the memory of an NDArray as a NumPy array, to be read only; a copy where it lives on a GPU."""
    return np.asarray(array, copy=None if not on_host(array) else False)
