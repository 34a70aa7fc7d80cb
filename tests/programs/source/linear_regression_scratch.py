"""Linear regression with nothing but arrays and derivatives."""
import numpy as np
from mxnet import autograd, nd

np.random.seed(1)
true_w, true_b = nd.array([2, -3.4]), 4.2
features = nd.array(np.random.normal(size=(200, 2)))
labels = nd.dot(features, true_w) + true_b + nd.array(np.random.normal(scale=0.01, size=200))


def data_iter(batch_size):
    order = np.random.permutation(200)
    for i in range(0, 200, batch_size):
        j = nd.array(order[i : i + batch_size])
        yield features.take(j), labels.take(j)


def linreg(X, w, b):
    return nd.dot(X, w) + b


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    for param in params:
        param[:] = param - lr * param.grad / batch_size


w = nd.array(np.random.normal(scale=0.01, size=(2, 1)))
b = nd.zeros(shape=(1,))
for param in (w, b):
    param.attach_grad()
for X, y in data_iter(10):
    print(X, y)
    break
for epoch in range(3):
    for X, y in data_iter(10):
        with autograd.record():
            loss = squared_loss(linreg(X, w, b), y)
        loss.backward()
        sgd([w, b], 0.03, 10)
    train_l = squared_loss(linreg(features, w, b), labels)
    print("epoch %d, loss %f" % (epoch + 1, train_l.mean().asnumpy()[0]))
print(true_w, w, true_b, b)
