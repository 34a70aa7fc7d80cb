"""The stepper in a real JupyterLab and a real Notebook 7, by mouse and by keyboard, light and dark."""

import pytest

from .pages import THEMES, assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

SETUP = """
import mxlearn as mx, mxlearn_widgets as mxw
from mxlearn import autograd, nd
from mxlearn.gluon import nn
X, y = nd.array([[1, 2], [3, 4], [5, 6]]), nd.array([[1], [2], [4]])
w, b = nd.array([[0.5], [-1.0]]), nd.array([0.25])
w.attach_grad(); b.attach_grad()
with autograd.record():
    pred = nd.dot(X, w) + b
    loss = ((pred - y) ** 2).mean()
net = nn.HybridSequential(prefix="net_")
with net.name_scope():
    net.add(nn.Dense(12, activation="relu"), nn.Dense(3))
net.initialize(mx.init.Xavier()); net.hybridize()
with autograd.record():
    deep = net(nd.random.normal(shape=(20, 16))).sum()
"""
CELLS = {
    "setup": SETUP,
    "line": "s = mxw.step_backward(loss)\ns",
    "net": "mxw.step_backward(deep, net)",
    "bad": "mxw.step_backward(nd.ones(3))",
    "busy": "import time\ntime.sleep(4)",
}


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "stepper", CELLS, widgets=2, run=False) as notebook:
        for name in ("setup", "line", "net", "bad"):
            notebook.run(name)
        notebook.wait_ready("line")
        notebook.wait_ready("net")
        yield notebook


def heading(page, name="line"):
    return page.widget(name).locator(".mxs-heading").inner_text().replace("\n", " ")


def position(page):
    page.wait_idle()
    return page.execute("print(s.position, end='')")


def test_it_opens_at_the_start_and_goes_on_by_mouse(page):
    assert heading(page) == "Step 1 of 8 start at loss"
    page.widget("line").get_by_role("button", name="Next step").click()
    assert heading(page).startswith("Step 2 of 8 back through loss = mean(")
    page.widget("line").get_by_role("button", name="Last step").click()
    assert heading(page) == "Step 8 of 8 the gradient of w is complete"
    assert position(page) == "7"


def test_it_goes_by_keys_alone(page):
    page.widget("line").locator(".mxs-panel").focus()
    press = page.page.keyboard.press
    way = (("Home", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", 8), ("ArrowLeft", 7))
    for key, expected in way:
        press(key)
        assert heading(page).startswith(f"Step {expected} of 8"), key
    work = page.widget("line").locator(".mxs-work")
    assert work.inner_text().startswith("[1, 0] = ")  # the largest one
    press("ArrowDown")
    assert work.inner_text().startswith("[0, 0] = ")


def test_it_goes_on_while_a_cell_runs_and_the_kernel_hears_of_it_after(page):
    page.run("busy", wait=False)
    panel = page.widget("line").locator(".mxs-panel")
    panel.focus()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("ArrowRight")
    assert heading(page).startswith("Step 2 of 8")  # the cell sleeps: nobody was asked
    assert position(page) == "1"


def test_the_cell_moves_the_page(page):
    page.execute("s.goto('w')")
    page.widget("line").locator(".mxs-heading", has_text="the gradient of w is complete").wait_for(timeout=8_000)


def test_a_prediction_is_made_by_keys_and_judged(page):
    widget = page.widget("line")
    page.execute("s.goto('dot0')")
    widget.locator(".mxs-heading", has_text="back through dot0 = dot(X, w)").wait_for(timeout=8_000)
    widget.locator(".mxs-panel").focus()
    page.page.keyboard.press("p")
    assert widget.locator(".mxs-hidden").count() == 1
    answer = page.execute("from mxlearn_widgets.stepper.questions import question\nprint(question(s.step)['answer'])")
    field = widget.get_by_role("textbox")
    field.focus()
    page.page.keyboard.type(answer.strip())
    page.page.keyboard.press("Enter")
    widget.get_by_text("✓ Right").wait_for(timeout=8_000)
    assert widget.locator(".mxs-score").inner_text() == "1 of 1 right"
    page.page.keyboard.press("ArrowRight")  # the focus went back to the step
    assert heading(page).startswith("Step 8 of 8")
    page.page.keyboard.press("p")
    page.wait_idle()
    assert page.execute("print(s.score, end='')") == "(1, 1)"


def test_a_place_on_the_map_leads_to_its_step(page):
    page.widget("line").locator(".mxs-item", has_text="pred").click()
    assert heading(page).startswith("Step 5 of 8 back through pred = dot0 + b")
    assert page.widget("line").get_by_text("sum over axis 0 of (3, 1)").is_visible()
    assert page.widget("line").locator(".mxs-live").count() == 2


def test_a_block_is_skipped(page):
    widget = page.widget("net")
    widget.locator(".mxs-panel").focus()
    page.page.keyboard.press("Home")
    for _ in range(2):
        page.page.keyboard.press("ArrowRight")
    assert "net_dense1" in heading(page, "net")
    widget.get_by_role("button", name="Skip this Block").click()
    assert "net_dense0_relu" in heading(page, "net")
    assert widget.locator("canvas.mxs-tile").first.is_visible()  # (20, 12) is a tile


def test_what_cannot_be_stepped_through_says_what_to_do(page):
    assert "not computed while recording" in page.output("bad")
    assert page.cell("bad").get_by_role("alert").is_visible()


def test_it_is_accessible_in_light_and_dark(page):
    predict = page.widget("net").get_by_role("button", name="Predict each")
    predict.click()
    assert page.widget("net").locator(".mxs-hidden").count() > 0
    assert_accessible(page, "line", "net")
    predict.click()


def test_keys_stay_inside(page):
    assert_keys_stay_inside(page, "line", "net")


def test_colors_follow_the_theme(page):
    found = []
    for theme in THEMES:
        page.set_theme(theme)
        found.append(page.widget("line").evaluate("e => getComputedStyle(e).backgroundColor"))
    page.set_theme(THEMES[0])
    assert found[0] != found[1]


def test_the_saved_notebook_shows_the_step_without_a_kernel(page):
    content = page.save()
    outputs = [o for cell in content["cells"] for o in cell.get("outputs", []) if "text/html" in o.get("data", {})]
    shown = "".join("".join(o["data"]["text/html"]) for o in outputs)
    assert 'alt="backward pass of loss: 8 steps, to w, b"' in shown and "data:image/svg+xml;base64," in shown


def test_a_reload_comes_back_to_the_same_step(page):
    page.execute("s.goto('pred')")
    page.save()
    page.reload()
    page.wait_ready("line")
    assert heading(page).startswith("Step 5 of 8 back through pred")
    page.widget("line").get_by_role("button", name="Next step").click()
    assert heading(page).startswith("Step 6 of 8")


def test_nothing_is_asked_of_another_host_and_the_console_is_quiet(page):
    assert_quiet(page)
