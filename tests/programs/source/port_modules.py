"""Datasets, metrics, Module and FeedForward, symbols and cells, from all sides."""

import logging
import tempfile
import warnings

import mxnet as mx
import numpy as np
from mxnet import init, nd, sym
from mxnet.gluon import data as gdata
from mxnet.gluon import nn, rnn

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
D = tempfile.mkdtemp()
X, Y = nd.array(np.random.RandomState(0).rand(6, 3)), nd.array([0, 1, 0, 1, 1, 0])


def net0(**options):
    net = nn.HybridSequential(prefix="n_")
    with net.name_scope():
        net.add(nn.Dense(4, activation="relu", in_units=3), nn.BatchNorm(in_channels=4), nn.Dense(2, in_units=4))
    net.initialize(init.One(), **options)
    return net


def dataset_things():
    d = gdata.ArrayDataset(np.arange(5), list("abcde"))
    print(d[1], len(d))
    print(d.take(2)[1], len(d.shard(2, 0)), [x for x in d.sample(gdata.SequentialSampler(2))])
    print(d.transform(lambda a, b: (a + 1, b))[2], d.transform(lambda a, b: (a, b), lazy=False)[2])
    for b in gdata.DataLoader(np.arange(6).reshape(3, 2).astype("float32"), 2):
        print(b)
    dl = gdata.DataLoader(
        gdata.ArrayDataset(np.arange(5)), batch_sampler=gdata.BatchSampler(gdata.SequentialSampler(5), 2, "discard")
    )
    print(len(dl), [b.asnumpy().tolist() for b in dl], [b.dtype for b in dl])
    dl = gdata.DataLoader(gdata.ArrayDataset(np.arange(5)), 2, sampler=gdata.SequentialSampler(4))
    print(len(dl))
    print(
        [type(b).__name__ for b in gdata.DataLoader([(1, 2.0), (3, 4.0)], 2)],
        list(gdata.DataLoader([(1, 2.0), (3, 4.0)], 2)),
    )
    for bad in (
        dict(batch_size=2, shuffle=True, sampler=gdata.SequentialSampler(4)),
        dict(),
        dict(batch_size=2, batch_sampler=[[0]]),
    ):
        try:
            gdata.DataLoader([1, 2], **bad)
            print("ok")
        except ValueError:
            print("ValueError")
    print(
        [b.shape for b in gdata.DataLoader([np.zeros((2, 3)), np.ones((2, 3))], 2)],
        list(gdata.DataLoader(["a", "b"], 2)) if 0 else "",
    )


def metrics():
    m = mx.metric.Accuracy(name="myacc")
    m.update([Y], [nd.ones((6, 2))])
    print(m.get())
    m.update(Y, nd.array(np.eye(2)[Y.asnumpy().astype(int)]))
    print(m.get())
    m.reset()
    print(m.get())
    try:
        m.update([Y], [nd.ones((5, 2))])
    except ValueError:
        print("ValueError")
    c = mx.metric.create(["acc", mx.metric.MSE()])
    print(c)
    print(c.get())
    print(mx.metric.create(lambda l, p: 1.0).get())
    f = mx.metric.F1(average="micro")
    f.update([Y], [nd.array(np.eye(2)[Y.asnumpy().astype(int)])])
    print(f.get())


