"""Networks of the lessons: a multilayer perceptron and a LeNet; their training steps and their inference."""

import numpy as np

from ..contest import Case, Contestant, Goal

SIZES = (256, 128, 10)
NUMPY_ALONE = "mxlearn without oneDNN"  # the readable kernels


# -- the networks ------------------------------------------------------------------------------------------------------
def _digits(batch, flat):
    rng = np.random.default_rng(0)
    x = rng.random((batch, 784) if flat else (batch, 1, 28, 28), "float32")
    return x, rng.integers(0, 10, batch)


def _mx_layers(mx, kind):
    nn = mx.gluon.nn
    if kind == "mlp":
        return [nn.Dense(SIZES[0], "relu"), nn.Dense(SIZES[1], "relu"), nn.Dense(SIZES[2])]
    return [
        nn.Conv2D(20, 5), nn.MaxPool2D(2, 2), nn.Conv2D(50, 5), nn.MaxPool2D(2, 2),
        nn.Flatten(), nn.Dense(500, "relu"), nn.Dense(10),
    ]  # fmt: skip


def _torch_layers(torch, kind):
    nn = torch.nn
    if kind == "mlp":
        (a, b, c), relu = SIZES, nn.ReLU
        return nn.Sequential(nn.Linear(784, a), relu(), nn.Linear(a, b), relu(), nn.Linear(b, c))
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10),
    )  # fmt: skip


def mx_network(mx, kind, batch, hybridized):
    """Return (network, data, labels)."""
    x, y = _digits(batch, kind == "mlp")
    x, y = mx.nd.array(x), mx.nd.array(y.astype("float32"))
    net = mx.gluon.nn.HybridSequential()
    net.add(*_mx_layers(mx, kind))
    net.initialize(mx.init.Xavier())
    if hybridized:
        net.hybridize(static_alloc=True, static_shape=True)
    net(x).wait_to_read()
    return net, x, y


# -- steps -------------------------------------------------------------------------------------------------------------
def mx_training(mx, kind, batch, hybridized):
    """Return a training step: forward, backward, update."""
    net, x, y = mx_network(mx, kind, batch, hybridized)
    loss_of = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    if hybridized:
        loss_of.hybridize(static_alloc=True, static_shape=True)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    last = list(net.collect_params().values())[-1]

    def step():
        with mx.autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(batch)
        last.data().wait_to_read()

    return step


def mx_inference(mx, kind, batch, hybridized):
    """Return one prediction."""
    net, x, _ = mx_network(mx, kind, batch, hybridized)
    return lambda: net(x).wait_to_read()


def _module(mx, kind, batch, training):
    sym = mx.sym
    x, y = _digits(batch, kind == "mlp")
    out = sym.Variable("data")
    if kind == "lenet":
        for k, filters in enumerate((20, 50)):
            out = sym.Convolution(out, kernel=(5, 5), num_filter=filters, name=f"conv{k}")
            out = sym.Pooling(out, kernel=(2, 2), stride=(2, 2), pool_type="max")
        out = sym.FullyConnected(sym.Flatten(out), num_hidden=500, name="fc0")
        out = sym.FullyConnected(sym.Activation(out, act_type="relu"), num_hidden=10, name="fc1")
    else:
        for k, width in enumerate(SIZES):
            out = sym.FullyConnected(out, num_hidden=width, name=f"fc{k}")
            out = out if k == 2 else sym.Activation(out, act_type="relu")
    module = mx.mod.Module(sym.SoftmaxOutput(out, name="softmax"), context=mx.cpu())
    module.bind([("data", x.shape)], [("softmax_label", y.shape)], for_training=training)
    module.init_params(mx.init.Xavier())
    module.init_optimizer(optimizer_params={"learning_rate": 0.01})
    return module, mx.io.DataBatch([mx.nd.array(x)], [mx.nd.array(y.astype("float32"))])


def mx_module(mx, kind, batch):
    """Return a training step of a Module."""
    module, some = _module(mx, kind, batch, True)

    def step():
        module.forward_backward(some)
        module.update()
        module.get_outputs()[0].wait_to_read()
        mx.nd.waitall()

    return step


