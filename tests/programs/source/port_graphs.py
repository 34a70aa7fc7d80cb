"""Shapes inferred both ways, executors, attributes, names, stores, summaries, callbacks, monitors."""

import logging
import os
import tempfile
import warnings

import mxnet as mx
from mxnet import gluon, init, nd, sym
from mxnet.gluon import nn

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
D = tempfile.mkdtemp()


def A():
    return nd.arange(12).reshape((3, 4))


def inferback():
    a, b = sym.var("a"), sym.var("b")
    print((a + b).infer_shape(a=(2, 3)))
    print(sym.elemwise_add(a, b).infer_shape(b=(2, 3)))
    sym.FullyConnected(a, num_hidden=3, name="f")
    print(sym.Convolution(a, kernel=(2, 2), num_filter=4, name="c").infer_shape(a=(1, 3, 5, 5)))
    print(sym.BatchNorm(a, name="bn").infer_shape(a=(2, 3)))
    print(sym.concat(a, b, dim=1).infer_shape(a=(2, 3), b=(2, 4)))
    print(sym.Embedding(a, input_dim=5, output_dim=3, name="e").infer_shape(a=(2, 7)))
    print(sym.SoftmaxOutput(a, name="s").infer_shape(a=(2, 3)))
    print(sym.LeakyReLU(a, act_type="prelu", name="p").infer_shape(a=(2, 3)))
    print(sym.Deconvolution(a, kernel=(2, 2), num_filter=4, name="d").infer_shape(a=(1, 3, 5, 5)))
    print(
        (a * b).infer_shape_partial(a=(0, 3), b=(2, 0))[0],
        sym.reshape(a, shape=(0, -1)).infer_shape(a=(2, 3, 4))[1],
        sym.slice_axis(a, axis=1, begin=0, end=2).infer_shape(a=(2, 3))[1],
    )
    print(sym.LayerNorm(a, name="l").infer_shape(a=(2, 3)))
    print(sym.RNN(a, state_size=3, num_layers=1, mode="lstm", name="r").infer_shape(a=(5, 2, 4))[0])


def execs():
    a, b = sym.var("a"), sym.var("b")
    c = sym.dot(a, b)
    e = c.simple_bind(mx.cpu(), a=(2, 3), b=(3, 2), grad_req={"a": "write", "b": "add"})
    e.arg_dict["a"][:] = 1
    e.arg_dict["b"][:] = 2
    e.forward(is_train=True)
    e.backward([nd.ones((2, 2))])
    e.backward(nd.ones((2, 2)))
    print(e.grad_dict["b"], e.grad_arrays[0], e.outputs[0])
    print(e.output_dict.keys() if 0 else list(e.output_dict))
    e.reshape(a=(4, 3), b=(3, 2)) if 0 else 0
    e.copy_params_from({"a": nd.zeros((2, 3))})
    print(e.forward()[0], e.aux_dict, e.arg_arrays[1].shape)
    s = sym.Group([c, sym.BlockGrad(a)])
    x = s.bind(mx.cpu(), [nd.ones((2, 3)), nd.ones((3, 2))])
    print([o.shape for o in x.forward()])
    m = sym.MakeLoss(sym.sum(sym.square(a)))
    y = m.bind(mx.cpu(), {"a": nd.array([1.0, 2])}, args_grad=[nd.zeros(2)])
    y.forward(is_train=True)
    y.backward()
    print(y.grad_arrays[0])
    z = a.bind(mx.cpu(), {"a": nd.ones(2)})
    print(z.forward()[0])
    q = (a + 1).bind(mx.cpu(), {"a": nd.ones(2)}, args_grad={"a": nd.zeros(2)}, grad_req="null")
    q.forward(is_train=True)
    print(q.grad_arrays)
    mon = []
    y.set_monitor_callback(lambda n, arr: mon.append(n.decode() if isinstance(n, bytes) else n))
    y.forward(is_train=True)
    print(mon)


def attrs():
    with mx.AttrScope(ctx_group="s1", lr_mult="0.1"):
        v = sym.var("v", lr_mult=0.2)
        w = sym.FullyConnected(v, num_hidden=2, name="fc")
    print(
        sorted(v.attr_dict()["v"].items()),
        v.attr("lr_mult"),
        v.attr("__lr_mult__"),
        sorted(w.attr_dict()["fc"].items()),
    )
    with mx.AttrScope(a="x"):
        with mx.AttrScope(b="y"):
            print(sorted(sym.var("n").list_attr().items()))
    s = sym.var("d", attr={"mood": "x"})
    print(s.list_attr(), s.attr("mood"))
    s._set_attr(mood="z")
    print(s.attr("mood"))
    print(
        sym.Convolution(s, kernel=(1, 1), num_filter=1, attr={"__mood__": "so"}, name="c")
        .attr_dict()["c"]
        .get("__mood__")
    )


