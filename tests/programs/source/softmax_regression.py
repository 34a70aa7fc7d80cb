"""Softmax regression from scratch and with SoftmaxCrossEntropyLoss; the two agree."""
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

np.random.seed(4)
images = nd.array(np.random.rand(60, 1, 4, 4))
labels = nd.array(np.random.randint(0, 3, size=60))


def softmax(X):
    X_exp = X.exp()
    return X_exp / X_exp.sum(axis=1, keepdims=True)


def cross_entropy(y_hat, y):
    return -nd.pick(y_hat, y).log()


def accuracy(y_hat, y):
    return (y_hat.argmax(axis=1) == y.astype("float32")).mean().asscalar()


X = nd.array([[1, 2, 3], [4, 5, 6]])
print(X.sum(axis=0, keepdims=True), X.sum(axis=1, keepdims=True), softmax(X), softmax(X).sum(axis=1))
W = nd.array(np.random.normal(scale=0.01, size=(16, 3)))
b = nd.zeros(3)
W.attach_grad()
b.attach_grad()
start = W.copy()
for epoch in range(4):
    with autograd.record():
        y_hat = softmax(nd.dot(images.reshape((-1, 16)), W) + b)
        l = cross_entropy(y_hat, labels).sum()
    l.backward()
    for p in (W, b):
        p[:] = p - 0.1 * p.grad / 60
    print("epoch %d, loss %.4f, train acc %.3f" % (epoch + 1, l.asscalar() / 60, accuracy(y_hat, labels)))

net = nn.Sequential()
net.add(nn.Flatten(), nn.Dense(3, in_units=16))
net.initialize(init.Zero())
net[1].weight.set_data(start.T)
loss = gloss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
for epoch in range(4):
    with autograd.record():
        l = loss(net(images), labels)
    l.backward()
    trainer.step(60)
    print("epoch %d, loss %.4f" % (epoch + 1, l.mean().asscalar()))
print(float((net[1].weight.data().T - W).abs().max().asscalar()) < 1e-5)
