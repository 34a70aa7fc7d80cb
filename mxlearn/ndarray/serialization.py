"""Files of arrays in MXNet's binary format (``.params``): ``mx.nd.save`` and ``mx.nd.load``.

    u64 0x112 | u64 0 | u64 n | n records | u64 k (0 or n) | k x (u64 length, UTF-8 name)

A record is u32 magic, i32 storage type, shape, i32 device type, i32 device id, i32 dtype flag, data in C order. Sparse
arrays have the shape of their data before the shape, and for each array of indices its dtype flag and shape before the
data, its elements behind. Older records (V1 and before V1) are read as well. Everything is checked against the bytes
that are left before it is allocated, so that a truncated or hostile file costs an error and nothing else.
"""
import os
import struct
from typing import Any

import numpy as np

from .. import backend
from ..base import ArgumentError, DataError, FormatError, atomic_write, type_name
from ..context import cpu
from .array import NDArray, wrap
from .creation import array

LIST_MAGIC = 0x112
V1, V2, V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
DTYPE_FLAGS = {
    "float32": 0,
    "float64": 1,
    "float16": 2,
    "uint8": 3,
    "int32": 4,
    "int8": 5,
    "int64": 6,
    "bool": 7,
}
_DTYPES = {flag: np.dtype(name).newbyteorder("<") for name, flag in DTYPE_FLAGS.items()}
MAX_DIMENSIONS = 32


def save(fname: str | os.PathLike, data) -> None:
    """Write arrays to a file in MXNet's format; the file is replaced as a whole or not at all.

    Parameters
    ----------
    fname : path
    data : NDArray, list of NDArray, or dict of str to NDArray

    Raises
    ------
    ArgumentError
        If ``data`` is none of these, or has a dtype that the format does not know.
    DataError
        If the file cannot be written.
    """
    names, arrays = _as_named(data)
    parts = [struct.pack("<QQQ", LIST_MAGIC, 0, len(arrays))]
    parts += [_record(a) for a in arrays]
    parts.append(struct.pack("<Q", len(names)))
    for name in names:
        encoded = name.encode("utf-8")
        parts.append(struct.pack("<Q", len(encoded)) + encoded)
    with atomic_write(fname) as file:
        for part in parts:
            file.write(part)


def _as_named(data) -> tuple[list[str], list[NDArray]]:
    if isinstance(data, NDArray):
        return [], [data]
    names = list(data) if isinstance(data, dict) else []
    arrays = list(data.values()) if isinstance(data, dict) else data
    if not isinstance(arrays, (list, tuple)) or not all(isinstance(a, NDArray) for a in arrays):
        received = type_name(data)
        if isinstance(arrays, (list, tuple)):
            key = next(i for i, a in enumerate(arrays) if not isinstance(a, NDArray))
            received += f" with {type_name(arrays[key])} at {names[key] if names else key!r}"
        raise ArgumentError(
            f"save: expected an NDArray, a list of NDArrays, or a dict of str to NDArray. Received: {received}"
        )
    if not all(isinstance(name, str) for name in names):
        raise ArgumentError("save: the keys of the dict must be strings")
    return names, list(arrays)


def _record(a: NDArray) -> bytes:
    if a.stype != "default":
        return sparse_record(a)
    host = a.asnumpy()
    flag = DTYPE_FLAGS.get(host.dtype.name)
    if flag is None:
        raise ArgumentError(f"save: the format has no dtype {host.dtype}; convert with astype first")
    magic = V2 if host.ndim and host.size and a._result_class is NDArray else V3  # V3: NumPy's shapes
    head = struct.pack("<Ii", magic, 0) + struct.pack(f"<i{host.ndim}q", host.ndim, *host.shape)
    device = a.context.device_id if a.context.device_type == "cpu" else 0  # all data is written as a CPU's
    return head + struct.pack("<iii", 1, device, flag) + host.astype(host.dtype.newbyteorder("<"), copy=False).tobytes()


def load(fname: str | os.PathLike) -> list[NDArray] | dict[str, NDArray]:
    """Read a file that ``save`` or MXNet wrote: a dict where the arrays have names, otherwise a list.

    Raises
    ------
    DataError
        If the file cannot be read.
    FormatError
        If it is not such a file, or is truncated or corrupt.
    """
    return read(fname)


