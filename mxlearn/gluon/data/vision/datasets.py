"""Image data sets: MNIST and its relatives in IDX form, CIFAR in its binary form, and folders of pictures.

Nothing is embedded here, and nothing is put in the place of what was asked for: where a set is not on this machine, the
error says how to get it.

References: MXNet 1.9.1 module mxnet.gluon.data.vision.datasets.
"""
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ....base import ArgumentError, DataError, FormatError, ShapeError
from ....context import cpu
from ....image.pixels import imdecode, imread
from ....io.host import from_host, host_view
from ....recordio import unpack
from ...utils import check_sha1, download
from ..dataset import Dataset
from ..records import RecordFileDataset

__all__ = ["CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "ImageFolderDataset", "ImageRecordDataset"]


class _ImageArrays(Dataset):
    """Images and labels in memory: example i is (image (height, width, channel) NDArray uint8, label int32)."""

    def __init__(self, root, transform: Callable | None):
        self._root = Path(root).expanduser()
        self._transform = transform
        images, labels = self._get_data()
        self._data = from_host(images, cpu())                 # the DataLoader moves batches, not the data set
        self._label = labels.astype(np.int32)

    def _get_data(self) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def __getitem__(self, idx):
        if self._transform is not None:
            return self._transform(self._data[idx], self._label[idx])
        return self._data[idx], self._label[idx]

    def __len__(self) -> int:
        return len(self._label)

    def _take_rows(self, indices) -> tuple | None:
        if self._transform is not None or type(self).__getitem__ is not _ImageArrays.__getitem__:
            return None
        return (host_view(self._data)[indices], self._label[indices]), True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} images of {'x'.join(map(str, self._data.shape[1:]))})"


class MNIST(_ImageArrays):
    """MNIST: 60,000 (10,000) images of handwritten digits, 28x28x1, and their digits.

    The four files are looked for in ``root``, compressed or not, and then where ``mxlearn data get mnist`` puts them.

    Parameters
    ----------
    root : str, a folder
    train : bool, the training or the test images
    transform : callable (image, label) -> example, or None

    Raises
    ------
    DataError
        If the files are in neither place. The small embedded set of digits is never taken instead: ask for it with
        ``mxlearn.data.mnist("digits")``.

    References: LeCun, Cortes and Burges, "The MNIST database of handwritten digits"; MXNet 1.9.1 class vision.MNIST.
    """

    _FILES = (
        ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    )

    def __init__(self, root="~/.mxnet/datasets/mnist", train: bool = True, transform: Callable | None = None):
        self._train = train
        super().__init__(root, transform)

    def _get_data(self) -> tuple[np.ndarray, np.ndarray]:
        return _read_idx_pair(*self._find(self._FILES[bool(self._train)]))

    def _find(self, names) -> list[Path]:
        from mxlearn.data import catalog

        cache = catalog.find("mnist").folder
        for folder in (self._root, cache):
            found = [_present(folder, name) for name in names]
            if all(found):
                return [path for path in found if path]
        raise DataError(
            f"MNIST: {' and '.join(names)} are neither in {self._root} nor in {cache}.\n"
            "  `mxlearn data get mnist` downloads them once (12 MB). Without a network, mxlearn.data.mnist('digits') "
            "gives 1,797 other real digits that come with the course."
        )


class FashionMNIST(MNIST):
    """Fashion-MNIST: 60,000 (10,000) images of clothes, 28x28x1, in ten classes.

    What is missing in ``root`` is downloaded (31 MB) and compared with its checksum.

    Parameters
    ----------
    root : str, a folder
    train : bool, the training or the test images
    transform : callable (image, label) -> example, or None

    Raises
    ------
    DataError
        If files are missing and cannot be downloaded.

    References: Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017; MXNet 1.9.1 class vision.FashionMNIST.
    """

    _SOURCE = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
    _SHA1 = {
        "train-images-idx3-ubyte.gz": "0cf37b0d40ed5169c6b3aba31069a9770ac9043d",
        "train-labels-idx1-ubyte.gz": "236021d52f1e40852b06a4c3008d8de8aef1e40b",
        "t10k-images-idx3-ubyte.gz": "626ed6a7c06dd17c0eec72fa3be1740f146a2863",
        "t10k-labels-idx1-ubyte.gz": "17f9ab60e7257a1620f4ad76bbbaf857c3920701",
    }

    def __init__(self, root="~/.mxnet/datasets/fashion-mnist", train: bool = True, transform: Callable | None = None):
        super().__init__(root, train, transform)

    def _find(self, names) -> list[Path]:
        paths = []
        for name in names:
            path = _present(self._root, name)
            if path is None:
                file = f"{name}.gz"
                path = Path(_get(self._SOURCE + file, self._root / file, self._SHA1[file]))
            paths.append(path)
        return paths


