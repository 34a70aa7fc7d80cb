"""dynamic_unroll: a recurrent cell in one loop node."""
import numpy as np
import pytest

import mxlearn as mx

dynamic_unroll = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll


class Unrolled(mx.gluon.HybridBlock):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.cell = mx.gluon.rnn.LSTMCell(3, input_size=5)

    def hybrid_forward(self, F, x, lengths, h, c):
        outputs, states = dynamic_unroll(self.cell, x, [h, c], valid_length=lengths)
        return [outputs, *states]


def inputs():
    return [mx.nd.random.normal(shape=(4, 2, 5)), mx.nd.array([2, 4]), mx.nd.ones((2, 3)), mx.nd.zeros((2, 3))]


def test_it_gives_what_the_written_out_steps_give():
    x, lengths, h, c = inputs()
    cell = mx.gluon.rnn.LSTMCell(3, input_size=5)
    cell.initialize()
    outputs, states = dynamic_unroll(cell, x, [h, c], valid_length=lengths)
    cell.reset()
    expected, last = cell.unroll(4, x, [h, c], layout="TNC", merge_outputs=True, valid_length=lengths)
    for got, wanted in zip([outputs, *states], [expected, *last], strict=True):
        np.testing.assert_allclose(got.asnumpy(), wanted.asnumpy(), rtol=1e-6)


def test_the_graph_has_one_loop_for_any_number_of_steps():
    net = Unrolled()
    net.initialize()
    arrays = inputs()
    eager = [out.asnumpy() for out in net(*arrays)]
    net.hybridize()
    for got, wanted in zip(net(*arrays), eager, strict=True):
        np.testing.assert_allclose(got.asnumpy(), wanted, rtol=1e-6)
    operators = [node.op.name for node in net.cached_op.symbol._nodes() if node.op is not None]
    assert operators.count("_foreach") == 1 and "FullyConnected" not in operators
    arrays[0] = mx.nd.random.normal(shape=(9, 2, 5))
    assert net(*arrays)[0].shape == (9, 2, 3)


def test_dropout_has_one_mask_for_all_steps():
    cell = mx.gluon.rnn.RNNCell(30, input_size=5)
    cell.initialize()
    with mx.autograd.train_mode():
        outputs, _ = dynamic_unroll(cell, mx.nd.ones((4, 2, 5)), cell.begin_state(2), drop_outputs=0.5)
    dropped = outputs.asnumpy() == 0
    assert dropped.any() and not dropped.all()
    assert (dropped == dropped[0]).all()


def test_an_unknown_layout_is_refused():
    with pytest.raises(mx.base.ArgumentError, match="layout"):
        dynamic_unroll(mx.gluon.rnn.RNNCell(3), mx.nd.ones((4, 2, 5)), [], layout="NCT")
