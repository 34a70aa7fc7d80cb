"""Estimator: the order of events, log lines (without their times), metrics, parameters, files and refusals."""

import logging
import os
import re
import shutil
import tempfile
import warnings

import numpy as np

from ..harness import Cases, source

CASES = Cases()


def module(mx):
    """Return ``mx.gluon.contrib.estimator``."""
    return mx.gluon.contrib.estimator


def loader(mx, rows=10, batch=4):
    """Return batches of a small classification problem; the last one is not full."""
    random = source("estimator data")
    x = random.normal(size=(rows, 3)).astype("float32")
    y = (x.sum(axis=1) > 0).astype("float32")
    return mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x, y), batch_size=batch)


def network(mx, hybridize=True):
    """Return a network of two layers with fixed parameters."""
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(4, in_units=3, activation="tanh"), nn.Dense(2, in_units=4))
    net.initialize()
    random = source("estimator start")
    for p in net.collect_params().values():
        p.set_data(mx.nd.array(random.normal(size=p.shape) * 0.5))
    if hybridize:
        net.hybridize()
    return net


class Lines(logging.Handler):
    """Keeps the lines of a logger, without times and folders."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        text = re.sub(r"\d+\.\d{3}s", "Ts", record.getMessage())
        text = re.sub(r"total \d+s", "total Ts", text)
        self.lines.append(f"{record.levelname} {re.sub(re.escape(tempfile.gettempdir()) + '/[^/ ]*', 'FOLDER', text)}")


def make(mx, hybridize=True, loss=None, **options):
    """Return an Estimator of the network above, and the keeper of its log."""
    net = network(mx, hybridize)
    options.setdefault(
        "trainer", mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5, "momentum": 0.9})
    )
    estimator = module(mx).Estimator(net, loss or mx.gluon.loss.SoftmaxCrossEntropyLoss(), **options)
    for handler in list(estimator.logger.handlers):
        estimator.logger.removeHandler(handler)
    keeper = Lines()
    estimator.logger.addHandler(keeper)
    return estimator, keeper


def metrics_of(estimator):
    """Return names and values of all metrics."""
    return [[name, float(v)] for name, v in (m.get() for m in estimator.train_metrics + estimator.val_metrics)]


def answer(estimator, keeper, **more):
    """Return log, metrics and parameters."""
    return {
        "log": keeper.lines,
        "metrics": metrics_of(estimator),
        "parameters": {k: p.data().asnumpy() for k, p in estimator.net.collect_params().items()},
        **more,
    }


def watcher(mx, log, name, priority=None, batch=False, epoch=False):
    """Return a handler of all events that writes what it is told to ``log``."""
    m = module(mx)

    class Watcher(m.TrainBegin, m.TrainEnd, m.EpochBegin, m.EpochEnd, m.BatchBegin, m.BatchEnd):
        def note(self, event, *args, **kwargs):
            shapes = {key: [list(part.shape) for part in value] for key, value in kwargs.items()}
            log.append([name, event, len(args), [[key, shapes[key]] for key in sorted(shapes)]])

        def train_begin(self, estimator, *args, **kwargs):
            self.note("train_begin", *args, **kwargs)

        def train_end(self, estimator, *args, **kwargs):
            self.note("train_end", *args, **kwargs)

        def epoch_begin(self, estimator, *args, **kwargs):
            self.note("epoch_begin", *args, **kwargs)

        def epoch_end(self, estimator, *args, **kwargs):
            self.note("epoch_end", *args, **kwargs)
            return epoch

        def batch_begin(self, estimator, *args, **kwargs):
            self.note("batch_begin", *args, **kwargs)

        def batch_end(self, estimator, *args, **kwargs):
            self.note("batch_end", *args, **kwargs)
            return batch

    found = Watcher()
    if priority is not None:
        found.priority = priority
    return found


# -- runs ------------------------------------------------------------------------------------------------------------


@CASES.case("fit/epochs with validation", scaled=1e-5)
def _(mx):
    events = []
    estimator, keeper = make(mx)
    handlers = [watcher(mx, events, "late", 10), watcher(mx, events, "early", -3000), watcher(mx, events, "plain")]
    estimator.fit(loader(mx), loader(mx, 6), epochs=2, event_handlers=handlers)
    return answer(estimator, keeper, events=events, limits=[estimator.max_epoch, estimator.max_batch])


@CASES.case("fit/batches", scaled=1e-5)
def _(mx):
    events = []
    estimator, keeper = make(mx)
    estimator.fit(loader(mx), batches=5, event_handlers=watcher(mx, events, "plain"))
    return answer(estimator, keeper, events=events, limits=[estimator.max_epoch, estimator.max_batch])


@CASES.case("fit/without logger of its own", scaled=1e-5)
def _(mx):
    estimator, keeper = make(mx)
    logs = [module(mx).LoggingHandler(2), module(mx).LoggingHandler(1, metrics=estimator.train_metrics)]
    estimator.fit(loader(mx), loader(mx, 6), epochs=2, event_handlers=logs.copy())
    return answer(estimator, keeper, counts=[[h.current_epoch, h.batch_index, h.processed_samples] for h in logs])


for _batch, _epoch in ((True, False), (False, True), (True, True)):

    def _run(mx, batch=_batch, epoch=_epoch):
        events = []
        estimator, keeper = make(mx)
        handlers = [watcher(mx, events, "stops", batch=batch, epoch=epoch), watcher(mx, events, "goes on")]
        estimator.fit(loader(mx), epochs=2, event_handlers=handlers)
        return answer(estimator, keeper, events=events)

    CASES.add(f"fit/ended by batch_end {_batch} epoch_end {_epoch}", _run, scaled=1e-5)


@CASES.case("fit/two contexts", scaled=1e-5)
def _(mx):
    net = network(mx, False)
    net.collect_params().reset_ctx([mx.cpu(0), mx.cpu(1)])
    estimator = module(mx).Estimator(
        net,
        mx.gluon.loss.SoftmaxCrossEntropyLoss(),
        trainer=mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5}),
        context=[mx.cpu(0), mx.cpu(1)],
    )
    estimator.logger.setLevel(logging.WARNING)
    estimator.fit(loader(mx, 8), loader(mx, 8), epochs=3)
    on_second = [p.data(mx.cpu(1)).asnumpy() for p in net.collect_params().values()]
    return {"metrics": metrics_of(estimator), "parameters": on_second}


@CASES.case("fit/regression with own metrics", scaled=1e-5)
def _(mx):
    net = mx.gluon.nn.Dense(1, in_units=3, prefix="fc_")
    net.initialize(mx.init.Constant(0.1))
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    estimator = module(mx).Estimator(
        net,
        mx.gluon.loss.L2Loss(),
        train_metrics=[mx.metric.MSE(), mx.metric.MAE()],
        val_metrics=mx.metric.RMSE(),
        trainer=trainer,
        val_loss=mx.gluon.loss.L1Loss(),
    )
    estimator.logger.setLevel(logging.WARNING)
    x = source("regression estimator").normal(size=(9, 3)).astype("float32")
    data = mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x, x.sum(axis=1, keepdims=True)), batch_size=3)
    estimator.fit(data, data, epochs=4)
    return {"metrics": metrics_of(estimator), "weight": net.weight.data().asnumpy()}


@CASES.case("evaluate", scaled=1e-5)
def _(mx):
    events = []
    estimator, keeper = make(mx)
    result = estimator.evaluate(loader(mx), event_handlers=[watcher(mx, events, "plain")])
    return answer(estimator, keeper, events=events, result=result)


for _text, _options in {
    "every epoch": {},
    "every second epoch": {"epoch_period": 2},
    "every second batch": {"epoch_period": None, "batch_period": 2},
    "both": {"batch_period": 2},
}.items():

    def _run(mx, options=_options):
        events = []
        estimator, keeper = make(mx)
        inner = [watcher(mx, events, "validation")]
        handler = module(mx).ValidationHandler(loader(mx, 6), estimator.evaluate, event_handlers=inner, **options)
        estimator.fit(loader(mx), epochs=2, event_handlers=[handler])
        counts = [handler.current_epoch, handler.current_batch]
        return answer(estimator, keeper, events=events, counts=counts)

    CASES.add(f"validation/{_text}", _run, scaled=1e-5)


# -- metrics and defaults ---------------------------------------------------------------------------------------------


@CASES.case("metrics/names")
def _(mx):
    loss, metric = mx.gluon.loss, mx.metric
    options = {
        "default": {},
        "L2Loss": {"loss": loss.L2Loss()},
        "named loss": {"loss": loss.SoftmaxCrossEntropyLoss(prefix="my_")},
        "one": {"train_metrics": metric.Accuracy()},
        "list": {"train_metrics": [metric.MSE(), metric.Loss()]},
        "empty": {"train_metrics": []},
        "composite": {"train_metrics": metric.CompositeEvalMetric([metric.Accuracy(), metric.MSE()])},
        "both": {"train_metrics": metric.MSE(), "val_metrics": [metric.MAE(), metric.RMSE()]},
        "validation": {"val_metrics": metric.MAE()},
    }
    names = {}
    for key, option in options.items():
        estimator, _ = make(mx, **option)
        names[key] = [[m.name for m in estimator.train_metrics], [m.name for m in estimator.val_metrics]]
    return {"names": names}


@CASES.case("defaults")
def _(mx):
    net = mx.gluon.nn.Dense(2, in_units=3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        estimator = module(mx).Estimator(net, mx.gluon.loss.L2Loss(), initializer=mx.init.One())
    m = module(mx)
    return {
        "trainer": [type(estimator.trainer.optimizer).__name__, float(estimator.trainer.learning_rate)],
        "warned": [str(w.message) for w in caught],
        "weight": net.weight.data().asnumpy(),
        "context": [str(c) for c in estimator.context],
        "logger": [estimator.logger.name, estimator.logger.level, len(estimator.logger.handlers)],
        "same": [estimator.val_net is net, estimator.val_loss is estimator.loss],
        "priorities": [
            float(h.priority)
            for h in (
                m.GradientUpdateHandler(),
                m.MetricHandler(estimator.train_metrics),
                m.ValidationHandler([], estimator.evaluate),
                m.LoggingHandler(),
            )
        ],
    }


# -- early stopping ---------------------------------------------------------------------------------------------------

for _text, _options in {
    "max": {"mode": "max", "patience": 1},
    "min": {"mode": "min", "patience": 1},
    "min delta": {"mode": "min", "patience": 2, "min_delta": 0.2},
    "baseline": {"mode": "min", "patience": 2, "baseline": 0.01},
    "no patience": {"mode": "max"},
}.items():

    def _run(mx, options=_options):
        estimator, keeper = make(mx)
        handler = module(mx).EarlyStoppingHandler(estimator.val_metrics[1], **options)
        estimator.fit(loader(mx), loader(mx, 6), epochs=8, event_handlers=[handler])
        state = [handler.wait, handler.stopped_epoch, handler.current_epoch, handler.stop_training]
        return answer(estimator, keeper, state=state, best=float(handler.best))

    CASES.add(f"early stopping/{_text}", _run, scaled=1e-5)


# -- checkpoints ------------------------------------------------------------------------------------------------------


def checkpoints(mx, runs, hybridize=True, **options):
    """Run ``fit`` once for each of ``runs`` with a CheckpointHandler of one folder; return the last run's answer."""
    folder = tempfile.mkdtemp()
    try:
        logs, files = [], []
        for run in runs:
            arguments = dict(options, **run)
            fit = arguments.pop("fit")
            best = arguments.pop("best", None)
            estimator, keeper = make(mx, hybridize)
            if best is not None:
                arguments.update(save_best=True, monitor=estimator.val_metrics[best])
            handler = module(mx).CheckpointHandler(os.path.join(folder, "new"), "m", **arguments)
            estimator.fit(loader(mx), loader(mx, 6), event_handlers=[handler], **fit)
            keeper.lines = [re.sub("FOLDER/new", "FOLDER", line) for line in keeper.lines]
            logs.append(keeper.lines)
            files.append(sorted(os.listdir(os.path.join(folder, "new"))))
        counts = [handler.current_epoch, handler.current_batch, estimator.max_epoch, estimator.max_batch]
        return answer(estimator, keeper, logs=logs, files=files, counts=counts)
    finally:
        shutil.rmtree(folder)


