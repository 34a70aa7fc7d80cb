"""Recurrent layers: simple RNN, LSTM (also with a projection) and GRU, forward and backward through time.

The input products of all time steps are one matrix product; only the product with the state, which needs the state
before it, is made step by step. What the backward pass reads is kept in arrays over all runs (a run is one direction
of one layer) and time steps:

    gates   (runs, time, batch, blocks * hidden)  the activated gates; of a GRU also h_new = W_hn h + b_hn
    hidden  (runs, time, batch, size)             the state after each step; size is hidden, or that of a projection
    cells   (runs, time, batch, hidden)           the LSTM's memory after each step
    masks   (layers - 1, time, batch, features)   dropout between the layers

The formulas, with sigmoid s and elementwise products:

    rnn     h' = act(W_i x + b_i + W_h h + b_h)
    lstm    i, f, o = s(...), g = tanh(...) of W_i x + b_i + W_h h + b_h, in the order i, f, g, o
            c' = f c + i g,  h' = o tanh(c'),  or h' = W_r (o tanh(c')) with a projection
    gru     r, z = s(W_i x + b_i + W_h h + b_h),  n = tanh(W_in x + b_in + r (W_hn h + b_hn)),  in the order r, z, n
            h' = (1 - z) n + z h

References: Elman 1990; Hochreiter, Schmidhuber 1997; Sak et al. 2014 (projection); Cho et al. 2014.
"""
from typing import Any, NamedTuple

from .activation import sigmoid

GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
BLOCKS = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 4}  # what is kept of each step, in units of hidden


