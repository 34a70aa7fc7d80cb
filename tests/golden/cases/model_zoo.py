"""The model zoo's networks and contrib's layers: names, shapes, printed forms, outputs and gradients.

Parameters are not stored: both packages draw them from the same seeds, by name.
"""

import zlib

import numpy as np

from ..harness import Cases, source

CASES = Cases()

MODELS = (
    "alexnet",
    "densenet121",
    "densenet161",
    "densenet169",
    "densenet201",
    "inceptionv3",
    "mobilenet0.25",
    "mobilenet0.5",
    "mobilenet0.75",
    "mobilenet1.0",
    "mobilenetv2_0.25",
    "mobilenetv2_0.5",
    "mobilenetv2_0.75",
    "mobilenetv2_1.0",
    "resnet101_v1",
    "resnet101_v2",
    "resnet152_v1",
    "resnet152_v2",
    "resnet18_v1",
    "resnet18_v2",
    "resnet34_v1",
    "resnet34_v2",
    "resnet50_v1",
    "resnet50_v2",
    "squeezenet1.0",
    "squeezenet1.1",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
)


def vision(mx):
    """Return the module of the networks."""
    return mx.gluon.model_zoo.vision


def checksum(lines):
    """Return a number that changes with any of the lines, and how many there are."""
    return [len(lines), zlib.crc32("\n".join(lines).encode())]


def start_of(init):
    """Return an initializer as text."""
    return init if init is None or isinstance(init, str) else init.dumps()


def fill(mx, net):
    """Give every parameter values that belong to its name alone."""
    for name, parameter in net.collect_params().items():
        random = np.random.RandomState(zlib.crc32(name.encode()))
        shape = parameter.shape
        if name.endswith(("running_var", "gamma")):
            value = random.uniform(0.5, 1.5, size=shape)
        elif len(shape) == 1:
            value = random.uniform(-0.1, 0.1, size=shape)
        else:
            value = random.uniform(-1, 1, size=shape) * np.sqrt(3 / np.prod(shape[1:]))
        parameter.set_data(mx.nd.array(value, dtype=parameter.dtype))


for _name in MODELS:

    def _run(mx, name=_name):
        net = vision(mx).get_model(name)
        parameters = net.collect_params()
        lines = [f"{k} {p.shape} {start_of(p.init)} {p.grad_req} {p.lr_mult}" for k, p in parameters.items()]
        structured = list(net._collect_params_with_prefix())
        return {
            "name": net.name,
            "parameters": checksum(lines),
            "structured": checksum(structured),
            "printed": checksum(repr(net).splitlines()),
            "first": lines[:4],
            "last": [lines[-1], structured[-1]],
        }

    CASES.add(f"structure/{_name}", _run)


# network: height of its input, and how many of its first layers run, None for all. Where the last pooling asks for
# large images, the layers before it see small ones.
OUTPUTS = {
    "alexnet": (67, None),
    "densenet121": (48, 13),
    "inceptionv3": (75, 18),
    "mobilenet0.25": (32, None),
    "mobilenetv2_0.25": (32, None),
    "resnet18_v1": (32, None),
    "resnet18_v2": (32, None),
    "resnet50_v1": (32, None),
    "resnet50_v2": (32, None),
    "squeezenet1.0": (64, 14),
    "squeezenet1.1": (224, None),
    "vgg11_bn": (32, None),
}
for _name, (_size, _layers) in OUTPUTS.items():

    def _run(mx, name=_name, size=_size, layers=_layers):
        whole = vision(mx).get_model(name, classes=5)
        net = whole
        if layers is not None:
            net = mx.gluon.nn.HybridSequential(prefix="")
            net.add(*list(whole.features)[:layers])
        net.initialize()
        x = mx.nd.array(source(name).normal(size=(1, 3, size, size)))
        net(x)
        fill(mx, net)
        if layers is None:
            net.hybridize()
        return {"out": net(x).asnumpy()}

    CASES.add(f"output/{_name}", _run, scaled=2e-5)


def small(v, kind):
    """Return a small network of a family, and the height of its input."""
    if kind == "v1 basic":
        return v.ResNetV1(v.BasicBlockV1, [1, 2], [4, 4, 8], classes=3, thumbnail=True), 8
    if kind == "v1 bottleneck":
        return v.ResNetV1(v.BottleneckV1, [1, 1], [4, 8, 16], classes=3), 32
    if kind == "v2 basic":
        return v.ResNetV2(v.BasicBlockV2, [1, 2], [4, 4, 8], classes=3, thumbnail=True), 8
    if kind == "v2 bottleneck":
        return v.ResNetV2(v.BottleneckV2, [1, 1], [4, 8, 16], classes=3, thumbnail=True), 8
    if kind == "densenet":
        return v.DenseNet(4, 3, [2, 2], bn_size=2, classes=3), 56
    if kind == "mobilenet":
        return v.MobileNet(0.125, classes=3), 64
    return v.MobileNetV2(0.25, classes=3), 64


for _kind in ("v1 basic", "v1 bottleneck", "v2 basic", "v2 bottleneck", "densenet", "mobilenet", "mobilenet v2"):

    def _run(mx, kind=_kind):
        net, size = small(vision(mx), kind)
        random = source(kind)
        x = mx.nd.array(random.normal(size=(4, 3, size, size)), dtype="float64")
        x.attach_grad()
        net.cast("float64")
        net.initialize()
        net(x)
        fill(mx, net)
        with mx.autograd.record():
            loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()(net(x), mx.nd.array([0, 2, 1, 0]))
        loss.backward()
        gradients = [p.grad().asnumpy() for p in net.collect_params().values() if p.grad_req != "null"]
        moved = [p.data().asnumpy() for k, p in net.collect_params().items() if k.endswith("running_mean")]
        return {
            "loss": loss.asnumpy(),
            "largest": np.array([abs(g).max() for g in gradients]),
            "first": gradients[0],
            "last": gradients[-1],
            "input": x.grad.asnumpy()[0, :, ::7, ::7],
            "means": np.concatenate(moved),
        }

    CASES.add(f"gradient/{_kind}", _run, scaled=1e-6)


