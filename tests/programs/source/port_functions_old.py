"""Functions and methods that old notebooks call, pickles and outputs."""

import copy
import logging
import pickle
import tempfile
import warnings

import mxnet as mx
import numpy as np
from mxnet import gluon, nd, sym

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
D = tempfile.mkdtemp()


def A():
    return nd.arange(12).reshape((3, 4))


def pickles():
    a = A()
    b = pickle.loads(pickle.dumps(a))
    print(b, b.context)
    print(copy.copy(a).shape, copy.deepcopy(a)[0])
    s = sym.FullyConnected(sym.var("d"), num_hidden=2, name="fc")
    print(pickle.loads(pickle.dumps(s)).list_arguments())
    print(pickle.loads(pickle.dumps(mx.cpu(1))))
    o = mx.optimizer.SGD(learning_rate=0.3)
    print(pickle.loads(pickle.dumps(o)).lr)
    print(copy.deepcopy(s).tojson() == s.tojson())
    print(pickle.loads(pickle.dumps(mx.lr_scheduler.FactorScheduler(3))).step)
    print(type(pickle.loads(pickle.dumps(mx.metric.Accuracy()))).__name__)


def pickle_dataset():
    d = gluon.data.ArrayDataset(np.arange(3))
    print(len(pickle.loads(pickle.dumps(d))))
    u = mx.optimizer.get_updater(mx.optimizer.SGD(momentum=0.9))
    w = nd.ones(2)
    u(0, nd.ones(2), w)
    s = u.get_states()
    v = mx.optimizer.get_updater(mx.optimizer.SGD(momentum=0.9))
    v.set_states(s)
    print(v.states[0])


def fluent():
    a = A() + 1
    for m in [
        "abs",
        "arccos",
        "arccosh",
        "arcsin",
        "arcsinh",
        "arctan",
        "arctanh",
        "argmax_channel",
        "cbrt",
        "ceil",
        "cos",
        "cosh",
        "degrees",
        "exp",
        "expm1",
        "fix",
        "flatten",
        "floor",
        "log",
        "log10",
        "log1p",
        "log2",
        "log_softmax",
        "ones_like",
        "radians",
        "rcbrt",
        "reciprocal",
        "relu",
        "rint",
        "round",
        "rsqrt",
        "shape_array",
        "sigmoid",
        "sign",
        "sin",
        "sinh",
        "size_array",
        "softmax",
        "softmin",
        "sqrt",
        "square",
        "tan",
        "tanh",
        "trunc",
        "zeros_like",
    ]:
        r = getattr(a / 20, m)()
        print(
            m,
            r.shape,
            r.dtype.__name__,
            round(float(r.sum().asscalar()), 3) if r.dtype != np.int64 else r.asnumpy().tolist(),
        )
    for m, k in [
        ("argmax", dict(axis=1)),
        ("argmin", dict(axis=0)),
        ("argsort", {}),
        ("broadcast_axes", None),
        ("broadcast_like", None),
        ("clip", dict(a_min=2, a_max=5)),
        ("depth_to_space", None),
        ("diag", dict(k=1)),
        ("expand_dims", dict(axis=1)),
        ("flip", dict(axis=0)),
        ("max", dict(axis=1)),
        ("mean", dict(axis=(0, 1))),
        ("min", {}),
        ("nanprod", dict(axis=1)),
        ("nansum", dict(axis=0)),
        ("norm", {}),
        ("one_hot", dict(depth=3)),
        ("pad", None),
        ("pick", None),
        ("prod", dict(axis=0)),
        ("repeat", dict(repeats=2)),
        ("reshape_like", None),
        ("slice", dict(begin=(0, 1), end=(2, 3))),
        ("slice_axis", dict(axis=1, begin=0, end=2)),
        ("slice_like", None),
        ("sort", dict(is_ascend=False)),
        ("space_to_depth", None),
        ("split", dict(num_outputs=2, axis=1)),
        ("split_v2", dict(indices_or_sections=2, axis=1)),
        ("squeeze", {}),
        ("sum", dict(axis=0)),
        ("swapaxes", dict(dim1=0, dim2=1)),
        ("take", None),
        ("tile", dict(reps=(1, 2))),
        ("topk", dict(k=2, ret_typ="value")),
        ("transpose", {}),
    ]:
        if k is None:
            print(m, hasattr(a, m))
            continue
        r = getattr(a, m)(**k)
        r = r if isinstance(r, list) else [r]
        print(m, [x.shape for x in r], round(float(r[0].sum().asscalar()), 2))


