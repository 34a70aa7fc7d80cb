"""The diff as text: the table of passes, the numbers, the difference; nothing in it depends on the machine."""

from mxlearn.inspection import Compiled

from . import words
from .timing import Difference

SHOWN = 6  # changes of one pass that are listed


def listed(record: Compiled, stage: int, limit: int = SHOWN) -> list[str]:
    """Return what a pass did, a line each, and how many more there are."""
    texts = [change.text for change in record.changes(stage)]
    if len(texts) <= limit:
        return texts
    counts: dict[str, int] = {}
    for change in record.changes(stage)[limit - 1 :]:
        label = words.MARKS[change.kind].label
        counts[label] = counts.get(label, 0) + 1
    return [*texts[: limit - 1], "and " + ", ".join(f"{number} more: {label}" for label, number in counts.items())]


def text(record: Compiled, difference: Difference) -> str:
    """Return the whole diff as text."""
    rows = [("pass", "operators", "what it did")]
    for stage, name in enumerate(record.passes):
        done = listed(record, stage) or ["" if stage == 0 else "nothing to do"]
        rows.append((name, words.count_text(record, stage), done[0]))
        rows += [("", "", line) for line in done[1:]]
    widths = [max(len(row[k]) for row in rows) for k in range(2)]
    lines = [f"{record.title}, {words.mode(record)}: eager beside hybridized"]
    lines += [f"{a.ljust(widths[0])}  {b.ljust(widths[1])}  {c}".rstrip() for a, b, c in rows]
    memory = record.memory
    lines += [
        f"operator calls: {record.calls[0]} eager, {record.calls[1]} hybridized",
        f"peak memory of values: {words.size_text(memory.eager.peak)} eager,"
        f" {words.size_text(memory.compiled.peak)} hybridized;"
        f" {words.memory_text(record)}",
        f"largest difference: {difference.bound()}",
    ]
    note = words.random_text(record)
    return "\n".join([*lines, *([note] if note else [])])
