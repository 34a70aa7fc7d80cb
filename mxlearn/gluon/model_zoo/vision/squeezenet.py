"""SqueezeNet: AlexNet's accuracy with fifty times fewer parameters.

A fire module squeezes its input to few channels, then expands it by 1x1 and 3x3 convolutions side by side.

References: Iandola et al. 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and < 0.5MB model size.
Version 1.1 pools earlier, and needs 2.4 times fewer computations.
"""
from ....base import ArgumentError
from ... import nn
from ...block import HybridBlock
from ...contrib.nn import HybridConcurrent
from .making import ROOT, row, trained

__all__ = ["SqueezeNet", "get_squeezenet", "squeezenet1_0", "squeezenet1_1"]

# each version: channels and kernel of the first convolution, then squeeze channels of fire modules; 0 is a pooling
PLANS = {
    "1.0": ((96, 7), (0, 16, 16, 32, 0, 32, 48, 48, 64, 0, 64)),
    "1.1": ((64, 3), (0, 16, 16, 0, 32, 32, 0, 48, 48, 64, 64)),
}


def _convolution(channels: int, kernel: int, padding: int = 0) -> HybridBlock:
    return row(nn.Conv2D(channels, kernel, padding=padding), nn.Activation("relu"))


def _fire(squeeze: int) -> HybridBlock:
    """Return a fire module: ``squeeze`` channels, then 4 times as many from each of two convolutions."""
    expand = HybridConcurrent(axis=1, prefix="")
    narrow = _convolution(squeeze, 1)
    expand.add(_convolution(4 * squeeze, 1), _convolution(4 * squeeze, 3, 1))
    return row(narrow, expand)


class SqueezeNet(HybridBlock):
    """SqueezeNet. Input (batch, 3, 224, 224), output (batch, classes).

    Parameters
    ----------
    version : "1.0" or "1.1"
    classes : int
    """

    def __init__(self, version: str, classes: int = 1000, **kwargs):
        super().__init__(**kwargs)
        if version not in PLANS:
            raise ArgumentError(f"SqueezeNet: version must be '1.0' or '1.1'. Received: {version!r}")
        (channels, kernel), plan = PLANS[version]
        with self.name_scope():
            self.features = row(nn.Conv2D(channels, kernel, strides=2), nn.Activation("relu"))
            for squeeze in plan:
                self.features.add(_fire(squeeze) if squeeze else nn.MaxPool2D(3, strides=2, ceil_mode=True))
            self.features.add(nn.Dropout(0.5))
            self.output = row(nn.Conv2D(classes, 1), nn.Activation("relu"), nn.AvgPool2D(13), nn.Flatten())

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def get_squeezenet(version: str, pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> SqueezeNet:
    """Return SqueezeNet.

    Parameters
    ----------
    version : "1.0" or "1.1"
    pretrained : read the parameters from the folder ``root``
    ctx : Context or list of Context, default cpu(0)
    kwargs : of SqueezeNet
    """
    return trained(SqueezeNet(version, **kwargs), f"squeezenet{version}", pretrained, ctx, root)


def squeezenet1_0(**kwargs) -> SqueezeNet:
    """Return SqueezeNet 1.0; the arguments are those of get_squeezenet."""
    return get_squeezenet("1.0", **kwargs)


def squeezenet1_1(**kwargs) -> SqueezeNet:
    """Return SqueezeNet 1.1; the arguments are those of get_squeezenet."""
    return get_squeezenet("1.1", **kwargs)
