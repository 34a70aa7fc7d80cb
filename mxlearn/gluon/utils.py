"""Splitting batches over devices, clipping gradients, verified downloads, and handles of hooks.

References: MXNet 1.9.1 module mxnet.gluon.utils.
"""
import math
import os
import warnings
import weakref
from pathlib import Path

from .. import ndarray as nd
from ..base import ArgumentError, DataError, ShapeError
from ..util import is_np_array, is_np_shape  # noqa: F401 - MXNet's module has the second too

__all__ = [
    "HookHandle",
    "check_sha1",
    "clip_global_norm",
    "download",
    "replace_file",
    "shape_is_known",
    "split_and_load",
    "split_data",
]

_CHUNK = 1 << 16  # bytes
_TIMEOUT = 30.0  # seconds without a byte
_PAUSE = 0.5  # seconds before the second try, a whole one before the third, and so on


def split_data(data, num_slice: int, batch_axis: int = 0, even_split: bool = True) -> list:
    """Split an array into ``num_slice`` slices along its batch axis.

    Parameters
    ----------
    data : NDArray
    num_slice : int
    batch_axis : int
    even_split : bool, raise an error where the slices would differ in length; False: the first ones are longer by one

    Returns
    -------
    list of NDArray

    Raises
    ------
    ShapeError
        If the axis is no multiple of ``num_slice`` and ``even_split`` is True.

    >>> import mxlearn as mx
    >>> [part.shape for part in mx.gluon.utils.split_data(mx.nd.ones((7, 2)), 3, even_split=False)]
    [(3, 2), (2, 2), (2, 2)]
    """
    size = data.shape[batch_axis]
    step, longer = divmod(size, num_slice)
    if longer and even_split:
        raise ShapeError(
            f"split_data: {data.shape} cannot be split evenly into {num_slice} slices along axis {batch_axis}.\n"
            f"  Use a batch size that is a multiple of {num_slice}, or pass even_split=False."
        )
    if num_slice == 1:
        return [data]
    edges = [step * i + min(i, longer) for i in range(num_slice + 1)]
    if batch_axis == 0:
        return [data[begin:end] for begin, end in zip(edges, edges[1:], strict=False)]
    return [
        nd.slice_axis(data, axis=batch_axis, begin=begin, end=end) for begin, end in zip(edges, edges[1:], strict=False)
    ]


def split_and_load(data, ctx_list, batch_axis: int = 0, even_split: bool = True) -> list:
    """Split an array into one slice for each context, and copy each slice there.

    Parameters
    ----------
    data : NDArray or NumPy array
    ctx_list : list of Context
    batch_axis, even_split : see split_data

    Returns
    -------
    list of NDArray, one on each context
    """
    if not isinstance(ctx_list, list | tuple):
        raise ArgumentError(f"split_and_load: ctx_list must be a list. Received: {ctx_list!r}\n  Write [ctx].")
    if not isinstance(data, nd.NDArray):
        data = nd.array(data, ctx=ctx_list[0])
        data = data.as_np_ndarray() if is_np_array() else data
    if len(ctx_list) == 1:
        return [data.as_in_context(ctx_list[0])]
    slices = split_data(data, len(ctx_list), batch_axis, even_split)
    return [part.as_in_context(ctx) for part, ctx in zip(slices, ctx_list, strict=True)]


