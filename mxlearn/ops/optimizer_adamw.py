"""Update operators of AdamW: Adam with weight decay apart from the gradient, and a factor on the whole step.

``rescale_grad`` is an array here, so that it may come from the scaling of losses in mixed precision: where it is 0,
infinite or NaN the step is left out. See optimizer_op for the conventions.
"""
import numpy as np

from ..core.infer import unify
from ..core.operator import operator
from .optimizer_pieces import blend, clip


def _shape(*arrays, **named):
    *others, rescale_grad = [*arrays, *(value for key, value in named.items() if key in _INPUTS)]
    shape = None
    for other in others:
        shape = unify(shape, other, "the shapes of weight, gradient and states")
    return [*[shape] * len(others), rescale_grad], [shape]


def _dtype(*arrays, **named):
    given = [*arrays, *(value for key, value in named.items() if key in _INPUTS)]
    return given, given[:1]


_INPUTS = frozenset({"weight", "grad", "mean", "var", "weight32", "rescale_grad"})


def _step(xp, weight, grad, mean, var, rescale_grad, lr, beta1, beta2, epsilon, wd, eta, clip_gradient):
    """Return the new weight and states; the old ones where ``rescale_grad`` is 0, infinite or NaN."""
    scale = rescale_grad.reshape(-1)[:1].reshape((1,) * weight.ndim).astype(weight.dtype)
    good = xp.isfinite(scale) & (scale != 0)
    rescaled = clip(xp, grad * xp.where(good, scale, 0), clip_gradient)
    new_var = blend(var.copy(), xp.square(rescaled), beta2)
    new_mean = blend(mean.copy(), rescaled, beta1)
    direction = lr * new_mean / (xp.sqrt(new_var) + epsilon) + wd * weight
    new = weight - (eta * direction).astype(weight.dtype, copy=False)
    return tuple(xp.where(good, after, before) for after, before in ((new, weight), (new_mean, mean), (new_var, var)))


@operator(mutates=("mean", "var"), shape=_shape, dtype=_dtype, differentiable=False)
def _adamw_update(
    xp,
    weight,
    grad,
    mean,
    var,
    rescale_grad,
    *,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0.0,
    eta: float,
    clip_gradient: float = -1.0,
):
    """One step of AdamW: ``weight - eta * (lr * mean / (sqrt(var) + epsilon) + wd * weight)``.

    With ``g = clip(rescale_grad * grad)``: ``mean = beta1 * mean + (1 - beta1) * g``, ``var = beta2 * var +
    (1 - beta2) * g**2``; there is no correction of their start at 0.

    Parameters
    ----------
    weight, grad, mean, var : arrays of one shape; ``mean`` and ``var`` receive their new values
    rescale_grad : array of one number, factor on the gradient
    lr, eta : learning rate, and factor on the whole step, decay included
    wd : weight decay
    clip_gradient : bound on each element of the rescaled gradient; negative: none

    >>> weight, mean, var = mx.nd.ones(1), mx.nd.zeros(1), mx.nd.zeros(1)
    >>> attrs = dict(lr=1, eta=0.5, beta1=0.5, beta2=0.75, epsilon=0)
    >>> mx.nd._internal._adamw_update(weight, weight, mean, var, mx.nd.ones(1), **attrs).asscalar(), var.asscalar()
    (np.float32(0.5), np.float32(0.25))

    References: MXNet 1.9.1 operator _adamw_update; Loshchilov, Hutter 2019, algorithm 2.
    """
    rates = lr, beta1, beta2, epsilon, wd, eta, clip_gradient
    return _step(xp, weight, grad, mean, var, rescale_grad, *rates)


@operator(mutates=("mean", "var", "weight32"), shape=_shape, dtype=_dtype, differentiable=False)
def _mp_adamw_update(
    xp,
    weight,
    grad,
    mean,
    var,
    weight32,
    rescale_grad,
    *,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0.0,
    eta: float,
    clip_gradient: float = -1.0,
):
    """_adamw_update in float32 on the master copy ``weight32``; the result is rounded to the dtype of ``weight``.

    >>> weight, mean, var = mx.nd.ones(1, dtype="float16"), mx.nd.zeros(1), mx.nd.zeros(1)
    >>> master, attrs = mx.nd.ones(1), dict(lr=1, eta=0.5, beta1=0.5, beta2=0.75, epsilon=0)
    >>> mx.nd._internal._mp_adamw_update(weight, weight, mean, var, master, mx.nd.ones(1), **attrs).asscalar()
    np.float16(0.5)

    References: MXNet 1.9.1 operator _mp_adamw_update.
    """
    rates = lr, beta1, beta2, epsilon, wd, eta, clip_gradient
    single = grad.astype(np.float32)
    new, new_mean, new_var = _step(xp, weight32, single, mean, var, rescale_grad, *rates)
    return new.astype(weight.dtype), new_mean, new_var, new