def mx_module_inference(mx, kind, batch):
    """Return one prediction of a Module."""
    module, some = _module(mx, kind, batch, False)

    def step():
        module.forward(some, is_train=False)
        module.get_outputs()[0].wait_to_read()

    return step


def _torch_network(torch, kind, batch, way):
    x, y = _digits(batch, kind == "mlp")
    x, y, net = torch.from_numpy(x), torch.from_numpy(y), _torch_layers(torch, kind)
    if way == "channels last":
        x, net = x.to(memory_format=torch.channels_last), net.to(memory_format=torch.channels_last)
    return x, y, torch.compile(net) if way == "compiled" else net


def torch_training(torch, kind, batch, way="eager"):
    """Return a training step: forward, backward, update."""
    x, y, net = _torch_network(torch, kind, batch, way)
    optimizer, loss_of = torch.optim.SGD(net.parameters(), lr=0.01), torch.nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss_of(net(x), y).backward()
        optimizer.step()

    return step


def torch_inference(torch, kind, batch, way="eager"):
    """Return one prediction."""
    x, _, net = _torch_network(torch, kind, batch, way)
    net.eval()

    def step():
        with torch.inference_mode():
            return net(x)

    return step


# -- cases -------------------------------------------------------------------------------------------------------------
def _contestants(work, kind, batch):
    options = {"kind": kind, "batch": batch}
    peer_ways, alone = ("eager",), []
    if (work, kind) == ("training", "lenet"):
        peer_ways = ("eager", "channels last", "compiled")
        options_alone = {**options, "hybridized": True}
        alone = [Contestant(NUMPY_ALONE, "mxlearn", f"mx_{work}", options_alone, environment={"MXLEARN_ONEDNN": "0"})]
    module = "mx_module" if work == "training" else "mx_module_inference"
    found = [
        Contestant("mxlearn eager", "mxlearn", f"mx_{work}", {**options, "hybridized": False}),
        Contestant("mxlearn hybridized", "mxlearn", f"mx_{work}", {**options, "hybridized": True}),
        Contestant("mxlearn Module", "mxlearn", module, options),
        *alone,
        *(Contestant(f"PyTorch {way}", "torch", f"torch_{work}", {**options, "way": way}) for way in peer_ways),
        Contestant("MXNet eager", "mxnet", f"mx_{work}", {**options, "hybridized": False}),
        Contestant("MXNet hybridized", "mxnet", f"mx_{work}", {**options, "hybridized": True}),
        Contestant("MXNet Module", "mxnet", module, options),
    ]
    return tuple(found)


_OURS, _PEER = "mxlearn hybridized", "PyTorch eager"
GOALS = {
    ("training", "mlp", 64): (
        Goal("mxlearn eager", _PEER, 1.0), Goal(_OURS, _PEER, 0.75), Goal(_OURS, "mxlearn eager", 1 / 1.5),
    ),
    ("inference", "mlp", 1): (Goal(_OURS, _PEER, 0.45),),
    ("training", "lenet", 100): (
        Goal("mxlearn eager", _PEER, 0.6), Goal("mxlearn eager", "MXNet Module", 0.6), Goal(_OURS, _PEER, 0.5),
        Goal(_OURS, "MXNet Module", 0.5), Goal(_OURS, "MXNet hybridized", 0.5),
        Goal(_OURS, "PyTorch channels last", 0.8), Goal(_OURS, "PyTorch compiled", 0.7), Goal(NUMPY_ALONE, _PEER, 1.0),
    ),
}  # fmt: skip
_TITLES = {"mlp": "MLP 784-256-128-10", "lenet": "LeNet"}
CASES = tuple(
    Case(
        f"{kind}-{work}-{batch}", __name__, f"{_TITLES[kind]}, batch {batch}, {work}", "ms",
        _contestants(work, kind, batch), GOALS.get((work, kind, batch), ()),
    )
    for kind, batches in (("mlp", (1, 64, 1024)), ("lenet", (100,)))
    for work in ("inference", "training")
    for batch in batches
)  # fmt: skip
