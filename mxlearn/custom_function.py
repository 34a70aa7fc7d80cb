"""Computations with a gradient that the user writes: ``mx.autograd.Function``."""

from typing import Any

import numpy as np

from .base import ArgumentError, GradientError, type_name
from .core import source
from .core.anomaly import check_node
from .core.graph import Node
from .core.operator import Like, Rule, TapeOperator
from .core.state import STATE
from .ndarray.array import NDArray, wrap
from .recording import pause


class Function:
    """A computation with a gradient that you write yourself.

    Subclass it with ``forward(self, *inputs)`` and ``backward(self, *out_grads)``; keep what backward needs on ``self``
    or with ``save_for_backward``. Use a new instance for each call.

    Examples
    --------
    >>> class Square(mx.autograd.Function):
    ...     def forward(self, x):
    ...         self.save_for_backward(x)
    ...         return x * x
    ...     def backward(self, dy):
    ...         x, = self.saved_tensors
    ...         return 2 * x * dy
    >>> x = mx.nd.array([3.0])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = Square()(x)
    >>> y.backward()
    >>> x.grad.item()
    6.0
    """

    def __init__(self):
        self._used = False
        self._input_shapes: list[tuple[int, ...]] = []
        self.saved_tensors: tuple = ()

    def save_for_backward(self, *args) -> None:
        """Keep arrays for backward, as ``self.saved_tensors``."""
        self.saved_tensors = args

    def forward(self, *inputs):
        """Compute the outputs from NDArrays. To be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, *inputs)")

    def backward(self, *output_grads):
        """Return one gradient for each input. To be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define backward(self, *output_grads)")

    def __call__(self, *inputs):
        if self._used:
            raise ArgumentError(f"{type(self).__name__}: use a new instance for each call")
        self._used = True
        recording = STATE.recording
        with pause(train_mode=STATE.training):
            outputs = self.forward(*inputs)
        single = isinstance(outputs, NDArray)
        results = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        if not all(isinstance(out, NDArray) for out in results):
            received = ", ".join(type_name(out) for out in results)
            raise ArgumentError(
                f"{type(self).__name__}.forward: must return an NDArray, or several. Received: {received}.\n"
                "  Convert with mx.nd.array(...)."
            )
        if recording and any(x._entry is not None for x in inputs):
            results = [out.detach() for out in results]
            likes = tuple(Like(out.shape, np.dtype(out.dtype)) for out in results)
            self._result_class = results[0]._result_class
            saved = (self, results[0]._ctx) if len(results) == 1 else (self, results[0]._ctx, likes)
            self._input_shapes = [x.shape for x in inputs]
            count = len(results)
            op = _FunctionOperator(tuple(f"output{i}" for i in range(count)) if count > 1 else ("output",))
            node = Node(op, tuple(x._entry for x in inputs), {}, type(self).__name__, count, saved)
            node.scope = STATE.scope
            if source.note is not None:
                node.source = source.note(2)
            for i, out in enumerate(results):
                out._entry = (node, i)
            if STATE.anomaly:
                check_node(node, [x._data for x in inputs], [out._data for out in results])
        return results[0] if single else results


def _function_rule(F, g, function: Function, ctx):
    """The gradient rule of a Function node: the user's backward, on NDArrays."""
    cls: Any = function._result_class
    raws = g if isinstance(g, tuple) else (g,)
    output_grads = [wrap(raw if cls is NDArray else cls.raw(raw), ctx, cls) for raw in raws]
    with pause(train_mode=STATE.training):
        gradients = function.backward(*output_grads)
    if isinstance(gradients, NDArray) or gradients is None:
        gradients = [gradients]
    name, shapes = type(function).__name__, function._input_shapes
    if len(gradients) != len(shapes):
        raise GradientError(f"{name}.backward: {len(shapes)} inputs, but {len(gradients)} gradients were returned")
    for i, (gradient, shape) in enumerate(zip(gradients, shapes, strict=True)):
        if gradient is not None and gradient.shape != shape:
            raise GradientError(f"{name}.backward: input {i} has shape {shape}, its gradient {gradient.shape}")
    return tuple(None if gradient is None else gradient.tostype("default")._data for gradient in gradients)


class _FunctionOperator(TapeOperator):
    """Stands for an operator in the node of a Function; each has its own gradient."""

    name = "Function"
    rule = Rule(_function_rule, ("function", "ctx"))

    def kept_arrays(self, node: Node) -> tuple:
        raise GradientError(f"{node.name}: a custom autograd.Function can be differentiated once only")
