"""Automatic differentiation: record a computation, then walk it backward.

    with autograd.record():
        loss = f(x)          # every operation on an array that needs a gradient is written on the tape
    loss.backward()          # the reverse pass fills x.grad

Recording and training are flags of each thread, so that threads do not disturb each other.

References: MXNet 1.9.1 module mxnet.autograd.
"""
from collections.abc import Callable
from typing import Any

import numpy as np

from . import backend
from .base import ArgumentError, ContextError, DTypeError, GradientError, ShapeError
from .core.anomaly import check_gradients
from .core.gradient import freed, required_nodes, reverse
from .core.graph import Node
from .core.operator import RawFunctions, raw_functions
from .core.state import STATE
from .custom_function import Function
from .ndarray.anomaly import detect_anomaly
from .ndarray.array import GRAD_REQS, Leaf, NDArray, wrap
from .ndarray.handover import exchange
from .recording import (
    _Mode,
    is_recording,
    is_training,
    pause,
    predict_mode,
    record,
    set_recording,
    set_training,
    train_mode,
)

__all__ = [
    "Function",
    "backward",
    "detect_anomaly",
    "get_symbol",
    "grad",
    "is_recording",
    "is_training",
    "mark_variables",
    "pause",
    "predict_mode",
    "record",
    "set_recording",
    "set_training",
    "train_mode",
]


# -- gradients ---------------------------------------------------------------------------------------------------------
def mark_variables(variables, gradients, grad_reqs="write") -> None:
    """Make arrays leaves of the tape, with the arrays that receive their gradients.

    Parameters
    ----------
    variables, gradients : NDArray or lists of NDArray of equal shapes
    grad_reqs : "write", "add" or "null", one for all or one for each
    """
    if isinstance(variables, NDArray):
        variables, gradients = [variables], [gradients]
    if isinstance(grad_reqs, str):
        grad_reqs = [grad_reqs] * len(variables)
    for variable, gradient, grad_req in zip(variables, gradients, grad_reqs, strict=True):
        if grad_req not in GRAD_REQS:
            raise ArgumentError(f"mark_variables: grad_req must be one of {GRAD_REQS}. Received: {grad_req!r}")
        if gradient is not None and gradient.shape != variable.shape:
            raise ShapeError(
                f"mark_variables: a variable of shape {variable.shape} has a gradient array of shape {gradient.shape}"
            )
    for variable, gradient, grad_req in zip(variables, gradients, grad_reqs, strict=True):
        variable._entry = (Leaf(None if grad_req == "null" else gradient, grad_req), 0)


def backward(heads, head_grads=None, retain_graph: bool = False, train_mode: bool = True) -> None:
    """Compute the gradients of ``heads`` and store them where attach_grad() or mark_variables() asked for them.

    Nothing is stored unless the whole reverse pass succeeded.

    Parameters
    ----------
    heads : NDArray or list of NDArray, computed while recording
    head_grads : NDArray or list (None for ones), of the shapes of the heads
    retain_graph : keep the tape for another backward
    train_mode : whether operators behave as in training

    Raises
    ------
    GradientError
        If a head was not recorded, or its tape was freed, or an operator has no gradient.
    """
    heads, head_grads = heads_and_gradients(heads, head_grads)
    results, order = reverse_raw(heads, head_grads, train_mode)
    for node in order:
        if node.op is not None or type(node) is not Leaf or node.grad is None:
            continue
        found = results.get(node)
        if found is None:
            _clear(node)  # only operators without a gradient lead to it, such as comparisons
        else:
            _deliver(node, found)
    if not retain_graph:
        _free(order)


def _deliver(leaf: Leaf, holder: list) -> None:
    """Write or add the raw gradient that a list holds into the array that attach_grad() allocated."""
    if leaf.grad_req == "write" and leaf.grad.stype == "default" and exchange(leaf.grad, holder):
        leaf.fresh = True
        return
    gradient = holder[0]
    try:
        target, ctx = leaf.grad._data, leaf.grad._ctx
    except AttributeError:  # sparse
        leaf.grad._receive(gradient, leaf.grad_req)
        leaf.fresh = True
        return
    _ = ctx._xp or ctx.xp  # makes the device current that is written on
    if leaf.grad_req == "add":
        target += gradient
    elif target.shape == gradient.shape:
        try:
            target[...] = gradient
        except TypeError:  # CuPy does not ask rows for their dense form
            target[...] = gradient.dense()
    else:
        raise GradientError(
            f"backward: a gradient has shape {gradient.shape}, but its variable has shape {target.shape}"
        )
    leaf.fresh = True


def _clear(leaf: Leaf) -> None:
    """Deliver a gradient of zeros."""
    if leaf.grad_req == "write":
        with pause():
            leaf.grad[... if leaf.grad.ndim == 0 else slice(None)] = 0
    leaf.fresh = True


