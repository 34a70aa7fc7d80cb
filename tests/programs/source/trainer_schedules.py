"""Learning rate schedules with a Trainer; momentum; learning rate multipliers; warm-up."""
import math

import numpy as np
from mxnet import autograd, gluon, lr_scheduler, nd
from mxnet.gluon import nn

np.random.seed(10)
X, y = nd.array(np.random.normal(size=(16, 3))), nd.array(np.random.normal(size=(16, 1)))


def train(options, optimizer="sgd", steps=8, multiplier=None):
    net = nn.Dense(1, in_units=3)
    net.initialize("ones")
    if multiplier is not None:
        net.weight.lr_mult = multiplier
    trainer = gluon.Trainer(net.collect_params(), optimizer, options)
    rates = []
    for _ in range(steps):
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(X), y)
        loss.backward()
        trainer.step(16)
        rates.append(round(trainer.learning_rate, 6))
    print(rates)
    print(net.weight.data(), net.bias.data(), "%.5f" % loss.mean().asscalar())


class SquareRootScheduler:
    def __init__(self, base_lr=0.1):
        self.base_lr = base_lr

    def __call__(self, num_update):
        return self.base_lr / math.sqrt(num_update + 1)


train({"learning_rate": 0.1})
train({"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01})
train({"lr_scheduler": lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.4), "learning_rate": 0.4})
train({"lr_scheduler": lr_scheduler.MultiFactorScheduler(step=[3, 5], factor=0.1, base_lr=0.4)})
train({"lr_scheduler": lr_scheduler.PolyScheduler(max_update=8, base_lr=0.3, pwr=2)})
train({"lr_scheduler": lr_scheduler.CosineScheduler(max_update=6, base_lr=0.3, final_lr=0.01, warmup_steps=2)})
train({"lr_scheduler": SquareRootScheduler(0.2), "learning_rate": 0.2})
train({"learning_rate": 0.1}, multiplier=0.1)
train({"learning_rate": 0.1, "clip_gradient": 0.05}, "adam")
schedule = lr_scheduler.CosineScheduler(20, warmup_steps=5, base_lr=0.3, final_lr=0.01)
print([round(schedule(t), 5) for t in range(0, 22, 3)])
