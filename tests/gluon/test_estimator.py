"""Estimator. Its events, log lines and numbers are compared with MXNet's in tests/golden."""
import logging
import os

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import gluon
from mxlearn.base import ArgumentError, ContextError
from mxlearn.gluon.contrib.estimator import (
    BatchEnd,
    BatchProcessor,
    CheckpointHandler,
    EarlyStoppingHandler,
    EpochEnd,
    Estimator,
    LoggingHandler,
    MetricHandler,
    estimator,
    event_handler,
)


def network():
    net = gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(gluon.nn.Dense(4, activation="tanh", in_units=3), gluon.nn.Dropout(0.3), gluon.nn.Dense(2, in_units=4))
    net.initialize(mx.init.Constant(0.2))
    net.hybridize()
    return net


def made(net=None, optimizer="adam", **options):
    """Return an Estimator that logs nothing."""
    net = net or network()
    trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.05})
    found = Estimator(net, gluon.loss.SoftmaxCrossEntropyLoss(), trainer=trainer, **options)
    found.logger.setLevel(logging.ERROR)
    return found


def loader(rows=12, batch=4):
    x = np.random.RandomState(0).normal(size=(rows, 3)).astype("float32")
    return gluon.data.DataLoader(gluon.data.ArrayDataset(x, (x.sum(axis=1) > 0).astype("float32")), batch)


def parameters(found):
    return [p.data().asnumpy() for p in found.net.collect_params().values()]


def test_fit_learns():
    found = made()
    found.fit(loader(), epochs=1)
    first = found.train_metrics[1].get()[1]
    found.fit(loader(), epochs=30)
    assert found.train_metrics[1].get()[1] < 0.5 * first


def test_fit_does_the_steps_of_a_plain_loop():
    found, net = made(optimizer="sgd"), network()
    mx.random.seed(3)
    found.fit(loader(), epochs=2)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    mx.random.seed(3)
    for _ in range(2):
        for x, y in loader():
            with mx.autograd.record():
                loss = loss_of(net(x), y)
            loss.backward()
            trainer.step(len(x))
    for got, expected in zip(parameters(found), net.collect_params().values(), strict=True):
        np.testing.assert_array_equal(got, expected.data().asnumpy())


