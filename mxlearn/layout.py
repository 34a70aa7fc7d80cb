"""The layered drawing of one level of a graph: ranks, order within ranks, coordinates.

The method is Sugiyama's: break cycles, give every box a rank by its longest path, replace long links by chains of
dummies, order each rank by barycenters, and place each rank by least squares under minimal distances (solved exactly
by isotonic regression). It is deterministic: equal input gives equal output, bit for bit.

References: Sugiyama, Tagawa and Toda 1981; Gansner et al. 1993 (ranks and tightening); Barth, Juenger and Mutzel 2002
(counting crossings).
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

DUMMY_WIDTH = 10.0  # pixels that a passing line keeps free
SWEEPS = 4


@dataclass(slots=True)
class Box:
    """A rectangle to place; ``column`` 1 stands right of column 0, ``beside`` names the box whose rank it shares."""

    width: float  # pixels
    height: float  # pixels
    column: int = 0
    beside: int | None = None
    port: int = 0  # -1: held above all others, 1: held below all others


@dataclass(slots=True)
class Link:
    """A line from the bottom of box ``source`` to the top of box ``target``, with offsets from their centers."""

    source: int
    target: int
    out_at: float = 0.0  # pixels from the source's center
    in_at: float = 0.0  # pixels from the target's center
    weight: float = 1.0  # how much it pulls its ends into one vertical line


@dataclass(slots=True)
class Placement:
    """Centers of the boxes and the points of each link, in pixels from the top left corner."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    routes: list[list[tuple[float, float]]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


def place(
    boxes: Sequence[Box],
    links: Sequence[Link],
    *,
    gap_x: float = 22.0,
    gap_y: float = 36.0,
    column_gap: float = 56.0,
    port_gap: float = 12.0,
) -> Placement:
    """Place ``boxes`` in layers, so that ``links`` point downwards and cross little.

    Parameters
    ----------
    boxes : the rectangles, in an order that decides where nothing else does
    links : the lines; one that closes a cycle is drawn upwards
    gap_x, gap_y : least distance between neighbors and between layers, pixels
    column_gap : distance between the two columns, pixels
    port_gap : distance between a layer of ports and the boxes, pixels
    """
    if not boxes:
        return Placement()
    forward = _acyclic(len(boxes), links)
    ranks = _ranks(boxes, forward)
    vertices = [_Vertex(i, ranks[i], b.width, b.height, b.column) for i, b in enumerate(boxes)]
    chains = _chains(vertices, forward, ranks)
    _connect(vertices, chains, links)
    depth = max(ranks) + 1

    columns = sorted({v.column for v in vertices})
    left = 0.0
    for column in columns:
        layers = _order(vertices, depth, column)
        right = _coordinates(vertices, layers, left, gap_x)
        left = right + column_gap
    width = left - column_gap

    heights, first_is_ports, last_has_ports = [0.0] * depth, True, False
    for vertex in vertices:
        heights[vertex.rank] = max(heights[vertex.rank], vertex.height)
    for box, rank in zip(boxes, ranks, strict=True):
        first_is_ports = first_is_ports and (rank > 0 or box.port != 0)
        last_has_ports = last_has_ports or box.port == 1  # ports below stand in the last layer
    tops, y = [], 0.0
    for rank, height in enumerate(heights):
        tops.append(y)
        beyond = last_has_ports and rank == depth - 2
        y += height + (port_gap if first_is_ports and rank == 0 and height == 0.0 else gap_y * 0.7 if beyond else gap_y)
    result = Placement(width=width, height=tops[-1] + heights[-1])
    for index in range(len(boxes)):
        vertex = vertices[index]
        result.x.append(vertex.x)
        result.y.append(tops[vertex.rank] + heights[vertex.rank] / 2)
    for link, (chain, flipped) in zip(links, chains, strict=True):
        points = _route(vertices, chain, tops, heights, flipped, link)
        result.routes.append(points)
    return result


@dataclass(slots=True)
class _Vertex:
    box: int | None
    rank: int
    width: float
    height: float
    column: int
    above: list = field(default_factory=list)  # (vertex, other offset less own offset, weight)
    below: list = field(default_factory=list)
    ups: list = field(default_factory=list)  # (vertex, its offset, own offset) as shares of an order step
    downs: list = field(default_factory=list)
    x: float = 0.0
    position: float = 0.0
    key: float = 0.0  # where it wants to stand in the order

    @property
    def dummy(self) -> bool:
        return self.box is None


def _acyclic(count: int, links: Sequence[Link]) -> list[tuple[int, int, bool]]:
    """Return (source, target, flipped) for each link, with those that close a cycle turned round."""
    following: list[list[int]] = [[] for _ in range(count)]
    for number, link in enumerate(links):
        following[link.source].append(number)
    state = [0] * count  # 0 new, 1 on the path, 2 done
    turned = set()
    for root in range(count):
        if state[root]:
            continue
        state[root] = 1
        path = [(root, iter(following[root]))]
        while path:
            box, pending = path[-1]
            for number in pending:
                target = links[number].target
                if state[target] == 1:
                    turned.add(number)
                elif state[target] == 0:
                    state[target] = 1
                    path.append((target, iter(following[target])))
                    break
            else:
                state[box] = 2
                path.pop()
    return [(k.target, k.source, True) if n in turned else (k.source, k.target, False) for n, k in enumerate(links)]


