"""From what a reader gives to a widget, or to a message that says what is missing."""

import sys

from mxlearn import gluon
from mxlearn.base import ArgumentError, MXNetError, type_name

from ..shared.notice import Notice
from . import coordinates
from .problem import Problem, arrays
from .widget import LossSurface


def loss_surface(
    net,
    X,
    y,
    params=("weight", "bias"),
    *,
    loss=None,
    x_label: str = "x",
    y_label: str = "y",
    seed: int = 0,
) -> "LossSurface | Notice":
    """Draw the loss of a model over two of its parameters, beside the data and the model's line.

    Parameters
    ----------
    net : Block, or function of X that uses the arrays given in ``params``
    X : (rows, ...) features; with one feature the model is drawn as a line, with more as predicted against true
    y : (rows,) or (rows, 1) targets
    params : the two numbers: names of parameters with one element, "weight[0, 3]" or ("weight", 3) for an element of a
        larger one, NDArrays, or a dict of two NDArrays by name. All other parameters stay as they are
    loss : gluon loss or function of (prediction, y), default L2Loss; its mean is drawn
    x_label, y_label : of the axes of the data
    seed : of the order of the rows in minibatches

    Returns
    -------
    LossSurface, or a Notice that says what to do where there is nothing to draw: it does not raise, so that a notebook
    runs on.

    Examples
    --------
    >>> import mxlearn as mx, mxlearn_widgets as mxw
    >>> net = mx.gluon.nn.Dense(1)
    >>> net.initialize(mx.init.Zero())
    >>> v = mxw.loss_surface(net, mx.nd.array([[-1], [0], [1]]), mx.nd.array([1, 2, 3]))
    >>> v.descend(lr=0.5, steps=20)
    <loss of Dense over weight and bias: 20 steps, loss 2.333 to 2.94e-4>
    """
    caller = sys._getframe(1)
    try:
        names = {**caller.f_globals, **caller.f_locals}
        return LossSurface(_problem(net, X, y, params, loss, names), (x_label, y_label), seed)
    except MXNetError as error:
        return Notice(str(error))
    except Exception as error:  # of the reader's own model
        return Notice(f"loss_surface: the model or the loss raised {type(error).__name__}: {error}")


def _problem(net, X, y, params, loss, names) -> Problem:
    if not callable(net):
        raise ArgumentError(
            f"loss_surface: net must be a Block, or a function of X. Received: {type_name(net)}\n"
            "  For example: mxw.loss_surface(net, X, y, params=('weight', 'bias'))"
        )
    loss = gluon.loss.L2Loss() if loss is None else loss
    if not callable(loss):
        raise ArgumentError(f"loss_surface: loss must be a gluon loss or a function. Received: {type_name(loss)}")
    X, y = arrays(net, X, y, getattr(X, "context", None))
    if isinstance(net, gluon.Block):
        net(X)  # completes shapes that are not known yet
    return Problem(net, coordinates.find(net, params, names), X, y, loss)
