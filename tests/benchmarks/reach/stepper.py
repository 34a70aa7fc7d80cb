"""The stepper: how long a pass takes to be watched, and how much of it is sent to the page."""

import json
from pathlib import Path

import mxlearn_widgets as mxw
import numpy as np

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

from .figures import Figure, median_ms


def _size(stepper: mxw.BackpropStepper) -> float:
    table = json.dumps(stepper.table, ensure_ascii=False).encode()
    return (len(table) + len(stepper.numbers) + len(stepper.tiles)) / 1000


def _line():
    X, y, w, b = nd.random.normal(shape=(1500, 3)), nd.ones((1500, 1)), nd.ones((3, 1)), nd.ones((1,))
    w.attach_grad()
    b.attach_grad()
    with autograd.record():
        loss = ((nd.dot(X, w) + b - y) ** 2).mean()
    return lambda: mxw.step_backward(loss)


def _lenet():
    net = nn.HybridSequential(prefix="lenet_")
    with net.name_scope():
        net.add(nn.Conv2D(20, 5, activation="relu"), nn.MaxPool2D(2), nn.Conv2D(50, 5, activation="relu"))
        net.add(nn.MaxPool2D(2), nn.Flatten(), nn.Dense(500, activation="relu"), nn.Dense(10))
    net.initialize(mx.init.Xavier())
    net.hybridize()
    x, label = nd.random.normal(shape=(64, 1, 28, 28)), nd.array(np.arange(64) % 10)
    with autograd.record():
        loss = gluon.loss.SoftmaxCELoss()(net(x), label).mean()
    return lambda: mxw.step_backward(loss, net)


def _long(nodes: int):
    w = nd.ones((1,))
    w.attach_grad()
    with autograd.record():
        h = w
        for _ in range(nodes):
            h = h * 1.0001
    return lambda: mxw.step_backward(h)


def measure() -> list[Figure]:
    """Return the time of ``step_backward`` and the size of what is sent, for three passes; and the page's code."""
    found = []
    passes = (("line, 8 steps", _line(), 9), ("LeNet, 24 steps", _lenet(), 3), ("10,000 nodes", _long(10_000), 3))
    for name, make, rounds in passes:
        stepper = make()
        found.append(Figure(f"watch and pack the pass: {name}", median_ms(make, rounds), "ms"))
        found.append(Figure(f"sent to the page: {name}", _size(stepper), "kB"))
        picture = stepper._repr_mimebundle_()["text/html"]
        found.append(Figure(f"static form of a step: {name}", len(str(picture)) / 1000, "kB"))
    code = Path(mxw.__file__).parent / "static" / "stepper.js"
    found.append(Figure("ESM, minified", code.stat().st_size / 1000, "kB", 30))
    return found
