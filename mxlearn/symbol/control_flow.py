"""Loops and branches in a graph: ``mx.sym.contrib.foreach``, ``while_loop`` and ``cond``.

The user's function runs once, on placeholders. What it makes is marked with the attribute ``__subgraph_name__``; every
value from outside of it that it reads becomes an input of the node, under its own name.
"""
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..attribute import AttrScope
from ..base import ArgumentError
from ..core import source
from ..core.graph import Entry, Node, rebuild, with_inputs
from ..core.nesting import flatten, limit, pair, regroup
from ..core.operator import find
from ..core.own import OwnOperator, Subgraph
from ..core.state import STATE
from ..name import NameManager, Prefix, _stack
from ..ops.loops import Cond, ForEach, WhileLoop
from .entries import output_name
from .making import create
from .symbol import Symbol

__all__ = ["cond", "foreach", "while_loop"]

_MARK = "__subgraph_name__"


def foreach(body: Callable, data, init_states, name: str = "foreach") -> tuple[Any, Any]:
    """Run a function for each element along the first axis of the data, handing states from step to step.

    Parameters
    ----------
    body : callable(data[t], states) -> (outputs, new states), called once, with symbols
    data : Symbol or (nested) list of Symbol; the body must use each of them
    init_states : Symbol or (nested) list of Symbol, the states before the first step
    name : of the subgraph

    Returns
    -------
    outputs : what the steps return, stacked along a new first axis
    states : after the last step

    Examples
    --------
    >>> x, s = mx.sym.Variable("x"), mx.sym.Variable("s")
    >>> outputs, total = mx.sym.contrib.foreach(lambda x, s: (s + x, s + x), x, s)
    >>> outputs.eval(x=mx.nd.array([1, 2, 3]), s=mx.nd.zeros(1))[0].asnumpy().tolist()
    [[1.0], [3.0], [6.0]]

    References: MXNet 1.9.1 function mxnet.symbol.contrib.foreach.
    """
    arrays, data_structure = flatten(data, Symbol, "foreach: the data")
    before, state_structure = flatten(init_states, Symbol, "foreach: the states")
    with _Scope(name) as mark:
        slices, states = _placeholders(arrays), _placeholders(before)
        returned = body(regroup(slices, data_structure), regroup(states, state_structure))
        outputs, after = pair(returned, "foreach: the body")
        outs, out_structure = flatten(outputs, Symbol, "foreach: an output of the body")
        news, new_structure = flatten(after, Symbol, "foreach: a state that the body returns")
        if new_structure != state_structure:
            raise ArgumentError(
                "foreach: the body must return states of the structure that it takes:"
                f" {state_structure!r}. Received: {new_structure!r}"
            )
        heads = _heads([*outs, *news], mark)
    graph, outside = _cut(heads, mark, merge=True)
    data_locs = _locations(graph, slices, "foreach: the data arrays have to be used in the loop body")
    state_locs = _locations(graph, states, "foreach: the states have to be used in the loop body")
    taken = {*data_locs, *state_locs}
    remain = [i for i in range(len(graph.inputs)) if i not in taken]
    scalars = any(symbol._result_class is not Symbol for symbol in arrays)
    op = ForEach(graph, data_locs, state_locs, remain, len(outs), scalars=scalars)
    entries = [symbol._entry for symbol in [*arrays, *before]] + [outside[graph.inputs[i]] for i in remain]
    results = _node(op, entries, "_foreach", [*arrays, *before])
    return regroup(results[: len(outs)], out_structure), regroup(results[len(outs) :], state_structure)


