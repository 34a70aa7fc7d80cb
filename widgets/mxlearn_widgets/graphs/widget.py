"""The graph widget: the tape of an array, a Symbol, a Block, an Executor or a backward graph, drawn with one code."""

import gc
import json
import sys
from collections.abc import Iterable
from typing import Any

import traitlets

from mxlearn import inspection
from mxlearn.base import ArgumentError, MXNetError, nearest

from ..shared.notice import Notice
from ..shared.widget import Widget
from . import packing, placing, scene, svg, text
from .details import Details
from .folds import FoldTree

LAYOUT_BYTES = 26_000  # of layouts that are sent ahead of a click
LAYOUT_COUNT = 24
LAYOUT_WORK = 24_000  # nodes that may be looked at to lay out ahead
CROWDED = 100  # items above which no layout is sent ahead
DETAIL_BYTES = 20_000  # of rows and values that are sent at a time
HITS = 200  # nodes that a search names


def graph(x, inputs=None, *, backward: bool = False) -> "TapeGraph | Notice":
    """Draw a computation graph.

    Parameters
    ----------
    x : NDArray that was computed under ``autograd.record()``, Symbol, HybridBlock, or Executor
    inputs : example input of a HybridBlock that has not run yet, an NDArray or a tuple of them
    backward : whether to draw the backward graph beside the forward one, with its values where the tape keeps enough

    The nodes of a tape bear the names that its arrays have where ``graph`` is called. Each node knows the line of code
    that made it, if mxlearn_widgets was imported before.

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
    caller = sys._getframe(1)
    collects = gc.isenabled()
    gc.disable()  # it would look several times at the many records of a large graph: half of the time to open it
    try:
        view = inspection.graph(x, inputs, backward=backward, names={**caller.f_globals, **caller.f_locals})
        return TapeGraph(view)
    except MXNetError as error:
        return Notice(str(error))
    finally:
        if collects:
            gc.enable()


tape = graph


class TapeGraph(Widget, bundle="graphs"):
    """A graph that a student folds, walks through and reads. Made by ``graph``.

    Attributes
    ----------
    folded : numbers of the Blocks that are closed
    selected : key of the selected item: "n" or "g" and its number, or ""
    items, outlines, details, layouts : what the browser was sent last; it keeps what came before
    wanted : key of an item whose details the browser asks for
    query : what the reader searches for
    hits : [query, [[key of a node, numbers of the Blocks around it], ...]]
    """

    computed = False  # shapes and names only

    graph = traitlets.Dict().tag(sync=True)
    items = traitlets.Dict().tag(sync=True)
    outlines = traitlets.Dict().tag(sync=True)
    details = traitlets.Dict().tag(sync=True)
    layouts = traitlets.Dict().tag(sync=True)
    folded = traitlets.List(traitlets.Int()).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    wanted = traitlets.Unicode("").tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)
    hits = traitlets.List().tag(sync=True)

    def __init__(self, view: inspection.Graph):
        self._view = view
        self._tree = FoldTree(view)
        self._catalog = scene.Catalog(view, self._tree)
        self._details = Details(view, self._tree)
        start = self._tree.start()
        layouts = self._ahead(start)
        items = self._items(layouts.values())
        shown = [key for key, *_ in layouts[self._tree.key(start)]["items"]]
        details = self._some_details([*shown, *items])
        super().__init__(
            graph=packing.table(view, self._tree),
            items=items,
            outlines=self._outlines(items),
            details=details,
            layouts=layouts,
            folded=sorted(start),
        )
        self.observe(self._refold, "folded")
        self.observe(self._tell, "wanted")
        self.observe(self._search, "query")

    # -- what the reader calls ---------------------------------------------------------------------------------------
    def fold(self, path: str | None = None) -> None:
        """Close a Block, or all Blocks.

        Parameters
        ----------
        path : as it is on the screen, such as "lenet/conv0", or with full names, such as "lenet/lenet_conv0"

        Raises
        ------
        ArgumentError
            If the graph has no such Block.
        """
        self.folded = sorted({*self.folded, *self._numbers(path)})

    def unfold(self, path: str | None = None) -> None:
        """Open the Block of that path, as in ``fold``, and those around it, or all Blocks.

        Raises
        ------
        ArgumentError
            If the graph has no such Block.
        """
        around = {outer for number in self._numbers(path) for outer in self._tree.ancestors(number)}
        self.folded = sorted(set(self.folded) - around)

    def to_svg(self) -> str:
        """Return the graph, folded as it is now, as an SVG document."""
        return svg.svg(self._scene(self.folded), self._view.title, text.summary(self._view, self._tree))

    def to_text(self, *, lines: bool = False) -> str:
        """Return the graph, folded as it is now, as text: a node a line.

        Parameters
        ----------
        lines : whether to write beside each node the line of code that made it
        """
        return text.text(self._view, self._tree, self._scene(self.folded), self._line if lines else None)

    def summary(self) -> str:
        """Return one line that names the graph and counts what is in it."""
        return f"graph of {text.summary(self._view, self._tree)}"

    # -- what the browser asks for: answered from frozen records, also beside a busy cell ----------------------------
    def _refold(self, change) -> None:
        if self._tree.key(change["new"]) in self.layouts:
            return
        layouts = self._ahead(frozenset(change["new"]))
        items = self._items(layouts.values())
        shown = [key for key, *_ in next(iter(layouts.values()))["items"]]
        with self.hold_sync():
            self.items, self.outlines, self.details = items, self._outlines(items), self._some_details(shown)
            self.layouts = layouts

    def _tell(self, change) -> None:
        """Add the details of an item, and of those that follow it, to those that the browser has."""
        key = change["new"]
        if not key or key in self.details or not self._known(key):
            return
        following = [f"{key[0]}{int(key[1:]) + k}" for k in range(1, 16)]
        self.details = self._some_details([key, *filter(self._known, following), *self.details])

    def _search(self, change) -> None:
        words = change["new"].strip().lower()
        found = []
        for node in self._view.nodes if words else ():
            if len(found) == HITS:
                break
            if words in f"{node.name}\n{node.op}\n{'/'.join(node.scope)}".lower():
                found.append([f"n{node.id}", list(self._tree.ancestors(self._tree.owner[node.id]))])
        self.hits = [change["new"], found]

    # -- what the browser gets ---------------------------------------------------------------------------------------
    def _numbers(self, path: str | None) -> list[int]:
        if path is None:
            return [g.number for g in self._tree.groups]
        found = self._tree.named(path)
        if not found:
            paths = list(dict.fromkeys(g.short for g in self._tree.groups))
            shown = ", ".join(paths[:12]) + (f" and {len(paths) - 12} more" if len(paths) > 12 else "")
            known = f"\n  Its Blocks are: {shown}." if paths else ""
            raise ArgumentError(f"graph: there is no Block {path!r}.{nearest(path, paths)}{known}")
        return found

    def _scene(self, folded: Iterable[int]) -> scene.Scene:
        return placing.build(self._view, self._tree, self._catalog, folded)

    def _line(self, node: inspection.NodeView) -> str:
        return "" if node.source is None else f"{self._details.where(node.source)}: {node.source.text}"

    def _known(self, key: str) -> bool:
        count = {"n": len(self._view.nodes), "g": len(self._tree.groups)}.get(key[:1], 0)
        return key[1:].isdecimal() and int(key[1:]) < count

    def _items(self, layouts: Iterable[dict]) -> dict[str, list]:
        """Return how each item of the layouts looks: kind, title, subtitle, name for a screen reader, width."""
        keys = (key for layout in layouts for key, *_ in layout["items"])
        return {key: packing.item(self._catalog.item(key)) for key in keys}

    def _outlines(self, keys: Iterable[str]) -> dict[str, list[str]]:
        return packing.outlines_of(self._catalog.item(key) for key in keys)

    def _some_details(self, keys: Iterable[str]) -> dict[str, dict]:
        """Return the details of the first of ``keys``, as many as may be sent at a time."""
        found: dict[str, dict[str, Any]] = {}
        used = 0
        for key in keys:
            if key in found:
                continue
            details = self._details.of(key)
            used += len(json.dumps(details))
            if found and used > DETAIL_BYTES:
                break
            found[key] = details
        return found

    def _ahead(self, start: frozenset[int]) -> dict:
        """Return the packed layout of a fold state, and as many of those near it as the budget allows.

        A click is then answered in the browser, with no word to the kernel: also while the kernel is busy, and in a
        page that has none. A small graph has all of its states sent; in a large one a click further away asks the
        kernel, which a subshell answers inside a busy cell.
        """
        tree = self._tree
        layouts: dict[str, dict] = {}
        everything = frozenset(g.number for g in tree.groups)
        limit = min(LAYOUT_COUNT, max(1, LAYOUT_WORK // max(1, len(self._view.nodes))))
        waiting, used = [start, everything, frozenset()], 0
        for state in waiting:  # grows while it is read: breadth first
            key = tree.key(state)
            if key in layouts or (layouts and tree.count(state) > CROWDED):
                continue
            packed = packing.layout(self._scene(state))
            used += len(json.dumps(packed, separators=(",", ":")))
            if layouts and used > LAYOUT_BYTES:
                break
            layouts[key] = packed
            if len(layouts) == limit:
                break
            closed = tree.closed(state)
            waiting += [state ^ {g.number} for g in tree.groups if closed[g.number] in (-1, g.number)]
        return layouts