def _free(order: list[Node]) -> None:
    for node in order:
        if node.op is not None:
            node.saved = None
            node.inputs = ()


def heads_and_gradients(heads, head_grads=None) -> tuple[list, list]:
    """Return heads and head gradients as two lists of one length, after checking that they can be differentiated.

    Raises
    ------
    GradientError, ArgumentError, ShapeError, ContextError, DTypeError
        If a head was not recorded, or its tape was freed, or a head gradient does not fit it.
    """
    if isinstance(heads, NDArray):
        heads = [heads]
        if head_grads is not None and not isinstance(head_grads, (list, tuple)):
            head_grads = [head_grads]
    heads = list(heads)
    head_grads = [None] * len(heads) if head_grads is None else list(head_grads)
    if len(head_grads) != len(heads):
        raise ArgumentError(f"backward: {len(heads)} heads, but {len(head_grads)} head gradients")
    for head, gradient in zip(heads, head_grads, strict=True):
        entry = head._entry
        if entry is None:
            raise GradientError(
                "backward: this array was not computed while recording, so there is no tape to walk back.\n"
                "  Compute it inside `with autograd.record():` from arrays with attach_grad()."
            )
        if entry[0].op is not None and entry[0].saved is None:
            raise freed(entry[0])
        if gradient is None:
            continue
        if gradient.shape != head.shape:
            raise ShapeError(f"backward: the head has shape {head.shape}, its head gradient {gradient.shape}")
        if gradient._ctx is not head._ctx and "gpu" in (gradient._ctx.device_type, head._ctx.device_type):
            raise ContextError(
                f"backward: the head is on {head._ctx}, its head gradient on {gradient._ctx}.\n"
                f"  Move it, as in g.as_in_context(mx.{head._ctx})."
            )
        if gradient.dtype != head.dtype:
            own, other = (np.dtype(x.dtype) for x in (head, gradient))
            raise DTypeError(
                f"backward: the head has dtype {own}, its head gradient {other}.\n"
                f"  Convert it, as in g.astype('{own}')."
            )
    return heads, head_grads


def reverse_raw(
    heads,
    head_grads,
    train_mode: bool,
    required: set[Node] | None = None,
    observe: Callable | None = None,
) -> tuple[dict[Node, list], list[Node]]:
    """Run the reverse pass on raw arrays, not recording; return the gradients by node, and the nodes visited.

    Parameters
    ----------
    heads, head_grads : lists of NDArray, as ``heads_and_gradients`` returns them
    required, observe : as in ``mxlearn.core.gradient.reverse``
    """
    pairs = []
    for head, gradient in zip(heads, head_grads):  # noqa: B905 - heads_and_gradients made them equally long
        # a copy: it may be the very array that a leaf's gradient is written into
        try:
            raw = _ones(head._ctx.xp, head._data) if gradient is None else gradient._data.copy()
        except AttributeError:  # sparse
            raw = _ones(head._ctx.xp, head) if gradient is None else gradient.tostype("default")._data
        pairs.append((head._entry, raw))
    F = raw_functions(heads[0]._ctx.xp)
    place = _functions_of if backend.gpu_in_use() else None  # then as_in_context may have taken the tape across devices
    state = STATE
    if observe is None and state.anomaly:
        observe = check_gradients
    before = (state.recording, state.training)
    state.recording, state.training = False, train_mode
    try:  # no `with` here: Ctrl-C can cut an __exit__ short before it begins, but not a finally
        return reverse(F, pairs, None, zeros=_raw_zeros, required=required, observe=observe, place=place)
    finally:
        state.recording, state.training = before


def _ones(xp, like):
    ones = xp.empty(like.shape, like.dtype)
    ones.fill(1)
    return ones


def _kept_raw(node: Node) -> tuple:
    saved = node.saved or ()
    return saved if node.num_outputs == 1 else saved[:-1]


def _raw_zeros(F, node: Node, index: int):
    """Return the zero gradient of an output that nobody used, from the shapes that the tape kept."""
    likes = node.saved[-1] if node.saved else ()
    return F.xp.zeros(likes[index].shape, likes[index].dtype) if index < len(likes) else None


def _functions_of(gradient) -> RawFunctions:
    """Return the functions of the array module that a gradient belongs to; its device becomes the current one."""
    return raw_functions(backend.module_of(gradient))


