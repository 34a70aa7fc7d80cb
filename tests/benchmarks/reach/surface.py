"""The loss surface: from a move of the mouse to the redrawn panels, and what the kernel needs for a field."""

import base64
import os
import tempfile
from pathlib import Path

import mxlearn_widgets as mxw

import mxlearn as mx
from mxlearn import gluon, nd

from .figures import Figure, median_ms, percentile

MOVES = 60
STATIC = Path(mxw.__file__).parent / "static"
SETUP = """
import mxlearn as mx
import mxlearn_widgets as mxw
from mxlearn import gluon, nd

X = nd.arange(-2, 2, 0.1).reshape((-1, 1))
net = gluon.nn.Dense(1, in_units=1)
net.initialize(mx.init.Zero())
mlp = gluon.nn.HybridSequential()
mlp.add(gluon.nn.Dense(8, activation="tanh", in_units=1), gluon.nn.Dense(1, in_units=8))
mx.random.seed(3)
mlp.initialize(mx.init.Normal(1.0))
"""
CELLS = {
    "setup": SETUP,
    "line": "v = mxw.loss_surface(net, X, 2 * X + 1)\nv",
    "network": 'm = mxw.loss_surface(mlp, X, nd.sin(2 * X), params=("0.weight[2]", "1.weight[2]"))\nm',
}
# From the time stamp of the event to the end of the frame in which what follows it was drawn.
WATCH = """(widget, [path, attribute]) => {
  window.watching?.disconnect();
  const times = window.times = [];
  let last = 0;
  widget.addEventListener('pointermove', event => { last ||= event.timeStamp; }, true);
  window.watching = new MutationObserver(() => {
    if (!last) return;
    const since = last;
    last = 0;
    setTimeout(() => times.push(performance.now() - since)); // drawn inside of a frame: this comes after it
  });
  window.watching.observe(widget.querySelector(path), {attributes: true, attributeFilter: [attribute]});
}"""

PAINT = """async ({esm, css, state, binary}) => {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(style);
  const {default: widget} = await import(URL.createObjectURL(new Blob([esm], {type: 'text/javascript'})));
  const all = {...state};
  for (const [name, text] of Object.entries(binary)) {
    all[name] = new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
  }
  const model = {get: k => all[k], set() {}, save_changes() {}, on() {}, off() {}, send() {}};
  const times = [];
  for (let k = 0; k < 15; k += 1) {
    const el = document.createElement('div');
    document.body.append(el);
    await new Promise(done => requestAnimationFrame(done));
    const start = performance.now();
    const stop = widget.render({model, el});
    el.getBoundingClientRect();
    el.querySelector('canvas').getContext('2d').getImageData(0, 0, 1, 1);
    times.push(performance.now() - start);
    stop();
    el.remove();
  }
  return times.sort((a, b) => a - b)[7];
}"""


def measure() -> list[Figure]:
    """Return the figures of the surface."""
    return [*_kernel(), *_browser()]


def _kernel() -> list[Figure]:
    X = nd.arange(-2, 2, 0.04).reshape((-1, 1))
    net = gluon.nn.Dense(1, in_units=1)
    net.initialize(mx.init.Zero())
    mlp = gluon.nn.HybridSequential()
    mlp.add(gluon.nn.Dense(8, activation="tanh", in_units=1), gluon.nn.Dense(8, activation="tanh", in_units=8))
    mlp.add(gluon.nn.Dense(1, in_units=8))
    mx.random.seed(3)
    mlp.initialize(mx.init.Normal(1.0))
    line = mxw.loss_surface(net, X, 2 * X + 1)
    curved = mxw.loss_surface(mlp, X, nd.sin(2 * X), params=("0.weight[2]", "1.weight[3]"))
    affine = mxw.loss_surface(mlp, X, nd.sin(2 * X), params=("0.weight[2]", "2.weight[3]"))
    figures = [Figure("kernel: surface of Dense(1), 100 rows, exact", median_ms(line._bowl.build), "ms")]
    for name, v in (("both inside", curved), ("one in the last layer", affine)):
        took = median_ms(v._bowl.build, 5)
        figures.append(Figure(f"kernel: field of an MLP, 100 rows, {name}", took, "ms"))
        figures.append(Figure(f"  places along a side, {name}", v._bowl.grid.side, ""))
        figures.append(
            Figure(f"kernel: coarse field of it, {name}", median_ms(lambda v=v: v._bowl.build(quick=True), 5), "ms")
        )
        v._bowl.build()
    figures.append(Figure("kernel: point moved to line and numbers, MLP", median_ms(curved._move), "ms"))
    static = line.descend(lr=0.1, steps=20)._repr_mimebundle_()["text/html"]
    figures.append(Figure("static form of a line with 20 steps", len(static) / 1000, "kB"))
    return figures


