"""Update operators: one step of an optimizer, from a weight and its gradient to the new weight and the new states.

Called as MXNet does, ``nd.sgd_mom_update(weight, grad, mom, lr=0.1, momentum=0.9, out=weight)`` writes the weight, and
the runtime writes the new states (declared with ``mutates``) into the arrays that were passed as states. The kernels
themselves write into nothing but their own temporaries, so an error or an interruption leaves every array whole.

Throughout, ``rescaled = clip(rescale_grad * grad, -clip_gradient, clip_gradient)``; a negative ``clip_gradient`` turns
clipping off. Where weight decay joins before or after clipping, each docstring says so in its formula; the order is
MXNet 1.9.1's, found by running it.
"""
import numpy as np

from ..base import ArgumentError, ShapeError
from ..core.attributes import Floats
from ..core.infer import same_shape, show
from ..core.operator import operator

_HALF = np.dtype("float16")
_DOUBLE = np.dtype("float64")


# -- pieces ------------------------------------------------------------------------------------------------------------
def _clip(xp, array, bound):
    """Clip ``array`` in place to [-bound, bound]; a negative bound leaves it as it is."""
    if bound >= 0:
        xp.minimum(array, bound, out=array)
        xp.maximum(array, -bound, out=array)
    return array


def _rescaled(xp, grad, rescale_grad, clip_gradient, decay=0.0, weight=None):
    """Return clip(rescale_grad * grad + decay * weight) in a fresh array."""
    out = xp.multiply(grad, rescale_grad)
    if decay:
        out += xp.multiply(weight, decay)
    return _clip(xp, out, clip_gradient)


def _step(xp, weight, grad, scale, rescale_grad, clip_gradient, wd):
    """Return scale * (clip(rescale_grad * grad) + wd * weight) in a fresh array, in as few passes as it takes."""
    if clip_gradient < 0:
        out = xp.multiply(grad, scale * rescale_grad)
    else:
        out = _rescaled(xp, grad, rescale_grad, clip_gradient)
        out *= scale
    if wd:
        out += xp.multiply(weight, scale * wd)
    return out


def _complement(decay, dtype):
    """Return 1 - decay, with ``decay`` first rounded to the precision that MXNet holds it in.

    MXNet stores hyperparameters as float32: 1 - float32(0.999) differs from 0.001 by 1.3e-5 of its value, which a
    comparison of training runs would notice. Only float64 weights get the double precision value.
    """
    return 1.0 - decay if dtype == _DOUBLE else float(np.float32(1) - np.float32(decay))


def _bias_correction(decay, t, dtype):
    """Return 1 - decay**t in the precision of ``_complement``."""
    return 1.0 - decay**t if dtype == _DOUBLE else float(np.float32(1) - np.float32(decay) ** np.float32(t))


def _blend(xp, average, value, decay):
    """Return decay * average + (1 - decay) * value. ``value`` is a temporary and is overwritten."""
    value *= _complement(decay, average.dtype)
    value += xp.multiply(average, decay)
    return value


def _low_precision_dtypes(low: int):
    """Return the dtype rule of a multi-precision operator: the first ``low`` inputs share one dtype, the rest float32."""

    def rule(*dtypes, **by_name):
        given = list(dtypes or [value for key, value in by_name.items() if key in _TENSORS])
        weight = next((dtype for dtype in given[:low] if dtype is not None), None)
        return [weight] * low + [np.dtype("float32")] * (len(given) - low), [weight]

    return rule


_TENSORS = frozenset({"weight", "grad", "mom", "weight32"})


