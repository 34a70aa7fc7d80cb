"""What a caller gives a Module: the names of its inputs, and the values of its parameters."""
import warnings

from .. import initializer as init
from .. import ndarray as nd
from .. import symbol as sym
from ..base import NotFoundError
from ..ndarray import NDArray


def check_names(symbol: sym.Symbol, names: list[str], kind: str, required: bool) -> None:
    """Check that the symbol has the inputs that a Module was told of; a missing label is only a warning."""
    arguments = symbol.list_arguments()
    for name in names:
        if name in arguments:
            continue
        candidates = [a for a in arguments if not a.endswith(("_weight", "_bias", "_gamma", "_beta"))]
        text = (
            f"You created Module with Module(..., {kind}_names={names}) but input with name '{name}' is not found in"
            f" symbol.list_arguments(). Did you mean one of:\n\t" + "\n\t".join(candidates)
        )
        if required:
            raise NotFoundError(text)
        warnings.warn(text, stacklevel=3)


def filled(names, bound: dict, given: dict | None, initializer, attributes: dict) -> dict[str, NDArray]:
    """Return the new values of parameters: given ones copied, the others initialized."""
    arrays = {}
    for name in names:
        target = nd.zeros(bound[name].shape, dtype=bound[name].dtype)
        if given is not None and name in given:
            given[name].astype(target.dtype).copyto(target)
        elif initializer is None:
            bound[name].copyto(target)
        else:
            initializer(init.InitDesc(name, attributes.get(name)), target)
        arrays[name] = target
    return arrays
