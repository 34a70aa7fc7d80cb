"""Weights and gradients of the layers: sizes, histograms, and flags by their rule."""

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.training import layers

from mxlearn import gluon, nd

from .loops import dense, rows, step, trainer_of


def layer(weight=1.0, gradient=0.1, name="a"):
    return layers.Layer(name, 10, weight, gradient, (1.0, np.zeros(layers.BINS)), (1.0, np.zeros(layers.BINS)))


def flags(*sizes):
    return [found.flag for found in layers.judge([layer(*pair) for pair in sizes])]


@pytest.mark.parametrize(("sizes", "expected"), [
    ([(1.0, 0.1), (1.0, 0.2)], ["ok", "ok"]),
    ([(1.0, 0.0)], ["vanishing"]),
    ([(1.0, 0.9e-7)], ["vanishing"]),
    ([(1.0, 1.1e-7)], ["ok"]),
    ([(1.0, 10.1)], ["exploding"]),
    ([(1.0, 0.9e-4), (1.0, 0.1)], ["vanishing", "ok"]),
    ([(1.0, 1.1e-4), (1.0, 0.1)], ["ok", "ok"]),
    ([(1.0, 0.9e-4), (1.0, 1e-3), (1.0, 0.1)], ["vanishing", "ok", "ok"]),
    ([(1.0, 9.0), (1.0, 0.008)], ["exploding", "ok"]),
    ([(1.0, 9.0), (1.0, 0.008), (1.0, 0.01)], ["ok", "ok", "ok"]),
    ([(np.nan, 0.1), (1.0, np.inf)], ["broken", "broken"]),
    ([(1.0, 0.1), (1.0, np.nan)], ["ok", "broken"]),
    ([(0.0, 0.1)], ["ok"]),  # weights of zero have no ratio
])  # fmt: skip
def test_flags_follow_the_rule(sizes, expected):
    assert flags(*sizes) == expected


def test_every_flag_has_a_sign_a_word_and_a_reason():
    found = layers.judge([layer(np.nan), layer(1, 0), layer(1, 99), layer()])
    signs = [(layers.FLAGS[a.flag][0], a.why != "") for a in found]
    assert signs == [("✕", True), ("▼", True), ("▲", True), ("✓", False)]


def test_sizes_are_root_mean_squares_of_all_numbers_of_a_layer():
    net = gluon.nn.Dense(2, in_units=1, prefix="fc_")
    net.initialize()
    net.weight.set_data(nd.array([[3.0], [4.0]]))
    net.weight.grad()[:] = 2.0
    net.bias.grad()[:] = 0.0
    (found,) = layers.look(net)
    assert (found.name, found.count) == ("fc", 4)
    assert found.weight == pytest.approx(np.sqrt(25 / 4)) and found.gradient == pytest.approx(np.sqrt(8 / 4))
    assert layers.look(net, 0.5)[0].gradient == pytest.approx(np.sqrt(8 / 4) / 2)


def test_a_histogram_counts_from_the_greatest_size_below_zero_to_the_same_above():
    limit, shares = layers.histogram(np.array([-2.0, 2.0, 0.0, 0.01]))
    assert limit == 2.0 and shares.sum() == pytest.approx(1.0)
    assert (shares[0], shares[-1], shares[layers.BINS // 2]) == (0.25, 0.25, 0.5)


@pytest.mark.parametrize("numbers", [[], [np.nan, np.inf]])
def test_a_histogram_of_nothing_is_empty(numbers):
    limit, shares = layers.histogram(np.array(numbers))
    assert limit == 0.0 and shares.sum() == 0.0


def test_numbers_too_small_to_square_are_seen():
    net = gluon.nn.Dense(2, in_units=1, prefix="fc_")
    net.initialize()
    net.weight.grad()[:] = 1e-30
    assert layers.look(net)[0].gradient == pytest.approx(1e-30 * np.sqrt(0.5))
    assert layers.look(net)[0].why == "the gradient is less than 1e-7 of the weights"


def test_what_is_not_trained_is_left_out():
    net = gluon.nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(gluon.nn.Dense(2, in_units=3), gluon.nn.BatchNorm(in_channels=2))
    net.initialize()
    net[0].bias.grad_req = "null"
    assert [(a.name, a.count) for a in layers.look(net)] == [("net_dense0", 6), ("net_batchnorm0", 4)]


def test_vanishing_gradients_of_a_deep_network_of_sigmoids_are_found():
    net = dense(12, activation="sigmoid")
    trainer = trainer_of(net)
    for x in (monitor := mxw.monitor(rows(3), net=net, trainer=trainer)):
        monitor.log(loss=step(net, trainer, x))
    found = [row["flag"] for row in monitor.layers]
    assert found[0] == "vanishing" and found[-1] == "ok"
    assert monitor.runs[-1].flags[0][0] == "net_dense0"


def test_nan_is_found_and_told():
    net = dense(2)
    trainer = trainer_of(net)
    for x in (monitor := mxw.monitor(rows(2), net=net, trainer=trainer)):
        monitor.log(loss=step(net, trainer, x * float("nan")))
    assert {row["flag"] for row in monitor.layers} == {"broken"}
    assert "✕ not finite: net_dense0: NaN in the weights" in monitor.to_text()
    assert "NaN" in monitor.to_svg()


def test_looks_come_every_so_many_steps_where_the_reader_says_so(monkeypatch):
    net, seen = dense(), []
    found = layers.look(net)
    monkeypatch.setattr(layers, "look", lambda *_: (seen.append(1), found)[1])
    list(mxw.monitor(range(10), net=net, every=4))
    assert len(seen) == 3  # after step 4, after step 8, at the end


def test_of_many_layers_those_with_a_flag_are_shown():
    many = [layer(name=str(k)) for k in range(100)]
    many[70].flag = "broken"
    from mxlearn_widgets.training.pack import choose

    assert [a.name for a in choose(many, 3)] == ["0", "1", "70"]


def test_a_large_network_keeps_below_the_limit_of_an_update():
    net = dense(120)
    monitor = mxw.monitor([1], net=net)
    list(monitor)
    assert len(monitor.layers) == 48 and monitor.state["many"] == 120
    assert len(monitor.bars) + len(str(monitor.layers)) <= 24_000
