"""Normalization layers.

References: MXNet 1.9.1 module mxnet.gluon.nn.basic_layers.
"""
import numpy as np

from ..block import HybridBlock
from ..parameter import Parameter

__all__ = ["BatchNorm", "BatchNormReLU", "GroupNorm", "InstanceNorm", "LayerNorm"]


def _show(layer, **more) -> str:
    options = ", ".join(f"{key}={value!r}" for key, value in {**layer._kwargs, **more}.items())
    return f"{type(layer).__name__}({options})"


class BatchNorm(HybridBlock):
    """Normalize each channel over the batch; in prediction by moving averages.

    Parameters
    ----------
    axis : int, the channel axis
    momentum : float, weight of the old moving average
    epsilon : float, added to the variance
    center, scale : whether beta is added, whether gamma multiplies
    use_global_stats : use the moving averages in training too
    in_channels : int; 0 lets the first forward pass find it

    References: Ioffe and Szegedy 2015, Batch Normalization.
    """

    def __init__(
        self,
        axis: int = 1,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        running_mean_initializer="zeros",
        running_variance_initializer="ones",
        in_channels: int = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._kwargs = {
            "axis": axis,
            "eps": epsilon,
            "momentum": momentum,
            "fix_gamma": not scale,
            "use_global_stats": use_global_stats,
        }
        self.in_channels = in_channels
        get = self.params.get
        shape = (in_channels,)
        self.gamma = get(
            "gamma",
            grad_req="write" if scale else "null",
            shape=shape,
            init=gamma_initializer,
            allow_deferred_init=True,
            differentiable=scale,
        )
        self.beta = get(
            "beta",
            grad_req="write" if center else "null",
            shape=shape,
            init=beta_initializer,
            allow_deferred_init=True,
            differentiable=center,
        )
        state = {"grad_req": "null", "shape": shape, "allow_deferred_init": True, "differentiable": False}
        self.running_mean = get("running_mean", init=running_mean_initializer, **state)
        self.running_var = get("running_var", init=running_variance_initializer, **state)

    def cast(self, dtype) -> None:
        """Convert the parameters; in float16 the statistics stay in float32."""
        super().cast("float32" if np.dtype(dtype).name == "float16" else dtype)

    def hybrid_forward(self, F, x, gamma, beta, running_mean, running_var):
        return F.BatchNorm(x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        return _show(self, in_channels=self.gamma.shape[0] or None)


class BatchNormReLU(BatchNorm):
    """BatchNorm and the ReLU that usually follows it, as one layer.

    Parameters
    ----------
    axis, momentum, epsilon, center, scale, use_global_stats, in_channels : as for BatchNorm

    Examples
    --------
    >>> layer = mx.gluon.nn.BatchNormReLU()
    >>> layer.initialize()
    >>> layer(mx.nd.array([[-1, 1]])).asnumpy().round(4).tolist()
    [[0.0, 1.0]]
    """

    def hybrid_forward(self, F, x, gamma, beta, running_mean, running_var):
        return F.contrib.BatchNormWithReLU(x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs)


class LayerNorm(HybridBlock):
    """Normalize each example over one axis. References: Ba et al. 2016, Layer Normalization.

    Parameters
    ----------
    axis : int
    epsilon : float, added to the variance
    center, scale : whether beta is added, whether gamma multiplies
    """

    gamma: Parameter
    beta: Parameter

    def __init__(
        self,
        axis: int = -1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        in_channels: int = 0,
        prefix: str | None = None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._kwargs = {"eps": epsilon, "axis": axis, "center": center, "scale": scale}
        self._axis, self._epsilon = axis, epsilon
        _gamma_and_beta(self, in_channels, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F, data, gamma, beta):
        return F.LayerNorm(data, gamma=gamma, beta=beta, axis=self._axis, eps=self._epsilon)

    def __repr__(self) -> str:
        return _show(self, in_channels=self.gamma.shape[0])


class GroupNorm(HybridBlock):
    """Normalize groups of channels of each example. References: Wu and He 2018, Group Normalization.

    Parameters
    ----------
    num_groups : int, divides the number of channels
    """

    def __init__(
        self,
        num_groups: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        in_channels: int = 0,
        prefix: str | None = None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._kwargs = {"eps": epsilon, "num_groups": num_groups, "center": center, "scale": scale}
        self._num_groups, self._epsilon = num_groups, epsilon
        _gamma_and_beta(self, in_channels, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F, data, gamma, beta):
        return F.GroupNorm(data, gamma=gamma, beta=beta, num_groups=self._num_groups, eps=self._epsilon)

    def __repr__(self) -> str:
        return _show(self)


class InstanceNorm(HybridBlock):
    """Normalize each channel of each example. References: Ulyanov et al. 2016, Instance Normalization.

    Parameters
    ----------
    axis : int, the channel axis
    epsilon : float, added to the variance
    """

    gamma: Parameter
    beta: Parameter

    def __init__(
        self,
        axis: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        in_channels: int = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._kwargs = {"eps": epsilon, "axis": axis, "center": center, "scale": scale}
        self._axis, self._epsilon = axis, epsilon
        _gamma_and_beta(self, in_channels, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F, x, gamma, beta):
        if self._axis == 1:
            return F.InstanceNorm(x, gamma, beta, name="fwd", eps=self._epsilon)
        swapped = F.swapaxes(x, dim1=1, dim2=self._axis)
        return F.swapaxes(F.InstanceNorm(swapped, gamma, beta, name="fwd", eps=self._epsilon), dim1=1, dim2=self._axis)

    def __repr__(self) -> str:
        return _show(self, in_channels=self.gamma.shape[0])


def _gamma_and_beta(layer, in_channels, scale, center, gamma_initializer, beta_initializer) -> None:
    """Give a layer its scale gamma and its shift beta, one of each per channel."""
    layer.gamma = layer.params.get(
        "gamma",
        grad_req="write" if scale else "null",
        shape=(in_channels,),
        init=gamma_initializer,
        allow_deferred_init=True,
    )
    layer.beta = layer.params.get(
        "beta",
        grad_req="write" if center else "null",
        shape=(in_channels,),
        init=beta_initializer,
        allow_deferred_init=True,
    )
