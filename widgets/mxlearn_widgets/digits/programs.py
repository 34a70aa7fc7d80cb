"""Ways to run a network and keep what its layers computed, without changing it: as a program of its own, or hooked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

import mxlearn as mx
from mxlearn import autograd, nd
from mxlearn.cached_op import CachedOp
from mxlearn.inspection.blocks import quiet

from . import layers as find
from .layers import Layer, Traced, head

SOFTMAX = {"softmax", "SoftmaxActivation", "SoftmaxOutput", "Softmax", "log_softmax"}


@dataclass(frozen=True)
class Seen:
    """What one layer computed for one image; arrays without the axis of the batch, float32.

    Attributes
    ----------
    layer : the layer
    out : its output
    before : what its activation function read, None where it has none
    data : what its operator read, None where that is not known
    weight, bias : its parameters, None where it has none
    """

    layer: Layer
    out: np.ndarray
    before: np.ndarray | None = None
    data: np.ndarray | None = None
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None


class Program:
    """A network that is a graph of operators: compiled anew, beside the network's own programs, on its parameters.

    Parameters
    ----------
    out : output Symbol
    traced : the layers to keep
    parameters : gives arrays by name; asked before each run, because training replaces them
    data : name of the input
    """

    def __init__(self, out, traced: Sequence[Traced], parameters: Callable[[], dict], data: str = "data"):
        self.layers = [each.layer for each in traced]
        self._parameters, self._data = parameters, data
        self.ends_in = head(out)[0] if head(out)[0] in SOFTMAX else ""
        scores = out.get_children()[0] if self.ends_in else out
        self._answer = CachedOp(mx.sym.Group([out, scores]))
        self._scores = CachedOp(mx.sym.Group([scores]))
        entries, self._places = [out, scores], []
        for each in traced:
            places = []
            for symbol in (each.out, each.before, each.data):
                places.append(None if symbol is None else len(entries))
                if symbol is not None:
                    entries.append(symbol)
            self._places.append(places)
        self._inside = CachedOp(mx.sym.Group(entries))

    def answer(self, x):
        """Return (output, scores), NDArrays: the output of the network, and what its softmax reads."""
        return self._run(self._answer, x)

    def scores(self, x):
        """Return the scores alone: a loss beside them would add its own gradient to theirs."""
        return self._run(self._scores, x)[0]

    def inside(self, x) -> tuple[list, list[Seen]]:
        """Return ([output, scores], what each layer computed) for a batch of one image."""
        arrays = self._parameters()
        results = self._run(self._inside, x, arrays)
        seen = []
        for layer, places in zip(self.layers, self._places, strict=True):
            before, data = (None if k is None else _plain(results[k]) for k in places[1:])
            weight, bias = (_values(arrays[name]) if name in arrays else None for name in (layer.weight, layer.bias))
            seen.append(Seen(layer, _plain(results[places[0]]), before, data, weight, bias))
        return results[:2], seen

    def _run(self, op, x, arrays: dict | None = None) -> list:
        arrays = self._parameters() if arrays is None else arrays
        names = op.symbol.list_inputs()
        values = {name: arrays[name] for name in names if name in arrays}
        values[self._data] = x
        absent = [name for name in names if name not in values]  # labels, which a loss asks for
        if absent:
            shapes, _, _ = op.symbol.infer_shape(**{name: value.shape for name, value in values.items()})
            known = dict(zip(op.symbol.list_arguments(), shapes, strict=True))
            values.update({name: nd.zeros(known[name], ctx=x.context) for name in absent})
        results = op(*[values[name] for name in names])
        return results if isinstance(results, list) else [results]


class Hooked:
    """A network whose forward is Python: run as it is, with hooks on its layers that are taken away again.

    Parameters
    ----------
    net : Block, or a function from images to scores
    wanted : Blocks or names; None for all its leaves
    parameters : gives arrays by name
    """

    ends_in = ""

    def __init__(self, net, wanted: Sequence | None, parameters: Callable[[], dict]):
        self._net, self._parameters = net, parameters
        self._is_block = isinstance(net, mx.gluon.Block)
        self._blocks = [b for b in find.choose(net, wanted) if b is not net] if self._is_block else []
        self._programs: dict[int, Program | None] = {}

    def answer(self, x):
        """Return (output, output), NDArrays."""
        if not self._is_block:
            out = self._net(x)
        else:
            with quiet(self._net):
                out = self._net(x)
        return out, out

    def scores(self, x):
        """Return the output."""
        return self.answer(x)[0]

    def inside(self, x) -> tuple[list, list[Seen]]:
        """Return ([output, output], what each layer computed) for a batch of one image."""
        if not self._is_block:
            return list(self.answer(x)), []
        calls: list[tuple] = []
        with quiet(self._net):
            for block in self._blocks:
                block.register_forward_hook(lambda block, inputs, out: calls.append((block, inputs, out)))
            result = self._net(x)
        seen, taken = [], {}
        for block, inputs, out in calls:
            if not isinstance(out, nd.NDArray):
                continue
            name = find.local_name(self._net, block)
            taken[name] = taken.get(name, 0) + 1
            name = name if taken[name] == 1 else f"{name} ({taken[name]})"
            seen.append(self._look(block, name, inputs, out))
        return [result, result], seen

    def _look(self, block, name: str, inputs, out) -> Seen:
        """Return what a layer computed; its arithmetic is known where it is a graph of operators."""
        if id(block) not in self._programs:
            self._programs[id(block)] = self._trace(block)
        program = self._programs[id(block)]
        layer = Layer(name, type(block).__name__)
        if program is None or len(inputs) != 1 or not isinstance(inputs[0], nd.NDArray):
            return Seen(layer, _plain(out))
        [inner] = program.inside(inputs[0])[1]
        known = inner.layer
        layer = Layer(
            name, layer.kind, known.operator, known.attributes, known.weight, known.bias, known.activation
        )
        return Seen(layer, _plain(out), inner.before, inner.data, inner.weight, inner.bias)

    def _trace(self, block) -> Program | None:
        try:
            out, traced = find.of_block(block, [block])
        except Exception:  # the reader's own Python: its output is shown, its arithmetic is not known
            return None
        return Program(out, traced, self._parameters) if len(traced) == 1 else None


def of_block(net, wanted: Sequence | None) -> Program | Hooked:
    """Return a way to run a Block, or a function."""

    def parameters() -> dict:
        return {} if ctx is None else {p.name: p.data(ctx).detach() for p in net.collect_params().values()}

    if not isinstance(net, mx.gluon.Block):
        return Hooked(net, wanted, dict)
    ctx = context_of(net)
    find.choose(net, wanted)  # raises where a name is wrong: no trace can mend that
    try:
        with autograd.pause(train_mode=False):
            out, traced = find.of_block(net, wanted)
        return Program(out, traced, parameters)
    except Exception:  # its forward is no program of operators alone: it reads shapes, branches, or uses mx.nd
        return Hooked(net, wanted, parameters)


def of_module(module, wanted: Sequence | None) -> Program:
    """Return a way to run a Module that is bound and has parameters."""
    [data] = module.data_names

    def parameters() -> dict:
        arguments, auxiliary = module.get_params()
        return {**arguments, **auxiliary}

    return Program(module.symbol, find.of_symbol(module.symbol, wanted, data), parameters, data)


def context_of(net):
    """Return the context of a Block's parameters, the first one where they are on several, None without parameters."""
    contexts = [ctx for p in net.collect_params().values() for ctx in p.list_ctx()]
    return contexts[0] if contexts else None


def _values(array) -> np.ndarray:
    """Return a copy of an array as float32 NumPy."""
    return array.asnumpy().astype(np.float32, copy=False)


def _plain(array) -> np.ndarray:
    """Return a copy of an array as float32 NumPy, without the axis of a batch of one."""
    values = _values(array)
    return values[0] if values.ndim else values
