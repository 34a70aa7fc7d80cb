"""Names of old programs: ``mx.contrib.nd``, ``mx.contrib.sym``, ``mx.contrib.autograd``.

The operators are those of ``mx.nd.contrib`` and ``mx.sym.contrib``; the functions on gradients have successors in
``mx.autograd``.

References: MXNet 1.9.1 module mxnet.contrib.
"""
from ..base import MissingAttributeError, missing
from . import autograd, ndarray, symbol
from . import ndarray as nd
from . import symbol as sym

__all__ = ["autograd", "nd", "ndarray", "sym", "symbol"]

_REFUSED = {
    "amp": "Mixed precision is not here: train in float32, or cast the network and keep multi_precision=True.",
    "io": "Read with gluon.data.DataLoader, or with mx.io.NDArrayIter.",
    "onnx": "Use export() and SymbolBlock.imports for the exchange with MXNet.",
    "quant": "Quantized networks are not here.",
    "quantization": "Quantized networks are not here.",
    "svrg_optimization": "Write the steps with mx.optimizer.Optimizer as base class.",
    "tensorboard": "Write to TensorBoard with a package made for it, from a callback.",
    "text": "Count words with collections.Counter and look vectors up with nn.Embedding.",
}


def __getattr__(name: str):
    if name in _REFUSED:
        raise MissingAttributeError(f"module {__name__!r} has no attribute {name!r}. {_REFUSED[name]}")
    raise missing(__name__, name, lambda: __all__)
