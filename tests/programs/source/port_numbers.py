"""Numbers: gradient requests, BatchNorm's modes, recurrent operators, convolutions, loss heads, optimizers, metrics."""

import logging
import warnings

import mxnet as mx
import numpy as np
from mxnet import autograd, init, nd, sym
from mxnet.gluon import rnn

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
R = np.random.RandomState(3)


def reqs():
    x = sym.var("x")
    y = sym.var("y")
    z = x * y + x
    for r in ("write", "add", "null", {"x": "write", "y": "null"}, ["add", "write"]):
        gr = {"x": nd.ones(2) * 10, "y": nd.ones(2) * 10}
        e = z.bind(mx.cpu(), {"x": nd.array([1, 2]), "y": nd.array([3, 4])}, args_grad=gr, grad_req=r)
        e.forward(is_train=True)
        e.backward(nd.ones(2))
        print(r, gr["x"], gr["y"])


def bnmodes():
    for kw in (
        dict(),
        dict(fix_gamma=False),
        dict(use_global_stats=True),
        dict(momentum=0.5, eps=1e-2),
        dict(axis=2),
        dict(output_mean_var=True),
    ):
        x = nd.array(R.rand(3, 2, 4))
        C = 4 if kw.get("axis") == 2 else 2
        g, b, m, v = nd.ones(C) * 2, nd.ones(C), nd.zeros(C), nd.ones(C)
        g.attach_grad()
        x.attach_grad()
        with autograd.record():
            y = nd.BatchNorm(x, g, b, m, v, **kw)
            y0 = y[0] if isinstance(y, list) else y
            l = (y0 * y0 * y0).sum()
        l.backward()
        print(kw, l, g.grad, x.grad[0, 0], m, v)


def rnnop():
    for mode in ("rnn_relu", "rnn_tanh", "lstm", "gru"):
        n = rnn.LSTM(3) if mode == "lstm" else rnn.GRU(3) if mode == "gru" else rnn.RNN(3, activation=mode[4:])
        n.initialize(init.One())
        x = nd.array(R.rand(4, 2, 3) * 0.1)
        x.attach_grad()
        n(x)
        for p in n.collect_params().values():
            p.set_data(nd.array(np.random.RandomState(len(p.name)).randn(*p.shape) * 0.3))
        with autograd.record():
            y, s = n(x, n.begin_state(2))
            l = (y * y).sum()
        l.backward()
        print(mode, y[-1], s[-1], x.grad[0], [p.grad().norm().asscalar().round(4) for p in n.collect_params().values()])


