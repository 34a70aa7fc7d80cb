"""A multilayer perceptron, dropout with a fixed mask, and weight decay."""
import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

np.random.seed(5)
x = nd.arange(-3.0, 3.0, 0.5)
x.attach_grad()
for name, f in (("relu", nd.relu), ("sigmoid", nd.sigmoid), ("tanh", nd.tanh), ("softsign", nd.softsign)):
    with autograd.record():
        y = f(x)
    y.backward()
    print(name, y, x.grad)
print(nd.Dropout(nd.arange(4), p=0.5))  # outside of training nothing is dropped


def dropout(X, mask, keep):
    return mask * X / keep


X, y = nd.array(np.random.normal(size=(30, 8))), nd.array(np.random.normal(size=(30, 1)))
mask = nd.array(np.random.rand(30, 6) < 0.8)
W1, b1 = nd.array(np.random.normal(scale=0.3, size=(8, 6))), nd.zeros(6)
W2, b2 = nd.array(np.random.normal(scale=0.3, size=(6, 1))), nd.zeros(1)
for p in (W1, b1, W2, b2):
    p.attach_grad()
for epoch in range(5):
    with autograd.record():
        h = nd.relu(nd.dot(X, W1) + b1)
        if autograd.is_training():
            h = dropout(h, mask, 0.8)
        loss = ((nd.dot(h, W2) + b2 - y) ** 2).mean() + 0.01 * ((W1 ** 2).sum() + (W2 ** 2).sum()) / 2
    loss.backward()
    for p in (W1, b1, W2, b2):
        p -= 0.1 * p.grad
    print("%.5f" % loss.asscalar())

net = nn.Sequential()
net.add(nn.Dense(6, activation="relu"), nn.Dropout(0.5), nn.Dense(1))
net.initialize()
net(X)
for param, value in zip(net.collect_params().values(), (W1.T, b1, W2.T, b2)):
    param.set_data(value)
print(net)
net.collect_params(".*bias").setattr("wd_mult", 0)
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05, "wd": 0.1})
for epoch in range(3):
    with autograd.record(train_mode=False):
        loss = gluon.loss.L2Loss()(net(X), y)
    loss.backward()
    trainer.step(30)
    print("%.5f %.5f" % (loss.mean().asscalar(), net[0].weight.data().norm().asscalar()))
