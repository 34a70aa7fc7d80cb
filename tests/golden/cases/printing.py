"""The text that a student sees: arrays, contexts, blocks, symbols, parameters, summaries."""

import contextlib
import io

import numpy as np

from ..harness import Cases

CASES = Cases()

ARRAYS = {
    "vector": lambda mx: mx.nd.array([1, 2, 3]),
    "fractions": lambda mx: mx.nd.array([1.5, 2, -0.25]),
    "matrix": lambda mx: mx.nd.array([[1, 2], [3, 4]]),
    "cube": lambda mx: mx.nd.arange(12).reshape((2, 3, 2)),
    "four axes": lambda mx: mx.nd.arange(8).reshape((1, 2, 2, 2)),
    "one element": lambda mx: mx.nd.array([7]),
    "scalar": lambda mx: mx.nd.array(3),
    "int32": lambda mx: mx.nd.array([1, -2], dtype="int32"),
    "int64": lambda mx: mx.nd.array([1, -2], dtype="int64"),
    "int8": lambda mx: mx.nd.array([1, -2], dtype="int8"),
    "uint8": lambda mx: mx.nd.array([1, 200], dtype="uint8"),
    "float16": lambda mx: mx.nd.array([0.1, 2], dtype="float16"),
    "float64": lambda mx: mx.nd.array([0.1, 1 / 3], dtype="float64"),
    "bool": lambda mx: mx.nd.array([1, 0], dtype="bool"),
    "thirds": lambda mx: mx.nd.array([1 / 3, 2 / 3, 1]),
    "wide range": lambda mx: mx.nd.array([1e10, 1e-10, 1]),
    "small": lambda mx: mx.nd.array([1e-5, 2e-5]),
    "special": lambda mx: mx.nd.array([np.nan, np.inf, -np.inf, -0.0]),
    "long vector": lambda mx: mx.nd.arange(1500),
    "long matrix": lambda mx: mx.nd.arange(3000).reshape((50, 60)),
    "tall": lambda mx: mx.nd.arange(2000).reshape((1000, 2)),
    "line break": lambda mx: mx.nd.arange(40) / 7,
    "exactly 1000": lambda mx: mx.nd.zeros((10, 100)),
    "1001": lambda mx: mx.nd.zeros(1001),
    "large cube": lambda mx: mx.nd.zeros((20, 20, 20)),
    "ones": lambda mx: mx.nd.ones((2, 3)),
    "eye": lambda mx: mx.nd.eye(3),
    "other context": lambda mx: mx.nd.ones((2,), ctx=mx.cpu(3)),
    "empty slice": lambda mx: mx.nd.ones((4, 2))[2:2],
    "negative": lambda mx: mx.nd.array([-1, 10, -100]),
    "mixed": lambda mx: mx.nd.array([[0.001, 1000], [12345.678, -1]]),
    "view": lambda mx: mx.nd.arange(6).reshape((2, 3))[1],
    "transposed": lambda mx: mx.nd.arange(6).reshape((2, 3)).T,
    "comparison": lambda mx: mx.nd.array([1, 2, 3]) > 2,
}
for _text, _make in ARRAYS.items():
    CASES.add(f"array/{_text}", lambda mx, make=_make: {"repr": repr(make(mx)), "str": str(make(mx))})
CASES.add("array/in a list", lambda mx: {"text": str([mx.nd.array([1]), mx.nd.array([2, 3])])})
CASES.add("array/format", lambda mx: {"text": "{}".format(mx.nd.array([1.5]))})  # noqa: UP032
CASES.add("array/scalar format", lambda mx: {"text": f"{mx.nd.array([1.25]).asscalar():.3f}"})


@CASES.case("context")
def _(mx):
    return {
        "repr": [repr(c) for c in (mx.cpu(), mx.cpu(2), mx.gpu(), mx.gpu(1), mx.cpu_pinned(), mx.Context("cpu", 1))],
        "types": [mx.cpu().device_type, mx.gpu(3).device_type, mx.gpu(3).device_id, mx.cpu().device_typeid],
        "equal": [
            mx.cpu() == mx.cpu(0),
            mx.cpu() == mx.gpu(),
            mx.cpu(1) == mx.cpu(2),
            mx.Context(mx.cpu(4)) == mx.cpu(4),
        ],
        "current": str(mx.current_context()),
    }