# -- stochastic gradient descent ---------------------------------------------------------------------------------------
@operator(shape=same_shape, differentiable=False)
def sgd_update(
    xp,
    weight,
    grad,
    *,
    lr: float,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
):
    """One step of stochastic gradient descent: ``weight - lr * (rescaled + wd * weight)``.

    Parameters
    ----------
    weight, grad : arrays of one shape and dtype
    lr : learning rate
    wd : weight decay
    rescale_grad : factor on the gradient, usually 1 / batch size
    clip_gradient : bound on each element of the rescaled gradient; negative: none
    lazy_update : accepted for MXNet's sake; it matters for row-sparse gradients alone

    Returns
    -------
    the new weight, same shape and dtype

    >>> import mxlearn as mx
    >>> w = mx.nd.array([1.0, 2.0])
    >>> mx.nd.sgd_update(w, mx.nd.array([10.0, 10.0]), lr=0.1, out=w).asnumpy().tolist()
    [0.0, 1.0]

    References: MXNet 1.9.1 operator sgd_update.
    """
    step = _step(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)
    return xp.subtract(weight, step, out=step)


@operator(mutates=("mom",), shape=same_shape, differentiable=False)
def sgd_mom_update(
    xp,
    weight,
    grad,
    mom,
    *,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
):
    """One step of gradient descent with momentum.

    ``mom = momentum * mom - lr * (rescaled + wd * weight)``, then ``weight + mom``. All arrays have one shape and dtype;
    ``mom`` receives its new value.

    >>> import mxlearn as mx
    >>> w, mom = mx.nd.array([1.0]), mx.nd.array([1.0])
    >>> mx.nd.sgd_mom_update(w, mx.nd.array([2.0]), mom, lr=0.25, momentum=0.5, out=w).asscalar(), mom.asscalar()
    (np.float32(1.0), np.float32(0.0))

    References: MXNet 1.9.1 operator sgd_mom_update; Polyak 1964.
    """
    new_mom = xp.multiply(mom, momentum)
    step = _step(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)
    new_mom -= step
    return xp.add(weight, new_mom, out=step), new_mom


@operator(mutates=("weight32",), shape=same_shape, differentiable=False, dtype=_low_precision_dtypes(2))
def mp_sgd_update(
    xp,
    weight,
    grad,
    weight32,
    *,
    lr: float,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
):
    """sgd_update in float32 on the master copy ``weight32``; the result is rounded to the dtype of ``weight``.

    >>> import mxlearn as mx
    >>> w, master = mx.nd.ones((1,), dtype="float16"), mx.nd.ones((1,))
    >>> g = mx.nd.ones((1,), dtype="float16")
    >>> for _ in range(8):                       # each step is too small for float16, their sum is not
    ...     w = mx.nd.mp_sgd_update(w, g, master, lr=0.0002)
    >>> w.asscalar() < 1
    np.True_

    References: MXNet 1.9.1 operator mp_sgd_update; Micikevicius et al. 2018, Mixed Precision Training.
    """
    step = _step(xp, weight32, grad.astype(weight32.dtype), lr, rescale_grad, clip_gradient, wd)
    new = xp.subtract(weight32, step, out=step)
    return new.astype(weight.dtype), new


@operator(mutates=("mom", "weight32"), shape=same_shape, differentiable=False, dtype=_low_precision_dtypes(2))
def mp_sgd_mom_update(
    xp,
    weight,
    grad,
    mom,
    weight32,
    *,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
):
    """sgd_mom_update in float32 on ``mom`` and the master copy ``weight32``; rounded to the dtype of ``weight``.

    >>> import mxlearn as mx
    >>> w, g = mx.nd.ones((1,), dtype="float16"), mx.nd.ones((1,), dtype="float16")
    >>> mom, master = mx.nd.zeros((1,)), mx.nd.ones((1,))
    >>> mx.nd.mp_sgd_mom_update(w, g, mom, master, lr=0.5, momentum=0.9).dtype.__name__, mom.asscalar()
    ('float16', np.float32(-0.5))

    References: MXNet 1.9.1 operator mp_sgd_mom_update.
    """
    grad = grad.astype(weight32.dtype)
    new_mom = xp.multiply(mom, momentum)
    step = _step(xp, weight32, grad, lr, rescale_grad, clip_gradient, wd)
    new_mom -= step
    new = xp.add(weight32, new_mom, out=step)
    return new.astype(weight.dtype), new_mom, new


