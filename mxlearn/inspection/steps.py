"""The backward pass, one node at a time: what came in, what the node's rule made of it, and where that went.

``backward_steps(loss)`` runs the one reverse pass of ``mxlearn.core.gradient`` and watches it. It reads the tape and
leaves it as it is: no gradient is written, and ``loss.backward()`` works afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..base import ArgumentError, nearest
from .records import Graph
from .rerun import Check

DENSE = 8  # outputs and inputs up to which a local Jacobian is computed number by number
LIMIT = 500  # steps that are kept; the pass itself always runs to its end


@dataclass(frozen=True)
class Jacobian:
    """The derivatives of a node's outputs with respect to one of its inputs.

    Attributes
    ----------
    shape : (number of output elements, number of input elements)
    structure : in words, which input element moves which output element
    dense : (outputs, inputs) array, computed by the node's own gradient rule from one unit gradient for each output;
        None where more than DENSE x DENSE numbers would be needed, or the rule is none of a derivative
    derivative : for an elementwise node, d output / d input for each output element, in the output's shape, else None
    """

    shape: tuple[int, int]
    structure: str
    dense: np.ndarray | None = None
    derivative: np.ndarray | None = None


@dataclass(frozen=True)
class Reduction:
    """The sum that undoes a broadcast: ``before`` is summed over ``axes`` to the contribution."""

    before: np.ndarray
    axes: tuple[int, ...]


@dataclass(frozen=True)
class Contribution:
    """What one node sends back to one of its inputs: upstream x Jacobian.

    Attributes
    ----------
    target, node, index : name of the input, id of its node in the graph, and which output of that node it is
    argument : what the operator calls this input
    value : array of the shape of the input
    formula : how the rule computes it, g being the upstream gradient; "" where it has no short formula
    derivative : d output / d input as a formula, for an elementwise node; otherwise ""
    reduction : the sum that undid a broadcast, or None
    before : what other nodes had sent to the same input earlier, or None where this is the first
    accumulated : before + value
    check : comparison with central differences of this operator alone, or None where it was not tried
    """

    target: str
    node: int
    index: int
    argument: str
    value: np.ndarray
    jacobian: Jacobian
    formula: str = ""
    derivative: str = ""
    reduction: Reduction | None = None
    before: np.ndarray | None = None
    accumulated: np.ndarray = field(default_factory=lambda: np.zeros(0))
    check: Check | None = None


@dataclass(frozen=True)
class Step:
    """One step of the backward pass.

    Attributes
    ----------
    number : from 1, as the pass did it
    kind : "start" (the head gradient), "node" (a gradient rule), or "end" (a gradient that was asked for is complete)
    node : id of the node in the graph
    name, op, scope : of the node; scope is the path of Blocks
    forward : what the node computes, as a formula
    upstream : the gradient that comes in, an array, or a tuple of them where the node has several outputs
    contributions : one for each input that gets a gradient; empty for a start and an end
    sources : for an end, the numbers of the steps that contributed
    grad_req : for an end, what backward() does with the gradient: "write", "add", or "" where it stores none
    held : for "add", what .grad holds now, or None
    check : for an end, comparison with central differences of the whole computation
    note : a sentence for the reader, or ""
    """

    number: int
    kind: str
    node: int
    name: str
    op: str
    scope: tuple[str, ...]
    forward: str
    upstream: Any
    contributions: tuple[Contribution, ...] = ()
    sources: tuple[int, ...] = ()
    grad_req: str = ""
    held: np.ndarray | None = None
    check: Check | None = None
    note: str = ""

    @property
    def contribution(self) -> np.ndarray:
        """The gradient that this step sends on: of an end or a start, the gradient itself.

        Raises
        ------
        ArgumentError
            If the step has several contributions.
        """
        if self.kind != "node":
            return self.upstream
        return self._only.value

    @property
    def jacobian(self) -> Jacobian:
        """The local Jacobian of a node with one contribution.

        Raises
        ------
        ArgumentError
            If the step has none or several.
        """
        return self._only.jacobian

    @property
    def accumulated(self) -> np.ndarray:
        """What has arrived at the input after this step; of an end, what .grad will hold after backward().

        Raises
        ------
        ArgumentError
            If the step has several contributions.
        """
        if self.kind != "node":
            return self.upstream if self.held is None else self.held + self.upstream
        return self._only.accumulated

    @property
    def _only(self) -> Contribution:
        if len(self.contributions) == 1:
            return self.contributions[0]
        if not self.contributions:
            raise ArgumentError(f"step {self.number}, {self.name}: it sends nothing on, so it has no Jacobian.")
        targets = ", ".join(c.target for c in self.contributions)
        raise ArgumentError(
            f"step {self.number}, {self.name}: it sends {len(self.contributions)} contributions, to {targets}.\n"
            "  Choose one: step.contributions[0].value"
        )


@dataclass(frozen=True)
class BackwardPass:
    """A backward pass that was watched.

    Attributes
    ----------
    title : what was differentiated
    graph : the computation, with a node for each constant, too
    steps : in the order in which the pass did them
    total : how many steps the pass had; more than ``steps`` where the tape is very long
    wrt : names of the arrays whose gradients were asked for
    """

    title: str
    graph: Graph
    steps: tuple[Step, ...]
    total: int
    wrt: tuple[str, ...]

    def find(self, step: str | int) -> int:
        """Return the position in ``steps`` of a step, by its number or a name.

        The name of an array whose gradient was asked for means the step at which that gradient is complete; the name
        of another node means the step that differentiates it.

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        if isinstance(step, (int, np.integer)) and not isinstance(step, bool):
            for position, each in enumerate(self.steps):
                if each.number == step:
                    return position
            raise ArgumentError(f"there is no step {step}: they go from 1 to {self.total}{self._gap()}.")
        for kind in ("end", "node", "start"):
            for position, each in enumerate(self.steps):
                if each.kind == kind and each.name == step:
                    return position
        names = list(dict.fromkeys(each.name for each in self.steps))
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        raise ArgumentError(
            f"there is no step {step!r}.{nearest(str(step), names)}\n  The nodes of this pass are: {shown}."
        )

    def _gap(self) -> str:
        return "" if len(self.steps) == self.total else f", and {self.total - len(self.steps)} of them are not kept"


