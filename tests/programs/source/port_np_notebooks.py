"""What notebooks in NumPy's manner do: regressions, indexing, layers, recurrence, attention, two devices."""

import logging
import os
import tempfile
import warnings

import mxnet as mx
import numpy as onp
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn, rnn

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
npx.set_np()
D = tempfile.mkdtemp()
R = onp.random.RandomState(0)
XX = R.rand(12, 4).astype("float32")
YY = (XX.sum(1) > 2).astype("float32")


def linreg_concise():
    ds = gdata.ArrayDataset(np.array(XX), np.array(YY))
    it = gdata.DataLoader(ds, 4, shuffle=False)
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize(init.Constant(0.01))
    loss = gloss.L2Loss()
    tr = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.03})
    for X, y in it:
        with autograd.record():
            l = loss(net(X), y)
        l.backward()
        tr.step(4)
        print(l)
    w = net[0].weight.data()
    print(w, net[0].bias.data(), f"error: {np.array([2.0, 1, 0, 3]) - w.reshape(4)}")


def softmax_scratch():
    W = np.array(R.normal(size=(4, 3)), dtype="float32") * 0.01
    b = np.zeros(3)
    W.attach_grad()
    b.attach_grad()

    def softmax(X):
        e = np.exp(X)
        return e / e.sum(1, keepdims=True)

    X = np.array(XX)
    y = np.array(R.randint(0, 3, 12))
    for _ in range(3):
        with autograd.record():
            yh = softmax(np.dot(X, W) + b)
            l = -np.log(yh[range(len(yh)), y]).sum()
        l.backward()
        W[:] = W - 0.1 * W.grad / 12
        b[:] = b - 0.1 * b.grad / 12
        print(
            l,
            float(l),
            (yh.argmax(axis=1).astype(y.dtype) == y).sum(),
            float((yh.argmax(axis=1).astype(y.dtype) == y).astype(y.dtype).sum()),
        )
    print(W, W.dtype, y.dtype)


def fancy():
    yh = np.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    y = np.array([0, 2])
    print(yh[[0, 1], y], yh[range(2), y], yh[:, 1], yh[np.array([1, 0])], yh[-1], yh[..., None].shape)
    a = np.arange(6)
    a[1:3] = 9
    a[[0, 5]] = 7
    a[a > 8] = 0
    print(a)
    a[:] = 1
    print(a)
    b = np.zeros((2, 3))
    b[0] = np.arange(3)
    b[:, 1] = 5
    b[1, 2] += 4
    print(b)
    b += 1
    b *= 2
    print(b, id(b) == id(b))
    c = b
    c[:] = b + b
    print(c)
    x = np.arange(12).reshape(3, 4)
    x[1, 2] = 99
    print(x, x.T, x[0:2, :], x[:, -1:])
    print((x > 5).sum(), x[x > 5].shape)


def autogr():
    x = np.arange(4.0)
    x.attach_grad()
    with autograd.record():
        y = 2 * np.dot(x, x)
    y.backward()
    print(x.grad, x.grad == 4 * x)
    with autograd.record():
        y = x.sum()
    y.backward()
    print(x.grad)
    with autograd.record():
        y = x * x
    y.backward()
    print(x.grad)
    with autograd.record():
        y = x * x
        u = y.detach()
        z = u * x
    z.backward()
    print(x.grad == u)

    def f(a):
        b = a * 2
        while np.linalg.norm(b) < 1000:
            b = b * 2
        return b if b.sum() > 0 else 100 * b

    a = np.array(0.3)
    a.attach_grad()
    with autograd.record():
        d = f(a)
    d.backward()
    print(a.grad == d / a, a.grad, a.grad.shape)


def mlp():
    net = nn.Sequential()
    net.add(nn.Dense(8, activation="relu"), nn.Dropout(0.2), nn.Dense(3))
    net.initialize(init.Normal(sigma=0.01))
    net(np.array(XX))
    print(net, [p.shape for p in net.collect_params().values()])
    print(net[0].params, net[0].bias.data(), net[2].weight.grad().shape)
    print(net.collect_params()["dense1_bias"].data() if "dense1_bias" in net.collect_params() else 0)
    print(net.collect_params(".*bias"))


def params():
    class MySeq(nn.Block):
        def __init__(s, *a):
            super().__init__()
            for b in a:
                s.register_child(b)

        def forward(s, X):
            for b in s._children.values():
                X = b(X)
            return X

    n = MySeq(nn.Dense(3), nn.Dense(2))
    n.initialize(init.Constant(0.1))
    print(n(np.ones((1, 2))))
    n.save_parameters(os.path.join(D, "p"))
    m = MySeq(nn.Dense(3), nn.Dense(2))
    m.load_parameters(os.path.join(D, "p"))
    print(m(np.ones((1, 2))))
    print(n)
    x = np.arange(4)
    npx.save(os.path.join(D, "x"), x)
    print(npx.load(os.path.join(D, "x")))
    npx.save(os.path.join(D, "x"), [x, np.zeros(2)])
    print(npx.load(os.path.join(D, "x")))
    npx.save(os.path.join(D, "x"), {"x": x, "s": np.array(3.0)})
    print(npx.load(os.path.join(D, "x")))

    class My(nn.Block):
        def __init__(s, u, i, **k):
            super().__init__(**k)
            s.weight = s.params.get("weight", shape=(i, u))
            s.bias = s.params.get("bias", shape=(u,))

        def forward(s, x):
            return npx.relu(np.dot(x, s.weight.data(ctx=x.ctx)) + s.bias.data(ctx=x.ctx))

    d = My(3, 5)
    d.initialize(init.One())
    print(d(np.ones((2, 5))), d.params)


