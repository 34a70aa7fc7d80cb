"""Shape and dtype inference, in both directions.

A shape is a tuple; -1 is an unknown dimension, None an unknown shape. A rule takes the shapes of all inputs and the
attributes, and returns the completed input shapes and the output shapes. Rules are applied along the graph until
nothing new is learned, so that the shape of the data gives the shapes of the weights, and the other way round.
"""
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..base import DTypeError, MXNetError, ShapeError
from .graph import Entry, Node, topological_order

AnyShape = tuple[int, ...] | None


# -- helpers for rules -------------------------------------------------------------------------------------------------
def unify(a: AnyShape, b: AnyShape, what: str = "shapes") -> AnyShape:
    """Return what both shapes say together.

    Raises
    ------
    ShapeError
        If they contradict each other.
    """
    if a is None or b is None:
        return b if a is None else a
    if len(a) != len(b):
        raise ShapeError(f"{what} must be equal: {show(a)} has {len(a)} dimensions, {show(b)} has {len(b)}")
    merged: list[int] = []
    for x, y in zip(a, b, strict=True):
        if x != y and x >= 0 and y >= 0:
            raise ShapeError(f"{what} must be equal. Received: {show(a)} and {show(b)}")
        merged.append(max(x, y))
    return tuple(merged)


def known(shape: AnyShape) -> bool:
    """Tell whether every dimension is known."""
    return shape is not None and all(extent >= 0 for extent in shape)