for _text, (_runs, _options) in {
    "every epoch": ([{"fit": {"epochs": 3}}], {"verbose": 1}),
    "resumed by epochs": (
        [{"fit": {"epochs": 2}}, {"fit": {"epochs": 4}, "resume_from_checkpoint": True}],
        {"verbose": 1},
    ),
    "nothing to resume": ([{"fit": {"epochs": 1}, "resume_from_checkpoint": True}], {"verbose": 1}),
    "resumed by batches": (
        [{"fit": {"batches": 7}}, {"fit": {"batches": 11}, "resume_from_checkpoint": True}],
        {"verbose": 1, "epoch_period": None, "batch_period": 2, "max_checkpoints": 2},
    ),
    "both periods, silent": ([{"fit": {"epochs": 3}}], {"epoch_period": 2, "batch_period": 2, "max_checkpoints": 3}),
    "not hybridized": ([{"fit": {"epochs": 2}}], {"hybridize": False}),
}.items():

    def _run(mx, runs=_runs, options=_options):
        return checkpoints(mx, runs, **options)

    CASES.add(f"checkpoint/{_text}", _run, scaled=1e-5)


@CASES.case("checkpoint/best", scaled=1e-5)
def _(mx):
    found = checkpoints(mx, [{"fit": {"epochs": 3}, "best": 1, "mode": "min"}])
    return {"files": found["files"], "parameters": found["parameters"]}


