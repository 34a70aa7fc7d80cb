"""Training: traces of Module and Gluon on fixed data and fixed initial values."""

import numpy as np

from ..harness import Cases, source

CASES = Cases()


def table(random, rows=48, features=5, classes=3):
    """A classification problem: features, labels that mostly follow them."""
    x = random.normal(size=(rows, features)).astype("float32")
    scores = x @ random.normal(size=(features, classes)) + 0.1 * random.normal(size=(rows, classes))
    return x, scores.argmax(axis=1).astype("float32")


def start(mx, random, shapes, scale=0.5):
    """Initial parameters: normal weights, zero biases and betas, unit gammas."""
    values = {}
    for name, shape in shapes.items():
        if name.endswith("weight"):
            values[name] = random.normal(size=shape) * scale
        else:
            values[name] = np.ones(shape) if name.endswith(("gamma", "var")) else np.zeros(shape)
    return {k: mx.nd.array(v) for k, v in values.items()}


def mlp(mx):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=8, name="fc1")
    x = mx.sym.Activation(x, act_type="relu", name="relu1")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=3, name="fc2"), name="softmax")


def convnet(mx):
    x = mx.sym.Convolution(mx.sym.var("data"), kernel=(3, 3), num_filter=4, no_bias=True, name="conv")
    x = mx.sym.BatchNorm(x, fix_gamma=False, name="bn")
    x = mx.sym.Activation(x, act_type="tanh", name="act")
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=3, name="fc"), name="softmax")


def module_trace(mx, case_id, net, x, y, *, epochs, optimizer, parameters, batch=8, metric="acc", **module):
    """Train by Module's own steps; return every epoch's metric and the last parameters."""
    random = source(case_id)
    data = mx.io.NDArrayIter(x, y, batch_size=batch, shuffle=False, label_name="softmax_label")
    mod = mx.mod.Module(net, context=mx.cpu(), **module)
    mod.bind(data.provide_data, data.provide_label)
    arg_shapes, _, aux_shapes = net.infer_shape(data=(batch,) + x.shape[1:])
    known = {"data", "softmax_label"}
    shapes = dict(zip(net.list_arguments(), arg_shapes, strict=True))
    args = start(mx, random, {name: shape for name, shape in shapes.items() if name not in known})
    aux = start(mx, random, dict(zip(net.list_auxiliary_states(), aux_shapes, strict=True)))
    mod.init_params(arg_params=args, aux_params=aux)
    mod.init_optimizer(optimizer=optimizer, optimizer_params=parameters)
    metric = mx.metric.create(metric)
    history = []
    for _ in range(epochs):
        data.reset()
        metric.reset()
        for b in data:
            mod.forward(b, is_train=True)
            mod.update_metric(metric, b.label)
            mod.backward()
            mod.update()
        history.append([[k, float(v)] for k, v in metric.get_name_value()])
    args, aux = mod.get_params()
    return {
        "history": history,
        "args": {k: args[k].asnumpy() for k in sorted(args)},
        "aux": {k: aux[k].asnumpy() for k in sorted(aux)},
        "score": [float(v) for _, v in mod.score(data, ["acc", "ce"])],
        "prediction": mod.predict(data).asnumpy(),
    }


MODULES = {
    "sgd": ("sgd", {"learning_rate": 0.1}),
    "momentum wd": ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}),
    "adam": ("adam", {"learning_rate": 0.02}),
    "rmsprop": ("rmsprop", {"learning_rate": 0.005}),
}
for _text, (_optimizer, _parameters) in MODULES.items():

    def _run(mx, case_id=f"module mlp {_text}", optimizer=_optimizer, parameters=_parameters):
        x, y = table(source("table"))
        return module_trace(
            mx, case_id, mlp(mx), x, y, epochs=4, optimizer=optimizer, parameters=tuple(parameters.items())
        )

    CASES.add(f"module/mlp {_text}", _run, scaled=1e-5)


def pictures(random, count=24):
    """Small images with a bright row or column or corner, and which it is."""
    x = random.normal(size=(count, 1, 8, 8)).astype("float32") * 0.3
    y = random.randint(0, 3, size=count).astype("float32")
    for k in range(count):
        (x[k, 0, 2:4], x[k, 0, :, 2:4], x[k, 0, 5:, 5:])[int(y[k])][...] += 1
    return x, y


