"""What a reader sees of a node or a folded Block when it is selected: rows of text, the value, the line of code."""

import math
import os
from typing import Any

import numpy as np

from mxlearn.inspection import Graph, NodeView, OutputView, Source

from .folds import FoldTree

SMALL_VALUE = 64  # numbers up to which an array is printed in full
INPUTS = 12  # of a node that are named


class Details:
    """The details of all items of a graph; values as they are when it is made, whatever becomes of the arrays."""

    def __init__(self, graph: Graph, tree: FoldTree):
        self._graph = graph
        self._tree = tree
        self._values = [[_frozen(output) for output in node.outputs] for node in graph.nodes]
        files = {node.source.file for node in graph.nodes if node.source is not None}
        self._places = {file: place_of(file) for file in files}

    def of(self, key: str) -> dict[str, Any]:
        """Return the rows, the value and the line of an item."""
        number = int(key[1:])
        if key.startswith("g"):
            return {"rows": group_rows(self._graph, self._tree, number), "value": "", "source": None}
        node = self._graph.nodes[number]
        texts = [each if isinstance(each, str) else value_text(each) for each in self._values[number]]
        source = None if node.source is None else self._line(node.source)
        return {"rows": node_rows(self._graph, node), "value": values_text(texts), "source": source}

    def where(self, source: Source) -> str:
        """Return a line's place as a reader says it, such as "In[3], line 2"."""
        return f"{self._places[source.file][0]}, line {source.line}"

    def _line(self, source: Source) -> dict[str, Any]:
        name, prompt = self._places[source.file]
        return {"place": name, "prompt": prompt, "line": source.line, "text": source.text}


def place_of(file: str) -> tuple[str, int]:
    """Return how a reader calls a file, and its number where it is a cell of this notebook, else 0."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        shell = None
    else:
        shell = get_ipython()
    if shell is not None:
        found = shell.compile.format_code_name(file)
        if found and found[0] == "Cell":
            return found[1], int("".join(c for c in found[1] if c.isdigit()) or 0)
    return os.path.basename(file) or file, 0


def _frozen(output: OutputView) -> OutputView | str:
    """Return what will be printed: a copy of a small array, a large one as text."""
    if output.value is None or output.value.size > SMALL_VALUE:
        return value_text(output)
    return OutputView(output.shape, output.dtype, output.context, output.nbytes, np.array(output.value))


def size_text(nbytes: int) -> str:
    """Return a size in bytes as a reader says it: 512 B, 1.5 kB, 2.3 MB (powers of 1000)."""
    size, unit = float(nbytes), 0
    while size >= 999.5 and unit < 4:
        size, unit = size / 1000, unit + 1
    name = ("B", "kB", "MB", "GB", "TB")[unit]
    return f"{nbytes} B" if unit == 0 else f"{size:.3g} {name}"


def tuple_text(shape: tuple[int, ...] | None) -> str:
    """Return a shape as Python prints it, with ? for an unknown dimension."""
    if shape is None:
        return "unknown"
    inner = ", ".join("?" if n < 0 else str(n) for n in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def value_text(output: OutputView) -> str:
    """Return a small array as MXNet prints it, a large one as its smallest, mean and largest number, or ""."""
    value = output.value
    if value is None:
        return ""
    value = np.asarray(value)
    shape = "x".join(map(str, value.shape))
    if value.size <= SMALL_VALUE:
        return f"{np.array2string(value)}\n<NDArray {shape} @{output.context or 'cpu(0)'}>"
    if not np.issubdtype(value.dtype, np.number):
        return f"{int(np.count_nonzero(value))} of {value.size} are True"
    low, high = value.min(), value.max()
    finite, lines = value, []
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = value[np.isfinite(value)]
        low, high = (finite.min(), finite.max()) if finite.size else (0, 0)
    if finite.size:
        lines.append(f"min {low:.5g}   mean {finite.mean(dtype=np.float64):.5g}   max {high:.5g}")
    if finite.size < value.size:
        nan = int(np.isnan(value).sum())
        lines.append(f"NOT FINITE: {nan} NaN, {value.size - finite.size - nan} infinite")
    lines.append(f"{value.size} numbers")
    return "\n".join(lines)


def node_rows(graph: Graph, node: NodeView) -> list[list[str]]:
    """Return [label, text] pairs for a node."""
    rows = [["name", node.name], ["operator", node.op if node.op != "null" else f"none: {node.kind}"]]
    if node.scope:
        rows.append(["Block", " / ".join(node.scope)])
    many = len(node.outputs) > 1
    for number, output in enumerate(node.outputs):
        suffix = f" {number}" if many else ""
        rows.append([f"shape{suffix}", tuple_text(output.shape)])
        place = " on ".join(text for text in (output.dtype, output.context) if text)
        if place:
            rows.append([f"dtype{suffix}", place])
        if output.nbytes is not None:
            rows.append([f"size{suffix}", size_text(output.nbytes)])
    if node.inputs:
        names = [graph.nodes[i].name + (f"[{k}]" if k else "") for i, k in node.inputs]
        more = [f"and {len(names) - INPUTS} more"] if len(names) > INPUTS else []
        rows.append(["inputs", ", ".join(names[:INPUTS] + more)])
    rows.extend([key, text] for key, text in node.attributes.items())
    if graph.origin == "tape" and all(output.value is None for output in node.outputs):
        kept = node.kind != "gradient"
        reason = "not kept: no gradient rule needs it" if kept else "not computed: the tape does not keep all it needs"
        rows.append(["value", reason])
    if node.kept_bytes:
        rows.append(["kept memory", f"{size_text(node.kept_bytes)} for the backward pass"])
    if node.differentiates is not None:
        rows.append(["gradient of", graph.nodes[node.differentiates].name])
    return rows


def values_text(texts: list[str]) -> str:
    """Return the values of a node's outputs as one text, or "" where none is held."""
    if len(texts) < 2 or not any(texts):
        return texts[0] if texts else ""
    return "\n".join(f"output {k}: {text or 'not held'}" for k, text in enumerate(texts))


def group_rows(graph: Graph, tree: FoldTree, number: int) -> list[list[str]]:
    """Return [label, text] pairs for a Block."""
    inside = [graph.nodes[node] for node in tree.inside(number)]
    parameters = [n for n in inside if n.kind == "parameter"]
    rows = [["Block", tree.groups[number].path.replace("/", " / ")], ["nodes", str(len(inside))]]
    operators = sorted({n.op for n in inside if n.op != "null"})
    if operators:
        rows.append(["operators", ", ".join(operators)])
    if parameters:
        shapes = [n.outputs[0].shape for n in parameters]
        if all(shape is not None and min(shape, default=1) >= 0 for shape in shapes):
            count = sum(math.prod(shape) for shape in shapes if shape is not None)
            rows.append(["parameters", f"{len(parameters)} arrays, {count} numbers"])
        else:
            rows.append(["parameters", f"{len(parameters)} arrays"])
    kept = sum(dict(pair for n in inside for pair in n.kept).values())
    if kept:
        rows.append(["kept memory", f"{size_text(kept)} for the backward pass"])
    return rows
