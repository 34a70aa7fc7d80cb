"""Cells that change what another cell does: dropout, zoneout, residual connections."""
from numbers import Number

from .... import ndarray as nd
from ....base import ArgumentError
from ....ndarray import NDArray
from ....symbol import Symbol
from .base import HybridRecurrentCell, ModifiedCellError, RecurrentCell, check_cell
from .composite import _bidirectional
from .sequences import as_one, as_steps, formed, functions_of, masked, time_axis


class DropoutCell(HybridRecurrentCell):
    """Dropout of the input; it has no states.

    Parameters
    ----------
    rate : float, probability of an element to be dropped
    axes : axes along which one mask is shared

    References: MXNet 1.9.1 class mxnet.gluon.rnn.DropoutCell.
    """

    def __init__(self, rate: float, axes=(), prefix: str | None = None, params=None):
        super().__init__(prefix=prefix, params=params)
        if not isinstance(rate, Number):
            raise ArgumentError(f"DropoutCell: rate must be a number. Received: {rate!r}")
        self._rate = rate
        self._axes = axes

    def __repr__(self) -> str:
        return f"{type(self).__name__}(rate={self._rate}, axes={self._axes})"

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return an empty list: there are no states."""
        return []

    def _alias(self) -> str:
        return "dropout"

    def hybrid_forward(self, F, inputs, states):
        if self._rate > 0:
            inputs = F.Dropout(inputs, p=self._rate, axes=self._axes, name=f"t{self._counter}_fwd")
        return inputs, states

    def unroll(self, length, inputs, begin_state=None, layout: str = "NTC", merge_outputs=None, valid_length=None):
        """Drop elements of sequences, at once where they are one array; see RecurrentCell.unroll."""
        self.reset()
        if isinstance(inputs, (NDArray, Symbol)):
            time_axis(layout)
            output, states = self.hybrid_forward(functions_of(inputs), inputs, begin_state or [])
            return formed(output, layout, merge_outputs, length), states
        return super().unroll(length, inputs, begin_state, layout, merge_outputs, None)


class ModifierCell(HybridRecurrentCell):
    """Base of the cells that modify another one: parameters and states are those of the base cell.

    Parameters
    ----------
    base_cell : the cell, which must not be used alone from now on

    References: MXNet 1.9.1 class mxnet.gluon.rnn.ModifierCell.
    """

    def __init__(self, base_cell: RecurrentCell):
        check_cell(base_cell, type(self).__name__)
        if base_cell._modified:
            raise ModifiedCellError(f"Cell {base_cell.name} is already modified. One cell cannot be modified twice")
        base_cell._modified = True
        super().__init__(prefix=base_cell.prefix + self._alias(), params=None)
        self.base_cell = base_cell

    @property
    def params(self):
        """The parameters of the base cell."""
        return self.base_cell.params

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of the states of the base cell."""
        return self.base_cell.state_info(batch_size)

    def begin_state(self, batch_size: int = 0, func=nd.zeros, **kwargs) -> list:
        """Return the states of the base cell before the first step."""
        self._check_unmodified()
        self.base_cell._modified = False
        try:
            return self.base_cell.begin_state(batch_size=batch_size, func=func, **kwargs)
        finally:
            self.base_cell._modified = True

    def hybrid_forward(self, F, inputs, states):
        raise NotImplementedError(f"{type(self).__name__} must define hybrid_forward(self, F, inputs, states)")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_cell})"


class ZoneoutCell(ModifierCell):
    """Let random elements of outputs and states keep the values of the step before, while training.

    Parameters
    ----------
    base_cell : the cell
    zoneout_outputs, zoneout_states : float, probability of an element to be kept

    References: Krueger et al. 2016, Zoneout; MXNet 1.9.1 class mxnet.gluon.rnn.ZoneoutCell.
    """

    def __init__(self, base_cell: RecurrentCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0):
        if isinstance(base_cell, RecurrentCell) and _bidirectional(base_cell):
            raise ModifiedCellError(
                "BidirectionalCell doesn't support zoneout since it doesn't support step."
                " Please add ZoneoutCell to the cells underneath instead."
            )
        super().__init__(base_cell)
        self._zoneout_outputs = zoneout_outputs
        self._zoneout_states = zoneout_states
        self._prev_output = None

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(p_out={self._zoneout_outputs}, p_state={self._zoneout_states}, {self.base_cell})"
        )

    def _alias(self) -> str:
        return "zoneout"

    def reset(self) -> None:
        """Forget the output of the step before."""
        super().reset()
        self._prev_output = None

    def hybrid_forward(self, F, inputs, states):
        output, new_states = self.base_cell(inputs, states)

        def mixed(p, new, old):
            # where dropout of ones gives 0, the old value stays; outside of training it gives ones
            return F.where(F.Dropout(F.ones_like(new), p=p), new, old)

        before = self._prev_output
        if not isinstance(before, type(output)):  # None, or a symbol that a trace has left
            before = F.zeros_like(output)
        if self._zoneout_outputs:
            output = mixed(self._zoneout_outputs, output, before)
        if self._zoneout_states:
            new_states = [mixed(self._zoneout_states, new, old) for new, old in zip(new_states, states, strict=True)]
        self._prev_output = output
        return output, new_states


class ResidualCell(ModifierCell):
    """Add the input to the output of a cell; both have the same shape.

    Parameters
    ----------
    base_cell : the cell

    References: Wu et al. 2016, section 3.1; MXNet 1.9.1 class mxnet.gluon.rnn.ResidualCell.
    """

    def hybrid_forward(self, F, inputs, states):
        output, states = self.base_cell(inputs, states)
        return F.elemwise_add(output, inputs, name=f"t{self._counter}_fwd"), states

    def unroll(self, length, inputs, begin_state=None, layout: str = "NTC", merge_outputs=None, valid_length=None):
        """Run the base cell over sequences and add its inputs; see RecurrentCell.unroll."""
        self.reset()
        self.base_cell._modified = False
        try:
            outputs, states = self.base_cell.unroll(length, inputs, begin_state, layout, merge_outputs, valid_length)
        finally:
            self.base_cell._modified = True
        F = functions_of(outputs)
        merged = not isinstance(outputs, list)
        if valid_length is not None:
            inputs = masked(inputs, valid_length, layout)
        if merged:
            return F.elemwise_add(outputs, as_one(inputs, layout)), states
        inputs = as_steps(length, inputs, layout)
        return [F.elemwise_add(a, b) for a, b in zip(outputs, inputs, strict=True)], states


