"""Cells that change what another cell does: dropout, zoneout, residual connections."""
from ... import symbol as sym
from ...base import ArgumentError
from ...gluon.rnn.rnn_cell.base import ModifiedCellError
from ...symbol import Symbol
from .base import BaseRNNCell, RNNParams, as_one, as_steps, check_cell, check_symbols, formed
from .composite import BidirectionalCell
from .fused import FusedRNNCell


class DropoutCell(BaseRNNCell):
    """Dropout of the input; it has no states.

    Parameters
    ----------
    dropout : float, probability of an element to be dropped
    prefix : of the names
    params : RNNParams to share

    References: MXNet 1.9.1 class mxnet.rnn.DropoutCell.
    """

    def __init__(self, dropout: float, prefix: str = "dropout_", params: RNNParams | None = None):
        super().__init__(prefix, params)
        if not isinstance(dropout, (int, float)):
            raise ArgumentError(f"DropoutCell: dropout probability must be a number. Received: {dropout!r}")
        self.dropout = dropout

    @property
    def state_info(self):
        """An empty list: there are no states."""
        return []

    def __call__(self, inputs, states):
        if self.dropout > 0:
            inputs = sym.Dropout(inputs, p=self.dropout)
        return inputs, states

    def unroll(self, length, inputs, begin_state=None, layout="NTC", merge_outputs=None):
        """Drop elements of sequences, at once where they are one symbol; see BaseRNNCell.unroll."""
        self.reset()
        check_symbols(inputs)
        inputs = formed(inputs, layout, merge_outputs, length)
        if isinstance(inputs, Symbol):
            return self(inputs, [])
        return super().unroll(length, inputs, begin_state, layout, merge_outputs)


class ModifierCell(BaseRNNCell):
    """Base of the cells that modify another one: parameters and states are those of the base cell.

    Parameters
    ----------
    base_cell : the cell, which must not be used alone from now on

    References: MXNet 1.9.1 class mxnet.rnn.ModifierCell.
    """

    def __init__(self, base_cell: BaseRNNCell):
        super().__init__()
        check_cell(base_cell, type(self).__name__)._modified = True
        self.base_cell = base_cell

    @property
    def params(self):
        """The variables of the base cell."""
        self._own_params = False
        return self.base_cell.params

    @property
    def state_info(self):
        """Shape and layout of the states of the base cell."""
        return self.base_cell.state_info

    def begin_state(self, init_sym=sym.zeros, **kwargs):  # type: ignore[override]  # as MXNet has it
        """Return the states of the base cell before the first step."""
        self._check_unmodified()
        self.base_cell._modified = False
        try:
            return self.base_cell.begin_state(**{"func": init_sym, **kwargs})
        finally:
            self.base_cell._modified = True

    def unpack_weights(self, args: dict) -> dict:
        """Return parameters with the gates of the base cell apart."""
        return self.base_cell.unpack_weights(args)

    def pack_weights(self, args: dict) -> dict:
        """Undo unpack_weights."""
        return self.base_cell.pack_weights(args)

    def __call__(self, inputs, states):
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, inputs, states)")


class ZoneoutCell(ModifierCell):
    """Let random elements of outputs and states keep the values of the step before, while training.

    Parameters
    ----------
    base_cell : the cell
    zoneout_outputs, zoneout_states : float, probability of an element to be kept

    References: Krueger et al. 2016; MXNet 1.9.1 class mxnet.rnn.ZoneoutCell.
    """

    def __init__(self, base_cell: BaseRNNCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0):
        if isinstance(base_cell, FusedRNNCell):
            raise ModifiedCellError("FusedRNNCell doesn't support zoneout. Please unfuse first.")
        inner = getattr(base_cell, "_cells", [])
        if isinstance(base_cell, BidirectionalCell) or any(isinstance(cell, BidirectionalCell) for cell in inner):
            raise ModifiedCellError(
                "BidirectionalCell doesn't support zoneout since it doesn't support step."
                " Please add ZoneoutCell to the cells underneath instead."
            )
        super().__init__(base_cell)
        self.zoneout_outputs = zoneout_outputs
        self.zoneout_states = zoneout_states
        self.prev_output: Symbol | None = None

    def reset(self) -> None:
        """Forget the output of the step before."""
        super().reset()
        self.prev_output = None
        if hasattr(self, "base_cell"):
            self.base_cell.reset()

    def __call__(self, inputs, states):
        output, new_states = self.base_cell(inputs, states)

        def mixed(p, new, old):
            # where dropout of ones gives 0, the old value stays; outside of training it gives ones
            return sym.where(sym.Dropout(sym.ones_like(new), p=p), new, old)

        before = sym.zeros_like(output) if self.prev_output is None else self.prev_output
        if self.zoneout_outputs:
            output = mixed(self.zoneout_outputs, output, before)
        if self.zoneout_states:
            new_states = [mixed(self.zoneout_states, new, old) for new, old in zip(new_states, states, strict=True)]
        self.prev_output = output
        return output, new_states


class ResidualCell(ModifierCell):
    """Add the input to the output of a cell; both have the same shape.

    Parameters
    ----------
    base_cell : the cell

    References: Wu et al. 2016, section 3.1; MXNet 1.9.1 class mxnet.rnn.ResidualCell.
    """

    def __call__(self, inputs, states):
        output, states = self.base_cell(inputs, states)
        return self._sum(output, inputs), states

    @staticmethod
    def _sum(output: Symbol, inputs: Symbol) -> Symbol:
        return sym.elemwise_add(output, inputs, name=f"{output.name}_plus_residual")

    def unroll(self, length, inputs, begin_state=None, layout="NTC", merge_outputs=None):
        """Unroll the base cell and add its inputs; see BaseRNNCell.unroll."""
        self.reset()
        self.base_cell._modified = False
        try:
            outputs, states = self.base_cell.unroll(length, inputs, begin_state, layout, merge_outputs)
        finally:
            self.base_cell._modified = True
        if isinstance(outputs, Symbol):
            return self._sum(outputs, as_one(inputs, layout)), states
        inputs = as_steps(length, inputs, layout)
        return [self._sum(a, b) for a, b in zip(outputs, inputs, strict=True)], states
