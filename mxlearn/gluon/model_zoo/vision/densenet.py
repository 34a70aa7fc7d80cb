"""DenseNet: each layer reads the outputs of all layers before it.

References: Huang et al. 2017, Densely Connected Convolutional Networks, table 1.
"""
from ....base import ArgumentError
from ... import nn
from ...block import HybridBlock
from ...contrib.nn import HybridConcurrent, Identity
from .making import ROOT, row, trained

__all__ = ["DenseNet", "densenet121", "densenet161", "densenet169", "densenet201", "get_densenet"]

# number of layers: channels of the first convolution, growth rate, layers of each block
PLANS = {
    121: (64, 32, [6, 12, 24, 16]),
    161: (96, 48, [6, 12, 36, 24]),
    169: (64, 32, [6, 12, 32, 32]),
    201: (64, 32, [6, 12, 48, 32]),
}


def _dense_layer(growth_rate: int, bn_size: int, dropout: float) -> HybridBlock:
    """Return a layer whose output is its input and ``growth_rate`` new channels, joined."""
    new = row(
        nn.BatchNorm(),
        nn.Activation("relu"),
        nn.Conv2D(bn_size * growth_rate, 1, use_bias=False),
        nn.BatchNorm(),
        nn.Activation("relu"),
        nn.Conv2D(growth_rate, 3, padding=1, use_bias=False),
    )
    if dropout:
        new.add(nn.Dropout(dropout))
    layer = HybridConcurrent(axis=1, prefix="")
    layer.add(Identity(), new)
    return layer


def _dense_block(layers: int, growth_rate: int, bn_size: int, dropout: float, number: int) -> HybridBlock:
    block = nn.HybridSequential(prefix=f"stage{number}_")
    with block.name_scope():
        for _ in range(layers):
            block.add(_dense_layer(growth_rate, bn_size, dropout))
    return block


def _transition(channels: int) -> HybridBlock:
    """Return what stands between two blocks: fewer channels, half the height and width."""
    return row(
        nn.BatchNorm(),
        nn.Activation("relu"),
        nn.Conv2D(channels, 1, use_bias=False),
        nn.AvgPool2D(2, strides=2),
    )


class DenseNet(HybridBlock):
    """A densely connected network. Input (batch, 3, 224, 224), output (batch, classes).

    Parameters
    ----------
    num_init_features : int, channels of the first convolution
    growth_rate : int, channels that each layer adds
    block_config : list of int, layers in each block
    bn_size : int, the bottleneck of a layer has ``bn_size * growth_rate`` channels
    dropout : float, rate after each layer
    classes : int
    """

    def __init__(
        self,
        num_init_features: int,
        growth_rate: int,
        block_config,
        bn_size: int = 4,
        dropout: float = 0,
        classes: int = 1000,
        **kwargs,
    ):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = row(
                nn.Conv2D(num_init_features, 7, strides=2, padding=3, use_bias=False),
                nn.BatchNorm(),
                nn.Activation("relu"),
                nn.MaxPool2D(3, strides=2, padding=1),
            )
            channels = num_init_features
            for i, layers in enumerate(block_config):
                self.features.add(_dense_block(layers, growth_rate, bn_size, dropout, i + 1))
                channels += layers * growth_rate
                if i < len(block_config) - 1:
                    channels //= 2
                    self.features.add(_transition(channels))
            self.features.add(nn.BatchNorm(), nn.Activation("relu"), nn.AvgPool2D(7), nn.Flatten())
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def get_densenet(num_layers: int, pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> DenseNet:
    """Return a network of the paper.

    Parameters
    ----------
    num_layers : 121, 161, 169 or 201
    pretrained : read the parameters from the folder ``root``
    ctx : Context or list of Context, default cpu(0)
    kwargs : of DenseNet
    """
    if num_layers not in PLANS:
        raise ArgumentError(f"get_densenet: num_layers must be 121, 161, 169 or 201. Received: {num_layers!r}")
    channels, growth_rate, layers = PLANS[num_layers]
    net = DenseNet(channels, growth_rate, layers, **kwargs)
    return trained(net, f"densenet{num_layers}", pretrained, ctx, root)


def densenet121(**kwargs) -> DenseNet:
    """Return the network of 121 layers; the arguments are those of get_densenet."""
    return get_densenet(121, **kwargs)


def densenet161(**kwargs) -> DenseNet:
    """Return the network of 161 layers; the arguments are those of get_densenet."""
    return get_densenet(161, **kwargs)


def densenet169(**kwargs) -> DenseNet:
    """Return the network of 169 layers; the arguments are those of get_densenet."""
    return get_densenet(169, **kwargs)


def densenet201(**kwargs) -> DenseNet:
    """Return the network of 201 layers; the arguments are those of get_densenet."""
    return get_densenet(201, **kwargs)