@CASES.case("module/convnet with BatchNorm", scaled=1e-5)
def _(mx):
    x, y = pictures(source("pictures"))
    return module_trace(
        mx,
        "module convnet",
        convnet(mx),
        x,
        y,
        epochs=3,
        optimizer="sgd",
        parameters=(("learning_rate", 0.05), ("momentum", 0.9)),
    )


@CASES.case("module/fit", scaled=1e-5)
def _(mx):
    x, y = table(source("fit table"), rows=40)
    train = mx.io.NDArrayIter(x[:32], y[:32], batch_size=8, label_name="softmax_label")
    valid = mx.io.NDArrayIter(x[32:], y[32:], batch_size=8, label_name="softmax_label")
    mod = mx.mod.Module(mlp(mx), context=mx.cpu())
    args = start(
        mx, source("fit start"), {"fc1_weight": (8, 5), "fc1_bias": (8,), "fc2_weight": (3, 8), "fc2_bias": (3,)}
    )
    epochs, batches = [], []
    mod.fit(
        train,
        eval_data=valid,
        eval_metric="acc",
        optimizer="sgd",
        optimizer_params={"learning_rate": 0.1},
        arg_params=args,
        num_epoch=3,
        initializer=None,
        epoch_end_callback=lambda epoch, symbol, a, b: epochs.append(
            [epoch, sorted(a), float(a["fc1_weight"].sum().asscalar())]
        ),
        batch_end_callback=lambda p: batches.append([p.epoch, p.nbatch, float(p.eval_metric.get()[1])]),
    )
    args, _aux = mod.get_params()
    return {
        "epochs": epochs,
        "batches": batches,
        "args": {k: args[k].asnumpy() for k in sorted(args)},
        "score": float(mod.score(valid, "acc")[0][1]),
    }


@CASES.case("module/regression", scaled=1e-5)
def _(mx):
    random = source("regression")
    x = random.normal(size=(30, 3)).astype("float32")
    y = (x @ np.array([2, -3.4, 1]) + 4.2).astype("float32")
    net = mx.sym.LinearRegressionOutput(
        mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=1, name="fc"), mx.sym.var("lin_label"), name="lin"
    )
    data = mx.io.NDArrayIter(x, y, batch_size=10, label_name="lin_label")
    mod = mx.mod.Module(net, data_names=["data"], label_names=["lin_label"])
    mod.bind(data.provide_data, data.provide_label)
    mod.init_params(arg_params={"fc_weight": mx.nd.zeros((1, 3)), "fc_bias": mx.nd.zeros(1)})
    mod.init_optimizer(optimizer="sgd", optimizer_params=(("learning_rate", 0.1),))
    metric, history = mx.metric.create("mse"), []
    for _ in range(6):
        data.reset()
        metric.reset()
        for b in data:
            mod.forward_backward(b)
            mod.update()
            mod.update_metric(metric, b.label)
        history.append(float(metric.get()[1]))
    args, _aux = mod.get_params()
    return {"history": history, "args": {k: args[k].asnumpy() for k in sorted(args)}}


@CASES.case("module/input gradients and outputs")
def _(mx):
    random = source("input gradients")
    mod = mx.mod.Module(mlp(mx))
    mod.bind([("data", (4, 5))], [("softmax_label", (4,))], inputs_need_grad=True)
    mod.init_params(
        arg_params=start(mx, random, {"fc1_weight": (8, 5), "fc1_bias": (8,), "fc2_weight": (3, 8), "fc2_bias": (3,)})
    )
    mod.forward(mx.io.DataBatch([mx.nd.array(random.normal(size=(4, 5)))], [mx.nd.array([0, 1, 2, 0])]), is_train=True)
    mod.backward()
    return {
        "out": mod.get_outputs()[0].asnumpy(),
        "input": mod.get_input_grads()[0].asnumpy(),
        "data": [list(d) for d in mod.data_shapes][0][0],
        "names": [mod.data_names, mod.label_names, mod.output_names],
        "shapes": [[n, list(s)] for n, s in mod.output_shapes],
    }


# -- iterators -------------------------------------------------------------------------------------------------------

