"""Read a computation graph: the tape of an NDArray, a Symbol, a HybridBlock, an Executor, and their backward graphs.

``graph(x)`` copies what a reader may ask of a graph into plain, frozen records; ``compiled(net, x)`` does so for each
step of its compilation, and ``backward_steps(loss)`` for each step of the backward pass. It knows no notebook; the
widgets, ``visualization`` and the tests all read graphs through it.
"""

from .compiled import compiled, record
from .compiled_records import Change, Compiled, Fate, Memory, Origin, Part, Stage, Use
from .reading import graph
from .records import Graph, NodeView, OutputView, Source
from .running import Subject, subject
from .sources import trace_source
from .steps import BackwardPass, Contribution, Jacobian, Reduction, Step, backward_steps

__all__ = [
    "BackwardPass",
    "Change",
    "Compiled",
    "Contribution",
    "Fate",
    "Graph",
    "Jacobian",
    "Memory",
    "NodeView",
    "Origin",
    "OutputView",
    "Part",
    "Reduction",
    "Source",
    "Stage",
    "Step",
    "Subject",
    "Use",
    "backward_steps",
    "compiled",
    "graph",
    "record",
    "subject",
    "trace_source",
]
