"""Own kernels for the GPU: CUDA C++ in the ``.cu`` files beside this one, launched through CuPy.

The functions here have the meaning of those of the same name in `mxlearn.kernels` and `mxlearn.ops`, which ask them
first and are the reference that tests hold them against. Each returns None for what it does not do: arrays of the host,
other dtypes than float16, float32 and float64, empty arrays. Where the reference runs ten small operations of CuPy,
each of which costs the host some microseconds, these launch one kernel or two. Matrix products are cuBLAS's, through
CuPy.

Arrays are contiguous in MXNet's shapes, (batch, channel, \\*spatial); float16 is accumulated in float32. No kernel adds
numbers with atomic operations, whose order changes from run to run: the same seed gives the same bits.

`launch` says how a source becomes a kernel; read ``common.cuh`` first, then ``softmax.cu``. On a machine without a GPU
the tests compile the same sources as C++ and run them on the CPU, see tests/gpu/standin/emulation.h.
MXLEARN_CUDA_KERNELS=0 switches the kernels off: the references then run on CuPy.
"""

from .activation import relu_gradient, sigmoid, softplus
from .convolution import convolution, convolution_data_gradient, convolution_weight_gradient
from .indexing import add_at, in_bounds, one_hot, pick, pick_gradient, take
from .normalization import (
    batch_norm,
    batch_norm_fixed,
    batch_norm_gradient,
    layer_norm,
    layer_norm_gradient,
    moving_average,
)
from .pooling import max_pooling_select, pooling, pooling_gradient
from .random import dropout
from .softmax import (
    cross_entropy,
    log_softmax,
    pick_log_softmax,
    pick_log_softmax_gradient,
    softmax,
    softmax_gradient,
    subtract_one_hot,
)
from .updates import update_all

__all__ = [
    "add_at",
    "batch_norm",
    "batch_norm_fixed",
    "batch_norm_gradient",
    "convolution",
    "convolution_data_gradient",
    "convolution_weight_gradient",
    "cross_entropy",
    "dropout",
    "in_bounds",
    "layer_norm",
    "layer_norm_gradient",
    "log_softmax",
    "max_pooling_select",
    "moving_average",
    "one_hot",
    "pick",
    "pick_gradient",
    "pick_log_softmax",
    "pick_log_softmax_gradient",
    "pooling",
    "pooling_gradient",
    "relu_gradient",
    "sigmoid",
    "softmax",
    "softmax_gradient",
    "softplus",
    "subtract_one_hot",
    "take",
    "update_all",
]