@CASES.case("blocks by themselves")
def _(mx):
    v = vision(mx)
    blocks = [
        kind(8, 2, True, 4, prefix="b_") for kind in (v.BasicBlockV1, v.BottleneckV1, v.BasicBlockV2, v.BottleneckV2)
    ]
    return {
        "parameters": [[[k, list(p.shape)] for k, p in block.collect_params().items()] for block in blocks],
        "printed": [repr(block) for block in blocks],
    }


@CASES.case("names of two networks beside each other")
def _(mx):
    v = vision(mx)
    nets = [v.resnet18_v1(), v.ResNetV1(v.BasicBlockV1, [1], [4, 4], prefix="own_"), v.resnet18_v1(), v.alexnet()]
    return {"names": [[net.name, next(iter(net.collect_params()))] for net in nets]}


for _text, _misuse in {
    "unknown model": lambda mx: vision(mx).get_model("resnet19_v1"),
    "unknown argument": lambda mx: vision(mx).resnet18_v1(class_count=3),
    "unknown version": lambda mx: vision(mx).get_resnet(3, 18),
    "unknown depth": lambda mx: vision(mx).get_resnet(1, 19),
    "unknown vgg": lambda mx: vision(mx).get_vgg(12),
    "unknown squeezenet": lambda mx: vision(mx).SqueezeNet("1.2"),
    "stages and channels": lambda mx: vision(mx).ResNetV1(vision(mx).BasicBlockV1, [2, 2], [4]),
}.items():
    CASES.raises(f"misuse/{_text}", _misuse)


# -- mx.gluon.contrib.nn ---------------------------------------------------------------------------------------------


@CASES.case("contrib/Concurrent")
def _(mx):
    nn, answers = mx.gluon.nn, {}
    for kind in (mx.gluon.contrib.nn.Concurrent, mx.gluon.contrib.nn.HybridConcurrent):
        net = kind(axis=1, prefix="net_")
        with net.name_scope():
            net.add(nn.Dense(3, in_units=4), mx.gluon.contrib.nn.Identity(), nn.Dense(2, in_units=4))
        net.initialize(mx.init.Constant(0.5))
        x = mx.nd.array(source("concurrent").normal(size=(2, 4)))
        x.attach_grad()
        with mx.autograd.record():
            y = net(x)
        y.backward()
        answers[kind.__name__] = [y.asnumpy(), x.grad.asnumpy(), repr(net), list(net.collect_params())]
    answers["json"] = net(mx.sym.var("x")).tojson()
    return answers


for _kind, _factor, _shape in (
    ("PixelShuffle1D", 3, (2, 6, 4)),
    ("PixelShuffle2D", 2, (2, 8, 3, 4)),
    ("PixelShuffle2D", (2, 3), (1, 12, 3, 4)),
    ("PixelShuffle3D", 2, (1, 16, 2, 3, 2)),
    ("PixelShuffle3D", (2, 3, 4), (1, 24, 2, 1, 2)),
):

    def _run(mx, kind=_kind, factor=_factor, shape=_shape):
        layer = getattr(mx.gluon.contrib.nn, kind)(factor)
        x = mx.nd.arange(int(np.prod(shape))).reshape(shape)
        answer = {"out": layer(x).asnumpy(), "printed": repr(layer), "name": layer.name}
        if len(shape) < 5:
            answer["json"] = layer(mx.sym.var("x")).tojson()
        return answer

    CASES.add(f"contrib/{_kind} {_factor}", _run)


@CASES.case("contrib/SyncBatchNorm")
def _(mx):
    layer = mx.gluon.contrib.nn.SyncBatchNorm(in_channels=3, num_devices=1, momentum=0.8, prefix="norm_")
    layer.initialize()
    x = mx.nd.array(source("sync").normal(size=(4, 3, 2, 2)))
    x.attach_grad()
    with mx.autograd.record():
        y = layer(x)
        loss = (y * mx.nd.arange(48).reshape((4, 3, 2, 2))).sum()
    loss.backward()
    return {
        "out": y.asnumpy(),
        "grad": x.grad.asnumpy(),
        "parameters": {k: p.data().asnumpy() for k, p in layer.collect_params().items()},
        "predicted": layer(x).asnumpy(),
        "printed": repr(layer),
        "json": layer(mx.sym.var("x")).tojson(),
    }


@CASES.case("contrib/SparseEmbedding")
def _(mx):
    layer = mx.gluon.contrib.nn.SparseEmbedding(7, 3)
    return {"printed": repr(layer), "parameters": [[k, list(p.shape)] for k, p in layer.collect_params().items()]}


@CASES.case("layer/BatchNormReLU")
def _(mx):
    layer = mx.gluon.nn.BatchNormReLU(in_channels=3, prefix="norm_")
    return {
        "printed": repr(layer),
        "name": layer.name,
        "parameters": [[k, list(p.shape)] for k, p in layer.collect_params().items()],
        "nodes": layer(mx.sym.var("x")).tojson().partition('"node_row_ptr"')[0],  # without MXNet's workspace
    }
