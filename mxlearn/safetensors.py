"""Safetensors files: named arrays that any program can read, and that no file can misuse.

    mx.safetensors.save("lenet.safetensors", {"conv0.weight": weight, "conv0.bias": bias})
    arrays = mx.safetensors.load("lenet.safetensors")

Layout (little-endian): u64 n | n bytes of JSON, padded with blanks to a multiple of 8 | array data in C order

    {"<name>": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...,
     "__metadata__": {"<key>": "<text>", ...}}

Offsets count from the end of the JSON; the arrays fill the data without gaps. Nothing in such a file is executed, and
every length is checked against the bytes that are there before it is believed.

References: https://huggingface.co/docs/safetensors, the description of the format.
"""
import json
import os
from collections.abc import Mapping
from math import prod

import numpy as np

from . import ndarray as nd
from .base import ArgumentError, DataError, FormatError, atomic_write, printable, type_name

__all__ = ["dump", "load", "parse", "read_bytes", "save"]

_DTYPES = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U64": np.dtype("<u8"),
    "U32": np.dtype("<u4"),
    "U16": np.dtype("<u2"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
_CODES = {dtype: code for code, dtype in _DTYPES.items()}
_MAX_HEADER = 100_000_000  # bytes; the limit of the format
_MAX_DIMENSIONS = 32
_METADATA = "__metadata__"


# -- files -------------------------------------------------------------------------------------------------------------
def save(fname: str | os.PathLike, data: Mapping, metadata: Mapping[str, str] | None = None) -> None:
    """Write named arrays to a safetensors file, which is replaced as a whole or not at all.

    Parameters
    ----------
    fname : path
    data : dict of str to NDArray or NumPy array
    metadata : dict of str to str, kept beside the arrays

    Raises
    ------
    ArgumentError
        If a name or a dtype cannot be stored.
    DataError
        If the file cannot be written.
    """
    if not isinstance(data, Mapping):
        raise ArgumentError(f"safetensors: expected a dict of str to array. Received: {type_name(data)}")
    host = {name: a.asnumpy() if isinstance(a, nd.NDArray) else a for name, a in data.items()}
    parts = dump(host, metadata)
    with atomic_write(fname) as file:
        file.writelines(parts)


def load(fname: str | os.PathLike) -> dict[str, nd.NDArray]:
    """Return the arrays of a safetensors file by name, on the current context.

    bfloat16, which NumPy does not have, becomes float32 without loss. An array without axes gets the shape (1,).

    Raises
    ------
    DataError
        If the file cannot be read.
    FormatError
        If it is not such a file, is truncated or corrupt, or holds a dtype that an NDArray cannot have.
    """
    source = os.fspath(fname)
    arrays, _ = parse(read_bytes(fname), source)
    for name, array in arrays.items():
        if array.dtype.name not in nd.serialization.DTYPE_FLAGS:
            raise FormatError(f"{source}: the array {printable(name)!r} has dtype {array.dtype}, which no NDArray has")
    return {name: nd.array(array, dtype=array.dtype) for name, array in arrays.items()}


def read_bytes(fname: str | os.PathLike) -> bytes:
    """Return the content of a file; DataError where it cannot be read."""
    try:
        with open(fname, "rb") as file:
            return file.read()
    except OSError as error:
        raise DataError(f"{os.fspath(fname)}: cannot be read: {error.strerror or error}") from error


# -- bytes -------------------------------------------------------------------------------------------------------------
def dump(arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> list[bytes | memoryview]:
    """Return the content of a file in parts: the header, then each array, the widest elements first (aligned)."""
    host = {name: _checked(name, array) for name, array in arrays.items()}
    header: dict = {}
    if metadata:
        if not all(isinstance(text, str) for pair in metadata.items() for text in pair):
            raise ArgumentError(f"safetensors: metadata must be a dict of str to str. Received: {metadata!r}")
        header[_METADATA] = dict(metadata)
    offset, parts = 0, []
    for name, array in sorted(host.items(), key=lambda item: -item[1].itemsize):
        end = offset + array.nbytes
        header[name] = {"dtype": _CODES[array.dtype], "shape": list(array.shape), "data_offsets": [offset, end]}
        parts.append(array.reshape(-1).view(np.uint8).data)
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    if len(text) > _MAX_HEADER:
        raise ArgumentError(f"safetensors: the format allows {_MAX_HEADER:,} bytes of names, these need {len(text):,}")
    return [len(text).to_bytes(8, "little") + text, *parts]


def _checked(name, array) -> np.ndarray:
    if not isinstance(name, str) or name == _METADATA:
        raise ArgumentError(f"safetensors: a name must be a str other than {_METADATA!r}. Received: {name!r}")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ArgumentError(f"safetensors: the name {name!r} has no form in UTF-8") from None
    if not isinstance(array, (np.ndarray, np.generic)):
        raise ArgumentError(f"safetensors: {name!r} must be an array. Received: {type_name(array)}")
    array = np.asarray(array, order="C")
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype not in _CODES:
        raise ArgumentError(f"safetensors: {name!r} has dtype {array.dtype}; stored can be {', '.join(_names())}")
    return array


def _names() -> list[str]:
    return sorted(dtype.name for dtype in _CODES)


def parse(content: bytes, source: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return the arrays (read-only views of ``content``) and the metadata of a file.

    Parameters
    ----------
    source : what errors call the file

    Raises
    ------
    FormatError
        If the content does not follow the format in every detail.
    """
    if len(content) < 8:
        raise FormatError(f"{source}: a safetensors file has at least 8 bytes. Received: {len(content)}")
    length = int.from_bytes(content[:8], "little")
    if length > min(len(content) - 8, _MAX_HEADER):
        raise FormatError(f"{source}: truncated or corrupt: a header of {length} bytes in {len(content)} bytes")
    header = _header(content[8 : 8 + length], source)
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise FormatError(f"{source}: the metadata of the header is no object of texts")
    return _arrays(header, memoryview(content)[8 + length :], source), metadata


def _header(text: bytes, source: str) -> dict:
    if text[:1] != b"{":
        raise FormatError(f"{source}: no safetensors file: the header is not a JSON object")
    try:
        return json.loads(text.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{source}: the header is not valid JSON: {error}") from None


def _unique(pairs: list) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _arrays(header: dict, data: memoryview, source: str) -> dict[str, np.ndarray]:
    described = [(*_entry(name, entry, source), name) for name, entry in header.items()]
    arrays, expected = {}, 0
    for begin, end, code, shape, name in sorted(described, key=lambda item: item[:2]):
        dtype = np.dtype("<u2") if code == "BF16" else _DTYPES[code]
        if begin != expected or end > len(data) or end - begin != dtype.itemsize * prod(shape):
            raise FormatError(f"{source}: the array {printable(name)!r} does not fit its {len(data)} bytes of data")
        try:
            array = np.frombuffer(data[begin:end], dtype).reshape(shape)
        except ValueError as error:  # an axis that is longer than NumPy can count, beside one of length 0
            raise FormatError(f"{source}: the array {printable(name)!r}: {error}") from None
        if code == "BF16":  # the upper half of a float32
            array = (array.astype("<u4") << 16).view("<f4")
        arrays[name] = array
        expected = end
    if expected != len(data):
        raise FormatError(f"{source}: {len(data) - expected} bytes too many")
    return {name: arrays[name] for name in header}


def _entry(name: str, entry, source: str) -> tuple[int, int, str, tuple[int, ...]]:
    try:
        code, shape = entry["dtype"], tuple(entry["shape"])
        begin, end = entry["data_offsets"]
        if not all(type(n) is int and n >= 0 for n in (*shape, begin, end)) or len(shape) > _MAX_DIMENSIONS:
            raise ValueError("sizes must be natural numbers")
        known = isinstance(code, str) and (code in _DTYPES or code == "BF16")
    except (KeyError, TypeError, ValueError):
        text = f"{source}: the array {printable(name)!r} is badly described: {str(entry)[:100]}"
        raise FormatError(text) from None
    if not known:
        raise FormatError(f"{source}: the array {printable(name)!r} has a dtype that is not read: {str(code)[:20]!r}")
    return begin, end, code, shape