def _ranks(boxes: Sequence[Box], links: Sequence[tuple[int, int, bool]]) -> list[int]:
    """Return the layer of each box: the longest path, then sources pulled down to the boxes that read them."""
    count = len(boxes)
    inputs: list[list[int]] = [[] for _ in range(count)]
    outputs: list[list[int]] = [[] for _ in range(count)]
    for source, target, _ in links:
        if source != target:
            inputs[target].append(source)
            outputs[source].append(target)
    waiting = [len(i) for i in inputs]
    order = [i for i in range(count) if not waiting[i]]
    for box in order:  # grows while it is read: Kahn's topological order
        for target in outputs[box]:
            waiting[target] -= 1
            if not waiting[target]:
                order.append(target)
    rank = [0] * count
    for column in sorted({b.column for b in boxes}):  # column 1 looks at the finished ranks of column 0
        for box in order:
            item = boxes[box]
            if item.column != column:
                continue
            low = 1 if item.port == 0 else 0
            if item.beside is not None:
                low = max(low, rank[item.beside])
            rank[box] = max([low, *[rank[s] + 1 for s in inputs[box]]])
        for box in reversed(order):
            if (
                boxes[box].column == column
                and boxes[box].port == 0
                and outputs[box]
                and len(inputs[box]) < len(outputs[box])
            ):
                rank[box] = max(rank[box], min(rank[t] for t in outputs[box]) - 1)
    deepest = max(rank)
    if any(b.port == 1 for b in boxes):
        inner = max((r for r, b in zip(rank, boxes, strict=True) if b.port != 1), default=0)
        deepest = inner + 1
        rank = [deepest if b.port == 1 else r for r, b in zip(rank, boxes, strict=True)]
    used = {r: i for i, r in enumerate(sorted(set(rank)))}
    return [used[r] for r in rank]


def _chains(vertices, links, ranks):
    """Add a dummy for each layer that a link passes; return each link's chain of vertices and its direction."""
    chains = []
    for source, target, flipped in links:
        chain = [source]
        if ranks[target] > ranks[source]:
            for rank in range(ranks[source] + 1, ranks[target]):
                vertices.append(_Vertex(None, rank, DUMMY_WIDTH, 0.0, vertices[source].column))
                chain.append(len(vertices) - 1)
        chain.append(target)
        chains.append((chain, flipped))
    return chains


def _connect(vertices, chains, links):
    """Tell every vertex its neighbors above and below."""
    for link, (chain, flipped) in zip(links, chains, strict=True):
        ends = (link.in_at, link.out_at) if flipped else (link.out_at, link.in_at)
        last = len(chain) - 1
        for k in range(last):
            upper, lower = vertices[chain[k]], vertices[chain[k + 1]]
            if upper.rank >= lower.rank:
                continue
            a = ends[0] if k == 0 else 0.0
            b = ends[1] if k + 1 == last else 0.0
            weight = link.weight * (8.0 if upper.dummy and lower.dummy else 2.0 if upper.dummy or lower.dummy else 1.0)
            upper.below.append((lower, b - a, weight))
            lower.above.append((upper, a - b, weight))
            a, b = a / (upper.width + 1.0), b / (lower.width + 1.0)  # in (-0.5, 0.5)
            upper.downs.append((lower, b, a))
            lower.ups.append((upper, a, b))


def _order(vertices, depth, column):
    """Return the vertices of a column by layer, ordered so that few links cross."""
    layers: list[list[_Vertex]] = [[] for _ in range(depth)]
    seen: set[int] = set()
    members = [v for v in vertices if v.column == column]
    # Start: depth first from the last boxes upwards, operands from left to right.
    for start in sorted((v for v in members if not v.below), key=lambda v: -v.rank):
        stack = [start]
        while stack:
            vertex = stack.pop()
            if id(vertex) in seen:
                continue
            seen.add(id(vertex))
            layers[vertex.rank].append(vertex)
            stack.extend(other for other, *_ in reversed(sorted(vertex.ups, key=lambda e: e[2])))
    for vertex in members:
        if id(vertex) not in seen:
            layers[vertex.rank].append(vertex)
    for layer in layers:
        for position, vertex in enumerate(layer):
            vertex.position = float(position)
    best, fewest, waiting = [list(layer) for layer in layers], _crossings(layers), 0
    for sweep in range(2 * SWEEPS):
        if fewest == 0 or waiting == 2:  # nothing to gain, or one sweep each way gained nothing
            break
        waiting += 1
        downwards = sweep % 2 == 0
        for layer in layers if downwards else reversed(layers):
            _sort_layer(layer, downwards)
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest, waiting = [list(layer) for layer in layers], crossings, 0
    return best


