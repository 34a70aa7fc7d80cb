"""The graph widget: how long a layout takes, how a large graph moves, how soon a very large one is open."""

import json
import sys
from pathlib import Path
from time import perf_counter

import mxlearn as mx
from mxlearn import autograd, inspection, layout, nd
from mxlearn.gluon import nn

from .figures import Figure, median_ms

ROOT = Path(__file__).parents[3]

# A model as the kernel would fill it; the widget is drawn by the committed bundle in an otherwise empty page.
PAGE = """
async ([code, style, state, rounds]) => {
  const model = {
    get: name => state[name], set: (name, value) => { state[name] = value; }, save_changes() {}, send() {},
    on() {}, off() {},
  };
  document.head.append(Object.assign(document.createElement('style'), {textContent: style}));
  const url = URL.createObjectURL(new Blob([code], {type: 'text/javascript'}));
  const widget = (await import(url)).default;
  let took = 0;
  for (let k = 0; k < rounds; k += 1) {
    document.body.replaceChildren();
    const el = document.body.appendChild(document.createElement('div'));
    await new Promise(done => setTimeout(done, 300));
    const start = performance.now();
    widget.render({model, el});
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    took = performance.now() - start;
  }
  return took;
}
"""

PAN = """
async seconds => {
  const stage = document.querySelector('.mxw-stage'), box = stage.getBoundingClientRect();
  const send = (type, x, y) => stage.dispatchEvent(
    new PointerEvent(type, {clientX: box.x + x, clientY: box.y + y, button: 0, pointerId: 1, bubbles: true}));
  stage.setPointerCapture = () => {};
  send('pointerdown', 3, 3);
  const start = performance.now();
  let frames = 0;
  while (performance.now() - start < 1000 * seconds) {
    const t = (performance.now() - start) / 1000;
    send('pointermove', 3 + 60 * Math.sin(3 * t), 3 + 60 * Math.sin(2 * t));
    await new Promise(done => requestAnimationFrame(done));
    frames += 1;
  }
  send('pointerup', 3, 3);
  return frames / (performance.now() - start) * 1000;
}
"""


def measure() -> list[Figure]:
    """Measure layout, frames a second and the time to open."""
    return [*layouts(), *in_browser()]


def layouts() -> list[Figure]:
    """Measure the layout of 500 boxes: a net with skip connections, and a knot of random links."""
    sys.path.insert(0, str(ROOT))
    from tests.test_layout import random_dag

    found = []
    for name, (boxes, links) in {"residual net": residual(500), "random graph": random_dag(500, 3)}.items():
        work = lambda boxes=boxes, links=links: layout.place(boxes, links)  # noqa: E731
        found.append(Figure(f"layout of 500 nodes, {name}", median_ms(work), "ms", 40))
    return found


def residual(count: int) -> tuple[list[layout.Box], list[layout.Link]]:
    """Return a chain in which every third box also reads the one five steps before."""
    boxes = [layout.Box(120, 40) for _ in range(count)]
    links = [layout.Link(k - 1, k) for k in range(1, count)]
    links += [layout.Link(k - 5, k, in_at=16) for k in range(5, count, 3)]
    return boxes, links


def chain(steps: int) -> mx.nd.NDArray:
    """Return the end of a tape of so many operators, two of them in each of many small Blocks in 20 stages."""
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        for stage in range(20):
            part = nn.HybridSequential(prefix=f"stage{stage}_")
            with part.name_scope():
                for _ in range(steps // 80):
                    part.add(nn.Dense(4, activation="tanh", in_units=4))  # weight, bias and two operators
            net.add(part)
    net.initialize()
    with autograd.record():
        return net(nd.ones((2, 4)))


class Branch(mx.gluon.HybridBlock):
    """A chain of 40 operators."""

    def hybrid_forward(self, F, x):
        for _ in range(20):
            x = F.tanh(x * 2)
        return x


def branches(count: int) -> mx.nd.NDArray:
    """Return the sum of so many chains side by side."""
    x = nd.ones((2, 4))
    x.attach_grad()
    with autograd.record():
        return nd.add_n(*[Branch(prefix=f"branch{k}_")(x) for k in range(count)])


def in_browser() -> list[Figure]:
    """Draw graphs in Chromium: 1000 nodes that are all seen, and 10,000 nodes that are folded."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "widgets"))
    import mxlearn_widgets as mxw

    from tests.browser.conftest import _find_browser

    figures = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=_find_browser(), args=arguments)

        for name, array in {"wide": branches(24), "tall": chain(1000)}.items():
            widget = mxw.TapeGraph(inspection.graph(array))
            widget.unfold()
            page, painted = draw(browser, widget)
            shown = len(widget.layouts[""]["items"])
            page.get_by_role("button", name="Fit").click()
            what, rate = f"panning {shown} visible nodes, {name}, fitted", page.evaluate(PAN, 3)
            figures.append(Figure(what, rate, "frames/s", 50, at_least=True))
            for _ in range(6):
                page.get_by_role("button", name="Zoom in").click()
            rate = page.evaluate(PAN, 3)
            figures.append(Figure("  the same, near enough to read", rate, "frames/s", 50, at_least=True))
            figures.append(Figure("  render to paint", painted, "ms"))
            figures.append(Figure("  layout sent", len(json.dumps(widget.layouts)) / 1000, "kB"))
            page.close()

        large = chain(10_000)
        for _ in range(2):  # the first time imports
            start = perf_counter()
            widget = mxw.tape(large)
            widget._repr_mimebundle_()
            made = perf_counter() - start
        state = widget.get_state()
        sent = sum(len(json.dumps(state[name])) for name in NAMES)
        page, painted = draw(browser, widget)
        count = len(inspection.graph(large).nodes)
        figures.append(Figure(f"{count} nodes opened folded, until painted", 1000 * made + painted, "ms", 1000))
        figures.append(Figure("  of which Python, with the static form", 1000 * made, "ms"))
        figures.append(Figure("  sent to the browser", sent / 1000, "kB", 64))
        page.close()

        small_tape = chain(80)
        mxw.tape(small_tape)
        start = perf_counter()
        widget = mxw.tape(small_tape)
        widget._repr_mimebundle_()
        made = perf_counter() - start
        page, painted = draw(browser, widget, rounds=5)
        figures.append(Figure("80 nodes opened: Python", 1000 * made, "ms"))
        figures.append(Figure("80 nodes opened: render to paint", painted, "ms", 50))
        page.close()
        browser.close()
    return figures


NAMES = ["notice", "graph", "items", "outlines", "details", "layouts"]
NAMES += ["folded", "selected", "wanted", "query", "hits"]


def draw(browser, widget, rounds: int = 1):
    """Draw a widget in a new page; return the page and the milliseconds from render to paint, of the last round."""
    static = ROOT / "widgets" / "mxlearn_widgets" / "static"
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    state = {name: getattr(widget, name) for name in NAMES}
    texts = [(static / f"graphs.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")]
    painted = page.evaluate(PAGE, [*texts, state, rounds])
    return page, painted
