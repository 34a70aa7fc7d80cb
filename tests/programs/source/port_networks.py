"""Networks handled as old notebooks do: parameters, summaries, hooks, casts, devices, optimizers."""

import logging
import tempfile
import warnings

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

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


def collect():
    n = net0()
    p = n.collect_params()
    print(type(p).__name__, list(p.keys()))
    print([v.name for v in p.values()])
    print(n.collect_params(".*weight|.*bias").keys())
    print("n_dense0_weight" in p, p["n_dense0_weight"].shape)
    try:
        p["foo"]
    except KeyError:
        print("KeyError")
    p.setattr("lr_mult", 0.5)
    print(p["n_dense0_bias"].lr_mult)
    print(p.prefix, len(list(p.items())))
    q = n.params
    print(q)
    n.collect_params().zero_grad()
    n.save_parameters(D + "/a")
    print(sorted(nd.load(D + "/a")))
    p.save(D + "/b", strip_prefix="n_")
    print(sorted(nd.load(D + "/b")))
    p.load(D + "/b", restore_prefix="n_")
    try:
        n.load_parameters(D + "/b")
    except Exception:
        print("err")
    try:
        nn.Dense(3, in_units=3).load_parameters(D + "/a")
    except Exception as e:
        print(isinstance(e, (AssertionError, ValueError, mx.MXNetError)))
    nn.HybridSequential().load_parameters(D + "/a", ignore_extra=True)


def summary():
    n = net0()
    n.summary(nd.ones((2, 3)))


def summary2():
    n = nn.HybridSequential(prefix="m_")
    n.add(nn.Conv2D(4, 3, prefix="c0_"), nn.MaxPool2D(prefix="p_"), nn.Flatten(prefix="f_"), nn.Dense(2, prefix="d_"))
    n.initialize()
    n.summary(nd.ones((1, 1, 6, 6)))


def applyhook():
    n = net0()
    names = []
    n.apply(lambda b: names.append(b.name))
    print(names)
    h = n[0].register_forward_pre_hook(lambda b, i: print("pre", b.name, len(i)))
    n.register_forward_hook(lambda b, i, o: print("post", o.shape))
    n(X)
    h.detach()
    n(X)


def lambdas():
    l = nn.Lambda(lambda x: x * 2)
    print(l, l(X)[0])
    h = nn.HybridLambda("relu")
    print(h, h(X - 1)[0])
    k = nn.HybridLambda(lambda F, x: F.LeakyReLU(x, slope=0.1))
    print(k, k(X - 1)[0])
    s = nn.HybridSequential()
    s.add(k)
    s.hybridize()
    print(s(X - 1)[0])


def stale():
    n = net0()
    t = gluon.Trainer(n.collect_params(), "sgd")
    try:
        t.step(1)
    except UserWarning as e:
        print(str(e)[:60])
    except Exception as e:
        print(type(e).__name__)


def trainer_allreduce():
    n = net0()
    t = gluon.Trainer(n.collect_params(), "sgd", {"learning_rate": 1}, update_on_kvstore=False)
    with autograd.record():
        l = n(X).sum()
    l.backward()
    t.allreduce_grads()
    t.update(6)
    print(n[2].bias.data(), t._scale)


def freeze():
    n = net0()
    n[0].collect_params().setattr("grad_req", "null")
    t = gluon.Trainer(n.collect_params(), "sgd", {"learning_rate": 1})
    with autograd.record():
        l = n(X).sum()
    l.backward()
    t.step(6)
    print(n[0].bias.data(), n[2].bias.data())
    try:
        n[0].weight.grad()
    except Exception as e:
        print(type(e).__name__ in ("RuntimeError", "MXNetError", "GradientError"))


def cast():
    n = net0()
    n.cast("float64")
    print(n(X.astype("float64")).dtype, n[0].weight.data().dtype)
    n.cast("float16")
    print(n[1].gamma.dtype, n[0].weight.dtype)


def reinit():
    n = net0()
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        n.initialize()
        print(len(w) > 0)
    n.initialize(init.Zero(), force_reinit=True)
    print(n[0].weight.data().sum())


def reset_ctx():
    n = net0(ctx=[mx.cpu(0), mx.cpu(1)])
    print(n[0].weight.list_ctx())
    n.collect_params().reset_ctx(mx.cpu(1))
    print(n[0].weight.list_ctx(), n[0].weight.data().context)
    try:
        n[0].weight.data(mx.cpu(0))
    except RuntimeError:
        print("RuntimeError")


def deferred():
    n = nn.Dense(3)
    n.initialize()
    try:
        n.weight.data()
    except Exception as e:
        print(type(e).__name__)
    print(n.weight, n.weight.shape)
    n(X)
    print(n.weight)
    try:
        n(nd.ones((2, 5)))
    except Exception as e:
        print(isinstance(e, mx.base.MXNetError))


def share():
    a = nn.Dense(3, in_units=3)
    b = nn.Dense(3, in_units=3, params=a.params)
    a.initialize()
    print((a.weight.data() == b.weight.data()).min().asscalar(), b.weight.name == a.weight.name, b.name != a.name)


def custom_opt():
    @mx.optimizer.register
    class MySGD(mx.optimizer.Optimizer):
        def create_state(self, index, weight):
            return nd.zeros(weight.shape, weight.context)

        def update(self, index, weight, grad, state):
            self._update_count(index)
            lr = self._get_lr(index)
            wd = self._get_wd(index)
            state[:] += grad
            weight[:] -= lr * (state * self.rescale_grad + wd * weight)

    n = net0()
    t = gluon.Trainer(n.collect_params(), "mysgd", {"learning_rate": 0.1, "wd": 0.01})
    for i in range(2):
        with autograd.record():
            l = n(X).sum()
        l.backward()
        t.step(6)
    print(n[2].bias.data(), n[1].beta.data())


for program in (
    collect,
    summary,
    summary2,
    applyhook,
    lambdas,
    stale,
    trainer_allreduce,
    freeze,
    cast,
    reinit,
    reset_ctx,
    deferred,
    share,
    custom_opt,
):
    print(program.__name__)
    with mx.name.NameManager():
        program()
