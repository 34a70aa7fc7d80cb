"""The tape as a Symbol."""
from ..core.gradient import freed
from ..core.graph import Entry, Node, rebuild
from ..name import NameManager
from .symbol import Symbol


def from_tape(entry: Entry) -> Symbol:
    """Return the recorded computation that ends in ``entry``; its variables are named var0, var1, ...

    A hybridized Block appears as the operators of its graph.
    """
    names = NameManager()

    def copy(node: Node, inputs: tuple):
        filled = tuple((Node(None, (), {}, names.get(None, "const")), 0) if e is None else e for e in inputs)
        if node.saved is None:
            raise freed(node)
        if node.op is None:
            return Node(None, (), {}, names.get(node.name, "var"))
        if hasattr(node.op, "inline"):
            return node.op.inline(filled)
        name = names.get(node.name, node.op.name.lower())
        return Node(node.op, filled, node.attrs, name, node.num_outputs, (), node.scope)

    return Symbol(rebuild([entry], copy))
