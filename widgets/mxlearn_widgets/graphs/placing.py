"""From a graph in a fold state to its placed scene.

Each open Block is laid out on its own, innermost first, and is one box in the layout around it. A line that passes a
Block's border does so at a port, which is placed like a node of both layouts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mxlearn import layout
from mxlearn.drawing import theme
from mxlearn.inspection import Graph

from .folds import FoldTree
from .scene import SMALL, Catalog, Frame, Item, Label, Scene, Wire, shape_text

HEADER, PAD = 24.0, 14.0  # title strip and inner margin of an open Block, pixels
MARGIN = 14.0


@dataclass
class _Level:
    """One open Block (or the top): its items and the pieces of lines inside it."""

    members: list = field(default_factory=list)  # item keys, open group numbers, ("in", port), ("out", port)
    index: dict = field(default_factory=dict)
    pieces: dict = field(default_factory=dict)  # (source end, target end) -> set of target keys
    placement: layout.Placement | None = None
    order: list = field(default_factory=list)  # the pieces in the order of placement.routes

    def member(self, name) -> int:
        if name not in self.index:
            self.index[name] = len(self.members)
            self.members.append(name)
        return self.index[name]


def build(graph: Graph, tree: FoldTree, catalog: Catalog, folded: Iterable[int]) -> Scene:
    """Return the placed scene of ``graph`` with the groups ``folded`` closed."""
    return _Builder(graph, tree, catalog, frozenset(folded)).scene()


class _Builder:
    def __init__(self, graph: Graph, tree: FoldTree, catalog: Catalog, folded: frozenset[int]):
        self.graph, self.tree, self.catalog, self.folded = graph, tree, catalog, folded
        self.levels: dict[int, _Level] = {-1: _Level()}
        self.items: dict[str, Item] = {}
        self.seen: list[str] = []  # item that shows each node
        self.inside: dict[str, tuple[int, ...]] = {}  # open groups around each item
        self.slots: dict[str, list] = {}  # distinct sources that an item reads
        self.outs: dict[str, list] = {}  # distinct outputs of an item that are read
        self.kept: dict[tuple[str, str], None] = {}
        self.partner: dict = {}

    # -- what is seen ------------------------------------------------------------------------------------------------
    def _show(self) -> None:
        closed = [*self.tree.closed(self.folded), -1]  # the last one for owner -1
        for node, owner in enumerate(self.tree.owner):
            outer = closed[owner]
            if outer < 0:
                item, around = self.catalog.node(node), self.tree.ancestors(owner)
            elif f"g{outer}" in self.items:
                self.seen.append(f"g{outer}")
                continue
            else:
                item, around = self.catalog.group(outer), self.tree.ancestors(outer)[:-1]
            self.seen.append(item.key)
            if item.key not in self.items:
                self.items[item.key] = item
                self.inside[item.key] = around
                outer = -1
                for number in around:
                    self.levels.setdefault(outer, _Level()).member(number)
                    outer = number
                self.levels.setdefault(outer, _Level()).member(item.key)

    def _connect(self) -> None:
        """Split each line at the borders that it passes, and hand the pieces to the levels."""
        edges: dict[tuple, None] = {}
        for node in self.graph.nodes:
            target = self.seen[node.id]
            backward = node.kind == "gradient"
            for source_id, index in node.inputs:
                source = self.seen[source_id]
                if source == target:
                    continue
                if backward and self.graph.nodes[source_id].kind != "gradient":
                    self.kept[source, target] = None
                else:
                    edges[source, source_id, index, target] = None
            if backward and node.differentiates is not None:
                self._pair(self.seen[node.differentiates], target)
        for source, source_id, index, target in edges:
            entry = (source_id, index)
            _note(self.outs, source, entry)
            _note(self.slots, target, entry)
            a, b = self.inside[source], self.inside[target]
            common = 0
            while common < min(len(a), len(b)) and a[common] == b[common]:
                common += 1
            end = ("item", source, entry)
            for depth in range(len(a) - 1, common - 1, -1):
                self._piece(a[depth], end, ("out", a[depth], entry), target)
                end = ("box", a[depth], entry)
            level = a[common - 1] if common else -1
            for number in b[common:]:
                self._piece(level, end, ("into", number, entry), target)
                end, level = ("in", number, entry), number
            self._piece(level, end, ("item", target, entry), target)

    def _piece(self, level: int, source: tuple, target: tuple, final: str) -> None:
        self.levels[level].pieces.setdefault((source, target), {})[final] = None

    def _pair(self, forward: str, backward: str) -> None:
        """Remember that two members of one level belong side by side."""
        a = [*self.inside[forward], forward]
        b = [*self.inside[backward], backward]
        self.partner.setdefault(b[0], a[0])

    # -- layout ------------------------------------------------------------------------------------------------------
    def _is_gradient(self, member) -> bool:
        if isinstance(member, int):
            return self.tree.groups[member].gradient
        return self.items[member].kind in ("gradient", "gradient-block")

    def _lay_out(self, number: int) -> None:
        level = self.levels[number]
        gradient = number >= 0 and self.tree.groups[number].gradient
        for source, target in level.pieces:
            for end in (source, target):
                if end[0] in ("in", "out"):
                    level.member((end[0], end[2]))
        boxes = []
        for member in level.members:
            if isinstance(member, tuple):
                top = (member[0] == "in") != gradient
                boxes.append(layout.Box(8.0, 0.0, port=-1 if top else 1))
                continue
            if isinstance(member, int):
                width, height = self._extent(member)
            else:
                width, height = self.items[member].width, self.items[member].height
            column = 1 if number == -1 and self._is_gradient(member) else 0
            boxes.append(layout.Box(width, height, column))
        if number == -1:
            for member, partner in self.partner.items():
                if member in level.index and partner in level.index:
                    boxes[level.index[member]].beside = level.index[partner]
        links = []
        for source, target in level.pieces:
            start, out_at = self._end(level, source, outgoing=True)
            end, in_at = self._end(level, target, outgoing=False)
            if self._upwards(source, gradient):
                start, out_at, end, in_at = end, in_at, start, out_at
            leaf = source[0] == "item" and self.graph.nodes[source[2][0]].op == "null"
            links.append(layout.Link(start, end, out_at, in_at, 0.02 if leaf else 8.0))
        level.order = list(level.pieces)
        level.placement = layout.place(boxes, links)

    def _upwards(self, source: tuple, gradient_level: bool) -> bool:
        if gradient_level:
            return True
        return source[0] in ("item", "box") and self._is_gradient(source[1])

    def _extent(self, number: int) -> tuple[float, float]:
        placement = self.levels[number].placement
        assert placement is not None
        title = theme.text_width(self._frame_title(number), SMALL, bold=True) + 44.0
        return max(placement.width + 2 * PAD, title), placement.height + HEADER + PAD

    def _frame_title(self, number: int) -> str:
        group = self.tree.groups[number]
        return theme.shorten(("∂ " if group.gradient else "") + group.name, SMALL, 220.0, bold=True)

    def _end(self, level: _Level, end: tuple, *, outgoing: bool) -> tuple[int, float]:
        """Return (member, offset from its center) at which a piece starts or ends."""
        what, name, entry = end
        if what in ("in", "out"):
            return level.index[(what, entry)], 0.0
        if what in ("box", "into"):
            inner = self.levels[name]
            port = ("out" if what == "box" else "in", entry)
            assert inner.placement is not None
            return level.index[name], inner.placement.x[inner.index[port]] - inner.placement.width / 2
        item = self.items[name]
        entries = self.outs[name] if outgoing else self.slots[name]
        step = min(16.0, (item.width - 40.0) / max(1, len(entries)))
        middle = (len(entries) - 1) / 2
        if not outgoing:  # a single stream through the graph enters in the middle, so that it runs straight
            streams = [k for k, (node, _) in enumerate(entries) if self.graph.nodes[node].op != "null"]
            if len(streams) == 1 or (not streams and len(entries) == 3):
                middle = streams[0] if streams else 0
        return level.index[name], (entries.index(entry) - middle) * step

    # -- the result --------------------------------------------------------------------------------------------------
    def scene(self) -> Scene:
        self._show()
        self._connect()
        for number in sorted(self.levels, key=lambda n: -len(self.tree.ancestors(n)) if n >= 0 else 1):
            self._lay_out(number)
        top = self.levels[-1].placement
        assert top is not None
        scene = Scene(
            top.width + 2 * MARGIN, top.height + 2 * MARGIN, self.tree.key(self.folded), self.items, {}, [], [], []
        )
        labeled: set = set()
        self._fill(scene, -1, MARGIN, MARGIN, labeled)
        for source, target in self.kept:
            scene.wires.append(self._kept_wire(scene, source, target))
        for label in scene.labels:
            scene.width = max(scene.width, label.x + theme.text_width(label.text, SMALL) + MARGIN)
        return scene

    def _fill(self, scene: Scene, number: int, left: float, top: float, labeled: set) -> None:
        level = self.levels[number]
        placement = level.placement
        assert placement is not None
        gradient = number >= 0 and self.tree.groups[number].gradient
        for member, x, y in zip(level.members, placement.x, placement.y, strict=True):
            if isinstance(member, tuple):
                continue
            if isinstance(member, int):
                width, height = self._extent(member)
                x0, y0 = left + x - width / 2, top + y - height / 2
                group = self.tree.groups[member]
                inner = self.levels[member].placement
                assert inner is not None
                ports = [
                    left + x - inner.width / 2 + px
                    for m, px in zip(self.levels[member].members, inner.x, strict=True)
                    if isinstance(m, tuple) and (m[0] == "out") == group.gradient
                ]
                title = self._frame_title(member)
                title, title_x = _free_title(title, x0, width, ports)
                frame = Frame(member, title, x0, y0, width, height, group.gradient, title_x)
                scene.frames.append(frame)
                self._fill(scene, member, left + x - inner.width / 2, y0 + HEADER, labeled)
            else:
                item = self.items[member]
                scene.places[member] = (left + x - item.width / 2, top + y - item.height / 2)
        for (source, target), points in zip(level.order, placement.routes, strict=True):
            finals = level.pieces[source, target]
            upwards = self._upwards(source, gradient)
            route = [(left + x, top + y) for x, y in points]
            if upwards:
                route.reverse()
            route = straight(route)
            if source[0] == "in":  # from the border through the title strip
                x, y = route[0]
                route.insert(0, (x, y + PAD if upwards else y - HEADER))
            if target[0] == "out":
                x, y = route[-1]
                route.append((x, y - HEADER if upwards else y + PAD))
            entry = source[2]
            origin = self.seen[entry[0]]
            scene.wires.append(
                Wire(origin, list(finals), curve(route), target[0] == "item", "gradient" if upwards else "data")
            )
            if source[0] == "item" and (origin, entry) not in labeled:
                labeled.add((origin, entry))
                self._label(scene, origin, entry, route, upwards)

    def _label(self, scene: Scene, origin: str, entry: tuple[int, int], route: list, upwards: bool) -> None:
        node = self.graph.nodes[entry[0]]
        if node.op == "null" and origin.startswith("n"):
            return  # a variable's shape stands inside its box
        if entry[1] >= len(node.outputs):
            return
        text = shape_text(node.outputs[entry[1]].shape)
        if text:
            x, y = route[0]
            scene.labels.append(Label(x + 6.0, y - 7.0 if upwards else y + 15.0, text, origin))

    def _kept_wire(self, scene: Scene, source: str, target: str) -> Wire:
        a, b = self.items[source], self.items[target]
        (ax, ay), (bx, by) = scene.places[source], scene.places[target]
        bend = max(24.0, (bx - ax - a.width) * 0.45)
        start = (ax + a.width, ay + a.height / 2, ax + a.width + bend, ay + a.height / 2)
        end = (bx, by + b.height / 2, bx - bend, by + b.height / 2)
        if self._blocked(scene, ax + a.width, ax + a.width + 60.0, ay + a.height / 2):  # leave between the rows
            start = (ax + a.width - 14.0, ay + a.height, ax + a.width + 10.0, ay + a.height + 26.0)
        if self._blocked(scene, bx - 60.0, bx, by + b.height / 2):
            end = (bx + 16.0, by + b.height, bx - 8.0, by + b.height + 26.0)
        n = theme.number
        path = (
            f"M{n(start[0])} {n(start[1])}C{n(start[2])} {n(start[3])} {n(end[2])} {n(end[3])} {n(end[0])} {n(end[1])}"
        )
        return Wire(source, [target], path, True, "kept")

    def _blocked(self, scene: Scene, left: float, right: float, y: float) -> bool:
        """Say whether an item stands between ``left`` and ``right`` at height ``y``."""
        for key, (x, top) in scene.places.items():
            if top < y < top + self.items[key].height and x < right and x + self.items[key].width > left + 1:
                return True
        return False


def _free_title(title: str, left: float, width: float, ports: list[float]) -> tuple[str, float]:
    """Return a Block's title and where in its strip it stands clear of the lines that cross the strip."""
    extent = theme.text_width(title, SMALL, bold=True) + 22.0  # the sign that folds the Block stands before it
    borders = [left + 4.0, *sorted(ports), left + width - 4.0]
    rooms = [(a + 6.0, b - 6.0) for a, b in zip(borders, borders[1:], strict=False)]
    for start, end in rooms:
        if end - start >= extent:
            return title, start
    start, end = max(rooms, key=lambda room: room[1] - room[0])
    return theme.shorten(title, SMALL, end - start - 22.0, bold=True), start


def _note(table: dict, key: str, entry) -> None:
    entries = table.setdefault(key, [])
    if entry not in entries:
        entries.append(entry)


def straight(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the route as one vertical line where it bends by no more than a pixel."""
    x = points[-1][0]
    if len(points) > 1 and all(abs(px - x) <= 1.0 for px, _ in points):
        return [(x, y) for _, y in points]
    return points


def curve(points: list[tuple[float, float]]) -> str:
    """Return an SVG path through ``points`` that leaves and enters each vertically."""
    n = theme.number
    x0, y0 = points[0]
    parts = [f"M{n(x0)} {n(y0)}"]
    for x1, y1 in points[1:]:
        if abs(x1 - x0) < 0.25:
            parts.append(f"V{n(y1)}")
        else:
            middle = (y0 + y1) / 2
            parts.append(f"C{n(x0)} {n(middle)} {n(x1)} {n(middle)} {n(x1)} {n(y1)}")
        x0, y0 = x1, y1
    return "".join(parts)
