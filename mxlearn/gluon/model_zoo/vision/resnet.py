"""Residual networks: each block adds what it computes to its own input.

Version 1 normalizes and activates after each convolution, and once more after the addition. Version 2 does so before
each convolution, so that a signal passes the additions unchanged. Bottlenecks compute in a quarter of the channels.

References: He et al. 2015, Deep Residual Learning for Image Recognition (version 1); He et al. 2016, Identity Mappings
in Deep Residual Networks (version 2).
"""
from ....base import ArgumentError
from ... import nn
from ...block import HybridBlock
from .making import ROOT, row, trained

__all__ = [
    "BasicBlockV1",
    "BasicBlockV2",
    "BottleneckV1",
    "BottleneckV2",
    "ResNetV1",
    "ResNetV2",
    "get_resnet",
    "resnet101_v1",
    "resnet101_v2",
    "resnet152_v1",
    "resnet152_v2",
    "resnet18_v1",
    "resnet18_v2",
    "resnet34_v1",
    "resnet34_v2",
    "resnet50_v1",
    "resnet50_v2",
]


def _conv3x3(channels: int, stride: int, in_channels: int) -> nn.Conv2D:
    return nn.Conv2D(channels, 3, strides=stride, padding=1, use_bias=False, in_channels=in_channels)


def _conv1x1(channels: int, stride: int = 1, in_channels: int = 0) -> nn.Conv2D:
    return nn.Conv2D(channels, 1, strides=stride, use_bias=False, in_channels=in_channels)


class _BlockV1(HybridBlock):
    """A residual block of version 1: relu(x + body(x)), where ``downsample`` gives x the shape of body(x).

    Parameters
    ----------
    channels : int, of the output
    stride : int, 2 halves height and width
    downsample : whether the shortcut needs a convolution of its own
    in_channels : int, of the input; 0 lets the first forward pass find it
    """

    body_first = False  # the order of the addition, which symbol files of MXNet show

    def __init__(self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs):
        super().__init__(**kwargs)
        self.body = self._body(channels, stride, in_channels)
        self.downsample = row(_conv1x1(channels, stride, in_channels), nn.BatchNorm()) if downsample else None

    def _body(self, channels: int, stride: int, in_channels: int) -> nn.HybridSequential:
        raise NotImplementedError

    def hybrid_forward(self, F, x):
        out = self.body(x)
        shortcut = x if self.downsample is None else self.downsample(x)
        total = out + shortcut if self.body_first else shortcut + out
        return F.Activation(total, act_type="relu")


class BasicBlockV1(_BlockV1):
    """Two 3x3 convolutions beside a shortcut, as in the networks of 18 and 34 layers."""

    def _body(self, channels: int, stride: int, in_channels: int) -> nn.HybridSequential:
        return row(
            _conv3x3(channels, stride, in_channels),
            nn.BatchNorm(),
            nn.Activation("relu"),
            _conv3x3(channels, 1, channels),
            nn.BatchNorm(),
        )


class BottleneckV1(_BlockV1):
    """A 3x3 convolution between two of 1x1 beside a shortcut, as in the networks of 50 layers and more.

    The first convolution has the stride; as in MXNet, both convolutions of 1x1 have a bias.
    """

    body_first = True

    def _body(self, channels: int, stride: int, in_channels: int) -> nn.HybridSequential:
        inner = channels // 4
        return row(
            nn.Conv2D(inner, 1, strides=stride),
            nn.BatchNorm(),
            nn.Activation("relu"),
            _conv3x3(inner, 1, inner),
            nn.BatchNorm(),
            nn.Activation("relu"),
            nn.Conv2D(channels, 1, strides=1),
            nn.BatchNorm(),
        )


class BasicBlockV2(HybridBlock):
    """Two 3x3 convolutions, each after BatchNorm and ReLU, beside a shortcut.

    Parameters
    ----------
    channels : int, of the output
    stride : int, 2 halves height and width
    downsample : whether the shortcut needs a convolution of its own
    in_channels : int, of the input; 0 lets the first forward pass find it
    """

    def __init__(self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs):
        super().__init__(**kwargs)
        self.bn1 = nn.BatchNorm()
        self.conv1 = _conv3x3(channels, stride, in_channels)
        self.bn2 = nn.BatchNorm()
        self.conv2 = _conv3x3(channels, 1, channels)
        self.downsample = _conv1x1(channels, stride, in_channels) if downsample else None

    def hybrid_forward(self, F, x):
        activated = F.Activation(self.bn1(x), act_type="relu")
        shortcut = x if self.downsample is None else self.downsample(activated)
        x = self.conv1(activated)
        x = self.conv2(F.Activation(self.bn2(x), act_type="relu"))
        return x + shortcut