def test_evaluation_is_in_predict_mode_and_leaves_the_parameters():
    found = made()
    before = parameters(found)
    found.evaluate(loader())
    first = found.val_metrics[1].get()[1]
    found.evaluate(loader())
    assert found.val_metrics[1].get()[1] == first  # Dropout would change it
    for got, expected in zip(parameters(found), before, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_batch_processor_may_do_another_forward_pass():
    class Negative(BatchProcessor):
        def evaluate_batch(self, estimator, val_batch, batch_axis=0):
            data, label, pred, loss = super().evaluate_batch(estimator, val_batch, batch_axis)
            return data, label, [-p for p in pred], loss

    plain, negative = made(), made(batch_processor=Negative())
    for found in (plain, negative):
        found.net[2].weight.set_data(mx.nd.array([[1, 2, 3, 4], [-1, -2, -3, -4]]))
        found.evaluate(loader())
    assert plain.val_metrics[0].get()[1] + negative.val_metrics[0].get()[1] == 1


def test_data_without_a_batch_is_an_error_and_not_an_endless_loop():
    empty = gluon.data.DataLoader(gluon.data.ArrayDataset(np.zeros((2, 3)), np.zeros(2)), 4, last_batch="discard")
    with pytest.raises(ArgumentError, match="no batch"):
        made().fit(empty, batches=3)


def test_a_list_of_handlers_stays_what_it_is():
    handlers = [LoggingHandler()]
    made().fit(loader(), epochs=1, event_handlers=handlers)
    assert len(handlers) == 1


def test_a_metric_of_two_estimators_is_named_once():
    metric = mx.metric.Accuracy()
    made(train_metrics=metric)
    assert made(train_metrics=metric).train_metrics[0].name == "training accuracy"


def test_handlers_live_where_mxnet_has_them():
    assert event_handler.CheckpointHandler is CheckpointHandler
    assert estimator.Estimator is Estimator


def test_an_absent_device_is_an_error_at_once():
    with pytest.raises(ContextError):
        made(context=mx.gpu(99))


# -- ending early ------------------------------------------------------------------------------------------------------
def test_batch_end_ends_the_epoch_and_epoch_end_training():
    seen = []

    class Ends(BatchEnd, EpochEnd):
        def batch_end(self, estimator, *args, **kwargs):
            seen.append("batch")
            return True

        def epoch_end(self, estimator, *args, **kwargs):
            seen.append("epoch")
            return len(seen) > 3

    made().fit(loader(), epochs=5, event_handlers=[Ends()])
    assert seen == ["batch", "epoch", "batch", "epoch"]


def test_early_stopping_waits_for_its_patience():
    found = made(optimizer="sgd")
    found.trainer.set_learning_rate(0.0)  # nothing improves
    handler = EarlyStoppingHandler(found.val_metrics[1], mode="min", patience=3)
    found.fit(loader(), loader(), epochs=20, event_handlers=[handler])
    assert handler.current_epoch == 4 and handler.stopped_epoch == 3


def test_early_stopping_asks_which_way_is_better():
    with pytest.warns(UserWarning, match="mode='min'"):
        handler = EarlyStoppingHandler(mx.metric.MSE())
    assert handler.monitor_op is np.greater


def test_a_metric_that_nobody_updates_is_told():
    found = made()
    handler = EarlyStoppingHandler(mx.metric.MSE(), mode="min")
    with pytest.warns(RuntimeWarning, match="mse is not updated"):
        found.fit(loader(), epochs=1, event_handlers=[handler])


# -- checkpoints -------------------------------------------------------------------------------------------------------
def test_training_that_was_interrupted_goes_on_as_if_nothing_had_been(tmp_path):
    net = gluon.nn.Dense(2, in_units=3)
    net.initialize(mx.init.Constant(0.2))
    whole = made(net)
    whole.fit(loader(), epochs=5)

    class Killed(Exception):
        pass

    class Kills(BatchEnd):
        seen = 0

        def batch_end(self, estimator, *args, **kwargs):
            self.seen += 1
            if self.seen == 8:  # in the third epoch
                raise Killed

    def part():
        net = gluon.nn.Dense(2, in_units=3, prefix="again_")
        net.initialize(mx.init.Constant(0.2))
        return made(net)

    with pytest.raises(Killed):
        part().fit(loader(), epochs=5, event_handlers=[CheckpointHandler(tmp_path), Kills()])
    resumed = part()
    resumed.fit(loader(), epochs=5, event_handlers=[CheckpointHandler(tmp_path, resume_from_checkpoint=True)])
    assert resumed.max_epoch == 3
    for got, expected in zip(parameters(resumed), parameters(whole), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_checkpoint_whose_states_are_missing_is_passed_over(tmp_path):
    made().fit(loader(), epochs=3, event_handlers=[CheckpointHandler(tmp_path, "m")])
    (tmp_path / "m-epoch2batch9.states").unlink()
    found = made()
    found.fit(loader(), epochs=3, event_handlers=[CheckpointHandler(tmp_path, "m", resume_from_checkpoint=True)])
    assert found.max_epoch == 1


def test_old_checkpoints_are_removed_by_their_whole_name(tmp_path):
    made().fit(
        loader(), batches=12, event_handlers=[CheckpointHandler(tmp_path, "m", None, 0, False, "auto", None, 1, 2)]
    )
    assert sorted(os.listdir(tmp_path)) == sorted(
        [f"m-epoch3batch{k}.{ending}" for k in (10, 11) for ending in ("params", "states")] + ["m-symbol.json"]
    )


def test_the_best_checkpoint_is_kept_and_the_log_says_of_which_epoch(tmp_path):
    found = made(optimizer="sgd")
    lines = []
    found.logger.setLevel(logging.INFO)
    found.logger.handlers[0].emit = lambda record: lines.append(record.getMessage())
    handler = CheckpointHandler(tmp_path, "m", found.val_metrics[1], 1, True, "min", max_checkpoints=1)
    found.fit(loader(), loader(), epochs=2, event_handlers=[handler])
    assert handler.best == found.val_metrics[1].get()[1]
    told = [line for line in lines if "improve" in line]
    assert told[0].startswith("[Epoch 0] CheckpointHandler: validation softmaxcrossentropyloss improved from inf to")
    assert told[1].startswith("[Epoch 1] ")
    net = network()
    net.load_parameters(tmp_path / "m-best.params")
    np.testing.assert_array_equal(net[0].weight.data().asnumpy(), found.net[0].weight.data().asnumpy())


def test_the_symbol_file_predicts_as_the_network(tmp_path):
    found = made()
    found.fit(loader(), epochs=1, event_handlers=[CheckpointHandler(tmp_path, "m")])
    symbol = gluon.SymbolBlock.imports(str(tmp_path / "m-symbol.json"), "data")
    for name, parameter in symbol.collect_params().items():
        parameter.initialize()
        parameter.set_data(found.net.collect_params()[name].data())
    x = mx.nd.ones((2, 3))
    np.testing.assert_array_equal(symbol(x).asnumpy(), found.net(x).asnumpy())


@pytest.mark.parametrize("kind", [MetricHandler, lambda metric: LoggingHandler(metrics=metric)])
def test_a_metric_of_somebody_else_is_refused(kind):
    with pytest.raises(ValueError, match="outside of the known"):
        made().fit(loader(), epochs=1, event_handlers=[kind(mx.metric.Accuracy())])
