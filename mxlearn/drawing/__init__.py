"""Pictures as SVG text: colors, scales, plots, rasters, and the form in which a notebook shows them anywhere.

Nothing here knows arrays of mxlearn, notebooks or a network; ``visualization``, ``mx.nd`` and the widgets draw with it.
A picture is made of the same bytes on every machine, as long as its numbers are the same.
"""

from .document import Document
from .picture import Picture, image
from .plot import Plot
from .raster import DIVERGING, GRAYS, SEQUENTIAL, Colormap, raster
from .scale import Scale, number_text

__all__ = [
    "DIVERGING",
    "GRAYS",
    "SEQUENTIAL",
    "Colormap",
    "Document",
    "Picture",
    "Plot",
    "Scale",
    "image",
    "number_text",
    "raster",
]
