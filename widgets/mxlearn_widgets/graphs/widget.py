"""The graph widget: the live tape of an array, a Symbol, a HybridBlock or a backward graph, drawn with one code."""

import json
import sys
from collections.abc import Iterable

import traitlets

from mxlearn import inspection
from mxlearn.base import ArgumentError, MXNetError, nearest

from ..shared.notice import Notice
from ..shared.widget import Widget
from . import details, scene, svg, text
from .folds import FoldTree
from .kinds import KINDS, outlines, second_outline

LAYOUT_BYTES = 48_000  # of layouts that are sent ahead of a click
LAYOUT_COUNT = 24
CROWDED = 100  # items above which no layout is sent ahead


def graph(x, inputs=None, *, backward: bool = False) -> "TapeGraph | Notice":
    """Draw a computation graph.

    Parameters
    ----------
    x : NDArray that was computed under ``autograd.record()``, Symbol, or HybridBlock
    inputs : example input of a HybridBlock that has not run yet, an NDArray or a tuple of them
    backward : whether to draw the backward graph beside the forward one

    The nodes of a tape bear the names that its arrays have where ``graph`` is called.

    Returns
    -------
    TapeGraph, or a Notice that says what to do where there is nothing to draw: it does not raise, so that a notebook
    runs on.

    Examples
    --------
    >>> import mxlearn as mx, mxlearn_widgets as mxw
    >>> mxw.graph(mx.sym.var("x") * 2)
    <graph of Symbol '_mulscalar0': 2 nodes>
    """
    try:
        caller = sys._getframe(1)
        view = inspection.graph(x, inputs, backward=backward, names={**caller.f_globals, **caller.f_locals})
    except MXNetError as error:
        return Notice(str(error))
    return TapeGraph(view)


tape = graph