def while_loop(
    cond: Callable, func: Callable, loop_vars, max_iterations: int | None = None, name: str = "while_loop"
) -> tuple[Any, Any]:
    """Run a function on loop variables as long as a condition on them holds.

    Parameters
    ----------
    cond : callable(*loop_vars) -> Symbol of one element
    func : callable(*loop_vars) -> (outputs, new loop variables); both are called once, with symbols
    loop_vars : Symbol or list of Symbol; func must use each of them
    max_iterations : the loop ends after so many steps in any case; the first extent of the outputs
    name : of the subgraphs

    Returns
    -------
    outputs : what the steps return, stacked along a new first axis, zeros after the last step
    loop_vars : after the last step

    Examples
    --------
    >>> i = mx.sym.Variable("i")
    >>> outputs, last = mx.sym.contrib.while_loop(lambda i: i < 3, lambda i: (i * 10, i + 1), i, max_iterations=4)
    >>> outputs.eval(i=mx.nd.array([0]))[0].asnumpy().tolist()
    [[0.0], [10.0], [20.0], [0.0]]

    References: MXNet 1.9.1 function mxnet.symbol.contrib.while_loop.
    """
    steps_allowed = limit(max_iterations)
    single = isinstance(loop_vars, Symbol)
    variables, _ = flatten(loop_vars, Symbol, "while_loop: loop_vars")
    if not variables:
        raise ArgumentError("while_loop: loop_vars should contain at least one element")
    with _Scope(f"{name}_cond") as cond_mark:
        in_cond = _placeholders(variables)
        decision = cond(*in_cond)
        if not isinstance(decision, Symbol):
            raise ArgumentError(f"while_loop: Return of cond must be a Symbol. Received: {type(decision).__name__}")
        heads = _heads([decision], cond_mark)
    condition, cond_outside = _cut(heads, cond_mark)
    with _Scope(f"{name}_func") as mark:
        in_func = _placeholders(variables)
        outputs, after = pair(func(*in_func), "while_loop: func")
        outs, out_structure = flatten([] if outputs is None else outputs, Symbol, "while_loop: an output of func")
        news, _ = flatten(after, Symbol, "while_loop: a loop variable that func returns")
        if len(news) != len(variables):
            raise ArgumentError(
                "while_loop: The number of loop_vars should be consistent during the loop:"
                f" func took {len(variables)} and returned {len(news)}"
            )
        heads = _heads([*outs, *news], mark)
    graph, outside = _cut(heads, mark)
    var_locs = _locations(graph, in_func, "while_loop: each of loop_vars has to be used in func")
    entries = [symbol._entry for symbol in variables]
    position: dict[str, int] = {}
    cond_locs = _place(condition, in_cond, cond_outside, entries, position)
    func_locs = _place(graph, in_func, outside, entries, position)
    op = WhileLoop(condition, graph, cond_locs, func_locs, var_locs, steps_allowed, len(outs))
    results = _node(op, entries, "_while_loop", variables)
    finals = results[len(outs) :]
    return regroup(results[: len(outs)], out_structure), finals[0] if single else finals


def cond(pred: Symbol, then_func: Callable, else_func: Callable, name: str = "cond") -> Any:
    """Compute one of two branches, as a predicate says.

    Parameters
    ----------
    pred : Symbol of one element
    then_func, else_func : callable() -> Symbol or list of Symbol; both are called once, and must return outputs of the
        same number and shapes
    name : of the subgraphs

    Examples
    --------
    >>> x = mx.sym.Variable("x")
    >>> y = mx.sym.contrib.cond(x > 2, lambda: x * 10, lambda: -x)
    >>> y.eval(x=mx.nd.array([3]))[0].item(), y.eval(x=mx.nd.array([1]))[0].item()
    (30.0, -1.0)

    References: MXNet 1.9.1 function mxnet.symbol.contrib.cond.
    """
    if not isinstance(pred, Symbol):
        raise ArgumentError(f"cond: the predicate must be a Symbol. Received: {type(pred).__name__}")
    graphs, outsides, structures = [], [], []
    for part, function in (("pred", lambda: pred), ("then", then_func), ("else", else_func)):
        with _Scope(f"{name}_{part}") as mark:
            outs, structure = flatten(function(), Symbol, f"cond: what {part}_func returns")
            heads = _heads(outs, mark)
        graph, outside = _cut(heads, mark)
        graphs.append(graph)
        outsides.append(outside)
        structures.append(structure)
    if len(graphs[1].heads) != len(graphs[2].heads):
        raise ArgumentError("cond: Number of outputs differs between then-branch and else-branch")
    entries: list[Entry] = []
    position: dict[str, int] = {}
    locations = [_place(graph, (), outside, entries, position) for graph, outside in zip(graphs, outsides, strict=True)]
    return regroup(_node(Cond(*graphs, *locations), entries, "_cond", [pred]), structures[1])


