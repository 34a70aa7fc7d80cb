"""The three operators of control flow: foreach, while_loop and cond."""
from typing import Any

from ..base import GradientError, ShapeError
from ..core.infer import known, show
from ..core.own import Subgraph
from .control_flow import ControlFlow


def _at(data, t: int, scalars: bool):
    """Return element ``t`` of the first axis; where there is no other axis, of shape (1,), or () with ``scalars``."""
    return data[t, ...] if data.ndim > 1 or scalars else data[t : t + 1]


class ForEach(ControlFlow):
    """Run a body once for each element of the first axis of its data; states go from step to step.

    Parameters
    ----------
    body : Subgraph; its heads are the outputs of a step, then the states after it
    in_data_locs, in_state_locs, remain_locs : which inputs of the body are the data, the states, and the others; the
        inputs of the operator are in this order
    num_out_data : number of outputs that are stacked
    scalars : whether elements of data of one dimension have none, as in NumPy's manner, or one
    """

    kind = "foreach"

    def __init__(
        self, body: Subgraph, in_data_locs, in_state_locs, remain_locs, num_out_data: int, needs=None,
        scalars: bool = False,
    ):
        self.data, self.states = tuple(in_data_locs), tuple(in_state_locs)
        self.num_out_data = num_out_data
        self.shortest = () if scalars else (1,)
        self.scalars = scalars
        self.again = lambda needs: ForEach(
            body, in_data_locs, in_state_locs, remain_locs, num_out_data, needs, scalars
        )
        order = [*in_data_locs, *in_state_locs, *remain_locs]
        where = [order.index(i) for i in range(len(order))]
        attrs = {
            "in_data_locs": self.data,
            "in_state_locs": self.states,
            "num_out_data": num_out_data,
            "remain_locs": tuple(remain_locs),
        }
        super().__init__(
            [body], [where], [[*self.data, *self.states]], len(order), len(body.heads), attrs, needs
        )

    def forward(self, xp, inputs, step):
        data, states = inputs[: len(self.data)], inputs[len(self.data) : len(self.data) + len(self.states)]
        length = data[0].shape[0]
        if any(d.shape[0] != length for d in data):
            shapes = ", ".join(show(d.shape) for d in data)
            raise ShapeError(f"foreach: all data must have the same length along the first axis. Received: {shapes}")
        stacked: list = []
        for t in range(length):
            changing = {i: _at(d, t, self.scalars) for i, d in zip(self.data, data, strict=True)}
            changing.update(zip(self.states, states, strict=True))
            results = step(0, changing)
            outs, states = results[: self.num_out_data], results[self.num_out_data :]
            if not t:
                stacked = [xp.empty((length, *out.shape), out.dtype) for out in outs]
            for whole, out in zip(stacked, outs, strict=True):
                whole[t] = out
        if not length:
            firsts = {i: xp.zeros(d.shape[1:] or self.shortest, d.dtype) for i, d in zip(self.data, data, strict=True)}
            stacked = self.empty(xp, inputs, 0, 0, {**firsts, **dict(zip(self.states, states, strict=True))})
        return [*stacked, *states]

    def backward(self, xp, tape, gradients, add, walk):
        outs, states = gradients[: self.num_out_data], list(gradients[self.num_out_data :])
        count = len(self.data)
        of_data: list = [None] * count
        where = self.locations[0]
        for t in reversed(range(len(tape.steps))):
            found = walk(t, [*(g[t] for g in outs), *states])
            for k, i in enumerate(self.data):
                if found[i] is not None:
                    if of_data[k] is None:
                        of_data[k] = xp.zeros(tape.likes[k].shape, tape.likes[k].dtype)
                    of_data[k][t : t + 1] = found[i]
            states = [
                xp.zeros_like(before) if found[i] is None else found[i]
                for i, before in zip(self.states, states, strict=True)
            ]
            for i, gradient in enumerate(found):
                if i not in self.loop_inputs[0]:
                    add(where[i], gradient)
        for k, gradient in enumerate(of_data):
            add(k, gradient)
        for k, gradient in enumerate(states):
            add(count + k, gradient)

    def infer_types(self, what, given):
        given, count = list(given), len(self.data)
        length: Any = -1
        changing: dict[int, Any] = {}
        for k, i in enumerate(self.data):
            found = given[k]
            if what == "shape" and found is not None:
                length = max(length, found[0])
                found = found[1:] or self.shortest
            changing[i] = found
        changing.update({i: given[count + k] for k, i in enumerate(self.states)})
        found, heads = self.infer_subgraph(0, what, given, changing)
        outs, after = heads[: self.num_out_data], heads[self.num_out_data :]
        for k, (i, state) in enumerate(zip(self.states, after, strict=True)):
            given[count + k] = self.join(what, found[i], state, f"foreach: the shapes of state {k} around a step")
        for k, i in enumerate(self.data):
            if given[k] is None or (what == "shape" and len(given[k]) > 1):
                given[k] = (length, *found[i]) if what == "shape" and found[i] is not None else found[i]
        if what == "shape":
            outs = [None if out is None else (length, *out) for out in outs]
        return given, [*outs, *given[count : count + len(self.states)]]

    def unroll(self, call, inputs, step):
        data, states = inputs[: len(self.data)], inputs[len(self.data) : len(self.data) + len(self.states)]
        steps = []
        for t in range(len(data[0])):
            changing = {i: d[t] for i, d in zip(self.data, data, strict=True)}
            changing.update(zip(self.states, states, strict=True))
            results = step(0, changing)
            steps.append(results[: self.num_out_data])
            states = results[self.num_out_data :]
        return [*(call("stack", *outs, axis=0) for outs in zip(*steps, strict=True)), *states]


