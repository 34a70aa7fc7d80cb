"""Batch normalization written out, beside the layer; moving averages."""
import numpy as np
from mxnet import autograd, init, nd
from mxnet.gluon import nn

np.random.seed(7)


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not autograd.is_training():
        X_hat = (X - moving_mean) / nd.sqrt(moving_var + eps)
    else:
        if len(X.shape) == 2:
            mean = X.mean(axis=0)
            var = ((X - mean) ** 2).mean(axis=0)
        else:
            mean = X.mean(axis=(0, 2, 3), keepdims=True)
            var = ((X - mean) ** 2).mean(axis=(0, 2, 3), keepdims=True)
        X_hat = (X - mean) / nd.sqrt(var + eps)
        moving_mean = momentum * moving_mean + (1.0 - momentum) * mean
        moving_var = momentum * moving_var + (1.0 - momentum) * var
    return gamma * X_hat + beta, moving_mean, moving_var


class BatchNorm(nn.Block):
    def __init__(self, num_features, num_dims, **kwargs):
        super(BatchNorm, self).__init__(**kwargs)
        shape = (1, num_features) if num_dims == 2 else (1, num_features, 1, 1)
        self.gamma = self.params.get("gamma", shape=shape, init=init.One())
        self.beta = self.params.get("beta", shape=shape, init=init.Zero())
        self.moving_mean = nd.zeros(shape)
        self.moving_var = nd.ones(shape)

    def forward(self, X):
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma.data(), self.beta.data(), self.moving_mean, self.moving_var, eps=1e-5, momentum=0.9
        )
        return Y


X = nd.array(np.random.normal(2, 3, size=(6, 4, 3, 3)))
mine, layer = BatchNorm(4, num_dims=4), nn.BatchNorm(in_channels=4)
mine.initialize()
layer.initialize()
for step in range(3):
    with autograd.record():
        a, b = mine(X + step), layer(X + step)
        loss = (a * X).sum() + (b * X).sum()
    loss.backward()
    print("%.5f" % (a - b).abs().max().asscalar(), mine.gamma.grad().reshape(-1), layer.gamma.grad())
print(mine.moving_mean.reshape(-1), layer.running_mean.data())
print(mine.moving_var.reshape(-1), layer.running_var.data())
print(float((mine(X) - layer(X)).abs().max().asscalar()) < 1e-4)
print(mine, layer, sorted(mine.collect_params().keys()))
for other in (nn.LayerNorm(), nn.InstanceNorm(), nn.BatchNorm(axis=-1, scale=False)):
    other.initialize()
    print(other, other(X)[0, 0])
