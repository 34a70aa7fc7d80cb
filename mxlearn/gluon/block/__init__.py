"""Blocks: layers and networks, made of parameters and of other Blocks.

References: MXNet 1.9.1 module mxnet.gluon.block.
"""
from .base import Block
from .hybrid import HybridBlock
from .symbolic import SymbolBlock

__all__ = ["Block", "HybridBlock", "SymbolBlock"]
