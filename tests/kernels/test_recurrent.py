"""Recurrent layers of float32 against float64, in both tiers; what is kept, and what is left to the readable one."""

import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.kernels import onednn, recurrent
from mxlearn.kernels.recurrent import Plan

installed = pytest.mark.skipif(onednn.state().version is None, reason=f"oneDNN: {onednn.state().reason}")
rng = np.random.default_rng(0)

PLANS = {
    "lstm": Plan("lstm", 24, 1),
    "lstm on all threads": Plan("lstm", 300, 1),
    "lstm of two layers in both directions": Plan("lstm", 5, 2, 2),
    "gru": Plan("gru", 24, 1),
    "gru on all threads": Plan("gru", 350, 1),
    "gru of two layers in both directions": Plan("gru", 5, 2, 2),
    "rnn": Plan("rnn_tanh", 24, 1),
    "rnn of two layers in both directions": Plan("rnn_tanh", 5, 2, 2),
}
TIME, BATCH, INPUTS = 6, 3, 7


def given(plan, time=TIME, batch=BATCH):
    """Return data, parameters, h and c (None but of an LSTM), and gradients of the output, of h and of c."""
    cell = (plan.runs, batch, plan.hidden) if plan.mode == "lstm" else None
    state = (plan.runs, batch, plan.size)
    shapes = [(time, batch, INPUTS), (plan.parameter_size(INPUTS),), state, cell]
    shapes += [(time, batch, plan.directions * plan.size), state, cell]
    arrays = [None if s is None else rng.normal(size=s).astype("float32") * 0.5 for s in shapes]
    arrays[1] *= min(1, 5 / plan.hidden**0.5)
    return arrays


def wide(arrays):
    return [None if a is None else a.astype("float64") for a in arrays]


def computed(plan, x, parameters, h, c, *grads, lengths=None):
    """Return the outputs and last states, and the gradients of data, parameters and first states."""
    output, last_h, last_c, *kept = recurrent.forward(np, plan, x, parameters, h, c, lengths, None)
    found = recurrent.backward(np, plan, x, parameters, h, c, lengths, (*kept, np.empty(0)), *grads)
    return [a for a in (output, last_h, last_c, *found) if a is not None and a.size], kept


def close(fast, exact):
    for a, b in zip(fast, exact, strict=True):
        assert a.dtype == np.float32 and a.shape == b.shape
        assert abs(a - b).max() <= 1e-5 * abs(b).max()


@pytest.mark.parametrize("tier", [pytest.param("oneDNN", marks=installed), "readable"])
@pytest.mark.parametrize("name", PLANS)
def test_float32_is_that_of_float64_in_both_tiers(name, tier, monkeypatch):
    if tier == "readable":
        monkeypatch.setattr(onednn, "record_length", lambda plan, data: None)
    arrays = given(PLANS[name])
    fast, kept = computed(PLANS[name], *arrays)
    exact, _ = computed(PLANS[name], *wide(arrays))
    assert kept[0].ndim == (2 if tier == "oneDNN" else 4)  # a record, or the gates
    close(fast, exact)


@installed
def test_a_layer_computes_the_same_from_views_that_are_not_contiguous():
    plan = PLANS["lstm of two layers in both directions"]
    x, parameters, h, c, *grads = given(plan)
    plain, _ = computed(plan, x, parameters, h, c, *grads)
    x, h, c, *grads = (np.asfortranarray(a) for a in (x, h, c, *grads))
    close(computed(plan, x, parameters, h, c, *grads)[0], plain)


@installed
def test_gradients_are_not_added_to_those_of_the_call_before():
    plan = PLANS["lstm"]
    arrays = given(plan)
    first, _ = computed(plan, *arrays)
    for again, once in zip(computed(plan, *arrays)[0], first, strict=True):
        assert (again == once).all()


@installed
def test_going_back_where_the_library_is_gone_says_why(monkeypatch):
    plan = PLANS["lstm"]
    x, parameters, h, c, *grads = given(plan)
    _, _, _, *kept = recurrent.forward(np, plan, x, parameters, h, c, None, None)
    gone = onednn.State(None, "a forked process cannot use the threads of its parent")
    monkeypatch.setattr(sys.modules["mxlearn.kernels.onednn.recurrent"], "state", lambda: gone)
    with pytest.raises(mx.base.MXNetError, match="computed by oneDNN.*forked process.*\n.*Run the forward pass"):
        recurrent.backward(np, plan, x, parameters, h, c, None, (*kept, np.empty(0)), *grads)


@installed
@pytest.mark.parametrize("mode", ["lstm", "gru", "rnn_tanh"])
def test_nan_stays_visible_behind_the_step_where_it_comes(mode):
    plan = Plan(mode, 16, 1)
    x, parameters, h, c, *_ = given(plan)
    x[2, 1] = np.nan
    missing = np.isnan(recurrent.forward(np, plan, x, parameters, h, c, None, None)[0])
    assert missing[2:, 1].all() and not missing[:2].any() and not missing[:, [0, 2]].any()


@installed
def test_what_the_library_does_not_do_is_left_to_the_readable_tier():
    data = np.zeros((4, 2, 3), "float32")
    assert onednn.record_length(Plan("lstm", 5, 1), data) > 0
    assert onednn.record_length(Plan("lstm", 5, 1), data.astype("float64")) is None
    assert onednn.record_length(Plan("lstm", 5, 1), data.astype("float16")) is None
    assert onednn.record_length(Plan("lstm", 5, 1), data[:0]) is None
    assert onednn.record_length(Plan("lstm", 5, 1, projection=2), data) is None
    assert onednn.record_length(Plan("lstm", 5, 1, clip=(-1, 1, False)), data) is None
    assert onednn.record_length(Plan("rnn_relu", 5, 1), data) is None  # its maximum hides NaN


def test_lengths_leave_the_states_behind_the_end_as_they_were():
    plan = Plan("lstm", 5, 1)
    x, parameters, h, c, *_ = given(plan)
    output, last_h, *_ = recurrent.forward(np, plan, x, parameters, h, c, np.array([6, 2, 4], "float32"), None)
    assert (output[2:, 1] == 0).all() and (output[4:, 2] == 0).all() and (last_h[0, 1] == output[1, 1]).all()
