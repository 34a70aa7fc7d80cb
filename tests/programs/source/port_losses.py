"""Losses with every option, dictionaries of parameters, hybrid blocks, children, matrices."""

import logging
import tempfile
import warnings

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd, sym
from mxnet.gluon import nn

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
R = np.random.RandomState(3)
D = tempfile.mkdtemp()


def losses():
    p = nd.array(R.rand(3, 4))
    l = nd.array([0, 1, 3])
    q = nd.array(R.rand(3, 4))
    w = nd.array([1, 0.5, 0]).reshape((3, 1))
    for L, a in (
        (gluon.loss.SoftmaxCrossEntropyLoss(), (p, l)),
        (gluon.loss.SoftmaxCrossEntropyLoss(sparse_label=False), (p, q)),
        (gluon.loss.SoftmaxCrossEntropyLoss(from_logits=True), (nd.log_softmax(p), l)),
        (gluon.loss.SoftmaxCrossEntropyLoss(weight=0.5), (p, l, w)),
        (gluon.loss.SigmoidBCELoss(from_sigmoid=True), (p, q.round())),
        (gluon.loss.SigmoidBCELoss(), (p, q, None, nd.ones((1, 4)) * 2)),
        (gluon.loss.KLDivLoss(from_logits=False), (p, q)),
        (gluon.loss.HuberLoss(rho=0.3), (p, q)),
        (gluon.loss.LogisticLoss(label_format="binary"), (p, q.round())),
        (gluon.loss.TripletLoss(margin=2), (p, q, p * 2)),
        (gluon.loss.PoissonNLLLoss(from_logits=False), (p, q)),
        (gluon.loss.CosineEmbeddingLoss(margin=0.1), (p, q, nd.array([1, -1, 1]))),
        (gluon.loss.SDMLLoss(), (p, q)),
        (gluon.loss.L1Loss(weight=3), (p, q)),
        (gluon.loss.HingeLoss(margin=2), (p, q.round() * 2 - 1)),
    ):
        p.attach_grad()
        try:
            with autograd.record():
                r = L(*a)
            r.backward()
            print(L, r, p.grad[0])
        except Exception:
            print(L, "err")


def paramdict():
    p = gluon.ParameterDict("net_")
    w = p.get("w", shape=(2, 3), init="ones")
    print(p.get("w") is w, p)
    p.initialize()
    print(w.data(), p.keys())
    q = gluon.ParameterDict("net_", shared=p)
    print(q.get("w") is w)
    p.save(D + "/p")
    p.load(D + "/p")
    c = p.get_constant("c", [[1, 2]])
    print(c, c.grad_req)
    p.setattr("grad_req", "null")
    print(w.grad_req)
    try:
        p.get("w", shape=(4, 4))
    except AssertionError:
        print("AssertionError")
    except Exception:
        print("AssertionError")
    v = gluon.Parameter("v", shape=(2,), lr_mult=2, wd_mult=0.5, grad_req="add", dtype="float64", init=init.Constant(4))
    v.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    print(v.data(mx.cpu(1)), v.list_ctx(), v.grad_req, v.lr_mult, v.dtype)
    v.set_data(nd.array([1, 2], dtype="float64"))
    print(v.list_data())
    v.zero_grad()
    print(v.list_grad())
    v.cast("float32")
    print(v.data().dtype.__name__)
    print(v.var(), v)


def hybrids():
    class N(nn.HybridBlock):
        def __init__(s, **k):
            super().__init__(**k)
            with s.name_scope():
                s.w = s.params.get("w", shape=(3, 0), allow_deferred_init=True, init=init.One())
                s.d = nn.Dense(2)

        def hybrid_forward(s, F, x, y=None, w=None):
            z = F.FullyConnected(x, w, num_hidden=3, no_bias=True)
            if y is not None:
                z = z + y
            return s.d(z), [z, F.sum(z)]

    try:
        n = N()
        n.d.initialize(init.One())
        n.w.shape = (3, 4)
        n.initialize(init.One(), force_reinit=True)
        a = n(nd.ones((1, 4)))
        print(a)
    except Exception as e:
        print(type(e).__name__)
    n.hybridize()
    print(n(nd.ones((2, 4)))[1][1])
    print(n(nd.ones((2, 4)), nd.ones((2, 3)))[0] if 0 else 1)
    print(n.collect_params().keys())
    s = nn.HybridSequential()
    s.add(nn.Dense(3, in_units=2), nn.HybridLambda("tanh"))
    s.initialize(init.One())
    s.hybridize()
    x = nd.ones((1, 2))
    x.attach_grad()
    with autograd.record():
        y = s(x)
    y.backward()
    print(x.grad, s[0].weight.grad())
    s.hybridize(False)
    print(s(x))
    s.infer_shape(x)
    s.infer_type(x)
    print(s(sym.var("q")).list_arguments()[1:])


def children():
    n = nn.Sequential()
    n.add(nn.Dense(1), nn.Dense(2))
    print(
        len(n),
        list(n._children.keys()),
        n[0].name.startswith("dense"),
        [type(c).__name__ for c in n],
        n[-1].name != n[0].name,
        n[0:1],
    )
    n.register_child(nn.Dense(3))
    print(len(n))
    del n

    class B(gluon.Block):
        def __init__(s):
            super().__init__()
            s.l = [nn.Dense(1)]
            s.k = nn.Dense(2)

        def forward(s, x):
            return s.k(x)

    b = B()
    print(list(b._children), len(list(b.collect_params().keys())))
    b.k = nn.Dense(3)
    print(b)
    try:
        b.k = 5
    except TypeError:
        print("TypeError")


def contribnn():
    from mxnet.gluon.contrib.nn import HybridConcurrent, Identity, PixelShuffle2D

    c = HybridConcurrent(axis=1)
    c.add(nn.Dense(2, in_units=3), Identity())
    c.initialize(init.One())
    print(c(nd.ones((1, 3))), c)
    print(PixelShuffle2D(2)(nd.arange(16).reshape((1, 4, 2, 2))))


def linalg():
    A = nd.array([[4, 1], [1, 3]])
    A.attach_grad()
    for name in (
        "potrf",
        "potri",
        "sumlogdiag",
        "syrk",
        "trmm",
        "trsm",
        "gelqf",
        "syevd",
        "inverse",
        "det",
        "slogdet",
        "makediag",
        "extractdiag",
        "maketrian",
        "extracttrian",
    ):
        f = getattr(nd.linalg, name)
        try:
            r = f(A) if name not in ("trmm", "trsm") else f(A, A)
            print(name, r if isinstance(r, list) else r)
        except Exception:
            print(name, "err")


for program in (losses, paramdict, hybrids, children, contribnn, linalg):
    print(program.__name__)
    R.seed(3)
    with mx.name.NameManager():
        program()
