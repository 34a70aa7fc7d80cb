"""Normalization: BatchNorm, LayerNorm, InstanceNorm, GroupNorm."""

import numpy as np

from ..base import ArgumentError, ShapeError
from ..core import infer
from ..core.infer import normalize_axis, show, unify
from ..core.operator import operator
from ..kernels import normalization as kernels


def _parameter_shapes(data, axis, *parameters):
    """Return (data, *parameters) completed: each parameter has one number for each index along ``axis``."""
    extent = -1 if data is None else data[normalize_axis(axis, len(data))]
    text = "the shape of gamma, of beta or of a moving average, and the extent of the normalized axis,"
    completed = [unify(p, (extent,), text) for p in parameters]
    known = max((p[0] for p in completed if p is not None), default=-1)
    if data is not None and extent < 0 <= known:
        position = axis % len(data)
        data = (*data[:position], known, *data[position + 1 :])
    return [data, *[(known,) for _ in completed]], known


def _check_extent(parameters, extent, what):
    """Raise ShapeError where a parameter would broadcast instead of fit."""
    for parameter in parameters:
        if parameter.shape != (extent,):
            raise ShapeError(f"{what} must have shape {(extent,)}. Received: {show(parameter.shape)}")


# -- BatchNorm ---------------------------------------------------------------------------------------------------------
def _batch_norm_shape(data, gamma=None, beta=None, moving_mean=None, moving_var=None, *, axis, **_):
    inputs, extent = _parameter_shapes(data, axis, gamma, beta, moving_mean, moving_var)
    return inputs, [inputs[0], (extent,), (extent,)]


def _batch_norm_dtype(data, gamma=None, beta=None, moving_mean=None, moving_var=None, **_):
    """Parameters and statistics of float16 data are float32."""
    other = None
    if data is not None:
        other = np.dtype("float32") if data.name == "float16" else data
    return [data] + [other if p is None else p for p in (gamma, beta, moving_mean, moving_var)], [data, other, other]


