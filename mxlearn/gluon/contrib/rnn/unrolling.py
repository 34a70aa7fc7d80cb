"""Recurrent cells over any number of steps: one loop node in the graph instead of a node for each step."""
from typing import Any

from .... import ndarray as nd
from .... import symbol as sym
from ....base import ArgumentError
from ....core.nesting import flatten, regroup
from ....symbol import Symbol

__all__ = ["dynamic_unroll"]


def dynamic_unroll(
    cell,
    inputs,
    begin_state,
    drop_inputs: float = 0,
    drop_outputs: float = 0,
    layout: str = "TNC",
    valid_length=None,
) -> tuple[Any, Any]:
    """Run a recurrent cell along the time axis with ``F.contrib.foreach``.

    Parameters
    ----------
    cell : RecurrentCell
    inputs : NDArray or Symbol, (time, batch, channel) or as ``layout`` says
    begin_state : list of NDArray or Symbol, as ``cell.begin_state`` makes them
    drop_inputs, drop_outputs : probabilities of dropout with one mask for all steps
    layout : "TNC" or "NTC"
    valid_length : (batch,), the steps of each sequence; outputs after them are zero, states are those at their end

    Returns
    -------
    outputs, in the layout of the inputs, and the states after the last step

    Examples
    --------
    >>> cell = mx.gluon.rnn.RNNCell(3)
    >>> cell.initialize()
    >>> outputs, states = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll(cell, mx.nd.ones((4, 2, 5)),
    ...                                                                cell.begin_state(2))
    >>> outputs.shape, states[0].shape
    ((4, 2, 3), (2, 3))

    References: MXNet 1.9.1 function mxnet.gluon.contrib.rnn.rnn_cell.dynamic_unroll.
    """
    if layout not in ("TNC", "NTC"):
        raise ArgumentError(f"dynamic_unroll: layout must be 'TNC' or 'NTC'. Received: {layout!r}")
    F: Any = sym if isinstance(inputs, Symbol) else nd
    kind = Symbol if F is sym else nd.NDArray
    if layout == "NTC":
        inputs = F.swapaxes(inputs, dim1=0, dim2=1)
    if drop_inputs:
        inputs = F.Dropout(inputs, p=drop_inputs, axes=(0,))
    if valid_length is None:
        outputs, states = F.contrib.foreach(cell, inputs, begin_state)
    else:
        count = F.zeros((1,), dtype="float32")

        def body(step, states):
            number, before = states[-1], states[:-1]
            out, after = cell(step, before)
            new, structure = flatten(after, kind, "dynamic_unroll: a state of the cell")
            old, _ = flatten(before, kind, "dynamic_unroll: a state of the cell")
            running = F.broadcast_greater(valid_length, number)
            kept = [F.where(running, after, before) for after, before in zip(new, old, strict=True)]
            return out, [*regroup(kept, structure), number + 1]

        outputs, states = F.contrib.foreach(body, inputs, [*begin_state, count])
        states = states[:-1]
        outputs = F.SequenceMask(outputs, sequence_length=valid_length, use_sequence_length=True, axis=0)
    if drop_outputs:
        outputs = F.Dropout(outputs, p=drop_outputs, axes=(0,))
    if layout == "NTC":
        outputs = F.swapaxes(outputs, dim1=0, dim2=1)
    return outputs, states
