"""Data in the folder ``data``, where old examples look for it; archives; models.

References: MXNet 1.9.1 module mxnet.test_utils.
"""
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from ..base import ArgumentError, DataError, FormatError, atomic_write
from .datasets import download

FOLDER = "data"
_CHUNK = 1 << 20  # bytes


def get_mnist_ubyte() -> None:
    """Put the four files of MNIST into the folder ``data``, as ``mx.io.MNISTIter`` reads them.

    They are MNIST's where it is on this machine, else the digits that come with the course; a warning is logged then.
    Files that are there stay.
    """
    from ..data import catalog, read_idx, write_idx

    found = catalog.find("mnist")
    if found.missing():
        found = catalog.find("digits")
        logging.getLogger(__name__).warning("get_mnist_ubyte: MNIST is not here: %s.", found.summary)
    os.makedirs(FOLDER, exist_ok=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        target = Path(FOLDER, f"{name}-ubyte")
        source = found.folder / target.name
        if not target.is_file():
            write_idx(target, read_idx(source if source.is_file() else source.with_name(f"{source.name}.gz")))


def get_mnist_pkl() -> None:
    """Refuse: MXNet downloads a pickle here, and a pickle may run any program when it is read.

    Raises
    ------
    DataError
        Always.
    """
    raise DataError("get_mnist_pkl: mnist.pkl.gz is a pickle, which is never read here.\n  Use get_mnist().")


def get_cifar10() -> None:
    """Put CIFAR-10 into the folder ``data/cifar`` as records: train.rec, train.idx, test.rec and test.idx.

    The pictures are those of gluon.data.vision.CIFAR10, which downloads them where they are not on this machine. Files
    that are there stay.
    """
    from ..gluon.data.vision import CIFAR10
    from ..recordio import MXIndexedRecordIO, pack_img

    folder = Path(FOLDER, "cifar")
    folder.mkdir(parents=True, exist_ok=True)
    for name, train in (("train", True), ("test", False)):
        record, index = folder / f"{name}.rec", folder / f"{name}.idx"
        if record.is_file() and index.is_file():
            continue
        parts = index.with_name(f".{index.name}.part"), record.with_name(f".{record.name}.part")
        writer = MXIndexedRecordIO(parts[0], parts[1], "w")
        try:
            dataset = CIFAR10(train=train)
            for i in range(len(dataset)):
                image, label = dataset[i]
                writer.write_idx(i, pack_img((0, float(label), i, 0), image.asnumpy()[..., ::-1], 3, ".png"))
        except BaseException:
            writer.close()
            for part in parts:
                part.unlink()
            raise
        writer.close()
        for part, path in zip(parts, (index, record), strict=True):
            os.replace(part, path)


def get_bz2_data(data_dir: str, data_name: str, url: str, data_origin_name: str) -> None:
    """Fetch a file compressed by bzip2 and decompress it.

    Parameters
    ----------
    data_dir : str, the folder of both files
    data_name : str, name of the result; nothing is done where it is there
    url : str, where to fetch it from, if ``data_origin_name`` is not there
    data_origin_name : str, name of the compressed file, which is removed afterwards

    Raises
    ------
    FormatError
        If it is no whole bzip2 file.
    """
    target, packed = Path(data_dir, data_name), Path(data_dir, data_origin_name)
    if target.is_file():
        return
    if not packed.is_file():
        download(url, fname=data_origin_name, dirname=data_dir)
    with atomic_write(target) as out:
        for piece in _decompressed(packed):
            out.write(piece)
    packed.unlink()


def _decompressed(path: Path) -> Iterator[bytes]:
    import bz2

    try:
        with bz2.open(path) as source:
            while piece := source.read(_CHUNK):
                yield piece
    except (OSError, EOFError) as error:
        raise FormatError(f"{path}: is no whole bzip2 file: {error}.\n  Remove it, and fetch it again.") from error


def get_zip_data(data_dir: str, url: str, data_origin_name: str) -> None:
    """Fetch a zip archive and unpack it.

    Parameters
    ----------
    data_dir : str, the folder of the archive and of its files
    url : str, where to fetch it from, if ``data_origin_name`` is not there
    data_origin_name : str, name of the archive, which is removed afterwards

    Raises
    ------
    FormatError
        If it is no whole zip archive, or names a file outside of the folder.
    """
    import zipfile

    packed, folder = Path(data_dir, data_origin_name), Path(data_dir).resolve()
    if not packed.is_file():
        download(url, fname=data_origin_name, dirname=data_dir)
    try:
        with zipfile.ZipFile(packed) as archive:
            for name in archive.namelist():
                if not (folder / name).resolve().is_relative_to(folder):
                    raise FormatError(f"{packed}: holds a file outside of its folder: {name!r}.")
            archive.extractall(folder)
    except zipfile.BadZipFile as error:
        raise FormatError(f"{packed}: is no whole zip archive: {error}.\n  Remove it, and fetch it again.") from error
    packed.unlink()


def download_model(model_name: str, dst_dir: str = "./", meta_info: dict | None = None) -> tuple[str | None, int]:
    """Fetch the files of a model: its graph and its parameters.

    Parameters
    ----------
    model_name : str, a key of ``meta_info``
    dst_dir : str, the folder to put them in
    meta_info : dict of name to {"symbol": address, "params": address}. MXNet's own list names a host that serves
        models no more: there is none here

    Returns
    -------
    prefix and epoch for load_checkpoint; (None, 0) where ``meta_info`` does not have the name

    Raises
    ------
    ArgumentError
        If ``meta_info`` is missing.
    """
    if meta_info is None:
        raise ArgumentError(
            f"download_model: the host of MXNet's model {model_name!r} serves no models any more.\n"
            "  Pass meta_info={name: {'symbol': address, 'params': address}}, or train one of gluon.model_zoo."
        )
    if model_name not in meta_info:
        return None, 0
    folder = Path(dst_dir)
    if not folder.is_dir():
        raise DataError(f"download_model: {dst_dir} is no folder.")
    prefix, entry = folder / model_name, meta_info[model_name]
    for key, end in (("symbol", "-symbol.json"), ("params", "-0000.params")):
        if key not in entry:
            raise ArgumentError(f"download_model: meta_info[{model_name!r}] has no {key!r}.")
        name = f"{model_name}{end}"
        if not (folder / name).is_file():
            download(entry[key], fname=name, dirname=os.fspath(folder))
    return os.fspath(prefix), 0


def get_im2rec_path(home_env: str = "MXNET_HOME") -> str:
    """Return the path of the program im2rec: ``python PATH --help``.

    Parameters
    ----------
    home_env : str, an environment variable that names MXNet's folder; only this package's own program is returned
    """
    from ..tools import im2rec

    return os.path.abspath(im2rec.__file__)
