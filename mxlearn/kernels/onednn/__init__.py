"""oneDNN, Intel's library of kernels for neural networks, through its C interface: the fast tier on the CPU.

The functions here have the meaning of those of the same name in `convolution`, `pooling`, `normalization`, `softmax`
and `product`, or of one run in `recurrent`. Those modules call them first, and are the reference that tests hold them
against. Each returns None for what the library does not do: other dtypes than float32, empty arrays, another device.
Images keep MXNet's shapes, (batch, channel, \\*spatial); in memory the channels are innermost, the order in which the
library is fast and in which NumPy looks at the result without a copy.

A *primitive* is a kernel that the library has compiled for certain shapes. It is made once for each signature and kept,
with the memory descriptions that it wants; the weights are brought into its own order at each call, for they change
with each step of training.

The package ``onednn-cpu-gomp`` (oneDNN 3.2, Apache 2.0, Linux on x86-64) brings the library alone; later packages of
oneDNN need a runtime of 1.5 GB. Nothing is loaded before the first convolution or large product. MXLEARN_ONEDNN=0
switches it off.
"""

from .convolution import convolution, convolution_data_gradient, convolution_weight_gradient
from .library import State, state
from .normalization import batch_norm, batch_norm_fixed, batch_norm_gradient
from .pooling import pooling, pooling_gradient
from .product import product
from .recurrent import record_length, recurrent, recurrent_gradient
from .softmax import softmax

__all__ = [
    "State",
    "batch_norm",
    "batch_norm_fixed",
    "batch_norm_gradient",
    "convolution",
    "convolution_data_gradient",
    "convolution_weight_gradient",
    "pooling",
    "pooling_gradient",
    "product",
    "record_length",
    "recurrent",
    "recurrent_gradient",
    "softmax",
    "state",
]
