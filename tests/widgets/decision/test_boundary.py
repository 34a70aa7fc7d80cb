"""DecisionBoundary: the reader's own model in the plane, edits, training, forms and messages."""

import re
import xml.etree.ElementTree as ET

import mxlearn_widgets as mxw
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError

EVIL = '<img src=x onerror="alert(1)">'
X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
Y = np.array([0, 0, 1, 1])


def up(rows):
    """Score 4 for each unit upwards, from the middle: class 1 is above one half."""
    return 4 * (rows[:, 1] - 0.5)


def drawn(view):
    """Return how many points the picture shows."""
    paths = re.findall(r'<path d="M([^"]*)" fill="none" style="marker:', view.to_svg())
    return sum(len(path.split("L")) for path in paths)


def dense(outputs=1, seed=3):
    mx.random.seed(seed)
    net = gluon.nn.Dense(outputs, in_units=2)
    net.initialize(mx.init.Normal(0.5))
    return net


# -- what the model says -----------------------------------------------------------------------------------------------
def test_a_score_goes_through_the_sigmoid():
    v = mxw.boundary(up, X, Y)
    assert v.probabilities[:, 1] == pytest.approx(1 / (1 + np.exp(-4 * (X[:, 1] - 0.5))), rel=1e-6)
    assert v.probabilities.sum(axis=1) == pytest.approx(1)


def test_several_scores_go_through_the_softmax():
    net = dense(3)
    v = mxw.boundary(net, X, [0, 1, 2, 2])
    raw = net(nd.array(X)).asnumpy()
    expected = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    assert v.probabilities == pytest.approx(expected, rel=1e-5)


def test_probabilities_stay_as_they_are():
    v = mxw.boundary(lambda rows: nd.sigmoid(up(rows)), X, Y)
    assert v.setup["output"] == "probability"
    assert v.probabilities[0, 1] == pytest.approx(1 / (1 + np.exp(2)), rel=1e-6)
    assert mxw.boundary(lambda rows: nd.sigmoid(up(rows)), X, Y, output="score").setup["output"] == "score"


def test_the_field_is_the_model_on_a_grid_with_the_top_row_first():
    v = mxw.boundary(up, X, Y)
    left, right, bottom, top = v.box
    field = v.field_values()[0]
    assert (left, right, bottom, top) == (-0.12, 1.12, -0.12, 1.12)
    expected = 1 / (1 + np.exp(-4 * (np.linspace(top, bottom, len(field)) - 0.5)))
    assert field[:, 0] == pytest.approx(expected, abs=2e-5) and np.ptp(field, axis=1).max() == 0


def test_other_features_are_at_their_mean_in_the_field_and_their_own_at_the_points():
    rows = np.column_stack([X, [10.0, 10.0, 30.0, 30.0]])
    v = mxw.boundary(lambda r: r[:, 2] - 20, rows, Y)
    assert np.allclose(v.field_values(), 0.5, atol=1e-4)
    assert v.confusion().accuracy == 1
    assert "other 1 feature at their mean" in v.fixed and v.fixed in v.to_text()


def test_axes_go_by_name():
    rows = np.column_stack([X, X[:, :1] * 5])
    v = mxw.boundary(lambda r: r[:, 0], rows, Y, axes=("far", "b"), features=("a", "b", "far"))
    assert v.features == ("far", "b") and v.points[1].tolist() == [5, 0]


def test_any_labels_are_classes():
    v = mxw.boundary(up, X, np.array(["no", "no", "yes", "yes"]))
    assert v.classes == ["no", "yes"] and v.confusion().accuracy == 1
    assert mxw.boundary(up, X, [-1, -1, 1, 1]).classes == ["-1", "1"]


def test_looking_leaves_no_trace_in_the_network():
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(4), gluon.nn.BatchNorm(), gluon.nn.Dense(1))
    net.initialize()
    net(nd.array(X))
    before = {name: p.data().asnumpy().copy() for name, p in net.collect_params().items()}
    with autograd.record():
        v = mxw.boundary(net, X, Y)
        v.refresh()
    for name, p in net.collect_params().items():
        assert np.array_equal(p.data().asnumpy(), before[name]), name
        assert p.grad_req == "null" or not p.grad().asnumpy().any()


def test_a_network_on_another_context_is_asked_there():
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(ctx=mx.cpu(1))
    assert isinstance(mxw.boundary(net, nd.array(X), Y), mxw.DecisionBoundary)


