"""Writing into parts of arrays, what shares memory, and what .grad holds."""

import logging
import tempfile
import warnings

import mxnet as mx
import numpy as np
from mxnet import autograd, init, nd
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


def slicing_assign():
    a = nd.zeros((3, 4))
    a[1] = 5
    a[:, 2] = nd.array([1, 2, 3])
    a[0:2, 0] = np.array([7, 8])
    a[2, 1:3] = [9, 10]
    a[-1, -1] = 1.5
    a[[0, 2], [1, 0]] = -1
    print(a)
    a[:] = nd.ones((4,))
    print(a)
    a[...] = 2
    print(a.sum())
    a[nd.array([0, 2])] = 3
    print(a)
    a[1:1] = 5
    a += 1
    a *= 2
    a -= nd.ones((3, 1))
    a /= 3
    print(a)
    a[0][1] = 77
    print(a[0])
    b = a[1]
    b[:] = 0
    print(a[1], a[:, 0])
    c = a[:, 1]
    c[:] = 99
    print(a)


def slice_shares():
    a = nd.arange(6).reshape((2, 3))
    r = a.reshape((3, 2))
    r[0, 0] = 50
    print(a[0, 0].asscalar())
    s = a[0:1]
    s[:] = 9
    print(a)
    t = a.T
    t[:] = 1
    print(a)
    e = a.expand_dims(0)
    e[:] = 4
    print(a)
    q = a.astype("float32", copy=False)
    q[:] = 6
    print(a)


def np_to_nd_alias():
    n = np.ones(3, "float32")
    a = nd.array(n)
    n[0] = 5
    print(a)
    m = a.asnumpy()
    m[1] = 9
    print(a)
    f = nd.from_numpy(n, zero_copy=False)
    n[1] = 6
    print(f)


def grad_semantics():
    x = nd.array([1.0, 2.0])
    print(x.grad)
    x.attach_grad()
    print(x.grad)
    with autograd.record():
        y = x * x
    try:
        y.backward()
        y.backward()
    except mx.base.MXNetError:
        print("second backward")
    with autograd.record():
        y = x * x
    y.backward(retain_graph=True)
    y.backward()
    print(x.grad)
    x[:] = 5
    with autograd.record():
        z = (x * 2).sum()
    z.backward()
    print(x.grad)
    g = x.grad
    g[:] = 100
    print(x.grad)
    x = x * 1
    print(x.grad)


def grad_inplace():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    try:
        with autograd.record():
            x += 1
        print("no error")
    except mx.base.MXNetError:
        print("inplace refused")
    try:
        with autograd.record():
            y = x * 2
            y[0] = 5
        print("no error")
    except mx.base.MXNetError:
        print("setitem refused")
    try:
        with autograd.record():
            y = x * 2
            y *= 3
        y.backward()
        print("no error", x.grad)
    except mx.base.MXNetError:
        print("imul refused")


def backward_heads():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        a = x * 2
        b = x * x
    autograd.backward([a, b])
    print(x.grad)
    with autograd.record():
        a = x * 2
        b = x * x
    autograd.backward([a, b], [nd.array([1.0, 0]), None])
    print(x.grad)
    with autograd.record():
        a = x * 2
        b = x * x
    try:
        autograd.backward([a, b], [nd.array([1.0, 0])])
    except Exception:
        print("err")
    with autograd.record():
        with autograd.predict_mode():
            print(autograd.is_training())
        with autograd.train_mode():
            print(autograd.is_training())
    print(autograd.set_recording(True), autograd.set_recording(False))


def dropout_modes():
    d = nn.Dropout(0.5)
    x = nd.ones((4,))
    print(d(x))
    with autograd.record(train_mode=False):
        print(d(x))
    with autograd.train_mode():
        v = d(x).asnumpy()
        print(set(v.tolist()) <= {0.0, 2.0})


for program in (
    slicing_assign,
    slice_shares,
    np_to_nd_alias,
    grad_semantics,
    grad_inplace,
    backward_heads,
    dropout_modes,
):
    print(program.__name__)
    with mx.name.NameManager():
        program()
