"""An np.ndarray's attributes, indexing and methods."""

import warnings

import mxnet as mx
import numpy as onp
from mxnet import autograd, init, np, npx
from mxnet.gluon import nn

warnings.simplefilter("ignore")
npx.set_np()
A = np.arange(12).reshape(3, 4)
I = np.array([1, 2, 3], dtype="int32")


def g(f, x):
    x.attach_grad()
    with autograd.record():
        y = f(x)
    y.backward()
    return x.grad


def net0():
    net = nn.HybridSequential()
    net.add(nn.Dense(4, activation="relu"), nn.BatchNorm(), nn.Dense(2))
    net.initialize(init.One())
    return net


def show(expression):
    """Print a value, or that there is none."""
    with mx.name.NameManager():
        try:
            print(expression())
        except Exception:
            print("refused")


show(lambda: repr(repr(A)))
show(lambda: repr(str(A)))
show(lambda: repr(A.shape))
show(lambda: repr(A.size))
show(lambda: repr(A.ndim))
show(lambda: repr(A.dtype))
show(lambda: repr(A.T.shape))
show(lambda: repr(A.item(3)))
show(lambda: repr(A[0, 0].item()))
show(lambda: repr(float(A[1, 1])))
show(lambda: repr(int(A[1, 1])))
show(lambda: repr(bool(A[1, 1])))
show(lambda: repr(A[1, 1]))
show(lambda: repr(A[0]))
show(lambda: repr(A[:, 1]))
show(lambda: repr(A[A > 5]))
show(lambda: repr(A > 5))
show(lambda: repr(A == A))
show(lambda: repr(A[0] * 2))
show(lambda: repr(A + I))
show(lambda: repr(I + I))
show(lambda: repr(I / 2))
show(lambda: repr(I / I))
show(lambda: repr(I * 1.5))
show(lambda: repr(I + 1))
show(lambda: repr(A % 3))
show(lambda: repr(-A))
show(lambda: repr(A**2))
show(lambda: repr(2 ** A[0]))
show(lambda: repr(A @ A.T))
show(lambda: repr(A.dot(A.T)))
show(lambda: repr(A.sum()))
show(lambda: repr(A.sum(axis=0)))
show(lambda: repr(A.mean()))
show(lambda: repr(A.mean(axis=1)))
show(lambda: repr(A.std()))
show(lambda: repr(A.var()))
show(lambda: repr(A.max()))
show(lambda: repr(A.min(axis=1)))
show(lambda: repr(A.argmax()))
show(lambda: repr(A.argmax(axis=1)))
show(lambda: repr(A.cumsum()))
show(lambda: repr(A.prod()))
show(lambda: repr(I.sum()))
show(lambda: repr(I.mean()))
show(lambda: repr((A > 5).sum()))
show(lambda: repr(A.astype("int32")))
show(lambda: repr(A.astype(bool)))
show(lambda: repr(A.reshape(2, 6)))
show(lambda: repr(A.reshape(-1)))
show(lambda: repr(A.reshape((4, 3))))
show(lambda: repr(A.flatten()))
show(lambda: repr(A.transpose(1, 0).shape))
show(lambda: repr(A.swapaxes(0, 1).shape))
show(lambda: repr(A.squeeze().shape))
show(lambda: repr(A.repeat(2, axis=0).shape))
show(lambda: repr(A.copy() is A))
show(lambda: repr(A.tolist()))
show(lambda: repr(A.asnumpy().dtype))
show(lambda: repr(A.as_nd_ndarray()))
show(lambda: repr(A.ctx))
show(lambda: repr(A.context))
show(lambda: repr(A.as_in_ctx(npx.cpu()) is A))
show(lambda: repr(A.attach_grad()))
show(lambda: repr(A.grad))
show(lambda: repr(A.detach()[0]))
show(lambda: repr(A.clip(2, 5)))
show(lambda: repr(A.argsort()))
show(lambda: repr(A.nonzero()))
show(lambda: repr(len(A)))
show(lambda: repr(list(A)[0]))
show(lambda: repr(A.tolist()[0]))
show(lambda: repr(A.item()))
show(lambda: repr(A[5]))
show(lambda: repr(A["a"]))
show(lambda: repr(A[1.5]))
show(lambda: repr(type(A).__name__))
show(lambda: repr(isinstance(A, mx.nd.NDArray)))
show(lambda: repr(A is None))
show(lambda: repr((A > 1) & (A < 5)))
show(lambda: repr(~(A > 5)))
show(lambda: repr((A > 1) | (A < 0)))
show(lambda: repr(A + onp.ones(4)))
show(lambda: repr((A, A)[0] is A))
