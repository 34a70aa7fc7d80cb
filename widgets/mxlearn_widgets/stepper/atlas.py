"""The small map of the graph beside a step: which node is being differentiated, and which wires carry its gradient."""

from dataclasses import dataclass, field

from mxlearn import layout
from mxlearn.drawing import theme
from mxlearn.inspection import Graph, NodeView

MOST = 40  # nodes up to which each has a box of its own, and boxes at most
FEWEST = 6  # boxes that are worth a map
HEIGHT, BAND, FONT = 24.0, 20.0, 11.0  # pixels
WIDEST = 118.0  # pixels of a title
MARGIN = 10.0
SIGNS = {"variable": "x", "parameter": "θ", "constant": "c", "operator": "ƒ", "loss": "L", "block": "+"}
SYMBOLS = {
    **dict.fromkeys(("elemwise_add", "broadcast_add", "_grad_add"), "+"),
    **dict.fromkeys(("elemwise_sub", "broadcast_sub"), "−"),
    **dict.fromkeys(("elemwise_mul", "broadcast_mul"), "×"),
    **dict.fromkeys(("elemwise_div", "broadcast_div"), "÷"),
    **dict.fromkeys(("_power", "broadcast_power"), "**"),
}
SCALARS = {
    "_plus_scalar": "+ {}", "_minus_scalar": "− {}", "_rminus_scalar": "{} −", "_mul_scalar": "× {}",
    "_div_scalar": "÷ {}", "_rdiv_scalar": "{} ÷", "_power_scalar": "** {}", "_rpower_scalar": "{} **",
}  # fmt: skip


@dataclass
class Place:
    """A box of the map: a node, or a Block or run of nodes that is closed."""

    kind: str
    title: str
    label: str  # for a reader who does not see the map
    x: float = 0.0  # center
    y: float = 0.0
    width: float = 0.0
    nodes: list[int] = field(default_factory=list)


@dataclass
class Atlas:
    """The map; ``wires`` are (box that is read, box that reads it, SVG path), ``of`` is the box of each node."""

    width: float
    height: float
    places: list[Place]
    wires: list[tuple[int, int, str]]
    of: list[int]


def draw(graph: Graph) -> Atlas:
    """Place the nodes of a graph, or, where they are many, their Blocks."""
    places, of = _places(graph)
    links: dict[tuple[int, int], None] = {}
    for node in graph.nodes:
        for source, _ in node.inputs:
            if of[source] != of[node.id]:
                links[of[source], of[node.id]] = None
    boxes = [layout.Box(place.width, HEIGHT) for place in places]
    ends = _ends(links, places)
    drawn = [
        layout.Link(a, b, *ends[a, b], weight=0.05 if places[a].kind in ("constant", "variable", "parameter") else 8.0)
        for a, b in links
    ]
    found = layout.place(boxes, drawn, gap_x=14.0, gap_y=24.0)
    for place, x, y in zip(places, found.x, found.y, strict=True):
        place.x, place.y = x + MARGIN, y + MARGIN
    wires = []
    for (a, b), route in zip(links, found.routes, strict=True):
        wires.append((a, b, _curve([(x + MARGIN, y + MARGIN) for x, y in route])))
    return Atlas(found.width + 2 * MARGIN, found.height + 2 * MARGIN, places, wires, of)


def _places(graph: Graph) -> tuple[list[Place], list[int]]:
    names = _local_names(graph)
    if len(graph.nodes) <= MOST:
        places = [_single(node, name) for node, name in zip(graph.nodes, names, strict=True)]
        return places, list(range(len(places)))
    of, titles = _groups(graph)
    members: list[list[int]] = [[] for _ in titles]
    for node, number in enumerate(of):
        members[number].append(node)
    places = []
    for nodes, title in zip(members, titles, strict=True):
        if len(nodes) == 1:
            places.append(_single(graph.nodes[nodes[0]], names[nodes[0]]))
            continue
        counted = f" ({len(nodes)})"
        shown = theme.shorten(title, FONT, WIDEST - theme.text_width(counted, FONT)) + counted
        places.append(Place("block", shown, f"{title}, {len(nodes)} nodes", width=_width(shown), nodes=nodes))
    return places, of


