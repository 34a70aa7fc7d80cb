"""The static form: the numbers, both graphs where they are small, the passes, and a short program."""

from mxlearn.drawing import Document, number_text, theme
from mxlearn.inspection import Change, Compiled

from ..graphs.kinds import BAND, KINDS
from ..graphs.scene import Item, Scene
from . import text, timing, words
from .drawn import Drawing, Drawings

WIDTH, LEFT = 880.0, 18.0  # pixels
HALF = (WIDTH - 3 * LEFT) / 2
ITEMS, TALLEST, SMALLEST = 24, 820.0, 0.6  # a larger drawing is left to the live widget
LINES, LETTERS = 26, 118  # a longer program, too
MONO = "ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace"
ROW = 17.0


def svg(record: Compiled, drawings: Drawings, difference: timing.Difference, times: timing.Timing, summary: str) -> str:
    """Return the whole diff as an SVG document; every name is escaped."""
    pictures = [pair for part in record.parts if (pair := _pair(record, drawings, part.name)) is not None]
    if len(pictures) < len(record.parts):
        pictures = pictures[:1]
    table = [text.listed(record, stage, 5) or [""] for stage in range(len(record.passes))]
    programs = [part for part in record.parts if part.source.count("\n") <= LINES]
    programs = programs if len(programs) == len(record.parts) else programs[:1]
    heights = [122.0, *(height + 34.0 for _, _, height, _ in pictures)]
    heights.append(30.0 + ROW * sum(map(len, table)))
    heights += [34.0 + 15.0 * part.source.count("\n") for part in programs]
    marks = _used(record)
    document = Document(WIDTH, 44.0 + sum(heights) + _legend_height(marks), record.title, summary)
    document.text(LEFT, 27, f"{record.title}, {words.mode(record)}: eager beside hybridized", size=14, bold=True)
    _tiles(document, record, difference, times)
    y = 44.0 + heights[0]
    for name, scenes, height, scale in pictures:
        _graphs(document, record, drawings, name, scenes, scale, y)
        y += height + 34.0
    y = _passes(document, record, table, y)
    for part in programs:
        y = _program(document, part.name, part.source, y)
    _legend(document, marks, y)
    return document.to_svg()


# -- numbers -----------------------------------------------------------------------------------------------------------
def _tiles(document: Document, record: Compiled, difference: timing.Difference, times: timing.Timing) -> None:
    memory = record.memory
    width = (WIDTH - 2 * LEFT) / 4
    eager, compiled = (timing.quartiles(each) for each in (times.eager, times.compiled))
    faster = times.speedup >= 1
    factor = number_text(times.speedup if faster else 1 / times.speedup, 3)
    fewer = record.calls[0] - record.calls[1]
    rows: list[tuple[str, list[tuple[float, str, list[float] | None]], str]] = [
        (
            "Operator calls",
            [(float(n), str(n), None) for n in record.calls],
            f"{fewer} fewer" if fewer > 0 else "the same number" if fewer == 0 else f"{-fewer} more",
        ),
        (
            "Peak memory of values",
            [(float(use.peak), words.size_text(use.peak), None) for use in (memory.eager, memory.compiled)],
            words.buffers_text(memory.reused),
        ),
        (
            "Time, measured",
            [(q[1], _time(q[1]), q) for q in (eager, compiled)],
            f"{factor} times as {'fast' if faster else 'slow'}; {times.threads} thread{'s' * (times.threads != 1)}",
        ),
    ]
    for k, (name, pair, note) in enumerate(rows):
        _tile(document, LEFT + k * width, width, name, pair, note)
    x = LEFT + 3 * width
    document.text(x, 62, "Largest difference", size=12, bold=True)
    same = difference.largest == 0 and not difference.unequal
    for k, line in enumerate(_wrapped("none: equal to the last bit" if same else difference.bound(), width - 10)):
        document.text(x, 84 + 16 * k, line, size=12)


def _tile(document: Document, x: float, width: float, name: str, pair: list, note: str) -> None:
    document.text(x, 62, name, size=12, bold=True)
    top = max([q[2] if q else value for value, _, q in pair]) or 1.0
    room = width - 128
    for row, ((value, shown, spread), who, color) in enumerate(
        zip(pair, ("eager", "hybrid"), (words.EAGER, words.HYBRID), strict=True)
    ):
        y = 76.0 + 22 * row
        document.text(x, y + 9, who, color=theme.MUTED)
        document.rect(x + 44, y, room, 10, rx=2, fill="#EEF0F3")
        document.rect(x + 44, y, max(room * value / top, 1.0), 10, rx=2, fill=color)
        if spread:
            left, right = (x + 44 + room * q / top for q in (spread[0], spread[2]))
            document.line(left, y + 5, right, y + 5, stroke=theme.INK, stroke_width=2)
        document.text(x + 50 + room, y + 9, shown, bold=True)
    document.text(x, 136, note, color=theme.MUTED)


