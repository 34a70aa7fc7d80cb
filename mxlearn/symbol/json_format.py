"""Symbols as JSON, in MXNet's format (``-symbol.json``).

A file may come from a stranger: every number is checked, attribute values are read by the operator's own parsers
(nothing is evaluated), and nodes may only refer to nodes before them.
"""
import importlib
import json
import os
from collections.abc import Sequence
from typing import Any

from ..base import DataError, FormatError, MXNetError
from ..core.graph import Constant, Entry, Node, topological_order
from ..core.operator import REGISTRY
from ..core.own import OwnOperator, Subgraph
from .entries import attributes_of
from .symbol import Symbol

VERSION = 10901
MAX_NODES = 1_000_000
MAX_OUTPUTS = 10_000  # of one node
MAX_DEPTH = 50  # of subgraphs inside of subgraphs

# operators that belong to one node, and the module that makes them from what a file says
_OWN = {
    "_foreach": ".reading",
    "_while_loop": ".reading",
    "_cond": ".reading",
    "Custom": "..operator.running",
}


def dumps(symbol: Symbol) -> str:
    """Return the graph of a symbol as JSON text."""
    graph = _graph(symbol._entries)
    graph["attrs"] = {"mxnet_version": ["int", VERSION]}
    return _layout(graph)


def _graph(heads: Sequence[Entry]) -> dict[str, Any]:
    """Return a graph as the lists and dicts that JSON holds."""
    order = topological_order(node for node, _ in heads)
    number = {node: i for i, node in enumerate(order)}
    nodes, row = [], [0]
    for node in order:
        if isinstance(node, Constant):
            raise MXNetError(f"tojson: the constant {node.name!r} has no place in a symbol file")
        item: dict[str, Any] = {"op": "null" if node.op is None else node.op.name, "name": node.name}
        attrs = attributes_of(node)
        if attrs:
            item["attrs"] = {key: attrs[key] for key in sorted(attrs)}
        item["inputs"] = [
            [number[e[0]], e[1], int(_is_state(node, i))]
            for i, e in enumerate(node.inputs)
            if e is not None
        ]
        if isinstance(node.op, OwnOperator) and node.op.subgraphs:
            item["subgraphs"] = [_graph(graph.heads) for graph in node.op.subgraphs]
        nodes.append(item)
        row.append(row[-1] + node.num_outputs)
    return {
        "nodes": nodes,
        "arg_nodes": [i for i, node in enumerate(order) if node.op is None],
        "node_row_ptr": row,
        "heads": [[number[node], index, 0] for node, index in heads],
    }


def _is_state(node: Node, index: int) -> bool:
    """Tell whether an input is one that the operator updates, as MXNet's files mark it."""
    op = node.op
    return op is not None and index in op.mutated_indices and (bool(op.aux) or isinstance(op, OwnOperator))


def _layout(graph: dict, margin: str = "") -> str:
    """Return JSON with MXNet's line breaks: a list on one line, or on one line per item where it has more than 10."""
    line = json.dumps

    def items(values: list, indent: str) -> str:
        if len(values) <= 10:
            return line(values)
        inner = ", \n".join(f"{indent}  {line(value)}" for value in values)
        return f"[\n{inner}\n{indent}]"

    parts = []
    inside = f"{margin}      "
    for node in graph["nodes"]:
        fields = [f'{inside}"op": {line(node["op"])}', f'{inside}"name": {line(node["name"])}']
        if "attrs" in node:
            attrs = node["attrs"]
            if len(attrs) == 1:
                fields.append(f'{inside}"attrs": {line(attrs)}')
            else:
                inner = ", \n".join(f"{inside}  {line(key)}: {line(value)}" for key, value in attrs.items())
                fields.append(f'{inside}"attrs": {{\n{inner}\n{inside}}}')
        fields.append(f'{inside}"inputs": {items(node["inputs"], inside)}')
        if "subgraphs" in node:
            inner = ", \n".join(f"{inside}  {_layout(each, inside + '  ')}" for each in node["subgraphs"])
            fields.append(f'{inside}"subgraphs": [\n{inner}\n{inside}]')
        parts.append(f"{margin}    {{\n" + ", \n".join(fields) + f"\n{margin}    }}")
    body = ", \n".join(parts)
    lists = [f'{margin}  "{key}": {items(graph[key], margin + "  ")}' for key in ("arg_nodes", "node_row_ptr", "heads")]
    if "attrs" in graph:
        lists.append(f'{margin}  "attrs": {line(graph["attrs"])}')
    return f'{{\n{margin}  "nodes": [\n{body}\n{margin}  ], \n' + ", \n".join(lists) + f"\n{margin}}}"


