"""What a reader calls the arrays of a tape: names from the caller's variables, and of what ``wrt`` lists."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ..base import ArgumentError, MXNetError, printable, type_name


def _gluon(name: str) -> Any:
    """Return a class of gluon, or () where gluon is not loaded: then nobody has one."""
    home = "mxlearn.gluon.block" if name == "Block" else "mxlearn.gluon.parameter"
    return getattr(sys.modules.get(home), name, ())


def arrays_in(name: str, thing: Any, *, deep: bool = True) -> Iterator[tuple[str, Any]]:
    """Yield (name, NDArray) for an array, Parameter, Block or ParameterDict, and for those in a list or dict."""
    from ..ndarray import NDArray

    if isinstance(thing, NDArray):
        yield name, thing
    elif isinstance(thing, _gluon("Parameter")):
        yield from _of_parameter(thing)
    elif isinstance(thing, _gluon("Block")):
        for parameter in thing.collect_params().values():
            yield from _of_parameter(parameter)
    elif isinstance(thing, _gluon("ParameterDict")):
        for parameter in thing.values():
            yield from _of_parameter(parameter)
    elif deep and type(thing) in (list, tuple) and len(thing) <= 1000:
        for k, each in enumerate(thing):
            yield from arrays_in(f"{name}[{k}]", each, deep=False)
    elif deep and type(thing) is dict and len(thing) <= 1000:
        for key, each in thing.items():
            yield from arrays_in(str(key), each, deep=False)


def _of_parameter(parameter: Any) -> Iterator[tuple[str, Any]]:
    try:
        arrays = parameter.list_data()
    except MXNetError:  # not initialized: it cannot be on the tape
        return
    for each in arrays:
        yield parameter.name, each


def named_arrays(names: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the arrays among a caller's variables; those with a name of their own come first."""
    shown = [(name, thing) for name, thing in names.items() if not name.startswith("_")]
    alone = [pair for name, thing in shown for pair in arrays_in(name, thing, deep=False)]
    within = [pair for name, thing in shown for pair in arrays_in(name, thing) if type(thing) in (list, tuple, dict)]
    return [(printable(name), array) for name, array in [*alone, *within]]


def wanted_arrays(wrt: Any) -> list[tuple[str, Any]]:
    """Return (name, array) for what ``wrt`` lists, "" where it gives no name.

    Raises
    ------
    ArgumentError
        If it lists something else.
    """
    listed = list(wrt) if isinstance(wrt, (list, tuple)) else [wrt]
    if isinstance(wrt, dict):
        found = [(str(key), array) for key, value in wrt.items() for _, array in _arrays_or_error(value)]
    else:
        found = [pair for each in listed for pair in _arrays_or_error(each)]
    return [(printable(name), array) for name, array in found]


def _arrays_or_error(thing: Any) -> list[tuple[str, Any]]:
    found = list(arrays_in("", thing, deep=False))
    if not found and not isinstance(thing, (_gluon("Block"), _gluon("Parameter"), _gluon("ParameterDict"))):
        raise ArgumentError(
            f"wrt: expected NDArrays, Parameters or Blocks. Received: {type_name(thing)}.\n"
            "  Pass an array that has attach_grad(), a list or dict of them, or leave wrt out for all of them."
        )
    return found
