"""Linear regression with Gluon: layers, loss, Trainer, DataLoader."""
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

np.random.seed(2)
features = nd.array(np.random.normal(size=(100, 2)))
labels = nd.dot(features, nd.array([2, -3.4])) + 4.2
dataset = gdata.ArrayDataset(features, labels)
data_iter = gdata.DataLoader(dataset, 10, shuffle=True)
print(len(dataset), len(data_iter), dataset[0])
net = nn.Sequential()
net.add(nn.Dense(1))
net.initialize(init.Constant(0.01))
print(net)
loss = gloss.L2Loss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.03})
for epoch in range(1, 4):
    for X, y in data_iter:
        with autograd.record():
            l = loss(net(X), y)
        l.backward()
        trainer.step(10)
    l = loss(net(features), labels)
    print("epoch %d, loss: %f" % (epoch, l.mean().asnumpy()[0]))
dense = net[0]
print(dense.weight.data(), dense.bias.data())
print(dense.weight.grad().shape, dense.weight, trainer.learning_rate)
trainer.set_learning_rate(0.001)
print(trainer.learning_rate, net.collect_params())
