"""LossSurface: data and line beside the bowl of the loss over two parameters, and the walk of a real optimizer."""

from .widget import LossSurface, loss_surface

__all__ = ["LossSurface", "loss_surface"]
