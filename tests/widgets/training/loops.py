"""Loops to be watched: small networks, and a monitor whose commands come from the test."""

import mxlearn_widgets as mxw
import numpy as np

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

EVIL = '<img src=x onerror="alert(1)">&"\''


def dense(layers: int = 2, units: int = 4, activation="tanh"):
    """Return an initialized network of Dense layers for rows of 3 numbers."""
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        for k in range(layers):
            net.add(nn.Dense(units, in_units=3 if k == 0 else units, activation=activation))
    net.initialize(mx.init.Xavier())
    return net


def trainer_of(net, lr=0.1):
    return gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})


def step(net, trainer, x):
    """Do one step, and return the loss of each row."""
    with autograd.record():
        loss = (net(x) ** 2).mean(axis=1)
    loss.backward()
    trainer.step(len(x))
    return loss


def rows(count=8):
    return [nd.array(np.linspace(-1, 1, 15).reshape(5, 3) * (k + 1)) for k in range(count)]


def order(monitor, command, **more):
    """Send a command as the front end does."""
    monitor._hear(monitor, {"command": command, **more}, [])


def run_of(values, name="loss", **options):
    """Return the monitor of a finished run that logged these values."""
    for value in (monitor := mxw.monitor(list(values), **options)):
        monitor.log(**{name: value})
    return monitor
