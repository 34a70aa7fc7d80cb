"""HybridDiff in a real front end: both graphs, passes, program and numbers, by mouse and by keyboard."""

import pytest

from .pages import assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

SETUP = """
import mxlearn as mx, mxlearn_widgets as mxw
from mxlearn.gluon import nn

class Twins(mx.gluon.HybridBlock):
    def __init__(self):
        super().__init__()
        with self.name_scope():
            self.dense, self.drop = nn.Dense(16), nn.Dropout(0.5)
    def hybrid_forward(self, F, x):
        h = self.drop(self.dense(x))
        a = F.sigmoid(h, name='first') * 2 + 1
        return a * (F.sigmoid(h, name='second') - 1)

class Cell(mx.gluon.HybridBlock):
    def __init__(self):
        super().__init__()
        with self.name_scope():
            self.a, self.b = nn.Dense(8, activation='relu'), nn.Dense(8)
    def hybrid_forward(self, F, x):
        return F.relu(self.b(self.a(x)) + x)

twins, deep = Twins(), nn.HybridSequential()
with deep.name_scope():
    deep.add(*(Cell() for _ in range(12)))
for net in (twins, deep):
    net.initialize()
"""
CELLS = {
    "setup": SETUP,
    "twins": "diff = mxw.hybrid_diff(twins, mx.nd.ones((8, 6)))\ndiff",
    "deep": "deep_diff = mxw.hybrid_diff(deep, mx.nd.ones((2, 8)), backward=True)\ndeep_diff",
    "plain": "mxw.hybrid_diff(nn.Sequential(), mx.nd.ones((2, 2)))",
    "frozen": "diff.freeze()",
}


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "hybrid", CELLS, widgets=2) as notebook:
        yield notebook


def pane(page, name, side):
    return page.widget(name).locator(".mxw-pane").nth(side)


def chosen(page, name, side):
    """Return what is selected on a side, as a screen reader says it."""
    return pane(page, name, side).locator("[data-item][aria-pressed='true']").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-label').split(', shape')[0])"
    )


def line(page, name):
    return page.widget(name).locator(".mxw-line[aria-pressed='true'] code").all_inner_texts()


def test_a_merged_node_is_shown_on_both_sides_and_in_the_program(page):
    pane(page, "twins", 0).get_by_role("button", name="second").click()
    assert chosen(page, "twins", 0) == ["operator: sigmoid second"]
    assert chosen(page, "twins", 1) == ["operator: sigmoid first"]
    assert [text.strip().split(" = ")[0] for text in line(page, "twins")] == ["first"]
    assert "second computes the same as first" in page.widget("twins").locator(".mxw-fate").inner_text()
    page.page.wait_for_function("() => document.querySelector('.mxw-overlay').style.display !== 'none'", timeout=5_000)
    assert page.execute("print(diff.compiled.nodes[diff.selected].short)").strip() == "second"


def test_the_bars_of_both_ways_can_be_seen(page):
    painted = "all => all.map(e => { const s = getComputedStyle(e); return s.backgroundImage + s.backgroundColor; })"
    for way in ("eager", "hybrid"):
        bars = page.widget("twins").locator(f".mxw-fill.mxw-{way}").evaluate_all(painted)
        assert bars and "nonergba(0, 0, 0, 0)" not in bars, way


def test_the_passes_are_walked_by_keyboard(page):
    step = page.widget("twins").locator(".mxw-step[aria-pressed='true']")
    assert "plan buffers" in step.inner_text()
    step.focus()
    for _ in range(6):
        page.page.keyboard.press("ArrowLeft")
    assert "as written" in page.widget("twins").locator(".mxw-step[aria-pressed='true']").inner_text()
    assert pane(page, "twins", 1).get_by_role("button", name="Dropout").count() == 1
    page.page.keyboard.press("ArrowRight")
    assert pane(page, "twins", 1).get_by_role("button", name="Dropout").count() == 0
    assert pane(page, "twins", 0).locator(".mxw-gone").count() == 1
    for _ in range(20):  # a slow kernel hears of the keys one after the other
        if page.execute("print(diff.stage)").strip() == "1":
            break
        page.settle(100)
    assert page.execute("print(diff.stage)").strip() == "1"
    page.execute("diff.after('plan_buffers')")
    page.widget("twins").locator(".mxw-step[aria-pressed='true']", has_text="plan buffers").wait_for(timeout=5_000)


