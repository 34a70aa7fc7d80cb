"""Contexts, states and small functions."""

import warnings

import mxnet as mx
import numpy as np
from mxnet import autograd, nd

warnings.simplefilter("ignore")
A = nd.arange(12).reshape((3, 4))


def show(expression):
    """Print a value, or that there is none."""
    with mx.name.NameManager():
        try:
            print(expression())
        except Exception:
            print("refused")


show(lambda: repr(mx.random.uniform(shape=(1,)).shape))
show(lambda: repr(mx.cpu()))
show(lambda: repr(mx.gpu(0)))
show(lambda: repr(mx.Context("cpu", 1)))
show(lambda: repr(mx.cpu(1) == mx.cpu(1)))
show(lambda: repr(mx.context.num_gpus()))
show(lambda: repr(mx.current_context()))
show(lambda: repr(hash(mx.cpu()) == hash(mx.cpu(0))))
show(lambda: str(mx.cpu()))
show(lambda: repr(mx.cpu().device_type))
show(lambda: repr(mx.cpu().device_id))
show(lambda: repr(mx.cpu_pinned()))
show(lambda: repr(mx.context.current_context()))
show(lambda: repr(autograd.is_recording()))
show(lambda: repr(autograd.backward(A)))
show(lambda: repr(autograd.set_training(False)))
show(lambda: repr(mx.base.MXNetError.__mro__[1].__name__))
show(lambda: repr(mx.MXNetError is mx.base.MXNetError))
show(lambda: repr(mx.nd.contrib.arange_like(A)))
show(lambda: repr(mx.util.is_np_array()))
show(lambda: repr(mx.name.NameManager().get(None, "x")))
show(lambda: repr(mx.AttrScope(a="b").get(None)))
show(lambda: repr(mx.test_utils.almost_equal(np.ones(2), np.ones(2))))
show(lambda: repr(mx.nd.from_numpy(np.ones((2,), dtype="float32"))))
show(lambda: repr(mx.nd.to_dlpack_for_read(A) is not None))
