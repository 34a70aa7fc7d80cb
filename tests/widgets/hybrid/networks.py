"""Networks to compile: one on which every pass has something to do, a plain one, and a deep one."""

import mxlearn as mx
from mxlearn.gluon import nn


class Twins(mx.gluon.HybridBlock):
    """Two equal branches, a Dropout, constants, a value that is read for its shape alone, elementwise chains."""

    def __init__(self):
        super().__init__()
        with self.name_scope():
            self.dense = nn.Dense(16)
            self.drop = nn.Dropout(0.5)
            self.out = nn.Dense(4)

    def hybrid_forward(self, F, x):
        """Compute the output."""
        h = self.drop(self.dense(x))
        a = F.sigmoid(h, name="first") * 2 + 1
        b = F.sigmoid(h, name="second") * 3 - 1
        half = F.ones((1,), name="one") * 0.5
        g = F.broadcast_mul(F.relu(a, name="relu") * b, half)
        return self.out(F.reshape_like(g, F.exp(h, name="unread"), name="like"))


def initialized(net):
    """Return the network with parameters that are the same every time."""
    mx.random.seed(7)
    net.initialize()
    return net


def twins():
    """Return the network on which every pass has something to do, and its input."""
    return initialized(Twins()), mx.nd.ones((8, 6))


def lenet(prefix="lenet_"):
    """Return a LeNet with a Dropout, and its input."""
    net = nn.HybridSequential(prefix=prefix)
    with net.name_scope():
        net.add(nn.Conv2D(6, 5, activation="tanh"), nn.MaxPool2D(2, 2), nn.Conv2D(16, 5, activation="tanh"))
        net.add(nn.MaxPool2D(2, 2), nn.Flatten(), nn.Dense(120, activation="tanh"), nn.Dropout(0.5), nn.Dense(10))
    return initialized(net), mx.nd.random.normal(shape=(4, 1, 28, 28))


class Residual(mx.gluon.HybridBlock):
    """Two convolutions with batch normalization beside the identity."""

    def __init__(self, channels):
        super().__init__()
        with self.name_scope():
            self.body = nn.HybridSequential()
            with self.body.name_scope():
                for last in (False, True):
                    self.body.add(nn.Conv2D(channels, 3, padding=1, use_bias=False), nn.BatchNorm())
                    if not last:
                        self.body.add(nn.Activation("relu"))

    def hybrid_forward(self, F, x):
        """Compute the output."""
        return F.relu(self.body(x) + x)


def residual(blocks=16, channels=4):
    """Return a residual network of ``7 * blocks + 3`` operators, and its input."""
    net = nn.HybridSequential(prefix="res_")
    with net.name_scope():
        net.add(nn.Conv2D(channels, 3, padding=1), *(Residual(channels) for _ in range(blocks)))
        net.add(nn.GlobalAvgPool2D(), nn.Dense(10))
    return initialized(net), mx.nd.random.normal(shape=(2, 3, 8, 8))
