"""Pooling layers.

References: MXNet 1.9.1 module mxnet.gluon.nn.conv_layers.
"""
from ..block import HybridBlock
from .conv_layers import LAYOUTS, as_tuple


class _Pooling(HybridBlock):
    """What all pooling layers share.

    Parameters
    ----------
    pool_size : int or tuple of int, the window
    strides : int or tuple of int, default the window
    padding : int or tuple of int
    ceil_mode : whether a window that reaches over the border counts
    layout : "NCW", "NCHW" or "NCDHW"
    """

    ndim = 2
    pool_type = "max"
    global_pool = False

    def __init__(
        self,
        pool_size,
        strides,
        padding,
        ceil_mode=False,
        layout=None,
        count_include_pad=None,
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        window = as_tuple(pool_size, self.ndim, f"{type(self).__name__}: pool_size")
        self._kwargs = {
            "kernel": window,
            "stride": window if strides is None else as_tuple(strides, self.ndim, f"{type(self).__name__}: strides"),
            "pad": as_tuple(padding, self.ndim, f"{type(self).__name__}: padding"),
            "global_pool": self.global_pool,
            "pool_type": self.pool_type,
            "layout": layout or LAYOUTS[self.ndim],
            "pooling_convention": "full" if ceil_mode else "valid",
        }
        if count_include_pad is not None:
            self._kwargs["count_include_pad"] = count_include_pad

    def _alias(self) -> str:
        return "pool"

    def hybrid_forward(self, F, x):
        return F.Pooling(x, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        kwargs = self._kwargs
        return (
            f"{type(self).__name__}(size={kwargs['kernel']}, stride={kwargs['stride']}, padding={kwargs['pad']},"
            f" ceil_mode={kwargs['pooling_convention'] == 'full'}, global_pool={kwargs['global_pool']},"
            f" pool_type={kwargs['pool_type']}, layout={kwargs['layout']})"
        )


def _window(ndim: int, pool_type: str) -> type:
    """Make MaxPool1D, AvgPool2D, ..."""

    class Layer(_Pooling):
        def __init__(self, pool_size=(2,) * ndim, strides=None, padding=0, layout=None, ceil_mode=False, **kwargs):
            if pool_type == "avg":
                kwargs.setdefault("count_include_pad", True)
            super().__init__(pool_size, strides, padding, ceil_mode, layout, **kwargs)

    Layer.ndim, Layer.pool_type = ndim, pool_type
    return _named(Layer, f"{pool_type.capitalize()}Pool{ndim}D", f"{_WORDS[pool_type]} of each window", ndim)


def _global(ndim: int, pool_type: str) -> type:
    """Make GlobalMaxPool1D, GlobalAvgPool2D, ..."""

    class Layer(_Pooling):
        def __init__(self, layout=None, **kwargs):
            super().__init__((1,) * ndim, None, 0, True, layout, **kwargs)

    Layer.ndim, Layer.pool_type, Layer.global_pool = ndim, pool_type, True
    return _named(Layer, f"Global{pool_type.capitalize()}Pool{ndim}D", f"{_WORDS[pool_type]} of each channel", ndim)


_WORDS = {"max": "The maximum", "avg": "The mean"}


def _named(layer: type, name: str, what: str, ndim: int) -> type:
    axes = ("width", "height, width", "depth, height, width")[ndim - 1]
    layer.__name__ = layer.__qualname__ = name
    source = f"References: MXNet 1.9.1 class mxnet.gluon.nn.{name}."
    layer.__doc__ = f"{what}. Input (batch, channel, {axes}).\n\n    {source}"
    return layer


MaxPool1D, MaxPool2D, MaxPool3D = (_window(n, "max") for n in (1, 2, 3))
AvgPool1D, AvgPool2D, AvgPool3D = (_window(n, "avg") for n in (1, 2, 3))
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = (_global(n, "max") for n in (1, 2, 3))
GlobalAvgPool1D, GlobalAvgPool2D, GlobalAvgPool3D = (_global(n, "avg") for n in (1, 2, 3))

__all__ = [
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
]
