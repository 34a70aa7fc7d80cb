"""Which node made the first NaN or infinity: the check behind ``autograd.detect_anomaly``."""
from collections.abc import Iterable, Sequence
from typing import Any, cast

from ..backend import module_of
from ..base import MXNetError
from .graph import Node
from .infer import show

__all__ = ["NonFiniteError", "check_gradients", "check_node"]


class NonFiniteError(MXNetError, FloatingPointError):
    """A computation under ``autograd.detect_anomaly`` gave NaN or infinity."""


def check_node(node: Node, values: Sequence[Any], results: Iterable[Any]) -> None:
    """Raise NonFiniteError where an output of ``node`` is not finite.

    Parameters
    ----------
    values, results : raw inputs (None for one that is not given) and raw outputs
    """
    found = next((text for text in map(_describe, results) if text), "")
    if not found:
        return
    names = node.op.input_names(node.attrs, len(values))
    arrays = [(i, name, v) for i, (name, v) in enumerate(zip(names, values, strict=False)) if hasattr(v, "dtype")]
    named = [(_input_name(node, i, name), v) for i, name, v in arrays]
    for name, value in named:
        text = _describe(value)
        if text:
            raise NonFiniteError(
                f"{_title(node)}: its input {name} holds {text} already.\n"
                "  No operator of this computation made it: look at the data, and at the last update of the parameters."
            )
    ranges = ", ".join(f"{name} {show(v.shape)} {_range(v)}" for name, v in named)
    raise NonFiniteError(
        f"{_title(node)}: its output holds {found}, but its inputs do not.\n  Received: {ranges or 'no inputs'}.\n"
        "  Try a smaller learning rate, or keep the inputs where the operator is defined, as in log(x + 1e-8)."
    )


def check_gradients(node: Node, gradient: Any, contributions: Sequence[Any]) -> None:
    """Raise NonFiniteError where the gradient rule of ``node`` gave a gradient that is not finite."""
    for index, contribution in enumerate(contributions):
        text = _describe(contribution)
        if not text:
            continue
        names = node.op.input_names(node.attrs, len(node.inputs))
        name = _input_name(node, index, names[index] if index < len(names) else str(index))
        came = _describe(gradient)
        origin = f"the gradient that came in holds {came} already" if came else "the gradient that came in is finite"
        raise NonFiniteError(
            f"backward of {_title(node)}: the gradient of its input {name} holds {text}; {origin}.\n"
            "  No gradient was stored. Is the operator differentiable there? sqrt and log are not at 0."
        )


def _describe(value: Any) -> str:
    """Return "NaN (2 of 10 elements)" for an array that is not finite, otherwise ""."""
    if isinstance(value, tuple):
        return next((text for text in map(_describe, cast(tuple[Any, ...], value)) if text), "")
    if getattr(value, "dtype", None) is None or value.dtype.kind != "f":
        return ""
    xp = module_of(value)
    finite = xp.isfinite(value)
    if bool(finite.all()):
        return ""
    kind = "NaN" if bool(xp.isnan(value).any()) else "infinity"
    return f"{kind} ({value.size - int(finite.sum())} of {value.size} elements)"


def _range(value: Any) -> str:
    if value.dtype.kind not in "fiu" or not value.size:
        return str(value.dtype)
    return f"from {float(value.min()):.4g} to {float(value.max()):.4g}"


def _title(node: Node) -> str:
    """Return the node as an error begins with it: operator and name, or the Block that it ran in."""
    name = node.name or (node.scope[-1] if node.scope else "")
    title = f"{node.op.name.lstrip('_')} {name!r}" if name else node.op.name.lstrip("_")
    return f"{title} (backward of {_title(node.forward)})" if node.forward is not None else title


def _input_name(node: Node, index: int, name: str) -> str:
    """Return the name of an input, with that of the variable that feeds it: "weight (net_dense0_weight)"."""
    entry = node.inputs[index] if index < len(node.inputs) else None
    source = entry[0] if entry is not None else None
    if source is None or source.op is not None or not source.name:
        return repr(name)
    return f"{name!r} ({source.name})"
