"""From a tape, a Symbol, a HybridBlock or an Executor to the records of its graph."""

import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from .. import backend
from ..base import ArgumentError, MXNetError, printable
from ..core import infer, source
from ..core.attributes import parse_shape, to_string
from ..core.graph import Entry, Node, topological_order
from ..core.own import OwnOperator
from . import backward as backward_graph
from .records import Graph, NodeView, OutputView
from .tapes import Held, read_tape

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
    """Read the graph of an array, a Symbol, a HybridBlock or an Executor.

    Parameters
    ----------
    obj : NDArray that was computed under ``autograd.record()``, Symbol, HybridBlock, or Executor
    inputs : for a HybridBlock, an example input or a tuple of them: their shapes complete the graph's. Optional for a
        Block that has run, or whose parameters have known shapes. For a Symbol, a dict of shapes by variable name
    backward : whether to append the backward graph: the gradients of all variables that get one, as operators. Those
        of a tape of at most 2000 nodes have values: the reverse pass runs once more for them, and changes nothing
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
    from ..executor import Executor
    from ..ndarray import NDArray
    from ..symbol import Symbol

    if isinstance(obj, NDArray):
        heads, title, held = read_tape(obj, names or {})
        return _read(heads, title, "tape", held, backward, obj)
    if isinstance(obj, Symbol):
        shapes = {name: tuple(getattr(each, "shape", each)) for name, each in dict(inputs or {}).items()}
        return _of_symbol(obj, _symbol_title(obj), "symbol", shapes, {}, backward)
    if isinstance(obj, Executor):
        return _of_executor(obj, backward)
    if isinstance(obj, getattr(sys.modules.get("mxlearn.gluon.block"), "Block", ())):
        return _of_block(obj, inputs, backward)
    raise ArgumentError(
        f"graph: expected an NDArray, a Symbol, a HybridBlock or an Executor. Received: {type(obj).__name__}.\n"
        "  An array has a graph when it was computed inside `with autograd.record():`."
    )


# -- a Symbol or a Block -----------------------------------------------------------------------------------------------
def _of_symbol(
    symbol,
    title: str,
    origin: str,
    shapes: dict,
    values: dict,
    backward: bool,
    wanted: set[str] | None = None,
    outputs: Mapping[Entry, Any] | None = None,
) -> Graph:
    """Read a Symbol.

    Parameters
    ----------
    shapes, values : what is known beforehand by variable name; values are NDArrays
    wanted : names of the variables that get a gradient; None for the parameters
    outputs : NDArrays by entry, of a Symbol that has run
    """
    heads = list(symbol._entries)
    if not heads:
        raise ArgumentError("graph: this Symbol is empty.\n  Build it from mx.sym.var(...) and operators.")
    held = Held(None)
    auxiliary = symbol.list_auxiliary_states()
    parameters = {*auxiliary, *(values if origin == "block" else ())}
    for node in topological_order(node for node, _ in heads):
        if node.op is not None:
            continue
        is_parameter = node.name in parameters or (node.name or "").endswith(PARAMETER_ENDS)
        held.kinds[node] = "parameter" if is_parameter else "variable"
        held.gets_gradient[node] = is_parameter and node.name not in auxiliary
        shape = shapes.get(node.name)
        declared = (node.meta or {}).get("__shape__")
        if shape is None and declared is not None:
            shape = tuple(n or -1 for n in parse_shape(declared))
        if shape is not None:
            held.shapes[node, 0] = tuple(shape)
        value = values.get(node.name)
        if value is not None:
            held.context = str(value.context)
            held.note((node, 0), value._data)
    for entry, value in (outputs or {}).items():
        held.note(entry, value._data)
    if wanted is not None:
        held.gets_gradient = {node: node.name in wanted for node in held.gets_gradient}
    elif not any(held.gets_gradient.values()):
        held.gets_gradient = dict.fromkeys(held.gets_gradient, True)
    return _read(heads, title, origin, held, backward)


def _symbol_title(symbol) -> str:
    return f"Symbol {symbol.name!r}" if symbol.name else f"Group of {len(symbol.list_outputs())} outputs"


def _of_block(block, inputs, backward: bool) -> Graph:
    name = f"{type(block).__name__} {block.name!r}"
    drawn_at = None if source.note is None else source.note(2)
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
    for node in symbol._nodes():  # the line that draws the graph made nothing in it
        if node.op is None or node.source == drawn_at:
            node.source = None
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


def _of_executor(executor, backward: bool) -> Graph:
    """Read what an Executor computes: its Symbol, the arrays that are bound to it, and its last outputs."""
    symbol = executor._symbol
    values = {**executor.arg_dict, **executor.aux_dict}
    shapes = {name: array.shape for name, array in values.items()}
    wanted = {name for name, gradient in executor.grad_dict.items() if gradient is not None}
    ran = executor._predict is not None or executor._training is not None
    outputs = dict(zip(symbol._entries, executor.outputs, strict=True)) if ran else {}
    title = f"Executor of {_symbol_title(symbol)}"
    return _of_symbol(symbol, title, "executor", shapes, values, backward, wanted, outputs)


def _flat(outputs):
    for output in outputs:
        if isinstance(output, (list, tuple)):
            yield from _flat(output)
        else:
            yield output


# -- into records ------------------------------------------------------------------------------------------------------
def _read(heads: list, title: str, origin: str, held: Held, backward: bool, array: Any = None) -> Graph:
    """Return the records of a graph; ``array`` is the one whose tape it is, None for another kind of graph."""
    _give_names(topological_order(node for node, _ in heads))
    gradients: list[Entry] = []
    written: list[Node] = []
    if backward:
        wanted = [node for node, yes in held.gets_gradient.items() if yes]
        pairs, written = backward_graph.write(heads, wanted, held, array)
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
    head_nodes = {node for node, _ in heads}
    nodes = []
    for node in order:
        outputs = []
        visible = node.num_outputs if node.op is None else max(1, node.op.num_visible(node.attrs))
        for k in range(visible):
            shape, dtype, value = shapes.get((node, k)), dtypes.get((node, k)), held.values.get((node, k))
            outputs.append(_output(shape, dtype, held.context, value))
        is_head = node in head_nodes
        given = node.op.described if isinstance(node.op, OwnOperator) else node.attrs
        attributes = {key: to_string(value) for key, value in given.items()}
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
                source=held.lines.source(node.source),
            )
        )
    return Graph(printable(title), origin, tuple(nodes), tuple((number[node], k) for node, k in heads), bool(backward))


def _scopes(order: list[Node], held: Held) -> dict[Node, tuple[str, ...]]:
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


def _kind(node: Node, is_head: bool, held: Held) -> str:
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


def _infer(heads: list, order: list[Node], held: Held) -> tuple[dict, dict]:
    """Return shapes and dtypes by entry: those that are known, and what the operators' rules conclude from them."""
    from ..symbol.entries import dtype_of_flag

    shapes: dict = {entry: shape for entry, shape in held.shapes.items() if shape is not None}
    dtypes: dict = dict(held.dtypes)
    for node in order:
        if node.op is None and (node, 0) not in dtypes:
            dtypes[node, 0] = dtype_of_flag((node.meta or {}).get("__dtype__") or "float32")
    for known, rule, name in ((shapes, infer.infer_shapes, "shape_rule"), (dtypes, infer.infer_dtypes, "dtype_rule")):
        if held.saved:  # a tape has few gaps, and what stands before a gap is known
            _infer_gaps(order, rule, name, known)
        if all((node, 0) in known for node in order):
            continue
        ruled = all(node.op is None or getattr(node.op, name) is not None for node in order)
        if ruled and not any(entry is None for node in order for entry in node.inputs):
            try:
                found = rule(heads, {node: value for (node, k), value in known.items() if k == 0})
                for entry, value in found.items():
                    if value is not None and (entry[1] == 0 or entry not in known):
                        known[entry] = value
                continue
            except MXNetError:  # one operator objects: ask the others one by one
                pass
        _infer_gaps(order, rule, name, known)
    return shapes, dtypes


