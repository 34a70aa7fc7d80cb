"""The parameters of Blocks and their gradients, by name, among what holds memory; see ndarray/holding.py."""
import gc
from collections.abc import Iterator

from ...backend import surveys
from ...ndarray.holding import Held, held
from .single import Parameter


def survey() -> Iterator[Held]:
    """Return the raw arrays of all Parameters."""
    for parameter in [thing for thing in gc.get_objects() if isinstance(thing, Parameter)]:
        for array in (getattr(parameter, "_data", None) or {}).values():  # one that is just being made has none yet
            yield from held(array, "parameters", f"parameter {parameter.name!r}")
            if array.grad is not None:
                yield from held(array.grad, "gradients", f"gradient of {parameter.name!r}")


surveys.insert(0, survey)

__all__ = ["survey"]