def module_more():
    s = sym.SoftmaxOutput(sym.FullyConnected(sym.var("data"), num_hidden=2, name="fc"), name="softmax")
    it = mx.io.NDArrayIter(X, Y, 2)
    m = mx.mod.Module(s)
    try:
        m.forward(next(it))
    except Exception as e:
        print(type(e).__name__ in ("AssertionError", "MXNetError"))
    m.bind(it.provide_data, it.provide_label)
    m.init_params(init.One())
    m.init_optimizer(optimizer="sgd", optimizer_params=(("learning_rate", 0.1),))
    print(
        m.binded,
        m.params_initialized,
        m.optimizer_initialized,
        m.data_names,
        m.label_names,
        m.output_names,
        m.data_shapes,
        m.label_shapes,
        m.output_shapes,
    )
    it.reset()
    for b in it:
        m.forward_backward(b)
        m.update()
    print(m.get_params()[0]["fc_weight"])
    print(m.get_outputs()[0].shape, m.score(it, "acc"), m.predict(it, num_batch=2).shape)
    o = m.predict(it, merge_batches=False)
    print(len(o), len(o[0]))
    for p, i, b in m.iter_predict(it):
        print(p[0].shape, i, b.pad)
        break
    m.save_params(D + "/p")
    m.load_params(D + "/p")
    print(sorted(nd.load(D + "/p")))
    m.install_monitor if 0 else 0
    m.reshape([("data", (4, 3))], [("softmax_label", (4,))])
    m.forward(mx.io.DataBatch([nd.ones((4, 3))], [nd.ones(4)]))
    print(m.get_outputs()[0])
    print(m.symbol.list_arguments())
    m.set_params({"fc_weight": nd.zeros((2, 3))}, {}, allow_missing=True)
    print(m.get_params()[0])
    m2 = mx.mod.Module(s)
    m2.bind(it.provide_data, it.provide_label, inputs_need_grad=True)
    m2.init_params(init.One())
    m2.forward(mx.io.DataBatch([X[:2]], [Y[:2]]), is_train=True)
    m2.backward()
    print(m2.get_input_grads()[0])


def feedforward():
    s = sym.SoftmaxOutput(sym.FullyConnected(sym.var("data"), num_hidden=2, name="fc"), name="softmax")
    model = mx.model.FeedForward(s, num_epoch=2, learning_rate=0.1, numpy_batch_size=6, initializer=init.One())
    model.fit(X.asnumpy(), Y.asnumpy())
    print(model.predict(X.asnumpy()).shape, sorted(model.arg_params))


def symbol_more():
    a = sym.var("a")
    b = sym.var("b")
    c = 2 * a + b**2 - 1
    print(c.list_arguments(), c.eval(a=nd.ones(2), b=nd.array([2, 3]))[0])
    print(c.infer_shape(a=(2,), b=(2,)), c.infer_type(a="float32"))
    print((a > b).eval(a=nd.ones(2), b=nd.array([0, 3]))[0], sym.broadcast_add(a, b).infer_shape(a=(2, 1), b=(1, 3)))
    d = c(a=sym.exp(sym.var("z")))
    print(d.list_arguments())
    print(c.list_outputs(), c.get_internals().list_outputs())
    e = c.bind(
        mx.cpu(), {"a": nd.ones(2), "b": nd.ones(2)}, args_grad={"b": nd.zeros(2)}, grad_req={"a": "null", "b": "add"}
    )
    e.forward(is_train=True)
    e.backward(nd.ones(2))
    e.forward(is_train=True)
    e.backward(nd.ones(2))
    print(e.grad_dict["b"], e.arg_arrays, e.outputs)
    e.copy_params_from({"a": nd.zeros(2)}, allow_extra_params=True)
    print(e.forward()[0])
    x, y = sym.split(a, num_outputs=2, axis=0)
    print(x.name, y.list_outputs())
    print(sym.Group([x, y]).eval(a=nd.arange(4)))
    print(mx.sym.load_json(c.tojson()).eval(a=nd.ones(2), b=nd.ones(2))[0])
    print([s.name for s in sym.Group([a, b])])
    print(a.attr_dict(), sorted(sym.var("q", dtype="float16", shape=(2,)).attr_dict()["q"].items()))


def rnn_cells():
    c = rnn.LSTMCell(4, prefix="l_")
    print(c.state_info(2))
    c.initialize(init.One())
    o, s = c.unroll(3, nd.ones((2, 3, 5)), merge_outputs=False)
    print(len(o), o[0])
    print(c.params)
    b = rnn.BidirectionalCell(rnn.GRUCell(2, prefix="a_"), rnn.GRUCell(2, prefix="b_"))
    b.initialize(init.One())
    o, s = b.unroll(3, nd.ones((1, 3, 5)), merge_outputs=True)
    print(o.shape, o[0, 0], b)
    z = rnn.ZoneoutCell(rnn.RNNCell(2))
    print(z)
    d = rnn.DropoutCell(0.5)
    print(d)
    h = rnn.HybridSequentialRNNCell()
    h.add(rnn.RNNCell(2))
    print(h)


for program in (dataset_things, metrics, module_more, feedforward, symbol_more, rnn_cells):
    print(program.__name__)
    with mx.name.NameManager():
        program()
