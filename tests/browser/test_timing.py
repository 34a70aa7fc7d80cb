"""The race in a real front end: live beside a busy cell, stopped, interrupted, replayed, by mouse and by keyboard."""

import pytest
from mxlearn_widgets.timing import recording as recordings
from mxlearn_widgets.timing.recording import Recording

from tests.widgets.timing.artificial import WITH_GPU, race_of

from .pages import assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

SETUP = """
import time
import mxlearn as mx, mxlearn_widgets as mxw

def waits(n, ctx):
    return lambda: time.sleep(0.001)

def waits_long(n, ctx):
    return lambda: time.sleep(0.003 + n * 1e-6)

def breaks(n, ctx):
    raise ValueError('<img src=x onerror=window.broken=1>')
"""
CELLS = {
    "setup": SETUP,
    "replay": "r = mxw.race('matmul', sizes=(8, 16, 32), budget=0.4, recording='artificial.json')\nr",
    "stop": "s = mxw.race({'<b>short': waits, 'long': waits_long}, sizes=range(1, 25), budget=60)\nprint('went', 'on')",
    "interrupt": "i = mxw.race(waits, sizes=range(1, 25), budget=60)\nprint('ne' + 'ver')",
    "breaks": "b = mxw.race(breaks, sizes=(1, 2))\nprint(type(b).__mro__[2].__name__)",
    "again": "r",
}
ARTIFICIAL = "ARTIFICIAL GPU FOR TESTS · driver 000.00 · CUDA 0.0 · CuPy 0.0 · recorded 2000-01-01"


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    results = race_of(sizes=(16, 64, 256, 1024))
    recordings.write(Recording(WITH_GPU, "2000-01-01", {"matmul": results}), lab.folder / "artificial.json")
    with open_page(browser, lab, front_end, "timing", CELLS, widgets=1, run=False) as notebook:
        notebook.run("setup")
        notebook.run("replay")
        notebook.wait_ready("replay")
        yield notebook


def panel(page, name, number):
    return page.widget(name).locator(".mxw-panel").nth(number)


def stage(page, name, number=0):
    return panel(page, name, number).get_by_role("slider")


def view(page, name, text):
    page.widget(name).get_by_role("button", name=text).click()


VIEWS = ["Time against size", "All samples", "How many times", "How close", "as a table"]


# -- live --------------------------------------------------------------------------------------------------------------
def test_a_race_is_seen_while_its_cell_runs_and_stops_at_a_click(page):
    page.run("stop", wait=False)
    page.wait_ready("stop")
    widget = page.widget("stop")
    page.page.wait_for_function("() => document.querySelectorAll('.mxw-race .mxw-line').length > 0", timeout=20_000)
    widget.locator(".mxw-main .mxw-full").nth(3).wait_for(state="attached", timeout=20_000)  # two sizes of two entrants
    assert "Measuring n = " in widget.get_by_role("status").inner_text()
    widget.get_by_role("button", name="Stop the race").click()
    page.cell("stop").get_by_text("went on", exact=True).wait_for(timeout=20_000)
    page.wait_idle()
    assert "Stopped after n = " in page.widget("stop").get_by_role("status").inner_text()
    assert not page.widget("stop").get_by_role("button", name="Stop the race").is_visible()
    assert page.widget("stop").locator("b").count() == 0


def test_a_race_that_ends_its_cell_is_shown_once(page):
    assert page.cell("replay").locator(".mxw").count() == 1
    assert page.cell("replay").locator(".jp-OutputArea-child").count() == 1
    page.run("again")
    page.wait_ready("again")  # in another cell it is shown again
    assert page.cell("again").locator(".mxw").count() == 1


def test_an_interrupt_keeps_what_was_measured(page):
    page.run("interrupt", wait=False)
    page.wait_ready("interrupt")
    page.widget("interrupt").locator(".mxw-main .mxw-full").first.wait_for(state="attached", timeout=20_000)
    page.interrupt()
    page.wait_idle()
    assert "KeyboardInterrupt" in page.output("interrupt") and "never" not in page.output("interrupt")
    assert "Stopped after n = " in page.widget("interrupt").get_by_role("status").inner_text()
    assert page.widget("interrupt").locator(".mxw-main .mxw-full").count() >= 1


def test_work_that_fails_is_a_message_in_the_widgets_place(page):
    page.run("breaks")
    output = page.output("breaks")
    assert "breaks" not in output.splitlines()[0]
    assert "<img src=x onerror=window.broken=1>" in output and "Notice" in output
    assert page.page.evaluate("() => window.broken") is None


