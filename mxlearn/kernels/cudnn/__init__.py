"""cuDNN, NVIDIA's library of kernels for neural networks, through its C interface: the fast tier on the GPU.

The functions here have the meaning of those of the same name in `convolution`, `normalization` and `recurrent`, which
call them first and are the reference that tests hold them against. Each returns None for what the library does not do,
where it is not in use, and for arrays of NumPy. Arrays are described to it as they lie in memory, as MXNet names their
axes or with the channels innermost; others are copied first. It works on CuPy's current stream, in memory from CuPy's
pool.

Of the library's two interfaces this is the older one, of one function for each layer (`cudnnConvolutionForward`): a
call costs a few microseconds, which is what counts for the layers of LeNet. Descriptions, and for convolutions the
algorithm that was measured to be the fastest, are kept for each signature. Not taken from it are

- pooling: it does not say to which of equal maxima the gradient goes, and ours goes to the first, as MXNet's does;
- softmax: mxlearn's own kernel does softmax and cross-entropy in one pass.

Nothing is loaded before the first computation on a GPU. The packages nvidia-cudnn-cu12 and nvidia-cudnn-cu13 bring the
library; MXLEARN_CUDNN=0 switches it off.
"""

from .convolution import convolution, convolution_data_gradient, convolution_weight_gradient
from .library import State, state
from .normalization import batch_norm_gradient, batch_norm_inference, batch_norm_training
from .recurrent import recurrent, recurrent_gradient

__all__ = [
    "State",
    "batch_norm_gradient",
    "batch_norm_inference",
    "batch_norm_training",
    "convolution",
    "convolution_data_gradient",
    "convolution_weight_gradient",
    "recurrent",
    "recurrent_gradient",
    "state",
]
