"""What every recurrent cell is: a function from an input and states to an output and new states."""
from .... import ndarray as nd
from .... import symbol as sym
from ....base import ArgumentError, MXNetError
from ....symbol import Symbol
from ...block import Block, HybridBlock
from .sequences import as_steps, batch_of, formed, functions_of, make_state, masked

_FUNCTIONS = ("tanh", "relu", "sigmoid", "softsign")  # activations that are operators of their own


class ModifiedCellError(MXNetError, AssertionError):
    """A cell is used although it belongs to a modifier. Also an AssertionError, which MXNet raises here."""


class RecurrentCell(Block):
    """Base of the recurrent cells.

    Calling a cell with an input (batch, ...) and a list of states gives the output and the list of new states. To write
    one, derive (better from HybridRecurrentCell), define ``state_info`` and ``hybrid_forward(F, inputs, states)``.

    Examples
    --------
    >>> cell = mx.gluon.rnn.RNNCell(3, input_size=2)
    >>> cell.initialize()
    >>> output, states = cell(mx.nd.ones((4, 2)), cell.begin_state(4))
    >>> output.shape, states[0].shape
    ((4, 3), (4, 3))

    References: MXNet 1.9.1 class mxnet.gluon.rnn.RecurrentCell.
    """

    def __init__(self, prefix: str | None = None, params=None, **unknown):
        super().__init__(prefix=prefix, params=params, **unknown)
        self._modified = False
        self.reset()

    def reset(self) -> None:
        """Start to count the steps from 0 again, before the cell is used for another sequence."""
        self._init_counter = -1
        self._counter = -1
        for cell in self._children.values():
            if isinstance(cell, RecurrentCell):
                cell.reset()

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of each state."""
        raise NotImplementedError(f"{type(self).__name__} must define state_info(self, batch_size=0)")

    def begin_state(self, batch_size: int = 0, func=nd.zeros, **kwargs) -> list:
        """Return the states before the first step.

        Parameters
        ----------
        batch_size : int, 0 stands for any where ``func`` makes symbols
        func : makes a state; default zeros
        **kwargs : for ``func``, such as ctx and dtype

        Raises
        ------
        ModifiedCellError
            If the cell belongs to a modifier, such as a ZoneoutCell, whose begin_state has to be used.
        """
        self._check_unmodified()
        states = []
        for info in self.state_info(batch_size):
            self._init_counter += 1
            states.append(make_state(func, f"{self._prefix}begin_state_{self._init_counter}", info, kwargs))
        return states

    def _check_unmodified(self) -> None:
        if self._modified:
            raise ModifiedCellError(
                f"{type(self).__name__} '{self.name}': After applying modifier cells (e.g. ZoneoutCell) the base cell"
                " cannot be called directly. Call the modifier cell instead."
            )

    def unroll(self, length, inputs, begin_state=None, layout: str = "NTC", merge_outputs=None, valid_length=None):
        """Run the cell over sequences.

        Parameters
        ----------
        length : int, number of time steps
        inputs : array or symbol with the axes of ``layout``, or a list of (batch, ...) for each step
        begin_state : list of states; None starts with zeros
        layout : "NTC" (batch, time, features) or "TNC"
        merge_outputs : True returns the outputs as one array, False as a list, None as they come
        valid_length : (batch,), length of each sequence; outputs behind it are 0, states are those at the end of each

        Returns
        -------
        outputs, list of the last states
        """
        self.reset()
        steps = as_steps(length, inputs, layout)
        states = self._first_states(steps, begin_state)
        outputs, all_states = [], []
        for step in steps:
            output, states = self(step, states)
            outputs.append(output)
            all_states.append(states)
        if valid_length is not None:
            F = functions_of(outputs)
            states = [
                F.SequenceLast(F.stack(*each, axis=0), valid_length, use_sequence_length=True, axis=0)
                for each in zip(*all_states, strict=True)
            ]
            outputs = masked(outputs, valid_length, layout)
        return formed(outputs, layout, merge_outputs, length), states

    def _first_states(self, steps: list, begin_state) -> list:
        """Return the given states, or zeros for the batch, device and dtype of the first step."""
        if begin_state is not None:
            return begin_state
        first = steps[0]
        if isinstance(first, Symbol):
            states = self.begin_state(func=sym.zeros, batch_size=0)
            return states if first._result_class is Symbol else [s.as_np_ndarray() for s in states]
        states = self.begin_state(func=nd.zeros, batch_size=batch_of(steps), ctx=first.context, dtype=first.dtype)
        return states if first._result_class is nd.NDArray else [s.as_np_ndarray() for s in states]

    def _get_activation(self, F, inputs, activation, **kwargs):
        """Return the activation of an array: of a name, of a Block, or of any function."""
        if isinstance(activation, str):
            if activation in _FUNCTIONS:
                return getattr(F, activation)(inputs, **kwargs)
            return F.Activation(inputs, act_type=activation, **kwargs)
        return activation(inputs)

    def forward(self, inputs, states):
        """Make one time step.

        Parameters
        ----------
        inputs : (batch, ...)
        states : list of states

        Returns
        -------
        output, list of new states
        """
        self._counter += 1
        return super().forward(inputs, states)


class HybridRecurrentCell(RecurrentCell, HybridBlock):
    """Base of the cells that ``hybridize()`` can compile: they define ``hybrid_forward(F, inputs, states, ...)``.

    References: MXNet 1.9.1 class mxnet.gluon.rnn.HybridRecurrentCell.
    """

    def __init__(self, prefix: str | None = None, params=None, **unknown):
        super().__init__(prefix=prefix, params=params, **unknown)

    def hybrid_forward(self, F, x, *args, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} must define hybrid_forward(self, F, inputs, states, ...)")


def check_cell(cell, what: str) -> RecurrentCell:
    """Return a cell; raise ArgumentError where it is none."""
    if not isinstance(cell, RecurrentCell):
        raise ArgumentError(f"{what}: expected a recurrent cell. Received: {type(cell).__name__}")
    return cell