def backward_steps(
    heads: Any,
    wrt: Any = None,
    *,
    names: Mapping[str, Any] | None = None,
    limit: int = LIMIT,
    entries: int = 4,
) -> BackwardPass:
    """Run the backward pass of an array and return each of its steps.

    Parameters
    ----------
    heads : NDArray that was computed under ``autograd.record()``, or a list of them; head gradients are ones
    wrt : what to differentiate for: NDArray, list, dict of name to NDArray, Parameter or Block; None for every array on
        the tape that has a gradient
    names : what arrays are called, such as ``globals()``; Blocks, lists and dicts among them lend their arrays' names
    limit : steps that are kept, those nearest to the heads first; ends are always kept
    entries : numbers of each gradient that are compared with central differences; 0 for no comparison

    Returns
    -------
    BackwardPass

    Raises
    ------
    GradientError
        If a head is on no tape, or its tape was freed, or an operator has no gradient, or ``wrt`` is not on the tape.
    ArgumentError
        If ``heads`` or ``wrt`` is none of the above.

    Examples
    --------
    >>> import mxlearn as mx
    >>> w, x = mx.nd.array([2.0, 3.0]), mx.nd.array([10.0, 20.0])
    >>> w.attach_grad()
    >>> with mx.autograd.record():
    ...     loss = (w * x).sum()
    >>> steps = backward_steps(loss, {"w": w}, names={"x": x}).steps
    >>> [step.name for step in steps]
    ['sum0', 'sum0', 'elemwise_mul0', 'w']
    >>> steps[2].contributions[0].derivative, steps[3].contribution.tolist()
    ('∂(w * x)/∂w = x', [10.0, 20.0])
    """
    from .watching import Watch  # it makes the records above

    return Watch(heads, wrt, names or {}, limit, entries).finish()
