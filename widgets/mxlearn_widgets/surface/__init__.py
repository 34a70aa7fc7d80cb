"""LossSurface: data and line beside the bowl of the loss over two parameters, and the walk of a real optimizer."""

from .make import loss_surface
from .widget import LossSurface

__all__ = ["LossSurface", "loss_surface"]
