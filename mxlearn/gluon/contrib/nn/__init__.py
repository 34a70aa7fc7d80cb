"""Layers that MXNet keeps under contrib: ``mx.gluon.contrib.nn``."""
from . import basic_layers
from .basic_layers import *  # noqa: F403

__all__ = list(basic_layers.__all__)