LAYERS = {
    "Dense": lambda nn: nn.Dense(3),
    "Dense known": lambda nn: nn.Dense(3, in_units=2),
    "Dense activation": lambda nn: nn.Dense(3, activation="relu"),
    "Dense no bias": lambda nn: nn.Dense(3, use_bias=False, flatten=False),
    "Dropout": lambda nn: nn.Dropout(0.5),
    "Dropout axes": lambda nn: nn.Dropout(0.5, axes=(1,)),
    "BatchNorm": lambda nn: nn.BatchNorm(),
    "BatchNorm options": lambda nn: nn.BatchNorm(
        axis=-1, momentum=0.8, epsilon=1e-3, center=False, scale=False, in_channels=4
    ),
    "LayerNorm": lambda nn: nn.LayerNorm(),
    "LayerNorm known": lambda nn: nn.LayerNorm(in_channels=5),
    "InstanceNorm": lambda nn: nn.InstanceNorm(),
    "GroupNorm": lambda nn: nn.GroupNorm(2),
    "Embedding": lambda nn: nn.Embedding(10, 4),
    "Flatten": lambda nn: nn.Flatten(),
    "Activation": lambda nn: nn.Activation("tanh"),
    "LeakyReLU": lambda nn: nn.LeakyReLU(0.1),
    "PReLU": lambda nn: nn.PReLU(),
    "ELU": lambda nn: nn.ELU(),
    "SELU": lambda nn: nn.SELU(),
    "GELU": lambda nn: nn.GELU(),
    "Swish": lambda nn: nn.Swish(),
    "Lambda": lambda nn: nn.Lambda("tanh"),
    "HybridLambda": lambda nn: nn.HybridLambda("relu"),
    "Conv1D": lambda nn: nn.Conv1D(4, 3),
    "Conv2D": lambda nn: nn.Conv2D(4, 3),
    "Conv3D": lambda nn: nn.Conv3D(4, 3),
    "Conv2D options": lambda nn: nn.Conv2D(
        4, (3, 2), strides=2, padding=(1, 0), dilation=2, groups=2, in_channels=6, use_bias=False
    ),
    "Conv2D activation": lambda nn: nn.Conv2D(4, 3, activation="relu"),
    "Conv1DTranspose": lambda nn: nn.Conv1DTranspose(4, 3),
    "Conv2DTranspose": lambda nn: nn.Conv2DTranspose(4, 3, strides=2, padding=1, output_padding=1, in_channels=2),
    "Conv3DTranspose": lambda nn: nn.Conv3DTranspose(4, 3),
    "MaxPool1D": lambda nn: nn.MaxPool1D(),
    "MaxPool2D": lambda nn: nn.MaxPool2D(),
    "MaxPool2D options": lambda nn: nn.MaxPool2D(3, 2, 1, ceil_mode=True),
    "MaxPool3D": lambda nn: nn.MaxPool3D(2),
    "AvgPool1D": lambda nn: nn.AvgPool1D(),
    "AvgPool2D": lambda nn: nn.AvgPool2D(2, 2),
    "AvgPool3D": lambda nn: nn.AvgPool3D(),
    "AvgPool2D without pad": lambda nn: nn.AvgPool2D(3, padding=1, count_include_pad=False),
    "GlobalMaxPool1D": lambda nn: nn.GlobalMaxPool1D(),
    "GlobalMaxPool2D": lambda nn: nn.GlobalMaxPool2D(),
    "GlobalMaxPool3D": lambda nn: nn.GlobalMaxPool3D(),
    "GlobalAvgPool1D": lambda nn: nn.GlobalAvgPool1D(),
    "GlobalAvgPool2D": lambda nn: nn.GlobalAvgPool2D(),
    "GlobalAvgPool3D": lambda nn: nn.GlobalAvgPool3D(),
    "ReflectionPad2D": lambda nn: nn.ReflectionPad2D(1),
    "Sequential empty": lambda nn: nn.Sequential(),
}
for _text, _make in LAYERS.items():
    CASES.add(
        f"layer/{_text}", lambda mx, make=_make: {"repr": repr(make(mx.gluon.nn)), "name": make(mx.gluon.nn).name}
    )


