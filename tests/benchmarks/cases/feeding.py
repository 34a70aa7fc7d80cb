"""Data alone, and an epoch of images with everything."""

import numpy as np

from ..contest import Case, Contestant, Goal
from .networks import mx_network

IMAGES, BATCH = 6000, 100  # a tenth of MNIST


def _images():
    rng = np.random.default_rng(0)
    return rng.random((IMAGES, 1, 28, 28), "float32"), rng.integers(0, 10, IMAGES)


def _mx_loader(mx):
    x, y = _images()
    dataset = mx.gluon.data.ArrayDataset(mx.nd.array(x), mx.nd.array(y.astype("float32")))
    return mx.gluon.data.DataLoader(dataset, BATCH, shuffle=True)


def _torch_loader(torch):
    dataset = torch.utils.data.TensorDataset(*(torch.from_numpy(a) for a in _images()))
    return torch.utils.data.DataLoader(dataset, BATCH, shuffle=True)


def mx_feeding(mx, way):
    """Return an epoch of batches that nobody uses."""
    x, y = _images()
    batches = mx.io.NDArrayIter(x, y.astype("float32"), BATCH, shuffle=True) if way == "iterator" else _mx_loader(mx)

    def epoch():
        if way == "iterator":
            batches.reset()
        for some in batches:
            last = some
        (last.data[0] if way == "iterator" else last[0]).wait_to_read()

    return epoch


def torch_feeding(torch):
    """Return an epoch of batches that nobody uses."""
    loader = _torch_loader(torch)

    def epoch():
        for _ in loader:
            pass

    return epoch


def mx_epoch(mx, hybridized):
    """Return an epoch of LeNet over a tenth of MNIST."""
    net, _, _ = mx_network(mx, "lenet", BATCH, hybridized)
    loss_of, loader = mx.gluon.loss.SoftmaxCrossEntropyLoss(), _mx_loader(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    last = list(net.collect_params().values())[-1]

    def epoch():
        for x, y in loader:
            with mx.autograd.record():
                loss = loss_of(net(x), y)
            loss.backward()
            trainer.step(BATCH)
        last.data().wait_to_read()

    return epoch


def torch_epoch(torch):
    """Return an epoch of LeNet over a tenth of MNIST."""
    from .networks import _torch_layers

    net, loader = _torch_layers(torch, "lenet"), _torch_loader(torch)
    optimizer, loss_of = torch.optim.SGD(net.parameters(), lr=0.01), torch.nn.CrossEntropyLoss()

    def epoch():
        for x, y in loader:
            optimizer.zero_grad()
            loss_of(net(x), y).backward()
            optimizer.step()

    return epoch


_BATCHES = IMAGES // BATCH
CASES = (
    Case(
        "feeding", __name__, "one shuffled batch of 100 MNIST images of an array dataset", "us",
        (
            Contestant("mxlearn DataLoader", "mxlearn", "mx_feeding", {"way": "loader"}),
            Contestant("mxlearn NDArrayIter", "mxlearn", "mx_feeding", {"way": "iterator"}),
            Contestant("PyTorch", "torch", "torch_feeding"),
            Contestant("MXNet DataLoader", "mxnet", "mx_feeding", {"way": "loader"}),
            Contestant("MXNet NDArrayIter", "mxnet", "mx_feeding", {"way": "iterator"}),
        ),
        each=_BATCHES,
    ),
    Case(
        "mnist-epoch", __name__, "LeNet, 6000 images through DataLoader, end to end", "ms",
        (
            Contestant("mxlearn eager", "mxlearn", "mx_epoch", {"hybridized": False}),
            Contestant("mxlearn hybridized", "mxlearn", "mx_epoch", {"hybridized": True}),
            Contestant("PyTorch", "torch", "torch_epoch"),
            Contestant("MXNet hybridized", "mxnet", "mx_epoch", {"hybridized": True}),
        ),
        (Goal("mxlearn hybridized", "PyTorch", 0.55),),
    ),
)  # fmt: skip
