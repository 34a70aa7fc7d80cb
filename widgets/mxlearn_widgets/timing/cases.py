"""Races with a name: what ``race("matmul")`` runs, what record_timings records, and what a replay shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mxlearn import autograd, nd
from mxlearn.context import Context, cpu

Function = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """A race with a name.

    Attributes
    ----------
    title : for the reader
    unit : what the size n counts
    functions : by name; the name of a function alone is ""
    sizes : ascending; ``few`` of them, the smallest, where it has to be quick
    flops, bytes : work of one call; None where it is not known
    """

    title: str
    unit: str
    functions: dict[str, Function]
    sizes: tuple[int, ...]
    few: int
    flops: Callable[[int], float] | None = None
    bytes: Callable[[int], float] | None = None


def _host(*shape: int, seed: int = 0):
    """Return random numbers in host memory, the same in every process."""
    return nd.array(np.random.default_rng(seed).standard_normal(shape, dtype=np.float32), ctx=cpu())


def matmul(n: int, ctx: Context, transfer: bool = False):
    """Multiply two square matrices."""
    a, b = _host(n, n), _host(n, n, seed=1)
    if transfer:
        return lambda: nd.dot(a.as_in_context(ctx), b.as_in_context(ctx)).asnumpy()
    a, b = a.as_in_context(ctx), b.as_in_context(ctx)
    return lambda: nd.dot(a, b)


def elementwise(n: int, ctx: Context, transfer: bool = False):
    """Compute tanh(2 x + 1) y, operator by operator."""
    x, y = _host(n), _host(n, seed=1)
    if transfer:
        return lambda: (nd.tanh(x.as_in_context(ctx) * 2 + 1) * y.as_in_context(ctx)).asnumpy()
    x, y = x.as_in_context(ctx), y.as_in_context(ctx)
    return lambda: nd.tanh(x * 2 + 1) * y


def launches(n: int, ctx: Context):
    """Add small arrays n times: hardly any arithmetic, all of it is calling."""
    x = nd.ones((10, 10), ctx=ctx)

    def work():
        y = x
        for _ in range(n):
            y = y + x
        return y

    return work


def copies(n: int, ctx: Context):
    """Copy n numbers from the host to the device and back."""
    x = _host(n)
    return lambda: x.copyto(ctx).asnumpy() is None  # the answer is small: the copy is dropped at once


def lenet(n: int, ctx: Context, transfer: bool = False):
    """Train LeNet for one step on a batch of n images."""
    from mxlearn import gluon, init

    net = gluon.nn.HybridSequential()
    net.add(
        gluon.nn.Conv2D(20, 5, activation="tanh"), gluon.nn.MaxPool2D(2, 2),
        gluon.nn.Conv2D(50, 5, activation="tanh"), gluon.nn.MaxPool2D(2, 2),
        gluon.nn.Dense(500, activation="tanh"), gluon.nn.Dense(10),
    )  # fmt: skip
    net.initialize(init.Xavier(), ctx=ctx)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    images = _host(n, 1, 28, 28)
    labels = nd.array(np.arange(n) % 10, ctx=cpu())
    if not transfer:
        images, labels = images.as_in_context(ctx), labels.as_in_context(ctx)

    def step():
        x, y = images.as_in_context(ctx), labels.as_in_context(ctx)
        with autograd.record():
            value = loss(net(x), y)
        value.backward()
        trainer.step(n)
        return value.asnumpy() if transfer else value

    return step


def _predict(hybridized: bool) -> Function:
    def predict(n: int, ctx: Context):
        from mxlearn import gluon, init

        net = gluon.nn.HybridSequential()
        net.add(
            gluon.nn.Dense(256, activation="relu"), gluon.nn.Dense(128, activation="relu"), gluon.nn.Dense(10),
        )  # fmt: skip
        net.initialize(init.Xavier(), ctx=ctx)
        if hybridized:
            net.hybridize()
        x = _host(n, 784).as_in_context(ctx)
        return lambda: net(x)

    predict.__doc__ = f"Predict with a small network, {'hybridized' if hybridized else 'eager'}."
    return predict


CASES: dict[str, Case] = {
    "matmul": Case(
        "product of matrices", "n: rows of the square matrices", {"": matmul},
        (16, 32, 64, 128, 256, 512, 1024, 2048), 6, lambda n: 2.0 * n**3, lambda n: 12.0 * n**2,
    ),
    "elementwise": Case(
        "chain of elementwise operators", "n: numbers in each array", {"": elementwise},
        tuple(4**k for k in range(5, 12)), 5, lambda n: 4.0 * n, lambda n: 36.0 * n,
    ),
    "lenet": Case(
        "training step of LeNet", "n: images in a batch", {"": lenet}, (1, 4, 16, 64, 256), 4, lambda n: 13.18e6 * n,
    ),
    "launches": Case(
        "many small operators", "n: additions of 10 x 10 numbers", {"": launches}, (1, 4, 16, 64, 256), 4,
        lambda n: 100.0 * n, lambda n: 1200.0 * n,
    ),
    "copies": Case(
        "copies to the device and back", "n: numbers", {"": copies}, tuple(4**k for k in range(5, 12)), 5,
    ),
    "hybridize": Case(
        "prediction of a small network", "n: rows in a batch",
        {"eager": _predict(False), "hybridized": _predict(True)}, (1, 4, 16, 64, 256), 4,
    ),
}  # fmt: skip


def named(functions: dict[str, Function]) -> str:
    """Return the name of the case that these functions are, or ""."""
    return next((name for name, case in CASES.items() if case.functions == functions), "")
