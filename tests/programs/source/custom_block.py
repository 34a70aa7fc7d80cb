"""Blocks of one's own: parameters, nesting, control flow, sharing, custom initializers, hooks."""
from mxnet import gluon, init, nd
from mxnet.gluon import nn


class CenteredLayer(nn.Block):
    def __init__(self, **kwargs):
        super(CenteredLayer, self).__init__(**kwargs)

    def forward(self, x):
        return x - x.mean()


class MyDense(nn.Block):
    def __init__(self, units, in_units, **kwargs):
        super(MyDense, self).__init__(**kwargs)
        self.weight = self.params.get("weight", shape=(in_units, units))
        self.bias = self.params.get("bias", shape=(units,))

    def forward(self, x):
        return nd.relu(nd.dot(x, self.weight.data()) + self.bias.data())


class FancyMLP(nn.Block):
    def __init__(self, **kwargs):
        super(FancyMLP, self).__init__(**kwargs)
        self.rand_weight = self.params.get_constant("rand_weight", nd.arange(16).reshape((4, 4)) / 16)
        self.dense = nn.Dense(4, activation="relu")

    def forward(self, x):
        x = self.dense(x)
        x = nd.relu(nd.dot(x, self.rand_weight.data()) + 1)
        x = self.dense(x)
        while x.norm().asscalar() > 1:
            x /= 2
        if x.norm().asscalar() < 0.8:
            x *= 10
        return x.sum()


class MyInit(init.Initializer):
    def _init_weight(self, name, data):
        print("Init", name.split("_")[-1], data.shape)
        data[:] = nd.arange(data.size).reshape(data.shape) % 3 - 1


layer = CenteredLayer()
print(layer(nd.array([1, 2, 3, 4, 5])), layer)
dense = MyDense(units=3, in_units=5)
print(dense.params)
dense.initialize(init.One())
print(dense(nd.ones((2, 5))))
net = FancyMLP()
net.initialize(init.Constant(0.1))
print(net(nd.ones((2, 4))), sorted(name.split("_", 1)[1] for name in net.collect_params().keys()))
nested = nn.Sequential()
nested.add(nn.Sequential(), CenteredLayer(), nn.Dense(2))
nested[0].add(nn.Dense(3, activation="relu"), nn.Dense(2))
nested.initialize(MyInit())
print(nested(nd.ones((1, 2))))
print(nested, len(nested), nested[0][1].bias.data())
nested.initialize(init=init.Normal(), force_reinit=True)
nested[2].weight.set_data(nested[2].weight.data() * 0 + 1)
print(nested[2].weight.data(), nested[2].weight.list_ctx(), nested[-1] is nested[2])
shared = nn.Dense(8, activation="relu", in_units=8)
tied = nn.Sequential()
tied.add(shared, nn.Dense(8, activation="relu", params=shared.params, in_units=8))
tied.initialize(init.Constant(0.2))
tied[1].weight.data()[0, :] = 2
print((tied[0].weight.data() == tied[1].weight.data()).min().asscalar(), len(tied.collect_params().keys()))
params = gluon.ParameterDict()
params.get("param2", shape=(2, 3))
print(params)
try:
    nn.Dense(2, in_units=2).weight.data()
except RuntimeError as error:
    print("RuntimeError", isinstance(error, RuntimeError))
names = []
handle = nested.register_forward_hook(lambda block, x, y: names.append((type(block).__name__, y.shape)))
nested.apply(lambda block: names.append(type(block).__name__))
nested(nd.ones((1, 2)))
handle.detach()
nested(nd.ones((1, 2)))
print(names)
