"""Read a computation graph: the tape of an NDArray, a Symbol, a HybridBlock, and their backward graphs.

``graph(x)`` copies what a reader may ask of a graph into plain, frozen records. It knows no notebook; the widgets,
``visualization`` and the tests all read graphs through it.
"""

from .reading import graph
from .records import Graph, NodeView, OutputView

__all__ = ["Graph", "NodeView", "OutputView", "graph"]
