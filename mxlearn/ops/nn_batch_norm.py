"""Relatives of BatchNorm in mx.nd.contrib: SyncBatchNorm and BatchNormWithReLU."""
from ..base import ArgumentError
from ..core.operator import operator
from .nn_normalization import BatchNorm


@operator(
    name="_contrib_SyncBatchNorm",
    outputs=("output", "mean", "var"),
    visible=lambda attrs: 3 if attrs["output_mean_var"] else 1,
    aux=("moving_mean", "moving_var"),
    shape=lambda *inputs, **named: BatchNorm.shape_rule(*inputs, axis=1, **named),  # type: ignore[misc]
    dtype=BatchNorm.dtype_rule,
)
def SyncBatchNorm(
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
    ndev: int = 1,
    key: str,
    is_train: bool,
):
    """BatchNorm over channels on axis 1, with statistics of the whole batch, on the one device where it is.

    In MXNet the devices of a data-parallel step run this layer at the same time and wait for each other. Here they take
    turns, so that none can wait: more than one device is refused.

    Parameters
    ----------
    data, gamma, beta, moving_mean, moving_var, eps, momentum, fix_gamma, use_global_stats : as for BatchNorm
    output_mean_var : bool, whether to return mean and 1 / sqrt(variance + eps) as well
    ndev : int, number of devices, 1
    key : str, names the layer among devices; accepted for MXNet's sake

    Raises
    ------
    ArgumentError
        If ``ndev`` is more than 1.

    >>> x, zero, one = mx.nd.array([[1], [3]]), mx.nd.zeros(1), mx.nd.ones(1)
    >>> with mx.autograd.train_mode():
    ...     y = mx.nd.contrib.SyncBatchNorm(x, one, zero, zero.copy(), one.copy(), eps=0, key="bn")
    >>> y
    [[-1.]
     [ 1.]]
    <NDArray 2x1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_SyncBatchNorm.
    """
    if ndev > 1:
        raise ArgumentError(
            f"SyncBatchNorm shares no statistics between devices, ndev must be 1. Received: {ndev}.\n"
            "  Train on one device, or use BatchNorm, which takes the statistics of each device's part of the batch."
        )
    attrs = dict(eps=eps, momentum=momentum, fix_gamma=fix_gamma, use_global_stats=use_global_stats)
    return BatchNorm.kernel(xp, data, gamma, beta, moving_mean, moving_var, **attrs, is_train=is_train)


@SyncBatchNorm.gradient
def _(F, g, data, gamma, mean, var, *, fix_gamma, use_global_stats, is_train):
    attrs = dict(fix_gamma=fix_gamma, use_global_stats=use_global_stats, axis=1, is_train=is_train)
    return BatchNorm.require_rule().function(F, g, data, gamma, mean, var, **attrs)


@operator(
    name="_contrib_BatchNormWithReLU",
    outputs=("output", "mean", "var"),
    visible=lambda attrs: 3 if attrs["output_mean_var"] else 1,
    aux=("moving_mean", "moving_var"),
    shape=BatchNorm.shape_rule,
    dtype=BatchNorm.dtype_rule,
)
def BatchNormWithReLU(
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
    axis: int = 1,
    cudnn_off: bool = False,
    min_calib_range: float | None = None,
    max_calib_range: float | None = None,
    is_train: bool,
):
    """BatchNorm followed by relu, in one. The parameters are those of BatchNorm.

    >>> x, zero, one = mx.nd.array([[1], [3]]), mx.nd.zeros(1), mx.nd.ones(1)
    >>> with mx.autograd.train_mode():
    ...     y = mx.nd.contrib.BatchNormWithReLU(x, one, zero, zero.copy(), one.copy(), eps=0)
    >>> y
    [[0.]
     [1.]]
    <NDArray 2x1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_BatchNormWithReLU.
    """
    attrs = dict(eps=eps, momentum=momentum, fix_gamma=fix_gamma, use_global_stats=use_global_stats, axis=axis)
    out, *rest = BatchNorm.kernel(xp, data, gamma, beta, moving_mean, moving_var, **attrs, is_train=is_train)
    return xp.maximum(out, 0), *rest


@BatchNormWithReLU.gradient
def _(F, g, data, gamma, out, mean, var, *, fix_gamma, use_global_stats, axis, is_train):
    through = F._backward_relu(g[0], out), *g[1:]
    attrs = dict(fix_gamma=fix_gamma, use_global_stats=use_global_stats, axis=axis, is_train=is_train)
    return BatchNorm.require_rule().function(F, through, data, gamma, mean, var, **attrs)
