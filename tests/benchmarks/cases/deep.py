"""A ResNet-18 and an LSTM: the networks that come after the course."""

import numpy as np

from ..contest import Case, Contestant, Goal

BATCH, STEPS, WIDTH, WORDS = 32, 35, 200, 1000


def _images():
    rng = np.random.default_rng(0)
    return rng.random((BATCH, 3, 32, 32), "float32"), rng.integers(0, 10, BATCH)


def _words():
    rng = np.random.default_rng(0)
    return rng.integers(0, WORDS, (STEPS, BATCH)), rng.integers(0, WORDS, (STEPS, BATCH))


def mx_training(mx, kind, hybridized):
    """Return a training step of the network ``kind``."""
    x, y = _images() if kind == "resnet" else _words()
    x, y = mx.nd.array(x.astype("float32")), mx.nd.array(y.astype("float32"))
    net = mx.gluon.model_zoo.vision.resnet18_v1(classes=10) if kind == "resnet" else _mx_language_model(mx)
    net.initialize(mx.init.Xavier())
    if hybridized:
        net.hybridize(static_alloc=True, static_shape=True)
    loss_of = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    net(x).wait_to_read()
    last = list(net.collect_params().values())[-1]

    def step():
        with mx.autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(y.size)
        last.data().wait_to_read()

    return step


def _mx_language_model(mx):
    net = mx.gluon.nn.HybridSequential()
    net.add(
        mx.gluon.nn.Embedding(WORDS, WIDTH),
        mx.gluon.rnn.LSTM(WIDTH, 2, input_size=WIDTH),
        mx.gluon.nn.Dense(WORDS, flatten=False),
    )
    return net


def torch_training(torch, kind):
    """Return a training step of the network ``kind``."""
    x, y = (torch.from_numpy(a) for a in (_images() if kind == "resnet" else _words()))
    net = _torch_resnet(torch) if kind == "resnet" else _torch_language_model(torch)
    optimizer, loss_of = torch.optim.SGD(net.parameters(), lr=0.01), torch.nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss_of(net(x).flatten(0, -2), y.flatten()).backward()
        optimizer.step()

    return step


def _torch_language_model(torch):
    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(WORDS, WIDTH)
            self.lstm = torch.nn.LSTM(WIDTH, WIDTH, 2)
            self.output = torch.nn.Linear(WIDTH, WORDS)

        def forward(self, x):
            return self.output(self.lstm(self.embedding(x))[0])

    return Model()


def _torch_resnet(torch):
    nn = torch.nn

    class Residual(nn.Module):
        def __init__(self, inside, outside, stride):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(),
                nn.Conv2d(outside, outside, 3, 1, 1, bias=False), nn.BatchNorm2d(outside),
            )  # fmt: skip
            shortcut = (nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))
            self.beside = nn.Sequential(*shortcut) if stride > 1 or inside != outside else nn.Identity()

        def forward(self, x):
            return torch.relu(self.body(x) + self.beside(x))

    widths = (64, 64, 128, 256, 512)
    stages = [
        Residual(widths[k] if first else widths[k + 1], widths[k + 1], 2 if k and first else 1)
        for k in range(4)
        for first in (True, False)
    ]
    stem = (nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
    return nn.Sequential(*stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def _case(name, title, kind):
    return Case(
        name, __name__, title, "ms",
        (
            Contestant("mxlearn eager", "mxlearn", "mx_training", {"kind": kind, "hybridized": False}),
            Contestant("mxlearn hybridized", "mxlearn", "mx_training", {"kind": kind, "hybridized": True}),
            Contestant("PyTorch eager", "torch", "torch_training", {"kind": kind}),
            Contestant("MXNet hybridized", "mxnet", "mx_training", {"kind": kind, "hybridized": True}),
        ),
        (Goal("mxlearn eager", "PyTorch eager", 0.9), Goal("mxlearn hybridized", "PyTorch eager", 0.9)),
    )  # fmt: skip


CASES = (
    _case("resnet18", "ResNet-18, 32 x 3 x 32 x 32, training step", "resnet"),
    _case("lstm", f"LSTM 2 x {WIDTH}, sequence {STEPS}, batch {BATCH}, training step", "lstm"),
)
