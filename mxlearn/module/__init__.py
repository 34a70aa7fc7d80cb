"""Modules: training a Symbol with fit, score and predict. ``mx.mod``."""
from .base_module import BaseModule, BatchEndParam
from .module import Module

__all__ = ["BaseModule", "BatchEndParam", "Module"]
