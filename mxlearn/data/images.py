"""Handwritten digits: the full MNIST where it was downloaded, else the small real set that comes with the course."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mxlearn.base import ArgumentError, DataError, FormatError
from mxlearn.data.catalog import find
from mxlearn.data.idx import read_idx

__all__ = ["FILES", "ImageSet", "mnist", "read_images"]

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@dataclass(frozen=True, repr=False)
class ImageSet:
    """Labeled gray images, in a training and a test set.

    name : "mnist" or "digits"
    train_images, test_images : (n, height, width) uint8, 0 = background, 255 = ink
    train_labels, test_labels : (n,) uint8
    source : in words, what this is and where it was read
    """

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    source: str

    def __repr__(self) -> str:
        height, width = self.train_images.shape[1:]
        return (
            f"{self.name}: {len(self.train_images):,} training and {len(self.test_images):,} test images "
            f"of {height}x{width} pixels\n{self.source}"
        )


def mnist(which: str = "auto", *, root: str | os.PathLike[str] | None = None) -> ImageSet:
    """Return handwritten digits: the full MNIST if it is on this machine, otherwise the embedded digits.

    Nothing is downloaded: ``mxlearn data get mnist`` does that, once. ``.source`` tells which of the two it is.

    Parameters
    ----------
    which : "auto", "mnist" (an error if it is not there) or "digits" (always the embedded set)
    root : folder of the four MNIST files, compressed or not; default the data folder of mxlearn

    Raises
    ------
    DataError
        If the full MNIST was asked for, by ``which`` or ``root``, and is not there.
    FormatError
        If a file is truncated or corrupt.

    >>> digits = mnist("digits")
    >>> digits.train_images.shape, digits.train_images.dtype, digits.test_labels.shape
    ((1500, 28, 28), dtype('uint8'), (297,))
    """
    if which not in ("auto", "mnist", "digits"):
        raise ArgumentError(
            f"mnist: which is {which!r}, expected 'auto', 'mnist' or 'digits'.\n  Leave it out for 'auto'."
        )
    if which == "digits":
        if root is not None:
            raise ArgumentError("mnist: root is for the full MNIST, but which is 'digits'.\n  Leave one of them out.")
        return _embedded("The full MNIST was not asked for.")
    folder = find("mnist").folder if root is None else Path(root).expanduser()
    missing = [name for name in FILES if _locate(folder, name) is None]
    if not missing:
        return read_images("mnist", folder, f"Full MNIST (LeCun, Cortes, Burges), read from {folder}.")
    if which == "mnist" or root is not None:
        raise DataError(
            f"mnist: {folder} lacks {', '.join(missing)}.\n"
            "  `mxlearn data get mnist` downloads it (12 MB); mxlearn.data.mnist('digits') needs no download."
        )
    if len(missing) < len(FILES):
        return _embedded(f"The full MNIST in {folder} is incomplete: `mxlearn data get mnist` completes it.")
    return _embedded("`mxlearn data get mnist` downloads the full MNIST (12 MB); it is then used by itself.")


def read_images(name: str, folder: Path, source: str) -> ImageSet:
    """Read the four IDX files of a folder, and check that there is one label for each image."""
    return ImageSet(name, *_read_pair(folder, *FILES[:2]), *_read_pair(folder, *FILES[2:]), source)


def _read_pair(folder: Path, images_name: str, labels_name: str) -> tuple[np.ndarray, np.ndarray]:
    images = read_idx(_need(folder, images_name), ndim=3)
    labels = read_idx(_need(folder, labels_name), ndim=1)
    if len(images) != len(labels):
        raise FormatError(
            f"{folder}: {images_name} has {len(images):,} images, {labels_name} has {len(labels):,} labels.\n"
            "  Are the two files of the same set?"
        )
    return images, labels


def _embedded(remark: str) -> ImageSet:
    folder = find("digits").folder
    return read_images("digits", folder, f"Embedded UCI digits (Alpaydin, Kaynak; CC BY 4.0). {remark}")


def _locate(folder: Path, name: str) -> Path | None:
    """Return the file, decompressed or not, or None."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _need(folder: Path, name: str) -> Path:
    path = _locate(folder, name)
    if path is None:
        raise DataError(f"{folder / name}: neither this file nor {name}.gz is there.\n  Check the folder.")
    return path
