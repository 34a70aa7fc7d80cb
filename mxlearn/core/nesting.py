"""Nested lists of arrays or symbols, as loops and branches take and return them."""
from collections.abc import Sequence
from typing import Any, cast

from ..base import ArgumentError, type_name


def flatten(value: Any, kind: type, what: str) -> tuple[list[Any], Any]:
    """Return the items of nested lists in order, and their structure: 0 for one item, a list of structures for a list.

    Parameters
    ----------
    kind : class of the items
    what : begins the message of the error

    Raises
    ------
    ArgumentError
        If something else is among them.
    """
    if isinstance(value, kind):
        return [value], 0
    if isinstance(value, (list, tuple)):
        flat: list[Any] = []
        structure: list[Any] = []
        for item in cast(Sequence[Any], value):
            items, inner = flatten(item, kind, what)
            flat += items
            structure.append(inner)
        return flat, structure
    raise ArgumentError(
        f"{what} must be {'an' if kind.__name__[0] in 'AN' else 'a'} {kind.__name__} or a (nested) list of them."
        f" Received: {type_name(value)}"
    )


def regroup(flat: Sequence[Any], structure: Any) -> Any:
    """Return the nested lists that ``flatten`` took apart."""
    items = iter(flat)

    def build(part: Any) -> Any:
        return next(items) if part == 0 else [build(inner) for inner in part]

    return build(structure)


def pair(returned: Any, what: str) -> tuple[Any, Any]:
    """Return what a loop's body returned, which must be two things: outputs and states.

    Raises
    ------
    ArgumentError
        If it is anything else.
    """
    if isinstance(returned, (list, tuple)) and len(cast(Sequence[Any], returned)) == 2:
        return cast(tuple[Any, Any], tuple(cast(Sequence[Any], returned)))
    raise ArgumentError(
        f"{what} must return a pair: the outputs of the step, and the new states. Received: {type_name(returned)}.\n"
        "  End it with `return output, states`; a list of no outputs is []."
    )


def limit(value: Any) -> int:
    """Return max_iterations of a while loop as an int.

    Raises
    ------
    ArgumentError
        If it is missing or no number.
    """
    if value is None:
        raise ArgumentError("while_loop: max_iterations should be specified: the outputs are stacked to that length")
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ArgumentError(f"while_loop: max_iterations must be an int. Received: {value!r}") from None
