"""Loops and branches on arrays: ``mx.nd.contrib.foreach``, ``while_loop`` and ``cond``.

They are plain Python loops over the user's functions; while recording, the tape holds every step as if the user had
written the loop. ``mx.sym.contrib`` has the same functions, which put the loop itself into a graph.
"""
from collections.abc import Callable
from typing import Any

from ..base import ArgumentError, ShapeError
from ..core.nesting import flatten, limit, pair, regroup
from ..core.operator import find
from .array import NDArray
from .dispatch import invoke

__all__ = ["cond", "foreach", "while_loop"]


def foreach(body: Callable, data, init_states) -> tuple[Any, Any]:
    """Run a function for each element along the first axis of the data, handing states from step to step.

    Parameters
    ----------
    body : callable(data[t], states) -> (outputs, new states)
    data : NDArray or (nested) list of NDArray, of one length along the first axis
    init_states : NDArray or (nested) list of NDArray, the states before the first step; [] for none

    Returns
    -------
    outputs : what the steps returned, stacked along a new first axis
    states : after the last step

    Examples
    --------
    >>> data = mx.nd.array([1, 2, 3])
    >>> outputs, total = mx.nd.contrib.foreach(lambda x, s: (s + x, s + x), data, mx.nd.zeros(1))
    >>> outputs.asnumpy().tolist(), total.item()
    ([[1.0], [3.0], [6.0]], 6.0)

    References: MXNet 1.9.1 function mxnet.ndarray.contrib.foreach.
    """
    arrays, structure = flatten(data, NDArray, "foreach: the data")
    flatten(init_states, NDArray, "foreach: the states")
    if not arrays:
        raise ArgumentError("foreach: there is no data to loop over")
    lengths = {array.shape[:1] for array in arrays}
    if len(lengths) > 1:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ShapeError(f"foreach: all data must have the same length along the first axis. Received: {shapes}")
    states, steps, out_structure = init_states, [], None
    for t in range(len(arrays[0])):
        slices = regroup([array[t] for array in arrays], structure)
        outputs, states = pair(body(slices, states), "foreach: the body")
        flat, found = flatten(outputs, NDArray, "foreach: an output of the body")
        out_structure = _same(out_structure, found, "foreach: the outputs of the body")
        steps.append(flat)
    if not steps:
        raise ShapeError("foreach: the data has length 0, so that the shapes of the outputs are unknown")
    return regroup(_stacked(steps), out_structure), states


def while_loop(cond: Callable, func: Callable, loop_vars, max_iterations: int | None = None) -> tuple[Any, Any]:
    """Run a function on loop variables as long as a condition on them holds.

    Parameters
    ----------
    cond : callable(*loop_vars) -> NDArray of one element, or a truth value
    func : callable(*loop_vars) -> (outputs, new loop variables)
    loop_vars : NDArray or list of NDArray
    max_iterations : the loop ends after so many steps in any case; the first extent of the outputs

    Returns
    -------
    outputs : what the steps returned, stacked along a new first axis, zeros after the last step; [] without a step
    loop_vars : after the last step

    Examples
    --------
    >>> outputs, (i,) = mx.nd.contrib.while_loop(
    ...     lambda i: i < 3, lambda i: (i * 10, [i + 1]), [mx.nd.array([0])], max_iterations=4)
    >>> outputs.asnumpy().tolist(), i.item()
    ([[0.0], [10.0], [20.0], [0.0]], 3.0)

    References: MXNet 1.9.1 function mxnet.ndarray.contrib.while_loop. There the rows after the last step hold whatever
    the memory held.
    """
    steps_allowed = limit(max_iterations)
    single = isinstance(loop_vars, NDArray)
    variables = [loop_vars] if single else loop_vars
    if not isinstance(variables, (list, tuple)) or not all(isinstance(v, NDArray) for v in variables):
        flatten(variables, NDArray, "while_loop: loop_vars")
        raise ArgumentError("while_loop: loop_vars must be an NDArray or a flat list of them")
    if not variables:
        raise ArgumentError("while_loop: loop_vars should contain at least one element")
    steps, out_structure = [], None
    while len(steps) < steps_allowed and _truth(cond(*variables), "while_loop: the condition"):
        outputs, new = pair(func(*variables), "while_loop: func")
        flat, found = flatten([] if outputs is None else outputs, NDArray, "while_loop: an output of func")
        out_structure = _same(out_structure, found, "while_loop: the outputs of func")
        new, _ = flatten(new, NDArray, "while_loop: a loop variable that func returns")
        if len(new) != len(variables):
            raise ArgumentError(
                "while_loop: the length of loop_vars should be consistent during the loop:"
                f" func took {len(variables)} and returned {len(new)}"
            )
        variables = new
        steps.append(flat)
    result = variables[0] if single else list(variables)
    if not steps or not steps[0]:
        return [], result
    padding = [[invoke(find("zeros_like"), (x,)) for x in steps[0]]] * (steps_allowed - len(steps))
    return regroup(_stacked(steps + padding), out_structure), result


def cond(pred, then_func: Callable, else_func: Callable) -> Any:
    """Return ``then_func()`` where the predicate is true, otherwise ``else_func()``; only that one runs.

    Parameters
    ----------
    pred : NDArray of one element, or a truth value
    then_func, else_func : callable() -> NDArray or list of NDArray

    Examples
    --------
    >>> x = mx.nd.array([3])
    >>> mx.nd.contrib.cond(x > 2, lambda: x * 10, lambda: x).item()
    30.0

    References: MXNet 1.9.1 function mxnet.ndarray.contrib.cond.
    """
    return then_func() if _truth(pred, "cond: the predicate") else else_func()


def _truth(value, what: str) -> bool:
    if isinstance(value, NDArray) and value.size != 1:
        raise ShapeError(
            f"{what} must have one element. Received: shape {value.shape}.\n  Reduce it, as in x.sum() > 0."
        )
    return bool(value)


def _same(before, found, what: str):
    """Return the structure of the outputs, which no step may change."""
    if before is not None and before != found:
        raise ArgumentError(f"{what} must have the same structure at each step")
    return found


def _stacked(steps: list[list[NDArray]]) -> list[NDArray]:
    stack = find("stack")
    return [invoke(stack, outputs, {"axis": 0}) for outputs in zip(*steps, strict=True)]
