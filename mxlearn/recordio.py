"""Files of records: ``mx.recordio``. Pictures with their labels, thousands in one file, as MXNet's tools write them.

    writer = mx.recordio.MXIndexedRecordIO("train.idx", "train.rec", "w")
    for i, (picture, label) in enumerate(examples):
        writer.write_idx(i, mx.recordio.pack(mx.recordio.IRHeader(0, label, i, 0), picture))
    writer.close()

The files are MXNet's, byte for byte. Contents are bytes; nothing in them is ever executed.

References: MXNet 1.9.1 module mxnet.recordio.
"""
import os
import struct
from collections import namedtuple
from collections.abc import Callable
from numbers import Number
from typing import IO

import numpy as np

from .base import ArgumentError, DataError, FormatError, MXNetError, NotFoundError, missing, type_name
from .data import pictures
from .data.records import frame, open_records, read_index, read_record
from .ndarray import NDArray

__all__ = ["IRHeader", "MXIndexedRecordIO", "MXRecordIO", "pack", "pack_img", "unpack", "unpack_img"]


class MXRecordIO:
    """A file of records, read or written from its beginning.

    Parameters
    ----------
    uri : str, the file
    flag : "r" reads, "w" writes a new file

    A reader that was pickled, or that a forked process received from its parent, opens the file anew and begins at the
    first record, so that no two processes share a position. A writer belongs to its process.

    Raises
    ------
    DataError
        If the file cannot be opened.
    ArgumentError
        If ``flag`` is neither.

    >>> writer = mx.recordio.MXRecordIO("two.rec", "w")
    >>> writer.write(b"first")
    >>> writer.write(b"second")
    >>> writer.close()
    >>> reader = mx.recordio.MXRecordIO("two.rec", "r")
    >>> reader.read(), reader.read(), reader.read()
    (b'first', b'second', None)
    >>> reader.close()

    References: MXNet 1.9.1 class mxnet.recordio.MXRecordIO.
    """

    def __init__(self, uri: str | os.PathLike[str], flag: str):
        self.uri = os.fspath(uri)
        self.flag = flag
        self.pid: int | None = None
        self.is_open = False
        self.writable = False
        self._file: IO[bytes] | None = None
        self._size = 0
        self.open()

    def open(self) -> None:
        """Open the file; a writer begins it anew."""
        if self.flag == "w":
            self._file = _create(self.uri)
            self.writable = True
        elif self.flag == "r":
            self._file, self._size = open_records(self.uri)
            self.writable = False
        else:
            raise ArgumentError(f"{type(self).__name__}: flag must be 'r' or 'w'. Received: {self.flag!r}")
        self.pid = os.getpid()
        self.is_open = True

    def close(self) -> None:
        """Close the file; what was written is in it."""
        if not self.is_open:
            return
        self.is_open = False
        self.pid = None
        if self._file is not None:
            self._file.close()
        self._file = None

    def __del__(self):
        if getattr(self, "is_open", False):
            self.close()

    def __getstate__(self) -> dict:
        if self.writable and self.is_open:
            raise ArgumentError(
                f"{self.uri}: a file that is being written cannot go to another process.\n"
                "  Write in one process, or one file in each."
            )
        state = dict(self.__dict__)
        state["_file"] = None
        state["pid"] = None
        return state

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        if self.is_open:
            self.is_open = False
            self.open()

    def reset(self) -> None:
        """Begin again at the first record; a writer empties the file."""
        if self.writable and self.pid != os.getpid():
            self._writer()  # says why not
        self.close()
        self.open()

    def _writer(self) -> IO[bytes]:
        if not self.writable:
            raise ArgumentError(f"{self.uri}: was opened to be read.\n  Open it with flag 'w' to write a new file.")
        if self._file is None or self.pid != os.getpid():
            raise MXNetError(f"{self.uri}: is closed, or belongs to the process that opened it.\n  Open it here.")
        return self._file

    def _reader(self) -> IO[bytes]:
        if self.writable:
            raise ArgumentError(f"{self.uri}: was opened to be written.\n  Close it, and open it with flag 'r'.")
        if self._file is not None and self.pid != os.getpid():
            self.reset()  # after a fork: parent and child must not share a position
        if self._file is None:
            raise MXNetError(f"{self.uri}: is closed.\n  Call open() first.")
        return self._file

    def write(self, buf: bytes) -> None:
        """Append a record.

        Parameters
        ----------
        buf : bytes, less than 512 MiB
        """
        file = self._writer()
        if not isinstance(buf, bytes | bytearray | memoryview):
            raise ArgumentError(f"{self.uri}: a record is bytes. Received: {type_name(buf)}\n  Encode it first.")
        _write(file, frame(bytes(buf)), self.uri)

    def read(self) -> bytes | None:
        """Return the next record, or None at the end of the file.

        Raises
        ------
        FormatError
            If the file is cut off, damaged, or holds no records.
        """
        return read_record(self._reader(), self._size, self.uri)


