"""Convolution and transposed convolution layers, and reflection padding.

References: MXNet 1.9.1 module mxnet.gluon.nn.conv_layers.
"""
import numpy as np

from ...base import ArgumentError
from ..block import HybridBlock
from .activations import Activation

__all__ = [
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ReflectionPad2D",
]


def as_tuple(value, ndim: int, what: str) -> tuple[int, ...]:
    """Return one number for each of ``ndim`` axes.

    Raises
    ------
    ArgumentError
        If ``value`` is neither an int nor that many of them; ``what`` says in the message which argument it is.
    """
    if isinstance(value, (int, np.integer)):
        return (int(value),) * ndim
    if not isinstance(value, (tuple, list)) or len(value) != ndim or not all(isinstance(v, int) for v in value):
        raise ArgumentError(f"{what} must be an int or a tuple of {ndim} int. Received: {value!r}")
    return tuple(value)


LAYOUTS = {1: "NCW", 2: "NCHW", 3: "NCDHW"}


class _Conv(HybridBlock):
    """What all convolution layers share.

    Parameters
    ----------
    channels : int, number of output channels
    kernel_size : int or tuple of int, the window
    strides, padding, dilation : int or tuple of int
    groups : int, number of groups of channels that are convolved apart
    layout : "NCW", "NCHW" or "NCDHW", as the number of axes asks
    activation : name of an activation, None for none
    use_bias : bool
    weight_initializer, bias_initializer : Initializer
    in_channels : int; 0 lets the first forward pass find it
    """

    ndim = 2
    operator = "Convolution"

    def __init__(
        self,
        channels: int,
        kernel_size,
        strides=1,
        padding=0,
        dilation=1,
        groups: int = 1,
        layout: str | None = None,
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels: int = 0,
        adj=None,
        prefix: str | None = None,
        params=None,
        **unknown,
    ):
        layout = layout or LAYOUTS[self.ndim]
        super().__init__(prefix=prefix, params=params, **unknown)
        with self.name_scope():
            self._channels, self._in_channels = channels, in_channels
            kind = type(self).__name__
            kernel = as_tuple(kernel_size, self.ndim, f"{kind}: kernel_size")
            self._kwargs = {
                "kernel": kernel,
                "stride": as_tuple(strides, self.ndim, f"{kind}: strides"),
                "dilate": as_tuple(dilation, self.ndim, f"{kind}: dilation"),
                "pad": as_tuple(padding, self.ndim, f"{kind}: padding"),
                "num_filter": channels,
                "num_group": groups,
                "no_bias": not use_bias,
                "layout": layout,
            }
            if adj is not None:
                self._kwargs["adj"] = as_tuple(adj, self.ndim, f"{kind}: output_padding")
            per_group = in_channels // groups
            if self.operator == "Convolution":
                shape = (channels, per_group, *kernel)
            else:
                shape = (in_channels, channels // groups, *kernel)
            self.weight = self.params.get("weight", shape=shape, init=weight_initializer, allow_deferred_init=True)
            self.bias = None
            if use_bias:
                self.bias = self.params.get("bias", shape=(channels,), init=bias_initializer, allow_deferred_init=True)
            self.act = Activation(activation, prefix=activation + "_") if activation is not None else None

    def _alias(self) -> str:
        return "conv"

    def hybrid_forward(self, F, x, weight, bias=None):
        operator = getattr(F, self.operator)
        arguments = (x, weight) if bias is None else (x, weight, bias)
        out = operator(*arguments, name="fwd", **self._kwargs)
        return out if self.act is None else self.act(out)

    def __repr__(self) -> str:
        kwargs, shape = self._kwargs, self.weight.shape
        ones = (1,) * len(kwargs["kernel"])
        text = f"{type(self).__name__}({shape[1] if shape[1] else None} -> {shape[0]}"
        text += f", kernel_size={kwargs['kernel']}, stride={kwargs['stride']}"
        if kwargs["pad"] != (0,) * len(ones):
            text += f", padding={kwargs['pad']}"
        if kwargs["dilate"] != ones:
            text += f", dilation={kwargs['dilate']}"
        if kwargs["num_group"] != 1:
            text += f", groups={kwargs['num_group']}"
        if self.bias is None:
            text += ", bias=False"
        if self.act:
            text += f", {self.act}"
        return text + ")"


class Conv1D(_Conv):
    """Convolution over sequences. Input (batch, channel, width)."""

    ndim = 1


class Conv2D(_Conv):
    """Convolution over images. Input (batch, channel, height, width).

    References: MXNet 1.9.1 class mxnet.gluon.nn.Conv2D; LeCun et al. 1998, section II.A.
    """


class Conv3D(_Conv):
    """Convolution over volumes. Input (batch, channel, depth, height, width)."""

    ndim = 3


class _ConvTranspose(_Conv):
    """What the transposed convolutions share: ``output_padding`` chooses among the possible output sizes."""

    operator = "Deconvolution"

    def __init__(self, channels: int, kernel_size, strides=1, padding=0, output_padding=0, *args, **kwargs):
        super().__init__(channels, kernel_size, strides, padding, *args, adj=output_padding, **kwargs)
        self.outpad = as_tuple(output_padding, self.ndim, f"{type(self).__name__}: output_padding")


class Conv1DTranspose(_ConvTranspose):
    """Transposed convolution over sequences. Input (batch, channel, width)."""

    ndim = 1


class Conv2DTranspose(_ConvTranspose):
    """Transposed convolution over images. Input (batch, channel, height, width)."""


class Conv3DTranspose(_ConvTranspose):
    """Transposed convolution over volumes. Input (batch, channel, depth, height, width)."""

    ndim = 3


class ReflectionPad2D(HybridBlock):
    """Pad images by reflecting them at their borders.

    Parameters
    ----------
    padding : int, or the eight numbers of the pad operator
    """

    def __init__(self, padding=0, **kwargs):
        super().__init__(**kwargs)
        self._padding = (0, 0, 0, 0, padding, padding, padding, padding) if isinstance(padding, int) else tuple(padding)

    def hybrid_forward(self, F, x):
        return F.pad(x, mode="reflect", pad_width=self._padding)
