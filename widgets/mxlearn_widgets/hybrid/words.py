"""The words in which a compiled network is told: passes, changes, numbers."""

from dataclasses import dataclass

from mxlearn.drawing.theme import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, SKY
from mxlearn.inspection import Compiled

WHITE = "#FFFFFF"


@dataclass(frozen=True)
class Mark:
    """How a kind of change looks: a word, a sign, a color, and the color of the sign on it."""

    label: str
    sign: str
    color: str
    ink: str


MARKS = {
    "dropped": Mark("dropped", "×", "#6B7280", WHITE),
    "unread": Mark("only a shape is read", "s", SKY, INK),
    "unused": Mark("left out, nobody reads it", "–", "#6B7280", WHITE),
    "merged": Mark("merged", "=", PURPLE, INK),
    "folded": Mark("became a constant", "c", ORANGE, INK),
    "joined": Mark("several in one", "⊕", GREEN, INK),
    "fused": Mark("chain in one buffer", "⊶", GREEN, INK),
    "reused": Mark("writes over a value", "↻", BLUE, WHITE),
}
GONE = ("dropped", "merged", "unused", "folded")  # kinds after which nothing of the node is computed any more
EAGER, HYBRID = GRAY, GREEN

PASSES = {
    "as written": ("as written", "The graph as hybrid_forward wrote it: eager runs one operator after the other."),
    "join_operators": ("join operators", "Nodes for which one operator computes the same become that one."),
    "drop_identity_nodes": ("drop identities", "A node that gives its input unchanged is left out."),
    "fold_shapes": ("fold shapes", "Where an operator reads only the shape of an array, the shape is written in."),
    "merge_common": ("merge equals", "The same operator on the same inputs is computed once."),
    "fold_constants": ("fold constants", "What depends on no input is computed now, once."),
    "fuse_kernels": ("fuse kernels", "Elementwise nodes that read one another become one kernel of the GPU."),
    "fuse_elementwise": ("fuse chains", "Elementwise nodes that read one another share one buffer."),
    "plan_buffers": ("plan buffers", "Results are written over values that are read for the last time."),
}

CALLS = "One call of an operator's function from Python, for each node of the graph or line of the program."
MEMORY = (
    "The most bytes that computed values take at one time, from their shapes. Inputs, parameters and what a kernel"
    " needs inside are not counted."
)
DRAWN = (
    "The drawings leave out parameters, shapes that are written into the program, and what the forward program keeps"
    " for the backward one; the program shows them all."
)
FUSED = "Here a fused chain shares a buffer; each of its steps is still a call of its own."


def size_text(nbytes: int) -> str:
    """Return a size in bytes as a reader says it: 512 B, 1.5 kB, 2.3 MB (powers of 1000)."""
    size, unit = float(nbytes), 0
    while size >= 999.5 and unit < 4:
        size, unit = size / 1000, unit + 1
    return f"{nbytes} B" if unit == 0 else f"{size:.3g} {('B', 'kB', 'MB', 'GB', 'TB')[unit]}"


def buffers_text(reused: int) -> str:
    """Return how many buffers are reused."""
    return f"{reused} buffer{'' if reused == 1 else 's'} reused"


def memory_text(record: Compiled) -> str:
    """Return what the plan of the buffers came to."""
    memory = record.memory
    text = f"{buffers_text(memory.reused)}, {size_text(memory.reused_bytes)} not allocated"
    if memory.compiled.peak > memory.eager.peak:
        text += "; more at one time than eager, because the program runs in another order"
    return text


def mode(record: Compiled) -> str:
    """Return what was compiled: prediction, or training."""
    return "training, forward and backward" if len(record.parts) > 1 else "prediction"


def count_text(record: Compiled, stage: int) -> str:
    """Return the operators after a stage: "12 → 10", or with a backward part "12 → 10 + 28"."""
    parts = [part.stages[stage] for part in record.parts]
    return " + ".join(str(p.after) if p.before == p.after else f"{p.before} → {p.after}" for p in parts)


def random_text(record: Compiled) -> str:
    """Return what has to be said of random operators, or ""."""
    if not record.random:
        return ""
    names = ", ".join(record.random[:4]) + (", …" if len(record.random) > 4 else "")
    return (
        f"{names} draws random numbers. Both runs began from the same random state, so they drew the same ones;"
        " two calls of yours draw different ones, and then differ by more."
    )
