"""Checkpoints of symbols and parameters.

References: MXNet 1.9.1 module mxnet.model.
"""
import logging

from . import ndarray as nd
from . import symbol as sym
from .context import cpu
from .module.base_module import BatchEndParam, split_params

__all__ = ["BatchEndParam", "load_checkpoint", "load_params", "save_checkpoint"]


def save_checkpoint(prefix: str, epoch: int, symbol, arg_params: dict, aux_params: dict, remove_amp_cast=True) -> None:
    """Write prefix-symbol.json and prefix-NNNN.params, each as a whole or not at all.

    Parameters
    ----------
    prefix, epoch : make the file names
    symbol : Symbol, or None to write the parameters alone
    arg_params, aux_params : dict of NDArray
    """
    if symbol is not None:
        symbol.save(f"{prefix}-symbol.json", remove_amp_cast)
    arrays = {f"arg:{name}": value.as_in_context(cpu()) for name, value in arg_params.items()}
    arrays.update({f"aux:{name}": value.as_in_context(cpu()) for name, value in aux_params.items()})
    file = f"{prefix}-{epoch:04d}.params"
    nd.save(file, arrays)
    logging.info('Saved checkpoint to "%s"', file)


def load_params(prefix: str, epoch: int) -> tuple[dict, dict]:
    """Return (arg_params, aux_params) of a checkpoint."""
    file = f"{prefix}-{epoch:04d}.params"
    return split_params(nd.load(file), file)


def load_checkpoint(prefix: str, epoch: int) -> tuple:
    """Return (symbol, arg_params, aux_params) of a checkpoint that save_checkpoint or MXNet wrote."""
    symbol = sym.load(f"{prefix}-symbol.json")
    arg_params, aux_params = load_params(prefix, epoch)
    return symbol, arg_params, aux_params
