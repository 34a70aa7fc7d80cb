"""DecisionBoundary: what a classifier says everywhere in the plane, and what follows from a threshold."""

from .widget import DecisionBoundary, boundary

__all__ = ["DecisionBoundary", "boundary"]
