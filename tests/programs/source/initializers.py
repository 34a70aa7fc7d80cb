"""Initializers: constant ones by value, random ones by their bounds and moments."""
import mxnet as mx
import numpy as np
from mxnet import gluon, init, nd
from mxnet.gluon import nn


def made(initializer, shape=(200, 100)):
    layer = nn.Dense(shape[0], in_units=shape[1])
    layer.initialize(initializer)
    return layer.weight.data().asnumpy()


for initializer in (init.Zero(), init.One(), init.Constant(0.3), "zeros", "ones"):
    print(initializer if isinstance(initializer, str) else type(initializer).__name__, made(initializer, (2, 2)).tolist())
u, n = made(init.Uniform(0.07)), made(init.Normal(0.01))
print(bool(abs(u).max() <= 0.07), bool(abs(u.std() - 0.07 / 3 ** 0.5) < 0.001), bool(abs(n.std() - 0.01) < 0.0005))
x = made(init.Xavier())
print(bool(abs(x).max() <= (6 / 300 * 1) ** 0.5 * 1.23), bool(abs(x.std() - (3 / 150 / 3) ** 0.5) < 0.002))
g = made(init.Xavier(rnd_type="gaussian", factor_type="in", magnitude=2))
print(bool(abs(g.std() - (2 / 100) ** 0.5) < 0.005))
o = made(init.Orthogonal(scale=1.0), (20, 100))
print(np.allclose(o @ o.T, np.eye(20), atol=1e-4))
m = made(init.MSRAPrelu(), (200, 100))
print(bool(abs(m.std() - (2 / (1 + 0.25 ** 2) / 150) ** 0.5) < 0.005))
layer = nn.Conv2DTranspose(2, 4, strides=2, padding=1, in_channels=2)
layer.initialize(init.Bilinear())
print(layer.weight.data()[0, 0])
lstm = gluon.rnn.LSTMCell(3, input_size=2, i2h_bias_initializer=init.LSTMBias(forget_bias=1.0))
lstm.initialize()
print(lstm.i2h_bias.data())
net = nn.Sequential()
net.add(nn.Dense(2, in_units=2, weight_initializer=init.One(), bias_initializer="ones"), nn.Dense(1, in_units=2))
net.initialize(init.Zero())
print([p.data().asnumpy().tolist() for p in net.collect_params().values()])
mixed = init.Mixed([".*bias", ".*"], [init.One(), init.Constant(5)])
net = nn.Dense(2, in_units=2, bias_initializer=None, prefix="d_")
for name in ("d_bias", "d_weight"):
    array = nd.zeros((2,))
    mixed(name, array)
    print(name, array)
print(init.Xavier().dumps(), init.Constant(1).dumps(), mx.init.InitDesc("fc_weight", {"a": "b"}))
load = mx.init.Load({"arg:fc_weight": nd.array([1, 2])}, default_init=init.Zero())
array = nd.ones((2,))
load("fc_weight", array)
print(array)
try:
    mx.init.create("nothing")
except Exception:
    print("refused")
symbol = mx.sym.Variable("w", shape=(1, 2), init=mx.init.Constant(2))
module = mx.mod.Module(mx.sym.broadcast_mul(mx.sym.Variable("data"), symbol, name="out"), label_names=None)
module.bind([("data", (1, 2))], for_training=False)
module.init_params(mx.init.Zero())
print(module.get_params()[0]["w"])
