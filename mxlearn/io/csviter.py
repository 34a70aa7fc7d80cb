"""CSVIter: batches from files of comma-separated numbers."""
import os
from math import prod
from pathlib import Path

import numpy as np

from ..base import ArgumentError, DataError, FormatError, ShapeError, nearest
from .batch import DataDesc
from .host import from_host
from .iterator import MXDataIter

__all__ = ["CSVIter"]

_IGNORED = ("ctx", "prefetch_buffer")


class CSVIter(MXDataIter):
    """Batches from CSV files: one example a row.

    Parameters
    ----------
    data_csv : str, a file, or a folder whose files are read in name order
    data_shape : shape of one example; a row holds as many numbers
    batch_size : int, examples in a batch, at most those in the files
    label_csv : str, file or folder of the labels, or None: all labels are 0
    label_shape : shape of one label
    round_batch : bool. True fills the last batch up from the beginning, and the next pass goes on behind those rows;
        False fills it up too, but each pass begins with the first row. ``batch.pad`` counts the fill either way.
    dtype : "float32", "int32" or "int64"
    data_name, label_name : str
    prefetch_buffer, ctx : accepted as in MXNet, and without effect: the files are read once, at the start

    Raises
    ------
    DataError
        If a file is missing or cannot be read.
    FormatError
        If a row is no list of numbers, or rows differ in length.
    ShapeError
        If rows do not fit data_shape or label_shape, data and labels differ in length, or a batch cannot be filled.

    References: MXNet 1.9.1 iterator CSVIter.
    """

    def __init__(
        self,
        data_csv,
        data_shape,
        batch_size: int,
        *,
        label_csv=None,
        label_shape=(1,),
        round_batch: bool = True,
        dtype="float32",
        data_name: str = "data",
        label_name: str = "softmax_label",
        **ignored,
    ):
        super().__init__(batch_size)
        for name in ignored:
            if name not in _IGNORED:
                raise ArgumentError(f"CSVIter: no parameter {name!r}.{nearest(name, _PARAMETERS)}")
        kind = np.dtype(np.float32 if dtype is None else dtype)
        if kind not in (np.float32, np.int32, np.int64):
            raise ArgumentError(f"CSVIter: dtype must be 'float32', 'int32' or 'int64'. Received: {dtype!r}")
        self._data = _read_table(data_csv, _shape(data_shape), kind, "data_shape")
        count = len(self._data)
        if label_csv is None or label_csv == "NULL":
            self._label = np.zeros((count, *_shape(label_shape)), kind)
        else:
            self._label = _read_table(label_csv, _shape(label_shape), kind, "label_shape")
        if prod(self._label.shape[1:]) == 1:
            self._label = self._label.reshape(count if label_csv is None else -1)
        if len(self._label) != count:
            raise ShapeError(f"CSVIter: {data_csv} has {count} rows, but {label_csv} has {len(self._label)}.")
        if batch_size > count:
            raise ShapeError(f"CSVIter: {data_csv} has {count} rows, too few for a batch of {batch_size}.")
        self._count = count
        self._round_batch = round_batch
        self._start = 0
        self.provide_data = [DataDesc(data_name, (batch_size, *self._data.shape[1:]), kind.type)]
        self.provide_label = [DataDesc(label_name, (batch_size, *self._label.shape[1:]), kind.type)]

    def _rows(self):
        first, self._start = self._start, 0
        for start in range(first, self._count, self.batch_size):
            stop = start + self.batch_size
            pad = max(0, stop - self._count)
            if self._round_batch:
                self._start = pad
            yield np.arange(start, stop) % self._count, pad

    def _read(self, rows):
        return from_host(self._data[rows]), from_host(self._label[rows])


_PARAMETERS = (*CSVIter.__init__.__code__.co_varnames[1:10], *_IGNORED)


def _shape(shape) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


def _read_table(path: str | os.PathLike[str], shape: tuple[int, ...], dtype: np.dtype, parameter: str) -> np.ndarray:
    """Return the numbers of a CSV file, or of all files of a folder, in the shape (rows, *shape)."""
    source = Path(path)
    try:
        files = sorted(p for p in source.iterdir() if p.is_file()) if source.is_dir() else [source]
        tables = [_parse(file, dtype) for file in files]
    except OSError as error:
        reason = error.strerror or "No such file"  # NumPy raises FileNotFoundError without an error number
        raise DataError(f"CSVIter: cannot read {path}: {reason}.\n  Check the path, from {os.getcwd()}.") from None
    tables = [table for table in tables if table.size]
    if not tables:
        raise FormatError(f"CSVIter: {path} holds no rows.")
    for file, table in zip(files, tables, strict=False):
        if table.shape[1] != prod(shape):
            raise ShapeError(
                f"CSVIter: rows of {file} have {table.shape[1]} numbers, but {parameter}={shape} needs {prod(shape)}.\n"
                f"  Pass {parameter}=({table.shape[1]},), or another shape of that many."
            )
    return np.concatenate(tables).reshape(-1, *shape)


def _why(file: Path, error: ValueError) -> str:
    """Return why a file is no table of numbers: the first line in question, counted from 1."""
    with open(file, encoding="utf-8", errors="replace") as lines:
        width = None
        for number, line in enumerate(lines, 1):
            fields = line.partition("#")[0].strip().split(",")
            if fields == [""]:
                continue
            width = width or len(fields)
            if len(fields) != width:
                plural = "s" * (len(fields) != 1)
                return f"line {number} has {len(fields)} number{plural}, the lines before have {width}."
            for field in fields:
                if not _is_number(field):
                    hint = " Remove the line of names." if number == 1 else ""
                    return f"{field.strip()[:40]!r} in line {number} is no number.{hint}"
    return f"{error}."


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _parse(file: Path, dtype: np.dtype) -> np.ndarray:
    """Return the numbers of one file; integers may be written as 3.0 or 3e0, as programs do."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # an empty file is told about by _read_table
            if dtype.kind == "f":
                return np.loadtxt(file, dtype, delimiter=",", ndmin=2)
            try:
                return np.loadtxt(file, dtype, delimiter=",", ndmin=2)
            except ValueError:
                numbers = np.loadtxt(file, np.float64, delimiter=",", ndmin=2)
    except ValueError as error:
        raise FormatError(f"CSVIter: {file} is no table of numbers: {_why(file, error)}") from None
    if not np.array_equal(numbers, numbers.astype(dtype)):
        raise FormatError(f"CSVIter: {file} holds numbers that are no {dtype}.\n  Read it with dtype='float32'.")
    return numbers.astype(dtype)
