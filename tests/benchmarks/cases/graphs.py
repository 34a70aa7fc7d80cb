"""What it costs to make a program of a network, and how the time of a step grows."""

import numpy as np

from ..contest import Case, Contestant


def mx_first_call(mx, kind):
    """Return making a network ready: trace, infer and compile it, and run it once on one small image."""
    nn = mx.gluon.nn

    def make():
        if kind == "lenet":
            net = nn.HybridSequential()
            net.add(
                nn.Conv2D(20, 5, in_channels=1), nn.MaxPool2D(2, 2),
                nn.Conv2D(50, 5, in_channels=20), nn.MaxPool2D(2, 2), nn.Flatten(),
                nn.Dense(500, "relu", in_units=800), nn.Dense(10, in_units=500),
            )  # fmt: skip
            return net, (1, 1, 28, 28)
        return mx.gluon.model_zoo.vision.resnet50_v1(classes=10), (1, 3, 32, 32)

    net, shape = make()
    net.initialize()
    x = mx.nd.ones(shape)
    net(x).wait_to_read()

    def step():
        net.hybridize()  # forgets the program
        net(x).wait_to_read()

    return step


def mx_step(mx, batch, layers):
    """Return a training step of so many dense layers of 64 units."""
    net = mx.gluon.nn.HybridSequential()
    net.add(*(mx.gluon.nn.Dense(64, "tanh") for _ in range(layers)))
    net.initialize()
    net.hybridize()
    x = mx.nd.array(np.ones((batch, 64), "float32"))
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})

    def step():
        with mx.autograd.record():
            loss = net(x).sum()
        loss.backward()
        trainer.step(batch)
        loss.wait_to_read()

    return step


def _first(name, title, kind):
    return Case(
        f"compile-{name}", __name__, f"{title}: trace, infer, compile and run once", "ms",
        (
            Contestant("mxlearn", "mxlearn", "mx_first_call", {"kind": kind}),
            Contestant("MXNet", "mxnet", "mx_first_call", {"kind": kind}),
        ),
    )  # fmt: skip


def _growth(name, title, sizes):
    return Case(
        f"growth-{name}", __name__, title, "ms",
        tuple(
            Contestant(f"{package} {label}", module, "mx_step", options)
            for package, module in (("mxlearn", "mxlearn"), ("MXNet", "mxnet"))
            for label, options in sizes
        ),
    )  # fmt: skip


CASES = (
    _first("lenet", "LeNet", "lenet"),
    _first("resnet50", "ResNet-50", "resnet50"),
    _growth("batch", "training step of 4 dense layers by batch size",
            [(f"batch {n}", {"batch": n, "layers": 4}) for n in (1, 16, 256, 4096)]),
    _growth("layers", "training step of dense layers, batch 16, by their number",
            [(f"{n} layers", {"batch": 16, "layers": n}) for n in (2, 8, 32, 128)]),
)  # fmt: skip