def symfluent():
    a = sym.var("a")
    for m in [
        "abs",
        "exp",
        "log",
        "sum",
        "mean",
        "reshape",
        "transpose",
        "softmax",
        "flatten",
        "slice_axis",
        "expand_dims",
        "astype",
        "split",
        "relu",
        "norm",
        "take",
        "tile",
        "clip",
        "squeeze",
        "max",
        "argmax",
        "broadcast_to",
        "sigmoid",
        "tanh",
        "square",
        "sqrt",
        "swapaxes",
        "pick",
        "one_hot",
        "topk",
        "sort",
        "dot",
    ]:
        print(m, hasattr(a, m))
    print(
        a.reshape((2, -1)).list_arguments(),
        a.sum(axis=1).infer_shape(a=(2, 3))[1],
        a.astype("float16").infer_type(a="float32")[1][0].__name__,
        a.T if hasattr(a, "T") else None,
    )


def oldfuncs():
    a = A()
    print(nd.onehot_encode(nd.array([1, 0]), nd.zeros((2, 3))))
    print(nd.choose_element_0index(a, nd.array([1, 2, 0])))
    print(nd.fill_element_0index(a, nd.array([9, 8, 7]), nd.array([1, 2, 0])))
    print(nd.crop(a, begin=(0, 1), end=(2, 3)))
    print(nd.sum_axis(a, axis=1), nd.max_axis(a, axis=0))
    print(
        nd.SwapAxis(a, dim1=0, dim2=1).shape,
        nd.Concat(a, a, dim=0).shape,
        nd.SliceChannel(a, num_outputs=2)[0].shape,
        nd.Flatten(a).shape,
        nd.Reshape(a, shape=(4, 3)).shape,
        nd.Cast(a, dtype="int32").dtype.__name__,
        nd.ElementWiseSum(a, a)[0],
        nd.BlockGrad(a)[0],
        nd.stop_gradient(a)[0],
        nd.identity(a)[0],
        nd.negative(a)[0],
        nd.broadcast_plus(a, a)[0],
        nd.broadcast_minus(a, a)[0],
        nd.add_n(a, a, a)[0],
        nd.argmax_channel(a),
        nd.batch_take(a, nd.array([0, 1, 2], dtype="int32")),
        nd.softmax_cross_entropy(a, nd.array([0, 1, 2])),
        nd.make_loss(a)[0],
        nd.reverse(a, axis=0)[0],
        nd.rint(nd.array([0.5, 1.5])),
        nd.unravel_index(nd.array([5]), shape=(3, 4)),
        nd.ravel_multi_index(nd.array([[1], [2]]), shape=(3, 4)),
        nd.hard_sigmoid(a)[0],
        nd.softsign(a)[0],
        nd.logical_not(a)[0],
        nd.erf(a)[0],
        nd.gamma(a + 1)[0],
        nd.gammaln(a + 1)[0],
        nd.cbrt(a)[0],
        nd.rsqrt(a + 1)[0],
        nd.degrees(a)[0],
        nd.hypot if 0 else 0,
        nd.broadcast_hypot(a, a)[0],
        nd.slice_like(a, nd.zeros((2, 2))),
        nd.depth_to_space(nd.arange(8).reshape((1, 4, 1, 2)), 2),
        nd.space_to_depth(nd.arange(8).reshape((1, 1, 2, 4)), 2),
        nd.im2col if 0 else 0,
        nd.SequenceReverse(a)[0],
        nd.SequenceLast(a),
        nd.moments(a, axes=(0,)),
        nd.masked_softmax if 0 else 0,
    )


def outs():
    a = A()
    o = nd.zeros((3, 4))
    r = nd.exp(a, out=o)
    print(r is o, o[0])
    nd.broadcast_add(a, a, out=o)
    print(o[1])
    nd.sum(a, axis=0, out=nd.zeros(4))
    o2 = [nd.zeros((3, 2)), nd.zeros((3, 2))]
    nd.split(a, 2, axis=1, out=o2)
    print(o2[1])
    nd.dot(a, a.T, out=nd.zeros((3, 3)))
    print(nd.elemwise_mul(a, a, out=a) is a, a[2])
    nd.random.uniform(out=o)
    print(o.shape)
    print(nd.sgd_update(nd.ones(2), nd.ones(2), lr=0.1))


for program in (pickles, pickle_dataset, fluent, symfluent, oldfuncs, outs):
    print(program.__name__)
    with mx.name.NameManager():
        program()
