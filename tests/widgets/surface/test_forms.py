"""The forms of the loss surface: picture, text, static form, and what a reader can get wrong."""

import re
import xml.etree.ElementTree as ET

import mxlearn_widgets as mxw
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import gluon, nd

from .making import curved, dense, line, surface

EVIL = '<img src=x onerror="alert(1)">&"'
SVG = "{http://www.w3.org/2000/svg}"


def texts(v):
    return " ".join(e.text or "" for e in ET.fromstring(v.to_svg()).iter(SVG + "text"))


def test_the_text_has_both_ends_a_few_places_and_what_the_curvature_says():
    v = surface().descend(lr=0.1, steps=20)
    assert v.to_text().splitlines() == [
        "Loss of Dense over weight and bias: mean L2Loss of 5 rows",
        "20 steps of sgd, lr 0.1, all 5 rows",
        "step  weight    bias      loss",  # w = 2 - 2 * 0.8**k, b = 1 - 0.9**k
        "   0       0       0       4.5",
        "   1     0.4     0.1     2.965",
        "   2    0.72    0.19     1.966",
        "   5   1.345  0.4095    0.6038",
        "   9   1.732  0.6126    0.1471",
        "  14   1.912  0.7712    0.0339",
        "  20   1.977  0.8784  0.007922",
        "curvature 2 across the valley, 1 along it: steps of sgd grow above lr = 2/curvature = 1",
    ]


def test_repr_is_short_and_has_no_address():
    assert repr(surface()) == "<loss of Dense over weight and bias: loss 4.5>"
    assert repr(surface().descend(lr=0.1, steps=1)) == "<loss of Dense over weight and bias: 1 step, loss 4.5 to 2.965>"


def test_the_picture_stands_alone_and_has_both_panels_and_the_walk():
    v = surface(x_label="area", y_label="price").descend(lr=0.1, steps=5)
    document = v.to_svg()
    assert "<script" not in document and "url(http" not in document and 'href="data:image/png' in document
    words = texts(v)
    for word in (
        "Data and model",
        "Loss (L2Loss)",
        "area",
        "price",
        "weight",
        "bias",
        "5 sgd steps, lr 0.1, all 5 rows",
    ):
        assert word in words
    assert document == surface(x_label="area", y_label="price").descend(lr=0.1, steps=5).to_svg()


