"""The cells that have parameters of their own: RNNCell, LSTMCell, GRUCell."""
from ...parameter import Parameter
from .base import HybridRecurrentCell


def declare(cell, gates: int, hidden: int, size: int, inputs: int, initializers) -> None:
    """Give a cell its weights and biases.

    Parameters
    ----------
    gates : number of blocks of ``hidden`` rows
    size : length of the state that the cell reads
    inputs : number of input features, 0 while unknown
    initializers : of i2h_weight, h2h_weight, i2h_bias, h2h_bias
    """
    shapes = ((gates * hidden, inputs), (gates * hidden, size), (gates * hidden,), (gates * hidden,))
    names = ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias")
    for name, shape, init in zip(names, shapes, initializers, strict=True):
        setattr(cell, name, cell.params.get(name, shape=shape, init=init, allow_deferred_init=True))


def mapping(parameter) -> str:
    """Return "inputs -> rows" of a weight, with None for what is unknown."""
    rows, columns = parameter.shape[:2]
    return f"{columns or None} -> {rows}"


class RNNCell(HybridRecurrentCell):
    """The simple recurrent cell: h' = activation(W_i x + b_i + W_h h + b_h).

    Parameters
    ----------
    hidden_size : int, number of units
    activation : name of an activation, or a Block
    i2h_weight_initializer, h2h_weight_initializer : Initializer of the weights of input and state
    i2h_bias_initializer, h2h_bias_initializer : Initializer of the two biases
    input_size : int, number of input features; 0 lets the first call find it

    Input (batch, input_size), output and state (batch, hidden_size).

    References: Elman 1990; MXNet 1.9.1 class mxnet.gluon.rnn.RNNCell.
    """

    i2h_weight: Parameter

    def __init__(
        self,
        hidden_size: int,
        activation="tanh",
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._hidden_size = hidden_size
        self._activation = activation
        self._input_size = input_size
        initializers = (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer)
        declare(self, 1, hidden_size, hidden_size, input_size, initializers)

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of the state."""
        return [{"shape": (batch_size, self._hidden_size), "__layout__": "NC"}]

    def _alias(self) -> str:
        return "rnn"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({mapping(self.i2h_weight)}, {self._activation})"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        prefix = f"t{self._counter}_"
        i2h = F.FullyConnected(inputs, i2h_weight, i2h_bias, num_hidden=self._hidden_size, name=prefix + "i2h")
        h2h = F.FullyConnected(states[0], h2h_weight, h2h_bias, num_hidden=self._hidden_size, name=prefix + "h2h")
        both = F.elemwise_add(i2h, h2h, name=prefix + "plus0")
        output = self._get_activation(F, both, self._activation, name=prefix + "out")
        return output, [output]


class LSTMCell(HybridRecurrentCell):
    """The long short-term memory.

    i, f, o = sigmoid(...), g = tanh(...) of W_i x + b_i + W_h h + b_h; c' = f c + i g; h' = o tanh(c').

    Parameters
    ----------
    hidden_size : int, number of units
    i2h_weight_initializer, h2h_weight_initializer : Initializer of the weights of input and state
    i2h_bias_initializer, h2h_bias_initializer : Initializer of the two biases
    input_size : int, number of input features; 0 lets the first call find it
    activation, recurrent_activation : of the new memory and the output, and of the gates

    Input (batch, input_size), output (batch, hidden_size); two states of the output's shape, h and c.

    References: Hochreiter, Schmidhuber 1997; MXNet 1.9.1 class mxnet.gluon.rnn.LSTMCell.
    """

    i2h_weight: Parameter

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params=None,
        activation="tanh",
        recurrent_activation="sigmoid",
    ):
        super().__init__(prefix=prefix, params=params)
        self._hidden_size = hidden_size
        self._input_size = input_size
        self._activation = activation
        self._recurrent_activation = recurrent_activation
        initializers = (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer)
        declare(self, 4, hidden_size, hidden_size, input_size, initializers)

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of both states."""
        return [{"shape": (batch_size, self._hidden_size), "__layout__": "NC"} for _ in range(2)]

    def _alias(self) -> str:
        return "lstm"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({mapping(self.i2h_weight)})"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        prefix = f"t{self._counter}_"
        rows = 4 * self._hidden_size
        i2h = F.FullyConnected(inputs, i2h_weight, i2h_bias, num_hidden=rows, name=prefix + "i2h")
        h2h = F.FullyConnected(states[0], h2h_weight, h2h_bias, num_hidden=rows, name=prefix + "h2h")
        gates = F.elemwise_add(i2h, h2h, name=prefix + "plus0")
        i, f, g, o = F.SliceChannel(gates, num_outputs=4, name=prefix + "slice")
        in_gate = self._get_activation(F, i, self._recurrent_activation, name=prefix + "i")
        forget_gate = self._get_activation(F, f, self._recurrent_activation, name=prefix + "f")
        new = self._get_activation(F, g, self._activation, name=prefix + "c")
        out_gate = self._get_activation(F, o, self._recurrent_activation, name=prefix + "o")
        kept = F.elemwise_mul(forget_gate, states[1], name=prefix + "mul0")
        added = F.elemwise_mul(in_gate, new, name=prefix + "mul1")
        memory = F.elemwise_add(kept, added, name=prefix + "state")
        shown = self._activation
        shown = (
            F.Activation(memory, act_type=shown, name=prefix + "activation0")
            if isinstance(shown, str)
            else shown(memory)
        )
        output = F.elemwise_mul(out_gate, shown, name=prefix + "out")
        return output, [output, memory]


class GRUCell(HybridRecurrentCell):
    """The gated recurrent unit, in the form that cuDNN has.

    r, z = sigmoid(W_i x + b_i + W_h h + b_h); n = tanh(W_in x + b_in + r (W_hn h + b_hn)); h' = (1 - z) n + z h.

    Parameters
    ----------
    hidden_size : int, number of units
    i2h_weight_initializer, h2h_weight_initializer : Initializer of the weights of input and state
    i2h_bias_initializer, h2h_bias_initializer : Initializer of the two biases
    input_size : int, number of input features; 0 lets the first call find it

    Input (batch, input_size), output and state (batch, hidden_size).

    References: Cho et al. 2014; MXNet 1.9.1 class mxnet.gluon.rnn.GRUCell.
    """

    i2h_weight: Parameter

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._hidden_size = hidden_size
        self._input_size = input_size
        initializers = (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer)
        declare(self, 3, hidden_size, hidden_size, input_size, initializers)

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of the state."""
        return [{"shape": (batch_size, self._hidden_size), "__layout__": "NC"}]

    def _alias(self) -> str:
        return "gru"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({mapping(self.i2h_weight)})"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        prefix = f"t{self._counter}_"
        rows = 3 * self._hidden_size
        i2h = F.FullyConnected(inputs, i2h_weight, i2h_bias, num_hidden=rows, name=prefix + "i2h")
        h2h = F.FullyConnected(states[0], h2h_weight, h2h_bias, num_hidden=rows, name=prefix + "h2h")
        i2h_r, i2h_z, i2h_n = F.SliceChannel(i2h, num_outputs=3, name=prefix + "i2h_slice")
        h2h_r, h2h_z, h2h_n = F.SliceChannel(h2h, num_outputs=3, name=prefix + "h2h_slice")
        reset = F.elemwise_add(i2h_r, h2h_r, name=prefix + "plus0")
        reset = F.Activation(reset, act_type="sigmoid", name=prefix + "r_act")
        update = F.elemwise_add(i2h_z, h2h_z, name=prefix + "plus1")
        update = F.Activation(update, act_type="sigmoid", name=prefix + "z_act")
        new = F.elemwise_add(i2h_n, F.elemwise_mul(reset, h2h_n, name=prefix + "mul0"), name=prefix + "plus2")
        new = F.Activation(new, act_type="tanh", name=prefix + "h_act")
        rest = F.elemwise_sub(F.ones_like(update, name=prefix + "ones_like0"), update, name=prefix + "minus0")
        output = F.elemwise_add(
            F.elemwise_mul(rest, new, name=prefix + "mul1"),
            F.elemwise_mul(update, states[0], name=prefix + "mul20"),
            name=prefix + "out",
        )
        return output, [output]
