"""The two numbers inside a model that the surface is drawn over: found by name, read and written in place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mxlearn import gluon, nd
from mxlearn.base import ArgumentError, nearest, type_name

_ELEMENT = re.compile(r"(.*)\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]")


@dataclass(frozen=True, eq=False)
class Coordinate:
    """One element of a parameter.

    Attributes
    ----------
    name : as a reader sees it, such as "bias" or "weight[0, 3]"
    arrays : the parameter's array on each of its contexts
    index : of the element, one number for each axis
    """

    name: str
    arrays: tuple[nd.NDArray, ...]
    index: tuple[int, ...]

    @property
    def array(self) -> nd.NDArray:
        """The array that gradients are taken of."""
        return self.arrays[0]

    def read(self) -> float:
        """Return the value."""
        return float(self.array.asnumpy()[self.index])

    def write(self, value: float) -> None:
        """Set the value, and nothing beside it, in place."""
        for array in self.arrays:
            if array.size == 1:
                array[:] = value
            else:
                array[self.index] = value


def find(model, params, names: Mapping[str, Any]) -> tuple[Coordinate, Coordinate]:
    """Return the two coordinates that ``params`` names.

    Parameters
    ----------
    model : Block, or any function; names are looked up in a Block only
    params : two of: name, "name[index]", (name, index), NDArray, (NDArray, index), Parameter; or a dict of two NDArrays
    names : variables of the caller, by which an NDArray gets its name

    Raises
    ------
    ArgumentError
        If these are not two different numbers of the model; the message lists what the model has.
    """
    if isinstance(params, Mapping):
        chosen = [(value, str(name)) for name, value in params.items()]
    elif isinstance(params, (list, tuple)):
        chosen = [(item, "") for item in params]
    else:
        raise ArgumentError(
            "loss_surface: params names the two numbers to draw the loss over, such as ('weight', 'bias').\n"
            f"  Received: {type_name(params)}"
        )
    if len(chosen) != 2:
        raise ArgumentError(
            f"loss_surface: params must name exactly two numbers, and names {len(chosen)}.\n"
            "  A surface has two directions; all other parameters stay as they are."
        )
    known = _parameters(model)
    first, second = (_one(item, name or f"params[{k}]", known, names) for k, (item, name) in enumerate(chosen))
    if first.array is second.array and first.index == second.index:
        raise ArgumentError(f"loss_surface: params names {first.name} twice; a surface needs two different numbers.")
    return first, second


def _parameters(model) -> dict[str, gluon.Parameter]:
    """Return the parameters of a Block by all names that a reader may use: short, full, and by place in the net."""
    if not isinstance(model, gluon.Block):
        return {}
    parameters = dict(model.collect_params().items())
    found: dict[str, gluon.Parameter] = {}
    for name, parameter in parameters.items():
        found[name.removeprefix(model.prefix)] = parameter
    found.update(model._collect_params_with_prefix())  # MXNet's own name for it: "0.weight"
    short: dict[str, list[gluon.Parameter]] = {}
    for name, parameter in parameters.items():
        short.setdefault(name.rpartition("_")[2], []).append(parameter)
    found.update({name: owners[0] for name, owners in short.items() if len(owners) == 1 and name not in found})
    return {**found, **parameters}


def _one(item, title: str, known: Mapping[str, gluon.Parameter], names: Mapping[str, Any]) -> Coordinate:
    index: tuple[int, ...] | None = None
    if isinstance(item, (list, tuple)) and len(item) == 2:
        item, index = item[0], _index(item[1])
    if isinstance(item, str):
        if (match := _ELEMENT.fullmatch(item)) and item not in known:
            item, index = match[1].strip(), tuple(int(part) for part in match[2].split(","))
        item, title = _by_name(item, known), item
    if isinstance(item, gluon.Parameter):
        title = title if item.name != title and title in known else item.name.rpartition("_")[2] or item.name
        if item.grad_req == "null":
            raise ArgumentError(
                f"loss_surface: {title} has grad_req 'null', so it has no gradient to follow.\n"
                "  Set its grad_req to 'write'."
            )
        return _coordinate(title, tuple(item.list_data()), index)
    if isinstance(item, nd.NDArray):
        own = next((name for name, value in names.items() if value is item and not name.startswith("_")), title)
        if not np.issubdtype(item.dtype, np.floating):
            raise ArgumentError(f"loss_surface: {own} holds {np.dtype(item.dtype)}; parameters are floating numbers.")
        if item.grad is None:
            item.attach_grad()
        return _coordinate(own, (item,), index)
    raise ArgumentError(
        "loss_surface: a parameter is given by its name, as in params=('weight', 'bias'), or as an NDArray.\n"
        f"  Received: {type_name(item)}"
    )


def _by_name(name: str, known: Mapping[str, gluon.Parameter]) -> gluon.Parameter:
    if name in known:
        return known[name]
    if not known:
        raise ArgumentError(
            f"loss_surface: {name!r} cannot be looked up, because the model has no named parameters.\n"
            "  Give the arrays themselves: params=(w, b), or params={'weight': w, 'bias': b}."
        )
    kinds = ", ".join(f"{key} {parameter.shape}" for key, parameter in _shortest(known).items())
    raise ArgumentError(
        f"loss_surface: the net has no parameter {name!r}.{nearest(name, known)}\n  It has: {kinds}.\n"
        "  One element of a larger one is named like 'weight[0, 3]'."
    )


def _shortest(known: Mapping[str, gluon.Parameter]) -> dict[str, gluon.Parameter]:
    """Return each parameter once, by its shortest name."""
    best: dict[int, str] = {}
    for name, parameter in known.items():
        old = best.get(id(parameter))
        if old is None or len(name) < len(old):
            best[id(parameter)] = name
    return {name: known[name] for name in best.values()}


def _index(index) -> tuple[int, ...]:
    parts: Iterable[Any] = index if isinstance(index, (list, tuple)) else (index,)
    if not all(isinstance(part, (int, np.integer)) for part in parts):
        raise ArgumentError(
            f"loss_surface: an index consists of whole numbers, as in ('weight', 3). Received: {index!r}"
        )
    return tuple(int(part) for part in parts)


def _coordinate(name: str, arrays: tuple[nd.NDArray, ...], index: tuple[int, ...] | None) -> Coordinate:
    shape = arrays[0].shape
    if index is None:
        if arrays[0].size != 1:
            raise ArgumentError(
                f"loss_surface: {name} has shape {shape}, that is {arrays[0].size} numbers, and one is needed.\n"
                f"  Name one element, as in '{name}[{', '.join('0' for _ in shape)}]'."
            )
        return Coordinate(name, arrays, (0,) * len(shape))
    shown = index
    if len(index) == 1 and len(shape) > 1 and -arrays[0].size <= index[0] < arrays[0].size:
        index = tuple(int(i) for i in np.unravel_index(index[0] % arrays[0].size, shape))  # counted along the array
    if len(index) != len(shape) or any(not -n <= i < n for i, n in zip(index, shape, strict=False)):
        raise ArgumentError(f"loss_surface: {name} has shape {shape}, and no element {list(index)}.")
    index = tuple(i % n for i, n in zip(index, shape, strict=True))
    return Coordinate(f"{name}[{', '.join(map(str, shown))}]" if arrays[0].size > 1 else name, arrays, index)
