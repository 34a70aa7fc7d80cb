"""Transforms of images: NDArrays (height, width, channel) until ``ToTensor``, (channel, height, width) after it.

    augment = transforms.Compose([
        transforms.RandomFlipLeftRight(),
        transforms.ToTensor(),
        transforms.Normalize(0.13, 0.31),
    ])
    train = gluon.data.DataLoader(dataset.transform_first(augment), batch_size=64, shuffle=True)

Those that draw at random take their numbers from ``mx.random``; the crops from ``random``, as in MXNet.

References: MXNet 1.9.1 module mxnet.gluon.data.vision.transforms.
"""
# what MXNet's module has too, and lessons take from here
from mxlearn.gluon.block import Block, HybridBlock  # noqa: F401
from mxlearn.gluon.nn import HybridSequential, Sequential  # noqa: F401
from mxlearn.util import is_np_array  # noqa: F401

from .basic import Cast, Compose, HybridCompose, Normalize, RandomApply, ToTensor
from .color import (
    RandomBrightness,
    RandomColorJitter,
    RandomContrast,
    RandomGray,
    RandomHue,
    RandomLighting,
    RandomSaturation,
)
from .size import CenterCrop, CropResize, RandomCrop, RandomResizedCrop, Resize
from .turning import RandomFlipLeftRight, RandomFlipTopBottom, RandomRotation, Rotate

__all__ = [
    "Cast",
    "CenterCrop",
    "Compose",
    "CropResize",
    "HybridCompose",
    "Normalize",
    "RandomApply",
    "RandomBrightness",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomFlipLeftRight",
    "RandomFlipTopBottom",
    "RandomGray",
    "RandomHue",
    "RandomLighting",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomSaturation",
    "Resize",
    "Rotate",
    "ToTensor",
]
