"""Recurrent layers as one operator, RNN, and what belongs to it: its gradient, and the packing of its parameters."""
from typing import Any, Literal

from ..base import ArgumentError, DTypeError, ShapeError
from ..core.infer import first_dtype, show, unify
from ..core.operator import operator
from ..kernels import recurrent as kernels
from ..kernels.recurrent import Plan
from .joining import outputs_of

Mode = Literal["rnn_relu", "rnn_tanh", "lstm", "gru"]


# -- attributes and shapes ---------------------------------------------------------------------------------------------
def _plan(
    *,
    state_size,
    num_layers,
    mode,
    bidirectional,
    projection_size,
    lstm_state_clip_min,
    lstm_state_clip_max,
    lstm_state_clip_nan,
    **_,
) -> Plan:
    """Return what the attributes say, checked."""
    if state_size < 1 or num_layers < 1:
        raise ArgumentError(
            f"state_size and num_layers must be at least 1. Received: state_size={state_size}, num_layers={num_layers}"
        )
    if projection_size is not None and (mode != "lstm" or projection_size < 1):
        raise ArgumentError(
            "projection_size is a positive number, and only mode='lstm' has a projection."
            f" Received: projection_size={projection_size}, mode={mode!r}"
        )
    clip = None
    if (lstm_state_clip_min is None) != (lstm_state_clip_max is None):
        raise ArgumentError("lstm_state_clip_min and lstm_state_clip_max go together: pass both or none")
    if mode == "lstm" and lstm_state_clip_min is not None:
        clip = (lstm_state_clip_min, lstm_state_clip_max, lstm_state_clip_nan)
    return Plan(mode, state_size, num_layers, 2 if bidirectional else 1, projection_size, clip)


def _active(attrs):
    cell = ("state_cell",) if attrs["mode"] == "lstm" else ()
    lengths = ("sequence_length",) if attrs["use_sequence_length"] else ()
    return ("data", "parameters", "state", *cell, *lengths)


def _visible(attrs):
    if not attrs["state_outputs"]:
        return 1
    return 3 if attrs["mode"] == "lstm" else 2


def _arranged(mode, use_sequence_length, state_cell, sequence_length):
    """Return (state_cell, sequence_length): without a cell the lengths stand in its place."""
    if mode != "lstm" and use_sequence_length and sequence_length is None:
        return None, state_cell
    return state_cell, sequence_length


def _rnn_shape(data=None, parameters=None, state=None, state_cell=None, sequence_length=None, **attrs):
    plan = _plan(**attrs)
    if data is not None and len(data) != 3:
        raise ShapeError(f"data must be (time, batch, features). Received: {show(data)}")
    batch = -1
    for shape in (data, state, state_cell):
        if shape is not None and len(shape) == 3:
            batch = max(batch, shape[1])
    features = -1 if data is None else data[2]
    size = -1 if parameters is None or len(parameters) != 1 else parameters[0]
    if features < 0 <= size:
        features = plan.inputs_of(size)
    if features >= 0:
        size = plan.parameter_size(features)
    if data is not None:
        data = unify(data, (-1, batch, features), "the shape of data, and what states and parameters say,")
    inputs = [data, unify(parameters, (size,), f"the shape of parameters, and that for {features} input features,")]
    states = (plan.runs, batch, plan.size)
    inputs.append(unify(state, states, "the shape of state, and (layers * directions, batch, state_size),"))
    cells = (plan.runs, batch, plan.hidden)
    lstm = plan.mode == "lstm"
    if lstm:
        inputs.append(unify(state_cell, cells, "the shape of state_cell, and (runs, batch, state_size),"))
    if attrs["use_sequence_length"]:
        inputs.append(unify(sequence_length, (batch,), "the shape of sequence_length, and (batch,),"))
    time = -1 if data is None else data[0]
    dropped = plan.layers > 1 and attrs["p"] > 0
    # gates and cells as the readable tier keeps them: the record of a library, in their place, has a shape of its own
    outputs = [
        (time, batch, plan.directions * plan.size),
        states,
        cells if lstm else (0,),
        (plan.runs, time, batch, kernels.BLOCKS[plan.mode] * plan.hidden),
        (plan.runs, time, batch, plan.size),
        (plan.runs, time, batch, plan.hidden) if lstm else (0,),
        (plan.layers - 1, time, batch, plan.directions * plan.size) if dropped else (0,),
    ]
    return inputs, outputs


