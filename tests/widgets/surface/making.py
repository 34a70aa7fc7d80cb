"""Small problems whose surfaces are known by hand."""

import mxlearn_widgets as mxw

import mxlearn as mx
from mxlearn import gluon, nd


def dense(weight=0.0, bias=0.0, inputs=1, units=1, **options):
    """A Dense layer with known numbers."""
    net = gluon.nn.Dense(units, in_units=inputs, **options)
    net.initialize(mx.init.Zero())
    net.weight.data()[:] = weight
    if net.bias is not None:
        net.bias.data()[:] = bias
    return net


def line(slope=2.0, start=1.0):
    """Five points on a line whose x have mean 0 and mean square 2."""
    X = nd.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]])
    return X, slope * X.reshape((-1,)) + start


def surface(net=None, **options):
    """The surface of a Dense layer over five points on the line 2 x + 1: loss = ((w - 2)^2 2 + (b - 1)^2) / 2."""
    X, y = line()
    made = mxw.loss_surface(dense() if net is None else net, X, y, **options)
    assert isinstance(made, mxw.LossSurface), made
    return made


def curved(seed=3):
    """A small network with one feature, and data that no line fits."""
    mx.random.seed(seed)
    net = gluon.nn.HybridSequential(prefix="mlp_")
    with net.name_scope():
        net.add(gluon.nn.Dense(6, activation="tanh", in_units=1), gluon.nn.Dense(1, in_units=6))
    net.initialize(mx.init.Normal(1.0))
    X = nd.arange(-2, 2, 0.2).reshape((-1, 1))
    made = mxw.loss_surface(net, X, nd.sin(2 * X), params=("dense0_weight[2]", "dense1_weight[2]"))
    assert isinstance(made, mxw.LossSurface), made
    return net, made