# -- misuse -----------------------------------------------------------------------------------------------------------


def estimate(mx, **options):
    """Return an Estimator, or raise what it raises."""
    return module(mx).Estimator(network(mx), **{"loss": mx.gluon.loss.SoftmaxCrossEntropyLoss(), **options})


for _text, _misuse in {
    "loss": lambda mx: estimate(mx, loss=3),
    "list of losses": lambda mx: estimate(mx, loss=[mx.gluon.loss.L2Loss()]),
    "val_loss": lambda mx: estimate(mx, val_loss=3),
    "metric by name": lambda mx: estimate(mx, train_metrics="acc"),
    "metrics by name": lambda mx: estimate(mx, train_metrics=["acc"]),
    "trainer": lambda mx: estimate(mx, trainer="sgd"),
    "context": lambda mx: estimate(mx, context="cpu"),
    "contexts": lambda mx: estimate(mx, context=[mx.cpu(), 3]),
    "absent context": lambda mx: estimate(mx, context=mx.gpu(0)),
    "batch processor": lambda mx: estimate(mx, batch_processor=3),
    "no length": lambda mx: make(mx)[0].fit(loader(mx)),
    "two lengths": lambda mx: make(mx)[0].fit(loader(mx), epochs=1, batches=1),
    "data": lambda mx: make(mx)[0].fit([1], epochs=1),
    "iterator": lambda mx: make(mx)[0].fit(mx.io.NDArrayIter(np.zeros((4, 3)), np.zeros(4)), epochs=1),
    "validation data": lambda mx: make(mx)[0].evaluate([1]),
    "handler": lambda mx: make(mx)[0].fit(loader(mx), epochs=1, event_handlers=[3]),
    "foreign metric": lambda mx: make(mx)[0].fit(
        loader(mx), epochs=1, event_handlers=[module(mx).MetricHandler(mx.metric.Accuracy())]
    ),
    "log interval": lambda mx: module(mx).LoggingHandler("batch"),
    "log interval float": lambda mx: module(mx).LoggingHandler(2.5),
    "monitor": lambda mx: module(mx).EarlyStoppingHandler("acc"),
    "best of what": lambda mx: module(mx).CheckpointHandler("folder", save_best=True),
    "resume by another unit": lambda mx: checkpoints(mx, [{"fit": {"batches": 2}, "resume_from_checkpoint": True}]),
    "resume what is done": lambda mx: checkpoints(
        mx, [{"fit": {"epochs": 1}}, {"fit": {"epochs": 1}, "resume_from_checkpoint": True}]
    ),
}.items():
    CASES.raises(f"misuse/{_text}", _misuse)
