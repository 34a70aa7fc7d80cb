"""Modules that a user writes in Python: without parameters (PythonModule), and losses (PythonLossModule).

References: MXNet 1.9.1 classes mxnet.module.PythonModule and PythonLossModule.
"""
import logging
from collections.abc import Callable
from typing import Any

from .. import initializer as init
from .. import ndarray as nd
from ..base import ArgumentError, type_name
from ..io import DataBatch
from ..ndarray import NDArray
from .base_module import BaseModule

__all__ = ["PythonLossModule", "PythonModule"]


class PythonModule(BaseModule):
    """A module without parameters: what concerns them does nothing.

    A class derived from it defines ``_compute_output_shapes`` (from ``self.data_shapes``), ``forward``, ``backward``,
    ``get_outputs`` and ``get_input_grads``.

    Parameters
    ----------
    data_names, label_names, output_names : names of its inputs and outputs; label_names may be None

    Examples
    --------
    >>> class Double(mx.mod.PythonModule):
    ...     def _compute_output_shapes(self):
    ...         return [("double_output", self.data_shapes[0][1])]
    ...     def forward(self, data_batch, is_train=None):
    ...         self.outputs = [2 * data_batch.data[0]]
    ...     def get_outputs(self, merge_multi_context=True):
    ...         return self.outputs
    >>> module = Double(["data"], None, ["double_output"])
    >>> module.bind([("data", (2, 3))])
    >>> module.output_shapes
    [('double_output', (2, 3))]
    """

    def __init__(self, data_names, label_names, output_names, logger: Any = logging):
        super().__init__(logger=logger)
        self._data_names = list(data_names)
        self._label_names = None if label_names is None else list(label_names)
        self._output_names = list(output_names)
        self._data_shapes: Any = None  # these three: None until bind
        self._label_shapes: Any = None
        self._output_shapes: Any = None

    @property
    def data_names(self) -> list[str]:
        """Names of the data inputs."""
        return self._data_names

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        return self._output_names

    @property
    def data_shapes(self) -> list:
        """Names and shapes of the data inputs; None before bind."""
        return self._data_shapes

    @property
    def label_shapes(self) -> list | None:
        """Names and shapes of the label inputs; None without labels."""
        return self._label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Names and shapes of the outputs; None before bind."""
        return self._output_shapes

    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        """Return ({}, {}): there are no parameters."""
        return {}, {}

    def init_params(
        self,
        initializer: Any = init.Uniform(0.01),  # noqa: B008 - MXNet's default
        arg_params: dict | None = None,
        aux_params: dict | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Do nothing: there are no parameters."""
        self.params_initialized = True

    def init_optimizer(
        self,
        kvstore="local",
        optimizer="sgd",
        optimizer_params=(("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Do nothing: there is nothing to optimize."""
        self.optimizer_initialized = True

    def update(self) -> None:
        """Do nothing: there is nothing to update."""

    def update_metric(self, eval_metric, labels, pre_sliced: bool = False) -> None:
        """Update a metric with the labels and the outputs; a module without labels has nothing to say."""
        if self._label_shapes is None:
            return
        if pre_sliced:
            raise ArgumentError(f"update_metric: a {type(self).__name__} runs on one context: leave pre_sliced out")
        eval_metric.update(labels, self.get_outputs())

    def bind(
        self,
        data_shapes,
        label_shapes=None,
        for_training: bool = True,
        inputs_need_grad: bool = False,
        force_rebind: bool = False,
        shared_module=None,
        grad_req="write",
    ) -> None:
        """Take in the shapes; see Module.bind."""
        if self.binded and not force_rebind:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if grad_req != "write":
            raise ArgumentError(f"bind: Python module only support write gradient. Received: grad_req={grad_req!r}")
        self._check(data_shapes, self._data_names, "data")
        if label_shapes is not None:
            self._check(label_shapes, self._label_names or [], "labels")
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._data_shapes, self._label_shapes = data_shapes, label_shapes
        self._output_shapes = self._compute_output_shapes()
        self.binded = True

    @staticmethod
    def _check(shapes, names: list[str], what: str) -> None:
        given = [described[0] for described in shapes]
        if given != names:
            raise ArgumentError(f"bind: the {what} must be named {names}. Received: {given}")

    def _compute_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Return (name, shape) of each output; ``self.data_shapes`` and ``self.label_shapes`` are known."""
        raise self._missing("_compute_output_shapes()")


class PythonLossModule(PythonModule):
    """A loss at the end of a SequentialModule: its output is its data, its backward a function of scores and labels.

    Parameters
    ----------
    name : its output is named name_output
    data_names, label_names : one name each
    grad_func : callable(scores, labels) -> gradient of the loss by the scores, an NDArray or a NumPy array

    Examples
    --------
    >>> loss = mx.mod.PythonLossModule(grad_func=lambda scores, labels: scores - labels)
    >>> loss.bind([("data", (2, 1))], [("softmax_label", (2, 1))])
    >>> loss.init_params()
    >>> loss.forward(mx.io.DataBatch([mx.nd.array([[1], [2]])], [mx.nd.array([[1], [0]])]), is_train=True)
    >>> loss.backward()
    >>> loss.get_input_grads()[0].asnumpy().tolist()
    [[0.0], [2.0]]
    """

    def __init__(
        self,
        name: str = "pyloss",
        data_names=("data",),
        label_names=("softmax_label",),
        logger: Any = logging,
        grad_func: Callable | None = None,
    ):
        super().__init__(data_names, label_names, [f"{name}_output"], logger=logger)
        for names, what in ((self._data_names, "data_names"), (self._label_names, "label_names")):
            if names is None or len(names) != 1:
                raise ArgumentError(f"PythonLossModule: {what} must hold one name. Received: {names}")
        if grad_func is not None and not callable(grad_func):
            raise ArgumentError(f"PythonLossModule: grad_func must be a function. Received: {type_name(grad_func)}")
        self._name = name
        self._scores: Any = None  # NDArrays, of the last forward and backward
        self._labels: Any = None
        self._scores_grad: Any = None
        self._grad_func = grad_func

    def _compute_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        return [(f"{self._name}_output", self._data_shapes[0][1])]

    def forward(self, data_batch: DataBatch, is_train: bool | None = None) -> None:
        """Keep the scores, and in training the labels."""
        self._scores = data_batch.data[0]
        if self.for_training if is_train is None else is_train:
            self._labels = data_batch.label[0]

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """Return the scores as they came."""
        return [self._scores]

    def backward(self, out_grads=None) -> None:
        """Compute the gradient of the scores."""
        if out_grads is not None:
            raise ArgumentError("backward: For a loss module, out_grads should be None")
        if not self.for_training:
            raise ArgumentError("backward: the module was bound with for_training=False")
        self._backward_impl()

    def _backward_impl(self) -> None:
        """Set ``self._scores_grad``; a derived class may define it in place of grad_func."""
        if self._grad_func is None:
            raise self._missing("_backward_impl(), or be given grad_func=...,")
        gradient = self._grad_func(self._scores, self._labels)
        self._scores_grad = gradient if isinstance(gradient, NDArray) else nd.array(gradient)

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Return the gradient of the scores."""
        return [self._scores_grad]
