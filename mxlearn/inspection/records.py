"""The records of a graph that was read: plain, frozen, and free of the objects that they were read from."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class OutputView:
    """One output of a node.

    Attributes
    ----------
    shape : tuple of int, or None where it is unknown; -1 stands for an unknown dimension
    dtype : name such as "float32", or None where it is unknown
    context : text such as "cpu(0)", or None for a graph that holds no arrays
    nbytes : size of the output in bytes, or None where it is unknown
    value : numpy.ndarray that must not be written, or None where the graph does not hold the value
    """

    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    context: str | None = None
    nbytes: int | None = None
    value: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Source:
    """A line of the user's code.

    Attributes
    ----------
    file : path of the file, or the name that a notebook gives a cell
    line : its number, from 1
    text : the line without indentation, "" where the file cannot be read
    """

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class NodeView:
    """One node of a graph.

    Attributes
    ----------
    id : position of the node in ``Graph.nodes``
    name : name of the node, unique or not
    op : name of the operator, "null" for a variable
    kind : "variable", "parameter", "constant", "operator", "loss" or "gradient"
    inputs : pairs (id of the node that is read, index of its output), in the operator's order
    outputs : one OutputView for each output
    scope : names of the Blocks inside which the node was made, outermost first
    attributes : the operator's attributes as text, or a variable's own ones
    kept : pairs (number of the array, bytes) of what the tape keeps alive at this node for its gradient rule; nodes
        that keep the same array have the same number
    differentiates : in a backward graph, the id of the forward node whose gradient this node computes, or None
    source : the line of the user's code that made the node, or for a gradient the node that it differentiates; None
        where it was not noted, see ``trace_source``
    """

    id: int
    name: str
    op: str = "null"
    kind: str = "operator"
    inputs: tuple[tuple[int, int], ...] = ()
    outputs: tuple[OutputView, ...] = (OutputView(),)
    scope: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    kept: tuple[tuple[int, int], ...] = ()
    differentiates: int | None = None
    source: Source | None = None

    @property
    def kept_bytes(self) -> int:
        """Bytes that the tape keeps alive at this node."""
        return sum(dict(self.kept).values())


@dataclass(frozen=True)
class Graph:
    """A graph as it was when it was read: later changes of its source do not show.

    Attributes
    ----------
    title : what was read, such as "Symbol 'softmax'"
    origin : "tape", "symbol", "block" or "executor"
    nodes : every node, inputs before users
    heads : pairs (id, index) of the outputs of the graph
    backward : True where the nodes of kind "gradient" are there
    """

    title: str
    origin: str
    nodes: tuple[NodeView, ...]
    heads: tuple[tuple[int, int], ...] = ()
    backward: bool = False

    @property
    def kept_bytes(self) -> int:
        """Bytes that the tape keeps alive, each array counted once."""
        return sum(dict(pair for node in self.nodes for pair in node.kept).values())
