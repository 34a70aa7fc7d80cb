"""The cells with parameters of their own: RNNCell, LSTMCell, GRUCell."""
from ... import initializer
from ... import symbol as sym
from ...symbol import Symbol
from .base import BaseRNNCell, RNNParams


class _PlainCell(BaseRNNCell):
    """What the three share: weights and biases of input and state."""

    _states = 1

    def __init__(self, num_hidden: int, prefix: str, params: RNNParams | None, bias_init=None):
        super().__init__(prefix=prefix, params=params)
        self._num_hidden = num_hidden
        self._iW = self._params.get("i2h_weight")
        self._iB = self._params.get("i2h_bias", **({} if bias_init is None else {"init": bias_init}))
        self._hW = self._params.get("h2h_weight")
        self._hB = self._params.get("h2h_bias")

    @property
    def state_info(self):
        """Shape and layout of each state."""
        return [{"shape": (0, self._num_hidden), "__layout__": "NC"} for _ in range(self._states)]

    def _products(self, inputs: Symbol, state: Symbol, name: str) -> tuple[Symbol, Symbol]:
        rows = len(self._gate_names) * self._num_hidden
        i2h = sym.FullyConnected(inputs, self._iW, self._iB, num_hidden=rows, name=f"{name}i2h")
        h2h = sym.FullyConnected(state, self._hW, self._hB, num_hidden=rows, name=f"{name}h2h")
        return i2h, h2h


class RNNCell(_PlainCell):
    """The simple recurrent cell; see mx.gluon.rnn.RNNCell for the formula.

    Parameters
    ----------
    num_hidden : int, number of units
    activation : name of an activation
    prefix : of the names
    params : RNNParams to share

    References: MXNet 1.9.1 class mxnet.rnn.RNNCell.
    """

    def __init__(self, num_hidden: int, activation="tanh", prefix: str = "rnn_", params: RNNParams | None = None):
        super().__init__(num_hidden, prefix, params)
        self._activation = activation

    @property
    def _gate_names(self):
        return ("",)

    def __call__(self, inputs, states):
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._products(inputs, states[0], name)
        output = self._get_activation(i2h + h2h, self._activation, name=f"{name}out")
        return output, [output]


class LSTMCell(_PlainCell):
    """The long short-term memory; see mx.gluon.rnn.LSTMCell for the formulas.

    Parameters
    ----------
    num_hidden : int, number of units
    prefix : of the names
    params : RNNParams to share
    forget_bias : float, with which the forget gate's bias begins

    References: Hochreiter, Schmidhuber 1997; Jozefowicz et al. 2015 (forget_bias); MXNet 1.9.1 mxnet.rnn.LSTMCell.
    """

    _states = 2

    def __init__(
        self, num_hidden: int, prefix: str = "lstm_", params: RNNParams | None = None, forget_bias: float = 1.0
    ):
        super().__init__(num_hidden, prefix, params, initializer.LSTMBias(forget_bias=forget_bias))

    @property
    def _gate_names(self):
        return ["_i", "_f", "_c", "_o"]

    def __call__(self, inputs, states):
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._products(inputs, states[0], name)
        parts = sym.SliceChannel(i2h + h2h, num_outputs=4, name=f"{name}slice")
        in_gate = sym.Activation(parts[0], act_type="sigmoid", name=f"{name}i")
        forget_gate = sym.Activation(parts[1], act_type="sigmoid", name=f"{name}f")
        new = sym.Activation(parts[2], act_type="tanh", name=f"{name}c")
        out_gate = sym.Activation(parts[3], act_type="sigmoid", name=f"{name}o")
        memory = sym.elemwise_add(forget_gate * states[1], in_gate * new, name=f"{name}state")
        output = sym.elemwise_mul(out_gate, sym.Activation(memory, act_type="tanh"), name=f"{name}out")
        return output, [output, memory]


class GRUCell(_PlainCell):
    """The gated recurrent unit; see mx.gluon.rnn.GRUCell for the formulas.

    Parameters
    ----------
    num_hidden : int, number of units
    prefix : of the names
    params : RNNParams to share

    References: Cho et al. 2014; MXNet 1.9.1 class mxnet.rnn.GRUCell.
    """

    def __init__(self, num_hidden: int, prefix: str = "gru_", params: RNNParams | None = None):
        super().__init__(num_hidden, prefix, params)

    @property
    def _gate_names(self):
        return ["_r", "_z", "_o"]

    def __call__(self, inputs, states):
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._products(inputs, states[0], f"{name}_")
        i2h = sym.SliceChannel(i2h, num_outputs=3, name=f"{name}_i2h_slice")
        h2h = sym.SliceChannel(h2h, num_outputs=3, name=f"{name}_h2h_slice")
        reset = sym.Activation(i2h[0] + h2h[0], act_type="sigmoid", name=f"{name}_r_act")
        update = sym.Activation(i2h[1] + h2h[1], act_type="sigmoid", name=f"{name}_z_act")
        new = sym.Activation(i2h[2] + reset * h2h[2], act_type="tanh", name=f"{name}_h_act")
        output = sym.elemwise_add((1.0 - update) * new, update * states[0], name=f"{name}out")
        return output, [output]