class CIFAR10(_ImageArrays):
    """CIFAR-10: 50,000 (10,000) color images, 32x32x3, in ten classes.

    The ``.bin`` files are looked for in ``root`` and its folder ``cifar-10-batches-bin``; where they are missing, the
    archive is downloaded (162 MB) and compared with its checksum.

    Parameters
    ----------
    root : str, a folder
    train : bool, the training or the test images
    transform : callable (image, label) -> example, or None

    Raises
    ------
    DataError
        If files are missing and cannot be downloaded.
    FormatError
        If a file does not hold whole images.

    References: Krizhevsky, "Learning multiple layers of features from tiny images", 2009; MXNet 1.9.1 class
    vision.CIFAR10.
    """

    _SOURCE = "https://www.cs.toronto.edu/~kriz/"
    _ARCHIVE = ("cifar-10-binary.tar.gz", "fab780a1e191a7eda0f345501ccd62d20f7ed891")
    _FOLDER = "cifar-10-batches-bin"
    _FILES = (["test_batch.bin"], [f"data_batch_{i}.bin" for i in range(1, 6)])
    _LABELS = 1  # bytes of labels before each image
    _LABEL = 0  # which of them is the class

    def __init__(self, root="~/.mxnet/datasets/cifar10", train: bool = True, transform: Callable | None = None):
        self._train = train
        super().__init__(root, transform)

    def _get_data(self) -> tuple[np.ndarray, np.ndarray]:
        parts = [self._read(path) for path in self._find(self._FILES[bool(self._train)])]
        return np.concatenate([images for images, _ in parts]), np.concatenate([labels for _, labels in parts])

    def _find(self, names: list[str]) -> list[Path]:
        for folder in (self._root, self._root / self._FOLDER):
            paths = [folder / name for name in names]
            if all(path.is_file() for path in paths):
                return paths
        archive = self._root / self._ARCHIVE[0]
        if not (archive.is_file() and check_sha1(archive, self._ARCHIVE[1])):
            _get(self._SOURCE + self._ARCHIVE[0], archive, self._ARCHIVE[1])
        return _unpack(archive, self._FOLDER, names, self._root)

    def _read(self, path: Path) -> tuple[np.ndarray, np.ndarray]:
        """Return images (n, 32, 32, 3) and labels (n,) of a file: for each image its labels, then red, green, blue."""
        try:
            content = np.fromfile(path, np.uint8)
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror or error}.\n  Check the path.") from error
        record = self._LABELS + 3 * 32 * 32
        if not content.size or content.size % record:
            raise FormatError(
                f"{path}: {content.size:,} bytes are no whole number of images of {record:,} bytes.\n"
                "  It was cut off or is another file: fetch it again."
            )
        rows = content.reshape(-1, record)
        images = rows[:, self._LABELS :].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(images), rows[:, self._LABEL]


class CIFAR100(CIFAR10):
    """CIFAR-100: 50,000 (10,000) color images, 32x32x3, in 100 classes or 20 groups of classes.

    Parameters
    ----------
    root : str, a folder
    fine_label : bool, the label is one of 100 classes; False: one of 20 groups
    train : bool, the training or the test images
    transform : callable (image, label) -> example, or None

    References: see CIFAR10; MXNet 1.9.1 class vision.CIFAR100.
    """

    _ARCHIVE = ("cifar-100-binary.tar.gz", "a0bb982c76b83111308126cc779a992fa506b90b")
    _FOLDER = "cifar-100-binary"
    _FILES = (["test.bin"], ["train.bin"])
    _LABELS = 2

    def __init__(
        self,
        root="~/.mxnet/datasets/cifar100",
        fine_label: bool = False,
        train: bool = True,
        transform: Callable | None = None,
    ):
        self._fine_label = fine_label
        self._LABEL = int(fine_label)
        super().__init__(root, train, transform)


