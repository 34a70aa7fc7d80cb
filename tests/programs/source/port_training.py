"""Losses, loaders, iterators, optimizers: values, printed forms and refusals."""

import warnings

import mxnet as mx
import numpy as np
from mxnet import gluon, init, nd, sym
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
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


show(lambda: repr(gloss.L2Loss()))
show(lambda: repr(gloss.SoftmaxCrossEntropyLoss(sparse_label=False)))
show(lambda: repr(gloss.L2Loss()(nd.array([[1, 2]]), nd.array([[0, 0]]))))
show(lambda: repr(gloss.L1Loss()(nd.array([[1, 2]]), nd.array([[0, 0]]))))
show(lambda: repr(gloss.SoftmaxCELoss()(nd.array([[1, 2]]), nd.array([1]))))
show(lambda: repr(gloss.SigmoidBCELoss()(nd.array([[1, 2]]), nd.array([[1, 0]]))))
show(lambda: repr(gloss.HuberLoss()(nd.array([[1, 2]]), nd.array([[0, 0]]))))
show(lambda: repr(gloss.HingeLoss()(nd.array([[1, -2]]), nd.array([[1, 1]]))))
show(lambda: repr(gloss.KLDivLoss()(nd.array([[1, -2.0]]), nd.array([[0.5, 0.5]]))))
show(lambda: repr(gloss.TripletLoss()(nd.ones((1, 2)), nd.zeros((1, 2)), nd.ones((1, 2)))))
show(lambda: repr(gloss.CosineEmbeddingLoss()(nd.ones((1, 2)), nd.ones((1, 2)), nd.array([1]))))
show(lambda: repr(gloss.PoissonNLLLoss()(nd.ones((1, 2)), nd.ones((1, 2)))))
show(lambda: repr(gloss.LogisticLoss()(nd.array([[1, -2]]), nd.array([[1, -1]]))))
show(lambda: repr(gloss.SquaredHingeLoss()(nd.array([[1, -2]]), nd.array([[1, -1]]))))
show(lambda: repr(gloss.CTCLoss()(nd.ones((1, 4, 3)), nd.array([[0, 1]]))))
show(lambda: repr(gloss.L2Loss(weight=2)(nd.array([[1, 2]]), nd.array([[0, 0]]), nd.array([[0.5]]))))
show(lambda: repr(gloss.SoftmaxCrossEntropyLoss(axis=1)(nd.ones((1, 2, 3)), nd.zeros((1, 3)))))
show(lambda: repr(gluon.Trainer(net0().collect_params(), "sgd").learning_rate))
show(lambda: repr(gluon.Trainer(net0().collect_params(), "foo")))
show(lambda: repr(gluon.Trainer(net0().collect_params(), "sgd", {"foo": 1})))
show(lambda: repr(gluon.Parameter("w", shape=(2, 3))))
show(lambda: repr(gluon.Parameter("w", shape=(2, 3)).data()))
show(lambda: repr(gluon.Constant("c", [[1, 2]])))
show(lambda: repr(gluon.ParameterDict("p_")))
show(lambda: repr(mx.optimizer.SGD(learning_rate=0.1).lr))
show(lambda: repr(mx.optimizer.create("adam").beta1))
show(lambda: repr(mx.lr_scheduler.FactorScheduler(10, 0.5)(5)))
show(lambda: repr(mx.metric.Accuracy().get()))
show(lambda: repr(mx.metric.create(["acc", "mse"]).get()))
show(lambda: repr(mx.io.NDArrayIter(np.zeros((4, 2)), np.zeros(4), 2).provide_data))
show(lambda: repr(mx.io.DataDesc("d", (2, 3))))
show(lambda: repr(gdata.ArrayDataset(A, A)[1]))
show(lambda: repr(list(gdata.DataLoader(gdata.ArrayDataset(np.arange(4)), 2))))
show(lambda: repr(gdata.DataLoader([1, 2])))
show(lambda: repr(gdata.SimpleDataset([1, 2])[0]))
show(lambda: repr(len(gdata.RandomSampler(3))))
show(lambda: repr(list(gdata.FilterSampler(lambda x: x > 1, [1, 2, 3]))))
show(lambda: repr(mx.kv.create("local").type))
show(lambda: repr(mx.mod.Module(sym.var("a"), data_names=["a"], label_names=None).symbol))
