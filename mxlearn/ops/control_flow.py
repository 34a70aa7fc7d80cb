"""Loops and branches inside a graph: the operators behind ``mx.sym.contrib.foreach``, ``while_loop`` and ``cond``.

    foreach     out[t], state[t+1] = body(data[t], state[t])
    while_loop  while condition(vars): out[t], vars = body(vars)
    cond        then() if predicate() else otherwise()

Each node has an operator of its own, which holds the graphs of its body or branches and compiles them like any other
graph. While gradients are wanted it hands the steps that it took to its backward operator, in a hidden output "tape":
backpropagation through time walks them from the last to the first.

References: MXNet 1.9.1 operators _foreach, _while_loop and _cond; Werbos 1990, "Backpropagation through time".
"""
from collections.abc import Callable, Sequence
from typing import Any

from ..base import GradientError
from ..core.infer import unify
from ..core.operator import Like, Rule, find
from ..core.own import OwnOperator, Subgraph, apply, unknown_types


class _Tape:
    """The steps taken, as (subgraph, its programs, what they kept, its inputs), and the shapes of all inputs."""

    __slots__ = ("likes", "steps")

    def __init__(self, inputs: Sequence):
        self.steps: list[tuple[int, Any, tuple, list]] = []
        self.likes = [Like(x.shape, x.dtype) for x in inputs]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the steps keep."""
        held = {id(raw): raw for _, _, kept, values in self.steps for raw in (*kept, *values)}
        return sum(int(getattr(raw, "nbytes", 0)) for raw in held.values())


class ControlFlow(OwnOperator):
    """What the three operators share.

    Attributes
    ----------
    locations : for each subgraph, for each of its inputs, which input of the operator it is
    loop_inputs : for each subgraph, those of its inputs whose values change from step to step
    num_out_data : number of outputs that are stacked over the steps; the others are the states after the last one
    needs : None, or for each input whether a gradient is wanted; then there is the output "tape"
    """

    kind = ""
    num_out_data = 0
    again: Callable[..., "ControlFlow"]  # makes the operator once more, with ``needs``

    def __init__(
        self,
        subgraphs: Sequence[Subgraph],
        locations: Sequence[Sequence[int]],
        loop_inputs: Sequence[Sequence[int]],
        num_inputs: int,
        num_outputs: int,
        attrs: dict[str, Any],
        needs: Sequence[bool] | None = None,
    ):
        self.locations = [tuple(each) for each in locations]
        self.loop_inputs = [frozenset(each) for each in loop_inputs]
        self.needs = needs
        changed = {where[i] for graph, where in zip(subgraphs, locations, strict=True) for i in graph.mutated}
        inputs = [f"arg{i}" for i in range(num_inputs)]
        names = ["output"] if num_outputs == 1 else [f"output{i}" for i in range(num_outputs)]
        strings = {key: str(list(v) if isinstance(v, tuple) else v) for key, v in attrs.items()}
        super().__init__(
            self._run,
            name=f"_{self.kind}",
            inputs=inputs,
            outputs=names if needs is None else [*names, "tape"],
            visible=num_outputs,
            shape=lambda **given: self.infer_types("shape", list(given.values())),
            dtype=lambda **given: self.infer_types("dtype", list(given.values())),
            mutates=[inputs[i] for i in sorted(changed)],
            wants_train=any(graph.wants_train for graph in subgraphs),
            wants_rng=any(graph.wants_rng for graph in subgraphs),
            file_attrs={**strings, "num_args": str(num_inputs + len(subgraphs)), "num_outputs": str(num_outputs)},
            subgraphs=subgraphs,
            doc=type(self).__doc__,
        )
        self.count = num_outputs
        if needs is None:
            self._declare_gradient(names)
        else:
            self._declare_backward(names, needs)

    def _declare_gradient(self, names: Sequence[str]) -> None:
        """Declare the gradient where nobody kept a tape: the steps are taken once more."""
        count = len(self.inputs)
        backward = OwnOperator(
            self._run_again,
            name=f"_backward_{self.kind}",
            inputs=[*self.inputs, *(f"grad_{name}" for name in names)],
            outputs=["output"] if count == 1 else [f"output{i}" for i in range(count)],
            visible=count,
            shape=lambda **given: (list(given.values()), list(given.values())[:count]),
            dtype=lambda **given: (list(given.values()), list(given.values())[:count]),
            wants_train=self.wants_train,
            doc=f"The gradients of the inputs of {self.name}.",
        )

        def gradient(F, g, *inputs):
            found = apply(F, backward, *inputs, *(g if isinstance(g, tuple) else (g,)))
            return tuple(found) if isinstance(found, (tuple, list)) else (found,)

        self.rule = Rule(gradient, tuple(range(count)))

    def _run_again(self, xp, *values, is_train: bool = False):
        if self.wants_rng:
            raise GradientError(
                f"{self.name}: the body draws random numbers, and nobody kept those of the forward pass.\n"
                "  Bind the symbol with gradients, or use mx.nd.contrib inside `with autograd.record():`."
            )
        count = len(self.inputs)
        op = self.recorded((True,) * count)
        tape: Any = op._run(xp, *values[:count], is_train=is_train)
        tape = tape[self.count]
        return op._run_backward(xp, tape, *values[count:])

    def _declare_backward(self, names: Sequence[str], needs: Sequence[bool]) -> None:
        """Declare the gradient that reads the tape."""
        count = sum(needs)
        backward = OwnOperator(
            self._run_backward,
            name=f"_backward_{self.kind}",
            inputs=["tape", *(f"grad_{name}" for name in names)],
            outputs=["output"] if count == 1 else [f"output{i}" for i in range(count)],
            visible=count,
            shape=unknown_types(count),
            dtype=unknown_types(count),
            doc=f"The gradients of the inputs of {self.name}, from the steps that it took.",
        )

        def gradient(F, g, tape):
            found = apply(F, backward, tape, *g[: self.count])
            each = iter(found if isinstance(found, (tuple, list)) else (found,))
            return tuple(next(each) if need else None for need in needs)

        self.rule = Rule(gradient, (~self.outputs.index("tape"),))

    @property
    def described(self) -> dict[str, str]:
        """The operators of each subgraph, and how often a loop may run."""
        names = {"foreach": ("body",), "while_loop": ("condition", "body"), "cond": ("predicate", "then", "else")}
        found = {}
        for name, graph in zip(names[self.kind], self.subgraphs, strict=True):
            operators = [node.op.name for node in graph.order if node.op is not None]
            found[name] = ", ".join(operators[:12]) + (", ..." if len(operators) > 12 else "")
        if "max_iterations" in self.file_attrs:
            found["max_iterations"] = self.file_attrs["max_iterations"]
        return found

    def recorded(self, needs: Sequence[bool]) -> "ControlFlow":
        """Return the operator that also gives a tape, for the gradients of the inputs in ``needs``."""
        return self.again(needs=tuple(needs))

    # -- running -----------------------------------------------------------------------------------------------------
    def _run(self, xp, *inputs, is_train: bool = False, rng=None):
        current = list(inputs)  # auxiliary states in it are replaced as the steps update them
        tape = None if self.needs is None else _Tape(inputs)

        def step(number: int, changing: dict[int, Any]) -> tuple:
            """Run subgraph ``number``; ``changing`` has the values of its inputs that differ from step to step."""
            graph, where = self.subgraphs[number], self.locations[number]
            values = [changing.get(i, current[location]) for i, location in enumerate(where)]
            if tape is None or not self._differentiable(number):
                pair, program = None, graph.program(xp, values, is_train)
            else:
                pair = graph.training(xp, values, is_train, self._wanted(number, values))
                program = pair.forward
            results = program.run(values, rng)
            heads = len(graph.heads)
            if tape is not None and pair is not None:
                tape.steps.append((number, pair, results[heads : program.num_heads], values))
            for index, new in zip(program.mutated, results[program.num_heads :], strict=True):
                current[where[index]] = new
            return results[:heads]

        outputs = self.forward(xp, inputs, step)
        results = [*outputs, *([] if tape is None else [tape]), *(current[i] for i in self.mutated_indices)]
        return tuple(results) if len(results) > 1 else results[0]

    def _differentiable(self, number: int) -> bool:
        return True

    def _wanted(self, number: int, values: Sequence) -> list[bool]:
        """Return which inputs of a subgraph get a gradient: floating ones that change, or whose gradient is asked."""
        needs, changing = list(self.needs or []), self.loop_inputs[number]
        return [
            value.dtype.kind == "f" and (i in changing or needs[location])
            for i, (location, value) in enumerate(zip(self.locations[number], values, strict=True))
        ]

    def forward(self, xp, inputs: Sequence, step: Callable[[int, dict[int, Any]], tuple]) -> list:
        """Return the outputs. To be written by the subclass."""
        raise NotImplementedError(self.kind)

    def backward(self, xp, tape: _Tape, gradients: Sequence, add: Callable[[int, Any], None], walk: Callable) -> None:
        """Walk the steps back. To be written by the subclass.

        Parameters
        ----------
        gradients : of the outputs
        add : ``add(input, gradient)`` adds to the gradient of an input
        walk : ``walk(step, head gradients)`` returns the gradients of the inputs of that step's subgraph
        """
        raise NotImplementedError(self.kind)

    def _run_backward(self, xp, tape: _Tape, *gradients):
        totals: list[Any] = [None] * len(tape.likes)
        own: set[int] = set()  # totals that no program may hold as well

        def add(index: int, gradient) -> None:
            if gradient is None:
                return
            if totals[index] is None:
                totals[index] = gradient
            elif index in own:
                totals[index] += gradient
            else:
                totals[index] = totals[index] + gradient
                own.add(index)

        def walk(number: int, heads: Sequence) -> list:
            _, pair, kept, values = tape.steps[number]
            found = iter(pair.gradients(pair.backward.run([*kept, *values, *heads])))
            return [next(found) if want else None for want in pair.wanted]

        self.backward(xp, tape, gradients, add, walk)
        filled = [
            xp.zeros(like.shape, like.dtype) if total is None else total
            for total, like, need in zip(totals, tape.likes, self.needs or (), strict=True)
            if need
        ]
        return filled[0] if len(filled) == 1 else tuple(filled)

    # -- shapes and dtypes -------------------------------------------------------------------------------------------
    def infer_types(self, what: str, given: list) -> tuple[list, list]:
        """Return the completed shapes (or dtypes) of the inputs, and those of the outputs."""
        raise NotImplementedError(self.kind)

    def infer_subgraph(self, number: int, what: str, given: list, changing: dict[int, Any]) -> tuple[list, list]:
        """Run inference in one subgraph; write what it says of the other inputs into ``given``, return all it says."""
        where = self.locations[number]
        values = [changing[i] if i in changing else given[location] for i, location in enumerate(where)]
        found, heads = self.subgraphs[number].infer(values, what)
        for i, location in enumerate(where):
            if i not in changing and found[i] is not None:
                given[location] = found[i]
        return found, heads

    def join(self, what: str, a, b, name: str):
        """Return what two shapes or dtypes of one thing say together."""
        if what == "shape":
            return unify(a, b, name)
        return b if a is None else a

    def empty(self, xp, inputs: Sequence, number: int, leading: int, changing: dict[int, Any]) -> list:
        """Return zeros in the place of the stacked outputs of no step: their first extent is ``leading``."""
        shapes, dtypes = [x.shape for x in inputs], [x.dtype for x in inputs]
        kinds = {i: value.dtype for i, value in changing.items()}
        _, outs = self.infer_subgraph(number, "shape", shapes, {i: v.shape for i, v in changing.items()})
        _, types = self.infer_subgraph(number, "dtype", dtypes, kinds)
        pairs = list(zip(outs, types, strict=True))[: self.num_out_data]
        return [xp.zeros((leading, *(shape or ())), dtype) for shape, dtype in pairs]

    # -- on NDArrays -------------------------------------------------------------------------------------------------
    def replay(self, invoke: Callable, evaluate: Callable, inputs: Sequence) -> list:
        """Return the outputs from operators of the registry on NDArrays: the loop as autograd unrolls it.

        Parameters
        ----------
        invoke : runs an operator on NDArrays
        evaluate : ``evaluate(subgraph, arrays)`` returns the heads of a subgraph
        """

        def step(number: int, changing: dict[int, Any]) -> tuple:
            where = self.locations[number]
            values = [changing.get(i, inputs[location]) for i, location in enumerate(where)]
            return tuple(evaluate(self.subgraphs[number], values))

        return self.unroll(lambda name, *arrays, **attrs: invoke(find(name), arrays, attrs), inputs, step)

    def unroll(self, call: Callable, inputs: Sequence, step: Callable) -> list:
        """Do what ``forward`` does, on NDArrays; ``call(operator name, *arrays)`` runs an operator."""
        raise NotImplementedError(self.kind)
