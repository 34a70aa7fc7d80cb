"""Cells one upon the other, and two cells that read in opposite directions."""
from typing import Any

from .... import ndarray as nd
from ....base import ArgumentError
from ...utils import _indent
from .base import HybridRecurrentCell, RecurrentCell, check_cell
from .sequences import as_one, as_steps, formed, functions_of, masked, reversed_steps


def infos_of(cells, batch_size: int) -> list[dict]:
    """Return shape and layout of the states of several cells."""
    return [info for cell in cells for info in cell.state_info(batch_size)]


def states_of(cells, **kwargs) -> list:
    """Return the states of several cells before the first step."""
    return [state for cell in cells for state in cell.begin_state(**kwargs)]


def cells_of(cell) -> list[Any]:
    """Return the cells of which a cell is made."""
    return list(cell._children.values())


def shared_out(states, cells):
    """Yield the part of a list of states that belongs to each cell."""
    at = 0
    for cell in cells:
        count = len(cell.state_info())
        yield states[at : at + count]
        at += count


class _Stack(RecurrentCell):
    """What SequentialRNNCell and HybridSequentialRNNCell share."""

    def __repr__(self) -> str:
        body = "\n".join(f"({key}): {_indent(repr(cell), 2)}" for key, cell in self._children.items())
        return f"{type(self).__name__}(\n{body}\n)"

    def add(self, cell: RecurrentCell) -> None:
        """Put a cell on top."""
        self.register_child(check_cell(cell, f"{type(self).__name__}.add"))

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of each state of each cell."""
        return infos_of(self._children.values(), batch_size)

    def begin_state(self, batch_size: int = 0, func=nd.zeros, **kwargs) -> list:
        """Return the states of all cells before the first step."""
        self._check_unmodified()
        return states_of(self._children.values(), batch_size=batch_size, func=func, **kwargs)

    def unroll(self, length, inputs, begin_state=None, layout: str = "NTC", merge_outputs=None, valid_length=None):
        """Run each cell over the whole sequences that the one below it gives; see RecurrentCell.unroll."""
        self.reset()
        steps = as_steps(length, inputs, layout)
        states = self._first_states(steps, begin_state)
        cells = cells_of(self)
        inputs = steps
        last_states = []
        for i, (cell, own) in enumerate(zip(cells, shared_out(states, cells), strict=True)):
            merge = merge_outputs if i == len(cells) - 1 else None
            inputs, own = cell.unroll(length, inputs, own, layout, merge, valid_length)
            last_states += own
        return inputs, last_states

    def _step(self, inputs, states):
        cells = cells_of(self)
        if any(_bidirectional(cell) for cell in cells):
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}': a BidirectionalCell reads whole sequences; call unroll instead"
            )
        new_states = []
        for cell, own in zip(cells, shared_out(states, cells), strict=True):
            inputs, own = cell(inputs, own)
            new_states += own
        return inputs, new_states

    def __getitem__(self, i: int) -> RecurrentCell:
        return cells_of(self)[i]

    def __len__(self) -> int:
        return len(self._children)


def _bidirectional(cell) -> bool:
    """Tell whether a cell, or one of which it is made, reads in both directions."""
    if isinstance(cell, BidirectionalCell):
        return True
    return any(_bidirectional(child) for child in cell._children.values())


class SequentialRNNCell(_Stack):
    """Cells one upon the other.

    Examples
    --------
    >>> cell = mx.gluon.rnn.SequentialRNNCell()
    >>> cell.add(mx.gluon.rnn.LSTMCell(3))
    >>> cell.add(mx.gluon.rnn.GRUCell(2))
    >>> cell.initialize()
    >>> outputs, states = cell.unroll(5, mx.nd.ones((4, 5, 6)), merge_outputs=True)
    >>> outputs.shape, len(states)
    ((4, 5, 2), 3)

    References: MXNet 1.9.1 class mxnet.gluon.rnn.SequentialRNNCell.
    """

    def forward(self, inputs, states):
        """Make one time step with all cells; return the output of the last, and all new states."""
        self._counter += 1
        return self._step(inputs, states)

    def hybrid_forward(self, *args, **kwargs):
        """Refuse: this container is not compiled."""
        raise NotImplementedError("SequentialRNNCell is not compiled as one graph; use HybridSequentialRNNCell")


class HybridSequentialRNNCell(_Stack, HybridRecurrentCell):
    """Cells one upon the other, which hybridize() compiles as one graph for a step.

    References: MXNet 1.9.1 class mxnet.gluon.rnn.HybridSequentialRNNCell.
    """

    def hybrid_forward(self, F, inputs, states):
        return self._step(inputs, states)


class BidirectionalCell(HybridRecurrentCell):
    """Two cells that read a sequence in opposite directions; their outputs are joined.

    It has no single step: call ``unroll``.

    Parameters
    ----------
    l_cell, r_cell : the cell that reads forward, and the one that reads backward
    output_prefix : of the names of outputs

    References: Schuster, Paliwal 1997; MXNet 1.9.1 class mxnet.gluon.rnn.BidirectionalCell.
    """

    def __init__(self, l_cell: RecurrentCell, r_cell: RecurrentCell, output_prefix: str = "bi_"):
        super().__init__(prefix="", params=None)
        self.register_child(check_cell(l_cell, "BidirectionalCell"), "l_cell")
        self.register_child(check_cell(r_cell, "BidirectionalCell"), "r_cell")
        self._output_prefix = output_prefix

    def forward(self, inputs, states):
        """Refuse: a single step has no second direction."""
        raise NotImplementedError("Bidirectional cannot be stepped. Please use unroll")

    def __repr__(self) -> str:
        left, right = self._children.values()
        return f"{type(self).__name__}(forward={left}, backward={right})"

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of the states of both cells."""
        return infos_of(self._children.values(), batch_size)

    def begin_state(self, batch_size: int = 0, func=nd.zeros, **kwargs) -> list:
        """Return the states of both cells before the first step."""
        self._check_unmodified()
        return states_of(self._children.values(), batch_size=batch_size, func=func, **kwargs)

    def unroll(self, length, inputs, begin_state=None, layout: str = "NTC", merge_outputs=None, valid_length=None):
        """Run both cells over sequences and join their outputs along the features; see RecurrentCell.unroll."""
        self.reset()
        steps = as_steps(length, inputs, layout)
        states = self._first_states(steps, begin_state)
        cells = cells_of(self)
        left_states, right_states = shared_out(states, cells)
        left, left_states = cells[0].unroll(length, steps, left_states, layout, merge_outputs, valid_length)
        backwards = reversed_steps(steps, valid_length)
        right, right_states = cells[1].unroll(length, backwards, right_states, layout, False, valid_length)
        right = reversed_steps(right, valid_length)
        if merge_outputs is None:
            merge_outputs = not isinstance(left, list)
        F = functions_of(steps)
        if merge_outputs:
            joined = F.concat(as_one(left, layout), as_one(right, layout), dim=2, name=f"{self._output_prefix}out")
        else:
            left = as_steps(length, left, layout)
            joined = [
                F.concat(a, b, dim=1, name=f"{self._output_prefix}t{t}")
                for t, (a, b) in enumerate(zip(left, right, strict=True))
            ]
        if valid_length is not None:
            joined = formed(masked(joined, valid_length, layout), layout, merge_outputs, length)
        return joined, left_states + right_states
