"""The backward graph as nodes: the one reverse pass, run with an F that writes, and computes beside it where it can."""
from typing import Any

from .. import autograd, backend
from ..base import GradientError
from ..core.frontend import bind
from ..core.gradient import required_nodes, reverse
from ..core.graph import Entry, Node, topological_order
from ..core.operator import Like, find, raw_function
from .tapes import Held

NODES = 2000  # nodes of a tape up to which gradients get values
BYTES = 256_000_000  # that the values of gradients may take


class _Value:
    """An entry of a backward graph in the making; a rule may hold, pass and return it, but not look inside.

    ``raw`` is its raw value, or a Like, or None where it is not known.
    """

    __slots__ = ("entry", "raw")

    def __init__(self, entry: Entry, raw: Any = None):
        self.entry = entry
        self.raw = raw


class _Writer:
    """The F that writes a backward graph: each operator makes a node, marked with the node that it differentiates.

    Parameters
    ----------
    held : what is known of the forward graph
    computes : whether nodes are computed too, where what they read is known
    """

    def __init__(self, held: Held, computes: bool) -> None:
        self.forward: Node | None = None
        self.written: list[Node] = []
        self.values: list[_Value] = []  # those that are known
        self._held = held
        self._room = BYTES if computes else 0

    def __getattr__(self, name: str) -> Any:
        op = find(name)

        def function(*args, **attributes):
            values, attrs = bind(op, args, attributes)
            return self.apply(op, values, attrs)

        setattr(self, name, function)
        return function

    def apply(self, op: Any, values: list, attrs: dict) -> Any:
        """Write a node, compute it where that can be done, and return its visible outputs."""
        entries = tuple(None if v is None else v.entry for v in values)
        forward = self.forward
        scope = forward.scope if forward is not None else ()
        node = Node(op, entries, attrs, None, op.num_outputs(attrs), (), scope, forward=forward)
        node.source = None if forward is None else forward.source
        self.written.append(node)
        count = op.num_visible(attrs)
        raws = self._compute(op, values, attrs, count)
        outputs = [_Value((node, k), raw) for k, raw in enumerate(raws)]
        self.values += [value for value in outputs if value.raw is not None]
        return outputs[0] if count == 1 else tuple(outputs)

    def _compute(self, op: Any, values: list, attrs: dict, count: int) -> tuple:
        """Return the raw outputs of an operator, Nones where they cannot be known or there is no room for them."""
        unknown = (None,) * count
        if self._room <= 0 or any(v is not None and v.raw is None for v in values):
            return unknown
        raws = [None if v is None else v.raw for v in values]
        arrays = [raw for raw in raws if raw is not None and not isinstance(raw, Like)]
        if not arrays:
            return unknown
        try:
            result = raw_function(op, backend.module_of(arrays[0]))(*raws, **attrs)
        except Exception:  # such as a tape across devices: then this value is not known, the graph is the same
            return unknown
        results = result if isinstance(result, tuple) else (result,)
        self._room -= sum(raw.nbytes for raw in results)
        return results

    def kept(self, node: Node) -> list:
        """Return what the gradient rule of a node names; the nodes written next differentiate it."""
        self.forward = node
        sources = node.op.rule.kept
        if "function" in sources:
            raise GradientError(
                f"graph: the gradient of {node.name!r} is Python code, an autograd.Function's own backward, and has no"
                " graph.\n  Draw the forward graph alone, without backward=True."
            )
        saved = self._held.saved.get(node) or (None,) * len(sources)
        kept: list = []
        for source, raw in zip(sources, saved, strict=False):
            if source == "outs":
                kept.append(tuple(_Value((node, k), raw and raw[k]) for k in range(node.num_outputs)))
            elif source == "inputs":
                kept.append(tuple(_Value(entry, raw and raw[k]) for k, entry in enumerate(node.inputs)))
            elif source >= 0:
                entry = node.inputs[source] if source < len(node.inputs) else None
                kept.append(None if entry is None else _Value(entry, raw))
            else:
                kept.append(_Value((node, ~source), raw))
        return kept

    def zeros(self, _: Any, node: Node, index: int) -> Any:
        """Return the zero gradient of an output that nobody used."""
        likes = (self._held.saved.get(node) or ((),))[-1]
        like = likes[index] if type(likes) is tuple and index < len(likes) else None
        return self.zeros_like(_Value((node, index), like))


def write(
    heads: list[Entry], wanted: list[Node], held: Held, array: Any = None
) -> tuple[list[tuple[Node, Entry]], list[Node]]:
    """Write the gradients of ``heads`` with respect to the variables ``wanted``.

    Parameters
    ----------
    held : what is known of the graph; where it holds a tape, it learns the values of the gradients
    array : the array whose tape it is, or None

    Returns
    -------
    pairs (variable, entry of its gradient), and the nodes that were written: ``forward`` is what each differentiates

    Raises
    ------
    GradientError
        If an operator on the way has no gradient.
    """
    small = array is not None and len(topological_order(node for node, _ in heads)) <= NODES
    F = _Writer(held, small)
    pairs = []
    for entry in heads:
        F.forward = entry[0]
        gradient = F.ones_like(_Value(entry, array._data if small and array is not None else None))
        gradient.entry[0].name = "head_grad"
        pairs.append((entry, gradient))
    required = required_nodes([node for node, _ in heads], wanted)
    results, _ = reverse(F, pairs, F.kept, zeros=F.zeros, required=required)
    found = [(variable, value) for variable in wanted for value in results.get(variable, ()) if value is not None]
    for value in F.values if small else ():
        held.note(value.entry, value.raw)
    gradients = [(variable, value.entry) for variable, value in found]
    if small:
        _fill(gradients, held, array)
    _give_names(F.written, gradients)
    return gradients, F.written


def _fill(gradients: list[tuple[Node, Entry]], held: Held, array: Any) -> None:
    """Ask the reverse pass itself for the gradients behind a compiled Block, of which no inner part is kept."""
    missing = [(variable, entry) for variable, entry in gradients if entry not in held.values]
    carriers = []
    for variable, _ in missing:
        leaf = held.leaves[variable]
        if leaf.grad is None:
            return
        carrier = leaf.grad.detach()
        carrier._entry = (leaf, 0)
        carriers.append(carrier)
    size = sum(int(carrier._data.nbytes) for carrier in carriers)
    if not carriers or size > BYTES:
        return
    for (_, entry), gradient in zip(missing, autograd.grad([array], carriers, retain_graph=True), strict=True):
        held.note(entry, gradient._data)


def _give_names(written: list[Node], gradients: list[tuple[Node, Entry]]) -> None:
    """Name the gradient of w ``w_grad``, and what leads to it after the forward node that it differentiates.

    A node that computes several gradients at once says in its attributes which output is which.
    """
    for variable, (node, index) in gradients:
        name = f"{variable.name}_grad"
        if node.num_outputs > 1:
            node.meta = {**(node.meta or {}), f"output {index}": name}
        elif node.name is None and node.forward is not None:
            node.name = name
    counts: dict[str, int] = {}
    for node in written:
        if node.name is None:
            stem = f"{node.forward.name}_backward" if node.forward is not None else "backward"
            count = counts[stem] = counts.get(stem, 0) + 1
            node.name = stem if count == 1 else f"{stem}{count}"
