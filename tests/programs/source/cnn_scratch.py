"""Convolution, padding, stride, channels and pooling, each written out and by the layer."""
import numpy as np
from mxnet import autograd, nd
from mxnet.gluon import nn


def corr2d(X, K):
    h, w = K.shape
    Y = nd.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


def corr2d_multi_in(X, K):
    return nd.add_n(*[corr2d(x, k) for x, k in zip(X, K)])


def pool2d(X, size, mode="max"):
    Y = nd.zeros((X.shape[0] - size + 1, X.shape[1] - size + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i : i + size, j : j + size]
            Y[i, j] = window.max() if mode == "max" else window.mean()
    return Y


print(corr2d(nd.arange(9).reshape((3, 3)), nd.array([[0, 1], [2, 3]])))
X = nd.ones((6, 8))
X[:, 2:6] = 0
K = nd.array([[1, -1]])
Y = corr2d(X, K)
print(Y)
conv2d = nn.Conv2D(1, kernel_size=(1, 2))
conv2d.initialize()
conv2d.weight.initialize("zeros", force_reinit=True) if conv2d.weight.shape[1] else None
image, target = X.reshape((1, 1, 6, 8)), Y.reshape((1, 1, 6, 7))
conv2d(image)
conv2d.weight.set_data(nd.array([[[[0.2, 0.1]]]]))
for i in range(6):
    with autograd.record():
        l = (conv2d(image) - target) ** 2
    l.backward()
    conv2d.weight.data()[:] -= 3e-2 * conv2d.weight.grad()
    if (i + 1) % 2 == 0:
        print("batch %d, loss %.3f" % (i + 1, l.sum().asscalar()))
print(conv2d.weight.data().reshape((1, 2)))
channels = nd.array(np.arange(18).reshape(2, 3, 3))
kernels = nd.array([[[0, 1], [2, 3]], [[1, 2], [3, 4]]])
print(corr2d_multi_in(channels, kernels))
stacked = nd.stack(*[corr2d_multi_in(channels, k) for k in nd.stack(kernels, kernels + 1)])
direct = nd.Convolution(channels.expand_dims(0), nd.stack(kernels, kernels + 1), no_bias=True, kernel=(2, 2), num_filter=2)
print(stacked.shape, (stacked - direct[0]).abs().max().asscalar())
print(pool2d(nd.arange(9).reshape((3, 3)), 2), pool2d(nd.arange(9).reshape((3, 3)), 2, "avg"))
square = nd.arange(16).reshape((1, 1, 4, 4))
for layer in (nn.MaxPool2D(3), nn.MaxPool2D(3, padding=1, strides=2), nn.AvgPool2D((2, 3), strides=(2, 3), padding=(1, 2)),
              nn.GlobalAvgPool2D(), nn.MaxPool2D(3, 2, ceil_mode=True)):
    print(layer, layer(square))
for options in ({"padding": 1}, {"strides": 2, "padding": 1}, {"padding": (0, 1), "strides": (3, 4)}, {"dilation": 2}):
    layer = nn.Conv2D(1, kernel_size=3, **options)
    layer.initialize()
    print(layer(nd.zeros((1, 1, 8, 8))).shape)
