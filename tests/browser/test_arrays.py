"""The lens in a real front end: read by mouse and by keyboard, cut along other axes, live, exact, and as a picture."""

import re

import pytest

from .pages import THEMES, assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.broken=1>"
CELLS = {
    "setup": """
import time
import numpy as np
import mxlearn as mx
import mxlearn_widgets as mxw
from mxlearn import nd
from mxlearn.gluon import nn

rng = np.random.default_rng(0)
host = rng.uniform(-1, 1, (2, 3, 6, 8)).astype("float32")
host[1, 2, 5, 7] = np.nan
host[0, 0, 0, 0] = 0.25
x = nd.array(host)
exact = rng.normal(size=(300, 400))
exact[0, 0] = 0.1234567890123456
net = nn.Dense(4, in_units=5, prefix="fc_")
net.initialize()
steps = 0
""",
    "lens": "lens = mxw.lens(x, axes='NCHW')\nlens",
    "blocks": "mxw.lens(exact)",
    "params": "mxw.lens(net.collect_params())",
    "evil": f"mxw.lens({{{EVIL!r}: np.ones((3, 4))}}, axes=({EVIL!r}, 'b'))",
    "empty": "mxw.lens(np.full((20, 20), np.nan))",
    "notice": f"mxw.lens({{{EVIL!r}: 'text'}})",
    "rich": "nd.array(exact)",
    "parameter": "net.weight",
    "waiting": "nn.Dense(3).weight",
    "loop": """
for step in range(steps):
    time.sleep(0.02)
    lens.update(nd.full((2, 3, 6, 8), step))
lens.flush()
print('done', steps)
""",
}
WIDGETS = ("lens", "blocks", "params", "evil", "empty")


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "arrays", CELLS, widgets=len(WIDGETS)) as notebook:
        notebook.wait_idle()
        notebook.execute("steps = 300")
        yield notebook


def reading(page, name):
    return page.widget(name).locator(".mxw-arrays-reading").inner_text()


def wait_reading(page, name, part):
    page.widget(name).locator(".mxw-arrays-reading", has_text=part).wait_for(timeout=10_000)


def caption(page, name):
    return page.widget(name).locator(".mxw-arrays-caption span").first.inner_text()


def wait_caption(page, name, part):
    page.widget(name).locator(".mxw-arrays-caption", has_text=part).wait_for(timeout=10_000)


