"""The states of optimizers among what holds memory; see ndarray/holding.py."""
import gc
from collections.abc import Iterator

from ..backend import surveys
from ..ndarray import NDArray
from ..ndarray.holding import Held, flat, held
from .updater import Updater


def survey() -> Iterator[Held]:
    """Return the raw arrays of the states that all Updaters keep: momentum and the like."""
    for updater in [thing for thing in gc.get_objects() if isinstance(thing, Updater)]:
        for index, state in getattr(updater, "states", {}).items():
            for array in flat([state]):
                if isinstance(array, NDArray):
                    yield from held(array, "states of optimizers", f"state of the optimizer for weight {index!r}")


surveys.insert(0, survey)

__all__ = ["survey"]
