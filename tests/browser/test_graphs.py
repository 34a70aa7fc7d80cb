"""The graph widget in JupyterLab and Notebook 7: live, by mouse and by keyboard, frozen, without trust."""

import json

import pytest
from mxlearn_widgets.freeze import freeze_notebook

from . import jupyter
from .pages import THEMES, assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.broken=1>"

CELLS = {
    "setup": """
import mxlearn as mx
import mxlearn_widgets as mxw
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

mx.random.seed(7)
data = mx.sym.var("data")
symbol = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(data, num_hidden=10, name="fc1"), name="softmax")

net = nn.HybridSequential(prefix="net_")
with net.name_scope():
    net.add(nn.Dense(8, activation="relu"), nn.Dense(3))
net.initialize()
criterion = gluon.loss.SoftmaxCrossEntropyLoss()
batch, labels = nd.random.normal(shape=(4, 5)), nd.array([0, 1, 2, 0])
with autograd.record():
    loss = criterion(net(batch), labels).mean()
""",
    "record": """
x = nd.array([[1.0, 2.0], [3.0, 4.0]])
w = nd.array([[0.5, -1.0], [0.25, 2.0]])
w.attach_grad()
with autograd.record():
    y = nd.dot(x, w)
    tape = (y * y).sum()
""".strip(),
    "tape": "mxw.tape(tape)",
    "symbol": "mxw.graph(symbol)",
    "block": "mxw.graph(net, batch)",
    "executor": "mxw.graph(symbol.simple_bind(mx.cpu(), data=(2, 3)))",
    "backward": "mxw.tape(loss, backward=True)",
    "unrecorded": "mxw.graph(nd.ones((2, 3)))",
    "evil": f"mxw.graph(mx.sym.relu(mx.sym.var({EVIL!r}), name={EVIL!r} + 'y'))",
    "deep": """
deep = nn.HybridSequential(prefix="deep_")
with deep.name_scope():
    for _ in range(8):
        deep.add(nn.Dense(4, activation="tanh"))
deep.initialize()
g = mxw.graph(deep, batch)
g.unfold()
g
""",
    "many": """
with autograd.record():
    long = nd.concat(*[nd.tanh(w * k) * k for k in range(60)], dim=0)
many = mxw.tape(long)
many.unfold()
many
""",
    "after": "print('the notebook goes on')",
}
WIDGETS = 8


class Page:
    """The notebook above, run once for this file and front end."""

    def __init__(self, notebook):
        self.notebook, self.page = notebook, notebook.page

    def widget(self, name):
        return self.notebook.widget(name)

    def item(self, name, title):
        """Return the box with exactly this title, or with this second line."""
        return self.widget(name).locator(".mxw-item", has=self.page.get_by_text(title, exact=True)).first

    def details(self, name):
        section = self.widget(name).locator("section.mxw-side")
        pairs = zip(section.locator("dt").all_inner_texts(), section.locator("dd").all_inner_texts(), strict=True)
        return dict(pairs)

    def value(self, name):
        return self.widget(name).locator("pre.mxw-value").inner_text()

    def status(self, name):
        return self.widget(name).locator("[role=status]").inner_text()

    def focus(self):
        """Return attributes of the element that has the focus."""
        return self.page.evaluate(
            "() => Object.fromEntries([...document.activeElement.attributes].map(a => [a.name, a.value]))"
        )


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "graphs", CELLS, widgets=WIDGETS) as notebook:
        yield Page(notebook)


def test_no_cell_failed(page):
    stderr = ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
    assert page.page.locator(stderr).all_inner_texts() == []


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("tape", {"dot", "elemwise_mul", "sum", "w", "x"}),
        ("symbol", {"data", "FullyConnected", "SoftmaxOutput", "fc1_weight"}),
        ("block", {"FullyConnected", "Activation", "weight", "bias", "data"}),
        ("executor", {"data", "FullyConnected", "SoftmaxOutput", "fc1_weight"}),
        ("backward", {"FullyConnected", "pick", "mean", "head_grad", "weight_grad"}),
    ],
)
def test_each_source_is_drawn(page, name, titles):
    opener = page.widget(name).get_by_role("button", name="Open all")
    if opener.count():
        opener.click()
    texts = set(page.widget(name).locator("svg.mxw-canvas text").all_text_contents())
    assert titles <= texts


