"""The decision boundary in JupyterLab and Notebook 7: edited and trained by mouse and by keyboard."""

import pytest

from .pages import assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

CELLS = {
    "setup": """
import time
import numpy as np
import mxlearn as mx, mxlearn_widgets as mxw
from mxlearn import autograd, gluon, nd
mx.random.seed(1)
X = np.array([[0, 0], [1, 0], [0, 1], [1, 1.0]])
y = np.array([0, 0, 1, 1])
net = gluon.nn.Dense(1, in_units=2)
net.initialize(mx.init.Constant(0.01))
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
""",
    "show": "v = mxw.boundary(net, X, y, classes=('low', 'high')).attach(trainer)\nv",
    "notice": "mxw.boundary(net, X[:, :1], y)",
    "after": "print('the notebook goes on')",
}


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "decision", CELLS, widgets=1) as notebook:
        yield notebook


def place(page):
    return page.widget("show").locator(".mxw-place")


def at(page, x, y):
    """Return the pixel of a point of the plane."""
    box = page.widget("show").locator("canvas").bounding_box()
    left, top, width, height = 52, 10, box["width"] - 64, box["height"] - 56
    u, v = (x + 0.12) / 1.24, (1.12 - y) / 1.24
    return box["x"] + left + u * width, box["y"] + top + v * height


def python(page, code):
    return page.execute(f"print({code}, end='')")


def until(page, code, expected):
    for _ in range(40):
        if python(page, code) == expected:
            return
        page.settle(100)
    assert python(page, code) == expected


@pytest.fixture(autouse=True)
def first_points(page):
    """Every test begins with the four points of the notebook."""
    page.execute("v._hear(None, {'command': 'reset'}, [])")


def test_the_plane_is_painted(page):
    widget = page.widget("show")
    widget.scroll_into_view_if_needed()
    colors = widget.locator("canvas").evaluate(
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; const s = new Set();"
        " for (let k = 0; k < d.length; k += 4 * 97) s.add(d[k] + ',' + d[k+1] + ',' + d[k+2]); return s.size; }"
    )
    assert colors > 8
    assert "two features or more" in page.output("notice") and "goes on" in page.output("after")


def test_a_point_is_added_moved_and_deleted_by_the_mouse(page):
    widget, mouse = page.widget("show"), page.page.mouse
    widget.get_by_role("button", name="Add points of class high").click()
    mouse.click(*at(page, 0.5, 0.25))
    until(page, "len(v.points), v.labels[-1], abs(v.points[-1, 1] - 0.25) < 0.02", "5 1 True")
    widget.get_by_role("button", name="Move points").click()
    mouse.move(*at(page, 0.5, 0.25))
    mouse.down()
    mouse.move(*at(page, 0.5, 0.9), steps=6)
    mouse.up()
    until(page, "abs(v.points[-1, 1] - 0.9) < 0.02", "True")
    widget.get_by_role("button", name="Delete points").click()
    mouse.click(*at(page, 0.5, 0.9))
    until(page, "len(v.points)", "4")
    widget.get_by_role("button", name="Move points").click()


def test_a_point_is_added_moved_and_deleted_by_the_keyboard(page):
    page.widget("show").locator(".mxw-surface").focus()
    keyboard = page.page.keyboard
    for key in ("1", "Enter", "ArrowUp", "ArrowUp", "Enter"):
        keyboard.press(key)
    until(page, "len(v.points), round(float(v.points[-1, 1]), 2)", "5 0.55")
    assert place(page).inner_text() == "dropped"
    keyboard.press("ArrowUp")
    assert place(page).inner_text().startswith("x0 0.5, x1 0.574: high")
    keyboard.press("Delete")
    until(page, "len(v.points)", "4")


def test_the_threshold_moves_the_counts(page):
    slider = page.widget("show").get_by_role("slider", name="threshold")
    slider.focus()
    page.page.keyboard.press("Home")
    until(page, "v.threshold == 0, v.confusion().alarmed", "True 2")
    assert page.widget("show").locator("td").all_inner_texts()[1:] == ["✓ 2", "✗ 0", "✗ 2", "✓ 0"]
    slider.fill("0.5")


def test_the_model_trains_while_the_button_is_pressed(page):
    play = page.widget("show").get_by_role("button", name="Train until")
    play.click()
    page.page.wait_for_function(
        "() => parseInt(document.querySelector('.mxw-trained').textContent) >= 60", timeout=20_000
    )
    play.press("Enter")
    page.settle(1500)  # the order that was on its way
    steps = python(page, "v.training['steps']")
    page.settle(500)
    assert python(page, "v.training['steps']") == steps
    widget = page.widget("show")
    for _ in range(12):  # its answers came at the pace of the kernel
        widget.get_by_role("button", name="Train one step").click()
    until(page, "v.training['steps'], v.confusion().accuracy", f"{int(steps) + 12} 1.0")
    assert python(page, "v.confusion().accuracy") == "1.0"


def test_a_point_is_added_beside_another_one_and_dragged_on(page):
    widget, mouse = page.widget("show"), page.page.mouse
    widget.get_by_role("button", name="Add points of class low").click()
    mouse.move(*at(page, 1.01, 0.99))
    mouse.down()
    mouse.move(*at(page, 0.6, 0.6), steps=12)
    mouse.up()
    until(page, "len(v.points), v.labels[-1], bool(abs(v.points[-1] - 0.6).max() < 0.02)", "5 0 True")
    widget.get_by_role("button", name="Move points").click()


def test_the_model_goes_back_to_where_its_training_began(page):
    widget = page.widget("show")
    widget.get_by_role("button", name="Train one step").click()
    page.page.wait_for_function("() => parseInt(document.querySelector('.mxw-trained').textContent) > 0")
    widget.get_by_role("button", name="Put the model back").press("Enter")
    page.page.wait_for_function("() => document.querySelector('.mxw-trained').textContent === '0 steps'")
    assert python(page, "round(float(net.weight.data().asnumpy()[0, 1]), 3)") == "0.01"


def test_edits_beside_a_busy_cell_wait_for_its_end(page):
    page.page.evaluate(
        "() => { const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;"
        " window.busy = kernel.requestExecute({code: 'time.sleep(3)'}).done; }"
    )
    page.settle(300)
    page.widget("show").locator(".mxw-surface").focus()
    page.page.keyboard.press("0")
    page.widget("show").get_by_text("A cell is running").wait_for(timeout=2500)
    page.page.evaluate("() => window.busy")
    until(page, "len(v.points)", "5")
    page.page.wait_for_function("() => !document.querySelector('.mxw-status').textContent", timeout=5000)
    page.widget("show").get_by_role("button", name="Put all points back").click()
    until(page, "len(v.points)", "4")


def test_it_is_accessible_and_keeps_to_itself(page):
    assert_accessible(page, "show")
    assert_keys_stay_inside(page, "show")


def test_it_is_there_again_after_a_reload(page):
    steps = python(page, "v.training['steps']")
    page.save()
    page.reload()
    page.wait_ready("show")
    assert f"{steps} steps" in page.widget("show").locator(".mxw-trained").inner_text()


def test_it_is_quiet(page):
    assert_quiet(page)
