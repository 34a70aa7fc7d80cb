"""The graph widget in JupyterLab: drawn from a live kernel, used by mouse and keyboard, frozen, and without trust."""

import json
from pathlib import Path

import pytest
from mxlearn_widgets.freeze import freeze_notebook

from . import jupyter

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.broken=1>"

CELLS = {
    "setup": """
import mxlearn as mx
import mxlearn_widgets as mxw
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

mx.random.seed(7)
x = nd.array([[1.0, 2.0], [3.0, 4.0]])
w = nd.array([[0.5, -1.0], [0.25, 2.0]])
w.attach_grad()
with autograd.record():
    y = nd.dot(x, w)
    tape = (y * y).sum()

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
    "tape": "mxw.graph(tape)",
    "symbol": "mxw.graph(symbol)",
    "block": "mxw.graph(net, batch)",
    "backward": "mxw.graph(loss, backward=True)",
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
    "after": "print('the notebook goes on')",
}
NUMBER = {name: k for k, name in enumerate(CELLS)}


class Session:
    """A page with the notebook above, run once for this file."""

    def __init__(self, page, watch):
        self.page, self.watch = page, watch

    def cell(self, name):
        return self.page.locator(f".jp-Notebook .jp-Cell >> nth={NUMBER[name]}")

    def widget(self, name):
        return self.cell(name).locator(".mxw-graph")

    def item(self, name, title):
        """Return the box with exactly this title, or with this second line."""
        return self.widget(name).locator(".mxw-item", has=self.page.get_by_text(title, exact=True)).first

    def details(self, name):
        section = self.widget(name).locator("section.mxw-side")
        pairs = zip(section.locator("dt").all_inner_texts(), section.locator("dd").all_inner_texts(), strict=True)
        return dict(pairs)

    def value(self, name):
        return self.widget(name).locator(".mxw-value").inner_text()

    def count_cells(self):
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length")


@pytest.fixture(scope="module")
def session(browser, lab):
    lab.write("graph.ipynb", list(CELLS.values()))
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    watch = jupyter.Watch(page, lab.address)
    jupyter.open_notebook(page, lab, "graph.ipynb")
    jupyter.run_all(page)
    page.wait_for_function("() => document.querySelectorAll(\"[data-ready='1']\").length >= 6", timeout=jupyter.RUN)
    yield Session(page, watch)
    page.close()


def test_no_cell_failed(session):
    assert (
        session.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts()
        == []
    )


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("tape", {"dot", "elemwise_mul", "sum", "w", "x"}),
        ("symbol", {"data", "FullyConnected", "SoftmaxOutput", "fc1_weight"}),
        ("block", {"FullyConnected", "Activation", "weight", "bias", "data"}),
        ("backward", {"FullyConnected", "pick", "mean", "head_grad", "weight_grad"}),
    ],
)
def test_each_source_is_drawn(session, name, titles):
    opener = session.widget(name).get_by_role("button", name="Open all")
    if opener.count():
        opener.click()
    texts = set(session.widget(name).locator("svg.mxw-canvas text").all_text_contents())
    assert titles <= texts


def test_a_click_shows_operator_shape_context_and_the_value_as_mxnet_prints_it(session):
    session.item("tape", "w").click()
    details = session.details("tape")
    assert details["name"] == "w" and details["shape"] == "(2, 2)" and details["dtype"] == "float32 on cpu(0)"
    assert session.value("tape") == "[[ 0.5  -1.  ]\n [ 0.25  2.  ]]\n<NDArray 2x2 @cpu(0)>"
    session.item("tape", "dot").click()
    # [[1, 2], [3, 4]] . [[0.5, -1], [0.25, 2]]
    assert session.value("tape") == "[[1. 3.]\n [2.5 5.]]\n<NDArray 2x2 @cpu(0)>".replace("1. 3.", "1.  3. ").replace(
        "2.5 5.", "2.5 5. "
    )
    assert session.details("tape")["kept memory"] == "32 B for the backward pass"


def test_arrow_keys_walk_and_select(session):
    widget = session.widget("tape")
    session.item("tape", "dot").click()
    session.page.keyboard.press("ArrowDown")
    assert widget.locator("section h3").inner_text().endswith("elemwise_mul")
    session.page.keyboard.press("ArrowDown")
    assert widget.locator("section h3").inner_text().endswith("sum")
    # 1 + 9 + 6.25 + 25
    assert session.value("tape") == "[41.25]\n<NDArray 1 @cpu(0)>"
    assert "mxw-item" in session.page.evaluate("() => document.activeElement.getAttribute('class')")


def test_a_block_folds_and_opens_by_click(session):
    widget = session.widget("block")
    title = widget.get_by_role("button", name="open Block: net/net_dense0", exact=True)
    before = widget.locator(".mxw-item").count()
    title.click()
    assert widget.locator(".mxw-item").count() == before - 3  # weight, bias, FullyConnected, Activation became one
    folded = widget.locator(".mxw-item[aria-expanded='false']", has_text="dense0")
    assert folded.count() == 1
    folded.click()
    assert widget.locator(".mxw-item").count() == before


def test_a_block_folds_and_opens_by_keyboard(session):
    widget = session.widget("block")
    before = widget.locator(".mxw-item").count()
    session.item("block", "Activation").click()
    session.page.keyboard.press("f")
    assert widget.locator(".mxw-item").count() == before - 3
    assert session.page.evaluate("() => document.activeElement.getAttribute('aria-expanded')") == "false"
    session.page.keyboard.press("Enter")
    assert widget.locator(".mxw-item").count() == before


def test_keys_of_the_notebook_do_not_reach_it(session):
    before = session.count_cells()
    session.item("tape", "dot").click()
    for key in ("b", "a", "d", "d", "x", "j", "k", "m"):
        session.page.keyboard.press(key)
    assert session.count_cells() == before
    assert session.widget("tape").count() == 1
    search = session.widget("tape").locator("input[type=search]")
    search.click()
    search.press_sequentially("dd b")
    assert search.input_value() == "dd b" and session.count_cells() == before
    search.fill("")


def test_zoom_and_pan_move_the_drawing(session):
    widget = session.widget("symbol")
    plane = widget.locator("svg.mxw-canvas > g")
    widget.get_by_role("button", name="Fit the graph").click()
    first = plane.get_attribute("transform")
    widget.get_by_role("button", name="Zoom in").click()
    zoomed = plane.get_attribute("transform")
    assert zoomed != first
    box = widget.locator("svg.mxw-canvas").bounding_box()
    session.page.mouse.move(box["x"] + 8, box["y"] + 8)
    session.page.mouse.down()
    session.page.mouse.move(box["x"] + 60, box["y"] + 30, steps=4)
    session.page.mouse.up()
    assert plane.get_attribute("transform") not in (first, zoomed)


def test_an_unrecorded_array_gives_a_message_in_place_and_the_notebook_goes_on(session):
    alert = session.cell("unrecorded").locator("[role=alert]").inner_text()
    assert "is on no tape" in alert and "attach_grad()" in alert and "autograd.record()" in alert
    assert "the notebook goes on" in session.cell("after").inner_text()


def test_html_in_names_stays_text(session):
    assert session.page.evaluate("() => window.broken") is None
    assert session.widget("evil").locator("img").count() == 0
    session.widget("evil").locator(".mxw-item").last.click()
    assert session.details("evil")["name"] == EVIL + "y"
    assert session.page.evaluate("() => window.broken") is None


def test_dark_and_light_themes_color_the_widget(session):
    colors = {}
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        jupyter.set_theme(session.page, theme)
        session.page.wait_for_timeout(300)
        colors[theme] = session.widget("tape").evaluate(
            "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.querySelector('.mxw-card')).fill,"
            " getComputedStyle(e.querySelector('.mxw-title-text')).fill].map(c => c.match(/[0-9.]+/g).slice(0, 3)"
            ".reduce((s, v) => s + Number(v), 0) / 3)"
        )
    dark, light = colors["JupyterLab Dark"], colors["JupyterLab Light"]
    assert dark[0] < 60 and dark[1] < 70 and dark[2] > 180
    assert light[0] > 220 and light[1] > 220 and light[2] < 80


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_no_violation(session, theme):
    source = Path(__file__).parents[2] / "widgets" / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        pytest.skip("widgets/node_modules is missing; install it with: npm ci --prefix widgets")
    jupyter.set_theme(session.page, theme)
    session.item("backward", "mean").click()
    session.page.evaluate(source.read_text(encoding="utf-8") + ";0")
    result = session.page.evaluate(
        "async () => (await axe.run(document.querySelector('.mxw-graph:has(.mxw-wire-gradient)'))).violations"
        ".map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200) + n.failureSummary)])"
    )
    jupyter.set_theme(session.page, "JupyterLab Light")
    assert result == []


def test_folds_that_were_not_sent_ahead_are_answered_while_a_cell_runs(session):
    page, widget = session.page, session.widget("deep")
    widget.get_by_role("button", name="Fit the graph").click()
    page.evaluate(
        """() => {
          const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
          window.busy = kernel.requestExecute({code: "import time\\nfor _ in range(120): time.sleep(0.1)"}).done;
          window.busy.then(() => { window.over = true; });
        }"""
    )
    widget.locator("[role=status]").evaluate(
        "e => { window.said = []; new MutationObserver(() => window.said.push(e.textContent))"
        ".observe(e, {childList: true, characterData: true, subtree: true}); }"
    )
    for count, block in enumerate(("deep_dense0", "deep_dense3", "deep_dense5", "deep_dense7"), start=1):
        widget.get_by_role("button", name=f"open Block: deep/{block}", exact=True).click()
        folded = widget.locator(".mxw-item[aria-expanded='false']")
        folded.nth(count - 1).wait_for(timeout=4000)
    assert page.evaluate("() => window.over") is None  # the cell still runs
    assert any("Asking the kernel" in text for text in page.evaluate("() => window.said"))
    assert widget.locator("[role=status]").inner_text() == ""
    page.evaluate("() => window.busy")


def test_nothing_was_requested_from_another_host(session):
    assert session.watch.foreign == []


def test_the_console_shows_no_error(session):
    assert session.watch.errors == []


# -- a saved notebook --------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def saved(session, lab):
    """The notebook as JupyterLab saves it, and then frozen."""
    session.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    session.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=20_000)
    path = lab.folder / "graph.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    frozen = lab.folder / "frozen.ipynb"
    frozen.write_text(json.dumps(content), encoding="utf-8")
    freeze_notebook(frozen)
    return frozen


def test_a_frozen_notebook_is_readable_without_kernel_and_trust(saved, browser, lab):
    content = json.loads(saved.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell.setdefault("metadata", {}).pop("trusted", None)
    foreign = lab.folder / "foreign.ipynb"  # a file that this user never signed
    content["metadata"]["from"] = "elsewhere"
    foreign.write_text(json.dumps(content), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    watch = jupyter.Watch(page, lab.address)
    jupyter.open_notebook(page, lab, "foreign.ipynb")
    images = page.locator(".jp-OutputArea img[src^='data:image/svg+xml']")
    images.first.wait_for(timeout=jupyter.RUN)
    assert images.count() == 6
    for k in range(6):
        assert images.nth(k).evaluate(
            "e => e.complete && e.naturalWidth > 100 && e.getBoundingClientRect().width > 100"
        )
        assert "node" in images.nth(k).get_attribute("alt")
    assert page.get_by_text("Error displaying widget").count() == 0
    assert page.evaluate("() => window.broken") is None
    assert watch.foreign == []
    page.close()
