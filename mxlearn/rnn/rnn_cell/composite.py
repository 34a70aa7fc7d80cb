"""Cells one upon the other, and two cells that read in opposite directions."""
from ... import symbol as sym
from ...base import ArgumentError
from ...symbol import Symbol
from .base import BaseRNNCell, RNNParams, as_one, as_steps, check_cell


class _Composite(BaseRNNCell):
    """What cells made of others share: states and parameters of all of them."""

    def __init__(self, params: RNNParams | None = None):
        self._cells: list[BaseRNNCell] = []
        super().__init__(prefix="", params=params)
        self._override_cell_params = params is not None

    def _take(self, cell: BaseRNNCell) -> None:
        """Append a cell, and know its parameters; given ones replace its own."""
        check_cell(cell, type(self).__name__)
        if self._override_cell_params:
            if not cell._own_params:
                raise ArgumentError(
                    f"{type(self).__name__}: either specify params for it or for its cells, not for both"
                )
            cell.params._params.update(self.params._params)
        self._params._params.update(cell.params._params)
        self._cells.append(cell)

    @property
    def state_info(self):
        """Shape and layout of the states of all cells."""
        return [info for cell in self._cells for info in cell.state_info]

    def begin_state(self, **kwargs):  # type: ignore[override]  # as MXNet has it
        """Return the states of all cells before the first step."""
        self._check_unmodified()
        return [state for cell in self._cells for state in cell.begin_state(**kwargs)]

    def unpack_weights(self, args: dict) -> dict:
        """Return parameters with the gates of all cells apart."""
        for cell in self._cells:
            args = cell.unpack_weights(args)
        return args

    def pack_weights(self, args: dict) -> dict:
        """Undo unpack_weights."""
        for cell in self._cells:
            args = cell.pack_weights(args)
        return args

    def _shared_out(self, states):
        """Yield the states of each cell."""
        at = 0
        for cell in self._cells:
            count = len(cell.state_info)
            yield states[at : at + count]
            at += count


class SequentialRNNCell(_Composite):
    """Cells one upon the other.

    Parameters
    ----------
    params : RNNParams for all cells

    References: MXNet 1.9.1 class mxnet.rnn.SequentialRNNCell.
    """

    def add(self, cell: BaseRNNCell) -> None:
        """Put a cell on top."""
        self._take(cell)

    def __call__(self, inputs, states):
        self._counter += 1
        new_states: list = []
        for cell, own in zip(self._cells, self._shared_out(states), strict=True):
            inputs, own = cell(inputs, own)
            new_states += own
        return inputs, new_states

    def unroll(self, length, inputs, begin_state=None, layout="NTC", merge_outputs=None):
        """Unroll each cell over the outputs of the one below it; see BaseRNNCell.unroll."""
        self.reset()
        states = self.begin_state() if begin_state is None else begin_state
        new_states: list = []
        for i, (cell, own) in enumerate(zip(self._cells, self._shared_out(states), strict=True)):
            merge = merge_outputs if i == len(self._cells) - 1 else None
            inputs, own = cell.unroll(length, inputs, own, layout, merge)
            new_states += own
        return inputs, new_states


class BidirectionalCell(_Composite):
    """Two cells that read a sequence in opposite directions; their outputs are joined.

    It has no single step: call ``unroll``, which returns the last states as one list for each direction.

    Parameters
    ----------
    l_cell, r_cell : the cell that reads forward, and the one that reads backward
    params : RNNParams for both
    output_prefix : of the names of outputs

    References: MXNet 1.9.1 class mxnet.rnn.BidirectionalCell.
    """

    def __init__(
        self,
        l_cell: BaseRNNCell,
        r_cell: BaseRNNCell,
        params: RNNParams | None = None,
        output_prefix: str = "bi_",
    ):
        super().__init__(params)
        self._output_prefix = output_prefix
        self._take(l_cell)
        self._take(r_cell)

    def __call__(self, inputs, states):
        raise NotImplementedError("Bidirectional cannot be stepped. Please use unroll")

    def unroll(self, length, inputs, begin_state=None, layout="NTC", merge_outputs=None):
        """Unroll both cells and join their outputs along the features; see BaseRNNCell.unroll."""
        self.reset()
        steps = as_steps(length, inputs, layout)
        states = self.begin_state() if begin_state is None else begin_state
        own_left, own_right = self._shared_out(states)
        left_cell, right_cell = self._cells
        left, left_states = left_cell.unroll(length, steps, own_left, layout, merge_outputs)
        right, right_states = right_cell.unroll(length, steps[::-1], own_right, layout, merge_outputs)
        if merge_outputs is None:
            merge_outputs = isinstance(left, Symbol) and isinstance(right, Symbol)
        if merge_outputs:
            left, right = as_one(left, layout), as_one(right, layout)
            right = sym.reverse(right, axis=layout.find("T"))
            outputs = sym.Concat(left, right, dim=2, name=f"{self._output_prefix}out")
        else:
            left, right = as_steps(length, left, layout), as_steps(length, right, layout)
            outputs = [
                sym.Concat(a, b, dim=1, name=f"{self._output_prefix}t{t}")
                for t, (a, b) in enumerate(zip(left, right[::-1], strict=True))
            ]
        return outputs, [left_states, right_states]
