"""Augmenters for detection: they change an image and the boxes of its objects together.

A label is a NumPy array (objects, 5 or more): class, then left, top, right and bottom of the box as parts of the
image's width and height, 0 to 1. An object that a crop leaves too little of is dropped.

References: MXNet 1.9.1 module mxnet.image.
"""
import json
import math
import random
from numbers import Number
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, type_name
from .augmenters import Augmenter, ForceResizeAug, ResizeAug, plain
from .colors import IMAGENET_MEAN, IMAGENET_STD, color_augmenters, statistic
from .pixels import copyMakeBorder, fixed_crop

__all__ = [
    "CreateDetAugmenter",
    "CreateMultiRandCropAugmenter",
    "DetAugmenter",
    "DetBorrowAug",
    "DetHorizontalFlipAug",
    "DetRandomCropAug",
    "DetRandomPadAug",
    "DetRandomSelectAug",
]

SMALLEST = 2  # pixels: an object of less is not looked at when a crop is chosen


class DetAugmenter:
    """A change of an image and its label: ``augmenter(src, label)`` returns both.

    Parameters
    ----------
    kwargs : the parameters, which ``dumps`` shows

    References: MXNet 1.9.1 class mxnet.image.DetAugmenter.
    """

    def __init__(self, **kwargs):
        self._kwargs = plain(kwargs)

    def dumps(self) -> Any:
        """Return name and parameters as JSON; of one that holds others a list: the name, and what they return.

        >>> mx.image.DetHorizontalFlipAug(0.5).dumps()
        '["dethorizontalflipaug", {"p": 0.5}]'
        """
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src, label):
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, src, label)")


class DetBorrowAug(DetAugmenter):
    """An augmenter of images that leaves boxes where they are, such as one of colors.

    Parameters
    ----------
    augmenter : Augmenter

    References: MXNet 1.9.1 class mxnet.image.DetBorrowAug.
    """

    def __init__(self, augmenter: Augmenter):
        if not isinstance(augmenter, Augmenter):
            raise ArgumentError(f"DetBorrowAug: expected an Augmenter. Received: {type_name(augmenter)}")
        super().__init__()
        self.augmenter = augmenter

    def dumps(self) -> list:
        return [type(self).__name__.lower(), self.augmenter.dumps()]

    def __call__(self, src, label):
        return self.augmenter(src), label


class DetRandomSelectAug(DetAugmenter):
    """Apply one augmenter of a list, or none with probability ``skip_prob``.

    Parameters
    ----------
    aug_list : list of DetAugmenter; an empty one changes nothing
    skip_prob : probability, 0 to 1

    References: MXNet 1.9.1 class mxnet.image.DetRandomSelectAug.
    """

    def __init__(self, aug_list, skip_prob: float = 0):
        super().__init__(skip_prob=skip_prob)
        aug_list = list(aug_list) if isinstance(aug_list, list | tuple) else [aug_list]
        for aug in aug_list:
            if not isinstance(aug, DetAugmenter):
                raise ArgumentError(f"DetRandomSelectAug: expected DetAugmenters. Received: {type_name(aug)}")
        self.aug_list = aug_list
        self.skip_prob = skip_prob if aug_list else 1

    def dumps(self) -> list:
        return [type(self).__name__.lower(), [aug.dumps() for aug in self.aug_list]]

    def __call__(self, src, label):
        if random.random() < self.skip_prob:
            return src, label
        random.shuffle(self.aug_list)
        return self.aug_list[0](src, label)


class DetHorizontalFlipAug(DetAugmenter):
    """Mirror image and boxes left to right with probability ``p``.

    References: MXNet 1.9.1 class mxnet.image.DetHorizontalFlipAug.
    """

    def __init__(self, p: float):
        super().__init__(p=p)
        self.p = p

    def __call__(self, src, label):
        if random.random() >= self.p:
            return src, label
        label = label.copy()
        label[:, [1, 3]] = 1.0 - label[:, [3, 1]]
        return nd.flip(src, axis=1), label


class _BoxAug(DetAugmenter):
    """What cropping and padding have in common: the ranges of area and proportions, and the box that is drawn."""

    def __init__(self, aspect_ratio_range, area_range, max_attempts: int, **kwargs):
        super().__init__(
            aspect_ratio_range=aspect_ratio_range, area_range=area_range, max_attempts=max_attempts, **kwargs
        )
        self.aspect_ratio_range = _range(aspect_ratio_range, "aspect_ratio_range")
        self.area_range = _range(area_range, "area_range")
        self.max_attempts = max_attempts
        ratio, area = self.aspect_ratio_range, self.area_range
        self.enabled = 0 < ratio[0] <= ratio[1] and area[0] <= area[1] and area[1] > 0
        if not self.enabled:
            raise ArgumentError(
                f"{type(self).__name__}: ranges go from a smaller positive number to a larger. Received: "
                f"aspect_ratio_range={aspect_ratio_range}, area_range={area_range}"
            )

    def _size(self, height: int, width: int, least: float, most: float) -> tuple[int, int]:
        """Return a random (width, height) of proportions that are allowed, and an area between two multiples."""
        area = random.uniform(least, most) * height * width
        ratio = math.exp(random.uniform(*map(math.log, self.aspect_ratio_range)))
        return round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))


