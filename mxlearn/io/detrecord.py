"""ImageDetRecordIter: batches of pictures and the boxes of their objects from a file of records.

References: MXNet 1.9.1 iterator ImageDetRecordIter.
"""
import dataclasses
from typing import Any

import numpy as np

from ..base import ArgumentError, FormatError, ShapeError, nearest
from ..data import pictures
from .batch import DataDesc
from .detchange import DetChange
from .imagerecord import _IGNORED, RecordIter, need, read_labels
from .recordchange import Change, load_mean

__all__ = ["ImageDetRecordIter"]

_CHANGES = tuple(field.name for field in dataclasses.fields(DetChange))
_STATISTICS = ("mean_img", "mean_r", "mean_g", "mean_b", "mean_a", "std_r", "std_g", "std_b", "std_a", "scale")


class ImageDetRecordIter(RecordIter):
    """Batches of pictures (batch, channel, height, width) and labels (batch, width) from a file of records.

    The labels of a record are: how many numbers stand before the objects (this one counted), how many an object has,
    and then the objects: class, left, top, right, bottom as parts of the picture's size, and what else there is. A
    label of a batch is channel, height and width of the picture, the count of its numbers, these, and
    ``label_pad_value`` up to the width of the longest label, or ``label_pad_width`` numbers.

    Parameters
    ----------
    path_imgrec, data_shape, batch_size, path_imgidx, path_imglist, shuffle, seed, num_parts, part_index, round_batch,
    preprocess_threads, prefetch_buffer, data_name, label_name : as in ImageRecordIter
    label_width : numbers of every label, or -1: they differ
    label_pad_width, label_pad_value : numbers that a label is filled up to, and with what
    resize : length of the shorter edge, before anything else
    rand_mirror_prob : probability to mirror
    rand_pad_prob, max_pad_scale, fill_value : probability to make the picture a part of a larger one
    rand_crop_prob : probability to cut out a part, by one of ``num_crop_sampler`` samplers, each with its values of
        min_, max_crop_scales (edge), _aspect_ratios, _overlaps (intersection over union), _sample_coverages (part of
        the crop), _object_coverages (part of the object), and max_crop_trials
    crop_emit_mode, emit_overlap_thresh : "center" drops objects whose middle is cut off, "overlap" those of which less
        than the threshold is left
    max_random_hue, max_random_saturation, max_random_illumination, max_random_contrast, and for each a probability
        such as random_hue_prob : changes of color
    resize_mode : "force" resizes to data_shape, "fit" keeps the proportions, "shrink" does so and never enlarges; what
        is left over is 0
    inter_method : as ``interp`` of mx.image.imresize
    mean_img, mean_r, mean_g, mean_b, mean_a, std_r, std_g, std_b, std_a, scale : out = (x - mean) / std * scale

    Raises
    ------
    ArgumentError, DataError, FormatError, ShapeError
        As ImageRecordIter.

    References: MXNet 1.9.1 iterator ImageDetRecordIter; Liu et al., "SSD", 2016, section 2.2.
    """

    def __init__(
        self,
        *,
        path_imgrec=None,
        data_shape: Any = None,
        batch_size: Any = None,
        path_imgidx=None,
        path_imglist=None,
        label_width: int = -1,
        label_pad_width: int = 0,
        label_pad_value: float = -1.0,
        shuffle: bool = False,
        seed: int = 0,
        num_parts: int = 1,
        part_index: int = 0,
        round_batch: bool = True,
        preprocess_threads: int = 4,
        prefetch_buffer: int = 4,
        data_name: str = "data",
        label_name: str = "softmax_label",
        aug_seq: str = "det_aug_default",
        **changes,
    ):
        name = type(self).__name__
        for parameter in changes:
            if parameter not in (*_CHANGES, *_STATISTICS, *_IGNORED):
                raise ArgumentError(f"{name}: no parameter {parameter!r}.{nearest(parameter, _PARAMETERS)}")
        need(name, path_imgrec=path_imgrec, data_shape=data_shape, batch_size=batch_size)
        if len(data_shape) != 3 or data_shape[0] not in (1, 3) or min(data_shape) < 1:
            raise ArgumentError(
                f"{name}: data_shape must be (channel, height, width) with 1 or 3 channels. Received: {data_shape}"
            )
        if aug_seq != "det_aug_default":
            raise ArgumentError(f"{name}: the only aug_seq is 'det_aug_default'. Received: {aug_seq!r}")
        super().__init__(
            path_imgrec, path_imgidx, batch_size, shuffle=shuffle, seed=seed, num_parts=num_parts,
            part_index=part_index, round_batch=round_batch, threads=preprocess_threads, ahead=prefetch_buffer,
        )
        self._change = DetChange(**{key: value for key, value in changes.items() if key in _CHANGES})
        self._change.check()
        self._normalize = Change(**{key: value for key, value in changes.items() if key in _STATISTICS})
        self._normalize.check()
        self._shape = tuple(data_shape)
        self._labels = read_labels(path_imglist) if path_imglist else None
        self._label_width = label_width
        longest = max(self._label_size(number) for number in range(len(self._offsets)))
        if 0 < label_pad_width < longest:
            raise ShapeError(f"{name}: label_pad_width {label_pad_width} is less than the longest label, {longest}.")
        self._pad_value = label_pad_value
        self.provide_data = [DataDesc(data_name, (batch_size, *self._shape))]
        self.provide_label = [DataDesc(label_name, (batch_size, 4 + max(label_pad_width, longest)))]
        self._mean, self._std = self._normalize.statistics(self._shape[0])
        if self._normalize.mean_img:
            mean = load_mean(self._normalize.mean_img, self._shape)
            if mean is None:
                raise ArgumentError(
                    f"{name}: there is no {self._normalize.mean_img}.\n"
                    "  ImageRecordIter(mean_img=...) computes and writes it."
                )
            self._mean = mean

    def _label_size(self, number: int) -> int:
        header, _, source = self._content(number)
        return self._raw_label(header, source).size

    def _raw_label(self, header, source: str) -> np.ndarray:
        label = header.label
        if self._labels is not None:
            if header.id not in self._labels:
                raise FormatError(f"{source}: path_imglist has no line for it.")
            label = self._labels[header.id]
        raw = np.asarray(label, np.float32).ravel()
        if self._label_width > 0 and raw.size != self._label_width:
            raise ShapeError(f"{source}: has {raw.size} labels, but label_width is {self._label_width}.")
        head, width = raw[:2] if raw.size >= 2 else (0.0, 0.0)
        whole = head >= 2 and width >= 5 and head == int(head) and width == int(width) and raw.size > head
        if not whole or (raw.size - int(head)) % int(width):
            raise FormatError(
                f"{source}: its {raw.size} labels are no boxes: they begin with the width of their head (2 or more) "
                "and of an object (5 or more); the objects follow."
            )
        return raw

    def _example(self, number: int, turn: int) -> tuple[np.ndarray, Any, int]:
        rng = np.random.default_rng((self._seed, turn, self._offsets[number]))
        header, content, source = self._content(number)
        raw = self._raw_label(header, source)
        head = int(raw[0])
        objects = raw[head:].reshape(-1, int(raw[1]))
        channels, height, width = self._shape
        pixels = pictures.decode(content, pictures.COLOR if channels == 3 else pictures.GRAY, source)
        pixels, objects = self._change.apply(pixels, objects, rng)
        objects = objects[(objects[:, 3] > objects[:, 1]) & (objects[:, 4] > objects[:, 2])]
        pixels = self._change.fitted(pixels, height, width, rng)
        values = self._normalize.normalized(pixels.transpose(2, 0, 1), *self._part(pixels.shape), rng)
        data = np.zeros(self._shape, np.float32)
        data[:, : pixels.shape[0], : pixels.shape[1]] = values
        label = np.full(self.provide_label[0].shape[1], self._pad_value, np.float32)
        numbers = np.concatenate([raw[:head], objects.ravel()])
        label[:4] = channels, pixels.shape[0], pixels.shape[1], numbers.size
        label[4 : 4 + numbers.size] = numbers
        return data, label, header.id

    def _part(self, shape) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean of as many pixels as a picture has, and the standard deviation."""
        mean = self._mean if self._mean.shape[1] == 1 else self._mean[:, : shape[0], : shape[1]]
        return mean, self._std


_PARAMETERS = (*ImageDetRecordIter.__init__.__code__.co_varnames[1:19], *_CHANGES, *_STATISTICS, *_IGNORED)
