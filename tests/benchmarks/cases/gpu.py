"""On a GPU: training steps of the lessons' networks and of a ResNet-18, an epoch of MNIST, and the cost of a launch.

Data and parameters are on the GPU before the clock starts, except in the epoch, whose batches come from the host. A
step returns before the GPU has done it: so many steps are queued, and the last is waited for (``finish``), as a loop
does that reads its loss now and then.

Without TF32, products of float32 are those of float32; with it their factors are rounded to 10 bits of mantissa. Each
library has a switch of its own for that.
"""

import numpy as np

from ..contest import Case, Contestant, Goal
from .deep import _torch_resnet
from .networks import _digits, _mx_layers, _torch_layers

IMAGES = 60_000  # of MNIST
TF32 = {"MXNET_CUDA_TENSOR_OP_MATH_ALLOW_CONVERSION": "1"}
NO_TF32 = {"MXNET_CUDA_TENSOR_OP_MATH_ALLOW_CONVERSION": "0", "NVIDIA_TF32_OVERRIDE": "0"}


# -- mxlearn -----------------------------------------------------------------------------------------------------------
def _data(kind, batch):
    if kind != "resnet":
        return _digits(batch, kind == "mlp")
    rng = np.random.default_rng(0)
    return rng.random((batch, 3, 32, 32), "float32"), rng.integers(0, 10, batch)


def _mx_parts(mx, kind, batch, hybridized):
    """Return (network, loss, trainer, data, labels), all on gpu(0) and used once."""
    ctx = mx.gpu(0)
    x, y = (mx.nd.array(part.astype("float32"), ctx=ctx) for part in _data(kind, batch))
    if kind == "resnet":
        net = mx.gluon.model_zoo.vision.resnet18_v1(classes=10)
    else:
        net = mx.gluon.nn.HybridSequential()
        net.add(*_mx_layers(mx, kind))
    net.initialize(mx.init.Xavier(), ctx=ctx)
    loss_of = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    if hybridized:
        for block in (net, loss_of):
            block.hybridize(static_alloc=True, static_shape=True)
    net(x).wait_to_read()
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    return net, loss_of, trainer, x, y


def mx_training(mx, kind, batch, hybridized):
    """Return a training step: forward, backward, update."""
    net, loss_of, trainer, x, y = _mx_parts(mx, kind, batch, hybridized)

    def step():
        with mx.autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(batch)

    step.finish = mx.nd.waitall
    return step


def mx_epoch(mx, batch, hybridized, images=IMAGES):
    """Return an epoch of LeNet over images of the host."""
    net, loss_of, trainer, _, _ = _mx_parts(mx, "lenet", batch, hybridized)
    x, y = _digits(images, False)
    loader = mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x, y.astype("float32")), batch, shuffle=True)
    ctx = mx.gpu(0)

    def epoch():
        for data, labels in loader:
            data, labels = data.as_in_context(ctx), labels.as_in_context(ctx)
            with mx.autograd.record():
                loss = loss_of(net(data), labels)
            loss.backward()
            trainer.step(batch)

    epoch.finish = mx.nd.waitall
    return epoch


OPERATIONS = 100


def mx_launches(mx, name):
    """Return a hundred small operators."""
    x = mx.nd.ones((10, 10), ctx=mx.gpu(0))
    operator = {"add": lambda: x + x, "exp": lambda: mx.nd.exp(x), "sum": lambda: mx.nd.sum(x, axis=0)}[name]
    return _repeated(operator, mx.nd.waitall)


# -- peers -------------------------------------------------------------------------------------------------------------
def cupy_launches(cupy, name):
    """Return a hundred small functions of CuPy's."""
    x = cupy.ones((10, 10), "float32")
    function = {"add": lambda: cupy.add(x, x), "exp": lambda: cupy.exp(x), "sum": lambda: cupy.sum(x, axis=0)}[name]
    return _repeated(function, cupy.cuda.Device(0).synchronize)


def _repeated(operator, finish):
    def step():
        for _ in range(OPERATIONS):
            operator()

    step.finish = finish
    return step


def _torch_parts(torch, kind, tf32):
    if not torch.cuda.is_available():
        raise RuntimeError("PyTorch finds no GPU")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    net = (_torch_resnet(torch) if kind == "resnet" else _torch_layers(torch, kind)).cuda()
    return net, torch.optim.SGD(net.parameters(), lr=0.01), torch.nn.CrossEntropyLoss()


