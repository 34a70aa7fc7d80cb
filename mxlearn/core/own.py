"""Operators that belong to one node: a loop with its body, or one use of an operator that the user wrote.

Those of the registry are shared by all nodes, and attributes say how a node differs. Where what differs is a graph, or
an object of the user's, the node has an operator of its own; the passes and the reverse pass see no difference.
"""
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from . import infer
from .gradient import required_nodes
from .graph import Entry, Node, rebuild, topological_order, with_inputs
from .operator import Operator, RawFunctions, raw_function


class OwnOperator(Operator):
    """An operator of one node; it is in no registry.

    Attributes
    ----------
    file_attrs : the attributes that a symbol file holds for the node, as strings
    subgraphs : graphs that the operator runs by itself, which a symbol file holds too

    Parameters are those of Operator; ``shape`` and ``dtype`` take the values of the inputs by name.
    """

    def __init__(
        self,
        kernel: Callable[..., Any],
        *,
        name: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        visible: int,
        shape: Callable[..., Any],
        dtype: Callable[..., Any],
        mutates: Iterable[str] = (),
        aux: Iterable[str] = (),
        wants_train: bool = False,
        wants_rng: bool = False,
        file_attrs: dict[str, str] | None = None,
        subgraphs: Sequence[Any] = (),
        doc: str | None = None,
    ):
        def nothing(xp: Any):
            raise NotImplementedError

        super().__init__(nothing, name=name)
        self.kernel = kernel
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self.visible = None if visible == len(outputs) else visible
        self.aux = tuple(aux)
        self.mutates = tuple(mutates) or self.aux
        self.mutated_indices = tuple(self.inputs.index(key) for key in self.mutates)
        self.wants_train = wants_train
        self.wants_rng = wants_rng
        self.shape_rule = shape
        self.dtype_rule = dtype
        self.file_attrs = dict(file_attrs or {})
        self.subgraphs = tuple(subgraphs)
        self.__doc__ = doc
        self.__module__ = kernel.__module__

    @property
    def described(self) -> dict[str, str]:
        """What a picture of the graph says of the node."""
        return self.file_attrs

    def recorded(self, needs: Sequence[bool]) -> "OwnOperator":
        """Return the operator that also keeps what the gradients of the inputs in ``needs`` read."""
        return self

    def replay(self, invoke: Callable[..., Any], evaluate: Callable[..., Any], inputs: Sequence[Any]) -> Any:
        """Return the outputs as a list, computed on NDArrays by operators whose gradients have gradients.

        Parameters
        ----------
        invoke : runs an operator on NDArrays
        evaluate : ``evaluate(subgraph, arrays)`` returns the heads of a subgraph
        """
        outputs: Any = invoke(self, inputs)
        return cast(list[Any], outputs) if isinstance(outputs, list) else [outputs]


def unknown_types(count: int) -> Callable[..., Any]:
    """Return a rule of shapes or dtypes that knows nothing of ``count`` outputs."""

    def rule(**inputs: Any) -> tuple[list[Any], list[Any]]:
        return list(inputs.values()), [None] * count

    return rule


def apply(F: Any, op: Operator, *inputs: Any) -> Any:
    """Run an operator that is in no registry with F: on raw arrays, in a graph (``F.apply``), or on NDArrays."""
    if isinstance(F, RawFunctions):
        return raw_function(op, F.xp)(*inputs)
    if hasattr(cast(object, type(F)), "apply"):
        return F.apply(op, list(inputs), {})
    return F.dispatch.invoke(op, inputs)


def recorded(heads: Sequence[Entry], wrt: Sequence[Node]) -> list[Entry]:
    """Return ``heads`` over a graph in which operators of one node keep what their gradients read."""
    heads = list(heads)
    order = topological_order(node for node, _ in heads)
    if not any(isinstance(node.op, OwnOperator) for node in order):
        return heads
    required = required_nodes([node for node, _ in heads], wrt)

    def replace(node: Node, inputs: tuple[Any, ...]) -> Node:
        op = node.op
        if not isinstance(op, OwnOperator):
            return with_inputs(node, inputs)
        needs = [e is not None and e[0] in required for e in node.inputs]
        new = op.recorded(needs) if any(needs) else op
        if new is op:
            return with_inputs(node, inputs)
        count = new.num_outputs(node.attrs)
        copy = Node(new, inputs, node.attrs, node.name, count, (), node.scope, node.meta)
        copy.source = node.source
        return copy

    return rebuild(heads, replace)


