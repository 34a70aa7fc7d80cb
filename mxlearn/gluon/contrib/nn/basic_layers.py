"""Layers side by side, the identity, embeddings, BatchNorm over devices, and pixel shuffling.

References: MXNet 1.9.1 module mxnet.gluon.contrib.nn.
"""
import warnings

from .... import ndarray as nd
from ....base import ArgumentError
from ...block import Block, HybridBlock
from ...nn import BatchNorm, HybridSequential, Sequential
from ...nn.conv_layers import as_tuple

__all__ = [
    "Concurrent",
    "HybridConcurrent",
    "Identity",
    "PixelShuffle1D",
    "PixelShuffle2D",
    "PixelShuffle3D",
    "SparseEmbedding",
    "SyncBatchNorm",
]


class Concurrent(Sequential):
    """Feed each layer with the same input, and join their outputs.

    Parameters
    ----------
    axis : int, the axis along which the outputs are joined

    Examples
    --------
    >>> net = mx.gluon.contrib.nn.Concurrent()
    >>> net.add(mx.gluon.nn.Dense(2), mx.gluon.nn.Dense(3))
    >>> net.initialize()
    >>> net(mx.nd.ones((4, 5))).shape
    (4, 5)
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params=None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis

    def forward(self, x):
        """Return the outputs of all layers, joined."""
        return nd.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class HybridConcurrent(HybridSequential):
    """Feed each layer with the same input, and join their outputs; hybridize() compiles them as one graph.

    Parameters
    ----------
    axis : int, the axis along which the outputs are joined

    Examples
    --------
    >>> net = mx.gluon.contrib.nn.HybridConcurrent(axis=1)
    >>> net.add(mx.gluon.nn.Dense(2), mx.gluon.contrib.nn.Identity())
    >>> net.initialize()
    >>> net(mx.nd.ones((4, 5))).shape
    (4, 7)
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params=None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis

    def hybrid_forward(self, F, x):
        return F.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class Identity(HybridBlock):
    """Return the input: the shortcut of a residual or a dense block.

    Examples
    --------
    >>> mx.gluon.contrib.nn.Identity()(mx.nd.array([1, 2])).asnumpy().tolist()
    [1.0, 2.0]
    """

    def __init__(self, prefix: str | None = None, params=None):
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F, x):
        return x


class SparseEmbedding(Block):
    """Turn integer indices into learned vectors: an Embedding for very large vocabularies.

    Weight and gradient are row-sparse: a batch reads its own rows alone, and a lazy optimizer steps on these. A Trainer
    must know the weight before the first forward pass.

    Parameters
    ----------
    input_dim : int, number of different indices
    output_dim : int, length of each vector

    Input of any shape, output the same shape with an axis of ``output_dim`` behind.
    """

    def __init__(self, input_dim: int, output_dim: int, dtype="float32", weight_initializer=None, **kwargs):
        super().__init__(**kwargs)
        self._kwargs = {"input_dim": input_dim, "output_dim": output_dim, "dtype": dtype}
        self.weight = self.params.get(
            "weight",
            shape=(input_dim, output_dim),
            init=weight_initializer,
            dtype=dtype,
            stype="row_sparse",
            grad_stype="row_sparse",
        )

    def forward(self, x):
        """Return the vectors of the indices."""
        return nd.Embedding(x, self.weight.row_sparse_data(x), name="fwd", sparse_grad=True, **self._kwargs)

    def __repr__(self) -> str:
        inputs, outputs = self.weight.shape
        return f"{type(self).__name__}({inputs} -> {outputs}, {self._kwargs['dtype']})"


