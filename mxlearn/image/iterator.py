"""ImageIter: batches of images from a file of records or from picture files, changed by augmenters.

References: MXNet 1.9.1 class mxnet.image.ImageIter.
"""
import inspect
import logging
import os
import random
from typing import Any

import numpy as np

from ..base import ArgumentError, FormatError, MXNetError, ShapeError, nearest
from ..data import pictures
from ..io import DataBatch, DataDesc, DataIter
from ..io.host import host_view
from ..ndarray import NDArray, array
from ..recordio import MXIndexedRecordIO, MXRecordIO, unpack
from .creating import CreateAugmenter
from .pixels import delivered

__all__ = ["ImageIter"]

_DTYPES = ("int32", "float32", "int64", "float64")
_LAST = ("pad", "discard", "roll_over")


class ImageIter(DataIter):
    """Batches of images (batch, channel, height, width) and labels.

    One source is given: records (``path_imgrec``), a list file (``path_imglist``), or a list (``imglist``); a list
    beside records gives other labels for them. Decoding and augmenting is done as batches are asked for, in Python;
    ImageRecordIter does it ahead, on threads.

    Parameters
    ----------
    batch_size : int
    data_shape : (3, height, width)
    label_width : int, labels of each image
    path_imgrec, path_imgidx : str, the records, and their index, which shuffling and parts need
    path_imglist : str, a file of lines "number TAB label TAB ... TAB path"
    imglist : list of [label, path], [label, label, ..., path] or [[label, ...], path]
    path_root : str, the folder that paths are in
    shuffle : bool, in another order each pass; drawn by ``random``, as in MXNet
    part_index, num_parts : the part of the images to give, for several machines
    aug_list : list of Augmenter; None: those of CreateAugmenter(data_shape, **kwargs)
    data_name, label_name : str
    dtype : of the labels: "float32", "float64", "int32" or "int64"
    last_batch_handle : "pad" fills the last batch with the first images, "discard" drops what is left, "roll_over"
        begins the next pass with it
    kwargs : for CreateAugmenter

    Raises
    ------
    ArgumentError
        If a parameter is unknown or not possible.
    FormatError
        If the records, the list or a picture are broken; with the name of the picture.

    References: MXNet 1.9.1 class mxnet.image.ImageIter.
    """

    def __init__(
        self,
        batch_size: int,
        data_shape,
        label_width: int = 1,
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
        label_name: str = "softmax_label",
        dtype: str = "float32",
        last_batch_handle: str = "pad",
        **kwargs,
    ):
        super().__init__(batch_size)
        name = type(self).__name__
        if not (path_imgrec or path_imglist or isinstance(imglist, list)):
            raise ArgumentError(f"{name}: give the images: path_imgrec, path_imglist or imglist.")
        if dtype not in _DTYPES:
            raise ArgumentError(f"{name}: dtype must be one of {', '.join(_DTYPES)}. Received: {dtype!r}")
        if last_batch_handle not in _LAST:
            raise ArgumentError(f"{name}: last_batch_handle must be one of {_LAST}. Received: {last_batch_handle!r}")
        if batch_size < 1:
            raise ArgumentError(f"{name}: batch_size must be 1 or more. Received: {batch_size}")
        if num_parts < 1 or not 0 <= part_index < num_parts:
            raise ArgumentError(f"{name}: there is no part {part_index} of {num_parts}.")
        if path_imgrec and not path_imgidx and (shuffle or num_parts > 1):
            raise ArgumentError(f"{name}: shuffle and num_parts need the index of the records: pass path_imgidx.")
        self.check_data_shape(data_shape)
        self.data_shape = tuple(data_shape)
        self.label_width = label_width
        self.path_root = path_root
        self.shuffle = shuffle
        self.last_batch_handle = last_batch_handle
        self._dtype = dtype
        self.provide_data = [DataDesc(data_name, (batch_size, *self.data_shape))]
        labels = (batch_size, label_width) if label_width > 1 else (batch_size,)
        self.provide_label = [DataDesc(label_name, labels, np.dtype(dtype).type, "NC" if label_width > 1 else "N")]
        self.imgrec: MXRecordIO | None = None
        self.imglist = _image_list(path_imglist, imglist, np.dtype(dtype))
        self.seq: list | None = None if self.imglist is None else list(self.imglist)
        if path_imgrec and path_imgidx:
            self.imgrec = MXIndexedRecordIO(path_imgidx, path_imgrec, "r")
            self.seq = self.seq or list(self.imgrec.keys)
        elif path_imgrec:
            self.imgrec = MXRecordIO(path_imgrec, "r")
            self.seq = None
        if num_parts > 1 and self.seq is not None:
            share = len(self.seq) // num_parts
            self.seq = self.seq[part_index * share : (part_index + 1) * share]
        self.num_image = None if self.seq is None else len(self.seq)
        self.auglist = self._augmenters(kwargs) if aug_list is None else aug_list
        if aug_list is not None and kwargs:
            raise ArgumentError(f"{name}: no parameter {next(iter(kwargs))!r} beside aug_list.")
        self.cur = 0
        self._ended = False
        self._carried: list[tuple] = []  # examples that "roll_over" kept from the last pass
        self.reset()

    def _augmenters(self, kwargs: dict) -> list:
        return made_by(CreateAugmenter, type(self).__name__, self.data_shape, kwargs)

    def reset(self) -> None:
        """Begin the next pass, in another order where ``shuffle`` asks for it."""
        if self.seq is not None and self.shuffle:
            random.shuffle(self.seq)
        self._rewind()
        self._ended = False

    def hard_reset(self) -> None:
        """Begin the next pass without what "roll_over" kept."""
        self._carried = []
        self.reset()

    def _rewind(self) -> None:
        if self.imgrec is not None and self.seq is None:
            self.imgrec.reset()
        self.cur = 0

    def next_sample(self) -> tuple[Any, bytes]:
        """Return label and bytes of the next picture.

        Raises
        ------
        StopIteration
            Behind the last one.
        """
        label, content, _ = self._next_sample()
        return label, content

    def _next_sample(self) -> tuple[Any, bytes, str]:
        if self.seq is None:
            assert self.imgrec is not None
            record = self.imgrec.read()
            if record is None:
                raise StopIteration
            header, content = unpack(record)
            self.cur += 1
            known = self.imglist is not None and header.id in self.imglist
            return (self.imglist or {})[header.id][0] if known else header.label, content, f"record {header.id}"
        if self.cur >= len(self.seq):
            raise StopIteration
        key = self.seq[self.cur]
        self.cur += 1
        if isinstance(self.imgrec, MXIndexedRecordIO):
            header, content = unpack(self.imgrec.read_idx(key))
            label = header.label if self.imglist is None else self.imglist[key][0]
            return label, content, f"record {key}"
        assert self.imglist is not None
        label, path = self.imglist[key]
        return label, self.read_image(path), path

    def read_image(self, fname: str) -> bytes:
        """Return the bytes of a picture file in ``path_root``."""
        return pictures.open_file(os.path.join(self.path_root, fname) if self.path_root else fname)

    def imdecode(self, s: bytes):
        """Return the picture (height, width, 3) of the bytes of a file."""
        return self._decode(s, "the picture")

    def _decode(self, content: bytes, source: str):
        return delivered(pictures.decode(content, pictures.COLOR, f"{type(self).__name__}: {source}"))

    def check_data_shape(self, data_shape) -> None:
        """Raise ShapeError where ``data_shape`` is not (3, height, width)."""
        if len(data_shape) != 3:
            raise ShapeError(f"data_shape should have length 3, with dimensions CxHxW. Received: {data_shape}")
        if data_shape[0] != 3:
            raise ShapeError(f"This iterator expects inputs to have 3 channels. Received: {data_shape}")

    def check_valid_image(self, data) -> None:
        """Raise FormatError where the first of ``data`` is no image."""
        if len(data[0].shape) == 0:
            raise FormatError("Data shape is wrong")

    def augmentation_transform(self, data):
        """Return an image as the augmenters change it."""
        for augmenter in self.auglist:
            data = augmenter(data)
        return data

    def postprocess_data(self, datum):
        """Return an image (channel, height, width) of one (height, width, channel)."""
        return datum.transpose((2, 0, 1))

    def next(self) -> DataBatch:
        """Return the next batch.

        Raises
        ------
        StopIteration
            At the end of the pass.
        """
        if self._ended:
            raise StopIteration
        examples, self._carried = self._carried, []
        self._read_into(examples)
        count = len(examples)
        if count < self.batch_size:
            self._ended = True
            if count and self.last_batch_handle == "roll_over":
                self._carried = examples
            if not count or self.last_batch_handle != "pad":
                raise StopIteration
            while len(examples) < self.batch_size:  # more than once where a batch is larger than the data
                self._rewind()
                self._read_into(examples)
        return self._batch(examples, self.batch_size - count)

    def _read_into(self, examples: list[tuple]) -> None:
        """Read pictures until the batch is full or the pass at its end."""
        while len(examples) < self.batch_size:
            try:
                label, content, source = self._next_sample()
            except StopIteration:
                return
            example = self._example(self._decode(content, source), label, source)
            if example is not None:
                examples.append(example)

    def _example(self, image, label, source: str) -> tuple | None:
        """Return pixels (channel, height, width) and label of an example; None leaves it out."""
        try:
            self.check_valid_image([image])
        except MXNetError as error:
            logging.getLogger(__name__).debug("%s is left out: %s", source, error)
            return None
        return self._pixels(self.augmentation_transform(image), source), self._label(label, source)

    def _pixels(self, image, source: str) -> np.ndarray:
        pixels = host_view(self.postprocess_data(image))
        if pixels.shape != self.data_shape:
            raise ShapeError(
                f"{type(self).__name__}: {source} has the shape {pixels.shape} (channel, height, width), but "
                f"data_shape is {self.data_shape}.\n  Give augmenters that bring every image to that size."
            )
        return pixels

    def _label(self, label, source: str) -> np.ndarray:
        values = host_view(label) if isinstance(label, NDArray) else np.asarray(label)
        wanted = self.provide_label[0].shape[1:]
        if values.size != self.label_width:
            raise ShapeError(
                f"{type(self).__name__}: {source} has {values.size} labels, but label_width is {self.label_width}."
            )
        return values.reshape(wanted)

    def _batch(self, examples: list[tuple], pad: int) -> DataBatch:
        data = np.empty((self.batch_size, *self.data_shape), np.float32)
        labels = np.empty(self.provide_label[0].shape, self._dtype)
        for i, (pixels, label) in enumerate(examples):
            data[i], labels[i] = pixels, label
        return DataBatch([delivered(data)], [delivered(labels)], pad=pad)