# -- selecting and pointing --------------------------------------------------------------------------------------------
def test_a_click_shows_operator_shape_context_and_the_value_as_mxnet_prints_it(page):
    page.item("tape", "w").click()
    details = page.details("tape")
    assert details["name"] == "w" and details["shape"] == "(2, 2)" and details["dtype"] == "float32 on cpu(0)"
    assert page.value("tape") == "[[ 0.5  -1.  ]\n [ 0.25  2.  ]]\n<NDArray 2x2 @cpu(0)>"
    page.item("tape", "dot").click()
    # [[1, 2], [3, 4]] . [[0.5, -1], [0.25, 2]]
    assert page.value("tape") == "[[1.  3. ]\n [2.5 5. ]]\n<NDArray 2x2 @cpu(0)>"
    assert page.details("tape")["kept memory"] == "32 B for the backward pass"


def test_the_mouse_on_a_node_shows_what_it_is_without_a_click(page):
    page.item("tape", "w").click()
    page.item("tape", "dot").hover()
    card = page.widget("tape").locator(".mxw-hover")
    card.wait_for(timeout=4000)
    text = card.inner_text()
    for part in ("dot", "(2, 2)", "float32 on cpu(0)", "32 B for the backward pass", "2.5 5.", "y = nd.dot(x, w)"):
        assert part in text
    assert page.details("tape")["name"] == "w"  # the selection stays
    box, stage = card.bounding_box(), page.widget("tape").locator(".mxw-stage").bounding_box()
    assert box["x"] >= stage["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"] + 1
    page.page.mouse.move(5, 5)
    card.wait_for(state="hidden", timeout=4000)


def test_arrow_keys_walk_and_select(page):
    widget = page.widget("tape")
    page.item("tape", "dot").click()
    page.page.keyboard.press("ArrowDown")
    assert widget.locator("section .mxw-name").inner_text().endswith("elemwise_mul")
    page.page.keyboard.press("ArrowDown")
    assert widget.locator("section .mxw-name").inner_text().endswith("sum")
    # 1 + 9 + 6.25 + 25
    assert page.value("tape") == "[41.25]\n<NDArray 1 @cpu(0)>"
    assert "mxw-item" in page.focus()["class"]


def test_gradients_show_their_values(page):
    page.widget("backward").get_by_role("button", name="Fit the graph").click()
    page.item("backward", "head_grad").click()
    assert page.value("backward") == "[1.]\n<NDArray 1 @cpu(0)>"
    expected = page.notebook.execute(
        "loss.backward(retain_graph=True)\nprint(repr(net[1].bias.grad()).strip())"
    ).strip()
    page.item("backward", "bias_grad").click()
    found = page.value("backward") if page.details("backward")["name"] == "net_dense1_bias_grad" else None
    if found is None:  # the first one found is the other layer's
        page.widget("backward").locator(".mxw-item", has_text="bias_grad").nth(1).click()
        found = page.value("backward")
    assert found == expected


# -- lines of code -----------------------------------------------------------------------------------------------------
LIT = """line => [...document.querySelectorAll('.jp-CodeCell .cm-line')]
  .filter(e => e.getAnimations().length).map(e => e.textContent)"""


def test_a_click_goes_to_the_line_that_made_a_node(page):
    page.item("tape", "dot").click()
    go = page.widget("tape").locator("button.mxw-jump")
    assert go.inner_text().split("\n") == ["cell In[2], line 5", "y = nd.dot(x, w)"]
    go.click()
    assert page.page.evaluate(LIT) == ["    y = nd.dot(x, w)"]
    assert page.status("tape") == "Marked: cell In[2], line 5"


