"""A monitored loop: what it yields, how it ends, and what the reader's clicks do to it."""

import threading
import time

import mxlearn_widgets as mxw
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import gluon, nd

from .loops import dense, order, rows, run_of, step, trainer_of


def test_a_loop_gives_all_batches_of_all_epochs():
    seen = []
    for batch in (monitor := mxw.monitor(["a", "b"], epochs=3)):
        seen.append((batch, monitor.epoch, monitor.step, monitor.last))
    assert seen == [("a", 0, 0, False), ("b", 0, 1, True), ("a", 1, 2, False), ("b", 1, 3, True), ("a", 2, 4, False),
                    ("b", 2, 5, True)]  # fmt: skip
    assert monitor.runs[-1].status == "finished" and monitor.runs[-1].ends == [2, 4, 6]


def test_a_data_loader_and_an_iterator_of_mx_io_begin_anew_in_each_epoch():
    data = np.arange(10, dtype=np.float32).reshape(5, 2)
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(data, np.arange(5)), batch_size=2)
    sizes = [len(x) for x, _ in mxw.monitor(loader, epochs=2)]
    assert sizes == [2, 2, 1, 2, 2, 1]
    iterator = mx.io.NDArrayIter(data, np.arange(5), batch_size=2)
    monitor = mxw.monitor(iterator, epochs=2)
    assert [(batch.pad, monitor.last) for batch in monitor] == [(0, False), (0, False), (1, True)] * 2


def test_a_generator_lasts_for_one_epoch_and_the_notice_says_so():
    monitor = mxw.monitor((k for k in range(3)), epochs=2)
    assert list(monitor) == [0, 1, 2]
    assert "used up after one pass" in monitor.notice


def test_no_batch_is_told():
    monitor = mxw.monitor([])
    assert list(monitor) == [] and monitor.notice == "There is no batch."
    assert monitor.to_text().splitlines()[-1].startswith("run 1  finished  0")


def test_break_stops_the_run_and_keeps_what_was_logged():
    for value in (monitor := mxw.monitor([3.0, 2.0, 1.0])):
        monitor.log(loss=value)
        if value == 2.0:
            break
    run = monitor.runs[-1]
    assert run.status == "stopped" and run.reason == "in epoch 1, step 2"
    assert run["loss"][1].tolist() == [3.0, 2.0]


def test_return_stops_the_run():
    monitor = mxw.monitor([1, 2])

    def leave():
        for _ in monitor:
            return

    leave()
    assert monitor.runs[-1].status == "stopped"


def test_an_error_in_the_step_keeps_the_curves_and_marks_the_run():
    monitor = mxw.monitor([3.0, 2.0, 0.0])
    with pytest.raises(ZeroDivisionError):
        for value in monitor:
            monitor.log(loss=1 / value)
    run = monitor.runs[-1]
    assert run.status == "error" and run.reason == "in epoch 1, step 3"
    assert run["loss"][0].tolist() == [1, 2]
    assert "stopped by error" in monitor.to_text()


def test_an_error_that_the_reader_catches_marks_the_run_too():
    monitor = mxw.monitor([1, 2])
    try:
        for value in enumerate(monitor):
            value.nothing  # noqa: B018
    except AttributeError:
        pass
    assert monitor.runs[-1].status == "error"


def test_a_with_statement_names_the_error():
    with pytest.raises(KeyError):
        with mxw.monitor([1, 2]) as monitor:
            for _ in monitor:
                raise KeyError("weight")
    assert monitor.runs[-1].reason == "in epoch 1, step 1: KeyError: 'weight'"


def test_an_error_of_the_batches_is_raised_and_named():
    def broken():
        yield 1
        raise OSError("the disk is gone")

    monitor = mxw.monitor(broken())
    with pytest.raises(OSError, match="disk"):
        list(monitor)
    assert monitor.runs[-1].reason == "in epoch 1, step 0: OSError: the disk is gone"


def test_an_interrupt_ends_the_loop_with_all_data():
    monitor = mxw.monitor([1.0, 2.0, 3.0])
    with pytest.raises(KeyboardInterrupt):
        with monitor:
            for value in monitor:
                monitor.log(loss=value)
                if value == 2.0:
                    raise KeyboardInterrupt
    assert monitor.runs[-1].status == "interrupted"
    assert monitor.runs[-1]["loss"][1].tolist() == [1.0, 2.0]


def test_the_cell_tells_that_the_error_was_an_interrupt():
    monitor = mxw.monitor([1.0, 2.0])
    with pytest.raises(KeyboardInterrupt):
        for _ in monitor:
            raise KeyboardInterrupt
    assert monitor.runs[-1].status == "error"  # Python does not say which
    monitor.cell_ended(KeyboardInterrupt())
    assert monitor.runs[-1].status == "interrupted"


def test_an_error_after_the_loop_is_not_the_loops():
    monitor = mxw.monitor([1.0])
    list(monitor)
    monitor.cell_ended(ValueError("later"))
    assert monitor.runs[-1].status == "finished"


# -- clicks ------------------------------------------------------------------------------------------------------------
def test_stop_ends_the_loop_between_two_steps_and_the_program_goes_on():
    net = dense()
    trainer = trainer_of(net)
    for x in (monitor := mxw.monitor(rows(), trainer=trainer, net=net)):
        if monitor.step == 3:
            order(monitor, "stop")
        step(net, trainer, x)
        monitor.log(loss=1.0)
    assert monitor.runs[-1].status == "stopped" and monitor.runs[-1].steps == 4
    assert monitor.runs[-1].reason == "in epoch 1, step 4"


