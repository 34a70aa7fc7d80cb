"""Misuse: which class of exception reports it."""

import operator

import numpy as np

from ..harness import Cases

CASES = Cases()
raises = CASES.raises


def m(mx):
    return mx.nd.arange(6).reshape((2, 3))


MISUSES = {
    "add/float32 and float64": lambda mx: m(mx) + m(mx).astype("float64"),
    "add/float32 and int32": lambda mx: m(mx) + m(mx).astype("int32"),
    "add/None": lambda mx: m(mx) + None,
    "add/list": lambda mx: m(mx) + [1, 2, 3],
    "add/text": lambda mx: m(mx) + "a",
    "add/shapes": lambda mx: mx.nd.ones(3) + mx.nd.ones(2),
    "elemwise_add/shapes": lambda mx: mx.nd.elemwise_add(m(mx), mx.nd.ones((1, 3))),
    "compare/None": lambda mx: operator.eq(m(mx), None),
    "truth of several": lambda mx: bool(m(mx)),  # noqa: E711
    "asscalar of several": lambda mx: m(mx).asscalar(),
    "floor division": lambda mx: m(mx) // 2,
    "index/out of range": lambda mx: m(mx)[2],
    "index/too many": lambda mx: m(mx)[0, 0, 0],
    "index/float": lambda mx: m(mx)[1.5],
    "index/text": lambda mx: m(mx)["a"],
    "index/array out of range": lambda mx: m(mx)[np.array([0, 5])],
    "assign/out of range": lambda mx: m(mx).__setitem__(3, 1),
    "assign/text": lambda mx: m(mx).__setitem__(0, "a"),
    "assign/shape": lambda mx: m(mx).__setitem__(0, np.arange(5)),
    "array/ragged": lambda mx: mx.nd.array([[1, 2], [3]]),
    "array/text": lambda mx: mx.nd.array("a"),
    "array/dtype name": lambda mx: mx.nd.array([1], dtype="foo"),
    "astype/dtype name": lambda mx: m(mx).astype("foo"),
    "zeros/text": lambda mx: mx.nd.zeros("a"),
    "reshape/too large": lambda mx: m(mx).reshape((4, 4)),
    "reshape/too small": lambda mx: m(mx).reshape((2,)),
    "dot/shapes": lambda mx: mx.nd.dot(m(mx), m(mx)),
    "batch_dot/shapes": lambda mx: mx.nd.batch_dot(mx.nd.ones((2, 3, 4)), mx.nd.ones((2, 3, 4))),
    "operator/number": lambda mx: mx.nd.exp(1),
    "operator/list": lambda mx: mx.nd.exp([1, 2]),
    "operator/unknown": lambda mx: mx.nd.nosuchoperator,
    "operator/no inputs": lambda mx: mx.nd.concat(),
    "attribute/missing": lambda mx: mx.nd.FullyConnected(m(mx), mx.nd.ones((4, 3)), mx.nd.ones(4)),
    "attribute/unknown": lambda mx: mx.nd.exp(m(mx), foo=1),
    "attribute/type": lambda mx: mx.nd.FullyConnected(m(mx), mx.nd.ones((4, 3)), mx.nd.ones(4), num_hidden="x"),
    "attribute/choice": lambda mx: mx.nd.Activation(m(mx), act_type="foo"),
    "attribute/missing choice": lambda mx: mx.nd.Activation(m(mx)),
    "FullyConnected/weight shape": lambda mx: mx.nd.FullyConnected(
        m(mx), mx.nd.ones((4, 2)), num_hidden=4, no_bias=True
    ),
    "FullyConnected/missing weight": lambda mx: mx.nd.FullyConnected(m(mx), num_hidden=4),
    "Convolution/kernel too large": lambda mx: mx.nd.Convolution(
        mx.nd.ones((1, 1, 2, 2)), mx.nd.ones((1, 1, 3, 3)), mx.nd.ones(1), kernel=(3, 3), num_filter=1
    ),
    "Convolution/missing filters": lambda mx: mx.nd.Convolution(
        mx.nd.ones((1, 1, 5, 5)), mx.nd.ones((1, 1, 3, 3)), mx.nd.ones(1), kernel=(3, 3)
    ),
    "Pooling/kernel too large": lambda mx: mx.nd.Pooling(mx.nd.ones((1, 1, 2, 2)), kernel=(3, 3)),
    "axis/sum": lambda mx: mx.nd.sum(m(mx), axis=5),
    "axis/softmax": lambda mx: mx.nd.softmax(m(mx), axis=5),
    "axis/expand_dims": lambda mx: mx.nd.expand_dims(m(mx), axis=5),
    "axis/concat": lambda mx: mx.nd.concat(mx.nd.ones(3), mx.nd.ones(3)),
    "axis/squeeze": lambda mx: mx.nd.squeeze(m(mx), axis=0),
    "transpose/axes": lambda mx: mx.nd.transpose(m(mx), axes=(0, 1, 2)),
    "split/uneven": lambda mx: mx.nd.split(m(mx), num_outputs=2, axis=1),
    "stack/shapes": lambda mx: mx.nd.stack(mx.nd.ones(2), mx.nd.ones(3)),
    "concat/shapes": lambda mx: mx.nd.concat(mx.nd.ones((2, 2)), mx.nd.ones((3, 2)), dim=1),
    "broadcast_to": lambda mx: mx.nd.broadcast_to(mx.nd.ones((1, 3)), shape=(2, 4)),
    "take/raise": lambda mx: mx.nd.take(mx.nd.ones(3), mx.nd.array([5]), mode="raise"),
    "flip/no axis": lambda mx: mx.nd.flip(m(mx)),
    "pad/2d": lambda mx: mx.nd.pad(m(mx), mode="constant", pad_width=(0, 0, 1, 1)),
    "softmax/int": lambda mx: mx.nd.softmax(m(mx).astype("int32")),
    "norm/ord": lambda mx: mx.nd.norm(m(mx), ord=3),
    "copyto/shape": lambda mx: m(mx).copyto(mx.nd.zeros((3, 2))),
    "copyto/number": lambda mx: m(mx).copyto(3),
    "gpu/none here": lambda mx: mx.nd.zeros(2, ctx=mx.gpu(37)),
    "backward/not recorded": lambda mx: m(mx).backward(),
    "attach_grad/request": lambda mx: m(mx).attach_grad("foo"),
    "symbol/name": lambda mx: mx.sym.Variable(1),
    "symbol/number": lambda mx: mx.sym.exp(1),
    "symbol/add text": lambda mx: mx.sym.var("a") + "b",
    "symbol/truth": lambda mx: bool(mx.sym.var("a")),
    "symbol/output index": lambda mx: mx.sym.var("a")[1],
    "symbol/output name": lambda mx: mx.sym.var("a")["b"],
    "symbol/json": lambda mx: mx.sym.load_json("{"),
    "symbol/bind missing": lambda mx: mx.sym.exp(mx.sym.var("a")).bind(mx.cpu(), {}),
    "symbol/shapes": lambda mx: (mx.sym.var("a") + mx.sym.var("b")).infer_shape(a=(2, 3), b=(3, 2)),
    "symbol/no gradient": lambda mx: mx.sym.var("a").gradient(["a"]),
    "save/dict of numbers": lambda mx: mx.nd.save("x.params", {"a": mx.nd.ones(1), "b": 3}),
    "save/number": lambda mx: mx.nd.save("x.params", 3),
    "load/missing": lambda mx: mx.nd.load("no-such-file.params"),
    "load/symbol missing": lambda mx: mx.sym.load("no-such-file.json"),
    "create/metric": lambda mx: mx.metric.create("foo"),
    "create/optimizer": lambda mx: mx.optimizer.create("foo"),
    "create/initializer": lambda mx: mx.init.create("foo"),
    "scheduler/step": lambda mx: mx.lr_scheduler.FactorScheduler(0),
    "scheduler/factor": lambda mx: mx.lr_scheduler.FactorScheduler(1, 2),
    "scheduler/steps": lambda mx: mx.lr_scheduler.MultiFactorScheduler([3, 2]),
    "initializer/pattern": lambda mx: mx.init.Xavier()(mx.init.InitDesc("foo"), mx.nd.zeros((2, 2))),
    "initializer/Xavier of a vector": lambda mx: mx.init.Xavier()(mx.init.InitDesc("x_weight"), mx.nd.zeros(2)),
    "initializer/Mixed": lambda mx: mx.init.Mixed(["weight"], [mx.init.One()])("bias", mx.nd.zeros(2)),
    "gluon/not initialized": lambda mx: mx.gluon.nn.Dense(3, in_units=2)(mx.nd.ones((2, 2))),
    "gluon/data not initialized": lambda mx: mx.gluon.Parameter("w", shape=(2,)).data(),
    "gluon/trainer": lambda mx: mx.gluon.Trainer([1], "sgd"),
    "gluon/wrong context": lambda mx: ready(mx).weight.data(mx.cpu(5)),
    "gluon/set_data shape": lambda mx: ready(mx).weight.set_data(mx.nd.ones((5, 5))),
    "gluon/load missing": lambda mx: ready(mx).load_parameters("no-such-file.params"),
    "gluon/wrong input": lambda mx: ready(mx)(mx.nd.ones((2, 7))),
    "gluon/child of sequential": lambda mx: mx.gluon.nn.HybridSequential().add(mx.gluon.nn.Lambda(lambda x: x)),
    "gluon/parameter shape": lambda mx: mx.gluon.Parameter("w", shape=(0, 2)).initialize(),
    "gluon/split_data": lambda mx: mx.gluon.utils.split_data(mx.nd.ones((5, 2)), 2),
    "gluon/unknown activation": lambda mx: mx.gluon.nn.Activation("foo")(m(mx)),
    "gluon/export not run": lambda mx: ready(mx).export("x"),
    "gluon/loss needs label": lambda mx: mx.gluon.loss.L2Loss()(m(mx)),
    "module/unknown data": lambda mx: mx.mod.Module(mx.sym.exp(mx.sym.var("a")), data_names=["data"], label_names=None),
    "module/not bound": lambda mx: mx.mod.Module(mx.sym.exp(mx.sym.var("data")), label_names=None).init_params(),
    "metric/shapes": lambda mx: mx.metric.Accuracy().update([mx.nd.ones(2)], [mx.nd.ones((3, 2))]),
    "metric/counts": lambda mx: mx.metric.Accuracy().update([mx.nd.ones(2), mx.nd.ones(2)], [mx.nd.ones((2, 2))]),
    "metric/F1 of three classes": lambda mx: mx.metric.F1().update([mx.nd.array([0, 1, 2])], [mx.nd.ones((3, 3))]),
    "iterator/lengths": lambda mx: mx.io.NDArrayIter(np.ones((4, 2)), np.ones(3), batch_size=2),
    "iterator/exhausted": lambda mx: [
        next(it) for it in [mx.io.NDArrayIter(np.ones(2), batch_size=2)] for _ in range(2)
    ],
    "dataset/lengths": lambda mx: mx.gluon.data.ArrayDataset(np.ones(3), np.ones(2)),
    "context/kind": lambda mx: mx.Context("tpu", 0),
    "random/negative scale": lambda mx: mx.nd.random.normal("a", 1),
    "linalg/not positive definite": lambda mx: mx.nd.linalg.potrf(mx.nd.array([[1, 2], [2, 1]])),
    "linalg/not square": lambda mx: mx.nd.linalg.det(m(mx)),
    "SoftmaxOutput/label shape": lambda mx: mx.nd.SoftmaxOutput(m(mx), mx.nd.ones(5)),
    "reshape/two unknowns": lambda mx: mx.nd.reshape(m(mx), shape=(-1, -1)),
    "topk/k too large": lambda mx: mx.nd.topk(m(mx), k=9),
}


def ready(mx):
    """An initialized dense layer."""
    net = mx.gluon.nn.Dense(3, in_units=2)
    net.initialize()
    return net


def inplace_recorded(mx):
    x = mx.nd.array([1, 2])
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
        y += 1
        y[:] = 3


def backward_twice(mx):
    x = mx.nd.array([1, 2])
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.exp(x)
    y.backward()
    y.backward()


MISUSES["record/write into recorded"] = inplace_recorded
MISUSES["record/backward twice"] = backward_twice
for _text, _misuse in MISUSES.items():
    raises(_text, _misuse)