def load(fname: str | os.PathLike) -> Symbol:
    """Read a symbol from a file.

    Raises
    ------
    DataError
        If the file cannot be read.
    FormatError
        If it is no symbol file.
    """
    try:
        with open(fname, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise DataError(f"{os.fspath(fname)}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{os.fspath(fname)}: this is not a symbol file: it is not text ({error.reason}).") from error
    return loads(text, os.fspath(fname))


def loads(text: str, source: str = "symbol JSON") -> Symbol:
    """Return the symbol that JSON text describes. ``load`` says what is raised."""
    try:
        graph = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{source}: this is not JSON: {error}.") from None
    return Symbol(_read(graph, source, 0))


def _read(graph: Any, source: str, depth: int) -> list[Entry]:
    """Return the heads of a graph; ``depth`` counts the graphs that it is inside of."""
    if not isinstance(graph, dict) or not isinstance(graph.get("nodes"), list) or "heads" not in graph:
        raise FormatError(f"{source}: a symbol file is an object with the keys nodes, arg_nodes and heads.")
    if len(graph["nodes"]) > MAX_NODES:
        raise FormatError(f"{source}: {len(graph['nodes'])} nodes; at most {MAX_NODES} are read.")
    if depth > MAX_DEPTH:
        raise FormatError(f"{source}: subgraphs are nested deeper than {MAX_DEPTH} levels.")
    nodes: list[Node] = []
    for i, item in enumerate(graph["nodes"]):
        nodes.append(_node(item, nodes, f"{source}: node {i}", depth))
    heads = []
    for head in _list(graph["heads"], f"{source}: heads"):
        heads.append(_reference(head, nodes, f"{source}: heads"))
    if not heads:
        raise FormatError(f"{source}: the graph has no heads.")
    return heads


load_json = fromjson = loads


def _node(item, nodes: list[Node], where: str, depth: int) -> Node:
    if not isinstance(item, dict) or not isinstance(item.get("op"), str) or not isinstance(item.get("name"), str):
        raise FormatError(f"{where}: a node is an object with the strings op and name.")
    attrs: dict = {}
    for key in ("attrs", "attr", "param"):  # old files have "param" for the operator and "attr" for the user
        found = item.get(key) or {}
        if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
            raise FormatError(f"{where} ({item['name']!r}): {key} must map strings to strings.")
        attrs.update(found)
    inputs = tuple(_reference(e, nodes, f"{where} ({item['name']!r})") for e in _list(item.get("inputs", []), where))
    if item["op"] == "null":
        return Node(None, (), {}, item["name"], meta=attrs or None)
    where_named = f"{where} ({item['name']!r})"
    if item["op"] in _OWN:
        graphs = _list(item.get("subgraphs", []), where_named)
        subgraphs = [Subgraph(_read(each, f"{where_named}: subgraph {k}", depth + 1)) for k, each in enumerate(graphs)]
        build = importlib.import_module(_OWN[item["op"]], __package__).from_file
        op, user = build(item["op"], attrs, subgraphs, len(inputs), where_named)
        return Node(op, inputs, {}, item["name"], op.num_outputs({}), meta=user or None)
    op = REGISTRY.get(item["op"])
    if op is None:
        from ..base import nearest

        hint = nearest(item["op"], REGISTRY)
        raise FormatError(f"{where} ({item['name']!r}): unknown operator {item['op']!r}.{hint}")
    own = {key: value for key, value in attrs.items() if key in op.attributes}
    user = {key: value for key, value in attrs.items() if key not in op.attributes and key != "num_args"}
    try:
        parsed = op.parse(own)
    except MXNetError as error:
        raise FormatError(f"{where} ({item['name']!r}): {error}") from None
    if not op.variadic:
        names = op.input_names(parsed)
        needed = sum(name not in op.optional for name in names)
        if not needed <= len(inputs) <= len(op.inputs):
            raise FormatError(f"{where} ({item['name']!r}): {len(inputs)} inputs, but {op.name} takes {len(names)}.")
    outputs = op.num_outputs(parsed)
    if not 1 <= outputs <= MAX_OUTPUTS:
        raise FormatError(f"{where} ({item['name']!r}): {outputs} outputs; 1 to {MAX_OUTPUTS} are allowed.")
    return Node(op, inputs, parsed, item["name"], outputs, meta=user or None)


def _list(value, where: str) -> list:
    if not isinstance(value, list):
        raise FormatError(f"{where}: expected a list.")
    return value


def _reference(value, nodes: list[Node], where: str) -> tuple[Node, int]:
    if not isinstance(value, list) or len(value) not in (2, 3) or not all(type(v) is int for v in value):
        raise FormatError(f"{where}: an input is [node, output, version], all integers. Received: {str(value)[:80]}")
    index, output = value[:2]
    if not 0 <= index < len(nodes):
        raise FormatError(f"{where}: refers to node {index}, which is not before it.")
    if not 0 <= output < nodes[index].num_outputs:
        raise FormatError(f"{where}: node {index} has no output {output}.")
    return nodes[index], output
