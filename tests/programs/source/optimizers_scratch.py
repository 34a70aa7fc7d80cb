"""Optimizers from their formulas, held against mx.optimizer."""
import math

import mxnet as mx
from mxnet import autograd, nd


def loss_of(x):
    return 0.1 * x[0] ** 2 + 2 * x[1] ** 2


def run(update, state, steps=6):
    x = nd.array([-5.0, -2.0])
    x.attach_grad()
    for t in range(1, steps + 1):
        with autograd.record():
            l = loss_of(x)
        l.backward()
        update(x, x.grad, state, t)
    return x


def sgd(x, g, state, t):
    x[:] = x - 0.1 * g


def momentum(x, g, state, t):
    state["v"] = 0.5 * state.get("v", 0) + 0.1 * g
    x[:] = x - state["v"]


def adagrad(x, g, state, t):
    state["s"] = state.get("s", 0) + g.square()
    x[:] = x - 0.4 * g / (state["s"] + 1e-7).sqrt()


def rmsprop(x, g, state, t):
    state["s"] = 0.9 * state.get("s", 0) + 0.1 * g.square()
    x[:] = x - 0.1 * g / (state["s"] + 1e-8).sqrt()


def adadelta(x, g, state, t):
    s, delta = state.get("s", nd.zeros(2)), state.get("delta", nd.zeros(2))
    s = 0.9 * s + 0.1 * g.square()
    step = ((delta + 1e-5).sqrt() / (s + 1e-5).sqrt()) * g
    state["s"], state["delta"] = s, 0.9 * delta + 0.1 * step * step
    x[:] = x - step


def adam(x, g, state, t):
    state["v"] = 0.9 * state.get("v", 0) + 0.1 * g
    state["s"] = 0.999 * state.get("s", 0) + 0.001 * g.square()
    rate = 0.1 * math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)
    x[:] = x - rate * state["v"] / (state["s"].sqrt() + 1e-8)


def built_in(name, **options):
    optimizer = mx.optimizer.create(name, **options)
    updater = mx.optimizer.get_updater(optimizer)
    return lambda x, g, state, t: updater(0, g, x)


pairs = [
    (sgd, built_in("sgd", learning_rate=0.1)),
    (momentum, built_in("sgd", learning_rate=0.1, momentum=0.5)),
    (adagrad, built_in("adagrad", learning_rate=0.4)),
    (rmsprop, built_in("rmsprop", learning_rate=0.1, gamma1=0.9)),
    (adadelta, built_in("adadelta", rho=0.9)),
    (adam, built_in("adam", learning_rate=0.1)),
]
for mine, theirs in pairs:
    a, b = run(mine, {}), run(theirs, {})
    print(mine.__name__, a, b, float((a - b).abs().max().asscalar()) < 1e-3)
for name in ("nag", "adamax", "nadam", "ftrl", "signum", "ftml", "lamb", "dcasgd"):
    print(name, run(built_in(name, learning_rate=0.1), {}))
