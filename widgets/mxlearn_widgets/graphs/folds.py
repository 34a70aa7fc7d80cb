"""Which nodes are seen: the tree of Blocks of a graph, and its fold states."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mxlearn.inspection import Graph

LIMIT = 24  # nodes and folded Blocks that are shown at first
CROWD = 60  # loose nodes in one place from which on they are folded into parts
PARTS = 24  # such parts at most


@dataclass
class Group:
    """A Block of the graph, or a part of a long run of nodes without Blocks."""

    number: int
    name: str
    path: str
    parent: int  # -1 at the top
    gradient: bool = False
    nodes: list[int] = field(default_factory=list)  # ids of the nodes directly inside
    groups: list[int] = field(default_factory=list)
    total: int = 0  # nodes inside, at any depth


class FoldTree:
    """The Blocks of a graph.

    A gradient node stands in a Block of its own that mirrors the Block of the forward node it differentiates: forward
    and backward of one Block would else close a cycle as soon as both are folded into one box.
    """

    def __init__(self, graph: Graph):
        self.graph = graph
        self.groups: list[Group] = []
        self.owner: list[int] = []  # group of each node, -1 at the top
        numbers: dict[tuple, int] = {}
        scopes = _scopes(graph)
        for node, (gradient, scope) in zip(graph.nodes, scopes, strict=True):
            parent = -1
            for depth in range(len(scope)):
                key = (gradient, scope[: depth + 1])
                if key not in numbers:
                    numbers[key] = len(self.groups)
                    name = _short(scope[depth], scope[depth - 1] if depth else "")
                    group = Group(len(self.groups), name, "/".join(scope[: depth + 1]), parent, gradient)
                    self.groups.append(group)
                parent = numbers[key]
            self.owner.append(parent)
            if parent >= 0:
                self.groups[parent].nodes.append(node.id)
        self._split_crowds()
        for group in self.groups:
            group.total = len(group.nodes)
            if group.parent >= 0:
                self.groups[group.parent].groups.append(group.number)
        for group in sorted(self.groups, key=lambda g: -self.depth(g.number)):
            if group.parent >= 0:
                self.groups[group.parent].total += group.total

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
                    part = run[start : start + size]
                    name = f"part {start // size + 1}"
                    path = f"{self.groups[owner].path}/{name}" if owner >= 0 else name
                    group = Group(len(self.groups), name, path, owner, gradient)
                    self.groups.append(group)
                    for node in part:
                        self.owner[node] = group.number
                        group.nodes.append(node)
            if owner >= 0:
                self.groups[owner].nodes = []

    def depth(self, number: int) -> int:
        """Return how many groups are around a group."""
        depth = 0
        while (number := self.groups[number].parent) >= 0:
            depth += 1
        return depth

    def ancestors(self, number: int) -> list[int]:
        """Return a group and the groups around it, outermost first."""
        path = []
        while number >= 0:
            path.append(number)
            number = self.groups[number].parent
        return path[::-1]

    def key(self, folded: Iterable[int]) -> str:
        """Return the name of a fold state: the folded groups that no other folded group hides."""
        folded = {n for n in folded if 0 <= n < len(self.groups)}
        seen = [n for n in sorted(folded) if not folded & set(self.ancestors(n)[:-1])]
        return ",".join(map(str, seen))

    def start(self, limit: int = LIMIT) -> frozenset[int]:
        """Return the folded groups of the first view: outer Blocks are opened while no more than ``limit`` are seen."""
        folded = {g.number for g in self.groups}
        seen = sum(1 for owner in self.owner if owner < 0) + sum(1 for g in self.groups if g.parent < 0)
        waiting = [g.number for g in self.groups if g.parent < 0]
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
    while True:
        sizes: dict[tuple, int] = {}
        for gradient, scope in scopes:
            for depth in range(len(scope)):
                key = (gradient, scope[: depth + 1])
                sizes[key] = sizes.get(key, 0) + 1
        trimmed = [(g, s[:-1]) if s and sizes[g, s] == 1 else (g, s) for g, s in scopes]
        if trimmed == scopes:
            return scopes
        scopes = trimmed


def _short(name: str, outer: str) -> str:
    """Return a Block's name without the prefix of the Block around it."""
    prefix = f"{outer}_"
    return name[len(prefix) :] if outer and name.startswith(prefix) and len(name) > len(prefix) else name
