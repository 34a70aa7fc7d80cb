"""Printed forms of blocks and parameters, as notebooks show them."""

import warnings

import mxnet as mx
from mxnet import init, nd
from mxnet.gluon import nn

warnings.simplefilter("ignore")
A = nd.arange(12).reshape((3, 4))


def net0():
    net = nn.HybridSequential(prefix="n_")
    with net.name_scope():
        net.add(nn.Dense(4, activation="relu", in_units=3), nn.BatchNorm(in_channels=4))
        net.add(nn.Dropout(0.5), nn.Dense(2, in_units=4))
    net.initialize(init.One())
    return net


def show(expression):
    """Print a value, or that there is none."""
    with mx.name.NameManager():
        try:
            print(expression())
        except Exception:
            print("refused")


show(lambda: repr(net0()))
show(lambda: repr(net0().collect_params()))
show(lambda: repr(net0().collect_params(".*weight")))
show(lambda: repr(net0()[0]))
show(lambda: repr(net0()[0:2]))
show(lambda: repr(net0()[0].weight))
show(lambda: repr(net0()[0].weight.data()))
show(lambda: repr(net0()[0].weight.grad().shape))
show(lambda: repr(net0()[0].weight.list_ctx()))
show(lambda: repr(net0()[0].weight.shape))
show(lambda: repr(net0()[0].weight.name))
show(lambda: repr(net0()[0].name))
show(lambda: repr(net0().name))
show(lambda: repr(net0().prefix))
show(lambda: repr(net0()(nd.ones((1, 3)))))
show(lambda: repr(net0()(nd.ones((1, 4)))))
show(lambda: repr(nn.Dense(2)(nd.ones((1, 3)))))
show(lambda: repr(nn.Dense(2)))
show(lambda: repr(nn.Dense(2, use_bias=False, flatten=False)))
show(lambda: repr(nn.Conv2D(3, (3, 5), strides=2, padding=1, groups=1, activation="relu", in_channels=2)))
show(lambda: repr(nn.Conv1D(2, 3)))
show(lambda: repr(nn.Conv3D(2, 3)))
show(lambda: repr(nn.Conv2DTranspose(2, 3, output_padding=1, strides=2)))
show(lambda: repr(nn.MaxPool2D()))
show(lambda: repr(nn.AvgPool1D(3, count_include_pad=False)))
show(lambda: repr(nn.GlobalMaxPool2D()))
show(lambda: repr(nn.Embedding(3, 4)))
show(lambda: repr(nn.Dropout(0.1, axes=(0,))))
show(lambda: repr(nn.LayerNorm()))
show(lambda: repr(nn.BatchNorm(axis=3, scale=False)))
show(lambda: repr(nn.Lambda("tanh")))
show(lambda: repr(nn.HybridLambda(lambda F, x: F.relu(x))))
show(lambda: repr(nn.Lambda(lambda x: x + 1)))
show(lambda: repr(nn.Activation("relu")))
show(lambda: repr(nn.LeakyReLU(0.1)))
show(lambda: repr(nn.PReLU()))
show(lambda: repr(nn.Swish()))
show(lambda: repr(nn.Flatten()))
show(lambda: repr(nn.InstanceNorm()))
show(lambda: repr(nn.GroupNorm()))
show(lambda: repr(nn.Sequential()))
show(lambda: repr(nn.HybridSequential()))
show(lambda: repr(nn.ReflectionPad2D(1)))
show(lambda: repr(nn.GELU()))