def read(fname: str | os.PathLike, scalars: bool = False) -> list[NDArray] | dict[str, NDArray]:
    """Read a file as ``load`` does.

    Parameters
    ----------
    scalars : keep the shape () of arrays without axes; otherwise they get the shape (1,) of mx.nd
    """
    try:
        with open(fname, "rb") as file:
            content = file.read()
    except OSError as error:
        raise DataError(f"{os.fspath(fname)}: cannot be read: {error.strerror or error}") from error
    return _parse(content, os.fspath(fname), scalars)


def load_frombuffer(buf: bytes) -> list[NDArray] | dict[str, NDArray]:
    """Read arrays from bytes in the same format as ``load``."""
    return _parse(bytes(buf), "buffer")


class _Reader:
    """Reads little-endian values from bytes, and never past their end."""

    def __init__(self, content: bytes, source: str):
        self.content = content
        self.source = source
        self.position = 0

    def take(self, count: int, what: str) -> memoryview:
        left = len(self.content) - self.position
        if count > left:
            raise self.error(f"{what} needs {count} bytes, but {left} are left. The file is truncated or corrupt")
        view = memoryview(self.content)[self.position : self.position + count]
        self.position += count
        return view

    def unpack(self, layout: str, what: str) -> tuple:
        return struct.unpack(layout, self.take(struct.calcsize(layout), what))

    def error(self, text: str) -> FormatError:
        return FormatError(f"{self.source}: at byte {self.position}: {text}.")


def _parse(content: bytes, source: str, scalars: bool = False) -> list[NDArray] | dict[str, NDArray]:
    reader = _Reader(content, source)
    if len(content) < 24 or struct.unpack_from("<Q", content)[0] != LIST_MAGIC:
        what = "does not begin with the number 0x112" if content else "has 0 bytes"
        raise FormatError(
            f"{source}: this is not a file of NDArrays (it {what}).\n"
            "  Files of mx.nd.save, save_parameters, save_checkpoint and export can be read."
        )
    _, _, count = reader.unpack("<QQQ", "the header")
    if count * 4 > len(content):
        raise reader.error(f"the header promises {count} arrays, more than the file can hold")
    arrays = [_parse_record(reader, scalars) for _ in range(count)]
    (name_count,) = reader.unpack("<Q", "the number of names")
    if name_count not in (0, count):
        raise reader.error(f"{count} arrays, but {name_count} names")
    names = []
    for _ in range(name_count):
        (length,) = reader.unpack("<Q", "the length of a name")
        try:
            names.append(bytes(reader.take(length, "a name")).decode("utf-8"))
        except UnicodeDecodeError:
            raise reader.error("a name is not UTF-8") from None
    if len(set(names)) != len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise reader.error(f"two arrays have the name {twice!r}")
    return dict(zip(names, arrays, strict=True)) if names else arrays


def _parse_record(reader: _Reader, scalars: bool) -> NDArray:
    (magic,) = reader.unpack("<I", "an array")
    if magic in (V2, V3):
        (storage,) = reader.unpack("<i", "the storage type")
        if storage != 0:
            return parse_sparse(reader, storage)
        (ndim,) = reader.unpack("<i", "the number of dimensions")
        shape = _dimensions(reader, ndim, "q") if ndim > 0 else ()
        if ndim < -1:
            raise reader.error(f"an array of {ndim} dimensions")
        if ndim == 0 and magic == V2 or ndim < 0:
            return array(np.zeros((0,), np.float32))
    elif magic == V1:
        (ndim,) = reader.unpack("<i", "the number of dimensions")
        shape = _dimensions(reader, ndim, "q")
    else:  # before V1 the record began with the number of dimensions
        shape = _dimensions(reader, magic, "I")
    _, _, flag = reader.unpack("<iii", "device and dtype")
    return wrap(_elements(reader, flag, shape if shape or scalars else (1,)), cpu())


