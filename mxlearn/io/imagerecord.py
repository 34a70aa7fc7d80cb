"""ImageRecordIter: batches of pictures from a file of records, decoded and changed on threads, ahead of their use.

References: MXNet 1.9.1 iterators ImageRecordIter, ImageRecordUInt8Iter, ImageRecordInt8Iter.
"""
import dataclasses
import os
from collections import deque
from typing import Any

import numpy as np

from ..base import ArgumentError, FormatError, ShapeError, nearest
from ..data import pictures
from ..data.records import offsets, open_records, read_index, read_record
from .batch import DataBatch, DataDesc
from .host import from_host
from .iterator import MXDataIter
from .recordchange import Change, load_mean, save_mean

__all__ = [
    "ImageRecordInt8Iter",
    "ImageRecordIter",
    "ImageRecordIter_v1",
    "ImageRecordUInt8Iter",
    "ImageRecordUInt8Iter_v1",
]

_IGNORED = ("ctx", "device_id", "shuffle_chunk_seed", "shuffle_chunk_size", "verbose")
_CHANGES = tuple(field.name for field in dataclasses.fields(Change))
_DTYPES = ("float32", "uint8", "int8")


class RecordIter(MXDataIter):
    """What iterators over files of records have in common: the order of a pass, threads, and the batches ahead.

    Subclasses define ``_example(number, turn)``, which returns data, label and number of one record.
    """

    def __init__(
        self, path_imgrec, path_imgidx, batch_size: int, *, shuffle: bool, seed: int, num_parts: int, part_index: int,
        round_batch: bool, threads: int, ahead: int,
    ):
        super().__init__(batch_size)
        name = type(self).__name__
        if threads < 1 or ahead < 0:
            raise ArgumentError(f"{name}: needs preprocess_threads of 1 or more, and prefetch_buffer of 0 or more.")
        if num_parts < 1 or not 0 <= part_index < num_parts:
            raise ArgumentError(f"{name}: there is no part {part_index} of {num_parts}.")
        self._path = os.fspath(path_imgrec)
        self._offsets = _share(self._path, path_imgidx, num_parts, part_index)
        if not self._offsets:
            raise FormatError(f"{name}: {self._path} holds no record in part {part_index} of {num_parts}.")
        self._shuffle, self._seed = shuffle, seed
        self._round_batch = round_batch
        self._threads, self._ahead = threads, ahead
        self._executor: Any = None
        self._waiting: deque = deque()
        self._turn = 0  # how many orders were drawn
        self._begin: tuple = (None, 0)  # the order of the next pass, where it is drawn, and where the pass begins

    def _order(self) -> np.ndarray:
        """Return the order of the next pass over the records; with its draw it fixes every random number."""
        count = len(self._offsets)
        self._turn += 1
        numbers = np.arange(count)
        if self._shuffle:
            numbers = np.random.default_rng((self._seed, self._turn)).permutation(count)
        return np.stack([numbers, np.full(count, self._turn)], axis=1)          # (record, turn)

    def _rows(self):
        """Yield the records of each batch, its pad, and how the pass after it begins."""
        order, start = self._begin
        order = self._order() if order is None else order
        for first in range(start, len(order), self.batch_size):
            rows = order[first : first + self.batch_size]
            pad = self.batch_size - len(rows)
            if not pad:
                yield rows, 0, (None, 0)
                continue
            if not self._round_batch:
                fill = [order] * (pad // len(order) + 1)
                yield np.concatenate([rows, *fill])[: self.batch_size], pad, (None, 0)
                continue
            while len(rows) < self.batch_size:
                following = self._order()
                taken = min(len(following), self.batch_size - len(rows))
                rows = np.concatenate([rows, following[:taken]])
            begin = (None, 0) if taken == len(following) else (following, taken)
            yield rows, pad, begin

    def reset(self) -> None:
        """Begin the next pass; what was made ahead is dropped."""
        for futures, *_ in self._waiting:
            for future in futures:
                future.cancel()
        self._waiting.clear()
        super().reset()

    def iter_next(self) -> bool:
        """Move to the next batch; False at the end of the pass. An error of a thread is raised here."""
        if self._pass is None:
            self._pass = self._rows()
            self._ended = False
        if self._frozen and self._batch is not None:
            return self._skip()
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor  # costs import time, and few need it

            self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix=type(self).__name__)
        while not self._ended and len(self._waiting) <= self._ahead:
            step = next(self._pass, None)
            if step is None:
                self._ended = True
                break
            rows, pad, begin = step
            futures = [self._executor.submit(self._example, int(number), int(turn)) for number, turn in rows]
            self._waiting.append((futures, rows, pad, begin))
        if not self._waiting:
            return False
        futures, rows, pad, begin = self._waiting.popleft()
        self._begin = begin
        data = np.empty(self.provide_data[0].shape, self.provide_data[0].dtype)
        label = np.empty(self.provide_label[0].shape, self.provide_label[0].dtype)
        index = np.empty(len(rows), np.uint64)
        for i, future in enumerate(futures):
            data[i], label[i], index[i] = future.result()
        self._batch = DataBatch([from_host(data)], [from_host(label)], pad=pad, index=index)
        return True

    def _skip(self) -> bool:
        """Move on without reading."""
        if not self._waiting:
            return next(self._pass, None) is not None
        for future in self._waiting.popleft()[0]:
            future.cancel()
        return True

    def _content(self, number: int) -> tuple[Any, bytes, str]:
        """Return header, bytes of the picture and a name for errors of a record."""
        from ..recordio import unpack

        file, size = open_records(self._path)  # anew: threads must not share a position
        with file:
            file.seek(self._offsets[number])
            record = read_record(file, size, self._path)
        if record is None:
            raise FormatError(f"{self._path}: there is no record at byte {self._offsets[number]:,}, beyond its end.")
        header, content = unpack(record)
        return header, content, f"{type(self).__name__}: record {header.id} of {self._path}"

    def _example(self, number: int, turn: int) -> tuple[np.ndarray, Any, int]:
        raise NotImplementedError

    def __del__(self):
        executor = getattr(self, "_executor", None)
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)


