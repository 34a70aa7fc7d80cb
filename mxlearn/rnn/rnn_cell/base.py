"""What every cell of mx.rnn is, and the sequences of symbols that it reads and gives."""
from collections.abc import Sequence
from typing import Any

from ... import ndarray as nd
from ... import symbol as sym
from ...base import ArgumentError, MXNetError, NotFoundError, ShapeError, type_name
from ...gluon.rnn.rnn_cell.base import ModifiedCellError
from ...gluon.rnn.rnn_cell.sequences import make_state, time_axis
from ...symbol import Symbol


class RNNParams:
    """The variables of cells, by name; two cells with the same RNNParams share them.

    Parameters
    ----------
    prefix : of the names
    """

    def __init__(self, prefix: str = ""):
        self._prefix = prefix
        self._params: dict[str, Symbol] = {}

    def get(self, name: str, **kwargs) -> Symbol:
        """Return the variable prefix + name; make it from ``kwargs`` where it does not exist."""
        name = self._prefix + name
        if name not in self._params:
            self._params[name] = sym.Variable(name, **kwargs)
        return self._params[name]


# -- sequences of symbols ----------------------------------------------------------------------------------------------
def check_symbols(inputs) -> None:
    """Raise MXNetError where a sequence is no symbol and no list of them."""
    if inputs is None:
        raise SequenceError(
            "unroll(inputs=None) has been deprecated. Please create input variables outside unroll."
        )
    for value in inputs if isinstance(inputs, (list, tuple)) else [inputs]:
        if not isinstance(value, Symbol):
            raise SequenceError(
                f"unroll: expected a Symbol or a list of Symbols. Received: {type_name(value)}.\n"
                "  The cells of mx.gluon.rnn take arrays."
            )


class SequenceError(ArgumentError, AssertionError):
    """A sequence cannot be unrolled. Also an AssertionError, which MXNet raises here."""


def as_steps(length: int, inputs, layout: str) -> list[Symbol]:
    """Return a list of ``length`` symbols, one for each time step."""
    check_symbols(inputs)
    axis = time_axis(layout)
    if isinstance(inputs, Symbol) and len(inputs) == 1:
        steps = sym.split(inputs, axis=axis, num_outputs=length, squeeze_axis=True)
        return list(steps) if length > 1 else [steps]
    steps = list(inputs)
    if len(steps) != length:
        raise SequenceError(f"unroll: length={length}, but there are {len(steps)} inputs")
    return steps


def as_one(steps, layout: str) -> Symbol:
    """Return the time steps as one symbol."""
    if isinstance(steps, Symbol):
        return steps
    axis = time_axis(layout)
    return sym.Concat(*[sym.expand_dims(step, axis=axis) for step in steps], dim=axis)


def formed(outputs, layout: str, merge: bool | None, length: int):
    """Return outputs in the asked form: one symbol (True), a list (False), as they come (None)."""
    if merge is None:
        return outputs
    if merge:
        return as_one(outputs, layout)
    return as_steps(length, outputs, layout) if isinstance(outputs, Symbol) else outputs


