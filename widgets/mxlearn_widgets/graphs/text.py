"""A scene as plain text: for a terminal, a screen reader, a test."""

from mxlearn.inspection import Graph

from .details import tuple_text
from .folds import FoldTree
from .kinds import KINDS
from .scene import Scene, local_name


def text(graph: Graph, tree: FoldTree, scene: Scene) -> str:
    """Return the nodes that a scene shows, one a line, indented by Block, with operator, shape and inputs."""
    lines = [summary(graph, tree)]
    rows: list[tuple[str, str, str, str]] = []
    done: set[str] = set()
    open_groups: list[int] = []
    folded = {item.key for item in scene.items.values() if item.key.startswith("g")}
    frames = {frame.number for frame in scene.frames}

    def visit(owner: int) -> None:
        depth = len(open_groups)
        for node in graph.nodes:
            path = tree.ancestors(tree.owner[node.id])
            if path[:depth] != open_groups or (owner >= 0 and owner not in path):
                continue
            if len(path) == depth:
                rows.append(_row(graph, tree, node, depth))
                continue
            child = path[depth]
            key = f"g{child}"
            if key in done:
                continue
            done.add(key)
            group = tree.groups[child]
            name = ("∂ " if group.gradient else "") + group.name
            if key in folded:
                rows.append(("  " * depth + f"+ {name}", f"{group.total} nodes folded", "", ""))
            elif child in frames:
                rows.append(("  " * depth + f"- {name}", "", "", ""))
                open_groups.append(child)
                visit(child)
                open_groups.pop()

    visit(-1)
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(3)]
    for row in rows:
        lines.append(
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        )
    return "\n".join(lines)


def _row(graph: Graph, tree: FoldTree, node, depth: int) -> tuple[str, str, str, str]:
    what = node.op if node.op != "null" else KINDS[node.kind].label
    shape = ", ".join(tuple_text(output.shape) for output in node.outputs)
    inputs = ", ".join(local_name(tree, graph.nodes[i]) + (f"[{k}]" if k else "") for i, k in node.inputs)
    return "  " * depth + local_name(tree, node), what, shape, f"<- {inputs}" if inputs else ""


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