for _mode in ("pad", "discard", "roll_over"):

    def _run(mx, mode=_mode):
        it = mx.io.NDArrayIter(np.arange(14).reshape(7, 2), np.arange(7), batch_size=3, last_batch_handle=mode)
        epochs = []
        for _ in range(2):
            it.reset()
            epochs.append([[b.data[0].asnumpy(), b.label[0].asnumpy()] for b in it])
        return {"epochs": epochs}

    CASES.add(f"iterator/NDArrayIter {_mode}", _run)

    def _run(mx, mode=_mode):
        it = mx.io.NDArrayIter(np.zeros((7, 2)), np.zeros(7), batch_size=3, last_batch_handle=mode)
        first = [int(b.pad) for b in it]
        it.reset()
        return {"pads": [first, [int(b.pad) for b in it]]}

    CASES.add(f"iterator/NDArrayIter {_mode} pads", _run)


@CASES.case("iterator/NDArrayIter dict")
def _(mx):
    it = mx.io.NDArrayIter({"b": np.ones((4, 2)), "a": np.zeros((4, 1), dtype="int32")}, batch_size=2)
    batch = next(it)
    return {
        "names": [[d.name, list(d.shape), np.dtype(d.dtype).name] for d in it.provide_data],
        "labels": len(it.provide_label),
        "dtypes": [np.dtype(d.dtype).name for d in batch.data],
        "pad": int(batch.pad),
    }


@CASES.case("iterator/ResizeIter")
def _(mx):
    it = mx.io.ResizeIter(mx.io.NDArrayIter(np.arange(6), batch_size=2), 5)
    return {"batches": [b.data[0].asnumpy() for b in it]}


# -- gluon -----------------------------------------------------------------------------------------------------------


def gluon_mlp(nn):
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(8, activation="relu", in_units=5), nn.Dense(3, in_units=8))
    return net


def gluon_convnet(nn):
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            nn.Conv2D(4, 3, in_channels=1, use_bias=False),
            nn.BatchNorm(in_channels=4),
            nn.Activation("tanh"),
            nn.MaxPool2D(2, 2),
            nn.Flatten(),
            nn.Dense(3, in_units=36),
        )
    return net


def gluon_trace(mx, case_id, net, x, y, *, hybrid, epochs, optimizer, parameters, batch=8):
    """Train by Trainer's steps; return the losses and the last parameters."""
    random = source(case_id)
    net.initialize()
    shapes = {k: p.shape for k, p in net.collect_params().items()}
    for name, value in start(mx, random, shapes).items():
        net.collect_params()[name].set_data(value)
    if hybrid:
        net.hybridize()
    trainer = mx.gluon.Trainer(net.collect_params(), optimizer, parameters)
    loss_of = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    losses = []
    for _ in range(epochs):
        for k in range(0, len(x), batch):
            data, label = mx.nd.array(x[k : k + batch]), mx.nd.array(y[k : k + batch])
            with mx.autograd.record():
                loss = loss_of(net(data), label)
            loss.backward()
            trainer.step(data.shape[0])
            losses.append(float(loss.mean().asscalar()))
    return {
        "losses": losses,
        "parameters": {k: p.data().asnumpy() for k, p in sorted(net.collect_params().items())},
        "out": net(mx.nd.array(x[:4])).asnumpy(),
        "rate": float(trainer.learning_rate),
    }


GLUON = {
    "sgd": ("sgd", {"learning_rate": 0.5}),
    "momentum wd": ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}),
    "adam": ("adam", {"learning_rate": 0.02}),
    "clip": ("sgd", {"learning_rate": 0.5, "clip_gradient": 0.05}),
}
for _text, (_optimizer, _parameters) in GLUON.items():
    for _hybrid in (False, True):

        def _run(mx, case_id=f"gluon mlp {_text}", optimizer=_optimizer, parameters=_parameters, hybrid=_hybrid):
            x, y = table(source("gluon table"))
            return gluon_trace(
                mx,
                case_id,
                gluon_mlp(mx.gluon.nn),
                x,
                y,
                hybrid=hybrid,
                epochs=3,
                optimizer=optimizer,
                parameters=dict(parameters),
            )

        CASES.add(f"gluon/mlp {_text}{' hybridized' if _hybrid else ''}", _run, scaled=1e-5)
