"""Optimizer states as bytes, and back, without pickle: a safetensors file whose metadata holds the structure.

Layout (little-endian; https://huggingface.co/docs/safetensors, format version 0):

    u64 n | n bytes of JSON | array data
    JSON: {"<name>": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...,
           "__metadata__": {"format": "mxlearn-optimizer", "version": "1", "tree": "<JSON>"}}

Offsets count from the end of the JSON, and arrays follow each other without gaps. ``tree`` describes one value, in
which arrays are referred to by name:

    null, true, 3, 0.5, "text"          themselves
    {"list": [...]}, {"tuple": [...]}   sequences
    {"dict": [[key, value], ...]}       dictionaries, whose keys are int or str
    {"tensor": "3"}                     an NDArray, {"array": "3"} a NumPy array
    {"scheduler": "FactorScheduler", "attributes": {"dict": ...}}     a learning rate scheduler

Nothing in such a file is executed. Any safetensors reader can list and read the arrays.
"""
import json

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, FormatError
from ..lr_scheduler import LRScheduler

__all__ = ["decode", "encode"]

_FORMAT, _VERSION = "mxlearn-optimizer", "1"
_DTYPES = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
_CODES = {dtype: code for code, dtype in _DTYPES.items()}
_MAX_HEADER = 100_000_000  # bytes; the limit of the safetensors format
_MAX_DEPTH = 64


def encode(value) -> bytes:
    """Return the file content for a tree of numbers, strings, sequences, dicts, arrays and schedulers.

    Raises
    ------
    ArgumentError
        If the tree holds anything else; the message says where.
    """
    arrays: list[np.ndarray] = []
    tree = _pack(value, arrays, "state")
    header: dict = {"__metadata__": {"format": _FORMAT, "version": _VERSION, "tree": json.dumps(tree)}}
    offset = 0
    for i, array in enumerate(arrays):
        end = offset + array.nbytes
        header[str(i)] = {"dtype": _CODES[array.dtype], "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(array.tobytes() for array in arrays)])


def _pack(value, arrays: list[np.ndarray], where: str):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, nd.NDArray):
        return {"tensor": _store(value.asnumpy(), arrays, where)}
    if isinstance(value, np.ndarray):
        return {"array": _store(value, arrays, where)}
    if isinstance(value, (list, tuple)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_pack(item, arrays, f"{where}[{i}]") for i, item in enumerate(value)]}
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, (int, str)):
                raise ArgumentError(f"optimizer states: the keys of {where} must be int or str. Received: {key!r}")
        return {"dict": [[key, _pack(item, arrays, f"{where}[{key!r}]")] for key, item in value.items()]}
    if isinstance(value, LRScheduler):
        return {"scheduler": type(value).__name__, "attributes": _pack(vars(value), arrays, where)}
    raise ArgumentError(
        f"optimizer states: {where} is a {type(value).__name__}, which cannot be stored.\n"
        "  States may hold numbers, strings, lists, tuples, dicts, arrays and learning rate schedulers."
    )


def _store(array: np.ndarray, arrays: list[np.ndarray], where: str) -> str:
    array = np.ascontiguousarray(array).reshape(array.shape)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype not in _CODES:
        raise ArgumentError(f"optimizer states: {where} has dtype {array.dtype}, which cannot be stored")
    arrays.append(array)
    return str(len(arrays) - 1)


def decode(content: bytes):
    """Return the tree that ``encode`` stored; arrays come back on the CPU.

    Raises
    ------
    FormatError
        If the content is truncated, corrupt, or of another kind. A pickle, as MXNet writes, is refused unread.
    """
    content = bytes(content)
    header, data = _split(content)
    metadata = header.pop("__metadata__", None)
    if not isinstance(metadata, dict) or metadata.get("format") != _FORMAT:
        raise FormatError("optimizer states: a safetensors file, but not one of optimizer states")
    if metadata.get("version") != _VERSION:
        raise FormatError(f"optimizer states: version {metadata.get('version')!r}; this mxlearn reads {_VERSION!r}")
    return _unpack(_parse(metadata.get("tree")), _arrays(header, data), 0)