def names():
    with mx.name.Prefix("p_"):
        print(
            sym.FullyConnected(sym.var("a"), num_hidden=2).name,
            sym.exp(sym.var("a")).name,
            sym.FullyConnected(sym.var("a"), num_hidden=2, name="me").name,
        )
    with mx.name.NameManager():
        print(
            [sym.exp(sym.var("a")).name for _ in range(2)],
            (sym.var("a") + sym.var("b")).name,
            (sym.var("a") - 1).name,
            (2 / sym.var("a")).name,
            (-sym.var("a")).name,
            (sym.var("a") > 2).name,
            abs(sym.var("a")).name if 0 else 0,
        )
    print(
        nn.Dense(1).name,
        nn.Dense(1).name,
        nn.Dense(1, prefix="x_").name,
        nn.HybridSequential().name,
        nn.Conv2D(1, 1).name,
        gluon.rnn.LSTM(1).name,
        gluon.loss.L2Loss().name,
        nn.Dense(1).weight.name,
    )

    class Net(gluon.Block):
        def __init__(s, **k):
            super().__init__(**k)
            with s.name_scope():
                s.a = nn.Dense(1)
                s.b = nn.Dense(2)
                s.c = nn.Sequential()
                s.c.add(nn.Dense(3))

    n = Net()
    print([p for p in n.collect_params()]) if 0 else print(
        list(n.collect_params().keys()), n.name, n.a.name, n.c[0].name
    )
    m = Net(prefix="m_")
    print(list(m.collect_params().keys()))
    print(n)


def kv():
    k = mx.kv.create("local")
    k.init([1, 2], [nd.ones(2)] * 2)
    k.push([1, 2], [[nd.ones(2) * 3, nd.ones(2)], [nd.ones(2), nd.ones(2)]])
    o = [nd.zeros(2), nd.zeros(2)]
    k.pull([1, 2], out=o)
    print(o)
    k.set_optimizer(mx.optimizer.create("sgd", learning_rate=0.1))
    k.push(1, nd.ones(2))
    k.pull(1, out=o[0])
    print(o[0])
    p = mx.kv.create("device")
    p.init(0, nd.ones(2))
    p.pushpull(0, nd.ones(2) * 2, out=o[1])
    print(o[1])


def viz():
    s = sym.SoftmaxOutput(
        sym.FullyConnected(
            sym.Flatten(
                sym.Pooling(
                    sym.Activation(
                        sym.Convolution(sym.var("data"), kernel=(3, 3), num_filter=4, name="c1"),
                        act_type="relu",
                        name="r1",
                    ),
                    kernel=(2, 2),
                    stride=(2, 2),
                    pool_type="max",
                    name="p1",
                ),
                name="fl",
            ),
            num_hidden=3,
            name="fc1",
        ),
        name="softmax",
    )
    mx.viz.print_summary(s, shape={"data": (1, 1, 8, 8)})


def callbacks():
    p = mx.model.BatchEndParam(epoch=0, nbatch=1, eval_metric=None, locals=None)
    print(p.epoch)
    c = mx.callback.do_checkpoint(D + "/m", 2)
    s = sym.FullyConnected(sym.var("d"), num_hidden=1, name="f")
    c(0, s, {"f_weight": nd.ones((1, 2))}, {})
    c(1, s, {"f_weight": nd.ones((1, 2))}, {})
    print(sorted(os.listdir(D)))
    mx.callback.log_train_metric(1)
    mx.callback.Speedometer(2, 1)(p)
    mx.callback.ProgressBar(3)


def monitor():
    s = sym.FullyConnected(sym.var("data"), num_hidden=2, name="fc")
    m = mx.mod.Module(s, label_names=None)
    m.bind([("data", (1, 2))])
    m.init_params(init.One())
    mon = mx.mon.Monitor(1, stat_func=lambda x: nd.norm(x), pattern=".*", sort=True)
    m.install_monitor(mon)
    mon.tic()
    m.forward(mx.io.DataBatch([nd.ones((1, 2))], None))
    r = mon.toc()
    print([(a, b, str(c).strip()) for a, b, c in r])


for program in (inferback, execs, attrs, names, kv, viz, callbacks, monitor):
    print(program.__name__)
    with mx.name.NameManager():
        program()