class BottleneckV2(HybridBlock):
    """A 3x3 convolution between two of 1x1, each after BatchNorm and ReLU, beside a shortcut.

    Parameters
    ----------
    channels : int, of the output
    stride : int, 2 halves height and width
    downsample : whether the shortcut needs a convolution of its own
    in_channels : int, of the input; 0 lets the first forward pass find it
    """

    def __init__(self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs):
        super().__init__(**kwargs)
        inner = channels // 4
        self.bn1 = nn.BatchNorm()
        self.conv1 = _conv1x1(inner)
        self.bn2 = nn.BatchNorm()
        self.conv2 = _conv3x3(inner, stride, inner)
        self.bn3 = nn.BatchNorm()
        self.conv3 = _conv1x1(channels)
        self.downsample = _conv1x1(channels, stride, in_channels) if downsample else None

    def hybrid_forward(self, F, x):
        activated = F.Activation(self.bn1(x), act_type="relu")
        shortcut = x if self.downsample is None else self.downsample(activated)
        x = self.conv1(activated)
        x = self.conv2(F.Activation(self.bn2(x), act_type="relu"))
        x = self.conv3(F.Activation(self.bn3(x), act_type="relu"))
        return x + shortcut


class _ResNet(HybridBlock):
    """What both versions share. Input (batch, 3, 224, 224), or about (batch, 3, 32, 32) with ``thumbnail``.

    Parameters
    ----------
    block : class of the residual blocks
    layers : list of int, blocks in each stage
    channels : list of int, one more: of the first convolution, then of each stage
    classes : int
    thumbnail : small images: begin with one 3x3 convolution that keeps the size
    """

    def __init__(self, block, layers, channels, classes: int = 1000, thumbnail: bool = False, **kwargs):
        super().__init__(**kwargs)
        if len(layers) != len(channels) - 1:
            raise ArgumentError(
                f"{type(self).__name__}: {len(layers)} stages need {len(layers) + 1} numbers of channels."
                f" Received: {len(channels)}"
            )
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            self._add_start(channels[0], thumbnail)
            for i, depth in enumerate(layers):
                stride = 1 if i == 0 else 2
                self.features.add(_stage(block, depth, channels[i + 1], stride, i + 1, channels[i]))
            self._add_end()
            self.output = nn.Dense(classes, in_units=channels[-1])

    def _add_start(self, channels: int, thumbnail: bool) -> None:
        if thumbnail:
            self.features.add(_conv3x3(channels, 1, 0))
            return
        self.features.add(
            nn.Conv2D(channels, 7, strides=2, padding=3, use_bias=False),
            nn.BatchNorm(),
            nn.Activation("relu"),
            nn.MaxPool2D(3, strides=2, padding=1),
        )

    def _add_end(self) -> None:
        self.features.add(nn.GlobalAvgPool2D())

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def _stage(block, depth: int, channels: int, stride: int, number: int, in_channels: int) -> nn.HybridSequential:
    """Return ``depth`` blocks; the first one changes size and channels."""
    stage = nn.HybridSequential(prefix=f"stage{number}_")
    with stage.name_scope():
        stage.add(block(channels, stride, channels != in_channels, in_channels=in_channels, prefix=""))
        for _ in range(depth - 1):
            stage.add(block(channels, 1, False, in_channels=channels, prefix=""))
    return stage


class ResNetV1(_ResNet):
    """A residual network of version 1. Output (batch, classes).

    Examples
    --------
    >>> from mxlearn.gluon.model_zoo.vision import BasicBlockV1, ResNetV1
    >>> net = ResNetV1(BasicBlockV1, [1, 1], [8, 8, 16], classes=10, thumbnail=True)
    >>> net.initialize()
    >>> net(mx.nd.ones((2, 3, 8, 8))).shape
    (2, 10)
    """


