"""Update operators with a learning rate of its own for each weight: Adam and its relatives, RMSProp, AdaGrad, FTRL.

See optimizer_op for the conventions.
"""
from ..base import ShapeError
from ..core.infer import same_shape, show
from .optimizer_pieces import blend, clip, debias, rescale
from .updating import update_operator


@update_operator(shape=same_shape)
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
    g = rescale(xp, grad, rescale_grad, clip_gradient, wd, weight)
    blend(var, xp.square(g), beta2)
    blend(mean, g, beta1)
    step = xp.sqrt(var)
    step += epsilon
    xp.divide(mean, step, out=step)
    step *= lr
    weight -= step


@update_operator(shape=same_shape)
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

    >>> import mxlearn as mx
    >>> w, mean, peak = mx.nd.array([1.0]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> new = mx.nd._internal._adamax_update(w, mx.nd.array([4.0]), mean, peak, lr=0.5, beta1=0.5)
    >>> new.asscalar(), mean.asscalar(), peak.asscalar()
    (np.float32(0.75), np.float32(2.0), np.float32(4.0))

    References: Kingma and Ba 2015, algorithm 2.
    """
    g = rescale(xp, grad, rescale_grad, clip_gradient, wd, weight)
    peak *= beta2
    xp.maximum(peak, xp.abs(g), out=peak)
    blend(mean, g, beta1)
    step = xp.divide(mean, peak)
    step *= lr
    weight -= step


@update_operator(shape=same_shape)
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

    >>> import mxlearn as mx
    >>> w, mean, var = mx.nd.array([1.0]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> step = dict(lr=0.5, grad_coefficient=0.5, mean_coefficient=1.0, var_correction=0.25, beta1=0.5, beta2=0.75)
    >>> mx.nd._internal._nadam_update(w, mx.nd.array([4.0]), mean, var, epsilon=0.0, **step).asscalar()
    np.float32(0.5)

    References: Dozat 2016, Incorporating Nesterov Momentum into Adam, algorithm 2.
    """
    g = rescale(xp, grad, rescale_grad, clip_gradient, wd, weight)
    blend(var, xp.square(g), beta2)
    ahead = xp.multiply(g, grad_coefficient)
    blend(mean, g, beta1)
    ahead += xp.multiply(mean, mean_coefficient)
    ahead *= lr
    scale = xp.divide(var, var_correction)
    xp.sqrt(scale, out=scale)
    scale += epsilon
    ahead /= scale
    weight -= ahead


@update_operator(shape=same_shape)
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
    g = rescale(xp, grad, rescale_grad, clip_grad, wd, weight)
    blend(v, xp.square(g), beta2)
    sigma = xp.multiply(d, -beta1)
    xp.divide(v, debias(beta2, t, v.dtype), out=d)
    xp.sqrt(d, out=d)
    d += epsilon
    d *= debias(beta1, t, v.dtype) / lr
    sigma += d
    sigma *= weight
    blend(z, g, beta1)
    z -= sigma
    xp.divide(z, d, out=sigma)
    xp.negative(sigma, out=weight)


@update_operator(shape=same_shape)
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
    rescaled = rescale(xp, grad, rescale_grad, clip_gradient)
    change = xp.sqrt(n)
    n += xp.square(rescaled)
    root = xp.sqrt(n)
    change -= root                   # sqrt(n before) - sqrt(n)
    change *= weight
    change /= lr
    change += rescaled
    z += change
    root += beta
    root /= lr
    root += wd
    # sign(z) * lamda1 - z is -(z - clip(z, -lamda1, lamda1)): soft thresholding, exactly 0 inside the bound
    out = xp.minimum(z, lamda1)
    xp.maximum(out, -lamda1, out=out)
    out -= z
    xp.divide(out, root, out=weight)


@update_operator(shape=same_shape)
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
    g = rescale(xp, grad, rescale_grad, clip_gradient, wd, weight)
    blend(n, xp.square(g), gamma1)
    scale = xp.add(n, epsilon)
    xp.sqrt(scale, out=scale)
    g /= scale
    g *= lr
    weight -= g
    clip(xp, weight, clip_weights)


@update_operator(shape=same_shape)
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
    x = rescale(xp, grad, rescale_grad, clip_gradient, wd, weight)
    blend(n, xp.square(x), gamma1)
    blend(g, x.copy(), gamma1)
    scale = xp.square(g)
    xp.subtract(n, scale, out=scale)
    scale += epsilon
    xp.sqrt(scale, out=scale)
    x /= scale
    x *= lr
    delta *= gamma2
    delta -= x
    weight += delta
    clip(xp, weight, clip_weights)


@update_operator(shape=same_shape)
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

    >>> import mxlearn as mx
    >>> w, history = mx.nd.array([1.0]), mx.nd.array([9.0])
    >>> step = dict(lr=0.5, epsilon=0.0)
    >>> mx.nd._internal._sparse_adagrad_update(w, mx.nd.array([4.0]), history, **step).asscalar(), history.asscalar()
    (np.float32(0.6), np.float32(25.0))

    References: Duchi, Hazan and Singer 2011.
    """
    rescaled = rescale(xp, grad, rescale_grad, clip_gradient)
    history += xp.square(rescaled)
    scale = xp.add(history, epsilon)
    xp.sqrt(scale, out=scale)
    rescaled /= scale
    if wd:
        rescaled += xp.multiply(weight, wd)
    rescaled *= lr
    weight -= rescaled


@update_operator(shape=same_shape)
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

    >>> import mxlearn as mx
    >>> w, a, d = mx.nd.array([1.0]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> step = dict(rho=0.0, epsilon=1.0)
    >>> mx.nd._internal._adadelta_update(w, mx.nd.zeros((1,)), a, d, wd=0.5, **step).asscalar()
    np.float32(0.5)

    References: Zeiler 2012, algorithm 1.
    """
    delta = rescale(xp, grad, rescale_grad, clip_gradient)
    accumulated_grad *= rho
    accumulated_grad += (1.0 - rho) * xp.square(delta)
    ratio = xp.add(accumulated_delta, epsilon)
    ratio /= xp.add(accumulated_grad, epsilon)
    xp.sqrt(ratio, out=ratio)
    delta *= ratio
    accumulated_delta *= rho
    accumulated_delta += (1.0 - rho) * xp.square(delta)
    if wd:
        delta += xp.multiply(weight, wd)
    weight -= delta


@update_operator(by_element=False)
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

    >>> import mxlearn as mx
    >>> w, history = mx.nd.zeros((1, 2)), mx.nd.zeros((1, 1))
    >>> new = mx.nd.contrib.group_adagrad_update(w, mx.nd.array([[1.0, 7.0]]), history, lr=5.0, epsilon=0.0)
    >>> new.asnumpy().tolist(), history.asscalar()
    ([[-1.0, -7.0]], np.float32(25.0))

    References: MXNet 1.9.1 operator _contrib_group_adagrad_update.
    """
    rescaled = rescale(xp, grad, rescale_grad, clip_gradient)
    history += xp.square(rescaled).mean(axis=1, keepdims=True)
    rescaled /= xp.sqrt(history + epsilon)
    rescaled *= lr
    weight -= rescaled


@_contrib_group_adagrad_update.infer_shape
def _(weight, grad, history, **_):
    shape = weight if weight is not None else grad
    if shape is None:
        return (weight, grad, history), (None,)
    if len(shape) != 2:
        raise ShapeError(f"weight must have 2 dimensions, (rows, columns). Received: {show(shape)}")
    return (shape, shape, (shape[0], 1)), (shape,)
