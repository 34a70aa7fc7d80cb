"""The one reverse pass.

It walks a graph from its heads to its variables and applies each operator's gradient rule. With F as raw arrays it is
``backward()``, with F = mx.nd it records itself (higher order), with F = mx.sym it writes the backward graph.
"""
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..base import GradientError
from .graph import Entry, Node, topological_order


def reverse(
    F: Any,
    heads: Sequence[tuple[Entry, Any]],
    kept: Callable[[Node], Sequence[Any]] | None,
    *,
    zeros: Callable[[Any, Node, int], Any],
    required: set[Node] | None = None,
    observe: Callable[[Node, Any, Sequence[Any]], None] | None = None,
    is_train: bool = True,
    place: Callable[[Any], Any] | None = None,
) -> tuple[dict[Node, list[Any]], list[Node]]:
    """Return the gradients of the heads with respect to every variable (and every node of ``required``), and all nodes.

    Parameters
    ----------
    F : namespace of operators; the gradients are values of its kind
    heads : pairs of an entry and its head gradient
    kept : returns, in F's kind, the values that a node's gradient rule named; None where they are those that the nodes
        of a tape hold
    zeros : called with F, a node and i; returns the zero gradient of visible output i of a node of which only other
        outputs were used, and None for a hidden output
    required : nodes outside of which no gradient is computed; None computes all that lead to the tape
    observe : called after each node with its incoming gradient and the gradients of its inputs
    is_train : whether nodes that do not know it themselves, as those of a symbol, ran in training
    place : where a tape may run over several devices, the F of the device that a gradient is on, called before a node
        is differentiated and before gradients are added; None where one F serves all

    Raises
    ------
    GradientError
        If a node on the way has no gradient rule, or its tape was freed.
    """
    gradients: dict[Node, Any] = {}  # of a node with one output its gradient, of another one a list of them
    results: dict[Node, list[Any]] = {}
    order = topological_order([entry[0] for entry, _ in heads])
    for (node, index), gradient in heads:
        if node.num_outputs == 1 and node not in gradients:
            gradients[node] = gradient
        else:
            _accumulate(F if place is None else place(gradient), gradients, node, index, gradient)
    take, here = gradients.pop, F
    for node in reversed(order):
        g = take(node, None)
        if g is None:
            continue
        op = node.op
        if op is None:
            results[node] = [g]
            continue
        inputs, values, single = node.inputs, node.saved, node.num_outputs == 1
        needs: Sequence[Any] = inputs
        if required is not None:
            if node not in required:
                continue
            results[node] = [g] if single else g
            needs = [entry is not None and entry[0] in required for entry in inputs]
            if not any(needs):
                continue
        if not op.differentiable:
            continue
        shaped = op.like_inputs
        if shaped and all([entry is None or i in shaped for i, entry in enumerate(inputs)]):
            continue  # what leads on was read for its shape alone
        rule = op.rule or op.require_rule(node.name)
        if values is None:
            raise freed(node)
        if place is not None:  # first: what the tape kept is on that device too
            here = place(g if single else next(out for out in g if out is not None))
        if kept is not None:
            values = kept(node)
        elif not single:
            values = values[:-1]
        if not single:
            g = tuple([zeros(here, node, i) if out is None else out for i, out in enumerate(g)])
        training = is_train if node.training is None else node.training
        contributions = rule.apply(here, g, values, node.attrs, needs, training)
        kind = contributions.__class__
        if kind is not tuple:
            contributions = tuple(contributions) if kind is list else (contributions,)
        if observe is not None:
            observe(node, g, contributions)
        for entry, contribution in zip(inputs, contributions):  # noqa: B905 - rules may leave out trailing Nones
            if entry is None or contribution is None:
                continue
            source, index = entry
            if source.num_outputs == 1 and source not in gradients:
                gradients[source] = contribution
            else:
                _accumulate(F if place is None else place(contribution), gradients, source, index, contribution)
    return results, order


def _accumulate(F: Any, gradients: dict[Node, Any], node: Node, index: int, contribution: Any) -> None:
    """Add a contribution where an entry is used more than once (the chain rule's sum)."""
    outs = gradients.get(node)
    if node.num_outputs == 1:
        gradients[node] = contribution if outs is None else F.elemwise_add(outs, contribution)
        return
    if outs is None:
        outs = gradients[node] = [None] * node.num_outputs
    outs[index] = contribution if outs[index] is None else F.elemwise_add(outs[index], contribution)


def required_nodes(heads: Iterable[Node], wrt: Iterable[Node]) -> set[Node]:
    """Return the nodes through which a gradient must flow: those that depend on a node of ``wrt``, and ``wrt``."""
    required = set(wrt)
    for node in topological_order(heads):
        if any(entry is not None and entry[0] in required for entry in node.inputs):
            required.add(node)
    return required


def freed(node: Node) -> GradientError:
    """Return the error of a second backward pass over one tape."""
    return GradientError(
        f"{node.op.name}: cannot differentiate: this part of the tape was freed by an earlier backward().\n"
        "  Record the computation again, or pass retain_graph=True to the first backward()."
    )
