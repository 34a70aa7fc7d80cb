"""IdentityAttachKLSparseReg: a penalty that keeps the mean activation of units near a target."""
from ..base import ArgumentError, ShapeError
from ..core.infer import show, unify
from ..core.operator import operator


def _sparseness_shape(data, moving_avg=None, **_):
    if data is not None and len(data) != 2:
        raise ShapeError(f"data must be (batch, units). Received: {show(data)}")
    moving_avg = unify(moving_avg, None if data is None else data[1:], "the shape of moving_avg, and (units,)")
    return [data, moving_avg], [data, moving_avg]


@operator(outputs=("output", "mean"), visible=1, aux=("moving_avg",), shape=_sparseness_shape)
def IdentityAttachKLSparseReg(
    xp,
    data,
    moving_avg,
    *,
    sparseness_target: float = 0.1,
    penalty: float = 0.001,
    momentum: float = 0.9,
    is_train: bool,
):
    """Return the data as they are, and add to their gradient that of a penalty on the units' mean activation.

    The penalty is the Kullback-Leibler divergence of a coin that shows 1 with probability ``sparseness_target`` from
    one with the mean activation m, a moving average over batches. Its derivative: (1 - target) / (1 - m) - target / m.

    Parameters
    ----------
    data : (batch, units), activations from 0 to 1, as sigmoid gives them
    moving_avg : (units,), auxiliary state, written while training
    sparseness_target : float, between 0 and 1
    penalty : float, factor on the derivative
    momentum : float, moving = momentum * moving + (1 - momentum) * mean of the batch

    >>> x, average = mx.nd.array([[0.5], [0.5]]), mx.nd.array([0.5])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = mx.nd.IdentityAttachKLSparseReg(x, average, sparseness_target=0.25, penalty=1)
    >>> y.backward()
    >>> x.grad
    [[2.]
     [2.]]
    <NDArray 2x1 @cpu(0)>

    References: MXNet 1.9.1 operator IdentityAttachKLSparseReg; Hinton 2010, "A practical guide to training restricted
    Boltzmann machines", section 11.
    """
    if not 0 < sparseness_target < 1:
        raise ArgumentError(f"sparseness_target must be between 0 and 1. Received: {sparseness_target}")
    _sparseness_shape(data.shape, moving_avg.shape)
    average = moving_avg
    if is_train and len(data):
        average = (moving_avg * momentum + data.mean(axis=0) * (1 - momentum)).astype(moving_avg.dtype, copy=False)
    return data.copy(), average.copy(), average


@IdentityAttachKLSparseReg.gradient
def _(F, g, mean, *, sparseness_target, penalty):
    high = F._rdiv_scalar(F._rminus_scalar(mean, scalar=1.0), scalar=1 - sparseness_target)
    low = F._rdiv_scalar(mean, scalar=sparseness_target)
    slope = F._mul_scalar(F.elemwise_sub(high, low), scalar=penalty)
    return F.broadcast_add(g[0], F.expand_dims(slope, axis=0)), None
