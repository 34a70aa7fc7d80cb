"""Random streams: each context owns one seeded generator, which every operator on that context draws from.

An unseeded process starts from seed 0, as in MXNet, so that a program gives the same numbers whenever it is run.
The numbers themselves are not MXNet's: the generators are NumPy's PCG64 and CuPy's XORWOW. Dropout on a GPU draws from
a stream of its own, which takes its seed from the context's generator: see `kernels.cuda.random`.
"""
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from . import backend
from .base import ArgumentError, ContextError, FormatError
from .context import Context

__all__ = ["generator_of", "get_state", "global_restorer", "global_state", "restorer", "seed", "set_state"]

_lock = threading.Lock()
_generators: dict[Context, Any] = {}
_global_seed = 0


def generator_of(context: Context):
    """Return the generator of a context, a numpy.random.Generator or a cupy.random.Generator.

    It is made when it is first asked for. Its methods hold a lock of their own, so threads may share it; which thread
    gets which numbers is then up to the scheduler.
    """
    found = _generators.get(context)
    return _start(context) if found is None else found


def _start(context: Context):
    with _lock:
        found = _generators.get(context)  # another thread may have been first
        if found is None:
            found = _generators[context] = _make(context, _seed_on(context, _global_seed))
        return found


def _make(context: Context, number: int):
    return backend.generator(context.xp, context.device_id, number)


def _seed_on(context: Context, number: int) -> int:
    """Return the seed of one context under the global seed ``number``: device 0 gets the number itself."""
    if context.device_id == 0:
        return number
    return int(np.random.SeedSequence((number, context.device_id)).generate_state(1, np.uint64)[0])


def seed(number: int, context: Context | None = None) -> None:
    """Start the stream of one context again from a seed, or the streams of all contexts.

    Parameters
    ----------
    number : int; of a negative one the lowest 64 bits are taken
    context : None seeds every context, each device id with numbers of its own; a given context gets exactly the
        sequence of this seed, whatever its device id

    Raises
    ------
    ArgumentError
        If ``number`` is no integer.
    """
    global _global_seed
    if not isinstance(number, (int, np.integer)):
        raise ArgumentError(f"seed: seed_state must be int. Received: {number!r}")
    number = int(number) & 0xFFFF_FFFF_FFFF_FFFF
    with _lock:
        if context is None:
            _global_seed = number
            _generators.clear()
        else:
            _generators[context] = _make(context, number)


def get_state() -> dict[str, Any]:
    """Return the state of all streams as nested dicts of str and int, which JSON can hold.

    A generator on a GPU cannot be read out. Its stream draws a new seed from itself instead and goes on from there, so
    that the run which saved the state and the run which restores it still draw the same numbers.
    """
    with _lock:
        streams: dict[str, Any] = {}
        for context, generator in _generators.items():
            if context.device_type == "gpu":
                number = int(generator.integers(0, 2**62, size=1)[0])
                _generators[context] = _make(context, number)
                streams[str(context)] = {"seed": number}
            else:
                streams[str(context)] = dict(generator.bit_generator.state)
        return {"seed": _global_seed, "streams": streams}


def set_state(state: dict[str, Any]) -> None:
    """Put all streams back to what ``get_state`` returned; streams that it does not mention start from its seed.

    Raises
    ------
    FormatError
        If ``state`` is nothing that ``get_state`` returned.
    ContextError
        If it holds the stream of a GPU that this machine does not have. Either way the streams are left as they were.
    """
    restorer(state)()


def restorer(state: dict[str, Any]) -> Callable[[], None]:
    """Check a state as ``set_state`` does, and return a function that puts the streams back to it."""
    restored: dict[Context, Any] = {}
    try:
        number = int(state["seed"])
        for text, saved in state["streams"].items():
            kind, _, device_id = str(text).rstrip(")").partition("(")
            context = Context(kind, int(device_id))
            if context.device_type == "gpu":
                restored[context] = _make(context, int(saved["seed"]))
            else:
                restored[context] = _make(context, 0)
                restored[context].bit_generator.state = saved
    except ContextError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise FormatError(f"random streams: this is no state that get_state returned: {error!r}") from error

    def restore() -> None:
        global _global_seed
        with _lock:
            _global_seed = number
            _generators.clear()
            _generators.update(restored)

    return restore


# -- the generators that other packages own --------------------------------------------------------------------------
def global_state() -> dict[str, Any]:
    """Return the state of ``numpy.random`` and of ``random``, as numbers, sequences and an int64 array."""
    import random

    name, keys, *rest = np.random.get_state(legacy=True)
    return {"numpy": (name, np.asarray(keys).astype(np.int64), *rest), "python": random.getstate()}


def global_restorer(state: dict[str, Any]) -> Callable[[], None]:
    """Check what ``global_state`` returned, and return a function that puts both generators back to it.

    Raises
    ------
    FormatError
        If it is nothing that ``global_state`` returned.
    """
    import random

    try:
        of_numpy, of_python = state["numpy"], state["python"]
        np.random.RandomState().set_state(of_numpy)
        random.Random().setstate(of_python)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise FormatError(f"random generators: this is no state that global_state returned: {error!r}") from None

    def restore() -> None:
        np.random.set_state(of_numpy)
        random.setstate(of_python)

    return restore
