"""mx.npx and gradients of mx.np functions."""

import warnings

import mxnet as mx
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


show(lambda: repr(npx.relu(A - 5)[0]))
show(lambda: repr(npx.softmax(A)))
show(lambda: repr(npx.log_softmax(A[0])))
show(lambda: repr(npx.sigmoid(A[0])))
show(lambda: repr(npx.one_hot(np.array([0, 2]), 3)))
show(lambda: repr(npx.pick(A, np.array([0, 1, 2]))))
show(lambda: repr(npx.batch_dot(np.ones((2, 1, 3)), np.ones((2, 3, 1)))))
show(lambda: repr(npx.topk(A, k=2)))
show(lambda: repr(npx.sequence_mask(A, np.array([1, 2, 3, 1]), True)))
show(lambda: repr(npx.gamma(np.array([4.0]))))
show(lambda: repr(npx.cpu()))
show(lambda: repr(npx.gpu(0)))
show(lambda: repr(npx.num_gpus()))
show(lambda: repr(npx.current_context()))
show(lambda: repr(npx.waitall()))
show(lambda: repr(npx.is_np_array()))
show(lambda: repr(npx.is_np_shape()))
show(lambda: repr(npx.embedding(np.array([0, 1]), np.ones((3, 2)), 3, 2).shape))
show(lambda: repr(npx.fully_connected(A, np.ones((2, 4)), np.zeros(2), num_hidden=2)))
show(lambda: repr(npx.layer_norm(A, np.ones(4), np.zeros(4))[0]))
show(lambda: repr(npx.dropout(A)[0]))
show(lambda: repr(npx.leaky_relu(A - 5, act_type="leaky", slope=0.1)[0]))
show(lambda: repr(npx.activation(A - 5, act_type="relu")[0]))
show(lambda: repr(npx.gather_nd(A, np.array([[0, 1], [1, 2]]))))
show(lambda: repr(npx.arange_like(A, axis=0)))
show(lambda: repr(npx.reshape_like(A, np.ones((4, 3))).shape))
show(lambda: repr(npx.smooth_l1(A[0], scalar=1)))
show(lambda: repr(npx.erf(A[0])))
show(lambda: repr(npx.batch_flatten(np.ones((2, 3, 4))).shape))
show(lambda: repr(npx.reshape(A, (-2, -2)).shape))
show(lambda: repr(npx.multibox_prior(np.zeros((1, 3, 2, 2)), sizes=[0.5], ratios=[1]).shape))
show(
    lambda: repr(
        npx.roi_pooling(
            np.zeros((1, 1, 4, 4)), np.array([[0, 0, 0, 3, 3.0]]), pooled_size=(2, 2), spatial_scale=1.0
        ).shape
    )
)
show(lambda: repr(npx.seed(3)))
show(lambda: repr(npx.bernoulli))
show(lambda: repr(npx.nonzero(A[0])))
show(lambda: repr(npx.index_add(np.zeros(3), np.array([[0, 1]], dtype="int32"), np.array([1.0, 2]))))
show(lambda: repr(npx.index_update))
show(lambda: repr(npx.random.bernoulli(0.5, size=2).shape))
show(lambda: repr(g(lambda x: (x * x).sum(), np.array([1.0, 2]))))
show(lambda: repr(g(lambda x: x[0] * x[1], np.array([1.0, 2]))))
show(lambda: repr(g(lambda x: np.exp(x).sum(), np.array([0.0, 1]))))
show(lambda: repr(g(lambda x: x.mean(), np.array([[1.0, 2]]))))
show(lambda: repr(g(lambda x: np.dot(x, x), np.array([1.0, 2]))))
show(lambda: repr(g(lambda x: np.linalg.norm(x), np.array([3.0, 4]))))
show(lambda: repr(g(lambda x: np.concatenate([x, x]).sum(), np.array([3.0, 4]))))
show(lambda: repr(g(lambda x: x.reshape(-1, 1).sum(), np.array([3.0, 4]))))
show(lambda: repr(g(lambda x: np.where(x > 3, x, 2 * x).sum(), np.array([3.0, 4]))))
show(lambda: repr(g(lambda x: x[x > 3].sum(), np.array([3.0, 4]))))
show(lambda: repr(g(lambda x: npx.relu(x).sum(), np.array([-3.0, 4]))))
show(lambda: repr(g(lambda x: x.astype("float64").sum(), np.array([-3.0, 4]))))
show(lambda: repr(g(lambda x: np.einsum("i,i->", x, x), np.array([-3.0, 4]))))
show(lambda: repr(g(lambda x: np.abs(x).max(), np.array([-3.0, 4]))))
show(lambda: repr(g(lambda x: x, np.array([-3.0, 4]))))
show(lambda: repr(g(lambda x: 2 * x, np.array(3.0))))
