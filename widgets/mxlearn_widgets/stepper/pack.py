"""The records of a backward pass as the page gets them: all steps at once, so that stepping needs no kernel."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mxlearn.drawing import number_text
from mxlearn.inspection import BackwardPass, Contribution, Step

from ..graphs.kinds import KINDS
from .atlas import Atlas
from .grids import Grid, index_text, shape_text
from .questions import question

INFINITE, NAN = 254, 255  # of a tile's bytes; 0 to 253 go from -largest to largest


class Shelf:
    """The arrays of all steps, each once: cells as 32-bit floats, tiles as bytes."""

    def __init__(self) -> None:
        self.arrays: list[list[Any]] = []
        self.numbers: list[float] = []
        self.tiles = bytearray()
        self.structures: dict[str, int] = {}
        self._known: dict[tuple, int] = {}
        self._held: list[np.ndarray] = []  # so that no address is used twice

    def put(self, array: np.ndarray | None) -> int:
        """Return the number of an array, -1 for None.

        ``arrays`` holds for each [shape, rows, columns, place in numbers] and for a tile also [place in tiles]; the
        numbers are the cells, or largest, low, mean, high, count of NaN, count of infinite.
        """
        if array is None:
            return -1
        interface = array.__array_interface__
        key = (interface["data"][0], array.shape, array.strides, array.dtype.str)
        if array.size and key in self._known:
            return self._known[key]
        grid = Grid.of(array)
        rows, columns = grid.values.shape
        entry: list[Any] = [list(grid.shape), rows, columns, len(self.numbers)]
        if grid.full:
            self.numbers.extend(grid.values.ravel().tolist())
        else:
            entry.append(len(self.tiles))
            self.numbers.extend((grid.largest, grid.low, grid.mean, grid.high, grid.nans, grid.infinities))
            self.tiles.extend(_bytes(grid.values, grid.largest))
        self._known[key] = len(self.arrays)
        self._held.append(array)
        self.arrays.append(entry)
        return len(self.arrays) - 1

    def floats(self) -> bytes:
        """Return the numbers as 32-bit floats, little endian."""
        with np.errstate(over="ignore"):
            return np.asarray(self.numbers, dtype="<f4").tobytes()


def _bytes(values: np.ndarray, largest: float) -> bytes:
    with np.errstate(invalid="ignore"):
        share = values / largest if largest else np.zeros_like(values)
        found = np.nan_to_num(np.rint((np.clip(share, -1, 1) + 1) / 2 * 253)).astype(np.uint8)
    found[np.isinf(values)] = INFINITE
    found[np.isnan(values)] = NAN
    return found.tobytes()


def pack(passed: BackwardPass, atlas: Atlas, blocks: Sequence[str]) -> tuple[dict[str, Any], bytes, bytes]:
    """Return the table of a pass, its numbers and its tiles.

    Parameters
    ----------
    blocks : for each step, the path of the Block in which it works, "" for none
    """
    shelf = Shelf()
    steps = [_step(step, block, atlas, shelf) for step, block in zip(passed.steps, blocks, strict=True)]
    table = {
        "title": passed.title,
        "total": passed.total,
        "steps": steps,
        "structures": list(shelf.structures),
        "arrays": shelf.arrays,
        "map": _map(atlas),
    }
    return table, shelf.floats(), bytes(shelf.tiles)


def _step(step: Step, block: str, atlas: Atlas, shelf: Shelf) -> dict[str, Any]:
    upstream = step.upstream if isinstance(step.upstream, tuple) else (step.upstream,)
    found: dict[str, Any] = {
        "n": step.number,
        "kind": step.kind,
        "item": atlas.of[step.node],
        "name": step.name,
        "op": step.op,
        "block": block,
        "forward": step.forward,
        "note": step.note,
        "up": [shelf.put(each) for each in upstream],
        "parts": [_part(step, each, atlas, shelf) for each in step.contributions],
        "from": list(dict.fromkeys(step.sources))[:8],
        "sources": len(step.sources),
        "req": step.grad_req,
        "held": shelf.put(step.held),
        "sum": shelf.put(step.accumulated) if step.held is not None else -1,
        "check": check_row(step),
    }
    asked = question(step)
    if asked is not None:
        found["ask"] = asked
    return _lean(found)


def _lean(record: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: model.ts fills it in again."""
    return {key: value for key, value in record.items() if value not in ("", -1, None) and value != []}


def _part(step: Step, one: Contribution, atlas: Atlas, shelf: Shelf) -> dict[str, Any]:
    reduction = one.reduction
    record = {
        "to": one.target,
        "arg": one.argument,
        "item": atlas.of[one.node],
        "formula": one.formula,
        "slope": one.derivative,
        "structure": shelf.structures.setdefault(one.jacobian.structure, len(shelf.structures)),
        "size": list(one.jacobian.shape),
        "dense": shelf.put(one.jacobian.dense),
        "each": shelf.put(one.jacobian.derivative),
        "before": -1 if reduction is None else shelf.put(reduction.before),
        "axes": "" if reduction is None else sum_text(one),
        "value": shelf.put(one.value),
        "old": shelf.put(one.before),
        "sum": shelf.put(one.accumulated) if one.before is not None else -1,
        "check": check_row(one),
    }
    return _lean(record)


def sum_text(one: Contribution) -> str:
    """Return the sum that undid a broadcast, in words: "(3,) ← sum over axis 0 of (4, 3)"."""
    assert one.reduction is not None
    axes = one.reduction.axes
    named = f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"
    return f"{shape_text(one.value.shape)} ← sum over {named} of {shape_text(one.reduction.before.shape)}"


def check_row(record: Step | Contribution) -> list[Any] | None:
    """Return [verdict, sentence, rows of (place, gradient, numeric, agrees)] of a check; rows where they are shown."""
    check = record.check
    if check is None:
        return None
    shown = check.entries if isinstance(record, Step) or check.verdict != "agrees" else ()
    rows = [[index_text(e.index), number_text(e.gradient), number_text(e.numeric), int(e.agrees)] for e in shown]
    return [check.verdict, check_text(record), rows]


def check_text(record: Step | Contribution) -> str:
    """Return what the central differences say, as a sentence; the sign before it is no color's business."""
    check = record.check
    if check is None:
        return ""
    counted = f"{len(check.entries)} of {check.of} numbers checked"
    if len(check.entries) == check.of:
        counted = f"all {check.of} numbers checked" if check.of > 1 else "1 number checked"
    if check.verdict == "agrees":
        return f"✓ finite differences agree ({counted})"
    if check.verdict == "differs":
        wrong = next(e for e in check.entries if not e.agrees)
        numbers = f"{number_text(wrong.gradient)}, but {number_text(wrong.numeric)} numerically"
        return f"✗ finite differences disagree ({counted}); {index_text(wrong.index)}: {numbers}"
    if check.verdict == "kink":
        return f"≈ {check.why} ({counted})"
    return f"– {check.why}"


def _map(atlas: Atlas) -> dict[str, Any]:
    def r(value: float) -> float:
        return round(value, 1)

    used = {place.kind for place in atlas.places}
    return {
        "width": r(atlas.width),
        "height": r(atlas.height),
        "items": [[p.kind, p.title, p.label, r(p.x), r(p.y), r(p.width)] for p in atlas.places],
        "wires": [list(wire) for wire in atlas.wires],
        "colors": {kind: [KINDS[kind].color, KINDS[kind].ink, KINDS[kind].sign] for kind in sorted(used)},
    }