class TapeGraph(Widget, bundle="graphs"):
    """A graph that a student folds, walks through and reads. Made by ``graph``.

    Attributes
    ----------
    folded : numbers of the Blocks that are closed
    selected : key of the selected item: "n" or "g" and its number, or ""
    """

    computed = False  # shapes and names only

    graph = traitlets.Dict().tag(sync=True)
    layouts = traitlets.Dict().tag(sync=True)
    folded = traitlets.List(traitlets.Int()).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)

    def __init__(self, view: inspection.Graph):
        self._view = view
        self._tree = FoldTree(view)
        self._catalog = scene.Catalog(view, self._tree)
        start = self._tree.start()
        super().__init__(graph=self._table(), layouts=self._ahead(start), folded=sorted(start))
        self.observe(self._refold, "folded")

    # -- what the reader calls ---------------------------------------------------------------------------------------
    def fold(self, path: str | None = None) -> None:
        """Close the Block of that path, such as "net/dense0", or all Blocks.

        Raises
        ------
        ArgumentError
            If the graph has no such Block.
        """
        self.folded = sorted({*self.folded, *self._numbers(path)})

    def unfold(self, path: str | None = None) -> None:
        """Open the Block of that path, and those around it, or all Blocks.

        Raises
        ------
        ArgumentError
            If the graph has no such Block.
        """
        numbers = self._numbers(path)
        around = {outer for number in numbers for outer in self._tree.ancestors(number)}
        self.folded = sorted(set(self.folded) - around)

    def to_svg(self) -> str:
        """Return the graph, folded as it is now, as an SVG document."""
        return svg.svg(self._scene(), self._view.title, text.summary(self._view, self._tree))

    def to_text(self) -> str:
        """Return the graph, folded as it is now, as text: a node a line."""
        return text.text(self._view, self._tree, self._scene())

    def summary(self) -> str:
        """Return one line that names the graph and counts what is in it."""
        return f"graph of {text.summary(self._view, self._tree)}"

    # -- what the browser gets ---------------------------------------------------------------------------------------
    def _numbers(self, path: str | None) -> list[int]:
        if path is None:
            return [g.number for g in self._tree.groups]
        found = [g.number for g in self._tree.groups if g.path == path]
        if not found:
            paths = [g.path for g in self._tree.groups]
            known = f"\n  Its Blocks are: {', '.join(dict.fromkeys(paths))}." if paths else ""
            raise ArgumentError(f"graph: there is no Block {path!r}.{nearest(path, paths)}{known}")
        return found

    def _scene(self, folded: Iterable[int] | None = None) -> scene.Scene:
        return scene.build(self._view, self._tree, self._catalog, self.folded if folded is None else folded)

    def _refold(self, change) -> None:
        """Answer a fold that the browser asked for; runs beside a busy cell, so it only reads frozen records."""
        if self._tree.key(change["new"]) not in self.layouts:
            self.layouts = self._ahead(frozenset(change["new"]))

    def _ahead(self, start: frozenset[int]) -> dict:
        """Return the packed layout of a fold state, and as many of those near it as the budget allows.

        A click is then answered in the browser, with no word to the kernel: also while the kernel is busy, and in a
        page that has none. A small graph has all of its states sent; in a large one a click further away asks the
        kernel, which a subshell answers inside a busy cell.
        """
        tree = self._tree
        layouts: dict[str, dict] = {}
        everything = frozenset(g.number for g in tree.groups)
        waiting, used = [start, everything, frozenset()], 0
        for state in waiting:  # grows while it is read: breadth first
            key = tree.key(state)
            if key in layouts or (layouts and len(layouts) >= LAYOUT_COUNT):
                continue
            if layouts and self._seen(state) > CROWDED:
                continue
            placed = self._scene(state)
            packed = _pack(placed)
            used += len(json.dumps(packed, separators=(",", ":")))
            if layouts and used > LAYOUT_BYTES:
                break
            layouts[key] = packed
            for group in tree.groups:
                if not state & set(tree.ancestors(group.number)[:-1]):
                    waiting.append(state ^ {group.number})
        return layouts

    def _seen(self, folded: frozenset[int]) -> int:
        """Return how many items a fold state shows."""
        tree = self._tree
        shown = sum(1 for owner in tree.owner if not folded & set(tree.ancestors(owner)))
        return shown + len([k for k in tree.key(folded).split(",") if k])

    def _table(self) -> dict:
        view, tree = self._view, self._tree
        items = {}
        for node, item in zip(view.nodes, self._catalog.nodes, strict=True):
            items[item.key] = _item(item, details.node_rows(view, node), details.node_value(node))
        for group, item in zip(tree.groups, self._catalog.groups, strict=True):
            items[item.key] = _item(item, details.group_rows(view, tree, group.number), "")
        used = {item["kind"] for item in items.values()}
        kinds = {}
        for name, kind in KINDS.items():
            if name in used:
                mark = outlines(kind.shape, 26.0, 18.0)[0]
                kinds[name] = {
                    "label": kind.label,
                    "sign": kind.sign,
                    "color": kind.color,
                    "ink": kind.ink,
                    "mark": mark,
                }
        groups = [{"parent": g.parent, "path": g.path} for g in tree.groups]
        return {
            "title": view.title,
            "summary": text.summary(view, tree),
            "items": items,
            "groups": groups,
            "kinds": kinds,
            "outlines": _outlines([*self._catalog.nodes, *self._catalog.groups]),
        }


def _item(item: scene.Item, rows: list[list[str]], value: str) -> dict:
    return {
        "kind": item.kind,
        "title": item.title,
        "subtitle": item.subtitle,
        "aria": item.aria,
        "width": item.width,
        "height": item.height,
        "rows": rows,
        "value": value,
    }


def _outlines(items: Iterable[scene.Item]) -> dict[str, list[str]]:
    """Return the paths of the outlines that items have, by kind and width: outline, band, second line."""
    paths = {}
    for item in items:
        key = f"{item.kind} {item.width:g}"
        if key not in paths:
            shape = KINDS[item.kind].shape
            second = second_outline(shape, item.width, item.height)
            paths[key] = [*outlines(shape, item.width, item.height), second]
    return paths


def _pack(placed: scene.Scene) -> dict:
    """Return a scene as the browser gets it; coordinates have one decimal."""

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
        "wires": [[w.source, w.targets, w.path, w.arrow, w.style] for w in placed.wires],
        "labels": [[r(a.x), r(a.y), a.text, a.source] for a in placed.labels],
    }