def _time(milliseconds: float) -> str:
    return f"{number_text(1000 * milliseconds, 3)} µs" if milliseconds < 1 else f"{number_text(milliseconds, 3)} ms"


def _wrapped(line: str, width: float) -> list[str]:
    rows = [""]
    for word in line.split():
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and theme.text_width(longer, 12.0) > width:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows


# -- graphs ------------------------------------------------------------------------------------------------------------
def _pair(record: Compiled, drawings: Drawings, part: str) -> tuple[str, list[Scene], float, float] | None:
    """Return the part, its first and last scene unfolded, their height and scale; None where they are too large."""
    scenes = []
    for stage in (0, len(record.passes) - 1):
        if len(drawings.at(part, stage).graph.nodes) > ITEMS:
            return None
        scenes.append(drawings.at(part, stage).scene(()))
    scale = min(1.0, *(min(HALF / scene.width, TALLEST / scene.height) for scene in scenes))
    height = scale * max(scene.height for scene in scenes)
    return (part, scenes, height, scale) if scale >= SMALLEST else None


def _graphs(
    document: Document, record: Compiled, drawings: Drawings, part: str, scenes: list[Scene], scale: float, y: float
) -> None:
    last = len(record.passes) - 1
    suffix = f", {part}" if len(record.parts) > 1 else ""
    titles = (f"Eager: as it is written{suffix}", f"Hybridized: as it runs{suffix}")
    document.line(
        LEFT + HALF + LEFT / 2, y + 4, LEFT + HALF + LEFT / 2, y + 24 + scale * scenes[0].height, stroke="#E1E5EA"
    )
    for side, (scene, stage) in enumerate(zip(scenes, (0, last), strict=True)):
        x = LEFT + side * (HALF + LEFT)
        document.text(x, y + 16, titles[side], size=12, bold=True)
        drawing = drawings.at(part, stage)
        marks = _left(record) if side == 0 else _right(record)
        moved = x + (HALF - scale * scene.width) / 2
        n = theme.number
        with document.group(transform=f"translate({n(moved)} {n(y + 24)}) scale({scale:.3f})"):
            _scene(document, scene, drawing, marks, _chains(record) if side else set(), side == 0)


def _left(record: Compiled) -> dict[int, list[str]]:
    return {node: [fate.kind] for node, fate in record.fates[-1].items() if fate.kind != "same"}


def _right(record: Compiled) -> dict[int, list[str]]:
    marks: dict[int, list[str]] = {}
    for change in _changes(record):
        ids = change.ids if change.kind == "fused" else change.ids[:1]
        for node in ids if change.kind != "merged" else [change.target]:
            if node is not None and change.kind not in marks.setdefault(node, []):
                marks[node].append(change.kind)
    return marks


def _changes(record: Compiled) -> list[Change]:
    return [change for stage in range(len(record.passes)) for change in record.changes(stage)]


def _chains(record: Compiled) -> set[tuple[int, int]]:
    return {pair for c in _changes(record) if c.kind == "fused" for pair in zip(c.ids, c.ids[1:], strict=False)}


def _scene(
    document: Document,
    scene: Scene,
    drawing: Drawing,
    marks: dict[int, list[str]],
    chains: set[tuple[int, int]],
    vanish: bool,
) -> None:
    for frame in scene.frames:
        document.rect(
            frame.x, frame.y, frame.width, frame.height, rx=10, fill=theme.GROUP_FILL, stroke=theme.GROUP_LINE
        )
        document.text(frame.title_x, frame.y + 16, frame.title, color=theme.MUTED, bold=True, halo=theme.GROUP_FILL)
    for wire in scene.wires:
        ends = [drawing.inside(key)[0] for key in (wire.source, *wire.targets[:1])]
        chained = tuple(ends) in chains
        color, width = (words.HYBRID, 4.0) if chained else (theme.LINE, 1.4)
        document.path(wire.path, fill="none", stroke=color, stroke_width=width)
        if wire.arrow:
            _tip(document, wire.path, color)
    for key, (x, y) in scene.places.items():
        _card(document, scene.items[key], drawing.part, x, y, marks.get(drawing.inside(key)[0], []), vanish)
    for label in scene.labels:
        document.text(label.x, label.y, label.text, size=10.5, color=theme.MUTED, halo=theme.PAPER)


