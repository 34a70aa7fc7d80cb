"""The two orders in which the library takes arrays: as MXNet names their axes, or with the channels innermost."""

from typing import Any


def is_channels_last(array: Any) -> bool:
    """Tell whether (batch, channel, \\*spatial) lies in memory with the channels innermost, and not as named."""
    if array.flags.c_contiguous or array.ndim > 4:
        return False
    return array.transpose(0, *range(2, array.ndim), 1).flags.c_contiguous


def laid_out(xp: Any, array: Any, channels_last: bool) -> Any:
    """Return an array in one of the two orders, copied where it lies otherwise."""
    if not channels_last:
        return array if array.flags.c_contiguous else xp.ascontiguousarray(array)
    last = array.transpose(0, *range(2, array.ndim), 1)
    if last.flags.c_contiguous:
        return array
    return xp.ascontiguousarray(last).transpose(0, array.ndim - 1, *range(1, array.ndim - 1))


def empty(xp: Any, shape: tuple[int, ...], dtype: Any, channels_last: bool) -> Any:
    """Return an array without values in one of the two orders."""
    if not channels_last:
        return xp.empty(shape, dtype)
    array = xp.empty((shape[0], *shape[2:], shape[1]), dtype)
    return array.transpose(0, len(shape) - 1, *range(1, len(shape) - 1))
