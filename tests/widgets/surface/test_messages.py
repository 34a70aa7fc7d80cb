"""What the browser asks for, and what it gets: also while a cell runs, and where the model raises."""

import threading

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.shared import desk

from mxlearn import nd

from .making import curved, dense, surface


@pytest.fixture
def busy(monkeypatch):
    """A cell runs; what the browser asks for comes in on another thread."""
    monkeypatch.setitem(desk._state, "busy", True)

    def send(v, **traits):
        thread = threading.Thread(target=lambda: v.set_state(traits))
        thread.start()
        thread.join()

    yield send
    desk._state["busy"] = False
    desk._waiting.clear()


def floats(data):
    return np.frombuffer(data, "<f4")


def test_a_dragged_point_is_written_into_the_net_and_a_new_walk_begins():
    net = dense()
    v = surface(net).descend(steps=3)
    v.set_state({"at": [1.5, -0.5]})
    assert (net.weight.data().asscalar(), net.bias.data().asscalar()) == (1.5, -0.5)
    assert v.trail.shape == (1, 3) and v.point == (1.5, -0.5)
    # gradient: 2 (w - 2), b - 1
    np.testing.assert_allclose(floats(v.reading), [1.5, -0.5, 1.375, -1.0, -1.5, 1, 2, 0], rtol=1e-3)


def test_a_step_that_was_asked_for_is_taken_with_the_settings_of_the_page():
    v = surface()
    v.set_state({"lr": 0.1, "optimizer": "sgd", "asked": 1})
    np.testing.assert_allclose(v.point, (0.4, 0.1), rtol=1e-5)
    v.set_state({"asked": 4})
    assert len(v.trail) == 5 and v.done == 4
    v.set_state({"resets": 1})
    assert v.point == (0, 0) and len(v.trail) == 1


def test_a_moved_point_of_the_data_changes_the_surface():
    v = surface()
    v.set_state({"edits": {"count": 1, "last": True, "rows": {"2": [0.0, 6.0]}}})
    # the point (0, 1) goes to (0, 6): the mean of y from 1 to 2, and the best bias with it
    assert v._bowl.quadratic.base == pytest.approx((2, 2), abs=1e-5) and v.edition == 1
    assert v.sums[:2] == pytest.approx([2, 2], abs=1e-5)
    v.reset()
    assert v._bowl.quadratic.base == pytest.approx((2, 1), abs=1e-5) and v.edits["rows"] == {}
    assert v.edition == v.edits["count"] > 1  # a later drag of the page is told apart from the first


def test_moved_targets_need_no_new_run_of_a_network():
    net, v = curved()
    before = v._bowl.grid.values.copy()
    calls = []
    run = v._problem.model
    v._problem.model = lambda X: calls.append(1) or run(X)
    x, y = v._problem.features(), v._problem.targets()
    v.set_state({"edits": {"count": 1, "last": False, "rows": {"3": [float(x[3]), float(y[3]) + 1]}}})
    assert not np.allclose(v._bowl.grid.values, before) and len(calls) < 30
    fresh = v._bowl.grid.values.copy()
    v._bowl.build()
    side = min(fresh.shape[0], v._bowl.grid.side)
    step = [(n - 1) // (side - 1) for n in (fresh.shape[0], v._bowl.grid.side)]
    np.testing.assert_allclose(
        fresh[:: step[0], :: step[0]], v._bowl.grid.values[:: step[1], :: step[1]], rtol=1e-3, atol=1e-5
    )


def test_a_moved_feature_of_a_network_is_followed_coarsely_and_then_finely():
    net, v = curved()
    v.set_state({"edits": {"count": 1, "last": False, "rows": {"3": [1.9, 0.0]}}})
    coarse = v._bowl.grid.side
    v.set_state({"edits": {"count": 2, "last": True, "rows": {"3": [1.95, 0.0]}}})
    assert coarse < v._bowl.grid.side and v.edition == 2


def test_the_ghost_of_a_place_is_what_the_net_would_predict_there():
    net, v = curved()
    before = v.point
    v.set_state({"probe": [0.25, -0.75]})
    ghost = floats(v.ghost)
    assert ghost[:2].tolist() == [0.25, -0.75] and v.point == before
    v.point = (0.25, -0.75)
    np.testing.assert_allclose(ghost[2 : 2 + 20], net(v.X).asnumpy()[:, 0], rtol=1e-5, atol=1e-6)


def test_another_window_is_computed():
    net, v = curved()
    v.set_state({"window": [-1.0, 1.0, -2.0, 2.0]})
    assert v.grid_window == [-1.0, 1.0, -2.0, 2.0]


def test_a_busy_kernel_is_not_disturbed_and_follows_later(busy):
    net = dense()
    v = surface(net)
    busy(v, at=[1.0, 1.0])
    busy(v, at=[3.0, -1.0])
    assert net.weight.data().asscalar() == 0 and "A cell is running" in v.notice
    desk._end()
    assert net.weight.data().asscalar() == 3 and v.point == (3, -1) and v.notice == ""


def test_steps_that_were_asked_for_beside_a_busy_cell_are_all_taken_after_it(busy):
    v = surface()
    for k in (1, 2, 3):
        busy(v, asked=k)
    assert len(v.trail) == 1
    desk._end()
    assert len(v.trail) == 4 and v.done == 3


def test_a_model_that_raises_later_is_told_in_the_widget():
    X = nd.array([[1.0], [2.0], [3.0]])
    w, b = nd.array([1.0]), nd.array([1.0])
    broken = []

    def model(X):
        if broken:
            raise KeyError("the reader's own mistake")
        return X * w + b

    v = mxw.loss_surface(model, X, nd.array([1, 2, 3]), params=(w, b))
    broken.append(True)
    v.set_state({"asked": 1})
    assert "KeyError" in v.notice
    broken.clear()
    v.set_state({"asked": 2})
    assert v.notice == "" and v.done == 2


def test_bad_settings_of_a_page_are_told_in_the_widget():
    v = surface()
    v.set_state({"lr": -1.0, "asked": 1})
    assert "lr is the length of a step" in v.notice and len(v.trail) == 1


def test_an_interrupted_walk_shows_where_the_net_is():
    X = nd.array([[1.0], [2.0], [3.0]])
    w, b = nd.array([1.0]), nd.array([1.0])
    left = [10**9]

    def model(X):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return X * w + b

    v = mxw.loss_surface(model, X, nd.array([2.0, 4.0, 6.5]), params=(w, b))
    left[0] = 40
    with pytest.raises(KeyboardInterrupt):
        v.descend(lr=0.01, steps=1000)
    assert 1 < len(v.trail) < 1000
    np.testing.assert_allclose(v.at, v.point)
    assert v.point == pytest.approx(tuple(v.trail[-1, :2]), rel=1e-5)


def test_updates_stay_below_the_limit_of_a_message():
    net, v = curved()
    v.descend(lr=0.05, steps=1600, optimizer="adam")
    for name in ("rows", "curve", "grid", "fit", "walked"):
        assert len(getattr(v, name)) <= 64_000, name
    sent = []
    v._send, original = (lambda msg, buffers=None: sent.append(msg)), v._send
    v.descend(lr=0.01, steps=300)
    v._send = original
    assert len(sent) < 100  # far fewer messages than steps
