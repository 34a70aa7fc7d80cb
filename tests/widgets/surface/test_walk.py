"""Steps of real optimizers: by hand, against a Trainer, and into the void."""

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.surface.walk import Trail
from mxlearn_widgets.surface.words import verdict

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError

from .making import curved, dense, line, surface


def test_one_step_by_hand():
    # gradient at (0, 0): dL/dw = 2 (w - 2) = -4, dL/db = b - 1 = -1
    v = surface().descend(lr=0.1, steps=1)
    np.testing.assert_allclose(v.trail[:, :2], [[0, 0], [0.4, 0.1]], rtol=1e-5)
    assert v.trail[0, 2] == pytest.approx(4.5) and v.trail[1, 2] == pytest.approx((1.6**2 * 2 + 0.9**2) / 2)
    assert v.point == pytest.approx((0.4, 0.1)) and v.loss == pytest.approx(v.trail[1, 2])


def test_the_walk_ends_in_the_net_and_reset_brings_it_back():
    net = dense(0.5, -0.5)
    v = surface(net).descend(lr=0.3, steps=60)
    assert (net.weight.data().asscalar(), net.bias.data().asscalar()) == pytest.approx((2, 1), abs=1e-4)
    assert v.reset() is v
    assert (net.weight.data().asscalar(), net.bias.data().asscalar()) == (0.5, -0.5)
    assert v.trail.shape == (1, 3) and v.point == (0.5, -0.5)


@pytest.mark.parametrize(
    ("name", "trainer", "options"),
    [("sgd", "sgd", {}), ("momentum", "sgd", {"momentum": 0.9}), ("adam", "adam", {})],
)
def test_the_steps_are_those_of_a_trainer(name, trainer, options):
    X, y = line()
    net, twin = dense(0.3, 0.2), dense(0.3, 0.2)
    v = mxw.loss_surface(net, X, y)
    v.descend(lr=0.05, steps=3, optimizer=name).descend(lr=0.05, steps=4, optimizer=name)
    real = gluon.Trainer(twin.collect_params(), trainer, {"learning_rate": 0.05, **options})
    for _ in range(7):
        with autograd.record():
            loss = gluon.loss.L2Loss()(twin(X), y)
        loss.backward()
        real.step(5)
    np.testing.assert_allclose(net.weight.data().asnumpy(), twin.weight.data().asnumpy(), rtol=1e-5)
    np.testing.assert_allclose(net.bias.data().asnumpy(), twin.bias.data().asnumpy(), rtol=1e-5)
    assert len(v.trail) == 8


def test_all_other_elements_stand_still():
    net = dense(weight=nd.array([[1.0, 2.0, 3.0]]), bias=0.5, inputs=3)
    X = nd.array(np.random.default_rng(0).normal(size=(20, 3)))
    v = mxw.loss_surface(net, X, X.sum(axis=1), params=("weight[0, 1]", ("weight", 2)))
    for optimizer in ("sgd", "momentum", "adam"):
        v.descend(lr=0.1, steps=4, optimizer=optimizer)
    weight = net.weight.data().asnumpy()[0]
    assert weight[0] == 1.0 and net.bias.data().asscalar() == 0.5
    assert weight[1] != 2.0 and weight[2] != 3.0 and v.point == pytest.approx((weight[1], weight[2]))


def test_gradients_of_the_reader_are_not_touched():
    net = dense(1.0)
    X, y = line()
    with autograd.record():
        loss = gluon.loss.L2Loss()(net(X), y).mean()
    loss.backward()
    before = net.weight.grad().asnumpy().copy()
    mxw.loss_surface(net, X, y).descend(steps=5)
    np.testing.assert_array_equal(net.weight.grad().asnumpy(), before)


def test_minibatches_are_noisy_and_the_same_each_time():
    one, two = (surface(seed=4).descend(lr=0.1, steps=12, batch_size=1) for _ in range(2))
    np.testing.assert_array_equal(one.trail, two.trail)
    full = surface().descend(lr=0.1, steps=12)
    assert not np.allclose(one.trail, full.trail)
    assert not np.allclose(surface(seed=5).descend(lr=0.1, steps=12, batch_size=1).trail, one.trail)


