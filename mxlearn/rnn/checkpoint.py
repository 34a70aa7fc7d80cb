"""Checkpoints of networks with cells: files hold the parameters of each gate apart, so that fused and unfused cells
can read each other's.
"""
import warnings

from .. import symbol as sym
from ..model import load_checkpoint, save_checkpoint
from .rnn_cell import BaseRNNCell


def _listed(cells) -> list[BaseRNNCell]:
    return [cells] if isinstance(cells, BaseRNNCell) else list(cells)


def rnn_unroll(cell, length, inputs=None, begin_state=None, input_prefix="", layout="NTC"):
    """Unroll a cell. Deprecated: call ``cell.unroll``.

    Without inputs, variables with the names input_prefix + "t0_data" and so on are made.
    """
    warnings.warn("rnn_unroll is deprecated. Please call cell.unroll directly.", stacklevel=2)
    if inputs is None:
        inputs = [sym.Variable(f"{input_prefix}t{i}_data") for i in range(length)]
    return cell.unroll(length, inputs=inputs, begin_state=begin_state, layout=layout)


def save_rnn_checkpoint(cells, prefix, epoch, symbol, arg_params, aux_params):
    """Write ``prefix-symbol.json`` and ``prefix-NNNN.params``, with the gates of the cells' parameters apart.

    Parameters
    ----------
    cells : cell or list of cells whose parameters are among ``arg_params``
    prefix, epoch, symbol, arg_params, aux_params : as mx.model.save_checkpoint takes them
    """
    for cell in _listed(cells):
        arg_params = cell.unpack_weights(arg_params)
    save_checkpoint(prefix, epoch, symbol, arg_params, aux_params)


def load_rnn_checkpoint(cells, prefix, epoch):
    """Return (symbol, arg_params, aux_params) of a checkpoint that save_rnn_checkpoint wrote, packed as ``cells`` are.

    Parameters
    ----------
    cells : cell or list of cells
    prefix, epoch : as they were written
    """
    symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
    for cell in _listed(cells):
        arg_params = cell.pack_weights(arg_params)
    return symbol, arg_params, aux_params


def do_rnn_checkpoint(cells, prefix, period=1):
    """Return an epoch callback for fit() that writes a checkpoint after each ``period`` epochs."""
    period = max(1, int(period))

    def callback(iter_no, sym=None, arg=None, aux=None):
        if (iter_no + 1) % period == 0:
            save_rnn_checkpoint(cells, prefix, iter_no + 1, sym, arg, aux)

    return callback
