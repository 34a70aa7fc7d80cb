"""Recurrent layers: states, layouts, deferred shapes, files, graphs, training."""
import json

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, ShapeError
from mxlearn.gluon import nn, rnn

RNG = np.random.default_rng(2)


def made(layer):
    layer.initialize(mx.init.Normal(0.5))
    return layer


def data(*shape):
    return mx.nd.array(RNG.normal(size=shape))


def test_states_are_returned_where_they_are_given():
    layer = made(rnn.LSTM(3, 2))
    x = data(5, 4, 2)
    out = layer(x)
    assert isinstance(out, mx.nd.NDArray) and out.shape == (5, 4, 3)
    again, states = layer(x, layer.begin_state(4))
    assert np.array_equal(out.asnumpy(), again.asnumpy())
    assert [s.shape for s in states] == [(2, 4, 3), (2, 4, 3)]
    layer.hybridize()
    assert layer(x).shape == (5, 4, 3)
    assert isinstance(layer(x, layer.begin_state(4)), tuple)  # after a call without states too


def test_a_sequence_may_be_run_in_parts():
    layer = made(rnn.GRU(3, layout="NTC"))
    x = data(2, 6, 4)
    whole = layer(x).asnumpy()
    first, states = layer(x[:, :2], layer.begin_state(2))
    second, _ = layer(x[:, 2:], states)
    assert np.allclose(np.concatenate([first.asnumpy(), second.asnumpy()], axis=1), whole, atol=1e-6)


def test_a_single_state_needs_no_list():
    layer = made(rnn.GRU(3))
    x, state = data(5, 4, 2), data(1, 4, 3)
    assert np.array_equal(layer(x, state)[0].asnumpy(), layer(x, [state])[0].asnumpy())


def test_unfused_layers_give_the_same_and_share_their_parameters():
    layer = made(rnn.LSTM(3, 2, bidirectional=True, dropout=0.5, input_size=2, layout="NTC"))
    x = data(4, 5, 2)
    cells = layer._unfuse()
    assert set(cells.collect_params()) == set(layer.collect_params())
    outputs, _ = cells.unroll(5, x, merge_outputs=True)
    assert np.allclose(outputs.asnumpy(), layer(x).asnumpy(), atol=1e-6)


@pytest.mark.parametrize("hybrid", [False, True])
def test_shapes_inside_a_network_follow_from_its_input(hybrid):
    net = nn.HybridSequential()
    net.add(nn.Embedding(10, 4), rnn.LSTM(3, 2, layout="NTC", bidirectional=True), rnn.GRU(2, layout="NTC"))
    net.add(nn.Dense(5, flatten=False))
    net.initialize()
    if hybrid:
        net.hybridize()
    assert net(mx.nd.array([[1, 2, 3]])).shape == (1, 3, 5)
    assert net[1].l0_i2h_weight.shape == (12, 4) and net[2].l0_i2h_weight.shape == (6, 6)
    assert repr(net[1]) == "LSTM(4 -> 3, NTC, num_layers=2, bidirectional)"


def test_parameters_survive_a_file(tmp_path):
    layer, other = made(rnn.GRU(3, 2, input_size=2)), rnn.GRU(3, 2)
    layer.save_parameters(tmp_path / "gru.params")
    assert "_unfused.1.h2h_bias" in mx.nd.load(str(tmp_path / "gru.params"))
    other.load_parameters(tmp_path / "gru.params")
    x = data(5, 4, 2)
    assert np.array_equal(layer(x).asnumpy(), other(x).asnumpy())


def test_an_exported_network_can_be_imported(tmp_path):
    net = nn.HybridSequential()
    net.add(rnn.LSTM(3, 2, bidirectional=True), nn.Dense(2, flatten=False))
    made(net).hybridize()
    x = data(5, 4, 2)
    expected = net(x).asnumpy()
    symbol, params = net.export(str(tmp_path / "net"))
    nodes = json.loads((tmp_path / "net-symbol.json").read_text())["nodes"]
    zeros = [n for n in nodes if n["op"] == "_zeros"]
    assert [n["attrs"]["shape"] for n in zeros] == ["(4, 0, 3)"] * 2  # any batch
    again = mx.gluon.SymbolBlock.imports(symbol, ["data"], params)
    assert np.allclose(again(x).asnumpy(), expected, atol=1e-6)
    assert again(data(3, 7, 2)).shape == (3, 7, 2)


