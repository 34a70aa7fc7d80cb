"""Symbols: JSON text, names, shapes and types, attributes, composition."""

import json

from ..harness import Cases

CASES = Cases()


def mlp(mx):
    x = mx.sym.var("data")
    x = mx.sym.FullyConnected(x, num_hidden=8, name="fc1")
    x = mx.sym.Activation(x, act_type="relu", name="relu1")
    x = mx.sym.FullyConnected(x, num_hidden=3, name="fc2")
    return mx.sym.SoftmaxOutput(x, name="softmax")


def convnet(mx):
    x = mx.sym.var("data")
    x = mx.sym.Convolution(x, kernel=(3, 3), num_filter=4, pad=(1, 1), name="conv1")
    x = mx.sym.BatchNorm(x, fix_gamma=False, name="bn1")
    x = mx.sym.Activation(x, act_type="tanh", name="act1")
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="avg", name="pool1")  # max has a hidden output
    x = mx.sym.Flatten(x, name="flat")
    x = mx.sym.Dropout(x, p=0.3, name="drop")
    return mx.sym.FullyConnected(x, num_hidden=3, no_bias=True, name="fc")


def arithmetic(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    return (a + b) * 2.5 - a / b + (1 - a) ** 2 + mx.sym.exp(-b) + a % 3 + (a > b) + mx.sym.broadcast_maximum(a, b)


def shaped(mx):
    x = mx.sym.var("x", shape=(2, 0), dtype="float32", lr_mult=2.0, wd_mult=0.5, init=mx.init.One())
    y = mx.sym.reshape(x, shape=(-1, 0, 2), reverse=True)
    z = mx.sym.transpose(mx.sym.expand_dims(y, axis=1), axes=(0, 2, 1, 3))
    return mx.sym.concat(z, mx.sym.zeros_like(z), dim=1, name="joined")


def several(mx):
    parts = mx.sym.split(mx.sym.var("x"), num_outputs=3, axis=1, name="cut")
    return mx.sym.Group([parts[0] + parts[2], parts[1], mx.sym.sum(parts[1], axis=(0, 1), keepdims=True)])


def losses(mx):
    x, label = mx.sym.var("x"), mx.sym.var("label")
    y = mx.sym.log_softmax(x, axis=-1)
    loss = -mx.sym.pick(y, label, axis=-1)
    return mx.sym.Group([mx.sym.MakeLoss(mx.sym.mean(loss), name="loss"), mx.sym.BlockGrad(y, name="prediction")])


def deconvolution(mx):
    x = mx.sym.var("data")
    x = mx.sym.Deconvolution(x, kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=3, name="up")
    x = mx.sym.LeakyReLU(x, act_type="prelu", name="prelu")
    x = mx.sym.LayerNorm(x, name="ln")
    words = mx.sym.Embedding(mx.sym.var("words"), input_dim=5, output_dim=2, name="emb")
    return mx.sym.broadcast_add(words, mx.sym.sum(mx.sym.flatten(x), keepdims=True), name="scaled")


def automatic(mx):
    x = mx.sym.var("data")
    for _ in range(2):
        x = mx.sym.FullyConnected(x, num_hidden=4)
        x = mx.sym.Activation(x, act_type="sigmoid")
    return mx.sym.clip(mx.sym.LinearRegressionOutput(x, mx.sym.var("y")), 0.0, 1.0)


NETS = {
    "mlp": mlp,
    "convnet": convnet,
    "arithmetic": arithmetic,
    "shaped": shaped,
    "several": several,
    "losses": losses,
    "deconvolution": deconvolution,
    "automatic": automatic,
}


def described(mx, net):
    internals = net.get_internals()
    return {
        "arguments": net.list_arguments(),
        "auxiliary": net.list_auxiliary_states(),
        "outputs": net.list_outputs(),
        "internals": internals.list_outputs(),
        "inputs": net.list_inputs(),
        "name": net.name,
        "count": len(net),
    }


for _text, _make in NETS.items():
    CASES.add(f"json/{_text}", lambda mx, make=_make: {"json": make(mx).tojson()})
    CASES.add(f"names/{_text}", lambda mx, make=_make: described(mx, make(mx)))
    CASES.add(
        f"json again/{_text}",
        lambda mx, make=_make: {
            "json": mx.sym.load_json(make(mx).tojson()).tojson(),
            **described(mx, mx.sym.load_json(make(mx).tojson())),
        },
    )


def shapes(value):
    """Shapes as lists, so that None and tuples survive the storage."""
    return None if value is None else [None if v is None else list(v) for v in value]


SHAPES = {
    "mlp": (mlp, {"data": (4, 5)}),
    "mlp flattened": (mlp, {"data": (4, 5, 2)}),
    "mlp nothing known": (mlp, {}),
    "mlp from label": (mlp, {"softmax_label": (7,)}),
    "mlp from weight": (mlp, {"fc1_weight": (8, 6)}),
    "convnet": (convnet, {"data": (2, 3, 8, 8)}),
    "convnet from weight": (convnet, {"conv1_weight": (4, 3, 3, 3)}),
    "arithmetic": (arithmetic, {"a": (2, 3)}),
    "several": (several, {"x": (2, 6)}),
    "losses": (losses, {"x": (4, 3), "label": (4,)}),
    "deconvolution": (deconvolution, {"data": (1, 2, 4, 4), "words": (3,)}),
    "automatic": (automatic, {"data": (3, 2)}),
    "unknown batch": (mlp, {"data": (0, 5)}),
}
for _text, (_make, _known) in SHAPES.items():

    def _run(mx, make=_make, known=_known):
        return {"shapes": [shapes(v) for v in make(mx).infer_shape_partial(**known)]}

    CASES.add(f"infer_shape_partial/{_text}", _run)
    if _text not in ("mlp nothing known", "convnet from weight", "mlp from weight", "unknown batch", "deconvolution"):

        def _run(mx, make=_make, known=_known):
            return {"shapes": [shapes(v) for v in make(mx).infer_shape(**known)]}

        CASES.add(f"infer_shape/{_text}", _run)


@CASES.case("infer_shape/backward from outputs")
def _(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    return {"shapes": [shapes(v) for v in (a + mx.sym.tanh(b)).infer_shape(b=(2, 3))]}


@CASES.case("infer_type")
def _(mx):
    def names(types):
        return [None if t is None else [None if k is None else k.__name__ for k in t] for t in types]

    return {
        "float64": names(mlp(mx).infer_type(data="float64")),
        "float32": names(convnet(mx).infer_type(data="float32")),
        "cast": names(mx.sym.cast(mx.sym.var("x"), dtype="int32").infer_type(x="float32")),
        "nothing": names((mx.sym.var("a") + mx.sym.var("b")).infer_type()),
    }


@CASES.case("attributes")
def _(mx):
    x = mx.sym.var("x", attr={"mood": "angry"}, lr_mult=0.5)
    with mx.AttrScope(__group__="4", __data__="great"):
        y = mx.sym.FullyConnected(x, num_hidden=2, name="fc", attr={"__kind__": "dense"})
        with mx.AttrScope(__data__="better"):
            z = mx.sym.var("z")
    return {
        "x": x.list_attr(),
        "fc": y.list_attr(),
        "z": z.list_attr(),
        "all": y.attr_dict(),
        "attr": [x.attr("mood"), x.attr("none"), y.attr("__data__"), y.attr("__kind__")],
        "json": (y + z).tojson(),
    }


@CASES.case("attributes/set")
def _(mx):
    x = mx.sym.var("x")
    y = mx.sym.Activation(x, act_type="relu", name="act")
    y._set_attr(__note__="hello")
    return {"all": y.attr_dict(), "list": y.list_attr()}


@CASES.case("composition")
def _(mx):
    data = mx.sym.var("data")
    first = mx.sym.FullyConnected(data, num_hidden=4, name="fc1")
    second = mx.sym.FullyConnected(mx.sym.var("data2"), num_hidden=2, name="fc2")
    joined = second(data2=first, name="joined")
    return {
        "arguments": joined.list_arguments(),
        "outputs": joined.list_outputs(),
        "second": second.list_arguments(),
        "json": joined.tojson(),
    }


@CASES.case("internals and children")
def _(mx):
    net = mlp(mx)
    internals = net.get_internals()
    return {
        "fc1": internals["fc1_output"].list_arguments(),
        "by index": internals[3].name,
        "length": len(internals),
        "children": net.get_children().list_outputs(),
        "leaf": mx.sym.var("a").get_children(),
        "iterated": [s.name for s in several(mx)],
        "group": mx.sym.Group([net, internals["fc1_output"]]).list_outputs(),
    }


@CASES.case("name managers")
def _(mx):
    with mx.name.Prefix("net_"):
        x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2)
        y = mx.sym.Activation(x, act_type="relu", name="named")
    with mx.name.NameManager():
        z = mx.sym.Activation(y, act_type="relu")
    return {"names": [x.name, y.name, z.name], "arguments": z.list_arguments()}


@CASES.case("copy and pickle of text")
def _(mx):
    import copy

    net = mlp(mx)
    other = copy.copy(net)
    deep = copy.deepcopy(net)
    return {"same json": net.tojson() == other.tojson() == deep.tojson(), "name": other.name}


@CASES.case("creation symbols")
def _(mx):
    s = mx.sym
    return {
        "json": s.Group(
            [
                s.zeros((2, 3), name="z"),
                s.ones((1,), name="o"),
                s.arange(0.0, 6.0, 2.0, name="r"),
                s.full((2,), 3.5, name="f"),
                s.eye(3, name="e"),
                s.random.normal(0.0, 1.0, (2, 2), name="n"),
            ]
        ).tojson()
    }


@CASES.case("gluon/symbol of a net")
def _(mx):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            mx.gluon.nn.Conv2D(4, 3, activation="relu"),
            mx.gluon.nn.BatchNorm(),
            mx.gluon.nn.AvgPool2D(),
            mx.gluon.nn.Flatten(),
            mx.gluon.nn.Dropout(0.5),
            mx.gluon.nn.Dense(3),
        )
    out = net(mx.sym.var("data"))
    return {"json": out.tojson(), "arguments": out.list_arguments(), "auxiliary": out.list_auxiliary_states()}


@CASES.case("gluon/symbol of recorded arrays")
def _(mx):
    x = mx.nd.ones((2, 2))
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.exp(x) * 2
    graph = json.loads(mx.autograd.get_symbol(y).tojson())
    return {"operators": [n["op"] for n in graph["nodes"] if n["op"] != "null"], "variables": len(graph["arg_nodes"])}