class Subgraph:
    """A graph that an operator runs by itself: the body of a loop, its condition, or a branch.

    Attributes
    ----------
    heads : entries
    inputs : its variables, in topological order
    """

    def __init__(self, heads: Iterable[Entry]):
        self.heads = list(heads)
        self.order = topological_order(node for node, _ in self.heads)
        self.inputs = [node for node in self.order if node.op is None]
        self._compiled: dict[Any, Any] = {}

    @property
    def wants_rng(self) -> bool:
        """Whether an operator in it draws random numbers."""
        return any(node.op is not None and node.op.wants_rng for node in self.order)

    @property
    def wants_train(self) -> bool:
        """Whether an operator in it behaves differently in training."""
        return any(node.op is not None and (node.op.wants_train or callable(node.op.identity)) for node in self.order)

    @property
    def mutated(self) -> list[int]:
        """Positions of the inputs that operators in it update by themselves, such as moving averages."""
        position = {node: i for i, node in enumerate(self.inputs)}
        changed: set[int] = set()
        for node in self.order:
            if node.op is None:
                continue
            for index in node.op.mutated_indices:
                entry = node.inputs[index] if index < len(node.inputs) else None
                if entry is not None and entry[0] in position:
                    changed.add(position[entry[0]])
        return sorted(changed)

    def infer(self, values: Sequence[Any], what: str) -> tuple[list[Any], list[Any]]:
        """Return the shapes (``what`` is "shape") or dtypes of the inputs, completed, and of the heads."""
        given = {node: value for node, value in zip(self.inputs, values, strict=True) if value is not None}
        rule = cast(Callable[..., Any], infer.infer_shapes if what == "shape" else infer.infer_dtypes)
        found = rule(self.heads, given)
        return [found[node, 0] for node in self.inputs], [found[entry] for entry in self.heads]

    def program(self, xp: Any, values: Sequence[Any], is_train: bool) -> Any:
        """Return the compiled Program for raw values of its inputs."""
        from .compile import compile_graph
        from .training import infer_all

        key = (signature(xp, values), is_train)
        found = self._compiled.get(key)
        if found is None:
            shapes, dtypes = infer_all(self.heads, *self._known(values))
            found = self._compiled[key] = compile_graph(
                self.heads, self.inputs, xp=xp, is_train=is_train, shapes=shapes, dtypes=dtypes
            )
        return found

    def training(self, xp: Any, values: Sequence[Any], is_train: bool, wanted: Sequence[bool]) -> Any:
        """Return the compiled TrainingGraph for raw values of its inputs, with gradients of those in ``wanted``."""
        from .training import TrainingGraph

        key = (signature(xp, values), is_train, tuple(wanted))
        found = self._compiled.get(key)
        if found is None:
            wrt = [node for node, want in zip(self.inputs, wanted, strict=True) if want]
            shapes, dtypes = self._known(values)
            found = self._compiled[key] = TrainingGraph(
                self.heads, self.inputs, wrt, xp=xp, shapes=shapes, dtypes=dtypes, is_train=is_train
            )
        return found

    @property
    def sources(self) -> list[str]:
        """The Python text of the programs that were compiled for it so far."""
        found: list[str] = []
        for program in self._compiled.values():
            backward = getattr(program, "backward", None)
            found += [program.source] if backward is None else [program.forward.source, backward.source]
        return found

    def _known(self, values: Sequence[Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
        pairs = list(zip(self.inputs, values, strict=True))
        return {node: tuple(v.shape) for node, v in pairs}, {node: v.dtype for node, v in pairs}

    def __repr__(self) -> str:
        return f"<Subgraph of {len(self.order)} nodes at {id(self):#x}>"


def signature(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
    """Return what a program is compiled for: the array module, the device, shapes and dtypes."""
    device = getattr(getattr(values[0], "device", None), "id", 0) if values else 0
    return (xp.__name__, device, *[(v.shape, v.dtype) for v in values])
