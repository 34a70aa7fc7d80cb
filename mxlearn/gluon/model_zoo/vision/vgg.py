"""VGG: many small convolutions, halved in size and doubled in channels stage by stage.

References: Simonyan and Zisserman 2015, Very Deep Convolutional Networks for Large-Scale Image Recognition, table 1.
"""
from ....base import ArgumentError
from ....initializer import Xavier
from ... import nn
from ...block import HybridBlock
from .making import ROOT, trained

__all__ = ["VGG", "get_vgg", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"]

CHANNELS = [64, 128, 256, 512, 512]
LAYERS = {11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4]}


class VGG(HybridBlock):
    """A VGG network. Input (batch, 3, 224, 224), output (batch, classes).

    Parameters
    ----------
    layers : list of int, convolutions in each stage
    filters : list of int, channels of each stage
    classes : int
    batch_norm : whether a BatchNorm follows each convolution
    """

    def __init__(self, layers, filters, classes: int = 1000, batch_norm: bool = False, **kwargs):
        super().__init__(**kwargs)
        if len(layers) != len(filters):
            raise ArgumentError(f"VGG: {len(layers)} numbers of layers, but {len(filters)} numbers of filters")
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            for depth, channels in zip(layers, filters, strict=True):
                self._add_stage(depth, channels, batch_norm)
            for _ in range(2):
                self.features.add(_dense(4096, activation="relu"), nn.Dropout(0.5))
            self.output = _dense(classes)

    def _add_stage(self, depth: int, channels: int, batch_norm: bool) -> None:
        for _ in range(depth):
            start = Xavier(rnd_type="gaussian", factor_type="out", magnitude=2)
            self.features.add(nn.Conv2D(channels, 3, padding=1, weight_initializer=start, bias_initializer="zeros"))
            if batch_norm:
                self.features.add(nn.BatchNorm())
            self.features.add(nn.Activation("relu"))
        self.features.add(nn.MaxPool2D(strides=2))

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def _dense(units: int, activation: str | None = None) -> nn.Dense:
    return nn.Dense(units, activation, weight_initializer="normal", bias_initializer="zeros")


def get_vgg(num_layers: int, pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> VGG:
    """Return a VGG network of the paper.

    Parameters
    ----------
    num_layers : 11, 13, 16 or 19
    pretrained : read the parameters from the folder ``root``
    ctx : Context or list of Context, default cpu(0)
    kwargs : of VGG
    """
    if num_layers not in LAYERS:
        raise ArgumentError(f"get_vgg: num_layers must be 11, 13, 16 or 19. Received: {num_layers!r}")
    name = f"vgg{num_layers}{'_bn' if kwargs.get('batch_norm') else ''}"
    return trained(VGG(LAYERS[num_layers], CHANNELS, **kwargs), name, pretrained, ctx, root)


def vgg11(**kwargs) -> VGG:
    """Return VGG-11; the arguments are those of get_vgg."""
    return get_vgg(11, **kwargs)


def vgg13(**kwargs) -> VGG:
    """Return VGG-13; the arguments are those of get_vgg."""
    return get_vgg(13, **kwargs)


def vgg16(**kwargs) -> VGG:
    """Return VGG-16; the arguments are those of get_vgg."""
    return get_vgg(16, **kwargs)


def vgg19(**kwargs) -> VGG:
    """Return VGG-19; the arguments are those of get_vgg."""
    return get_vgg(19, **kwargs)


def vgg11_bn(**kwargs) -> VGG:
    """Return VGG-11 with BatchNorm; the arguments are those of get_vgg."""
    return get_vgg(11, **{**kwargs, "batch_norm": True})


def vgg13_bn(**kwargs) -> VGG:
    """Return VGG-13 with BatchNorm; the arguments are those of get_vgg."""
    return get_vgg(13, **{**kwargs, "batch_norm": True})


def vgg16_bn(**kwargs) -> VGG:
    """Return VGG-16 with BatchNorm; the arguments are those of get_vgg."""
    return get_vgg(16, **{**kwargs, "batch_norm": True})


def vgg19_bn(**kwargs) -> VGG:
    """Return VGG-19 with BatchNorm; the arguments are those of get_vgg."""
    return get_vgg(19, **{**kwargs, "batch_norm": True})
