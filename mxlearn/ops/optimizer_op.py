"""Update operators: one step of an optimizer, from a weight and its gradient to the new weight and the new states.

Called as MXNet does, ``nd.sgd_mom_update(weight, grad, mom, lr=0.1, momentum=0.9, out=weight)`` writes the weight, and
the runtime writes the new states (declared with ``mutates``) into the arrays that were passed as states. Each is
defined by its step in place, which optimizers run on all weights of a network at once; see ``updating``.

Throughout, ``rescaled = clip(rescale_grad * grad, -clip_gradient, clip_gradient)``; a negative ``clip_gradient`` turns
clipping off. Where weight decay joins before or after clipping, each docstring says so in its formula; the order is
MXNet 1.9.1's, found by running it.
"""
from ..core.attributes import Floats
from ..core.infer import same_shape
from ..core.operator import operator
from . import optimizer_adaptive, optimizer_layerwise  # noqa: F401  (registers the rest of the family)
from .optimizer_pieces import check_count, complement, descent, low_precision_dtypes, rescale
from .updating import update_operator


@update_operator(shape=same_shape)
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
    weight -= descent(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)


@update_operator(shape=same_shape)
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

    ``mom = momentum * mom - lr * (rescaled + wd * weight)``, then ``weight + mom``. All arrays have one shape and
    dtype; ``mom`` receives its new value.

    >>> import mxlearn as mx
    >>> w, mom = mx.nd.array([1.0]), mx.nd.array([1.0])
    >>> mx.nd.sgd_mom_update(w, mx.nd.array([2.0]), mom, lr=0.25, momentum=0.5, out=w).asscalar(), mom.asscalar()
    (np.float32(1.0), np.float32(0.0))

    References: MXNet 1.9.1 operator sgd_mom_update; Polyak 1964.
    """
    mom *= momentum
    mom -= descent(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)
    weight += mom


@update_operator(shape=same_shape, dtype=low_precision_dtypes(2))
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
    weight32 -= descent(xp, weight32, grad.astype(weight32.dtype), lr, rescale_grad, clip_gradient, wd)
    weight[...] = weight32


@update_operator(shape=same_shape, dtype=low_precision_dtypes(2))
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
    mom *= momentum
    mom -= descent(xp, weight32, grad.astype(weight32.dtype), lr, rescale_grad, clip_gradient, wd)
    weight32 += mom
    weight[...] = weight32


@update_operator(shape=same_shape)
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
    _nesterov(xp, weight, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient)


@update_operator(shape=same_shape, dtype=low_precision_dtypes(2))
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
    _nesterov(xp, weight32, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient)
    weight[...] = weight32


def _nesterov(xp, weight, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient):
    step = descent(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)
    mom *= momentum
    mom -= step
    ahead = xp.multiply(mom, momentum)
    ahead -= step
    weight += ahead


@update_operator(shape=same_shape)
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
    weight -= step


@update_operator(shape=same_shape)
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
    mom *= momentum
    mom -= descent(xp, weight, grad, complement(momentum, weight.dtype), rescale_grad, clip_gradient, wd)
    step = xp.sign(mom)
    step *= lr
    if wd_lh:
        step -= xp.multiply(weight, lr * wd_lh)
    weight += step


@update_operator(shape=same_shape)
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

    >>> import mxlearn as mx
    >>> w, previous = mx.nd.array([2.0]), mx.nd.array([1.0])
    >>> new = mx.nd._internal._dcasgd_update(w, mx.nd.array([2.0]), previous, lr=0.25, lamda=0.5)
    >>> new.asscalar(), previous.asscalar()
    (np.float32(1.0), np.float32(2.0))

    References: Zheng et al. 2017, Asynchronous Stochastic Gradient Descent with Delay Compensation, equation 10.
    """
    step = _delay_compensated(xp, weight, grad, previous, lr, lamda, wd, rescale_grad, clip_gradient)
    previous[...] = weight
    weight -= step


@update_operator(shape=same_shape)
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
    """_dcasgd_update with momentum: ``mom = momentum * mom - step``, then ``weight + mom``.

    >>> import mxlearn as mx
    >>> w, mom, previous = mx.nd.array([2.0]), mx.nd.array([4.0]), mx.nd.array([1.0])
    >>> step = dict(lr=0.25, momentum=0.5, lamda=0.5)
    >>> mx.nd._internal._dcasgd_mom_update(w, mx.nd.array([2.0]), mom, previous, **step).asscalar(), mom.asscalar()
    (np.float32(3.0), np.float32(1.0))
    """
    mom *= momentum
    mom -= _delay_compensated(xp, weight, grad, previous, lr, lamda, wd, rescale_grad, clip_gradient)
    previous[...] = weight
    weight += mom


def _delay_compensated(xp, weight, grad, previous, lr, lamda, wd, rescale_grad, clip_gradient):
    rescaled = rescale(xp, grad, rescale_grad, clip_gradient)
    step = xp.subtract(weight, previous)
    step *= rescaled
    step *= rescaled
    step *= lamda
    step += rescaled
    if wd:
        step += xp.multiply(weight, wd)
    step *= lr
    return step


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
    check_count("multi_sgd_update", data, 2 * num_weights, "2 * num_weights")
    check_count("multi_sgd_update", lrs, num_weights, "num_weights (lrs)")
    check_count("multi_sgd_update", wds, num_weights, "num_weights (wds)")
    new = []
    for weight, grad, lr, wd in zip(data[::2], data[1::2], lrs, wds, strict=True):
        step = descent(xp, weight, grad, lr, rescale_grad, clip_gradient, wd)
        new.append(xp.subtract(weight, step, out=step))
    return new[0] if num_weights == 1 else tuple(new)


@multi_sgd_update.infer_shape
def _(*data, num_weights, **_):
    return data, data[::2]


@multi_sgd_update.infer_dtype
def _(*data, num_weights, **_):
    return data, data[::2]
