"""Recurrent layers: simple RNN, LSTM (also with a projection) and GRU, forward and backward through time.

The input products of all time steps are one matrix product; only the product with the state, which needs the state
before it, is made step by step. Going back, the slopes of all gates are computed for all steps at once, each step
multiplies them by the gradients that reach it, and the gradient of each weight is one product again. What the backward
pass reads is kept in arrays over all runs (a run is one direction of one layer) and time steps:

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

This is the readable tier. Where oneDNN is installed and can do the work, it computes each run instead, and keeps its
own record of the steps in the place of the gates: see `onednn.recurrent`. On a GPU cuDNN computes all layers at once:
see `cudnn.recurrent`.

References: Elman 1990; Hochreiter, Schmidhuber 1997; Sak et al. 2014 (projection); Cho et al. 2014.
"""

from typing import Any, NamedTuple

import numpy as np

from . import cudnn, onednn
from .activation import sigmoid
from .product import product

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
    output (time, batch, directions * size), last states (runs, batch, size), last cells, gates, hidden, cells.
    Where a library computed, ``gates`` is its record: (runs, length), with the last step alone in ``cells``, of oneDNN,
    and a vector of cuDNN, which goes with ``hidden`` as cudnn.recurrent describes it
    """
    if lengths is None:
        fast = cudnn.recurrent(xp, data, parameters, state, cell, masks, plan=plan)
        if fast is not None:
            return fast
    time, batch, inputs = data.shape
    runs = unpack(plan, parameters, inputs)
    lstm = plan.mode == "lstm"
    record = _record_length(xp, plan, data, lengths)
    shape = (time, batch, BLOCKS[plan.mode] * plan.hidden) if record is None else (record,)
    gates = xp.empty((plan.runs, *shape), data.dtype)
    hidden = xp.empty((plan.runs, time, batch, plan.size), data.dtype)
    steps = time if record is None else 1
    cells = xp.empty((plan.runs, steps, batch, plan.hidden) if lstm else (0,), data.dtype)
    inside = _inside(xp, lengths, time)
    last_state = xp.empty(state.shape, data.dtype)
    last_cell = xp.empty(cell.shape if lstm else (0,), data.dtype)
    layer_input = data
    for layer in range(plan.layers):
        if layer and masks is not None:
            layer_input = layer_input * masks[layer - 1]
        sides = []
        for direction in range(plan.directions):
            run = layer * plan.directions + direction
            first, last = (state[run], cell[run] if lstm else None), (last_state[run], last_cell[run] if lstm else None)
            if record is not None:
                onednn.recurrent(plan, runs[run], layer_input, first, last, gates[run], hidden[run], direction)
                if lstm:
                    cells[run, 0] = last[1]
            else:
                kept = gates[run], hidden[run], cells[run] if lstm else None
                _run(xp, plan, runs[run], layer_input, first, last, kept, inside, direction)
            sides.append(hidden[run] if inside is None else hidden[run] * inside)
        layer_input = sides[0] if plan.directions == 1 else xp.concatenate(sides, axis=2)
    if plan.directions == 1 and inside is None:  # a view of what backward reads
        layer_input = layer_input.copy()
    return layer_input, last_state, last_cell, gates, hidden, cells


def _record_length(xp, plan, data, lengths) -> int | None:
    """Return how many numbers oneDNN keeps of each run, or None where the readable tier computes."""
    return onednn.record_length(plan, data) if xp is np and lengths is None else None


def _inside(xp, lengths, time) -> Any:
    """Return (time, batch, 1), whether a step lies within each sequence; None where all do."""
    if lengths is None:
        return None
    return (xp.arange(time)[:, None] < lengths[None, :])[:, :, None]


def _run(xp, plan, run, x, first, last, kept, inside, direction):
    """Go through time in one direction: fill gates, hidden and cells, and the last h and c."""
    gates, hidden, cells = kept
    time, batch, features = x.shape
    width = GATES[plan.mode] * plan.hidden
    gru = plan.mode == "gru"
    products = product(xp, x.reshape(time * batch, features), run.i2h.T).reshape(time, batch, width)
    xp.add(products, run.i2h_bias if gru else run.i2h_bias + run.h2h_bias, out=gates[:, :, :width])
    h2h = run.h2h.T
    step = {"lstm": _lstm_step, "gru": _gru_step}.get(plan.mode, _rnn_step)
    h, c = first
    for t in range(time - 1, -1, -1) if direction else range(time):
        new_c = None if cells is None else cells[t]
        step(xp, plan, run, product(xp, h, h2h), gates[t], h, c, hidden[t], new_c)
        if inside is not None:  # behind the end of a sequence its states stay
            hidden[t] = xp.where(inside[t], hidden[t], h)
            if cells is not None:
                cells[t] = xp.where(inside[t], new_c, c)
        h, c = hidden[t], new_c
    last[0][...] = h
    if cells is not None:
        last[1][...] = c


def _rnn_step(xp, plan, run, products, gates, h, c, new_h, new_c):
    gates += products
    if plan.mode == "rnn_tanh":
        xp.tanh(gates, out=gates)
    else:
        xp.maximum(gates, 0, out=gates)
    new_h[...] = gates


def _lstm_step(xp, plan, run, products, gates, h, c, new_h, new_c):
    gates += products
    n = plan.hidden
    i, f, g, o = (gates[:, k * n : (k + 1) * n] for k in range(4))
    sigmoid(xp, gates[:, : 2 * n], out=gates[:, : 2 * n])
    xp.tanh(g, out=g)
    sigmoid(xp, o, out=o)
    xp.multiply(f, c, out=new_c)
    new_c += i * g
    if plan.clip is not None:
        least, greatest, stop_nan = plan.clip
        if stop_nan:
            new_c[xp.isnan(new_c)] = least
        xp.clip(new_c, least, greatest, out=new_c)
    out = xp.tanh(new_c)
    if run.projection is None:
        xp.multiply(out, o, out=new_h)
    else:
        out *= o
        new_h[...] = product(xp, out, run.projection.T)


def _gru_step(xp, plan, run, products, gates, h, c, new_h, new_c):
    n = plan.hidden
    products += run.h2h_bias
    r, z, new, h_new = (gates[:, k * n : (k + 1) * n] for k in range(4))
    gates[:, : 2 * n] += products[:, : 2 * n]
    sigmoid(xp, gates[:, : 2 * n], out=gates[:, : 2 * n])
    h_new[...] = products[:, 2 * n :]
    new += r * h_new
    xp.tanh(new, out=new)
    xp.subtract(h, new, out=new_h)  # (1 - z) n + z h = n + z (h - n)
    new_h *= z
    new_h += new


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
    if kept[0].ndim == 1:  # cuDNN's record
        return cudnn.recurrent_gradient(
            xp, plan, data, parameters, state, cell, kept, out_grad, state_grad, cell_grad
        )
    gates, hidden, cells, masks = kept
    time, _, inputs = data.shape
    lstm = plan.mode == "lstm"
    recorded = gates.ndim == 2  # by a library
    runs = unpack(plan, parameters, inputs)
    parameter_grad = xp.empty_like(parameters)
    run_grads = unpack(plan, parameter_grad, inputs)
    first_state_grad = xp.zeros(state.shape, state.dtype) if state_grad is None else state_grad.copy()
    first_cell_grad: Any = None
    if lstm:
        first_cell_grad = xp.zeros(cell.shape, cell.dtype) if cell_grad is None else cell_grad.copy()
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
            before = state[run], cell[run] if lstm else None
            grads = first_state_grad[run], first_cell_grad[run] if first_cell_grad is not None else None
            of_run = gates[run], hidden[run], cells[run] if lstm else None
            if recorded:
                found = onednn.recurrent_gradient(
                    plan, runs[run], run_grads[run], x, before, of_run, part, grads, direction
                )
            else:
                found = _run_backward(
                    xp, plan, runs[run], run_grads[run], x, before, of_run, part, grads, inside, direction
                )
            input_grad = found if input_grad is None else input_grad + found
        grad = input_grad * masks[layer - 1] if layer and masks.size else input_grad
    return grad, parameter_grad, first_state_grad, first_cell_grad


def _before(xp, first, after, direction):
    """Return the values before each step, from that before the first step and those after each."""
    if direction:
        return xp.concatenate([after[1:], first[None]])
    return xp.concatenate([first[None], after[:-1]])


def _run_backward(xp, plan, run, run_grad, x, first, kept, out_grad, grads, inside, direction):
    """Go back through time in one direction.

    ``grads`` hold the gradients of the last h and c and receive those of the first. Fills ``run_grad`` and returns the
    gradient of ``x``.
    """
    gates, hidden, cells = kept
    time, batch, features = x.shape
    clip: Any = plan.clip
    n, width = plan.hidden, GATES[plan.mode] * plan.hidden
    h_before = _before(xp, first[0], hidden, direction)
    slopes: Any = {"lstm": _lstm_slopes, "gru": _gru_slopes}.get(plan.mode, _rnn_slopes)
    c_before = _before(xp, first[1], cells, direction) if plan.mode == "lstm" else None
    # the gradients of W_i x + b_i and of W_h h + b_h; until a step is reached, its slopes
    input_side, state_side, carry = slopes(xp, plan, gates, cells, h_before, c_before)
    projected: Any = xp.empty_like(hidden) if plan.projection else None
    dh, dc = grads
    for t in range(time) if direction else range(time - 1, -1, -1):
        dh = dh + out_grad[t]
        dc_before: Any = None
        direct: Any = 0  # the part of the gradient of h that goes around the product with it
        d_input, d_state = input_side[t], state_side[t]
        if plan.mode == "lstm":
            if projected is not None:
                projected[t] = dh if inside is None else dh * inside[t]
            dh_raw = dh if projected is None else product(xp, dh, run.projection)
            into_cell = dh_raw * carry[t]
            into_cell += dc
            if clip is not None:  # nothing passes where the memory was clipped
                into_cell *= (cells[t] > clip[0]) & (cells[t] < clip[1])
            blocks = d_input[:, : 3 * n].reshape(batch, 3, n)
            blocks *= into_cell[:, None]
            d_input[:, 3 * n :] *= dh_raw
            dc_before = xp.multiply(into_cell, gates[t, :, n : 2 * n], out=into_cell)
        elif plan.mode == "gru":
            for side in (d_input, d_state):
                blocks = side.reshape(batch, 3, n)
                blocks *= dh[:, None]
            direct = dh * carry[t]
        else:
            d_input *= dh
        if inside is not None:
            d_input *= inside[t]
            d_state *= inside[t] if d_state is not d_input else 1
        dh_before = product(xp, d_state, run.h2h)
        dh_before += direct
        if inside is not None:  # behind the end nothing happened
            dh_before = xp.where(inside[t], dh_before, dh)
            dc_before = None if dc is None else xp.where(inside[t], dc_before, dc)
        dh, dc = dh_before, dc_before
    grads[0][...] = dh
    if grads[1] is not None:
        grads[1][...] = dc
    rows = time * batch
    flat, state_flat = input_side.reshape(rows, width), state_side.reshape(rows, width)
    product(xp, flat.T, x.reshape(rows, features), out=run_grad.i2h)
    product(xp, state_flat.T, h_before.reshape(rows, plan.size), out=run_grad.h2h)
    flat.sum(axis=0, out=run_grad.i2h_bias)
    state_flat.sum(axis=0, out=run_grad.h2h_bias)
    if projected is not None:
        raw = gates[:, :, 3 * n :] * xp.tanh(cells)  # the output before the projection
        product(xp, projected.reshape(rows, plan.size).T, raw.reshape(rows, n), out=run_grad.projection)
    return product(xp, flat, run.i2h).reshape(x.shape)


def _rnn_slopes(xp, plan, gates, cells, h_before, c_before):
    """Return dh'/d(products), (time, batch, hidden), as input and state side; nothing is carried around them."""
    slope = 1 - gates * gates if plan.mode == "rnn_tanh" else (gates > 0).astype(gates.dtype)
    return slope, slope, None


