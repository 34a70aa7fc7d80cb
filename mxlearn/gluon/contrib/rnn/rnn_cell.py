"""LSTMPCell and VariationalDropoutCell."""
from ...parameter import Parameter
from ...rnn.rnn_cell import HybridRecurrentCell, ModifierCell, RecurrentCell
from ...rnn.rnn_cell.base import ModifiedCellError
from ...rnn.rnn_cell.composite import _bidirectional
from ...rnn.rnn_cell.plain import mapping
from .unrolling import dynamic_unroll  # noqa: F401 - MXNet's users find it here

__all__ = ["LSTMPCell", "VariationalDropoutCell"]


class LSTMPCell(HybridRecurrentCell):
    """The LSTM whose output is projected to fewer numbers: r' = W_r (o tanh(c')), and r takes the place of h.

    Parameters
    ----------
    hidden_size : int, number of units
    projection_size : int, length of the output
    i2h_weight_initializer, h2h_weight_initializer, h2r_weight_initializer : Initializer of the weights
    i2h_bias_initializer, h2h_bias_initializer : Initializer of the biases
    input_size : int, number of input features; 0 lets the first call find it

    Output (batch, projection_size); states r (batch, projection_size) and c (batch, hidden_size).

    References: Sak et al. 2014; MXNet 1.9.1 class mxnet.gluon.contrib.rnn.LSTMPCell.
    """

    i2h_weight: Parameter

    def __init__(
        self,
        hidden_size: int,
        projection_size: int,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        h2r_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._hidden_size = hidden_size
        self._projection_size = projection_size
        self._input_size = input_size
        rows = 4 * hidden_size
        for name, shape, init in (
            ("i2h_weight", (rows, input_size), i2h_weight_initializer),
            ("h2h_weight", (rows, projection_size), h2h_weight_initializer),
            ("h2r_weight", (projection_size, hidden_size), h2r_weight_initializer),
            ("i2h_bias", (rows,), i2h_bias_initializer),
            ("h2h_bias", (rows,), h2h_bias_initializer),
        ):
            setattr(self, name, self.params.get(name, shape=shape, init=init, allow_deferred_init=True))

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of r and c."""
        sizes = (self._projection_size, self._hidden_size)
        return [{"shape": (batch_size, size), "__layout__": "NC"} for size in sizes]

    def _alias(self) -> str:
        return "lstmp"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({mapping(self.i2h_weight)} -> {self._projection_size})"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, h2r_weight, i2h_bias, h2h_bias):
        prefix = f"t{self._counter}_"
        rows = 4 * self._hidden_size
        i2h = F.FullyConnected(inputs, i2h_weight, i2h_bias, num_hidden=rows, name=prefix + "i2h")
        h2h = F.FullyConnected(states[0], h2h_weight, h2h_bias, num_hidden=rows, name=prefix + "h2h")
        i, f, g, o = F.SliceChannel(i2h + h2h, num_outputs=4, name=prefix + "slice")
        in_gate = F.Activation(i, act_type="sigmoid", name=prefix + "i")
        forget_gate = F.Activation(f, act_type="sigmoid", name=prefix + "f")
        new = F.Activation(g, act_type="tanh", name=prefix + "c")
        out_gate = F.Activation(o, act_type="sigmoid", name=prefix + "o")
        kept, added = forget_gate * states[1], in_gate * new
        memory = F.elemwise_add(kept, added, name=prefix + "state")
        hidden = F.elemwise_mul(out_gate, F.Activation(memory, act_type="tanh"), name=prefix + "hidden")
        size = self._projection_size
        output = F.FullyConnected(hidden, h2r_weight, num_hidden=size, no_bias=True, name=prefix + "out")
        return output, [output, memory]


class VariationalDropoutCell(ModifierCell):
    """Dropout with one mask for all time steps, on inputs, on the first state, and on outputs.

    The masks are drawn at the first step while training, and kept until ``reset``, which unroll calls.

    Parameters
    ----------
    base_cell : the cell
    drop_inputs, drop_states, drop_outputs : float, probability of an element to be dropped

    References: Gal, Ghahramani 2016; MXNet 1.9.1 class mxnet.gluon.contrib.rnn.VariationalDropoutCell.
    """

    def __init__(
        self, base_cell: RecurrentCell, drop_inputs: float = 0.0, drop_states: float = 0.0, drop_outputs: float = 0.0
    ):
        if drop_states and isinstance(base_cell, RecurrentCell) and _bidirectional(base_cell):
            raise ModifiedCellError(
                "BidirectionalCell doesn't support variational state dropout."
                " Please add VariationalDropoutCell to the cells underneath instead."
            )
        super().__init__(base_cell)
        self.drop_inputs = drop_inputs
        self.drop_states = drop_states
        self.drop_outputs = drop_outputs
        self._masks = {}

    def _alias(self) -> str:
        return "vardrop"

    def reset(self) -> None:
        """Forget the masks."""
        super().reset()
        self._masks = {}

    def _dropped(self, F, what: str, rate: float, values):
        """Return an array times the mask of its kind, which is drawn where there is none."""
        if not rate:
            return values
        mask = self._masks.get(what)
        if not isinstance(mask, type(values)):  # None, or a symbol that a trace has left
            mask = self._masks[what] = F.Dropout(F.ones_like(values), p=rate)
        return values * mask

    def hybrid_forward(self, F, inputs, states):
        if self.drop_states:
            states = [self._dropped(F, "states", self.drop_states, states[0]), *states[1:]]
        inputs = self._dropped(F, "inputs", self.drop_inputs, inputs)
        output, states = self.base_cell(inputs, states)
        return self._dropped(F, "outputs", self.drop_outputs, output), states

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p_out = {self.drop_outputs}, p_state = {self.drop_states})"