class MXIndexedRecordIO(MXRecordIO):
    """A file of records with an index, so that any record can be read by its key.

    Parameters
    ----------
    idx_path : str, the index
    uri : str, the records
    flag : "r" or "w"
    key_type : callable that makes a key of its text: int or str

    Attributes
    ----------
    keys : list of the keys, in the order of the file
    idx : dict of key to offset, bytes

    >>> writer = mx.recordio.MXIndexedRecordIO("few.idx", "few.rec", "w")
    >>> for i in range(3):
    ...     writer.write_idx(i, b"record %d" % i)
    >>> writer.close()
    >>> reader = mx.recordio.MXIndexedRecordIO("few.idx", "few.rec", "r")
    >>> reader.keys, reader.read_idx(2)
    ([0, 1, 2], b'record 2')
    >>> reader.close()

    References: MXNet 1.9.1 class mxnet.recordio.MXIndexedRecordIO.
    """

    def __init__(
        self, idx_path: str | os.PathLike[str], uri: str | os.PathLike[str], flag: str, key_type: Callable = int
    ):
        self.idx_path = os.fspath(idx_path)
        self.idx: dict = {}
        self.keys: list = []
        self.key_type = key_type
        self.fidx: IO[bytes] | None = None
        super().__init__(uri, flag)

    def open(self) -> None:
        """Open the records and the index."""
        super().open()
        self.idx, self.keys = {}, []
        if self.writable:
            try:
                self.fidx = _create(self.idx_path)
            except DataError:
                self.close()
                raise
            return
        try:
            pairs = read_index(self.idx_path, self.key_type)
        except MXNetError:
            self.close()
            raise
        self.idx, self.keys = dict(pairs), [key for key, _ in pairs]

    def close(self) -> None:
        """Close the records and the index."""
        super().close()
        if self.fidx is not None:
            self.fidx.close()
            self.fidx = None

    def __getstate__(self) -> dict:
        return {**super().__getstate__(), "fidx": None}

    def seek(self, idx) -> None:
        """Move to the record of a key: the next ``read()`` returns it."""
        file = self._reader()
        if idx not in self.idx:
            raise NotFoundError(f"{self.idx_path}: has no record of key {idx!r}; it has {len(self.idx)} records.")
        if self.idx[idx] >= self._size:
            raise FormatError(
                f"{self.idx_path}: key {idx!r} is said to be at byte {self.idx[idx]:,}, but {self.uri} has "
                f"{self._size:,}.\n  Are the two of the same data?"
            )
        file.seek(self.idx[idx])

    def tell(self) -> int:
        """Return where the next record begins, in bytes."""
        return (self._writer() if self.writable else self._reader()).tell()

    def read_idx(self, idx) -> bytes:
        """Return the record of a key.

        Raises
        ------
        NotFoundError
            If there is no such key; it is a KeyError too.
        """
        self.seek(idx)
        record = self.read()
        assert record is not None  # seek() has found bytes there
        return record

    def write_idx(self, idx, buf: bytes) -> None:
        """Append a record under a key."""
        self._writer()
        key = self.key_type(idx)
        position = self.tell()
        self.write(buf)
        assert self.fidx is not None
        _write(self.fidx, f"{key}\t{position}\n".encode(), self.idx_path)
        self.idx[key] = position
        self.keys.append(key)


def _create(path: str) -> IO[bytes]:
    try:
        # Unbuffered, so that a forked child, which would inherit the buffer, cannot write its parent's records twice.
        return open(path, "wb", buffering=0)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be written: {error.strerror or error}.\n  Is the folder there, and writable?"
        ) from error


def _write(file: IO[bytes], content: bytes, path: str) -> None:
    left = memoryview(content)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise DataError(f"{path}: not written: {error.strerror or error}.\n  Is the disk full?") from error


IRHeader = namedtuple("HEADER", ["flag", "label", "id", "id2"])
IRHeader.__doc__ = """What stands before the content of a record of an image: flag, label, id, id2.

flag : int, how many labels there are; 0: one, which stands in ``label`` itself
label : float, or array of floats
id, id2 : int, the number of the image; MXNet's tools leave id2 0

References: MXNet 1.9.1 class mxnet.recordio.IRHeader.
"""
_HEADER = struct.Struct("<IfQQ")


