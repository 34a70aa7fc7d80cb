"""Modules: traces of BucketingModule, SequentialModule, Python modules, FeedForward, and several contexts."""

import logging
import warnings

import numpy as np

from ..harness import Cases, source
from .training import mlp, start, table

CASES = Cases()
WEIGHTS = {"fc1_weight": (8, 5), "fc1_bias": (8,), "fc2_weight": (3, 8), "fc2_bias": (3,)}


def arrays(params):
    return {name: params[name].asnumpy() for name in sorted(params)}


def quiet(call, *args, **options):
    """Call something that warns that it is old."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*args, **options)


# -- BucketingModule ---------------------------------------------------------------------------------------------------
def words(mx, norm=False):
    def graph(length):
        embedded = mx.sym.Embedding(mx.sym.var("data"), input_dim=12, output_dim=5, name="words")
        mean = mx.sym.mean(embedded, axis=1)
        if norm:
            mean = mx.sym.BatchNorm(mean, fix_gamma=False, name="norm")
        scores = mx.sym.FullyConnected(mean, num_hidden=3, name="scores")
        return mx.sym.SoftmaxOutput(scores, name="softmax"), ("data",), ("softmax_label",)

    return graph


def sentences(mx, random, count=8, size=4):
    """Batches of sentences of 3 to 8 words, all of one length in a batch."""
    batches = []
    for _ in range(count):
        length = int(random.choice([3, 5, 8]))
        data = random.randint(0, 12, size=(size, length)).astype("float32")
        label = (data.sum(axis=1) % 3).astype("float32")
        batches.append(
            mx.io.DataBatch(
                [mx.nd.array(data)],
                [mx.nd.array(label)],
                bucket_key=length,
                provide_data=[mx.io.DataDesc("data", data.shape)],
                provide_label=[mx.io.DataDesc("softmax_label", label.shape)],
            )
        )
    return batches


class Stream:
    """An iterator over given batches."""

    def __init__(self, mx, batches, size=4):
        self.default_bucket_key = 8
        self.batch_size = size
        self.provide_data = [mx.io.DataDesc("data", (size, 8))]
        self.provide_label = [mx.io.DataDesc("softmax_label", (size,))]
        self.batches = batches

    def reset(self):
        pass

    def __iter__(self):
        return iter(self.batches)


BUCKETS = {
    "sgd": {"optimizer": "sgd", "optimizer_params": (("learning_rate", 0.5), ("momentum", 0.9))},
    "adam": {"optimizer": "adam", "optimizer_params": (("learning_rate", 0.05),)},
}


def bucketing(mx, case_id, contexts, norm=False, **options):
    module = mx.mod.BucketingModule(words(mx, norm), default_bucket_key=8, context=[mx.cpu(i) for i in range(contexts)])
    data = Stream(mx, sentences(mx, source(case_id)))
    shapes = {"words_weight": (12, 5), "scores_weight": (3, 5), "scores_bias": (3,)}
    if norm:
        shapes.update(norm_gamma=(5,), norm_beta=(5,))
    aux = start(mx, source(case_id), {"norm_moving_mean": (5,), "norm_moving_var": (5,)} if norm else {})
    seen = []
    module.fit(
        data,
        eval_metric=["acc", "ce"],
        num_epoch=3,
        initializer=None,
        arg_params=start(mx, source(case_id + " start"), shapes),
        aux_params=aux,
        batch_end_callback=lambda p: seen.append([p.epoch, p.nbatch, [float(v) for v in p.eval_metric.get()[1]]]),
        **options,
    )
    args, states = module.get_params()
    return {
        "seen": seen,
        "args": arrays(args),
        "aux": arrays(states),
        "score": [float(v) for _, v in module.score(data, ["acc", "ce"])],
        "shapes": [list(d.shape) for d in module.data_shapes],
        "outputs": module.output_names,
    }


for _text, _options in BUCKETS.items():
    for _contexts in (1, 2):

        def _run(mx, case_id=f"bucketing {_text}", options=_options, contexts=_contexts):
            return bucketing(mx, case_id, contexts, **options)

        CASES.add(f"bucketing/{_text} on {_contexts}", _run, scaled=1e-5)


@CASES.case("bucketing/files")
def _(mx):
    import os
    import tempfile

    module = mx.mod.BucketingModule(words(mx), default_bucket_key=8)
    module.bind([("data", (4, 8))], [("softmax_label", (4,))])
    module.init_params(mx.init.One())
    for batch in sentences(mx, source("bucket files")):
        module.forward(batch, is_train=False)
    with tempfile.TemporaryDirectory() as folder:
        module.save_checkpoint(os.path.join(folder, "words"), 2)
        names = sorted(os.listdir(folder))
        keys = quiet(mx.nd.load, os.path.join(folder, "words.buckets"))
        return {"names": names, "keys": keys[0].asnumpy()}


# -- SequentialModule and modules in Python ----------------------------------------------------------------------------
def gradient(mx):
    return lambda scores, labels: mx.nd.softmax(scores) - mx.nd.one_hot(labels, 3)


def halves(mx, python):
    first = mx.sym.Activation(mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=8, name="fc1"), act_type="tanh")
    second = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc2")
    module = mx.mod.SequentialModule()
    module.add(mx.mod.Module(first, label_names=None))
    if python:
        module.add(mx.mod.Module(second, label_names=None), auto_wiring=True)
        return module.add(mx.mod.PythonLossModule(grad_func=gradient(mx)), take_labels=True, auto_wiring=True)
    loss = mx.sym.SoftmaxOutput(second, name="softmax")
    return module.add(mx.mod.Module(loss), take_labels=True, auto_wiring=True)


for _python in (False, True):

    def _run(mx, python=_python):
        x, y = table(source("sequential table"))
        data = mx.io.NDArrayIter(x, y, batch_size=8, label_name="softmax_label")
        module = halves(mx, python)
        module.bind(data.provide_data, data.provide_label)
        module.init_params(arg_params=start(mx, source("sequential start"), WEIGHTS), aux_params={})
        module.init_optimizer(optimizer_params=(("learning_rate", 0.2),))
        metric = mx.metric.create("acc")
        history = []
        for _ in range(3):
            data.reset()
            metric.reset()
            for batch in data:
                module.forward_backward(batch)
                module.update_metric(metric, batch.label)
                module.update()
            history.append(float(metric.get()[1]))
        return {
            "history": history,
            "args": arrays(module.get_params()[0]),
            "prediction": module.predict(data).asnumpy(),
            "names": [module.data_names, module.output_names],
            "shapes": [[name, list(shape)] for name, shape in module.output_shapes],
            "labels": [[d[0], list(d[1])] for d in module.label_shapes],
        }

    CASES.add(f"sequential/{'python loss' if _python else 'two modules'}", _run, scaled=1e-5)


# -- FeedForward -------------------------------------------------------------------------------------------------------
def feedforward(mx, **options):
    return quiet(mx.model.FeedForward, mlp(mx), **options)


FEED = {
    "sgd": {"learning_rate": 0.2, "momentum": 0.9, "wd": 0.001},
    "adam": {"optimizer": "adam", "learning_rate": 0.02},
    "two contexts": {"contexts": 2, "learning_rate": 0.2},
    "epoch size": {"epoch_size": 4, "learning_rate": 0.2},
}
for _text, _options in FEED.items():

    def _run(mx, text=_text, options=_options):
        x, y = table(source("feed table"))
        options = dict(options)
        contexts = [mx.cpu(i) for i in range(options.pop("contexts", 1))]
        args = start(mx, source("feed start"), WEIGHTS)
        model = feedforward(mx, ctx=contexts, num_epoch=3, arg_params=args, aux_params={}, **options)
        train = mx.io.NDArrayIter(x, y, batch_size=8)
        batches, epochs, ends = [], [], []
        model.fit(
            train,
            eval_data=mx.io.NDArrayIter(x[:16], y[:16], batch_size=8),
            batch_end_callback=lambda p: batches.append([p.epoch, p.nbatch, float(p.eval_metric.get()[1])]),
            epoch_end_callback=lambda epoch, symbol, a, b: epochs.append([epoch, sorted(a), sorted(b)]),
            eval_end_callback=lambda p: ends.append([type(p).__name__, p.epoch, p.nbatch, p.eval_metric.get()[1]]),
            logger=logging.getLogger("quiet"),
        )
        outputs, data, labels = model.predict(train, return_data=True)
        return {
            "batches": batches,
            "epochs": epochs,
            "ends": ends,
            "args": arrays(model.arg_params),
            "prediction": outputs,
            "array": model.predict(x[:7]),
            "data": [list(data.shape), list(labels.shape)],
            "score": [float(model.score(train)), float(model.score(train, "ce", num_batch=2))],
        }

    CASES.add(f"feedforward/{_text}", _run, scaled=1e-5)


# -- several contexts --------------------------------------------------------------------------------------------------
SPREAD = {
    "three": (3, None, "local"),
    "device": (2, None, "device"),
    "workload": (2, [1, 3], "local"),
}
for _text, (_contexts, _workload, _store) in SPREAD.items():

    def _run(mx, contexts=_contexts, workload=_workload, store=_store):
        x, y = table(source("spread table"))
        net = mx.sym.BatchNorm(mx.sym.var("data"), fix_gamma=False, name="norm")
        net = mx.sym.FullyConnected(net, num_hidden=3, name="fc")
        net = mx.sym.SoftmaxOutput(net, name="softmax")
        module = mx.mod.Module(net, context=[mx.cpu(i) for i in range(contexts)], work_load_list=workload)
        data = mx.io.NDArrayIter(x, y, batch_size=12)
        shapes = {"norm_gamma": (5,), "norm_beta": (5,), "fc_weight": (3, 5), "fc_bias": (3,)}
        module.fit(
            data,
            num_epoch=2,
            kvstore=store,
            optimizer_params=(("learning_rate", 0.2), ("momentum", 0.9)),
            initializer=None,
            arg_params=start(mx, source("spread start"), shapes),
            aux_params=start(mx, source("spread start"), {"norm_moving_mean": (5,), "norm_moving_var": (5,)}),
        )
        args, aux = module.get_params()
        outputs = module.get_outputs(merge_multi_context=False)
        return {
            "args": arrays(args),
            "aux": arrays(aux),
            "prediction": module.predict(data).asnumpy(),
            "parts": [list(part.shape) for part in outputs[0]],
            "where": [str(part.context) for part in outputs[0]],
        }

    CASES.add(f"contexts/{_text}", _run, scaled=1e-5)


@CASES.case("contexts/split_and_load")
def _(mx):
    x = source("split").normal(size=(7, 3)).astype("float32")
    parts = mx.gluon.utils.split_and_load(x, [mx.cpu(i) for i in range(3)], even_split=False)
    return {"parts": [part.asnumpy() for part in parts], "where": [str(part.context) for part in parts]}


@CASES.case("contexts/gluon trainer", scaled=1e-5)
def _(mx):
    x, y = table(source("gluon spread"))
    contexts = [mx.cpu(0), mx.cpu(1), mx.cpu(2)]
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(8, activation="tanh", in_units=5), mx.gluon.nn.Dense(3, in_units=8))
    net.initialize(ctx=contexts)
    random = source("gluon spread start")
    for parameter in net.collect_params().values():
        parameter.set_data(mx.nd.array(random.normal(size=parameter.shape) * 0.5))
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05}, kvstore="device")
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    history = []
    for step in range(4):
        data = mx.gluon.utils.split_and_load(x[step * 12 : step * 12 + 12], contexts)
        label = mx.gluon.utils.split_and_load(y[step * 12 : step * 12 + 12], contexts)
        with mx.autograd.record():
            losses = [loss(net(a), b) for a, b in zip(data, label, strict=True)]
        for each in losses:
            each.backward()
        trainer.step(12)
        history.append(sum(float(each.sum().asscalar()) for each in losses))
    copies = [[p.data(ctx).asnumpy() for ctx in contexts] for p in net.collect_params().values()]
    return {
        "history": history,
        "weights": [copy[0] for copy in copies],
        "equal": [all((part == copy[0]).all() for part in copy) for copy in copies],
    }


@CASES.case("contexts/group2ctx", scaled=1e-5)
def _(mx):
    with mx.AttrScope(ctx_group="first"):
        net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=6, no_bias=True, name="fc1")
        net = mx.sym.BatchNorm(net, fix_gamma=False, name="norm")
    net = mx.sym.Activation(net, act_type="tanh", name="act")
    with mx.AttrScope(ctx_group="second"):
        net = mx.sym.FullyConnected(net, num_hidden=3, name="fc2")
    net = mx.sym.SoftmaxOutput(net, mx.sym.var("softmax_label", attr={"ctx_group": "second"}), name="softmax")
    executor = net.simple_bind(mx.cpu(), group2ctx={"first": mx.cpu(1), "second": mx.cpu(2)}, data=(8, 4))
    random = source("group2ctx")
    for _, array in sorted(executor.arg_dict.items()):
        array[:] = random.normal(size=array.shape)
    executor.arg_dict["softmax_label"][:] = np.arange(8) % 3
    executor.aux_dict["norm_moving_mean"][:] = 0
    executor.aux_dict["norm_moving_var"][:] = 1
    executor.forward(is_train=True)
    executor.backward()
    return {
        "where": {name: str(array.context) for name, array in sorted(executor.arg_dict.items())},
        "states": {name: str(array.context) for name, array in sorted(executor.aux_dict.items())},
        "outputs": [str(array.context) for array in executor.outputs],
        "output": executor.outputs[0].asnumpy(),
        "gradients": arrays(executor.grad_dict),
        "copies": [line.split("Name=")[-1] for line in executor.debug_str().split("\n") if "Name=act_0_copy" in line]
        or [word for word in executor.debug_str().split() if word == "act_0_copy"][:1],
        "attributes": net.attr_dict(),
        "json": net.tojson(),
    }


@CASES.case("contexts/group2ctx in a module", scaled=1e-5)
def _(mx):
    x, y = table(source("group table"))
    with mx.AttrScope(ctx_group="first"):
        net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=8, name="fc1")
        net = mx.sym.Activation(net, act_type="relu", name="relu1")
    with mx.AttrScope(ctx_group="second"):
        net = mx.sym.FullyConnected(net, num_hidden=3, name="fc2")
        net = mx.sym.SoftmaxOutput(net, name="softmax")
    groups = {"first": [mx.cpu(1), mx.cpu(2)], "second": mx.cpu(3)}
    module = mx.mod.Module(net, context=[mx.cpu(0), mx.cpu(4)], group2ctxs=groups)
    data = mx.io.NDArrayIter(x, y, batch_size=12)
    module.fit(
        data,
        num_epoch=2,
        optimizer_params=(("learning_rate", 0.2),),
        initializer=None,
        arg_params=start(mx, source("group start"), WEIGHTS),
        aux_params={},
    )
    return {"args": arrays(module.get_params()[0]), "prediction": module.predict(data).asnumpy()}


@CASES.case("contexts/gluon BatchNorm", scaled=1e-5)
def _(mx):
    x, y = table(source("norm spread"))
    contexts = [mx.cpu(0), mx.cpu(1), mx.cpu(2)]
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.BatchNorm(in_channels=5), mx.gluon.nn.Dense(3, in_units=5))
    net.initialize(mx.init.One(), ctx=contexts)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    means = []
    for step in range(4):
        data = mx.gluon.utils.split_and_load(x[step * 12 : step * 12 + 12], contexts)
        label = mx.gluon.utils.split_and_load(y[step * 12 : step * 12 + 12], contexts)
        with mx.autograd.record():
            losses = [loss(net(a), b) for a, b in zip(data, label, strict=True)]
        for each in losses:
            each.backward()
        trainer.step(12)
        means.append([net[0].running_mean.data(ctx).asnumpy() for ctx in contexts])
    return {"means": means, "weight": net[1].weight.data(mx.cpu(2)).asnumpy()}


# -- where mxlearn differs on purpose ----------------------------------------------------------------------------------
def raised(call):
    """Return whether a call raises."""
    try:
        call()
    except Exception:
        return True
    return False


@CASES.case("contexts/eager arrays of two contexts")
def _(mx):
    a, b = mx.nd.ones((2,), ctx=mx.cpu(0)), mx.nd.ones((2,), ctx=mx.cpu(1))
    calls = [lambda: a + b, lambda: mx.nd.dot(a, b), lambda: mx.nd.concat(a, b, dim=0)]
    return {"raised": [raised(call) for call in calls]}


@CASES.case("sequential/gradients of the data")
def _(mx):
    module = halves(mx, python=False)
    module.bind([("data", (4, 5))], [("softmax_label", (4,))], inputs_need_grad=True)
    module.init_params(mx.init.One())
    batch = mx.io.DataBatch([mx.nd.ones((4, 5))], [mx.nd.zeros((4,))])
    module.forward(batch, is_train=True)
    module.backward()
    return {"raised": raised(module.get_input_grads)}


def failing(mx):
    return {
        "normal": lambda: mx.nd.random.normal(0, -1, shape=(2, 2)),
        "potrf": lambda: mx.nd.linalg.potrf(mx.nd.array([[-1.0, 0.0], [0.0, 1.0]])),
        "take": lambda: mx.nd.take(mx.nd.ones((3,)), mx.nd.array([7]), mode="raise"),
    }


@CASES.case("engine/errors are raised at the latest where a result is read")
def _(mx):
    return {name: raised(lambda call=call: call().asnumpy()) for name, call in failing(mx).items()}


@CASES.case("engine/errors of calls whose results nobody reads")
def _(mx):
    return {name: raised(call) for name, call in failing(mx).items()}
