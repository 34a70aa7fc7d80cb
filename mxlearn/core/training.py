"""A graph compiled for training: a forward program that also returns what backward needs, and a backward program."""
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from . import passes
from .compile import Program, Watch, compile_graph
from .graph import Constant, Entry, Node, topological_order, with_inputs
from .infer import infer_dtypes, infer_shapes, known
from .joining import join_operators
from .own import recorded
from .placing import Placement
from .tracing import backward_graph

JOINT = (passes.drop_identity_nodes, passes.fold_shapes, passes.merge_common)
SEPARATE = (passes.fold_constants, passes.fuse_elementwise, passes.plan_buffers)


def infer_all(
    heads: Sequence[Entry], shapes: dict[Node, Any], dtypes: dict[Node, Any]
) -> tuple[dict[Entry, tuple[int, ...]], dict[Entry, np.dtype[Any]]]:
    """Return the shapes and dtypes of all entries that can be known, from those of variables."""
    found = infer_shapes(heads, shapes)
    types = infer_dtypes(heads, dtypes)
    known_shapes = {e: s for e, s in found.items() if s is not None and known(s)}
    return known_shapes, {e: t for e, t in types.items() if t is not None}


class TrainingGraph:
    """Forward and backward program of a graph for given shapes and dtypes.

    Attributes
    ----------
    forward : Program; returns the heads, then the residuals, then new values of mutated inputs
    backward : Program of residuals, inputs and head gradients; None where no gradient is wanted
    num_heads : number of outputs
    wanted : for each input, whether it is among ``wrt``
    uses_head_grad : for each head, whether backward reads its head gradient (loss layers do not)
    is_train : whether operators behave as in training
    static : whether the programs keep memory for intermediate values; what forward keeps for backward lies in it
    captured : whether a GPU is to run the programs as CUDA graphs, where that can be

    With ``plain`` no pass changes the graph, so that an observer sees every node that was written. ``watch`` is called
    for the "joint" graph of both directions, for the backward graph when it is "cut" off, and for the programs
    "forward" and "backward"; see compile_graph. ``placement`` is that of a graph over several devices.
    """

    def __init__(
        self,
        heads: Sequence[Entry],
        inputs: Sequence[Node],
        wrt: Sequence[Node],
        *,
        xp: ModuleType,
        shapes: dict[Any, Any],
        dtypes: dict[Any, Any],
        is_train: bool = True,
        plain: bool = False,
        watch: Watch | None = None,
        placement: Placement | None = None,
        static: bool = False,
        captured: bool = False,
    ):
        self.num_heads = len(heads)
        self.is_train = is_train
        self.wanted = [node in set(wrt) for node in inputs]
        self.reports: list[passes.Report] = []
        if not plain:
            written = passes.Graph(list(heads), xp, is_train)
            self.reports += [report for report in passes.run(written, [join_operators]) if report.events]
            heads = written.heads
        heads = recorded(heads, wrt)
        all_shapes, all_dtypes = infer_all(heads, shapes, dtypes)
        head_grads = [Node(None, (), {}, f"head_grad{i}") for i in range(len(heads))]
        grads = backward_graph(heads, [(node, 0) for node in head_grads], wrt, is_train=is_train)
        self._wrt = [i for i, grad in enumerate(grads) if grad is not None]
        position = [i for i, want in enumerate(self.wanted) if want]
        self._differentiated = [position[i] for i in self._wrt]
        self._num_wrt = len(wrt)
        given = [grad for grad in grads if grad is not None]
        for node, head in zip(head_grads, heads, strict=True):
            if head in all_shapes:
                all_shapes[node, 0], all_dtypes[node, 0] = all_shapes[head], all_dtypes[head]
        known_nodes = {e[0]: s for e, s in all_shapes.items() if e[0].op is None}
        known_types = {e[0]: t for e, t in all_dtypes.items() if e[0].op is None}
        joint_shapes, joint_dtypes = infer_all([*heads, *given], known_nodes, known_types)
        graph = passes.Graph([*heads, *given], xp, is_train, joint_shapes, joint_dtypes)
        joint, separate = ((), ()) if plain else (JOINT, SEPARATE)
        self.reports += passes.run(graph, joint, watch and partial(watch, "joint"))

        forward_heads, backward_heads = graph.heads[: len(heads)], graph.heads[len(heads) :]
        forward_nodes = set(topological_order(node for node, _ in forward_heads))
        backward_nodes = [n for n in topological_order(n for n, _ in backward_heads) if n not in forward_nodes]
        residuals = _residuals(forward_nodes, backward_nodes, backward_heads)
        self.forward = compile_graph(
            [*forward_heads, *residuals],
            inputs,
            xp=xp,
            is_train=is_train,
            shapes=graph.shapes,
            dtypes=graph.dtypes,
            name="forward",
            steps=separate,
            watch=watch,
            placement=placement,
            static=static,
            captured=captured,
            escaping=len(heads),
        )
        self.num_residuals = len(residuals)
        self.reports += self.forward.reports
        cut, stand_ins = _cut(backward_heads, residuals, forward_nodes, graph)
        if placement is not None:
            found = placement.of([*inputs, *topological_order(node for node, _ in [*forward_heads, *residuals])])
            contexts = {node: found[head[0]] for node, head in zip(head_grads, forward_heads, strict=True)}
            contexts |= {node: found[entry[0]] for node, entry in zip(stand_ins, residuals, strict=True)}
            placement = placement.extended(contexts)
        if watch is not None:
            watch("cut", cut, None)
        self.backward: Program = compile_graph(
            cut.heads,
            [*stand_ins, *inputs, *head_grads],
            xp=xp,
            is_train=is_train,
            shapes=cut.shapes,
            dtypes=cut.dtypes,
            name="backward",
            steps=separate,
            watch=watch,
            placement=placement,
            static=static,
            captured=captured,
        )
        self.reports += self.backward.reports
        read = set(topological_order(node for node, _ in cut.heads))
        self.uses_head_grad = [node in read for node in head_grads]
        self.reads_input = [node in read for node in inputs]

    def by_input(self, results: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return one gradient for each input from what the backward program returned; None for none."""
        gradients: list[Any] = [None] * len(self.wanted)
        for i, value in zip(self._differentiated, results, strict=True):
            gradients[i] = value
        return tuple(gradients)

    def gradients(self, results: tuple[Any, ...]) -> list[Any]:
        """Return one gradient for each variable of ``wrt`` from what the backward program returned; None for none."""
        gradients: list[Any] = [None] * self._num_wrt
        for i, value in zip(self._wrt, results, strict=True):
            gradients[i] = value
        return gradients


def _residuals(forward_nodes: set[Node], backward_nodes: list[Node], backward_heads: list[Entry]) -> list[Entry]:
    """Return the forward entries, variables aside, that the backward nodes read."""
    found: dict[Entry, None] = {}
    for node in backward_nodes:
        for entry in node.inputs:
            if entry is not None and entry[0] in forward_nodes and entry[0].op is not None:
                found[entry] = None
    for entry in backward_heads:
        if entry[0] in forward_nodes and entry[0].op is not None:
            found[entry] = None
    return list(found)


def _cut(
    heads: list[Entry], residuals: list[Entry], forward_nodes: set[Node], joint: passes.Graph
) -> tuple[passes.Graph, list[Node]]:
    """Return the backward graph with a variable in the place of each residual, and those variables."""
    became: dict[Node, Any] | None = None if joint.became is None else {}
    cut = passes.Graph(heads, joint.xp, joint.is_train, dict(joint.shapes), dict(joint.dtypes), became=became)
    stand_in = {e: Node(None, (), {}, f"{e[0].name}_kept{e[1] or ''}") for e in residuals}
    for entry, node in stand_in.items():
        if entry in cut.shapes:
            cut.shapes[node, 0] = cut.shapes[entry]
        if entry in cut.dtypes:
            cut.dtypes[node, 0] = cut.dtypes[entry]
    unused = Constant(None, "unused")

    def replace(node: Node, inputs: tuple[Any, ...]):
        if node in forward_nodes and node.op is not None:
            return tuple((stand_in.get((node, i), unused), 0) for i in range(node.num_outputs))
        return with_inputs(node, inputs)

    cut.transform(replace)
    return cut, list(stand_in.values())