# -- the base ----------------------------------------------------------------------------------------------------------
class BaseRNNCell:
    """Base of the cells: a function from an input symbol and states to an output and new states.

    Parameters
    ----------
    prefix : of the names of symbols and parameters
    params : RNNParams to share; None makes new ones

    References: MXNet 1.9.1 class mxnet.rnn.BaseRNNCell.
    """

    def __init__(self, prefix: str = "", params: RNNParams | None = None):
        self._own_params = params is None
        self._prefix = prefix
        self._params = RNNParams(prefix) if params is None else params
        self._modified = False
        self.reset()

    def reset(self) -> None:
        """Count steps and states from 0 again."""
        self._init_counter = -1
        self._counter = -1
        for cell in getattr(self, "_cells", ()):
            cell.reset()

    def __call__(self, inputs: Symbol, states: list) -> tuple[Symbol, list]:
        """Make one time step.

        Parameters
        ----------
        inputs : Symbol, (batch, ...)
        states : list of Symbol

        Returns
        -------
        output, list of new states
        """
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, inputs, states)")

    @property
    def params(self) -> RNNParams:
        """The variables of the cell."""
        self._own_params = False
        return self._params

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """Shape and layout of each state; 0 stands for the batch."""
        raise NotImplementedError(f"{type(self).__name__} must define state_info")

    @property
    def state_shape(self) -> list[tuple[int, ...]]:
        """Shape of each state; 0 stands for the batch."""
        return [info["shape"] for info in self.state_info]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ()

    def begin_state(self, func=sym.zeros, **kwargs) -> list[Symbol]:
        """Return the states before the first step.

        Parameters
        ----------
        func : makes a state from a name and a shape, such as mx.sym.zeros or mx.sym.Variable
        **kwargs : for ``func``
        """
        self._check_unmodified()
        states = []
        for info in self.state_info:
            self._init_counter += 1
            states.append(make_state(func, f"{self._prefix}begin_state_{self._init_counter}", info, kwargs))
        return states

    def _check_unmodified(self) -> None:
        if self._modified:
            raise ModifiedCellError(
                "After applying modifier cells (e.g. DropoutCell) the base cell cannot be called directly."
                " Call the modifier cell instead."
            )

    @property
    def _kinds(self) -> Sequence[str]:
        """What is packed; nothing of a cell without gates."""
        return ("weight", "bias") if self._gate_names else ()

    def unpack_weights(self, args: dict) -> dict:
        """Return parameters with the weights and biases of the gates apart: lstm_i2h_weight -> lstm_i2h_i_weight, ...

        Parameters
        ----------
        args : dict of name to NDArray; others are left as they are
        """
        args = dict(args)
        for group in ("i2h", "h2h"):
            whole = {kind: taken(args, f"{self._prefix}{group}_{kind}") for kind in self._kinds}
            for i, gate in enumerate(self._gate_names):
                for kind, array in whole.items():
                    rows, rest = divmod(array.shape[0], len(self._gate_names))
                    if rest:
                        raise ShapeError(f"{self._prefix}{group}_{kind}: {array.shape[0]} rows are not equal gates")
                    args[f"{self._prefix}{group}{gate}_{kind}"] = array[i * rows : (i + 1) * rows].copy()
        return args

    def pack_weights(self, args: dict) -> dict:
        """Undo unpack_weights."""
        args = dict(args)
        for group in ("i2h", "h2h"):
            for kind in self._kinds:
                parts = [taken(args, f"{self._prefix}{group}{gate}_{kind}") for gate in self._gate_names]
                args[f"{self._prefix}{group}_{kind}"] = nd.concat(*parts, dim=0)
        return args

    def unroll(self, length: int, inputs, begin_state=None, layout: str = "NTC", merge_outputs: bool | None = None):
        """Return the symbols of the cell at each time step.

        Parameters
        ----------
        length : int, number of time steps
        inputs : Symbol with the axes of ``layout``, or a list of one for each step
        begin_state : list of Symbol; None starts with zeros
        layout : "NTC" (batch, time, features) or "TNC"
        merge_outputs : True returns one Symbol, False a list, None what comes

        Returns
        -------
        outputs, list of the last states
        """
        self.reset()
        steps = as_steps(length, inputs, layout)
        states = self.begin_state() if begin_state is None else begin_state
        outputs = []
        for step in steps:
            output, states = self(step, states)
            outputs.append(output)
        return formed(outputs, layout, merge_outputs, length), states

    def _get_activation(self, inputs: Symbol, activation: Any, **kwargs) -> Symbol:
        """Return the activation of a symbol: of a name, or of a function of symbols."""
        if isinstance(activation, str):
            return sym.Activation(inputs, **{"act_type": activation, **kwargs})
        return activation(inputs, **kwargs)


def taken(args: dict, name: str):
    """Return and remove a parameter."""
    if name not in args:
        raise NotFoundError(f"there is no parameter {name!r} among {', '.join(list(args)[:5])}, ...")
    return args.pop(name)


def check_cell(cell, what: str) -> BaseRNNCell:
    """Return a cell; raise MXNetError where it is none."""
    if not isinstance(cell, BaseRNNCell):
        raise MXNetError(f"{what}: expected a cell of mx.rnn. Received: {type_name(cell)}")
    return cell