def test_an_epoch_of_minibatches_sees_each_row_once():
    seen = []
    X = nd.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    w, b = nd.array([0.0]), nd.array([0.0])

    def model(X):
        if autograd.is_recording():
            seen.append(sorted(X.asnumpy()[:, 0].tolist()))
        return X * w + b

    v = mxw.loss_surface(model, X, nd.zeros((5,)), params=(w, b))
    seen.clear()
    v._walker = None
    for _ in range(3):
        v.batch_size = 2
        v._step()
    assert sorted(sum(seen, [])) == [0, 1, 2, 3, 4] and [len(s) for s in seen] == [2, 2, 1]


def test_a_walk_goes_on_from_where_the_readers_own_code_left_the_net():
    net = dense()
    v = surface(net).descend(lr=0.1, steps=2)
    net.weight.data()[:] = 7.0
    v.descend(lr=0.1, steps=1)
    assert v.trail[0, 0] == 7.0 and len(v.trail) == 2


def test_too_long_steps_are_called_so_with_the_bound_of_the_curvature():
    v = surface().descend(lr=1.2, steps=10)
    assert v.verdict == (
        "The walk diverges: the step is longer than the valley is wide. lr 1.2 is above 2/curvature = 1."
    )
    assert v.verdict in v.to_text() and "The walk diverges" in v.to_svg()
    assert surface().descend(lr=0.98, steps=30).verdict == ""


@pytest.mark.parametrize(("lr", "diverges"), [(1.8, False), (2.0, True)])
def test_momentum_bears_longer_steps_up_to_its_own_bound(lr, diverges):
    # heavy ball: lr * curvature < 2 (1 + 0.9), and the curvature is 2
    v = surface().descend(lr=lr, steps=200, optimizer="momentum")
    assert bool(v.verdict) is diverges
    if diverges:
        assert "3.8/curvature = 1.9" in v.verdict


def test_a_walk_that_leaves_all_numbers_ends_and_the_notebook_goes_on():
    v = surface().descend(lr=100.0, steps=1000)
    assert len(v.trail) < 60 and not np.isfinite(v.trail[-1]).all()
    assert "too large for the computer" in v.verdict and v.ended
    assert np.isfinite(v.at).all()  # what the page gets as JSON
    v.reset().descend(lr=0.1, steps=3)
    assert v.verdict == "" and not v.ended


def test_the_window_follows_a_walk_but_not_forever():
    v = surface()
    home = list(v.home)
    v.descend(lr=1.05, steps=12)
    assert v.window[1] > home[1]
    assert v.window[0] <= v.trail[:, 0].min() and v.trail[:, 0].max() <= v.window[1]
    v.descend(lr=5.0, steps=10)
    assert v.window[1] - v.window[0] <= 6.001 * (home[1] - home[0])
    assert "places outside" in v.to_svg()


def test_small_minibatches_that_diverge_are_told_apart():
    trail = Trail([(0, 0, 1.0), (1, 1, 5.0), (2, 2, 50.0)], lr=0.5, batch_size=1, curvature=1.0)
    assert "single minibatches are steeper" in verdict(trail, 40)
    assert "lr 0.5 is below 2/curvature = 2" in verdict(trail, 40)


@pytest.mark.parametrize(
    "settings",
    [
        {"lr": 0},
        {"lr": -1},
        {"lr": float("nan")},
        {"steps": -1},
        {"steps": 1.5},
        {"optimizer": "sdg"},
        {"batch_size": -2},
    ],
)
def test_settings_that_are_none_are_named(settings):
    with pytest.raises(ArgumentError, match="descend"):
        surface().descend(**settings)


def test_a_network_without_a_formula_walks_too():
    net, v = curved()
    first = v.loss
    v.descend(lr=0.1, steps=25, optimizer="adam")
    assert v.loss < first and v._bowl.grid is not None


def test_dropout_rests_so_that_the_surface_stands_still():
    mx.random.seed(0)
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(5, in_units=1), gluon.nn.Dropout(0.5), gluon.nn.Dense(1, in_units=5))
    net.initialize()
    X, y = line()
    v = mxw.loss_surface(net, X, y, params=("2.weight[0]", "2.bias"))
    assert v.loss == v.loss and v._bowl.quadratic is not None