def nested(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    inner = nn.HybridSequential()
    inner.add(nn.Dense(4, activation="relu"), nn.Dropout(0.3))
    net.add(nn.Conv2D(6, 5, activation="relu"), nn.BatchNorm(), nn.MaxPool2D(2, 2), nn.Flatten(), inner, nn.Dense(10))
    return net


@CASES.case("net/repr")
def _(mx):
    net = nested(mx)
    return {"repr": repr(net), "part": repr(net[1:3]), "child": repr(net[4]), "length": len(net)}


@CASES.case("net/own block")
def _(mx):
    class Net(mx.gluon.Block):
        def __init__(self, **options):
            super().__init__(**options)
            self.hidden = mx.gluon.nn.Dense(4)
            self.body = mx.gluon.nn.Sequential()
            self.body.add(mx.gluon.nn.Dense(3, in_units=4))
            self.note = "not a block"

        def forward(self, x):
            return self.body(self.hidden(x))

    net = Net(prefix="own_")
    return {"repr": repr(net), "names": list(net.collect_params()), "prefix": net.prefix}


@CASES.case("net/names of parameters")
def _(mx):
    net = nested(mx)
    with mx.name.NameManager():
        named = mx.gluon.nn.HybridSequential(prefix="net_")
        with named.name_scope():
            named.add(mx.gluon.nn.Dense(2), mx.gluon.nn.Dense(3), mx.gluon.nn.BatchNorm())
    return {
        "flat": list(net.collect_params()),
        "scoped": list(named.collect_params()),
        "selected": list(named.collect_params(".*weight|.*gamma")),
        "names": [c.name for c in net._children.values()],
    }


@CASES.case("parameters")
def _(mx):
    net = mx.gluon.nn.Dense(3, prefix="fc_")
    before = str(net.collect_params())
    net.initialize(mx.init.One())
    net(mx.nd.ones((2, 4)))
    parameter = mx.gluon.Parameter("w", shape=(2, 3))
    other = mx.gluon.Parameter("v", shape=(2,), dtype="float64", grad_req="null")
    constant = mx.gluon.Constant("c", mx.nd.array([1, 2]))
    return {
        "before": before,
        "after": str(net.collect_params()),
        "repr": repr(net.collect_params()),
        "weight": repr(net.weight),
        "parameter": repr(parameter),
        "other": repr(other),
        "constant": repr(constant),
        "fields": [other.grad_req, other.name, list(other.shape), float(other.lr_mult), float(other.wd_mult)],
    }


@CASES.case("symbols")
def _(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    fc = mx.sym.FullyConnected(a, num_hidden=3)
    named = mx.sym.FullyConnected(a, num_hidden=3, name="fc1")
    return {
        "repr": [
            repr(s) for s in (a, a + b, a * 2, fc, named, mx.sym.Group([fc, named]), mx.sym.split(a, num_outputs=2))
        ],
        "text": str(a),
        "names": [
            (a + b).name,
            (a - b).name,
            (a / b).name,
            (a**b).name,
            (-a).name,
            (a + 1).name,
            (1 - a).name,
            (a > b).name,
            (a == 1).name,
            mx.sym.exp(a).name,
            mx.sym.Convolution(a, kernel=(1, 1), num_filter=1).name,
            mx.sym.Activation(a, act_type="relu").name,
            mx.sym.concat(a, b).name,
            mx.sym.dot(a, b).name,
            mx.sym.softmax(a).name,
            mx.sym.sum(a).name,
            mx.sym.reshape(a, shape=(1,)).name,
            mx.sym.broadcast_add(a, b).name,
            mx.sym.SoftmaxOutput(a).name,
            mx.sym.zeros((2,)).name,
        ],
    }


def printed(function):
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        function()
    return stream.getvalue()


@CASES.case("print_summary/mlp")
def _(mx):
    x = mx.sym.var("data")
    x = mx.sym.FullyConnected(x, num_hidden=16, name="fc1")
    x = mx.sym.Activation(x, act_type="relu", name="relu1")
    x = mx.sym.FullyConnected(x, num_hidden=4, name="fc2")
    x = mx.sym.SoftmaxOutput(x, name="softmax")
    return {"text": printed(lambda: mx.viz.print_summary(x, shape={"data": (2, 8)}))}


@CASES.case("print_summary/no shape")
def _(mx):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=16, name="fc1")
    return {"text": printed(lambda: mx.viz.print_summary(x))}


@CASES.case("print_summary/convolution")
def _(mx):
    x = mx.sym.var("data")
    x = mx.sym.Convolution(x, kernel=(3, 3), num_filter=4, name="conv1")
    x = mx.sym.BatchNorm(x, name="bn1")
    y = mx.sym.Activation(x, act_type="tanh", name="tanh1")
    x = x + y
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool1")
    x = mx.sym.Flatten(x, name="flat")
    x = mx.sym.FullyConnected(x, num_hidden=3, no_bias=True, name="fc")
    return {
        "text": printed(
            lambda: mx.viz.print_summary(
                x, shape={"data": (1, 1, 8, 8)}, line_length=100, positions=[0.4, 0.6, 0.75, 1.0]
            )
        )
    }


@CASES.case("Block.summary")
def _(mx):
    net = nested(mx)
    net.initialize()
    net(mx.nd.ones((2, 1, 12, 12)))
    return {"text": printed(lambda: net.summary(mx.nd.ones((2, 1, 12, 12))))}


@CASES.case("initializers and losses")
def _(mx):
    losses = [
        mx.gluon.loss.L2Loss(),
        mx.gluon.loss.SoftmaxCrossEntropyLoss(axis=1),
        mx.gluon.loss.HuberLoss(weight=0.5),
    ]
    return {"losses": [repr(x) for x in losses], "names": [x.name for x in losses]}


@CASES.case("data descriptions")
def _(mx):
    desc = mx.io.DataDesc("data", (4, 3))
    it = mx.io.NDArrayIter(np.zeros((6, 3)), np.zeros(6), batch_size=2)
    return {
        "desc": str(desc),
        "provide": [str(it.provide_data), str(it.provide_label)],
        "batch": str(next(it)),
        "layout": mx.io.DataDesc.get_batch_axis("NTC"),
        "list": str(mx.io.DataDesc("x", (1, 2), np.int32, "NT")),
    }
