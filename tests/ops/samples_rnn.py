"""Samples of the recurrent operators."""
import numpy as np

from mxlearn.kernels import recurrent

from .sampling import Sample, samples

NO_SECOND = "the backward pass through time is one operator without a gradient of its own, as in MXNet"


def arguments(rng, mode, shape, hidden, layers=1, directions=1, projection=None):
    """Return data, parameters and first states."""
    time, batch, features = shape
    plan = recurrent.Plan(mode, hidden, layers, directions, projection)
    found = [rng.normal(size=shape), rng.normal(size=plan.parameter_size(features)) * 0.6]
    found.append(rng.normal(size=(plan.runs, batch, plan.size)) * 0.5)
    if mode == "lstm":
        found.append(rng.normal(size=(plan.runs, batch, hidden)) * 0.5)
    return found


def sample(rng, mode, shape=(3, 2, 2), lengths=None, train=False, **attrs):
    """Return a sample; ``attrs`` are those of the operator but mode."""
    attrs = {"state_size": 2, "num_layers": 1, **attrs}
    directions = 2 if attrs.get("bidirectional") else 1
    layers, projection = attrs["num_layers"], attrs.get("projection_size")
    inputs = arguments(rng, mode, shape, attrs["state_size"], layers, directions, projection)
    if lengths is not None:
        inputs.append(np.array(lengths, "int32"))
        attrs["use_sequence_length"] = True
    return Sample(inputs, {"mode": mode, **attrs}, second_order=False, reason=NO_SECOND, train=train)


@samples("RNN")
def _(rng):
    for mode in recurrent.GATES:
        yield sample(rng, mode)
        yield sample(rng, mode, num_layers=2, bidirectional=True, state_outputs=True)
        yield sample(rng, mode, num_layers=2, p=0.5, train=True, state_outputs=True)
        yield sample(rng, mode, num_layers=2, p=0.5)
        yield sample(rng, mode, lengths=[1, 3], bidirectional=True, num_layers=2, state_outputs=True)
        yield sample(rng, mode, shape=(1, 1, 1), state_size=1, state_outputs=True)
        yield sample(rng, mode, shape=(3, 0, 2), state_outputs=True)
    yield sample(rng, "lstm", num_layers=2, bidirectional=True, projection_size=1, state_outputs=True)
    yield sample(rng, "lstm", projection_size=3, lengths=[3, 2])
    bounds = {"lstm_state_clip_min": -0.2, "lstm_state_clip_max": 0.3}
    yield sample(rng, "lstm", **bounds, lstm_state_clip_nan=True, state_outputs=True)
    yield sample(rng, "lstm", num_layers=2, p=1.0, train=True)


@samples("_backward_RNN")
def _(rng):
    for mode, layers, directions, states in (("rnn_tanh", 1, 1, False), ("gru", 2, 2, True), ("lstm", 1, 2, True)):
        attrs = {"state_size": 2, "num_layers": layers, "mode": mode, "bidirectional": directions == 2}
        data, parameters, *first = arguments(rng, mode, (3, 2, 2), 2, layers, directions)
        results = recurrent.forward(
            np, recurrent.Plan(mode, 2, layers, directions), data, parameters, first[0], (first[1:] or [None])[0], None,
            None,
        )
        output, last, last_cell, gates, hidden, cells = results
        inputs = [data, parameters, first[0], gates, hidden, np.zeros(0), rng.normal(size=output.shape)]
        inputs += [first[1], cells] if mode == "lstm" else []
        if states:
            attrs["state_outputs"] = True
            inputs += [rng.normal(size=last.shape)] + ([rng.normal(size=last_cell.shape)] if mode == "lstm" else [])
        yield Sample(inputs, attrs)


@samples("_rnn_param_concat")
def _(rng):
    yield Sample([rng.normal(size=3), rng.normal(size=2)], {"dim": 0})
    yield Sample([rng.normal(size=3)], {"dim": 0})
    yield Sample([rng.normal(size=0), rng.normal(size=4), rng.normal(size=1)], {"dim": 0})
