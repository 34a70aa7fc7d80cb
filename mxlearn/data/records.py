"""Read and write RecordIO, MXNet's file of records of any length, and the index beside it.

    part      u32 magic 0xced7230a | u32 flag << 29 | length | payload | zeros up to a multiple of 4 bytes
    record    one part with flag 0, or parts with the flags 1 (first), 2 (between) and 3 (last)

A payload that holds the magic number at a multiple of 4 bytes is cut there, and the magic number left out, so that a
reader who starts anywhere finds the next record. Integers are little-endian. An index is text: for each record a line
"key TAB offset". Lengths are never believed: no more memory is taken than the file has bytes left.

References: MXNet 1.9.1 module mxnet.recordio; DMLC core, file format RecordIO.
"""
import os
import struct
from collections.abc import Callable
from typing import IO

from mxlearn.base import ArgumentError, DataError, FormatError

__all__ = ["MAX_PART", "frame", "offsets", "open_records", "read_index", "read_record"]

MAGIC = struct.pack("<I", 0xCED7230A)
WHOLE, FIRST, BETWEEN, LAST = range(4)
MAX_PART = (1 << 29) - 1  # bytes
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")


def frame(payload: bytes) -> bytes:
    """Return a record as it stands in the file.

    Raises
    ------
    ArgumentError
        If the payload has 512 MiB or more.

    >>> frame(b"abcde").hex(" ", 4)
    '0a23d7ce 05000000 61626364 65000000'
    """
    if len(payload) > MAX_PART:
        raise ArgumentError(f"a record holds at most {MAX_PART:,} bytes. Received: {len(payload):,}")
    cuts = _magic_positions(payload)
    if not cuts:
        return _part(WHOLE, payload)
    starts, ends = [0, *(cut + 4 for cut in cuts)], [*cuts, len(payload)]
    flags = [FIRST, *[BETWEEN] * (len(cuts) - 1), LAST]
    return b"".join(_part(flag, payload[a:b]) for flag, a, b in zip(flags, starts, ends, strict=True))


def _magic_positions(payload: bytes) -> list[int]:
    found, at = [], payload.find(MAGIC)
    while at >= 0:
        aligned = at % 4 == 0
        if aligned:
            found.append(at)
        at = payload.find(MAGIC, at + (4 if aligned else 1))
    return found


def _part(flag: int, payload: bytes) -> bytes:
    size = len(payload)
    return MAGIC + struct.pack("<I", flag << 29 | size) + payload + _PADDING[size % 4]


def open_records(path: str | os.PathLike[str]) -> tuple[IO[bytes], int]:
    """Open a file for reading; return it with its size in bytes."""
    try:
        file = open(path, "rb")  # noqa: SIM115  (the reader closes it)
    except OSError as error:
        raise DataError(
            f"{os.fspath(path)}: cannot be read: {error.strerror or error}.\n  Check the path, from {os.getcwd()}."
        ) from error
    return file, os.fstat(file.fileno()).st_size


def read_record(file: IO[bytes], size: int, source: str) -> bytes | None:
    """Return the payload of the record that begins where the file stands, or None at its end.

    Parameters
    ----------
    size : of the whole file, bytes
    source : its name, for errors

    Raises
    ------
    FormatError
        If there is no whole record here.
    """
    part = _read_part(file, size, source)
    if part is None:
        return None
    flag, payload = part
    if flag == WHOLE:
        return payload
    if flag != FIRST:
        raise _fault(file, source, f"a record begins with a part of kind {flag}, which only goes on with one")
    pieces = [payload]
    while flag != LAST:
        part = _read_part(file, size, source)
        if part is None:
            raise _fault(file, source, "the file ends inside a record of several parts")
        flag, payload = part
        if flag not in (BETWEEN, LAST):
            raise _fault(file, source, f"inside a record of several parts stands one of kind {flag}")
        pieces.append(payload)
    return MAGIC.join(pieces)


def _read_part(file: IO[bytes], size: int, source: str) -> tuple[int, bytes] | None:
    header = _read_header(file, size, source)
    if header is None:
        return None
    flag, length = header
    padded = length + -length % 4
    content = file.read(padded)
    if len(content) < padded:  # the file shrank while it was read
        raise _fault(file, source, "the file ends inside a record")
    return flag, content[:length]


def _read_header(file: IO[bytes], size: int, source: str) -> tuple[int, int] | None:
    """Return flag and length of the part that begins here; its bytes are in the file. None at the end."""
    header = file.read(8)
    if not header:
        return None
    if len(header) < 8:
        raise _fault(file, source, f"{len(header)} bytes are left, too few for the head of a record")
    if header[:4] != MAGIC:
        raise _fault(file, source, f"a record has to begin with 0a 23 d7 ce, not with {header[:4].hex(' ')}")
    (word,) = struct.unpack_from("<I", header, 4)
    flag, length = word >> 29, word & MAX_PART
    left = size - file.tell()
    if length + -length % 4 > left:
        raise _fault(file, source, f"a record claims {length:,} bytes, but {left:,} are left")
    return flag, length


def _fault(file: IO[bytes], source: str, text: str) -> FormatError:
    return FormatError(
        f"{source}: before byte {file.tell():,}: {text}.\n"
        "  The file was cut off, is damaged, or is no RecordIO file (as im2rec or MXRecordIO writes it)."
    )


def offsets(file: IO[bytes], size: int, source: str) -> list[int]:
    """Return where each record of a file begins, in bytes; the payloads are not read."""
    found = []
    file.seek(0)
    while True:
        start = file.tell()
        header = _read_header(file, size, source)
        if header is None:
            return found
        flag, length = header
        if flag in (WHOLE, FIRST):
            found.append(start)
        file.seek(length + -length % 4, os.SEEK_CUR)


def read_index(path: str | os.PathLike[str], key_type: Callable = int) -> list[tuple]:
    """Return the pairs (key, offset in bytes) of an index file.

    Raises
    ------
    DataError
        If the file cannot be read.
    FormatError
        If a line is no key and offset.
    """
    name = os.fspath(path)
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except UnicodeDecodeError:
        raise FormatError(f"{name}: is no index of records: it is no text.\n  Is it the .idx file?") from None
    except OSError as error:
        raise DataError(
            f"{name}: cannot be read: {error.strerror or error}.\n"
            "  The index stands beside the .rec file; im2rec and MXIndexedRecordIO write both."
        ) from error
    pairs = []
    for number, line in enumerate(lines, 1):
        key, _, offset = line.strip().partition("\t")
        try:
            pairs.append((key_type(key), int(offset)))
        except ValueError:
            raise FormatError(
                f"{name}: line {number} is no key and offset: {line[:60]!r}.\n"
                "  An index holds lines of a key, a tab and a number of bytes."
            ) from None
        if pairs[-1][1] < 0:
            raise FormatError(f"{name}: line {number} has a negative offset: {line[:60]!r}.")
    return pairs
