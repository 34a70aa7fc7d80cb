"""LibSVMIter: batches of sparse rows from text files.

References: MXNet 1.9.1 iterator LibSVMIter; Chang and Lin, LIBSVM, its data format.
"""
import os
from pathlib import Path
from typing import Any

import numpy as np

from ..base import ArgumentError, DataError, FormatError, ShapeError, nearest
from .batch import DataDesc
from .host import from_host
from .iterator import MXDataIter

__all__ = ["LibSVMIter"]

_IGNORED = ("ctx", "prefetch_buffer")


class LibSVMIter(MXDataIter):
    """Batches of sparse rows (CSRNDArray) and labels from files of lines "label column:value column:value ...".

    Columns are counted from 0. The last batch is filled up from the beginning, and the next pass goes on behind that.

    Parameters
    ----------
    data_libsvm : str, a file, or a folder whose files are read in name order
    data_shape : (columns,)
    batch_size : int, at most the number of rows
    label_libsvm : str, file or folder whose rows are the labels, sparse too; or None: the number that a row begins with
    label_shape : (columns,) of the labels' file
    num_parts, part_index : the part of the rows to give, for several machines
    round_batch : True; MXNet has nothing else either
    dtype : "float32" or "float64"
    data_name, label_name : str
    prefetch_buffer, ctx : accepted as in MXNet, and without effect: the files are read once, at the start

    Raises
    ------
    DataError
        If a file is missing or cannot be read.
    FormatError
        If a line is no label and pairs of column and value.
    ShapeError
        If a column lies outside of the shape, or data and labels differ in length.

    References: MXNet 1.9.1 iterator LibSVMIter.
    """

    def __init__(
        self,
        *,
        data_libsvm,
        data_shape,
        batch_size: int,
        label_libsvm=None,
        label_shape=(1,),
        num_parts: int = 1,
        part_index: int = 0,
        round_batch: bool = True,
        dtype=None,
        data_name: str = "data",
        label_name: str = "softmax_label",
        **ignored,
    ):
        super().__init__(batch_size)
        for name in ignored:
            if name not in _IGNORED:
                raise ArgumentError(f"LibSVMIter: no parameter {name!r}.{nearest(name, _PARAMETERS)}")
        kind = np.dtype(np.float32 if dtype is None else dtype)
        if kind not in (np.float32, np.float64):
            raise ArgumentError(f"LibSVMIter: dtype must be 'float32' or 'float64'. Received: {dtype!r}")
        if not round_batch:
            raise ArgumentError("LibSVMIter: round_batch=False is not supported, in MXNet neither.")
        if num_parts < 1 or not 0 <= part_index < num_parts:
            raise ArgumentError(f"LibSVMIter: there is no part {part_index} of {num_parts}.")
        self._data = _Rows(data_libsvm, _width(data_shape, "data_shape"), kind)
        self._label: Any = self._data.first
        labels: tuple[int, ...] = (batch_size,)
        if label_libsvm not in (None, "NULL"):
            self._label = _Rows(label_libsvm, _width(label_shape, "label_shape"), kind)
            labels = (batch_size, self._label.width)
            if len(self._label) != len(self._data):
                raise ShapeError(
                    f"LibSVMIter: {data_libsvm} has {len(self._data)} rows, but {label_libsvm} has {len(self._label)}."
                )
        step = -(-len(self._data) // num_parts)
        self._mine = np.arange(len(self._data))[part_index * step : (part_index + 1) * step]
        if batch_size > len(self._mine):
            raise ShapeError(f"LibSVMIter: {len(self._mine)} rows are too few for a batch of {batch_size}.")
        self._start = 0
        self.provide_data = [DataDesc(data_name, (batch_size, self._data.width), kind.type)]
        self.provide_label = [DataDesc(label_name, labels, kind.type)]

    def _rows(self):
        first, self._start = self._start, 0
        count = len(self._mine)
        for start in range(first, count, self.batch_size):
            stop = start + self.batch_size
            self._start = max(0, stop - count)
            yield self._mine[np.arange(start, stop) % count], self._start

    def _read(self, rows):
        label = self._label.taken(rows) if isinstance(self._label, _Rows) else from_host(self._label[rows])
        return self._data.taken(rows), label


_PARAMETERS = (*LibSVMIter.__init__.__code__.co_varnames[1:12], *_IGNORED)


class _Rows:
    """The rows of a file: values and columns one after the other, where each row begins, and its first number."""

    def __init__(self, path, width: int, dtype: np.dtype):
        self.width = width
        values: list[float] = []
        columns: list[int] = []
        starts, first = [0], []
        for file in _files(path):
            for number, line in enumerate(_lines(file), 1):
                fields = line.partition("#")[0].split()
                if not fields:
                    continue
                try:
                    first.append(float(fields[0]))
                    pairs = [field.split(":") for field in fields[1:]]
                    row = [int(column) for column, _ in pairs]
                    values += [float(value) for _, value in pairs]
                except ValueError:
                    raise FormatError(
                        f"LibSVMIter: {file}: line {number} is no label and column:value pairs: {line.strip()[:60]!r}."
                    ) from None
                if any(not 0 <= column < width for column in row):
                    raise ShapeError(
                        f"LibSVMIter: {file}: line {number} has column {max(row)}, but the shape is ({width},).\n"
                        "  Columns are counted from 0."
                    )
                if any(a >= b for a, b in zip(row, row[1:], strict=False)):
                    raise FormatError(f"LibSVMIter: {file}: the columns of line {number} do not ascend.")
                columns += row
                starts.append(len(columns))
        if not first:
            raise FormatError(f"LibSVMIter: {path} holds no rows.")
        self.values, self.first = np.asarray(values, dtype), np.asarray(first, dtype)
        self.columns, self.starts = np.asarray(columns, np.int64), np.asarray(starts, np.int64)

    def __len__(self) -> int:
        return len(self.first)

    def taken(self, rows: np.ndarray):
        """Return some rows as a CSRNDArray."""
        from ..ndarray import sparse

        begin, end = self.starts[rows], self.starts[rows + 1]
        where = np.concatenate([np.arange(a, b) for a, b in zip(begin, end, strict=True)])
        indptr = np.concatenate([[0], np.cumsum(end - begin)])
        parts = (self.values[where], self.columns[where], indptr)
        return sparse.csr_matrix(parts, shape=(len(rows), self.width), dtype=self.values.dtype)


def _width(shape, name: str) -> int:
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    if len(shape) != 1 or shape[0] < 1:
        raise ArgumentError(f"LibSVMIter: {name} must be one number of columns, (n,). Received: {shape}")
    return shape[0]


def _files(path) -> list[Path]:
    source = Path(path)
    return sorted(p for p in source.iterdir() if p.is_file()) if source.is_dir() else [source]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise FormatError(f"LibSVMIter: {file} is no UTF-8 text.") from None
    except OSError as error:
        raise DataError(
            f"LibSVMIter: cannot read {file}: {error.strerror or error}.\n  Check the path, from {os.getcwd()}."
        ) from error