def test_the_bundle_has_the_live_view_and_a_marked_static_form():
    bundle = surface()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert 'class="mxl-computed"' in bundle["text/html"]
    assert set(surface().freeze()._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_the_static_form_is_small_with_many_rows_and_a_long_walk():
    x = np.random.default_rng(0).normal(size=5000)
    v = mxw.loss_surface(dense(), nd.array(x).reshape((-1, 1)), nd.array(2 * x + 1))
    v.log = v.slopes = True
    v.descend(lr=0.02, steps=1000, batch_size=8)
    assert len(v._repr_mimebundle_()["text/html"]) < 60_000
    assert len(v.walked) <= 64_000 and len(v.rows) <= 64_000


def test_names_are_text_in_every_form():
    X, y = line()
    w, b = nd.array([0.0]), nd.array([0.0])
    v = mxw.loss_surface(lambda X: X * w + b, X, y, params={EVIL: w, "b": b}, x_label=EVIL, y_label=EVIL)
    v.descend(steps=2)
    root = ET.fromstring(v.to_svg())
    assert not [e for e in root.iter() if e.tag.endswith("}img")]
    html = v._repr_mimebundle_()["text/html"]
    assert re.fullmatch(
        r'<img class="mxl-computed" alt="[^"<>]*" src="data:image/svg\+xml;base64,[^"]*" style="[^"]*">', html
    )


def test_arrays_bear_the_names_that_they_have_where_the_surface_is_asked_for():
    X, y = line()
    slope, start = nd.array([0.0]), nd.array([0.0])
    v = mxw.loss_surface(lambda X: X * slope + start, X, y, params=(slope, start))
    assert v.summary() == "loss of <lambda> over slope and start: loss 4.5"


def test_more_features_are_drawn_as_predicted_against_true():
    X = nd.array(np.random.default_rng(0).normal(size=(30, 3)))
    v = mxw.loss_surface(dense(inputs=3), X, X.sum(axis=1), params=("weight[1]", "bias"), y_label="price")
    assert "Predicted against true" in texts(v) and "true price" in texts(v)


def test_a_classifier_is_drawn_by_the_loss_of_each_example():
    mx.random.seed(1)
    net = gluon.nn.Dense(3, in_units=2)
    net.initialize()
    X, y = nd.random.normal(shape=(12, 2)), nd.array([0, 1, 2] * 4)
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    v = mxw.loss_surface(net, X, y, params=("weight[0, 1]", "bias[2]"), loss=loss)
    assert "the loss of each example" in texts(v)
    predicted = np.frombuffer(v.fit, "<f4")[:12]
    np.testing.assert_allclose(predicted, loss(net(X), y).asnumpy(), rtol=1e-5)


def test_labels_of_0_and_1_are_held_against_probabilities():
    X = nd.array([[-1.0], [0.0], [1.0]])
    loss = gluon.loss.SigmoidBinaryCrossEntropyLoss()
    v = mxw.loss_surface(dense(weight=2.0), X, nd.array([0, 0, 1]), loss=loss)
    np.testing.assert_allclose(np.frombuffer(v.fit, "<f4")[:3], 1 / (1 + np.exp([2.0, 0, -2])), rtol=1e-5)
    assert v.info["probability"]


def test_numbers_that_are_none_are_drawn_as_such():
    w, b = nd.array([1.0]), nd.array([1.0])
    v = mxw.loss_surface(lambda X: nd.log(X * w + b), nd.array([[1.0], [2.0]]), nd.array([1.0, 2.0]), params=(w, b))
    assert np.isnan(v._bowl.grid.values).any() and np.isfinite(v._bowl.grid.values).any()
    assert "pink: NaN" in texts(v)


def test_a_surface_that_is_nowhere_a_number_is_drawn_too():
    w, b = nd.array([1.0]), nd.array([1.0])
    v = mxw.loss_surface(
        lambda X: nd.log(0 * X * w * b - 1), nd.array([[1.0], [2.0]]), nd.array([1.0, 2.0]), params=(w, b)
    )
    assert "NaN" in v.to_text() and "pink: NaN" in texts(v)


@pytest.mark.parametrize("net", [3, None, "net", [1]])
def test_what_is_no_model_gives_a_notice(net):
    X, y = line()
    notice = mxw.loss_surface(net, X, y)
    assert isinstance(notice, mxw.Notice) and "net must be a Block" in notice.to_text()


@pytest.mark.parametrize(
    ("params", "says"),
    [
        (("wieght", "bias"), "Did you mean 'weight'?"),
        (("weight",), "exactly two numbers, and names 1"),
        ("weight", "Received: str"),
        (("weight", "weight[0, 0]"), "twice"),
        (("weight[4]", "bias"), "no element [4]"),
        ((("weight", 0.5), "bias"), "whole numbers"),
        ((3, "bias"), "given by its name"),
    ],
)
def test_parameters_that_are_none_give_a_notice_with_what_there_is(params, says):
    X, y = line()
    notice = mxw.loss_surface(dense(), X, y, params=params)
    assert isinstance(notice, mxw.Notice) and says in notice.to_text(), notice.to_text()


def test_a_parameter_of_several_numbers_is_not_guessed():
    notice = mxw.loss_surface(dense(inputs=3), nd.ones((4, 3)), nd.ones((4,)))
    assert "shape (1, 3)" in notice.to_text() and "weight[0, 0]" in notice.to_text()


def test_data_that_do_not_fit_give_a_notice():
    X, y = line()
    uninitialized = gluon.nn.Dense(1)
    cases = {
        "no data": (dense(), np.zeros((0, 1)), np.zeros(0)),
        "each row of X needs its target": (dense(), X, nd.ones((2,))),
        "1 of 5 rows (the first: 3)": (dense(), X, nd.array([1, 2, 3, np.nan, 5])),
        "needs (1, 1)": (dense(inputs=3), X, y),
        "has not been initialized": (uninitialized, X, y),
        "was not initialized on cpu(1)": (dense(), X.as_in_context(mx.cpu(1)), y.as_in_context(mx.cpu(1))),
        "ZeroDivisionError": (lambda X: 1 / 0, X, y),
    }
    w, b = nd.array([1.0]), nd.array([1.0])
    for says, (net, X, y) in cases.items():
        params = ("weight", "bias") if isinstance(net, gluon.Block) else (w, b)
        notice = mxw.loss_surface(net, X, y, params=params)
        assert isinstance(notice, mxw.Notice) and says in notice.to_text(), notice.to_text()


def test_a_model_that_does_not_use_the_arrays_gives_a_notice():
    X, y = line()
    w, b = nd.array([1.0]), nd.array([1.0])
    notice = mxw.loss_surface(lambda X: 3 * X, X, y, params=(w, b))
    assert isinstance(notice, mxw.Notice) and "no gradient with respect to w and b" in notice.to_text()


def test_a_frozen_parameter_gives_a_notice():
    X, y = line()
    net = dense()
    net.weight.grad_req = "null"
    assert "grad_req" in mxw.loss_surface(net, X, y).to_text()


def test_lists_and_numpy_arrays_are_data_too():
    for X in ([1, 2, 3], [[1], [2], [3]], np.array([1.0, 2.0, 3.0])):
        assert isinstance(mxw.loss_surface(dense(), X, [2, 4, 6]), mxw.LossSurface)


def test_parameters_are_found_by_short_full_and_structured_names():
    net, _ = curved()
    X = nd.ones((3, 1))
    for name in ("dense1_bias", "mlp_dense1_bias", "1.bias"):
        v = mxw.loss_surface(net, X, nd.ones((3,)), params=(name, "dense0_bias[0]"))
        assert isinstance(v, mxw.LossSurface) and v._problem.coordinates[0].array is net[1].bias.data()


def test_the_readers_data_are_never_written_to():
    X, y = line()
    before = X.asnumpy().copy(), y.asnumpy().copy()
    v = mxw.loss_surface(dense(), X, y)
    v.edits = {"count": 1, "last": True, "rows": {"0": [5.0, 7.0]}}
    assert v.y.asnumpy()[0] == 7.0 and v.X.asnumpy()[0] == 5.0
    np.testing.assert_array_equal(X.asnumpy(), before[0])
    np.testing.assert_array_equal(y.asnumpy(), before[1])
