"""What is in an array: statistics, tiles and a picture, made where the array lives, of NumPy or CuPy.

Only a few numbers and the cells of a picture are copied from the device, however large the array is. The rich form of
an NDArray and of a Parameter in a notebook is made here, and the widget of arrays shows the same records.
"""

from .axes import axis_names
from .cells import Layout, Tiles, default_layout, reading, tiles
from .html import array_html, message_html, pair_html
from .picture import document
from .summary import Summary, find, summarize
from .wording import headline, rows

__all__ = [
    "Layout",
    "Summary",
    "Tiles",
    "array_html",
    "axis_names",
    "default_layout",
    "document",
    "find",
    "headline",
    "message_html",
    "pair_html",
    "reading",
    "rows",
    "summarize",
    "tiles",
]