def _groups(graph: Graph) -> tuple[list[int], list[str]]:
    """Return the number of the box of each node, and the boxes' titles: Blocks, or runs of neighboring Blocks or nodes.

    Blocks are closed as deep inside as few enough boxes are left; where that leaves hardly any, runs of the Blocks one
    level deeper are put together.
    """
    scopes = _scopes(graph)
    levels = [
        [("/".join(scope[:depth]) if scope[:depth] else f"#{k}") for k, scope in enumerate(scopes)]
        for depth in range(max(map(len, scopes), default=0) + 1)
    ]
    for keys in reversed(levels[1:]):
        if FEWEST <= len(set(keys)) <= MOST:
            return _numbered(graph, keys, 1)
    finer = [keys for keys in [*levels[1:], levels[0]] if len(set(keys)) > MOST]
    keys = finer[0] if finer else levels[0]
    return _numbered(graph, keys, -(-len(set(keys)) // MOST))


def _numbered(graph: Graph, keys: list[str], run: int) -> tuple[list[int], list[str]]:
    """Put ``run`` neighboring keys into one box each."""
    order: dict[str, int] = {}
    for key in keys:
        order.setdefault(key, len(order))
    of = [order[key] // run for key in keys]
    ends: dict[int, list[str]] = {}
    for key, number in order.items():
        outer, _, name = key.rpartition("/")
        name = name.removeprefix(f"{outer.rpartition('/')[2]}_") or name
        if key.startswith("#"):
            node = graph.nodes[int(key[1:])]
            name = f"part {number // run + 1}" if run > 1 else node.name
        ends.setdefault(number // run, []).append(name)
    titles = [names[0] if len(set(names)) == 1 else f"{names[0]} … {names[-1]}" for _, names in sorted(ends.items())]
    return of, titles


def _scopes(graph: Graph) -> list[tuple[str, ...]]:
    """Return the Block path of each node; a variable or constant stands in the Block of the first that reads it."""
    found = [node.scope for node in graph.nodes]
    seen: set[int] = set()
    for node in graph.nodes:
        for source, _ in node.inputs:
            if graph.nodes[source].op == "null" and source not in seen:
                seen.add(source)
                found[source] = node.scope
    return found


def _local_names(graph: Graph) -> list[str]:
    """Return the names of the nodes without the prefix of the Block that uses them."""
    found = [node.name.removeprefix(f"{node.scope[-1]}_" if node.scope else "") or node.name for node in graph.nodes]
    for node in graph.nodes:
        prefix = f"{node.scope[-1]}_" if node.scope else ""
        for source, _ in node.inputs:
            if prefix and graph.nodes[source].op == "null":
                found[source] = graph.nodes[source].name.removeprefix(prefix) or found[source]
    return found


def _single(node: NodeView, local: str) -> Place:
    kind = node.kind if node.kind in SIGNS else "operator"
    name = local
    title, label = name, f"{kind} {node.name}"
    if node.op != "null":
        sign = symbol(node)
        stem = node.op.lstrip("_").lower()
        unnamed = name == "fwd" or name.endswith("_fwd") or (name.startswith(stem) and name[len(stem) :].isdigit())
        title = name if node.op == "Function" else sign if unnamed else f"{name} = {sign}"
        label = f"{node.op} {node.name}"
    title = theme.shorten(title, FONT, WIDEST)
    return Place(kind, title, label, width=_width(title), nodes=[node.id])


def symbol(node: NodeView) -> str:
    """Return an operator as it is written between its inputs, or its name."""
    if node.op in SCALARS:
        scalar = node.attributes.get("scalar", "").removesuffix(".0")
        return SCALARS[node.op].format(scalar or "number")
    if node.op == "Activation":
        return node.attributes.get("act_type", node.op)
    return SYMBOLS.get(node.op, node.op.lstrip("_"))


def _width(title: str) -> float:
    """Return the width of a box; widths come in steps of 4 pixels, so that equal titles have equal boxes."""
    return 4.0 * (-(-max(46.0, BAND + theme.text_width(title, FONT) + 18.0) // 4.0))


def _ends(links: dict, places: list[Place]) -> dict[tuple[int, int], tuple[float, float]]:
    """Return where each wire leaves and enters its boxes, in pixels from their centers."""
    into: dict[int, list[int]] = {}
    for a, b in links:
        into.setdefault(b, []).append(a)
    found = {}
    for a, b in links:
        sources = into[b]
        step = min(14.0, (places[b].width - 24.0) / max(1, len(sources)))
        found[a, b] = (0.0, (sources.index(a) - (len(sources) - 1) / 2) * step)
    return found


def _curve(points: list[tuple[float, float]]) -> str:
    n = theme.number
    (x0, y0), *rest = points
    parts = [f"M{n(x0)} {n(y0)}"]
    for x1, y1 in rest:
        middle = (y0 + y1) / 2
        straight = abs(x1 - x0) < 0.25
        parts.append(f"V{n(y1)}" if straight else f"C{n(x0)} {n(middle)} {n(x1)} {n(middle)} {n(x1)} {n(y1)}")
        x0, y0 = x1, y1
    return "".join(parts)