class WhileLoop(ControlFlow):
    """Run a body as long as a condition on its variables holds, and not more often than ``max_iterations``.

    Parameters
    ----------
    cond, func : Subgraph; the heads of func are the outputs of a step, then the variables after it
    cond_input_locs, func_input_locs : for each input of the subgraph, which input of the operator it is; the first
        inputs of the operator are the loop variables
    func_var_locs : for each loop variable, which input of func it is
    max_iterations : the first extent of the stacked outputs, zero after the last step
    num_out_data : number of outputs that are stacked
    """

    kind = "while_loop"

    def __init__(
        self, cond: Subgraph, func: Subgraph, cond_input_locs, func_input_locs, func_var_locs, max_iterations: int,
        num_out_data: int, needs=None,
    ):
        self.variables = tuple(func_var_locs)
        self.max_iterations = max_iterations
        self.num_out_data = num_out_data
        count = len(self.variables)
        self.again = lambda needs: WhileLoop(
            cond, func, cond_input_locs, func_input_locs, func_var_locs, max_iterations, num_out_data, needs
        )
        self.cond_changing = {i: location for i, location in enumerate(cond_input_locs) if location < count}
        attrs = {
            "cond_input_locs": tuple(cond_input_locs),
            "func_input_locs": tuple(func_input_locs),
            "func_var_locs": self.variables,
            "max_iterations": max_iterations,
            "num_out_data": num_out_data,
        }
        total = max([count - 1, *cond_input_locs, *func_input_locs]) + 1
        super().__init__(
            [cond, func],
            [cond_input_locs, func_input_locs],
            [tuple(self.cond_changing), self.variables],
            total,
            len(func.heads),
            attrs,
            needs,
        )

    def _differentiable(self, number):
        return number == 1

    def forward(self, xp, inputs, step):
        variables = list(inputs[: len(self.variables)])
        stacked: list | None = None
        count = 0
        while count < self.max_iterations:
            (go_on,) = step(0, {i: variables[location] for i, location in self.cond_changing.items()})
            if not truth(go_on, "while_loop: the condition"):
                break
            results = step(1, dict(zip(self.variables, variables, strict=True)))
            outs, variables = results[: self.num_out_data], results[self.num_out_data :]
            if stacked is None:
                stacked = [xp.zeros((self.max_iterations, *out.shape), out.dtype) for out in outs]
            for whole, out in zip(stacked, outs, strict=True):
                whole[count] = out
            count += 1
        if stacked is None:
            changing = dict(zip(self.variables, variables, strict=True))
            stacked = self.empty(xp, inputs, 1, self.max_iterations, changing)
        return [*stacked, *variables]

    def backward(self, xp, tape, gradients, add, walk):
        outs, variables = gradients[: self.num_out_data], list(gradients[self.num_out_data :])
        for t in reversed(range(len(tape.steps))):
            found = walk(t, [*(g[t] for g in outs), *variables])
            variables = [
                xp.zeros_like(before) if found[i] is None else found[i]
                for i, before in zip(self.variables, variables, strict=True)
            ]
            for i, gradient in enumerate(found):
                if i not in self.loop_inputs[1]:
                    add(self.locations[1][i], gradient)
        for k, gradient in enumerate(variables):
            add(k, gradient)

    def infer_types(self, what, given):
        given = list(given)
        self.infer_subgraph(0, what, given, {})
        found, heads = self.infer_subgraph(1, what, given, {i: given[k] for k, i in enumerate(self.variables)})
        outs, after = heads[: self.num_out_data], heads[self.num_out_data :]
        for k, (i, state) in enumerate(zip(self.variables, after, strict=True)):
            given[k] = self.join(what, found[i], state, f"while_loop: the shapes of loop variable {k} around a step")
        if what == "shape":
            outs = [(self.max_iterations, *out) if known(out) else None for out in outs]
        return given, [*outs, *given[: len(self.variables)]]

    def unroll(self, call, inputs, step):
        variables, steps = inputs[: len(self.variables)], []
        while len(steps) < self.max_iterations:
            (go_on,) = step(0, {i: variables[location] for i, location in self.cond_changing.items()})
            if not go_on:
                break
            results = step(1, dict(zip(self.variables, variables, strict=True)))
            steps.append(results[: self.num_out_data])
            variables = results[self.num_out_data :]
        if not steps:
            raise GradientError("while_loop: the loop took no step, so that there is nothing to differentiate twice")
        padding = [tuple(call("zeros_like", out) for out in steps[0])] * (self.max_iterations - len(steps))
        return [*(call("stack", *outs, axis=0) for outs in zip(*steps, *padding, strict=True)), *variables]


