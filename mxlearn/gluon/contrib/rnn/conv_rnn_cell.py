"""Recurrent cells whose products are convolutions, for sequences of images, signals or volumes.

The state keeps its size because the state's convolution is padded; its kernel must therefore be odd.
"""
from ....base import ArgumentError
from ....core.infer import show
from ...parameter import Parameter
from ...rnn.rnn_cell import HybridRecurrentCell

__all__ = [f"Conv{n}D{kind}Cell" for n in (1, 2, 3) for kind in ("RNN", "LSTM", "GRU")]


def _tuple(value, dims: int, what: str) -> tuple[int, ...]:
    """Return a number as a tuple for all axes, a tuple as it is."""
    found = (value,) * dims if isinstance(value, int) else tuple(value)
    if len(found) != dims:
        raise ArgumentError(f"{what} must have {dims} items, one for each axis. Received: {found}")
    return found


class _ConvCell(HybridRecurrentCell):
    """What the convolutional cells share: shapes, parameters, the two convolutions."""

    _gates = 1
    _states = 1
    _kind = ""
    _dims = 1
    i2h_weight: Parameter

    def __init__(
        self,
        input_shape,
        hidden_channels: int,
        i2h_kernel,
        h2h_kernel,
        i2h_pad,
        i2h_dilate,
        h2h_dilate,
        i2h_weight_initializer,
        h2h_weight_initializer,
        i2h_bias_initializer,
        h2h_bias_initializer,
        conv_layout: str,
        activation,
        prefix: str | None,
        params,
    ):
        super().__init__(prefix=prefix, params=params)
        dims = self._dims
        where = type(self).__name__
        if len(conv_layout) != dims + 2 or conv_layout.find("C") not in (1, dims + 1):
            raise ArgumentError(
                f"{where}: conv_layout must be {_DIMS[dims][1]}, or with the channels last. Received: {conv_layout!r}"
            )
        self._input_shape = _tuple(input_shape, dims + 1, f"{where}: input_shape")
        self._hidden_channels = hidden_channels
        self._conv_layout = conv_layout
        self._activation = activation
        self._channel_axis = conv_layout.find("C")
        self._i2h_kernel = _tuple(i2h_kernel, dims, f"{where}: i2h_kernel")
        self._i2h_pad = _tuple(i2h_pad, dims, f"{where}: i2h_pad")
        self._i2h_dilate = _tuple(i2h_dilate, dims, f"{where}: i2h_dilate")
        self._h2h_kernel = _tuple(h2h_kernel, dims, f"{where}: h2h_kernel")
        self._h2h_dilate = _tuple(h2h_dilate, dims, f"{where}: h2h_dilate")
        if not all(k % 2 for k in self._h2h_kernel):
            raise ArgumentError(f"Only support odd number, get h2h_kernel= {self._h2h_kernel}")
        # a padding that keeps the size of the state
        self._h2h_pad = tuple(d * (k - 1) // 2 for k, d in zip(self._h2h_kernel, self._h2h_dilate, strict=True))
        channels, size = self._split(self._input_shape)
        spans = zip(size, self._i2h_pad, self._i2h_dilate, self._i2h_kernel, strict=True)
        size = tuple(n + 2 * p - d * (k - 1) for n, p, d, k in spans)
        if min(size) < 1:
            raise ArgumentError(f"{where}: the kernel is larger than the padded input {show(self._input_shape)}")
        self._state_shape = self._joined(hidden_channels, size)
        rows = self._gates * hidden_channels
        for name, shape, init in (
            ("i2h_weight", (rows, *self._joined(channels, self._i2h_kernel)), i2h_weight_initializer),
            ("h2h_weight", (rows, *self._joined(hidden_channels, self._h2h_kernel)), h2h_weight_initializer),
            ("i2h_bias", (rows,), i2h_bias_initializer),
            ("h2h_bias", (rows,), h2h_bias_initializer),
        ):
            setattr(self, name, self.params.get(name, shape=shape, init=init, allow_deferred_init=True))

    def _split(self, shape) -> tuple[int, tuple[int, ...]]:
        """Return (channels, size) of a shape without the batch."""
        at = self._channel_axis - 1
        return shape[at], (*shape[:at], *shape[at + 1 :])

    def _joined(self, channels: int, size) -> tuple[int, ...]:
        return (channels, *size) if self._channel_axis == 1 else (*size, channels)

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape and layout of each state."""
        info = {"shape": (batch_size, *self._state_shape), "__layout__": self._conv_layout}
        return [dict(info) for _ in range(self._states)]

    def _alias(self) -> str:
        return f"conv_{self._kind}"

    def __repr__(self) -> str:
        shape = self.i2h_weight.shape
        inputs = shape[1 if self._channel_axis == 1 else -1]
        return f"{type(self).__name__}({inputs or None} -> {shape[0]}, {self._activation}, {self._conv_layout})"

    def _conv_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias, prefix: str):
        """Return the convolutions of the input and of the state."""
        options = {
            "num_filter": self._gates * self._hidden_channels,
            "stride": (1,) * self._dims,
            "layout": self._conv_layout,
        }
        i2h = F.Convolution(
            inputs,
            i2h_weight,
            i2h_bias,
            kernel=self._i2h_kernel,
            pad=self._i2h_pad,
            dilate=self._i2h_dilate,
            name=prefix + "i2h",
            **options,
        )
        h2h = F.Convolution(
            states[0],
            h2h_weight,
            h2h_bias,
            kernel=self._h2h_kernel,
            pad=self._h2h_pad,
            dilate=self._h2h_dilate,
            name=prefix + "h2h",
            **options,
        )
        return i2h, h2h


class _ConvRNN(_ConvCell):
    _kind = "rnn"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        prefix = f"t{self._counter}_"
        i2h, h2h = self._conv_forward(F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias, prefix)
        output = self._get_activation(F, i2h + h2h, self._activation, name=prefix + "out")
        return output, [output]


class _ConvLSTM(_ConvCell):
    _kind = "lstm"
    _gates = 4
    _states = 2

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        prefix = f"t{self._counter}_"
        i2h, h2h = self._conv_forward(F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias, prefix)
        gates = i2h + h2h
        i, f, g, o = F.SliceChannel(gates, num_outputs=4, axis=self._channel_axis, name=prefix + "slice")
        in_gate = F.Activation(i, act_type="sigmoid", name=prefix + "i")
        forget_gate = F.Activation(f, act_type="sigmoid", name=prefix + "f")
        new = self._get_activation(F, g, self._activation, name=prefix + "c")
        out_gate = F.Activation(o, act_type="sigmoid", name=prefix + "o")
        kept, added = forget_gate * states[1], in_gate * new
        memory = F.elemwise_add(kept, added, name=prefix + "state")
        output = F.elemwise_mul(out_gate, self._get_activation(F, memory, self._activation), name=prefix + "out")
        return output, [output, memory]


class _ConvGRU(_ConvCell):
    _kind = "gru"
    _gates = 3

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        prefix = f"t{self._counter}_"
        axis = self._channel_axis
        i2h, h2h = self._conv_forward(F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias, prefix)
        i2h_r, i2h_z, i2h_n = F.SliceChannel(i2h, num_outputs=3, axis=axis, name=prefix + "i2h_slice")
        h2h_r, h2h_z, h2h_n = F.SliceChannel(h2h, num_outputs=3, axis=axis, name=prefix + "h2h_slice")
        reset = F.Activation(i2h_r + h2h_r, act_type="sigmoid", name=prefix + "r_act")
        update = F.Activation(i2h_z + h2h_z, act_type="sigmoid", name=prefix + "z_act")
        new = i2h_n + reset * h2h_n
        new = self._get_activation(F, new, self._activation, name=prefix + "h_act")
        output = F.elemwise_add((1.0 - update) * new, update * states[0], name=prefix + "out")
        return output, [output]


_TEXT = """{title} on {what}.

    {formula}

    Parameters
    ----------
    input_shape : tuple of int, shape of one input without the batch, in the order of ``conv_layout``
    hidden_channels : int, channels of the state and of the output
    i2h_kernel, h2h_kernel : int or tuple of int, of the convolutions of input and state; the latter odd
    i2h_pad : int or tuple of int, padding of the input; the state is padded so that it keeps its size
    i2h_dilate, h2h_dilate : int or tuple of int
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : Initializer
    conv_layout : order of the axes, {layout} or with the channels last
    activation : name of an activation, or a Block

    References: {source}; MXNet 1.9.1 class mxnet.gluon.contrib.rnn.{name}.
    """
_KINDS = {
    "RNN": (_ConvRNN, "A simple recurrent cell", "h' = activation(W_i * x + b_i + W_h * h + b_h)", "Elman 1990"),
    "LSTM": (
        _ConvLSTM,
        "A long short-term memory",
        "LSTMCell with convolutions in the place of its products.",
        "Xingjian et al. 2015",
    ),
    "GRU": (
        _ConvGRU,
        "A gated recurrent unit",
        "GRUCell with convolutions in the place of its products.",
        "Ballas et al. 2016",
    ),
}
_DIMS = {1: ("signals", "NCW"), 2: ("images", "NCHW"), 3: ("volumes", "NCDHW")}


def _define(kind: str, dims: int) -> type:
    """Return the class for one kind of cell and one number of axes."""
    base, title, formula, source = _KINDS[kind]
    what, layout = _DIMS[dims]
    name = f"Conv{dims}D{kind}Cell"
    ones, zeros = (1,) * dims, (0,) * dims

    def __init__(
        self,
        input_shape,
        hidden_channels: int,
        i2h_kernel,
        h2h_kernel,
        i2h_pad=zeros,
        i2h_dilate=ones,
        h2h_dilate=ones,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        conv_layout: str = layout,
        activation="tanh",
        prefix: str | None = None,
        params=None,
    ):
        base.__init__(
            self,
            input_shape,
            hidden_channels,
            i2h_kernel,
            h2h_kernel,
            i2h_pad,
            i2h_dilate,
            h2h_dilate,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            conv_layout,
            activation,
            prefix,
            params,
        )

    text = _TEXT.format(title=title, what=what, formula=formula, layout=layout, source=source, name=name)
    __init__.__qualname__ = f"{name}.__init__"
    return type(name, (base,), {"__init__": __init__, "__doc__": text, "__module__": __name__, "_dims": dims})


Conv1DRNNCell = _define("RNN", 1)
Conv2DRNNCell = _define("RNN", 2)
Conv3DRNNCell = _define("RNN", 3)
Conv1DLSTMCell = _define("LSTM", 1)
Conv2DLSTMCell = _define("LSTM", 2)
Conv3DLSTMCell = _define("LSTM", 3)
Conv1DGRUCell = _define("GRU", 1)
Conv2DGRUCell = _define("GRU", 2)
Conv3DGRUCell = _define("GRU", 3)
