"""What the table and the picture need to know of a symbol: its nodes, shapes and parameters."""
import json
from dataclasses import dataclass, field
from math import prod

from ..base import ArgumentError
from ..symbol import Symbol

_PARAMETER_ENDINGS = (
    "_weight", "_bias", "_gamma", "_beta", "_alpha", "_parameters",
    "_moving_mean", "_moving_var", "_running_mean", "_running_var",
)  # fmt: skip


@dataclass
class Layer:
    """One node of a symbol.

    Attributes
    ----------
    name, op : str; the op of a variable is "null"
    attrs : dict of str, the operator's attributes
    inputs : positions of the nodes that it reads
    shape : of its first output; None where it is unknown
    is_parameter : whether it is a variable that is learned, or a moving average
    parameters : int, learned numbers that it reads; None where a shape is unknown
    """

    name: str
    op: str
    attrs: dict[str, str] = field(default_factory=dict)
    inputs: list[int] = field(default_factory=list)
    shape: tuple[int, ...] | None = None
    is_parameter: bool = False
    parameters: int | None = 0


def read_layers(symbol, shape: dict | None, function: str) -> tuple[list[Layer], list[int]]:
    """Return the nodes of a symbol, inputs before users, and the positions of its outputs.

    Raises
    ------
    ArgumentError
        If ``symbol`` is no Symbol, or ``shape`` names no argument of it.
    ShapeError
        If the shapes do not fit together.
    """
    if not isinstance(symbol, Symbol):
        raise ArgumentError(f"{function}: expected a Symbol. Received: {type(symbol).__name__}")
    graph = json.loads(symbol.tojson())
    shapes = _shapes(symbol, shape)
    auxiliary = set(symbol.list_auxiliary_states())
    given = set(shape or ())
    layers: list[Layer] = []
    for node in graph["nodes"]:
        layer = Layer(node["name"], node["op"], node.get("attrs") or {}, [entry[0] for entry in node["inputs"]])
        layer.shape = shapes.get(layer.name) if layer.op == "null" else _first(shapes, layer.name)
        layer.is_parameter = layer.op == "null" and layer.name not in given and (
            layer.name in auxiliary or layer.name.endswith(_PARAMETER_ENDINGS)
        )
        learned = [layers[i] for i in dict.fromkeys(layer.inputs) if layers[i].is_parameter]
        sizes = [variable.shape for variable in learned if variable.name not in auxiliary]
        layer.parameters = None if any(size is None for size in sizes) else sum(prod(size) for size in sizes if size)
        layers.append(layer)
    return layers, [head[0] for head in graph["heads"]]


def _shapes(symbol, shape: dict | None) -> dict[str, tuple[int, ...]]:
    """Return the known shapes of all arguments, auxiliary states and outputs by name."""
    internals = symbol.get_internals()
    arguments, outputs, auxiliary = internals.infer_shape_partial(**(shape or {}))
    named = zip(
        [*internals.list_arguments(), *internals.list_outputs(), *internals.list_auxiliary_states()],
        [*(arguments or ()), *(outputs or ()), *(auxiliary or ())],
        strict=False,
    )
    return {name: tuple(found) for name, found in named if found and all(n > 0 for n in found)}


def _first(shapes: dict, name: str) -> tuple[int, ...] | None:
    for ending in ("_output", "_output0", ""):
        if name + ending in shapes:
            return shapes[name + ending]
    return None
