"""The loss surface in JupyterLab and in Notebook 7: dragged, walked on, by mouse and by keyboard alone."""

import json
import re

import pytest

from .pages import THEMES, assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.broken=1>"
CELLS = {
    "line": """
import time
import numpy as np
import mxlearn as mx
import mxlearn_widgets as mxw
from mxlearn import gluon, nd

X = nd.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]])
net = gluon.nn.Dense(1, in_units=1)
net.initialize(mx.init.Zero())
v = mxw.loss_surface(net, X, 2 * X + 1, x_label="area", y_label="price")
v
""",
    "network": """
mx.random.seed(3)
mlp = gluon.nn.HybridSequential(prefix="mlp_")
with mlp.name_scope():
    mlp.add(gluon.nn.Dense(6, activation="tanh"), gluon.nn.Dense(1))
mlp.initialize(mx.init.Normal(1.0))
Z = nd.arange(-2, 2, 0.2).reshape((-1, 1))
m = mxw.loss_surface(mlp, Z, nd.sin(2 * Z), params=("dense0_weight[2]", "dense1_weight[2]"))
m
""",
    "evil": f"""
a, b = nd.array([0.0]), nd.array([0.0])
e = mxw.loss_surface(lambda X: X * a + b, X, 2 * X, params={{{EVIL!r}: a, "b": b}}, x_label={EVIL!r}, y_label={EVIL!r})
e.descend(lr=3.0, steps=9)
""",
    "wrong": 'mxw.loss_surface(net, X, X, params=("wieght", "bias"))',
    "busy": "for _ in range(60):\n    time.sleep(0.1)",
    "after": "print('the notebook goes on')",
}


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "surface", CELLS, widgets=3) as notebook:
        yield notebook


def ask(page, code):
    """Return the value of an expression in the kernel."""
    return json.loads(page.execute(f"import json\nprint(json.dumps({code}, default=float))"))


def readings(page, name):
    """Return the numbers below the panels."""
    pairs = (
        page.widget(name)
        .locator("dl > div")
        .evaluate_all("all => all.map(e => [e.firstChild.textContent, e.lastChild.textContent])")
    )
    return dict(pairs)


def until(page, name, reading, value):
    """Wait until a number below the panels is there."""
    page.widget(name).locator("dl > div", has_text=re.compile(f"^{re.escape(reading)}{re.escape(value)}$")).wait_for(
        timeout=10_000
    )


def plot(page, name, panel):
    """Return the box of a panel's plot."""
    return page.widget(name).locator(f".mxw-{panel} .mxw-svg > svg").bounding_box()


def place(page, name, a, b):
    """Return the pixel of a point of the bowl."""
    low_a, high_a, low_b, high_b = ask(page, f"list({'v' if name == 'line' else 'm'}.window)")
    box = plot(page, name, "plane")
    x = box["x"] + (a - low_a) / (high_a - low_a) * box["width"]
    return x, box["y"] + (high_b - b) / (high_b - low_b) * box["height"]


def test_no_cell_failed_and_a_mistake_is_told_in_words(page):
    errors = page.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']")
    assert errors.all_inner_texts() == []
    assert "Did you mean 'weight'?" in page.output("wrong")
    assert "the notebook goes on" in page.output("after")


def test_dragging_the_point_moves_the_line_and_the_net(page):
    page.widget("line").scroll_into_view_if_needed()
    mouse = page.page.mouse
    before = page.widget("line").locator(".mxw-model").get_attribute("d")
    mouse.move(*place(page, "line", 0, 0))
    mouse.down()
    mouse.move(*place(page, "line", 1, 0.5), steps=4)
    assert page.widget("line").locator(".mxw-model").get_attribute("d") != before
    mouse.move(*place(page, "line", 3, 2), steps=4)
    mouse.up()
    page.settle(300)
    weight, bias = ask(page, "[net.weight.data().asscalar(), net.bias.data().asscalar()]")
    assert (weight, bias) == pytest.approx((3, 2), abs=0.05)
    loss = (weight - 2) ** 2 + (bias - 1) ** 2 / 2
    assert float(readings(page, "line")["loss"]) == pytest.approx(loss, rel=1e-3)
    assert ask(page, "v.point") == pytest.approx((weight, bias))


def test_steps_are_taken_by_the_real_optimizer_and_reset_goes_back(page):
    page.execute("v.reset()")
    widget = page.widget("line")
    until(page, "line", "step", "0")
    widget.get_by_role("button", name="Take one step").click()
    until(page, "line", "step", "1")
    assert ask(page, "v.point") == pytest.approx((0.4, 0.1), rel=1e-4)  # 0.1 times (4, 1)
    assert (readings(page, "line")["weight"], readings(page, "line")["bias"]) == ("0.4", "0.1")
    widget.get_by_role("button", name="Run").click()
    widget.get_by_role("button", name="Pause").wait_for()
    page.settle(900)
    widget.get_by_role("button", name="Pause").click()
    page.settle(400)
    steps = ask(page, "len(v.trail) - 1")
    assert steps >= 4 and readings(page, "line")["step"] == str(steps)
    widget.get_by_role("button", name="Reset parameters and data").click()
    until(page, "line", "step", "0")
    assert ask(page, "v.point") == [0, 0]