for _hybrid in (False, True):

    def _run(mx, hybrid=_hybrid):
        x, y = pictures(source("gluon pictures"))
        return gluon_trace(
            mx,
            "gluon convnet",
            gluon_convnet(mx.gluon.nn),
            x,
            y,
            hybrid=hybrid,
            epochs=2,
            optimizer="sgd",
            parameters={"learning_rate": 0.05, "momentum": 0.9},
        )

    CASES.add(f"gluon/convnet{' hybridized' if _hybrid else ''}", _run, scaled=1e-5)


@CASES.case("gluon/linear regression from scratch")
def _(mx):
    random = source("scratch")
    x, true = random.normal(size=(32, 2)), np.array([2, -3.4])
    y = x @ true + 4.2 + 0.01 * random.normal(size=32)
    w, b = mx.nd.array(random.normal(size=(2, 1)) * 0.01), mx.nd.zeros((1,))
    for p in (w, b):
        p.attach_grad()
    losses = []
    for _ in range(3):
        for k in range(0, 32, 8):
            data, label = mx.nd.array(x[k : k + 8]), mx.nd.array(y[k : k + 8])
            with mx.autograd.record():
                loss = (mx.nd.dot(data, w) + b - label.reshape((-1, 1))) ** 2 / 2
            loss.backward()
            for p in (w, b):
                p[:] = p - 0.1 * p.grad / 8
            losses.append(float(loss.mean().asscalar()))
    return {"w": w.asnumpy(), "b": b.asnumpy(), "losses": losses}


@CASES.case("gluon/deferred initialization and shapes")
def _(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            nn.Conv2D(4, 3),
            nn.BatchNorm(),
            nn.MaxPool2D(),
            nn.Dense(6, flatten=True),
            nn.LayerNorm(),
            nn.Embedding(3, 2) if False else nn.Dense(2),
        )
    net.initialize(mx.init.Constant(0.1))
    before = {k: list(p.shape) for k, p in net.collect_params().items()}
    out = net(mx.nd.ones((2, 3, 8, 8)))
    return {
        "before": before,
        "after": {k: list(p.shape) for k, p in net.collect_params().items()},
        "out": out.asnumpy(),
    }


@CASES.case("gluon/trainer and utilities")
def _(mx):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="fc_")
    net.initialize(mx.init.One())
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
    with mx.autograd.record():
        loss = net(mx.nd.array([[1, 2], [3, 4]])).sum()
    loss.backward()
    trainer.set_learning_rate(0.5)
    trainer.step(2)
    arrays = [mx.nd.array([3, 4]), mx.nd.array([[12]])]
    norm = mx.gluon.utils.clip_global_norm(arrays, 6.5)
    parts = mx.gluon.utils.split_data(mx.nd.arange(10).reshape((5, 2)), 2, even_split=False)
    loaded = mx.gluon.utils.split_and_load(mx.nd.arange(8).reshape((4, 2)), [mx.cpu(0), mx.cpu(1)])
    return {
        "weight": net.weight.data().asnumpy(),
        "bias": net.bias.data().asnumpy(),
        "grad": net.weight.grad().asnumpy(),
        "norm": float(norm),
        "clipped": [a.asnumpy() for a in arrays],
        "parts": [p.asnumpy() for p in parts],
        "loaded": [[p.asnumpy(), str(p.context)] for p in loaded],
    }


@CASES.case("gluon/data loader")
def _(mx):
    data = mx.gluon.data.ArrayDataset(np.arange(14, dtype="float32").reshape(7, 2), np.arange(7))
    keep = mx.gluon.data.DataLoader(data, batch_size=3)
    discard = mx.gluon.data.DataLoader(data, batch_size=3, last_batch="discard")
    mapped = mx.gluon.data.DataLoader(data.transform_first(lambda x: x * 2), batch_size=4)
    sampler = mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(7), 3, "rollover")
    return {
        "keep": [[x.asnumpy(), y.asnumpy()] for x, y in keep],
        "lengths": [len(keep), len(discard), len(data)],
        "mapped": [x.asnumpy() for x, _ in mapped],
        "rollover": [list(sampler), list(sampler)],
        "label dtype": np.dtype(next(iter(keep))[1].dtype).name,
    }
