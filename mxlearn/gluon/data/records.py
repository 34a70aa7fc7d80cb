"""RecordFileDataset: the records of a file by number.

References: MXNet 1.9.1 class mxnet.gluon.data.RecordFileDataset.
"""
import os

from ...base import ArgumentError
from ...recordio import MXIndexedRecordIO
from .dataset import Dataset

__all__ = ["RecordFileDataset"]


class RecordFileDataset(Dataset):
    """The records of ``name.rec``, in the order of ``name.idx``, as bytes.

    A worker of a DataLoader opens the file anew.

    Parameters
    ----------
    filename : str, the ``.rec`` file; its index stands beside it

    Raises
    ------
    DataError
        If a file cannot be read.
    FormatError
        If the index is broken; a broken record, where it is read.

    References: MXNet 1.9.1 class mxnet.gluon.data.RecordFileDataset.
    """

    def __init__(self, filename: str | os.PathLike[str]):
        self.filename = os.fspath(filename)
        stem, suffix = os.path.splitext(self.filename)
        if suffix == ".idx":
            raise ArgumentError(f"RecordFileDataset: give the .rec file, not its index. Received: {self.filename}")
        self.idx_file = f"{stem}.idx"
        self._record = MXIndexedRecordIO(self.idx_file, self.filename, "r")

    def __getitem__(self, idx):
        return self._record.read_idx(self._record.keys[idx])

    def __len__(self) -> int:
        return len(self._record.keys)
