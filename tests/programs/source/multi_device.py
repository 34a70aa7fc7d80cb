"""Data parallelism on two devices: split_and_load, gradients summed by the Trainer, kvstore, copies."""
import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn
from mxnet.gluon import utils as gutils

np.random.seed(12)
ctx = [mx.cpu(0), mx.cpu(1)]
x = nd.array(np.random.rand(4, 3))
parts = gutils.split_and_load(x, ctx)
print([(p.shape, p.context) for p in parts], gutils.split_data(nd.arange(5), 2, even_split=False))
y = x.copyto(mx.cpu(1))
z = x.as_in_context(mx.cpu(1))
print(y.context, z.context, z.as_in_context(mx.cpu(1)) is z, mx.cpu(1) == mx.Context("cpu", 1), mx.current_context())
with mx.cpu(1):
    print(nd.zeros(1).context)


def allreduce(data):
    for i in range(1, len(data)):
        data[0][:] += data[i].copyto(data[0].context)
    for i in range(1, len(data)):
        data[0].copyto(data[i])


data = [nd.ones((1, 2), ctx=c) * (i + 1) for i, c in enumerate(ctx)]
print("before:", data)
allreduce(data)
print("after:", data)
net = nn.Sequential()
net.add(nn.Dense(4, activation="tanh", in_units=3), nn.Dense(1, in_units=4))
net.initialize(mx.init.Constant(0.1), ctx=ctx)
print(net[0].weight.list_ctx(), len(net[0].weight.list_data()))
try:
    net[0].weight.data(mx.cpu(2))
except RuntimeError:
    print("not on cpu(2)")
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5}, kvstore="device")
labels = nd.array(np.random.rand(4, 1))
loss = gluon.loss.L2Loss()
for step in range(3):
    xs, ys = gutils.split_and_load(x, ctx), gutils.split_and_load(labels, ctx)
    with autograd.record():
        ls = [loss(net(a), b) for a, b in zip(xs, ys)]
    for l in ls:
        l.backward()
    trainer.step(4)
    print("%.5f" % sum(l.sum().asscalar() for l in ls))
first, second = net[0].weight.list_data()
print((first.asnumpy() == second.asnumpy()).all(), first)
kv = mx.kv.create("local")
kv.init(3, nd.ones((2, 3)))
kv.push(3, [nd.ones((2, 3), c) * 2 for c in ctx])
out = nd.zeros((2, 3))
kv.pull(3, out=out)
print(out, kv.type, kv.rank, kv.num_workers)
kv._set_updater(lambda key, recv, stored: stored.__iadd__(recv * 2))
kv.push(3, nd.ones((2, 3)))
kv.pull(3, out=out)
print(out)
