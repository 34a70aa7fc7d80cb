"""An epoch of the first two lessons: linear regression from scratch and with layers, logistic regression."""

import numpy as np

from ..contest import Case, Goal, eager_three

HOUSES, CLICKS = (1000, 2), (10_000, 16)


def _houses():
    rng = np.random.default_rng(0)
    x = rng.normal(size=HOUSES).astype("float32")
    return x, (x @ np.array([2, -3.4], "float32") + 4.2).astype("float32")


def _clicks():
    rng = np.random.default_rng(0)
    x = rng.normal(size=CLICKS).astype("float32")
    return x, (x @ rng.normal(size=CLICKS[1]) > 0).astype("float32")


def mx_scratch(mx, batch=10):
    """Return an epoch of minibatch SGD written with arrays and autograd alone."""
    nd, autograd = mx.nd, mx.autograd
    x, y = (nd.array(a) for a in _houses())
    w, b = nd.zeros((2, 1)), nd.zeros((1,))
    for p in (w, b):
        p.attach_grad()

    def epoch():
        order = np.random.permutation(len(x))
        for first in range(0, len(x), batch):
            rows = nd.array(order[first : first + batch])
            some, wanted = x.take(rows), y.take(rows)
            with autograd.record():
                loss = (nd.dot(some, w) + b - wanted.reshape((-1, 1))) ** 2 / 2
            loss.backward()
            for p in (w, b):
                p[:] = p - 0.03 * p.grad / batch
        w.wait_to_read()

    return epoch


def torch_scratch(torch, batch=10):
    """Return an epoch of minibatch SGD written with arrays and autograd alone."""
    x, y = (torch.from_numpy(a) for a in _houses())
    w, b = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)

    def epoch():
        order = torch.randperm(len(x))
        for first in range(0, len(x), batch):
            rows = order[first : first + batch]
            some, wanted = x[rows], y[rows]
            loss = ((some @ w + b - wanted.reshape(-1, 1)) ** 2 / 2).sum()
            loss.backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= 0.03 * p.grad / batch
                    p.grad = None

    return epoch


def mx_layers(mx, data, batch):
    """Return an epoch with Dense, Trainer and DataLoader."""
    gluon = mx.gluon
    x, y = _houses() if data == "houses" else _clicks()
    net = gluon.nn.Dense(1, in_units=x.shape[1])
    net.initialize(mx.init.Normal(0.01))
    square = gluon.loss.L2Loss() if data == "houses" else gluon.loss.SigmoidBinaryCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.03})
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(mx.nd.array(x), mx.nd.array(y)), batch, shuffle=True)

    def epoch():
        for some, wanted in loader:
            with mx.autograd.record():
                loss = square(net(some), wanted)
            loss.backward()
            trainer.step(len(some))
        net.weight.data().wait_to_read()

    return epoch


def torch_layers(torch, data, batch):
    """Return an epoch with Linear, SGD and DataLoader."""
    x, y = (torch.from_numpy(a) for a in (_houses() if data == "houses" else _clicks()))
    net = torch.nn.Linear(x.shape[1], 1)
    square = torch.nn.MSELoss() if data == "houses" else torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03)
    dataset = torch.utils.data.TensorDataset(x, y.reshape(-1, 1))
    loader = torch.utils.data.DataLoader(dataset, batch, shuffle=True)

    def epoch():
        for some, wanted in loader:
            optimizer.zero_grad()
            loss = square(net(some), wanted)
            loss.backward()
            optimizer.step()

    return epoch


CASES = (
    Case(
        "linear-scratch", __name__, "linear regression from scratch, epoch of 100 steps", "ms",
        eager_three("scratch"), (Goal("mxlearn", "PyTorch", 0.5), Goal("mxlearn", "MXNet", 0.08)),
    ),
    Case(
        "linear", __name__, "linear regression with Dense, Trainer and DataLoader, epoch of 100 steps", "ms",
        eager_three("layers", data="houses", batch=10),
        (Goal("mxlearn", "PyTorch", 0.2), Goal("mxlearn", "MXNet", 0.06)),
    ),
    Case(
        "logistic", __name__, "logistic regression, 10,000 x 16, batch 64, epoch", "ms",
        eager_three("layers", data="clicks", batch=64),
    ),
)  # fmt: skip
