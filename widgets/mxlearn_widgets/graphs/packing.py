"""What the browser gets: the table of a graph, its items, their outlines, and placed scenes."""

import re
from collections.abc import Iterable
from typing import Any

from mxlearn.inspection import Graph

from . import text
from .folds import FoldTree
from .kinds import KINDS, outlines, second_outline
from .scene import NODE_HEIGHT, Item, Scene, Wire

STEPS = re.compile(r"V[-.\d]+(?=V)")  # of one vertical line, drawn layer by layer


def table(graph: Graph, tree: FoldTree) -> dict[str, Any]:
    """Return what holds for every fold state: title, Blocks, and how each kind of node looks."""
    kinds = {}
    for name, kind in KINDS.items():
        mark = outlines(kind.shape, 26.0, 18.0)[0]
        kinds[name] = {"label": kind.label, "sign": kind.sign, "color": kind.color, "ink": kind.ink, "mark": mark}
    return {
        "title": graph.title,
        "summary": text.summary(graph, tree),
        "nodes": len(graph.nodes),
        "height": NODE_HEIGHT,
        "parents": [group.parent for group in tree.groups],
        "names": "\n".join(group.name for group in tree.groups),
        "kinds": kinds,
    }


def item(one: Item) -> list:
    """Return how an item looks: kind, title, subtitle, name for a screen reader, width."""
    return [one.kind, one.title, one.subtitle, one.aria, one.width]


def outlines_of(items: Iterable[Item]) -> dict[str, list[str]]:
    """Return the paths of the outlines that items have, by kind and width: outline, band, second line."""
    paths = {}
    for one in items:
        key = f"{one.kind} {one.width:g}"
        if key not in paths:
            shape = KINDS[one.kind].shape
            paths[key] = [*outlines(shape, one.width, one.height), second_outline(shape, one.width, one.height)]
    return paths


def _look(wire: Wire) -> int:
    return 2 * ("data", "gradient", "kept").index(wire.style) + wire.arrow


def layout(placed: Scene) -> dict[str, Any]:
    """Return a placed scene; coordinates have one decimal."""

    def r(number: float) -> float:
        return round(number, 1)

    return {
        "width": r(placed.width),
        "height": r(placed.height),
        "items": [[key, r(x), r(y)] for key, (x, y) in placed.places.items()],
        "frames": [
            [f.number, f.title, r(f.title_x), r(f.x), r(f.y), r(f.width), r(f.height), f.gradient]
            for f in placed.frames
        ],
        "wires": [[w.source, " ".join(w.targets), STEPS.sub("", w.path), _look(w)] for w in placed.wires],
        "labels": [[r(a.x), r(a.y), a.text] for a in placed.labels],
    }
