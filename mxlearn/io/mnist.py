"""MNISTIter: batches from the four files of MNIST, or any images and labels in IDX form."""
import logging
import os

import numpy as np

from ..base import ArgumentError, ShapeError, nearest
from .batch import DataDesc
from .host import from_host
from .iterator import MXDataIter

__all__ = ["MNISTIter"]

_NAMES = (
    "image", "label", "batch_size", "shuffle", "flat", "seed", "silent", "num_parts", "part_index", "data_shape",
    "input_shape", "data_name", "label_name", "dtype",
)
_IGNORED = ("ctx", "prefetch_buffer", "verbose")


class MNISTIter(MXDataIter):
    """Batches of gray images and their labels from a pair of IDX files, raw or gzipped.

    Parameters
    ----------
    image, label : str, the files; where one is missing, its name with ".gz" is tried
    batch_size : int. A last, smaller batch is left out, as in MXNet.
    shuffle : bool, **True by default**: the examples are shuffled once, when the files are read, for all passes.
    flat : bool, give (batch, pixels) instead of (batch, 1, height, width)
    seed : int, of the shuffle. The same seed gives the same order as MXNet.
    silent : bool, log nothing about what was read
    num_parts, part_index : int, read only part ``part_index`` of ``num_parts`` equal parts
    data_shape, input_shape : shape of one example, to be checked; one of length 1, as (784,), means ``flat``
    data_name, label_name : str
    dtype : "float32" or None
    prefetch_buffer, ctx : accepted as in MXNet, and without effect

    Attributes
    ----------
    label : NDArray (examples of a pass,), float32: the labels in the order in which a pass gives them, so that
        ``metric.update(iterator.label, module.predict(iterator))`` compares example with example

    Raises
    ------
    DataError
        If a file is missing.
    FormatError
        If a file is truncated, corrupt, or no IDX file of the right kind.
    ShapeError
        If the images do not have ``data_shape``, or are fewer than a batch.

    Notes
    -----
    Pixels are 0/256 to 255/256: MXNet divides by 256, so that every value is exact in float32.

    References: MXNet 1.9.1 iterator MNISTIter; http://yann.lecun.com/exdb/mnist (the files).
    """

    def __init__(
        self,
        image="./train-images-idx3-ubyte",
        label="./train-labels-idx1-ubyte",
        batch_size: int = 128,
        shuffle: bool = True,
        flat: bool = False,
        seed: int = 0,
        silent: bool = False,
        num_parts: int = 1,
        part_index: int = 0,
        data_shape=None,
        input_shape=None,
        data_name: str = "data",
        label_name: str = "softmax_label",
        dtype="float32",
        **ignored,
    ):
        super().__init__(batch_size)
        for name in ignored:
            if name not in _IGNORED:
                raise ArgumentError(f"MNISTIter: no parameter {name!r}.{nearest(name, _NAMES)}")
        if dtype is not None and np.dtype(dtype) != np.float32:
            raise ArgumentError(f"MNISTIter: dtype must be 'float32'. Received: {dtype!r}")
        if not 0 <= part_index < num_parts:
            raise ArgumentError(f"MNISTIter: part_index must be 0 to {num_parts - 1}. Received: {part_index}")
        images, labels = _read_pair(image, label)
        shape = data_shape if data_shape is not None else input_shape
        if shape is not None:
            shape = (shape,) if isinstance(shape, int) else tuple(shape)
            flat = flat or len(shape) == 1
            _check_shape(shape, images.shape[1:])
        count = len(images)
        first, last = count * part_index // num_parts, count * (part_index + 1) // num_parts
        rows = np.arange(first, last)
        if shuffle:
            rows = rows[_shuffled(last - first, seed)]
        if batch_size > len(rows):
            raise ShapeError(
                f"MNISTIter: {len(rows)} images never fill a batch of {batch_size}.\n  Use a smaller batch_size."
            )
        self._index = rows[: len(rows) - len(rows) % batch_size]
        height, width = images.shape[1:]
        self._images = images[self._index].reshape(-1, height * width)
        self._labels = labels[self._index].astype(np.float32)
        self._shape = (batch_size, height * width) if flat else (batch_size, 1, height, width)
        self._all_labels = None
        self.provide_data = [DataDesc(data_name, self._shape, np.float32)]
        self.provide_label = [DataDesc(label_name, (batch_size,), np.float32)]
        if not silent:
            logging.getLogger(__name__).info(
                "MNISTIter: %d images of %s, shuffle=%s, batches of shape %s", last - first, image, shuffle, self._shape
            )

    @property
    def label(self):
        """The labels of a whole pass in its order: NDArray (examples,), float32."""
        if self._all_labels is None:
            self._all_labels = from_host(self._labels.copy())
        return self._all_labels

    def _rows(self):
        for start in range(0, len(self._index), self.batch_size):
            yield slice(start, start + self.batch_size), 0

    def _read(self, rows):
        pixels = self._images[rows] * np.float32(1 / 256)                     # uint8 -> float32
        return from_host(pixels.reshape(self._shape)), from_host(self._labels[rows].copy())

    def _numbers(self, rows):
        return self._index[rows]


def _read_pair(image, label) -> tuple[np.ndarray, np.ndarray]:
    """Return images (n, height, width) and labels (n,), uint8, of two IDX files."""
    from ..data import idx  # reads the files; only these iterators and datasets need it

    images, labels = idx.read_idx(_present(image), ndim=3), idx.read_idx(_present(label), ndim=1)
    if len(images) != len(labels):
        raise ShapeError(f"MNISTIter: {image} has {len(images)} images, but {label} has {len(labels)} labels.")
    return images, labels


def _present(path):
    """Return ``path``, or the path of its gzipped form where only that exists."""
    gzipped = os.fspath(path) + ".gz"
    return gzipped if not os.path.exists(path) and os.path.exists(gzipped) else path


def _check_shape(shape: tuple[int, ...], image: tuple[int, int]) -> None:
    height, width = image
    if shape not in ((1, height, width), (height, width), (height * width,)):
        raise ShapeError(
            f"MNISTIter: the images are {height}x{width}, but data_shape is {shape}.\n"
            f"  Pass data_shape=(1, {height}, {width}), or ({height * width},) for flat ones."
        )


def _shuffled(count: int, seed: int) -> list[int]:
    """Return 0 ... count-1 in the order that the C++ library's ``std::shuffle`` gives with ``std::mt19937(seed)``.

    That is what MXNet does, and so the same seed means the same batches. Example i changes places with example j,
    j uniform in 0 ... i: a 32-bit number divided by the bucket size, drawn anew when it is above the last whole bucket.
    """
    draws = np.random.RandomState(seed)                                     # NumPy's MT19937 is the same generator
    top = 2**32 - 1
    numbers = iter(draws.randint(0, 2**32, size=count + 64, dtype=np.uint32).tolist())
    order = list(range(count))
    for i in range(1, count):
        bucket = top // (i + 1)
        beyond = bucket * (i + 1)
        number = next(numbers, beyond)
        while number >= beyond:
            number = next(numbers, None)
            if number is None:
                numbers = iter(draws.randint(0, 2**32, size=64, dtype=np.uint32).tolist())
                number = beyond
        j = number // bucket
        order[i], order[j] = order[j], order[i]
    return order
