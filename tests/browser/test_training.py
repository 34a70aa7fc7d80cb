"""The monitor of a training loop in two front ends: steered while the cell runs, reloaded, interrupted, left alone."""

import re

import pytest

from .pages import assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

SETUP = """
import time
import numpy as np
import mxlearn as mx
import mxlearn_widgets as mxw
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

mx.random.seed(1)
np.random.seed(1)
EVIL = "<img src=x onerror=window.broken=1>"
X = nd.array(np.random.rand(60, 64))
y = nd.array(np.arange(60) % 3)
criterion = gluon.loss.SoftmaxCrossEntropyLoss()
loader = gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), batch_size=10)

def train(epochs, name, wait=0.02):
    global mon, net, trainer
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(8, in_units=64, activation="relu"), nn.Dense(3, in_units=8))
    net.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    for x, t in (mon := mxw.monitor(loader, epochs=epochs, trainer=trainer, net=net, name=name, title=EVIL)):
        with autograd.record():
            loss = criterion(net(x), t)
        loss.backward()
        trainer.step(len(x))
        mon.log(loss=loss)
        if mon.last:
            mon.log_epoch(val_loss=criterion(net(X), y))
        time.sleep(wait)
    print("went on after", len(mon.runs[-1]["loss"][0]), "steps at", trainer.learning_rate)
"""
CELLS = {
    "setup": SETUP,
    "first": "train(3, EVIL, 0.0)",
    "mouse": "train(500, 'by mouse')",
    "keys": "train(500, 'by keyboard')",
    "interrupted": "train(500, 'interrupted')",
    "reloaded": "train(2000, 'reloaded')",
    "mistakes": """
guess = lambda x: 2 * nd.one_hot(nd.array(np.arange(len(x)) // 2 % 3), 3)
mxw.monitor().evaluate(guess, X, y, images=X.asnumpy().reshape(60, 8, 8), classes=["cat", EVIL, "owl"])""",
    "notice": "mxw.monitor(3)",
    "restarted": "train(500, 'restarted')",
}


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "training", CELLS, widgets=0, run=False) as notebook:
        notebook.run("setup")
        yield notebook


def badge(page, name):
    return page.widget(name).locator(".mxw-state").inner_text()


def wait_badge(page, name, text):
    page.widget(name).locator(".mxw-state", has_text=text).wait_for(timeout=10_000)


def steps(page, name):
    """Return how many steps the widget shows to be done."""
    text = page.widget(name).get_by_role("progressbar", name="All epochs").get_attribute("aria-valuetext")
    return int(re.sub(r"\D", "", text.split(" of ")[0]))


def wait_steps(page, name, least):
    page.widget(name).scroll_into_view_if_needed()
    for _ in range(100):
        if steps(page, name) >= least:
            return
        page.page.wait_for_timeout(100)
    raise AssertionError(f"{name}: still at step {steps(page, name)}")


def click(page, name, button):
    page.widget(name).get_by_role("button", name=button, exact=True).click()


def begin(page, name, least=8):
    """Run a cell and wait until its loop is under way."""
    page.run(name, wait=False)
    page.wait_ready(name)
    wait_steps(page, name, least)


def test_a_loop_shows_itself_and_its_picture_is_that_of_the_end(page):
    page.run("first")
    page.wait_ready("first")
    assert badge(page, "first") == "✓ finished"
    bundle = page.execute("print(mon._output is not None, mon.state['status'], len(mon.layers))")
    assert bundle.split() == ["True", "finished", "2"]
    outputs = page.save()["cells"][1]["outputs"]
    shown = next(o["data"] for o in outputs if "data" in o)
    assert "finished" in "".join(shown["text/html"]) and "application/vnd.jupyter.widget-view+json" in shown


def test_the_loop_is_steered_by_mouse_while_its_cell_runs(page):
    begin(page, "mouse")
    click(page, "mouse", "Pause")
    wait_badge(page, "mouse", "paused")
    held = steps(page, "mouse")
    page.page.wait_for_timeout(600)
    assert steps(page, "mouse") == held
    click(page, "mouse", "Step")
    wait_steps(page, "mouse", held + 1)
    page.page.wait_for_timeout(300)
    assert steps(page, "mouse") == held + 1 and "paused" in badge(page, "mouse")
    click(page, "mouse", "Halve the learning rate")
    page.page.wait_for_function(
        "() => [...document.querySelectorAll('.mxw-lr')].some(e => e.value === '0.05')", timeout=8_000
    )
    assert page.widget("mouse").locator(".mxw-mark").count() >= 1
    click(page, "mouse", "Resume")
    wait_steps(page, "mouse", held + 5)
    click(page, "mouse", "Stop")
    page.wait_idle()
    wait_badge(page, "mouse", "stopped")
    page.cell("mouse").get_by_text("went on after").wait_for(timeout=8_000)
    assert "at 0.05" in page.output("mouse")