def _range(value: Any, name: str) -> tuple[float, float]:
    if isinstance(value, Number):
        value = (value, value)
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ArgumentError(f"{name} must be (least, most). Received: {value!r}")
    return value[0], value[1]


class DetRandomCropAug(_BoxAug):
    """Cut out a random rectangle that keeps objects.

    Parameters
    ----------
    min_object_covered : of each object that the crop touches, at least this part must be inside
    aspect_ratio_range : (least, most) width / height of the crop
    area_range : (least, most) area as a part of the image's
    min_eject_coverage : an object of which less than this part is left is dropped
    max_attempts : tries; where all fail, the image stays as it is

    References: MXNet 1.9.1 class mxnet.image.DetRandomCropAug.
    """

    def __init__(
        self,
        min_object_covered: float = 0.1,
        aspect_ratio_range=(0.75, 1.33),
        area_range=(0.05, 1.0),
        min_eject_coverage: float = 0.3,
        max_attempts: int = 50,
    ):
        super().__init__(aspect_ratio_range, area_range, max_attempts)
        self._kwargs = {
            "min_object_covered": min_object_covered,
            "aspect_ratio_range": aspect_ratio_range,
            "area_range": area_range,
            "min_eject_coverage": min_eject_coverage,
            "max_attempts": max_attempts,
        }
        self.min_object_covered = min_object_covered
        self.min_eject_coverage = min_eject_coverage

    def __call__(self, src, label):
        height, width = src.shape[:2]
        least, most = max(self.area_range[0], 0.0), min(self.area_range[1], 1.0)
        for _ in range(self.max_attempts):
            new_width, new_height = self._size(height, width, least, most)
            if not (1 <= new_width <= width and 1 <= new_height <= height):
                continue
            x0 = random.randint(0, width - new_width)
            y0 = random.randint(0, height - new_height)
            kept = self._kept(label, (x0, y0, new_width, new_height), height, width)
            if kept is not None:
                return fixed_crop(src, x0, y0, new_width, new_height), kept
        return src, label

    def _kept(self, label, box, height: int, width: int):
        """Return the label inside of a crop (x0, y0, width, height), or None where the crop is not allowed."""
        x0, y0, new_width, new_height = box
        left, top, right, bottom = (label[:, i] for i in range(1, 5))
        start_x, start_y, end_x, end_y = x0 / width, y0 / height, (x0 + new_width) / width, (y0 + new_height) / height
        inside_x = np.clip(np.minimum(right, end_x) - np.maximum(left, start_x), 0, None)
        inside_y = np.clip(np.minimum(bottom, end_y) - np.maximum(top, start_y), 0, None)
        areas = np.clip(right - left, 0, None) * np.clip(bottom - top, 0, None)
        covered = np.where(areas > 0, inside_x * inside_y / np.where(areas > 0, areas, 1), 0.0)  # (objects,)
        touched = covered[(covered > 0) & (areas * width * height > SMALLEST)]
        if self.min_object_covered > 0 and not (touched.size and touched.min() >= self.min_object_covered):
            return None
        rows = covered > max(self.min_eject_coverage, 0)
        if not rows.any():
            return None
        kept = label[rows].copy()
        kept[:, [1, 3]] = np.clip((kept[:, [1, 3]] - start_x) * (width / new_width), 0, 1)
        kept[:, [2, 4]] = np.clip((kept[:, [2, 4]] - start_y) * (height / new_height), 0, 1)
        return kept


