"""ImageDetIter: batches of images and the boxes of the objects that they show.

References: MXNet 1.9.1 class mxnet.image.ImageDetIter.
"""
import logging
from collections.abc import Iterator

import numpy as np

from ..base import ArgumentError, FormatError, MXNetError, ShapeError
from ..data import pictures
from ..io import DataDesc
from ..io.host import host_view
from ..ndarray import NDArray
from .colors import IMAGENET_MEAN, IMAGENET_STD, statistic
from .detection import CreateDetAugmenter
from .iterator import ImageIter, made_by

__all__ = ["ImageDetIter"]

FEWEST = 7  # numbers: header width, object width, and one object of five
COLORS = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167))


class ImageDetIter(ImageIter):
    """Batches of images (batch, channel, height, width) and labels (batch, objects, width of an object).

    The labels of a record or a list entry are: how many numbers stand before the objects (this one counted), how many
    an object has, and then the objects: class, left, top, right, bottom as parts of the image's size, and what else
    there is. Rows that an image has no object for are -1.

    Parameters
    ----------
    as in ImageIter; ``aug_list`` holds DetAugmenters, and ``kwargs`` are for CreateDetAugmenter

    Attributes
    ----------
    label_shape : (most objects of an image, numbers of an object)

    References: MXNet 1.9.1 class mxnet.image.ImageDetIter.
    """

    def __init__(
        self,
        batch_size: int,
        data_shape,
        path_imgrec=None,
        path_imglist=None,
        path_root=None,
        path_imgidx=None,
        shuffle: bool = False,
        part_index: int = 0,
        num_parts: int = 1,
        aug_list=None,
        imglist=None,
        data_name: str = "data",
        label_name: str = "label",
        last_batch_handle: str = "pad",
        **kwargs,
    ):
        self._aug_kwargs = None if aug_list is not None else dict(kwargs)
        super().__init__(
            batch_size, data_shape, path_imgrec=path_imgrec, path_imglist=path_imglist, path_root=path_root,
            path_imgidx=path_imgidx, shuffle=shuffle, part_index=part_index, num_parts=num_parts, aug_list=aug_list,
            imglist=imglist, data_name=data_name, label_name=label_name, last_batch_handle=last_batch_handle, **kwargs,
        )
        self.label_shape = self._estimate_label_shape()
        self._describe_label()

    def _augmenters(self, kwargs: dict) -> list:
        return made_by(CreateDetAugmenter, type(self).__name__, self.data_shape, kwargs)

    def _describe_label(self) -> None:
        name = self.provide_label[0].name
        self.provide_label = [DataDesc(name, (self.batch_size, *self.label_shape), np.float32, "NTC")]

    def _estimate_label_shape(self) -> tuple[int, int]:
        """Read all labels once: the most objects of an image, and the numbers of an object."""
        count, width = 0, 0
        while True:
            try:
                label, _, source = self._next_sample()
            except StopIteration:
                break
            objects = self._parse_label(label, source)
            count, width = max(count, objects.shape[0]), max(width, objects.shape[1])
        self._rewind()
        return count, width

    def _parse_label(self, label, source: str = "the label") -> np.ndarray:
        """Return the objects (objects, width) of the numbers of a label."""
        raw = np.asarray(host_view(label) if isinstance(label, NDArray) else label, np.float32).ravel()
        name = f"{type(self).__name__}: {source}"
        head, width = (raw[:2] if raw.size >= FEWEST else (0, 0))
        if not (head >= 2 and width >= 5 and head == int(head) and width == int(width)):
            raise FormatError(
                f"{name}: label is invalid, {raw.size} numbers.\n"
                "  It begins with the width of its head (2 or more) and of an object (5 or more); the objects follow."
            )
        objects = raw[int(head) :]
        if not objects.size or objects.size % int(width):
            raise FormatError(f"{name}: {objects.size} numbers are no whole number of objects of {int(width)}.")
        objects = objects.reshape(-1, int(width))
        valid = objects[(objects[:, 3] > objects[:, 1]) & (objects[:, 4] > objects[:, 2])]
        if not len(valid):
            raise FormatError(f"{name}: encounter sample with no valid label: no box has an area.")
        return valid

    def _check_valid_label(self, label: np.ndarray) -> None:
        """Raise FormatError where no object of a label (objects, width) has a box."""
        if label.ndim != 2 or label.shape[1] < 5:
            raise FormatError(f"Label with shape (objects, 5 or more) required. Received: {label.shape}")
        if not ((label[:, 0] >= 0) & (label[:, 3] > label[:, 1]) & (label[:, 4] > label[:, 2])).any():
            raise FormatError("Invalid label occurs.")

    def augmentation_transform(self, data, label):  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return an image and its label (objects, width) as the augmenters change them."""
        for augmenter in self.auglist:
            data, label = augmenter(data, label)
        return data, label

    def _example(self, image, label, source: str) -> tuple | None:
        objects = self._parse_label(label, source)
        try:
            self.check_valid_image([image])
            image, objects = self.augmentation_transform(image, objects)
            self._check_valid_label(objects)
        except FormatError as error:
            logging.getLogger(__name__).debug("%s is left out: %s", source, error)
            return None
        rows, width = self.label_shape
        if objects.shape[0] > rows or objects.shape[1] > width:
            raise ShapeError(
                f"{type(self).__name__}: {source} has a label {objects.shape}, but label_shape is {self.label_shape}.\n"
                "  reshape() with a larger label_shape."
            )
        padded = np.full(self.label_shape, -1, np.float32)
        padded[: objects.shape[0], : objects.shape[1]] = objects
        return self._pixels(image, source), padded

    def reshape(self, data_shape=None, label_shape=None) -> None:
        """Change the shape of images (channel, height, width) or labels (objects, width of an object).

        Augmenters that the iterator made are made anew for the new shape; those that were given stay.
        """
        if data_shape is not None:
            self.check_data_shape(data_shape)
            self.data_shape = tuple(data_shape)
            self.provide_data = [DataDesc(self.provide_data[0].name, (self.batch_size, *self.data_shape))]
            if self._aug_kwargs is not None:
                self.auglist = self._augmenters(self._aug_kwargs)
        if label_shape is not None:
            self.check_label_shape(label_shape)
            self.label_shape = tuple(label_shape)
            self._describe_label()

    def check_label_shape(self, label_shape) -> None:
        """Raise ShapeError where ``label_shape`` has no room for the labels."""
        if len(label_shape) != 2:
            raise ShapeError(f"label_shape should have length 2. Received: {label_shape}")
        if label_shape[0] < self.label_shape[0]:
            raise ShapeError(
                f"Attempts to reduce label count from {self.label_shape[0]} to {label_shape[0]}, not allowed."
            )
        if label_shape[1] != self.label_shape[1]:
            raise ShapeError(f"label_shape object width inconsistent: {self.label_shape[1]} vs {label_shape[1]}.")

    def sync_label_shape(self, it: "ImageDetIter", verbose: bool = False) -> "ImageDetIter":
        """Give this iterator and another one labels of the same shape, and return the other.

        Parameters
        ----------
        it : ImageDetIter
        verbose : log the new shape
        """
        if not isinstance(it, ImageDetIter):
            raise ArgumentError(f"sync_label_shape: expected an ImageDetIter. Received: {type(it).__name__}")
        if self.label_shape[1] != it.label_shape[1]:
            raise ShapeError(
                f"sync_label_shape: object width inconsistent: {self.label_shape[1]} vs {it.label_shape[1]}."
            )
        shape = (max(self.label_shape[0], it.label_shape[0]), self.label_shape[1])
        if verbose and shape != self.label_shape:
            old = self.label_shape, it.label_shape
            logging.getLogger(__name__).info("label_shape: %s and %s become %s", *old, shape)
        self.reshape(label_shape=shape)
        it.reshape(label_shape=shape)
        return it

    def draw_next(
        self, color=None, thickness: int = 2, mean=None, std=None, clip: bool = True, waitKey=None,
        window_name: str = "draw_next", id2labels: dict | None = None,
    ) -> Iterator[np.ndarray]:
        """Give the images of this pass one by one, augmented, with their boxes drawn.

        Parameters
        ----------
        color : (red, green, blue) of the boxes; None: a color for each class
        thickness : int, pixels
        mean, std : True (ImageNet's) or numbers that the augmenters have subtracted and divided by: put back
        clip : cut values off at 0 and 255
        waitKey, window_name : no window is opened: waitKey must be None. Show the arrays with matplotlib
        id2labels : dict of class to the text that is written to a box

        Returns
        -------
        iterator of NumPy arrays (height, width, 3) uint8
        """
        if waitKey is not None:
            raise ArgumentError("draw_next: no window is opened here.\n  Leave waitKey out, and show the arrays.")
        return self._drawn(color, thickness, mean, std, clip, id2labels or {})

    def _drawn(self, color, thickness: int, mean, std, clip: bool, names: dict) -> Iterator[np.ndarray]:
        mean, std = statistic(mean, IMAGENET_MEAN, "mean"), statistic(std, IMAGENET_STD, "std")
        while True:
            try:
                label, content, source = self._next_sample()
            except StopIteration:
                return
            try:
                objects = self._parse_label(label, source)
                image, objects = self.augmentation_transform(self._decode(content, source), objects)
                self._check_valid_label(objects)
            except MXNetError as error:
                logging.getLogger(__name__).debug("%s is left out: %s", source, error)
                continue
            pixels = host_view(image).astype(np.float32)
            pixels = pixels if std is None else pixels * np.asarray(std, np.float32)
            pixels = pixels if mean is None else pixels + np.asarray(mean, np.float32)
            pixels = np.clip(pixels, 0, 255) if clip else pixels
            yield _with_boxes(pixels.astype(np.uint8), objects, color, thickness, names)


def _with_boxes(pixels: np.ndarray, objects: np.ndarray, color, thickness: int, names: dict) -> np.ndarray:
    """Return an image with the boxes of its objects drawn."""
    image = pictures.pillow()
    from PIL import ImageDraw

    picture = image.fromarray(pixels)
    pen = ImageDraw.Draw(picture)
    height, width = pixels.shape[:2]
    for row in objects:
        kind = int(row[0])
        if kind < 0:
            continue
        tint = COLORS[kind % len(COLORS)] if color is None else tuple(color)
        left, top = int(row[1] * width), int(row[2] * height)
        right, bottom = max(int(row[3] * width) - 1, left), max(int(row[4] * height) - 1, top)
        pen.rectangle((left, top, right, bottom), outline=tint, width=thickness)
        if kind in names:
            pen.text((left + thickness + 1, top + thickness), str(names[kind]), fill=tint)
    return np.array(picture)
