"""One direction of one recurrent layer over all time steps, as `mxlearn.kernels.recurrent` has it.

The library makes one product of all inputs, and in each step one with the state that ends in the gates. What going back
needs of each step it writes into a *record* of its own form. LSTM 2 x 200, 35 steps of a batch of 32, forward and
backward, took 25 ms on 4 cores, and 46 in the readable tier with products of the library.

Lengths, projections and bounds of the memory are left to the readable tier, and so is "rnn_relu": the library's maximum
of NaN and 0 is 0, and the NaN would stay unseen. Of a GRU the library has the gates in the
order z, r, n, and four biases: W_hn h has one of its own.
"""

from ctypes import byref, c_float, c_void_p
from typing import Any, NamedTuple

import numpy as np

from ... import threads
from ...base import MXNetError
from ...core.parallel import own_threads
from .library import kept, loaded, state
from .primitives import (
    BIAS,
    DIFF_DST,
    DIFF_SRC,
    DIFF_STATE_WEIGHTS,
    DIFF_WEIGHTS,
    DST,
    SRC,
    STATE_WEIGHTS,
    WEIGHTS,
    WORKSPACE,
    Primitive,
    any_order,
    in_order,
    plain,
    wanted_order,
)

# Values of oneDNN's dnnl_types.h; of each state h and c stand behind the sequence: SRC, SRC + 1, SRC + 2
_FORWARD, _BACKWARD = 64, 128
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = 1, 2
_TANH = 0x21
_DIFF_BIAS = 169
_KINDS = {"lstm": "lstm", "gru": "lbr_gru", "rnn_tanh": "vanilla_rnn"}
_GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1}
_Z_R_N = [1, 0, 2]  # turns our order of a GRU's gates, r, z, n, into the library's, and back

# Multiplications of a step's product with the state from which on several threads compute: 20 microseconds on one core,
# after which the threads wait for each other
WORTH_THREADS = 1 << 20


def _operators() -> tuple[str, ...]:
    return ("RNN", "_backward_RNN") if threads.num_threads() > 1 and state().version is not None else ()


own_threads.append(_operators)


class _Layer(NamedTuple):
    """The kernels of one signature, and the length of the record that goes between them."""

    forward: Primitive
    backward: Primitive
    record: int


