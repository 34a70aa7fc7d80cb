"""Which operators there are, and what they take."""
import types
import typing
from typing import NamedTuple

from ..base import ArgumentError
from ..core.attributes import DType, Shape, to_string
from ..core.operator import REGISTRY, REQUIRED, Attribute
from ..core.operator import find as find_operator

__all__ = ["OperatorArguments", "get_all_registered_operators", "get_operator_arguments"]

OWN = ("Custom", "_NDArray", "_Native", "_cond", "_foreach", "_while_loop")  # made for each node


class OperatorArguments(NamedTuple):
    """The arguments of an operator: their number, names and types."""

    narg: int
    names: list[str]
    types: list[str]


def get_all_registered_operators() -> list[str]:
    """Return the names of all operators, aliases included."""
    from .. import ops  # noqa: F401  (fills the registry)

    return sorted({*REGISTRY, *OWN})


def get_operator_arguments(op_name: str) -> OperatorArguments:
    """Return the arguments of an operator, in the order in which mx.nd and mx.sym take them.

    Examples
    --------
    >>> mx.operator.get_operator_arguments("softmax_cross_entropy").names
    ['data', 'label']
    """
    if op_name == "Custom":
        return OperatorArguments(2, ["data", "op_type"], ["NDArray-or-Symbol[]", "string"])
    if op_name in OWN:
        raise ArgumentError(f"{op_name}: has a graph of its own; it is made by mx.sym.contrib or mx.operator")
    op = find_operator(op_name)
    tensor = "NDArray-or-Symbol[]" if op.variadic else "NDArray-or-Symbol"
    names = [*op.inputs, *op.attributes]
    kinds = [tensor] * len(op.inputs) + [_describe(attribute) for attribute in op.attributes.values()]
    return OperatorArguments(len(names), names, kinds)


_WORDS = {int: "int", float: "float", bool: "boolean", str: "string", Shape: "Shape(tuple)", DType: "dtype"}


def _describe(attribute: Attribute) -> str:
    """Return the type of an attribute as MXNet writes it: "int, required", "boolean, optional, default=0"."""
    kind = _word(attribute.annotation)
    if attribute.default is REQUIRED:
        return f"{kind}, required"
    default = attribute.default
    text = str(int(default)) if isinstance(default, bool) else to_string(default)
    return f"{kind}, optional, default={text!r}" if isinstance(default, str) else f"{kind}, optional, default={text}"


def _word(annotation) -> str:
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return "{" + ", ".join(map(repr, typing.get_args(annotation))) + "}"
    if origin in (typing.Union, types.UnionType):
        inner = [a for a in typing.get_args(annotation) if a is not type(None)]
        return f"{_word(inner[0])} or None"
    return getattr(annotation, "__name__", str(annotation)).lower()
