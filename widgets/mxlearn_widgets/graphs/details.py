"""What a reader sees of a node or a folded Block when it is selected: rows of text, and the value."""

import numpy as np

from mxlearn.inspection import Graph, NodeView, OutputView

from .folds import FoldTree

SMALL_VALUE = 64  # numbers up to which an array is printed in full


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
    finite = value[np.isfinite(value)] if np.issubdtype(value.dtype, np.floating) else value
    lines = []
    if finite.size:
        mean = finite.mean(dtype=np.float64)
        lines.append(f"min {finite.min():.5g}   mean {mean:.5g}   max {finite.max():.5g}")
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
        rows.append(["inputs", ", ".join(graph.nodes[i].name + (f"[{k}]" if k else "") for i, k in node.inputs)])
    rows.extend([key, text] for key, text in node.attributes.items())
    if graph.origin == "tape" and node.kind != "gradient" and all(output.value is None for output in node.outputs):
        rows.append(["value", "not kept: no gradient rule needs it"])
    if node.kept_bytes:
        rows.append(["kept memory", f"{size_text(node.kept_bytes)} for the backward pass"])
    if node.differentiates is not None:
        rows.append(["gradient of", graph.nodes[node.differentiates].name])
    return rows


def node_value(node: NodeView) -> str:
    """Return the values of a node's outputs as text, or "" where the graph holds none."""
    texts = [value_text(output) for output in node.outputs]
    if len(texts) < 2 or not any(texts):
        return texts[0] if texts else ""
    return "\n".join(f"output {k}: {text or 'not held'}" for k, text in enumerate(texts))


def group_rows(graph: Graph, tree: FoldTree, number: int) -> list[list[str]]:
    """Return [label, text] pairs for a Block."""
    inside = [n for n in graph.nodes if number in tree.ancestors(tree.owner[n.id])]
    parameters = [n for n in inside if n.kind == "parameter"]
    rows = [["Block", tree.groups[number].path.replace("/", " / ")], ["nodes", str(len(inside))]]
    operators = sorted({n.op for n in inside if n.op != "null"})
    if operators:
        rows.append(["operators", ", ".join(operators)])
    if parameters:
        shapes = [n.outputs[0].shape for n in parameters]
        if all(shape is not None and min(shape, default=1) >= 0 for shape in shapes):
            count = sum(int(np.prod(shape, dtype=np.int64)) for shape in shapes if shape is not None)
            rows.append(["parameters", f"{len(parameters)} arrays, {count} numbers"])
        else:
            rows.append(["parameters", f"{len(parameters)} arrays"])
    kept = sum(dict(pair for n in inside for pair in n.kept).values())
    if kept:
        rows.append(["kept memory", f"{size_text(kept)} for the backward pass"])
    return rows