def _rnn_dtype(data=None, parameters=None, state=None, state_cell=None, sequence_length=None, **attrs):
    dtype = next((t for t in (data, parameters, state, state_cell) if t is not None), None)
    for name, other in (("parameters", parameters), ("state", state), ("state_cell", state_cell)):
        if other is not None and other != dtype:
            raise DTypeError(f"data and {name} must have one dtype. Received: {dtype} and {other}")
    if dtype is not None and dtype.kind != "f":
        raise DTypeError(f"data must be floating. Received: {dtype}")
    inputs = [dtype] * (4 if attrs["mode"] == "lstm" else 3)
    return inputs + ([sequence_length or dtype] if attrs["use_sequence_length"] else []), [dtype] * 7


# -- the operator ------------------------------------------------------------------------------------------------------
@operator(
    outputs=("output", "state_output", "statecell_output", "gates", "hidden", "cells", "masks"),
    visible=_visible,
    active_inputs=_active,
    shape=_rnn_shape,
    dtype=_rnn_dtype,
)
def RNN(
    xp,
    data,
    parameters,
    state,
    state_cell=None,
    sequence_length=None,
    *,
    state_size: int,
    num_layers: int,
    bidirectional: bool = False,
    mode: Mode,
    p: float = 0.0,
    state_outputs: bool = False,
    projection_size: int | None = None,
    lstm_state_clip_min: float | None = None,
    lstm_state_clip_max: float | None = None,
    lstm_state_clip_nan: bool = False,
    use_sequence_length: bool = False,
    is_train: bool,
    rng,
):
    """Run recurrent layers over a batch of sequences.

    Parameters
    ----------
    data : (time, batch, features), floating
    parameters : vector of all parameters. First the weights, of each layer and in it of each direction: input to hidden
        (gates * state_size, features), hidden to hidden (gates * state_size, state_size), the projection if there is
        one; then in the same order the biases of both, each (gates * state_size,). The gates of an LSTM are input,
        forget, new memory, output; those of a GRU reset, update, new state
    state : (num_layers * directions, batch, state_size), before the first step; with a projection its last extent is
        projection_size
    state_cell : (num_layers * directions, batch, state_size), the memory before the first step; mode "lstm" only
    sequence_length : (batch,), from 1 to time; only with ``use_sequence_length=True``. Behind the end of a sequence the
        output is 0 and the states stay. (MXNet 1.9.1 reads the lengths on a GPU alone.)
    state_size, num_layers : int
    bidirectional : bool, whether each layer also runs from the end to the begin; outputs are then joined
    mode : "rnn_relu", "rnn_tanh", "lstm" or "gru"
    p : float in [0, 1], dropout of the outputs of each layer but the last, while training
    state_outputs : bool, whether to return the last states as well
    projection_size : int, of the LSTM's projected state
    lstm_state_clip_min, lstm_state_clip_max : bounds of the LSTM's memory. (MXNet 1.9.1 clips on a GPU alone.)
    lstm_state_clip_nan : bool, whether a nan in the memory becomes the least bound
    use_sequence_length : bool

    Returns
    -------
    (time, batch, directions * state_size); with ``state_outputs=True`` also the states after the last step, and of an
    LSTM the memory

    >>> data, state = mx.nd.array([[[1]], [[0]]]), mx.nd.zeros((1, 1, 1))
    >>> parameters = mx.nd.array([1, 0.5, 0, 0])       # one weight for the input, one for the state, two biases
    >>> mx.nd.RNN(data, parameters, state, state_size=1, num_layers=1, mode="rnn_relu")
    [[[1. ]]
    <BLANKLINE>
     [[0.5]]]
    <NDArray 2x1x1 @cpu(0)>

    References: MXNet 1.9.1 operator RNN; kernels/recurrent.py has the formulas.
    """
    state_cell, sequence_length = _arranged(mode, use_sequence_length, state_cell, sequence_length)
    plan = _checked(
        (data, parameters, state, state_cell, sequence_length if use_sequence_length else None),
        use_sequence_length,
        state_size=state_size,
        num_layers=num_layers,
        mode=mode,
        bidirectional=bidirectional,
        projection_size=projection_size,
        lstm_state_clip_min=lstm_state_clip_min,
        lstm_state_clip_max=lstm_state_clip_max,
        lstm_state_clip_nan=lstm_state_clip_nan,
    )
    if not 0 <= p <= 1:
        raise ArgumentError(f"p is the probability of an element to be dropped, within [0, 1]. Received: {p!r}")

    masks = None
    if p and num_layers > 1:
        shape = (num_layers - 1, *data.shape[:2], plan.directions * plan.size)
        masks = _dropout_masks(xp, rng, shape, p, data.dtype) if is_train else xp.ones((), data.dtype)
        masks = xp.broadcast_to(masks, shape)
    lengths = sequence_length if use_sequence_length else None
    results = kernels.forward(xp, plan, data, parameters, state, state_cell, lengths, masks if is_train else None)
    return (*results, xp.empty((0,), data.dtype) if masks is None else masks)


