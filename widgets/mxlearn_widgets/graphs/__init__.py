"""TapeGraph: the live tape of an array, a Symbol, a Block or a backward graph, drawn with one code."""

from .widget import TapeGraph, graph, tape

__all__ = ["TapeGraph", "graph", "tape"]