# -- threshold and edits -----------------------------------------------------------------------------------------------
def test_the_threshold_decides():
    v = mxw.boundary(up, X, Y)
    v.threshold = 0.05
    now = v.confusion()
    assert (now.found, now.missed, now.alarmed, now.calm) == (2, 0, 2, 0)


def test_points_are_added_moved_and_removed_and_the_readers_array_is_not_touched():
    rows = X.copy()
    v = mxw.boundary(up, rows, Y)
    v.add(0.5, 0.9, 0)
    assert len(v.points) == 5 and v.confusion().alarmed == 1
    v.move(4, 0.5, 0.1)
    assert v.points[4] == pytest.approx([0.5, 0.1]) and v.confusion().accuracy == 1
    v.remove(4)
    assert len(v.points) == 4 and np.array_equal(rows, X)
    with pytest.raises(ArgumentError, match="no point 9"):
        v.move(9, 0, 0)
    with pytest.raises(ArgumentError, match="0 to 1"):
        v.add(0, 0, 7)


def test_orders_of_the_front_end_are_done_in_their_order():
    v = mxw.boundary(up, X, Y)
    for order in ({"command": "add", "x": 0.5, "y": 0.2, "label": 1}, {"command": "move", "index": 4, "x": 0, "y": 2}):
        v._hear(None, order, [])
    assert v.points[4].tolist() == [0, 2]
    v._hear(None, {"command": "remove", "index": 0}, [])
    assert len(v.points) == 4
    v._hear(None, {"command": "reset"}, [])
    assert np.array_equal(v.points, X)


def test_the_stamp_of_the_last_edit_comes_back_even_when_an_order_fails():
    v = mxw.boundary(up, X, Y)
    v._hear(None, {"command": "move", "index": 0, "x": 0.5, "y": 0.5, "stamp": 7.0}, [])
    assert v.done == 7
    v._hear(None, {"command": "move", "index": 99, "x": 0.5, "y": 0.5, "stamp": 8.0}, [])
    assert v.done == 8 and "no point 99" in v.notice


def test_a_wrong_order_is_a_notice():
    v = mxw.boundary(up, X, Y)
    v._hear(None, {"command": "train", "steps": 1}, [])
    assert "no trainer" in v.notice


# -- training ----------------------------------------------------------------------------------------------------------
def test_an_attached_trainer_trains_the_readers_network():
    net = dense()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
    v = mxw.boundary(net, X, Y).attach(trainer)
    v.train(100)
    assert v.confusion().accuracy == 1 and v.training["steps"] == 100
    assert net.weight.data().asnumpy()[0, 1] > 1


def test_steps_in_a_loop_of_ones_own_move_the_field():
    net = dense()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
    v = mxw.boundary(net, X, Y).attach(trainer)
    before = v.field
    loss = gluon.loss.SigmoidBCELoss()
    for _ in range(30):
        with autograd.record():
            error = loss(net(nd.array(X)), nd.array(Y))
        error.backward()
        trainer.step(4)
    assert v.field != before
    v.detach()
    assert "step" not in vars(trainer) and v.training == {}


@pytest.mark.parametrize(("optimizer", "options"), [("sgd", {"momentum": 0.9}), ("adam", {})])
def test_starting_over_puts_back_parameters_and_trainer(optimizer, options):
    net = dense()
    trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.5, **options})
    v = mxw.boundary(net, X, Y).attach(trainer)
    first = net.weight.data().asnumpy().copy()
    v.train(7)
    once = net.weight.data().asnumpy().copy()
    v.start_over()
    assert np.array_equal(net.weight.data().asnumpy(), first) and v.training["steps"] == 0
    v.train(7)
    assert np.array_equal(net.weight.data().asnumpy(), once)  # momentum and moments began anew, too
    v._hear(None, {"command": "restart"}, [])
    assert np.array_equal(net.weight.data().asnumpy(), first) and v.training["loss"] is None


def test_starting_over_leaves_the_points_and_a_new_learning_rate():
    net = dense()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
    v = mxw.boundary(net, X, Y).attach(trainer)
    v.add(0.5, 0.5, 1)
    trainer.set_learning_rate(0.25)
    v.train(3).start_over()
    assert len(v.points) == 5 and trainer.learning_rate == 0.25


def test_a_function_has_no_start():
    net = dense()
    v = mxw.boundary(lambda rows: net(rows), X, Y)
    v.attach(gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0}))
    assert v.training["back"] is False
    with pytest.raises(ArgumentError, match="no network"):
        v.start_over()


