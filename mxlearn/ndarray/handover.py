"""Handing a computed array over to the NDArray that is to hold it: without a copy, where nobody can tell.

A gradient is computed into new memory, and the array that attach_grad() allocated is to show it. Writing the program's
last product right into that array would leave it half-changed where something fails later, so everything is computed
first. Then the NDArray takes the new memory in exchange for its own, as long as nothing else refers to either: a view
that somebody keeps of a gradient must see the new values, and shares the old memory.
"""
from sys import getrefcount
from typing import Any

import numpy as np

from ..backend import is_writable
from .array import NDArray

SMALL = 1 << 14  # bytes in host memory; to copy less takes no longer than to find out. To a GPU every copy is a launch
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
    if type(old) is np.ndarray and old.nbytes < SMALL:
        return False
    del old  # each name would count as a reference
    if getrefcount(holder[index]) != _ALONE or getrefcount(target._data) != _ALONE:
        return False
    new, old = holder[index], target._data
    if type(new) is not type(old) or new.base is not None or old.base is not None:
        return False
    whole = is_writable(new) and new.flags.c_contiguous and new.flags.owndata and old.flags.owndata
    if not whole or new.dtype != old.dtype or new.shape != old.shape or new.device != old.device:
        return False
    target._data = new
    return True


__all__ = ["exchange"]
