"""Recurrent layers over whole sequences: RNN, LSTM, GRU. The operator RNN does the work.

References: MXNet 1.9.1 module mxnet.gluon.rnn.rnn_layer.
"""
from typing import Any

from ... import ndarray as nd
from ... import symbol as sym
from ...base import ArgumentError, ShapeError
from ...kernels.recurrent import GATES
from ...ndarray import NDArray
from ...symbol import Symbol
from ..block import HybridBlock
from ..parameter import Parameter
from . import rnn_cell
from .rnn_cell.sequences import make_state

__all__ = ["GRU", "LSTM", "RNN"]


class _RNNLayer(HybridBlock):
    """What the three layers share: parameters by layer and direction, states, layouts.

    The parameters have MXNet's names: l0_i2h_weight, r0_i2h_weight (the direction from the end to the begin),
    l1_h2h_bias and so on.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int,
        layout: str,
        dropout: float,
        bidirectional: bool,
        input_size: int,
        i2h_weight_initializer,
        h2h_weight_initializer,
        i2h_bias_initializer,
        h2h_bias_initializer,
        mode: str,
        projection_size: int | None,
        h2r_weight_initializer,
        lstm_state_clip_min: float | None,
        lstm_state_clip_max: float | None,
        lstm_state_clip_nan: bool,
        dtype,
        use_sequence_length: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if layout not in ("TNC", "NTC"):
            raise ArgumentError(f"{type(self).__name__}: layout must be 'TNC' or 'NTC'. Received: {layout!r}")
        self._hidden_size = hidden_size
        self._projection_size = projection_size or None
        self._num_layers = num_layers
        self._mode = mode
        self._layout = layout
        self._dropout = dropout
        self._dir = 2 if bidirectional else 1
        self._input_size = input_size
        self._gates = GATES[mode]
        self._dtype = dtype
        self._lstm_state_clip_min = lstm_state_clip_min
        self._lstm_state_clip_max = lstm_state_clip_max
        self._lstm_state_clip_nan = lstm_state_clip_nan
        self._use_sequence_length = use_sequence_length
        self._skip_states = False
        rows, size = self._gates * hidden_size, self._projection_size or hidden_size
        inputs = input_size
        for layer in range(num_layers):
            for side in self._sides:
                name = f"{side}{layer}"
                self._declare(f"{name}_i2h_weight", (rows, inputs), i2h_weight_initializer)
                self._declare(f"{name}_h2h_weight", (rows, size), h2h_weight_initializer)
                self._declare(f"{name}_i2h_bias", (rows,), i2h_bias_initializer)
                self._declare(f"{name}_h2h_bias", (rows,), h2h_bias_initializer)
                if self._projection_size:
                    self._declare(f"{name}_h2r_weight", (size, hidden_size), h2r_weight_initializer)
            inputs = size * self._dir

    @property
    def _sides(self) -> tuple[str, ...]:
        return ("l", "r")[: self._dir]

    def _declare(self, name: str, shape, init) -> None:
        parameter = self.params.get(name, shape=shape, init=init, allow_deferred_init=True, dtype=self._dtype)
        setattr(self, name, parameter)

    def _structured_params(self, prefix: str = "") -> dict[str, Parameter]:
        """Return parameters by the place that they would have in a stack of cells, as MXNet writes them to files."""
        prefix = f"{prefix}." if prefix else ""
        found = {}
        for key, value in self._reg_params.items():
            side, layer, name = key[0], *key[1:].split("_", 1)
            cell = f"{side}_cell." if self._dir == 2 else ""
            found[f"{prefix}_unfused.{layer}.{cell}{name}"] = value
        return found

    _collect_params_with_prefix = _structured_params

    def __repr__(self) -> str:
        rows, columns = self._reg_params["l0_i2h_weight"].shape
        text = f"{type(self).__name__}({columns or None} -> {rows // self._gates}, {self._layout}"
        if self._num_layers != 1:
            text += f", num_layers={self._num_layers}"
        if self._dropout != 0:
            text += f", dropout={self._dropout}"
        if self._dir == 2:
            text += ", bidirectional"
        return text + ")"

    # -- states ------------------------------------------------------------------------------------------------------
    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape, layout and dtype of each state."""
        raise NotImplementedError(f"{type(self).__name__} must define state_info(self, batch_size=0)")

    def _state(self, batch_size: int, size: int) -> dict[str, Any]:
        shape = (self._num_layers * self._dir, batch_size, size)
        return {"shape": shape, "__layout__": "LNC", "dtype": self._dtype}

    def begin_state(self, batch_size: int = 0, func=nd.zeros, **kwargs) -> list:
        """Return the states before the first step.

        Parameters
        ----------
        batch_size : int
        func : makes a state; default zeros
        **kwargs : for ``func``, such as ctx
        """
        infos = self.state_info(batch_size)
        return [make_state(func, f"{self._prefix}h0_{i}", info, kwargs) for i, info in enumerate(infos)]

    def cast(self, dtype) -> None:
        """Convert parameters and states to another dtype."""
        super().cast(dtype)
        self._dtype = dtype

    def _unfuse(self) -> "rnn_cell.HybridSequentialRNNCell":
        """Return the layer as a stack of cells with the same parameters."""
        if self._projection_size:
            raise ArgumentError(f"{type(self).__name__}: a layer with a projection cannot be taken apart into cells")
        if self._lstm_state_clip_min is not None or self._lstm_state_clip_max is not None:
            raise ArgumentError(f"{type(self).__name__}: a layer with clipped states cannot be taken apart into cells")
        make: Any = {
            "rnn_relu": lambda **kw: rnn_cell.RNNCell(self._hidden_size, activation="relu", **kw),
            "rnn_tanh": lambda **kw: rnn_cell.RNNCell(self._hidden_size, activation="tanh", **kw),
            "lstm": lambda **kw: rnn_cell.LSTMCell(self._hidden_size, **kw),
            "gru": lambda **kw: rnn_cell.GRUCell(self._hidden_size, **kw),
        }[self._mode]
        stack = rnn_cell.HybridSequentialRNNCell(prefix=self.prefix, params=self.params)
        inputs = self._reg_params["l0_i2h_weight"].shape[1]
        with stack.name_scope():
            for layer in range(self._num_layers):
                cells = [make(prefix=f"{side}{layer}_", input_size=inputs) for side in self._sides]
                stack.add(cells[0] if self._dir == 1 else rnn_cell.BidirectionalCell(*cells))
                if self._dropout > 0 and layer < self._num_layers - 1:
                    stack.add(rnn_cell.DropoutCell(self._dropout))
                inputs = self._hidden_size * self._dir
        return stack

    # -- running -----------------------------------------------------------------------------------------------------
    def __call__(self, inputs, states=None, sequence_length=None, **kwargs):
        """Run over sequences.

        Parameters
        ----------
        inputs : (time, batch, features), or (batch, time, features) with layout "NTC"
        states : list of states, or one; None starts with zeros
        sequence_length : (batch,), with use_sequence_length=True

        Returns
        -------
        outputs; or (outputs, list of the last states) where states were given
        """
        self._skip_states = states is None
        if states is None:
            states = self._zero_states(inputs)
        if isinstance(states, (NDArray, Symbol)) and not (isinstance(states, Symbol) and len(states) > 1):
            states = [states]
        if self._use_sequence_length:
            if sequence_length is None:
                raise ArgumentError(
                    f"{type(self).__name__} '{self.name}': use_sequence_length=True needs sequence_length in the call"
                )
            args = (inputs, list(states), sequence_length)
        elif sequence_length is not None:
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}': sequence_length counts only with use_sequence_length=True, which"
                " goes to the constructor"
            )
        else:
            args = (inputs, list(states))
        return super().__call__(*args, **kwargs)

    def _zero_states(self, inputs) -> list:
        if isinstance(inputs, Symbol):
            states = self.begin_state(0, func=sym.zeros)
            return states if inputs._result_class is Symbol else [s.as_np_ndarray() for s in states]
        if not isinstance(inputs, NDArray):
            self._first(inputs)  # raises the error
        states = self.begin_state(self._batch(inputs), ctx=inputs.context, dtype=inputs.dtype)
        return states if inputs._result_class is NDArray else [s.as_np_ndarray() for s in states]

    def _batch(self, inputs) -> int:
        if inputs.ndim != 3:
            raise ShapeError(
                f"{type(self).__name__} '{self.name}': data must have the axes {self._layout}."
                f" Received: shape {inputs.shape}"
            )
        return inputs.shape[self._layout.find("N")]

    def forward(self, x, states, *args):
        """Check the states of arrays, and run; return what ``__call__`` says."""
        if isinstance(x, NDArray):
            infos = self.state_info(self._batch(x))
            if len(states) != len(infos):
                raise ArgumentError(
                    f"{type(self).__name__} '{self.name}': expected a list of {len(infos)} states."
                    f" Received: {len(states)}"
                )
            for info, state in zip(infos, states, strict=True):
                if state.shape != info["shape"]:
                    raise ShapeError(
                        f"Invalid recurrent state shape. Expecting {info['shape']}, got {state.shape}.\n"
                        f"  Make states with begin_state(batch_size=...); the layout of the data is {self._layout}."
                    )
        skip, self._skip_states = self._skip_states, False
        outputs, states = super().forward(x, states, *args)
        return outputs if skip else (outputs, states)

    def hybrid_forward(self, F, inputs, states, sequence_length=None, **kwargs):
        if self._layout == "NTC":
            inputs = F.swapaxes(inputs, dim1=0, dim2=1)
        names = [f"{side}{layer}" for layer in range(self._num_layers) for side in self._sides]
        parts = ("i2h", "h2h", "h2r") if self._projection_size else ("i2h", "h2h")
        ordered = [kwargs[f"{name}_{part}_weight"] for name in names for part in parts]
        ordered += [kwargs[f"{name}_{part}_bias"] for name in names for part in ("i2h", "h2h")]
        packed = F._internal._rnn_param_concat(*[F.reshape(p, shape=(-1,)) for p in ordered], dim=0)
        if self._use_sequence_length:
            states = [*states, sequence_length]
        outputs, *new_states = F.RNN(
            inputs,
            packed,
            *states,
            use_sequence_length=self._use_sequence_length,
            state_size=self._hidden_size,
            projection_size=self._projection_size,
            num_layers=self._num_layers,
            bidirectional=self._dir == 2,
            p=self._dropout,
            state_outputs=True,
            mode=self._mode,
            lstm_state_clip_min=self._lstm_state_clip_min,
            lstm_state_clip_max=self._lstm_state_clip_max,
            lstm_state_clip_nan=self._lstm_state_clip_nan,
        )
        if self._layout == "NTC":
            outputs = F.swapaxes(outputs, dim1=0, dim2=1)
        return outputs, new_states


