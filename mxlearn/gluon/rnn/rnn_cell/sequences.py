"""Sequences as one array or as a list of time steps, and the states before the first step."""
from typing import Any

from .... import ndarray as nd
from .... import symbol as sym
from ....attribute import AttrScope
from ....base import ArgumentError, ShapeError, type_name
from ....ndarray import NDArray
from ....symbol import Symbol
from ....util import is_np_array


def functions_of(value) -> Any:
    """Return mx.nd or mx.sym, as an array or symbol, or the first of a list, asks."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    if isinstance(value, Symbol):
        return sym
    if isinstance(value, NDArray):
        return nd
    raise ArgumentError(f"a sequence is an NDArray, a Symbol, or a list of them. Received: {type_name(value)}")


def time_axis(layout: str) -> int:
    """Return the position of the time in a layout such as "NTC" or "TNC"."""
    if layout.count("T") != 1 or layout.count("N") != 1 or max(layout.find("T"), layout.find("N")) > 1:
        raise ArgumentError(f"layout must begin with the batch N and the time T, as in 'NTC'. Received: {layout!r}")
    return layout.find("T")


def as_steps(length: int | None, sequence, layout: str) -> list:
    """Return a list of (batch, ...), one for each time step.

    Parameters
    ----------
    length : number of steps that must be there; None takes what is there
    sequence : array or symbol with the axes of ``layout``, or such a list
    """
    axis = time_axis(layout)
    if isinstance(sequence, (list, tuple)):
        steps = list(sequence)
    elif isinstance(sequence, Symbol):
        if len(sequence) > 1:
            steps = list(sequence)
        elif length is None:
            raise ArgumentError("unroll: a symbol has no length of its own; pass one")
        else:
            steps = sym.split(sequence, axis=axis, num_outputs=length, squeeze_axis=True)
            steps = list(steps) if length > 1 else [steps]
    else:
        functions_of(sequence)
        if sequence.ndim < 2:
            raise ShapeError(f"unroll: a sequence has the axes {layout}. Received: shape {sequence.shape}")
        count = sequence.shape[axis]
        if count == length or length is None:
            steps = nd.split(sequence, axis=axis, num_outputs=count, squeeze_axis=True)
            steps = steps if isinstance(steps, list) else [steps]
        else:
            steps = [None] * count
    if length is not None and len(steps) != length:
        raise ShapeError(f"unroll: length={length}, but the sequence has {len(steps)} time steps (layout {layout})")
    return steps


def as_one(steps, layout: str):
    """Return one array or symbol with the axes of ``layout``."""
    if isinstance(steps, (list, tuple)):
        return functions_of(steps).stack(*steps, axis=time_axis(layout))
    return steps


def formed(steps, layout: str, merge: bool | None, length: int | None = None):
    """Return a sequence in the asked form: one array (True), a list (False), as it is (None)."""
    if merge is None:
        return steps
    return as_one(steps, layout) if merge else as_steps(length, steps, layout)


def masked(sequence, lengths, layout: str):
    """Return a sequence as one array, with zeros behind the end of each."""
    return functions_of(sequence).SequenceMask(
        as_one(sequence, layout), lengths, use_sequence_length=True, axis=time_axis(layout)
    )


def reversed_steps(steps: list, lengths) -> list:
    """Return the time steps backwards; with ``lengths`` (batch,), each sequence from its own end on."""
    if lengths is None:
        return steps[::-1]
    F = functions_of(steps)
    turned = F.SequenceReverse(F.stack(*steps, axis=0), lengths, use_sequence_length=True)
    return as_steps(len(steps), turned, "TN")


def batch_of(steps: list) -> int:
    """Return the number of sequences; 0, which stands for any, of symbols."""
    return 0 if isinstance(steps[0], Symbol) else steps[0].shape[0]


def make_state(func, name: str, info: dict, options: dict):
    """Return one state before the first step, made by ``func``.

    Parameters
    ----------
    func : a function such as mx.nd.zeros or mx.sym.zeros; another one gets the name and the layout as well
    info : shape, "__layout__" and perhaps dtype
    options : further keyword arguments
    """
    info = {**info, **options}
    module = getattr(func, "__module__", None) or ""
    root = __name__.partition(".")[0]
    if module.startswith(f"{root}.symbol"):
        layout = info.pop("__layout__", None)
        with AttrScope(**({"__layout__": layout} if layout else {})):
            return func(name=name, **info)
    if module.startswith(root):
        info.pop("__layout__", None)
        state = func(**info)
        return state.as_np_ndarray() if is_np_array() and isinstance(state, NDArray) else state
    return func(name=name, **info)
