"""Which nodes are seen: the tree of Blocks of a graph, and its fold states."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mxlearn.inspection import Graph

LIMIT = 24  # nodes and folded Blocks that are shown at first
CROWD = 60  # loose nodes in one place from which on they are folded into parts
PARTS = 24  # such parts at most


@dataclass
class Group:
    """A Block of the graph, or a part of a long run of nodes without Blocks.

    Attributes
    ----------
    name : the Block's name without the prefix of the Block around it
    path : full names of the Blocks around it and its own, such as "lenet/lenet_conv0"
    short : the names as they are on the screen, such as "lenet/conv0"
    parent : number of the group around it, -1 at the top
    around : numbers of the groups around it and its own, outermost first
    nodes, groups : ids and numbers of what is directly inside
    first : the smallest id of a node inside, at any depth
    total : nodes inside, at any depth
    """

    number: int
    name: str
    path: str
    short: str
    parent: int
    gradient: bool = False
    around: tuple[int, ...] = ()
    nodes: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    first: int = 0
    total: int = 0


class FoldTree:
    """The Blocks of a graph.

    A gradient node stands in a Block of its own that mirrors the Block of the forward node it differentiates: forward
    and backward of one Block would else close a cycle as soon as both are folded into one box.

    Attributes
    ----------
    groups : every Block, an outer one before those inside
    owner : for each node the group that it is directly in, -1 at the top
    loose : ids of the nodes at the top
    """

    def __init__(self, graph: Graph):
        self.graph = graph
        self.groups: list[Group] = []
        self.owner: list[int] = []
        numbers: dict[tuple, int] = {}
        for node, (gradient, scope) in zip(graph.nodes, _scopes(graph), strict=True):
            parent = numbers.get((gradient, scope), -1)
            if scope and parent < 0:
                for depth in range(len(scope)):
                    key = (gradient, scope[: depth + 1])
                    if key not in numbers:
                        name = _short(scope[depth], scope[depth - 1] if depth else "")
                        numbers[key] = self._add(name, "/".join(key[1]), parent, gradient)
                    parent = numbers[key]
            self.owner.append(parent)
            if parent >= 0:
                self.groups[parent].nodes.append(node.id)
        self._split_crowds()
        self.loose = [node for node, owner in enumerate(self.owner) if owner < 0]
        for group in self.groups:
            group.total = len(group.nodes)
            group.first = group.nodes[0] if group.nodes else len(self.owner)
        for group in reversed(self.groups):  # those inside come after those around them
            if group.parent >= 0:
                outer = self.groups[group.parent]
                outer.groups.insert(0, group.number)
                outer.total += group.total
                outer.first = min(outer.first, group.first)

    def _add(self, name: str, path: str, parent: int, gradient: bool) -> int:
        number = len(self.groups)
        outer = self.groups[parent] if parent >= 0 else None
        short = f"{outer.short}/{name}" if outer else name
        around = (*outer.around, number) if outer else (number,)
        self.groups.append(Group(number, name, path, short, parent, gradient, around))
        return number

    def _split_crowds(self) -> None:
        """Fold a long run of nodes in one place into parts; neighbors in topological order close no cycle."""
        places: dict[int, list[int]] = {}
        for node, owner in enumerate(self.owner):
            places.setdefault(owner, []).append(node)
        for owner, nodes in places.items():
            if len(nodes) <= CROWD:
                continue
            for gradient in (False, True):
                run = [n for n in nodes if (self.graph.nodes[n].kind == "gradient") == gradient]
                size = max(25, -(-len(run) // PARTS))
                for start in range(0, len(run), size):
                    name = f"part {start // size + 1}"
                    path = f"{self.groups[owner].path}/{name}" if owner >= 0 else name
                    group = self.groups[self._add(name, path, owner, gradient)]
                    group.nodes = run[start : start + size]
                    for node in group.nodes:
                        self.owner[node] = group.number
            if owner >= 0:
                self.groups[owner].nodes = []

    def ancestors(self, number: int) -> tuple[int, ...]:
        """Return a group and the groups around it, outermost first."""
        return self.groups[number].around if number >= 0 else ()

    def named(self, path: str) -> list[int]:
        """Return the groups of a path, in full or as it is on the screen: a Block, and its gradients."""
        return [g.number for g in self.groups if path in (g.path, g.short)]

    def inside(self, number: int) -> list[int]:
        """Return the ids of all nodes in a group, at any depth, ascending."""
        found, waiting = [], [number]
        for each in waiting:  # grows while it is read
            found += self.groups[each].nodes
            waiting += self.groups[each].groups
        return sorted(found)

    def children(self, number: int) -> list[tuple[int, int]]:
        """Return (-1, node) and (group, its first node) for what is directly in a group, -1 for the top, in order."""
        nodes = self.groups[number].nodes if number >= 0 else self.loose
        groups = self.groups[number].groups if number >= 0 else [g.number for g in self.groups if g.parent < 0]
        found = [(-1, node) for node in nodes] + [(group, self.groups[group].first) for group in groups]
        return sorted(found, key=lambda each: each[1])

    def closed(self, folded: Iterable[int]) -> list[int]:
        """Return for each group the outermost folded group around it, itself included, or -1 where it is open."""
        folded, found = set(folded), []
        for group in self.groups:
            outer = found[group.parent] if group.parent >= 0 else -1
            found.append(outer if outer >= 0 else group.number if group.number in folded else -1)
        return found

    def key(self, folded: Iterable[int]) -> str:
        """Return the name of a fold state: the folded groups that no other folded group hides."""
        return ",".join(str(number) for number, outer in enumerate(self.closed(folded)) if number == outer)

    def count(self, folded: Iterable[int]) -> int:
        """Return how many nodes and folded groups a fold state shows."""
        closed = self.closed(folded)
        shown = sum(outer == number for number, outer in enumerate(closed))
        return len(self.loose) + shown + sum(len(g.nodes) for g in self.groups if closed[g.number] < 0)

    def start(self, limit: int = LIMIT) -> frozenset[int]:
        """Return the folded groups of the first view: outer Blocks are opened while no more than ``limit`` are seen."""
        folded = {g.number for g in self.groups}
        waiting = [g.number for g in self.groups if g.parent < 0]
        seen = len(self.loose) + len(waiting)
        for number in waiting:  # grows while it is read: breadth first
            group = self.groups[number]
            more = len(group.nodes) + len(group.groups) - 1
            if seen + more <= limit:
                seen += more
                folded.discard(number)
                waiting.extend(group.groups)
        return frozenset(folded)


def _scopes(graph: Graph) -> list[tuple[bool, tuple[str, ...]]]:
    """Return (is gradient, Block path) of each node; a Block with a single node is no Block to fold."""
    scopes = []
    for node in graph.nodes:
        gradient = node.kind == "gradient"
        scope = node.scope
        if gradient and node.differentiates is not None and not scope:
            scope = graph.nodes[node.differentiates].scope
        scopes.append((gradient, tuple(scope)))
    sizes: dict[tuple, int] = {}
    for gradient, scope in scopes:
        for depth in range(len(scope)):
            key = (gradient, scope[: depth + 1])
            sizes[key] = sizes.get(key, 0) + 1
    trimmed = []
    for gradient, scope in scopes:
        while scope and sizes[gradient, scope] == 1:
            scope = scope[:-1]
        trimmed.append((gradient, scope))
    return trimmed


def _short(name: str, outer: str) -> str:
    """Return a Block's name without the prefix of the Block around it."""
    prefix = f"{outer}_"
    return name[len(prefix) :] if outer and name.startswith(prefix) and len(name) > len(prefix) else name
