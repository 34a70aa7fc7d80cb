"""Random streams on a GPU: dropout with the counter-based generator Philox, whose state stays on the device."""

from typing import Any
from weakref import WeakKeyDictionary

from ...core import capture
from . import launch
from .launch import Source, floating, served

SOURCE = Source("random")
_states: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # of each context's generator: (seed, launches, blocks done)
capture.device_random.append(lambda: ("Dropout",) if launch.enabled else ())


def _state_of(xp, rng):
    """Return the state that belongs to a context's generator, which draws its seed, so that seeding one seeds both."""
    state = _states.get(rng)
    if state is None:
        state = xp.zeros(3, xp.uint64)
        state[:1] = rng.integers(0, 2**62, size=1).astype(xp.uint64)
        _states[rng] = state
    return state


@served
def dropout(xp, data, rng, *, keep, shape):
    """Draw a mask, 1 / keep with probability ``keep`` and 0 otherwise, and multiply by it.

    Parameters
    ----------
    data : floating array
    rng : generator of the context
    shape : shape of the mask, that of ``data`` with some extents 1

    Returns
    -------
    (data * mask, mask)
    """
    if not floating(data):
        return None
    mask = xp.empty(shape, data.dtype)
    whole = mask.size == data.size
    out = xp.empty(data.shape, data.dtype) if whole else None
    arguments = xp.ascontiguousarray(data) if whole else None, out, mask, _state_of(xp, rng), float(keep), mask.size
    SOURCE.each(xp, "dropout", -(-mask.size // 4), data.dtype, arguments, largest=mask.size)
    return (out if whole else data * mask), mask