def test_dragging_a_point_of_the_data_changes_the_bowl(page):
    page.execute("v.reset()")
    page.settle(300)
    box = plot(page, "line", "data")
    low, high = ask(page, "v.y_range")
    image = "e => e.querySelector('canvas').toDataURL()"
    before = page.widget("line").evaluate(image)

    def at(y):
        return box["x"] + box["width"] / 2, box["y"] + (high - y) / (high - low) * box["height"]

    page.page.mouse.move(*at(1))
    page.settle(100)
    assert "% of the loss" in page.widget("line").locator(".mxw-data .mxw-tip").text_content()
    page.page.mouse.down()
    page.page.mouse.move(*at(4), steps=5)
    page.settle(100)
    assert page.widget("line").evaluate(image) != before
    page.page.mouse.up()
    page.settle(400)
    y = ask(page, "v.y.asnumpy().ravel().tolist()")
    assert y[2] == pytest.approx(4, abs=0.15) and y[:2] == [-3, -1]
    assert ask(page, "X.asnumpy().ravel().tolist()") == [-2, -1, 0, 1, 2]
    loss = sum(value**2 for value in y) / 10
    assert float(readings(page, "line")["loss"]) == pytest.approx(loss, rel=1e-3)
    page.execute("v.reset()")


def test_too_long_steps_are_told_before_and_after(page):
    page.execute("v.reset()\nv.lr = 1.2")
    verdict = page.widget("line").locator(".mxw-verdict")
    verdict.get_by_text("lr 1.2 is above 2/curvature = 1").wait_for()
    page.execute("v.descend(lr=1.2, steps=12)")
    verdict.get_by_text("The walk diverges: the step is longer than the valley is wide.").wait_for()
    page.execute("v.descend(lr=9.0, steps=9)")
    page.widget("line").get_by_text("places outside").wait_for()
    page.execute("v.descend(lr=100.0, steps=900)")
    verdict.get_by_text("too large for the computer").wait_for()
    page.execute("v.reset()\nv.lr = 0.1")
    until(page, "line", "loss", "4.5")
    assert verdict.inner_text() == ""


def test_everything_by_the_keyboard_alone(page):
    page.execute("v.reset()")
    page.settle(300)
    widget, keyboard = page.widget("line"), page.page.keyboard
    widget.get_by_role("button", name="Take one step").focus()
    for _ in range(40):
        if page.page.evaluate("() => document.activeElement.matches('.mxw-point')"):
            break
        keyboard.press("Tab")
    for key in ("Home", "ArrowRight", "ArrowRight"):
        keyboard.press(key)
    low, high = ask(page, "v.y_range")
    for _ in range(2):
        keyboard.press("Shift+ArrowUp")
    page.settle(300)
    assert ask(page, "v.y.asnumpy()[2].item()") == pytest.approx(1 + (high - low) / 5, rel=1e-3)
    keyboard.press("Tab")
    assert page.page.evaluate("() => document.activeElement.matches('.mxw-now')")
    keyboard.press("ArrowRight")
    keyboard.press("Shift+ArrowUp")
    page.settle(300)
    window = ask(page, "list(v.window)")
    assert ask(page, "v.point") == pytest.approx(
        [(window[1] - window[0]) / 100, (window[3] - window[2]) / 10], rel=1e-4
    )
    said = widget.locator(".mxw-now").get_attribute("aria-valuetext")
    assert re.fullmatch(r"weight \S+, bias \S+, loss \S+", said)
    page.execute("v.reset()")


def test_a_network_is_drawn_by_the_kernel_and_ghosts_follow_the_mouse(page):
    widget = page.widget("network")
    widget.scroll_into_view_if_needed()
    widget.locator("summary").click()
    widget.get_by_text("a grid of").wait_for()
    box = plot(page, "network", "plane")
    page.page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.page.wait_for_function(
        "() => [...document.querySelectorAll('.mxw-ghost')].some(e => e.getAttribute('d').startsWith('M'))",
        timeout=8000,
    )
    before = widget.locator(".mxw-model").get_attribute("d")
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 80, box["y"] + 60, steps=3)
    page.page.mouse.up()
    page.settle(400)
    assert widget.locator(".mxw-model").get_attribute("d") != before
    loss = ask(page, "gluon.loss.L2Loss()(mlp(m.X), m.y).mean().asscalar()")
    assert float(readings(page, "network")["loss"]) == pytest.approx(loss, rel=1e-3)


def test_a_busy_kernel_follows_later_and_says_so(page):
    page.execute("v.reset()")
    page.run("busy", wait=False)
    page.settle(600)
    page.widget("line").locator(".mxw-now").focus()
    page.page.keyboard.press("Shift+ArrowRight")
    assert readings(page, "line")["weight"] != "0"  # the browser does not wait
    page.widget("line").get_by_text("A cell is running").wait_for(timeout=5000)
    page.interrupt()
    page.wait_idle()
    page.settle(300)
    window = ask(page, "list(v.window)")
    assert ask(page, "v.point")[0] == pytest.approx((window[1] - window[0]) / 10, rel=1e-4)
    page.execute("v.reset()")


def test_names_are_text(page):
    assert page.page.evaluate("() => window.broken") is None
    assert EVIL in page.widget("evil").inner_text()


def test_the_keys_stay_inside(page):
    assert_keys_stay_inside(page, "line", "network")


def test_it_is_accessible_in_light_and_dark(page):
    page.execute("v.lr = 1.2\nv.slopes = True")
    page.settle(200)
    assert_accessible(page, "line", "network", "evil")
    page.set_theme(THEMES[0])


def test_a_reload_brings_everything_back(page):
    page.execute("v.reset()\nv.slopes = False\nv.log = True\nv.descend(lr=0.1, steps=7)")
    page.settle(300)
    page.save()
    page.reload()
    page.wait_ready("line")
    if page.front_end == "lab" or page.widget("line").count():
        until(page, "line", "step", "7")
        assert page.widget("line").get_by_role("button", name="Colors follow").get_attribute("aria-pressed") == "true"


def test_the_page_was_quiet(page):
    assert_quiet(page)
