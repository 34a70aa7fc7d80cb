"""Data for tests and old examples: MNIST as a dictionary or as iterators, and an iterator that never ends."""
import logging
import os

import numpy as np

from ..base import ArgumentError
from ..io import DataIter, MNISTIter


def get_mnist() -> dict:
    """Return handwritten digits as NumPy arrays: MNIST where it is on this machine, else the embedded digits.

    Returns
    -------
    dict with train_data and test_data, (n, 1, 28, 28) float32 of 0 to 1, train_label and test_label, (n,) int8, and
    source, str: which digits these are. Where they are not MNIST, a warning is logged that says so.
    """
    from ..data import mnist

    digits = mnist()
    if digits.name != "mnist":
        logging.getLogger(__name__).warning("get_mnist: %s", digits.source)
    return {
        "train_data": _as_input(digits.train_images),
        "train_label": digits.train_labels.astype(np.int8),
        "test_data": _as_input(digits.test_images),
        "test_label": digits.test_labels.astype(np.int8),
        "source": digits.source,
    }


def _as_input(images: np.ndarray) -> np.ndarray:
    return images[:, None].astype(np.float32) / 255


def get_mnist_iterator(batch_size: int, input_shape, num_parts: int = 1, part_index: int = 0):
    """Return MNISTIters of training and test digits: MNIST where it is on this machine, else the embedded digits.

    Parameters
    ----------
    batch_size : int
    input_shape : (1, 28, 28), or (784,) for flat images
    num_parts, part_index : the part of the training images to read
    """
    from ..data import catalog

    found = catalog.find("mnist")
    if found.missing():
        found = catalog.find("digits")
        logging.getLogger(__name__).warning("get_mnist_iterator: MNIST is not here: %s.", found.summary)
    folder = found.folder
    flat = len(input_shape) == 1

    def files(name: str) -> dict:
        return {"image": folder / f"{name}-images-idx3-ubyte", "label": folder / f"{name}-labels-idx1-ubyte"}

    train = MNISTIter(
        **files("train"), input_shape=input_shape, batch_size=batch_size, shuffle=True, flat=flat,
        num_parts=num_parts, part_index=part_index,
    )
    test = MNISTIter(**files("t10k"), input_shape=input_shape, batch_size=batch_size, flat=flat)
    return train, test


class DummyIter(DataIter):
    """Gives the first batch of an iterator without end: a timing with it does not count reading.

    Parameters
    ----------
    real_iter : DataIter
    """

    def __init__(self, real_iter):
        super().__init__(real_iter.batch_size)
        self.real_iter = real_iter
        self.provide_data = real_iter.provide_data
        self.provide_label = real_iter.provide_label
        self.the_batch = next(real_iter)

    def next(self):
        """Return the one batch."""
        return self.the_batch


def download(url: str, fname: str | None = None, dirname: str | None = None, overwrite: bool = False, retries: int = 5):
    """Fetch a file over HTTP and return its path.

    Parameters
    ----------
    fname : str, its name; default: the URL's last part
    dirname : str, the folder to put it in, made where it is missing
    overwrite : bool, fetch it even if it is there
    retries : int, tries after the first that failed
    """
    from ..gluon.utils import download as fetch

    name = fname or url.rsplit("/", 1)[-1]
    if not name:
        raise ArgumentError(f"download: {url} has no file name.\n  Pass fname='NAME'.")
    return fetch(url, os.path.join(dirname, name) if dirname else name, overwrite=overwrite, retries=retries)
