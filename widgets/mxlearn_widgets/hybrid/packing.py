"""What the browser gets: the record as plain lists, and the placed drawings."""

from collections.abc import Iterable
from typing import Any

from mxlearn.drawing import number_text
from mxlearn.inspection import Compiled

from ..graphs.kinds import KINDS
from ..graphs.scene import shape_text
from . import timing, words
from .drawn import Drawings


def table(record: Compiled, drawings: Drawings, difference: timing.Difference) -> dict[str, Any]:
    """Return the record as the browser gets it."""
    names = [part.name for part in record.parts]
    stages = []
    for number, name in enumerate(record.passes):
        label, what = words.PASSES[name]
        stages.append(
            {
                "name": name,
                "label": label,
                "what": what,
                "count": words.count_text(record, number),
                "changes": [[c.kind, list(c.ids), c.target, c.text] for c in record.changes(number)],
                "fates": _news(record, number),
                "drawings": [drawings.index[part, number] for part in names],
            }
        )
    shapes = {
        number: shape_text(view.outputs[0].shape)
        for part in record.parts
        for stage in (part.stages[-1], part.stages[0])
        for view, number in zip(stage.graph.nodes, stage.ids, strict=True)
        if view.outputs
    }
    lines = {number: line for part in record.parts for number, line in part.lines.items()}
    nodes = [
        [n.short, n.op, names.index(n.part) if n.part in names else 0, shapes.get(n.id, ""), lines.get(n.id, 0)]
        for n in record.nodes
    ]
    return {
        "title": record.title,
        "mode": words.mode(record),
        "summary": f"{record.title}: {record.calls[0]} operator calls become {record.calls[1]}",
        "parts": names,
        "stages": stages,
        "nodes": nodes,
        "sources": [part.source for part in record.parts],
        "calls": list(record.calls),
        "memory": _memory(record),
        "difference": _difference(record, difference),
        "marks": {kind: [m.label, m.sign, m.color, m.ink] for kind, m in words.MARKS.items()},
        "looks": {name: [kind.label, kind.sign, kind.color, kind.ink] for name, kind in KINDS.items()},
        "gone": list(words.GONE),
        "groups": [path for _, path in drawings.groups],
        "notes": [words.CALLS, words.FUSED, words.MEMORY, words.DRAWN],
    }


def _news(record: Compiled, stage: int) -> list[list[Any]]:
    """Return [number, kind, now, text] for the fates that differ from those of the stage before."""
    before = record.fates[stage - 1] if stage else {}
    found = []
    for number, fate in record.fates[stage].items():
        if stage == 0 or fate != before[number]:
            if stage == 0 and fate.kind == "same":
                continue
            found.append([number, fate.kind, fate.now, fate.text])
    return found


def _memory(record: Compiled) -> dict[str, Any]:
    memory = record.memory
    return {
        "eager": memory.eager.peak,
        "compiled": memory.compiled.peak,
        "texts": [words.size_text(memory.eager.peak), words.size_text(memory.compiled.peak)],
        "reused": words.memory_text(record),
    }


def _difference(record: Compiled, difference: timing.Difference) -> dict[str, Any]:
    lines = [
        f"outputs {number_text(difference.absolute, 3)}, as a share {number_text(difference.relative, 3)}",
    ]
    if difference.gradients:
        absolute, relative = difference.gradients
        lines.append(f"gradients {number_text(absolute, 3)}, as a share {number_text(relative, 3)}")
    if difference.nan:
        lines.append(f"{difference.nan} numbers are NaN in both")
    return {
        "largest": "none" if difference.largest == 0 and not difference.unequal else difference.bound(),
        "good": not difference.unequal and difference.largest <= 1e-4,
        "lines": lines,
        "note": words.random_text(record),
    }


def times(found: timing.Timing) -> dict[str, Any]:
    """Return a measurement as the browser gets it, in milliseconds."""
    return {
        "eager": timing.quartiles(found.eager),
        "compiled": timing.quartiles(found.compiled),
        "speedup": found.speedup,
        "rounds": len(found.eager),
        "where": f"{found.context}, {found.threads} thread{'' if found.threads == 1 else 's'}",
    }


def key(index: int, folded: Iterable[int]) -> str:
    """Return the name of a drawing in a fold state."""
    return f"{index}|{','.join(map(str, sorted(folded)))}"


def scene(drawings: Drawings, index: int, folded: Iterable[int]) -> dict[str, Any]:
    """Return a placed drawing as the browser gets it; coordinates have one decimal."""
    drawing = drawings.distinct[index]
    placed = drawing.scene(drawings.closed(drawing.part, folded))

    def r(number: float) -> float:
        return round(number, 1)

    def group(number: int) -> int:
        return drawings.groups.index((drawing.part, drawing.tree.groups[number].path))

    items = []
    for name, (x, y) in placed.places.items():
        item = placed.items[name]
        closed = group(int(name[1:])) if name.startswith("g") else -1
        kind = item.kind
        if drawing.part == "backward" and kind in ("operator", "output", "loss"):
            kind = "gradient"
        items.append(
            [r(x), r(y), item.width, item.height, kind, item.title, item.subtitle, item.aria, closed]
            + [drawing.inside(name)]
        )
    order = {name: k for k, name in enumerate(placed.places)}
    return {
        "width": r(placed.width),
        "height": r(placed.height),
        "items": items,
        "frames": [
            [group(f.number), f.title, r(f.title_x), r(f.x), r(f.y), r(f.width), r(f.height)] for f in placed.frames
        ],
        "wires": [[order[w.source], [order[t] for t in w.targets], w.path, w.arrow] for w in placed.wires],
        "labels": [[r(a.x), r(a.y), a.text] for a in placed.labels],
    }