def _sort_layer(layer, downwards):
    if len(layer) < 2:
        return
    last = -1.0
    for vertex in layer:
        links = vertex.ups if downwards else vertex.downs
        if len(links) == 1:
            last = links[0][0].position + links[0][1]
        elif links:
            last = 0.0
            for link in links:
                last += link[0].position + link[1]
            last /= len(links)
        vertex.key = last  # boxes without neighbors stay beside their left neighbor
    layer.sort(key=_KEY)
    for position, vertex in enumerate(layer):
        vertex.position = float(position)


_KEY = attrgetter("key")


def _crossings(layers) -> int:
    """Count the crossings of straight links between neighboring layers."""
    total = 0
    for layer in layers:
        if len(layer) == 1 and len(layer[0].downs) < 2:
            continue
        ends = sorted([(v.position + here, w.position + there) for v in layer for w, there, here in v.downs])
        passed: list[float] = []
        furthest = -1.0
        for _, end in ends:
            if end >= furthest:
                furthest = end
                passed.append(end)
            else:
                total += len(passed) - bisect_right(passed, end)
                insort(passed, end)
    return total


def _coordinates(vertices, layers, left, gap):
    """Set ``x`` of every vertex of the layers, none left of ``left``; return the right edge."""
    filled = [layer for layer in layers if layer]
    if not filled:
        return left
    steps = []
    for layer in filled:
        steps.append(
            [
                (a.width + b.width) / 2 + gap * (0.5 if a.dummy and b.dummy else 1.0)
                for a, b in zip(layer, layer[1:], strict=False)
            ]
        )
    for layer, distances in zip(filled, steps, strict=True):
        x = -sum(distances) / 2
        for vertex, distance in zip(layer, [*distances, 0.0], strict=True):
            vertex.x = x
            x += distance
    for sweep in range(SWEEPS + 1):
        downwards, both = sweep % 2 == 0, sweep == SWEEPS
        pairs = list(zip(filled, steps, strict=True))
        for layer, distances in pairs if downwards else reversed(pairs):
            _settle(layer, distances, downwards, both)
    edge = min(v.x - v.width / 2 for layer in filled for v in layer)
    shift = left - edge
    for layer in filled:
        for vertex in layer:
            vertex.x += shift
    return max(v.x + v.width / 2 for layer in filled for v in layer)


def _settle(layer, distances, downwards, both):
    """Move a layer to the weighted means of its neighbors, keeping order and distances."""
    if len(layer) == 1 and not both:
        vertex = layer[0]
        links = vertex.above if downwards else vertex.below
        if links:
            vertex.x = sum([k[2] * (k[0].x + k[1]) for k in links]) / sum([k[2] for k in links])
        return
    # Isotonic regression by pooling neighbors that violate the order.
    blocks: list[tuple[float, float, int]] = []  # (weighted mean, weight, count)
    offsets, offset = [], 0.0
    for vertex, distance in zip(layer, [*distances, 0.0], strict=True):
        links = vertex.above + vertex.below if both else vertex.above if downwards else vertex.below
        if len(links) == 1:
            other, shift, weight = links[0]
            goal = other.x + shift - offset
        elif links:
            weight = goal = 0.0
            for other, shift, pull in links:
                weight += pull
                goal += pull * (other.x + shift)
            goal = goal / weight - offset
        else:
            goal, weight = vertex.x - offset, 0.05
        count = 1
        while blocks and blocks[-1][0] > goal:
            mean, mass, more = blocks.pop()
            total = mass + weight
            goal, weight, count = (mean * mass + goal * weight) / total, total, count + more
        blocks.append((goal, weight, count))
        offsets.append(offset)
        offset += distance
    k = 0
    for mean, _, count in blocks:
        for _ in range(count):
            layer[k].x = mean + offsets[k]
            k += 1


def _route(vertices, chain, tops, heights, flipped, link):
    """Return a link's points: out of its source, straight through each layer it passes, into its target."""
    ends = (link.in_at, link.out_at) if flipped else (link.out_at, link.in_at)
    first, last = vertices[chain[0]], vertices[chain[-1]]
    if first.rank == last.rank:  # a box that reads itself through a fold: leave and enter at the side
        x, y = first.x + first.width / 2, tops[first.rank] + heights[first.rank] / 2
        return [(x, y), (x + 12.0, y), (last.x + last.width / 2, y)]
    middle = tops[first.rank] + heights[first.rank] / 2
    points = [(first.x + ends[0], middle + first.height / 2)]
    if middle + first.height / 2 < tops[first.rank] + heights[first.rank] - 1:
        points.append((first.x + ends[0], tops[first.rank] + heights[first.rank]))
    for number in chain[1:-1]:
        vertex = vertices[number]
        top, bottom = tops[vertex.rank], tops[vertex.rank] + heights[vertex.rank]
        points.append((vertex.x, top))
        if bottom - top > 1:
            points.append((vertex.x, bottom))
    middle = tops[last.rank] + heights[last.rank] / 2
    if middle - last.height / 2 > tops[last.rank] + 1:
        points.append((last.x + ends[1], tops[last.rank]))
    points.append((last.x + ends[1], middle - last.height / 2))
    return points[::-1] if flipped else points