def _elements(reader: _Reader, flag: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return the next elements, of the dtype that ``flag`` names, as an array of this shape."""
    if flag not in _DTYPES:
        raise reader.error(f"dtype flag {flag} is unknown (0 to 7 are known)")
    dtype = _DTYPES[flag]
    size = 1
    for extent in shape:
        size *= extent
    raw = np.frombuffer(reader.take(size * dtype.itemsize, f"the data of an array of shape {shape}"), dtype=dtype)
    if dtype.kind == "b":
        raw = raw.view(np.uint8) != 0  # any other byte than 0 is true
    try:
        return raw.astype(dtype.newbyteorder("=")).reshape(shape)
    except ValueError:  # no elements, but dimensions that no array can have
        raise reader.error(f"no array can have the shape {shape}") from None


# -- sparse arrays -----------------------------------------------------------------------------------------------------
def sparse_record(a: NDArray) -> bytes:
    """Return a sparse array as it stands in a file."""
    raw: Any = a._raw  # type: ignore[attr-defined]
    data, *indices = [_portable(backend.to_numpy(part)) for part in raw.parts]
    device = a.context.device_id if a.context.device_type == "cpu" else 0
    parts = [struct.pack("<Ii", V2, _STORAGES[a.stype]), _shape_bytes(data.shape), _shape_bytes(a.shape)]
    parts.append(struct.pack("<iii", 1, device, DTYPE_FLAGS[data.dtype.name]))
    parts += [struct.pack("<i", DTYPE_FLAGS[part.dtype.name]) + _shape_bytes(part.shape) for part in indices]
    return b"".join([*parts, data.tobytes(), *(part.tobytes() for part in indices)])


_STORAGES = {"row_sparse": 1, "csr": 2}


def _shape_bytes(shape: tuple[int, ...]) -> bytes:
    return struct.pack(f"<i{len(shape)}q", len(shape), *shape)


def _portable(host: np.ndarray) -> np.ndarray:
    return host.astype(host.dtype.newbyteorder("<"), copy=False)


def parse_sparse(reader: _Reader, storage: int) -> NDArray:
    """Return the sparse array that a record holds behind its storage type, after checking all of its indices."""
    from ..kernels.sparse import Csr, Rows
    from .sparse.array import made

    if storage not in _STORAGES.values():
        raise reader.error(f"storage type {storage} is unknown (0 to 2 are known)")
    stored, shape = _shape(reader), _shape(reader)
    _, _, flag = reader.unpack("<iii", "device and dtype")
    kinds: list[tuple[int, tuple[int, ...]]] = []
    for _ in range(storage):  # row_sparse (1) has one array of indices, csr (2) two
        (kind,) = reader.unpack("<i", "the dtype of indices")
        kinds.append((kind, _shape(reader)))
        if kind not in (DTYPE_FLAGS["int32"], DTYPE_FLAGS["int64"]):
            raise reader.error(f"indices of dtype flag {kind}; they are int32 (4) or int64 (6)")
        if len(kinds[-1][1]) != 1:
            raise reader.error(f"indices of shape {kinds[-1][1]}; they have one axis")
    if not shape or storage == 2 and len(shape) != 2:
        raise reader.error(f"a sparse array of shape {shape}")
    rows = kinds[-1][1]
    empty = rows == (0,) and 0 in stored[:1]  # MXNet writes any extents where it stores nothing
    data = _elements(reader, flag, (0, *shape[1:]) if empty and storage == 1 else stored)
    indices = [_elements(reader, *kind).astype("int64", copy=False) for kind in kinds]
    array = made(Rows(data, indices[0], shape) if storage == 1 else Csr(data, indices[1], indices[0], shape), cpu())
    problem = array._problem(full_check=True)
    if problem:
        raise reader.error(f"a sparse array of shape {shape}: {problem}")
    return array


def _shape(reader: _Reader) -> tuple[int, ...]:
    (ndim,) = reader.unpack("<i", "the number of dimensions")
    return _dimensions(reader, ndim, "q")


def _dimensions(reader: _Reader, ndim: int, code: str) -> tuple[int, ...]:
    if not 0 <= ndim <= MAX_DIMENSIONS:
        raise reader.error(f"an array of {ndim} dimensions; at most {MAX_DIMENSIONS} are allowed")
    shape = reader.unpack(f"<{ndim}{code}", "the shape")
    if any(extent < 0 for extent in shape):
        raise reader.error(f"shape {shape} has a negative dimension")
    return shape
