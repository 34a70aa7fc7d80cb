"""Checkpoints of symbols and parameters.

References: MXNet 1.9.1 module mxnet.model.
"""
from . import symbol as sym
from .callback import save_checkpoint
from .module.base_module import BatchEndParam, load_epoch

__all__ = ["BatchEndParam", "load_checkpoint", "load_params", "save_checkpoint"]


def load_params(prefix: str, epoch: int) -> tuple[dict, dict]:
    """Return (arg_params, aux_params) of a checkpoint."""
    return load_epoch(prefix, epoch)


def load_checkpoint(prefix: str, epoch: int) -> tuple:
    """Return (symbol, arg_params, aux_params) of a checkpoint that save_checkpoint or MXNet wrote."""
    symbol = sym.load(f"{prefix}-symbol.json")
    arg_params, aux_params = load_params(prefix, epoch)
    return symbol, arg_params, aux_params