def test_enter_goes_to_the_line_and_scrolls_it_into_view(page):
    page.item("tape", "sum").click()
    page.widget("after").or_(page.notebook.cell("after")).first.scroll_into_view_if_needed()
    page.page.keyboard.press("Enter")
    assert page.page.evaluate(LIT) == ["    tape = (y * y).sum()"]
    line = page.notebook.cell("record").locator(".cm-line").nth(5)
    page.page.wait_for_function(
        "e => { const b = e.getBoundingClientRect(); return b.top > 0 && b.bottom < innerHeight; }",
        arg=line.element_handle(),
        timeout=5000,
    )


def test_a_layer_leads_to_the_line_that_called_the_net(page):
    page.item("backward", "pick").click()
    go = page.widget("backward").locator("button.mxw-jump")
    assert go.inner_text().split("\n")[1] == "loss = criterion(net(batch), labels).mean()"


def test_a_cell_that_ran_again_is_found_by_its_text(page):
    page.notebook.run("record")  # now it has another number
    page.item("tape", "dot").click()
    page.widget("tape").locator("button.mxw-jump").click()
    assert page.page.evaluate(LIT) == ["    y = nd.dot(x, w)"]


# -- folding, searching, moving ----------------------------------------------------------------------------------------
def test_a_block_folds_and_opens_by_click(page):
    widget = page.widget("block")
    title = widget.get_by_role("button", name="open Block: net/dense0", exact=True)
    before = widget.locator(".mxw-item").count()
    title.click()
    assert widget.locator(".mxw-item").count() == before - 3  # weight, bias, FullyConnected, Activation became one
    folded = widget.locator(".mxw-item[aria-expanded='false']", has_text="dense0")
    assert folded.count() == 1
    folded.click()
    assert widget.locator(".mxw-item").count() == before


def test_a_block_folds_and_opens_by_keyboard(page):
    widget = page.widget("block")
    before = widget.locator(".mxw-item").count()
    page.item("block", "Activation").click()
    page.page.keyboard.press("f")
    assert widget.locator(".mxw-item").count() == before - 3
    assert page.focus()["aria-expanded"] == "false"
    page.page.keyboard.press("Enter")
    assert widget.locator(".mxw-item").count() == before


def test_a_search_finds_what_is_folded_away_and_opens_the_way(page):
    widget = page.widget("block")
    widget.get_by_role("button", name="Fold all").click()
    assert widget.locator(".mxw-item", has_text="Activation").count() == 0
    search = widget.locator("input[type=search]")
    search.fill("activation")
    widget.get_by_text("1 found, in folded Blocks").wait_for(timeout=8000)
    search.press("Enter")
    widget.locator(".mxw-item[aria-pressed='true']", has_text="Activation").wait_for(timeout=8000)
    assert page.details("block")["operator"] == "Activation"
    search.fill("")
    widget.get_by_role("button", name="Open all").click()


def test_zoom_and_pan_move_the_drawing(page):
    widget = page.widget("symbol")
    plane = widget.locator("svg.mxw-canvas > g")
    widget.get_by_role("button", name="Fit the graph").click()
    first = plane.get_attribute("transform")
    widget.get_by_role("button", name="Zoom in").click()
    zoomed = plane.get_attribute("transform")
    assert zoomed != first
    box = widget.locator("svg.mxw-canvas").bounding_box()
    page.page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 60, box["y"] + 30, steps=4)
    page.page.mouse.up()
    assert plane.get_attribute("transform") not in (first, zoomed)


def test_folds_that_were_not_sent_ahead_are_answered_while_a_cell_runs(page):
    tab, widget = page.page, page.widget("deep")
    widget.get_by_role("button", name="Fit the graph").click()
    tab.evaluate(
        """() => {
          const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
          window.busy = kernel.requestExecute({code: "import time\\nfor _ in range(80): time.sleep(0.1)"}).done;
          window.busy.then(() => { window.over = true; });
        }"""
    )
    widget.locator("[role=status]").evaluate(
        "e => { window.said = []; new MutationObserver(() => window.said.push(e.textContent))"
        ".observe(e, {childList: true, characterData: true, subtree: true}); }"
    )
    for count, block in enumerate(("dense0", "dense3", "dense5", "dense7"), start=1):
        widget.get_by_role("button", name=f"open Block: deep/{block}", exact=True).click()
        folded = widget.locator(".mxw-item[aria-expanded='false']")
        folded.nth(count - 1).wait_for(timeout=4000)
    assert tab.evaluate("() => window.over") is None  # the cell still runs
    assert any("Asking the kernel" in text for text in tab.evaluate("() => window.said"))
    assert page.status("deep") == ""
    tab.evaluate("() => window.busy")