def _split(content: bytes) -> tuple[dict, memoryview]:
    if content[:1] == b"\x80" and content[8:9] != b"{":  # a header may be 128 bytes long too
        raise FormatError(
            "optimizer states: this is a Python pickle, as MXNet writes them; it is not read, because a pickle can run "
            "any program.\n  Train on from the parameters alone, or save the states again with mxlearn."
        )
    if len(content) < 8:
        raise FormatError(f"optimizer states: expected at least 8 bytes. Received: {len(content)}")
    length = int.from_bytes(content[:8], "little")
    if length > min(len(content) - 8, _MAX_HEADER):
        raise FormatError(f"optimizer states: truncated or corrupt: a header of {length} bytes in {len(content)} bytes")
    header = _parse(content[8 : 8 + length])
    if not isinstance(header, dict):
        raise FormatError("optimizer states: the header is not a JSON object")
    return header, memoryview(content)[8 + length :]


def _parse(text):
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"optimizer states: not valid JSON: {error}") from None


def _arrays(header: dict, data: memoryview) -> dict[str, np.ndarray]:
    arrays, expected = {}, 0
    for name, entry in sorted(header.items(), key=_begin_of):
        try:
            dtype, shape = _DTYPES[entry["dtype"]], tuple(entry["shape"])
            begin, end = entry["data_offsets"]
            if not all(type(n) is int and n >= 0 for n in (*shape, begin, end)) or len(shape) > 32:
                raise ValueError("sizes must be natural numbers")
        except (KeyError, TypeError, ValueError):
            text = f"optimizer states: the array {name!r} is badly described: {str(entry)[:100]}"
            raise FormatError(text) from None
        size = dtype.itemsize
        for extent in shape:
            size *= extent
        if begin != expected or end - begin != size or end > len(data):
            raise FormatError(f"optimizer states: the array {name!r} does not fit its {len(data)} bytes of data")
        arrays[name] = np.frombuffer(data[begin:end], dtype).reshape(shape)
        expected = end
    if expected != len(data):
        raise FormatError(f"optimizer states: {len(data) - expected} bytes too many")
    return arrays


def _begin_of(item) -> tuple[int, int]:
    try:
        begin, end = item[1]["data_offsets"]
        return int(begin), int(end)
    except (KeyError, TypeError, ValueError):
        return (-1, -1)  # badly described; the caller says so


def _unpack(tree, arrays: dict[str, np.ndarray], depth: int):
    if tree is None or isinstance(tree, (bool, int, float, str)):
        return tree
    if depth > _MAX_DEPTH or not isinstance(tree, dict):
        raise FormatError(f"optimizer states: a badly formed tree: {str(tree)[:100]}")
    kind = tuple(tree)
    try:
        if kind == ("tensor",):
            array = arrays[tree["tensor"]]
            return nd.array(array, dtype=array.dtype)
        if kind == ("array",):
            return arrays[tree["array"]].copy()
        if kind in (("list",), ("tuple",)):
            if not isinstance(tree[kind[0]], list):
                raise ValueError("not a list")
            items = [_unpack(item, arrays, depth + 1) for item in tree[kind[0]]]
            return tuple(items) if kind == ("tuple",) else items
        if kind == ("dict",):
            return {_key(key): _unpack(item, arrays, depth + 1) for key, item in tree["dict"]}
        if kind == ("scheduler", "attributes"):
            return _scheduler(tree["scheduler"], _unpack(tree["attributes"], arrays, depth + 1))
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"optimizer states: a badly formed tree: {str(tree)[:100]}") from None
    raise FormatError(f"optimizer states: a badly formed tree: {str(tree)[:100]}")


def _key(key):
    if type(key) not in (int, str):
        raise FormatError(f"optimizer states: {key!r} is no key")
    return key


def _scheduler(name, attributes):
    """Return a scheduler of a class that is defined in this process, with the attributes that were stored."""
    classes = {klass.__name__: klass for klass in _subclasses(LRScheduler)}
    if name not in classes:
        raise FormatError(
            f"optimizer states: the learning rate scheduler {name!r} is not known here.\n"
            f"  Import its class first. Known: {', '.join(sorted(classes))}."
        )
    klass = classes[name]
    fill(scheduler := klass.__new__(klass), attributes)
    return scheduler


def _subclasses(klass):
    yield klass
    for child in klass.__subclasses__():
        yield from _subclasses(child)


def fill(target, attributes: dict) -> None:
    """Set attributes of an object, all or none; a name that the class itself defines is refused."""
    for name in attributes:
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("__") or hasattr(type(target), name):
            raise FormatError(f"optimizer states: {name!r} is no attribute of {type(target).__name__}")
    vars(target).update(attributes)
