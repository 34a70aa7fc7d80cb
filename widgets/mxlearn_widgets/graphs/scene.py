"""A graph in one fold state, placed: the one scene that the live view, the picture and the text are made from."""

import math
from dataclasses import dataclass

from mxlearn.drawing import theme
from mxlearn.inspection import Graph, NodeView

from .folds import FoldTree
from .kinds import BAND, KINDS

NODE_HEIGHT, TITLE, SMALL = 40.0, 12.5, 11.0  # pixels; the last two are font sizes


@dataclass
class Item:
    """A node or folded Block as it is drawn; ``key`` is "n" or "g" and its number."""

    key: str
    kind: str
    title: str
    subtitle: str
    width: float
    height: float
    aria: str
    head: bool = False


@dataclass
class Wire:
    """A piece of a line; ``style`` is "data", "gradient" or "kept" (a value that is kept for the backward pass)."""

    source: str
    targets: list[str]
    path: str
    arrow: bool
    style: str


@dataclass
class Frame:
    """An open Block, and where its border is."""

    number: int
    title: str
    x: float
    y: float
    width: float
    height: float
    gradient: bool
    title_x: float


@dataclass
class Label:
    """The shape of an output, beside the line that leaves it."""

    x: float
    y: float
    text: str
    source: str


@dataclass
class Scene:
    """Everything that is drawn, in pixels; ``places`` are the top left corners of the items."""

    width: float
    height: float
    state: str
    items: dict[str, Item]
    places: dict[str, tuple[float, float]]
    frames: list[Frame]
    wires: list[Wire]
    labels: list[Label]


def shape_text(shape: tuple[int, ...] | None) -> str:
    """Return a shape as it is written on a line: 64x784, or "scalar", or ""."""
    if shape is None:
        return ""
    return "×".join("?" if n < 0 else str(n) for n in shape) if shape else "scalar"


class Catalog:
    """The items of a graph: how each node and each folded Block looks, whatever the fold state; made when asked for."""

    def __init__(self, graph: Graph, tree: FoldTree):
        self.graph = graph
        self.tree = tree
        self._heads = {node for node, _ in graph.heads}
        self._items: dict[str, Item] = {}

    def node(self, number: int) -> Item:
        """Return the item of a node."""
        item = self._items.get(f"n{number}")
        if item is None:
            item = self._node(self.graph.nodes[number], number in self._heads)
            self._items[item.key] = item
        return item

    def group(self, number: int) -> Item:
        """Return the item of a folded Block."""
        item = self._items.get(f"g{number}")
        if item is None:
            item = self._items[f"g{number}"] = self._group(number)
        return item

    def item(self, key: str) -> Item:
        """Return the item of a key: "n" and the id of a node, or "g" and the number of a Block."""
        return self.node(int(key[1:])) if key[0] == "n" else self.group(int(key[1:]))

    def _node(self, node: NodeView, head: bool) -> Item:
        kind = "output" if head and node.kind == "operator" else node.kind
        shape = shape_text(node.outputs[0].shape) if node.outputs else ""
        name = local_name(self.tree, node)
        if node.op == "null":
            title, subtitle = name, shape
        else:
            title, subtitle = node.op, name
            if "scalar" in node.attributes:  # x * 3 says more with its number
                subtitle += f", {node.attributes['scalar'].removesuffix('.0')}"
        title = theme.shorten(title, TITLE, 170.0, bold=True)
        subtitle = theme.shorten(subtitle, SMALL, 170.0)
        text = max(theme.text_width(title, TITLE, bold=True), theme.text_width(subtitle, SMALL))
        label = KINDS[kind].label
        what = f"{node.op} {node.name}" if node.op != "null" else node.name
        aria = f"{label}: {what}" + (f", shape {shape.replace('×', ' by ')}" if shape else "")
        return Item(f"n{node.id}", kind, title, subtitle, _width(text, 88.0), NODE_HEIGHT, aria, head)

    def _group(self, number: int) -> Item:
        group = self.tree.groups[number]
        kind = "gradient-block" if group.gradient else "block"
        title = theme.shorten(("∂ " if group.gradient else "") + group.name, TITLE, 170.0, bold=True)
        subtitle = f"{group.total} nodes folded"
        text = max(theme.text_width(title, TITLE, bold=True), theme.text_width(subtitle, SMALL))
        aria = f"{KINDS[kind].label}: {group.path}, {group.total} nodes"
        return Item(f"g{number}", kind, title, subtitle, _width(text, 112.0), NODE_HEIGHT, aria)


def _width(text: float, least: float) -> float:
    """Return the width of a box around a text; widths come in steps, so that few outlines are needed."""
    return max(least, 8.0 * math.ceil((BAND + text + 20.0) / 8.0))


def local_name(tree: FoldTree, node: NodeView) -> str:
    """Return a node's name without the prefix of the Block in which it is drawn."""
    owner = tree.owner[node.id]
    while owner >= 0:
        prefix = tree.groups[owner].path.rpartition("/")[2] + "_"
        if node.name.startswith(prefix) and len(node.name) > len(prefix):
            return node.name[len(prefix) :]
        owner = tree.groups[owner].parent
    return node.name