def show(shape: AnyShape) -> str:
    """Return a shape as a reader writes it: unknown dimensions as "?"."""
    if shape is None:
        return "(unknown)"
    inner = ", ".join("?" if extent < 0 else str(extent) for extent in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def size_of(shape: Sequence[int]) -> int:
    """Return the number of elements, or -1 where a dimension is unknown."""
    size = 1
    for extent in shape:
        if extent < 0:
            return -1
        size *= extent
    return size


def broadcast(a: AnyShape, b: AnyShape) -> AnyShape:
    """Return the shape to which both broadcast.

    Raises
    ------
    ShapeError
        If they do not.
    """
    if a is None or b is None:
        return None
    rank = max(len(a), len(b))
    a_full, b_full = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    out: list[int] = []
    for x, y in zip(a_full, b_full, strict=True):
        if x == y or y == 1:
            out.append(x)
        elif x == 1:
            out.append(y)
        elif x < 0 or y < 0:
            out.append(max(x, y))
        else:
            raise ShapeError(
                f"shapes {show(a)} and {show(b)} cannot be broadcast: {x} and {y} differ and neither is 1.\n"
                "  Compare them from the right; insert a dimension of 1 with expand_dims or reshape."
            )
    return tuple(out)


def normalize_axis(axis: int, ndim: int, what: str = "axis") -> int:
    """Return ``axis`` counted from the front.

    Raises
    ------
    ShapeError
        If the array has no such axis.
    """
    if not -ndim <= axis < ndim:
        raise ShapeError(f"{what} {axis} is out of range for an array of {ndim} dimensions ({-ndim} to {ndim - 1})")
    return axis % ndim


# -- stock rules -------------------------------------------------------------------------------------------------------
def same_shape(*shapes: AnyShape, **_: Any) -> tuple[list[AnyShape], list[AnyShape]]:
    """All inputs and the output have one shape."""
    shape: AnyShape = None
    for other in shapes:
        shape = unify(shape, other, "the shapes of the inputs")
    return [shape] * len(shapes), [shape]


def broadcast_shape(lhs: AnyShape, rhs: AnyShape, **_: Any) -> tuple[list[AnyShape], list[AnyShape]]:
    """The output has the shape to which both inputs broadcast."""
    return [lhs, rhs], [broadcast(lhs, rhs)]


def same_dtype(*dtypes: np.dtype[Any] | None, **_: Any) -> tuple[list[Any], list[Any]]:
    """All inputs and the outputs have one dtype."""
    dtype = None
    for other in dtypes:
        if other is None:
            continue
        if dtype is not None and other != dtype:
            raise DTypeError(f"all inputs must have one dtype. Received: {dtype} and {other}.\n  Convert with astype.")
        dtype = other
    return [dtype] * len(dtypes), [dtype]


def first_dtype(*dtypes: np.dtype[Any] | None, **_: Any) -> tuple[list[Any], list[Any]]:
    """The outputs have the dtype of the first input; the others (indices, lengths) have any."""
    return list(dtypes), [dtypes[0] if dtypes else None]


# -- the pass over a graph ---------------------------------------------------------------------------------------------
def infer_graph(
    heads: Iterable[Entry],
    given: dict[Node, object],
    rule_of: Callable[[Node], Callable[..., Any]],
    merge: Callable[..., Any],
    *,
    unknown: Any = None,
    complete: Callable[[object], bool] = lambda value: value is not None,
) -> dict[Entry, object]:
    """Return a value (shape or dtype) for every entry that ``heads`` depend on.

    Parameters
    ----------
    given : values of variables that are known beforehand
    rule_of : returns the rule of a node, already bound to its attributes
    merge : combines two values of one entry, or raises
    unknown, complete : the value of an entry of which nothing is known; whether a value is fully known

    Raises
    ------
    MXNetError
        Of the kind that the rule raised, with the node's operator and name in front.
    """
    order = topological_order(node for node, _ in heads)
    values: dict[Entry, object] = {(node, i): unknown for node in order for i in range(node.num_outputs)}
    for node, value in given.items():
        if (node, 0) in values:
            values[node, 0] = value
    operators = [node for node in order if node.op is not None]
    changed = True
    backward = False
    while changed:
        changed = False
        for node in reversed(operators) if backward else operators:
            entries = [e for e in node.inputs]
            outputs = [(node, i) for i in range(node.num_outputs)]
            current = [values[e] for e in entries]
            if all(map(complete, current)) and all(complete(values[o]) for o in outputs):
                continue
            changed |= _apply(node, rule_of(node), entries, outputs, current, values, merge)
        if backward and not changed:
            break
        backward = not backward
        changed = changed or backward
    return values


def _apply(node: Any, rule: Any, entries: Any, outputs: Any, current: Any, values: Any, merge: Any) -> bool:
    """Run one rule, merge what it says into ``values``, and tell whether anything was learned."""
    try:
        new_inputs, new_outputs = rule(current, [values[o] for o in outputs])
        changed = False
        for entry, new in zip([*entries, *outputs], [*new_inputs, *new_outputs], strict=False):
            known_so_far = values[entry]
            merged = merge(known_so_far, new)
            # None first: NumPy takes None for float64, so that dtype("float64") != None is False
            if (known_so_far is None and merged is not None) or merged != known_so_far:
                values[entry] = merged
                changed = True
        return changed
    except MXNetError as error:
        text = str(error)
        prefix = f"{node.op.name} {node.name!r}: "
        raise type(error)(text if text.startswith(prefix) else prefix + text) from None


def infer_shapes(heads: Iterable[Entry], given: dict[Node, AnyShape]) -> dict[Entry, AnyShape]:
    """Return the shape of every entry, None or with -1 where it stays unknown.

    An extent 0 in the ``completes`` attribute of an operator, as in zeros of shape (0, 3) for the begin state of a
    batch of any size, is what the rest of the graph says it is; it is 0 where all variables are known and say nothing.
    """
    heads = list(heads)
    literal: set[Node] = set()

    def rule_of(node: Any):
        op, attrs = node.op, node.op.complete(node.attrs)
        if op.shape_rule is None:
            raise MXNetError(f"{op.name}: has no shape rule")
        names = op.input_names(node.attrs, len(node.inputs))

        def rule(inputs: Any, outputs: Any):
            if op.completes and node not in literal:
                return (), [tuple(n or -1 for n in attrs[op.completes])]
            if op.shape_rule is same_shape:  # also learns from its output, so that unknown batch sizes flow back
                return same_shape_both_ways(inputs, outputs)
            if op.inverse_rule is not None:
                inputs = op.inverse_rule(inputs, outputs, **attrs)
            if op.variadic:
                return op.shape_rule(*inputs, **attrs)
            return op.shape_rule(**dict(zip(names, inputs, strict=False)), **attrs)

        return rule

    def infer() -> Any:
        return infer_graph(heads, dict(given), rule_of, unify, complete=known)  # type: ignore[arg-type]

    found = infer()
    if all(known(shape) for (node, _), shape in found.items() if node.op is None):
        literal.update(node for (node, _), shape in found.items() if node.op and node.op.completes and not known(shape))
    return infer() if literal else found


def same_shape_both_ways(inputs: list[AnyShape], outputs: list[AnyShape]) -> tuple[list[AnyShape], list[AnyShape]]:
    """Apply ``same_shape`` to the inputs and the visible output together."""
    shapes, _ = same_shape(*inputs, outputs[0])
    return shapes[:-1], shapes[:1]


def _merge_dtypes(a: Any, b: Any):
    if a is None or b is None:
        return b if a is None else a
    if a != b:
        raise DTypeError(f"expected dtype {a}. Received: {b}.\n  Convert with astype or Cast.")
    return a


_OTHER, _ANOTHER = np.dtype("float16"), np.dtype("float64")


def infer_dtypes(heads: Iterable[Entry], given: dict[Node, np.dtype[Any] | None]) -> dict[Entry, np.dtype[Any] | None]:
    """Return the dtype of every entry, None where it stays unknown."""

    def rule_of(node: Any):
        op, attrs = node.op, node.op.complete(node.attrs)
        names = op.input_names(node.attrs, len(node.inputs))

        def rule(inputs: Any, outputs: Any):
            if op.dtype_rule is same_dtype:
                dtypes, _ = same_dtype(*inputs, outputs[0])
                return dtypes[:-1], dtypes[:1] * len(outputs)
            ins, outs = apply(inputs)
            if len(inputs) == 1 and inputs[0] is None and outputs[0] is not None and op.elementwise:
                other = _OTHER if outputs[0] != _OTHER else _ANOTHER
                if apply(outputs[:1])[1][0] == outputs[0] != apply([other])[1][0]:  # as x + 1: the dtype passes through
                    ins = outputs[:1]
            return ins, list(outs) + [outs[-1]] * (len(outputs) - len(outs))

        def apply(inputs: Any):
            if op.variadic or op.dtype_rule is first_dtype:
                return op.dtype_rule(*inputs, **attrs)
            return op.dtype_rule(**dict(zip(names, inputs, strict=False)), **attrs)

        return rule

    return infer_graph(heads, dict(given), rule_of, _merge_dtypes)  # type: ignore[arg-type,return-value]