@operator(
    outputs=("output", "mean", "var"),
    visible=lambda attrs: 3 if attrs["output_mean_var"] else 1,
    aux=("moving_mean", "moving_var"),
    shape=_batch_norm_shape,
    dtype=_batch_norm_dtype,
)
def BatchNorm(
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
    """Give each channel of a batch mean beta and standard deviation gamma.

    While training, mean and (biased) variance are those of the batch, and the moving averages follow:
    moving = momentum * moving + (1 - momentum) * batch. Otherwise the moving averages are used.

    Parameters
    ----------
    data : floating array with channels along ``axis``
    gamma, beta : (channel,), learned scale and shift
    moving_mean, moving_var : (channel,), auxiliary states, written while training
    eps : float, added to the variance
    momentum : float
    fix_gamma : bool, whether gamma counts as 1 and gets gradient 0. The default True is MXNet's; Gluon passes False
    use_global_stats : bool, whether to use the moving averages while training too
    output_mean_var : bool, whether to return mean and 1 / sqrt(variance + eps) as well
    axis : int
    cudnn_off, min_calib_range, max_calib_range : accepted and ignored

    Returns
    -------
    array like ``data``; with ``output_mean_var=True`` also mean and inverse standard deviation, each (channel,)

    >>> x = mx.nd.array([[1, 10], [3, 20]])
    >>> zero, one = mx.nd.zeros(2), mx.nd.ones(2)
    >>> with mx.autograd.train_mode():
    ...     y = mx.nd.BatchNorm(x, one, zero, zero.copy(), one.copy(), eps=0)
    >>> y
    [[-1. -1.]
     [ 1.  1.]]
    <NDArray 2x2 @cpu(0)>

    Reference: Ioffe, Szegedy 2015, "Batch normalization", algorithms 1 and 2.
    """
    axis = normalize_axis(axis, data.ndim)
    _check_extent((gamma, beta, moving_mean, moving_var), data.shape[axis], "gamma, beta and the moving averages")
    new_mean, new_var = moving_mean, moving_var
    gamma = None if fix_gamma else gamma
    if is_train and not use_global_stats:
        out, mean, var, inverse_std = kernels.batch_norm(xp, data, gamma, beta, axis=axis, eps=eps)
        if data.size:  # an empty batch says nothing about the mean
            new_mean = kernels.moving_average(xp, moving_mean, mean, momentum)
            new_var = kernels.moving_average(xp, moving_var, var, momentum)
    else:
        out, mean, inverse_std = kernels.batch_norm_fixed(
            xp, data, gamma, beta, moving_mean, moving_var, axis=axis, eps=eps
        )
    return out, mean, inverse_std, new_mean, new_var


@BatchNorm.gradient
def _(F, g, data, gamma, mean, var, *, fix_gamma, use_global_stats, axis, is_train):
    fixed = use_global_stats or not is_train
    grads = F._backward_BatchNorm(g[0], data, gamma, mean, var, fix_gamma=fix_gamma, fixed_statistics=fixed, axis=axis)
    return (*grads, None, None)


def _backward_batch_norm_shape(out_grad, data, gamma, mean, inverse_std, *, axis, **_):
    inputs, extent = _parameter_shapes(data, axis, gamma, mean, inverse_std)
    return [out_grad, *inputs], [inputs[0], (extent,), (extent,)]


def _backward_batch_norm_dtype(out_grad, data, gamma, mean, inverse_std, **_):
    return [out_grad, data, gamma, mean, inverse_std], [data, gamma, gamma]


@operator(
    outputs=("data_grad", "gamma_grad", "beta_grad"),
    shape=_backward_batch_norm_shape,
    dtype=_backward_batch_norm_dtype,
)
def _backward_BatchNorm(
    xp,
    out_grad,
    data,
    gamma,
    mean,
    inverse_std,
    *,
    fix_gamma: bool = True,
    fixed_statistics: bool = False,
    axis: int = 1,
):
    """Return the gradients of BatchNorm with respect to data, gamma and beta.

    ``fixed_statistics`` says that mean and inverse_std were moving averages, constants of the data.

    >>> g, x, one = mx.nd.array([[1], [2]]), mx.nd.array([[-1], [1]]), mx.nd.ones(1)
    >>> grads = mx.nd._internal._backward_BatchNorm(g, x, one, mx.nd.zeros(1), one, fix_gamma=False)
    >>> [grad.asnumpy().tolist() for grad in grads]
    [[[0.0], [0.0]], [1.0], [3.0]]
    """
    axis = normalize_axis(axis, data.ndim)
    scale = None if fix_gamma else gamma
    data_grad, gamma_grad, beta_grad = kernels.batch_norm_gradient(
        xp, out_grad, data, scale, mean, inverse_std, axis=axis, fixed=fixed_statistics
    )
    gamma_grad = xp.zeros_like(gamma) if fix_gamma else gamma_grad.astype(gamma.dtype, copy=False)
    return data_grad, gamma_grad, beta_grad.astype(gamma.dtype, copy=False)


# -- LayerNorm ---------------------------------------------------------------------------------------------------------
def _layer_norm_shape(data, gamma=None, beta=None, *, axis, **_):
    inputs, _ = _parameter_shapes(data, axis, gamma, beta)
    reduced = None
    if data is not None:
        position = axis % len(data)
        reduced = tuple(1 if i == position else n for i, n in enumerate(inputs[0]))
    return inputs, [inputs[0], reduced, reduced]


def _same_dtype_outputs(count):
    def rule(*values, **named):
        inputs, (out,) = infer.same_dtype(*values, *(v for k, v in named.items() if k in ("data", "gamma", "beta")))
        return inputs, [out] * count

    return rule


@operator(
    outputs=("output", "mean", "std"),
    visible=lambda attrs: 3 if attrs["output_mean_var"] else 1,
    shape=_layer_norm_shape,
    dtype=_same_dtype_outputs(3),
)
def LayerNorm(xp, data, gamma, beta, *, axis: int = -1, eps: float = 1e-5, output_mean_var: bool = False):
    """Give the values along one axis mean 0 and standard deviation 1, then scale by gamma and shift by beta.

    Parameters
    ----------
    data : floating array
    gamma, beta : (data.shape[axis],)
    axis : int
    eps : float, added to the variance
    output_mean_var : bool, whether to return mean and sqrt(variance + eps) as well

    Returns
    -------
    array like ``data``; with ``output_mean_var=True`` also mean and standard deviation, with extent 1 along ``axis``

    >>> mx.nd.LayerNorm(mx.nd.array([[1, 3], [10, 30]]), mx.nd.ones(2), mx.nd.zeros(2), eps=0)
    [[-1.  1.]
     [-1.  1.]]
    <NDArray 2x2 @cpu(0)>

    Reference: Ba, Kiros, Hinton 2016, "Layer normalization".
    """
    axis = normalize_axis(axis, data.ndim)
    _check_extent((gamma, beta), data.shape[axis], "gamma and beta")
    return kernels.layer_norm(xp, data, gamma, beta, axis=axis, eps=eps)


@LayerNorm.gradient
def _(F, g, data, gamma, *, axis, eps):
    return tuple(F._backward_LayerNorm(g[0], data, gamma, axis=axis, eps=eps))


def _backward_shape(out_grad, data, gamma, **_):
    return [out_grad, data, gamma], [data, gamma, gamma]


@operator(outputs=("data_grad", "gamma_grad", "beta_grad"), shape=_backward_shape)
def _backward_LayerNorm(xp, out_grad, data, gamma, *, axis: int = -1, eps: float = 1e-5):
    """Return the gradients of LayerNorm with respect to data, gamma and beta.

    >>> g, x = mx.nd.array([[1, 3]]), mx.nd.array([[-1, 1]])
    >>> [grad.asnumpy().tolist() for grad in mx.nd._internal._backward_LayerNorm(g, x, mx.nd.ones(2), eps=0)]
    [[[0.0, 0.0]], [-1.0, 3.0], [1.0, 3.0]]
    """
    axis = normalize_axis(axis, data.ndim)
    data_grad, gamma_grad, beta_grad = kernels.layer_norm_gradient(xp, out_grad, data, gamma, axis=axis, eps=eps)
    return data_grad, gamma_grad.astype(gamma.dtype, copy=False), beta_grad.astype(gamma.dtype, copy=False)


# -- GroupNorm, InstanceNorm -------------------------------------------------------------------------------------------
def _grouped(array, num_groups):
    """View (batch, channel, \\*spatial) as (batch, group, values of the group)."""
    count = 1
    for n in array.shape[1:]:
        count *= n
    return array.reshape(array.shape[0], num_groups, count // num_groups if num_groups else 0)


def _group_norm_shape(data, gamma=None, beta=None, *, num_groups, **_):
    if data is not None and len(data) < 3:
        raise ShapeError(f"data must be (batch, channel, *spatial). Received: {show(data)}")
    if data is not None and data[1] >= 0 and (num_groups < 1 or data[1] % num_groups):
        raise ArgumentError(f"num_groups {num_groups} must be a divisor of the {data[1]} channels")
    parameters = [unify(p, (num_groups,), "the shape of gamma or beta, and (num_groups,)") for p in (gamma, beta)]
    statistics = None if data is None else (data[0], num_groups)
    return [data, *parameters], [data, statistics, statistics]


@operator(
    outputs=("output", "mean", "std"),
    visible=lambda attrs: 3 if attrs["output_mean_var"] else 1,
    shape=_group_norm_shape,
    dtype=_same_dtype_outputs(3),
)
def GroupNorm(xp, data, gamma, beta, *, num_groups: int = 1, eps: float = 1e-5, output_mean_var: bool = False):
    """Give each group of channels of each sample mean 0 and standard deviation 1, then scale and shift it.

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    gamma, beta : (num_groups,); one number a group, as MXNet 1.9.1 has it (the paper has one a channel)
    num_groups : int, divides the number of channels
    eps : float, added to the variance
    output_mean_var : bool, whether to return mean and sqrt(variance + eps) as well, each (batch, num_groups)

    >>> data = mx.nd.array([[[1, 3], [10, 30]]])
    >>> mx.nd.GroupNorm(data, mx.nd.ones(2), mx.nd.zeros(2), num_groups=2, eps=0)
    [[[-1.  1.]
      [-1.  1.]]]
    <NDArray 1x2x2 @cpu(0)>

    Reference: Wu, He 2018, "Group normalization".
    """
    _group_norm_shape(data.shape, gamma.shape, beta.shape, num_groups=num_groups)
    groups = _grouped(data, num_groups)
    mean, var = kernels.mean_and_variance(xp, groups, (2,))
    std = xp.sqrt(var + eps)
    out = kernels.scale_and_shift(xp, groups, mean, 1 / std, gamma[:, None], beta[:, None])
    mean, std = mean[:, :, 0].astype(data.dtype, copy=False), std[:, :, 0].astype(data.dtype, copy=False)
    return out.reshape(data.shape), mean, std


@GroupNorm.gradient
def _(F, g, data, gamma, *, num_groups, eps):
    return tuple(F._backward_GroupNorm(g[0], data, gamma, num_groups=num_groups, eps=eps))


@operator(outputs=("data_grad", "gamma_grad", "beta_grad"), shape=_backward_shape)
def _backward_GroupNorm(xp, out_grad, data, gamma, *, num_groups: int = 1, eps: float = 1e-5):
    """Return the gradients of GroupNorm with respect to data, gamma and beta.

    >>> g, x = mx.nd.array([[[1, 3]]]), mx.nd.array([[[-1, 1]]])
    >>> [grad.asnumpy().tolist() for grad in mx.nd._internal._backward_GroupNorm(g, x, mx.nd.ones(1), eps=0)]
    [[[[0.0, 0.0]]], [2.0], [4.0]]
    """
    groups = _grouped(data, num_groups)
    mean, var = kernels.mean_and_variance(xp, groups, (2,))
    data_grad, gamma_grad, beta_grad = kernels.norm_gradient(
        xp,
        _grouped(out_grad, num_groups),
        groups,
        mean,
        1 / xp.sqrt(var + eps),
        gamma[:, None],
        axes=(2,),
        parameter_axes=(1,),
    )
    parameters = gamma_grad.astype(gamma.dtype, copy=False), beta_grad.astype(gamma.dtype, copy=False)
    return data_grad.reshape(data.shape), *parameters


def _instance_norm_shape(data, gamma=None, beta=None, **_):
    if data is not None and len(data) < 3:
        raise ShapeError(f"data must be (batch, channel, *spatial). Received: {show(data)}")
    inputs, _ = _parameter_shapes(data, 1, gamma, beta)
    return inputs, [inputs[0]]


@operator(shape=_instance_norm_shape)
def InstanceNorm(xp, data, gamma, beta, *, eps: float = 0.001):
    """Give each channel of each sample mean 0 and standard deviation 1, then scale by gamma and shift by beta.

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    gamma, beta : (channel,)
    eps : float, added to the variance

    >>> mx.nd.InstanceNorm(mx.nd.array([[[1, 3], [10, 30]]]), mx.nd.ones(2), mx.nd.zeros(2), eps=0)
    [[[-1.  1.]
      [-1.  1.]]]
    <NDArray 1x2x2 @cpu(0)>

    Reference: Ulyanov, Vedaldi, Lempitsky 2016, "Instance normalization: the missing ingredient for fast stylization".
    """
    _instance_norm_shape(data.shape)
    _check_extent((gamma, beta), data.shape[1], "gamma and beta")
    mean, var = kernels.mean_and_variance(xp, data, tuple(range(2, data.ndim)))
    parameters = kernels.along(gamma, 1, data.ndim), kernels.along(beta, 1, data.ndim)
    return kernels.scale_and_shift(xp, data, mean, 1 / xp.sqrt(var + eps), *parameters)


@InstanceNorm.gradient
def _(F, g, data, gamma, *, eps):
    return tuple(F._backward_InstanceNorm(g, data, gamma, eps=eps))


@operator(outputs=("data_grad", "gamma_grad", "beta_grad"), shape=_backward_shape)
def _backward_InstanceNorm(xp, out_grad, data, gamma, *, eps: float = 0.001):
    """Return the gradients of InstanceNorm with respect to data, gamma and beta.

    >>> g, x = mx.nd.array([[[1, 3]]]), mx.nd.array([[[-1, 1]]])
    >>> [grad.asnumpy().tolist() for grad in mx.nd._internal._backward_InstanceNorm(g, x, mx.nd.ones(1), eps=0)]
    [[[[0.0, 0.0]]], [2.0], [4.0]]
    """
    axes = tuple(range(2, data.ndim))
    mean, var = kernels.mean_and_variance(xp, data, axes)
    data_grad, gamma_grad, beta_grad = kernels.norm_gradient(
        xp,
        out_grad,
        data,
        mean,
        1 / xp.sqrt(var + eps),
        kernels.along(gamma, 1, data.ndim),
        axes=axes,
        parameter_axes=(1,),
    )
    return data_grad, gamma_grad.astype(gamma.dtype, copy=False), beta_grad.astype(gamma.dtype, copy=False)