class RNN(_RNNLayer):
    """Layers of simple recurrent units: h' = activation(W_i x + b_i + W_h h + b_h).

    Parameters
    ----------
    hidden_size : int, number of units of each layer
    num_layers : int
    activation : "relu" or "tanh"
    layout : "TNC" (time, batch, features) or "NTC"
    dropout : float, between the layers while training
    bidirectional : bool, whether each layer reads in both directions
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : Initializer
    input_size : int, number of input features; 0 lets the first call find it
    dtype : of parameters and states

    Examples
    --------
    >>> layer = mx.gluon.rnn.RNN(7, num_layers=2)
    >>> layer.initialize()
    >>> outputs, states = layer(mx.nd.ones((5, 3, 4)), layer.begin_state(3))
    >>> outputs.shape, states[0].shape
    ((5, 3, 7), (2, 3, 7))

    References: Elman 1990; MXNet 1.9.1 class mxnet.gluon.rnn.RNN.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        activation: str = "relu",
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size: int = 0,
        dtype="float32",
        **kwargs,
    ):
        if activation not in ("relu", "tanh"):
            raise ArgumentError(f"RNN: activation must be 'relu' or 'tanh'. Received: {activation!r}")
        super().__init__(
            hidden_size,
            num_layers,
            layout,
            dropout,
            bidirectional,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            "rnn_" + activation,
            None,
            None,
            None,
            None,
            False,
            dtype,
            **kwargs,
        )

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape, layout and dtype of the state."""
        return [self._state(batch_size, self._hidden_size)]


