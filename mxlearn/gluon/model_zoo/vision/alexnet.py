"""AlexNet: five convolutions and three dense layers.

References: Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks (the one-tower network);
Krizhevsky et al. 2012, ImageNet Classification with Deep Convolutional Neural Networks.
"""
from ... import nn
from ...block import HybridBlock
from .making import ROOT, row, trained

__all__ = ["AlexNet", "alexnet"]


class AlexNet(HybridBlock):
    """AlexNet. Input (batch, 3, 224, 224), output (batch, classes).

    Parameters
    ----------
    classes : int
    """

    def __init__(self, classes: int = 1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = row(
                nn.Conv2D(64, 11, strides=4, padding=2, activation="relu"),
                nn.MaxPool2D(3, strides=2),
                nn.Conv2D(192, 5, padding=2, activation="relu"),
                nn.MaxPool2D(3, strides=2),
                nn.Conv2D(384, 3, padding=1, activation="relu"),
                nn.Conv2D(256, 3, padding=1, activation="relu"),
                nn.Conv2D(256, 3, padding=1, activation="relu"),
                nn.MaxPool2D(3, strides=2),
                nn.Flatten(),
                nn.Dense(4096, activation="relu"),
                nn.Dropout(0.5),
                nn.Dense(4096, activation="relu"),
                nn.Dropout(0.5),
            )
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def alexnet(pretrained: bool = False, ctx=None, root=ROOT, **kwargs) -> AlexNet:
    """Return AlexNet.

    Parameters
    ----------
    pretrained : read the parameters from the folder ``root``
    ctx : Context or list of Context, default cpu(0)
    kwargs : of AlexNet
    """
    return trained(AlexNet(**kwargs), "alexnet", pretrained, ctx, root)
