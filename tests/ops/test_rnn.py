"""The operator RNN by name: lengths, clipping, dropout, shapes in both directions, errors."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, MXNetError, ShapeError
from mxlearn.kernels.recurrent import Plan

RNG = np.random.default_rng(5)


def arguments(mode, shape=(4, 3, 2), hidden=2, layers=1, directions=1):
    plan = Plan(mode, hidden, layers, directions)
    values = [RNG.normal(size=shape), RNG.normal(size=plan.parameter_size(shape[2])) * 0.5]
    values += [RNG.normal(size=(plan.runs, shape[1], hidden)) for _ in range(2 if mode == "lstm" else 1)]
    return [mx.nd.array(v, dtype="float64") for v in values]


@pytest.mark.parametrize("mode", ["rnn_relu", "rnn_tanh", "lstm", "gru"])
def test_each_sequence_of_a_batch_is_as_if_it_were_alone(mode):
    data, parameters, *states = arguments(mode, directions=2)
    lengths = [1, 4, 2]
    attrs = {"mode": mode, "state_size": 2, "num_layers": 1, "bidirectional": True, "state_outputs": True}
    together = mx.nd.RNN(data, parameters, *states, mx.nd.array(lengths), use_sequence_length=True, **attrs)
    for i, length in enumerate(lengths):
        one = slice(i, i + 1)
        alone = mx.nd.RNN(data[:length, one], parameters, *[s[:, one] for s in states], **attrs)
        assert np.allclose(together[0].asnumpy()[:length, one], alone[0].asnumpy())
        assert not together[0].asnumpy()[length:, one].any()
        for a, b in zip(together[1:], alone[1:], strict=True):
            assert np.allclose(a.asnumpy()[:, one], b.asnumpy())


def test_lengths_may_be_given_by_name_where_there_is_no_cell():
    data, parameters, state = arguments("gru")
    lengths = mx.nd.array([1, 2, 3])
    attrs = {"mode": "gru", "state_size": 2, "num_layers": 1, "use_sequence_length": True}
    by_place = mx.nd.RNN(data, parameters, state, lengths, **attrs)
    by_name = mx.nd.RNN(data, parameters, state, sequence_length=lengths, **attrs)
    assert np.array_equal(by_place.asnumpy(), by_name.asnumpy())


def test_the_memory_of_an_lstm_is_clipped():
    data, parameters, state, cell = arguments("lstm")
    attrs = {"mode": "lstm", "state_size": 2, "num_layers": 1, "state_outputs": True}
    bounds = {"lstm_state_clip_min": -0.1, "lstm_state_clip_max": 0.2}
    _, _, memory = mx.nd.RNN(data * 10, parameters, state, cell, **bounds, **attrs)
    assert memory.asnumpy().min() >= -0.1 and memory.asnumpy().max() <= 0.2


def test_a_nan_in_the_memory_becomes_the_least_bound_on_demand():
    data, parameters, state, cell = arguments("lstm")
    cell[:] = float("nan")
    attrs = {"mode": "lstm", "state_size": 2, "num_layers": 1, "state_outputs": True}
    bounds = {"lstm_state_clip_min": -0.5, "lstm_state_clip_max": 0.5}
    assert np.isnan(mx.nd.RNN(data, parameters, state, cell, **bounds, **attrs)[2].asnumpy()).all()
    stopped = mx.nd.RNN(data, parameters, state, cell, lstm_state_clip_nan=True, **bounds, **attrs)[2].asnumpy()
    assert np.isfinite(stopped).all()


def test_dropout_acts_between_the_layers_while_training_alone():
    data, parameters, state = arguments("rnn_tanh", layers=2)
    attrs = {"mode": "rnn_tanh", "state_size": 2, "num_layers": 2, "p": 0.5, "state_outputs": True}
    plain = mx.nd.RNN(data, parameters, state, **{**attrs, "p": 0.0})
    assert np.array_equal(mx.nd.RNN(data, parameters, state, **attrs)[0].asnumpy(), plain[0].asnumpy())
    with mx.autograd.train_mode():
        dropped = mx.nd.RNN(data, parameters, state, **attrs)
    assert not np.allclose(dropped[0].asnumpy(), plain[0].asnumpy())
    # the first layer is in front of the dropout
    assert np.array_equal(dropped[1].asnumpy()[0], plain[1].asnumpy()[0])


def test_the_output_shares_no_memory_with_what_backward_reads():
    data, parameters, state = arguments("gru")
    out = mx.nd.RNN(data, parameters, state, mode="gru", state_size=2, num_layers=1)
    assert out._data.base is None


def test_the_number_of_features_follows_from_the_parameters():
    s = mx.sym.RNN(mx.sym.var("data"), mode="gru", state_size=3, num_layers=2, bidirectional=True, name="r")
    size = Plan("gru", 3, 2, 2).parameter_size(4)
    shapes, _, _ = s.infer_shape(data=(5, 2, 0), r_parameters=(size,))
    assert shapes == [(5, 2, 4), (size,), (4, 2, 3)]


def test_the_batch_of_zeros_follows_from_the_data():
    data = mx.sym.var("data")
    out = mx.sym.RNN(data, mx.sym.var("w"), mx.sym.zeros((1, 0, 3)), mode="rnn_tanh", state_size=3, num_layers=1)
    executor = out.simple_bind(mx.cpu(), data=(5, 2, 4))
    assert executor.forward()[0].shape == (5, 2, 3)
    assert mx.sym.zeros((0, 3)).bind(mx.cpu(), {}).forward()[0].shape == (0, 3)  # nothing says otherwise


@pytest.mark.parametrize(
    ("attrs", "kind", "text"),
    [
        ({"mode": "rnn"}, MXNetError, "rnn_relu"),
        ({"state_size": 0}, ArgumentError, "state_size"),
        ({"num_layers": 0}, ArgumentError, "num_layers"),
        ({"p": 1.5}, ArgumentError, "within"),
        ({"projection_size": 2}, ArgumentError, "projection"),
        ({"lstm_state_clip_min": 0.0}, ArgumentError, "together"),
        ({"use_sequence_length": True}, ArgumentError, "sequence_length"),
        ({"state_size": 3}, ShapeError, "parameters"),
        ({"hidden": 3}, ArgumentError, "hidden"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(attrs, kind, text):
    data, parameters, state = arguments("gru")
    with pytest.raises(kind, match=text):
        mx.nd.RNN(data, parameters, state, **{"mode": "gru", "state_size": 2, "num_layers": 1, **attrs})


def test_an_lstm_without_its_memory_is_refused():
    data, parameters, state, _ = arguments("lstm")
    with pytest.raises(ArgumentError, match="state_cell"):
        mx.nd.RNN(data, parameters, state, mode="lstm", state_size=2, num_layers=1)


def test_wrong_inputs_are_refused():
    data, parameters, state = arguments("gru")
    attrs = {"mode": "gru", "state_size": 2, "num_layers": 1}
    with pytest.raises(ShapeError, match="time, batch, features"):
        mx.nd.RNN(data[0], parameters, state, **attrs)
    with pytest.raises(ShapeError, match="state"):
        mx.nd.RNN(data, parameters, state[:, :1], **attrs)
    with pytest.raises(DTypeError, match="floating"):
        mx.nd.RNN(*[a.astype("int32") for a in (data, parameters, state)], **attrs)
