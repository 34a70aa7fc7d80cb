"""Saving and loading arrays, lists, dicts and parameters."""
import os
import tempfile

import mxnet as mx
from mxnet import gluon, nd
from mxnet.gluon import nn

folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "x")
x, y = nd.ones(3), nd.arange(4).reshape((2, 2))
nd.save(path, x)
(x2,) = nd.load(path)
print(x2)
nd.save(path, [x, y])
print(nd.load(path))
nd.save(path, {"x": x, "y": y, "i": nd.array([1, 2], dtype="int32"), "h": nd.array([0.5], dtype="float16")})
loaded = nd.load(path)
print({k: (v.dtype.__name__, v.asnumpy().tolist()) for k, v in sorted(loaded.items())})
print(os.path.getsize(path))


class MLP(nn.Block):
    def __init__(self, **kwargs):
        super(MLP, self).__init__(**kwargs)
        self.hidden = nn.Dense(4, activation="relu")
        self.output = nn.Dense(2)

    def forward(self, x):
        return self.output(self.hidden(x))


X = nd.array([[1, 2, 3], [4, 5, 6]])
net = MLP()
net.initialize(mx.init.Constant(0.1))
Y = net(X)
net.save_parameters(path)
net2 = MLP()
net2.load_parameters(path)
print((net2(X) == Y).min().asscalar(), sorted(nd.load(path)))
net3 = nn.Dense(5)
for action in (lambda: net3.load_parameters(path), lambda: nd.load(path + "missing"), lambda: MLP().hidden.weight.data()):
    try:
        action()
        print("no error")
    except Exception as error:
        print(isinstance(error, (mx.base.MXNetError, AssertionError, RuntimeError)))
net.collect_params().save(path)
print(sorted(name.split("_", 1)[1] for name in nd.load(path)))
net.load_parameters(path) if False else None
trainer = gluon.Trainer(net.collect_params(), "adam")
with mx.autograd.record():
    net(X).sum().backward()
trainer.step(1)
trainer.save_states(path)
trainer.load_states(path)
print(trainer.optimizer.num_update if hasattr(trainer, "optimizer") else 1, type(trainer.optimizer).__name__)
symbol = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
symbol.save(path)
print(mx.sym.load(path).list_arguments(), mx.sym.load(path).tojson() == symbol.tojson())