def conv():
    def corr2d(X, K):
        h, w = K.shape
        Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
        for i in range(Y.shape[0]):
            for j in range(Y.shape[1]):
                Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
        return Y

    print(corr2d(np.arange(9).reshape(3, 3), np.array([[0.0, 1], [2, 3]])))
    X = np.ones((6, 8))
    X[:, 2:6] = 0
    print(corr2d(X, np.array([[1.0, -1]])))
    n = nn.Conv2D(1, kernel_size=(1, 2), use_bias=False)
    n.initialize(init.One())
    print(n(X.reshape(1, 1, 6, 8)).shape, n)
    print(
        nn.MaxPool2D(3, padding=1, strides=2)(np.arange(16.0).reshape(1, 1, 4, 4)),
        npx.pooling(np.arange(16.0).reshape(1, 1, 4, 4), kernel=(2, 2), pool_type="avg", stride=(2, 2)),
    )
    le = nn.Sequential()
    le.add(
        nn.Conv2D(6, kernel_size=5, padding=2, activation="sigmoid"),
        nn.AvgPool2D(pool_size=2, strides=2),
        nn.Flatten(),
        nn.Dense(10),
    )
    le.initialize(init.Xavier())
    x = np.zeros((1, 1, 28, 28))
    for l in le:
        x = l(x)
        print(l.name, "output shape:\t", x.shape)


def bn():
    n = nn.BatchNorm()
    n.initialize()
    x = np.array(XX)
    with autograd.record():
        y = n(x)
        l = (y * y * np.arange(4)).sum()
    l.backward()
    print(y[0], n.gamma.grad(), n.running_mean.data(), n.running_var.data(), n(x)[0])
    print(
        n.gamma.data().reshape(
            -1,
        ),
        n,
    )


def rnns():
    l = rnn.RNN(3)
    l.initialize(init.Constant(0.1))
    s = l.begin_state(batch_size=2)
    X = np.array(R.rand(5, 2, 4), dtype="float32")
    Y, s2 = l(X, s)
    print(Y.shape, len(s2), s2[0].shape, Y[-1], l)
    g = rnn.GRU(3, num_layers=2)
    g.initialize(init.Constant(0.1))
    print(g(X)[-1], g)
    L = rnn.LSTM(3, bidirectional=True)
    L.initialize(init.Constant(0.1))
    o, (h, c) = L(X, L.begin_state(2))
    print(o[-1], h.shape, c[0])
    e = nn.Embedding(5, 3)
    e.initialize(init.Constant(0.5))
    print(e(np.array([[1, 2]])), e)
    print(npx.one_hot(np.array([0, 2]), 5))


def hybrid():
    n = nn.HybridSequential()
    n.add(nn.Dense(4, activation="relu"), nn.Dense(2))
    n.initialize(init.Constant(0.1))
    x = np.ones((1, 3))
    print(n(x))
    n.hybridize()
    print(n(x))
    n.export(os.path.join(D, "my"))
    d = mx.sym.var("data")
    print(type(d).__name__)

    class H(nn.HybridBlock):
        def __init__(s):
            super().__init__()
            s.h = nn.Dense(2)

        def hybrid_forward(s, F, x):
            print(F.__name__.split(".")[-1])
            return s.h(F.npx.relu(x))

    h = H()
    h.initialize(init.One())
    h(x)
    h.hybridize()
    print(h(x))
    h(x)


def attention():
    def f(x):
        return 2 * np.sin(x) + x**0.8

    x = np.sort(np.array(R.rand(6) * 5, dtype="float32"))
    print(f(x))
    w = npx.softmax(-((x.reshape(-1, 1) - x.reshape(1, -1)) ** 2) / 2)
    print(w, np.dot(w, f(x)))
    print(
        npx.batch_dot(np.ones((2, 1, 4)), np.ones((2, 4, 6))).shape,
        npx.masked_softmax if hasattr(npx, "masked_softmax") else 0,
    )
    print(npx.sequence_mask(np.ones((2, 3)), np.array([1, 2]), True, value=-1, axis=1))
    print(
        np.repeat(np.arange(3), repeats=2),
        np.arange(6).reshape(2, 3).transpose(1, 0),
        np.expand_dims(np.ones(2), axis=1).shape,
        np.concatenate((np.ones((1, 2)), np.zeros((1, 2))), axis=1),
    )


def multi():
    c = [npx.cpu(0), npx.cpu(1)]
    n = nn.Dense(1)
    n.initialize(init.One(), ctx=c)
    xs = gluon.utils.split_and_load(np.array(XX), c)
    print([x.ctx for x in xs], [n(x).ctx for x in xs])
    tr = gluon.Trainer(n.collect_params(), "sgd", {"learning_rate": 0.1})
    with autograd.record():
        ls = [gloss.L2Loss()(n(x), y) for x, y in zip(xs, gluon.utils.split_and_load(np.array(YY), c))]
    for l in ls:
        l.backward()
    tr.step(12)
    print(n.weight.data(c[1]), n.weight.data(c[0]))
    print(sum(float(l.sum()) for l in ls))
    print(npx.num_gpus(), npx.cpu(), np.ones(2, ctx=c[1]).copyto(c[0]).ctx, np.ones(2).as_in_ctx(c[1]).ctx)


for program in (linreg_concise, softmax_scratch, fancy, autogr, mlp, params, conv, bn, rnns, hybrid, attention, multi):
    print(program.__name__)
    with mx.name.NameManager():
        program()
