"""Which dtype to compute in, and with what freedom."""

import os
from functools import cache


def work_dtype(xp, dtype):
    """Return the dtype to accumulate in: float32 for float16, whose sums need it, otherwise ``dtype`` itself."""
    return xp.dtype(xp.float32) if dtype == xp.float16 else xp.dtype(dtype)


@cache  # as in MXNet, the environment is read once
def tensor_cores(char):
    """Tell whether products of a dtype, given by its character, may run on the Tensor Cores of a GPU.

    float16 may, with sums in float32, unless MXNET_CUDA_ALLOW_TENSOR_CORE=0. float32 may not: its factors would be
    rounded. MXNET_CUDA_TENSOR_OP_MATH_ALLOW_CONVERSION=1 allows it: to TF32, which keeps the range of float32 and 10
    bits behind the point, where MXNet 1.9.1 rounded to float16. float64 loses nothing there, and always may.
    """
    if char == "d":
        return True
    allowed = os.environ.get("MXNET_CUDA_ALLOW_TENSOR_CORE", "1") not in ("0", "false")
    if char == "e":
        return allowed
    return allowed and os.environ.get("MXNET_CUDA_TENSOR_OP_MATH_ALLOW_CONVERSION", "0") not in ("", "0", "false")
