"""What a caller gives a Module: the names of its inputs, and the values of its parameters."""
import warnings

from .. import initializer as init
from .. import ndarray as nd
from .. import symbol as sym
from ..base import ArgumentError, NotFoundError, ShapeError, nearest, type_name
from ..context import Context
from ..io import DataDesc
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


def check_values(
    kind: str, given: dict | None, names: list[str], bound: dict, allow_missing: bool, allow_extra: bool
) -> None:
    """Raise where given parameters do not fit the bound ones, before anything is written.

    Parameters
    ----------
    kind : "argument" or "auxiliary"
    given, bound : NDArrays by name; None gives nothing
    allow_missing : a name that is not given is initialized
    allow_extra : do not warn of a name that is no parameter
    """
    if given is None:
        return
    for name in names:
        if name in given and given[name].shape != bound[name].shape:
            raise ShapeError(
                f"init_params: {name!r} has shape {bound[name].shape}. Received: {given[name].shape}"
            )
        if name not in given and not allow_missing:
            raise NotFoundError(f"init_params: {name!r} is not presented; pass allow_missing=True to initialize it")
    extra = [name for name in given if name not in names]
    if extra and allow_missing and not allow_extra:  # perhaps a name is misspelled
        warnings.warn(
            f"init_params: the {kind} {extra[0]!r} is no parameter of the symbol, and is ignored."
            f"{nearest(extra[0], names)}",
            stacklevel=4,
        )


def described(data_shapes, label_shapes, data_names: list[str], label_names: list[str]) -> tuple:
    """Return the data as a list of DataDesc, and the labels that the symbol reads as a list, or None for none."""
    data = [d if isinstance(d, DataDesc) else DataDesc(*d) for d in data_shapes]
    labels = [d if isinstance(d, DataDesc) else DataDesc(*d) for d in label_shapes or []]
    given = [d.name for d in data]
    if sorted(given) != sorted(data_names):
        raise ArgumentError(f"bind: the data must be named {data_names}. Received: {given}")
    known = [d for d in labels if d.name in label_names]
    if labels and not known and label_names:
        raise ArgumentError(
            f"bind: the labels must be named {label_names}. Received: {[d.name for d in labels]}.\n"
            "  Name the loss layer 'softmax', or pass label_names=... to Module."
        )
    return data, known or None


def contexts_of_groups(given, count: int) -> list[dict[str, Context]] | None:
    """Return for each of ``count`` contexts of a Module a dict from ctx_group to Context; None where none is given."""
    if given is None:
        return None
    if isinstance(given, dict):
        made: list[dict[str, Context]] = [{} for _ in range(count)]
        for group, contexts in given.items():
            each = [contexts] * count if isinstance(contexts, Context) else list(contexts)
            each = each * count if len(each) == 1 else each
            if len(each) != count:
                raise ArgumentError(
                    f"Module: group2ctxs gives the group {group!r} {len(each)} contexts; the module has {count}"
                )
            for target, context in zip(made, each, strict=True):
                target[group] = context
        given = made
    if not isinstance(given, (list, tuple)) or not all(isinstance(groups, dict) for groups in given):
        raise ArgumentError(f"Module: group2ctxs must be a dict or a list of dicts. Received: {type_name(given)}")
    if len(given) != count:
        raise ArgumentError(f"Module: length of group2ctxs should be {count}. Received: {len(given)}")
    return list(given)
