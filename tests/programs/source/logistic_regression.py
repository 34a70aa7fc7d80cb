"""Logistic regression: from the formula, then with SigmoidBinaryCrossEntropyLoss."""
import numpy as np
from mxnet import autograd, gluon, nd

np.random.seed(3)
X = nd.array(np.random.normal(size=(80, 3)))
y = (nd.dot(X, nd.array([1.0, -2.0, 0.5])) + 0.3 > 0).astype("float32")
print("positive:", int(y.sum().asscalar()))


def logistic(z):
    return 1.0 / (1.0 + nd.exp(-z))


def log_loss(yhat, y):
    return -nd.nansum(y * nd.log(yhat) + (1 - y) * nd.log(1 - yhat))


w, b = nd.zeros((3, 1)), nd.zeros(1)
w.attach_grad()
b.attach_grad()
for step in range(5):
    with autograd.record():
        loss = log_loss(logistic(nd.dot(X, w) + b).reshape(-1), y)
    loss.backward()
    w -= 0.01 * w.grad
    b -= 0.01 * b.grad
    print(step, "%.4f" % loss.asscalar())
print(w.T, b)

net = gluon.nn.Dense(1)
net.collect_params().initialize(gluon.nn.Dense(1).weight.init or "zeros")
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.8})
criterion = gluon.loss.SigmoidBinaryCrossEntropyLoss()
for step in range(5):
    with autograd.record():
        loss = criterion(net(X), y)
    loss.backward()
    trainer.step(80)
    print(step, "%.4f" % loss.mean().asscalar())
predictions = net(X).sigmoid().reshape(-1) > 0.5
print("accuracy", float((predictions == y).mean().asscalar()))
print(net.weight.data())
