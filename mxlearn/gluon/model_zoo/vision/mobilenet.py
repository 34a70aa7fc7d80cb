"""MobileNet: convolutions over space (one filter per channel) and over channels (1x1) instead of over both.

Version 2 adds shortcuts between narrow layers; what lies between them is wide, and the narrow ones have no activation.

References: Howard et al. 2017, MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications,
table 1; Sandler et al. 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks, table 2.
"""
from ... import nn
from ...block import HybridBlock
from .making import ROOT, row, trained

__all__ = [
    "MobileNet",
    "MobileNetV2",
    "get_mobilenet",
    "get_mobilenet_v2",
    "mobilenet0_25",
    "mobilenet0_5",
    "mobilenet0_75",
    "mobilenet1_0",
    "mobilenet_v2_0_25",
    "mobilenet_v2_0_5",
    "mobilenet_v2_0_75",
    "mobilenet_v2_1_0",
]


class RELU6(HybridBlock):
    """The activation min(max(x, 0), 6)."""

    def hybrid_forward(self, F, x):
        return F.clip(x, 0, 6, name="relu6")


def _convolution(channels: int, kernel=1, stride=1, padding=0, groups=1, activation="relu") -> list[HybridBlock]:
    """Return a convolution, BatchNorm and "relu", "relu6" or no activation."""
    layers = [
        nn.Conv2D(channels, kernel, strides=stride, padding=padding, groups=groups, use_bias=False),
        nn.BatchNorm(scale=True),
    ]
    if activation:
        layers.append(RELU6() if activation == "relu6" else nn.Activation(activation))
    return layers


def _separable(inputs: int, channels: int, stride: int) -> list[HybridBlock]:
    """Return a 3x3 convolution of each channel alone, and a 1x1 convolution over all channels."""
    return [*_convolution(inputs, 3, stride, 1, groups=inputs), *_convolution(channels)]


class LinearBottleneck(HybridBlock):
    """A block of version 2: widen by ``t``, convolve each channel alone, narrow to ``channels``.

    Parameters
    ----------
    in_channels, channels : int, of the input and the output
    t : int, how many times wider the inside is
    stride : int; the input is added to the output where the stride is 1 and the channels are equal
    """

    def __init__(self, in_channels: int, channels: int, t: int, stride: int, **kwargs):
        super().__init__(**kwargs)
        self.use_shortcut = stride == 1 and in_channels == channels
        wide = in_channels * t
        with self.name_scope():
            self.out = row(
                *_convolution(wide, activation="relu6"),
                *_convolution(wide, 3, stride, 1, groups=wide, activation="relu6"),
                *_convolution(channels, activation=""),
                prefix=None,
            )

    def hybrid_forward(self, F, x):
        out = self.out(x)
        return F.elemwise_add(out, x) if self.use_shortcut else out


class MobileNet(HybridBlock):
    """MobileNet, version 1. Input (batch, 3, 224, 224), output (batch, classes).

    Parameters
    ----------
    multiplier : float, of the number of channels
    classes : int
    """

    # channels and stride of each separable convolution
    PLAN = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2), (1024, 1))

    def __init__(self, multiplier: float = 1.0, classes: int = 1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            inputs = int(32 * multiplier)
            self.features.add(*_convolution(inputs, 3, 2, 1))
            for channels, stride in self.PLAN:
                outputs = int(channels * multiplier)
                self.features.add(*_separable(inputs, outputs, stride))
                inputs = outputs
            self.features.add(nn.GlobalAvgPool2D(), nn.Flatten())
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


class MobileNetV2(HybridBlock):
    """MobileNet, version 2. Input (batch, 3, 224, 224), output (batch, classes).

    Parameters
    ----------
    multiplier : float, of the number of channels
    classes : int
    """

    # times wider inside, channels, blocks, stride of the first one
    PLAN = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))

    def __init__(self, multiplier: float = 1.0, classes: int = 1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="features_")
            with self.features.name_scope():
                inputs = int(32 * multiplier)
                self.features.add(*_convolution(inputs, 3, 2, 1, activation="relu6"))
                for t, channels, blocks, stride in self.PLAN:
                    outputs = int(channels * multiplier)
                    for k in range(blocks):
                        self.features.add(LinearBottleneck(inputs, outputs, t, stride if k == 0 else 1))
                        inputs = outputs
                last = int(1280 * multiplier) if multiplier > 1.0 else 1280
                self.features.add(*_convolution(last, activation="relu6"), nn.GlobalAvgPool2D())
            self.output = nn.HybridSequential(prefix="output_")
            with self.output.name_scope():
                self.output.add(nn.Conv2D(classes, 1, use_bias=False, prefix="pred_"), nn.Flatten())

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def _shown(multiplier: float) -> str:
    """Return a multiplier as the names of files have it: 1.0, 0.75, 0.5, 0.25."""
    text = f"{multiplier:.2f}"
    return text[:-1] if text in ("1.00", "0.50") else text


def get_mobilenet(multiplier: float, pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> MobileNet:
    """Return MobileNet, version 1.

    Parameters
    ----------
    multiplier : float, of the number of channels
    pretrained : read the parameters from the folder ``root``
    ctx : Context or list of Context, default cpu(0)
    kwargs : of MobileNet
    """
    return trained(MobileNet(multiplier, **kwargs), f"mobilenet{_shown(multiplier)}", pretrained, ctx, root)


def get_mobilenet_v2(multiplier: float, pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> MobileNetV2:
    """Return MobileNet, version 2; the parameters are those of get_mobilenet."""
    return trained(MobileNetV2(multiplier, **kwargs), f"mobilenetv2_{_shown(multiplier)}", pretrained, ctx, root)


def mobilenet1_0(**kwargs) -> MobileNet:
    """Return version 1 with all channels; the arguments are those of get_mobilenet."""
    return get_mobilenet(1.0, **kwargs)


def mobilenet0_75(**kwargs) -> MobileNet:
    """Return version 1 with three quarters of the channels; the arguments are those of get_mobilenet."""
    return get_mobilenet(0.75, **kwargs)


def mobilenet0_5(**kwargs) -> MobileNet:
    """Return version 1 with half of the channels; the arguments are those of get_mobilenet."""
    return get_mobilenet(0.5, **kwargs)


def mobilenet0_25(**kwargs) -> MobileNet:
    """Return version 1 with a quarter of the channels; the arguments are those of get_mobilenet."""
    return get_mobilenet(0.25, **kwargs)


def mobilenet_v2_1_0(**kwargs) -> MobileNetV2:
    """Return version 2 with all channels; the arguments are those of get_mobilenet_v2."""
    return get_mobilenet_v2(1.0, **kwargs)


def mobilenet_v2_0_75(**kwargs) -> MobileNetV2:
    """Return version 2 with three quarters of the channels; the arguments are those of get_mobilenet_v2."""
    return get_mobilenet_v2(0.75, **kwargs)


def mobilenet_v2_0_5(**kwargs) -> MobileNetV2:
    """Return version 2 with half of the channels; the arguments are those of get_mobilenet_v2."""
    return get_mobilenet_v2(0.5, **kwargs)


def mobilenet_v2_0_25(**kwargs) -> MobileNetV2:
    """Return version 2 with a quarter of the channels; the arguments are those of get_mobilenet_v2."""
    return get_mobilenet_v2(0.25, **kwargs)
