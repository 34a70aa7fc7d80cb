"""The drawings of the stages: each graph without its parameters, in one fold state for both sides."""

import dataclasses
from collections.abc import Iterable

from mxlearn.inspection import Compiled, Graph, NodeView, Part, Stage

from ..graphs import placing, scene
from ..graphs.folds import FoldTree

LIMIT = 16  # nodes and folded Blocks that are shown at first


class Drawing:
    """One stage of a part as it is drawn: operators, inputs and computed constants.

    Parameters and shapes are left out, and from the backward part what the forward program keeps for it: nearly every
    operator reads one of them, and a drawing with all of these lines shows nothing.

    Attributes
    ----------
    graph : what is left of the stage's graph; the Blocks around everything are left out as well
    ids : for each of its nodes the number in ``Compiled.nodes``
    """

    def __init__(self, record: Compiled, part: Part, stage: Stage, around: tuple[str, ...]):
        shown = [k for k, node in enumerate(stage.graph.nodes) if _is_shown(record, part, stage, k, node)]
        position = {k: place for place, k in enumerate(shown)}
        nodes = []
        for k in shown:
            node, origin = stage.graph.nodes[k], record.nodes[stage.ids[k]]
            kind = "operator" if node.kind == "gradient" else node.kind
            inputs = tuple((position[i], port) for i, port in node.inputs if i in position)
            outer = f"{around[-1]}_" if around else ""
            scope = tuple(block.removeprefix(outer) for block in node.scope[len(around) :])
            nodes.append(
                dataclasses.replace(node, id=position[k], name=origin.short, kind=kind, inputs=inputs, scope=scope)
            )
        heads = tuple((position[k], port) for k, port in stage.graph.heads if k in position)
        self.part = part.name
        self.graph = Graph(stage.graph.title, stage.graph.origin, tuple(nodes), heads)
        self.ids = tuple(stage.ids[k] for k in shown)
        self.tree = FoldTree(self.graph)
        self.catalog = scene.Catalog(self.graph, self.tree)

    def same(self, other: "Drawing") -> bool:
        """Say whether another drawing looks the same."""
        return self.ids == other.ids and self.graph.nodes == other.graph.nodes and self.graph.heads == other.graph.heads

    def scene(self, folded: Iterable[str]) -> scene.Scene:
        """Return the placed drawing with the Blocks of these paths closed."""
        closed = set(folded)
        numbers = [group.number for group in self.tree.groups if group.path in closed]
        return placing.build(self.graph, self.tree, self.catalog, numbers)

    def inside(self, key: str) -> list[int]:
        """Return the numbers of the nodes that an item stands for."""
        number = int(key[1:])
        if key.startswith("n"):
            return [self.ids[number]]
        owners = self.tree.owner
        return [self.ids[k] for k, owner in enumerate(owners) if number in self.tree.ancestors(owner)]

    def start(self) -> set[str]:
        """Return the paths of the Blocks that are closed at first."""
        return {self.tree.groups[number].path for number in self.tree.start(LIMIT)}


def _is_shown(record: Compiled, part: Part, stage: Stage, k: int, node: NodeView) -> bool:
    origin = record.nodes[stage.ids[k]]
    if node.op == "null" and node.kind == "constant":
        return origin.written  # the others are shapes
    return node.op != "null" or (node.kind != "parameter" and origin.part == part.name)


def _around(part: Part) -> tuple[str, ...]:
    """Return the Blocks around all operators of a part, such as the network itself, outermost first."""
    scopes = [node.scope for node in part.stages[0].graph.nodes if node.op != "null"]
    if not scopes:
        return ()
    low, high = min(scopes), max(scopes)
    common = next((k for k, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[:common]


class Drawings:
    """The drawings of all stages of a record; stages that look the same share one."""

    def __init__(self, record: Compiled):
        self.distinct: list[Drawing] = []
        self.index: dict[tuple[str, int], int] = {}  # (part, stage) -> position in ``distinct``
        for part in record.parts:
            around = _around(part)
            for number, stage in enumerate(part.stages):
                if number == 0 or stage.graph is not part.stages[number - 1].graph:
                    drawing = Drawing(record, part, stage, around)
                    if number == 0 or not drawing.same(self.distinct[-1]):
                        self.distinct.append(drawing)
                self.index[part.name, number] = len(self.distinct) - 1
        self.groups: list[tuple[str, str]] = []  # (part, path) of every Block that is drawn somewhere
        for drawing in self.distinct:
            for group in drawing.tree.groups:
                if (drawing.part, group.path) not in self.groups:
                    self.groups.append((drawing.part, group.path))

    def at(self, part: str, stage: int) -> Drawing:
        """Return the drawing of a stage."""
        return self.distinct[self.index[part, stage]]

    def start(self) -> list[int]:
        """Return the numbers of the Blocks that are closed at first, of all parts."""
        closed = {(part, path) for (part, stage) in self.index if stage == 0 for path in self.at(part, stage).start()}
        return [number for number, group in enumerate(self.groups) if group in closed]

    def closed(self, part: str, folded: Iterable[int]) -> set[str]:
        """Return the paths of a part that these numbers stand for."""
        chosen = {self.groups[number] for number in folded if 0 <= number < len(self.groups)}
        return {path for name, path in chosen if name == part}
