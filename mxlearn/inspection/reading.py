"""From a tape, a Symbol or a HybridBlock to the records of its graph."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .. import backend
from ..base import ArgumentError, GradientError, MXNetError, printable
from ..core import infer
from ..core.attributes import parse_shape, to_string
from ..core.graph import Entry, Node, rebuild, topological_order
from ..core.operator import Like
from . import backward as backward_graph
from .records import Graph, NodeView, OutputView

LOSSES = frozenset(
    {
        "CTCLoss",
        "LinearRegressionOutput",
        "LogisticRegressionOutput",
        "MAERegressionOutput",
        "MakeLoss",
        "SVMOutput",
        "SoftmaxOutput",
        "softmax_cross_entropy",
    }
)
PARAMETER_ENDS = (
    "weight",
    "bias",
    "gamma",
    "beta",
    "alpha",
    "moving_mean",
    "moving_var",
    "running_mean",
    "running_var",
)


def graph(obj, inputs=None, *, backward: bool = False, names: Mapping[str, Any] | None = None) -> Graph:
    """Read the graph of an array, a Symbol or a HybridBlock.

    Parameters
    ----------
    obj : NDArray that was computed under ``autograd.record()``, Symbol, or HybridBlock
    inputs : for a HybridBlock, an example input or a tuple of them: their shapes complete the graph's. Optional for a
        Block that has run, or whose parameters have known shapes. For a Symbol, a dict of shapes by variable name
    backward : whether to append the backward graph: the gradients of all variables that get one, as operators
    names : what arrays on a tape are called, such as ``globals()``: those NDArrays lend their names, and their values,
        to the nodes that they stand for

    Returns
    -------
    Graph

    Raises
    ------
    GradientError
        If an array is on no tape, or its tape was freed by ``backward()``, or an operator has no gradient.
    ArgumentError
        If ``obj`` has no graph.

    Examples
    --------
    >>> import mxlearn as mx
    >>> x = mx.nd.array([1.0, 2.0])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = (x * x).sum()
    >>> [node.op for node in mx.inspection.graph(y).nodes]
    ['null', 'elemwise_mul', 'sum']
    """
    from ..ndarray import NDArray
    from ..symbol import Symbol

    if isinstance(obj, NDArray):
        return _of_tape(obj, backward, names or {})
    if isinstance(obj, Symbol):
        shapes = {name: tuple(getattr(each, "shape", each)) for name, each in dict(inputs or {}).items()}
        return _of_symbol(obj, _symbol_title(obj), "symbol", shapes, {}, backward)
    if isinstance(obj, getattr(sys.modules.get("mxlearn.gluon.block"), "Block", ())):
        return _of_block(obj, inputs, backward)
    raise ArgumentError(
        f"graph: expected an NDArray, a Symbol or a HybridBlock. Received: {type(obj).__name__}.\n"
        "  An array has a graph when it was computed inside `with autograd.record():`."
    )


# -- a tape ------------------------------------------------------------------------------------------------------------
def _of_tape(array, backward: bool, names: Mapping[str, Any]) -> Graph:
    entry = array._entry
    if entry is None:
        raise GradientError(
            f"graph: this array of shape {array.shape} is on no tape, so there is no graph behind it.\n"
            "  Call attach_grad() on an input, then compute the array inside `with autograd.record():`."
        )
    if entry[0].op is not None and not entry[0].inputs:
        raise GradientError(
            "graph: the tape of this array was freed by backward().\n"
            "  Draw it before backward(), or keep the tape with backward(retain_graph=True)."
        )
    held = _Held(str(array.context))
    for name, other in _arrays(names, type(array)):
        held.known.setdefault(other._entry or id(other._data), (name, other._data))
    heads = rebuild([entry], held.without_gaps)
    held.values[heads[0]] = array._data
    what = heads[0][0].name or "an array"
    return _read(heads, f"Tape of {what}, shape {array.shape}", "tape", held, backward)


def _arrays(names: Mapping[str, Any], array_type: type) -> Iterator[tuple[str, Any]]:
    """Return the arrays among ``names``, and those of the parameters of the Blocks among them."""
    block = getattr(sys.modules.get("mxlearn.gluon.block"), "Block", ())  # nobody has a Block where it is not loaded
    for name, other in names.items():
        if name.startswith("_"):
            continue
        if type(other) is array_type:
            yield name, other
        elif isinstance(other, block):
            for parameter in other.collect_params().values():
                try:
                    arrays = parameter.list_data()
                except MXNetError:  # not initialized: it cannot be on the tape
                    continue
                for each in arrays:
                    yield parameter.name, each


class _Held:
    """What a tape holds: raw values and shapes by entry of a copy of the tape in which constants are variables."""

    def __init__(self, context: str | None):
        self.context = context
        self.values: dict[tuple[Node, int], Any] = {}
        self.shapes: dict[tuple[Node, int], tuple] = {}
        self.dtypes: dict[tuple[Node, int], Any] = {}
        self.kept: dict[Node, list] = {}
        self.kinds: dict[Node, str] = {}
        self.gets_gradient: dict[Node, bool] = {}
        self.constants: dict[int, Node] = {}
        self.known: dict[
            Any, tuple[str, Any]
        ] = {}  # (name, raw value) by entry of the tape, or by id of a raw constant

    def without_gaps(self, node: Node, inputs: tuple):
        """Return a copy of a node of the tape, with a variable for each input that is a constant."""
        name = node.name or (self.known.get((node, 0), (None,))[0] if node.num_outputs == 1 else None)
        if node.op is None:
            leaf = Node(None, (), {}, name, scope=node.scope)
            self._note((leaf, 0), self.known.get((node, 0), (None, None))[1])
            gradient = getattr(node, "grad", None)
            self.kinds[leaf] = "parameter" if node.name else "variable"
            self.gets_gradient[leaf] = getattr(node, "grad_req", "write") != "null"
            if gradient is not None:
                self._shape((leaf, 0), gradient)
            return leaf
        if hasattr(node.op, "cached"):
            return self._inlined(node, inputs)
        rule = node.op.rule
        saved = node.saved or ()
        sources = getattr(rule, "kept", ())  # a custom Function has a rule of its own kind
        known: dict[Any, Any] = dict(zip(sources, saved, strict=False))
        names = node.op.input_names(node.attrs, len(inputs))
        filled = []
        for k, entry in enumerate(inputs):
            value = known.get(k)
            if value is None and "inputs" in known:
                value = known["inputs"][k]
            if entry is None and (value is not None or node.op.variadic or node.op.inputs[k] not in node.op.optional):
                entry = (self._constant(names[k] if k < len(names) else f"input{k}", value, node.scope), 0)
            if entry is not None:
                self._note(entry, value)
            filled.append(entry)
        while filled and filled[-1] is None:
            filled.pop()
        copy = Node(node.op, tuple(filled), node.attrs, name, node.num_outputs, (), node.scope)
        for k in range(node.num_outputs):
            self._note((copy, k), self.known.get((node, k), (None, None))[1])
        for source, value in known.items():
            if source == "outs":
                for k, each in enumerate(value):
                    self._note((copy, k), each)
            elif isinstance(source, int) and source < 0:
                self._note((copy, ~source), value)
        if node.num_outputs > 1 and saved and type(saved[-1]) is tuple:
            for k, like in enumerate(saved[-1]):
                self._note((copy, k), like)
        self.kept[copy] = [
            value
            for group in saved
            for value in (group if type(group) is tuple else (group,))
            if value is not None and not isinstance(value, Like)
        ]
        return copy

    def _inlined(self, node: Node, inputs: tuple):
        """Return the entries that a hybridized Block computed, over copies of the nodes of its own graph."""
        cached, scope = node.op.cached, tuple(node.scope[:-1])
        residuals, values = node.saved[1:3] if node.saved else ((), [None] * len(inputs))
        names = node.op.input_names({})
        given = []
        for entry, name, value in zip(inputs, names, values, strict=True):
            entry = (self._constant(name, value, node.scope), 0) if entry is None else entry
            if entry[0].op is None and entry[0].name is None:
                entry[0].name = name
            self._note(entry, value)
            given.append(entry)
        replacement = dict(zip(names, given, strict=True))

        def copy(inner: Node, entries: tuple):
            if inner.op is None:
                return (replacement[str(inner.name)],)
            return Node(inner.op, entries, inner.attrs, inner.name, inner.num_outputs, (), (*scope, *inner.scope))

        heads = rebuild(cached.symbol._entries, copy)
        self.kept[heads[0][0]] = [raw for raw in (*residuals, *values) if raw is not None and not isinstance(raw, Like)]
        for k, head in enumerate(heads):
            self._note(head, self.known.get((node, k), (None, None))[1])
        return tuple(heads)

    def _constant(self, name: str, value, scope) -> Node:
        if value is not None and not isinstance(value, Like):
            if id(value) not in self.constants:
                self.constants[id(value)] = Node(None, (), {}, self.known.get(id(value), (name,))[0])
            node = self.constants[id(value)]
        else:
            node = Node(None, (), {}, name, scope=scope)
        self.kinds[node] = "constant"
        self.gets_gradient[node] = False
        return node

    def _note(self, entry, value) -> None:
        if value is None:
            return
        self._shape(entry, value)
        if not isinstance(value, Like):
            self.values[entry] = value

    def _shape(self, entry, value) -> None:
        self.shapes[entry] = tuple(value.shape)
        self.dtypes[entry] = np.dtype(value.dtype)


# -- a Symbol or a Block -----------------------------------------------------------------------------------------------
def _of_symbol(symbol, title: str, origin: str, shapes: dict, values: dict, backward: bool) -> Graph:
    """Read a Symbol; ``shapes`` and ``values`` (NDArrays) are known beforehand, by variable name."""
    heads = list(symbol._entries)
    if not heads:
        raise ArgumentError("graph: this Symbol is empty.\n  Build it from mx.sym.var(...) and operators.")
    held = _Held(None)
    parameters = {*values, *symbol.list_auxiliary_states()}
    for node in topological_order(node for node, _ in heads):
        if node.op is not None:
            continue
        is_parameter = node.name in parameters or (node.name or "").endswith(PARAMETER_ENDS)
        held.kinds[node] = "parameter" if is_parameter else "variable"
        held.gets_gradient[node] = is_parameter and node.name not in symbol.list_auxiliary_states()
        shape = shapes.get(node.name)
        declared = (node.meta or {}).get("__shape__")
        if shape is None and declared is not None:
            shape = tuple(n or -1 for n in parse_shape(declared))
        if shape is not None:
            held.shapes[node, 0] = tuple(shape)
        value = values.get(node.name)
        if value is not None:
            held.context = str(value.context)
            held._note((node, 0), value._data)
    if not any(held.gets_gradient.values()):
        held.gets_gradient = dict.fromkeys(held.gets_gradient, True)
    return _read(heads, title, origin, held, backward)


def _symbol_title(symbol) -> str:
    return f"Symbol {symbol.name!r}" if symbol.name else f"Group of {len(symbol.list_outputs())} outputs"


def _of_block(block, inputs, backward: bool) -> Graph:
    name = f"{type(block).__name__} {block.name!r}"
    if not callable(getattr(block, "hybrid_forward", None)):
        raise ArgumentError(
            f"graph: {name} is a plain Block, whose forward is ordinary Python and has no graph of its own.\n"
            "  Run it inside `with autograd.record():` and draw the output, or write it as a HybridBlock."
        )
    from ..symbol import Group, Symbol, var

    examples = () if inputs is None else tuple(inputs) if isinstance(inputs, (list, tuple)) else (inputs,)
    names = ["data"] if len(examples) < 2 else [f"data{k}" for k in range(len(examples))]
    try:
        outputs = block(*[var(each) for each in names])
    except Exception as error:  # hybrid_forward is the user's code
        raise ArgumentError(
            f"graph: {name} could not be traced with {len(names)} Symbol{'s' * (len(names) > 1)} as input:"
            f" {type(error).__name__}: {error}\n"
            "  Pass one example for each input, as in graph(net, (x1, x2)). In hybrid_forward use operators of F alone:"
            " a Symbol has no .shape and no numbers."
        ) from error
    symbol = outputs if isinstance(outputs, Symbol) else Group(list(_flat(outputs)))
    shapes = dict(zip(names, (each.shape for each in examples), strict=False))
    values = {}
    for parameter in block.collect_params().values():
        if parameter.shape is not None:
            shapes[parameter.name] = tuple(n or -1 for n in parameter.shape)  # gluon writes 0 for an unknown dimension
        try:
            values[parameter.name] = parameter.data()
        except (
            MXNetError
        ):  # not initialized, or deferred: its shape comes from the example input, its value from nowhere
            values[parameter.name] = None
    return _of_symbol(symbol, name, "block", shapes, values, backward)


def _flat(outputs):
    for output in outputs:
        if isinstance(output, (list, tuple)):
            yield from _flat(output)
        else:
            yield output


# -- into records ------------------------------------------------------------------------------------------------------
def _read(heads: list, title: str, origin: str, held: _Held, backward: bool) -> Graph:
    _give_names(topological_order(node for node, _ in heads))
    gradients: list[Entry] = []
    written: list[Node] = []
    if backward:
        pairs, written = backward_graph.write(heads, [node for node, yes in held.gets_gradient.items() if yes])
        for variable, entry in pairs:
            gradients.append(entry)
            if (variable, 0) in held.shapes:
                held.shapes.setdefault(entry, held.shapes[variable, 0])
    order = topological_order(node for node, _ in [*heads, *gradients])
    scopes = _scopes(order, held)
    shapes, dtypes = _infer([*heads, *gradients], order, held)
    number = {node: k for k, node in enumerate(order)}
    new = set(written)
    memory: dict[int, int] = {}
    nodes = []
    for node in order:
        outputs = []
        visible = node.num_outputs if node.op is None else max(1, node.op.num_visible(node.attrs))
        for k in range(visible):
            shape, dtype, value = shapes.get((node, k)), dtypes.get((node, k)), held.values.get((node, k))
            outputs.append(_output(shape, dtype, held.context, value))
        is_head = any(node is head for head, _ in heads)
        attributes = {key: to_string(value) for key, value in node.attrs.items()}
        attributes.update((key, str(value)) for key, value in (node.meta or {}).items())
        kept = tuple((memory.setdefault(id(raw), len(memory)), int(raw.nbytes)) for raw in held.kept.get(node, ()))
        nodes.append(
            NodeView(
                id=number[node],
                name=printable(node.name or ""),
                op="null" if node.op is None else node.op.name,
                kind="gradient" if node in new else _kind(node, is_head, held),
                inputs=tuple((number[entry[0]], entry[1]) for entry in node.inputs if entry is not None),
                outputs=tuple(outputs),
                scope=tuple(map(printable, scopes[node])),
                attributes={printable(key): printable(value) for key, value in attributes.items()},
                kept=kept,
                differentiates=number.get(node.forward) if node in new and node.forward is not None else None,
            )
        )
    return Graph(printable(title), origin, tuple(nodes), tuple((number[node], k) for node, k in heads), bool(backward))


def _scopes(order: list[Node], held: _Held) -> dict[Node, tuple[str, ...]]:
    """Return the Block path of each node; a parameter stands in the innermost Block around all that read it."""
    scopes = {node: tuple(node.scope) for node in order}
    around: dict[Node, tuple[str, ...]] = {}
    for node in order:
        for entry in node.inputs if node.forward is None else ():
            if entry is not None and held.kinds.get(entry[0]) == "parameter":
                before = around.get(entry[0], scopes[node])
                common = 0
                while common < min(len(before), len(scopes[node])) and before[common] == scopes[node][common]:
                    common += 1
                around[entry[0]] = before[:common]
    return {**scopes, **around}  # a parameter's variable is made once, inside whichever Block asked first


def _kind(node: Node, is_head: bool, held: _Held) -> str:
    if node.op is None:
        return held.kinds.get(node, "variable")
    if node.op.name in LOSSES:
        return "loss"
    around = node.scope[-1].rpartition("_")[2] if node.scope else ""
    return "loss" if is_head and "loss" in f"{around} {node.name}".lower() else "operator"


def _give_names(nodes: list[Node]) -> None:
    """Name the nodes of a tape, which nobody named, by their operator and a count."""
    counts: dict[str, int] = {}
    for node in nodes:
        if node.name is None:
            stem = "var" if node.op is None else node.op.name.lstrip("_").lower()
            node.name = f"{stem}{counts.get(stem, 0)}"
            counts[stem] = counts.get(stem, 0) + 1


def _infer(heads: list, order: list[Node], held: _Held) -> tuple[dict, dict]:
    """Return shapes and dtypes by entry: those that are known, and what the operators' rules conclude from them."""
    from ..symbol.symbol import dtype_of_flag

    shapes: dict = {entry: shape for entry, shape in held.shapes.items() if shape is not None}
    dtypes: dict = dict(held.dtypes)
    for node in order:
        if node.op is None:
            dtypes.setdefault((node, 0), dtype_of_flag((node.meta or {}).get("__dtype__") or "float32"))
    for known, rule in ((shapes, infer.infer_shapes), (dtypes, infer.infer_dtypes)):
        complete = not any(entry is None for node in order for entry in node.inputs)
        if complete:
            try:
                found = rule(heads, {node: value for (node, k), value in known.items() if k == 0})
                for entry, value in found.items():
                    if value is not None and (entry[1] == 0 or entry not in known):
                        known[entry] = value
                continue
            except MXNetError:  # one operator objects or has no rule: ask the others one by one
                pass
        for node in order:
            if node.op is not None and (node, 0) not in known:
                _infer_one(node, rule, known)
    return shapes, dtypes


def _infer_one(node: Node, rule, known: dict) -> None:
    """Ask the rule of one node about its outputs; leave them unknown where it cannot say."""
    sources = [Node(None, (), {}, f"input{k}") for k in range(len(node.inputs))]
    alone = Node(node.op, tuple((source, 0) for source in sources), node.attrs, node.name, node.num_outputs)
    given = {source: known.get(entry) for source, entry in zip(sources, node.inputs, strict=True) if entry in known}
    try:
        found = rule([(alone, 0)], given)
    except MXNetError:
        return
    for k in range(node.num_outputs):
        if found.get((alone, k)) is not None:
            known.setdefault((node, k), found[alone, k])


def _output(shape, dtype, context: str | None, value) -> OutputView:
    nbytes = None
    if shape is not None and dtype is not None and all(n >= 0 for n in shape):
        nbytes = infer.size_of(shape) * np.dtype(dtype).itemsize
    if value is not None:
        value = backend.to_numpy(value).view()
        value.flags.writeable = False
    return OutputView(shape, None if dtype is None else np.dtype(dtype).name, context, nbytes, value)