# -- replay ------------------------------------------------------------------------------------------------------------
def test_recorded_numbers_stand_under_their_badge_in_every_view(page):
    assert page.widget("replay").locator(".mxw-panel").count() == 2
    for name in VIEWS:
        view(page, "replay", name)
        assert panel(page, "replay", 1).locator(".mxw-badge").inner_text() == "REPLAY"
        assert ARTIFICIAL in panel(page, "replay", 1).inner_text()
        assert "gpu(0)" not in panel(page, "replay", 0).inner_text()
    view(page, "replay", VIEWS[0])
    assert panel(page, "replay", 1).locator(".mxw-full").count() == 0
    assert panel(page, "replay", 0).locator(".mxw-hollow").count() == 0


# -- mouse and keyboard ------------------------------------------------------------------------------------------------
def test_arrow_keys_walk_through_the_sizes(page):
    slider = stage(page, "replay", 1)
    slider.focus()
    page.page.keyboard.press("End")
    page.page.keyboard.press("ArrowLeft")
    page.settle(100)
    assert slider.get_attribute("aria-valuetext").startswith("n = 256: cpu(0) ")
    assert panel(page, "replay", 1).locator(".mxw-size").inner_text() == "n = 256"
    assert panel(page, "replay", 0).locator(".mxw-size").inner_text() == "n = 32"  # the nearest that was timed here
    assert page.execute("print(r.size)").strip() == "256"
    page.page.keyboard.press("Home")
    page.settle(100)
    assert panel(page, "replay", 1).locator(".mxw-size").inner_text() == "n = 16"


def test_the_pointer_shows_a_size_and_a_click_keeps_it(page):
    box = panel(page, "replay", 1).locator(".mxw-plot").bounding_box()
    page.widget("replay").scroll_into_view_if_needed()
    box = panel(page, "replay", 1).locator(".mxw-plot").bounding_box()
    title = panel(page, "replay", 1).locator(".mxw-size")
    page.page.mouse.move(box["x"] + 90, box["y"] + 150)
    page.settle(100)
    assert title.inner_text() == "n = 16"
    page.page.mouse.move(box["x"] + 560, box["y"] + 150)
    page.settle(100)
    shown = title.inner_text()
    assert shown in ("n = 256", "n = 1024")
    page.page.mouse.move(box["x"] + 560, box["y"] - 60)
    page.settle(100)
    assert title.inner_text() == "n = 16"  # it was only looked at
    page.page.mouse.click(box["x"] + 560, box["y"] + 150)
    page.page.mouse.move(box["x"] + 560, box["y"] - 60)
    page.settle(100)
    assert title.inner_text() == shown


def test_views_and_curves_are_chosen_by_the_keyboard(page):
    page.widget("replay").get_by_role("button", name=VIEWS[1]).focus()
    page.page.keyboard.press("Enter")
    page.settle(100)
    assert panel(page, "replay", 1).locator(".mxw-cold").count() == 3  # two, and the legend
    assert panel(page, "replay", 1).locator(".mxw-asking").count() > 10
    page.widget("replay").get_by_label("launch only (the wrong way)").focus()
    page.page.keyboard.press("Space")
    page.settle(100)
    assert panel(page, "replay", 1).locator(".mxw-asking").count() == 0
    page.page.keyboard.press("Space")


def test_it_is_accessible(page):
    for name in (VIEWS[1], VIEWS[4], VIEWS[0]):
        view(page, "replay", name)
        page.settle(100)
        assert_accessible(page, "replay")
    assert_accessible(page, "stop")


def test_keys_stay_inside(page):
    for name in (VIEWS[4], VIEWS[0]):
        view(page, "replay", name)
        assert_keys_stay_inside(page, "replay")


# -- what is stored ----------------------------------------------------------------------------------------------------
def test_the_stored_form_is_the_finished_race(page):
    outputs = page.save()["cells"][1]["outputs"]
    assert len(outputs) == 1
    data = outputs[0]["data"]
    text = "".join(data["text/plain"])
    assert text == "<race of product of matrices: 3 sizes from 8 to 32, with a replay>"
    html = "".join(data["text/html"])
    assert html.startswith('<img class="mxl-computed"') and len(html) < 60_000


def test_it_is_there_again_after_a_reload(page):
    view(page, "replay", VIEWS[2])
    page.save()
    page.reload()
    page.wait_ready("replay")
    assert page.widget("replay").locator("[aria-pressed='true']").inner_text() == "Speed-up"
    assert panel(page, "replay", 1).locator(".mxw-badge").inner_text() == "REPLAY"
    assert panel(page, "replay", 1).locator(".mxw-main").count() == 1


def test_it_is_quiet(page):
    assert_quiet(page)
