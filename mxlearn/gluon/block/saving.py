"""A network in two files: its structure (PREFIX-model.json) and its parameters (PREFIX-model.params).

References: MXNet 1.9.1 methods mxnet.gluon.Block.save and Block.load.
"""
import json
from collections import Counter
from typing import TYPE_CHECKING

from ...base import DataError, FormatError, atomic_write

if TYPE_CHECKING:
    from .base import Block


def save(block: "Block", prefix: str) -> None:
    """Write the structure and the parameters of a Block; see Block.save."""
    model = _describe(block, {}, Counter())
    with atomic_write(f"{prefix}-model.json", "w") as file:
        file.write(json.dumps(model))
    block.save_parameters(f"{prefix}-model.params")


def _key(block: "Block", count: Counter) -> str:
    """Return the key of a Block in the file: its class and its number in the order of the structure."""
    number = count["blocks"]
    count["blocks"] += 1
    return f"{type(block).__name__.lower()}{number}"


def _describe(block: "Block", into: dict, count: Counter) -> dict:
    entry: dict = {"orig_name": block.name}
    if hasattr(block, "hybrid_forward"):
        graphs = list(getattr(block, "_graphs", {}).items())
        ran = bool(getattr(block, "_cached_ops", None)) and bool(graphs)
        if ran:
            inputs, symbol, out_format = graphs[-1][1]
            entry["in_format"] = [0] * len(inputs)
            entry["out_format"] = out_format
            entry["inputs"] = [each.tojson() for each in inputs]
            entry["symbol"] = symbol.tojson()
        entry["hybridized"] = ran
    into[_key(block, count)] = entry
    entry["children"] = {child.name: name for name, child in block._children.items()}
    for child in block._children.values():
        _describe(child, entry, count)
    return into


def load(block: "Block", prefix: str) -> None:
    """Read what ``save`` wrote into a Block of the same structure; see Block.load."""
    path = f"{prefix}-model.json"
    try:
        with open(path, encoding="utf-8") as file:
            model = json.load(file)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}: this is not JSON: {error}.") from None
    hybridized: list = []
    _compare(block, model, Counter(), path, hybridized)
    block.load_parameters(f"{prefix}-model.params")
    for each in hybridized:
        each.hybridize()


def _compare(block: "Block", entries, count: Counter, path: str, hybridized: list) -> None:
    """Raise FormatError where the file describes another structure; note the Blocks that ran hybridized."""
    key = _key(block, count)
    found = entries if isinstance(entries, dict) else {}
    entry = found.get(key)
    if not isinstance(entry, dict):
        names = [name for name, value in found.items() if isinstance(value, dict) and name != "children"]
        raise FormatError(
            f"{path}: the file does not describe this network: where it has {type(block).__name__} {block.name!r},"
            f" the file has {', '.join(names) or 'nothing'}.\n  Build the network as it was built before save()."
        )
    children = entry.get("children")
    saved = list(children.values()) if isinstance(children, dict) else None
    # a Block that is registered twice has one name in the file
    here = list({child.name: name for name, child in block._children.items()}.values())
    if saved != here:
        raise FormatError(
            f"{path}: {type(block).__name__} {block.name!r} has the children {here}, but the file says {saved}.\n"
            "  Build the network as it was built before save()."
        )
    if entry.get("hybridized") is True and hasattr(block, "hybrid_forward"):
        hybridized.append(block)
    for child in block._children.values():
        _compare(child, entry, count, path, hybridized)
