"""The records of a graph that was compiled: every stage on its way to a program, and what became of each node."""

from dataclasses import dataclass

from .records import Graph


@dataclass(frozen=True)
class Change:
    """One thing that a pass did to nodes.

    Attributes
    ----------
    kind : "dropped" (gives its input unchanged), "unread" (only the shape of an input is read, so it is written into
        the program), "merged" (computes what another node computes), "folded" (computed when the graph was compiled),
        "unused" (nothing reads it any more), "joined" (several are computed by one kernel), "fused" (a chain that
        shares one buffer) or "reused" (writes over a value that nobody reads any more)
    ids : the nodes, for "fused" in the order of the chain, for "joined" the one first whose value is the result
    target : the node that stands for it now, is read for its shape, or is written over; None where there is none
    text : the same in words
    """

    kind: str
    ids: tuple[int, ...]
    target: int | None
    text: str


@dataclass(frozen=True)
class Origin:
    """A node under the number that it keeps through all passes and in both programs.

    Attributes
    ----------
    id : its number, position in ``Compiled.nodes``
    name : full name
    short : name without what the names of all nodes share
    op : name of the operator, "null" for a variable or constant
    part : "forward" or "backward", where the node belongs
    written : whether it stands in the graph as it was written; otherwise a pass made it
    """

    id: int
    name: str
    short: str
    op: str
    part: str
    written: bool


@dataclass(frozen=True)
class Fate:
    """What became of a node up to some pass.

    Attributes
    ----------
    kind : "same", or the kind of a Change
    now : the number of the node that stands for it, itself where it is still there, None where nothing does
    text : the same in words
    """

    kind: str
    now: int | None
    text: str


@dataclass(frozen=True)
class Stage:
    """A graph before any pass, or after one.

    Attributes
    ----------
    name : "as written", or the name of the pass
    graph : the graph at that stage; in the graph of the backward program what the forward program keeps for it is a
        variable
    ids : for each node of ``graph`` its number in ``Compiled.nodes``
    before, after : number of operator nodes
    changes : what the pass did
    """

    name: str
    graph: Graph
    ids: tuple[int, ...]
    before: int
    after: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Part:
    """One program, and the stages that led to it.

    Attributes
    ----------
    name : "forward" or "backward"
    stages : as written, then after each pass
    source : Python source of the program
    lines : for the nodes that the program computes, the line of ``source`` (the first is 1)
    """

    name: str
    stages: tuple[Stage, ...]
    source: str
    lines: dict[int, int]

    def node_at(self, line: int) -> int | None:
        """Return the number of the node that a line computes."""
        return next((node for node, number in self.lines.items() if number == line), None)


@dataclass(frozen=True)
class Use:
    """How many bytes of computed values are held while each operator runs.

    Attributes
    ----------
    ids : the operators, in the order in which they run
    live : bytes while each of them runs, its result included
    """

    ids: tuple[int, ...]
    live: tuple[int, ...]

    @property
    def peak(self) -> int:
        """The most bytes held at one time."""
        return max(self.live, default=0)


@dataclass(frozen=True)
class Memory:
    """What the values take that a graph computes, from their shapes.

    Inputs, parameters and constants are there in both cases and are not counted, nor is what a kernel needs inside.

    Attributes
    ----------
    eager : each result has a buffer of its own, which is free after the last operator that reads it; with a backward
        pass, what the tape keeps for it is held to its end
    compiled : the plan of the programs: results are written over values that are read for the last time
    reused : how many results are written over others
    reused_bytes : what need not be allocated for them
    """

    eager: Use
    compiled: Use
    reused: int
    reused_bytes: int


@dataclass(frozen=True)
class Compiled:
    """A graph beside the programs that it was compiled to.

    Attributes
    ----------
    title : what was compiled
    nodes : every node that ever was, by its number
    parts : the forward part, and with ``backward`` the backward part
    calls : (eager, compiled): how many operators Python calls one after the other; a program calls one a line
    memory : Memory
    random : short names of the operators that draw random numbers
    fates : after each stage, what became of each node of ``nodes`` that was there as written
    """

    title: str
    nodes: tuple[Origin, ...]
    parts: tuple[Part, ...]
    calls: tuple[int, int]
    memory: Memory
    random: tuple[str, ...]
    fates: tuple[dict[int, Fate], ...]

    @property
    def passes(self) -> tuple[str, ...]:
        """Names of the stages."""
        return tuple(stage.name for stage in self.parts[0].stages)

    def part(self, name: str) -> Part:
        """Return the part of that name."""
        return next(part for part in self.parts if part.name == name)

    def changes(self, stage: int) -> tuple[Change, ...]:
        """Return what a pass did in all parts, each thing once."""
        return tuple(dict.fromkeys(change for part in self.parts for change in part.stages[stage].changes))

    def find(self, name: str) -> int | None:
        """Return the number of the node of that full or short name, those as written first."""
        found = [node for node in self.nodes if name in (node.name, node.short)]
        return min(found, key=lambda node: not node.written).id if found else None