def test_graph_and_program_are_walked_by_keyboard(page):
    pane(page, "twins", 0).locator("[data-item][tabindex='0']").focus()
    for _ in range(2):
        page.page.keyboard.press("ArrowDown")
    there = chosen(page, "twins", 0)
    page.page.keyboard.press("ArrowRight")
    assert page.page.evaluate("() => document.activeElement.closest('.mxw-pane').matches('.mxw-pane + .mxw-pane')")
    assert there and chosen(page, "twins", 1)
    page.widget("twins").locator("button.mxw-line[tabindex='0']").focus()
    before = line(page, "twins")
    page.page.keyboard.press("ArrowDown")
    assert line(page, "twins") != before and len(line(page, "twins")) == 1


def test_a_line_of_the_program_selects_its_node(page):
    page.widget("twins").locator("button.mxw-line", has_text="FullyConnected").click()
    for side in (0, 1):
        assert chosen(page, "twins", side) == ["operator: FullyConnected dense0_fwd"]


def test_a_deep_network_is_folded_by_block_and_opened_on_both_sides(page):
    block = pane(page, "deep", 0).locator("[data-item][aria-expanded='false']")
    count = block.count()
    assert count == 12
    block.first.click()
    for side in (0, 1):
        pane(page, "deep", side).get_by_role("button", name="open Block: cell0").wait_for(timeout=5_000)
    pane(page, "deep", 0).get_by_role("button", name="open Block: cell0").focus()
    page.page.keyboard.press("Enter")
    for side in (0, 1):
        pane(page, "deep", side).locator("[data-item][aria-expanded='false']").nth(count - 1).wait_for(timeout=5_000)


def test_the_backward_program_has_its_own_graphs(page):
    page.widget("deep").get_by_role("button", name="Show the backward pass").click()
    assert page.widget("deep").locator(".mxw-program").inner_text().count("def backward") == 1
    pane(page, "deep", 1).locator("[data-item]").first.wait_for(timeout=5_000)
    page.widget("deep").get_by_role("button", name="Show the forward pass").click()


def test_times_are_measured_again(page):
    before = page.execute("print(id(diff.timing))")
    page.widget("twins").get_by_role("button", name="Measure the time of both again").click()
    page.page.wait_for_function("() => !document.body.innerText.includes('Measuring …')", timeout=20_000)
    assert page.execute("print(id(diff.timing))") != before
    assert page.widget("twins").get_by_role("button", name="Measure the time of both again").evaluate(
        "e => e === document.activeElement"
    )


def test_the_widget_answers_beside_a_busy_cell(page):
    page.page.evaluate(
        "code => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code}); }",
        "import time\nfor _ in range(60):\n    time.sleep(0.1)",
    )
    page.settle(500)
    pane(page, "twins", 0).get_by_role("button", name="Dropout").click()
    assert "gives its input unchanged" in page.widget("twins").locator(".mxw-fate").inner_text()
    page.widget("twins").get_by_role("button", name="Measure the time of both again").click()
    status = page.widget("twins").locator(".mxw-status")
    page.settle(500)
    assert status.inner_text() in ("Measuring …", "A cell is running: this follows when it is done.")
    page.wait_idle()
    page.page.wait_for_function("() => !document.body.innerText.includes('A cell is running')", timeout=20_000)


def test_a_plain_block_gets_a_message_and_the_notebook_goes_on(page):
    assert "is a plain Block" in page.output("plain")
    assert page.cell("frozen").locator(".jp-OutputArea img").count() == 1


def test_it_is_accessible_in_light_and_dark(page):
    assert_accessible(page, "twins", "deep")


def test_its_keys_stay_inside(page):
    assert_keys_stay_inside(page, "twins")


def test_it_is_there_again_after_a_reload(page):
    page.execute("diff.select('second')")
    page.save()
    page.reload()
    page.wait_ready("twins")
    assert chosen(page, "twins", 0) == ["operator: sigmoid second"]


def test_it_asks_nobody_and_complains_of_nothing(page):
    assert_quiet(page)
