"""A scene as plain text: for a terminal, a screen reader, a test."""

from collections.abc import Callable

from mxlearn.inspection import Graph, NodeView

from .details import tuple_text
from .folds import FoldTree
from .kinds import KINDS
from .scene import Scene, local_name


def text(graph: Graph, tree: FoldTree, scene: Scene, line_of: Callable[[NodeView], str] | None = None) -> str:
    """Return the nodes that a scene shows, one a line, indented by Block, with operator, shape and inputs.

    ``line_of`` gives, where it is there, a further column: the line of code that made a node.
    """
    rows: list[tuple[str, str, str, str, str]] = []
    frames = {frame.number for frame in scene.frames}

    def visit(owner: int, depth: int) -> None:
        indent = "  " * depth
        for number, node in tree.children(owner):
            if number < 0:
                rows.append(_row(graph, tree, graph.nodes[node], indent, line_of))
                continue
            group = tree.groups[number]
            name = ("∂ " if group.gradient else "") + group.name
            if number in frames:
                rows.append((f"{indent}- {name}", "", "", "", ""))
                visit(number, depth + 1)
            else:
                rows.append((f"{indent}+ {name}", f"{group.total} nodes folded", "", "", ""))

    visit(-1, 0)
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(4 if line_of else 3)]
    lines = [summary(graph, tree)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[len(widths)]]).rstrip())
    return "\n".join(lines)


def _row(graph: Graph, tree: FoldTree, node: NodeView, indent: str, line_of: Callable | None) -> tuple:
    what = node.op if node.op != "null" else KINDS[node.kind].label
    shape = ", ".join(tuple_text(output.shape) for output in node.outputs)
    inputs = ", ".join(local_name(tree, graph.nodes[i]) + (f"[{k}]" if k else "") for i, k in node.inputs)
    line = line_of(node) if line_of else ""
    return indent + local_name(tree, node), what, shape, f"<- {inputs}" if inputs else "", line and f"# {line}"


def summary(graph: Graph, tree: FoldTree) -> str:
    """Return one line that names a graph and counts what is in it."""
    parts = [_count(len(graph.nodes), "node")]
    parameters = sum(n.kind == "parameter" for n in graph.nodes)
    if parameters:
        parts.append(_count(parameters, "parameter"))
    blocks = sum(not g.gradient for g in tree.groups)
    if blocks:
        parts.append(_count(blocks, "Block"))
    if graph.backward:
        parts.append("with its backward graph")
    return f"{graph.title}: {', '.join(parts)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
