"""Any computation as a loss, and the end of the gradient: MakeLoss, make_loss and BlockGrad."""
from ..core.operator import Like, operator
from .loss import Normalization


@operator(elementwise=True, identity=True)
def MakeLoss(
    xp, data, *, grad_scale: float = 1.0, valid_thresh: float = 0.0, normalization: Normalization = "null"
):
    """Return the data as a loss: going back, the gradient starts here with grad_scale, whatever comes in.

    Parameters
    ----------
    data : floating array, a loss for each sample
    grad_scale : float
    valid_thresh : float, with normalization "valid" only elements above it are counted
    normalization : "null"; "batch": divide by data.shape[0]; "valid": by the number of elements above valid_thresh

    >>> mx.nd.MakeLoss(mx.nd.array([0.5, 2]))
    [0.5 2. ]
    <NDArray 2 @cpu(0)>
    """
    return data.copy()


@MakeLoss.gradient
def _(F, g, data, *, grad_scale, valid_thresh, normalization):
    return (F._backward_MakeLoss(data, grad_scale=grad_scale, valid_thresh=valid_thresh, normalization=normalization),)


@operator(shape=lambda data, **_: ([data], [data]), differentiable=False)
def _backward_MakeLoss(
    xp, data, *, grad_scale: float = 1.0, valid_thresh: float = 0.0, normalization: Normalization = "null"
):
    """Return the gradient that MakeLoss produces: one number at every place.

    >>> mx.nd._internal._backward_MakeLoss(mx.nd.array([0.5, 2]), normalization="batch")
    [0.5 0.5]
    <NDArray 2 @cpu(0)>
    """
    if normalization == "valid":
        count = xp.maximum((data > valid_thresh).sum(), 1).astype(data.dtype)
        return xp.ones_like(data) * grad_scale / count
    scale = grad_scale / max(1, data.shape[0]) if normalization == "batch" and data.ndim else grad_scale
    return xp.full_like(data, scale)


@operator(elementwise=True, identity=True)
def make_loss(xp, data):
    """Return the data as a loss: going back, the gradient starts here with ones, whatever comes in.

    >>> mx.nd.make_loss(mx.nd.array([0.5, 2]))
    [0.5 2. ]
    <NDArray 2 @cpu(0)>
    """
    return data.copy()


@make_loss.gradient
def _(F, g, data: Like):
    return (F.ones_like(data),)


@operator(aliases=("stop_gradient",), elementwise=True, identity=True, differentiable=False)
def BlockGrad(xp, data):
    """Return the data, and let no gradient through.

    >>> x = mx.nd.array([3])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = x * mx.nd.BlockGrad(x)
    >>> y.backward()
    >>> x.grad
    [3.]
    <NDArray 1 @cpu(0)>
    """
    return data.copy()