def test_the_loop_is_steered_by_the_keyboard_alone(page):
    begin(page, "keys")
    cells = page.count_cells()
    keyboard = page.page.keyboard
    page.widget("keys").get_by_role("button", name="Pause", exact=True).focus()
    keyboard.press("Enter")
    wait_badge(page, "keys", "paused")
    held = steps(page, "keys")
    keyboard.press("Tab")
    keyboard.press("Space")  # Step
    wait_steps(page, "keys", held + 1)
    keyboard.press("Tab")  # Stop
    keyboard.press("Tab")  # ÷ 2
    keyboard.press("Tab")  # the learning rate
    keyboard.press("Control+A")
    keyboard.type("0.3")
    keyboard.press("Enter")
    page.widget("keys").locator(".mxw-mark").first.wait_for(state="attached", timeout=8_000)
    keyboard.press("Shift+Tab")
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")  # Stop
    page.wait_idle()
    page.cell("keys").get_by_text("at 0.3").wait_for(timeout=8_000)
    wait_badge(page, "keys", "stopped")
    page.page.wait_for_timeout(500)  # the output is brought up to date, and drawn anew
    assert page.page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Stop"
    keyboard.press("b")
    assert page.count_cells() == cells


def test_plots_are_read_by_mouse_and_by_arrow_keys(page):
    plot = page.widget("keys").locator(".mxw-plot").first
    plot.hover(position={"x": 200, "y": 80})
    readout = page.widget("keys").locator(".mxw-readout").first
    assert "step" in readout.inner_text() and "by keyboard" in readout.inner_text()
    plot.focus()
    page.page.keyboard.press("Home")
    assert plot.get_attribute("aria-valuetext").startswith("step 1;")
    page.page.keyboard.press("ArrowRight")
    assert plot.get_attribute("aria-valuetext").startswith("step 2;")


def test_runs_are_compared_and_can_be_hidden(page):
    runs = page.widget("keys").locator(".mxw-runs tbody tr")
    assert [runs.nth(k).locator(".mxw-name").inner_text() for k in range(runs.count())] == [
        "by keyboard", "by mouse", "<img src=x onerror=window.broken=1>",
    ]  # fmt: skip
    runs.nth(1).locator("input").click()
    assert page.execute("print(mon.hidden)").strip() == "[2]"


def test_an_interrupt_ends_the_loop_and_keeps_its_data(page):
    begin(page, "interrupted")
    page.interrupt()
    page.wait_idle()
    wait_badge(page, "interrupted", "interrupted")
    assert "KeyboardInterrupt" in page.output("interrupted")
    kept = page.execute("print(mon.runs[-1].status, len(mon.runs[-1]['loss'][0]) >= 8)")
    assert kept.split() == ["interrupted", "True"]


def test_a_page_that_is_loaded_again_shows_and_steers_the_loop_that_runs(page):
    begin(page, "reloaded")
    page.save()
    page.reload()
    page.wait_ready("reloaded")
    seen = steps(page, "reloaded")
    wait_steps(page, "reloaded", seen + 5)
    assert page.widget("reloaded").locator(".mxw-runs tbody tr").count() == 5
    click(page, "reloaded", "Pause")
    wait_badge(page, "reloaded", "paused")
    click(page, "reloaded", "Stop")
    page.wait_idle()
    wait_badge(page, "reloaded", "stopped")


def test_mistakes_are_filtered_by_mouse_and_by_keyboard(page):
    page.run("mistakes")
    page.wait_ready("mistakes")
    widget = page.widget("mistakes")
    cards = widget.locator(".mxw-card-button")
    everything = cards.count()
    assert everything >= 2
    wrong = widget.locator(".mxw-cell.mxw-wrong:not(:empty)").first
    wrong.click()
    assert 1 <= cards.count() == int(wrong.inner_text())
    page.page.keyboard.press("Escape")
    widget.locator(".mxw-cell").first.focus()
    page.page.keyboard.press("Escape")
    assert cards.count() == everything
    cards.first.focus()
    page.page.keyboard.press("ArrowRight")
    label = widget.locator(".mxw-card-button:focus").get_attribute("aria-label")
    assert re.match(r"Sample \d+", label)[0] in widget.locator(".mxw-detail").inner_text()


def test_what_cannot_be_a_loop_is_told_in_its_place(page):
    page.run("notice")
    assert "expected batches" in page.output("notice")


def test_it_is_accessible_in_light_and_dark(page):
    assert_accessible(page, "keys", "mistakes")


def test_no_key_reaches_the_notebook(page):
    assert_keys_stay_inside(page, "keys", "mistakes")


def test_no_name_became_html_and_nothing_was_asked_of_another_host(page):
    assert page.page.evaluate("() => window.broken") is None
    assert_quiet(page)


def test_a_kernel_that_is_restarted_leaves_the_picture_and_the_widget_says_so(page):
    begin(page, "restarted", least=100)
    page.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.widget("restarted").locator(".mxw-status", has_text="The kernel is gone").wait_for(timeout=20_000)
    assert badge(page, "restarted") == "? kernel gone"
    assert page.widget("restarted").locator(".mxw-plot .mxw-curve").count() > 1
    page.widget("restarted").get_by_role("button", name="Stop", exact=True).click(force=True)
    assert "The kernel is gone" in page.widget("restarted").locator(".mxw-status").inner_text()