def _browser() -> list[Figure]:
    from playwright.sync_api import sync_playwright

    from tests.browser import ensure_browser, jupyter, pages

    figures = []
    with tempfile.TemporaryDirectory() as base, sync_playwright() as playwright:
        folder = Path(base) / "notebooks"
        folder.mkdir()
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MXLEARN_BROWSER") or ensure_browser.find(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        with jupyter.running_lab(Path(base) / "jupyter", folder) as lab:
            with pages.open_page(browser, lab, "lab", "reach", CELLS, widgets=2) as page:
                empty = _empty(page)
                for share in (0.5, 0.95):
                    value = percentile(empty, share)
                    figures.append(Figure(f"nothing to redraw, p{100 * share:.0f} of {len(empty)}", value, "ms"))
                for name, what, panel, path, attribute in (
                    ("line", "exact, point dragged -> line", "plane", ".mxw-model", "d"),
                    ("line", "exact, data dragged -> bowl", "data", ".mxw-heat canvas", "aria-label"),
                    ("network", "kernel, point dragged -> line", "plane", ".mxw-model", "d"),
                ):
                    times = _drag(page, name, panel, path, attribute)
                    for share in (0.5, 0.95):
                        goal = 50.0 if share == 0.95 else None
                        value = percentile(times, share)
                        figures.append(Figure(f"{what}, p{100 * share:.0f} of {len(times)}", value, "ms", goal))
                figures.append(Figure("render -> paint", _paint(browser), "ms", 50.0))
        browser.close()
    return figures


def _empty(page) -> list[float]:
    """Return the times from a move of the mouse to the end of a frame that nothing was drawn in: the machine's own."""
    page.page.evaluate(
        """() => {
          const times = window.times = [];
          window.listening = event => {
            requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - event.timeStamp)));
          };
          document.addEventListener('pointermove', window.listening, true);
        }"""
    )
    for k in range(MOVES):
        page.page.mouse.move(400 + k % 30, 6)
        page.page.wait_for_timeout(60)
    page.page.wait_for_timeout(400)
    page.page.evaluate("() => document.removeEventListener('pointermove', window.listening, true)")
    return page.page.evaluate("() => window.times")


def _drag(page, name: str, panel: str, path: str, attribute: str) -> list[float]:
    """Drag in a panel; return the times from a move to what follows it, in milliseconds."""
    widget = page.widget(name)
    widget.scroll_into_view_if_needed()
    box = widget.locator(f".mxw-{panel} .mxw-svg > svg").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = page.page.mouse
    if panel == "data":  # the middle point of the line
        low, high = (float(part) for part in page.execute("print(*v.y_range)").split())
        y = box["y"] + (high - float(page.execute("print(v.y.asnumpy()[20, 0])"))) / (high - low) * box["height"]
        places = [float(part) for part in page.execute("print(*v._bowl.places()[[0, -1]])").split()]
        share = (float(page.execute("print(v.X.asnumpy()[20, 0])")) - places[0]) / (places[1] - places[0])
        x = box["x"] + share * box["width"]
    mouse.move(x, y)
    mouse.down()
    page.page.wait_for_timeout(300)
    widget.evaluate(WATCH, [path, attribute])
    for k in range(MOVES):
        mouse.move(x + 1.3 * (k % 30), y - 0.9 * (k % 30) - 1)
        page.page.wait_for_timeout(60)
    mouse.up()
    page.page.wait_for_timeout(400)
    return page.page.evaluate("() => window.times")


def _paint(browser) -> float:
    """Return the median time from render to a painted canvas, in milliseconds, in a page without a notebook."""
    net = gluon.nn.Dense(1, in_units=1)
    net.initialize(mx.init.Zero())
    X = nd.arange(-2, 2, 0.1).reshape((-1, 1))
    v = mxw.loss_surface(net, X, 2 * X + 1).descend(lr=0.1, steps=20)
    own = {name for name in v.keys if not name.startswith(("_", "layout", "tabbable", "tooltip"))}
    state = {name: getattr(v, name) for name in own}
    binary = {name: base64.b64encode(value).decode() for name, value in state.items() if isinstance(value, bytes)}
    given = {
        "esm": (STATIC / "surface.js").read_text(encoding="utf-8"),
        "css": (STATIC / "surface.css").read_text(encoding="utf-8"),
        "state": {name: value for name, value in state.items() if name not in binary},
        "binary": binary,
    }
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    found = page.evaluate(PAINT, given)
    page.close()
    return found
