"""Read and write IDX, the file format of MNIST: a small header, then the numbers of one array.

    byte 0, 1   0
    byte 2      type: 8 uint8, 9 int8, 11 int16, 12 int32, 13 float32, 14 float64
    byte 3      number of dimensions
    4 bytes     each dimension, big-endian
    then        the values, big-endian, last dimension fastest

A file may be compressed by gzip; that is told by its first two bytes, not by its name. The header is never believed:
no more memory is taken than the file turns out to hold.

References: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "file formats".
"""
import math
import os
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mxlearn.base import DataError, FormatError, atomic_write

__all__ = ["read_idx", "write_idx"]

DTYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
CODES = {np.dtype(text).newbyteorder("="): code for code, text in DTYPES.items()}
GZIP_MAGIC = b"\x1f\x8b"
MAX_DIMENSIONS = 32  # more than NumPy 1 could hold; a larger number means that this is no IDX file
CHUNK = 1 << 20  # bytes
# A compressed file may claim to unpack to any size. Up to this it is believed, so that reading a hostile file
# costs no more memory than 64 MiB and ten times its own size.
FREE_EXPANSION = 64 << 20  # bytes
MAX_RATIO = 10


def read_idx(path: str | os.PathLike[str], *, ndim: int | Sequence[int] | None = None) -> np.ndarray:
    """Read an IDX file, compressed or not.

    Parameters
    ----------
    path : the file
    ndim : number of dimensions that is expected: 3 for images, 1 for labels; None takes any

    Returns
    -------
    array of the shape and dtype that the header gives, in the byte order of this machine

    Raises
    ------
    DataError
        If the file is missing or cannot be read.
    FormatError
        If it is truncated, corrupt, longer than its header says, not an IDX file, or has another number of dimensions.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "labels.gz"
    >>> write_idx(path, np.array([5, 0, 4], dtype="uint8"))
    >>> read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == GZIP_MAGIC
            file.seek(0)
            size = os.fstat(file.fileno()).st_size
            return _read_gzip(file, path, size, ndim) if compressed else _read_plain(file, path, size, ndim)
    except FormatError:
        raise
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.\n  Check the path.") from error


def write_idx(path: str | os.PathLike[str], array: np.ndarray) -> None:
    """Write an array as IDX; compressed where the name ends in ``.gz``. Equal arrays give equal content.

    Raises
    ------
    FormatError
        If the format has no code for the dtype of the array, or the array has no dimension.
    DataError
        If the file cannot be written; nothing half-written is left.
    """
    array = np.asarray(array)
    code = CODES.get(array.dtype.newbyteorder("="))
    if code is None or not 1 <= array.ndim <= MAX_DIMENSIONS:
        names = ", ".join(dtype.name for dtype in CODES)
        raise FormatError(
            f"{path}: IDX holds arrays of {names} with at least one dimension, not {array.dtype} {array.shape}.\n"
            "  Convert it first with astype or reshape."
        )
    content = struct.pack(">HBB", 0, code, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    content += array.astype(DTYPES[code]).tobytes()
    if str(path).endswith(".gz"):
        import gzip

        content = gzip.compress(content, mtime=0)
    with atomic_write(path) as file:
        file.write(content)


def _read_plain(file, path: Path, size: int, ndim) -> np.ndarray:
    dtype, shape = _read_header(file.read, path, ndim)
    start = 4 + 4 * len(shape)
    expected = _payload(dtype, shape)
    if size - start != expected:
        raise _wrong_size(path, shape, dtype, expected, f"{size - start:,}")
    return _to_array(file.read(expected), path, dtype, shape, expected)


def _read_gzip(file, path: Path, size: int, ndim) -> np.ndarray:
    import gzip
    import zlib

    try:
        with gzip.GzipFile(fileobj=file) as stream:
            dtype, shape = _read_header(stream.read, path, ndim)
            expected = _payload(dtype, shape)
            if expected > FREE_EXPANSION + MAX_RATIO * size:
                raise FormatError(
                    f"{path}: {size:,} bytes claim to unpack to {expected:,}: shape {shape}, {dtype.name}.\n"
                    "  If that is true, decompress the file first (gunzip), then read it again."
                )
            content = bytearray()
            while len(content) < expected:
                piece = stream.read(min(CHUNK, expected - len(content)))
                if not piece:
                    raise _wrong_size(path, shape, dtype, expected, f"{len(content):,}")
                content += piece
            if stream.read(1):  # reading to the end also makes gzip compare its own checksum
                raise _wrong_size(path, shape, dtype, expected, "more")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FormatError(
            f"{path}: is not a whole gzip file: {error}.\n  It was cut off or damaged; fetch it again."
        ) from error
    return _to_array(content, path, dtype, shape, expected)


def _read_header(read, path: Path, ndim: int | Sequence[int] | None) -> tuple[np.dtype, tuple[int, ...]]:
    head = read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in DTYPES or not 1 <= head[3] <= MAX_DIMENSIONS:
        raise FormatError(
            f"{path}: is not an IDX file: it starts with {head.hex(' ') or 'nothing'}; "
            "expected 00 00, a type (08 for uint8), and the number of dimensions.\n"
            "  MNIST's files are named train-images-idx3-ubyte and so on; was another file saved under this name?"
        )
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if allowed is not None and head[3] not in allowed:
        wanted = " or ".join(map(str, allowed))
        raise FormatError(
            f"{path}: has {head[3]} dimension(s), expected {wanted}.\n"
            "  Images have 3 (count, height, width), labels have 1: were the two files exchanged?"
        )
    sizes = read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise FormatError(f"{path}: ends inside its header.\n  It was cut off; fetch it again.")
    return np.dtype(DTYPES[head[2]]), struct.unpack(f">{head[3]}I", sizes)


def _payload(dtype: np.dtype, shape: tuple[int, ...]) -> int:
    """Return the bytes that the header announces, as a Python int: no header can make it overflow."""
    return math.prod(shape) * dtype.itemsize


def _to_array(content, path: Path, dtype: np.dtype, shape: tuple[int, ...], expected: int) -> np.ndarray:
    if len(content) != expected:  # the file shrank while it was read
        raise _wrong_size(path, shape, dtype, expected, f"{len(content):,}")
    try:
        array = np.frombuffer(content, dtype=dtype).reshape(shape)
    except ValueError as error:  # sizes like (0, 2**32 - 1, ...) hold nothing, yet are more than NumPy can index
        raise FormatError(f"{path}: shape {shape} is not possible: {error}.\n  Fetch the file again.") from error
    return array.astype(dtype.newbyteorder("="), copy=isinstance(content, bytes))


def _wrong_size(path: Path, shape, dtype: np.dtype, expected: int, found: str) -> FormatError:
    return FormatError(
        f"{path}: its header says shape {shape}, {dtype.name}: {expected:,} bytes; the file holds {found}.\n"
        "  It was cut off or is damaged; fetch it again."
    )