def _dropout_masks(xp, rng, shape, p, dtype):
    """Return 0 with probability p, 1 / (1 - p) elsewhere."""
    masks = (rng.random(shape, dtype=xp.float32) < 1.0 - p).astype(dtype)
    return masks * (1.0 / (1.0 - p)) if p < 1 else masks


def _checked(inputs, use_sequence_length, **attrs) -> Plan:
    """Return the plan, after a check of what the kernel would not stumble over by itself."""
    data, parameters, state, state_cell, lengths = inputs
    plan = _plan(**attrs)
    if data.dtype.kind != "f":
        raise DTypeError(f"data must be floating. Received: {data.dtype}")
    lstm = plan.mode == "lstm"
    if lstm and state_cell is None:
        raise ArgumentError("the input 'state_cell' is missing: an LSTM has two states, h and its memory")
    if use_sequence_length and lengths is None:
        raise ArgumentError("use_sequence_length=True needs the input sequence_length")
    _rnn_shape(
        data=data.shape,
        parameters=parameters.shape,
        state=state.shape,
        state_cell=state_cell.shape if lstm else None,
        sequence_length=None if lengths is None else lengths.shape,
        p=0.0,
        use_sequence_length=lengths is not None,
        **attrs,
    )
    return plan


@RNN.gradient
def _(
    F,
    g,
    data,
    parameters,
    state,
    state_cell,
    sequence_length,
    gates,
    hidden,
    cells,
    masks,
    *,
    state_size,
    num_layers,
    bidirectional,
    mode,
    state_outputs,
    projection_size,
    lstm_state_clip_min,
    lstm_state_clip_max,
    lstm_state_clip_nan,
    use_sequence_length,
):
    state_cell, sequence_length = _arranged(mode, use_sequence_length, state_cell, sequence_length)
    lstm = mode == "lstm"
    given = [data, parameters, state, gates, hidden, masks, g[0]]
    given += [state_cell, cells] if lstm else []
    given += [sequence_length] if use_sequence_length else []
    given += ([g[1], g[2]] if lstm else [g[1]]) if state_outputs else []
    grads = F._backward_RNN(
        *given,
        state_size=state_size,
        num_layers=num_layers,
        bidirectional=bidirectional,
        mode=mode,
        state_outputs=state_outputs,
        projection_size=projection_size,
        lstm_state_clip_min=lstm_state_clip_min,
        lstm_state_clip_max=lstm_state_clip_max,
        lstm_state_clip_nan=lstm_state_clip_nan,
        use_sequence_length=use_sequence_length,
    )
    return (*outputs_of(grads, 4 if lstm else 3), *((None,) if use_sequence_length else ()))


def _backward_parts(inputs, mode, use_sequence_length, state_outputs) -> dict[str, Any]:
    """Name the inputs of _backward_RNN: the optional ones follow each other without gaps."""
    names = ["data", "parameters", "state", "gates", "hidden", "masks", "out_grad"]
    names += [*(("state_cell", "cells") if mode == "lstm" else ()), *(("lengths",) if use_sequence_length else ())]
    if state_outputs:
        names += ["state_grad", *(("cell_grad",) if mode == "lstm" else ())]
    return dict(zip(names, inputs, strict=True))