class Plan(NamedTuple):
    """What a stack of recurrent layers looks like.

    Attributes
    ----------
    mode : "rnn_relu", "rnn_tanh", "lstm" or "gru"
    hidden : number of units
    layers, directions : numbers of them
    projection : size of the LSTM's projected state, None for none
    clip : (least, greatest, whether nan counts as least) of the LSTM's memory, None for no bounds
    """

    mode: str
    hidden: int
    layers: int
    directions: int = 1
    projection: int | None = None
    clip: tuple[float, float, bool] | None = None

    @property
    def size(self) -> int:
        """Length of the state h of one run."""
        return self.projection or self.hidden

    @property
    def runs(self) -> int:
        """Number of directions of all layers."""
        return self.layers * self.directions

    def features(self, layer: int, inputs: int) -> int:
        """Return the number of features that a layer reads."""
        return inputs if layer == 0 else self.directions * self.size

    def weight_shapes(self, inputs: int) -> list[tuple[tuple[int, int], ...]]:
        """Return, for each run, the shapes of the input weight, the state weight and the projection, if any."""
        rows = GATES[self.mode] * self.hidden
        projection = ((self.projection, self.hidden),) if self.projection else ()
        return [
            ((rows, self.features(run // self.directions, inputs)), (rows, self.size), *projection)
            for run in range(self.runs)
        ]

    def parameter_size(self, inputs: int) -> int:
        """Return the length of the vector of all parameters."""
        weights = sum(rows * columns for shapes in self.weight_shapes(inputs) for rows, columns in shapes)
        return weights + 2 * self.runs * GATES[self.mode] * self.hidden

    def inputs_of(self, size: int) -> int:
        """Return the number of input features that a vector of ``size`` parameters belongs to, or -1."""
        rest = size - self.parameter_size(0)
        width = self.directions * GATES[self.mode] * self.hidden
        return rest // width if width and rest >= 0 and rest % width == 0 else -1


class Run(NamedTuple):
    """The parameters of one direction of one layer, as views of the vector."""

    i2h: Any
    h2h: Any
    projection: Any
    i2h_bias: Any
    h2h_bias: Any


def unpack(plan: Plan, parameters, inputs: int) -> list[Run]:
    """Cut the vector of all parameters: the weights of all runs, then the biases of all runs."""
    at = 0
    weights = []
    for shapes in plan.weight_shapes(inputs):
        views = []
        for rows, columns in shapes:
            views.append(parameters[at : at + rows * columns].reshape(rows, columns))
            at += rows * columns
        weights.append(views)
    width = GATES[plan.mode] * plan.hidden
    biases = parameters[at:].reshape(plan.runs, 2, width)
    return [
        Run(w[0], w[1], w[2] if plan.projection else None, biases[run, 0], biases[run, 1])
        for run, w in enumerate(weights)
    ]


# -- forward -----------------------------------------------------------------------------------------------------------
def forward(xp, plan: Plan, data, parameters, state, cell, lengths, masks):
    """Run all layers over all time steps.

    Parameters
    ----------
    data : (time, batch, inputs)
    parameters : the vector that ``unpack`` cuts
    state, cell : (runs, batch, size) and (runs, batch, hidden), the states before the first step; cell of an LSTM only
    lengths : (batch,) of each sequence, or None where all have the full length
    masks : factors between the layers, or None

    Returns
    -------
    output (time, batch, directions * size), last states (runs, batch, size), last cells, gates, hidden, cells
    """
    time, batch, inputs = data.shape
    runs = unpack(plan, parameters, inputs)
    lstm = plan.mode == "lstm"
    gates = xp.empty((plan.runs, time, batch, BLOCKS[plan.mode] * plan.hidden), data.dtype)
    hidden = xp.empty((plan.runs, time, batch, plan.size), data.dtype)
    cells = xp.empty((plan.runs, time, batch, plan.hidden) if lstm else (0,), data.dtype)
    inside = _inside(xp, lengths, time)
    last_state, last_cell = xp.empty_like(state), xp.empty_like(cell) if lstm else xp.empty((0,), data.dtype)
    layer_input = data
    for layer in range(plan.layers):
        if layer and masks is not None:
            layer_input = layer_input * masks[layer - 1]
        sides = []
        for direction in range(plan.directions):
            run = layer * plan.directions + direction
            steps = range(time - 1, -1, -1) if direction else range(time)
            h, c = _run(
                xp,
                plan,
                runs[run],
                layer_input,
                state[run],
                cell[run] if lstm else None,
                gates[run],
                hidden[run],
                cells[run] if lstm else None,
                inside,
                steps,
            )
            last_state[run] = h
            if lstm:
                last_cell[run] = c
            sides.append(hidden[run] if inside is None else hidden[run] * inside)
        layer_input = sides[0] if plan.directions == 1 else xp.concatenate(sides, axis=2)
    if plan.directions == 1 and inside is None:  # a view of what backward reads
        layer_input = layer_input.copy()
    return layer_input, last_state, last_cell, gates, hidden, cells


def _inside(xp, lengths, time) -> Any:
    """Return (time, batch, 1), whether a step lies within each sequence; None where all do."""
    if lengths is None:
        return None
    return (xp.arange(time)[:, None] < lengths[None, :])[:, :, None]


def _run(xp, plan, run, x, h, c, gates, hidden, cells, inside, steps):
    """Go through time in one direction; fill gates, hidden and cells, and return the last h and c."""
    time, batch, features = x.shape
    width = GATES[plan.mode] * plan.hidden
    gru = plan.mode == "gru"
    bias = run.i2h_bias if gru else run.i2h_bias + run.h2h_bias
    products = gates[:, :, :width]  # of a GRU a view with gaps: the last block is filled step by step
    products[...] = (x.reshape(time * batch, features) @ run.i2h.T).reshape(time, batch, width)
    products += bias
    step = {"lstm": _lstm_step, "gru": _gru_step}.get(plan.mode, _rnn_step)
    for t in steps:
        new_h, new_c = step(xp, plan, run, gates[t], h, c)
        if inside is not None:  # behind the end of a sequence its states stay
            new_h = xp.where(inside[t], new_h, h)
            new_c = None if c is None else xp.where(inside[t], new_c, c)
        hidden[t] = new_h
        h = hidden[t]
        if c is not None:
            cells[t] = new_c
            c = cells[t]
    return h, c


def _rnn_step(xp, plan, run, gates, h, c):
    gates += h @ run.h2h.T
    if plan.mode == "rnn_tanh":
        xp.tanh(gates, out=gates)
    else:
        xp.maximum(gates, 0, out=gates)
    return gates, None


def _lstm_step(xp, plan, run, gates, h, c):
    gates += h @ run.h2h.T
    n = plan.hidden
    gates[:, : 2 * n] = sigmoid(xp, gates[:, : 2 * n])
    gates[:, 2 * n : 3 * n] = xp.tanh(gates[:, 2 * n : 3 * n])
    gates[:, 3 * n :] = sigmoid(xp, gates[:, 3 * n :])
    i, f, g, o = (gates[:, k * n : (k + 1) * n] for k in range(4))
    c = f * c
    c += i * g
    if plan.clip is not None:
        least, greatest, stop_nan = plan.clip
        c = xp.where(xp.isnan(c), least, c) if stop_nan else c
        c = xp.clip(c, least, greatest)
    out = xp.tanh(c)
    out *= o
    return (out if run.projection is None else out @ run.projection.T), c


def _gru_step(xp, plan, run, gates, h, c):
    n = plan.hidden
    products = h @ run.h2h.T
    products += run.h2h_bias
    r, z, new, h_new = (gates[:, k * n : (k + 1) * n] for k in range(4))
    gates[:, : 2 * n] = sigmoid(xp, gates[:, : 2 * n] + products[:, : 2 * n])
    h_new[...] = products[:, 2 * n :]
    new += r * h_new
    xp.tanh(new, out=new)
    out = h - new  # (1 - z) n + z h = n + z (h - n)
    out *= z
    out += new
    return out, None


# -- backward ----------------------------------------------------------------------------------------------------------
def backward(xp, plan: Plan, data, parameters, state, cell, lengths, kept, out_grad, state_grad, cell_grad):
    """Go back through all layers and time steps.

    Parameters
    ----------
    data, parameters, state, cell, lengths : of ``forward``
    kept : gates, hidden, cells, masks, as ``forward`` returned them
    out_grad, state_grad, cell_grad : gradients of output, last states and last cells; the last two may be None

    Returns
    -------
    gradients of data, parameters, state and cell (None without cells)
    """
    gates, hidden, cells, masks = kept
    time, _, inputs = data.shape
    lstm = plan.mode == "lstm"
    runs = unpack(plan, parameters, inputs)
    parameter_grad = xp.empty_like(parameters)
    run_grads = unpack(plan, parameter_grad, inputs)
    first_state_grad = xp.zeros_like(state) if state_grad is None else state_grad.copy()
    first_cell_grad = None if not lstm else xp.zeros_like(cell) if cell_grad is None else cell_grad.copy()
    inside = _inside(xp, lengths, time)
    grad: Any = out_grad
    for layer in range(plan.layers - 1, -1, -1):
        first = layer * plan.directions
        x = data
        if layer:
            sides = [hidden[first - plan.directions + d] for d in range(plan.directions)]
            sides = sides if inside is None else [side * inside for side in sides]
            x = sides[0] if plan.directions == 1 else xp.concatenate(sides, axis=2)
            x = x * masks[layer - 1] if masks.size else x
        input_grad: Any = None
        for direction in range(plan.directions):
            run = first + direction
            part = grad[:, :, direction * plan.size : (direction + 1) * plan.size]
            part = part if inside is None else part * inside
            found = _run_backward(
                xp,
                plan,
                runs[run],
                run_grads[run],
                x,
                (state[run], cell[run] if lstm else None),
                (gates[run], hidden[run], cells[run] if lstm else None),
                part,
                first_state_grad[run],
                first_cell_grad[run] if first_cell_grad is not None else None,
                inside,
                direction,
            )
            input_grad = found if input_grad is None else input_grad + found
        grad = input_grad * masks[layer - 1] if layer and masks.size else input_grad
    return grad, parameter_grad, first_state_grad, first_cell_grad


def _before(xp, first, after, direction):
    """Return the values before each step, from that before the first step and those after each."""
    if direction:
        return xp.concatenate([after[1:], first[None]])
    return xp.concatenate([first[None], after[:-1]])


def _run_backward(xp, plan, run, run_grad, x, first, kept, out_grad, h_grad, c_grad, inside, direction):
    """Go back through time in one direction.

    ``h_grad`` and ``c_grad`` hold the gradients of the last states and receive those of the first. Fills ``run_grad``
    and returns the gradient of ``x``.
    """
    gates, hidden, cells = kept
    time, batch, features = x.shape
    width = GATES[plan.mode] * plan.hidden
    h_before = _before(xp, first[0], hidden, direction)
    input_side = xp.empty((time, batch, width), x.dtype)  # gradient of W_i x + b_i
    state_side = xp.empty((time, batch, width), x.dtype) if plan.mode == "gru" else input_side  # of W_h h + b_h
    squashed: Any = None
    projected: Any = None
    c_before: Any = None
    dc_before: Any = None
    direct: Any = 0  # the part of the gradient of h that goes around the product with it
    if plan.mode == "lstm":
        squashed = xp.tanh(cells)
        c_before = _before(xp, first[1], cells, direction)
        projected = xp.empty_like(hidden) if plan.projection else None
    dh, dc = h_grad, c_grad
    for t in range(time) if direction else range(time - 1, -1, -1):
        dh = dh + out_grad[t]
        if plan.mode == "lstm":
            before_clip = None if plan.clip is None else _inside_bounds(plan.clip, cells[t])
            if projected is not None:
                projected[t] = dh if inside is None else dh * inside[t]
            dc_before = _lstm_step_backward(
                xp, plan, run, gates[t], squashed[t], c_before[t], dh, dc, before_clip, input_side[t]
            )
        elif plan.mode == "gru":
            direct = _gru_step_backward(plan, gates[t], h_before[t], dh, input_side[t], state_side[t])
        else:
            y = gates[t]
            input_side[t] = dh * (1 - y * y) if plan.mode == "rnn_tanh" else dh * (y > 0)
        if inside is not None:
            input_side[t] *= inside[t]
            state_side[t] *= inside[t] if state_side is not input_side else 1
        dh_before = state_side[t] @ run.h2h
        dh_before += direct
        if inside is not None:  # behind the end nothing happened
            dh_before = xp.where(inside[t], dh_before, dh)
            dc_before = None if dc is None else xp.where(inside[t], dc_before, dc)
        dh = dh_before
        if dc is not None:
            dc = dc_before
    h_grad[...] = dh
    if c_grad is not None:
        c_grad[...] = dc
    rows = time * batch
    flat, state_flat = input_side.reshape(rows, width), state_side.reshape(rows, width)
    run_grad.i2h[...] = flat.T @ x.reshape(rows, features)
    run_grad.h2h[...] = state_flat.T @ h_before.reshape(rows, plan.size)
    run_grad.i2h_bias[...] = flat.sum(axis=0)
    run_grad.h2h_bias[...] = state_flat.sum(axis=0)
    if projected is not None:
        raw = gates[:, :, 3 * plan.hidden :] * squashed  # the output before the projection
        run_grad.projection[...] = projected.reshape(rows, plan.size).T @ raw.reshape(rows, plan.hidden)
    return (flat @ run.i2h).reshape(x.shape)


def _inside_bounds(clip, c):
    """Return where the memory was not clipped."""
    return (c > clip[0]) & (c < clip[1])


def _lstm_step_backward(xp, plan, run, gates, squashed, c_before, dh, dc, unclipped, out):
    """Write the gradient of the gates' products to ``out``; return that of the memory before the step."""
    n = plan.hidden
    i, f, g, o = (gates[:, k * n : (k + 1) * n] for k in range(4))
    dh = dh if run.projection is None else dh @ run.projection
    dc = dc + dh * o * (1 - squashed * squashed)
    if unclipped is not None:
        dc = dc * unclipped
    out[:, :n] = dc * g * i * (1 - i)
    out[:, n : 2 * n] = dc * c_before * f * (1 - f)
    out[:, 2 * n : 3 * n] = dc * i * (1 - g * g)
    out[:, 3 * n :] = dh * squashed * o * (1 - o)
    return dc * f


def _gru_step_backward(plan, gates, h_before, dh, input_side, state_side):
    """Write the gradients of both products; return the part of the gradient of h that does not go through them."""
    n = plan.hidden
    r, z, new, h_new = (gates[:, k * n : (k + 1) * n] for k in range(4))
    d_new = dh * (1 - z) * (1 - new * new)
    input_side[:, :n] = d_new * h_new * r * (1 - r)
    input_side[:, n : 2 * n] = dh * (h_before - new) * z * (1 - z)
    input_side[:, 2 * n :] = d_new
    state_side[:, : 2 * n] = input_side[:, : 2 * n]
    state_side[:, 2 * n :] = d_new * r
    return dh * z
