"""Gluon in NumPy's manner: printed forms, losses, loaders."""

import warnings

import mxnet as mx
import numpy as onp
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn, rnn

warnings.simplefilter("ignore")
npx.set_np()
A = np.arange(12).reshape(3, 4)
I = np.array([1, 2, 3], dtype="int32")


def g(f, x):
    x.attach_grad()
    with autograd.record():
        y = f(x)
    y.backward()
    return x.grad


def net0():
    net = nn.HybridSequential()
    net.add(nn.Dense(4, activation="relu"), nn.BatchNorm(), nn.Dense(2))
    net.initialize(init.One())
    return net


def show(expression):
    """Print a value, or that there is none."""
    with mx.name.NameManager():
        try:
            print(expression())
        except Exception:
            print("refused")


show(lambda: repr(type(np.random.normal()).__name__))
show(lambda: repr(net0()))
show(lambda: repr(net0()(np.ones((2, 3)))))
show(lambda: repr(net0()(np.ones((2, 3))).shape))
show(lambda: repr(type(net0()(np.ones((2, 3)))).__name__))
show(lambda: repr(net0()[0].weight))
show(lambda: repr(net0().collect_params()))
show(lambda: repr(nn.Dense(3)(np.ones((1, 2)))))
show(lambda: repr(gloss.L2Loss()(np.array([[1.0, 2]]), np.array([[0.0, 0]]))))
show(lambda: repr(gloss.SoftmaxCrossEntropyLoss()(np.array([[1.0, 2]]), np.array([1]))))
show(lambda: repr(gloss.SoftmaxCrossEntropyLoss()(np.ones((2, 3)), np.array([1, 0], dtype="int32"))))
show(lambda: repr(gloss.SigmoidBinaryCrossEntropyLoss()(np.array([[1.0, 2]]), np.array([[1.0, 0]]))))
show(lambda: repr(gloss.L1Loss()(np.array([[1.0, 2]]), np.array([[0.0, 0]]))))
show(lambda: repr(list(gdata.DataLoader(gdata.ArrayDataset(A, I), 2))))
show(lambda: repr(list(gdata.DataLoader(gdata.ArrayDataset(onp.arange(3.0)), 2))))
show(lambda: repr(gdata.ArrayDataset(A, I)[1]))
show(lambda: repr(rnn.LSTM(3)))
show(lambda: repr(rnn.RNN(3).begin_state(batch_size=2)))
show(lambda: repr([s.shape for s in rnn.LSTM(3).begin_state(batch_size=2)]))
show(lambda: repr(mx.nd.arange(3)))
show(lambda: repr(mx.nd.zeros((2,)).as_np_ndarray()))
show(lambda: repr(mx.metric.Accuracy().get()))
show(lambda: repr(gluon.utils.split_and_load(A[:2], [npx.cpu(0), npx.cpu(1)])))
show(lambda: repr(gluon.Parameter("w", shape=(2,)).shape))
show(lambda: repr(gluon.Parameter("w", shape=()).shape))
show(lambda: repr(mx.util.is_np_array()))
show(lambda: repr(mx.util.use_np(lambda: np.ones(1))()))
show(lambda: repr(1))
show(lambda: repr(nn.Embedding(4, 2)))
show(lambda: repr(1))
show(lambda: repr(nn.LayerNorm()))
show(lambda: repr(nn.Flatten()(np.ones((2, 3, 4))).shape))
show(lambda: repr(nn.Dropout(0.5)(np.ones(3))))
show(lambda: repr(nn.MaxPool2D(2)(np.arange(16.0).reshape(1, 1, 4, 4))))
show(lambda: repr(nn.GlobalAvgPool2D()(np.ones((1, 2, 3, 3)))))
show(lambda: repr(mx.np.ndarray is np.ndarray))
show(lambda: repr(onp.sum(A)))
show(lambda: repr(onp.ones(4) + A))
show(lambda: repr([1, 2] + A[0, :2]))
