"""File formats: the bytes that nd.save writes, what nd.load reads back, checkpoints, exported nets."""

import json
import os
import tempfile

import numpy as np

from ..harness import Cases

CASES = Cases()


def saved(mx, data):
    """Return the bytes that nd.save writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.params")
        mx.nd.save(path, data)
        with open(path, "rb") as file:
            return np.frombuffer(file.read(), dtype="uint8")


def loaded(mx, content):
    """Return what nd.load reads from bytes, as names and facts."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.params")
        with open(path, "wb") as file:
            file.write(bytes(content))
        data = mx.nd.load(path)
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    return [type(data).__name__, [[str(k), v.asnumpy(), str(v.context)] for k, v in pairs]]


DATA = {
    "list": lambda mx: [mx.nd.array([1, 2, 3]), mx.nd.array([[1.5]])],
    "one array": lambda mx: mx.nd.arange(6).reshape((2, 3)),
    "dict": lambda mx: {"arg:w": mx.nd.array([[1, 2]]), "aux:ünï": mx.nd.ones(2)},
    "empty list": lambda mx: [],
    "dtypes": lambda mx: [
        mx.nd.array([1, 0, 3], dtype=t) for t in ("float32", "float64", "float16", "uint8", "int32", "int8", "int64")
    ],
    "bool": lambda mx: [mx.nd.array([1, 0], dtype="bool")],
    "other context": lambda mx: [mx.nd.ones(2, ctx=mx.cpu(1))],
    "view": lambda mx: [mx.nd.arange(6).reshape((2, 3))[1]],
    "five axes": lambda mx: {"x": mx.nd.arange(4).reshape((1, 2, 1, 2, 1))},
}
for _text, _make in DATA.items():
    CASES.add(f"bytes/{_text}", lambda mx, make=_make: {"bytes": saved(mx, make(mx))})
    CASES.add(f"load/{_text}", lambda mx, make=_make: {"loaded": loaded(mx, saved(mx, make(mx)))})


@CASES.case("load_frombuffer")
def _(mx):
    data = mx.nd.load_frombuffer(bytes(saved(mx, {"a": mx.nd.array([1, 2])})))
    return {"names": list(data), "a": data["a"].asnumpy()}


def old_format(mx):
    """A file of the oldest format: 32-bit shapes without a version, written by hand after the format's description."""
    name = b"fc_weight"
    parts = [
        np.array([0x112, 0], "<u8").tobytes(),
        np.array([1], "<u8").tobytes(),
        np.array([2, 2, 3], "<u4").tobytes(),
        np.array([1, 0, 0], "<i4").tobytes(),
        np.arange(6, dtype="<f4").tobytes(),
        np.array([1, len(name)], "<u8").tobytes(),
        name,
    ]
    return b"".join(parts)


CASES.add("load/oldest format", lambda mx: {"loaded": loaded(mx, old_format(mx))})
CASES.add(
    "load/version 1",
    lambda mx: {
        "loaded": loaded(
            mx,
            b"".join(
                [
                    np.array([0x112, 0, 1], "<u8").tobytes(),
                    np.array([0xF993FAC8], "<u4").tobytes(),
                    np.array([1], "<i4").tobytes(),
                    np.array([3], "<i8").tobytes(),
                    np.array([1, 0, 4], "<i4").tobytes(),
                    np.array([7, 8, 9], "<i4").tobytes(),
                    np.array([0], "<u8").tobytes(),
                ]
            ),
        )
    },
)


@CASES.case("checkpoint")
def _(mx):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "net")
        mx.model.save_checkpoint(
            prefix, 7, x, {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.zeros(2)}, {"m": mx.nd.ones(1)}
        )
        files = sorted(os.listdir(folder))
        with open(prefix + "-0007.params", "rb") as file:
            content = np.frombuffer(file.read(), dtype="uint8")
        symbol, args, aux = mx.model.load_checkpoint(prefix, 7)
    return {
        "files": files,
        "params": content,
        "json": symbol.tojson(),
        "args": {k: v.asnumpy() for k, v in sorted(args.items())},
        "aux": {k: v.asnumpy() for k, v in aux.items()},
    }


def gluon_net(mx):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            mx.gluon.nn.Dense(3, in_units=2, activation="relu"),
            mx.gluon.nn.BatchNorm(in_channels=3),
            mx.gluon.nn.Dense(1, in_units=3),
        )
    net.initialize(mx.init.One())
    return net


@CASES.case("gluon/save_parameters")
def _(mx):
    net = gluon_net(mx)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net.params")
        net.save_parameters(path)
        with open(path, "rb") as file:
            content = np.frombuffer(file.read(), dtype="uint8")
        names = sorted(mx.nd.load(path))
        other = gluon_net(mx)
        other.load_parameters(path)
        net.collect_params().save(path, strip_prefix="net_")
        stripped = sorted(mx.nd.load(path))
    return {"bytes": content, "names": names, "stripped": stripped}


@CASES.case("gluon/export")
def _(mx):
    net = gluon_net(mx)
    net.hybridize()
    x = mx.nd.array([[1, 2], [3, 4]])
    out = net(x)
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "net")
        net.export(prefix, epoch=3)
        files = sorted(os.listdir(folder))
        names = sorted(mx.nd.load(prefix + "-0003.params"))
        with open(prefix + "-symbol.json", encoding="utf-8") as file:
            graph = json.load(file)
        again = mx.gluon.SymbolBlock.imports(prefix + "-symbol.json", ["data"], prefix + "-0003.params")
        reloaded = again(x)
    return {
        "files": files,
        "names": names,
        "operators": [n["op"] for n in graph["nodes"]],
        "nodes": [n["name"] for n in graph["nodes"]],
        "out": out.asnumpy(),
        "reloaded": reloaded.asnumpy(),
    }


OLD_JSON = """{"nodes": [
 {"op": "null", "param": {}, "name": "data", "inputs": [], "backward_source_id": -1},
 {"op": "null", "param": {}, "name": "fc_weight", "inputs": [], "backward_source_id": -1},
 {"op": "null", "param": {}, "name": "fc_bias", "inputs": [], "backward_source_id": -1},
 {"op": "FullyConnected", "param": {"no_bias": "False", "num_hidden": "3"}, "name": "fc",
  "inputs": [[0, 0], [1, 0], [2, 0]], "backward_source_id": -1},
 {"op": "Activation", "param": {"act_type": "relu"}, "name": "relu", "inputs": [[3, 0]], "backward_source_id": -1}],
 "arg_nodes": [0, 1, 2], "heads": [[4, 0]]}"""


@CASES.case("json/of an old version")
def _(mx):
    net = mx.sym.load_json(OLD_JSON)
    return {
        "arguments": net.list_arguments(),
        "outputs": net.list_outputs(),
        "shapes": [list(s) for s in net.infer_shape(data=(2, 4))[0]],
        "attributes": net.attr_dict(),
    }
