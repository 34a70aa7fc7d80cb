"""FusedRNNCell: whole layers as the one operator RNN."""
from typing import Any

from ... import initializer
from ... import ndarray as nd
from ... import symbol as sym
from ...attribute import AttrScope
from ...base import ArgumentError
from ...kernels.recurrent import GATES, Plan
from ...symbol import Symbol
from .base import BaseRNNCell, RNNParams, as_steps, check_symbols, taken
from .composite import BidirectionalCell, SequentialRNNCell
from .plain import GRUCell, LSTMCell, RNNCell

_GATE_NAMES = {"rnn_relu": [""], "rnn_tanh": [""], "lstm": ["_i", "_f", "_c", "_o"], "gru": ["_r", "_z", "_o"]}


class FusedRNNCell(BaseRNNCell):
    """Layers of recurrent cells as one operator with one vector of parameters.

    It has no single step: call ``unroll``, or ``unfuse`` it to a stack of cells.

    Parameters
    ----------
    num_hidden : int, number of units of each layer
    num_layers : int
    mode : "rnn_relu", "rnn_tanh", "lstm" or "gru"
    bidirectional : bool, whether each layer reads in both directions
    dropout : float, between the layers while training
    get_next_state : bool, whether unroll returns the last states
    forget_bias : float, with which the forget gates' biases begin
    prefix : of the names; default the mode and an underscore
    params : RNNParams to share

    References: MXNet 1.9.1 class mxnet.rnn.FusedRNNCell.
    """

    def __init__(
        self,
        num_hidden: int,
        num_layers: int = 1,
        mode: str = "lstm",
        bidirectional: bool = False,
        dropout: float = 0.0,
        get_next_state: bool = False,
        forget_bias: float = 1.0,
        prefix: str | None = None,
        params: RNNParams | None = None,
    ):
        if mode not in GATES:
            raise ArgumentError(f"FusedRNNCell: mode must be one of {', '.join(GATES)}. Received: {mode!r}")
        super().__init__(prefix=f"{mode}_" if prefix is None else prefix, params=params)
        self._num_hidden = num_hidden
        self._num_layers = num_layers
        self._mode = mode
        self._bidirectional = bidirectional
        self._dropout = dropout
        self._get_next_state = get_next_state
        self._directions = ["l", "r"] if bidirectional else ["l"]
        self._initializer = initializer.FusedRNN(None, num_hidden, num_layers, mode, bidirectional, forget_bias)
        self._parameter = self.params.get("parameters", init=self._initializer)

    @property
    def state_info(self):
        """Shape and layout of each state."""
        shape = (self._num_layers * len(self._directions), 0, self._num_hidden)
        return [{"shape": shape, "__layout__": "LNC"} for _ in range(2 if self._mode == "lstm" else 1)]

    @property
    def _gate_names(self):
        return _GATE_NAMES[self._mode]

    def unpack_weights(self, args: dict) -> dict:
        """Return parameters with the vector cut into the weights and biases of layers, directions and gates."""
        args = dict(args)
        vector = taken(args, f"{self._prefix}parameters").reshape((-1,))
        at = 0
        for name, shape in self._initializer._parts(vector.size):
            size = shape[0] * (shape[1] if len(shape) == 2 else 1)
            args[self._prefix + name] = vector[at : at + size].reshape(shape).copy()
            at += size
        return args

    def pack_weights(self, args: dict) -> dict:
        """Undo unpack_weights."""
        args = dict(args)
        first = f"{self._prefix}l0_i2h{self._gate_names[0]}_weight"
        inputs = args[first].shape[1] if first in args else taken(args, first)
        plan = Plan(self._mode, self._num_hidden, self._num_layers, len(self._directions))
        names = [name for name, _ in self._initializer._parts(plan.parameter_size(inputs))]
        parts = [taken(args, self._prefix + name).reshape((-1,)) for name in names]
        args[f"{self._prefix}parameters"] = nd.concat(*parts, dim=0)
        return args

    def __call__(self, inputs, states):
        raise NotImplementedError("FusedRNNCell cannot be stepped. Please use unroll")

    def unroll(self, length, inputs, begin_state=None, layout="NTC", merge_outputs=None):
        """Return the symbol of the operator over all steps; see BaseRNNCell.unroll.

        The outputs are one symbol, unless merge_outputs=False. The states are an empty list without get_next_state.
        """
        self.reset()
        check_symbols(inputs)
        if isinstance(inputs, Symbol):
            if layout == "NTC":
                inputs = sym.swapaxes(inputs, dim1=0, dim2=1)
        else:
            steps = as_steps(length, inputs, layout)
            inputs = sym.Concat(*[sym.expand_dims(step, axis=0) for step in steps], dim=0)
        states = self.begin_state() if begin_state is None else begin_state
        names = ("state", "state_cell") if self._mode == "lstm" else ("state",)
        with AttrScope(**({"__layout__": "LNC"} if self._get_next_state else {})):
            rnn = sym.RNN(
                data=inputs,
                parameters=self._parameter,
                state_size=self._num_hidden,
                num_layers=self._num_layers,
                bidirectional=self._bidirectional,
                p=self._dropout,
                state_outputs=self._get_next_state,
                name=f"{self._prefix}rnn",
                **{"mode": self._mode, **dict(zip(names, states, strict=True))},
            )
        outputs, states = (rnn[0], list(rnn)[1:]) if self._get_next_state else (rnn, [])
        if layout == "NTC":
            outputs = sym.swapaxes(outputs, dim1=0, dim2=1)
        if merge_outputs is False:
            outputs = as_steps(length, outputs, layout)
        return outputs, states

    def unfuse(self) -> SequentialRNNCell:
        """Return the same layers as a stack of cells; ``unpack_weights`` gives their parameters."""
        from .modifiers import DropoutCell

        make: Any = {
            "rnn_relu": lambda prefix: RNNCell(self._num_hidden, activation="relu", prefix=prefix),
            "rnn_tanh": lambda prefix: RNNCell(self._num_hidden, activation="tanh", prefix=prefix),
            "lstm": lambda prefix: LSTMCell(self._num_hidden, prefix=prefix),
            "gru": lambda prefix: GRUCell(self._num_hidden, prefix=prefix),
        }[self._mode]
        stack = SequentialRNNCell()
        for layer in range(self._num_layers):
            cells = [make(f"{self._prefix}{side}{layer}_") for side in self._directions]
            if self._bidirectional:
                stack.add(BidirectionalCell(*cells, output_prefix=f"{self._prefix}bi_l{layer}_"))
            else:
                stack.add(cells[0])
            if self._dropout > 0 and layer < self._num_layers - 1:
                stack.add(DropoutCell(self._dropout, prefix=f"{self._prefix}_dropout{layer}_"))
        return stack