@operator(mutates=("mom",), shape=same_shape, differentiable=False)
def nag_mom_update(
    xp,
    weight,
    grad,
    mom,
    *,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """One step of Nesterov's accelerated gradient.

    With ``step = lr * (rescaled + wd * weight)``: ``mom = momentum * mom - step``, then
    ``weight + momentum * mom - step``.

    >>> import mxlearn as mx
    >>> w, mom = mx.nd.array([1.0]), mx.nd.array([1.0])
    >>> mx.nd.nag_mom_update(w, mx.nd.array([2.0]), mom, lr=0.25, momentum=0.5, out=w).asscalar(), mom.asscalar()
    (np.float32(0.5), np.float32(0.0))

    References: MXNet 1.9.1 operator nag_mom_update; Sutskever et al. 2013.
    """
    return _nesterov(xp, weight, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient)


@operator(mutates=("mom", "weight32"), shape=same_shape, differentiable=False, dtype=_low_precision_dtypes(2))
def mp_nag_mom_update(
    xp,
    weight,
    grad,
    mom,
    weight32,
    *,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """nag_mom_update in float32 on ``mom`` and the master copy ``weight32``; rounded to the dtype of ``weight``.

    >>> import mxlearn as mx
    >>> w, g = mx.nd.ones((1,), dtype="float16"), mx.nd.ones((1,), dtype="float16")
    >>> mom, master = mx.nd.zeros((1,)), mx.nd.ones((1,))
    >>> mx.nd.mp_nag_mom_update(w, g, mom, master, lr=0.5, momentum=0.5).asscalar(), master.asscalar()
    (np.float16(0.25), np.float32(0.25))

    MXNet 1.9.1 applies ``wd`` to the weight twice here, before and after its update; this operator agrees with
    nag_mom_update instead.

    References: MXNet 1.9.1 operator mp_nag_mom_update.
    """
    grad = grad.astype(weight32.dtype)
    new, new_mom = _nesterov(xp, weight32, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient)
    return new.astype(weight.dtype), new_mom, new


def _nesterov(xp, weight, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient):
    step = _step(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)
    new_mom = xp.multiply(mom, momentum)
    new_mom -= step
    ahead = xp.multiply(new_mom, momentum)
    ahead -= step
    return xp.add(weight, ahead, out=ahead), new_mom


@operator(shape=same_shape, differentiable=False)
def signsgd_update(
    xp,
    weight,
    grad,
    *,
    lr: float,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """Move each weight by ``lr`` against the sign of its gradient: ``(1 - lr * wd) * weight - lr * sign(grad)``.

    >>> import mxlearn as mx
    >>> mx.nd.signsgd_update(mx.nd.array([1.0, 1.0]), mx.nd.array([7.0, -0.1]), lr=0.5).asnumpy().tolist()
    [0.5, 1.5]

    References: MXNet 1.9.1 operator signsgd_update; Bernstein et al. 2018.
    """
    step = xp.sign(grad)             # neither a positive factor nor clipping changes a sign
    step *= lr if rescale_grad > 0 else -lr if rescale_grad < 0 else 0.0
    if wd:
        step += xp.multiply(weight, lr * wd)
    return xp.subtract(weight, step, out=step)


@operator(mutates=("mom",), shape=same_shape, differentiable=False)
def signum_update(
    xp,
    weight,
    grad,
    mom,
    *,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    wd_lh: float = 0.0,
):
    """Move each weight by ``lr`` in the sign of its momentum.

    ``mom = momentum * mom - (1 - momentum) * (rescaled + wd * weight)``, then
    ``(1 - lr * wd_lh) * weight + lr * sign(mom)``.

    >>> import mxlearn as mx
    >>> w, mom = mx.nd.array([1.0]), mx.nd.zeros((1,))
    >>> mx.nd.signum_update(w, mx.nd.array([4.0]), mom, lr=0.5, momentum=0.75).asscalar(), mom.asscalar()
    (np.float32(0.5), np.float32(-1.0))

    References: MXNet 1.9.1 operator signum_update; Bernstein et al. 2018; Loshchilov and Hutter 2019 for ``wd_lh``.
    """
    new_mom = xp.multiply(mom, momentum)
    new_mom -= _step(xp, weight, grad, _complement(momentum, weight.dtype), rescale_grad, clip_gradient, wd)
    out = xp.sign(new_mom)
    out *= lr
    if wd_lh:
        out -= xp.multiply(weight, lr * wd_lh)
    out += weight
    return out, new_mom


@operator(mutates=("previous",), shape=same_shape, differentiable=False)
def _dcasgd_update(
    xp,
    weight,
    grad,
    previous,
    *,
    lr: float,
    lamda: float = 0.04,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """One step of delay-compensated gradient descent.

    ``weight - lr * (rescaled + wd * weight + lamda * rescaled**2 * (weight - previous))``, where ``previous`` is the
    weight at which the gradient was computed; it receives the weight from before the step.

    References: Zheng et al. 2017, Asynchronous Stochastic Gradient Descent with Delay Compensation, equation 10.
    """
    step = _delay_compensated(xp, weight, grad, previous, lr, lamda, wd, rescale_grad, clip_gradient)
    return xp.subtract(weight, step, out=step), weight.copy()


@operator(mutates=("mom", "previous"), shape=same_shape, differentiable=False)
def _dcasgd_mom_update(
    xp,
    weight,
    grad,
    mom,
    previous,
    *,
    lr: float,
    momentum: float = 0.0,
    lamda: float = 0.04,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """_dcasgd_update with momentum: ``mom = momentum * mom - step``, then ``weight + mom``."""
    new_mom = xp.multiply(mom, momentum)
    new_mom -= _delay_compensated(xp, weight, grad, previous, lr, lamda, wd, rescale_grad, clip_gradient)
    return xp.add(weight, new_mom), new_mom, weight.copy()


def _delay_compensated(xp, weight, grad, previous, lr, lamda, wd, rescale_grad, clip_gradient):
    rescaled = _rescaled(xp, grad, rescale_grad, clip_gradient)
    step = xp.subtract(weight, previous)
    step *= rescaled
    step *= rescaled
    step *= lamda
    step += rescaled
    if wd:
        step += xp.multiply(weight, wd)
    step *= lr
    return step


# -- per-weight learning rates -----------------------------------------------------------------------------------------
@operator(mutates=("mean", "var"), shape=same_shape, differentiable=False)
def adam_update(
    xp,
    weight,
    grad,
    mean,
    var,
    *,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
):
    """One step of Adam, without its bias correction, which the optimizer puts into ``lr``.

    With ``g = clip(rescale_grad * grad + wd * weight)``: ``mean = beta1 * mean + (1 - beta1) * g``,
    ``var = beta2 * var + (1 - beta2) * g**2``, then ``weight - lr * mean / (sqrt(var) + epsilon)``.

    >>> import mxlearn as mx
    >>> w, m, v = mx.nd.array([1.0]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> out = mx.nd.adam_update(w, mx.nd.array([4.0]), m, v, lr=0.5, beta1=0.5, beta2=0.75)
    >>> out.asscalar(), m.asscalar(), v.asscalar()
    (np.float32(0.5), np.float32(2.0), np.float32(4.0))

    References: MXNet 1.9.1 operator adam_update; Kingma and Ba 2015, algorithm 1.
    """
    g = _rescaled(xp, grad, rescale_grad, clip_gradient, wd, weight)
    new_var = _blend(xp, var, xp.square(g), beta2)
    new_mean = _blend(xp, mean, g, beta1)
    step = xp.sqrt(new_var)
    step += epsilon
    xp.divide(new_mean, step, out=step)
    step *= lr
    return xp.subtract(weight, step, out=step), new_mean, new_var


@operator(mutates=("mean", "peak"), shape=same_shape, differentiable=False)
def _adamax_update(
    xp,
    weight,
    grad,
    mean,
    peak,
    *,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """One step of AdaMax: Adam whose second moment is a decaying maximum.

    With ``g = clip(rescale_grad * grad + wd * weight)``: ``mean = beta1 * mean + (1 - beta1) * g``,
    ``peak = max(beta2 * peak, |g|)``, then ``weight - lr * mean / peak``.

    References: Kingma and Ba 2015, algorithm 2.
    """
    g = _rescaled(xp, grad, rescale_grad, clip_gradient, wd, weight)
    new_peak = xp.multiply(peak, beta2)
    xp.maximum(new_peak, xp.abs(g), out=new_peak)
    new_mean = _blend(xp, mean, g, beta1)
    step = xp.divide(new_mean, new_peak)
    step *= lr
    return xp.subtract(weight, step, out=step), new_mean, new_peak


@operator(mutates=("mean", "var"), shape=same_shape, differentiable=False)
def _nadam_update(
    xp,
    weight,
    grad,
    mean,
    var,
    *,
    lr: float,
    grad_coefficient: float,
    mean_coefficient: float,
    var_correction: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """One step of Nadam: Adam with Nesterov's look-ahead.

    Mean and variance are Adam's. The step is ``lr * (grad_coefficient * g + mean_coefficient * mean) /
    (sqrt(var / var_correction) + epsilon)``; the optimizer computes the coefficients from the momentum schedule.

    References: Dozat 2016, Incorporating Nesterov Momentum into Adam, algorithm 2.
    """
    g = _rescaled(xp, grad, rescale_grad, clip_gradient, wd, weight)
    new_var = _blend(xp, var, xp.square(g), beta2)
    ahead = xp.multiply(g, grad_coefficient)
    new_mean = _blend(xp, mean, g, beta1)
    ahead += xp.multiply(new_mean, mean_coefficient)
    ahead *= lr
    scale = xp.divide(new_var, var_correction)
    xp.sqrt(scale, out=scale)
    scale += epsilon
    ahead /= scale
    return xp.subtract(weight, ahead, out=ahead), new_mean, new_var


@operator(mutates=("d", "v", "z"), shape=same_shape, differentiable=False)
def ftml_update(
    xp,
    weight,
    grad,
    d,
    v,
    z,
    *,
    lr: float,
    beta1: float = 0.6,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    t: int,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_grad: float = -1.0,
):
    """One step of "follow the moving leader"; ``t`` counts updates from 1.

    With ``g = clip(rescale_grad * grad + wd * weight, clip_grad)``: ``v = beta2 * v + (1 - beta2) * g**2``,
    ``d' = (1 - beta1**t) / lr * (sqrt(v / (1 - beta2**t)) + epsilon)``,
    ``z = beta1 * z + (1 - beta1) * g - (d' - beta1 * d) * weight``, then ``-z / d'``.

    >>> import mxlearn as mx
    >>> w, d, v, z = mx.nd.array([1.0]), mx.nd.zeros((1,)), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> mx.nd.ftml_update(w, mx.nd.array([2.0]), d, v, z, lr=0.5, t=1, beta1=0.5, beta2=0.75).asscalar()
    np.float32(0.5)

    References: MXNet 1.9.1 operator ftml_update; Zheng and Kwok 2017, algorithm 1.
    """
    g = _rescaled(xp, grad, rescale_grad, clip_grad, wd, weight)
    new_v = _blend(xp, v, xp.square(g), beta2)
    new_d = xp.divide(new_v, _bias_correction(beta2, t, v.dtype))
    xp.sqrt(new_d, out=new_d)
    new_d += epsilon
    new_d *= _bias_correction(beta1, t, v.dtype) / lr
    sigma = xp.multiply(d, -beta1)
    sigma += new_d
    sigma *= weight
    new_z = _blend(xp, z, g, beta1)
    new_z -= sigma
    out = xp.divide(new_z, new_d, out=sigma)
    return xp.negative(out, out=out), new_d, new_v, new_z


@operator(mutates=("z", "n"), shape=same_shape, differentiable=False)
def ftrl_update(
    xp,
    weight,
    grad,
    z,
    n,
    *,
    lr: float,
    lamda1: float = 0.01,
    beta: float = 1.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """One step of "follow the regularized leader", which keeps weights at exactly zero until they are needed.

    ``z = z + rescaled - (sqrt(n + rescaled**2) - sqrt(n)) * weight / lr``, ``n = n + rescaled**2``, then
    ``(sign(z) * lamda1 - z) / ((beta + sqrt(n)) / lr + wd)`` where ``|z| > lamda1``, and 0 elsewhere.

    >>> import mxlearn as mx
    >>> w, z, n = mx.nd.zeros((2,)), mx.nd.zeros((2,)), mx.nd.zeros((2,))
    >>> mx.nd.ftrl_update(w, mx.nd.array([3.0, 0.5]), z, n, lr=1.0, lamda1=1.0).asnumpy().tolist()
    [-0.5, 0.0]

    References: MXNet 1.9.1 operator ftrl_update; McMahan et al. 2013, algorithm 1.
    """
    rescaled = _rescaled(xp, grad, rescale_grad, clip_gradient)
    new_n = xp.square(rescaled)
    new_n += n
    root = xp.sqrt(new_n)
    new_z = xp.sqrt(n)
    new_z -= root
    new_z *= weight
    new_z /= lr
    new_z += rescaled
    new_z += z
    root += beta
    root /= lr
    root += wd
    # sign(z) * lamda1 - z is -(z - clip(z, -lamda1, lamda1)): soft thresholding, exactly 0 inside the bound
    out = xp.minimum(new_z, lamda1)
    xp.maximum(out, -lamda1, out=out)
    out -= new_z
    out /= root
    return out, new_z, new_n


@operator(mutates=("n",), shape=same_shape, differentiable=False)
def rmsprop_update(
    xp,
    weight,
    grad,
    n,
    *,
    lr: float,
    gamma1: float = 0.95,
    epsilon: float = 1e-8,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    clip_weights: float = -1.0,
):
    """One step of RMSProp.

    With ``g = clip(rescale_grad * grad + wd * weight)``: ``n = gamma1 * n + (1 - gamma1) * g**2``, then
    ``weight - lr * g / sqrt(n + epsilon)``, clipped to [-clip_weights, clip_weights] where that is not negative.

    >>> import mxlearn as mx
    >>> w, n = mx.nd.array([1.0]), mx.nd.zeros((1,))
    >>> mx.nd.rmsprop_update(w, mx.nd.array([2.0]), n, lr=0.25, gamma1=0.75, epsilon=0.0).asscalar(), n.asscalar()
    (np.float32(0.5), np.float32(1.0))

    References: MXNet 1.9.1 operator rmsprop_update; Tieleman and Hinton 2012, lecture 6.5.
    """
    g = _rescaled(xp, grad, rescale_grad, clip_gradient, wd, weight)
    new_n = _blend(xp, n, xp.square(g), gamma1)
    scale = xp.add(new_n, epsilon)
    xp.sqrt(scale, out=scale)
    g /= scale
    g *= lr
    return _clip(xp, xp.subtract(weight, g, out=g), clip_weights), new_n


@operator(mutates=("n", "g", "delta"), shape=same_shape, differentiable=False)
def rmspropalex_update(
    xp,
    weight,
    grad,
    n,
    g,
    delta,
    *,
    lr: float,
    gamma1: float = 0.95,
    gamma2: float = 0.9,
    epsilon: float = 1e-8,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    clip_weights: float = -1.0,
):
    """One step of Graves's centered RMSProp with momentum.

    With ``x = clip(rescale_grad * grad + wd * weight)``: ``n = gamma1 * n + (1 - gamma1) * x**2``,
    ``g = gamma1 * g + (1 - gamma1) * x``, ``delta = gamma2 * delta - lr * x / sqrt(n - g**2 + epsilon)``, then
    ``weight + delta``, clipped to [-clip_weights, clip_weights] where that is not negative.

    >>> import mxlearn as mx
    >>> w, n, g, delta = mx.nd.array([1.0]), mx.nd.zeros((1,)), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> mx.nd.rmspropalex_update(w, mx.nd.array([2.0]), n, g, delta, lr=0.25, gamma1=0.5, epsilon=0.0).asscalar()
    np.float32(0.5)

    References: MXNet 1.9.1 operator rmspropalex_update; Graves 2013, equations 38 to 45.
    """
    x = _rescaled(xp, grad, rescale_grad, clip_gradient, wd, weight)
    new_n = _blend(xp, n, xp.square(x), gamma1)
    new_g = _blend(xp, g, x.copy(), gamma1)
    scale = xp.square(new_g)
    xp.subtract(new_n, scale, out=scale)
    scale += epsilon
    xp.sqrt(scale, out=scale)
    x /= scale
    x *= lr
    new_delta = xp.multiply(delta, gamma2)
    new_delta -= x
    return _clip(xp, xp.add(weight, new_delta, out=x), clip_weights), new_n, new_g, new_delta


@operator(mutates=("history",), shape=same_shape, differentiable=False)
def _sparse_adagrad_update(
    xp,
    weight,
    grad,
    history,
    *,
    lr: float,
    epsilon: float = 1e-7,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """One step of AdaGrad on dense arrays.

    ``history = history + rescaled**2``, then ``weight - lr * (rescaled / sqrt(history + epsilon) + wd * weight)``. The
    name is MXNet's, whose operator takes row-sparse gradients.

    References: Duchi, Hazan and Singer 2011.
    """
    rescaled = _rescaled(xp, grad, rescale_grad, clip_gradient)
    new_history = xp.square(rescaled)
    new_history += history
    scale = xp.add(new_history, epsilon)
    xp.sqrt(scale, out=scale)
    rescaled /= scale
    if wd:
        rescaled += xp.multiply(weight, wd)
    rescaled *= lr
    return xp.subtract(weight, rescaled, out=rescaled), new_history


@operator(mutates=("accumulated_grad", "accumulated_delta"), shape=same_shape, differentiable=False)
def _adadelta_update(
    xp,
    weight,
    grad,
    accumulated_grad,
    accumulated_delta,
    *,
    rho: float = 0.9,
    epsilon: float = 1e-5,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
):
    """One step of AdaDelta, which needs no learning rate.

    ``a = rho * a + (1 - rho) * rescaled**2`` for the accumulated squared gradient,
    ``delta = sqrt(d + epsilon) / sqrt(a + epsilon) * rescaled``, ``d = rho * d + (1 - rho) * delta**2`` for the
    accumulated squared step, then ``weight - (delta + wd * weight)``.

    References: Zeiler 2012, algorithm 1.
    """
    delta = _rescaled(xp, grad, rescale_grad, clip_gradient)
    new_grad = xp.square(delta)
    new_grad *= 1.0 - rho
    new_grad += xp.multiply(accumulated_grad, rho)
    ratio = xp.add(accumulated_delta, epsilon)
    ratio /= xp.add(new_grad, epsilon)
    xp.sqrt(ratio, out=ratio)
    delta *= ratio
    new_delta = xp.square(delta, out=ratio)
    new_delta *= 1.0 - rho
    new_delta += xp.multiply(accumulated_delta, rho)
    if wd:
        delta += xp.multiply(weight, wd)
    return xp.subtract(weight, delta, out=delta), new_grad, new_delta


@operator(mutates=("history",), differentiable=False)
def _contrib_group_adagrad_update(
    xp,
    weight,
    grad,
    history,
    *,
    lr: float,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    epsilon: float = 1e-5,
):
    """One step of AdaGrad with one learning rate for each row of a matrix.

    ``history = history + mean(rescaled**2 over the row)``, then ``weight - lr * rescaled / sqrt(history + epsilon)``.

    Parameters
    ----------
    weight, grad : (rows, columns)
    history : (rows, 1)

    References: MXNet 1.9.1 operator _contrib_group_adagrad_update.
    """
    rescaled = _rescaled(xp, grad, rescale_grad, clip_gradient)
    new_history = xp.square(rescaled).mean(axis=1, keepdims=True)
    new_history += history
    rescaled /= xp.sqrt(new_history + epsilon)
    rescaled *= lr
    return xp.subtract(weight, rescaled, out=rescaled), new_history


@_contrib_group_adagrad_update.infer_shape
def _(weight, grad, history, **_):
    shape = weight if weight is not None else grad
    if shape is None:
        return (weight, grad, history), (None,)
    if len(shape) != 2:
        raise ShapeError(f"weight must have 2 dimensions, (rows, columns). Received: {show(shape)}")
    return (shape, shape, (shape[0], 1)), (shape,)


# -- layer-wise learning rates -----------------------------------------------------------------------------------------
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
    g = _rescaled(xp, grad, rescale_grad, clip_gradient)
    new_var = _blend(xp, var, xp.square(g), beta2)
    new_mean = _blend(xp, mean, g, beta1)
    if bias_correction:
        scale = xp.divide(new_var, _bias_correction(beta2, t, var.dtype))
        xp.sqrt(scale, out=scale)
    else:
        scale = xp.sqrt(new_var)
    scale += epsilon
    if bias_correction:
        scale *= _bias_correction(beta1, t, var.dtype)
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

    ``lrs * eta * |w| / (rescale_grad * |g| + wds * |w| + eps)`` where both norms are positive, and ``lrs`` elsewhere. The
    inputs have shape (layers,); the norms come squared, as multi_sum_sq gives them.

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
    _check_count("multi_sum_sq", data, num_arrays, "num_arrays")
    single = [x.astype("float32").ravel() for x in data]
    return xp.stack([xp.dot(x, x) for x in single])


@multi_sum_sq.infer_shape
def _(*data, num_arrays):
    return data, ((num_arrays,),)


@multi_sum_sq.infer_dtype
def _(*data, num_arrays):
    return data, (np.dtype("float32"),)


@operator(differentiable=False, outputs=lambda attrs: attrs["num_weights"])
def multi_sgd_update(
    xp,
    *data,
    lrs: Floats,
    wds: Floats,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
):
    """sgd_update for several weights: inputs weight0, grad0, weight1, grad1, ...; one learning rate and decay for each.

    >>> import mxlearn as mx
    >>> w, g = mx.nd.ones((1,)), mx.nd.ones((1,))
    >>> new = mx.nd.multi_sgd_update(w, g, w, g, lrs=(0.5, 0.25), wds=(0, 0), num_weights=2)
    >>> [x.asscalar() for x in new]
    [np.float32(0.5), np.float32(0.75)]

    References: MXNet 1.9.1 operator multi_sgd_update.
    """
    _check_count("multi_sgd_update", data, 2 * num_weights, "2 * num_weights")
    _check_count("multi_sgd_update", lrs, num_weights, "num_weights (lrs)")
    _check_count("multi_sgd_update", wds, num_weights, "num_weights (wds)")
    new = []
    for weight, grad, lr, wd in zip(data[::2], data[1::2], lrs, wds, strict=True):
        step = _step(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)
        new.append(xp.subtract(weight, step, out=step))
    return new[0] if num_weights == 1 else tuple(new)


@multi_sgd_update.infer_shape
def _(*data, num_weights, **_):
    return data, data[::2]


@multi_sgd_update.infer_dtype
def _(*data, num_weights, **_):
    return data, data[::2]


def _check_count(name, values, count, what):
    if len(values) != count:
        raise ArgumentError(f"{name}: expected {what} = {count} values. Received: {len(values)}")
