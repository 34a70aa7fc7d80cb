"""Networks that a student could have, with random parameters; and images for them."""

import numpy as np

import mxlearn as mx
from mxlearn import gluon, nd
from mxlearn.gluon import nn


def lenet(*, hybridize=False, seed=3, classes=10):
    """The LeNet of the third lesson."""
    mx.random.seed(seed)
    net = nn.HybridSequential(prefix="lenet_")
    with net.name_scope():
        net.add(
            nn.Conv2D(8, kernel_size=5, activation="relu"),
            nn.MaxPool2D(pool_size=2, strides=2),
            nn.Conv2D(16, kernel_size=5, activation="relu"),
            nn.MaxPool2D(pool_size=2, strides=2),
            nn.Flatten(),
            nn.Dense(64, activation="relu"),
            nn.Dense(classes),
        )
    net.initialize(mx.init.Xavier())
    net(nd.zeros((1, 1, 28, 28)))
    if hybridize:
        net.hybridize()
    return net


def mlp(pixels=784, container=nn.HybridSequential):
    """A multilayer perceptron on rows of pixels."""
    mx.random.seed(5)
    net = container(prefix="mlp_")
    with net.name_scope():
        net.add(nn.Dense(16, activation="relu", in_units=pixels), nn.Dense(10, in_units=16))
    net.initialize(mx.init.Xavier())
    return net


class Branching(gluon.Block):
    """A Block whose forward is Python: it reads shapes, and uses functions of mx.nd."""

    def __init__(self, **options):
        super().__init__(**options)
        with self.name_scope():
            self.conv = nn.Conv2D(4, kernel_size=3, padding=1, in_channels=1)
            self.double = nn.Lambda(lambda x: 2 * x)
            self.dense = nn.Dense(10, activation="tanh", in_units=4 * 28 * 28)

    def forward(self, x):
        """Compute scores."""
        y = self.double(self.conv(x))
        if y.shape[0] > 10_000:
            raise ValueError("too many")
        return self.dense(nd.relu(y))


def branching():
    """Branching, initialized."""
    mx.random.seed(7)
    net = Branching(prefix="branching_")
    net.initialize(mx.init.Xavier())
    return net


def symbol(data=None):
    """A small convolution network as a Symbol that ends in a loss."""
    data = mx.sym.var("data") if data is None else data
    conv = mx.sym.Convolution(data, kernel=(3, 3), num_filter=4, name="conv1")
    relu = mx.sym.Activation(conv, act_type="relu", name="relu1")
    pool = mx.sym.Pooling(relu, kernel=(2, 2), stride=(2, 2), pool_type="avg", name="pool1")
    scores = mx.sym.FullyConnected(mx.sym.Flatten(pool, name="flat"), num_hidden=10, name="fc1")
    return mx.sym.SoftmaxOutput(scores, name="softmax")


def module(shape=(50, 1, 28, 28)):
    """That Symbol, bound and initialized."""
    mx.random.seed(11)
    made = mx.mod.Module(symbol(), context=mx.cpu())
    made.bind([("data", shape)], [("softmax_label", shape[:1])])
    made.init_params(mx.init.Xavier())
    return made


def image(size=28, seed=0):
    """A random image, values from 0 to 1."""
    return np.random.default_rng(seed).random((size, size)).astype(np.float32)


def seven():
    """A drawing that could be a 7, not in the middle, (28, 28)."""
    drawing = np.zeros((28, 28), np.float32)
    drawing[2:4, 3:15] = 1
    for k in range(10):
        drawing[4 + k, 13 - k // 2 : 15 - k // 2] = 1
    return drawing