class ImageFolderDataset(Dataset):
    """Pictures in one folder for each class: ``root/cat/1.jpg`` is a picture of class "cat".

    Parameters
    ----------
    root : str, the folder of the folders
    flag : int, 1 reads colors (height, width, 3), 0 grays (height, width, 1)
    transform : callable (image, label) -> example, or None

    Attributes
    ----------
    synsets : list of str, names of the classes: label i is ``synsets[i]``
    items : list of (path, label)

    Raises
    ------
    DataError
        If ``root`` is no folder, or Pillow, which reads the pictures, is not installed.
    FormatError
        Where a picture is asked for that is broken.

    References: MXNet 1.9.1 class vision.ImageFolderDataset.
    """

    _SUFFIXES = (".jpg", ".jpeg", ".png")

    def __init__(self, root, flag: int = 1, transform: Callable | None = None):
        self._root = Path(root).expanduser()
        self._flag = flag
        self._transform = transform
        if flag not in (0, 1):
            raise ArgumentError(f"ImageFolderDataset: flag must be 0 (gray) or 1 (color). Received: {flag!r}")
        if not self._root.is_dir():
            raise DataError(f"ImageFolderDataset: {self._root} is no folder.\n  Give one with a folder for each class.")
        folders = sorted(path for path in self._root.iterdir() if path.is_dir())
        self.synsets = [folder.name for folder in folders]
        self.items = [
            (str(path), label)
            for label, folder in enumerate(folders)
            for path in sorted(folder.iterdir())
            if path.suffix.lower() in self._SUFFIXES
        ]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, idx):
        path, label = self.items[idx]
        image = imread(path, self._flag)
        return (image, label) if self._transform is None else self._transform(image, label)

    def __repr__(self) -> str:
        return f"ImageFolderDataset({len(self)} pictures, {len(self.synsets)} classes)"


class ImageRecordDataset(RecordFileDataset):
    """The pictures of a file of records, with their labels.

    Parameters
    ----------
    filename : str, the ``.rec`` file; its index stands beside it
    flag : int, 1 reads colors (height, width, 3), 0 grays (height, width, 1)
    transform : callable (image, label) -> example, or None; label is a float, or an array of float32

    References: MXNet 1.9.1 class vision.ImageRecordDataset.
    """

    def __init__(self, filename, flag: int = 1, transform: Callable | None = None):
        super().__init__(filename)
        if flag not in (0, 1):
            raise ArgumentError(f"ImageRecordDataset: flag must be 0 (gray) or 1 (color). Received: {flag!r}")
        self._flag = flag
        self._transform = transform

    def __getitem__(self, idx):
        header, content = unpack(super().__getitem__(idx))
        image = imdecode(content, self._flag)
        return (image, header.label) if self._transform is None else self._transform(image, header.label)


def _read_idx_pair(images_path: Path, labels_path: Path) -> tuple[np.ndarray, np.ndarray]:
    from mxlearn.data import idx

    images, labels = idx.read_idx(images_path, ndim=3), idx.read_idx(labels_path, ndim=1)
    if len(images) != len(labels):
        raise ShapeError(f"{images_path} has {len(images)} images, but {labels_path} has {len(labels)} labels.")
    return images[..., None], labels


def _present(folder: Path, name: str) -> Path | None:
    """Return the file, plain or gzipped, or None."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _get(url: str, path: Path, sha1: str) -> str:
    return download(url, str(path), sha1_hash=sha1, retries=1)


def _unpack(archive: Path, folder: str, names: list[str], target: Path) -> list[Path]:
    """Write the named members of a verified archive into ``target``; nothing else of it is touched."""
    import tarfile

    from ....base import atomic_write

    paths = []
    with tarfile.open(archive) as files:
        for name in names:
            member = files.extractfile(f"{folder}/{name}")
            if member is None:
                raise FormatError(f"{archive}: holds no file {folder}/{name}.\n  Delete it, and it is fetched again.")
            paths.append(target / name)
            with member, atomic_write(os.fspath(paths[-1])) as out:
                while piece := member.read(1 << 20):
                    out.write(piece)
    return paths