def test_the_loss_fits_what_the_network_gives():
    for outputs, output in ((1, "score"), (2, "score")):
        net = dense(outputs)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
        v = mxw.boundary(net, X, Y, output=output).attach(trainer).train(60)
        assert v.probabilities.argmax(axis=1).tolist() == Y.tolist(), outputs


# -- forms -------------------------------------------------------------------------------------------------------------
def test_the_text_is_the_confusion_matrix():
    assert mxw.boundary(up, X, Y, classes=("low", "high"), title="Halves").to_text().splitlines() == [
        "Halves: 4 points, classes low, high",
        "Says high from 50 % on:",
        "        says high  says low",
        "  high          2         0",
        "  low           0         2",
        "  right 100 %, precision 100 %, recall 100 %; area below the ROC curve 1.00",
    ]


def test_of_several_classes_the_chosen_one_stands_against_the_rest():
    v = mxw.boundary(dense(3), X, [0, 1, 2, 2], classes=("a", "b", "c"))
    v.chosen = 2
    assert v.rest == "not c" and "says not c" in v.to_text() and "says not c" in v.to_svg()


def test_a_picture_of_many_points_says_how_many_it_shows():
    rows = np.random.default_rng(0).normal(size=(1500, 2))
    v = mxw.boundary(up, rows, (rows[:, 1] > 0).astype(int))
    assert "400 of 1,500 points are drawn" in v.to_svg() and drawn(v) == 400
    few = mxw.boundary(up, X, Y)
    assert "points are drawn" not in few.to_svg() and drawn(few) == 4


@pytest.mark.parametrize("classes", [2, 3])
def test_the_picture_is_a_document_that_asks_for_nothing(classes):
    v = mxw.boundary(dense(classes), X, Y, features=(EVIL, "b"), classes=(EVIL, "b", "c")[:classes], title=EVIL)
    document = v.to_svg()
    ET.fromstring(document)
    assert "<img" not in document and "http" not in document.replace("http://www.w3.org/2000/svg", "")
    assert document == v.to_svg()
    assert set(v._repr_mimebundle_()) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}


def test_a_model_that_answers_nan_says_so():
    v = mxw.boundary(lambda rows: rows[:, 0] * float("nan"), X, Y)
    assert "NaN everywhere" in v.notice and "NaN" not in v.to_text()
    ET.fromstring(v.to_svg())


def test_what_is_sent_is_bounded():
    rows = np.random.default_rng(0).normal(size=(20_000, 2))
    v = mxw.boundary(dense(3), rows, (rows[:, 0] > 0).astype(int) + (rows[:, 1] > 1))
    assert len(v.xy) + len(v.kinds) + len(v.scores) <= 64_000 and len(v.field) <= 64_000
    assert "of 20000 rows are used" in v.fixed


# -- messages ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("net", "data", "labels", "message"),
    [
        (up, X[:, :1], Y, "two features or more"),
        (up, X, Y[:3], "3 labels"),
        (up, X * np.nan, Y, "every row of X"),
        (up, X[:0], Y[:0], "no rows"),
        (up, "rows", Y, "no array of numbers"),
        (up, X, np.arange(40) % 12, "labels"),
        (up, np.tile(X, (3, 1)), np.arange(12), "at most 10"),
        (dense(2), X, [0, 1, 2, 3], "the network has 2 classes"),
        (gluon.nn.Dense(1), X, Y, "initialize"),
        (gluon.nn.Dense(1, in_units=7), X, Y, "initialize"),
        (lambda rows: 3, X, Y, "expected an NDArray"),
        (lambda rows: rows.sum(), X, Y, "answered with the shape"),
        (lambda rows: 1 / 0, X, Y, "ZeroDivisionError"),
        (None, X, Y, "not callable"),
    ],
)
def test_what_does_not_fit_is_a_notice(net, data, labels, message):
    notice = mxw.boundary(net, data, labels)
    assert isinstance(notice, mxw.Notice) and message in notice.to_text()


def test_wrong_options_are_named():
    assert "no feature 'z'" in mxw.boundary(up, X, Y, axes=("x0", "z")).to_text()
    assert "the same one" in mxw.boundary(up, X, Y, axes=(1, 1)).to_text()
    assert "0 to 1" in mxw.boundary(up, X, Y, threshold=7).to_text()
    assert "output is one of" in mxw.boundary(up, X, Y, output="logit").to_text()


def test_a_network_that_was_just_made_gives_scores_though_they_are_small():
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.Constant(0.01))
    assert mxw.boundary(net, X, Y).setup["output"] == "score"
    net.initialize(mx.init.Zero(), force_reinit=True)
    assert mxw.boundary(net, X, Y).setup["output"] == "score"
