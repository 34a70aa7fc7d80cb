"""mx.rnn: fused cells against their unfused ones, shared parameters, checkpoints, buckets."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError

RNG = np.random.default_rng(3)


def run(outputs, x, args):
    values = {name: args[name] for name in outputs.list_arguments() if name != "data"}
    return outputs.bind(mx.cpu(), {"data": x, **values}).forward()[0].asnumpy()


def random_args(outputs, shape):
    shapes = outputs.infer_shape(data=shape)[0]
    pairs = zip(outputs.list_arguments(), shapes, strict=True)
    return {name: mx.nd.array(RNG.normal(size=s) * 0.5) for name, s in pairs if name != "data"}


@pytest.mark.parametrize("mode", ["rnn_relu", "rnn_tanh", "lstm", "gru"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_fused_cell_gives_what_its_unfused_cells_give(mode, bidirectional):
    fused = mx.rnn.FusedRNNCell(3, 2, mode=mode, bidirectional=bidirectional, prefix="f_")
    x = mx.nd.array(RNG.normal(size=(2, 4, 5)))
    outputs, _ = fused.unroll(4, mx.sym.var("data"), merge_outputs=True)
    args = random_args(outputs, x.shape)
    stack = fused.unfuse()
    apart, _ = stack.unroll(4, mx.sym.var("data"), merge_outputs=True)
    other = stack.pack_weights(fused.unpack_weights(args))
    assert np.allclose(run(outputs, x, args), run(apart, x, other), atol=1e-5)


def test_checkpoints_are_read_by_fused_and_unfused_cells(tmp_path):
    fused = mx.rnn.FusedRNNCell(3, mode="gru", prefix="f_")
    outputs, _ = fused.unroll(4, mx.sym.var("data"), merge_outputs=True)
    x = mx.nd.array(RNG.normal(size=(2, 4, 5)))
    args = random_args(outputs, x.shape)
    prefix = str(tmp_path / "gru")
    mx.rnn.do_rnn_checkpoint(fused, prefix, period=2)(1, outputs, args, {})
    _, same, _ = mx.rnn.load_rnn_checkpoint(fused, prefix, 2)
    assert np.array_equal(same["f_parameters"].asnumpy(), args["f_parameters"].asnumpy())
    stack = fused.unfuse()
    _, other, _ = mx.rnn.load_rnn_checkpoint([stack], prefix, 2)
    apart, _ = stack.unroll(4, mx.sym.var("data"), merge_outputs=True)
    assert np.allclose(run(outputs, x, args), run(apart, x, other), atol=1e-5)
    mx.rnn.do_rnn_checkpoint(fused, prefix, period=2)(2, outputs, args, {})
    assert not (tmp_path / "gru-0003.params").exists()


def test_cells_share_parameters():
    first = mx.rnn.LSTMCell(3, prefix="a_")
    second = mx.rnn.LSTMCell(3, prefix="b_", params=first.params)
    names = second.unroll(1, [mx.sym.var("x")])[0][0].list_arguments()
    assert names[1] == "a_i2h_weight" and not any(name.startswith("b_") for name in names)
    assert first.params.get("i2h_weight") is second.params.get("i2h_weight")


def test_zoneout_draws_while_training_alone():
    cell = mx.rnn.ZoneoutCell(mx.rnn.RNNCell(50), zoneout_outputs=0.5)
    outputs, _ = cell.unroll(2, mx.sym.var("data"), merge_outputs=True)
    x = mx.nd.array(RNG.normal(size=(2, 2, 5)))
    executor = outputs.bind(mx.cpu(), {"data": x, **random_args(outputs, x.shape)})
    assert (executor.forward(is_train=False)[0].asnumpy() != 0).all()
    assert 0.2 < (executor.forward(is_train=True)[0].asnumpy()[:, 0] == 0).mean() < 0.8


def test_what_cannot_be_unrolled_is_refused():
    cell = mx.rnn.LSTMCell(3)
    with pytest.raises(MXNetError, match="mx.gluon.rnn"):
        cell.unroll(2, mx.nd.ones((2, 2, 4)))
    with pytest.raises(MXNetError, match="deprecated"):
        cell.unroll(2, None)
    with pytest.raises(ArgumentError, match="length=2"):
        cell.unroll(2, [mx.sym.var("a")])
    fused = mx.rnn.FusedRNNCell(3)
    with pytest.raises(NotImplementedError, match="unroll"):
        fused(mx.sym.var("x"), [])
    with pytest.raises(MXNetError, match="unfuse"):
        mx.rnn.ZoneoutCell(fused)
    with pytest.raises(ArgumentError, match="mode"):
        mx.rnn.FusedRNNCell(3, mode="elman")
    with pytest.raises(MXNetError, match="lstm_i2h_weight"):
        cell.unpack_weights({"other": mx.nd.ones((1,))})


def test_rnn_unroll_makes_variables_and_says_that_it_is_old():
    with pytest.warns(UserWarning, match="deprecated"):
        outputs, _ = mx.rnn.rnn_unroll(mx.rnn.RNNCell(3), 2, input_prefix="in_")
    assert {name for name in outputs[1].list_arguments() if "data" in name} == {"in_t0_data", "in_t1_data"}


def test_batches_come_from_one_bucket_each(capsys):
    sentences = [[i + 1] * (i % 5 + 1) for i in range(40)]
    it = mx.rnn.BucketSentenceIter(sentences, 4, buckets=[2, 4], invalid_label=0)
    assert "discarded 8 sentences" in capsys.readouterr().out
    seen = 0
    for batch in it:
        data, label = batch.data[0].asnumpy(), batch.label[0].asnumpy()
        assert data.shape == (4, batch.bucket_key) == batch.provide_data[0].shape
        assert np.array_equal(label[:, :-1], data[:, 1:]) and not label[:, -1].any()
        seen += len(data)
    assert seen == 32
    it.reset()
    assert len(list(it)) == 8


def test_lengths_with_too_few_sentences_make_no_bucket():
    with pytest.raises(ArgumentError, match="buckets"):
        mx.rnn.BucketSentenceIter([[1], [1, 2]], 4)
    with pytest.raises(ArgumentError, match="layout"):
        mx.rnn.BucketSentenceIter([[1], [1, 2]], 1, layout="XX")


def test_unknown_words_share_one_number():
    words = [["x", "y"], ["a", "z"]]
    encoded, vocab = mx.rnn.encode_sentences(words, vocab={"a": 1}, unknown_token="<unk>", start_label=5)
    assert encoded == [[5, 5], [1, 5]] and vocab == {"a": 1, "<unk>": 5}
    with pytest.raises(ArgumentError, match="Unknown token x"):
        mx.rnn.encode_sentences(words, vocab={"a": 1})