# -- many nodes: a canvas ----------------------------------------------------------------------------------------------
def test_many_nodes_are_painted_and_mirrored(page):
    widget = page.widget("many")
    assert widget.locator("canvas").count() == 1 and widget.locator("svg.mxw-canvas").count() == 0
    assert widget.locator("[role=treeitem]").count() > 180
    assert widget.locator("[role=treeitem][tabindex='0']").count() == 1
    colors = widget.locator("canvas").evaluate(
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; const s = new Set();"
        " for (let k = 0; k < d.length; k += 4) s.add(d[k] >> 4 << 8 | d[k + 1] >> 4 << 4 | d[k + 2] >> 4);"
        " return s.size; }"
    )
    assert colors > 5


def test_many_nodes_are_walked_through_by_keyboard(page):
    widget = page.widget("many")
    widget.locator("[role=treeitem][tabindex='0']").focus()
    page.page.keyboard.press("Home")
    first = page.focus()["data-key"]
    page.page.keyboard.press("ArrowDown")
    second = page.focus()
    assert second["role"] == "treeitem" and second["data-key"] != first and second["aria-selected"] == "true"
    assert page.details("many")["name"]
    page.page.keyboard.press("End")
    # the last one was not sent at first: the kernel tells
    widget.locator("section dt", has_text="operator").wait_for(timeout=8000)
    assert page.details("many")["operator"] == "Concat"
    page.page.keyboard.press("Enter")
    assert page.page.evaluate(LIT) != []


def test_many_nodes_are_selected_and_pointed_at_by_mouse(page):
    widget = page.widget("many")
    node = widget.locator("[role=treeitem][aria-selected='true']")
    widget.locator("canvas").scroll_into_view_if_needed()
    page.page.wait_for_timeout(800)  # the page may still be on its way to a line
    box = node.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.page.keyboard.press("Escape")
    assert widget.locator("[role=treeitem][aria-selected='true']").count() == 0
    page.page.mouse.move(*middle)
    widget.locator(".mxw-hover").wait_for(timeout=4000)
    assert "Concat" in widget.locator(".mxw-hover").inner_text()
    page.page.mouse.click(*middle)
    assert page.details("many")["operator"] == "Concat"


# -- what every widget keeps -------------------------------------------------------------------------------------------
def test_an_unrecorded_array_gives_a_message_in_place_and_the_notebook_goes_on(page):
    alert = page.notebook.cell("unrecorded").locator("[role=alert]").inner_text()
    assert "is on no tape" in alert and "attach_grad()" in alert and "autograd.record()" in alert
    assert "the notebook goes on" in page.notebook.output("after")


def test_html_in_names_stays_text(page):
    assert page.page.evaluate("() => window.broken") is None
    assert page.widget("evil").locator("img").count() == 0
    page.widget("evil").locator(".mxw-item").last.click()
    assert page.details("evil")["name"] == EVIL + "y"
    page.widget("evil").locator(".mxw-item").last.hover()
    page.widget("evil").locator(".mxw-hover").wait_for(timeout=4000)
    assert page.page.evaluate("() => window.broken") is None


def test_keys_of_the_notebook_do_not_reach_it(page):
    for name, title in {"tape": "dot", "block": "Activation"}.items():
        page.item(name, title).click()
        page.page.keyboard.press("Escape")
    assert_keys_stay_inside(page.notebook, "tape", "block")
    before = page.notebook.count_cells()
    page.widget("many").locator("[role=treeitem][tabindex='0']").focus()
    for key in ("b", "d", "d", "x", "ArrowUp", "ArrowLeft"):
        page.page.keyboard.press(key)
    search = page.widget("tape").locator("input[type=search]")
    search.click()
    search.press_sequentially("dd b")
    assert search.input_value() == "dd b" and page.notebook.count_cells() == before
    search.fill("")