def test_a_paused_loop_does_no_step_until_step_or_resume():
    monitor = mxw.monitor(range(100))
    done, states = [], []

    def reader():
        for command in ("step", "step", "resume"):
            while monitor.state["status"] != "paused":
                time.sleep(0.001)
            states.append((len(done), monitor.state["status"]))
            order(monitor, command)
            while monitor.state["status"] == "paused" and monitor.state["steps"] == states[-1][0]:
                time.sleep(0.001)

    thread = threading.Thread(target=reader)
    for k in monitor:
        if k == 4:
            order(monitor, "pause")
            thread.start()
        done.append(k)
    thread.join()
    assert states == [(5, "paused"), (6, "paused"), (7, "paused")]
    assert done == list(range(100)) and monitor.runs[-1].status == "finished"


def test_a_pause_does_not_count_as_time():
    monitor = mxw.monitor(range(3))
    timer = threading.Timer(0.3, lambda: order(monitor, "resume"))
    for k in monitor:
        if k == 0:
            order(monitor, "pause")
            timer.start()
    timer.join()
    assert monitor.state["elapsed"] < 0.25


def test_an_interrupt_ends_a_pause():
    monitor = mxw.monitor(range(9))
    monitor.wait_for_command = lambda seconds: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        for _ in monitor:
            order(monitor, "pause")
    assert monitor.runs[-1].status == "interrupted" and monitor.runs[-1].steps == 1


def test_the_learning_rate_changes_between_steps_and_leaves_a_mark():
    net = dense()
    trainer = trainer_of(net, 0.1)
    used = []
    for x in (monitor := mxw.monitor(rows(6), trainer=trainer)):
        if monitor.step == 2:
            order(monitor, "lr", value=0.025)
        used.append(trainer.learning_rate)
        step(net, trainer, x)
    assert used == [0.1, 0.1, 0.1, 0.025, 0.025, 0.025]
    assert monitor.runs[-1].marks == [(3, "lr 0.1 → 0.025")]
    assert monitor.state["lr"] == "0.025" and "after step 3: lr 0.1 → 0.025" in monitor.to_text()


def test_a_change_by_the_program_leaves_a_mark_too():
    trainer = trainer_of(dense(), 0.1)
    for _ in (monitor := mxw.monitor(range(5), trainer=trainer)):
        if monitor.step == 1:
            trainer.set_learning_rate(0.01)
    assert monitor.runs[-1].marks == [(2, "lr 0.1 → 0.01")]


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "0.1", None])
def test_a_learning_rate_that_makes_no_sense_is_told(value):
    trainer = trainer_of(dense(), 0.1)
    for _ in (monitor := mxw.monitor(range(3), trainer=trainer)):
        if monitor.step == 0:
            order(monitor, "lr", value=value)
    assert trainer.learning_rate == 0.1 and "greater than 0" in monitor.notice


def test_a_scheduler_keeps_its_learning_rate():
    scheduler = mx.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.4)
    net = dense()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.4, "lr_scheduler": scheduler})
    for x in (monitor := mxw.monitor(rows(6), trainer=trainer)):
        order(monitor, "lr", value=9.0)
        step(net, trainer, x)
    assert trainer.learning_rate < 0.4 and monitor.runs[-1].marks == []
    assert monitor.state["scheduled"] and "LRScheduler" in monitor.notice


@pytest.mark.parametrize("message", [{}, {"command": None}, {"command": "rm"}, {"command": ["stop"]}, "stop", None])
def test_messages_that_mean_nothing_do_nothing(message):
    for _ in (monitor := mxw.monitor(range(3))):
        monitor._hear(monitor, message, [])
    assert monitor.runs[-1].status == "finished"


def test_clicks_from_before_the_loop_do_not_count():
    monitor = mxw.monitor(range(3))
    order(monitor, "stop")
    assert list(monitor) == [0, 1, 2]


# -- bad input ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("iterable", "epochs", "part"), [
    (5, 1, "expected batches"), ([1], 0, "1 or more"), ([1], 2.5, "1 or more"), ([1], True, "1 or more"),
])  # fmt: skip
def test_what_cannot_be_iterated_gives_a_notice_whose_loop_has_no_step(iterable, epochs, part, capsys):
    notice = mxw.monitor(iterable, epochs)
    assert isinstance(notice, mxw.Notice) and part in notice.to_text()
    assert list(notice) == []
    notice.log(loss=1)
    notice.log_epoch(acc=1)
    assert notice.evaluate(None, None) is notice
    with notice as inside:
        assert inside is notice


def test_training_goes_on_without_a_trainer_or_a_network_that_is_none():
    monitor = mxw.monitor([1.0], trainer="sgd", net=3, every=-2)
    for value in monitor:
        monitor.log(loss=value)
    for part in ("trainer is of type str", "net is of type int", "every must be"):
        assert part in monitor.notice
    assert monitor.runs[-1].status == "finished"


def test_a_network_without_arrays_is_no_error():
    net = gluon.nn.Dense(3)  # neither initialized nor of known shape
    assert list(mxw.monitor([1, 2], net=net)) == [1, 2]


@pytest.mark.parametrize("value", ["fast", None, object(), [], nd.zeros((0,)), {"a": 1}])
def test_what_is_no_number_is_told_and_the_loop_goes_on(value):
    for _ in (monitor := mxw.monitor([1, 2])):
        monitor.log(loss=value, other=1.0)
    assert monitor.notice.startswith("log: 'loss'")
    assert list(monitor.runs[-1]) == ["other"] and monitor.runs[-1].steps == 2


def test_progress_is_printed_where_there_is_no_notebook(capsys):
    run_of([0.5, 0.25], epochs=2)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("epoch 1/2  [====================]  2/2") and "loss 0.25" in lines[0]
    assert lines[1].endswith("finished")
