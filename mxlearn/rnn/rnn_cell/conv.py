"""Recurrent cells on images, whose products are convolutions."""
from functools import partial

from ... import symbol as sym
from ...base import ArgumentError
from ...symbol import Symbol
from .base import BaseRNNCell, RNNParams

_LEAKY = partial(sym.LeakyReLU, act_type="leaky", slope=0.2)


class BaseConvRNNCell(BaseRNNCell):
    """What the convolutional cells share.

    Parameters
    ----------
    input_shape : (batch, channel, height, width) in the order of ``conv_layout``; the batch may be any
    num_hidden : int, channels of the state and of the output
    h2h_kernel, h2h_dilate : (height, width) of the state's convolution; its kernel is odd
    i2h_kernel, i2h_stride, i2h_pad, i2h_dilate : (height, width) of the input's convolution
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : Initializer
    activation : name of an activation, or a function of symbols
    prefix : of the names
    params : RNNParams to share
    conv_layout : order of the axes

    References: MXNet 1.9.1 class mxnet.rnn.BaseConvRNNCell.
    """

    _states = 1

    def __init__(
        self,
        input_shape,
        num_hidden: int,
        h2h_kernel,
        h2h_dilate,
        i2h_kernel,
        i2h_stride,
        i2h_pad,
        i2h_dilate,
        i2h_weight_initializer,
        h2h_weight_initializer,
        i2h_bias_initializer,
        h2h_bias_initializer,
        activation,
        prefix: str = "",
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ):
        super().__init__(prefix=prefix, params=params)
        if not all(k % 2 for k in h2h_kernel):
            raise ArgumentError(f"Only support odd numbers, got h2h_kernel= {tuple(h2h_kernel)}")
        self._input_shape = tuple(input_shape)
        self._num_hidden = num_hidden
        self._activation = activation
        self._conv_layout = conv_layout
        # a padding that keeps the size of the state
        h2h_pad = tuple(d * (k - 1) // 2 for k, d in zip(h2h_kernel, h2h_dilate, strict=True))
        self._h2h = {"kernel": h2h_kernel, "dilate": h2h_dilate, "pad": h2h_pad, "stride": (1,) * len(h2h_kernel)}
        self._i2h = {"kernel": i2h_kernel, "dilate": i2h_dilate, "pad": i2h_pad, "stride": i2h_stride}
        self._iW = self._params.get("i2h_weight", init=i2h_weight_initializer)
        self._hW = self._params.get("h2h_weight", init=h2h_weight_initializer)
        self._iB = self._params.get("i2h_bias", init=i2h_bias_initializer)
        self._hB = self._params.get("h2h_bias", init=h2h_bias_initializer)
        output = sym.Convolution(sym.Variable("data"), **{"num_filter": num_hidden, "layout": conv_layout, **self._i2h})
        shape = output.infer_shape(data=self._input_shape)[1][0]
        self._state_shape = (0, *shape[1:])

    @property
    def state_info(self):
        """Shape and layout of each state."""
        return [{"shape": self._state_shape, "__layout__": self._conv_layout} for _ in range(self._states)]

    @property
    def _num_gates(self) -> int:
        return len(self._gate_names)

    def _conv_forward(self, inputs: Symbol, states: list, name: str) -> tuple[Symbol, Symbol]:
        """Return the convolutions of input and state."""
        options = {"num_filter": self._num_hidden * self._num_gates, "layout": self._conv_layout}
        i2h = sym.Convolution(inputs, self._iW, self._iB, name=f"{name}i2h", **self._i2h, **options)
        h2h = sym.Convolution(states[0], self._hW, self._hB, name=f"{name}h2h", **self._h2h, **options)
        return i2h, h2h

    def _cut(self, product: Symbol, name: str) -> Symbol:
        return sym.SliceChannel(product, num_outputs=self._num_gates, axis=self._conv_layout.find("C"), name=name)

    def __call__(self, inputs, states):
        raise NotImplementedError("BaseConvRNNCell is abstract class for convolutional RNN")


def _constructor(prefix: str):
    """Return the __init__ of a convolutional cell whose names begin with ``prefix``."""
    first = prefix

    def __init__(
        self,
        input_shape,
        num_hidden: int,
        h2h_kernel=(3, 3),
        h2h_dilate=(1, 1),
        i2h_kernel=(3, 3),
        i2h_stride=(1, 1),
        i2h_pad=(1, 1),
        i2h_dilate=(1, 1),
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        activation=_LEAKY,
        prefix: str = first,
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ):
        BaseConvRNNCell.__init__(
            self,
            input_shape,
            num_hidden,
            h2h_kernel,
            h2h_dilate,
            i2h_kernel,
            i2h_stride,
            i2h_pad,
            i2h_dilate,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            activation,
            prefix,
            params,
            conv_layout,
        )

    return __init__


class ConvRNNCell(BaseConvRNNCell):
    """RNNCell with convolutions in the place of its products; BaseConvRNNCell says what the parameters are.

    References: MXNet 1.9.1 class mxnet.rnn.ConvRNNCell.
    """

    __init__ = _constructor("ConvRNN_")

    @property
    def _gate_names(self):
        return ("",)

    def __call__(self, inputs, states):
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        output = self._get_activation(i2h + h2h, self._activation, name=f"{name}out")
        return output, [output]


class ConvLSTMCell(BaseConvRNNCell):
    """LSTMCell with convolutions in the place of its products; BaseConvRNNCell says what the parameters are.

    References: Xingjian et al. 2015; MXNet 1.9.1 class mxnet.rnn.ConvLSTMCell.
    """

    _states = 2
    __init__ = _constructor("ConvLSTM_")

    @property
    def _gate_names(self):
        return ["_i", "_f", "_c", "_o"]

    def __call__(self, inputs, states):
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        parts = self._cut(i2h + h2h, f"{name}slice")
        in_gate = sym.Activation(parts[0], act_type="sigmoid", name=f"{name}i")
        forget_gate = sym.Activation(parts[1], act_type="sigmoid", name=f"{name}f")
        new = self._get_activation(parts[2], self._activation, name=f"{name}c")
        out_gate = sym.Activation(parts[3], act_type="sigmoid", name=f"{name}o")
        memory = sym.elemwise_add(forget_gate * states[1], in_gate * new, name=f"{name}state")
        output = sym.elemwise_mul(out_gate, self._get_activation(memory, self._activation), name=f"{name}out")
        return output, [output, memory]


class ConvGRUCell(BaseConvRNNCell):
    """GRUCell with convolutions in the place of its products; BaseConvRNNCell says what the parameters are.

    References: Ballas et al. 2016; MXNet 1.9.1 class mxnet.rnn.ConvGRUCell.
    """

    __init__ = _constructor("ConvGRU_")

    @property
    def _gate_names(self):
        return ["_r", "_z", "_o"]

    def __call__(self, inputs, states):
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        i2h, h2h = self._cut(i2h, f"{name}i2h_slice"), self._cut(h2h, f"{name}h2h_slice")
        reset = sym.Activation(i2h[0] + h2h[0], act_type="sigmoid", name=f"{name}r_act")
        update = sym.Activation(i2h[1] + h2h[1], act_type="sigmoid", name=f"{name}z_act")
        new = self._get_activation(i2h[2] + reset * h2h[2], self._activation, name=f"{name}h_act")
        output = sym.elemwise_add((1.0 - update) * new, update * states[0], name=f"{name}out")
        return output, [output]
