"""The backward pass, one node at a time."""

from .widget import BackpropStepper, step_backward

__all__ = ["BackpropStepper", "step_backward"]