class SyncBatchNorm(BatchNorm):
    """BatchNorm whose statistics are those of the whole batch, also where several devices hold parts of it.

    Devices take turns here and cannot wait for each other, so that the layer computes what BatchNorm computes, over
    the batch that it sees. On one device that is the whole batch. A batch that was split with ``split_and_load`` is
    normalized part by part, which a warning says where ``num_devices`` is more than 1.

    Parameters
    ----------
    in_channels : int; 0 lets the first forward pass find it
    num_devices : int, of the devices that share the batch, default 1
    momentum, epsilon, center, scale, use_global_stats : as for BatchNorm

    References: Peng et al. 2018, MegDet, section 3.2 (cross-GPU batch normalization).
    """

    def __init__(
        self,
        in_channels: int = 0,
        num_devices: int | None = None,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        running_mean_initializer="zeros",
        running_variance_initializer="ones",
        **kwargs,
    ):
        super().__init__(
            1,
            momentum,
            epsilon,
            center,
            scale,
            use_global_stats,
            beta_initializer,
            gamma_initializer,
            running_mean_initializer,
            running_variance_initializer,
            in_channels,
            **kwargs,
        )
        self._devices = num_devices or 1
        if self._devices > 1:
            warnings.warn(
                "SyncBatchNorm: no statistics are shared between devices here; each normalizes its part of the batch.",
                stacklevel=2,
            )

    def _attributes(self) -> dict:
        return {key: self._kwargs[key] for key in ("eps", "momentum", "fix_gamma", "use_global_stats")}

    def hybrid_forward(self, F, x, gamma, beta, running_mean, running_var):
        more = {"ndev": 1, "key": self.prefix, "name": "fwd"}
        return F.contrib.SyncBatchNorm(x, gamma, beta, running_mean, running_var, **self._attributes(), **more)

    def __repr__(self) -> str:
        shown = self._attributes()
        shown |= {"ndev": self._devices, "key": self.prefix, "in_channels": self.gamma.shape[0] or None}
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in shown.items())})"


class _PixelShuffle(HybridBlock):
    """What the three share: channels become pixels between the pixels.

    With factors f1, ..., fn of the n spatial axes, the input (batch, f1*...*fn*channel, w1, ..., wn) becomes
    (batch, channel, f1*w1, ..., fn*wn).
    """

    ndim = 1

    def __init__(self, factor):
        super().__init__()
        factors = as_tuple(factor, self.ndim, f"{type(self).__name__}: factor")
        if any(f < 1 for f in factors):
            raise ArgumentError(f"{type(self).__name__}: factor must be positive. Received: {factor!r}")
        self._factors = factors

    def hybrid_forward(self, F, x):
        factors, n = self._factors, self.ndim
        product = 1
        for f in factors:
            product *= f
        x = F.reshape(x, shape=(0, -4, -1, product, *(0,) * n))          # (batch, channel, f1*...*fn, w1, ..., wn)
        for k in range(n - 1):                                           # one factor more stands alone each time
            product //= factors[k]
            x = F.reshape(x, shape=(0, 0, *(0,) * k, -4, factors[k], product, *(0,) * n))
        order = [axis for k in range(n) for axis in (2 + n + k, 2 + k)]  # w1, f1, w2, f2, ...
        x = F.transpose(x, axes=(0, 1, *order))
        return F.reshape(x, shape=(0, 0, *(-3,) * n))                    # (batch, channel, w1*f1, ..., wn*fn)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._factors[0] if self.ndim == 1 else self._factors})"


class PixelShuffle1D(_PixelShuffle):
    """Make sequences longer: (batch, f*channel, width) becomes (batch, channel, f*width).

    Parameters
    ----------
    factor : int

    Examples
    --------
    >>> x = mx.nd.array([[[1, 2], [3, 4]]])
    >>> mx.gluon.contrib.nn.PixelShuffle1D(2)(x).asnumpy().tolist()
    [[[1.0, 3.0, 2.0, 4.0]]]
    """


class PixelShuffle2D(_PixelShuffle):
    """Make images larger: (batch, f1*f2*channel, height, width) becomes (batch, channel, f1*height, f2*width).

    Parameters
    ----------
    factor : int or pair of int

    References: Shi et al. 2016, Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
    Convolutional Neural Network.
    """

    ndim = 2


class PixelShuffle3D(_PixelShuffle):
    """Make volumes larger: (batch, f1*f2*f3*channel, d, h, w) becomes (batch, channel, f1*d, f2*h, f3*w).

    Parameters
    ----------
    factor : int or triple of int
    """

    ndim = 3