def grad(
    heads,
    variables,
    head_grads=None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    train_mode: bool = True,
) -> list:
    """Return a list of the gradients of ``heads`` with respect to ``variables``, without touching ``.grad``.

    Parameters
    ----------
    heads, head_grads : as in ``backward``
    variables : NDArray or list of NDArray, leaves or intermediate results
    retain_graph : keep the tape; default the value of create_graph
    create_graph : record the reverse pass itself, so that the result can be differentiated again
    train_mode : whether operators behave as in training

    Returns
    -------
    list of NDArray, of one where ``variables`` is a single NDArray

    Examples
    --------
    >>> x = mx.nd.array([2.0])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = x * x * x
    ...     dy = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)[0]  # 3 x^2
    >>> dy.backward()
    >>> x.grad.item()   # 6 x
    12.0
    """
    variables = [variables] if isinstance(variables, NDArray) else list(variables)
    heads, head_grads = heads_and_gradients(heads, head_grads)
    for variable in variables:
        if variable._entry is None:
            raise GradientError(
                "grad: a variable is not part of the recorded computation.\n"
                "  Call attach_grad() on it before recording."
            )
    wanted = [v._entry[0] for v in variables]
    required = required_nodes([h._entry[0] for h in heads], wanted)
    if create_graph:
        gradients = _grad_recorded(heads, head_grads, variables, required, train_mode)
    else:
        results, order = reverse_raw(heads, head_grads, train_mode, required)
        # copies: one array may be the gradient of several variables, or the caller's own head gradient
        gradients = [
            _gradient_of(v, _output_gradient(results, v, lambda v: v._xp.zeros(v.shape, v.dtype)).copy())
            for v in variables
        ]
        if not (retain_graph if retain_graph is not None else create_graph):
            _free(order)
    if create_graph and any(v._result_class is not NDArray for v in variables):
        pairs = zip(variables, gradients, strict=True)
        gradients = [g if v._result_class is NDArray else g.as_np_ndarray() for v, g in pairs]
    return gradients


def _gradient_of(variable: NDArray, raw) -> NDArray:
    """Return a raw gradient as an array of the variable's class; the rows of an embedding's are row-sparse."""
    if hasattr(raw, "indices"):
        from .ndarray.sparse.array import made

        return made(raw, variable._ctx)
    cls = variable._result_class
    return wrap(raw, variable._ctx) if cls is NDArray else wrap(cls.raw(raw), variable._ctx, cls)  # type: ignore


def _output_gradient(results: dict[Node, list], variable: NDArray, zeros: Callable):
    node, index = variable._entry
    outs = results.get(node)
    return zeros(variable) if outs is None or outs[index] is None else outs[index]


def _grad_recorded(heads, head_grads, variables, required, train_mode) -> list[NDArray]:
    """Run the reverse pass on NDArrays while recording: the gradients are on the tape themselves."""
    from . import ndarray as nd

    places = _Places(nd)
    with _Mode(True, train_mode):
        pairs = [
            (head._entry, nd.ones(head.shape, head._ctx, head.dtype) if gradient is None else gradient)
            for head, gradient in zip(heads, head_grads, strict=True)
        ]
        results, _ = reverse(
            nd, pairs, places.kept, zeros=places.zeros, required=required, place=places.place
        )
        return [
            nd.identity(_output_gradient(results, v, lambda v: nd.zeros(v.shape, v._ctx, v.dtype))) for v in variables
        ]


class _Places:
    """Puts what the tape kept, and zeros, on the context of the node that is being differentiated."""

    def __init__(self, nd):
        self.nd = nd
        self.ctx: Any = None  # Context of the node

    def place(self, gradient: NDArray):
        self.ctx = gradient._ctx
        return self.nd

    def kept(self, node: Node) -> tuple:
        return _kept_arrays(node, self.ctx)

    def zeros(self, nd, node: Node, index: int) -> NDArray | None:
        raw = _raw_zeros(raw_functions(self.ctx.xp), node, index)
        return None if raw is None else wrap(raw, self.ctx)


def _kept_arrays(node: Node, ctx) -> tuple:
    """Return what a node kept as NDArrays at their places on the tape."""
    if hasattr(node.op, "kept_arrays"):
        return node.op.kept_arrays(node)
    kept = []
    for source, value in zip(node.op.rule.kept, _kept_raw(node), strict=True):
        if value is None:
            kept.append(None)
        elif source == "outs":
            kept.append(tuple(_at(v, (node, i), ctx) for i, v in enumerate(value)))
        elif source == "inputs":
            kept.append(tuple(_at(v, e, ctx) for v, e in zip(value, node.inputs, strict=True)))
        else:
            kept.append(_at(value, node.inputs[source] if source >= 0 else (node, ~source), ctx))
    return tuple(kept)


def _at(value, entry, ctx) -> NDArray:
    """Return a raw array, or the shape of one, as an NDArray with a place on the tape."""
    array = wrap(value, ctx)
    array._entry = entry
    return array


# -- the tape as a Symbol ----------------------------------------------------------------------------------------------
def get_symbol(x: NDArray):
    """Return the recorded computation of ``x`` as a Symbol; its variables are named var0, var1, ..."""
    from .symbol import from_tape

    if x._entry is None:
        raise GradientError("get_symbol: this array was not computed while recording")
    return from_tape(x._entry)