def colors(page, name):
    """Return how many colors the canvas shows."""
    return page.widget(name).locator("canvas").evaluate(
        "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )


@pytest.mark.parametrize("name", WIDGETS)
def test_tiles_and_histogram_are_drawn(page, name):
    assert colors(page, name) > (2 if name in ("evil", "empty") else 15)
    assert page.widget(name).locator(".mxw-arrays-histogram").is_visible()


def test_a_cell_is_read_by_keyboard(page):
    canvas = page.widget("lens").locator("canvas")
    canvas.focus()
    canvas.press("Home")
    assert reading(page, "lens") == "x[0, 0, 0, 0] = 0.25"
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        canvas.press(key)
    assert re.fullmatch(r"x\[0, 0, 1, 2\] = -?[\d.]+", reading(page, "lens"))
    canvas.press("Escape")
    assert reading(page, "lens").startswith("Point at a cell")


def test_a_cell_is_read_by_mouse(page):
    canvas = page.widget("lens").locator("canvas")
    canvas.scroll_into_view_if_needed()
    canvas.hover(position={"x": 6, "y": 20})
    assert reading(page, "lens") == "x[0, 0, 0, 0] = 0.25"


def test_the_kernel_is_asked_for_what_the_browser_does_not_know_exactly(page):
    canvas = page.widget("blocks").locator("canvas")
    canvas.focus()
    canvas.press("Home")
    wait_reading(page, "blocks", "elements: min")
    assert reading(page, "blocks").startswith("exact[0:")


def test_axes_are_chosen_by_name_and_cut_by_keyboard(page):
    widget = page.widget("lens")
    assert caption(page, "lens") == "height ↓, width →, channel 0–2 of 3, batch = 0"
    widget.get_by_label("Rows ↓").select_option("batch (2)")
    wait_caption(page, "lens", "batch ↓, width →, channel 0–2 of 3, height = 0")
    slider = widget.get_by_label("height", exact=True)
    slider.focus()
    slider.press("ArrowRight")
    wait_caption(page, "lens", "height = 1")
    widget.get_by_label("Rows ↓").select_option("height (6)")
    wait_caption(page, "lens", "height ↓, width →")


def test_a_nan_is_found_and_gone_to(page):
    widget = page.widget("lens")
    widget.get_by_label("Show where NaN are").press("Enter")
    widget.get_by_role("button", name="[1, 2, 5, 7]").click()
    wait_reading(page, "lens", "x[1, 2, 5, 7] = NaN")
    assert "batch = 1" in caption(page, "lens")


def test_another_array_is_chosen(page):
    widget = page.widget("params")
    widget.get_by_label("Array", exact=True).select_option("fc_weight: gradient")
    widget.locator(".mxw-title", has_text="fc_weight: gradient").wait_for(timeout=10_000)
    widget.get_by_label("Array", exact=True).press("ArrowDown")
    widget.locator(".mxw-title", has_text="fc_bias").wait_for(timeout=10_000)
    assert widget.get_by_label("Array", exact=True).evaluate("e => e === document.activeElement")
    widget.get_by_label("Array", exact=True).press("ArrowUp")
    widget.locator(".mxw-title", has_text="fc_weight: gradient").wait_for(timeout=10_000)
    assert "20 (100 %)" in widget.locator("dl").inner_text()


def test_counts_and_colors_have_other_views(page):
    widget = page.widget("blocks")
    widget.get_by_label("Logarithmic counts").click()
    widget.get_by_label("Histogram of exact, logarithmic counts").wait_for(timeout=5_000)
    before = widget.locator("canvas").evaluate("c => c.toDataURL()")
    widget.get_by_label("Colors").select_option("all numbers")
    page.settle(200)
    assert widget.locator("canvas").evaluate("c => c.toDataURL()") != before


def test_names_are_text(page):
    assert page.page.evaluate("() => window.broken") is None
    assert EVIL in page.widget("evil").inner_text()


def test_nan_everywhere_is_said(page):
    assert "No finite number to count." in page.widget("empty").locator(".mxw-arrays-histogram").text_content()
    assert "400 (100 %)" in page.widget("empty").inner_text()


def test_what_is_no_array_gives_a_message_and_the_notebook_goes_on(page):
    assert "expected an NDArray" in page.output("notice")
    assert "Traceback" not in page.output("notice")


def test_arrays_and_parameters_show_their_picture(page):
    for name in ("rich", "parameter"):
        picture = page.cell(name).locator("img.mxl-computed, img[alt]").first
        assert picture.evaluate("e => e.complete && e.naturalWidth") == 740
    assert "<NDArray 300x400 @cpu(0)>" in page.output("rich")
    assert "has not been initialized" in page.output("waiting")


def test_an_array_is_followed_while_a_cell_runs_and_so_is_the_reader(page):
    page.run("loop", wait=False)
    page.widget("lens").evaluate(
        "e => new Promise(done => { const look = () => Number(e.querySelectorAll('dl dd')[1].textContent) > 20"
        " ? done() : setTimeout(look, 50); look(); })"
    )
    page.widget("lens").get_by_label("Rows ↓").select_option("batch (2)")
    page.wait_idle()
    assert "done 300" in page.output("loop")
    wait_caption(page, "lens", "batch ↓")
    assert page.widget("lens").locator("dl dd").nth(1).inner_text() == "299"


def test_an_interrupted_loop_leaves_the_lens_usable(page):
    page.run("loop", wait=False)
    page.settle(800)
    page.interrupt()
    page.wait_idle()
    page.widget("lens").get_by_label("Rows ↓").select_option("height (6)")
    wait_caption(page, "lens", "height ↓")


def test_it_is_accessible_in_light_and_dark(page):
    assert_accessible(page, *WIDGETS)


def test_its_keys_stay_inside(page):
    assert_keys_stay_inside(page, "lens", "blocks")


def test_the_page_is_drawn_again_after_a_reload(page):
    page.save()
    page.reload()
    page.wait_ready("lens")
    page.set_theme(THEMES[1])
    assert colors(page, "blocks") > 15
    page.set_theme(THEMES[0])


def test_nothing_was_asked_of_another_host_and_no_error_was_logged(page):
    assert_quiet(page)
