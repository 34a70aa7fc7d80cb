"""Training states as bytes, and back, without pickle: a safetensors file whose metadata holds the structure.

The metadata of the file (see mxlearn.safetensors) is {"format": "mxlearn-optimizer", "version": "1", "tree": "<JSON>"}.
``tree`` describes one value, in which arrays are referred to by name:

    null, true, 3, 0.5, "text"          themselves
    {"list": [...]}, {"tuple": [...]}   sequences
    {"dict": [[key, value], ...]}       dictionaries, whose keys are int or str
    {"tensor": "states/3"}              an NDArray, {"array": "states/3"} a NumPy array
    {"scheduler": "FactorScheduler", "attributes": {"dict": ...}}     a learning rate scheduler

An array is called after its place in the tree. Nothing in such a file is executed. Any safetensors reader can list and
read the arrays.
"""
import json
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import safetensors
from ..base import ArgumentError, FormatError
from ..lr_scheduler import LRScheduler

__all__ = ["decode", "encode", "fill"]

_FORMAT, _VERSION = "mxlearn-optimizer", "1"
_MAX_DEPTH = 64


def encode(value, what: str = "optimizer states", kind: str = _FORMAT) -> bytes:
    """Return the file content for a tree of numbers, strings, sequences, dicts, arrays and schedulers.

    Parameters
    ----------
    what : what errors call the tree
    kind : the ``format`` in the metadata

    Raises
    ------
    ArgumentError
        If the tree holds anything else; the message says where.
    """
    packing = _Packing(what)
    tree = packing.pack(value, ())
    metadata = {"format": kind, "version": _VERSION, "tree": json.dumps(tree)}
    return b"".join(safetensors.dump(packing.arrays, metadata))


class _Packing:
    """Describes a tree as JSON, and collects its arrays by name."""

    def __init__(self, what: str):
        self.what = what
        self.arrays: dict[str, np.ndarray] = {}

    def pack(self, value, path: tuple):
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, nd.NDArray):
            return {"tensor": self._store(value.asnumpy(), path)}
        if isinstance(value, np.ndarray):
            return {"array": self._store(value, path)}
        if isinstance(value, (list, tuple)):
            kind = "tuple" if isinstance(value, tuple) else "list"
            return {kind: [self.pack(item, (*path, i)) for i, item in enumerate(value)]}
        if isinstance(value, dict):
            for key in value:
                if not isinstance(key, (int, str)):
                    raise ArgumentError(
                        f"{self.what}: the keys of {_place(path)} must be int or str. Received: {key!r}"
                    )
            return {"dict": [[key, self.pack(item, (*path, key))] for key, item in value.items()]}
        if isinstance(value, LRScheduler):
            return {"scheduler": type(value).__name__, "attributes": self.pack(vars(value), path)}
        raise ArgumentError(
            f"{self.what}: {_place(path)} is a {type(value).__name__}, which cannot be stored.\n"
            "  Stored can be numbers, strings, lists, tuples, dicts, arrays and learning rate schedulers."
        )

    def _store(self, array: np.ndarray, path: tuple) -> str:
        if array.dtype.kind not in "fiub":
            raise ArgumentError(f"{self.what}: {_place(path)} has dtype {array.dtype}, which cannot be stored")
        name = plain = "/".join(map(str, path)) or "value"
        count = 1
        while name in self.arrays:  # the keys 1 and "1" look alike
            count += 1
            name = f"{plain}#{count}"
        self.arrays[name] = array
        return name


def _place(path: tuple) -> str:
    return "state" + "".join(f"[{key!r}]" for key in path)


def decode(content: bytes, what: str = "optimizer states", kind: str = _FORMAT) -> Any:
    """Return the tree that ``encode`` stored; arrays come back on the CPU.

    Raises
    ------
    FormatError
        If the content is truncated, corrupt, or of another kind. A pickle, as MXNet writes, is refused unread.
    """
    content = bytes(content)
    if content[:1] == b"\x80" and content[8:9] != b"{":  # a header may be 128 bytes long too
        raise FormatError(
            f"{what}: this is a Python pickle, as MXNet writes them; it is not read, because a pickle can run "
            "any program.\n  Train on from the parameters alone, or save the states again with mxlearn."
        )
    arrays, metadata = safetensors.parse(content, what)
    if metadata.get("format") != kind:
        raise FormatError(f"{what}: a safetensors file, but not one of {kind}")
    if metadata.get("version") != _VERSION:
        raise FormatError(f"{what}: version {metadata.get('version')!r}; this mxlearn reads {_VERSION!r}")
    try:
        tree = json.loads(metadata["tree"])
    except (KeyError, ValueError, RecursionError) as error:
        raise FormatError(f"{what}: the tree is not valid JSON: {error}") from None
    return _Unpacking(what, arrays).unpack(tree, 0)


class _Unpacking:
    """Builds the tree again that a _Packing described."""

    def __init__(self, what: str, arrays: dict[str, np.ndarray]):
        self.what = what
        self.arrays = arrays

    def unpack(self, tree, depth: int):
        if tree is None or isinstance(tree, (bool, int, float, str)):
            return tree
        if depth > _MAX_DEPTH or not isinstance(tree, dict):
            raise self._error(tree)
        kind = tuple(tree)
        try:
            if kind == ("tensor",):
                array = self.arrays[tree["tensor"]]
                return nd.array(array, dtype=array.dtype)
            if kind == ("array",):
                return self.arrays[tree["array"]].copy()
            if kind in (("list",), ("tuple",)):
                if not isinstance(tree[kind[0]], list):
                    raise ValueError("not a list")
                items = [self.unpack(item, depth + 1) for item in tree[kind[0]]]
                return tuple(items) if kind == ("tuple",) else items
            if kind == ("dict",):
                return {self._key(key): self.unpack(item, depth + 1) for key, item in tree["dict"]}
            if kind == ("scheduler", "attributes"):
                return self._scheduler(tree["scheduler"], self.unpack(tree["attributes"], depth + 1))
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, FormatError):
                raise
            raise self._error(tree) from None
        raise self._error(tree)

    def _error(self, tree) -> FormatError:
        return FormatError(f"{self.what}: a badly formed tree: {str(tree)[:100]}")

    def _key(self, key):
        if type(key) not in (int, str):
            raise FormatError(f"{self.what}: {key!r} is no key")
        return key

    def _scheduler(self, name, attributes):
        """Return a scheduler of a class that is defined in this process, with the attributes that were stored."""
        classes = {klass.__name__: klass for klass in _subclasses(LRScheduler)}
        if name not in classes:
            raise FormatError(
                f"{self.what}: the learning rate scheduler {name!r} is not known here.\n"
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