class ResNetV2(_ResNet):
    """A residual network of version 2. Output (batch, classes). The input is normalized first."""

    def _add_start(self, channels: int, thumbnail: bool) -> None:
        self.features.add(nn.BatchNorm(scale=False, center=False))
        super()._add_start(channels, thumbnail)

    def _add_end(self) -> None:
        self.features.add(nn.BatchNorm(), nn.Activation("relu"), nn.GlobalAvgPool2D(), nn.Flatten())


# number of layers: kind of block, blocks in each stage, channels (table 1 of the first paper)
PLANS = {
    18: ("basic", [2, 2, 2, 2], [64, 64, 128, 256, 512]),
    34: ("basic", [3, 4, 6, 3], [64, 64, 128, 256, 512]),
    50: ("bottleneck", [3, 4, 6, 3], [64, 256, 512, 1024, 2048]),
    101: ("bottleneck", [3, 4, 23, 3], [64, 256, 512, 1024, 2048]),
    152: ("bottleneck", [3, 8, 36, 3], [64, 256, 512, 1024, 2048]),
}
VERSIONS = {
    1: (ResNetV1, {"basic": BasicBlockV1, "bottleneck": BottleneckV1}),
    2: (ResNetV2, {"basic": BasicBlockV2, "bottleneck": BottleneckV2}),
}


def get_resnet(version: int, num_layers: int, pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> _ResNet:
    """Return a residual network of the papers.

    Parameters
    ----------
    version : 1 or 2
    num_layers : 18, 34, 50, 101 or 152
    pretrained : read the parameters from the folder ``root``
    ctx : Context or list of Context, default cpu(0)
    kwargs : of ResNetV1 and ResNetV2
    """
    if num_layers not in PLANS:
        raise ArgumentError(f"get_resnet: num_layers must be 18, 34, 50, 101 or 152. Received: {num_layers!r}")
    if version not in VERSIONS:
        raise ArgumentError(f"get_resnet: version must be 1 or 2. Received: {version!r}")
    kind, layers, channels = PLANS[num_layers]
    network, blocks = VERSIONS[version]
    net = network(blocks[kind], layers, channels, **kwargs)
    return trained(net, f"resnet{num_layers}_v{version}", pretrained, ctx, root)


def resnet18_v1(**kwargs) -> _ResNet:
    """Return the network of 18 layers, version 1; the arguments are those of get_resnet."""
    return get_resnet(1, 18, **kwargs)


def resnet34_v1(**kwargs) -> _ResNet:
    """Return the network of 34 layers, version 1; the arguments are those of get_resnet."""
    return get_resnet(1, 34, **kwargs)


def resnet50_v1(**kwargs) -> _ResNet:
    """Return the network of 50 layers, version 1; the arguments are those of get_resnet."""
    return get_resnet(1, 50, **kwargs)


def resnet101_v1(**kwargs) -> _ResNet:
    """Return the network of 101 layers, version 1; the arguments are those of get_resnet."""
    return get_resnet(1, 101, **kwargs)


def resnet152_v1(**kwargs) -> _ResNet:
    """Return the network of 152 layers, version 1; the arguments are those of get_resnet."""
    return get_resnet(1, 152, **kwargs)


def resnet18_v2(**kwargs) -> _ResNet:
    """Return the network of 18 layers, version 2; the arguments are those of get_resnet."""
    return get_resnet(2, 18, **kwargs)


def resnet34_v2(**kwargs) -> _ResNet:
    """Return the network of 34 layers, version 2; the arguments are those of get_resnet."""
    return get_resnet(2, 34, **kwargs)


def resnet50_v2(**kwargs) -> _ResNet:
    """Return the network of 50 layers, version 2; the arguments are those of get_resnet."""
    return get_resnet(2, 50, **kwargs)


def resnet101_v2(**kwargs) -> _ResNet:
    """Return the network of 101 layers, version 2; the arguments are those of get_resnet."""
    return get_resnet(2, 101, **kwargs)


def resnet152_v2(**kwargs) -> _ResNet:
    """Return the network of 152 layers, version 2; the arguments are those of get_resnet."""
    return get_resnet(2, 152, **kwargs)