def _share(path: str, index, num_parts: int, part_index: int) -> list[int]:
    """Return where the records of a part begin: with an index equal counts, without one equal bytes, as in MXNet."""
    file, size = open_records(path)
    with file:
        found = [] if index else offsets(file, size, path)
    if index:
        found = [offset for _, offset in read_index(index)]
        if any(offset >= size for offset in found):
            raise FormatError(f"{os.fspath(index)}: is no index of {path}, which ends before what it names.")
        step = -(-len(found) // num_parts)
        return found[part_index * step : (part_index + 1) * step]
    step = -(-size // num_parts)
    step += -step % 4
    return [offset for offset in found if part_index * step <= offset < (part_index + 1) * step]


def need(name: str, **given) -> None:
    """Raise ArgumentError where a parameter that has no default was not given."""
    for parameter, value in given.items():
        if value is None:
            raise ArgumentError(f"{name}: needs {parameter}.")


class ImageRecordIter(RecordIter):
    """Batches of pictures (batch, channel, height, width) and their labels from a file of records.

    Pictures are decoded and changed on threads while earlier batches are in use. The same ``seed`` gives the same
    batches, whatever the number of threads.

    Parameters
    ----------
    path_imgrec : str, the records, as im2rec or MXIndexedRecordIO makes them
    data_shape : (channel, height, width); channel is 3, 1 (grays) or 4 (with transparency)
    batch_size : int
    path_imgidx : str, the index of the records; parts are then of equal counts
    path_imglist : str, a file of lines "number TAB labels TAB path" whose labels take the place of the records'
    label_width : int, labels of each picture
    shuffle, seed : another order each pass. ``seed`` also fixes the changes, or ``seed_aug`` where it is given
    num_parts, part_index : the part of the records to read, for several machines
    round_batch : True fills the last batch up from the next pass, which goes on behind; False from the beginning of
        the same pass. ``batch.pad`` counts the fill either way
    preprocess_threads, prefetch_buffer : threads, and batches that they make ahead
    dtype : "float32", "uint8" or "int8" of the pictures; values beyond its range are cut off
    data_name, label_name : str
    resize : length of the shorter edge, before anything else
    rotate, max_rotate_angle, max_shear_ratio, max_aspect_ratio, min_random_scale, max_random_scale : a picture is
        rotated, sheared and scaled about its center; ``fill_value`` stands for what is outside of it, and
        ``min_img_size``, ``max_img_size`` limit its edges
    pad : pixels of ``fill_value`` to add on each side
    rand_crop : cut out at a random place, not the middle. A picture that is too small is enlarged first
    min_crop_size, max_crop_size : edge of the square to cut out and to resize
    random_resized_crop, min_random_area, max_random_area, min_aspect_ratio, max_aspect_ratio : cut out a random area
        of random proportions, and resize it
    inter_method : as ``interp`` of mx.image.imresize
    brightness, contrast, saturation, pca_noise : largest change, 0 to 1
    random_h, random_s, random_l : largest change of hue (in 180), saturation and lightness (in 255)
    mirror, rand_mirror : mirror every picture, or one in two
    mean_r, mean_g, mean_b, mean_a, std_r, std_g, std_b, std_a, scale : out = (x - mean) / std * scale
    mean_img : str, a file with the mean image, which is computed and written where it is missing
    max_random_contrast, max_random_illumination : largest change of the factor, and of the sum, in normalization
    aug_seq : "aug_default"
    verbose, ctx, device_id, shuffle_chunk_size, shuffle_chunk_seed : accepted as in MXNet, and without effect

    Raises
    ------
    ArgumentError
        If a parameter is unknown, missing or not possible.
    DataError
        If a file cannot be read.
    FormatError
        If the records, the index, the list or a picture are broken; with the number of the record.
    ShapeError
        If a record has another number of labels than ``label_width``.

    References: MXNet 1.9.1 iterator ImageRecordIter. What is drawn at random differs from MXNet's draws.
    """

    _DTYPE = "float32"

    def __init__(
        self,
        *,
        path_imgrec=None,
        data_shape: Any = None,
        batch_size: Any = None,
        path_imgidx=None,
        path_imglist=None,
        label_width: int = 1,
        shuffle: bool = False,
        seed: int = 0,
        seed_aug: int | None = None,
        num_parts: int = 1,
        part_index: int = 0,
        round_batch: bool = True,
        preprocess_threads: int = 4,
        prefetch_buffer: int = 4,
        dtype=None,
        data_name: str = "data",
        label_name: str = "softmax_label",
        aug_seq: str = "aug_default",
        **changes,
    ):
        name = type(self).__name__
        for parameter in changes:
            if parameter not in _CHANGES and parameter not in _IGNORED:
                raise ArgumentError(f"{name}: no parameter {parameter!r}.{nearest(parameter, _PARAMETERS)}")
        need(name, path_imgrec=path_imgrec, data_shape=data_shape, batch_size=batch_size)
        if len(data_shape) != 3 or data_shape[0] not in (1, 3, 4) or min(data_shape) < 1:
            raise ArgumentError(
                f"{name}: data_shape must be (channel, height, width) with 1, 3 or 4 channels. Received: {data_shape}"
            )
        if aug_seq not in ("aug_default", ""):
            raise ArgumentError(f"{name}: the only aug_seq is 'aug_default'. Received: {aug_seq!r}")
        kind = np.dtype(dtype or self._DTYPE)
        if kind.name not in _DTYPES:
            raise ArgumentError(f"{name}: dtype must be one of {', '.join(_DTYPES)}. Received: {dtype!r}")
        super().__init__(
            path_imgrec, path_imgidx, batch_size, shuffle=shuffle, seed=seed, num_parts=num_parts,
            part_index=part_index, round_batch=round_batch, threads=preprocess_threads, ahead=prefetch_buffer,
        )
        self._change = Change(**{key: value for key, value in changes.items() if key in _CHANGES})
        self._change.check()
        self._seed_aug = seed if seed_aug is None else seed_aug
        self._shape = tuple(data_shape)
        self._label_width = label_width
        self._labels = None if not path_imglist else read_labels(path_imglist)
        labels = (batch_size,) if label_width == 1 else (batch_size, label_width)
        self.provide_data = [DataDesc(data_name, (batch_size, *self._shape), kind.type)]
        self.provide_label = [DataDesc(label_name, labels)]
        self._mean, self._std = self._change.statistics(self._shape[0])
        if self._change.mean_img:
            self._mean = self._mean_image(self._change.mean_img)

    def _mean_image(self, path: str) -> np.ndarray:
        mean = load_mean(path, self._shape)
        if mean is None:
            total = np.zeros(self._shape)
            for number in range(len(self._offsets)):
                total += self._pixels(number, self._rng(number, 0))[0]
            mean = (total / len(self._offsets)).astype(np.float32)
            save_mean(path, mean)
        return mean

    def _rng(self, number: int, turn: int) -> np.random.Generator:
        return np.random.default_rng((self._seed_aug, turn, self._offsets[number]))

    def _pixels(self, number: int, rng) -> tuple[np.ndarray, Any, str]:
        """Return values (channel, height, width) of a record before they are normalized, its header and name."""
        header, content, source = self._content(number)
        channels, height, width = self._shape
        color = {1: pictures.GRAY, 3: pictures.COLOR, 4: pictures.ANY}[channels]
        pixels = pictures.decode(content, color, source)
        if pixels.shape[2] != channels:
            raise ShapeError(f"{source}: has {pixels.shape[2]} channels, but data_shape asks for {channels}.")
        try:
            values = self._change.cut(pixels, height, width, rng)
        except ShapeError as error:
            raise ShapeError(f"{source}: {error}.") from error
        return values.transpose(2, 0, 1), header, source

    def _example(self, number: int, turn: int) -> tuple[np.ndarray, Any, int]:
        rng = self._rng(number, turn)
        values, header, source = self._pixels(number, rng)
        values = self._change.normalized(values, self._mean, self._std, rng)
        kind = np.dtype(self.provide_data[0].dtype)
        if kind.kind in "iu":
            limits = np.iinfo(kind)
            values = np.clip(values, limits.min, limits.max)
        return values, self._label(header, source), header.id

    def _label(self, header, source: str) -> np.ndarray:
        label = header.label
        if self._labels is not None:
            if header.id not in self._labels:
                raise FormatError(f"{source}: path_imglist has no line for it.")
            label = self._labels[header.id]
        values = np.asarray(label, np.float32).ravel()
        if values.size != self._label_width:
            raise ShapeError(f"{source}: has {values.size} label(s), but label_width is {self._label_width}.")
        return values if self._label_width > 1 else values[0]


_PARAMETERS = (*ImageRecordIter.__init__.__code__.co_varnames[1:18], *_CHANGES, *_IGNORED)


class ImageRecordUInt8Iter(ImageRecordIter):
    """ImageRecordIter that gives uint8, as files hold it; see there. Labels are float32.

    References: MXNet 1.9.1 iterator ImageRecordUInt8Iter.
    """

    _DTYPE = "uint8"


class ImageRecordInt8Iter(ImageRecordIter):
    """ImageRecordIter that gives int8: subtract a mean of 128, or values above 127 are cut off. Labels are float32.

    References: MXNet 1.9.1 iterator ImageRecordInt8Iter.
    """

    _DTYPE = "int8"


ImageRecordIter_v1 = ImageRecordIter
ImageRecordUInt8Iter_v1 = ImageRecordUInt8Iter


def read_labels(path) -> dict[int, list[float]]:
    """Return the labels of a list file by the numbers of its pictures."""
    from ..image.iterator import read_list

    return {number: labels for number, labels, _ in read_list(path)}