def _infer_gaps(order: list[Node], rule: Callable, name: str, known: dict) -> None:
    """Ask the rules of single nodes, once for equal questions, about outputs that are not known."""
    answers: dict[tuple, list] = {}
    for node in order:
        if (node, 0) in known or node.op is None or getattr(node.op, name) is None:
            continue
        inputs = tuple([known.get(entry) for entry in node.inputs])
        question = (node.op, repr(node.attrs), node.num_outputs, inputs)
        if question not in answers:
            answers[question] = _infer_one(node, rule, inputs)
        for k, answer in enumerate(answers[question]):
            if answer is not None:
                known.setdefault((node, k), answer)


def _infer_one(node: Node, rule: Callable, inputs: tuple) -> list:
    """Ask the rule of one node about its outputs; Nones where it cannot say."""
    sources = [Node(None, (), {}, f"input{k}") for k in range(len(inputs))]
    alone = Node(node.op, tuple((source, 0) for source in sources), node.attrs, node.name, node.num_outputs)
    given = {source: value for source, value in zip(sources, inputs, strict=True) if value is not None}
    try:
        found = rule([(alone, 0)], given)
    except MXNetError:
        return [None] * node.num_outputs
    return [found.get((alone, k)) for k in range(node.num_outputs)]


def _output(shape, dtype, context: str | None, value) -> OutputView:
    nbytes = None
    if shape is not None and dtype is not None and all(n >= 0 for n in shape):
        nbytes = infer.size_of(shape) * np.dtype(dtype).itemsize
    if value is not None:
        value = backend.to_numpy(value).view()
        value.flags.writeable = False
    return OutputView(shape, None if dtype is None else _name_of(np.dtype(dtype)), context, nbytes, value)


@lru_cache(maxsize=64)
def _name_of(dtype: np.dtype) -> str:
    return dtype.name
