"""What the names, attributes, shapes and dtypes of a graph's nodes are to the users of a Symbol."""
import numpy as np

from ..attribute import HIDDEN
from ..base import ArgumentError, MXNetError
from ..core.attributes import parse_dtype, to_string
from ..core.graph import Entry, Node
from ..core.own import OwnOperator


def no_backend(what: str, backend) -> MXNetError:
    """Return the error of asking for one of MXNet's libraries that rewrite graphs."""
    return MXNetError(
        f"{what}: there is no backend {backend!r}: mxlearn has one compiler, which optimizes every graph that is bound"
        " or hybridized.\n  Leave the call out."
    )


def output_name(entry: Entry) -> str:
    """Return the name of an output: the variable's own, or node and output name."""
    node, index = entry
    if node.op is None:
        return str(node.name)
    names = node.op.output_names(node.attrs)
    return f"{node.name}_{names[index]}"


def attributes_of(node: Node) -> dict[str, str]:
    """Return operator attributes and user attributes of a node as strings."""
    if isinstance(node.op, OwnOperator):
        return {**node.op.file_attrs, **(node.meta or {})}
    found = {key: to_string(value) for key, value in node.attrs.items()}
    if node.op is not None and node.op.variadic and "num_args" not in found:
        found["num_args"] = str(len(node.inputs))
    return {**found, **(node.meta or {})}


def with_plain_names(attrs: dict[str, str]) -> dict[str, str]:
    """Return attributes with the plain names, such as lr_mult, of those that are kept under __lr_mult__."""
    return {**attrs, **{key: attrs[f"__{key}__"] for key in HIDDEN if f"__{key}__" in attrs}}


def num_visible(node: Node) -> int:
    """Return the number of outputs that a caller sees."""
    return 1 if node.op is None else node.op.num_visible(node.attrs)


def public_shape(shape) -> tuple[int, ...]:
    """Return a shape as users see it: 0 for an unknown dimension, () for an unknown shape."""
    return () if shape is None else tuple(max(extent, 0) for extent in shape)


def internal_shape(shape, name) -> tuple[int, ...] | None:
    """Return a shape that a user gave with unknown dimensions (0 or negative) as -1; () is an unknown shape."""
    try:
        found = tuple(int(extent) for extent in shape)
    except (TypeError, ValueError):
        raise ArgumentError(f"the shape of {name!r} must be a tuple of int. Received: {shape!r}") from None
    return tuple(extent if extent > 0 else -1 for extent in found) if found else None


def dtype_of_flag(flag: str) -> np.dtype:
    """Return the dtype that a variable's ``__dtype__`` attribute names, by number or by name."""
    names = ("float32", "float64", "float16", "uint8", "int32", "int8", "int64", "bool")
    return parse_dtype(dict(zip("01234567", names, strict=True)).get(flag, flag))
