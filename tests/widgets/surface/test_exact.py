"""Where the loss is a quadratic, found by running the model, and where it is not."""

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.surface import contours
from mxlearn_widgets.surface.exact import squared_factor

import mxlearn as mx
from mxlearn import gluon, nd

from .making import curved, dense, line, surface


def by_hand(w, b):
    return ((w - 2) ** 2 * 2 + (b - 1) ** 2) / 2


def test_a_line_with_squared_loss_is_the_quadratic_of_the_textbook():
    bowl = surface()._bowl
    assert bowl.quadratic is not None and bowl.grid is None
    for w, b in ((0, 0), (2, 1), (-3, 5.5), (40, -70)):
        assert bowl.quadratic.value(w, b) == pytest.approx(by_hand(w, b), rel=1e-5, abs=1e-9)
    np.testing.assert_allclose(bowl.quadratic.hessian(), [[2, 0], [0, 1]], atol=1e-5)
    assert bowl.quadratic.base == pytest.approx((2, 1), abs=1e-5)


def test_the_quadratic_is_the_loss_that_the_net_computes():
    net = dense()
    v = surface(net)
    for point in ((0.3, -1.2), (5, 2)):
        v.point = point
        assert net.weight.data().asscalar() == pytest.approx(point[0])
        assert v.loss == pytest.approx(v._bowl.quadratic.value(*point), rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "factor"),
    [
        (gluon.loss.L2Loss(), 0.5),
        (gluon.loss.L2Loss(weight=3), 1.5),
        (lambda p, y: ((p - y) ** 2).mean(), 1.0),
        (lambda p, y: nd.square(p - y), 1.0),
        (lambda p, y: ((p - y) ** 2).sum(), 5.0),
        (gluon.loss.L1Loss(), None),
        (gluon.loss.HuberLoss(), None),
        (lambda p, y: ((p - y) ** 4).mean(), None),
        (lambda p, y: ((p - y) ** 2 * nd.array([[1], [2], [1], [1], [1]])).mean(), None),
    ],
)
def test_a_squared_loss_is_known_by_what_it_computes(loss, factor):
    found = squared_factor(surface(loss=loss)._problem)
    assert found is None if factor is None else found == pytest.approx(factor, rel=1e-4)


def test_a_model_with_a_kink_or_a_product_is_not_called_affine():
    X, y = line()
    w, b = nd.array([0.5]), nd.array([0.1])
    for model in (
        lambda X: nd.relu(X * w + b),
        lambda X: X * w * b,
        lambda X: X * w + b * b,
        lambda X: nd.tanh(0.1 * (X * w + b)),
    ):
        v = mxw.loss_surface(model, X, y, params=(w, b))
        assert v._bowl.quadratic is None and v._bowl.grid is not None and v.how.startswith("a grid of")


def test_a_model_that_is_curved_in_x_is_affine_in_its_parameters_all_the_same():
    X, y = line()
    w, b = nd.array([0.5]), nd.array([0.1])
    v = mxw.loss_surface(lambda X: w * nd.sin(X) + b * X**2, X, y, params=(w, b))
    assert v._bowl.quadratic is not None and v.how.startswith("exact")


def test_a_grid_holds_what_the_net_computes():
    net, v = curved()
    grid = v._bowl.grid
    assert grid.side in (17, 33, 65) and np.isfinite(grid.values).all()
    a = np.linspace(grid.window[0], grid.window[1], grid.side)
    b = np.linspace(grid.window[2], grid.window[3], grid.side)
    start = v.point
    for i, j in ((0, 0), (3, 9), (grid.side - 1, 5)):
        v.point = (a[i], b[j])
        loss = gluon.loss.L2Loss()(net(v.X), v.y).mean().asscalar()
        assert grid.values[j, i] == pytest.approx(loss, rel=1e-4)
    v.point = start


def test_drawing_leaves_the_net_where_it_was():
    net = dense(0.25, -0.5)
    before = [p.data().asnumpy().copy() for p in net.collect_params().values()]
    surface(net)
    for parameter, value in zip(net.collect_params().values(), before, strict=True):
        np.testing.assert_array_equal(parameter.data().asnumpy(), value)


def test_a_loss_of_rows_is_computed_for_the_whole_grid_at_once_and_one_for_all_place_by_place():
    X, y = line()
    rows = mxw.loss_surface(dense(), X, y, loss=gluon.loss.HuberLoss())
    whole = mxw.loss_surface(dense(), X, y, loss=lambda p, t: gluon.loss.HuberLoss()(p, t).mean())
    assert rows._bowl.grid.outputs is not None and whole._bowl.grid.outputs is None
    side = min(rows._bowl.grid.side, whole._bowl.grid.side)
    step = [(g.side - 1) // (side - 1) for g in (rows._bowl.grid, whole._bowl.grid)]
    np.testing.assert_allclose(
        rows._bowl.grid.values[:: step[0], :: step[0]], whole._bowl.grid.values[:: step[1], :: step[1]], rtol=1e-4
    )


def test_the_curvature_is_that_of_the_formula_and_gives_the_largest_learning_rate():
    v = surface()
    assert v._curvatures == pytest.approx((1, 2), rel=1e-3)  # eigenvalues of [[2, 0], [0, 1]]
    assert v._trail.critical == pytest.approx(1.0, rel=1e-3)  # 2 / 2


def test_many_rows_are_all_in_the_loss_though_not_all_are_drawn():
    x = np.linspace(-1, 1, 3000, dtype=np.float32)
    v = mxw.loss_surface(dense(), nd.array(x).reshape((-1, 1)), nd.array(3 * x))
    assert len(v.rows) == 400 * 5 * 4 and v.info["rows"] == 3000
    assert v._bowl.quadratic.value(0, 0) == pytest.approx(np.mean((3 * x) ** 2) / 2, rel=1e-4)


def test_contours_are_where_the_level_is():
    y, x = np.mgrid[-1:1:41j, -1:1:41j]
    (ring,) = contours.lines(x**2 + y**2, 0.5)
    places = np.array(ring) / 20 - 1
    np.testing.assert_allclose((places**2).sum(axis=1), 0.5, atol=3e-3)
    assert ring[0] == ring[-1]


def test_contours_stop_at_numbers_that_are_none():
    y, x = np.mgrid[-1:1:21j, -1:1:21j]
    values = np.where(x > 0.45, np.nan, x + 0 * y)
    (line,) = contours.lines(values, 0.22)
    assert {round(i) for i, _ in line} == {12}
    assert contours.lines(np.full((5, 5), np.nan), 1.0) == []


def test_levels_are_round():
    assert contours.levels(0.4, 7.3, False) == [1, 2, 3, 4, 5, 6, 7]
    assert contours.levels(0.9, 30.0, True) == pytest.approx([1, 2, 5, 10, 20])
    assert contours.levels(3.0, 3.0, False) == []


def test_nothing_random_is_drawn_from_the_generator_of_the_reader():
    mx.random.seed(5)
    expected = nd.random.uniform(shape=(3,)).asnumpy()
    mx.random.seed(5)
    surface().descend(steps=3, batch_size=1)
    np.testing.assert_array_equal(nd.random.uniform(shape=(3,)).asnumpy(), expected)
