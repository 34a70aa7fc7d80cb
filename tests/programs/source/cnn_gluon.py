"""LeNet with Gluon: shapes of each layer, a few steps on made-up images, summary."""
import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

np.random.seed(6)
net = nn.Sequential()
net.add(
    nn.Conv2D(channels=6, kernel_size=5, activation="sigmoid"),
    nn.MaxPool2D(pool_size=2, strides=2),
    nn.Conv2D(channels=16, kernel_size=5, activation="sigmoid"),
    nn.MaxPool2D(pool_size=2, strides=2),
    nn.Dense(20, activation="sigmoid"),
    nn.Dense(10),
)
net.initialize()
X = nd.array(np.random.uniform(size=(4, 1, 28, 28)))
for layer in net:
    X = layer(X)
    print(layer.name, "output shape:\t", X.shape)
print(net)
for name, param in net.collect_params().items():
    param.set_data(nd.array(np.random.normal(scale=0.1, size=param.shape)))
    print(name, param.shape, param.dtype)
batch, y = nd.array(np.random.uniform(size=(8, 1, 28, 28))), nd.array(np.arange(8) % 10)
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
metric = mx.metric.Accuracy()
for step in range(4):
    with autograd.record():
        y_hat = net(batch)
        l = loss(y_hat, y)
    l.backward()
    trainer.step(8)
    metric.update([y], [y_hat])
    print("%d %.4f" % (step, l.mean().asscalar()))
print(metric.get())
print(net[0].weight.data()[0, 0], net[5].bias.grad())
net.summary(batch)