@operator(outputs=lambda attrs: 4 if attrs["mode"] == "lstm" else 3, dtype=first_dtype)
def _backward_RNN(
    xp,
    *inputs,
    state_size: int,
    num_layers: int,
    bidirectional: bool = False,
    mode: Mode,
    state_outputs: bool = False,
    projection_size: int | None = None,
    lstm_state_clip_min: float | None = None,
    lstm_state_clip_max: float | None = None,
    lstm_state_clip_nan: bool = False,
    use_sequence_length: bool = False,
):
    """Return the gradients of RNN with respect to data, parameters, state and, of an LSTM, state_cell.

    The inputs are data, parameters, state, the hidden outputs gates, hidden and masks, and the gradient of the output;
    then state_cell and the hidden output cells of an LSTM, the lengths, and the gradients of the last states.

    >>> x, w, h = mx.nd.array([[[2]]]), mx.nd.array([1, 0, 0, 0]), mx.nd.zeros((1, 1, 1))
    >>> y = mx.nd.ones((1, 1, 1, 1))
    >>> grads = mx.nd._internal._backward_RNN(
    ...     x, w, h, y, y, mx.nd.array([]), mx.nd.array([[[3]]]), state_size=1, num_layers=1, mode="rnn_relu")
    >>> grads[0].asscalar(), grads[1].asnumpy().tolist()
    (np.float32(3.0), [6.0, 0.0, 3.0, 3.0])
    """
    plan = _plan(
        state_size=state_size,
        num_layers=num_layers,
        mode=mode,
        bidirectional=bidirectional,
        projection_size=projection_size,
        lstm_state_clip_min=lstm_state_clip_min,
        lstm_state_clip_max=lstm_state_clip_max,
        lstm_state_clip_nan=lstm_state_clip_nan,
    )
    x = _backward_parts(inputs, mode, use_sequence_length, state_outputs)
    grads = kernels.backward(
        xp,
        plan,
        x["data"],
        x["parameters"],
        x["state"],
        x.get("state_cell"),
        x.get("lengths"),
        (x["gates"], x["hidden"], x.get("cells"), x["masks"]),
        x["out_grad"],
        x.get("state_grad"),
        x.get("cell_grad"),
    )
    return grads if mode == "lstm" else grads[:3]


@_backward_RNN.infer_shape
def _(*inputs, mode, use_sequence_length, state_outputs, **_):
    x = _backward_parts(inputs, mode, use_sequence_length, state_outputs)
    return inputs, [x[name] for name in ("data", "parameters", "state", "state_cell") if name in x]


# -- packing of parameters ---------------------------------------------------------------------------------------------
@operator()
def _rnn_param_concat(xp, *data, dim: int = 0):
    """Join vectors of parameters to the one that RNN takes; their lengths follow from its length where one is unknown.

    >>> mx.nd._internal._rnn_param_concat(mx.nd.array([1, 2]), mx.nd.array([3]), dim=0)
    [1. 2. 3.]
    <NDArray 3 @cpu(0)>

    References: MXNet 1.9.1 operator _rnn_param_concat.
    """
    return xp.concatenate(data, axis=dim)


@_rnn_param_concat.infer_shape
def _(*data, dim):
    completed: list[Any] = [unify(shape, (-1,), "a vector of parameters, and a vector,") for shape in data]
    sizes = [shape[0] for shape in completed]
    return completed, ((-1 if -1 in sizes else sum(sizes),),)


@_rnn_param_concat.infer_inputs
def _(inputs, outputs, **_):
    """Give unknown vectors equal shares of what the known ones leave: both directions of a layer read the same data."""
    open_ones = sum(shape is None or shape[0] < 0 for shape in inputs)
    if not open_ones or outputs[0] is None or outputs[0][0] < 0:
        return inputs
    rest = outputs[0][0] - sum(shape[0] for shape in inputs if shape is not None and shape[0] >= 0)
    if rest < 0 or rest % open_ones:
        return inputs
    return [(rest // open_ones,) if shape is None or shape[0] < 0 else shape for shape in inputs]


@_rnn_param_concat.gradient
def _(F, g, data, *, dim):
    return outputs_of(F._concat_backward(g, *data, dim=dim, sections=len(data)), len(data))