def convs():
    for kw in (
        dict(kernel=(3, 3), num_filter=2),
        dict(kernel=(3, 3), num_filter=2, stride=(2, 2), pad=(1, 1)),
        dict(kernel=(2, 2), num_filter=4, num_group=2),
        dict(kernel=(3, 3), num_filter=2, dilate=(2, 2)),
        dict(kernel=(1, 1), num_filter=2, no_bias=True),
    ):
        x = nd.array(R.rand(1, 2, 6, 6))
        G = kw.get("num_group", 1)
        w = nd.array(R.rand(kw["num_filter"], 2 // G, *kw["kernel"]))
        b = nd.array(R.rand(kw["num_filter"]))
        x.attach_grad()
        w.attach_grad()
        with autograd.record():
            y = nd.Convolution(x, w, b, **kw) if not kw.get("no_bias") else nd.Convolution(x, w, **kw)
            l = (y * y).sum()
        l.backward()
        print(kw, y.shape, l, x.grad[0, 0, 0], w.grad[0, 0])
    x = nd.array(R.rand(1, 2, 3, 3))
    w = nd.array(R.rand(2, 3, 3, 3))
    print(nd.Deconvolution(x, w, kernel=(3, 3), num_filter=3, stride=(2, 2), pad=(1, 1), adj=(1, 1))[0, 0])
    for kw in (
        dict(pool_type="max", kernel=(2, 2), stride=(2, 2)),
        dict(pool_type="avg", kernel=(3, 3), pad=(1, 1)),
        dict(pool_type="avg", kernel=(3, 3), pad=(1, 1), count_include_pad=False),
        dict(pool_type="sum", kernel=(2, 2)),
        dict(pool_type="lp", kernel=(2, 2), p_value=2),
        dict(pool_type="max", kernel=(3, 3), stride=(2, 2), pooling_convention="full"),
        dict(global_pool=True, pool_type="avg", kernel=(1, 1)),
    ):
        x = nd.array(R.rand(1, 1, 6, 6))
        x.attach_grad()
        with autograd.record():
            y = nd.Pooling(x, **kw)
            l = (y * y).sum()
        l.backward()
        print(kw, y.shape, l, x.grad[0, 0, 1])


def heads():
    for name in (
        "SoftmaxOutput",
        "LinearRegressionOutput",
        "LogisticRegressionOutput",
        "MAERegressionOutput",
        "SVMOutput",
    ):
        d = sym.var("d")
        l = sym.var("l")
        s = getattr(sym, name)(d, l, name="o")
        lab = nd.array([0, 1]) if name in ("SoftmaxOutput", "SVMOutput") else nd.array([[0, 1, 0], [1, 0, 0]])
        e = s.bind(mx.cpu(), {"d": nd.array([[0.1, 0.2, 0.3], [1, 2, 3]]), "l": lab}, args_grad={"d": nd.zeros((2, 3))})
        e.forward(is_train=True)
        e.backward()
        print(name, e.outputs[0], e.grad_dict["d"])
    for kw in (
        dict(use_ignore=True, ignore_label=0),
        dict(normalization="batch"),
        dict(normalization="valid", use_ignore=True, ignore_label=0),
        dict(grad_scale=2),
        dict(smooth_alpha=0.1),
        dict(multi_output=True),
    ):
        d = nd.array(R.rand(2, 3)) if "multi_output" not in kw else nd.array(R.rand(2, 3, 2))
        l = nd.array([0, 1]) if "multi_output" not in kw else nd.array([[0, 1], [2, 0]])
        d.attach_grad()
        with autograd.record():
            y = nd.SoftmaxOutput(d, l, **kw)
        y.backward()
        print(kw, y, d.grad)


def initial():
    for ini in (init.Zero(), init.One(), init.Constant(3), init.Bilinear(), init.LSTMBias(2.0)):
        a = nd.zeros((2, 1, 4, 4)) if isinstance(ini, init.Bilinear) else nd.zeros((8,))
        ini(init.InitDesc("x_weight", attrs={"__init__": ini.dumps()}), a)
        print(type(ini).__name__, a.reshape(-1)[:6])
    for n in (
        "a_weight",
        "a_bias",
        "a_gamma",
        "a_beta",
        "a_running_mean",
        "a_running_var",
        "a_moving_mean",
        "a_moving_var",
        "a_min",
        "a_max",
    ):
        a = nd.ones((3,)) * 7
        try:
            init.Zero()(init.InitDesc(n), a)
            print(n, a)
        except Exception:
            print(n, "err")


def optims():
    for name, kw in (
        ("sgd", dict(momentum=0.9, wd=0.1)),
        ("adam", dict(wd=0.1)),
        ("rmsprop", dict(centered=True)),
        ("adagrad", dict(wd=0.01)),
        ("ftrl", {}),
        ("nadam", {}),
        ("adamax", {}),
        ("signum", {}),
        ("nag", dict(momentum=0.9)),
        ("ftml", {}),
        ("lamb", {}),
        ("adadelta", {}),
        ("dcasgd", {}),
        ("lars", dict(momentum=0.9)),
        ("sgd", dict(lazy_update=False, multi_precision=True, momentum=0.9)),
    ):
        o = (
            mx.optimizer.create(name, learning_rate=0.1, rescale_grad=0.5, clip_gradient=0.8, **kw)
            if name not in ("lamb", "lars")
            else mx.optimizer.create(name, learning_rate=0.1, rescale_grad=0.5, **kw)
        )
        u = mx.optimizer.get_updater(o)
        w = nd.array([1.0, -2, 3])
        for i in range(4):
            u(0, nd.array([1.0, 2, -3]) * (i + 1), w)
        print(name, w)


def metrics():
    L = [nd.array([0, 1, 2, 1]), nd.array([1, 0, 2, 2])]
    P = [nd.array(R.rand(4, 3)) for _ in L]
    for m in ("acc", "ce", "top_k_accuracy", "nll_loss"):
        k = mx.metric.create(m, top_k=2) if m.startswith("top") else mx.metric.create(m)
        k.update(L, P)
        print(k.get(), k.num_inst, k.sum_metric)
    L2 = [nd.array(R.rand(4, 2))]
    P2 = [nd.array(R.rand(4, 2))]
    for m in ("mse", "mae", "rmse", "pearsonr", "loss"):
        k = mx.metric.create(m)
        k.update(L2, P2)
        print(k.get())
    b = [nd.array([0, 1, 1, 0])]
    bp = [nd.array(R.rand(4, 2))]
    for m in ("f1", "mcc"):
        for av in ("macro", "micro"):
            k = mx.metric.create(m, average=av)
            k.update(b, bp)
            k.update(b, [1 - bp[0]])
            print(m, av, k.get())
    p = mx.metric.Perplexity(ignore_label=1)
    p.update(L, P)
    print(p.get())
    print(mx.metric.Accuracy(axis=1).get_config())


for program in (reqs, bnmodes, rnnop, convs, heads, initial, optims, metrics):
    print(program.__name__)
    R.seed(3)
    with mx.name.NameManager():
        program()
