"""Loops that others run: Module.fit, an Estimator, and a loop that only logs."""

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.training import TrainingStopped, hooks

import mxlearn as mx
from mxlearn.gluon.contrib.estimator import BatchBegin, Estimator
from mxlearn.gluon.contrib.estimator.estimator import EVENTS

from .loops import dense, order, rows, trainer_of


def data(count=20, batch=5):
    return mx.io.NDArrayIter(
        np.random.rand(count, 3).astype(np.float32), np.arange(count) % 2, batch_size=batch, label_name="softmax_label"
    )


def module():
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")
    return mx.mod.Module(mx.sym.SoftmaxOutput(net, name="softmax"))


# -- Module.fit --------------------------------------------------------------------------------------------------------
def test_fit_is_followed_step_by_step():
    with mxw.monitor() as monitor:
        module().fit(data(), eval_data=data(), num_epoch=3, **monitor.callbacks())
    run = monitor.runs[-1]
    assert run.status == "finished" and run.steps == 12 and run.ends == [4, 8, 12]
    assert run["accuracy"][0].tolist() == list(range(1, 13))
    assert run["val_accuracy"][0].tolist() == [4, 8, 12]
    assert monitor.state["lr"] == "0.01" and monitor.state["total"] == 4


def test_stop_ends_fit_after_a_full_step_and_with_catches_it():
    model, seen = module(), []
    with mxw.monitor() as monitor:

        def press(param):
            seen.append(param.nbatch)
            if len(seen) == 6:
                order(monitor, "stop")

        callbacks = monitor.callbacks()
        callbacks["batch_end_callback"] = [press, callbacks["batch_end_callback"]]
        model.fit(data(), num_epoch=3, **callbacks)
    assert len(seen) == 6 and monitor.runs[-1].status == "stopped"
    assert monitor.runs[-1].reason == "in epoch 2, step 6"
    assert np.isfinite(model.get_params()[0]["fc_weight"].asnumpy()).all()


def test_without_with_stop_is_an_error_that_has_no_traceback():
    monitor = mxw.monitor(epochs=2)
    with pytest.raises(TrainingStopped) as raised:
        module().fit(data(), num_epoch=2, batch_end_callback=[monitor.callback(), lambda _: order(monitor, "stop")])
    assert raised.value._render_traceback_()[0] == "Stopped in epoch 1, step 2."


def test_the_end_of_the_cell_ends_a_run_of_fit():
    monitor = mxw.monitor()
    module().fit(data(), num_epoch=1, batch_end_callback=monitor.callback())
    assert monitor.runs[-1].status == "running"
    monitor.cell_ended(None)
    assert monitor.runs[-1].status == "finished"


def test_an_unknown_callback_is_named():
    with pytest.raises(mx.base.ArgumentError, match="'batch', 'epoch' or 'eval'"):
        mxw.monitor().callback("step")


# -- Estimator ---------------------------------------------------------------------------------------------------------
def estimator(net=None):
    """Return a silent Estimator of a small network that is fitted to its own input."""
    net = net or dense(units=3)
    made = Estimator(net, mx.gluon.loss.L2Loss(), train_metrics=mx.metric.MAE(), trainer=trainer_of(net))
    made.logger.setLevel("WARNING")
    return made


def loader(batches=4):
    x = np.concatenate([batch.asnumpy() for batch in rows(batches)])
    return mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x, x / 10), batch_size=5)


def test_an_estimator_is_followed():
    trained, monitor = estimator(), mxw.monitor()
    trained.fit(loader(), loader(2), epochs=2, event_handlers=[monitor.handler()])
    run = monitor.runs[-1]
    assert run.status == "finished" and run.steps == 8 and run.epochs == 2 and run.ends == [4, 8]
    assert list(run) == ["loss", "mae", "val_mae"] and run["val_mae"][0].tolist() == [4, 8]
    assert run["val_mae"][1][-1] == pytest.approx(trained.val_metrics[0].get()[1])
    assert monitor.state["lr"] == "0.1" and [row["name"] for row in monitor.layers] == ["net_dense0", "net_dense1"]


def test_stop_ends_an_estimator_between_two_steps():
    trained, monitor = estimator(), mxw.monitor()

    class Pressing(BatchBegin):
        seen = 0

        def batch_begin(self, estimator, *args, **kwargs):
            self.seen += 1
            if self.seen == 3:
                order(monitor, "stop")

    trained.fit(loader(), epochs=2, event_handlers=[monitor.handler(), Pressing()])
    assert monitor.runs[-1].status == "stopped" and monitor.runs[-1].reason == "in epoch 1, step 3"
    assert monitor.runs[-1]["loss"][0].tolist() == [1, 2, 3]


def test_a_handler_takes_part_in_every_event():
    handler = mxw.monitor().handler()
    assert all(isinstance(handler, event) for event in EVENTS)
    assert handler.batch_end.__func__ is hooks.MonitorHandler.batch_end


# -- a loop that only logs ---------------------------------------------------------------------------------------------
def test_each_log_ends_a_step_of_a_loop_of_ones_own():
    monitor = mxw.monitor()
    for k in range(5):
        monitor.log(loss=k)
    monitor.cell_ended(None)
    assert monitor.runs[-1]["loss"][0].tolist() == [1, 2, 3, 4, 5] and monitor.runs[-1].status == "finished"


def test_stop_ends_a_loop_of_ones_own():
    with mxw.monitor() as monitor:
        for k in range(5):
            if k == 2:
                order(monitor, "stop")
            monitor.log(loss=k)
    assert monitor.runs[-1].steps == 3 and monitor.runs[-1].status == "stopped"


def test_a_trainer_is_used_by_name_of_its_optimizer_too():
    optimizer = mx.optimizer.create("sgd", learning_rate=0.5)
    for _ in (monitor := mxw.monitor(range(3), trainer=optimizer)):
        order(monitor, "lr", value=0.25)
    assert optimizer.learning_rate == 0.25


def test_a_loader_is_iterated_by_the_estimators_own_loop_and_not_here():
    with pytest.raises(mx.base.ArgumentError, match="nothing to iterate"):
        iter(mxw.monitor())