# -- subgraphs ---------------------------------------------------------------------------------------------------------
class _Scope:
    """Marks the nodes made inside a ``with`` block as those of one subgraph; gives the mark."""

    def __init__(self, name: str):
        outer = AttrScope.current._attr.get(_MARK)
        name = f"{outer}${name}" if outer else name
        counter = next(m for m in reversed(_stack.managers) if not isinstance(m, Prefix))._counter
        number = counter[f"subgraph {name}"] = counter.get(f"subgraph {name}", -1) + 1
        self._mark = f"{name}{number}"
        self._scope = AttrScope(**{_MARK: self._mark})

    def __enter__(self) -> str:
        self._scope.__enter__()
        return self._mark

    def __exit__(self, *error) -> None:
        self._scope.__exit__(*error)


def _placeholders(symbols: Iterable[Symbol]) -> list[Symbol]:
    """Return variables that stand for values of the loop inside the subgraph: "x-0" for output 0 of "x"."""
    found = []
    for symbol in symbols:
        node, index = symbol._entry
        meta = {**AttrScope.current.get(None)}
        found.append(symbol._result_class([(Node(None, (), {}, f"{node.name}-{index}", meta=meta), 0)]))
    return found


def _heads(symbols: Sequence[Symbol], mark: str) -> list[Entry]:
    """Return the entries of a subgraph's outputs; one that is an input, or of a node seen before, becomes a copy."""
    heads, seen = [], set()
    for symbol in symbols:
        node = symbol._entry[0]
        if node.op is None or node in seen or (node.meta or {}).get(_MARK) != mark:
            symbol = create(find("_copy"), (symbol,), {}, None, "identity")
        seen.add(node)
        heads.append(symbol._entry)
    return heads


def _cut(heads: Sequence[Entry], mark: str, merge: bool = False) -> tuple[Subgraph, dict[Node, Entry]]:
    """Return a graph of the nodes with this mark, and for each of its variables what it stands for outside.

    With ``merge`` variables of one name become one.
    """
    outside: dict[Node, Entry] = {}
    named: dict[str, Node] = {}

    def stand_in(entry: Entry) -> Entry:
        name = output_name(entry)
        if name not in named:
            named[name] = Node(None, (), {}, name)
            outside[named[name]] = entry
        return named[name], 0

    def replace(node: Node, inputs: tuple):
        if (node.meta or {}).get(_MARK) != mark:
            return tuple(stand_in((node, i)) for i in range(node.num_outputs))
        if node.op is None:
            if merge and node.name in named:
                return named[str(node.name)]
            outside[node] = (node, 0)
            named[str(node.name)] = node
            return node
        return with_inputs(node, inputs)

    graph = Subgraph(rebuild(heads, replace))
    return graph, {node: outside[node] for node in graph.inputs}


def _locations(graph: Subgraph, placeholders: Iterable[Symbol], message: str) -> list[int]:
    """Return which inputs of the subgraph the placeholders are."""
    position = {node: i for i, node in enumerate(graph.inputs)}
    locations = []
    for symbol in placeholders:
        found = position.get(symbol._entry[0])
        if found is None:
            raise ArgumentError(f"{message}: {str(symbol.name).rpartition('-')[0]!r} is not")
        locations.append(found)
    return locations


def _place(
    graph: Subgraph,
    placeholders: Sequence[Symbol],
    outside: dict[Node, Entry],
    entries: list[Entry],
    position: dict[str, int],
) -> list[int]:
    """Return for each input of a subgraph which input of the node it is; inputs that are new are added to ``entries``.

    Parameters
    ----------
    placeholders : the variables that stand for the first inputs of the node
    position : inputs so far by name
    """
    first = {symbol._entry[0]: i for i, symbol in enumerate(placeholders)}
    locations = []
    for node in graph.inputs:
        if node in first:
            locations.append(first[node])
            continue
        name = str(node.name)
        if name not in position:
            position[name] = len(entries)
            entries.append(outside[node])
        locations.append(position[name])
    return locations


def _node(op: OwnOperator, entries: Sequence[Entry], hint: str, examples: Sequence[Symbol]) -> list[Symbol]:
    """Return the outputs of a new node."""
    name = NameManager.current.get(None, hint)
    meta = AttrScope.current.get(None) or None
    count = op.num_outputs({})
    node = Node(op, tuple(entries), {}, name, count, (), STATE.scope, meta)
    if source.note is not None:
        node.source = source.note(3)
    kind = next((symbol._result_class for symbol in examples), Symbol)
    return [kind([(node, i)]) for i in range(count)]
