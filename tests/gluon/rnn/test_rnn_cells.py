"""Recurrent cells: formulas, unrolling, modifiers, hybridizing, symbols."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, ShapeError
from mxlearn.gluon import nn, rnn

RNG = np.random.default_rng(1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def weights(cell):
    return {key: p.data().asnumpy() for key, p in cell._collect_params_with_prefix().items()}


def made(cell, **options):
    cell.initialize(mx.init.Normal(0.5), **options)
    return cell


def data(*shape):
    return mx.nd.array(RNG.normal(size=shape))


def test_an_lstm_cell_is_its_formula():
    cell = made(rnn.LSTMCell(3, input_size=2, i2h_bias_initializer="ones"))
    x, h, c = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
    output, states = cell(mx.nd.array(x), [mx.nd.array(h), mx.nd.array(c)])
    w = weights(cell)
    gates = x @ w["i2h_weight"].T + w["i2h_bias"] + h @ w["h2h_weight"].T + w["h2h_bias"]
    i, f, g, o = np.split(gates, 4, axis=1)
    memory = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    assert np.allclose(states[1].asnumpy(), memory, atol=1e-5)
    assert np.allclose(output.asnumpy(), sigmoid(o) * np.tanh(memory), atol=1e-5)
    assert states[0] is output


def test_a_gru_cell_is_its_formula():
    cell = made(rnn.GRUCell(3, input_size=2, h2h_bias_initializer="ones"))
    x, h = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 3))
    output, _ = cell(mx.nd.array(x), [mx.nd.array(h)])
    w = weights(cell)
    ir, iz, inew = np.split(x @ w["i2h_weight"].T + w["i2h_bias"], 3, axis=1)
    hr, hz, hnew = np.split(h @ w["h2h_weight"].T + w["h2h_bias"], 3, axis=1)
    r, z = sigmoid(ir + hr), sigmoid(iz + hz)
    new = np.tanh(inew + r * hnew)
    assert np.allclose(output.asnumpy(), (1 - z) * new + z * h, atol=1e-5)


@pytest.mark.parametrize(("kind", "layer"), [("RNNCell", "RNN"), ("LSTMCell", "LSTM"), ("GRUCell", "GRU")])
def test_a_layer_is_its_cell_unrolled(kind, layer):
    options = {"activation": "tanh"} if kind == "RNNCell" else {}
    fused = made(getattr(rnn, layer)(3, layout="NTC", input_size=2, **options))
    cell = made(getattr(rnn, kind)(3, input_size=2))
    for name in ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"):
        getattr(cell, name).set_data(getattr(fused, f"l0_{name}").data())
    x = data(4, 5, 2)
    outputs, states = cell.unroll(5, x, merge_outputs=True)
    expected, last = fused(x, fused.begin_state(4))
    assert np.allclose(outputs.asnumpy(), expected.asnumpy(), atol=1e-6)
    for a, b in zip(states, last, strict=True):
        assert np.allclose(a.asnumpy(), b.asnumpy()[0], atol=1e-6)


def test_valid_length_masks_outputs_and_picks_states():
    cell = made(rnn.LSTMCell(3))
    x = data(3, 5, 2)
    lengths = [2, 5, 1]
    outputs, states = cell.unroll(5, x, valid_length=mx.nd.array(lengths), merge_outputs=True)
    for i, n in enumerate(lengths):
        alone, last = cell.unroll(n, x[i : i + 1, :n], merge_outputs=True)
        assert np.allclose(outputs[i, :n].asnumpy(), alone[0].asnumpy(), atol=1e-6)
        assert not outputs[i, n:].asnumpy().any() if n < 5 else True
        for a, b in zip(states, last, strict=True):
            assert np.allclose(a[i].asnumpy(), b[0].asnumpy(), atol=1e-6)


@pytest.mark.parametrize("merge", [None, True, False])
def test_a_bidirectional_cell_reads_each_sequence_from_its_own_end(merge):
    cell = made(rnn.BidirectionalCell(rnn.GRUCell(2), rnn.LSTMCell(3)))
    x = data(2, 4, 2)
    outputs, states = cell.unroll(4, x, valid_length=mx.nd.array([2, 4]), merge_outputs=merge)
    if merge is False:
        assert isinstance(outputs, list)
        outputs = mx.nd.stack(*outputs, axis=1)
    alone, last = cell.unroll(2, x[:1, :2], merge_outputs=True)
    assert np.allclose(outputs[0, :2].asnumpy(), alone[0].asnumpy(), atol=1e-6)
    assert not outputs[0, 2:].asnumpy().any()
    for a, b in zip(states, last, strict=True):
        assert np.allclose(a[0].asnumpy(), b[0].asnumpy(), atol=1e-6)


def test_unroll_takes_lists_and_both_layouts():
    cell = made(rnn.GRUCell(3))
    x = data(2, 4, 2)
    expected = cell.unroll(4, x, merge_outputs=True)[0].asnumpy()
    listed = cell.unroll(4, [x[:, t] for t in range(4)], merge_outputs=False)[0]
    turned = cell.unroll(4, x.swapaxes(0, 1), layout="TNC", merge_outputs=True)[0]
    assert np.allclose(np.stack([y.asnumpy() for y in listed], axis=1), expected)
    assert np.allclose(turned.asnumpy().swapaxes(0, 1), expected)


def test_unroll_refuses_what_is_no_sequence_of_that_length():
    cell = made(rnn.GRUCell(3))
    with pytest.raises(ShapeError, match="length=3.*4 time steps"):
        cell.unroll(3, data(2, 4, 2))
    with pytest.raises(ArgumentError, match="layout"):
        cell.unroll(4, data(2, 4, 2), layout="CNT")


def test_a_hybridized_cell_gives_the_same():
    cell = made(rnn.HybridSequentialRNNCell())
    cell.add(rnn.LSTMCell(3))
    cell.add(rnn.ResidualCell(rnn.GRUCell(3)))
    made(cell)
    x = data(2, 4, 2)
    expected = cell.unroll(4, x, merge_outputs=True)[0].asnumpy()
    cell.hybridize()
    assert np.allclose(cell.unroll(4, x, merge_outputs=True)[0].asnumpy(), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])
def test_an_unrolled_symbol_finds_its_batch(kind):
    cell = made(getattr(rnn, kind)(3, input_size=2, prefix="c_"))
    outputs, _ = cell.unroll(4, mx.sym.var("data"), merge_outputs=True)
    x = data(2, 4, 2)
    args = {name: p.data() for name, p in cell.collect_params().items()}
    assert outputs.infer_shape(data=(2, 4, 2))[1] == [(2, 4, 3)]
    got = outputs.bind(mx.cpu(), {"data": x, **args}).forward()[0].asnumpy()
    assert np.allclose(got, cell.unroll(4, x, merge_outputs=True)[0].asnumpy(), atol=1e-6)


def test_begin_states_come_from_any_function():
    cell = rnn.LSTMCell(3)
    assert [s.shape for s in cell.begin_state(batch_size=2)] == [(2, 3), (2, 3)]
    assert cell.begin_state(2, func=mx.nd.ones, dtype="float64")[0].dtype == np.float64
    assert cell.begin_state(2, func=mx.nd.full, val=3)[0].asnumpy().tolist() == [[3] * 3] * 2
    assert cell.begin_state(func=mx.sym.Variable)[0].name == "lstm0_begin_state_6"

    def named(name, shape, __layout__):
        return mx.nd.zeros(shape) + len(name)

    assert cell.begin_state(1, func=named)[0].asnumpy()[0, 0] == len("lstm0_begin_state_8")


# -- modifiers ---------------------------------------------------------------------------------------------------------
def test_zoneout_keeps_old_values_while_training_alone():
    cell = made(rnn.ZoneoutCell(rnn.RNNCell(200, input_size=2), zoneout_outputs=0.5, zoneout_states=0.25))
    x, state = data(1, 2), mx.nd.full((1, 200), 9)
    plain, _ = cell(x, [state])
    cell.reset()
    with mx.autograd.train_mode():
        output, states = cell(x, [state])
    kept = output.asnumpy() == 0  # before the first step the output is 0
    assert 0.3 < kept.mean() < 0.7
    assert np.allclose(output.asnumpy()[~kept], plain.asnumpy()[~kept])
    assert 0.1 < (states[0].asnumpy() == 9).mean() < 0.4


def test_variational_dropout_has_one_mask_for_all_steps():
    cell = mx.gluon.contrib.rnn.VariationalDropoutCell(rnn.RNNCell(50, input_size=2), drop_outputs=0.5)
    made(cell)
    with mx.autograd.train_mode():
        outputs, _ = cell.unroll(4, data(1, 4, 2), merge_outputs=True)
        dropped = outputs.asnumpy()[0] == 0
        again = cell.unroll(4, data(1, 4, 2), merge_outputs=True)[0].asnumpy()[0] == 0
    assert dropped.any() and (dropped == dropped[0]).all()
    assert not np.array_equal(dropped, again)  # drawn anew for each sequence


def test_a_dropout_cell_drops_its_input():
    cell = rnn.DropoutCell(0.5)
    x = mx.nd.ones((3, 4, 50))
    with mx.autograd.train_mode():
        outputs, states = cell.unroll(4, x)
    assert states == [] and set(np.unique(outputs.asnumpy())) == {0.0, 2.0}
    assert np.array_equal(cell.unroll(4, x)[0].asnumpy(), x.asnumpy())


def test_a_modified_cell_cannot_be_used_alone():
    base = rnn.GRUCell(3)
    rnn.ZoneoutCell(base)
    with pytest.raises(MXNetError, match="modifier"):
        base.begin_state(2)
    with pytest.raises(AssertionError, match="twice"):
        rnn.ResidualCell(base)
    with pytest.raises(MXNetError, match="BidirectionalCell"):
        rnn.ZoneoutCell(rnn.BidirectionalCell(rnn.GRUCell(3), rnn.GRUCell(3)))
    with pytest.raises(ArgumentError, match="Dense"):
        rnn.ResidualCell(nn.Dense(3))


def test_a_bidirectional_cell_has_no_step():
    stack = rnn.SequentialRNNCell()
    stack.add(rnn.BidirectionalCell(rnn.GRUCell(3), rnn.GRUCell(3)))
    with pytest.raises(NotImplementedError, match="unroll"):
        stack[0](data(2, 3), [])
    with pytest.raises(ArgumentError, match="unroll"):
        stack(data(2, 3), stack.begin_state(2))


# -- convolutional and projected cells ---------------------------------------------------------------------------------
def test_a_convolutional_cell_keeps_the_size_of_its_state():
    cell = made(mx.gluon.contrib.rnn.Conv2DLSTMCell((2, 6, 5), 4, 3, 5, i2h_pad=1, h2h_dilate=2))
    outputs, states = cell.unroll(3, data(2, 3, 2, 6, 5), merge_outputs=True)
    assert outputs.shape == (2, 3, 4, 6, 5)
    assert [s.shape for s in states] == [(2, 4, 6, 5)] * 2


def test_channels_may_be_last():
    first = made(mx.gluon.contrib.rnn.Conv1DGRUCell((2, 6), 3, 3, 3))
    last = made(mx.gluon.contrib.rnn.Conv1DGRUCell((6, 2), 3, 3, 3, conv_layout="NWC"))
    for name in ("i2h_weight", "h2h_weight"):
        getattr(last, name).set_data(getattr(first, name).data().swapaxes(1, 2))
    x = data(2, 3, 2, 6)
    a = first.unroll(3, x, merge_outputs=True)[0].asnumpy()
    b = last.unroll(3, x.swapaxes(2, 3), merge_outputs=True)[0].asnumpy()
    assert np.allclose(a.swapaxes(2, 3), b, atol=1e-5)


def test_an_even_kernel_of_the_state_is_refused():
    with pytest.raises(ArgumentError, match="odd"):
        mx.gluon.contrib.rnn.Conv1DRNNCell((2, 6), 3, 3, 2)


def test_cells_in_numpys_manner(tmp_path):
    mx.util.set_np()
    try:
        for cell in (rnn.LSTMCell(3), rnn.BidirectionalCell(rnn.GRUCell(3), rnn.RNNCell(3))):
            made(cell)
            x = mx.np.ones((2, 4, 5))
            outputs, states = cell.unroll(4, x, merge_outputs=True, valid_length=mx.np.array([2, 4]))
            assert all(type(a) is mx.np.ndarray for a in (outputs, *states))
    finally:
        mx.util.reset_np()