class DetRandomPadAug(_BoxAug):
    """Put the image at a random place of a larger one, so that objects become smaller.

    Parameters
    ----------
    aspect_ratio_range : (least, most) width / height of the larger image
    area_range : (least, most) area, as a multiple of the image's
    max_attempts : tries; where all fail, the image stays as it is
    pad_val : number, or one for each channel, of what is added

    References: MXNet 1.9.1 class mxnet.image.DetRandomPadAug.
    """

    def __init__(
        self, aspect_ratio_range=(0.75, 1.33), area_range=(1.0, 3.0), max_attempts: int = 50, pad_val=(128, 128, 128)
    ):
        super().__init__(aspect_ratio_range, area_range, max_attempts, pad_val=pad_val)
        if self.area_range[1] <= 1:
            raise ArgumentError(f"DetRandomPadAug: area_range must reach beyond 1. Received: {area_range}")
        self.pad_val = pad_val

    def __call__(self, src, label):
        height, width = src.shape[:2]
        for _ in range(self.max_attempts):
            new_width, new_height = self._size(height, width, max(self.area_range[0], 1.0), self.area_range[1])
            if new_width < width or new_height < height or (new_width, new_height) == (width, height):
                continue
            x0 = random.randint(0, new_width - width)
            y0 = random.randint(0, new_height - height)
            label = label.copy()
            label[:, [1, 3]] = (label[:, [1, 3]] * width + x0) / new_width
            label[:, [2, 4]] = (label[:, [2, 4]] * height + y0) / new_height
            color = (self.pad_val,) * 3 if isinstance(self.pad_val, Number) else tuple(self.pad_val)
            color = color * 3 if len(color) == 1 else color
            bottom, right = new_height - height - y0, new_width - width - x0
            return copyMakeBorder(src, y0, bottom, x0, right, 0, values=color), label
        return src, label


def CreateMultiRandCropAugmenter(
    min_object_covered=0.1,
    aspect_ratio_range=(0.75, 1.33),
    area_range=(0.05, 1.0),
    min_eject_coverage=0.3,
    max_attempts=50,
    skip_prob: float = 0,
) -> DetRandomSelectAug:
    """Return an augmenter that applies one of several DetRandomCropAug; lists give each its own parameters.

    >>> crops = mx.image.CreateMultiRandCropAugmenter(min_object_covered=[0.1, 0.5])
    >>> [crop.min_object_covered for crop in crops.aug_list]
    [0.1, 0.5]

    References: MXNet 1.9.1 function mxnet.image.CreateMultiRandCropAugmenter.
    """
    given = {
        "min_object_covered": min_object_covered,
        "aspect_ratio_range": aspect_ratio_range,
        "area_range": area_range,
        "min_eject_coverage": min_eject_coverage,
        "max_attempts": max_attempts,
    }
    lists = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    count = max(map(len, lists.values()))
    for name, values in lists.items():
        if len(values) not in (1, count):
            raise ArgumentError(
                f"CreateMultiRandCropAugmenter: {name} has {len(values)} values, where others have {count}."
            )
    rows = [{name: values[i % len(values)] for name, values in lists.items()} for i in range(count)]
    return DetRandomSelectAug([DetRandomCropAug(**row) for row in rows], skip_prob)


def CreateDetAugmenter(
    data_shape,
    resize: int = 0,
    rand_crop: float = 0,
    rand_pad: float = 0,
    rand_gray: float = 0,
    rand_mirror: bool = False,
    mean=None,
    std=None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    pca_noise: float = 0,
    hue: float = 0,
    inter_method: int = 2,
    min_object_covered=0.1,
    aspect_ratio_range=(0.75, 1.33),
    area_range=(0.05, 3.0),
    min_eject_coverage=0.3,
    max_attempts=50,
    pad_val=(127, 127, 127),
) -> list[DetAugmenter]:
    """Return the augmenters that training for detection commonly takes, in their order.

    Parameters
    ----------
    data_shape : (channel, height, width) of the result
    resize : length of the shorter edge to resize to first, pixels; 0 leaves that out
    rand_crop, rand_pad : probability to cut out a random part, and to make the image a part of a larger one
    rand_mirror : mirror one image in two
    area_range : (least, most) area: cropping goes up to 1, padding begins there
    other parameters : as in CreateAugmenter, DetRandomCropAug and DetRandomPadAug

    References: MXNet 1.9.1 function mxnet.image.CreateDetAugmenter.
    """
    made: list[DetAugmenter] = []
    if resize > 0:
        made.append(DetBorrowAug(ResizeAug(resize, inter_method)))
    if rand_crop > 0:
        made.append(
            CreateMultiRandCropAugmenter(
                min_object_covered, aspect_ratio_range, area_range, min_eject_coverage, max_attempts, 1 - rand_crop
            )
        )
    if rand_mirror:
        made.append(DetHorizontalFlipAug(0.5))
    if rand_pad > 0:
        beyond = (1.0, area_range[1])
        pad = DetRandomPadAug(aspect_ratio_range, beyond, max_attempts, pad_val)
        made.append(DetRandomSelectAug([pad], 1 - rand_pad))
    made.append(DetBorrowAug(ForceResizeAug((data_shape[2], data_shape[1]), inter_method)))
    mean, std = statistic(mean, IMAGENET_MEAN, "mean"), statistic(std, IMAGENET_STD, "std")
    colors = color_augmenters(mean, std, brightness, contrast, saturation, hue, pca_noise, rand_gray)
    return made + [DetBorrowAug(aug) for aug in colors]
