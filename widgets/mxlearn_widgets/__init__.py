"""Widgets that show, in a notebook, what mxlearn computes: ``import mxlearn_widgets as mxw``."""

from .graph import GraphWidget, graph
from .picture import Notice, Picture

__all__ = ["GraphWidget", "Notice", "Picture", "graph"]