def made_by(create, name: str, data_shape, kwargs: dict) -> list:
    """Return the augmenters that ``create`` makes; a parameter that it does not know is refused by name."""
    known = [parameter for parameter in inspect.signature(create).parameters if parameter != "data_shape"]
    for parameter in kwargs:
        if parameter not in known:
            raise ArgumentError(f"{name}: no parameter {parameter!r}.{nearest(parameter, known)}")
    return create(data_shape, **kwargs)


def _image_list(path, images, dtype: np.dtype) -> dict | None:
    """Return the dict of number to (label NDArray, path) of a list file or a list."""
    if path:
        return {key: (array(labels, dtype=dtype), name) for key, labels, name in read_list(path)}
    if not isinstance(images, list):
        return None
    found = {}
    for i, (*labels, name) in enumerate(images):
        values = labels[0] if len(labels) == 1 else labels
        found[i] = (array(np.atleast_1d(np.asarray(values, dtype)), dtype=dtype), name)
    return found


def read_list(path) -> list[tuple[int, list[float], str]]:
    """Return the entries (number, labels, path) of a list file.

    Raises
    ------
    FormatError
        If a line is no number, labels and a path, separated by tabs.
    """
    try:
        text = pictures.open_file(path).decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError(f"{os.fspath(path)}: is no list of images: it is no UTF-8 text.") from None
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.strip().split("\t")
        if fields == [""]:
            continue
        try:
            if len(fields) < 3:
                raise ValueError
            entries.append((int(fields[0]), [float(label) for label in fields[1:-1]], fields[-1]))
        except ValueError:
            raise FormatError(
                f"{os.fspath(path)}: line {number} is no number, label and path, separated by tabs: {line[:60]!r}."
            ) from None
    return entries