class LSTM(_RNNLayer):
    """Layers of long short-term memory; LSTMCell has the formulas.

    Parameters
    ----------
    hidden_size : int, number of units of each layer
    num_layers : int
    layout : "TNC" (time, batch, features) or "NTC"
    dropout : float, between the layers while training
    bidirectional : bool, whether each layer reads in both directions
    input_size : int, number of input features; 0 lets the first call find it
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : Initializer
    projection_size : int, size to which the output h is projected; None for no projection
    h2r_weight_initializer : Initializer of the projection
    state_clip_min, state_clip_max : float, bounds of the memory c, given together
    state_clip_nan : bool, whether a nan in the memory becomes state_clip_min
    dtype : of parameters and states

    Two states: h (num_layers * directions, batch, hidden_size or projection_size) and the memory c
    (num_layers * directions, batch, hidden_size).

    References: Hochreiter, Schmidhuber 1997; Sak et al. 2014; MXNet 1.9.1 class mxnet.gluon.rnn.LSTM.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        input_size: int = 0,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        projection_size: int | None = None,
        h2r_weight_initializer=None,
        state_clip_min: float | None = None,
        state_clip_max: float | None = None,
        state_clip_nan: bool = False,
        dtype="float32",
        **kwargs,
    ):
        super().__init__(
            hidden_size,
            num_layers,
            layout,
            dropout,
            bidirectional,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            "lstm",
            projection_size,
            h2r_weight_initializer,
            state_clip_min,
            state_clip_max,
            state_clip_nan,
            dtype,
            **kwargs,
        )

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape, layout and dtype of h and c."""
        sizes = (self._projection_size or self._hidden_size, self._hidden_size)
        return [self._state(batch_size, size) for size in sizes]


class GRU(_RNNLayer):
    """Layers of gated recurrent units; GRUCell has the formulas.

    Parameters
    ----------
    hidden_size : int, number of units of each layer
    num_layers : int
    layout : "TNC" (time, batch, features) or "NTC"
    dropout : float, between the layers while training
    bidirectional : bool, whether each layer reads in both directions
    input_size : int, number of input features; 0 lets the first call find it
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : Initializer
    dtype : of parameters and states

    References: Cho et al. 2014; MXNet 1.9.1 class mxnet.gluon.rnn.GRU.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        input_size: int = 0,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        dtype="float32",
        **kwargs,
    ):
        super().__init__(
            hidden_size,
            num_layers,
            layout,
            dropout,
            bidirectional,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            "gru",
            None,
            None,
            None,
            None,
            False,
            dtype,
            **kwargs,
        )

    def state_info(self, batch_size: int = 0) -> list[dict]:
        """Return shape, layout and dtype of the state."""
        return [self._state(batch_size, self._hidden_size)]