def clip_global_norm(arrays, max_norm: float, check_isfinite: bool = True):
    """Scale ``arrays`` in place so that the norm of all of them together is at most ``max_norm``.

    Parameters
    ----------
    arrays : list of NDArray, usually gradients
    max_norm : float
    check_isfinite : bool, warn where the norm is nan or infinite. For that it waits for the norm, and returns a number;
        False returns an NDArray (1,), and a GPU need not wait.

    Returns
    -------
    the norm before clipping: float, or NDArray (1,)

    References: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    if not arrays:
        raise ArgumentError("clip_global_norm: needs at least one array. Received: []")
    ctx = arrays[0].context
    total = nd.add_n(*[_squared_norm(array).as_in_context(ctx) for array in arrays])
    norm = nd.sqrt(total)
    result = norm
    if check_isfinite:
        result = norm.asscalar()
        if not math.isfinite(result):
            warnings.warn("clip_global_norm: the norm is nan or infinite; clipping gives nonsense", stacklevel=2)
    scale = nd.minimum(max_norm / (norm + 1e-8), 1.0)
    for array in arrays:
        array *= scale.as_in_context(array.context).astype(array.dtype, copy=False)
    return result


def _squared_norm(array):
    flat = array.reshape((-1,))
    return nd.sum(nd.square(flat.astype("float32", copy=False)))


def shape_is_known(shape) -> bool:
    """Return whether all dimensions of a shape are known: none is 0 (MXNet's "unknown") or -1, and it is not None.

    >>> from mxlearn.gluon.utils import shape_is_known
    >>> shape_is_known((64, 0)), shape_is_known((64, 10)), shape_is_known(None)
    (False, True, False)
    """
    if shape is None:
        return False
    return bool(shape) and all(extent > 0 for extent in shape)


def check_sha1(filename, sha1_hash: str) -> bool:
    """Return whether the SHA-1 of a file's content is ``sha1_hash``, in hexadecimal digits."""
    import hashlib

    digest = hashlib.sha1(usedforsecurity=False)
    with open(filename, "rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest() == sha1_hash.lower()


def replace_file(src, dst) -> None:
    """Move ``src`` to ``dst``, replacing what is there in one step."""
    try:
        os.replace(src, dst)
    except OSError as error:
        raise DataError(f"{dst}: cannot be replaced by {src}: {error}.") from error


def download(
    url: str,
    path=None,
    overwrite: bool = False,
    sha1_hash: str | None = None,
    retries: int = 5,
    verify_ssl: bool = True,
) -> str:
    """Fetch a file over HTTP, once: a file that is there with the right checksum is kept.

    The file arrives as ``NAME.part`` and gets its name when it is whole and its checksum is right, so that nothing
    half-written ever has that name. A transfer that broke off goes on where it stopped; with ``sha1_hash`` also in the
    next call.

    Parameters
    ----------
    url : str, http or https
    path : str, the file or the folder to store it in; default: the URL's last part, in the current folder
    overwrite : bool, fetch it even if it is there
    sha1_hash : str of 40 hexadecimal digits, what the content must have
    retries : int, tries after the first that failed
    verify_ssl : bool, check the server's certificate

    Returns
    -------
    str, the path of the file

    Raises
    ------
    DataError
        If the file cannot be fetched or stored, or has another checksum.

    References: MXNet 1.9.1 function mxnet.gluon.utils.download.
    """
    if retries < 0:
        raise ArgumentError(f"download: retries must be 0 or more. Received: {retries}")
    if not url.startswith(("http://", "https://")):
        raise ArgumentError(f"download: expected an address that begins with http:// or https://. Received: {url!r}")
    target = _target(url, path)
    if not overwrite and target.is_file() and (sha1_hash is None or check_sha1(target, sha1_hash)):
        return str(target)
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if sha1_hash is None:
            part.unlink(missing_ok=True)                      # without a checksum nothing says what it is a part of
    except OSError as error:
        raise DataError(f"{target}: cannot be stored: {error}.\n  Is the folder writable?") from error
    reason = _fetch(url, part, sha1_hash, retries, verify_ssl)
    if reason is not None:
        raise DataError(
            f"{url}: could not be fetched: {reason}.\n"
            f"  Try again later; or fetch it on another machine and copy it to {target}."
        )
    replace_file(part, target)
    return str(target)


def _target(url: str, path) -> Path:
    name = url.split("?", 1)[0].split("/", 3)[-1].rsplit("/", 1)[-1] if url.count("/") > 2 else ""
    if path is not None and not Path(path).expanduser().is_dir():
        return Path(path).expanduser()
    if not name:
        raise ArgumentError(f"download: {url} has no file name.\n  Pass path='NAME'.")
    return Path(path or ".").expanduser() / name


def _fetch(url: str, part: Path, sha1_hash: str | None, retries: int, verify_ssl: bool) -> str | None:
    """Bring the content of ``url`` to ``part``; return why that failed, or None."""
    import time

    reason = None
    for attempt in range(retries + 1):
        if attempt:
            time.sleep(_PAUSE * attempt)
        resumed = part.is_file() and part.stat().st_size > 0
        reason, again = _transfer(url, part, verify_ssl)
        if reason is None:
            if sha1_hash is None or check_sha1(part, sha1_hash):
                return None
            part.unlink()
            reason, again = "the content is not the expected one: its SHA-1 differs", resumed
        if not again:
            break
    return reason


def _transfer(url: str, part: Path, verify_ssl: bool) -> tuple[str | None, bool]:
    """Receive what is missing of ``part``; return (reason of a failure or None, whether another try may help)."""
    import http.client
    import ssl
    import urllib.error
    import urllib.request

    have = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": "mxlearn", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    context = None if verify_ssl else ssl._create_unverified_context()
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=_TIMEOUT, context=context) as answer:
            if answer.status != 206 or not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                have = 0                                      # the server sends the whole file
            length = answer.headers.get("Content-Length", "")
            received = have + _store(answer, part, have)
            expected = have + int(length) if length.isdigit() else received
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and have:                        # nothing beyond what we have: the checksum decides
            return None, False
        return f"HTTP status {error.code} {error.reason}", error.code >= 500
    except DataError:
        raise
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {getattr(error, 'reason', None) or error}", True
    if received < expected:
        return f"the connection closed after {received:,} of {expected:,} bytes", True
    return None, False


def _store(answer, part: Path, have: int) -> int:
    """Append what the server sends to the first ``have`` bytes of ``part``; return how many bytes came."""
    count = 0
    try:
        with open(part, "r+b" if have else "wb", buffering=0) as file:
            file.seek(have)
            for piece in _pieces(answer):
                rest = memoryview(piece)
                while rest:
                    rest = rest[file.write(rest) :]
                count += len(piece)
    except _Broken as broken:
        raise broken.error from None
    except OSError as error:
        raise DataError(f"{part}: cannot be stored: {error}.\n  Is the folder writable, the disk full?") from error
    return count


class _Broken(Exception):
    """Carries an error of the connection past the handler of the disk's errors."""

    def __init__(self, error: Exception):
        super().__init__(str(error))
        self.error = error


def _pieces(answer):
    try:
        while piece := answer.read(_CHUNK):
            yield piece
    except OSError as error:
        raise _Broken(error) from error


class HookHandle:
    """What ``register_forward_hook`` returns: ``detach()`` takes the hook away; so does the end of a ``with`` block."""

    def __init__(self):
        self._hooks_dict_ref = None
        self._id = None

    def attach(self, hooks_dict, hook) -> None:
        """Put ``hook`` into ``hooks_dict``; a handle holds one hook."""
        if self._hooks_dict_ref is not None:
            raise ArgumentError("HookHandle: this handle holds a hook already.\n  Make a new one.")
        self._id = id(hook)
        hooks_dict[self._id] = hook
        self._hooks_dict_ref = weakref.ref(hooks_dict)

    def detach(self) -> None:
        """Take the hook out again; nothing happens the second time."""
        hooks = self._hooks_dict_ref() if self._hooks_dict_ref is not None else None
        if hooks is not None:
            hooks.pop(self._id, None)

    def __enter__(self) -> "HookHandle":
        return self

    def __exit__(self, *_) -> None:
        self.detach()


def _indent(text: str, spaces: int) -> str:
    """Indent all lines of ``text`` but the first."""
    first, *rest = text.split("\n")
    return "\n".join([first, *[" " * spaces + line for line in rest]])


def _brief_print_list(items, limit: int = 7) -> str:
    """Return the items quoted and comma-separated, the middle left out where there are more than ``limit``."""
    items = list(items)
    if len(items) > limit:
        half = limit // 2
        return f"{_brief_print_list(items[:half], limit)}, ..., {_brief_print_list(items[-half:], limit)}"
    return ", ".join(f"'{item}'" for item in items)