def _tip(document: Document, path: str, color: str) -> None:
    """Draw an arrowhead at the end of a path, which comes down from above."""
    head, _, y = path.rpartition("V") if path.rfind("V") > path.rfind("C") else path.rpartition(" ")
    x = head.replace("M", " ").replace("V", " ").replace("C", " ").split()[0 if "C" not in path else -1]
    if "C" in path and path.rfind("V") > path.rfind("C"):
        x = path[: path.rfind("V")].split()[-2]
    n, px, py = theme.number, float(x), float(y)
    document.path(f"M{n(px - 3.6)} {n(py - 7)}H{n(px + 3.6)}L{n(px)} {n(py)}Z", fill=color)


def _card(document: Document, item: Item, part: str, x: float, y: float, marks: list[str], vanish: bool) -> None:
    kind = "gradient" if part == "backward" and item.kind in ("operator", "output", "loss") else item.kind
    look, n, w, h = KINDS[kind], theme.number, item.width, item.height
    gone = vanish and any(mark in words.GONE for mark in marks)
    with document.group(item.aria, transform=f"translate({n(x)} {n(y)})"):
        document.rect(
            0,
            0,
            w,
            h,
            rx=7,
            fill=theme.CARD,
            stroke=look.color,
            stroke_width=1.5,
            stroke_dasharray="4 3" if gone else None,
        )
        band = f"M{n(BAND)} 0H7Q0 0 0 7V{n(h - 7)}Q0 {n(h)} 7 {n(h)}H{n(BAND)}Z"
        document.path(band, fill=look.color, opacity="0.35" if gone else None)
        document.text(
            BAND / 2 + 0.5,
            h / 2 + 4.5,
            look.sign,
            size=13,
            color=theme.INK if gone else look.ink,
            bold=True,
            anchor="middle",
        )
        line = "line-through" if gone else None
        document.text(
            BAND + 9, 17.5 if item.subtitle else h / 2 + 4.5, item.title, size=12.5, bold=True, text_decoration=line
        )
        if item.subtitle:
            document.text(BAND + 9, 32, item.subtitle, color=theme.MUTED)
        for place, mark in enumerate(marks[:3]):
            _badge(document, mark, w - 4 - 19 * place, -4)


def _badge(document: Document, mark: str, x: float, y: float) -> None:
    look = words.MARKS[mark]
    document.circle(x, y, 8.5, fill=look.color, stroke=theme.PAPER, stroke_width=1.5)
    document.text(x, y + 4, look.sign, color=look.ink, bold=True, anchor="middle")


# -- passes and program ------------------------------------------------------------------------------------------------
def _passes(document: Document, record: Compiled, table: list[list[str]], y: float) -> float:
    document.text(LEFT, y + 16, "Pass by pass", size=12, bold=True)
    document.text(LEFT + 170, y + 16, "operators", color=theme.MUTED)
    y += 24
    for stage, (name, lines) in enumerate(zip(record.passes, table, strict=True)):
        document.line(LEFT, y, WIDTH - LEFT, y, stroke="#E6E9ED")
        document.text(LEFT, y + 12.5, name, bold=any(lines) or stage == 0)
        document.text(LEFT + 170, y + 12.5, words.count_text(record, stage))
        for line in lines:
            shown = line or ("the graph as it was written" if stage == 0 else "nothing to do")
            color = theme.INK if line else theme.MUTED
            document.text(LEFT + 320, y + 12.5, theme.shorten(shown, 11.0, WIDTH - 2 * LEFT - 320), color=color)
            y += ROW
    return y + 6


def _program(document: Document, name: str, source: str, y: float) -> float:
    document.text(LEFT, y + 18, f"The generated program: {name}", size=12, bold=True)
    y += 26
    lines = source.rstrip("\n").split("\n")
    document.rect(LEFT, y, WIDTH - 2 * LEFT, 15.0 * len(lines) + 4, rx=4, fill="#F6F8FA")
    for k, line in enumerate(lines):
        short = line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…"
        document.text(LEFT + 8, y + 13.5 + 15 * k, short.replace(" ", "\u00a0"), font_family=MONO)
    return y + 15.0 * len(lines) + 8


def _used(record: Compiled) -> list[str]:
    kinds = {change.kind for change in _changes(record)}
    return [kind for kind in words.MARKS if kind in kinds]


def _legend(document: Document, marks: list[str], y: float) -> None:
    x = LEFT + 8
    for mark, width in zip(marks, _widths(marks), strict=True):
        if x + width > WIDTH - LEFT:
            x, y = LEFT + 8, y + 20
        _badge(document, mark, x, y + 12)
        document.text(x + 13, y + 16, words.MARKS[mark].label, color=theme.MUTED)
        x += width


def _widths(marks: list[str]) -> list[float]:
    return [theme.text_width(words.MARKS[mark].label, 11.0) + 34 for mark in marks]


def _legend_height(marks: list[str]) -> float:
    rows = 1 + int(sum(_widths(marks)) // (WIDTH - 2 * LEFT - 60)) if marks else 0
    return 8.0 + 20 * rows
