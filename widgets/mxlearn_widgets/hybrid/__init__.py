"""HybridDiff: what a network does operator by operator, beside the program that it is compiled to."""

from .widget import HybridDiff, hybrid_diff

__all__ = ["HybridDiff", "hybrid_diff"]
