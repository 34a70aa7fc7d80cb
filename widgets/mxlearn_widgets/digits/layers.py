"""Which layers a network has, found by sending a Symbol through it: each with its operator, inputs and parameters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, nearest
from mxlearn.inspection.blocks import leaves, quiet

ACTIVATIONS = {"Activation", "LeakyReLU", "relu", "sigmoid", "softsign", "tanh", "hard_sigmoid", "clip", "erf"}
EXPLAINED = {"Convolution", "FullyConnected", "Pooling"}  # operators whose arithmetic is shown term by term


@dataclass(frozen=True)
class Layer:
    """One layer, as far as it is known before it runs.

    Attributes
    ----------
    name : of the Block without the name of the network, or of the operator
    kind : class of the Block, or name of the operator
    operator : the operator whose arithmetic is shown, one of EXPLAINED, or ""
    attributes : of that operator, as text
    weight, bias : names of its parameters, "" for none
    activation : name of the function behind it, "" for none
    reads : name of the layer whose output it reads, "image", or "" where that is none of the layers
    """

    name: str
    kind: str
    operator: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    weight: str = ""
    bias: str = ""
    activation: str = ""
    reads: str = ""


@dataclass(frozen=True)
class Traced:
    """A layer, and the Symbols of its output, of what its activation reads, and of what its operator reads."""

    layer: Layer
    out: "mx.sym.Symbol"
    before: "mx.sym.Symbol | None"
    data: "mx.sym.Symbol | None"


def of_block(net, wanted: Sequence | None = None):
    """Send a Symbol through a Block; return (output Symbol, list of Traced in the order in which they run).

    Parameters
    ----------
    net : Block
    wanted : Blocks or names of Blocks of the net; None for all its leaves

    Raises
    ------
    Exception
        Whatever the Block raises that is no program of operators alone.
    """
    chosen = choose(net, wanted)
    calls: list[tuple] = []
    with quiet(net), mx.name.NameManager():
        for block in chosen:
            block.register_forward_hook(lambda block, inputs, out: calls.append((block, inputs, out)))
        out = net(mx.sym.var("data"))
    if not isinstance(out, mx.sym.Symbol):
        raise ArgumentError(f"digit_pad: {net.name} returns {type(out).__name__}, expected one row of numbers.")
    if wanted is None and [block for block, _, _ in calls] == [net]:  # it has no layers inside: show its operators
        return out, of_symbol(out)
    found = [(local_name(net, block), type(block).__name__, symbol) for block, _, symbol in calls]
    return out, _described([each for each in found if isinstance(each[2], mx.sym.Symbol) and len(each[2]) == 1])


def of_symbol(symbol, wanted: Sequence | None = None, data: str = "data") -> list[Traced]:
    """Return the operators of a Symbol as layers, in the order in which they run."""
    found = []
    for each in symbol.get_internals():
        op, name, _ = head(each)
        if op != "null" and each.list_outputs()[0] in (f"{name}_output", f"{name}_output0"):
            found.append((name, op, each))
    if wanted is not None:
        names = [name for name, _, _ in found]
        asked = [str(each).removesuffix("_output") for each in wanted]
        _check(asked, names)
        found = [each for each in found if each[0] in asked]
    return _described(found, data)


def choose(net, wanted: Sequence | None) -> list:
    """Return the Blocks of a net that are to be shown.

    Raises
    ------
    ArgumentError
        If a name or a Block is not in the net.
    """
    if wanted is None:
        return leaves(net)
    inside: dict[str, object] = {}

    def collect(block) -> None:
        inside.setdefault(local_name(net, block), block)

    net.apply(collect)
    chosen = []
    for each in wanted:
        if isinstance(each, str):
            name = each if each in inside else each.removeprefix(f"{net.name}_")
            _check([name], list(inside))
            chosen.append(inside[name])
        elif any(each is block for block in inside.values()):
            chosen.append(each)
        else:
            what = getattr(each, "name", type(each).__name__)
            raise ArgumentError(f"digit_pad: {what!r} is no layer of {net.name!r}.\n  It has: {', '.join(inside)}.")
    return chosen


def local_name(net, block) -> str:
    """Return the name of a Block without that of the network around it."""
    return block.name if block is net else block.name.removeprefix(f"{net.name}_")


def head(symbol) -> tuple[str, str, dict[str, str]]:
    """Return (operator, name, attributes) of the node whose output a Symbol is; a variable has the operator "null"."""
    content = json.loads(symbol.tojson())
    node = content["nodes"][content["heads"][0][0]]
    return node["op"], node["name"], node.get("attrs", {})


def _check(asked: Sequence[str], names: Sequence[str]) -> None:
    unknown = next((name for name in asked if name not in names), None)
    if unknown is not None:
        raise ArgumentError(
            f"digit_pad: there is no layer {unknown!r}.{nearest(unknown, names)}\n  There are: {', '.join(names)}."
        )


def _described(found: list[tuple], data: str = "data") -> list[Traced]:
    traced: list[Traced] = []
    outputs = {data: "image"}  # name of an output: name of the layer that it comes from
    taken: dict[str, int] = {}
    for name, kind, out in found:
        taken[name] = taken.get(name, 0) + 1
        name = name if taken[name] == 1 else f"{name} ({taken[name]})"  # a layer that is used again
        traced.append(_describe(name, kind, out, outputs))
        outputs[out.list_outputs()[0]] = name
    return traced


def _describe(name: str, kind: str, out, outputs: dict[str, str]) -> Traced:
    main, (op, _, attributes) = out, head(out)
    activation = ""
    if op in ACTIVATIONS:
        inner = out.get_children()[0]
        if head(inner)[0] in EXPLAINED and inner.list_outputs()[0] not in outputs:
            activation = attributes.get("act_type", op)
            main, (op, _, attributes) = inner, head(inner)
    children = main.get_children()
    data = children[0] if children is not None and op != "null" else None
    reads = outputs.get(data.list_outputs()[0], "") if data is not None else ""
    parameters = list(children.list_outputs())[1:] if children is not None else []
    if op not in EXPLAINED:
        return Traced(Layer(name, kind, reads=reads), out, None, data)
    weight, bias = [*parameters, "", ""][:2]
    layer = Layer(name, kind, op, attributes, weight, bias, activation, reads)
    return Traced(layer, out, main if activation else None, data)


def check_ready(net) -> None:
    """Raise an error that says what to do where a Block's parameters have no values."""
    for parameter in net.collect_params().values():
        try:
            parameter.list_data()
        except mx.gluon.parameter.DeferredInitializationError:
            raise ArgumentError(
                f"digit_pad: {net.name!r} has seen no data, so the shape of {parameter.name!r} is not known.\n"
                "  Run it on a batch of your images once, or train it, and make the pad again."
            ) from None
        except MXNetError:
            raise ArgumentError(
                f"digit_pad: {net.name!r} has no parameters yet: {parameter.name!r} was not initialized.\n"
                "  Call net.initialize(mx.init.Xavier()), and train it: a random network reads nothing."
            ) from None
