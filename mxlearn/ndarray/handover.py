"""Handing a computed array over to the NDArray that is to hold it: without a copy, where nobody can tell.

A gradient is computed into new memory, and the array that attach_grad() allocated is to show it. Writing the program's
last product right into that array would leave it half-changed where something fails later, so everything is computed
first. Then the NDArray takes the new memory in exchange for its own, as long as nothing else refers to either: a view
that somebody keeps of a gradient must see the new values, and shares the old memory.
"""
from sys import getrefcount
from typing import Any

import numpy as np

from .array import NDArray

SMALL = 1 << 14  # bytes; to copy less takes no longer than to find out
_PROBE = [object()]
_ALONE = getrefcount(_PROBE[0])  # how many references Python counts to what one list alone holds


def exchange(target: NDArray, holder: list[Any], index: int = 0) -> bool:
    """Let ``target`` hold the raw array ``holder[index]``; return False, and change nothing, where somebody could tell.

    Parameters
    ----------
    target : dense NDArray
    holder : list that alone refers to the new array
    """
    old: Any = target._data
    if old.nbytes < SMALL or type(old) is not np.ndarray:
        return False
    del old  # each name would count as a reference
    if getrefcount(holder[index]) != _ALONE or getrefcount(target._data) != _ALONE:
        return False
    new, old = holder[index], target._data
    whole = type(new) is np.ndarray and new.base is None is old.base and new.flags.carray and old.flags.owndata
    if not whole or new.dtype != old.dtype or new.shape != old.shape:
        return False
    target._data = new
    return True


__all__ = ["exchange"]