def test_sequence_lengths():
    layer = made(rnn.GRU(3, layout="NTC", use_sequence_length=True))
    x = data(2, 5, 4)
    out, (state,) = layer(x, layer.begin_state(2), mx.nd.array([2, 5]))
    assert not out[0, 2:].asnumpy().any() and out[1, 4].asnumpy().any()
    assert np.allclose(state[0, 0].asnumpy(), out[0, 1].asnumpy())
    with pytest.raises(ArgumentError, match="sequence_length"):
        layer(x)
    with pytest.raises(ArgumentError, match="use_sequence_length=True"):
        made(rnn.GRU(3))(data(5, 2, 4), sequence_length=mx.nd.array([2, 5]))


def test_a_projection_shortens_the_output():
    layer = made(rnn.LSTM(4, 2, projection_size=3, bidirectional=True))
    out, (h, c) = layer(data(5, 2, 6), layer.begin_state(2))
    assert out.shape == (5, 2, 6) and h.shape == (4, 2, 3) and c.shape == (4, 2, 4)
    assert layer.l1_i2h_weight.shape == (16, 6) and layer.l0_h2r_weight.shape == (3, 4)
    with pytest.raises(ArgumentError, match="projection"):
        layer._unfuse()


def test_another_dtype():
    layer = made(rnn.LSTM(3, input_size=2))
    layer.cast("float64")
    assert layer.begin_state(2)[0].dtype == np.float64
    assert layer(data(5, 2, 2).astype("float64")).dtype == np.float64


def test_what_does_not_fit_is_refused():
    layer = made(rnn.LSTM(3))
    x = data(5, 4, 2)
    with pytest.raises(ShapeError, match=r"Expecting \(1, 4, 3\), got \(1, 5, 3\)"):
        layer(x, layer.begin_state(5))
    with pytest.raises(ArgumentError, match="2 states"):
        layer(x, layer.begin_state(4)[:1])
    with pytest.raises(ShapeError, match="TNC"):
        layer(data(5, 4))
    layer(x)
    with pytest.raises(MXNetError, match="parameters"):
        layer(data(5, 4, 6))
    with pytest.raises(ArgumentError, match="layout"):
        rnn.GRU(3, layout="CNT")
    with pytest.raises(ArgumentError, match="activation"):
        rnn.RNN(3, activation="sigmoid")
    with pytest.raises(ArgumentError, match="hiden"):
        rnn.RNN(3, hiden=3)


def test_layers_in_numpys_manner():
    mx.util.set_np()
    try:
        layer = made(rnn.RNN(8))
        state = layer.begin_state(batch_size=2)
        assert type(state[0]) is mx.np.ndarray
        for _ in range(2):
            out, state = layer(mx.np.ones((4, 2, 5)), state)
            assert type(out) is mx.np.ndarray and type(state[0]) is mx.np.ndarray
            layer.hybridize()
        assert mx.npx.rnn(
            mx.np.ones((4, 2, 5)),
            mx.np.ones(30),
            mx.np.zeros((1, 2, 3)),
            mode="rnn_tanh",
            state_size=3,
            num_layers=1,
        ).shape == (4, 2, 3)
    finally:
        mx.util.reset_np()


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_a_layer_learns_to_remember_the_first_of_many_tokens(kind):
    mx.random.seed(1)
    tokens = RNG.integers(0, 3, size=(96, 8))
    net = nn.HybridSequential()
    net.add(nn.Embedding(3, 6), getattr(rnn, kind)(12, layout="NTC"))
    head = nn.Dense(3)
    for block in (net, head):
        block.initialize(mx.init.Xavier())
        block.hybridize()
    parameters = {**net.collect_params()._params, **head.collect_params()._params}
    trainer = mx.gluon.Trainer(parameters, "adam", {"learning_rate": 0.03})
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    x, y = mx.nd.array(tokens), mx.nd.array(tokens[:, 0])
    for _ in range(120):
        with mx.autograd.record():
            value = loss(head(net(x)[:, -1]), y)
        value.backward()
        trainer.step(len(tokens))
    accuracy = (head(net(x)[:, -1]).asnumpy().argmax(axis=1) == tokens[:, 0]).mean()
    assert accuracy > 0.95
