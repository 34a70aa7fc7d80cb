"""A training run that writes a checkpoint after every step and goes on from it; test_killed.py kills it.

    python program.py CHECKPOINT RESULT

Everything that can make two runs differ is in it: dropout, moving averages, noise of mx.random, a shuffled loader,
augmentation that draws from numpy.random and random, Adam's states and counts, a learning rate schedule, two devices.
"""
import os
import random
import sys

import numpy as np

import mxlearn as mx
from mxlearn import autograd, gluon, nd

CONTEXTS = [mx.cpu(0), mx.cpu(1)]
EPOCHS = 12


def augmented(x, y):
    return x * np.float32(random.choice([1, -1])) + np.random.normal(scale=0.1, size=x.shape).astype("float32"), y


def main(path: str, result: str) -> None:
    mx.random.seed(1)
    np.random.seed(2)
    random.seed(3)
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(16, activation="relu"), gluon.nn.BatchNorm(), gluon.nn.Dropout(0.3), gluon.nn.Dense(2))
    net.initialize(mx.init.Xavier(), ctx=CONTEXTS)
    net.hybridize()
    schedule = mx.lr_scheduler.FactorScheduler(step=5, factor=0.9, base_lr=0.05)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"lr_scheduler": schedule})
    images = np.random.RandomState(0).rand(40, 5).astype("float32")
    dataset = gluon.data.ArrayDataset(images, np.arange(40, dtype="float32") % 2).transform(augmented)
    loader = gluon.data.DataLoader(dataset, 8, shuffle=True, last_batch="rollover")
    loss = gluon.loss.SoftmaxCrossEntropyLoss()

    step = first = 0
    if os.path.exists(path):
        saved = mx.checkpoint.load(path, net=net, trainer=trainer, data=loader)
        step, first = saved.step, saved.extra["epoch"]
    for epoch in range(first, EPOCHS):
        for x, y in loader:
            xs, ys = gluon.utils.split_and_load(x, CONTEXTS), gluon.utils.split_and_load(y, CONTEXTS)
            with autograd.record():
                losses = [
                    loss(net(a + nd.random.normal(scale=0.1, shape=a.shape, ctx=a.context)), b)
                    for a, b in zip(xs, ys, strict=True)
                ]
            autograd.backward(losses)
            trainer.step(len(x))
            step += 1
            mx.checkpoint.save(path, net=net, trainer=trainer, data=loader, step=step, extra={"epoch": epoch})
            print(step, flush=True)
    arrays = {f"{name}@{i}": a for name, p in net._structured_params().items() for i, a in enumerate(p.list_data())}
    mx.safetensors.save(result, arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