class Cond(ControlFlow):
    """Run one of two branches, as a predicate of one element says.

    Parameters
    ----------
    predicate, then, otherwise : Subgraph; the branches have the same number of heads
    cond_input_locs, then_input_locs, else_input_locs : for each input of the subgraph, which of the operator's it is
    """

    kind = "cond"

    def __init__(
        self, predicate: Subgraph, then: Subgraph, otherwise: Subgraph, cond_input_locs, then_input_locs,
        else_input_locs, needs=None,
    ):
        locations = [cond_input_locs, then_input_locs, else_input_locs]
        self.again = lambda needs: Cond(predicate, then, otherwise, *locations, needs=needs)
        attrs = {
            "cond_input_locs": tuple(cond_input_locs),
            "else_input_locs": tuple(else_input_locs),
            "then_input_locs": tuple(then_input_locs),
        }
        total = max([-1, *cond_input_locs, *then_input_locs, *else_input_locs]) + 1
        graphs = [predicate, then, otherwise]
        super().__init__(graphs, locations, [(), (), ()], total, len(then.heads), attrs, needs)

    def _differentiable(self, number):
        return number > 0

    def forward(self, xp, inputs, step):
        (value,) = step(0, {})
        return list(step(1 if truth(value, "cond: the predicate") else 2, {}))

    def backward(self, xp, tape, gradients, add, walk):
        taken = tape.steps[0][0]
        for location, gradient in zip(self.locations[taken], walk(0, gradients), strict=True):
            add(location, gradient)

    def infer_types(self, what, given):
        given = list(given)
        self.infer_subgraph(0, what, given, {})
        _, then = self.infer_subgraph(1, what, given, {})
        _, otherwise = self.infer_subgraph(2, what, given, {})
        name = "cond: the shapes of what then and else return"
        return given, [self.join(what, a, b, name) for a, b in zip(then, otherwise, strict=True)]

    def unroll(self, call, inputs, step):
        (value,) = step(0, {})
        return list(step(1 if value else 2, {}))


def truth(value, what: str) -> bool:
    """Return the truth value of an array of one element."""
    if value.size != 1:
        raise ShapeError(f"{what} must have one element. Received: shape {show(tuple(value.shape))}")
    return bool(value.reshape(-1)[0])
