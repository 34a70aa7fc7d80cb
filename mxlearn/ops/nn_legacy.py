"""Layers under the names that they had before MXNet 1.0: Convolution_v1, Pooling_v1, BatchNorm_v1."""
from typing import Literal

from ..core.attributes import Shape
from ..core.operator import operator
from .nn_convolution import Convolution
from .nn_normalization import BatchNorm
from .nn_pooling import Pooling


def _rule_of(op):
    """Return the gradient rule of an operator, to be declared for another name."""
    return op.require_rule().function


# -- Convolution_v1 ----------------------------------------------------------------------------------------------------
Convolution_v1 = operator(name="Convolution_v1", shape=Convolution.shape_rule)(Convolution.kernel)
Convolution_v1.gradient(_rule_of(Convolution))


# -- Pooling_v1 --------------------------------------------------------------------------------------------------------
_WHOLE = dict(p_value=None, count_include_pad=None, layout=None)


@operator(shape=lambda data, **attrs: Pooling.shape_rule(data, **attrs, **_WHOLE))  # type: ignore[misc]
def Pooling_v1(
    xp,
    data,
    *,
    kernel: Shape = Shape(),
    pool_type: Literal["avg", "max", "sum"] = "max",
    global_pool: bool = False,
    pooling_convention: Literal["full", "valid"] = "valid",
    stride: Shape = Shape(),
    pad: Shape = Shape(),
):
    """Reduce each window of an image to its maximum, mean or sum: Pooling under its old name.

    The parameters are those of Pooling. Among equal maxima of a window the gradient goes to the first one, as in
    Pooling; in MXNet's Pooling_v1 it goes to each of them.

    >>> mx.nd.Pooling_v1(mx.nd.arange(16).reshape((1, 1, 4, 4)), kernel=(2, 2), stride=(2, 2))
    [[[[ 5.  7.]
       [13. 15.]]]]
    <NDArray 1x1x2x2 @cpu(0)>

    References: MXNet 1.9.1 operator Pooling_v1.
    """
    return Pooling.kernel(
        xp,
        data,
        kernel=kernel,
        pool_type=pool_type,
        global_pool=global_pool,
        pooling_convention=pooling_convention,
        stride=stride,
        pad=pad,
        **_WHOLE,
    )


@Pooling_v1.gradient
def _(F, g, data, out, *, kernel, pool_type, global_pool, pooling_convention, stride, pad):
    attrs = dict(
        kernel=kernel,
        pool_type=pool_type,
        global_pool=global_pool,
        pooling_convention=pooling_convention,
        stride=stride,
        pad=pad,
    )
    return _rule_of(Pooling)(F, g, data, out, **attrs, **_WHOLE)


# -- BatchNorm_v1 ------------------------------------------------------------------------------------------------------
@operator(
    outputs=("output", "mean", "var"),
    visible=lambda attrs: 3 if attrs["output_mean_var"] else 1,
    aux=("moving_mean", "moving_var"),
    shape=lambda *inputs, **named: BatchNorm.shape_rule(*inputs, axis=1, **named),  # type: ignore[misc]
    dtype=BatchNorm.dtype_rule,
)
def BatchNorm_v1(
    xp,
    data,
    gamma,
    beta,
    moving_mean,
    moving_var,
    *,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    is_train: bool,
):
    """Give each channel of a batch mean beta and standard deviation gamma: BatchNorm under its old name.

    The parameters are those of BatchNorm; the channels are axis 1.

    >>> x, zero, one = mx.nd.array([[1], [3]]), mx.nd.zeros(1), mx.nd.ones(1)
    >>> with mx.autograd.train_mode():
    ...     y = mx.nd.BatchNorm_v1(x, one, zero, zero.copy(), one.copy(), eps=0)
    >>> y
    [[-1.]
     [ 1.]]
    <NDArray 2x1 @cpu(0)>

    References: MXNet 1.9.1 operator BatchNorm_v1.
    """
    attrs = dict(eps=eps, momentum=momentum, fix_gamma=fix_gamma, use_global_stats=use_global_stats)
    return BatchNorm.kernel(xp, data, gamma, beta, moving_mean, moving_var, **attrs, is_train=is_train)


@BatchNorm_v1.gradient
def _(F, g, data, gamma, mean, var, *, fix_gamma, use_global_stats, is_train):
    attrs = dict(fix_gamma=fix_gamma, use_global_stats=use_global_stats, axis=1, is_train=is_train)
    return _rule_of(BatchNorm)(F, g, data, gamma, mean, var, **attrs)
