"""Update operators with a learning rate of its own for each layer: LAMB and LARS.

See optimizer_op for the conventions.
"""
import numpy as np

from ..core.infer import same_shape
from ..core.operator import operator
from .optimizer_pieces import blend, check_count, debias, rescale


@operator(mutates=("mean", "var"), shape=same_shape, differentiable=False)
def lamb_update_phase1(
    xp,
    weight,
    grad,
    mean,
    var,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-6,
    t: int,
    bias_correction: bool = True,
    wd: float,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """First half of LAMB: Adam's direction ``g``, before it is scaled to the norm of the layer's weight.

    ``mean`` and ``var`` are Adam's averages of the rescaled gradient; ``g = mean' / (sqrt(var') + epsilon) + wd *
    weight`` with ``mean' = mean / (1 - beta1**t)``, ``var' = var / (1 - beta2**t)`` where ``bias_correction`` is set.

    >>> import mxlearn as mx
    >>> w, m, v = mx.nd.array([2.0]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> mx.nd.lamb_update_phase1(w, mx.nd.array([3.0]), m, v, t=1, wd=0.5, beta2=0.75, epsilon=0.0).asscalar()
    np.float32(2.0)

    References: MXNet 1.9.1 operator lamb_update_phase1; You et al. 2020, algorithm 2.
    """
    direction = (beta1, beta2, epsilon, t, bias_correction, wd, rescale_grad, clip_gradient)
    return _lamb_direction(xp, weight, grad, mean, var, *direction)


@operator(mutates=("mean", "var"), shape=same_shape, differentiable=False)
def mp_lamb_update_phase1(
    xp,
    weight,
    grad,
    mean,
    var,
    weight32,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-6,
    t: int,
    bias_correction: bool = True,
    wd: float,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """lamb_update_phase1 in float32 on the master copy ``weight32``; ``g`` is float32.

    >>> import mxlearn as mx
    >>> w, g = mx.nd.ones((1,), dtype="float16"), mx.nd.ones((1,), dtype="float16")
    >>> m, v, master = mx.nd.zeros((1,)), mx.nd.zeros((1,)), mx.nd.ones((1,))
    >>> mx.nd.mp_lamb_update_phase1(w, g, m, v, master, t=1, wd=0.0, beta2=0.75, epsilon=0.0).dtype.__name__
    'float32'

    References: MXNet 1.9.1 operator mp_lamb_update_phase1.
    """
    direction = (beta1, beta2, epsilon, t, bias_correction, wd, rescale_grad, clip_gradient)
    return _lamb_direction(xp, weight32, grad.astype(weight32.dtype), mean, var, *direction)


@mp_lamb_update_phase1.infer_dtype
def _(weight, grad, mean, var, weight32, **_):
    low, single = weight if weight is not None else grad, np.dtype("float32")
    return (low, low, single, single, single), (single,)


def _lamb_direction(
    xp, weight, grad, mean, var, beta1, beta2, epsilon, t, bias_correction, wd, rescale_grad, clip_gradient
):
    g = rescale(xp, grad, rescale_grad, clip_gradient)
    new_var = blend(var.copy(), xp.square(g), beta2)
    new_mean = blend(mean.copy(), g, beta1)
    if bias_correction:
        scale = xp.divide(new_var, debias(beta2, t, var.dtype))
        xp.sqrt(scale, out=scale)
    else:
        scale = xp.sqrt(new_var)
    scale += epsilon
    if bias_correction:
        scale *= debias(beta1, t, var.dtype)
    out = xp.divide(new_mean, scale, out=scale)
    if wd:
        out += xp.multiply(weight, wd)
    return out, new_mean, new_var


@operator(differentiable=False)
def lamb_update_phase2(
    xp, weight, g, r1, r2, *, lr: float, lower_bound: float = -1.0, upper_bound: float = -1.0
):
    """Second half of LAMB: ``weight - lr * (r1 / r2) * g``.

    Parameters
    ----------
    weight, g : arrays of one shape; ``g`` from lamb_update_phase1
    r1 : (1,), the norm of the weight; clipped to [lower_bound, upper_bound] where these are not negative
    r2 : (1,), the norm of ``g``; where either norm is 0 the factor is ``lr`` alone

    >>> import mxlearn as mx
    >>> w, g = mx.nd.array([3.0, 4.0]), mx.nd.array([0.0, 1.0])
    >>> mx.nd.lamb_update_phase2(w, g, w.norm(), g.norm(), lr=0.1).asnumpy().tolist()
    [3.0, 3.5]

    References: MXNet 1.9.1 operator lamb_update_phase2.
    """
    return _lamb_step(xp, weight, g, r1, r2, lr, lower_bound, upper_bound)


@operator(mutates=("weight32",), differentiable=False)
def mp_lamb_update_phase2(
    xp, weight, g, r1, r2, weight32, *, lr: float, lower_bound: float = -1.0, upper_bound: float = -1.0
):
    """lamb_update_phase2 in float32 on the master copy ``weight32``; the result is rounded to the dtype of ``weight``.

    >>> import mxlearn as mx
    >>> w, master, g = mx.nd.ones((1,), dtype="float16"), mx.nd.ones((1,)), mx.nd.ones((1,))
    >>> mx.nd.mp_lamb_update_phase2(w, g, master.norm(), g.norm(), master, lr=0.5).asscalar(), master.asscalar()
    (np.float16(0.5), np.float32(0.5))

    References: MXNet 1.9.1 operator mp_lamb_update_phase2.
    """
    new = _lamb_step(xp, weight32, g, r1, r2, lr, lower_bound, upper_bound)
    return new.astype(weight.dtype), new


def _lamb_step(xp, weight, g, r1, r2, lr, lower_bound, upper_bound):
    if lower_bound >= 0:
        r1 = xp.maximum(r1, lower_bound)
    if upper_bound >= 0:
        r1 = xp.minimum(r1, upper_bound)
    both = (r1 != 0) & (r2 != 0)
    ratio = xp.where(both, r1 / xp.where(both, r2, 1), 1).astype(weight.dtype)  # (1,), stays on the device
    ratio *= lr
    step = xp.multiply(g, ratio)
    return xp.subtract(weight, step, out=step)


@lamb_update_phase2.infer_shape
def _(weight, g, r1, r2, **_):
    shape = weight if weight is not None else g
    return (shape, shape, r1 or (1,), r2 or (1,)), (shape,)


@mp_lamb_update_phase2.infer_shape
def _(weight, g, r1, r2, weight32, **_):
    shape = weight if weight is not None else g
    return (shape, shape, r1 or (1,), r2 or (1,), shape), (shape,)


@mp_lamb_update_phase2.infer_dtype
def _(weight, g, r1, r2, weight32, **_):
    single = np.dtype("float32")
    return (weight, single, single, single, single), (weight,)


@operator(shape=same_shape, differentiable=False)
def multi_lars(
    xp, lrs, weights_sum_sq, grads_sum_sq, wds, *, eta: float, eps: float, rescale_grad: float = 1.0
):
    """Scale the learning rates of several layers by their LARS coefficients.

    ``lrs * eta * |w| / (rescale_grad * |g| + wds * |w| + eps)`` where both norms are positive, and ``lrs`` elsewhere.
    The inputs have shape (layers,); the norms come squared, as multi_sum_sq gives them.

    >>> import mxlearn as mx
    >>> one = mx.nd.ones((1,))
    >>> mx.nd.multi_lars(one, one * 16, one * 4, one * 0.5, eta=1.0, eps=0.0).asscalar()
    np.float32(1.0)

    References: MXNet 1.9.1 operator multi_lars; You, Gitman and Ginsburg 2017.
    """
    weight_norm = xp.sqrt(weights_sum_sq)
    grad_norm = xp.sqrt(grads_sum_sq)
    both = (weight_norm > 0) & (grad_norm > 0)
    scale = grad_norm * rescale_grad + wds * weight_norm + eps
    return xp.where(both, lrs * eta * weight_norm / xp.where(both, scale, 1), lrs).astype(lrs.dtype)


@operator(differentiable=False)
def multi_sum_sq(xp, *data, num_arrays: int):
    """Return the sum of squares of each array: shape (num_arrays,), float32.

    >>> import mxlearn as mx
    >>> mx.nd.multi_sum_sq(mx.nd.array([3.0, 4.0]), mx.nd.ones((2, 2)), num_arrays=2).asnumpy().tolist()
    [25.0, 4.0]

    References: MXNet 1.9.1 operator multi_sum_sq.
    """
    check_count("multi_sum_sq", data, num_arrays, "num_arrays")
    single = [x.astype("float32").ravel() for x in data]
    return xp.stack([xp.dot(x, x) for x in single])


@multi_sum_sq.infer_shape
def _(*data, num_arrays):
    return data, ((num_arrays,),)


@multi_sum_sq.infer_dtype
def _(*data, num_arrays):
    return data, (np.dtype("float32"),)