@kept
def _layer(mode: str, time: int, batch: int, features: int, hidden: int, reverse: bool) -> _Layer:
    """Return the kernels of one direction of one layer."""
    library = loaded()
    lstm, gates = mode == "lstm", _GATES[mode]
    most = None if batch * gates * hidden * hidden >= WORTH_THREADS else 1
    library.share_threads(most)
    inputs, outputs = (plain(library, (time, batch, size), False) for size in (features, hidden))
    states = [plain(library, (1, 1, batch, hidden), False)] * (2 if lstm else 1)
    shapes = [(1, 1, size, gates, hidden) for size in (features, hidden)]
    free = [any_order(library, shape) for shape in shapes]
    weights = [in_order(library, shape, (0, 1, 3, 4, 2)) for shape in shapes]  # as (gates, hidden, size)
    bias = plain(library, (1, 1, gates + (mode == "gru"), hidden), False)
    activation = (_TANH,) if mode == "rnn_tanh" else ()
    slope = (c_float(0), c_float(0)) if activation else ()  # of a leaky relu
    absent = (None, None) if lstm else ()  # peepholes, projection
    direction = _RIGHT_TO_LEFT if reverse else _LEFT_TO_RIGHT
    arrays = (inputs, *states, *free, *absent, bias, outputs, *states)

    def make(kind: str, result: Any, propagation: int, *described: Any) -> None:
        library.call(
            f"{_KINDS[mode]}_{kind}_primitive_desc_create",
            result, library.engine, propagation, *activation, direction, *described, None,
        )  # fmt: skip

    def make_forward(result: Any) -> None:
        make("forward", result, _FORWARD, *arrays, 0, *slope)

    forward = c_void_p()
    make_forward(byref(forward))

    def make_backward(result: Any) -> None:
        make("backward", result, _BACKWARD, *arrays, *arrays, 0, *slope, forward)

    record = wanted_order(library, forward, WORKSPACE)
    places = {SRC: inputs, WEIGHTS: weights[0], STATE_WEIGHTS: weights[1], BIAS: bias, DST: outputs, WORKSPACE: record}
    places |= {argument + 1 + i: s for argument in (SRC, DST) for i, s in enumerate(states)}
    grads = {DIFF_SRC: inputs, DIFF_WEIGHTS: weights[0], DIFF_STATE_WEIGHTS: weights[1], _DIFF_BIAS: bias}
    grads |= {DIFF_DST: outputs}
    grads |= {argument + 1 + i: s for argument in (DIFF_SRC, DIFF_DST) for i, s in enumerate(states)}
    given = (WEIGHTS, STATE_WEIGHTS)
    found = (DIFF_WEIGHTS, DIFF_STATE_WEIGHTS)
    return _Layer(
        Primitive(library, make_forward, places, DST, given, threads=most),
        Primitive(library, make_backward, places | grads, found, (*given, *found), adds=True, threads=most),
        -(-library.c.dnnl_memory_desc_get_size(record) // 4),
    )


def _kernels(plan, x, direction) -> _Layer:
    time, batch, features = x.shape
    return _layer(plan.mode, time, batch, features, plan.hidden, bool(direction))


def record_length(plan, data) -> int | None:
    """Return how many float32 numbers the record of a run has room for, or None for what the library does not do.

    Parameters
    ----------
    plan : Plan, of `mxlearn.kernels.recurrent`
    data : (time, batch, features)
    """
    if data.dtype != np.float32 or not data.size or plan.mode not in _KINDS or plan.projection or plan.clip:
        return None
    if state().version is None:
        return None
    time, batch, features = data.shape
    widths = {features, plan.directions * plan.hidden} if plan.layers > 1 else {features}
    try:
        return max(_layer(plan.mode, time, batch, width, plan.hidden, False).record for width in widths)
    except NotImplementedError:
        return None


def _weight(plan, weight):
    """Return a weight with its gates in the library's order."""
    return weight.reshape(3, plan.hidden, -1)[_Z_R_N] if plan.mode == "gru" else np.ascontiguousarray(weight)


def _given(plan, run, x, before, record, hidden) -> dict[int, np.ndarray]:
    """Return what both directions read and write."""
    if plan.mode == "gru":
        own, state_own = run.i2h_bias.reshape(3, -1)[_Z_R_N], run.h2h_bias.reshape(3, -1)[_Z_R_N]
        bias = np.concatenate([own[:2] + state_own[:2], own[2:], state_own[2:]])
    else:
        bias = run.i2h_bias + run.h2h_bias
    return {
        SRC: np.ascontiguousarray(x),
        **{SRC + 1 + i: np.ascontiguousarray(s) for i, s in enumerate(before) if s is not None},
        WEIGHTS: _weight(plan, run.i2h),
        STATE_WEIGHTS: _weight(plan, run.h2h),
        BIAS: bias,
        DST: hidden,
        WORKSPACE: record,
    }


def recurrent(plan, run, x, before, last, record, hidden, direction):
    """Go through time in one direction: fill ``hidden``, the states ``last`` and the record.

    Parameters
    ----------
    plan, run : Plan and Run of `mxlearn.kernels.recurrent`
    x : (time, batch, features)
    before, last : h and c (None but of an LSTM) before the first and after the last step, each (batch, hidden)
    record : (record_length,)
    hidden : (time, batch, hidden)
    direction : 0 from the begin, 1 from the end
    """
    states = {DST + 1 + i: s for i, s in enumerate(last) if s is not None}
    _kernels(plan, x, direction).forward({**_given(plan, run, x, before, record, hidden), **states})


def recurrent_gradient(plan, run, run_grad, x, before, kept, out_grad, grads, direction):
    """Go back through time in one direction, and return the gradient of ``x``.

    Parameters
    ----------
    run_grad : Run, of the gradients of the parameters, which are written
    kept : record and hidden, as `recurrent` filled them, and (1, batch, hidden), c after the last step, or None
    out_grad : (time, batch, hidden), gradient of ``hidden``
    grads : gradients of the last h and c, which are read, and then hold those of the first
    plan, run, x, before, direction : of `recurrent`

    Raises
    ------
    MXNetError
        If the library is no longer in use: only it can read its record.
    """
    if state().version is None:
        raise MXNetError(
            f"RNN: the forward pass was computed by oneDNN, which cannot go back here: {state().reason}.\n"
            "  Run the forward pass in the process that calls backward()."
        )
    record, hidden, cells = kept
    kernels = _kernels(plan, x, direction)
    x_grad = np.empty(x.shape, np.float32)
    given = [g for g in grads if g is not None]
    states = [np.empty(g.shape, np.float32) for g in given]
    weights = [np.empty(w.shape, np.float32) for w in (run.i2h, run.h2h)]
    bias = np.zeros((_GATES[plan.mode] + (plan.mode == "gru"), plan.hidden), np.float32)
    arrays = _given(plan, run, x, before, record, hidden)
    last = hidden[0 if direction else -1], cells
    arrays |= {DST + 1 + i: s for i, s in enumerate(last) if s is not None}
    arrays |= {DIFF_SRC: x_grad, DIFF_DST: np.ascontiguousarray(out_grad), _DIFF_BIAS: bias}
    arrays |= {DIFF_WEIGHTS: weights[0], DIFF_STATE_WEIGHTS: weights[1]}
    arrays |= {DIFF_SRC + 1 + i: s for i, s in enumerate(states)} | {DIFF_DST + 1 + i: g for i, g in enumerate(given)}
    kernels.backward(arrays)
    for g, s in zip(given, states, strict=True):
        g[...] = s
    run_grad.i2h[...], run_grad.h2h[...] = (_weight(plan, w).reshape(w.shape) for w in weights)
    if plan.mode == "gru":
        run_grad.i2h_bias[...] = bias[_Z_R_N].reshape(-1)
        run_grad.h2h_bias[...] = bias[[1, 0, 3]].reshape(-1)
    else:
        run_grad.i2h_bias[...] = run_grad.h2h_bias[...] = bias.reshape(-1)
    return x_grad