def torch_training(torch, kind, batch, tf32, compiled=False):
    """Return a training step: forward, backward, update."""
    net, optimizer, loss_of = _torch_parts(torch, kind, tf32)
    x, y = (torch.from_numpy(part).cuda() for part in _data(kind, batch))

    def loss_at(x, y):
        return loss_of(net(x), y)

    forward = torch.compile(loss_at, mode="reduce-overhead") if compiled else loss_at

    def step():
        optimizer.zero_grad()
        forward(x, y).backward()
        optimizer.step()

    for _ in range(5 if compiled else 1):  # the first calls compile and capture
        step()
    step.finish = torch.cuda.synchronize
    return step


def torch_epoch(torch, batch, images=IMAGES):
    """Return an epoch of LeNet over images of the host."""
    net, optimizer, loss_of = _torch_parts(torch, "lenet", False)
    dataset = torch.utils.data.TensorDataset(*(torch.from_numpy(part) for part in _digits(images, False)))
    loader = torch.utils.data.DataLoader(dataset, batch, shuffle=True, pin_memory=True)

    def epoch():
        for x, y in loader:
            optimizer.zero_grad()
            loss_of(net(x.cuda(non_blocking=True)), y.cuda(non_blocking=True)).backward()
            optimizer.step()

    epoch.finish = torch.cuda.synchronize
    return epoch


# -- cases -------------------------------------------------------------------------------------------------------------
_TITLES = {"mlp": "MLP 784-256-128-10", "lenet": "LeNet", "resnet": "ResNet-18, 3 x 32 x 32"}


def _training(kind, batch, tf32):
    switch, given = (TF32 if tf32 else NO_TF32), {"kind": kind, "batch": batch}
    ours = [
        Contestant(f"mxlearn {way}", "mxlearn", "mx_training", {**given, "hybridized": hybrid}, environment=switch)
        for way, hybrid in (("eager", False), ("hybridized", True))
    ]
    peers = [
        Contestant(f"PyTorch {way}", "torch", "torch_training", {**given, "tf32": tf32, "compiled": compiled})
        for way, compiled in (("eager", False), ("compiled", True))
        if kind != "resnet" or not compiled
    ]
    if kind == "resnet":
        goals = tuple(Goal(each.label, "PyTorch eager", 1.2) for each in ours)
    else:
        goals = (Goal("mxlearn eager", "PyTorch eager", 1.0), Goal("mxlearn hybridized", "PyTorch compiled", 1.0))
    return Case(
        f"gpu-{kind}-{batch}{'-tf32' * tf32}", __name__,
        f"{_TITLES[kind]}, batch {batch}, training on a GPU, TF32 {'on' if tf32 else 'off'}", "ms",
        (*ours, *peers), goals, device="gpu",
    )  # fmt: skip


_EPOCH = Case(
    "gpu-mnist-epoch", __name__, f"LeNet, {IMAGES} images through DataLoader, batch 100, on a GPU", "s",
    (
        Contestant("mxlearn eager", "mxlearn", "mx_epoch", {"batch": 100, "hybridized": False}),
        Contestant("mxlearn hybridized", "mxlearn", "mx_epoch", {"batch": 100, "hybridized": True}),
        Contestant("PyTorch eager", "torch", "torch_epoch", {"batch": 100}),
    ),
    (Goal("mxlearn eager", "", 2.0), Goal("mxlearn hybridized", "", 1.0)),
    device="gpu", rounds=3,
)  # fmt: skip
_LAUNCHES = tuple(
    Case(
        f"gpu-launch-{name}", __name__, f"one small {name} on a GPU, among {OPERATIONS} in its queue", "us",
        (
            Contestant("mxlearn", "mxlearn", "mx_launches", {"name": name}),
            Contestant("CuPy", "cupy", "cupy_launches", {"name": name}),
        ),
        (Goal("mxlearn", "CuPy", 1.2),), each=OPERATIONS, device="gpu",
    )
    for name in ("add", "exp", "sum")
)  # fmt: skip
CASES = (
    *_LAUNCHES,
    *(_training(kind, 100, tf32) for kind in ("lenet", "mlp") for tf32 in (False, True)),
    _training("resnet", 128, False),
    _EPOCH,
    *(_training(kind, 1024, tf32) for kind in ("lenet", "mlp") for tf32 in (False, True)),
    _training("resnet", 128, True),
)