def test_dark_and_light_themes_color_the_widget(page):
    colors = {}
    for theme in reversed(THEMES):
        page.notebook.set_theme(theme)
        page.page.wait_for_timeout(300)
        colors[theme] = page.widget("tape").evaluate(
            "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.querySelector('.mxw-card')).fill,"
            " getComputedStyle(e.querySelector('.mxw-title-text')).fill].map(c => c.match(/[0-9.]+/g).slice(0, 3)"
            ".reduce((s, v) => s + Number(v), 0) / 3)"
        )
    dark, light = colors["JupyterLab Dark"], colors["JupyterLab Light"]
    assert dark[0] < 60 and dark[1] < 70 and dark[2] > 180
    assert light[0] > 220 and light[1] > 220 and light[2] < 80


def test_the_widgets_are_accessible(page):
    page.item("backward", "mean").click()
    page.item("tape", "dot").click()
    assert_accessible(page.notebook, "tape", "backward", "many")


def test_the_page_is_quiet(page):
    assert_quiet(page.notebook)


# -- a page that is loaded again, and a saved notebook -----------------------------------------------------------------
def test_a_reloaded_page_shows_the_same(page):
    page.item("tape", "dot").click()
    page.notebook.save()
    page.notebook.reload()
    page.notebook.wait_ready("tape")
    assert page.details("tape")["name"] == "y"  # still selected
    assert page.value("tape") == "[[1.  3. ]\n [2.5 5. ]]\n<NDArray 2x2 @cpu(0)>"
    page.item("tape", "sum").click()
    assert page.value("tape") == "[41.25]\n<NDArray 1 @cpu(0)>"


@pytest.fixture(scope="module")
def frozen(page, lab):
    """The notebook as the front end saves it, and then frozen."""
    content = page.notebook.save()
    path = lab.folder / f"frozen_{page.notebook.front_end}.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    freeze_notebook(path)
    return path


def test_a_frozen_notebook_is_readable_without_kernel_and_trust(frozen, browser, lab, front_end):
    content = json.loads(frozen.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell.setdefault("metadata", {}).pop("trusted", None)
    foreign = lab.folder / f"foreign_{front_end}.ipynb"  # a file that this user never signed
    content["metadata"]["from"] = "elsewhere"
    foreign.write_text(json.dumps(content), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1300, "height": 900})
    watch = jupyter.Watch(tab, lab.address)
    jupyter.open_notebook(tab, lab, foreign.name, front_end)
    images = tab.locator(".jp-OutputArea img[src^='data:image/svg+xml']")
    images.first.wait_for(timeout=jupyter.RUN)
    assert images.count() == WIDGETS
    for k in range(WIDGETS):
        assert images.nth(k).evaluate(
            "e => e.complete && e.naturalWidth > 100 && e.getBoundingClientRect().width > 100"
        )
        assert "node" in images.nth(k).get_attribute("alt")
    assert tab.get_by_text("Error displaying widget").count() == 0
    assert tab.evaluate("() => window.broken") is None
    assert watch.foreign == []
    tab.close()


def test_a_dead_kernel_leaves_what_is_there_and_says_so(page):
    widget = page.widget("deep")
    page.notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
    )
    widget.get_by_role("button", name="Fold all").click()
    titles = widget.get_by_role("button", name="Open all")
    titles.click()
    shown = widget.locator(".mxw-item").count()
    for block in ("dense1", "dense2", "dense4", "dense6"):
        title = widget.get_by_role("button", name=f"open Block: deep/{block}", exact=True)
        if title.count():
            title.focus()
            page.page.keyboard.press("Enter")
    widget.get_by_text("The kernel does not answer").wait_for(timeout=8000)
    assert shown > 20 and widget.locator(".mxw-item").count() > 0
