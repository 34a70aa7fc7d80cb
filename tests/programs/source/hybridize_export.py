"""Hybrid blocks: tracing, export to files, SymbolBlock, print statements that run once."""
import os
import tempfile

import mxnet as mx
import numpy as np
from mxnet import gluon, nd, sym
from mxnet.gluon import nn

np.random.seed(13)


class HybridNet(nn.HybridBlock):
    def __init__(self, **kwargs):
        super(HybridNet, self).__init__(**kwargs)
        with self.name_scope():
            self.hidden = nn.Dense(4)
            self.output = nn.Dense(2)

    def hybrid_forward(self, F, x):
        print("F:", F.__name__.split(".")[-1], type(x).__name__)
        x = F.relu(self.hidden(x))
        print("hidden:", type(x).__name__)
        return self.output(x)


net = HybridNet()
net.initialize(mx.init.Constant(0.1))
x = nd.array(np.random.normal(size=(2, 3)))
print(net(x))
net.hybridize()
print(net(x))
print(net(x))
print(net)


def get_net():
    net = nn.HybridSequential()
    net.add(nn.Dense(8, activation="relu"), nn.BatchNorm(), nn.Dense(4, activation="tanh"), nn.Dense(2))
    net.initialize(mx.init.Constant(0.05))
    return net


net = get_net()
plain = net(x)
net.hybridize(static_alloc=True)
fast = net(x)
print((plain - fast).abs().max().asscalar() < 1e-6, plain)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "my_mlp")
    net.export(path, epoch=7)
    print(sorted(os.listdir(folder)))
    loaded = gluon.SymbolBlock.imports(path + "-symbol.json", ["data"], path + "-0007.params")
    print((loaded(x) - fast).abs().max().asscalar() < 1e-6)
    arrays = nd.load(path + "-0007.params")
    print(sorted(name.split("_", 1)[-1] for name in arrays), {key.split(":")[0] for key in arrays} == {"arg", "aux"})
    symbol, arg_params, aux_params = mx.model.load_checkpoint(path, 7)
    module = mx.mod.Module(symbol, label_names=None)
    module.bind([("data", (2, 3))], for_training=False)
    module.set_params(arg_params, aux_params)
    module.forward(mx.io.DataBatch([x]))
    print((module.get_outputs()[0] - fast).abs().max().asscalar() < 1e-6)
    net.save_parameters(os.path.join(folder, "net.params"))
    print(sorted(nd.load(os.path.join(folder, "net.params"))))
    other = get_net()
    other.load_parameters(os.path.join(folder, "net.params"))
    print((other(x) - fast).abs().max().asscalar() < 1e-6)
data = sym.var("data")
out = net(data)
print(type(out).__name__, out.list_outputs()[0].split("_", 1)[-1], len(out.list_arguments()))
inputs = sym.var("x")
block = gluon.SymbolBlock([sym.FullyConnected(inputs, num_hidden=2, name="fc"), inputs * 2], inputs)
block.initialize(mx.init.One())
print(block(x)[0], len(block(x)))
