"""The rich form of an array in a notebook: the beginning of its text, and its picture."""

from html import escape
from typing import Any

from ..drawing import image
from ..drawing.theme import VERMILLION
from .axes import WEIGHT, axis_names
from .cells import default_layout, tiles
from .picture import Panel, describe, document
from .summary import summarize

FEW = 64  # elements that are read best as numbers
LINES = 6  # of the text that stand above a picture
CELLS, AT_LEAST = 4_800, 4  # of the tiles: a lesson with ten of these pictures stays small


def is_few(shape: tuple[int, ...]) -> bool:
    """Tell whether an array has so few numbers that its text says it best."""
    count = 1
    for extent in shape:
        count *= extent
    return count <= FEW or (len(shape) == 2 and shape[0] <= 8 and shape[1] <= 10)


def array_html(raw: Any, text: str, context: str) -> str | None:
    """Return the rich form of one array, or None where its text is enough.

    Parameters
    ----------
    raw : array of NumPy or CuPy
    text : its plain form
    context : its device, such as "cpu(0)"
    """
    if is_few(raw.shape):
        return None
    return f"{_pre(_beginning(text))}{_image([panel(raw, '', context)])}"


def pair_html(head: str, arrays: list[tuple[str, Any, str]]) -> str:
    """Return the rich form of a Parameter: one line, and a picture of its arrays, (name, raw array, context) each."""
    return f"{_pre(head)}{_image([panel(raw, name, context, weight=True) for name, raw, context in arrays])}"


def message_html(head: str, message: str) -> str:
    """Return one line, and below it why there is no picture and what to do."""
    lines = escape(message).replace("\n", "<br>")
    style = f"border-left:4px solid {VERMILLION};padding:4px 12px;margin:4px 0"
    return f'{_pre(head)}<div role="note" style="{style}">{lines}</div>'


def panel(raw: Any, title: str, context: str, *, weight: bool = False) -> Panel:
    """Return an array ready to be drawn, with the layout that it is first shown in."""
    summary = summarize(raw)
    shown = tiles(raw, default_layout(raw.shape, weight=weight), summary, cells=CELLS, at_least=AT_LEAST)
    axes = axis_names(WEIGHT.get(raw.ndim) if weight else None, raw.ndim)
    return Panel(title, summary, shown, axes, context)


def _image(panels: list[Panel]) -> str:
    return image(document(panels, title="array"), "; ".join(map(describe, panels)), computed=True)


def _pre(text: str) -> str:
    return f'<pre style="margin:0 0 6px">{escape(text)}</pre>'


def _beginning(text: str) -> str:
    """Return the first lines of an array's text, and the last one, which names shape and context."""
    lines = text.strip("\n").split("\n")
    if len(lines) <= LINES + 2:
        return "\n".join(lines)
    return "\n".join([*lines[:LINES], " ...", lines[-1]])
