"""The first functions on gradients, before ``mx.autograd``: sections, and gradients of Python functions.

    @mx.contrib.autograd.grad_and_loss
    def f(x):
        return x * x

    gradients, value = f(mx.nd.array([3.0]))

References: MXNet 1.9.1 module mxnet.contrib.autograd.
"""
import functools
from collections.abc import Callable

from .. import autograd
from .. import ndarray as nd
from ..base import ArgumentError, type_name

__all__ = [
    "backward",
    "compute_gradient",
    "grad",
    "grad_and_loss",
    "mark_variables",
    "set_is_training",
    "test_section",
    "train_section",
]

mark_variables = autograd.mark_variables


def set_is_training(is_train: bool) -> bool:
    """Switch recording and training on or off; return whether it was training before."""
    before = autograd.set_training(is_train)
    autograd.set_recording(is_train)
    return before


def train_section():
    """Return a context manager in which operators are recorded and behave as in training."""
    return autograd.record(train_mode=True)


def test_section():
    """Return a context manager in which operators are not recorded and behave as in prediction."""
    return autograd.pause(train_mode=False)


def backward(outputs, out_grads=None, retain_graph: bool = False) -> None:
    """Compute the gradients of a list of outputs; see ``mx.autograd.backward``."""
    if not isinstance(outputs, (list, tuple)):
        raise ArgumentError(f"backward: outputs must be a list or tuple of NDArrays. Received: {type_name(outputs)}")
    autograd.backward(outputs, out_grads, retain_graph)


def compute_gradient(outputs) -> None:
    """Compute the gradients of a list of outputs, with ones as head gradients."""
    backward(outputs)


def grad_and_loss(func: Callable, argnum: int | list[int] | None = None) -> Callable:
    """Return a function that computes the gradients of ``func``'s result, and the result.

    Parameters
    ----------
    func : function of NDArrays
    argnum : position of the argument, or positions, to differentiate; None for all

    Returns
    -------
    function (arguments of ``func``) -> (list of NDArray, result)

    >>> import mxlearn as mx
    >>> gradients, value = mx.contrib.autograd.grad_and_loss(lambda x, y: x * x * y)(mx.nd.array([3.0]), mx.nd.ones(1))
    >>> [g.asscalar() for g in gradients], value.asscalar()
    ([np.float32(6.0), np.float32(9.0)], np.float32(9.0))
    """

    @functools.wraps(func)
    def wrapped(*args):
        positions = range(len(args)) if argnum is None else [argnum] if isinstance(argnum, int) else argnum
        variables = [args[i] for i in positions]
        for variable in variables:
            if not isinstance(variable, nd.NDArray):
                raise ArgumentError(f"grad_and_loss: only NDArrays have gradients. Received: {type_name(variable)}")
        gradients = [nd.zeros_like(variable) for variable in variables]
        mark_variables(variables, gradients)
        with train_section():
            outputs = func(*args)
        compute_gradient([outputs] if isinstance(outputs, nd.NDArray) else outputs)
        return gradients, outputs

    return wrapped


def grad(func: Callable, argnum: int | list[int] | None = None) -> Callable:
    """Return a function that computes the gradients of ``func``'s result; see ``grad_and_loss``."""
    both = grad_and_loss(func, argnum)

    @functools.wraps(func)
    def wrapped(*args):
        return both(*args)[0]

    return wrapped