def pack(header, s: bytes) -> bytes:
    """Return the content of a record: a header and bytes.

    Parameters
    ----------
    header : IRHeader, or its four fields; an array or a list as the label sets ``flag`` to its length
    s : bytes

    >>> mx.recordio.pack(mx.recordio.IRHeader(0, 4.0, 7, 0), b"pixels")[-6:]
    b'pixels'

    References: MXNet 1.9.1 function mxnet.recordio.pack.
    """
    header = IRHeader(*header)
    if not isinstance(s, bytes | bytearray | memoryview):
        raise ArgumentError(f"pack: the content must be bytes. Received: {type_name(s)}")
    labels = b""
    if isinstance(header.label, Number):
        header = header._replace(flag=0)
    else:
        label = header.label.asnumpy() if isinstance(header.label, NDArray) else header.label
        array = np.asarray(label, dtype="<f4")
        header = header._replace(flag=array.size, label=0)
        labels = array.tobytes()
    try:
        return _HEADER.pack(*header) + labels + bytes(s)
    except (struct.error, OverflowError) as error:
        raise ArgumentError(
            f"pack: {header} does not fit: {error}.\n  id and id2 are whole numbers from 0 to 2**64 - 1."
        ) from error


def unpack(s: bytes) -> tuple:
    """Return header and bytes of a record's content.

    Returns
    -------
    IRHeader, whose label is a float, or an array of float32 where ``flag`` is not 0; and bytes

    Raises
    ------
    FormatError
        If the content is shorter than its header says.

    >>> header, content = mx.recordio.unpack(mx.recordio.pack(mx.recordio.IRHeader(0, [1, 2], 7, 0), b"pixels"))
    >>> header.flag, header.label.tolist(), header.id, content
    (2, [1.0, 2.0], 7, b'pixels')

    References: MXNet 1.9.1 function mxnet.recordio.unpack.
    """
    if len(s) < _HEADER.size:
        raise FormatError(
            f"unpack: a record of an image begins with a header of {_HEADER.size} bytes; this one has {len(s)} in all."
        )
    header = IRHeader(*_HEADER.unpack_from(s))
    rest = s[_HEADER.size :]
    if header.flag == 0:
        return header, rest
    size = 4 * header.flag
    if size > len(rest):
        raise FormatError(
            f"unpack: the header promises {header.flag:,} labels, {size:,} bytes, but {len(rest):,} follow it."
        )
    label = np.frombuffer(rest[:size], "<f4").astype(np.float32)
    return header._replace(label=label), rest[size:]


def pack_img(header, img, quality: int = 95, img_fmt: str = ".jpg") -> bytes:
    """Return the content of a record: a header, and an image as JPEG or PNG.

    Parameters
    ----------
    header : IRHeader
    img : NumPy array, (height, width), or (height, width, 3 or 4) with blue first, as OpenCV has it: uint8
    quality : for JPEG 1 to 100; for PNG the effort of compression, where 9 or more is the most
    img_fmt : ".jpg", ".jpeg" or ".png"

    References: MXNet 1.9.1 function mxnet.recordio.pack_img.
    """
    pixels = img.asnumpy() if isinstance(img, NDArray) else np.asarray(img)
    return pack(header, pictures.encode(_turned(pixels), img_fmt, quality))


def unpack_img(s: bytes, iscolor: int = -1) -> tuple:
    """Return header and image of a record's content.

    Parameters
    ----------
    s : bytes
    iscolor : 1 color, 0 gray, -1 as the file has it, with transparency as a fourth channel

    Returns
    -------
    IRHeader; and a NumPy array uint8, (height, width) where it is gray, else (height, width, 3 or 4) with blue first,
    as OpenCV has it

    >>> image = np.zeros((4, 6, 3), np.uint8)
    >>> packed = mx.recordio.pack_img(mx.recordio.IRHeader(0, 1.0, 0, 0), image, img_fmt=".png")
    >>> header, back = mx.recordio.unpack_img(packed)
    >>> header.label, back.shape, bool((back == image).all())
    (1.0, (4, 6, 3), True)

    References: MXNet 1.9.1 function mxnet.recordio.unpack_img.
    """
    if iscolor not in (pictures.GRAY, pictures.COLOR, pictures.ANY):
        raise ArgumentError(f"unpack_img: iscolor must be 1, 0 or -1. Received: {iscolor!r}")
    header, content = unpack(s)
    pixels = pictures.decode(content, iscolor, "the image of a record")
    return header, pixels[..., 0] if pixels.shape[2] == 1 else np.ascontiguousarray(_turned(pixels))


def _turned(pixels: np.ndarray) -> np.ndarray:
    """Return pixels with red and blue exchanged."""
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        return pixels
    return pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)