def _lstm_slopes(xp, plan, gates, cells, h_before, c_before):
    """Return what the gradient of c', and for the last gate that of h', is multiplied by at each gate's products.

    Behind it dh'/dc' = o (1 - tanh(c')**2).
    """
    n = plan.hidden
    i, f, g, o = (gates[:, :, k * n : (k + 1) * n] for k in range(4))
    squashed = xp.tanh(cells)
    slopes = 1 - gates
    slopes *= gates  # s' = s (1 - s)
    slopes[:, :, :n] *= g
    slopes[:, :, n : 2 * n] *= c_before
    slopes[:, :, 2 * n : 3 * n] = (1 - g * g) * i
    slopes[:, :, 3 * n :] *= squashed
    squashed *= squashed
    carry = xp.subtract(1, squashed, out=squashed)
    carry *= o
    return slopes, slopes, carry


def _gru_slopes(xp, plan, gates, cells, h_before, c_before):
    """Return what the gradient of h' is multiplied by at the products with x and with h, and at h itself: z."""
    n = plan.hidden
    r, z, new, h_new = (gates[:, :, k * n : (k + 1) * n] for k in range(4))
    d_new = (1 - z) * (1 - new * new)
    input_side = xp.concatenate([d_new * h_new * r * (1 - r), (h_before - new) * z * (1 - z), d_new], axis=2)
    state_side = input_side.copy()
    state_side[:, :, 2 * n :] *= r
    return input_side, state_side, z
