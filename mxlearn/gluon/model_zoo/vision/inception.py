"""Inception, version 3: branches of different kernels side by side, joined by channel.

Each branch is written as the convolutions that it consists of, ``(channels, kernel, stride, padding)``, or "avg" and
"max" for a pooling, so that the file reads as the figures of the paper.

References: Szegedy et al. 2015, Rethinking the Inception Architecture for Computer Vision, figures 5 to 7 and table 1.
"""
from ... import nn
from ...block import HybridBlock
from ...contrib.nn import HybridConcurrent
from .making import ROOT, row, trained

__all__ = ["Inception3", "inception_v3"]


def _convolution(channels: int, kernel=1, strides=1, padding=0) -> HybridBlock:
    return row(
        nn.Conv2D(channels, kernel, strides=strides, padding=padding, use_bias=False),
        nn.BatchNorm(epsilon=0.001),
        nn.Activation("relu"),
    )


def _layer(setting) -> HybridBlock:
    if setting == "avg":
        return nn.AvgPool2D(3, strides=1, padding=1)
    if setting == "max":
        return nn.MaxPool2D(3, strides=2)
    return _convolution(*setting)


def _branch(*settings) -> HybridBlock:
    return row(*[_layer(setting) for setting in settings])


def _joined(prefix: str, make_branches) -> HybridConcurrent:
    """Return branches side by side; ``make_branches()`` runs inside of their scope."""
    block = HybridConcurrent(axis=1, prefix=prefix)
    with block.name_scope():
        block.add(*make_branches())
    return block


def _a(pool_channels: int, prefix: str) -> HybridConcurrent:
    """Figure 5: one 5x5 convolution, and two of 3x3 that replace another one."""
    return _joined(
        prefix,
        lambda: [
            _branch((64, 1)),
            _branch((48, 1), (64, 5, 1, 2)),
            _branch((64, 1), (96, 3, 1, 1), (96, 3, 1, 1)),
            _branch("avg", (pool_channels, 1)),
        ],
    )


def _b(prefix: str) -> HybridConcurrent:
    """Halve height and width."""
    return _joined(
        prefix,
        lambda: [
            _branch((384, 3, 2)),
            _branch((64, 1), (96, 3, 1, 1), (96, 3, 2)),
            _branch("max"),
        ],
    )


WIDE, HIGH = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))


def _c(channels: int, prefix: str) -> HybridConcurrent:
    """Figure 6: 7x7 convolutions as one of 1x7 and one of 7x1."""
    return _joined(
        prefix,
        lambda: [
            _branch((192, 1)),
            _branch((channels, 1), (channels, *WIDE), (192, *HIGH)),
            _branch((channels, 1), (channels, *HIGH), (channels, *WIDE), (channels, *HIGH), (192, *WIDE)),
            _branch("avg", (192, 1)),
        ],
    )


def _d(prefix: str) -> HybridConcurrent:
    """Halve height and width once more."""
    return _joined(
        prefix,
        lambda: [
            _branch((192, 1), (320, 3, 2)),
            _branch((192, 1), (192, *WIDE), (192, *HIGH), (192, 3, 2)),
            _branch("max"),
        ],
    )


def _forked(*settings) -> HybridBlock:
    """Return a branch that ends in a 1x3 and a 3x1 convolution side by side."""
    start = _branch(*settings)
    fork = HybridConcurrent(axis=1, prefix="")
    fork.add(_branch((384, (1, 3), 1, (0, 1))), _branch((384, (3, 1), 1, (1, 0))))
    return row(start, fork)


def _e(prefix: str) -> HybridConcurrent:
    """Figure 7: wide blocks at the coarsest size."""
    return _joined(
        prefix,
        lambda: [
            _branch((320, 1)),
            _forked((384, 1)),
            _forked((448, 1), (384, 3, 1, 1)),
            _branch("avg", (192, 1)),
        ],
    )


class Inception3(HybridBlock):
    """Inception, version 3. Input (batch, 3, 299, 299), output (batch, classes).

    Parameters
    ----------
    classes : int
    """

    def __init__(self, classes: int = 1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = row(
                _convolution(32, 3, 2),
                _convolution(32, 3),
                _convolution(64, 3, padding=1),
                nn.MaxPool2D(3, strides=2),
                _convolution(80),
                _convolution(192, 3),
                nn.MaxPool2D(3, strides=2),
                _a(32, "A1_"),
                _a(64, "A2_"),
                _a(64, "A3_"),
                _b("B_"),
                _c(128, "C1_"),
                _c(160, "C2_"),
                _c(160, "C3_"),
                _c(192, "C4_"),
                _d("D_"),
                _e("E1_"),
                _e("E2_"),
                nn.AvgPool2D(8),
                nn.Dropout(0.5),
            )
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def inception_v3(pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> Inception3:
    """Return Inception, version 3.

    Parameters
    ----------
    pretrained : read the parameters from the folder ``root``
    ctx : Context or list of Context, default cpu(0)
    kwargs : of Inception3
    """
    return trained(Inception3(**kwargs), "inceptionv3", pretrained, ctx, root)
