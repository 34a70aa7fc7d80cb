"""Recurrent networks as symbols: the cells of mx.rnn, their parameters packed and apart, bucketed sentences."""

import random as python_random

import numpy as np

from ..harness import Cases, source
from .recurrent import BATCH, INPUTS, TIME, flat

CASES = Cases()


def old_cells(mx):
    rnn = mx.rnn

    def stack():
        cell = rnn.SequentialRNNCell()
        cell.add(rnn.LSTMCell(2, prefix="a_"))
        cell.add(rnn.ResidualCell(rnn.GRUCell(2, prefix="b_")))
        return cell

    return {
        "RNNCell": lambda: rnn.RNNCell(2),
        "LSTMCell": lambda: rnn.LSTMCell(2),
        "GRUCell": lambda: rnn.GRUCell(2),
        "Sequential": stack,
        "Bidirectional": lambda: rnn.BidirectionalCell(rnn.LSTMCell(2, prefix="l_"), rnn.GRUCell(3, prefix="r_")),
        "Zoneout": lambda: rnn.ZoneoutCell(rnn.RNNCell(2), 0.0, 0.5),
        "Fused lstm": lambda: rnn.FusedRNNCell(2, 2, mode="lstm", bidirectional=True, prefix="f_"),
        "Fused gru": lambda: rnn.FusedRNNCell(2, mode="gru", get_next_state=True),
        "unfused": lambda: rnn.FusedRNNCell(2, 2, mode="gru", bidirectional=True, dropout=0.5, prefix="f_").unfuse(),
    }


def old_case(name):
    case_id = f"old/{name}"

    def run(mx):
        random = source(case_id)
        answers = {}
        for layout, shape in (("NTC", (BATCH, TIME, INPUTS)), ("TNC", (TIME, BATCH, INPUTS))):
            cell = old_cells(mx)[name]()
            outputs, states = cell.unroll(TIME, mx.sym.var("data"), layout=layout, merge_outputs=True)
            net = mx.sym.Group([outputs, *flat(states)])
            names = net.list_arguments()
            shapes, out_shapes, _ = net.infer_shape(data=shape)
            values = {n: random.normal(size=s).astype("float32") * 0.5 for n, s in zip(names, shapes, strict=True)}
            args = {n: mx.nd.array(v) for n, v in values.items()}
            grads = {n: mx.nd.zeros(v.shape) for n, v in values.items()}
            executor = net.bind(mx.cpu(), args, grads)
            heads = [mx.nd.array(random.normal(size=s)) for s in out_shapes]
            for k, out in enumerate(executor.forward(is_train=False)):
                answers[f"{layout} out{k}"] = out.asnumpy()
            if name not in ("Zoneout", "unfused"):  # which draw random numbers while training
                executor.forward(is_train=True)
                executor.backward(heads)
                answers.update({f"{layout} {n}": g.asnumpy() for n, g in grads.items()})
            answers[f"{layout} names"] = [names, net.list_outputs(), [list(s) for s in cell.state_shape]]
            weights = {n: a for n, a in args.items() if n != "data"}
            unpacked = cell.unpack_weights(weights)
            answers[f"{layout} unpacked"] = {n: a.asnumpy() for n, a in sorted(unpacked.items())}
            packed = cell.pack_weights(unpacked)
            answers[f"{layout} packed again"] = bool(
                set(packed) == set(weights) and all((packed[n].asnumpy() == values[n]).all() for n in packed)
            )
        return answers

    CASES.add(case_id, run, scaled=1e-5)


for _name in (
    "RNNCell",
    "LSTMCell",
    "GRUCell",
    "Sequential",
    "Bidirectional",
    "Zoneout",
    "Fused lstm",
    "Fused gru",
    "unfused",
):
    old_case(_name)


def old_conv_case(kind):
    case_id = f"old/Conv{kind}Cell"

    def run(mx):
        random = source(case_id)
        cell = getattr(mx.rnn, f"Conv{kind}Cell")((1, 2, 5, 4), 3, i2h_kernel=(3, 2), i2h_pad=(1, 0))
        outputs, states = cell.unroll(2, mx.sym.var("data"), merge_outputs=True)
        net = mx.sym.Group([outputs, *states])
        shapes, _, _ = net.infer_shape(data=(2, 2, 2, 5, 4))
        names = net.list_arguments()
        args = {n: mx.nd.array(random.normal(size=s) * 0.3) for n, s in zip(names, shapes, strict=True)}
        results = net.bind(mx.cpu(), args).forward()
        return {**{f"out{k}": r.asnumpy() for k, r in enumerate(results)}, "shapes": [names, [list(s) for s in shapes]]}

    CASES.add(case_id, run, scaled=1e-5)


for _kind in ("RNN", "LSTM", "GRU"):
    old_conv_case(_kind)


@CASES.case("old/initial values of a fused cell")
def _(mx):
    cell = mx.rnn.FusedRNNCell(2, 2, mode="lstm", bidirectional=True, forget_bias=3.0, prefix="f_")
    outputs, _ = cell.unroll(2, mx.sym.var("data"))
    module = mx.mod.Module(outputs, label_names=None)
    module.bind([("data", (1, 2, 3))], for_training=False)
    module.init_params(mx.init.Constant(0.25))
    vector = module.get_params()[0]
    return {"parts": {n: a.asnumpy() for n, a in sorted(cell.unpack_weights(vector).items())}}


SENTENCES = [[1, 2, 3], [4, 5], [6, 7, 8, 9], [1], [2, 3], [4, 5, 6, 7], [8, 9, 1], [2, 2], [3] * 9]


@CASES.case("old/BucketSentenceIter")
def _(mx):
    answers = {}
    for layout in ("NT", "TN"):
        for buckets in (None, [2, 4]):
            python_random.seed(1)
            np.random.seed(2)
            it = mx.rnn.BucketSentenceIter(SENTENCES, 2, buckets=buckets, invalid_label=0, layout=layout)
            provided = [[d.name, list(d.shape), d.layout] for d in it.provide_data + it.provide_label]
            batches = []
            for _ in range(2):
                batches += [
                    [b.bucket_key, b.data[0].asnumpy().tolist(), b.label[0].asnumpy().tolist(), b.pad] for b in it
                ]
                it.reset()
            answers[f"{layout} {buckets}"] = [provided, it.default_bucket_key, batches]
    return answers


@CASES.case("old/encode_sentences")
def _(mx):
    words = [["a", "b"], ["b", "c"]]
    return {
        "new": list(mx.rnn.encode_sentences(words)),
        "labels": list(mx.rnn.encode_sentences(words, invalid_label=2, start_label=1, invalid_key="<pad>")),
        "unknown": list(mx.rnn.encode_sentences(words, vocab={"a": 1, "b": 2}, unknown_token="<unk>")),
    }


